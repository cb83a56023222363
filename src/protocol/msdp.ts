// Multicast Source Discovery Protocol (RFC 3618).
//
//   type (1) | length, header included (2) | value
import type { Dissection } from "./dissection.ts";
import { printIp } from "./ip.ts";
import { ip4 } from "./wording.ts";

const HEADER = 3;
const LAST_TYPE = 7;

/** A message with active sources: the number of entries, and the packet behind them with -vv. */
function activeSources(d: Dissection, at: number, size: number): void {
  const count = d.u8(at);
  d.out.str(` ${count} entries`);
  const data = count * 12 + 8;
  if (data >= size) return;
  d.out.str(" [w/data]");
  if (d.opt.verbose < 2) return;
  d.out.ch(32);
  d.enter();
  printIp(d, at + data - HEADER, size - data);
  d.leave();
}

function value(d: Dissection, type: number, at: number, size: number): void {
  const { out } = d;
  if (type === 1 || type === 3) {
    out.str(type === 1 ? " SA" : " SA-Response");
    activeSources(d, at, size);
  } else if (type === 2) {
    out.str(" SA-Request");
    out.str(` for ${ip4(d, at + 1)}`);
  } else if (type === 4) {
    out.str(" Keepalive");
    if (size !== HEADER) out.str(`[len=${size}] `);
  } else if (type === 5) out.str(" Notification");
  else out.str(` [type=${type} len=${size}]`);
}

/** Writes the MSDP messages of a TCP segment's payload at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printMsdp(d: Dissection, from: number, length: number): void {
  const { out } = d;
  d.protocol = "msdp";
  out.str(": msdp");
  const first = d.u8(from);
  const firstSize = d.u16(from + 1);
  if (firstSize > 1500 || firstSize < HEADER || first === 0 || first > LAST_TYPE) {
    d.truncated();
    return;
  }
  let at = from;
  for (let left = length; left !== 0; ) {
    const type = d.u8(at);
    const size = d.u16(at + 1);
    if (size > 1400 || d.opt.verbose > 0) out.str(` [len ${size}]`);
    if (size < HEADER || left < size) {
      d.truncated();
      return;
    }
    value(d, type, at + HEADER, size);
    at += size;
    left -= size;
  }
}
