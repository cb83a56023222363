// Gathers what is written until about a megabyte waits, and hands it over with one write.
import { Buffer } from "node:buffer";
import type { Output } from "../model/sink.ts";

const CAPACITY = 1 << 20;

// Up to so many bytes a loop beats a native copy, byte by byte or word by word (Node 26, x64: a native copy
// takes some 60 ns whatever its size, a subarray to go with it twice that). Words are written as the machine has
// them: the machines that Node runs this on are little-endian, and so are the files.
const BYTE_LIMIT = 32;
const WORD_LIMIT = 128;

/**
 * Space at the end of the batch: reserve(), write at `pos`, move `pos`. What lies before a reserve() may go out
 * at any later one, so reserve whole blocks: then a file that loses its writer ends with a whole block.
 */
export class Batch {
  bytes: Uint8Array = new Uint8Array(CAPACITY);
  /** The same bytes as words, for users that keep `pos` a multiple of four. */
  words: Int32Array = new Int32Array(this.bytes.buffer);
  pos = 0;
  /** Bytes handed over so far. */
  written = 0;
  private readonly output: Output;
  private failed = false;
  private source: Uint8Array | null = null;
  private sourceBuffer: Buffer = Buffer.alloc(0);
  private sourceWords: Int32Array | null = null;

  constructor(output: Output) {
    this.output = output;
  }

  /** Makes room for `size` bytes at `pos`, which may move. Throws what the output throws. */
  reserve(size: number): void {
    if (this.pos + size <= this.bytes.length) return;
    this.flush();
    if (size <= this.bytes.length) return;
    this.bytes = new Uint8Array((size + 4095) & ~4095);
    this.words = new Int32Array(this.bytes.buffer);
  }

  /** Hands over everything. After a failure nothing more is written: it would follow a torn block. */
  flush(): void {
    const end = this.pos;
    this.pos = 0;
    if (end === 0 || this.failed) return;
    this.failed = true;
    if (this.output.exchange === undefined) this.output.write(this.bytes, 0, end);
    else {
      const { bytes } = this;
      this.bytes = this.output.exchange(bytes, end);
      if (this.bytes !== bytes) this.words = new Int32Array(this.bytes.buffer);
    }
    this.written += end;
    this.failed = false;
  }

  /** Writes bytes ahead of whatever the output holds back; behind everything so far where it holds nothing back. */
  ahead(bytes: Uint8Array): void {
    this.flush();
    if (this.failed) return;
    this.failed = true;
    if (this.output.ahead === undefined) this.output.write(bytes, 0, bytes.length);
    else this.output.ahead(bytes);
    this.written += bytes.length;
    this.failed = false;
  }

  /** Appends four words, wherever `pos` is. */
  fourWords(a: number, b: number, c: number, d: number): void {
    const { words, pos } = this;
    const to = pos >> 2;
    const shift = (pos & 3) << 3;
    this.pos = pos + 16;
    if (shift === 0) {
      words[to] = a;
      words[to + 1] = b;
      words[to + 2] = c;
      words[to + 3] = d;
      return;
    }
    const rest = 32 - shift;
    words[to] = (words[to]! & ((1 << shift) - 1)) | (a << shift);
    words[to + 1] = (a >>> rest) | (b << shift);
    words[to + 2] = (b >>> rest) | (c << shift);
    words[to + 3] = (c >>> rest) | (d << shift);
    words[to + 4] = d >>> rest;
  }

  /** Appends `size` bytes of `source` from `start` on; the room is reserved. */
  copy(source: Uint8Array, start: number, size: number): void {
    const { bytes } = this;
    let at = this.pos;
    if (size > BYTE_LIMIT && size <= WORD_LIMIT && (start & 3) === 0) {
      if (source !== this.source) this.view(source);
      if (this.sourceWords !== null) {
        this.copyByWords(this.sourceWords, source, start, size);
        return;
      }
    }
    this.pos = at + size;
    if (size > BYTE_LIMIT) {
      if (source !== this.source) this.view(source);
      this.sourceBuffer.copy(bytes, at, start, start + size);
      return;
    }
    const end = start + size;
    for (let from = start; from < end; from++) bytes[at++] = source[from]!;
  }

  /**
   * copy() word by word from a word's border in the source to any place: where `pos` is none, each word goes into two.
   * The word behind the last byte may be written, too: nothing is there yet.
   */
  private copyByWords(sourceWords: Int32Array, source: Uint8Array, start: number, size: number): void {
    const { bytes, words, pos } = this;
    const shift = (pos & 3) << 3;
    let to = pos >> 2;
    let from = start >> 2;
    const end = from + (size >> 2);
    if (shift === 0) while (from < end) words[to++] = sourceWords[from++]!;
    else {
      const rest = 32 - shift;
      let carry = words[to]! & ((1 << shift) - 1);
      while (from < end) {
        const word = sourceWords[from++]!;
        words[to++] = carry | (word << shift);
        carry = word >>> rest;
      }
      words[to] = carry;
    }
    this.pos = pos + size;
    let byte = end << 2;
    for (let at = pos + (size & ~3); at < pos + size; at++) bytes[at] = source[byte++]!;
  }

  /** As copy() with `pos` a multiple of four, and then zeros up to the next such: word by word where that works. */
  copyPadded(source: Uint8Array, start: number, size: number): void {
    if (source !== this.source) this.view(source);
    const { words, sourceWords } = this;
    const tail = this.pos + size;
    if (sourceWords !== null && (start & 3) === 0 && size <= WORD_LIMIT) {
      let to = this.pos >> 2;
      let from = start >> 2;
      const end = from + (size >> 2);
      while (from < end) words[to++] = sourceWords[from++]!;
      if ((size & 3) === 0) {
        this.pos = tail;
        return;
      }
      words[to] = 0;
      const { bytes } = this;
      const rest = size & 3;
      let at = to << 2;
      let byte = start + size - rest;
      while (at < tail) bytes[at++] = source[byte++]!;
      this.pos = (to + 1) << 2;
      return;
    }
    const padded = (tail + 3) & ~3;
    if (padded !== tail) words[(padded >> 2) - 1] = 0;
    this.copy(source, start, size);
    this.pos = padded;
  }

  /** Appends words; `pos` is a multiple of four. */
  copyWords(source: Int32Array): void {
    const { words } = this;
    let to = this.pos >> 2;
    this.pos += source.length * 4;
    if (source.length > WORD_LIMIT / 8) {
      words.set(source, to);
      return;
    }
    for (let from = 0; from < source.length; from++) words[to++] = source[from]!;
  }

  /** The other views of a source, which are kept: sources have one buffer that they use again and again. */
  private view(source: Uint8Array): void {
    this.source = source;
    this.sourceBuffer = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
    // A source that does not begin at a word has no words.
    this.sourceWords =
      (source.byteOffset & 3) === 0
        ? new Int32Array(source.buffer, source.byteOffset, source.byteLength >> 2)
        : null;
  }
}
