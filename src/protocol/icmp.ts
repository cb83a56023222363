// Internet Control Message Protocol (RFC 792; RFC 950, 1191, 1256, 1812), with the extensions of RFC 4884 and
// the MPLS label stack of RFC 4950.
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +---------------+---------------+-------------------------------+
//   |     Type      |     Code      |           Checksum            |
//   +---------------+---------------+-------------------------------+
//   |  what depends on the type: id and sequence, gateway, MTU ...  |
//   +---------------------------------------------------------------+
//   |  in errors: the IP header that caused it, and what followed   |
import { addWords, foldChecksum, rightChecksum } from "../bytes/checksum.ts";
import type { Dissection } from "./dissection.ts";
import { printIp } from "./ip.ts";
import { IPPROTO_TCP, IPPROTO_UDP } from "./ipproto.ts";
import { unknownBytes } from "./phrase.ts";
import type { Tokens } from "./token.ts";

const ECHO_REPLY = 0;
const UNREACHABLE = 3;
const SOURCE_QUENCH = 4;
const REDIRECT = 5;
const ECHO = 8;
const ROUTER_ADVERTISEMENT = 9;
const TIME_EXCEEDED = 11;
const PARAMETER_PROBLEM = 12;
const TIMESTAMP = 13;
const TIMESTAMP_REPLY = 14;
const MASK_REPLY = 18;

/** Types of which nothing but the name is told. */
const OTHER_TYPES: Tokens = new Map([
  [SOURCE_QUENCH, "source quench"],
  [10, "router solicitation"],
  [15, "information request"],
  [16, "information reply"],
  [17, "address mask request"],
]);

const UNREACHABLE_PROTOCOL = 2;
const UNREACHABLE_PORT = 3;
const UNREACHABLE_NEED_FRAGMENT = 4;

/** Words before and after the address that was not reached, by code. */
const UNREACHABLE_WORDS: ReadonlyMap<number, readonly [before: string, after: string]> = new Map([
  [0, ["net ", " unreachable"]],
  [1, ["host ", " unreachable"]],
  [5, ["", " unreachable - source route failed"]],
  [6, ["net ", " unreachable - unknown"]],
  [7, ["host ", " unreachable - unknown"]],
  [8, ["", " unreachable - source host isolated"]],
  [9, ["net ", " unreachable - admin prohibited"]],
  [10, ["host ", " unreachable - admin prohibited"]],
  [11, ["net ", " unreachable - tos prohibited"]],
  [12, ["host ", " unreachable - tos prohibited"]],
  [13, ["host ", " unreachable - admin prohibited filter"]],
  [14, ["host ", " unreachable - host precedence violation"]],
  [15, ["host ", " unreachable - precedence cutoff"]],
]);

/** Words before the address and between it and the gateway, by code. */
const REDIRECT_WORDS = [
  ["redirect ", " to net "],
  ["redirect ", " to host "],
  ["redirect-tos ", " to net "],
  ["redirect-tos ", " to host "],
] as const;

/** tcpdump gathers a message in a buffer of 164 bytes: a longer one is cut off. */
const MESSAGE_LIMIT = 163;

/** Where the quoted IP header begins. */
const QUOTE = 8;
/** Where RFC 4884's extensions begin in a message whose length field does not tell. */
const EXTENSION = 136;
const EXTENSION_VERSION = 2;
const EXTENSION_HEADER_SIZE = 4;
const OBJECT_HEADER_SIZE = 4;
const OBJECT_MPLS = 1;
const OBJECTS: Tokens = new Map([
  [OBJECT_MPLS, "MPLS Stack Entry"],
  [2, "Interface Identification"],
]);

function unreachable(d: Dissection, at: number, code: number): void {
  const { out } = d;
  const target = at + QUOTE + 16;
  switch (code) {
    case UNREACHABLE_PROTOCOL:
      d.ip4(target);
      out.str(" protocol ");
      out.dec(d.u8(at + QUOTE + 9));
      out.str(" unreachable");
      return;
    case UNREACHABLE_PORT: {
      d.check(at + QUOTE + 9, 1);
      const port = d.u16(at + QUOTE + (d.u8(at + QUOTE) & 15) * 4 + 2);
      const protocol = d.u8(at + QUOTE + 9);
      d.ip4(target);
      if (protocol === IPPROTO_TCP) {
        out.str(" tcp port ");
        d.tcpPort(port);
      } else if (protocol === IPPROTO_UDP) {
        out.str(" udp port ");
        d.udpPort(port);
      } else {
        out.str(" protocol ");
        out.dec(protocol);
        out.str(" port ");
        out.dec(port);
      }
      out.str(" unreachable");
      return;
    }
    case UNREACHABLE_NEED_FRAGMENT: {
      const mtu = d.u16(at + 6);
      d.ip4(target);
      out.str(" unreachable - need to frag");
      if (mtu !== 0) {
        out.str(" (mtu ");
        out.dec(mtu);
        out.ch(41);
      }
      return;
    }
  }
  const words = UNREACHABLE_WORDS.get(code);
  if (words !== undefined) out.str(words[0]);
  d.ip4(target);
  out.str(words !== undefined ? words[1] : ` unreachable - #${code}`);
}

function redirect(d: Dissection, at: number, code: number): void {
  const target = at + QUOTE + 16;
  const words = REDIRECT_WORDS[code];
  d.out.str(words !== undefined ? words[0] : `redirect-#${code} `);
  d.ip4(target);
  d.out.str(words !== undefined ? words[1] : " to ");
  d.ip4(at + 4);
}

/** RFC 1256: addresses of routers, each with a preference. */
function routerAdvertisement(d: Dissection, at: number): void {
  const { out } = d;
  d.check(at + 4, 4);
  const lifetime = d.u16(at + 6);
  const count = d.u8(at + 4);
  const words = d.u8(at + 5);
  const from = out.pos;
  out.str("router advertisement lifetime ");
  if (lifetime >= 3600) {
    out.dec(Math.floor(lifetime / 3600));
    out.ch(58);
  }
  if (lifetime >= 60) {
    const minutes = Math.floor((lifetime % 3600) / 60);
    out.decPad(minutes, lifetime >= 3600 ? 2 : 1);
    out.ch(58);
  }
  out.decPad(lifetime % 60, lifetime >= 60 ? 2 : 1);
  out.ch(32);
  out.dec(count);
  out.ch(58);
  if (words !== 2) {
    out.str(" [size ");
    out.dec(words);
    out.ch(93);
    return;
  }
  for (let i = 0; i < count; i++) {
    const entry = at + 8 + i * 8;
    d.check(entry, 8);
    out.str(" {");
    d.ip4(entry);
    out.ch(32);
    out.dec(d.u32(entry + 4));
    out.ch(125);
  }
  if (out.pos - from > MESSAGE_LIMIT) out.pos = from + MESSAGE_LIMIT;
}

/** Milliseconds since midnight as HH:MM:SS.mmm. */
function timeOfDay(d: Dissection, label: string, milliseconds: number): void {
  const { out } = d;
  const seconds = Math.floor(milliseconds / 1000);
  out.str(label);
  out.decPad(Math.floor(seconds / 3600), 2);
  out.ch(58);
  out.decPad(Math.floor((seconds % 3600) / 60), 2);
  out.ch(58);
  out.decPad(seconds % 60, 2);
  out.ch(46);
  out.decPad(milliseconds % 1000, 3);
}

function idAndSequence(d: Dissection, at: number, words: string, before: string): void {
  d.out.str(words);
  d.out.dec(d.u16(at + 4));
  d.out.str(before);
  d.out.dec(d.u16(at + 6));
}

function message(d: Dissection, at: number, type: number, code: number): void {
  const { out } = d;
  switch (type) {
    case ECHO:
      idAndSequence(d, at, "echo request, id ", ", seq ");
      return;
    case ECHO_REPLY:
      idAndSequence(d, at, "echo reply, id ", ", seq ");
      return;
    case UNREACHABLE:
      unreachable(d, at, code);
      return;
    case REDIRECT:
      redirect(d, at, code);
      return;
    case ROUTER_ADVERTISEMENT:
      routerAdvertisement(d, at);
      return;
    case TIME_EXCEEDED:
      d.check(at + QUOTE + 16, 4);
      if (code === 0) out.str("time exceeded in-transit");
      else if (code === 1) out.str("ip reassembly time exceeded");
      else out.str(`time exceeded-#${code}`);
      return;
    case PARAMETER_PROBLEM:
      out.str(code === 0 ? "parameter problem - octet " : "parameter problem - code ");
      out.dec(code === 0 ? d.u8(at + 4) : code);
      return;
    case TIMESTAMP:
      idAndSequence(d, at, "time stamp query id ", " seq ");
      return;
    case TIMESTAMP_REPLY:
      d.check(at + 16, 4);
      idAndSequence(d, at, "time stamp reply id ", " seq ");
      timeOfDay(d, ": org ", d.u32(at + 8));
      timeOfDay(d, ", recv ", d.u32(at + 12));
      timeOfDay(d, ", xmit ", d.u32(at + 16));
      return;
    case MASK_REPLY:
      out.str("address mask is 0x");
      out.hexPad(d.u32(at + 8), 8);
      return;
    default:
      out.str(OTHER_TYPES.get(type) ?? `type-#${type}`);
  }
}

function isError(type: number): boolean {
  return (
    type === UNREACHABLE ||
    type === SOURCE_QUENCH ||
    type === REDIRECT ||
    type === TIME_EXCEEDED ||
    type === PARAMETER_PROBLEM
  );
}

/** Types that RFC 4884 extends. */
function mayExtend(type: number): boolean {
  return type === UNREACHABLE || type === TIME_EXCEEDED || type === PARAMETER_PROBLEM;
}

/** One label of an MPLS stack (RFC 3032): 20 bits label, 3 class, 1 bottom of stack, 8 TTL. */
function label(d: Dissection, at: number): void {
  const { out } = d;
  const entry = d.u32(at);
  out.str("\n\t    label ");
  out.dec(entry >>> 12);
  out.str(", tc ");
  out.dec((entry >>> 9) & 7);
  if (entry & 0x100) out.str(", [S]");
  out.str(", ttl ");
  out.dec(entry & 0xff);
}

/** The extension structure and its objects. */
function extensions(d: Dissection, at: number, length: number): void {
  const { out } = d;
  if (!d.has(at, EXTENSION + EXTENSION_HEADER_SIZE + 1)) {
    d.truncated();
    return;
  }
  const structure = at + EXTENSION;
  const size = length - EXTENSION;
  const whole = d.has(structure, size);
  const right = whole && foldChecksum(addWords(0, d.view, structure, size)) === 0;
  // Without a length field only a right checksum tells that there is an extension.
  if (d.u8(at + 5) === 0 && whole && !right) return;
  const version = d.u8(structure) >> 4;
  out.str("\n\tICMP Multi-Part extension v");
  out.dec(version);
  if (version !== EXTENSION_VERSION) {
    out.str(" packet not supported");
    return;
  }
  if (whole) {
    out.str(", checksum 0x");
    out.hexPad(d.u16(structure + 2), 4);
    out.str(right ? " (correct), length " : " (incorrect), length ");
    out.dec(size);
  }
  // Unsigned as in tcpdump: less than the header wraps around, and the captured end stops the walk.
  let left = (size - EXTENSION_HEADER_SIZE) >>> 0;
  let pos = structure + EXTENSION_HEADER_SIZE;
  while (left > OBJECT_HEADER_SIZE) {
    if (!d.has(pos, OBJECT_HEADER_SIZE)) {
      d.truncated();
      return;
    }
    const objectSize = d.u16(pos);
    const objectClass = d.u8(pos + 2);
    const objectType = d.u8(pos + 3);
    pos += OBJECT_HEADER_SIZE;
    left -= OBJECT_HEADER_SIZE;
    out.str("\n\t  ");
    out.str(OBJECTS.get(objectClass) ?? "unknown");
    out.str(` Object (${objectClass}), Class-Type: ${objectType}, length ${objectSize}`);
    if (objectClass === 0 || objectSize < OBJECT_HEADER_SIZE) return;
    const data = objectSize - OBJECT_HEADER_SIZE;
    if (objectClass === OBJECT_MPLS && objectType === 1) label(d, pos);
    else unknownBytes(d, pos, "\n\t    ", data);
    if (left < data) return;
    left -= data;
    pos += data;
  }
}

/** Writes the ICMP message at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printIcmp(d: Dissection, at: number, length: number, _ip: number, fragmented: boolean): void {
  const { out } = d;
  d.protocol = "icmp";
  const type = d.u8(at);
  const code = d.u8(at + 1);
  const from = out.pos;
  out.str("ICMP ");
  try {
    message(d, at, type, code);
  } catch (thrown) {
    // tcpdump shows the message when it is complete, or nothing of it.
    out.pos = from;
    d.cutOff(thrown);
    return;
  }
  out.str(", length ");
  out.dec(length);
  if (d.opt.verbose === 0) return;
  // The checksum of a fragment cannot be told.
  if (!fragmented && d.has(at, length)) {
    const sum = foldChecksum(addWords(0, d.view, at, length));
    if (sum !== 0) {
      const field = d.u16(at + 2);
      out.str(" (wrong icmp cksum ");
      out.hex(field);
      out.str(" (->");
      out.hex(rightChecksum(field, sum));
      out.str(")!)");
    }
  }
  if (isError(type)) {
    out.str("\n\t");
    // What follows the quoted packet may be extensions: not of that packet. Its length is read twice, for it may
    // say that not even the length itself is there.
    const saved = d.limit(at + QUOTE, d.u16(at + QUOTE + 2));
    printIp(d, at + QUOTE, d.u16(at + QUOTE + 2));
    d.end = saved;
  }
  d.protocol = "icmp";
  if (length > EXTENSION && mayExtend(type)) extensions(d, at, length);
}
