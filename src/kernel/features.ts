// What this kernel can do, asked before it is needed: a table of {name, since, what to look for}.
import { readFileSync } from "node:fs";
import type { Addon } from "../addon/addon.ts";
import type { Btf } from "./btf.ts";

export type FeatureName = (typeof FEATURES)[number]["name"];

interface Row {
  readonly name: string;
  /** First mainline kernel that has it. */
  readonly since: string;
  /**
   * The kernel's own BTF is needed, which its verifier takes types from: a file with the same types does not do. That
   * is so for tracing programs, iterators, and helpers that return kernel structures.
   */
  readonly ownBtf?: true;
  /** Functions and typedefs (tracepoints are btf_trace_…) that the kernel's BTF must have. */
  readonly types?: readonly string[];
  /** What is to be tried besides. */
  readonly probe?: (system: System) => boolean;
}

/** What the probes look at; made once per start. */
export interface System {
  /** The ids of the functions and typedefs that the table asks for, or null where there is no BTF. */
  readonly types: ReadonlyMap<string, number> | null;
  /** They are told by the kernel itself, not by a file that stands in for it. */
  readonly ownBtf: boolean;
  /** A descriptor of the cgroup v2 root, or null; close it after the hooks are attached. */
  readonly cgroup2: number | null;
  /** Whether the kernel loads an fentry program for the function of this type id. */
  readonly fentry: (typeId: number) => boolean;
  /** Whether a kprobe can be set at this function. */
  readonly kprobe: (func: string) => boolean;
  /** Whether a program at the tracepoint of this type id may call this function to make a dynptr of a packet. */
  readonly packetDynptr: (tracepoint: number, func: number) => boolean;
  /** The ids of what tracing programs of packets name: looked for only where such are asked for. */
  readonly traced: () => ReadonlyMap<string, number>;
}

const TRACED = [
  "btf_trace_net_dev_queue",
  "btf_trace_netif_receive_skb",
  "bpf_dynptr_from_skb",
  "bpf_dynptr_size",
];

/** A function that both fentry and kprobes are tried on. */
const TRIED = "security_socket_sendmsg";

export const FEATURES = [
  { name: "BTF", since: "5.5", probe: (system) => system.types !== null },
  {
    name: "BTF tracepoints",
    since: "5.5",
    ownBtf: true,
    types: ["btf_trace_sched_process_fork", "btf_trace_inet_sock_set_state"],
  },
  { name: "cgroup v2", since: "4.10", probe: (system) => system.cgroup2 !== null },
  { name: "ring buffer", since: "5.8", types: ["bpf_ringbuf_reserve"] },
  { name: "tcx", since: "6.6", types: ["tcx_prog_attach"] },
  { name: "bpf_loop", since: "5.17", types: ["bpf_loop"] },
  { name: "task pointer", since: "5.11", ownBtf: true, types: ["bpf_get_current_task_btf"] },
  { name: "storage in tracing", since: "5.11", ownBtf: true, types: ["bpf_sk_storage_get_tracing"] },
  { name: "file iterator", since: "5.8", ownBtf: true, types: ["bpf_iter_task_file"] },
  { name: "bpf_sock_from_file", since: "5.11", ownBtf: true, types: ["bpf_sock_from_file"] },
  { name: "sock_send_length", since: "6.3", types: ["btf_trace_sock_send_length"] },
  {
    name: "dynptr of a packet in tracing",
    since: "6.13",
    ownBtf: true,
    // from 6.4 on the function is there, for other programs
    probe: ({ traced, packetDynptr }) =>
      packetDynptr(traced().get("btf_trace_net_dev_queue") ?? 0, traced().get("bpf_dynptr_from_skb") ?? 0),
  },
  { name: "tcp_rcv_space_adjust", since: "4.16", types: ["btf_trace_tcp_rcv_space_adjust"] },
  { name: "tcp_splice_read", since: "2.6.25", types: ["tcp_splice_read"] },
  {
    name: "security hooks",
    since: "2.6.39",
    types: [
      TRIED,
      "security_socket_recvmsg",
      "security_socket_post_create",
      "security_socket_connect",
      "security_sock_graft",
      "security_sk_clone",
      "security_sk_free",
    ],
  },
  {
    name: "fentry",
    since: "5.5",
    ownBtf: true,
    types: [TRIED],
    // arm64 loads them from 5.5 on, and attaches them from 6.4 on
    probe: ({ types, fentry }) =>
      (process.arch !== "arm64" || types?.has("register_ftrace_direct") === true) &&
      fentry(types?.get(TRIED) ?? 0),
  },
  { name: "kprobe", since: "4.17", types: [TRIED], probe: ({ kprobe }) => kprobe(TRIED) },
] as const satisfies readonly Row[];

/** Every name that the table looks for. */
const TYPES = [...new Set(FEATURES.flatMap((row: Row) => row.types ?? [])), "register_ftrace_direct"];

/** Reads what the probes need. @param btf null where there is none */
export function readSystem(addon: Addon, btf: Btf | null): System {
  return {
    types: btf && readTypes(addon, btf.path, TYPES),
    traced: () => (btf && readTypes(addon, btf.path, TRACED)) ?? new Map(),
    ownBtf: btf?.own ?? false,
    cgroup2: openCgroup2(addon),
    fentry: (typeId) => addon.fentryProbe(typeId) === 0,
    packetDynptr: (tracepoint, func) => addon.packetDynptrProbe(tracepoint, func) === 0,
    kprobe: (func) => {
      try {
        addon.closeFd(addon.kprobeOpen(-1, func));
        return true;
      } catch {
        return false;
      }
    },
  };
}

function readTypes(addon: Addon, path: string, names: readonly string[]): ReadonlyMap<string, number> | null {
  try {
    const ids = addon.btfTypes(path, names);
    return new Map(names.flatMap((name, at) => (ids[at] ? [[name, ids[at]]] : [])));
  } catch {
    return null;
  }
}

/**
 * The cgroup v2 root. A mount of our own that nobody sees, for it may be mounted nowhere in this mount
 * namespace ("ip netns exec" mounts a new /sys); where that is not allowed, the one that is mounted.
 */
function openCgroup2(addon: Addon): number | null {
  try {
    return addon.cgroup2Open();
  } catch {
    // older than 5.2, or no CAP_SYS_ADMIN
  }
  try {
    const path = cgroup2Root(readFileSync("/proc/self/mounts", "utf8"));
    return path === null ? null : addon.openPath(path);
  } catch {
    return null;
  }
}

/** The features that are there, each tried when it is first asked for. */
export class Features {
  readonly #system: System;
  readonly #known = new Map<string, boolean>();

  /** @param hidden names of features that are to seem missing, for tests */
  constructor(system: System, hidden: Iterable<FeatureName> = []) {
    this.#system = system;
    for (const name of hidden) this.#known.set(name, false);
  }

  has(name: FeatureName): boolean {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const row: Row = FEATURES.find((feature) => feature.name === name)!;
    const { types, ownBtf } = this.#system;
    const has =
      (ownBtf || !row.ownBtf) &&
      (row.types ?? []).every((type) => types?.has(type)) &&
      (row.probe?.(this.#system) ?? true);
    this.#known.set(name, has);
    return has;
  }
}

/** Whether a word is a feature's name. */
export function isFeature(word: string): word is FeatureName {
  return FEATURES.some((feature) => feature.name === word);
}

/** Where cgroup v2 is mounted, from /proc/self/mounts (fstab(5): spaces are \040). */
export function cgroup2Root(mounts: string): string | null {
  for (const line of mounts.split("\n")) {
    const [, path, type] = line.split(" ");
    if (type === "cgroup2" && path) {
      return path.replace(/\\([0-7]{3})/g, (_, octal: string) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      );
    }
  }
  return null;
}
