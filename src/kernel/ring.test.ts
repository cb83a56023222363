import assert from "node:assert/strict";
import { test } from "node:test";
import type { Addon } from "../addon/addon.ts";
import { Clock } from "./clock.ts";
import { Ring } from "./ring.ts";

const PAGE = 4096;
const SIZE = 4096;

/** A ring in plain memory, with the kernel's part played by put(). */
function fakeRing() {
  const consumer = new ArrayBuffer(PAGE);
  const shared = new ArrayBuffer(PAGE + 2 * SIZE);
  const produced = new BigInt64Array(shared, 0, 1);
  const headers = new Int32Array(shared, PAGE);
  const bytes = new Uint8Array(shared, PAGE);
  const addon = {
    pageSize: () => PAGE,
    mapMemory: (_fd: number, offset: number) => (offset === 0 ? consumer : shared),
  } as unknown as Addon;
  let position = 0;
  const put = (text: string, flags = 0) => {
    const at = position % SIZE;
    headers[at / 4] = text.length | flags;
    for (let i = 0; i < text.length; i++) {
      // the second mapping shows the same bytes: write where the first one ends, too
      bytes[at + 8 + i] = text.charCodeAt(i);
      bytes[(at + 8 + i) % SIZE] = text.charCodeAt(i);
      if (at + 8 + i < SIZE) bytes[at + 8 + i + SIZE] = text.charCodeAt(i);
    }
    position += (text.length + 15) & ~7;
    produced[0] = BigInt(position);
    return at / 4;
  };
  return {
    ring: new Ring(addon, 3, SIZE),
    put,
    headers,
    consumed: () => Number(new BigInt64Array(consumer, 0, 1)[0]),
    produced: () => position,
  };
}

const BUSY = 0x80000000 | 0;
const DISCARD = 0x40000000;

function read(ring: Ring, limit = 1 << 20): string[] {
  const seen: string[] = [];
  ring.drain(
    (at, length) => seen.push(Buffer.from(ring.bytes.subarray(at, at + length)).toString()) > 0,
    limit,
  );
  return seen;
}

test("records come in order, discarded ones are passed over, room is given back", () => {
  const { ring, put, consumed, produced } = fakeRing();
  assert.ok(ring.isEmpty());
  put("one");
  put("gone", DISCARD);
  put("three");
  assert.ok(!ring.isEmpty());
  assert.deepEqual(read(ring), ["one", "three"]);
  assert.equal(consumed(), produced());
  assert.ok(ring.isEmpty());
});

test("a record that is still written holds back what comes after it", () => {
  const { ring, put, headers } = fakeRing();
  put("one");
  const at = put("two", BUSY);
  put("three");
  assert.deepEqual(read(ring), ["one"]);
  // its writer may have looked before the reader said that it waits: nobody will wake the reader for it
  assert.ok(!ring.isEmpty());
  headers[at]! &= ~BUSY;
  assert.deepEqual(read(ring), ["two", "three"]);
});

test("many rounds: records that cross the end are read whole", () => {
  const { ring, put } = fakeRing();
  for (let round = 0; round < 5000; round++) {
    const text = `${round}:${"x".repeat(round % 700)}`;
    put(text);
    assert.deepEqual(read(ring), [text]);
  }
});

test("the handler can stop after a record, and the limit ends a turn", () => {
  const { ring, put } = fakeRing();
  for (const text of ["one", "two", "three", "four"]) put(text);
  const seen: number[] = [];
  ring.drain((at) => seen.push(at) < 0, 1 << 20);
  assert.equal(seen.length, 1);
  assert.deepEqual(read(ring, 1), ["two"]);
  assert.deepEqual(read(ring), ["three", "four"]);
});

test("monotonic time becomes time of day, exact to the nanosecond, before and after the measurement", () => {
  // 150 days of uptime: more nanoseconds than a double holds exactly
  const uptime = 150n * 86400n * 1_000_000_000n + 123_456_789n;
  const addon = {
    clocks: (out: Uint32Array) =>
      out.set([1_700_000_000, 999_999_999, Number(uptime / 1_000_000_000n), Number(uptime % 1_000_000_000n)]),
  } as unknown as Addon;
  const clock = new Clock(addon);
  for (const delta of [0n, 1n, -1n, 2_000_000_001n, -3_000_000_000n]) {
    const stamp = uptime + delta;
    clock.convert(Number(stamp >> 32n), Number(stamp & 0xffffffffn));
    const expected = 1_700_000_000_999_999_999n + delta;
    assert.equal(BigInt(clock.sec) * 1_000_000_000n + BigInt(clock.nsec), expected, `${delta}`);
    assert.ok(clock.nsec >= 0 && clock.nsec < 1e9);
  }
});
