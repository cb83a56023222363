// IP Authentication Header (RFC 4302) and Encapsulating Security Payload (RFC 4303).
//
//   AH:  next header (1) | length in words less 2 (1) | reserved (2) | SPI (4) | sequence (4) | check value
//   ESP: SPI (4) | sequence (4) | what is encrypted
import { printIpPayload } from "./demux.ts";
import { type Dissection, TRUNCATED } from "./dissection.ts";
import type { Keys } from "./keys.ts";

const AH_FIXED_SIZE = 12;
const ESP_HEADER_SIZE = 8;

/** Writes the authentication header at `at` and what follows it; the rest as in IpPrinter. Throws TRUNCATED. */
export function printAh(
  d: Dissection,
  at: number,
  length: number,
  ip: number,
  fragmented: boolean,
  ttl: number,
): void {
  const { out } = d;
  d.protocol = "ah";
  if (!d.has(at, 1)) {
    d.truncated();
    return;
  }
  const next = d.u8(at);
  out.str("AH");
  const words = d.u8(at + 1);
  const size = (words + 2) * 4;
  out.ch(40);
  if (d.opt.verbose > 0) out.str(`length=${words}(${size}-bytes),`);
  const reserved = d.u16(at + 2);
  if (reserved !== 0) out.str(`reserved=0x${reserved.toString(16)}[MustBeZero],`);
  const spi = d.u32(at + 4);
  out.str("spi=0x");
  out.hexPad(spi, 8);
  out.ch(44);
  const sequence = d.u32(at + 8);
  out.str(`seq=0x${sequence.toString(16)},icv=0x`);
  for (let i = AH_FIXED_SIZE; i < size; i++) out.hexPad(d.u8(at + i), 2);
  out.str("): ");
  d.enter();
  printIpPayload(d, next, at + size, length - size, ip, fragmented, ttl);
  d.leave();
}

/**
 * Writes the ESP packet at `at`, `length` bytes on the wire, and with a key of -E what it carries; the rest as in
 * IpPrinter. Throws TRUNCATED.
 */
export function printEsp(
  d: Dissection,
  at: number,
  length: number,
  ip: number,
  fragmented: boolean,
  ttl: number,
): void {
  const { out } = d;
  d.protocol = "esp";
  if (d.available(at) <= ESP_HEADER_SIZE) {
    d.truncated();
    return;
  }
  const spi = d.u32(at);
  out.str("ESP(spi=0x");
  out.hexPad(spi, 8);
  out.str(",seq=0x");
  out.hex(d.u32(at + 4));
  out.str("), length ");
  out.dec(length);
  if (d.keys !== null) printEncrypted(d, d.keys, spi, at, ip, fragmented, ttl);
}

/**
 * Decrypts and prints an ESP packet's payload if there is a key for it:
 *
 *   initialization vector | encrypted: payload, padding, its length (1), next header (1) | tag
 */
function printEncrypted(
  d: Dissection,
  keys: Keys,
  spi: number,
  at: number,
  ip: number,
  fragmented: boolean,
  ttl: number,
): void {
  const version = d.u8(ip) >> 4;
  // the next header is in a datagram's last fragment; jumbograms are left alone
  if (version === 6 ? d.u16(ip + 4) === 0 : version !== 4 || fragmented) return;
  const size = version === 6 ? 16 : 4;
  const destination = version === 6 ? ip + 24 : ip + 16;
  d.need(destination, size);
  const key = keys.esp(spi, d.bytes, destination, size);
  if (key === null) return;
  const iv = at + ESP_HEADER_SIZE;
  const from = iv + key.ivSize;
  const end = d.end - key.tagSize;
  // tcpdump looks behind the plaintext for its end, whatever was left of it
  if (end < from || !d.has(end - 1, 1)) {
    d.truncated();
    return;
  }
  const plain = keys.decrypt(key, d.bytes, iv, end, "esp_print");
  if (plain === null) return;
  const padding = plain[plain.length - 2] ?? -1;
  if (padding < 0) throw TRUNCATED;
  if (padding + 2 > plain.length) {
    d.truncated();
    return;
  }
  const next = plain[plain.length - 1]!;
  d.out.str(": ");
  // the IP header stays before it: checksums go over its addresses
  const head = from - d.start;
  const bytes = new Uint8Array(head + plain.length);
  bytes.set(d.bytes.subarray(d.start, from));
  bytes.set(plain, head);
  const payload = plain.length - padding - 2;
  const header = ip - d.start;
  d.within(bytes, head + payload, () => {
    d.enter();
    printIpPayload(d, next, head, payload, header, fragmented, ttl);
    d.leave();
  });
}
