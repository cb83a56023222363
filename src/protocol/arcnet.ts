// ARCNET frames (RFC 1051, RFC 1201).
//
//   source (1) | destination (1) | on Linux: offset (2) | type (1) | except with RFC 1051: split flag (1) |
//   sequence (2); if the flag is 0xff: zero (1) | flag (1) | sequence (2)
import { printArp } from "./arp.ts";
import type { Dissection } from "./dissection.ts";
import { TRUNCATED } from "./dissection.ts";
import { ETHERTYPE_ATALK } from "./ethertypes.ts";
import { printIp } from "./ip.ts";
import { printIpv6 } from "./ipv6.ts";
import { printIpx } from "./ipx.ts";
import type { Tokens } from "./token.ts";

const OLD_IP = 240;
const OLD_ARP = 241;
const IP = 212;
const ARP = 213;
const RARP = 214;
const ATALK = 221;
const IPX = 250;
const IPV6 = 196;
const DIAGNOSE = 128;
const TYPES: Tokens = new Map([
  [OLD_IP, "oldip"],
  [OLD_ARP, "oldarp"],
  [IP, "ip"],
  [ARP, "arp"],
  [RARP, "rarp"],
  [ATALK, "atalk"],
  [247, "banyan"],
  [IPX, "ipx"],
  [IPV6, "ipv6"],
  [DIAGNOSE, "diag"],
]);
const EXCEPTION = 0xff;

/** What -e shows. `flag` is -1 if the header has none. */
function writeHeader(d: Dissection, at: number, length: number, flag: number, sequence: number): void {
  const { out } = d;
  d.protocol = "arcnet";
  const type = d.u8(at + 2);
  out.hexPad(d.u8(at), 2);
  out.ch(32);
  out.hexPad(d.u8(at + 1), 2);
  out.ch(32);
  if (!d.opt.quiet) {
    out.str(TYPES.get(type) ?? type.toString(16).padStart(2, "0"));
    out.ch(32);
    if (flag >= 0) {
      out.str("seqid ");
      out.hexPad(sequence, 4);
      out.ch(32);
      // RFC 1201: odd in the first fragment, even in the others.
      if (flag & 1) out.str(`(first of ${(flag + 3) >> 1} fragments) `);
      else if (flag !== 0) out.str(`(fragment ${(flag >> 1) + 1}) `);
    }
  }
  out.str(`${length}: `);
}

function printPayload(d: Dissection, type: number, at: number, length: number, caplen: number): void {
  switch (type) {
    case OLD_IP:
    case IP:
      printIp(d, at, length);
      break;
    case IPV6:
      printIpv6(d, at, length);
      break;
    case OLD_ARP:
    case ARP:
    case RARP:
      printArp(d, at, length, caplen);
      break;
    case ATALK:
      d.protocols.ethertype(ETHERTYPE_ATALK)?.(d, at, length, caplen, -1, -1);
      break;
    case IPX:
      printIpx(d, at);
      break;
    default:
      d.dump(at, caplen);
  }
}

/** Link type 7 (LINKTYPE_ARCNET_BSD). Throws TRUNCATED. */
export function printArcnetLink(d: Dissection, at: number, length: number): void {
  d.protocol = "arcnet";
  const caplen = d.end - at;
  if (caplen < 3) throw TRUNCATED;
  const type = d.u8(at + 2);
  let header = 3;
  let flag = -1;
  let sequence = 0;
  if (type !== OLD_IP && type !== OLD_ARP && type !== DIAGNOSE) {
    const extended = caplen >= 6 && d.u8(at + 3) === EXCEPTION;
    if (caplen < 6 || (extended && caplen < 10)) {
      writeHeader(d, at, length, -1, 0);
      d.out.str(extended ? " phds extended" : " phds");
      throw TRUNCATED;
    }
    header = extended ? 10 : 6;
    flag = d.u8(at + header - 3);
    sequence = d.u16(at + header - 2);
  }
  if (d.opt.linkHeader) writeHeader(d, at, length, flag, sequence);
  // Of a later fragment nothing more is told.
  if (flag <= 0 || (flag & 1) === 1) printPayload(d, type, at + header, length - header, caplen - header);
  d.linkHeaderLength = header;
}

/** Link type 129 (LINKTYPE_ARCNET_LINUX): packets that the kernel has put together. Throws TRUNCATED. */
export function printLinuxArcnetLink(d: Dissection, at: number, length: number): void {
  d.protocol = "arcnet_linux";
  const caplen = d.end - at;
  if (caplen < 5) throw TRUNCATED;
  const type = d.u8(at + 4);
  const header = type === OLD_IP || type === OLD_ARP || type === DIAGNOSE ? 5 : 8;
  if (caplen < header) throw TRUNCATED;
  // The offset lies where the type is looked for: tcpdump shows its first byte.
  if (d.opt.linkHeader) writeHeader(d, at, length, -1, 0);
  printPayload(d, type, at + header, length - header, caplen - header);
  d.linkHeaderLength = header;
}
