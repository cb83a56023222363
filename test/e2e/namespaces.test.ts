// --netns: other network namespaces, given or all, and those that come and go during the capture.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { folder, lonely, PTCPDUMP, pair, privileged, until } from "../netns.ts";
import { owner, packets } from "../packets.ts";
import { Talker } from "../talker.ts";

const ip = (...args: string[]): string => execFileSync("ip", args, { encoding: "utf8" });
const inodeOf = (name: string): number => statSync(`/run/netns/${name}`).ino;

/** The devices that a text names, each once. */
const devices = (text: string): string[] => [
  ...new Set(packets(text).map((packet) => owner(packet)?.device ?? "")),
];

test("by name, by path, and several: IFACE@INODE, and the owners as in one's own", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const third = lonely(t);
  const cases: [options: string[], expected: string[]][] = [
    [["--netns", a.namespace, "-i", "eth0"], [`eth0@${inodeOf(a.namespace)}`]],
    [["--netns", `/run/netns/${a.namespace}`], [`eth0@${inodeOf(a.namespace)}`]],
    [
      ["--netns", `${a.namespace},${b.namespace}`, "-i", "any"],
      [`eth0@${inodeOf(a.namespace)}`, `eth0@${inodeOf(b.namespace)}`],
    ],
    [["--netns", third.namespace], []],
  ];
  for (const [options, expected] of cases)
    await t.test(options.join(" "), async () => {
      const file = join(folder(t), "x.pcapng");
      const capture = await third.ptcpdump(...options, "-n", "-w", file, "--print", "udp port 9");
      const talker = new Talker(a);
      const pid = await talker.tell("udp", b.ip4, 9, 1);
      const { stdout, stderr } = await capture.stop();
      const shown = devices(stdout);
      // in one's own namespace the name stands alone
      assert.deepEqual(shown.sort(), expected.sort(), stdout + stderr);
      for (const packet of packets(stdout))
        if (owner(packet)?.direction === "Out") assert.equal(owner(packet)?.pid, pid, packet);
      const again = await third.ok(PTCPDUMP, "-n", "-r", file);
      assert.deepEqual(devices(again).sort(), expected.sort(), again);
    });
});

test("namespaces and devices that are not there", async (t) => {
  if (!privileged(t)) return;
  const [a] = pair(t);
  for (const [options, message] of [
    [["--netns=nonesuch"], /--netns nonesuch: no such network namespace/],
    [["--netns=/nonexistent/ns"], /--netns \/nonexistent\/ns: no such network namespace/],
    [["--netns", a.namespace, "-i", "wan7"], /wan7: no such device in \/run\/netns\//],
  ] as const) {
    const { status, stderr } = await a.run(PTCPDUMP, ...options);
    assert.equal(status, 1);
    assert.match(stderr, message);
    assert.equal(stderr.trim().split("\n").length, 1, stderr);
  }
});

/** A namespace with a veth pair in it, both ends up, and 10.90.N.1 and .2 at them. */
function comes(t: TestContext, name: string, n: number): void {
  ip("netns", "add", name);
  t.after(() => {
    if (existsSync(`/run/netns/${name}`)) ip("netns", "delete", name);
  });
  const inside = (...args: string[]) => ip("-n", name, ...args);
  inside("link", "add", "v0", "type", "veth", "peer", "name", "v1");
  inside("address", "add", `10.90.${n}.1/24`, "dev", "v0");
  inside("link", "set", "lo", "up");
  inside("link", "set", "v0", "up");
  inside("link", "set", "v1", "up");
}

/** A port that nobody else on this machine talks on: all namespaces are listened in. */
const PORT = 20000 + (process.pid % 40000);

test("--netns any while 20 namespaces come and go: all of their packets, and nothing is left", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  const capture = await host.ptcpdump(
    ...["--netns", "any", "-i", "lo", "-i", "v0", "-i", "v1", "-n", "-l", `udp port ${PORT}`],
  );
  for (let n = 0; n < 20; n++) {
    const name = `ptcpdump-coming-${process.pid}-${n}`;
    comes(t, name, n);
    const inode = inodeOf(name);
    // what the test promises begins after the namespace's first tenth of a second
    await new Promise((resolve) => setTimeout(resolve, 100));
    const script = `import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(5): s.sendto(b"x" * 50, ("127.0.0.1", ${PORT}))`;
    execFileSync("ip", ["netns", "exec", name, "/usr/bin/python3", "-c", script]);
    await until(
      `packets of namespace ${n} (inode ${inode})`,
      () => packets(capture.stdout).length >= (n + 1) * 10,
    );
    ip("netns", "delete", name);
  }
  const { stdout, stderr } = await capture.stop();
  assert.match(stderr, /\n0 packets dropped by kernel/);
  assert.equal(packets(stdout).length, 200, stderr);
  const named = packets(stdout).filter((packet) => owner(packet)?.name.startsWith("python3"));
  assert.equal(named.length, 100, "who sends is known; nobody receives");
  const left = readdirSync("/run/netns").filter((name) => name.startsWith(`ptcpdump-coming-${process.pid}-`));
  assert.deepEqual(left, []);
});

test("newly: only namespaces that come, also ones without a name", async (t) => {
  if (!privileged(t)) return;
  const a = lonely(t);
  const capture = await a.ptcpdump("--netns", "newly", "-i", "lo", "-n", "-l", `udp port ${PORT}`);
  const old = new Talker(a);
  await old.tell("udp", a.ip4, PORT, 1);
  const unnamed = a.start("unshare", [
    "-n",
    "sh",
    "-c",
    "ip link set lo up && echo up && read x && exec python3 -c '" +
      `import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", ${PORT}))` +
      "'",
  ]);
  await unnamed.said("stdout", /up/);
  await new Promise((resolve) => setTimeout(resolve, 100));
  unnamed.child.stdin.write("go\n");
  await unnamed.ended;
  await until("its packets", () => packets(capture.stdout).length >= 2);
  const { stdout } = await capture.stop();
  assert.equal(packets(stdout).length, 2, stdout);
  assert.match(stdout, /^\S+ lo@\d+ python3/);
});
