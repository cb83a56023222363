// Open Shortest Path First, version 2 (RFC 2328), with NSSA (RFC 3101), opaque LSAs (RFC 5250), link-local
// signaling (RFC 5613), router information (RFC 7770).
//
//   version (1) | type (1) | length (2) | router (4) | area (4) | checksum (2) | authentication type (2) |
//   authentication (8) | the type's data
//   LSA: age (2) | options (1) | type (1) | identifier (4) | advertising router (4) | sequence (4) |
//   checksum (2) | length, header included (2)
import type { Dissection } from "./dissection.ts";
import { TRUNCATED } from "./dissection.ts";
import { writeGrace, writeTrafficEngineering } from "./ospf-opaque.ts";
import { padded, unknownBytes } from "./phrase.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";
import { hex, ip4, named, numbered } from "./wording.ts";

const HEADER = 24;
const LSA_HEADER = 20;
const HELLO = 1;
const DESCRIPTION = 2;
const REQUEST = 3;
const UPDATE = 4;
const ACKNOWLEDGEMENT = 5;
const TYPES: Tokens = numbered(1, "Hello", "Database Description", "LS-Request", "LS-Update", "LS-Ack");
const SIMPLE = 1;
const MD5 = 2;
const MD5_SIZE = 16;
const AUTHENTICATIONS: Tokens = numbered(0, "none", "simple", "MD5");
const LLS = 0x10;
const OPTIONS: BitTokens = [
  [0x01, "MultiTopology"],
  [0x02, "External"],
  [0x04, "Multicast"],
  [0x08, "NSSA"],
  [LLS, "LLS"],
  [0x20, "Demand Circuit"],
  [0x40, "Opaque"],
  [0x80, "Up/Down"],
];
const ROUTER_FLAGS: BitTokens = [
  [0x01, "ABR"],
  [0x02, "ASBR"],
  [0x04, "Virtual"],
  [0x08, "Wildcard"],
  [0x10, "Nt"],
  [0x80, "Host"],
];
const DESCRIPTION_FLAGS: BitTokens = [
  [0x04, "Init"],
  [0x02, "More"],
  [0x01, "Master"],
  [0x08, "OOBResync"],
];
const LSAS: Tokens = new Map([
  [1, "Router"],
  [2, "Network"],
  [3, "Summary"],
  [4, "ASBR Summary"],
  [5, "External"],
  [6, "Multicast Group"],
  [7, "NSSA"],
  [9, "Link Local Opaque"],
  [10, "Area Local Opaque"],
  [11, "Domain Wide Opaque"],
]);
const TRAFFIC_ENGINEERING = 1;
const GRACE = 3;
const ROUTER_INFORMATION = 4;
const OPAQUE: Tokens = new Map([
  [TRAFFIC_ENGINEERING, "Traffic Engineering"],
  [GRACE, "Graceful restart"],
  [ROUTER_INFORMATION, "Router Information"],
]);
const CAPABILITIES: BitTokens = [
  [1, "Reserved"],
  [2, "Reserved"],
  [4, "Reserved"],
  [8, "Reserved"],
  [16, "graceful restart capable"],
  [32, "graceful restart helper"],
  [64, "Stub router support"],
  [128, "Traffic engineering"],
  [256, "p2p over LAN"],
  [512, "path computation server"],
];
const TOPOLOGIES: Tokens = numbered(0, "default", "multicast", "management");
/** What a router's link leads to, and what its data is. */
const LINKS: ReadonlyMap<number, readonly [to: string, data: string]> = new Map([
  [1, ["Neighbor Router-ID", "Interface Address"]],
  [2, ["Neighbor Network-ID", "Interface Address"]],
  [3, ["Stub Network", "Mask"]],
  [4, ["Virtual Link: Neighbor Router-ID", "Interface Address"]],
]);
const LLS_TLVS: Tokens = numbered(1, "Extended Options", "MD5 Authentication");
const LLS_OPTIONS: BitTokens = [
  [0x1, "LSDB resync"],
  [0x2, "Restart"],
];

function isOpaque(type: number): boolean {
  return type >= 9 && type <= 11;
}

/** The header of an LSA; answers the LSA's length, -1 if that is too short. Throws TRUNCATED. */
function lsaHeader(d: Dissection, at: number): number {
  const { out } = d;
  const length = d.u16(at + 18);
  if (length < LSA_HEADER) {
    out.str(`\n\t    Bogus length ${length} < header (${LSA_HEADER})`);
    return -1;
  }
  out.str(`\n\t  Advertising Router ${ip4(d, at + 8)}, seq 0x${hex(d.u32(at + 12), 8)}, `);
  out.str(`age ${d.u16(at)}s, length ${length - LSA_HEADER}`);
  const type = d.u8(at + 3);
  out.str(`\n\t    ${LSAS.get(type) ?? "unknown"} LSA (${type})`);
  if (isOpaque(type)) {
    const opaque = d.u8(at + 4);
    out.str(`, Opaque-Type ${OPAQUE.get(opaque) ?? "unknown"} LSA (${opaque}), Opaque-ID ${d.u24(at + 5)}`);
  } else out.str(`, LSA-ID: ${ip4(d, at + 4)}`);
  out.str(`\n\t    Options: [${bitNames(OPTIONS, d.u8(at + 2), "none")}]`);
  return length;
}

/** A router's links; false if one is of an unknown kind. Throws TRUNCATED. */
function routerLinks(d: Dissection, at: number): boolean {
  const { out } = d;
  out.str(`\n\t    Router LSA Options: [${bitNames(ROUTER_FLAGS, d.u8(at), "none")}]`);
  const count = d.u16(at + 2);
  let pos = at + 4;
  d.need(pos, 12);
  for (let i = 0; i < count; i++) {
    d.need(pos, 12);
    const type = d.u8(pos + 8);
    const names = LINKS.get(type);
    if (names === undefined) {
      out.str(`\n\t      Unknown Router Link Type (${type})`);
      return false;
    }
    out.str(`\n\t      ${names[0]}: ${ip4(d, pos)}, ${names[1]}: ${ip4(d, pos + 4)}`);
    const more = d.u8(pos + 9);
    for (let j = 0; j <= more; j++) {
      const entry = pos + 8 + 4 * j;
      const first = d.u8(entry);
      const topology = j === 0 ? 0 : first;
      out.str(`\n\t\ttopology ${named(TOPOLOGIES, topology, "Unknown")}, metric ${d.u16(entry + 2)}`);
    }
    pos += 12 + 4 * more;
  }
  return true;
}

function summary(d: Dissection, at: number, end: number): void {
  d.need(at, 4);
  for (let pos = at; pos < end; pos += 4) {
    const word = d.u32(pos);
    const topology = (word >>> 24) & 0x7f;
    d.out.str(`\n\t\ttopology ${named(TOPOLOGIES, topology, "Unknown")} metric ${word & 0xffffff}`);
  }
}

function external(d: Dissection, at: number, end: number): void {
  const { out } = d;
  d.need(at, 4);
  for (let pos = at; pos < end; pos += 12) {
    const word = d.u32(pos);
    const topology = named(TOPOLOGIES, (word >>> 24) & 0x7f, "Unknown");
    out.str(`\n\t\ttopology ${topology}, type ${word >= 0x80000000 ? 2 : 1}, metric`);
    const metric = word & 0xffffff;
    out.str(metric === 0xffffff ? " infinite" : ` ${metric}`);
    if (d.u32(pos + 4) !== 0) out.str(`, forward ${ip4(d, pos + 4)}`);
    if (d.u32(pos + 8) !== 0) out.str(`, tag ${ip4(d, pos + 8)}`);
  }
}

function multicastGroup(d: Dissection, at: number, end: number): void {
  for (let pos = at; pos < end; pos += 8) {
    const type = d.u32(pos);
    if (type === 1) d.out.str(`\n\t    Router Router-ID ${ip4(d, pos + 4)}`);
    else if (type === 2) d.out.str(`\n\t    Network Designated Router ${ip4(d, pos + 4)}`);
    else d.out.str(`\n\t    unknown VertexType (${type})`);
  }
}

/** The TLVs of router information; false if they are wrong. Throws TRUNCATED. */
function routerInformation(d: Dissection, from: number, length: number): boolean {
  const { out } = d;
  let at = from;
  for (let left = length; left !== 0; ) {
    d.need(at, 4);
    if (left < 4) {
      out.str(`\n\t    Remaining LS length ${left} < 4`);
      return false;
    }
    const type = d.u16(at);
    const size = d.u16(at + 2);
    at += 4;
    left -= 4;
    out.str(
      `\n\t    ${type === 1 ? "Router Capabilities" : "unknown"} TLV (${type}), length: ${size}, value: `,
    );
    if (size > left) {
      out.str(`\n\t    Bogus length ${size} > remaining LS length ${left}`);
      return false;
    }
    d.need(at, size);
    if (type === 1) {
      if (size !== 4) {
        out.str(`\n\t    Bogus length ${size} != 4`);
        return false;
      }
      out.str(`Capabilities: ${bitNames(CAPABILITIES, d.u32(at), "Unknown")}`);
    } else if (d.opt.verbose <= 1) unknownBytes(d, at, "\n\t      ", size);
    at += size;
    left -= size;
  }
  return true;
}

/** An opaque LSA's data; false if it is wrong. Throws TRUNCATED. */
function opaqueData(d: Dissection, type: number, at: number, length: number): boolean {
  if (type === ROUTER_INFORMATION) return routerInformation(d, at, length);
  if (type === GRACE) return writeGrace(d, at, length);
  if (type === TRAFFIC_ENGINEERING) return writeTrafficEngineering(d, at, length);
  if (d.opt.verbose <= 1) unknownBytes(d, at, "\n\t    ", length);
  return true;
}

/** The data of an LSA; false if it is wrong and its bytes are not to be shown. Throws TRUNCATED. */
function lsaData(d: Dissection, lsa: number, end: number): boolean {
  const { out } = d;
  const at = lsa + LSA_HEADER;
  const type = d.u8(lsa + 3);
  switch (type) {
    case 1:
      return routerLinks(d, at);
    case 2:
      out.str(`\n\t    Mask ${ip4(d, at)}\n\t    Connected Routers:`);
      for (let pos = at + 4; pos < end; pos += 4) out.str(`\n\t      ${ip4(d, pos)}`);
      return true;
    case 3:
      out.str(`\n\t    Mask ${ip4(d, at)}`);
      summary(d, at + 4, end);
      return true;
    case 4:
      summary(d, at + 4, end);
      return true;
    case 5:
    case 7:
      out.str(`\n\t    Mask ${ip4(d, at)}`);
      external(d, at + 4, end);
      return true;
    case 6:
      multicastGroup(d, at, end);
      return true;
    default:
      return !isOpaque(type) || opaqueData(d, d.u8(lsa + 4), at, end - at);
  }
}

function hello(d: Dissection, at: number, end: number): void {
  const { out } = d;
  out.str(`\n\tOptions [${bitNames(OPTIONS, d.u8(at + 6), "none")}]`);
  out.str(
    `\n\t  Hello Timer ${d.u16(at + 4)}s, Dead Timer ${d.u32(at + 8)}s, Mask ${ip4(d, at)}, ` +
      `Priority ${d.u8(at + 7)}`,
  );
  if (d.u32(at + 12) !== 0) out.str(`\n\t  Designated Router ${ip4(d, at + 12)}`);
  if (d.u32(at + 16) !== 0) out.str(`, Backup Designated Router ${ip4(d, at + 16)}`);
  if (at + 20 < end) out.str("\n\t  Neighbor List:");
  for (let pos = at + 20; pos < end; pos += 4) out.str(`\n\t    ${ip4(d, pos)}`);
}

function description(d: Dissection, at: number, end: number): void {
  const { out } = d;
  out.str(`\n\tOptions [${bitNames(OPTIONS, d.u8(at + 2), "none")}]`);
  out.str(`, DD Flags [${bitNames(DESCRIPTION_FLAGS, d.u8(at + 3), "none")}]`);
  const mtu = d.u16(at);
  if (mtu !== 0) out.str(`, MTU: ${mtu}`);
  out.str(`, Sequence: 0x${hex(d.u32(at + 4), 8)}`);
  for (let pos = at + 8; pos < end && lsaHeader(d, pos) >= 0; ) pos += LSA_HEADER;
}

function request(d: Dissection, at: number, end: number): void {
  const { out } = d;
  for (let pos = at; pos < end; pos += 12) {
    d.need(pos, 12);
    const type = d.u32(pos);
    out.str(`\n\t  Advertising Router: ${ip4(d, pos + 8)}, ${LSAS.get(type) ?? "unknown"} LSA (${type})`);
    if (isOpaque(type)) {
      const opaque = d.u8(pos + 4);
      out.str(`, Opaque-Type: ${OPAQUE.get(opaque) ?? "unknown"} LSA (${opaque}), `);
      out.str(`Opaque-ID: ${d.u24(pos + 5)}`);
    } else out.str(`, LSA-ID: ${ip4(d, pos + 4)}`);
  }
}

function update(d: Dissection, at: number): void {
  const { out } = d;
  const count = d.u32(at);
  out.str(`, ${count} LSA${count === 1 ? "" : "s"}`);
  let pos = at + 4;
  for (let i = 1; i <= count; i++) {
    out.str(`\n\t  LSA #${i}`);
    const length = lsaHeader(d, pos);
    if (length < 0) throw TRUNCATED;
    if (lsaData(d, pos, pos + length) && d.opt.verbose > 1)
      unknownBytes(d, pos + LSA_HEADER, "\n\t    ", length - LSA_HEADER);
    pos += length;
  }
}

/** The block of link-local signaling behind the packet (RFC 5613). */
function linkLocalSignaling(d: Dissection, at: number, length: number, type: number): void {
  const { out } = d;
  if (type !== HELLO && type !== DESCRIPTION) return;
  if ((d.u8(type === HELLO ? at + HEADER + 6 : at + HEADER + 2) & LLS) === 0) return;
  let offset = d.u16(at + 2);
  if (d.u16(at + 14) === MD5) offset += d.u8(at + 19);
  if (offset >= length) {
    out.str("\n\t[LLS truncated]");
    return;
  }
  out.str(`\n\t  LLS: checksum: 0x${hex(d.u16(at + offset), 4)}`);
  out.str(`, length: ${d.u16(at + offset + 2)}`);
  for (let pos = at + offset + 4; pos < at + length; ) {
    const tlv = d.u16(pos);
    out.str(`\n\t    ${named(LLS_TLVS, tlv, "Unknown TLV")}`);
    let size = d.u16(pos + 2);
    out.str(`, length: ${size}`);
    pos += 4;
    const wanted = tlv === 1 ? 4 : tlv === 2 ? 20 : size;
    if (size !== wanted) out.str(` [should be ${wanted}]`);
    size = wanted;
    if (tlv === 1) {
      const bits = d.u32(pos);
      out.str(`\n\t      Options: 0x${hex(bits, 8)} [${bitNames(LLS_OPTIONS, bits, "?")}]`);
    } else if (tlv === 2) out.str(`\n\t      Sequence number: 0x${hex(d.u32(pos), 8)}`);
    pos += size;
  }
}

/** Says how the packet is authenticated; false if that is unknown. */
function authentication(d: Dissection, at: number, type: number): boolean {
  const { out } = d;
  d.need(at, 8);
  out.str(`, Authentication Type: ${named(AUTHENTICATIONS, type, "unknown")}`);
  if (type === SIMPLE) {
    out.str("\n\tSimple text password: ");
    padded(d, at, 8);
  } else if (type === MD5) {
    out.str(`\n\tKey-ID: ${d.u8(at + 2)}, Auth-Length: ${d.u8(at + 3)}, `);
    out.str(`Crypto Sequence Number: 0x${hex(d.u32(at + 4), 8)}`);
  }
  return type <= MD5;
}

/** Writes the OSPFv2 packet at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printOspf(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "ospf2";
  const scheme = d.u16(at + 14);
  if (scheme === MD5) {
    // The digest follows the packet and does not belong to it.
    length = (length - MD5_SIZE) >>> 0;
    d.end -= MD5_SIZE;
  }
  const type = d.u8(at + 1);
  const version = d.u8(at);
  const name = TYPES.get(type);
  out.str(`OSPFv${version}, ${name ?? `unknown LS-type ${type}`}, length ${length}`);
  if (name === undefined || d.opt.verbose === 0) return;
  const told = d.u16(at + 2);
  if (length !== told) out.str(` [len ${told}]`);
  const end = at + Math.min(length, told);
  out.str(`\n\tRouter-ID ${ip4(d, at + 4)}`);
  out.str(d.u32(at + 8) === 0 ? ", Backbone Area" : `, Area ${ip4(d, at + 8)}`);
  if (!authentication(d, at + 16, scheme)) return;
  if (version !== 2) {
    out.str(` ospf [version ${version}]`);
    return;
  }
  const data = at + HEADER;
  if (type === HELLO) hello(d, data, end);
  else if (type === DESCRIPTION) description(d, data, end);
  else if (type === REQUEST) request(d, data, end);
  else if (type === UPDATE) update(d, data);
  else if (type === ACKNOWLEDGEMENT)
    // tcpdump goes on till a header is wrong or the packet ends.
    for (let pos = data; lsaHeader(d, pos) >= 0; ) pos += LSA_HEADER;
  if (length > told) linkLocalSignaling(d, at, length, type);
}
