// bin/ptcpdump runs from any folder, through links and from PATH, and leaves no trace in what it starts.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { folder, lonely, PTCPDUMP, privileged } from "../netns.ts";

const run = (cwd: string, program: string, path = process.env["PATH"]): string =>
  execFileSync(program, ["--version"], { cwd, encoding: "utf8", env: { ...process.env, PATH: path } });

test("it runs from any folder and by any name", (t) => {
  const elsewhere = folder(t);
  symlinkSync(PTCPDUMP, join(elsewhere, "dump"));
  symlinkSync("dump", join(elsewhere, "again"));
  const expected = run("/", PTCPDUMP);
  assert.match(expected, /^ptcpdump version \d+\.\d+\.\d+\nlibpcap version .*\nlibbpf version .*\n/);
  assert.equal(run(elsewhere, relative(elsewhere, PTCPDUMP)), expected);
  assert.equal(run(dirname(PTCPDUMP), "./ptcpdump"), expected);
  assert.equal(run(elsewhere, join(elsewhere, "again")), expected);
  assert.equal(run("/", "again", `${elsewhere}:${process.env["PATH"]}`), expected);
});

test("a command gets the environment as it was", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  const names = (text: string): string[] =>
    text
      .split("\n")
      .filter((line) => /^\w+=/.test(line))
      .map((line) => line.slice(0, line.indexOf("=")))
      .sort();
  // "_" is the shell's own doing.
  const before = names(await host.ok("sh", "-c", "env")).filter((name) => name !== "_");
  const after = names(await host.ok(PTCPDUMP, "-i", "lo", "-n", "--", "sh", "-c", "env"));
  assert.deepEqual(
    after.filter((name) => name !== "_"),
    before,
  );
});
