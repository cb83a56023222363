// What the options resolve to. cli/ makes it, every other room reads the part it needs.
import type { ContextPart } from "./context.ts";

/** How packets become text (tcpdump(1)'s options in brackets). */
export interface TextSettings {
  /** -n: how often given. 0: names, 1+: numbers. */
  numeric: number;
  /** -q */
  quiet: boolean;
  /** -v, -vv, -vvv: 0…3 */
  verbose: number;
  /** -e */
  linkHeader: boolean;
  /** -A given once (1) or twice (2) */
  ascii: number;
  /** -x (1), -xx (2) */
  hex: number;
  /** -X (1), -XX (2) */
  hexAscii: number;
  /** -t (1) none, -tt (2) unix, -ttt (3) delta, -tttt (4) date, -ttttt (5) since first; 0 time of day */
  timestamp: number;
  /** --micro, --nano, --time-stamp-precision */
  precision: "micro" | "nano";
  /** -S */
  absoluteSequence: boolean;
  /** -# */
  number: boolean;
  /** --oneline: the lines that -v adds are joined to the first */
  oneline: boolean;
  /** --context: which parts of the context are shown and written */
  context: ReadonlySet<ContextPart>;
}

/** Which processes' packets are captured: the union of what is given; empty: all. */
export interface ProcessFilter {
  pids: readonly number[];
  names: readonly string[];
  uids: readonly number[];
  /** -f: the children of every process chosen, too. Always so with a command. */
  followForks: boolean;
}

/** How the files of -w follow each other. */
export interface Rotation {
  /** -C: a file that is larger than so many bytes is followed by the next; 0: no limit */
  bytes: number;
  /** -G: each file is for so many seconds; 0: no limit */
  seconds: number;
  /** -W; 0: no limit */
  files: number;
  /** -z: the program that is run on each file that was followed by another; null: none */
  command: string | null;
}

export type LogLevel = "debug" | "info" | "warn" | "error" | "fatal";

export interface Settings {
  mode: "capture" | "read" | "list" | "version" | "help";
  /** -i in the order given; "any" stands for all devices, present and coming. */
  interfaces: readonly string[];
  /** -r: file name, "-" for standard input */
  readFile: string | null;
  /** -w: file name, "-" for standard output */
  writeFile: string | null;
  /** Savefile format by name and options: ".pcap" in the name gives pcap, else pcapng. */
  writeFormat: "pcap" | "pcapng";
  rotation: Rotation;
  /** -Z USER[:GROUP]: who to become when the capture is attached; null: nobody else */
  user: string | null;
  /** -U */
  packetBuffered: boolean;
  /** -l */
  lineBuffered: boolean;
  /** --print: text although -w is given */
  print: boolean;
  /** --count */
  countOnly: boolean;
  /** -c; 0 = no limit */
  count: number;
  /** -s, bytes; 0 on the command line means the default of 262,144 */
  snaplen: number;
  direction: "in" | "out" | "inout";
  /** Filter expression (words joined, or the text of -F); "" matches everything. */
  expression: string;
  processes: ProcessFilter;
  /** After "--": the program to run and its arguments; empty: none. */
  command: readonly string[];
  /** -B in KiB; 0 = default */
  bufferKiB: number;
  immediate: boolean;
  logLevel: LogLevel;
  text: TextSettings;
}
