// The soak in short; the full one by hand: node test/attribution/soak.ts
import assert from "node:assert/strict";
import { test } from "node:test";
import { privileged } from "../netns.ts";
import { KNOWN_TO_FAIL } from "./known.ts";
import { soak } from "./soak.ts";

/** Least part of the packets that has to be named rightly. */
const RIGHT = 0.9999;

test("short connections at a high rate: nothing lost, nobody wrong", async (t) => {
  if (!privileged(t)) return;
  const { score, unexplained, rate, report } = await soak(t, 3, 2500);
  const { packets, right, unnamed, wrong, faults } = score;
  t.diagnostic(
    `${rate.toFixed(0)} connections per second: ${packets} packets, ${right} right, ${unnamed} unnamed, ${wrong} wrong`,
  );
  assert.match(report, /^0 packets dropped by kernel$/m);
  assert.deepEqual(unexplained, []);
  assert.ok(packets >= 1000, `only ${packets} packets`);
  const good = wrong === 0 && right >= packets * RIGHT;
  if (!("soak" in KNOWN_TO_FAIL)) assert.ok(good, faults.join("\n"));
});
