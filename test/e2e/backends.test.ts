// Every backend: the same packets, owners, filter, counts and files, as far as it can see them; and nothing is left.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { BACKENDS } from "../../src/kernel/backends.ts";
import { BACKEND_NAMES } from "../../src/model/settings.ts";
import { folder, type Host, lonely, PTCPDUMP, pair, privileged } from "../netns.ts";
import { owner, packets, plain } from "../packets.ts";
import { Talker } from "../talker.ts";
import { gone, traces } from "../traces.ts";

const [MAJOR, MINOR] = release().split(".").map(Number) as [number, number];
const OLD = MAJOR < 6 || (MAJOR === 6 && MINOR < 12);
const OTHERS = BACKEND_NAMES.filter((name) => name !== "tc");

/** A connection each way between the hosts, and datagrams that are answered; the pids at the first host. */
async function talk(a: Host, b: Host) {
  const [server, client] = [new Talker(b), new Talker(a)];
  const [ownServer, farClient] = [new Talker(a), new Talker(b)];
  await server.tell("listen", 8970);
  await server.tell("echo-udp", 8971);
  const connects = await client.tell("connect", b.ip4, 8970);
  await client.tell("send", 3000);
  const inherits = await client.tell("fork-send", 10);
  await client.tell("close");
  const listens = await ownServer.tell("listen", 8972);
  await farClient.tell("connect", a.ip6, 8972);
  await farClient.tell("send", 20);
  await farClient.tell("close");
  const asks = await client.tell("ask-udp", b.ip4, 8971, 40);
  // out of the filter
  await client.tell("ask-udp", b.ip4, 8971, 1400);
  return { connects, inherits, listens, asks };
}

for (const backend of OTHERS)
  test(`${backend}: packets of TCP and UDP, both directions, are named, filtered, counted and written`, async (t) => {
    if (!privileged(t)) return;
    const [a, b] = pair(t);
    const file = join(folder(t), "x.pcapng");
    const words = ["-i", "eth0", "-n", "-S", "-l", "-w", file, "--print", "--log-level", "debug"];
    const expression = "(tcp or udp port 8971) and not greater 1300";
    const theirs = await a.tcpdump("-i", "eth0", "-n", "-S", "-l", expression);
    const capture = await a.ptcpdump("--backend", backend, ...words, expression);
    const pids = await talk(a, b);
    // the answer to the last word of the last connection, and of the last datagram that is shown
    await theirs.said("stdout", /8971 > .*: UDP, length 40\n/);
    await capture.said("stdout", /8971 > .*: UDP, length 40,.*\n/);
    const { stdout, stderr } = await capture.stop();
    const seen = packets(stdout);
    const oracle = packets((await theirs.stop()).stdout);
    const time = /^\S+ /;
    const key = (line: string) => plain(line).replace(time, "");
    // sent as one, cut by the device, or joined by it: only what has no data is the same for everybody
    const bare = (lines: string[]) =>
      lines
        .map(key)
        .filter((line) => /length (0|10|20|40)\b/.test(line))
        .sort();
    // TIME_WAIT has no socket that a packet is handed to
    const closing = (line: string) => BACKENDS[backend].headerless && /Flags \[\.\], .*length 0/.test(line);
    // nor were SYN-ACKs shown to the hooks of cgroups where they leave, still on 6.1, not on 6.12 any more
    const unshown = (line: string) =>
      backend === "cgroup-skb" && OLD && line.startsWith("IP6 fd77::1.8972 > ") && line.includes("[S.]");
    const expected = bare(oracle).filter((line) => !closing(line) && !unshown(line));
    assert.deepEqual(
      bare(seen).filter((line) => !closing(line)),
      expected,
    );
    for (const packet of seen) {
      const own = owner(packet);
      assert.equal(own?.device, "eth0", packet);
      const right = packet.includes(".8972")
        ? [pids.listens]
        : packet.includes(".8970")
          ? [pids.connects, pids.inherits]
          : [pids.asks];
      assert.ok(right.includes(own?.pid ?? 0), `${right}: ${packet}`);
      assert.equal(own?.direction, / (10\.77\.0\.1|fd77::1)\.\d+ > /.test(packet) ? "Out" : "In", packet);
      assert.match(packet, /, Thread \[python3\.\d+\]/);
    }
    for (const flags of ["[S]", "[S.]", "[F.]"])
      for (const port of [".8970", ".8972"])
        assert.ok(
          seen.some((packet) => packet.includes(port) && packet.includes(flags)) ||
            (OLD && backend === "cgroup-skb" && flags === "[S.]" && port === ".8972"),
          `${port} ${flags}\n${stdout}`,
        );
    for (const length of [10, 20, 40])
      for (const direction of [" In ", " Out "])
        assert.ok(
          seen.some((packet) => packet.includes(direction) && packet.includes(`length ${length},`)),
          `${direction} ${length}\n${stdout}`,
        );
    assert.ok(!seen.some((packet) => packet.includes("length 1400")), stdout);
    const { length } = seen;
    assert.match(
      stderr,
      new RegExp(`^${length} packets captured\n${length} packets received by filter\n0 `, "m"),
    );
    // the file has the same, with the owners, and others read it
    const again = await a.ok(PTCPDUMP, "-n", "-S", "-r", file);
    assert.deepEqual(packets(again), seen);
    const shark = await a.ok("tshark", "-n", "-r", file, "-T", "fields", "-e", "frame.comment");
    assert.equal(shark.split("\n").filter((line) => /PID: \d+/.test(line)).length, length);
  });

for (const backend of OTHERS)
  test(`${backend}: -Q chooses the direction, and the process filter the process`, async (t) => {
    if (!privileged(t)) return;
    const [a, b] = pair(t);
    const [server, client, other] = [new Talker(b), new Talker(a), new Talker(a)];
    await server.tell("echo-udp", 8971);
    const ask = async (talker: Talker, size: number) => await talker.tell("ask-udp", b.ip4, 8971, size);
    const pid = await ask(client, 1);
    for (const [direction, shown] of [
      ["in", ["In"]],
      ["out", ["Out"]],
      ["inout", ["Out", "In"]],
    ] as const) {
      const words = ["--backend", backend, "-i", "eth0", "-n", "-l", "-Q", direction, "--pid", String(pid)];
      const capture = await a.ptcpdump(...words, "udp port 8971");
      await ask(other, 2);
      await ask(client, 3);
      await capture.said("stdout", new RegExp(` ${shown.at(-1)} .*: UDP, length 3,.*\\n`));
      const { stdout, stderr } = await capture.stop();
      const seen = packets(stdout).map((packet) => [owner(packet)?.pid, owner(packet)?.direction]);
      assert.deepEqual(
        seen,
        shown.map((way) => [pid, way]),
        stdout + stderr,
      );
    }
  });

for (const backend of OTHERS)
  for (const signal of ["SIGKILL", "SIGINT"] as const)
    test(`${backend}: nothing is left after ${signal}`, async (t) => {
      if (!privileged(t)) return;
      const [a, b] = pair(t);
      const before = await traces(a);
      const capture = await a.ptcpdump("--backend", backend, "-i", "eth0", "-n", "-l", "udp port 9");
      const during = await traces(a);
      assert.ok(during.programs.length > before.programs.length, "the measurement sees the programs");
      const talker = new Talker(a);
      await talker.tell("udp", b.ip4, 9, 1);
      await capture.said("stdout", / > 10\.77\.0\.2\.9: .*\n/);
      await capture.stop(signal);
      await gone(a, before, during);
    });

/** A port that nobody else on this machine talks on: every namespace is listened in. */
const PORT = 20000 + (process.pid % 40000);

for (const backend of OTHERS.filter((name) => BACKENDS[name].everywhere))
  test(`${backend}: "any" are the interfaces of every namespace, of those that come at once, too`, async (t) => {
    if (!privileged(t)) return;
    const host = lonely(t);
    const [a, b] = pair(t);
    const capture = await host.ptcpdump("--backend", backend, "-i", "any", "-n", "-l", `udp port ${PORT}`);
    const talker = new Talker(a);
    const pid = await talker.tell("udp", b.ip4, PORT, 1);
    const own = await new Talker(host).tell("udp", "127.0.0.1", PORT, 2);
    // a namespace without a name, its first packet before anybody could have looked there
    const sends = `import os, socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"xxx", ("127.0.0.1", ${PORT}))
print(os.getpid(), os.stat("/proc/self/ns/net").st_ino)`;
    const fresh = ["-n", "sh", "-c", `ip link set lo up && exec python3 -c '${sends}'`];
    const [born, inode] = (await host.ok("unshare", ...fresh)).trim().split(" ").map(Number);
    await capture.said("stdout", /: UDP, length 3,.*\n/);
    const { stdout, stderr } = await capture.stop();
    const expected = new Map([
      ["length 1", [`eth0@${statSync(`/run/netns/${a.namespace}`).ino}`, pid]],
      ["length 2", ["lo", own]],
      ["length 3", [`lo@${inode}`, born]],
    ]);
    for (const [length, [device, sender]] of expected) {
      const sent = packets(stdout).filter(
        (packet) => packet.includes(`: UDP, ${length}`) && packet.includes(" Out "),
      );
      assert.deepEqual(
        sent.map((packet) => [owner(packet)?.device, owner(packet)?.pid]),
        [[device, sender]],
        stdout + stderr,
      );
    }
    // and only those of a namespace that is given
    const chosen = ["--netns", a.namespace, "-i", "any"];
    const one = await host.ptcpdump("--backend", backend, ...chosen, "-n", "-l", `udp port ${PORT}`);
    await new Talker(host).tell("udp", "127.0.0.1", PORT, 4);
    await talker.tell("udp", b.ip4, PORT, 5);
    await one.said("stdout", /: UDP, length 5,.*\n/);
    assert.ok(!(await one.stop()).stdout.includes("length 4"));
  });

/** Command lines that a backend without link-level headers refuses in one line. */
const REFUSED: [args: string[], message: RegExp][] = [
  [["arp"], /^ptcpdump: expression rejects all packets\n$/],
  [["ether", "src", "02:00:00:00:00:01"], /^ptcpdump: ethernet addresses supported only on ethernet\/FDDI/],
  [["vlan", "7"], /^ptcpdump: no VLAN support for Raw IP\n$/],
  [["-y", "EN10MB"], /^ptcpdump: EN10MB is not what --backend \S+ captures: RAW is\n$/],
  [["-i", "nosuch0"], /^ptcpdump: nosuch0: No such device exists/],
];

for (const backend of OTHERS.filter((name) => BACKENDS[name].headerless))
  test(`${backend}: what needs a link-level header is refused in one line`, async (t) => {
    if (!privileged(t)) return;
    const host = lonely(t);
    for (const [args, message] of REFUSED) {
      const device = args.includes("-i") ? [] : ["-i", "lo"];
      const { status, stderr } = await host.run(PTCPDUMP, "--backend", backend, ...device, ...args);
      assert.match(stderr, message);
      assert.equal(stderr.split("\n").length, 2, stderr);
      assert.equal(status, 1);
    }
    const types = await host.run(PTCPDUMP, "--backend", backend, "-L", "-i", "lo");
    assert.equal(types.stderr, "Data link types for lo (use option -y to set):\n  RAW (Raw IP)\n");
    const code = await host.ok(PTCPDUMP, "--backend", backend, "-d", "-i", "lo", "ip and udp");
    assert.equal(code, await host.ok("tcpdump", "-y", "RAW", "-d", "ip and udp"));
  });

test("socket-filter: other network namespaces are refused in one line", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  const { status, stderr } = await host.run(PTCPDUMP, "--backend", "socket-filter", "--netns", "any");
  const line =
    "ptcpdump: --netns is not for --backend socket-filter; --backend tc or cgroup-skb captures in other namespaces\n";
  assert.deepEqual([status, stderr], [1, line]);
});

/** Expressions whose programs load by fixed and by computed offsets, ask for the length, and loop. */
const EXPRESSIONS = [
  "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0",
  "udp and greater 500",
  "ip[2:2] - ((ip[0] & 0xf) << 2) > 100 and not len < 60",
  "ip6 protochain 6 and portrange 8970-8980",
];

for (const backend of OTHERS)
  test(`${backend}: filters decide in the kernel as libpcap's do on a file`, async (t) => {
    if (!privileged(t)) return;
    const [a, b] = pair(t);
    const place = folder(t);
    const start = async (name: string, ...expression: string[]) => ({
      file: join(place, `${name}.pcapng`),
      program: await a.ptcpdump(
        ...["--backend", backend, "-i", "eth0", "-w", join(place, `${name}.pcapng`), ...expression],
      ),
    });
    const all = await start("all");
    const some = await Promise.all(EXPRESSIONS.map((text, at) => start(String(at), text)));
    await talk(a, b);
    for (const { program } of [all, ...some]) assert.equal((await program.stop()).status, 0);
    const texts = async (file: string, ...expression: string[]) =>
      packets(await a.ok("tcpdump", "-n", "-S", "-t", "-r", file, ...expression));
    for (const [at, text] of EXPRESSIONS.entries()) {
      const expected = await texts(all.file, text);
      assert.ok(expected.length > 0, `${text} chooses nothing`);
      assert.deepEqual(await texts(some[at]!.file), expected, text);
    }
  });

/** What a kernel has to lack for a backend not to work, and the line that says so. */
const LACKING: Partial<Record<(typeof OTHERS)[number], [feature: string, line: string]>> = {
  "cgroup-skb": [
    "cgroup v2",
    "ptcpdump: --backend cgroup-skb needs cgroup v2 (Linux 4.10 has it), which is not to be had here; --backend tc captures without\n",
  ],
  "tp-btf": [
    "dynptr of a packet in tracing",
    "ptcpdump: --backend tp-btf needs dynptr of a packet in tracing (Linux 6.13 has it), which is not to be had here; --backend tc captures without\n",
  ],
};

for (const [backend, [feature, line]] of Object.entries(LACKING))
  test(`${backend}: a kernel without ${feature} is told of in one line`, async (t) => {
    if (!privileged(t)) return;
    const host = lonely(t);
    const words = [`PTCPDUMP_TEST=without:${feature}`, PTCPDUMP, "--backend", backend, "-i", "lo"];
    const { status, stderr } = await host.run("env", ...words);
    assert.deepEqual([status, stderr], [1, line]);
  });
