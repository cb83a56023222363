// Writes the table of options in README.md from the table of options: node scripts/readme.ts
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { synopsis } from "../src/cli/help.ts";
import { GROUPS, OPTIONS, type Option } from "../src/cli/options.ts";

export const README: string = join(import.meta.dirname, "../README.md");

const HEAD = "| option | meaning | tcpdump | ptcpdump |\n|---|---|---|---|\n";

/** A text in a cell of a table. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("*", "\\*");
}

/** Whether tcpdump 4.99.3 has the option, a newer one, or none. */
const TCPDUMP: Record<Option["origin"], string> = { tcpdump: "yes", newer: "after 4.99", ptcpdump: "no" };

function row(option: Option): string {
  const { origin, differs, help } = option;
  const other = origin === "ptcpdump" && option.short !== undefined ? "another" : TCPDUMP[origin];
  const own = differs ?? (origin === "ptcpdump" ? "yes" : "the same");
  return `| \`${synopsis(option).trim().replaceAll("|", "\\|")}\` | ${cell(help)} | ${other} | ${cell(own)} |\n`;
}

/** The options, group by group, tcpdump and ptcpdump beside each. */
export function optionTable(): string {
  return GROUPS.map((group) => {
    const rows = OPTIONS.filter((option) => option.group === group).map(row);
    return `| **${group}** | | | |\n${rows.join("")}`;
  }).join("");
}

/** The README with the table of options as the program has it. */
export function withOptions(readme: string): string {
  const block = /(<!-- From here[^\n]*-->\n)[\s\S]*?(<!-- To here\. -->\n)/;
  if (!block.test(readme)) throw new Error(`${README}: the block of options is missing`);
  return readme.replace(
    block,
    (_, head: string, tail: string) => `${head}\n${HEAD}${optionTable()}\n${tail}`,
  );
}

if (import.meta.main) writeFileSync(README, withOptions(readFileSync(README, "utf8")));
