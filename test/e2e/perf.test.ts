// Perf buffers in place of the ring, and the object for kernels that have none (before Linux 5.8), forced on this one.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PERF_CAPLEN } from "../../src/addon/abi.ts";
import { folder, type Host, heldFifo, lonely, type Program, PTCPDUMP, pair, privileged } from "../netns.ts";
import { owner, packets } from "../packets.ts";
import { Talker } from "../talker.ts";

/** Programs that live for a few datagrams each, one after the other on all CPUs; prints their pids. */
const BROOD = `
import os, socket, sys
for i in range(int(sys.argv[2])):
    child = os.fork()
    if child == 0:
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind(("127.0.0.1", 0))
        for j in range(3): s.sendto(b"x" * (100 + j), (sys.argv[1], 9))
        os._exit(0)
    os.waitpid(child, 0)
    print(child)
`;

const FLOOD = `
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(int(sys.argv[2])): s.sendto(b"x" * int(sys.argv[3]), (sys.argv[1], 9))
`;

async function capture(host: Host, ...args: string[]): Promise<Program> {
  const program = host.start("env", ["PTCPDUMP_TEST=without:ring buffer", PTCPDUMP, ...args]);
  await program.said("stderr", /^(ptcpdump: )?listening on /m);
  return program;
}

/** The numbers that are told at the end. */
function counts(stderr: string): { captured: number; received: number; dropped: number } {
  const [, captured, received, dropped] =
    /^(\d+) packets captured\n(\d+) packets received by filter\n(\d+) packets dropped/m
      .exec(stderr)!
      .map(Number);
  return { captured: captured!, received: received!, dropped: dropped! };
}

test("a flood comes whole, in order of time, and as tcpdump has it", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const [ours, theirs] = [join(folder(t), "ours.pcap"), join(folder(t), "theirs.pcap")];
  const expression = "udp port 9 or udp port 10";
  const tcpdump = await a.tcpdump("-i", "eth0", "-w", theirs, "-B", "65536", "-c", "9000", expression);
  const ptcpdump = await capture(a, "-i", "eth0", "-w", ours, expression);
  await Promise.all([1, 2, 3].map(() => a.ok("python3", "-c", FLOOD, b.ip4, "3000", "300")));
  await tcpdump.ended;
  const { stderr } = await ptcpdump.stop();
  assert.deepEqual(counts(stderr), { captured: 9000, received: 9000, dropped: 0 });
  const text = async (file: string) => (await a.ok("tcpdump", "-n", "-t", "-r", file)).split("\n").sort();
  assert.deepEqual(await text(ours), await text(theirs));
  const times = (await a.ok("tcpdump", "-n", "-tt", "-r", ours)).trim().split("\n").map(Number.parseFloat);
  assert.deepEqual(
    times.filter((time, at) => at > 0 && time < times[at - 1]!),
    [],
  );
});

test("what buffers have no room for is counted", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const fifo = join(folder(t), "x.pcap");
  // nobody takes what is written, which stops the reader
  const holder = await heldFifo(a, fifo);
  const program = await capture(a, "-i", "eth0", "-B", "64", "-w", fifo, "udp port 9");
  await a.ok("python3", "-c", FLOOD, b.ip4, "60000", "1400");
  holder.child.stdin.write("\n");
  const { stderr } = await program.stop();
  const { captured, received, dropped } = counts(stderr);
  assert.ok(dropped > 0, stderr);
  assert.equal(received, 60000);
  assert.equal(captured + dropped, 60000);
});

test("every packet comes after its owner, whichever CPUs they came by", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  const program = await capture(host, "-i", "lo", "-n", "udp port 9");
  const parts = await Promise.all(
    [1, 2, 3, 4].map(() => host.ok("/usr/bin/python3", "-c", BROOD, host.ip4, "100")),
  );
  const { stdout, stderr } = await program.stop();
  assert.doesNotMatch(stderr, /could not be noted/);
  const pids = parts.flatMap((part) => part.trim().split("\n").map(Number));
  const sent = packets(stdout).filter((packet) => owner(packet)?.direction === "Out");
  assert.equal(sent.length, pids.length * 3);
  const named = sent.map((packet) => owner(packet)!.pid).filter((pid) => pid !== 0);
  for (const pid of named) assert.ok(pids.includes(pid), `${pid} has sent nothing`);
  // the first send is over before somebody is known where only that tells (sock_send_length)
  for (const pid of pids) assert.ok(named.filter((of) => of === pid).length >= 2, `${pid} is not named`);
  for (const packet of sent)
    assert.ok(owner(packet)!.pid === 0 || /^.* python3\.\d+ Out/.test(packet), packet);
});

test("a packet longer than a record can be is cut, and says so", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  await host.ok("ip", "link", "set", "lo", "mtu", "65536");
  const file = join(folder(t), "x.pcap");
  const program = await capture(host, "-i", "lo", "-Q", "out", "-c", "1", "-w", file, "udp port 9");
  await host.ok("python3", "-c", FLOOD, host.ip4, "1", "65507");
  await program.ended;
  const bytes = readFileSync(file);
  assert.deepEqual([bytes.readUInt32LE(24 + 8), bytes.readUInt32LE(24 + 12)], [PERF_CAPLEN, 65507 + 28 + 14]);
  assert.equal(bytes.length, 24 + 16 + PERF_CAPLEN);
  assert.ok(bytes.subarray(24 + 16 + 42).every((byte) => byte === 0x78));
});

test("the first packet after a long silence is seen at once", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  const talker = new Talker(host);
  const program = await capture(host, "-i", "lo", "-n", "-l", "-Q", "out", "udp port 9");
  // a reader that sleeps looks by itself twice a second: ten packets, far apart, would take it five seconds
  let slow = 0;
  for (let at = 1; at <= 10; at++) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    const from = performance.now();
    await talker.tell("udp", host.ip4, 9, at);
    await program.lines(at);
    slow += Number(performance.now() - from > 250);
  }
  await program.stop();
  assert.ok(slow <= 3, `${slow} of 10 came late`);
});

test("TLS secrets are refused in one line", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  const log = join(folder(t), "keys");
  const words = [
    "PTCPDUMP_TEST=without:ring buffer",
    PTCPDUMP,
    "-i",
    "lo",
    "--write-keylog-file",
    log,
    "--pid",
    "1",
  ];
  const { status, stderr } = await host.run("env", ...words);
  assert.equal(status, 1);
  assert.equal(
    stderr,
    "ptcpdump: TLS secrets need a ring buffer (Linux 5.8 has it), which is not to be had here\n",
  );
});

test("a backend without an object for such a kernel says so", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  const words = ["PTCPDUMP_TEST=without:ring buffer", PTCPDUMP, "--backend", "socket-filter", "-i", "lo"];
  const { status, stderr } = await host.run("env", ...words);
  assert.equal(status, 1);
  assert.equal(
    stderr,
    "ptcpdump: --backend socket-filter needs ring buffer (Linux 5.8 has it), which is not to be had here; --backend tc captures without\n",
  );
});
