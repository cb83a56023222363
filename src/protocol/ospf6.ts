// Open Shortest Path First, version 3 (RFC 5340), with an authentication trailer (RFC 7166) and link-local
// signaling (RFC 5613).
//
//   version (1) | type (1) | length (2) | router (4) | area (4) | checksum (2) | instance (1) | 0 (1) | data
//   LSA: age (2) | type (2) | identifier (4) | advertising router (4) | sequence (4) | checksum (2) |
//   length, header included (2)
import type { Dissection } from "./dissection.ts";
import { writeGrace, writeTrafficEngineering } from "./ospf-opaque.ts";
import { unknownBytes } from "./phrase.ts";
import { prefixText } from "./prefix.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";
import { hex, ip4, ip6, numbered } from "./wording.ts";

const HEADER = 16;
const LSA_HEADER = 20;
const HELLO = 1;
const DESCRIPTION = 2;
const REQUEST = 3;
const UPDATE = 4;
const ACKNOWLEDGEMENT = 5;
const TYPES: Tokens = numbered(1, "Hello", "Database Description", "LS-Request", "LS-Update", "LS-Ack");
const LLS = 0x0200;
const OPTIONS: BitTokens = [
  [0x01, "V6"],
  [0x02, "External"],
  [0x04, "Deprecated"],
  [0x08, "NSSA"],
  [0x10, "Router"],
  [0x20, "Demand Circuit"],
  [0x0100, "AFs Support"],
  [LLS, "LLS"],
  [0x0400, "Authentication Trailer"],
];
const ROUTER_FLAGS: BitTokens = [
  [0x01, "ABR"],
  [0x02, "External"],
  [0x04, "Virtual-Link Endpoint"],
  [0x08, "Deprecated"],
  [0x10, "NSSA Translator"],
];
const FORWARDING = 0x02000000;
const TAG = 0x01000000;
const EXTERNAL_FLAGS: BitTokens = [
  [0x80000000, "External Type 2"],
  [FORWARDING, "Forwarding"],
  [TAG, "Tag"],
];
const LSAS: Tokens = numbered(
  1,
  "Router",
  "Network",
  "Inter-Area Prefix",
  "Inter-Area Router",
  "External",
  "Deprecated",
  "NSSA",
  "Link",
  "Intra-Area Prefix",
  "Intra-Area TE",
  "Grace",
  "Router Information",
  "Inter-AS-TE",
  "Layer 1 VPN",
);
const SCOPES: Tokens = new Map([
  [0x0000, "Link Local"],
  [0x2000, "Area Local"],
  [0x4000, "Domain Wide"],
]);
const ROUTER_LSA = 0x2001;
const NETWORK_LSA = 0x2002;
const INTER_AREA_PREFIX_LSA = 0x2003;
const EXTERNAL_LSA = 0x4005;
const LINK_LSA = 0x0008;
const INTRA_AREA_PREFIX_LSA = 0x2009;
const GRACE_LSA = 0x000b;
const TRAFFIC_ENGINEERING_LSA = 0x000a;
const DESCRIPTION_FLAGS: BitTokens = [
  [0x04, "Init"],
  [0x02, "More"],
  [0x01, "Master"],
  [0x10, "IPv6 MTU"],
];
const PREFIX_OPTIONS: BitTokens = [
  [0x01, "No Unicast"],
  [0x02, "Local address"],
  [0x04, "Deprecated"],
  [0x08, "Propagate"],
  [0x10, "Down"],
  [0x20, "N-bit"],
];
const AUTHENTICATION_TRAILER = 16;
const LLS_HEADER = 4;

function lsaType(d: Dissection, type: number, at: number): void {
  const name = LSAS.get(type & 0x1fff) ?? "Unknown";
  const scope = SCOPES.get(type & 0x6000) ?? "Unknown";
  const id = ip4(d, at);
  d.out.str(`\n\t    ${name} LSA (${type & 0x1fff}), ${scope} Scope`);
  d.out.str(`${type & 0x8000 ? ", transitive" : ""}, LSA-ID ${id}`);
}

/** The header of an LSA; false if it is cut off. */
function lsaHeader(d: Dissection, at: number, end: number): boolean {
  if (at + LSA_HEADER > end) return false;
  const length = BigInt.asUintN(64, BigInt(d.u16(at + 18) - LSA_HEADER));
  d.out.str(
    `\n\t  Advertising Router ${ip4(d, at + 8)}, seq 0x${hex(d.u32(at + 12), 8)}, ` +
      `age ${d.u16(at)}s, length ${length}`,
  );
  lsaType(d, d.u16(at + 2), at + 4);
  return true;
}

/** A prefix of `left` bytes at most; answers its size, -1 if it is wrong or cut off. */
function lsaPrefix(d: Dissection, at: number, left: number): number {
  const { out } = d;
  if (left < 4 || !d.has(at, 4)) return -1;
  const bits = d.u8(at);
  const size = ((bits + 31) >> 5) * 4;
  if (size > 16) {
    out.str(` bogus prefixlen /${bits}`);
    return -1;
  }
  if (left - 4 < size) return -1;
  d.need(at + 4, size);
  out.str(`\n\t\t${prefixText(d, at + 4, size, true)}/${bits}`);
  const options = d.u8(at + 1);
  if (options !== 0) out.str(`, Options [${bitNames(PREFIX_OPTIONS, options, "none")}]`);
  out.str(`, metric ${d.u16(at + 2)}`);
  return 4 + size;
}

/** As many prefixes as there is room for, or `count` of them; false if one is wrong or cut off. */
function prefixes(d: Dissection, from: number, length: number, count: number): boolean {
  let at = from;
  let left = length;
  for (let i = 0; count < 0 ? left !== 0 : i < count; i++) {
    const size = lsaPrefix(d, at, left);
    if (size < 0) return false;
    at += size;
    left -= size;
  }
  return true;
}

function routerLinks(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  if (length < 4) return false;
  out.str(`\n\t      Options [${bitNames(OPTIONS, d.u32(at), "none")}]`);
  out.str(`, RLA-Flags [${bitNames(ROUTER_FLAGS, d.u8(at), "none")}]`);
  let left = length - 4;
  for (let pos = at + 4; left !== 0; pos += 16) {
    if (left < 16 || !d.has(pos, 16)) return false;
    left -= 16;
    const type = d.u8(pos);
    if (type !== 1 && type !== 2 && type !== 4) {
      out.str(`\n\t      Unknown Router Links Type 0x${hex(type, 2)}`);
      return true;
    }
    out.str(
      `\n\t      ${type === 4 ? "Virtual Link: " : ""}Neighbor ${type === 2 ? "Network" : "Router"}-ID `,
    );
    out.str(`${ip4(d, pos + 12)}\n\t      Neighbor Interface-ID ${ip4(d, pos + 8)}, `);
    out.str(`Interface ${ip4(d, pos + 4)}, metric ${d.u16(pos + 2)}`);
  }
  return true;
}

function network(d: Dissection, at: number, length: number): boolean {
  if (length < 4) return false;
  d.out.str(`\n\t      Options [${bitNames(OPTIONS, d.u32(at), "none")}]`);
  d.out.str("\n\t      Connected Routers:");
  for (let i = 4; i < length; i += 4) {
    if (length - i < 4) return false;
    d.out.str(`\n\t\t${ip4(d, at + i)}`);
  }
  return true;
}

function external(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  if (length < 4) return false;
  const flags = d.u32(at);
  // Type 2 has bit 26 in the standard; tcpdump looks where version 2 has it (RFC 5340 A.4.7).
  out.str(`\n\t     Flags [${bitNames(EXTERNAL_FLAGS, flags, "none")}]`);
  out.str(` metric ${flags & 0xffffff}`);
  const size = lsaPrefix(d, at + 4, length - 4);
  if (size < 0) return false;
  let pos = at + 4 + size;
  let left = length - 4 - size;
  if (flags & FORWARDING) {
    if (left < 16) return false;
    out.str(` forward ${ip6(d, pos)}`);
    pos += 16;
    left -= 16;
  }
  if (flags & TAG) {
    if (left < 4) return false;
    out.str(` tag ${ip4(d, pos)}`);
    pos += 4;
    left -= 4;
  }
  if (d.u8(at + 6) !== 0) {
    if (left < 4) return false;
    out.str(` RefLSID: ${ip4(d, pos)}`);
  }
  return true;
}

function link(d: Dissection, at: number, length: number): boolean {
  if (length < 4 || !d.has(at, 4)) return false;
  d.out.str(`\n\t      Options [${bitNames(OPTIONS, d.u32(at), "none")}]`);
  if (length < 24) return false;
  const count = d.u32(at + 20);
  d.out.str(`\n\t      Priority ${d.u8(at)}, Link-local address ${ip6(d, at + 4)}, Prefixes ${count}:`);
  return prefixes(d, at + 24, length - 24, count);
}

function intraAreaPrefixes(d: Dissection, at: number, length: number): boolean {
  if (length < 4 || !d.has(at + 8, 4)) return false;
  lsaType(d, d.u16(at + 2), at + 4);
  if (length < 6) return false;
  const count = d.u16(at);
  d.out.str(`\n\t      Prefixes ${count}:`);
  // tcpdump counts six of the twelve bytes before the prefixes.
  return prefixes(d, at + 12, length - 6, count);
}

/** The data of an LSA; false if it is wrong or cut off. */
function lsaData(d: Dissection, type: number, at: number, length: number): boolean {
  switch (type) {
    case ROUTER_LSA:
      return routerLinks(d, at, length);
    case NETWORK_LSA:
      return network(d, at, length);
    case INTER_AREA_PREFIX_LSA:
      if (length < 4) return false;
      d.out.str(`, metric ${d.u32(at) & 0xffffff}`);
      return prefixes(d, at + 4, length - 4, -1);
    case EXTERNAL_LSA:
      return external(d, at, length);
    case LINK_LSA:
      return link(d, at, length);
    case INTRA_AREA_PREFIX_LSA:
      return intraAreaPrefixes(d, at, length);
    case GRACE_LSA:
      return writeGrace(d, at, length);
    case TRAFFIC_ENGINEERING_LSA:
      return writeTrafficEngineering(d, at, length);
    default:
      unknownBytes(d, at, "\n\t      ", length);
      return true;
  }
}

function hello(d: Dissection, at: number, end: number): void {
  const { out } = d;
  out.str(`\n\tOptions [${bitNames(OPTIONS, d.u32(at + 4), "none")}]`);
  out.str(
    `\n\t  Hello Timer ${d.u16(at + 8)}s, Dead Timer ${d.u16(at + 10)}s, Interface-ID ${ip4(d, at)}, ` +
      `Priority ${d.u8(at + 4)}`,
  );
  if (d.u32(at + 12) !== 0) out.str(`\n\t  Designated Router ${ip4(d, at + 12)}`);
  if (d.u32(at + 16) !== 0) out.str(`, Backup Designated Router ${ip4(d, at + 16)}`);
  if (d.opt.verbose < 2) return;
  out.str("\n\t  Neighbor List:");
  for (let pos = at + 20; pos < end; pos += 4) out.str(`\n\t    ${ip4(d, pos)}`);
}

function headers(d: Dissection, at: number, end: number): boolean {
  if (d.opt.verbose < 2) return true;
  for (let pos = at; pos < end; pos += LSA_HEADER) if (!lsaHeader(d, pos, end)) return false;
  return true;
}

function requests(d: Dissection, at: number, end: number): boolean {
  for (let pos = at; pos < end; pos += 12) {
    if (!d.has(pos, 12)) return false;
    d.out.str(`\n\t  Advertising Router ${ip4(d, pos + 8)}`);
    lsaType(d, d.u16(pos + 2), pos + 4);
  }
  return true;
}

function update(d: Dissection, at: number, end: number): boolean {
  const count = d.u32(at);
  let pos = at + 4;
  for (let i = 0; pos < end && i < count; i++) {
    if (!lsaHeader(d, pos, end)) return false;
    const length = d.u16(pos + 18);
    if (length < LSA_HEADER || pos + length > end) return false;
    if (!lsaData(d, d.u16(pos + 2), pos + LSA_HEADER, length - LSA_HEADER)) return false;
    pos += length;
  }
  return true;
}

/** The packet's data; false if it is wrong or cut off. */
function data(d: Dissection, type: number, at: number, end: number): boolean {
  const { out } = d;
  switch (type) {
    case HELLO:
      hello(d, at, end);
      return true;
    case DESCRIPTION:
      out.str(`\n\tOptions [${bitNames(OPTIONS, d.u32(at), "none")}]`);
      out.str(`, DD Flags [${bitNames(DESCRIPTION_FLAGS, d.u8(at + 7), "none")}]`);
      out.str(`, MTU ${d.u16(at + 4)}, DD-Sequence 0x${hex(d.u32(at + 8), 8)}`);
      return headers(d, at + 12, end);
    case REQUEST:
      return d.opt.verbose < 2 || requests(d, at, end);
    case UPDATE:
      return d.opt.verbose < 2 || update(d, at, end);
    case ACKNOWLEDGEMENT:
      return headers(d, at, end);
    default:
      return true;
  }
}

/** The block of link-local signaling; answers its size, -1 if it is wrong or cut off. */
function linkLocalSignaling(d: Dissection, at: number, length: number): number {
  if (length === 0) return 0;
  if (length < LLS_HEADER) return -1;
  d.out.str(`\n\tLLS Checksum 0x${hex(d.u16(at), 4)}`);
  const size = d.u16(at + 2);
  d.out.str(`, Data Length ${size}`);
  return size < LLS_HEADER || size > length || !d.has(at + 4, size - LLS_HEADER) ? -1 : size;
}

/** The authentication trailer (RFC 7166); false if it is wrong or cut off. */
function authentication(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  if (length === 0) return true;
  if (length < AUTHENTICATION_TRAILER) return false;
  const type = d.u16(at);
  out.str(`\n\tAuthentication Type ${type === 1 ? "HMAC" : `unknown (0x${hex(type, 4)})`}`);
  const size = d.u16(at + 2);
  out.str(`, Length ${size}`);
  if (size < AUTHENTICATION_TRAILER || size > length) return false;
  out.str(`, SAID ${d.u16(at + 6)}`);
  out.str(`, CSN 0x${hex(d.u32(at + 8), 8)}`);
  out.str(`:${hex(d.u32(at + 12), 8)}`);
  const rest = size - AUTHENTICATION_TRAILER;
  if (!d.has(at + AUTHENTICATION_TRAILER, rest)) return false;
  if (d.opt.verbose > 1) unknownBytes(d, at + AUTHENTICATION_TRAILER, "\n\tAuthentication Data ", rest);
  return true;
}

/** What follows the packet, `length` bytes at `at`; false if it is wrong or cut off. */
function trailer(d: Dissection, packet: number, type: number, at: number, length: number): boolean {
  let size = 0;
  if (type === HELLO || type === DESCRIPTION) {
    const options = d.u32(type === HELLO ? packet + HEADER + 4 : packet + HEADER);
    if (options & LLS) size = linkLocalSignaling(d, at, length);
    if (size < 0) return false;
  }
  return authentication(d, at + size, length - size);
}

/** Writes the OSPFv3 packet at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printOspf6(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "ospf3";
  const type = d.u8(at + 1);
  const name = TYPES.get(type);
  const version = d.u8(at);
  out.str(`OSPFv${version}, ${name ?? `unknown packet type (${type})`}, length ${length}`);
  if (name === undefined || d.opt.verbose === 0) return;
  const told = d.u16(at + 2);
  if (told > length) {
    out.str(` [len ${told}]`);
    return;
  }
  const end = at + told;
  out.str(`\n\tRouter-ID ${ip4(d, at + 4)}`);
  out.str(d.u32(at + 8) === 0 ? ", Backbone Area" : `, Area ${ip4(d, at + 8)}`);
  const instance = d.u8(at + 14);
  if (instance !== 0) out.str(`, Instance ${instance}`);
  if (version !== 3) return;
  if (!data(d, type, at + HEADER, end) || !trailer(d, at, type, end, length - told)) d.truncated();
}
