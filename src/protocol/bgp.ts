// Border Gateway Protocol 4 (RFC 4271), with multiprotocol extensions (RFC 4760), capabilities (RFC 5492),
// communities (RFC 1997, RFC 4360, RFC 8092), route reflection (RFC 4456), 32-bit AS numbers (RFC 6793), AIGP
// (RFC 7311), attribute sets (RFC 6368) and shutdown communication (RFC 9003).
//
//   marker (16 bytes 0xff) | length, header included (2) | type (1) | open: version (1), AS (2), hold time (2),
//   identifier (4), parameters; update: withdrawn routes, attributes, routes; notification: code (1), subcode (1)
import { AFI_IPV4, AFI_IPV6, AFI_NSAP, FAMILIES } from "./afnum.ts";
import {
  ATTRIBUTES,
  CAPABILITIES,
  COMMUNITIES,
  ENCAPSULATION_TUNNELS,
  ERRORS,
  EXTENDED_COMMUNITIES,
  EXTENDED_FLAGS,
  MESSAGES,
  OPTIONS,
  ORIGINS,
  OSPF_ROUTES,
  PATHS,
  PROVIDER_TUNNELS,
  SEGMENTS,
  SUBCODES,
  SUBSEQUENT_FAMILIES,
} from "./bgp-names.ts";
import { CUT, hasPaths, ILLEGAL, Item, isDecoded, prefix, writeItem } from "./bgp-nlri.ts";
import type { Dissection } from "./dissection.ts";
import { megabits } from "./gmpls.ts";
import { nsap } from "./nlpid.ts";
import { unknownBytes, visible } from "./phrase.ts";
import { ENCAPSULATIONS } from "./pseudowire.ts";
import { bitNames } from "./token.ts";
import { asNumber, routeDistinguisher } from "./vpn.ts";
import { hex, ip4, ip6, named, writeHexDigits } from "./wording.ts";

const MARKER = 16;
const HEADER = 19;
const OPEN = 29;
const NOTIFICATION = 21;
const ROUTE_REFRESH = 23;
const AS4_PATH = 17;
const CEASE = 6;
const MAX_NESTING = 10;
const DISTINGUISHER = 8;

/** "AFI IPv4 (1), SAFI Unicast (1)" */
function familyNames(d: Dissection, at: number, safiAt: number): string {
  const afi = named(FAMILIES, d.u16(at), "Unknown");
  return `AFI ${afi}, SAFI ${named(SUBSEQUENT_FAMILIES, d.u8(safiAt), "Unknown")}`;
}

/** The size of AS numbers in a path: 2 if its segments fit exactly so, else 4. */
function asSize(d: Dissection, type: number, from: number, length: number): number {
  if (type === AS4_PATH) return 4;
  const end = from + length;
  let at = from;
  while (at < end) {
    if (!SEGMENTS.has(d.u8(at))) return 4;
    at += 2 + d.u8(at + 1) * 2;
  }
  return at === end ? 2 : 4;
}

function asPath(d: Dissection, type: number, from: number, length: number): boolean {
  const { out } = d;
  const size = asSize(d, type, from, length);
  for (let at = from; at < from + length; ) {
    const kind = d.u8(at);
    out.str(SEGMENTS.get(kind)?.[0] ?? "?");
    const count = d.u8(at + 1);
    at += 2;
    for (let i = 0; i < count; i++, at += size) {
      if (!d.has(at, size)) return false;
      out.str(`${asNumber(d, size === 2 ? d.u16(at) : d.u32(at))} `);
    }
    out.str(SEGMENTS.get(kind)?.[1] ?? "?");
  }
  return true;
}

function extendedCommunity(d: Dissection, at: number): void {
  const { out } = d;
  switch (d.u16(at)) {
    case 0x0002:
    case 0x0003:
    case 0x000a:
      out.str(`${d.u16(at + 2)}:${d.u32(at + 4)} (= ${ip4(d, at + 4)})`);
      break;
    case 0x0102:
    case 0x0103:
    case 0xf10a:
    case 0x010b:
      out.str(`${ip4(d, at + 2)}:${d.u16(at + 6)}`);
      break;
    case 0x0202:
    case 0x0203:
      out.str(`${asNumber(d, d.u32(at + 2))}:${d.u16(at + 6)}`);
      break;
    case 0x4004:
      out.str(`bandwidth: ${megabits(d, at + 4)} Mbps`);
      break;
    case 0x0005:
    case 0x0105:
    case 0x0205:
    case 0x8005:
    case 0x0107:
    case 0x8001:
      out.str(ip4(d, at + 2));
      break;
    case 0x0306:
    case 0x8000: {
      const route = d.u8(at + 6);
      out.str(
        `area:${ip4(d, at + 2)}, router-type:${OSPF_ROUTES.get(route) ?? `unknown (0x${hex(route, 2)})`}`,
      );
      out.str(`, metric-type:${d.u8(at + 7) & 1 ? "E2" : ""}${route === 5 || route === 7 ? "E1" : ""}`);
      break;
    }
    case 0x800a:
      out.str(`${ENCAPSULATIONS.get(d.u8(at + 2)) ?? "unknown encaps"} Control Flags [0x`);
      out.str(`${hex(d.u8(at + 3), 2)}]:MTU ${d.u16(at + 4)}`);
      break;
    case 0x0009:
      out.str(`AS ${d.u16(at + 2)}`);
      break;
    case 0x030c:
      out.str(`Tunnel type: ${ENCAPSULATION_TUNNELS.get(d.u16(at + 6)) ?? "unknown encaps"}`);
      break;
    default:
      writeHexDigits(d, at + 2, 6);
  }
}

function extendedCommunities(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  for (let i = 0; i < length; i += 8) {
    const pos = at + i;
    if (!d.has(pos, 2)) return false;
    const type = d.u16(pos);
    const name = EXTENDED_COMMUNITIES.get(type) ?? "unknown extd community typecode";
    out.str(`\n\t    ${name} (0x${hex(type, 4)}), Flags [${bitNames(EXTENDED_FLAGS, type, "none")}]`);
    if (!d.has(pos, 8)) return false;
    out.str(": ");
    extendedCommunity(d, pos);
  }
  return true;
}

/** Writes the family of a multiprotocol attribute: true; false if nothing decodes it; null if it is cut off. */
function writeFamily(d: Dissection, at: number, length: number): boolean | null {
  const { out } = d;
  const afi = d.u16(at);
  const safi = d.u8(at + 2);
  out.str(`\n\t    AFI: ${named(FAMILIES, afi, "Unknown AFI")}, `);
  out.str(`${safi > 128 ? "vendor specific " : ""}SAFI: ${named(SUBSEQUENT_FAMILIES, safi, "Unknown SAFI")}`);
  if (isDecoded(afi, safi)) return true;
  if (!d.has(at, length)) return null;
  out.str(`\n\t    no AFI ${afi} / SAFI ${safi} decoder`);
  if (d.opt.verbose <= 1) unknownBytes(d, at, "\n\t    ", length);
  return false;
}

/** The address that an NSAP of a VPN's next hop stands for (RFC 1888, RFC 4548). */
function embeddedAddress(d: Dissection, at: number): string {
  if (d.u32(at) === 0x47000601) return ` = ${ip4(d, at + 4)}`;
  return d.u24(at) === 0x350000 ? ` = ${ip6(d, at + 3)}` : "";
}

/** One next hop of `left` bytes at most; answers its size, or `left` if it ends the list; null if it is cut off. */
function nextHop(d: Dissection, afi: number, safi: number, at: number, left: number): number | null {
  const { out } = d;
  const vpn = safi >= 128 && safi <= 130 && (afi === AFI_IPV4 || afi === AFI_IPV6);
  if (afi === AFI_NSAP) {
    if (safi < 128) {
      out.str(nsap(d, at, left));
      return left;
    }
    if (left < DISTINGUISHER + 1) {
      out.str("invalid len");
      return left;
    }
    if (!d.has(at, left)) return null;
    const address = at + DISTINGUISHER;
    out.str(`RD: ${routeDistinguisher(d, at)}, ${nsap(d, address, left - DISTINGUISHER)}`);
    out.str(embeddedAddress(d, address));
    return left;
  }
  const six = afi === AFI_IPV6;
  const size = (six ? 16 : 4) + (vpn ? DISTINGUISHER : 0);
  if (left < size) {
    out.str("invalid len");
    return left;
  }
  const address = six ? ip6 : ip4;
  out.str(vpn ? `RD: ${routeDistinguisher(d, at)}, ${address(d, at + DISTINGUISHER)}` : address(d, at));
  return size;
}

/** The items of a list up to `end`; `length` is the attribute's, by which tcpdump measures each. */
function items(d: Dissection, afi: number, safi: number, from: number, end: number, length: number): boolean {
  const item = new Item();
  const longest = afi === AFI_IPV6 ? 128 : 32;
  const paths = hasPaths(d, from, end - from, longest);
  for (let at = from; at < end; ) {
    const size = writeItem(d, afi, safi, at, length, paths, item);
    if (size === CUT) return false;
    if (size < 0) break;
    at += size;
  }
  return true;
}

function reach(d: Dissection, from: number, length: number): boolean {
  const { out } = d;
  if (!d.has(from, 3) || length < 3) return false;
  const decoded = writeFamily(d, from, length);
  if (decoded === null) return false;
  if (!decoded) return true;
  const afi = d.u16(from);
  const safi = d.u8(from + 2);
  let at = from + 3;
  let left = length - 3;
  if (!d.has(at, 1) || left < 1) return false;
  const hopsLength = d.u8(at++);
  left--;
  if (hopsLength > 0) {
    if (left < hopsLength) return false;
    out.str("\n\t    nexthop: ");
    for (let rest = hopsLength; rest !== 0; ) {
      if (rest < hopsLength) out.str(", ");
      const size = nextHop(d, afi, safi, at, rest);
      if (size === null) return false;
      at += size;
      left -= size;
      rest -= size;
    }
  }
  out.str(`, nh-length: ${hopsLength}`);
  if (left < 1) return false;
  const points = d.u8(at++);
  left--;
  if (points === 0) out.str(", no SNPA");
  else out.str(`\n\t    ${points} SNPA`);
  for (let i = 0; i < points; i++) {
    if (left < 1) return false;
    const size = d.u8(at++);
    left--;
    out.str(`\n\t      ${size} bytes`);
    if (left < size || !d.has(at, size)) return false;
    at += size;
    left -= size;
  }
  return items(d, afi, safi, at, from + length, length);
}

function unreach(d: Dissection, at: number, length: number): boolean {
  if (!d.has(at, 3)) return false;
  const decoded = writeFamily(d, at, length);
  if (decoded === null) return false;
  if (!decoded) return true;
  if (length === 3) d.out.str("\n\t      End-of-Rib Marker (empty NLRI)");
  return items(d, d.u16(at), d.u8(at + 2), at + 3, at + length, length);
}

function providerTunnel(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  if (!d.has(at, 5) || length < 5) return false;
  const type = d.u8(at + 1);
  const flags = d.u8(at) & 1 ? "Leaf Information required" : "none";
  out.str(`\n\t    Tunnel-type ${named(PROVIDER_TUNNELS, type, "Unknown")}, Flags [${flags}], `);
  out.str(`MPLS Label ${d.u24(at + 2) >> 4}`);
  const data = at + 5;
  if (type === 4 || type === 5) out.str(`\n\t      Sender ${ip4(d, data)}, P-Group ${ip4(d, data + 4)}`);
  else if (type === 3) out.str(`\n\t      Root-Node ${ip4(d, data)}, P-Group ${ip4(d, data + 4)}`);
  else if (type === 6) out.str(`\n\t      Tunnel-Endpoint ${ip4(d, data)}`);
  else if (type === 2 || type === 7)
    out.str(`\n\t      Root-Node ${ip4(d, data)}, LSP-ID 0x${hex(d.u32(data + 4), 8)}`);
  else if (type === 1)
    out.str(`\n\t      Extended-Tunnel-ID ${ip4(d, data)}, P2MP-ID 0x${hex(d.u32(data + 4), 8)}`);
  else if (d.opt.verbose <= 1) unknownBytes(d, data, "\n\t      ", length - 5);
  return true;
}

function accumulatedMetric(d: Dissection, from: number, length: number): boolean {
  const { out } = d;
  let at = from;
  for (let left = length; left >= 3; ) {
    const type = d.u8(at);
    const size = d.u16(at + 1);
    at += 3;
    left -= 3;
    out.str(`\n\t    ${type === 1 ? "AIGP" : "Unknown"} TLV (${type}), length ${size}`);
    const value = size - 3;
    if (value < 0 || left < value) return false;
    if (type === 1) {
      if (value < 8) return false;
      out.str(`, metric ${d.u64(at)}`);
    } else if (d.opt.verbose <= 1) unknownBytes(d, at, "\n\t      ", value);
    at += value;
    left -= value;
  }
  return true;
}

/** ", Flags [OTPE+f" of an attribute's flags. */
function flagLetters(flags: number): string {
  let text = ", Flags [";
  if (flags & 0x80) text += "O";
  if (flags & 0x40) text += "T";
  if (flags & 0x20) text += "P";
  if (flags & 0x10) text += "E";
  return flags & 0x0f ? `${text}+${hex(flags & 0x0f)}` : text;
}

/** The attributes in an attribute set; answers how many bytes were left over, -1 if it is cut off. */
function attributeSet(d: Dissection, from: number, length: number, level: number): number {
  const { out } = d;
  if (!d.has(from, 4) || length < 4) return -1;
  out.str(`\n\t    Origin AS: ${asNumber(d, d.u32(from))}`);
  let at = from + 4;
  let left = length - 4;
  const short = () => {
    out.str(" [path attr too short]");
    return left;
  };
  while (left !== 0) {
    if (!d.has(at, 2)) return -1;
    if (left < 2) return short();
    const flags = d.u8(at);
    const type = d.u8(at + 1);
    const width = flags & 0x10 ? 2 : 1;
    at += 2;
    left -= 2;
    if (!d.has(at, width)) return -1;
    if (left < width) return short();
    const size = width === 2 ? d.u16(at) : d.u8(at);
    at += width;
    left -= width;
    out.str(`\n\t      ${named(ATTRIBUTES, type, "Unknown Attribute")}, length: ${size}`);
    if (flags !== 0) out.str(`${flagLetters(flags)}]`);
    out.str(": ");
    if (left < size) return short();
    if (level === MAX_NESTING) out.str("(too many nested levels, not recursing)");
    else if (!attribute(d, type, at, size, level + 1)) return -1;
    at += size;
    left -= size;
  }
  return 0;
}

/** Lengths that an attribute must have: of one value, or of every value of a list. */
function hasRightLength(type: number, length: number): boolean {
  switch (type) {
    case 1:
      return length === 1;
    case 2:
    case AS4_PATH:
      return length % 2 === 0;
    case 3:
    case 4:
    case 5:
    case 9:
      return length === 4;
    case 6:
      return length === 0;
    case 7:
      return length === 6 || length === 8;
    case 8:
    case 10:
      return length % 4 === 0;
    case 16:
      return length % 8 === 0;
    case 18:
      return length === 8;
    case 32:
      return length !== 0 && length % 12 === 0;
    default:
      return true;
  }
}

/** The value of an attribute of the right length; false if it is cut off. */
function value(d: Dissection, type: number, at: number, length: number): boolean {
  const { out } = d;
  switch (type) {
    case 1:
      out.str(ORIGINS.get(d.u8(at)) ?? "Unknown Origin Typecode");
      return true;
    case 2:
    case AS4_PATH:
      if (length === 0) out.str("empty");
      return asPath(d, type, at, length);
    case 3:
    case 9:
      out.str(ip4(d, at));
      return true;
    case 4:
    case 5:
      out.dec(d.u32(at));
      return true;
    case 6:
      return true;
    case 7:
    case 18:
      if (type === 7 && !d.has(at, length)) return false;
      if (length === 6) out.str(` AS #${d.u16(at)}, origin ${ip4(d, at + 2)}`);
      else out.str(` AS #${asNumber(d, d.u32(at))}, origin ${ip4(d, at + 4)}`);
      return true;
    case 8:
      for (let i = 0; i < length; i += 4) {
        if (!d.has(at + i, 4)) return false;
        const community = d.u32(at + i);
        const name = COMMUNITIES.get(community);
        const comma = i + 4 < length ? ", " : "";
        out.str(name === undefined ? `${community >>> 16}:${community & 0xffff}${comma}` : ` ${name}`);
      }
      return true;
    case 10:
      for (let i = 0; i < length; i += 4) out.str(`${ip4(d, at + i)}${i + 4 < length ? ", " : ""}`);
      return true;
    case 14:
      return reach(d, at, length);
    case 15:
      return unreach(d, at, length);
    case 16:
      return extendedCommunities(d, at, length);
    case 22:
      return providerTunnel(d, at, length);
    case 26:
      return accumulatedMetric(d, at, length);
    case 32:
      out.str("\n\t    ");
      for (let i = 0; i < length; i += 12) {
        const pos = at + i;
        out.str(`${d.u32(pos)}:${d.u32(pos + 4)}:${d.u32(pos + 8)}${i + 12 < length ? ", " : ""}`);
      }
      return true;
    default:
      if (!d.has(at, length)) return false;
      out.str(`\n\t    no Attribute ${type} decoder`);
      if (d.opt.verbose <= 1) unknownBytes(d, at, "\n\t    ", length);
      return true;
  }
}

/** An attribute's value; false if it is cut off. */
function attribute(d: Dissection, type: number, at: number, length: number, level: number): boolean {
  // How many bytes -vv shows.
  let shown = length;
  if (!hasRightLength(type, length)) d.out.str("invalid len");
  else if (type === 128) {
    shown = attributeSet(d, at, length, level);
    if (shown < 0) return false;
  } else {
    if (!value(d, type, at, length)) return false;
    if (type === 32) shown = 0;
  }
  if (d.opt.verbose > 1 && shown !== 0) {
    if (!d.has(at, shown)) return false;
    unknownBytes(d, at, "\n\t    ", shown);
  }
  return true;
}

/** A capability's value; false if the others cannot follow. */
function capability(d: Dissection, type: number, at: number, length: number): boolean {
  const { out } = d;
  const short = (least: number) => {
    out.str(` (too short, < ${least})`);
    return false;
  };
  switch (type) {
    case 1:
      if (length < 4) return short(4);
      out.str(`\n\t\t${familyNames(d, at, at + 3)}`);
      return true;
    case 8:
      for (let i = 0; i + 4 <= length; i += 4)
        out.str(`\n\t\t${familyNames(d, at + i, at + i + 2)}, Count: ${d.u8(at + i + 3)}`);
      return true;
    case 64: {
      if (length < 2) return short(2);
      const word = d.u16(at);
      out.str(`\n\t\tRestart Flags: [${word & 0x8000 ? "R" : "none"}], Restart Time ${word & 0xfff}s`);
      for (let i = 2; i + 4 <= length; i += 4) {
        out.str(`\n\t\t  ${familyNames(d, at + i, at + i + 2)}, `);
        out.str(`Forwarding state preserved: ${d.u8(at + i + 3) & 0x80 ? "yes" : "no"}`);
      }
      return true;
    }
    case 2:
    case 71:
    case 128:
      return true;
    case 65:
      if (length < 4) return short(4);
      out.str(`\n\t\t 4 Byte AS ${asNumber(d, d.u32(at))}`);
      return true;
    case 69:
      if (length === 0) out.str(" (bogus)");
      for (let i = 0; i < length; i += 4) {
        if (length - i < 4) {
          d.invalid();
          break;
        }
        const mode = d.u8(at + i + 3);
        out.str(`\n\t\t${familyNames(d, at + i, at + i + 2)}, `);
        out.str(`Send/Receive: ${PATHS.get(mode) ?? `Bogus (0x${hex(mode, 2)})`}`);
      }
      return true;
    default:
      out.str(`\n\t\tno decoder for Capability ${type}`);
      if (d.opt.verbose <= 1) unknownBytes(d, at, "\n\t\t", length);
      return true;
  }
}

function capabilities(d: Dissection, from: number, length: number): void {
  const { out } = d;
  for (let at = from; at < from + length; ) {
    if (!d.has(at, 2)) {
      d.truncated();
      return;
    }
    const type = d.u8(at);
    const size = d.u8(at + 1);
    out.str(`\n\t      ${named(CAPABILITIES, type, "Unknown")}, length: ${size}`);
    if (!d.has(at + 2, size)) {
      d.truncated();
      return;
    }
    if (!capability(d, type, at + 2, size)) return;
    if (d.opt.verbose > 1 && size !== 0) unknownBytes(d, at + 2, "\n\t\t", size);
    at += 2 + size;
  }
}

/** An open message; false if it is cut off. */
function open(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  if (!d.has(at, OPEN) || length < OPEN) return false;
  out.str(`\n\t  Version ${d.u8(at + 19)}, my AS ${d.u16(at + 20)}, Holdtime ${d.u16(at + 22)}s, `);
  const total = d.u8(at + 28);
  out.str(`ID ${ip4(d, at + 24)}\n\t  Optional parameters, length: ${total}`);
  for (let i = 0; i < total; ) {
    const pos = at + OPEN + i;
    if (!d.has(pos, 2) || length - OPEN < 2 + i) return false;
    const type = d.u8(pos);
    const size = d.u8(pos + 1);
    if (2 + i + size > total) {
      out.str(`\n\t     Option ${type}, length: ${size}, goes past the end of the options`);
      break;
    }
    out.str(`\n\t    Option ${named(OPTIONS, type, "Unknown")}, length: ${size}`);
    if (type === 2) capabilities(d, pos + 2, size);
    else out.str(`\n\t      no decoder for option ${type}`);
    i += 2 + size;
  }
  return true;
}

/**
 * A list of prefixes, `length` bytes. Answers how many bytes are left where it ended early, 0 if it did not, -1 if it
 * is cut off. `strict`: a path identifier that has no room cuts it off.
 */
function prefixes(d: Dissection, from: number, length: number, strict: boolean): number {
  const { out } = d;
  const paths = hasPaths(d, from, length, 32);
  const item = new Item();
  let at = from;
  for (let left = length; left !== 0; ) {
    let path = 0;
    if (paths) {
      if (strict ? !d.has(at, 4) || left < 4 : left < 4) return strict ? -1 : 0;
      path = d.u32(at);
      at += 4;
      left -= 4;
    }
    const size = prefix(d, at, left, false, item);
    if (size === ILLEGAL) {
      out.str("\n\t    (illegal prefix length)");
      return left;
    }
    if (size < 0) return -1;
    out.str(`\n\t    ${item.text}`);
    if (paths) out.str(`   Path Id: ${path}`);
    at += size;
    left -= size;
  }
  return 0;
}

/** The attributes; answers how many bytes were used of the message, -1 if it is cut off. */
function attributes(d: Dissection, from: number, length: number, left: number): number {
  const { out } = d;
  if (left < length) return -1;
  let at = from;
  const end = from + length;
  while (at < end) {
    if (!d.has(at, 2) || left - (at - from) < 2) return -1;
    const flags = end - at < 2 ? 0 : d.u8(at);
    const width = flags & 0x10 ? 2 : 1;
    if (end - at >= 2 && !d.has(at + 2, width)) return -1;
    if (end - at >= 2 && left - (at - from) < 2 + width) return -1;
    if (end - at < 2 + width) {
      out.str("\n\t  [path attrs too short]");
      return length;
    }
    const type = d.u8(at + 1);
    const size = width === 2 ? d.u16(at + 2) : d.u8(at + 2);
    at += 2 + width;
    out.str(`\n\t  ${named(ATTRIBUTES, type, "Unknown Attribute")}, length: ${size}`);
    if (flags !== 0) out.str(`${flagLetters(flags)}]: `);
    if (end - at < size) {
      out.str(" [path attrs too short]");
      return length;
    }
    if (!attribute(d, type, at, size, 0)) return -1;
    at += size;
  }
  return length;
}

/** An update message; false if it is cut off. */
function update(d: Dissection, from: number, length: number): boolean {
  const { out } = d;
  if (!d.has(from, HEADER) || length < HEADER) return false;
  let at = from + HEADER;
  let left = length - HEADER;
  if (!d.has(at, 2) || left < 2) return false;
  let withdrawn = d.u16(at);
  at += 2;
  left -= 2;
  if (!d.has(at, withdrawn) || left < withdrawn) return false;
  if (withdrawn > 1) {
    out.str("\n\t  Withdrawn routes:");
    const rest = prefixes(d, at, withdrawn, false);
    if (rest < 0) return false;
    // Where a prefix is illegal, tcpdump goes on behind the last good one.
    at += withdrawn - rest;
    left -= withdrawn - rest;
    withdrawn = rest;
  } else {
    at += withdrawn;
    left -= withdrawn;
  }
  if (!d.has(at, 2) || left < 2) return false;
  const size = d.u16(at);
  at += 2;
  left -= 2;
  if (withdrawn === 0 && size === 0 && left === 0) {
    out.str("\n\t  End-of-Rib Marker (empty NLRI)");
    return true;
  }
  if (size > 0) {
    const used = attributes(d, at, size, left);
    if (used < 0) return false;
    at += used;
    left -= used;
  }
  if (left === 0) return true;
  out.str("\n\t  Updated routes:");
  return prefixes(d, at, left, true) >= 0;
}

/** What an operator says who shuts a session down, and what follows it. */
function shutdown(d: Dissection, at: number, length: number): void {
  const { out } = d;
  const size = d.u8(at);
  let used = 0;
  if (size > length - 1) out.str(", invalid Shutdown Communication length");
  else if (size === 0) {
    out.str(", empty Shutdown Communication");
    used = 1;
  } else {
    out.str(`, Shutdown Communication (length: ${size}): "`);
    for (let i = 0; i < size; i++) visible(out, d.u8(at + 1 + i));
    out.ch(34);
    // tcpdump counts in eight bits.
    used = (size + 1) & 0xff;
  }
  if (length === used) return;
  out.str(`, Data: (length: ${length - used})`);
  unknownBytes(d, at + used, "\n\t\t", length - used);
}

function notification(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  if (!d.has(at, NOTIFICATION)) return false;
  if (length < NOTIFICATION) return true;
  const code = d.u8(at + 19);
  const subcode = d.u8(at + 20);
  out.str(`, ${named(ERRORS, code, "Unknown Error")}`);
  const subcodes = SUBCODES.get(code);
  if (subcodes === undefined) return true;
  out.str(`${code === 5 || code === 7 ? "" : ","} subcode ${named(subcodes, subcode, "Unknown")}`);
  if (code !== CEASE) return true;
  const data = at + NOTIFICATION;
  const left = length - NOTIFICATION;
  if (subcode === 1 && left >= 7)
    out.str(`, ${familyNames(d, data, data + 2)}, Max Prefixes: ${d.u32(data + 3)}`);
  if ((subcode === 2 || subcode === 4) && left >= 1) shutdown(d, data, left);
  return true;
}

function routeRefresh(d: Dissection, at: number, length: number): boolean {
  if (!d.has(at, ROUTE_REFRESH)) return false;
  if (length < ROUTE_REFRESH) return true;
  d.out.str(`\n\t  ${familyNames(d, at + 19, at + 22)}`);
  if (d.opt.verbose > 1) {
    if (!d.has(at, length)) return false;
    unknownBytes(d, at, "\n\t  ", length);
  }
  return true;
}

function message(d: Dissection, at: number, length: number): void {
  const { out } = d;
  const type = d.u8(at + 18);
  out.str(`\n\t${MESSAGES.get(type) ?? "Unknown"} Message (${type}), length: ${length}`);
  let whole = true;
  if (type === 1) whole = open(d, at, length);
  else if (type === 2) whole = update(d, at, length);
  else if (type === 3) whole = notification(d, at, length);
  else if (type === 5) whole = routeRefresh(d, at, length);
  else if (type !== 4) {
    out.str(`\n\t  no Message ${type} decoder`);
    unknownBytes(d, at, "\n\t  ", length);
  }
  if (!whole) d.truncated();
}

function isMarker(d: Dissection, at: number): boolean {
  for (let i = 0; i < MARKER; i++) if (d.bytes[at + i] !== 0xff) return false;
  return true;
}

/** Writes the BGP messages that begin in a TCP segment's payload at `at`. Throws TRUNCATED. */
export function printBgp(d: Dissection, from: number): void {
  const { out } = d;
  d.protocol = "bgp";
  out.str(": BGP");
  if (d.opt.verbose === 0) return;
  let expected = from;
  let at = from;
  while (at < d.end) {
    if (d.bytes[at] !== 0xff) {
      at++;
      continue;
    }
    if (!d.has(at, MARKER)) return;
    if (!isMarker(d, at)) {
      at++;
      continue;
    }
    if (!d.has(at, HEADER)) {
      d.truncated();
      return;
    }
    // The end of a message whose beginning is elsewhere.
    if (expected !== at) d.truncated();
    const length = d.u16(at + MARKER);
    if (length < HEADER) {
      out.str(`\nmessage length ${length} < ${HEADER}`);
      d.invalid();
      return;
    }
    if (!d.has(at, length)) {
      out.str(`\n[|BGP ${MESSAGES.get(d.u8(at + 18)) ?? "Unknown Message Type"}]`);
      return;
    }
    message(d, at, length);
    at += length;
    expected = at;
  }
}
