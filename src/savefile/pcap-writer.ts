// Writes pcap files: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-05.html (see pcap-reader.ts).
import { Failure } from "../model/failure.ts";
import type { Device, Packet } from "../model/packet.ts";
import type { Output } from "../model/sink.ts";
import { Batch } from "./batch.ts";
import { Bulk, BulkFormat, type RingBulk } from "./bulk.ts";
import { COOKED_HEADER, COOKED1_HEADER, cook, makeVersion1 } from "./cooked.ts";
import { describeLinkType, LinkType } from "./linktype.ts";
import type { SavefileWriter } from "./rotation.ts";

export interface PcapOptions {
  /** LINKTYPE_ of the file; with LINUX_SLL or LINUX_SLL2, packets of Ethernet, IP and cooked devices are cooked to fit. */
  linkType: number;
  /** Bytes. */
  snaplen: number;
  precision: "micro" | "nano";
  /** -U: every packet goes out at once. */
  packetBuffered: boolean;
  /** Copies packets from the ring; without it they come one by one. */
  ringBulk?: RingBulk;
}

const FILE_HEADER = 24;
const PACKET_HEADER = 16;
/** A pcap file keeps no owners. */
const NO_OPTIONS = new Int32Array(0);

/** The link type of a pcap file of these devices: their own if they agree, else Linux cooked v2. */
export function commonLinkType(devices: readonly Device[]): number {
  const linkType = devices[0]?.linkType ?? LinkType.Ethernet;
  return devices.every((device) => device.linkType === linkType) ? linkType : LinkType.LinuxSll2;
}

/**
 * A pcap file, little-endian, version 2.4. packet() throws Failure "link-type" on a packet that the file's link
 * type cannot carry; all methods throw what the output throws.
 */
export class PcapWriter implements SavefileWriter {
  readonly bulk: Bulk | null;
  private readonly batch: Batch;
  private readonly linkType: number;
  private readonly snaplen: number;
  /** Nanoseconds per unit of the fraction. */
  private readonly unit: number;
  private readonly packetBuffered: boolean;
  private readonly cooked = new Uint8Array(COOKED_HEADER);

  constructor(output: Output, options: PcapOptions) {
    const batch = new Batch(output);
    this.batch = batch;
    this.linkType = options.linkType;
    this.snaplen = options.snaplen;
    this.unit = options.precision === "nano" ? 1 : 1000;
    this.packetBuffered = options.packetBuffered;
    batch.reserve(FILE_HEADER);
    const header = [
      options.precision === "nano" ? 0xa1b23c4d : 0xa1b2c3d4,
      2 | (4 << 16),
      0,
      0,
      options.snaplen,
      options.linkType,
    ];
    for (const word of header) {
      putU32(batch.bytes, batch.pos, word);
      batch.pos += 4;
    }
    if (options.packetBuffered) batch.flush();
    this.bulk =
      options.ringBulk === undefined || options.packetBuffered
        ? null
        : new Bulk(options.ringBulk, {
            batch,
            format: options.precision === "nano" ? BulkFormat.Nanoseconds : BulkFormat.Microseconds,
            // others are cooked
            interfaceOf: (packet) => (packet.device.linkType === this.linkType ? 0 : -1),
            optionsOf: () => NO_OPTIONS,
            ready: () => true,
            took: () => {},
          });
  }

  get size(): number {
    return this.batch.written + this.batch.pos;
  }

  /** A pcap file does not tell of devices, … */
  device(): void {}

  /** … nor of secrets. */
  secrets(): void {}

  packet(packet: Packet): void {
    if (packet.device.linkType !== this.linkType) {
      this.cookedPacket(packet);
      return;
    }
    const { batch } = this;
    const { caplen } = packet;
    batch.reserve(PACKET_HEADER + caplen);
    this.header(packet, caplen, packet.len);
    batch.copy(packet.bytes, packet.start, caplen);
    if (this.packetBuffered) batch.flush();
  }

  flush(): void {
    this.batch.flush();
  }

  close(): void {
    this.batch.flush();
  }

  private cookedPacket(packet: Packet): void {
    const { batch, cooked } = this;
    const first = this.linkType === LinkType.LinuxSll;
    const replaced = first || this.linkType === LinkType.LinuxSll2 ? cook(packet, cooked) : -1;
    if (replaced === -1) {
      throw new Failure(
        "link-type",
        `a packet of link type ${describeLinkType(packet.device.linkType)} does not go into a pcap file of link type ` +
          `${describeLinkType(this.linkType)}; a pcapng file takes both (-w FILE.pcapng)`,
      );
    }
    if (first) makeVersion1(cooked);
    const size = first ? COOKED1_HEADER : COOKED_HEADER;
    const caplen = Math.min(packet.caplen - replaced + size, this.snaplen);
    batch.reserve(PACKET_HEADER + Math.max(caplen, size));
    this.header(packet, caplen, packet.len - replaced + size);
    batch.copy(cooked, 0, Math.min(caplen, size));
    if (caplen > size) batch.copy(packet.bytes, packet.start + replaced, caplen - size);
    if (this.packetBuffered) batch.flush();
  }

  private header(packet: Packet, caplen: number, len: number): void {
    const fraction = this.unit === 1 ? packet.nsec : (packet.nsec / 1000) >>> 0;
    this.batch.fourWords(packet.sec, fraction, caplen, len);
  }
}

/** How many of bytes[0, end), written at `position` of the file, are a whole header and whole packets. */
export function wholePcap(bytes: Uint8Array, end: number, position: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, end);
  let whole = position === 0 ? FILE_HEADER : 0;
  if (whole > end) return 0;
  while (end - whole >= PACKET_HEADER) {
    const next = whole + PACKET_HEADER + view.getUint32(whole + 8, true);
    if (next > end) break;
    whole = next;
  }
  return whole;
}

// Packets follow each other without padding: there are no words to write by.
function putU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}
