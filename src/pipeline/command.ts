// The program after "--": held before its first instruction until the capture is ready.
import type { Addon } from "../addon/addon.ts";
import { Failure } from "../model/failure.ts";

const ENOENT = 2;
/** Shells' exit statuses for a command that cannot be run, and for one that is not there. */
const CANNOT_RUN = 126;
const NOT_FOUND = 127;

export class Command {
  readonly pid: number;
  readonly #addon: Addon;
  readonly #words: readonly string[];
  #gate: number;
  readonly #report: number;

  constructor(addon: Addon, words: readonly string[]) {
    this.#addon = addon;
    this.#words = words;
    const { pid, gate, report } = addon.commandStart(words);
    this.pid = pid;
    this.#gate = gate;
    this.#report = report;
  }

  /** Lets it run. Resolves with its exit status (128 + signal); rejects with Failure if it cannot be executed. */
  async release(): Promise<number> {
    const ended = new Promise<number>((resolve) => {
      const look = (): boolean => {
        const status = this.#addon.commandStatus(this.pid);
        if (status < 0) return false;
        process.off("SIGCHLD", look);
        resolve(status);
        return true;
      };
      process.on("SIGCHLD", look);
      const gate = this.#gate;
      this.#gate = -1;
      const error = this.#addon.commandRelease(gate, this.#report);
      if (error !== 0) {
        process.off("SIGCHLD", look);
        throw new Failure(
          "command",
          `${this.#words[0]}: ${this.#addon.errorText(error)}`,
          error === ENOENT ? NOT_FOUND : CANNOT_RUN,
        );
      }
      // a command that was quicker than the handler
      look();
    });
    return await ended;
  }

  /** Closes the gate of a command that was never released: it then ends without having run. */
  abandon(): void {
    if (this.#gate < 0) return;
    this.#addon.closeFd(this.#gate);
    this.#addon.closeFd(this.#report);
    this.#gate = -1;
  }
}
