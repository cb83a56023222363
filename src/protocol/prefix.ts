// Address prefixes as routing protocols write them: only the bytes that count.
import { writeIpv4, writeIpv6 } from "../bytes/address.ts";
import { TextWriter } from "../bytes/text.ts";
import type { Dissection } from "./dissection.ts";

const SCRATCH = new Uint8Array(16);

/** Number of leading one bits of an IPv4 mask; -1 if others follow a zero. */
export function maskLength(mask: number): number {
  const size = Math.clz32(~mask);
  return size === 32 || mask << size === 0 ? size : -1;
}

/**
 * The address whose first `size` bytes are at `at`, the others being 0, and if `bits` is given those bits of the last
 * byte, too, that are beyond it. By name without -n. The caller has checked the bounds.
 */
export function prefixText(d: Dissection, at: number, size: number, six: boolean, bits = 8 * size): string {
  SCRATCH.fill(0);
  for (let i = 0; i < size; i++) SCRATCH[i] = d.bytes[at + i]!;
  if (bits % 8 !== 0 && size > 0) SCRATCH[size - 1]! &= 0xff00 >> (bits % 8);
  return addressText(d, SCRATCH, six);
}

/** An address that is not in the packet as text, by name without -n. */
export function addressText(d: Dissection, bytes: Uint8Array, six: boolean): string {
  const name = d.names === null ? null : d.names.host(bytes, 0, six ? 16 : 4);
  if (name !== null) return name;
  const out = new TextWriter(48);
  if (six) writeIpv6(out, bytes, 0);
  else writeIpv4(out, bytes, 0);
  return out.toString();
}
