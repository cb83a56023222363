// Dumps of bytes: -x, -X, -A, and the ending of a packet of which nothing is known.
import { latin1, type TextWriter } from "../bytes/text.ts";

const LINE = 16;
/** "\n\t0x0000: " */
function lineStart(out: TextWriter, offset: number, indent = "\n\t"): void {
  out.str(indent);
  out.str("0x");
  if (offset > 0xffff) out.hex(offset);
  else out.hexPad(offset, 4);
  out.str(": ");
}

const DIGITS = latin1("0123456789abcdef");

/** Octets in hexadecimal, a space before every second one. */
function hexOctets(out: TextWriter, bytes: Uint8Array, at: number, size: number): void {
  out.reserve(3 * LINE);
  const { buf } = out;
  let { pos } = out;
  for (let i = 0; i < size; i++) {
    const octet = bytes[at + i]!;
    if ((i & 1) === 0) buf[pos++] = 32;
    buf[pos] = DIGITS[octet >> 4]!;
    buf[pos + 1] = DIGITS[octet & 15]!;
    pos += 2;
  }
  out.pos = pos;
}

/** Writes bytes[at, at + size) in hexadecimal, sixteen on a line (-x). Lines begin with `indent` and count from `base`. */
export function writeHex(
  out: TextWriter,
  bytes: Uint8Array,
  at: number,
  size: number,
  indent?: string,
  base = 0,
): void {
  for (let offset = 0; offset < size; offset += LINE) {
    lineStart(out, base + offset, indent);
    hexOctets(out, bytes, at + offset, Math.min(LINE, size - offset));
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
  indent?: string,
): void {
  for (let offset = 0; offset < size; offset += LINE) {
    const from = at + offset;
    const count = Math.min(LINE, size - offset);
    lineStart(out, offset, indent);
    const columnsFrom = out.pos;
    hexOctets(out, bytes, from, count);
    for (let width = out.pos - columnsFrom; width < 42; width++) out.ch(32);
    for (let i = 0; i < count; i++) {
      const code = bytes[from + i]!;
      out.ch(code > 32 && code < 127 ? code : 46);
    }
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
