// A command after "--": exactly its conversation, and its exit status.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { folder, lonely, PTCPDUMP, pair, privileged, webServer } from "../netns.ts";
import { owner, packets, plain } from "../packets.ts";
import { Talker } from "../talker.ts";

test("curl's conversation on loopback, no more and no less", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  await webServer(t, host);
  const noise = new Talker(host);
  await noise.tell("connect", host.ip4, 80);
  const oracle = await host.tcpdump("-i", "lo", "-n", "-l", "--immediate-mode", "tcp port 80");
  const file = join(folder(t), "x.pcapng");
  const own = join(folder(t), "pid");
  const { status, stdout, stderr } = await host.run(
    PTCPDUMP,
    ...["-i", "any", "-n", "--print", "-w", file, "--"],
    ...["sh", "-c", `echo $$ > ${own}; exec curl -s -o /dev/null http://${host.ip4}/`],
  );
  assert.equal(status, 0, stderr);
  const pid = Number(await host.ok("cat", own));
  const port = / 127\.0\.0\.1\.(\d+) > 127\.0\.0\.1\.80: Flags \[S\]/.exec(stdout)?.[1];
  assert.ok(port, stdout);
  await oracle.said("stdout", new RegExp(`${port} > 127.0.0.1.80: Flags \\[F`));
  await oracle.said("stdout", new RegExp(`127.0.0.1.80 > 127.0.0.1.${port}: Flags \\[F`));

  const shown = packets(stdout);
  assert.deepEqual([...new Set(shown.map((packet) => owner(packet)?.pid))], [pid], stdout);
  assert.deepEqual([...new Set(shown.map((packet) => owner(packet)?.name))], ["curl"]);
  for (const packet of shown)
    assert.equal(owner(packet)!.direction, packet.includes(`.${port} > `) ? "Out" : "In", packet);

  await t.test("each packet that tcpdump saw of it, once", async () => {
    // The last ACK answers the last FIN at once; tcpdump has it when the two FINs are there and one line more.
    const conversation = (text: string): string[] =>
      packets(text)
        .map((packet) => plain(packet).replace(/^\S+ /, ""))
        .filter((packet) => packet.includes(`.${port} > `) || packet.includes(`.${port}: `));
    const seen = conversation(stdout);
    await oracle.said(
      "stdout",
      new RegExp(`(^.*127\\.0\\.0\\.1\\.${port}[ :][\\s\\S]*?\\n){${seen.length}}`, "m"),
    );
    assert.deepEqual(seen.sort(), conversation((await oracle.stop()).stdout).sort());
  });

  await t.test("tcpdump, tshark and ptcpdump read the file", async () => {
    const byTcpdump = await host.ok("tcpdump", "-n", "-r", file);
    assert.deepEqual(packets(byTcpdump), shown.map(plain));
    const bySelf = await host.ok(PTCPDUMP, "-n", "-r", file);
    assert.equal(bySelf, stdout);
    const fields = ["-e", "frame.comment", "-e", "_ws.malformed", "-e", "_ws.expert.group"];
    // Wireshark before 5.1 shows the process information block as a frame of its own.
    const byTshark = (await host.ok("tshark", "-r", file, "-Y", "ip", "-T", "fields", ...fields))
      .trimEnd()
      .split("\n");
    assert.equal(byTshark.length, shown.length);
    for (const line of byTshark) {
      const [comments, malformed] = line.split("\t");
      assert.match(comments!, new RegExp(`PID: ${pid}\\b`));
      assert.equal(malformed ?? "", "");
    }
  });
});

test("the exit status is the command's own", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  const status = async (...command: string[]): Promise<number> =>
    (await host.run(PTCPDUMP, "-i", "lo", "-n", "--", ...command)).status;
  assert.equal(await status("true"), 0);
  assert.equal(await status("sh", "-c", "exit 7"), 7);
  assert.equal(await status("sh", "-c", "kill -TERM $$"), 143);
  const missing = await host.run(PTCPDUMP, "-i", "lo", "--", "/no/such/program");
  assert.equal(missing.status, 127);
  assert.match(missing.stderr, /^ptcpdump: \/no\/such\/program: No such file or directory$/m);
});

test("the command has the standard streams as they were", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  const talk = "cat; echo err >&2; grep -h flags /proc/self/fdinfo/1 /proc/self/fdinfo/2";
  const straight = host.start("sh", ["-c", talk]);
  const captured = host.start(PTCPDUMP, ["-i", "lo", "-n", "--", "sh", "-c", talk]);
  for (const program of [straight, captured]) program.child.stdin.end("to the command\n");
  const { stdout } = await captured.ended;
  // The same flags as without ptcpdump: not non-blocking (04000) because Node would like it so.
  assert.equal(stdout, (await straight.ended).stdout);
  assert.match(stdout, /^to the command\n/);
  assert.match(captured.stderr, /^err$/m);
});

test("the children of the command count, processes beside it do not", async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const send = (port: number): string =>
    `/usr/bin/python3 -c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("${b.ip4}", ${port}))'`;
  const capture = await a.ptcpdump(
    ...["-n", "-l", "udp", "--", "sh", "-c", `${send(1001)}; read x; (${send(1002)}) & wait`],
  );
  await capture.said("stdout", /1001/);
  const other = new Talker(a);
  await other.tell("udp", b.ip4, 1003, 1);
  capture.child.stdin.end("go\n");
  const { status, stdout } = await capture.ended;
  assert.equal(status, 0);
  const ports = packets(stdout).map((packet) => /10\.77\.0\.2\.(\d+): /.exec(packet)?.[1]);
  assert.deepEqual(ports, ["1001", "1002"], stdout);
});
