// A failure that a user sees. A fallback is a value; a failure is thrown, once, with what to do next.

/** Exit statuses: tcpdump's 1 for every failure of the program's own. */
export const EXIT_FAILURE = 1;

/** An expected failure: main prints "ptcpdump: MESSAGE" as one line and exits with `status`. */
export class Failure extends Error {
  /** Stable name of the failure, for tests and for code that reacts to it: never match the message. */
  readonly code: string;
  readonly status: number;
  /** @param message one line: what is wrong, where, and what to do; no "ptcpdump:" before it, no newline. */
  constructor(code: string, message: string, status: number = EXIT_FAILURE) {
    super(message);
    this.name = "Failure";
    this.code = code;
    this.status = status;
  }
}

// strerror(3)'s words, where they are not libuv's with a capital.
const SYSTEM_MESSAGES: Readonly<Record<string, string>> = {
  EISDIR: "Is a directory",
  ELOOP: "Too many levels of symbolic links",
  EIO: "Input/output error",
  ENAMETOOLONG: "File name too long",
  ENXIO: "No such device or address",
};

/** What the operating system says of a failed call, in strerror(3)'s words. */
export function systemMessage(error: unknown): string {
  const { code, errno } = error as NodeJS.ErrnoException;
  const known = SYSTEM_MESSAGES[code ?? ""];
  if (known !== undefined) return known;
  // Not an import: that of node:util evaluates all its parts, which opens standard error and makes it
  // non-blocking, for a command after "--", too.
  const { getSystemErrorMap } = process.getBuiltinModule("node:util");
  const message = getSystemErrorMap().get(errno ?? 0)?.[1] ?? String(error);
  return message.charAt(0).toUpperCase() + message.slice(1);
}
