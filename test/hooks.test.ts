// docs/hooks.md says what the code does.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { declaredMaps, HOOKS, withTables } from "../scripts/hooks.ts";
import { MAPS } from "../src/kernel/maps.ts";

const document = readFileSync(HOOKS, "utf8");

test("its tables are the code's (else: node scripts/hooks.ts)", () => {
  assert.equal(withTables(document), document);
});

test("a missing row is noticed", () => {
  const row = /^\| {2}\| kprobe at security_sock_graft.*\n/m;
  assert.match(document, row);
  const without = document.replace(row, "");
  assert.notEqual(withTables(without), without);
  assert.throws(() => withTables(document.replace("<!-- maps:", "<!-- ")), /no place/);
});

test("every map has a row, every row a map", () => {
  const declared = declaredMaps();
  assert.deepEqual(MAPS.map(({ name }) => name).sort(), declared.map(({ name }) => name).sort());
  for (const { name, entries, type } of declared)
    assert.ok(type === "sk_storage" || entries !== "", `${name} has no size`);
});
