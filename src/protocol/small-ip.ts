// Small protocols right above IP: IPComp (RFC 3173), minimal encapsulation (RFC 2004), and CARP, which shares VRRP's
// number.
import { addWords, foldChecksum } from "../bytes/checksum.ts";
import type { Dissection } from "./dissection.ts";
import { hex } from "./wording.ts";

/** IPComp: next header (1) | flags (1) | compression parameter index (2). Throws TRUNCATED. */
export function printIpcomp(d: Dissection, at: number): void {
  d.protocol = "ipcomp";
  d.out.str(`IPComp(cpi=0x${hex(d.u16(at + 2), 4)})`);
}

const MOBILE_LEAST = 8;
const MOBILE_SIZE = 12;
const SOURCE_PRESENT = 0x80;

/** Minimal encapsulation: protocol (1) | source present (1 bit) | checksum (2) | destination (4) | [source (4)]. */
export function printMobile(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "mobile";
  if (length < MOBILE_LEAST || !d.has(at, MOBILE_SIZE)) {
    d.truncated();
    return;
  }
  const source = (d.u8(at + 1) & SOURCE_PRESENT) !== 0;
  const verbose = d.opt.verbose > 0;
  out.str(source ? "mobile: [S] " : "mobile: [] ");
  if (source && verbose) {
    d.ip4(at + 8);
    out.ch(32);
  }
  if (verbose) {
    out.str("> ");
    d.ip4(at + 4);
    out.str(` (oproto=${d.u8(at)})`);
  }
  const sum = foldChecksum(addWords(0, d.view, at, source ? MOBILE_SIZE : MOBILE_LEAST));
  if (sum !== 0) out.str(` (bad checksum ${d.u16(at + 2)})`);
}

const CARP_VERSION = 2;
const CARP_ADVERTISEMENT = 1;

/**
 * CARP: version (4 bits), type (4 bits) | host (1) | skew (1) | authentication length (1) | demotion (1) | base (1) |
 * checksum (2) | counter (8) | digest (20). Throws TRUNCATED.
 */
export function printCarp(
  d: Dissection,
  at: number,
  length: number,
  _ip: number,
  _fragmented: boolean,
  ttl: number,
): void {
  const { out } = d;
  d.protocol = "carp";
  const head = d.u8(at);
  const version = head >> 4;
  const type = head & 15;
  out.str(`CARPv${version}-${type === CARP_ADVERTISEMENT ? "advertise" : "unknown"} ${length}: `);
  if (ttl !== 255) out.str(`[ttl=${ttl}!] `);
  if (version !== CARP_VERSION || type !== CARP_ADVERTISEMENT) return;
  const base = d.u8(at + 5);
  out.str(`vhid=${d.u8(at + 1)} advbase=${base} advskew=${d.u8(at + 2)} authlen=${d.u8(at + 3)} `);
  if (d.opt.verbose > 0 && d.has(at, length) && foldChecksum(addWords(0, d.view, at, length)) !== 0)
    out.str(` (bad carp cksum ${hex(d.u16(at + 6))}!)`);
  out.str(`counter=${d.u64(at + 8)}`);
}
