// Network layer protocol identifiers (ISO/IEC TR 9577), and what ISO's network protocols share.
import type { Dissection } from "./dissection.ts";
import type { Tokens } from "./token.ts";
import { hex } from "./wording.ts";

export const NLPID_CLNP = 0x81;
export const NLPID_ESIS = 0x82;
export const NLPID_ISIS = 0x83;
export const NLPID_NAMES: Tokens = new Map([
  [0x00, "NULL"],
  [0x08, "Q.933"],
  [0x09, "LMI"],
  [0x80, "SNAP"],
  [NLPID_CLNP, "CLNP"],
  [NLPID_ESIS, "ES-IS"],
  [NLPID_ISIS, "IS-IS"],
  [0x84, "CONS"],
  [0x85, "IDRP"],
  [0xc1, "ISIS_SPB"],
  [0xb1, "FRF.15"],
  [0xcc, "IPv4"],
  [0xcf, "PPP"],
  [0x8a, "X25 ES-IS"],
  [0x8e, "IPv6"],
]);

const LONGEST_NSAP = 20;

/** The NSAP address (ISO 8348) at `at`: a byte, then pairs of bytes. Throws TRUNCATED. */
export function nsap(d: Dissection, at: number, size: number): string {
  d.need(at, size);
  if (size < 1 || size > LONGEST_NSAP) return "isonsap_string: illegal length";
  let text = "";
  for (let i = 0; i < size; i++) text += hex(d.u8(at + i), 2) + ((i & 1) === 0 && i + 1 < size ? "." : "");
  return text;
}

/** The checksum of ISO 8473 C that `length` bytes at `at` ought to have at `offset`. The caller checked the bounds. */
function expectedChecksum(d: Dissection, at: number, offset: number, length: number): number {
  let c0 = 0;
  let c1 = 0;
  for (let i = 0; i < length; i++) {
    if (i !== offset && i !== offset + 1) c0 += d.bytes[at + i]!;
    c1 = (c1 + c0) >>> 0;
  }
  c0 %= 255;
  c1 %= 255;
  const product = (length - offset) * c0;
  let x = product - c0 - c1;
  let y = c1 - product - 1;
  if (y >= 0) y++;
  if (x < 0) x--;
  x %= 255;
  y %= 255;
  if (x === 0) x = 255;
  if (y === 0) y = 255;
  return ((x & 0xff) << 8) | (y & 0xff);
}

/** Writes what is to be said of a checksum that `length` bytes at `at` have at `offset`. */
export function verdict(d: Dissection, at: number, checksum: number, offset: number, length: number): void {
  const { out } = d;
  const unverified =
    checksum === 0 || offset < 0 || !d.has(at + offset, 2) || offset > length >>> 0 || !d.has(at, length);
  if (unverified) {
    out.str(" (unverified)");
    return;
  }
  const expected = expectedChecksum(d, at, offset, length);
  out.str(checksum === expected ? " (correct)" : ` (incorrect should be 0x${hex(expected, 4)})`);
}
