// The BPF ring buffer, mapped and read in place (kernel/bpf/ringbuf.c): positions count bytes ever written;
// each record has a header of two u32 (length with a busy and a discard bit, page offset); behind the data area its
// beginning is mapped once more, so that a record never wraps.
import type { Addon } from "../addon/addon.ts";

const HEADER = 8;
const DISCARDED = 0x40000000;
const LENGTH = 0x3fffffff;
/** More than any record takes (bpf/include/packet.h: 256 KiB of a packet), a multiple of every page size. */
const LARGEST_RECORD = 1 << 19;
/** Room is given back to the kernel at least after so many bytes. */
const RELEASE = 1 << 18;

/**
 * On x86 loads are never reordered with earlier loads, so that whoever sees the busy bit cleared sees the whole
 * record; elsewhere that needs an ordered load, which V8 does not inline.
 */
const STRONG = process.arch === "x64";

/** Gets a record's place in `Ring.bytes` and its length, in bytes. False stops the drain after this record. */
export type RecordHandler = (at: number, length: number) => boolean;

/** Asked after each record: reads on by itself from `position`, but not beyond `end`, and answers how far it got. */
export type RunHandler = (position: number, end: number) => number;

/** Where the kernel side's records come from: the ring, or perf buffers (perf.ts). */
export interface Records {
  /** Readable when a reader that waits is to be woken. */
  readonly fd: number;
  /** What records lie in, at borders of eight bytes. */
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  /** True if nothing waits, not even a record that is still being written. */
  isEmpty(): boolean;
  /**
   * Hands records to the handler, oldest first, until none is complete, about `limit` bytes were read, or the
   * handler says stop. Returns the number of bytes read. A record is borrowed until the handler returns.
   * @param run may read records instead of the handler; not the first one; the ring's only
   */
  drain(handler: RecordHandler, limit: number, run?: RunHandler | null): number;
  /** Nothing comes any more: what is there is all. */
  end(): void;
  close(): void;
}

export class Ring implements Records {
  readonly fd: number;
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  /** A page that begins with the producer's position, the data area, and so much of it again as a record takes. */
  readonly memory: Uint8Array;
  readonly #headers: Int32Array;
  readonly #consumer: BigInt64Array;
  readonly #producer: Int32Array;
  readonly #mask: number;
  /** Bytes ever consumed: exact up to 2^53. */
  #position = 0;

  /** Bytes of the data area: a power of two. */
  readonly size: number;

  /** @param size bytes of the data area, a power of two and a multiple of the page size */
  constructor(addon: Addon, fd: number, size: number) {
    const page = addon.pageSize();
    this.fd = fd;
    this.size = size;
    this.#mask = size - 1;
    this.#consumer = new BigInt64Array(addon.mapMemory(fd, 0, page, true), 0, 1);
    const shared = addon.mapMemory(fd, page, page + size + Math.min(size, LARGEST_RECORD), false);
    this.#producer = new Int32Array(shared, 0, 1);
    this.memory = new Uint8Array(shared);
    this.bytes = new Uint8Array(shared, page);
    this.words = new Uint32Array(shared, page);
    this.#headers = new Int32Array(shared, page);
  }

  isEmpty(): boolean {
    return Atomics.load(this.#producer, 0) === (this.#position | 0);
  }

  /** Its memory is unmapped when nobody has it any more. */
  close(): void {}

  end(): void {}

  drain(handler: RecordHandler, limit: number, run: RunHandler | null = null): number {
    const headers = this.#headers;
    const mask = this.#mask;
    const first = this.#position;
    let position = first;
    let released = first;
    let produced = Atomics.load(this.#producer, 0);
    let more = true;
    while (more && position - first < limit) {
      if (((produced - position) | 0) <= 0) {
        produced = Atomics.load(this.#producer, 0);
        if (((produced - position) | 0) <= 0) break;
      }
      const at = position & mask;
      const header = STRONG ? headers[at >>> 2]! : Atomics.load(headers, at >>> 2);
      // the busy bit is the sign: the writer has reserved the record and not finished it
      if (header < 0) break;
      const length = header & LENGTH;
      if ((header & DISCARDED) === 0) more = handler(at + HEADER, length);
      position += (length + HEADER + 7) & ~7;
      if (run !== null && more) position = run(position, first + limit);
      if (position - released >= RELEASE) {
        this.#release(position);
        released = position;
      }
    }
    this.#release(position);
    return position - first;
  }

  #release(position: number): void {
    this.#position = position;
    Atomics.store(this.#consumer, 0, BigInt(position));
  }
}
