// The truth workload with every other backend: of what it sees nothing is named wrongly, and little left unnamed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { BACKEND_NAMES, type BackendName } from "../../src/model/settings.ts";
import { privileged } from "../netns.ts";
import { KINDS } from "./kinds.ts";
import { KNOWN_TO_FAIL, known } from "./known.ts";
import { isPerfect, optionsFor, score, table, total } from "./score.ts";
import { perform } from "./stage.ts";

/** Kinds whose packets no socket's hook sees: frames that are put on the device as they are. */
const UNSEEN = /^packet-/;
/** Rows of which a backend leaves some without a name, because it may not ask which socket a packet is for. */
const UNNAMED: Partial<Record<BackendName, RegExp>> = {
  "socket-filter": /reuseport|^packet-|^udp-fragments@dnat|^proxy@|^mptcp/,
  "tp-btf": /reuseport|^packet-|^udp-fragments@dnat|^proxy@|^mptcp/,
};
/** … but never more than this part of all. */
const MOST_UNNAMED = 0.01;
/** Each kind's packets must at least be so many, of those that tc sees: fragments come whole, hosts between see none. */
const LEAST = 1 / 6;

for (const backend of BACKEND_NAMES.filter((name) => name !== "tc"))
  test(`${backend}: every kind of traffic is named rightly`, async (t) => {
    if (!privileged(t)) return;
    const performance = await perform(t, KINDS, optionsFor(backend));
    const { scores, unexplained } = score(performance);
    t.diagnostic(`\n${table(new Map([["total", total(scores)]]))}`);
    assert.deepEqual(unexplained, []);
    for (const report of performance.reports) assert.match(report, /^0 packets dropped by kernel$/m);
    for (const { name, kind } of performance.played)
      await t.test(name, () => {
        const result = scores.get(name)!;
        if (!UNSEEN.test(kind.name))
          assert.ok(
            result.packets >= (kind.packets ?? 1) * LEAST,
            `only ${result.packets} packets were seen`,
          );
        if (known(name, kind.name).some((key) => key in KNOWN_TO_FAIL)) return;
        if (UNNAMED[backend]?.test(name)) assert.equal(result.wrong, 0, result.faults.join("\n"));
        else assert.ok(isPerfect(result), result.faults.join("\n"));
      });
    const { unnamed, packets } = total(scores);
    assert.ok(unnamed <= packets * MOST_UNNAMED, `${unnamed} of ${packets} packets are without a name`);
  });
