// Ethernet II and IEEE 802.3 frames, with IEEE 802.1Q and 802.1ad tags.
//
//    destination (6) | source (6) | { tag type (2) | tag control (2) }* | type, or length up to 1500 (2) | payload

import { type Phrase, phrase } from "../bytes/text.ts";
import { writeArista } from "./arista.ts";
import type { Dissection } from "./dissection.ts";
import {
  ETHERTYPE_8021Q,
  ETHERTYPE_8021Q9100,
  ETHERTYPE_8021Q9200,
  ETHERTYPE_8021QINQ,
  ETHERTYPE_ARISTA,
  ETHERTYPE_JUMBO,
  ETHERTYPE_MACSEC,
  ETHERTYPE_NAMES,
  MAX_LENGTH_FIELD,
} from "./ethertypes.ts";
import { printLlc } from "./llc.ts";
import { openMacsec } from "./macsec.ts";

const HEADER = 14;

const TO = phrase(" > ");
const COMMA = phrase(", ");
const LENGTH = phrase(", length ");
const COLON = phrase(": ");
/** What -e shows of the types that have a name. */
const ETHERTYPES: ReadonlyMap<number, Phrase> = new Map(
  [...ETHERTYPE_NAMES].map(([type, name]) => [
    type,
    phrase(`ethertype ${name} (0x${type.toString(16).padStart(4, "0")})`),
  ]),
);

/** Prints an ethertype as -e does: name and number, or only the name with -q. */
export function writeEthertype(d: Dissection, type: number): void {
  if (d.opt.quiet) {
    const name = ETHERTYPE_NAMES.get(type);
    if (name !== undefined) d.out.str(name);
    else {
      d.out.str("Unknown Ethertype (0x");
      d.out.hexPad(type, 4);
      d.out.ch(41);
    }
    return;
  }
  const text = ETHERTYPES.get(type);
  if (text !== undefined) {
    d.out.phrase(text);
    return;
  }
  d.out.str("ethertype Unknown (0x");
  d.out.hexPad(type, 4);
  d.out.ch(41);
}

/** Prints a tag control field (IEEE 802.1Q 9.6): "vlan 10, p 0, DEI". */
export function writeTag(d: Dissection, tag: number): void {
  d.out.str(`vlan ${tag & 0xfff}, p ${tag >> 13}${tag & 0x1000 ? ", DEI" : ""}`);
}

function writeAddresses(d: Dissection, src: number, dst: number): void {
  d.mac(src);
  d.out.phrase(TO);
  d.mac(dst);
  d.out.phrase(COMMA);
}

function writeLength(d: Dissection, length: number): void {
  d.out.phrase(LENGTH);
  d.out.dec(length);
  d.out.phrase(COLON);
}

/** Hands the payload to the dissector of its ethertype; false if there is none. */
export function printEthertype(
  d: Dissection,
  type: number,
  at: number,
  length: number,
  caplen: number,
  src: number,
  dst: number,
): boolean {
  const print = d.protocols.ethertype(type);
  if (print === undefined) return false;
  print(d, at, length, caplen, src, dst);
  return true;
}

/** Prints an LLC frame of which the last bytes may be unknown, and dumps those. Returns its header's length. */
function printLlcOrDump(
  d: Dissection,
  at: number,
  length: number,
  caplen: number,
  src: number,
  dst: number,
): number {
  const used = printLlc(d, at, length, caplen, src, dst);
  if (used < 0) d.dumpUnknown(at, caplen);
  return Math.abs(used);
}

/** A tag between the addresses and the type that the hardware of a switch puts there: its size, and how it is shown. */
export interface SwitchTag {
  readonly size: number;
  readonly write: (d: Dissection, at: number) => void;
}

/**
 * Prints an Ethernet frame: `length` bytes on the wire, of which `caplen` from `at` on were captured. Returns the
 * length of its header, LLC and SNAP included. With `encapsulation`, that is called before anything is printed.
 */
export function printEthernet(
  d: Dissection,
  at: number,
  length: number,
  caplen: number,
  encapsulation?: () => void,
): number {
  d.protocol = "ether";
  return printTaggedEthernet(d, at, length, caplen, undefined, encapsulation);
}

/** As printEthernet(), for frames with a switch's tag; the caller sets the protocol's name. */
export function printTaggedEthernet(
  d: Dissection,
  at: number,
  length: number,
  caplen: number,
  tag?: SwitchTag,
  encapsulation?: () => void,
): number {
  const { out, opt } = d;
  if (length < caplen) {
    out.str(`[length ${length} < caplen ${caplen}]`);
    d.invalid();
    return length;
  }
  const tagSize = tag === undefined ? 0 : tag.size;
  if (caplen < HEADER + tagSize) {
    d.truncated();
    return caplen;
  }
  if (encapsulation !== undefined) encapsulation();
  const whole = length;
  const dst = at;
  const src = at + 6;
  if (opt.linkHeader) {
    d.need(at, 12);
    writeAddresses(d, src, dst);
  }
  if (tag !== undefined) tag.write(d, at + 12);
  const before = HEADER - 2 + tagSize;
  return before + printTypeAndPayload(d, at + before, length - before, caplen - before, whole, src, dst);
}

/**
 * Prints an Ethernet frame from its type on, at `at`; the frame has `whole` bytes on the wire. Returns the length of
 * the headers from there on.
 */
function printTypeAndPayload(
  d: Dissection,
  at: number,
  length: number,
  caplen: number,
  whole: number,
  src: number,
  dst: number,
): number {
  const { out, opt } = d;
  let type = d.u16(at);
  let header = 2;
  at += 2;
  length -= 2;
  caplen -= 2;
  let lengthShown = false;
  if (type === ETHERTYPE_MACSEC) {
    if (opt.linkHeader) {
      writeEthertype(d, type);
      writeLength(d, whole);
      lengthShown = true;
    }
    const frame = { at, length, caplen };
    const verdict = openMacsec(d, frame, src, dst);
    if (verdict === "broken") return header + caplen;
    header += frame.at - at;
    ({ at, length, caplen } = frame);
    if (verdict === "encrypted") {
      d.dumpUnknown(at, caplen);
      return header;
    }
    type = d.u16(at);
    if (caplen < 2) {
      out.str(` [caplen ${caplen} < 2]`);
      return header;
    }
    at += 2;
    length -= 2;
    caplen -= 2;
    header += 2;
  }
  while (
    type === ETHERTYPE_8021Q ||
    type === ETHERTYPE_8021QINQ ||
    type === ETHERTYPE_8021Q9100 ||
    type === ETHERTYPE_8021Q9200
  ) {
    if (caplen < 4 || length < 4) {
      d.protocol = "vlan";
      d.truncated();
      return header + (caplen < 4 ? caplen : length);
    }
    if (opt.linkHeader) {
      const control = d.u16(at);
      writeEthertype(d, type);
      if (lengthShown) out.str(", ");
      else writeLength(d, whole);
      lengthShown = true;
      writeTag(d, control);
      out.str(", ");
    }
    type = d.u16(at + 2);
    at += 4;
    length -= 4;
    caplen -= 4;
    header += 4;
  }
  if (type === ETHERTYPE_ARISTA) return header + printArista(d, at, length, caplen, whole, src, dst);

  if (type <= MAX_LENGTH_FIELD) {
    if (type < length) {
      length = type;
      if (caplen > length) caplen = length;
    }
    const saved = d.limit(at, length);
    if (opt.linkHeader) {
      out.str("802.3");
      if (!lengthShown) writeLength(d, length);
    }
    header += printLlcOrDump(d, at, length, caplen, src, dst);
    d.end = saved;
    return header;
  }
  // Jumbo frames that carry LLC: draft-ietf-isis-ext-eth.
  if (type === ETHERTYPE_JUMBO) return header + printLlcOrDump(d, at, length, caplen, src, dst);

  if (opt.linkHeader) {
    writeEthertype(d, type);
    if (lengthShown) out.str(", ");
    else writeLength(d, whole);
  }
  if (!printEthertype(d, type, at, length, caplen, src, dst)) {
    if (!opt.linkHeader) {
      d.need(dst, 12);
      writeAddresses(d, src, dst);
      writeEthertype(d, type);
      writeLength(d, whole);
    }
    d.dumpUnknown(at, caplen);
  }
  return header;
}

/**
 * Prints what follows an Arista ethertype: the tap aggregator's timestamp, and then the frame goes on with its type.
 * Returns the length of the headers after the ethertype.
 */
function printArista(
  d: Dissection,
  at: number,
  length: number,
  caplen: number,
  whole: number,
  src: number,
  dst: number,
): number {
  if (caplen < 2 || length < 2) {
    d.out.str("[|arista]");
    return caplen < 2 ? caplen : length;
  }
  writeEthertype(d, ETHERTYPE_ARISTA);
  writeLength(d, whole);
  const size = writeArista(d, at);
  if (size > 0) {
    d.enter();
    const used = printTypeAndPayload(d, at + size, length - size, caplen - size, whole, src, dst);
    d.leave();
    return size + used;
  }
  if (!d.opt.linkHeader) {
    writeAddresses(d, src, dst);
    writeEthertype(d, ETHERTYPE_ARISTA);
    writeLength(d, whole);
  }
  d.dumpUnknown(at, caplen);
  return 0;
}

/** Ethernet in IPv6, as segment routing carries it (RFC 8986 9). */
export function printEthernetInIp(d: Dissection, at: number, length: number): void {
  d.enter();
  printEthernet(d, at, length, d.available(at));
  d.leave();
}

/** Link type 1 (LINKTYPE_ETHERNET). */
export function printEthernetLink(d: Dissection, at: number, length: number): void {
  const caplen = d.end - at;
  if (caplen > HEADER && length >= caplen && !d.opt.linkHeader) {
    // Most frames have no tag and carry what has a dissector: the long way comes to the same.
    const print = d.protocols.ethertype(d.view.getUint16(at + 12));
    if (print !== undefined) {
      d.linkHeaderLength = HEADER;
      print(d, at + HEADER, length - HEADER, caplen - HEADER, at + 6, at);
      return;
    }
  }
  d.linkHeaderLength = printEthernet(d, at, length, caplen);
}

/** Link types 240 and 241 (LINKTYPE_NETANALYZER): a header of four bytes, and with the preamble of twelve. */
export function printNetanalyzerLink(d: Dissection, at: number, length: number): void {
  d.protocol = "netanalyzer";
  d.need(at, 4);
  d.linkHeaderLength = 4 + printEthernet(d, at + 4, length - 4, d.end - at - 4);
}
export function printTransparentNetanalyzerLink(d: Dissection, at: number, length: number): void {
  d.protocol = "netanalyzer_transparent";
  d.need(at, 12);
  d.linkHeaderLength = 12 + printEthernet(d, at + 12, length - 12, d.end - at - 12);
}
