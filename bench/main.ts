// Everything side by side with the installed tcpdump: make bench, or
//
//   node bench/main.ts [--rounds N] [--packets N] [--save] [NAME…]     (root)
//
// Runs the comparisons of that name, or all. Results go to standard output as tables, and to build/bench.json; with
// --save also into docs/performance.md and its picture.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { COMPARISONS } from "./comparisons.ts";
import { SCRATCH } from "./harness.ts";
import { json, type Measured, machine, page, picture, read, textTable } from "./report.ts";

const ROOT = join(import.meta.dirname, "..");
const PAGE = join(ROOT, "docs/performance.md");
const PICTURE = join(ROOT, "docs/throughput.svg");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "5" },
    packets: { type: "string", default: "1000000" },
    save: { type: "boolean", default: false },
  },
});
const settings = { rounds: Number(values.rounds), packets: Number(values.packets) };
const unknown = positionals.filter((name) => COMPARISONS.every((comparison) => comparison.name !== name));
if (unknown.length > 0 || !(settings.rounds > 0) || !(settings.packets > 0)) {
  console.error(`usage: node bench/main.ts [--rounds N] [--packets N] [--save] [NAME…]`);
  for (const { name, title } of COMPARISONS) console.error(`  ${name.padEnd(12)} ${title}`);
  process.exit(2);
}

const all: Measured[] = [];
for (const comparison of COMPARISONS) {
  if (positionals.length > 0 && !positionals.includes(comparison.name)) continue;
  console.log(`\n${comparison.name}: ${comparison.title}`);
  const undo: (() => void)[] = [() => rmSync(`${SCRATCH}.cost`, { force: true })];
  try {
    const result = await comparison.run(settings, (giveBack) => void undo.push(giveBack));
    all.push({ comparison: { name: comparison.name, title: comparison.title }, result });
    console.log(textTable(result.rows));
  } finally {
    for (const giveBack of undo.reverse()) giveBack();
  }
}
const where = machine(new Date());
mkdirSync(join(ROOT, "build"), { recursive: true });
writeFileSync(join(ROOT, "build/bench.json"), json(where, settings, all));
if (values.save) {
  writeFileSync(PAGE, page(read(PAGE), where, settings, all));
  const points = all.flatMap(({ result }) => result.points ?? []);
  if (points.length > 0) writeFileSync(PICTURE, picture(points));
}
