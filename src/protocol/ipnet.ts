// Solaris ipnet: IP packets between zones.
//
//   version (1) | family (1) | hook (2) | length (4) | device (4) | group (4) | source zone (4) | destination zone (4)
import type { Dissection } from "./dissection.ts";
import { printIp } from "./ip.ts";
import { printIpv6 } from "./ipv6.ts";

const HEADER = 24;
const INET = 2;
const INET6 = 26;

function writeHeader(d: Dissection, at: number, length: number): void {
  const { out } = d;
  const family = d.u8(at + 1);
  const name = family === INET ? "IPv4" : family === INET6 ? "IPv6" : undefined;
  out.str(`${d.u32(at + 16)} > ${d.u32(at + 20)}, `);
  if (d.opt.quiet) out.str(name ?? `Unknown Ethertype (0x${family.toString(16).padStart(4, "0")})`);
  else out.str(`family ${name ?? "Unknown"} (${family})`);
  out.str(`, length ${length}: `);
}

/** Link type 226 (LINKTYPE_IPNET). */
export function printIpnetLink(d: Dissection, at: number, length: number): void {
  d.protocol = "ipnet";
  const caplen = d.end - at;
  d.need(at, HEADER);
  d.linkHeaderLength = HEADER;
  if (d.opt.linkHeader) writeHeader(d, at, length);
  const family = d.u8(at + 1);
  if (family === INET) printIp(d, at + HEADER, length - HEADER);
  else if (family === INET6) printIpv6(d, at + HEADER, length - HEADER);
  else {
    if (!d.opt.linkHeader) writeHeader(d, at, length);
    d.dumpUnknown(at + HEADER, caplen - HEADER);
  }
}
