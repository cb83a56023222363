// What BGP tells to be reachable: prefixes of many address families (RFC 4760), with labels (RFC 8277), of virtual
// private networks (RFC 4364, RFC 4659), of multicast (RFC 6514) and of layer 2 (RFC 4761, RFC 6074), route targets
// (RFC 4684), and path identifiers (RFC 7911).
import { AFI_IPV4, AFI_IPV6, AFI_L2VPN, AFI_NSAP, AFI_VPLS } from "./afnum.ts";
import { MULTICAST_ROUTES } from "./bgp-names.ts";
import type { Dissection } from "./dissection.ts";
import { prefixText } from "./prefix.ts";
import { asNumber, routeDistinguisher } from "./vpn.ts";
import { hex, ip4, ip6, named } from "./wording.ts";

const LABEL = 24;
const DISTINGUISHER = 8;
/** How many characters tcpdump has room for. */
const LONGEST = 163;

/** What an item is known by. */
export class Item {
  text = "";

  /** Adds text as far as there is room; false if there is none left for more. */
  add(text: string): boolean {
    const room = LONGEST - this.text.length;
    this.text += text.slice(0, room);
    return text.length <= room;
  }
}

/** The size of the item; if negative, why it could not be decoded. */
export type Size = number;
/** A prefix is longer than an address. */
export const ILLEGAL = -1;
/** The message is cut off. */
export const CUT = -2;
/** The item goes beyond its list. */
export const BEYOND = -3;
/** Nothing decodes this family. */
export const UNKNOWN = -4;

/** An address family and a subsequent one as one number. */
export function family(afi: number, safi: number): number {
  return afi * 256 + safi;
}

/** How a family's items are written. */
type Kind = "prefix" | "labeled" | "vpn" | "targets" | "multicast" | "tree" | "layer2" | "nsap" | "nsap-vpn";

function kinds(): Map<number, readonly [kind: Kind, six: boolean]> {
  const map = new Map<number, readonly [Kind, boolean]>();
  const add = (afi: number, kind: Kind, six: boolean, ...safis: readonly number[]) => {
    for (const safi of safis) map.set(family(afi, safi), [kind, six]);
  };
  for (const [afi, six] of [
    [AFI_IPV4, false],
    [AFI_IPV6, true],
  ] as const) {
    add(afi, "prefix", six, 1, 2, 3);
    add(afi, "labeled", six, 4);
    add(afi, "vpn", six, 128, 129, 130);
    add(afi, "multicast", six, 5);
  }
  add(AFI_IPV4, "targets", false, 132);
  add(AFI_IPV4, "tree", false, 66);
  add(AFI_NSAP, "nsap", false, 1, 2, 3);
  add(AFI_NSAP, "nsap-vpn", false, 128, 129, 130);
  add(AFI_VPLS, "layer2", false, 65);
  add(AFI_L2VPN, "layer2", false, 128, 129, 130);
  return map;
}
const KINDS: ReadonlyMap<number, readonly [kind: Kind, six: boolean]> = kinds();

/** True if items of the family are decoded. */
export function isDecoded(afi: number, safi: number): boolean {
  return KINDS.has(family(afi, safi)) && !(afi === AFI_IPV6 && safi === 5);
}

/** A prefix: its length in bits, and the bytes that count. */
export function prefix(d: Dissection, at: number, left: number, six: boolean, item: Item): Size {
  if (left < 1) return CUT;
  const bits = d.u8(at);
  if (bits > (six ? 128 : 32)) return ILLEGAL;
  const size = (bits + 7) >> 3;
  if (left - 1 < size) return CUT;
  d.need(at + 1, size);
  item.text = `${prefixText(d, at + 1, size, six, bits)}/${bits}`;
  return 1 + size;
}

function label(d: Dissection, at: number): string {
  const bottom = d.u8(at + 2) & 1 ? "(bottom)" : "(BOGUS: Bottom of Stack NOT set!)";
  return `label:${d.u24(at) >> 4} ${bottom}`;
}

function labeledPrefix(d: Dissection, at: number, left: number, six: boolean, item: Item): Size {
  if (!d.has(at, 4)) return CUT;
  if (left < 4) return BEYOND;
  const bits = d.u8(at) - LABEL;
  if (bits < 0 || bits > (six ? 128 : 32)) return ILLEGAL;
  const size = (bits + 7) >> 3;
  if (!six && left - 4 < size) return BEYOND;
  d.need(at + 4, size);
  item.text = `${prefixText(d, at + 4, size, six, bits)}/${bits}, ${label(d, at + 1)}`;
  return 4 + size;
}

function vpnPrefix(d: Dissection, at: number, six: boolean, item: Item): Size {
  const bits = d.u8(at) - LABEL - 8 * DISTINGUISHER;
  if (bits < 0 || bits > (six ? 128 : 32)) return ILLEGAL;
  const size = (bits + 7) >> 3;
  d.need(at + 12, size);
  const address = prefixText(d, at + 12, size, six, bits);
  item.text = `RD: ${routeDistinguisher(d, at + 4)}, ${address}/${bits}, ${label(d, at + 1)}`;
  return 12 + size;
}

/** The first `bits` bits at `at` as an NSAP address. */
function nsapPrefix(d: Dissection, at: number, bits: number): string {
  const size = (bits + 7) >> 3;
  d.need(at, size);
  if (size === 0) return "isonsap_string: illegal length";
  let text = "";
  for (let i = 0; i < size; i++) {
    const mask = i === size - 1 && bits % 8 !== 0 ? 0xff00 >> (bits % 8) : 0xff;
    text += hex(d.bytes[at + i]! & mask & 0xff, 2) + ((i & 1) === 0 && i + 1 < size ? "." : "");
  }
  return text;
}

function clnpPrefix(d: Dissection, at: number, vpn: boolean, item: Item): Size {
  const bits = d.u8(at) - (vpn ? LABEL + 8 * DISTINGUISHER : 0);
  if (bits < 0 || bits > 152) return ILLEGAL;
  const size = (bits + 7) >> 3;
  // tcpdump looks for the address of the plain form where the labeled form has it.
  const address = nsapPrefix(d, vpn ? at + 12 : at + 4, bits);
  if (!vpn) {
    item.text = `${address}/${bits}`;
    return 1 + size;
  }
  item.text = `RD: ${routeDistinguisher(d, at + 4)}, ${address}/${bits}, ${label(d, at + 1)}`;
  return 12 + size;
}

/** The route target's first `bits` bits in `target`, eight bytes. */
function routeTarget(d: Dissection, target: Uint8Array, bits: number): string {
  if (bits === 0) return "route-target: 0:0/0";
  const size = (bits + 7) >> 3;
  let digits = "";
  for (let i = 0; i < size; i++) digits += hex(target[i]!, 2) + (i % 2 === 1 && i < size - 1 ? " " : "");
  if (bits < 16) return `route-target: partial-type: (${digits}/${bits})`;
  const word = (at: number) => target[at]! * 256 + target[at + 1]!;
  const type = word(0);
  const tail = `/${bits} (${digits})`;
  if (type === 0x0002) return `route-target: ${word(2)}:${word(4) * 65536 + word(6)}${tail}`;
  if (type === 0x0102)
    return `route-target: ${target[2]}.${target[3]}.${target[4]}.${target[5]}:${word(6)}${tail}`;
  if (type === 0x0202) return `route-target: ${asNumber(d, word(2) * 65536 + word(4))}:${word(6)}${tail}`;
  return `route target: unknown-type(${hex(type, 4)}) (${digits}/${bits})`;
}

/** A route target with the AS that it comes from: writes it. */
function routeTargets(d: Dissection, at: number): Size {
  const { out } = d;
  const total = d.u8(at);
  if (total === 0) {
    out.str("\n\t      default route target");
    return 1;
  }
  const illegal = () => {
    out.str("\n\t      (illegal prefix length)");
    return ILLEGAL;
  };
  if (total < 32) return illegal();
  const origin = d.u32(at + 1);
  const bits = total - 32;
  if (bits > 64) return illegal();
  const size = (bits + 7) >> 3;
  d.need(at + 5, size);
  const target = new Uint8Array(8);
  for (let i = 0; i < size; i++) target[i] = d.bytes[at + 5 + i]!;
  if (bits % 8 !== 0) target[size - 1]! &= 0xff00 >> (bits % 8);
  out.str(`\n\t      origin AS: ${asNumber(d, origin)}, ${routeTarget(d, target, bits)}`);
  return 5 + size;
}

/** A multicast distribution tree (RFC 6037). */
function tree(d: Dissection, at: number, item: Item): Size {
  if (d.u8(at) !== 128) return ILLEGAL;
  if (!d.has(at + 1, 8)) return CUT;
  item.text = `RD: ${routeDistinguisher(d, at + 1)}, VPN IP Address: ${ip4(d, at + 9)}, `;
  item.text += `MC Group Address: ${ip4(d, at + 13)}`;
  return 17;
}

function address(d: Dissection, at: number, bits: number): string {
  if (bits === 32) return ip4(d, at);
  return bits === 128 ? ip6(d, at) : `bogus address length ${bits}`;
}

/** A source and a group; answers how many bytes they take as far as they were captured. */
function sourceAndGroup(d: Dissection, from: number, item: Item): number {
  let at = from;
  let total = 0;
  for (const name of ["Source", "Group"]) {
    const bits = d.u8(at++);
    if (!d.has(at, bits >> 3)) break;
    total += (bits >> 3) + 1;
    if (bits === 0) continue;
    item.add(`, ${name} ${address(d, at, bits)}`);
    at += bits >> 3;
  }
  return total;
}

function multicastRoute(d: Dissection, from: number, item: Item): Size {
  const type = d.u8(from);
  const length = d.u8(from + 1);
  const at = from + 2;
  item.text = "";
  item.add(`Route-Type: ${named(MULTICAST_ROUTES, type, "Unknown")}, length: ${length}`);
  const withAs = type === 2 || type === 6 || type === 7;
  if (type >= 1 && type <= 7 && type !== 4) {
    if (!d.has(at, DISTINGUISHER + (withAs ? 4 : 0))) return CUT;
    const distinguisher = `, RD: ${routeDistinguisher(d, at)}`;
    const data = at + DISTINGUISHER;
    if (type === 1)
      item.add(`${distinguisher}, Originator ${address(d, data, ((length - DISTINGUISHER) << 3) >>> 0)}`);
    else item.add(withAs ? `${distinguisher}, Source-AS ${asNumber(d, d.u32(data))}` : distinguisher);
    if (type === 3) {
      const rest = (length - sourceAndGroup(d, data, item)) >>> 0;
      if (!d.has(data, rest)) return CUT;
      item.add(`, Originator ${address(d, data, (rest << 3) >>> 0)}`);
    } else if (type >= 5) sourceAndGroup(d, withAs ? data + 4 : data, item);
  }
  return length + 2;
}

/** The TLVs of a VPLS; false if they are cut off. */
function layer2Tlvs(d: Dissection, from: number, length: number, item: Item): boolean {
  let at = from;
  let left = length;
  let room = true;
  const add = (text: string) => {
    if (room) room = item.add(text);
  };
  while (left !== 0) {
    if (left < 3) {
      add("\n\t\tran past the end");
      return true;
    }
    const type = d.u8(at);
    const bits = d.u16(at + 1);
    let size = (bits + 7) >> 3;
    at += 3;
    if (type !== 1) {
      add(`\n\t\tunknown TLV #${type}, length: ${bits}`);
      if (left < size) {
        add(" (ran past the end)");
        return true;
      }
      left -= size;
      continue;
    }
    add(`\n\t\tcircuit status vector (${type}) length: ${bits}: 0x`);
    for (; size !== 0; size--, left--) {
      if (left < 1) {
        add(" (ran past the end)");
        return true;
      }
      if (!d.has(at, 1)) return false;
      // tcpdump moves on only as long as it has room for more.
      if (room) add(hex(d.u8(at++), 2));
    }
  }
  return true;
}

function layer2(d: Dissection, from: number, item: Item): Size {
  const size = d.u16(from);
  const at = from + 2;
  item.text = "";
  if (size === 12) {
    if (!d.has(at, 12)) return CUT;
    item.add(`RD: ${routeDistinguisher(d, at)}, BGPNH: ${ip4(d, at + 8)}`);
  } else if (size > 17) {
    if (!d.has(at, 15)) return CUT;
    item.add(
      `RD: ${routeDistinguisher(d, at)}, CE-ID: ${d.u16(at + 8)}, Label-Block Offset: ${d.u16(at + 10)}, ` +
        `Label Base ${d.u24(at + 12) >> 4}`,
    );
    if (!layer2Tlvs(d, at + 15, size - 15, item)) return CUT;
  } else return CUT;
  return size + 2;
}

function decode(d: Dissection, kind: Kind, six: boolean, at: number, left: number, item: Item): Size {
  switch (kind) {
    case "prefix":
      return prefix(d, at, left, six, item);
    case "labeled":
      return labeledPrefix(d, at, left, six, item);
    case "vpn":
      return vpnPrefix(d, at, six, item);
    case "targets":
      return routeTargets(d, at);
    case "multicast":
      return multicastRoute(d, at, item);
    case "tree":
      return tree(d, at, item);
    case "layer2":
      return layer2(d, at, item);
    default:
      return clnpPrefix(d, at, kind === "nsap-vpn", item);
  }
}

/**
 * Writes the item at `at`, whose list has `left` bytes, on a line of its own. `paths` tells whether path identifiers
 * stand before plain prefixes. Answers its size, or why the list cannot go on.
 */
export function writeItem(
  d: Dissection,
  afi: number,
  safi: number,
  at: number,
  left: number,
  paths: boolean,
  item: Item,
): Size {
  const { out } = d;
  const row = KINDS.get(family(afi, safi));
  if (row === undefined) {
    out.str(`\n\t    ERROR: no AFI ${afi} / SAFI ${safi} decoder`);
    return UNKNOWN;
  }
  const [kind, six] = row;
  const withPath = paths && kind === "prefix";
  const path = withPath ? d.u32(at) : 0;
  const size = decode(d, kind, six, withPath ? at + 4 : at, left, item);
  if (kind === "targets") return size;
  // A prefix beyond its list ends the list, but not the message.
  if (size === CUT) return kind === "prefix" ? BEYOND : CUT;
  if (size === BEYOND) return BEYOND;
  if (size === ILLEGAL)
    out.str(kind === "layer2" ? "\n\t    (illegal length)" : "\n\t    (illegal prefix length)");
  else {
    out.str("\n\t      ");
    out.str(item.text);
  }
  if (!withPath) return size;
  out.str(`   Path Id: ${path}`);
  return size + 4;
}

/**
 * Guesses whether path identifiers stand before the prefixes of a list: no message says so. They do if the list makes
 * sense with them and makes none without.
 */
export function hasPaths(d: Dissection, at: number, length: number, longest: number): boolean {
  if (length < 5) return false;
  let offset = 0;
  while (offset < length) {
    offset += 4;
    if (!d.has(at + offset, 1)) break;
    const bits = d.bytes[at + offset]!;
    if (bits > longest) return false;
    offset += 1 + ((bits + 7) >> 3);
  }
  if (offset > length) return false;
  for (offset = 0; offset < length; ) {
    if (!d.has(at + offset, 1)) break;
    const bits = d.bytes[at + offset]!;
    if (bits < 1 || bits > longest) return true;
    offset += 1 + ((bits + 7) >> 3);
  }
  return offset > length;
}
