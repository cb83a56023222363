// Frame relay addresses (ITU-T Q.922 3.3): two to four bytes, the last one marked by its low bit.
import type { Dissection } from "./dissection.ts";

/** What a frame relay header begins with. */
export interface FrameRelayAddress {
  dlci: number;
  /** Bytes of the address. */
  size: number;
  /** C/R, FECN, BECN, DE, D/C bits where the address has them. */
  flags: number;
}

/** The address in `length` bytes at `at`, "invalid" if it has no last byte, "truncated" if that is missing. */
export function parseQ922(
  d: Dissection,
  at: number,
  length: number,
): FrameRelayAddress | "invalid" | "truncated" {
  if (length < 1 || !d.has(at, 1)) return "truncated";
  const first = d.u8(at);
  if (first & 1) return "invalid";
  if (length < 2 || !d.has(at, 2)) return "truncated";
  const second = d.u8(at + 1);
  let dlci = ((first & 0xfc) << 2) | (second >> 4);
  let flags = ((first & 0x02) << 24) | ((second & 0x0e) << 16);
  if (second & 1) return { dlci, size: 2, flags };
  let size = 3;
  if (length < 3 || !d.has(at, 3)) return "truncated";
  if ((d.u8(at + 2) & 1) === 0) {
    dlci = (dlci << 7) | (d.u8(at + 2) >> 1);
    size = 4;
  }
  if (length < size || !d.has(at, size)) return "truncated";
  const last = d.u8(at + size - 1);
  if ((last & 1) === 0) return "invalid";
  flags |= last & 0x02;
  dlci = (dlci << 6) | (last >> 2);
  return { dlci: dlci >>> 0, size, flags };
}

/** Prints the frame relay address in `length` bytes at `at`. */
export function writeQ922(d: Dissection, at: number, length: number): void {
  const address = parseQ922(d, at, length);
  if (address === "invalid") d.out.str("<Invalid DLCI>");
  else if (address === "truncated") d.out.str("<Truncated>");
  else d.out.str(`DLCI ${address.dlci}`);
}
