// Datagram Congestion Control Protocol (RFC 4340).
//
//   source port (2) | destination port (2) | data offset in words (1) | CCVal, CsCov (1) | checksum (2) |
//   reserved (3 bits), type (4 bits), extended (1 bit) | sequence number (3) — or reserved (1) and (6) if extended
//   then by type: [acknowledgement (4 or 8)] [service (4) or reset code (1) and data (3)] | options
import { rightChecksum } from "../bytes/checksum.ts";
import type { Dissection } from "./dissection.ts";
import { IPPROTO_DCCP } from "./ipproto.ts";
import { checksum4, checksum6 } from "./pseudo.ts";
import type { Tokens } from "./token.ts";
import { hex, numbered, writeHexDigits } from "./wording.ts";

const SHORT_HEADER = 12;
const LONG_HEADER = 16;

const REQUEST = 0;
const RESPONSE = 1;
const DATA = 2;
const RESET = 7;
/** Each type's name, and how long its part of the header is. */
const TYPES: readonly (readonly [name: string, size: number])[] = [
  ["DCCP-Request", 4],
  ["DCCP-Response", 12],
  ["DCCP-Data", 0],
  ["DCCP-Ack", 8],
  ["DCCP-DataAck", 8],
  ["DCCP-CloseReq", 8],
  ["DCCP-Close", 8],
  ["DCCP-Reset", 12],
  ["DCCP-Sync", 8],
  ["DCCP-SyncAck", 8],
];
const RESET_CODES: Tokens = numbered(
  0,
  "unspecified",
  "closed",
  "aborted",
  "no_connection",
  "packet_error",
  "option_error",
  "mandatory_error",
  "connection_refused",
  "bad_service_code",
  "too_busy",
  "bad_init_cookie",
  "aggression_penalty",
);

const CCID_OPTIONS = 128;
/** Below it, options are one byte. */
const LONG_OPTIONS = 32;
const OPTIONS: Tokens = new Map([
  ...numbered(0, "nop", "mandatory", "slowreceiver"),
  ...numbered(
    32,
    "change_l",
    "confirm_l",
    "change_r",
    "confirm_r",
    "initcookie",
    "ndp_count",
    "ack_vector0",
    "ack_vector1",
    "data_dropped",
    "timestamp",
    "timestamp_echo",
    "elapsed_time",
    "data_checksum",
  ),
]);
const CONFIRM_R = 35;
const NDP_COUNT = 37;
const DATA_DROPPED = 40;
const TIMESTAMP = 41;
const TIMESTAMP_ECHO = 42;
const ELAPSED_TIME = 43;
const DATA_CHECKSUM = 44;
const FEATURES = [
  "reserved",
  "ccid",
  "allow_short_seqno",
  "sequence_window",
  "ecn_incapable",
  "ack_ratio",
  "send_ack_vector",
  "send_ndp_count",
  "minimum checksum coverage",
  "check data checksum",
];

/** What an option of `size` bytes at `at` says. Throws TRUNCATED. */
function optionValue(d: Dissection, type: number, at: number, size: number): void {
  const { out } = d;
  const value = at + 2;
  if (type >= CCID_OPTIONS) {
    if (size === 4) out.str(` ${d.u16(value)}`);
    else if (size === 6) out.str(` ${d.u32(value)}`);
    return;
  }
  if (type < LONG_OPTIONS) return;
  if (type <= CONFIRM_R) {
    if (size < 3) {
      out.str(" optlen too short");
      return;
    }
    const feature = FEATURES[d.u8(value)];
    if (feature === undefined) return;
    out.str(` ${feature}`);
    for (let i = 3; i < size; i++) out.str(` ${d.u8(at + i)}`);
  } else if (type === NDP_COUNT) for (let i = 2; i < size; i++) out.str(` ${d.u8(at + i)}`);
  else if (type <= DATA_DROPPED || type === DATA_CHECKSUM) {
    if (size <= 2) return;
    out.str(type === DATA_CHECKSUM ? " " : " 0x");
    writeHexDigits(d, value, size - 2);
  } else if (type === TIMESTAMP) out.str(size === 6 ? ` ${d.u32(value)}` : " [optlen != 6]");
  else if (type === TIMESTAMP_ECHO) {
    if (size !== 6 && size !== 8 && size !== 10) {
      out.str(" [optlen != 6 or 8 or 10]");
      return;
    }
    out.str(` ${d.u32(value)}`);
    if (size > 6) out.str(` (elapsed time ${size === 8 ? d.u16(value + 4) : d.u32(value + 4)})`);
  } else if (type === ELAPSED_TIME) {
    if (size === 6) out.str(` ${d.u32(value)}`);
    else if (size === 4) out.str(` ${d.u16(value)}`);
    else out.str(" [optlen != 4 or 6]");
  }
}

/** Prints the option at `at`; its size, 0 if it is wrong. Throws TRUNCATED. */
function option(d: Dissection, at: number, left: number): number {
  const { out } = d;
  const type = d.u8(at);
  const size = type >= LONG_OPTIONS ? d.u8(at + 1) : 1;
  const name = type >= CCID_OPTIONS ? `CCID option ${type}` : (OPTIONS.get(type) ?? `Option ${type}`);
  if (type >= LONG_OPTIONS && size < 2) {
    out.str(`${name} optlen too short`);
    return 0;
  }
  if (left < size) {
    out.str(`${name} optlen goes past header length`);
    return 0;
  }
  if (!d.has(at, size)) {
    d.truncated();
    return 0;
  }
  out.str(name);
  optionValue(d, type, at, size);
  return size;
}

function options(d: Dissection, at: number, left: number): void {
  const { out } = d;
  out.str(" <");
  for (;;) {
    const size = option(d, at, left);
    if (size === 0 || left <= size) break;
    left -= size;
    at += size;
    out.str(", ");
  }
  out.ch(62);
}

/** "(CCVal 0, CsCov 0, cksum 0x1234 (correct))" */
function verboseHeader(d: Dissection, at: number, length: number, ip: number): void {
  const { out } = d;
  const field = d.u8(at + 5);
  const coverage = field & 15;
  out.str(` (CCVal ${field >> 4}, CsCov ${coverage}`);
  if (d.has(at, length)) {
    const sum = d.u16(at + 6);
    out.str(`, cksum 0x${hex(sum, 4)} `);
    const covered = coverage === 0 ? length : Math.min(length, (d.u8(at + 4) + coverage - 1) * 4);
    const six = d.u8(ip) >> 4 === 6;
    const computed = (six ? checksum6 : checksum4)(d, ip, at, length, covered, IPPROTO_DCCP);
    out.str(computed === 0 ? "(correct)" : `(incorrect -> 0x${hex(rightChecksum(sum, computed), 4)})`);
  }
  out.ch(41);
}

/** Writes the DCCP packet of `length` bytes at `at`; `ip` is its IP header. Throws TRUNCATED. */
export function printDccp(d: Dissection, at: number, length: number, ip: number): void {
  const { out, opt } = d;
  d.protocol = "dccp";
  if (at + SHORT_HEADER > d.end) {
    d.truncated();
    return;
  }
  const missing = (what: string, size: number) =>
    out.str(`truncated-${what} - ${size - length} bytes missing!`);
  if (length < SHORT_HEADER) {
    missing("dccp", SHORT_HEADER);
    return;
  }
  const extended = (d.u8(at + 8) & 1) !== 0;
  const basic = extended ? LONG_HEADER : SHORT_HEADER;
  if (length < basic) {
    missing("dccp", basic);
    return;
  }
  if (!d.has(at, basic)) {
    d.truncated();
    return;
  }
  const header = d.u8(at + 4) * 4;
  const six = d.u8(ip) >> 4 === 6;
  if (six) d.ip6(ip + 8);
  else d.ip4(ip + 12);
  out.str(`.${d.u16(at)} > `);
  if (six) d.ip6(ip + 24);
  else d.ip4(ip + 16);
  out.str(`.${d.u16(at + 2)}: DCCP`);
  if (opt.quiet) {
    out.str(` ${(length - header) >>> 0}`);
    if (header > length) out.str(` [bad hdr length ${header} - too long, > ${length}]`);
    return;
  }
  if (opt.verbose > 0) verboseHeader(d, at, length, ip);
  out.ch(32);
  const type = (d.u8(at + 8) >> 1) & 15;
  const [name, extra] = TYPES[type] ?? [`unknown-type-${type}`, 0];
  const fixed = basic + extra;
  if (length < fixed) {
    missing(name, fixed);
    return;
  }
  const part = at + basic;
  if (type === REQUEST || type === RESPONSE || type === RESET) {
    if (!d.has(part, extra)) {
      d.truncated();
      return;
    }
    if (type === RESET) out.str(`${name} (code=${RESET_CODES.get(d.u8(part + 8)) ?? "invalid"}) `);
    else out.str(`${name} (service=${d.u32(type === REQUEST ? part : part + 8)}) `);
  } else out.str(`${name} `);
  // Sequence numbers are of three or of six bytes.
  const sequence = (from: number) => (extended ? d.u16(from) * 2 ** 32 + d.u32(from + 2) : d.u24(from));
  if (type !== DATA && type !== REQUEST) out.str(`(ack=${sequence(extended ? part + 2 : part + 1)}) `);
  if (opt.verbose < 2) return;
  out.str(`seq ${sequence(extended ? at + 10 : at + 9)}`);
  if (header > fixed) options(d, at + fixed, header - fixed);
}
