import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CONTEXT_PARTS, type Context } from "../model/context.ts";
import { Direction, type Packet } from "../model/packet.ts";
import { contextOf, deviceOf, Fields, folder, frame, Memory, packetOf, readAll, tool } from "./handmade.ts";
import { PacketIds } from "./packet-ids.ts";
import { type PcapngOptions, PcapngSeries, PcapngWriter } from "./pcapng-writer.ts";
import { openSavefile } from "./savefile.ts";

const CORPUS = join(import.meta.dirname, "../../../shared/corpus");

const DATA = frame("abcd");

const CURL: Context = contextOf({
  process: { pid: 4711, cmd: "/usr/bin/curl", args: ["curl", "-H", "A:\nPID: 1", "é\\n"] },
  thread: { tid: 4712, name: "worker" },
  parent: { pid: 99, cmd: "bash", args: ["-bash"] },
  uid: 1000,
  container: { id: "0123", name: "web", image: "nginx:1.27", labels: { a: "b\nPID: 1" } },
  pod: { name: "web-1", namespace: "default", uid: "6ba7b810", labels: {}, annotations: { n: "\\n" } },
});

function options(fields: Partial<PcapngOptions> = {}): PcapngOptions {
  return { version: "0.1.0", filter: "", context: new Set(CONTEXT_PARTS), packetBuffered: false, ...fields };
}

interface Block {
  type: number;
  body: Buffer;
}

/** The blocks of a file, each checked for its length and trailer. */
function blocksOf(bytes: Buffer): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4);
    assert.equal(length & 3, 0);
    assert.equal(bytes.readUInt32LE(at + length - 4), length);
    blocks.push({ type: bytes.readUInt32LE(at), body: bytes.subarray(at + 8, at + length - 4) });
    at += length;
  }
  return blocks;
}

/** Options from `at` on as [code, value]; they must end with opt_endofopt at the very end. */
function optionsOf(body: Buffer, at: number): [number, Buffer][] {
  const found: [number, Buffer][] = [];
  while (at < body.length) {
    const code = body.readUInt16LE(at);
    const size = body.readUInt16LE(at + 2);
    if (code === 0) {
      assert.equal(size, 0);
      assert.equal(at + 4, body.length);
      return found;
    }
    found.push([code, body.subarray(at + 4, at + 4 + size)]);
    for (let pad = at + 4 + size; (pad & 3) !== 0; pad++) assert.equal(body[pad], 0, "padding");
    at += 4 + ((size + 3) & ~3);
  }
  assert.equal(found.length, 0, "options without an end");
  return found;
}

const SECTION = 0x0a0d0d0a;

test("blocks come in order: section, interface and process before their first packet, statistics at the end", () => {
  const output = new Memory();
  const writer = new PcapngWriter(
    output,
    options({ statistics: () => ({ received: 1, dropped: 2, accepted: 3, lost: 4 }) }),
  );
  const eth0 = deviceOf();
  const eth1 = deviceOf({ name: "eth1", ifindex: 3 });
  const other = contextOf({ ...CURL, process: { pid: 5000, cmd: "nc", args: [] } });
  const execed = contextOf({ process: { pid: 4711, cmd: "/bin/true", args: ["true"] } });
  writer.packet(packetOf(DATA, { device: eth0, context: CURL }));
  writer.packet(packetOf(DATA, { device: eth0, context: CURL }));
  writer.packet(packetOf(DATA, { device: eth1, context: { ...CURL } }));
  writer.packet(packetOf(DATA, { device: eth0, context: other }));
  writer.packet(packetOf(DATA, { device: eth1, context: execed }));
  writer.packet(packetOf(DATA, { device: eth1 }));
  writer.close();
  assert.deepEqual(
    blocksOf(output.bytes()).map(({ type }) => type),
    [SECTION, 1, 0xbad, 6, 6, 1, 6, 0xbad, 6, 0xbad, 6, 6, 5, 5],
  );
});

test("the section and its interfaces say what the format asks for", () => {
  const output = new Memory();
  const writer = new PcapngWriter(output, options({ version: "v1.2.3", filter: "udp port 9 or é" }));
  writer.device(deviceOf({ snaplen: 96 }));
  writer.device(
    deviceOf({
      name: "tun0",
      linkType: 101,
      ifindex: 9,
      netnsInode: 77,
      netnsPath: "/run/netns/a",
      foreign: true,
    }),
  );
  writer.device(
    deviceOf({ name: "tun1", linkType: 101, ifindex: 9, netnsInode: 77, netnsPath: "", foreign: true }),
  );
  writer.device(deviceOf({ name: "", ifindex: 0, netnsInode: 0, netnsPath: "", named: false }));
  writer.close();
  const [section, ...interfaces] = blocksOf(output.bytes());
  assert.equal(section!.body.subarray(0, 16).toString("hex"), "4d3c2b1a01000000ffffffffffffffff");
  const sectionOptions = new Map(optionsOf(section!.body, 16));
  assert.equal(sectionOptions.get(4)?.toString(), "ptcpdump 1.2.3");
  assert.ok(sectionOptions.get(2)!.length > 0 && sectionOptions.get(3)!.toString().startsWith("Linux "));

  const rows = interfaces.map(({ type, body }) => {
    assert.equal(type, 1);
    const found = new Map(optionsOf(body, 8));
    assert.deepEqual(found.get(9), Buffer.of(9));
    assert.deepEqual(found.get(11), Buffer.from("\0udp port 9 or é"));
    return [body.readUInt16LE(0), body.readUInt32LE(4), found.get(2)?.toString(), found.get(1)?.toString()];
  });
  assert.deepEqual(rows, [
    [1, 96, "eth0", "ifIndex: 2, netNsInode: 4026531840, netNsPath: /proc/self/ns/net"],
    [101, 262144, "tun0", "ifIndex: 9, netNsInode: 77, netNsPath: /run/netns/a"],
    [101, 262144, "tun1", "ifIndex: 9, netNsInode: 77, netNsPath: net:[77]"],
    [1, 262144, undefined, undefined],
  ]);
});

test("a packet's options: flags, comments, process and thread, as the parts chosen allow", () => {
  const table: [Partial<Parameters<typeof packetOf>[1]>, PcapngOptions["context"], [number, string][]][] = [
    [{}, new Set(CONTEXT_PARTS), []],
    [{ direction: Direction.In }, new Set(), [[2, "01000000"]]],
    [{ direction: Direction.Out, context: CURL }, new Set(), [[2, "02000000"]]],
    [
      { context: CURL },
      new Set(["thread", "user"]),
      [
        [1, Buffer.from("ThreadId: 4712\nThreadName: worker").toString("hex")],
        [1, Buffer.from("UserId: 1000").toString("hex")],
      ],
    ],
    [
      { context: contextOf({ process: { pid: 4711, cmd: "c", args: [] } }) },
      new Set(CONTEXT_PARTS),
      [
        [1, Buffer.from("PID: 4711\nCmd: c\nArgs: ").toString("hex")],
        [8, "6712000000000000"],
      ],
    ],
    [
      {
        direction: Direction.Out,
        context: contextOf({ process: { pid: 4711, cmd: "c", args: [] }, thread: CURL.thread }),
      },
      new Set(["process", "thread"]),
      [
        [1, Buffer.from("PID: 4711\nCmd: c\nArgs: ").toString("hex")],
        [1, Buffer.from("ThreadId: 4712\nThreadName: worker").toString("hex")],
        [8, "6712000068120000"],
        [2, "02000000"],
      ],
    ],
  ];
  for (const [fields, context, expected] of table) {
    for (const data of [DATA, DATA.subarray(0, 45), DATA.subarray(0, 44), Buffer.alloc(0)]) {
      const output = new Memory();
      const writer = new PcapngWriter(output, options({ context }));
      writer.packet(packetOf(data, fields));
      writer.close();
      const { body } = blocksOf(output.bytes()).find(({ type }) => type === 6)!;
      assert.equal(body.readUInt32LE(12), data.length);
      assert.deepEqual(body.subarray(20, 20 + data.length), Buffer.from(data));
      const found = optionsOf(body, 20 + ((data.length + 3) & ~3));
      assert.deepEqual(
        found.map(([code, value]) => [code, value.toString("hex")]),
        expected,
      );
    }
  }
});

test("process information is Wireshark's block, without what is not known or not chosen", () => {
  const describe = (context: Context, fields: Partial<PcapngOptions> = {}) => {
    const output = new Memory();
    const writer = new PcapngWriter(output, options(fields));
    writer.packet(packetOf(DATA, { context }));
    writer.close();
    const { body } = blocksOf(output.bytes()).find(({ type }) => type === 0xbad)!;
    assert.equal(body.readUInt32LE(0), 32622);
    assert.equal(body.readUInt32LE(4), 3);
    assert.equal(body.readUInt32LE(8), body.length - 12);
    assert.equal(body.readUInt32LE(12), context.process?.pid);
    return optionsOf(body, 16).map(([code, value]): [number, string] => [code, value.toString("latin1")]);
  };
  assert.deepEqual(describe(CURL, { userName: (uid) => (uid === 1000 ? "alice" : null) }), [
    [2, "curl"],
    [3, "/usr/bin/curl"],
    [4, Buffer.from("curl\0-H\0A:\nPID: 1\0é\\n").toString("latin1")],
    [5, "\x63\0\0\0"],
    [6, "\xe8\x03\0\0"],
    [7, "alice"],
  ]);
  assert.deepEqual(
    describe(CURL, { context: new Set(["process"]) }).map(([code]) => code),
    [2, 3, 4],
  );
  assert.deepEqual(describe(contextOf({ process: { pid: 1, cmd: "kworker/0:1", args: [] } })), [[2, "0:1"]]);
  assert.deepEqual(describe(contextOf({ process: { pid: 1, cmd: "", args: [] } })), []);
  assert.deepEqual(
    describe(contextOf({ process: { pid: 1, cmd: "", args: [], start: 0x0102030405060708n } })),
    [[9, "\x08\x07\x06\x05\x04\x03\x02\x01"]],
  );
  const long = describe(contextOf({ process: { pid: 1, cmd: "x", args: ["é".repeat(40_000)] } }));
  assert.equal(long[1]?.[1]?.length, 65534);
});

test("process information is left out where the caller does not want it", () => {
  const output = new Memory();
  const writer = new PcapngWriter(output, options({ processInformation: false }));
  writer.packet(packetOf(DATA, { context: CURL }));
  writer.close();
  assert.deepEqual(
    blocksOf(output.bytes()).map(({ type }) => type),
    [SECTION, 1, 6],
  );
});

test("times are exact from the epoch on, a second later and beyond 2^64 units in halves", (t) => {
  const file = folder(t);
  const times: [number, number][] = [
    [0, 0],
    [4, 294_967_295],
    [4, 294_967_296],
    [1_700_000_000, 999_999_999],
    [1_700_000_001, 0],
    [0xffffffff, 999_999_999],
    [18_446_744_073, 709_551_615],
  ];
  const output = new Memory();
  const writer = new PcapngWriter(output, options());
  for (const [sec, nsec] of times) writer.packet(packetOf(DATA, { sec, nsec }));
  // A damaged file's fraction.
  writer.packet(packetOf(DATA, { sec: 10, nsec: 4_294_967_295_000 }));
  writer.close();
  const { packets } = readAll(file("made.pcapng", output.bytes()));
  assert.deepEqual(
    packets.map(({ sec, nsec }) => [sec, nsec]),
    [...times, [4304, 967_295_000]],
  );
});

test("data of every size and alignment is the same again", (t) => {
  const source = new Uint8Array(4096);
  for (let i = 0; i < source.length; i++) source[i] = (i * 31) ^ (i >> 5);
  const views = [source, source.subarray(4), source.subarray(1)];
  const output = new Memory();
  const writer = new PcapngWriter(output, options());
  const expected: string[] = [];
  for (const bytes of views) {
    for (const start of [0, 1, 2, 3, 64]) {
      for (const size of [0, 1, 2, 3, 4, 5, 31, 32, 33, 34, 35, 60, 61, 127, 128, 129, 130, 1000, 1003]) {
        writer.packet(packetOf(bytes, { start, caplen: size, len: 5000 }));
        expected.push(Buffer.from(bytes.subarray(start, start + size)).toString("latin1"));
      }
    }
  }
  writer.close();
  blocksOf(output.bytes());
  const { packets } = readAll(folder(t)("made.pcapng", output.bytes()));
  assert.deepEqual(
    packets.map(({ data }) => data),
    expected,
  );
});

test("what is written comes back: devices, directions, contexts with their arguments as printed", (t) => {
  const devices = [
    deviceOf(),
    deviceOf({
      id: 1,
      name: "eth0",
      ifindex: 2,
      netnsInode: 77,
      netnsPath: "/run/netns/a\nb",
      foreign: true,
    }),
    deviceOf({
      id: 2,
      name: "",
      ifindex: 0,
      netnsInode: 0,
      netnsPath: "",
      named: false,
      linkType: 101,
      snaplen: 96,
    }),
  ];
  const contexts = [CURL, null, contextOf({ uid: 0 }), contextOf({ container: CURL.container })];
  const output = new Memory();
  const writer = new PcapngWriter(output, options());
  for (const device of devices) {
    for (const context of contexts) {
      for (const direction of [0, 1, 2] as const)
        writer.packet(packetOf(DATA, { device, context, direction }));
    }
  }
  writer.close();
  const { packets, failure } = readAll(folder(t)("made.pcapng", output.bytes()));
  assert.equal(failure, null);
  let at = 0;
  for (const device of devices) {
    for (const context of contexts) {
      for (const direction of [0, 1, 2]) {
        const packet = packets[at++]!;
        assert.deepEqual(packet.device, device);
        assert.equal(packet.direction, direction);
        if (packet.context?.process) {
          const { process, ...rest } = packet.context;
          const { process: wanted, ...others } = context!;
          assert.deepEqual(rest, others);
          assert.equal(process.args.join(" "), wanted?.args.join(" "));
        } else assert.deepEqual(packet.context, context);
      }
    }
  }
  assert.equal(at, packets.length);
});

test("a file is whole at every write, and with -U every packet is one", (t) => {
  const output = new Memory();
  const writer = new PcapngWriter(output, options());
  for (let i = 0; i < 20_000; i++) {
    const process = { pid: 1 + (i % 300), cmd: "c", args: ["x".repeat(i % 977)] };
    writer.packet(packetOf(DATA, { context: contextOf({ process }), device: deviceOf() }));
  }
  writer.close();
  assert.ok(output.writes.length > 5);
  for (const bytes of output.writes) assert.ok(blocksOf(bytes).length > 10);
  assert.equal(readAll(folder(t)("made.pcapng", output.bytes())).packets.length, 20_000);

  const eager = new Memory();
  const unbuffered = new PcapngWriter(eager, options({ packetBuffered: true }));
  unbuffered.packet(packetOf(DATA));
  unbuffered.packet(packetOf(DATA));
  assert.deepEqual(
    eager.writes.map((bytes) => blocksOf(bytes).map(({ type }) => type)),
    [[SECTION], [1, 6], [6]],
  );
});

test("a capture without packets is a file that tcpdump opens", (t) => {
  const output = new Memory();
  new PcapngWriter(output, options()).close();
  const path = folder(t)("none.pcapng", output.bytes());
  const file = openSavefile(path);
  assert.equal(file.next(), false);
  file.close();
  const run = tool(t, "tcpdump", "-r", path);
  if (run !== null) assert.equal(run.status, 0, run.complaints.join());
});

test("statistics: 64-bit counters since the capture began, the unknown left out, none where the caller has none", () => {
  const eth0 = deviceOf();
  const series = new PcapngSeries(1_700_000_000_000);
  const statistics = (accepted: number | null, lost: number | null, packets: number) => {
    const output = new Memory();
    const writer = new PcapngWriter(
      output,
      options({
        series,
        clock: () => 1_700_000_000_123,
        statistics: (device) => (device === eth0 ? { dropped: null, accepted, lost } : null),
      }),
    );
    const other = deviceOf({ name: "eth1" });
    writer.packet(packetOf(frame("x"), { device: other }));
    writer.device(eth0);
    for (let i = 0; i < packets; i++) writer.packet(packetOf(frame("x"), { device: eth0 }));
    writer.packet(packetOf(frame("x"), { device: other }));
    writer.close();
    const blocks = blocksOf(output.bytes()).filter(({ type }) => type === 5);
    assert.equal(blocks.length, 1);
    const { body } = blocks[0]!;
    assert.equal(body.readUInt32LE(0), 1);
    const time = (bytes: Buffer): bigint =>
      (BigInt(bytes.readUInt32LE(0)) << 32n) | BigInt(bytes.readUInt32LE(4));
    assert.equal(time(body.subarray(4)), 1_700_000_000_123_000_000n);
    return optionsOf(body, 12).map(([code, value]) => [
      code,
      code < 4 ? time(value) : value.readBigUInt64LE(),
    ]);
  };
  const times = [
    [2, 1_700_000_000_000_000_000n],
    [3, 1_700_000_000_123_000_000n],
  ];
  assert.deepEqual(statistics(2 ** 40 + 1, 5, 3), [
    ...times,
    [4, 2n ** 40n + 1n],
    [5, 5n],
    [6, 2n ** 40n + 1n],
    [7, 5n],
    [8, 3n],
  ]);
  // The next file of the capture goes on counting.
  assert.deepEqual(statistics(null, null, 2), [...times, [8, 5n]]);
});

test("secrets, drops and names are blocks and options of their own", (t) => {
  const output = new Memory();
  const address6 = Uint8Array.from({ length: 16 }, (_, i) => i);
  const writer = new PcapngWriter(
    output,
    options({
      comment: "Command: ptcpdump -i eth0\nHost: here",
      names: () => [
        { address: Uint8Array.of(10, 0, 0, 2), name: "b.example" },
        { address: address6, name: "six" },
      ],
    }),
  );
  writer.secrets(0x544c534b, Buffer.from("CLIENT_RANDOM 00 11\n"));
  writer.packet(packetOf(frame("a")));
  const { device } = packetOf(frame(""));
  writer.drops(device, 3);
  writer.drops(device, 4);
  writer.drops(deviceOf({ name: "other" }), 4);
  writer.packet(packetOf(frame("b")));
  writer.packet(packetOf(frame("c"), { direction: 1 }));
  writer.close();
  const blocks = blocksOf(output.bytes());
  assert.deepEqual(
    blocks.map(({ type }) => type),
    [0x0a0d0d0a, 10, 1, 6, 6, 6, 4],
  );
  assert.equal(blocks[1]!.body.toString("latin1", 0, 8), "KSLT\x14\0\0\0");
  const packetOptions = (at: number) => {
    const { body } = blocks[at]!;
    return optionsOf(body, 20 + ((body.readUInt32LE(12) + 3) & ~3)).map(([code]) => code);
  };
  assert.deepEqual([packetOptions(3), packetOptions(4), packetOptions(5)], [[], [4], [2]]);
  const file = folder(t)("x.pcapng", output.bytes());
  const shown = tool(t, "tshark", "-r", file, "-N", "n", "-T", "fields", "-e", "ip.dst_host");
  assert.deepEqual(shown?.complaints, []);
  // Names come last, after a first pass has read them: -2.
  const named = tool(t, "tshark", "-2", "-r", file, "-N", "n", "-T", "fields", "-e", "ip.dst_host");
  assert.deepEqual(named?.stdout.trim().split("\n"), ["b.example", "b.example", "b.example"]);
  const info = tool(t, "capinfos", "-k", file);
  assert.match(info?.stdout ?? "", /Command: ptcpdump -i eth0/);
});

test("the sightings of one packet have one id, in all files of a capture", (t) => {
  const shared = { packetIds: new PacketIds() };
  const veth = deviceOf({ id: 1, name: "veth1", ifindex: 5 });
  const files = [0, 1].map((n) => {
    const output = new Memory();
    const writer = new PcapngWriter(output, options(shared));
    writer.packet(packetOf(frame("a"), { device: veth, direction: Direction.In, sec: n * 10 }));
    writer.packet(
      packetOf(frame("b"), { device: veth, direction: Direction.In, sec: n * 10, context: CURL }),
    );
    writer.drops(deviceOf(), 1);
    writer.packet(packetOf(frame("a"), { direction: Direction.Out, sec: n * 10 }));
    writer.packet(packetOf(frame("b"), { direction: Direction.Out, sec: n * 10, context: CURL }));
    writer.close();
    return output.bytes();
  });
  const write = folder(t);
  for (const [n, bytes] of files.entries()) {
    const shown = tool(
      t,
      "tshark",
      "-r",
      write(`${n}.pcapng`, bytes),
      "-T",
      "fields",
      "-e",
      "frame.packet_id",
    );
    assert.deepEqual(shown?.complaints, []);
    const ids = shown?.stdout.split("\n").flatMap((line) => (line === "" ? [] : [Number(line) - 2 * n]));
    assert.deepEqual(ids, [1, 2, 1, 2]);
  }
});

test("the ids in a file stay, whatever else is said of a packet", () => {
  const comment = "PID: 7\nCmd: /bin/x\nArgs: x";
  // it ends like an id and the end of the options
  const forged = Buffer.concat([Buffer.from("abcd"), Buffer.from("05000800010000000000000000000000", "hex")]);
  const cases = (fields: Fields): [name: string, options: Buffer[], id: bigint, pid: number | null][] => {
    const end = fields.u16(0, 0);
    const id = (value: bigint) => fields.option(5, fields.number(8, value));
    return [
      ["first", [id(1n), end], 1n, null],
      ["second", [id(2n), end], 2n, null],
      ["none", [fields.option(2, fields.u32(1)), end], 0n, null],
      ["large", [id(0xfedcba9876543210n), end], 0xfedcba9876543210n, null],
      ["behind a comment", [fields.option(1, comment), id(3n), end], 3n, 7],
      ["behind the same", [fields.option(1, comment), id(4n), end], 4n, 7],
      ["before it", [id(5n), fields.option(1, comment), end], 5n, 7],
      ["without an end", [fields.option(1, comment), id(6n)], 6n, 7],
      ["forged", [fields.option(1, comment), fields.option(1, forged)], 0n, 7],
      ["long", [fields.option(1, `${comment} ${"y".repeat(5000)}`), id(7n), end], 7n, 7],
      ["alone again", [id(8n), end], 8n, null],
    ];
  };
  for (const big of [false, true]) {
    const fields = new Fields(big);
    const rows = cases(fields);
    const blocks = rows.map(([, options]) => fields.enhanced(0, 1n, DATA, ...options));
    const file = Buffer.concat([fields.section(), fields.interface(1, 262144), ...blocks]);
    const output = new Memory();
    const writer = new PcapngWriter(output, options());
    const read = openBytes(file, (packet) => writer.packet(packet));
    writer.close();
    const again = openBytes(output.bytes(), () => {});
    for (const [n, [name, , id, pid]] of rows.entries()) {
      assert.deepEqual(read[n], { id, pid }, `${name}, ${big ? "big" : "little"}-endian`);
      assert.deepEqual(again[n], { id, pid }, `${name}, written again`);
    }
  }
});

/** Reads a file: each packet's id and its owner's pid. */
function openBytes(bytes: Buffer, take: (packet: Packet) => void): { id: bigint; pid: number | null }[] {
  const folder = mkdtempSync(join(tmpdir(), "ptcpdump-ids-"));
  try {
    writeFileSync(join(folder, "x.pcapng"), bytes);
    const file = openSavefile(join(folder, "x.pcapng"));
    const found: { id: bigint; pid: number | null }[] = [];
    while (file.next()) {
      const { packetIdLow = 0, packetIdHigh = 0, context } = file.packet;
      found.push({
        id: (BigInt(packetIdHigh) << 32n) | BigInt(packetIdLow),
        pid: context?.process?.pid ?? null,
      });
      take(file.packet);
    }
    file.close();
    return found;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("tshark, capinfos and tcpdump read what we write, without a complaint", (t) => {
  const output = new Memory();
  const writer = new PcapngWriter(
    output,
    options({
      filter: "udp",
      userName: () => "alice",
      statistics: () => ({ received: 4, dropped: 0, accepted: 4, lost: 0 }),
    }),
  );
  const other = deviceOf({
    id: 1,
    name: "veth1",
    ifindex: 5,
    netnsInode: 77,
    netnsPath: "/run/netns/a",
    foreign: true,
  });
  writer.packet(packetOf(DATA, { context: CURL, direction: Direction.Out }));
  writer.packet(packetOf(DATA, { device: other, context: CURL, direction: Direction.In }));
  writer.packet(packetOf(frame("odd"), { device: other }));
  writer.packet(packetOf(DATA, { context: contextOf({ uid: 0 }) }));
  writer.close();
  const path = folder(t)("made.pcapng", output.bytes());

  const fields = [
    "frame.interface_name",
    "frame.time_epoch",
    "frame.packet_flags_direction",
    "frame.comment",
  ];
  const tshark = tool(t, "tshark", "-r", path, "-T", "fields", ...fields.flatMap((field) => ["-e", field]));
  if (tshark === null) return;
  assert.deepEqual(tshark.complaints, []);
  const comments =
    "PID: 4711\\nCmd: /usr/bin/curl\\nArgs: curl -H A:\\x0aPID: 1 é\\x5cn," +
    "ThreadId: 4712\\nThreadName: worker,UserId: 1000,ParentPID: 99\\nParentCmd: bash\\nParentArgs: -bash," +
    'ContainerName: web\\nContainerId: 0123\\nContainerImage: nginx:1.27\\nContainerLabels: {"a":"b\\u000aPID: 1"},' +
    "PodName: web-1\\nPodNamespace: default\\nPodUID: 6ba7b810\\nPodLabels: {}\\nPodAnnotations: " +
    '{"n":"\\u005cn"}';
  // Wireshark before 5.1 counts a process information block as a frame, and shows nothing of it.
  const [information, ...rows] = tshark.stdout.trimEnd().split("\n");
  assert.equal(information?.trim(), "");
  assert.deepEqual(
    rows.map((line) => line.split("\t")),
    [
      ["eth0", "1700000000.123456789", "0x00000002", comments],
      ["veth1", "1700000000.123456789", "0x00000001", comments],
      ["veth1", "1700000000.123456789", "", ""],
      ["eth0", "1700000000.123456789", "", "UserId: 0"],
    ],
  );

  // What Wireshark finds wrong with a packet is an expert message; comments are such, too.
  const expert = tool(t, "tshark", "-r", path, "-Y", "_ws.malformed || _ws.expert.severity > 2097152");
  assert.deepEqual([expert?.stdout, expert?.complaints], ["", []]);
  // The same file taken apart block by block.
  const blocks = tool(t, "tshark", "-X", "read_format:MIME Files Format", "-r", path, "-V");
  assert.ok(blocks?.stdout.includes("Block: Interface Statistics Block"));
  assert.doesNotMatch(blocks?.stdout ?? "", /malformed|expert info/i);

  const capinfos = tool(t, "capinfos", path);
  assert.deepEqual(capinfos?.complaints, []);
  for (const line of [
    /Number of packets: +4\n/,
    /Capture application: +ptcpdump 0\.1\.0\n/,
    /Filter string = udp\n/,
    /Time precision = nanoseconds \(9\)\n/,
    /Comment = ifIndex: 5, netNsInode: 77, netNsPath: \/run\/netns\/a\n/,
  ]) {
    assert.match(capinfos?.stdout ?? "", line);
  }
  const tcpdump = tool(t, "tcpdump", "-n", "-t", "-r", path);
  assert.equal(tcpdump?.status, 0);
  assert.equal(tcpdump?.stdout.split("\n")[2], "IP 10.0.0.1.40000 > 10.0.0.2.40001: UDP, length 3");
});

test("a context cache at its bound starts again and writes the same", (t) => {
  const output = new Memory();
  const writer = new PcapngWriter(output, options());
  const contexts = Array.from({ length: 20_000 }, (_, i) => contextOf({ uid: i }));
  for (let round = 0; round < 2; round++) {
    for (const context of contexts) writer.packet(packetOf(DATA, { context }));
  }
  writer.close();
  const file = openSavefile(folder(t)("made.pcapng", output.bytes()));
  let count = 0;
  while (file.next()) assert.equal(file.packet.context?.uid, count++ % 20_000);
  file.close();
  assert.equal(count, 40_000);
});

test("the corpus, read, written and read again, is the same", (t) => {
  if (!existsSync(CORPUS)) return t.skip("no shared corpus here");
  const file = folder(t);
  for (const set of ["tcpdump", "ptcpdump"]) {
    for (const name of readdirSync(join(CORPUS, set)).filter((entry) => /\.pcap(ng)?$/.test(entry))) {
      const path = join(CORPUS, set, name);
      const { packets: before } = readAll(path);
      if (before.length === 0) continue;
      const output = new Memory();
      const writer = new PcapngWriter(output, options());
      const source = openSavefile(path);
      for (let i = 0; i < before.length; i++) {
        assert.ok(source.next());
        writer.packet(source.packet);
      }
      source.close();
      writer.close();
      const { packets: after, failure } = readAll(file("again.pcapng", output.bytes()));
      assert.equal(failure, null, name);
      const normal = ({ sec, nsec, len, data, direction, context }: (typeof before)[number]) => {
        const time = BigInt.asUintN(64, BigInt(sec) * 1_000_000_000n + BigInt(nsec));
        return { time, len, data, direction, context };
      };
      assert.deepEqual(after.map(normal), before.map(normal), name);
    }
  }
});

test("Fields builds what the writer writes", () => {
  // The tests above lean on Fields and on the reader: here the writer meets bytes spelled out.
  const output = new Memory();
  const writer = new PcapngWriter(output, options());
  writer.packet(packetOf(DATA, { device: deviceOf(), sec: 1, nsec: 5, direction: Direction.Out }));
  writer.close();
  const packet = blocksOf(output.bytes()).at(-1)!;
  const fields = new Fields(false);
  const expected = fields.enhanced(
    0,
    1_000_000_005n,
    DATA,
    fields.option(2, fields.u32(2)),
    fields.option(0, ""),
  );
  assert.equal(packet.body.toString("hex"), expected.subarray(8, -4).toString("hex"));
});
