// What an IP header carries: the step from a protocol number to its dissector, for IPv4 and IPv6 alike.
import type { Dissection } from "./dissection.ts";
import { IPPROTO_ND, IPPROTO_NONE, IPPROTO_TITLES, protocolName } from "./ipproto.ts";

/** The number of a protocol that nothing dissects, as a name without -n: " ip-proto-253". */
export function writeProtocolNumber(d: Dissection, protocol: number): void {
  const name = d.opt.numeric > 0 ? null : protocolName(protocol);
  d.out.str(name === null ? ` ip-proto-${protocol}` : ` ${name}`);
}

/**
 * Prints the payload of an IP header: `length` bytes at `at` of the given protocol. `ip` is where the header
 * lies; the rest as in IpPrinter.
 */
export function printIpPayload(
  d: Dissection,
  protocol: number,
  at: number,
  length: number,
  ip: number,
  fragmented: boolean,
  ttl: number,
): void {
  const row = d.protocols.ip(protocol);
  if (row !== undefined) {
    if (row.only !== undefined && row.only !== d.u8(ip) >> 4) {
      d.out.str(`[${IPPROTO_TITLES.get(protocol) ?? "unknown"} requires IPv${row.only}]`);
      d.invalid();
      return;
    }
    row.print(d, at, length, ip, fragmented, ttl);
    return;
  }
  if (protocol === IPPROTO_NONE) {
    d.out.str("no next header");
    return;
  }
  if (protocol === IPPROTO_ND) d.out.str(" nd");
  else writeProtocolNumber(d, protocol);
  d.out.ch(32);
  d.out.dec(length >>> 0);
}
