// Frame relay (ITU-T Q.922, RFC 2427), its bundles (FRF.16) and fragments (FRF.12, FRF.15).
//
//   address (2…4) | 0x03 | padding (0 or 1) | NLPID (1) | payload; Cisco: address | ethertype (2) | payload
//   FRF.16: begin, end, control, sequence (12 bits) | payload, or: zero (1) | message (1) | information elements
import type { Dissection } from "./dissection.ts";
import { printEthertype } from "./ethernet.ts";
import { ETHERTYPE_NAMES } from "./ethertypes.ts";
import { printIp } from "./ip.ts";
import { printIpv6 } from "./ipv6.ts";
import { printSnap } from "./llc.ts";
import { NLPID_CLNP, NLPID_ESIS, NLPID_ISIS, NLPID_NAMES } from "./nlpid.ts";
import { printOsi } from "./osi.ts";
import { unknownBytes, visible } from "./phrase.ts";
import { printPpp } from "./ppp.ts";
import { parseQ922 } from "./q922.ts";
import { printQ933 } from "./q933.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";

const UI = 0x03;
const NLPID_Q933 = 0x08;
const NLPID_SNAP = 0x80;
const NLPID_IPV6 = 0x8e;
const NLPID_FRF = 0xb1;
const NLPID_IP = 0xcc;
const NLPID_PPP = 0xcf;

const FLAGS: BitTokens = [
  [0x02000000, "C!"],
  [0x00020000, "DE"],
  [0x00040000, "BECN"],
  [0x00080000, "FECN"],
  [0x00000002, "sdlcore"],
];

const BEGIN = 0x80;
const CONTROL = 0xe0;
const FRAGMENT = 0xc0;
const FRAGMENT_FLAGS: BitTokens = [
  [BEGIN, "Begin"],
  [0x40, "End"],
  [0x20, "Control"],
];
const MESSAGES: Tokens = new Map([
  [1, "Add Link"],
  [2, "Add Link ACK"],
  [3, "Add Link Reject"],
  [4, "Hello"],
  [5, "Hello ACK"],
  [6, "Remove Link"],
  [7, "Remove Link ACK"],
]);
const ELEMENT_BUNDLE = 1;
const ELEMENT_LINK = 2;
const ELEMENT_MAGIC = 3;
const ELEMENTS: Tokens = new Map([
  [ELEMENT_BUNDLE, "Bundle ID"],
  [ELEMENT_LINK, "Link ID"],
  [ELEMENT_MAGIC, "Magic Number"],
  [5, "Timestamp"],
  [6, "Vendor Extension"],
  [7, "Cause"],
]);
const MAX_ID = 50;

/** What -e shows; a protocol above 255 is an ethertype. */
function writeHeader(
  d: Dissection,
  length: number,
  size: number,
  dlci: number,
  flags: number,
  protocol: number,
): void {
  const { out } = d;
  if (d.opt.quiet) {
    out.str(`Q.922, DLCI ${dlci}, length ${length}: `);
    return;
  }
  out.str(`Q.922, hdr-len ${size}, DLCI ${dlci}, Flags [${bitNames(FLAGS, flags, "none")}], `);
  const cisco = protocol > 0xff;
  const name = (cisco ? ETHERTYPE_NAMES : NLPID_NAMES).get(protocol) ?? "unknown";
  out.str(`${cisco ? "cisco-ethertype" : "NLPID"} ${name} (0x`);
  out.hexPad(protocol, cisco ? 4 : 2);
  out.str(`), length ${length}: `);
}

function printFragment(d: Dissection, at: number, length: number): void {
  if (length < 2) {
    d.truncated();
    return;
  }
  const first = d.u8(at);
  const sequence = (((first & 0x1e) << 7) | d.u8(at + 1)).toString(16).padStart(3, "0");
  d.out.str(`FRF.15, seq 0x${sequence}, Flags [${bitNames(FRAGMENT_FLAGS, first & CONTROL, "none")}]`);
  d.out.str(`,${first & 1 ? "Interface" : "End-to-End"} Fragmentation, length ${length}`);
}

/** Prints the frame of `length` bytes at `at`; returns its header's length. Throws TRUNCATED. */
export function printFrameRelay(d: Dissection, at: number, length: number): number {
  const { out, opt } = d;
  d.protocol = "fr";
  const address = parseQ922(d, at, length);
  if (address === "invalid") {
    out.str("Q.922, invalid address");
    return 0;
  }
  const cut = () => {
    d.truncated();
    return 0;
  };
  const has = (count: number) => length >= count && d.has(at + count - 1, 1);
  if (address === "truncated") return cut();
  const { size, dlci, flags } = address;
  if (!has(size + 1)) return cut();
  const control = d.u8(at + size);
  if (control !== UI && dlci !== 0) {
    if (has(size + 2)) {
      const type = d.u16(at + size);
      const inner = at + size + 2;
      if (opt.linkHeader) writeHeader(d, length, size, dlci, flags, type);
      d.enter();
      const known =
        type > 0xff && printEthertype(d, type, inner, length - size - 2, d.available(at) - size - 2, -1, -1);
      d.leave();
      if (known) return size + 2;
    }
    out.str("UI ");
    out.hexPad(control, 2);
    out.str("! ");
  }
  if (!has(size + 2)) return cut();
  // Padding makes the header's length even.
  const padded = d.u8(at + size + 1) === 0;
  if (padded && size !== 3) out.str("Pad! ");
  if (!padded && size === 3) out.str("No pad! ");
  const header = size + (padded ? 3 : 2);
  if (!has(header)) return cut();
  const protocol = d.u8(at + header - 1);
  if (opt.linkHeader) writeHeader(d, length, size, dlci, flags, protocol);
  const inner = at + header;
  const left = length - header;
  d.enter();
  switch (protocol) {
    case NLPID_IP:
      printIp(d, inner, left);
      break;
    case NLPID_IPV6:
      printIpv6(d, inner, left);
      break;
    case NLPID_CLNP:
    case NLPID_ESIS:
    case NLPID_ISIS:
      printOsi(d, inner - 1, left + 1);
      break;
    case NLPID_SNAP:
      if (printSnap(d, inner, left, d.available(inner), -1, -1, 0)) break;
      if (!opt.linkHeader) writeHeader(d, length, header, dlci, flags, protocol);
      d.dumpUnknown(at, length);
      break;
    case NLPID_Q933:
      printQ933(d, inner, left);
      break;
    case NLPID_FRF:
      printFragment(d, inner, left);
      break;
    case NLPID_PPP:
      printPpp(d, inner, left);
      break;
    default:
      if (!opt.linkHeader) writeHeader(d, length, size, dlci, flags, protocol);
      if (opt.hex === 0) d.dump(inner, left);
  }
  d.leave();
  return header;
}

/** Link type 107 (LINKTYPE_FRELAY). */
export function printFrameRelayLink(d: Dissection, at: number, length: number): void {
  d.protocol = "fr";
  const caplen = d.end - at;
  if (caplen < 4) {
    d.truncated();
    d.linkHeaderLength = caplen;
  } else d.linkHeaderLength = printFrameRelay(d, at, length);
}

/** The value of an element of a control message. */
function writeElement(d: Dissection, type: number, at: number, size: number): void {
  const { out, opt } = d;
  if (type === ELEMENT_MAGIC) {
    if (size === 4) {
      out.str("0x");
      out.hexPad(d.u32(at), 8);
    } else {
      out.str(`[IE data length ${size} != 4]`);
      d.invalid();
    }
  } else if (type === ELEMENT_BUNDLE || type === ELEMENT_LINK) {
    for (let i = 0; i < size && i < MAX_ID; i++) {
      const octet = d.u8(at + i);
      if (octet === 0) break;
      visible(out, octet);
    }
  } else if (opt.verbose <= 1) unknownBytes(d, at, "\n\t  ", size);
  if (opt.verbose > 1) unknownBytes(d, at, "\n\t  ", size);
}

/** The elements of a control message; false if one is cut off. */
function writeElements(d: Dissection, at: number, length: number): boolean {
  for (let left = length; left > 2; ) {
    if (!d.has(at, 2)) return false;
    const type = d.u8(at);
    const size = d.u8(at + 1);
    d.out.str(`\n\tIE ${ELEMENTS.get(type) ?? "Unknown"} (${type}), length ${size}: `);
    if (type === 0 || size <= 2) return true;
    if (!d.has(at, size)) return false;
    writeElement(d, type, at + 2, size - 2);
    at += size;
    left -= size;
    // An element that reaches beyond the frame: tcpdump goes on as long as there are bytes.
    if (left < 0) left += 2 ** 32;
  }
  return true;
}

/** Prints the bundle's frame of `length` bytes at `at`; returns its header's length. Throws TRUNCATED. */
export function printMfr(d: Dissection, at: number, length: number): number {
  const { out } = d;
  d.protocol = "mfr";
  if (length < 4) {
    out.str(`[length ${length} < 4]`);
    d.invalid();
    return length;
  }
  if (!d.has(at, 4)) {
    d.truncated();
    return length;
  }
  const first = d.u8(at);
  const kind = first & CONTROL;
  const flags = bitNames(FRAGMENT_FLAGS, kind, "none");
  if (kind === CONTROL && d.u8(at + 1) === 0) {
    const message = d.u8(at + 2);
    const name = MESSAGES.get(message) ?? `Unknown Message (0x${message.toString(16).padStart(2, "0")})`;
    out.str(`FRF.16 Control, Flags [${flags}], ${name}, length ${length}`);
    if (d.opt.verbose === 0 || writeElements(d, at + 3, length - 3)) return 3;
    d.truncated();
    return length;
  }
  const sequence = ((first & 0x1e) << 7) | d.u8(at + 1);
  out.str(`FRF.16 Frag, seq ${sequence}, Flags [${flags}]`);
  if (kind === FRAGMENT || kind === BEGIN) {
    out.str(", ");
    printFrameRelay(d, at + 2, length - 2);
    return 2;
  }
  unknownBytes(d, at, "\n\t", length);
  return 0;
}

/** Link type 182 (LINKTYPE_MFR). */
export function printMfrLink(d: Dissection, at: number, length: number): void {
  d.protocol = "mfr";
  const caplen = d.end - at;
  if (caplen < 2) {
    d.truncated();
    d.linkHeaderLength = caplen;
  } else d.linkHeaderLength = printMfr(d, at, length);
}
