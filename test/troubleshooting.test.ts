// docs/troubleshooting.md has every kind of failure that there is, in the words that the sources have for it.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

/** A message that is put together elsewhere than where it is thrown. */
const ELSEWHERE = "";
const ROOT = join(import.meta.dirname, "..");
const text = readFileSync(join(ROOT, "docs/troubleshooting.md"), "utf8");
const rows = [...text.matchAll(/^\| ([a-z-]+) \| `(.*?)` \| (.+) \|$/gm)]
  .map(([, kind, message, advice]) => ({ kind: kind!, message: message!, advice: advice! }))
  .filter(({ kind }) => kind !== "kind");

/** What is thrown, by kind: message texts with "…" for what is put in, or ELSEWHERE. */
function thrown(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const add = (kind: string, message: string): void => {
    const messages = found.get(kind) ?? new Set();
    messages.add(
      /^["`]/.test(message) ? message.slice(1, -1).replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, "…") : ELSEWHERE,
    );
    found.set(kind, messages);
  };
  for (const name of readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts") || name.endsWith(".test.ts")) continue;
    const source = readFileSync(join(ROOT, "src", name), "utf8");
    const literal = '(`[^`]*`|"[^"]*"|[\\w.]+)';
    const failure = new RegExp(`(?:new Failure|super)\\(\\s*"([a-z-]+)",\\s*${literal}`, "g");
    for (const [, kind, message] of source.matchAll(failure)) add(kind!, message!);
    for (const [, message] of source.matchAll(new RegExp(`\\busage\\(\\s*${literal}`, "g")))
      add("usage", message!);
    // a kind that depends on an errno
    for (const [, kind] of source.matchAll(/\?\? "([a-z-]+)",\s*`/g)) add(kind!, "`…`");
  }
  return found;
}

test("every kind of failure has its row, and every row its failure", () => {
  const kinds = [...thrown().keys()].sort();
  assert.ok(kinds.length > 30, kinds.join(" "));
  assert.deepEqual([...new Set(rows.map(({ kind }) => kind))].sort(), kinds);
});

/** A documented message and one of the sources' mean the same: literal where both are, whatever is left out. */
function alike(documented: string, message: string): boolean {
  const pattern = documented
    .split("…")
    .map((part) => part.replaceAll("\\|", "|").replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${pattern}$`, "s").test(message);
}

test("a row's message is one that is said", () => {
  const sources = thrown();
  for (const { kind, message, advice } of rows) {
    assert.ok(advice.length > 20, kind);
    assert.ok(
      [...sources.get(kind)!].some((said) => said === ELSEWHERE || alike(message, said)),
      `${kind}: ${message}\n${[...sources.get(kind)!].join("\n")}`,
    );
  }
});
