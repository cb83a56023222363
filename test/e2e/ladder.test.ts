// Every rung that this kernel can stand on: what it has is hidden feature by feature, and the owners stay right.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FeatureName } from "../../src/kernel/features.ts";
import { NEEDS } from "../../src/kernel/hooks.ts";
import { present, variants } from "../ladder.ts";
import { type Host, lonely, PTCPDUMP, privileged } from "../netns.ts";
import { owner, packets } from "../packets.ts";
import { Talker } from "../talker.ts";

/** As on a host that forwards nothing. */
const WANTED = { backend: "tc", attribution: true, transit: false } as const;

/** A server and a connection from before the start, a connection and datagrams from after it. */
async function perform(host: Host, hidden: readonly FeatureName[]) {
  const server = new Talker(host);
  const early = new Talker(host);
  const late = new Talker(host);
  const serverPid = await server.tell("listen", 7000);
  const earlyPid = await early.tell("connect", host.ip4, 7000);
  await server.tell("accepted");
  const words = hidden.map((name) => `without:${name}`).join(",");
  const capture = host.start("env", [
    `PTCPDUMP_TEST=${words}`,
    PTCPDUMP,
    ...["-i", "lo", "-n", "--log-level", "debug", "tcp port 7000 or udp port 9"],
  ]);
  await capture.said("stderr", /^listening on /m);
  await early.tell("send", 10);
  await early.tell("close");
  const latePid = await late.tell("connect", host.ip4, 7000);
  await late.tell("send", 20);
  await late.tell("close");
  await late.tell("udp", host.ip4, 9, 30);
  const { stdout, stderr } = await capture.stop();
  return { stdout, stderr, serverPid, clientPids: [earlyPid, latePid] };
}

test("every rung within reach", async (t) => {
  if (!privileged(t)) return;
  for (const { hidden, plan } of variants(present(), WANTED))
    await t.test(`without ${hidden.join(", ") || "nothing"}`, async (t) => {
      const { stdout, stderr, serverPid, clientPids } = await perform(lonely(t), hidden);
      const complete = plan.choices.every(({ rung }) => rung !== null);
      for (const { need, rung } of plan.choices)
        assert.ok(stderr.includes(`ptcpdump: ${need}: ${rung ?? "none on this kernel"}`), stderr);
      assert.doesNotMatch(stderr, /could not be noted|refused/);
      const all = packets(stdout);
      // both directions of handshake, data and end, and the datagram
      assert.ok(all.length >= 28, stdout);
      for (const packet of all) {
        const { pid, direction } = owner(packet) ?? { pid: 0, direction: "" };
        if (direction === "In" && / > 127\.0\.0\.1\.9: /.test(packet)) {
          assert.equal(pid, 0, `nobody waits for it: ${packet}`);
          continue;
        }
        if (pid === 0) {
          assert.ok(!complete, `not named: ${packet}`);
          continue;
        }
        const fromServer = / 127\.0\.0\.1\.7000 > /.test(packet);
        const right = (direction === "Out") === fromServer ? [serverPid] : clientPids;
        assert.ok(right.includes(pid), `named wrongly: ${packet}`);
      }
    });
  const rungs = new Set(
    variants(present(), WANTED).flatMap(({ plan }) => plan.choices.map(({ rung }) => rung)),
  );
  t.diagnostic(
    `out of reach here: ${
      NEEDS.filter((need) => !need.transit)
        .flatMap((need) => need.rungs.filter(({ backend = "tc" }) => backend === "tc"))
        .filter(({ name }) => !rungs.has(name))
        .map(({ name }) => name)
        .join("; ") || "none"
    }`,
  );
});
