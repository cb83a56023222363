// IPv4 (RFC 791).
//
//   version, header length (1) | tos (1) | total length (2) | id (2) | flags, fragment offset (2)
//   ttl (1) | protocol (1) | checksum (2) | source (4) | destination (4) | options
import { addWords, foldChecksum, rightChecksum } from "../bytes/checksum.ts";
import { phrase, put, putDecimal, putHex, putSmall } from "../bytes/text.ts";
import { printIpPayload, writeProtocolNumber } from "./demux.ts";
import type { Dissection } from "./dissection.ts";
import { TRUNCATED } from "./dissection.ts";
import { IPPROTO_DCCP, IPPROTO_SCTP, IPPROTO_TCP, IPPROTO_UDP, numberedTitle } from "./ipproto.ts";
import { type BitTokens, bitNames, type Tokens } from "./token.ts";

const HEADER = 20;

const OPT_EOL = 0;
const OPT_NOP = 1;
const OPT_RR = 7;
const OPT_TS = 68;
const OPT_LSRR = 131;
const OPT_SSRR = 137;
const OPT_RA = 148;
const OPTIONS: Tokens = new Map([
  [OPT_EOL, "EOL"],
  [OPT_NOP, "NOP"],
  [OPT_TS, "timestamp"],
  [130, "security"],
  [OPT_RR, "RR"],
  [OPT_SSRR, "SSRR"],
  [OPT_LSRR, "LSRR"],
  [OPT_RA, "RA"],
  [82, "traceroute"],
]);

const MORE_FRAGMENTS = 0x2000;
const FRAGMENT_FLAGS: BitTokens = [
  [MORE_FRAGMENTS, "+"],
  [0x4000, "DF"],
  // RFC 3514
  [0x8000, "rsvd"],
];
const ECN = ["", ",ECT(1)", ",ECT(0)", ",CE"].map((text) => phrase(text));
/** By the three flags. */
const FLAGS_TEXT = Array.from({ length: 8 }, (_, flags) =>
  phrase(`, flags [${bitNames(FRAGMENT_FLAGS, flags << 13, "none")}]`),
);
const IP = phrase("IP ");
const TO = phrase(" > ");
const HEADER_END = phrase(") ");
const HEADER_LINE_END = phrase(")\n    ");
const TOS = phrase("(tos 0x");
const TTL = phrase(", ttl ");
const ID = phrase(", id ");
const OFFSET = phrase(", offset ");
const PROTO = phrase(", proto ");
const LENGTH = phrase(", length ");
/** What -v shows of a header, but for the options: less than so many bytes. */
const ROOM = 192;

/** The addresses in a record route or source route option. False if they were not all captured. */
function printRoute(d: Dissection, at: number, size: number): boolean {
  const { out } = d;
  if (size < 3) {
    out.str(` [bad length ${size}]`);
    return true;
  }
  if ((size + 1) & 3) out.str(` [bad length ${size}]`);
  const pointer = d.u8(at + 2);
  const next = (pointer - 1) >>> 0;
  if (next < 3 || (next + 1) & 3 || next > size + 1) out.str(` [bad ptr ${pointer}]`);
  for (let offset = 3; offset < size; offset += 4) {
    if (!d.has(at + offset, 4)) return false;
    out.ch(32);
    d.ip4(at + offset);
    if (next > offset) out.ch(44);
  }
  return true;
}

/** A timestamp option. False if it was not all captured. */
function printTimestamps(d: Dissection, at: number, size: number): boolean {
  const { out } = d;
  if (size < 4) {
    out.str(`[bad length ${size}]`);
    return true;
  }
  out.str(" TS{");
  const kind = d.u8(at + 3) & 15;
  const hop = kind === 0 ? 4 : 8;
  if ((size - 4) & (hop - 1)) out.str(`[bad length ${size}]`);
  const pointer = d.u8(at + 2);
  const next = (pointer - 1) >>> 0;
  if (next < 4 || (next - 4) & (hop - 1) || next > size + 1) out.str(`[bad ptr ${pointer}]`);
  let offset = 0;
  if (kind !== 0 && kind !== 1 && kind !== 3) out.str(`[bad ts type ${kind}]`);
  else {
    out.str(kind === 0 ? "TSONLY" : kind === 1 ? "TS+ADDR" : "PRESPEC");
    for (offset = 4; offset < size; offset += hop) {
      if (!d.has(at + offset, hop)) return false;
      out.str(next === offset ? " ^ " : " ");
      out.dec(d.u32(at + offset + hop - 4));
      out.ch(64);
      if (hop === 8) d.ip4(at + offset);
    }
  }
  if (next === offset) out.str(" ^ ");
  const missed = d.u8(at + 3) >> 4;
  out.str(missed ? ` [${missed} hops not recorded]} ` : "}");
  return true;
}

/** The options of a header: `left` bytes at `at`. False if they were not all captured. */
function printOptions(d: Dissection, at: number, left: number): boolean {
  const { out } = d;
  let size = 0;
  for (let first = true; left > 0; at += size, left -= size, first = false) {
    if (!first) out.ch(44);
    const code = d.u8(at);
    out.str(OPTIONS.get(code) ?? `unknown ${code}`);
    size = code === OPT_NOP || code === OPT_EOL ? 1 : d.u8(at + 1);
    if ((size < 2 && code !== OPT_NOP && code !== OPT_EOL) || size > left) {
      out.str(` [bad length ${size}]`);
      return true;
    }
    if (!d.has(at, size)) return false;
    if (code === OPT_EOL) return true;
    if (code === OPT_TS) {
      if (!printTimestamps(d, at, size)) return false;
    } else if (code === OPT_RR || code === OPT_SSRR || code === OPT_LSRR) {
      if (!printRoute(d, at, size)) return false;
    } else if (code === OPT_RA) {
      if (size < 4) out.str(` [bad length ${size}]`);
      else if (d.u16(at + 2) !== 0) out.str(` value ${d.u16(at + 2)}`);
    }
  }
  return true;
}

/** Prints "SOURCE > DESTINATION: " of the IPv4 header at `at`. */
function writeAddresses(d: Dissection, at: number, ending: string): void {
  d.need(at + 12, 8);
  d.ip4(at + 12);
  d.out.phrase(TO);
  d.ip4(at + 16);
  d.out.str(ending);
}

/**
 * True if the checksum of a header without options is right: foldChecksum() of addWords() for what every packet has. The
 * sum of halves is 0xffff or a multiple (RFC 1071), and not 0: the version is none.
 */
function isRight(packet: DataView, at: number): boolean {
  const a = packet.getInt32(at);
  const b = packet.getInt32(at + 4);
  const c = packet.getInt32(at + 8);
  const d = packet.getInt32(at + 12);
  const e = packet.getInt32(at + 16);
  const sum =
    (a & 0xffff) +
    (b & 0xffff) +
    (c & 0xffff) +
    (d & 0xffff) +
    (e & 0xffff) +
    (a >>> 16) +
    (b >>> 16) +
    (c >>> 16) +
    (d >>> 16) +
    (e >>> 16);
  return sum % 0xffff === 0;
}

/** What -v shows of a header, in brackets, with the line's end after it. False if the options were cut off. */
function printHeader(d: Dissection, at: number, header: number, offset: number): boolean {
  const { out } = d;
  const packet = d.view;
  d.need(at, HEADER);
  out.reserve(ROOM);
  const { view } = out;
  const tos = packet.getUint8(at + 1);
  let pos = putHex(view, put(view, out.pos, TOS), tos);
  pos = put(view, pos, ECN[tos & 3]!);
  const ttl = packet.getUint8(at + 8);
  if (ttl >= 1) pos = putSmall(view, put(view, pos, TTL), ttl);
  pos = putDecimal(view, put(view, pos, ID), packet.getUint16(at + 4));
  pos = putDecimal(view, put(view, pos, OFFSET), (offset & 0x1fff) * 8);
  pos = put(view, pos, FLAGS_TEXT[offset >> 13]!);
  pos = put(view, put(view, pos, PROTO), numberedTitle(packet.getUint8(at + 9)));
  pos = putDecimal(view, put(view, pos, LENGTH), packet.getUint16(at + 2));
  if (header === HEADER && (d.opt.unverified || isRight(packet, at))) {
    out.pos = put(view, pos, d.opt.ipOneline ? HEADER_END : HEADER_LINE_END);
    return true;
  }
  out.pos = pos;
  let whole = true;
  if (header > HEADER) {
    out.str(", options (");
    whole = printOptions(d, at + HEADER, header - HEADER);
    if (!whole) out.str(" [truncated-option]");
    out.ch(41);
  }
  if (!d.opt.unverified && d.has(at, header)) {
    const computed = foldChecksum(addWords(0, d.view, at, header));
    if (computed !== 0) {
      const field = d.u16(at + 10);
      out.str(", bad cksum ");
      out.hex(field);
      out.str(" (->");
      out.hex(rightChecksum(field, computed));
      out.str(")!");
    }
  }
  out.phrase(d.opt.ipOneline ? HEADER_END : HEADER_LINE_END);
  return whole;
}

/** Prints the IPv4 packet at `at`; `length` is what the layer below says it has on the wire. */
export function printIp(d: Dissection, at: number, length: number): void {
  const { out, opt } = d;
  d.protocol = "ip";
  const first = d.u8(at);
  if (first >> 4 !== 4) {
    out.str(first >> 4 === 6 ? "IP6, wrong link-layer encapsulation" : `IP${first >> 4}`);
    d.invalid();
    return;
  }
  if (!opt.linkHeader) out.phrase(IP);
  if (!d.has(at, HEADER)) {
    d.truncated();
    return;
  }
  if (length >>> 0 < HEADER) {
    out.str(`truncated-ip ${length}`);
    return;
  }
  const header = (first & 15) * 4;
  if (header < HEADER) {
    out.str(`bad-hlen ${header}`);
    return;
  }
  const packet = d.view;
  const total = packet.getUint16(at + 2);
  if (length < total) out.str(`truncated-ip - ${total - length} bytes missing! `);
  if (total < header) {
    // Also what a host sees of its own segments before the device cuts them up, with length 0 (TSO).
    out.str(`bad-len ${total}`);
    return;
  }
  const saved = d.limit(at, total);
  d.enter();
  const payload = total - header;
  const offset = packet.getUint16(at + 6);
  const protocol = packet.getUint8(at + 9);
  const whole = opt.verbose === 0 || printHeader(d, at, header, offset);
  if (!whole) {
    writeAddresses(d, at, ": ");
    d.truncated();
  } else if ((offset & 0x1fff) === 0) {
    if (
      protocol !== IPPROTO_TCP &&
      protocol !== IPPROTO_UDP &&
      protocol !== IPPROTO_SCTP &&
      protocol !== IPPROTO_DCCP
    )
      writeAddresses(d, at, ": ");
    if (header > HEADER && !d.has(at, header)) {
      out.str(` [remaining caplen(${d.available(at)}) < header length(${header})]`);
      throw TRUNCATED;
    }
    const fragmented = (offset & MORE_FRAGMENTS) !== 0;
    printIpPayload(d, protocol, at + header, payload, at, fragmented, packet.getUint8(at + 8));
  } else {
    writeAddresses(d, at, ":");
    writeProtocolNumber(d, protocol);
  }
  d.leave();
  d.end = saved;
}

/** Prints an IP packet of either version, by its first four bits; the others' names are in the registry. */
export function printIpAny(d: Dissection, at: number, length: number): void {
  d.protocol = "ipn";
  if (length < 1) {
    d.out.str(`truncated-ip ${length}`);
    return;
  }
  const version = d.u8(at) >> 4;
  const print = version === 4 ? printIp : version === 6 ? d.protocols.ethertype(0x86dd) : undefined;
  if (print === undefined) d.out.str(`unknown ip ${version}`);
  else print(d, at, length, length, -1, -1);
}

/** Link types of bare IP packets: 101, 228, 229 (LINKTYPE_RAW, _IPV4, _IPV6). */
export function printRawLink(d: Dissection, at: number, length: number): void {
  d.protocol = "raw";
  if (d.opt.linkHeader) d.out.str("ip: ");
  printIpAny(d, at, length);
}
