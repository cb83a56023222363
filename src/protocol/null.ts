// BSD loopback: link types 0 and 108 (LINKTYPE_NULL, LINKTYPE_LOOP). Four bytes tell the address family, in the
// byte order of the host that captured (NULL) or of the network (LOOP).
import { printAppletalk } from "./appletalk.ts";
import type { Dissection } from "./dissection.ts";
import { ETHERTYPE_IP, ETHERTYPE_IPV6 } from "./ethertypes.ts";
import type { Tokens } from "./token.ts";

const HEADER = 4;
/** The LLC control field of unnumbered information. */
const UI = 0x03;
const FAMILIES: Tokens = new Map([
  [2, "IPv4"],
  [6, "NS"],
  [7, "ISO"],
  [16, "Appletalk"],
  [23, "IPX"],
  // NetBSD, OpenBSD and Npcap; FreeBSD; macOS
  [24, "IPv6"],
  [28, "IPv6"],
  [30, "IPv6"],
]);
/** The ethertypes of the families' protocols. */
const ETHERTYPES: ReadonlyMap<number, number> = new Map([
  [2, ETHERTYPE_IP],
  [24, ETHERTYPE_IPV6],
  [28, ETHERTYPE_IPV6],
  [30, ETHERTYPE_IPV6],
]);
/** AppleTalk is printed otherwise than in Ethernet frames. */
const APPLETALK = 16;
/** The LLC service access points of the families' protocols: ISO's and IPX. */
const SAPS: ReadonlyMap<number, number> = new Map([
  [7, 0xfe],
  [23, 0xe0],
]);

function writeHeader(d: Dissection, family: number, length: number): void {
  const name = FAMILIES.get(family);
  if (d.opt.quiet) d.out.str(name ?? `Unknown AF ${family}`);
  else d.out.str(`AF ${name ?? "Unknown"} (${family})`);
  d.out.str(`, length ${length}: `);
}

/** Prints the packet at `at` with its header. */
export function printNullLink(d: Dissection, at: number, length: number): void {
  d.protocol = "null";
  d.need(at, HEADER);
  d.linkHeaderLength = HEADER;
  let family = d.le32(at);
  // A family fits in 16 bits: if the upper half is not empty, the host had the other byte order.
  if (family > 0xffff) family = d.u32(at);
  if (d.opt.linkHeader) writeHeader(d, family, length);
  at += HEADER;
  length -= HEADER;
  const print = d.protocols.ethertype(ETHERTYPES.get(family) ?? -1);
  if (print !== undefined) {
    print(d, at, length, length, -1, -1);
    return;
  }
  if (family === APPLETALK) {
    printAppletalk(d, at, length);
    return;
  }
  const row = d.protocols.sap(SAPS.get(family) ?? -1);
  if (row !== undefined) {
    row.print(d, at, length, UI);
    return;
  }
  if (!d.opt.linkHeader) writeHeader(d, family, length + HEADER);
  d.dumpUnknown(at, d.end - at);
}
