// IEEE 802.3 slow protocols (Annex 57A): link aggregation (802.1AX), its marker protocol, and OAM (802.3 clause 57).
//
//   subtype (1) | LACP, marker: version (1), TLVs | OAM: flags (2), code (1), data
import type { Dissection } from "./dissection.ts";
import { OUI_NAMES } from "./oui.ts";
import { unknownBytes } from "./phrase.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";

const LACP = 1;
const MARKER = 2;
const OAM = 3;
const NAMES: Tokens = new Map([
  [LACP, "LACP"],
  [MARKER, "MARKER"],
  [OAM, "OAM"],
]);
const VERSION = 1;

const TERMINATOR = 0;
const ACTOR = 1;
const PARTNER = 2;
const COLLECTOR = 3;
const LACP_TYPES = [
  "Terminator",
  "Actor Information",
  "Partner Information",
  "Collector Information",
] as const;
const MARKER_TYPES = ["Terminator", "Marker Information"] as const;
const PARTY_SIZE = 20;
const COLLECTOR_SIZE = 16;
const MARKER_SIZE = 16;
const STATES: BitTokens = [
  [0x01, "Activity"],
  [0x02, "Timeout"],
  [0x04, "Aggregation"],
  [0x08, "Synchronization"],
  [0x10, "Collecting"],
  [0x20, "Distributing"],
  [0x40, "Default"],
  [0x80, "Expired"],
];

const CODE_INFORMATION = 0;
const CODE_EVENT = 1;
const CODE_LOOPBACK = 4;
const CODES: Tokens = new Map([
  [CODE_INFORMATION, "Information"],
  [CODE_EVENT, "Event Notification"],
  [2, "Variable Request"],
  [3, "Variable Response"],
  [CODE_LOOPBACK, "Loopback Control"],
  [0xfe, "Vendor Private"],
]);
const OAM_FLAGS: BitTokens = [
  [0x01, "Link Fault"],
  [0x02, "Dying Gasp"],
  [0x04, "Critical Event"],
  [0x08, "Local Evaluating"],
  [0x10, "Local Stable"],
  [0x20, "Remote Evaluating"],
  [0x40, "Remote Stable"],
];
const INFORMATION_TYPES: Tokens = new Map([
  [0x00, "End of TLV marker"],
  [0x01, "Local"],
  [0x02, "Remote"],
  [0xfe, "Organization specific"],
]);
const INFORMATION_SIZE = 16;
const EVENT_TYPES: Tokens = new Map([
  [0x00, "End of TLV marker"],
  [0x01, "Errored Symbol Period Event"],
  [0x02, "Errored Frame Event"],
  [0x03, "Errored Frame Period Event"],
  [0x04, "Errored Frame Seconds Summary Event"],
  [0xfe, "Organization specific"],
]);
const EVENT_SIZE = 40;
const PARSER_ACTIONS = ["forwarding", "looping back", "discarding", "reserved"] as const;
const CONFIGURATION: BitTokens = [
  [0x01, "Active"],
  [0x02, "Unidirectional"],
  [0x04, "Remote-Loopback"],
  [0x08, "Link-Events"],
  [0x10, "Variable-Retrieval"],
];
const LOOPBACK: Tokens = new Map([
  [1, "Enable OAM Remote Loopback"],
  [2, "Disable OAM Remote Loopback"],
]);

function tooShort(d: Dissection): void {
  d.out.str("\n\t\t packet is too short");
}

/** Says that a TLV has not the size of its type, and answers false. */
function isSize(d: Dissection, size: number, right: number): boolean {
  if (size === right) return true;
  d.out.str(`\n\t    ERROR: illegal length - should be ${right}`);
  return false;
}

/** LACP's actor or partner. */
function writeParty(d: Dissection, at: number): void {
  const { out } = d;
  out.str("\n\t  System ");
  d.mac(at + 4);
  out.str(`, System Priority ${d.u16(at + 2)}, Key ${d.u16(at + 10)}, Port ${d.u16(at + 14)}`);
  out.str(`, Port Priority ${d.u16(at + 12)}\n\t  State Flags [${bitNames(STATES, d.u8(at + 16), "none")}]`);
}

/** A TLV of LACP or the marker protocol; false if nothing is known of its type. */
function writeValue(d: Dissection, subtype: number, type: number, at: number, size: number): boolean {
  const { out } = d;
  if (subtype === LACP && (type === ACTOR || type === PARTNER)) {
    if (isSize(d, size, PARTY_SIZE)) writeParty(d, at);
  } else if (subtype === LACP && type === COLLECTOR) {
    if (isSize(d, size, COLLECTOR_SIZE)) out.str(`\n\t  Max Delay ${d.u16(at + 2)}`);
  } else if (subtype === MARKER && type === 1) {
    if (!isSize(d, size, MARKER_SIZE)) return true;
    out.str("\n\t  Request System ");
    d.mac(at + 4);
    out.str(`, Request Port ${d.u16(at + 2)}, Request Transaction ID 0x`);
    out.hexPad(d.u32(at + 10), 8);
  } else return false;
  return true;
}

function printLacp(d: Dissection, subtype: number, at: number, length: number): void {
  const { out, opt } = d;
  const names = subtype === LACP ? LACP_TYPES : MARKER_TYPES;
  for (let left = length; left > 0; ) {
    if (left < 2) {
      tooShort(d);
      return;
    }
    const type = d.u8(at);
    const size = d.u8(at + 1);
    out.str(`\n\t${names[type] ?? "Unknown"} TLV (0x${type.toString(16).padStart(2, "0")}), length ${size}`);
    if (type === TERMINATOR) return;
    if (size < 2) {
      out.str("\n\t    ERROR: illegal length - should be >= 2");
      return;
    }
    if (left < size) {
      tooShort(d);
      return;
    }
    d.need(at, size);
    const known = writeValue(d, subtype, type, at, size);
    if (!known || opt.verbose > 1) unknownBytes(d, at + 2, "\n\t  ", size - 2);
    at += size;
    left -= size;
  }
}

/** Local and remote information; false if its size is wrong. */
function writeInformation(d: Dissection, at: number, size: number): boolean {
  const { out } = d;
  if (!isSize(d, size, INFORMATION_SIZE)) return false;
  const state = d.u8(at + 5);
  const oui = d.u24(at + 9);
  out.str(`\n\t    OAM-Version ${d.u8(at + 2)}, Revision ${d.u16(at + 3)}`);
  out.str(`\n\t    State-Parser-Action ${PARSER_ACTIONS[state & 3]}`);
  out.str(`, State-MUX-Action ${state & 4 ? "discarding" : "forwarding"}`);
  out.str(`\n\t    OAM-Config Flags [${bitNames(CONFIGURATION, d.u8(at + 6), "none")}]`);
  out.str(`, OAM-PDU-Config max-PDU size ${d.u16(at + 7) & 0x7ff}`);
  out.str(`\n\t    OUI ${OUI_NAMES.get(oui) ?? "Unknown"} (0x`);
  out.hexPad(oui, 6);
  out.str("), Vendor-Private 0x");
  out.hexPad(d.u32(at + 12), 8);
  return true;
}

/** A link event; false if its size is wrong. */
function writeEvent(d: Dissection, at: number, size: number): boolean {
  const { out } = d;
  if (!isSize(d, size, EVENT_SIZE)) return false;
  out.str(`\n\t    Timestamp ${d.u16(at + 2) * 100} ms, Errored Window ${d.u64(at + 4)}`);
  out.str(`\n\t    Errored Threshold ${d.u64(at + 12)}\n\t    Errors ${d.u64(at + 20)}`);
  out.str(`\n\t    Error Running Total ${d.u64(at + 28)}\n\t    Event Running Total ${d.u32(at + 36)}`);
  return true;
}

/** The TLVs of an OAM message. Types 1 to `last` have the form that `write` knows. */
function writeOamTlvs(
  d: Dissection,
  at: number,
  length: number,
  names: Tokens,
  kind: string,
  last: number,
  write: (d: Dissection, at: number, size: number) => boolean,
): void {
  const { out, opt } = d;
  for (let left = length; left > 0; ) {
    if (left < 2) {
      tooShort(d);
      return;
    }
    const type = d.u8(at);
    const size = d.u8(at + 1);
    out.str(`\n\t  ${names.get(type) ?? "Reserved"} ${kind} Type (${type}), length ${size}`);
    if (type === 0) return;
    if (size < 2) {
      out.str("\n\t    ERROR: illegal length - should be >= 2");
      return;
    }
    if (left < size) {
      tooShort(d);
      return;
    }
    d.need(at, size);
    const known = type <= last && write(d, at, size);
    if (!known || opt.verbose > 1) unknownBytes(d, at, "\n\t  ", size);
    at += size;
    left -= size;
  }
}

function printOam(d: Dissection, at: number, length: number): void {
  const { out } = d;
  if (length < 3) {
    tooShort(d);
    return;
  }
  d.need(at, 3);
  const code = d.u8(at + 2);
  out.str(`\n\tCode ${CODES.get(code) ?? `Unknown (${code})`} OAM PDU`);
  out.str(`, Flags [${bitNames(OAM_FLAGS, d.u16(at), "none")}]`);
  at += 3;
  length -= 3;
  switch (code) {
    case CODE_INFORMATION:
      writeOamTlvs(d, at, length, INFORMATION_TYPES, "Information", 2, writeInformation);
      break;
    case CODE_EVENT:
      if (length < 2) {
        tooShort(d);
        return;
      }
      out.str(`\n\t  Sequence Number ${d.u16(at)}`);
      writeOamTlvs(d, at + 2, length - 2, EVENT_TYPES, "Link Event", 4, writeEvent);
      break;
    case CODE_LOOPBACK: {
      if (length < 1) {
        tooShort(d);
        return;
      }
      const command = d.u8(at);
      out.str(`\n\t  Command ${LOOPBACK.get(command) ?? "Unknown"} (${command})`);
      break;
    }
    default:
      if (d.opt.verbose <= 1) unknownBytes(d, at, "\n\t  ", length);
  }
}

/** Prints the message of `length` bytes at `at`. Throws TRUNCATED. */
export function printSlow(d: Dissection, at: number, length: number): void {
  const { out, opt } = d;
  d.protocol = "slow";
  const subtype = length < 1 ? 0 : d.u8(at);
  const versioned = subtype === LACP || subtype === MARKER;
  if (length < 1 || (versioned && length < 2)) {
    out.str(opt.verbose > 0 ? "\n\t\t packet is too short" : " (packet is too short)");
    return;
  }
  const name = NAMES.get(subtype);
  if (versioned) {
    const version = d.u8(at + 1);
    if (version !== VERSION) {
      out.str(`${name} version ${version} packet not supported`);
      return;
    }
    out.str(`${name}v${version}, length ${length}`);
    if (opt.verbose > 0) printLacp(d, subtype, at + 2, length - 2);
    return;
  }
  out.str(`${name ?? `unknown (${subtype})`}, length ${length}`);
  if (name === undefined) unknownBytes(d, at, "\n\t", length);
  else if (opt.verbose > 0) printOam(d, at + 1, length - 1);
}
