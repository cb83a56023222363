// What Realtek's switches send under their ethertype: the remote control protocol (RRCP), loop detection (RLDP) and
// tags; http://openrrcp.org.ru/rrcp_specification
//
//   RRCP: protocol (1) | reply (1 bit), opcode (7 bits) | authentication key (2) | by opcode
import type { Dissection } from "./dissection.ts";
import type { Tokens } from "./token.ts";
import { hex, mac, numbered } from "./wording.ts";

const RRCP = 0x01;
const PROTOCOLS: Tokens = new Map([
  [0x02, "REP"],
  [0x03, "RLDP"],
  [0x23, "RLDP"],
  [0x04, "Realtek 8-byte DSA tag"],
]);
/** By the upper half. */
const TAGS: Tokens = new Map([
  [0x90, "Realtek RTL8306 4-byte DSA tag"],
  [0xa0, "Realtek RTL8366RB 4-byte DSA tag"],
]);
const REPLY = 0x80;
const HELLO = 0;
const GET = 1;
const SET = 2;
const OPCODES: Tokens = numbered(HELLO, "hello", "get", "set");

function rrcp(d: Dissection, at: number): void {
  const { out } = d;
  d.protocol = "rrcp";
  const head = d.u8(at + 1);
  const opcode = head & 0x7f;
  const reply = (head & REPLY) !== 0;
  const name = OPCODES.get(opcode) ?? `unknown opcode (0x${hex(opcode, 2)})`;
  out.str(`RRCP ${reply ? "reply" : "query"}: ${name}`);
  const register = opcode === GET || opcode === SET;
  if (register) {
    const value = d.le32(at + 6);
    out.str(` addr=0x${hex(d.le16(at + 4), 4)}, data=0x${hex(value, 8)}`);
  }
  out.str(`, auth=0x${hex(d.u16(at + 2), 4)}`);
  if (opcode === HELLO && reply) {
    d.need(at + 4, 14);
    out.str(` downlink_port=${d.u8(at + 4)}, uplink_port=${d.u8(at + 5)}, uplink_mac=${mac(d, at + 6)}`);
    out.str(`, vendor_id=${hex(d.u32(at + 14), 8)} ,chip_id=${hex(d.u16(at + 12), 4)} `);
  } else if (register) {
    const upper = d.u32(at + 14);
    out.str(`, cookie=0x${hex(upper, 8)}${hex(d.u32(at + 10), 8)} `);
  }
}

/** Writes the frame's payload at `at`. Throws TRUNCATED. */
export function printRealtek(
  d: Dissection,
  at: number,
  _length: number,
  _caplen: number,
  src: number,
  dst: number,
): void {
  const { out } = d;
  d.protocol = "rtl";
  if (src >= 0 && dst >= 0) {
    d.station(src);
    out.str(" > ");
    d.station(dst);
    out.str(", ");
  }
  const protocol = d.u8(at);
  if (protocol === RRCP) rrcp(d, at);
  else
    out.str(
      PROTOCOLS.get(protocol) ?? TAGS.get(protocol & 0xf0) ?? `Realtek unknown type 0x${hex(protocol, 2)}`,
    );
}
