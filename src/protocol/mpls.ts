// MPLS label stacks (RFC 3032, RFC 5462).
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +---------------------------------------+-----+-+---------------+
//   |                label                  |  TC |S|      TTL      |
//   +---------------------------------------+-----+-+---------------+
import type { Dissection } from "./dissection.ts";
import { printIp } from "./ip.ts";
import { printIpv6 } from "./ipv6.ts";
import { printOsi } from "./osi.ts";

const ENTRY = 4;
const BOTTOM = 0x100;
const EXPLICIT_NULL_4 = 0;
const EXPLICIT_NULL_6 = 2;
const IMPLICIT_NULL = 3;
/** The labels below 16 have meanings, most of them not assigned. */
const RESERVED = ["IPv4 explicit NULL", "router alert", "IPv6 explicit NULL", "implicit NULL"] as const;

/** Which protocol follows: IP's version, 8 for OSI's, 0 if unknown. No label says so: the first byte must do. */
function payloadKind(d: Dissection, label: number, at: number): number {
  if (label === EXPLICIT_NULL_4 || label === IMPLICIT_NULL) return 4;
  if (label === EXPLICIT_NULL_6) return 6;
  const first = d.u8(at);
  if (first >= 0x45 && first <= 0x4f) return 4;
  if (first >> 4 === 6) return 6;
  return first >= 0x81 && first <= 0x83 ? 8 : 0;
}

/** Writes the label stack at `at` and what it carries, `length` bytes on the wire. Throws TRUNCATED. */
export function printMpls(d: Dissection, at: number, length: number): void {
  const { out } = d;
  const verbose = d.opt.verbose > 0;
  d.protocol = "mpls";
  out.str("MPLS");
  let entry = 0;
  for (let depth = 0; (entry & BOTTOM) === 0; depth++) {
    if (length < ENTRY) {
      d.invalid();
      d.need(at, length);
      return;
    }
    entry = d.u32(at);
    const label = entry >>> 12;
    out.str(depth > 0 && verbose ? "\n\t" : " ");
    out.str(`(label ${label}`);
    if (verbose && label < 16) out.str(` (${RESERVED[label] ?? "rsvd"})`);
    out.str(`, tc ${(entry >> 9) & 7}${entry & BOTTOM ? ", [S]" : ""}, ttl ${entry & 0xff})`);
    at += ENTRY;
    length -= ENTRY;
  }
  const label = entry >>> 12;
  const implied = label === EXPLICIT_NULL_4 || label === EXPLICIT_NULL_6 || label === IMPLICIT_NULL;
  if (length < 1 && !implied) return;
  const kind = payloadKind(d, label, at);
  if (kind === 0) {
    d.dumpUnknown(at, length);
    return;
  }
  out.str(verbose ? "\n\t" : " ");
  d.enter();
  if (kind === 4) printIp(d, at, length);
  else if (kind === 6) printIpv6(d, at, length);
  else printOsi(d, at, length);
  d.leave();
}
