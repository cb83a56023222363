// How much stack the eBPF programs take, calls within calls: kernels have 512 bytes for all frames of a chain together,
// each rounded up to 32 (check_max_stack_depth of kernel/bpf/verifier.c). Linux 6.1 refuses what takes more, where the
// newest ones do not notice. Read from the object: every address below r10 that a function touches or takes.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const BUILD = join(import.meta.dirname, "../build");
/** An object, and functions that are to be found in it. */
const OBJECTS: Record<string, readonly string[]> = {
  "ptcpdump.bpf.o": ["capture_ethernet_in", "owner_in", "find_context", "send_process"],
  "cgroup-skb.bpf.o": ["capture_sent", "owner_at_socket", "owner_out", "find_context", "send_process"],
  "socket-filter.bpf.o": ["capture_ethernet", "owner_told", "told_owner", "note_sent", "find_context"],
  "tp-btf.bpf.o": ["capture_sent", "owner_traced", "owner_told", "find_context"],
};
const MOST = 512;
const ROUND = 32;

// ELF (elf.h) and instructions (linux/bpf.h), as far as they are needed.
const SHT_SYMTAB = 2;
const SHT_REL = 9;
const STT_FUNC = 2;
const STT_SECTION = 3;
const SHF_EXECINSTR = 4;
const INSTRUCTION = 8;
const LD_IMM64 = 0x18;
const CALL = 0x85;
const PSEUDO_CALL = 1;
const MOV64_REGISTER = 0xbf;
const ADD64_CONSTANT = 0x07;
const [LDX, ST, STX] = [1, 2, 3];
const FRAME = 10;

interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly bytes: Buffer;
  readonly info: number;
}

interface Symbol {
  readonly name: string;
  readonly type: number;
  readonly section: number;
  readonly value: number;
  readonly size: number;
}

interface Routine {
  readonly name: string;
  depth: number;
  readonly calls: Set<string>;
}

/** The functions of an object, with the depth of their frames and whom they call, by section and offset. */
function routines(elf: Buffer): Map<string, Routine> {
  const at = Number(elf.readBigUInt64LE(0x28));
  const headers = Array.from({ length: elf.readUInt16LE(0x3c) }, (_, i) => at + i * elf.readUInt16LE(0x3a));
  const body = (header: number): Buffer => {
    const start = Number(elf.readBigUInt64LE(header + 0x18));
    return elf.subarray(start, start + Number(elf.readBigUInt64LE(header + 0x20)));
  };
  const text = (table: Buffer, from: number): string =>
    table.toString("latin1", from, table.indexOf(0, from));
  const names = body(headers[elf.readUInt16LE(0x3e)]!);
  const sections = headers.map(
    (header): Section => ({
      name: text(names, elf.readUInt32LE(header)),
      type: elf.readUInt32LE(header + 4),
      flags: Number(elf.readBigUInt64LE(header + 8)),
      bytes: body(header),
      info: elf.readUInt32LE(header + 0x2c),
    }),
  );
  const table = headers.find((header) => elf.readUInt32LE(header + 4) === SHT_SYMTAB)!;
  const strings = body(headers[elf.readUInt32LE(table + 0x28)]!);
  const list = body(table);
  const symbols = Array.from({ length: list.length / 24 }, (_, i): Symbol => {
    const entry = list.subarray(i * 24);
    return {
      name: text(strings, entry.readUInt32LE(0)),
      type: entry[4]! & 15,
      section: entry.readUInt16LE(6),
      value: Number(entry.readBigUInt64LE(8)),
      size: Number(entry.readBigUInt64LE(16)),
    };
  });
  const found = new Map<string, Routine>();
  for (const [index, section] of sections.entries()) {
    if (!(section.flags & SHF_EXECINSTR)) continue;
    const relocations = new Map<number, Symbol>();
    for (const { type, info, bytes } of sections)
      if (type === SHT_REL && info === index)
        for (let i = 0; i < bytes.length; i += 16)
          relocations.set(Number(bytes.readBigUInt64LE(i)), symbols[bytes.readUInt32LE(i + 12)]!);
    for (const symbol of symbols)
      if (symbol.type === STT_FUNC && symbol.section === index)
        found.set(`${index}+${symbol.value}`, routine(symbol, index, section.bytes, relocations));
  }
  return found;
}

function routine(symbol: Symbol, section: number, code: Buffer, relocations: Map<number, Symbol>): Routine {
  const made: Routine = { name: symbol.name, depth: 0, calls: new Set() };
  const touch = (offset: number): void => {
    made.depth = Math.max(made.depth, -offset);
  };
  const pointers = new Set<number>();
  for (let at = symbol.value; at < symbol.value + symbol.size; at += INSTRUCTION) {
    const operation = code[at]!;
    const [to, from] = [code[at + 1]! & 15, code[at + 1]! >> 4];
    const offset = code.readInt16LE(at + 2);
    const constant = code.readInt32LE(at + 4);
    const target = relocations.get(at);
    const kind = operation & 7;
    if (kind === LDX && from === FRAME) touch(offset);
    else if ((kind === ST || kind === STX) && to === FRAME) touch(offset);
    else if (operation === ADD64_CONSTANT && pointers.has(to)) touch(constant);
    if (kind !== ST && kind !== STX) pointers.delete(to);
    if (operation === MOV64_REGISTER && from === FRAME) pointers.add(to);
    if (operation === CALL && from === PSEUDO_CALL) {
      if (target === undefined) made.calls.add(`${section}+${at + (constant + 1) * INSTRUCTION}`);
      else if (target.type === STT_SECTION)
        made.calls.add(`${target.section}+${(constant + 1) * INSTRUCTION}`);
      else made.calls.add(`${target.section}+${target.value}`);
    } else if (operation === LD_IMM64) {
      // a callback's address
      if (target?.type === STT_FUNC) made.calls.add(`${target.section}+${target.value}`);
      if (target?.type === STT_SECTION) made.calls.add(`${target.section}+${constant}`);
      at += INSTRUCTION;
    }
  }
  return made;
}

/** The deepest chain of calls from a function on: bytes of all frames, and their names. */
function deepest(all: ReadonlyMap<string, Routine>, key: string): { bytes: number; chain: string[] } {
  const { name, depth, calls } = all.get(key)!;
  const own = Math.ceil(Math.max(depth, 1) / ROUND) * ROUND;
  let best: { bytes: number; chain: string[] } = { bytes: 0, chain: [] };
  for (const call of calls) {
    if (!all.has(call)) continue;
    const below = deepest(all, call);
    if (below.bytes > best.bytes) best = below;
  }
  return { bytes: own + best.bytes, chain: [`${name} ${depth}`, ...best.chain] };
}

for (const [object, known] of Object.entries(OBJECTS))
  test(`${object}: no chain of calls needs more stack than old kernels have`, (t) => {
    const path = join(BUILD, object);
    if (!existsSync(path)) {
      if (process.env["CI"]) assert.fail("needs make build");
      t.skip("needs make build");
      return;
    }
    const all = routines(readFileSync(path));
    const names = new Set([...all.values()].map(({ name }) => name));
    for (const name of known) assert.ok(names.has(name), `${name} was not found`);
    const chains = [...all.keys()].map((key) => deepest(all, key)).sort((a, b) => b.bytes - a.bytes);
    assert.ok(
      chains[0]!.chain.length >= 4,
      `the deepest chain is only ${chains[0]!.chain.join(", ")}: are the calls found?`,
    );
    for (const { bytes, chain } of chains)
      assert.ok(bytes <= MOST, `${bytes} bytes of stack: ${chain.join(" → ")}`);
    t.diagnostic(`the deepest takes ${chains[0]!.bytes} bytes: ${chains[0]!.chain.join(" → ")}`);
  });
