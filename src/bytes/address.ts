// Addresses as text, straight from packet bytes into a TextWriter. The caller has checked the bounds.
import { isIPv4, isIPv6 } from "node:net";
import type { TextWriter } from "./text.ts";

const HEX = new Uint8Array([..."0123456789abcdef"].map((ch) => ch.charCodeAt(0)));

// "0."…"255." laid out at four bytes each, lengths beside it: one table look-up per octet instead of divisions.
const OCTET_TEXT = new Uint8Array(256 * 4);
const OCTET_SIZE = new Uint8Array(256);
for (let value = 0; value < 256; value++) {
  const text = `${value}.`;
  OCTET_SIZE[value] = text.length;
  for (let i = 0; i < text.length; i++) OCTET_TEXT[value * 4 + i] = text.charCodeAt(i);
}

/** Writes the IPv4 address in bytes[at, at + 4) as a dotted quad. */
export function writeIpv4(out: TextWriter, bytes: Uint8Array, at: number): void {
  if (out.pos + 16 > out.buf.length) out.reserve(16);
  const { buf } = out;
  let { pos } = out;
  for (let i = 0; i < 4; i++) {
    const octet = bytes[at + i]!;
    const from = octet << 2;
    // Always four bytes: cheaper than a loop over one to three digits; what is too much is overwritten.
    buf[pos] = OCTET_TEXT[from]!;
    buf[pos + 1] = OCTET_TEXT[from + 1]!;
    buf[pos + 2] = OCTET_TEXT[from + 2]!;
    buf[pos + 3] = OCTET_TEXT[from + 3]!;
    pos += OCTET_SIZE[octet]!;
  }
  out.pos = pos - 1;
}

/**
 * Writes the IPv6 address in bytes[at, at + 16) as RFC 5952 and glibc's inet_ntop(3) do: lower case, the first
 * longest run of two or more zero groups as "::", mapped and compatible addresses with a dotted quad.
 */
export function writeIpv6(out: TextWriter, bytes: Uint8Array, at: number): void {
  let bestFrom = -1;
  let bestSize = 1;
  let from = -1;
  for (let i = 0; i < 8; i++) {
    if (bytes[at + 2 * i]! !== 0 || bytes[at + 2 * i + 1]! !== 0) {
      from = -1;
      continue;
    }
    if (from < 0) from = i;
    if (i - from + 1 > bestSize) {
      bestFrom = from;
      bestSize = i - from + 1;
    }
  }
  const bestTo = bestFrom < 0 ? -1 : bestFrom + bestSize;
  for (let i = 0; i < 8; i++) {
    if (i >= bestFrom && i < bestTo) {
      if (i === bestFrom) out.ch(58);
      continue;
    }
    if (i > 0) out.ch(58);
    const quadFollows =
      i === 6 &&
      bestFrom === 0 &&
      (bestSize === 6 || (bestSize === 5 && bytes[at + 10] === 0xff && bytes[at + 11] === 0xff));
    if (quadFollows) {
      writeIpv4(out, bytes, at + 12);
      return;
    }
    out.hex((bytes[at + 2 * i]! << 8) | bytes[at + 2 * i + 1]!);
  }
  if (bestTo === 8) out.ch(58);
}

/** Writes bytes[at, at + size) as two-digit hexadecimal octets with colons between (a MAC address: size 6). */
export function writeOctets(out: TextWriter, bytes: Uint8Array, at: number, size: number): void {
  if (size <= 0) return;
  if (out.pos + size * 3 > out.buf.length) out.reserve(size * 3);
  const { buf } = out;
  let { pos } = out;
  for (let i = 0; i < size; i++) {
    const octet = bytes[at + i]!;
    buf[pos] = HEX[octet >> 4]!;
    buf[pos + 1] = HEX[octet & 15]!;
    buf[pos + 2] = 58;
    pos += 3;
  }
  out.pos = pos - 1;
}

/** The bytes of an IPv4 or IPv6 address in text form, 4 or 16; null if it is none. What follows a "%" is left out. */
export function addressBytes(text: string): Uint8Array | null {
  if (isIPv4(text)) return Uint8Array.from(text.split(".").map(Number));
  const plain = text.replace(/%.*/s, "");
  if (!isIPv6(plain)) return null;
  // a dotted quad at the end counts as two groups
  const groups = plain.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, ...octets: string[]) => {
    const [a, b, c, d] = octets.slice(0, 4).map(Number) as [number, number, number, number];
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [before, after] = groups
    .split("::")
    .map((part) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16))));
  const bytes = new Uint8Array(16);
  const put = (list: readonly number[], at: number) => {
    for (const [i, group] of list.entries()) {
      bytes[at + 2 * i] = group >> 8;
      bytes[at + 2 * i + 1] = group;
    }
  };
  put(before!, 0);
  if (after !== undefined) put(after, 16 - 2 * after.length);
  return bytes;
}
