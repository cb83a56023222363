// Lightweight Access Point Protocol (RFC 5412).
//
//   version (2 bits), radio (3), control, fragment, last fragment (1 each) | fragment id (1) | length (2) | status (2) |
//   control: { type (1) | sequence (1) | length (2) | session (4) | elements }*
import type { Dissection } from "./dissection.ts";
import { unknownBytes } from "./phrase.ts";
import type { PortPrinter } from "./protocols.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";

const HEADER = 6;
const MESSAGE_HEADER = 8;
const FLAGS: BitTokens = [
  [0x01, "Last Fragment Bit"],
  [0x02, "Fragment Bit"],
  [0x04, "Control Bit"],
];
const MESSAGES: Tokens = new Map([
  [1, "Discovery req"],
  [2, "Discovery resp"],
  [3, "Join req"],
  [4, "Join resp"],
  [5, "Join ack"],
  [6, "Join confirm"],
  [10, "Configure req"],
  [11, "Configure resp"],
  [12, "Update req"],
  [13, "Update resp"],
  [14, "WTP event req"],
  [15, "WTP event resp"],
  [16, "Change state event req"],
  [17, "Change state event resp"],
  [22, "Echo req"],
  [23, "Echo resp"],
  [24, "Image data req"],
  [25, "Image data resp"],
  [26, "Channel status req"],
  [27, "Channel status resp"],
  [30, "Key update req"],
  [31, "Key update resp"],
  [32, "Primary discovery req"],
  [33, "Primary discovery resp"],
  [34, "Data transfer req"],
  [35, "Data transfer resp"],
  [36, "Clear config ind"],
  [37, "Wlan config req"],
  [38, "Wlan config resp"],
  [39, "Mobile config req"],
  [40, "Mobile config resp"],
]);

/** What is shown of the header at `at`: true if that is all, because of its version or without -v. */
function writeStart(d: Dissection, at: number, length: number): boolean {
  const first = d.u8(at);
  const version = first >> 6;
  if (version !== 0) {
    d.out.str(`LWAPP version ${version} packet not supported`);
    return true;
  }
  d.out.str(`LWAPPv${version}, ${first & 4 ? "Control" : "Data"} frame, `);
  if (d.opt.verbose > 0) return false;
  d.out.str(`Flags [${bitNames(FLAGS, first & 7, "none")}], length ${length}`);
  return true;
}

/** Prints the control messages; false if they are cut off. */
function writeMessages(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  for (let left = length; left > 0; ) {
    if (!d.has(at, MESSAGE_HEADER)) return false;
    const size = left < MESSAGE_HEADER ? -1 : d.u16(at + 2);
    if (size < 0 || left < MESSAGE_HEADER + size) {
      out.str("\n\t  Msg goes past end of PDU");
      return true;
    }
    const type = d.u8(at);
    out.str(`\n\t  Msg type: ${MESSAGES.get(type) ?? "Unknown"} (${type}), Seqnum: ${d.u8(at + 1)}`);
    out.str(`, Msg len: ${size}, Session: 0x`);
    out.hexPad(d.u32(at + 4), 8);
    if (!d.has(at, size)) return false;
    at += MESSAGE_HEADER + size;
    left -= MESSAGE_HEADER + size;
  }
  return true;
}

/** Control messages (port 12223): to the controller with the access point's address before them. */
export const printLwappControl: PortPrinter = (d, at, length, _ip, _sport, dport) => {
  const { out } = d;
  d.protocol = "lwapp_control";
  const named = dport === 12223;
  const header = named ? at + 6 : at;
  if (!d.has(at, header + HEADER - at)) {
    d.truncated();
    return;
  }
  if (writeStart(d, header, length)) return;
  const first = d.u8(header);
  const size = d.u16(header + 2);
  out.str(`Radio-id ${(first >> 3) & 7}, Flags [${bitNames(FLAGS, first & 7, "none")}]`);
  out.str(`, Frag-id ${d.u8(header + 1)}, length ${size}`);
  if (named) {
    out.str("\n\tAP identity: ");
    d.mac(at);
  }
  if (!writeMessages(d, header + HEADER, size)) d.truncated();
};

/** Data (port 12222). */
export const printLwappData: PortPrinter = (d, at, length) => {
  const { out } = d;
  d.protocol = "lwapp_data";
  if (!d.has(at, HEADER)) {
    d.truncated();
    return;
  }
  if (writeStart(d, at, length)) return;
  const first = d.u8(at);
  const size = d.u16(at + 2);
  out.str(`Radio-id  ${(first >> 3) & 7}, Flags [${bitNames(FLAGS, first & 7, "none")}], `);
  if (size < HEADER) {
    out.str(`length ${size} < transport header length`);
    return;
  }
  out.str(`Frag-id  ${d.u8(at + 1)}, length ${size}`);
  unknownBytes(d, at + HEADER, "\n\t", size - HEADER);
};
