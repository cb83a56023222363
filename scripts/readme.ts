// Writes the table of options in README.md from the table of options: node scripts/readme.ts
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { synopsis } from "../src/cli/help.ts";
import { GROUPS, OPTIONS, type Option } from "../src/cli/options.ts";
import { BACKENDS, type Backend } from "../src/kernel/backends.ts";
import { FEATURES } from "../src/kernel/features.ts";
import { later } from "../src/kernel/fixture.ts";
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
/** The first that the object for perf buffers (bpf/ptcpdump-5.3.bpf.c) is made for. */
const OLDEST_FORCED = "5.3";

/** The first kernel that a backend works on: what the least of its rungs asks for, but none before the oldest. */
function kernelOf({ name }: Backend): string {
  const rungs = NEEDS.find((need) => need.name === "capture")!.rungs.filter(
    ({ backend }) => backend === name,
  );
  const least = rungs.at(-1)!.features.map((feature) => FEATURES.find((row) => row.name === feature)!.since);
  return least.reduce(later, OLDEST);
}

/** Whether a backend has an object for kernels without a ring buffer. */
function servesOlder({ name }: Backend): boolean {
  return NEEDS.some((need) => need.name === "records" && need.rungs.some(({ backend }) => backend === name));
}

/** What is said of the kernels that a backend works on. */
function kernels(backend: Backend): string {
  const proven = `${kernelOf(backend)} or newer`;
  return servesOlder(backend)
    ? `${proven}; from ${OLDEST_FORCED} on in a way of its own, not proven there`
    : proven;
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
    line("Linux", kernels),
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
