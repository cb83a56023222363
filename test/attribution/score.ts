// Scores the attribution against the truth: who was named in the captures' files, packet for packet, and who did it.
//
//   node test/attribution/score.ts [-v] [kind…]   plays the workload (all of it, or these kinds) and prints the table;
//                                                 -v: the first faults of each kind in words
//   node test/attribution/score.ts --backend=NAME [-v] [kind…]   the same with this backend
//   node test/attribution/score.ts --json         the scores for docs/attribution.md (document.ts)
import { execFileSync } from "node:child_process";
import { release } from "node:os";
import { BACKENDS } from "../../src/kernel/backends.ts";
import type { Context } from "../../src/model/context.ts";
import { Direction } from "../../src/model/packet.ts";
import { BACKEND_NAMES, type BackendName } from "../../src/model/settings.ts";
import { openSavefile } from "../../src/savefile/savefile.ts";
import { type Frame, frame, IPPROTO } from "./frames.ts";
import { KINDS } from "./kinds.ts";
import { type Performance, perform, type Recording } from "./stage.ts";
import { type Operation, Truth, type Verdict } from "./truth.ts";

/** What of a packet's owner is compared, beside the process itself: how often it was wrong. */
export const ATTRIBUTES = ["thread", "name", "args", "user", "parent"] as const;
export type Attribute = (typeof ATTRIBUTES)[number];

export interface Score {
  packets: number;
  right: number;
  unnamed: number;
  wrong: number;
  readonly attributes: Record<Attribute, number>;
  /** The first few faults in words. */
  readonly faults: string[];
}

export interface Result {
  readonly scores: Map<string, Score>;
  /** Packets that the truth does not explain. */
  readonly unexplained: string[];
}

const MOST_FAULTS = 8;
/** Neighbour discovery and listener reports: the kernel's own (RFC 4861, 2710, 3810). */
const ICMP6_KERNEL = [130, 131, 132, 133, 134, 135, 136, 143];

function newScore(): Score {
  return {
    packets: 0,
    right: 0,
    unnamed: 0,
    wrong: 0,
    attributes: { thread: 0, name: 0, args: 0, user: 0, parent: 0 },
    faults: [],
  };
}

/** True where every packet was named rightly, in all that was compared. */
export function isPerfect(score: Score): boolean {
  return score.right === score.packets && ATTRIBUTES.every((attribute) => score.attributes[attribute] === 0);
}

function describe(device: string, direction: string, frame: Frame, time: number): string {
  const { protocol, source, sourcePort, destination, destinationPort, flags, payload, icmp } = frame;
  const what = icmp >= 0 ? ` icmp ${icmp}` : flags ? ` flags ${flags.toString(16)}` : "";
  return `${time.toFixed(6)} ${device} ${direction} protocol ${protocol} ${source}.${sourcePort} > ${destination}.${destinationPort}${what} payload ${payload}${frame.later ? " fragment" : ""}`;
}

/** Arguments as a program logged them, byte for byte, to the text that is shown of them. */
const words = (args: string): string =>
  Buffer.from(args, "latin1").toString("utf8").replace(/\0+$/, "").replaceAll("\0", " ");

/** The attributes of a context that the truth contradicts. `actors`: those with the pid named. */
function contradictions(
  truth: Truth,
  context: Context,
  actors: readonly Operation[],
  time: number,
): string[] {
  const found: string[] = [];
  const { thread, process: named, parent, uid } = context;
  const same = actors.filter((actor) => actor.anyThread || actor.tid === thread?.tid);
  const check = (attribute: Attribute, right: boolean, got: unknown, wanted: unknown): void => {
    if (!right) found.push(`${attribute} ${JSON.stringify(got)} is ${JSON.stringify(wanted)}`);
  };
  check(
    "thread",
    same.length > 0,
    thread?.tid,
    actors.map((actor) => actor.tid),
  );
  const meant = same.length > 0 ? same : actors;
  if (!meant.some((actor) => actor.anyThread))
    check(
      "name",
      meant.some((actor) => actor.name === thread?.name),
      thread?.name,
      meant.map((actor) => actor.name),
    );
  check(
    "user",
    meant.some((actor) => actor.uid === uid),
    uid,
    meant.map((actor) => actor.uid),
  );
  const process = truth.process(named!.pid, time);
  if (process) {
    const args = named!.args.join(" ");
    check("args", args === words(process.args), args, words(process.args));
    if (args === words(process.args)) check("args", named!.cmd === process.exe, named!.cmd, process.exe);
    const parentArgs = parent?.args.join(" ");
    check("parent", parent?.pid === process.ppid, parent?.pid, process.ppid);
    if (parent?.pid === process.ppid)
      check("parent", parentArgs === words(process.parentArgs), parentArgs, words(process.parentArgs));
  }
  return found;
}

/** Who may be named, and when each of them did what, from the packet on (ms). */
function told(actors: readonly Operation[], time: number): string {
  const since = (at: number): string => ((at - time) * 1000).toFixed(3);
  return actors
    .map(({ op, pid, start, end, slept }) => {
      const when = `${since(start)} to ${since(end)} ms${slept ? ", asleep" : ""}`;
      return `${op} of ${pid} (${when})`;
    })
    .join(", ");
}

function judge(
  truth: Truth,
  score: Score,
  verdict: Verdict,
  context: Context | null,
  what: () => string,
  time: number,
): void {
  const fault = (text: string): void => {
    if (score.faults.length < MOST_FAULTS) score.faults.push(`${text}: ${what()}`);
  };
  score.packets++;
  const pids = [...new Set(verdict.actors.map((actor) => actor.pid))];
  if (context?.process == null) {
    if (verdict.nobody || pids.length === 0) score.right++;
    else {
      score.unnamed++;
      fault(`unnamed, is ${told(verdict.actors, time)}`);
    }
    return;
  }
  const { pid } = context.process;
  const actors = verdict.actors.filter((actor) => actor.pid === pid);
  if (actors.length === 0) {
    score.wrong++;
    const right = told(verdict.actors, time) || "nobody's";
    fault(`wrong: ${pid} (${context.process.args.join(" ")}), is ${right}`);
    return;
  }
  score.right++;
  const wrong = contradictions(truth, context, actors, time);
  for (const attribute of ATTRIBUTES)
    if (wrong.some((text) => text.startsWith(`${attribute} `))) score.attributes[attribute]++;
  if (wrong.length > 0) fault(wrong.join("; "));
}

/** Every packet of a recording, with whom it was named for. The frame is the visitor's to keep. */
function forEach(
  recording: Recording,
  visit: (frame: Frame, outgoing: boolean, time: number, context: Context | null, device: string) => void,
): void {
  const file = openSavefile(recording.file);
  try {
    while (file.next()) {
      const { packet } = file;
      const { direction, sec, nsec, context, device } = packet;
      visit(frame(packet), direction === Direction.Out, sec + nsec / 1e9, context, device.name);
    }
  } finally {
    file.close();
  }
}

/** Compares what was captured with what the programs logged. */
export function score(performance: Performance): Result {
  const rows = [...performance.played.map(({ name }) => name), "kernel"];
  return scoreRecording(Truth.read(performance.log), performance.recordings, rows);
}

/** Scores recordings by rows: a packet of any other is not explained. */
export function scoreRecording(
  truth: Truth,
  recordings: readonly Recording[],
  rows: readonly string[],
): Result {
  const scores = new Map(rows.map((row) => [row, newScore()]));
  const unexplained: string[] = [];
  for (const recording of recordings) {
    forEach(recording, (frame, outgoing, time, context, device) => {
      truth.note(frame);
      const verdict: Verdict | null =
        frame.protocol === IPPROTO.icmp6 && ICMP6_KERNEL.includes(frame.icmp)
          ? { kind: "kernel", actors: [], nobody: true }
          : truth.explain(recording.netns, outgoing, frame, time);
      const score = verdict && scores.get(verdict.kind);
      const what = (): string => describe(device, outgoing ? "Out" : "In", frame, time);
      if (score) judge(truth, score, verdict, context, what, time);
      else unexplained.push(`${recording.file.replace(/.*\//, "")} ${what()}`);
    });
  }
  return { scores, unexplained };
}

/** Process and thread of every packet, as the file's comments tell them to our own reader: "pid tid", "" for none. */
export function byFile({ file }: Recording): string[] {
  const owners: string[] = [];
  forEach({ file, netns: 0 }, (_frame, _outgoing, _time, context) => {
    owners.push(context?.process ? `${context.process.pid} ${context.thread?.tid}` : "");
  });
  return owners;
}

/** The same as tshark reads it. Wireshark before 5.1 shows process information blocks as frames: left out. */
export function byTshark({ file }: Recording): string[] {
  const words = ["-r", file, "-Y", "eth", "-T", "fields", "-e", "frame.number", "-e", "frame.comment"];
  const text = execFileSync("tshark", words, { encoding: "utf8", maxBuffer: 1 << 28 });
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const process = /(?:\t|,)PID: (\d+)/.exec(line)?.[1];
      return process === undefined ? "" : `${process} ${/(?:\t|,)ThreadId: (\d+)/.exec(line)?.[1]}`;
    });
}

/** The table in Markdown. */
export function table(scores: ReadonlyMap<string, Score>): string {
  const rows = [["kind", "packets", "right", "unnamed", "wrong", ...ATTRIBUTES]];
  for (const [name, score] of scores) {
    const { packets, right, unnamed, wrong, attributes } = score;
    rows.push([
      name,
      ...[packets, right, unnamed, wrong, ...ATTRIBUTES.map((key) => attributes[key])].map(String),
    ]);
  }
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const line = (row: string[]): string =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(" | ")} |`;
  const rule = `|${widths.map((width, i) => (i === 0 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`;
  return [line(rows[0]!), rule, ...rows.slice(1).map(line)].join("\n");
}

/** Sums of all rows. */
export function total(scores: ReadonlyMap<string, Score>): Score {
  const sum = newScore();
  for (const score of scores.values()) {
    for (const key of ["packets", "right", "unnamed", "wrong"] as const) sum[key] += score[key];
    for (const key of ATTRIBUTES) sum.attributes[key] += score.attributes[key];
  }
  return sum;
}

/** What one kernel scored in one run of the workload: by row. */
export interface KernelScores {
  /** As uname -r tells it. */
  readonly kernel: string;
  readonly rows: Record<string, Score>;
  readonly unexplained: readonly string[];
  /** Packets that the captures say they lost. */
  readonly lost: number;
}

/** Packets lost, by what the captures said at their ends. */
export function lost(reports: readonly string[]): number {
  return reports.reduce((sum, report) => {
    const said = /^(\d+) packets? dropped by kernel$/m.exec(report);
    if (!said) throw new Error(`a capture that does not say what it lost:\n${report}`);
    return sum + Number(said[1]);
  }, 0);
}

/** What a capture of a host's devices is asked for with a backend, beside "-i any". */
export function optionsFor(backend: BackendName): string[] {
  // a host is a network namespace here: no more than its own
  return ["--backend", backend, ...(BACKENDS[backend].everywhere ? ["--netns", "/proc/self/ns/net"] : [])];
}

if (import.meta.main) {
  const words = process.argv.slice(2);
  const wanted = words.filter((word) => !word.startsWith("-"));
  const chosen = KINDS.filter((kind) => wanted.length === 0 || wanted.includes(kind.name));
  const cleanUp: (() => void)[] = [];
  try {
    const backend = BACKEND_NAMES.find((name) => words.includes(`--backend=${name}`)) ?? "tc";
    const options = optionsFor(backend);
    const performance = await perform({ after: (giveBack) => cleanUp.push(giveBack) }, chosen, options);
    const { scores, unexplained } = score(performance);
    if (words.includes("--json")) {
      const result: KernelScores = {
        kernel: release(),
        rows: Object.fromEntries(scores),
        unexplained,
        lost: lost(performance.reports),
      };
      console.log(JSON.stringify(result));
    } else {
      console.log(table(new Map([...scores, ["total", total(scores)]])));
      if (words.includes("-v"))
        for (const [name, { faults }] of scores) for (const fault of faults) console.log(`${name}: ${fault}`);
      for (const line of unexplained) console.log(`unexplained: ${line}`);
      console.log(performance.reports.join(""));
    }
    process.exitCode = unexplained.length > 0 || ![...scores.values()].every(isPerfect) ? 1 : 0;
  } finally {
    for (const each of cleanUp.reverse()) each();
  }
}
