// Writes the shells' completions made from the table of options: node scripts/completions.ts FOLDER
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { COMPLETIONS } from "../src/cli/completions.ts";

const folder = process.argv[2];
if (folder === undefined) throw new Error("usage: node scripts/completions.ts FOLDER");
for (const [path, make] of Object.entries(COMPLETIONS)) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, make());
}
