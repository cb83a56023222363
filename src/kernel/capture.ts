// The kernel's side at work: loads what the plan says, attaches it, and takes it away again. Everything hangs
// on descriptors of this process, so that its end, however it comes, detaches all (clsact is the exception:
// its filters are taken away by close()).
import { readFileSync } from "node:fs";
import {
  CONTAINER_KEY_SIZE,
  Config,
  Counters,
  NAME_SIZE,
  PROGRAM_SIZE,
  ReaderState,
  TOKENS,
  WAITING_ANY,
  WAITING_MUCH,
  WAITING_NOT,
} from "../addon/abi.ts";
import type { Addon, BpfObject, Guard } from "../addon/addon.ts";
import { Failure } from "../model/failure.ts";
import type { ProcessFilter } from "../model/settings.ts";
import type { CaptureProgram, Layer } from "./backends.ts";
import { CGROUP_INET_EGRESS, CGROUP_INET_INGRESS, type Hook, type Setting } from "./hooks.ts";
import { followSockets } from "./open-sockets.ts";
import { cpuNumbers, PerfBuffers } from "./perf.ts";
import type { Plan } from "./plan.ts";
import { ownLackingRights, RIGHTS } from "./rights.ts";
import { type Records, Ring } from "./ring.ts";

const LICENSE = "Dual MIT/GPL";
const BPF_TRACE_RAW_TP = 23;
const BPF_TCX_INGRESS = 46;
const BPF_TCX_EGRESS = 47;
/** Handle of our filters in a clsact qdisc: "pt" and the pid, for others may capture on the same device. */
const TC_HANDLE = (0x70740000 | (process.pid & 0xffff)) >>> 0;
const VERIFIER_LOG = 1 << 16;
const POSSIBLE_CPUS = "/sys/devices/system/cpu/possible";
const ONLINE_CPUS = "/sys/devices/system/cpu/online";
/** Maps of perf events (bpf/include/perf.h), an entry for each CPU. */
const PERF_MAPS = ["packets", "wakers", "tellings"];

export interface CaptureOptions {
  readonly snaplen: number;
  /** Bytes; a power of two. */
  readonly ringBytes: number;
  /** A reader that waits for much is woken when so many bytes wait. */
  readonly wakeBytes: number;
  readonly direction: "in" | "out" | "inout";
  readonly processes: ProcessFilter;
  readonly attribution: boolean;
  /** Inode of the network namespace of all devices. */
  readonly netns: number;
  /** Devices of several network namespaces are captured on, or may come by. */
  readonly severalNetns: boolean;
  /** Of a backend that sees all devices: only the packets of those that are attached to. */
  readonly chosenDevices: boolean;
  /** Sizes of maps that are to be other than usual. */
  readonly mapEntries: ReadonlyMap<string, number>;
  /** The layers that devices may have: the capture programs of others are not even loaded. */
  readonly layers: ReadonlySet<Layer>;
  /**
   * Makes the filter program of a layer and direction: eBPF that jumps to entry `index` of the program array
   * on a match.
   */
  readonly filter: (
    layer: Layer,
    direction: "in" | "out" | "inout",
    array: number,
    index: number,
    /** Where a tracing program's packet begins: an array map; -1 for other programs. */
    offsets: number,
  ) => Uint8Array;
  /** The ids of tracepoints in the kernel's BTF, for tracing programs. */
  readonly types: ReadonlyMap<string, number>;
}

/** Totals over all CPUs. */
export interface CaptureCounters {
  /** Packets that passed the filter expression. */
  matched: number;
  /** Of these: left out by the process filter, in the kernel. */
  unwanted: number;
  captured: number;
  droppedRing: number;
  droppedCopy: number;
  lostRecords: number;
  mapFull: number;
  named: number;
}

interface Attached {
  links: number[];
  clsact: boolean[];
  madeQdisc: boolean;
}

/** True for a kernel that refuses for want of rights. */
export function isPermission(error: unknown): error is { code: string } {
  const code = (error as { code?: string }).code;
  return code === "EPERM" || code === "EACCES";
}

function enumerated(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** The failure that a user without rights sees. */
export function permissionFailure(what: string): Failure {
  const lacking = ownLackingRights();
  const missing =
    lacking.length === 0 ? "" : `: ${enumerated(lacking)} ${lacking.length > 1 ? "are" : "is"} missing`;
  return new Failure(
    "permission",
    `${what}: you don't have permission to capture${missing}; run it as root (sudo) or with ${enumerated(Object.keys(RIGHTS))}`,
  );
}

/** The kernel refused a program: where it is a hook's, there may be another rung. */
export class LoadRefused extends Failure {
  /** "" if it was not one program that was refused. */
  readonly program: string;

  constructor(program: string, verdict: string) {
    super("bpf-load", `the kernel refused the eBPF programs: ${verdict}`);
    this.program = program;
  }
}

/** The object that a plan's programs are in. */
export function objectFile(plan: Plan): string {
  const kernel = plan.settings.has("perf") ? "-5.3" : plan.settings.has("loop") ? "" : "-5.10";
  return `${plan.backend.object}${kernel}.bpf.o`;
}

export class KernelCapture {
  readonly ring: Records;
  readonly #addon: Addon;
  readonly #object: BpfObject;
  readonly #plan: Plan;
  readonly #options: CaptureOptions;
  /** struct reader_state */
  readonly #state: Uint32Array;
  /** The map that it is written to where it is not mapped (before Linux 5.5 it cannot be); -1 where it is. */
  readonly #stateMap: number = -1;
  readonly #links: number[] = [];
  readonly #scanLinks: number[] = [];
  /** Of capture programs that are not attached to devices. */
  readonly #captureLinks: number[] = [];
  readonly #filters = new Map<string, number>();
  /** By index and namespace. */
  readonly #devices = new Map<string, Attached>();
  readonly #guard: Guard | null;
  #open = true;
  /** Number of CPUs that counters are kept for; 0: not read yet. */
  #cpus = 0;

  /**
   * Loads the object. Nothing is attached yet.
   * @param bytes the eBPF object file
   * @param btfPath "" for the kernel's own BTF
   */
  constructor(addon: Addon, bytes: Uint8Array, btfPath: string, plan: Plan, options: CaptureOptions) {
    this.#addon = addon;
    this.#plan = plan;
    this.#options = options;
    // tcx links end with this process; clsact filters do not, and a guard takes them away should it be killed.
    // Before anything eBPF is open, for the guard inherits what is.
    this.#guard = plan.settings.has("clsact") ? addon.guardStart() : null;
    const { captures } = plan.backend;
    this.#object = addon.objectOpen(bytes, btfPath);
    try {
      const unused = captures.filter((row) => !isUsed(row, options)).map((row) => row.program);
      for (const program of [...plan.unused, ...unused]) addon.objectAutoload(this.#object, program, false);
      if (plan.settings.has("ring")) addon.objectMapEntries(this.#object, "ring", options.ringBytes);
      else
        for (const map of PERF_MAPS)
          addon.objectMapEntries(this.#object, map, possibleCpus(readFileSync(POSSIBLE_CPUS, "utf8")));
      // what this map is like depends on the kernel, too
      if (plan.settings.has("perf") && plan.settings.has("by address"))
        addon.objectMapOmit(this.#object, "owners");
      if (!plan.settings.has("by address")) addon.objectMapEntries(this.#object, "owners_by_address", 1);
      if (!plan.settings.has("transit")) addon.objectMapEntries(this.#object, "translations", 1);
      for (const [map, entries] of options.mapEntries) addon.objectMapEntries(this.#object, map, entries);
      addon.objectMapInitial(this.#object, ".rodata", encodeConfig(options, plan.settings, addon.pageSize()));
      addon.objectLoad(this.#object);
    } catch (error) {
      addon.objectClose(this.#object);
      this.#endGuard();
      const log = addon.libbpfLog();
      const program = refusedProgram(log);
      // EPERM for a capture program is want of rights, for a hook's a restriction; EACCES is the verifier's no
      const rights = program === "" || captures.some((row) => row.program === program);
      if (rights && isPermission(error) && !(program !== "" && error.code === "EACCES"))
        throw permissionFailure("eBPF");
      throw new LoadRefused(program, loadVerdict(log));
    }
    const ids = addon.objectMap(this.#object, "ids");
    for (let token = 1; token <= TOKENS; token++)
      addon.mapUpdate(ids, new Uint8Array(0), Uint32Array.of(token), 0);
    const state = addon.objectMap(this.#object, ".bss");
    if (plan.settings.has("ring")) {
      this.ring = new Ring(addon, addon.objectMap(this.#object, "ring"), options.ringBytes);
      this.#state = new Uint32Array(addon.mapMemory(state, 0, addon.pageSize(), true), 0, 2);
    } else {
      const [packets, wakers, tellings] = PERF_MAPS.map((map) => addon.objectMap(this.#object, map));
      this.ring = new PerfBuffers(addon, {
        packets: packets!,
        wakers: wakers!,
        tellings: tellings!,
        cpus: cpuNumbers(readFileSync(ONLINE_CPUS, "utf8")),
        bytes: options.ringBytes,
      });
      this.#state = new Uint32Array(ReaderState.size / 4);
      this.#stateMap = state;
    }
    const array = addon.objectMap(this.#object, "captures");
    for (const [index, capture] of captures.entries()) {
      if (!isUsed(capture, options)) continue;
      addon.mapUpdate(
        array,
        Uint32Array.of(index),
        Uint32Array.of(addon.objectProgram(this.#object, capture.program)),
        0,
      );
    }
    for (const pid of options.processes.pids) this.wantPid(pid);
    const uids = addon.objectMap(this.#object, "wanted_uids");
    for (const uid of options.processes.uids)
      addon.mapUpdate(uids, Uint32Array.of(uid), Uint32Array.of(1), 0);
    for (const name of options.processes.names) {
      const program = isProgramName(name);
      const map = addon.objectMap(this.#object, program ? "wanted_programs" : "wanted_names");
      addon.mapUpdate(map, nameKey(name, program ? PROGRAM_SIZE : NAME_SIZE), Uint32Array.of(1), 0);
    }
  }

  /** Chooses a process by pid (in the host's pid namespace). */
  wantPid(pid: number): void {
    this.#addon.mapUpdate(
      this.#addon.objectMap(this.#object, "wanted_pids"),
      Uint32Array.of(pid),
      Uint32Array.of(1),
      0,
    );
  }

  /** Chooses a container by what its cgroups are called: an id, "podUID", or PARENT/NAME (bpf/include/cgroup.h). */
  wantContainer(key: string): void {
    const bytes = new Uint8Array(CONTAINER_KEY_SIZE);
    bytes.set(Buffer.from(key, "utf8").subarray(0, CONTAINER_KEY_SIZE - 1));
    this.#want("wanted_containers", bytes);
  }

  /** Chooses a cgroup by the number of its record. */
  wantCgroup(number: number): void {
    this.#want("wanted_cgroups", Uint32Array.of(number));
  }

  /** Chooses the processes in a namespace, by its inode. */
  wantNamespace(inode: number): void {
    this.#want("wanted_namespaces", Uint32Array.of(inode));
  }

  /** Tells of a port that a container engine publishes: struct published_key, struct published_port of abi.h. */
  publish(key: Uint8Array, value: Uint8Array): void {
    const map = this.#addon.objectMap(this.#object, "published_ports");
    try {
      this.#addon.mapUpdate(map, key, value, 0);
    } catch (error) {
      // no room: named as if it were not published
      if ((error as NodeJS.ErrnoException).code !== "E2BIG") throw error;
      return;
    }
    const place = ReaderState.published >>> 2;
    this.#setState(place, Atomics.load(this.#state, place) + 1);
  }

  unpublish(key: Uint8Array): void {
    if (!this.#open) return;
    this.#addon.mapDelete(this.#addon.objectMap(this.#object, "published_ports"), key);
  }

  #want(map: string, key: Uint8Array | Uint32Array): void {
    this.#addon.mapUpdate(this.#addon.objectMap(this.#object, map), key, Uint32Array.of(1), 0);
  }

  /**
   * Attaches the hooks of processes and sockets, then names the sockets that are open already.
   * @param cgroup descriptor of the cgroup v2 root; null where the plan has no hook for it
   * @param refused told of each hook that the kernel does not let attach
   */
  attachHooks(cgroup: number | null, refused: (hook: Hook, error: unknown) => void): void {
    const late = ({ attachment }: Hook) => Number(attachment === "iterator" || attachment === "scan");
    for (const hook of this.#plan.hooks.toSorted((a, b) => late(a) - late(b))) {
      try {
        this.#attachHook(hook, cgroup);
      } catch (error) {
        refused(hook, error);
      }
    }
    if (this.#scanLinks.length > 0) this.#scan();
  }

  /** Shows the kernel side every open socket, by following the links to them. */
  #scan(): void {
    const addon = this.#addon;
    const scanner = addon.objectMap(this.#object, "scanners");
    // struct scanner: our pid, and whose files are looked at
    addon.mapUpdate(scanner, Uint32Array.of(0), Uint32Array.of(process.pid, 0, 0, 0), 0);
    followSockets();
    addon.mapUpdate(scanner, Uint32Array.of(0), new Uint32Array(4), 0);
    for (const link of this.#scanLinks.splice(0)) addon.closeFd(link);
  }

  #attachHook(hook: Hook, cgroup: number | null): void {
    const addon = this.#addon;
    const program = addon.objectProgram(this.#object, hook.program);
    switch (hook.attachment) {
      case "btf":
        this.#links.push(addon.rawTracepointOpen(program, ""));
        return;
      case "raw":
        this.#links.push(addon.rawTracepointOpen(program, hook.func ?? ""));
        return;
      case "kprobe":
        this.#links.push(addon.kprobeOpen(program, hook.func ?? ""));
        return;
      case "scan":
        this.#scanLinks.push(addon.kprobeOpen(program, hook.func ?? ""));
        return;
      case "cgroup":
        if (cgroup !== null) this.#links.push(addon.linkCreate(program, cgroup, hook.attachType ?? 0));
        return;
      case "iterator":
        addon.iteratorRun(program);
        return;
    }
  }

  /** Whether devices of several network namespaces are captured on: they are told apart by its inode. */
  get severalNetns(): boolean {
    return this.#options.severalNetns;
  }

  /** Devices are only names for what the hooks see: packets begin with their IP header on all. */
  get headerless(): boolean {
    return this.#plan.backend.headerless;
  }

  /**
   * Attaches the capture programs of a backend that sees all devices; nothing for others.
   * @param cgroup descriptor of the cgroup v2 root
   */
  attachCapture(cgroup: number | null): void {
    if (!this.#plan.backend.everywhere) return;
    const { entries } = this.#plan.backend;
    for (const direction of ["in", "out"] as const) {
      // what leaves tells whom the answers are for
      if (entries !== undefined && (this.#wants(direction) || direction === "out")) {
        if (this.#wants(direction)) {
          const filters = this.#addon.objectMap(this.#object, "filters");
          const place = Uint32Array.of(direction === "in" ? 0 : 1);
          this.#addon.mapUpdate(filters, place, Uint32Array.of(this.#filter("raw", direction)), 0);
        }
        const entry = this.#addon.objectProgram(this.#object, entries[direction].program);
        this.#captureLinks.push(this.#addon.rawTracepointOpen(entry, ""));
      }
      if (entries !== undefined || !this.#wants(direction)) continue;
      const type = direction === "in" ? CGROUP_INET_INGRESS : CGROUP_INET_EGRESS;
      this.#captureLinks.push(this.#addon.linkCreate(this.#filter("raw", direction), cgroup ?? -1, type));
    }
  }

  #wants(direction: "in" | "out"): boolean {
    return this.#options.direction === "inout" || this.#options.direction === direction;
  }

  /** Starts to capture on a device. Throws the addon's error (ENODEV where it went away meanwhile). */
  attachDevice(ifindex: number, layer: Layer, netns = 0): void {
    const key = `${ifindex}/${netns}`;
    if (this.#devices.has(key)) return;
    if (this.#plan.backend.everywhere) {
      this.#devices.set(key, { links: [], clsact: [], madeQdisc: false });
      if (this.#options.chosenDevices) this.#choose(ifindex, netns, true);
      return;
    }
    const attached: Attached = { links: [], clsact: [], madeQdisc: false };
    this.#devices.set(key, attached);
    try {
      if (this.#plan.backend.bothWays) {
        const filter = this.#filter(layer, this.#options.direction);
        attached.links.push(this.#addon.packetSocket(ifindex, filter));
        return;
      }
      for (const direction of ["in", "out"] as const) {
        if (!this.#wants(direction)) continue;
        this.#attach(ifindex, direction === "out", this.#filter(layer, direction), attached);
      }
    } catch (error) {
      this.detachDevice(ifindex, netns);
      throw error;
    }
  }

  #choose(ifindex: number, netns: number, chosen: boolean): void {
    const map = this.#addon.objectMap(this.#object, "devices");
    this.#addon.mapUpdate(map, Uint32Array.of(ifindex, netns), Uint32Array.of(Number(chosen)), 0);
  }

  /** Ends the capture on a device; one that vanished has taken its programs along. */
  detachDevice(ifindex: number, netns = 0): void {
    const key = `${ifindex}/${netns}`;
    const attached = this.#devices.get(key);
    if (!attached) return;
    this.#devices.delete(key);
    // the next device may get its index
    if (this.#plan.backend.everywhere && this.#options.chosenDevices) this.#choose(ifindex, netns, false);
    for (const link of attached.links) this.#addon.closeFd(link);
    for (const egress of attached.clsact)
      this.#quietly(() => this.#addon.tcDetach(ifindex, egress, TC_HANDLE, 0));
    if (attached.madeQdisc) this.#quietly(() => this.#addon.tcDestroy(ifindex));
  }

  /**
   * Tells the kernel that the reader is about to wait, and what for. Whoever waits for any record has to look at
   * the ring once more: what came before the kernel saw this wakes nobody.
   */
  wait(what: "much" | "any"): void {
    this.#setState(ReaderState.waiting >>> 2, what === "any" ? WAITING_ANY : WAITING_MUCH);
  }

  /** The reader is awake by itself: no wake-up is needed. */
  wake(): void {
    this.#setState(ReaderState.waiting >>> 2, WAITING_NOT);
  }

  #setState(place: number, value: number): void {
    Atomics.store(this.#state, place, value);
    if (this.#stateMap >= 0) this.#addon.mapUpdate(this.#stateMap, Uint32Array.of(0), this.#state, 0);
  }

  counters(): CaptureCounters {
    this.#cpus ||= possibleCpus(readFileSync(POSSIBLE_CPUS, "utf8"));
    const cpus = this.#cpus;
    const values = new Uint32Array((Counters.size / 4) * cpus);
    this.#addon.mapLookup(this.#addon.objectMap(this.#object, "counters"), Uint32Array.of(0), values);
    const sum = (offset: number) => {
      let total = 0;
      for (let at = offset / 4; at < values.length; at += Counters.size / 4)
        total += values[at]! + values[at + 1]! * 4294967296;
      return total;
    };
    return {
      matched: sum(Counters.matched),
      unwanted: sum(Counters.unwanted),
      captured: sum(Counters.captured),
      droppedRing: sum(Counters.droppedRing),
      droppedCopy: sum(Counters.droppedCopy),
      lostRecords: sum(Counters.lostRecords),
      mapFull: sum(Counters.mapFull),
      named: sum(Counters.named),
    };
  }

  /**
   * Packets of a device that were lost between kernel and program.
   * @param netns inode of its network namespace; 0 where only one is captured
   */
  lostOf(ifindex: number, netns: number): number {
    const value = new Uint32Array(2);
    const map = this.#addon.objectMap(this.#object, "losses");
    if (!this.#addon.mapLookup(map, Uint32Array.of(ifindex, netns), value)) return 0;
    return value[0]! + value[1]! * 4294967296;
  }

  /** Ends the capture on all devices; what waits in the ring can still be read. */
  detach(): void {
    for (const link of this.#captureLinks.splice(0)) this.#addon.closeFd(link);
    for (const key of [...this.#devices.keys()]) {
      const [ifindex, netns] = key.split("/").map(Number) as [number, number];
      this.detachDevice(ifindex, netns);
    }
    for (const fd of this.#filters.values()) this.#addon.closeFd(fd);
    this.#filters.clear();
    this.ring.end();
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.detach();
    // the kernel waits for a tenth of a second until nobody is in an fentry program any more
    for (const link of this.#links.splice(0)) this.#addon.closeFd(link);
    this.ring.close();
    this.#addon.objectClose(this.#object);
    this.#endGuard();
  }

  #endGuard(): void {
    if (this.#guard) this.#addon.guardEnd(this.#guard.pid, this.#guard.pipe);
  }

  #attach(ifindex: number, egress: boolean, program: number, attached: Attached): void {
    if (this.#guard === null) {
      attached.links.push(
        this.#addon.linkCreate(program, ifindex, egress ? BPF_TCX_EGRESS : BPF_TCX_INGRESS),
      );
      return;
    }
    const made = this.#addon.tcAttach(ifindex, egress, TC_HANDLE, program);
    attached.madeQdisc ||= made;
    attached.clsact.push(egress);
    this.#addon.guardTell(this.#guard.pipe, true, ifindex, egress, TC_HANDLE, made);
  }

  /** The filter program of a layer and direction, made once and shared by all devices. */
  #filter(layer: Layer, direction: "in" | "out" | "inout"): number {
    const key = `${layer} ${direction}`;
    const known = this.#filters.get(key);
    if (known !== undefined) return known;
    const { captures, programType, entries } = this.#plan.backend;
    const index = captures.findIndex(
      (row) => row.layer === layer && (row.direction ?? direction) === direction,
    );
    const array = this.#addon.objectMap(this.#object, "captures");
    const offsets = entries ? this.#addon.objectMap(this.#object, "offsets") : -1;
    const insns = this.#options.filter(layer, direction, array, index, offsets);
    const name = `filter_${direction}`;
    const tracepoint = entries && direction !== "inout" ? entries[direction].tracepoint : "";
    const attachTo = this.#options.types.get(`btf_trace_${tracepoint}`) ?? 0;
    const load = (log: number) =>
      entries
        ? this.#addon.progLoadTracing(programType, insns, LICENSE, name, log, BPF_TRACE_RAW_TP, attachTo)
        : this.#addon.progLoad(programType, insns, LICENSE, name, log);
    let { fd, log } = load(0);
    if (fd < 0) {
      ({ fd, log } = load(VERIFIER_LOG));
      if (fd === -1) throw permissionFailure("filter");
      if (fd < 0) throw new Failure("bpf-filter", `the kernel refused the filter program: ${lastLine(log)}`);
    }
    this.#filters.set(key, fd);
    return fd;
  }

  #quietly(action: () => void): void {
    try {
      action();
    } catch {
      // the device is gone, and what was attached to it
    }
  }
}

/** Number of CPUs that per-CPU values have: the highest of a list such as "0-3" or "0,2-5", plus one. */
export function possibleCpus(list: string): number {
  return Math.max(...list.trim().split(/[,-]/).map(Number)) + 1;
}

/** Whether a capture program has devices and a direction to work for. */
function isUsed({ layer, direction }: CaptureProgram, options: CaptureOptions): boolean {
  const wanted = options.direction === "inout" || (direction ?? options.direction) === options.direction;
  return options.layers.has(layer) && wanted;
}

/**
 * THREAD_SIZE: on arm64 a page where pages are larger (arch/arm64/include/asm/memory.h: stacks are mapped, with
 * CONFIG_VMAP_STACK).
 */
export function stackSize(arch: string, page: number): number {
  return arch === "arm64" ? Math.max(16384, page) : 16384;
}

function encodeConfig(options: CaptureOptions, settings: ReadonlySet<Setting>, page: number): Uint8Array {
  const { processes } = options;
  const config = new Uint32Array(Config.size / 4);
  const set = (offset: number, value: number | boolean) => {
    config[offset / 4] = Number(value);
  };
  const { pids, names, uids } = processes;
  set(Config.snaplen, options.snaplen);
  const containers =
    processes.containers.ids.length + processes.containers.names.length + processes.containers.pods.length;
  set(Config.filterProcesses, pids.length + names.length + uids.length + containers > 0);
  set(Config.filterContainers, containers > 0);
  set(Config.filterPids, pids.length > 0);
  set(
    Config.filterNames,
    names.some((name) => !isProgramName(name)),
  );
  set(Config.filterPrograms, names.some(isProgramName));
  set(Config.filterUids, uids.length > 0);
  set(Config.followForks, processes.followForks);
  set(Config.netns, options.netns);
  set(Config.severalNetns, options.severalNetns);
  set(Config.wakeBytes, options.wakeBytes);
  set(Config.attribution, options.attribution);
  set(Config.byAddress, settings.has("by address"));
  set(Config.transit, settings.has("transit"));
  set(Config.taskPointer, settings.has("task pointer"));
  set(Config.stackSize, stackSize(process.arch, page));
  set(Config.chosenDevices, options.chosenDevices);
  return new Uint8Array(config.buffer);
}

/** A name as the kernel compares it: cut to what there is room for, padded with NUL. */
function nameKey(name: string, size: number): Uint8Array {
  const key = new Uint8Array(size);
  key.set(Buffer.from(name, "utf8").subarray(0, size - 1));
  return key;
}

/** True for a name that no process can have itself (comm, at most 15 bytes): only an executable can. */
function isProgramName(name: string): boolean {
  return Buffer.byteLength(name) >= NAME_SIZE;
}

/** The program that the kernel refused, from libbpf's log; "" if it was not a program. */
export function refusedProgram(log: string): string {
  return (
    /prog '(\w+)': (?:BPF program load failed|failed to load|failed to find|failed to prepare)/.exec(
      log,
    )?.[1] ?? ""
  );
}

/** Why libbpf could not load an object: the program, the error and the verifier's last word, from its log. */
export function loadVerdict(log: string): string {
  const program = /prog '(\w+)': BPF program load failed: (.*)/.exec(log);
  const verifier =
    /-- BEGIN PROG LOAD LOG --\n([\s\S]*?)\n?libbpf: [^\n]*-- END PROG LOAD LOG --|-- BEGIN PROG LOAD LOG --\n([\s\S]*?)-- END PROG LOAD LOG --/.exec(
      log,
    );
  if (!program) return lastLine(log.replace(/^libbpf: failed to load object.*$/gm, ""));
  const words = verifier ? lastLine(verifier[1] ?? verifier[2] ?? "") : "";
  return `${program[1]}: ${program[2]}${words === "" || words === NO_REASON ? "" : ` (${words})`}`;
}

const NO_REASON = "no reason given";

/** The last line that says something: libbpf and the verifier put the verdict there. */
function lastLine(log: string): string {
  const lines = log.split("\n").map((line) => line.trim());
  return (
    lines.findLast((line) => line !== "" && !/^processed \d+ insns|^-- /.test(line)) ?? "no reason given"
  );
}
