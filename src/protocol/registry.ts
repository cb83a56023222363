// Every protocol that is dissected, one row each. A protocol is added by a file with its dissector, a row here and
// a case in the corpus. In the port tables the first row that a port chooses wins: they stand in the order in
// which tcpdump asks.

import { printArp } from "./arp.ts";
import { printDomain, printDomainOverTcp, printMulticastDomain } from "./domain.ts";
import { printEthernetLink } from "./ethernet.ts";
import { ETHERTYPE_ARP, ETHERTYPE_IP, ETHERTYPE_IPV6, ETHERTYPE_REVARP } from "./ethertypes.ts";
import { printIcmp } from "./icmp.ts";
import { printIcmp6 } from "./icmp6.ts";
import { printIgmp } from "./igmp.ts";
import { printIp, printRawLink } from "./ip.ts";
import {
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_IGMP,
  IPPROTO_IPV4,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
} from "./ipproto.ts";
import { printIpv6 } from "./ipv6.ts";
import { printNullLink } from "./null.ts";
import type { EthertypeRow, IpRow, LinkRow, PortRow, SapRow, SnapRow } from "./protocols.ts";
import { Protocols } from "./protocols.ts";
import { printSll2Link, printSllLink } from "./sll.ts";
import { printTcp } from "./tcp.ts";
import { printFtp, printHttp, printRtsp, printSip, printSmtp, printWhois } from "./text.ts";
import { printUdp } from "./udp.ts";

const LINKS: readonly LinkRow[] = [
  { name: "BSD loopback", doc: "LINKTYPE_NULL, LINKTYPE_LOOP", types: [0, 108], print: printNullLink },
  { name: "Ethernet", doc: "IEEE 802.3", types: [1], print: printEthernetLink },
  // 12 and 14 are what some systems write for 101.
  { name: "Raw IP", doc: "LINKTYPE_RAW", types: [12, 14, 101, 228, 229], print: printRawLink },
  { name: "Linux cooked v1", doc: "LINKTYPE_LINUX_SLL", types: [113], print: printSllLink },
  { name: "Linux cooked v2", doc: "LINKTYPE_LINUX_SLL2", types: [276], print: printSll2Link },
];

const ETHERTYPES: readonly EthertypeRow[] = [
  { name: "IPv4", doc: "RFC 894", types: [ETHERTYPE_IP], print: printIp },
  { name: "IPv6", doc: "RFC 2464", types: [ETHERTYPE_IPV6], print: printIpv6 },
  { name: "ARP, RARP", doc: "RFC 826, RFC 903", types: [ETHERTYPE_ARP, ETHERTYPE_REVARP], print: printArp },
];

const SAPS: readonly SapRow[] = [{ name: "IP", doc: "RFC 948", sap: 0x06, print: printIp }];

const SNAPS: readonly SnapRow[] = [];

const IP_PROTOCOLS: readonly IpRow[] = [
  { name: "ICMP", doc: "RFC 792", protocols: [IPPROTO_ICMP], only: 4, print: printIcmp },
  { name: "IGMP", doc: "RFC 3376", protocols: [IPPROTO_IGMP], only: 4, print: printIgmp },
  { name: "IPv4 in IP", doc: "RFC 2003", protocols: [IPPROTO_IPV4], print: printIp },
  { name: "TCP", doc: "RFC 9293", protocols: [IPPROTO_TCP], print: printTcp },
  { name: "UDP", doc: "RFC 768", protocols: [IPPROTO_UDP], print: printUdp },
  { name: "IPv6 in IP", doc: "RFC 2473, RFC 4213", protocols: [IPPROTO_IPV6], print: printIpv6 },
  { name: "ICMPv6", doc: "RFC 4443", protocols: [IPPROTO_ICMPV6], only: 6, print: printIcmp6 },
];

const UDP_PORTS: readonly PortRow[] = [
  { name: "DNS", doc: "RFC 1035", ports: [53], print: printDomain },
  { name: "Multicast DNS", doc: "RFC 6762", ports: [5353], print: printMulticastDomain },
  { name: "SIP", doc: "RFC 3261", ports: [5060], print: printSip },
];

const TCP_PORTS: readonly PortRow[] = [
  { name: "SMTP", doc: "RFC 5321", ports: [25], print: printSmtp },
  { name: "WHOIS", doc: "RFC 3912", ports: [43], print: printWhois },
  { name: "FTP", doc: "RFC 959", ports: [21], print: printFtp },
  { name: "HTTP", doc: "RFC 9112", ports: [80, 8080], print: printHttp },
  { name: "RTSP", doc: "RFC 7826", ports: [554, 8554], print: printRtsp },
  { name: "DNS", doc: "RFC 1035", ports: [53], print: printDomainOverTcp },
];

/** The tables made for look-up; one is enough for a run. */
export function allProtocols(): Protocols {
  return new Protocols({
    links: LINKS,
    ethertypes: ETHERTYPES,
    saps: SAPS,
    snaps: SNAPS,
    ip: IP_PROTOCOLS,
    udp: UDP_PORTS,
    tcp: TCP_PORTS,
  });
}
