// Options about devices answer as tcpdump's do on the same device.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { folder, type Host, lonely, PTCPDUMP, pair, privileged, until } from "../netns.ts";
import { Talker } from "../talker.ts";

/** Command lines that end by themselves; standard error, output and exit status are the same. */
const SAME = [
  "-L",
  "-L -i eth0",
  "-L -i lo",
  "-L -i any",
  "-L -i 1",
  "-J",
  "-J -i eth0",
  "-J -i any",
  "-J -i none",
  "-J -L -i eth0",
  "-I -i eth0",
  "-I -i lo",
  "-I -L -i any",
  "-I -J -i eth0",
  "-y PPP -i eth0",
  "-y none -i eth0",
  "-y EN10MB -i any",
  "-y LINUX_SLL2 -i eth0",
  "-j none -i eth0",
  "-d -i eth0 vlan 7 and tcp",
  "-d -i eth0 ip broadcast",
  "-ddd -i lo tcp port 80",
  "-d -i any ip and udp",
  "-d -i any -y LINUX_SLL ip and udp",
  "-d -i eth0 -y en10mb ip",
  "-d -i eth0 -y DOCSIS ip",
  "-d -i eth0 -y PPP ip",
  "-d -i eth0 inbound and ip",
  "-d -i eth0 -I ip",
  "-d -i eth0 foo",
  "-D -d",
];

test("what is asked about devices is answered as tcpdump answers", async (t) => {
  if (!privileged(t)) return;
  const [a] = pair(t);
  for (const line of SAME)
    await t.test(line, async () => {
      const args = line.split(" ");
      const theirs = await a.run("tcpdump", ...args);
      const ours = await a.run(PTCPDUMP, ...args);
      const text = ours.stdout;
      // interfaces that cannot be captured on here are not listed
      const expected = theirs.stdout.replace(/^\d+\.(bluetooth|nf|dbus|usbmon).*\n/gm, "");
      assert.equal(text, expected);
      assert.equal(ours.stderr.replaceAll("ptcpdump: ", "tcpdump: "), theirs.stderr);
      assert.equal(ours.status, theirs.status);
    });
});

/** How many hold the device in promiscuous mode. */
function promiscuity(host: Host, device = "eth0"): number {
  const [link] = JSON.parse(host.ip("-d", "-j", "link", "show", "dev", device)) as { promiscuity: number }[];
  return link!.promiscuity;
}

test("promiscuous mode is on while it captures, off with -p and with any, and ends with it", async (t) => {
  if (!privileged(t)) return;
  const [a] = pair(t);
  assert.equal(promiscuity(a), 0);
  const tcpdump = await a.tcpdump("-i", "eth0", "-n", "udp");
  const theirs = promiscuity(a);
  await tcpdump.stop();
  await until("tcpdump's mode ends", () => promiscuity(a) === 0);
  for (const signal of ["SIGINT", "SIGKILL"] as const) {
    const capture = await a.ptcpdump("-i", "eth0", "-n", "udp");
    assert.equal(promiscuity(a), theirs);
    await capture.stop(signal);
    await until("the mode ends", () => promiscuity(a) === 0);
  }
  for (const options of [
    ["-p", "-i", "eth0"],
    ["-i", "any"],
    ["-i", "any", "-p"],
  ]) {
    const capture = await a.ptcpdump(...options, "-n", "udp");
    assert.equal(promiscuity(a), 0, options.join(" "));
    await capture.stop();
  }
});

test("-j and -y of what the device has are taken", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const talker = new Talker(a);
  const capture = await a.ptcpdump("-i", "eth0", "-n", "-y", "EN10MB", "-j", "host", "-c", "1", "udp port 9");
  await talker.tell("udp", b.ip4, 9, 3);
  const { stdout, stderr } = await capture.ended;
  assert.match(stdout, /UDP, length 3/);
  assert.match(stderr, /^ptcpdump: data link type EN10MB\n/);

  const other = await a.ptcpdump("-i", "eth0", "-n", "-j", "adapter", "-c", "1", "udp port 9");
  await talker.tell("udp", b.ip4, 9, 3);
  const warned = await other.ended;
  assert.match(
    warned.stderr,
    /^ptcpdump: WARNING: When trying to set timestamp type 'adapter' on eth0: That type of time stamp is not supported by that device\n/,
  );
  assert.match(warned.stdout, /UDP, length 3/);

  // a link type that only marks the frames: nobody dissects them
  const docsis = await a.ptcpdump("-i", "eth0", "-n", "-y", "DOCSIS", "-c", "1");
  await talker.tell("udp", b.ip4, 9, 3);
  assert.match((await docsis.ended).stdout, / UNSUPPORTED/);
});

test("a pcap file of any has the cooked headers that -y asks for", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const talker = new Talker(a);
  for (const [type, text] of [
    ["LINUX_SLL", "Linux cooked v1"],
    ["linux_sll2", "Linux cooked v2"],
  ] as const) {
    const file = join(folder(t), "x.pcap");
    const capture = await a.ptcpdump("-i", "any", "-y", type, "-w", file, "-c", "1", "udp port 9");
    await talker.tell("udp", b.ip4, 9, 3);
    assert.equal((await capture.ended).status, 0);
    const { stdout, stderr } = await a.run("tcpdump", "-Z", "root", "-n", "-e", "-r", file);
    assert.ok(stderr.includes(`(${text})`), stderr);
    assert.match(
      stdout,
      /02:00:00:00:00:01 ethertype IPv4 \(0x0800\), length \d+: 10\.77\.0\.1\.\d+ > 10\.77\.0\.2\.9: UDP, length 3/,
    );
  }
});

test("-v tells once a second how many packets are written", async (t) => {
  if (!privileged(t)) return;
  const only = lonely(t);
  const talker = new Talker(only);
  const capture = await only.ptcpdump("-i", "lo", "-v", "-w", join(folder(t), "x.pcapng"), "udp port 9");
  await capture.said("stderr", /Got 0\r$/);
  await talker.tell("udp", only.ip4, 9, 3);
  await capture.said("stderr", /Got 0\rGot [12]\r/);
  const { stderr } = await capture.stop();
  assert.match(stderr, /^listening|^ptcpdump: listening/);
});

test("--skip leaves packets out, --print-sampling prints every nth", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const talker = new Talker(a);
  const skipping = await a.ptcpdump("-i", "eth0", "-n", "-#", "--skip", "2", "-c", "2", "udp port 9");
  const sampling = await a.ptcpdump("-i", "eth0", "-n", "-#", "--print-sampling=3", "-c", "7", "udp port 9");
  for (let i = 1; i <= 7; i++) await talker.tell("udp", b.ip4, 9, i);
  const lengths = (text: string) =>
    [...text.matchAll(/^ *(\d+) .*length (\d+)/gm)].map((match) => match.slice(1, 3));
  assert.deepEqual(lengths((await skipping.ended).stdout), [
    ["3", "3"],
    ["4", "4"],
  ]);
  assert.deepEqual(lengths((await sampling.ended).stdout), [
    ["3", "3"],
    ["6", "6"],
  ]);
});
