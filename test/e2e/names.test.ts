// Names instead of numbers: tcpdump's in files, and in captures without ever holding them up. With a hosts file, a
// resolver and a name server of the test's own.
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { CORPUS } from "../corpus/corpus.ts";
import { folder, type Host, lonely, type Program, PTCPDUMP, pair, privileged } from "../netns.ts";
import { packets, plain } from "../packets.ts";
import { Talker } from "../talker.ts";

const SERVER = join(import.meta.dirname, "nameserver.py");
/** Mounts the first two arguments over the system's files, for the program in the others alone. */
const MOUNT = `mount --bind "$1/hosts" /etc/hosts && mount --bind "$1/resolv.conf" /etc/resolv.conf &&
  mount --bind "$1/nsswitch.conf" /etc/nsswitch.conf && shift && exec "$@"`;
const LISTENING = /^(ptcpdump: )?listening on .*\n/m;

/** A name server on b that knows both hosts, and a folder with the files of those who are to ask it. */
async function nameService(t: TestContext, b: Host, ...more: string[]) {
  const files = folder(t);
  writeFileSync(join(files, "hosts"), "127.0.0.1 localhost\n10.77.0.7 seven.hosts.example seven\n");
  writeFileSync(join(files, "resolv.conf"), `nameserver ${b.ip4}\noptions timeout:30 attempts:1\n`);
  writeFileSync(join(files, "nsswitch.conf"), "hosts: files dns\nservices: files\n");
  const known = [
    "10.77.0.1=alpha.test.example",
    "10.77.0.2=beta.test.example",
    "fd77::1=alpha6.test.example",
  ];
  const server = b.start("/usr/bin/python3", ["-u", SERVER, b.ip4, ...known, ...more]);
  await server.said("stdout", /ready/);
  const wrap = (host: Host, program: string, ...args: string[]): Program =>
    host.start("unshare", ["--mount", "sh", "-c", MOUNT, "sh", files, program, ...args]);
  return { server, wrap, files };
}

/** The addresses that the name server was asked about. */
function asked(server: Program): string[] {
  return [...server.stdout.matchAll(/^asked (.*)$/gm)].map((match) => match[1]!);
}

test("files are printed with tcpdump's names", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const { wrap, files } = await nameService(t, b);
  const talker = new Talker(a);
  const file = join(files, "x.pcap");
  const capture = await a.tcpdump("-i", "eth0", "-w", file, "-U", "not port 53");
  await talker.tell("udp", b.ip4, 53 + 16, 1); // tftp
  await talker.tell("udp", b.ip6, 514, 10);
  await talker.tell("udp", "10.77.0.7", 9, 10);
  await talker.tell("udp", "10.77.0.9", 9, 10);
  while (packets((await a.run("tcpdump", "-n", "-r", file)).stdout).length < 6);
  await capture.stop();
  for (const options of [[], ["-v"], ["-N", "-e"], ["-n"], ["-q", "-N"]]) {
    const theirs = await wrap(a, "tcpdump", "-Z", "root", ...options, "-r", file).ended;
    const ours = await wrap(a, PTCPDUMP, ...options, "-r", file).ended;
    assert.equal(ours.stdout, theirs.stdout, options.join(" "));
    if (options[0] !== "-n") assert.match(ours.stdout, /alpha/);
    if (options[0] === "-N") assert.doesNotMatch(ours.stdout, /test\.example/);
  }
});

test("what is identical with -n is identical with names", async (t) => {
  if (!privileged(t)) return;
  if (!existsSync(CORPUS)) {
    t.skip("the shared corpus is not here");
    return;
  }
  const only = lonely(t);
  const files = folder(t);
  const hosts = [
    "127.0.0.1 localhost",
    "192.168.1.11 station.example station",
    "224.0.0.5 ospf-all.mcast.example",
  ];
  hosts.push(
    "10.0.0.1 ten.example.org",
    "192.1.2.23 west.example",
    "fe80::1 router",
    "ff02::1 all-nodes.example",
  );
  writeFileSync(join(files, "hosts"), `${hosts.join("\n")}\n`);
  writeFileSync(join(files, "resolv.conf"), "nameserver 127.0.0.1\n");
  writeFileSync(join(files, "nsswitch.conf"), "hosts: files\nservices: files\n");
  const script = join(import.meta.dirname, "../corpus/names.ts");
  const run = only.start("unshare", ["--mount", "sh", "-c", MOUNT, "sh", files, process.execPath, script]);
  const { status, stdout, stderr } = await run.ended;
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^compared [1-9]\d{2,}\n$/);
});

test("a capture prints the names, too, and never asks for packets that it only writes", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const { server, wrap, files } = await nameService(t, b);
  const talker = new Talker(a);
  const file = join(files, "x.pcap");
  const written = wrap(a, PTCPDUMP, "-i", "eth0", "-w", file, "-U", "udp port 9");
  await written.said("stderr", LISTENING);
  await talker.tell("udp", b.ip4, 9, 1);
  while (packets((await a.run("tcpdump", "-n", "-r", file)).stdout).length < 1);
  assert.equal((await written.stop()).status, 0);
  assert.deepEqual(asked(server), []);

  for (const [options, line] of [
    [[], "IP alpha.test.example > beta.test.example.discard: UDP, length 5"],
    [["-N"], "IP alpha > beta.discard: UDP, length 5"],
    [["-n"], "IP 10.77.0.1 > 10.77.0.2.9: UDP, length 5"],
  ] as const) {
    // -c 1: the only packet is printed with its names although the capture ends with it
    const capture = wrap(a, PTCPDUMP, "-i", "eth0", "-t", "-c", "1", ...options, "udp port 9");
    await capture.said("stderr", LISTENING);
    await talker.tell("udp", b.ip4, 9, 5);
    const { stdout } = await capture.ended;
    assert.equal(plain(stdout.trimEnd()).replace(/\.\d{5} >/, " >"), line);
  }
});

test("a file that is written and printed keeps the names that were looked up, one without is asked of nobody", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const { wrap, files } = await nameService(t, b);
  const talker = new Talker(a);
  for (const options of [["--print"], ["--print", "-n"], []]) {
    const file = join(files, `x${options.length}.pcapng`);
    const capture = wrap(a, PTCPDUMP, "-i", "eth0", ...options, "-w", file, "udp and port 9");
    await capture.said("stderr", LISTENING);
    await talker.tell("udp", b.ip4, 9, 1);
    await talker.tell("udp", b.ip6, 9, 1);
    await capture.stop();
    // tshark, told to ask nobody: names come from the file alone, which it has to read to its end first.
    const shown = await a.ok(
      "tshark",
      "-2",
      "-N",
      "n",
      "-r",
      file,
      ...["-T", "fields"],
      ...["-e", "_ws.col.Source"],
    );
    const expected =
      options.join(" ") === "--print" ? ["alpha.test.example", "alpha6.test.example"] : [a.ip4, a.ip6];
    assert.deepEqual(shown.trim().split("\n"), expected);
  }
});

test("a silent name server holds up no capture: lines wait in order, then go out with numbers", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  b.ip("address", "add", "10.77.0.3/24", "dev", "eth0");
  const { server, wrap } = await nameService(t, b, "10.77.0.3=-");
  const talker = new Talker(a);
  const capture = wrap(a, PTCPDUMP, "-i", "eth0", "-t", "-l", "udp port 9");
  await capture.said("stderr", LISTENING);
  await talker.tell("udp", b.ip4, 9, 100);
  await capture.lines(1);
  const from = performance.now();
  await talker.tell("udp", "10.77.0.3", 9, 101);
  for (let i = 2; i < 50; i++) await talker.tell("udp", b.ip4, 9, 100 + i);
  const lines = await capture.lines(50);
  const waited = performance.now() - from;
  assert.ok(waited > 500, `${waited} ms: the line waits for its name`);
  assert.ok(waited < 20_000, `${waited} ms: but not for ever`);
  assert.deepEqual(
    lines.map((line) => Number(/length (\d+)/.exec(line)![1])),
    Array.from({ length: 50 }, (_, i) => 100 + i),
  );
  assert.match(lines[1]!, /alpha\.test\.example\.\d+ > 10\.77\.0\.3\.discard/);
  assert.match(lines[49]!, /alpha\.test\.example\.\d+ > beta\.test\.example\.discard/);

  // the next ones do not wait again; and once the answer is there, it is used
  await talker.tell("udp", "10.77.0.3", 9, 150);
  assert.match((await capture.lines(51))[50]!, /> 10\.77\.0\.3\.discard/);
  server.child.stdin.write("\n");
  await server.said("stdout", /^freed$/m);
  let line = "";
  for (let i = 51; !/late\.test\.example/.test(line); i++) {
    assert.ok(i < 2000, "the late name is never used");
    await talker.tell("udp", "10.77.0.3", 9, 200);
    line = (await capture.lines(i + 1))[i]!;
  }
  const { stderr, status } = await capture.stop();
  assert.equal(status, 0);
  assert.match(stderr, /^0 packets dropped by kernel$/m);
  assert.equal(asked(server).filter((address) => address === "10.77.0.3").length, 1);
});

test("a capture that ends does not wait longer for names than a line does", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  b.ip("address", "add", "10.77.0.3/24", "dev", "eth0");
  const { wrap } = await nameService(t, b, "10.77.0.3=-");
  const talker = new Talker(a);
  const capture = wrap(a, PTCPDUMP, "-i", "eth0", "-t", "-c", "1", "udp port 9");
  await capture.said("stderr", LISTENING);
  await talker.tell("udp", "10.77.0.3", 9, 1);
  const { stdout, status } = await capture.ended;
  assert.equal(status, 0);
  assert.match(stdout, /alpha\.test\.example\.\d+ > 10\.77\.0\.3\.discard: UDP, length 1\b/);
});
