// Virtual Router Redundancy Protocol, version 2 (RFC 3768) and 3 (RFC 5798).
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-------+-------+---------------+---------------+---------------+
//   |Version| Type  | Virtual Rtr ID|   Priority    | Count IP Addrs|
//   +-------+-------+---------------+---------------+---------------+
//   | 2: Auth Type, Adver Int; 3: Interval in cs    |    Checksum   |
//   +-----------------------------------------------+---------------+
//   |  addresses; version 2: 8 bytes of authentication              |
import { addWords, foldChecksum } from "../bytes/checksum.ts";
import type { Dissection } from "./dissection.ts";
import { IPPROTO_VRRP } from "./ipproto.ts";
import { padded } from "./phrase.ts";
import { checksum4, checksum6 } from "./pseudo.ts";
import { printCarp } from "./small-ip.ts";

const ADVERTISEMENT = 1;
const AUTHENTICATION = ["none", "simple", "ah"] as const;
const AUTHENTICATION_SIMPLE = 1;
const USUAL_TTL = 255;

function rightChecksum(d: Dissection, at: number, length: number, ip: number, version: number, six: boolean) {
  if (!d.has(at, length)) return true;
  if (version === 2) return foldChecksum(addWords(0, d.view, at, length)) === 0;
  const checksum = six ? checksum6 : checksum4;
  return checksum(d, ip, at, length, length, IPPROTO_VRRP) === 0;
}

/** Writes the VRRP message at `at`, `length` bytes on the wire; the rest as in IpPrinter. Throws TRUNCATED. */
export function printVrrp(
  d: Dissection,
  at: number,
  length: number,
  ip: number,
  fragmented: boolean,
  ttl: number,
): void {
  const { out } = d;
  if (d.opt.packetType === "carp") {
    printCarp(d, at, length, ip, fragmented, ttl);
    return;
  }
  d.protocol = "vrrp";
  out.str("VRRP");
  const first = d.u8(at);
  const version = first >> 4;
  const type = first & 15;
  out.str(`v${version}, ${type === ADVERTISEMENT ? "Advertisement" : `unknown type (${type})`}`);
  if (ttl !== USUAL_TTL) out.str(`, (ttl ${ttl})`);
  if (version < 2 || version > 3 || type !== ADVERTISEMENT) return;
  d.need(at + 1, 2);
  out.str(`, vrid ${d.u8(at + 1)}, prio ${d.u8(at + 2)}`);
  const authentication = version === 2 ? d.u8(at + 4) : 0;
  if (version === 2) {
    out.str(`, authtype ${AUTHENTICATION[authentication] ?? `#${authentication}`}`);
    out.str(`, intvl ${d.u8(at + 5)}s, length ${length}`);
  } else out.str(`, intvl ${d.u16(at + 4) & 0x0fff}cs, length ${length}`);
  if (d.opt.verbose === 0) return;
  const six = d.u8(ip) >> 4 === 6;
  const count = d.u8(at + 3);
  if (!rightChecksum(d, at, length, ip, version, six)) {
    const field = d.u16(at + 6);
    out.str(`, (bad vrrp cksum ${field.toString(16)})`);
  }
  out.str(", addrs");
  if (count > 1) out.str(`(${count})`);
  out.ch(58);
  let pos = at + 8;
  for (let i = 0; i < count; i++) {
    d.need(pos, six ? 16 : 4);
    out.ch(i === 0 ? 32 : 44);
    if (six) d.ip6(pos);
    else d.ip4(pos);
    pos += six ? 16 : 4;
  }
  if (version === 2 && authentication === AUTHENTICATION_SIMPLE) {
    out.str(' auth "');
    padded(d, pos, 8);
    out.ch(34);
  }
}
