// Reading files: the two programs side by side on one file.
import { spawnSync } from "node:child_process";
import { closeSync, openSync, rmSync } from "node:fs";
import {
  type Cost,
  costOf,
  interleaved,
  measured,
  PTCPDUMP_COMMAND,
  type Row,
  rowsOf,
  SCRATCH,
  TCPDUMP,
} from "./harness.ts";
import { writeMixed } from "./mixed.ts";

/** Runs a program to its end, its text going to nowhere. Throws if it fails. */
function run(command: readonly string[], zone: string | undefined): Cost {
  const file = `${SCRATCH}.cost`;
  const [program, ...words] = measured(file, command);
  const env: NodeJS.ProcessEnv = { ...process.env };
  delete env["TZ"];
  if (zone !== undefined) env["TZ"] = zone;
  const nowhere = openSync("/dev/null", "w");
  const { status, stderr } = spawnSync(program!, words, {
    env,
    stdio: ["ignore", nowhere, "pipe"],
    encoding: "utf8",
  });
  closeSync(nowhere);
  if (status !== 0) throw new Error(`${command.join(" ")}: status ${status}\n${stderr}`);
  const cost = costOf(file);
  rmSync(file);
  return cost;
}

export interface ReadingTask {
  readonly task: string;
  /** Options of both programs, or of tcpdump if ptcpdump has others. */
  readonly words: readonly string[];
  readonly ptcpdump?: readonly string[];
  /** The environment's TZ; unset if not given, as on most hosts. */
  readonly zone?: string;
}

/** Runs both programs in turn. */
export async function compareReading(
  rounds: number,
  { task, words, ptcpdump = words, zone }: ReadingTask,
): Promise<Row[]> {
  const [theirs, ours] = (await interleaved(rounds, [
    async () => run([...TCPDUMP, ...words], zone),
    async () => run([...PTCPDUMP_COMMAND, ...ptcpdump], zone),
  ])) as [Cost[], Cost[]];
  const row = rowsOf(task, theirs, ours);
  return [
    row("CPU, s", true, ({ user, system }) => user + system),
    row("time, s", true, ({ wall }) => wall),
    row("memory at most, MB", false, ({ memory }) => memory),
  ];
}

/** A file of mixed packets, gone at the end. */
export function mixedFile(count: number, undo: (giveBack: () => void) => void): string {
  const file = `${SCRATCH}.mixed`;
  undo(() => rmSync(file, { force: true }));
  writeMixed(file, count);
  return file;
}
