// Fields read one after the other, for protocols whose messages are long rows of them.
import type { Dissection } from "./dissection.ts";

/**
 * A place in the packet and how many bytes the message has from there on. Reading moves it; a read past the captured
 * end throws TRUNCATED, past the message's does not: who needs that looks at `left`, which counts without a sign.
 */
export class Fields {
  readonly d: Dissection;
  at: number;
  left: number;

  constructor(d: Dissection, at: number, left: number) {
    this.d = d;
    this.at = at;
    this.left = left;
  }

  /** Goes on by `size` bytes, captured or not. */
  skip(size: number): void {
    this.at += size;
    this.left = (this.left - size) >>> 0;
  }
  /** As skip(), but throws TRUNCATED unless they were captured. */
  pass(size: number): void {
    this.d.need(this.at, size);
    this.skip(size);
  }
  u8(): number {
    const value = this.d.u8(this.at);
    this.skip(1);
    return value;
  }
  u16(): number {
    const value = this.d.u16(this.at);
    this.skip(2);
    return value;
  }
  u32(): number {
    const value = this.d.u32(this.at);
    this.skip(4);
    return value;
  }
  u64(): bigint {
    const value = this.d.u64(this.at);
    this.skip(8);
    return value;
  }

  /** " (invalid)", and throws TRUNCATED unless the rest of the message was captured. */
  invalid(): void {
    this.d.invalid();
    this.d.need(this.at, this.left);
  }
}
