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
