// The .xz format (version 1.2.0 of its specification) with the LZMA2 filter, which Node cannot unpack: whole streams in
// memory, bounded by the caller, with their checks. For files of a few megabytes (some 5 MB a second and more).
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

/** The data is damaged, cut short, larger than allowed, or made in a way not known here. */
export class XzError extends Error {}

const HEADER_MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const FOOTER_MAGIC = [0x59, 0x5a];
const HEADER_SIZE = 12;
const FOOTER_SIZE = 12;
const LZMA2 = 0x21;
/** Bytes of the check behind a block, by the check's id (2.1.1.2). */
const CHECK_SIZES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];
const CHECK_CRC32 = 1;
const CHECK_CRC64 = 4;
const CHECK_SHA256 = 10;
/** CRC-64's polynomial (ECMA-182), reflected, as two words. */
const CRC64_HIGH = 0xc96c5795;
const CRC64_LOW = 0xd7870f42;

let crc64Table: Uint32Array | null = null;

/** Two words per byte value: low, high. */
function makeCrc64Table(): Uint32Array {
  const table = new Uint32Array(512);
  for (let value = 0; value < 256; value++) {
    let low = value;
    let high = 0;
    for (let bit = 0; bit < 8; bit++) {
      const odd = low & 1;
      low = ((low >>> 1) | (high << 31)) >>> 0;
      high >>>= 1;
      if (odd) {
        low = (low ^ CRC64_LOW) >>> 0;
        high = (high ^ CRC64_HIGH) >>> 0;
      }
    }
    table[value * 2] = low;
    table[value * 2 + 1] = high;
  }
  return table;
}

/** The check's bytes as they stand in the file: little-endian. */
function crc64(bytes: Uint8Array): Uint8Array {
  crc64Table ??= makeCrc64Table();
  let low = 0xffffffff;
  let high = 0xffffffff;
  for (const byte of bytes) {
    const at = ((low ^ byte) & 0xff) * 2;
    low = (((low >>> 8) | (high << 24)) ^ crc64Table[at]!) >>> 0;
    high = ((high >>> 8) ^ crc64Table[at + 1]!) >>> 0;
  }
  const check = new Uint8Array(8);
  const view = new DataView(check.buffer);
  view.setUint32(0, ~low >>> 0, true);
  view.setUint32(4, ~high >>> 0, true);
  return check;
}

function crc32Bytes(bytes: Uint8Array): Uint8Array {
  const check = new Uint8Array(4);
  new DataView(check.buffer).setUint32(0, crc32(bytes), true);
  return check;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/** What is read, with an end that throws. */
class Input {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new XzError("the data ends too early");
    return byte;
  }

  take(size: number): Uint8Array {
    if (size > this.bytes.length - this.at) throw new XzError("the data ends too early");
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }

  /** A number of 1 to 9 bytes (1.2); what a double does not hold is refused. */
  number(): number {
    let value = 0;
    for (let i = 0; i < 9; i++) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
    }
    throw new XzError("a number is too large");
  }
}

/** What is made, with a limit that throws. */
class Output {
  bytes = new Uint8Array(1 << 16);
  size = 0;
  readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  /** Makes room for so many bytes more. */
  reserve(more: number): void {
    const wanted = this.size + more;
    if (wanted > this.most) throw new XzError(`unpacked it is larger than ${this.most} bytes`);
    if (wanted <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(wanted, Math.min(this.bytes.length * 2, this.most)));
    larger.set(this.bytes.subarray(0, this.size));
    this.bytes = larger;
  }
}

const STATES = 12;
/** States from this one on follow a match. */
const FIRST_MATCH_STATE = 7;
const PROBABILITY = 1024;
const MATCH_LEAST = 2;
const DISTANCE_END = 128;

/** Probabilities of lengths: choices, then low and middle by position, then high. */
class Lengths {
  readonly choice = new Uint16Array(2);
  readonly low = new Uint16Array(16 << 3);
  readonly middle = new Uint16Array(16 << 3);
  readonly high = new Uint16Array(256);

  reset(): void {
    for (const table of [this.choice, this.low, this.middle, this.high]) table.fill(PROBABILITY);
  }
}

/** LZMA as LZMA2 carries it: chunks that begin anew or go on where the last one ended. */
class Lzma {
  readonly #output: Output;
  /** Where the dictionary begins: no distance reaches before it. */
  #begin = 0;
  #input = new Input(new Uint8Array());
  #range = 0;
  #code = 0;
  #lc = 0;
  #lp = 0;
  #pb = 0;
  #state = 0;
  readonly #distances = [0, 0, 0, 0];
  readonly #isMatch = new Uint16Array(STATES << 4);
  readonly #isRep = new Uint16Array(STATES);
  readonly #isRep0 = new Uint16Array(STATES);
  readonly #isRep1 = new Uint16Array(STATES);
  readonly #isRep2 = new Uint16Array(STATES);
  readonly #isRep0Long = new Uint16Array(STATES << 4);
  readonly #slots = new Uint16Array(4 << 6);
  readonly #special = new Uint16Array(DISTANCE_END - 14 + 1);
  readonly #align = new Uint16Array(16);
  readonly #literals = new Uint16Array(0x300 << 4);
  readonly #matches = new Lengths();
  readonly #repeats = new Lengths();

  constructor(output: Output) {
    this.#output = output;
  }

  resetDictionary(): void {
    this.#begin = this.#output.size;
  }

  resetState(): void {
    this.#state = 0;
    this.#distances.fill(0);
    for (const table of [
      this.#isMatch,
      this.#isRep,
      this.#isRep0,
      this.#isRep1,
      this.#isRep2,
      this.#isRep0Long,
      this.#slots,
      this.#special,
      this.#align,
      this.#literals,
    ])
      table.fill(PROBABILITY);
    this.#matches.reset();
    this.#repeats.reset();
  }

  setProperties(byte: number): void {
    if (byte > (4 * 5 + 4) * 9 + 8) throw new XzError("bad LZMA properties");
    this.#lc = byte % 9;
    this.#lp = Math.floor(byte / 9) % 5;
    this.#pb = Math.floor(byte / 45);
    if (this.#lc + this.#lp > 4) throw new XzError("bad LZMA properties");
  }

  /** Unpacks one chunk of so many bytes. */
  chunk(packed: Uint8Array, size: number): void {
    const output = this.#output;
    output.reserve(size);
    const end = output.size + size;
    this.#input = new Input(packed);
    if (this.#input.byte() !== 0) throw new XzError("the data is damaged");
    this.#code = 0;
    for (let i = 0; i < 4; i++) this.#code = ((this.#code << 8) | this.#input.byte()) >>> 0;
    this.#range = 0xffffffff;
    while (output.size < end) {
      const position = output.size & ((1 << this.#pb) - 1);
      if (this.#bit(this.#isMatch, (this.#state << 4) + position) === 0) this.#literal();
      else this.#match(position, end);
    }
    // the coder's last bytes say nothing but that it was in step
    if (this.#range < 1 << 24) this.#normalize();
    if (this.#code !== 0 || this.#input.at !== packed.length) throw new XzError("the data is damaged");
  }

  #normalize(): void {
    this.#range = (this.#range << 8) >>> 0;
    this.#code = ((this.#code << 8) | this.#input.byte()) >>> 0;
  }

  #bit(table: Uint16Array, at: number): number {
    if (this.#range < 1 << 24) this.#normalize();
    const probability = table[at]!;
    const bound = (this.#range >>> 11) * probability;
    if (this.#code < bound) {
      this.#range = bound;
      table[at] = probability + ((2048 - probability) >> 5);
      return 0;
    }
    this.#range = (this.#range - bound) >>> 0;
    this.#code = (this.#code - bound) >>> 0;
    table[at] = probability - (probability >> 5);
    return 1;
  }

  #direct(bits: number): number {
    let value = 0;
    for (let i = 0; i < bits; i++) {
      if (this.#range < 1 << 24) this.#normalize();
      this.#range >>>= 1;
      const one = this.#code >= this.#range;
      if (one) this.#code -= this.#range;
      value = value * 2 + (one ? 1 : 0);
    }
    return value;
  }

  #tree(table: Uint16Array, base: number, bits: number): number {
    let symbol = 1;
    for (let i = 0; i < bits; i++) symbol = symbol * 2 + this.#bit(table, base + symbol);
    return symbol - (1 << bits);
  }

  #reversedTree(table: Uint16Array, base: number, bits: number): number {
    let symbol = 1;
    let value = 0;
    for (let i = 0; i < bits; i++) {
      const bit = this.#bit(table, base + symbol);
      symbol = symbol * 2 + bit;
      value |= bit << i;
    }
    return value;
  }

  #literal(): void {
    const output = this.#output;
    const { bytes } = output;
    const before = output.size > this.#begin ? bytes[output.size - 1]! : 0;
    const place = (((output.size & ((1 << this.#lp) - 1)) << this.#lc) + (before >> (8 - this.#lc))) * 0x300;
    let symbol = 1;
    if (this.#state >= FIRST_MATCH_STATE) {
      let matched = bytes[this.#from(this.#distances[0]!)]!;
      do {
        const expected = (matched >> 7) & 1;
        matched <<= 1;
        const bit = this.#bit(this.#literals, place + ((1 + expected) << 8) + symbol);
        symbol = (symbol << 1) | bit;
        if (expected !== bit) break;
      } while (symbol < 0x100);
    }
    while (symbol < 0x100) symbol = (symbol << 1) | this.#bit(this.#literals, place + symbol);
    bytes[output.size++] = symbol & 0xff;
    this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6;
  }

  /** Where a distance (one less than the number of bytes back) leads to. */
  #from(distance: number): number {
    const from = this.#output.size - distance - 1;
    if (from < this.#begin) throw new XzError("the data is damaged");
    return from;
  }

  #match(position: number, end: number): void {
    const state = this.#state;
    const distances = this.#distances;
    const afterLiteral = state < FIRST_MATCH_STATE;
    let length: number;
    if (this.#bit(this.#isRep, state) === 0) {
      length = this.#length(this.#matches, position);
      distances.copyWithin(1, 0, 3);
      distances[0] = this.#distance(length);
      this.#state = afterLiteral ? 7 : 10;
    } else {
      if (this.#bit(this.#isRep0, state) === 0) {
        if (this.#bit(this.#isRep0Long, (state << 4) + position) === 0) {
          this.#state = afterLiteral ? 9 : 11;
          const { bytes } = this.#output;
          bytes[this.#output.size] = bytes[this.#from(distances[0]!)]!;
          this.#output.size++;
          return;
        }
      } else {
        const which = this.#bit(this.#isRep1, state) === 0 ? 1 : 2 + this.#bit(this.#isRep2, state);
        const distance = distances[which]!;
        distances.copyWithin(1, 0, which);
        distances[0] = distance;
      }
      length = this.#length(this.#repeats, position);
      this.#state = afterLiteral ? 8 : 11;
    }
    const output = this.#output;
    if (length > end - output.size) throw new XzError("the data is damaged");
    const { bytes } = output;
    let from = this.#from(distances[0]!);
    // byte by byte: the source may overlap what is being written
    for (let i = 0; i < length; i++) bytes[output.size++] = bytes[from++]!;
  }

  #length(lengths: Lengths, position: number): number {
    if (this.#bit(lengths.choice, 0) === 0) return MATCH_LEAST + this.#tree(lengths.low, position << 3, 3);
    if (this.#bit(lengths.choice, 1) === 0)
      return MATCH_LEAST + 8 + this.#tree(lengths.middle, position << 3, 3);
    return MATCH_LEAST + 16 + this.#tree(lengths.high, 0, 8);
  }

  #distance(length: number): number {
    const slot = this.#tree(this.#slots, Math.min(length - MATCH_LEAST, 3) << 6, 6);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const base = (2 | (slot & 1)) * 2 ** bits;
    if (slot < 14) return base + this.#reversedTree(this.#special, base - slot, bits);
    return base + this.#direct(bits - 4) * 16 + this.#reversedTree(this.#align, 0, 4);
  }
}

/** The LZMA2 chunks of one block (5.3.1), up to their end mark. */
function unpackLzma2(input: Input, output: Output): void {
  const lzma = new Lzma(output);
  let needDictionary = true;
  let needProperties = true;
  let needState = true;
  for (;;) {
    const control = input.byte();
    if (control === 0) return;
    if (control === 1 || control >= 0xe0) {
      lzma.resetDictionary();
      needDictionary = false;
    } else if (needDictionary) throw new XzError("the data is damaged");
    if (control < 0x80) {
      if (control > 2) throw new XzError("the data is damaged");
      const raw = input.take((input.byte() << 8) + input.byte() + 1);
      output.reserve(raw.length);
      output.bytes.set(raw, output.size);
      output.size += raw.length;
      continue;
    }
    const size = ((control & 0x1f) << 16) + (input.byte() << 8) + input.byte() + 1;
    const packed = (input.byte() << 8) + input.byte() + 1;
    if (control >= 0xc0) {
      lzma.setProperties(input.byte());
      needProperties = false;
    } else if (needProperties) throw new XzError("the data is damaged");
    if (control >= 0xa0) {
      lzma.resetState();
      needState = false;
    } else if (needState) throw new XzError("the data is damaged");
    lzma.chunk(input.take(packed), size);
  }
}

/** The header of a block (3.1), whose first byte was read: the sizes that it promises. */
function readBlockHeader(input: Input, first: number): { packed: number | null; size: number | null } {
  const start = input.at - 1;
  const whole = input.bytes.subarray(start, start + (first + 1) * 4);
  input.take((first + 1) * 4 - 1);
  if (!equal(crc32Bytes(whole.subarray(0, -4)), whole.subarray(-4))) throw new XzError("the data is damaged");
  const header = new Input(whole.subarray(0, -4), 1);
  const flags = header.byte();
  const packed = flags & 0x40 ? header.number() : null;
  const size = flags & 0x80 ? header.number() : null;
  if (flags & 0x3f || header.number() !== LZMA2 || header.number() !== 1)
    throw new XzError("it is packed with a filter that is not known here");
  header.byte(); // the dictionary's size: all of the output is one
  return { packed, size };
}

function verify(kind: number, bytes: Uint8Array, check: Uint8Array): void {
  const expected =
    kind === CHECK_CRC32
      ? crc32Bytes(bytes)
      : kind === CHECK_CRC64
        ? crc64(bytes)
        : kind === CHECK_SHA256
          ? createHash("sha256").update(bytes).digest()
          : check;
  if (!equal(expected, check)) throw new XzError("its checksum is wrong");
}

/** One stream. */
function unpackStream(input: Input, output: Output): void {
  const header = input.take(HEADER_SIZE);
  if (!HEADER_MAGIC.every((byte, at) => header[at] === byte)) throw new XzError("it is no .xz file");
  const flags = header.subarray(6, 8);
  const kind = flags[1]!;
  if (flags[0] !== 0 || kind > 15 || !equal(crc32Bytes(flags), header.subarray(8)))
    throw new XzError("the data is damaged");
  const blocks: { packed: number; size: number }[] = [];
  for (;;) {
    const first = input.byte();
    if (first === 0) break;
    const start = input.at - 1;
    const promised = readBlockHeader(input, first);
    const data = input.at;
    const before = output.size;
    unpackLzma2(input, output);
    const packed = input.at - data;
    const size = output.size - before;
    if ((promised.packed ?? packed) !== packed || (promised.size ?? size) !== size)
      throw new XzError("the data is damaged");
    if (input.take(-packed & 3).some((byte) => byte !== 0)) throw new XzError("the data is damaged");
    const checkSize = CHECK_SIZES[kind]!;
    verify(kind, output.bytes.subarray(before, output.size), input.take(checkSize));
    blocks.push({ packed: data - start + packed + checkSize, size });
  }
  readIndex(input, blocks, flags);
}

/** Index and footer (4, 2.1.2): they repeat what was seen. */
function readIndex(
  input: Input,
  blocks: readonly { packed: number; size: number }[],
  flags: Uint8Array,
): void {
  const start = input.at - 1;
  let fits = input.number() === blocks.length;
  for (const { packed, size } of blocks) fits = fits && input.number() === packed && input.number() === size;
  if (!fits || input.take(-(input.at - start) & 3).some((byte) => byte !== 0))
    throw new XzError("the data is damaged");
  const index = input.bytes.subarray(start, input.at);
  if (!equal(crc32Bytes(index), input.take(4))) throw new XzError("the data is damaged");
  const footer = input.take(FOOTER_SIZE);
  const view = new DataView(footer.buffer, footer.byteOffset, footer.length);
  fits =
    equal(crc32Bytes(footer.subarray(4, 10)), footer.subarray(0, 4)) &&
    (view.getUint32(4, true) + 1) * 4 === index.length + 4 &&
    equal(footer.subarray(8, 10), flags) &&
    FOOTER_MAGIC.every((byte, at) => footer[10 + at] === byte);
  if (!fits) throw new XzError("the data is damaged");
}

/**
 * Unpacks an .xz file of one stream or several.
 * @param most refuse to make more bytes than that
 * @throws XzError
 */
export function unpackXz(bytes: Uint8Array, most: number): Uint8Array {
  const input = new Input(bytes);
  const output = new Output(most);
  do {
    unpackStream(input, output);
    // stream padding (2.2): zeros, four at a time
    while (input.at < bytes.length && bytes[input.at] === 0)
      if (input.take(4).some((byte) => byte !== 0)) break;
  } while (input.at < bytes.length);
  return output.bytes.subarray(0, output.size);
}
