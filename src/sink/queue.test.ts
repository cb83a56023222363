// Files written beside the capture: whole, in order, bounded, and their failures told once.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Failure } from "../model/failure.ts";
import type { FileOutput } from "../model/sink.ts";
import { FileQueue } from "./queue.ts";

const all = (_: Uint8Array, end: number): number => end;

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "queue-"));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

function queue(limit?: number) {
  const told: string[] = [];
  const made = new FileQueue(
    {
      full: () => told.push("full"),
      free: () => told.push("free"),
      failed: (failure) => told.push(failure.code),
    },
    limit,
  );
  return { made, told };
}

/** Hands text over as a writer does: with the buffer that it was given. */
class Hand {
  private bytes: Uint8Array = new Uint8Array(1 << 20);
  private readonly file: FileOutput;
  constructor(file: FileOutput) {
    this.file = file;
  }
  over(text: string | Uint8Array): void {
    const source = Buffer.from(text as string);
    this.bytes.set(source);
    this.bytes = this.file.exchange!(this.bytes, source.length);
  }
}

/** Reads what is there: how many bytes; 0 where nothing is. */
function readThere(fd: number, into: Uint8Array): number {
  try {
    return readSync(fd, into, 0, into.length, null);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    return 0;
  }
}

test("several files, each with all that was handed over, in order", async (t) => {
  const path = folder(t);
  const { made, told } = queue();
  const complete: string[] = [];
  for (const name of ["a", "b", "c"]) {
    const file = made.open(join(path, name), all);
    const hand = new Hand(file);
    for (let i = 0; i < 1000; i++) hand.over(`${name}${i}\n`);
    hand.over(Buffer.alloc(3 << 18, name));
    hand.over(Buffer.alloc(3 << 18, name));
    file.write(Buffer.from("xxend"), 2, 5);
    file.close(() => complete.push(name));
  }
  await made.drained();
  assert.deepEqual(complete, ["a", "b", "c"]);
  assert.deepEqual(told, []);
  for (const name of complete) {
    const lines = Array.from({ length: 1000 }, (_, i) => `${name}${i}\n`).join("");
    const expected = `${lines}${name.repeat(3 << 19)}end`;
    assert.ok(readFileSync(join(path, name), "latin1") === expected, name);
  }
});

test("a file that cannot be made is told at once if it is the first, else as a failure", async (t) => {
  const path = folder(t);
  const { made, told } = queue();
  assert.throws(() => made.open(join(path, "none/a"), all), { code: "write-open" });
  const again = queue();
  const first = again.made.open(join(path, "a"), all);
  first.close();
  const second = again.made.open(join(path, "none/b"), all);
  const hand = new Hand(second);
  hand.over("lost");
  second.close(() => assert.fail("never complete"));
  await again.made.drained();
  assert.deepEqual(told, []);
  assert.deepEqual(again.told, ["write-open"]);
  assert.throws(
    () => hand.over("more"),
    (error: unknown) => error instanceof Failure && /none\/b: No such file or directory$/.test(error.message),
  );
});

test("a pipe that stands still: the owner is told to stop, and to go on when half is gone", async (t) => {
  const path = join(folder(t), "fifo");
  execFileSync("mkfifo", [path]);
  // Opened for both, so that neither side waits for the other; and read without waiting: what was written is told to this
  // thread, which only then has the next buffer written.
  const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const { made, told } = queue(4 << 20);
  const file = made.open(path, all);
  const hand = new Hand(file);
  let handed = 0;
  while (!told.includes("full")) {
    hand.over(Buffer.alloc(1 << 20, 65 + (handed % 26)));
    assert.ok(++handed < 10);
  }
  assert.equal(handed, 5);
  assert.ok(made.peak > 4 << 20);
  file.close();
  const chunk = Buffer.alloc(1 << 16);
  let read = 0;
  const ended = made.drained();
  while (read < handed << 20) {
    const count = readThere(reader, chunk);
    for (let i = 0; i < count; i += 4096) assert.equal(chunk[i], 65 + (((read + i) >> 20) % 26));
    read += count;
    await new Promise(setImmediate);
  }
  await ended;
  closeSync(reader);
  assert.deepEqual(told, ["full", "free"]);
});

test("a full disk and a closed pipe are told once, and nothing more is taken", async () => {
  const { made, told } = queue();
  const hand = new Hand(made.open("/dev/full", all));
  hand.over("x");
  await made.drained();
  assert.deepEqual(told, ["disk-full"]);
  assert.throws(() => hand.over("y"), { code: "disk-full" });
  assert.deepEqual(told, ["disk-full"]);
});

test("a file that its limit cuts ends with a whole block", async (t) => {
  // In a process of its own, for the limit (ulimit -f, in KiB) is for all its files.
  const path = join(folder(t), "cut");
  const program = `
    const { FileQueue } = await import(${JSON.stringify(new URL("./queue.ts", import.meta.url).href)});
    process.on("SIGXFSZ", () => {});
    const owner = { full() {}, free() {}, failed: (failure) => process.stdout.write(failure.message) };
    const queue = new FileQueue(owner);
    const file = queue.open(process.argv[1], (bytes, end, position) => end - ((position + end) % 1000));
    let bytes = new Uint8Array(1 << 20);
    for (let i = 0; i < 3; i++) bytes = file.exchange(bytes, 5000);
    await queue.drained();
  `;
  const words = ["-c", 'ulimit -f 8 && exec "$@"', "sh", process.execPath, "--input-type=module", "-e"];
  const said = execFileSync("bash", [...words, program, path], { encoding: "utf8" });
  assert.match(said, /cut: write failed after 8192 bytes: File too large$/);
  assert.equal(readFileSync(path).length, 8000);
});
