// The truth workload: every packet named, and named rightly. By hand: node test/attribution/score.ts [kind…]
import assert from "node:assert/strict";
import { test } from "node:test";
import { privileged } from "../netns.ts";
import { KINDS } from "./kinds.ts";
import { KNOWN_TO_FAIL, known, SOMETIMES } from "./known.ts";
import { byFile, byTshark, isPerfect, score, table, total } from "./score.ts";
import { perform } from "./stage.ts";

test("every kind of traffic is named rightly", async (t) => {
  if (!privileged(t)) return;
  const performance = await perform(t, KINDS);
  const { scores, unexplained } = score(performance);
  t.diagnostic(`\n${table(new Map([...scores, ["total", total(scores)]]))}`);

  if (performance.missing.length > 0) t.diagnostic(`not on this kernel: ${performance.missing.join(", ")}`);

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
      if (kind && known(name, kind.name).length > 0) return;
      assert.ok(isPerfect(result), result.faults.join("\n"));
    });
  // the soak is a test of its own
  for (const key of Object.keys(KNOWN_TO_FAIL).filter((key) => key !== "soak"))
    await t.test(`${key} is known to fail`, () => {
      const rows = performance.played.filter(({ name, kind }) => known(name, kind.name).includes(key));
      assert.notEqual(rows.length, 0, "no such kind");
      const failing = SOMETIMES.includes(key) || rows.some(({ name }) => !isPerfect(scores.get(name)!));
      assert.ok(failing, "it is right now: take it from known.ts");
    });
});
