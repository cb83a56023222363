// What was once printed as tcpdump prints it stays so (ratchet.json; `node test/corpus/corpus.ts --bless` adds to it),
// and of our own captures everything is.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { allCases, CORPUS, Comparison, isOwn, readRatchet, scoreText, setOf } from "./corpus/corpus.ts";

process.env["TZ"] = "UTC";

const known = new Set(
  Object.entries(readRatchet()).flatMap(([options, files]) => files.map((file) => `${file} ${options}`)),
);
const comparison = new Comparison();

for (const [set, cases] of Map.groupBy(allCases(), setOf))
  test(`corpus ${set}`, async () => {
    const fallen: string[] = [];
    await comparison.compare(cases, ({ file, options }, difference) => {
      if (difference === null || !(isOwn(file) || known.has(`${file} ${options}`))) return;
      const { line, want, got } = difference;
      fallen.push(`${file} ${options}, line ${line}\n  tcpdump: ${want}\n  ours:    ${got}`);
    });
    assert.deepEqual(fallen, []);
  });

test("the corpus by protocol", (t) => {
  for (const [set, score] of comparison.sets) t.diagnostic(scoreText(set, score));
  const worse = [...comparison.protocols].filter(([, { good, all }]) => good < all);
  for (const [name, score] of worse) t.diagnostic(scoreText(name, score));
  if (worse.length === 0) t.diagnostic(`${comparison.protocols.size} protocols, all identical`);
  if (!existsSync(CORPUS)) t.diagnostic("without tcpdump's captures: the shared folder is not here");
  const missing = [...comparison.protocols].filter(([, { all }]) => all === 0).map(([name]) => name);
  assert.deepEqual(missing, [], "no capture for: put one into test/corpus/captures");
});
