// TCP (RFC 9293).
//
//   source port (2) | destination port (2) | sequence number (4) | acknowledgement number (4)
//   header length, flags (2) | window (2) | checksum (2) | urgent pointer (2) | options
import { rightChecksum } from "../bytes/checksum.ts";
import { latin1, type Phrase, phrase, put, putDecimal, putHex4 } from "../bytes/text.ts";
import type { Dissection } from "./dissection.ts";
import { TRUNCATED } from "./dissection.ts";
import { writeAddresses, writeEnds } from "./ends.ts";
import { IPPROTO_TCP } from "./ipproto.ts";
import { printMptcp } from "./mptcp.ts";
import { visible } from "./phrase.ts";
import { checksum4, checksum6 } from "./pseudo.ts";
import type { SequenceTable } from "./sequence.ts";
import { type BitTokens, bitNames } from "./token.ts";

const HEADER = 20;
const SYN = 0x02;
const FIN = 0x01;
const RST = 0x04;
const ACK = 0x10;
const URG = 0x20;
const FLAGS: BitTokens = [
  [FIN, "F"],
  [SYN, "S"],
  [RST, "R"],
  [0x08, "P"],
  [ACK, "."],
  [URG, "U"],
  [0x40, "E"],
  [0x80, "W"],
];
/** "Flags […]" of the flags bytes seen. */
const FLAGS_TEXT: (Phrase | undefined)[] = new Array<Phrase | undefined>(256).fill(undefined);
const SEQ = phrase(", seq ");
const ACKNOWLEDGES = phrase(", ack ");
const WINDOW = phrase(", win ");
const OPTIONS_OPEN = phrase(", options [");
const USUAL_OPTIONS = phrase(", options [nop,nop,TS val ");
const USUAL_END = phrase("], length ");
const LENGTH = phrase(", length ");
const TIMESTAMP_VALUE = phrase(" val ");
const TIMESTAMP_ECHO = phrase(" ecr ");
const CHECKSUM = phrase(", cksum 0x");
const CHECKSUM_RIGHT = phrase(" (correct)");
const CHECKSUM_WRONG = phrase(" (incorrect -> 0x");
/** What is printed of a header, but for unusual options: less than so many bytes. */
const ROOM = 256;

const OPT_EOL = 0;
const OPT_NOP = 1;
const OPT_MSS = 2;
const OPT_WSCALE = 3;
const OPT_SACK_OK = 4;
const OPT_SACK = 5;
const OPT_ECHO = 6;
const OPT_ECHO_REPLY = 7;
const OPT_TIMESTAMP = 8;
const OPT_CC = 11;
const OPT_CC_NEW = 12;
const OPT_CC_ECHO = 13;
const OPT_MD5 = 19;
const OPT_SCPS = 20;
const OPT_USER_TIMEOUT = 28;
const OPT_AO = 29;
const OPT_MPTCP = 30;
const OPT_FAST_OPEN = 34;
const OPT_EXPERIMENT_2 = 254;
const OPTIONS: ReadonlyMap<number, Uint8Array> = new Map(
  (
    [
      [OPT_EOL, "eol"],
      [OPT_NOP, "nop"],
      [OPT_MSS, "mss"],
      [OPT_WSCALE, "wscale"],
      [OPT_SACK_OK, "sackOK"],
      [OPT_SACK, "sack"],
      [OPT_ECHO, "echo"],
      [OPT_ECHO_REPLY, "echoreply"],
      [OPT_TIMESTAMP, "TS"],
      [OPT_CC, "cc"],
      [OPT_CC_NEW, "ccnew"],
      [OPT_CC_ECHO, ""],
      [OPT_MD5, "md5"],
      [OPT_SCPS, "scps"],
      [OPT_USER_TIMEOUT, "uto"],
      [OPT_AO, "tcp-ao"],
      [OPT_MPTCP, "mptcp"],
      [OPT_FAST_OPEN, "tfo"],
      [OPT_EXPERIMENT_2, "exp"],
    ] as const
  ).map(([kind, name]) => [kind, latin1(name)]),
);
/** Two no-operations and a timestamp of ten bytes, as one word: how RFC 7323 A lays out the options of a segment. */
const USUAL_LAYOUT = 0x0101080a;
const USUAL_SIZE = 12;
const MD5_SIZE = 16;
/** RFC 6994's identifier of TCP Fast Open. */
const EXPERIMENT_FAST_OPEN = 0xf989;

/** How an option's printer ended; otherwise it returns the number of data bytes that it stands for. */
const BAD = -1;
const CUT_OFF = -2;

const MAX_RESET_DATA = 30;

/** Which of two equal-sized runs of bytes sorts first: < 0, 0, > 0. */
function compare(bytes: Uint8Array, a: number, b: number, size: number): number {
  for (let i = 0; i < size; i++) {
    const difference = bytes[a + i]! - bytes[b + i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * True if the conversation's other direction is the one that its entry is kept for: tcpdump orders the ends by
 * port, then by address.
 */
function isReversed(d: Dissection, ip: number, version: number, sport: number, dport: number): boolean {
  if (sport !== dport) return sport > dport;
  return version === 6
    ? compare(d.bytes, ip + 8, ip + 24, 16) > 0
    : compare(d.bytes, ip + 12, ip + 16, 4) > 0;
}

/** The table of conversations of this IP version, with this one as its key. */
function conversation(
  d: Dissection,
  ip: number,
  version: number,
  sport: number,
  dport: number,
  reversed: boolean,
): SequenceTable {
  const { view } = d;
  const ports = reversed ? (dport << 16) | sport : (sport << 16) | dport;
  if (version !== 6) {
    d.need(ip + 12, 8);
    const { key } = d.sequences4;
    const source = view.getInt32(ip + 12);
    const destination = view.getInt32(ip + 16);
    key[0] = reversed ? destination : source;
    key[1] = reversed ? source : destination;
    key[2] = ports;
    return d.sequences4;
  }
  d.need(ip + 8, 32);
  const { key } = d.sequences6;
  const near = reversed ? ip + 24 : ip + 8;
  const far = reversed ? ip + 8 : ip + 24;
  key[0] = view.getInt32(near);
  key[1] = view.getInt32(near + 4);
  key[2] = view.getInt32(near + 8);
  key[3] = view.getInt32(near + 12);
  key[4] = view.getInt32(far);
  key[5] = view.getInt32(far + 4);
  key[6] = view.getInt32(far + 8);
  key[7] = view.getInt32(far + 12);
  key[8] = ports;
  return d.sequences6;
}

/** Hexadecimal of `size` bytes, two digits each. */
function writeHexBytes(d: Dissection, at: number, size: number): void {
  for (let i = 0; i < size; i++) d.out.hexPad(d.u8(at + i), 2);
}

/** The cookie of TCP Fast Open (RFC 7413): `size` bytes at `at`. */
function printFastOpen(d: Dissection, at: number, size: number): void {
  if (size === 0) d.out.str(" cookiereq");
  else if (size % 2 !== 0 || size < 4 || size > 16) d.invalid();
  else {
    d.out.str(" cookie ");
    writeHexBytes(d, at, size);
  }
}

/** The blocks of a selective acknowledgement (RFC 2018), relative to `base`. */
function printSack(d: Dissection, at: number, size: number, left: number, base: number): number {
  const { out } = d;
  if (size % 8 !== 0) {
    out.str(" invalid sack");
    return size;
  }
  out.ch(32);
  out.dec(size / 8);
  out.ch(32);
  for (let i = 0; i < size; i += 8) {
    if (i + 8 > left) return BAD;
    if (!d.has(at, i + 8)) return CUT_OFF;
    out.ch(123);
    out.dec((d.u32(at + i) - base) >>> 0);
    out.ch(58);
    out.dec((d.u32(at + i + 4) - base) >>> 0);
    out.ch(125);
  }
  return size;
}

/** The TCP authentication option (RFC 5925 2.2): `size` bytes of data. */
function printAuthentication(d: Dissection, at: number, size: number): number {
  const { out } = d;
  if (size < 2) {
    d.invalid();
    return size;
  }
  if (!d.has(at, 1)) return CUT_OFF;
  out.str(` keyid ${d.u8(at)}`);
  if (!d.has(at, 2)) return CUT_OFF;
  out.str(` rnextkeyid ${d.u8(at + 1)}`);
  if (size === 2) return size;
  out.str(" mac 0x");
  for (let i = 2; i < size; i++) {
    if (!d.has(at, i + 1)) return CUT_OFF;
    out.hexPad(d.u8(at + i), 2);
  }
  return size;
}

/**
 * Prints the data of one option. `size` is its length field, less kind and length; `left` the bytes that the
 * header has from `at` on. Returns the data bytes that the kind stands for, BAD or CUT_OFF.
 */
function printOption(
  d: Dissection,
  kind: number,
  at: number,
  size: number,
  left: number,
  flags: number,
  sackBase: number,
): number {
  const { out } = d;
  switch (kind) {
    case OPT_EOL:
    case OPT_NOP:
    case OPT_SACK_OK:
      return 0;
    case OPT_MSS:
    case OPT_SCPS:
    case OPT_USER_TIMEOUT: {
      if (left < 2) return BAD;
      if (!d.has(at, 2)) return CUT_OFF;
      const value = d.u16(at);
      if (kind === OPT_MSS) {
        out.ch(32);
        out.dec(value);
      } else if (kind === OPT_SCPS) {
        out.str(" cap ");
        out.hexPad(value >> 8, 2);
        out.str(` id ${value & 0xff}`);
      } else {
        // The top of the value's unit: minutes with the low bit set, as tcpdump takes it.
        const seconds = value & 1 ? (value >> 1) * 60 : value >> 1;
        out.str(` 0x${value.toString(16)} ${seconds}`);
      }
      return 2;
    }
    case OPT_WSCALE:
      if (left < 1) return BAD;
      if (!d.has(at, 1)) return CUT_OFF;
      out.ch(32);
      out.dec(d.u8(at));
      return 1;
    case OPT_SACK:
      return printSack(d, at, size, left, sackBase);
    case OPT_ECHO:
    case OPT_ECHO_REPLY:
    case OPT_CC:
    case OPT_CC_NEW:
    case OPT_CC_ECHO:
      if (left < 4) return BAD;
      if (!d.has(at, 4)) return CUT_OFF;
      out.ch(32);
      out.dec(d.u32(at));
      return 4;
    case OPT_TIMESTAMP:
      if (left < 8) return BAD;
      if (!d.has(at, 8)) return CUT_OFF;
      out.phrase(TIMESTAMP_VALUE);
      out.dec(d.u32(at));
      out.phrase(TIMESTAMP_ECHO);
      out.dec(d.u32(at + 4));
      return 8;
    case OPT_MD5:
      if (left < MD5_SIZE) return BAD;
      if (!d.has(at, MD5_SIZE)) return CUT_OFF;
      return MD5_SIZE;
    case OPT_AO:
      return printAuthentication(d, at, size);
    case OPT_MPTCP: {
      if (!d.has(at, size)) return CUT_OFF;
      const saved = d.limit(at, size + 2);
      const good = printMptcp(d, at - 2, size + 2, flags);
      d.end = saved;
      return good ? size : BAD;
    }
    case OPT_FAST_OPEN:
      if (!d.has(at, size)) return CUT_OFF;
      out.ch(32);
      printFastOpen(d, at, size);
      return size;
    case OPT_EXPERIMENT_2: {
      if (!d.has(at, size)) return CUT_OFF;
      if (size < 2) return BAD;
      const identifier = d.u16(at);
      out.ch(45);
      if (identifier === EXPERIMENT_FAST_OPEN) {
        out.str("tfo");
        printFastOpen(d, at + 2, size - 2);
      } else out.hexPad(identifier, 4);
      return size;
    }
    default:
      if (size > 0) out.str(" 0x");
      for (let i = 0; i < size; i++) {
        if (!d.has(at, i + 1)) return CUT_OFF;
        out.hexPad(d.u8(at + i), 2);
      }
      return size;
  }
}

/**
 * Prints whether the MD5 signature at `at` is right (RFC 2385 2): of addresses, protocol and length, of the header
 * at `tcp` with a checksum of 0, of the payload up to payloadEnd, and of the secret.
 */
function printSignature(d: Dissection, at: number, ip: number, tcp: number, payloadEnd: number): void {
  const { out, opt } = d;
  const { tcpSecret } = opt;
  const version = d.u8(ip) >> 4;
  out.ch(32);
  let fault = "";
  if (payloadEnd > d.end) fault = "snaplen too short, ";
  else if (tcpSecret === null) fault = "shared secret not supplied with -M, ";
  else if (version !== 4 && version !== 6) fault = "IP version not 4 or 6, ";
  if (fault !== "" || tcpSecret === null) {
    out.str(`${fault}can't check - `);
    writeHexBytes(d, at, MD5_SIZE);
    return;
  }
  // loaded by the first signature: it takes longer to load than all that others need of Node
  const hash = process.getBuiltinModule("node:crypto").createHash("md5");
  const addresses = version === 4 ? 8 : 32;
  const from = version === 4 ? ip + 12 : ip + 8;
  d.need(from, addresses);
  hash.update(d.bytes.subarray(from, from + addresses));
  const pseudo = Buffer.alloc(version === 4 ? 4 : 8);
  if (version === 4) {
    pseudo[1] = d.u8(ip + 9);
    pseudo.writeUInt16BE((d.u16(ip + 2) - (d.u8(ip) & 15) * 4) & 0xffff, 2);
  } else {
    pseudo.writeUInt32BE(d.u16(ip + 4), 0);
    pseudo[7] = IPPROTO_TCP;
  }
  hash.update(pseudo);
  const header = Buffer.from(d.bytes.subarray(tcp, tcp + HEADER));
  header.fill(0, 16, 18);
  hash.update(header);
  const size = (d.u8(tcp + 12) >> 4) * 4;
  if (payloadEnd > tcp + size) hash.update(d.bytes.subarray(tcp + size, payloadEnd));
  hash.update(tcpSecret, "utf8");
  const right = hash.digest();
  if (right.every((byte, i) => byte === d.bytes[at + i])) out.str("valid");
  else d.invalid();
}

/**
 * Prints the options: `left` bytes at `at`. False if they ended badly, and the segment with them. `payloadEnd`
 * is where the segment ends, `ip` where the IP header lies.
 */
function printOptions(
  d: Dissection,
  at: number,
  left: number,
  flags: number,
  sackBase: number,
  payloadEnd: number,
  ip: number,
): boolean {
  const { out } = d;
  const tcp = at - HEADER;
  out.phrase(OPTIONS_OPEN);
  for (let first = true; left > 0; first = false) {
    if (!first) out.ch(44);
    const kind = d.u8(at);
    at++;
    let length = 1;
    if (kind !== OPT_EOL && kind !== OPT_NOP) {
      length = d.u8(at);
      at++;
      if (length < 2 || length > left) {
        out.str(first ? "[bad opt]" : "[bad opt]]");
        return false;
      }
      left--;
    }
    left--;
    const name = OPTIONS.get(kind);
    if (name === undefined) out.str(`unknown-${kind}`);
    else out.bytes(name);
    const used = printOption(d, kind, at, length - 2, left, flags, sackBase);
    if (used === BAD) {
      out.str(first ? "[bad opt]" : "[bad opt]]");
      return false;
    }
    if (used === CUT_OFF) {
      d.truncated();
      if (!first) out.ch(62);
      return false;
    }
    if (kind === OPT_MD5) printSignature(d, at, ip, tcp, payloadEnd);
    at += used;
    left -= used;
    const expected = kind === OPT_EOL || kind === OPT_NOP ? 1 : used + 2;
    if (expected !== length) out.str(`[len ${length}]`);
    if (kind === OPT_EOL) break;
  }
  out.ch(93);
  return true;
}

/** The text that a reset may carry (RFC 9293 3.5.3). */
function printResetData(d: Dissection, at: number, length: number): void {
  const { out } = d;
  out.str(d.has(at, length) ? " [RST" : " [!RST");
  if (length > MAX_RESET_DATA) {
    length = MAX_RESET_DATA;
    out.ch(43);
  }
  out.ch(32);
  for (let i = 0; i < length && at + i < d.end; i++) visible(out, d.u8(at + i));
  out.ch(93);
}

function flagsText(flags: number): Phrase {
  const known = FLAGS_TEXT[flags];
  if (known !== undefined) return known;
  const made = phrase(`Flags [${bitNames(FLAGS, flags, "none", "")}]`);
  FLAGS_TEXT[flags] = made;
  return made;
}

/** Prints the TCP segment of `length` bytes at `at`; the rest as in IpPrinter. */
export function printTcp(
  d: Dissection,
  at: number,
  length: number,
  ip: number,
  fragmented: boolean,
  ttl: number,
): void {
  const { out, opt } = d;
  d.protocol = "tcp";
  const version = d.u8(ip) >> 4;
  if (!d.has(at, 4)) {
    writeAddresses(d, ip, version);
    d.truncated();
    return;
  }
  const packet = d.view;
  const sport = packet.getUint16(at);
  const dport = packet.getUint16(at + 2);
  writeEnds(d, ip, version, IPPROTO_TCP, sport, dport);
  if (!d.has(at, HEADER)) {
    d.truncated();
    return;
  }
  const header = (packet.getUint8(at + 12) >> 4) * 4;
  if (header < HEADER) {
    out.str(` tcp ${(length - header) >>> 0} [bad hdr length ${header} - too short, < ${HEADER}]`);
    return;
  }
  if (opt.quiet) {
    out.str("tcp ");
    out.dec((length - header) >>> 0);
    if (header > length) out.str(` [bad hdr length ${header} - too long, > ${length}]`);
    return;
  }
  // Signed as long as nobody asks for more than their difference: see putDecimal().
  let seq = packet.getInt32(at + 4);
  let ack = packet.getInt32(at + 8);
  const flags = packet.getUint8(at + 13);
  out.reserve(ROOM);
  const { view } = out;
  let pos = put(view, out.pos, flagsText(flags));
  // Up to date wherever something may be cut off.
  out.pos = pos;

  // Selective acknowledgements count from the other direction's first sequence number.
  let sackBase = 0;
  if (!opt.absoluteSequence && (flags & ACK) !== 0) {
    const reversed = isReversed(d, ip, version, sport, dport);
    const sequences = conversation(d, ip, version, sport, dport, reversed);
    const firstSeq = reversed ? (ack - 1) | 0 : seq;
    const firstAck = reversed ? seq : (ack - 1) | 0;
    const known = sequences.follow((flags & SYN) !== 0, firstSeq, firstAck);
    sackBase = reversed ? sequences.seq : sequences.ack;
    if (known) {
      seq = (seq - (reversed ? sequences.ack : sequences.seq)) | 0;
      ack = (ack - sackBase) | 0;
    }
  }
  if (header > length) {
    out.str(` [bad hdr length ${header} - too long, > ${length}]`);
    return;
  }
  if (
    opt.verbose > 0 &&
    !opt.unverified &&
    !fragmented &&
    (version === 4 || version === 6) &&
    d.has(at, length)
  ) {
    const computed =
      version === 4
        ? checksum4(d, ip, at, length, length, IPPROTO_TCP)
        : checksum6(d, ip, at, length, length, IPPROTO_TCP);
    const field = packet.getUint16(at + 16);
    pos = putHex4(view, put(view, pos, CHECKSUM), field);
    if (computed === 0) pos = put(view, pos, CHECKSUM_RIGHT);
    else {
      pos = putHex4(view, put(view, pos, CHECKSUM_WRONG), rightChecksum(field, computed));
      view.setUint8(pos++, 41);
    }
  }
  const payload = length - header;
  if (opt.verbose > 1 || payload > 0 || (flags & (SYN | FIN | RST)) !== 0) {
    pos = putDecimal(view, put(view, pos, SEQ), seq);
    if (payload > 0) {
      view.setUint8(pos, 58);
      pos = putDecimal(view, pos + 1, (seq + payload) | 0);
    }
  }
  if ((flags & ACK) !== 0) pos = putDecimal(view, put(view, pos, ACKNOWLEDGES), ack);
  pos = putDecimal(view, put(view, pos, WINDOW), packet.getUint16(at + 14));
  if (
    header === HEADER + USUAL_SIZE &&
    (flags & URG) === 0 &&
    d.has(at, header) &&
    packet.getInt32(at + HEADER) === USUAL_LAYOUT
  ) {
    pos = putDecimal(view, put(view, pos, USUAL_OPTIONS), packet.getInt32(at + HEADER + 4));
    pos = putDecimal(view, put(view, pos, TIMESTAMP_ECHO), packet.getInt32(at + HEADER + 8));
    out.pos = putDecimal(view, put(view, pos, USUAL_END), payload);
  } else {
    out.pos = pos;
    if ((flags & URG) !== 0) {
      out.str(", urg ");
      out.dec(packet.getUint16(at + 18));
    }
    if (header > HEADER && !printOptions(d, at + HEADER, header - HEADER, flags, sackBase, at + length, ip))
      return;
    out.phrase(LENGTH);
    out.dec(payload);
  }
  if (payload === 0) return;
  if (!d.has(at, header)) {
    out.str(` [remaining caplen(${d.available(at)}) < header length(${header})]`);
    throw TRUNCATED;
  }
  if ((flags & RST) !== 0 && opt.verbose > 0) {
    printResetData(d, at + header, payload);
    return;
  }
  if (opt.packetType !== null) {
    const typed = d.protocols.type(opt.packetType);
    typed?.tcp?.(d, at + header, payload, ip, sport, dport, fragmented, ttl);
    return;
  }
  d.protocols.tcp.print(d, at + header, payload, ip, sport, dport, fragmented, ttl);
}
