// What printing costs, without reading and writing: mixed packets from memory to nowhere, again and again.
//
//   node bench/micro/text.ts [packets] [setting=number …]     settings of TextSettings, such as verbose=1
//
// ns of this thread's CPU per packet: of the first round, before V8 has compiled anything, and of the best one; all
// packets, and those of one kind alone. So few packets that they stay in a core's own cache, as read ones do.
import { type Device, Direction, type Packet } from "../../src/model/packet.ts";
import { PLAIN_TEXT, type TextSettings } from "../../src/model/settings.ts";
import { TextSink } from "../../src/sink/text.ts";
import { MixedPackets } from "../mixed.ts";

const [count = "1000", ...changes] = process.argv.slice(2);
const COUNT = Number(count);
const ROUNDS = 15;
/** Packets of a round: enough for the clock of a thread's CPU, which ticks every few ms. */
const ROUND = 150_000;
/** So many conversations' beginnings are passed over: they are not what most packets are. */
const LATER = 200_000;

const device: Device = {
  id: 0,
  name: "",
  linkType: 1,
  snaplen: 262144,
  ifindex: 0,
  netnsInode: 0,
  netnsPath: "",
  named: false,
  foreign: false,
};

/** The kind of an Ethernet frame, for people. */
function kindOf(bytes: Uint8Array): string {
  const type = (bytes[12]! << 8) | bytes[13]!;
  if (type !== 0x0800 && type !== 0x86dd) return "other";
  const version = type === 0x0800 ? "IPv4" : "IPv6";
  const protocol = type === 0x0800 ? bytes[23]! : bytes[20]!;
  return `${protocol === 6 ? "TCP" : protocol === 17 ? "UDP" : "ICMP"} over ${version}`;
}

const source = new MixedPackets();
for (let i = 0; i < LATER; i++) source.next();
const bytes = new Uint8Array(COUNT * 1600);
const starts = new Int32Array(COUNT);
const sizes = new Int32Array(COUNT);
const kinds = new Map<string, number[]>();
for (let i = 0, at = 0; i < COUNT; i++) {
  const size = source.next();
  bytes.set(source.bytes.subarray(0, size), at);
  starts[i] = at;
  sizes[i] = size;
  at += size;
  const kind = kindOf(source.bytes);
  kinds.set(kind, [...(kinds.get(kind) ?? []), i]);
}

const settings: Record<string, unknown> = { ...PLAIN_TEXT, numeric: 1 };
for (const change of changes) {
  const [name, value] = change.split("=");
  settings[name!] = Number(value);
}
const sink = new TextSink({ write() {} }, settings as unknown as TextSettings, false);
const packet: Packet = {
  bytes,
  start: 0,
  caplen: 0,
  len: 0,
  sec: 1_700_000_000,
  nsec: 0,
  device,
  direction: Direction.Unknown,
  context: null,
};

/** Prints the packets of these numbers; ns for each. */
function round(numbers: readonly number[]): number {
  const times = Math.ceil(ROUND / numbers.length);
  const from = process.threadCpuUsage();
  for (let time = 0; time < times; time++)
    for (const i of numbers) {
      packet.start = starts[i]!;
      packet.caplen = sizes[i]!;
      packet.len = sizes[i]!;
      packet.nsec = (packet.nsec + 20_000) % 1_000_000_000;
      sink.packet(packet);
    }
  const { user, system } = process.threadCpuUsage(from);
  return ((user + system) * 1000) / (times * numbers.length);
}

function show(name: string, numbers: readonly number[]): void {
  const first = round(numbers);
  let best = first;
  for (let i = 1; i < ROUNDS; i++) best = Math.min(best, round(numbers));
  console.log(`${name.padEnd(16)} ${best.toFixed(0).padStart(5)} ns  (first round ${first.toFixed(0)})`);
}

show("all", [...starts.keys()]);
for (const [kind, numbers] of [...kinds].sort((a, b) => b[1].length - a[1].length)) show(kind, numbers);
