// Every protocol that is dissected, one row each. A protocol is added by a file with its dissector, a row here and
// a case in the corpus. In the port tables the first row that a port chooses wins: they stand in the order in
// which tcpdump asks.

import { printAhcp } from "./ahcp.ts";
import { printAodv } from "./aodv.ts";
import { printAoe } from "./aoe.ts";
import {
  carriesAppletalk,
  printAarp,
  printAppletalkInUdp,
  printEthernetAppletalk,
  printLocaltalkLink,
} from "./appletalk.ts";
import { printArcnetLink, printLinuxArcnetLink } from "./arcnet.ts";
import { printArp } from "./arp.ts";
import { printAtmLink, printClipLink, printSunAtmLink } from "./atm.ts";
import { printBabel } from "./babel.ts";
import { printBcmLi } from "./bcm-li.ts";
import { printBeep } from "./beep.ts";
import { printBfd } from "./bfd.ts";
import { printBgp } from "./bgp.ts";
import { printBootp } from "./bootp.ts";
import { printBrcmLink, printPrependedBrcmLink } from "./brcm.ts";
import { printCalmFast } from "./calm.ts";
import { printCdp } from "./cdp.ts";
import { printCfm } from "./cfm.ts";
import { printChdlcLink } from "./chdlc.ts";
import { printCtp } from "./ctp.ts";
import { printDccp } from "./dccp.ts";
import { printDecnet } from "./decnet.ts";
import { printDhcp6 } from "./dhcp6.ts";
import { printDomain, printDomainOverTcp, printMulticastDomain } from "./domain.ts";
import { printDsaLink, printEdsaLink } from "./dsa.ts";
import { printDtp } from "./dtp.ts";
import { printEapol } from "./eap.ts";
import { printEgp } from "./egp.ts";
import { printEigrp } from "./eigrp.ts";
import {
  printEthernetInIp,
  printEthernetLink,
  printNetanalyzerLink,
  printTransparentNetanalyzerLink,
} from "./ethernet.ts";
import { printFirewireLink, printInfinibandLink, printSymantecLink } from "./ethertyped-links.ts";
import {
  ETHERTYPE_AARP,
  ETHERTYPE_AOE,
  ETHERTYPE_ARP,
  ETHERTYPE_ATALK,
  ETHERTYPE_CALM_FAST,
  ETHERTYPE_CFM,
  ETHERTYPE_CFM_OLD,
  ETHERTYPE_DECNET,
  ETHERTYPE_EAPOL,
  ETHERTYPE_GEONET,
  ETHERTYPE_GEONET_OLD,
  ETHERTYPE_IP,
  ETHERTYPE_IPV6,
  ETHERTYPE_IPX,
  ETHERTYPE_LLDP,
  ETHERTYPE_LOOPBACK,
  ETHERTYPE_MPCP,
  ETHERTYPE_MS_NLB,
  ETHERTYPE_NSH,
  ETHERTYPE_PTP,
  ETHERTYPE_REALTEK,
  ETHERTYPE_REVARP,
  ETHERTYPE_SLOW,
  ETHERTYPE_TIPC,
} from "./ethertypes.ts";
import { printFddiLink } from "./fddi.ts";
import { printFibreChannelLink } from "./fibre-channel.ts";
import { printFrameRelayLink, printMfrLink } from "./frame-relay.ts";
import { printGeneve } from "./geneve.ts";
import { printGeonet } from "./geonet.ts";
import { printGre } from "./gre.ts";
import { printHncp } from "./hncp.ts";
import { printHsrp } from "./hsrp.ts";
import { printIcmp } from "./icmp.ts";
import { printIcmp6 } from "./icmp6.ts";
import { printIeee80211Link } from "./ieee80211.ts";
import { printIeee802154Link, printIeee802154TapLink } from "./ieee802154.ts";
import { printIgmp } from "./igmp.ts";
import { printIgrp } from "./igrp.ts";
import { printIp, printRawLink } from "./ip.ts";
import { printIpnetLink } from "./ipnet.ts";
import {
  IPPROTO_AH,
  IPPROTO_DCCP,
  IPPROTO_ESP,
  IPPROTO_ETHERNET,
  IPPROTO_GRE,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_IGMP,
  IPPROTO_IPV4,
  IPPROTO_IPV6,
  IPPROTO_SCTP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPPROTO_VRRP,
} from "./ipproto.ts";
import { printAh, printEsp } from "./ipsec.ts";
import { printIpv6 } from "./ipv6.ts";
import { printEthernetIpx, printIpx } from "./ipx.ts";
import { printIpsecInUdp, printIsakmp } from "./isakmp.ts";
import { JUNIPER_LINKS } from "./juniper.ts";
import { printKerberos } from "./kerberos.ts";
import { printL2tp } from "./l2tp.ts";
import { printLdp } from "./ldp.ts";
import { printLisp } from "./lisp.ts";
import { printLldp } from "./lldp.ts";
import { printLmp } from "./lmp.ts";
import { printLspPing } from "./lspping.ts";
import { printLwappControl, printLwappData } from "./lwapp.ts";
import { printLwres } from "./lwres.ts";
import { printMpcp } from "./mpcp.ts";
import { printMpls } from "./mpls.ts";
import { printMsdp } from "./msdp.ts";
import { printMsnlb } from "./msnlb.ts";
import { printNetflow } from "./netflow.ts";
import { printNflogLink } from "./nflog.ts";
import { datagramIsNfs, printNfs, printNfsOverTcp } from "./nfs.ts";
import { printNsh } from "./nsh.ts";
import { printNtp } from "./ntp.ts";
import { printNullLink } from "./null.ts";
import { printOlsr } from "./olsr.ts";
import { printEncLink, printPflogLink } from "./openbsd.ts";
import { printOpenflow } from "./openflow.ts";
import { printOsi, printPaddedOsi } from "./osi.ts";
import { printOspf } from "./ospf.ts";
import { printOspf6 } from "./ospf6.ts";
import { OUI_CISCO, OUI_RFC2684 } from "./oui.ts";
import { printOtv, printVxlanGpe } from "./overlays.ts";
import { printPgm } from "./pgm.ts";
import { printAutoRp, printPim } from "./pim.ts";
import { printPktapLink, printPpiLink } from "./pktap.ts";
import { printPppHdlcLink, printPppInEthernet, printPppLink } from "./ppp.ts";
import { printPppoe, printPppoeLink } from "./pppoe.ts";
import { printPptp } from "./pptp.ts";
import type { EthertypeRow, IpRow, LinkRow, PortRow, Rows, SapRow, SnapRow, TypeRow } from "./protocols.ts";
import { Protocols } from "./protocols.ts";
import { printPtp } from "./ptp.ts";
import { printQuic } from "./quic.ts";
import { printAvsLink, printPrismLink, printRadiotapLink } from "./radiotap.ts";
import { printRadius } from "./radius.ts";
import { printRealtek } from "./realtek.ts";
import { printResp } from "./resp.ts";
import { printRip } from "./rip.ts";
import { printRipng } from "./ripng.ts";
import { printRpc } from "./rpc.ts";
import { printRpki } from "./rpki.ts";
import { printRsvp } from "./rsvp.ts";
import { printRtcp, printRtp, printVat } from "./rtp.ts";
import { printRx } from "./rx.ts";
import { printSctp } from "./sctp.ts";
import { printSflow } from "./sflow.ts";
import { printBsdosSlipLink, printSlipLink } from "./slip.ts";
import { printSll2Link, printSllLink } from "./sll.ts";
import { printSlow } from "./slow.ts";
import { printIpcomp, printMobile } from "./small-ip.ts";
import { printSnmp } from "./snmp.ts";
import { printSomeip } from "./someip.ts";
import { printSsh } from "./ssh.ts";
import { printStp } from "./stp.ts";
import { printSyslog } from "./syslog.ts";
import { printTcp } from "./tcp.ts";
import { printTelnet } from "./telnet.ts";
import { printFtp, printHttp, printRtsp, printSip, printSmtp, printWhois } from "./text.ts";
import { printTftp } from "./tftp.ts";
import { printTimed } from "./timed.ts";
import { printTipc } from "./tipc.ts";
import { printTokenRingLink } from "./token-ring.ts";
import { printUdld } from "./udld.ts";
import { printUdp } from "./udp.ts";
import { printBluetoothLink, printMappedUsbLink, printUsbLink } from "./usb.ts";
import { printVqp } from "./vqp.ts";
import { printVrrp } from "./vrrp.ts";
import { printVsockLink } from "./vsock.ts";
import { printVtp } from "./vtp.ts";
import { printVxlan } from "./vxlan.ts";
import { printWb } from "./wb.ts";
import { printZep } from "./zep.ts";
import { printZephyr } from "./zephyr.ts";
import { printZmtp } from "./zmtp.ts";

const LINKS: readonly LinkRow[] = [
  { name: "BSD loopback", doc: "LINKTYPE_NULL, LINKTYPE_LOOP", types: [0, 108], print: printNullLink },
  { name: "Ethernet", doc: "IEEE 802.3", types: [1], print: printEthernetLink },
  { name: "PPP", doc: "LINKTYPE_PPP", types: [9], print: printPppLink },
  { name: "PPP in HDLC", doc: "LINKTYPE_PPP_HDLC", types: [50], print: printPppHdlcLink },
  { name: "Cisco HDLC", doc: "RFC 1547", types: [104], print: printChdlcLink },
  { name: "PPPoE", doc: "LINKTYPE_PPP_ETHER", types: [51], print: printPppoeLink },
  // 12 and 14 are what some systems write for 101.
  { name: "Raw IP", doc: "LINKTYPE_RAW", types: [12, 14, 101, 228, 229], print: printRawLink },
  { name: "802.11", doc: "IEEE 802.11", types: [105], print: printIeee80211Link },
  { name: "Linux cooked v1", doc: "LINKTYPE_LINUX_SLL", types: [113], print: printSllLink },
  { name: "Linux cooked v2", doc: "LINKTYPE_LINUX_SLL2", types: [276], print: printSll2Link },
  {
    name: "802.11 with a Prism header",
    doc: "LINKTYPE_IEEE802_11_PRISM",
    types: [119],
    print: printPrismLink,
  },
  { name: "802.11 with radiotap", doc: "https://www.radiotap.org", types: [127], print: printRadiotapLink },
  { name: "802.11 with an AVS header", doc: "LINKTYPE_IEEE802_11_AVS", types: [163], print: printAvsLink },
  { name: "ARCNET", doc: "RFC 1051, RFC 1201", types: [7], print: printArcnetLink },
  { name: "ARCNET on Linux", doc: "RFC 1051, RFC 1201", types: [129], print: printLinuxArcnetLink },
  { name: "vsock", doc: "LINKTYPE_VSOCK", types: [271], print: printVsockLink },
  { name: "netANALYZER", doc: "LINKTYPE_NETANALYZER", types: [240], print: printNetanalyzerLink },
  {
    name: "netANALYZER with the preamble",
    doc: "LINKTYPE_NETANALYZER_TRANSPARENT",
    types: [241],
    print: printTransparentNetanalyzerLink,
  },
  { name: "Broadcom tag", doc: "LINKTYPE_DSA_TAG_BRCM", types: [281], print: printBrcmLink },
  {
    name: "Broadcom tag in front",
    doc: "LINKTYPE_DSA_TAG_BRCM_PREPEND",
    types: [282],
    print: printPrependedBrcmLink,
  },
  { name: "Marvell DSA", doc: "LINKTYPE_DSA_TAG_DSA", types: [284], print: printDsaLink },
  { name: "Marvell EDSA", doc: "LINKTYPE_DSA_TAG_EDSA", types: [285], print: printEdsaLink },
  { name: "ATM", doc: "RFC 2684", types: [100], print: printAtmLink },
  { name: "Classical IP over ATM", doc: "RFC 2225", types: [106], print: printClipLink },
  { name: "Frame relay", doc: "RFC 2427", types: [107], print: printFrameRelayLink },
  { name: "IP over Fibre Channel", doc: "RFC 2625", types: [122], print: printFibreChannelLink },
  { name: "Sun raw ATM", doc: "LINKTYPE_SUNATM", types: [123], print: printSunAtmLink },
  { name: "Frame relay bundle", doc: "FRF.16.1", types: [182], print: printMfrLink },
  { name: "Solaris ipnet", doc: "LINKTYPE_IPNET", types: [226], print: printIpnetLink },
  { name: "Netfilter log", doc: "LINKTYPE_NFLOG", types: [239], print: printNflogLink },
  ...JUNIPER_LINKS.map(([type, name, print]) => ({
    name: `Juniper ${name}`,
    doc: "LINKTYPE_JUNIPER",
    types: [type],
    print,
  })),
  { name: "LocalTalk", doc: "Inside AppleTalk", types: [114], print: printLocaltalkLink },
  { name: "Per-Packet Information", doc: "LINKTYPE_PPI", types: [192], print: printPpiLink },
  { name: "Token ring", doc: "IEEE 802.5", types: [6], print: printTokenRingLink },
  { name: "FDDI", doc: "ISO 9314-2", types: [10], print: printFddiLink },
  { name: "SLIP", doc: "RFC 1055, RFC 1144", types: [8], print: printSlipLink },
  // 15 and 16 are what some systems write for 102 and 103.
  { name: "BSD/OS SLIP", doc: "LINKTYPE_SLIP_BSDOS", types: [15, 102], print: printBsdosSlipLink },
  // Of BSD/OS's PPP tcpdump prints something on BSD/OS only.
  { name: "BSD/OS PPP", doc: "LINKTYPE_PPP_BSDOS", types: [16, 103], print: () => {} },
  { name: "Symantec firewall", doc: "LINKTYPE_SYMANTEC_FIREWALL", types: [99], print: printSymantecLink },
  { name: "OpenBSD enc", doc: "LINKTYPE_ENC", types: [109], print: printEncLink },
  { name: "OpenBSD pflog", doc: "LINKTYPE_PFLOG", types: [117], print: printPflogLink },
  { name: "IP over IEEE 1394", doc: "RFC 2734", types: [138], print: printFirewireLink },
  { name: "USB", doc: "LINKTYPE_USB_LINUX", types: [189], print: printUsbLink },
  { name: "USB, mapped", doc: "LINKTYPE_USB_LINUX_MMAPPED", types: [220], print: printMappedUsbLink },
  { name: "IEEE 802.15.4", doc: "IEEE 802.15.4-2015", types: [195, 230], print: printIeee802154Link },
  {
    name: "IEEE 802.15.4 with a TAP header",
    doc: "LINKTYPE_IEEE802_15_4_TAP",
    types: [283],
    print: printIeee802154TapLink,
  },
  {
    name: "Bluetooth HCI",
    doc: "LINKTYPE_BLUETOOTH_HCI_H4_WITH_PHDR",
    types: [201],
    print: printBluetoothLink,
  },
  { name: "IP over InfiniBand", doc: "RFC 4391", types: [242], print: printInfinibandLink },
  { name: "Apple pktap", doc: "LINKTYPE_PKTAP", types: [149, 258], print: printPktapLink },
];

const ETHERTYPES: readonly EthertypeRow[] = [
  { name: "IPv4", doc: "RFC 894", types: [ETHERTYPE_IP], print: printIp },
  { name: "IPv6", doc: "RFC 2464", types: [ETHERTYPE_IPV6], print: printIpv6 },
  { name: "ARP, RARP", doc: "RFC 826, RFC 903", types: [ETHERTYPE_ARP, ETHERTYPE_REVARP], print: printArp },
  { name: "LLDP", doc: "IEEE 802.1AB", types: [ETHERTYPE_LLDP], print: printLldp },
  { name: "EAPOL", doc: "IEEE 802.1X", types: [ETHERTYPE_EAPOL], print: printEapol },
  { name: "MPLS", doc: "RFC 3032", types: [0x8847, 0x8848], print: printMpls },
  { name: "PPPoE", doc: "RFC 2516", types: [0x8863, 0x8864, 0x3c12, 0x3c13], print: printPppoe },
  { name: "PPP", doc: "RFC 1661", types: [0x880b], print: printPppInEthernet },
  { name: "OSI", doc: "ISO 8473", types: [0xfefe], print: printPaddedOsi },
  { name: "IPX", doc: "Novell", types: [ETHERTYPE_IPX], print: printEthernetIpx },
  { name: "NSH", doc: "RFC 8300", types: [ETHERTYPE_NSH], print: printNsh },
  { name: "CTP, loopback", doc: "DIX Ethernet 2.0", types: [ETHERTYPE_LOOPBACK], print: printCtp },
  { name: "CALM FAST", doc: "ISO 29281", types: [ETHERTYPE_CALM_FAST], print: printCalmFast },
  { name: "MS NLB heartbeat", doc: "Microsoft", types: [ETHERTYPE_MS_NLB], print: printMsnlb },
  { name: "Slow protocols", doc: "IEEE 802.3 57A", types: [ETHERTYPE_SLOW], print: printSlow },
  { name: "TIPC", doc: "http://tipc.io/protocol.html", types: [ETHERTYPE_TIPC], print: printTipc },
  { name: "PTP", doc: "IEEE 1588", types: [ETHERTYPE_PTP], print: printPtp },
  { name: "AoE", doc: "AoEr11", types: [ETHERTYPE_AOE], print: printAoe },
  {
    name: "GeoNetworking",
    doc: "ETSI TS 102 636-4-1",
    types: [ETHERTYPE_GEONET, ETHERTYPE_GEONET_OLD],
    print: printGeonet,
  },
  { name: "AppleTalk", doc: "Inside AppleTalk", types: [ETHERTYPE_ATALK], print: printEthernetAppletalk },
  { name: "AARP", doc: "Inside AppleTalk", types: [ETHERTYPE_AARP], print: printAarp },
  { name: "MPCP", doc: "IEEE 802.3 31B, 64", types: [ETHERTYPE_MPCP], print: printMpcp },
  { name: "CFM", doc: "IEEE 802.1ag", types: [ETHERTYPE_CFM, ETHERTYPE_CFM_OLD], print: printCfm },
  { name: "Realtek", doc: "RRCP", types: [ETHERTYPE_REALTEK], print: printRealtek },
  { name: "DECnet", doc: "DECnet phase IV", types: [ETHERTYPE_DECNET], print: printDecnet },
];

const SAPS: readonly SapRow[] = [
  { name: "IP", doc: "RFC 948", sap: 0x06, print: printIp },
  { name: "STP", doc: "IEEE 802.1D", sap: 0x42, print: printStp },
  { name: "OSI", doc: "ISO 8473, ISO 9542, ISO 10589", sap: 0xfe, print: printOsi },
  { name: "IPX", doc: "Novell", sap: 0xe0, banner: "IPX 802.2: ", print: printIpx },
  { name: "Raw 802.3, IPX", doc: "Novell", sap: 0xff, print: printIpx },
];

const SNAPS: readonly SnapRow[] = [
  { name: "DTP", doc: "Cisco", oui: OUI_CISCO, types: [0x2004], print: printDtp },
  { name: "UDLD", doc: "RFC 5171", oui: OUI_CISCO, types: [0x0111], print: printUdld },
  { name: "PVST", doc: "Cisco", oui: OUI_CISCO, types: [0x010b, 0x010c], print: printStp },
  { name: "Bridged BPDU", doc: "RFC 2684", oui: OUI_RFC2684, types: [0x000e], print: printStp },
  { name: "CDP", doc: "Cisco", oui: OUI_CISCO, types: [0x2000], print: printCdp },
  { name: "VTP", doc: "Cisco", oui: OUI_CISCO, types: [0x2003], print: printVtp },
];

const IP_PROTOCOLS: readonly IpRow[] = [
  { name: "ICMP", doc: "RFC 792", protocols: [IPPROTO_ICMP], only: 4, print: printIcmp },
  { name: "IGMP", doc: "RFC 3376", protocols: [IPPROTO_IGMP], only: 4, print: printIgmp },
  { name: "IPv4 in IP", doc: "RFC 2003", protocols: [IPPROTO_IPV4], print: printIp },
  { name: "TCP", doc: "RFC 9293", protocols: [IPPROTO_TCP], print: printTcp },
  { name: "UDP", doc: "RFC 768", protocols: [IPPROTO_UDP], print: printUdp },
  { name: "IPv6 in IP", doc: "RFC 2473, RFC 4213", protocols: [IPPROTO_IPV6], print: printIpv6 },
  { name: "ICMPv6", doc: "RFC 4443", protocols: [IPPROTO_ICMPV6], only: 6, print: printIcmp6 },
  { name: "GRE", doc: "RFC 2784", protocols: [IPPROTO_GRE], print: printGre },
  { name: "ESP", doc: "RFC 4303", protocols: [IPPROTO_ESP], print: printEsp },
  { name: "AH", doc: "RFC 4302", protocols: [IPPROTO_AH], print: printAh },
  { name: "VRRP", doc: "RFC 5798", protocols: [IPPROTO_VRRP], print: printVrrp },
  { name: "EIGRP", doc: "RFC 7868", protocols: [88], print: printEigrp },
  { name: "IGRP", doc: "Cisco", protocols: [9], print: printIgrp },
  { name: "EGP", doc: "RFC 904", protocols: [8], print: printEgp },
  { name: "RSVP", doc: "RFC 2205", protocols: [46], print: printRsvp },
  {
    name: "OSPF",
    doc: "RFC 2328, RFC 5340",
    protocols: [89],
    print: (d, at, length, ip) =>
      d.u8(ip) >> 4 === 6 ? printOspf6(d, at, length) : printOspf(d, at, length),
  },
  { name: "PIM", doc: "RFC 7761", protocols: [103], print: printPim },
  { name: "SCTP", doc: "RFC 9260", protocols: [IPPROTO_SCTP], print: printSctp },
  {
    name: "Ethernet in IPv6",
    doc: "RFC 8986",
    protocols: [IPPROTO_ETHERNET],
    only: 6,
    print: printEthernetInIp,
  },
  { name: "DCCP", doc: "RFC 4340", protocols: [IPPROTO_DCCP], print: printDccp },
  { name: "IPComp", doc: "RFC 3173", protocols: [108], print: printIpcomp },
  { name: "Minimal encapsulation", doc: "RFC 2004", protocols: [55], print: printMobile },
  { name: "PGM", doc: "RFC 3208", protocols: [113], print: printPgm },
];

const UDP_PORTS: readonly PortRow[] = [
  {
    name: "NFS",
    doc: "RFC 1094, RFC 1813",
    ports: [2049],
    applies: datagramIsNfs,
    early: true,
    print: printNfs,
  },
  { name: "DNS", doc: "RFC 1035", ports: [53], print: printDomain },
  { name: "Multicast DNS", doc: "RFC 6762", ports: [5353], print: printMulticastDomain },
  { name: "timed", doc: "BSD", ports: [525], print: printTimed },
  { name: "TFTP", doc: "RFC 1350", ports: [69], print: printTftp },
  { name: "BOOTP, DHCP", doc: "RFC 2131", ports: [67, 68], print: printBootp },
  { name: "RIP", doc: "RFC 2453", ports: [520], print: printRip },
  { name: "AODV", doc: "RFC 3561", ports: [654], print: printAodv },
  { name: "ISAKMP", doc: "RFC 2408", ports: [500], print: printIsakmp },
  { name: "IPsec in UDP", doc: "RFC 3948", ports: [4500], print: printIpsecInUdp },
  { name: "ISAKMP", doc: "RFC 2408", ports: [7500, 8500], print: printIsakmp },
  { name: "SNMP", doc: "RFC 3416", ports: [161, 162], print: printSnmp },
  { name: "NTP", doc: "RFC 5905", ports: [123], print: printNtp },
  { name: "Kerberos", doc: "MIT Project Athena, RFC 4120", ports: [88, 750], print: printKerberos },
  { name: "L2TP", doc: "RFC 2661", ports: [1701], print: printL2tp },
  { name: "vat", doc: "LBL", ports: [3456], side: "destination", print: printVat },
  { name: "Zephyr", doc: "MIT Project Athena", ports: [2103, 2104], print: printZephyr },
  {
    name: "RX",
    doc: "https://docs.openafs.org",
    ports: Array.from({ length: 10 }, (_, i) => 7000 + i),
    print: printRx,
  },
  { name: "RIPng", doc: "RFC 2080", ports: [521], print: printRipng },
  { name: "DHCPv6", doc: "RFC 8415", ports: [546, 547], print: printDhcp6 },
  { name: "AHCP", doc: "draft-chroboczek-ahcp-00", ports: [5359], print: printAhcp },
  { name: "Babel", doc: "RFC 8966", ports: [6696, 6697], print: printBabel },
  { name: "HNCP", doc: "RFC 7788", ports: [8231], print: printHncp },
  { name: "wb", doc: "LBL", ports: [4567], side: "destination", print: printWb },
  { name: "Auto-RP", doc: "Cisco", ports: [496], print: printAutoRp },
  {
    name: "RADIUS",
    doc: "RFC 2865, RFC 5176",
    ports: [1645, 1646, 1700, 1812, 1813, 3799],
    print: printRadius,
  },
  { name: "HSRP", doc: "RFC 2281", ports: [1985], side: "destination", print: printHsrp },
  { name: "Lightweight resolver", doc: "BIND 9", ports: [921], print: printLwres },
  { name: "LDP", doc: "RFC 5036", ports: [646], print: printLdp },
  { name: "OLSR", doc: "RFC 3626", ports: [698], print: printOlsr },
  { name: "LSP ping", doc: "RFC 8029", ports: [3503], print: printLspPing },
  { name: "BCM LI", doc: "Broadcom", ports: [49152], side: "source", print: printBcmLi },
  { name: "BFD", doc: "RFC 5881", ports: [3784, 3785, 4784, 6784], side: "destination", print: printBfd },
  { name: "LMP", doc: "RFC 4204", ports: [701], print: printLmp },
  { name: "VQP", doc: "Cisco", ports: [1589], print: printVqp },
  { name: "sFlow", doc: "https://sflow.org/sflow_version_5.txt", ports: [6343], print: printSflow },
  { name: "LWAPP control", doc: "RFC 5412", ports: [12223], print: printLwappControl },
  { name: "LWAPP data", doc: "RFC 5412", ports: [12222], print: printLwappData },
  { name: "SIP", doc: "RFC 3261", ports: [5060], print: printSip },
  { name: "syslog", doc: "RFC 3164", ports: [514], print: printSyslog },
  { name: "OTV", doc: "draft-hasmit-otv-04", ports: [8472], print: printOtv },
  { name: "VXLAN", doc: "RFC 7348", ports: [4789], print: printVxlan },
  { name: "Geneve", doc: "RFC 8926", ports: [6081], print: printGeneve },
  { name: "LISP", doc: "RFC 9301", ports: [4342], print: printLisp },
  { name: "VXLAN-GPE", doc: "draft-ietf-nvo3-vxlan-gpe", ports: [4790], print: printVxlanGpe },
  { name: "ZEP", doc: "ZigBee Encapsulation Protocol", ports: [17754], print: printZep },
  { name: "MPLS", doc: "RFC 7510", ports: [6635], print: printMpls },
  {
    name: "AppleTalk in UDP",
    doc: "KIP",
    ports: [200, 768, 16512].flatMap((first) => Array.from({ length: 128 }, (_, i) => first + i)),
    applies: carriesAppletalk,
    print: printAppletalkInUdp,
  },
  { name: "PTP", doc: "IEEE 1588", ports: [319, 320], print: printPtp },
  { name: "SOME/IP", doc: "AUTOSAR", ports: [30490], print: printSomeip },
];

const TCP_PORTS: readonly PortRow[] = [
  { name: "Telnet", doc: "RFC 854", ports: [23], print: printTelnet },
  { name: "SMTP", doc: "RFC 5321", ports: [25], print: printSmtp },
  { name: "WHOIS", doc: "RFC 3912", ports: [43], print: printWhois },
  { name: "BGP", doc: "RFC 4271", ports: [179], print: printBgp },
  { name: "PPTP", doc: "RFC 2637", ports: [1723], print: printPptp },
  { name: "RESP", doc: "https://redis.io/docs/reference/protocol-spec", ports: [6379], print: printResp },
  { name: "SSH", doc: "RFC 4253", ports: [22], print: printSsh },
  { name: "BEEP", doc: "RFC 3080, RFC 3081", ports: [10288], print: printBeep },
  { name: "OpenFlow", doc: "https://opennetworking.org", ports: [6633, 6653], print: printOpenflow },
  { name: "FTP", doc: "RFC 959", ports: [21], print: printFtp },
  { name: "HTTP", doc: "RFC 9112", ports: [80, 8080], print: printHttp },
  { name: "RTSP", doc: "RFC 7826", ports: [554, 8554], print: printRtsp },
  { name: "DNS", doc: "RFC 1035", ports: [53], print: printDomainOverTcp },
  { name: "MSDP", doc: "RFC 3618", ports: [639], print: printMsdp },
  { name: "RPKI to Router", doc: "RFC 6810", ports: [323], print: printRpki },
  { name: "LDP", doc: "RFC 5036", ports: [646], print: printLdp },
  { name: "NFS", doc: "RFC 1094, RFC 1813", ports: [2049], print: printNfsOverTcp },
];

/** What -T can force (model/settings.ts names them all). carp and pgm_zmtp1 are asked for by VRRP's and PGM's rows. */
const TYPES: readonly TypeRow[] = [
  { type: "aodv", udp: printAodv },
  { type: "cnfp", udp: printNetflow },
  { type: "domain", udp: printDomain, tcp: printDomainOverTcp },
  { type: "lmp", udp: printLmp },
  { type: "pgm", udp: printPgm },
  { type: "pgm_zmtp1", udp: printPgm },
  { type: "ptp", udp: printPtp },
  { type: "quic", udp: printQuic },
  { type: "radius", udp: printRadius },
  { type: "resp", tcp: printResp },
  { type: "rpc", udp: printRpc, ownAddresses: true },
  { type: "rtcp", udp: printRtcp },
  { type: "rtp", udp: printRtp },
  { type: "snmp", udp: printSnmp },
  { type: "someip", udp: printSomeip },
  { type: "tftp", udp: printTftp },
  { type: "vat", udp: printVat },
  { type: "vxlan", udp: printVxlan },
  { type: "wb", udp: printWb },
  { type: "zmtp1", tcp: printZmtp },
];

/** The tables as they are written. */
export const ALL_ROWS: Rows = {
  links: LINKS,
  ethertypes: ETHERTYPES,
  saps: SAPS,
  snaps: SNAPS,
  ip: IP_PROTOCOLS,
  udp: UDP_PORTS,
  tcp: TCP_PORTS,
  types: TYPES,
};

/** The tables made for look-up; one is enough for a run. */
export function allProtocols(): Protocols {
  return new Protocols(ALL_ROWS);
}
