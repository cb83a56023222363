// Generic Routing Encapsulation (RFC 1701, 2784, 2890) and the version of PPTP (RFC 2637).
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-+-+-+-+-+-----+-+-------+-----+-------------------------------+
//   |C|R|K|S|s|Recur|A| Flags | Ver |         Protocol Type         |
//   +-+-+-+-+-+-----+-+-------+-----+-------------------------------+
//   |  checksum and offset, key, sequence, acknowledgement, routes: |
//   |  each if its flag says so                                     |
import { writeIpv4 } from "../bytes/address.ts";
import { printAppletalk } from "./appletalk.ts";
import type { Dissection } from "./dissection.ts";
import { printEthernet } from "./ethernet.ts";
import {
  ETHERTYPE_ATALK,
  ETHERTYPE_IP,
  ETHERTYPE_IPV6,
  ETHERTYPE_IPX,
  ETHERTYPE_NAMES,
} from "./ethertypes.ts";
import { printIp } from "./ip.ts";
import { printIpv6 } from "./ipv6.ts";
import { printIpx } from "./ipx.ts";
import { printMpls } from "./mpls.ts";
import { printOsi } from "./osi.ts";
import { printPpp } from "./ppp.ts";
import type { BitTokens } from "./token.ts";
import { bitNames } from "./token.ts";

const CHECKSUM = 0x8000;
const ROUTING = 0x4000;
const KEY = 0x2000;
const SEQUENCE = 0x1000;
const ACKNOWLEDGEMENT = 0x0080;
const FLAGS: BitTokens = [
  [CHECKSUM, "checksum present"],
  [ROUTING, "routing present"],
  [KEY, "key present"],
  [SEQUENCE, "sequence# present"],
  [0x0800, "source routing present"],
  [ACKNOWLEDGEMENT, "ack present"],
];

const PROTOCOL_BRIDGING = 0x6558;
const PROTOCOL_PPP = 0x880b;
const PROTOCOL_OSI = 0x00fe;
const PROTOCOL_MPLS = 0x8847;

const ROUTE_IP = 0x0800;
const ROUTE_AS = 0xfffe;

/** Reads fields one after the other; each must be in the message and captured. */
interface Cursor {
  at: number;
  left: number;
}

/** Where `size` bytes are that are taken from the cursor; -1 if they are not there. */
function take(d: Dissection, cursor: Cursor, size: number): number {
  if (!d.has(cursor.at, size) || cursor.left < size) return -1;
  const { at } = cursor;
  cursor.at += size;
  cursor.left -= size;
  return at;
}

/** Addresses or AS numbers of a source route, the next one starred; false if they are cut off. */
function hops(d: Dissection, at: number, left: number, offset: number, size: number, width: 4 | 2): boolean {
  const { out } = d;
  if (offset % width !== 0) out.str(`, badoffset=${offset}`);
  else if (size % width !== 0) out.str(`, badlength=${size}`);
  else if (offset >= size) out.str(`, badoff/len=${offset}/${size}`);
  else
    for (let i = 0; i < size; i += width) {
      if (!d.has(at + i, width) || left - i < width) return false;
      out.ch(32);
      if (i === offset) out.ch(42);
      if (width === 2) out.hex(d.u16(at + i));
      else writeIpv4(out, d.bytes, at + i);
    }
  return true;
}

/** The source route entries of RFC 1701; false if they are cut off. */
function routes(d: Dissection, cursor: Cursor): boolean {
  const { out } = d;
  for (;;) {
    const at = take(d, cursor, 4);
    if (at < 0) return false;
    const family = d.u16(at);
    const offset = d.u8(at + 2);
    const size = d.u8(at + 3);
    if (family === 0 && size === 0) return true;
    let whole = true;
    if (family === ROUTE_IP || family === ROUTE_AS) {
      out.str(family === ROUTE_IP ? ", (rtaf=ip" : ", (rtaf=asn");
      whole = hops(d, cursor.at, cursor.left, offset, size, family === ROUTE_IP ? 4 : 2);
      out.ch(41);
    } else out.str(`, (rtaf=0x${family.toString(16)})`);
    if (!whole || cursor.left < size) return false;
    cursor.at += size;
    cursor.left -= size;
  }
}

/** ", name=" and a number of 32 bits; false if it is cut off. */
function word(
  d: Dissection,
  cursor: Cursor,
  label: string,
  hexadecimal: boolean,
  mask = 0xffffffff,
): boolean {
  const at = take(d, cursor, 4);
  if (at < 0) return false;
  const value = (d.u32(at) & mask) >>> 0;
  d.out.str(label);
  if (hexadecimal) d.out.hex(value);
  else d.out.dec(value);
  return true;
}

/** The protocol with -e, the length, and what separates the payload. */
function ending(d: Dissection, protocol: number, length: number, payload: boolean): void {
  const { out } = d;
  if (d.opt.linkHeader) {
    out.str(`, proto ${ETHERTYPE_NAMES.get(protocol) ?? "unknown"} (0x`);
    out.hexPad(protocol, 4);
    out.ch(41);
  }
  out.str(", length ");
  out.dec(length);
  if (payload) out.str(d.opt.verbose > 0 ? "\n\t" : ": ");
}

function payload(d: Dissection, protocol: number, at: number, length: number): void {
  switch (protocol) {
    case ETHERTYPE_IP:
      printIp(d, at, length);
      break;
    case ETHERTYPE_IPV6:
      printIpv6(d, at, length);
      break;
    case PROTOCOL_MPLS:
      printMpls(d, at, length);
      break;
    case ETHERTYPE_IPX:
      printIpx(d, at);
      break;
    case ETHERTYPE_ATALK:
      printAppletalk(d, at, length);
      break;
    case PROTOCOL_OSI:
      printOsi(d, at, length);
      break;
    case PROTOCOL_BRIDGING:
      printEthernet(d, at, length, d.available(at));
      break;
    default:
      d.out.str(`gre-proto-0x${protocol.toString(16)}`);
  }
}

/** Version 0; false if it is cut off. */
function standard(d: Dissection, flags: number, cursor: Cursor, length: number): boolean {
  const { out } = d;
  const protocolAt = take(d, cursor, 2);
  if (protocolAt < 0) return false;
  const protocol = d.u16(protocolAt);
  if (flags & (CHECKSUM | ROUTING)) {
    const sum = take(d, cursor, 2);
    if (sum < 0) return false;
    if (d.opt.verbose > 0) out.str(`, sum 0x${d.u16(sum).toString(16)}`);
    const offset = take(d, cursor, 2);
    if (offset < 0) return false;
    out.str(`, off 0x${d.u16(offset).toString(16)}`);
  }
  if (flags & KEY && !word(d, cursor, ", key=0x", true)) return false;
  if (flags & SEQUENCE && !word(d, cursor, ", seq ", false)) return false;
  if (flags & ROUTING && !routes(d, cursor)) return false;
  ending(d, protocol, length, true);
  payload(d, protocol, cursor.at, cursor.left);
  return true;
}

/** Version 1, PPP in PPTP's tunnels; false if it is cut off. */
function enhanced(d: Dissection, flags: number, cursor: Cursor, length: number): boolean {
  const { out } = d;
  const protocolAt = take(d, cursor, 2);
  if (protocolAt < 0) return false;
  const protocol = d.u16(protocolAt);
  if (flags & KEY && !word(d, cursor, ", call ", false, 0xffff)) return false;
  if (flags & SEQUENCE && !word(d, cursor, ", seq ", false)) return false;
  if (flags & ACKNOWLEDGEMENT && !word(d, cursor, ", ack ", false)) return false;
  const loaded = (flags & SEQUENCE) !== 0;
  if (!loaded) out.str(", no-payload");
  ending(d, protocol, length, loaded);
  if (!loaded) return true;
  if (protocol === PROTOCOL_PPP) printPpp(d, cursor.at, cursor.left);
  else out.str(`gre-proto-0x${protocol.toString(16)}`);
  return true;
}

/** Writes the GRE packet at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printGre(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "gre";
  const cursor = { at, left: length };
  if (take(d, cursor, 2) < 0) {
    d.truncated();
    return;
  }
  const flags = d.u16(at);
  const version = flags & 7;
  out.str(`GREv${version}`);
  if (version > 1) {
    out.str(" ERROR: unknown-version");
    return;
  }
  if (d.opt.verbose > 0) out.str(`, Flags [${bitNames(FLAGS, flags, "none")}]`);
  d.enter();
  const whole = version === 0 ? standard(d, flags, cursor, length) : enhanced(d, flags, cursor, length);
  d.leave();
  if (!whole) d.truncated();
}
