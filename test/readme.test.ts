// What the README promises is there.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { README, withTables } from "../scripts/readme.ts";
import { manPage } from "../src/cli/man.ts";
import { OPTIONS } from "../src/cli/options.ts";
import { settingsOf } from "../src/cli/settings.ts";

const readme = readFileSync(README, "utf8");
const root = dirname(README);

test("the tables of options and backends are the code's (else: node scripts/readme.ts)", () => {
  assert.equal(withTables(readme), readme);
});

test("a missing row of a table is noticed", () => {
  for (const row of [/^\| `--backend=.*\n/m, /^\| cgroup v2 \|.*\n/m]) {
    assert.match(readme, row);
    const without = readme.replace(row, "");
    assert.notEqual(withTables(without), without);
  }
  assert.throws(() => withTables(readme.replace("<!-- backends:", "<!-- ")), /missing/);
});

test("the man page has every option, and no warning", (t) => {
  const page = manPage("0");
  const plain = page.replace(/\\f[BIR]/g, "").replaceAll("\\-", "-");
  for (const { short, long, argument } of OPTIONS) {
    const value = argument ?? "";
    if (short !== undefined)
      assert.ok(plain.includes(`\n-${short}${value === "" ? "" : ` ${value}`}\n`), short);
    for (const name of long)
      assert.ok(plain.includes(`\n--${name}${value === "" ? "" : `=${value}`}\n`), name);
  }
  const groff = spawnSync("groff", ["-man", "-ww", "-z", "-Tutf8"], { input: page, encoding: "utf8" });
  if (groff.error) {
    t.diagnostic("groff is not installed: the page's form is not checked");
    return;
  }
  assert.equal(groff.stderr, "");
});

test("its make targets exist", () => {
  const makefile = readFileSync(join(root, "Makefile"), "utf8");
  const targets = [...readme.matchAll(/\bmake ([a-z][a-z-]*)/g)].map((match) => match[1]!);
  assert.ok(targets.length >= 6);
  assert.deepEqual(
    targets.filter((target) => !new RegExp(`^${target}:`, "m").test(makefile)),
    [],
  );
});

test("its links lead somewhere", () => {
  const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1]!);
  assert.ok(links.length >= 3);
  assert.deepEqual(
    links.filter((link) => !existsSync(join(root, link))),
    [],
  );
});

test("its command lines are understood", () => {
  const lines = [...readme.matchAll(/^\$ (?:sudo )?(?:bin\/)?ptcpdump (.*)$/gm)].map((match) => match[1]!);
  const runs = [...readme.matchAll(/ARGS='([^']*)'/g)].map((match) => match[1]!);
  assert.ok(lines.length >= 1 && runs.length >= 1);
  for (const line of [...lines, ...runs]) assert.ok(settingsOf(line.split(" ")));
});

test("it and .ci/run name the same test command", () => {
  const ci = readFileSync(join(root, ".ci/run"), "utf8");
  const command = /## Test\n\n```\n(.*)\n```/.exec(readme)?.[1];
  assert.ok(command);
  assert.ok(ci.split("\n").includes(command));
});
