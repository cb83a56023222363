// What printing costs: a million mixed TCP, UDP and ICMP packets with -n, from memory to nowhere.
// node bench/text.ts [packets]; with FILE=/dev/shm/x.pcap it also writes the packets there, for tcpdump's turn.
import { writeFileSync } from "node:fs";
import type { Context } from "../src/model/context.ts";
import { type Device, Direction, type Packet } from "../src/model/packet.ts";
import { PLAIN_TEXT, type TextSettings } from "../src/model/settings.ts";
import { TextSink } from "../src/sink/text.ts";

const COUNT = Number(process.argv[2] ?? 1_000_000);
/** Distinct packets, printed in turn. */
const DISTINCT = 10_000;
const SLOT = 128;

const SETTINGS: TextSettings = { ...PLAIN_TEXT, numeric: 1 };

/** Packets like those of a busy host: 60 % TCP, 30 % UDP, 10 % ICMP, from 500 conversations. */
function makePackets(): { bytes: Uint8Array; sizes: Uint16Array } {
  const bytes = new Uint8Array(DISTINCT * SLOT);
  const view = new DataView(bytes.buffer);
  const sizes = new Uint16Array(DISTINCT);
  for (let i = 0; i < DISTINCT; i++) {
    const at = i * SLOT;
    const flow = (i * 7919) % 500;
    const kind = flow % 10 < 6 ? 6 : flow % 10 < 9 ? 17 : 1;
    const payload = kind === 1 ? 48 : i % 3 === 0 ? 0 : 20 + (i % 30);
    const header = kind === 6 ? 32 : 8;
    const total = 20 + header + payload;
    view.setUint16(at + 12, 0x0800);
    const ip = at + 14;
    view.setUint16(ip, 0x4500);
    view.setUint16(ip + 2, total);
    view.setUint16(ip + 4, i & 0xffff);
    view.setUint16(ip + 6, 0x4000);
    view.setUint8(ip + 8, 64);
    view.setUint8(ip + 9, kind);
    view.setUint32(ip + 12, 0x0a000000 + flow);
    view.setUint32(ip + 16, 0xc0a80000 + ((flow * 31) & 0xffff));
    const l4 = ip + 20;
    if (kind === 1) {
      view.setUint8(l4, i & 1 ? 8 : 0);
      view.setUint16(l4 + 4, flow);
      view.setUint16(l4 + 6, i & 0xffff);
    } else {
      view.setUint16(l4, 30000 + flow);
      view.setUint16(l4 + 2, kind === 6 ? 443 : 9000 + (flow % 100));
      if (kind === 6) {
        view.setUint32(l4 + 4, 1000 + i * 17);
        view.setUint32(l4 + 8, 5000 + i * 3);
        view.setUint16(l4 + 12, 0x8010 | (payload > 0 ? 8 : 0));
        view.setUint16(l4 + 14, 501);
        view.setUint32(l4 + 20, 0x0101080a);
        view.setUint32(l4 + 24, 3_400_000_000 + i);
        view.setUint32(l4 + 28, 1_200_000_000 + i);
      } else view.setUint16(l4 + 4, header + payload);
    }
    sizes[i] = 14 + total;
  }
  return { bytes, sizes };
}

function run(title: string, named: boolean, context: Context | null, settings: TextSettings): void {
  const { bytes, sizes } = makePackets();
  let written = 0;
  const sink = new TextSink(
    {
      write: (_bytes, start, end) => {
        written += end - start;
      },
    },
    settings,
    false,
  );
  const device: Device = {
    id: 0,
    name: "eth0",
    linkType: 1,
    snaplen: 262144,
    ifindex: 2,
    netnsInode: 1,
    netnsPath: "",
    named,
    foreign: false,
  };
  const packet: Packet = {
    bytes,
    start: 0,
    caplen: 0,
    len: 0,
    sec: 1_700_000_000,
    nsec: 0,
    device,
    direction: named ? Direction.Out : Direction.Unknown,
    context,
  };
  const from = process.cpuUsage();
  const fromWall = performance.now();
  let slot = 0;
  for (let i = 0; i < COUNT; i++) {
    packet.start = slot * SLOT;
    packet.caplen = sizes[slot]!;
    packet.len = packet.caplen;
    packet.nsec += 5000;
    if (packet.nsec >= 1_000_000_000) {
      packet.nsec = 0;
      packet.sec++;
    }
    sink.packet(packet);
    if (++slot === DISTINCT) slot = 0;
  }
  sink.close();
  const wall = performance.now() - fromWall;
  const cpu = process.cpuUsage(from);
  const each = (n: number) => ((n * 1000) / COUNT).toFixed(2);
  console.log(
    `${title}: ${each((cpu.user + cpu.system) / 1000)} µs of CPU per packet, ${each(wall)} µs wall, ` +
      `${(written / COUNT).toFixed(0)} bytes`,
  );
}

function writeFile(path: string): void {
  const { bytes, sizes } = makePackets();
  const parts: Buffer[] = [];
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(262144, 16);
  head.writeUInt32LE(1, 20);
  parts.push(head);
  for (let i = 0; i < COUNT; i++) {
    const slot = i % DISTINCT;
    const record = Buffer.alloc(16);
    record.writeUInt32LE(1_700_000_000 + Math.floor(i / 200_000), 0);
    record.writeUInt32LE((i * 5) % 1_000_000, 4);
    record.writeUInt32LE(sizes[slot]!, 8);
    record.writeUInt32LE(sizes[slot]!, 12);
    parts.push(record, Buffer.from(bytes.buffer, slot * SLOT, sizes[slot]!));
  }
  writeFileSync(path, Buffer.concat(parts));
}

const file = process.env["FILE"];
if (file !== undefined) writeFile(file);

const curl = { pid: 1234, cmd: "/usr/bin/curl", args: ["curl", "http://example.com/"] };
const shell = { pid: 1000, cmd: "/bin/bash", args: ["bash"] };
const owner: Context = { process: curl, thread: null, parent: shell, uid: 0, container: null, pod: null };
for (let round = 0; round < 3; round++) {
  run("-n", false, null, SETTINGS);
  run("-n, with owner", true, owner, SETTINGS);
}
run("-n -v", false, null, { ...SETTINGS, verbose: 1 });
run("-n -X", false, null, { ...SETTINGS, hexAscii: 1 });
