// Live capture: ring → records → packet → sink.
import {
  RECORD_CGROUP,
  RECORD_CONTEXT,
  RECORD_EXIT,
  RECORD_PACKET,
  RECORD_PROCESS,
  RecordContext,
  RecordPacket,
} from "../addon/abi.ts";
import type { Addon, Watch } from "../addon/addon.ts";
import type { Containers } from "../attribution/containers.ts";
import type { DeviceTable } from "../attribution/devices.ts";
import type { Processes } from "../attribution/processes.ts";
import type { KernelCapture } from "../kernel/capture.ts";
import { Clock } from "../kernel/clock.ts";
import { type Records, Ring } from "../kernel/ring.ts";
import type { Failure } from "../model/failure.ts";
import type { Device, Direction, Packet } from "../model/packet.ts";
import type { BulkSink, RingRun, Sink } from "../model/sink.ts";
import type { Losses } from "./losses.ts";

/** Bytes of the ring that are read before signals and timers get their turn. */
const TURN = 4 << 20;
/**
 * While packets come, the ring is looked at so often (ms), and when much waits: no wake-up per packet, and large
 * writes. Text is to be seen soon; a look costs as much as a hundred packets.
 */
export const TEXT_POLL = 10;
export const FILE_POLL = 100;
/** When nothing has come for so long (ms), the reader sleeps until the kernel wakes it. */
const IDLE = 50;
/** A run of packets that is worth more than the attempt at it; after so many in vain many packets go without one. */
const WORTHWHILE = 8;
const MOST_PATIENCE = 63;
const NO_LIMIT = 0xffffffff;
/** A sleeping reader looks all the same so often (ms): a wake-up can be missed by a hair. */
const SAFETY = 500;

export interface LiveOptions {
  /** Asked at every look what was lost; absent where nobody wants to know. */
  readonly losses?: Losses;
  /** Asked for a device that packets come by and nobody has told of; absent: they are left out. */
  readonly unknown?: (ifindex: number, netns: number) => Device;
  /** Stop after so many packets; 0: no limit. */
  readonly count: number;
  /** Packets that are left out before the first one is handed to the sink. */
  readonly skip: number;
  /** Woken by the next packet, whenever all is read. */
  readonly immediate: boolean;
  /** TEXT_POLL or FILE_POLL. */
  readonly poll: number;
}

export class LiveCapture {
  /** Packets handed to the sink. */
  captured = 0;
  readonly #addon: Addon;
  readonly #kernel: KernelCapture;
  readonly #devices: DeviceTable;
  readonly #processes: Processes;
  readonly #containers: Containers;
  readonly #sink: Sink;
  readonly #options: LiveOptions;
  readonly #clock: Clock;
  readonly #packet: Packet;
  readonly #bulk: BulkSink | null;
  readonly #run: RingRun;
  /** Records until the next attempt at a run, and until the one after it if that is in vain. */
  #spared = 0;
  #patience = 0;
  readonly #watch: Watch;
  // what the packet object holds from the last record: most packets come in runs of one device and owner
  #lastIfindex = -1;
  #lastNetns = 0;
  #lastContext = -1;
  #timer: NodeJS.Timeout | null = null;
  /** Time without a packet, ms; IDLE for longer. */
  #idle = 0;
  #skip: number;
  #lastPacket = 0;
  #ending = false;
  /** So many packets as were asked for have come. */
  #complete = false;
  /** Files wait for their disk: what comes stays in the ring. */
  #paused = false;
  /** Neither of both: read by every packet. */
  #running = true;
  #reason: Failure | null = null;
  #finish: (error: unknown) => void = () => {};
  /** Settles when the capture has ended: resolved with null, or with the error that a sink threw. */
  readonly done: Promise<unknown>;

  constructor(
    addon: Addon,
    kernel: KernelCapture,
    devices: DeviceTable,
    processes: Processes,
    containers: Containers,
    sink: Sink,
    options: LiveOptions,
  ) {
    this.#addon = addon;
    this.#kernel = kernel;
    this.#devices = devices;
    this.#processes = processes;
    this.#containers = containers;
    this.#sink = sink;
    this.#options = options;
    this.#skip = options.skip;
    this.#clock = new Clock(addon);
    this.#packet = {
      bytes: kernel.ring.bytes,
      start: 0,
      caplen: 0,
      len: 0,
      sec: 0,
      nsec: 0,
      device: null as unknown as Packet["device"], // set before the packet is handed on
      direction: 0,
      context: null,
    };
    const { ring } = kernel;
    this.#bulk = (ring instanceof Ring && sink.bulk) || null;
    this.#run = {
      memory: ring instanceof Ring ? ring.memory : ring.bytes,
      size: ring instanceof Ring ? ring.size : 0,
      position: 0,
      end: 0,
      most: NO_LIMIT,
      offsetHigh: 0,
      offsetLow: 0,
    };
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#watch = addon.watchFd(kernel.ring.fd, () => this.look());
    this.look();
  }

  /** When the last packet was read: performance.now(), ms. */
  get lastPacket(): number {
    return this.#lastPacket;
  }

  /** Detaches, reads what waits, and settles `done` with the reason. Calling it again does nothing. */
  stop(reason: Failure | null = null): void {
    this.#end(null, reason);
  }

  /** The sink failed: nothing more is handed to it. Settles `done` with the error. */
  fail(error: unknown): void {
    this.#end(error);
  }

  /** Leaves in the ring what comes, until resume(). What does not fit there is lost, and counted. */
  pause(): void {
    this.#paused = true;
    this.#running = false;
  }

  resume(): void {
    this.#paused = false;
    this.#running = !this.#complete;
    if (this.#ending) this.#readRest();
    else this.look();
  }

  #end(error: unknown, reason: Failure | null = null): void {
    if (!this.#ending) {
      this.#ending = true;
      this.#reason = reason;
      this.#addon.watchEnd(this.#watch);
      if (this.#timer) clearTimeout(this.#timer);
      this.#kernel.detach();
      if (!error) this.#readRest();
    }
    if (error) this.#finish(error);
  }

  /** Reads what waits in the ring at the end, as far as the sink takes it. */
  #readRest(): void {
    try {
      while (this.#running && this.#drain() > 0);
      if (this.#paused) return;
      this.#sink.flush();
      this.#finish(this.#reason);
    } catch (thrown) {
      this.#finish(thrown);
    }
  }

  /** Reads what waits now, and plans the next look. */
  look(): void {
    if (this.#ending || this.#paused) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#kernel.wake();
    // a device may have been renamed since, a container been told of
    this.#lastIfindex = -1;
    this.#lastContext = -1;
    this.#bulk?.forget();
    this.#spared = 0;
    this.#patience = 0;
    const before = this.captured;
    let read = 0;
    try {
      this.#clock.measure();
      read = this.#drain();
      this.#options.losses?.tell(this.#sink);
      if (this.captured !== before) {
        this.#sink.flush();
        this.#lastPacket = performance.now();
      }
    } catch (error) {
      this.#end(error);
      return;
    }
    if (this.#complete) this.#end(null);
    else if (this.#paused) return;
    else if (read >= TURN) setImmediate(() => this.look());
    else this.#wait(read > 0);
  }

  #wait(busy: boolean): void {
    const { poll, immediate } = this.#options;
    this.#idle = busy ? 0 : this.#idle + poll;
    if (this.#idle < IDLE && !immediate) {
      this.#kernel.wait("much");
      this.#timer = setTimeout(() => this.look(), poll);
      return;
    }
    this.#kernel.wait("any");
    // what came before the kernel saw that we sleep woke nobody
    if (!this.#kernel.ring.isEmpty()) {
      setImmediate(() => this.look());
      return;
    }
    this.#idle = IDLE;
    this.#timer = setTimeout(() => this.look(), SAFETY);
  }

  #drain(): number {
    return this.#kernel.ring.drain(this.#record, TURN, this.#bulk === null ? null : this.#takeRun);
  }

  /** After each record: what follows may go to the sink in bulk. */
  readonly #takeRun = (position: number, end: number): number => {
    if (this.#spared > 0) {
      this.#spared--;
      return position;
    }
    const run = this.#run;
    const { count } = this.#options;
    // the last one goes the usual way, which ends the capture
    run.most = count === 0 ? NO_LIMIT : Math.min(count - this.captured - 1, NO_LIMIT);
    if (this.#skip > 0 || run.most === 0) return position;
    run.position = position;
    run.end = end;
    run.offsetHigh = this.#clock.offsetHigh;
    run.offsetLow = this.#clock.offsetLow;
    const packets = this.#bulk?.take(run) ?? 0;
    this.captured += packets;
    this.#patience = packets < WORTHWHILE ? Math.min(this.#patience * 2 + 1, MOST_PATIENCE) : 0;
    this.#spared = this.#patience;
    return run.position;
  };

  readonly #record = (at: number, length: number): boolean => {
    const { ring } = this.#kernel;
    const { words } = ring;
    const word = at >>> 2;
    const first = words[word]!;
    switch (first & 0xffff) {
      case RECORD_PACKET: {
        const packet = this.#packet;
        const ifindex = words[word + (RecordPacket.ifindex >>> 2)]!;
        const netns = words[word + (RecordPacket.netns >>> 2)]!;
        if (ifindex !== this.#lastIfindex || netns !== this.#lastNetns) {
          const device = this.#devices.get(ifindex, netns) ?? this.#options.unknown?.(ifindex, netns);
          if (!device) return true;
          packet.device = device;
          this.#lastIfindex = ifindex;
          this.#lastNetns = netns;
        }
        const context = words[word + (RecordPacket.context >>> 2)]!;
        if (context !== this.#lastContext) {
          packet.context = this.#processes.context(context);
          this.#lastContext = context;
        }
        const clock = this.#clock;
        clock.convert(words[word + (RecordPacket.time >>> 2) + 1]!, words[word + (RecordPacket.time >>> 2)]!);
        packet.sec = clock.sec;
        packet.nsec = clock.nsec;
        packet.start = at + RecordPacket.size;
        packet.caplen = words[word + (RecordPacket.caplen >>> 2)]!;
        packet.len = words[word + (RecordPacket.len >>> 2)]!;
        packet.direction = (first >>> 16) as Direction;
        if (this.#skip > 0) {
          this.#skip--;
          this.#sink.skipped?.();
          return true;
        }
        this.#sink.packet(packet);
        this.captured++;
        this.#bulk?.learn(packet, ifindex, netns, context);
        if (this.captured === this.#options.count) {
          this.#complete = true;
          this.#running = false;
        }
        return this.#running;
      }
      default:
        takeOwner(this.#processes, this.#containers, ring, at, length);
        this.#lastContext = -1;
        if ((first & 0xffff) === RECORD_CONTEXT)
          this.#bulk?.forgetContext(words[word + (RecordContext.context >>> 2)]!);
        return true;
    }
  };
}

/** Records that tell of owners, not of packets. */
function takeOwner(
  processes: Processes,
  containers: Containers,
  ring: Records,
  at: number,
  length: number,
): void {
  const { bytes, words } = ring;
  switch (words[at >>> 2]! & 0xffff) {
    case RECORD_PROCESS:
      processes.addProcess(bytes, words, at, length);
      break;
    case RECORD_CONTEXT:
      processes.addContext(bytes, words, at);
      break;
    case RECORD_CGROUP:
      containers.addCgroup(bytes, words, at);
      break;
    case RECORD_EXIT:
      processes.addExit(words, at);
      break;
  }
}

/**
 * Before any device is attached: takes in what the ring tells of processes. Their files in /proc are read now, which
 * only root may.
 */
export function readOwners(processes: Processes, containers: Containers, ring: Records): void {
  const record = (at: number, length: number): boolean => {
    takeOwner(processes, containers, ring, at, length);
    return true;
  };
  ring.drain(record, Number.POSITIVE_INFINITY);
}
