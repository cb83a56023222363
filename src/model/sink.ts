// The two ends that rooms hand to each other: where packets go, and where bytes go.
import type { Device, Packet } from "./packet.ts";

/** Takes packets: text, savefile, count. Called in capture order. */
export interface Sink {
  /** The packet and its bytes are borrowed until this returns. */
  packet(packet: Packet): void;
  /** A packet that matched was left out (--skip): only its number is used up. */
  skipped?(): void;
  /** So many packets of a device were lost before the next one that comes of it. */
  drops?(device: Device, count: number): void;
  /**
   * Secrets that decrypt what follows.
   * @param type of a pcapng Decryption Secrets Block, such as 0x544c534b for a TLS key log; the bytes are the sink's
   */
  secrets?(type: number, bytes: Uint8Array): void;
  /** Sinks that can take packets in bulk have this. */
  readonly bulk?: BulkSink | null;
  /** Hands everything gathered so far to the operating system. */
  flush(): void;
  /** Flushes and writes what a file needs at its end. The sink is not used afterwards. */
  close(): void;
}

/** Takes packets straight from the kernel's ring, as long as they are like others that packet() was given. */
export interface BulkSink {
  /** The record of the packet that packet() was just given names this device and this owner. */
  learn(packet: Packet, ifindex: number, netns: number, context: number): void;
  /** The names may stand for others from now on. */
  forget(): void;
  /** This owner's may. */
  forgetContext(context: number): void;
  /** Takes packets from the run's position on, which is moved behind them. Answers how many, which may be none. */
  take(run: RingRun): number;
}

/** Packets as they lie in the kernel's ring, from its reader's position on. */
export interface RingRun {
  /** The page with the producer's position, the ring's data, and some of its data once more. */
  readonly memory: Uint8Array;
  /** Bytes of the ring's data: a power of two. */
  readonly size: number;
  /** Bytes ever read. */
  position: number;
  /** Position at which to stop. */
  end: number;
  /** Packets that may be taken. */
  most: number;
  /** The time since 1970 less the records' clock: 64 bits of nanoseconds in two halves. */
  offsetHigh: number;
  offsetLow: number;
}

/** Takes bytes: a file, a pipe, a terminal. */
export interface Output {
  /** Writes bytes[start, end) before it returns. Throws Failure ("disk-full", "closed-pipe", "write") when it cannot. */
  write(bytes: Uint8Array, start: number, end: number): void;
  /**
   * Outputs that write later have this instead of a quick write(): takes bytes[0, end) and gives back a buffer to go
   * on with, the same or another. Throws the Failure of an earlier write.
   */
  exchange?(bytes: Uint8Array, end: number): Uint8Array;
  /** Outputs that hold back what they were given have this: writes bytes ahead of what waits. */
  ahead?(bytes: Uint8Array): void;
}

/** An output that is a file of its own, or a descriptor that others have, too. */
export interface FileOutput extends Output {
  /** Closes the file once everything is written, and then calls back; standard output stays open. */
  close(complete?: () => void): void;
}

/** Makes files, by name; "-" is standard output. */
export interface FileMaker {
  /** Makes the file, or empties it. Throws Failure "write-open", at once or from a later write. */
  open(name: string, whole: WholeBlocks): FileOutput;
}

/**
 * How much of a file's beginning is whole: bytes[0, end) were written at `position` of the file, from the border of a
 * block on; the answer is how many of them are whole blocks.
 */
export type WholeBlocks = (bytes: Uint8Array, end: number, position: number) => number;
