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
export const ETHERTYPE_ATALK = 0x809b;
export const ETHERTYPE_IPX = 0x8137;
export const ETHERTYPE_NSH = 0x894f;
export const ETHERTYPE_LOOPBACK = 0x9000;
export const ETHERTYPE_CALM_FAST = 0x1111;
export const ETHERTYPE_MS_NLB = 0x886f;
export const ETHERTYPE_AARP = 0x80f3;
export const ETHERTYPE_TIPC = 0x88ca;
export const ETHERTYPE_AOE = 0x88a2;
export const ETHERTYPE_PTP = 0x88f7;
export const ETHERTYPE_SLOW = 0x8809;
export const ETHERTYPE_CFM = 0x8902;
export const ETHERTYPE_CFM_OLD = 0xabcd;
export const ETHERTYPE_GEONET = 0x8947;
export const ETHERTYPE_GEONET_OLD = 0x0707;
export const ETHERTYPE_DECNET = 0x6003;
export const ETHERTYPE_MPCP = 0x8808;
export const ETHERTYPE_REALTEK = 0x8899;
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
  [ETHERTYPE_DECNET, "DN"],
  [0x6004, "LAT"],
  [0x6007, "SCA"],
  [0x6558, "TEB"],
  [0x8038, "Lanbridge"],
  [0x803c, "DEC DNS"],
  [0x803e, "DEC DTS"],
  [0x805b, "VEXP"],
  [0x805c, "VPROD"],
  [ETHERTYPE_ATALK, "Appletalk"],
  [ETHERTYPE_AARP, "Appletalk ARP"],
  [ETHERTYPE_IPX, "IPX"],
  [0x880b, "PPP"],
  [ETHERTYPE_MPCP, "MPCP"],
  [ETHERTYPE_SLOW, "Slow Protocols"],
  [0x8863, "PPPoE D"],
  [0x8864, "PPPoE S"],
  [ETHERTYPE_EAPOL, "EAPOL"],
  [ETHERTYPE_REALTEK, "Realtek protocols"],
  [ETHERTYPE_MS_NLB, "MS NLB heartbeat"],
  [ETHERTYPE_JUMBO, "Jumbo"],
  [ETHERTYPE_NSH, "NSH"],
  [ETHERTYPE_LOOPBACK, "Loopback"],
  [0xfefe, "OSI"],
  [0x00fe, "GRE-OSI"],
  [ETHERTYPE_CFM_OLD, "CFM (old)"],
  [ETHERTYPE_CFM, "CFM"],
  [0x893a, "IEEE1905.1"],
  [ETHERTYPE_LLDP, "LLDP"],
  [ETHERTYPE_TIPC, "TIPC"],
  [ETHERTYPE_GEONET_OLD, "GeoNet (old)"],
  [ETHERTYPE_GEONET, "GeoNet"],
  [ETHERTYPE_CALM_FAST, "CALM FAST"],
  [ETHERTYPE_AOE, "AoE"],
  [ETHERTYPE_PTP, "PTP"],
  [ETHERTYPE_ARISTA, "Arista Vendor Specific Protocol"],
]);
