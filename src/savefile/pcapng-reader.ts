// Reads pcapng files: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html
//
// A file is a row of blocks: type, total length, body, total length again; all multiples of four bytes, all in
// the byte order of their section. A section header begins a section and voids the interfaces before it.
import { Buffer } from "node:buffer";
import type { Context } from "../model/context.ts";
import { Failure } from "../model/failure.ts";
import { type Device, Direction, type Packet } from "../model/packet.ts";
import { isContextComment, OWN_NETNS_PATH, parseComments, parseDeviceComment } from "./comment.ts";
import type { Input } from "./input.ts";
import { linkTypeOfDlt, maxSnaplen } from "./linktype.ts";
import type { Savefile, Secrets } from "./savefile.ts";

/** Block type of a section header: the same in either byte order. */
export const SECTION_HEADER = 0x0a0d0d0a;

const INTERFACE_DESCRIPTION = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;
const DECRYPTION_SECRETS = 10;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

const BLOCK_HEADER = 8;
const BLOCK_TRAILER = 4;
const MIN_BLOCK = BLOCK_HEADER + BLOCK_TRAILER;
const MIN_SECTION = MIN_BLOCK + 16;
const MIN_INTERFACE = MIN_BLOCK + 8;

// libpcap's bounds: a section header, and any block of a link whose packets are not larger.
const MAX_SECTION = 1 << 20;
const MAX_BLOCK = 16 << 20;
// Room for what goes around a packet of a link whose packets are larger.
const BLOCK_OVERHEAD = 1 << 17;

// An interface costs memory as long as its section lasts: a section of nothing else must not eat it all.
const MAX_INTERFACES = 1 << 16;

// Options
const COMMENT = 1;
const PACKET_FLAGS = 2;
const PACKET_ID = 5;
/** epb_packetid's first word in the machine's byte order, and the words from there to opt_endofopt. */
const PACKET_ID_HEADER = PACKET_ID | (8 << 16);
const PACKET_ID_WORDS = 4;
const SECTION_APPLICATION = 4;
const INTERFACE_NAME = 2;
const INTERFACE_RESOLUTION = 9;
const INTERFACE_OFFSET = 14;

// Bounds of what is remembered between packets: contexts by their comments, options by their bytes.
const MAX_CONTEXTS = 1 << 14;
const MAX_CONTEXT_CHARS = 1 << 22;
const MAX_MET = 16;
const MAX_MET_SIZE = 1 << 20;
const OPTION_SLOTS = 256;
const MAX_SLOT_WORDS = 1024;

function swap32(n: number): number {
  return ((n & 0xff) << 24) | ((n & 0xff00) << 8) | ((n >>> 8) & 0xff00) | (n >>> 24);
}

/** How an interface's timestamps become seconds and nanoseconds. */
interface Clock {
  /** Units per second; 0 where a unit times 2^32 is too much for exact doubles, and BigInt works instead. */
  units: number;
  bigUnits: bigint;
  /** Seconds added to every timestamp. */
  offset: number;
  /** The upper half of the last timestamp, and what it makes: seconds, and units within the second. */
  high: number;
  highSeconds: number;
  highUnits: number;
}

function clockOf(units: bigint, offset: number): Clock {
  return {
    units: units <= 0x100000000n ? Number(units) : 0,
    bigUnits: units,
    offset,
    high: 0,
    highSeconds: offset,
    highUnits: 0,
  };
}

interface Interface {
  device: Device;
  /** Largest captured length that is believed. */
  limit: number;
  clock: Clock;
}

/** One remembered row of options, and what it says. */
interface OptionSlot {
  words: Int32Array;
  /** True if the packet's id follows, and then nothing: it is another with every packet. */
  idFollows: boolean;
  idLow: number;
  idHigh: number;
  direction: Direction;
  context: Context | null;
  remarks: readonly string[];
}

const NO_REMARKS: readonly string[] = [];
/** Stands where no interface is described yet. */
const NO_DEVICE: Device = {
  id: -1,
  name: "",
  linkType: 0,
  snaplen: 0,
  ifindex: 0,
  netnsInode: 0,
  netnsPath: "",
  named: false,
  foreign: false,
};

const NO_OPTIONS: OptionSlot = {
  words: new Int32Array(0),
  idFollows: false,
  idLow: 0,
  idHigh: 0,
  direction: Direction.Unknown,
  context: null,
  remarks: NO_REMARKS,
};

export class PcapngReader implements Savefile {
  readonly format = "pcapng";
  linkType = 0;
  snaplen = 0;
  devices: Device[] = [];
  readonly packet: Packet;
  private readonly input: Input;
  /** True once the first section's header was taken. */
  private begun = false;
  private told: Secrets | null = null;
  /** Secrets that nobody was told of yet: those of before the first packet. */
  private readonly met: [number, Uint8Array][] = [];
  private interfaces: Interface[] = [];
  /** True if the section's byte order is not the machine's. */
  private swapped = false;
  private littleEndian = true;
  /** True if the section's shb_userappl is ptcpdump's. */
  private ours = false;
  /** False for a section that the Go ptcpdump wrote: it does not escape. */
  private escaped = true;
  private nextDevice = 0;
  private maxBlock = MAX_BLOCK;
  private readonly contexts = new Map<string, Context>();
  private contextChars = 0;
  private lastOptions = NO_OPTIONS;
  private readonly slots: OptionSlot[] = new Array(OPTION_SLOTS).fill(NO_OPTIONS);

  /** @param input at the first byte of a file that begins with SECTION_HEADER. */
  constructor(input: Input) {
    this.input = input;
    this.packet = {
      bytes: input.bytes,
      start: 0,
      caplen: 0,
      len: 0,
      sec: 0,
      nsec: 0,
      device: NO_DEVICE,
      direction: Direction.Unknown,
      context: null,
      remarks: NO_REMARKS,
      packetIdLow: 0,
      packetIdHigh: 0,
    };
  }

  /** Reads up to the first interface description. After WAIT it goes on where it was. */
  open(): void {
    const { input } = this;
    if (!this.begun) this.firstSection();
    this.begun = true;
    while (this.interfaces.length === 0) {
      const type = this.block();
      if (type === -1) {
        throw new Failure("savefile-format", "the capture file has no Interface Description Blocks");
      }
      if (type === ENHANCED_PACKET || type === SIMPLE_PACKET || type === OBSOLETE_PACKET) {
        throw new Failure(
          "savefile-malformed",
          "the capture file has a packet block before any Interface Description Blocks",
        );
      }
      this.describe(type);
      input.start += this.length;
    }
    const device = this.devices[0]!;
    this.linkType = device.linkType;
    this.snaplen = device.snaplen;
    this.packet.device = device;
  }

  next(): boolean {
    const { input } = this;
    for (;;) {
      const type = this.block();
      if (type === -1) return false;
      const at = input.start;
      const { length } = this;
      if (type === ENHANCED_PACKET) {
        if (length < 32) throw this.tooShort(type);
        const words = at >> 2;
        this.packetAt(type, this.word(words + 2) >>> 0, words + 3, 28);
        input.start = at + length;
        return true;
      }
      if (type === SIMPLE_PACKET) {
        this.simplePacket();
        input.start = at + length;
        return true;
      }
      if (type === OBSOLETE_PACKET) {
        if (length < 32) throw this.tooShort(type);
        this.packetAt(type, this.u16(at + 8), (at >> 2) + 3, 28);
        input.start = at + length;
        return true;
      }
      this.describe(type);
      input.start = at + length;
    }
  }

  secretsTo(told: Secrets): void {
    this.told = told;
    for (const [type, bytes] of this.met.splice(0)) told(type, bytes);
  }

  more(): Promise<void> {
    return this.input.more();
  }

  close(): void {
    this.input.close();
  }

  /** Total length of the block at input.start, after block(). */
  private length = 0;

  /** Has the whole block at input.start in the buffer and returns its type, -1 at the end of the file. */
  private block(): number {
    const { input } = this;
    if (input.end - input.start < BLOCK_HEADER) {
      const got = input.fill(BLOCK_HEADER);
      if (got === 0) return -1;
      if (got < BLOCK_HEADER) throw this.truncated(BLOCK_HEADER, got);
    }
    let type = input.words[input.start >> 2]! >>> 0;
    if (type === SECTION_HEADER) this.byteOrder();
    else if (this.swapped) type = swap32(type) >>> 0;
    const length = this.word((input.start >> 2) + 1) >>> 0;
    if (length < MIN_BLOCK) {
      throw this.malformed(`block in pcapng dump file has a length of ${length} < ${MIN_BLOCK}`);
    }
    if ((length & 3) !== 0) {
      throw this.malformed(`block in pcapng dump file has a length of ${length} that is not a multiple of 4`);
    }
    if (length > this.maxBlock)
      throw this.malformed(`pcapng block size ${length} > maximum ${this.maxBlock}`);
    if (input.end - input.start < length) {
      const got = input.fill(length);
      if (got < length) throw this.truncated(length - BLOCK_HEADER, got - BLOCK_HEADER);
    }
    if (this.word(((input.start + length) >> 2) - 1) >>> 0 !== length) {
      throw this.malformed("block total length in header and trailer don't match");
    }
    this.length = length;
    return type;
  }

  /** Takes the byte order of the section header at input.start, before its length is read. */
  private byteOrder(): void {
    const { input } = this;
    const got = input.fill(BLOCK_HEADER + 4);
    if (got < BLOCK_HEADER + 4) {
      throw this.truncated((this.word((input.start >> 2) + 1) >>> 0) - BLOCK_HEADER, got - BLOCK_HEADER);
    }
    const magic = input.words[(input.start >> 2) + 2]! >>> 0;
    if (magic !== BYTE_ORDER_MAGIC && swap32(magic) >>> 0 !== BYTE_ORDER_MAGIC) {
      // A header without room for the magic is the better thing to complain of.
      const short = input.words[(input.start >> 2) + 1]! >>> 0;
      if (short === MIN_BLOCK || swap32(short) >>> 0 === MIN_BLOCK) throw this.tooShort(SECTION_HEADER);
      throw this.malformed("the file has a section with a bad byte order magic field");
    }
    this.swapped = magic !== BYTE_ORDER_MAGIC;
    this.littleEndian = input.bytes[input.start + 8] === 0x4d;
  }

  /** The first section's header: libpcap looks at it before it believes that this is a pcapng file. */
  private firstSection(): void {
    const { input } = this;
    const got = input.fill(12);
    const magic = input.words[2]! >>> 0;
    if (got < 12 || (magic !== BYTE_ORDER_MAGIC && swap32(magic) >>> 0 !== BYTE_ORDER_MAGIC)) {
      throw new Failure("savefile-format", "unknown file format");
    }
    this.byteOrder();
    const length = this.word(1) >>> 0;
    if (length < MIN_SECTION || length > MAX_SECTION) {
      throw this.malformed(
        `Section Header Block in pcapng dump file has invalid length ${MIN_SECTION} < _${length}_ < ${MAX_SECTION} (BT_SHB_INSANE_MAX)`,
      );
    }
    if ((length & 3) !== 0) {
      throw this.malformed(`block in pcapng dump file has a length of ${length} that is not a multiple of 4`);
    }
    const have = input.fill(length);
    if (have < length) throw this.truncated(length - 12, have - 12);
    this.length = length;
    this.section();
    input.start += length;
  }

  /** Takes in the block at input.start if it describes something; skips what is unknown. */
  private describe(type: number): void {
    if (type === SECTION_HEADER) this.section();
    else if (type === INTERFACE_DESCRIPTION) this.interface();
    else if (type === DECRYPTION_SECRETS) this.secrets();
  }

  /** Secrets that do not fit their block are not worth the packets. */
  private secrets(): void {
    const at = this.input.start;
    const room = this.length - MIN_BLOCK - 8;
    if (room < 0) return;
    const type = this.word((at >> 2) + 2) >>> 0;
    const size = this.word((at >> 2) + 3) >>> 0;
    if (size > room) return;
    const bytes = this.input.bytes.slice(at + 16, at + 16 + size);
    if (this.told !== null) this.told(type, bytes);
    else if (this.met.length < MAX_MET && size <= MAX_MET_SIZE) this.met.push([type, bytes]);
  }

  private section(): void {
    const at = this.input.start;
    if (this.length < MIN_SECTION) throw this.tooShort(SECTION_HEADER);
    const major = this.u16(at + 12);
    const minor = this.u16(at + 14);
    // libpcap looks at the minor version of the first section only; 1.2 is what some programs wrote for 1.0.
    const first = this.input.stage === "";
    if (first && (major !== 1 || (minor !== 0 && minor !== 2)))
      throw new Failure("savefile-format", `unsupported pcapng savefile version ${major}.${minor}`);
    if (major !== 1)
      throw new Failure(
        "savefile-format",
        `pcap_loop: unknown pcapng savefile major version number ${major}`,
      );
    this.interfaces = [];
    this.devices = [];
    this.lastOptions = NO_OPTIONS;
    this.slots.fill(NO_OPTIONS);
    this.contexts.clear();
    this.contextChars = 0;

    let application = "";
    const end = at + this.length - BLOCK_TRAILER;
    for (let option = at + 24; option + 4 <= end; ) {
      const code = this.u16(option);
      const size = this.u16(option + 2);
      if (code === 0 || size > end - option - 4) break;
      if (code === SECTION_APPLICATION) application = this.text(option + 4, size);
      option += 4 + ((size + 3) & ~3);
    }
    this.ours = application.startsWith("ptcpdump");
    // The Go ptcpdump names itself "ptcpdump v0.30.0"; we write the version without a letter.
    this.escaped = !/^ptcpdump v[0-9]/.test(application);
  }

  private interface(): void {
    const { input, length } = this;
    const at = input.start;
    if (length < MIN_INTERFACE) throw this.tooShort(INTERFACE_DESCRIPTION);
    if (this.interfaces.length === MAX_INTERFACES) {
      throw this.malformed(`a section has more than ${MAX_INTERFACES} Interface Description Blocks`);
    }
    const linkType = linkTypeOfDlt(this.u16(at + 8));
    let snaplen = this.word((at >> 2) + 3) >>> 0;
    if (snaplen === 0 || snaplen > 0x7fffffff) snaplen = maxSnaplen(linkType);

    let name = "";
    let comment: ReturnType<typeof parseDeviceComment> = null;
    let units = 1_000_000n;
    let offset = 0;
    const seen = new Set<number>();
    const end = at + length - BLOCK_TRAILER;
    for (let option = at + 16; option < end; ) {
      const code = this.u16(option);
      const size = this.u16(option + 2);
      if (size > end - option - 4) throw this.tooShort(INTERFACE_DESCRIPTION);
      const value = option + 4;
      if (code === 0) {
        this.checkOption("opt_endofopt", size, 0);
        break;
      }
      if (code === COMMENT) comment ??= parseDeviceComment(this.text(value, size), this.escaped);
      else if (code === INTERFACE_NAME) name = this.text(value, size);
      else if (code === INTERFACE_RESOLUTION) {
        this.checkOption("if_tsresol", size, 1, seen.has(code));
        units = this.resolution(input.bytes[value]!);
      } else if (code === INTERFACE_OFFSET) {
        this.checkOption("if_tsoffset", size, 8, seen.has(code));
        const low = this.word(this.littleEndian ? value >> 2 : (value >> 2) + 1) >>> 0;
        const high = this.word(this.littleEndian ? (value >> 2) + 1 : value >> 2);
        offset = high * 0x100000000 + low;
      }
      seen.add(code);
      option = value + ((size + 3) & ~3);
    }

    // What the Go ptcpdump captured may be longer than the snapshot length that it always writes.
    const ptcpdump = this.ours || comment !== null;
    const limit = ptcpdump ? Math.max(snaplen, maxSnaplen(linkType)) : snaplen;
    const device: Device = {
      id: this.nextDevice++,
      name,
      linkType,
      snaplen,
      ifindex: comment?.ifindex ?? 0,
      netnsInode: comment?.netnsInode ?? 0,
      netnsPath: comment?.netnsPath ?? "",
      named: ptcpdump && name !== "",
      foreign: comment !== null && comment.netnsPath !== "" && comment.netnsPath !== OWN_NETNS_PATH,
    };
    this.devices.push(device);
    this.interfaces.push({ device, limit, clock: clockOf(units, offset) });
    this.maxBlock = Math.max(this.maxBlock, maxSnaplen(linkType) + BLOCK_OVERHEAD);
  }

  /** Units per second of an if_tsresol value. */
  private resolution(value: number): bigint {
    const exponent = value & 0x7f;
    const binary = (value & 0x80) !== 0;
    if (exponent > (binary ? 63 : 19)) {
      throw this.malformed(
        `Interface Description Block if_tsresol option resolution ${binary ? 2 : 10}^-${exponent} is too high`,
      );
    }
    return (binary ? 2n : 10n) ** BigInt(exponent);
  }

  private checkOption(name: string, size: number, expected: number, again = false): void {
    if (size !== expected) {
      throw this.malformed(
        `Interface Description Block has ${name} option with length ${size} != ${expected}`,
      );
    }
    if (again) throw this.malformed(`Interface Description Block has more than one ${name} option`);
  }

  /** Fills `packet` from an enhanced or obsolete packet block: `words` is where the timestamp is. */
  private packetAt(type: number, id: number, words: number, header: number): void {
    const { input, packet } = this;
    const entry = this.interfaces[id];
    if (entry === undefined) throw this.noInterface(id);
    const caplen = this.word(words + 2) >>> 0;
    const padded = (caplen + 3) & ~3;
    const room = this.length - header - BLOCK_TRAILER;
    if (caplen > entry.limit) throw this.tooLong(caplen, entry.device.snaplen);
    if (caplen > room) throw this.tooShort(type);
    this.time(entry.clock, this.word(words) >>> 0, this.word(words + 1) >>> 0);
    const start = input.start + header;
    packet.bytes = input.bytes;
    packet.start = start;
    packet.caplen = caplen;
    packet.len = this.word(words + 3) >>> 0;
    packet.device = entry.device;
    if (room - padded > 4) this.options((start + padded) >> 2, (room - padded) >> 2);
    else {
      packet.direction = Direction.Unknown;
      packet.context = null;
      packet.remarks = NO_REMARKS;
      packet.packetIdLow = 0;
      packet.packetIdHigh = 0;
    }
  }

  /** A simple packet block has no timestamp and no interface: it is the section's first. */
  private simplePacket(): void {
    const { input, packet } = this;
    if (this.length < MIN_BLOCK + 4) throw this.tooShort(SIMPLE_PACKET);
    const entry = this.interfaces[0];
    if (entry === undefined) throw this.noInterface(0);
    const len = this.word((input.start >> 2) + 2) >>> 0;
    const caplen = Math.min(len, entry.device.snaplen);
    if (caplen > this.length - MIN_BLOCK - 4) throw this.tooShort(SIMPLE_PACKET);
    packet.bytes = input.bytes;
    packet.start = input.start + 12;
    packet.caplen = caplen;
    packet.len = len;
    packet.sec = entry.clock.offset;
    packet.nsec = 0;
    packet.device = entry.device;
    packet.direction = Direction.Unknown;
    packet.context = null;
    packet.remarks = NO_REMARKS;
    packet.packetIdLow = 0;
    packet.packetIdHigh = 0;
  }

  private time(clock: Clock, high: number, low: number): void {
    const { packet } = this;
    const { units } = clock;
    if (units === 0) {
      const time = (BigInt(high) << 32n) | BigInt(low);
      packet.sec = Number(time / clock.bigUnits) + clock.offset;
      packet.nsec = Number(((time % clock.bigUnits) * 1_000_000_000n) / clock.bigUnits);
      return;
    }
    if (high !== clock.high) {
      // Once in 2^32 units: the only place that needs more than a double's 53 bits.
      const time = BigInt(high) << 32n;
      clock.high = high;
      clock.highSeconds = Number(time / clock.bigUnits) + clock.offset;
      clock.highUnits = Number(time % clock.bigUnits);
    }
    const sum = clock.highUnits + low;
    const seconds = Math.floor(sum / units);
    packet.sec = clock.highSeconds + seconds;
    const rest = sum - seconds * units;
    packet.nsec =
      units === 1_000_000_000 ? rest : units === 1_000_000 ? rest * 1000 : nanoseconds(rest, units);
  }

  /** Takes direction, context and id from a packet's options, `count` words from the word `first` on. */
  private options(first: number, count: number): void {
    const { packet } = this;
    const { words } = this.input;
    const idAt = first + count - PACKET_ID_WORDS;
    // It only looks like an id if what is before it ends there, which parseOptions() finds out.
    const id = count >= PACKET_ID_WORDS && words[idAt] === PACKET_ID_HEADER && words[first + count - 1] === 0;
    const compared = id ? count - PACKET_ID_WORDS : count;
    let slot = this.lastOptions;
    if (slot.idFollows !== id || !sameWords(words, first, compared, slot.words)) {
      let hash = compared;
      // Long options are sampled: a wrong guess costs a parse, never a wrong answer.
      const step = compared > 64 ? (compared >> 6) + 1 : 1;
      for (let i = first; i < first + compared; i += step) hash = Math.imul(hash ^ words[i]!, 0x01000193);
      const index = (hash ^ (hash >>> 8) ^ (hash >>> 16) ^ (hash >>> 24)) & (OPTION_SLOTS - 1);
      slot = this.slots[index]!;
      if (slot.idFollows !== id || !sameWords(words, first, compared, slot.words)) {
        slot = this.parseOptions(first, count, id);
        if (compared <= MAX_SLOT_WORDS) this.slots[index] = slot;
      }
      this.lastOptions = slot;
    }
    packet.direction = slot.direction;
    packet.context = slot.context;
    packet.remarks = slot.remarks;
    packet.packetIdLow = slot.idFollows ? words[idAt + 1]! >>> 0 : slot.idLow;
    packet.packetIdHigh = slot.idFollows ? words[idAt + 2]! >>> 0 : slot.idHigh;
  }

  /** @param id whether the last words look like an id and the end of the options */
  private parseOptions(first: number, count: number, id: boolean): OptionSlot {
    const comments: string[] = [];
    const remarks: string[] = [];
    let direction: Direction = Direction.Unknown;
    let idAt = 0;
    let idLow = 0;
    let idHigh = 0;
    const end = (first + count) << 2;
    // Options that do not fit are not worth the packet: libpcap does not look at them at all.
    for (let option = first << 2; option + 4 <= end; ) {
      const code = this.u16(option);
      const size = this.u16(option + 2);
      if (code === 0 || size > end - option - 4) break;
      if (code === COMMENT) {
        const comment = this.text(option + 4, size);
        if (isContextComment(comment)) comments.push(comment);
        else remarks.push(comment);
      } else if (code === PACKET_FLAGS && size === 4) {
        const way = this.word((option >> 2) + 1) & 3;
        direction = way === 1 ? Direction.In : way === 2 ? Direction.Out : Direction.Unknown;
      } else if (code === PACKET_ID && size === 8) {
        idAt = option >> 2;
        // a number of the file's byte order
        const [low, high] = this.littleEndian ? [1, 2] : [2, 1];
        idLow = this.word(idAt + low) >>> 0;
        idHigh = this.word(idAt + high) >>> 0;
      }
      option += 4 + ((size + 3) & ~3);
    }
    const before = count - PACKET_ID_WORDS;
    const idFollows = id && idAt === first + before && before <= MAX_SLOT_WORDS;
    const kept = idFollows ? before : count;
    return {
      words: kept <= MAX_SLOT_WORDS ? this.input.words.slice(first, first + kept) : NO_OPTIONS.words,
      idFollows,
      idLow,
      idHigh,
      direction,
      context: comments.length === 0 ? null : this.contextOf(comments),
      remarks: remarks.length === 0 ? NO_REMARKS : remarks,
    };
  }

  /** The one Context of these comments. */
  private contextOf(comments: string[]): Context | null {
    const key = comments.join("\0");
    const known = this.contexts.get(key);
    if (known !== undefined) return known;
    const context = parseComments(comments, this.escaped);
    if (context === null) return null;
    this.contextChars += key.length;
    if (this.contexts.size >= MAX_CONTEXTS || this.contextChars > MAX_CONTEXT_CHARS) {
      this.contexts.clear();
      this.contextChars = key.length;
    }
    this.contexts.set(key, context);
    return context;
  }

  /** The word with index `at`, signed. */
  private word(at: number): number {
    const word = this.input.words[at]!;
    return this.swapped ? swap32(word) : word;
  }

  private u16(at: number): number {
    const { bytes } = this.input;
    return this.littleEndian ? bytes[at]! | (bytes[at + 1]! << 8) : (bytes[at]! << 8) | bytes[at + 1]!;
  }

  /** UTF-8 text, up to a NUL if somebody put one at its end. */
  private text(at: number, size: number): string {
    const { bytes } = this.input;
    let end = at + size;
    while (end > at && bytes[end - 1] === 0) end--;
    return Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at).toString("utf8");
  }

  private malformed(message: string): Failure {
    return new Failure("savefile-malformed", this.input.stage + message);
  }

  private tooShort(type: number): Failure {
    return this.malformed(`block of type ${type} in pcapng dump file is too short`);
  }

  private tooLong(caplen: number, snaplen: number): Failure {
    return this.malformed(`invalid packet capture length ${caplen}, bigger than snaplen of ${snaplen}`);
  }

  private noInterface(id: number): Failure {
    return this.malformed(
      `a packet arrived on interface ${id}, but there's no Interface Description Block for that interface`,
    );
  }

  private truncated(tried: number, got: number): Failure {
    return new Failure(
      "savefile-truncated",
      `${this.input.stage}truncated pcapng dump file; tried to read ${tried} bytes, only got ${got}`,
    );
  }
}

/** `rest` units of 1/`units` second in whole nanoseconds. */
function nanoseconds(rest: number, units: number): number {
  // rest < units <= 2^32: times 1e9 needs up to 62 bits.
  if (rest <= 9_007_199) return Math.floor((rest * 1_000_000_000) / units);
  return Number((BigInt(rest) * 1_000_000_000n) / BigInt(units));
}

function sameWords(words: Int32Array, first: number, count: number, known: Int32Array): boolean {
  if (known.length !== count) return false;
  for (let i = 0; i < count; i++) if (words[first + i] !== known[i]) return false;
  return true;
}
