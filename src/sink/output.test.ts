// The descriptor: whole writes into slow and full pipes, and what its failures are called.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Failure } from "../model/failure.ts";
import { DescriptorOutput } from "./output.ts";

const isFailure = (code: string, text: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Failure);
  assert.equal(error.code, code);
  assert.match(error.message, text);
  return true;
};

test("a part of a buffer goes out whole", () => {
  const folder = mkdtempSync(join(tmpdir(), "output-"));
  const path = join(folder, "file");
  const fd = openSync(path, "w");
  const output = new DescriptorOutput(fd, path);
  output.write(Buffer.from("xxhellox"), 2, 7);
  output.write(Buffer.from(" world"), 0, 6);
  output.write(Buffer.from("nothing"), 3, 3);
  closeSync(fd);
  assert.equal(readFileSync(path, "utf8"), "hello world");
  assert.equal(output.written, 11);
  rmSync(folder, { recursive: true });
});

test("a full disk is told with the file's name and the bytes written", () => {
  const fd = openSync("/dev/full", "w");
  const output = new DescriptorOutput(fd, "out.txt");
  assert.throws(
    () => output.write(Buffer.from("hello"), 0, 5),
    isFailure("disk-full", /^out\.txt: .*0 bytes/),
  );
  closeSync(fd);
});

test("other errors are told with the system's reason", () => {
  const fd = openSync("/dev/null", "r");
  const output = new DescriptorOutput(fd, "out.txt");
  assert.throws(
    () => output.write(Buffer.from("hello"), 0, 5),
    isFailure("write", /^out\.txt: write failed after 0 bytes: Bad file descriptor$/),
  );
  closeSync(fd);
});

// A program that writes four megabytes to its standard output and says on standard error how that went.
const PROGRAM = `
  const { DescriptorOutput } = await import(${JSON.stringify(new URL("./output.ts", import.meta.url).href)});
  const bytes = Buffer.alloc(4 << 20, "0123456789abcde\\n");
  const from = process.cpuUsage();
  let how = "done";
  try {
    new DescriptorOutput(1, "standard output").write(bytes, 0, bytes.length);
  } catch (error) {
    how = error.code;
  }
  const cpu = process.cpuUsage(from);
  process.stderr.write(how + " " + Math.round((cpu.user + cpu.system) / 1000));
`;

test("a pipe that nobody reads is closed-pipe", () => {
  const run = spawnSync("sh", ["-c", '"$0" --input-type=module -e "$1" | true', process.execPath, PROGRAM], {
    encoding: "utf8",
  });
  assert.match(run.stderr, /^closed-pipe /);
});

test("a slow reader of a non-blocking pipe gets everything, and waiting costs next to nothing", async () => {
  // Node makes the pipes of its children non-blocking sockets: EAGAIN comes as soon as they are full.
  const nonBlocking = `
    import os, sys, fcntl
    for fd in (1,):
        fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_NONBLOCK)
    os.execv(sys.argv[1], sys.argv[1:])
  `.replace(/^ {4}/gm, "");
  const words = ["-c", nonBlocking.trim(), process.execPath, "--input-type=module", "-e", PROGRAM];
  const child = spawn("python3", words, { stdio: ["ignore", "pipe", "pipe"] });
  let got = 0;
  let said = "";
  child.stderr.on("data", (data: Buffer) => {
    said += data.toString();
  });
  child.stdout.on("data", (data: Buffer) => {
    got += data.length;
    // Reads pause for a moment after every chunk: the pipe is full most of the time.
    child.stdout.pause();
    setTimeout(() => child.stdout.resume(), 5);
  });
  await new Promise((resolve) => child.on("close", resolve));
  assert.equal(got, 4 << 20);
  const [how, milliseconds] = said.split(" ");
  assert.equal(how, "done");
  assert.ok(Number(milliseconds) < 200, `${milliseconds} ms of CPU`);
});
