// A pcapng file that is written a moment late, so that secrets can come ahead of the packets that need them. A client
// has its keys only after the server's first encrypted packet was captured, and Wireshark decrypts a packet with
// what stands before it in the file.
import type { FileOutput } from "../model/sink.ts";

/** So long (ms) whatever is written waits for secrets that belong ahead of it. */
const DELAY = 1000;
/** More than this does not wait, bytes: the oldest then goes out sooner. */
const MOST = 32 << 20;

interface Held {
  readonly bytes: Uint8Array;
  readonly time: number;
}

/** What is written in one piece are whole blocks, the first a section header. */
export class DelayedFile implements FileOutput {
  readonly #file: FileOutput;
  readonly #clock: () => number;
  readonly #delay: number;
  readonly #most: number;
  #held: Held[] = [];
  #size = 0;
  #begun = false;
  #timer: NodeJS.Timeout | null = null;
  /** What a write from the timer threw: told at the next occasion. */
  #failure: { error: unknown } | null = null;

  constructor(
    file: FileOutput,
    {
      clock = () => performance.now(),
      delay = DELAY,
      most = MOST,
    }: { clock?: () => number; delay?: number; most?: number } = {},
  ) {
    this.#file = file;
    this.#clock = clock;
    this.#delay = delay;
    this.#most = most;
  }

  write(bytes: Uint8Array, start: number, end: number): void {
    this.#check();
    let from = start;
    if (!this.#begun) {
      // block total length, the second word of a block
      from += new DataView(bytes.buffer, bytes.byteOffset + start, 8).getUint32(4, true);
      this.#file.write(bytes, start, from);
      this.#begun = true;
    }
    if (from < end) {
      this.#held.push({ bytes: new Uint8Array(bytes.subarray(from, end)), time: this.#clock() });
      this.#size += end - from;
    }
    this.release();
  }

  /** Writes whole blocks before what waits. */
  ahead(bytes: Uint8Array): void {
    this.#check();
    this.#file.write(bytes, 0, bytes.length);
  }

  close(complete?: () => void): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    try {
      this.#check();
      while (this.#held.length > 0) this.#first();
    } finally {
      this.#file.close(complete);
    }
  }

  /** Writes what has waited long enough, and sees to the rest later. */
  release(): void {
    const now = this.#clock();
    while (this.#held.length > 0 && (this.#size > this.#most || now - this.#held[0]!.time >= this.#delay))
      this.#first();
    if (this.#timer !== null || this.#held.length === 0) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        try {
          this.release();
        } catch (error) {
          this.#failure = { error };
        }
      },
      Math.max(this.#held[0]!.time + this.#delay - now, 1),
    );
    this.#timer.unref();
  }

  #first(): void {
    const { bytes } = this.#held.shift()!;
    this.#size -= bytes.length;
    this.#file.write(bytes, 0, bytes.length);
  }

  #check(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }
}
