import assert from "node:assert/strict";
import { test } from "node:test";
import { Batch } from "./batch.ts";

/** A batch that collects what it hands over. */
function collecting(): { batch: Batch; written: () => Buffer } {
  const parts: Buffer[] = [];
  const batch = new Batch({
    write: (bytes, start, end) => parts.push(Buffer.from(bytes.subarray(start, end))),
  });
  return {
    batch,
    written: () => {
      batch.flush();
      return Buffer.concat(parts);
    },
  };
}

test("bytes are copied whole, from and to any place", () => {
  const source = Uint8Array.from({ length: 1024 }, (_, i) => (i * 7 + 3) & 0xff);
  const { batch, written } = collecting();
  const expected: Buffer[] = [];
  for (let lead = 0; lead < 4; lead++)
    for (let start = 0; start < 5; start++)
      for (let size = 0; size < 140; size++) {
        batch.reserve(lead + size);
        batch.copy(source, 512, lead);
        batch.copy(source, start, size);
        expected.push(
          Buffer.from(source.subarray(512, 512 + lead)),
          Buffer.from(source.subarray(start, start + size)),
        );
      }
  assert.deepEqual(written(), Buffer.concat(expected));
});

test("four words are written wherever the last byte was", () => {
  const { batch, written } = collecting();
  const expected: Buffer[] = [];
  for (const lead of [0, 1, 2, 3, 2, 3, 1, 1, 0]) {
    batch.reserve(lead + 16);
    batch.copy(Uint8Array.of(9, 8, 7), 0, lead);
    const words = [0xfedcba98, lead, 0xffffffff, 0x80000001];
    batch.fourWords(words[0]!, words[1]!, words[2]!, words[3]!);
    const bytes = Buffer.alloc(16);
    words.forEach((word, i) => {
      bytes.writeUInt32LE(word, 4 * i);
    });
    expected.push(Buffer.of(9, 8, 7).subarray(0, lead), bytes);
  }
  assert.deepEqual(written(), Buffer.concat(expected));
});
