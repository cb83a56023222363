// Whatever ends it, nothing stays on the host: no program, map, link, qdisc or process.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { folder, pair, privileged } from "../netns.ts";
import { packets } from "../packets.ts";
import { Talker } from "../talker.ts";
import { gone, traces } from "../traces.ts";

for (const signal of ["SIGKILL", "SIGINT"] as const)
  test(`after ${signal} in the middle of a capture`, async (t) => {
    if (!privileged(t)) return;
    const [a, b] = pair(t);
    const before = await traces(a);
    const file = join(folder(t), "x.pcapng");
    const talker = new Talker(a);
    const capture = await a.ptcpdump("-i", "any", "-w", file, "-U", "udp");
    const during = await traces(a);
    assert.ok(during.programs.length > before.programs.length, "the measurement sees the programs");
    assert.ok(during.links.length > before.links.length, "the measurement sees the links");
    for (let i = 0; i < 20; i++) await talker.tell("udp", b.ip4, 9, 1);
    // With -U each packet is in the file at once.
    while (packets((await a.run("tcpdump", "-n", "-r", file)).stdout).length < 20);
    await capture.stop(signal);
    await gone(a, before, during);
    const { status, stdout } = await a.run("tcpdump", "-n", "-r", file);
    assert.equal(packets(stdout).length, 20);
    if (signal === "SIGINT") assert.equal(status, 0);
    const { stderr } = await a.run("tshark", "-r", file);
    assert.doesNotMatch(stderr, /damaged|corrupt/);
  });
