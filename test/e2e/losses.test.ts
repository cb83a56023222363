// What could not be captured is told, and the file tells where and how much.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder, heldFifo, lonely, pair, privileged, until } from "../netns.ts";
import { Talker } from "../talker.ts";

const FLOOD = `
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for burst in range(int(sys.argv[2])):
    for i in range(2000): s.sendto(b"x" * 1000, (sys.argv[1], 9))
    sys.stdin.readline()
    print("sent", flush=True)
`;

interface Block {
  type: number;
  /** Interface, of packets and statistics. */
  id: number;
  options: Map<number, Buffer>;
}

/** The blocks of a little-endian file with the options of packets and statistics. */
function blocksOf(bytes: Buffer): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at + 12 <= bytes.length; at += bytes.readUInt32LE(at + 4)) {
    const type = bytes.readUInt32LE(at);
    const end = at + bytes.readUInt32LE(at + 4) - 4;
    // it is being written
    if (end + 4 > bytes.length) break;
    const options = new Map<number, Buffer>();
    let option = end;
    if (type === 6) option = at + 28 + ((bytes.readUInt32LE(at + 20) + 3) & ~3);
    if (type === 5) option = at + 20;
    while (option < end) {
      const size = bytes.readUInt16LE(option + 2);
      options.set(bytes.readUInt16LE(option), bytes.subarray(option + 4, option + 4 + size));
      option += 4 + ((size + 3) & ~3);
    }
    blocks.push({ type, id: type === 5 || type === 6 ? bytes.readUInt32LE(at + 8) : -1, options });
  }
  return blocks;
}

const number = (block: Block, option: number): number =>
  Number(block.options.get(option)?.readBigUInt64LE() ?? 0);

test("packets that a full ring lost are counted before the next packet and at the end", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  for (const any of [false, true])
    await t.test(any ? "all devices" : "one device", async () => {
      const file = join(folder(t), "x.pcapng");
      const capture = await a.ptcpdump("-i", any ? "any" : "eth0", "-B", "64", "-w", file, "udp port 9");
      const flood = a.start("python3", ["-c", FLOOD, b.ip4, "3"]);
      for (let burst = 1; burst <= 3; burst++) {
        flood.child.stdin.write("\n");
        await flood.lines(burst);
      }
      await flood.ended;
      // More, one by one, when there is room again: what was lost before is told with the next that is read.
      const talker = new Talker(a);
      const told = (): boolean => blocksOf(readFileSync(file)).some(({ options }) => options.has(4));
      for (let tries = 0; !told(); tries++) {
        assert.ok(tries < 200);
        await talker.tell("udp", b.ip4, 9, 1);
        capture.child.kill("SIGUSR2");
      }
      const { stderr } = await capture.stop();
      const [, captured, received, dropped] =
        /^(\d+) packets captured\n(\d+) packets received by filter\n(\d+) packets dropped/m.exec(stderr)!;
      assert.ok(Number(dropped) > 0, stderr);
      const blocks = blocksOf(readFileSync(file));
      const written = blocks.filter(({ type }) => type === 6);
      const lost = written.reduce((sum, block) => sum + number(block, 4), 0);
      assert.equal(String(written.length), captured);
      const statistics = blocks.find(({ type, id }) => type === 5 && id === written[0]!.id)!;
      assert.equal(String(number(statistics, 8)), captured);
      assert.equal(String(number(statistics, 7)), dropped);
      assert.equal(String(number(statistics, 5)), dropped);
      assert.equal(String(number(statistics, 6)), received);
      assert.ok(lost > 0 && lost <= Number(dropped), `${lost} of ${dropped} told with packets`);
      // Devices that lost nothing say so.
      for (const other of blocks.filter(({ type, id }) => type === 5 && id !== written[0]!.id))
        assert.equal(number(other, 7), 0);
    });
});

test("a reader of the file that stands still costs no packet: what is written waits beside the ring", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const fifo = join(folder(t), "x.pcapng");
  await a.ok("mkfifo", fifo);
  // The ring has room for some 21,000 of these packets. The reader takes the first bytes, and the others when told.
  const reader = a.start("python3", [
    "-c",
    "import sys; f = open(sys.argv[1], 'rb'); n = len(f.read(100)); print('open', flush=True); sys.stdin.readline(); print(n + len(f.read()))",
    fifo,
  ]);
  const capture = await a.ptcpdump("-i", "eth0", "-w", fifo, "udp port 9");
  await reader.lines(1);
  const bursts = 150;
  const flood = a.start("python3", ["-c", FLOOD.replace("2000", "200"), b.ip4, String(bursts)]);
  const from = performance.now();
  for (let burst = 1; burst <= bursts; burst++) {
    flood.child.stdin.write("\n");
    await flood.lines(burst);
    const next = from + burst * 10;
    await until("the next burst", () => performance.now() > next);
  }
  capture.child.kill("SIGINT");
  reader.child.stdin.write("\n");
  const { stderr } = await capture.ended;
  assert.match(stderr, /^30000 packets captured\n30000 packets received by filter\n0 packets dropped/m);
  const { stdout } = await reader.ended;
  assert.ok(Number(stdout.split("\n")[1]) > 30000 * 1070, stdout);
});

test("a second signal ends a capture whose reader stands still for good, a quick one does not", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  const fifo = join(folder(t), "x.pcapng");
  const holder = await heldFifo(host, fifo);
  const capture = await host.ptcpdump("-i", "lo", "-w", fifo, "udp port 9");
  const flood = host.start("python3", ["-c", FLOOD, "127.0.0.1", "1"]);
  flood.child.stdin.write("\n");
  await flood.ended;
  capture.child.kill("SIGINT");
  capture.child.kill("SIGINT");
  const from = performance.now();
  await until("three seconds", () => performance.now() - from > 3000);
  assert.equal(capture.running, true);
  capture.child.kill("SIGINT");
  assert.equal((await capture.ended).status, 130);
  await holder.stop("SIGKILL");
});

test("nothing lost: no drop count, and a statistics block that says so", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  const file = join(folder(t), "x.pcapng");
  const capture = await host.ptcpdump("-i", "lo", "-w", file, "udp port 9");
  const one = host.start("python3", ["-c", FLOOD.replace("2000", "3"), "127.0.0.1", "1"]);
  one.child.stdin.write("\n");
  await one.ended;
  await capture.stop();
  const blocks = blocksOf(readFileSync(file));
  assert.equal(blocks.filter(({ type }) => type === 6).length, 6);
  assert.ok(blocks.every(({ type, options }) => type !== 6 || !options.has(4)));
  const statistics = blocks.at(-1)!;
  assert.deepEqual(
    [4, 5, 6, 7, 8].map((option) => number(statistics, option)),
    [6, 0, 6, 0, 6],
  );
});
