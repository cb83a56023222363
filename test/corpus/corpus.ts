// Our text against the installed tcpdump's: over the captures of tcpdump's own test suite (../shared/corpus/tcpdump,
// where it is there) and over the project's own, at least one for each protocol (captures/).
// By hand: node test/corpus/corpus.ts            scores by set of options and by protocol, and what is lost most
//          node test/corpus/corpus.ts FILE [OPTIONS…]   the first line that differs
//          node test/corpus/corpus.ts --bless    adds what is identical now to ratchet.json
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Names, systemNames } from "../../src/bytes/names.ts";
import { settingsOf as commandLine } from "../../src/cli/settings.ts";
import type { Settings } from "../../src/model/settings.ts";
import { openSavefile } from "../../src/savefile/savefile.ts";
import { TextSink } from "../../src/sink/text.ts";
import { Meter, PROTOCOLS } from "./meter.ts";

const HERE = dirname(fileURLToPath(import.meta.url));
/** Where tcpdump's captures lie; not part of the repository. */
export const CORPUS: string = join(HERE, "../../../shared/corpus/tcpdump");
/** The project's own captures; a name "type-…" says that they are for -T. */
const OWN = "captures";
const RATCHET = join(HERE, "ratchet.json");

/** How many tcpdumps may run at once. */
const AHEAD = 4;

/** The sets of options with which every capture is printed, -n with each. */
export const OPTION_SETS: readonly string[] = [
  "-n",
  "-n -#",
  "-n -e",
  "-n -v",
  "-n -vv",
  "-n -vvv -e",
  "-n -vvvv",
  "-n -q",
  "-n -X",
  "-n -S",
  "-n -tttt",
];

/** One capture printed with one set of options. */
export interface Case {
  /** Name of a capture of tcpdump's, or captures/ and the name of one of ours. */
  readonly file: string;
  readonly options: string;
}

/** The set of options of a case, as its score is counted: -T makes no other, and the suite's cases are one. */
export function setOf({ options }: Case): string {
  const set = options.replace(/ -T .*/, "");
  return OPTION_SETS.includes(set) ? set : "CASES.tsv";
}

/** True if a capture is ours. */
export function isOwn(file: string): boolean {
  return file.startsWith(`${OWN}/`);
}

/** Where a case's capture lies. */
export function pathOf(file: string): string {
  return isOwn(file) ? join(HERE, file) : join(CORPUS, file);
}

/** The captures that are there: tcpdump's, if the shared folder is, and ours. */
export function captureNames(): string[] {
  const shared = existsSync(CORPUS) ? readdirSync(CORPUS).filter((name) => name !== "CASES.tsv") : [];
  const own = readdirSync(join(HERE, OWN)).map((name) => `${OWN}/${name}`);
  return [...shared.sort(), ...own.sort()];
}

/** What a set of options means. */
export function settingsOf(options: string): Settings {
  const settings = commandLine(options.split(" ").filter((word) => word !== ""));
  return { ...settings, text: { ...settings.text, context: new Set() } };
}

/** The options without which a capture shows nothing of its protocol: "-T rtp"; "" for nearly all. */
export function typeOf(file: string): string {
  const type = /\/type-(.*)\.pcap$/.exec(file)?.[1];
  return type === undefined ? "" : ` -T ${type.replace("-", "_")}`;
}

/** All captures with all sets of options, and what CASES.tsv asks for besides. */
export function allCases(): Case[] {
  const cases = captureNames().flatMap((file) =>
    OPTION_SETS.map((options) => ({ file, options: options + typeOf(file) })),
  );
  const table = join(CORPUS, "CASES.tsv");
  for (const line of existsSync(table) ? readFileSync(table, "utf8").split("\n") : []) {
    const [, file, extra] = line.split("\t");
    if (line.startsWith("#") || file === undefined || extra === undefined) continue;
    const options = `-n -# ${extra}`.trim();
    if (!OPTION_SETS.includes(options)) cases.push({ file, options });
  }
  return [...new Map(cases.map((one) => [`${one.file} ${one.options}`, one])).values()];
}

/** What tcpdump prints on standard output; null if it prints nothing for a failure: it cannot be compared with. */
export function expected({ file, options }: Case): Promise<Buffer | null> {
  const words = options.split(" ").filter((word) => word !== "");
  return new Promise((resolve, reject) => {
    const run = spawn("tcpdump", [...words, "-r", pathOf(file)], {
      env: { ...process.env, TZ: "UTC" },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const parts: Buffer[] = [];
    run.stdout.on("data", (part: Buffer) => parts.push(part));
    run.on("error", reject);
    run.on("close", (status) => {
      const text = Buffer.concat(parts);
      resolve(status === null || (status !== 0 && text.length === 0) ? null : text);
    });
  });
}

/** The cases with what tcpdump prints of them. Some tcpdumps run ahead, while we print. */
async function* withExpected(cases: readonly Case[]): AsyncGenerator<[Case, Buffer | null]> {
  const pending: Promise<Buffer | null>[] = [];
  for (let next = 0, i = 0; i < cases.length; i++) {
    for (; next < cases.length && pending.length < AHEAD; next++) pending.push(expected(cases[next]!));
    yield [cases[i]!, await pending.shift()!];
  }
}

/**
 * What we print, with names from files unless `names` is given, and in `meter` what protocols it was of. The file's end
 * counts as one however it comes: reading files is tested elsewhere.
 */
export function actual(
  { file, options }: Case,
  names: Names = systemNames(),
  meter: Meter | undefined = undefined,
): Buffer {
  const settings = settingsOf(options);
  const parts: Buffer[] = [];
  const output = {
    write: (bytes: Uint8Array, start: number, end: number) => {
      parts.push(Buffer.from(bytes.subarray(start, end)));
    },
  };
  const sink = new TextSink(output, settings.text, false, names, () => {}, null, meter?.protocols);
  let savefile: ReturnType<typeof openSavefile>;
  try {
    savefile = openSavefile(pathOf(file));
  } catch {
    return Buffer.alloc(0);
  }
  try {
    for (let left = settings.count; savefile.next(); ) {
      sink.packet(savefile.packet);
      if (--left === 0) break;
    }
  } catch {
    // A file that ends in the middle of a packet.
  }
  savefile.close();
  sink.close();
  return Buffer.concat(parts);
}

/** The first line that differs: its number from 1, and both versions. */
export function firstDifference(
  want: Buffer,
  got: Buffer,
): { line: number; want: string; got: string } | null {
  if (want.equals(got)) return null;
  const wanted = want.toString("latin1").split("\n");
  const gotten = got.toString("latin1").split("\n");
  let line = 0;
  while (wanted[line] === gotten[line]) line++;
  return { line: line + 1, want: wanted[line] ?? "(end)", got: gotten[line] ?? "(end)" };
}

/** What is identical and has to stay so: by options, names of captures. */
export function readRatchet(): Record<string, string[]> {
  return existsSync(RATCHET) ? (JSON.parse(readFileSync(RATCHET, "utf8")) as Record<string, string[]>) : {};
}

function writeRatchet(ratchet: Record<string, string[]>): void {
  const lines = Object.keys(ratchet)
    .sort()
    .map(
      (options) =>
        `  ${JSON.stringify(options)}: ${JSON.stringify([...ratchet[options]!].sort(), null, 2).replaceAll(
          "\n",
          "\n  ",
        )}`,
    );
  writeFileSync(RATCHET, `{\n${lines.join(",\n")}\n}\n`);
}

/** How much is identical of what could be compared, and how much could not. */
export class Score {
  good = 0;
  all = 0;
  skipped = 0;
}

/** Compares cases with tcpdump's text. */
export class Comparison {
  /** By set of options; the rows of CASES.tsv together, -T's captures with the others. */
  readonly sets: Map<string, Score> = new Map();
  /** By name of protocol: captures with options in which the protocol occurs. */
  readonly protocols: Map<string, Score> = new Map(PROTOCOLS.map(({ name }) => [name, new Score()]));
  private readonly meter = new Meter();
  private readonly names = systemNames();

  /** Compares all the cases; `told` hears of each, what differs, if anything. */
  async compare(
    cases: readonly Case[],
    told: (one: Case, difference: ReturnType<typeof firstDifference>) => void = () => {},
  ): Promise<void> {
    for await (const [one, want] of withExpected(cases)) {
      const key = setOf(one);
      const score = this.sets.get(key) ?? new Score();
      this.sets.set(key, score);
      if (want === null) {
        score.skipped++;
        continue;
      }
      this.meter.met.clear();
      const difference = firstDifference(want, actual(one, this.names, this.meter));
      for (const sum of [score, ...[...this.meter.met].map((name) => this.protocols.get(name)!)]) {
        sum.all++;
        if (difference === null) sum.good++;
      }
      told(one, difference);
    }
  }
}

/** "-n: 642 of 642, 3 skipped" */
export function scoreText(name: string, { good, all, skipped }: Score): string {
  return `${name}: ${good} of ${all}${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

async function show(path: string, options: string): Promise<void> {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const one = { file: path.includes(`${OWN}/`) ? `${OWN}/${name}` : name, options };
  const want = await expected(one);
  if (want === null) {
    console.log("tcpdump fails");
    return;
  }
  const difference = firstDifference(want, actual(one));
  if (difference === null) console.log("identical");
  else console.log(`line ${difference.line}\n tcpdump: ${difference.want}\n ours:    ${difference.got}`);
}

async function score(bless: boolean): Promise<void> {
  const ratchet = readRatchet();
  const comparison = new Comparison();
  const lost = new Map<string, string[]>();
  await comparison.compare(allCases(), ({ file, options }, difference) => {
    if (difference !== null) {
      const group = file.replace(/[-_.0-9].*/, "");
      const list = lost.get(group) ?? [];
      lost.set(group, list);
      const { line, want, got } = difference;
      list.push(`${file} ${options}, line ${line}\n    ${want}\n    ${got}`);
    } else if (!isOwn(file)) {
      const known = ratchet[options] ?? [];
      ratchet[options] = known;
      if (!known.includes(file)) known.push(file);
    }
  });
  if (bless) writeRatchet(ratchet);
  for (const [group, list] of [...lost].sort((a, b) => a[1].length - b[1].length)) {
    console.log(`${group}: ${list.length}`);
    for (const text of list.slice(0, process.env["ALL"] ? undefined : 2)) console.log(`  ${text}`);
  }
  for (const [name, sum] of comparison.protocols) console.log(scoreText(name, sum));
  for (const [set, sum] of comparison.sets) console.log(scoreText(set, sum));
}

if (import.meta.main) {
  process.env["TZ"] = "UTC";
  const [first, ...rest] = process.argv.slice(2);
  if (first === undefined || first === "--bless") await score(first === "--bless");
  else await show(first, rest.length > 0 ? rest.join(" ") : "-n");
}
