// Text built as bytes: what is printed goes straight into one growing buffer, never through strings.
//
// Two ways to write. The methods of TextWriter are for everybody. What prints every packet takes the buffer's view
// and the position into its own hands for a while, after a reserve() for all of it, and uses the functions put…(),
// which answer the next position: V8 then keeps the position in a register, and a store of eight bytes costs no more
// than one of a single byte.

const DIGITS = new Uint8Array([..."0123456789abcdef"].map((ch) => ch.charCodeAt(0)));

/** A store may reach so many bytes beyond what it adds: the buffer always has them to spare. */
const SLACK = 64;

/** "000" to "999" as words: the first digit in the lowest byte, in the highest how many count without leading zeros. */
const THREES = new Uint32Array(1000);
for (let n = 0; n < 1000; n++) {
  const upper = (n / 100) | 0;
  const middle = ((n - upper * 100) / 10) | 0;
  const size = n < 10 ? 1 : n < 100 ? 2 : 3;
  THREES[n] = 0x303030 | upper | (middle << 8) | ((n - upper * 100 - middle * 10) << 16) | (size << 24);
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
 * A constant text of ASCII for the hottest paths, made with phrase(), written with put(). All of them lie in one pool,
 * and a phrase is the number that tells where: V8 handles a number sooner than an object with the same in it.
 */
export type Phrase = number & { readonly brand: "phrase" };

/** Bytes of the pool: the texts of the source many times over. */
const POOL_SIZE = 1 << 16;
const POOL: DataView = new DataView(new ArrayBuffer(POOL_SIZE));
let poolUsed = 0;
/** The lower bits of a phrase are its size, the others where it begins. */
const SIZE_BITS = 6;
const SIZE_MASK = (1 << SIZE_BITS) - 1;

/**
 * Puts a text into the pool, for ever: call it for constants, and for what can only be a few hundred different texts.
 * Throws RangeError for one that is not ASCII or longer than 63 characters, and when the pool is full.
 */
export function phrase(text: string): Phrase {
  const size = text.length;
  // Whole words, for put() reads them.
  const room = (size + 7) & ~7;
  if (size > SIZE_MASK || poolUsed + room > POOL_SIZE) throw new RangeError(`no room for a phrase: ${text}`);
  for (let i = 0; i < size; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) throw new RangeError(`not ASCII: ${text}`);
    POOL.setUint8(poolUsed + i, code);
  }
  const made = (poolUsed << SIZE_BITS) | size;
  poolUsed += room;
  return made as Phrase;
}

/**
 * Writes a phrase at `pos` and answers where it ends, a store for every eight characters. Doubles only carry the bytes:
 * those of ASCII text are never a NaN, which alone might not come out as it went in.
 */
export function put(view: DataView, pos: number, phrase: Phrase): number {
  const size = phrase & SIZE_MASK;
  const at = phrase >> SIZE_BITS;
  for (let i = 0; i < size; i += 8) view.setFloat64(pos + i, POOL.getFloat64(at + i, true), true);
  return pos + size;
}

/** Writes an integer 0…999 in decimal and answers where it ends. */
export function putSmall(view: DataView, pos: number, n: number): number {
  const word = THREES[n]!;
  const size = word >>> 24;
  view.setUint32(pos, word >>> (24 - (size << 3)), true);
  return pos + size;
}

/**
 * Writes the 32 bits of an integer as unsigned decimal and answers where it ends. Hand it a signed number where there
 * is one: V8 makes an object of a number above 2^31 that goes through a call.
 */
export function putDecimal(view: DataView, pos: number, n: number): number {
  const value = n >>> 0;
  if (value < 1000) return putSmall(view, pos, value);
  const upper = (value / 1000) >>> 0;
  let at: number;
  if (upper < 1000) at = putSmall(view, pos, upper);
  else {
    const top = (upper / 1000) >>> 0;
    if (top < 1000) at = putSmall(view, pos, top);
    else {
      const first = (top / 1000) >>> 0;
      // 32 bits have four of them at most.
      view.setUint8(pos, 48 + first);
      view.setUint32(pos + 1, THREES[top - first * 1000]!, true);
      at = pos + 4;
    }
    view.setUint32(at, THREES[upper - top * 1000]!, true);
    at += 3;
  }
  view.setUint32(at, THREES[value - upper * 1000]!, true);
  return at + 3;
}

/** Writes an integer 0…999,999 with six digits and answers where it ends. */
export function putSix(view: DataView, pos: number, n: number): number {
  const upper = (n / 1000) >>> 0;
  view.setUint32(pos, THREES[upper]!, true);
  view.setUint32(pos + 3, THREES[n - upper * 1000]!, true);
  return pos + 6;
}

/** Writes an integer 0…65,535 in hexadecimal without leading zeros and answers where it ends. */
export function putHex(view: DataView, pos: number, n: number): number {
  const size = n < 0x10 ? 1 : n < 0x100 ? 2 : n < 0x1000 ? 3 : 4;
  view.setUint32(pos, hexWord(n) >>> ((4 - size) << 3), true);
  return pos + size;
}

/** Writes an integer 0…255 as two hexadecimal digits and answers where they end. */
export function putHex2(view: DataView, pos: number, n: number): number {
  view.setUint16(pos, DIGITS[n >> 4]! | (DIGITS[n & 15]! << 8), true);
  return pos + 2;
}

/** Writes an integer 0…65,535 as four hexadecimal digits and answers where they end. */
export function putHex4(view: DataView, pos: number, n: number): number {
  view.setUint32(pos, hexWord(n), true);
  return pos + 4;
}

/** Four hexadecimal digits as a word, the first in the lowest byte. */
function hexWord(n: number): number {
  return (
    DIGITS[n >> 12]! |
    (DIGITS[(n >> 8) & 15]! << 8) |
    (DIGITS[(n >> 4) & 15]! << 16) |
    (DIGITS[n & 15]! << 24)
  );
}

/**
 * An append-only text buffer. All methods take ASCII or Latin-1; other characters go in with utf8().
 * Nothing here escapes control characters: escaped() in escape.ts does, and hostile strings go only through it.
 */
export class TextWriter {
  buf: Uint8Array<ArrayBuffer>;
  /** The same bytes, for the functions put…(). */
  view: DataView<ArrayBuffer>;
  /** Bytes used. */
  pos = 0;
  /** Up to here a few bytes can be written without asking: SLACK before the end. */
  private limit: number;

  constructor(capacity = 1 << 16) {
    this.buf = new Uint8Array(capacity + SLACK);
    this.view = new DataView(this.buf.buffer);
    this.limit = capacity;
  }

  /** Makes room for `more` bytes, and for stores that reach beyond them. `buf` and `view` may be others then. */
  reserve(more: number): void {
    if (this.pos + more <= this.limit) return;
    this.limit = Math.max(this.limit * 2, this.pos + more);
    const grown = new Uint8Array(this.limit + SLACK);
    grown.set(this.buf.subarray(0, this.pos));
    this.buf = grown;
    this.view = new DataView(grown.buffer);
  }

  /** One character by code, 0…255. */
  ch(code: number): void {
    if (this.pos > this.limit) this.reserve(0);
    this.buf[this.pos++] = code;
  }

  /** A constant text. */
  phrase(phrase: Phrase): void {
    if (this.pos > this.limit) this.reserve(0);
    this.pos = put(this.view, this.pos, phrase);
  }

  /** A Latin-1 string. */
  str(s: string): void {
    const n = s.length;
    if (this.pos + n > this.limit) this.reserve(n);
    const { buf } = this;
    let { pos } = this;
    for (let i = 0; i < n; i++) buf[pos++] = s.charCodeAt(i);
    this.pos = pos;
  }

  /** Unsigned decimal of an integer 0…2^53-1. */
  dec(n: number): void {
    if (n > 0xffffffff) {
      // Above 32 bits a division is one of doubles: once is enough.
      const upper = Math.floor(n / 100_000);
      this.dec(upper);
      this.decPad(n - upper * 100_000, 5);
      return;
    }
    if (this.pos > this.limit) this.reserve(0);
    this.pos = putDecimal(this.view, this.pos, n | 0);
  }

  /** Unsigned decimal of an integer 0…2^53-1 with at least `width` digits, ten at most, padded with zeros. */
  decPad(n: number, width: number): void {
    for (let digits = 1, power = 10; digits < width; digits++, power *= 10) if (n < power) this.ch(48);
    this.dec(n);
  }

  /** Lower-case hexadecimal without leading zeros, 0…2^32-1. */
  hex(n: number): void {
    if (this.pos > this.limit) this.reserve(0);
    const upper = n >>> 16;
    if (upper === 0) this.pos = putHex(this.view, this.pos, n);
    else this.pos = putHex4(this.view, putHex(this.view, this.pos, upper), n & 0xffff);
  }

  /** Lower-case hexadecimal with exactly `width` digits (1…8). */
  hexPad(n: number, width: number): void {
    if (this.pos > this.limit) this.reserve(0);
    for (let shift = (width - 1) * 4; shift >= 0; shift -= 4)
      this.buf[this.pos++] = DIGITS[(n >>> shift) & 15]!;
  }

  /** Bytes as they are. */
  bytes(bytes: Uint8Array): void {
    const n = bytes.length;
    if (this.pos + n > this.limit) this.reserve(n);
    const { buf } = this;
    const { pos } = this;
    // For few bytes a loop is faster than set().
    if (n > 64) buf.set(bytes, pos);
    else for (let i = 0; i < n; i++) buf[pos + i] = bytes[i]!;
    this.pos = pos + n;
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
