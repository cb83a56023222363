// The Internet checksum (RFC 1071): one's complement of the one's complement sum of 16-bit words.

/**
 * Adds bytes[at, at + size) as big-endian 16-bit words to `sum`; an odd last byte counts as its word's high half.
 * Only the last piece that is added may be odd. The caller has checked the bounds.
 */
export function addWords(sum: number, bytes: Uint8Array, at: number, size: number): number {
  const end = at + (size & ~1);
  let i = at;
  // A double holds 2^53: no carry is lost before foldChecksum() for anything that fits in a packet.
  for (; i < end; i += 2) sum += (bytes[i]! << 8) | bytes[i + 1]!;
  if (size & 1) sum += bytes[i]! << 8;
  return sum;
}

/** The checksum of a sum of words: 0 if the words contained their own right checksum. */
export function foldChecksum(sum: number): number {
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
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
