// Network Time Protocol (RFC 5905; control messages: RFC 9327).
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +---+-----+-----+---------------+---------------+---------------+
//   |LI | VN  |Mode |    Stratum    |     Poll      |   Precision   |
//   +---+-----+-----+---------------+---------------+---------------+
//   |  root delay, root dispersion, reference id: 4 bytes each      |
//   |  reference, origin, receive, transmit time: 8 bytes each      |
//   |  key id (4) and digest, if authenticated                      |
import type { TextWriter } from "../bytes/text.ts";
import type { Dissection } from "./dissection.ts";
import { characters } from "./phrase.ts";
import type { Tokens } from "./token.ts";

const CONTROL = 6;
const PRIVATE = 7;
const MODES = [
  "unspecified",
  "symmetric active",
  "symmetric passive",
  "Client",
  "Server",
  "Broadcast",
  "Control Message",
  "Reserved",
] as const;
const LEAP: Tokens = new Map([
  [0x00, ""],
  [0x40, "+1s"],
  [0x80, "-1s"],
  [0xc0, "clock unsynchronized"],
]);

const TIME_SIZE = 48;
const CONTROL_SIZE = 12;
const STRATUM_PRIMARY = 1;
const STRATUM_QUERY = 62;
const STRATUM_REPLY = 63;

const REFERENCE_TIME = 16;
const ORIGIN_TIME = 24;
const RECEIVE_TIME = 32;
const TRANSMIT_TIME = 40;
const TIMES = [
  [REFERENCE_TIME, "\n\t  Reference Timestamp:  "],
  [ORIGIN_TIME, "\n\t  Originator Timestamp: "],
  [RECEIVE_TIME, "\n\t  Receive Timestamp:    "],
  [TRANSMIT_TIME, "\n\t  Transmit Timestamp:   "],
] as const;

/** 1 January 1900, from where NTP counts, in seconds before 1970. */
const EPOCH = 2_208_988_800;

const TWO_32 = 0x1_0000_0000;

/** A span in 16.16 bits: seconds with millionths. */
function short(out: TextWriter, seconds: number, fraction: number): void {
  out.dec(seconds);
  out.ch(46);
  out.decPad(Math.floor((fraction / 65536) * 1_000_000), 6);
}

/** A fraction of 32 bits as billionths. */
function billionths(out: TextWriter, fraction: number): void {
  out.ch(46);
  out.decPad(Math.floor((fraction / TWO_32) * 1_000_000_000), 9);
}

/**
 * Writes the time of 64 bits at `at` as seconds, and for people as a date, of the era that ends in 2036 (RFC 5905 6).
 * Throws TRUNCATED.
 */
export function writeNtpTime(d: Dissection, at: number): void {
  const { out } = d;
  const seconds = d.u32(at);
  out.dec(seconds);
  billionths(out, d.u32(at + 4));
  if (seconds === 0) return;
  const date = new Date((seconds - EPOCH) * 1000);
  out.str(` (${date.toISOString().slice(0, 19)}Z)`);
}

/** The time at `at` as a distance from the one at `from`, or as it is if that is 0. */
function distance(d: Dissection, from: number, at: number): void {
  const seconds = d.u32(at);
  const fraction = d.u32(at + 4);
  const fromSeconds = d.u32(from);
  const fromFraction = d.u32(from + 4);
  if (fromSeconds === 0 && fromFraction === 0) {
    writeNtpTime(d, at);
    return;
  }
  const later = seconds > fromSeconds || (seconds === fromSeconds && fraction > fromFraction);
  let whole = later ? seconds - fromSeconds : fromSeconds - seconds;
  let part = later ? fraction - fromFraction : fromFraction - fraction;
  if (part < 0) {
    part += TWO_32;
    whole--;
  }
  d.out.ch(later ? 43 : 45);
  d.out.dec(whole);
  billionths(d.out, part);
}

/** The poll interval, a power of two, in seconds. */
function poll(out: TextWriter, exponent: number): void {
  out.str(`, poll ${exponent}`);
  if (exponent <= -32 || exponent >= 32) return;
  out.str(exponent >= 0 ? " (" : " (1/");
  out.dec(2 ** Math.abs(exponent));
  out.str("s)");
}

function stratumName(stratum: number): string {
  if (stratum === 0) return "unspecified";
  if (stratum === STRATUM_PRIMARY) return "primary reference";
  return stratum <= 15 ? "secondary reference" : "reserved";
}

/** Key and digest behind the times, told by the length alone. */
function authentication(d: Dissection, at: number, length: number): void {
  const { out } = d;
  const more = length - TIME_SIZE;
  if (more === 4 || more === 20 || more === 24) {
    out.str(`\n\tKey id: ${d.u32(at + TIME_SIZE)}`);
    if (more === 4) return;
    if (!d.has(at + TIME_SIZE + 4, more - 4)) {
      d.truncated();
      return;
    }
    out.str("\n\tAuthentication: ");
    for (let i = 4; i < more; i++) out.hexPad(d.u8(at + TIME_SIZE + i), 2);
  } else if (more > 0) out.str(`\n\t(${more} more bytes after the header)`);
}

/** False if there is nothing more to say. */
function reference(d: Dissection, at: number, stratum: number): boolean {
  const { out } = d;
  out.str(", Reference-ID: ");
  switch (stratum) {
    case 0:
      out.str("(unspec)");
      return true;
    case STRATUM_PRIMARY:
      characters(d, at, 4);
      return true;
    case STRATUM_QUERY:
    case STRATUM_REPLY:
      d.ip4(at);
      out.str(stratum === STRATUM_QUERY ? " INFO_QUERY" : " INFO_REPLY");
      return false;
    default:
      out.str("0x");
      out.hexPad(d.u32(at), 8);
      return true;
  }
}

function times(d: Dissection, at: number, length: number): void {
  const { out } = d;
  if (length < TIME_SIZE) {
    d.invalid();
    d.check(at, length);
    return;
  }
  const stratum = d.u8(at + 1);
  out.str(`, Stratum ${stratum} (${stratumName(stratum)})`);
  poll(out, (d.u8(at + 2) << 24) >> 24);
  const precision = d.u8(at + 3);
  out.str(`, precision ${(precision << 24) >> 24}`);
  for (const [offset, label] of [
    [4, "\n\tRoot Delay: "],
    [8, ", Root dispersion: "],
  ] as const) {
    d.check(at + offset, 4);
    out.str(label);
    short(out, d.u16(at + offset), d.u16(at + offset + 2));
  }
  d.check(at + 12, 4);
  if (!reference(d, at + 12, stratum)) return;
  for (const [offset, label] of TIMES) {
    d.check(at + offset, 8);
    out.str(label);
    writeNtpTime(d, at + offset);
  }
  out.str("\n\t    Originator - Receive Timestamp:  ");
  distance(d, at + ORIGIN_TIME, at + RECEIVE_TIME);
  out.str("\n\t    Originator - Transmit Timestamp: ");
  distance(d, at + ORIGIN_TIME, at + TRANSMIT_TIME);
  authentication(d, at, length);
}

function control(d: Dissection, at: number, length: number): void {
  const { out } = d;
  if (length < CONTROL_SIZE) {
    d.invalid();
    d.check(at, length);
    return;
  }
  const flags = d.u8(at + 1);
  out.str(flags & 0x80 ? ", Response" : ", Request");
  out.str(flags & 0x40 ? ", Error" : ", OK");
  out.str(flags & 0x20 ? ", More" : ", Last");
  out.str(`, OpCode=${flags & 0x1f}\n`);
  out.str(`\tSequence=${d.u16(at + 2)}`);
  const status = d.u16(at + 4);
  out.str(`, Status=${status === 0 ? "0" : `0x${status.toString(16)}`}`);
  out.str(`, Assoc.=${d.u16(at + 6)}`);
  out.str(`, Offset=${d.u16(at + 8)}`);
  const count = d.u16(at + 10);
  out.str(`, Count=${count}`);
  if (CONTROL_SIZE + count > length) {
    d.invalid();
    d.check(at, length);
  } else if (count > 0) {
    d.check(at + CONTROL_SIZE, count);
    out.str("\n\tTO-BE-DONE: data not interpreted");
  }
}

/** Writes the NTP message at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printNtp(d: Dissection, at: number, length: number): void {
  try {
    message(d, at, length);
  } catch (thrown) {
    d.cutOff(thrown);
  }
}

function message(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "ntp";
  const first = d.u8(at);
  const mode = first & 7;
  out.str(`NTPv${(first >> 3) & 7}, ${MODES[mode]!}, length ${length}`);
  if (d.opt.verbose === 0) return;
  const leap = first & 0xc0;
  out.str(`\n\tLeap indicator: ${LEAP.get(leap)!} (${leap})`);
  if (mode === CONTROL) control(d, at, length);
  else if (mode !== PRIVATE) times(d, at, length);
}
