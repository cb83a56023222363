// The memory of TCP conversations.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SequenceTable } from "./sequence.ts";

function ask(table: SequenceTable, flow: number, anew: boolean, seq: number, ack: number): boolean {
  table.key.fill(0);
  table.key[0] = flow;
  table.key[2] = 443;
  return table.follow(anew, seq, ack);
}

test("the first numbers of a conversation are kept until it begins anew", () => {
  const table = new SequenceTable(3);
  assert.equal(ask(table, 1, false, 100, 200), false);
  assert.equal(ask(table, 2, false, 5, 6), false);
  assert.equal(ask(table, 1, false, 101, 201), true);
  assert.deepEqual([table.seq, table.ack], [100, 200]);
  assert.equal(ask(table, 1, true, 7, 8), false);
  assert.deepEqual([table.seq, table.ack], [7, 8]);
  assert.equal(ask(table, 1, false, 9, 9), true);
  assert.deepEqual([table.seq, table.ack], [7, 8]);
  assert.equal(ask(table, 2, false, 9, 9), true);
  assert.deepEqual([table.seq, table.ack], [5, 6]);
});

test("numbers wrap at 32 bits", () => {
  const table = new SequenceTable(3);
  ask(table, 1, false, -1, 0xffffffff);
  ask(table, 1, false, 3, 3);
  assert.deepEqual([table.seq, table.ack], [-1, -1]);
});

test("a million conversations are bounded: those in use stay, the oldest are forgotten", () => {
  const table = new SequenceTable(3);
  ask(table, 1, false, 42, 43);
  ask(table, 2, false, 44, 45);
  for (let flow = 10; flow < 1_000_000; flow++) {
    ask(table, flow, false, flow, flow);
    if (flow % 1000 === 0) assert.equal(ask(table, 1, false, 0, 0), true);
  }
  assert.deepEqual([ask(table, 1, false, 0, 0), table.seq, table.ack], [true, 42, 43]);
  assert.equal(ask(table, 2, false, 0, 0), false);
});
