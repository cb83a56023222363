// -Z: who the program becomes once the capture is attached.
import type { Addon } from "../addon/addon.ts";
import { Failure } from "../model/failure.ts";

// linux/capability.h
const CAP_NET_ADMIN = 12;
const CAP_PERFMON = 38;
const CAP_BPF = 39;

/** What reading the counters takes on kernels before 5.19, which ask for it at every bpf(2). */
export const COUNT_RIGHTS: readonly number[] = [CAP_BPF];
/** What it takes to attach to devices that appear later, and to take clsact filters away. */
export const ATTACH_RIGHTS: readonly number[] = [CAP_NET_ADMIN, CAP_PERFMON, CAP_BPF];

const ROOT = 0;

export class User {
  readonly #addon: Addon;
  readonly #name: string;
  readonly #uid: number;
  readonly #gid: number;

  /** @param words USER or USER:GROUP. Throws Failure "user" if there is no such user or group. */
  constructor(addon: Addon, words: string) {
    const [name, group] = words.split(":");
    this.#addon = addon;
    this.#name = name!;
    const found = addon.userByName(this.#name);
    if (found === null) throw new Failure("user", `Couldn't find user '${name}'`);
    this.#uid = found.uid;
    this.#gid = group === undefined ? found.gid : addon.groupByName(group);
    if (this.#gid < 0) throw new Failure("user", `Couldn't find group '${group}'`);
  }

  /**
   * Becomes this user for good, if the program is root's, and keeps these rights (CAP_ numbers) in the main thread.
   * As tcpdump, does nothing for another's program. Throws Failure "user".
   */
  become(rights: readonly number[]): void {
    if (process.getuid?.() !== ROOT && process.geteuid?.() !== ROOT) return;
    if (this.#uid === ROOT && this.#gid === ROOT) return;
    try {
      this.#addon.relinquish(this.#name, this.#uid, this.#gid, rights);
    } catch (error) {
      throw new Failure("user", `Couldn't change to user '${this.#name}': ${(error as Error).message}`);
    }
  }
}
