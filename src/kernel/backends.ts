// Where packets are taken from: a row per backend. README's table of them is made from it (scripts/readme.ts), and a
// test compares. Adding one is an object in bpf/, a row here, a rung for "capture" in hooks.ts, and how it is attached
// in capture.ts.
import type { BackendName } from "../model/settings.ts";

export type Layer = "ethernet" | "raw";

/** A program that a generated filter jumps into on a match. */
export interface CaptureProgram {
  readonly program: string;
  readonly layer: Layer;
  /** Absent: of both. */
  readonly direction?: "in" | "out";
}

export interface Backend {
  readonly name: BackendName;
  /** Its object: build/OBJECT.bpf.o, and build/OBJECT-5.10.bpf.o for kernels without bpf_loop. */
  readonly object: string;
  /** In the order of their places in the program array that filters jump by. */
  readonly captures: readonly CaptureProgram[];
  /** How filters read a packet's bytes: in place, by a helper, or by a dynptr. */
  readonly reads: "in place" | "by helper" | "by dynptr";
  /** Tracing programs that see every packet and go on into the filter of its direction. */
  readonly entries?: Readonly<Record<"in" | "out", { program: string; tracepoint: string }>>;
  /** enum bpf_prog_type of linux/bpf.h, for filters. */
  readonly programType: number;
  /** What a filter returns for what does not match: the packet goes on. */
  readonly pass: number;
  /** Packets begin with their IP header, whatever the device. */
  readonly headerless: boolean;
  /** One filter sees both directions of a device. */
  readonly bothWays: boolean;
  /** It sees the packets of every network namespace, of all devices at once. */
  readonly everywhere: boolean;
  /** Packets pass that are no socket's of this namespace: others are to tell of theirs. */
  readonly transit: boolean;
  /** What of README's table cannot be told by the rest. */
  readonly about: {
    /** Where the packets are taken. */
    readonly where: string;
    /** Packets that it does not see, or sees otherwise. */
    readonly unseen: string;
    readonly cgroup2: string;
  };
}

const SOCKET_FILTER = 1;
const SCHED_CLS = 3;
const CGROUP_SKB = 8;
const TRACING = 26;

export const BACKENDS: Readonly<Record<BackendName, Backend>> = {
  tc: {
    name: "tc",
    object: "ptcpdump",
    captures: [
      { program: "capture_ethernet_in", layer: "ethernet", direction: "in" },
      { program: "capture_ethernet_out", layer: "ethernet", direction: "out" },
      { program: "capture_raw_in", layer: "raw", direction: "in" },
      { program: "capture_raw_out", layer: "raw", direction: "out" },
    ],
    programType: SCHED_CLS,
    // TCX_NEXT, TC_ACT_UNSPEC
    pass: -1,
    reads: "in place",
    headerless: false,
    bothWays: false,
    everywhere: false,
    transit: true,
    about: {
      where: "at the interfaces (tcx, or clsact before Linux 6.6)",
      unseen: "nothing that passes an interface",
      cgroup2: "not needed; with it sockets are known from their creation on, and packets in transit",
    },
  },
  "cgroup-skb": {
    name: "cgroup-skb",
    object: "cgroup-skb",
    captures: [
      { program: "capture_received", layer: "raw", direction: "in" },
      { program: "capture_sent", layer: "raw", direction: "out" },
    ],
    programType: CGROUP_SKB,
    pass: 1,
    reads: "in place",
    headerless: true,
    bothWays: false,
    everywhere: true,
    transit: false,
    about: {
      where: "at the sockets (hooks of the root cgroup)",
      unseen:
        "what no IP socket sends or receives: ARP, forwarded packets, what comes to closed ports, pings that this host answers, and before Linux 6.12 SYN-ACKs that leave; " +
        "a fragmented packet comes whole, one for several sockets several times",
      cgroup2: "needed",
    },
  },
  "socket-filter": {
    name: "socket-filter",
    object: "socket-filter",
    captures: [
      { program: "capture_ethernet", layer: "ethernet" },
      { program: "capture_raw", layer: "raw" },
    ],
    programType: SOCKET_FILTER,
    pass: 0,
    reads: "by helper",
    headerless: false,
    bothWays: true,
    everywhere: false,
    transit: true,
    about: {
      where: "at packet sockets, as tcpdump does",
      unseen:
        "unnamed: packets of packet sockets, what opens a connection where several sockets share a port (SO_REUSEPORT), " +
        "and where this host forwards its first connections and some translated packets",
      cgroup2: "needed to name most packets",
    },
  },
  "tp-btf": {
    name: "tp-btf",
    object: "tp-btf",
    captures: [
      { program: "capture_received", layer: "raw", direction: "in" },
      { program: "capture_sent", layer: "raw", direction: "out" },
    ],
    entries: {
      in: { program: "packet_received", tracepoint: "netif_receive_skb" },
      out: { program: "packet_sent", tracepoint: "net_dev_queue" },
    },
    programType: TRACING,
    pass: 0,
    reads: "by dynptr",
    headerless: true,
    bothWays: false,
    everywhere: true,
    transit: true,
    about: {
      where: "at all interfaces at once (tracepoints net_dev_queue and netif_receive_skb)",
      unseen: "what is not IP; unnamed: as with `socket-filter`, but for packet sockets",
      cgroup2: "not needed; with it UDP servers are known from their bind on",
    },
  },
};

/** The programs of a backend's own that take packets. */
export function capturePrograms({ captures, entries }: Backend): string[] {
  const first = entries ? [entries.in.program, entries.out.program] : [];
  return [...first, ...captures.map(({ program }) => program)];
}
