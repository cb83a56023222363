// SOME/IP (AUTOSAR "SOME/IP Protocol Specification").
//
//   service (2) | method, or event with bit 15 (2) | length (4) | client (2) | session (2) | protocol version (1) |
//   interface version (1) | message type (1) | return code (1)
import type { Dissection } from "./dissection.ts";
import type { Tokens } from "./token.ts";

const HEADER = 16;
const TYPES: Tokens = new Map([
  [0x00, "REQUEST"],
  [0x01, "REQUEST_NO_RETURN"],
  [0x02, "NOTIFICATION"],
  [0x20, "TP_REQUEST"],
  [0x21, "TP_REQUEST_NO_RETURN"],
  [0x22, "TP_NOTIFICATION"],
  [0x80, "RESPONSE"],
  [0x81, "ERROR"],
  [0xa0, "TP_RESPONSE"],
  [0xa1, "TP_ERROR"],
]);
const CODES = `OK NOT_OK UNKNOWN_SERVICE UNKNOWN_METHOD NOT_READY NOT_REACHABLE TIMEOUT WRONG_PROTOCOL_VERSION
  WRONG_INTERFACE_VERSION MALFORMED_MESSAGE WRONG_MESSAGE_TYPE E2E_REPEATED E2E_WRONG_SEQUENCE E2E E2E_NOT_AVAILABLE
  E2E_NO_NEW_DATA`.split(/\s+/);

/** Prints the message of `length` bytes at `at`. Throws TRUNCATED. */
export function printSomeip(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "someip";
  out.str("SOMEIP");
  if (length < HEADER) {
    d.invalid();
    return;
  }
  const id = d.u32(at);
  out.str(`, service ${id >>> 16}, ${id & 0x8000 ? "event" : "method"} ${id & 0x7fff}`);
  const size = d.u32(at + 4);
  out.str(`, len ${size}`);
  const request = d.u32(at + 8);
  out.str(`, client ${request >>> 16}, session ${request & 0xffff}`);
  const protocolVersion = d.u8(at + 12);
  out.str(`, pver ${protocolVersion}`);
  const interfaceVersion = d.u8(at + 13);
  out.str(`, iver ${interfaceVersion}`);
  const type = d.u8(at + 14);
  out.str(`, msgtype ${TYPES.get(type) ?? "Unknown"}`);
  const code = CODES[d.u8(at + 15)];
  // tcpdump ends this line itself.
  out.str(`, retcode ${code === undefined ? "Unknown" : `E_${code}`}\n`);
}
