// The filters by process, against tcpdump's capture of the same ports: exactly the packets of those chosen, the first
// and the last included, and nothing else. Who has which port the programs tell.
import assert from "node:assert/strict";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openSavefile } from "../../src/savefile/savefile.ts";
import { folder, type Host, type Program, pair, privileged } from "../netns.ts";
import { finish, PROGRAMS } from "./stage.ts";

/** Not the ICMP errors for datagrams that nobody takes: they belong to a process as well. */
const EXPRESSION = "tcp or udp";

/** The packets of a file, as hexadecimal text. */
function packets(file: string): string[] {
  const found: string[] = [];
  const savefile = openSavefile(file);
  try {
    while (savefile.next()) {
      const { bytes, start, caplen } = savefile.packet;
      found.push(Buffer.from(bytes.buffer, bytes.byteOffset + start, caplen).toString("hex"));
    }
  } finally {
    savefile.close();
  }
  return found;
}

interface Truth {
  readonly pids: number[];
  /** Ports of the sockets that each of them used, in order. */
  readonly ports: Map<number, number[]>;
}

/** Two hosts, programs that log, and what they logged. */
class Bench {
  readonly client: Host;
  readonly server: Host;
  readonly place: string;
  readonly #log: string;
  #captures = 0;

  constructor(t: TestContext) {
    [this.client, this.server] = pair(t);
    this.place = folder(t);
    this.#log = join(this.place, "truth.jsonl");
  }

  start(host: Host, program: string, ...args: (string | number)[]): Program {
    const path = program.includes("/") ? program : join(PROGRAMS, program);
    return host.start("env", [`TRUTH_LOG=${this.#log}`, path, ...args.map(String)]);
  }

  async serve(host: Host, program: string, ...args: (string | number)[]): Promise<Program> {
    const server = this.start(host, program, ...args);
    await server.said("stdout", /^ready$/m);
    return server;
  }

  async run(host: Host, program: string, ...args: (string | number)[]): Promise<void> {
    await finish(this.start(host, program, ...args));
  }

  /** Who logged, in order, and the ports at their own end. */
  truth(): Truth {
    const pids: number[] = [];
    const ports = new Map<number, number[]>();
    const log = existsSync(this.#log) ? readFileSync(this.#log, "utf8") : "";
    for (const line of log.split("\n")) {
      if (line === "") continue;
      const { op, pid, local } = JSON.parse(line) as { op: string; pid: number; local?: string };
      if (!pids.includes(pid)) pids.push(pid);
      const port = Number(local?.replace(/.*:/, "") ?? 0);
      const known = ports.get(pid) ?? [];
      if (op !== "socket" && port !== 0 && !known.includes(port)) known.push(port);
      ports.set(pid, known);
    }
    return { pids, ports };
  }

  /** Captures on the client's host with these options, and by tcpdump everything, while something happens. */
  async capture(
    options: readonly string[],
    action: () => Promise<void>,
  ): Promise<{ mine: string[]; all: string[] }> {
    const [mine, all] = [`mine-${this.#captures}.pcapng`, `all-${this.#captures++}.pcap`].map((name) =>
      join(this.place, name),
    ) as [string, string];
    const oracle = await this.client.tcpdump(
      "-i",
      "eth0",
      "-n",
      "-U",
      "--immediate-mode",
      "-w",
      all,
      EXPRESSION,
    );
    const words = ["-i", "eth0", "-n", "-w", mine, ...options, EXPRESSION];
    const program = await this.client.ptcpdump(...words);
    await action();
    await program.stop();
    await oracle.stop();
    return { mine: packets(mine), all: packets(all) };
  }
}

/** Those of the packets (Ethernet, IPv4) whose source or destination port on this side is among these. */
function withPorts(all: readonly string[], ports: readonly number[]): string[] {
  return all.filter((packet) => {
    const at = 28 + (Number.parseInt(packet[29]!, 16) & 15) * 8;
    const port = (offset: number): number => Number.parseInt(packet.slice(at + offset, at + offset + 4), 16);
    return ports.includes(port(0)) || ports.includes(port(4));
  });
}

test("--pid of a process whose connection was open before: first packet to last, nothing else", async (t) => {
  if (!privileged(t)) return;
  const bench = new Bench(t);
  const { client, server } = bench;
  const serving = await bench.serve(server, "tcp", "server", "thread", "0.0.0.0", 7000);
  // its end closes the connection
  const meant = await bench.serve(client, "tcp", "client", "leave", server.ip4, 7000, "eee", 1, 1);
  const [pid] = bench.truth().pids.slice(-1);
  const others = await bench.serve(client, "tcp", "client", "open", server.ip4, 7000, "eee", 1, 1);
  const { mine, all } = await bench.capture([`--pid=${pid}`], async () => {
    await Promise.all([
      finish(meant),
      finish(others),
      bench.run(client, "tcp", "client", "fork", server.ip4, 7000, "e", 3, 0),
    ]);
  });
  await finish(serving);
  const expected = withPorts(all, bench.truth().ports.get(pid!)!);
  assert.ok(expected.length >= 9 && expected.length < all.length, `${expected.length} of ${all.length}`);
  assert.deepEqual(mine, expected);
});

test("--pid of a server: its threads, and connections from before and after the start", async (t) => {
  if (!privileged(t)) return;
  const bench = new Bench(t);
  const { client, server } = bench;
  // the server is on the captured host here
  const serving = await bench.serve(client, "tcp", "server", "thread", "0.0.0.0", 7000);
  const other = await bench.serve(client, "tcp", "server", "plain", "0.0.0.0", 7001);
  const [pid] = bench.truth().pids;
  const early = await bench.serve(server, "tcp", "client", "open", client.ip4, 7000, "ee", 1, 1);
  const { mine, all } = await bench.capture([`--pid=${pid}`], async () => {
    await finish(early);
    await bench.run(server, "tcp", "client", "plain", client.ip4, 7000, "ee", 2, 1);
    await bench.run(server, "tcp", "client", "plain", client.ip4, 7001, "ee", 2, 1);
  });
  await finish(serving);
  await finish(other);
  const expected = withPorts(all, [7000]);
  assert.ok(expected.length >= 30 && expected.length < all.length, `${expected.length} of ${all.length}`);
  assert.deepEqual(mine, expected);
});

test("--pname takes what an executable is called, however long its name is", async (t) => {
  if (!privileged(t)) return;
  const bench = new Bench(t);
  const { client, server } = bench;
  const [long, longer] = ["a-program-with-a-name", "a-program-with-a-name-too"].map((name) =>
    join(bench.place, name),
  );
  for (const path of [long!, longer!]) copyFileSync(join(PROGRAMS, "process"), path);
  const cases: [option: string, programs: string[]][] = [
    ["--pname=a-program-with-a-name", [long!]],
    ["--pname=process", ["process"]],
    ["--pname=renamed", ["process"]],
  ];
  for (const [option, meant] of cases)
    await t.test(option, async () => {
      const before = bench.truth().pids;
      const chosen: number[] = [];
      const { mine, all } = await bench.capture([option], async () => {
        for (const program of [long!, "process", longer!]) {
          await bench.run(client, program, "rename", server.ip4, 9, "renamed");
          if (meant.includes(program)) chosen.push(bench.truth().pids.at(-1)!);
        }
      });
      assert.equal(bench.truth().pids.length, before.length + 3);
      assert.equal(all.length, 12);
      const ports = chosen.flatMap((pid) => bench.truth().ports.get(pid)!);
      const expected = withPorts(all, ports);
      // by its own name until it has another, by the new name from then on, by its executable's name always
      if (option === "--pname=renamed") assert.equal(mine.length, 9);
      else if (option === "--pname=process") assert.deepEqual(mine, expected.slice(0, 1));
      else assert.deepEqual(mine, expected);
    });
});

test("--uid: from the moment on that a process becomes that user", async (t) => {
  if (!privileged(t)) return;
  const bench = new Bench(t);
  const { client, server } = bench;
  const { mine, all } = await bench.capture(["--uid=1234"], async () => {
    await bench.run(client, "process", "user", server.ip4, 9, 1234);
    await bench.run(client, "process", "user", server.ip4, 9, 1235);
  });
  assert.equal(all.length, 6);
  assert.deepEqual(mine, all.slice(1, 3));
});

test("-f: children of children, from before the start and after it; not without", async (t) => {
  if (!privileged(t)) return;
  const bench = new Bench(t);
  const { client, server } = bench;
  const send = `'${join(PROGRAMS, "process")}' once ${server.ip4} 9`;
  // the inner shell is from before the start, its children and theirs from after it
  const script = `echo ready; sh -c 'read x; ${send.replaceAll("'", "")}; sh -c "${send.replaceAll("'", "")}; true"; true'`;
  for (const follow of [true, false])
    await t.test(follow ? "-f" : "without", async () => {
      const shell = client.start("sh", ["-c", script]);
      await shell.said("stdout", /^ready$/m);
      const options = [`--pid=${shell.pid}`, ...(follow ? ["-f"] : [])];
      const { mine, all } = await bench.capture(options, async () => {
        await bench.run(client, "process", "once", server.ip4, 9);
        shell.child.stdin.end("go\n");
        await shell.ended;
        await bench.run(client, "process", "once", server.ip4, 9);
      });
      assert.equal(all.length, 4);
      assert.deepEqual(mine, follow ? all.slice(1, 3) : []);
    });
});

test("a command, from its very first packet, with its children; and filters add up", async (t) => {
  if (!privileged(t)) return;
  const bench = new Bench(t);
  const { client, server } = bench;
  const path = join(PROGRAMS, "process");
  const file = join(bench.place, "command.pcapng");
  const all = join(bench.place, "command.pcap");
  const oracle = await client.tcpdump("-i", "eth0", "-n", "-U", "--immediate-mode", "-w", all, "udp");
  const other = await bench.serve(server, "udp", "server", "plain", "0.0.0.0", 7000);
  const words = ["-i", "eth0", "-n", "-w", file, "--uid=1234", "udp port 9 or udp port 7000", "--"];
  const capture = client.start(join(import.meta.dirname, "../../bin/ptcpdump"), [
    ...words,
    ...["sh", "-c", `${path} brief ${server.ip4} 9 5; ${path} args ${server.ip4} 10; read x`],
  ]);
  await capture.said("stderr", /listening on/);
  await bench.run(client, "process", "once", server.ip4, 9);
  await bench.run(client, "process", "user", server.ip4, 9, 1234);
  await bench.run(client, "udp", "client", "plain", server.ip4, 7000, 1, 30);
  // the command may have begun before these; its end ends the capture
  capture.child.stdin.end("go\n");
  const { status, stderr } = await capture.ended;
  assert.equal(status, 0, stderr);
  await finish(other);
  await oracle.stop();
  const seen = packets(file);
  const { ports, pids } = bench.truth();
  // five brief children without a log of their own are the command's; of the others only user 1234's
  const own = pids.flatMap((pid) => ports.get(pid)!);
  const notMeant = withPorts(packets(all), own);
  const command = packets(all).filter((packet) => !notMeant.includes(packet));
  const byPort = (port: number) => (packet: string) => withPorts([packet], [port]).length === 1;
  const user = withPorts(packets(all), own).filter((packet) => seen.includes(packet));
  assert.equal(command.filter(byPort(10)).length, 1, "what the expression does not match");
  assert.equal(command.filter(byPort(9)).length, 5);
  assert.equal(user.length, 2);
  assert.deepEqual([...seen].sort(), [...command.filter(byPort(9)), ...user].sort());
});
