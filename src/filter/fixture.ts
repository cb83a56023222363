// What the tests of this room share: filter expressions, packets to run them on, and oracles.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Addon, ClassicProgram } from "../addon/addon.ts";
import { loadAddon } from "../addon/addon.ts";
import { BACKWARD_JUMPS, instructionCount, STRIDE } from "./classic.ts";

const ROOT = join(import.meta.dirname, "../..");
const ADDON = join(ROOT, "build/ptcpdump.node");
const CAPTURES = join(ROOT, "../shared/corpus/tcpdump");

/** What continuous integration may not skip. */
export function skipUnless(condition: boolean, why: string): string | false {
  if (condition) return false;
  if (process.env["CI"] === "true") throw new Error(`cannot test: ${why}`);
  return why;
}

export const noAddon = skipUnless(existsSync(ADDON), "build/ptcpdump.node is missing (make build)");
export const noCaptures: string | false = existsSync(CAPTURES) ? false : "../shared/corpus is missing";
export const noTcpdump = skipUnless(
  spawnSync("tcpdump", ["--version"]).status === 0,
  "tcpdump is not installed",
);

export function addon(): Addon {
  return loadAddon(ADDON);
}

/** Packets in one buffer; packet i is bytes[start[i], start[i] + caplen[i]). */
export interface Packets {
  bytes: Uint8Array;
  start: number[];
  caplen: number[];
  len: number[];
}

export function packetCount(packets: Packets): number {
  return packets.start.length;
}

/** All packets of the corpus's pcap files of Ethernet. */
export function ethernetPackets(): Packets {
  const all: Packets = { bytes: new Uint8Array(0), start: [], caplen: [], len: [] };
  const parts: Uint8Array[] = [];
  let size = 0;
  for (const name of readdirSync(CAPTURES).sort()) {
    const file = readFileSync(join(CAPTURES, name));
    const little = file.length >= 24 && [0xa1b2c3d4, 0xa1b23c4d].includes(file.readUInt32LE(0));
    const big = file.length >= 24 && [0xa1b2c3d4, 0xa1b23c4d].includes(file.readUInt32BE(0));
    if (!little && !big) continue;
    const u32 = (at: number): number => (little ? file.readUInt32LE(at) : file.readUInt32BE(at));
    if (u32(20) !== 1) continue;
    for (let at = 24; at + 16 <= file.length; ) {
      const caplen = u32(at + 8);
      const len = u32(at + 12);
      if (at + 16 + caplen > file.length || caplen > 65535 || len > 65535 || len < caplen) break;
      all.start.push(size + at + 16);
      all.caplen.push(caplen);
      all.len.push(len);
      at += 16 + caplen;
    }
    parts.push(file);
    size += file.length;
  }
  all.bytes = Buffer.concat(parts);
  return all;
}

const ETHERNET = "020000000002020000000001";
const hex = (n: number, bytes: number): string => n.toString(16).padStart(bytes * 2, "0");
const ether = (type: number, rest: string): string => ETHERNET + hex(type, 2) + rest;
const llc = (rest: string): string => ether(rest.length / 2, rest);
const tcp = (from: number, to: number): string =>
  `${hex(from, 2)}${hex(to, 2)}${"00000001".repeat(2)}5002${"00".repeat(6)}`;
const udp = (from: number, to: number): string => `${hex(from, 2)}${hex(to, 2)}00100000${"61".repeat(8)}`;
const ip4 = (proto: number, rest: string, from = "0a000001", to = "0a000002"): string =>
  `4500${hex(20 + rest.length / 2, 2)}0001000040${hex(proto, 1)}0000${from}${to}${rest}`;
const ip6 = (next: number, rest: string): string =>
  `60000000${hex(rest.length / 2, 2)}${hex(next, 1)}40${"20010db8000000000000000000000001".repeat(2)}${rest}`;
const arp = (op: number, from: string, to: string): string =>
  `0001080006040${hex(op, 2).slice(1)}020000000001${from}000000000000${to}`;

/** Frames that the corpus lacks, so that every expression has something to match. */
const HANDMADE: readonly string[] = [
  ether(0x0806, arp(1, "0a000001", "0a000002")),
  ether(0x0806, arp(1, "c0a8000a", "c0a8001e")),
  ether(0x8035, arp(3, "0a000001", "0a000001")),
  ether(0x0800, ip4(9, "1100000000000000")),
  ether(0x0800, ip4(51, `06040000${"00000001".repeat(5)}${tcp(1024, 80)}`)),
  ether(0x0800, ip4(51, `33010000${"00000001".repeat(2)}11010000${"00000001".repeat(2)}${udp(7, 7)}`)),
  ether(0x0800, ip4(1, "03030000000000004500")),
  ether(0x0800, ip4(1, "05010000000000004500")),
  ether(0x0800, ip4(1, "0b000000000000004500")),
  ether(0x0800, ip4(6, tcp(22, 40000), "0a010203", "c0a80a01")),
  ether(0x0800, ip4(6, tcp(40000, 80), "c0a80a01", "0a010203")),
  ether(0x0800, `4600002c000100003f06000001020304050607080101010100${tcp(80, 9)}`),
  ether(0x0800, `450000280001200540060000010203040506070861616161616161616161616161616161`),
  ether(0x86dd, ip6(58, "8000000000010001")),
  ether(0x86dd, ip6(0, `3a00010400000000${"8000000000010001"}`)),
  ether(0x86dd, ip6(0, `2b000104000000003c000000000000002c0001040000000006000001000000ff${tcp(1, 2)}`)),
  ether(0x86dd, ip6(60, `0600010400000000${tcp(80, 443)}`)),
  ether(0x86dd, ip6(51, `3a040000${"00000001".repeat(5)}8000000000010001`)),
  ether(0x86dd, ip6(44, `1100000100000001${udp(53, 53)}`)),
  ether(0x809b, "01020304050607080910"),
  ether(0x80f3, "01020304050607080910"),
  ether(0x6001, "01020304"),
  ether(0x6002, "01020304"),
  ether(0x6004, "01020304"),
  ether(0x6007, "01020304"),
  ether(0x6003, "160081060000aa000400020400000aa00040001040000000".padEnd(100, "0")),
  ether(0x6003, "0a0002020401040000000000000000".padEnd(100, "0")),
  ...["01", "05", "09", "03", "63", "43", "6f", "e3", "af", "87", "00", "0f"].map((u) =>
    llc(`4242${u}00aabbccdd`),
  ),
  ...["03", "63", "7f", "ef", "bf", "97", "53"].map((u) => llc(`4242${u}`)),
  llc("f0f003010203"),
  llc("fefe0381010203"),
  llc("fefe0382010203"),
  llc("aaaa03080007809b0102030405"),
  llc("aaaa0300000080f30102030405"),
  llc("e0e003ffff0022"),
  llc("ffff00220001"),
  llc("050503"),
  llc("000503"),
  ether(0x8100, `0064${ether(0x0800, ip4(6, tcp(22, 50000))).slice(24)}`),
  ether(0x8100, `000a8100001408004500${ip4(17, udp(53, 53)).slice(4)}`),
  ether(0x88a8, `00148100000a0800${ip4(17, udp(53, 53))}`),
  ether(0x9100, `006486dd${ip6(58, "8000000000010001")}`),
  ether(0x8100, `206586dd${ip6(6, tcp(22, 22))}`),
  ether(0x8100, `00018847${"00400140"}${ip4(17, udp(1, 2))}`),
  ether(0x8847, `${"00400140"}${ip4(17, udp(1, 2))}`),
  ether(0x8847, `${"0040004000400140"}${ip4(6, tcp(1, 2))}`),
  ether(0x8863, "110900000000"),
  ether(0x8864, `1100001100160021${ip4(6, tcp(40000, 80))}`),
  ether(0x8864, `1100001200160057${ip6(58, "8000000000010001")}`),
  ether(0x0800, ip4(17, `c00017c100300000${"0000080000000a00"}${ip4(6, tcp(22, 1))}`)),
  ether(0x0800, ip4(17, `c00017c100300000${"0140655800000a00"}11223344${ether(0x0800, ip4(6, tcp(22, 1)))}`)),
  ether(0x0800, ip4(17, `c00017c100300000${"0000655800000b00"}${ether(0x0800, ip4(1, "0800000000010001"))}`)),
  ETHERNET,
  "02",
  "",
];

/** Adds packets to a set; `len` is the length on the wire where it is not what was captured. */
function withFrames(packets: Packets, frames: readonly { bytes: Uint8Array; len: number }[]): Packets {
  const bytes = Buffer.concat([packets.bytes, ...frames.map((frame) => frame.bytes)]);
  const all = { bytes, start: [...packets.start], caplen: [...packets.caplen], len: [...packets.len] };
  let at = packets.bytes.length;
  for (const frame of frames) {
    all.start.push(at);
    all.caplen.push(frame.bytes.length);
    all.len.push(frame.len);
    at += frame.bytes.length;
  }
  return all;
}

/** The corpus, frames that it lacks, and every fourth packet once more, cut somewhere. */
export function testPackets(): Packets {
  const made = HANDMADE.map((text) => Buffer.from(text, "hex"));
  const whole = withFrames(
    ethernetPackets(),
    made.map((bytes) => ({ bytes, len: bytes.length })),
  );
  const random = randomNumbers(1);
  const cut: { bytes: Uint8Array; len: number }[] = [];
  for (let i = 0; i < packetCount(whole); i++) {
    if (i % 4 !== 0 && i < packetCount(whole) - made.length) continue;
    const start = whole.start[i]!;
    cut.push({
      bytes: whole.bytes.subarray(start, start + (random() % (Math.min(whole.caplen[i]!, 90) + 1))),
      len: whole.len[i]!,
    });
  }
  return withFrames(whole, cut);
}

/** A folder of the test's own; removed by the caller. */
export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), "ptcpdump-filter-"));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true });
}

/** The packets as one savefile of Ethernet in which packet i has the time stamp i seconds. */
export function writeSavefile(path: string, packets: Packets): void {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262144, 16);
  header.writeUInt32LE(1, 20);
  const parts = [header];
  for (let i = 0; i < packetCount(packets); i++) {
    const record = Buffer.alloc(16 + packets.caplen[i]!);
    record.writeUInt32LE(i, 0);
    record.writeUInt32LE(packets.caplen[i]!, 8);
    record.writeUInt32LE(packets.len[i]!, 12);
    record.set(packets.bytes.subarray(packets.start[i]!, packets.start[i]! + packets.caplen[i]!), 16);
    parts.push(record);
  }
  writeFileSync(path, Buffer.concat(parts));
}

/** Which packets of writeSavefile's file tcpdump lets through (with -O if not optimized). */
export function tcpdumpMatches(path: string, expression: string, optimize: boolean): number[] {
  const options = optimize ? "-n" : "-nO";
  const out = execFileSync("tcpdump", [options, "-r", path, "-w", "-", "--", expression], {
    maxBuffer: 1 << 30,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const matches: number[] = [];
  for (let at = 24; at + 16 <= out.length; at += 16 + out.readUInt32LE(at + 8))
    matches.push(out.readUInt32LE(at));
  return matches;
}

/** Why tcpdump refuses an expression for a savefile: its message without the program's name. */
export function tcpdumpError(path: string, expression: string): string {
  const run = spawnSync("tcpdump", ["-n", "-r", path, "--count", "--", expression], { encoding: "utf8" });
  if (run.status === 0) throw new Error(`tcpdump takes "${expression}"`);
  return run.stderr.trim().split("\n").at(-1)!.replace("tcpdump: ", "");
}

/** libpcap's bpf_filter() and bpf_image() behind a small program that is compiled for the test. */
export class Oracle {
  readonly #program: string;

  constructor(folder: string) {
    this.#program = join(folder, "oracle");
    execFileSync("cc", ["-O2", "-o", this.#program, join(import.meta.dirname, "oracle.c"), "-lpcap"]);
  }

  #run(mode: string, programs: readonly ClassicProgram[], packets: Packets): Buffer {
    const parts: Uint8Array[] = [new Uint8Array(Uint32Array.of(packetCount(packets)).buffer)];
    for (let i = 0; i < packetCount(packets); i++) {
      parts.push(new Uint8Array(Uint32Array.of(packets.len[i]!, packets.caplen[i]!).buffer));
      parts.push(packets.bytes.subarray(packets.start[i]!, packets.start[i]! + packets.caplen[i]!));
    }
    for (const program of programs) {
      parts.push(new Uint8Array(Uint32Array.of(instructionCount(program)).buffer));
      const insns = Buffer.alloc(instructionCount(program) * 8);
      for (let at = 0, out = 0; at < program.length; at += STRIDE, out += 8) {
        insns.writeUInt16LE(program[at]!, out);
        insns[out + 2] = program[at + 1]!;
        insns[out + 3] = program[at + 2]!;
        insns.writeUInt32LE(program[at + 3]!, out + 4);
      }
      parts.push(insns);
    }
    return execFileSync(this.#program, [mode], { input: Buffer.concat(parts), maxBuffer: 1 << 30 });
  }

  /** Results of bpf_filter(), all packets for the first program, then for the second… */
  filter(programs: readonly ClassicProgram[], packets: Packets): Uint32Array {
    const out = this.#run("filter", programs, packets);
    return new Uint32Array(out.buffer.slice(out.byteOffset, out.byteOffset + out.length));
  }

  /** Lines of bpf_image(). */
  image(program: ClassicProgram): string[] {
    const nothing: Packets = { bytes: new Uint8Array(0), start: [], caplen: [], len: [] };
    return this.#run("image", [program], nothing).toString("latin1").split("\n").slice(0, -1);
  }

  /** Nanoseconds per packet that bpf_filter() takes, per program. */
  time(programs: readonly ClassicProgram[], packets: Packets): number[] {
    return this.#run("time", programs, packets).toString().trim().split("\n").map(Number);
  }
}

/** A plain interpreter of classic BPF, written from the description of the machine and not from the compiler. */
export function interpret(
  program: ClassicProgram,
  bytes: Uint8Array,
  start: number,
  caplen: number,
  len: number,
): number {
  const mod = (n: bigint): number => Number(n & 0xffffffffn);
  const scratch = new Array<number>(16).fill(0);
  let a = 0;
  let x = 0;
  let back = 0;
  const load = (offset: number, size: number): number | null => {
    if (offset + size > caplen) return null;
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + bytes[start + offset + i]!;
    return value;
  };
  for (let pc = 0; ; pc++) {
    const [code, jt, jf, k] = [...program.subarray(pc * STRIDE, pc * STRIDE + STRIDE)] as [
      number,
      number,
      number,
      number,
    ];
    const group = code & 0x07;
    const operand = code & 0x08 ? x : k;
    if (group === 0 || group === 1) {
      const size = { 0: 4, 8: 2, 16: 1 }[code & 0x18] ?? 0;
      let value: number | null = null;
      switch (code & 0xe0) {
        case 0x00:
          value = k;
          break;
        case 0x20:
          value = load(k, size);
          break;
        case 0x40:
          value = load(x + k, size);
          break;
        case 0x60:
          value = scratch[k]!;
          break;
        case 0x80:
          value = len;
          break;
        case 0xa0: {
          const byte = load(k, 1);
          value = byte === null ? null : (byte % 16) * 4;
        }
      }
      if (value === null) return 0;
      if (group === 0) a = value;
      else x = value;
    } else if (group === 2) scratch[k] = a;
    else if (group === 3) scratch[k] = x;
    else if (group === 4) {
      const [n, m] = [BigInt(a), BigInt(operand)];
      switch (code & 0xf0) {
        case 0x00:
          a = mod(n + m);
          break;
        case 0x10:
          a = mod(n - m);
          break;
        case 0x20:
          a = mod(n * m);
          break;
        case 0x30:
          if (m === 0n) return 0;
          a = mod(n / m);
          break;
        case 0x40:
          a = mod(n | m);
          break;
        case 0x50:
          a = mod(n & m);
          break;
        case 0x60:
          a = m > 31n ? 0 : mod(n << m);
          break;
        case 0x70:
          a = m > 31n ? 0 : mod(n >> m);
          break;
        case 0x80:
          a = mod(-n);
          break;
        case 0x90:
          if (m === 0n) return 0;
          a = mod(n % m);
          break;
        case 0xa0:
          a = mod(n ^ m);
          break;
      }
    } else if (group === 5) {
      if ((code & 0xf0) === 0) {
        if (k > 0x7fffffff && ++back > BACKWARD_JUMPS) return 0;
        pc += k > 0x7fffffff ? k - 0x100000000 : k;
        continue;
      }
      const taken = {
        16: a === operand,
        32: a > operand,
        48: a >= operand,
        64: (BigInt(a) & BigInt(operand)) !== 0n,
      }[code & 0xf0];
      pc += taken ? jt : jf;
    } else if (group === 6) return code & 0x10 ? a : k;
    else if (code & 0x80) a = x;
    else x = a;
  }
}

/** A repeatable stream of unsigned 32-bit numbers (xorshift32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/**
 * A valid program of random instructions with about one jump in four. Most offsets lie in small packets, a
 * few anywhere. Every value that decides something is often small, so that both ways are taken.
 */
export function randomProgram(
  random: () => number,
  codes: readonly number[],
  length: number,
): ClassicProgram {
  const program = new Uint32Array(length * STRIDE);
  // libpcap 1.10 does not clear the scratch memory: four words are written first, and only those are used.
  const words = 4;
  for (let i = 0; i < words; i++) program.set([0x00, 0, 0, random(), 0x02, 0, 0, i], i * 2 * STRIDE);
  const small = (): number => [random() % 64, random() % 8, 31 + (random() % 3), random()][random() % 4]!;
  for (let i = words * 2; i < length - 1; i++) {
    const code = codes[random() % codes.length]!;
    const left = length - 1 - (i + 1);
    let k = small();
    if ((code & 7) === 5 && (code & 0xf0) === 0) k = random() % (left + 1);
    if (code === 0x02 || code === 0x03 || code === 0x60 || code === 0x61) k = random() % words;
    if ((code === 0x34 || code === 0x94) && k === 0) k = 3;
    // What a constant shift by 32 and more gives is left to the C compiler in libpcap 1.10.
    if (code === 0x64 || code === 0x74) k %= 32;
    const hop = (): number => random() % (Math.min(left, random() % 3 === 0 ? 255 : 3) + 1);
    program.set(
      (code & 7) === 5 && (code & 0xf0) !== 0 ? [code, hop(), hop(), k] : [code, 0, 0, k],
      i * STRIDE,
    );
  }
  program.set(random() % 2 ? [0x16, 0, 0, 0] : [0x06, 0, 0, random()], (length - 1) * STRIDE);
  return program;
}
