// Addresses as text, straight from packet bytes into a TextWriter. The caller has checked the bounds.
import { putHex, type TextWriter } from "./text.ts";

/** "00:" to "ff:" as words, the first digit in the lowest byte. */
const PAIRS = new Uint32Array(256);
for (let value = 0; value < 256; value++) {
  const text = `${value.toString(16).padStart(2, "0")}:`;
  for (let i = 0; i < text.length; i++) PAIRS[value]! |= text.charCodeAt(i) << (8 * i);
}

/** "0." to "255." as words, the first digit in the lowest byte, and their sizes: one look-up per octet. */
const OCTETS = new Uint32Array(256);
const OCTET_SIZES = new Uint8Array(256);
for (let value = 0; value < 256; value++) {
  const text = `${value}.`;
  OCTET_SIZES[value] = text.length;
  for (let i = 0; i < text.length; i++) OCTETS[value]! |= text.charCodeAt(i) << (8 * i);
}

/** Writes the IPv4 address in bytes[at, at + 4) as a dotted quad at `pos` and answers where it ends (put…()). */
export function putIpv4(view: DataView, pos: number, bytes: Uint8Array, at: number): number {
  const a = bytes[at]!;
  const b = bytes[at + 1]!;
  const c = bytes[at + 2]!;
  const d = bytes[at + 3]!;
  // Always four bytes: what is too much is overwritten.
  view.setUint32(pos, OCTETS[a]!, true);
  pos += OCTET_SIZES[a]!;
  view.setUint32(pos, OCTETS[b]!, true);
  pos += OCTET_SIZES[b]!;
  view.setUint32(pos, OCTETS[c]!, true);
  pos += OCTET_SIZES[c]!;
  view.setUint32(pos, OCTETS[d]!, true);
  return pos + OCTET_SIZES[d]! - 1;
}

/** Writes the IPv4 address in bytes[at, at + 4) as a dotted quad. */
export function writeIpv4(out: TextWriter, bytes: Uint8Array, at: number): void {
  out.reserve(16);
  out.pos = putIpv4(out.view, out.pos, bytes, at);
}

/**
 * Writes the IPv6 address in bytes[at, at + 16) as RFC 5952 and glibc's inet_ntop(3) do: lower case, the first
 * longest run of two or more zero groups as "::", mapped and compatible addresses with a dotted quad. Answers where
 * it ends (put…()): 45 bytes at most.
 */
export function putIpv6(view: DataView, pos: number, bytes: Uint8Array, at: number): number {
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
      if (i === bestFrom) view.setUint8(pos++, 58);
      continue;
    }
    if (i > 0) view.setUint8(pos++, 58);
    const quadFollows =
      i === 6 &&
      bestFrom === 0 &&
      (bestSize === 6 || (bestSize === 5 && bytes[at + 10] === 0xff && bytes[at + 11] === 0xff));
    if (quadFollows) return putIpv4(view, pos, bytes, at + 12);
    pos = putHex(view, pos, (bytes[at + 2 * i]! << 8) | bytes[at + 2 * i + 1]!);
  }
  if (bestTo === 8) view.setUint8(pos++, 58);
  return pos;
}

/** Writes the IPv6 address in bytes[at, at + 16). */
export function writeIpv6(out: TextWriter, bytes: Uint8Array, at: number): void {
  out.reserve(48);
  out.pos = putIpv6(out.view, out.pos, bytes, at);
}

/** Slots of the cache, a power of two. */
const SLOTS = 1 << 10;
/** Bytes of a slot's text, a multiple of eight: an address has 45 at most. */
const SLOT = 48;

/**
 * Remembers IPv6 addresses as text: to find one takes a fifth of the time that it takes to write it. One address per
 * slot, the last one seen: bounded at some 70 KiB.
 */
export class Ipv6Cache {
  private readonly keys = new Int32Array(SLOTS * 4);
  private readonly texts = new DataView(new ArrayBuffer(SLOTS * SLOT));
  /** 0: the slot is free. */
  private readonly sizes = new Uint8Array(SLOTS);

  /** As putIpv6(); the address is at `at` in `bytes`, which `source` shows, too. */
  put(view: DataView, pos: number, bytes: Uint8Array, source: DataView, at: number): number {
    const { keys, texts, sizes } = this;
    const a = source.getInt32(at, true);
    const b = source.getInt32(at + 4, true);
    const c = source.getInt32(at + 8, true);
    const d = source.getInt32(at + 12, true);
    // Multiplied and shifted so that all bits of all words count.
    const mixed =
      Math.imul(a ^ Math.imul(b, 0x85ebca6b), 0x9e3779b1) ^
      Math.imul(d ^ Math.imul(c, 0xc2b2ae35), 0x27d4eb2f);
    const slot = (mixed ^ (mixed >>> 15)) & (SLOTS - 1);
    const key = slot << 2;
    const text = slot * SLOT;
    let size = sizes[slot]!;
    if (size === 0 || keys[key] !== a || keys[key + 1] !== b || keys[key + 2] !== c || keys[key + 3] !== d) {
      size = putIpv6(texts, text, bytes, at) - text;
      sizes[slot] = size;
      keys[key] = a;
      keys[key + 1] = b;
      keys[key + 2] = c;
      keys[key + 3] = d;
    }
    // Text, and so never a NaN: see Phrase.
    for (let i = 0; i < size; i += 8) view.setFloat64(pos + i, texts.getFloat64(text + i, true), true);
    return pos + size;
  }
}

/** Writes bytes[at, at + size) as two-digit hexadecimal octets with colons between (a MAC address: size 6). */
export function writeOctets(out: TextWriter, bytes: Uint8Array, at: number, size: number): void {
  if (size <= 0) return;
  out.reserve(size * 3);
  const { view } = out;
  let { pos } = out;
  for (let i = 0; i < size; i++) {
    // Always four bytes: what is too much is overwritten.
    view.setUint32(pos, PAIRS[bytes[at + i]!]!, true);
    pos += 3;
  }
  out.pos = pos - 1;
}

/** The bytes of an IPv4 or IPv6 address in text form, 4 or 16; null if it is none. What follows a "%" is left out. */
export function addressBytes(text: string): Uint8Array | null {
  // loaded where addresses are read: with it come streams and more
  const { isIPv4, isIPv6 } = process.getBuiltinModule("node:net");
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
