// Unpacks LZ4 frames: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md, and the blocks within them:
// https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md. Node has none, and the packages that npm has are either
// native or long left alone.
//
//    frame   magic 184d2204, FLG, BD, [content size u64], [dictionary u32], header check, blocks, 0, [content check]
//    FLG     version 01 (2 bits), blocks independent, block checks, content size, content check, reserved, dictionary
//    BD      reserved, block size (3 bits: 4 … 7 for 64 KiB … 4 MiB), reserved
//    block   size u32 (top bit: not compressed), data, [check]
//    legacy  magic 184c2102, blocks of 8 MiB: compressed size u32, data; to the end of the file or the next magic
//
// All little-endian; checks are xxHash-32, the header's the second byte of it.

export const LZ4_MAGIC = 0x184d2204;
export const LZ4_LEGACY_MAGIC = 0x184c2102;
/** Frames of the user's own, to be skipped: the last four bits are anything. zstd has the same. */
export const SKIPPABLE_MAGIC = 0x184d2a50;

/** How far back a match reaches. */
const HISTORY = 1 << 16;
const LEGACY_BLOCK = 8 << 20;
/** What a block that does not compress may be larger than what it holds, by lz4's own bound. */
const LEGACY_LIMIT = LEGACY_BLOCK + (LEGACY_BLOCK >> 7) + 16;
const MIN_MATCH = 4;
/** From so many bytes on a native copy is quicker than a loop. */
const NATIVE_COPY = 48;

/** Gives compressed bytes, in order. */
export interface Bytes {
  /** The next `size` bytes, borrowed until the next call; null if the file ends before. */
  take(size: number): Uint8Array | null;
}

/** Damaged or unknown data: a message without a name before it. */
export class Lz4Error extends Error {
  /** True if the data only ends too early. */
  readonly cut: boolean;
  constructor(message: string, cut = false) {
    super(message);
    this.cut = cut;
  }
}

function u32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

function must(bytes: Uint8Array | null): Uint8Array {
  if (bytes === null) throw new Lz4Error("unexpected end of file", true);
  return bytes;
}

/** The content of all frames, in pieces that are borrowed until the next is asked for. Throws Lz4Error. */
export function* unpackLz4(source: Bytes): Generator<Uint8Array, void> {
  let first = true;
  for (let magic = source.take(4); magic !== null; ) {
    const value = u32(magic, 0);
    magic = null;
    if (value === LZ4_MAGIC) yield* frame(source);
    else if (value === LZ4_LEGACY_MAGIC) magic = yield* legacyFrame(source);
    else if ((value & ~15) >>> 0 === SKIPPABLE_MAGIC) skip(source);
    else if (first) throw new Lz4Error("not an LZ4 frame");
    // What follows the last frame and is none is not ours, as for gzip and its padding.
    else return;
    first = false;
    magic ??= source.take(4);
  }
}

function skip(source: Bytes): void {
  for (let left = u32(must(source.take(4)), 0); left > 0; ) {
    const size = Math.min(left, HISTORY);
    must(source.take(size));
    left -= size;
  }
}

function* frame(source: Bytes): Generator<Uint8Array, void> {
  const header = new Uint8Array(14);
  header.set(must(source.take(2)));
  const flags = header[0]!;
  const descriptor = header[1]!;
  if (flags >> 6 !== 1) throw new Lz4Error(`unknown frame version ${flags >> 6}`);
  const independent = (flags & 0x20) !== 0;
  const blockChecks = (flags & 0x10) !== 0;
  const contentCheck = (flags & 0x04) !== 0;
  let size = 2;
  if ((flags & 0x08) !== 0) size += 8;
  if ((flags & 0x01) !== 0) size += 4;
  if (size > 2) header.set(must(source.take(size - 2)), 2);
  const check = must(source.take(1))[0];
  if (((xxh32(header, 0, size) >>> 8) & 0xff) !== check) throw new Lz4Error("the frame's header is damaged");
  if ((flags & 0x01) !== 0) throw new Lz4Error("the frame needs a dictionary");
  const code = (descriptor >> 4) & 7;
  if (code < 4 || (flags & 0x02) !== 0 || (descriptor & 0x8f) !== 0)
    throw new Lz4Error("the frame's header is damaged");
  const blockSize = 1 << (8 + 2 * code);

  const out = new Uint8Array(HISTORY + blockSize);
  const hash = contentCheck ? new Xxh32() : null;
  /** Bytes of history before HISTORY that are valid. */
  let history = 0;
  for (;;) {
    const word = u32(must(source.take(4)), 0);
    if (word === 0) break;
    const stored = word >>> 31 === 1;
    const length = word & 0x7fffffff;
    if (length > blockSize) throw new Lz4Error(`a block of ${length} bytes is larger than the frame's limit`);
    const block = must(source.take(length));
    const blockHash = blockChecks ? xxh32(block, 0, length) : 0;
    let end: number;
    if (stored) {
      out.set(block, HISTORY);
      end = HISTORY + length;
    } else end = unpackBlock(block, length, out, HISTORY, HISTORY - (independent ? 0 : history), out.length);
    if (blockChecks && u32(must(source.take(4)), 0) !== blockHash) throw new Lz4Error("a block is damaged");
    hash?.update(out, HISTORY, end);
    if (end > HISTORY) yield out.subarray(HISTORY, end);
    if (!independent) {
      const keep = Math.min(HISTORY, history + end - HISTORY);
      out.copyWithin(HISTORY - keep, end - keep, end);
      history = keep;
    }
  }
  if (hash !== null && u32(must(source.take(4)), 0) !== hash.digest())
    throw new Lz4Error("the content is damaged");
}

/** The answer: what comes after the frame, which only that tells the end of; null at the end of the file. */
function* legacyFrame(source: Bytes): Generator<Uint8Array, Uint8Array | null> {
  const out = new Uint8Array(LEGACY_BLOCK);
  for (;;) {
    const head = source.take(4);
    if (head === null) return null;
    const length = u32(head, 0);
    if (length === LZ4_MAGIC || length === LZ4_LEGACY_MAGIC || (length & ~15) >>> 0 === SKIPPABLE_MAGIC)
      return head.slice();
    if (length > LEGACY_LIMIT) throw new Lz4Error(`a block of ${length} bytes is larger than the limit`);
    const end = unpackBlock(must(source.take(length)), length, out, 0, 0, out.length);
    if (end > 0) yield out.subarray(0, end);
  }
}

/**
 * Unpacks a block: literals and matches in turn. A token's upper half is the number of literals, its lower half that
 * of matched bytes beyond four; 15 in either goes on in further bytes, 255 in each but the last. The block ends behind
 * literals.
 * @param from bytes of `out` from there on may be matched
 * @returns the end of what was written into `out` from `at` on. Throws Lz4Error; never writes outside [at, limit).
 */
export function unpackBlock(
  block: Uint8Array,
  length: number,
  out: Uint8Array,
  at: number,
  from: number,
  limit: number,
): number {
  let read = 0;
  let to = at;
  while (read < length) {
    const token = block[read++]!;
    let literals = token >> 4;
    if (literals === 15) {
      let more = 255;
      while (more === 255) {
        if (read >= length) throw new Lz4Error("a block is damaged");
        more = block[read++]!;
        literals += more;
      }
    }
    if (literals > length - read || literals > limit - to) throw new Lz4Error("a block is damaged");
    if (literals > NATIVE_COPY) {
      out.set(block.subarray(read, read + literals), to);
      to += literals;
      read += literals;
    } else for (let end = to + literals; to < end; ) out[to++] = block[read++]!;
    if (read === length) return to;

    if (length - read < 2) throw new Lz4Error("a block is damaged");
    const distance = block[read]! | (block[read + 1]! << 8);
    read += 2;
    let matched = (token & 15) + MIN_MATCH;
    if ((token & 15) === 15) {
      let more = 255;
      while (more === 255) {
        if (read >= length) throw new Lz4Error("a block is damaged");
        more = block[read++]!;
        matched += more;
      }
    }
    let source = to - distance;
    if (distance === 0 || source < from || matched > limit - to) throw new Lz4Error("a block is damaged");
    const end = to + matched;
    if (matched > NATIVE_COPY && distance >= matched) {
      out.copyWithin(to, source, source + matched);
      to = end;
    } else if (matched > NATIVE_COPY && distance === 1) {
      out.fill(out[source]!, to, end);
      to = end;
    } else while (to < end) out[to++] = out[source++]!;
  }
  return to;
}

const PRIME1 = 0x9e3779b1 | 0;
const PRIME2 = 0x85ebca77 | 0;
const PRIME3 = 0xc2b2ae3d | 0;
const PRIME4 = 0x27d4eb2f;
const PRIME5 = 0x165667b1;

const rotate = (n: number, by: number): number => (n << by) | (n >>> (32 - by));
const round = (accumulator: number, lane: number): number =>
  Math.imul(rotate((accumulator + Math.imul(lane, PRIME2)) | 0, 13), PRIME1);

/** xxHash-32 with seed 0: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md */
export class Xxh32 {
  private a = (PRIME1 + PRIME2) | 0;
  private b = PRIME2;
  private c = 0;
  private d = -PRIME1 | 0;
  private total = 0;
  /** Bytes that do not fill a stripe of 16 yet. */
  private readonly rest = new Uint8Array(16);
  private held = 0;

  update(bytes: Uint8Array, from: number, end: number): void {
    this.total += end - from;
    let at = from;
    if (this.held > 0) {
      while (this.held < 16 && at < end) this.rest[this.held++] = bytes[at++]!;
      if (this.held < 16) return;
      this.stripes(this.rest, 0, 16);
      this.held = 0;
    }
    const whole = at + ((end - at) & ~15);
    this.stripes(bytes, at, whole);
    for (at = whole; at < end; ) this.rest[this.held++] = bytes[at++]!;
  }

  digest(): number {
    let hash =
      this.total >= 16
        ? (rotate(this.a, 1) + rotate(this.b, 7) + rotate(this.c, 12) + rotate(this.d, 18)) | 0
        : PRIME5;
    hash = (hash + this.total) | 0;
    let at = 0;
    for (; at + 4 <= this.held; at += 4)
      hash = Math.imul(rotate((hash + Math.imul(u32(this.rest, at) | 0, PRIME3)) | 0, 17), PRIME4);
    for (; at < this.held; at++)
      hash = Math.imul(rotate((hash + Math.imul(this.rest[at]!, PRIME5)) | 0, 11), PRIME1);
    hash = Math.imul(hash ^ (hash >>> 15), PRIME2);
    hash = Math.imul(hash ^ (hash >>> 13), PRIME3);
    return (hash ^ (hash >>> 16)) >>> 0;
  }

  private stripes(bytes: Uint8Array, from: number, end: number): void {
    let { a, b, c, d } = this;
    for (let at = from; at < end; at += 16) {
      a = round(a, u32(bytes, at) | 0);
      b = round(b, u32(bytes, at + 4) | 0);
      c = round(c, u32(bytes, at + 8) | 0);
      d = round(d, u32(bytes, at + 12) | 0);
    }
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
  }
}

/** xxHash-32 of bytes[from, end), seed 0. */
export function xxh32(bytes: Uint8Array, from: number, end: number): number {
  const hash = new Xxh32();
  hash.update(bytes, from, end);
  return hash.digest();
}
