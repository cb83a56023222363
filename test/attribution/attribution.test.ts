// The truth workload: every packet named, and named rightly. By hand: node test/attribution/score.ts [kind…]
import assert from "node:assert/strict";
import { test } from "node:test";
import { privileged } from "../netns.ts";
import { KINDS } from "./kinds.ts";
import { KNOWN_TO_FAIL, SOMETIMES } from "./known.ts";
import { byFile, byTshark, isPerfect, score, table, total } from "./score.ts";
import { perform } from "./stage.ts";

test("every kind of traffic is named rightly", async (t) => {
  if (!privileged(t)) return;
  const performance = await perform(t, KINDS);
  const { scores, unexplained } = score(performance);
  t.diagnostic(`\n${table(new Map([...scores, ["total", total(scores)]]))}`);

  await t.test("no packet was lost", () => {
    for (const report of performance.reports) assert.match(report, /^0 packets dropped by kernel$/m);
  });
  await t.test("the workload explains every packet", () => assert.deepEqual(unexplained, []));
  await t.test("tshark reads the same owners from comments and options", () => {
    for (const recording of performance.recordings) assert.deepEqual(byTshark(recording), byFile(recording));
  });
  for (const { name, kind } of [...performance.played, { name: "kernel", kind: null }])
    await t.test(name, () => {
      const result = scores.get(name)!;
      assert.ok(result.packets >= (kind?.packets ?? 1), `only ${result.packets} packets were seen`);
      const known = kind && KNOWN_TO_FAIL[kind.name];
      if (!known) assert.ok(isPerfect(result), result.faults.join("\n"));
    });
  for (const kind of Object.keys(KNOWN_TO_FAIL))
    await t.test(`${kind} is known to fail`, () => {
      const mine = performance.played.filter((played) => played.kind.name === kind);
      assert.notEqual(mine.length, 0, "no such kind");
      assert.ok(
        SOMETIMES.includes(kind) || mine.some(({ name }) => !isPerfect(scores.get(name)!)),
        "it is right now: take it from known.ts",
      );
    });
});
