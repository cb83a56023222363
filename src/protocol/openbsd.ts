// What OpenBSD's pseudo-devices put before an IP packet: enc(4), where IPsec came from, and pflog(4), why the packet
// filter logged it.
//
//   enc:   address family (4), in the host's byte order | SPI (4) | flags (4), in the host's byte order
//   pflog: header length (1) | address family (1) | action (1) | reason (1) | device (16) | ruleset (16) |
//          rule (4) | rule of the ruleset (4) | user (4), process (4), the rule's user (4) and process (4) |
//          direction (1) | padding (3)
import type { Dissection } from "./dissection.ts";
import { printIp } from "./ip.ts";
import { printIpv6 } from "./ipv6.ts";
import { padded } from "./phrase.ts";
import type { Tokens } from "./token.ts";
import { hex, numbered } from "./wording.ts";

/** Prints the packet of an address family; false if the family is unknown. */
function payload(d: Dissection, family: number, at: number, length: number): boolean {
  // IPv6: NetBSD, OpenBSD; FreeBSD; macOS
  if (family === 2) printIp(d, at, length);
  else if (family === 24 || family === 28 || family === 30) printIpv6(d, at, length);
  else return false;
  return true;
}

const ENC_HEADER = 12;
const CONFIDENTIAL = 0x0400;
const AUTHENTIC = 0x0800;

/** Link type 109 (LINKTYPE_ENC). */
export function printEncLink(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "enc";
  d.need(at, ENC_HEADER);
  d.linkHeaderLength = ENC_HEADER;
  let family = d.le32(at);
  let flags = d.le32(at + 8);
  // A family fits in 16 bits: if the upper half is not empty, the host had the other byte order.
  if (family > 0xffff) {
    family = d.u32(at);
    flags = d.u32(at + 8);
  }
  out.str(flags === 0 ? "(unprotected): " : "(");
  for (const [bit, name] of [
    [AUTHENTIC, "authentic"],
    [CONFIDENTIAL, "confidential"],
  ] as const)
    if (flags & bit) {
      out.str(`${name}${flags === bit ? "): " : ","}`);
      flags = (flags & ~bit) >>> 0;
    }
  out.str(`SPI 0x${hex(d.u32(at + 4), 8)}: `);
  payload(d, family, at + ENC_HEADER, length - ENC_HEADER);
}

const PFLOG_LEAST = 45;
const PFLOG_SIZE = 64;
const NO_RULE = 0xffffffff;
const REASONS: Tokens = new Map([
  [0, "0(match)"],
  [1, "1(bad-offset)"],
  [2, "2(fragment)"],
  [4, "3(short)"],
  [5, "5(memory)"],
  [6, "6(bad-timestamp)"],
  [7, "7(congestion)"],
  [8, "8(ip-option)"],
  [9, "9(proto-cksum)"],
  [10, "10(state-mismatch)"],
  [11, "11(state-insert)"],
  [12, "12(state-limit)"],
  [13, "13(src-limit)"],
  [14, "14(synproxy)"],
]);
const ACTIONS: Tokens = new Map([
  ...numbered(0, "pass", "block", "scrub"),
  ...numbered(4, "nat", "nonat", "binat", "nobinat", "rdr", "nordr", "synproxy-drop"),
]);
const DIRECTIONS: Tokens = numbered(0, "in/out", "in", "out");

function writePflog(d: Dissection, at: number): void {
  const { out } = d;
  d.protocol = "pflog";
  const rule = d.u32(at + 36);
  const subrule = d.u32(at + 40);
  out.str(`rule ${rule}`);
  if (subrule !== NO_RULE) {
    out.ch(46);
    padded(d, at + 20, 16);
    out.str(`.${subrule}`);
  }
  const name = (table: Tokens, value: number) => table.get(value) ?? `unkn(${value})`;
  out.str(`/${name(REASONS, d.u8(at + 3))}: `);
  out.str(`${name(ACTIONS, d.u8(at + 2))} ${name(DIRECTIONS, d.u8(at + 60))} on `);
  padded(d, at + 4, 16);
  out.str(": ");
}

/** Link type 117 (LINKTYPE_PFLOG). */
export function printPflogLink(d: Dissection, at: number, length: number): void {
  d.protocol = "pflog";
  const size = d.u8(at);
  if (size < PFLOG_LEAST) {
    d.out.str("[pflog: invalid header length!]");
    d.linkHeaderLength = size;
    return;
  }
  const header = (size + 3) & ~3;
  d.linkHeaderLength = header;
  if (d.end - at < header || !d.has(at, PFLOG_SIZE)) {
    d.truncated();
    return;
  }
  if (d.opt.linkHeader) writePflog(d, at);
  const family = d.u8(at + 1);
  if (payload(d, family, at + header, length - header)) return;
  if (!d.opt.linkHeader) writePflog(d, at);
  d.dumpUnknown(at + header, d.end - at - header);
}
