// AppleTalk ("Inside AppleTalk", second edition): DDP with name binding and transactions, over LocalTalk and Ethernet,
// and AARP, which finds stations.
//
//   LLAP: destination (1) | source (1) | type (1) | DDP with a short or long header
//   DDP: hops, length (2) | checksum (2) | destination net (2) | source net (2) | nodes (1, 1) | sockets (1, 1) | type (1)
import type { Dissection } from "./dissection.ts";
import { ETHERTYPE_ATALK } from "./ethertypes.ts";
import { visible } from "./phrase.ts";
import type { Tokens } from "./token.ts";

const DDP = 13;
const SHORT_DDP = 5;
const LINK_SHORT = 1;
const LINK_LONG = 2;
const TYPE_NBP = 2;
const TYPE_ATP = 3;
const TYPE_EIGRP = 88;
const TYPES: Tokens = new Map([
  [1, "rtmp"],
  [4, "echo"],
  [5, "rtmpReq"],
  [22, "IP"],
  [23, "ARP"],
  [0x4b, "KLAP"],
]);
const SOCKETS: Tokens = new Map([
  [1, "rtmp"],
  [2, "nis"],
  [4, "echo"],
  [6, "zip"],
]);

const EXACTLY_ONCE = 0x20;
const END_OF_MESSAGE = 0x10;
const STATUS = 0x08;
const TUPLE = 5;
const LONGEST_NAME = 32;
const IPPROTO_EIGRP = 88;

/** Where a packet comes from, to show only what differs. */
interface Source {
  net: number;
  node: number;
  socket: number;
}

/** NET.NODE; a broadcast has no node. */
function address(net: number, node: number): string {
  return node === 255 ? `${net}` : `${net}.${node}`;
}

function socketName(d: Dissection, socket: number): string {
  return (d.names === null ? undefined : SOCKETS.get(socket)) ?? String(socket);
}

/** The packets of an answer that a request still wants: "<0-3>", "<0,2>". */
function bitmap(bits: number): string {
  if (((bits + 1) & bits) === 0) {
    const count = 32 - Math.clz32(bits);
    return count > 1 ? `<0-${count - 1}>` : "<0>";
  }
  const numbers: number[] = [];
  for (let i = 0; i < 8; i++) if ((bits >> i) & 1) numbers.push(i);
  return `<${numbers.join(",")}>`;
}

/** The flags in `mask` that are set, in brackets. */
function flags(control: number, mask: number): string {
  const names: string[] = [];
  if (control & mask & EXACTLY_ONCE) names.push("XO");
  if (control & mask & END_OF_MESSAGE) names.push("EOM");
  if (control & mask & STATUS) names.push("STS");
  return names.length === 0 ? "" : ` [${names.join(",")}]`;
}

/** AppleTalk transactions. */
function printTransaction(d: Dissection, at: number, length: number): void {
  const { out } = d;
  if (!d.has(at, 8)) {
    d.truncated();
    return;
  }
  if (length < 8) {
    out.str(` [|atp ${length}]`);
    return;
  }
  const left = length - 8;
  const control = d.u8(at);
  const bits = d.u8(at + 1);
  const id = d.u16(at + 2);
  const size = left === 0 ? "" : ` [len=${left}]`;
  switch (control & 0xc0) {
    case 0x40:
      out.str(` atp-req${control & EXACTLY_ONCE ? " " : "*"} ${id}${bitmap(bits)}${size}`);
      out.str(flags(control, END_OF_MESSAGE | STATUS));
      break;
    case 0x80:
      out.str(` atp-resp${control & END_OF_MESSAGE ? "*" : " "}${id}:${bits} (${left})`);
      out.str(flags(control, EXACTLY_ONCE | STATUS));
      break;
    case 0xc0:
      out.str(` atp-rel  ${id}${bitmap(bits)}${size}`);
      out.str(flags(control, EXACTLY_ONCE | END_OF_MESSAGE | STATUS).trimStart());
      break;
    default:
      out.str(` atp-0x${control.toString(16)}  ${id} (${left})`);
  }
  const data = d.u32(at + 4);
  if (data !== 0) out.str(` 0x${data.toString(16)}`);
}

/** A text with its length before it: where it ends, -1 if it is cut off or too long. */
function writeText(d: Dissection, at: number): number {
  if (!d.has(at, 1)) {
    d.truncated();
    return -1;
  }
  const size = d.u8(at);
  if (size > LONGEST_NAME) {
    d.out.str(`[len=${size}]`);
    return -1;
  }
  for (let i = 1; i <= size; i++) {
    if (!d.has(at + i, 1)) {
      d.truncated();
      return -1;
    }
    visible(d.out, d.u8(at + i));
  }
  return at + 1 + size;
}

/** The name of a tuple, "OBJECT:TYPE@ZONE" in quotes: where it ends, -1 if it is cut off. */
function writeName(d: Dissection, tuple: number): number {
  let at = tuple + TUPLE;
  let before = ' "';
  for (const after of [":", "@", '"']) {
    d.out.str(before);
    before = after;
    at = writeText(d, at);
    if (at < 0) return -1;
  }
  d.out.str(before);
  return at;
}

/** One tuple of a reply: where the next begins, -1 if it is cut off. */
function writeTuple(d: Dissection, at: number, source: Source): number {
  const { out } = d;
  if (!d.has(at, TUPLE)) {
    d.truncated();
    return -1;
  }
  const next = writeName(d, at);
  const net = d.u16(at);
  const node = d.u8(at + 2);
  const socket = d.u8(at + 3);
  const enumerator = d.u8(at + 4);
  if (enumerator !== 1) out.str(`(${enumerator})`);
  if (socket !== source.socket) out.str(` ${socket}`);
  if (net !== source.net || node !== source.node) out.str(` [addr=${address(net, node)}]`);
  return next;
}

/** Name binding. */
function printNames(d: Dissection, at: number, length: number, source: Source): void {
  const { out } = d;
  if (length < 10) {
    out.str(` truncated-nbp ${length}`);
    return;
  }
  if (!d.has(at, 2)) {
    d.truncated();
    return;
  }
  const control = d.u8(at);
  const id = d.u8(at + 1);
  const kind = control & 0xf0;
  let tuple = at + 2;
  if (kind === 0x30) {
    out.str(` nbp-reply ${id}:`);
    for (let i = control & 15; i > 0 && tuple >= 0; i--) tuple = writeTuple(d, tuple, source);
    return;
  }
  if (kind !== 0x10 && kind !== 0x20) {
    out.str(` nbp-0x${control.toString(16)}  ${id} (${length - 2})`);
    return;
  }
  out.str(`${kind === 0x20 ? " nbp-lkup " : " nbp-brRq "}${id}:`);
  if (!d.has(tuple, TUPLE)) {
    d.truncated();
    return;
  }
  writeName(d, tuple);
  if ((control & 15) !== 1) out.str(` [ntup=${control & 15}]`);
  const enumerator = d.u8(tuple + 4);
  if (enumerator !== 0) out.str(` [enum=${enumerator}]`);
  const net = d.u16(tuple);
  const node = d.u8(tuple + 2);
  const socket = d.u8(tuple + 3);
  if (net !== source.net || node !== source.node || socket !== source.socket)
    out.str(` [addr=${address(net, node)}.${socket}]`);
}

function printPayload(d: Dissection, type: number, at: number, length: number, source: Source): void {
  if (type === TYPE_NBP) printNames(d, at, length, source);
  else if (type === TYPE_ATP) printTransaction(d, at, length);
  else if (type === TYPE_EIGRP) d.protocols.ip(IPPROTO_EIGRP)?.print(d, at, length, at, false, 0);
  else d.out.str(` at-${TYPES.get(type) ?? `#${type}`} ${length}`);
}

/** Prints a long DDP header and what follows; `after` goes behind the addresses. */
function printLongDdp(d: Dissection, at: number, length: number, after: string): number {
  const { out } = d;
  if (length < DDP) {
    out.str(` [|ddp ${length}]`);
    return length;
  }
  if (!d.has(at, DDP)) {
    out.str(" [|ddp]");
    return 0;
  }
  const source = { net: d.u16(at + 6), node: d.u8(at + 9), socket: d.u8(at + 11) };
  out.str(`${address(source.net, source.node)}.${socketName(d, source.socket)}`);
  out.str(` > ${address(d.u16(at + 4), d.u8(at + 8))}.${socketName(d, d.u8(at + 10))}${after}`);
  printPayload(d, d.u8(at + 12), at + DDP, length - DDP, source);
  return DDP + 3;
}

/** DDP over Ethernet. Throws TRUNCATED. */
export function printAppletalk(d: Dissection, at: number, length: number): void {
  d.protocol = "atalk";
  if (!d.opt.linkHeader) d.out.str("AT ");
  printLongDdp(d, at, length, ": ");
}

/** As printAppletalk(), in Ethernet frames. */
export function printEthernetAppletalk(d: Dissection, at: number, length: number): void {
  if (d.opt.verbose > 0) d.out.str("et1 ");
  printAppletalk(d, at, length);
}

/** Prints a LocalTalk frame; returns the length of its headers, 0 if they are cut off. */
export function printLocaltalk(d: Dissection, at: number, length: number): number {
  const { out } = d;
  d.protocol = "llap";
  if (length < 3) {
    out.str(` [|llap ${length}]`);
    return length;
  }
  if (!d.has(at, 3)) {
    d.truncated();
    return 0;
  }
  const to = d.u8(at);
  const from = d.u8(at + 1);
  const type = d.u8(at + 2);
  at += 3;
  length -= 3;
  if (type === LINK_LONG) return printLongDdp(d, at, length, ":");
  if (type !== LINK_SHORT) {
    out.str(`${from} > ${to} at-lap#${type} ${length}`);
    return 3;
  }
  if (length < SHORT_DDP) {
    out.str(` [|sddp ${length}]`);
    return length;
  }
  if (!d.has(at, SHORT_DDP)) {
    out.str(" [|sddp]");
    return 0;
  }
  const source = { net: 0, node: from, socket: d.u8(at + 3) };
  out.str(`${address(0, from)}.${socketName(d, source.socket)}`);
  out.str(` > ${address(0, to)}.${socketName(d, d.u8(at + 2))}:`);
  printPayload(d, d.u8(at + 4), at + SHORT_DDP, length - SHORT_DDP, source);
  return 3 + SHORT_DDP;
}

/** True if the datagram of the port table's row carries a LocalTalk frame: its third byte is the type. */
export function carriesAppletalk(d: Dissection, at: number): boolean {
  return d.has(at + 2, 1) && d.u8(at + 2) === LINK_LONG;
}

/** LocalTalk in UDP, as Kinetics' gateways had it. */
export function printAppletalkInUdp(d: Dissection, at: number, length: number): void {
  if (d.opt.verbose > 0) d.out.str("kip ");
  printLocaltalk(d, at, length);
}

/** Link type 114 (LINKTYPE_LOCALTALK). */
export function printLocaltalkLink(d: Dissection, at: number, length: number): void {
  d.protocol = "ltalk";
  const caplen = d.end - at;
  const used = printLocaltalk(d, at, length);
  d.linkHeaderLength = used === 0 ? caplen : used;
}

/** AppleTalk's address resolution. Throws TRUNCATED. */
export function printAarp(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "aarp";
  out.str("aarp ");
  if (!d.has(at, 28)) {
    d.truncated();
    return;
  }
  if (length < 28) {
    out.str(` [|aarp ${length}]`);
    return;
  }
  const hardware = d.u16(at);
  const protocol = d.u16(at + 2);
  const hardwareSize = d.u8(at + 4);
  const protocolSize = d.u8(at + 5);
  const operation = d.u16(at + 6);
  const known = hardware === 1 && protocol === ETHERTYPE_ATALK && hardwareSize === 6 && protocolSize === 4;
  const station = (pos: number) => address(d.u16(pos + 1), d.u8(pos + 3));
  if (known && (operation === 1 || operation === 3))
    out.str(`${operation === 1 ? "who-has" : "probe"} ${station(at + 24)} tell ${station(at + 14)}`);
  else if (known && operation === 2) {
    out.str(`reply ${station(at + 14)} is-at `);
    d.mac(at + 8);
  } else {
    const type = protocol === 0 ? "0" : `0x${protocol.toString(16)}`;
    out.str(`len ${length} op ${operation} htype ${hardware} ptype ${type} `);
    out.str(`halen ${hardwareSize} palen ${protocolSize}`);
  }
}
