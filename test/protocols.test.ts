// Adding a protocol is one file, one row of the registry and one case (docs/adding-a-protocol.md): here it is missed
// if one of them is.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { systemNames } from "../src/bytes/names.ts";
import { PACKET_TYPES, type PacketType } from "../src/model/settings.ts";
import { ALL_ROWS } from "../src/protocol/registry.ts";
import { actual, captureNames, isOwn, OPTION_SETS, typeOf } from "./corpus/corpus.ts";
import { DOCUMENT, documentRows } from "./corpus/document.ts";
import { Meter, PROTOCOLS } from "./corpus/meter.ts";

const FOLDER = join(import.meta.dirname, "../src/protocol");

test("every dissector is in the registry, or is called by one that is", () => {
  const reached = new Set<string>();
  const waiting = ["registry.ts", "walk.ts"];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    for (const [, name] of readFileSync(join(FOLDER, file), "utf8").matchAll(/from "\.\/([^"]+)"/g))
      waiting.push(name!);
  }
  const lost = readdirSync(FOLDER).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !reached.has(file),
  );
  assert.deepEqual(lost, [], "without a row in src/protocol/registry.ts");
});

test("every type of -T is in the registry", () => {
  const rows = new Set(ALL_ROWS.types.map(({ type }) => type));
  // carp is asked for by VRRP's printer.
  const lost = Object.keys(PACKET_TYPES).filter((type) => !rows.has(type as PacketType) && type !== "carp");
  assert.deepEqual(lost, []);
});

test("every protocol has a capture among our own", () => {
  const meter = new Meter();
  const names = systemNames();
  for (const file of captureNames())
    if (isOwn(file)) actual({ file, options: `${OPTION_SETS[0]}${typeOf(file)}` }, names, meter);
  const lost = PROTOCOLS.filter(({ name }) => !meter.met.has(name)).map(({ name }) => name);
  assert.deepEqual(lost, [], "without a capture in test/corpus/captures");
});

test("every protocol is a row of docs/protocols.md, and every row is a protocol", () => {
  const rows = readFileSync(DOCUMENT, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| ") && line.split(" | ").length === 5)
    .map((line) => line.split(" | ").slice(0, 3))
    .map(([name, doc, found]) => [name!.slice(2), doc, found])
    .slice(1);
  assert.deepEqual(rows, documentRows(), "write it anew: node test/corpus/document.ts");
});
