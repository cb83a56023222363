// Compressed savefiles, unpacked as they are read: gzip and zstd by Node, LZ4 by lz4.ts. Only a few chunks are in
// memory at any time, whatever the file claims.
import { type Bytes, LZ4_LEGACY_MAGIC, LZ4_MAGIC, Lz4Error, SKIPPABLE_MAGIC, unpackLz4 } from "./lz4.ts";

export type Packing = "gzip" | "zstd" | "lz4";

const GZIP_MAGIC = 0x8b1f;
const ZSTD_MAGIC = 0xfd2fb528;

/** Compressed bytes that are handed to a decompressor at a time: what it made of the last of them is lost in damage. */
const PIECE = 1 << 15;
/** Largest pieces that it gives back, and how much of them may wait. */
const CHUNK = 1 << 16;
const WAITING = 1 << 18;
/**
 * The largest window of zstd that is taken, as a power of two: as much memory a frame may need. zstd's own program
 * takes 2^27 unless told, its highest level makes as much.
 */
const ZSTD_WINDOW_LOG = 27;

/** How a file is compressed, by its first four bytes as a little-endian word; null: not in a way known here. */
export function packingOf(word: number): Packing | null {
  if ((word & 0xffff) === GZIP_MAGIC) return "gzip";
  if (word === ZSTD_MAGIC) return "zstd";
  if (word === LZ4_MAGIC || word === LZ4_LEGACY_MAGIC) return "lz4";
  // Both may begin with a frame to be skipped: parallel compressors of zstd's kind do.
  return (word & ~15) >>> 0 === SKIPPABLE_MAGIC ? "zstd" : null;
}

/** The program that unpacks a file of another kind; null if it is none that is known. */
export function otherUnpacker(word: number): string | null {
  if (word === 0x587a37fd) return "xz";
  return (word & 0xffffff) === 0x685a42 ? "bzip2" : null;
}

/** What went wrong with the compressed data. */
export class UnpackError extends Error {
  /** True if the data only ends too early. */
  readonly cut: boolean;
  constructor(message: string, cut: boolean) {
    super(message);
    this.cut = cut;
  }
}

/** Reads compressed bytes into bytes[at, at + size): how many, 0 at the end of the file. Throws what it likes. */
export type ReadBytes = (bytes: Uint8Array, at: number, size: number) => number;

export interface Unpacker {
  /** The next piece, borrowed until the next call; null at the end. Rejects with UnpackError, or what reading throws. */
  next(): Promise<Uint8Array | null>;
  close(): void;
}

export function unpacker(packing: Packing, read: ReadBytes): Unpacker {
  return packing === "lz4" ? new Lz4Unpacker(read) : new StreamUnpacker(packing, read);
}

/** gzip and zstd. */
class StreamUnpacker implements Unpacker {
  private readonly read: ReadBytes;
  private readonly stream;
  private readonly chunks: Uint8Array[] = [];
  private waiting = 0;
  private hungry = true;
  private ended = false;
  private error: Error | null = null;
  private wake: () => void = () => {};

  constructor(packing: "gzip" | "zstd", read: ReadBytes) {
    this.read = read;
    // loaded for compressed files only
    const { constants, createGunzip, createZstdDecompress } = process.getBuiltinModule("node:zlib");
    this.stream =
      packing === "gzip"
        ? createGunzip({ chunkSize: CHUNK })
        : createZstdDecompress({
            chunkSize: CHUNK,
            params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG },
          });
    this.stream.on("data", (chunk: Uint8Array) => {
      this.chunks.push(chunk);
      this.waiting += chunk.length;
      if (this.waiting > WAITING) this.stream.pause();
      this.wake();
    });
    this.stream.on("end", () => {
      this.ended = true;
      this.wake();
    });
    this.stream.on("error", (error) => {
      this.error = error;
      this.wake();
    });
  }

  async next(): Promise<Uint8Array | null> {
    for (;;) {
      const chunk = this.chunks.shift();
      if (chunk !== undefined) {
        this.waiting -= chunk.length;
        return chunk;
      }
      if (this.error !== null) {
        const cut = (this.error as NodeJS.ErrnoException).code === "Z_BUF_ERROR";
        throw new UnpackError(this.error.message, cut);
      }
      if (this.ended) return null;
      const changed = new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      if (this.stream.isPaused()) this.stream.resume();
      if (this.hungry) this.feed();
      await changed;
    }
  }

  close(): void {
    this.stream.destroy();
  }

  private feed(): void {
    const piece = new Uint8Array(PIECE);
    const size = this.read(piece, 0, PIECE);
    this.hungry = false;
    if (size === 0) {
      this.stream.end();
      return;
    }
    this.stream.write(piece.subarray(0, size), () => {
      this.hungry = true;
      this.wake();
    });
  }
}

class Lz4Unpacker implements Unpacker {
  private readonly pieces: Generator<Uint8Array, void>;

  constructor(read: ReadBytes) {
    this.pieces = unpackLz4(new Taker(read));
  }

  async next(): Promise<Uint8Array | null> {
    try {
      const { done, value } = this.pieces.next();
      return done ? null : value;
    } catch (error) {
      if (error instanceof Lz4Error) throw new UnpackError(error.message, error.cut);
      throw error;
    }
  }

  close(): void {}
}

/** Bytes by number instead of by piece. */
class Taker implements Bytes {
  private readonly read: ReadBytes;
  private bytes: Uint8Array = new Uint8Array(PIECE);
  private start = 0;
  private end = 0;

  constructor(read: ReadBytes) {
    this.read = read;
  }

  take(size: number): Uint8Array | null {
    while (this.end - this.start < size) {
      this.bytes.copyWithin(0, this.start, this.end);
      this.end -= this.start;
      this.start = 0;
      if (this.end === this.bytes.length) {
        // As bytes come: a length that lies costs no more than the file has.
        const grown = new Uint8Array(this.bytes.length * 2);
        grown.set(this.bytes);
        this.bytes = grown;
      }
      const count = this.read(this.bytes, this.end, this.bytes.length - this.end);
      if (count === 0) {
        // Half of a magic number is not the end.
        if (this.end > 0 && size > 0) throw new Lz4Error("unexpected end of file", true);
        return null;
      }
      this.end += count;
    }
    this.start += size;
    return this.bytes.subarray(this.start - size, this.start);
  }
}
