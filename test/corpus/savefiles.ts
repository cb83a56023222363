// Damaged savefiles: pcap and pcapng with bytes changed, moved, repeated and cut off, and lengths that lie; plain and
// compressed, damaged before or after that. Each is read, printed and written again.
//
// By hand: node test/corpus/savefiles.ts [COUNT] [SEED]     200,000 and 1 unless given
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { gzipSync, zstdCompressSync } from "node:zlib";
import type { Names } from "../../src/bytes/names.ts";
import { CONTEXT_PARTS } from "../../src/model/context.ts";
import { Failure } from "../../src/model/failure.ts";
import type { Output } from "../../src/model/sink.ts";
import { contextOf, deviceOf, Fields, frame, Memory, packetOf } from "../../src/savefile/handmade.ts";
import { WAIT } from "../../src/savefile/input.ts";
import { xxh32 } from "../../src/savefile/lz4.ts";
import { PcapngWriter } from "../../src/savefile/pcapng-writer.ts";
import { unpackSavefile } from "../../src/savefile/savefile.ts";
import { TextSink } from "../../src/sink/text.ts";
import { CORPUS, settingsOf } from "./corpus.ts";
import { Dice } from "./mutants.ts";

/** What a file may cost at most: seconds of CPU, as other programs take their time, too. */
export const LONGEST = 1;
/** Memory of the process that reads them all, bytes. */
export const MOST_MEMORY = 200e6;
/** Captures of the corpus that are as small as this (bytes) are damaged, too. */
const SMALL = 6000;

/** Numbers that lengths, counts and types like to be wrong by. */
const NUMBERS = [
  0, 1, 3, 4, 8, 11, 12, 16, 28, 32, 0xff, 0xffff, 0x10000, 0xffffff, 0x1000000, 0x7fffffff, 0xffffffff,
];
/** Types of blocks, and options. */
const TYPES = [
  0x0a0d0d0a, 1, 2, 3, 4, 5, 6, 10, 0xbad, 0x40000bad, 0x80000001, 0x1a2b3c4d, 0x4d3c2b1a, 0x00020001,
];

/** Undamaged files. */
export function seeds(): Buffer[] {
  const files: Buffer[] = [];
  for (const big of [false, true]) {
    const f = new Fields(big);
    const data = frame("abcdefgh");
    for (const magic of [0xa1b2c3d4, 0xa1b23c4d])
      files.push(
        Buffer.concat([f.pcap(magic), f.record(1, 2, data), f.record(3, 4, data), f.record(5, 6, data)]),
      );
    const comment = f.option(1, "PID: 1\nCmd: /bin/a\nArgs: a b\\x0ac");
    const interfaceOptions = [f.option(2, "eth0"), f.option(9, Buffer.of(9)), f.option(14, f.number(8, 5))];
    files.push(
      Buffer.concat([
        f.section(f.option(4, "ptcpdump 0.1.0")),
        f.interface(1, 0, ...interfaceOptions),
        f.interface(101, 96, f.option(1, "ifIndex: 3, netNsInode: 4026531840, netNsPath: /proc/self/ns/net")),
        f.enhanced(0, 1n << 40n, data, comment, f.option(2, f.u32(1))),
        f.block(3, f.u32(data.length), data, Buffer.alloc(-data.length & 3)),
        f.block(2, f.u16(1, 0), f.u32(1, 2, 20, 20), data.subarray(14, 34)),
        f.block(0xbad, f.u32(32622, 3, 8, 4711, 0)),
        f.block(10, f.u32(0x544c534b, 4), Buffer.from("abc\n")),
        f.block(4, f.u16(1, 8), Buffer.from("\x0a\0\0\x01abc\0"), f.u32(0)),
        f.section(f.option(4, "ptcpdump v0.30.0")),
        f.interface(276, 65535, f.option(9, Buffer.of(0x80 | 20))),
        f.enhanced(0, 77n, Buffer.from("0800000000000002030400060000000000000000", "hex"), comment),
        f.block(5, f.u32(0, 1, 2)),
      ]),
    );
  }
  files.push(written());
  for (const folder of existsSync(CORPUS) ? [CORPUS, join(CORPUS, "../ptcpdump")] : [])
    for (const name of readdirSync(folder)) {
      if (!/\.pcap(ng)?$/.test(name)) continue;
      const path = join(folder, name);
      if (statSync(path).size <= SMALL) files.push(readFileSync(path));
    }
  return files;
}

/** A file of our own writer. */
function written(): Buffer {
  const output = new Memory();
  const writer = new PcapngWriter(output, {
    version: "0.1.0",
    comment: "Command: ptcpdump",
    filter: "udp",
    context: new Set(CONTEXT_PARTS),
    packetBuffered: false,
    statistics: () => ({ dropped: 1, accepted: 2, lost: 3 }),
    names: () => [{ address: Uint8Array.of(10, 0, 0, 1), name: "a" }],
  });
  writer.secrets(0x544c534b, Buffer.from("CLIENT_RANDOM 0 1\n"));
  const device = deviceOf({ name: "eth0" });
  for (let pid = 1; pid < 6; pid++) {
    const process = { pid, cmd: `/bin/p${pid}`, args: ["p", "x\ny"], start: 123n };
    const container = { id: "c", name: "n", image: "i", labels: { a: "b" } };
    const context = contextOf({
      process,
      thread: { tid: pid, name: "t" },
      parent: process,
      uid: pid,
      container,
    });
    writer.packet(packetOf(frame("x".repeat(pid)), { context, direction: 1, device }));
    writer.drops(device, pid);
  }
  writer.close();
  return output.bytes();
}

/** Changes a few things; the file may get longer, or shorter. */
export function damage(source: Uint8Array, others: readonly Uint8Array[], dice: Dice): Buffer {
  let bytes: Buffer = Buffer.from(source);
  const word = (value: number): Buffer => new Fields(dice.roll(4) === 0).u32(value);
  for (let left = 1 + dice.roll(4); left > 0 && bytes.length > 0; left--) {
    const at = dice.roll(bytes.length);
    const aligned = at & ~3;
    const size = Math.min(1 << dice.roll(9), bytes.length - at);
    switch (dice.roll(11)) {
      case 0:
        bytes[at] = dice.roll(256);
        break;
      case 1:
        bytes[at]! ^= 1 << dice.roll(8);
        break;
      case 2:
      case 3:
        word(NUMBERS[dice.roll(NUMBERS.length)]!).copy(bytes, aligned);
        break;
      case 4:
        word(TYPES[dice.roll(TYPES.length)]!).copy(bytes, aligned);
        break;
      case 5: // a length that is nearly right
        if (aligned + 4 <= bytes.length) {
          const near = bytes.readUInt32LE(aligned) + 4 * (dice.roll(9) - 4);
          bytes.writeUInt32LE(near >>> 0, aligned);
        }
        break;
      case 6:
        bytes = bytes.subarray(0, at);
        break;
      case 7: // something is missing
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + size)]);
        break;
      case 8: // something comes twice, or often
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          ...new Array<Buffer>(1 + dice.roll(40)).fill(bytes.subarray(at, at + size)),
          bytes.subarray(at),
        ]);
        break;
      case 9: {
        const other = others[dice.roll(others.length)]!;
        const from = dice.roll(other.length) & ~3;
        bytes = Buffer.concat([
          bytes.subarray(0, aligned),
          other.subarray(from, from + size),
          bytes.subarray(aligned),
        ]);
        break;
      }
      default:
        bytes.fill(dice.roll(2) === 0 ? 0 : 0xff, at, at + size);
    }
  }
  return bytes;
}

/** An LZ4 frame of one stored block after another: made here, for Node makes none. */
export function storedLz4(bytes: Uint8Array): Buffer {
  const f = new Fields(false);
  const descriptor = Buffer.of(0x74, 0x40);
  const head = Buffer.concat([
    f.u32(0x184d2204),
    descriptor,
    Buffer.of((xxh32(descriptor, 0, 2) >>> 8) & 0xff),
  ]);
  const parts: Buffer[] = [head];
  for (let at = 0; at < bytes.length; at += 1000) {
    const block = bytes.subarray(at, at + 1000);
    parts.push(
      f.u32((0x80000000 | block.length) >>> 0),
      Buffer.from(block),
      f.u32(xxh32(block, 0, block.length)),
    );
  }
  return Buffer.concat([...parts, f.u32(0, xxh32(bytes, 0, bytes.length))]);
}

/** As LZ4 that is compressed a little: literals, and matches where four bytes repeat those just before. */
export function packedLz4(bytes: Uint8Array): Buffer {
  const parts: Buffer[] = [];
  const f = new Fields(false);
  const length = (n: number): number[] => {
    const more: number[] = [];
    if (n >= 15) {
      let rest = n - 15;
      for (; rest >= 255; rest -= 255) more.push(255);
      more.push(rest);
    }
    return more;
  };
  const block: number[] = [];
  let literals = 0;
  let at = 0;
  for (; at < bytes.length && at < 60000; ) {
    let run = 0;
    while (at > literals && at + run < bytes.length && bytes[at + run] === bytes[at + run - 1]) run++;
    if (run < 8) {
      at++;
      continue;
    }
    const count = at - literals;
    block.push(
      (Math.min(count, 15) << 4) | Math.min(run - 4, 15),
      ...length(count),
      ...bytes.subarray(literals, at),
    );
    block.push(1, 0, ...length(run - 4));
    at += run;
    literals = at;
  }
  const count = at - literals;
  block.push(Math.min(count, 15) << 4, ...length(count), ...bytes.subarray(literals, at));
  const descriptor = Buffer.of(0x60, 0x40);
  parts.push(f.u32(0x184d2204), descriptor, Buffer.of((xxh32(descriptor, 0, 2) >>> 8) & 0xff));
  parts.push(f.u32(block.length), Buffer.from(block), f.u32(0));
  return Buffer.concat(parts);
}

const PACKERS: readonly [string, (bytes: Uint8Array) => Buffer][] = [
  ["gzip", (bytes) => gzipSync(bytes, { level: 1 })],
  ["zstd", (bytes) => zstdCompressSync(bytes)],
  ["lz4", storedLz4],
  ["lz4", packedLz4],
];

/** A damaged file of some kind, and what kind that is. */
export function mutant(files: readonly Buffer[], dice: Dice): { kind: string; bytes: Buffer } {
  const source = files[dice.roll(files.length)]!;
  if (dice.roll(2) === 0) return { kind: "plain", bytes: damage(source, files, dice) };
  const [kind, pack] = PACKERS[dice.roll(PACKERS.length)]!;
  const before = dice.roll(2) === 0 ? damage(source, files, dice) : source;
  const packed = pack(before);
  return { kind, bytes: before === source || dice.roll(3) === 0 ? damage(packed, [packed], dice) : packed };
}

const NOWHERE: Output = { write() {} };
const NO_NAMES: Names = {
  host: () => null,
  station: () => null,
  tcpPort: () => null,
  udpPort: () => null,
  device: () => null,
} as unknown as Names;

/** What prints and writes the packets: anew for every so many files, for a megabyte each would be the memory measured. */
interface Users {
  readonly text: TextSink;
  readonly writer: PcapngWriter;
}
const FILES_OF_USERS = 200;

function users(): Users {
  return {
    text: new TextSink(NOWHERE, settingsOf("-n -v -e").text, false, NO_NAMES),
    writer: new PcapngWriter(NOWHERE, {
      version: "0",
      filter: "",
      context: new Set(CONTEXT_PARTS),
      packetBuffered: false,
    }),
  };
}

/** Reads, prints and writes all of a file; what came of it. Throws what is no Failure, and whatever is not right. */
async function digest(path: string, { text, writer }: Users): Promise<{ outcome: string; packets: number }> {
  let packets = 0;
  try {
    const savefile = await unpackSavefile(path);
    try {
      const { packet } = savefile;
      const read = (): void => {
        while (savefile.next()) {
          const { start, caplen, bytes, sec, nsec } = packet;
          if (!(start >= 0 && start + caplen <= bytes.length)) throw new Error("a packet outside its buffer");
          if (!Number.isInteger(sec) || !Number.isInteger(nsec) || nsec < 0)
            throw new Error("a time that is none");
          packets++;
          text.packet(packet);
          writer.packet(packet);
        }
      };
      for (;;)
        try {
          read();
          break;
        } catch (error) {
          if (error !== WAIT) throw error;
          await savefile.more();
        }
    } finally {
      savefile.close();
    }
    text.flush();
    writer.flush();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { outcome: error.code, packets };
  }
  return { outcome: "read", packets };
}

/** Reads so many mutants. `report` is told now and then. Throws on the first that is not read as it should be. */
export async function fuzz(
  count: number,
  seed: number,
  path: string,
  report: (done: number) => void = () => {},
): Promise<{ outcomes: Map<string, number>; packets: number; slowest: number; memory: number }> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const files = seeds();
  const dice = new Dice(seed);
  const outcomes = new Map<string, number>();
  let packets = 0;
  let slowest = 0;
  let hands = users();
  for (let done = 0; done < count; done++) {
    const { kind, bytes } = mutant(files, dice);
    writeFileSync(path, bytes);
    if (done % FILES_OF_USERS === 0) {
      // What earlier files left behind is no memory that a file takes.
      collect();
      hands = users();
    }
    const before = process.cpuUsage();
    let result: Awaited<ReturnType<typeof digest>>;
    try {
      result = await digest(path, hands);
    } catch (error) {
      const where = `mutant ${done} of seed ${seed} (${kind}): ${bytes.toString("base64").slice(0, 20_000)}`;
      throw new Error(`${(error as Error).message}\n${where}`, { cause: error });
    }
    const { user, system } = process.cpuUsage(before);
    const seconds = (user + system) / 1e6;
    slowest = Math.max(slowest, seconds);
    if (seconds > LONGEST) throw new Error(`mutant ${done} of seed ${seed} (${kind}) took ${seconds} s`);
    packets += result.packets;
    const outcome = `${kind}: ${result.outcome}`;
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (done % 1000 === 999) report(done + 1);
  }
  return { outcomes, packets, slowest, memory: process.resourceUsage().maxRSS * 1024 };
}

if (import.meta.main) {
  const count = Number(process.argv[2] ?? 200_000);
  const seed = Number(process.argv[3] ?? 1);
  const path = join(existsSync("/dev/shm") ? "/dev/shm" : "/tmp", `ptcpdump-fuzz-${process.pid}`);
  try {
    const { outcomes, packets, slowest, memory } = await fuzz(count, seed, path, (done) => {
      if (done % 10_000 === 0) process.stderr.write(`${done} of ${count}\n`);
    });
    for (const [outcome, times] of [...outcomes].sort())
      process.stdout.write(`${String(times).padStart(8)} ${outcome}\n`);
    process.stdout.write(
      `${count} files of seed ${seed}: ${packets} packets, the slowest file ${slowest.toFixed(3)} s, ` +
        `memory at most ${(memory / 1e6).toFixed(0)} MB\n`,
    );
    if (memory > MOST_MEMORY) throw new Error("too much memory");
  } finally {
    rmSync(path, { force: true });
  }
}
