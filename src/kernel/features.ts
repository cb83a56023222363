// What this kernel can do, asked before it is needed: a table of {name, since, probe}.
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import type { Addon } from "../addon/addon.ts";

export type FeatureName = "BTF" | "cgroup v2" | "sock_send_length" | "bpf_sock_from_file" | "tcx";

export interface Feature {
  readonly name: FeatureName;
  /** First mainline kernel that has it. */
  readonly since: string;
  readonly probe: (system: System) => boolean;
}

/** What the probes look at; made once per start. */
export interface System {
  /** The names in the kernel's type information (BTF's string section), or null. */
  readonly names: Buffer | null;
  /** A descriptor of the cgroup v2 root, or null; close it after the hooks are attached. */
  readonly cgroup2: number | null;
}

export const FEATURES: readonly Feature[] = [
  { name: "BTF", since: "5.5", probe: (system) => system.names !== null },
  { name: "cgroup v2", since: "4.10", probe: (system) => system.cgroup2 !== null },
  {
    name: "sock_send_length",
    since: "6.3",
    probe: (system) => hasType(system, "btf_trace_sock_send_length"),
  },
  { name: "tcx", since: "6.6", probe: (system) => hasType(system, "tcx_prog_attach") },
  { name: "bpf_sock_from_file", since: "5.11", probe: (system) => hasType(system, "bpf_sock_from_file") },
];

/** Reads what the probes need. @param btfPath the kernel's BTF or a file given instead */
export function readSystem(addon: Addon, btfPath: string): System {
  return { names: readNames(btfPath), cgroup2: openCgroup2(addon) };
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

/** BTF's string section alone: a fifth of the file (header: Documentation/bpf/btf.rst). Null if there is none. */
function readNames(path: string): Buffer | null {
  let fd = -1;
  try {
    fd = openSync(path, "r");
    const header = new Uint32Array(6);
    if (readSync(fd, header, 0, 24, 0) !== 24 || (header[0]! & 0xffff) !== 0xeb9f) return null;
    const from = header[1]! + header[4]!;
    const names = Buffer.allocUnsafe(header[5]!);
    // sysfs gives a page at a time
    for (let at = 0; at < names.length; ) {
      const got = readSync(fd, names, at, names.length - at, from + at);
      if (got === 0) return null;
      at += got;
    }
    return names;
  } catch {
    return null;
  } finally {
    if (fd >= 0) closeSync(fd);
  }
}

/** The features that are there. */
export function probeFeatures(system: System): Set<FeatureName> {
  return new Set(FEATURES.filter((feature) => feature.probe(system)).map((feature) => feature.name));
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

/** True if the name stands in BTF's string section: NUL-terminated and whole. */
function hasType(system: System, name: string): boolean {
  return system.names?.includes(`\0${name}\0`, 0, "latin1") ?? false;
}
