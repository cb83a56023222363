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

/** How much is remembered. What was used longest ago is forgotten first, a quarter at a time. */
export interface Limits {
  /** Ended processes, for packets that come late. */
  readonly ended: number;
  readonly processes: number;
  readonly contexts: number;
  /** Characters of names and arguments. */
  readonly text: number;
}

const LIMITS: Limits = { ended: 16384, processes: 65536, contexts: 131072, text: 64 << 20 };

interface Entry {
  readonly process: Process;
  readonly parent: Process | null;
  readonly where: Where;
  readonly contexts: number[];
  /** Characters that this entry keeps. */
  readonly text: number;
  /** When it was last used; its contexts may have been used later. */
  used: number;
}

/** A context that packets name. */
interface Slot {
  context: Context;
  used: number;
}

/** Tells in which container and pod a process is. */
export interface Residences {
  of(where: Where): Residence;
}

export class Processes {
  /** Called with the network namespace (inode) of every process that is told of. */
  onNamespace: (netns: number, pid: number) => void = () => {};
  readonly #files: ProcessFiles;
  readonly #own: Process;
  readonly #residences: Residences;
  readonly #entries = new Map<number, Entry>();
  readonly #contexts = new Map<number, Slot>();
  readonly #ended: number[] = [];
  readonly #limits: Limits;
  /** Counts uses: the time by which the longest unused is found. */
  #uses = 0;
  #text = 0;
  /** How often a packet's owner had been forgotten. */
  missed = 0;

  /** @param own how this program itself is shown */
  constructor(files: ProcessFiles, own: Process, residences: Residences, limits: Partial<Limits> = {}) {
    this.#files = files;
    this.#own = own;
    this.#residences = residences;
    this.#limits = { ...LIMITS, ...limits };
  }

  /** The context that a packet record names; null if there is none. */
  context(id: number): Context | null {
    if (id === 0) return null;
    const slot = this.#contexts.get(id);
    if (!slot) {
      this.missed++;
      return null;
    }
    slot.used = ++this.#uses;
    return slot.context;
  }

  /** Numbers for tests and --log-level debug. */
  sizes(): { processes: number; contexts: number; text: number } {
    return { processes: this.#entries.size, contexts: this.#contexts.size, text: this.#text };
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
    let args: readonly string[] = [];
    if (pid === this.#own.pid) {
      cmd = this.#own.cmd;
      args = [...this.#own.args];
    } else if (origin === ORIGIN_FORK && parentEntry) {
      // a child that did not exec runs its parent's program with its parent's arguments
      ({ cmd, args } = parentEntry.process);
    } else {
      const filenameAt = at + RecordProcess.size;
      const filenameLength = Math.min(u32(RecordProcess.filenameLen), FILENAME_SIZE - 1);
      const argumentsAt = filenameAt + FILENAME_SIZE;
      const argumentsLength = Math.min(u32(RecordProcess.argumentsLen), at + length - argumentsAt);
      if (origin === ORIGIN_EXEC) {
        cmd = decode(bytes, filenameAt, filenameLength);
        if (cmd !== "" && !cmd.includes("/")) cmd = this.#pathOf(cmd, pid, start, parentEntry);
      }
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
    this.onNamespace(where.netns, pid);
    if (parentEntry) parentEntry.used = ++this.#uses;
    const { boot } = this.#files;
    const began = boot !== undefined && start > 0 ? { start: boot + BigInt(start) } : {};
    this.#addEntry(id, { pid, cmd, args, ...began }, parent, where);
  }

  /**
   * The path of a program that was executed by a name alone: /proc has it while the process runs that program, and a
   * parent that executes itself (BusyBox's shell) has it, too.
   */
  #pathOf(name: string, pid: number, start: number, parent: Entry | undefined): string {
    const candidates = [() => this.#files.read(pid, start)?.exe, () => parent?.process.cmd];
    for (const candidate of candidates) {
      const path = candidate();
      if (path?.endsWith(`/${name}`)) return path;
    }
    return name;
  }

  #addEntry(id: number, process: Process, parent: Process | null, where: Where): Entry {
    const known = this.#entries.get(id);
    if (known) this.#text -= known.text;
    // what a child shares with its parent counts twice: the parent may be forgotten first
    const text = lengthOf(process) + (parent === null ? 0 : lengthOf(parent));
    const entry = { process, parent, where, contexts: [], text, used: ++this.#uses };
    this.#entries.set(id, entry);
    this.#text += text;
    if (this.#entries.size > this.#limits.processes || this.#text > this.#limits.text)
      this.#forgetProcesses(id);
    return entry;
  }

  /** RECORD_CONTEXT */
  addContext(bytes: Uint8Array, words: Uint32Array, at: number): void {
    const word = at >>> 2;
    const processId = words[word + (RecordContext.process >>> 2)]!;
    const name = readName(bytes, at + RecordContext.name);
    const entry =
      this.#entries.get(processId) ?? this.#recall(processId, words[word + (RecordContext.pid >>> 2)]!, name);
    const id = words[word + (RecordContext.context >>> 2)]!;
    entry.contexts.push(id);
    const context = {
      process: entry.process,
      thread: { tid: words[word + (RecordContext.tid >>> 2)]!, name },
      parent: entry.parent,
      uid: words[word + (RecordContext.uid >>> 2)]!,
      ...this.#residences.of(entry.where),
    };
    this.#contexts.set(id, { context, used: ++this.#uses });
    if (this.#contexts.size > this.#limits.contexts) this.#forgetContexts();
  }

  /** A process that the kernel remembers and we do not. */
  #recall(id: number, pid: number, name: string): Entry {
    const files = this.#files.read(pid, 0);
    const process = { pid, cmd: files?.exe || name, args: files?.args ?? [] };
    return this.#addEntry(id, process, null, { cgroup: 0, mntns: 0, pidns: 0, netns: 0 });
  }

  /** Forgets the contexts used longest ago. */
  #forgetContexts(): void {
    const border = quarter([...this.#contexts.values()].map(({ used }) => used));
    for (const [id, { used }] of this.#contexts) if (used <= border) this.#contexts.delete(id);
    for (const { contexts } of this.#entries.values()) this.#prune(contexts);
  }

  #prune(contexts: number[]): void {
    let kept = 0;
    for (const id of contexts) if (this.#contexts.has(id)) contexts[kept++] = id;
    contexts.length = kept;
  }

  /** Forgets the processes used longest ago, with their contexts. @param spare the newest, which stays */
  #forgetProcesses(spare: number): void {
    const lastUse = ({ used, contexts }: Entry) =>
      contexts.reduce((latest, id) => Math.max(latest, this.#contexts.get(id)?.used ?? 0), used);
    const uses = new Map([...this.#entries].map(([id, entry]) => [id, lastUse(entry)]));
    const byAge = [...uses].sort(([, a], [, b]) => a - b);
    const least = byAge.length / 4;
    for (const [at, [id]] of byAge.entries()) {
      if (at >= least && this.#text <= (this.#limits.text * 3) / 4) break;
      if (id !== spare) this.#forget(id);
    }
  }

  #forget(id: number): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    for (const context of entry.contexts) this.#contexts.delete(context);
    this.#entries.delete(id);
    this.#text -= entry.text;
  }

  /** Looks up anew in which containers the processes are: more is known of these now. */
  renew(): void {
    for (const { where, contexts } of this.#entries.values()) {
      if (contexts.length === 0) continue;
      const residence = this.#residences.of(where);
      for (const id of contexts) {
        const slot = this.#contexts.get(id);
        // another object, for sinks keep what they made of this one
        if (slot && (slot.context.container !== residence.container || slot.context.pod !== residence.pod))
          slot.context = { ...slot.context, ...residence };
      }
    }
  }

  /** RECORD_EXIT */
  addExit(words: Uint32Array, at: number): void {
    this.#ended.push(words[(at >>> 2) + (RecordExit.process >>> 2)]!);
    // forgotten in blocks: shifting one by one would copy the queue each time
    if (this.#ended.length < this.#limits.ended * 2) return;
    for (const id of this.#ended.splice(0, this.#limits.ended)) this.#forget(id);
  }

  #findParent(pid: number, name: string): Process | null {
    if (pid === 0) return null;
    if (pid === this.#own.pid) return this.#own;
    const files = this.#files.read(pid, 0);
    return { pid, cmd: files?.exe || name, args: files?.args ?? [] };
  }
}

/** Characters of a process's name and arguments. */
function lengthOf({ cmd, args }: Process): number {
  return args.reduce((sum, arg) => sum + arg.length, cmd.length);
}

/** The number that a quarter of these does not exceed. */
function quarter(numbers: readonly number[]): number {
  const sorted = Float64Array.from(numbers).sort();
  return sorted[sorted.length >>> 2]!;
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
