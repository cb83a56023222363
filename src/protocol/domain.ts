// Domain Name System (RFC 1035) over UDP and TCP, with EDNS (RFC 6891); multicast DNS (RFC 6762) and LLMNR
// (RFC 4795) have the same form.
//
//   0  1  2  3  4  5  6  7  8  9  A  B  C  D  E  F
//   +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
//   |                      ID                       |
//   +--+-----------+--+--+--+--+--+--+--+-----------+
//   |QR|  Opcode   |AA|TC|RD|RA| Z|AD|CD|   RCODE   |
//   +--+-----------+--+--+--+--+--+--+--+-----------+
//   |                    QDCOUNT                    |
//   |                    ANCOUNT                    |
//   |                    NSCOUNT                    |
//   |                    ARCOUNT                    |
//   +-----------------------------------------------+
import { writeIpv4, writeIpv6 } from "../bytes/address.ts";
import type { Dissection } from "./dissection.ts";
import { characters, span, tenths } from "./phrase.ts";
import type { Tokens } from "./token.ts";

const HEADER_SIZE = 12;
/** RFC 1035 2.3.4: no name is longer; what comes after so many characters is not shown. */
const NAME_LIMIT = 255;

const OPCODES = [
  "",
  " inv_q",
  " stat",
  " op3",
  " notify",
  " update",
  " op6",
  " op7",
  " op8",
  " updateA",
  " updateD",
  " updateDA",
  " updateM",
  " updateMA",
  " zoneInit",
  " zoneRef",
] as const;
const OPCODE_INVERSE_QUERY = 1;

// Two of tcpdump's names lack the blank before them: part of its text.
const RESPONSE_CODES = [
  "",
  " FormErr",
  " ServFail",
  " NXDomain",
  " NotImp",
  " Refused",
  " YXDomain",
  " YXRRSet",
  " NXRRSet",
  " NotAuth",
  " NotZone",
  " Resp11",
  " Resp12",
  " Resp13",
  " Resp14",
  " NoChange",
  " BadVers",
  "Resp17",
  " Resp18",
  " Resp19",
  " Resp20",
  "Resp21",
  " Resp22",
  " BadCookie",
] as const;

const TYPE_A = 1;
const TYPE_NS = 2;
const TYPE_CNAME = 5;
const TYPE_SOA = 6;
const TYPE_PTR = 12;
const TYPE_MX = 15;
const TYPE_TXT = 16;
const TYPE_AAAA = 28;
const TYPE_SRV = 33;
const TYPE_A6 = 38;
const TYPE_DNAME = 39;
const TYPE_OPT = 41;
const TYPE_UNSPECA = 104;
const TYPE_TSIG = 250;
const TYPE_URI = 256;

export const TYPES: Tokens = new Map([
  [1, "A"],
  [2, "NS"],
  [3, "MD"],
  [4, "MF"],
  [5, "CNAME"],
  [6, "SOA"],
  [7, "MB"],
  [8, "MG"],
  [9, "MR"],
  [10, "NULL"],
  [11, "WKS"],
  [12, "PTR"],
  [13, "HINFO"],
  [14, "MINFO"],
  [15, "MX"],
  [16, "TXT"],
  [17, "RP"],
  [18, "AFSDB"],
  [19, "X25"],
  [20, "ISDN"],
  [21, "RT"],
  [22, "NSAP"],
  [23, "NSAP_PTR"],
  [24, "SIG"],
  [25, "KEY"],
  [26, "PX"],
  [27, "GPOS"],
  [28, "AAAA"],
  [29, "LOC"],
  [30, "NXT"],
  [31, "EID"],
  [32, "NIMLOC"],
  [33, "SRV"],
  [34, "ATMA"],
  [35, "NAPTR"],
  [36, "KX"],
  [37, "CERT"],
  [38, "A6"],
  [39, "DNAME"],
  [40, "SINK"],
  [41, "OPT"],
  [42, "APL"],
  [43, "DS"],
  [44, "SSHFP"],
  [45, "IPSECKEY"],
  [46, "RRSIG"],
  [47, "NSEC"],
  [48, "DNSKEY"],
  [99, "SPF"],
  [100, "UINFO"],
  [101, "UID"],
  [102, "GID"],
  [103, "UNSPEC"],
  [104, "UNSPECA"],
  [249, "TKEY"],
  [250, "TSIG"],
  [251, "IXFR"],
  [252, "AXFR"],
  [253, "MAILB"],
  [254, "MAILA"],
  [255, "ANY"],
  [256, "URI"],
]);

const CLASS_IN = 1;
export const CLASSES: Tokens = new Map([
  [1, "IN"],
  [3, "CHAOS"],
  [4, "HS"],
  [255, "ANY"],
]);
/** RFC 6762: a question for unicast answers (QU), a record that replaces others (cache flush). */
const MULTICAST_BIT = 0x8000;

const OPTIONS: Tokens = new Map([
  [1, "LLQ"],
  [2, "UL"],
  [3, "NSID"],
  [5, "DAU"],
  [6, "DHU"],
  [7, "N3U"],
  [8, "ECS"],
  [9, "EXPIRE"],
  [10, "COOKIE"],
  [11, "KEEPALIVE"],
  [12, "PADDING"],
  [13, "CHAIN"],
  [14, "KEY-TAG"],
  [16, "CLIENT-TAG"],
  [17, "SERVER-TAG"],
]);
const OPTION_DAU = 5;
const OPTION_DHU = 6;
const OPTION_N3U = 7;
const OPTION_ECS = 8;
const OPTION_EXPIRE = 9;
const OPTION_COOKIE = 10;
const OPTION_KEEPALIVE = 11;
const OPTION_PADDING = 12;
const OPTION_CHAIN = 13;
const OPTION_KEY_TAG = 14;

const SIGNATURE_ALGORITHMS: Tokens = new Map([
  [0, "DELETE"],
  [1, "RSAMD5"],
  [2, "DH"],
  [3, "DS"],
  [5, "RSASHA1"],
  [6, "DSA-NSEC3-SHA1"],
  [7, "RSASHA1-NSEC3-SHA1"],
  [8, "RSASHA256"],
  [10, "RSASHA512"],
  [12, "ECC-GOST"],
  [13, "ECDSAP256SHA256"],
  [14, "ECDSAP384SHA384"],
  [15, "ED25519"],
  [16, "ED448"],
  [252, "INDIRECT"],
  [253, "PRIVATEDNS"],
  [254, "PRIVATEOID"],
]);
const DIGESTS: Tokens = new Map([
  [1, "SHA-1"],
  [2, "SHA-256"],
  [3, "GOST_R_34.11-94"],
  [4, "SHA-384"],
]);
const NSEC3_HASHES: Tokens = new Map([[1, "SHA-1"]]);

/** A name or a record that ends nowhere: the message is cut off there. */
const NOWHERE = -1;

const KIND_LABEL = 0x00;
const KIND_EXTENDED = 0x40;
const KIND_POINTER = 0xc0;
/** The only extended label that ever was (RFC 2673): a string of bits. */
const BIT_LABEL = 1;

/** Size in bytes of a bit string label after its first byte; the count of bits is at `at`, 0 means 256. */
function bitLabelSize(d: Dissection, at: number): number {
  return (((d.u8(at) || 256) + 7) >> 3) + 1;
}

/** Where the name at `at` ends, pointers not followed; NOWHERE if it does not end in what was captured. */
export function skipName(d: Dissection, at: number): number {
  let pos = at;
  for (;;) {
    if (!d.has(pos, 1)) return NOWHERE;
    const first = d.u8(pos++);
    if (first === 0) return pos;
    switch (first & 0xc0) {
      case KIND_POINTER:
        return pos + 1;
      case KIND_LABEL:
        pos += first;
        break;
      case KIND_EXTENDED:
        if ((first & 0x3f) !== BIT_LABEL || !d.has(pos, 1)) return NOWHERE;
        pos += bitLabelSize(d, pos);
        break;
      default:
        return NOWHERE;
    }
  }
}

/** Size of the label at `at` after its first byte; NOWHERE, with a word why, if it is none. */
function labelSize(d: Dissection, at: number): number {
  if (!d.has(at, 1)) return NOWHERE;
  const first = d.u8(at);
  switch (first & 0xc0) {
    case KIND_LABEL:
    case KIND_POINTER:
      return first;
    case KIND_EXTENDED:
      if ((first & 0x3f) !== BIT_LABEL) {
        d.out.str("<ELT ");
        d.out.dec(first & 0x3f);
        d.out.ch(62);
        return NOWHERE;
      }
      return d.has(at + 1, 1) ? bitLabelSize(d, at + 1) : NOWHERE;
    default:
      d.out.str("<BAD LABEL TYPE>");
      return NOWHERE;
  }
}

/** A bit string as "\[xHEX/BITS]"; the count of bits is at `at`. */
function bitLabel(d: Dissection, at: number): void {
  const { out } = d;
  const bits = d.u8(at) || 256;
  out.str("\\[x");
  let pos = at + 1;
  let left = bits;
  for (; left > 7; left -= 8) out.hexPad(d.u8(pos++), 2);
  // The bits beyond the last are masked out on eight bits first, then on four: a mask of an int, not of a byte.
  if (left > 4) {
    const value = d.u8(pos) & (0xff << (8 - left));
    if (value < 0x10) out.ch(48);
    out.hex(value);
  } else if (left > 0) out.hex((d.u8(pos) >> 4) & 0x0f & (0x0f << (4 - left)));
  out.ch(47);
  out.dec(bits);
  out.ch(93);
}

/**
 * Writes the name at `at` with a dot after each label; pointers count from `message`. Answers where the name ends
 * (RFC 1035 4.1.4: after the first pointer), or NOWHERE if it is cut off or wrong. A pointer must point before
 * all that were followed, so that no name is endless.
 */
export function domainName(d: Dissection, at: number, message: number): number {
  const { out } = d;
  let size = labelSize(d, at);
  if (size === NOWHERE) return NOWHERE;
  // Unsigned: in an EDNS CHAIN option the message "begins" after the name, and any pointer is before it.
  let limit = (at - message) >>> 0;
  let pos = at;
  let first = d.u8(pos++);
  // A pointer cut in two ends nowhere.
  let after = (first & 0xc0) === KIND_POINTER ? NOWHERE : pos + size;
  let pointed = false;
  let shown = 0;
  if (first === 0) {
    out.ch(46);
    return after;
  }
  while (first !== 0 && pos < d.end) {
    const kind = first & 0xc0;
    if (kind === KIND_POINTER) {
      if (!pointed) {
        after = pos + 1;
        pointed = true;
      }
      const offset = ((first & 0x3f) << 8) | d.u8(pos);
      if (offset >= limit) {
        out.str("<BAD PTR>");
        return NOWHERE;
      }
      limit = offset;
      pos = message + offset;
      if (!d.has(pos, 1)) return NOWHERE;
    } else {
      if (kind === KIND_EXTENDED) bitLabel(d, pos);
      else {
        const room = Math.min(size, NAME_LIMIT - shown);
        if (room > 0 && !characters(d, pos, room)) return NOWHERE;
        shown += size;
      }
      pos += size;
      if (shown <= NAME_LIMIT) out.ch(46);
      shown++;
      if (!d.has(pos, 1)) return NOWHERE;
    }
    first = d.u8(pos);
    size = labelSize(d, pos);
    if (size === NOWHERE) return NOWHERE;
    pos++;
    if (!pointed && kind !== KIND_POINTER) after += size + 1;
  }
  if (shown > NAME_LIMIT) out.str("<DOMAIN NAME TOO LONG>");
  return after;
}

function count(d: Dissection, n: number, unit: string): void {
  d.out.str(" [");
  d.out.dec(n);
  d.out.str(unit);
  d.out.ch(93);
}

function className(d: Dissection, value: number): void {
  if (value === CLASS_IN) return;
  d.out.ch(32);
  d.out.str(CLASSES.get(value) ?? `(Class ${value})`);
}

function question(d: Dissection, at: number, message: number, multicast: boolean): number {
  const { out } = d;
  const end = skipName(d, at);
  if (end === NOWHERE || !d.has(end, 4)) return NOWHERE;
  const type = d.u16(end);
  out.ch(32);
  out.str(TYPES.get(type) ?? `Type${type}`);
  const field = d.u16(end + 2);
  className(d, multicast ? field & ~MULTICAST_BIT : field);
  if (multicast) out.str(field & MULTICAST_BIT ? " (QU)" : " (QM)");
  out.str("? ");
  const after = domainName(d, at, message);
  return after === NOWHERE ? NOWHERE : after + 4;
}

/** RFC 7871 client subnet: family, prefix lengths, and as many bytes of the address as the prefix needs. */
function clientSubnet(d: Dissection, at: number, size: number): void {
  const { out } = d;
  if (size < 4) {
    d.invalid();
    return;
  }
  const family = d.u16(at);
  const source = d.u8(at + 2);
  const scope = d.u8(at + 3);
  const bits = family === 1 ? 32 : family === 2 ? 128 : 0;
  const given = size - 4;
  if (bits === 0 || given > bits / 8 || source > bits || scope > bits || (source + 7) >> 3 !== given) {
    d.invalid();
    return;
  }
  d.need(at + 4, given);
  const address = new Uint8Array(16);
  address.set(d.bytes.subarray(at + 4, at + 4 + given));
  if (family === 1) writeIpv4(out, address, 0);
  else writeIpv6(out, address, 0);
  out.ch(47);
  out.dec(source);
  out.ch(47);
  out.dec(scope);
}

function hexBytes(d: Dissection, at: number, size: number): void {
  for (let i = 0; i < size; i++) d.out.hexPad(d.u8(at + i), 2);
}

function algorithms(d: Dissection, at: number, size: number, names: Tokens): void {
  for (let i = 0; i < size; i++) {
    if (i > 0) d.out.ch(32);
    const value = d.u8(at + i);
    d.out.str(names.get(value) ?? `Alg_${value}`);
  }
}

function optionValue(d: Dissection, code: number, at: number, size: number): void {
  const { out } = d;
  switch (code) {
    case OPTION_ECS:
      clientSubnet(d, at, size);
      return;
    case OPTION_COOKIE:
      // RFC 7873: eight bytes of the client, and eight to 32 of the server or none.
      if (size < 8 || (size > 8 && size < 16) || size > 40) {
        d.invalid();
        return;
      }
      hexBytes(d, at, 8);
      if (size > 8) {
        out.ch(32);
        hexBytes(d, at + 8, size - 8);
      }
      return;
    case OPTION_KEEPALIVE:
      if (size !== 2) {
        d.invalid();
        return;
      }
      tenths(out, d.u16(at));
      out.str(" sec");
      return;
    case OPTION_EXPIRE:
      if (size !== 4) {
        d.invalid();
        return;
      }
      out.dec(d.u32(at));
      out.str(" sec");
      return;
    case OPTION_PADDING:
      out.ch(40);
      out.dec(size);
      out.ch(41);
      return;
    case OPTION_KEY_TAG:
      if (size % 2 !== 0) {
        d.invalid();
        return;
      }
      for (let i = 0; i < size; i += 2) {
        if (i > 0) out.ch(32);
        out.dec(d.u16(at + i));
      }
      return;
    case OPTION_DAU:
      algorithms(d, at, size, SIGNATURE_ALGORITHMS);
      return;
    case OPTION_DHU:
      algorithms(d, at, size, DIGESTS);
      return;
    case OPTION_N3U:
      algorithms(d, at, size, NSEC3_HASHES);
      return;
    case OPTION_CHAIN:
      domainName(d, at, at + size);
      return;
    default:
      hexBytes(d, at, size);
  }
}

/** An EDNS option; answers where it ends or NOWHERE. */
function option(d: Dissection, at: number): number {
  if (!d.has(at, 2)) return NOWHERE;
  const code = d.u16(at);
  d.out.str(OPTIONS.get(code) ?? `Opt${code}`);
  if (!d.has(at + 2, 2)) return NOWHERE;
  const size = d.u16(at + 2);
  if (!d.has(at + 4, size)) return NOWHERE;
  if (size > 0) {
    d.out.ch(32);
    optionValue(d, code, at + 4, size);
  }
  return at + 4 + size;
}

function decimals(d: Dissection, at: number, words: number): void {
  for (let i = 0; i < words; i++) {
    d.out.ch(32);
    d.out.dec(d.u32(at + i * 4));
  }
}

/** RFC 8945, the signature of a transaction: "fudge", the sizes, and the error. */
function transactionSignature(d: Dissection, at: number, message: number): boolean {
  const { out } = d;
  out.ch(32);
  const after = domainName(d, at, message);
  if (after === NOWHERE) return false;
  let pos = after + 6;
  for (const label of [" fudge=", " maclen=", " origid=", " error=", " otherlen="]) {
    if (!d.has(pos, 2)) return false;
    const value = d.u16(pos);
    out.str(label);
    out.dec(value);
    pos += 2;
    if (label === " maclen=") pos += value;
  }
  return true;
}

/** The prefix and the rest of RFC 2874: bits of an address, and the name that has the bits before. */
function address6(d: Dissection, at: number, message: number): boolean {
  const { out } = d;
  if (!d.has(at, 1)) return false;
  const prefix = d.u8(at);
  const skipped = prefix >> 3;
  if (prefix > 128) {
    out.ch(32);
    out.dec(prefix);
    out.str("(bad plen)");
    return true;
  }
  if (prefix < 128) {
    d.need(at + 1, 16 - skipped);
    const address = new Uint8Array(16);
    address.set(d.bytes.subarray(at + 1, at + 17 - skipped), skipped);
    out.ch(32);
    out.dec(prefix);
    out.ch(32);
    writeIpv6(out, address, 0);
  }
  if (prefix > 0) out.ch(32);
  return prefix === 0 || domainName(d, at + 17 - skipped, message) !== NOWHERE;
}

/** What a record says; false if it is cut off. The record ends at `end`, which was captured. */
function recordData(
  d: Dissection,
  type: number,
  classField: number,
  flags: number,
  at: number,
  end: number,
  message: number,
): boolean {
  const { out } = d;
  switch (type) {
    case TYPE_A:
      if (!d.has(at, 4)) return false;
      out.ch(32);
      writeIpv4(out, d.bytes, at);
      return true;
    case TYPE_AAAA:
      if (!d.has(at, 16)) return false;
      out.ch(32);
      writeIpv6(out, d.bytes, at);
      return true;
    case TYPE_NS:
    case TYPE_CNAME:
    case TYPE_PTR:
    case TYPE_DNAME:
      out.ch(32);
      return domainName(d, at, message) !== NOWHERE;
    case TYPE_SOA: {
      if (d.opt.verbose === 0) return true;
      let pos = at;
      for (let i = 0; i < 2; i++) {
        out.ch(32);
        pos = domainName(d, pos, message);
        if (pos === NOWHERE) return false;
      }
      if (!d.has(pos, 20)) return false;
      decimals(d, pos, 5);
      return true;
    }
    case TYPE_MX:
      out.ch(32);
      if (!d.has(at, 2) || domainName(d, at + 2, message) === NOWHERE) return false;
      out.ch(32);
      out.dec(d.u16(at));
      return true;
    case TYPE_TXT: {
      let pos = at;
      while (pos < end) {
        out.str(' "');
        if (!d.has(pos, 1)) return false;
        const size = d.u8(pos);
        if (!characters(d, pos + 1, size)) return false;
        pos += 1 + size;
        out.ch(34);
      }
      return true;
    }
    case TYPE_SRV:
      out.ch(32);
      if (!d.has(at, 6) || domainName(d, at + 6, message) === NOWHERE) return false;
      out.ch(58);
      out.dec(d.u16(at + 4));
      out.ch(32);
      out.dec(d.u16(at));
      out.ch(32);
      out.dec(d.u16(at + 2));
      return true;
    case TYPE_A6:
      return address6(d, at, message);
    case TYPE_URI: {
      d.need(at, 4);
      out.ch(32);
      out.dec(d.u16(at));
      out.ch(32);
      out.dec(d.u16(at + 2));
      out.ch(32);
      // Less than four bytes of data: the count wraps around, and all that was captured is shown.
      const size = (end - at - 4) >>> 0;
      return characters(d, at + 4, size);
    }
    case TYPE_OPT: {
      out.str(" UDPsize=");
      out.dec(classField);
      if (flags & 0x8000) out.str(" DO");
      if (at >= end) return true;
      out.str(" [");
      let pos = at;
      while (pos < end) {
        pos = option(d, pos);
        if (pos === NOWHERE) return false;
        if (pos < end) out.ch(44);
      }
      out.ch(93);
      return true;
    }
    case TYPE_UNSPECA:
      return characters(d, at, end - at);
    case TYPE_TSIG:
      return d.opt.verbose === 0 || transactionSignature(d, at, message);
    default:
      return true;
  }
}

/** A resource record; answers where it ends, or NOWHERE. */
function record(d: Dissection, at: number, message: number, multicast: boolean): number {
  const { out } = d;
  let pos: number;
  if (d.opt.verbose > 0) {
    out.ch(32);
    pos = domainName(d, at, message);
    if (pos === NOWHERE) return NOWHERE;
  } else pos = skipName(d, at);
  // Not enough for a record's head: no word about it, the sections end here.
  if (pos === NOWHERE || !d.has(pos, 10)) return d.end;
  const type = d.u16(pos);
  const field = d.u16(pos + 2);
  const classField = multicast ? field & ~MULTICAST_BIT : field;
  if (type !== TYPE_OPT) className(d, classField);
  if (multicast && field & MULTICAST_BIT) out.str(" (Cache flush)");
  if (type !== TYPE_OPT && d.opt.verbose > 2) {
    out.str(" [");
    span(out, d.u32(pos + 4));
    out.ch(93);
  }
  const size = d.u16(pos + 8);
  out.ch(32);
  out.str(TYPES.get(type) ?? `Type${type}`);
  const data = pos + 10;
  const end = data + size;
  if (end > d.end) return NOWHERE;
  return recordData(d, type, classField, d.u16(pos + 6), data, end, message) ? end : NOWHERE;
}

/** `count` records with commas between; answers where they end, or NOWHERE if some are missing. */
function records(d: Dissection, at: number, count: number, message: number, multicast: boolean): number {
  let pos = at;
  let left = count;
  if (left > 0) {
    pos = record(d, pos, message, multicast);
    if (pos === NOWHERE) return NOWHERE;
    left--;
  }
  while (pos < d.end && left > 0) {
    d.out.ch(44);
    pos = record(d, pos, message, multicast);
    if (pos === NOWHERE) return NOWHERE;
    left--;
  }
  return left > 0 ? NOWHERE : pos;
}

function section(
  d: Dissection,
  title: string,
  at: number,
  count: number,
  message: number,
  multicast: boolean,
): number {
  if (count === 0) return at;
  if (at >= d.end) return NOWHERE;
  d.out.str(title);
  return records(d, at, count, message, multicast);
}

/** The upper eight bits of the response code, from the OPT record if there is one (RFC 6891 6.1.3). */
function extendedCode(d: Dissection, at: number): number {
  let pos = at + HEADER_SIZE;
  for (let i = d.u16(at + 4); i > 0; i--) {
    pos = skipName(d, pos);
    if (pos === NOWHERE) return 0;
    pos += 4;
    if (pos >= d.end) return 0;
  }
  const others = d.u16(at + 6) + d.u16(at + 8);
  const all = others + d.u16(at + 10);
  for (let i = 0; i < all; i++) {
    pos = skipName(d, pos);
    if (pos === NOWHERE) return 0;
    if (i >= others) {
      if (!d.has(pos, 5)) return 0;
      if (d.u16(pos) === TYPE_OPT) return d.u8(pos + 4);
    }
    pos += 8;
    if (!d.has(pos, 2)) return 0;
    pos += 2 + d.u16(pos);
    if (pos >= d.end) return 0;
  }
  return 0;
}

/** The rest of a response; false if it is cut off. */
function response(d: Dissection, at: number, flags: number, multicast: boolean): boolean {
  const { out } = d;
  const questions = d.u16(at + 4);
  const answers = d.u16(at + 6);
  const authorities = d.u16(at + 8);
  const additionals = d.u16(at + 10);
  const code = (flags & 15) | (extendedCode(d, at) << 4);
  out.dec(d.u16(at));
  out.str(OPCODES[(flags >> 11) & 15]!);
  out.str(RESPONSE_CODES[code] ?? ` Resp${code}`);
  if (flags & 0x0400) out.ch(42);
  if (!(flags & 0x0080)) out.ch(45);
  if (flags & 0x0200) out.ch(124);
  if (flags & 0x0020) out.ch(36);
  if (questions !== 1) count(d, questions, "q");
  let pos = at + HEADER_SIZE;
  for (let i = 0; i < questions; i++) {
    if (i > 0) out.ch(44);
    if (d.opt.verbose > 1) {
      out.str(" q:");
      pos = question(d, pos, at, multicast);
    } else {
      pos = skipName(d, pos);
      if (pos !== NOWHERE) pos += 4;
    }
    if (pos === NOWHERE) return false;
  }
  out.ch(32);
  out.dec(answers);
  out.ch(47);
  out.dec(authorities);
  out.ch(47);
  out.dec(additionals);
  pos = records(d, pos, answers, at, multicast);
  if (pos === NOWHERE) return false;
  if (d.opt.verbose < 2) return true;
  pos = section(d, " ns:", pos, authorities, at, multicast);
  return pos !== NOWHERE && section(d, " ar:", pos, additionals, at, multicast) !== NOWHERE;
}

/** The rest of a request; false if it is cut off. */
function request(d: Dissection, at: number, flags: number, multicast: boolean): boolean {
  const { out } = d;
  const questions = d.u16(at + 4);
  const answers = d.u16(at + 6);
  const authorities = d.u16(at + 8);
  const additionals = d.u16(at + 10);
  const opcode = (flags >> 11) & 15;
  out.dec(d.u16(at));
  out.str(OPCODES[opcode]!);
  if (flags & 0x0100) out.ch(43);
  if (flags & 0x0010) out.ch(37);
  // Bits that a request should leave zero.
  if (flags & 0x06cf) {
    out.str(" [b2&3=0x");
    out.hex(flags);
    out.ch(93);
  }
  if (opcode === OPCODE_INVERSE_QUERY) {
    if (questions) count(d, questions, "q");
    if (answers !== 1) count(d, answers, "a");
  } else {
    if (answers) count(d, answers, "a");
    if (questions !== 1) count(d, questions, "q");
  }
  if (authorities) count(d, authorities, "n");
  if (additionals) count(d, additionals, "au");
  let pos = at + HEADER_SIZE;
  for (let i = 0; i < questions; i++) {
    if (i > 0 && pos >= d.end) return false;
    pos = question(d, pos, at, multicast);
    if (pos === NOWHERE) return false;
  }
  if (d.opt.verbose < 2) return true;
  pos = records(d, pos, answers, at, multicast);
  if (pos === NOWHERE) return false;
  pos = section(d, " ns:", pos, authorities, at, multicast);
  return pos !== NOWHERE && section(d, " ar:", pos, additionals, at, multicast) !== NOWHERE;
}

function message(d: Dissection, at: number, length: number, multicast: boolean): void {
  const { out } = d;
  if (length < HEADER_SIZE) {
    out.str("domain [length ");
    out.dec(length);
    out.str(" < ");
    out.dec(HEADER_SIZE);
    out.ch(93);
    d.invalid();
    return;
  }
  if (!d.has(at, HEADER_SIZE)) {
    d.truncated();
    return;
  }
  const flags = d.u16(at + 2);
  const whole = flags & 0x8000 ? response(d, at, flags, multicast) : request(d, at, flags, multicast);
  if (!whole) {
    d.truncated();
    return;
  }
  out.str(" (");
  out.dec(length);
  out.ch(41);
}

/** Writes the DNS message at `at`, `length` bytes on the wire, as it comes over UDP. Throws TRUNCATED. */
export function printDomain(d: Dissection, at: number, length: number): void {
  d.protocol = "domain";
  message(d, at, length, false);
}

/** The same with multicast DNS's use of the class fields' upper bit (RFC 6762). Throws TRUNCATED. */
export function printMulticastDomain(d: Dissection, at: number, length: number): void {
  d.protocol = "domain";
  message(d, at, length, true);
}

/**
 * The same as it comes over TCP: two bytes of length before it (RFC 1035 4.2.2), and only whole messages.
 * Throws TRUNCATED.
 */
export function printDomainOverTcp(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "domain";
  if (length < 2) {
    out.str(" [DNS over TCP: length ");
    out.dec(length);
    out.str(" < 2]");
    d.invalid();
    return;
  }
  const promised = d.u16(at);
  if (promised !== length - 2) {
    out.str(" [prefix length(");
    out.dec(promised);
    out.str(") != length(");
    out.dec(length - 2);
    out.str(")]");
    d.invalid();
    return;
  }
  out.ch(32);
  message(d, at + 2, length - 2, false);
}
