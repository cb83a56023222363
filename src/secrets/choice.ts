// Whose secrets are written: the processes that the filter chooses, as for packets, or everybody's.
import { readlinkSync } from "node:fs";
import type { ProcessFilter } from "../model/settings.ts";

/** Longest name of a process (TASK_COMM_LEN less its end); of a longer one the executable's is compared. */
const LONGEST_NAME = 15;

/** A process as a record tells of it. */
export interface Candidate {
  readonly pid: number;
  /** Effective user id. */
  readonly uid: number;
  /** Chosen by its pid, or descends from one that was. */
  readonly chosen: boolean;
  readonly name: string;
}

export class Choice {
  /** All processes are asked, and chosen from here: pids alone the kernel tells apart by itself. */
  readonly everybody: boolean;
  readonly #any: boolean;
  readonly #filter: ProcessFilter;
  readonly #inContainer: (pid: number) => boolean;

  /** @param inContainer whether a process is in one of the filter's containers */
  constructor(any: boolean, filter: ProcessFilter, inContainer: (pid: number) => boolean) {
    this.#any = any;
    this.#filter = filter;
    this.#inContainer = inContainer;
    const { names, uids, containers } = filter;
    const named =
      names.length + uids.length + containers.ids.length + containers.names.length + containers.pods.length;
    this.everybody = any || named > 0;
  }

  wants({ pid, uid, chosen, name }: Candidate): boolean {
    if (this.#any || chosen) return true;
    const { names, uids, containers } = this.#filter;
    if (uids.includes(uid) || names.includes(name)) return true;
    if (names.some((wanted) => wanted.length > LONGEST_NAME && wanted === programOf(pid))) return true;
    const contained = containers.ids.length + containers.names.length + containers.pods.length > 0;
    return contained && this.#inContainer(pid);
  }
}

/** Name of the process's executable, without its folder; "" where it is gone. */
function programOf(pid: number): string {
  try {
    const path = readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, "");
    return path.slice(path.lastIndexOf("/") + 1);
  } catch {
    return "";
  }
}
