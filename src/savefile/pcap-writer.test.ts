import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../model/failure.ts";
import { Direction } from "../model/packet.ts";
import { deviceOf, folder, frame, Memory, packetOf, readAll, tool } from "./handmade.ts";
import { commonLinkType, type PcapOptions, PcapWriter } from "./pcap-writer.ts";

const DATA = frame("abcd");

function options(fields: Partial<PcapOptions> = {}): PcapOptions {
  return { linkType: 1, snaplen: 262144, precision: "micro", packetBuffered: false, ...fields };
}

test("what is written is the same again, to the micro- or nanosecond", (t) => {
  const file = folder(t);
  for (const precision of ["micro", "nano"] as const) {
    const output = new Memory();
    const writer = new PcapWriter(output, options({ precision, snaplen: 1000 }));
    const sizes = [0, 1, 31, 32, 33, 127, 128, 129, 700];
    for (const size of sizes) {
      const bytes = Buffer.from(Array.from({ length: size + 5 }, (_, i) => (i * 7) & 0xff));
      writer.packet(packetOf(bytes, { start: 5, caplen: size, len: 2000, sec: 0xfffffff0 }));
    }
    writer.close();
    const { packets, failure } = readAll(file("made.pcap", output.bytes()));
    assert.equal(failure, null);
    assert.equal(packets[0]?.device.snaplen, 1000);
    assert.deepEqual(
      packets.map(({ sec, nsec, len }) => [sec, nsec, len]),
      sizes.map(() => [0xfffffff0, precision === "nano" ? 123456789 : 123456000, 2000]),
    );
    for (const [i, { data }] of packets.entries()) {
      assert.equal(
        data,
        Buffer.from(Array.from({ length: sizes[i]! }, (_, k) => ((k + 5) * 7) & 0xff)).toString("latin1"),
      );
    }
  }
});

test("batches go out when full, at flush() and at close(); with -U every packet", () => {
  const output = new Memory();
  const writer = new PcapWriter(output, options());
  writer.flush();
  assert.deepEqual(
    output.writes.map((bytes) => bytes.length),
    [24],
  );
  for (let i = 0; i < 30_000; i++) writer.packet(packetOf(DATA));
  assert.equal(output.writes.length, 2);
  // Whole packets only.
  assert.ok(output.writes[1]!.length > 1_000_000 && output.writes[1]!.length % 62 === 0);
  writer.close();
  assert.equal(output.bytes().length, 24 + 30_000 * 62);

  const eager = new Memory();
  const unbuffered = new PcapWriter(eager, options({ packetBuffered: true }));
  unbuffered.packet(packetOf(DATA));
  unbuffered.packet(packetOf(DATA));
  assert.deepEqual(
    eager.writes.map((bytes) => bytes.length),
    [24, 62, 62],
  );
});

test("a packet larger than the batch is written whole", (t) => {
  const output = new Memory();
  const writer = new PcapWriter(output, options({ linkType: 231, snaplen: 128 << 20 }));
  const large = Buffer.alloc(3_000_000, "x");
  const device = deviceOf({ linkType: 231 });
  for (const data of [DATA, large, DATA]) writer.packet(packetOf(data, { device }));
  writer.close();
  const { packets } = readAll(folder(t)("large.pcap", output.bytes()));
  assert.deepEqual(
    packets.map(({ data }) => data.length),
    [46, 3_000_000, 46],
  );
});

test("nothing follows a write that failed", () => {
  const written: number[] = [];
  let broken = false;
  const writer = new PcapWriter(
    {
      write(_, start, end) {
        if (broken) throw new Failure("disk-full", "no space left");
        written.push(end - start);
      },
    },
    options(),
  );
  writer.packet(packetOf(DATA));
  writer.flush();
  broken = true;
  writer.packet(packetOf(DATA));
  assert.throws(() => writer.flush(), Failure);
  broken = false;
  writer.packet(packetOf(DATA));
  writer.close();
  assert.deepEqual(written, [24 + 62]);
});

test("devices that agree give their link type, others Linux cooked v2", () => {
  const devices = (...linkTypes: number[]) => linkTypes.map((linkType, id) => deviceOf({ id, linkType }));
  assert.equal(commonLinkType(devices(1, 1)), 1);
  assert.equal(commonLinkType(devices(101)), 101);
  assert.equal(commonLinkType(devices(1, 101)), 276);
  assert.equal(commonLinkType([]), 1);
});

test("packets of several kinds of device are cooked as libpcap's any would", (t) => {
  const output = new Memory();
  const writer = new PcapWriter(output, options({ linkType: 276, snaplen: 60 }));
  const ip = DATA.subarray(14);
  const to = (address: string, data: Uint8Array): Buffer =>
    Buffer.concat([Buffer.from(address, "hex"), data.subarray(6)]);
  const ethernet = deviceOf({ ifindex: 3 });
  const raw = deviceOf({ linkType: 101, ifindex: 0x01020304, name: "tun0" });
  const sll = deviceOf({ linkType: 113, ifindex: 7 });
  const ipv6 = Buffer.alloc(40, 0);
  ipv6[0] = 0x60;
  const table: [Buffer, Parameters<typeof packetOf>[1], string][] = [
    [DATA, { device: ethernet }, "0800 0000 00000003 0001 00 06 0000000000010000"],
    [DATA, { device: ethernet, direction: Direction.Out }, "0800 0000 00000003 0001 04 06 0000000000010000"],
    [to("ffffffffffff", DATA), { device: ethernet }, "0800 0000 00000003 0001 01 06 0000000000010000"],
    [to("01005e000001", DATA), { device: ethernet }, "0800 0000 00000003 0001 02 06 0000000000010000"],
    [
      DATA,
      { device: deviceOf({ name: "lo", ifindex: 1 }) },
      "0800 0000 00000001 0304 00 06 0000000000010000",
    ],
    [ip, { device: raw }, "0800 0000 01020304 fffe 00 00 0000000000000000"],
    [ipv6, { device: raw, direction: Direction.Out }, "86dd 0000 01020304 fffe 04 00 0000000000000000"],
    [
      Buffer.concat([Buffer.from("000400010006aabbccddeeff00000800", "hex"), ip]),
      { device: sll },
      "0800 0000 00000007 0001 04 06 aabbccddeeff0000",
    ],
    [
      Buffer.concat([DATA.subarray(0, 12), Buffer.from("0026424203", "hex")]),
      { device: ethernet },
      "0004 0000 00000003 0001 00 06 0000000000010000",
    ],
    [
      Buffer.concat([DATA.subarray(0, 12), Buffer.from("0026ffff03", "hex")]),
      { device: ethernet },
      "0001 0000 00000003 0001 00 06 0000000000010000",
    ],
  ];
  for (const [data, fields] of table) writer.packet(packetOf(data, fields));
  // One that is cooked already, and one that the snapshot length cuts.
  writer.packet(packetOf(Buffer.alloc(30, 1), { device: deviceOf({ linkType: 276 }) }));
  writer.packet(packetOf(frame("x".repeat(100)), { device: ethernet }));
  writer.close();

  const path = folder(t)("cooked.pcap", output.bytes());
  const { packets, failure } = readAll(path);
  assert.equal(failure, null);
  for (const [i, [data, , expected]] of table.entries()) {
    const bytes = Buffer.from(packets[i]!.data, "latin1");
    assert.equal(bytes.subarray(0, 20).toString("hex"), expected.replaceAll(" ", ""), `row ${i}`);
    const rest = bytes.subarray(20);
    assert.deepEqual(rest, data.subarray(data.length - rest.length), `row ${i}`);
    assert.equal(packets[i]!.len, 20 + rest.length);
  }
  assert.equal(packets.at(-2)?.data, "\x01".repeat(30));
  assert.deepEqual([packets.at(-1)?.data.length, packets.at(-1)?.len], [60, 148]);

  const run = tool(t, "tcpdump", "-n", "-t", "-r", path);
  if (run === null) return;
  assert.equal(run.status, 0);
  assert.ok(run.stdout.includes("In  IP 10.0.0.1.40000 > 10.0.0.2.40001: UDP, length 4"), run.stdout);
  assert.ok(run.stdout.includes("Out IP 10.0.0.1.40000"));
});

test("a packet that does not fit the file's link type is a failure that says what to do", () => {
  const failure = (linkType: number, packet: ReturnType<typeof packetOf>) => {
    const writer = new PcapWriter(new Memory(), options({ linkType }));
    assert.throws(
      () => writer.packet(packet),
      (error) => error instanceof Failure && error.code === "link-type" && error.message.includes("pcapng"),
    );
  };
  failure(1, packetOf(DATA, { device: deviceOf({ linkType: 101 }) }));
  failure(276, packetOf(DATA, { device: deviceOf({ linkType: 127 }) }));
  failure(276, packetOf(DATA.subarray(0, 13)));
});
