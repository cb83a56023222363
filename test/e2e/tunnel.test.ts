// A tun device: packets that begin with the IP header, and a program that carries other programs' packets.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pair, privileged } from "../netns.ts";
import { owner, packets, plain } from "../packets.ts";
import { Talker } from "../talker.ts";

test("a tunnel's packets belong to the programs that talk through it, never to the one that carries them", async (t) => {
  if (!privileged(t)) return;
  if (!existsSync("/dev/net/tun")) {
    assert.ok(!process.env["CI"], "/dev/net/tun is missing");
    t.skip("/dev/net/tun is missing");
    return;
  }
  const [a, b] = pair(t);
  const script = join(import.meta.dirname, "tunnel.py");
  const tunnel = a.start("/usr/bin/python3", [script, a.namespace, b.namespace, "10.78.0.1", "10.78.0.2"]);
  const [, carrier] = await tunnel.said("stdout", /^up (\d+)$/m);
  const server = new Talker(b);
  const client = new Talker(a);
  const atClient = await a.ptcpdump("-i", "tun0", "-n", "tcp or icmp");
  const atServer = await b.ptcpdump("-i", "any", "-n", "tcp port 7000");
  const beside = await a.tcpdump("-l", "-i", "tun0", "-n", "tcp or icmp");

  const serverPid = await server.tell("listen", 7000);
  const clientPid = await client.tell("connect", "10.78.0.2", 7000);
  for (let i = 0; i < 5; i++) await client.tell("send", 10);
  await client.tell("close");
  // nobody listens there: the answer is the kernel's own, sent while the carrier is at work
  await client.tell("connect", "10.78.0.2", 7001).catch(() => {});

  const client_ = await atClient.stop();
  const server_ = await atServer.stop();
  const theirs = await beside.stop();
  const named = (text: string) => [...new Set(packets(text).map((packet) => owner(packet)?.pid ?? 0))];
  assert.ok(
    !named(client_.stdout + server_.stdout).includes(Number(carrier)),
    client_.stdout + server_.stdout,
  );
  assert.deepEqual(named(client_.stdout), [clientPid], client_.stdout);
  assert.deepEqual(named(server_.stdout), [serverPid], server_.stdout);
  assert.match(client_.stderr, /link-type RAW \(Raw IP\)/);
  // tcpdump ends its output with an empty line when it is interrupted
  const bare = (text: string) =>
    packets(text).flatMap((packet) => (packet === "" ? [] : [plain(packet).replace(/^\S+ /, "")]));
  assert.deepEqual(bare(client_.stdout), bare(theirs.stdout));
});
