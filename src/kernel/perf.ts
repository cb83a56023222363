// Perf buffers (perf_event_open(2)), one for each CPU: what there is before Linux 5.8 in place of the ring. Packets and
// what is told of processes come in buffers of their own; native/perf.c brings the records of all CPUs in order of their
// times into one place, as they would lie in the ring.
import type { Addon } from "../addon/addon.ts";
import type { RecordHandler, Records } from "./ring.ts";

/** Records are brought over in batches of at most so many bytes. */
const BATCH = 1 << 20;
const RECORD_HEADER = 8;
/** A buffer holds some of the largest records at least: each takes up to 64 KiB. */
const LEAST = 1 << 18;
/** The part of the memory that is for what is told of processes. */
const TOLD_PART = 16;
const WORD = 4294967296;
/**
 * A program that tells of a process sends the record when it ends, some microseconds after another CPU's packets may
 * name it: packets are handed on when they are so old (ns), and what was told by then has been read before.
 */
const HOLD = 2_000_000;

/** The sizes of a CPU's two buffers in bytes, powers of two, so that all together take no more than the ring would (or than twice LEAST for each CPU). */
export function perfSizes(total: number, cpus: number): { packets: number; told: number } {
  const floor = (bytes: number) => 2 ** Math.floor(Math.log2(Math.max(bytes, LEAST)));
  const told = floor(total / TOLD_PART / cpus);
  return { told, packets: floor(total / cpus - told) };
}

/** The numbers of a list such as "0-3" or "0,2-5". */
export function cpuNumbers(list: string): number[] {
  return list
    .trim()
    .split(",")
    .flatMap((part) => {
      const [first, last = first] = part.split("-").map(Number) as [number, number?];
      return Array.from({ length: last! - first! + 1 }, (_, at) => first! + at);
    });
}

/** The maps of perf events, and how much memory there is. */
export interface PerfOptions {
  readonly packets: number;
  readonly wakers: number;
  readonly tellings: number;
  readonly cpus: readonly number[];
  readonly bytes: number;
}

export class PerfBuffers implements Records {
  readonly fd: number;
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  /** Records that the kernel says it had no room for; the programs count them as well. */
  lost = 0;
  readonly #addon: Addon;
  readonly #fds: number[] = [];
  readonly #packets: Uint8Array[] = [];
  readonly #told: Uint8Array[] = [];
  readonly #clocks = new Uint32Array(4);
  readonly #until = new Uint32Array(3);
  /** What is left of a batch. */
  #at = 0;
  #end = 0;
  #ended = false;

  constructor(addon: Addon, { packets, wakers, tellings, cpus, bytes }: PerfOptions) {
    this.#addon = addon;
    const batch = new ArrayBuffer(BATCH);
    this.bytes = new Uint8Array(batch);
    this.words = new Uint32Array(batch);
    const sizes = perfSizes(bytes, cpus.length);
    try {
      for (const cpu of cpus) {
        const fd = this.#open(cpu, sizes.packets, packets, this.#packets);
        const waker = addon.perfJoin(cpu, fd);
        this.#fds.push(waker);
        addon.perfStart(waker);
        addon.mapUpdate(wakers, Uint32Array.of(cpu), Uint32Array.of(waker), 0);
        this.#open(cpu, sizes.told, tellings, this.#told);
      }
      this.fd = addon.epollOpen(Int32Array.from(this.#fds));
      this.#fds.push(this.fd);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Makes a CPU's buffer, puts its event into a map, and answers the event's descriptor. */
  #open(cpu: number, size: number, map: number, into: Uint8Array[]): number {
    const addon = this.#addon;
    const fd = addon.perfOpen(cpu, size / 4);
    this.#fds.push(fd);
    into.push(new Uint8Array(addon.mapMemory(fd, 0, addon.pageSize() + size, true)));
    addon.perfStart(fd);
    addon.mapUpdate(map, Uint32Array.of(cpu), Uint32Array.of(fd), 0);
    return fd;
  }

  isEmpty(): boolean {
    return this.#at >= this.#end && this.#addon.perfEmpty(this.#packets);
  }

  drain(handler: RecordHandler, limit: number): number {
    let read = 0;
    // what the handler has left of the last time
    const left = this.#end - this.#at;
    if (!this.#hand(handler)) return left - (this.#end - this.#at);
    read += left;
    while (read < limit) {
      const until = this.#ended ? Number.POSITIVE_INFINITY : this.#now() - HOLD;
      while (this.#take(this.#told, Number.POSITIVE_INFINITY, false) > 0) this.#hand(handler);
      const bytes = this.#take(this.#packets, until, true);
      if (bytes === 0) break;
      if (!this.#hand(handler)) return read + this.#at;
      read += bytes;
    }
    return read;
  }

  end(): void {
    this.#ended = true;
  }

  close(): void {
    for (const fd of this.#fds.splice(0)) this.#addon.closeFd(fd);
  }

  /** Brings the next batch over: its bytes. */
  #take(buffers: Uint8Array[], until: number, packets: boolean): number {
    const words = this.#until;
    const all = until === Number.POSITIVE_INFINITY;
    words[0] = all ? WORD - 1 : until % WORD;
    words[1] = all ? WORD - 1 : Math.floor(until / WORD);
    this.#at = 0;
    this.#end = this.#addon.perfTake(buffers, this.bytes, words, packets);
    this.lost += words[2]!;
    return this.#end;
  }

  /** Hands the batch on; false where the handler wants no more for now. */
  #hand(handler: RecordHandler): boolean {
    const { words } = this;
    while (this.#at < this.#end) {
      const at = this.#at;
      const length = words[at >>> 2]!;
      this.#at += (length + RECORD_HEADER + 7) & ~7;
      if (!handler(at + RECORD_HEADER, length)) return false;
    }
    return true;
  }

  /** CLOCK_MONOTONIC, ns: exact enough for a comparison. */
  #now(): number {
    this.#addon.clocks(this.#clocks);
    return this.#clocks[2]! * 1e9 + this.#clocks[3]!;
  }
}
