// The programs that a command names: itself, what a shell or env in it is told to run, what a script runs. They are
// probed ahead, for a program that carries its TLS library with it may be at work a millisecond after its exec.
// Only a guess: what is missed is looked at when it is executed.
import { Buffer } from "node:buffer";
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { ElfFile, Unreadable } from "./elf.ts";

/** More than these are not looked at: bytes of a script, and programs. */
const MOST_SCRIPT = 1 << 16;
const MOST_PROGRAMS = 256;

/** Opens a regular file; -1 if it is none, or cannot be opened. Waits for nobody: a pipe may have that name. */
export function openRegular(path: string): number {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return -1;
  }
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  return -1;
}

/** Words as a shell would see them, roughly: whatever stands between blanks, quotes and operators. */
export function wordsOf(text: string): string[] {
  return text.split(/[\s;&|()'"`<>${}=]+/).filter((word) => word !== "" && !word.startsWith("-"));
}

/**
 * Paths of the files that a command's words name, directly or by way of PATH, and those that its scripts name.
 * @param command program and arguments
 * @param path as in the environment
 */
export function programsNamed(command: readonly string[], path: string): string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const take = (word: string, scripts: boolean): void => {
    if (seen.has(word) || seen.size >= MOST_PROGRAMS) return;
    seen.add(word);
    const places = word.includes("/") ? [word] : path.split(delimiter).map((folder) => join(folder, word));
    for (const place of places) {
      const fd = openRegular(place);
      if (fd < 0) continue;
      const script = scripts ? scriptOf(fd) : "";
      closeSync(fd);
      found.add(place);
      for (const inner of wordsOf(script)) take(inner, false);
      return;
    }
  };
  for (const [i, word] of command.entries()) {
    if (i === 0) take(word, true);
    else for (const inner of wordsOf(word)) take(inner, true);
  }
  return [...found];
}

/**
 * Paths of the libraries that a program brings from folders of its own, as ld.so(8) finds them: what it needs, and what
 * those need. What lies in the system's folders is not among them.
 * @param libraryPath LD_LIBRARY_PATH
 */
export function librariesNamed(program: string, libraryPath: string): string[] {
  const found = new Set<string>();
  const waiting = [program];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const { libraries, folders } = neededBy(file);
    const origin = dirname(realPath(file));
    const places = [...folders, ...libraryPath.split(":")].map((folder) =>
      folder.replaceAll(/\$ORIGIN\b|\$\{ORIGIN\}/g, origin),
    );
    for (const name of libraries) {
      const path = places
        .filter((folder) => folder.startsWith("/"))
        .map((folder) => join(folder, name))
        .find((candidate) => isRegular(candidate));
      if (path === undefined || found.has(path) || found.size >= MOST_PROGRAMS) continue;
      found.add(path);
      waiting.push(path);
    }
  }
  return [...found];
}

/** What a program's own file says of its libraries; nothing where it is none. */
function neededBy(path: string): ReturnType<ElfFile["needed"]> {
  const fd = openRegular(path);
  if (fd < 0) return { libraries: [], folders: [] };
  try {
    return new ElfFile(fd).needed();
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { libraries: [], folders: [] };
  } finally {
    closeSync(fd);
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function isRegular(path: string): boolean {
  const fd = openRegular(path);
  if (fd >= 0) closeSync(fd);
  return fd >= 0;
}

/** The beginning of a script, the line of its interpreter included; "" for what is none. */
function scriptOf(fd: number): string {
  const bytes = Buffer.alloc(MOST_SCRIPT);
  try {
    const got = readSync(fd, bytes, 0, bytes.length, 0);
    const text = bytes.toString("latin1", 0, got);
    return text.startsWith("#!") ? text.slice(2) : "";
  } catch {
    return "";
  }
}
