// The text of packets: the owner's forms (ptcpdump's), escapes, timestamps, dumps, batches.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { BusyHosts } from "../bytes/hostnames.ts";
import { systemNames } from "../bytes/names.ts";
import type { Context, ContextPart } from "../model/context.ts";
import { type Device, Direction, type Packet } from "../model/packet.ts";
import { PLAIN_TEXT, type TextSettings } from "../model/settings.ts";
import { CountSink } from "./count.ts";
import { TextSink } from "./text.ts";

process.env["TZ"] = "UTC";

const SETTINGS: TextSettings = { ...PLAIN_TEXT, numeric: 1, timestamp: 1 };

const DEVICE: Device = {
  id: 0,
  name: "eth0",
  linkType: 101,
  snaplen: 262144,
  ifindex: 2,
  netnsInode: 4_026_531_840,
  netnsPath: "",
  named: true,
  foreign: false,
};

const OWNER: Context = {
  process: { pid: 7, cmd: "/usr/bin/curl", args: ["curl", "http://x/"] },
  thread: { tid: 8, name: "worker" },
  parent: { pid: 5, cmd: "/bin/bash", args: ["-bash"] },
  uid: 0,
  container: { id: "c0ffee", name: "web", image: "nginx:1", labels: { b: "2", a: "1" } },
  pod: { name: "web-0", namespace: "shop", uid: "1-2-3", labels: {}, annotations: { note: 'say "hi"' } },
};

// A protocol that nobody knows, 192.0.2.1 to 192.0.2.2: one line in short, two with -v.
const BYTES = Buffer.from("450000180001400040fdb5e4c0000201c000020261626364", "hex");

function packet(changes: Partial<Packet> = {}): Packet {
  return {
    bytes: BYTES,
    start: 0,
    caplen: BYTES.length,
    len: BYTES.length,
    sec: 1_700_000_000,
    nsec: 123_456_789,
    device: DEVICE,
    direction: Direction.Out,
    context: OWNER,
    ...changes,
  };
}

/** An output that keeps what it gets. */
function keeper() {
  const parts: string[] = [];
  return {
    parts,
    write: (bytes: Uint8Array, start: number, end: number) => {
      parts.push(Buffer.from(bytes.subarray(start, end)).toString("utf8"));
    },
  };
}

function print(settings: Partial<TextSettings>, ...packets: Packet[]): string {
  const output = keeper();
  const sink = new TextSink(output, { ...SETTINGS, ...settings }, false);
  for (const one of packets) sink.packet(one);
  sink.close();
  return output.parts.join("");
}

const only = (...parts: ContextPart[]) => new Set(parts);
const LINE = "IP 192.0.2.1 > 192.0.2.2:  ip-proto-253 4";

test("the first line: device, process, direction before; the other parts after", () => {
  assert.equal(
    print({}, packet()),
    `eth0 curl.7 Out ${LINE}, Thread [worker.8], ParentProc [bash.5], Container [web], Pod [web-0.shop]\n`,
  );
});

test("only the parts chosen; the user where it is asked for by name", () => {
  assert.equal(print({ context: only("process") }, packet()), `eth0 curl.7 Out ${LINE}\n`);
  assert.equal(print({ context: only("parentproc") }, packet()), `eth0 Out ${LINE}, ParentProc [bash.5]\n`);
  assert.equal(print({ context: only("user") }, packet()), `eth0 Out ${LINE}, User [0]\n`);
  assert.equal(print({ context: only() }, packet()), `eth0 Out ${LINE}\n`);
});

test("what is not known is left out", () => {
  const nobody = { process: null, thread: null, parent: null, uid: null, container: null, pod: null };
  assert.equal(print({}, packet({ context: nobody, direction: Direction.In })), `eth0 In ${LINE}\n`);
  assert.equal(print({}, packet({ context: null, direction: Direction.Unknown })), `eth0 ${LINE}\n`);
  assert.equal(
    print({ verbose: 1 }, packet({ context: nobody })),
    print({ verbose: 1 }, packet({ context: null })),
  );
});

test("a packet of a plain file is tcpdump's line", () => {
  const device = { ...DEVICE, named: false };
  assert.equal(print({}, packet({ device, context: null })), `${LINE}\n`);
});

test("a device of another network namespace is told by its inode", () => {
  const device = { ...DEVICE, foreign: true };
  assert.equal(print({ context: only() }, packet({ device })), `eth0@4026531840 Out ${LINE}\n`);
});

test("with -v the parts have lines of their own, before a dump", () => {
  assert.equal(
    print({ verbose: 1, hex: 1 }, packet()),
    [
      "eth0 Out IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto unknown (253), length 24)",
      "    192.0.2.1 > 192.0.2.2:  ip-proto-253 4",
      "    Process (pid 7, cmd /usr/bin/curl, args curl http://x/)",
      "    Thread (tid 8, name worker)",
      "    User (uid 0)",
      "    ParentProc (pid 5, cmd /bin/bash, args -bash)",
      '    Container (name web, id c0ffee, image nginx:1, labels {"a":"1","b":"2"})',
      '    Pod (name web-0, namespace shop, UID 1-2-3, labels {}, annotations {"note":"say \\"hi\\""})',
      "\t0x0000:  4500 0018 0001 4000 40fd b5e4 c000 0201",
      "\t0x0010:  c000 0202 6162 6364",
      "",
    ].join("\n"),
  );
});

test("--oneline joins all but a dump", () => {
  const text = print({ verbose: 1, oneline: true, ascii: 1, context: only("process") }, packet());
  assert.equal(
    text,
    "eth0 Out IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto unknown (253), length 24) " +
      "192.0.2.1 > 192.0.2.2:  ip-proto-253 4 Process (pid 7, cmd /usr/bin/curl, args curl http://x/)\n" +
      "E.....@.@...........abcd\n",
  );
});

test("the first line's end is before the dump of unknown data", () => {
  const device = { ...DEVICE, linkType: 0 };
  const bytes = Buffer.from("63000000616263", "hex");
  const text = print({ context: only("parentproc") }, packet({ device, bytes, caplen: 7, len: 7 }));
  assert.equal(
    text,
    "eth0 Out AF Unknown (99), length 7: , ParentProc [bash.5]\n\t0x0000:  6162 63                                  abc\n",
  );
});

test("nothing in a context can begin a line or move the cursor", () => {
  const evil = "a\nb\r\t\x1b[2J\x7f\x9b\u202e\u2028\ud800z";
  const context: Context = {
    process: { pid: 7, cmd: `/x/${evil}`, args: [evil, "\n12:00:00 forged"] },
    thread: { tid: 8, name: evil },
    parent: { pid: 5, cmd: evil, args: [evil] },
    uid: 1,
    container: { id: evil, name: evil, image: evil, labels: { [evil]: evil } },
    pod: { name: evil, namespace: evil, uid: evil, labels: { [evil]: evil }, annotations: { [evil]: evil } },
  };
  const device = { ...DEVICE, name: evil };
  for (const verbose of [0, 1]) {
    const text = print({ verbose }, packet({ context, device }));
    assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e]|\p{Cs}|\ufffd/u);
    const first = verbose === 0 ? 1 : 8;
    assert.equal(text.split("\n").length, first + 1, text);
  }
  const line = print({ context: only("process") }, packet({ context }));
  assert.equal(line, `eth0 a\\nb\\r\\t\\x1b[2J\\x7f\\x9b\\u202e\\u2028\\ud800z.7 Out ${LINE}\n`);
});

test("timestamps", () => {
  const at = (sec: number, nsec: number) =>
    packet({ device: { ...DEVICE, named: false }, context: null, sec, nsec });
  const times = (settings: Partial<TextSettings>, ...packets: Packet[]) =>
    print(settings, ...packets)
      .split(LINE)
      .join("");
  const three = [at(1_700_000_000, 999_999_999), at(1_700_000_002, 1_000), at(1_699_999_999, 0)];
  assert.equal(times({ timestamp: 0 }, ...three), "22:13:20.999999 \n22:13:22.000001 \n22:13:19.000000 \n");
  assert.equal(
    times({ timestamp: 2 }, ...three),
    "1700000000.999999 \n1700000002.000001 \n1699999999.000000 \n",
  );
  assert.equal(
    times({ timestamp: 3 }, ...three),
    " 00:00:00.000000 \n 00:00:01.000002 \n-00:00:03.000001 \n",
  );
  assert.equal(
    times({ timestamp: 5 }, ...three),
    " 00:00:00.000000 \n 00:00:01.000002 \n-00:00:01.999999 \n",
  );
  assert.equal(
    times({ timestamp: 4, precision: "nano" }, ...three),
    "2023-11-14 22:13:20.999999999 \n2023-11-14 22:13:22.000001000 \n2023-11-14 22:13:19.000000000 \n",
  );
  assert.equal(times({ timestamp: 0 }, at(0x80000000, 5)), "[Error converting time] \n");
  assert.equal(times({ timestamp: 2 }, at(0x100000001, 5000)), "1.000005 \n");
});

test("packets are numbered, those that cannot be, too", () => {
  const plain = { device: { ...DEVICE, named: false }, context: null };
  const text = print(
    { number: true },
    packet(plain),
    packet({ ...plain, caplen: 0, len: 0 }),
    packet({ ...plain, len: 3 }),
    packet({ ...plain, len: 300_000 }),
  );
  assert.equal(
    text,
    `    1  ${LINE}\n    2  [Invalid header: caplen==0, len==0]\n` +
      "    3  [Invalid header: len(3) < caplen(24)]\n    4  [Invalid header: len(300000) > 262144]\n",
  );
});

test("text goes out in batches, or at once if that is wanted", () => {
  const batched = keeper();
  const sink = new TextSink(batched, SETTINGS, false);
  for (let i = 0; i < 1000; i++) sink.packet(packet());
  assert.ok(batched.parts.length >= 1 && batched.parts.length < 10);
  sink.flush();
  const all = batched.parts.join("");
  assert.equal(all.split("\n").length, 1001);
  sink.flush();
  assert.equal(batched.parts.join(""), all);

  const prompt = keeper();
  const terminal = new TextSink(prompt, SETTINGS, true);
  terminal.packet(packet());
  terminal.packet(packet());
  assert.equal(prompt.parts.length, 2);
});

test("--count counts", () => {
  const output = keeper();
  const one = new CountSink(output);
  one.packet();
  one.close();
  const none = new CountSink(output);
  none.close();
  assert.deepEqual(output.parts, ["1 packet\n", "0 packets\n"]);
});

// What the Go ptcpdump printed of its own captures, and the forms of the owner in it.
const GO = join(dirname(fileURLToPath(import.meta.url)), "../../../shared/corpus/ptcpdump");

test("the owner looks as ptcpdump shows it", {
  skip: existsSync(GO) ? false : "the shared corpus is not here",
}, () => {
  const process = { pid: 99722, cmd: "/usr/bin/curl", args: ["curl", "https://kernel.org"] };
  const parent = { pid: 18840, cmd: "/usr/bin/bash", args: ["-bash"] };
  const context: Context = { process, parent, thread: null, uid: 1000, container: null, pod: null };
  const [line = ""] = readFileSync(join(GO, "curl-user.pcapng.out.txt"), "utf8").split("\n");
  const device = { ...DEVICE, name: "ens33" };
  const ours = print({}, packet({ context, device })).trim();
  assert.equal(ours.replace(LINE, ""), line.replace(/^\S+ /, "").replace(/IP .* length 0/, ""));

  assert.ok(readdirSync(GO).includes("tcp.pcapng.-v.-S.out.txt"));
  const verbose = readFileSync(join(GO, "tcp.pcapng.-v.-S.out.txt"), "utf8").split("\n").slice(2, 4);
  const program = "/go_workshop/src/github.com/mozillazg/ptcpdump/ptcpdump";
  const own: Context = {
    ...context,
    uid: null,
    process: { pid: 345650, cmd: "/usr/bin/curl", args: ["curl", "http://127.0.0.1:8000/notfound"] },
    parent: { pid: 345626, cmd: program, args: ["ptcpdump", "--", "curl", "http://127.0.0.1:8000/notfound"] },
  };
  const lines = print({ verbose: 1 }, packet({ context: own }))
    .split("\n")
    .slice(2, 4);
  assert.deepEqual(lines, verbose);
});

test("text waits for its names, in order, and goes out with numbers at the end", () => {
  const asked: number[] = [];
  const hosts = new BusyHosts({ ask: (id) => asked.push(id), now: () => 0, later: () => () => {} }, false);
  const { parts, write } = keeper();
  const names = systemNames({ hosts, etc: "/nonexistent" });
  const sink = new TextSink({ write }, { ...SETTINGS, numeric: 0 }, true, names, () => {}, hosts);
  hosts.onFilled = () => sink.proceed();
  const show = (last: number, changes: Partial<Packet> = {}) => {
    const bytes = Buffer.from(BYTES);
    bytes[19] = last;
    sink.packet(packet({ bytes, context: null, ...changes }));
  };
  const line = (host: string, from = "one") => `eth0 Out IP ${from} > ${host}:  exptest-253 4`;
  show(2);
  show(3);
  assert.deepEqual(asked, [1, 2, 3]);
  hosts.answer([3, "three"]);
  assert.deepEqual(parts, []);
  hosts.answer([1, "one"]);
  hosts.answer([2, null]);
  assert.equal(parts.splice(0).join(""), `${line("192.0.2.2")}\n${line("three")}\n`);
  show(3);
  assert.equal(parts.splice(0).join(""), `${line("three")}\n`);
  // with the owner's parts behind the hole
  show(4, { context: OWNER });
  show(3);
  assert.ok(sink.waits);
  sink.close();
  assert.equal(
    parts.join(""),
    `eth0 curl.7 Out IP one > 192.0.2.4:  exptest-253 4, Thread [worker.8], ParentProc [bash.5], Container [web], ` +
      `Pod [web-0.shop]\n${line("three")}\n`,
  );
});
