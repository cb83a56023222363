import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { after, before, test } from "node:test";
import type { Addon, ClassicProgram } from "../addon/addon.ts";
import {
  ANCILLARY,
  Ancillary,
  instructionCount,
  LINK_HEADER,
  NETWORK_HEADER,
  Op,
  STRIDE,
} from "./classic.ts";
import { EXPRESSIONS } from "./expressions.ts";
import type { Packets } from "./fixture.ts";
import {
  addon,
  noAddon,
  noCaptures,
  packetCount,
  randomNumbers,
  randomProgram,
  skipUnless,
  testPackets,
} from "./fixture.ts";
import { compileMatcher } from "./javascript.ts";
import type { ContextLayout, TranslateOptions } from "./kernel.ts";
import { SKB_CONTEXT, translate } from "./kernel.ts";

const SCHED_CLS = 3;
const PROG_ARRAY = 3;
const MATCH = 1;
const NO_MATCH = 0xffffffff;
/**
 * True for what BPF_PROG_TEST_RUN takes: a page less the kernel's own needs at most, and since Linux 6.18 the
 * whole IP header where the type announces one.
 */
function isRunnable(packet: Uint8Array): boolean {
  const type = packet.length < 14 ? 0 : (packet[12]! << 8) | packet[13]!;
  const smallest = type === 0x0800 ? 34 : type === 0x86dd ? 54 : 15;
  return packet.length >= smallest && packet.length <= 3500;
}

/** Loads through the helper only, as for a program type without direct access. */
const NO_DIRECT_ACCESS: ContextLayout = { ...SKB_CONTEXT, data: null, dataEnd: null };

const skip = noAddon || skipUnless(process.getuid?.() === 0, "eBPF programs need root");

const program = (...rows: [number, number, number, number][]): ClassicProgram =>
  Uint32Array.from(rows.flat());

/** eBPF by hand: code, registers (dst | src << 4), offset, immediate. */
function insns(...rows: [number, number, number, number][]): Uint8Array {
  const bytes = Buffer.alloc(rows.length * 8);
  rows.forEach(([code, registers, offset, immediate], i) => {
    bytes[i * 8] = code;
    bytes[i * 8 + 1] = registers;
    bytes.writeInt16LE(offset, i * 8 + 2);
    bytes.writeInt32LE(immediate | 0, i * 8 + 4);
  });
  return bytes;
}

/**
 * The programs that one run of this file may load. Linux frees programs from the work queue "events", one item
 * each, under a lock that a load of another program may hold while it waits for that same queue: with 1,024
 * items waiting per processor nothing moves any more (seen on 6.18, when 2,000 programs were closed at once).
 * So there are few programs, and each is closed when it has served.
 */
const MOST_PROGRAMS = 600;

/** Programs in the kernel. */
class Kernel {
  readonly addon: Addon = addon();
  readonly #open = new Set<number>();
  #loaded = 0;
  readonly map: number;
  readonly emptyMap: number;

  constructor() {
    this.map = this.array();
    this.emptyMap = this.array();
    // return 1
    this.put(this.map, this.load(insns([0xb7, 0, 0, MATCH], [0x95, 0, 0, 0])));
  }

  array(): number {
    const fd = this.addon.mapCreate(PROG_ARRAY, 4, 4, 1, 0, "filter_test");
    this.#open.add(fd);
    return fd;
  }

  put(map: number, fd: number): void {
    this.addon.mapUpdate(map, Uint32Array.of(0), Uint32Array.of(fd), 0);
  }

  load(instructions: Uint8Array): number {
    assert.ok(++this.#loaded <= MOST_PROGRAMS, "too many programs for one test run");
    const { fd } = this.addon.progLoad(SCHED_CLS, instructions, "GPL", "filter_test", 0);
    if (fd < 0) {
      const { log } = this.addon.progLoad(SCHED_CLS, instructions, "GPL", "filter_test", 1 << 24);
      assert.fail(`the kernel refuses the program (${fd}): ${log.slice(-500)}`);
    }
    this.#open.add(fd);
    return fd;
  }

  filter(classic: ClassicProgram, options: Partial<TranslateOptions> = {}): number {
    return this.load(translate(classic, { map: this.map, index: 0, ...options }));
  }

  run(fd: number, packet: Uint8Array): number {
    return this.addon.progTestRun(fd, packet);
  }

  /** The verdict of a program that is not needed any more. */
  runLast(fd: number, packet: Uint8Array): number {
    const verdict = this.run(fd, packet);
    this.close(fd);
    return verdict;
  }

  close(...fds: number[]): void {
    for (const fd of fds) if (this.#open.delete(fd)) this.addon.closeFd(fd);
  }

  closeAll(): void {
    this.close(...this.#open);
  }
}

let kernel: Kernel;
if (!skip) {
  before(() => {
    kernel = new Kernel();
  });
  after(() => kernel.closeAll());
}

function compile(expression: string, optimize = true): ClassicProgram {
  return addon().pcapCompile(1, 262144, expression, optimize).instructions;
}

/** Every seventh packet that the kernel takes, and all that were made for the tests. */
function samples(): Uint8Array[] {
  const packets: Packets = testPackets();
  const all: Uint8Array[] = [];
  for (let i = 0; i < packetCount(packets); i++) {
    if (i % 7 !== 0 && i < 5400) continue;
    const packet = packets.bytes.slice(packets.start[i]!, packets.start[i]! + packets.caplen[i]!);
    if (isRunnable(packet)) all.push(packet);
  }
  return all;
}

/** Runs a program that is not needed any more on packets; returns how many match. */
function compare(classic: ClassicProgram, fd: number, packets: readonly Uint8Array[], name: string): number {
  const matcher = compileMatcher(classic);
  let matches = 0;
  for (const packet of packets) {
    const wanted = matcher(packet, 0, packet.length, packet.length) === 0 ? NO_MATCH : MATCH;
    const verdict = kernel.run(fd, packet);
    if (verdict !== wanted)
      assert.equal(verdict, wanted, `${name} on ${Buffer.from(packet).toString("hex").slice(0, 200)}`);
    if (wanted === MATCH) matches++;
  }
  kernel.close(fd);
  return matches;
}

test("every expression decides in the kernel as the matcher does", { skip: skip || noCaptures }, () => {
  const packets = samples();
  assert.ok(packets.length > 800);
  let matched = 0;
  EXPRESSIONS.forEach((expression, i) => {
    const optimized = compile(expression);
    const matches = compare(optimized, kernel.filter(optimized), packets, expression);
    if (matches > 0) matched++;
    if (i % 6 !== 0) return;
    const plain = compile(expression, false);
    const fd = kernel.filter(plain, { context: NO_DIRECT_ACCESS });
    compare(plain, fd, packets, `${expression}, not optimized, no direct access`);
  });
  assert.ok(matched > EXPRESSIONS.length * 0.9, `${matched} expressions match something`);
});

test("random programs decide in the kernel as the matcher does", { skip }, () => {
  const random = randomNumbers(7);
  const packets = Array.from({ length: 30 }, () =>
    Uint8Array.from({ length: 15 + (random() % 80) }, () => random() >>> 24),
  ).filter(isRunnable);
  const codes = Object.values(Op).filter((code) => code !== Op.LSH_X && code !== Op.RSH_X);
  let matches = 0;
  const rounds = 150;
  for (let round = 0; round < rounds; round++) {
    const classic = randomProgram(random, codes, 9 + (random() % (round % 10 ? 40 : 400)));
    for (let at = 0; at < classic.length; at += STRIDE)
      // Offsets that mean something else than the packet in the kernel.
      if ((classic[at]! & 0xe7) === 0x20 || classic[at] === Op.LDX_MSH) classic[at + 3]! %= LINK_HEADER;
    matches += compare(classic, kernel.filter(classic), packets, `program ${round}: ${classic}`);
  }
  assert.ok(matches > rounds * 3 && matches < rounds * 27, `${matches} matches`);
});

test("shifts count modulo 32, as in the kernel's classic BPF", { skip }, () => {
  for (const [code, value, count, wanted] of [
    [Op.LSH_X, 1, 31, 0x80000000],
    [Op.LSH_X, 1, 32, 1],
    [Op.LSH_X, 1, 33, 2],
    [Op.RSH_X, 0x80000000, 31, 1],
    [Op.RSH_X, 0x80000000, 32, 0x80000000],
    [Op.LSH_K, 5, 32, 0],
    [Op.RSH_K, 5, 32, 0],
  ] as const) {
    const fd = kernel.filter(
      program(
        [Op.LD_IMM, 0, 0, value],
        [Op.LDX_IMM, 0, 0, count],
        [code, 0, 0, count],
        [Op.JEQ_K, 0, 1, wanted],
        [Op.RET_K, 0, 0, 1],
        [Op.RET_K, 0, 0, 0],
      ),
    );
    assert.equal(kernel.runLast(fd, new Uint8Array(60)), MATCH, `${code} ${value} by ${count}`);
  }
});

test("4,096 classic instructions pass the verifier and decide rightly", { skip }, () => {
  const hosts = compile(`host ${Array.from({ length: 136 }, (_, i) => `10.0.${i}.1`).join(" or ")}`, false);
  assert.ok(instructionCount(hosts) > 4000);
  const frame = new Uint8Array(60);
  frame.set([8, 0, 0x45], 12);
  const frames = [0, 1, 67, 135, 136].map((i) => {
    frame.set([10, 0, i, 1], 30);
    return frame.slice();
  });
  assert.equal(compare(hosts, kernel.filter(hosts), frames, "hosts"), 4);

  // Each load a byte of its own, each test an exit of its own: the most that the verifier can have to do.
  const rows: [number, number, number, number][] = [];
  for (let i = 0; i < 2047; i++) rows.push([Op.LD_B_ABS, 0, 0, i % 1000], [Op.JEQ_K, 0, i % 200, 0]);
  rows.push(
    ...Array.from({ length: 201 }, (_, i): [number, number, number, number] => [Op.RET_K, 0, 0, i % 2]),
  );
  const tests = program(...rows.slice(-4096));
  const zeros = new Uint8Array(1200);
  const last = zeros.slice().fill(1, 993, 994);
  compare(tests, kernel.filter(tests), [zeros, last, zeros.slice(0, 900)], "tests");

  // Loads only, so that each jump to the end has to cross 70,000 instructions.
  const loads = program(
    ...Array.from({ length: 4095 }, (_, i): [number, number, number, number] => [Op.LD_B_ABS, 0, 0, i >> 2]),
    [Op.RET_K, 0, 0, 1],
  );
  const translated = translate(loads, { map: kernel.map, index: 0 });
  assert.ok(translated.length / 8 > 60_000, `${translated.length / 8} instructions`);
  assert.equal(compare(loads, kernel.load(translated), [zeros, zeros.slice(0, 1000)], "loads"), 1);
});

test("a tail call that fails and a load beyond the packet return the verdict for no match", { skip }, () => {
  const all = compile("");
  assert.equal(kernel.runLast(kernel.filter(all), new Uint8Array(60)), MATCH);
  assert.equal(kernel.runLast(kernel.filter(all, { map: kernel.emptyMap }), new Uint8Array(60)), NO_MATCH);
  assert.equal(kernel.runLast(kernel.filter(all, { index: 1 }), new Uint8Array(60)), NO_MATCH);
  const beyond = program([Op.LD_W_ABS, 0, 0, 57], [Op.RET_K, 0, 0, 1]);
  for (const context of [SKB_CONTEXT, NO_DIRECT_ACCESS])
    for (const otherwise of [0, 2, -1]) {
      const fd = kernel.filter(beyond, { otherwise, context });
      assert.equal(kernel.run(fd, new Uint8Array(61)), MATCH);
      assert.equal(kernel.runLast(fd, new Uint8Array(60)), otherwise >>> 0);
    }
});

test("a loop ends after as many jumps back as in the matcher", { skip }, () => {
  const loop = program(
    [Op.LDX_IMM, 0, 0, 14],
    [Op.LD_B_IND, 0, 0, 0],
    [Op.JEQ_K, 3, 0, 0],
    [Op.ADD_X, 0, 0, 0],
    [Op.TAX, 0, 0, 0],
    [Op.JA, 0, 0, 0xfffffffb],
    [Op.RET_K, 0, 0, 7],
  );
  const chains = [0, 1, 63, 64, 65, 100].map((hops) => new Uint8Array(300).fill(1, 14, 14 + hops));
  assert.equal(compare(loop, kernel.filter(loop), chains, "loop"), 4);
});

/** A program that prepares a packet and then goes on in a filter; the context is in r6. */
function prepared(filter: number, rows: [number, number, number, number][]): { fd: number; next: number } {
  const next = kernel.array();
  kernel.put(next, filter);
  const fd = kernel.load(
    insns(
      [0xbf, 0x16, 0, 0],
      ...rows,
      [0xbf, 0x61, 0, 0],
      [0x18, 0x12, 0, next],
      [0, 0, 0, 0],
      [0xb7, 0x03, 0, 0],
      [0x85, 0, 0, 12],
      [0xb7, 0, 0, 99],
      [0x95, 0, 0, 0],
    ),
  );
  return { fd, next };
}

/** A program that matches if the ancillary load gives this value. */
const isAncillary = (what: number, value: number, size: number = Op.LD_W_ABS): ClassicProgram =>
  program([size, 0, 0, ANCILLARY + what], [Op.JEQ_K, 0, 1, value], [Op.RET_K, 0, 0, 1], [Op.RET_K, 0, 0, 0]);

test("ancillary loads tell what the kernel knows of the packet", { skip }, () => {
  const frame = new Uint8Array(60);
  frame.set([0x86, 0xdd], 12);
  const setMark: [number, number, number, number][] = [
    // mark = 0x1234, queue_mapping = 7, hash = 0x98765432 (bpf_set_hash)
    [0xb4, 0x01, 0, 0x1234],
    [0x63, 0x16, 8, 0],
    [0xb4, 0x01, 0, 7],
    [0x63, 0x16, 12, 0],
    [0xbf, 0x61, 0, 0],
    [0xb4, 0x02, 0, 0x98765432],
    [0x85, 0, 0, 48],
  ];
  const first = kernel.filter(compile(""));
  const { fd: preparing, next } = prepared(first, setMark);
  const verdict = (classic: ClassicProgram): number => {
    const fd = kernel.filter(classic);
    kernel.put(next, fd);
    const result = kernel.run(preparing, frame);
    kernel.close(fd);
    return result;
  };
  for (const size of [Op.LD_W_ABS, Op.LD_H_ABS, Op.LD_B_ABS])
    for (const [what, value] of [
      [Ancillary.PROTOCOL, 0x86dd],
      [Ancillary.PKTTYPE, 0],
      [Ancillary.IFINDEX, 1],
      [Ancillary.MARK, 0x1234],
      [Ancillary.QUEUE, 7],
      [Ancillary.RXHASH, 0x98765432],
      [Ancillary.VLAN_TAG, 0],
      [Ancillary.VLAN_TAG_PRESENT, 0],
    ] as const) {
      assert.equal(verdict(isAncillary(what, value, size)), MATCH, `${what} is ${value}`);
      assert.equal(verdict(isAncillary(what, value + 1, size)), NO_MATCH);
    }
  kernel.close(first, preparing, next);
  // A ^= X; a number of a processor; a random number, which is not the same 32 times over.
  const xor = program(
    [Op.LDX_IMM, 0, 0, 6],
    [Op.LD_IMM, 0, 0, 3],
    [Op.LD_W_ABS, 0, 0, ANCILLARY + Ancillary.ALU_XOR_X],
    [Op.JEQ_K, 0, 1, 5],
    [Op.RET_K, 0, 0, 1],
    [Op.RET_K, 0, 0, 0],
  );
  assert.equal(kernel.runLast(kernel.filter(xor), frame), MATCH);
  const cpu = kernel.filter(
    program(
      [Op.LD_W_ABS, 0, 0, ANCILLARY + Ancillary.CPU],
      [Op.JGE_K, 1, 0, 8192],
      [Op.RET_K, 0, 0, 1],
      [Op.RET_K, 0, 0, 0],
    ),
  );
  assert.equal(kernel.runLast(cpu, frame), MATCH);
  const odd = kernel.filter(
    program(
      [Op.LD_W_ABS, 0, 0, ANCILLARY + Ancillary.RANDOM],
      [Op.JSET_K, 0, 1, 1],
      [Op.RET_K, 0, 0, 1],
      [Op.RET_K, 0, 0, 0],
    ),
  );
  const verdicts = new Set(Array.from({ length: 64 }, () => kernel.run(odd, frame)));
  assert.deepEqual([...verdicts].sort(), [MATCH, NO_MATCH].sort());
});

test("loads from the network and the link header", { skip }, () => {
  const frame = new Uint8Array(60);
  frame.set([2, 0, 0, 0, 0, 1], 0);
  frame.set([8, 0, 0x45, 0, 0, 46], 12);
  for (const [code, k, value] of [
    [Op.LD_B_ABS, NETWORK_HEADER, 0x45],
    [Op.LD_H_ABS, NETWORK_HEADER + 2, 46],
    [Op.LD_H_ABS, LINK_HEADER + 12, 0x0800],
    [Op.LD_W_ABS, LINK_HEADER, 0x02000000],
  ] as const) {
    const fd = kernel.filter(
      program([code, 0, 0, k], [Op.JEQ_K, 0, 1, value], [Op.RET_K, 0, 0, 1], [Op.RET_K, 0, 0, 0]),
    );
    assert.equal(kernel.run(fd, frame), MATCH, `${code} at ${k}`);
    frame.fill(0xff);
    assert.equal(kernel.runLast(fd, frame), NO_MATCH);
    frame.fill(0);
    frame.set([2, 0, 0, 0, 0, 1], 0);
    frame.set([8, 0, 0x45, 0, 0, 46], 12);
  }
});

test("inbound and outbound know the way that their program sees", { skip }, () => {
  const dead = (expression: string): ClassicProgram =>
    kernel.addon.pcapCompileDead(1, 262144, expression, true).instructions;
  const frame = new Uint8Array(60);
  for (const [expression, outgoing, wanted] of [
    ["inbound", false, MATCH],
    ["inbound", true, NO_MATCH],
    ["outbound", false, NO_MATCH],
    ["outbound", true, MATCH],
    ["ifindex 1", false, MATCH],
    ["ifindex 2", false, NO_MATCH],
  ] as const)
    assert.equal(kernel.runLast(kernel.filter(dead(expression), { outgoing }), frame), wanted, expression);
});

test("vlan finds tags in the frame and tags that the kernel holds aside", {
  skip: skip || noCaptures,
}, () => {
  const live = (expression: string): ClassicProgram =>
    kernel.addon.pcapCompileLive("lo", 262144, expression, true, -1).instructions;
  const tagged = samples().filter((frame) => frame.length > 18 && frame[12] === 0x81 && frame[13] === 0);
  assert.ok(tagged.length > 5);
  let matches = 0;
  const filters = [
    "vlan",
    "vlan 1213",
    "vlan 100",
    "vlan 100 and ip",
    "vlan and tcp port 22",
    "vlan and ip6",
    "vlan and (arp or udp)",
  ].map((expression) => ({
    expression,
    fd: kernel.filter(live(expression)),
    matcher: compileMatcher(compile(expression)),
  }));
  const tags = new Map<number, { fd: number; next: number }>();
  for (const frame of tagged) {
    // The same frame without its tag, which bpf_skb_vlan_push then puts aside.
    const tag = (frame[14]! << 8) | frame[15]!;
    const bare = new Uint8Array(frame.length - 4);
    bare.set(frame.subarray(0, 12));
    bare.set(frame.subarray(16), 12);
    let aside = tags.get(tag);
    if (aside === undefined) {
      aside = prepared(filters[0]!.fd, [
        [0xbf, 0x61, 0, 0],
        [0xb4, 0x02, 0, 0x0081],
        [0xb4, 0x03, 0, tag],
        [0x85, 0, 0, 18],
      ]);
      tags.set(tag, aside);
      for (const [what, value] of [
        [Ancillary.VLAN_TAG_PRESENT, 1],
        [Ancillary.VLAN_TAG, tag],
        [Ancillary.VLAN_TPID, 0x8100],
      ] as const) {
        const fd = kernel.filter(isAncillary(what, value));
        kernel.put(aside.next, fd);
        assert.equal(kernel.run(aside.fd, new Uint8Array(60)), MATCH, `${what} is ${value}`);
        kernel.close(fd);
      }
    }
    for (const { expression, fd, matcher } of filters) {
      const wanted = matcher(frame, 0, frame.length, frame.length) === 0 ? NO_MATCH : MATCH;
      if (wanted === MATCH) matches++;
      assert.equal(kernel.run(fd, frame), wanted, `${expression}, tag in the frame`);
      if (!isRunnable(bare)) continue;
      kernel.put(aside.next, fd);
      assert.equal(kernel.run(aside.fd, bare), wanted, `${expression}, tag aside`);
    }
  }
  assert.ok(matches > 10, `${matches} matches`);
  kernel.close(...filters.map(({ fd }) => fd), ...[...tags.values()].flatMap(({ fd, next }) => [fd, next]));
});

test("a live filter without vlan needs no device", { skip }, () => {
  // One in eight: each opens a packet socket, which takes the kernel some 30 ms.
  const some = EXPRESSIONS.filter((expression, i) => i % 8 === 0 && !expression.includes("vlan"));
  for (const expression of [...some, "inbound", "outbound and tcp", "ifindex 3"])
    assert.deepEqual(
      kernel.addon.pcapCompileDead(1, 262144, expression, true),
      kernel.addon.pcapCompileLive("lo", 262144, expression, true, -1),
      expression,
    );
});

/** Counts the packets that reach it, in a map's first value. */
function counter(map: number): Uint8Array {
  return insns(
    [0x62, 0x0a, -4, 0],
    [0x18, 0x11, 0, map],
    [0, 0, 0, 0],
    [0xbf, 0xa2, 0, 0],
    [0x07, 0x02, 0, -4],
    [0x85, 0, 0, 1],
    [0x15, 0x00, 2, 0],
    [0xb7, 0x01, 0, 1],
    [0xdb, 0x10, 0, 0],
    [0xb4, 0x00, 0, -1],
    [0x95, 0, 0, 0],
  );
}

const noNamespaces =
  skip || skipUnless(spawnSync("ip", ["-V"]).status === 0, "ip is not installed (iproute2)");

test("bytes beyond a packet's linear part are found", { skip: noNamespaces }, (context) => {
  const ARRAY = 2;
  const TCX_EGRESS = 47;
  const name = `ptcpdump-filter-${process.pid}`;
  const { addon: calls } = kernel;
  const home = calls.openPath("/proc/self/ns/net");
  execFileSync("ip", ["netns", "add", name]);
  const open: number[] = [home];
  try {
    execFileSync("ip", ["-n", name, "link", "set", "lo", "up"]);
    const there = calls.openPath(`/run/netns/${name}`);
    open.push(there);
    calls.setNetns(there);
    // The kernel copies what a TCP socket sends into pages beside the linear part, which has the headers only.
    const counts = ["ether[200:4] = 0x61616161", "ether[200:4] = 0x61616162"].map((expression) => {
      const map = calls.mapCreate(ARRAY, 4, 8, 1, 0, "filter_test");
      open.push(map);
      const next = kernel.array();
      kernel.put(next, kernel.load(counter(map)));
      try {
        open.push(calls.linkCreate(kernel.filter(compile(expression), { map: next }), 1, TCX_EGRESS));
      } catch (error) {
        return (error as { code: string }).code;
      }
      return map;
    });
    calls.setNetns(home);
    if (counts.includes("EINVAL")) return context.skip("no tcx before Linux 6.6");
    const talk = `
      const net = require("node:net");
      const server = net.createServer((socket) => socket.resume().on("end", () => server.close()));
      server.listen(0, "127.0.0.1", () =>
        net.connect(server.address().port, "127.0.0.1").end(Buffer.alloc(4096, "a")));`;
    execFileSync("ip", ["netns", "exec", name, process.execPath, "-e", talk], { timeout: 20_000 });
    const seen = counts.map((map) => {
      const value = new Uint32Array(2);
      assert.ok(typeof map === "number" && calls.mapLookup(map, Uint32Array.of(0), value));
      return value[0]!;
    });
    assert.equal(seen[1], 0);
    assert.ok(seen[0]! > 0, "no packet matched");
  } finally {
    calls.setNetns(home);
    for (const fd of open) calls.closeFd(fd);
    execFileSync("ip", ["netns", "del", name]);
  }
});

test("what the context does not have is a failure, not a wrong answer", () => {
  const options = { map: 3, index: 0 };
  for (const what of [Ancillary.NLATTR, Ancillary.PAY_OFFSET, Ancillary.HATYPE, 2, 64])
    assert.throws(() => translate(isAncillary(what, 1), options), { code: "filter-unsupported" });
  assert.throws(
    () => translate(isAncillary(Ancillary.MARK, 1), { ...options, context: { ...SKB_CONTEXT, mark: null } }),
    { code: "filter-unsupported", message: /\[mark\]/ },
  );
  assert.throws(() => translate(program([Op.LD_IMM, 0, 0, 1]), options), { code: "filter-invalid" });
});
