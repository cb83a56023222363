// The files that a process runs: its executable and the libraries that are mapped as code, proc(5). They are opened
// by way of the process, so that those in a container, or deleted since, are the right ones.
import { Buffer } from "node:buffer";
import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import type { Candidate } from "./choice.ts";

/** A file that is mapped as code. */
export interface Mapped {
  /** Where the process sees it: for messages. */
  readonly path: string;
  /** Tells it from other files: device and inode as the maps have them. */
  readonly key: string;
  /** Ways to open it, the surest first. */
  readonly ways: readonly string[];
}

/** A process maps a file more than once, and thousands of files if it wants to: more are not looked at. */
const MOST = 4096;

/** The files that a process has mapped as code; none where it is gone. */
export function mappedFiles(pid: number): Mapped[] {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/maps`, "latin1");
  } catch {
    return [];
  }
  return parseMaps(text, `/proc/${pid}`);
}

/** The same from the text of a maps file. */
export function parseMaps(text: string, folder: string): Mapped[] {
  const found = new Map<string, Mapped>();
  // address perms offset dev inode path
  for (const [, range, device, inode, path] of text.matchAll(
    /^([0-9a-f]+-[0-9a-f]+) ..x. [0-9a-f]+ ([0-9a-f]+:[0-9a-f]+) (\d+) +(\/.*)$/gm,
  )) {
    const key = `${device} ${inode}`;
    if (found.has(key) || found.size >= MOST) continue;
    const unescaped = path!.replace(/ \(deleted\)$/, "").replaceAll("\\012", "\n");
    found.set(key, {
      path: unescaped,
      key,
      ways: [`${folder}/map_files/${range}`, `${folder}/root${unescaped}`],
    });
  }
  return [...found.values()];
}

/** All processes that there are. */
export function* allProcesses(): Generator<Candidate> {
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const candidate = candidateOf(Number(entry));
    if (candidate !== null) yield candidate;
  }
}

/** A process that runs; null where it is gone. */
export function candidateOf(pid: number): (Candidate & { readonly parent: number }) | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const name = /^Name:\t(.*)$/m.exec(status)?.[1] ?? "";
    // real, effective, saved, file system
    const uid = Number(/^Uid:\t\d+\t(\d+)/m.exec(status)?.[1] ?? -1);
    const parent = Number(/^PPid:\t(\d+)/m.exec(status)?.[1] ?? 0);
    return { pid, uid, chosen: false, name, parent };
  } catch {
    return null;
  }
}

/** A string of at most `size` bytes in a process's memory, to its NUL; "" where it cannot be read. */
export function stringInMemory(pid: number, address: number, size: number): string {
  let fd = -1;
  try {
    fd = openSync(`/proc/${pid}/mem`, "r");
    const bytes = Buffer.alloc(size);
    const got = readSync(fd, bytes, 0, size, address);
    const text = bytes.toString("latin1", 0, got);
    return text.slice(0, `${text}\0`.indexOf("\0"));
  } catch {
    return "";
  } finally {
    if (fd >= 0) closeSync(fd);
  }
}
