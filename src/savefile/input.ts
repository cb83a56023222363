// The bytes of a savefile as they come from a file or a pipe, in one buffer that is used again and again.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { Failure, systemMessage } from "../model/failure.ts";
import { type Packing, UnpackError, type Unpacker, unpacker } from "./unpack.ts";

const START_CAPACITY = 1 << 18;
const MIN_CAPACITY = 1 << 12;
/** No block is believed to be larger: what libpcap takes at most are 128 MiB, for USB; no capture has such. */
const MAX_CAPACITY = 64 << 20;

/**
 * Thrown where a compressed file has more, but not unpacked yet: what was begun is begun anew after more(). It is no
 * Error, for it is none, and is thrown often.
 */
export const WAIT: unique symbol = Symbol("wait for more()");

/** Told of every read: bytes of the file so far, and its size, null where it is not known (a pipe). */
export type Progress = (read: number, size: number | null) => void;

/** Bytes [start, end) of `bytes` wait to be taken: the user moves `start` itself. */
export class Input {
  bytes: Uint8Array;
  /** The same bytes as 32-bit words in the machine's byte order. */
  words: Int32Array;
  /** The same bytes, for fields that lie anywhere. */
  view: DataView;
  start = 0;
  end = 0;
  /** Goes before the message of a failed read: tcpdump's "pcap_loop: " once packets are read. */
  stage = "";
  private readonly fd: number;
  private readonly owned: boolean;
  private readonly progress: Progress | null;
  private ended = false;
  private unpacker: Unpacker | null = null;
  /** Why a compressed file gives no more. */
  private damage: Failure | null = null;
  private size: number | null = null;
  private count = 0;

  /** @param source a descriptor, or a file's name, "-" for standard input. Throws Failure "savefile-open". */
  constructor(source: number | string, progress: Progress | null = null) {
    this.progress = progress;
    if (typeof source === "number" || source === "-") {
      this.fd = typeof source === "number" ? source : 0;
      this.owned = false;
    } else {
      try {
        this.fd = openSync(source, "r");
      } catch (error) {
        throw new Failure("savefile-open", `${source}: ${systemMessage(error)}`);
      }
      this.owned = true;
    }
    let capacity = START_CAPACITY;
    try {
      const stat = fstatSync(this.fd);
      if (stat.isFile()) this.size = stat.size;
      // A small file, and one more read to see its end.
      if (stat.isFile() && stat.size < capacity) capacity = (stat.size + MIN_CAPACITY) & -MIN_CAPACITY;
    } catch {
      // The first read tells what is wrong.
    }
    this.bytes = new Uint8Array(capacity);
    this.words = new Int32Array(this.bytes.buffer);
    this.view = new DataView(this.bytes.buffer);
  }

  /**
   * Makes `need` bytes available from `start` on if the file has them, and returns how many there are: less
   * only at its end. Moves what waits to the front of the buffer, so offsets taken before are void (a start
   * that is a multiple of four stays one). Throws Failure "savefile-read"; of a compressed file also Failure
   * "savefile-packed", and WAIT.
   */
  fill(need: number): number {
    while (this.end - this.start < need && !this.ended) {
      if (this.unpacker !== null) throw this.damage ?? WAIT;
      this.makeRoom();
      const count = this.read(this.bytes, this.end, this.bytes.length - this.end);
      if (count === 0) this.ended = true;
      this.end += count;
    }
    return this.end - this.start;
  }

  /** From here on, what was read and what comes is compressed. */
  unpack(packing: Packing): void {
    let waiting = this.bytes.slice(this.start, this.end);
    this.start = 0;
    this.end = 0;
    const atEnd = this.ended;
    this.ended = false;
    this.unpacker = unpacker(packing, (bytes, at, size) => {
      const count = Math.min(size, waiting.length);
      if (count > 0) {
        bytes.set(waiting.subarray(0, count), at);
        waiting = waiting.subarray(count);
        return count;
      }
      return atEnd ? 0 : this.read(bytes, at, size);
    });
  }

  /** Unpacks a little more; then what threw WAIT can be tried again. Failures are told by the next fill(). */
  async more(): Promise<void> {
    const { unpacker } = this;
    if (unpacker === null || this.damage !== null) return;
    try {
      const piece = await unpacker.next();
      if (piece === null) {
        this.ended = true;
        return;
      }
      this.makeRoom(piece.length);
      this.bytes.set(piece, this.end);
      this.end += piece.length;
    } catch (error) {
      if (error instanceof UnpackError) {
        const what = error.cut ? "truncated compressed file" : "damaged compressed file";
        this.damage = new Failure("savefile-packed", `${this.stage}${what}: ${error.message}`);
      } else if (error instanceof Failure) this.damage = error;
      else throw error;
    }
  }

  close(): void {
    this.unpacker?.close();
    if (this.owned) closeSync(this.fd);
  }

  /** Room for `size` bytes, or for any, at the end. Throws Failure "savefile-malformed" for what no file needs. */
  private makeRoom(size = 1): void {
    if (this.start > 0) {
      this.bytes.copyWithin(0, this.start, this.end);
      this.end -= this.start;
      this.start = 0;
    }
    // Grown by doubling as bytes come: a length that lies costs no more memory than the file has bytes.
    while (this.bytes.length - this.end < size) {
      if (this.bytes.length >= MAX_CAPACITY) {
        const limit = `${MAX_CAPACITY >> 20} MiB`;
        throw new Failure("savefile-malformed", `${this.stage}a block is larger than ${limit}`);
      }
      const grown = new Uint8Array(this.bytes.length * 2);
      grown.set(this.bytes.subarray(0, this.end));
      this.bytes = grown;
      this.words = new Int32Array(grown.buffer);
      this.view = new DataView(grown.buffer);
    }
  }

  private read(bytes: Uint8Array, at: number, size: number): number {
    for (;;) {
      try {
        const count = readSync(this.fd, bytes, at, size, null);
        this.count += count;
        this.progress?.(this.count, this.size);
        return count;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "EOF") return 0;
        if (code === "EINTR") continue;
        if (code !== "EAGAIN") {
          throw new Failure("savefile-read", `${this.stage}error reading dump file: ${systemMessage(error)}`);
        }
        // Somebody made the pipe non-blocking; there is nothing to wait with but time.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      }
    }
  }
}
