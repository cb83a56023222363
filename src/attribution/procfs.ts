// /proc, for what the kernel's records cannot tell: processes from before the start.
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import type { Namespaces } from "./containers.ts";
import { splitArguments } from "./processes.ts";

export interface ProcessFile {
  /** Path of the executable; "" if it cannot be read (kernel threads, other users'). */
  readonly exe: string;
  readonly args: string[];
}

/** Looks a process up; start (CLOCK_BOOTTIME ns; 0: any) tells it from a later one with the same pid. */
export interface ProcessFiles {
  read(pid: number, start: number): ProcessFile | null;
  /** When the machine started (CLOCK_BOOTTIME was 0), ns since 1970, to some 10 ms; absent: not known. */
  readonly boot?: bigint;
}

/** Clock ticks per second that /proc/PID/stat counts in: USER_HZ, 100 on every architecture we run on. */
const USER_HZ = 100;
/** Characters of a command line that are kept: no comment in a file holds more. */
const MAX_ARGUMENTS = 65_535;

export class Procfs implements ProcessFiles {
  readonly #root: string;
  #boot: bigint | null = null;

  constructor(root = "/proc") {
    this.#root = root;
  }

  get boot(): bigint {
    if (this.#boot === null) {
      const seconds = Number.parseFloat(readFileSync(`${this.#root}/uptime`, "utf8"));
      this.#boot = BigInt(Math.round(Date.now() - seconds * 1000)) * 1_000_000n;
    }
    return this.#boot;
  }

  read(pid: number, start: number): ProcessFile | null {
    const folder = `${this.#root}/${pid}`;
    try {
      if (start !== 0) {
        const ticks = statFields(readFileSync(`${folder}/stat`, "utf8"))[19];
        if (Math.floor((start / 1e9) * USER_HZ) !== Number(ticks)) return null;
      }
      let exe = "";
      try {
        exe = readlinkSync(`${folder}/exe`).replace(/ \(deleted\)$/, "");
      } catch {
        // a kernel thread has none
      }
      return { exe, args: splitArguments(readFileSync(`${folder}/cmdline`, "utf8").slice(0, MAX_ARGUMENTS)) };
    } catch {
      return null;
    }
  }

  /** Inodes of a process's namespaces; null where it is gone or may not be looked at. */
  namespaces(pid: number | "self"): Namespaces | null {
    const inode = (kind: string) => statSync(`${this.#root}/${pid}/ns/${kind}`).ino;
    try {
      return { mntns: inode("mnt"), pidns: inode("pid"), netns: inode("net") };
    } catch {
      return null;
    }
  }

  /** What /proc tells of all processes' cgroups: the text of each file once. */
  cgroups(): Set<string> {
    const texts = new Set<string>();
    for (const name of readdirSync(this.#root)) {
      if (!/^\d+$/.test(name)) continue;
      try {
        texts.add(readFileSync(`${this.#root}/${name}/cgroup`, "utf8"));
      } catch {
        // it ended meanwhile
      }
    }
    return texts;
  }

  /** Parent pids of all processes: [pid, ppid]. */
  parents(): [number, number][] {
    const pairs: [number, number][] = [];
    for (const name of readdirSync(this.#root)) {
      if (!/^\d+$/.test(name)) continue;
      try {
        const ppid = Number(statFields(readFileSync(`${this.#root}/${name}/stat`, "utf8"))[1]);
        pairs.push([Number(name), ppid]);
      } catch {
        // it ended meanwhile
      }
    }
    return pairs;
  }
}

/** Fields of /proc/PID/stat after the name, which may hold spaces and brackets: [0] is the state. */
function statFields(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** The pids given and all their descendants, from pairs of [pid, ppid]. */
export function withDescendants(pids: readonly number[], parents: readonly [number, number][]): number[] {
  const children = new Map<number, number[]>();
  for (const [pid, ppid] of parents) {
    const list = children.get(ppid);
    if (list) list.push(pid);
    else children.set(ppid, [pid]);
  }
  const found = new Set<number>();
  const waiting = [...pids];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    if (found.has(pid)) continue;
    found.add(pid);
    waiting.push(...(children.get(pid) ?? []));
  }
  return [...found];
}
