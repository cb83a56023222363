// What writing and reading a savefile costs: user CPU per packet, over a file in /dev/shm.
//     node bench/savefile.ts [packets]
// Two figures each, the best round and the median: a busy machine shows in their distance.
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import type { Context } from "../../src/model/context.ts";
import { CONTEXT_PARTS } from "../../src/model/context.ts";
import { type Device, Direction, type Packet } from "../../src/model/packet.ts";
import type { Output, Sink } from "../../src/model/sink.ts";
import { PcapWriter } from "../../src/savefile/pcap-writer.ts";
import { PcapngWriter } from "../../src/savefile/pcapng-writer.ts";
import { openSavefile } from "../../src/savefile/savefile.ts";

const COUNT = Number(process.argv[2] ?? 2_000_000);
const ROUNDS = 5;
const FILE = `/dev/shm/ptcpdump-bench-${process.pid}`;

const device: Device = {
  id: 0,
  name: "eth0",
  linkType: 1,
  snaplen: 262144,
  ifindex: 2,
  netnsInode: 4026531840,
  netnsPath: "/proc/self/ns/net",
  named: true,
  foreign: false,
};

const context = (pid: number): Context => ({
  process: { pid, cmd: "/usr/bin/blaster", args: ["blaster", "--to", "10.0.0.2:9", "--size", "18"] },
  thread: null,
  parent: null,
  uid: null,
  container: null,
  pod: null,
});
const CONTEXTS = [context(4711), context(4712)];

/** 60 bytes of Ethernet, IPv4 and UDP at each alignment in turn, or always at a word. */
function feed(sink: Sink, aligned: boolean): void {
  const bytes = new Uint8Array(1 << 16);
  for (let i = 0; i < bytes.length; i++) bytes[i] = i;
  const packet: Packet = {
    bytes,
    start: 0,
    caplen: 60,
    len: 60,
    sec: 1_700_000_000,
    nsec: 0,
    device,
    direction: Direction.Out,
    context: null,
  };
  for (let i = 0; i < COUNT; i++) {
    packet.start = aligned ? (i & 255) * 128 : (i & 255) * 128 + (i & 3);
    packet.nsec += 4000;
    if (packet.nsec >= 1_000_000_000) {
      packet.nsec -= 1_000_000_000;
      packet.sec++;
    }
    packet.direction = (i & 7) === 0 ? Direction.In : Direction.Out;
    packet.context = CONTEXTS[(i >> 4) & 1]!;
    sink.packet(packet);
  }
}

function measure(name: string, run: () => void): void {
  const users: number[] = [];
  const systems: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    run();
    const used = process.cpuUsage(before);
    users.push(used.user / COUNT);
    systems.push(used.system / COUNT);
  }
  const show = (values: number[]): string => {
    values.sort((a, b) => a - b);
    return `${values[0]!.toFixed(3)} / ${values[ROUNDS >> 1]!.toFixed(3)}`;
  };
  process.stdout.write(`${name.padEnd(32)} user ${show(users)} µs, system ${show(systems)} µs\n`);
}

function write(make: (output: Output) => Sink, aligned: boolean): void {
  const fd = openSync(FILE, "w");
  const output: Output = {
    write(bytes, start, end) {
      for (let at = start; at < end; ) at += writeSync(fd, bytes, at, end - at);
    },
  };
  const sink = make(output);
  feed(sink, aligned);
  sink.close();
  closeSync(fd);
}

function read(): void {
  const file = openSavefile(FILE);
  let count = 0;
  while (file.next()) count += file.packet.caplen > 0 ? 1 : 0;
  file.close();
  if (count !== COUNT) throw new Error(`read ${count} of ${COUNT} packets`);
}

const pcapng = (output: Output): Sink =>
  new PcapngWriter(output, {
    version: "0",
    filter: "udp",
    context: new Set(CONTEXT_PARTS),
    packetBuffered: false,
  });
const pcap = (output: Output): Sink =>
  new PcapWriter(output, { linkType: 1, snaplen: 262144, precision: "nano", packetBuffered: false });

measure("write pcapng, aligned source", () => write(pcapng, true));
measure("write pcapng, unaligned source", () => write(pcapng, false));
measure("read pcapng", read);
measure("write pcap", () => write(pcap, false));
measure("read pcap", read);
rmSync(FILE);
