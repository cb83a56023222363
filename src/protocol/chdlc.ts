// Cisco's HDLC framing (RFC 1547 4.3) with its SLARP.
//
//   address 0x0f or 0x8f (1) | 0 (1) | ethertype (2) | payload
//   SLARP: code (4) | reply: address (4), mask (4); keepalive: sequence sent (4), seen (4), reliability (2),
//   uptime in milliseconds (4)
import type { Dissection } from "./dissection.ts";
import { ETHERTYPE_IP, ETHERTYPE_IPV6, ETHERTYPE_NAMES } from "./ethertypes.ts";
import { printIp } from "./ip.ts";
import { printIpv6 } from "./ipv6.ts";
import { printMpls } from "./mpls.ts";
import { NLPID_CLNP, NLPID_ISIS } from "./nlpid.ts";
import { printOsi } from "./osi.ts";
import { unknownBytes } from "./phrase.ts";
import type { Tokens } from "./token.ts";
import { hex, ip4 } from "./wording.ts";

const HEADER = 4;
const ADDRESSES: Tokens = new Map([
  [0x0f, "unicast"],
  [0x8f, "bcast"],
]);
const SLARP = 0x8035;
const ISO = 0xfefe;
const SLARP_LEAST = 14;
const SLARP_MOST = 18;

function slarp(d: Dissection, at: number, length: number): void {
  const { out, opt } = d;
  d.protocol = "chdlc_slarp";
  out.str(`SLARP (length: ${length}), `);
  if (length < SLARP_LEAST || !d.has(at, SLARP_LEAST)) {
    d.truncated();
    return;
  }
  const code = d.u32(at);
  // Where tcpdump shows bytes from with -vv: behind what it read last.
  let rest = at + 4;
  if (code === 0) out.str("request");
  else if (code === 1) out.str(`reply ${ip4(d, at + 4)}/${ip4(d, at + 8)}`);
  else if (code === 2) {
    out.str(`keepalive: mineseen=0x${hex(d.u32(at + 4), 8)}, yourseen=0x${hex(d.u32(at + 8), 8)}, `);
    out.str(`reliability=0x${hex(d.u16(at + 12), 4)}`);
    if (length >= SLARP_MOST) {
      const seconds = Math.floor(d.u32(at + SLARP_LEAST) / 1000);
      const minutes = Math.floor(seconds / 60);
      const hours = Math.floor(minutes / 60);
      out.str(`, link uptime=${Math.floor(hours / 24)}d${hours % 24}h${minutes % 60}m${seconds % 60}s`);
      rest += SLARP_LEAST;
    }
  } else {
    out.str(`0x${hex(code, 2)} unknown`);
    if (opt.verbose <= 1) unknownBytes(d, rest, "\n\t", length - 4);
  }
  if (length > SLARP_MOST && opt.verbose > 0) out.str(`, (trailing junk: ${length - SLARP_MOST} bytes)`);
  if (opt.verbose > 1) unknownBytes(d, rest, "\n\t", length - 4);
}

/** Writes a frame; answers the length of its header. Throws TRUNCATED. */
export function printChdlc(d: Dissection, at: number, length: number): number {
  const { out, opt } = d;
  d.protocol = "chdlc";
  const cut = () => {
    d.truncated();
    return d.available(at);
  };
  if (length < HEADER) return cut();
  const type = d.u16(at + 2);
  if (opt.linkHeader) {
    const address = d.u8(at);
    out.str(`${ADDRESSES.get(address) ?? `0x${hex(address, 2)}`}, `);
    out.str(`ethertype ${ETHERTYPE_NAMES.get(type) ?? "Unknown"} (0x${hex(type, 4)}), length ${length}: `);
  }
  const data = at + HEADER;
  const left = length - HEADER;
  d.enter();
  if (type === ETHERTYPE_IP) printIp(d, data, left);
  else if (type === ETHERTYPE_IPV6) printIpv6(d, data, left);
  else if (type === SLARP) slarp(d, data, left);
  else if (type === 0x8847 || type === 0x8848) printMpls(d, data, left);
  else if (type === ISO) {
    if (left < 2) return cut();
    // A byte of padding stands before the identifier, or not.
    const second = d.u8(data + 1);
    const padded = second >= NLPID_CLNP && second <= NLPID_ISIS ? 1 : 0;
    printOsi(d, data + padded, left - padded);
  } else if (!opt.linkHeader) out.str(`unknown CHDLC protocol (0x${hex(type, 4)})`);
  d.leave();
  return HEADER;
}

/** Prints a packet of link type 104 (LINKTYPE_C_HDLC). */
export function printChdlcLink(d: Dissection, at: number, length: number): void {
  d.linkHeaderLength = printChdlc(d, at, length);
}
