// Resource Reservation Protocol (RFC 2205), with integrated services (RFC 2210), tunnels (RFC 3209), refresh
// reduction (RFC 2961), fast reroute (RFC 4090), GMPLS (RFC 3473), Diffserv (RFC 4124), point-to-multipoint
// (RFC 4875) and the UNI of the OIF.
//
//   version, flags (4 bits each) | type (1) | checksum (2) | TTL (1) | 0 (1) | length (2) |
//   objects: length (2), class (1), type (1), contents
import { AFI_IPV4, AFI_IPV6, AFI_NSAP, FAMILIES } from "./afnum.ts";
import type { Dissection } from "./dissection.ts";
import { ETHERTYPE_NAMES } from "./ethertypes.ts";
import { ENCODINGS, float32, PAYLOADS, SWITCHING } from "./gmpls.ts";
import { unknownBytes, visible } from "./phrase.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";
import { hex, ip4, ip6, named, numbered } from "./wording.ts";

const HEADER = 8;
const OBJECT_HEADER = 4;
const VERSION = 1;
const BUNDLE = 12;
const MESSAGES: Tokens = new Map([
  ...numbered(1, "Path", "Resv", "PathErr", "ResvErr", "PathTear", "ResvTear", "ResvConf"),
  [BUNDLE, "Bundle"],
  [13, "Acknowledgement"],
  [14, "Hello (Old)"],
  [15, "Refresh"],
  [20, "Hello"],
]);
const OBJECTS: Tokens = new Map([
  [1, "Session"],
  [3, "RSVP Hop"],
  [4, "Integrity"],
  [5, "Time Values"],
  [6, "Error Spec"],
  [7, "Scope"],
  [8, "Style"],
  [9, "Flowspec"],
  [10, "FilterSpec"],
  [11, "Sender Template"],
  [12, "Sender TSpec"],
  [13, "Adspec"],
  [14, "Policy Data"],
  [15, "Confirm"],
  [16, "Label"],
  [19, "Label Request"],
  [20, "ERO"],
  [21, "RRO"],
  [22, "Hello"],
  [23, "Message ID"],
  [24, "Message ID Ack"],
  [25, "Message ID List"],
  [34, "Recovery Label"],
  [35, "Upstream Label"],
  [36, "Label Set"],
  [130, "Acceptable Label Set"],
  [63, "Detour"],
  [66, "Class Type"],
  [125, "Class Type (old)"],
  [129, "Suggested Label"],
  [204, "Properties"],
  [205, "Fast Re-Route"],
  [207, "Session Attribute"],
  [229, "Generalized UNI"],
  [230, "Call-ID"],
  [236, "Call Capability"],
  [131, "Restart Capability"],
  [134, "Capability"],
  [195, "Notify Request"],
  [37, "Protection"],
  [196, "Administrative Status"],
  [50, "Sub-LSP to LSP"],
]);
const ADDRESSES = numbered(1, "IPv4", "IPv6");
const HOPS = numbered(1, "IPv4", "IPv6", "IPv4 plus opt. TLVs", "IPv6 plus opt. TLVs");
const LABELS = numbered(1, "Label", "Generalized Label", "Waveband Switching");
const ONE = numbered(1, "1");
const TUNNEL_4: readonly (readonly [number, string])[] = [[7, "Tunnel IPv4"]];
const TREES = numbered(12, "IPv4 P2MP LSP Tunnel", "IPv6 P2MP LSP Tunnel");
/** Names of an object's types, by class. */
const TYPES: ReadonlyMap<number, Tokens> = new Map([
  [3, HOPS],
  [195, ADDRESSES],
  [15, ADDRESSES],
  [5, ONE],
  [9, numbered(1, "obsolete", "IntServ")],
  [12, numbered(2, "IntServ")],
  [13, numbered(2, "IntServ")],
  [10, new Map([...ADDRESSES, [3, "IPv6 Flow-label"], ...TUNNEL_4, ...TREES])],
  [
    1,
    new Map([
      ...ADDRESSES,
      ...TUNNEL_4,
      [11, "UNI IPv4"],
      [13, "IPv4 P2MP LSP Tunnel"],
      [14, "IPv6 P2MP LSP Tunnel"],
    ]),
  ],
  [11, new Map([...ADDRESSES, ...TUNNEL_4, ...TREES])],
  [23, ONE],
  [24, numbered(1, "Message id ack", "Message id nack")],
  [25, ONE],
  [8, ONE],
  [22, numbered(1, "Hello Request", "Hello Ack")],
  [
    19,
    numbered(1, "without label range", "with ATM label range", "with FR label range", "Generalized Label"),
  ],
  [16, LABELS],
  [129, LABELS],
  [35, LABELS],
  [34, LABELS],
  [20, numbered(1, "IPv4")],
  [21, numbered(1, "IPv4")],
  [6, HOPS],
  [131, numbered(1, "IPv4")],
  [134, ONE],
  [207, new Map(TUNNEL_4)],
  [205, new Map([...TUNNEL_4, ...ONE])],
  [63, new Map(TUNNEL_4)],
  [204, ONE],
  [196, ONE],
  [66, ONE],
  [125, ONE],
  [36, ONE],
  [229, ONE],
  [50, numbered(1, "IPv4 sub-LSP", "IPv6 sub-LSP")],
]);
const CAPABILITIES: BitTokens = [
  [0x4, "RecoveryPath Transmit Enabled"],
  [0x2, "RecoveryPath Desired"],
  [0x1, "RecoveryPath Srefresh Capable"],
];
const ROUTE_PARTS: Tokens = new Map([
  [0, "Reserved"],
  [1, "IPv4 prefix"],
  [2, "IPv6 prefix"],
  [3, "Label"],
  [32, "Autonomous system number"],
  [64, "MPLS label switched path termination"],
]);
const ROUTE_FLAGS: BitTokens = [
  [0x01, "Local protection available"],
  [0x02, "Local protection in use"],
  [0x04, "Bandwidth protection"],
  [0x08, "Node protection"],
];
const STYLES: Tokens = new Map([
  [17, "Wildcard Filter"],
  [10, "Fixed Filter"],
  [18, "Shared Explicit"],
]);
const SERVICES: Tokens = new Map([
  [1, "Default/Global Information"],
  [2, "Guaranteed Service"],
  [5, "Controlled Load"],
]);
const PARAMETERS: Tokens = new Map([
  [4, "IS hop cnt"],
  [6, "Path b/w estimate"],
  [8, "Minimum path latency"],
  [10, "Composed MTU"],
  [127, "Token Bucket TSpec"],
  [130, "Guaranteed Service RSpec"],
  [133, "End-to-end composed value for C"],
  [134, "End-to-end composed value for D"],
  [135, "Since-last-reshaping point composed C"],
  [136, "Since-last-reshaping point composed D"],
]);
const SESSION_FLAGS: BitTokens = [
  [0x01, "Local Protection"],
  [0x02, "Label Recording"],
  [0x04, "SE Style"],
  [0x08, "Bandwidth protection"],
  [0x10, "Node protection"],
];
const PROPERTIES: Tokens = new Map([
  [0x01, "Cos"],
  [0x02, "Metric 1"],
  [0x04, "Metric 2"],
  [0x08, "CCC Status"],
  [0x10, "Path Type"],
]);
const ROUTING_PROBLEM = 24;
const DIFFSERV_ERROR = 28;
const DIFFSERV_ERROR_OLD = 125;
const ERRORS: Tokens = new Map([
  [ROUTING_PROBLEM, "Routing Problem"],
  [25, "Notify Error"],
  [DIFFSERV_ERROR, "Diffserv TE Error"],
  [DIFFSERV_ERROR_OLD, "Diffserv TE Error (Old)"],
]);
const ROUTING_ERRORS: Tokens = numbered(
  1,
  "Bad EXPLICIT_ROUTE object",
  "Bad strict node",
  "Bad loose node",
  "Bad initial subobject",
  "No route available toward destination",
  "Unacceptable label value",
  "RRO indicated routing loops",
  "non-RSVP-capable router in the path",
  "MPLS label allocation failure",
  "Unsupported L3PID",
);
const DIFFSERV_ERRORS: Tokens = numbered(
  1,
  "Unexpected CT object",
  "Unsupported CT",
  "Invalid CT value",
  "CT/setup priority do not form a configured TE-Class",
  "CT/holding priority do not form a configured TE-Class",
  "CT/setup priority and CT/holding priority do not form a configured TE-Class",
  "Inconsistency between signaled PSC and signaled CT",
  "Inconsistency between signaled PHBs and signaled CT",
);
const ADMINISTRATION: BitTokens = [
  [0x80000000, "Reflect"],
  [0x4, "Testing"],
  [0x2, "Admin-down"],
  [0x1, "Delete-in-progress"],
];
const LABEL_SETS: Tokens = numbered(
  0,
  "Inclusive list",
  "Exclusive list",
  "Inclusive range",
  "Exclusive range",
);
const UNI_PARTS: Tokens = numbered(
  1,
  "Source TNA address",
  "Destination TNA address",
  "Diversity",
  "Egress label",
  "Service level",
);

/** How an object's contents ended. */
type Ending =
  /** They were told. */
  | "told"
  /** Their bytes are to be shown, too. */
  | "bytes"
  /** They are too short. */
  | "short"
  | "shortPart"
  | "invalid"
  | "cut"
  /** What is wrong was said: nothing more follows. */
  | "stop";

/** The object at work: where its contents are, how long they are, and what its lines begin with. */
interface Contents {
  readonly at: number;
  readonly length: number;
  readonly indent: string;
}

/** A number with ten significant digits as printf's %.10g writes it. */
function general(value: number, negative: boolean): string {
  if (Number.isNaN(value)) return negative ? "-nan" : "nan";
  if (!Number.isFinite(value)) return negative ? "-inf" : "inf";
  if (value === 0) return negative ? "-0" : "0";
  const [digits, exponentText] = value.toExponential(9).split("e") as [string, string];
  const exponent = Number(exponentText);
  const strip = (text: string) => (text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text);
  if (exponent >= -4 && exponent < 10) return strip(value.toFixed(9 - exponent));
  const sign = exponent < 0 ? "-" : "+";
  return `${strip(digits)}e${sign}${`${Math.abs(exponent)}`.padStart(2, "0")}`;
}

/** The single-precision number at `at`, changed by `change`, which rounds to single precision. */
function measure(d: Dissection, at: number, change: (value: number) => number): string {
  return general(change(float32(d, at)), d.u32(at) >= 0x80000000);
}
const asIs = (value: number) => value;
const perBytes = (value: number) => Math.fround(value / 125_000);
const perBits = (value: number) => Math.fround(Math.fround(value * 8) / 1_000_000);

/** A parameter of integrated services; answers its size, 0 if it is cut off. */
function parameter(d: Dissection, at: number, left: number): number {
  const { out } = d;
  if (left < 4) return 0;
  const id = d.u8(at);
  const size = d.u16(at + 2) << 2;
  out.str(`\n\t      Parameter ID: ${named(PARAMETERS, id, "unknown")}, length: ${size}, `);
  out.str(`Flags: [0x${hex(d.u8(at + 1), 2)}]`);
  if (left < size + 4) return 0;
  const data = at + 4;
  if (!PARAMETERS.has(id)) {
    if (d.opt.verbose <= 1) unknownBytes(d, data, "\n\t\t", size);
  } else if (id === 127) {
    if (size !== 20) return size + 4;
    if (!d.has(data, 20)) return 0;
    out.str(`\n\t\tToken Bucket Rate: ${measure(d, data, perBytes)} Mbps`);
    out.str(`\n\t\tToken Bucket Size: ${measure(d, data + 4, asIs)} bytes`);
    out.str(`\n\t\tPeak Data Rate: ${measure(d, data + 8, perBytes)} Mbps`);
    out.str(`\n\t\tMinimum Policed Unit: ${d.u32(data + 12)} bytes`);
    out.str(`\n\t\tMaximum Packet Size: ${d.u32(data + 16)} bytes`);
  } else if (id === 130) {
    if (size !== 8) return size + 4;
    if (!d.has(data, 8)) return 0;
    out.str(`\n\t\tRate: ${measure(d, data, perBytes)} Mbps\n\t\tSlack Term: ${d.u32(data + 4)}`);
  } else if (size === 4) {
    const value = d.u32(data);
    if (id === 4) out.str(`\n\t\tIS hop count: ${value}`);
    else if (id === 6) out.str(`\n\t\tPath b/w estimate: ${measure(d, data, perBytes)} Mbps`);
    else if (id === 8) out.str(`\n\t\tMinimum path latency: ${value === 0xffffffff ? "don't care" : value}`);
    else if (id === 10) out.str(`\n\t\tComposed MTU: ${value} bytes`);
    else out.str(`\n\t\tValue: ${value}`);
  }
  return size + 4;
}

function services(d: Dissection, { at, length, indent }: Contents): Ending {
  const { out } = d;
  if (length < 4) return "short";
  out.str(`${indent}  Msg-Version: ${d.u8(at) >> 4}, length: ${d.u16(at + 2) << 2}`);
  let pos = at + 4;
  let left = length - 4;
  while (left >= 4) {
    let size = d.u16(pos + 2) << 2;
    out.str(`${indent}  Service Type: ${named(SERVICES, d.u8(pos), "unknown")}, `);
    out.str(`break bit ${d.u8(pos + 1) & 0x80 ? "" : "not "}set, Service length: ${size}`);
    pos += 4;
    left -= 4;
    while (size >= 4) {
      const used = parameter(d, pos, left);
      if (used === 0) break;
      pos += used;
      left -= used;
      // Without a sign in tcpdump: what goes beyond goes on.
      size = (size - used) >>> 0;
    }
  }
  return "told";
}

function session(d: Dissection, type: number, { at, length, indent }: Contents): Ending {
  const { out } = d;
  switch (type) {
    case 1:
    case 2: {
      const size = type === 1 ? 4 : 16;
      if (length < size + 4) return "short";
      const address = type === 1 ? ip4(d, at) : ip6(d, at);
      out.str(`${indent}  IPv${type === 1 ? 4 : 6} DestAddress: ${address}, Protocol ID: 0x`);
      out.str(`${hex(d.u8(at + size), 2)}${indent}  Flags: [0x${hex(d.u8(at + size + 1), 2)}], `);
      out.str(`DestPort ${d.u16(at + size + 2)}`);
      return "told";
    }
    case 8:
      if (length < 36) return "short";
      out.str(`${indent}  IPv6 Tunnel EndPoint: ${ip6(d, at)}, Tunnel ID: 0x${hex(d.u16(at + 18), 4)}, `);
      out.str(`Extended Tunnel ID: ${ip6(d, at + 20)}`);
      return "told";
    case 14:
      if (length < 26) return "short";
      out.str(`${indent}  IPv6 P2MP LSP ID: 0x${hex(d.u32(at), 8)}, Tunnel ID: 0x${hex(d.u16(at + 6), 4)}, `);
      out.str(`Extended Tunnel ID: ${ip6(d, at + 8)}`);
      return "told";
    case 7:
    case 11:
    case 13:
      if (length < 12) return "short";
      out.str(`${indent}  IPv4 ${type === 13 ? "P2MP LSP ID" : "Tunnel EndPoint"}: ${ip4(d, at)}, `);
      out.str(`Tunnel ID: 0x${hex(d.u16(at + 6), 4)}, Extended Tunnel ID: ${ip4(d, at + 8)}`);
      return "told";
    default:
      return "bytes";
  }
}

/** Who sends: the sender's template, or with `filter` the filter of a reservation. */
function sender(d: Dissection, type: number, { at, length, indent }: Contents, filter: boolean): Ending {
  const { out } = d;
  const label = filter || type <= 2 ? "Source Address" : "IPv4 Tunnel Sender Address";
  switch (type) {
    case 1:
      if (length < 8) return "short";
      out.str(`${indent}  ${label}: ${ip4(d, at)}, Source Port: ${d.u16(at + 6)}`);
      return "told";
    case 2:
      if (length < 20) return "short";
      out.str(`${indent}  ${label}: ${ip6(d, at)}, Source Port: ${d.u16(at + 18)}`);
      return "told";
    case 3:
      if (!filter) return "bytes";
      if (length < 20) return "short";
      out.str(`${indent}  ${label}: ${ip6(d, at)}, Flow Label: ${d.u24(at + 17)}`);
      return "told";
    case 7:
      if (length < 8) return "short";
      out.str(`${indent}  ${label}: ${ip4(d, at)}, LSP-ID: 0x${hex(d.u16(at + 6), 4)}`);
      return "told";
    case 8:
      if (!filter) return "bytes";
      if (length < 20) return "short";
      // tcpdump shows the first four bytes of the address as IPv4's.
      out.str(`${indent}  ${label}: ${ip4(d, at)}, LSP-ID: 0x${hex(d.u16(at + 18), 4)}`);
      return "told";
    case 12:
    case 13: {
      const six = type === 13;
      const size = six ? 16 : 4;
      if (length < (six ? 40 : 16)) return "short";
      const address = six ? ip6 : ip4;
      out.str(`${indent}  IPv${six ? 6 : 4} Tunnel Sender Address: ${address(d, at)}, `);
      out.str(`LSP ID: 0x${hex(d.u16(at + size + 2), 4)}${indent}  Sub-Group Originator ID: `);
      const group = d.u16(at + (six ? 38 : 12));
      out.str(`${address(d, at + size + 4)}, Sub-Group ID: 0x${hex(group, 4)}`);
      return "told";
    }
    default:
      return "bytes";
  }
}

function label(d: Dissection, type: number, { at, length, indent }: Contents): Ending {
  const { out } = d;
  if (type === 1) for (let i = 0; i + 4 <= length; i += 4) out.str(`${indent}  Label: ${d.u32(at + i)}`);
  else if (type === 2) {
    if (length < 4) return "short";
    out.str(`${indent}  Generalized Label: ${d.u32(at)}`);
  } else if (type === 3) {
    if (length < 12) return "short";
    out.str(`${indent}  Waveband ID: ${d.u32(at)}`);
    out.str(`${indent}  Start Label: ${d.u32(at + 4)}, Stop Label: ${d.u32(at + 8)}`);
  } else return "bytes";
  return "told";
}

function labelRequest(d: Dissection, type: number, { at, length, indent }: Contents): Ending {
  const { out } = d;
  const protocol = (pos: number) => {
    const ethertype = d.u16(pos + 2);
    out.str(`${indent}  L3 Protocol ID: `);
    out.str(ETHERTYPE_NAMES.get(ethertype) ?? `Unknown Protocol (0x${hex(ethertype, 4)})`);
  };
  switch (type) {
    case 1:
      for (let i = 0; i + 4 <= length; i += 4) protocol(at + i);
      return "told";
    case 2:
      if (length < 12) return "short";
      protocol(at);
      out.str(`,${d.u8(at + 4) & 0x80 ? "no" : ""} merge capability`);
      out.str(`${indent}  Minimum VPI/VCI: ${d.u16(at + 4) & 0xfff}/${d.u16(at + 6) & 0xfff}`);
      out.str(`${indent}  Maximum VPI/VCI: ${d.u16(at + 8) & 0xfff}/${d.u16(at + 10) & 0xfff}`);
      return "told";
    case 3: {
      if (length < 12) return "short";
      protocol(at);
      const width = (d.u16(at + 4) >> 7) & 3;
      out.str(`${indent}  Minimum/Maximum DLCI: ${d.u32(at + 4) & 0x7fffff}/${d.u32(at + 8) & 0x7fffff}, `);
      out.str(`${width === 0 ? "10" : ""}${width === 2 ? "23" : ""} bit DLCI`);
      return "told";
    }
    case 4: {
      if (length < 4) return "short";
      out.str(`${indent}  LSP Encoding Type: ${named(ENCODINGS, d.u8(at), "Unknown")}`);
      const payload = d.u16(at + 2);
      out.str(`${indent}  Switching Type: ${named(SWITCHING, d.u8(at + 1), "Unknown")}, `);
      out.str(`Payload ID: ${PAYLOADS.get(payload) ?? "Unknown"} (0x${hex(payload, 4)})`);
      return "told";
    }
    default:
      return "bytes";
  }
}

/** A byte in hexadecimal with "0x" before it; 0 has none. */
function flagsText(octet: number): string {
  return octet === 0 ? "0" : `0x${hex(octet)}`;
}

/** An explicit or a recorded route. */
function route(d: Dissection, type: number, { at, length, indent }: Contents): Ending {
  const { out } = d;
  if (type !== 1) return "bytes";
  let pos = at;
  for (let left = length; left >= 4; ) {
    if (!d.has(pos, 4)) return "cut";
    const first = d.u8(pos);
    const kind = first & 0x7f;
    const size = d.u8(pos + 1);
    out.str(`${indent}  Subobject Type: ${ROUTE_PARTS.get(kind) ?? `Unknown ${kind}`}, length ${size}`);
    if (left < size) {
      out.str(`${indent}  ERROR: ERO subobject length > object length`);
      break;
    }
    if (size === 0) {
      out.str(`${indent}  ERROR: zero length ERO subtype`);
      break;
    }
    if (kind === 1 || kind === 3) {
      if (size !== 8) {
        out.str(" ERROR: length != 8");
        return "invalid";
      }
      if (!d.has(pos, 8)) return "cut";
    }
    if (kind === 1) {
      const bits = d.u8(pos + 6);
      if (bits !== 32) {
        out.str(` ERROR: Prefix length ${bits} != 32`);
        return "invalid";
      }
      out.str(`, ${first & 0x80 ? "Loose" : "Strict"}, ${ip4(d, pos + 2)}/${bits}, `);
      out.str(`Flags: [${bitNames(ROUTE_FLAGS, d.u8(pos + 7), "none")}]`);
    } else if (kind === 3) {
      const flags = d.u8(pos + 2);
      out.str(`, Flags: [${flags & 1 ? "Global" : "none"}] (${flagsText(flags)}), `);
      // The label's type is named as the route's own would be.
      out.str(`Class-Type: ${named(TYPES.get(21)!, d.u8(pos + 3), "Unknown")}, ${d.u32(pos + 4)}`);
    }
    pos += size;
    left -= size;
  }
  return "told";
}

function sessionAttribute(d: Dissection, type: number, { at, length, indent }: Contents): Ending {
  const { out } = d;
  if (type !== 7) return "bytes";
  if (length < 4) return "short";
  const size = d.u8(at + 3);
  if (length < 4 + size) return "short";
  out.str(`${indent}  Session Name: `);
  for (let i = 0; i < size; i++) visible(out, d.u8(at + 4 + i));
  const flags = d.u8(at + 2);
  out.str(`${indent}  Setup Priority: ${d.u8(at)}, Holding Priority: ${d.u8(at + 1)}, `);
  out.str(`Flags: [${bitNames(SESSION_FLAGS, flags, "none")}] (${flagsText(flags)})`);
  return "told";
}

/** One part of a generalized UNI. */
function uniPart(
  d: Dissection,
  kind: number,
  family: number,
  at: number,
  size: number,
  indent: string,
): Ending {
  const { out } = d;
  switch (kind) {
    case 1:
    case 2:
      if (family === AFI_NSAP) return "bytes";
      if (family !== AFI_IPV4 && family !== AFI_IPV6) return "told";
      if (size < (family === AFI_IPV4 ? 8 : 20)) return "shortPart";
      out.str(`${indent}    UNI IPv${family === AFI_IPV4 ? 4 : 6} TNA address: `);
      out.str(family === AFI_IPV4 ? ip4(d, at + 4) : ip6(d, at + 4));
      return "told";
    case 3:
      return size > 4 ? "bytes" : "told";
    case 4: {
      if (size < 16) return "shortPart";
      const word = d.u32(at + 4);
      out.str(`${indent}    U-bit: ${word >>> 31}, Label type: ${word & 0xff}, `);
      out.str(`Logical port id: ${d.u32(at + 8)}, Label: ${d.u32(at + 12)}`);
      return "told";
    }
    case 5:
      if (size < 8) return "shortPart";
      out.str(`${indent}    Service level: ${d.u32(at + 4) >>> 24}`);
      return "told";
    default:
      return "bytes";
  }
}

function generalizedUni(d: Dissection, type: number, { at, length, indent }: Contents): Ending {
  if (type !== 1) return "bytes";
  if (length < 4) return "short";
  let ending: Ending = "told";
  let pos = at;
  for (let left = length; left > 0; ) {
    if (left < 4) return "invalid";
    const size = d.u16(pos);
    const kind = d.u8(pos + 2);
    const family = d.u8(pos + 3);
    d.out.str(`${indent}  Subobject Type: ${named(UNI_PARTS, kind, "Unknown")}, `);
    d.out.str(`AF: ${named(FAMILIES, family, "Unknown")}, length: ${size}`);
    if (size < 4 || size > left) return "invalid";
    const part = uniPart(d, kind, family, pos, size, indent);
    if (part === "shortPart") return part;
    if (part === "bytes") ending = part;
    pos += size;
    left -= size;
  }
  return ending;
}

function hop(d: Dissection, type: number, { at, length, indent }: Contents): Ending {
  if (type < 1 || type > 4) return "bytes";
  const six = type % 2 === 0;
  const size = six ? 16 : 4;
  if (length < size + 4) return "short";
  const address = six ? ip6(d, at) : ip4(d, at);
  d.out.str(`${indent}  Previous/Next Interface: ${address}, `);
  d.out.str(`Logical Interface Handle: 0x${hex(d.u32(at + size), 8)}`);
  // TLVs may follow; for IPv6 tcpdump shows the bytes even if none do.
  return six || length > size + 4 ? "bytes" : "told";
}

function fastReroute(d: Dissection, type: number, { at, length, indent }: Contents): Ending {
  const { out } = d;
  if (type !== 1 && type !== 7) return "bytes";
  if (length < (type === 1 ? 20 : 16)) return "short";
  const bandwidth = measure(d, at + 4, perBits);
  out.str(`${indent}  Setup Priority: ${d.u8(at)}, Holding Priority: ${d.u8(at + 1)}, `);
  out.str(`Hop-limit: ${d.u8(at + 2)}, Bandwidth: ${bandwidth} Mbps`);
  const sets = [8, 12, 16].map((offset) => (type === 7 && offset === 16 ? "" : hex(d.u32(at + offset), 8)));
  if (type === 1)
    out.str(`${indent}  Include-any: 0x${sets[0]}, Exclude-any: 0x${sets[1]}, Include-all: 0x${sets[2]}`);
  else out.str(`${indent}  Include Colors: 0x${sets[0]}, Exclude Colors: 0x${sets[1]}`);
  return "told";
}

function errorSpec(d: Dissection, type: number, { at, length, indent }: Contents): Ending {
  const { out } = d;
  if (type < 1 || type > 4) return "bytes";
  const six = type % 2 === 0;
  const size = six ? 16 : 4;
  if (length < size + 4) return "short";
  const code = d.u8(at + size + 1);
  const value = d.u16(at + size + 2);
  out.str(`${indent}  Error Node Address: ${six ? ip6(d, at) : ip4(d, at)}, `);
  out.str(`Flags: [0x${hex(d.u8(at + size), 2)}]${indent}  Error Code: ${named(ERRORS, code, "unknown")}`);
  if (code === ROUTING_PROBLEM) out.str(`, Error Value: ${named(ROUTING_ERRORS, value, "unknown")}`);
  else if (six) return "told";
  else if (code === DIFFSERV_ERROR || code === DIFFSERV_ERROR_OLD)
    out.str(`, Error Value: ${named(DIFFSERV_ERRORS, value, "unknown")}`);
  else out.str(`, Unknown Error Value (${value})`);
  return "told";
}

function properties(d: Dissection, type: number, { at, length, indent }: Contents): Ending {
  const { out } = d;
  if (type !== 1) return "bytes";
  if (length < 4) return "short";
  const padding = d.u16(at + 2);
  out.str(`${indent}  TLV count: ${d.u16(at)}, padding bytes: ${padding}`);
  let pos = at + 4;
  for (let left = length - 4; left >= 2 + padding; ) {
    const kind = d.u8(pos);
    const size = d.u8(pos + 1);
    out.str(`${indent}    ${PROPERTIES.get(kind) ?? "unknown"} TLV (0x${hex(kind, 2)}), length: ${size}`);
    if (left < size) return "short";
    if (size < 2) {
      out.str(`${indent}ERROR: property TLV is too short`);
      return "stop";
    }
    unknownBytes(d, pos + 2, "\n\t\t", size - 2);
    pos += size;
    left -= size;
  }
  return "told";
}

function messageIds(d: Dissection, type: number, { at, length, indent }: Contents): Ending {
  const { out } = d;
  if (type !== 1 && type !== 2) return "bytes";
  if (length < 4) return "short";
  out.str(`${indent}  Flags [0x${hex(d.u8(at), 2)}], epoch: ${d.u24(at + 1)}`);
  for (let i = 4; i + 4 <= length; i += 4) {
    const id = d.u32(at + i);
    out.str(`${indent}    Message-ID 0x${hex(id, 8)} (${id})`);
  }
  return "told";
}

function integrity(d: Dissection, type: number, { at, length, indent }: Contents): Ending {
  const { out } = d;
  if (type !== 1) return "bytes";
  if (length < 32) return "short";
  const words = (from: number, count: number) => {
    let text = "";
    for (let i = 0; i < count; i++) text += hex(d.u32(from + 4 * i), 8);
    return text;
  };
  out.str(
    `${indent}  Key-ID 0x${hex(d.u16(at + 2), 4)}${words(at + 4, 1)}, Sequence 0x${words(at + 8, 2)}, `,
  );
  out.str(`Flags [${d.u8(at) & 0x80 ? "Handshake" : "none"}]`);
  // The key is not known.
  out.str(`${indent}  MD5-sum 0x${words(at + 16, 4)}  (unchecked)`);
  return "told";
}

function labelSet(d: Dissection, type: number, { at, length, indent }: Contents): Ending {
  const { out } = d;
  if (type !== 1) return "bytes";
  if (length < 4) return "short";
  const action = d.u8(at);
  out.str(`${indent}  Action: ${named(LABEL_SETS, action, "Unknown")}, Label type: ${d.u32(at) & 0x7f}`);
  if (action === 2 || action === 3) {
    if (length < 12) return "short";
    out.str(`${indent}  Start range: ${d.u32(at + 4)}, End range: ${d.u32(at + 8)}`);
  } else
    for (let i = 1; 4 * i + 4 <= length; i++) out.str(`${indent}  Subchannel #${i}: ${d.u32(at + 4 * i)}`);
  return "told";
}

/** An address of four or sixteen bytes by the object's type. */
function address(d: Dissection, type: number, { at, length, indent }: Contents, name: string): Ending {
  if (type !== 1 && type !== 2) return "bytes";
  if (length < (type === 1 ? 4 : 16)) return "short";
  d.out.str(`${indent}  ${name}: ${type === 1 ? ip4(d, at) : ip6(d, at)}`);
  return "told";
}

/** Objects of one or two words that have only type 1; `words` is how many are needed. */
function simple(d: Dissection, kind: number, type: number, { at, length, indent }: Contents): Ending {
  const { out } = d;
  if (type !== 1 && !(kind === 22 && type === 2)) return "bytes";
  if (length < (kind === 22 || kind === 131 ? 8 : 4)) return "short";
  const word = d.u32(at);
  switch (kind) {
    case 5:
      out.str(`${indent}  Refresh Period: ${word}ms`);
      break;
    case 8:
      out.str(`${indent}  Reservation Style: ${STYLES.get(word & 0xffffff) ?? "Unknown"}, `);
      out.str(`Flags: [0x${hex(word >>> 24, 2)}]`);
      break;
    case 22:
      out.str(`${indent}  Source Instance: 0x${hex(word, 8)}, `);
      out.str(`Destination Instance: 0x${hex(d.u32(at + 4), 8)}`);
      break;
    case 66:
    case 125:
      out.str(`${indent}  CT: ${word & 7}`);
      break;
    case 131:
      out.str(`${indent}  Restart  Time: ${word}ms, Recovery Time: ${d.u32(at + 4)}ms`);
      break;
    case 134: {
      const rest = (word & ~7) >>> 0;
      if (rest !== 0) out.str(`${indent}  [reserved=0x${hex(rest, 8)} must be zero]`);
      out.str(`${indent}  Flags: [${bitNames(CAPABILITIES, word & 7, "none")}]`);
      break;
    }
    default:
      out.str(`${indent}  Flags [${bitNames(ADMINISTRATION, word, "none")}]`);
  }
  return "told";
}

function contents(d: Dissection, kind: number, type: number, data: Contents): Ending {
  switch (kind) {
    case 1:
      return session(d, type, data);
    case 3:
      return hop(d, type, data);
    case 4:
      return integrity(d, type, data);
    case 6:
      return errorSpec(d, type, data);
    case 9:
    case 12:
    case 13:
      return type === 2 ? services(d, data) : "bytes";
    case 10:
    case 11:
      return sender(d, type, data, kind === 10);
    case 15:
      return address(d, type, data, type === 1 ? "IPv4 Receiver Address" : "IPv6 Receiver Address");
    case 195:
      return address(d, type, data, type === 1 ? "IPv4 Notify Node Address" : "IPv6 Notify Node Address");
    case 50:
      return address(d, type, data, "Sub-LSP destination address");
    case 16:
    case 34:
    case 35:
    case 129:
      return label(d, type, data);
    case 19:
      return labelRequest(d, type, data);
    case 20:
    case 21:
      return route(d, type, data);
    case 23:
    case 24:
    case 25:
      return messageIds(d, type, data);
    case 36:
      return labelSet(d, type, data);
    case 63:
      if (type !== 7) return "bytes";
      for (let i = 0; i + 8 <= data.length; i += 8) {
        const node = ip4(d, data.at + i + 4);
        d.out.str(`${data.indent}  PLR-ID: ${ip4(d, data.at + i)}, Avoid-Node-ID: ${node}`);
      }
      return "told";
    case 204:
      return properties(d, type, data);
    case 205:
      return fastReroute(d, type, data);
    case 207:
      return sessionAttribute(d, type, data);
    case 229:
      return generalizedUni(d, type, data);
    case 5:
    case 8:
    case 22:
    case 66:
    case 125:
    case 131:
    case 134:
    case 196:
      return simple(d, kind, type, data);
    default:
      if (d.opt.verbose <= 1) unknownBytes(d, data.at, "\n\t    ", data.length);
      return "told";
  }
}

/** What a receiver does with an object that it does not know, by the class. */
function policy(kind: number): string {
  if ((kind & 0x80) === 0) return "reject";
  return kind & 0x40 ? "ignore and forward" : "ignore silently";
}

/** Says why no other object can follow; false if one can. */
function ended(d: Dissection, ending: Ending, indent: string): boolean {
  if (ending === "told" || ending === "bytes") return false;
  if (ending === "short") d.out.str(`${indent}ERROR: object is too short`);
  else if (ending === "shortPart") d.out.str(`${indent}ERROR: sub-object is too short`);
  else if (ending === "invalid") d.invalid();
  else if (ending === "cut") d.truncated();
  return true;
}

/** The objects of a message; false if they end it. */
function objects(d: Dissection, from: number, length: number, indent: string): boolean {
  const { out } = d;
  let at = from;
  for (let left = length; left >= OBJECT_HEADER; ) {
    if (!d.has(at, OBJECT_HEADER)) return !ended(d, "cut", indent);
    const size = d.u16(at);
    const kind = d.u8(at + 2);
    const type = d.u8(at + 3);
    if (size % 4 !== 0) {
      out.str(`${indent}ERROR: object header size ${size} not a multiple of 4`);
      return false;
    }
    if (size < OBJECT_HEADER) {
      out.str(`${indent}ERROR: object header too short ${size} < ${OBJECT_HEADER}`);
      return false;
    }
    out.str(
      `${indent}${OBJECTS.get(kind) ?? "Unknown"} Object (${kind}) Flags: [${policy(kind)} if unknown], `,
    );
    out.str(`Class-Type: ${TYPES.get(kind)?.get(type) ?? "Unknown"} (${type}), length: ${size}`);
    if (left < size) {
      out.str(`${indent}ERROR: object goes past end of objects TLV`);
      return false;
    }
    if (!d.has(at, size)) return !ended(d, "cut", indent);
    const data = { at: at + OBJECT_HEADER, length: size - OBJECT_HEADER, indent };
    const ending = contents(d, kind, type, data);
    if (ended(d, ending, indent)) return false;
    if (d.opt.verbose > 1 || ending === "bytes") unknownBytes(d, data.at, "\n\t    ", data.length);
    at += size;
    left -= size;
  }
  return true;
}

/** The header of a message; answers the message's length, -1 if nothing can follow it. */
function header(d: Dissection, at: number, line: string): number {
  const { out } = d;
  if (!d.has(at, HEADER)) {
    d.truncated();
    return -1;
  }
  const first = d.u8(at);
  if (first >> 4 !== VERSION) {
    out.str(`ERROR: RSVP version ${first >> 4} packet not supported`);
    return -1;
  }
  if (line === "") return 0;
  const type = d.u8(at + 1);
  const length = d.u16(at + 6);
  out.str(`${line}RSVPv${VERSION} ${MESSAGES.get(type) ?? `unknown, type: ${type}`} Message (${type}), `);
  out.str(`Flags: [${first & 1 ? "Refresh reduction capable" : "none"}], length: ${length}, `);
  out.str(`ttl: ${d.u8(at + 4)}, checksum: 0x${hex(d.u16(at + 2), 4)}`);
  if (length >= HEADER) return length;
  out.str(`ERROR: common header too short ${length} < ${HEADER}`);
  return -1;
}

/** The messages of a bundle. */
function bundle(d: Dissection, from: number, length: number): void {
  let at = from;
  for (let left = length; left > 0; ) {
    const size = header(d, at, "\n\t  ");
    if (size < 0) return;
    if (left < size) {
      d.out.str(`ERROR: common header too large ${size} > ${left}`);
      return;
    }
    if (!objects(d, at + HEADER, size - HEADER, "\n\t    ")) return;
    at += size;
    left -= size;
  }
}

/** Writes the RSVP message at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printRsvp(d: Dissection, at: number, length: number): void {
  d.protocol = "rsvp";
  const size = header(d, at, d.opt.verbose > 0 ? "\n\t" : "");
  if (size < 0) return;
  const type = d.u8(at + 1);
  if (d.opt.verbose === 0)
    d.out.str(`RSVPv${VERSION} ${MESSAGES.get(type) ?? `unknown (${type})`} Message, length: ${length}`);
  else if (type === BUNDLE) bundle(d, at + HEADER, size - HEADER);
  else if (MESSAGES.has(type)) objects(d, at + HEADER, size - HEADER, "\n\t  ");
  else unknownBytes(d, at + HEADER, "\n\t    ", size - HEADER);
}
