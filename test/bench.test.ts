// The benchmark's frame: its table of comparisons, and how results become a table, a page and a picture.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { COMPARISONS } from "../bench/comparisons.ts";
import { median, type Point, type Row } from "../bench/harness.ts";
import { MixedPackets } from "../bench/mixed.ts";
import { json, page, picture, quotient, textTable } from "../bench/report.ts";

const ROW: Row = {
  task: "-n",
  measure: "CPU, s",
  tcpdump: [4, 2, 3],
  ptcpdump: [1, 0.5, 0.4],
  quotient: true,
};
const LOST: Row = { ...ROW, measure: "packets lost", tcpdump: [100], ptcpdump: [0], quotient: false };
const MACHINE = {
  cpu: "a CPU",
  cores: 2,
  memory: "4 GiB",
  kernel: "6.1",
  node: "v26",
  tcpdump: "tcpdump 4.99",
  commit: "abc",
  date: "2026-01-02",
};
const POINTS: Point[] = [
  { program: "tcpdump", task: "print", offered: 100_000, captured: 100_000, lost: 0 },
  { program: "tcpdump", task: "print", offered: 200_000, captured: 150_000, lost: 0.25 },
];

test("every comparison is a file of its own name", () => {
  const files = readdirSync(join(import.meta.dirname, "../bench/comparisons"));
  assert.deepEqual(files.sort(), COMPARISONS.map(({ name }) => `${name}.ts`).sort());
});

test("medians and quotients", () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 3, 2]), 3);
  assert.equal(quotient(ROW), 6);
});

test("the table for a terminal", () => {
  assert.equal(
    textTable([ROW, LOST]),
    [
      "task  measure       tcpdump  ptcpdump  tcpdump / ptcpdump",
      "-n    CPU, s           3.00      0.50                6.00",
      "-n    packets lost      100         0                    ",
    ].join("\n"),
  );
});

test("the page keeps its words and gets the results", () => {
  const before = readFileSync(join(import.meta.dirname, "../docs/performance.md"), "utf8");
  const comparison = { name: "print", title: "read and print" };
  const all = [{ comparison, result: { rows: [ROW], points: POINTS } }];
  const settings = { rounds: 5, packets: 1_000_000 };
  const after = page(before, MACHINE, settings, all);
  assert.ok(after.startsWith(before.slice(0, before.indexOf("## Results"))));
  assert.ok(after.includes("| -n | CPU, s | 3.00 | 0.50 | 6.00 |"));
  assert.ok(after.includes("](throughput.svg)"));
  assert.equal(page(after, MACHINE, settings, all), after);
  assert.throws(() => page("no place", MACHINE, settings, all), /no place/);
  const parsed = JSON.parse(json(MACHINE, settings, all));
  assert.deepEqual(parsed.comparisons[0].rows[0].tcpdump, [4, 2, 3]);
});

test("the picture marks what was lost", () => {
  const svg = picture(POINTS);
  assert.equal(svg.match(/<circle/g)?.length, 1);
  assert.ok(svg.includes("−25 %"));
  assert.ok(svg.includes("tcpdump print"));
});

test("the packets are the same at every run, half a kilobyte on average, and of all kinds", () => {
  const [one, other] = [new MixedPackets(), new MixedPackets()];
  let bytes = 0;
  const types = new Set<number>();
  for (let i = 0; i < 20_000; i++) {
    const size = one.next();
    assert.equal(other.next(), size);
    assert.deepEqual(one.bytes.subarray(0, size), other.bytes.subarray(0, size));
    bytes += size;
    types.add((one.bytes[12]! << 8) | one.bytes[13]!);
  }
  assert.ok(bytes / 20_000 > 400 && bytes / 20_000 < 600);
  assert.deepEqual([...types].sort(), [0x0800, 0x0806, 0x86dd]);
});
