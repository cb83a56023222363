// The files of -w, one after the other: their names and sizes beside tcpdump's, and each complete on its own.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder, type Host, lonely, PTCPDUMP, pair, privileged, until } from "../netns.ts";
import { packets } from "../packets.ts";
import { Talker } from "../talker.ts";

/** Sends datagrams of the sizes that it reads, one a line, from one socket; answers each. */
const SENDER = `
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for line in sys.stdin:
    count, size = map(int, line.split())
    for i in range(count): s.sendto(b"x" * (size + i % 97), (sys.argv[1], 9))
    print("sent", flush=True)
`;

class Sender {
  private readonly program;
  private answers = 0;
  constructor(from: Host, to: Host) {
    this.program = from.start("python3", ["-u", "-c", SENDER, to.ip4]);
  }
  async send(count: number, size: number): Promise<void> {
    this.program.child.stdin.write(`${count} ${size}\n`);
    await this.program.lines(++this.answers);
  }
}

/** A new folder in another, for one program's files. */
function inside(parent: string, name: string): string {
  const path = join(parent, name);
  mkdirSync(path);
  return path;
}

const sizes = (path: string): [string, number][] =>
  readdirSync(path)
    .sort()
    .map((name) => [name, statSync(join(path, name)).size]);

test("-C and -W: the same packets give files of tcpdump's names and sizes", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const sender = new Sender(a, b);
  for (const words of [["-C1"], ["-C1", "-W3"], ["-C1", "-W11"], ["-C1", "-W1"], ["-C1", "-G60", "-W3"]])
    await t.test(words.join(" "), async () => {
      const root = folder(t);
      const [ours, theirs] = [inside(root, "ours"), inside(root, "theirs")];
      const common = ["-i", "eth0", "-B", "16384", ...words, "udp port 9"];
      const capture = await a.ptcpdump("-w", join(ours, "f.pcap"), ...common);
      const oracle = await a.tcpdump("-w", join(theirs, "f.pcap"), ...common);
      for (let i = 0; i < 48; i++) await sender.send(100, 900);
      // tcpdump's buffer is handed to it once a second.
      const expected = 4800;
      await until("tcpdump to have read all", () => {
        oracle.child.kill("SIGUSR1");
        return (
          Number(/(\d+) packets captured(?![\s\S]*packets captured)/.exec(oracle.stderr)?.[1]) >= expected
        );
      });
      await oracle.stop();
      const { stderr } = await capture.stop();
      assert.match(stderr, /^4800 packets captured\n/m);
      assert.deepEqual(sizes(ours), sizes(theirs));
      assert.ok(sizes(ours).length >= (words.includes("-W1") ? 1 : 3));
    });
});

test("-G 1 -W 3 without traffic: three files, each whole, and the end", async (t) => {
  if (!privileged(t)) return;
  const [a] = pair(t);
  for (const ending of ["pcapng", "pcap"])
    await t.test(ending, async () => {
      const path = folder(t);
      const from = Math.floor(Date.now() / 1000);
      const { status, stderr } = await a.run(
        PTCPDUMP,
        "-i",
        "eth0",
        "-G1",
        "-W3",
        "-w",
        join(path, `%s.${ending}`),
        "udp port 9",
      );
      assert.equal(status, 0, stderr);
      assert.match(stderr, /^Maximum file limit reached: 3\n0 packets captured$/m);
      const names = readdirSync(path).sort();
      assert.equal(names.length, 3, names.join(" "));
      const seconds = names.map((name) => Number.parseInt(name, 10));
      assert.ok(seconds[0]! >= from && seconds[0]! <= from + 5);
      // One after the other; of a machine that is too busy for a second that second's is missing, as with tcpdump.
      assert.ok(seconds[0]! < seconds[1]! && seconds[1]! < seconds[2]!, names.join(" "));
      for (const name of names) assert.equal((await a.run("tcpdump", "-r", join(path, name))).status, 0);
    });
});

test("-G: each packet lies in the file of its second, and files have tcpdump's names", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const root = folder(t);
  const [ours, theirs] = [inside(root, "ours"), inside(root, "theirs")];
  const capture = await a.ptcpdump("-i", "eth0", "-G1", "-w", join(ours, "%Y-%m-%d_%H:%M:%S.%s.pcap"), "udp");
  const oracle = await a.tcpdump("-i", "eth0", "-G1", "-w", join(theirs, "%Y-%m-%d_%H:%M:%S.%s.pcap"), "udp");
  const sender = new Sender(a, b);
  const end = Date.now() + 3500;
  while (Date.now() < end) await sender.send(1, 10);
  await oracle.stop();
  await capture.stop();
  const names = readdirSync(ours).sort();
  assert.ok(names.length >= 4, names.join(" "));
  // tcpdump waits for a packet to see that the time is up, and began a little later.
  const shared = readdirSync(theirs).filter((name) => names.includes(name));
  assert.ok(shared.length >= 3, `${names.join(" ")} and ${readdirSync(theirs).join(" ")}`);
  let total = 0;
  for (const name of names) {
    const second = name.split(".")[1]!;
    const lines = packets(await a.ok("tcpdump", "-n", "-tt", "-r", join(ours, name)));
    total += lines.length;
    for (const line of lines) assert.equal(line.split(".")[0], second);
  }
  assert.ok(total > 100);
});

test("-z runs the program on each file that another follows, as the user of -Z, who owns the files", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const root = folder(t);
  chmodSync(root, 0o755);
  const files = inside(root, "files");
  chmodSync(files, 0o777);
  const program = join(root, "told");
  writeFileSync(
    program,
    '#!/bin/sh\n[ -s "$1" ] && tcpdump -r "$1" >/dev/null 2>&1 && echo "$(id -un):$(id -gn) $(nice) $# $1" >>"$0.log"\n',
  );
  chmodSync(program, 0o755);
  writeFileSync(`${program}.log`, "");
  chmodSync(`${program}.log`, 0o666);
  const name = join(files, "a b;'$(x).pcap");
  const sender = new Sender(a, b);
  const capture = await a.ptcpdump(
    "-i",
    "eth0",
    "-C100k",
    "-z",
    program,
    "-Z",
    "nobody:mail",
    "-w",
    name,
    "udp",
  );
  for (let i = 0; i < 12; i++) await sender.send(100, 900);
  const told = (): string[] => readFileSync(`${program}.log`, "utf8").split("\n").filter(Boolean).sort();
  await until("some files to be told of", () => told().length >= 8);
  // Those that ended are reaped.
  await until("no zombie to be left", () => {
    const { stdout } = spawnSync("ps", ["--ppid", String(capture.pid), "-o", "stat="], { encoding: "utf8" });
    return !/^Z/m.test(stdout);
  });
  const { stderr } = await capture.stop();
  const made = readdirSync(files).map((file) => join(files, file));
  await until("all files to be told of", () => told().length >= made.length - 1);
  assert.ok(made.length >= 9, made.join(" "));
  const last = `${name}${made.length - 1}`;
  assert.deepEqual(
    told(),
    made
      .filter((file) => file !== last)
      .map((file) => `nobody:mail 19 1 ${file}`)
      .sort(),
  );
  const [owner] = (await a.ok("stat", "-c", "%U:%G", ...made)).split(/\n(?=.)/);
  assert.equal(owner?.trim(), "nobody:mail");
  assert.match(stderr, /^1200 packets captured\n1200 packets received by filter\n0 packets dropped/m);
});

test("-z: a program that is not there is told in a line, and the capture goes on", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const path = folder(t);
  const capture = await a.ptcpdump("-i", "eth0", "-C50k", "-z", "/nowhere", "-w", join(path, "f"), "udp");
  await new Sender(a, b).send(100, 900);
  await capture.said("stderr", /^ptcpdump: -z \/nowhere: \S+\/f: No such file or directory$/m);
  const { status, stderr } = await capture.stop();
  assert.equal(status, 0, stderr);
  assert.match(stderr, /^100 packets captured$/m);
});

test("-Z: nobody can write where only root may, and nobody is not somebody", async (t) => {
  if (!privileged(t)) return;
  const [a] = pair(t);
  const path = folder(t);
  const denied = await a.run(PTCPDUMP, "-i", "eth0", "-Z", "nobody", "-w", join(path, "x.pcap"));
  assert.equal(denied.status, 1);
  assert.match(denied.stderr, /x\.pcap: Permission denied$/m);
  const unknown = await a.run(PTCPDUMP, "-i", "eth0", "-Z", "nobody-there", "-w", join(path, "x.pcap"));
  assert.equal(unknown.status, 1);
  assert.equal(unknown.stderr, "ptcpdump: Couldn't find user 'nobody-there'\n");
  assert.equal(existsSync(join(path, "x.pcap")), false);
  const group = await a.run(PTCPDUMP, "-i", "eth0", "-Z", "nobody:nothing", "-w", join(path, "x.pcap"));
  assert.equal(group.stderr, "ptcpdump: Couldn't find group 'nothing'\n");
});

test("-Z: processes from before the start keep their path, and the rights are gone", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const talker = new Talker(a);
  await talker.tell("listen", 5000);
  const other = new Talker(b);
  const options = ["-i", "eth0", "-n", "-v", "-l", "-Z", "nobody", "--log-level", "debug"];
  const capture = await a.ptcpdump(...options, "tcp");
  await other.tell("connect", a.ip4, 5000);
  await other.tell("send", 10);
  await capture.said("stdout", /cmd \/usr\/bin\/python3\S*,/);
  const status = readFileSync(`/proc/${capture.pid}/status`, "utf8");
  assert.match(status, /^Uid:\t65534\t65534\t65534\t65534$/m);
  // CAP_BPF alone: old kernels ask for it where the counters are read. clsact's filters take more to take away.
  const clsact = /^ptcpdump: capture: clsact$/m.test(capture.stderr);
  assert.match(status, clsact ? /^CapPrm:\t000000c000001000$/m : /^CapPrm:\t0000008000000000$/m);
  assert.match(status, /^CapInh:\t0000000000000000$/m);
  const { stderr } = await capture.stop();
  assert.match(stderr, /^\d+ packets received by filter$/m);
});

test("SIGUSR2: what was captured is in the file", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const file = join(folder(t), "x.pcap");
  const capture = await a.ptcpdump("-i", "eth0", "-w", file, "udp");
  await new Sender(a, b).send(5, 100);
  capture.child.kill("SIGUSR2");
  await until("five packets in the file", () => statSync(file).size >= 24 + 5 * (16 + 142));
  assert.equal(packets(await a.ok("tcpdump", "-n", "-r", file)).length, 5);
  const { status, stderr } = await capture.stop();
  assert.equal(status, 0);
  assert.match(stderr, /^5 packets captured$/m);
});

/** Many processes: children that are only forked, and some that run a program of their own with arguments. */
const CROWD = `
import os, socket, sys
forked, executed = int(sys.argv[1]), int(sys.argv[2])
def send(n):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.sendto(b"%d" % n, ("127.0.0.1", 9))
for n in range(forked):
    child = os.fork()
    if child == 0:
        send(n)
        os._exit(0)
    os.waitpid(child, 0)
for n in range(executed):
    child = os.fork()
    if child == 0:
        os.execv("/bin/bash", ["bash", "-c", "echo $1 > /dev/udp/127.0.0.1/9", "arg\\n%d" % n, "\\u00e9 \\\\n PID: 1"])
    os.waitpid(child, 0)
print("done", flush=True)
`;

test("10,000 processes and five rotations: each file alone tells all of its packets", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  const path = folder(t);
  const capture = await host.ptcpdump(
    ...["-i", "lo", "-n", "-v", "--print", "-C", "2", "-w", join(path, "f.pcapng"), "udp port 9"],
  );
  const said = await host.ok("python3", "-c", CROWD, "9700", "300");
  assert.equal(said, "done\n");
  const { status, stdout, stderr } = await capture.stop();
  assert.equal(status, 0, stderr);
  const names = readdirSync(path).sort((a, b) => Number(a.slice(8)) - Number(b.slice(8)));
  assert.ok(names.length >= 6, names.join(" "));
  let again = "";
  const pids = new Set<string>();
  let frames = 0;
  for (const name of names) {
    const file = join(path, name);
    again += await host.ok(PTCPDUMP, "-n", "-v", "-r", file);
    // No complaint of tshark's on standard error, and an owner for every packet.
    const shown = await host.run(
      "tshark",
      "-n",
      "-r",
      file,
      "-Y",
      "frame.comment",
      "-T",
      "fields",
      "-e",
      "frame.comment",
    );
    assert.equal(shown.status, 0, shown.stderr);
    assert.equal(shown.stderr.replace(/^Running as user.*\n/m, ""), "");
    for (const [, pid] of shown.stdout.matchAll(/^PID: (\d+)/gm)) pids.add(pid!);
    frames += shown.stdout.split("\n").filter((line) => line.startsWith("PID: ")).length;
    assert.match((await host.run("tcpdump", "-n", "-r", file)).stderr, /^reading from file [^\n]*\n$/);
    assert.match(await host.ok("capinfos", "-k", file), /Command: ptcpdump -i lo/);
  }
  // Process ids come round (pid_max may be 32,768), and others take some.
  assert.ok(pids.size >= 9_000, `${pids.size} process ids`);
  // Nobody has port 9: the datagrams that come in have no owner.
  assert.ok(frames >= 10_000, `${frames} packets with an owner`);
  assert.equal(packets(again).length, packets(stdout).length);
  assert.ok(again === stdout, "the files give the lines that were printed live");
});

test("a process is described with the time it began", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  const file = join(folder(t), "x.pcapng");
  const before = Date.now();
  const talker = new Talker(host);
  await talker.tell("udp", host.ip4, 9, 1);
  const after = Date.now();
  const capture = await host.ptcpdump("-i", "lo", "-w", file, "udp");
  await talker.tell("udp", host.ip4, 9, 1);
  await capture.stop();
  const bytes = readFileSync(file);
  const starts: number[] = [];
  for (let at = 0; at < bytes.length; at += bytes.readUInt32LE(at + 4)) {
    if (bytes.readUInt32LE(at) !== 0xbad || bytes.readUInt32LE(at + 20) !== talker.program.pid) continue;
    const end = at + bytes.readUInt32LE(at + 4) - 4;
    for (let option = at + 24; option < end; option += 4 + ((bytes.readUInt16LE(option + 2) + 3) & ~3))
      if (bytes.readUInt16LE(option) === 9) starts.push(Number(bytes.readBigUInt64LE(option + 4)) / 1e6);
  }
  assert.equal(starts.length, 1);
  // The time of the start is known to some ticks.
  assert.ok(starts[0]! > before - 100 && starts[0]! < after + 100, `${before} ${starts[0]} ${after}`);
});
