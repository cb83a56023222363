import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { PERF_CAPLEN, RecordPacket } from "../addon/abi.ts";
import { type Addon, loadAddon } from "../addon/addon.ts";
import { cpuNumbers, PerfBuffers, perfSizes } from "./perf.ts";

const addon = loadAddon(join(import.meta.dirname, "../../build/ptcpdump.node"));
const PAGE = addon.pageSize();
const SAMPLE = 9;
const LOST = 2;
/** Places in struct perf_event_mmap_page of linux/perf_event.h. */
const HEAD = 1024;
const TAIL = 1032;
const FOREVER = [0xffffffff, 0xffffffff];

/** A CPU's buffer in plain memory, with the kernel's part played by put(). */
class FakeBuffer {
  readonly memory: Uint8Array;
  readonly #size: number;
  #head = 0;

  constructor(size = PAGE, start = 0) {
    this.memory = new Uint8Array(PAGE + size);
    this.#size = size;
    this.#set(HEAD, start);
    this.#set(TAIL, start);
    this.#head = start;
  }

  #set(at: number, value: number): void {
    new DataView(this.memory.buffer).setBigUint64(at, BigInt(value), true);
  }

  get tail(): number {
    return Number(new DataView(this.memory.buffer).getBigUint64(TAIL, true));
  }

  get head(): number {
    return this.#head;
  }

  /** Bytes as they are, wrapped at the end. */
  write(bytes: Uint8Array): void {
    for (const byte of bytes) this.memory[PAGE + (this.#head++ & (this.#size - 1))] = byte;
    this.#set(HEAD, this.#head);
  }

  put(time: number, raw: Uint8Array): void {
    const padded = ((raw.length + 4 + 7) & ~7) - 4;
    const bytes = Buffer.alloc(8 + 8 + 4 + padded);
    bytes.writeUInt32LE(SAMPLE, 0);
    bytes.writeUInt16LE(bytes.length, 6);
    bytes.writeBigUInt64LE(BigInt(time), 8);
    bytes.writeUInt32LE(padded, 16);
    bytes.set(raw, 20);
    this.write(bytes);
  }

  lose(count: number): void {
    const bytes = Buffer.alloc(8 + 16 + 8);
    bytes.writeUInt32LE(LOST, 0);
    bytes.writeUInt16LE(bytes.length, 6);
    bytes.writeBigUInt64LE(BigInt(count), 16);
    this.write(bytes);
  }
}

const text = (words: string): Uint8Array => Buffer.from(words.padEnd(12));

/** The records in a batch. */
function records(batch: Uint8Array, end: number): Buffer[] {
  const found: Buffer[] = [];
  const view = Buffer.from(batch.buffer, batch.byteOffset, end);
  for (let at = 0; at < end; ) {
    const length = view.readUInt32LE(at);
    found.push(view.subarray(at + 8, at + 8 + length));
    at += (length + 8 + 7) & ~7;
  }
  return found;
}

/** What perfTake brings over, as text, and how many records the kernel has lost. */
function take(buffers: FakeBuffer[], until = FOREVER, room = 1 << 16): { texts: string[]; lost: number } {
  const batch = new Uint8Array(room);
  const words = Uint32Array.of(...until, 0);
  const end = addon.perfTake(
    buffers.map(({ memory }) => memory),
    batch,
    words,
    false,
  );
  return {
    texts: records(batch, end).map((record) => record.toString().replace(/[ \0]+$/, "")),
    lost: words[2]!,
  };
}

test("records of all CPUs come in order of their times, each CPU's in its own", () => {
  const [a, b, c] = [new FakeBuffer(), new FakeBuffer(), new FakeBuffer()];
  a.put(10, text("a10"));
  b.put(5, text("b5"));
  a.put(20, text("a20"));
  b.put(15, text("b15"));
  b.put(16, text("b16"));
  // an interrupt came between taking the time and writing
  a.put(19, text("a19"));
  a.put(30, text("a30"));
  assert.deepEqual(take([a, b, c]), { texts: ["b5", "a10", "b15", "b16", "a20", "a19", "a30"], lost: 0 });
  assert.deepEqual([a.tail, b.tail, c.tail], [a.head, b.head, 0]);
  assert.deepEqual(take([a, b, c]).texts, []);
});

test("what is younger stays, and what finds no room", () => {
  const a = new FakeBuffer();
  const b = new FakeBuffer();
  for (const time of [1, 3, 5]) a.put(time, text(`a${time}`));
  for (const time of [2, 4, 2 ** 40]) b.put(time, text(`b${time}`));
  assert.deepEqual(take([a, b], [3, 0]).texts, ["a1", "b2", "a3"]);
  assert.deepEqual(take([a, b], [1000, 0], 24).texts, ["b4"]);
  assert.deepEqual(take([a, b], [1000, 0]).texts, ["a5"]);
  assert.deepEqual(take([a, b], [0, 255]).texts, []);
  assert.deepEqual(take([a, b], [0, 256]).texts, ["b1099511627776"]);
});

test("records that go over a buffer's end are whole", () => {
  for (let start = PAGE - 64; start <= PAGE; start += 8) {
    const a = new FakeBuffer(PAGE, start);
    a.put(1, text("first"));
    a.put(2, text("second"));
    a.lose(7);
    a.put(3, text("third"));
    assert.deepEqual(take([a]), { texts: ["first", "second", "third"], lost: 7 });
  }
});

test("what the kernel would never write ends nothing but that buffer's records so far", () => {
  const header = (type: number, size: number, ...rest: number[]): Buffer => {
    const bytes = Buffer.alloc(24);
    bytes.writeUInt32LE(type, 0);
    bytes.writeUInt16LE(size, 6);
    for (const [at, value] of rest.entries()) bytes.writeUInt32LE(value, 8 + 4 * at);
    return bytes;
  };
  // too short, longer than what is there, and raw bytes that are more than the record has
  for (const broken of [header(SAMPLE, 4), header(SAMPLE, 4096), header(SAMPLE, 24, 1, 0, 64)]) {
    const a = new FakeBuffer();
    const b = new FakeBuffer();
    a.put(1, text("before"));
    a.write(broken);
    b.put(2, text("other"));
    assert.deepEqual(take([a, b]).texts, ["before", "other"]);
    a.put(3, text("after"));
    assert.deepEqual(take([a, b]).texts, ["after"]);
  }
  const odd = new FakeBuffer();
  odd.write(header(77, 24));
  odd.put(3, text("behind another kind"));
  assert.deepEqual(take([odd]).texts, ["behind another kind"]);
  assert.throws(() => addon.perfTake([new Uint8Array(PAGE)], new Uint8Array(64), new Uint32Array(3), false), {
    code: "EINVAL",
  });
});

/** struct perf_packet, and the bytes that the kernel puts behind it. */
function packet(data: string, caplen: number, tag = Buffer.alloc(4)): Uint8Array {
  const head = Buffer.alloc(RecordPacket.size + 8);
  head.writeUInt16LE(1, 0);
  head.writeUInt32LE(caplen, RecordPacket.caplen);
  head.set(tag, RecordPacket.size);
  return Buffer.concat([head, Buffer.from(data)]);
}

function takePackets(buffers: FakeBuffer[]): string[] {
  const batch = new Uint8Array(1 << 18);
  const end = addon.perfTake(
    buffers.map(({ memory }) => memory),
    batch,
    Uint32Array.of(...FOREVER, 0),
    true,
  );
  return records(batch, end).map((record) => record.subarray(RecordPacket.size).toString("latin1"));
}

test("packets have their bytes, and a tag where it was on the wire", () => {
  const a = new FakeBuffer(1 << 18);
  a.put(1, packet("0123456789ab-data", 17));
  a.put(2, packet("0123456789ab-data", 21, Buffer.from([0x81, 0, 0, 7])));
  // the kernel pads: what is there and not captured is not the packet's
  a.put(3, packet("0123456789abcdef", 13));
  // a claim of more than is there, and a tag without room
  a.put(4, packet("0123", 90));
  a.put(5, packet("0123", 8, Buffer.from([0x81, 0, 0, 7])));
  a.put(6, Buffer.alloc(12));
  a.put(7, packet("x".repeat(PERF_CAPLEN), PERF_CAPLEN));
  const found = takePackets([a]);
  assert.deepEqual(found.slice(0, 3), [
    "0123456789ab-data",
    "0123456789ab\x81\0\0\x07-data",
    "0123456789abc",
  ]);
  assert.equal(found[3], "x".repeat(PERF_CAPLEN));
  assert.equal(found.length, 4);
  assert.equal(a.tail, a.head);
});

test("the largest packet fits the 16 bits of a record's length", () => {
  assert.ok(8 + 8 + 4 + ((RecordPacket.size + 8 + PERF_CAPLEN + 4 + 7) & ~7) < 1 << 16);
});

test("buffers take no more memory than the ring would", () => {
  for (const total of [16 << 20, 32 << 20, 1 << 30])
    for (const cpus of [1, 2, 3, 4, 6, 8, 31]) {
      const { packets, told } = perfSizes(total, cpus);
      assert.ok((packets + told) * cpus <= total, `${total} for ${cpus}`);
      assert.ok(packets * cpus >= total / 4, `${total} for ${cpus}`);
      assert.ok(Number.isInteger(Math.log2(packets)) && Number.isInteger(Math.log2(told)));
    }
  // but each takes a few of the largest records
  assert.deepEqual(perfSizes(65536, 4), { packets: 1 << 18, told: 1 << 18 });
});

test("lists of CPUs", () => {
  assert.deepEqual(cpuNumbers("0\n"), [0]);
  assert.deepEqual(cpuNumbers("0-3\n"), [0, 1, 2, 3]);
  assert.deepEqual(cpuNumbers("0,2-4,9\n"), [0, 2, 3, 4, 9]);
});

/** Buffers of two CPUs, with the kernel played. */
function fakeBuffers() {
  const made: FakeBuffer[] = [];
  const now = { ns: 10_000_000 };
  const fake = {
    ...addon,
    perfOpen: () => 1,
    perfJoin: () => 1,
    perfStart: () => {},
    mapUpdate: () => {},
    closeFd: () => {},
    epollOpen: () => 1,
    mapMemory: (_fd: number, _offset: number, length: number) => {
      const buffer = new FakeBuffer(length - PAGE);
      made.push(buffer);
      return buffer.memory.buffer;
    },
    clocks: (out: Uint32Array) => {
      out[2] = 0;
      out[3] = now.ns;
    },
  } as unknown as Addon;
  const options = { packets: 1, wakers: 2, tellings: 3, cpus: [0, 1], bytes: 1 << 20 };
  const buffers = new PerfBuffers(fake, options);
  const [packets0, told0, packets1, told1] = made as [FakeBuffer, FakeBuffer, FakeBuffer, FakeBuffer];
  return { buffers, packets: [packets0, packets1] as const, told: [told0, told1] as const, now };
}

function read(buffers: PerfBuffers, most = Number.POSITIVE_INFINITY): string[] {
  const seen: string[] = [];
  buffers.drain((at, length) => {
    const record = Buffer.from(buffers.bytes.subarray(at, at + length));
    const isPacket = record.readUInt16LE(0) === 1;
    seen.push(record.toString("latin1", isPacket ? RecordPacket.size : 0).replace(/[ \0]+$/, ""));
    return seen.length < most;
  }, 1 << 20);
  return seen;
}

test("what is told of owners comes before the packets, those of other CPUs as well", () => {
  const { buffers, packets, told, now } = fakeBuffers();
  packets[0].put(1_000_000, packet("one", 3));
  packets[1].put(2_000_000, packet("two", 3));
  // by the clock it is later: the program's end came after another CPU's packet
  told[1].put(2_500_000, text("owner"));
  packets[1].put(9_000_000, packet("young", 5));
  assert.ok(!buffers.isEmpty());
  assert.deepEqual(read(buffers), ["owner", "one", "two"]);
  assert.ok(!buffers.isEmpty(), "the young one is still to come");
  assert.deepEqual(read(buffers), []);
  now.ns += 2_000_000;
  assert.deepEqual(read(buffers), ["young"]);
  assert.ok(buffers.isEmpty());
});

test("a handler that stops gets the rest the next time", () => {
  const { buffers, packets } = fakeBuffers();
  for (const [at, word] of ["a", "b", "c", "d"].entries()) packets[at % 2]!.put(at, packet(word, 1));
  assert.deepEqual(read(buffers, 1), ["a"]);
  assert.ok(!buffers.isEmpty());
  assert.deepEqual(read(buffers, 2), ["b", "c"]);
  assert.deepEqual(read(buffers), ["d"]);
  assert.ok(buffers.isEmpty());
});

test("at the end nothing is too young", () => {
  const { buffers, packets } = fakeBuffers();
  packets[0].put(11_000_000, packet("last", 4));
  packets[0].lose(3);
  assert.deepEqual(read(buffers), []);
  buffers.end();
  assert.deepEqual(read(buffers), ["last"]);
  assert.equal(buffers.lost, 3);
});
