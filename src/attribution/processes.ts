// Processes and contexts as the kernel's records tell them, by the ids that packets name.
import {
  FILENAME_SIZE,
  NAME_SIZE,
  ORIGIN_EXEC,
  ORIGIN_FORK,
  RecordContext,
  RecordExit,
  RecordProcess,
} from "../addon/abi.ts";
import type { Context, Process } from "../model/context.ts";
import type { Residence, Where } from "./containers.ts";
import type { ProcessFiles } from "./procfs.ts";

/** Ended processes are remembered for packets that come late; the oldest of more than so many are forgotten. */
const MAX_ENDED = 16384;

interface Entry {
  readonly process: Process;
  readonly parent: Process | null;
  readonly where: Where;
  readonly contexts: number[];
}

/** Tells in which container and pod a process is. */
export interface Residences {
  of(where: Where): Residence;
}

export class Processes {
  readonly #files: ProcessFiles;
  readonly #own: Process;
  readonly #residences: Residences;
  readonly #entries = new Map<number, Entry>();
  readonly #contexts = new Map<number, Context>();
  readonly #ended: number[] = [];
  readonly #maxEnded: number;

  /** @param own how this program itself is shown */
  constructor(files: ProcessFiles, own: Process, residences: Residences, maxEnded: number = MAX_ENDED) {
    this.#files = files;
    this.#own = own;
    this.#residences = residences;
    this.#maxEnded = maxEnded;
  }

  /** The context that a packet record names; null if there is none. */
  context(id: number): Context | null {
    return id === 0 ? null : (this.#contexts.get(id) ?? null);
  }

  /** Numbers for tests and --log-level debug. */
  sizes(): { processes: number; contexts: number } {
    return { processes: this.#entries.size, contexts: this.#contexts.size };
  }

  /** RECORD_PROCESS at bytes[at, at + length). */
  addProcess(bytes: Uint8Array, words: Uint32Array, at: number, length: number): void {
    const word = at >>> 2;
    const u32 = (offset: number) => words[word + (offset >>> 2)]!;
    const origin = words[word]! >>> 16;
    const id = u32(RecordProcess.process);
    const pid = u32(RecordProcess.pid);
    const ppid = u32(RecordProcess.ppid);
    const name = readName(bytes, at + RecordProcess.name);
    const start = u32(RecordProcess.start) + u32(RecordProcess.start + 4) * 4294967296;
    const parentEntry = this.#entries.get(u32(RecordProcess.parent));
    const parentName = readName(bytes, at + RecordProcess.parentName);
    const parent = parentEntry?.process ?? this.#findParent(ppid, parentName);
    let cmd = "";
    let args: string[] = [];
    if (pid === this.#own.pid) {
      cmd = this.#own.cmd;
      args = [...this.#own.args];
    } else if (origin === ORIGIN_FORK && parentEntry) {
      // a child that did not exec runs its parent's program with its parent's arguments
      cmd = parentEntry.process.cmd;
      args = [...parentEntry.process.args];
    } else {
      const filenameAt = at + RecordProcess.size;
      const filenameLength = Math.min(u32(RecordProcess.filenameLen), FILENAME_SIZE - 1);
      const argumentsAt = filenameAt + FILENAME_SIZE;
      const argumentsLength = Math.min(u32(RecordProcess.argumentsLen), at + length - argumentsAt);
      if (origin === ORIGIN_EXEC) cmd = decode(bytes, filenameAt, filenameLength);
      if (argumentsLength > 0) args = splitArguments(decode(bytes, argumentsAt, argumentsLength));
      const cut = u32(RecordProcess.argumentsTotal) > argumentsLength;
      if (cmd === "" || args.length === 0 || cut) {
        const files = this.#files.read(pid, start);
        if (cmd === "") cmd = files?.exe ?? "";
        if ((args.length === 0 || cut) && files && files.args.length > 0) args = files.args;
      }
    }
    if (cmd === "") cmd = name;
    const where = {
      cgroup: u32(RecordProcess.cgroup),
      mntns: u32(RecordProcess.mntns),
      pidns: u32(RecordProcess.pidns),
      netns: u32(RecordProcess.netns),
    };
    this.#entries.set(id, { process: { pid, cmd, args }, parent, where, contexts: [] });
  }

  /** RECORD_CONTEXT */
  addContext(bytes: Uint8Array, words: Uint32Array, at: number): void {
    const word = at >>> 2;
    const entry = this.#entries.get(words[word + (RecordContext.process >>> 2)]!);
    if (!entry) return;
    const id = words[word + (RecordContext.context >>> 2)]!;
    entry.contexts.push(id);
    this.#contexts.set(id, {
      process: entry.process,
      thread: {
        tid: words[word + (RecordContext.tid >>> 2)]!,
        name: readName(bytes, at + RecordContext.name),
      },
      parent: entry.parent,
      uid: words[word + (RecordContext.uid >>> 2)]!,
      ...this.#residences.of(entry.where),
    });
  }

  /** Looks up anew in which containers the processes are: more is known of these now. */
  renew(): void {
    for (const { where, contexts } of this.#entries.values()) {
      if (contexts.length === 0) continue;
      const residence = this.#residences.of(where);
      for (const id of contexts) {
        const context = this.#contexts.get(id);
        // another object, for sinks keep what they made of this one
        if (context && (context.container !== residence.container || context.pod !== residence.pod))
          this.#contexts.set(id, { ...context, ...residence });
      }
    }
  }

  /** RECORD_EXIT */
  addExit(words: Uint32Array, at: number): void {
    this.#ended.push(words[(at >>> 2) + (RecordExit.process >>> 2)]!);
    // forgotten in blocks: shifting one by one would copy the queue each time
    if (this.#ended.length < this.#maxEnded * 2) return;
    for (const id of this.#ended.splice(0, this.#maxEnded)) {
      for (const context of this.#entries.get(id)?.contexts ?? []) this.#contexts.delete(context);
      this.#entries.delete(id);
    }
  }

  #findParent(pid: number, name: string): Process | null {
    if (pid === 0) return null;
    if (pid === this.#own.pid) return this.#own;
    const files = this.#files.read(pid, 0);
    return { pid, cmd: files?.exe || name, args: files?.args ?? [] };
  }
}

/** A name field: NUL-padded. */
function readName(bytes: Uint8Array, at: number): string {
  let length = 0;
  while (length < NAME_SIZE && bytes[at + length] !== 0) length++;
  return decode(bytes, at, length);
}

function decode(bytes: Uint8Array, at: number, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, length).toString("utf8");
}

/** Arguments as they lie in a process's memory: each ended by NUL. */
export function splitArguments(text: string): string[] {
  const args = text.split("\0");
  // programs that set their title leave padding behind
  while (args.length > 0 && args.at(-1) === "") args.pop();
  return args;
}
