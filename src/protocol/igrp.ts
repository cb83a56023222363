// Cisco's Interior Gateway Routing Protocol.
//
//   version, opcode (4 bits each) | edition (1) | AS (2) | interior, system, exterior routes (2 each) | checksum (2) |
//   routes: network (3), delay (3), bandwidth (3), MTU (2), reliability (1), load (1), hops (1)
import type { Dissection } from "./dissection.ts";
import { hex, numbered } from "./wording.ts";

const HEADER = 12;
const ROUTE = 14;
const OPCODES = numbered(1, "update", "request");

function metrics(d: Dissection, at: number): string {
  const delay = d.u24(at + 3);
  const bandwidth = d.u24(at + 6);
  const kilobits = bandwidth === 0 ? 0 : Math.floor(10_000_000 / bandwidth);
  return (
    ` d=${10 * delay} b=${kilobits} r=${d.u8(at + 11)} l=${d.u8(at + 12)} ` +
    `M=${Math.min(bandwidth + delay, 0xffffff)} mtu=${d.u16(at + 9)} in ${d.u8(at + 13)} hops`
  );
}

/** Writes the IGRP message at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printIgrp(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "igrp";
  out.str("igrp:");
  const counts = [d.u16(at + 4), d.u16(at + 6), d.u16(at + 8)];
  const first = d.u8(at);
  out.str(
    ` ${OPCODES.get(first & 15) ?? `op-#${first & 15}`} V${first >> 4} edit=${d.u8(at + 1)} AS=${d.u16(at + 2)} ` +
      `(${counts.join("/")})`,
  );
  const checksum = d.u16(at + 10);
  if (d.opt.verbose > 0) out.str(` checksum=0x${hex(checksum, 4)}`);
  // Without a sign in tcpdump: a short packet goes on till the end.
  let left = (length - HEADER) >>> 0;
  for (let pos = at + HEADER; left >= ROUTE; pos += ROUTE, left -= ROUTE) {
    const network = `${d.u8(pos)}.${d.u8(pos + 1)}.${d.u8(pos + 2)}`;
    const kind = counts.findIndex((count) => count > 0);
    if (kind < 0) {
      out.str(` [extra bytes ${left}]`);
      break;
    }
    out.str([` *.${network}`, ` ${network}.0`, ` X${network}.0`][kind]!);
    out.str(metrics(d, pos));
    counts[kind]!--;
  }
  if (left !== 0 || counts.some((count) => count !== 0)) d.invalid();
}
