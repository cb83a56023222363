// Typed facade over the native addon. The addon only exposes system calls, libbpf and libpcap; every
// policy is TypeScript. Calls throw Error with `code` (an errno name such as "EPERM") and `message`.
import { createRequire } from "node:module";

/** One classic BPF instruction as four numbers (code, jt, jf, k) in a flat array. */
export type ClassicProgram = Uint32Array;

export interface CompiledFilter {
  /** 4 numbers per instruction: code, jt, jf, k (unsigned). */
  instructions: ClassicProgram;
}

export interface PcapDevice {
  name: string;
  description: string;
  /** PCAP_IF_ flags of pcap_findalldevs(3PCAP). */
  flags: number;
}

export interface PcapLinkType {
  /** DLT_ value */
  dlt: number;
  /** "EN10MB"; "" if it has none. */
  name: string;
  description: string;
}

export interface NetDevice {
  ifindex: number;
  name: string;
  /** ARPHRD_ of linux/if_arp.h */
  type: number;
  /** IFF_ flags */
  flags: number;
}

export interface Addon {
  /** pcap_lib_version(3PCAP) */
  pcapVersion(): string;
  /** libbpf's version, such as "1.1". */
  bpfVersion(): string;
  /** pcap_findalldevs(3PCAP) */
  pcapDevices(): PcapDevice[];
  /**
   * Compiles a filter expression as libpcap does for a savefile of this link type: VLAN tags are in the frame,
   * inbound, outbound and ifindex are refused. linkType is a LINKTYPE_ value (or a DLT_ value that is none).
   * A program returns snaplen for a match. Throws code "EFILTER" with libpcap's message (pcap_geterr).
   */
  pcapCompile(linkType: number, snaplen: number, expression: string, optimize: boolean): CompiledFilter;
  /**
   * Compiles as for a live capture, but without a device: like pcapCompileLive for every expression without
   * "vlan". Costs microseconds. Throws as pcapCompile does.
   */
  pcapCompileDead(linkType: number, snaplen: number, expression: string, optimize: boolean): CompiledFilter;
  /**
   * Compiles as for a live capture on `device` (opened for the purpose, about 10 ms): "vlan" then looks for the
   * tag where the kernel holds it aside (SKF_AD_VLAN_TAG…) as well as in the frame. Throws as pcapCompile does,
   * and "ENODEV", "EPERM", "ENETDOWN" or "EPCAP" when the device cannot be opened.
   */
  pcapCompileLive(
    device: string,
    snaplen: number,
    expression: string,
    optimize: boolean,
    /** A DLT_ value that the device can be opened with; -1: its own. */
    dlt: number,
  ): CompiledFilter;
  /**
   * Looks through whole records of a pcap file, bytes[start, end), with headers of `header` bytes, in the other byte order
   * if `swapped`. Writes to `places` where those begin that the program lets through, and behind them where it stopped:
   * at one that is not whole, one with more than `most` bytes (2^30 at most), or because `places` is full. Answers how many
   * were found. Throws "EINVAL" for a program that libpcap takes for invalid.
   */
  pcapScan(
    bytes: Uint8Array,
    start: number,
    end: number,
    swapped: boolean,
    header: number,
    most: number,
    program: ClassicProgram,
    places: Int32Array,
  ): number;
  /** A LINKTYPE_ value as libpcap knows it: its DLT_ value, name ("EN10MB") and description; "" if unnamed. */
  pcapLinkType(linkType: number): PcapLinkType;
  /** The DLT_ value of a name such as "EN10MB"; -1 if there is none. */
  pcapLinkTypeByName(name: string): number;
  /** The link types that the device can be opened with (pcap_list_datalinks); its own first. Throws as pcapCompileLive. */
  pcapLinkTypes(device: string): PcapLinkType[];
  /** The kinds of time stamps that libpcap knows of the device, there or not (pcap_list_tstamp_types). */
  pcapClocks(device: string): { name: string; description: string }[];
  /** True for the name of a kind of time stamps, whatever device has them. */
  pcapIsClock(name: string): boolean;
  /** True if libpcap can put the device into monitor mode (pcap_can_set_rfmon). Throws as pcapCompileLive. */
  pcapCanMonitor(device: string): boolean;

  // bpf.c: the bpf(2) system call
  /** BPF_PROG_LOAD. fd is -errno where the kernel refuses; log is the verifier's, at most logSize bytes. */
  progLoad(type: number, insns: Uint8Array, license: string, name: string, logSize: number): ProgLoad;
  /** The same for tracing programs: what they attach to is a type's id in the kernel's BTF. */
  progLoadTracing(
    type: number,
    insns: Uint8Array,
    license: string,
    name: string,
    logSize: number,
    attachType: number,
    attachTo: number,
  ): ProgLoad;
  /** One BPF_PROG_TEST_RUN on a packet of at least 14 bytes: the program's return value, unsigned. */
  progTestRun(fd: number, packet: Uint8Array): number;
  mapCreate(
    type: number,
    keySize: number,
    valueSize: number,
    entries: number,
    flags: number,
    name: string,
  ): number;
  /** Key and value are whole: the kernel reads as many bytes as the map says. A queue has keys of length 0. */
  mapUpdate(fd: number, key: Uint8Array | Uint32Array, value: Uint8Array | Uint32Array, flags: number): void;
  /** False where there is no such key. */
  mapDelete(fd: number, key: Uint8Array | Uint32Array): boolean;
  /** Fills value; false where there is no such key. */
  mapLookup(fd: number, key: Uint8Array | Uint32Array, value: Uint8Array | Uint32Array): boolean;
  /** BPF_LINK_CREATE. target: an ifindex (tcx) or a cgroup's descriptor. The link ends with its descriptor. */
  linkCreate(progFd: number, target: number, attachType: number): number;
  /** A packet socket of all protocols on the device, with this socket filter: it ends with its descriptor. */
  packetSocket(ifindex: number, progFd: number): number;
  /** BPF_RAW_TRACEPOINT_OPEN; name "" for programs that carry their BTF target. */
  rawTracepointOpen(progFd: number, name: string): number;
  /** 0 where the kernel loads fentry programs for the function of this type id, else an errno. */
  fentryProbe(typeId: number): number;
  /** 0 where the kernel loads a program at this tracepoint that calls bpf_dynptr_from_skb, by type ids; else an errno. */
  packetDynptrProbe(tracepoint: number, func: number): number;
  /** A probe at the function's entry, which ends with its descriptor; progFd -1: it calls nobody. */
  kprobeOpen(progFd: number, func: string): number;
  /** A probe at this offset of a file, in every process that has it mapped or will; it ends with its descriptor. */
  uprobeOpen(progFd: number, path: string, offset: number): number;
  /** Runs an iterator program over everything once; returns the number of bytes it wrote. */
  iteratorRun(progFd: number): number;
  closeFd(fd: number): void;

  // btf.c: type information
  /** The ids of the functions and typedefs of these names in a BTF file; 0 for those that are not there. */
  btfTypes(path: string, names: readonly string[]): number[];

  // object.c: libbpf
  libbpfLog(): string;
  libbpfVerbose(on: boolean): void;
  objectOpen(bytes: Uint8Array, btfPath: string): BpfObject;
  objectAutoload(object: BpfObject, program: string, load: boolean): void;
  objectMapEntries(object: BpfObject, map: string, entries: number): void;
  /** The map is not made: only where the verifier sees nothing that uses it. */
  objectMapOmit(object: BpfObject, map: string): void;
  /** The first bytes of a data section (".rodata"), before the load. */
  objectMapInitial(object: BpfObject, map: string, bytes: Uint8Array): void;
  objectLoad(object: BpfObject): void;
  objectProgram(object: BpfObject, name: string): number;
  objectMap(object: BpfObject, name: string): number;
  objectClose(object: BpfObject): void;
  /** True where the clsact qdisc had to be made. */
  tcAttach(ifindex: number, egress: boolean, handle: number, progFd: number): boolean;
  tcDetach(ifindex: number, egress: boolean, handle: number, progFd: 0): void;
  /** Removes the clsact qdisc unless somebody's filters are in it; true if it did. */
  tcDestroy(ifindex: number): boolean;

  // perf.c: perf buffers
  /** A CPU's perf buffer, that wakes whenever so many bytes have come. To be mapped: a page, and the data behind it. */
  perfOpen(cpu: number, watermark: number): number;
  /** Another event of the CPU, which writes into the mapped buffer of the first, and wakes with every record. */
  perfJoin(cpu: number, into: number): number;
  perfStart(fd: number): void;
  /**
   * Records of perf buffers, in order of their times and none younger than until[0] + until[1] * 2^32 ns, as they would
   * lie in the ring. Answers their bytes; until[2] becomes the number of records that the kernel had no room for.
   * @param packets the records are packets' (struct perf_packet of bpf/include/handed.h)
   */
  perfTake(buffers: readonly Uint8Array[], to: Uint8Array, until: Uint32Array, packets: boolean): number;
  perfEmpty(buffers: readonly Uint8Array[]): boolean;
  /** A descriptor that is readable when one of these is. */
  epollOpen(fds: Int32Array): number;

  // ring.c: shared memory and waiting
  mapMemory(fd: number, offset: number, length: number, writable: boolean): ArrayBuffer;
  pageSize(): number;
  /** callback comes when fd becomes readable, and again when more has come (edge-triggered: read all of it). */
  watchFd(fd: number, callback: () => void): Watch;
  watchEnd(watch: Watch): void;

  // bulk.c
  /**
   * Copies packets from the ring into a batch, as abi.h's struct bulk says, which is brought up to date; `devices` and
   * `contexts` are tables of its others. Stops before the first that is none of theirs or finds no room. Throws "EINVAL"
   * for arrays that are too small.
   * @param memory the ring's page with the producer's position, its data, and some of its data once more
   */
  ringBulk(
    memory: Uint8Array,
    batch: Uint8Array,
    bulk: Uint32Array,
    devices: Uint32Array,
    contexts: Uint32Array,
    options: Int32Array,
  ): void;

  // net.c: devices, namespaces, clocks
  netDevices(): NetDevice[];
  /** The number of a process's network namespace in the thread's own, as eBPF takes it; -1: it has none, or is gone. */
  netnsNumber(pid: number): number;
  linkWatchOpen(): number;
  /** Forgets what waits; true if anything changed. */
  linkWatchDrain(fd: number): boolean;
  /** A descriptor that holds the device in promiscuous mode until it is closed. */
  promiscuous(ifindex: number): number;
  openPath(path: string): number;
  /** The cgroup v2 root, through a mount that nobody else sees. */
  cgroup2Open(): number;
  setNetns(fd: number): void;
  /** [realtime s, ns, monotonic s, ns] of one moment. */
  clocks(out: Uint32Array): void;
  /** strftime(3) of a time in seconds since 1970, in this process's time zone. Throws "ENAMETOOLONG". */
  formatTime(format: string, seconds: number): string;

  // user.c: -Z
  /** getpwnam(3); gid is the primary group's */
  userByName(name: string): { uid: number; gid: number } | null;
  /** getgrnam(3); -1 if there is none */
  groupByName(name: string): number;
  /**
   * Becomes that user, with this group and the user's others, for good. The main thread keeps those of the rights
   * (CAP_ numbers of linux/capability.h) that it has; programs it starts have none.
   */
  relinquish(user: string, uid: number, gid: number, rights: readonly number[]): void;

  // names.c: the system's databases, nsswitch.conf(5)
  /** The name of an IPv4 or IPv6 address (4 or 16 bytes); null if it has none. Waits for the answer. */
  hostName(address: Uint8Array): string | null;
  /** A resolver with so many threads at most; fd becomes readable when answers have come. It stays for good. */
  resolverOpen(threads: number): { resolver: Resolver; fd: number };
  /** Asks for the name of an address; the answer carries the id. */
  resolverAsk(resolver: Resolver, id: number, address: Uint8Array): void;
  /** The answers that have come: id, name or null, id, … */
  resolverTake(resolver: Resolver): (number | string | null)[];
  /** services(5): name, port, protocol, name, … */
  services(): (string | number)[];

  // guard.c: takes clsact filters away when this process is killed
  /** Start it before anything eBPF is open. */
  guardStart(): Guard;
  /** Tells it of a filter: attached, or taken away again; qdisc: the clsact qdisc goes with it. */
  guardTell(
    pipe: number,
    attached: boolean,
    ifindex: number,
    egress: boolean,
    handle: number,
    qdisc: boolean,
  ): void;
  /** It then takes away what it knows of, and ends; waits for that. */
  guardEnd(pid: number, pipe: number): void;

  // process.c: the command after "--"
  commandStart(words: readonly string[]): { pid: number; gate: number; report: number };
  /** 0, or the errno of exec. */
  commandRelease(gate: number, report: number): number;
  /** -1 while it runs; else exit status, 128 + signal. */
  commandStatus(pid: number): number;
  errorText(errno: number): string;
  /** _exit(2): without a farewell to anybody. Does not return. */
  exitNow(status: number): void;
}

/** Handles of the addon: opaque. */
export type BpfObject = { readonly __object: unique symbol };
export type Resolver = { readonly __resolver: unique symbol };
export type Watch = { readonly __watch: unique symbol };

export interface Guard {
  pid: number;
  pipe: number;
}

export interface ProgLoad {
  fd: number;
  log: string;
}

/** Loads the addon from build/ (developer build) or from beside the bundle. */
export function loadAddon(path: string): Addon {
  return createRequire(import.meta.url)(path) as Addon;
}
