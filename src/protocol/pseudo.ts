// Checksums over what follows an IP header with the pseudo-header before it (RFC 9293 3.1, RFC 768, RFC 8200 8.1).
import { addWords, foldChecksum } from "../bytes/checksum.ts";
import type { Dissection } from "./dissection.ts";
import {
  IPPROTO_DSTOPTS,
  IPPROTO_FRAGMENT,
  IPPROTO_HOPOPTS,
  IPPROTO_MOBILITY,
  IPPROTO_MOBILITY_OLD,
  IPPROTO_ROUTING,
} from "./ipproto.ts";

/** Where the final destination address lies: a source route's last address, else the header's (RFC 791 3.1). */
function destination4(d: Dissection, ip: number): number {
  let left = (d.u8(ip) & 15) * 4 - 20;
  let at = ip + 20;
  while (left > 0) {
    const type = d.u8(at);
    if (type === 0) break;
    const size = type === 1 ? 1 : d.u8(at + 1);
    if (type !== 1 && size < 2) break;
    if (left < size || !d.has(at, size)) break;
    if ((type === 131 || type === 137) && size >= 7) return at + size - 4;
    at += size;
    left -= size;
  }
  return ip + 16;
}

/**
 * Checksum of `covered` bytes at `at` after the pseudo-header of the IPv4 header at `ip` with length `length`:
 * 0 if they hold the right one. Throws TRUNCATED if they were not captured.
 */
export function checksum4(
  d: Dissection,
  ip: number,
  at: number,
  length: number,
  covered: number,
  protocol: number,
): number {
  d.need(at, covered);
  d.need(ip, 20);
  const dst = (d.bytes[ip]! & 15) === 5 ? ip + 16 : destination4(d, ip);
  const { view } = d;
  let sum = protocol + (length & 0xffff);
  sum += view.getUint16(ip + 12) + view.getUint16(ip + 14) + view.getUint16(dst) + view.getUint16(dst + 2);
  return foldChecksum(addWords(sum, view, at, covered));
}

/** Where the final destination address lies: a routing header's last address, else the header's. */
function destination6(d: Dissection, ip: number): number {
  let next = d.u8(ip + 6);
  let at = ip;
  let advance = 40;
  while (at < d.end) {
    at += advance;
    if (
      next === IPPROTO_HOPOPTS ||
      next === IPPROTO_DSTOPTS ||
      next === IPPROTO_MOBILITY_OLD ||
      next === IPPROTO_MOBILITY
    ) {
      advance = (d.u8(at + 1) + 1) << 3;
      next = d.u8(at);
    } else if (next === IPPROTO_FRAGMENT) {
      advance = 8;
      next = d.u8(at);
    } else if (next === IPPROTO_ROUTING) {
      if (!d.has(at, 4)) break;
      const size = d.u8(at + 1);
      const type = d.u8(at + 2);
      if (size % 2 === 1) break;
      // Types 0 and 2 list the way in order; in type 4, the segment routing header, the last comes first.
      if (type === 4) return d.has(at + 8, 16) ? at + 8 : ip + 24;
      if (type !== 0 && type !== 2) break;
      let last = ip + 24;
      for (let i = 0; i < size >> 1 && d.has(at + 8 + 16 * i, 16); i++) last = at + 8 + 16 * i;
      return last;
    } else break;
  }
  return ip + 24;
}

/** As checksum4(), for the IPv6 header at `ip`. */
export function checksum6(
  d: Dissection,
  ip: number,
  at: number,
  length: number,
  covered: number,
  protocol: number,
): number {
  d.need(at, covered);
  d.need(ip, 40);
  const dst = destination6(d, ip);
  let sum = protocol + (length & 0xffff) + (length >>> 16);
  sum = addWords(sum, d.view, ip + 8, 16);
  sum = addWords(sum, d.view, dst, 16);
  return foldChecksum(addWords(sum, d.view, at, covered));
}
