// Timestamps that Arista switches put before the type of mirrored frames ("Arista Timestamps", TOI 4.21).
//
//   subtype (2) | timescale (1) | format, hardware (4 bits each) | seconds (4 or 2), nanoseconds (4)
import type { Dissection } from "./dissection.ts";

const TIMESTAMP = 1;
const SCALES = ["TAI", "UTC"] as const;
const FORMAT_64 = 1;
const FORMAT_48 = 2;
const FORMATS = [undefined, "64-bit", "48-bit"] as const;
const HARDWARE = ["R/R2", "R3"] as const;
const BILLION = 1_000_000_000;

/** Writes the header at `at` and returns its length; 0 if it is not known. Throws TRUNCATED. */
export function writeArista(d: Dissection, at: number): number {
  const { out } = d;
  d.protocol = "arista";
  const subtype = d.u16(at);
  out.str(`SubType ${subtype === TIMESTAMP ? "Timestamp" : "Unknown"} (0x`);
  out.hexPad(subtype, 4);
  out.str("), ");
  if (subtype !== TIMESTAMP) return 0;
  const scale = d.u8(at + 2);
  out.str(`Timescale ${SCALES[scale] ?? "Unknown"} (${scale}), `);
  const octet = d.u8(at + 3);
  const format = octet >> 4;
  const hardware = octet & 15;
  out.str(`Format ${FORMATS[format] ?? "Unknown"} (${format}), `);
  out.str(`HwInfo ${HARDWARE[hardware] ?? "Unknown"} (${hardware}), Timestamp `);
  if (format !== FORMAT_64 && format !== FORMAT_48) return 0;
  const wide = format === FORMAT_64;
  const upper = wide ? d.u32(at + 4) : d.u16(at + 4);
  const nanos = d.u32(at + (wide ? 8 : 6));
  // Nanoseconds may be more than a second.
  const seconds = upper + Math.floor(nanos / BILLION);
  if (wide) out.str(new Date(seconds * 1000).toISOString().replace("T", " ").slice(0, 19));
  else out.dec(seconds);
  out.ch(46);
  out.decPad(nanos % BILLION, 9);
  out.str(": ");
  return wide ? 12 : 10;
}
