// Compressed savefiles: the same packets as from the plain file, whatever the pieces; damage is told, never more.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import { Failure } from "../model/failure.ts";
import { Fields, folder, frame } from "./handmade.ts";
import { WAIT } from "./input.ts";
import { type Bytes, Lz4Error, unpackBlock, unpackLz4, xxh32 } from "./lz4.ts";
import { openSavefile, type Savefile, unpackSavefile } from "./savefile.ts";
import { otherUnpacker, packingOf } from "./unpack.ts";

const le = new Fields(false);

/** About 3 MB of pcapng and of pcap that compress well, but not to nothing. */
const PAYLOADS = Array.from({ length: 5000 }, (_, i) =>
  frame(
    `${createHash("md5")
      .update(String(i))
      .digest("hex")
      .repeat(i % 33)}${i}`,
  ),
);
const PCAPNG = Buffer.concat([
  le.section(le.option(4, "ptcpdump 0.1.0")),
  le.interface(1, 0),
  ...PAYLOADS.map((data, i) => le.enhanced(0, BigInt(i), data)),
]);
const PCAP = Buffer.concat([le.pcap(0xa1b2c3d4), ...PAYLOADS.map((data, i) => le.record(i, i, data))]);

/** What the packets are, in short; the failure at the end, if one was. */
async function packetsOf(
  savefile: Savefile,
): Promise<{ hash: string; count: number; failure: Failure | null }> {
  const hash = createHash("sha1");
  let count = 0;
  let failure: Failure | null = null;
  try {
    for (;;)
      try {
        while (savefile.next()) {
          const { bytes, start, caplen, len, sec, nsec } = savefile.packet;
          hash.update(`${len} ${sec} ${nsec}`).update(bytes.subarray(start, start + caplen));
          count++;
        }
        break;
      } catch (error) {
        if (error !== WAIT) throw error;
        await savefile.more();
      }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    failure = error;
  } finally {
    savefile.close();
  }
  return { hash: hash.digest("hex"), count, failure };
}

/** lz4(1) on a file's content; null where it is not installed, and the test is skipped. */
function lz4(t: TestContext, content: Uint8Array, ...options: string[]): Buffer | null {
  const { stdout, error, status } = spawnSync("lz4", ["-q", "-c", ...options, "-"], {
    input: content,
    maxBuffer: 1 << 28,
  });
  if (error !== undefined) {
    if (process.env["CI"] === "true") throw error;
    t.skip("lz4 is not installed");
    return null;
  }
  assert.equal(status, 0);
  return stdout;
}

const zstd = (content: Uint8Array, level: number): Buffer =>
  zstdCompressSync(content, {
    params: { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 },
  });

test("gzip, zstd and LZ4 of every kind give the packets of the plain file", async (t) => {
  const file = folder(t);
  const plain = await packetsOf(openSavefile(file("plain", PCAPNG)));
  assert.equal(plain.count, PAYLOADS.length);
  const half = PCAPNG.length >> 1;
  const skipped = Buffer.concat([le.u32(0x184d2a53, 70000), randomBytes(70000)]);
  const kinds: [string, Buffer | null][] = [
    ["gzip", gzipSync(PCAPNG)],
    ["gzip, stored", gzipSync(PCAPNG, { level: 0 })],
    [
      "gzip, two members",
      Buffer.concat([gzipSync(PCAPNG.subarray(0, half)), gzipSync(PCAPNG.subarray(half))]),
    ],
    ["gzip, padded", Buffer.concat([gzipSync(PCAPNG), Buffer.alloc(512)])],
    ["zstd", zstd(PCAPNG, 3)],
    ["zstd, best", zstd(PCAPNG, 19)],
    [
      "zstd, frames to skip and two of content",
      Buffer.concat([skipped, zstd(PCAPNG.subarray(0, half), 1), skipped, zstd(PCAPNG.subarray(half), 1)]),
    ],
    ["lz4", lz4(t, PCAPNG)],
    ["lz4, 64 KiB", lz4(t, PCAPNG, "-B4", "-BX", "--content-size")],
    ["lz4, dependent blocks", lz4(t, PCAPNG, "-B4", "-BD")],
    ["lz4, best", lz4(t, PCAPNG, "-9", "-B5", "--no-frame-crc")],
    ["lz4, legacy", lz4(t, PCAPNG, "-l")],
    [
      "lz4, two frames, one to skip",
      Buffer.concat([
        lz4(t, PCAPNG.subarray(0, half), "-B4") ?? Buffer.alloc(0),
        skipped,
        lz4(t, PCAPNG.subarray(half), "-l") ?? Buffer.alloc(0),
      ]),
    ],
  ];
  for (const [name, content] of kinds)
    await t.test(name, async () => {
      if (content === null) return;
      assert.deepEqual(await packetsOf(await unpackSavefile(file("packed", content))), plain);
    });
  await t.test("not compressed", async () => {
    assert.deepEqual(await packetsOf(await unpackSavefile(file("plain", PCAPNG))), plain);
  });
  await t.test("pcap", async () => {
    const expected = await packetsOf(openSavefile(file("plain", PCAP)));
    assert.deepEqual(await packetsOf(await unpackSavefile(file("packed", gzipSync(PCAP)))), expected);
  });
});

test("a compressed file that is cut gives what is whole, and says that it is truncated", async (t) => {
  const file = folder(t);
  const packed = [gzipSync(PCAP), zstd(PCAP, 1), lz4(t, PCAP, "-B4")];
  for (const content of packed) {
    if (content === null) continue;
    const whole = content.length;
    let least = 0;
    for (const size of [5, 30, whole >> 2, whole >> 1, whole - 100, whole - 1]) {
      const cut = file("cut", content.subarray(0, size));
      try {
        const { count, failure } = await packetsOf(await unpackSavefile(cut));
        assert.equal(failure?.code, "savefile-packed");
        assert.match(failure.message, /^pcap_loop: truncated compressed file: unexpected end of file$/);
        // Some 128 KiB of content may be in the part that is not whole.
        assert.ok(
          count >= (size / whole) * PAYLOADS.length - 400,
          `${count} packets of ${size}/${whole} bytes`,
        );
        assert.ok(count >= least);
        least = count;
      } catch (error) {
        assert.ok(error instanceof Failure && size <= 30);
        assert.match(error.message, /^truncated compressed file: unexpected end of file$/);
      }
    }
  }
});

test("a compressed file that is damaged gives packets or a failure, and most of those before the damage", async (t) => {
  const file = folder(t);
  for (const content of [gzipSync(PCAP), zstd(PCAP, 1), lz4(t, PCAP, "-B4")]) {
    if (content === null) continue;
    const damaged = Buffer.from(content);
    damaged.fill(0xa5, (content.length * 3) >> 2, ((content.length * 3) >> 2) + 64);
    const { count, failure } = await packetsOf(await unpackSavefile(file("damaged", damaged)));
    assert.ok(failure !== null);
    assert.ok(count > PAYLOADS.length / 2, `${count} packets`);
  }
});

test("what is not compressed in a known way is told, with the program that helps", async (t) => {
  const file = folder(t);
  await assert.rejects(unpackSavefile(file("xz", Buffer.from("fd377a585a0000", "hex"))), {
    code: "savefile-format",
    message: "unknown file format: unpack it first (xz -dc FILE | ptcpdump -r -)",
  });
  assert.equal(otherUnpacker(Buffer.from("BZh9").readUInt32LE()), "bzip2");
  assert.equal(packingOf(0xa1b2c3d4), null);
  // Compressed twice, or something else within.
  await assert.rejects(unpackSavefile(file("x", gzipSync(gzipSync(PCAP)))), { code: "savefile-format" });
  await assert.rejects(unpackSavefile(file("x", gzipSync("hello world"))), {
    message: "unknown file format",
  });
  await assert.rejects(unpackSavefile(file("x", gzipSync("hel"))), {
    message: "truncated dump file; tried to read 4 file header bytes, only got 3",
  });
});

test("progress is told of compressed bytes, with the file's size", async (t) => {
  const content = gzipSync(PCAP);
  const told: [number, number | null][] = [];
  const savefile = await unpackSavefile(folder(t)("x", content), (...step) => told.push(step));
  await packetsOf(savefile);
  assert.deepEqual(told.at(-1), [content.length, content.length]);
});

test("xxHash-32 is the one of its specification", () => {
  // Values of xxhsum(1) -H0.
  const values: [string, number][] = [
    ["", 0x02cc5d05],
    ["a", 0x550d7456],
    ["abc", 0x32d153ff],
    ["Nobody inspects the spammish repetition", 0xe2293b2f],
  ];
  for (const [text, value] of values) assert.equal(xxh32(Buffer.from(text), 0, text.length), value, text);
});

/** The content of frames; the bytes come in one piece. */
function content(...parts: Uint8Array[]): Buffer {
  const bytes = Buffer.concat(parts);
  let at = 0;
  const source: Bytes = {
    take(size) {
      if (at + size > bytes.length) return null;
      at += size;
      return bytes.subarray(at - size, at);
    },
  };
  return Buffer.concat([...unpackLz4(source)].map((piece) => Buffer.from(piece)));
}

test("LZ4 frames: stored blocks, checks, and headers that are not believed", () => {
  const header = (flags: number, descriptor: number, ...more: number[]): Buffer => {
    const bytes = Buffer.from([flags, descriptor, ...more]);
    return Buffer.concat([
      le.u32(0x184d2204),
      bytes,
      Buffer.from([(xxh32(bytes, 0, bytes.length) >>> 8) & 0xff]),
    ]);
  };
  const data = Buffer.from("hello");
  const stored = Buffer.concat([le.u32(0x80000005), data]);
  const end = le.u32(0);
  const check = le.u32(xxh32(data, 0, 5));
  assert.equal(content(header(0x60, 0x40), stored, end).toString(), "hello");
  assert.equal(
    content(header(0x60, 0x40), stored, end, stored).toString(),
    "hello",
    "what follows is not ours",
  );
  assert.equal(content(header(0x70, 0x40), stored, check, stored, check, end).toString(), "hellohello");
  assert.equal(content(header(0x64, 0x40), stored, end, check).toString(), "hello");
  assert.equal(content(header(0x68, 0x70, 5, 0, 0, 0, 0, 0, 0, 0), stored, end).toString(), "hello");
  const refused: [Buffer[], RegExp][] = [
    [[header(0x60, 0x40), stored], /unexpected end/],
    [[header(0x20, 0x40), stored, end], /unknown frame version 0/],
    [[header(0x61, 0x40, 1, 0, 0, 0), stored, end], /needs a dictionary/],
    [[header(0x60, 0x30), stored, end], /header is damaged/],
    [[header(0x60, 0xc0), stored, end], /header is damaged/],
    [[header(0x62, 0x40), stored, end], /header is damaged/],
    [[Buffer.concat([le.u32(0x184d2204), Buffer.from([0x60, 0x40, 0])]), stored, end], /header is damaged/],
    [[header(0x70, 0x40), stored, le.u32(1), end], /a block is damaged/],
    [[header(0x64, 0x40), stored, end, le.u32(1)], /the content is damaged/],
    [[header(0x60, 0x40), le.u32(0x7fffffff)], /a block of 2147483647 bytes/],
    [[le.u32(0x184c2102), le.u32(0x7fffffff)], /a block of 2147483647 bytes/],
    [[le.u32(0x184d2a50, 0xffffffff), data], /unexpected end/],
    [[data], /not an LZ4 frame/],
  ];
  for (const [parts, message] of refused) assert.throws(() => content(...parts), message);
});

test("LZ4 blocks: matches that overlap, long lengths, and everything that leads outside is refused", () => {
  const out = new Uint8Array(1000);
  const unpack = (bytes: number[], at = 100, from = 0): string => {
    out.fill(0x2e);
    const end = unpackBlock(Uint8Array.from(bytes), bytes.length, out, at, from, 900);
    assert.ok(out.subarray(0, at).every((byte) => byte === 0x2e));
    assert.ok(out.subarray(end).every((byte) => byte === 0x2e));
    return Buffer.from(out.subarray(at, end)).toString();
  };
  assert.equal(unpack([0x20, 0x61, 0x62]), "ab");
  // "ab", four more of them by a match two back, "c"
  assert.equal(unpack([0x20, 0x61, 0x62, 2, 0, 0x10, 0x63]), "ababab" + "c");
  // fifteen and more: 15 + 255 + 3 literals would be too many bytes to give here; a match of 4 + 15 + 255 + 6
  assert.equal(unpack([0x1f, 0x61, 1, 0, 255, 6, 0x10, 0x62]), `${"a".repeat(281)}b`);
  assert.equal(unpack([0x0f, 1, 0, 0, 0x10, 0x62], 100, 99), `${".".repeat(19)}b`);
  for (const bytes of [
    [0x20, 0x61], // literals are missing
    [0x10, 0x61, 1], // half a distance
    [0x10, 0x61, 0, 0, 0x10, 0x62], // a distance of nothing
    [0x10, 0x61, 200, 0, 0x10, 0x62], // before the beginning
    [0x1f, 0x61, 1, 0, 255, 255, 255, 255, 0, 0x10, 0x62], // more than the block may hold
    [0xf0, 255], // a length without an end
    [0x1f, 0x61, 1, 0, 255],
  ])
    assert.throws(() => unpack(bytes), Lz4Error, bytes.join(" "));
  assert.throws(() => unpack([0x10, 0x61, 2, 0, 0x10, 0x62], 100, 100), Lz4Error);
});
