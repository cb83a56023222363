// docs/recipes.md: every command line in it does what stands beside it.
import assert from "node:assert/strict";
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder, lonely, PTCPDUMP, privileged, webServer } from "../netns.ts";

const text = readFileSync(join(import.meta.dirname, "../../docs/recipes.md"), "utf8");
const recipes = text
  .split(/^## /m)
  .slice(1)
  .map((part) => ({
    title: part.slice(0, part.indexOf("\n")),
    commands: /^```sh\n(.*?)^```$/ms.exec(part)?.[1],
    expected: /^<!-- expect: (.*) -->$/m.exec(part)?.[1],
  }));

test("recipes", async (t) => {
  if (!privileged(t)) return;
  assert.ok(recipes.length >= 10);
  const host = lonely(t);
  await webServer(t, host, 8000);
  const bin = folder(t);
  symlinkSync(PTCPDUMP, join(bin, "ptcpdump"));
  host.start("sh", ["-c", "while curl -s -o /dev/null http://127.0.0.1:8000/; do sleep 0.05; done"]);
  const work = folder(t);
  for (const { title, commands, expected } of recipes)
    await t.test(title, async () => {
      assert.ok(
        commands !== undefined && expected !== undefined,
        "a recipe has commands and what is expected of them",
      );
      const script = `cd "$0" && PATH="$1:$PATH" && set -e\n${commands}`;
      const { status, stdout, stderr } = await host.run("timeout", "60", "sh", "-c", script, work, bin);
      assert.equal(status, 0, stdout + stderr);
      assert.match(stdout, new RegExp(expected, "m"), stderr);
    });
});
