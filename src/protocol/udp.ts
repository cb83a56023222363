// UDP (RFC 768).
//
//   source port (2) | destination port (2) | length, header included (2) | checksum (2)
import { rightChecksum } from "../bytes/checksum.ts";
import { phrase } from "../bytes/text.ts";
import type { Dissection } from "./dissection.ts";
import { writeAddresses, writeEnds } from "./ends.ts";
import { IPPROTO_UDP } from "./ipproto.ts";
import { checksum4, checksum6 } from "./pseudo.ts";

const HEADER = 8;
const TO = phrase(" > ");
const LENGTH = phrase("UDP, length ");

/** The verdict on the checksum: under -vv, for IPv6 under -v, where it may not be 0. */
function printChecksum(d: Dissection, at: number, length: number, ip: number, version: number): void {
  const { out } = d;
  const field = d.u16(at + 6);
  if (version === 4 && field === 0) {
    out.str("[no cksum] ");
    return;
  }
  if (!d.has(at, length)) return;
  const computed =
    version === 4
      ? checksum4(d, ip, at, length, length, IPPROTO_UDP)
      : checksum6(d, ip, at, length, length, IPPROTO_UDP);
  if (computed === 0) out.str("[udp sum ok] ");
  else {
    out.str("[bad udp cksum 0x");
    out.hexPad(field, 4);
    out.str(" -> 0x");
    out.hexPad(rightChecksum(field, computed), 4);
    out.str("!] ");
  }
}

/** Prints the UDP datagram of `length` bytes at `at`; the rest as in IpPrinter. */
export function printUdp(
  d: Dissection,
  at: number,
  length: number,
  ip: number,
  fragmented: boolean,
  ttl: number,
): void {
  const { out, opt } = d;
  d.protocol = "udp";
  const version = d.u8(ip) >> 4;
  if (!d.has(at, 4)) {
    // Nothing where the IP header is not right before.
    if (d.u8(version === 6 ? ip + 6 : ip + 9) === IPPROTO_UDP) {
      writeAddresses(d, ip, version);
      out.ch(32);
    }
    d.truncated();
    return;
  }
  const sport = d.u16(at);
  const dport = d.u16(at + 2);
  const typed = opt.packetType === null ? null : (d.protocols.type(opt.packetType) ?? null);
  // With -T what nothing in UDP can be is not printed at all, not even its addresses.
  const silent = opt.packetType !== null && (typed?.udp === undefined || typed.ownAddresses === true);
  if (!silent || length >>> 0 < HEADER || d.available(at) < HEADER)
    writeEnds(d, ip, version, IPPROTO_UDP, sport, dport);
  if (length >>> 0 < HEADER) {
    out.str(`truncated-udp ${length}`);
    return;
  }
  if (!d.has(at, 6)) {
    d.truncated();
    return;
  }
  let told = d.u16(at + 4);
  // A jumbogram's length does not fit in the field (RFC 2675 4).
  if (told === 0 && length > 65535) told = length;
  if (told < HEADER) {
    if (silent) writeEnds(d, ip, version, IPPROTO_UDP, sport, dport);
    out.str(`truncated-udplength ${told}`);
    return;
  }
  told -= HEADER;
  const payload = Math.min(told, length - HEADER);
  if (at + HEADER > d.end) {
    d.truncated();
    return;
  }
  if (opt.packetType !== null) {
    typed?.udp?.(d, at + HEADER, payload, ip, sport, dport, fragmented, ttl);
    return;
  }
  const { udp, earlyUdp } = d.protocols;
  if (!opt.quiet && earlyUdp.print(d, at + HEADER, payload, ip, sport, dport, fragmented, ttl)) return;
  if (
    opt.verbose > 0 &&
    !opt.unverified &&
    !fragmented &&
    ((version === 4 && opt.verbose > 1) || version === 6)
  )
    printChecksum(d, at, payload + HEADER, ip, version);
  if (!opt.quiet && udp.print(d, at + HEADER, payload, ip, sport, dport, fragmented, ttl)) return;
  if (told > payload && !fragmented) {
    out.str("UDP, bad length ");
    out.dec(told);
    out.phrase(TO);
    out.dec(payload);
  } else {
    out.phrase(LENGTH);
    out.dec(told);
  }
}
