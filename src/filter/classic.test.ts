import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, test } from "node:test";
import type { ClassicProgram } from "../addon/addon.ts";
import { Failure } from "../model/failure.ts";
import { image, listing, Op, parseListing, STRIDE, validate } from "./classic.ts";
import { EXPRESSIONS } from "./expressions.ts";
import { addon, makeFolder, noAddon, noTcpdump, Oracle, removeFolder, writeSavefile } from "./fixture.ts";

const folder = makeFolder();
after(() => removeFolder(folder));

const program = (...rows: [number, number, number, number][]): ClassicProgram =>
  Uint32Array.from(rows.flat());

test("every instruction reads as bpf_image() writes it", () => {
  const rows: [number, number, number, number][] = [];
  for (let code = 0; code < 0x200; code++)
    for (const k of [0, 5, 15, 0x7fffffff, 0x80000005, 0xffffffff, 0xfff00000, 0xffe0000e])
      rows.push([code, code & 255, 255 - (code & 255), k]);
  for (const load of [Op.LD_W_ABS, Op.LD_H_ABS, Op.LD_B_ABS, Op.LD_B_IND, Op.LDX_MSH])
    for (let offset = -2; offset < 70; offset++) rows.push([load, 0, 0, 0xfffff000 + offset]);
  const instructions = program(...rows);
  const wanted = new Oracle(folder).image(instructions);
  assert.equal(wanted.length, rows.length);
  wanted.forEach((line, i) => {
    assert.equal(image(instructions, i), line);
  });
});

test("programs print as tcpdump -d, -dd and -ddd print them", { skip: noAddon || noTcpdump }, () => {
  const file = join(folder, "none.pcap");
  writeSavefile(file, { bytes: new Uint8Array(0), start: [], caplen: [], len: [] });
  for (const expression of EXPRESSIONS.filter((_, i) => i % 9 === 0)) {
    const { instructions } = addon().pcapCompile(1, 262144, expression, true);
    for (const style of [1, 2, 3] as const) {
      const wanted = execFileSync("tcpdump", ["-n", "-r", file, `-${"d".repeat(style)}`, "--", expression], {
        encoding: "latin1",
        stdio: ["ignore", "pipe", "ignore"],
      });
      assert.equal(listing(instructions, style), wanted, expression);
    }
    assert.deepEqual(parseListing(listing(instructions, 3)), instructions);
  }
});

test("text that is no program is refused", () => {
  for (const text of ["", "x", "1", "2\n6 0 0 0\n", "1\n6 0 0\n", "1\n6 0 0 -1\n", "1\n6 0 0 zero\n", "0\n"])
    assert.throws(() => parseListing(text), Failure, JSON.stringify(text));
  assert.deepEqual([...parseListing("1\n6 0 0 262144\n")], [6, 0, 0, 262144]);
});

test("what the machine cannot run does not validate", () => {
  const end: [number, number, number, number] = [Op.RET_K, 0, 0, 0];
  const bad: Record<string, ClassicProgram> = {
    "no instruction": program(),
    "half an instruction": Uint32Array.of(6, 0, 0, 0, 6),
    "unknown code": program([0x0f, 0, 0, 0], end),
    "code of more than 8 bits": program([0x106, 0, 0, 0], end),
    "no return at the end": program([Op.LD_IMM, 0, 0, 0]),
    "true jump too far": program([Op.JEQ_K, 1, 0, 0], end),
    "false jump too far": program([Op.JEQ_K, 0, 1, 0], end),
    "jump of more than 8 bits": program([Op.JEQ_K, 256, 0, 0], ...Array(300).fill(end)),
    "JA too far": program([Op.JA, 0, 0, 1], end),
    "JA before the start": program([Op.JA, 0, 0, 0xfffffffe], end),
    "JA to itself": program([Op.JA, 0, 0, 0xffffffff], end),
    "division by 0": program([Op.DIV_K, 0, 0, 0], end),
    "remainder of 0": program([Op.MOD_K, 0, 0, 0], end),
    "store beyond the scratch memory": program([Op.ST, 0, 0, 16], end),
    "load beyond the scratch memory": program([Op.LDX_MEM, 0, 0, 16], end),
  };
  for (const [name, instructions] of Object.entries(bad))
    assert.throws(() => validate(instructions), { code: "filter-invalid" }, name);
  const good: Record<string, ClassicProgram> = {
    "one return": program(end),
    "jumps to the end": program([Op.JEQ_K, 0, 1, 0], end, end),
    "jump back": program([Op.LD_IMM, 0, 0, 0], [Op.JEQ_K, 1, 0, 0], [Op.JA, 0, 0, 0xfffffffd], end),
  };
  for (const [name, instructions] of Object.entries(good))
    assert.doesNotThrow(() => validate(instructions), name);
  assert.equal(good["one return"]!.length, STRIDE);
});
