// Identifiers of virtual private networks (RFC 4364).
import type { Dissection } from "./dissection.ts";

/** Four bytes as a dotted quad, never a name. Throws TRUNCATED. */
export function quad(d: Dissection, at: number): string {
  return `${d.u8(at)}.${d.u8(at + 1)}.${d.u8(at + 2)}.${d.u8(at + 3)}`;
}

/** The number of an autonomous system; with -b as HIGH.LOW if it has more than 16 bits (RFC 5396). */
export function asNumber(d: Dissection, number: number): string {
  return d.opt.asdot && number > 0xffff ? `${number >>> 16}.${number & 0xffff}` : `${number}`;
}

/** The route distinguisher at `at`, eight bytes (RFC 4364 4.2). Throws TRUNCATED. */
export function routeDistinguisher(d: Dissection, at: number): string {
  switch (d.u16(at)) {
    case 0:
      return `${d.u16(at + 2)}:${d.u32(at + 4)} (= ${quad(d, at + 4)})`;
    case 1:
      return `${quad(d, at + 2)}:${d.u16(at + 6)}`;
    case 2:
      return `${asNumber(d, d.u32(at + 2))}:${d.u16(at + 6)} (${quad(d, at + 2)}:${d.u16(at + 6)})`;
    default:
      return "unknown RD format";
  }
}
