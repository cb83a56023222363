// Linux cooked capture, version 2 (LINKTYPE_LINUX_SLL2), for a pcap file of several kinds of device: what libpcap
// makes of packets of the device "any". https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html
//
//    0  protocol (an EtherType, or Linux's 1 for bare 802.3, 4 for 802.2)
//    2  reserved
//    4  interface index
//    8  ARPHRD_ type of the device
//   10  packet type: 0 to us, 1 broadcast, 2 multicast, 3 to another host, 4 outgoing
//   11  length of the sender's link-layer address, and 8 bytes for it
//
// All in network byte order.
import { Direction, type Packet } from "../model/packet.ts";
import { LinkType } from "./linktype.ts";

export const COOKED_HEADER = 20;
/** Of version 1 (LINKTYPE_LINUX_SLL): the same in another order, without the interface. */
export const COOKED1_HEADER = 16;

const ETHER_HEADER = 14;
const SLL_HEADER = 16;

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
// Smaller ones are lengths (IEEE 802.3).
const ETHERTYPE_MIN = 0x0600;
const LINUX_802_3 = 1;
const LINUX_802_2 = 4;

const ARPHRD_ETHER = 1;
const ARPHRD_LOOPBACK = 772;
const ARPHRD_NONE = 65534;

const ToUs = 0;
const Broadcast = 1;
const Multicast = 2;
const Outgoing = 4;

function put(header: Uint8Array, protocol: number, ifindex: number, hardware: number, type: number): void {
  header.fill(0);
  header[0] = protocol >>> 8;
  header[1] = protocol;
  header[4] = ifindex >>> 24;
  header[5] = ifindex >>> 16;
  header[6] = ifindex >>> 8;
  header[7] = ifindex;
  header[8] = hardware >>> 8;
  header[9] = hardware;
  header[10] = type;
}

/**
 * Writes the cooked header of a packet into `header` (COOKED_HEADER bytes) and returns how many of the packet's
 * own bytes it replaces; -1 if this link type, or so short a packet, cannot be cooked.
 */
export function cook(packet: Packet, header: Uint8Array): number {
  const { bytes, start, caplen, device, direction } = packet;
  switch (device.linkType) {
    case LinkType.Ethernet: {
      if (caplen < ETHER_HEADER) return -1;
      let protocol = (bytes[start + 12]! << 8) | bytes[start + 13]!;
      if (protocol < ETHERTYPE_MIN) {
        const ipx = caplen >= 16 && bytes[start + 14] === 0xff && bytes[start + 15] === 0xff;
        protocol = ipx ? LINUX_802_3 : LINUX_802_2;
      }
      let type = direction === Direction.Out ? Outgoing : ToUs;
      if (type === ToUs && (bytes[start]! & 1) !== 0) {
        type = Broadcast;
        for (let i = 0; i < 6; i++) if (bytes[start + i] !== 0xff) type = Multicast;
      }
      // The kernel's loopback device speaks Ethernet to the outside, but has a type of its own.
      put(header, protocol, device.ifindex, device.name === "lo" ? ARPHRD_LOOPBACK : ARPHRD_ETHER, type);
      header[11] = 6;
      for (let i = 0; i < 6; i++) header[12 + i] = bytes[start + 6 + i]!;
      return ETHER_HEADER;
    }
    case LinkType.Raw:
    case LinkType.Ipv4:
    case LinkType.Ipv6: {
      if (caplen < 1) return -1;
      const protocol = bytes[start]! >>> 4 === 6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4;
      put(header, protocol, device.ifindex, ARPHRD_NONE, direction === Direction.Out ? Outgoing : ToUs);
      return 0;
    }
    case LinkType.LinuxSll: {
      // Packet type, ARPHRD_, address length (u16 each), address, protocol.
      if (caplen < SLL_HEADER) return -1;
      const u16 = (at: number): number => (bytes[start + at]! << 8) | bytes[start + at + 1]!;
      put(header, u16(14), device.ifindex, u16(2), u16(0));
      header[11] = Math.min(u16(4), 8);
      for (let i = 0; i < 8; i++) header[12 + i] = bytes[start + 6 + i]!;
      return SLL_HEADER;
    }
    default:
      return -1;
  }
}

/**
 * Makes the header that cook() wrote one of version 1: packet type, ARPHRD_, length of the address, 8 bytes for it,
 * protocol. https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html
 */
export function makeVersion1(header: Uint8Array): void {
  const [high, low] = [header[0]!, header[1]!];
  const type = header[10]!;
  header[0] = 0;
  header[1] = type;
  header[2] = header[8]!;
  header[3] = header[9]!;
  header[4] = 0;
  header[5] = header[11]!;
  header.copyWithin(6, 12, 20);
  header[14] = high;
  header[15] = low;
}
