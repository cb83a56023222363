// --pid, --pname, --uid, -f and a command: only their packets, and no others reach the program.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Host, pair, privileged, shared, webServer } from "../netns.ts";
import { owner, packets } from "../packets.ts";
import { Talker } from "../talker.ts";

/** What `ring:` of --log-level debug counts. */
function ring(stderr: string): { matched: number; unwanted: number; captured: number; named: number } {
  const match =
    /ring: (\d+) packets matched the expression, (\d+) of them not the process filter, (\d+) written, (\d+) named/.exec(
      stderr,
    );
  assert.ok(match, stderr);
  const [matched, unwanted, captured, named] = match.slice(1).map(Number);
  return { matched: matched!, unwanted: unwanted!, captured: captured!, named: named! };
}

/** Captures with the options while `traffic` runs; the pids seen, and the counters. */
async function captured(host: Host, options: string[], traffic: () => Promise<void>) {
  const capture = await host.ptcpdump("-i", "eth0", "-n", "--log-level", "debug", ...options, "udp");
  await traffic();
  const { status, stdout, stderr } = await capture.stop();
  assert.equal(status, 0, stderr);
  const shown = packets(stdout);
  const counters = ring(stderr);
  assert.equal(counters.captured, shown.length, stderr);
  assert.equal(counters.matched, counters.unwanted + counters.captured, stderr);
  return { pids: [...new Set(shown.map((packet) => owner(packet)?.pid ?? 0))].sort(), counters };
}

test("--pid, --pname and --uid choose, and what they choose adds up", async (t) => {
  if (!privileged(t) || !shared(t)) return;
  const [a, b] = pair(t);
  const one = new Talker(a);
  const two = new Talker(a, ["setpriv", "--reuid=1234", "--clear-groups"]);
  const first = await one.tell("udp", b.ip4, 9, 1);
  const second = await two.tell("udp", b.ip4, 9, 1);
  const both = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) {
      await one.tell("udp", b.ip4, 9, 1);
      await two.tell("udp", b.ip4, 9, 1);
    }
  };
  const cases: [options: string[], pids: number[], packets: number][] = [
    [[], [first, second], 10],
    [[`--pid=${first}`], [first], 5],
    [["--uid=1234"], [second], 5],
    [[`--pid=${first}`, "--uid", "1234"], [first, second], 10],
    [["--pname=curl"], [], 0],
    [["--pid=1,2"], [], 0],
  ];
  for (const [options, pids, count] of cases)
    await t.test(options.join(" ") || "none", async () => {
      const result = await captured(a, options, both);
      assert.deepEqual(result.pids, pids.sort());
      assert.equal(result.counters.captured, count);
      assert.equal(result.counters.matched, 10);
    });
});

test("--pname takes the name that the packets show", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  await webServer(t, b);
  const capture = await a.ptcpdump("-i", "eth0", "-n", "--pname", "curl");
  const other = new Talker(a);
  await other.tell("udp", b.ip4, 9, 1);
  await a.ok("curl", "-s", "-o", "/dev/null", `http://${b.ip4}/`);
  await other.tell("udp", b.ip4, 9, 1);
  const { stdout } = await capture.stop();
  assert.ok(packets(stdout).length >= 8, stdout);
  assert.deepEqual([...new Set(packets(stdout).map((packet) => owner(packet)?.name))], ["curl"]);
});

test("-f takes the children too, without it they stay away", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const send = `import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("${b.ip4}", 9))`;
  for (const follow of [true, false])
    await t.test(follow ? "-f" : "without", async () => {
      const shell = a.start("sh", [
        "-c",
        `echo $$; while read x; do /usr/bin/python3 -c '${send}'; echo done; done`,
      ]);
      const [pid] = await shell.lines(1);
      const options = [`--pid=${pid}`, ...(follow ? ["-f"] : [])];
      const { pids, counters } = await captured(a, options, async () => {
        shell.child.stdin.write("go\n");
        await shell.lines(2);
        shell.child.stdin.write("go\n");
        await shell.lines(3);
      });
      assert.equal(counters.captured, follow ? 2 : 0);
      assert.equal(pids.length, follow ? 2 : 0);
      assert.equal(pids.includes(Number(pid)), false, "the shell itself sends nothing");
    });
});
