// The packet as it goes from a source (ring or file) to the sinks.
import type { Context } from "./context.ts";

/** Where a packet was going, seen from the device that it was captured on. */
export const Direction = { Unknown: 0, In: 1, Out: 2 } as const;
export type Direction = (typeof Direction)[keyof typeof Direction];

/** A capture device, live or as a file's interface description tells it. */
export interface Device {
  /** Position in the capture or the file: 0, 1, … */
  readonly id: number;
  /** Interface name; "" where the file does not tell. */
  readonly name: string;
  /** LINKTYPE_ value of https://www.tcpdump.org/linktypes.html (1 = Ethernet, 101 = raw IP). */
  readonly linkType: number;
  /** Largest capture length in bytes that the source promised. */
  readonly snaplen: number;
  /** Interface index in its network namespace; 0 if unknown. */
  readonly ifindex: number;
  /** Inode of the network namespace; 0 if unknown. */
  readonly netnsInode: number;
  /** Path of the network namespace; "" if unknown. */
  readonly netnsPath: string;
  /** True for a live device and for a file that ptcpdump wrote: only then is the name printed in text. */
  readonly named: boolean;
  /** True if the device's network namespace is another one than the program's: printed as NAME@INODE. */
  readonly foreign: boolean;
}

/**
 * One packet. Sources reuse a single object: its fields and bytes are borrowed until the sink returns,
 * a sink that keeps anything copies it. The captured bytes are bytes[start, start + caplen).
 */
export interface Packet {
  bytes: Uint8Array;
  start: number;
  /** Captured length, bytes. */
  caplen: number;
  /** Length on the wire, bytes. */
  len: number;
  /** Time of capture: seconds since 1970 (integral). */
  sec: number;
  /** Nanoseconds within the second, 0…999,999,999. */
  nsec: number;
  device: Device;
  direction: Direction;
  /** Whom the packet belongs to; null if nobody is known. */
  context: Context | null;
  /** What a file says of the packet besides: comments that somebody made. Absent for new packets. */
  remarks?: readonly string[];
  /** What a file calls the packet (epb_packetid), 64 bits in two halves; 0: nothing. Absent for new packets. */
  packetIdLow?: number;
  packetIdHigh?: number;
}
