// Watches for TLS secrets: loads the probes, sets them at every TLS library of the chosen processes, and hands over
// the secrets as lines of a key log.
//
// A probe belongs to a file, not to a process: it works in whatever process maps the file, and from the moment it
// does. So the libraries of the system are probed ahead, before a command runs; what a process brings of its own is
// looked at when it executes a program, and while it loads libraries.
import { Buffer } from "node:buffer";
import { closeSync, fstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import {
  RECORD_PROGRAM,
  RECORD_SECRET,
  RECORD_UNLOGGED,
  RecordProgram,
  SECRET_LABEL_SIZE,
  SECRET_LAYOUTS,
  SECRET_QUESTIONS,
  SecretConfig,
  SecretLayout,
} from "../addon/abi.ts";
import type { Addon, BpfObject, Watch } from "../addon/addon.ts";
import type { Choice } from "./choice.ts";
import { ElfFile, Unreadable } from "./elf.ts";
import { keyLogLine, ownerOf, Remembered, type Secret, secretOf } from "./keylog.ts";
import { findingOf, type Hook, mayHaveTls } from "./libraries.ts";
import { allProcesses, candidateOf, type Mapped, mappedFiles, stringInMemory } from "./mapped.ts";
import { librariesNamed, openRegular, programsNamed } from "./named.ts";
import type { Told } from "./rustls.ts";
import { PT_REGS } from "./values.ts";
import type { Place } from "./x86.ts";

/** The ring of secrets, as kernel/ reads rings. */
export interface SecretRing {
  readonly fd: number;
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  drain(handler: (at: number, length: number) => boolean, limit: number): number;
}

export interface WatchOptions {
  /** The eBPF object, build/tls.bpf.o. */
  readonly object: Uint8Array;
  readonly choice: Choice;
  /** Processes chosen by pid, their descendants included where those are followed. */
  readonly pids: readonly number[];
  /** Of these: those that were given by their pids; it is told where one of them cannot be served. */
  readonly given: readonly number[];
  readonly followForks: boolean;
  /** The command that is going to run: what it names is looked at ahead; empty: none. */
  readonly command: readonly string[];
  readonly openRing: (fd: number, size: number) => SecretRing;
  /** Gets lines of a key log, each ended by a newline. */
  readonly take: (lines: string) => void;
  readonly warn: (line: string) => void;
  readonly debug: (line: string) => void;
}

/** As in bpf/tls.bpf.c. */
const RING_BYTES = 1 << 20;
/** After a program was executed its libraries come one after the other: its maps are looked at so often (ms after). */
const LOOKS: readonly number[] = [0, 3, 10, 30, 100, 300, 1000, 3000];
/** Libraries can be loaded at any time: all chosen processes are looked at so often (ms). */
const ROUND = 2000;
/** Files that are looked into: whoever makes ever new programs is not to fill the memory. */
const MOST_FILES = 65536;
/** Processes that are looked at in every round. */
const MOST_PROCESSES = 4096;
/** Folders that ld.so(8) looks for libraries in, and whose TLS libraries are probed ahead. */
const LIBRARY_FOLDERS: readonly string[] = [
  "/lib/x86_64-linux-gnu",
  "/lib/x86_64-linux-gnu/nss",
  "/lib/aarch64-linux-gnu",
  "/lib64",
  "/usr/lib64",
  "/lib",
  "/usr/lib",
  "/usr/local/lib64",
  "/usr/local/lib",
];
const SYSTEM_LIBRARY = /^lib(ssl3?|gnutls|softokn3)\.so(\.\d+)*$/;

/** Why NSS's secret is not to be had. */
const UNSEEN = "another PKCS #11 token than NSS's own has it, or it is older than this capture";
/** Why rustls's secret is not to be had. */
const UNLOGGED = "where the program sets no key log, its rustls does not tell those of TLS 1.3";

/** What is known of a file. */
interface Looked {
  /** There is TLS in it, whether it can be served or not. */
  readonly tls: boolean;
  /** What is to be said when somebody runs it; "" when there is nothing, or it was said. */
  complaint: string;
}

export class SecretWatch {
  readonly #addon: Addon;
  readonly #options: WatchOptions;
  readonly #object: BpfObject;
  readonly #ring: SecretRing;
  readonly #links: number[] = [];
  readonly #layouts: string[] = [];
  /** Questions in use. */
  #questions = 0;
  /** Files by device and inode, as fstat(2) has them, and what is known of them. */
  readonly #files = new Map<string, Looked>();
  /** The same as the maps have them, so that a file need not be opened again. */
  readonly #mapped = new Map<string, boolean>();
  readonly #processes = new Set<number>();
  /** Processes of which was said that a secret is missing. */
  readonly #missingOf = new Set<number>();
  readonly #remembered = new Remembered();
  readonly #timers = new Set<NodeJS.Timeout>();
  #watch: Watch | null = null;
  #round: NodeJS.Timeout | null = null;
  #open = true;
  #lines = "";

  /** Loads the probes and sets them in what runs already. Throws the addon's error where the kernel refuses. */
  constructor(addon: Addon, options: WatchOptions) {
    this.#addon = addon;
    this.#options = options;
    this.#object = addon.objectOpen(options.object, "");
    try {
      const config = new Uint32Array(SecretConfig.size / 4);
      config[SecretConfig.everybody / 4] = Number(options.choice.everybody);
      config[SecretConfig.followForks / 4] = Number(options.followForks);
      addon.objectMapInitial(this.#object, ".rodata", new Uint8Array(config.buffer));
      addon.objectLoad(this.#object);
      const chosen = addon.objectMap(this.#object, "chosen_pids");
      for (const pid of options.pids) addon.mapUpdate(chosen, Uint32Array.of(pid), Uint32Array.of(1), 0);
      for (const name of ["forked", "executed", "exited"])
        this.#links.push(addon.rawTracepointOpen(addon.objectProgram(this.#object, name), ""));
      this.#ring = options.openRing(addon.objectMap(this.#object, "secrets"), RING_BYTES);
      this.#ahead();
      this.#running();
      this.#watch = addon.watchFd(this.#ring.fd, () => this.drain());
      this.#round = setInterval(() => this.#again(), ROUND);
      this.#round.unref();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Takes in what has come so far. Secrets come before the packets that need them if this is called before. */
  drain(): void {
    if (!this.#open) return;
    this.#ring.drain(this.#record, Number.POSITIVE_INFINITY);
    const lines = this.#lines;
    this.#lines = "";
    if (lines !== "") this.#options.take(lines);
  }

  /** Number of secrets, and of programs to be looked at, that found no room in the ring. */
  lost(): number {
    const words = new Uint32Array(2);
    this.#addon.mapLookup(this.#addon.objectMap(this.#object, ".bss"), Uint32Array.of(0), words);
    return words[0]! + words[1]! * 0x100000000;
  }

  /** Takes the probes away. Calling it again does nothing. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    if (this.#watch) this.#addon.watchEnd(this.#watch);
    if (this.#round) clearInterval(this.#round);
    for (const timer of this.#timers) clearTimeout(timer);
    for (const link of this.#links.splice(0)) this.#addon.closeFd(link);
    this.#addon.objectClose(this.#object);
  }

  readonly #record = (at: number): boolean => {
    const { bytes, words } = this.#ring;
    const kind = words[at >>> 2]!;
    const { choice } = this.#options;
    const view = () => Buffer.from(bytes.buffer, bytes.byteOffset + at, RecordProgram.size);
    if (kind === RECORD_PROGRAM) {
      const candidate = ownerOf(view(), RecordProgram.name);
      if (choice.wants(candidate)) this.#executed(candidate.pid);
    } else if (kind === RECORD_UNLOGGED) {
      const owner = ownerOf(view(), RecordProgram.name);
      if (choice.wants(owner)) this.#missing(owner, UNLOGGED);
    } else if (kind === RECORD_SECRET) this.#secret(at);
    return true;
  };

  #secret(at: number): void {
    const { choice, warn } = this.#options;
    const secret = secretOf(this.#ring.bytes, at);
    if (!choice.wants(secret)) return;
    if (secret.secret.length === 0) {
      this.#missing(secret, UNSEEN);
      return;
    }
    const label = secret.label || stringInMemory(secret.pid, secret.labelAddress, SECRET_LABEL_SIZE);
    const line = keyLogLine(label, secret);
    if (line === null) warn(`${secret.name}.${secret.pid}: a TLS secret without a name was lost`);
    else if (this.#remembered.isNew(line)) this.#lines += line;
  }

  /** A secret that is not to be had: said once of a process. */
  #missing({ pid, name }: Pick<Secret, "pid" | "name">, why: string): void {
    if (this.#missingOf.has(pid) || this.#missingOf.size >= MOST_PROCESSES) return;
    this.#missingOf.add(pid);
    this.#options.warn(`${name}.${pid}: a TLS secret is missing: ${why}`);
  }

  /** The libraries of the system, and the programs of the command. */
  #ahead(): void {
    for (const folder of LIBRARY_FOLDERS) {
      let names: string[];
      try {
        names = readdirSync(folder);
      } catch {
        continue;
      }
      for (const name of names)
        if (SYSTEM_LIBRARY.test(name)) this.#look(join(folder, name), [join(folder, name)]);
    }
    const { PATH: path = "", LD_LIBRARY_PATH: libraryPath = "" } = process.env;
    for (const program of programsNamed(this.#options.command, path)) {
      this.#look(program, [program]);
      for (const library of librariesNamed(program, libraryPath))
        if (mayHaveTls(library)) this.#look(library, [library]);
    }
  }

  /** What runs already; of those chosen by pid it is told where nothing can be done. */
  #running(): void {
    const { choice, pids, given, warn } = this.#options;
    for (const pid of pids) {
      const candidate = candidateOf(pid);
      // a command that waits to be run is still this program itself
      if (candidate === null || candidate.parent === process.pid) continue;
      this.#lookAt(pid);
      if (given.includes(pid) && !mappedFiles(pid).some(({ key }) => this.#mapped.get(key)))
        warn(`${candidate.name}.${pid}: no TLS secrets from it: no TLS library that is known is loaded yet`);
    }
    if (!choice.everybody) return;
    const known = new Set([process.pid, ...pids]);
    for (const candidate of allProcesses())
      if (!known.has(candidate.pid) && choice.wants(candidate)) this.#lookAt(candidate.pid);
  }

  #executed(pid: number): void {
    for (const delay of LOOKS) {
      if (delay === 0) {
        this.#lookAt(pid);
        continue;
      }
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        this.#lookAt(pid);
      }, delay);
      timer.unref();
      this.#timers.add(timer);
    }
  }

  #again(): void {
    for (const pid of this.#processes) if (!this.#lookAt(pid)) this.#processes.delete(pid);
  }

  /** Sets probes in what the process has mapped now; false where it is gone. */
  #lookAt(pid: number): boolean {
    const files = mappedFiles(pid);
    if (files.length === 0) return false;
    if (this.#processes.size < MOST_PROCESSES) this.#processes.add(pid);
    files.forEach((file, i) => {
      // the executable is mapped first
      if (i === 0 || mayHaveTls(file.path)) this.#lookOnce(file);
    });
    return true;
  }

  #lookOnce({ key, path, ways }: Mapped): void {
    if (this.#mapped.has(key) || this.#mapped.size >= MOST_FILES) return;
    const looked = this.#look(path, ways);
    this.#mapped.set(key, looked?.tls ?? false);
    if (!looked?.complaint) return;
    this.#options.warn(looked.complaint);
    looked.complaint = "";
  }

  /**
   * Looks into a file, by the first of these ways that it can be opened, and sets probes in it; null if it cannot be
   * opened.
   */
  #look(path: string, ways: readonly string[]): Looked | null {
    const fd = openFirst(ways);
    if (fd < 0) return null;
    try {
      const { dev, ino } = fstatSync(fd);
      const file = `${dev} ${ino}`;
      let looked = this.#files.get(file);
      if (looked === undefined) {
        looked = this.#lookInto(path, fd);
        this.#files.set(file, looked);
      }
      return looked;
    } finally {
      closeSync(fd);
    }
  }

  #lookInto(path: string, fd: number): Looked {
    try {
      const finding = findingOf(new ElfFile(fd));
      if (finding === null) return { tls: false, complaint: "" };
      const { library } = finding;
      if ("refusal" in finding)
        return { tls: true, complaint: `${path}: no TLS secrets from this ${library}: ${finding.refusal}` };
      for (const hook of finding.hooks) this.#probe(hook, `/proc/self/fd/${fd}`);
      this.#options.debug(`TLS secrets: ${library} in ${path}`);
      // a token alone is no TLS library
      return { tls: finding.hooks.some(({ program }) => program !== "keep_value"), complaint: "" };
    } catch (error) {
      // a script, or of another machine
      if (error instanceof Unreadable) return { tls: false, complaint: "" };
      return { tls: true, complaint: `${path}: no TLS secrets from it: ${(error as Error).message}` };
    }
  }

  #probe(hook: Hook, path: string): void {
    const addon = this.#addon;
    const program =
      hook.program === "log"
        ? `log_${this.#layout(hook.random, hook.token)}`
        : hook.program === "asked"
          ? `asked_${this.#question(hook.told)}`
          : hook.program;
    this.#links.push(addon.uprobeOpen(addon.objectProgram(this.#object, program), path, hook.offset));
  }

  /** Number of the question, and of the program that goes by it; the program that only tells of it, where none is left. */
  #question(told: Told | null): number | "rustls" {
    const slot = this.#questions;
    if (told === null || slot >= SECRET_QUESTIONS) return "rustls";
    this.#questions++;
    const { label, labelLen, random, secret, secretLen } = told;
    const words = [label, labelLen, random, secret, secretLen].flatMap(({ register, first, second }) => [
      PT_REGS[register]!,
      Number(second !== null),
      first,
      second ?? 0,
    ]);
    const map = this.#addon.objectMap(this.#object, "questions");
    this.#addon.mapUpdate(map, Uint32Array.of(slot), Uint32Array.from(words), 0);
    return slot;
  }

  /** Number of the layout, and of the program that goes by it. */
  #layout(random: Place, token: boolean): number {
    const addon = this.#addon;
    const key = `${random.pointer} ${random.offset} ${token}`;
    const known = this.#layouts.indexOf(key);
    if (known >= 0) return known;
    const slot = this.#layouts.length;
    if (slot >= SECRET_LAYOUTS) throw new Error(`more than ${SECRET_LAYOUTS} kinds of TLS libraries at once`);
    this.#layouts.push(key);
    const layout = new Uint32Array(SecretLayout.size / 4);
    layout[SecretLayout.indirect / 4] = Number(random.pointer !== null);
    layout[SecretLayout.pointer / 4] = random.pointer ?? 0;
    layout[SecretLayout.random / 4] = random.offset;
    layout[SecretLayout.token / 4] = Number(token);
    addon.mapUpdate(addon.objectMap(this.#object, "layouts"), Uint32Array.of(slot), layout, 0);
    return slot;
  }
}

/** Opens the first that can be opened; -1 if none can. */
function openFirst(ways: readonly string[]): number {
  for (const way of ways) {
    const fd = openRegular(way);
    if (fd >= 0) return fd;
  }
  return -1;
}
