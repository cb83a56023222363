import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { unpackXz, XzError } from "./xz.ts";

/** xz(1) itself. */
function packed(bytes: Uint8Array, ...options: string[]): Buffer {
  const { status, stdout, stderr } = spawnSync("xz", ["-c", ...options], {
    input: bytes,
    maxBuffer: 1 << 28,
  });
  assert.equal(status, 0, stderr.toString());
  return stdout;
}

/** Bytes that repeat themselves near and far, and some that do not; the same at each call. */
function sample(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let seed = 1;
  const next = (): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return seed >>> 8;
  };
  for (let at = 0; at < size; ) {
    const kind = next() % 4;
    const length = Math.min(1 + (next() % 300), size - at);
    const back = at === 0 ? 0 : 1 + (next() % at);
    for (let i = 0; i < length; i++, at++)
      bytes[at] = kind === 0 ? next() : kind === 1 ? (at * 4) & 0xff : back === 0 ? 7 : bytes[at - back]!;
  }
  return bytes;
}

const SAMPLE = sample(700_000);
const VARIANTS: Record<string, string[]> = {
  "as xz does": [],
  "at level 0": ["-0"],
  "at level 9e": ["-9e"],
  "with CRC32": ["-C", "crc32"],
  "with SHA-256": ["-C", "sha256"],
  "without a check": ["-C", "none"],
  "in blocks, by two threads": ["-T2", "--block-size=100000"],
  "with other properties": ["--lzma2=preset=6,lc=1,lp=3,pb=1"],
  "without positions": ["--lzma2=preset=6,lc=0,lp=0,pb=0"],
};

for (const [name, options] of Object.entries(VARIANTS))
  test(`unpacks what xz packs ${name}`, () => {
    for (const bytes of [SAMPLE, SAMPLE.subarray(0, 1), new Uint8Array(0)])
      assert.deepEqual(Buffer.from(unpackXz(packed(bytes, ...options), 1 << 20)), Buffer.from(bytes));
  });

test("what cannot be packed is stored", () => {
  const bytes = new Uint8Array(200_000);
  let seed = 9;
  for (let at = 0; at < bytes.length; at++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    bytes[at] = seed >>> 24;
  }
  assert.deepEqual(Buffer.from(unpackXz(packed(bytes, "-0"), 1 << 20)), Buffer.from(bytes));
});

test("streams one after the other, with padding", () => {
  const stream = packed(SAMPLE.subarray(0, 1000));
  const padding = Buffer.alloc(8);
  const expected = Buffer.concat([SAMPLE.subarray(0, 1000), SAMPLE.subarray(0, 1000)]);
  assert.deepEqual(
    Buffer.from(unpackXz(Buffer.concat([stream, padding, stream, padding]), 1 << 20)),
    expected,
  );
  assert.throws(() => unpackXz(Buffer.concat([stream, Buffer.alloc(3)]), 1 << 20), XzError);
});

test("a limit is kept to", () => {
  assert.throws(() => unpackXz(packed(SAMPLE), SAMPLE.length - 1), /larger than 699999 bytes/);
  assert.throws(() => unpackXz(packed(new Uint8Array(1 << 24)), 1 << 16), XzError);
});

test("a wrong checksum is told", () => {
  for (const check of ["crc32", "crc64", "sha256"]) {
    const bytes = packed(Buffer.from("one two three"), "-C", check);
    // the stored text, whose check comes behind it
    const at = bytes.indexOf("two");
    assert.ok(at > 0);
    bytes[at] = 0x54;
    assert.throws(() => unpackXz(bytes, 1 << 20), /checksum is wrong/);
  }
});

test("a bit changed or a byte missing anywhere is an XzError, nothing else", () => {
  const bytes = packed(SAMPLE.subarray(0, 5000));
  for (let at = 0; at < bytes.length; at++) {
    const damaged = Buffer.from(bytes);
    damaged[at]! ^= 1 << (at & 7);
    assert.throws(() => unpackXz(damaged, 1 << 16), XzError);
    assert.throws(() => unpackXz(bytes.subarray(0, at), 1 << 16), XzError);
  }
});

test("other filters are refused", () => {
  assert.throws(() => unpackXz(packed(SAMPLE, "--x86", "--lzma2"), 1 << 20), /filter/);
  assert.throws(() => unpackXz(Buffer.from("this is text, no .xz"), 1 << 20), /no \.xz file/);
});
