// The results as a table, as JSON, and as a page with a picture: docs/performance.md, docs/throughput.svg.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { type Comparison, median, type Point, type Result, type Row, type Settings } from "./harness.ts";

/** What was measured: a comparison and what it gave. */
export interface Measured {
  readonly comparison: Pick<Comparison, "name" | "title">;
  readonly result: Result;
}

/** Where it was measured. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memory: string;
  readonly kernel: string;
  readonly node: string;
  readonly tcpdump: string;
  readonly commit: string;
  readonly date: string;
}

export function machine(now: Date): Machine {
  const tcpdump = execFileSync("sh", ["-c", "tcpdump --version 2>&1"], { encoding: "utf8" });
  let commit = "";
  try {
    commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  } catch {
    // not in a checkout
  }
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    kernel: release(),
    node: process.version,
    tcpdump: tcpdump.split("\n").slice(0, 2).join(", "),
    commit,
    date: now.toISOString().slice(0, 10),
  };
}

/** A number for people: three digits that count. */
function shown(value: number): string {
  if (!Number.isFinite(value)) return "?";
  const size = Math.abs(value);
  // Nothing is "-0.0".
  if (size < 0.005) return "0";
  return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** How many times less ptcpdump needs than tcpdump. */
export function quotient(row: Row): number {
  return median(row.tcpdump) / median(row.ptcpdump);
}

const HEAD = ["task", "measure", "tcpdump", "ptcpdump", "tcpdump / ptcpdump"] as const;

function cells(row: Row): string[] {
  return [
    row.task,
    row.measure,
    shown(median(row.tcpdump)),
    shown(median(row.ptcpdump)),
    row.quotient ? shown(quotient(row)) : "",
  ];
}

/** The rows as a table for a terminal. */
export function textTable(rows: readonly Row[]): string {
  const lines = [[...HEAD], ...rows.map(cells)];
  const widths = HEAD.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  return lines
    .map((line) =>
      line.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  "),
    )
    .join("\n");
}

function markdownTable(rows: readonly Row[]): string {
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  return (
    line(HEAD) + line(["---", "---", "---:", "---:", "---:"]) + rows.map((row) => line(cells(row))).join("")
  );
}

/** Everything as JSON: the values of all rounds. */
export function json(where: Machine, settings: Settings, all: readonly Measured[]): string {
  const comparisons = all.map(({ comparison, result }) => ({ ...comparison, ...result }));
  return `${JSON.stringify({ machine: where, settings, comparisons }, null, 1)}\n`;
}

const FROM = "<!-- Written by `make bench ARGS=--save` from here";
const TO = "<!-- to here. -->";

/** The page with the results in place of those that were there. Throws if the page has no place for them. */
export function page(before: string, where: Machine, settings: Settings, all: readonly Measured[]): string {
  const from = before.indexOf(FROM);
  const start = before.indexOf("\n", from) + 1;
  const to = before.indexOf(TO);
  if (from < 0 || to < start) throw new Error("the page has no place for the results");
  let text = `\n${where.date}, commit ${where.commit}: ${where.cpu}, ${where.cores} cores, ${where.memory}; Linux ${where.kernel}; `;
  text += `Node ${where.node}; ${where.tcpdump}. Medians of ${settings.rounds} rounds, ${settings.packets.toLocaleString("en")} packets.\n`;
  for (const { comparison, result } of all) {
    text += `\n### ${comparison.name}: ${comparison.title}\n\n${markdownTable(result.rows)}`;
    if (result.points !== undefined) text += "\n![Throughput against offered load](throughput.svg)\n";
  }
  return before.slice(0, start) + text + before.slice(to);
}

// The picture: packets per second captured against offered, a line for each program and task, a cross where
// packets were lost.
const WIDTH = 720;
const HEIGHT = 420;
const LEFT = 70;
const BOTTOM = 60;
const TOP = 30;
const RIGHT = 190;
const COLORS: Record<string, string> = {
  "tcpdump write": "#8a8f98",
  "ptcpdump write": "#1a7f5a",
  "tcpdump print": "#c9803a",
  "ptcpdump print": "#3366cc",
};
/** A smaller share is none: what was under way when the capture ended. */
const LOSS = 0.0005;

export function picture(points: readonly Point[]): string {
  const most = Math.max(...points.map(({ offered }) => offered), 1);
  const step = 10 ** Math.floor(Math.log10(most)) / (most / 10 ** Math.floor(Math.log10(most)) < 4 ? 2 : 1);
  const limit = Math.ceil(most / step) * step;
  const x = (value: number): number => LEFT + (value / limit) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => HEIGHT - BOTTOM - (value / limit) * (HEIGHT - BOTTOM - TOP);
  const parts: string[] = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
  ];
  for (let value = 0; value <= limit; value += step) {
    parts.push(
      `<path d="M${x(value).toFixed(1)} ${y(0)}V${y(limit)}M${LEFT} ${y(value).toFixed(1)}H${x(limit)}" stroke="#e4e6ea" fill="none"/>`,
      `<text x="${x(value).toFixed(1)}" y="${y(0) + 18}" text-anchor="middle">${value / 1000}</text>`,
      `<text x="${LEFT - 8}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${value / 1000}</text>`,
    );
  }
  parts.push(
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 16}" text-anchor="middle">offered, thousand packets a second</text>`,
    `<text x="18" y="${(TOP + HEIGHT - BOTTOM) / 2}" text-anchor="middle" transform="rotate(-90 18 ${(TOP + HEIGHT - BOTTOM) / 2})">captured, thousand packets a second</text>`,
  );
  const lines = Map.groupBy(points, ({ program, task }) => `${program} ${task}`);
  let legend = TOP + 10;
  for (const [name, line] of lines) {
    const color = COLORS[name] ?? "#000";
    const sorted = [...line].sort((a, b) => a.offered - b.offered);
    const path = sorted
      .map(({ offered, captured }) => `${x(offered).toFixed(1)} ${y(captured).toFixed(1)}`)
      .join("L");
    parts.push(`<path d="M${path}" stroke="${color}" stroke-width="2" fill="none"/>`);
    for (const { offered, captured, lost } of sorted) {
      const [px, py] = [x(offered), y(captured)];
      if (lost < LOSS)
        parts.push(`<circle cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="3" fill="${color}"/>`);
      else
        parts.push(
          `<path d="M${(px - 5).toFixed(1)} ${(py - 5).toFixed(1)}l10 10m0-10l-10 10" stroke="#cc2222" stroke-width="2"/>`,
          `<text x="${(px + 8).toFixed(1)}" y="${(py + 4).toFixed(1)}" fill="#cc2222">−${(100 * lost).toFixed(lost < 0.1 ? 1 : 0)} %</text>`,
        );
    }
    parts.push(
      `<path d="M${WIDTH - RIGHT + 20} ${legend}h24" stroke="${color}" stroke-width="2"/>`,
      `<text x="${WIDTH - RIGHT + 52}" y="${legend + 4}">${name}</text>`,
    );
    legend += 20;
  }
  parts.push(
    `<path d="M${WIDTH - RIGHT + 27} ${legend - 5}l10 10m0-10l-10 10" stroke="#cc2222" stroke-width="2"/>`,
    `<text x="${WIDTH - RIGHT + 52}" y="${legend + 4}">packets lost</text>`,
    "</svg>",
  );
  return `${parts.join("\n")}\n`;
}

/** The page as it is now. */
export function read(path: string): string {
  return readFileSync(path, "utf8");
}
