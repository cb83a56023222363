// Files that are written beside the capture: a disk that stops must not stop the reader of the ring.
//
// What is to be done (open, write, close) waits in one row and is done by Node's own threads, one thing at a time and
// so in order. Buffers change hands instead of being copied: whoever hands one over gets another to go on with. What
// waits is bounded: when it is too much, the owner is told to read no more, until half of it is gone.
import { close, open, write } from "node:fs";
import type { Failure } from "../model/failure.ts";
import type { FileMaker, FileOutput, WholeBlocks } from "../model/sink.ts";
import { cutBack, FILE_MODE, openFailure, openFile, STANDARD_OUTPUT, shownName } from "./file.ts";
import { errorCode, writeFailure } from "./output.ts";

/** Bytes that may wait. */
const LIMIT = 32 << 20;
/** Size of the buffers that go round, and how many of them are kept while they are not needed. */
const BUFFER = 1 << 20;
const SPARES = 3;
/** A full pipe that somebody made non-blocking is tried again after so long (ms). */
const AGAIN = 5;

/** Who must know how it goes. */
export interface QueueOwner {
  /** So much waits that nothing more should come … */
  full(): void;
  /** … until now. */
  free(): void;
  /** A file could not be made or written: nothing more will be. Called once. */
  failed(failure: Failure): void;
}

interface Write {
  readonly kind: "write";
  readonly file: QueuedFile;
  readonly bytes: Uint8Array;
  end: number;
}

type Job =
  | Write
  | { readonly kind: "open"; readonly file: QueuedFile }
  | { readonly kind: "close"; readonly file: QueuedFile; readonly complete: () => void };

export class FileQueue implements FileMaker {
  readonly #owner: QueueOwner;
  readonly #limit: number;
  readonly #jobs: Job[] = [];
  #working = false;
  #waiting = 0;
  #full = false;
  #first = true;
  #failure: Failure | null = null;
  readonly #spares: Uint8Array[] = [];
  #idle: (() => void)[] = [];
  /** The most bytes that ever waited. */
  peak = 0;

  constructor(owner: QueueOwner, limit: number = LIMIT) {
    this.#owner = owner;
    this.#limit = limit;
  }

  /** The first file is made at once, for its failure is the user's to see before anything begins. */
  open(name: string, whole: WholeBlocks): FileOutput {
    const file = new QueuedFile(this, name, whole);
    if (this.#first) file.fd = openFile(name);
    else this.#add({ kind: "open", file });
    this.#first = false;
    return file;
  }

  /** Settles when nothing waits any more, or nothing will be done about it after a failure. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#working) resolve();
      else this.#idle.push(resolve);
    });
  }

  /** For QueuedFile: hands over a buffer, and gives one to go on with. */
  exchange(file: QueuedFile, bytes: Uint8Array, end: number): Uint8Array {
    if (this.#join(file, bytes, end)) return bytes;
    const next = this.#spares.pop() ?? new Uint8Array(BUFFER);
    this.#add({ kind: "write", file, bytes, end });
    return next;
  }

  /** For QueuedFile: hands over a copy. */
  copy(file: QueuedFile, bytes: Uint8Array): void {
    if (!this.#join(file, bytes, bytes.length))
      this.#add({ kind: "write", file, bytes: bytes.slice(), end: bytes.length });
  }

  /**
   * Counts what comes, and adds a little more of the same to what waits: so packets that are handed over one by one go
   * out together. False if it does not fit there.
   */
  #join(file: QueuedFile, bytes: Uint8Array, end: number): boolean {
    if (this.#failure !== null) throw this.#failure;
    this.#waiting += end;
    if (this.#waiting > this.peak) this.peak = this.#waiting;
    if (this.#waiting > this.#limit && !this.#full) {
      this.#full = true;
      this.#owner.full();
    }
    const last = this.#jobs.at(-1);
    if (last?.kind !== "write" || last.file !== file || last.end + end > last.bytes.length) return false;
    last.bytes.set(bytes.subarray(0, end), last.end);
    last.end += end;
    return true;
  }

  /** For QueuedFile. */
  close(file: QueuedFile, complete: () => void): void {
    if (this.#failure === null) this.#add({ kind: "close", file, complete });
  }

  #add(job: Job): void {
    this.#jobs.push(job);
    if (!this.#working) this.#next();
  }

  #next(): void {
    const job = this.#jobs.shift();
    this.#working = job !== undefined;
    if (job === undefined) {
      for (const resolve of this.#idle.splice(0)) resolve();
    } else if (job.kind === "write") this.#write(job, 0);
    else if (job.kind === "open") this.#open(job.file);
    else this.#close(job.file, job.complete);
  }

  #open(file: QueuedFile): void {
    open(file.name, "w", FILE_MODE, (error, fd) => {
      if (error) {
        this.#fail(openFailure(file.name, error));
        return;
      }
      file.fd = fd;
      this.#next();
    });
  }

  #write(job: Write, from: number): void {
    const { file, bytes, end } = job;
    write(file.fd, bytes, from, end - from, null, (error, count) => {
      if (error && errorCode(error) === "EAGAIN") {
        setTimeout(() => this.#write(job, from), AGAIN);
        return;
      }
      if (error) {
        cutBack(file.fd, file.whole, bytes, from, file.written);
        this.#fail(writeFailure(shownName(file.name), file.written + from, error));
        return;
      }
      if (from + count < end) {
        this.#write(job, from + count);
        return;
      }
      file.written += end;
      this.#waiting -= end;
      if (bytes.length === BUFFER && this.#spares.length < SPARES) this.#spares.push(bytes);
      this.#next();
      if (this.#full && this.#waiting <= this.#limit / 2) {
        this.#full = false;
        this.#owner.free();
      }
    });
  }

  #close(file: QueuedFile, complete: () => void): void {
    if (file.name === STANDARD_OUTPUT) {
      complete();
      this.#next();
      return;
    }
    close(file.fd, (error) => {
      // Some file systems tell of a failed write only now.
      if (error) {
        this.#fail(writeFailure(shownName(file.name), file.written, error));
        return;
      }
      complete();
      this.#next();
    });
  }

  #fail(failure: Failure): void {
    this.#failure = failure;
    this.#jobs.length = 0;
    this.#owner.failed(failure);
    this.#next();
  }
}

class QueuedFile implements FileOutput {
  readonly name: string;
  readonly whole: WholeBlocks;
  fd = -1;
  /** Bytes that the file has. */
  written = 0;
  readonly #queue: FileQueue;

  constructor(queue: FileQueue, name: string, whole: WholeBlocks) {
    this.#queue = queue;
    this.name = name;
    this.whole = whole;
  }

  write(bytes: Uint8Array, start: number, end: number): void {
    this.#queue.copy(this, bytes.subarray(start, end));
  }

  exchange(bytes: Uint8Array, end: number): Uint8Array {
    return this.#queue.exchange(this, bytes, end);
  }

  close(complete: () => void = () => {}): void {
    this.#queue.close(this, complete);
  }
}
