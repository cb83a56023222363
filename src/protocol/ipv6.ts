// Internet Protocol, version 6 (RFC 8200), with its extension headers: hop-by-hop and destination options,
// routing (RFC 8200, 5095, 6275, 8754), fragment, mobility (RFC 6275).
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-------+---------------+---------------------------------------+
//   |Version| Traffic Class |              Flow Label               |
//   +-------+---------------+-------+---------------+---------------+
//   |        Payload Length         |  Next Header  |   Hop Limit   |
//   +-------------------------------+---------------+---------------+
//   |               Source Address, 16 bytes at 8                   |
//   |             Destination Address, 16 bytes at 24               |
//   +---------------------------------------------------------------+
import { phrase, put, putDecimal, putHex, putHex2, putHex4, putSmall } from "../bytes/text.ts";
import { printIpPayload } from "./demux.ts";
import type { Dissection } from "./dissection.ts";
import {
  IPPROTO_DCCP,
  IPPROTO_DSTOPTS,
  IPPROTO_FRAGMENT,
  IPPROTO_HOPOPTS,
  IPPROTO_MOBILITY,
  IPPROTO_MOBILITY_OLD,
  IPPROTO_ROUTING,
  IPPROTO_SCTP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  numberedTitle,
} from "./ipproto.ts";
import { printMobility } from "./mobility.ts";

const HEADER_SIZE = 40;
const IP6 = phrase("IP6 ");
const OPEN = phrase("(");
const CLASS = phrase("class 0x");
const FLOW_LABEL = phrase("flowlabel 0x");
const COMMA = phrase(", ");
const HOP_LIMIT = phrase("hlim ");
const NEXT_HEADER = phrase(", next-header ");
const PAYLOAD_LENGTH = phrase(" payload length: ");
const CLOSE = phrase(") ");
/** What -v shows of a header: less than so many bytes. */
const ROOM = 192;
const FRAGMENT_SIZE = 8;
const FRAGMENT_OFFSET_MASK = 0xfff8;
/** A dissector of an extension header answers this when nothing after it can be read. */
const STOP = -1;

const OPTION_PAD1 = 0x00;
const OPTION_PADN = 0x01;
const OPTION_ROUTER_ALERT = 0x05;
const OPTION_JUMBO = 0xc2;
const OPTION_HOME_ADDRESS = 0xc9;
const ROUTER_ALERT_SIZE = 4;
const JUMBO_SIZE = 6;
const HOME_ADDRESS_SIZE = 18;
/** RFC 2675: what fits into the payload length field needs no jumbo option. */
const JUMBO_MINIMUM = 65_536;

/** Which extension headers came before: none, a hop-by-hop header among them, only others. */
const Previous = { None: 0, HopByHop: 1, Other: 2 } as const;
type Previous = (typeof Previous)[keyof typeof Previous];

/** Options that a hop-by-hop header changes about the packet. */
interface Jumbo {
  /** Payload length of the IPv6 header; the jumbo option's once a valid one was found. */
  payload: number;
  found: boolean;
}

/** Options within a home address option; false if they are cut off. */
function subOptions(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  let size: number;
  for (let i = 0; i < length; i += size) {
    const type = d.u8(at + i);
    if (type === OPTION_PAD1) {
      size = 1;
      out.str(", pad1");
      continue;
    }
    if (i + 1 >= length) return false;
    size = d.u8(at + i + 1) + 2;
    if (i + size > length) return false;
    if (type === OPTION_PADN) out.str(", padn");
    else {
      out.str(", sopt_type 0x");
      out.hexPad(type, 2);
      out.str(": len=");
      out.dec(size - 2);
    }
  }
  return true;
}

function jumboOption(d: Dissection, value: number, seen: boolean, jumbo: Jumbo | null): void {
  let objection = "";
  if (seen) objection = " - already seen";
  else if (jumbo === null) objection = " - not a hop-by-hop option";
  else if (jumbo.payload !== 0) objection = " - payload len != 0";
  else if (value < JUMBO_MINIMUM) objection = " - < 65536";
  else {
    jumbo.found = true;
    jumbo.payload = value;
  }
  if (d.opt.verbose === 0) return;
  d.out.str("(jumbo: ");
  d.out.dec(value);
  d.out.str(objection);
  d.out.str(") ");
}

/** "(name: trunc)" or "(name: invalid len N)"; true if the option is not `size` bytes long as it should be. */
function wrongSize(d: Dissection, name: string, left: number, given: number, size: number, exact: boolean) {
  if (left < size) d.out.str(`(${name}: trunc)`);
  else if (exact ? given !== size - 2 : given < size - 2) d.out.str(`(${name}: invalid len ${given})`);
  else return false;
  return true;
}

/** The options of a hop-by-hop header, or with `jumbo` null of a destination header; false if they are wrong. */
function options(d: Dissection, at: number, length: number, jumbo: Jumbo | null): boolean {
  const { out } = d;
  const verbose = d.opt.verbose > 0;
  let jumboSeen = false;
  let size: number;
  for (let i = 0; i < length; i += size) {
    const pos = at + i;
    const left = length - i;
    const type = d.u8(pos);
    if (type === OPTION_PAD1) {
      size = 1;
      if (verbose) out.str("(pad1)");
      continue;
    }
    if (left < 2) return false;
    const given = d.u8(pos + 1);
    size = given + 2;
    if (size > left) return false;
    switch (type) {
      case OPTION_PADN:
        if (verbose) out.str("(padn)");
        break;
      case OPTION_ROUTER_ALERT:
        if (wrongSize(d, "rtalert", left, given, ROUTER_ALERT_SIZE, true)) return false;
        if (verbose) {
          const value = d.u16(pos + 2);
          out.str("(rtalert: 0x");
          out.hexPad(value, 4);
          out.str(") ");
        }
        break;
      case OPTION_JUMBO:
        if (wrongSize(d, "jumbo", left, given, JUMBO_SIZE, true)) return false;
        jumboOption(d, d.u32(pos + 2), jumboSeen, jumbo);
        jumboSeen = true;
        break;
      case OPTION_HOME_ADDRESS:
        if (wrongSize(d, "homeaddr", left, given, HOME_ADDRESS_SIZE, false)) return false;
        if (verbose) {
          d.need(pos + 2, 16);
          out.str("(homeaddr: ");
          d.ip6(pos + 2);
          if (!subOptions(d, pos + HOME_ADDRESS_SIZE, size - HOME_ADDRESS_SIZE)) return false;
          out.ch(41);
        }
        break;
      default:
        if (verbose) {
          out.str("(opt_type 0x");
          out.hexPad(type, 2);
          out.str(": len=");
          out.dec(given);
          out.ch(41);
        }
    }
  }
  if (verbose) out.ch(32);
  return true;
}

/** The options header at `at` after its name; with `jumbo` null a destination header. Answers its size or STOP. */
function optionsHeader(d: Dissection, at: number, name: string, jumbo: Jumbo | null): number {
  const size = (d.u8(at + 1) + 1) << 3;
  if (d.has(at, size)) {
    d.out.str(name);
    // A jumbo option counts whether shown or not; destination options are only for show.
    if (jumbo === null && d.opt.verbose === 0) return size;
    if (options(d, at + 2, size - 2, jumbo)) return size;
  }
  d.truncated();
  return STOP;
}

function hopByHop(d: Dissection, at: number, jumbo: Jumbo): number {
  d.protocol = "hbhopt";
  return optionsHeader(d, at, "HBH ", jumbo);
}

function destinationOptions(d: Dissection, at: number): number {
  d.protocol = "dstopt";
  return optionsHeader(d, at, "DSTOPT ", null);
}

function fragment(d: Dissection, at: number, ip: number): number {
  const { out } = d;
  d.protocol = "frag6";
  const verbose = d.opt.verbose > 0;
  const id = verbose ? d.u32(at + 4) : 0;
  const offset = d.u16(at + 2) & FRAGMENT_OFFSET_MASK;
  const left = HEADER_SIZE + d.u16(ip + 4) - (at - ip) - FRAGMENT_SIZE;
  out.str("frag (");
  if (verbose) {
    out.str("0x");
    out.hexPad(id, 8);
    out.ch(58);
  }
  out.dec(offset);
  out.ch(124);
  // tcpdump counts in 64 bits without a sign.
  if (left >= 0) out.dec(left);
  else out.str(BigInt.asUintN(64, BigInt(left)).toString());
  out.ch(41);
  // What is in a later fragment has no header to tell.
  if (offset !== 0) return STOP;
  out.ch(32);
  return FRAGMENT_SIZE;
}

function routing(d: Dissection, at: number): number {
  const { out } = d;
  d.protocol = "rt6";
  out.str("RT6");
  const size = d.u8(at + 1);
  out.str(" (len=");
  out.dec(size);
  const type = d.u8(at + 2);
  out.str(", type=");
  out.dec(type);
  if (type === 0) out.str(" [Deprecated]");
  const left = d.u8(at + 3);
  out.str(", segleft=");
  out.dec(left);
  if (type === 0 || type === 2) {
    const reserved = d.u32(at + 4);
    if (reserved !== 0 || d.opt.verbose > 0) {
      out.str(", rsv=0x");
      out.hex(reserved);
    }
  } else if (type === 4) {
    const last = d.u8(at + 4);
    out.str(", last-entry=");
    out.dec(last);
    const flags = d.u8(at + 5);
    if (flags !== 0 || d.opt.verbose > 0) {
      out.str(", flags=0x");
      out.hex(flags);
    }
    const tag = d.u16(at + 6);
    out.str(", tag=");
    out.hex(tag);
  } else {
    out.str(" (unknown type)");
    d.invalid();
    return STOP;
  }
  // Addresses take two units of eight bytes each.
  if (size % 2 === 1) {
    out.str(" (invalid length ");
    out.dec(size);
    out.ch(41);
    d.invalid();
    return STOP;
  }
  for (let i = 0; i < size >> 1; i++) {
    const address = at + 8 + i * 16;
    d.need(address, 16);
    out.str(", [");
    out.dec(i);
    out.ch(93);
    d.ip6(address);
  }
  out.str(") ");
  return (size + 1) << 3;
}

function verboseHeader(d: Dissection, at: number, next: number, payload: number): void {
  const { out } = d;
  const flow = d.u32(at);
  out.reserve(ROOM);
  const { view } = out;
  let pos = put(view, out.pos, OPEN);
  if (flow & 0x0ff00000) {
    pos = putHex2(view, put(view, pos, CLASS), (flow >>> 20) & 0xff);
    pos = put(view, pos, COMMA);
  }
  if (flow & 0x000fffff) {
    pos = putHex(view, put(view, pos, FLOW_LABEL), (flow >>> 16) & 15);
    pos = put(view, putHex4(view, pos, flow & 0xffff), COMMA);
  }
  pos = putSmall(view, put(view, pos, HOP_LIMIT), d.u8(at + 7));
  pos = put(view, put(view, pos, NEXT_HEADER), numberedTitle(next));
  pos = putDecimal(view, put(view, pos, PAYLOAD_LENGTH), payload);
  out.pos = put(view, pos, CLOSE);
}

function missing(d: Dissection, count: number): void {
  d.out.str("truncated-ip6 - ");
  d.out.dec(count);
  d.out.str(" bytes missing!");
}

/** TCP, UDP, SCTP and DCCP print the addresses with their ports. */
function namesAddresses(protocol: number): boolean {
  return (
    protocol === IPPROTO_TCP ||
    protocol === IPPROTO_UDP ||
    protocol === IPPROTO_DCCP ||
    protocol === IPPROTO_SCTP
  );
}

/** The hop-by-hop header must come first (RFC 8200 4.1), and with an empty payload length be a jumbo's (RFC 2675). */
function checkedHopByHop(d: Dissection, at: number, jumbo: Jumbo, previous: Previous): number {
  let objection = "";
  let size = STOP;
  if (previous === Previous.HopByHop) objection = "[The Hop-by-Hop Options header was already found]";
  else if (previous === Previous.Other)
    objection = "[The Hop-by-Hop Options header don't follow the IPv6 header]";
  else {
    size = hopByHop(d, at, jumbo);
    if (jumbo.payload === 0 && !jumbo.found) objection = "[No valid Jumbo Payload Hop-by-Hop option found]";
  }
  if (objection === "") return size;
  d.out.str(objection);
  d.invalid();
  return STOP;
}

/**
 * How many bytes of payload are left after `used` bytes of headers, once all headers are known: a jumbo's length
 * comes from its option, an empty packet has none. Sets d.end accordingly, not beyond `outerEnd`; STOP if the
 * lengths contradict each other.
 */
function settledPayload(
  d: Dissection,
  ip: number,
  length: number,
  left: number,
  used: number,
  jumbo: Jumbo,
  extended: boolean,
  outerEnd: number,
): number {
  let total: number;
  if (jumbo.found) {
    total = jumbo.payload + HEADER_SIZE;
    if (total < used) return STOP;
    if (length < total) missing(d, total - length);
  } else if (jumbo.payload !== 0) return left;
  else {
    // No payload has no room for an extension header.
    if (extended) return STOP;
    total = HEADER_SIZE;
  }
  d.end = Math.min(outerEnd, ip + total);
  return total - used;
}

/** The extension headers and the payload of the packet at `ip`, `total` bytes long; `outerEnd`: see above. */
function chain(d: Dissection, ip: number, length: number, total: number, outerEnd: number): void {
  const jumbo: Jumbo = { payload: d.u16(ip + 4), found: false };
  let previous: Previous = Previous.None;
  let next = d.u8(ip + 6);
  let left = total;
  let at = ip;
  let advance = HEADER_SIZE;
  let fragmented = false;
  while (at < d.end && advance > 0) {
    if (left < advance) {
      d.truncated();
      return;
    }
    at += advance;
    left -= advance;
    if (previous === Previous.None && !namesAddresses(next)) {
      d.ip6(ip + 8);
      d.out.str(" > ");
      d.ip6(ip + 24);
      d.out.str(": ");
    }
    const current = next;
    switch (current) {
      case IPPROTO_HOPOPTS:
        advance = checkedHopByHop(d, at, jumbo, previous);
        break;
      case IPPROTO_DSTOPTS:
        advance = destinationOptions(d, at);
        break;
      case IPPROTO_FRAGMENT:
        advance = fragment(d, at, ip);
        if (at + advance >= d.end) return;
        fragmented = true;
        break;
      case IPPROTO_ROUTING:
        if (!d.has(at, 1)) {
          d.truncated();
          return;
        }
        advance = routing(d, at);
        break;
      case IPPROTO_MOBILITY:
      case IPPROTO_MOBILITY_OLD:
        // RFC 6275 6.1.1: nothing follows a mobility header.
        printMobility(d, at);
        return;
      default: {
        const payload = settledPayload(
          d,
          ip,
          length,
          left,
          at - ip,
          jumbo,
          previous !== Previous.None,
          outerEnd,
        );
        if (payload === STOP) d.truncated();
        else printIpPayload(d, next, at, payload, ip, fragmented, d.u8(ip + 7));
        return;
      }
    }
    if (advance === STOP) return;
    next = d.u8(at);
    if (previous !== Previous.HopByHop)
      previous = current === IPPROTO_HOPOPTS ? Previous.HopByHop : Previous.Other;
    d.protocol = "ip6";
  }
}

/** Writes the IPv6 packet at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printIpv6(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "ip6";
  if (!d.has(at, HEADER_SIZE)) {
    d.truncated();
    return;
  }
  if (length < HEADER_SIZE) {
    out.str("truncated-ip6 ");
    out.dec(length);
    return;
  }
  if (!d.opt.linkHeader) out.phrase(IP6);
  const version = d.u8(at) >> 4;
  if (version !== 6) {
    out.str("version error: ");
    out.dec(version);
    out.str(" != 6");
    return;
  }
  const payload = d.u16(at + 4);
  // An empty payload length may be a jumbogram's: until its option was found, all there is belongs to it.
  const total = (payload === 0 ? length : payload) + HEADER_SIZE;
  if (payload !== 0 && length < total) missing(d, total - length);
  if (d.opt.verbose > 0) verboseHeader(d, at, d.u8(at + 6), payload);
  const outerEnd = d.limit(at, total);
  d.enter();
  chain(d, at, length, total, outerEnd);
  d.leave();
  d.end = outerEnd;
}
