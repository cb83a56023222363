// The Internet checksum (RFC 1071): one's complement of the one's complement sum of 16-bit words.

/**
 * Adds `size` bytes at `at` as big-endian 16-bit words to `sum`; an odd last byte counts as its word's high half.
 * Only the last piece that is added may be odd. The caller has checked the bounds.
 *
 * Read as little-endian words, four bytes at a time: the sum of swapped words is the swapped sum (RFC 1071 2.B).
 */
export function addWords(sum: number, view: DataView, at: number, size: number): number {
  let low = 0;
  let high = 0;
  let i = at;
  for (const end = at + (size & ~15); i < end; i += 16) {
    const a = view.getInt32(i, true);
    const b = view.getInt32(i + 4, true);
    const c = view.getInt32(i + 8, true);
    const d = view.getInt32(i + 12, true);
    low += (a & 0xffff) + (b & 0xffff) + (c & 0xffff) + (d & 0xffff);
    high += (a >>> 16) + (b >>> 16) + (c >>> 16) + (d >>> 16);
  }
  for (const end = at + (size & ~3); i < end; i += 4) {
    const word = view.getInt32(i, true);
    low += word & 0xffff;
    high += word >>> 16;
  }
  if (size & 2) {
    low += view.getUint16(i, true);
    i += 2;
  }
  if (size & 1) low += view.getUint8(i);
  const swapped = folded(low + high);
  return sum + ((swapped & 0xff) << 8) + (swapped >> 8);
}

/** A sum of words with all carries added in again: 16 bits. A double holds 2^53, so no carry was lost before. */
function folded(sum: number): number {
  let rest = sum;
  while (rest > 0x7fffffff) rest = (rest % 0x10000) + Math.floor(rest / 0x10000);
  rest = (rest & 0xffff) + (rest >>> 16);
  return (rest & 0xffff) + (rest >>> 16);
}

/** The checksum of a sum of words: 0 if the words contained their own right checksum. */
export function foldChecksum(sum: number): number {
  return ~folded(sum) & 0xffff;
}

/**
 * What the checksum field should have held, given its value and the checksum computed over the data with the
 * field included.
 */
export function rightChecksum(field: number, computed: number): number {
  let right = field + computed;
  right = (right & 0xffff) + (right >>> 16);
  return (right & 0xffff) + (right >>> 16);
}
