// What every comparison of the benchmark is made with: programs run side by side, each in its turn, and what they cost.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Host, type Program, PTCPDUMP } from "../test/netns.ts";

const BUILD = join(import.meta.dirname, "../build");
const MEASURE = join(BUILD, "measure");
/** The program that makes the load: bench/load.c. */
export const LOAD: string = join(BUILD, "load");
/** Where files go: memory, so that the disk is not the subject. */
export const SCRATCH: string = `/dev/shm/ptcpdump-bench-${process.pid}`;

/** Longer than libpcap keeps packets back for a block to fill, ms. */
const SETTLE = 1300;
/** A capture that uses less CPU in that time has nothing left to do, ms: looking at an empty ring costs a little. */
const QUIET = 25;

export interface Settings {
  /** How often each program has its turn. */
  rounds: number;
  /** Packets of a load, or of a file. */
  packets: number;
}

/** What a program cost. Seconds, MB. */
export interface Cost {
  readonly status: number;
  readonly wall: number;
  readonly user: number;
  readonly system: number;
  readonly memory: number;
}

/** Of one program in one measure: what the rounds gave. */
export interface Row {
  /** What was done. */
  readonly task: string;
  /** What was measured, with its unit. */
  readonly measure: string;
  readonly tcpdump: readonly number[];
  readonly ptcpdump: readonly number[];
  /** False where a quotient of the two says nothing: packets lost, percent. */
  readonly quotient: boolean;
}

/** Makes a task's rows: what is measured, and where that stands in what a round gave. */
export function rowsOf<T>(task: string, theirs: readonly T[], ours: readonly T[]) {
  return (measure: string, quotient: boolean, of: (round: T, i: number) => number): Row => ({
    task,
    measure,
    tcpdump: theirs.map(of),
    ptcpdump: ours.map(of),
    quotient,
  });
}

/** One point of the picture. */
export interface Point {
  readonly program: "tcpdump" | "ptcpdump";
  readonly task: string;
  /** Packets per second. */
  readonly offered: number;
  readonly captured: number;
  /** Share of the packets. */
  readonly lost: number;
}

export interface Result {
  readonly rows: readonly Row[];
  readonly points?: readonly Point[];
}

export interface Comparison {
  /** The name it is chosen by. */
  readonly name: string;
  /** One line for people: what is compared. */
  readonly title: string;
  /** `undo` takes what has to be done afterwards, whatever happens. */
  readonly run: (settings: Settings, undo: (giveBack: () => void) => void) => Promise<Result>;
}

export const TCPDUMP: readonly string[] = ["tcpdump", "-Z", "root"];
export const PTCPDUMP_COMMAND: readonly string[] = [PTCPDUMP];

/** The middle value; of an even number the upper of the two. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** The words that run a command under measure(1) of this folder, which writes what it cost to `file`. */
export function measured(file: string, command: readonly string[]): string[] {
  return [MEASURE, file, ...command];
}

/** What measure wrote. */
export function costOf(file: string): Cost {
  const [status, wall, user, system, memory] = readFileSync(file, "utf8").trim().split(" ").map(Number);
  return {
    status: status!,
    wall: wall! / 1e6,
    user: user! / 1e6,
    system: system! / 1e6,
    memory: memory! / 1024,
  };
}

/** Runs every one of the tasks in turn, and that `rounds` times: A B A B … What they returned, by task. */
export async function interleaved<T>(rounds: number, tasks: readonly (() => Promise<T>)[]): Promise<T[][]> {
  const results: T[][] = tasks.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (const [i, task] of tasks.entries()) results[i]!.push(await task());
  return results;
}

/** CPU time of a process so far, ms; all threads. 0 once it has ended. */
export function cpuTime(pid: number): number {
  let total = 0;
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`))
      total += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
  } catch {
    return 0;
  }
  return total / 1e6;
}

/** Resident memory of a process, MB. */
export function residentMemory(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A capture that runs in a host, measured. */
export class Capture {
  private readonly program: Program;
  private readonly file: string;
  /** From the start until it says that it captures, ms. */
  readonly start: number;
  /** The capture's own process. */
  readonly pid: number;

  private constructor(program: Program, file: string, start: number) {
    this.program = program;
    this.file = file;
    this.start = start;
    this.pid = Number(readFileSync(`/proc/${program.pid}/task/${program.pid}/children`, "utf8"));
  }

  /** @param output where its text goes; a pipe that is read here if not given */
  static async begin(host: Host, command: readonly string[], output?: string): Promise<Capture> {
    const file = `${SCRATCH}.cost`;
    const words = measured(file, command);
    const start = performance.now();
    const program =
      output === undefined
        ? host.start(words[0]!, words.slice(1))
        : host.start("sh", ["-c", 'out=$1; shift; exec "$@" >"$out"', "sh", output, ...words]);
    await program.said("stderr", /listening on .*\n/);
    return new Capture(program, file, performance.now() - start);
  }

  /** Waits until it has nothing left to do: a tcpdump that is told to end drops what it has not read yet. */
  async settle(): Promise<void> {
    for (;;) {
      const before = cpuTime(this.pid);
      await pause(SETTLE);
      if (cpuTime(this.pid) - before < QUIET) return;
    }
  }

  /** Ends it: what it cost, and what it says of itself. */
  async end(): Promise<{ cost: Cost; captured: number; dropped: number }> {
    const { stderr } = await this.program.stop("SIGTERM");
    const number = (pattern: RegExp): number => Number(pattern.exec(stderr)?.[1] ?? Number.NaN);
    return {
      cost: costOf(this.file),
      captured: number(/(\d+) packets? captured/),
      dropped: number(/(\d+) packets? dropped by kernel/),
    };
  }
}

/** Runs the load in a host to its end: how long it was sending, s. */
export async function sending(host: Host, ...words: readonly string[]): Promise<number> {
  return Number(/in ([\d.]+) s/.exec(await host.ok(LOAD, ...words))?.[1]);
}
