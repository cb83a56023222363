// A capture that is killed, or finds its disk full: what is in the file can be read.
import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder, type Host, lonely, type Program, PTCPDUMP, privileged, until } from "../netns.ts";
import { packets } from "../packets.ts";

const KILLS = 20;

/** Datagrams of many sizes, without end. */
const TALK = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    for size in range(1400): s.sendto(b"x" * size, ("127.0.0.1", 9))
`;

/** The number of packets, the same for all three readers, none of which complains but of the end. */
async function readable(run: Host["run"], file: string): Promise<{ count: number; torn: boolean }> {
  const oracle = await run("tcpdump", "-n", "-r", file);
  const count = packets(oracle.stdout).length;
  assert.match(oracle.stderr, /^reading from file [^\n]*\n(tcpdump: pcap_loop: truncated [^\n]*\n)?$/);
  const torn = oracle.stderr.includes("truncated");
  assert.equal(oracle.status, torn ? 1 : 0);
  const ours = await run(PTCPDUMP, "-n", "-r", file);
  assert.equal(packets(ours.stdout).length, count);
  assert.equal(ours.status, oracle.status);
  const shark = await run(
    "tshark",
    "-n",
    "-r",
    file,
    "-Y",
    "udp.dstport==9",
    "-T",
    "fields",
    "-e",
    "frame.number",
  );
  assert.equal(shark.stdout.split("\n").filter(Boolean).length, count);
  assert.match(
    shark.stderr.replace(/^Running as user.*\n/m, ""),
    torn ? /cut short in the middle of a packet/ : /^$/,
    shark.stderr,
  );
  return { count, torn };
}

test(`killed at ${KILLS} random moments: tcpdump, tshark and ptcpdump read all whole packets of each`, async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  const run = host.run.bind(host);
  const path = folder(t);
  const talker = host.start("python3", ["-c", TALK]);
  let total = 0;
  for (let i = 0; i < KILLS; i++) {
    const file = join(path, i % 4 === 3 ? `${i}.pcap` : `${i}.pcapng`);
    talker.child.kill("SIGCONT");
    // Every other with -U: then there is a write for each packet to be killed in.
    const options = i % 2 === 0 ? ["-U"] : [];
    const capture = await host.ptcpdump("-i", "lo", ...options, "-w", file, "udp dst port 9");
    await until("the first packets", () => existsSync(file) && statSync(file).size > 10_000);
    const end = performance.now() + Math.random() * 400;
    await until("its moment", () => performance.now() > end);
    await capture.stop("SIGKILL");
    talker.child.kill("SIGSTOP");
    total += (await readable(run, file)).count;
  }
  assert.ok(total > KILLS * 10, `${total} packets`);
});

test("a full disk: one line, the counts, status 1, and a file that ends with a whole packet", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  host.start("python3", ["-c", TALK]);
  for (const [name, words] of [
    ["x.pcapng", []],
    ["x.pcap", []],
    ["x.pcapng", ["-U"]],
    ["x.pcapng", ["-C1"]],
  ] as const)
    await t.test([name, ...words].join(" "), async () => {
      const root = folder(t);
      // In a mount namespace of its own: it goes with the program that holds it.
      const mounted = 'mount -t tmpfs -o size=1600k none "$0" && echo mounted && exec sleep 300';
      const holder = host.start("unshare", ["-m", "sh", "-c", mounted, root]);
      await holder.lines(1);
      const inside = (command: string, args: readonly string[]): Program =>
        host.start("nsenter", ["-m", "-t", String(holder.pid), "--", command, ...args]);
      const file = join(root, name);
      const capture = inside(PTCPDUMP, ["-i", "lo", ...words, "-w", file, "udp dst port 9"]);
      const { status, stderr } = await capture.ended;
      assert.equal(status, 1, stderr);
      assert.match(
        stderr,
        /^(ptcpdump: \S+: a pcap file does not [^\n]*\n)?[^\n]*listening on[^\n]*\nptcpdump: \S+: no space left on the disk after \d+ bytes\n\d+ packets captured\n\d+ packets received by filter\n\d+ packets dropped by kernel\n$/,
      );
      const { count, torn } = await readable(
        async (command, ...args) => await inside(command, args).ended,
        words[0] === "-C1" ? `${file}1` : file,
      );
      assert.equal(torn, false);
      assert.ok(count > 100, `${count} packets`);
      await holder.stop("SIGTERM");
    });
});

test("a file that may not be as large (ulimit -f): the same", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  const run = host.run.bind(host);
  host.start("python3", ["-c", TALK]);
  for (const name of ["x.pcapng", "x.pcap"])
    await t.test(name, async () => {
      const file = join(folder(t), name);
      const limited = [
        "-c",
        'ulimit -f 300 && exec "$@"',
        "bash",
        PTCPDUMP,
        "-i",
        "lo",
        "-w",
        file,
        "udp dst port 9",
      ];
      const { status, stderr } = await host.run("bash", ...limited);
      assert.equal(status, 1, stderr);
      assert.match(
        stderr,
        /^ptcpdump: \S+: write failed after 307200 bytes: File too large\n\d+ packets captured$/m,
      );
      const { count, torn } = await readable(run, file);
      assert.equal(torn, false);
      assert.ok(count > 100, `${count} packets`);
    });
});
