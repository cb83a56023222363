// -z: a program for each savefile that is complete, beside the capture.
import { constants, setPriority } from "node:os";
import type { Addon } from "../addon/addon.ts";

/** So many run at a time; further files wait for their turn. */
const AT_A_TIME = 4;

/** Runs the program without a shell, the file's name its only argument, at lowest priority; reaps it. */
export class PostRotate {
  readonly #addon: Addon;
  readonly #program: string;
  readonly #warn: (line: string) => void;
  readonly #waiting: string[] = [];
  readonly #running = new Set<number>();
  readonly #look = (): void => {
    this.#reap();
    this.#next();
  };
  #idle: (() => void)[] = [];

  constructor(addon: Addon, program: string, warn: (line: string) => void) {
    this.#addon = addon;
    this.#program = program;
    this.#warn = warn;
  }

  /** The file is complete. */
  run(name: string): void {
    this.#waiting.push(name);
    this.#next();
  }

  /** Settles when the program was started on every file; it may still run then, as tcpdump's may. */
  started(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#waiting.length === 0) resolve();
      else this.#idle.push(resolve);
    });
  }

  #next(): void {
    while (this.#running.size < AT_A_TIME && this.#waiting.length > 0) this.#start(this.#waiting.shift()!);
    if (this.#waiting.length === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #start(name: string): void {
    // A name that begins with a hyphen must not be taken for an option.
    const file = name.startsWith("-") ? `./${name}` : name;
    let error: string | null = null;
    try {
      const { pid, gate, report } = this.#addon.commandStart([this.#program, file]);
      if (this.#running.size === 0) process.on("SIGCHLD", this.#look);
      this.#running.add(pid);
      try {
        setPriority(pid, constants.priority.PRIORITY_LOW);
      } catch {
        // Then it runs at ours.
      }
      const errno = this.#addon.commandRelease(gate, report);
      if (errno !== 0) error = this.#addon.errorText(errno);
    } catch (thrown) {
      error = (thrown as Error).message;
    }
    if (error !== null) this.#warn(`-z ${this.#program}: ${name}: ${error}`);
    // One that was quicker than the handler, or never ran.
    this.#reap();
  }

  #reap(): void {
    for (const pid of this.#running) if (this.#addon.commandStatus(pid) >= 0) this.#running.delete(pid);
    if (this.#running.size === 0) process.off("SIGCHLD", this.#look);
  }
}
