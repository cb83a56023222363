// From the kernel's monotonic time stamps to the time of day.
import type { Addon } from "../addon/addon.ts";

const WORD = 4294967296;

/**
 * Converts CLOCK_MONOTONIC nanoseconds to seconds and nanoseconds since 1970. The difference of the two clocks
 * is measured anew every second, so that a clock that is set during the capture is followed.
 */
export class Clock {
  /** Result of the last convert(). */
  sec = 0;
  nsec = 0;
  readonly #addon: Addon;
  readonly #now = new Uint32Array(4);
  // the moment of the last measurement on both clocks; the monotonic one as two words, as records hold it
  #high = 0;
  #low = 0;
  #sec = 0;
  #nsec = 0;
  /** What convert() adds: 64 bits of nanoseconds in two halves. */
  offsetHigh = 0;
  offsetLow = 0;

  constructor(addon: Addon) {
    this.#addon = addon;
    this.measure();
  }

  /** Measures the two clocks' difference; once per batch is enough. */
  measure(): void {
    this.#addon.clocks(this.#now);
    const [sec, nsec, monotonicSec, monotonicNsec] = this.#now as unknown as [number, number, number, number];
    const monotonic = BigInt(monotonicSec) * 1_000_000_000n + BigInt(monotonicNsec);
    this.#high = Number(monotonic >> 32n);
    this.#low = Number(monotonic & 0xffffffffn);
    this.#sec = sec;
    this.#nsec = nsec;
    const offset = BigInt.asUintN(64, BigInt(sec) * 1_000_000_000n + BigInt(nsec) - monotonic);
    this.offsetHigh = Number(offset >> 32n);
    this.offsetLow = Number(offset & 0xffffffffn);
  }

  /** @param high, low the two words of a monotonic time stamp, ns */
  convert(high: number, low: number): void {
    // exact: a difference of less than 104 days in nanoseconds fits a double
    const total = this.#nsec + (high - this.#high) * WORD + (low - this.#low);
    if (total >= 0 && total < 1e9) {
      // nearly always: the measurement is some milliseconds old
      this.sec = this.#sec;
      this.nsec = total | 0;
      return;
    }
    const seconds = Math.floor(total / 1e9);
    this.sec = this.#sec + seconds;
    this.nsec = (total - seconds * 1e9) | 0;
  }
}
