// Connectivity Fault Management (IEEE 802.1ag, ITU-T Y.1731).
//
//   level (3 bits), version (5 bits) | opcode (1) | flags (1) | first TLV's offset (1) | by opcode | TLVs
//   TLV: type (1) | length (2) | value
import { AFI_IPV4, AFI_IPV6, FAMILIES } from "./afnum.ts";
import type { Dissection } from "./dissection.ts";
import { OUI_NAMES } from "./oui.ts";
import { padded, unknownBytes } from "./phrase.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";
import { hex, mac, named, numbered } from "./wording.ts";

const HEADER = 4;
const CCM = 1;
const LTR = 4;
const LTM = 5;
const OPCODES: Tokens = numbered(
  1,
  "Continuity Check Message",
  "Loopback Reply",
  "Loopback Message",
  "Linktrace Reply",
  "Linktrace Message",
);

const CCM_SIZE = 70;
const CCM_NAMES_SIZE = 48;
const LTM_SIZE = 17;
const LTR_SIZE = 6;

const REMOTE_DEFECT = 0x80;
/** Seconds between messages; tcpdump calculates with numbers of 32 bits. */
const INTERVALS = [0, 0.003333, 0.01, 0.1, 1, 10, 60, 600].map(Math.fround);
const NO_DOMAIN = 1;
const DOMAIN_FORMATS: Tokens = numbered(
  0,
  "IEEE 802.1",
  "No MD Name present",
  "DNS string",
  "MAC + 16Bit Integer",
  "Character string",
);
const DOMAIN_DNS = 2;
const DOMAIN_MAC = 3;
const DOMAIN_CHARACTERS = 4;
const ASSOCIATION_FORMATS: Tokens = numbered(
  0,
  "IEEE 802.1",
  "Primary VID",
  "Character string",
  "16Bit Integer",
  "RFC2685 VPN-ID",
);
const ASSOCIATION_CHARACTERS = 2;

const LTM_FLAGS: BitTokens = [[0x80, "Use Forwarding-DB only"]];
const LTR_FLAGS: BitTokens = [
  [0x80, "UseFDB Only"],
  [0x40, "FwdYes"],
  [0x20, "Terminal MEP"],
];
const REPLAY_ACTIONS: Tokens = numbered(1, "Exact Match", "Filtering DB", "MIP CCM DB");

const END = 0;
const SENDER_ID = 1;
const PORT_STATUS = 2;
const INTERFACE_STATUS = 3;
const PRIVATE = 31;
const TLVS: Tokens = new Map([
  ...numbered(
    END,
    "End",
    "Sender ID",
    "Port status",
    "Interface status",
    "Data",
    "Reply Ingress",
    "Reply Egress",
  ),
  [PRIVATE, "Organization Specific"],
]);
const PORT_STATES: Tokens = numbered(1, "Blocked", "Up");
const INTERFACE_STATES: Tokens = new Map([
  [1, "Up"],
  [2, "Down"],
  [3, "Testing"],
  [5, "Dormant"],
  [6, "not present"],
  [7, "lower Layer down"],
]);
const CHASSIS: Tokens = numbered(
  0,
  "Reserved",
  "Chassis component",
  "Interface alias",
  "Port component",
  "MAC address",
  "Network address",
  "Interface name",
  "Locally assigned",
);
const CHASSIS_MAC = 4;
const CHASSIS_NETWORK = 5;

/** The names of the domain and of the association in a continuity check (802.1ag 21.6.5); false to stop. */
function names(d: Dissection, from: number): boolean {
  const { out } = d;
  let at = from;
  let left = CCM_NAMES_SIZE - 1;
  const domain = d.u8(at++);
  out.str(`\n\t  MD Name Format ${named(DOMAIN_FORMATS, domain, "Unknown")}`);
  if (domain !== NO_DOMAIN) {
    const size = d.u8(at++);
    left--;
    out.str(`, MD Name length ${size}`);
    if (size > left - 3) {
      out.str(` (too large, must be <= ${left - 2})`);
      return false;
    }
    out.str("\n\t  MD Name: ");
    if (domain === DOMAIN_DNS || domain === DOMAIN_CHARACTERS) padded(d, at, size);
    else if (domain === DOMAIN_MAC) out.str(`\n\t  MAC ${size === 6 ? mac(d, at) : "(length invalid)"}`);
    else unknownBytes(d, at, "\n\t    ", size);
    at += size;
    left -= size;
  }
  const association = d.u8(at);
  const size = d.u8(at + 1);
  at += 2;
  left -= 2;
  out.str(`\n\t  MA Name-Format ${named(ASSOCIATION_FORMATS, association, "Unknown")}`);
  out.str(`, MA name length ${size}`);
  if (size > left) {
    out.str(` (too large, must be <= ${left})`);
    return false;
  }
  out.str("\n\t  MA Name: ");
  if (association === ASSOCIATION_CHARACTERS) padded(d, at, size);
  else unknownBytes(d, at, "\n\t    ", size);
  return true;
}

function continuityCheck(d: Dissection, at: number, flags: number): boolean {
  const { out } = d;
  const interval = flags & 7;
  out.str(`, Flags [CCM Interval ${interval}${flags & REMOTE_DEFECT ? ", RDI" : ""}]`);
  if (interval > 0) {
    const seconds = INTERVALS[interval]!;
    out.str(`\n\t  CCM Interval ${seconds.toFixed(3)}s, `);
    out.str(
      `min CCM Lifetime ${(seconds * 3.25).toFixed(3)}s, max CCM Lifetime ${(seconds * 3.5).toFixed(3)}s`,
    );
  }
  out.str(`\n\t  Sequence Number 0x${hex(d.u32(at), 8)}, MA-End-Point-ID 0x${hex(d.u16(at + 4), 4)}`);
  return names(d, at + 6);
}

function linktraceMessage(d: Dissection, at: number, flags: number): boolean {
  const { out } = d;
  out.str(`, Flags [${bitNames(LTM_FLAGS, flags, "none")}]`);
  out.str(`\n\t  Transaction-ID 0x${hex(d.u32(at), 8)}, ttl ${d.u8(at + 4)}`);
  out.str(`\n\t  Original-MAC ${mac(d, at + 5)}, Target-MAC ${mac(d, at + 11)}`);
  return true;
}

function linktraceReply(d: Dissection, at: number, flags: number): boolean {
  const { out } = d;
  out.str(`, Flags [${bitNames(LTR_FLAGS, flags, "none")}]`);
  out.str(`\n\t  Transaction-ID 0x${hex(d.u32(at), 8)}, ttl ${d.u8(at + 4)}`);
  out.str(`\n\t  Replay-Action ${named(REPLAY_ACTIONS, d.u8(at + 5), "Unknown")}`);
  return true;
}

/** By opcode: the size of its part, its number in the complaint about it, and its printer, false to stop. */
const MESSAGES: ReadonlyMap<
  number,
  readonly [size: number, complaint: number, print: (d: Dissection, at: number, flags: number) => boolean]
> = new Map([
  [CCM, [CCM_SIZE, 1, continuityCheck] as const],
  [LTM, [LTM_SIZE, 4, linktraceMessage] as const],
  [LTR, [LTR_SIZE, 5, linktraceReply] as const],
]);

/** An address with its family before it; true if it is to be shown in hexadecimal, too. */
function networkAddress(d: Dissection, at: number, size: number): boolean {
  const { out } = d;
  const family = d.u8(at);
  out.str(`\n\t  Network Address Type ${named(FAMILIES, family, "Unknown")}`);
  if (family !== AFI_IPV4 && family !== AFI_IPV6) return true;
  const four = family === AFI_IPV4;
  if (size !== (four ? 5 : 17)) {
    out.str(`(invalid IPv${four ? 4 : 6} address length ${size - 1})`);
    return true;
  }
  d.need(at + 1, size - 1);
  out.str(", ");
  if (four) d.ip4(at + 1);
  else d.ip6(at + 1);
  return false;
}

/** Where a TLV's value is read. */
interface Value {
  at: number;
  left: number;
}

/** What follows a TLV's own text: its rest in hexadecimal, or under -vv only, or nothing; or no further TLV. */
const After = { Hex: 0, Verbose: 1, Nothing: 2, Stop: 3 } as const;
type After = (typeof After)[keyof typeof After];

function chassis(d: Dissection, value: Value, size: number): After {
  const { out } = d;
  const short = () => {
    out.str("\n\t  (TLV too short)");
    return After.Nothing;
  };
  if (value.left < 1) return short();
  const type = d.u8(value.at);
  value.left--;
  out.str(`\n\t  Chassis-ID Type ${named(CHASSIS, type, "Unknown")}, Chassis-ID length ${size}`);
  if (value.left < size) return short();
  const id = value.at + 1;
  let unknown = false;
  if (type === CHASSIS_MAC) {
    unknown = size !== 6;
    out.str(unknown ? " (invalid MAC address length)" : `\n\t  MAC ${mac(d, id)}`);
  } else if (type === CHASSIS_NETWORK) unknown = networkAddress(d, id, size);
  else if (type >= 1 && type <= 7) padded(d, id, size);
  else unknown = true;
  value.left -= size;
  value.at += 1 + size;
  return unknown ? After.Hex : After.Verbose;
}

/** 802.1ag 21.5.3: who sent it, and by which address to ask it. */
function senderId(d: Dissection, value: Value): After {
  const { out } = d;
  if (value.left < 1) {
    out.str(" (too short, must be >= 1)");
    return After.Nothing;
  }
  const take = () => {
    value.left--;
    return d.u8(value.at++);
  };
  const address = (name: string, size: number) => {
    d.hexDump(value.at, size, `\n\t  ${name}: `);
    value.at += size;
    value.left -= size;
  };
  const size = take();
  let after: After = After.Verbose;
  if (size > 0) {
    after = chassis(d, value, size);
    if (after === After.Nothing) return after;
  }
  if (value.left === 0) return after;
  const domain = take();
  out.str(`\n\t  Management Address Domain Length ${domain}`);
  if (domain === 0) return after;
  if (value.left < domain) {
    out.str("\n\t  (TLV too short)");
    return After.Nothing;
  }
  address("Management Address Domain", domain);
  if (value.left < 1) {
    out.str(" (Management Address Length is missing)");
    return After.Hex;
  }
  const management = take();
  out.str(`\n\t  Management Address Length ${management}`);
  if (management === 0) return after;
  if (value.left < management) {
    out.str("\n\t  (TLV too short)");
    return After.Stop;
  }
  address("Management Address", management);
  return after;
}

function tlvValue(d: Dissection, type: number, value: Value): After {
  const { out } = d;
  const { at, left } = value;
  const least = type === PRIVATE ? 4 : 1;
  const sized = type === PRIVATE || type === PORT_STATUS || type === INTERFACE_STATUS;
  if (sized && left < least) {
    out.str(` (too short, must be >= ${least})`);
    return After.Stop;
  }
  switch (type) {
    case PORT_STATUS:
    case INTERFACE_STATUS:
      out.str(
        `, Status: ${named(type === PORT_STATUS ? PORT_STATES : INTERFACE_STATES, d.u8(at), "Unknown")}`,
      );
      return After.Verbose;
    case PRIVATE:
      out.str(`, Vendor: ${named(OUI_NAMES, d.u24(at), "Unknown")}, Sub-Type ${d.u8(at + 3)}`);
      return After.Hex;
    case SENDER_ID:
      return senderId(d, value);
    default:
      return After.Hex;
  }
}

function tlvs(d: Dissection, from: number, total: number): void {
  const { out } = d;
  let at = from;
  let left = total;
  while (left > 0) {
    const type = d.u8(at);
    out.str(`\n\t${TLVS.get(type) ?? "Unknown"} TLV (0x${hex(type, 2)})`);
    if (type === END) return;
    if (left < 3) {
      out.str("\n\t\t packet is too short");
      return;
    }
    if (!d.has(at, 3)) {
      d.truncated();
      return;
    }
    const size = d.u16(at + 1);
    out.str(`, length ${size}`);
    at += 3;
    left -= 3;
    if (left < size) {
      out.str("\n\t\t packet is too short");
      return;
    }
    if (!d.has(at, size)) {
      d.truncated();
      return;
    }
    const value: Value = { at, left: size };
    const after = tlvValue(d, type, value);
    if (after === After.Stop) return;
    if (after === After.Hex || (after === After.Verbose && d.opt.verbose > 1))
      unknownBytes(d, at, "\n\t  ", value.left);
    // Where tcpdump goes on: a chassis identifier that is too short is not skipped, but its type is.
    left = (left - (value.at - at) - value.left) >>> 0;
    at = value.at + value.left;
  }
}

/** Writes the message of `length` bytes at `at`. Throws TRUNCATED. */
export function printCfm(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "cfm";
  if (length < HEADER) {
    out.str("\n\t\t packet is too short");
    return;
  }
  if (!d.has(at, HEADER)) {
    d.truncated();
    return;
  }
  const head = d.u8(at);
  const version = head & 0x1f;
  if (version !== 0) {
    out.str(`CFMv${version} not supported, length ${length}`);
    return;
  }
  const opcode = d.u8(at + 1);
  out.str(`CFMv0 ${OPCODES.get(opcode) ?? `unknown (${opcode})`}, MD Level ${head >> 5}, length ${length}`);
  if (d.opt.verbose === 0) return;
  const flags = d.u8(at + 2);
  const first = d.u8(at + 3);
  out.str(`\n\tFirst TLV offset ${first}`);
  const body = at + HEADER;
  const left = length - HEADER;
  if (first > left) {
    out.str(` (too large, must be <= ${left})`);
    return;
  }
  const message = MESSAGES.get(opcode);
  if (message === undefined) unknownBytes(d, body, "\n\t  ", left - first);
  else {
    const [size, complaint, print] = message;
    if (first < size) {
      out.str(` (too small ${complaint}, must be >= ${size})`);
      return;
    }
    if (!d.has(body, size)) {
      d.truncated();
      return;
    }
    if (!print(d, body, flags)) return;
  }
  tlvs(d, body + first, left - first);
}
