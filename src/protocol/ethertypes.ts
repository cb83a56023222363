// Ethertypes: https://www.iana.org/assignments/ieee-802-numbers, and what IEEE does not list.
import type { Tokens } from "./token.ts";

export const ETHERTYPE_IP = 0x0800;
export const ETHERTYPE_ARP = 0x0806;
export const ETHERTYPE_TRAIL = 0x1000;
export const ETHERTYPE_REVARP = 0x8035;
export const ETHERTYPE_8021Q = 0x8100;
export const ETHERTYPE_IPV6 = 0x86dd;
export const ETHERTYPE_JUMBO = 0x8870;
export const ETHERTYPE_8021QINQ = 0x88a8;
export const ETHERTYPE_EAPOL = 0x888e;
export const ETHERTYPE_LLDP = 0x88cc;
export const ETHERTYPE_MACSEC = 0x88e5;
export const ETHERTYPE_8021Q9100 = 0x9100;
export const ETHERTYPE_8021Q9200 = 0x9200;
export const ETHERTYPE_ARISTA = 0xd28b;

/** The largest value of the field that is a length and no ethertype (IEEE 802.3). */
export const MAX_LENGTH_FIELD = 1500;

/** Names for people; a type that is missing is "Unknown". */
export const ETHERTYPE_NAMES: Tokens = new Map([
  [ETHERTYPE_IP, "IPv4"],
  [0x8847, "MPLS unicast"],
  [0x8848, "MPLS multicast"],
  [ETHERTYPE_IPV6, "IPv6"],
  [ETHERTYPE_8021Q, "802.1Q"],
  [ETHERTYPE_8021Q9100, "802.1Q-9100"],
  [ETHERTYPE_8021QINQ, "802.1Q-QinQ"],
  [ETHERTYPE_8021Q9200, "802.1Q-9200"],
  [ETHERTYPE_MACSEC, "802.1AE MACsec"],
  [0x0200, "PUP"],
  [ETHERTYPE_ARP, "ARP"],
  [ETHERTYPE_REVARP, "Reverse ARP"],
  [0x0600, "NS"],
  [0x0500, "Sprite"],
  [ETHERTYPE_TRAIL, "Trail"],
  [0x6001, "MOP DL"],
  [0x6002, "MOP RC"],
  [0x6003, "DN"],
  [0x6004, "LAT"],
  [0x6007, "SCA"],
  [0x6558, "TEB"],
  [0x8038, "Lanbridge"],
  [0x803c, "DEC DNS"],
  [0x803e, "DEC DTS"],
  [0x805b, "VEXP"],
  [0x805c, "VPROD"],
  [0x809b, "Appletalk"],
  [0x80f3, "Appletalk ARP"],
  [0x8137, "IPX"],
  [0x880b, "PPP"],
  [0x8808, "MPCP"],
  [0x8809, "Slow Protocols"],
  [0x8863, "PPPoE D"],
  [0x8864, "PPPoE S"],
  [ETHERTYPE_EAPOL, "EAPOL"],
  [0x8899, "Realtek protocols"],
  [0x886f, "MS NLB heartbeat"],
  [ETHERTYPE_JUMBO, "Jumbo"],
  [0x894f, "NSH"],
  [0x9000, "Loopback"],
  [0xfefe, "OSI"],
  [0x00fe, "GRE-OSI"],
  [0xabcd, "CFM (old)"],
  [0x8902, "CFM"],
  [0x893a, "IEEE1905.1"],
  [ETHERTYPE_LLDP, "LLDP"],
  [0x88ca, "TIPC"],
  [0x0707, "GeoNet (old)"],
  [0x8947, "GeoNet"],
  [0x1111, "CALM FAST"],
  [0x88a2, "AoE"],
  [0x88f7, "PTP"],
  [ETHERTYPE_ARISTA, "Arista Vendor Specific Protocol"],
]);
