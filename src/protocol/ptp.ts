// Precision Time Protocol, version 2 (IEEE 1588-2008 13).
//
//   transport, type (4 bits each) | version (1) | length (2) | domain (1) | reserved (1) | flags (2) | correction (8) |
//   reserved (4) | source clock (8), port (2) | sequence (2) | control (1) | log of the interval (1) | body
import type { Dissection } from "./dissection.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";

const HEADER = 34;
const SYNC = 0;
const DELAY_REQUEST = 1;
const PEER_REQUEST = 2;
const PEER_RESPONSE = 3;
const FOLLOW_UP = 8;
const DELAY_RESPONSE = 9;
const PEER_FOLLOW_UP = 10;
const ANNOUNCE = 11;
const SIGNALLING = 12;
const MANAGEMENT = 13;
const TYPES: Tokens = new Map([
  [SYNC, "sync msg"],
  [DELAY_REQUEST, "delay req msg"],
  [PEER_REQUEST, "peer delay req msg"],
  [PEER_RESPONSE, "peer delay resp msg"],
  [FOLLOW_UP, "follow up msg"],
  [DELAY_RESPONSE, "delay resp msg"],
  [PEER_FOLLOW_UP, "pdelay resp fup msg"],
  [ANNOUNCE, "announce msg"],
  [SIGNALLING, "signalling msg"],
  [MANAGEMENT, "management msg"],
]);
const CONTROLS = ["Sync", "Delay_Req", "Follow_Up", "Delay_Resp", "Management", "Other"] as const;
const FLAGS: BitTokens = [
  [0x0001, "l1 61"],
  [0x0002, "l1 59"],
  [0x0004, "utc reasonable"],
  [0x0008, "timescale"],
  [0x0010, "time tracable"],
  [0x0020, "frequency tracable"],
  [0x0100, "alternate master"],
  [0x0200, "two step"],
  [0x0400, "unicast"],
  [0x1000, "profile specific 1"],
  [0x2000, "profile specific 2"],
  [0x4000, "security mask"],
  [0x18c0, "unknown"],
];
const PRECISE = "preciseOriginTimeStamp";
const ORIGIN = "originTimeStamp";
const RECEIVED = "receiveTimeStamp";
/** Which time a message carries. */
const TIMES: Tokens = new Map([
  [SYNC, ORIGIN],
  [DELAY_REQUEST, ORIGIN],
  [PEER_REQUEST, PRECISE],
  [PEER_RESPONSE, RECEIVED],
  [FOLLOW_UP, PRECISE],
  [DELAY_RESPONSE, RECEIVED],
  [PEER_FOLLOW_UP, PRECISE],
  [ANNOUNCE, ORIGIN],
]);
const TIME_SIZE = 10;

function u48(d: Dissection, at: number): number {
  d.need(at, 6);
  return d.u16(at) * 2 ** 32 + d.u32(at + 2);
}

function time(d: Dissection, at: number, name: string, comma: string): void {
  d.out.str(`, ${name} :`);
  d.out.str(` ${u48(d, at)} seconds${comma}`);
  d.out.str(` ${d.u32(at + 6)} nanoseconds`);
}

function port(d: Dissection, at: number): void {
  d.out.str(`, port identity : 0x${d.u64(at).toString(16)}`);
  d.out.str(`, port id : ${d.u16(at + 8)}`);
}

/** The grandmaster clock that a master announces. */
function announcement(d: Dissection, at: number): void {
  const { out } = d;
  out.str(`, origin cur utc :${d.u16(at)}`);
  out.str(`, rsvd : ${d.u8(at + 2)}`);
  out.str(`, gm priority_1 : ${d.u8(at + 3)}`);
  out.str(`, gm clock class : ${d.u8(at + 4)}`);
  out.str(`, gm clock accuracy : ${d.u8(at + 5)}`);
  out.str(`, gm clock variance : ${d.u16(at + 6)}`);
  out.str(`, gm priority_2 : ${d.u8(at + 8)}`);
  out.str(`, gm clock id : 0x${d.u64(at + 9).toString(16)}`);
  out.str(`, steps removed : ${d.u16(at + 17)}`);
  out.str(`, time source : 0x${d.u8(at + 19).toString(16)}`);
}

function body(d: Dissection, type: number, at: number): void {
  const { out } = d;
  const name = TIMES.get(type);
  if (name !== undefined) time(d, at, name, type === ANNOUNCE ? "" : ",");
  switch (type) {
    case PEER_REQUEST:
    case PEER_RESPONSE:
    case DELAY_RESPONSE:
    case PEER_FOLLOW_UP:
      port(d, at + TIME_SIZE);
      break;
    case ANNOUNCE:
      announcement(d, at + TIME_SIZE);
      break;
    case SIGNALLING:
      port(d, at);
      break;
    case MANAGEMENT: {
      port(d, at);
      // tcpdump shows the first byte of the port's identity for each of these.
      const octet = d.u8(at);
      out.str(`, , start boundary hops  ${octet}, , boundary hops  ${octet}`);
      out.str(`, , flags  0x${octet.toString(16)}, , reserved  0x${octet.toString(16)}`);
    }
  }
}

/** Prints the message of `length` bytes at `at`. Throws TRUNCATED. */
export function printPtp(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "ptp";
  if (length < HEADER) {
    out.str(` [length ${length} < ${HEADER}]`);
    d.invalid();
    return;
  }
  const version = d.u16(at) & 0xff;
  out.str(`PTPv${version}`);
  if (version === 1) out.str(" (not implemented)");
  if (version !== 2) return;
  const first = d.u8(at);
  const type = first & 15;
  out.str(`, v1 compat : ${first & 0x10 ? "yes" : "no"}, msg type : ${TYPES.get(type) ?? "Reserved"}`);
  out.str(`, length : ${d.u16(at + 2)}`);
  const domain = d.u16(at + 4);
  out.str(`, domain : ${domain >> 8}, reserved1 : ${domain & 0xff}`);
  out.str(`, Flags [${bitNames(FLAGS, d.u16(at + 6), "none")}]`);
  out.str(`, NS correction : ${u48(d, at + 8)}`);
  out.str(`, sub NS correction : ${d.u16(at + 14)}`);
  out.str(`, reserved2 : ${d.u32(at + 16)}`);
  out.str(`, clock identity : 0x${d.u64(at + 20).toString(16)}`);
  out.str(`, port id : ${d.u16(at + 28)}`);
  out.str(`, seq id : ${d.u16(at + 30)}`);
  const control = d.u8(at + 32);
  out.str(`, control : ${control} (${CONTROLS[control] ?? "Reserved"})`);
  out.str(`, log message interval : ${d.u16(at + 32) & 0xff}`);
  body(d, type, at + HEADER);
}
