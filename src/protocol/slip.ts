// Serial Line IP (RFC 1055) as BSD's packet filter captures it, with the header of compressed TCP (RFC 1144).
//
//   direction (1): 0 in, 1 out | compressed header as it was on the line (15) | the packet, its header restored
import type { Dissection } from "./dissection.ts";
import { printIp } from "./ip.ts";
import { printIpv6 } from "./ipv6.ts";

const HEADER = 16;
const IN = 0;
const OUT = 1;

/** The upper half of the compressed header's first byte. */
const TYPE_IP = 0x40;
const TYPE_UNCOMPRESSED_TCP = 0x70;
/** Set where a TCP header is compressed. */
const COMPRESSED_TCP = 0x80;

// Which fields follow in a compressed header: connection, IP id, sequence, acknowledgement, window, urgent pointer.
const NEW_C = 0x40;
const NEW_I = 0x20;
const NEW_S = 0x08;
const NEW_A = 0x04;
const NEW_W = 0x02;
const NEW_U = 0x01;
/** Impossible sets of fields mean that the sequence (and the acknowledgement) grew by the last packet's length. */
const ECHOED = NEW_S | NEW_W | NEW_U;
const UNIDIRECTIONAL = NEW_S | NEW_A | NEW_W | NEW_U;

interface Connections {
  /** Bytes of data in a connection's last packet, 256 connections in, then 256 out. */
  readonly lengths: Uint32Array;
  last: number;
}
const connections = (): Connections => ({ lengths: new Uint32Array(512), last: 255 });

/** Remembers how much data the packet has that lies at `ip`. Throws TRUNCATED. */
function remember(d: Dissection, ip: number, length: number, direction: number): number {
  const known = d.memory(connections);
  d.need(ip, 20);
  const tcp = ip + (d.u8(ip) & 15) * 4;
  d.need(tcp, 20);
  const headers = (d.u8(ip) & 15) * 4 + (d.u8(tcp + 12) >> 4) * 4;
  const slot = direction * 256 + known.last;
  known.lengths[slot] = length - headers;
  return known.lengths[slot]!;
}

/** The change of a field: one byte, or 0 and two bytes. Answers where tcpdump looks for the next: not behind the byte. */
function change(d: Dissection, name: string, at: number): number {
  const short = d.u8(at);
  d.out.str(` ${name}${short === 0 ? d.u16(at + 1) : short}`);
  return short === 0 ? at + 3 : at;
}

function windowChange(d: Dissection, at: number): number {
  const short = d.u8(at);
  const value = short === 0 ? (d.u16(at + 1) << 16) >> 16 : short;
  d.out.str(value >= 0 ? ` W+${value}` : ` W${value}`);
  return short === 0 ? at + 3 : at;
}

function compressed(d: Dissection, from: number, ip: number, length: number, direction: number): void {
  const { out } = d;
  const known = d.memory(connections);
  let at = from;
  const fields = d.u8(at++);
  if (fields & NEW_C) {
    known.last = d.u8(at++);
    out.str(`ctcp ${known.last}`);
  } else out.str("ctcp *");
  // The TCP checksum.
  at += 2;
  const last = () => known.lengths[direction * 256 + known.last]!;
  const special = fields & UNIDIRECTIONAL;
  if (special === ECHOED) out.str(` *SA+${last()}`);
  else if (special === UNIDIRECTIONAL) out.str(` *S+${last()}`);
  else {
    if (fields & NEW_U) at = change(d, "U=", at);
    if (fields & NEW_W) at = windowChange(d, at);
    if (fields & NEW_A) at = change(d, "A+", at);
    if (fields & NEW_S) at = change(d, "S+", at);
  }
  if (fields & NEW_I) at = change(d, "I+", at);
  out.str(` ${remember(d, ip, length, direction)} (${at - from})`);
}

/** What -e shows of the header at `at`. */
function writeHeader(d: Dissection, at: number, length: number): void {
  const { out } = d;
  const direction = d.u8(at);
  const known = direction === IN || direction === OUT;
  out.str(known ? (direction === IN ? "I " : "O ") : `Invalid direction ${direction} `);
  const type = d.u8(at + 1);
  const ip = at + HEADER;
  if ((type & 0xf0) === TYPE_IP) out.str(`ip ${length + HEADER}: `);
  else if ((type & 0xf0) === TYPE_UNCOMPRESSED_TCP) {
    // The connection's number is where the protocol's belongs.
    const connection = d.u8(at + 10);
    d.memory(connections).last = connection;
    out.str(`utcp ${connection}: `);
    if (known) remember(d, ip, length, direction);
  } else if (!known) return;
  else if (type & COMPRESSED_TCP) {
    compressed(d, at + 1, ip, length, direction);
    out.str(": ");
  } else out.str(`slip-${type}!: `);
}

/** Link type 8 (LINKTYPE_SLIP). */
export function printSlipLink(d: Dissection, at: number, length: number): void {
  d.protocol = "slip";
  d.need(at, HEADER);
  d.linkHeaderLength = HEADER;
  length -= HEADER;
  if (d.opt.linkHeader) writeHeader(d, at, length);
  const ip = at + HEADER;
  const version = d.u8(ip) >> 4;
  if (version === 4) printIp(d, ip, length);
  else if (version === 6) printIpv6(d, ip, length);
  else d.out.str(`ip v${version}`);
}

/** Link type 102 (LINKTYPE_SLIP_BSDOS). */
export function printBsdosSlipLink(d: Dissection, at: number, length: number): void {
  d.protocol = "slip_bsdos";
  d.need(at, HEADER);
  d.linkHeaderLength = HEADER;
  printIp(d, at + HEADER, length - HEADER);
}
