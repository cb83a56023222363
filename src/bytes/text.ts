// Text built as bytes: what is printed goes straight into one growing buffer, never through strings.

const DIGITS = new Uint8Array([..."0123456789abcdef"].map((ch) => ch.charCodeAt(0)));

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
    if (this.pos + 20 > this.buf.length) this.reserve(20);
    const { buf } = this;
    if (n < 10) {
      buf[this.pos++] = 48 + n;
      return;
    }
    let digits = 1;
    for (let m = n; m >= 10; m = m > 0xffffffff ? Math.floor(m / 10) : (m / 10) >>> 0) digits++;
    let at = this.pos + digits;
    this.pos = at;
    while (n > 0xffffffff) {
      const q = Math.floor(n / 10);
      buf[--at] = 48 + (n - q * 10);
      n = q;
    }
    while (n >= 10) {
      const q = (n / 10) >>> 0;
      buf[--at] = 48 + (n - q * 10);
      n = q;
    }
    buf[--at] = 48 + n;
  }

  /** Decimal with at least `width` digits, padded with zeros. */
  decPad(n: number, width: number): void {
    let limit = 10;
    for (let i = 1; i < width; i++) {
      if (n < limit) {
        let zeros = width - i;
        while (zeros-- > 0) this.ch(48);
        break;
      }
      limit *= 10;
    }
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
