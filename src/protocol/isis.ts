// Intermediate System to Intermediate System routing (ISO 10589), for IP (RFC 1195), with traffic engineering
// (RFC 5305, RFC 5307), IPv6 (RFC 5308), multi-topology (RFC 5120), segment routing (RFC 8667) and shortest path
// bridging (RFC 6329).
//
//   NLPID (1) | length of the headers (1) | version (1) | ID length (1) | type (1) | version (1) | 0 (1) |
//   maximum area addresses (1) | the type's header | TLVs: type (1), length (1), value
import type { Dissection } from "./dissection.ts";
import {
  CONSTRAINT_MODELS,
  ENCODINGS,
  isPacketSwitching,
  LINK_PROTECTION,
  megabits,
  SWITCHING,
  SWITCHING_TDM,
  TDM_INDICATIONS,
} from "./gmpls.ts";
import { NLPID_NAMES, nsap, verdict } from "./nlpid.ts";
import { OUI_NAMES } from "./oui.ts";
import { padded, unknownBytes } from "./phrase.ts";
import { maskLength, prefixText } from "./prefix.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";
import { hex, ip4, ip6, named, numbered, writeHexDigits } from "./wording.ts";

const COMMON = 8;
const VERSION = 1;
const SYSTEM_ID = 6;
const NODE_ID = 7;
const LSP_ID = 8;
const METRICS = 4;
const LAN_HELLO = 19;
const POINT_TO_POINT_HELLO = 12;
const LSP = 19;
const CSNP = 25;
const PSNP = 9;

const PDUS: Tokens = new Map([
  [15, "L1 Lan IIH"],
  [16, "L2 Lan IIH"],
  [17, "p2p IIH"],
  [18, "L1 LSP"],
  [20, "L2 LSP"],
  [24, "L1 CSNP"],
  [25, "L2 CSNP"],
  [26, "L1 PSNP"],
  [27, "L2 PSNP"],
]);
/** Sizes of the headers after the common one, by PDU type. */
const HEADERS: ReadonlyMap<number, number> = new Map([
  [15, LAN_HELLO],
  [16, LAN_HELLO],
  [17, POINT_TO_POINT_HELLO],
  [18, LSP],
  [20, LSP],
  [24, CSNP],
  [25, CSNP],
  [26, PSNP],
  [27, PSNP],
]);
const TLVS: Tokens = new Map([
  [1, "Area address(es)"],
  [2, "IS Reachability"],
  [3, "ES Neighbor(s)"],
  [4, "Partition DIS"],
  [5, "Prefix Neighbors"],
  [6, "IS Neighbor(s)"],
  [7, "Instance Identifier"],
  [8, "Padding"],
  [9, "LSP entries"],
  [10, "Authentication"],
  [12, "Checksum"],
  [13, "Purge Originator Identifier"],
  [14, "LSP Buffersize"],
  [22, "Extended IS Reachability"],
  [24, "IS Alias ID"],
  [42, "DECnet Phase IV"],
  [66, "Lucent Proprietary"],
  [128, "IPv4 Internal Reachability"],
  [129, "Protocols supported"],
  [130, "IPv4 External Reachability"],
  [131, "Inter-Domain Information Type"],
  [132, "IPv4 Interface address(es)"],
  [133, "IPv4 authentication (deprecated)"],
  [134, "Traffic Engineering Router ID"],
  [135, "Extended IPv4 Reachability"],
  [138, "Shared Risk Link Group"],
  [143, "Multi-Topology-Aware Port Capability"],
  [144, "Multi-Topology Capability"],
  [176, "Nortel Proprietary"],
  [177, "Nortel Proprietary"],
  [137, "Hostname"],
  [211, "Restart Signaling"],
  [222, "Multi Topology IS Reachability"],
  [229, "Multi Topology"],
  [232, "IPv6 Interface address(es)"],
  [235, "Multi-Topology IPv4 Reachability"],
  [236, "IPv6 reachability"],
  [237, "Multi-Topology IP6 Reachability"],
  [240, "Point-to-point Adjacency State"],
  [241, "Hello PDU Sequence Number"],
  [242, "IS-IS Router Capability"],
  [250, "Vendor Private"],
]);
const CIRCUITS: Tokens = numbered(1, "Level 1 only", "Level 2 only", "Level 1, Level 2");
const SYSTEM_TYPES = ["Unused 0x0 (invalid)", "L1 IS", "Unused 0x2 (invalid)", "L2 IS"] as const;
const TOPOLOGIES: Tokens = new Map([
  [0, "IPv4 unicast"],
  [1, "In-Band Management"],
  [2, "IPv6 unicast"],
  [3, "Multicast"],
  [4095, "Development, Experimental or Proprietary"],
]);
const TOPOLOGY_FLAGS: BitTokens = [
  [0x4000, "ATT bit set"],
  [0x8000, "Overload bit set"],
];
const VIRTUAL: Tokens = numbered(0, "IsNotVirtual", "IsVirtual");
const ADJACENCIES: Tokens = numbered(0, "Up", "Initializing", "Down");
const RESTART_FLAGS: BitTokens = [
  [0x1, "Restart Request"],
  [0x2, "Restart Acknowledgement"],
  [0x4, "Suppress adjacency advertisement"],
];
const CAPABILITY_FLAGS: BitTokens = [
  [0x01, "S bit"],
  [0x02, "D bit"],
];
const CAPABILITIES: Tokens = new Map([[2, "SR-Capabilities"]]);
const SEGMENT_FAMILIES: BitTokens = [
  [0x80, "ipv4"],
  [0x40, "ipv6"],
];
const AUTHENTICATIONS: Tokens = new Map([
  [1, "simple text password"],
  [3, "Generic Crypto key-id"],
  [54, "HMAC-MD5 password"],
  [255, "Routing Domain private password"],
]);
const MD5_SIZE = 16;
const DOMAIN_INFORMATION: Tokens = numbered(0, "Reserved", "Routing-Domain Specific", "AS Number Tag");
const LINK_SUBTLVS: Tokens = new Map([
  [3, "Administrative groups"],
  [4, "Link Local/Remote Identifier"],
  [5, "Link Remote Identifier"],
  [6, "IPv4 interface address"],
  [8, "IPv4 neighbor address"],
  [9, "Maximum link bandwidth"],
  [10, "Reservable link bandwidth"],
  [11, "Unreserved bandwidth"],
  [18, "Traffic Engineering Metric"],
  [19, "Link Attribute"],
  [20, "Link Protection Type"],
  [21, "Interface Switching Capability"],
  [12, "Bandwidth Constraints (old)"],
  [22, "Bandwidth Constraints"],
  [32, "LAN Adjacency Segment Identifier"],
  [29, "SPB Metric"],
  [250, "Reserved for cisco specific extensions"],
  [251, "Reserved for cisco specific extensions"],
  [252, "Reserved for cisco specific extensions"],
  [253, "Reserved for cisco specific extensions"],
  [254, "Reserved for cisco specific extensions"],
  [255, "Reserved for future expansion"],
]);
const PREFIX_SUBTLVS: Tokens = new Map([
  [1, "32-Bit Administrative tag"],
  [2, "64-Bit Administrative tag"],
  [3, "Prefix SID"],
  [117, "Management Prefix Color"],
]);
const SID_VALUE = 0x08;
const SID_FLAGS: BitTokens = [
  [0x80, "Readvertisement"],
  [0x40, "Node"],
  [0x20, "No-PHP"],
  [0x10, "Explicit NULL"],
  [SID_VALUE, "Value"],
  [0x04, "Local"],
];
const SID_ALGORITHMS: Tokens = numbered(0, "SPF", "strict-SPF");
const LINK_ATTRIBUTES: BitTokens = [
  [0x01, "Local Protection Available"],
  [0x02, "Link excluded from local protection path"],
  [0x04, "Local maintenance required"],
];
const ADJACENCY_FLAGS: BitTokens = [
  [0x80, "Address family IPv6"],
  [0x40, "Backup"],
  [0x20, "Value"],
  [0x10, "Local significance"],
  [0x08, "Set of adjacencies"],
  [0x04, "Persistent"],
];
const PORT_SUBTLVS: Tokens = new Map([
  [4, "SPB MCID"],
  [5, "SPB Digest"],
  [6, "SPB BVID"],
]);
const BRIDGING_SUBTLVS: Tokens = new Map([
  [1, "SPB Instance"],
  [3, "SPBM Service Identifier and Unicast Address"],
]);

const LINE = "\n\t      ";

/** How the printers of TLVs end. */
type Ending =
  /** What was told is all. */
  | "done"
  /** The PDU is cut off here. */
  | "cut"
  /** Nothing more of the PDU is shown. */
  | "quiet";

/** A system's, a node's or an LSP's identifier. Throws TRUNCATED. */
function identifier(d: Dissection, at: number, size: number): string {
  let text = "";
  for (let i = 0; i < SYSTEM_ID; i++) text += hex(d.u8(at + i), 2) + (i === 1 || i === 3 ? "." : "");
  if (size >= NODE_ID) text += `.${hex(d.u8(at + 6), 2)}`;
  if (size === LSP_ID) text += `-${hex(d.u8(at + 7), 2)}`;
  return text;
}

function metric(octet: number): string {
  return `${octet & 0x3f}, ${octet & 0x40 ? "External" : "Internal"}`;
}

/** The metrics after the default one that are supported, each behind `indent`. */
function otherMetrics(d: Dissection, at: number, indent: string): void {
  ["Delay", "Expense", "Error"].forEach((name, i) => {
    const octet = d.u8(at + 1 + i);
    if ((octet & 0x80) === 0) d.out.str(`${indent}  ${name} Metric: ${metric(octet)}`);
  });
}

function metricBlock(d: Dissection, at: number): void {
  d.out.str(`, Default Metric: ${metric(d.u8(at))}`);
  otherMetrics(d, at, "\n\t\t");
}

/** IPv4 reachability with narrow metrics (RFC 1195). */
function narrowReachability(d: Dissection, from: number, length: number): Ending {
  const { out } = d;
  let at = from;
  for (let left = length; left > 0; left -= 12, at += 12) {
    if (left < 12) {
      out.str(`short IPv4 Reachability (${left} vs 12)`);
      return "quiet";
    }
    if (!d.has(at, 12)) return "quiet";
    const size = maskLength(d.u32(at + 8));
    const prefix = ip4(d, at + 4);
    out.str(`${LINE}IPv4 prefix: `);
    out.str(size < 0 ? `${prefix} mask ${ip4(d, at + 8)}` : `${prefix.padStart(15)}/${size}`);
    const octet = d.u8(at);
    out.str(`, Distribution: ${octet & 0x80 ? "down" : "up"}, Metric: ${metric(octet)}`);
    otherMetrics(d, at, LINE);
  }
  return "done";
}

/** A sub-TLV of a prefix; false if it is cut off. */
function prefixSubtlv(d: Dissection, type: number, at: number, length: number): boolean {
  const { out } = d;
  out.str(`${LINE}  ${PREFIX_SUBTLVS.get(type) ?? "unknown"} subTLV #${type}, length: ${length}`);
  if (!d.has(at, length)) {
    d.truncated();
    return false;
  }
  if (type === 1 || type === 117)
    for (let i = 0; i + 4 <= length; i += 4) {
      const tag = d.u32(at + i);
      out.str(`, 0x${hex(tag, 8)} (=${tag})`);
    }
  else if (type === 2)
    for (let i = 0; i + 8 <= length; i += 8)
      out.str(`, 0x${hex(d.u32(at + i), 8)}${hex(d.u32(at + i + 4), 8)}`);
  else if (type === 3) {
    const flags = d.u8(at);
    const algorithm = d.u8(at + 1);
    const isLabel = (flags & SID_VALUE) !== 0;
    if (length < (isLabel ? 5 : 6)) {
      d.truncated();
      return false;
    }
    const sid = isLabel ? d.u24(at + 2) : d.u32(at + 2);
    out.str(`, Flags [${bitNames(SID_FLAGS, flags, "None")}], `);
    out.str(`Algo ${named(SID_ALGORITHMS, algorithm, "Unknown")}, ${isLabel ? "label" : "index"} ${sid}`);
  } else unknownBytes(d, at, "\n\t\t    ", length);
  return true;
}

/** One prefix with a wide metric (RFC 5305 4, RFC 5308 2); answers its size, 0 if it is wrong. */
function wideReachability(d: Dissection, from: number, six: boolean): number {
  const { out } = d;
  const cost = d.u32(from);
  const status = d.u8(from + 4);
  let at = from + 5;
  let bits = status & 0x3f;
  if (six) bits = d.u8(at++);
  const version = six ? 6 : 4;
  if (bits > (six ? 128 : 32)) {
    out.str(`${LINE}IPv${version} prefix: bad bit length ${bits}`);
    return 0;
  }
  const size = (bits + 7) >> 3;
  d.need(at, size);
  const prefix = prefixText(d, at, size, six);
  at += size;
  out.str(`${LINE}IPv${version} prefix: ${six ? prefix : prefix.padStart(15)}/${bits}`);
  out.str(`, Distribution: ${status & 0x80 ? "down" : "up"}, Metric: ${cost}`);
  const more = (status & (six ? 0x20 : 0x40)) !== 0;
  if (six) out.str(`, ${status & 0x40 ? "External" : "Internal"}`);
  if (!more) return at - from;
  out.str(", sub-TLVs present");
  let left = d.u8(at++);
  const used = at - from + left;
  out.str(` (${left})`);
  while (left > 0) {
    const type = d.u8(at);
    const length = d.u8(at + 1);
    if (!prefixSubtlv(d, type, at + 2, length)) return 0;
    at += length + 2;
    // Without a sign in tcpdump: what goes beyond the end goes on till the packet ends.
    left = (left - length - 2) >>> 0;
  }
  return used;
}

function switchingCapability(d: Dissection, at: number, length: number, indent: string): void {
  const { out } = d;
  const type = d.u8(at);
  out.str(`${indent}  Interface Switching Capability:${SWITCHING.get(type) ?? "Unknown"}`);
  out.str(`, LSP Encoding: ${ENCODINGS.get(d.u8(at + 1)) ?? "Unknown"}`);
  out.str(`${indent}  Max LSP Bandwidth:`);
  for (let i = 0; i < 8; i++)
    out.str(`${indent}    priority level ${i}: ${megabits(d, at + 4 + 4 * i)} Mbps`);
  const rest = at + 36;
  const left = length - 36;
  const least = () => out.str(`${indent}  Min LSP Bandwidth: ${megabits(d, rest)} Mbps`);
  if (isPacketSwitching(type)) {
    if (left < 6) return;
    least();
    out.str(`${indent}  Interface MTU: ${d.u16(rest + 4)}`);
  } else if (type === SWITCHING_TDM) {
    if (left < 8) return;
    least();
    const indication = d.u8(rest + 4);
    out.str(`${indent}  Indication ${TDM_INDICATIONS.get(indication) ?? `Unknown (${indication})`}`);
  } else if (left !== 0) unknownBytes(d, rest, "\n\t\t    ", left);
}

function adjacencySegment(d: Dissection, at: number, indent: string): void {
  const { out } = d;
  const flags = d.u8(at);
  out.str(`${indent}  Flags: [${bitNames(ADJACENCY_FLAGS, flags, "none")}]`);
  out.str(`${indent}  Weight: ${d.u8(at + 1)}`);
  out.str(`${indent}  Neighbor System-ID: ${identifier(d, at + 2, SYSTEM_ID)}`);
  const kind = flags & 0x30;
  if (kind === 0x30) out.str(`${indent}  Label: ${d.u24(at + 8)}`);
  else if (kind === 0) out.str(`${indent}  Index: ${d.u32(at + 8)}`);
  else d.invalid();
}

/** A sub-TLV of a link; answers how many of its bytes tcpdump does not count as taken from the TLV. */
function linkSubtlv(d: Dissection, type: number, at: number, length: number, indent: string): number {
  const { out } = d;
  switch (type) {
    case 3:
    case 4:
    case 5:
      if (length >= 4) out.str(`, 0x${hex(d.u32(at), 8)}`);
      if (length === 8) out.str(`, 0x${hex(d.u32(at + 4), 8)}`);
      return 0;
    case 6:
    case 8:
      if (length >= 4) out.str(`, ${ip4(d, at)}`);
      return 0;
    case 9:
    case 10:
      if (length >= 4) out.str(`, ${megabits(d, at)} Mbps`);
      return 0;
    case 11:
      if (length < 32) return 0;
      for (let i = 0; i < 8; i++) out.str(`${indent}  TE-Class ${i}: ${megabits(d, at + 4 * i)} Mbps`);
      return 32;
    case 12:
    case 22: {
      if (length === 0) return 0;
      const model = named(CONSTRAINT_MODELS, d.u8(at), "unknown");
      out.str(`${indent}Bandwidth Constraints Model ID: ${model}`);
      let used = 1;
      for (let i = 0; used + 4 <= length; i++, used += 4)
        out.str(`${indent}  Bandwidth constraint CT${i}: ${megabits(d, at + used)} Mbps`);
      return used;
    }
    case 18:
      if (length >= 3) out.str(`, ${d.u24(at)}`);
      return 0;
    case 19: {
      if (length !== 2) return 0;
      const bits = d.u16(at);
      out.str(`, [ ${bitNames(LINK_ATTRIBUTES, bits, "Unknown")} ] (0x${hex(bits, 4)})`);
      return 0;
    }
    case 20:
      if (length >= 2) out.str(`, ${bitNames(LINK_PROTECTION, d.u8(at), "none")}, Priority ${d.u8(at + 1)}`);
      return 0;
    case 29:
      if (length < 6) return 0;
      out.str(`, LM: ${d.u24(at)}`);
      out.str(`, P: ${d.u8(at + 3)}`);
      out.str(`, P-ID: ${d.u16(at + 4)}`);
      return 4;
    case 21:
      if (length < 36) return 0;
      switchingCapability(d, at, length, indent);
      return 36;
    case 32:
      if (length < 8) return 0;
      adjacencySegment(d, at, indent);
      return 2;
    default:
      unknownBytes(d, at, "\n\t\t    ", length);
      return 0;
  }
}

/** A neighbor with its link; answers its size, 0 if it is cut off. */
function neighbor(d: Dissection, from: number, type: number, length: number): number {
  const { out } = d;
  const indent = `${LINE}  `;
  if (!d.has(from, NODE_ID) || length < NODE_ID) return 0;
  out.str(`${LINE}IS Neighbor: ${identifier(d, from, NODE_ID)}`);
  let at = from + NODE_ID;
  let left = length - NODE_ID;
  if (type !== 24) {
    if (!d.has(at, 3) || left < 3) return 0;
    out.str(`, Metric: ${d.u24(at)}`);
    at += 3;
    left -= 3;
  }
  if (!d.has(at, 1) || left < 1) return 0;
  let sum = d.u8(at++);
  left--;
  out.str(sum === 0 ? ", no sub-TLVs present" : `, sub-TLVs present (${sum})`);
  while (sum !== 0) {
    if (!d.has(at, 2)) return 0;
    if (left < 2) {
      out.str(`${indent}Remaining data in TLV shorter than a subTLV header`);
      return at - from + left;
    }
    if (sum < 2) {
      out.str(`${indent}Remaining data in subTLVs shorter than a subTLV header`);
      return at - from + sum;
    }
    const subtype = d.u8(at);
    const size = d.u8(at + 1);
    at += 2;
    left -= 2;
    sum -= 2;
    out.str(`${indent}${LINK_SUBTLVS.get(subtype) ?? "unknown"} subTLV #${subtype}, length: ${size}`);
    if (sum < size) {
      out.str(" (remaining data in subTLVs shorter than the current subTLV)");
      return at - from + sum;
    }
    if (left < size) {
      out.str(" (> remaining tlv length)");
      return at - from + left;
    }
    if (!d.has(at, size)) return 0;
    left -= size - linkSubtlv(d, subtype, at, size, indent);
    at += size;
    sum -= size;
  }
  return at - from;
}

/** The identifier of a topology; false if it is cut off. */
function topology(d: Dissection, at: number, left: number): boolean {
  if (left < 2) return false;
  const word = d.u16(at);
  const id = word & 0x0fff;
  d.out.str(`${LINE}${TOPOLOGIES.get(id) ?? "Reserved for IETF Consensus"}`);
  d.out.str(` Topology (0x${hex(id, 3)}), Flags: [${bitNames(TOPOLOGY_FLAGS, word & 0xf000, "none")}]`);
  return true;
}

/** A list of neighbors or prefixes, with a topology before them if `multi`. */
function list(
  d: Dissection,
  from: number,
  length: number,
  multi: boolean,
  print: (at: number, left: number) => number,
): Ending {
  if (multi && !topology(d, from, length)) return "cut";
  let at = multi ? from + 2 : from;
  let left = multi ? length - 2 : length;
  while (left !== 0) {
    const size = print(at, left);
    if (size === 0) return "cut";
    if (left < size) {
      d.out.str(` [remaining tlv length ${left} < ${size}]`);
      d.invalid();
      return "done";
    }
    at += size;
    left -= size;
  }
  return "done";
}

/** The identifier of a multiple spanning tree configuration (IEEE 802.1Q 13.8): 51 bytes. */
function spanningTreeIdentifier(d: Dissection, at: number): void {
  const { out } = d;
  out.str(`ID: ${d.u8(at)}, Name: `);
  padded(d, at + 1, 32);
  out.str(`\n\t              Lvl: ${d.u16(at + 33)}, Digest: `);
  for (let i = 0; i < 16; i++) out.str(`${hex(d.u8(at + 35 + i), 2)} `);
}

function portSubtlv(d: Dissection, type: number, at: number, length: number): boolean {
  const { out } = d;
  if (type === 4) {
    if (length < 102) return false;
    out.str("\n\t         MCID: ");
    spanningTreeIdentifier(d, at);
    out.str("\n\t         AUX-MCID: ");
    spanningTreeIdentifier(d, at + 51);
  } else if (type === 5) {
    if (length < 33) return false;
    const bits = d.u8(at);
    out.str(`\n\t        RES: ${bits >> 5} V: ${(bits >> 4) & 1} A: ${(bits >> 2) & 3} D: ${bits & 3}`);
    out.str("\n\t         Digest: ");
    for (let i = 0; i < 8; i++) {
      out.str(`${hex(d.u32(at + 1 + 4 * i), 8)} `);
      if (i === 3) out.str("\n\t                 ");
    }
  } else if (type === 6)
    for (let i = 0; i < length; i += 6) {
      if (length - i < 4) return false;
      out.str(`\n\t           ECT: ${hex(d.u32(at + i), 8)}`);
      if (length - i < 6) return false;
      const word = d.u16(at + i + 4);
      out.str(` BVID: ${word >> 4}, U:${(word >> 3) & 1} M:${(word >> 2) & 1} `);
    }
  return true;
}

/** True, or false if the sub-TLV is too short, or null if its list is cut off. */
function bridgingSubtlv(d: Dissection, type: number, at: number, length: number): boolean | null {
  const { out } = d;
  if (type === 1) {
    if (length < 19) return false;
    out.str(`\n\t        CIST Root-ID: ${hex(d.u32(at), 8)} ${hex(d.u32(at + 4), 8)}`);
    out.str(`, Path Cost: ${hex(d.u32(at + 8), 8)}, Prio: ${d.u16(at + 12)}`);
    const word = d.u16(at + 14);
    out.str(`\n\t        RES: ${word >> 5}, V: ${(word >> 4) & 1}, SPSource-ID: ${d.u32(at + 14) & 0xfffff}`);
    const trees = d.u8(at + 18);
    out.str(`, No of Trees: ${hex(trees)}`);
    for (let i = 0; i < trees; i++) {
      const pos = at + 19 + 8 * i;
      if (length - (pos - at) < 8) return null;
      const bits = d.u8(pos);
      out.str(`\n\t         U:${bits >> 7}, M:${(bits >> 6) & 1}, A:${(bits >> 5) & 1}, RES:${bits & 0x1f}`);
      out.str(`, ECT: ${hex(d.u32(pos + 1), 8)}`);
      const pair = d.u24(pos + 5);
      out.str(`, BVID: ${pair >> 12}, SPVID: ${pair & 0xfff}`);
    }
  } else if (type === 3) {
    if (length < 8) return null;
    out.str(`\n\t        BMAC: ${hex(d.u32(at), 8)}${hex(d.u16(at + 4), 4)}`);
    const word = d.u16(at + 6);
    out.str(`, RES: ${word >> 12}, VID: ${word & 0xfff}`);
    for (let i = 8; i + 4 <= length; i += 4) {
      const service = d.u32(at + i);
      out.str(`\n\t        T: ${service >>> 31}, R: ${(service >>> 30) & 1}, `);
      out.str(`RES: ${(service >>> 24) & 0x3f}, ISID: ${service & 0xffffff}`);
    }
  }
  return true;
}

/** The sub-TLVs of shortest path bridging. */
function bridging(d: Dissection, from: number, length: number, port: boolean): void {
  const { out } = d;
  let at = from;
  let left = length;
  while (left > 2) {
    const type = d.u8(at);
    const size = d.u8(at + 1);
    const names = port ? PORT_SUBTLVS : BRIDGING_SUBTLVS;
    const name = names.get(type) ?? "unknown";
    out.str(`\n\t      ${port ? " " : ""}${name} subTLV #${type}, length: ${size}`);
    at += 2;
    left -= 2;
    if (left < size) {
      out.str(" (> containing TLV length)");
      return;
    }
    const good = !d.has(at, size)
      ? null
      : port
        ? portSubtlv(d, type, at, size)
        : bridgingSubtlv(d, type, at, size);
    if (good === null) d.truncated();
    else if (!good) out.str(" (too short)");
    if (good !== true) return;
    at += size;
    left -= size;
  }
}

/** Sub-TLVs of a router's capabilities. Lengths are of eight bits in tcpdump, and wrap. */
function capabilities(d: Dissection, from: number, length: number): void {
  const { out } = d;
  let at = from;
  let left = length;
  while (left >= 2) {
    const type = d.u8(at);
    const size = d.u8(at + 1);
    left -= 2;
    at += 2;
    out.str(`\n\t\t${CAPABILITIES.get(type) ?? "unknown"} subTLV #${type}, length: ${size}`);
    if (size > left || !d.has(at, size)) return;
    if (type === 2) segmentRouting(d, at, size);
    else unknownBytes(d, at, "\n\t\t", size);
    left -= size;
    at += size;
  }
}

function segmentRouting(d: Dissection, at: number, length: number): void {
  const { out } = d;
  const flags = d.u8(at);
  out.str(`, Flags [${bitNames(SEGMENT_FAMILIES, flags, "None")}], Range ${d.u24(at + 1)}`);
  let pos = at + 4;
  let left = (length - 4) & 0xff;
  while (left >= 5) {
    const type = d.u8(pos);
    const size = d.u8(pos + 1);
    left -= 2;
    pos += 2;
    if (size > left) return;
    if (type !== 1) unknownBytes(d, pos, "\n\t\t  ", size);
    else if (size === 3) out.str(`, SID value ${d.u24(pos)}`);
    else if (size === 4) out.str(`, SID value ${d.u32(pos)}`);
    else out.str(`, Unknown SID length${size}`);
    pos += size;
    left -= size;
  }
}

function authentication(d: Dissection, at: number, length: number): void {
  const { out } = d;
  const type = d.u8(at);
  out.str(`${LINE}${AUTHENTICATIONS.get(type) ?? `unknown Authentication type 0x${hex(type, 2)}`}: `);
  const data = at + 1;
  const size = length - 1;
  if (type === 1) padded(d, data, size);
  else if (type === 54) {
    writeHexDigits(d, data, size);
    if (size !== MD5_SIZE) out.str(", (invalid subTLV) ");
    // The secret is not known.
    out.str(" (unchecked)");
  } else if (type === 3) {
    if (size < 2) return;
    out.str(`${d.u16(data)}, password: `);
    writeHexDigits(d, data + 2, size - 2);
  } else unknownBytes(d, data, "\n\t\t  ", size);
}

function pointToPoint(d: Dissection, at: number, length: number): Ending {
  const { out } = d;
  let left = length;
  if (left >= 1) {
    out.str(`${LINE}Adjacency State: ${named(ADJACENCIES, d.u8(at), "unknown")}`);
    left--;
  }
  if (left > 4) {
    out.str(`${LINE}Extended Local circuit-ID: 0x${hex(d.u32(at + 1), 8)}`);
    left -= 4;
  }
  if (left >= SYSTEM_ID) {
    if (!d.has(at + 5, SYSTEM_ID)) return "cut";
    out.str(`${LINE}Neighbor System-ID: ${identifier(d, at + 5, SYSTEM_ID)}`);
    left -= SYSTEM_ID;
  }
  if (left >= 4) out.str(`${LINE}Neighbor Extended Local circuit-ID: 0x${hex(d.u32(at + 11), 8)}`);
  return "done";
}

function sharedRisk(d: Dissection, at: number, length: number): Ending {
  const { out } = d;
  if (length < NODE_ID) return "done";
  if (!d.has(at, NODE_ID)) return "cut";
  out.str(`${LINE}IS Neighbor: ${identifier(d, at, NODE_ID)}`);
  if (length < 8) return "done";
  out.str(`, Flags: [${d.u8(at + 7) & 1 ? "numbered" : "unnumbered"}]`);
  if (length < 12) return "done";
  out.str(`${LINE}IPv4 interface address: ${ip4(d, at + 8)}`);
  if (length < 16) return "done";
  out.str(`${LINE}IPv4 neighbor address: ${ip4(d, at + 12)}`);
  for (let i = 16; i + 4 <= length; i += 4) out.str(`${LINE}Link-ID: 0x${hex(d.u32(at + i), 8)}`);
  return "done";
}

function restart(d: Dissection, at: number, length: number): Ending {
  const { out } = d;
  if (length < 1) return "done";
  if (!d.has(at, 1)) return "cut";
  out.str(`${LINE}Flags [${bitNames(RESTART_FLAGS, d.u8(at), "none")}]`);
  if (length < 3) return "done";
  if (!d.has(at + 1, 2)) return "cut";
  out.str(`, Remaining holding time ${d.u16(at + 1)}s`);
  if (length !== 3 + SYSTEM_ID) return "done";
  if (!d.has(at + 3, SYSTEM_ID)) return "cut";
  out.str(`, for ${identifier(d, at + 3, SYSTEM_ID)}`);
  return "done";
}

function purgeOriginator(d: Dissection, at: number, length: number): Ending {
  const { out } = d;
  if (length < 1) return "done";
  const count = d.u8(at);
  if (count === 0) {
    out.str(" No system IDs supplied");
    return "done";
  }
  if (length < 1 + SYSTEM_ID) return "done";
  if (!d.has(at + 1, SYSTEM_ID)) return "cut";
  out.str(`${LINE}Purge Originator System-ID: ${identifier(d, at + 1, SYSTEM_ID)}`);
  if (count === 1 || length < 1 + 2 * SYSTEM_ID) return "done";
  const second = at + 1 + SYSTEM_ID;
  if (!d.has(second, 2 * SYSTEM_ID + 1)) return "cut";
  out.str(`${LINE}Received from System-ID: ${identifier(d, second, SYSTEM_ID)}`);
  return "done";
}

function prefixNeighbors(d: Dissection, at: number, length: number): Ending {
  const { out } = d;
  if (length < METRICS) return "done";
  if (!d.has(at, METRICS)) return "cut";
  out.str(`${LINE}Metric Block`);
  metricBlock(d, at);
  let pos = at + METRICS;
  let left = length - METRICS;
  while (left !== 0) {
    const digits = d.u8(pos++);
    left--;
    if (digits < 2) {
      out.str(`\n\t\tAddress: prefix length ${digits} < 2`);
      break;
    }
    const size = digits >> 1;
    if (left < size) break;
    out.str(`\n\t\tAddress: ${nsap(d, pos, size)}/${digits * 4}`);
    pos += size;
    left -= size;
  }
  return "done";
}

/** The entries of a list that have all the same size; what is left over is not told. */
function entries(
  d: Dissection,
  from: number,
  length: number,
  size: number,
  print: (at: number) => void,
): Ending {
  for (let i = 0; i + size <= length; i += size) {
    if (!d.has(from + i, size)) return "cut";
    print(from + i);
  }
  return "done";
}

function tlvValue(
  d: Dissection,
  pdu: number,
  total: number,
  type: number,
  at: number,
  length: number,
): Ending {
  const { out } = d;
  switch (type) {
    case 1: {
      let pos = at;
      let left = length;
      while (left !== 0) {
        const size = d.u8(pos++);
        left--;
        if (left < size) break;
        out.str(`${LINE}Area address (length: ${size}): ${nsap(d, pos, size)}`);
        pos += size;
        left -= size;
      }
      return "done";
    }
    case 2: {
      if (length < 1) return "done";
      const flag = d.u8(at);
      out.str(`${LINE}${VIRTUAL.get(flag) ?? `bogus virtual flag 0x${hex(flag, 2)}`}`);
      return entries(d, at + 1, length - 1, METRICS + NODE_ID, (pos) => {
        out.str(`${LINE}IS Neighbor: ${identifier(d, pos + METRICS, NODE_ID)}`);
        metricBlock(d, pos);
      });
    }
    case 3:
      return entries(d, at, length, METRICS + SYSTEM_ID, (pos) => {
        out.str(`${LINE}ES Neighbor: ${identifier(d, pos + METRICS, SYSTEM_ID)}`);
        metricBlock(d, pos);
      });
    case 4:
      return entries(d, at, length, SYSTEM_ID, (pos) => {
        out.str(`${LINE}${identifier(d, pos, SYSTEM_ID)}`);
      });
    case 5:
      return prefixNeighbors(d, at, length);
    case 6:
      return entries(d, at, length, SYSTEM_ID, (pos) => {
        out.str(`${LINE}SNPA: ${identifier(d, pos, SYSTEM_ID)}`);
      });
    case 7: {
      if (length < 4) return "done";
      const count = (length - 2) >> 1;
      out.str(`${LINE}Instance ID: ${d.u16(at)}, ITIDs(${count}): `);
      for (let i = 0; i < count; i++) out.str(`${d.u16(at + 2 + 2 * i)}${i < count - 1 ? ", " : ""}`);
      return "done";
    }
    case 8:
      return "done";
    case 9:
      for (let i = 0; i + 16 <= length; i += 16) {
        const pos = at + i;
        if (!d.has(pos + 2 + LSP_ID - 1, 1)) return "cut";
        out.str(`${LINE}lsp-id: ${identifier(d, pos + 2, LSP_ID)}`);
        out.str(`, seq: 0x${hex(d.u32(pos + 10), 8)}`);
        out.str(`, lifetime: ${`${d.u16(pos)}`.padStart(5)}s`);
        out.str(`, chksum: 0x${hex(d.u16(pos + 14), 4)}`);
      }
      return "done";
    case 10:
      if (length >= 1) authentication(d, at, length);
      return "done";
    case 12: {
      if (length < 2) return "done";
      if (!d.has(at, 2)) return "cut";
      const checksum = d.u16(at);
      out.str(`${LINE}checksum: 0x${hex(checksum, 4)} `);
      verdict(d, pdu, checksum, at - pdu, total);
      return "done";
    }
    case 13:
      return purgeOriginator(d, at, length);
    case 14:
      if (length >= 2) out.str(`${LINE}LSP Buffersize: ${d.u16(at)}`);
      return "done";
    case 22:
    case 24:
    case 222:
      return list(d, at, length, type === 222, (pos, left) => neighbor(d, pos, type, left));
    case 128:
    case 130:
      return narrowReachability(d, at, length);
    case 129:
      out.str(`${LINE}NLPID(s): `);
      for (let i = 0; i < length; i++) {
        const id = d.u8(at + i);
        out.str(`${NLPID_NAMES.get(id) ?? "unknown"} (0x${hex(id, 2)})${i + 1 < length ? ", " : ""}`);
      }
      return "done";
    case 131: {
      if (length < 1) return "done";
      const kind = d.u8(at);
      out.str(`${LINE}Inter-Domain Information Type: `);
      out.str(DOMAIN_INFORMATION.get(kind) ?? `Unknown (0x${hex(kind, 2)})`);
      if (kind !== 2) unknownBytes(d, at + 1, LINE, length - 1);
      else if (length >= 3) out.str(`AS Number: ${d.u16(at + 1)}`);
      return "done";
    }
    case 132:
      for (let i = 0; i + 4 <= length; i += 4) out.str(`${LINE}IPv4 interface address: ${ip4(d, at + i)}`);
      return "done";
    case 134:
      if (length >= 4) out.str(`${LINE}Traffic Engineering Router ID: ${ip4(d, at)}`);
      return "done";
    case 135:
    case 235:
      return list(d, at, length, type === 235, (pos) => wideReachability(d, pos, false));
    case 236:
    case 237:
      return list(d, at, length, type === 237, (pos) => wideReachability(d, pos, true));
    case 137:
      out.str(`${LINE}Hostname: `);
      padded(d, at, length);
      return "done";
    case 138:
      return sharedRisk(d, at, length);
    case 143:
    case 144: {
      if (length < 2) return "done";
      const word = d.u16(at);
      const port = type === 143;
      out.str(port ? `${LINE} RES: ${word >> 12}` : `${LINE}O: ${word >> 15}, RES: ${(word >> 12) & 7}`);
      out.str(`, MTID(s): ${word & 0xfff}`);
      if (length > 2) bridging(d, at + 2, length - 2, port);
      return "done";
    }
    case 211:
      return restart(d, at, length);
    case 229:
      for (let i = 0; i < length; i += 2)
        if (length - i === 1) out.str(`${LINE}invalid MT-ID`);
        else if (!topology(d, at + i, length - i)) return "cut";
      return "done";
    case 232:
      for (let i = 0; i + 16 <= length; i += 16) out.str(`${LINE}IPv6 interface address: ${ip6(d, at + i)}`);
      return "done";
    case 240:
      return pointToPoint(d, at, length);
    case 241:
      if (length >= 4) out.str(`${LINE}Sequence number: ${d.u32(at)}`);
      return "done";
    case 242:
      if (length < 5) {
        out.str(` [object length ${length} < 5]`);
        d.invalid();
        return "done";
      }
      out.str(`${LINE}Router-ID ${ip4(d, at)}`);
      out.str(`, Flags [${bitNames(CAPABILITY_FLAGS, d.u8(at + 4), "none")}]`);
      if (length > 5) capabilities(d, at + 5, length - 5);
      return "done";
    case 250:
      if (length < 3) return "done";
      out.str(`${LINE}Vendor: ${named(OUI_NAMES, d.u24(at), "Unknown")}`);
      if (length > 3) unknownBytes(d, at + 3, "\n\t\t", length - 3);
      return "done";
    default:
      if (d.opt.verbose <= 1) unknownBytes(d, at, "\n\t\t", length);
      return "done";
  }
}

/** The TLVs; false if the PDU is cut off in them. */
function tlvs(d: Dissection, pdu: number, total: number, from: number, length: number): boolean {
  let at = from;
  let left = length;
  while (left > 0) {
    if (!d.has(at, 2) || left < 2) return false;
    const type = d.u8(at);
    const size = d.u8(at + 1);
    at += 2;
    left -= 2;
    d.out.str(`\n\t    ${TLVS.get(type) ?? "unknown"} TLV #${type}, length: ${size}`);
    if (left < size) return false;
    const ending = tlvValue(d, pdu, total, type, at, size);
    if (ending === "cut") return false;
    if (ending === "quiet") return true;
    if (d.opt.verbose > 1) unknownBytes(d, at, LINE, size);
    at += size;
    left -= size;
  }
  return true;
}

/** The type's header with -v; `told` is the PDU's length that it tells, `length` what is to be taken of it. */
function verboseHeader(d: Dissection, type: number, at: number, told: number, length: number): void {
  const { out } = d;
  if (type <= 17) {
    const circuit = d.u8(at);
    const lan = type < 17;
    out.str(`\n\t  source-id: ${identifier(d, at + 1, SYSTEM_ID)}, ${lan ? " " : ""}`);
    out.str(`holding time: ${d.u16(at + 7)}s, Flags: `);
    out.str(`[${CIRCUITS.get(circuit) ?? `unknown circuit type 0x${hex(circuit, 2)}`}]`);
    if (lan)
      out.str(`\n\t  lan-id:    ${identifier(d, at + 12, NODE_ID)}, Priority: ${d.u8(at + 11) & 0x7f}`);
    else out.str(`\n\t  circuit-id: 0x${hex(d.u8(at + 11), 2)}`);
    out.str(`, PDU length: ${told}`);
    return;
  }
  if (type >= 24) {
    out.str(`\n\t  source-id:    ${identifier(d, at + 2, NODE_ID)}, PDU length: ${told}`);
    if (type >= 26) return;
    out.str(`\n\t  start lsp-id: ${identifier(d, at + 9, LSP_ID)}`);
    out.str(`\n\t  end lsp-id:   ${identifier(d, at + 17, LSP_ID)}`);
    return;
  }
  const checksum = d.u16(at + 16);
  out.str(`\n\t  lsp-id: ${identifier(d, at + 4, LSP_ID)}, seq: 0x${hex(d.u32(at + 12), 8)}, `);
  out.str(`lifetime: ${`${d.u16(at + 2)}`.padStart(5)}s\n\t  chksum: 0x${hex(checksum, 4)}`);
  verdict(d, at + 4, checksum, 12, length - 12);
  const bits = d.u8(at + 18);
  out.str(`, PDU length: ${told}, Flags: [ ${bits & 0x04 ? "Overload bit set, " : ""}`);
  if (bits & 0x78) {
    if (bits & 0x08) out.str("default ");
    if (bits & 0x10) out.str("delay ");
    if (bits & 0x20) out.str("expense ");
    if (bits & 0x40) out.str("error ");
    out.str("ATT bit set, ");
  }
  out.str(`${bits & 0x80 ? "P bit set, " : ""}${SYSTEM_TYPES[bits & 3]} ]`);
}

/** The type's header without -v. */
function briefHeader(d: Dissection, type: number, at: number, length: number): void {
  const { out } = d;
  if (type <= 17) {
    out.str(`, src-id ${identifier(d, at + 1, SYSTEM_ID)}`);
    if (type < 17) out.str(`, lan-id ${identifier(d, at + 12, NODE_ID)}, prio ${d.u8(at + 11)}`);
  } else if (type >= 24) out.str(`, src-id ${identifier(d, at + 2, NODE_ID)}`);
  else {
    out.str(`, lsp-id ${identifier(d, at + 4, LSP_ID)}, seq 0x${hex(d.u32(at + 12), 8)}, `);
    out.str(`lifetime ${`${d.u16(at + 2)}`.padStart(5)}s`);
  }
  out.str(`, length ${length}`);
}

/** What is wrong with the common header; null if nothing is. */
function objection(d: Dissection, at: number, length: number): string | null {
  const headers = d.u8(at + 1);
  const idLength = d.u8(at + 3);
  for (const [i, field] of [d.u8(at + 2), d.u8(at + 5)].entries()) {
    if (field !== VERSION) return `version ${field} packet not supported`;
    if (i === 0 && idLength !== SYSTEM_ID && idLength !== 0)
      return `system ID length of ${idLength} is not supported`;
  }
  if (length < headers) return `fixed header length ${headers} > packet length ${length}`;
  if (headers < COMMON) return `fixed header length ${headers} < minimum header size ${COMMON}`;
  return d.u8(at + 7) === 255 ? "bad packet -- 255 areas" : null;
}

/** Writes the IS-IS PDU at `at`, `length` bytes on the wire; false if its bytes are to be shown. Throws TRUNCATED. */
export function printIsis(d: Dissection, at: number, length: number): boolean {
  const { out, opt } = d;
  d.protocol = "isis";
  const cutOff = () => {
    d.truncated();
    return true;
  };
  if (!d.has(at, COMMON) || length < COMMON) return cutOff();
  if (!opt.linkHeader) out.str("IS-IS");
  const wrong = objection(d, at, length);
  if (wrong !== null) {
    out.str(wrong);
    return false;
  }
  const headers = d.u8(at + 1);
  const type = d.u8(at + 4);
  const comma = opt.linkHeader ? "" : ", ";
  if (opt.verbose === 0) out.str(`${comma}${PDUS.get(type) ?? `unknown PDU-Type ${type}`}`);
  else {
    const areas = d.u8(at + 7);
    out.str(`${comma}length ${length}\n\t${PDUS.get(type) ?? `unknown, type ${type}`}, hlen: ${headers}, `);
    out.str(`v: ${VERSION}, pdu-v: ${VERSION}, sys-id-len: 6 (${d.u8(at + 3)}), `);
    out.str(`max-area: ${areas === 0 ? 3 : areas} (${areas})`);
    if (opt.verbose > 1) unknownBytes(d, at, "\n\t", 8);
  }
  const header = at + COMMON;
  const size = HEADERS.get(type);
  if (size === undefined) {
    if (opt.verbose === 0) {
      out.str(`, length ${length}`);
      return true;
    }
    unknownBytes(d, header, "\n\t  ", length);
    return false;
  }
  if (headers !== COMMON + size) {
    const wanted = size === LSP && type >= 18 ? size : COMMON + size;
    out.str(`${size === PSNP ? "-" : ","} bogus fixed header length ${headers} should be ${wanted}`);
    return false;
  }
  if (!d.has(header, size) || length < COMMON + size) return cutOff();
  if (opt.verbose === 0) {
    briefHeader(d, type, header, length);
    return true;
  }
  const told = d.u16(type <= 17 ? header + 9 : header);
  const total = Math.min(length, told);
  verboseHeader(d, type, header, told, total);
  if (opt.verbose > 1) unknownBytes(d, header, "\n\t  ", size);
  if (total < COMMON + size) {
    out.str(` [packet length ${total} < ${COMMON + size}]`);
    d.invalid();
    return true;
  }
  return tlvs(d, at, total, header + size, total - COMMON - size) || cutOff();
}
