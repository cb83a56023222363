import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { ClassicProgram } from "../addon/addon.ts";
import { Failure } from "../model/failure.ts";
import { jumpsBack, Op } from "./classic.ts";
import { EXPRESSIONS, REFUSED } from "./expressions.ts";
import type { Packets } from "./fixture.ts";
import {
  addon,
  interpret,
  makeFolder,
  noAddon,
  noCaptures,
  noTcpdump,
  Oracle,
  packetCount,
  randomNumbers,
  randomProgram,
  removeFolder,
  tcpdumpError,
  tcpdumpMatches,
  testPackets,
  writeSavefile,
} from "./fixture.ts";
import { compileMatcher } from "./javascript.ts";

const folder = makeFolder();
after(() => removeFolder(folder));

function compile(expression: string, optimize = true): ClassicProgram {
  return addon().pcapCompile(1, 262144, expression, optimize).instructions;
}

function results(
  run: (bytes: Uint8Array, start: number, caplen: number, len: number) => number,
  p: Packets,
): number[] {
  return p.start.map((start, i) => run(p.bytes, start, p.caplen[i]!, p.len[i]!));
}

const program = (...rows: [number, number, number, number][]): ClassicProgram =>
  Uint32Array.from(rows.flat());

test("every expression lets through the packets that tcpdump lets through", {
  skip: noAddon || noCaptures || noTcpdump,
}, () => {
  const packets = testPackets();
  const file = join(folder, "packets.pcap");
  writeSavefile(file, packets);
  const written = readFileSync(file);
  assert.ok(packetCount(packets) > 6000);
  EXPRESSIONS.forEach((expression, number) => {
    for (const optimize of number % 4 === 0 ? [true, false] : [true]) {
      const wanted = tcpdumpMatches(file, expression, optimize);
      // Without the optimizer libpcap takes ip[-2:2] for a load beyond the end.
      assert.ok(wanted.length > 0 || !optimize, `no packet tries "${expression}"`);
      const found = results(compileMatcher(compile(expression, optimize)), packets);
      const matches = found.flatMap((result, i) => (result === 0 ? [] : [i]));
      assert.ok(isDeepStrictEqual(matches, wanted), `"${expression}", optimize ${optimize}`);
      const places = new Int32Array(matches.length + 1);
      addon().pcapScan(written, 24, written.length, false, 16, 262144, compile(expression, optimize), places);
      let place = 24;
      const records = packets.caplen.map((caplen) => {
        const at = place;
        place += 16 + caplen;
        return at;
      });
      // full: it stops behind the last one that is found
      const last = matches.at(-1);
      const stop = last === undefined ? place : records[last]! + 16 + packets.caplen[last]!;
      assert.deepEqual([...places], [...matches.map((i) => records[i]), stop], `records of "${expression}"`);
      assert.ok(
        found.every((result) => result === 0 || result === 262144),
        `result of "${expression}"`,
      );
    }
  });
});

test("a scan keeps within the bytes and the records that it is given", { skip: noAddon }, () => {
  const { pcapScan } = addon();
  const all = program([Op.RET_K, 0, 0, 1]);
  const record = (bytes: number, written = bytes): Buffer => {
    const made = Buffer.alloc(16 + bytes);
    made.writeUInt32LE(written, 8);
    made.writeUInt32LE(written, 12);
    return made;
  };
  const scan = (bytes: Buffer, room = 9, swapped = false): number[] => {
    const places = new Int32Array(room);
    const found = pcapScan(bytes, 0, bytes.length, swapped, 16, 100, all, places);
    return [...places.subarray(0, found + 1)];
  };
  assert.deepEqual(scan(Buffer.alloc(0)), [0]);
  assert.deepEqual(scan(Buffer.concat([record(10), record(0), record(5)])), [0, 26, 42, 63]);
  assert.deepEqual(scan(Buffer.concat([record(10), record(10)]).subarray(0, 51)), [0, 26]);
  assert.deepEqual(scan(Buffer.concat([record(10), record(10)]).subarray(0, 41)), [0, 26]);
  assert.deepEqual(scan(Buffer.concat([record(10), record(101)])), [0, 26], "more than it may take");
  for (const lie of [11, 0x7fffffff, 0xffffffff]) assert.deepEqual(scan(record(10, lie)), [0], `${lie}`);
  assert.deepEqual(scan(Buffer.concat([record(1), record(1), record(1)]), 3), [0, 17, 34], "places for two");
  assert.deepEqual(scan(record(1), 1), [0], "places for none");
  assert.deepEqual(scan(Buffer.concat([record(12).swap32(), record(0)]), 9, true), [0, 28, 44]);
  const places = new Int32Array(2);
  const bytes = record(10);
  for (const [start, end, size, most] of [
    [0, bytes.length + 1, 16, 100],
    [5, 4, 16, 100],
    [0, 26, 15, 100],
    [0, 26, 0xffffffff, 100],
    [0, 26, 16, 0xffffffff],
  ] as const)
    assert.throws(() => pcapScan(bytes, start, end, false, size, most, all, places), { code: "EINVAL" });
  assert.throws(() => pcapScan(bytes, 0, 26, false, 16, 100, all, new Int32Array(0)), { code: "EINVAL" });
  const endless = program([Op.LD_IMM, 0, 0, 1]);
  assert.throws(() => pcapScan(bytes, 0, 26, false, 16, 100, endless, places), { code: "EINVAL" });
});

test("what tcpdump refuses is refused with the same words", {
  skip: noAddon || noCaptures || noTcpdump,
}, () => {
  const file = join(folder, "refused.pcap");
  writeSavefile(file, testPackets());
  for (const expression of REFUSED)
    assert.throws(() => compile(expression), {
      code: "EFILTER",
      message: tcpdumpError(file, expression),
    });
});

test("random programs do what bpf_filter() and the interpreter do", () => {
  const oracle = new Oracle(folder);
  const random = randomNumbers(20260101);
  const packets: Packets = { bytes: new Uint8Array(1 << 14), start: [], caplen: [], len: [] };
  for (let i = 0; i < packets.bytes.length; i++) packets.bytes[i] = random() >>> 24;
  for (let i = 0; i < 40; i++) {
    packets.start.push(random() % 8000);
    packets.caplen.push(i === 0 ? 0 : random() % (i < 20 ? 70 : 4000));
    packets.len.push(random() % 3 ? random() % 4096 : random());
  }
  const codes = Object.values(Op).filter((code) => code !== Op.LDX_LEN);
  const programs = Array.from({ length: 2000 }, () => randomProgram(random, codes, 9 + (random() % 40)));
  const wanted = oracle.filter(programs, packets);
  let nonzero = 0;
  programs.forEach((instructions, p) => {
    const found = results(compileMatcher(instructions), packets);
    const expected = [...wanted.subarray(p * found.length, (p + 1) * found.length)];
    if (!isDeepStrictEqual(found, expected))
      assert.deepEqual(found, expected, `program ${p}: ${instructions}`);
    if (
      !isDeepStrictEqual(
        results((...packet) => interpret(instructions, ...packet), packets),
        expected,
      )
    )
      assert.fail(`the interpreter and libpcap differ on ${instructions}`);
    nonzero += expected.filter((result) => result !== 0).length;
  });
  assert.ok(nonzero > wanted.length / 10 && nonzero < (wanted.length * 9) / 10, `${nonzero} are not zero`);
});

test("a deeply nested program takes the other way and gives the same results", () => {
  // Each test leads to an exit of its own far below: 5,000 blocks within each other, more than V8 can parse.
  const exits = 5000;
  const rows: [number, number, number, number][] = [[Op.LD_H_ABS, 0, 0, 0]];
  for (let i = 0; i < exits; i++)
    rows.push([Op.JEQ_K, 0, 1, i], [Op.JA, 0, 0, 2 * (exits - 1 - i) + 1 + 2 * i]);
  rows.push([Op.RET_K, 0, 0, 0]);
  for (let i = 0; i < exits; i++) rows.push([Op.ADD_K, 0, 0, i], [Op.RET_A, 0, 0, 0]);
  const instructions = program(...rows);
  const matcher = compileMatcher(instructions);
  for (let i = 0; i < 6000; i += 137) {
    const bytes = Uint8Array.of(i >> 8, i);
    assert.equal(matcher(bytes, 0, 2, 2), i < exits ? 2 * i : 0);
    assert.equal(interpret(instructions, bytes, 0, 2, 2), i < exits ? 2 * i : 0);
  }
});

test("a program of 4,096 instructions compiles", { skip: noAddon }, () => {
  // Not optimized: libpcap's optimizer takes the square of the time, a minute for as much.
  const hosts = Array.from({ length: 136 }, (_, i) => `10.0.${i}.1`).join(" or ");
  const matcher = compileMatcher(compile(`host ${hosts}`, false));
  const bytes = new Uint8Array(60);
  bytes.set([8, 0, 0x45], 12);
  bytes.set([10, 0, 135, 1], 26);
  assert.equal(matcher(bytes, 0, 60, 60), 262144);
  bytes[29] = 2;
  assert.equal(matcher(bytes, 0, 60, 60), 0);
});

test("only protochain jumps back", { skip: noAddon }, () => {
  for (const expression of EXPRESSIONS)
    assert.equal(jumpsBack(compile(expression)), /protochain/.test(expression), expression);
});

test("a chain of headers without end is given up", () => {
  // libpcap's protochain loop in short: a header's first byte tells how far the next one is.
  const loop = program(
    [Op.LDX_IMM, 0, 0, 0],
    [Op.LD_B_IND, 0, 0, 0],
    [Op.JEQ_K, 3, 0, 0],
    [Op.ADD_X, 0, 0, 0],
    [Op.TAX, 0, 0, 0],
    [Op.JA, 0, 0, 0xfffffffb],
    [Op.RET_K, 0, 0, 7],
  );
  const matcher = compileMatcher(loop);
  for (const [hops, wanted] of [
    [0, 7],
    [64, 7],
    [65, 0],
    [1000, 0],
  ] as const) {
    const bytes = new Uint8Array(2000).fill(1, 0, hops);
    assert.equal(matcher(bytes, 0, bytes.length, bytes.length), wanted, `${hops} hops`);
    assert.equal(interpret(loop, bytes, 0, bytes.length, bytes.length), wanted);
  }
});

test("only the packet is read, never what lies around it", () => {
  const bytes = new Uint8Array(100).fill(0xaa);
  for (const [code, size] of [
    [Op.LD_W_ABS, 4],
    [Op.LD_H_ABS, 2],
    [Op.LD_B_ABS, 1],
    [Op.LDX_MSH, 1],
    [Op.LD_W_IND, 4],
    [Op.LD_H_IND, 2],
    [Op.LD_B_IND, 1],
  ] as const) {
    const matcher = compileMatcher(program([code, 0, 0, 10], [Op.RET_K, 0, 0, 1]));
    assert.equal(matcher(bytes, 20, 10 + size, 80), 1, `code ${code} fits`);
    assert.equal(matcher(bytes, 20, 10 + size - 1, 80), 0, `code ${code} does not fit`);
  }
});

test("scratch memory and registers start as 0", () => {
  for (const read of [Op.LD_MEM, Op.LDX_MEM]) {
    const matcher = compileMatcher(program([read, 0, 0, 15], [Op.ADD_X, 0, 0, 0], [Op.RET_A, 0, 0, 0]));
    assert.equal(matcher(new Uint8Array(1), 0, 1, 1), 0);
  }
});

test("a program that does not validate is not compiled", () => {
  assert.throws(() => compileMatcher(program([Op.LD_IMM, 0, 0, 1])), Failure);
});
