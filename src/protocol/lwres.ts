// BIND 9's lightweight resolver: a client asks lwresd, which asks the name servers.
//
//   length (4) | version (2) | flags (2) | serial (4) | opcode (4) | result (4) | receive length (4) |
//   authentication type (2) | authentication length (2) | by opcode
import type { Dissection } from "./dissection.ts";
import { CLASSES, TYPES } from "./domain.ts";
import { allCharacters, span } from "./phrase.ts";
import type { Tokens } from "./token.ts";
import { hex, writeHexDigits } from "./wording.ts";

const HEADER = 28;
const RESPONSE = 1;
const NOOP = 0;
const ADDRESSES_BY_NAME = 0x00010001;
const NAME_BY_ADDRESS = 0x00010002;
const DATA_BY_NAME = 0x00010003;
const OPCODES: Tokens = new Map([
  [NOOP, "noop"],
  [ADDRESSES_BY_NAME, "getaddrsbyname"],
  [NAME_BY_ADDRESS, "getnamebyaddr"],
  [DATA_BY_NAME, "getrdatabyname"],
]);
const ADDRESS_TYPES = ["", " IPv4", " IPv6", " IPv4/6"];
const CLASS_IN = 1;

/** A name of `length` bytes and a NUL; answers where what follows begins. */
function name(d: Dissection, at: number, length: number): number {
  d.out.ch(32);
  allCharacters(d, at, length);
  if (d.u8(at + length) !== 0) d.out.str(" (not NUL-terminated!)");
  return at + length + 1;
}

function lengthAndName(d: Dissection, at: number): number {
  return name(d, at + 2, d.u16(at));
}

function lengthAndBytes(d: Dissection, at: number): number {
  const length = d.u16(at);
  writeHexDigits(d, at + 2, length);
  return at + 2 + length;
}

/** Family (4), length (2), address; answers where what follows begins, or -1 if the length cannot be. */
function address(d: Dissection, at: number): number {
  const { out } = d;
  const length = d.u16(at + 4);
  const value = at + 6;
  d.need(value, length);
  const family = d.u32(at);
  if (family === 1 || family === 2) {
    const size = family === 1 ? 4 : 16;
    if (length < size) return -1;
    out.ch(32);
    if (family === 1) d.ip4(value);
    else d.ip6(value);
    return value + size;
  }
  out.str(` ${family}/`);
  writeHexDigits(d, value, length);
  return value + length;
}

/** `count` of the same. Answers as address() does. */
function repeat(
  d: Dissection,
  from: number,
  count: number,
  one: (d: Dissection, at: number) => number,
): number {
  let at = from;
  for (let i = 0; i < count && at >= 0; i++) at = one(d, at);
  return at;
}

function flags(d: Dissection, at: number): void {
  if (d.opt.verbose > 2) d.out.str(` flags:0x${hex(d.u32(at))}`);
}

function typeAndClass(d: Dissection, at: number): void {
  const { out } = d;
  const type = d.u16(at + 2);
  const kind = d.u16(at);
  out.str(` ${TYPES.get(type) ?? `Type${type}`}`);
  if (kind !== CLASS_IN) out.str(` ${CLASSES.get(kind) ?? `Class${kind}`}`);
}

/** The body of a request at `at`: where it ends; -1 if it is wrong, null if the opcode is not known. */
function request(d: Dissection, opcode: number, at: number): number | null {
  const { out } = d;
  switch (opcode) {
    case NOOP:
      return at;
    case ADDRESSES_BY_NAME: {
      d.need(at, 10);
      flags(d, at);
      const types = d.u32(at + 4);
      out.str(ADDRESS_TYPES[types & 3]!);
      if (types > 3) out.str(`[0x${hex(types)}]`);
      return name(d, at + 10, d.u16(at + 8));
    }
    case NAME_BY_ADDRESS:
      d.need(at, 4);
      flags(d, at);
      return address(d, at + 4);
    case DATA_BY_NAME:
      d.need(at, 10);
      flags(d, at);
      typeAndClass(d, at + 4);
      return name(d, at + 10, d.u16(at + 8));
    default:
      return null;
  }
}

/** The body of a response. Answers as request() does. */
function response(d: Dissection, opcode: number, at: number): number | null {
  const { out } = d;
  switch (opcode) {
    case NOOP:
      return at;
    case ADDRESSES_BY_NAME: {
      d.need(at, 10);
      flags(d, at);
      const aliases = d.u16(at + 4);
      const addresses = d.u16(at + 6);
      out.str(` ${aliases}/${addresses}`);
      const after = repeat(d, name(d, at + 10, d.u16(at + 8)), aliases, lengthAndName);
      return repeat(d, after, addresses, address);
    }
    case NAME_BY_ADDRESS: {
      d.need(at, 8);
      flags(d, at);
      const aliases = d.u16(at + 4);
      out.str(` ${aliases}`);
      return repeat(d, name(d, at + 8, d.u16(at + 6)), aliases, lengthAndName);
    }
    case DATA_BY_NAME: {
      d.need(at, 16);
      flags(d, at);
      typeAndClass(d, at + 4);
      out.str(" TTL ");
      span(out, d.u32(at + 8));
      const records = d.u16(at + 12);
      const signatures = d.u16(at + 14);
      out.str(` ${records}/${signatures}`);
      return repeat(d, lengthAndName(d, at + 16), records + signatures, lengthAndBytes);
    }
    default:
      return null;
  }
}

/** Writes the message of `length` bytes at `at`. Throws TRUNCATED. */
export function printLwres(d: Dissection, at: number, length: number): void {
  const { out, opt } = d;
  d.protocol = "lwres";
  d.need(at, HEADER);
  out.str(" lwres");
  const told = d.u32(at);
  const version = d.u16(at + 4);
  if (opt.verbose > 0 || version !== 0) out.str(` v${version}`);
  let end: number | null = at + told;
  if (version === 0) {
    const bits = d.u16(at + 6);
    const answer = (bits & RESPONSE) !== 0;
    const opcode = d.u32(at + 12);
    out.str(` ${OPCODES.get(opcode) ?? `#0x${hex(opcode)}`}${answer ? "" : "?"}`);
    if (bits & ~RESPONSE) out.str(`[0x${hex(bits)}]`);
    if (opt.verbose > 1) {
      out.str(` (serial:0x${hex(d.u32(at + 8))} result:0x${hex(d.u32(at + 16))} recvlen:${d.u32(at + 20)}`);
      if (opt.verbose > 2) out.str(` authtype:0x${hex(d.u16(at + 24))} authlen:${d.u16(at + 26)}`);
      out.ch(41);
    }
    end = (answer ? response : request)(d, opcode, at + HEADER);
    if (end !== null && end < 0) {
      d.invalid();
      return;
    }
  }
  if (told !== length) out.str(` [len: ${told} != ${length}]`);
  if (end !== null && end - at < told) out.str("[extra]");
}
