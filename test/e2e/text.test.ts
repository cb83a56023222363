// What is printed live is what tcpdump prints for the same packets, once the owners are cut.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { folder, type Program, pair, privileged, type Result } from "../netns.ts";
import { owner, packets, plain } from "../packets.ts";

const TRAFFIC = join(import.meta.dirname, "traffic.py");
const OPTIONS = [["-n"], ["-n", "-v"], ["-n", "-e"], ["-n", "-q"], ["-n", "-X"], ["-n", "-S", "-vv", "-xx"]];

/** Hosts report their multicast groups at times of their own: to a capture that already runs or before it does. */
const EXPRESSION = "not dst host ff02::16";

test("TCP, UDP, ICMP, ICMPv6, ARP and DNS read as tcpdump's", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const server = b.start("/usr/bin/python3", [TRAFFIC, "serve"]);
  await server.said("stdout", /ready/);
  const file = join(folder(t), "tcpdump.pcap");
  const oracle = await a.tcpdump(
    "-i",
    "eth0",
    "-w",
    file,
    "--print",
    "-U",
    "-l",
    "--immediate-mode",
    "-n",
    EXPRESSION,
  );
  const captures: Program[] = [];
  for (const options of OPTIONS) captures.push(await a.ptcpdump("-i", "eth0", "-t", ...options, EXPRESSION));
  await a.ok("/usr/bin/python3", TRAFFIC, "send", b.ip4, b.ip6);
  // An interrupted tcpdump drops what it has not read yet.
  await oracle.said("stdout", /(length 333\n.*\n?){2}/);
  await oracle.stop();
  const results: Result[] = [];
  for (const capture of captures) results.push(await capture.stop());

  for (const [i, options] of OPTIONS.entries()) {
    await t.test(options.join(" "), async () => {
      const expected = packets(await a.ok("tcpdump", "-t", ...options, "-r", file));
      assert.ok(expected.length > 60, `only ${expected.length} packets`);
      const { status, stdout, stderr } = results[i]!;
      assert.equal(status, 0, stderr);
      // The two see the packets of both directions at slightly different points: sorted.
      assert.deepEqual(packets(stdout).map(plain).sort(), expected.sort());
      assert.match(stderr, new RegExp(`^${expected.length} packets captured$`, "m"));
    });
  }

  const nameless = packets(results[0]!.stdout).filter(
    (packet) => !/^python3/.test(owner(packet)?.name ?? ""),
  );
  await t.test("every packet of a program is named", () => {
    const kernels = / ARP, | neighbor | unreachable/;
    assert.deepEqual(
      nameless.filter((packet) => !kernels.test(packet)),
      [],
    );
  });
  await t.test("errors are named by what they quote", () => {
    assert.deepEqual(
      nameless.filter((packet) => / unreachable/.test(packet)),
      [],
    );
  });
});
