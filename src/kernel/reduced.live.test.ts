// The kernel's types cut down to what the object asks for (native/reduced.c): damaged files harm nobody.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Addon } from "../addon/addon.ts";
import { OWN_BTF } from "./btf.ts";

const BUILD = join(import.meta.dirname, "../../build");
const OBJECT = readFileSync(join(BUILD, "ptcpdump.bpf.o"));
const addon = createRequire(import.meta.url)(join(BUILD, "ptcpdump.node")) as Addon;

test("an object opens with the kernel's types, whatever became of them", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "ptcpdump-types-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "btf");
  const whole = readFileSync(OWN_BTF);
  let seed = 1;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  for (let round = 0; round < 40; round++) {
    const damaged = Buffer.from(round % 4 === 0 ? whole.subarray(0, random(whole.length)) : whole);
    const places = round % 2 ? 24 : damaged.length;
    for (let i = 0; i < 1 + random(2000) && damaged.length > 0; i++)
      damaged[random(Math.min(places, damaged.length))] = random(256);
    writeFileSync(file, damaged);
    // libbpf reads the types at the load only
    assert.doesNotThrow(() => addon.objectClose(addon.objectOpen(OBJECT, file)));
  }
});
