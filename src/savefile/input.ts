// The bytes of a savefile as they come from a file or a pipe, in one buffer that is used again and again.
import { closeSync, openSync, readSync } from "node:fs";
import { Failure, systemMessage } from "../model/failure.ts";

const START_CAPACITY = 1 << 18;

/** Bytes [start, end) of `bytes` wait to be taken: the user moves `start` itself. */
export class Input {
  bytes: Uint8Array = new Uint8Array(START_CAPACITY);
  /** The same bytes as 32-bit words in the machine's byte order. */
  words: Int32Array = new Int32Array(this.bytes.buffer);
  start = 0;
  end = 0;
  /** Goes before the message of a failed read: tcpdump's "pcap_loop: " once packets are read. */
  stage = "";
  private readonly fd: number;
  private readonly owned: boolean;
  private ended = false;

  /** @param source a descriptor, or a file's name, "-" for standard input. Throws Failure "savefile-open". */
  constructor(source: number | string) {
    if (typeof source === "number" || source === "-") {
      this.fd = typeof source === "number" ? source : 0;
      this.owned = false;
      return;
    }
    try {
      this.fd = openSync(source, "r");
    } catch (error) {
      throw new Failure("savefile-open", `${source}: ${systemMessage(error)}`);
    }
    this.owned = true;
  }

  /**
   * Makes `need` bytes available from `start` on if the file has them, and returns how many there are: less
   * only at its end. Moves what waits to the front of the buffer, so offsets taken before are void (a start
   * that is a multiple of four stays one). Throws Failure "savefile-read".
   */
  fill(need: number): number {
    while (this.end - this.start < need && !this.ended) {
      if (this.start > 0) {
        this.bytes.copyWithin(0, this.start, this.end);
        this.end -= this.start;
        this.start = 0;
      }
      // Grown by doubling as bytes come: a length that lies costs no more memory than the file has bytes.
      if (this.end === this.bytes.length) this.grow();
      const count = this.read();
      if (count === 0) this.ended = true;
      this.end += count;
    }
    return this.end - this.start;
  }

  close(): void {
    if (this.owned) closeSync(this.fd);
  }

  private grow(): void {
    const grown = new Uint8Array(this.bytes.length * 2);
    grown.set(this.bytes.subarray(0, this.end));
    this.bytes = grown;
    this.words = new Int32Array(grown.buffer);
  }

  private read(): number {
    for (;;) {
      try {
        return readSync(this.fd, this.bytes, this.end, this.bytes.length - this.end, null);
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
