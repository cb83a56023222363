// A file descriptor that text goes to: a terminal, a pipe, a file.
import { constants, fstatSync, writeSync } from "node:fs";
import { Failure, systemMessage } from "../model/failure.ts";
import type { Output } from "../model/sink.ts";

/** How long a full pipe is left alone before the next try, milliseconds: doubled from the first to the last. */
const FIRST_WAIT = 1;
const LAST_WAIT = 16;

const SLEEP = new Int32Array(new SharedArrayBuffer(4));

/** Major number of the memory devices, /dev/null among them: see makedev(3). */
const MEMORY_DEVICES = 1;

/**
 * True if the descriptor is a terminal. Node's module that tells loads streams and sockets with it, several
 * milliseconds of a start: so it is asked only of what could be one.
 */
export function isTerminal(fd: number): boolean {
  try {
    const { mode, rdev } = fstatSync(fd);
    if ((mode & constants.S_IFMT) !== constants.S_IFCHR || rdev >> 8 === MEMORY_DEVICES) return false;
  } catch {
    // closed
    return false;
  }
  return process.getBuiltinModule("node:tty").isatty(fd);
}

export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** Writes to a descriptor, in order and whole. Does not close it. */
export class DescriptorOutput implements Output {
  private readonly fd: number;
  private readonly name: string;
  /** Bytes handed over so far. */
  written = 0;

  /** @param name what the descriptor is called in failures, such as "standard output" or a file's name */
  constructor(fd: number, name: string) {
    this.fd = fd;
    this.name = name;
  }

  write(bytes: Uint8Array, start: number, end: number): void {
    let wait = FIRST_WAIT;
    for (let at = start; at < end; ) {
      try {
        const n = writeSync(this.fd, bytes, at, end - at);
        at += n;
        this.written += n;
        wait = FIRST_WAIT;
      } catch (error) {
        if (errorCode(error) !== "EAGAIN") throw writeFailure(this.name, this.written, error);
        // A pipe that somebody else made non-blocking is full. poll(2) is not to be had here, so sleep.
        Atomics.wait(SLEEP, 0, 0, wait);
        wait = Math.min(wait * 2, LAST_WAIT);
      }
    }
  }
}

/** The failure that a write's error is: `written` bytes went out before it. */
export function writeFailure(name: string, written: number, error: unknown): Failure {
  const code = errorCode(error);
  if (code === "EPIPE") return new Failure("closed-pipe", `${name}: nobody reads any more`);
  if (code === "ENOSPC" || code === "EDQUOT")
    return new Failure("disk-full", `${name}: no space left on the disk after ${written} bytes`);
  return new Failure("write", `${name}: write failed after ${written} bytes: ${systemMessage(error)}`);
}
