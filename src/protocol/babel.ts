// The Babel routing protocol (RFC 8966, RFC 6126), with HMAC (RFC 7298, RFC 8967), diversity (RFC 8966's draft) and
// source-specific routes (draft-boutier-babel-source-specific).
//
//   magic 42 (1) | version (1) | length (2) | TLVs: type (1), length (1), value | trailer's TLVs
import type { Dissection } from "./dissection.ts";
import { addressText } from "./prefix.ts";
import { hex } from "./wording.ts";

const HEADER = 4;
const MAGIC = 42;
const PAD1 = 0;
const HELLO = 4;
const IHU = 5;
const UPDATE = 8;
const SOURCE_UPDATE = 13;
const MANDATORY = 0x80;
const UNICAST = 0x8000;

/** Names without -v, and with it, by type. */
const NAMES: ReadonlyMap<number, readonly [brief: string, verbose: string]> = new Map([
  [1, ["padN", "Pad "]],
  [2, ["ack-req", "Acknowledgment Request "]],
  [3, ["ack", "Acknowledgment "]],
  [HELLO, ["hello", "Hello "]],
  [IHU, ["ihu", "IHU "]],
  [6, ["router-id", "Router Id"]],
  [7, ["nh", "Next Hop"]],
  [UPDATE, ["update", "Update"]],
  [9, ["route-request", "Route Request "]],
  [10, ["seqno-request", "Seqno Request "]],
  [11, ["tspc", "TS/PC "]],
  [12, ["hmac", "HMAC "]],
  [SOURCE_UPDATE, ["ss-update", "SS-Update"]],
  [14, ["ss-request", "SS-Request "]],
  [15, ["ss-mh-request", "SS-MH-Request "]],
  [16, ["mac", "MAC "]],
  [17, ["pc", "PC"]],
  [18, ["challenge_request", "Challenge Request"]],
  [19, ["challenge_reply", "Challenge Reply"]],
]);
/** Least sizes of values. */
const LEAST: ReadonlyMap<number, number> = new Map([
  [2, 6],
  [3, 2],
  [HELLO, 6],
  [IHU, 6],
  [6, 10],
  [7, 2],
  [UPDATE, 10],
  [9, 2],
  [10, 14],
  [11, 6],
  [12, 18],
  [SOURCE_UPDATE, 10],
  [14, 3],
  [15, 14],
  [17, 4],
]);
const LONGEST_CHALLENGE = 192;

// How a list of TLVs ended.
const WHOLE = 0;
const CUT = 1;
const INVALID = 2;

/** An address that is put together: the parts that a packet repeats are left out of it. */
class Address {
  readonly bytes: Uint8Array = new Uint8Array(16);

  isMapped(): boolean {
    const { bytes } = this;
    for (let i = 0; i < 10; i++) if (bytes[i] !== 0) return false;
    return bytes[10] === 0xff && bytes[11] === 0xff;
  }
  map(): void {
    this.bytes.fill(0);
    this.bytes[10] = 0xff;
    this.bytes[11] = 0xff;
  }
}

/** The state of one list of TLVs: the prefixes that later updates leave out. */
interface Defaults {
  readonly four: Address;
  readonly six: Address;
}

/**
 * Reads a prefix of `bits` bits (-1: an address) of address encoding `encoding`, `left` bytes at most at `at`.
 * Answers how many bytes it takes, -1 if it is wrong.
 */
function readPrefix(
  d: Dissection,
  encoding: number,
  bits: number,
  omitted: number,
  at: number,
  defaults: Address | null,
  left: number,
  into: Address,
): number {
  const size = bits >= 0 ? (bits + 7) >> 3 : encoding === 1 ? 4 : 16;
  if (size > 16 || encoding > 3) return -1;
  into.bytes.fill(0);
  if (encoding === 0) return 0;
  // Where the bytes go, and how many are there already.
  let offset = 0;
  let known = omitted;
  if (encoding === 1) {
    if (omitted > 4 || size > 4) return -1;
    into.map();
    offset = 12;
  } else if (encoding === 2) {
    if (omitted > 16) return -1;
  } else {
    known = 8;
    into.bytes[0] = 0xfe;
    into.bytes[1] = 0x80;
  }
  const taken = Math.max(0, size - known);
  if (taken > left) return -1;
  if (encoding !== 3 && omitted > 0) {
    if (defaults === null) return -1;
    for (let i = 0; i < offset + omitted; i++) into.bytes[i] = defaults.bytes[i]!;
  }
  for (let i = 0; i < taken; i++) into.bytes[offset + known + i] = d.u8(at + i);
  return taken;
}

function addressOf(d: Dissection, address: Address): string {
  if (!address.isMapped()) return addressText(d, address.bytes, true);
  return addressText(d, address.bytes.subarray(12), false);
}

/** A prefix as text; its length is one of eight bits. */
function prefixOf(d: Dissection, address: Address, bits: number): string {
  const length = bits & 0xff;
  if (length >= 96 && address.isMapped())
    return `${addressText(d, address.bytes.subarray(12), false)}/${length - 96}`;
  return `${addressText(d, address.bytes, true)}/${length}`;
}

function interval(hundredths: number): string {
  if (hundredths === 0) return "0.0s (bogus)";
  return `${Math.floor(hundredths / 100)}.${`${hundredths % 100}`.padStart(2, "0")}s`;
}

function updateInterval(hundredths: number): string {
  return hundredths === 0xffff ? "infinity" : interval(hundredths);
}

function timestamp(microseconds: number): string {
  return `${Math.floor(microseconds / 1_000_000)}.${`${microseconds % 1_000_000}`.padStart(6, "0")}s`;
}

function identifier(d: Dissection, at: number): string {
  let text = hex(d.u8(at), 2);
  for (let i = 1; i < 8; i++) text += `:${hex(d.u8(at + i), 2)}`;
  return text;
}

function diversity(channel: number): string {
  if (channel === 0) return "reserved";
  return channel === 255 ? "all" : `${channel}`;
}

/** One sub-TLV's value; false if it is invalid. */
function subtlvValue(d: Dissection, type: number, at: number, size: number, tlv: number): boolean {
  const { out } = d;
  if (type === 1) out.str(" sub-padn");
  else if (type === 2) {
    out.str(" sub-diversity");
    if (size === 0) {
      out.str(" empty");
      return true;
    }
    for (let i = 0; i < size; i++) out.str(`${i === 0 ? " " : "-"}${diversity(d.u8(at + i))}`);
    if (tlv !== UPDATE && tlv !== SOURCE_UPDATE) out.str(" (bogus)");
  } else if (type === 3) {
    out.str(" sub-timestamp");
    if (tlv !== HELLO && tlv !== IHU) {
      out.str(" (bogus)");
      return true;
    }
    if (size < (tlv === HELLO ? 4 : 8)) return false;
    out.str(` ${timestamp(d.u32(at))}`);
    if (tlv === IHU) out.str(`|${timestamp(d.u32(at + 4))}`);
  } else out.str(` sub-unknown-0x${hex(type, 2)}`);
  return true;
}

function subtlvs(d: Dissection, from: number, end: number, tlv: number): void {
  const { out } = d;
  let at = from;
  while (at < end) {
    const type = d.u8(at++);
    if (type === PAD1) {
      out.str(" sub-pad1");
      continue;
    }
    if (type & MANDATORY) out.str(" (M)");
    const size = at < end ? d.u8(at++) : -1;
    if (size < 0 || at + size > end || !subtlvValue(d, type, at, size, tlv)) {
      d.invalid();
      return;
    }
    at += size;
  }
}

function flagNames(flags: number): string {
  return `${flags & 0x80 ? "/prefix" : ""}${flags & 0x40 ? "/id" : ""}${flags & 0x3f ? "/unknown" : ""}`;
}

function hello(d: Dissection, at: number, end: number): boolean {
  const { out } = d;
  if (d.u16(at) & UNICAST) out.str("(Unicast) ");
  const spacing = d.u16(at + 4);
  out.str(`seqno ${d.u16(at + 2)} `);
  out.str(spacing === 0 ? "unscheduled" : `interval ${interval(spacing)}`);
  subtlvs(d, at + 6, end, HELLO);
  return true;
}

function heardYou(d: Dissection, at: number, end: number): boolean {
  const address = new Address();
  const encoding = d.u8(at);
  const size = readPrefix(d, encoding, -1, 0, at + 6, null, end - at - 6, address);
  if (size < 0) {
    d.truncated();
    return true;
  }
  d.out.str(`${encoding === 0 ? "any" : addressOf(d, address)} rxcost ${d.u16(at + 2)} `);
  d.out.str(`interval ${interval(d.u16(at + 4))}`);
  subtlvs(d, at + 6 + size, end, IHU);
  return true;
}

function update(d: Dissection, at: number, end: number, defaults: Defaults): boolean {
  const prefix = new Address();
  const encoding = d.u8(at);
  const flags = d.u8(at + 1);
  const bits = d.u8(at + 2);
  const base = encoding === 1 ? defaults.four : defaults.six;
  const size = readPrefix(d, encoding, bits, d.u8(at + 3), at + 10, base, end - at - 10, prefix);
  if (size < 0) return false;
  const told = encoding === 0 ? "any" : prefixOf(d, prefix, bits + (encoding === 1 ? 96 : 0));
  d.out.str(`${flagNames(flags)} ${told} metric ${d.u16(at + 8)} seqno ${d.u16(at + 6)} `);
  d.out.str(`interval ${updateInterval(d.u16(at + 4))}`);
  if (flags & 0x80) base.bytes.set(prefix.bytes);
  subtlvs(d, at + 10 + size, end, UPDATE);
  return true;
}

/**
 * Reads a destination's and a source's prefix, one after the other. Answers where they end, -1 if one is wrong.
 */
function pair(
  d: Dissection,
  encoding: number,
  from: number,
  end: number,
  bits: readonly [destination: number, source: number],
  omitted: number,
  base: Address | null,
  into: readonly [destination: Address, source: Address],
): number {
  const first = readPrefix(d, encoding, bits[0], omitted, from, base, end - from, into[0]);
  if (first < 0) return -1;
  const at = from + first;
  const second = readPrefix(d, encoding, bits[1], 0, at, null, end - at, into[1]);
  return second < 0 ? -1 : at + second;
}

/** Source-specific updates and requests; false if they are invalid. */
function sourceSpecific(d: Dissection, type: number, at: number, end: number, defaults: Defaults): boolean {
  const { out } = d;
  const encoding = d.u8(at);
  const isUpdate = type === SOURCE_UPDATE;
  const source = d.u8(type === 15 ? at + 5 : isUpdate ? at + 1 : at + 2);
  const bits = [isUpdate ? d.u8(at + 2) : d.u8(at + 1), source] as const;
  const base = encoding === 1 ? defaults.four : defaults.six;
  const into = [new Address(), new Address()] as const;
  const data = at + (isUpdate ? 10 : type === 14 ? 3 : 14);
  const omitted = isUpdate ? d.u8(at + 3) : 0;
  const rest = pair(d, encoding, data, end, bits, omitted, isUpdate ? base : null, into);
  if (rest < 0) return false;
  const more = encoding === 1 ? 96 : 0;
  const to = prefixOf(d, into[0], bits[0] + more);
  const by = prefixOf(d, into[1], bits[1] + more);
  if (isUpdate) {
    out.str(` ${to} from ${by} metric ${d.u16(at + 8)} seqno ${d.u16(at + 6)} `);
    out.str(`interval ${updateInterval(d.u16(at + 4))}`);
    subtlvs(d, rest, end, type);
  } else if (type === 14) out.str(encoding === 0 ? "for any" : `for (${to}, ${by})`);
  else {
    out.str(`(${d.u8(at + 4)} hops) for (${to}, ${by}) seqno ${d.u16(at + 2)} `);
    out.str(`id ${identifier(d, at + 6)}`);
  }
  return true;
}

/** A request for a route, with a sequence number (type 10) or without; false if it is invalid. */
function request(d: Dissection, type: number, at: number, end: number): boolean {
  const { out } = d;
  const prefix = new Address();
  const encoding = d.u8(at);
  const bits = d.u8(at + 1);
  const data = at + (type === 9 ? 2 : 14);
  if (readPrefix(d, encoding, bits, 0, data, null, end - data, prefix) < 0) return false;
  const told = prefixOf(d, prefix, bits + (encoding === 1 ? 96 : 0));
  if (type === 9) out.str(`for ${encoding === 0 ? "any" : told}`);
  else {
    out.str(`(${d.u8(at + 4)} hops) for ${encoding === 0 ? "invalid AE 0" : told} seqno ${d.u16(at + 2)} `);
    out.str(`id ${identifier(d, at + 6)}`);
  }
  return true;
}

/** A TLV's value with -v; false if it is invalid. */
function value(d: Dissection, type: number, at: number, size: number, defaults: Defaults): boolean {
  const { out } = d;
  const end = at + size;
  switch (type) {
    case 1:
      out.dec(size + 2);
      return true;
    case 2:
      out.str(`${hex(d.u16(at + 2), 4)} ${interval(d.u16(at + 4))}`);
      return true;
    case 3:
      out.hexPad(d.u16(at), 4);
      return true;
    case HELLO:
      return hello(d, at, end);
    case IHU:
      return heardYou(d, at, end);
    case 6:
      out.str(` ${identifier(d, at + 2)}`);
      return true;
    case 7: {
      const address = new Address();
      const encoding = d.u8(at);
      if (readPrefix(d, encoding, -1, 0, at + 2, null, size - 2, address) < 0) return false;
      out.str(` ${encoding === 0 ? "invalid AE 0" : addressOf(d, address)}`);
      return true;
    }
    case UPDATE:
      return update(d, at, end, defaults);
    case 9:
    case 10:
      return request(d, type, at, end);
    case 11:
      out.str(`timestamp ${d.u32(at + 2)} packetcounter ${d.u16(at)}`);
      return true;
    case 12:
      out.str(`key-id ${d.u16(at)} digest-${size - 2} `);
      for (let i = 2; i < size; i++) out.str(hex(d.u8(at + i), 2).toUpperCase());
      return true;
    case SOURCE_UPDATE:
    case 14:
    case 15:
      return sourceSpecific(d, type, at, end, defaults);
    case 16:
      out.str(`len ${size}`);
      return true;
    case 17:
      out.str(` value ${d.u32(at)} index len ${size - 4}`);
      return true;
    default:
      if (size > LONGEST_CHALLENGE) return false;
      out.str(` len ${size}`);
      return true;
  }
}

/** The TLVs: `length` bytes at `from`; answers how they ended. */
function tlvs(d: Dissection, from: number, length: number): number {
  const { out } = d;
  const verbose = d.opt.verbose > 0;
  const defaults = { four: new Address(), six: new Address() };
  defaults.four.map();
  for (let i = 0; i < length; ) {
    const at = from + i;
    const type = d.u8(at);
    if (type === PAD1) {
      out.str(verbose ? "\n\tPad 1" : " pad1");
      i++;
      continue;
    }
    if (i + 2 > length) return INVALID;
    if (!d.has(at, 2)) return CUT;
    const size = d.u8(at + 1);
    if (i + 2 + size > length) return INVALID;
    if (!d.has(at, 2 + size)) return CUT;
    const names = NAMES.get(type);
    if (names === undefined) out.str(verbose ? `\n\tUnknown message type ${type}` : " unknown");
    else if (verbose) {
      out.str(`\n\t${names[1]}`);
      if (size < (LEAST.get(type) ?? 0) || !value(d, type, at + 2, size, defaults)) return INVALID;
    } else {
      out.str(` ${names[0]}`);
      if (type === UPDATE && size < 10) return INVALID;
      if (type === UPDATE) out.str(flagNames(d.u8(at + 3)));
    }
    i += size + 2;
  }
  return WHOLE;
}

/** The body and the trailer; answers how they ended. */
function version2(d: Dissection, at: number, length: number): number {
  const { out } = d;
  if (!d.has(at, HEADER)) return CUT;
  if (length < HEADER) return INVALID;
  const body = d.u16(at + 2);
  out.str(` (${body})`);
  const left = length - HEADER;
  if (left < body) return INVALID;
  const ending = tlvs(d, at + HEADER, body);
  if (ending !== WHOLE || left === body) return ending;
  out.str(d.opt.verbose > 0 ? "\n\t----" : " |");
  return tlvs(d, at + HEADER + body, left - body);
}

/** Writes the Babel packet at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printBabel(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "babel";
  out.str("babel");
  if (!d.has(at, HEADER)) {
    d.truncated();
    return;
  }
  if (d.u8(at) !== MAGIC) {
    out.str(" invalid header");
    return;
  }
  const version = d.u8(at + 1);
  out.str(` ${version}`);
  if (version !== 2) {
    out.str(" unknown version");
    return;
  }
  const ending = version2(d, at, length);
  if (ending === CUT) d.truncated();
  else if (ending === INVALID) d.invalid();
}
