// Label Distribution Protocol (RFC 5036), with pseudowires (RFC 8077), fault tolerance (RFC 3479, RFC 3478) and
// IPv6 (RFC 7552).
//
//   version (2) | length (2) | LSR (4) | label space (2) | messages: type (2), length (2), identifier (4),
//   TLVs: type (2), length (2), value
import { AFI_IPV4, AFI_IPV6, FAMILIES } from "./afnum.ts";
import { CUT, ILLEGAL, Item, prefix } from "./bgp-nlri.ts";
import type { Dissection } from "./dissection.ts";
import { TRUNCATED } from "./dissection.ts";
import { unknownBytes, visible } from "./phrase.ts";
import { PSEUDOWIRES } from "./pseudowire.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";
import { hex, ip4, ip6 } from "./wording.ts";

const HEADER = 10;
const MESSAGE_HEADER = 8;
const VERSION = 1;
const MESSAGES: Tokens = new Map([
  [0x0001, "Notification"],
  [0x0100, "Hello"],
  [0x0200, "Initialization"],
  [0x0201, "Keepalive"],
  [0x0300, "Address"],
  [0x0301, "Address Withdraw"],
  [0x0400, "Label Mapping"],
  [0x0401, "Label Request"],
  [0x0402, "Label Withdraw"],
  [0x0403, "Label Release"],
  [0x0404, "Label Abort Request"],
]);
/** Messages whose TLVs are not shown. */
const PLAIN: ReadonlySet<number> = new Set([0x0401, 0x0403, 0x0404]);
const FEC = 0x0100;
const ADDRESS_LIST = 0x0101;
const GENERIC_LABEL = 0x0200;
const STATUS = 0x0300;
const COMMON_HELLO = 0x0400;
const TRANSPORT_4 = 0x0401;
const CONFIGURATION_SEQUENCE = 0x0402;
const TRANSPORT_6 = 0x0403;
const COMMON_SESSION = 0x0500;
const FAULT_TOLERANT_SESSION = 0x0503;
const MTU = 0x0601;
const TLVS: Tokens = new Map([
  [FEC, "FEC"],
  [ADDRESS_LIST, "Address List"],
  [0x0103, "Hop Count"],
  [0x0104, "Path Vector"],
  [GENERIC_LABEL, "Generic Label"],
  [0x0201, "ATM Label"],
  [0x0202, "Frame-Relay Label"],
  [STATUS, "Status"],
  [0x0301, "Extended Status"],
  [0x0302, "Returned PDU"],
  [0x0303, "Returned Message"],
  [COMMON_HELLO, "Common Hello Parameters"],
  [TRANSPORT_4, "IPv4 Transport Address"],
  [CONFIGURATION_SEQUENCE, "Configuration Sequence Number"],
  [TRANSPORT_6, "IPv6 Transport Address"],
  [COMMON_SESSION, "Common Session Parameters"],
  [0x0501, "ATM Session Parameters"],
  [0x0502, "Frame-Relay Session Parameters"],
  [FAULT_TOLERANT_SESSION, "Fault-Tolerant Session Parameters"],
  [0x0600, "Label Request Message ID"],
  [MTU, "MTU"],
]);
/** Least sizes of values. */
const LEAST: ReadonlyMap<number, number> = new Map([
  [FEC, 1],
  [ADDRESS_LIST, 2],
  [GENERIC_LABEL, 4],
  [STATUS, 8],
  [COMMON_HELLO, 4],
  [TRANSPORT_4, 4],
  [CONFIGURATION_SEQUENCE, 4],
  [TRANSPORT_6, 16],
  [COMMON_SESSION, 8],
  [FAULT_TOLERANT_SESSION, 12],
  [MTU, 2],
]);
const FEC_PREFIX = 0x02;
const FEC_PSEUDOWIRE = 0x80;
const FECS: Tokens = new Map([
  [0x01, "Wildcard"],
  [FEC_PREFIX, "Prefix"],
  [0x03, "Host address"],
  [FEC_PSEUDOWIRE, "Martini VC"],
]);
const PARAMETERS: Tokens = new Map([
  [0x01, "MTU"],
  [0x03, "Description"],
  [0x0c, "VCCV"],
]);
const CONTROL_CHANNELS: BitTokens = [
  [0x01, "PWE3 control word"],
  [0x02, "MPLS Router Alert Label"],
  [0x04, "MPLS inner label TTL = 1"],
];
const VERIFICATIONS: BitTokens = [
  [0x01, "ICMP Ping"],
  [0x02, "LSP Ping"],
  [0x04, "BFD"],
];

/** Says that a TLV has not room for `least` bytes, and answers true, if so. */
function isShort(d: Dissection, length: number, least: number): boolean {
  if (length >= least) return false;
  d.out.str(` [tlv length ${length} < ${least}]`);
  d.invalid();
  return true;
}

function interfaceParameters(d: Dissection, from: number, length: number): void {
  const { out } = d;
  let at = from;
  for (let left = length; left > 2; ) {
    const type = d.u8(at);
    const size = d.u8(at + 1);
    if (size < 2 || left < size) return;
    out.str(
      `\n\t\tInterface Parameter: ${PARAMETERS.get(type) ?? "Unknown"} (0x${hex(type, 2)}), len ${size}`,
    );
    if (type === 0x01) out.str(`: ${d.u16(at + 2)}`);
    else if (type === 0x03) {
      out.str(": ");
      for (let i = 2; i < size; i++) visible(out, d.u8(at + i));
    } else if (type === 0x0c) {
      const channels = d.u8(at + 2);
      out.str(
        `\n\t\t  Control Channels (0x${hex(channels, 2)}) = [${bitNames(CONTROL_CHANNELS, channels, "none")}]`,
      );
      const verifications = d.u8(at + 3);
      out.str(
        `\n\t\t  CV Types (0x${hex(verifications, 2)}) = [${bitNames(VERIFICATIONS, verifications, "none")}]`,
      );
    } else unknownBytes(d, at + 2, "\n\t\t  ", size - 2);
    at += size;
    left -= size;
  }
}

function pseudowire(d: Dissection, at: number, length: number): void {
  const { out } = d;
  if (isShort(d, length, 7)) return;
  const size = d.u8(at + 2);
  if (size !== 0 && isShort(d, length, 11)) return;
  const word = d.u16(at);
  const name = PSEUDOWIRES.get(word & 0x7fff) ?? "Unknown";
  const circuit = size === 0 ? "" : `, VC-ID ${d.u32(at + 7)}`;
  out.str(`: ${name}, ${word & 0x8000 ? "" : "no "}control word, group-ID ${d.u32(at + 3)}${circuit}`);
  out.str(`, VC-info-length: ${size}`);
  if (size === 0) return;
  if (size < 4) {
    out.str(" (invalid, < 4");
    return;
  }
  if (!isShort(d, length - 11, size - 4)) interfaceParameters(d, at + 11, size - 4);
}

function forwardingClass(d: Dissection, at: number, length: number): void {
  const { out } = d;
  const type = d.u8(at);
  out.str(`\n\t      ${FECS.get(type) ?? "Unknown"} FEC (0x${hex(type, 2)})`);
  if (type === FEC_PSEUDOWIRE) pseudowire(d, at + 1, length - 1);
  if (type !== FEC_PREFIX || isShort(d, length - 1, 2)) return;
  const family = d.u16(at + 1);
  if (family !== AFI_IPV4 && family !== AFI_IPV6) {
    out.str(`: Address family ${family} prefix`);
    return;
  }
  const item = new Item();
  const size = prefix(d, at + 3, length - 3, family === AFI_IPV6, item);
  if (size === CUT) throw TRUNCATED;
  out.str(`: IPv${family === AFI_IPV6 ? 6 : 4} prefix ${size === ILLEGAL ? "(invalid length)" : item.text}`);
}

function addressList(d: Dissection, at: number, length: number): void {
  const family = d.u16(at);
  d.out.str(`\n\t      Address Family: ${FAMILIES.get(family) ?? `Unknown (${family})`}, addresses`);
  if (family !== AFI_IPV4 && family !== AFI_IPV6) return;
  const size = family === AFI_IPV4 ? 4 : 16;
  for (let i = 2; i + size <= length; i += size)
    d.out.str(` ${family === AFI_IPV4 ? ip4(d, at + i) : ip6(d, at + i)}`);
}

function faultTolerance(d: Dissection, at: number): void {
  const { out } = d;
  const flags = d.u16(at);
  out.str(
    `\n\t      Flags: [${flags & 0x8000 ? "" : "No "}Reconnect, ${flags & 8 ? "" : "Don't "}Save State, `,
  );
  out.str(`${flags & 4 ? "" : "No "}All-Label Protection, `);
  out.str(`${flags & 2 ? "Sequence Numbered Label" : "All Labels"} Checkpoint, `);
  out.str(`${flags & 1 ? "" : "Don't "}Re-Learn State]`);
  const reconnect = d.u32(at + 4);
  if (reconnect !== 0) out.str(`, Reconnect Timeout: ${reconnect}ms`);
  const recovery = d.u32(at + 8);
  if (recovery !== 0) out.str(`, Recovery Time: ${recovery}ms`);
}

function tlvValue(d: Dissection, type: number, at: number, length: number): void {
  const { out } = d;
  if (isShort(d, length, LEAST.get(type) ?? 0)) return;
  switch (type) {
    case COMMON_HELLO: {
      const flags = d.u16(at + 2);
      out.str(`\n\t      Hold Time: ${d.u16(at)}s, Flags: [${flags & 0x8000 ? "Targeted" : "Link"} Hello`);
      out.str(`${flags & 0x4000 ? ", Request for targeted Hellos" : ""}]`);
      break;
    }
    case TRANSPORT_4:
      out.str(`\n\t      IPv4 Transport Address: ${ip4(d, at)}`);
      break;
    case TRANSPORT_6:
      out.str(`\n\t      IPv6 Transport Address: ${ip6(d, at)}`);
      break;
    case CONFIGURATION_SEQUENCE:
      out.str(`\n\t      Sequence Number: ${d.u32(at)}`);
      break;
    case ADDRESS_LIST:
      addressList(d, at, length);
      break;
    case COMMON_SESSION: {
      const flags = d.u16(at + 6);
      out.str(`\n\t      Version: ${d.u16(at)}, Keepalive: ${d.u16(at + 2)}s, Flags: `);
      out.str(`[Downstream ${flags & 0x8000 ? "On Demand" : "Unsolicited"}, `);
      out.str(`Loop Detection ${flags & 0x4000 ? "Enabled" : "Disabled"}]`);
      break;
    }
    case FEC:
      forwardingClass(d, at, length);
      break;
    case GENERIC_LABEL:
      out.str(`\n\t      Label: ${d.u32(at) & 0xfffff}`);
      break;
    case STATUS: {
      const status = d.u32(at);
      out.str(`\n\t      Status: 0x${hex(status & 0x3fffffff, 2)}, Flags: `);
      out.str(`[${status & 0x80000000 ? "Fatal error" : "Advisory Notification"} and `);
      out.str(`${status & 0x40000000 ? "do" : "don't"} forward]`);
      const cause = d.u32(at + 4);
      if (cause !== 0) out.str(`, causing Message ID: 0x${hex(cause, 8)}`);
      break;
    }
    case FAULT_TOLERANT_SESSION:
      faultTolerance(d, at);
      break;
    case MTU:
      out.str(`\n\t      MTU: ${d.u16(at)}`);
      break;
    default:
      if (d.opt.verbose <= 1) unknownBytes(d, at, "\n\t      ", length);
  }
}

function tlvs(d: Dissection, from: number, length: number): void {
  const { out } = d;
  let at = from;
  for (let left = length; left >= 4; ) {
    d.need(at, 4);
    const size = d.u16(at + 2);
    if (size + 4 > left) {
      out.str("\n\t\t TLV contents go past end of message");
      return;
    }
    const head = d.u16(at);
    const type = head & 0x3fff;
    out.str(`\n\t    ${TLVS.get(type) ?? "Unknown"} TLV (0x${hex(type, 4)}), length: ${size}, Flags: `);
    out.str(`[${head & 0x8000 ? "continue processing" : "ignore"} and `);
    out.str(`${head & 0x4000 ? "do" : "don't"} forward if unknown]`);
    tlvValue(d, type, at + 4, size);
    at += size + 4;
    left -= size + 4;
  }
}

/** The messages of a PDU; false if one is too short. */
function messages(d: Dissection, from: number, length: number): boolean {
  const { out } = d;
  let at = from;
  // Of sixteen bits in tcpdump: a message beyond the end makes it large.
  for (let left = length; left > 0; ) {
    d.need(at, MESSAGE_HEADER);
    const size = d.u16(at + 2);
    const head = d.u16(at);
    const type = head & 0x7fff;
    out.str(`\n\t  ${MESSAGES.get(type) ?? "Unknown"} Message (0x${hex(type, 4)}), length: ${size}`);
    if (size < MESSAGE_HEADER - 4) {
      out.str(` (too short, < ${MESSAGE_HEADER - 4})`);
      return false;
    }
    out.str(`, Message ID: 0x${hex(d.u32(at + 4), 8)}, Flags: `);
    out.str(`[${head & 0x8000 ? "continue processing" : "ignore"} if unknown]`);
    d.need(at, size);
    const data = at + MESSAGE_HEADER;
    if (MESSAGES.has(type) && !PLAIN.has(type)) tlvs(d, data, size - 4);
    else if (d.opt.verbose <= 1) unknownBytes(d, data, "\n\t  ", size - 4);
    if (d.opt.verbose > 1) unknownBytes(d, data, "\n\t  ", size);
    at += size + 4;
    left = (left - size - 4) & 0xffff;
  }
  return true;
}

/** One PDU; answers its size, 0 if no other can follow. */
function pdu(d: Dissection, at: number): number {
  const { out } = d;
  const verbose = d.opt.verbose > 0;
  const line = verbose ? "\n\t" : "";
  d.need(at, HEADER);
  const version = d.u16(at);
  if (version !== VERSION) {
    out.str(`${line}LDP version ${version} packet not supported`);
    return 0;
  }
  const length = d.u16(at + 2);
  if (length < HEADER - 4) {
    out.str(`${line}LDP, pdu-length: ${length} (too short, < ${HEADER - 4})`);
    return 0;
  }
  out.str(`${line}LDP, Label-Space-ID: ${ip4(d, at + 4)}:${d.u16(at + 8)}, pdu-length: ${length}`);
  if (!verbose || !messages(d, at + HEADER, length - (HEADER - 4))) return 0;
  return length + 4;
}

/** Writes the LDP PDUs at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printLdp(d: Dissection, from: number, length: number): void {
  d.protocol = "ldp";
  let at = from;
  for (let left = length; left > HEADER + MESSAGE_HEADER; ) {
    const size = pdu(d, at);
    if (size === 0) return;
    if (left < size) {
      d.out.str(` [remaining length ${left} < ${size}]`);
      d.invalid();
      return;
    }
    at += size;
    left -= size;
  }
}
