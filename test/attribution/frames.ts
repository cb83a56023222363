// What the scorer needs of a packet: its two ends, whether it carries data, and what an ICMP error quotes. A reader
// of its own, for the truth must not lean on what it judges. RFC 791, 8200, 768, 9293, 792, 4443.
import type { Packet } from "../../src/model/packet.ts";

export const IPPROTO = { icmp: 1, igmp: 2, tcp: 6, udp: 17, icmp6: 58 } as const;
const RAW_LINK = 101;
const ECHO_REQUEST = new Map<number, number>([
  [IPPROTO.icmp, 8],
  [IPPROTO.icmp6, 128],
]);
const ECHO_REPLY = new Map<number, number>([
  [IPPROTO.icmp, 0],
  [IPPROTO.icmp6, 129],
]);

/** Two ends of one packet. Addresses are hexadecimal: 8 digits or 32. */
export interface Ends {
  /** As in the IP header; 0x10000 + ethertype for what is not IP. */
  readonly protocol: number;
  readonly source: string;
  readonly destination: string;
  /** 0 where the protocol has none; of ICMP echo only who asks has one: the identifier. */
  readonly sourcePort: number;
  readonly destinationPort: number;
}

export interface Frame extends Ends {
  /** Bytes of data behind TCP's or UDP's header, or behind IP's. */
  readonly payload: number;
  /** TCP flags; 0 for others. */
  readonly flags: number;
  /** ICMP type; -1 for others. */
  readonly icmp: number;
  /** The ends of the packet that an ICMP error quotes. */
  readonly quoted: Ends | null;
  /** Tells the fragments of one datagram from others; "" for a whole packet. */
  readonly fragment: string;
  /** A fragment that is not the first: it has no ports. */
  readonly later: boolean;
}

export const FIN = 1;
export const SYN = 2;
export const RST = 4;

const hex = (bytes: Buffer): string => bytes.toString("hex");

/** The hexadecimal form of an address written as text; "" for no address. */
export function addressOf(text: string): string {
  if (text === "") return "";
  if (!text.includes(":"))
    return text
      .split(".")
      .map((part) => Number(part).toString(16).padStart(2, "0"))
      .join("");
  const [head, tail] = text.split("::") as [string, string | undefined];
  const groups = (part: string | undefined): string[] => (part ? part.split(":") : []);
  const [front, back] = [groups(head), groups(tail)];
  const zeros = new Array<string>(tail === undefined ? 0 : 8 - front.length - back.length).fill("0");
  return [...front, ...zeros, ...back].map((group) => group.padStart(4, "0")).join("");
}

/** True for an address that stands for any (0.0.0.0, ::). */
export function isWildcard(address: string): boolean {
  return /^0*$/.test(address);
}

interface Header {
  protocol: number;
  source: string;
  destination: string;
  at: number;
  end: number;
  fragment: string;
  later: boolean;
}

function network(bytes: Buffer, at: number): Header | null {
  const version = at < bytes.length ? bytes[at]! >> 4 : 0;
  if (version === 4 && bytes.length >= at + 20) {
    const where = bytes.readUInt16BE(at + 6);
    const source = hex(bytes.subarray(at + 12, at + 16));
    const destination = hex(bytes.subarray(at + 16, at + 20));
    const protocol = bytes[at + 9]!;
    const id = bytes.readUInt16BE(at + 4);
    return {
      protocol,
      source,
      destination,
      at: at + (bytes[at]! & 15) * 4,
      end: at + bytes.readUInt16BE(at + 2),
      fragment: where & 0x3fff ? `${source} ${destination} ${protocol} ${id}` : "",
      later: (where & 0x1fff) !== 0,
    };
  }
  if (version !== 6 || bytes.length < at + 40) return null;
  const source = hex(bytes.subarray(at + 8, at + 24));
  const destination = hex(bytes.subarray(at + 24, at + 40));
  const end = at + 40 + bytes.readUInt16BE(at + 4);
  let next = bytes[at + 6]!;
  at += 40;
  let fragment = "";
  let later = false;
  while ([0, 43, 44, 60].includes(next) && bytes.length >= at + 8) {
    if (next === 44) {
      const where = bytes.readUInt16BE(at + 2);
      if (where & 0xfff9) fragment = `${source} ${destination} ${bytes.readUInt32BE(at + 4)}`;
      later = (where & 0xfff8) !== 0;
      next = bytes[at]!;
      at += 8;
      if (later) break;
    } else {
      next = bytes[at]!;
      at += (bytes[at + 1]! + 1) * 8;
    }
  }
  return { protocol: next, source, destination, at, end, fragment, later };
}

function isError(protocol: number, type: number): boolean {
  if (protocol === IPPROTO.icmp) return [3, 4, 5, 11, 12].includes(type);
  return type >= 1 && type <= 4;
}

function ends(bytes: Buffer, header: Header): Ends {
  let sourcePort = 0;
  let destinationPort = 0;
  const { protocol, source, destination, at } = header;
  if (!header.later && bytes.length >= at + 8) {
    if (protocol === IPPROTO.tcp || protocol === IPPROTO.udp) {
      sourcePort = bytes.readUInt16BE(at);
      destinationPort = bytes.readUInt16BE(at + 2);
    } else if (ECHO_REQUEST.get(protocol) === bytes[at]) sourcePort = bytes.readUInt16BE(at + 4);
    else if (ECHO_REPLY.get(protocol) === bytes[at]) destinationPort = bytes.readUInt16BE(at + 4);
  }
  return { protocol, source, destination, sourcePort, destinationPort };
}

/** Takes a captured packet apart: Ethernet or raw IP. What is not IP has its ethertype as protocol. */
export function frame(packet: Packet): Frame {
  const bytes = Buffer.from(packet.bytes.buffer, packet.bytes.byteOffset + packet.start, packet.caplen);
  const none = { payload: 0, flags: 0, icmp: -1, quoted: null, fragment: "", later: false };
  let at = 0;
  if (packet.device.linkType !== RAW_LINK) {
    at = 14;
    const type = bytes.readUInt16BE(12);
    const other = { protocol: 0x10000 + type, sourcePort: 0, destinationPort: 0 };
    if (type !== 0x0800 && type !== 0x86dd)
      return {
        ...none,
        ...other,
        source: hex(bytes.subarray(6, 12)),
        destination: hex(bytes.subarray(0, 6)),
      };
  }
  const header = network(bytes, at);
  if (header === null) throw new Error(`not an IP packet: ${hex(bytes.subarray(0, 64))}`);
  const both = ends(bytes, header);
  const { fragment, later } = header;
  const base = { ...none, ...both, fragment, later };
  at = header.at;
  if (later) return { ...base, payload: header.end - at };
  if (both.protocol === IPPROTO.tcp && bytes.length >= at + 20)
    return { ...base, payload: header.end - at - (bytes[at + 12]! >> 4) * 4, flags: bytes[at + 13]! };
  if (both.protocol === IPPROTO.udp) return { ...base, payload: header.end - at - 8 };
  if ((both.protocol === IPPROTO.icmp || both.protocol === IPPROTO.icmp6) && bytes.length >= at + 8) {
    const icmp = bytes[at]!;
    const inner = isError(both.protocol, icmp) ? network(bytes, at + 8) : null;
    return { ...base, payload: header.end - at - 8, icmp, quoted: inner && ends(bytes, inner) };
  }
  return { ...base, payload: header.end - at };
}
