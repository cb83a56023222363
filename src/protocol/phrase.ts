// Turns of phrase that many dissectors share: escaped characters, spans of time, unknown bytes.
import type { TextWriter } from "../bytes/text.ts";
import type { Dissection } from "./dissection.ts";
import { TRUNCATED } from "./dissection.ts";

/** One byte made visible: "M-" before what is not ASCII, "^X" for control characters (cat -v's way). */
export function visible(out: TextWriter, octet: number): void {
  let code = octet;
  if (code > 0x7f) {
    code &= 0x7f;
    out.ch(77);
    out.ch(45);
  }
  if (code < 0x20 || code === 0x7f) {
    code ^= 0x40;
    out.ch(94);
  }
  out.ch(code);
}

/** Writes `count` bytes from `at` on, made visible; false if the captured end came before the last. */
export function characters(d: Dissection, at: number, count: number): boolean {
  const { out, bytes } = d;
  const captured = Math.max(0, Math.min(count, d.end - at));
  // Nearly all of it is plain text; the longest way to show a byte, "M-^X", takes four.
  out.reserve(4 * captured);
  const { buf } = out;
  let { pos } = out;
  for (let i = at; i < at + captured; i++) {
    const octet = bytes[i]!;
    if (octet >= 0x20 && octet < 0x7f) buf[pos++] = octet;
    else {
      out.pos = pos;
      visible(out, octet);
      pos = out.pos;
    }
  }
  out.pos = pos;
  return captured === count;
}

/** As characters(), but throws TRUNCATED where the captured end comes. */
export function allCharacters(d: Dissection, at: number, count: number): void {
  if (!characters(d, at, count)) throw TRUNCATED;
}

/**
 * Writes text that a NUL ends, made visible. Answers how many bytes were used, the NUL included; 0 if there was
 * none in `size` bytes, or the captured end came first.
 */
export function untilNul(d: Dissection, at: number, size: number): number {
  for (let i = 0; i < size; i++) {
    if (at + i >= d.end) return 0;
    const octet = d.u8(at + i);
    if (octet === 0) return i + 1;
    visible(d.out, octet);
  }
  return 0;
}

const SPANS = [
  [31_536_000, 121],
  [604_800, 119],
  [86_400, 100],
  [3_600, 104],
  [60, 109],
  [1, 115],
] as const;

/** A span of time in seconds as years, weeks, days, hours, minutes, seconds: "1w2d", "0s". */
export function span(out: TextWriter, seconds: number): void {
  if (seconds <= 0) {
    out.str("0s");
    return;
  }
  let rest = seconds;
  for (const [size, unit] of SPANS) {
    if (rest < size) continue;
    const count = Math.floor(rest / size);
    out.dec(count);
    out.ch(unit);
    rest -= count * size;
  }
}

/** A number of tenths as "12.3". */
export function tenths(out: TextWriter, n: number): void {
  out.dec(Math.floor(n / 10));
  out.ch(46);
  out.dec(n % 10);
}

/** What was captured of bytes[at, at + size), as lines of sixteen, each begun with `indent` and its offset. */
export function unknownBytes(d: Dissection, at: number, indent: string, size: number): void {
  const { out, bytes } = d;
  if (at > d.end) {
    out.str(indent);
    out.str("Dissector error: print_unknown_data called with pointer past end of packet");
    return;
  }
  const captured = Math.min(size, d.end - at);
  for (let i = 0; i < captured; i++) {
    if ((i & 15) === 0) {
      out.str(indent);
      out.str("0x");
      out.hexPad(i, 4);
      out.str(": ");
    }
    if ((i & 1) === 0) out.ch(32);
    out.hexPad(bytes[at + i]!, 2);
  }
}

/** A field of `size` bytes, filled up with NULs, made visible up to the first. Throws TRUNCATED. */
export function padded(d: Dissection, at: number, size: number): void {
  for (let i = 0; i < size; i++) {
    const octet = d.u8(at + i);
    if (octet === 0) return;
    visible(d.out, octet);
  }
}
