// What the options resolve to. cli/ makes it, every other room reads the part it needs.
import { CONTEXT_PARTS, type ContextPart } from "./context.ts";

/** The protocols that -T can force, and what tcpdump(1) calls them. */
export const PACKET_TYPES = {
  aodv: "Ad-hoc On-demand Distance Vector protocol",
  carp: "Common Address Redundancy Protocol",
  cnfp: "Cisco NetFlow protocol",
  domain: "Domain Name System",
  lmp: "Link Management Protocol",
  pgm: "Pragmatic General Multicast",
  pgm_zmtp1: "ZMTP/1.0 inside PGM/EPGM",
  ptp: "Precision Time Protocol",
  quic: "QUIC",
  radius: "RADIUS",
  resp: "REdis Serialization Protocol",
  rpc: "Remote Procedure Call",
  rtcp: "Real-Time Applications control protocol",
  rtp: "Real-Time Applications protocol",
  snmp: "Simple Network Management Protocol",
  someip: "SOME/IP",
  tftp: "Trivial File Transfer Protocol",
  vat: "Visual Audio Tool",
  vxlan: "Virtual eXtensible Local Area Network",
  wb: "distributed White Board",
  zmtp1: "ZeroMQ Message Transport Protocol 1.0",
} as const;
export type PacketType = keyof typeof PACKET_TYPES;

/** How packets become text (tcpdump(1)'s options in brackets). */
export interface TextSettings {
  /** -n: how often given. 0: names, 1+: numbers. */
  numeric: number;
  /** -q */
  quiet: boolean;
  /** -v: how often given. IKEv2 and ForCES tell more up to -vvvv. */
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
  /** -N: host names without their domain */
  shortNames: boolean;
  /** -b: autonomous system numbers of more than 16 bits as HIGH.LOW */
  asdot: boolean;
  /** -K: IP, TCP and UDP checksums are not verified */
  unverified: boolean;
  /** -H: IEEE 802.11 data frames may carry a draft 802.11s mesh header */
  mesh: boolean;
  /** -u: NFS file handles as they are */
  rawHandles: boolean;
  /** -T: what TCP and UDP carry, whatever the ports; null: as the ports say */
  packetType: PacketType | null;
  /** -E: keys of IPsec ESP, in the option's own syntax; null: none */
  espSecret: string | null;
  /** -M: shared secret of TCP's MD5 signatures; null: none */
  tcpSecret: string | null;
  /** --lengths: captured and original length before each line */
  lengths: boolean;
  /** -g: the verbose IPv4 header on the same line as what follows */
  ipOneline: boolean;
  /** --print-sampling: only each nth packet is printed; 0: all */
  sampling: number;
}

/** What holds when no option is given. */
export const PLAIN_TEXT: Readonly<TextSettings> = {
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
  context: new Set(CONTEXT_PARTS),
  shortNames: false,
  asdot: false,
  unverified: false,
  mesh: false,
  rawHandles: false,
  packetType: null,
  espSecret: null,
  tcpSecret: null,
  lengths: false,
  ipOneline: false,
  sampling: 0,
};

/** Unix sockets of container engines, as options give them ("unix://" before the path or not); null: the usual ones. */
export interface EngineAddresses {
  docker: string | null;
  containerd: string | null;
  cri: string | null;
}

/** Which containers' packets are captured: the union of what is given; empty: none is chosen for its container. */
export interface ContainerFilter {
  /** Beginnings of ids. */
  ids: readonly string[];
  names: readonly string[];
  /** All containers of these pods. */
  pods: readonly { name: string; namespace: string }[];
}

/** Which processes' packets are captured: the union of what is given; empty: all. */
export interface ProcessFilter {
  pids: readonly number[];
  names: readonly string[];
  uids: readonly number[];
  containers: ContainerFilter;
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

/** What is done about TLS secrets. */
export interface SecretSettings {
  /** --write-keylog-file, or $SSLKEYLOGFILE; null: no such file */
  file: string | null;
  /** --embed-keylog-to-pcapng */
  embed: boolean;
  /** --tls-keylog=any: everybody's, whoever's packets are captured; else those of the processes chosen */
  any: boolean;
}

/** Where packets are taken from (src/kernel/backends.ts): --backend's words. */
export const BACKEND_NAMES = ["tc", "cgroup-skb", "socket-filter", "tp-btf"] as const;
export type BackendName = (typeof BACKEND_NAMES)[number];

export type LogLevel = "debug" | "info" | "warn" | "error" | "fatal";

export interface Settings {
  /** --kernel-btf: a file with the kernel's types; null: where they are found */
  kernelBtf: string | null;
  /** Types may be fetched from the network where there are none. */
  download: boolean;
  /** code: -d; types: -L; clocks: -J */
  mode: "capture" | "read" | "list" | "version" | "help" | "code" | "types" | "clocks";
  backend: BackendName;
  /** -i in the order given; "any" stands for all devices, present and coming. */
  interfaces: readonly string[];
  /** -r: file name, "-" for standard input */
  readFile: string | null;
  /** -V: name of a file with the names of the files to read, "-" for standard input */
  fileList: string | null;
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
  /** --skip: so many packets are neither printed, written nor counted by -c */
  skip: number;
  /** -d, -dd, -ddd: 1…3; 0 without */
  code: 0 | 1 | 2 | 3;
  /** False for -O: libpcap's optimizer is left out. */
  optimize: boolean;
  /** False for -p. */
  promiscuous: boolean;
  /** -I */
  monitor: boolean;
  /** -y: name of a link type; null: the device's own */
  linkType: string | null;
  /** -j: name of a kind of time stamps; null: the device's own */
  clock: string | null;
  /** -m, as often as given: told to be of no effect */
  mibModules: readonly string[];
  /** -s, bytes; 0 on the command line means the default of 262,144 */
  snaplen: number;
  direction: "in" | "out" | "inout";
  /** Filter expression (words joined, or the text of -F); "" matches everything. */
  expression: string;
  processes: ProcessFilter;
  engines: EngineAddresses;
  /** --netns: paths and names of network namespaces, "any", "newly"; empty: the program's own. */
  netns: readonly string[];
  /** After "--": the program to run and its arguments; empty: none. */
  command: readonly string[];
  /** -B in KiB; 0 = default */
  bufferKiB: number;
  immediate: boolean;
  logLevel: LogLevel;
  /** null: TLS secrets are not asked for */
  secrets: SecretSettings | null;
  text: TextSettings;
}
