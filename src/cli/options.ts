// The one table of options. Adding an option is a row here, a case in options.test.ts and a line of README.md
// (tests walk the table and see to both); parser, help, man page, completions and README's list are made from it.
import { CONTEXT_PARTS, type ContextPart } from "../model/context.ts";
import { Failure } from "../model/failure.ts";
import {
  BACKEND_NAMES,
  type BackendName,
  type EngineAddresses,
  type LogLevel,
  PACKET_TYPES,
  PLAIN_TEXT,
  type Rotation,
  type Settings,
  type TextSettings,
} from "../model/settings.ts";

/** What the options gather, one after the other, before it is resolved to Settings. */
export interface Draft {
  mode: Settings["mode"];
  backend: BackendName;
  interfaces: string[];
  readFile: string | null;
  fileList: string | null;
  writeFile: string | null;
  rotation: Rotation;
  user: string | null;
  packetBuffered: boolean;
  lineBuffered: boolean;
  print: boolean;
  countOnly: boolean;
  count: number;
  skip: number;
  code: Settings["code"];
  /** -L */
  linkTypes: boolean;
  /** -J */
  clocks: boolean;
  optimize: boolean;
  promiscuous: boolean;
  monitor: boolean;
  linkType: string | null;
  clock: string | null;
  mibModules: string[];
  snaplen: number;
  direction: Settings["direction"];
  /** -F */
  expressionFile: string | null;
  pids: number[];
  names: string[];
  uids: number[];
  engines: EngineAddresses;
  netns: string[];
  containerIds: string[];
  containerNames: string[];
  pods: { name: string; namespace: string }[];
  followForks: boolean;
  /** --write-keylog-file */
  keylogFile: string | null;
  embedKeylog: boolean;
  /** --tls-keylog=any */
  anySecrets: boolean;
  bufferKiB: number;
  immediate: boolean;
  logLevel: LogLevel;
  /** --kernel-btf */
  kernelBtf: string | null;
  /** False for --no-download. */
  download: boolean;
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

/** What a shell knows by itself, to be offered for an option's argument. */
export type Completion = "files" | "interfaces" | "namespaces" | "processes" | "names" | "users" | "commands";

export interface Option {
  /** One character, without the hyphen. */
  readonly short?: string;
  /** Without the hyphens: the spelling that the help shows, then others understood. tcpdump has none for some. */
  readonly long: readonly string[];
  /** Name of the argument in the help; absent: the option takes none. */
  readonly argument?: string;
  readonly group: (typeof GROUPS)[number];
  /** One or more sentences; the man page begins with them, too. */
  readonly help: string;
  /** Paragraphs that only the man page has. */
  readonly man?: readonly string[];
  /** Whose option it is; "newer": of tcpdump after 4.99. */
  readonly origin: "tcpdump" | "newer" | "ptcpdump";
  /** What is different from tcpdump's, in a few words, if anything is. */
  readonly differs?: string;
  /** What a shell offers for the argument: words, or things of the system; absent: nothing. */
  readonly completes?: readonly string[] | Completion;
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

/** The path of a Unix socket, given as such or as a URL. */
function socketPath(option: string, value: string): string {
  const path = value.replace(/^unix:(?=\/)(\/\/)?/, "");
  if (!path.startsWith("/")) throw usage(`invalid ${option} '${value}' (must be the path of a Unix socket)`);
  return path;
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
    completes: "interfaces",
    group: "Sources",
    help: `Listen on the interface; give the option again for each further one. "any" stands for all interfaces, those that appear later included. Without -i: "any" if a command is given, else the first interface that is up and not the loopback.`,
    origin: "tcpdump",
    differs: 'may be repeated; "any" follows interfaces that come later',
    apply: (draft, value) => {
      if (value === "") throw usage("empty interface name");
      if (!draft.interfaces.includes(value)) draft.interfaces.push(value);
    },
  },
  {
    long: ["netns"],
    argument: "netns,...",
    completes: "namespaces",
    group: "Sources",
    help: `Capture in these network namespaces, given by path or by name (ip-netns(8)), instead of the program's own: on the interfaces of -i in each; without -i on all. "any" stands for all namespaces, those that come during the capture included, "newly" for the latter alone.`,
    origin: "ptcpdump",
    apply: (draft, value) => {
      for (const name of list(value)) {
        if (name === "") throw usage("empty network namespace");
        if (!draft.netns.includes(name)) draft.netns.push(name);
      }
    },
  },
  {
    long: ["backend"],
    argument: "backend",
    completes: BACKEND_NAMES,
    group: "Sources",
    help: `Where in the kernel packets are taken: "tc" (default) at the interfaces, "cgroup-skb" at the sockets, of every network namespace, "socket-filter" at packet sockets, as tcpdump does, "tp-btf" at the network core's tracepoints, of every network namespace.`,
    man: [
      'Filters, text and files are the same, and owners come from the same hooks. "cgroup-skb" needs cgroup v2. It sees the packets that sockets send and receive, in whatever network namespace, without link-level headers: so an expression about these is refused (in libpcap\'s words for raw IP), and forwarded packets, ARP and what no socket is there for do not appear. There "any" of -i stands for the interfaces of all namespaces; with --netns for those of the namespaces given.',
      '"socket-filter" works where nothing may be attached to interfaces. There sockets are not looked up, but tell of their ends before: that needs cgroup v2, and what of it is not as exact is in the README. It does not go with --netns.',
      '"tp-btf" needs Linux 6.13. It sees the IP packets of all interfaces of all namespaces, as "cgroup-skb" without link-level headers, and knows owners as "socket-filter" does.',
    ],
    origin: "ptcpdump",
    apply: (draft, value) => {
      const backend = BACKEND_NAMES.find((name) => name === value);
      if (backend === undefined)
        throw usage(`unknown backend '${value}' (known: ${BACKEND_NAMES.join(", ")})`);
      draft.backend = backend;
    },
  },
  {
    short: "D",
    long: ["list-interfaces"],
    group: "Sources",
    help: "Print the interfaces that packets can be captured on, and exit.",
    origin: "tcpdump",
    apply: (draft) => {
      draft.mode = "list";
    },
  },
  {
    short: "r",
    long: ["read-file"],
    argument: "file",
    completes: "files",
    group: "Sources",
    help: `Read the packets from a pcap or pcapng file instead of an interface; "-" is standard input.`,
    origin: "tcpdump",
    apply: (draft, value) => {
      draft.readFile = value;
    },
  },
  {
    short: "V",
    long: [],
    argument: "file",
    completes: "files",
    group: "Sources",
    help: 'Read the packets from the files whose names the file lists, one a line; "-" is standard input.',
    man: [
      "The files are read one after the other; -c counts in each of them anew, the numbers of -# go on. With -w all files must have the same link type.",
    ],
    origin: "tcpdump",
    apply: (draft, value) => {
      draft.fileList = value;
    },
  },
  {
    short: "L",
    long: ["list-data-link-types"],
    group: "Sources",
    help: "Print the link types that the interface can be captured with, and exit.",
    man: [
      "The list is libpcap's for the interface. What is captured here are always the interface's own frames: of the types that -y takes, all but the first serve only to mark a file.",
    ],
    origin: "tcpdump",
    apply: (draft) => {
      draft.linkTypes = true;
    },
  },
  {
    short: "y",
    long: ["linktype"],
    argument: "type",
    group: "Sources",
    help: "Link type of the packets, by name (EN10MB, RAW, ...): one of those that -L lists.",
    man: [
      'With -d and neither -i nor -r the filter expression is compiled for this link type. On "any" both LINUX_SLL and LINUX_SLL2 are accepted: packets are captured with the headers that each interface gives them, and a pcap file written of them is of the type asked for.',
    ],
    origin: "tcpdump",
    apply: (draft, value) => {
      draft.linkType = value;
    },
  },
  {
    short: "J",
    long: ["list-time-stamp-types"],
    group: "Sources",
    help: "Print the kinds of time stamps of the interface, and exit.",
    origin: "tcpdump",
    apply: (draft) => {
      draft.clocks = true;
    },
  },
  {
    short: "j",
    long: ["time-stamp-type"],
    argument: "type",
    group: "Sources",
    help: "Take the packets' times from this clock (see pcap-tstamp(7)).",
    man: [
      "Times are always the host's, taken by the kernel in nanoseconds when it passes the packet on. Another kind that the interface has is not used: a warning says so.",
    ],
    origin: "tcpdump",
    differs: "always the host's clock",
    apply: (draft, value) => {
      draft.clock = value;
    },
  },
  {
    short: "p",
    long: ["no-promiscuous-mode"],
    group: "Sources",
    help: "Don't put the interface into promiscuous mode.",
    man: [
      'It may be in that mode for another reason. "any" never puts an interface into it, nor does a command after "--" without -i. The mode ends with the capture, however that ends.',
    ],
    origin: "tcpdump",
    apply: (draft) => {
      draft.promiscuous = false;
    },
  },
  {
    short: "I",
    long: ["monitor-mode"],
    group: "Sources",
    help: "Put a Wi-Fi interface into monitor mode.",
    man: [
      "Interfaces that libpcap knows no monitor mode of are refused in its words. Those that have one are refused, too: the frames of monitor mode do not pass the hooks that packets are taken from here.",
    ],
    origin: "tcpdump",
    differs: "always refused",
    apply: (draft) => {
      draft.monitor = true;
    },
  },
  {
    short: "c",
    long: ["receive-count"],
    argument: "count",
    group: "Which packets",
    help: "Exit after this many packets.",
    origin: "tcpdump",
    apply: (draft, value) => {
      draft.count = integer(value, 1, Number.MAX_SAFE_INTEGER, `invalid packet count ${value}`);
    },
  },
  {
    long: ["skip"],
    argument: "count",
    group: "Which packets",
    help: "Leave out this many packets before the first one is printed or written.",
    man: ["-c counts from the packets after them; the numbers of -# count them."],
    origin: "newer",
    apply: (draft, value) => {
      draft.skip = integer(value, 0, Number.MAX_SAFE_INTEGER, `invalid number of packets to skip ${value}`);
    },
  },
  {
    short: "F",
    long: ["expression-file"],
    argument: "file",
    completes: "files",
    group: "Which packets",
    help: "Take the filter expression from the file; an expression on the command line is ignored then.",
    man: ["From # to the end of a line is a comment."],
    origin: "tcpdump",
    apply: (draft, value) => {
      draft.expressionFile = value;
    },
  },
  {
    short: "O",
    long: ["no-optimize"],
    group: "Which packets",
    help: "Don't optimize the compiled filter expression.",
    origin: "tcpdump",
    apply: (draft) => {
      draft.optimize = false;
    },
  },
  {
    short: "d",
    long: [],
    group: "Which packets",
    help: "Print the compiled filter expression, and exit; -dd: as a part of a C program; -ddd: as decimal numbers.",
    man: [
      'The code is libpcap\'s, for the file of -r, the link type of -y, the interface of -i, or Ethernet. A capture translates the same code into a program that the kernel runs for every packet; on "any" it is compiled for each kind of interface, not for the cooked headers whose code is printed here.',
    ],
    origin: "tcpdump",
    apply: (draft) => {
      draft.code = Math.min(draft.code + 1, 3) as Draft["code"];
    },
  },
  {
    short: "Q",
    long: ["direction"],
    argument: "direction",
    completes: ["in", "out", "inout"],
    group: "Which packets",
    help: `Only packets that go "in" or "out", as the interface sees it; "inout" (default): both.`,
    origin: "tcpdump",
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
    origin: "tcpdump",
    apply: (draft, value) => {
      const complaint = `invalid snaplen ${value} (must be >= 0 and <= ${MAX_SNAPLEN})`;
      draft.snaplen = integer(value, 0, MAX_SNAPLEN, complaint) || MAX_SNAPLEN;
    },
  },
  {
    long: ["pid"],
    argument: "pid,...",
    completes: "processes",
    group: "Whose packets",
    help: "Only packets of the processes with these ids. What --pid, --pname and --uid choose adds up.",
    origin: "ptcpdump",
    apply: (draft, value) => {
      for (const part of list(value))
        draft.pids.push(integer(part, 1, MAX_PID, `invalid process id '${part}' (must be 1 to ${MAX_PID})`));
    },
  },
  {
    long: ["pname"],
    argument: "name",
    completes: "names",
    group: "Whose packets",
    help: "Only packets of processes with this name, or, if it is longer than 15 characters, of this executable; may be given again for further names.",
    origin: "ptcpdump",
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
    origin: "ptcpdump",
    apply: (draft, value) => {
      for (const part of list(value))
        draft.uids.push(integer(part, 0, MAX_UID, `invalid user id '${part}' (must be a number)`));
    },
  },
  {
    long: ["container-id"],
    argument: "id",
    group: "Whose packets",
    help: "Only packets of the container with this id, or with an id that begins with these 12 or more characters. May be given again, as --container-name and --pod-name may; what all of them choose adds up.",
    origin: "ptcpdump",
    apply: (draft, value) => {
      if (value === "") throw usage("empty container id");
      draft.containerIds.push(value);
    },
  },
  {
    long: ["container-name"],
    argument: "name",
    group: "Whose packets",
    help: "Only packets of containers with this name, those included that start, or start again, during the capture.",
    origin: "ptcpdump",
    apply: (draft, value) => {
      if (value === "") throw usage("empty container name");
      draft.containerNames.push(value);
    },
  },
  {
    long: ["pod-name"],
    argument: "name.namespace",
    group: "Whose packets",
    help: `Only packets of this pod's containers. A name without namespace is one in "default".`,
    origin: "ptcpdump",
    apply: (draft, value) => {
      // a namespace's name has no dots, a pod's may have
      const [, name, namespace] = /^([^.].*?)(?:\.([^.]*))?$/.exec(value) ?? [];
      if (!name || namespace === "") throw usage(`invalid pod name '${value}' (must be NAME.NAMESPACE)`);
      draft.pods.push({ name, namespace: namespace ?? "default" });
    },
  },
  {
    short: "f",
    long: ["follow-forks"],
    group: "Whose packets",
    help: "Also the packets of the children of every process chosen. A command's children always count.",
    origin: "ptcpdump",
    differs: "in tcpdump: foreign addresses as numbers",
    apply: (draft) => {
      draft.followForks = true;
    },
  },
  {
    long: ["write-keylog-file"],
    argument: "file",
    completes: "files",
    group: "Files",
    help: "Write the TLS secrets of the processes chosen (by a command, --pid, ...) to this file, from which Wireshark decrypts their connections.",
    man: [
      "OpenSSL from 1.1.1 on, BoringSSL, GnuTLS, Go's crypto/tls, and on x86-64 NSS and rustls are known, as libraries or inside of programs, in containers too. It is told where a program cannot be served. Secrets are those of connections that begin during the capture. The file is appended to, and made for its owner alone.",
      "With a command the environment variable SSLKEYLOGFILE does the same.",
    ],
    origin: "ptcpdump",
    apply: (draft, value) => {
      if (value === "") throw usage("--write-keylog-file: empty file name");
      draft.keylogFile = value;
    },
  },
  {
    long: ["embed-keylog-to-pcapng"],
    group: "Files",
    help: "Write the TLS secrets of the processes chosen into the pcapng file (-w), before the packets that need them. Packets are then written a second late.",
    origin: "ptcpdump",
    apply: (draft) => {
      draft.embedKeylog = true;
    },
  },
  {
    long: ["tls-keylog"],
    argument: "whose",
    completes: ["any"],
    group: "Files",
    help: 'Whose TLS secrets are written, "any": those of all processes, whichever packets are captured.',
    origin: "ptcpdump",
    apply: (draft, value) => {
      if (value !== "any") throw usage(`unknown choice of TLS secrets '${value}' (known: any)`);
      draft.anySecrets = true;
    },
  },
  {
    short: "w",
    long: ["write-file"],
    argument: "file",
    completes: "files",
    group: "Files",
    help: `Write the packets to the file instead of printing them; "-" is standard output. The format is pcapng with the processes as comments, or pcap if the name ends in ".pcap".`,
    origin: "tcpdump",
    differs: "pcapng unless the name ends in .pcap",
    apply: (draft, value) => {
      draft.writeFile = value;
    },
  },
  {
    long: ["print"],
    group: "Files",
    help: "Print the packets as well when -w is given.",
    origin: "tcpdump",
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
    origin: "tcpdump",
    differs: "size in units of k, m and g, too",
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
    origin: "tcpdump",
    differs: "a new file without traffic, too",
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
    origin: "tcpdump",
    apply: (draft, value) => {
      draft.rotation.files = integer(value, 1, MAX_INT, `invalid number of output files ${value}`);
    },
  },
  {
    short: "z",
    long: [],
    argument: "program",
    completes: "commands",
    group: "Files",
    help: "Run this program on every file that was closed for the next one (-C, -G), beside the capture and at lowest priority; the file's name is its only argument.",
    origin: "tcpdump",
    apply: (draft, value) => {
      if (value === "") throw usage("empty program name for -z");
      draft.rotation.command = value;
    },
  },
  {
    short: "Z",
    long: ["relinquish-privileges"],
    argument: "user[:group]",
    completes: "users",
    group: "Files",
    help: "Become this user once the capture is attached, before any file is made; not done unless given.",
    origin: "tcpdump",
    differs: "not done unless given",
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
    origin: "tcpdump",
    apply: (draft) => {
      draft.packetBuffered = true;
    },
  },
  {
    short: "n",
    long: ["no-convert-addr"],
    group: "Text",
    help: "Don't convert addresses, ports and the like to names.",
    origin: "tcpdump",
    apply: (draft) => {
      draft.text.numeric++;
    },
  },
  {
    short: "N",
    long: [],
    group: "Text",
    help: "Print host names without their domain.",
    origin: "tcpdump",
    apply: (draft) => {
      draft.text.shortNames = true;
    },
  },
  {
    short: "q",
    long: ["quiet"],
    group: "Text",
    help: "Print less about the protocols, so that lines are shorter.",
    origin: "tcpdump",
    apply: (draft) => {
      draft.text.quiet = true;
    },
  },
  {
    short: "v",
    long: ["verbose"],
    group: "Text",
    man: ["With -w and without --print: tell once a second how many packets were captured."],
    help: "Print more: time to live, identification, options, checksums, and the process in lines of its own; -vv and -vvv even more.",
    origin: "tcpdump",
    differs: "the process in lines of its own",
    apply: (draft) => {
      draft.text.verbose++;
    },
  },
  {
    short: "e",
    long: [],
    group: "Text",
    help: "Print the link-level header on each line.",
    origin: "tcpdump",
    apply: (draft) => {
      draft.text.linkHeader = true;
    },
  },
  {
    short: "#",
    long: ["number"],
    group: "Text",
    help: "Print the packet's number at the beginning of the line.",
    origin: "tcpdump",
    apply: (draft) => {
      draft.text.number = true;
    },
  },
  {
    long: ["lengths"],
    group: "Text",
    help: "Print each packet's captured and original length before the line.",
    origin: "newer",
    apply: (draft) => {
      draft.text.lengths = true;
    },
  },
  {
    short: "S",
    long: ["absolute-tcp-sequence-numbers"],
    group: "Text",
    help: "Print absolute, not relative, TCP sequence numbers.",
    origin: "tcpdump",
    apply: (draft) => {
      draft.text.absoluteSequence = true;
    },
  },
  {
    short: "K",
    long: ["dont-verify-checksums"],
    group: "Text",
    help: "Don't verify IP, TCP and UDP checksums (for network cards that fill them in).",
    origin: "tcpdump",
    apply: (draft) => {
      draft.text.unverified = true;
    },
  },
  {
    short: "T",
    long: [],
    argument: "type",
    completes: Object.keys(PACKET_TYPES),
    group: "Text",
    help: `Read what the packets carry as this protocol, whatever their ports: ${Object.keys(PACKET_TYPES).join(", ")}.`,
    man: [
      `Of these protocols: ${Object.entries(PACKET_TYPES)
        .map(([type, about]) => `${type} (${about})`)
        .join(", ")}.`,
      "carp concerns IP protocol 112; domain, resp and zmtp1 concern TCP, domain UDP as well, the others UDP. pgm_zmtp1 concerns PGM over IP as well.",
    ],
    origin: "tcpdump",
    apply: (draft, value) => {
      const types = Object.keys(PACKET_TYPES) as (keyof typeof PACKET_TYPES)[];
      const type = types.find((known) => known === value.toLowerCase());
      if (type === undefined) throw usage(`unknown packet type '${value}' (known: ${types.join(", ")})`);
      draft.text.packetType = type;
    },
  },
  {
    short: "b",
    long: [],
    group: "Text",
    help: "Print AS numbers in BGP with a dot (ASDOT: 1.10).",
    origin: "tcpdump",
    apply: (draft) => {
      draft.text.asdot = true;
    },
  },
  {
    short: "H",
    long: [],
    group: "Text",
    help: "Try to detect draft 802.11s mesh headers.",
    origin: "tcpdump",
    apply: (draft) => {
      draft.text.mesh = true;
    },
  },
  {
    short: "u",
    long: [],
    group: "Text",
    help: "Print NFS file handles undecoded.",
    origin: "tcpdump",
    apply: (draft) => {
      draft.text.rawHandles = true;
    },
  },
  {
    short: "m",
    long: [],
    argument: "module",
    group: "Text",
    help: "Ignored: MIB modules (libsmi) are not supported.",
    man: ["A line on standard error says so, as that of a tcpdump without libsmi."],
    origin: "tcpdump",
    apply: (draft, value) => {
      draft.mibModules.push(value);
    },
  },
  {
    short: "E",
    long: [],
    argument: "secret",
    group: "Text",
    help: 'Decrypt IPsec ESP with these keys: SPI@ADDRESS ALGORITHM:SECRET,... or ALGORITHM:SECRET, or "file NAME".',
    man: [
      'ADDRESS is the packet\'s destination, IPv4 or IPv6. ALGORITHM is the name of a cipher that OpenSSL knows, with "-hmac96" behind it where an authentication tag of 96 bits follows: 3des-cbc, aes128-cbc, aes256-cbc-hmac96, ... SECRET is text, or hexadecimal after "0x". Without SPI and address the key serves all packets that have none of their own.',
      'A file holds one such line for each key; it is opened when the first ESP packet comes. Lines that begin with "ikev2" hold keys of IKEv2: ikev2 I|R INITIATOR-COOKIE RESPONDER-COOKIE AUTHENTICATION:KEY ALGORITHM:KEY.',
      "A secret on the command line can be read by others with ps(1).",
    ],
    origin: "tcpdump",
    apply: (draft, value) => {
      draft.text.espSecret = value;
    },
  },
  {
    short: "M",
    long: [],
    argument: "secret",
    group: "Text",
    help: "Check the MD5 signatures of TCP segments (RFC 2385) with this secret.",
    origin: "tcpdump",
    apply: (draft, value) => {
      draft.text.tcpSecret = value;
    },
  },
  {
    short: "A",
    long: ["print-data-in-ascii"],
    group: "Text",
    help: "Print the data of each packet without its link-level header in ASCII; -AA with it.",
    origin: "tcpdump",
    apply: (draft) => {
      draft.text.ascii = Math.min(draft.text.ascii + 1, 2);
    },
  },
  {
    short: "x",
    long: ["print-data-in-hex"],
    group: "Text",
    help: "Print the data of each packet without its link-level header in hex; -xx with it.",
    origin: "tcpdump",
    apply: (draft) => {
      draft.text.hex = Math.min(draft.text.hex + 1, 2);
    },
  },
  {
    short: "X",
    long: ["print-data-in-hex-ascii"],
    group: "Text",
    help: "Print the data of each packet without its link-level header in hex and ASCII; -XX with it.",
    origin: "tcpdump",
    apply: (draft) => {
      draft.text.hexAscii = Math.min(draft.text.hexAscii + 1, 2);
    },
  },
  {
    short: "t",
    long: ["no-timestamp", "print-timestamp"],
    group: "Text",
    help: "Don't print a time; -tt: seconds since 1970; -ttt: since the previous line; -tttt: with the date; -ttttt: since the first line.",
    origin: "tcpdump",
    apply: (draft) => {
      if (++draft.text.timestamp > 5) throw usage("only -t, -tt, -ttt, -tttt and -ttttt are supported");
    },
  },
  {
    long: ["time-stamp-precision"],
    argument: "precision",
    completes: ["micro", "nano"],
    group: "Text",
    help: `Times in "micro" (default) or "nano" seconds, printed and written.`,
    origin: "tcpdump",
    apply: precision,
  },
  {
    long: ["micro"],
    group: "Text",
    help: "The same as --time-stamp-precision=micro.",
    origin: "tcpdump",
    apply: (draft) => precision(draft, "micro"),
  },
  {
    long: ["nano"],
    group: "Text",
    help: "The same as --time-stamp-precision=nano.",
    origin: "tcpdump",
    apply: (draft) => precision(draft, "nano"),
  },
  {
    long: ["context"],
    argument: "part,...",
    completes: CONTEXT_PARTS,
    group: "Text",
    help: `Which parts of a packet's owner to show and write, of ${CONTEXT_PARTS.join(", ")} (default: all).`,
    origin: "ptcpdump",
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
    origin: "ptcpdump",
    apply: (draft) => {
      draft.text.oneline = true;
    },
  },
  {
    short: "g",
    long: ["ip-oneline"],
    group: "Text",
    help: "Print the IPv4 header of -v in one line with what follows it.",
    origin: "newer",
    apply: (draft) => {
      draft.text.ipOneline = true;
    },
  },
  {
    long: ["print-sampling"],
    argument: "nth",
    group: "Text",
    help: "Print only each nth packet; includes --print and -S.",
    man: ["The others are not looked at, which saves time; relative sequence numbers would need them."],
    origin: "newer",
    apply: (draft, value) => {
      const complaint = `invalid print sampling ${value}`;
      draft.text.sampling = integer(value, 1, Number.MAX_SAFE_INTEGER, complaint);
    },
  },
  {
    long: ["count"],
    group: "Text",
    help: "Print only the number of packets.",
    origin: "tcpdump",
    differs: "counts while capturing, too",
    apply: (draft) => {
      draft.countOnly = true;
    },
  },
  {
    short: "l",
    long: [],
    group: "Capture and output",
    help: "Print each packet at once, even when standard output is not a terminal.",
    origin: "tcpdump",
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
    origin: "tcpdump",
    apply: (draft, value) => {
      draft.bufferKiB = integer(value, 1, MAX_BUFFER_KIB, `invalid packet buffer size ${value}`);
    },
  },
  {
    long: ["immediate-mode"],
    group: "Capture and output",
    help: "Take each packet over as soon as it arrives, rather than several at a time.",
    origin: "tcpdump",
    apply: (draft) => {
      draft.immediate = true;
    },
  },
  {
    long: ["docker-address"],
    argument: "socket",
    completes: "files",
    group: "Capture and output",
    help: "Unix socket of the Docker Engine (default: /var/run/docker.sock).",
    origin: "ptcpdump",
    apply: (draft, value) => {
      draft.engines.docker = socketPath("--docker-address", value);
    },
  },
  {
    long: ["containerd-address"],
    argument: "socket",
    completes: "files",
    group: "Capture and output",
    help: "Unix socket of containerd (default: /run/containerd/containerd.sock).",
    origin: "ptcpdump",
    apply: (draft, value) => {
      draft.engines.containerd = socketPath("--containerd-address", value);
    },
  },
  {
    long: ["cri-runtime-address"],
    argument: "socket",
    completes: "files",
    group: "Capture and output",
    help: "Unix socket of the Kubernetes container runtime (default: the first that answers of /var/run/dockershim.sock, /var/run/cri-dockerd.sock, /run/crio/crio.sock, /run/containerd/containerd.sock).",
    origin: "ptcpdump",
    apply: (draft, value) => {
      draft.engines.cri = socketPath("--cri-runtime-address", value);
    },
  },
  {
    long: ["kernel-btf"],
    argument: "file",
    completes: "files",
    group: "Capture and output",
    help: "Take the types of the kernel's structures (BTF) from this file.",
    man: [
      "Without it they are taken from the first that there is of /sys/kernel/btf/vmlinux, which the kernel itself tells, and vmlinux, vmlinux-RELEASE and RELEASE.btf in /var/lib/ptcpdump/btf, RELEASE being what uname -r prints. The file is plain BTF, or a program's or kernel's ELF file that has it as a section. A kernel that does not tell its types itself cannot be traced by them: fewer sockets are named then (--log-level debug tells which hooks were chosen).",
    ],
    origin: "ptcpdump",
    apply: (draft, value) => {
      if (value === "") throw usage("--kernel-btf: empty file name");
      draft.kernelBtf = value;
    },
  },
  {
    long: ["no-download"],
    group: "Capture and output",
    help: "Fetch nothing from the network, even where this kernel has no type information (BTF).",
    man: [
      "Without this option, and where neither the kernel nor a file of --kernel-btf's tells them, the types of a distribution's kernel are fetched from OpenAnolis' coolbpf mirror or BTFHub's archive and kept in /var/lib/ptcpdump/btf for the next time. That is said on standard error, and takes half a minute at most.",
    ],
    origin: "ptcpdump",
    apply: (draft) => {
      draft.download = false;
    },
  },
  {
    long: ["log-level"],
    argument: "level",
    completes: LOG_LEVELS,
    group: "Capture and output",
    help: `What to tell on standard error about the program's own doings: ${LOG_LEVELS.join(", ")} (default: warn).`,
    origin: "ptcpdump",
    apply: (draft, value) => {
      const level = LOG_LEVELS.find((known) => known === value);
      if (level === undefined) throw usage(`unknown log level '${value}' (known: ${LOG_LEVELS.join(", ")})`);
      draft.logLevel = level;
    },
  },
  {
    long: ["version"],
    group: "About",
    help: "Print the versions of ptcpdump and its libraries, and exit; with -v of everything that is packed with it.",
    origin: "tcpdump",
    apply: (draft) => {
      draft.mode = "version";
    },
  },
  {
    short: "h",
    long: ["help"],
    group: "About",
    help: "Print the versions and this help, and exit.",
    origin: "tcpdump",
    apply: (draft) => {
      draft.mode = "help";
    },
  },
];

/** What holds when no option is given. */
export function defaults(): Draft {
  return {
    mode: "capture",
    backend: "tc",
    interfaces: [],
    readFile: null,
    fileList: null,
    writeFile: null,
    rotation: { bytes: 0, seconds: 0, files: 0, command: null },
    user: null,
    packetBuffered: false,
    lineBuffered: false,
    print: false,
    countOnly: false,
    count: 0,
    skip: 0,
    code: 0,
    linkTypes: false,
    clocks: false,
    optimize: true,
    promiscuous: true,
    monitor: false,
    linkType: null,
    clock: null,
    mibModules: [],
    snaplen: MAX_SNAPLEN,
    direction: "inout",
    expressionFile: null,
    pids: [],
    names: [],
    uids: [],
    engines: { docker: null, containerd: null, cri: null },
    netns: [],
    containerIds: [],
    containerNames: [],
    pods: [],
    followForks: false,
    keylogFile: null,
    embedKeylog: false,
    anySecrets: false,
    bufferKiB: 0,
    immediate: false,
    logLevel: "warn",
    kernelBtf: null,
    download: true,
    text: { ...PLAIN_TEXT },
    context: null,
  };
}
