// Damaged packets through the printer: no exception escapes, no packet takes long, and no byte outside the captured
// ones is looked at: each packet is printed twice, among different bytes, and both texts have to be the same.
//
// By hand: node test/corpus/fuzz.ts [COUNT [SEED [FAMILY]]]     1,000,000 packets of each family and 1 unless given
import { systemNames } from "../../src/bytes/names.ts";
import type { Device } from "../../src/model/packet.ts";
import { TextSink } from "../../src/sink/text.ts";
import { captureNames, settingsOf } from "./corpus.ts";
import {
  Dice,
  deviceOf,
  mutate,
  packetOf,
  readSpecimens,
  type Specimen,
  specimensByProtocol,
} from "./mutants.ts";

/** No packet may take longer, milliseconds. */
export const SLOWEST = 10;
/** A packet that took longer is printed again, so often at most: another program's turn is not the packet's time. */
const SUSPECT = 1;
const TRIES = 8;
/** Packets longer than this are left out: what is found in them is found in shorter ones, sooner. */
const LONGEST_SPECIMEN = 1600;
const OF_EACH_CAPTURE = 20;
/** Bytes around a packet. */
const MARGIN = 64;
const LARGEST = 4096;

const OPTIONS = [
  "-n",
  "-n -v",
  "-n -vvv -e",
  "-n -q",
  "-n -vvvv -X",
  "-n -S -e -q -A",
  "-n -vvvv -e -b -H -K -M secret -E chacha20:secret",
];

/** Families of dissectors: the first whose pattern a protocol's name fits. */
const FAMILIES: readonly (readonly [name: string, protocols: RegExp])[] = [
  ["-T", /^-T /],
  ["Juniper's link types", /^Juniper/],
  [
    "Ethernet and switches",
    /Ethernet|netANALYZER|Broadcom|Marvell|Realtek|MPCP|CFM|EAPOL|CTP|MS NLB|AoE|CALM/,
  ],
  ["802.11 and 802.15.4", /802\.11|802\.15\.4|ZEP|LWAPP|Bluetooth|GeoNet/],
  ["PPP and serial lines", /PPP|HDLC|SLIP|Frame relay|L2TP|PPTP/],
  [
    "Other link types",
    /ATM|ARCNET|Token|FDDI|Fibre|1394|InfiniBand|USB|LocalTalk|cooked|pktap|PPI|Per-Packet/,
  ],
  ["Captures' headers", /loopback|vsock|ipnet|Netfilter|Symantec|OpenBSD|Raw IP/],
  ["LLC and spanning trees", /^(STP|PVST|Bridged|Raw 802|IP|DTP|UDLD|CDP|VTP|LLDP|Slow)/],
  ["OSI", /^OSI/],
  ["Novell, Apple and DEC", /IPX|Apple|AARP|DECnet/],
  ["IP and tunnels", /^(IPv|ARP|GRE|MPLS|NSH|VXLAN|Geneve|OTV|LISP|IPComp|Minimal|UDP)/],
  ["TCP", /^TCP$/],
  ["ICMP and IGMP", /^(ICMP|IGMP)/],
  ["IPsec", /^(ESP|AH|ISAKMP|IPsec)/],
  ["BGP", /^(BGP|RPKI|MSDP)/],
  ["OSPF", /^OSPF/],
  ["Other routing protocols", /RIP|EIGRP|IGRP|EGP|PIM|AODV|OLSR|Babel|HNCP|AHCP|HSRP|VRRP|BFD|Auto-RP/],
  ["MPLS signalling", /^(RSVP|LDP|LSP ping|LMP)/],
  ["DNS", /DNS/],
  ["DHCP", /DHCP|BOOTP/],
  ["NTP, PTP and timed", /NTP|PTP|timed/],
  ["SNMP, RADIUS and Kerberos", /SNMP|RADIUS|Kerberos/],
  ["NFS and RX", /NFS|RX/],
  ["SCTP, DCCP, PGM and TIPC", /SCTP|DCCP|PGM|TIPC/],
  ["OpenFlow and sFlow", /OpenFlow|sFlow/],
  ["Lines of text", /SIP|SMTP|HTTP|FTP|RTSP|WHOIS|RESP|SSH|BEEP|Telnet|syslog|TFTP/],
  ["Other services", /./],
];

/** Specimens of each family. */
export function families(): Map<string, Specimen[]> {
  const specimens = readSpecimens(captureNames(), OF_EACH_CAPTURE, LONGEST_SPECIMEN);
  const found = new Map<string, Specimen[]>(FAMILIES.map(([name]) => [name, []]));
  // Of each protocol the same share, however many captures have it.
  const pools = Map.groupBy(
    specimensByProtocol(specimens),
    ([protocol]) => FAMILIES.find(([, pattern]) => pattern.test(protocol))![0],
  );
  for (const [family, protocols] of pools) {
    const most = Math.max(...protocols.map(([, pool]) => pool.length));
    for (const [, pool] of protocols)
      for (let i = 0; i < most; i++) found.get(family)!.push(pool[i % pool.length]!);
  }
  return found;
}

/** What a packet is printed to: the last one's text. */
class Page {
  readonly bytes: Uint8Array = new Uint8Array(1 << 20);
  length = 0;

  write(bytes: Uint8Array, start: number, end: number): void {
    this.bytes.set(bytes.subarray(start, end), this.length);
    this.length += end - start;
  }
}

/** What came of a family. */
export interface Outcome {
  readonly packets: number;
  /** Milliseconds, of the slowest packet. */
  readonly slowest: number;
  /** What must not be, with the packet. */
  readonly faults: string[];
}

/** Prints `count` damaged specimens. The same seed gives the same packets. */
export function fuzz(specimens: readonly Specimen[], count: number, seed: number): Outcome {
  const dice = new Dice(seed);
  const faults: string[] = [];
  const types = [...new Set(specimens.map(({ type }) => type))];
  const pages = [new Page(), new Page()] as const;
  const names = systemNames();
  const sinks = new Map(
    types.map((type) => [
      type,
      OPTIONS.map((options) =>
        pages.map((page) => new TextSink(page, settingsOf(options + type).text, true, names)),
      ),
    ]),
  );
  const devices = new Map<number, Device>();
  // The bytes around the packets: not the same in the two places.
  const places = [new Uint8Array(LARGEST), new Uint8Array(LARGEST)] as const;
  let slowest = 0;
  for (let i = 0; i < count && faults.length < 20; i++) {
    const specimen = specimens[dice.roll(specimens.length)]!;
    const mutant = mutate(specimen, dice, specimens[dice.roll(specimens.length)]!);
    const set = dice.roll(OPTIONS.length);
    const { linkType, length, type } = mutant;
    const bytes =
      mutant.bytes.length > LARGEST - 2 * MARGIN ? mutant.bytes.slice(0, LONGEST_SPECIMEN) : mutant.bytes;
    const device = devices.get(linkType) ?? deviceOf(linkType);
    devices.set(linkType, device);
    const told = () =>
      `${OPTIONS[set]}${type}: link type ${linkType}, length ${length}, ${Buffer.from(bytes).toString("hex")}`;
    try {
      let time = Number.POSITIVE_INFINITY;
      for (let tries = 0; tries < TRIES && time > SUSPECT; tries++) {
        places[0].fill(i & 255).set(bytes, MARGIN);
        places[1].fill((i + 1 + dice.roll(255)) & 255).set(bytes, MARGIN + 7);
        const before = performance.now();
        for (const turn of [0, 1] as const) {
          pages[turn].length = 0;
          const start = turn === 0 ? MARGIN : MARGIN + 7;
          const packet = packetOf(device, places[turn], start, bytes.length, length, i);
          sinks.get(type)![set]![turn]!.packet(packet);
        }
        time = Math.min(time, (performance.now() - before) / 2);
      }
      if (time > slowest) slowest = time;
      if (time > SLOWEST) faults.push(`${time.toFixed(1)} ms: ${told()}`);
      const [a, b] = pages;
      if (Buffer.compare(a.bytes.subarray(0, a.length), b.bytes.subarray(0, b.length)) !== 0)
        faults.push(`looks outside the packet: ${told()}`);
      if (a.length === 0) faults.push(`prints nothing: ${told()}`);
    } catch (error) {
      faults.push(`${(error as Error).stack}: ${told()}`);
    }
  }
  return { packets: count, slowest, faults };
}

if (import.meta.main) {
  process.env["TZ"] = "UTC";
  const [count = "1000000", seed = "1", pattern = "."] = process.argv.slice(2);
  let sum = 0;
  let faulty = 0;
  const from = performance.now();
  for (const [family, specimens] of families()) {
    if (!new RegExp(pattern).test(family)) continue;
    const before = performance.now();
    const { packets, slowest, faults } = fuzz(specimens, Number(count), Number(seed));
    const seconds = ((performance.now() - before) / 1000).toFixed(0);
    const memory = (process.memoryUsage().rss / 1e6).toFixed(0);
    console.log(
      `${family}: ${packets} packets in ${seconds} s, slowest ${slowest.toFixed(2)} ms, ${memory} MB, ${faults.length} faults`,
    );
    for (const fault of faults) console.log(`  ${fault}`);
    sum += packets;
    faulty += faults.length;
  }
  console.log(`${sum} packets in ${((performance.now() - from) / 1000).toFixed(0)} s, ${faulty} faults`);
  process.exitCode = faulty > 0 ? 1 : 0;
}
