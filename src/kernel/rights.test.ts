import assert from "node:assert/strict";
import { test } from "node:test";
import { lackingRights, RIGHTS } from "./rights.ts";

const status = (...numbers: number[]): string =>
  `Name:\tx\nCapEff:\t${numbers
    .reduce((all, number) => all | (1n << BigInt(number)), 0n)
    .toString(16)
    .padStart(16, "0")}\nCapBnd:\t000001ffffffffff\n`;

test("what is lacking is told by name", () => {
  const all = Object.values(RIGHTS).map(({ number }) => number);
  assert.deepEqual(lackingRights(status(...all)), []);
  assert.deepEqual(lackingRights(status()), Object.keys(RIGHTS));
  assert.deepEqual(lackingRights(status(...all.filter((number) => number !== 38))), ["CAP_PERFMON"]);
  assert.deepEqual(lackingRights(status(12, 13, 21)), []);
  assert.deepEqual(lackingRights(""), Object.keys(RIGHTS));
});
