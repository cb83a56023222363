// ICMPv6 (RFC 4443): errors and echo, neighbor discovery (RFC 4861 and the options of RFC 4191, 6275, 8106),
// multicast listener discovery (RFC 2710, 3810), node information (RFC 4620), router renumbering (RFC 2894),
// mobility (RFC 6275), RPL (RFC 6550).
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +---------------+---------------+-------------------------------+
//   |     Type      |     Code      |           Checksum            |
//   +---------------+---------------+-------------------------------+
//   |                           Message Body ...

import { writeIpv6 } from "../bytes/address.ts";
import { rightChecksum } from "../bytes/checksum.ts";
import type { Dissection } from "./dissection.ts";
import { domainName } from "./domain.ts";
import { GROUP_RECORDS } from "./igmp.ts";
import {
  IPPROTO_AH,
  IPPROTO_DSTOPTS,
  IPPROTO_FRAGMENT,
  IPPROTO_HOPOPTS,
  IPPROTO_ICMPV6,
  IPPROTO_ROUTING,
  IPPROTO_TCP,
  IPPROTO_UDP,
} from "./ipproto.ts";
import { printNodeInformation } from "./nodeinfo.ts";
import { unknownBytes } from "./phrase.ts";
import { checksum6 } from "./pseudo.ts";
import { printRpl } from "./rpl.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";

const UNREACHABLE = 1;
const TOO_BIG = 2;
const TIME_EXCEEDED = 3;
const PARAMETER_PROBLEM = 4;
const ECHO_REQUEST = 128;
const ECHO_REPLY = 129;
const LISTENER_QUERY = 130;
const LISTENER_REPORT = 131;
const LISTENER_DONE = 132;
const ROUTER_SOLICITATION = 133;
const ROUTER_ADVERTISEMENT = 134;
const NEIGHBOR_SOLICITATION = 135;
const NEIGHBOR_ADVERTISEMENT = 136;
const REDIRECT = 137;
const ROUTER_RENUMBERING = 138;
const NODE_QUERY = 139;
const NODE_REPLY = 140;
const INVERSE_SOLICITATION = 141;
const INVERSE_ADVERTISEMENT = 142;
const LISTENER_REPORT_2 = 143;
const HOME_AGENT_REQUEST = 144;
const HOME_AGENT_REPLY = 145;
const MOBILE_PREFIX_SOLICITATION = 146;
const MOBILE_PREFIX_ADVERTISEMENT = 147;
const RPL = 155;

const TYPES: Tokens = new Map([
  [UNREACHABLE, "destination unreachable"],
  [TOO_BIG, "packet too big"],
  [TIME_EXCEEDED, "time exceeded in-transit"],
  [PARAMETER_PROBLEM, "parameter problem"],
  [ECHO_REQUEST, "echo request"],
  [ECHO_REPLY, "echo reply"],
  [LISTENER_QUERY, "multicast listener query"],
  [LISTENER_REPORT, "multicast listener report"],
  [LISTENER_DONE, "multicast listener done"],
  [ROUTER_SOLICITATION, "router solicitation"],
  [ROUTER_ADVERTISEMENT, "router advertisement"],
  [NEIGHBOR_SOLICITATION, "neighbor solicitation"],
  [NEIGHBOR_ADVERTISEMENT, "neighbor advertisement"],
  [REDIRECT, "redirect"],
  [ROUTER_RENUMBERING, "router renumbering"],
  [NODE_QUERY, "who-are-you request"],
  [NODE_REPLY, "who-are-you reply"],
  [INVERSE_SOLICITATION, "inverse neighbor solicitation"],
  [INVERSE_ADVERTISEMENT, "inverse neighbor advertisement"],
  [LISTENER_REPORT_2, "multicast listener report v2"],
  [HOME_AGENT_REQUEST, "ha discovery request"],
  [HOME_AGENT_REPLY, "ha discovery reply"],
  [MOBILE_PREFIX_SOLICITATION, "mobile router solicitation"],
  [MOBILE_PREFIX_ADVERTISEMENT, "mobile router advertisement"],
  [RPL, "RPL"],
  [200, "mtrace response"],
  [201, "mtrace message"],
]);

/** Types whose length stands before the details under -v, not at the end. */
const LENGTH_FIRST: ReadonlySet<number> = new Set([
  ROUTER_SOLICITATION,
  ROUTER_ADVERTISEMENT,
  NEIGHBOR_SOLICITATION,
  NEIGHBOR_ADVERTISEMENT,
  REDIRECT,
  HOME_AGENT_REPLY,
  MOBILE_PREFIX_ADVERTISEMENT,
]);

const UNREACHABLE_BEYOND_SCOPE = 2;
const UNREACHABLE_PORT = 4;
// The second name begins with a blank of its own: part of tcpdump's text.
const UNREACHABLE_CODES = [
  "unreachable route",
  " unreachable prohibited",
  "beyond scope",
  "unreachable address",
  "unreachable port",
] as const;
const PARAMETER_CODES = [", erroneous", ", next header", ", option", ", incomplete header chain"] as const;

const OPTION_SOURCE = 1;
const OPTION_TARGET = 2;
const OPTION_PREFIX = 3;
const OPTION_REDIRECTED = 4;
const OPTION_MTU = 5;
const OPTION_INTERVAL = 7;
const OPTION_HOME_AGENT = 8;
const OPTION_ROUTE = 24;
const OPTION_SERVERS = 25;
const OPTION_DOMAINS = 31;

const OPTIONS: Tokens = new Map([
  [OPTION_SOURCE, "source link-address"],
  [OPTION_TARGET, "destination link-address"],
  [OPTION_PREFIX, "prefix info"],
  [OPTION_REDIRECTED, "redirected header"],
  [OPTION_MTU, "mtu"],
  [OPTION_INTERVAL, "advertisement interval"],
  [OPTION_HOME_AGENT, "homeagent information"],
  [OPTION_ROUTE, "route info"],
  [OPTION_SERVERS, "rdnss"],
  [OPTION_DOMAINS, "dnssl"],
]);
const PREFIX_FLAGS: BitTokens = [
  [0x80, "onlink"],
  [0x40, "auto"],
  [0x20, "router"],
];
const ROUTER_FLAGS: BitTokens = [
  [0x80, "managed"],
  [0x40, "other stateful"],
  [0x20, "home agent"],
  [0x02, "ipv6 only"],
];
const NEIGHBOR_FLAGS: BitTokens = [
  [0x80000000, "router"],
  [0x40000000, "solicited"],
  [0x20000000, "override"],
];
/** RFC 4191 2.1: two bits of preference. */
const PREFERENCES = ["medium", "high", "rsv", "low"] as const;

/** RFC 4861 4.6.2: all ones is forever. */
function lifetime(seconds: number): string {
  return seconds === 0xffffffff ? "infinity" : `${seconds}s`;
}

function preference(flags: number): string {
  return PREFERENCES[(flags >> 3) & 3]!;
}

/** The prefix of RFC 4191 2.3 may leave out its zeros: 0, 8 or 16 bytes of it are there. False: another size. */
function route(d: Dissection, at: number, units: number): boolean {
  const { out } = d;
  d.check(at + 4, 4);
  const seconds = d.u32(at + 4);
  if (units > 3) return false;
  const given = (units - 1) * 8;
  d.need(at + 8, given);
  const prefix = new Uint8Array(16);
  prefix.set(d.bytes.subarray(at + 8, at + 8 + given));
  out.ch(32);
  writeIpv6(out, prefix, 0);
  out.str(`/${d.u8(at + 2)}, pref=${preference(d.u8(at + 3))}, lifetime=${lifetime(seconds)}`);
  return true;
}

/** RFC 8106 5.2: names, the last followed by a zero byte or the option's end. False: a name is wrong. */
function domains(d: Dissection, at: number, end: number, from: number): boolean {
  const seconds = d.u32(at + 4);
  d.out.str(` lifetime ${seconds}s, domain(s):`);
  let pos = at + 8;
  while (pos < end && d.u8(pos) !== 0) {
    d.out.ch(32);
    pos = domainName(d, pos, from);
    if (pos < 0) return false;
  }
  return true;
}

/** What an option of `units` times eight bytes says; false if it is cut off. The options begin at `from`. */
function option(d: Dissection, type: number, at: number, units: number, from: number): boolean {
  const { out } = d;
  const size = units << 3;
  switch (type) {
    case OPTION_SOURCE:
    case OPTION_TARGET:
      for (let i = 2; i < size; i++) {
        if (i > 2) out.ch(58);
        out.hexPad(d.u8(at + i), 2);
      }
      return true;
    case OPTION_PREFIX: {
      d.need(at + 16, 16);
      d.ip6(at + 16);
      out.str(`/${d.u8(at + 2)}${units !== 4 ? "badlen" : ""}`);
      out.str(`, Flags [${bitNames(PREFIX_FLAGS, d.u8(at + 3), "none")}]`);
      out.str(`, valid time ${lifetime(d.u32(at + 4))}, pref. time ${lifetime(d.u32(at + 8))}`);
      return true;
    }
    case OPTION_REDIRECTED:
      unknownBytes(d, from, "\n\t    ", size);
      return true;
    case OPTION_MTU:
      out.str(` ${d.u32(at + 4)}${units !== 1 ? "bad option length" : ""}`);
      return true;
    case OPTION_SERVERS:
      out.str(` lifetime ${d.u32(at + 4)}s,`);
      for (let i = 0; i < (units - 1) >> 1; i++) {
        const address = at + 8 + i * 16;
        d.need(address, 16);
        out.str(" addr: ");
        d.ip6(address);
      }
      return true;
    case OPTION_DOMAINS:
      return domains(d, at, at + size, from);
    case OPTION_INTERVAL:
      out.str(` ${d.u32(at + 4)}ms`);
      return true;
    case OPTION_HOME_AGENT:
      out.str(` preference ${d.u16(at + 4)}, lifetime ${d.u16(at + 6)}`);
      return true;
    case OPTION_ROUTE:
      return route(d, at, units);
    default:
      return true;
  }
}

/** The options of neighbor discovery from `from` on; `length` is what the message has left for them. */
function options(d: Dissection, from: number, length: number): void {
  const { out } = d;
  let left = length;
  let at = from;
  while (at < d.end) {
    d.check(at + 1, 1);
    if (left <= 0) return;
    const type = d.u8(at);
    const units = d.u8(at + 1);
    const size = units << 3;
    if (units === 0 || at + size > d.end) {
      d.truncated();
      return;
    }
    const name = OPTIONS.get(type);
    out.str(`\n\t  ${name ?? "unknown"} option (${type}), length ${size} (${units}): `);
    if (name === undefined && d.opt.verbose < 2) {
      unknownBytes(d, at + 2, "\n\t  ", size - 2);
      return;
    }
    if (!option(d, type, at, units, from)) {
      d.truncated();
      return;
    }
    if (d.opt.verbose > 1) unknownBytes(d, at + 2, "\n\t    ", size - 2);
    at += size;
    left -= size;
  }
}

/** Where the TCP or UDP header of the IPv6 packet at `ip` begins, and which it is; -1 if it cannot be told. */
function upperLayer(d: Dissection, ip: number): { at: number; protocol: number } | null {
  if (!d.has(ip + 6, 1)) return null;
  let next = d.u8(ip + 6);
  let at = ip;
  let size = 40;
  while (at < d.end) {
    at += size;
    switch (next) {
      case IPPROTO_UDP:
      case IPPROTO_TCP:
        return d.has(at + 2, 2) ? { at, protocol: next } : null;
      case IPPROTO_HOPOPTS:
      case IPPROTO_DSTOPTS:
      case IPPROTO_ROUTING:
        if (!d.has(at + 1, 1)) return null;
        next = d.u8(at);
        size = (d.u8(at + 1) + 1) << 3;
        break;
      case IPPROTO_FRAGMENT:
        if (!d.has(at + 2, 2) || (d.u16(at + 2) & 0xfff8) !== 0) return null;
        next = d.u8(at);
        size = 8;
        break;
      case IPPROTO_AH:
        if (!d.has(at + 1, 1)) return null;
        next = d.u8(at);
        size = (d.u8(at + 1) + 2) << 2;
        break;
      default:
        return null;
    }
  }
  return null;
}

/** False if nothing more is to be said of the message. */
function unreachable(d: Dissection, at: number, code: number, length: number): boolean {
  const { out } = d;
  const quote = at + 8;
  const name = UNREACHABLE_CODES[code];
  out.str(", ");
  out.str(name ?? `unknown unreach code (${code})`);
  if (name === undefined) {
    if (d.opt.verbose > 1) return true;
    unknownBytes(d, at, "\n\t", length);
    return false;
  }
  if (code === UNREACHABLE_PORT) {
    const upper = upperLayer(d, quote);
    if (upper === null) {
      d.truncated();
      return false;
    }
    const port = d.u16(upper.at + 2);
    out.str(", ");
    d.ip6(quote + 24);
    if (upper.protocol === IPPROTO_TCP) {
      out.str(" tcp port ");
      d.tcpPort(port);
    } else {
      out.str(" udp port ");
      d.udpPort(port);
    }
    return true;
  }
  d.need(quote + 24, 16);
  out.ch(32);
  d.ip6(quote + 24);
  if (code === UNREACHABLE_BEYOND_SCOPE) {
    out.str(", source address ");
    d.ip6(quote + 8);
  }
  return true;
}

function timeExceeded(d: Dissection, at: number, code: number): void {
  const { out } = d;
  if (code === 0) {
    d.need(at + 32, 16);
    out.str(" for ");
    d.ip6(at + 32);
  } else if (code === 1) out.str(" (reassembly)");
  else out.str(`, unknown code (${code})`);
}

/** False if nothing more is to be said of the message. */
function parameterProblem(d: Dissection, at: number, code: number): boolean {
  const { out } = d;
  if (!d.has(at + 32, 16)) {
    d.truncated();
    return false;
  }
  const name = PARAMETER_CODES[code];
  if (name === undefined) {
    out.str(`, code-#${code}`);
    return true;
  }
  out.str(name);
  out.str(" - octet ");
  out.dec(d.u32(at + 4));
  return true;
}

/** RFC 2710. Cut off, nothing is said of it. */
function listener1(d: Dissection, at: number): void {
  if (!d.has(at, 24)) return;
  d.out.str("max resp delay: ");
  d.out.dec(d.u16(at + 4));
  d.out.str(" addr: ");
  d.ip6(at + 8);
}

/** A floating point number of RFC 3810 5.1: `bits` of mantissa, three of exponent above. */
function floating(code: number, bits: number): number {
  if (code >> (bits + 3) === 0) return code;
  const one = 1 << bits;
  return ((code & (one - 1)) | one) << (((code >> bits) & 7) + 3);
}

function sources(d: Dissection, at: number, count: number): void {
  d.out.str(" {");
  for (let i = 0; i < count; i++) {
    d.need(at + i * 16, 16);
    d.out.ch(32);
    d.ip6(at + i * 16);
  }
  d.out.str(" }");
}

/** RFC 3810 5.1. */
function query2(d: Dissection, at: number, length: number): void {
  const { out } = d;
  const delay = d.u16(at + 4);
  if (d.opt.verbose > 0) {
    out.str(" [max resp delay=");
    out.dec(floating(delay, 12));
    out.ch(93);
  }
  d.need(at + 8, 16);
  out.str(" [gaddr ");
  d.ip6(at + 8);
  if (d.opt.verbose > 0) {
    const flags = d.u8(at + 24);
    if (flags & 8) out.str(" sflag");
    if (flags & 7) {
      out.str(" robustness=");
      out.dec(flags & 7);
    }
    const interval = d.u8(at + 25);
    out.str(" qqi=");
    out.dec(floating(interval, 4));
  }
  const count = d.u16(at + 26);
  if (count > 0) {
    if (length < 28 + count * 16) out.str(" [invalid number of sources]");
    else if (d.opt.verbose > 1) sources(d, at + 28, count);
    else {
      out.str(", ");
      out.dec(count);
      out.str(" source(s)");
    }
  }
  out.ch(93);
}

function query(d: Dissection, at: number, length: number): void {
  if (length === 24) {
    listener1(d, at);
    return;
  }
  if (length < 28) {
    d.out.str(` unknown-version (len ${length}) `);
    return;
  }
  d.out.str(" v2");
  query2(d, at, length);
}

/** RFC 3810 5.2. */
function report2(d: Dissection, at: number, length: number): void {
  const { out } = d;
  if (length < 8) {
    out.str(` [invalid len ${length}]`);
    return;
  }
  const records = d.u16(at + 6);
  out.str(", ");
  out.dec(records);
  out.str(" group record(s)");
  if (d.opt.verbose === 0) return;
  let record = 8;
  for (let i = 0; i < records; i++) {
    if (length < record + 20) {
      out.str(" [invalid number of groups]");
      return;
    }
    d.need(at + record + 4, 16);
    out.str(" [gaddr ");
    d.ip6(at + record + 4);
    const kind = d.u8(at + record);
    out.ch(32);
    out.str(GROUP_RECORDS.get(kind) ?? ` [v2-report-#${kind}]`);
    const count = d.u16(at + record + 2);
    if (length < record + 20 + count * 16) {
      out.str(` [invalid number of sources ${count}]`);
      return;
    }
    if (d.opt.verbose === 1) {
      out.str(", ");
      out.dec(count);
      out.str(" source(s)");
    } else sources(d, at + record + 20, count);
    record += 20 + count * 16;
    out.ch(93);
  }
}

function routerAdvertisement(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.need(at, 16);
  const flags = d.u8(at + 5);
  out.str("\n\thop limit ");
  out.dec(d.u8(at + 4));
  out.str(`, Flags [${bitNames(ROUTER_FLAGS, flags, "none")}], pref ${preference(flags)}`);
  out.str(`, router lifetime ${d.u16(at + 6)}s`);
  out.str(`, reachable time ${d.u32(at + 8)}ms, retrans timer ${d.u32(at + 12)}ms`);
  options(d, at + 16, length - 16);
}

function homeAgentId(d: Dissection, at: number): void {
  const id = d.u16(at + 4);
  d.out.str(", id 0x");
  d.out.hexPad(id, 4);
}

function homeAgents(d: Dissection, at: number, length: number): void {
  homeAgentId(d, at);
  for (let pos = at + 8; pos < at + length; pos += 16) {
    d.need(pos, 16);
    d.out.str(", ");
    d.ip6(pos);
  }
}

function mobilePrefix(d: Dissection, at: number, length: number): void {
  homeAgentId(d, at);
  const flags = d.u16(at + 6);
  if (flags & 0xc000) d.out.ch(32);
  if (flags & 0x8000) d.out.ch(77);
  if (flags & 0x4000) d.out.ch(79);
  options(d, at + 8, length - 8);
}

const RENUMBERING_CODES: Tokens = new Map([
  [0, ", command"],
  [1, ", result"],
  [255, ", sequence number reset"],
]);
const RENUMBERING_FLAGS: BitTokens = [
  [0x80, "T"],
  [0x40, "R"],
  [0x20, "A"],
  [0x10, "S"],
  [0x08, "P"],
];
const MATCH_CODES: Tokens = new Map([
  [1, "add"],
  [2, "change"],
  [3, "setglobal"],
]);
const MATCH_SIZE = 24;
const USE_SIZE = 32;
const USE_FLAGS: BitTokens = [
  [0x80, "V"],
  [0x40, "P"],
];

function useLifetime(label: string, seconds: number): string {
  return `${label}=${seconds === 0xffffffff ? "infty" : seconds},`;
}

function usePrefix(d: Dissection, at: number): void {
  const { out } = d;
  d.check(at + 16, 16);
  out.str(d.opt.verbose > 1 ? "\n\tuse(" : " use(");
  const flags = d.u8(at + 12);
  if (flags !== 0) out.str(`${bitNames(USE_FLAGS, flags, "", "")},`);
  if (d.opt.verbose > 0) {
    out.str(`mask=0x${d.u8(at + 2).toString(16)},raflags=0x${d.u8(at + 3).toString(16)},`);
    out.str(useLifetime("vltime", d.u32(at + 4)));
    out.str(useLifetime("pltime", d.u32(at + 8)));
  }
  writeIpv6(out, d.bytes, at + 16);
  out.str(`/${d.u8(at)}/${d.u8(at + 1)})`);
}

function matchPrefix(d: Dissection, at: number): void {
  const { out } = d;
  d.check(at + 8, 16);
  const code = d.u8(at);
  out.str(d.opt.verbose > 1 ? "\n\tmatch(" : " match(");
  out.str(MATCH_CODES.get(code) ?? `#${code}`);
  if (d.opt.verbose > 0) out.str(`,ord=${d.u8(at + 2)},min=${d.u8(at + 4)},max=${d.u8(at + 5)}`);
  out.ch(44);
  writeIpv6(out, d.bytes, at + 8);
  out.str(`/${d.u8(at + 3)})`);
  // Three units of eight bytes for this part, four for each prefix to use.
  const rest = d.u8(at + 1) - 3;
  if (rest % 4 !== 0) {
    d.truncated();
    return;
  }
  for (let i = 0; i < rest / 4; i++) {
    const use = at + MATCH_SIZE + i * USE_SIZE;
    if (!d.has(use + 16, 16)) {
      d.truncated();
      return;
    }
    usePrefix(d, use);
  }
}

function renumbering(d: Dissection, at: number): void {
  const { out } = d;
  if (!d.has(at + 12, 4)) {
    d.truncated();
    return;
  }
  const code = d.u8(at + 1);
  out.str(RENUMBERING_CODES.get(code) ?? `, code-#${code}`);
  out.str(", seq=");
  out.dec(d.u32(at + 4));
  if (d.opt.verbose > 0) {
    const flags = d.u8(at + 9);
    out.ch(91);
    if (flags !== 0) out.str(`${bitNames(RENUMBERING_FLAGS, flags, "", "")},`);
    out.str(`seg=${d.u8(at + 8)},maxdelay=${d.u16(at + 10)}`);
    const reserved = d.u32(at + 12);
    if (reserved !== 0) out.str(`rsvd=0x${reserved.toString(16)}`);
    out.ch(93);
  }
  if (code !== 0) return;
  if (d.has(at + 24, 16)) matchPrefix(d, at + 16);
  else d.truncated();
}

/** What stands after the type's name; false if the length does not follow. */
function body(d: Dissection, at: number, type: number, code: number, length: number): boolean {
  const { out } = d;
  const verbose = d.opt.verbose > 0;
  switch (type) {
    case UNREACHABLE:
      return unreachable(d, at, code, length);
    case TOO_BIG: {
      const mtu = d.u32(at + 4);
      out.str(", mtu ");
      out.dec(mtu);
      return true;
    }
    case TIME_EXCEEDED:
      timeExceeded(d, at, code);
      return true;
    case PARAMETER_PROBLEM:
      return parameterProblem(d, at, code);
    case ECHO_REQUEST:
    case ECHO_REPLY: {
      d.need(at + 4, 4);
      out.str(", id ");
      out.dec(d.u16(at + 4));
      out.str(", seq ");
      out.dec(d.u16(at + 6));
      return true;
    }
    case LISTENER_QUERY:
      query(d, at, length);
      return true;
    case LISTENER_REPORT:
    case LISTENER_DONE:
      listener1(d, at);
      return true;
    case LISTENER_REPORT_2:
      report2(d, at, length);
      return true;
    case ROUTER_SOLICITATION:
      if (verbose) options(d, at + 8, length - 8);
      return true;
    case ROUTER_ADVERTISEMENT:
      if (verbose) routerAdvertisement(d, at, length);
      return true;
    case NEIGHBOR_SOLICITATION:
      d.need(at + 8, 16);
      out.str(", who has ");
      d.ip6(at + 8);
      if (verbose) options(d, at + 24, length - 24);
      return true;
    case NEIGHBOR_ADVERTISEMENT:
      d.need(at + 8, 16);
      out.str(", tgt is ");
      d.ip6(at + 8);
      if (verbose) {
        out.str(`, Flags [${bitNames(NEIGHBOR_FLAGS, d.u32(at + 4), "none")}]`);
        options(d, at + 24, length - 24);
      }
      return true;
    case REDIRECT:
      d.need(at + 24, 16);
      out.str(", ");
      d.ip6(at + 24);
      out.str(" to ");
      d.ip6(at + 8);
      if (verbose) options(d, at + 40, length - 40);
      return true;
    case ROUTER_RENUMBERING:
      renumbering(d, at);
      return true;
    case NODE_QUERY:
    case NODE_REPLY:
      printNodeInformation(d, at, length);
      return true;
    case INVERSE_SOLICITATION:
    case INVERSE_ADVERTISEMENT:
      return true;
    case HOME_AGENT_REQUEST:
    case MOBILE_PREFIX_SOLICITATION:
      homeAgentId(d, at);
      return true;
    case HOME_AGENT_REPLY:
      if (verbose) homeAgents(d, at, length);
      return true;
    case MOBILE_PREFIX_ADVERTISEMENT:
      if (verbose) mobilePrefix(d, at, length);
      return true;
    case RPL:
      printRpl(d, code, at + 4, length - 4);
      return true;
    default:
      out.str(", length ");
      out.dec(length);
      if (d.opt.verbose < 2) unknownBytes(d, at, "\n\t", length);
      return false;
  }
}

/** Writes the ICMPv6 message at `at`, `length` bytes on the wire; `ip` is its IPv6 header. Throws TRUNCATED. */
export function printIcmp6(d: Dissection, at: number, length: number, ip: number, fragmented: boolean): void {
  const { out } = d;
  d.protocol = "icmp6";
  if (length === 0) {
    out.str("ICMP6, length 0");
    d.invalid();
    return;
  }
  if (d.opt.verbose > 0 && !fragmented && d.has(at, length)) {
    const field = d.u16(at + 2);
    const sum = checksum6(d, ip, at, length, length, IPPROTO_ICMPV6);
    if (sum === 0) out.str("[icmp6 sum ok] ");
    else {
      out.str("[bad icmp6 cksum 0x");
      out.hexPad(field, 4);
      out.str(" -> 0x");
      out.hexPad(rightChecksum(field, sum), 4);
      out.str("!] ");
    }
  }
  const type = d.u8(at);
  out.str("ICMP6, ");
  out.str(TYPES.get(type) ?? `unknown icmp6 type (${type})`);
  if (d.opt.verbose > 0 && LENGTH_FIRST.has(type)) {
    out.str(", length ");
    out.dec(length);
  }
  let goesOn = false;
  try {
    goesOn = body(d, at, type, d.u8(at + 1), length);
  } catch (thrown) {
    d.cutOff(thrown);
  }
  if (goesOn && d.opt.verbose === 0) {
    out.str(", length ");
    out.dec(length);
  }
}
