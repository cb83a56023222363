// Sockets that are open already, where the kernel has no iterator over open files (before Linux 5.8): whoever follows a
// link /proc/PID/fd/N makes the kernel ask for that task and then open the socket's file, which programs at those two
// functions see (bpf/ptcpdump-5.3.bpf.c).
import { closeSync, openSync, readdirSync, readlinkSync } from "node:fs";

const PROC = "/proc";
/** open(2): the file is found, and nothing else is done to it. */
const O_PATH = 0o10000000;
const O_CLOEXEC = 0o2000000;

/** Follows the links to all open sockets of all processes; answers how many there were. */
export function followSockets(): number {
  let count = 0;
  for (const pid of readdirSync(PROC)) {
    if (!/^\d+$/.test(pid)) continue;
    for (const path of openFiles(`${PROC}/${pid}/fd`)) count += Number(follow(path));
  }
  return count;
}

/** The paths of a process's descriptors; none where it has ended. */
function openFiles(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => `${folder}/${name}`);
  } catch {
    return [];
  }
}

/** True where the link leads to a socket. */
function follow(path: string): boolean {
  try {
    if (!readlinkSync(path).startsWith("socket:")) return false;
    closeSync(openSync(path, O_PATH | O_CLOEXEC));
    return true;
  } catch {
    // closed meanwhile
    return false;
  }
}
