import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statfsSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inMemory } from "./file.ts";

const MEMORY = "/dev/shm";
const TMPFS = 0x01021994;
const noMemory =
  existsSync(MEMORY) && statfsSync(MEMORY).type === TMPFS ? false : `${MEMORY} is no memory file system`;

test("what lies in memory never makes its writer wait: files do, pipes and devices there do not", {
  skip: noMemory,
}, (t) => {
  const memory = mkdtempSync(join(MEMORY, "ptcpdump-file-"));
  // beside this file: on whatever the checkout lies
  const other = mkdtempSync(join(import.meta.dirname, "../../build/file-"));
  t.after(() => {
    for (const folder of [memory, other]) rmSync(folder, { recursive: true });
  });
  const [file, fifo, link] = [join(memory, "x.pcap"), join(memory, "fifo"), join(other, "link")];
  assert.equal(inMemory(file), true, "a file to be made");
  writeFileSync(file, "");
  assert.equal(inMemory(file), true);
  execFileSync("mkfifo", [fifo]);
  assert.equal(inMemory(fifo), false, "somebody has to read it");
  symlinkSync(file, link);
  assert.equal(inMemory(link), true, "wherever its name is");
  assert.equal(inMemory("/dev/null"), false);
  assert.equal(inMemory("-"), false);
  assert.equal(inMemory(join(memory, "no folder", "x")), false);
  if (statfsSync(other).type !== TMPFS) assert.equal(inMemory(join(other, "y.pcap")), false);
});
