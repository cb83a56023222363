// docs/attribution.md has every kind of the workload, described as the workload describes it, and no other.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { DOCUMENT, documentRows, documentText } from "./document.ts";

/** The first three cells of every row of the table. */
function rows(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => line.split(" | ").map((part) => part.replace(/^\| |\|$/g, "").trim()))
    .slice(1, -1)
    .map((cells) => cells.slice(0, 3));
}

test("every kind is a row of docs/attribution.md, and every row is a kind", () => {
  const text = readFileSync(DOCUMENT, "utf8");
  assert.deepEqual(rows(text), documentRows(), "write it anew: node test/attribution/document.ts SCORES…");
  const words = documentText([]);
  assert.ok(text.startsWith(words.slice(0, words.indexOf("\n| kind"))), "its words are document.ts's");
});
