// The man page, ptcpdump(1): its options are made from the table, the rest is told here.
import { GROUPS, OPTIONS, type Option } from "./options.ts";

/** Text in roff: backslashes and leading dots mean themselves; options are bold, what is between quotes stays. */
function roff(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replace(/(?<![\w-])--?[A-Za-z#][A-Za-z0-9-]*/g, (option) => `\\fB${option}\\fR`)
    .replace(/(?<=[\w\s(])-(?=[\w\s])/g, "-")
    .replace(/\\fB[^\\]*\\fR/g, (option) => option.replaceAll("-", "\\-"))
    .replace(/\b([a-z][a-z0-9_-]*)\((\d)\)/g, "\\fB$1\\fR($2)")
    .replace(/^([.'])/gm, "\\&$1");
}

/** A word of the synopsis or of an option's head: literal, or the name of a value. */
const bold = (word: string): string => `\\fB${word.replaceAll("\\", "\\e").replaceAll("-", "\\-")}\\fR`;
const italic = (word: string): string => `\\fI${word.replaceAll("-", "\\-")}\\fR`;

/** All spellings of an option, one head each. */
function heads({ short, long, argument }: Option): string[] {
  const value = argument === undefined ? "" : italic(argument);
  const spellings: string[] = [];
  if (short !== undefined) spellings.push(`${bold(`-${short}`)}${value === "" ? "" : ` ${value}`}`);
  for (const name of long) spellings.push(`${bold(`--${name}`)}${value === "" ? "" : `=${value}`}`);
  return spellings;
}

function optionParagraphs(option: Option): string {
  const [first, ...others] = heads(option);
  const tags = [`.TP\n${first}`, ...others.map((head) => `.TQ\n${head}`)].join("\n");
  const paragraphs = [option.help, ...(option.man ?? [])];
  if (option.origin === "newer") paragraphs.push("Of tcpdump after version 4.99.");
  return `${tags}\n${paragraphs.map(roff).join("\n.IP\n")}\n`;
}

/** Sections whose text is paragraphs, and between them the options. */
const BEFORE: readonly (readonly [title: string, paragraphs: readonly string[]])[] = [
  [
    "DESCRIPTION",
    [
      "ptcpdump is a tcpdump that knows who sent it. It prints the packets on network interfaces that match an expression, as tcpdump(8) does, with the same options, and beside each packet the process that sent or received it: the thread, the user and the parent, too, and the container and pod that it runs in. The kernel itself is asked whose socket a packet belongs to; nothing is guessed from ports.",
      'With a command after "--" it runs the command, captures what the command and its children send and receive, on all interfaces unless -i says otherwise, and ends when the command ends, with the command\'s exit status.',
      "With -w the packets are written to a file with their owners as comments, which Wireshark and tshark show; with -r they are read from one.",
      "Capturing needs root, or the capabilities CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN; reading a file needs neither. What a capture attaches to the system goes with it, however it ends.",
    ],
  ],
];

const AFTER: readonly (readonly [title: string, paragraphs: readonly string[]])[] = [
  [
    "EXPRESSION",
    [
      "Which packets match is told by an expression in the language of pcap-filter(7), in one argument or several. It is compiled by libpcap, translated, and run by the kernel: packets that do not match cost next to nothing and never reach ptcpdump.",
      'Words after "--" are not part of it: they are the command to run.',
    ],
  ],
  [
    "OUTPUT",
    [
      "Each packet is printed as tcpdump prints it, with the interface, the process and the direction between the time and the packet:",
      "\n.EX\n22:58:29.208463 lo curl.214 Out IP 127.0.0.1.39108 > 127.0.0.1.8000: Flags [S], ...\n.EE",
      "Out is a packet on its way from a process, which is the sender then, In one on its way to a process. On the loopback interface both are seen of every packet. The thread, the parent, the container and the pod come at the end of the line; with -v they have indented lines of their own, with paths and arguments. --context chooses among them. A packet that belongs to no process (a forwarded one, an answer of the kernel's own) is printed without.",
      "Packets of a file that tells nothing about owners are printed exactly as tcpdump prints them.",
    ],
  ],
  [
    "NAMES",
    [
      "Without -n, names take the place of numbers: of addresses as the system's resolver knows them (nsswitch.conf(5): hosts(5), DNS), of ports as services(5) knows them, of hardware addresses as ethers(5) knows them, or else their manufacturer.",
      "A file is printed as tcpdump prints it: each name is waited for.",
      "A capture never waits. Names are looked up by threads of their own while the capture goes on; a line in which a name is missing, and those after it, are held back until the name is there, but at most for a second. Then the line is printed with the number, and the name is used as soon as it is known. The last lines of a capture wait so long, too. At most 1024 questions are open at a time, and 65,536 answers are remembered; no question is asked for packets that are only written, or not printed.",
      "Looking names up makes packets of its own, which a capture may see.",
    ],
  ],
  [
    "SIGNALS",
    [
      "SIGINT, SIGTERM and SIGHUP end a capture: everything captured is still printed and written. A second one ends it at once. SIGUSR1 makes it tell how many packets were captured, received and dropped so far. SIGUSR2 makes it hand over everything that it has gathered to the file of -w.",
    ],
  ],
  [
    "EXIT STATUS",
    [
      "0 if everything went well, 1 if not; the command's own status if a command was given (126 if it cannot be executed, 127 if there is none of that name). As tcpdump, 13 if the file of keys that -E names cannot be read, 15 if a key in it is no hexadecimal number, and 141 if nobody reads standard output any more.",
    ],
  ],
  [
    "FILES",
    [
      "/sys/kernel/btf/vmlinux tells the kernel's types, which a capture needs; where it is not there, files in /var/lib/ptcpdump/btf take its place (see --kernel-btf).",
    ],
  ],
];

const EXAMPLES: readonly (readonly [about: string, command: string])[] = [
  ["Who talks to port 443, on whatever interface:", "ptcpdump -i any -n tcp port 443"],
  ["What curl sends and receives, to a file for Wireshark:", "ptcpdump -i eth0 --pname curl -w curl.pcapng"],
  ["What a command and its children do on the network:", "ptcpdump -n -- curl http://127.0.0.1/"],
  ["The DNS packets in a file, with their owners:", "ptcpdump -n -v -r curl.pcapng udp port 53"],
];

/** What is different from tcpdump, an option each. */
function differences(): string {
  return OPTIONS.filter(({ origin, differs }) => origin !== "newer" && differs !== undefined)
    .map((option) => `.TP\n${heads(option)[0]}\n${roff(option.differs!)}\n`)
    .join("");
}

function section(title: string, paragraphs: readonly string[]): string {
  const text = paragraphs.map((paragraph) =>
    paragraph.startsWith("\n") ? paragraph.slice(1) : roff(paragraph),
  );
  return `.SH ${title.includes(" ") ? `"${title}"` : title}\n${text.join("\n.PP\n")}\n`;
}

/** The whole page in roff, man(7) macros. Ends with a newline. */
export function manPage(version: string): string {
  const parts = [
    `.\\" Made from the table of options: scripts/man.ts\n`,
    `.TH PTCPDUMP 1 "" "ptcpdump ${version}" "User Commands"\n`,
    ".SH NAME\nptcpdump \\- print packets with the process, container and pod that they belong to\n",
    ".SH SYNOPSIS\n.nh\n.ad l\n\\fBptcpdump\\fR\n[\\fIoptions\\fR] [\\fIexpression\\fR] [\\fB\\-\\-\\fR \\fIcommand\\fR [\\fIargument\\fR ...]]\n.ad\n.hy\n",
    ...BEFORE.map(([title, paragraphs]) => section(title, paragraphs)),
    ".SH OPTIONS\nOptions and words of the expression may stand in any order; long options may be abbreviated.\n",
  ];
  for (const group of GROUPS) {
    parts.push(`.SS "${group}"\n`);
    for (const option of OPTIONS) if (option.group === group) parts.push(optionParagraphs(option));
  }
  parts.push(...AFTER.map(([title, paragraphs]) => section(title, paragraphs)));
  parts.push(".SH EXAMPLES\n");
  for (const [about, command] of EXAMPLES)
    parts.push(`.TP\n${roff(about)}\n.EX\n${command.replaceAll("\\", "\\e").replaceAll("-", "\\-")}\n.EE\n`);
  parts.push(
    `.SH "DIFFERENCES FROM TCPDUMP"\nOptions that mean, or do, something else than tcpdump's of the same name:\n${differences()}`,
    `.PP\n${roff('Both directions of the loopback interface are shown, and "any" captures with each interface\'s own headers.')}\n`,
    ".SH SEE ALSO\n\\fBtcpdump\\fR(8), \\fBpcap\\-filter\\fR(7), \\fBtshark\\fR(1), \\fBwireshark\\fR(1)\n",
  );
  return parts.join("");
}
