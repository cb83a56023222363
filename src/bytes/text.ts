// Text built as bytes: what is printed goes straight into one growing buffer, never through strings.

const DIGITS = new Uint8Array([..."0123456789abcdef"].map((ch) => ch.charCodeAt(0)));

/** "00" to "99", two bytes each. */
const PAIRS = new Uint8Array(200);
for (let i = 0; i < 100; i++) {
  PAIRS[2 * i] = 48 + Math.floor(i / 10);
  PAIRS[2 * i + 1] = 48 + (i % 10);
}

/** Decimal digits of an integer 10…2^31-1. */
function decimalDigits(n: number): number {
  if (n < 10_000) return n < 100 ? 2 : n < 1000 ? 3 : 4;
  if (n < 100_000_000) return n < 1_000_000 ? (n < 100_000 ? 5 : 6) : n < 10_000_000 ? 7 : 8;
  return n < 1_000_000_000 ? 9 : 10;
}

/** A constant text as bytes(): to write it so is several times faster than str() is, worth it in a hot path. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** A text as UTF-8, for bytes(). */
export function utf8(text: string): Uint8Array {
  return ENCODER.encode(text);
}

/**
 * An append-only text buffer. All methods take ASCII or Latin-1; other characters go in with utf8().
 * Nothing here escapes control characters: escaped() in escape.ts does, and hostile strings go only through it.
 */
export class TextWriter {
  buf: Uint8Array;
  /** Bytes used. */
  pos = 0;

  constructor(capacity = 1 << 16) {
    this.buf = new Uint8Array(capacity);
  }

  /** Makes room for `more` bytes. */
  reserve(more: number): void {
    if (this.pos + more <= this.buf.length) return;
    const grown = new Uint8Array(Math.max(this.buf.length * 2, this.pos + more));
    grown.set(this.buf.subarray(0, this.pos));
    this.buf = grown;
  }

  /** One character by code, 0…255. */
  ch(code: number): void {
    if (this.pos >= this.buf.length) this.reserve(1);
    this.buf[this.pos++] = code;
  }

  /** A Latin-1 string. */
  str(s: string): void {
    const n = s.length;
    if (this.pos + n > this.buf.length) this.reserve(n);
    const { buf } = this;
    let { pos } = this;
    for (let i = 0; i < n; i++) buf[pos++] = s.charCodeAt(i);
    this.pos = pos;
  }

  /** Unsigned decimal of an integer 0…2^53-1. */
  dec(n: number): void {
    if (n > 0x7fffffff) {
      // Above 31 bits a division is one of doubles: once is enough.
      const upper = Math.floor(n / 100_000);
      this.dec(upper);
      this.decPad(n - upper * 100_000, 5);
      return;
    }
    if (this.pos + 10 > this.buf.length) this.reserve(10);
    const { buf } = this;
    let rest = n | 0;
    if (rest < 10) {
      buf[this.pos++] = 48 + rest;
      return;
    }
    let at = this.pos + decimalDigits(rest);
    this.pos = at;
    while (rest >= 100) {
      const upper = (rest / 100) | 0;
      const pair = (rest - upper * 100) << 1;
      at -= 2;
      buf[at] = PAIRS[pair]!;
      buf[at + 1] = PAIRS[pair + 1]!;
      rest = upper;
    }
    if (rest >= 10) {
      buf[at - 2] = PAIRS[rest << 1]!;
      buf[at - 1] = PAIRS[(rest << 1) + 1]!;
    } else buf[at - 1] = 48 + rest;
  }

  /** Unsigned decimal of an integer 0…2^53-1 with at least `width` digits, ten at most, padded with zeros. */
  decPad(n: number, width: number): void {
    if (n <= 0x7fffffff)
      for (let digits = n < 10 ? 1 : decimalDigits(n | 0); digits < width; digits++) this.ch(48);
    this.dec(n);
  }

  /** Lower-case hexadecimal without leading zeros, 0…2^32-1. */
  hex(n: number): void {
    let shift = 28;
    while (shift > 0 && n >>> shift === 0) shift -= 4;
    for (; shift >= 0; shift -= 4) this.ch(DIGITS[(n >>> shift) & 15]!);
  }

  /** Lower-case hexadecimal with exactly `width` digits (1…8). */
  hexPad(n: number, width: number): void {
    if (this.pos + 8 > this.buf.length) this.reserve(8);
    for (let shift = (width - 1) * 4; shift >= 0; shift -= 4)
      this.buf[this.pos++] = DIGITS[(n >>> shift) & 15]!;
  }

  /** Bytes as they are. */
  bytes(bytes: Uint8Array): void {
    const n = bytes.length;
    if (this.pos + n > this.buf.length) this.reserve(n);
    const { buf } = this;
    let { pos } = this;
    // For few bytes a loop is faster than set().
    if (n > 64) buf.set(bytes, pos);
    else for (let i = 0; i < n; i++) buf[pos + i] = bytes[i]!;
    pos += n;
    this.pos = pos;
  }

  /** Puts bytes in at `at`, before what is there already. */
  insert(at: number, bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buf.copyWithin(at + bytes.length, at, this.pos);
    this.buf.set(bytes, at);
    this.pos += bytes.length;
  }

  /** Any string as UTF-8, not escaped. */
  utf8(s: string): void {
    this.reserve(s.length * 3);
    this.pos += ENCODER.encodeInto(s, this.buf.subarray(this.pos)).written;
  }

  /** The text so far, as a string (for tests and rare paths). */
  toString(): string {
    return Buffer.from(this.buf.buffer, this.buf.byteOffset, this.pos).toString("utf8");
  }
}

const ENCODER = new TextEncoder();
