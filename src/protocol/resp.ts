// Redis serialization protocol, version 2 (https://redis.io/docs/reference/protocol-spec).
//
//   "+" text, "-" error, ":" integer, each with CR LF | "$" length CR LF bytes CR LF | "*" count CR LF elements |
//   anything else: words of an inline command
import type { Dissection } from "./dissection.ts";
import { characters } from "./phrase.ts";

const CR = 13;
const LF = 10;
const SIMPLE = [43, 45, 58];
const BULK = 36;
const ARRAY = 42;
const MAX_INT = 0x7fffffff;

/** A length that is no length: null, cut off, too large, negative, not a number. */
const NULL = -1;
const CUT = -2;
const TOO_LARGE = -3;
const NEGATIVE = -4;
const TEXTS: ReadonlyMap<number, string> = new Map([
  [NULL, " null"],
  [TOO_LARGE, " length too large"],
  [NEGATIVE, " length negative and not -1"],
]);

/** Where the reading is: `left` bytes of the payload from `at` on. */
interface Cursor {
  at: number;
  left: number;
}

function skip(cursor: Cursor, count: number): void {
  cursor.at += count;
  cursor.left -= count;
}

/** Moves to the next CR LF; false if there is none. */
function findLine(d: Dissection, cursor: Cursor): boolean {
  for (;;) {
    if (cursor.left < 2 || !d.has(cursor.at, 2)) return false;
    if (d.u8(cursor.at) === CR && d.u8(cursor.at + 1) === LF) return true;
    skip(cursor, 1);
  }
}

/** Skips CRs and LFs; false if there is nothing at all. */
function skipLineEnds(d: Dissection, cursor: Cursor): boolean {
  for (let found = false; ; found = true) {
    if (cursor.left === 0 || !d.has(cursor.at, 1)) return found;
    const code = d.u8(cursor.at);
    if (code !== CR && code !== LF) return true;
    skip(cursor, 1);
  }
}

function quoted(d: Dissection, at: number, size: number): boolean {
  d.out.str(' "');
  if (!characters(d, at, size)) return false;
  d.out.ch(34);
  return true;
}

/** Reads a length and its line's end. */
function readLength(d: Dissection, cursor: Cursor): number {
  if (cursor.left === 0) return CUT;
  const negative = d.u8(cursor.at) === 45;
  if (negative) skip(cursor, 1);
  let result = 0;
  let tooLarge = false;
  for (let digits = 0; ; digits++) {
    if (cursor.left === 0) return CUT;
    const digit = d.u8(cursor.at) - 48;
    if (digit < 0 || digit > 9) {
      if (digits > 0) break;
      skip(cursor, 1);
      return NaN;
    }
    if (result * 10 + digit > MAX_INT) {
      tooLarge = true;
      if (result <= MAX_INT / 10) result *= 10;
    } else result = result * 10 + digit;
    skip(cursor, 1);
  }
  for (const code of [CR, LF]) {
    if (cursor.left === 0) return CUT;
    const right = d.u8(cursor.at) === code;
    skip(cursor, 1);
    if (!right) return NaN;
  }
  if (negative) return tooLarge || result !== 1 ? NEGATIVE : NULL;
  return tooLarge ? TOO_LARGE : result;
}

/** Says what a length is that is none; false if it was cut off. */
function noLength(d: Dissection, length: number): boolean {
  if (length === CUT) return false;
  d.out.str(TEXTS.get(length) ?? " invalid");
  return true;
}

function printBulk(d: Dissection, cursor: Cursor): boolean {
  const size = readLength(d, cursor);
  if (!(size >= 0)) return noLength(d, size);
  if (size === 0) d.out.str(" empty");
  else {
    if (cursor.left < size || !d.has(cursor.at, size)) return false;
    if (!quoted(d, cursor.at, size)) return false;
    skip(cursor, size);
  }
  if (!findLine(d, cursor)) return false;
  skip(cursor, 2);
  return true;
}

function printInline(d: Dissection, cursor: Cursor): boolean {
  if (!skipLineEnds(d, cursor)) return false;
  const { at } = cursor;
  for (;;) {
    if (cursor.left < 1) return false;
    const code = d.u8(cursor.at);
    if (code === CR || code === LF) break;
    skip(cursor, 1);
  }
  return quoted(d, at, cursor.at - at) && skipLineEnds(d, cursor);
}

/** Prints the next element; of an array only its count, which it adds to `open`. False if it is cut off. */
function printElement(d: Dissection, cursor: Cursor, open: number[]): boolean {
  if (cursor.left < 1) return false;
  const kind = d.u8(cursor.at);
  if (SIMPLE.includes(kind)) {
    skip(cursor, 1);
    const { at } = cursor;
    if (!findLine(d, cursor) || !quoted(d, at, cursor.at - at)) return false;
    skip(cursor, 2);
    return true;
  }
  if (kind === BULK) {
    skip(cursor, 1);
    return printBulk(d, cursor);
  }
  if (kind !== ARRAY) return printInline(d, cursor);
  skip(cursor, 1);
  const count = readLength(d, cursor);
  if (count > 0) open.push(count + 1);
  else if (count === 0) d.out.str(" empty");
  else return noLength(d, count);
  return true;
}

/** Prints the payload of `length` bytes at `at`. Throws TRUNCATED. */
export function printResp(d: Dissection, at: number, length: number): void {
  d.protocol = "resp";
  d.out.str(": RESP");
  const cursor = { at, left: length };
  /** Of each array that is not at its end: how many elements it has left. A loop, as arrays may nest deep. */
  const open: number[] = [];
  while (cursor.left > 0 || open.length > 0) {
    if (!printElement(d, cursor, open)) {
      d.truncated();
      return;
    }
    for (let top = open.length - 1; top >= 0; top--) {
      open[top]!--;
      if (open[top]! > 0) break;
      open.pop();
    }
  }
}
