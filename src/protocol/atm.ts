// ATM: RFC 1483/2684 encapsulations, Classical IP (RFC 2225), LAN emulation, Sun's raw ATM, and OAM cells (ITU-T I.610).
import type { Dissection } from "./dissection.ts";
import { printEthernet } from "./ethernet.ts";
import { printIp } from "./ip.ts";
import { printLlc } from "./llc.ts";
import { printOsi } from "./osi.ts";
import { printSnmp } from "./snmp.ts";
import type { Tokens } from "./token.ts";

// Virtual channels of virtual path 0 with a meaning of their own.
const VCI_META = 1;
const VCI_BROADCAST = 2;
const VCI_OAM_SEGMENT = 3;
const VCI_OAM_END = 4;
const VCI_SIGNALLING = 5;
const VCI_ILMI = 16;

/** LLC headers of a SNAP, an OSI and an IP frame. */
const KNOWN_LLC = [0xaaaa03, 0xfefe03, 0x060603];
const UI = 0x03;

const Q2931 = 9;
const SIGNALS: Tokens = new Map([
  [0x02, "Call_proceeding"],
  [0x05, "Setup"],
  [0x07, "Connect"],
  [0x0f, "Connect_ack"],
  [0x46, "Restart"],
  [0x4d, "Release"],
  [0x4e, "Restart_ack"],
  [0x5a, "Release_complete"],
  [0x75, "Status_enquiry"],
  [0x7d, "Status"],
  [0x80, "Add_party"],
  [0x81, "Add_party_ack"],
  [0x82, "Add_party_reject"],
  [0x83, "Drop_party"],
  [0x84, "Drop_party_ack"],
]);

const LANE_CONTROL = 0xff00;
const LANE_OPERATIONS: Tokens = new Map([
  [0x0001, "configure request"],
  [0x0101, "configure response"],
  [0x0002, "join request"],
  [0x0102, "join response"],
  [0x0003, "ready query"],
  [0x0103, "ready indication"],
  [0x0004, "register request"],
  [0x0104, "register response"],
  [0x0005, "unregister request"],
  [0x0105, "unregister response"],
  [0x0006, "ARP request"],
  [0x0106, "ARP response"],
  [0x0007, "flush request"],
  [0x0107, "flush response"],
  [0x0008, "NARP request"],
  [0x0009, "topology request"],
]);

const PAYLOADS = [
  "user data, uncongested, SDU 0",
  "user data, uncongested, SDU 1",
  "user data, congested, SDU 0",
  "user data, congested, SDU 1",
  "VCC OAM F5 flow segment",
  "VCC OAM F5 flow end-to-end",
  "Traffic Control and resource Mgmt",
  "Unknown",
] as const;
const FAULT = 1;
const CELLS: ReadonlyMap<number, readonly [name: string, functions?: Tokens]> = new Map([
  [
    FAULT,
    [
      "Fault Management",
      new Map([
        [0, "AIS"],
        [1, "RDI"],
        [4, "Continuity Check"],
        [8, "Loopback"],
      ]),
    ] as const,
  ],
  [
    2,
    [
      "Performance Management",
      new Map([
        [0, "Forward Monitoring"],
        [1, "Backward Reporting"],
        [2, "Monitoring and Reporting"],
      ]),
    ] as const,
  ],
  [
    8,
    [
      "activate/deactivate",
      new Map([
        [0, "Performance Monitoring"],
        [1, "Continuity Check"],
      ]),
    ] as const,
  ],
  [15, ["System Management"] as const],
]);
const LOOPBACK = 8;
const CELL_PAYLOAD = 48;
const CRC10 = 0x633;

/** The remainder of a cell's payload, its check sequence included: 0 if that is right. The caller checked the bounds. */
function crc10(d: Dissection, at: number): number {
  let rest = 0;
  for (let i = 0; i < CELL_PAYLOAD; i++)
    for (let bit = 7; bit >= 0; bit--) {
      rest = (rest << 1) | ((d.bytes[at + i]! >> bit) & 1);
      if (rest & 0x400) rest ^= CRC10;
    }
  return rest;
}

/** An identifier of `size` bytes, as tcpdump shows it: the pairs that begin at its odd bytes. */
function identifier(d: Dissection, at: number, size: number): void {
  for (let i = 1; i < size; i += 2) {
    const pair = d.u16(at + i);
    d.out.hexPad(pair, 4);
    d.out.ch(32);
  }
}

/** Prints the OAM cell at `at`; `check`: bytes of a header error check after the cell's header of four bytes. */
export function printAtmOam(d: Dissection, at: number, length: number, check: 0 | 1): void {
  const { out } = d;
  d.protocol = "oam";
  const header = d.u32(at + check);
  const pos = at + check + 4;
  const kind = d.u8(pos);
  const channel = (header >>> 4) & 0xffff;
  const flow =
    channel === VCI_OAM_SEGMENT ? "OAM F4 (segment)" : channel === VCI_OAM_END ? "OAM F4 (end)" : "OAM F5";
  out.str(`${flow}, vpi ${(header >>> 20) & 0xff}, vci ${channel}`);
  out.str(`, payload [ ${PAYLOADS[(header >>> 1) & 7]} ], clp ${header & 1}, length ${length >>> 0}`);
  if (d.opt.verbose === 0) return;
  const cell = kind >> 4;
  const action = kind & 15;
  const row = CELLS.get(cell);
  out.str(`\n\tcell-type ${row?.[0] ?? "unknown"} (${cell}), func-type `);
  out.str(`${row?.[1] === undefined ? "unknown" : (row[1].get(action) ?? "none")} (${action})`);
  if (cell === FAULT && action === LOOPBACK) {
    d.need(pos + 1, 45);
    out.str(`\n\tLoopback-Indicator ${d.u8(pos + 1) & 1 ? "Request" : "Reply"}, Correlation-Tag 0x`);
    out.hexPad(d.u32(pos + 2), 8);
    out.str("\n\tLocation-ID ");
    identifier(d, pos + 6, 12);
    out.str("\n\tSource-ID   ");
    identifier(d, pos + 18, 12);
  } else if (cell === FAULT && action <= 1) {
    d.need(pos + 1, 45);
    out.str("\n\tFailure-type 0x");
    out.hexPad(d.u8(pos + 1), 2);
    out.str("\n\tLocation-ID ");
    identifier(d, pos + 2, 16);
  }
  const checksum = d.u16(pos + 46) & 0x3ff;
  out.str("\n\tcksum 0x");
  out.hexPad(checksum, 3);
  out.str(crc10(d, pos) === 0 ? " (correct)" : " (incorrect)");
}

/** Prints an LLC frame, or dumps what is not known; returns its header's length. */
export function printLlcFrame(d: Dissection, at: number, length: number, caplen: number): number {
  const used = printLlc(d, at, length, caplen, -1, -1);
  if (used < 0) d.dumpUnknown(at, caplen);
  return Math.abs(used);
}

/** LAN emulation (ATM Forum af-lane-0084): control frames, or an id (2) and an Ethernet frame. */
function printLane(d: Dissection, at: number, length: number, caplen: number): void {
  const { out } = d;
  d.protocol = "lane";
  if (d.u16(at) === LANE_CONTROL) {
    const operation = d.u16(at + 4);
    out.str(`lec: proto ${d.u8(at + 2).toString(16)} vers ${d.u8(at + 3).toString(16)} `);
    out.str(LANE_OPERATIONS.get(operation) ?? `opcode-#${operation}`);
    return;
  }
  printEthernet(d, at + 2, length - 2, caplen - 2, () => out.str(`lecid:${d.u16(at).toString(16)} `));
}

function printSignal(d: Dissection, at: number): void {
  const { out } = d;
  const protocol = d.u8(at);
  if (protocol !== Q2931) {
    out.str(`SSCOP, proto ${protocol} `);
    return;
  }
  out.str("Q.2931");
  const type = d.u8(at + 5);
  out.str(`:${SIGNALS.get(type) ?? `msgtype#${type}`} `);
  const reference = d.u24(at + 2);
  out.str("CALL_REF:0x");
  out.hexPad(reference, 6);
}

/** Link type 100 (LINKTYPE_ATM_RFC1483). */
export function printAtmLink(d: Dissection, at: number, length: number): void {
  const { out, opt } = d;
  d.protocol = "atm";
  if (d.u8(at) === UI) {
    if (opt.linkHeader) out.str("CNLPID ");
    d.linkHeaderLength = 1;
    printOsi(d, at + 1, length - 1);
    return;
  }
  let header = 0;
  if (!KNOWN_LLC.includes(d.u24(at))) {
    if (opt.linkHeader) {
      d.need(at, 16);
      for (let i = 0; i < 4; i++) {
        out.hexPad(d.u32(at + 4 * i), 8);
        if (i % 2 === 1) out.ch(32);
      }
    }
    d.need(at, 20);
    header = 20;
  }
  d.linkHeaderLength = header;
  d.linkHeaderLength += printLlcFrame(d, at + header, length - header, d.end - at - header);
}

/** Link type 106 (LINKTYPE_ATM_CLIP): with an LLC and SNAP header, or without. */
export function printClipLink(d: Dissection, at: number, length: number): void {
  d.protocol = "cip";
  if (d.opt.linkHeader) d.out.str(`${length}: `);
  d.need(at, 6);
  if (d.u24(at) === 0xaaaa03 && d.u24(at + 3) === 0) {
    d.linkHeaderLength = printLlcFrame(d, at, length, d.end - at);
    return;
  }
  printIp(d, at, length);
}

/** Link type 123 (LINKTYPE_SUNATM): direction and kind (1) | path (1) | channel (2) | packet. */
export function printSunAtmLink(d: Dissection, at: number, length: number): void {
  const { out, opt } = d;
  d.protocol = "sunatm";
  const first = d.u8(at);
  if (opt.linkHeader) out.str(first & 0x80 ? "Tx: " : "Rx: ");
  const path = d.u8(at + 1);
  const channel = d.u16(at + 2);
  const caplen = d.end - at - 4;
  at += 4;
  length -= 4;
  d.linkHeaderLength = 4;
  d.protocol = "atm";
  if (opt.linkHeader) out.str(`VPI:${path} VCI:${channel} `);
  if (path === 0) {
    switch (channel) {
      case VCI_SIGNALLING:
        printSignal(d, at);
        return;
      case VCI_BROADCAST:
        out.str("broadcast sig: ");
        return;
      case VCI_OAM_SEGMENT:
      case VCI_OAM_END:
        printAtmOam(d, at, length, 1);
        return;
      case VCI_META:
        out.str("meta: ");
        return;
      case VCI_ILMI:
        out.str("ilmi: ");
        printSnmp(d, at, length);
        return;
    }
  }
  // What follows the header counts for the packet's dump, but its own header does not.
  if ((first & 0x0f) === 1) printLane(d, at, length, caplen);
  else printLlcFrame(d, at, length, caplen);
}
