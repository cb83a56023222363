// IP Authentication Header (RFC 4302) and Encapsulating Security Payload (RFC 4303), without keys.
//
//   AH:  next header (1) | length in words less 2 (1) | reserved (2) | SPI (4) | sequence (4) | check value
//   ESP: SPI (4) | sequence (4) | what is encrypted
import { printIpPayload } from "./demux.ts";
import type { Dissection } from "./dissection.ts";

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
  const sequence = d.u32(at + 8);
  out.str(`,seq=0x${sequence.toString(16)},icv=0x`);
  for (let i = AH_FIXED_SIZE; i < size; i++) out.hexPad(d.u8(at + i), 2);
  out.str("): ");
  d.enter();
  printIpPayload(d, next, at + size, length - size, ip, fragmented, ttl);
  d.leave();
}

/** Writes the head of the ESP packet at `at`, `length` bytes on the wire. */
export function printEsp(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "esp";
  if (d.available(at) <= ESP_HEADER_SIZE) {
    d.truncated();
    return;
  }
  out.str("ESP(spi=0x");
  out.hexPad(d.u32(at), 8);
  out.str(",seq=0x");
  out.hex(d.u32(at + 4));
  out.str("), length ");
  out.dec(length);
}
