// Writes the man page made from the table of options: node scripts/man.ts FILE
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { manPage } from "../src/cli/man.ts";

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8")) as {
  version: string;
};
const file = process.argv[2];
if (file === undefined) process.stdout.write(manPage(version));
else writeFileSync(file, manPage(version));
