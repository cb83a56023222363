// docs/attribution.md has every kind of the workload, described as the workload describes it, and no other.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { DOCUMENT, documentRows, documentText } from "./document.ts";
import type { KernelScores, Score } from "./score.ts";

/** The first three cells of every row of the table by kind. */
function rows(text: string): string[][] {
  return text
    .slice(text.indexOf("\n| kind"))
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => line.split(" | ").map((part) => part.replace(/^\| |\|$/g, "").trim()))
    .slice(1, -1)
    .map((cells) => cells.slice(0, 3));
}

test("every kind is a row of docs/attribution.md, and every row is a kind", () => {
  const text = readFileSync(DOCUMENT, "utf8");
  assert.deepEqual(rows(text), documentRows(), "write it anew: node test/attribution/document.ts SCORES…");
  const words = (document: string): string[] => document.split("\n").filter((line) => !line.startsWith("|"));
  assert.deepEqual(words(text), words(documentText([])), "its words are document.ts's");
});

test("runs of one kernel are added up", () => {
  const attributes = { thread: 0, name: 0, args: 1, user: 0, parent: 0 };
  const good = {
    packets: 4,
    right: 4,
    unnamed: 0,
    wrong: 0,
    attributes: { ...attributes, args: 0 },
    faults: [],
  };
  const bad = { packets: 5, right: 2, unnamed: 1, wrong: 2, attributes, faults: [] };
  const run = (kernel: string, score: Score, lost: number): KernelScores => ({
    kernel,
    rows: { udp4: score },
    unexplained: [],
    lost,
  });
  const text = documentText([run("6.12.95", bad, 0), run("6.1.0-50", good, 0), run("6.1.0-51", bad, 3)]);
  const found = text.split("\n").filter((line) => /^\| (6|kernel |udp4 )/.test(line));
  assert.deepEqual(found, [
    "| kernel | runs | packets | right | unnamed | wrong | details wrong | lost |",
    "| 6.1 | 2 | 9 | 6 | 1 | 2 | 1 | 3 |",
    "| 6.12 | 1 | 5 | 2 | 1 | 2 | 1 | 0 |",
    "| udp4 | UDP over IPv4, sockets not connected | two hosts, loopback, bridge, masquerade, DNAT | 9: 1 unnamed, 2 wrong, args wrong in 1 | 5: 1 unnamed, 2 wrong, args wrong in 1 |",
    "| kernel | what hosts say on their own account: nobody's | everywhere | – | – |",
  ]);
});
