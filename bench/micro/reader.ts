// What the reader costs per packet, without a kernel: a ring in plain memory, filled once, read again and again
// through the live capture into a pcapng writer over /dev/shm.
//
//   node bench/reader.ts [packets]
import { closeSync, ftruncateSync, openSync, unlinkSync, writeSync } from "node:fs";
import {
  RECORD_CONTEXT,
  RECORD_PACKET,
  RECORD_PROCESS,
  RecordContext,
  RecordPacket,
  RecordProcess,
} from "../../src/addon/abi.ts";
import type { Addon, Watch } from "../../src/addon/addon.ts";
import { Containers } from "../../src/attribution/containers.ts";
import { DeviceTable } from "../../src/attribution/devices.ts";
import { Processes } from "../../src/attribution/processes.ts";
import type { KernelCapture } from "../../src/kernel/capture.ts";
import { Ring } from "../../src/kernel/ring.ts";
import { CONTEXT_PARTS } from "../../src/model/context.ts";
import { FILE_POLL, LiveCapture } from "../../src/pipeline/live.ts";
import { PcapWriter } from "../../src/savefile/pcap-writer.ts";
import { PcapngWriter } from "../../src/savefile/pcapng-writer.ts";

const SIZE = 32 << 20;
const PAGE = 4096;
const FRAME = 60;
const packets = Number(process.argv[2] ?? 2_000_000);

const consumer = new ArrayBuffer(PAGE);
const shared = new ArrayBuffer(PAGE + 2 * SIZE);
const addon = {
  pageSize: () => PAGE,
  mapMemory: (_fd: number, offset: number) => (offset === 0 ? consumer : shared),
  clocks: (out: Uint32Array) => out.set([1_700_000_000, 0, 1000, 0]),
  watchFd: () => ({}) as Watch,
  watchArm: () => {},
  watchEnd: () => {},
} as unknown as Addon;
const ring = new Ring(addon, 0, SIZE);
const words = new Uint32Array(shared, PAGE);
let position = 0;

function put(length: number, fill: (word: number) => void): void {
  const at = position / 4;
  words[at] = length;
  fill(at + 2);
  position += (length + 15) & ~7;
}

put(RecordProcess.size, (at) => {
  words[at] = RECORD_PROCESS;
  words[at + RecordProcess.process / 4] = 1;
  words[at + RecordProcess.pid / 4] = 4242;
  new Uint8Array(shared, PAGE).set(Buffer.from("blaster"), at * 4 + RecordProcess.name);
});
put(RecordContext.size, (at) => {
  words[at] = RECORD_CONTEXT;
  words[at + RecordContext.context / 4] = 2;
  words[at + RecordContext.process / 4] = 1;
});
const first = position;
while (position + 128 < SIZE) {
  put(RecordPacket.size + FRAME, (at) => {
    words[at] = RECORD_PACKET | (1 << 16);
    words[at + RecordPacket.context / 4] = 2;
    words[at + RecordPacket.time / 4] = position;
    words[at + RecordPacket.time / 4 + 1] = 233;
    words[at + RecordPacket.ifindex / 4] = 3;
    words[at + RecordPacket.len / 4] = FRAME;
    words[at + RecordPacket.caplen / 4] = FRAME;
  });
}
// the rest of the lap is one discarded record, so that every lap begins at the same place
words[position / 4] = (SIZE - position - 8) | 0x40000000;
const lap = Math.floor((position - first) / (RecordPacket.size + FRAME + 12));

for (const format of ["pcapng", "pcap"] as const) {
  const file = `/dev/shm/ptcpdump-bench-reader.${process.pid}`;
  const fd = openSync(file, "w");
  const output = {
    write(bytes: Uint8Array, start: number, end: number) {
      for (let at = start; at < end; ) at += writeSync(fd, bytes, at, end - at);
    },
  };
  const sink =
    format === "pcapng"
      ? new PcapngWriter(output, {
          version: "0",
          filter: "",
          context: new Set(CONTEXT_PARTS),
          packetBuffered: false,
        })
      : new PcapWriter(output, { linkType: 1, snaplen: 262144, precision: "micro", packetBuffered: false });
  const devices = new DeviceTable(262144, 1, "/proc/self/ns/net");
  devices.add({ ifindex: 3, name: "veth0", type: 1, flags: 1 });
  const nothing = () => {};
  const containers = new Containers(
    { mntns: 0, pidns: 0, netns: 0 },
    () => null,
    { ids: [], names: [], pods: [] },
    { container: nothing, namespace: nothing, cgroup: nothing },
  );
  const processes = new Processes({ read: () => null }, { pid: 1, cmd: "x", args: [] }, containers);
  const kernel = { ring, wake() {}, wait() {}, detach() {} } as unknown as KernelCapture;
  const produced = new BigInt64Array(shared, 0, 1);
  let laps = Number(new BigInt64Array(consumer, 0, 1)[0]) / SIZE;
  const live = new LiveCapture(addon, kernel, devices, processes, containers, sink, {
    count: 0,
    skip: 0,
    immediate: false,
    poll: FILE_POLL,
  });
  const rounds: number[] = [];
  let before = process.cpuUsage();
  let counted = 0;
  while (live.captured < packets) {
    produced[0] = BigInt(++laps * SIZE);
    live.look();
    ftruncateSync(fd, 0);
    if (live.captured - counted >= packets / 8) {
      const { user, system } = process.cpuUsage(before);
      rounds.push(((user + system) * 1000) / (live.captured - counted));
      counted = live.captured;
      before = process.cpuUsage();
    }
  }
  live.stop();
  await live.done;
  closeSync(fd);
  unlinkSync(file);
  console.log(
    `${format}: ns CPU per packet, round by round: ${rounds.map((ns) => ns.toFixed(0)).join(" ")} (lap ${lap})`,
  );
}
