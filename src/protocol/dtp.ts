// Cisco Dynamic Trunking Protocol.
//
//   version (1) | { type (2) | length, of all four fields (2) | value }*
import type { Dissection } from "./dissection.ts";
import { padded } from "./phrase.ts";
import type { Tokens } from "./token.ts";

const DOMAIN = 1;
const STATUS = 2;
const TYPE = 3;
const NEIGHBOR = 4;
const NAMES: Tokens = new Map([
  [DOMAIN, "Domain"],
  [STATUS, "Status"],
  [TYPE, "DTP type"],
  [NEIGHBOR, "Neighbor"],
]);

/** A value; false if its length is wrong. */
function value(d: Dissection, type: number, at: number, size: number): boolean {
  const { out } = d;
  switch (type) {
    case DOMAIN:
      out.str(", ");
      padded(d, at, size);
      return true;
    case STATUS:
    case TYPE:
      if (size !== 1) return false;
      out.str(`, 0x${d.u8(at).toString(16)}`);
      return true;
    case NEIGHBOR:
      if (size !== 6) return false;
      d.need(at, 6);
      out.str(", ");
      d.mac(at);
      return true;
    default:
      d.need(at - 4, size + 4);
      return true;
  }
}

/** Prints the message of `length` bytes at `at`. Throws TRUNCATED. */
export function printDtp(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "dtp";
  if (length < 1) {
    out.str("[zero packet length]");
    d.invalid();
    return;
  }
  out.str(`DTPv${d.u8(at)}, length ${length}`);
  if (d.opt.verbose === 0) return;
  at++;
  let left = length - 1;
  while (left > 0) {
    if (left < 4) {
      out.str(`[${left} bytes remaining]`);
      d.invalid();
      d.need(at, left);
      return;
    }
    const type = d.u16(at);
    const size = d.u16(at + 2);
    if (type === 0) return;
    out.str(
      `\n\t${NAMES.get(type) ?? "Unknown"} (0x${type.toString(16).padStart(4, "0")}) TLV, length ${size}`,
    );
    const fits = size >= 4 && size <= left;
    if (!fits) out.str(`[invalid TLV length ${size}]`);
    if (!fits || !value(d, type, at + 4, size - 4)) {
      d.invalid();
      d.need(at, left);
      return;
    }
    at += size;
    left -= size;
  }
}
