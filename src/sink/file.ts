// Files that packets are written to, one after the other: made by name, written at once, closed.
import { closeSync, fstatSync, ftruncateSync, openSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { Failure, systemMessage } from "../model/failure.ts";
import type { FileMaker, FileOutput, WholeBlocks } from "../model/sink.ts";
import { DescriptorOutput } from "./output.ts";

/** The name that stands for standard output. */
export const STANDARD_OUTPUT = "-";
const STDOUT = 1;
/** As fopen(3) makes them: for everybody, as far as the umask allows. */
export const FILE_MODE = 0o666;

/** What a file is called in failures. */
export function shownName(name: string): string {
  return name === STANDARD_OUTPUT ? "standard output" : name;
}

export function openFailure(name: string, error: unknown): Failure {
  return new Failure("write-open", `${name}: ${systemMessage(error)}`);
}

/** Makes the file, or empties it. Standard output's descriptor is its own. Throws Failure "write-open". */
export function openFile(name: string): number {
  if (name === STANDARD_OUTPUT) return STDOUT;
  try {
    return openSync(name, "w", FILE_MODE);
  } catch (error) {
    throw openFailure(name, error);
  }
}

// statfs(2)
const TMPFS = 0x01021994;
const RAMFS = 0x858458f6;

/** True for a file that lies in memory, or will: writing it never waits for a device, or for somebody who reads. */
export function inMemory(name: string): boolean {
  if (name === STANDARD_OUTPUT) return false;
  try {
    const there = statSync(name, { throwIfNoEntry: false });
    // a FIFO and a device have a name there, and nothing else
    if (there !== undefined && !there.isFile()) return false;
    const { type } = statfsSync(there === undefined ? dirname(name) : name);
    return type === TMPFS || type === RAMFS;
  } catch {
    // Whoever makes the file is told why it cannot be made.
    return false;
  }
}

/**
 * After a write that failed half-way: cuts a regular file back to its last whole block, so that it is a valid one.
 * @param bytes what was to be written at `position`, of which `written` bytes went out
 */
export function cutBack(
  fd: number,
  whole: WholeBlocks,
  bytes: Uint8Array,
  written: number,
  position: number,
): void {
  // What came before on standard output is not known.
  if (fd === STDOUT || written === 0) return;
  try {
    if (fstatSync(fd).isFile()) ftruncateSync(fd, position + whole(bytes, written, position));
  } catch {
    // The reader then finds a torn block at the end.
  }
}

/** Writes before it returns: for whoever has time. */
export class PlainFiles implements FileMaker {
  open(name: string, whole: WholeBlocks): FileOutput {
    return new PlainFile(openFile(name), name, whole);
  }
}

class PlainFile implements FileOutput {
  readonly #output: DescriptorOutput;
  readonly #fd: number;
  readonly #whole: WholeBlocks;

  constructor(fd: number, name: string, whole: WholeBlocks) {
    this.#output = new DescriptorOutput(fd, shownName(name));
    this.#fd = fd;
    this.#whole = whole;
  }

  write(bytes: Uint8Array, start: number, end: number): void {
    const position = this.#output.written;
    try {
      this.#output.write(bytes, start, end);
    } catch (error) {
      const written = this.#output.written - position;
      cutBack(this.#fd, this.#whole, bytes.subarray(start, end), written, position);
      throw error;
    }
  }

  close(complete?: () => void): void {
    if (this.#fd !== STDOUT) closeSync(this.#fd);
    complete?.();
  }
}
