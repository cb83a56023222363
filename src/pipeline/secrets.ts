// TLS secrets during a capture: from the processes chosen to the key log and the savefile.
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import type { Addon } from "../addon/addon.ts";
import { membershipOfProcess } from "../attribution/cgroups.ts";
import type { Containers } from "../attribution/containers.ts";
import { Ring } from "../kernel/ring.ts";
import { Failure, systemMessage } from "../model/failure.ts";
import type { SecretSettings, Settings } from "../model/settings.ts";
import type { SavefileWriter } from "../savefile/rotation.ts";
import { Choice } from "../secrets/choice.ts";
import { TLS_KEY_LOG } from "../secrets/keylog.ts";
import { SecretWatch } from "../secrets/watch.ts";

/** Secrets are their owner's alone. */
const FILE_MODE = 0o600;

export interface SecretSurroundings {
  /** build/tls.bpf.o */
  readonly object: Uint8Array;
  /** Processes chosen by pid: those given, with their descendants where they are followed, and the command. */
  readonly pids: readonly number[];
  readonly containers: Containers;
  readonly warn: (line: string) => void;
  readonly debug: (line: string) => void;
}

export class Secrets {
  readonly #watch: SecretWatch;
  readonly #fd: number;
  readonly #name: string;
  readonly #embed: boolean;
  readonly #warn: (line: string) => void;
  #savefile: Pick<SavefileWriter, "secrets"> | null = null;
  #fail: (failure: unknown) => void = () => {};
  /** What came before there was a savefile. */
  #early = "";
  #ended = false;

  /** Throws Failure where the key log cannot be opened, and the addon's error where the kernel refuses the probes. */
  constructor(addon: Addon, settings: Settings, wanted: SecretSettings, around: SecretSurroundings) {
    const { processes, command } = settings;
    this.#embed = wanted.embed;
    this.#warn = around.warn;
    this.#name = wanted.file ?? "";
    this.#fd = wanted.file === null ? -1 : openKeyLog(wanted.file);
    try {
      this.#watch = new SecretWatch(addon, {
        object: around.object,
        choice: new Choice(wanted.any, processes, (pid) => isInContainer(pid, around.containers)),
        pids: around.pids,
        given: processes.pids,
        followForks: processes.followForks,
        command,
        openRing: (fd, size) => new Ring(addon, fd, size),
        take: (lines) => this.#take(lines),
        warn: around.warn,
        debug: around.debug,
      });
    } catch (error) {
      if (this.#fd >= 0) closeSync(this.#fd);
      throw error;
    }
  }

  /** Where secrets go besides the key log, and who is told when that fails. */
  into(savefile: Pick<SavefileWriter, "secrets"> | null, fail: (failure: unknown) => void): void {
    this.#savefile = savefile;
    this.#fail = fail;
    this.#watch.drain();
    this.#embedded(this.#early);
    this.#early = "";
  }

  /** Writes what has come, and takes the probes away. Calling it again does nothing. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#watch.drain();
    const lost = this.#watch.lost();
    if (lost > 0) this.#warn(`${lost} TLS secrets were lost: there was no time to read them`);
    this.#watch.close();
    if (this.#fd >= 0) closeSync(this.#fd);
  }

  #take(lines: string): void {
    try {
      if (this.#fd >= 0) writeKeyLog(this.#fd, this.#name, lines);
      if (this.#savefile === null) this.#early += lines;
      else this.#embedded(lines);
    } catch (error) {
      this.#fail(error);
    }
  }

  #embedded(lines: string): void {
    if (this.#embed && lines !== "") this.#savefile?.secrets(TLS_KEY_LOG, Buffer.from(lines, "latin1"));
  }
}

function openKeyLog(name: string): number {
  try {
    return openSync(name, "a", FILE_MODE);
  } catch (error) {
    throw new Failure("write-open", `${name}: ${systemMessage(error)}`);
  }
}

function writeKeyLog(fd: number, name: string, lines: string): void {
  try {
    writeSync(fd, lines);
  } catch (error) {
    throw new Failure("write", `${name}: ${systemMessage(error)}`);
  }
}

/** Whether a process is in a container that the filter chooses, by its cgroup. */
function isInContainer(pid: number, containers: Containers): boolean {
  try {
    return containers.isChosen(membershipOfProcess(readFileSync(`/proc/${pid}/cgroup`, "utf8")));
  } catch {
    // it has ended
    return false;
  }
}
