// Writes the list of options in README.md from the table of options: node scripts/readme.ts
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { optionsText } from "../src/cli/help.ts";

export const README: string = join(import.meta.dirname, "../README.md");

/** The README with the list of options as the table has it. */
export function withOptions(readme: string): string {
  const block = /(<!-- From here[^\n]*-->\n```\n)[\s\S]*?(```\n)/;
  if (!block.test(readme)) throw new Error(`${README}: the block of options is missing`);
  return readme.replace(block, (_, head: string, tail: string) => `${head}${optionsText()}${tail}`);
}

if (import.meta.main) writeFileSync(README, withOptions(readFileSync(README, "utf8")));
