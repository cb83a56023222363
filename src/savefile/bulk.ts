// Packets that go from the ring into a file many at a time, by native code that looks at no more of them than it must:
// each of a device and an owner that the file has been told of by a packet that came the usual way.
import {
  BULK_CONTEXTS,
  BULK_DEVICES,
  BULK_MICROSECONDS,
  BULK_NANOSECONDS,
  BULK_PCAPNG,
  BulkContext,
  BulkDevice,
  Bulk as BulkFields,
} from "../addon/abi.ts";
import type { Addon } from "../addon/addon.ts";
import type { Device, Packet } from "../model/packet.ts";
import type { BulkSink, RingRun } from "../model/sink.ts";
import type { Batch } from "./batch.ts";

/** Addon.ringBulk */
export type RingBulk = Addon["ringBulk"];

/** How packets are written: struct bulk's format. */
export const BulkFormat = {
  Pcapng: BULK_PCAPNG,
  Microseconds: BULK_MICROSECONDS,
  Nanoseconds: BULK_NANOSECONDS,
} as const;

/** The file that packets are written to. */
export interface BulkFile {
  /** In pcapng `pos` is a multiple of four. */
  readonly batch: Batch;
  readonly format: (typeof BulkFormat)[keyof typeof BulkFormat];
  /** The number of the interface of a packet that was just written; -1: the like of it needs more than a copy. */
  interfaceOf(packet: Packet): number;
  /** The options, as words, of a packet that was just written and has a context. */
  optionsOf(packet: Packet): Int32Array;
  /** False while the next packet needs more than a copy. */
  ready(): boolean;
  /** So many packets of the device were written. */
  took(device: Device, packets: number): void;
}

const DEVICE_WORDS = BulkDevice.size >>> 2;
const CONTEXT_WORDS = BulkContext.size >>> 2;
/** Words of options that are kept: thousands of owners'. Those of a look at the ring have to do with it. */
const OPTION_WORDS = 1 << 18;
const WORD = 4294967296;

export class Bulk implements BulkSink {
  readonly #copy: RingBulk;
  readonly #file: BulkFile;
  readonly #span = new Uint32Array(BulkFields.size >>> 2);
  readonly #deviceTable = new Uint32Array(BULK_DEVICES * DEVICE_WORDS);
  readonly #contextTable = new Uint32Array(BULK_CONTEXTS * CONTEXT_WORDS);
  readonly #options = new Int32Array(OPTION_WORDS);
  #optionWords = 0;
  /** By place in the table. */
  readonly #devices = new Map<number, Device>();
  /** Places in the table that have a context. */
  #contexts: number[] = [];

  constructor(copy: RingBulk, file: BulkFile) {
    this.#copy = copy;
    this.#file = file;
    this.#span[BulkFields.format >>> 2] = file.format;
  }

  learn(packet: Packet, ifindex: number, netns: number, context: number): void {
    this.#learnDevice(packet, ifindex, netns);
    if (packet.context !== null) this.#learnContext(packet, context);
  }

  forget(): void {
    this.#deviceTable.fill(0);
    this.#devices.clear();
    for (const place of this.#contexts) this.#contextTable[place * CONTEXT_WORDS] = 0;
    this.#contexts = [];
    this.#optionWords = 0;
  }

  forgetContext(context: number): void {
    const at = (context % BULK_CONTEXTS) * CONTEXT_WORDS;
    if (this.#contextTable[at] === context) this.#contextTable[at] = 0;
  }

  take(run: RingRun): number {
    if (!this.#file.ready()) return 0;
    const span = this.#span;
    const { batch } = this.#file;
    setU64(span, BulkFields.position, run.position);
    setU64(span, BulkFields.end, run.end);
    span[BulkFields.offset >>> 2] = run.offsetLow;
    span[(BulkFields.offset >>> 2) + 1] = run.offsetHigh;
    span[BulkFields.most >>> 2] = run.most;
    span[BulkFields.at >>> 2] = batch.pos;
    span[BulkFields.ring >>> 2] = run.size;
    this.#copy(run.memory, batch.bytes, span, this.#deviceTable, this.#contextTable, this.#options);
    run.position = span[BulkFields.position >>> 2]! + span[(BulkFields.position >>> 2) + 1]! * WORD;
    batch.pos = span[BulkFields.at >>> 2]!;
    const packets = span[BulkFields.packets >>> 2]!;
    if (packets > 0) this.#tell();
    return packets;
  }

  /** Tells the file of how many packets of each device it got. */
  #tell(): void {
    for (const [place, device] of this.#devices) {
      const at = place * DEVICE_WORDS + (BulkDevice.packets >>> 2);
      const packets = this.#deviceTable[at]!;
      if (packets === 0) continue;
      this.#deviceTable[at] = 0;
      this.#file.took(device, packets);
    }
  }

  #learnDevice(packet: Packet, ifindex: number, netns: number): void {
    const place = ifindex % BULK_DEVICES;
    const at = place * DEVICE_WORDS;
    const table = this.#deviceTable;
    if (
      table[at + (BulkDevice.ifindex >>> 2)] === ifindex &&
      table[at + (BulkDevice.netns >>> 2)] === netns &&
      this.#devices.get(place) === packet.device
    )
      return;
    const number = this.#file.interfaceOf(packet);
    if (number < 0) return;
    this.#devices.set(place, packet.device);
    table[at + (BulkDevice.ifindex >>> 2)] = ifindex;
    table[at + (BulkDevice.netns >>> 2)] = netns;
    table[at + (BulkDevice.interface >>> 2)] = number;
  }

  #learnContext(packet: Packet, context: number): void {
    const place = context % BULK_CONTEXTS;
    const at = place * CONTEXT_WORDS;
    const table = this.#contextTable;
    if (table[at + (BulkContext.context >>> 2)] === context) return;
    const options = this.#file.optionsOf(packet);
    if (options.length > OPTION_WORDS - this.#optionWords) return;
    this.#options.set(options, this.#optionWords);
    table[at + (BulkContext.context >>> 2)] = context;
    table[at + (BulkContext.at >>> 2)] = this.#optionWords;
    table[at + (BulkContext.words >>> 2)] = options.length;
    this.#optionWords += options.length;
    this.#contexts.push(place);
  }
}

/** Exact up to 2^53. */
function setU64(words: Uint32Array, offset: number, value: number): void {
  words[offset >>> 2] = value;
  words[(offset >>> 2) + 1] = Math.floor(value / WORD);
}
