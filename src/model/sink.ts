// The two ends that rooms hand to each other: where packets go, and where bytes go.
import type { Packet } from "./packet.ts";

/** Takes packets: text, savefile, count. Called in capture order. */
export interface Sink {
  /** The packet and its bytes are borrowed until this returns. */
  packet(packet: Packet): void;
  /** A packet that matched was left out (--skip): only its number is used up. */
  skipped?(): void;
  /** Hands everything gathered so far to the operating system. */
  flush(): void;
  /** Flushes and writes what a file needs at its end. The sink is not used afterwards. */
  close(): void;
}

/** Takes bytes: a file, a pipe, a terminal. Synchronous: returns when all is handed over. */
export interface Output {
  /** Writes bytes[start, end). Throws Failure ("disk-full", "closed-pipe", "write") when it cannot. */
  write(bytes: Uint8Array, start: number, end: number): void;
}
