// Without root: with exactly the rights that are documented a capture works, with one less it says which is missing.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { RIGHTS, type Right } from "../../src/kernel/rights.ts";
import { type Host, lonely, PTCPDUMP, privileged, type Result, shared, webServer } from "../netns.ts";

const ALL = Object.keys(RIGHTS) as Right[];
const CLIENT = ["curl", "-s", "-o", "/dev/null", "http://127.0.0.1/"];

/** Runs ptcpdump as nobody, with these rights and no others to be had. */
async function withRights(host: Host, rights: readonly Right[], ...args: string[]): Promise<Result> {
  const list = ["-all", ...rights.map((right) => `+${right.slice(4).toLowerCase()}`)].join(",");
  const sets = ["--inh-caps", "--ambient-caps", "--bounding-set"].map((set) => `${set}=${list}`);
  const user = ["--reuid=65534", "--regid=65534", "--clear-groups"];
  return await host.run("setpriv", ...user, ...sets, PTCPDUMP, ...args);
}

test("the main job with exactly these rights", async (t) => {
  if (!privileged(t) || !shared(t)) return;
  const host = lonely(t);
  await webServer(t, host);
  for (const [what, rights, options] of [
    ["all", ALL, []],
    ["without promiscuous mode", ALL.filter((right) => right !== "CAP_NET_RAW"), ["-p"]],
  ] as const)
    await t.test(what, async () => {
      const capture = ["-i", "lo", "-n", ...options, "tcp port 80", "--", ...CLIENT];
      const { status, stdout, stderr } = await withRights(host, rights, ...capture);
      assert.equal(status, 0, stderr);
      const lines = stdout.trim().split("\n");
      assert.ok(lines.length >= 8, stdout);
      assert.match(lines[0]!, / lo curl\.\d+ Out IP 127\.0\.0\.1\.\d+ > 127\.0\.0\.1\.80: Flags \[S\]/);
      assert.match(stderr, /^listening on lo, /m);
    });
});

test("with one less, one line names it", async (t) => {
  if (!privileged(t) || !shared(t)) return;
  const host = lonely(t);
  for (const missing of ALL)
    await t.test(missing, async () => {
      const rights = ALL.filter((right) => right !== missing);
      const { status, stdout, stderr } = await withRights(host, rights, "-i", "lo", "-n", "-c", "1");
      assert.equal(status, 1);
      assert.equal(stdout, "");
      assert.match(stderr, /^ptcpdump: .* permission to capture: .* missing; .*\n$/);
      assert.ok(stderr.includes(`: ${missing} is missing; `), stderr);
    });
  const { stderr } = await withRights(host, [], "-i", "lo");
  assert.ok(stderr.includes(`: ${ALL.slice(0, -1).join(", ")} and ${ALL.at(-1)} are missing; `), stderr);
});

test("the documentation names the same rights", () => {
  const documented = readFileSync(join(import.meta.dirname, "../../docs/quick-start.md"), "utf8");
  const table = [...documented.matchAll(/^\| `(CAP_\w+)` \| (.*) \|$/gm)].map(([, name, purpose]) => [
    name,
    purpose,
  ]);
  assert.deepEqual(
    table,
    Object.entries(RIGHTS).map(([name, { purpose }]) => [name, purpose]),
  );
});
