// Dumps of bytes: -x, -X, -A, and the ending of a packet of which nothing is known.
import { phrase, put, putHex, putHex4, type TextWriter } from "../bytes/text.ts";

const LINE = 16;
/** What a line takes beside its indentation: offset, octets, characters; less than so many bytes. */
const LINE_ROOM = 96;
/** The octets of a line, and two blanks before the characters. */
const COLUMNS = 42;
const INDENT = "\n\t";
const OFFSET = phrase("0x");
const COLON = phrase(": ");
const BLANK = 32;
const DOT = 46;

/** The two digits of every octet as a word, the first in the lower byte. */
const OCTETS = new Uint16Array(256);
/** What shows of every octet beside it. */
const VISIBLE = new Uint8Array(256);
for (let octet = 0; octet < 256; octet++) {
  const digits = octet.toString(16).padStart(2, "0");
  OCTETS[octet] = digits.charCodeAt(0) | (digits.charCodeAt(1) << 8);
  VISIBLE[octet] = octet > 32 && octet < 127 ? octet : DOT;
}

/** Indentation and "0x0000: " at `pos`; answers where it ends. */
function putLineStart(view: DataView, pos: number, indent: string, offset: number): number {
  for (let i = 0; i < indent.length; i++) view.setUint8(pos++, indent.charCodeAt(i));
  pos = put(view, pos, OFFSET);
  if (offset > 0xffff) pos = putHex(view, pos, offset >>> 16);
  return put(view, putHex4(view, pos, offset & 0xffff), COLON);
}

/** Octets in hexadecimal at `pos`, a space before every second one; answers where they end. */
function putOctets(view: DataView, pos: number, bytes: Uint8Array, at: number, size: number): number {
  const end = at + size;
  for (; at + 1 < end; at += 2) {
    view.setUint8(pos, BLANK);
    view.setUint32(pos + 1, OCTETS[bytes[at]!]! | (OCTETS[bytes[at + 1]!]! << 16), true);
    pos += 5;
  }
  if (at < end) {
    view.setUint8(pos, BLANK);
    view.setUint16(pos + 1, OCTETS[bytes[at]!]!, true);
    pos += 3;
  }
  return pos;
}

/** Writes bytes[at, at + size) in hexadecimal, sixteen on a line (-x). Lines begin with `indent` and count from `base`. */
export function writeHex(
  out: TextWriter,
  bytes: Uint8Array,
  at: number,
  size: number,
  indent: string = INDENT,
  base = 0,
): void {
  for (let offset = 0; offset < size; offset += LINE) {
    out.reserve(LINE_ROOM + indent.length);
    const pos = putLineStart(out.view, out.pos, indent, base + offset);
    out.pos = putOctets(out.view, pos, bytes, at + offset, Math.min(LINE, size - offset));
  }
}

/**
 * As writeHex(), with the characters beside; what is not visible ASCII shows as a dot (-X). Lines begin with `indent`.
 */
export function writeHexAscii(
  out: TextWriter,
  bytes: Uint8Array,
  at: number,
  size: number,
  indent: string = INDENT,
): void {
  for (let offset = 0; offset < size; offset += LINE) {
    out.reserve(LINE_ROOM + indent.length);
    const { view, buf } = out;
    const from = at + offset;
    const count = Math.min(LINE, size - offset);
    let pos = putLineStart(view, out.pos, indent, offset);
    const characters = pos + COLUMNS;
    pos = putOctets(view, pos, bytes, from, count);
    while (pos < characters) buf[pos++] = BLANK;
    for (let i = 0; i < count; i++) buf[pos++] = VISIBLE[bytes[from + i]!]!;
    out.pos = pos;
  }
}

/**
 * Writes bytes[at, at + size) as text after a newline; tabs, spaces and newlines stay, a carriage return before
 * a newline is left out, what else is not visible ASCII shows as a dot (-A).
 */
export function writeAscii(out: TextWriter, bytes: Uint8Array, at: number, size: number): void {
  const end = at + size;
  out.ch(10);
  out.reserve(size);
  for (let i = at; i < end; i++) {
    const code = bytes[i]!;
    if (code === 13) {
      // Only if two more bytes follow: tcpdump's rule for a carriage return in the middle of a line.
      if (end - i - 1 > 1 && bytes[i + 1] !== 10) out.ch(46);
    } else if ((code > 32 && code < 127) || code === 9 || code === 32 || code === 10) out.ch(code);
    else out.ch(46);
  }
}
