// Which packets are sightings of one: a packet that passes a container's interface, its host's veth, the bridge and
// the uplink, or leaves and arrives on loopback, is captured each time. epb_packetid is the same for all of these,
// and another for every other packet.
//
// On its way a packet changes: the link header from link to link, TTL, addresses, ports and checksums where it is
// routed and translated. What stays is compared: lengths, IPv4's identification, IPv6's flow label, TCP's sequence
// numbers, flags and timestamps, the first octets of the payload. Packets that agree in all that (retransmitted or
// repeated datagrams) are told apart by where they were seen:
//  - at one device, in one direction, a packet is seen once;
//  - from one sighting to the next it keeps its sender or its receiver, on loopback both;
//  - in a network namespace it comes in and then goes out, with another link header; on the same link (a bridge and
//    its ports) it keeps the link header's sender;
//  - whoever is named as its sender stays that.
// Of several packets that one may be a sighting of, the oldest is meant: packets rarely overtake each other.
import { type Device, Direction, type Packet } from "../model/packet.ts";
import { LinkType } from "./linktype.ts";

/** Packets that are remembered, a power of two: those of the last 80 ms of a flood of 100,000 per second. */
const PACKETS = 8192;
const BUCKETS = PACKETS * 2;
/** How long a packet may be on its way through this machine, ms. */
const LONGEST = 1000;
/** Sightings of a packet that are remembered, and packets alike that are looked at. */
const SIGHTINGS = 8;
const ALIKE = 32;
/** Octets of the payload that are compared. */
const PAYLOAD = 32;

const ETHERNET = 14;
const VLAN = 0x8100;
const QINQ = 0x88a8;
const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const ICMP = 1;
const TCP = 6;
const UDP = 17;
const ICMPV6 = 58;
const SYN = 0x02;
/** RFC 792: destination unreachable, source quench, redirect, time exceeded, parameter problem. */
const ERRORS4 = new Set([3, 4, 5, 11, 12]);
/** RFC 4443, 2.1: types below are errors. */
const FIRST_INFORMATION6 = 128;
/** Echo requests and replies. */
const ECHO4 = new Set([0, 8]);
const ECHO6 = new Set([128, 129]);

/** A device as far as sightings need it. */
interface Place {
  readonly number: number;
  readonly netns: number;
  readonly loopback: boolean;
}

const NOWHERE: Place = { number: 0, netns: 0, loopback: false };

/** Gives packets their ids. Costs nothing where a packet can only be seen once: see needsPacketIds(). */
export class PacketIds {
  /** The last packet's id; ids are counted from 1, so that a packet's place in the tables is its id's remainder. */
  #last = 0;
  readonly #newest = new Float64Array(BUCKETS);
  readonly #older = new Float64Array(PACKETS);
  readonly #hashes = new Int32Array(PACKETS);
  readonly #times = new Float64Array(PACKETS);
  // of the last sighting
  readonly #links = new Int32Array(PACKETS);
  readonly #sources = new Int32Array(PACKETS);
  readonly #destinations = new Int32Array(PACKETS);
  readonly #places: Place[] = new Array<Place>(PACKETS).fill(NOWHERE);
  readonly #outgoing = new Uint8Array(PACKETS);
  /** Pid of the sender; 0: not known. */
  readonly #senders = new Int32Array(PACKETS);
  readonly #sightings = new Uint16Array(PACKETS * SIGHTINGS);
  readonly #counts = new Uint8Array(PACKETS);
  readonly #devices = new Map<Device, Place>();
  #device: Device | null = null;
  #place = NOWHERE;

  // What was read of the packet at hand.
  #link = 0;
  #source = 0;
  #destination = 0;

  /** The packet's id: that of an earlier sighting of it, or a new one. */
  of(packet: Packet): number {
    if (packet.device !== this.#device) this.#enter(packet.device);
    const hash = this.#read(packet);
    const outgoing = packet.direction === Direction.Out;
    const sighting = this.#place.number * 2 + (outgoing ? 1 : 0);
    const time = packet.sec * 1000 + packet.nsec / 1e6;
    const sender = outgoing ? (packet.context?.process?.pid ?? 0) : 0;
    const bucket = hash & (BUCKETS - 1);
    let found = 0;
    let id = this.#newest[bucket]!;
    for (let looked = 0; looked < ALIKE && id > this.#last - PACKETS && id > 0; looked++) {
      const at = id & (PACKETS - 1);
      if (this.#hashes[at] === hash && this.#continues(at, outgoing, sighting, time, sender)) found = id;
      id = this.#older[at]!;
    }
    if (found === 0) {
      found = ++this.#last;
      const at = found & (PACKETS - 1);
      this.#hashes[at] = hash;
      this.#times[at] = time;
      this.#senders[at] = 0;
      this.#counts[at] = 0;
      this.#older[at] = this.#newest[bucket]!;
      this.#newest[bucket] = found;
    }
    const at = found & (PACKETS - 1);
    this.#links[at] = this.#link;
    this.#sources[at] = this.#source;
    this.#destinations[at] = this.#destination;
    this.#places[at] = this.#place;
    this.#outgoing[at] = outgoing ? 1 : 0;
    if (sender !== 0) this.#senders[at] = sender;
    const count = this.#counts[at]!;
    this.#sightings[at * SIGHTINGS + count] = sighting;
    this.#counts[at] = count + 1;
    return found;
  }

  /** Whether the packet at hand may be the next sighting of a remembered one that agrees in what stays. */
  #continues(at: number, outgoing: boolean, sighting: number, time: number, sender: number): boolean {
    const count = this.#counts[at]!;
    if (count === SIGHTINGS || Math.abs(time - this.#times[at]!) > LONGEST) return false;
    for (let i = 0; i < count; i++) if (this.#sightings[at * SIGHTINGS + i] === sighting) return false;
    if (sender !== 0 && this.#senders[at] !== 0 && this.#senders[at] !== sender) return false;
    const before = this.#places[at]!;
    const sameSource = this.#sources[at] === this.#source;
    const sameDestination = this.#destinations[at] === this.#destination;
    if (this.#place.loopback || before.loopback)
      return before === this.#place && sameSource && sameDestination && this.#outgoing[at] === 1;
    if (!sameSource && !sameDestination) return false;
    if (before.netns !== this.#place.netns) return true;
    return (this.#outgoing[at] === 0 && outgoing) || this.#links[at] === this.#link;
  }

  #enter(device: Device): void {
    let place = this.#devices.get(device);
    if (place === undefined) {
      place = { number: this.#devices.size & 0x7fff, netns: device.netnsInode, loopback: isLoopback(device) };
      this.#devices.set(device, place);
    }
    this.#device = device;
    this.#place = place;
  }

  /** Reads the packet: a hash of what stays; the link's sender and both ends on the side. */
  #read({ bytes, start, caplen, len, device }: Packet): number {
    const end = start + caplen;
    let at = start;
    let type = 0;
    let linkLength = 0;
    this.#link = 0;
    this.#source = 0;
    this.#destination = 0;
    if (device.linkType === LinkType.Ethernet) {
      if (end - start < ETHERNET) return mixed(octets(0, bytes, start, end), len);
      this.#link = octets(0, bytes, start + 6, start + 12);
      type = (bytes[start + 12]! << 8) | bytes[start + 13]!;
      at = start + ETHERNET;
      while ((type === VLAN || type === QINQ) && end - at >= 4) {
        type = (bytes[at + 2]! << 8) | bytes[at + 3]!;
        at += 4;
      }
      linkLength = at - start;
    } else if (end > at) type = bytes[at]! >>> 4 === 6 ? IPV6 : IPV4;
    if (type === IPV4 && end - at >= 20 && bytes[at]! >>> 4 === 4) return this.#ipv4(bytes, at, end);
    if (type === IPV6 && end - at >= 40 && bytes[at]! >>> 4 === 6) return this.#ipv6(bytes, at, end);
    return mixed(octets(type, bytes, at, Math.min(end, at + 2 * PAYLOAD)), len - linkLength);
  }

  #ipv4(bytes: Uint8Array, at: number, end: number): number {
    const protocol = bytes[at + 9]!;
    // total length and identification, fragment offset
    const hash = mixed(mixed(protocol, word(bytes, at + 2)), (bytes[at + 6]! << 8) | bytes[at + 7]!);
    this.#source = word(bytes, at + 12);
    this.#destination = word(bytes, at + 16);
    const next = at + (bytes[at]! & 15) * 4;
    // a later fragment has no ports
    if ((((bytes[at + 6]! & 0x1f) << 8) | bytes[at + 7]!) !== 0)
      return octets(hash, bytes, next, Math.min(end, next + PAYLOAD));
    return this.#transport(hash, protocol, bytes, next, end);
  }

  #ipv6(bytes: Uint8Array, at: number, end: number): number {
    const protocol = bytes[at + 6]!;
    const hash = mixed(word(bytes, at) & 0xfffff, word(bytes, at + 4) >>> 8);
    this.#source = octets(0, bytes, at + 8, at + 24);
    this.#destination = octets(0, bytes, at + 24, at + 40);
    return this.#transport(hash, protocol, bytes, at + 40, end);
  }

  #transport(hash: number, protocol: number, bytes: Uint8Array, at: number, end: number): number {
    let next = at;
    let known = hash;
    if (protocol === TCP && end - at >= 20) {
      const flags = bytes[at + 13]!;
      const options = at + 20;
      next = at + (bytes[at + 12]! >>> 4) * 4;
      known = mixed(mixed(known, word(bytes, at + 4)), word(bytes, at + 8));
      known = mixed(known, word(bytes, at + 12));
      // a router may lower the largest segment that a SYN offers
      if ((flags & SYN) === 0 && next > options) known = octets(known, bytes, options, Math.min(end, next));
      this.#ports(bytes, at);
    } else if (protocol === UDP && end - at >= 8) {
      known = mixed(known, (bytes[at + 4]! << 8) | bytes[at + 5]!);
      next = at + 8;
      this.#ports(bytes, at);
    } else if ((protocol === ICMP || protocol === ICMPV6) && end - at >= 8) {
      const type = bytes[at]!;
      known = mixed(known, (type << 8) | bytes[at + 1]!);
      // an error quotes a packet, whose addresses and ports are translated, too
      if (protocol === ICMP ? ERRORS4.has(type) : type < FIRST_INFORMATION6) return known;
      // behind the checksum, and an echo's identifier, which is translated
      next = at + ((protocol === ICMP ? ECHO4 : ECHO6).has(type) ? 6 : 4);
    }
    return octets(known, bytes, next, Math.min(end, next + PAYLOAD));
  }

  #ports(bytes: Uint8Array, at: number): void {
    this.#source = mixed(this.#source, (bytes[at]! << 8) | bytes[at + 1]!);
    this.#destination = mixed(this.#destination, (bytes[at + 2]! << 8) | bytes[at + 3]!);
  }
}

/** Whether a capture of these devices can see a packet more than once. @param more others may come */
export function needsPacketIds(devices: readonly Device[], more: boolean): boolean {
  return more || devices.length > 1 || devices.some(isLoopback);
}

function isLoopback({ name }: Device): boolean {
  return name === "lo";
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

/** MurmurHash3's round of 32 bits, with its constants. */
function mixed(hash: number, value: number): number {
  let k = Math.imul(value, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = hash ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function octets(hash: number, bytes: Uint8Array, from: number, to: number): number {
  let known = hash;
  let at = from;
  for (; at + 4 <= to; at += 4) known = mixed(known, word(bytes, at));
  for (; at < to; at++) known = mixed(known, bytes[at]!);
  return known;
}
