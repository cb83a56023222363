// Address families: https://www.iana.org/assignments/address-family-numbers, and those of BSD's <sys/socket.h>.
import type { Tokens } from "./token.ts";

export const AFI_IPV4 = 1;
export const AFI_IPV6 = 2;
export const AFI_NSAP = 3;
export const AFI_L2VPN = 196;
export const AFI_VPLS = 25;

/** IANA's numbers. */
export const FAMILIES: Tokens = new Map([
  [0, "Reserved"],
  [AFI_IPV4, "IPv4"],
  [AFI_IPV6, "IPv6"],
  [AFI_NSAP, "NSAP"],
  [4, "HDLC"],
  [5, "BBN 1822"],
  [6, "802"],
  [7, "E.163"],
  [8, "E.164"],
  [9, "F.69"],
  [10, "X.121"],
  [11, "Novell IPX"],
  [12, "Appletalk"],
  [13, "Decnet IV"],
  [14, "Banyan Vines"],
  [15, "E.164 with NSAP subaddress"],
  [AFI_L2VPN, "Layer-2 VPN"],
  [AFI_VPLS, "VPLS"],
]);

/** BSD's numbers, as RIP uses them. */
export const BSD_FAMILIES: Tokens = new Map([
  [2, "IPv4"],
  [6, "NS"],
  [7, "ISO"],
  [16, "Appletalk"],
  [23, "IPX"],
  [24, "IPv6"],
  [28, "IPv6"],
  [30, "IPv6"],
]);
