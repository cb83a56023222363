// How ptcpdump begins and ends, what it says meanwhile, and where its packets go.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { folder, type Host, lonely, PTCPDUMP, pair, privileged } from "../netns.ts";
import { owner, packets } from "../packets.ts";
import { Talker } from "../talker.ts";

const COUNTS =
  /^(\d+) packets? captured\n(\d+) packets? received by filter\n(\d+) packets? dropped by kernel\n$/m;

/** Datagrams that nobody answers: one packet each. */
async function datagrams(from: Talker, to: Host, count: number, size = 1): Promise<void> {
  for (let i = 0; i < count; i++) await from.tell("udp", to.ip4, 9, size);
}

test("the line that says it captures is tcpdump's, and true", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const talker = new Talker(a);
  await datagrams(talker, b, 1);
  const capture = await a.ptcpdump("-i", "eth0", "-n", "-s", "100", "udp");
  // Sent the moment the line is read: the first packet after it must be there.
  await datagrams(talker, b, 1, 77);
  const oracle = await a.tcpdump("-i", "eth0", "-n", "-s", "100", "udp");
  await oracle.stop();
  const { stdout, stderr } = await capture.stop();
  const line = /listening on .*\n/;
  assert.equal(line.exec(stderr)?.[0], line.exec(oracle.stderr)?.[0]);
  assert.match(packets(stdout)[0] ?? "", /length 77/);
});

test("interrupted or terminated, it writes everything and counts right", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const talker = new Talker(a);
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    await t.test(signal, async () => {
      const file = join(folder(t), "x.pcap");
      const capture = await a.ptcpdump("-i", "eth0", "-n", "-w", file, "--print", "udp");
      await datagrams(talker, b, 20);
      const { status, stdout, stderr } = await capture.stop(signal);
      assert.equal(status, 0);
      assert.equal(packets(stdout).length, 20);
      assert.equal(packets(await a.ok("tcpdump", "-n", "-r", file)).length, 20);
      assert.deepEqual(COUNTS.exec(stderr)?.slice(1), ["20", "20", "0"], stderr);
    });
});

test("a pcap file does not keep the processes, and the user is told so once", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const path = folder(t);
  const talker = new Talker(a);
  const said = async (...args: string[]): Promise<string> => {
    const capture = await a.ptcpdump("-i", "eth0", ...args, "udp");
    await datagrams(talker, b, 1);
    return (await capture.stop()).stderr;
  };
  const note = (stderr: string) => stderr.split("\n").filter((line) => line.includes("does not keep"));
  const pcap = join(path, "x.PCAP");
  const pcapng = join(path, "x.pcapng");
  const expected = [`ptcpdump: ${pcap}: a pcap file does not keep the processes; -w ${pcapng} does`];
  assert.deepEqual(note(await said("-w", pcap)), expected);
  assert.deepEqual(note(await said("-w", pcap, "--log-level=error")), []);
  assert.deepEqual(note(await said("-w", pcapng)), []);
  assert.deepEqual(note((await a.run(PTCPDUMP, "-r", pcapng, "-w", pcap)).stderr), expected);
  assert.deepEqual(note((await a.run(PTCPDUMP, "-r", pcap, "-w", join(path, "y.pcap"))).stderr), []);
});

test("SIGUSR1 tells the counts and goes on", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const talker = new Talker(a);
  const capture = await a.ptcpdump("-i", "eth0", "-n", "-l", "udp");
  await datagrams(talker, b, 2);
  await capture.lines(2);
  capture.child.kill("SIGUSR1");
  const [, captured, received, dropped] = await capture.said(
    "stderr",
    /(\d+) packets captured[\s\S]*?(\d+) packets received by filter[\s\S]*?(\d+) packets dropped/,
  );
  assert.deepEqual([captured, received, dropped], ["2", "2", "0"]);
  await datagrams(talker, b, 1);
  await capture.lines(3);
  assert.deepEqual(COUNTS.exec((await capture.stop()).stderr)?.slice(1), ["3", "3", "0"]);
});

test("-c ends it after so many packets", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const talker = new Talker(a);
  const capture = await a.ptcpdump("-i", "eth0", "-n", "-c", "3", "udp");
  await datagrams(talker, b, 5);
  const { status, stdout, stderr } = await capture.ended;
  assert.equal(status, 0);
  assert.equal(packets(stdout).length, 3);
  assert.match(stderr, /^3 packets captured$/m);
});

test("standard output closed early ends it quietly", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const talker = new Talker(a);
  const shell = a.start("sh", ["-c", `${PTCPDUMP} -i eth0 -n -l udp | head -n 1`]);
  await shell.said("stderr", /listening on/);
  // Sending goes on until it has ended: only a write tells it that nobody reads.
  while (shell.running) await datagrams(talker, b, 1);
  const { stdout, stderr } = await shell.ended;
  assert.equal(packets(stdout).length, 1);
  assert.doesNotMatch(stderr, /EPIPE|[Ee]rror|pipe/);
});

test("-w - goes to tcpdump, packet by packet with -U", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const talker = new Talker(a);
  const shell = a.start("sh", ["-c", `${PTCPDUMP} -i eth0 -U -w - udp | tcpdump -n -l -r -`]);
  await shell.said("stderr", /listening on/);
  await datagrams(talker, b, 1, 55);
  await shell.said("stdout", /length 55/);
  await datagrams(talker, b, 1, 56);
  await shell.said("stdout", /length 56/);
});

test("-U: the file has each packet while the capture runs", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const talker = new Talker(a);
  const file = join(folder(t), "x.pcapng");
  const capture = await a.ptcpdump("-i", "eth0", "-U", "-w", file, "udp");
  await datagrams(talker, b, 1);
  let seen = 0;
  while (seen < 1) seen = packets((await a.run("tcpdump", "-n", "-r", file)).stdout).length;
  assert.ok(capture.running);
});

test("-Q chooses the direction", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const out = new Talker(a);
  const back = new Talker(b);
  for (const [direction, expected] of [
    ["in", ["In"]],
    ["out", ["Out"]],
    ["inout", ["In", "Out"]],
  ] as const)
    await t.test(direction, async () => {
      const capture = await a.ptcpdump("-i", "eth0", "-n", "-Q", direction, "udp");
      await datagrams(out, b, 1);
      await datagrams(back, a, 1);
      const { stdout } = await capture.stop();
      const seen = packets(stdout).map((packet) => owner(packet)?.direction);
      assert.deepEqual([...new Set(seen)].sort(), expected);
    });
});

test("several interfaces, each named", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const talker = new Talker(a);
  const capture = await a.ptcpdump("-i", "eth0", "-i", "lo", "-n", "udp");
  await datagrams(talker, b, 1);
  await talker.tell("udp", "127.0.0.1", 9, 1);
  const { stdout } = await capture.stop();
  const seen = packets(stdout).map((packet) => `${owner(packet)?.device} ${owner(packet)?.direction}`);
  assert.deepEqual(seen, ["eth0 Out", "lo Out", "lo In"], stdout);
});

test("any follows interfaces that come and go", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const talker = new Talker(a);
  const capture = await a.ptcpdump("-i", "any", "-n", "-l", "udp");
  await datagrams(talker, b, 1, 11);
  await capture.said("stdout", /eth0 .*Out .*length 11/);
  for (const name of ["new0", "new1"]) {
    a.ip("link", "add", name, "type", "veth", "peer", "name", "far0", "netns", b.namespace);
    a.ip("link", "set", name, "addrgenmode", "none");
    a.ip("address", "add", "10.78.0.1/24", "dev", name);
    a.ip("link", "set", name, "up");
    b.ip("link", "set", "far0", "up");
    a.ip("neighbour", "add", "10.78.0.2", "lladdr", "02:00:00:00:00:99", "dev", name);
    // The new interface is attached soon, not at once: sent until one is seen.
    const seen = new RegExp(`${name} .*Out .*length 12`);
    while (!seen.test(capture.stdout)) await talker.tell("udp", "10.78.0.2", 9, 12);
    a.ip("link", "delete", name);
  }
  await datagrams(talker, b, 1, 13);
  await capture.said("stdout", /eth0 .*Out .*length 13/);
  const { status, stderr } = await capture.stop();
  assert.equal(status, 0);
  assert.match(stderr, /^0 packets dropped by kernel$/m);
});

test("packets are numbered, counted, and read from a file like those just captured", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const talker = new Talker(a);
  for (const name of ["x.pcapng", "x.pcap"])
    await t.test(name, async () => {
      const file = join(folder(t), name);
      const capture = await a.ptcpdump("-i", "eth0", "-n", "-#", "-w", file, "--print", "udp");
      await datagrams(talker, b, 12);
      const { stdout } = await capture.stop();
      assert.match(stdout, /^ {4}1 {2}\d\d:/);
      assert.match(stdout, /^ {3}12 {2}\d\d:/m);
      const again = await a.ok(PTCPDUMP, "-n", "-#", "-r", file);
      if (name === "x.pcapng") assert.equal(again, stdout);
      else assert.equal(again, await a.ok("tcpdump", "-n", "-#", "-r", file));
      assert.equal(await a.ok(PTCPDUMP, "--count", "-r", file), await a.ok("tcpdump", "--count", "-r", file));
      assert.equal(await a.ok(PTCPDUMP, "--count", "-r", file, "greater 1000"), "0 packets\n");
    });
});

test("-F takes the expression from a file", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const talker = new Talker(a);
  const file = join(folder(t), "expression");
  await a.ok("sh", "-c", `printf 'udp # only these\\nand greater 60\\n' > ${file}`);
  const capture = await a.ptcpdump("-i", "eth0", "-n", "-F", file, "tcp");
  await datagrams(talker, b, 1, 1);
  await datagrams(talker, b, 1, 100);
  const { stdout } = await capture.stop();
  assert.equal(packets(stdout).length, 1, stdout);
  assert.match(stdout, /length 100\b/);
});

test("-D lists what can be captured", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  assert.match(await host.ok(PTCPDUMP, "-D"), /\blo\b/);
});

test("the kernel refuses none of the programs that are meant for it", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  for (const forward of ["0", "1"]) {
    await host.ok("sh", "-c", `echo ${forward} >/proc/sys/net/ipv4/ip_forward`);
    const capture = await host.ptcpdump("-i", "lo", "--log-level", "debug");
    const { stderr } = await capture.stop();
    assert.match(stderr, /^ptcpdump: closed connections: /m);
    assert.doesNotMatch(stderr, /the kernel refused/);
  }
});
