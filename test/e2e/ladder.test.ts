// Every rung that this kernel can stand on: what it has is hidden feature by feature, and the owners stay right.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { loadAddon } from "../../src/addon/addon.ts";
import { FEATURES, type FeatureName, Features, readSystem } from "../../src/kernel/features.ts";
import { NEEDS } from "../../src/kernel/hooks.ts";
import { type Plan, planHooks } from "../../src/kernel/plan.ts";
import { type Host, lonely, PTCPDUMP, privileged } from "../netns.ts";
import { owner, packets } from "../packets.ts";
import { Talker } from "../talker.ts";

/** As on a host that forwards nothing. */
const wanted = { attribution: true, transit: false };

/** What this kernel has. */
function present(): FeatureName[] {
  const addon = loadAddon(join(import.meta.dirname, "../../build/ptcpdump.node"));
  const system = readSystem(addon, "/sys/kernel/btf/vmlinux");
  const features = new Features(system);
  const names = FEATURES.map(({ name }) => name).filter((name) => features.has(name));
  if (system.cgroup2 !== null) addon.closeFd(system.cgroup2);
  return names;
}

/** All choices of at most `most` of the names, fewest first. */
function* choices<T>(names: readonly T[], most: number): Generator<T[]> {
  let layer: { chosen: T[]; next: number }[] = [{ chosen: [], next: 0 }];
  for (let size = 0; size <= most; size++) {
    for (const { chosen } of layer) yield chosen;
    layer = layer.flatMap(({ chosen, next }) =>
      names.slice(next).map((name, at) => ({ chosen: [...chosen, name], next: next + at + 1 })),
    );
  }
}

/** The fewest features to hide so that every rung within reach, or none at all, is chosen once for each need. */
function variants(names: readonly FeatureName[]): { hidden: FeatureName[]; plan: Plan }[] {
  const reached = new Set<string>();
  const found: { hidden: FeatureName[]; plan: Plan }[] = [];
  // without BTF nothing is captured at all
  const hideable: FeatureName[] = names.filter((name) => name !== "BTF");
  for (const hidden of choices(hideable, 4)) {
    const plan = planHooks(new Set(names.filter((name) => !hidden.includes(name))), wanted);
    const fresh = plan.choices.filter(({ need, rung }) => !reached.has(`${need}: ${rung}`));
    if (fresh.length === 0) continue;
    for (const { need, rung } of fresh) reached.add(`${need}: ${rung}`);
    found.push({ hidden, plan });
  }
  return found;
}

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
  for (const { hidden, plan } of variants(present()))
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
  const rungs = new Set(variants(present()).flatMap(({ plan }) => plan.choices.map(({ rung }) => rung)));
  t.diagnostic(
    `out of reach here: ${
      NEEDS.filter((need) => !need.transit)
        .flatMap((need) => need.rungs.filter(({ name }) => !rungs.has(name)).map(({ name }) => name))
        .join("; ") || "none"
    }`,
  );
});
