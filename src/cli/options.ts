// The one table of options. Adding an option is a row here, a case in options.test.ts and a line of README.md
// (tests walk the table and see to both); parser, help and README's list are made from it.
import { CONTEXT_PARTS, type ContextPart } from "../model/context.ts";
import { Failure } from "../model/failure.ts";
import type { LogLevel, Rotation, Settings, TextSettings } from "../model/settings.ts";

/** What the options gather, one after the other, before it is resolved to Settings. */
export interface Draft {
  mode: Settings["mode"];
  interfaces: string[];
  readFile: string | null;
  writeFile: string | null;
  rotation: Rotation;
  user: string | null;
  packetBuffered: boolean;
  lineBuffered: boolean;
  print: boolean;
  countOnly: boolean;
  count: number;
  snaplen: number;
  direction: Settings["direction"];
  /** -F */
  expressionFile: string | null;
  pids: number[];
  names: string[];
  uids: number[];
  followForks: boolean;
  bufferKiB: number;
  immediate: boolean;
  logLevel: LogLevel;
  text: Omit<TextSettings, "context">;
  /** --context; null: not given */
  context: Set<ContextPart> | null;
}

/** The headings of the help, in its order. */
export const GROUPS = [
  "Sources",
  "Which packets",
  "Whose packets",
  "Files",
  "Text",
  "Capture and output",
  "About",
] as const;

export interface Option {
  /** One character, without the hyphen. */
  readonly short?: string;
  /** Without the hyphens: the spelling that the help shows, then others understood. tcpdump has none for some. */
  readonly long: readonly string[];
  /** Name of the argument in the help; absent: the option takes none. */
  readonly argument?: string;
  readonly group: (typeof GROUPS)[number];
  readonly help: string;
  /** Takes one occurrence in. `value` is "" for an option without argument. Throws Failure "usage". */
  apply(draft: Draft, value: string): void;
}

/** tcpdump's largest snapshot length, and its default; bytes. */
export const MAX_SNAPLEN = 262144;

/** Largest process id that a kernel can be configured for (PID_MAX_LIMIT of linux/threads.h). */
const MAX_PID = 4194304;
/** Largest user id: 2^32-1 itself stands for "no user" (chown(2)). */
const MAX_UID = 4294967294;
/** The ring of a capture is mapped in one piece; more than this no kernel gives. KiB. */
const MAX_BUFFER_KIB = 2097151;

/** What an int of C holds. */
const MAX_INT = 2147483647;

const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error", "fatal"];

/** A Failure for a command line that cannot be understood. */
export function usage(message: string): Failure {
  return new Failure("usage", message);
}

/** A decimal number min…max, nothing else (no sign, no unit); `complaint` is what a user reads otherwise. */
function integer(value: string, min: number, max: number, complaint: string): number {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= min && number <= max)) throw usage(complaint);
  return number;
}

const FILE_UNITS: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** -C's argument in bytes: millions, or the unit that a letter behind the number stands for. */
function fileSize(value: string): number {
  const match = /^(\d+)([kmg]?)$/i.exec(value);
  const size = Number(match?.[1] ?? 0);
  if (match === null || size === 0) throw usage(`invalid file size ${value}`);
  const bytes = size * (FILE_UNITS[match[2]!.toLowerCase()] ?? 1_000_000);
  if (bytes > Number.MAX_SAFE_INTEGER) throw usage(`file size ${value} is too large`);
  return bytes;
}

/** The parts of a comma list; an empty part is refused by whoever reads it. */
function list(value: string): string[] {
  return value.split(",").map((part) => part.trim());
}

function precision(draft: Draft, value: string): void {
  if (value !== "micro" && value !== "nano")
    throw usage(`unsupported time stamp precision '${value}' (known: micro, nano)`);
  draft.text.precision = value;
}

export const OPTIONS: readonly Option[] = [
  {
    short: "i",
    long: ["interface"],
    argument: "interface",
    group: "Sources",
    help: `Listen on the interface; give the option again for each further one. "any" stands for all interfaces, those that appear later included. Without -i: "any" if a command is given, else the first interface that is up and not the loopback.`,
    apply: (draft, value) => {
      if (value === "") throw usage("empty interface name");
      if (!draft.interfaces.includes(value)) draft.interfaces.push(value);
    },
  },
  {
    short: "D",
    long: ["list-interfaces"],
    group: "Sources",
    help: "Print the interfaces that packets can be captured on, and exit.",
    apply: (draft) => {
      draft.mode = "list";
    },
  },
  {
    short: "r",
    long: ["read-file"],
    argument: "file",
    group: "Sources",
    help: `Read the packets from a pcap or pcapng file instead of an interface; "-" is standard input.`,
    apply: (draft, value) => {
      draft.readFile = value;
    },
  },
  {
    short: "c",
    long: ["receive-count"],
    argument: "count",
    group: "Which packets",
    help: "Exit after this many packets.",
    apply: (draft, value) => {
      draft.count = integer(value, 1, Number.MAX_SAFE_INTEGER, `invalid packet count ${value}`);
    },
  },
  {
    short: "F",
    long: ["expression-file"],
    argument: "file",
    group: "Which packets",
    help: "Take the filter expression from the file; an expression on the command line is ignored then.",
    apply: (draft, value) => {
      draft.expressionFile = value;
    },
  },
  {
    short: "Q",
    long: ["direction"],
    argument: "direction",
    group: "Which packets",
    help: `Only packets that go "in" or "out", as the interface sees it; "inout" (default): both.`,
    apply: (draft, value) => {
      const direction = value.toLowerCase();
      if (direction !== "in" && direction !== "out" && direction !== "inout")
        throw usage(`unknown capture direction '${value}' (known: in, out, inout)`);
      draft.direction = direction;
    },
  },
  {
    short: "s",
    long: ["snapshot-length"],
    argument: "bytes",
    group: "Which packets",
    help: `Keep at most this many bytes of each packet (default, and meaning of 0: ${MAX_SNAPLEN}).`,
    apply: (draft, value) => {
      const complaint = `invalid snaplen ${value} (must be >= 0 and <= ${MAX_SNAPLEN})`;
      draft.snaplen = integer(value, 0, MAX_SNAPLEN, complaint) || MAX_SNAPLEN;
    },
  },
  {
    long: ["pid"],
    argument: "pid,...",
    group: "Whose packets",
    help: "Only packets of the processes with these ids. What --pid, --pname and --uid choose adds up.",
    apply: (draft, value) => {
      for (const part of list(value))
        draft.pids.push(integer(part, 1, MAX_PID, `invalid process id '${part}' (must be 1 to ${MAX_PID})`));
    },
  },
  {
    long: ["pname"],
    argument: "name",
    group: "Whose packets",
    help: "Only packets of processes with this name; may be given again for further names.",
    apply: (draft, value) => {
      if (value === "") throw usage("empty process name");
      draft.names.push(value);
    },
  },
  {
    long: ["uid"],
    argument: "uid,...",
    group: "Whose packets",
    help: "Only packets of processes that run as one of these users (numbers).",
    apply: (draft, value) => {
      for (const part of list(value))
        draft.uids.push(integer(part, 0, MAX_UID, `invalid user id '${part}' (must be a number)`));
    },
  },
  {
    short: "f",
    long: ["follow-forks"],
    group: "Whose packets",
    help: "Also the packets of the children of every process chosen. A command's children always count.",
    apply: (draft) => {
      draft.followForks = true;
    },
  },
  {
    short: "w",
    long: ["write-file"],
    argument: "file",
    group: "Files",
    help: `Write the packets to the file instead of printing them; "-" is standard output. The format is pcapng with the processes as comments, or pcap if the name ends in ".pcap".`,
    apply: (draft, value) => {
      draft.writeFile = value;
    },
  },
  {
    long: ["print"],
    group: "Files",
    help: "Print the packets as well when -w is given.",
    apply: (draft) => {
      draft.print = true;
    },
  },
  {
    short: "C",
    long: [],
    argument: "size",
    group: "Files",
    help: "Begin the next file of -w when the one at work is larger than this many million bytes, or KiB, MiB or GiB with k, m or g behind the number. A number is added to the names from the second file on.",
    apply: (draft, value) => {
      draft.rotation.bytes = fileSize(value);
    },
  },
  {
    short: "G",
    long: [],
    argument: "seconds",
    group: "Files",
    help: "Begin the next file of -w after this many seconds, packets or none. The name is taken as strftime(3) takes it (%Y, %H, %M, %S, ...).",
    apply: (draft, value) => {
      draft.rotation.seconds = integer(value, 0, MAX_INT, `invalid number of seconds ${value}`);
    },
  },
  {
    short: "W",
    long: [],
    argument: "count",
    group: "Files",
    help: "With -C: begin to overwrite the first file after this many; the numbers in their names have leading zeros. With -G: end after this many files. With both: the former, anew at each -G.",
    apply: (draft, value) => {
      draft.rotation.files = integer(value, 1, MAX_INT, `invalid number of output files ${value}`);
    },
  },
  {
    short: "z",
    long: [],
    argument: "program",
    group: "Files",
    help: "Run this program on every file that was closed for the next one (-C, -G), beside the capture and at lowest priority; the file's name is its only argument.",
    apply: (draft, value) => {
      if (value === "") throw usage("empty program name for -z");
      draft.rotation.command = value;
    },
  },
  {
    short: "Z",
    long: ["relinquish-privileges"],
    argument: "user[:group]",
    group: "Files",
    help: "Become this user once the capture is attached, before any file is made; not done unless given.",
    apply: (draft, value) => {
      if (!/^[^:]+(:[^:]+)?$/.test(value))
        throw usage(`invalid user '${value}' (must be USER or USER:GROUP)`);
      draft.user = value;
    },
  },
  {
    short: "U",
    long: ["packet-buffered"],
    group: "Files",
    help: "Hand over each packet at once, to the file of -w and to standard output.",
    apply: (draft) => {
      draft.packetBuffered = true;
    },
  },
  {
    short: "n",
    long: ["no-convert-addr"],
    group: "Text",
    help: "Don't convert addresses, ports and the like to names.",
    apply: (draft) => {
      draft.text.numeric++;
    },
  },
  {
    short: "q",
    long: ["quiet"],
    group: "Text",
    help: "Print less about the protocols, so that lines are shorter.",
    apply: (draft) => {
      draft.text.quiet = true;
    },
  },
  {
    short: "v",
    long: ["verbose"],
    group: "Text",
    help: "Print more: time to live, identification, options, checksums, and the process in lines of its own; -vv and -vvv even more.",
    apply: (draft) => {
      draft.text.verbose = Math.min(draft.text.verbose + 1, 3);
    },
  },
  {
    short: "e",
    long: [],
    group: "Text",
    help: "Print the link-level header on each line.",
    apply: (draft) => {
      draft.text.linkHeader = true;
    },
  },
  {
    short: "#",
    long: ["number"],
    group: "Text",
    help: "Print the packet's number at the beginning of the line.",
    apply: (draft) => {
      draft.text.number = true;
    },
  },
  {
    short: "S",
    long: ["absolute-tcp-sequence-numbers"],
    group: "Text",
    help: "Print absolute, not relative, TCP sequence numbers.",
    apply: (draft) => {
      draft.text.absoluteSequence = true;
    },
  },
  {
    short: "A",
    long: ["print-data-in-ascii"],
    group: "Text",
    help: "Print the data of each packet without its link-level header in ASCII; -AA with it.",
    apply: (draft) => {
      draft.text.ascii = Math.min(draft.text.ascii + 1, 2);
    },
  },
  {
    short: "x",
    long: ["print-data-in-hex"],
    group: "Text",
    help: "Print the data of each packet without its link-level header in hex; -xx with it.",
    apply: (draft) => {
      draft.text.hex = Math.min(draft.text.hex + 1, 2);
    },
  },
  {
    short: "X",
    long: ["print-data-in-hex-ascii"],
    group: "Text",
    help: "Print the data of each packet without its link-level header in hex and ASCII; -XX with it.",
    apply: (draft) => {
      draft.text.hexAscii = Math.min(draft.text.hexAscii + 1, 2);
    },
  },
  {
    short: "t",
    long: ["no-timestamp", "print-timestamp"],
    group: "Text",
    help: "Don't print a time; -tt: seconds since 1970; -ttt: since the previous line; -tttt: with the date; -ttttt: since the first line.",
    apply: (draft) => {
      if (++draft.text.timestamp > 5) throw usage("only -t, -tt, -ttt, -tttt and -ttttt are supported");
    },
  },
  {
    long: ["time-stamp-precision"],
    argument: "precision",
    group: "Text",
    help: `Times in "micro" (default) or "nano" seconds, printed and written.`,
    apply: precision,
  },
  {
    long: ["micro"],
    group: "Text",
    help: "The same as --time-stamp-precision=micro.",
    apply: (draft) => precision(draft, "micro"),
  },
  {
    long: ["nano"],
    group: "Text",
    help: "The same as --time-stamp-precision=nano.",
    apply: (draft) => precision(draft, "nano"),
  },
  {
    long: ["context"],
    argument: "part,...",
    group: "Text",
    help: `Which parts of a packet's owner to show and write, of ${CONTEXT_PARTS.join(", ")} (default: all).`,
    apply: (draft, value) => {
      draft.context ??= new Set();
      for (const name of list(value)) {
        const part = CONTEXT_PARTS.find((known) => known === name);
        if (part === undefined) throw usage(`unknown context '${name}' (known: ${CONTEXT_PARTS.join(", ")})`);
        draft.context.add(part);
      }
    },
  },
  {
    long: ["oneline"],
    group: "Text",
    help: "Print everything about a packet in a single line.",
    apply: (draft) => {
      draft.text.oneline = true;
    },
  },
  {
    long: ["count"],
    group: "Text",
    help: "Print only the number of packets.",
    apply: (draft) => {
      draft.countOnly = true;
    },
  },
  {
    short: "l",
    long: [],
    group: "Capture and output",
    help: "Print each packet at once, even when standard output is not a terminal.",
    apply: (draft) => {
      draft.lineBuffered = true;
    },
  },
  {
    short: "B",
    long: ["buffer-size"],
    argument: "KiB",
    group: "Capture and output",
    help: "Size of the buffer between kernel and program.",
    apply: (draft, value) => {
      draft.bufferKiB = integer(value, 1, MAX_BUFFER_KIB, `invalid packet buffer size ${value}`);
    },
  },
  {
    long: ["immediate-mode"],
    group: "Capture and output",
    help: "Take each packet over as soon as it arrives, rather than several at a time.",
    apply: (draft) => {
      draft.immediate = true;
    },
  },
  {
    long: ["log-level"],
    argument: "level",
    group: "Capture and output",
    help: `What to tell on standard error about the program's own doings: ${LOG_LEVELS.join(", ")} (default: warn).`,
    apply: (draft, value) => {
      const level = LOG_LEVELS.find((known) => known === value);
      if (level === undefined) throw usage(`unknown log level '${value}' (known: ${LOG_LEVELS.join(", ")})`);
      draft.logLevel = level;
    },
  },
  {
    long: ["version"],
    group: "About",
    help: "Print the versions of ptcpdump and its libraries, and exit.",
    apply: (draft) => {
      draft.mode = "version";
    },
  },
  {
    short: "h",
    long: ["help"],
    group: "About",
    help: "Print this help, and exit.",
    apply: (draft) => {
      draft.mode = "help";
    },
  },
];

/** What holds when no option is given. */
export function defaults(): Draft {
  return {
    mode: "capture",
    interfaces: [],
    readFile: null,
    writeFile: null,
    rotation: { bytes: 0, seconds: 0, files: 0, command: null },
    user: null,
    packetBuffered: false,
    lineBuffered: false,
    print: false,
    countOnly: false,
    count: 0,
    snaplen: MAX_SNAPLEN,
    direction: "inout",
    expressionFile: null,
    pids: [],
    names: [],
    uids: [],
    followForks: false,
    bufferKiB: 0,
    immediate: false,
    logLevel: "warn",
    text: {
      numeric: 0,
      quiet: false,
      verbose: 0,
      linkHeader: false,
      ascii: 0,
      hex: 0,
      hexAscii: 0,
      timestamp: 0,
      precision: "micro",
      absoluteSequence: false,
      number: false,
      oneline: false,
    },
    context: null,
  };
}
