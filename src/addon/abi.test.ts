// The generated offsets against the C compiler's.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import * as abi from "./abi.ts";

const root = join(import.meta.dirname, "../..");
const camel = (name: string) => name.replace(/_([a-z0-9])/g, (_, ch: string) => ch.toUpperCase());

test("offsets and sizes are the C compiler's", () => {
  const header = readFileSync(join(root, "bpf/include/abi.h"), "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  const lines: string[] = [];
  for (const [, name, body] of header.matchAll(/struct (\w+) \{([^}]*)\};/g)) {
    for (const [, field] of body!.matchAll(/(\w+)(?:\[\w+\])?;/g))
      lines.push(`printf("${name} ${field} %zu\\n", offsetof(struct ${name}, ${field}));`);
    lines.push(`printf("${name} size %zu\\n", sizeof(struct ${name}));`);
  }
  const folder = mkdtempSync(join(tmpdir(), "ptcpdump-abi-"));
  try {
    const source = `#include <stddef.h>\n#include <stdio.h>\n#include <linux/types.h>\n#include "abi.h"\nint main(void){${lines.join("\n")}return 0;}`;
    writeFileSync(join(folder, "abi.c"), source);
    const compiled = spawnSync("gcc", [
      "-I",
      join(root, "bpf/include"),
      "-o",
      join(folder, "abi"),
      join(folder, "abi.c"),
    ]);
    assert.equal(compiled.status, 0, String(compiled.stderr));
    const output = String(spawnSync(join(folder, "abi")).stdout);
    assert.ok(output.includes("record_packet caplen"));
    for (const line of output.trim().split("\n")) {
      const [struct, field, offset] = line.split(" ") as [string, string, string];
      const table = (abi as unknown as Record<string, Record<string, number>>)[camel(`_${struct}`)]!;
      assert.equal(table[camel(field)], Number(offset), line);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
