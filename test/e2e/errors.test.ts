// What goes wrong is told in one clear line, with exit status 1.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder, type Host, lonely, PTCPDUMP, pair, privileged, shared } from "../netns.ts";
import { packets } from "../packets.ts";
import { Talker } from "../talker.ts";

const NOBODY = ["--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all"];

/** The one line of a run that fails before it does anything. */
async function complaint(host: Host, ...command: string[]): Promise<string> {
  const { status, stdout, stderr } = await host.run(command[0]!, ...command.slice(1));
  assert.equal(status, 1, stderr);
  assert.equal(stdout, "");
  const lines = stderr.trimEnd().split("\n");
  assert.equal(lines.length, 1, stderr);
  assert.match(lines[0]!, /^ptcpdump: /);
  return lines[0]!.slice("ptcpdump: ".length);
}

test("before it starts", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  const scratch = folder(t);
  const secret = join(scratch, "secret");
  writeFileSync(secret, "", { mode: 0o600 });
  const text = join(scratch, "text");
  writeFileSync(text, "this is no savefile, whatever its name may be\n");
  const cases: [what: string, command: string[], expected: RegExp][] = [
    ["no root", ["setpriv", ...NOBODY, PTCPDUMP, "-i", "lo"], /permission to capture.*root/],
    ["unknown interface", [PTCPDUMP, "-i", "nope0"], /nope0: .*No such device/],
    ["filter", [PTCPDUMP, "-i", "lo", "tcp porto 80"], /^can't parse filter expression: syntax error/],
    ["filter of a file", [PTCPDUMP, "-r", "-", "host ("], /./],
    ["no such file", [PTCPDUMP, "-r", join(scratch, "none")], /none: No such file or directory/],
    ["folder", [PTCPDUMP, "-r", scratch], /Is a directory/],
    [
      "unreadable file",
      ["setpriv", ...NOBODY, PTCPDUMP, "-r", secret],
      /(secret|ptcpdump-test-\w+).*Permission denied/,
    ],
    ["no savefile", [PTCPDUMP, "-r", text], /unknown file format/],
    [
      "nowhere to write",
      [PTCPDUMP, "-i", "lo", "-w", "/no/such/folder/x"],
      /folder\/x: No such file or directory/,
    ],
    ["unknown option", [PTCPDUMP, "--nonsense"], /^unrecognized option '--nonsense'/],
  ];
  for (const [what, command, expected] of cases)
    await t.test(what, async (t) => {
      if (command[0] === "setpriv" && !shared(t)) return;
      assert.match(await complaint(host, ...command), expected);
    });
});

test("libpcap's words for a filter are tcpdump's", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  for (const expression of [
    "tcp porto 80",
    "host 1.2.3.4.5",
    "port 99999",
    "ether host 1.2.3.4",
    "vlan and (",
  ])
    await t.test(expression, async () => {
      const { stderr } = await host.run("tcpdump", "-i", "lo", expression);
      assert.equal(
        await complaint(host, PTCPDUMP, "-i", "lo", expression),
        stderr.trim().slice("tcpdump: ".length),
      );
    });
});

test("a file cut in half: its packets, then the complaint", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const talker = new Talker(a);
  for (const name of ["x.pcap", "x.pcapng"])
    await t.test(name, async () => {
      const file = join(folder(t), name);
      const capture = await a.ptcpdump("-i", "eth0", "-w", file, "udp");
      for (let i = 0; i < 10; i++) await talker.tell("udp", b.ip4, 9, 1);
      await capture.stop();
      const whole = readFileSync(file);
      writeFileSync(file, whole.subarray(0, whole.length >> 1));
      const { status, stdout, stderr } = await a.run(PTCPDUMP, "-n", "-r", file);
      const oracle = await a.run("tcpdump", "-n", "-r", file);
      assert.equal(status, 1);
      assert.equal(packets(stdout).length, packets(oracle.stdout).length);
      assert.ok(packets(stdout).length > 0);
      assert.match(stderr, /^ptcpdump: .*truncated.*$/m);
      assert.equal(stderr.trimEnd().split("\n").length, 2, stderr);
    });
});

test("-w to a full disk", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const talker = new Talker(a);
  for (const name of ["pcapng", "pcap"])
    await t.test(name, async () => {
      // A file system of 64 KiB in a mount namespace of its own.
      const mounted = 'mount -t tmpfs -o size=64k none "$0" && cd "$0" && exec "$@"';
      const capture = a.start("unshare", [
        ...["-m", "sh", "-c", mounted, folder(t)],
        ...[PTCPDUMP, "-i", "eth0", "-U", "-w", `x.${name}`, "udp"],
      ]);
      await capture.said("stderr", /listening on/);
      while (capture.running) await talker.tell("udp", b.ip4, 9, 1400);
      const { status, stderr } = await capture.ended;
      assert.equal(status, 1, stderr);
      assert.match(stderr, /^ptcpdump: x\.\w+: no space left on the disk.*$/m);
      assert.match(stderr, /^\d+ packets captured$/m);
    });
});
