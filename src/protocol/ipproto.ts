// IP protocol numbers: https://www.iana.org/assignments/protocol-numbers, spelled as in protocols(5).
import { type Phrase, phrase } from "../bytes/text.ts";
import type { Tokens } from "./token.ts";

export const IPPROTO_HOPOPTS = 0;
export const IPPROTO_ICMP = 1;
export const IPPROTO_IGMP = 2;
export const IPPROTO_IPV4 = 4;
export const IPPROTO_TCP = 6;
export const IPPROTO_UDP = 17;
export const IPPROTO_DCCP = 33;
export const IPPROTO_IPV6 = 41;
export const IPPROTO_ROUTING = 43;
export const IPPROTO_FRAGMENT = 44;
export const IPPROTO_GRE = 47;
export const IPPROTO_ESP = 50;
export const IPPROTO_AH = 51;
export const IPPROTO_ICMPV6 = 58;
export const IPPROTO_NONE = 59;
export const IPPROTO_DSTOPTS = 60;
export const IPPROTO_MOBILITY_OLD = 62;
export const IPPROTO_VRRP = 112;
/** Sun's network disk; only its number is known. */
export const IPPROTO_ND = 77;
export const IPPROTO_SCTP = 132;
export const IPPROTO_MOBILITY = 135;
export const IPPROTO_ETHERNET = 143;

/** Names for people, as "-v" shows them; a protocol that is missing is "unknown". */
export const IPPROTO_TITLES: Tokens = new Map([
  [IPPROTO_HOPOPTS, "Options"],
  [IPPROTO_ICMP, "ICMP"],
  [IPPROTO_IGMP, "IGMP"],
  [IPPROTO_IPV4, "IPIP"],
  [IPPROTO_TCP, "TCP"],
  [8, "EGP"],
  [9, "IGRP"],
  [IPPROTO_UDP, "UDP"],
  [IPPROTO_DCCP, "DCCP"],
  [IPPROTO_IPV6, "IPv6"],
  [IPPROTO_ROUTING, "Routing"],
  [IPPROTO_FRAGMENT, "Fragment"],
  [46, "RSVP"],
  [IPPROTO_GRE, "GRE"],
  [IPPROTO_ESP, "ESP"],
  [IPPROTO_AH, "AH"],
  [55, "Mobile IP"],
  [IPPROTO_ICMPV6, "ICMPv6"],
  [IPPROTO_MOBILITY_OLD, "Mobile IP (old)"],
  [88, "EIGRP"],
  [89, "OSPF"],
  [103, "PIM"],
  [108, "Compressed IP"],
  [IPPROTO_VRRP, "VRRP"],
  [113, "PGM"],
  [IPPROTO_SCTP, "SCTP"],
  [IPPROTO_MOBILITY, "Mobility"],
  [IPPROTO_ETHERNET, "Ethernet"],
]);

const NUMBERED_TITLES = new Array<Phrase | undefined>(256).fill(undefined);

/** Title and number of a protocol, 0…255: "TCP (6)", "unknown (253)". */
export function numberedTitle(protocol: number): Phrase {
  const known = NUMBERED_TITLES[protocol];
  if (known !== undefined) return known;
  const made = phrase(`${IPPROTO_TITLES.get(protocol) ?? "unknown"} (${protocol})`);
  NUMBERED_TITLES[protocol] = made;
  return made;
}

// In the order of their numbers from 0 on; "-" where a number has no name.
const NAMES = `
hopopt icmp igmp ggp ipencap st tcp cbt egp igp bbn-rcc-mon nvp-ii pup argus emcon xnet chaos udp
mux dcn-meas hmp prm xns-idp trunk-1 trunk-2 leaf-1 leaf-2 rdp irtp iso-tp4 netblt mfe-nsp
merit-inp dccp 3pc idpr xtp ddp idpr-cmtp tp++ il ipv6 sdrp ipv6-route ipv6-frag idrp rsvp gre dsr
bna esp ah i-nlsp swipe narp mobile tlsp skip ipv6-icmp ipv6-nonxt ipv6-opts - cftp - sat-expak
kryptolan rvd ippc - sat-mon visa ipcv cpnx rspf wsn pvp br-sat-mon sun-nd wb-mon wb-expak iso-ip
vmtp secure-vmtp vines ttp nsfnet-igp dgp tcf eigrp ospf sprite-rpc larp mtp ax.25 ipip micp scc-sp
etherip encap - gmtp ifmp pnni pim aris scps qnx a/n ipcomp snp compaq-peer ipx-in-ip vrrp pgm -
l2tp ddx iatp stp srp uti smp sm ptp isis fire crtp crudp sscopmce iplt sps pipe sctp fc
rsvp-e2e-ignore mobility-header udplite mpls-in-ip manet hip shim6 wesp rohc
`
  .trim()
  .split(/\s+/);
const LATE_NAMES: Tokens = new Map([
  [253, "exptest-253"],
  [254, "exptest-254"],
  [255, "reserved"],
]);

/** Name of an IP protocol number in lower case, as without -n; null if it has none. */
export function protocolName(protocol: number): string | null {
  const name = NAMES[protocol] ?? LATE_NAMES.get(protocol) ?? "-";
  return name === "-" ? null : name;
}
