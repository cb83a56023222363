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

/** The files of one capture. One that is followed by another still waits for its secrets, and is then closed. */
export class DelayedFiles {
  readonly #options: DelayOptions;
  readonly #ending = new Map<string, DelayedFile>();

  /** @param options.failed told of what a late write threw, when no caller is there any more */
  constructor(options: DelayOptions = {}) {
    this.#options = options;
  }

  /** Delays a file. One of the same name that still waits is closed first: `open` makes it anew. */
  open(name: string, open: () => FileOutput): DelayedFile {
    this.#ending.get(name)?.end();
    const file: DelayedFile = new DelayedFile(open(), this.#options, {
      begin: () => this.#ending.set(name, file),
      end: () => this.#ending.delete(name),
    });
    return file;
  }

  /** Writes whole blocks into the files that were followed by another, before what waits there. */
  ahead(bytes: Uint8Array): void {
    for (const file of this.#ending.values()) file.ahead(bytes);
  }

  /** Nothing comes any more: closes them. */
  end(): void {
    for (const file of [...this.#ending.values()]) file.end();
  }
}

export interface DelayOptions {
  readonly clock?: () => number;
  /** ms */
  readonly delay?: number;
  /** bytes */
  readonly most?: number;
  readonly failed?: (error: unknown) => void;
}

/** What is written in one piece are whole blocks, the first a section header. */
export class DelayedFile implements FileOutput {
  readonly #file: FileOutput;
  readonly #clock: () => number;
  readonly #delay: number;
  readonly #most: number;
  readonly #failed: (error: unknown) => void;
  readonly #waiting: { begin(): void; end(): void } | null;
  #closing: { complete: (() => void) | undefined } | null = null;
  #held: Held[] = [];
  #size = 0;
  #begun = false;
  #timer: NodeJS.Timeout | null = null;
  /** What a write from the timer threw: told at the next occasion. */
  #failure: { error: unknown } | null = null;

  /** @param waiting told when the file is closed, but waits, and when it does not any more; null: it is closed at once */
  constructor(
    file: FileOutput,
    options: DelayOptions = {},
    waiting: { begin(): void; end(): void } | null = null,
  ) {
    this.#file = file;
    this.#clock = options.clock ?? (() => performance.now());
    this.#delay = options.delay ?? DELAY;
    this.#most = options.most ?? MOST;
    this.#failed = options.failed ?? (() => {});
    this.#waiting = waiting;
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
    this.#closing = { complete };
    if (this.#waiting === null || this.#failure !== null || this.#held.length === 0) this.end();
    else this.#waiting.begin();
  }

  /** Closes it now. */
  end(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#waiting?.end();
    try {
      this.#check();
      while (this.#held.length > 0) this.#first();
    } finally {
      this.#file.close(this.#closing?.complete);
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
          if (this.#closing !== null && this.#held.length === 0) this.end();
        } catch (error) {
          this.#failure = { error };
          this.#failed(error);
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
