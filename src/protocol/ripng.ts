// RIPng (RFC 2080).
//
//   command (1) | version (1) | 0 (2) | routes: prefix (16), tag (2), prefix length (1), metric (1)
import type { Dissection } from "./dissection.ts";
import { ip6 } from "./wording.ts";

const HEADER = 4;
const ROUTE = 20;
const REQUEST = 1;
const RESPONSE = 2;
const INFINITY = 16;

/** True if the one route of a request asks for the whole table (RFC 2080 2.4.1). */
function asksForAll(d: Dissection, at: number): boolean {
  if (d.u8(at + 19) !== INFINITY) return false;
  for (let i = 0; i < 16; i++) if (d.bytes[at + i] !== 0) return false;
  return true;
}

/** Writes the RIPng message at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printRipng(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "ripng";
  const version = d.u8(at + 1);
  if (version !== 1) {
    out.str(` [vers ${version}]`);
    d.invalid();
    return;
  }
  const command = d.u8(at);
  if (command !== REQUEST && command !== RESPONSE) {
    out.str(` ripng-${command} ?? ${length}`);
    d.invalid();
    return;
  }
  if (length < HEADER) {
    d.invalid();
    return;
  }
  const left = length - HEADER;
  const count = Math.floor(left / ROUTE);
  if (command === REQUEST && count === 1 && asksForAll(d, at + HEADER)) {
    out.str(" ripng-req dump");
    return;
  }
  out.str(command === REQUEST ? " ripng-req " : " ripng-resp ");
  out.str(count * ROUTE === left ? `${count}:` : `${count}[${length}]:`);
  for (let i = 0; i < count; i++) {
    const route = at + HEADER + i * ROUTE;
    out.str(d.opt.verbose > 1 ? "\n\t" : " ");
    out.str(`${ip6(d, route)}/${d.u8(route + 18)}`);
    const tag = d.u16(route + 16);
    if (tag !== 0) out.str(` [${tag}]`);
    const metric = d.u8(route + 19);
    if (metric !== 0 && command === RESPONSE) out.str(` (${metric})`);
  }
  if (count * ROUTE !== left) d.invalid();
}
