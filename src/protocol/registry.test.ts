// The tables of protocols: every row is usable, and none hides another.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PACKET_TYPES } from "../model/settings.ts";
import { PortTable } from "./protocols.ts";
import { ALL_ROWS } from "./registry.ts";

/** The numbers by which each table finds its rows, those twice in it left out on purpose. */
const KEYS: readonly (readonly [table: string, keys: readonly number[], most: number])[] = [
  ["links", ALL_ROWS.links.flatMap((row) => row.types), 0xffff],
  ["ethertypes", ALL_ROWS.ethertypes.flatMap((row) => row.types), 0xffff],
  ["saps", ALL_ROWS.saps.map((row) => row.sap), 0xff],
  ["snaps", ALL_ROWS.snaps.flatMap((row) => row.types.map((type) => row.oui * 65536 + type)), 2 ** 40 - 1],
  ["ip", ALL_ROWS.ip.flatMap((row) => row.protocols), 0xff],
];

test("every row tells its name, its document and a printer", () => {
  const { types: _, ...tables } = ALL_ROWS;
  const rows = Object.values(tables).flat();
  assert.ok(rows.length > 15);
  for (const row of rows) {
    assert.ok(row.name.length > 0 && row.doc.length > 0, row.name);
    assert.equal(typeof row.print, "function", row.name);
  }
});

test("what -T forces stands once, with a printer", () => {
  const { types } = ALL_ROWS;
  assert.equal(new Set(types.map((row) => row.type)).size, types.length);
  // carp is asked for by VRRP's row
  const named = Object.keys(PACKET_TYPES).filter((type) => type !== "carp");
  assert.deepEqual(types.map((row) => row.type).sort(), named.sort());
  for (const row of types) assert.ok(row.udp !== undefined || row.tcp !== undefined, row.type);
});

for (const [table, keys, most] of KEYS)
  test(`${table}: no number stands twice or is out of range`, () => {
    assert.deepEqual(
      keys.filter((key, i) => keys.indexOf(key) !== i),
      [],
    );
    for (const key of keys) assert.ok(Number.isInteger(key) && key >= 0 && key <= most, String(key));
  });

test("ports are ports, and no row is empty", () => {
  for (const row of [...ALL_ROWS.udp, ...ALL_ROWS.tcp]) {
    assert.ok(row.ports.length > 0, row.name);
    for (const port of row.ports) assert.ok(Number.isInteger(port) && port >= 0 && port <= 65535, row.name);
  }
});

test("the first row that a port chooses wins; a row that does not apply gives way to the next", () => {
  const asked: string[] = [];
  const print = (name: string) => () => {
    asked.push(name);
  };
  const table = new PortTable([
    { name: "guarded", doc: "-", ports: [7], applies: () => false, print: print("guarded") },
    { name: "first", doc: "-", ports: [1, 2], print: print("first") },
    { name: "to", doc: "-", ports: [3], side: "destination", print: print("to") },
    { name: "from", doc: "-", ports: [4], side: "source", print: print("from") },
    { name: "last", doc: "-", ports: [7, 2], print: print("last") },
  ]);
  const d = undefined as never;
  const chosen = (sport: number, dport: number) => {
    asked.length = 0;
    const found = table.print(d, 0, 0, 0, sport, dport, false, 0);
    assert.equal(found, asked.length === 1);
    return asked[0] ?? null;
  };
  assert.equal(chosen(1, 9), "first");
  assert.equal(chosen(9, 2), "first");
  assert.equal(chosen(7, 1), "first");
  assert.equal(chosen(7, 9), "last");
  assert.equal(chosen(9, 3), "to");
  assert.equal(chosen(3, 9), null);
  assert.equal(chosen(4, 9), "from");
  assert.equal(chosen(9, 4), null);
  assert.equal(chosen(0, 65535), null);
});
