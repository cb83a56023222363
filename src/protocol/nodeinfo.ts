// IPv6 node information queries and replies (RFC 4620), inside ICMPv6.
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +---------------+---------------+-------------------------------+
//   |     Type      |     Code      |           Checksum            |
//   +---------------+---------------+-------------------------------+
//   |             Qtype             |             Flags             |
//   +-------------------------------+-------------------------------+
//   |                        Nonce, 8 bytes                         |
//   +---------------------------------------------------------------+
//   |                             Data ...
import type { Dissection } from "./dissection.ts";
import { visible } from "./phrase.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";

const QUERY = 139;
const HEADER_SIZE = 16;
/** The question "who are you" of an old implementation has only half a nonce. */
const WHO_ARE_YOU_SIZE = 12;

const QTYPE_NOOP = 0;
const QTYPE_SUPPORTED = 1;
const QTYPE_NAME = 2;
const QTYPE_ADDRESSES = 3;
const QTYPES: Tokens = new Map([
  [QTYPE_NOOP, "noop"],
  [QTYPE_SUPPORTED, "supported qtypes"],
  [QTYPE_NAME, "DNS name"],
  [QTYPE_ADDRESSES, "node addresses"],
]);

const SUBJECT_IPV6 = 0;
const SUBJECT_NAME = 1;
const SUBJECT_IPV4 = 2;

const REPLY_SUCCESS = 0;
const REPLY_REFUSED = 1;
const REPLY_UNKNOWN = 2;

const QUERY_FLAGS: BitTokens = [
  [0x40, "a"],
  [0x20, "G"],
  [0x10, "S"],
  [0x08, "L"],
  [0x04, "C"],
  [0x02, "A"],
];
const REPLY_FLAGS: BitTokens = [...QUERY_FLAGS, [0x01, "T"]];

/** What is asked, with its flags. */
function qtype(d: Dissection, type: number, flags: number, names: BitTokens): void {
  const { out } = d;
  out.str(QTYPES.get(type) ?? "unknown");
  if (flags === 0) return;
  if (type === QTYPE_SUPPORTED) out.str(` [${flags & 1 ? "C" : ""}]`);
  else if (type === QTYPE_ADDRESSES) out.str(` [${bitNames(names, flags, "", "")}]`);
}

/** A name in labels without pointers, up to the captured end; "???" where it does not fit. */
function labels(d: Dissection, from: number): void {
  const { out } = d;
  const { end } = d;
  let at = from;
  out.str(', "');
  while (at < end) {
    let size = d.u8(at++);
    if (size === 0) {
      if (at === end) out.ch(46);
      // A second zero byte at the end: a name that was cut short (RFC 4620 6.3).
      else if (at + 1 !== end || d.u8(at) !== 0) out.str("???");
      break;
    }
    if (size > end - at) {
      out.str("???");
      break;
    }
    for (; size > 0; size--) visible(out, d.u8(at++));
    if (at + 1 < end && d.u8(at) !== 0) out.ch(46);
  }
  out.ch(34);
}

/** A name that fills what is left, with its size before it as in an old draft, or in labels. */
function name(d: Dissection, at: number): void {
  const { out } = d;
  if (d.u8(at) !== d.end - at - 1) {
    labels(d, at);
    return;
  }
  if (d.opt.verbose > 0) out.str(", 03 draft");
  out.str(', "');
  for (let i = at + 1; i < d.end; i++) visible(out, d.u8(i));
  out.ch(34);
}

/** The address that is asked about; `size` bytes of message are there. */
function addressSubject(d: Dissection, at: number, size: number, width: 4 | 16): void {
  if (size < HEADER_SIZE + width) return;
  if (size > HEADER_SIZE + width) {
    if (d.opt.verbose > 0) d.out.str(", invalid subject len");
    return;
  }
  d.out.str(", subject=");
  if (width === 16) d.ip6(at + HEADER_SIZE);
  else d.ip4(at + HEADER_SIZE);
}

function query(d: Dissection, at: number, size: number): void {
  const { out } = d;
  if (size === WHO_ARE_YOU_SIZE) {
    out.str(" who-are-you request");
    return;
  }
  out.str(" node information query");
  if (!d.has(at, HEADER_SIZE)) {
    d.truncated();
    return;
  }
  out.str(" (");
  const type = d.u16(at + 4);
  qtype(d, type, d.u16(at + 6), QUERY_FLAGS);
  if (type === QTYPE_NOOP || type === QTYPE_SUPPORTED) {
    if (size !== HEADER_SIZE && d.opt.verbose > 0) out.str(", invalid len");
  } else if (size === HEADER_SIZE) out.str(", 03 draft");
  else {
    switch (d.u8(at + 1)) {
      case SUBJECT_IPV6:
        addressSubject(d, at, size, 16);
        break;
      case SUBJECT_NAME:
        out.str(", subject=DNS name");
        name(d, at + HEADER_SIZE);
        break;
      case SUBJECT_IPV4:
        addressSubject(d, at, size, 4);
        break;
      default:
        out.str(", unknown subject");
    }
  }
  out.ch(41);
}

/** RFC 4620 6.4: each address with its time to live before it. */
function addresses(d: Dissection, at: number, size: number): void {
  for (let i = HEADER_SIZE; i + 20 <= size; i += 20) {
    d.out.ch(32);
    d.ip6(at + i + 4);
    d.out.ch(40);
    d.out.dec(d.u32(at + i));
    d.out.ch(41);
  }
}

function answer(d: Dissection, at: number, size: number): void {
  const { out } = d;
  const type = d.u16(at + 4);
  const flags = d.u16(at + 6);
  const verbose = d.opt.verbose > 0;
  if (verbose) out.str("success, ");
  switch (type) {
    case QTYPE_NAME:
      qtype(d, type, 0, REPLY_FLAGS);
      name(d, at + HEADER_SIZE + 4);
      if (flags & 1) {
        const seconds = d.u32(at + HEADER_SIZE);
        out.str(" [TTL=");
        out.dec(seconds);
        out.ch(93);
      }
      break;
    case QTYPE_ADDRESSES:
      qtype(d, type, 0, REPLY_FLAGS);
      addresses(d, at, size);
      if (flags !== 0) out.str(` [${bitNames(REPLY_FLAGS, flags, "", "")}]`);
      break;
    default:
      qtype(d, type, flags, REPLY_FLAGS);
      if (type === QTYPE_NOOP && size !== HEADER_SIZE && verbose) out.str(", invalid length");
  }
}

function reply(d: Dissection, at: number, size: number, length: number): void {
  const { out } = d;
  if (length > size || size < HEADER_SIZE) {
    d.truncated();
    return;
  }
  out.str(" node information reply (");
  const code = d.u8(at + 1);
  if (code === REPLY_SUCCESS) answer(d, at, size);
  else if (code === REPLY_REFUSED || code === REPLY_UNKNOWN) {
    out.str(code === REPLY_REFUSED ? "refused" : "unknown");
    if (size !== HEADER_SIZE && d.opt.verbose > 0) out.str(", invalid length");
  }
  out.ch(41);
}

/** Writes what the node information message at `at` asks or answers; `length` is its length on the wire. */
export function printNodeInformation(d: Dissection, at: number, length: number): void {
  const size = d.end - at;
  if (d.u8(at) === QUERY) query(d, at, size);
  else reply(d, at, size, length);
}
