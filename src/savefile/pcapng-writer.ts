// Writes pcapng files: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html (see pcapng-reader.ts).
//
// One section: an interface description per device before its first packet, enhanced packet blocks with what is
// known of the owner as comments (comment.ts) and as options, one process information block per process before
// its first packet, secrets where they come, and names and interface statistics at the end. Everything that goes
// out together is whole blocks.
//
// The machines that Node runs this on are little-endian, and so is the file: a 32-bit store writes a field.
import { Buffer } from "node:buffer";
import { machine, release, type } from "node:os";
import type { Context, ContextPart, Process } from "../model/context.ts";
import { type Device, Direction, type Packet } from "../model/packet.ts";
import type { Output } from "../model/sink.ts";
import { Batch } from "./batch.ts";
import { Bulk, BulkFormat, type RingBulk } from "./bulk.ts";
import { contextComments, deviceComment, MAX_OPTION, OWN_NETNS_PATH } from "./comment.ts";
import { LinkType, MAX_SNAPLEN } from "./linktype.ts";
import type { PacketIds } from "./packet-ids.ts";
import type { SavefileWriter } from "./rotation.ts";

/** What a capture counted on one device since it began, for its statistics block; null: not known. */
export interface DeviceStatistics {
  /** Packets that the device or its driver dropped. */
  dropped: number | null;
  /** Packets that the filter accepted; where that is not known, but `lost` is: those written and those lost. */
  accepted: number | null;
  /** Packets that were accepted, but lost on the way to the writer. */
  lost: number | null;
}

/** A name that was looked up, for the name resolution block. */
export interface ResolvedName {
  /** 4 bytes of IPv4 or 16 of IPv6. */
  readonly address: Uint8Array;
  readonly name: string;
}

export interface PcapngOptions {
  /** ptcpdump's version, without a "v": it tells the reader that comments are escaped. */
  version: string;
  /** The section's comment: how the file came to be; none unless given. */
  comment?: string;
  /** The filter expression, for if_filter; "" for none. */
  filter: string;
  /** The parts of a context that are written. */
  context: ReadonlySet<ContextPart>;
  /** -U: every packet goes out at once. */
  packetBuffered: boolean;
  /**
   * False leaves out the process information blocks. Wireshark before 5.1 shows each as a frame of its own
   * ("Custom Block"); true unless given.
   */
  processInformation?: boolean;
  /** Asked at close() for every device of the file; null writes no statistics block. */
  statistics?: (device: Device) => DeviceStatistics | null;
  /** Asked at close(): the names that were looked up, for whoever reads the file elsewhere. */
  names?: () => Iterable<ResolvedName>;
  /** Name of a user, for process information; null if unknown. */
  userName?: (uid: number) => string | null;
  /** Milliseconds since 1970; Date.now() unless given. */
  clock?: () => number;
  /** What the files of one capture share; of its own unless given. */
  series?: PcapngSeries;
  /** Gives each packet its epb_packetid; without it there is the one that the packet has from a file. */
  packetIds?: PacketIds;
  /** Copies packets from the ring; without it they come one by one. */
  ringBulk?: RingBulk;
}

// Block types
const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const NAME_RESOLUTION = 4;
const INTERFACE_STATISTICS = 5;
const ENHANCED_PACKET = 6;
const DECRYPTION_SECRETS = 10;
const CUSTOM = 0x00000bad;

// Wireshark's private enterprise number, and its number for a process information block (Wireshark 5.1).
const WIRESHARK = 32622;
const PROCESS_INFORMATION = 3;

// An enhanced packet block around its data and options: type, length, interface, two of time, two of length,
// length again.
const PACKET_OVERHEAD = 32;

// epb_flags with its header: option 2, four bytes.
const FLAGS_HEADER = 2 | (4 << 16);
const NO_WORDS = new Int32Array(0);
const NO_OPTIONS = new Uint8Array(0);

// epb_dropcount with its header: option 4, eight bytes. epb_packetid: option 5, eight bytes.
const DROPS_HEADER = 4 | (8 << 16);
const PACKET_ID_HEADER = 5 | (8 << 16);

// Records of a name resolution block, and how much of them goes into one block.
const NAME_IPV4 = 1;
const NAME_IPV6 = 2;
const MAX_NAMES_BLOCK = 1 << 16;

// Bounds of what is remembered: encoded contexts (and their words), processes that were described (and their text).
const MAX_CONTEXTS = 1 << 13;
const MAX_CONTEXT_WORDS = 1 << 22;
const MAX_PROCESSES = 1 << 16;
const MAX_PROCESS_CHARS = 1 << 23;

/** Options of a block, gathered where speed does not matter. */
class Options {
  private readonly parts: Buffer[] = [];

  bytes(code: number, value: Uint8Array): this {
    const header = Buffer.alloc(4);
    header.writeUInt16LE(code, 0);
    header.writeUInt16LE(value.length, 2);
    this.parts.push(header, Buffer.from(value), Buffer.alloc(-value.length & 3));
    return this;
  }

  /** UTF-8, cut between two characters at the longest that an option takes. */
  text(code: number, value: string): this {
    return this.bytes(code, utf8Within(value, MAX_OPTION));
  }

  u32(code: number, ...values: number[]): this {
    const bytes = Buffer.alloc(4 * values.length);
    values.forEach((value, i) => {
      bytes.writeUInt32LE(value >>> 0, 4 * i);
    });
    return this.bytes(code, bytes);
  }

  u64(code: number, value: number | bigint): this {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
    return this.bytes(code, bytes);
  }

  /** Nanoseconds since 1970 as the format has times: the upper half first. */
  time(code: number, value: bigint): this {
    return this.u32(code, Number((value >> 32n) & 0xffffffffn), Number(value & 0xffffffffn));
  }

  /** All of them; closed by opt_endofopt if there are any. */
  end(): Buffer {
    return this.parts.length === 0 ? Buffer.alloc(0) : Buffer.concat([...this.parts, Buffer.alloc(4)]);
  }

  /** All of them, still open, as words. */
  words(): Int32Array {
    const bytes = Buffer.concat(this.parts);
    return new Int32Array(new Uint8Array(bytes).buffer);
  }
}

/** UTF-8 of at most `limit` bytes, cut between two characters. */
function utf8Within(value: string, limit: number): Buffer {
  const bytes = Buffer.from(value.toWellFormed(), "utf8");
  if (bytes.length <= limit) return bytes;
  let end = limit;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}

/** Milliseconds in nanoseconds. */
function nanoseconds(milliseconds: number): bigint {
  return BigInt(Math.trunc(milliseconds)) * 1_000_000n;
}

/** A context's options as words, and the process that they name. */
interface Encoded {
  readonly words: Int32Array;
  readonly process: Process | null;
}

/** What the files of one capture share: encoded contexts, and what was counted since it began. */
export class PcapngSeries {
  /** Milliseconds since 1970 at which the capture began. */
  readonly start: number;
  /** Packets written, by device. */
  readonly delivered = new Map<Device, number>();
  /** Packets lost before the next one, by device (epb_dropcount): also if that one comes in the next file. */
  readonly lost = new Map<Device, number>();
  private readonly contexts = new Map<Context, Encoded>();
  private contextWords = 0;

  constructor(start: number = Date.now()) {
    this.start = start;
  }

  /** A context's options, made once and kept. All writers of a series are given the same parts. */
  encoded(context: Context, parts: ReadonlySet<ContextPart>): Encoded {
    let encoded = this.contexts.get(context);
    if (encoded !== undefined) return encoded;
    const options = new Options();
    for (const comment of contextComments(context, parts)) options.text(1, comment);
    const { thread } = context;
    const process = parts.has("process") ? context.process : null;
    // epb_processid_threadid: 0 stands for an unknown thread.
    if (process !== null)
      options.u32(8, process.pid, thread !== null && parts.has("thread") ? thread.tid : 0);
    encoded = { words: options.words(), process };
    this.contextWords += encoded.words.length;
    if (this.contexts.size >= MAX_CONTEXTS || this.contextWords > MAX_CONTEXT_WORDS) {
      this.contexts.clear();
      this.contextWords = encoded.words.length;
    }
    this.contexts.set(context, encoded);
    return encoded;
  }
}

/**
 * A pcapng file. Interface descriptions are written when a device first appears in device() or packet(). All
 * methods throw what the output throws.
 */
export class PcapngWriter implements SavefileWriter {
  readonly bulk: Bulk | null;
  private readonly batch: Batch;
  private readonly options: PcapngOptions;
  private readonly series: PcapngSeries;
  private readonly packetBuffered: boolean;
  private readonly packetIds: PacketIds | null;
  private readonly devices = new Map<Device, number>();
  private lastDevice: Device | null = null;
  private lastId = 0;
  /** Packets of the last device that are not in the series' count yet. */
  private delivered = 0;
  /** Contexts whose process is described in this file. */
  private readonly contexts = new Map<Context, Int32Array>();
  private lastContext: Context | null = null;
  private lastOptions: Int32Array = NO_WORDS;
  /** pid → the process that was described last under it. */
  private readonly processes = new Map<number, Process>();
  private processChars = 0;
  /** The series' packets lost before the next one of each device: mostly empty, and looked at for every packet. */
  private readonly lost: Map<Device, number>;
  // The second of the last packet, and its start in nanoseconds since 1970 as two words.
  private sec = 0;
  private secHigh = 0;
  private secLow = 0;

  constructor(output: Output, options: PcapngOptions) {
    this.batch = new Batch(output);
    this.options = options;
    this.series = options.series ?? new PcapngSeries((options.clock ?? Date.now)());
    this.packetBuffered = options.packetBuffered;
    this.packetIds = options.packetIds ?? null;
    this.lost = this.series.lost;
    const header = Buffer.alloc(16);
    header.writeUInt32LE(0x1a2b3c4d, 0);
    header.writeUInt16LE(1, 4); // version 1.0
    header.writeBigInt64LE(-1n, 8); // a section of unknown length
    const sectionOptions = new Options();
    if (options.comment !== undefined) sectionOptions.text(1, options.comment);
    sectionOptions
      .text(2, machine()) // shb_hardware
      .text(3, systemName()) // shb_os
      .text(4, `ptcpdump ${options.version.replace(/^v/, "")}`); // shb_userappl
    this.block(SECTION_HEADER, header, sectionOptions.end());
    if (this.packetBuffered) this.batch.flush();
    this.bulk =
      options.ringBulk === undefined || this.packetBuffered || this.packetIds !== null
        ? null
        : this.makeBulk(options.ringBulk);
  }

  get size(): number {
    return this.batch.written + this.batch.pos;
  }

  /** Describes a device ahead of its first packet: a file without packets then tells of it, too. */
  device(device: Device): void {
    this.interfaceOf(device);
  }

  secrets(type: number, bytes: Uint8Array): void {
    this.batch.ahead(secretsBlock(type, bytes));
  }

  drops(device: Device, count: number): void {
    const { lost } = this.series;
    lost.set(device, (lost.get(device) ?? 0) + count);
  }

  packet(packet: Packet): void {
    const { batch } = this;
    const { caplen, context, direction } = packet;
    // First, for they may write blocks of their own.
    const id = packet.device === this.lastDevice ? this.lastId : this.interfaceOf(packet.device);
    let options: Int32Array = NO_WORDS;
    if (context !== null) options = context === this.lastContext ? this.lastOptions : this.optionsOf(context);
    const { remarks } = packet;
    if (remarks !== undefined && remarks.length > 0) options = withRemarks(options, remarks);
    const optionCount = options.length;
    let more = optionCount > 0 ? optionCount * 4 + 4 : 0;
    if (direction !== Direction.Unknown) more += more > 0 ? 8 : 12;
    let lost = 0;
    if (this.lost.size !== 0) {
      lost = this.lost.get(packet.device) ?? 0;
      if (lost !== 0) {
        this.lost.delete(packet.device);
        more += more > 0 ? 12 : 16;
      }
    }
    // That of a packet from a file stays.
    let idLow = packet.packetIdLow ?? 0;
    let idHigh = packet.packetIdHigh ?? 0;
    if (this.packetIds !== null) {
      const packetId = this.packetIds.of(packet);
      idLow = packetId | 0;
      idHigh = Math.floor(packetId / 0x100000000);
    }
    const hasId = idLow !== 0 || idHigh !== 0;
    if (hasId) more += more > 0 ? 12 : 16;
    const total = PACKET_OVERHEAD + ((caplen + 3) & ~3) + more;
    batch.reserve(total);
    this.delivered++;

    if (packet.sec !== this.sec) this.second(packet.sec);
    let high = this.secHigh;
    let { nsec } = packet;
    if (nsec > 0xffffffff) {
      // A damaged file's nanoseconds may be more than a second's.
      high += Math.floor(nsec / 0x100000000);
      nsec %= 0x100000000;
    }
    // As 32-bit words, which never become anything else: the compiler would begin anew with the first sum above 2^31.
    const low = (this.secLow + nsec) | 0;
    if (low >>> 0 < nsec) high++;
    const { words } = batch;
    let at = batch.pos >> 2;
    words[at] = ENHANCED_PACKET;
    words[at + 1] = total;
    words[at + 2] = id;
    words[at + 3] = high;
    words[at + 4] = low;
    words[at + 5] = caplen;
    words[at + 6] = packet.len;
    batch.pos += 28;
    batch.copyPadded(packet.bytes, packet.start, caplen);
    if (optionCount > 0) batch.copyWords(options);
    at = batch.pos >> 2;
    if (more > 0) {
      if (direction !== Direction.Unknown) {
        words[at++] = FLAGS_HEADER;
        words[at++] = direction === Direction.In ? 1 : 2;
      }
      if (lost !== 0) {
        words[at++] = DROPS_HEADER;
        words[at++] = lost;
        words[at++] = Math.floor(lost / 0x100000000);
      }
      if (hasId) {
        words[at++] = PACKET_ID_HEADER;
        words[at++] = idLow;
        words[at++] = idHigh;
      }
      words[at++] = 0; // opt_endofopt
    }
    words[at] = total;
    batch.pos = (at + 1) << 2;
    if (this.packetBuffered) batch.flush();
  }

  flush(): void {
    this.batch.flush();
  }

  close(): void {
    // tcpdump and others refuse a file without any interface.
    if (this.devices.size === 0) this.description("", LinkType.Ethernet, MAX_SNAPLEN, null);
    this.countDelivered();
    this.names();
    for (const [device, id] of this.devices) this.statistics(device, id);
    this.batch.flush();
  }

  private makeBulk(copy: RingBulk): Bulk {
    return new Bulk(copy, {
      batch: this.batch,
      format: BulkFormat.Pcapng,
      interfaceOf: () => this.lastId,
      optionsOf: () => this.lastOptions,
      ready: () => this.lost.size === 0,
      took: (device, packets) => this.countOf(device, packets),
    });
  }

  private second(sec: number): void {
    this.sec = sec;
    const start = BigInt.asUintN(64, BigInt(Math.trunc(sec)) * 1_000_000_000n);
    this.secHigh = Number(start >> 32n) | 0;
    this.secLow = Number(start & 0xffffffffn) | 0;
  }

  private interfaceOf(device: Device): number {
    let id = this.devices.get(device);
    if (id === undefined) {
      id = this.devices.size;
      this.devices.set(device, id);
      const known = device.named || device.ifindex !== 0 || device.netnsInode !== 0;
      this.description(device.name, device.linkType, device.snaplen, known ? commentOf(device) : null);
    }
    this.countDelivered();
    this.lastDevice = device;
    this.lastId = id;
    return id;
  }

  private countDelivered(): void {
    const { lastDevice } = this;
    if (lastDevice === null || this.delivered === 0) return;
    this.countOf(lastDevice, this.delivered);
    this.delivered = 0;
  }

  private countOf(device: Device, packets: number): void {
    const { delivered } = this.series;
    delivered.set(device, (delivered.get(device) ?? 0) + packets);
  }

  private description(name: string, linkType: number, snaplen: number, comment: string | null): void {
    const body = Buffer.alloc(8);
    body.writeUInt16LE(linkType & 0xffff, 0);
    body.writeUInt32LE(snaplen >>> 0, 4);
    const options = new Options();
    if (name !== "") options.text(2, name); // if_name
    if (comment !== null) options.text(1, comment);
    options.bytes(9, Uint8Array.of(9)); // if_tsresol: nanoseconds
    // if_filter: kind 0 is a libpcap expression.
    const { filter } = this.options;
    if (filter !== "") {
      options.bytes(11, Buffer.concat([Uint8Array.of(0), utf8Within(filter, MAX_OPTION - 1)]));
    }
    options.text(12, systemName()); // if_os
    this.block(INTERFACE_DESCRIPTION, body, options.end());
  }

  /**
   * Counts since the capture began. Wireshark and capinfos show isb_ifrecv and isb_ifdrop only, and dumpcap writes
   * what libpcap counted there (received by filter, dropped by kernel); so do we, beside the exact ones.
   */
  private statistics(device: Device, id: number): void {
    const counted = this.options.statistics?.(device) ?? null;
    if (counted === null) return;
    const now = nanoseconds((this.options.clock ?? Date.now)());
    const body = Buffer.alloc(12);
    body.writeUInt32LE(id, 0);
    body.writeUInt32LE(Number((now >> 32n) & 0xffffffffn), 4);
    body.writeUInt32LE(Number(now & 0xffffffffn), 8);
    const { dropped, lost } = counted;
    const delivered = this.series.delivered.get(device) ?? 0;
    const accepted = counted.accepted ?? (lost === null ? null : delivered + lost);
    const options = new Options();
    options.time(2, nanoseconds(this.series.start)); // isb_starttime
    options.time(3, now); // isb_endtime
    if (accepted !== null) options.u64(4, accepted); // isb_ifrecv
    if (dropped !== null || lost !== null) options.u64(5, (dropped ?? 0) + (lost ?? 0)); // isb_ifdrop
    if (accepted !== null) options.u64(6, accepted); // isb_filteraccept
    if (lost !== null) options.u64(7, lost); // isb_osdrop
    options.u64(8, delivered); // isb_usrdeliv
    this.block(INTERFACE_STATISTICS, body, options.end());
  }

  /** The names that were looked up: address, and the name with a NUL behind it. */
  private names(): void {
    let parts: Buffer[] = [];
    let size = 0;
    const write = (): void => {
      if (size > 0) this.block(NAME_RESOLUTION, Buffer.concat([...parts, Buffer.alloc(4)]), NO_OPTIONS);
      parts = [];
      size = 0;
    };
    for (const { address, name } of this.options.names?.() ?? []) {
      const text = utf8Within(name.replaceAll("\0", ""), MAX_OPTION - 17);
      const length = address.length + text.length + 1;
      const head = Buffer.alloc(4);
      head.writeUInt16LE(address.length === 4 ? NAME_IPV4 : NAME_IPV6, 0);
      head.writeUInt16LE(length, 2);
      parts.push(head, Buffer.from(address), text, Buffer.alloc(1 + (-length & 3)));
      size += 4 + length;
      if (size > MAX_NAMES_BLOCK) write();
    }
    write();
  }

  /** A context's options as words; describes its process before its first packet. */
  private optionsOf(context: Context): Int32Array {
    let words = this.contexts.get(context);
    if (words === undefined) {
      const encoded = this.series.encoded(context, this.options.context);
      const { process } = encoded;
      words = encoded.words;
      if (process !== null && this.options.processInformation !== false)
        this.describeProcess(process, context);
      if (this.contexts.size >= MAX_CONTEXTS) this.contexts.clear();
      this.contexts.set(context, words);
    }
    this.lastContext = context;
    this.lastOptions = words;
    return words;
  }

  private describeProcess(process: Process, context: Context): void {
    const known = this.processes.get(process.pid);
    if (known === process || (known !== undefined && sameProcess(known, process))) return;
    this.processChars += process.cmd.length + process.args.reduce((sum, arg) => sum + arg.length, 0);
    if (this.processes.size >= MAX_PROCESSES || this.processChars > MAX_PROCESS_CHARS) {
      this.processes.clear();
      this.processChars = 0;
    }
    this.processes.set(process.pid, process);

    const { context: parts, userName } = this.options;
    const options = new Options();
    const { cmd, args, start } = process;
    const name = cmd.slice(cmd.lastIndexOf("/") + 1);
    if (name !== "") options.text(2, name);
    if (cmd.startsWith("/")) options.text(3, cmd);
    if (args.length > 0) options.text(4, args.join("\0"));
    if (context.parent !== null && parts.has("parentproc")) options.u32(5, context.parent.pid);
    if (context.uid !== null && parts.has("user")) {
      options.u32(6, context.uid);
      const user = userName?.(context.uid) ?? null;
      if (user !== null && user !== "") options.text(7, user);
    }
    if (start !== undefined) options.u64(9, start);
    const encoded = options.end();
    const body = Buffer.alloc(16);
    body.writeUInt32LE(WIRESHARK, 0);
    body.writeUInt32LE(PROCESS_INFORMATION, 4);
    body.writeUInt32LE(4 + encoded.length, 8);
    body.writeUInt32LE(process.pid, 12);
    this.block(CUSTOM, body, encoded);
  }

  /** A block that is not a packet. Its parts are whole words. */
  private block(kind: number, body: Uint8Array, options: Uint8Array): void {
    const { batch } = this;
    const total = 12 + body.length + options.length;
    batch.reserve(total);
    const { words } = batch;
    words[batch.pos >> 2] = kind;
    words[(batch.pos >> 2) + 1] = total;
    batch.pos += 8;
    batch.copy(body, 0, body.length);
    batch.copy(options, 0, options.length);
    words[batch.pos >> 2] = total;
    batch.pos += 4;
  }
}

/** The options with further comments. */
function withRemarks(options: Int32Array, remarks: readonly string[]): Int32Array {
  const more = new Options();
  for (const remark of remarks) more.text(1, remark);
  const words = more.words();
  const all = new Int32Array(options.length + words.length);
  all.set(options);
  all.set(words, options.length);
  return all;
}

/** A decryption secrets block: type such as 0x544c534b for a TLS key log, and the secrets. */
export function secretsBlock(type: number, bytes: Uint8Array): Uint8Array {
  const total = 20 + bytes.length + (-bytes.length & 3);
  const block = Buffer.alloc(total);
  block.writeUInt32LE(DECRYPTION_SECRETS, 0);
  block.writeUInt32LE(total, 4);
  block.writeUInt32LE(type >>> 0, 8);
  block.writeUInt32LE(bytes.length, 12);
  block.set(bytes, 16);
  block.writeUInt32LE(total, total - 4);
  return block;
}

/** How many of bytes[0, end), written from the border of a block on, are whole blocks. */
export function wholePcapng(bytes: Uint8Array, end: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, end);
  let whole = 0;
  while (end - whole >= 12) {
    const length = view.getUint32(whole + 4, true);
    if (length > end - whole || length < 12) break;
    whole += length;
  }
  return whole;
}

/** Whether two descriptions say the same: those of the same process are one object as a rule, read files aside. */
function sameProcess(a: Process, b: Process): boolean {
  return (
    a.cmd === b.cmd &&
    a.start === b.start &&
    a.args.length === b.args.length &&
    a.args.every((arg, i) => arg === b.args[i])
  );
}

function systemName(): string {
  return `${type()} ${release()}`;
}

function commentOf(device: Device): string {
  const { ifindex, netnsInode } = device;
  let netnsPath = OWN_NETNS_PATH;
  // A namespace that nobody gave a path is called as /proc/PID/ns/net reads.
  if (device.foreign) netnsPath = device.netnsPath === "" ? `net:[${netnsInode}]` : device.netnsPath;
  return deviceComment({ ifindex, netnsInode, netnsPath });
}
