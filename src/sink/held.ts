// Text that waits for the names in it, in the order of the packets.
import { HOLE_BEGIN, HOLE_END, type Hole } from "../bytes/hostnames.ts";
import type { TextWriter } from "../bytes/text.ts";

/** More than this does not wait, bytes: the oldest lines then go out with numbers. */
const MOST = 4 << 20;

/** Digits of the largest place of a hole; a longer number is none. */
const DIGITS = 6;

/** The text of one packet, or of several in a row without holes. */
interface Piece {
  /** One past its last byte in the buffer. */
  end: number;
  readonly holes: readonly Hole[] | null;
}

/** Holds text back, first in, first out. */
export class HeldText {
  #buffer = new Uint8Array(1 << 16);
  #from = 0;
  #to = 0;
  #pieces: Piece[] = [];
  /** The first piece that is still there. */
  #first = 0;

  get isEmpty(): boolean {
    return this.#from === this.#to;
  }

  /** True if so much waits that the oldest has to go. */
  get isFull(): boolean {
    return this.#to - this.#from > MOST;
  }

  /** Takes a packet's text over: bytes[start, end), with these holes in it. */
  add(bytes: Uint8Array, start: number, end: number, holes: readonly Hole[] | null): void {
    this.#reserve(end - start);
    this.#buffer.set(bytes.subarray(start, end), this.#to);
    this.#to += end - start;
    const last = this.#pieces.length > this.#first ? this.#pieces[this.#pieces.length - 1] : undefined;
    if (holes === null && last !== undefined && last.holes === null) last.end = this.#to;
    else this.#pieces.push({ end: this.#to, holes });
  }

  /** Appends to `out` what need not wait any longer, holes filled. */
  release(out: TextWriter): void {
    while (this.#first < this.#pieces.length) {
      const { end, holes } = this.#pieces[this.#first]!;
      if (holes?.some((hole) => hole.filling() === null)) break;
      if (holes === null) out.bytes(this.#buffer.subarray(this.#from, end));
      else this.#fill(out, end, holes);
      this.#from = end;
      this.#first++;
    }
    if (this.#from === this.#to) {
      this.#from = 0;
      this.#to = 0;
      this.#pieces = [];
      this.#first = 0;
    } else if (this.#first > 1024) {
      this.#pieces = this.#pieces.slice(this.#first);
      this.#first = 0;
    }
  }

  #fill(out: TextWriter, end: number, holes: readonly Hole[]): void {
    const buffer = this.#buffer;
    let plain = this.#from;
    for (let at = this.#from; at < end; at++) {
      if (buffer[at] !== HOLE_BEGIN) continue;
      let place = 0;
      let to = at + 1;
      while (to < end && to - at <= DIGITS && buffer[to]! >= 48 && buffer[to]! <= 57)
        place = place * 10 + buffer[to++]! - 48;
      if (to === at + 1 || buffer[to] !== HOLE_END) continue;
      const filling = holes[place]?.filling();
      if (typeof filling !== "string") continue;
      out.bytes(buffer.subarray(plain, at));
      out.str(filling);
      plain = to + 1;
      at = to;
    }
    out.bytes(buffer.subarray(plain, end));
  }

  /** Makes room for `more` bytes at the end. */
  #reserve(more: number): void {
    if (this.#to + more <= this.#buffer.length) return;
    const size = this.#to - this.#from;
    const target =
      (size + more) * 2 <= this.#buffer.length ? this.#buffer : new Uint8Array((size + more) * 2);
    target.set(this.#buffer.subarray(this.#from, this.#to));
    for (let i = this.#first; i < this.#pieces.length; i++) this.#pieces[i]!.end -= this.#from;
    this.#buffer = target;
    this.#to = size;
    this.#from = 0;
  }
}
