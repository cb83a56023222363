// Our text against the installed tcpdump's, over the captures of tcpdump's own test suite (../shared/corpus/tcpdump).
// By hand: node test/corpus/corpus.ts            scores by set of options, and what is lost most
//          node test/corpus/corpus.ts FILE [OPTIONS…]   the first line that differs
//          node test/corpus/corpus.ts --bless    adds what is identical now to ratchet.json
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Names, systemNames } from "../../src/bytes/names.ts";
import { settingsOf as commandLine } from "../../src/cli/settings.ts";
import type { Settings } from "../../src/model/settings.ts";
import { openSavefile } from "../../src/savefile/savefile.ts";
import { TextSink } from "../../src/sink/text.ts";

const HERE = dirname(fileURLToPath(import.meta.url));
/** Where the captures lie; not part of the repository. */
export const CORPUS: string = join(HERE, "../../../shared/corpus/tcpdump");
const RATCHET = join(HERE, "ratchet.json");

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
  readonly file: string;
  readonly options: string;
}

/** What a set of options means; null where the installed tcpdump does not know it or means something else. */
export function settingsOf(options: string): Settings | null {
  // of newer versions; after "--" ptcpdump has a command
  if (/(^| )(--(skip|lengths|print-sampling|ip-oneline)?|-v?g)( |=|$)/.test(options)) return null;
  const settings = commandLine(options.split(" ").filter((word) => word !== ""));
  return { ...settings, text: { ...settings.text, context: new Set() } };
}

/** All captures with all sets of options, and what CASES.tsv asks for besides. */
export function allCases(): Case[] {
  const files = readdirSync(CORPUS)
    .filter((name) => name !== "CASES.tsv")
    .sort();
  const cases = files.flatMap((file) => OPTION_SETS.map((options) => ({ file, options })));
  for (const line of readFileSync(join(CORPUS, "CASES.tsv"), "utf8").split("\n")) {
    const [, file, extra] = line.split("\t");
    if (line.startsWith("#") || file === undefined || extra === undefined) continue;
    const options = `-n -# ${extra}`.trim();
    if (settingsOf(options) !== null && !OPTION_SETS.includes(options)) cases.push({ file, options });
  }
  const seen = new Set<string>();
  return cases.filter(({ file, options }) => {
    const key = `${file} ${options}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** What tcpdump prints on standard output. */
export function expected({ file, options }: Case): Buffer {
  const words = options.split(" ").filter((word) => word !== "");
  const run = spawnSync("tcpdump", [...words, "-r", join(CORPUS, file)], {
    env: { ...process.env, TZ: "UTC" },
    maxBuffer: 1 << 30,
  });
  return run.stdout;
}

/** What we print, with names from files unless `names` is given. The file's end counts as one however it comes: reading files is tested elsewhere. */
export function actual({ file, options }: Case, names: Names = systemNames()): Buffer {
  const settings = settingsOf(options);
  if (settings === null) throw new Error(`no text settings for ${options}`);
  const parts: Buffer[] = [];
  const output = {
    write: (bytes: Uint8Array, start: number, end: number) => {
      parts.push(Buffer.from(bytes.subarray(start, end)));
    },
  };
  const sink = new TextSink(output, settings.text, false, names);
  let savefile: ReturnType<typeof openSavefile>;
  try {
    savefile = openSavefile(join(CORPUS, file));
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

function show(file: string, options: string): void {
  const one = { file: file.slice(file.lastIndexOf("/") + 1), options };
  const difference = firstDifference(expected(one), actual(one));
  if (difference === null) console.log("identical");
  else console.log(`line ${difference.line}\n tcpdump: ${difference.want}\n ours:    ${difference.got}`);
}

function score(bless: boolean, only: RegExp | null): void {
  const ratchet = readRatchet();
  const sums = new Map<string, { good: number; all: number }>();
  const lost = new Map<string, string[]>();
  for (const one of allCases()) {
    const set = OPTION_SETS.includes(one.options) ? one.options : "CASES.tsv";
    if (only !== null && !only.test(one.options)) continue;
    const sum = sums.get(set) ?? { good: 0, all: 0 };
    sums.set(set, sum);
    sum.all++;
    let difference: ReturnType<typeof firstDifference>;
    try {
      difference = firstDifference(expected(one), actual(one));
    } catch (error) {
      difference = { line: 0, want: "no exception", got: String(error) };
    }
    if (difference === null) {
      sum.good++;
      if (bless) {
        const known = ratchet[one.options] ?? [];
        ratchet[one.options] = known;
        if (!known.includes(one.file)) known.push(one.file);
      }
    } else {
      const group = one.file.replace(/[-_.0-9].*/, "");
      const list = lost.get(group) ?? [];
      lost.set(group, list);
      list.push(`${one.file} ${one.options}\n    ${difference.want}\n    ${difference.got}`);
    }
  }
  if (bless) writeRatchet(ratchet);
  for (const [group, list] of [...lost].sort((a, b) => a[1].length - b[1].length)) {
    console.log(`${group}: ${list.length}`);
    for (const text of list.slice(0, process.env["ALL"] ? undefined : 2)) console.log(`  ${text}`);
  }
  for (const [set, { good, all }] of sums) console.log(`${set}: ${good} of ${all}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.env["TZ"] = "UTC";
  const [first, ...rest] = process.argv.slice(2);
  if (first === undefined || first === "--bless") score(first === "--bless", null);
  else if (first === "--only") score(false, new RegExp(`^${rest.join(" ")}$`));
  else show(first, rest.length > 0 ? rest.join(" ") : "-n");
}
