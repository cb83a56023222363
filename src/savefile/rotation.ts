// The files of -w, one after the other, as tcpdump(1) 4.99 has it with -C, -G and -W: when the next begins, and what
// it is called. Where tcpdump waits for a packet to see that -G's time is up, tick() makes the next file without.
import { Failure } from "../model/failure.ts";
import type { Device, Packet } from "../model/packet.ts";
import type { Rotation } from "../model/settings.ts";
import type { FileOutput, Sink } from "../model/sink.ts";

/** A savefile that is being written. */
export interface SavefileWriter extends Sink {
  /** Bytes of the file so far, those included that are not handed over yet. */
  readonly size: number;
  /** Describes a device ahead of its first packet, where the format can. */
  device(device: Device): void;
  secrets(type: number, bytes: Uint8Array): void;
}

export interface RotationOptions {
  readonly name: string;
  readonly rotation: Rotation;
  /** Seconds since 1970 at which the first file begins. */
  readonly start: number;
  /** strftime(3), local time. */
  readonly formatTime: (format: string, seconds: number) => string;
  /** Begins a file; its devices are described. Throws Failure. */
  readonly begin: (name: string) => { writer: SavefileWriter; file: FileOutput };
  /** Told of every file that is complete, but for the last, as tcpdump's -z is not run on that. */
  readonly complete: (name: string) => void;
  /** Whether packets are new, so that their own time tells when -G's is up; if not, the clock tells. */
  readonly live: boolean;
  /** Milliseconds since 1970; Date.now() unless given. */
  readonly clock?: () => number;
}

/** Most bytes of secrets that are kept to be repeated in the next file; the oldest go first. */
const MAX_SECRETS = 4 << 20;
/** A clock that is so far (s) before the beginning of the file at work was set back. */
const SET_BACK = 2;

interface Secrets {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** How many digits tcpdump gives the numbers of so many files, counted from 0. */
export function numberWidth(files: number): number {
  return files > 1 ? String(files - 1).length : 0;
}

/**
 * Writes each packet to the file that it belongs to. packet() and tick() throw Failure "file-limit" (status 0) once
 * -G has made -W's number of files, and else what begin() and the writers throw.
 */
export class RotatingWriter implements SavefileWriter {
  readonly #options: RotationOptions;
  readonly #clock: () => number;
  readonly #width: number;
  /** Bytes and seconds since 1970 at which the next file begins. */
  readonly #limit: number;
  #deadline: number;
  /** Beginning of the period that -G gave the file at work its name by. */
  #period: number;
  #periods = 0;
  #count = 0;
  /** null once all files are written. */
  #file: FileOutput | null = null;
  #name = "";
  #writer: SavefileWriter = NOTHING;
  #secrets: Secrets[] = [];
  #secretBytes = 0;

  constructor(options: RotationOptions) {
    const { bytes, seconds, files } = options.rotation;
    this.#options = options;
    this.#clock = options.clock ?? Date.now;
    this.#width = bytes > 0 ? numberWidth(files) : 0;
    this.#limit = bytes > 0 ? bytes : Number.POSITIVE_INFINITY;
    this.#period = options.start;
    this.#deadline = seconds > 0 ? options.start + seconds : Number.POSITIVE_INFINITY;
    this.#begin();
  }

  get size(): number {
    return this.#writer.size;
  }

  packet(packet: Packet): void {
    // A clock that is read for every packet is tcpdump's price for -G with -r.
    const sec = this.#options.live ? packet.sec : this.#now();
    if (sec >= this.#deadline) this.#nextPeriod(sec);
    else if (this.#writer.size > this.#limit) this.#nextNumber();
    this.#writer.packet(packet);
  }

  device(device: Device): void {
    this.#writer.device(device);
  }

  secrets(type: number, bytes: Uint8Array): void {
    this.#writer.secrets(type, bytes);
    this.#secrets.push({ type, bytes });
    this.#secretBytes += bytes.length;
    while (this.#secretBytes > MAX_SECRETS) this.#secretBytes -= this.#secrets.shift()!.bytes.length;
  }

  drops(device: Device, count: number): void {
    this.#writer.drops?.(device, count);
  }

  flush(): void {
    this.#writer.flush();
  }

  close(): void {
    this.#end(() => {});
  }

  /**
   * Begins the next file if its time has come, packets or none. The answer: milliseconds until it may be worth to ask
   * again; Infinity without -G.
   */
  tick(): number {
    const now = this.#now();
    const { seconds } = this.#options.rotation;
    if (seconds === 0 || this.#file === null) return Number.POSITIVE_INFINITY;
    if (now >= this.#deadline) this.#nextPeriod(now);
    else if (now < this.#period - SET_BACK) {
      this.#period = now;
      this.#deadline = now + seconds;
    }
    return this.#deadline * 1000 - this.#clock();
  }

  #now(): number {
    return Math.floor(this.#clock() / 1000);
  }

  #nextPeriod(sec: number): void {
    const { bytes, seconds, files } = this.#options.rotation;
    this.#end(this.#told());
    this.#periods++;
    if (bytes === 0 && files > 0 && this.#periods >= files) {
      this.#deadline = Number.POSITIVE_INFINITY;
      throw new Failure("file-limit", `Maximum file limit reached: ${files}`, 0);
    }
    this.#period += Math.floor((sec - this.#period) / seconds) * seconds;
    this.#deadline = this.#period + seconds;
    this.#count = 0;
    this.#begin();
  }

  #nextNumber(): void {
    const { files } = this.#options.rotation;
    this.#end(this.#told());
    this.#count++;
    if (files > 0 && this.#count >= files) this.#count = 0;
    this.#begin();
  }

  #begin(): void {
    const { name, rotation, formatTime, begin } = this.#options;
    const base = rotation.seconds > 0 ? formatTime(name, this.#period) : name;
    const numbered = this.#count > 0 || this.#width > 0;
    this.#name = numbered ? base + String(this.#count).padStart(this.#width, "0") : base;
    const { writer, file } = begin(this.#name);
    this.#writer = writer;
    this.#file = file;
    for (const { type, bytes } of this.#secrets) writer.secrets(type, bytes);
  }

  #told(): () => void {
    const name = this.#name;
    return () => this.#options.complete(name);
  }

  #end(complete: () => void): void {
    const file = this.#file;
    const writer = this.#writer;
    this.#file = null;
    this.#writer = NOTHING;
    try {
      writer.close();
    } finally {
      file?.close(complete);
    }
  }
}

/** What packets go to after the last file. */
const NOTHING: SavefileWriter = {
  size: 0,
  packet() {},
  device() {},
  secrets() {},
  flush() {},
  close() {},
};
