// Code of arm64 as compilers make it: what libraries built for Debian and Node have, instruction by instruction.
import assert from "node:assert/strict";
import { test } from "node:test";
import { calledWith, placeTaken } from "./arm64.ts";
import { Bytes } from "./elf.ts";

const code = (...words: number[]): Bytes => new Bytes(Buffer.from(Uint32Array.from(words).buffer));

test("the client random's place is what the accessor adds to its first argument", () => {
  // cbz x2, +36; mov x3, x0; cmp x2, #32; mov x0, x1; mov x1, #32; csel x19, x2, x1, ls; add x1, x3, #0x160
  const openssl = code(0xb4000122, 0xaa0003e3, 0xf100805f, 0xaa0103e0, 0xd2800401, 0x9a819053, 0x91058061);
  assert.deepEqual(placeTaken(openssl), { pointer: null, offset: 0x160 });
  // ldr w8, [x0]; mov x0, xzr; b; bl; cbz x0; add x1, x0, #0x188
  const node = code(0xb9400008, 0xaa1f03e0, 0x14000010, 0x9400ca75, 0xb4000180, 0x91062001);
  assert.deepEqual(placeTaken(node), { pointer: null, offset: 0x188 });
  // ldr x8, [x0, #48]; add x1, x8, #0x30
  assert.deepEqual(placeTaken(code(0xf9401808, 0x9100c101)), { pointer: 48, offset: 0x30 });
});

test("what is no such place is none", () => {
  // stp x29, x30, [sp, #-32]!; add x29, sp, #0; ret, and behind it what belongs to another function
  assert.equal(placeTaken(code(0xa9be7bfd, 0x910003fd, 0xd65f03c0, 0x91058001)), null);
  // mov x0, x1; add x1, x0, #0x160: no longer the first argument
  assert.equal(placeTaken(code(0xaa0103e0, 0x91058001)), null);
  // add x1, x0, #4, lsl #12: too large
  assert.equal(placeTaken(code(0x91401001)), null);
});

const BASE = 0x10000;
const [ADRP_X1, ADRP_X8, ADD_X1_X1, ADD_X1_X8, NOP] = [
  0x90000001, 0x90000008, 0x91000021, 0x91000101, 0xd503201f,
];
/** adrp of the page after the next ones: immlo holds the lower two bits. */
const adrp = (word: number, pages: number): number =>
  (word | ((pages & 3) << 29) | ((pages >> 2) << 5)) >>> 0;
const add = (word: number, number: number): number => (word | (number << 10)) >>> 0;
const bl = (words: number): number => (0x94000000 | (words & 0x3ffffff)) >>> 0;

test("the function that is called with two of the labels, by bl or as the last thing, by b", () => {
  const labels = new Map([
    [0x15123, "CLIENT_RANDOM"],
    [0x16200, "EXPORTER_SECRET"],
  ]);
  const words = [
    ...[adrp(ADRP_X1, 5), NOP, add(ADD_X1_X1, 0x123), bl(100 - 3)],
    ...[adrp(ADRP_X8, 6), add(ADD_X1_X8, 0x200), NOP, (0x14000000 | (100 - 7)) >>> 0],
    // x1 is loaded with something else: no call with a label
    ...[adrp(ADRP_X1, 7), add(ADD_X1_X1, 0x123), bl(200)],
  ];
  assert.equal(calledWith({ bytes: code(...words), address: BASE, fixed: false }, labels), BASE + 400);
  // backwards: a negative distance
  const back = words.map((word, i) => (i === 3 ? bl(-50) : i === 7 ? bl(-54) : word));
  assert.equal(
    calledWith({ bytes: code(...back), address: BASE, fixed: false }, labels),
    BASE + (3 - 50) * 4,
  );
  // one label alone, or two functions with one each, are no proof
  assert.equal(calledWith({ bytes: code(...words.slice(0, 4)), address: BASE, fixed: false }, labels), null);
  const apart = words.map((word, i) => (i === 7 ? bl(300) : word));
  assert.equal(calledWith({ bytes: code(...apart), address: BASE, fixed: false }, labels), null);
});
