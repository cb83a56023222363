// DECnet phase IV: routing ("DECnet Digital Network Architecture, Routing Layer Functional Specification", 2.0.0) and
// the Network Services Protocol (NSP, 4.0.0). All fields are little-endian.
//
//   length (2) | padding | flags (1) | short: destination (2), source (2), hops (1)
//                                      long: area, subarea (1, 1), destination (6), the same of the source, … hops (1) …
//   NSP: flags (1) | destination link (2) | source link (2) | …
import type { Dissection } from "./dissection.ts";
import type { Tokens } from "./token.ts";

const SHORT_HEADER = 6;
const LONG_HEADER = 21;
const NSP_HEADER = 5;

// The routing header's flags.
const PADDING = 0x80;
const FUTURE = 0x40;
const INTRA_ETHERNET = 0x20;
const RETURNED = 0x10;
const RETURN_REQUESTED = 0x08;
const CONTROL = 0x01;
const FORM_LONG = 6;
const FORM_SHORT = 2;

const INIT = 1;
const VERIFICATION = 3;
const TEST = 5;
const LEVEL1 = 7;
const LEVEL2 = 9;
const ROUTER_HELLO = 11;
const ENDNODE_HELLO = 13;
/** Name and size of control messages. */
const CONTROLS: ReadonlyMap<number, readonly [name: string, size: number]> = new Map([
  [INIT, ["init", 12] as const],
  [VERIFICATION, ["verification", 4] as const],
  [TEST, ["test", 4] as const],
  [LEVEL1, ["lev-1-routing", 4] as const],
  [LEVEL2, ["lev-2-routing", 4] as const],
  [ROUTER_HELLO, ["router-hello", 18] as const],
  [ENDNODE_HELLO, ["endnode-hello", 32] as const],
]);
const NODE_TYPES = ["reserved-ntype? ", "l2rout ", "l1rout ", "endnode "] as const;
/** The most nodes that an entry of a routing message may tell of. */
const MOST_ROUTES = 1024;

// Bits of an acknowledgment.
const ACK = 0x8000;
const NAK = 0x9000;
const OTHER_ACK = 0xa000;
const OTHER_NAK = 0xb000;
const NUMBER = 0x0fff;

const REASONS: Tokens = new Map([
  [0, "object rejected connect"],
  [1, "insufficient resources"],
  [2, "unrecognized node name"],
  [3, "node is shutting down"],
  [4, "unrecognized object"],
  [5, "invalid object name format"],
  [6, "object too busy"],
  [7, "protocol error discovered"],
  [8, "third party abort"],
  [9, "user abort"],
  [10, "invalid node name format"],
  [11, "local node shutting down"],
  [32, "insufficient local resources"],
  [33, "insufficient remote user resources"],
  [34, "invalid access control information"],
  [36, "bad ACCOUNT information"],
  [38, "no response from object"],
  [39, "node unreachable"],
  [41, "no link terminate"],
  [42, "disconnect complete"],
  [43, "bad image data in connect"],
  [54, "cryptographic service mismatch"],
]);
const VERSIONS = ["3.2", "3.1", "4.0", "4.1"] as const;

/** AREA.NODE */
function node(d: Dissection, at: number): string {
  const address = d.le16(at);
  return `${address >> 10}.${address & 0x3ff}`;
}

function routes(d: Dissection, at: number, length: number, what: string): void {
  for (let left = length; left > 6; left -= 6, at += 6) {
    d.need(at, 6);
    const count = d.le16(at);
    if (count > MOST_ROUTES) return;
    const first = d.le16(at + 2);
    const info = d.le16(at + 4);
    d.out.str(`{${what} ${first}-${first + count} cost ${info & 0x1ff} hops ${(info >> 10) & 0x1f}} `);
  }
}

/** What a node is, from the low bits of its information, and the names of its other bits. */
function nodeInformation(info: number, bits: readonly (readonly [number, string])[]): string {
  return NODE_TYPES[info & 3]! + bits.map(([bit, name]) => (info & bit ? name : "")).join("");
}

const INIT_BITS = [
  [0x04, "verif "],
  [0x08, "blo "],
] as const;
const HELLO_BITS = [
  [0x04, "verif "],
  [0x20, "nomcast "],
  [0x40, "blo "],
] as const;

/** A routing control message; false if it is too short. */
function writeControl(d: Dissection, at: number, length: number, caplen: number): boolean {
  const { out } = d;
  const type = d.u8(at) & 15;
  const row = CONTROLS.get(type);
  if (row === undefined) {
    out.str("unknown control message");
    d.dump(at, Math.min(length >>> 0, caplen >>> 0));
    return true;
  }
  out.str(`${row[0]} `);
  if (length < row[1]) return false;
  d.need(at, row[1]);
  switch (type) {
    case INIT:
      out.str(nodeInformation(d.u8(at + 3), INIT_BITS));
      out.str(`src ${node(d, at + 1)}blksize ${d.le16(at + 4)} vers ${d.u8(at + 6)} eco ${d.u8(at + 7)} `);
      out.str(`ueco ${d.u8(at + 8)} hello ${d.le16(at + 9)}`);
      break;
    case VERIFICATION:
    case TEST:
      out.str(`src ${node(d, at + 1)} ${type === TEST ? "data" : "fcnval"} ${d.u8(at + 3).toString(8)}`);
      break;
    case LEVEL1:
    case LEVEL2:
      out.str(`src ${node(d, at + 1)} `);
      routes(d, at + 4, length - 4, type === LEVEL1 ? "ids" : "areas");
      break;
    default:
      out.str(nodeInformation(d.u8(at + 10), HELLO_BITS));
      out.str(`vers ${d.u8(at + 1)} eco ${d.u8(at + 2)} ueco ${d.u8(at + 3)} src ${node(d, at + 8)} `);
      out.str(`blksize ${d.le16(at + 11)} `);
      if (type === ROUTER_HELLO) out.str(`pri ${d.u8(at + 13)} hello ${d.le16(at + 15)}`);
      else out.str(`rtr ${node(d, at + 26)} hello ${d.le16(at + 28)} data ${d.u8(at + 31).toString(8)}`);
  }
  return true;
}

/**
 * Writes up to two acknowledgments at `at`. Returns the word after them, or -1 if one reaches beyond the `length` bytes
 * from the message's begin. `other`: what the second one is called, which is for the other kind of data.
 */
function writeAcks(d: Dissection, at: number, length: number, other: readonly [string, string]): number {
  const { out } = d;
  let used = NSP_HEADER + 2;
  if (length < used) return -1;
  let word = d.le16(at);
  if ((word & ACK) === 0) return word;
  out.str(`${(word & NAK) === NAK ? "nak" : "ack"} ${word & NUMBER} `);
  used += 2;
  if (length < used) return -1;
  word = d.le16(at + 2);
  if ((word & OTHER_ACK) === 0) return word;
  out.str(`${(word & OTHER_NAK) === OTHER_NAK ? other[0] : other[1]} ${word & NUMBER} `);
  used += 2;
  if (length < used) return -1;
  return d.le16(at + 4);
}

const OTHER_DATA = ["onak", "oack"] as const;
const INTERRUPTED_DATA = ["nakdat", "ackdat"] as const;

/** Data; false if it is too short. */
function writeData(d: Dissection, flags: number, at: number, length: number, ends: string): boolean {
  const { out } = d;
  const kind = flags & 0x70;
  const service = kind === 0x10;
  if (kind === 0x30) out.str("intr ");
  else if (service) out.str(`link-service ${ends} `);
  else if (kind === 0x50 || kind === 0x70) {
    out.str(`reserved-subtype? ${flags.toString(16)} ${ends.replace(">", " > ")}`);
    return true;
  } else out.str(`data ${ends} `);
  if (service && length < 13) return false;
  const word = writeAcks(d, at + NSP_HEADER, length, kind & 0x10 ? INTERRUPTED_DATA : OTHER_DATA);
  if (word < 0) return false;
  out.str(`seg ${word & NUMBER} `);
  if (!service) return true;
  const control = d.u8(at + 11);
  const count = d.u8(at + 12);
  if ((control & 12) === 4) out.str(`intr req count ${count} `);
  else if ((control & 12) === 0) {
    out.str(`dat seg count ${count} `);
    if ((control & 3) === 1) out.str("donotsend-data ");
    else if ((control & 3) === 2) out.str("send-data ");
    else if ((control & 3) === 3) out.str(`reserved-fcmod? ${control.toString(16)}`);
  } else out.str(`reserved-fcval-int? ${control.toString(16)}`);
  return true;
}

/** An acknowledgment; false if it is too short. */
function writeAcknowledgment(
  d: Dissection,
  flags: number,
  at: number,
  length: number,
  ends: string,
): boolean {
  const { out } = d;
  const kind = flags & 0x70;
  if (kind === 0x20) {
    out.str(`conn-ack ${d.le16(at + 1)}`);
    return true;
  }
  if (kind > 0x10) {
    out.str(`reserved-acktype? ${flags.toString(16)} ${ends.replace(">", " > ")}`);
    return true;
  }
  out.str(`${kind === 0 ? "data-ack" : "ils-ack"} ${ends} `);
  if (length < 9) return false;
  d.need(at, 9);
  const word = d.le16(at + 5);
  if ((word & ACK) === 0) return true;
  out.str(`${(word & NAK) === NAK ? "nak" : "ack"} ${word & NUMBER} `);
  const second = d.le16(at + 7);
  if ((second & OTHER_ACK) === 0) return true;
  const names = kind === 0 ? OTHER_DATA : INTERRUPTED_DATA;
  out.str(`${(second & OTHER_NAK) === OTHER_NAK ? names[0] : names[1]} ${second & NUMBER} `);
  return true;
}

/** A message that opens or closes a link; false if it is too short. */
function writeLink(d: Dissection, flags: number, at: number, length: number, ends: string): boolean {
  const { out } = d;
  const kind = flags & 0x70;
  switch (kind) {
    case 0x10:
    case 0x60:
    case 0x20: {
      const confirms = kind === 0x20;
      const initiates = kind === 0x10 ? "conn-initiate" : "retrans-conn-initiate";
      out.str(`${confirms ? "conn-confirm" : initiates} ${ends} `);
      const size = confirms ? 10 : 9;
      if (length < size) return false;
      d.need(at + 5, size - 5);
      const services = d.u8(at + 5) & 12;
      if (services === 4) out.str("seg ");
      else if (services === 8) out.str("msg ");
      out.str(`ver ${VERSIONS[d.u8(at + 6) & 3]} segsize ${d.le16(at + 7)} `);
      if (confirms && d.u8(at + 9) > 0) out.str(`optlen ${d.u8(at + 9)} `);
      return true;
    }
    case 0x30:
    case 0x40: {
      const initiates = kind === 0x30;
      out.str(`${initiates ? "disconn-initiate" : "disconn-confirm"} ${ends} `);
      if (initiates && length < 8) return false;
      d.need(at + 5, initiates ? 3 : 2);
      const reason = d.le16(at + 5);
      out.str(`${REASONS.get(reason) ?? `reason-${reason}`} `);
      if (initiates && d.u8(at + 7) > 0) out.str(`optlen ${d.u8(at + 7)} `);
      return true;
    }
    default:
      out.str(`reserved-ctltype? ${flags.toString(16)} ${ends.replace(">", " > ")}`);
      return true;
  }
}

/** The transport's message; false if it is too short. */
function writeNsp(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  if (length < NSP_HEADER) {
    out.str(` (nsplen ${length} < ${NSP_HEADER})`);
    return false;
  }
  const flags = d.u8(at);
  const to = d.le16(at + 1);
  const from = d.le16(at + 3);
  const ends = `${from}>${to}`;
  switch (flags & 12) {
    case 0:
      return writeData(d, flags, at, length, ends);
    case 4:
      return writeAcknowledgment(d, flags, at, length, ends);
    case 8:
      return writeLink(d, flags, at, length, ends);
    default:
      out.str(`reserved-type? ${flags.toString(16)} ${from} > ${to}`);
      return true;
  }
}

/** Prints the packet of `length` bytes at `at`; `caplen` as in EthertypePrinter. Throws TRUNCATED. */
export function printDecnet(d: Dissection, at: number, length: number, caplen: number): void {
  const { out, opt } = d;
  d.protocol = "decnet";
  const bad = (why: string) => {
    out.str(why);
    d.invalid();
  };
  if (length < SHORT_HEADER) {
    bad(` (length ${length} < ${SHORT_HEADER})`);
    return;
  }
  const told = d.le16(at);
  if (told < SHORT_HEADER) {
    bad(` (pktlen ${told} < ${SHORT_HEADER})`);
    return;
  }
  if (told > length) {
    bad(` (pktlen ${told} > ${length})`);
    return;
  }
  length = told;
  let flags = d.u8(at + 2);
  if (flags & PADDING) {
    const padding = flags & 0x7f;
    if (opt.verbose > 0) out.str(`[pad:${padding}] `);
    if (length < padding + 2) {
      bad(` (length ${length} < ${padding + 2})`);
      return;
    }
    d.need(at + 2, padding);
    at += padding;
    length -= padding;
    caplen -= padding;
    flags = d.u8(at + 2);
  }
  const captured = Math.min(length, caplen >>> 0);
  if (flags & FUTURE) {
    out.str("future-version-decnet");
    d.dump(at, captured);
    return;
  }
  const header = at + 2;
  if (flags & CONTROL) {
    if (!writeControl(d, header, length, caplen)) d.invalid();
    return;
  }
  const form = flags & 7;
  if (form !== FORM_LONG && form !== FORM_SHORT) {
    out.str("unknown message flags under mask");
    d.dump(at, captured);
    return;
  }
  const long = form === FORM_LONG;
  const size = long ? LONG_HEADER : SHORT_HEADER;
  if (length < size && long) {
    bad(` (length ${length} < ${size})`);
    return;
  }
  d.need(header, size);
  const to = node(d, header + (long ? 7 : 1));
  const from = node(d, header + (long ? 15 : 3));
  const hops = long ? d.u8(header + 18) : (d.u8(header + 5) & 0x3f) + 1;
  out.str(`${from} > ${to} ${told} `);
  if (opt.verbose > 0) {
    if (flags & RETURN_REQUESTED) out.str("RQR ");
    if (flags & RETURNED) out.str("RTS ");
    if (flags & INTRA_ETHERNET) out.str("IE ");
    out.str(`${hops} hops `);
  }
  if (!writeNsp(d, header + size, (length - size) >>> 0)) d.invalid();
}
