// Whose packet it is, against what the programs say of themselves.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { test } from "node:test";
import { lonely, pair, privileged } from "../netns.ts";
import { owner, packets } from "../packets.ts";
import { Talker } from "../talker.ts";

/** The pids that a text names, in order of appearance, each once; 0: a packet without owner. */
const pids = (text: string): number[] => [...new Set(packets(text).map((packet) => owner(packet)?.pid ?? 0))];

test("a server that ran and a connection that was open before the start", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const server = new Talker(b);
  const client = new Talker(a);
  const later = new Talker(a);
  const serverPid = await server.tell("listen", 7000);
  const clientPid = await client.tell("connect", b.ip4, 7000);
  await server.tell("accepted");
  const atServer = await b.ptcpdump("-i", "eth0", "-n", "tcp port 7000");
  const atClient = await a.ptcpdump("-i", "eth0", "-n", "tcp port 7000");

  await client.tell("send", 10);
  await client.tell("close");
  // The same listener, a connection of after the start: SYN, SYN-ACK and the last ACK are named too.
  const laterPid = await later.tell("connect", b.ip4, 7000);
  await later.tell("send", 20);
  await later.tell("close");

  const server_ = await atServer.stop();
  const client_ = await atClient.stop();
  assert.ok(packets(server_.stdout).length >= 15, server_.stdout);
  assert.deepEqual(pids(server_.stdout), [serverPid], server_.stdout);
  assert.deepEqual(pids(client_.stdout), [clientPid, laterPid], client_.stdout);
  assert.match(packets(server_.stdout)[0]!, /length 10/, "the first packet is the first after the start");
});

test("a child that inherited the connection", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const server = new Talker(b);
  const client = new Talker(a);
  await server.tell("listen", 7000);
  const parent = await client.tell("connect", b.ip4, 7000);
  const capture = await a.ptcpdump(
    "-i",
    "eth0",
    "-n",
    "tcp port 7000 and dst host 10.77.0.2 and greater 100",
  );
  await client.tell("send", 200);
  const child = await client.tell("fork-send", 300);
  await client.tell("send", 400);
  const { stdout } = await capture.stop();
  assert.notEqual(child, parent);
  assert.deepEqual(
    packets(stdout).map((packet) => [owner(packet)?.pid, Number(/length (\d+)/.exec(packet)?.[1])]),
    [
      [parent, 200],
      [child, 300],
      [parent, 400],
    ],
    stdout,
  );
});

test("a program that executes itself through /proc, or a descriptor, goes by its file's name", async (t) => {
  if (!privileged(t)) return;
  const [a] = pair(t);
  const capture = await a.ptcpdump("-i", "lo", "-n", "-v", "tcp and dst port 9");
  // BusyBox's shell runs its own commands as /proc/self/exe; the last one would be run by the shell's process
  await a.run("busybox", "sh", "-c", "wget -q http://127.0.0.1:9/; true");
  const connect = "import socket; socket.socket().connect_ex(('127.0.0.1', 9))";
  const execute = `import os; os.execve(os.open(os.path.realpath("/usr/bin/python3"), os.O_RDONLY), ["py", "-c", "${connect}"], {})`;
  await a.ok("/usr/bin/python3", "-c", execute);
  const { stdout } = await capture.stop();
  const programs = packets(stdout).map((packet) =>
    /^ {4}Process \(pid \d+, cmd (\S+), args (\S+)/m.exec(packet),
  );
  assert.deepEqual(
    programs.filter((match) => match !== null).map(([, cmd, arg]) => [cmd, arg]),
    [
      [realpathSync(execFileSync("which", ["busybox"], { encoding: "utf8" }).trim()), "wget"],
      [realpathSync("/usr/bin/python3"), "py"],
    ],
    stdout,
  );
});

test("on a host that forwards, too: a datagram is for the process that reads, its answer from the one that writes", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  await b.ok("sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward");
  const server = b.start("/usr/bin/python3", [
    "-uc",
    `import os, socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("0.0.0.0", 7000))
get, put = os.pipe()
reader = os.fork()
if reader == 0:
    while True:
        os.write(put, ("%s %d\\n" % s.recvfrom(100)[1]).encode())
print("ready", os.getpid(), reader)
for line in os.fdopen(get):
    ip, port = line.split()
    s.sendto(b"answer", (ip, int(port)))
`,
  ]);
  const [, writer, reader] = await server.said("stdout", /ready (\d+) (\d+)/);
  const capture = await b.ptcpdump("-i", "eth0", "-n", "udp port 7000");
  const client = `import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(5): s.sendto(b"ask", ("${b.ip4}", 7000)); s.recv(100)`;
  await a.ok("/usr/bin/python3", "-c", client);
  const { stdout } = await capture.stop();
  assert.deepEqual(
    packets(stdout).map((packet) => [owner(packet)?.direction, owner(packet)?.pid]),
    Array.from({ length: 5 }, () => [
      ["In", Number(reader)],
      ["Out", Number(writer)],
    ]).flat(),
    stdout,
  );
});

test("on loopback Out names the sender and In the receiver", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  const server = new Talker(host);
  const client = new Talker(host);
  const capture = await host.ptcpdump("-i", "lo", "-n", "tcp port 7000");
  const serverPid = await server.tell("listen", 7000);
  const clientPid = await client.tell("connect", host.ip4, 7000);
  await client.tell("send", 10);
  await client.tell("close");
  const { stdout } = await capture.stop();
  const wrong = packets(stdout).filter((packet) => {
    const { direction, pid } = owner(packet)!;
    const fromServer = / 127\.0\.0\.1\.7000 > /.test(packet);
    return pid !== ((direction === "Out") === fromServer ? serverPid : clientPid);
  });
  assert.ok(packets(stdout).length >= 20, stdout);
  assert.deepEqual(wrong, []);
});

test("datagrams from sockets that are gone at once, and the errors that come back", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const capture = await a.ptcpdump("-i", "eth0", "-n", "udp or icmp or (icmp6 and ip6[40] = 1)");
  const client = new Talker(a);
  const pid = await client.tell("udp", b.ip4, 9999, 10);
  await client.tell("udp", b.ip6, 9999, 10);
  const { stdout } = await capture.stop();
  const [datagrams, errors] = [/UDP, length/, /unreachable/].map((pattern) =>
    packets(stdout).filter((packet) => pattern.test(packet)),
  );
  assert.equal(datagrams!.length, 2, stdout);
  assert.deepEqual(pids(datagrams!.join("\n")), [pid], stdout);
  assert.equal(errors!.length, 2, stdout);
  await t.test("errors are named by what they quote", () => {
    assert.deepEqual(pids(errors!.join("\n")), [pid], stdout);
  });
});
