// Distance Vector Multicast Routing Protocol (RFC 1075, draft-ietf-idmr-dvmrp-v3), a kind of IGMP message.
//
//   type 0x13 (1) | code (1) | checksum (2) | capabilities and versions (4) | by code
import type { Dissection } from "./dissection.ts";
import { span } from "./phrase.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";
import { ip4, numbered } from "./wording.ts";

const HEADER = 8;
const PROBE = 1;
const REPORT = 2;
const NEIGHBORS = 4;
const NEIGHBORS2 = 6;
const PRUNE = 7;
const GRAFT = 8;
const GRAFT_ACK = 9;
const CODES: Tokens = numbered(
  PROBE,
  "Probe",
  "Report",
  "Ask-neighbors(old)",
  "Neighbors(old)",
  "Ask-neighbors2",
  "Neighbors2",
  "Prune",
  "Graft",
  "Graft-ACK",
);
const FLAGS: BitTokens = [
  [0x01, "/tunnel"],
  [0x02, "/srcrt"],
  [0x40, "/querier"],
  [0x20, "/disabled"],
  [0x10, "/down"],
];
const LAST = 0x80;

/** "[length 3 < 4] (invalid)" if there is less than there should be. */
function short(d: Dissection, left: number, least: number, prefix = " [length"): boolean {
  if (left >= least) return false;
  d.out.str(`${prefix} ${left} < ${least}]`);
  d.invalid();
  return true;
}

function probe(d: Dissection, from: number, total: number): void {
  const { out } = d;
  if (short(d, total, 4, " [full length")) return;
  const detailed = d.opt.verbose > 1;
  out.str(detailed ? "\n\t" : " ");
  out.str(`genid ${d.u32(from)}`);
  if (!detailed) return;
  for (let used = 4; used < total; used += 4) {
    if (short(d, total - used, 4, "[remaining length")) return;
    out.str(`\n\tneighbor ${ip4(d, from + used)}`);
  }
}

/** Routes by mask; only as many bytes of an address are there as the mask has. */
function report(d: Dissection, from: number, total: number): void {
  const { out } = d;
  let at = from;
  let left = total;
  while (left > 0) {
    if (short(d, left, 3)) return;
    const mask = [255, d.u8(at), d.u8(at + 1), d.u8(at + 2)];
    const width = mask.findLastIndex((octet) => octet !== 0) + 1;
    out.str(`\n\tMask ${mask.join(".")}`);
    at += 3;
    left -= 3;
    let metric: number;
    do {
      if (left < width + 1) {
        out.str("\n\t  [Truncated Report]");
        d.invalid();
        return;
      }
      const origin = [0, 0, 0, 0].map((zero, i) => (i < width ? d.u8(at + i) : zero));
      metric = d.u8(at + width);
      out.str(`\n\t  ${origin.join(".")} metric ${metric & 0x7f}`);
      at += width + 1;
      left -= width + 1;
    } while (!(metric & LAST));
  }
}

function neighbors(d: Dissection, from: number, total: number): void {
  let at = from;
  let left = total;
  while (left > 0) {
    if (short(d, left, 7)) return;
    const local = at;
    const metric = d.u8(at + 4);
    const threshold = d.u8(at + 5);
    const count = d.u8(at + 6);
    at += 7;
    left -= 7;
    for (let i = 0; i < count; i++) {
      if (short(d, left, 4)) return;
      d.out.str(` [${ip4(d, local)} ->`);
      d.out.str(` ${ip4(d, at)}, (${metric}/${threshold})]`);
      at += 4;
      left -= 4;
    }
  }
}

function neighbors2(d: Dissection, from: number, total: number, major: number, minor: number): void {
  const { out } = d;
  out.str(` (v ${major}.${minor}):`);
  let at = from;
  let left = total;
  while (left > 0) {
    if (short(d, left, 8)) return;
    const local = at;
    const metric = d.u8(at + 4);
    const threshold = d.u8(at + 5);
    const flags = d.u8(at + 6);
    let count = d.u8(at + 7);
    at += 8;
    left -= 8;
    for (; count > 0 && left > 0; count--) {
      if (short(d, left, 4)) return;
      out.str(` [${ip4(d, local)} -> `);
      out.str(`${ip4(d, at)} (${metric}/${threshold}${bitNames(FLAGS, flags, "", "")})]`);
      at += 4;
      left -= 4;
    }
    if (count > 0) {
      out.str(" [invalid ncount]");
      d.invalid();
      return;
    }
  }
}

/** Writes the message of `length` bytes at `at`, IGMP's header included. Throws TRUNCATED. */
export function printDvmrp(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "dvmrp";
  if (short(d, length, HEADER)) return;
  const code = d.u8(at + 1);
  const body = at + HEADER;
  const left = length - HEADER;
  out.str(` ${CODES.get(code) ?? `[type ${code}]`}`);
  switch (code) {
    case PROBE:
      if (d.opt.verbose > 0) probe(d, body, left);
      break;
    case REPORT:
      if (d.opt.verbose > 1) report(d, body, left);
      break;
    case NEIGHBORS:
      neighbors(d, body, left);
      break;
    case NEIGHBORS2: {
      const major = d.u8(at + 7);
      neighbors2(d, body, left, major, d.u8(at + 6));
      break;
    }
    case PRUNE:
    case GRAFT:
    case GRAFT_ACK:
      out.str(` src ${ip4(d, body)} grp ${ip4(d, body + 4)}`);
      if (code !== PRUNE) break;
      out.str(" timer ");
      span(out, d.u32(body + 8));
      break;
  }
}
