// Values as strings, for dissectors that put several of them into one sentence. Only for rare protocols: they
// make strings.
import type { Dissection } from "./dissection.ts";
import type { Tokens } from "./token.ts";

/** What `write` appends to the text, taken back from it as a string. */
function captured(d: Dissection, write: () => void): string {
  const { out } = d;
  const from = out.pos;
  write();
  let text = "";
  for (let i = from; i < out.pos; i++) text += String.fromCharCode(out.buf[i]!);
  out.pos = from;
  return text;
}

/** The IPv4 address at `at`, by name without -n. Throws TRUNCATED. */
export function ip4(d: Dissection, at: number): string {
  return captured(d, () => d.ip4(at));
}
/** The IPv6 address at `at`, by name without -n. Throws TRUNCATED. */
export function ip6(d: Dissection, at: number): string {
  return captured(d, () => d.ip6(at));
}
/** The MAC address at `at`. Throws TRUNCATED. */
export function mac(d: Dissection, at: number): string {
  return captured(d, () => d.mac(at));
}
/** Lower-case hexadecimal with at least `width` digits. */
export function hex(n: number, width = 1): string {
  return n.toString(16).padStart(width, "0");
}
/** The name of a number and the number: "Hello (1)"; `unknown` if it has no name. */
export function named(table: Tokens, n: number, unknown: string): string {
  return `${table.get(n) ?? unknown} (${n})`;
}
/** Bytes as two hexadecimal digits each. Throws TRUNCATED at the first that was not captured. */
export function writeHexDigits(d: Dissection, at: number, size: number): void {
  for (let i = 0; i < size; i++) d.out.hexPad(d.u8(at + i), 2);
}
/** A table of names for the numbers from `first` on. */
export function numbered(first: number, ...names: readonly string[]): Tokens {
  return new Map(names.map((name, i) => [first + i, name]));
}

/** printf's %.Nf of a number that is not negative: where two are as near, the even one; toFixed() takes the upper. */
export function fixed(x: number, digits: number): string {
  const tie = Number.isInteger(x * 2 ** (digits + 1)) && !Number.isInteger(x * 2 ** digits);
  if (!tie) return x.toFixed(digits);
  const lower = Math.floor(x * 10 ** digits);
  return ((lower % 2 === 0 ? lower : lower + 1) / 10 ** digits).toFixed(digits);
}
