import assert from "node:assert/strict";
import { test } from "node:test";
import { Bulk as Fields, RECORD_EXIT, RECORD_PACKET, RecordPacket } from "../addon/abi.ts";
import { addon, noAddon, randomNumbers } from "../filter/fixture.ts";
import { CONTEXT_PARTS, type Context } from "../model/context.ts";
import type { Device, Direction, Packet } from "../model/packet.ts";
import type { RingRun } from "../model/sink.ts";
import type { RingBulk } from "./bulk.ts";
import { contextOf, deviceOf, Memory, packetOf } from "./handmade.ts";
import { PcapWriter } from "./pcap-writer.ts";
import { PcapngWriter } from "./pcapng-writer.ts";
import type { SavefileWriter } from "./rotation.ts";

const PAGE = 4096;
const HEADER = 8;
const BUSY = 0x80000000;
const DISCARDED = 0x40000000;
/** The time since 1970 less the records' clock, ns. */
const OFFSET = 1_700_000_000_123_456_789n;

/** A ring's memory, a page and its data twice, filled from a position on as the kernel does. */
class FakeRing {
  readonly memory: Uint8Array;
  readonly #view: DataView;
  readonly size: number;
  /** Where the next record begins. */
  position: number;
  /** Where each record begins. */
  readonly places: number[] = [];

  constructor(size: number, position: number) {
    this.memory = new Uint8Array(PAGE + 2 * size);
    this.#view = new DataView(this.memory.buffer);
    this.size = size;
    this.position = position;
  }

  /** The place of a position in `memory`. */
  at(position: number): number {
    return PAGE + (position % this.size);
  }

  put(record: Uint8Array, flags = 0): void {
    this.places.push(this.position);
    const header = Buffer.alloc(HEADER);
    header.writeUInt32LE((record.length | flags) >>> 0, 0);
    const bytes = Buffer.concat([header, record, Buffer.alloc(-record.length & 7)]);
    for (const [i, byte] of bytes.entries()) {
      const place = (this.position + i) % this.size;
      this.memory[PAGE + place] = byte;
      this.memory[PAGE + this.size + place] = byte;
    }
    this.position += bytes.length;
    this.#view.setBigUint64(0, BigInt(this.position), true);
  }
}

interface Record {
  readonly ifindex: number;
  readonly netns: number;
  readonly context: number;
  readonly direction: Direction;
  readonly time: bigint;
  readonly data: Uint8Array;
  readonly len: number;
}

function packetRecord({ ifindex, netns, context, direction, time, data, len }: Record): Buffer {
  const record = Buffer.alloc(RecordPacket.size + data.length);
  record.writeUInt16LE(RECORD_PACKET, 0);
  record.writeUInt16LE(direction, RecordPacket.direction);
  record.writeUInt32LE(context, RecordPacket.context);
  record.writeBigUInt64LE(time, RecordPacket.time);
  record.writeUInt32LE(ifindex, RecordPacket.ifindex);
  record.writeUInt32LE(netns, RecordPacket.netns);
  record.writeUInt32LE(len, RecordPacket.len);
  record.writeUInt32LE(data.length, RecordPacket.caplen);
  record.set(data, RecordPacket.size);
  return record;
}

const DEVICES: readonly Device[] = [
  deviceOf({ name: "eth0", ifindex: 2 }),
  deviceOf({ name: "eth1", ifindex: 3 }),
  // has the place of the first one
  deviceOf({ name: "eth2", ifindex: 66 }),
  deviceOf({ name: "tun0", ifindex: 4, linkType: 101 }),
];

/** Two contexts have one place. */
const CONTEXTS: ReadonlyMap<number, Context> = new Map(
  [1, 2, 3, 4098, 0xfffffff0].map((id) => [
    id,
    contextOf({
      process: { pid: 100 + (id % 100), cmd: `/bin/p${id}`, args: ["p".repeat(id % 7), `${id}`] },
      thread: { tid: 100 + (id % 100), name: `p${id}` },
    }),
  ]),
);

function randomRecords(seed: number, number: number): Record[] {
  const random = randomNumbers(seed);
  const contexts = [0, ...CONTEXTS.keys()];
  let time = 5_000_000_000_000n;
  let context = 0;
  let device = DEVICES[0]!;
  return Array.from({ length: number }, () => {
    if (random() % 5 === 0) context = contexts[random() % contexts.length]!;
    if (random() % 17 === 0) device = DEVICES[random() % DEVICES.length]!;
    // over many seconds' borders, and words'
    time += BigInt(random() % 700_000_000);
    const data = Uint8Array.from({ length: random() % 200 }, () => random());
    const direction = (random() % 3) as Direction;
    return {
      ifindex: device.ifindex,
      netns: 0,
      context,
      direction,
      time,
      data,
      len: data.length + (random() % 9),
    };
  });
}

function packetOfRecord(record: Record): Packet {
  const time = record.time + OFFSET;
  return packetOf(record.data, {
    len: record.len,
    sec: Number(time / 1_000_000_000n),
    nsec: Number(time % 1_000_000_000n),
    device: DEVICES.find(({ ifindex }) => ifindex === record.ifindex)!,
    direction: record.direction,
    context: CONTEXTS.get(record.context) ?? null,
  });
}

function runOf(ring: FakeRing, position: number): RingRun {
  return {
    memory: ring.memory,
    size: ring.size,
    position,
    end: ring.position,
    most: 0xffffffff,
    offsetHigh: Number(OFFSET >> 32n),
    offsetLow: Number(OFFSET & 0xffffffffn),
  };
}

type MakeWriter = (output: Memory, ringBulk?: RingBulk) => SavefileWriter;

const WRITERS: globalThis.Record<string, MakeWriter> = {
  pcapng: (output, ringBulk) =>
    new PcapngWriter(output, {
      version: "0.1.0",
      filter: "",
      context: new Set(CONTEXT_PARTS),
      packetBuffered: false,
      statistics: () => ({ dropped: 0, accepted: null, lost: 0 }),
      clock: () => 1_700_000_000_000,
      ...(ringBulk ? { ringBulk } : {}),
    }),
};
for (const [name, linkType, precision] of [
  ["pcap", 1, "micro"],
  ["pcap of nanoseconds", 1, "nano"],
  ["pcap, cooked", 276, "micro"],
] as const)
  WRITERS[name] = (output, ringBulk) =>
    new PcapWriter(output, {
      linkType,
      snaplen: 262144,
      precision,
      packetBuffered: false,
      ...(ringBulk ? { ringBulk } : {}),
    });

/** A file of one link type does not take the others', a cooked one no Ethernet frame without a header. */
function suits(name: string, { ifindex, data }: Record): boolean {
  if (name === "pcapng") return true;
  return name === "pcap, cooked" ? data.length >= 14 : ifindex !== 4;
}

for (const [name, make] of Object.entries(WRITERS))
  test(`packets in bulk make the same file as packets one by one: ${name}`, { skip: noAddon }, () => {
    // begins shortly before the end of the ring, and of 32 bits
    const ring = new FakeRing(1 << 21, 2 ** 32 - 3000);
    const start = ring.position;
    const records = randomRecords(7, 12_000)
      .filter((record) => suits(name, record))
      .slice(0, 6000);
    const [plain, bulk] = [new Memory(), new Memory()];
    const one = make(plain);
    const byPlace = new Map<number, Record>();
    const exit = Buffer.from(Uint32Array.of(RECORD_EXIT, 7).buffer);
    for (const [i, record] of records.entries()) {
      if (i % 100 === 50) ring.put(packetRecord(record), DISCARDED);
      if (i % 500 === 250) ring.put(exit);
      byPlace.set(ring.position, record);
      ring.put(packetRecord(record));
      one.packet(packetOfRecord(record));
    }
    one.close();

    const many = make(bulk, addon().ringBulk);
    const run = runOf(ring, start);
    let taken = 0;
    let given = 0;
    for (const place of ring.places) {
      if (place < run.position) continue;
      const record = byPlace.get(place);
      run.position = ring.places[ring.places.indexOf(place) + 1] ?? ring.position;
      if (!record) continue;
      many.packet(packetOfRecord(record));
      many.bulk?.learn(packetOfRecord(record), record.ifindex, record.netns, record.context);
      given++;
      taken += many.bulk?.take(run) ?? 0;
      if (given % 50 === 0) many.bulk?.forget();
    }
    many.close();
    assert.equal(given + taken, records.length);
    const [least, most] = name === "pcap, cooked" ? [0, 0] : [records.length / 2, records.length];
    assert.ok(taken >= least && taken <= most, `${taken} of ${records.length}`);
    // the number of writes may differ, the bytes not
    assert.ok(plain.bytes().equals(bulk.bytes()));
  });

test("a run ends at its limits, and at what is not told of yet", { skip: noAddon }, () => {
  const ring = new FakeRing(1 << 16, 0);
  const [record] = randomRecords(3, 1) as [Record];
  const of = (fields: Partial<Record>) => packetRecord({ ...record, ifindex: 2, context: 1, ...fields });
  for (let i = 0; i < 10; i++) ring.put(of({}));
  ring.put(of({ context: 2 }));
  ring.put(of({ context: 0 }));
  ring.put(of({ ifindex: 3 }));
  ring.put(of({ netns: 9 }));
  ring.put(of({}), BUSY);
  const writer = WRITERS.pcapng!(new Memory(), addon().ringBulk);
  const bulk = writer.bulk!;
  const takenFrom = (place: number, fields: Partial<RingRun> = {}): [number, number] => {
    const run = { ...runOf(ring, ring.places[place]!), ...fields };
    const packets = bulk.take(run);
    return [packets, ring.places.indexOf(run.position)];
  };
  assert.deepEqual(takenFrom(0), [0, 0], "nothing is known");
  const packet = packetOfRecord({ ...record, ifindex: 2, context: 1 });
  writer.packet(packet);
  bulk.learn(packet, 2, 0, 1);
  assert.deepEqual(takenFrom(0), [10, 10], "another owner");
  assert.deepEqual(takenFrom(11), [1, 12], "nobody's is known; another device");
  assert.deepEqual(takenFrom(0, { most: 3 }), [3, 3]);
  assert.deepEqual(takenFrom(0, { end: ring.places[4]! }), [4, 4]);
  assert.deepEqual(takenFrom(13), [0, 13], "another namespace");
  assert.deepEqual(takenFrom(14), [0, 14], "not finished yet");
  writer.drops?.(packet.device, 5);
  assert.deepEqual(takenFrom(0), [0, 0], "the next one tells of lost ones");
  writer.packet(packet);
  assert.deepEqual(takenFrom(0), [10, 10]);
  bulk.forgetContext(1);
  assert.deepEqual(takenFrom(0), [0, 0], "forgotten owner");
  bulk.learn(packet, 2, 0, 1);
  bulk.forget();
  assert.deepEqual(takenFrom(11), [0, 11], "forgotten device");
});

test("records and tables that lie make nothing but an end", { skip: noAddon }, () => {
  const random = randomNumbers(11);
  const { ringBulk } = addon();
  const ring = new FakeRing(1 << 14, 0);
  const records = randomRecords(5, 100).map((record) => ({ ...record, ifindex: 2, context: 1 }));
  const packet = packetOfRecord(records[0]!);
  for (const record of records.slice(0, 60)) ring.put(packetRecord(record));
  const good = Uint8Array.from(ring.memory);
  for (let turn = 0; turn < 3000; turn++) {
    ring.memory.set(good);
    for (let i = 0; i < 4; i++) ring.memory[PAGE + (random() % (ring.memory.length - PAGE))] = random();
    const writer = WRITERS[turn % 2 ? "pcapng" : "pcap"]!(new Memory(), ringBulk);
    writer.packet(packet);
    writer.bulk!.learn(packet, 2, 0, 1);
    const run = runOf(ring, 0);
    const packets = writer.bulk!.take(run);
    assert.ok(packets <= 60 && run.position <= ring.position);
  }
  const [span, devices, contexts] = [
    new Uint32Array(Fields.size >>> 2),
    new Uint32Array(64 * 4),
    new Uint32Array(4096 * 4),
  ];
  span[Fields.ring >>> 2] = ring.size;
  const sized = (bytes: number) => {
    const other = span.slice();
    other[Fields.ring >>> 2] = bytes;
    return other;
  };
  const options = new Int32Array(1);
  const batch = new Uint8Array(100);
  const wrong: Parameters<RingBulk>[] = [
    [new Uint8Array(100), batch, span, devices, contexts, options],
    [ring.memory.subarray(0, PAGE + ring.size), batch, span, devices, contexts, options],
    ...[0, 16, 5000, ring.size * 2].map(
      (bytes) => [ring.memory, batch, sized(bytes), devices, contexts, options] as Parameters<RingBulk>,
    ),
    [ring.memory, batch, new Uint32Array(3), devices, contexts, options],
    [ring.memory, batch, span, new Uint32Array(3), contexts, options],
    [ring.memory, batch, span, devices, new Uint32Array(3), options],
  ];
  for (const args of wrong) assert.throws(() => ringBulk(...args), { code: "EINVAL" });
});
