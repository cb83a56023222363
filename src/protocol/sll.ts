// Linux cooked capture: link types 113 and 276 (LINKTYPE_LINUX_SLL, _SLL2).
//
//   v1: packet type (2) | device type (2) | address length (2) | address (8) | protocol (2)
//   v2: protocol (2) | zero (2) | device index (4) | device type (2) | packet type (1) | address length (1)
//       address (8)
import type { Dissection } from "./dissection.ts";
import { printEthertype, writeTag } from "./ethernet.ts";
import { ETHERTYPE_8021Q, ETHERTYPE_NAMES, MAX_LENGTH_FIELD } from "./ethertypes.ts";
import { printLlc } from "./llc.ts";
import { printRadiotap } from "./radiotap.ts";
import type { Tokens } from "./token.ts";

const HEADER_1 = 16;
const HEADER_2 = 20;
/** Protocols below 1536 that Linux has of its own: raw 802.3, and 802.2. */
const PROTOCOL_802_3 = 1;
const PROTOCOL_802_2 = 4;
/** The SAP under which raw 802.3, which is IPX, is registered. */
const SAP_RAW = 0xff;
/** The device type of a monitor whose packets begin with a radiotap header. */
const DEVICE_RADIOTAP = 803;
const PACKET_TYPES: Tokens = new Map([
  [0, "In"],
  [1, "B"],
  [2, "M"],
  [3, "P"],
  [4, "Out"],
]);

/** The protocol and length, as -e shows them. */
function writeProtocol(d: Dissection, protocol: number, length: number): void {
  if (d.opt.quiet) return;
  const number = `(0x${protocol.toString(16).padStart(4, "0")})`;
  if (protocol === PROTOCOL_802_3) d.out.str("802.3");
  else if (protocol === PROTOCOL_802_2) d.out.str("802.2");
  else if (protocol <= MAX_LENGTH_FIELD) d.out.str(`ethertype Unknown ${number}`);
  else d.out.str(`ethertype ${ETHERTYPE_NAMES.get(protocol) ?? "Unknown"} ${number}`);
  d.out.str(`, length ${length}: `);
}

function writeAddress(d: Dissection, at: number, size: number): void {
  if (size !== 6) return;
  d.mac(at);
  d.out.ch(32);
}

/** What -e shows of a v1 header. */
function writeHeader1(d: Dissection, at: number, length: number): void {
  d.protocol = "sll";
  d.out.str(`${(PACKET_TYPES.get(d.u16(at)) ?? "?").padStart(3)} `);
  writeAddress(d, at + 6, d.u16(at + 4));
  writeProtocol(d, d.u16(at + 14), length);
}

/** What -e shows of a v2 header. */
function writeHeader2(d: Dissection, at: number, length: number): void {
  d.protocol = "sll2";
  d.out.str(`ifindex ${d.u32(at + 4)} `);
  writeAddress(d, at + 12, d.u8(at + 11));
  writeProtocol(d, d.u16(at), length);
}

/**
 * Prints the payload after the header of `headerSize` bytes at `start`; if nothing knows it, after what -e would
 * have shown of the header.
 */
function printPayload(
  d: Dissection,
  protocol: number,
  start: number,
  length: number,
  headerSize: typeof HEADER_1 | typeof HEADER_2,
): void {
  const { out, opt } = d;
  let header: number = headerSize;
  let at = start + header;
  length -= header;
  let caplen = d.end - at;
  if (d.u16(headerSize === HEADER_1 ? start + 2 : start + 8) === DEVICE_RADIOTAP) {
    d.linkHeaderLength = header + printRadiotap(d, at, length, caplen);
    return;
  }
  while (protocol === ETHERTYPE_8021Q) {
    if (caplen < 4) {
      d.protocol = "vlan";
      d.truncated();
      d.linkHeaderLength = header + caplen;
      return;
    }
    if (opt.linkHeader) {
      writeTag(d, d.u16(at));
      out.str(", ");
    }
    protocol = d.u16(at + 2);
    if (protocol <= MAX_LENGTH_FIELD) protocol = PROTOCOL_802_2;
    if (!opt.quiet) out.str(`ethertype ${ETHERTYPE_NAMES.get(protocol) ?? "Unknown"}, `);
    at += 4;
    length -= 4;
    caplen -= 4;
    header += 4;
  }
  if (protocol <= MAX_LENGTH_FIELD) {
    const raw = protocol === PROTOCOL_802_3 ? d.protocols.sap(SAP_RAW) : undefined;
    const used = protocol === PROTOCOL_802_2 ? printLlc(d, at, length, caplen, -1, -1) : -1;
    if (raw !== undefined) raw.print(d, at, length, 0);
    else if (used < 0) d.dumpUnknown(at, caplen);
    else header += used;
  } else if (!printEthertype(d, protocol, at, length, caplen, -1, -1)) {
    if (!opt.linkHeader) {
      if (headerSize === HEADER_1) writeHeader1(d, start, length + HEADER_1);
      else writeHeader2(d, start, length + HEADER_2);
    }
    d.dumpUnknown(at, caplen);
  }
  d.linkHeaderLength = header;
}

/** Version 1. */
export function printSllLink(d: Dissection, at: number, length: number): void {
  d.protocol = "sll";
  d.need(at, HEADER_1);
  if (d.opt.linkHeader) writeHeader1(d, at, length);
  printPayload(d, d.u16(at + 14), at, length, HEADER_1);
}

/** Version 2. The device is named as it is called on this host. */
export function printSll2Link(d: Dissection, at: number, length: number): void {
  d.protocol = "sll2";
  d.need(at, HEADER_2);
  d.out.str(`${(d.deviceName(d.u32(at + 4)) ?? "?").padEnd(5)} `);
  d.out.str(`${(PACKET_TYPES.get(d.u8(at + 10)) ?? "?").padEnd(3)} `);
  if (d.opt.linkHeader) writeHeader2(d, at, length);
  printPayload(d, d.u16(at), at, length, HEADER_2);
}
