import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Failure } from "../model/failure.ts";
import { Direction } from "../model/packet.ts";
import { Fields, folder, frame, read, readAll, tool } from "./handmade.ts";
import { type Matcher, openingLine, openSavefile, type Scan } from "./savefile.ts";

const CORPUS = join(import.meta.dirname, "../../../shared/corpus");

const LITTLE = new Fields(false);
const BIG = new Fields(true);
const DATA = frame("abcd"); // 46 bytes
const MICRO = 0xa1b2c3d4;

const header = LITTLE.pcap(MICRO);
const record = LITTLE.record(1, 2, DATA);
const section = LITTLE.section();
const ethernet = LITTLE.interface(1, 262144);
const enhanced = LITTLE.enhanced(0, 1_000_000n, DATA);

/** An interface with the options, and a packet. */
function withOptions(...options: Uint8Array[]): Buffer {
  return Buffer.concat([section, LITTLE.interface(1, 262144, ...options), enhanced]);
}

function cut(bytes: Uint8Array, size: number): Uint8Array {
  return bytes.subarray(0, size);
}

/** Name, file, code, message, packets before it. */
const FAILURES: [string, Uint8Array[], string, string, number][] = [
  ["empty", [], "truncated", "truncated dump file; tried to read 4 file header bytes, only got 0", 0],
  [
    "three bytes",
    [cut(header, 3)],
    "truncated",
    "truncated dump file; tried to read 4 file header bytes, only got 3",
    0,
  ],
  [
    "magic only",
    [cut(header, 4)],
    "truncated",
    "truncated dump file; tried to read 24 file header bytes, only got 0",
    0,
  ],
  [
    "header cut",
    [cut(header, 23)],
    "truncated",
    "truncated dump file; tried to read 24 file header bytes, only got 19",
    0,
  ],
  ["text", [Buffer.from("This is no capture file.")], "format", "unknown file format", 0],
  ["Navtel's", [LITTLE.pcap(0xa12b3c4d), record], "format", "unknown file format", 0],
  ["version 1.3", [LITTLE.pcap(MICRO, { major: 1, minor: 3 })], "format", "archaic pcap savefile format", 0],
  ["version 2.5", [LITTLE.pcap(MICRO, { minor: 5 })], "format", "unsupported pcap savefile version 2.5", 0],
  [
    "version 3.0",
    [LITTLE.pcap(MICRO, { major: 3, minor: 0 })],
    "format",
    "unsupported pcap savefile version 3.0",
    0,
  ],
  [
    "cut in a packet header",
    [header, record, cut(record, 8)],
    "truncated",
    "pcap_loop: truncated dump file; tried to read 16 header bytes, only got 8",
    1,
  ],
  [
    "cut in the data",
    [header, record, cut(record, 30)],
    "truncated",
    "pcap_loop: truncated dump file; tried to read 46 captured bytes, only got 14",
    1,
  ],
  [
    "cut before the snapshot length of a longer packet",
    [LITTLE.pcap(MICRO, { snaplen: 40 }), cut(record, 50)],
    "truncated",
    "pcap_loop: truncated dump file; tried to read 40 captured bytes, only got 34",
    0,
  ],
  [
    "cut past it",
    [LITTLE.pcap(MICRO, { snaplen: 40 }), cut(record, 60)],
    "truncated",
    "pcap_loop: truncated dump file; tried to read 46 captured bytes, only got 44",
    0,
  ],
  [
    "absurd length",
    [header, record, LITTLE.u32(1, 2, 0x7fffffff, 60), DATA],
    "malformed",
    "pcap_loop: invalid packet capture length 2147483647, bigger than snaplen of 262144",
    1,
  ],
  [
    "absurd length within an absurd snapshot length",
    [LITTLE.pcap(MICRO, { snaplen: 0x7fffffff }), LITTLE.u32(1, 2, 0x10000000, 60), DATA],
    "malformed",
    "pcap_loop: invalid packet capture length 268435456, bigger than maximum of 262144",
    0,
  ],
  [
    "Kuznetzov's, cut in a packet header",
    [LITTLE.pcap(0xa1b2cd34), LITTLE.u32(1, 2, 46, 46, 0, 0), DATA, LITTLE.u32(1, 2, 46, 46, 0)],
    "truncated",
    "pcap_loop: truncated dump file; tried to read 24 header bytes, only got 20",
    1,
  ],
  ["section: cut in its length", [cut(section, 6)], "format", "unknown file format", 0],
  ["section: cut in its magic", [cut(section, 11)], "format", "unknown file format", 0],
  [
    "section: cut",
    [cut(section, 20)],
    "truncated",
    "truncated pcapng dump file; tried to read 16 bytes, only got 8",
    0,
  ],
  ["section: bad magic", [LITTLE.block(0x0a0d0d0a, Buffer.alloc(16))], "format", "unknown file format", 0],
  [
    "section: too short",
    [LITTLE.u32(0x0a0d0d0a, 12, 0x1a2b3c4d), Buffer.alloc(16)],
    "malformed",
    "Section Header Block in pcapng dump file has invalid length 28 < _12_ < 1048576 (BT_SHB_INSANE_MAX)",
    0,
  ],
  [
    "section: too long",
    [LITTLE.u32(0x0a0d0d0a, 1 << 21, 0x1a2b3c4d), Buffer.alloc(16)],
    "malformed",
    "Section Header Block in pcapng dump file has invalid length 28 < _2097152_ < 1048576 (BT_SHB_INSANE_MAX)",
    0,
  ],
  [
    "section: version 2",
    [LITTLE.block(0x0a0d0d0a, LITTLE.u32(0x1a2b3c4d), LITTLE.u16(2, 0), Buffer.alloc(8)), ethernet],
    "format",
    "unsupported pcapng savefile version 2.0",
    0,
  ],
  ["no interface", [section], "format", "the capture file has no Interface Description Blocks", 0],
  [
    "packet before an interface",
    [section, enhanced],
    "malformed",
    "the capture file has a packet block before any Interface Description Blocks",
    0,
  ],
  [
    "interface: cut",
    [section, cut(ethernet, 10)],
    "truncated",
    "truncated pcapng dump file; tried to read 12 bytes, only got 2",
    0,
  ],
  [
    "interface: too short",
    [section, LITTLE.block(1, Buffer.alloc(4))],
    "malformed",
    "block of type 1 in pcapng dump file is too short",
    0,
  ],
  [
    "interface: option past its end",
    [withOptions(LITTLE.u16(2, 200))],
    "malformed",
    "block of type 1 in pcapng dump file is too short",
    0,
  ],
  [
    "interface: resolution too high",
    [withOptions(LITTLE.option(9, Uint8Array.of(20)))],
    "malformed",
    "Interface Description Block if_tsresol option resolution 10^-20 is too high",
    0,
  ],
  [
    "interface: binary resolution too high",
    [withOptions(LITTLE.option(9, Uint8Array.of(0xc0)))],
    "malformed",
    "Interface Description Block if_tsresol option resolution 2^-64 is too high",
    0,
  ],
  [
    "interface: resolution of two bytes",
    [withOptions(LITTLE.option(9, Uint8Array.of(9, 9)))],
    "malformed",
    "Interface Description Block has if_tsresol option with length 2 != 1",
    0,
  ],
  [
    "interface: two resolutions",
    [withOptions(LITTLE.option(9, Uint8Array.of(9)), LITTLE.option(9, Uint8Array.of(9)))],
    "malformed",
    "Interface Description Block has more than one if_tsresol option",
    0,
  ],
  [
    "interface: offset of four bytes",
    [withOptions(LITTLE.option(14, Buffer.alloc(4)))],
    "malformed",
    "Interface Description Block has if_tsoffset option with length 4 != 8",
    0,
  ],
  [
    "interface: end of options with a length",
    [withOptions(LITTLE.option(0, Buffer.alloc(4)))],
    "malformed",
    "Interface Description Block has opt_endofopt option with length 4 != 0",
    0,
  ],
  [
    "cut in a block header",
    [section, ethernet, enhanced, cut(enhanced, 4)],
    "truncated",
    "pcap_loop: truncated pcapng dump file; tried to read 8 bytes, only got 4",
    1,
  ],
  [
    "cut in a block",
    [section, ethernet, enhanced, cut(enhanced, 40)],
    "truncated",
    "pcap_loop: truncated pcapng dump file; tried to read 72 bytes, only got 32",
    1,
  ],
  [
    "trailer differs",
    [section, ethernet, enhanced, cut(enhanced, 76), LITTLE.u32(84)],
    "malformed",
    "pcap_loop: block total length in header and trailer don't match",
    1,
  ],
  [
    "length 0",
    [section, ethernet, enhanced, LITTLE.u32(6, 0)],
    "malformed",
    "pcap_loop: block in pcapng dump file has a length of 0 < 12",
    1,
  ],
  [
    "uneven length",
    [section, ethernet, enhanced, LITTLE.u32(6, 33)],
    "malformed",
    "pcap_loop: block in pcapng dump file has a length of 33 that is not a multiple of 4",
    1,
  ],
  [
    "absurd block",
    [section, ethernet, enhanced, LITTLE.u32(77, 0x7ffffffc)],
    "malformed",
    "pcap_loop: pcapng block size 2147483644 > maximum 16777216",
    1,
  ],
  [
    "packet block too short",
    [section, ethernet, LITTLE.block(6, Buffer.alloc(16))],
    "malformed",
    "pcap_loop: block of type 6 in pcapng dump file is too short",
    0,
  ],
  [
    "packet longer than its block",
    [section, ethernet, LITTLE.block(6, LITTLE.u32(0, 0, 0, 100, 100), DATA, Buffer.alloc(2))],
    "malformed",
    "pcap_loop: block of type 6 in pcapng dump file is too short",
    0,
  ],
  [
    "packet longer than the snapshot length",
    [section, LITTLE.interface(1, 40), enhanced],
    "malformed",
    "pcap_loop: invalid packet capture length 46, bigger than snaplen of 40",
    0,
  ],
  [
    "unknown interface",
    [section, ethernet, enhanced, LITTLE.enhanced(3, 0n, DATA)],
    "malformed",
    "pcap_loop: a packet arrived on interface 3, but there's no Interface Description Block for that interface",
    1,
  ],
  [
    "a new section voids the interfaces",
    [section, ethernet, enhanced, section, enhanced],
    "malformed",
    "pcap_loop: a packet arrived on interface 0, but there's no Interface Description Block for that interface",
    1,
  ],
  [
    "simple packet longer than its block",
    [section, ethernet, LITTLE.block(3, LITTLE.u32(60), Buffer.alloc(40))],
    "malformed",
    "pcap_loop: block of type 3 in pcapng dump file is too short",
    0,
  ],
  [
    "second section: bad magic",
    [section, ethernet, enhanced, LITTLE.block(0x0a0d0d0a, Buffer.alloc(16))],
    "malformed",
    "pcap_loop: the file has a section with a bad byte order magic field",
    1,
  ],
  [
    "second section: too short",
    [section, ethernet, enhanced, LITTLE.block(0x0a0d0d0a)],
    "malformed",
    "pcap_loop: block of type 168627466 in pcapng dump file is too short",
    1,
  ],
  [
    "second section: version 2",
    [
      section,
      ethernet,
      enhanced,
      LITTLE.block(0x0a0d0d0a, LITTLE.u32(0x1a2b3c4d), LITTLE.u16(2, 0), Buffer.alloc(8)),
    ],
    "format",
    "pcap_loop: unknown pcapng savefile major version number 2",
    1,
  ],
];

test("a damaged file gives its whole packets, then one failure in libpcap's words", (t) => {
  const file = folder(t);
  for (const [name, parts, code, message, count] of FAILURES) {
    const path = file("damaged", Buffer.concat(parts));
    const { packets, failure } = readAll(path);
    assert.equal(failure?.message, message, name);
    assert.equal(failure?.code, `savefile-${code}`, name);
    assert.equal(packets.length, count, name);
  }
});

test("tcpdump says the same of each", (t) => {
  const file = folder(t);
  for (const [name, parts, , message] of FAILURES) {
    const run = tool(t, "tcpdump", "-n", "-r", file("damaged", Buffer.concat(parts)));
    if (run === null) return;
    assert.equal(run.complaints.at(-1), `tcpdump: ${message}`, name);
    assert.equal(run.status, 1, name);
  }
});

test("what cannot be opened or read is told as tcpdump tells it", (t) => {
  const file = folder(t);
  const missing = file("missing.pcap");
  assert.throws(
    () => openSavefile(missing),
    (error) =>
      error instanceof Failure &&
      error.code === "savefile-open" &&
      error.message === `${missing}: No such file or directory`,
  );
  assert.throws(
    () => openSavefile(file(".")),
    (error) =>
      error instanceof Failure &&
      error.code === "savefile-read" &&
      error.message === "error reading dump file: Is a directory",
  );
});

test("pcap: both byte orders, micro- and nanoseconds, and libpcap's variants", (t) => {
  const file = folder(t);
  const swappedLengths = (fields: Fields): Buffer => Buffer.concat([fields.u32(5, 6, 100, 46), DATA]);
  const table: [string, (fields: Fields) => Uint8Array[], { nsec: number; len: number; snaplen?: number }][] =
    [
      ["micro", (f) => [f.pcap(MICRO), f.record(5, 6, DATA, 100)], { nsec: 6000, len: 100 }],
      ["nano", (f) => [f.pcap(0xa1b23c4d), f.record(5, 6, DATA, 100)], { nsec: 6, len: 100 }],
      [
        "Kuznetzov",
        (f) => [f.pcap(0xa1b2cd34, { snaplen: 96 }), f.u32(5, 6, 46, 100, 3, 0), DATA],
        { nsec: 6000, len: 100, snaplen: 110 },
      ],
      ["2.2", (f) => [f.pcap(MICRO, { minor: 2 }), swappedLengths(f)], { nsec: 6000, len: 100 }],
      ["2.3", (f) => [f.pcap(MICRO, { minor: 3 }), f.record(5, 6, DATA, 100)], { nsec: 6000, len: 100 }],
      ["2.3 swapped", (f) => [f.pcap(MICRO, { minor: 3 }), swappedLengths(f)], { nsec: 6000, len: 100 }],
      [
        "543.0",
        (f) => [f.pcap(MICRO, { major: 543, minor: 0 }), swappedLengths(f)],
        { nsec: 6000, len: 100 },
      ],
      [
        "FCS bits",
        (f) => [f.pcap(MICRO, { linkType: 0x24000001 }), f.record(5, 6, DATA, 100)],
        { nsec: 6000, len: 100 },
      ],
      [
        "no snapshot length",
        (f) => [f.pcap(MICRO, { snaplen: 0 }), f.record(5, 6, DATA, 100)],
        { nsec: 6000, len: 100 },
      ],
      ["2 s of microseconds", (f) => [f.pcap(MICRO), f.record(5, 2_000_000, DATA)], { nsec: 2e9, len: 46 }],
    ];
  for (const fields of [LITTLE, BIG]) {
    for (const [name, make, expected] of table) {
      const path = file("made.pcap", Buffer.concat(make(fields)));
      const { packets, failure } = readAll(path);
      assert.equal(failure, null, name);
      assert.equal(packets.length, 1, name);
      const { sec, nsec, len, data, device, direction, context } = packets[0]!;
      assert.deepEqual({ sec, nsec, len }, { sec: 5, nsec: expected.nsec, len: expected.len }, name);
      assert.equal(data, DATA.toString("latin1"), name);
      assert.deepEqual(
        device,
        {
          id: 0,
          name: "",
          linkType: 1,
          snaplen: expected.snaplen ?? 262144,
          ifindex: 0,
          netnsInode: 0,
          netnsPath: "",
          named: false,
          foreign: false,
        },
        name,
      );
      assert.equal(direction, Direction.Unknown);
      assert.equal(context, null);
    }
  }
});

test("pcap: a packet longer than the snapshot length is cut to it", (t) => {
  const path = folder(t)("made.pcap", Buffer.concat([LITTLE.pcap(MICRO, { snaplen: 40 }), record, record]));
  const { packets, failure } = readAll(path);
  assert.equal(failure, null);
  assert.deepEqual(
    packets.map(({ data, len }) => [data.length, len]),
    [
      [40, 46],
      [40, 46],
    ],
  );
});

const COMMENT = "PID: 4711\nCmd: /usr/bin/curl\nArgs: curl x";

test("pcap: only the packets that are wanted, wherever the buffer ends, and the same failures", (t) => {
  const file = folder(t);
  const wanted: Matcher = (bytes, start, caplen, len) => (caplen > 0 && bytes[start]! % 3 === 0 ? len : 0);
  let scanned = 0;
  const scan: Scan = (bytes, start, end, { swapped, headerSize, most }, places) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let found = 0;
    while (found < places.length - 1 && end - start >= headerSize) {
      const caplen = view.getUint32(start + 8, !swapped);
      if (caplen > most || caplen > end - start - headerSize) break;
      if (wanted(bytes, start + headerSize, caplen, view.getUint32(start + 12, !swapped)) !== 0)
        places[found++] = start;
      start += headerSize + caplen;
      scanned++;
    }
    places[found] = start;
    return found;
  };
  const read = (path: string, only: boolean) => {
    const found: [number, number, number, string][] = [];
    let failure = "";
    const savefile = openSavefile(path);
    const { packet } = savefile;
    try {
      if (only) savefile.only?.(wanted, scan);
      while (savefile.next()) {
        const { bytes, start, caplen, len, sec } = packet;
        if (!only && wanted(bytes, start, caplen, len) === 0) continue;
        found.push([sec, caplen, len, Buffer.from(bytes.subarray(start, start + caplen)).toString("latin1")]);
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failure = `${error.code}: ${error.message}`;
    }
    savefile.close();
    return { found, failure };
  };
  for (const fields of [LITTLE, BIG])
    for (const [name, header, ends] of [
      ["usual", fields.pcap(MICRO), []],
      ["cut short by the snapshot length", fields.pcap(MICRO, { snaplen: 90 }), []],
      ["lengths swapped", fields.pcap(MICRO, { minor: 2 }), []],
      ["damaged", fields.pcap(MICRO), [fields.u32(1, 2, 0x7fffffff, 3)]],
      ["cut", fields.pcap(MICRO), [fields.u32(1, 2, 100, 100), Buffer.alloc(99)]],
    ] as const) {
      const records: Buffer[] = [];
      // three buffers full, more in one than a scan has places for
      for (let i = 0; i < 30_000; i++) {
        const data = Buffer.alloc(i < 20_000 ? i % 2 : i % 150, i);
        records.push(
          name === "lengths swapped"
            ? Buffer.concat([fields.u32(i, 0, data.length + 9, data.length), data])
            : fields.record(i, 0, data, data.length + 9),
        );
      }
      const path = file("many.pcap", Buffer.concat([header, ...records, ...ends]));
      scanned = 0;
      const plain = read(path, false);
      assert.ok(plain.found.length > 6000, `${name}: ${plain.found.length}`);
      assert.deepEqual(read(path, true), plain, name);
      assert.ok(name === "lengths swapped" ? scanned === 0 : scanned > 20_000, `${name}: ${scanned}`);
    }
});

test("pcapng: both byte orders, several sections, interfaces and block types, the unknown skipped", (t) => {
  const file = folder(t);
  for (const [one, other] of [
    [LITTLE, BIG],
    [BIG, LITTLE],
  ] as const) {
    const path = file(
      "made.pcapng",
      Buffer.concat([
        one.section(one.option(4, "somebody's 1.0")),
        one.block(0x0bad, one.u32(32622), Buffer.from("whatever")),
        one.interface(1, 262144, one.option(2, "eth0"), one.option(9, Uint8Array.of(9)), one.option(0, "")),
        one.interface(101, 1000, one.option(2, "tun0"), one.option(14, one.number(8, -3600))),
        one.enhanced(
          0,
          1_700_000_000_123_456_789n,
          DATA,
          one.option(1, "a user's note"),
          one.option(2988, Buffer.alloc(5)),
          one.option(2, one.u32(1)),
          one.option(0, ""),
        ),
        one.block(0x80001234, Buffer.alloc(1000)),
        one.enhanced(1, 7_200_000_005n, DATA.subarray(14), one.option(2, one.u32(2)), one.option(1, COMMENT)),
        // Obsolete packet block: interface and drops in one word.
        one.block(2, one.u16(1, 0xffff), one.u32(0, 5_000_001, 32, 60), DATA.subarray(14)),
        // Simple packet block.
        one.block(3, one.u32(46), DATA, Buffer.alloc(2)),
        one.block(5, Buffer.alloc(12)),
        other.section(other.option(4, "ptcpdump v0.30.0")),
        other.interface(
          1,
          65535,
          other.option(2, "lo"),
          other.option(1, "ifIndex: 1, netNsInode: 7, netNsPath: /x"),
        ),
        other.enhanced(0, 1n, DATA),
        other.block(3, other.u32(46), DATA, Buffer.alloc(2)),
      ]),
    );
    const { packets, failure } = readAll(path);
    assert.equal(failure, null);
    const rows = packets.map((p) => [
      p.device.id,
      p.device.name,
      p.sec,
      p.nsec,
      p.data.length,
      p.len,
      p.direction,
    ]);
    assert.deepEqual(rows, [
      [0, "eth0", 1_700_000_000, 123_456_789, 46, 46, Direction.In],
      [1, "tun0", 3600, 5000, 32, 32, Direction.Out],
      [1, "tun0", -3595, 1000, 32, 60, Direction.Unknown],
      [0, "eth0", 0, 0, 46, 46, Direction.Unknown],
      [2, "lo", 0, 1000, 46, 46, Direction.Unknown],
      [2, "lo", 0, 0, 46, 46, Direction.Unknown],
    ]);
    for (const { data } of packets) assert.ok(DATA.toString("latin1").endsWith(data));
    assert.deepEqual(
      packets.map((p) => p.context?.process ?? null),
      [null, { pid: 4711, cmd: "/usr/bin/curl", args: ["curl", "x"] }, null, null, null, null],
    );
    assert.deepEqual(packets[0]!.device.named, false);
    assert.deepEqual(packets[4]!.device, {
      id: 2,
      name: "lo",
      linkType: 1,
      snaplen: 65535,
      ifindex: 1,
      netnsInode: 7,
      netnsPath: "/x",
      named: true,
      foreign: true,
    });
  }
});

test("pcapng: every resolution gives exact seconds and nanoseconds", (t) => {
  const file = folder(t);
  const table: [number, bigint, number, number][] = [
    [6, 1_700_000_000_999_999n, 1_700_000_000, 999_999_000],
    [9, 1_700_000_000_999_999_999n, 1_700_000_000, 999_999_999],
    [9, 0xffff_ffff_ffff_ffffn, 18_446_744_073, 709_551_615],
    [0, 77n, 77, 0],
    [3, 1_700_000_000_001n, 1_700_000_000, 1_000_000],
    [7, 17_000_000_000_000_001n, 1_700_000_000, 100],
    [12, 0xffff_ffff_ffff_ffffn, 18_446_744, 73_709_551],
    [19, 0xffff_ffff_ffff_ffffn, 1, 844_674_407],
    [0x80 | 20, (1_700_000_000n << 20n) | 1n, 1_700_000_000, 953],
    [0x80 | 32, (1_700_000_000n << 32n) | 0xffff_ffffn, 1_700_000_000, 999_999_999],
    [0x80 | 63, 0xffff_ffff_ffff_ffffn, 1, 999_999_999],
  ];
  for (const [resolution, time, sec, nsec] of table) {
    const described = LITTLE.interface(1, 0, LITTLE.option(9, Uint8Array.of(resolution)));
    // Twice, and once with another upper half between: what is remembered of it must not stick.
    const times = [time, time, time ^ (1n << 40n), time];
    const path = file(
      "made.pcapng",
      Buffer.concat([section, described, ...times.map((value) => LITTLE.enhanced(0, value, DATA))]),
    );
    const { packets } = readAll(path);
    for (const i of [0, 1, 3]) {
      assert.deepEqual([packets[i]!.sec, packets[i]!.nsec], [sec, nsec], `resolution ${resolution}`);
    }
  }
});

test("pcapng: names are shown where ptcpdump wrote them, and namespaces where they differ", (t) => {
  const file = folder(t);
  const own = "ifIndex: 2, netNsInode: 4026531840, netNsPath: /proc/self/ns/net";
  const table: [string, string, string, boolean, boolean][] = [
    ["ptcpdump v0.26.0", "eth0", "", true, false],
    ["ptcpdump 0.1.0", "eth0", own, true, false],
    ["Editcap (Wireshark) 4", "eth0", own, true, false],
    ["Editcap (Wireshark) 4", "eth0", "ifIndex: 2, netNsInode: 5, netNsPath: /run/netns/a", true, true],
    ["Dumpcap (Wireshark) 4", "eth0", "", false, false],
    ["Dumpcap (Wireshark) 4", "eth0", "uplink", false, false],
    ["ptcpdump 0.1.0", "", "", false, false],
    ["", "eth0", "", false, false],
  ];
  for (const [application, name, comment, named, foreign] of table) {
    const options = [
      ...(name === "" ? [] : [LITTLE.option(2, name)]),
      ...(comment === "" ? [] : [LITTLE.option(1, comment)]),
    ];
    const path = file(
      "made.pcapng",
      Buffer.concat([
        LITTLE.section(LITTLE.option(4, application)),
        LITTLE.interface(1, 0, ...options),
        enhanced,
      ]),
    );
    const { device } = readAll(path).packets[0]!;
    assert.deepEqual([device.name, device.named, device.foreign], [name, named, foreign], application);
  }
});

test("pcapng: a packet longer than the snapshot length of the Go ptcpdump, which always says 65535", (t) => {
  const long = Buffer.alloc(65600, 1);
  const bytes = Buffer.concat([
    LITTLE.section(LITTLE.option(4, "ptcpdump v0.37.0")),
    LITTLE.interface(1, 65535),
    LITTLE.enhanced(0, 1n, long),
  ]);
  assert.equal(readAll(folder(t)("made.pcapng", bytes)).packets[0]?.data.length, 65600);
});

test("pcapng: one Context object per distinct set of comments", (t) => {
  const comment = (pid: number): Buffer => LITTLE.option(1, `PID: ${pid}\nCmd: c\nArgs: `);
  const flags = (way: number): Buffer => LITTLE.option(2, LITTLE.u32(way));
  const identifier = (n: number): Buffer => LITTLE.option(5, LITTLE.u32(n, 0));
  const blocks: Buffer[] = [section, ethernet];
  for (let i = 0; i < 2000; i++) {
    // The same comment among other options, in another order, and beside a number that is never the same.
    const options = [comment(i % 7), flags((i % 2) + 1)];
    blocks.push(LITTLE.enhanced(0, 1n, DATA, ...(i % 3 === 0 ? options.reverse() : options)));
    blocks.push(LITTLE.enhanced(0, 1n, DATA, identifier(i), ...options));
  }
  const { packets } = readAll(folder(t)("made.pcapng", Buffer.concat(blocks)));
  assert.equal(packets.length, 4000);
  for (const [i, { context, direction }] of packets.entries()) {
    const pid = (i >> 1) % 7;
    assert.equal(context?.process?.pid ?? 0, pid);
    assert.equal(direction, ((i >> 1) % 2) + 1);
  }
  assert.equal(new Set(packets.map((packet) => packet.context)).size, 7); // six, and null for pid 0
});

test("the Go ptcpdump's comments are taken as they stand, ours are not", (t) => {
  const file = folder(t);
  const table: [string, string][] = [
    ["ptcpdump v0.30.0", "a\\x0ab"],
    ["ptcpdump 0.1.0", "a\nb"],
    ["Mergecap (Wireshark) 4", "a\nb"],
  ];
  for (const [application, expected] of table) {
    const bytes = Buffer.concat([
      LITTLE.section(LITTLE.option(4, application)),
      ethernet,
      LITTLE.enhanced(0, 1n, DATA, LITTLE.option(1, "PID: 1\nCmd: c\nArgs: a\\x0ab")),
    ]);
    const { context } = readAll(file("made.pcapng", bytes)).packets[0]!;
    assert.equal(context?.process?.args[0], expected, application);
  }
});

/** A file of every block that is read, with the offset at which each packet is whole. */
function everyBlock(fields: Fields): { bytes: Buffer; ends: number[] } {
  const parts: Buffer[] = [fields.section(fields.option(4, "ptcpdump 0.1.0"))];
  const ends: number[] = [];
  const add = (part: Buffer, packet: boolean): void => {
    parts.push(part);
    if (packet) ends.push(parts.reduce((sum, { length }) => sum + length, 0));
  };
  add(fields.interface(1, 262144, fields.option(2, "eth0"), fields.option(9, Uint8Array.of(9))), false);
  add(fields.enhanced(0, 5n, DATA, fields.option(1, COMMENT), fields.option(2, fields.u32(1))), true);
  add(fields.block(0x0bad, Buffer.alloc(20)), false);
  add(fields.block(2, fields.u16(0, 0), fields.u32(0, 5, 46, 60), DATA, Buffer.alloc(2)), true);
  add(fields.block(3, fields.u32(46), DATA, Buffer.alloc(2)), true);
  add(fields.section(), false);
  add(fields.interface(1, 262144, fields.option(14, fields.number(8, 5))), false);
  add(fields.enhanced(0, 5n, DATA), true);
  return { bytes: Buffer.concat(parts), ends };
}

test("a file cut anywhere gives all whole packets, and a failure unless it ends between two blocks", (t) => {
  const file = folder(t);
  for (const fields of [LITTLE, BIG]) {
    const { bytes, ends } = everyBlock(fields);
    const borders = new Set<number>();
    for (
      let at = 0;
      at < bytes.length;
      at += fields.big ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)
    ) {
      borders.add(at);
    }
    for (let size = 0; size < bytes.length; size++) {
      const { packets, failure } = readAll(file("cut.pcapng", bytes.subarray(0, size)));
      assert.equal(packets.length, ends.filter((end) => end <= size).length, `${size} bytes`);
      const whole = borders.has(size) && size > 64;
      assert.equal(failure === null, whole, `${size} bytes: ${failure?.message}`);
    }
    const records = Buffer.concat([fields.pcap(MICRO), fields.record(1, 2, DATA), fields.record(1, 2, DATA)]);
    for (let size = 0; size < records.length; size++) {
      const { packets, failure } = readAll(file("cut.pcap", records.subarray(0, size)));
      assert.equal(packets.length, size >= 24 + 62 ? 1 : 0, `${size} bytes`);
      assert.equal(failure === null, size === 24 || size === 24 + 62, `${size} bytes`);
    }
  }
});

test("a mutated file gives packets or one Failure, within bounds", (t) => {
  const file = folder(t);
  const seeds = [
    everyBlock(LITTLE).bytes,
    everyBlock(BIG).bytes,
    Buffer.concat([header, record, record, record]),
    Buffer.concat([BIG.pcap(0xa1b23c4d), BIG.record(1, 2, DATA), BIG.record(1, 2, DATA)]),
  ];
  let state = 12345;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 0x100000000) * below);
  };
  const outcomes = new Map<string, number>();
  for (let round = 0; round < 2000; round++) {
    const bytes = Buffer.from(seeds[round % seeds.length]!);
    for (let change = 0; change <= random(4); change++) {
      const at = random(bytes.length);
      const kind = random(4);
      if (kind === 0) bytes[at] = random(256);
      else if (kind === 1) bytes[at] = bytes[at]! ^ (1 << random(8));
      else if (kind === 2) bytes.fill(0xff, at & ~3, Math.min((at & ~3) + 4, bytes.length));
      else bytes.copy(bytes, at & ~3, random(bytes.length) & ~3, bytes.length);
    }
    const path = file("mutated", bytes);
    let outcome = "read";
    try {
      const savefile = openSavefile(path);
      while (savefile.next()) {
        const { packet } = savefile;
        assert.ok(packet.start >= 0 && packet.start + packet.caplen <= packet.bytes.length);
        assert.ok(packet.bytes.length <= 1 << 18, "a buffer larger than the file needs");
        assert.ok(Number.isInteger(packet.sec) && Number.isInteger(packet.nsec) && packet.nsec >= 0);
      }
      savefile.close();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      outcome = error.code;
    }
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  for (const outcome of ["read", "savefile-truncated", "savefile-malformed", "savefile-format"]) {
    assert.ok((outcomes.get(outcome) ?? 0) > 25, `${outcome}: ${outcomes.get(outcome)}`);
  }
});

test("a section of nothing but interfaces is refused before it eats the memory", (t) => {
  const many = Buffer.concat([section, ...new Array<Buffer>((1 << 16) + 1).fill(ethernet)]);
  const { failure } = readAll(folder(t)("many.pcapng", many));
  assert.equal(failure?.code, "savefile-malformed");
});

test("standard input: a pipe that comes in pieces, and one that is non-blocking", (t) => {
  const path = folder(t)("piece.pcapng", everyBlock(LITTLE).bytes);
  const count = `
    const { openSavefile } = await import(${JSON.stringify(join(import.meta.dirname, "savefile.ts"))});
    const file = openSavefile("-");
    let count = 0;
    while (file.next()) count++;
    console.log(count);`;
  const pieces = `(head -c 100; sleep 0.1; head -c 33; sleep 0.1; cat) < ${path}`;
  const piped = spawnSync(
    "sh",
    ["-c", `${pieces} | "$0" --input-type=module -e '${count}'`, process.execPath],
    {
      encoding: "utf8",
    },
  );
  assert.equal(piped.stdout, "4\n", piped.stderr);
  // libuv gives the child a socket that does not block.
  const input = read(path);
  const socket = spawnSync(process.execPath, ["--input-type=module", "-e", count], {
    input,
    encoding: "utf8",
  });
  assert.equal(socket.stdout, "4\n", socket.stderr);
});

test("a descriptor is read from where it stands, and left open", (t) => {
  const path = folder(t)("made.pcapng", everyBlock(LITTLE).bytes);
  const run = spawnSync(
    "sh",
    [
      "-c",
      `exec 5<${path}; "$0" --input-type=module -e '
      const { openSavefile } = await import(${JSON.stringify(join(import.meta.dirname, "savefile.ts"))});
      const { fstatSync } = await import("node:fs");
      const file = openSavefile(5);
      let count = 0;
      while (file.next()) count++;
      file.close();
      console.log(count, fstatSync(5).isFile());'`,
      process.execPath,
    ],
    { encoding: "utf8" },
  );
  assert.equal(run.stdout, "4 true\n", run.stderr);
});

test("the corpus: every file opens, tells of itself and fails as with tcpdump, with as many packets", (t) => {
  if (!existsSync(CORPUS)) return t.skip("no shared corpus here");
  for (const set of ["tcpdump", "ptcpdump"]) {
    const names = readdirSync(join(CORPUS, set)).filter((name) => /\.pcap(ng)?$/.test(name));
    assert.ok(names.length > 5);
    for (const name of names) {
      const path = join(CORPUS, set, name);
      const run = tool(t, "tcpdump", "-n", "-r", path, "--count");
      if (run === null) return;
      let line = "";
      let failure = "";
      let count = 0;
      try {
        const file = openSavefile(path);
        line = openingLine(path, file);
        while (file.next()) count++;
        file.close();
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        failure = `tcpdump: ${error.message}`;
      }
      assert.equal(run.complaints.find((complaint) => complaint.startsWith("reading")) ?? "", line, name);
      assert.equal(
        run.complaints.find((complaint) => complaint.startsWith("tcpdump: ")) ?? "",
        failure,
        name,
      );
      if (run.status === 0) assert.equal(run.stdout.match(/^(\d+) packet/)?.[1], String(count), name);
    }
  }
});

test("the Go ptcpdump's files: the context is what their comments say", (t) => {
  if (!existsSync(CORPUS)) return t.skip("no shared corpus here");
  for (const name of readdirSync(join(CORPUS, "ptcpdump")).filter((file) => file.endsWith(".pcapng"))) {
    const path = join(CORPUS, "ptcpdump", name);
    const run = tool(
      t,
      "tshark",
      "-r",
      path,
      "-T",
      "fields",
      "-e",
      "frame.interface_name",
      "-e",
      "frame.comment",
    );
    if (run === null) return;
    const lines = readAll(path).packets.map(({ device, context }) => {
      const line: string[] = [];
      if (context?.process) {
        const { pid, cmd, args } = context.process;
        line.push(`PID: ${pid}\\nCmd: ${cmd}\\nArgs: ${args.join(" ")}`);
      }
      if (context?.thread) line.push(`ThreadId: ${context.thread.tid}\\nThreadName: ${context.thread.name}`);
      if (context?.uid) line.push(`UserId: ${context.uid}`);
      if (context?.parent) {
        const { pid, cmd, args } = context.parent;
        line.push(`ParentPID: ${pid}\\nParentCmd: ${cmd}\\nParentArgs: ${args.join(" ")}`);
      }
      assert.equal(device.named, true);
      return `${device.name}\t${line.join(",")}\n`;
    });
    assert.ok(lines.length > 0);
    assert.equal(lines.join(""), run.stdout, name);
  }
});
