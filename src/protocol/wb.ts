// The distributed white board wb of LBL: pages, and drawing operations on them, repaired by whoever has them.
//
//   source (4) | time (4) | version (2) | type (1) | flags (1) | by type
import type { Dissection } from "./dissection.ts";
import { padded } from "./phrase.ts";
import type { Tokens } from "./token.ts";
import { ip4, numbered } from "./wording.ts";

const HEADER = 12;
const DRAW = 0;
const ID = 1;
const REPAIR_REQUEST = 2;
const REPAIR_REPLY = 3;
const KILL = 4;
const PAGE_REQUEST = 5;
const PAGE_REPLY = 7;

const SKIP = 14;
const HOLE = 15;
const OPERATIONS: Tokens = numbered(
  2,
  "RECT",
  "LINE",
  "ML",
  "DEL",
  "XFORM",
  "ELL",
  "CHAR",
  "STR",
  "NOP",
  "PSCODE",
  "PSCOMP",
  "REF",
  "SKIP",
  "HOLE",
);
/** Time (4), length (2), flags (1), type (1). */
const OPERATION_HEADER = 8;

/** "10.0.0.1:7", a page: who made it (4) and its number (4). */
const page = (d: Dissection, at: number) => `${ip4(d, at)}:${d.u32(at + 4)}`;

/** The identifiers with offsets at `at`, eight bytes each. Throws TRUNCATED. */
function offsets(d: Dissection, from: number, count: number): void {
  for (let i = 0; i < count; i++) d.out.str(`${i === 0 ? "<" : ","}${page(d, from + i * 8)}`);
}

function id(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  out.str(" wb-id:");
  if (length < 28) return false;
  d.need(at, 24);
  out.str(` ${d.u32(at + 12)}/${page(d, at + 16)} (max ${d.u32(at)}/${page(d, at + 4)}) `);
  d.need(at, 28);
  const count = d.u16(at + 24);
  if (length - 28 < count * 8) return false;
  offsets(d, at + 28, count);
  out.str('> "');
  padded(d, at + 28 + count * 8, length - 28 - count * 8);
  out.ch(34);
  return true;
}

function repairRequest(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  out.str(" wb-rreq:");
  if (length < 20) return false;
  d.need(at, 20);
  out.str(` please repair ${ip4(d, at)} ${page(d, at + 4)}<${d.u32(at + 12)}:${d.u32(at + 16)}>`);
  return true;
}

function pageRequest(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  out.str(" wb-preq:");
  if (length < 16) return false;
  d.need(at, 12);
  out.str(` need ${d.u32(at + 8)}/${page(d, at)}`);
  d.need(at, 16);
  return true;
}

function pageReply(d: Dissection, from: number, length: number): boolean {
  const { out } = d;
  out.str(" wb-prep:");
  if (length < 4) return false;
  let at = from + 4;
  for (let left = d.u32(from); left > 0; left--) {
    d.need(at, 12);
    out.str(` ${d.u32(at)}/${page(d, at + 4)}`);
    d.need(at, 16);
    // tcpdump takes the upper byte for the count.
    const count = d.u8(at + 12);
    offsets(d, at + 16, count);
    out.ch(62);
    at += 16 + count * 8;
  }
  return true;
}

/** The operations with the numbers `first` to `last`. Throws TRUNCATED. */
function operations(d: Dissection, from: number, first: number, last: number): void {
  const { out } = d;
  out.str(" <");
  let at = from;
  for (let number = first; number <= last; number = (number + 1) >>> 0) {
    const type = d.u8(at + 7);
    out.str(` ${OPERATIONS.get(type) ?? `dop-${type}!`}`);
    if (type === SKIP || type === HOLE) {
      const until = d.u32(at);
      out.str(String((until - number + 1) >>> 0));
      if (number > until || until > last) {
        out.str("[|]");
        if (until < number) return;
      }
      number = until;
    }
    at += (d.u16(at + 4) + OPERATION_HEADER + 3) & ~3;
  }
  out.str(" >");
}

/** A page and the numbers of operations on it, and with -v those. */
function drawn(d: Dissection, at: number): void {
  d.need(at, 16);
  const first = d.u32(at + 8);
  const last = d.u32(at + 12);
  d.out.str(`${page(d, at)}<${first}:${last}>`);
  if (d.opt.verbose > 0) operations(d, at + 16, first, last);
}

function repairReply(d: Dissection, at: number, length: number): boolean {
  d.out.str(" wb-rrep:");
  if (length < 20) return false;
  d.need(at, 20);
  d.out.str(` for ${ip4(d, at)} `);
  drawn(d, at + 4);
  return true;
}

function draw(d: Dissection, at: number, length: number): boolean {
  d.out.str(" wb-dop:");
  if (length < 16) return false;
  d.need(at, 16);
  d.out.ch(32);
  drawn(d, at);
  return true;
}

/** By type: the printer of the rest, false if it is too short. */
const MESSAGES: ReadonlyMap<number, (d: Dissection, at: number, length: number) => boolean> = new Map([
  [DRAW, draw],
  [ID, id],
  [REPAIR_REQUEST, repairRequest],
  [REPAIR_REPLY, repairReply],
  [PAGE_REQUEST, pageRequest],
  [PAGE_REPLY, pageReply],
]);

/** Writes the message of `length` bytes at `at`. Throws TRUNCATED. */
export function printWb(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "wb";
  if (length < HEADER) {
    d.invalid();
    return;
  }
  d.need(at, HEADER);
  if (d.u8(at + 11) !== 0) out.ch(42);
  const type = d.u8(at + 10);
  if (type === KILL) {
    out.str(" wb-kill");
    return;
  }
  const print = MESSAGES.get(type);
  if (print === undefined) out.str(` wb-${type}!`);
  if (print === undefined || !print(d, at + HEADER, length - HEADER)) d.invalid();
}
