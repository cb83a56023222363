// Packets that netfilter logs (linux/netfilter/nfnetlink_log.h).
//
//   family (1) | version (1) | group (2) | { length, header included (2) | type (2), in the order of the host's bytes |
//   value | padding to four bytes }*
import type { Dissection } from "./dissection.ts";
import { printIp } from "./ip.ts";
import { printIpv6 } from "./ipv6.ts";

const HEADER = 4;
const PAYLOAD = 9;
const INET = 2;
const INET6 = 10;

function writeHeader(d: Dissection, at: number, length: number): void {
  const { out } = d;
  const family = d.u8(at);
  const name = family === INET ? "IPv4" : family === INET6 ? "IPv6" : undefined;
  out.str(`version ${d.u8(at + 1)}, resource ID ${d.u16(at + 2)}, `);
  if (d.opt.quiet) out.str(name ?? `Unknown NFLOG (0x${family.toString(16).padStart(2, "0")})`);
  else out.str(`family ${name ?? "Unknown"} (${family})`);
  out.str(`, length ${length}: `);
}

/** Link type 239 (LINKTYPE_NFLOG). */
export function printNflogLink(d: Dissection, start: number, length: number): void {
  const { out } = d;
  d.protocol = "nflog";
  let caplen = d.end - start;
  if (caplen < HEADER) {
    d.truncated();
    d.linkHeaderLength = caplen;
    return;
  }
  let at = start + HEADER;
  d.linkHeaderLength = HEADER;
  const version = d.u8(start + 1);
  if (version !== 0) {
    out.str(`version ${version} (unknown)`);
    return;
  }
  if (d.opt.linkHeader) writeHeader(d, start, length);
  length -= HEADER;
  caplen -= HEADER;
  while (length !== 0) {
    const size = caplen < 4 ? 0 : (d.le16(at) + 3) & 0xfffc;
    if (size < 4 || caplen < size) {
      d.truncated();
      d.linkHeaderLength = at - start;
      return;
    }
    const payload = d.le16(at + 2) === PAYLOAD;
    const step = payload ? 4 : size;
    at += step;
    length -= step;
    caplen -= step;
    if (payload) break;
  }
  const family = d.u8(start);
  if (family === INET) printIp(d, at, length);
  else if (family === INET6) printIpv6(d, at, length);
  else {
    if (!d.opt.linkHeader) writeHeader(d, start, length + HEADER);
    d.dumpUnknown(at, caplen);
  }
  d.linkHeaderLength = at - start;
}
