// Containers without an engine: a process in a cgroup that is called as engines call theirs. On every kernel.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { folder, type Host, PTCPDUMP, pair, privileged } from "../netns.ts";
import { packets } from "../packets.ts";
import { Talker } from "../talker.ts";

const A = "3a7f".repeat(16);
const B = "09bc".repeat(16);

/** Where the hierarchies with cgroups of processes are: v2's, and one of v1 with a controller; mounts a missing v2. */
function hierarchies(t: TestContext): { v2: string; v1: string | null } {
  const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
  const of = (pattern: RegExp): string | null =>
    mounts.find((line) => pattern.test(line))?.split(" ")[1] ?? null;
  let v2 = of(/ cgroup2 /);
  if (v2 === null) {
    v2 = folder(t);
    execFileSync("mount", ["-t", "cgroup2", "none", v2]);
    t.after(() => execFileSync("umount", [v2!]));
  }
  return { v2, v1: of(/ cgroup .*\bmemory\b/) };
}

/** A talker in a cgroup of this path. */
function talkerIn(t: TestContext, host: Host, root: string, path: string): Talker {
  const at = join(root, path);
  mkdirSync(at, { recursive: true });
  const talker = new Talker(host, ["sh", "-c", `echo $$ >${at}/cgroup.procs && exec "$@"`, "sh"]);
  t.after(async () => {
    await talker.program.stop("SIGKILL");
    // as far up as nobody else is there
    for (let each = at; each !== root; each = dirname(each)) {
      try {
        rmdirSync(each);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") break;
      }
    }
  });
  return talker;
}

/** The ids that the packets show, each once. */
const ids = (text: string): (string | undefined)[] => [
  ...new Set(packets(text).map((packet) => /, Container \[([^\]]*)\]/.exec(packet)?.[1])),
];

const PLACES: [what: string, v1: boolean, path: string, shown: string | undefined][] = [
  ["v2", false, `/ptcpdump-test/docker-${A}.scope`, A.slice(0, 12)],
  ["v1", true, `/ptcpdump-test/${A}`, A.slice(0, 12)],
  ["a cgroup below", false, `/ptcpdump-test/kubepods/burstable/crio-${A}.scope/container`, A.slice(0, 12)],
  ["deeper than anybody nests", false, `/ptcpdump-test/${"x/".repeat(12)}${A}/a/b/c`, A.slice(0, 12)],
  ["a service", false, "/ptcpdump-test/some.service", undefined],
];

test("the id of the container stands where no engine tells its name", async (t) => {
  if (!privileged(t)) return;
  const { v2, v1 } = hierarchies(t);
  for (const [what, old, path, shown] of PLACES)
    await t.test(what, async (t) => {
      if (old && v1 === null) {
        t.skip("there is no hierarchy of cgroup v1 here");
        return;
      }
      const [a, b] = pair(t);
      // one that talks from before the start, and one that is born during the capture
      const talker = talkerIn(t, a, old ? v1! : v2, path);
      await talker.tell("udp", b.ip4, 9, 1);
      const capture = await a.ptcpdump("-i", "eth0", "-n", "udp");
      const later = talkerIn(t, a, old ? v1! : v2, path);
      await talker.tell("udp", b.ip4, 9, 1);
      await later.tell("udp", b.ip4, 9, 1);
      const { stdout } = await capture.stop();
      assert.equal(packets(stdout).length, 2, stdout);
      assert.deepEqual(ids(stdout), [shown], stdout);
    });
});

test("--container-id chooses its packets, over a restart, and of what it executes; nobody else's", async (t) => {
  if (!privileged(t)) return;
  const { v2 } = hierarchies(t);
  const [a, b] = pair(t);
  const wanted = talkerIn(t, a, v2, `/ptcpdump-test/docker-${A}.scope`);
  const other = talkerIn(t, a, v2, `/ptcpdump-test/docker-${B}.scope`);
  await wanted.tell("udp", b.ip4, 9, 1);
  const capture = await a.ptcpdump("-i", "eth0", "-n", `--container-id=${A.slice(0, 12)}`, "udp");
  await wanted.tell("udp", b.ip4, 9, 10);
  await other.tell("udp", b.ip4, 9, 11);
  await wanted.program.stop("SIGKILL");
  rmdirSync(join(v2, `/ptcpdump-test/docker-${A}.scope`));
  const again = talkerIn(t, a, v2, `/ptcpdump-test/docker-${A}.scope`);
  await again.tell("udp", b.ip4, 9, 12);
  await other.tell("udp", b.ip4, 9, 13);
  const { stdout } = await capture.stop();
  assert.deepEqual(
    packets(stdout).map((packet) => /length (\d+)/.exec(packet)?.[1]),
    ["10", "12"],
    stdout,
  );
});

test("a container or pod that nobody knows is an error, and nothing is attached", async (t) => {
  if (!privileged(t)) return;
  const [a] = pair(t);
  for (const option of [`--container-id=${B}`, "--container-name=nobody", "--pod-name=nobody.nowhere"]) {
    const { status, stderr } = await a.run(PTCPDUMP, "-i", "eth0", option);
    assert.equal(status, 1);
    assert.match(stderr, /^ptcpdump: --[a-z-]+ \S+: no such container or pod: .*\n$/);
  }
});
