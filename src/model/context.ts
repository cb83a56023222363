// Whom a packet belongs to. Contexts are interned: one object per distinct process/thread/…, shared by all
// its packets, so that sinks can cache what they made of one (a WeakMap or a field of their own).

/** A process as it was when the packet passed. Strings are as the kernel gave them: NOT escaped. */
export interface Process {
  /** Process id (tgid) in the host's pid namespace. */
  readonly pid: number;
  /** Path of the executable, else its short name (comm). */
  readonly cmd: string;
  /** Arguments, argv[0] included. */
  readonly args: readonly string[];
  /** When it began: nanoseconds since 1970; absent where nobody knows. */
  readonly start?: bigint;
}

export interface Thread {
  readonly tid: number;
  /** Thread name (comm), at most 15 bytes. */
  readonly name: string;
}

export interface Container {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Pod {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Everything known about a packet's owner. A missing part is null. */
export interface Context {
  readonly process: Process | null;
  readonly thread: Thread | null;
  readonly parent: Process | null;
  /** Effective user id; null if unknown. */
  readonly uid: number | null;
  readonly container: Container | null;
  readonly pod: Pod | null;
}

/** The parts of a context that --context chooses. */
export const CONTEXT_PARTS = ["process", "thread", "parentproc", "user", "container", "pod"] as const;
export type ContextPart = (typeof CONTEXT_PARTS)[number];
