// The fixture itself: hosts reach each other and nobody else, and nothing is left of them.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { lonely, pair, privileged, until, webServer } from "./netns.ts";

const namespaces = (pid: number): string[] =>
  readdirSync("/run/netns").filter((name) => name.startsWith(`ptcpdump-${pid}-`));

test("two hosts talk over veth, IPv4 and IPv6", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const server = await webServer(t, b);
  assert.equal(await a.ok("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", `http://${b.ip4}/`), "200");
  assert.equal(
    await a.ok("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", `http://[${b.ip6}]/`),
    "200",
  );
  // The pid is the program's own, not nsenter's.
  assert.match(await b.ok("cat", `/proc/${server.pid}/cmdline`), /python3.*http\.server/);
});

test("a program's words, status and signal are told", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  const program = host.start("sh", ["-c", "echo out; echo err >&2; read x; exit 3"]);
  assert.equal((await program.said("stdout", /o(u)t/))[1], "u");
  await program.said("stderr", /err/);
  program.child.stdin.end("x\n");
  assert.deepEqual(await program.ended, { status: 3, stdout: "out\n", stderr: "err\n" });
  const killed = host.start("sleep", ["100"]);
  assert.equal((await killed.stop("SIGTERM")).status, 143);
  await assert.rejects(host.start("true", []).said("stdout", /never/), /ended \(status 0\) without saying/);
});

test("the hosts are gone after the test", async (t) => {
  if (!privileged(t)) return;
  let inside: string[] = [];
  await t.test("a test with a host", (inner) => {
    lonely(inner);
    inside = namespaces(process.pid);
  });
  assert.equal(inside.length, 1);
  assert.deepEqual(namespaces(process.pid), []);
});

test("what the programs started is gone after the test", async (t) => {
  if (!privileged(t)) return;
  let pid = 0;
  await t.test("a test with a pipeline", async (inner) => {
    const shell = lonely(inner).start("sh", ["-c", "sleep 100 & echo $!; wait"]);
    pid = Number((await shell.lines(1))[0]);
    process.kill(pid, 0);
  });
  await until("the end of the sleep", () => !existsSync(`/proc/${pid}`));
});

test("the hosts are gone after an interrupt", async (t) => {
  if (!privileged(t)) return;
  const script = `import { lonely } from ${JSON.stringify(import.meta.resolve("./netns.ts"))};
    lonely({ after() {} }).start("sleep", ["100"]);
    console.log("up");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  assert.equal(child.exitCode, null, "the child made no host");
  assert.equal(namespaces(child.pid!).length, 1);
  child.kill("SIGINT");
  const [, signal] = await once(child, "exit");
  assert.equal(signal, "SIGINT");
  assert.deepEqual(namespaces(child.pid!), []);
});
