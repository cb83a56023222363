// Reading files: compressed ones from pipes, and what is said of a long read.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { Fields, frame } from "../../src/savefile/handmade.ts";
import { folder, PTCPDUMP } from "../netns.ts";

const le = new Fields(false);
const PCAP = Buffer.concat([
  le.pcap(0xa1b2c3d4),
  ...Array.from({ length: 1000 }, (_, i) => le.record(i, i, frame(`packet ${i}`))),
]);

test("a compressed file comes by standard input as well", () => {
  const text = (input: Buffer): string => {
    const { stdout, stderr, status } = spawnSync(PTCPDUMP, ["-n", "-tt", "-r", "-"], {
      input,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  const expected = text(PCAP);
  assert.equal(expected.split("\n").length, 1001);
  assert.equal(text(gzipSync(PCAP)), expected);
  assert.equal(text(zstdCompressSync(PCAP)), expected);
});

test("packets that come by a pipe bit by bit are printed as they come, compressed or not", async () => {
  for (const pack of [(bytes: Buffer) => bytes, gzipSync]) {
    const child = spawn(PTCPDUMP, ["-n", "-l", "-r", "-"], { stdio: ["pipe", "pipe", "ignore"] });
    let printed = "";
    const lines = (count: number): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (printed.split("\n").length > count) resolve();
          else child.stdout.once("data", look);
        };
        look();
      });
    child.stdout.on("data", (data: Buffer) => {
      printed += data.toString();
    });
    // Members of a gzip file follow each other: each is complete for itself.
    child.stdin.write(pack(Buffer.concat([le.pcap(0xa1b2c3d4), le.record(1, 1, frame("one"))])));
    await lines(1);
    child.stdin.write(pack(le.record(2, 2, frame("two"))));
    await lines(2);
    child.stdin.end();
    await new Promise((resolve) => child.on("close", resolve));
    assert.equal(printed.split("\n").length, 3);
  }
});

test("secrets and people's comments go along into the file that is written, secrets into each", (t) => {
  const path = folder(t);
  const source = join(path, "source.pcapng");
  const owner = le.option(1, "PID: 7\nCmd: /bin/x\nArgs: x");
  const secrets = (text: string) =>
    le.block(10, le.u32(0x544c534b, text.length), Buffer.from(text), Buffer.alloc(-text.length & 3));
  const packet = (i: number, ...options: Buffer[]) =>
    le.enhanced(0, BigInt(i), frame("x".repeat(700)), ...options, le.option(0, ""));
  writeFileSync(
    source,
    Buffer.concat([
      le.section(),
      secrets("CLIENT_RANDOM 0 1\n"),
      le.interface(1, 0),
      packet(1, owner, le.option(1, "look here")),
      secrets("CLIENT_RANDOM 2 3\n"),
      packet(2, le.option(1, "and there")),
      packet(3),
    ]),
  );
  const target = join(path, "target.pcapng");
  const { stderr, status } = spawnSync(PTCPDUMP, ["-r", source, "-w", target, "-C", "1k"], {
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  const blocks = (file: string): string[] => {
    const bytes = readFileSync(file);
    const types: string[] = [];
    for (let at = 0; at < bytes.length; at += bytes.readUInt32LE(at + 4)) {
      const type = bytes.readUInt32LE(at);
      types.push(type === 10 ? bytes.toString("latin1", at + 16, at + 33) : String(type));
    }
    return types;
  };
  const [section, bad] = [String(0x0a0d0d0a), String(0xbad)];
  const [first, second] = ["CLIENT_RANDOM 0 1", "CLIENT_RANDOM 2 3"];
  assert.deepEqual(blocks(target), [section, "1", first, bad, "6", second]);
  assert.deepEqual(blocks(`${target}1`), [section, "1", first, second, "6"]);
  assert.deepEqual(blocks(`${target}2`), [section, "1", first, second, "6"]);
  const shown = spawnSync(
    "tshark",
    ["-r", target, "-Y", "frame.comment", "-T", "fields", "-e", "frame.comment"],
    {
      encoding: "utf8",
    },
  );
  assert.equal(shown.stdout, "PID: 7\nCmd: /bin/x\nArgs: x,look here\n".replace(/\n(?!$)/g, "\\n"));
});

// A terminal for standard error, a file for standard output; a file that comes by a pipe for three seconds.
const TERMINAL = `
import os, pty, subprocess, sys, time
main, terminal = pty.openpty()
out = open(sys.argv[2], "wb")
child = subprocess.Popen(sys.argv[3:], stdin=subprocess.PIPE, stdout=terminal if sys.argv[1] == "both" else out, stderr=terminal)
os.close(terminal)
content = sys.stdin.buffer.read()
step = len(content) // 12
for i in range(13):
    child.stdin.write(content[i * step : (i + 1) * step])
    child.stdin.flush()
    time.sleep(0.25)
child.stdin.close()
child.wait()
said = b""
try:
    while piece := os.read(main, 65536):
        said += piece
except OSError:
    pass
sys.stdout.buffer.write(said)
`;

test("a long read tells how far it is, on a terminal that no packets are printed on", (t) => {
  const file = join(folder(t), "out");
  const said = (...words: string[]): string =>
    spawnSync("python3", ["-c", TERMINAL, ...words], { input: PCAP, encoding: "utf8" }).stdout;
  const counting = said("error", file, PTCPDUMP, "-r", "-", "--count");
  assert.match(counting, /\r-: \d+ MB, \d+ MB\/s\x1b\[K.*\r\x1b\[K$/s);
  assert.match(said("both", file, PTCPDUMP, "-r", "-", "-w", file), /\r-: \d+ MB, \d+ MB\/s/);
  assert.doesNotMatch(said("both", file, PTCPDUMP, "-n", "-r", "-", "-c", "5"), /MB\/s/);
});
