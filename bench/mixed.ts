// The packets that reading is measured with: what a busy host sees, made the same way at every run. TCP data and
// acknowledgements with options over IPv4 and IPv6, DNS, ICMP and ICMPv6, other UDP, some ARP; some 500 bytes on
// average, from two thousand conversations.
//
//   node bench/mixed.ts FILE [packets]     writes them as a pcap file
import { closeSync, openSync, writeSync } from "node:fs";
import { addWords, foldChecksum } from "../src/bytes/checksum.ts";

/** How many conversations go on at once. */
const FLOWS = 2000;
const LARGEST = 1514;
const PCAP_HEADER = 16;
const BATCH = 4 << 20;

const ETHER = 14;
const TCP = 6;
const UDP = 17;
const SYN = 2;
const FIN = 1;
const PSH = 8;
const ACK = 16;

const NAMES = [
  "www.example.com",
  "api.internal.example.net",
  "db-1.prod.svc.cluster.local",
  "cdn.example.org",
  "mail.example.com",
  "registry.build.example.net",
  "ntp.example.org",
  "metrics.monitoring.svc.cluster.local",
] as const;

/** What the shares of the kinds of packets add up to, of a thousand. */
const SHARES = [
  ["tcp4", 600],
  ["tcp6", 150],
  ["dns", 110],
  ["icmp4", 40],
  ["icmp6", 30],
  ["udp", 60],
  ["arp", 10],
] as const;
type Kind = (typeof SHARES)[number][0];

/** A TCP conversation: client (side 0) and server (side 1). */
interface Flow {
  version: 4 | 6;
  ports: [number, number];
  next: [number, number];
  clocks: [number, number];
  id: number;
  sent: number;
  length: number;
}

/** Makes one packet after the other in `bytes`, each from 0 on. */
export class MixedPackets {
  readonly bytes: Uint8Array = new Uint8Array(LARGEST);
  private readonly view = new DataView(this.bytes.buffer);
  private readonly payload = new Uint8Array(1 << 16);
  private seed = 0x2545f491;
  private readonly flows: Flow[] = [];
  private readonly kinds: Kind[];
  private made = 0;

  constructor() {
    this.kinds = SHARES.flatMap(([kind, share]) => new Array<Kind>(share).fill(kind));
    for (let i = 0; i < this.payload.length; i++) this.payload[i] = this.random(256);
    for (let i = 0; i < FLOWS; i++) this.flows.push(this.newFlow(i));
  }

  /** Fills `bytes` with the next packet; its size. */
  next(): number {
    this.made++;
    const kind = this.kinds[this.random(this.kinds.length)]!;
    switch (kind) {
      case "tcp4":
      case "tcp6":
        return this.tcp(kind === "tcp4" ? 4 : 6);
      case "dns":
        return this.dns();
      case "icmp4":
        return this.icmp4();
      case "icmp6":
        return this.icmp6();
      case "udp":
        return this.udp();
      case "arp":
        return this.arp();
    }
  }

  /** A whole number below `limit` (xorshift32). */
  private random(limit: number): number {
    let x = this.seed;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.seed = x;
    return (x >>> 0) % limit;
  }

  private newFlow(id: number): Flow {
    return {
      version: id % 5 === 0 ? 6 : 4,
      ports: [
        32768 + this.random(28000),
        [443, 443, 443, 443, 5432, 8443, 9092, 22, 80, 3306][this.random(10)]!,
      ],
      next: [this.random(0xffffffff), this.random(0xffffffff)],
      clocks: [this.random(0xffffffff), this.random(0xffffffff)],
      id,
      sent: 0,
      length: 20 + this.random(400),
    };
  }

  private ether(type: number, out: number): void {
    const { view } = this;
    for (let i = 0; i < 2; i++) {
      view.setUint16(6 * i, 0x0242);
      view.setUint32(6 * i + 2, 0x0a000000 + (i === out ? 1 : 254));
    }
    view.setUint16(12, type);
  }

  /** Writes the IP header for `size` bytes of a protocol; where they begin. `out`: 1 from the host, 0 to it. */
  private ip(version: 4 | 6, protocol: number, peer: number, out: number, size: number): number {
    const { view } = this;
    this.ether(version === 4 ? 0x0800 : 0x86dd, out);
    if (version === 4) {
      view.setUint32(ETHER, 0x45000000 + 20 + size);
      view.setUint16(ETHER + 4, this.made & 0xffff);
      view.setUint16(ETHER + 6, 0x4000);
      view.setUint16(ETHER + 8, (out ? 64 : 57) * 256 + protocol);
      view.setUint16(ETHER + 10, 0);
      const far = 0xc0a80000 + ((peer * 2654435761) & 0xffff);
      view.setUint32(ETHER + 12, out ? 0x0a000001 : far);
      view.setUint32(ETHER + 16, out ? far : 0x0a000001);
      view.setUint16(ETHER + 10, foldChecksum(addWords(0, this.view, ETHER, 20)));
      return ETHER + 20;
    }
    view.setUint32(ETHER, 0x60000000 + (out ? 0x12345 + (peer & 0xff) : 0));
    view.setUint16(ETHER + 4, size);
    view.setUint16(ETHER + 6, protocol * 256 + (out ? 64 : 57));
    for (let side = 0; side < 2; side++) {
      const at = ETHER + 8 + 16 * side;
      const near = (side === 0) === (out === 1);
      view.setUint32(at, 0x20010db8);
      view.setUint32(at + 4, near ? 1 : 0x00050000 + (peer & 0xff));
      view.setUint32(at + 8, near ? 0 : (peer * 2246822519) >>> 0);
      view.setUint32(at + 12, near ? 1 : peer);
    }
    return ETHER + 40;
  }

  /** Sets the checksum at `field` of what begins at `at` and has `size` bytes; one in forty is wrong. */
  private checksum(version: 4 | 6, protocol: number, at: number, size: number, field: number): void {
    const { view } = this;
    view.setUint16(field, 0);
    let sum = protocol + size;
    sum = addWords(sum, view, version === 4 ? at - 8 : at - 32, version === 4 ? 8 : 32);
    const right = foldChecksum(addWords(sum, view, at, size));
    view.setUint16(field, protocol === UDP && right === 0 ? 0xffff : right);
    if (protocol !== 1 && this.random(40) === 0) view.setUint16(field, right ^ 0x1234);
  }

  private fill(at: number, size: number): void {
    const from = this.random(this.payload.length - size);
    this.bytes.set(this.payload.subarray(from, from + size), at);
  }

  private tcp(version: 4 | 6): number {
    const { view } = this;
    // Conversations of this version: every fifth is IPv6.
    let index = this.random(FLOWS / 5) * 5;
    if (version === 4) index += 1 + this.random(4);
    let flow = this.flows[index]!;
    if (flow.sent >= flow.length) {
      flow = this.newFlow(index);
      this.flows[index] = flow;
    }
    const step = flow.sent++;
    const last = step === flow.length - 1;
    // Mostly the server sends and the client acknowledges.
    const side = step === 0 ? 0 : step === 1 ? 1 : this.random(10) < 5 ? 1 : 0;
    let size = 0;
    let flags = ACK;
    if (step === 0) flags = SYN;
    else if (step === 1) flags = SYN | ACK;
    else if (last) flags = FIN | ACK;
    else if (side === 1 ? this.random(10) < 9 : this.random(10) < 3) {
      size = side === 1 && this.random(10) < 7 ? 1448 - (version === 6 ? 20 : 0) : 40 + this.random(600);
      if (this.random(3) > 0) flags |= PSH;
    }
    const handshake = (flags & SYN) !== 0;
    const sack = !handshake && size === 0 && this.random(12) === 0 ? 1 + this.random(2) : 0;
    const options = handshake ? 20 : 12 + (sack > 0 ? 4 + 8 * sack : 0);
    const total = 20 + options + size;
    const at = this.ip(version, TCP, flow.id, side === 0 ? 1 : 0, total);
    view.setUint16(at, flow.ports[side]!);
    view.setUint16(at + 2, flow.ports[1 - side]!);
    view.setUint32(at + 4, flow.next[side]!);
    view.setUint32(at + 8, (flags & ACK) !== 0 ? flow.next[1 - side]! : 0);
    view.setUint16(at + 12, ((20 + options) << 10) | flags);
    view.setUint16(at + 14, handshake ? 64240 : 400 + (flow.id & 127));
    view.setUint32(at + 16, 0);
    let option = at + 20;
    if (handshake) {
      view.setUint32(option, 0x02040000 + (version === 4 ? 1460 : 1440));
      view.setUint16(option + 4, 0x0402);
      option += 6;
    } else {
      view.setUint16(option, 0x0101);
      option += 2;
    }
    flow.clocks[side] = (flow.clocks[side]! + this.random(20)) >>> 0;
    view.setUint16(option, 0x080a);
    view.setUint32(option + 2, flow.clocks[side]!);
    view.setUint32(option + 6, step === 0 ? 0 : flow.clocks[1 - side]!);
    option += 10;
    if (handshake) view.setUint32(option, 0x01030307);
    if (sack > 0) {
      view.setUint32(option, 0x01010500 + 2 + 8 * sack);
      for (let i = 0; i < sack; i++) {
        view.setUint32(option + 4 + 8 * i, (flow.next[1 - side]! + 1448 * (2 * i + 1)) >>> 0);
        view.setUint32(option + 8 + 8 * i, (flow.next[1 - side]! + 1448 * (2 * i + 2)) >>> 0);
      }
    }
    this.fill(at + 20 + options, size);
    if (size > 100 && flow.ports[1] === 80) {
      const line =
        side === 1 ? "HTTP/1.1 200 OK\r\nServer: bench\r\n\r\n" : `GET /${step} HTTP/1.1\r\nHost: x\r\n\r\n`;
      this.bytes.set(Buffer.from(line), at + 20 + options);
    }
    flow.next[side] = (flow.next[side]! + size + ((flags & (SYN | FIN)) !== 0 ? 1 : 0)) >>> 0;
    this.checksum(version, TCP, at, total, at + 16);
    return at + total;
  }

  private datagram(
    version: 4 | 6,
    peer: number,
    out: number,
    sport: number,
    dport: number,
    size: number,
  ): number {
    const { view } = this;
    const at = this.ip(version, UDP, peer, out, 8 + size);
    view.setUint16(at, sport);
    view.setUint16(at + 2, dport);
    view.setUint16(at + 4, 8 + size);
    return at + 8;
  }

  private dns(): number {
    const { view, bytes } = this;
    const version = this.random(4) === 0 ? 6 : 4;
    const name = NAMES[this.random(NAMES.length)]!;
    const labels = Buffer.concat([
      ...name.split(".").map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label)])),
      Buffer.of(0),
    ]);
    const type = this.random(3) === 0 ? 28 : 1;
    const answers = this.random(2) === 0 ? 0 : 1 + this.random(3);
    const each = 12 + (type === 1 ? 4 : 16);
    const size = 12 + labels.length + 4 + answers * each;
    const out = answers === 0 ? 1 : 0;
    const port = 33000 + this.random(20000);
    const at = this.datagram(version, 53, out, out ? port : 53, out ? 53 : port, size);
    view.setUint16(at, this.random(65536));
    view.setUint16(at + 2, answers === 0 ? 0x0100 : 0x8180);
    view.setUint16(at + 4, 1);
    view.setUint16(at + 6, answers);
    view.setUint32(at + 8, 0);
    bytes.set(labels, at + 12);
    let pos = at + 12 + labels.length;
    view.setUint16(pos, type);
    view.setUint16(pos + 2, 1);
    pos += 4;
    for (let i = 0; i < answers; i++) {
      view.setUint16(pos, 0xc00c);
      view.setUint16(pos + 2, type);
      view.setUint16(pos + 4, 1);
      view.setUint32(pos + 6, 300);
      view.setUint16(pos + 10, each - 12);
      this.fill(pos + 12, each - 12);
      pos += each;
    }
    this.checksum(version, UDP, at - 8, 8 + size, at - 2);
    return at + size;
  }

  private icmp4(): number {
    const { view, bytes } = this;
    const peer = this.random(200);
    const out = this.random(2);
    if (this.random(10) > 0) {
      const at = this.ip(4, 1, peer, out, 64);
      view.setUint32(at, out ? 0x08000000 : 0);
      view.setUint16(at + 4, 4000 + peer);
      view.setUint16(at + 6, this.made & 0xffff);
      this.fill(at + 8, 56);
      view.setUint16(at + 2, foldChecksum(addWords(0, view, at, 64)));
      return at + 64;
    }
    // Port unreachable: the header that caused it, and eight bytes.
    const at = this.ip(4, 1, peer, out, 36);
    view.setUint32(at, 0x03030000);
    view.setUint32(at + 4, 0);
    bytes.copyWithin(at + 8, ETHER, ETHER + 20);
    view.setUint8(at + 17, UDP);
    view.setUint16(at + 10, 60);
    view.setUint16(at + 18, 0);
    view.setUint16(at + 18, foldChecksum(addWords(0, view, at + 8, 20)));
    view.setUint32(at + 28, (40000 << 16) | 33434);
    view.setUint32(at + 32, 40 << 16);
    view.setUint16(at + 2, foldChecksum(addWords(0, view, at, 36)));
    return at + 36;
  }

  private icmp6(): number {
    const { view } = this;
    const peer = this.random(200);
    const out = this.random(2);
    const neighbor = this.random(3) === 0;
    const size = neighbor ? 32 : 64;
    const at = this.ip(6, 58, peer, out, size);
    if (neighbor) {
      view.setUint32(at, out ? 0x87000000 : 0x88000000);
      view.setUint32(at + 4, out ? 0 : 0x60000000);
      this.bytes.copyWithin(at + 8, ETHER + 24, ETHER + 40);
      view.setUint16(at + 24, out ? 0x0101 : 0x0201);
      this.bytes.copyWithin(at + 26, 6, 12);
    } else {
      view.setUint32(at, out ? 0x80000000 : 0x81000000);
      view.setUint16(at + 4, 4000 + peer);
      view.setUint16(at + 6, this.made & 0xffff);
      this.fill(at + 8, 56);
    }
    this.checksum(6, 58, at, size, at + 2);
    return at + size;
  }

  private udp(): number {
    const version = this.random(3) === 0 ? 6 : 4;
    const out = this.random(2);
    const size = this.random(4) === 0 ? 1200 : 30 + this.random(400);
    const port = 50000 + this.random(1000);
    const at = this.datagram(version, this.random(500), out, out ? port : 443, out ? 443 : port, size);
    this.fill(at, size);
    this.checksum(version, UDP, at - 8, 8 + size, at - 2);
    return at + size;
  }

  private arp(): number {
    const { view, bytes } = this;
    const out = this.random(2);
    this.ether(0x0806, out);
    view.setUint32(ETHER, 0x00010800);
    view.setUint16(ETHER + 4, 0x0604);
    view.setUint16(ETHER + 6, out ? 1 : 2);
    bytes.copyWithin(ETHER + 8, 6, 12);
    view.setUint32(ETHER + 14, out ? 0x0a000001 : 0x0a0000fe);
    bytes.copyWithin(ETHER + 18, 0, 6);
    view.setUint32(ETHER + 24, out ? 0x0a0000fe : 0x0a000001);
    return ETHER + 28;
  }
}

/** Writes `count` packets as a pcap file, microseconds, some 50,000 a second. Returns the bytes of all packets. */
export function writeMixed(path: string, count: number): number {
  const packets = new MixedPackets();
  const fd = openSync(path, "w");
  const batch = Buffer.alloc(BATCH);
  let bytes = 0;
  let pos = 24;
  batch.writeUInt32LE(0xa1b2c3d4, 0);
  batch.writeUInt16LE(2, 4);
  batch.writeUInt16LE(4, 6);
  batch.writeUInt32LE(262144, 16);
  batch.writeUInt32LE(1, 20);
  try {
    for (let i = 0; i < count; i++) {
      const size = packets.next();
      if (pos + PCAP_HEADER + size > BATCH) {
        writeSync(fd, batch, 0, pos);
        pos = 0;
      }
      const micros = i * 20 + (i % 7);
      batch.writeUInt32LE(1_700_000_000 + Math.floor(micros / 1e6), pos);
      batch.writeUInt32LE(micros % 1e6, pos + 4);
      batch.writeUInt32LE(size, pos + 8);
      batch.writeUInt32LE(size, pos + 12);
      batch.set(packets.bytes.subarray(0, size), pos + PCAP_HEADER);
      pos += PCAP_HEADER + size;
      bytes += size;
    }
    writeSync(fd, batch, 0, pos);
  } finally {
    closeSync(fd);
  }
  return bytes;
}

if (import.meta.main) {
  const [, , path, count = "1000000"] = process.argv;
  if (path === undefined) throw new Error("usage: node bench/mixed.ts FILE [packets]");
  const bytes = writeMixed(path, Number(count));
  console.log(`${count} packets, ${(bytes / Number(count)).toFixed(0)} bytes on average`);
}
