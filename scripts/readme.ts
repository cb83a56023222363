// Writes the table of options in README.md from the table of options: node scripts/readme.ts
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { synopsis } from "../src/cli/help.ts";
import { GROUPS, OPTIONS, type Option } from "../src/cli/options.ts";
import { BACKENDS, type Backend } from "../src/kernel/backends.ts";
import { FEATURES } from "../src/kernel/features.ts";
import { NEEDS } from "../src/kernel/hooks.ts";
import { BACKEND_NAMES } from "../src/model/settings.ts";

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

/** What every backend needs: the kernel that is tested first. */
const OLDEST = "5.10";

/** The later of two kernels' versions. */
function later(a: string, b: string): string {
  const [one, other] = [a, b].map((version) => version.split(".").map(Number) as [number, number]);
  return (one![0] - other![0] || one![1] - other![1]) > 0 ? a : b;
}

/** The first kernel that a backend works on: what the least of its rungs asks for, but none before the oldest. */
function kernelOf({ name }: Backend): string {
  const rungs = NEEDS.find((need) => need.name === "capture")!.rungs.filter(
    ({ backend }) => backend === name,
  );
  const least = rungs.at(-1)!.features.map((feature) => FEATURES.find((row) => row.name === feature)!.since);
  return least.reduce(later, OLDEST);
}

/** What the backends have and lack, one beside the other. */
export function backendTable(): string {
  const all = BACKEND_NAMES.map((name) => BACKENDS[name]);
  const line = (head: string, of: (backend: Backend) => string) =>
    `| ${[head, ...all.map((backend) => cell(of(backend)))].join(" | ")} |\n`;
  return [
    line("", ({ name }) => `\`${name}\``),
    `|${"---|".repeat(all.length + 1)}\n`,
    line("packets are taken", ({ about }) => about.where),
    line("link-level headers", ({ headerless }) => (headerless ? "no: raw IP" : "yes")),
    line("other network namespaces", ({ everywhere, bothWays }) =>
      everywhere
        ? "all, with `-i any` or a command; `--netns` chooses"
        : bothWays
          ? "no"
          : "with `--netns`, from Linux 6.6 on",
    ),
    line("process, thread, parent, user, container", () => "yes"),
    line("Linux", (backend) => `${kernelOf(backend)} or newer`),
    line("cgroup v2", ({ about }) => about.cgroup2),
    line("not seen, or without a name", ({ about }) => about.unseen),
  ].join("");
}

/** The README with the tables of options and backends as the program has them. */
export function withTables(readme: string): string {
  const block = /(<!-- backends: [^\n]*-->\n\n)[\s\S]*?(\n<!-- end -->\n)/;
  if (!block.test(readme)) throw new Error(`${README}: the block of backends is missing`);
  return withOptions(readme.replace(block, (_, head: string, tail: string) => head + backendTable() + tail));
}

function withOptions(readme: string): string {
  const block = /(<!-- From here[^\n]*-->\n)[\s\S]*?(<!-- To here\. -->\n)/;
  if (!block.test(readme)) throw new Error(`${README}: the block of options is missing`);
  return readme.replace(
    block,
    (_, head: string, tail: string) => `${head}\n${HEAD}${optionTable()}\n${tail}`,
  );
}

if (import.meta.main) writeFileSync(README, withTables(readFileSync(README, "utf8")));
