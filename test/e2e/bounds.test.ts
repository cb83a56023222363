// Maps far too small for what comes: the busy stay named, whoever is new is named, and what is lost is told.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { MAPS } from "../../src/kernel/maps.ts";
import { type Host, lonely, type Program, PTCPDUMP, privileged } from "../netns.ts";
import { owner, packets } from "../packets.ts";
import { Talker } from "../talker.ts";

const CHILDREN = 1000;
const SMALL = "map:processes=256,map:threads=256,map:flows=256,map:owners_by_address=256,map:cgroups=256";

/** Children that live for one datagram each to port 9 and one connection to port 7000; prints their pids. */
const BROOD = `
import os, socket, sys
for i in range(int(sys.argv[1])):
    child = os.fork()
    if child == 0:
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x" * 33, ("127.0.0.1", 9))
        s = socket.create_connection(("127.0.0.1", 7000))
        s.shutdown(socket.SHUT_WR)
        s.recv(1)
        os._exit(0)
    os.waitpid(child, 0)
    print(child)
`;

async function capture(host: Host, switches: string, ...args: string[]): Promise<Program> {
  const program = host.start("env", [`PTCPDUMP_TEST=${switches}`, PTCPDUMP, "-i", "lo", "-n", ...args]);
  await program.said("stderr", /^listening on /m);
  return program;
}

/** KiB that the eBPF maps of a process take, by the kernel's own account (proc(5): fdinfo). */
function mapMemory(pid: number): { maps: number; kib: number } {
  const sizes = new Map<string, number>();
  for (const fd of readdirSync(`/proc/${pid}/fdinfo`)) {
    const info = readFileSync(`/proc/${pid}/fdinfo/${fd}`, "latin1");
    const [, memory] = /^memlock:\t(\d+)$/m.exec(info) ?? [];
    const [, id] = /^map_id:\t(\d+)$/m.exec(info) ?? [];
    if (memory !== undefined && id !== undefined) sizes.set(id, Number(memory));
  }
  return { maps: sizes.size, kib: [...sizes.values()].reduce((sum, size) => sum + size, 0) / 1024 };
}

test("the maps take no more than docs/hooks.md says", async (t) => {
  if (!privileged(t)) return;
  const running = await capture(lonely(t), "", "udp");
  const { maps, kib } = mapMemory(running.pid);
  await running.stop();
  assert.ok(maps >= 10, `${maps} maps`);
  const documented = MAPS.reduce((sum, map) => sum + map.kib, 0);
  assert.ok(kib <= documented, `${kib} KiB, and ${documented} are documented`);
});

test("a thousand processes and connections through maps of 256 entries", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  const server = new Talker(host);
  const busy = new Talker(host);
  const running = await capture(host, SMALL, "tcp port 7000 or udp port 9");
  const serverPid = await server.tell("listen", 7000);
  const busyPid = await busy.tell("udp", host.ip4, 9, 77);
  const pids: number[] = [];
  for (let part = 0; part < 10; part++) {
    const out = await host.ok("/usr/bin/python3", "-c", BROOD, String(CHILDREN / 10));
    pids.push(...out.trim().split("\n").map(Number));
    assert.equal(await busy.tell("udp", host.ip4, 9, 77), busyPid);
  }
  const { stdout, stderr } = await running.stop();
  assert.doesNotMatch(stderr, /could not be noted/);
  const all = packets(stdout);
  const named = (pattern: RegExp): number[] =>
    all.filter((packet) => pattern.test(packet)).map((packet) => owner(packet)?.pid ?? 0);
  assert.deepEqual(named(/ Out .* UDP, length 77/), Array<number>(11).fill(busyPid));
  assert.deepEqual(named(/ Out .* UDP, length 33/), pids);
  // handshake, both ends and their acknowledgements
  const fromServer = named(/ Out .* 127\.0\.0\.1\.7000 > /);
  assert.ok(fromServer.length >= CHILDREN * 2);
  assert.deepEqual([...new Set(fromServer)], [serverPid]);
  const fromChildren = named(/ Out .* > 127\.0\.0\.1\.7000: /);
  assert.ok(fromChildren.length >= CHILDREN * 3);
  assert.deepEqual([...new Set(fromChildren)], pids);
});

test("a map that is full and may not forget is told of at the end", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  const parent = host.start("/usr/bin/python3", [
    "-uc",
    `
import os, signal, sys
print("ready")
sys.stdin.readline()
for i in range(40):
    if os.fork() == 0:
        signal.pause()
print("forked")
signal.pause()
`,
  ]);
  await parent.said("stdout", /ready/);
  const running = await capture(host, "map:wanted_pids=16", `--pid=${parent.pid}`, "-f");
  parent.child.stdin.write("\n");
  await parent.said("stdout", /forked/);
  const { stderr } = await running.stop();
  assert.match(stderr, /^ptcpdump: \d+ owners could not be noted/m);
});
