// Reads pcap files: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-05.html
//
//    0  magic: a1b2c3d4 microseconds, a1b23c4d nanoseconds, in the byte order of all that follows
//    4  major, minor version (u16 each; 2.4 everywhere today)
//    8  two reserved words
//   16  snapshot length
//   20  link type (low 26 bits), what is known of the FCS (the others)
//   24  packets: seconds, fraction, captured length, length, bytes
//
// and what libpcap 1.10 reads besides: versions before 2.4, which had the two lengths in the other order, and
// the format of A. Kuznetzov's patched libpcap (magic a1b2cd34: eight bytes more in a packet's header).
import { Failure } from "../model/failure.ts";
import { type Device, Direction, type Packet } from "../model/packet.ts";
import type { Input } from "./input.ts";
import { linkTypeOfDlt, maxSnaplen } from "./linktype.ts";
import type { Matcher, RecordLayout, Savefile, Scan } from "./savefile.ts";

const MICRO = 0xa1b2c3d4;
const NANO = 0xa1b23c4d;
const KUZNETZOV = 0xa1b2cd34;

const FILE_HEADER = 24;

const HOST_IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function swap32(n: number): number {
  return (((n & 0xff) << 24) | ((n & 0xff00) << 8) | ((n >>> 8) & 0xff00) | (n >>> 24)) >>> 0;
}

function isMagic(magic: number): boolean {
  return magic === MICRO || magic === NANO || magic === KUZNETZOV;
}

/** True if a file's first word, read in the machine's byte order, begins a pcap file of either byte order. */
export function isPcapMagic(word: number): boolean {
  return isMagic(word) || isMagic(swap32(word));
}

// Order of the two lengths in a packet's header: as the format has it, the other way round, or unsure.
const Lengths = { Straight: 0, Swapped: 1, Unsure: 2 } as const;
type Lengths = (typeof Lengths)[keyof typeof Lengths];

/** Records that a Scan can find at once. */
const PLACES = 4096;

/** The packets that only() asks for. */
interface Wanted {
  readonly matches: Matcher;
  readonly scan: Scan;
  readonly layout: RecordLayout;
  /** Where the records begin that were found, and behind them where to go on. */
  readonly places: Int32Array;
  /** How many of them there are, and how many were given. */
  found: number;
  given: number;
}

export class PcapReader implements Savefile {
  readonly format = "pcap";
  readonly linkType: number;
  readonly snaplen: number;
  readonly devices: readonly Device[];
  readonly packet: Packet;
  private readonly input: Input;
  private readonly littleEndian: boolean;
  /** Largest captured length that is believed. */
  private readonly limit: number;
  /** Nanoseconds per unit of the fraction. */
  private readonly unit: number;
  private readonly headerSize: number;
  private readonly lengths: Lengths;
  private wanted: Wanted | null = null;

  /** @param input at the file's first byte; its magic is one of isPcapMagic's. Takes nothing if it throws. */
  constructor(input: Input) {
    this.input = input;
    const got = input.fill(FILE_HEADER);
    if (got < FILE_HEADER) {
      // libpcap counts without the magic here.
      throw new Failure(
        "savefile-truncated",
        `truncated dump file; tried to read ${FILE_HEADER} file header bytes, only got ${got - 4}`,
      );
    }
    let magic = input.words[0]! >>> 0;
    this.littleEndian = isMagic(magic) === HOST_IS_LITTLE_ENDIAN;
    if (!isMagic(magic)) magic = swap32(magic);
    this.unit = magic === NANO ? 1 : 1000;
    this.headerSize = magic === KUZNETZOV ? 24 : 16;

    const version = this.u32(4);
    const major = this.littleEndian ? version & 0xffff : version >>> 16;
    const minor = this.littleEndian ? version >>> 16 : version & 0xffff;
    if (major < 2) throw new Failure("savefile-format", "archaic pcap savefile format");
    // 543.0 is what an ancient ANS program wrote.
    if (!(major === 2 && minor <= 4) && !(major === 543 && minor === 0))
      throw new Failure("savefile-format", `unsupported pcap savefile version ${major}.${minor}`);
    if (major === 543 || minor < 3) this.lengths = Lengths.Swapped;
    else this.lengths = minor === 3 ? Lengths.Unsure : Lengths.Straight;

    this.linkType = linkTypeOfDlt(this.u32(20) & 0x03ffffff);
    let snaplen = this.u32(16);
    if (snaplen === 0 || snaplen > 0x7fffffff) snaplen = maxSnaplen(this.linkType);
    // The patched libpcap did not count the link-layer header.
    if (magic === KUZNETZOV) snaplen = Math.min(snaplen + 14, 0x7fffffff);
    this.snaplen = snaplen;
    this.limit = maxSnaplen(this.linkType);

    const device: Device = {
      id: 0,
      name: "",
      linkType: this.linkType,
      snaplen,
      ifindex: 0,
      netnsInode: 0,
      netnsPath: "",
      named: false,
      foreign: false,
    };
    this.devices = [device];
    this.packet = {
      bytes: input.bytes,
      start: 0,
      caplen: 0,
      len: 0,
      sec: 0,
      nsec: 0,
      device,
      direction: Direction.Unknown,
      context: null,
    };
    input.start = FILE_HEADER;
  }

  /** Files with the lengths in another order stay with `matches` alone. */
  only(matches: Matcher, scan: Scan): void {
    this.wanted = {
      matches,
      scan,
      layout: {
        swapped: this.littleEndian !== HOST_IS_LITTLE_ENDIAN,
        headerSize: this.headerSize,
        most: this.lengths === Lengths.Straight ? Math.min(this.snaplen, this.limit) : -1,
      },
      places: new Int32Array(PLACES + 1),
      found: 0,
      given: 0,
    };
  }

  next(): boolean {
    const { wanted } = this;
    return wanted === null ? this.record() : this.nextWanted(wanted);
  }

  private nextWanted(wanted: Wanted): boolean {
    const { input, packet } = this;
    const { layout, matches, places } = wanted;
    for (;;) {
      if (wanted.given < wanted.found) {
        // whole, so that nothing moves in the buffer before the last one is given
        input.start = places[wanted.given++]!;
        return this.record();
      }
      if (wanted.found > 0) input.start = places[wanted.found]!;
      wanted.given = 0;
      wanted.found = 0;
      if (layout.most >= 0) {
        wanted.found = wanted.scan(input.bytes, input.start, input.end, layout, places);
        if (wanted.found > 0) continue;
        input.start = places[0]!;
      }
      if (!this.record()) return false;
      if (matches(packet.bytes, packet.start, packet.caplen, packet.len) !== 0) return true;
    }
  }

  /**
   * A damaged file's fraction of a second may be a second or more: it is given as it is (`nsec` past
   * 999,999,999), as tcpdump shows it.
   */
  private record(): boolean {
    const { input, packet, headerSize } = this;
    let at = input.start;
    if (input.end - at < headerSize) {
      const got = input.fill(headerSize);
      if (got === 0) return false;
      if (got < headerSize) throw this.truncated(headerSize, "header", got);
      at = input.start;
    }
    const { view } = input;
    const { littleEndian } = this;
    const sec = view.getUint32(at, littleEndian);
    const fraction = view.getUint32(at + 4, littleEndian);
    let caplen = view.getUint32(at + 8, littleEndian);
    let len = view.getUint32(at + 12, littleEndian);
    if (this.lengths !== Lengths.Straight && (this.lengths === Lengths.Swapped || caplen > len)) {
      const other = caplen;
      caplen = len;
      len = other;
    }
    if (caplen > this.limit) {
      const bound =
        caplen > this.snaplen ? `snaplen of ${this.snaplen}` : `maximum of ${maxSnaplen(this.linkType)}`;
      throw new Failure(
        "savefile-malformed",
        `pcap_loop: invalid packet capture length ${caplen}, bigger than ${bound}`,
      );
    }
    const size = headerSize + caplen;
    if (input.end - at < size) {
      const got = input.fill(size) - headerSize;
      if (got < caplen) {
        // Bytes past the snapshot length are read on their own, to be thrown away.
        throw this.truncated(got < this.snaplen ? Math.min(caplen, this.snaplen) : caplen, "captured", got);
      }
      at = input.start;
    }
    input.start = at + size;
    packet.bytes = input.bytes;
    packet.start = at + headerSize;
    packet.caplen = caplen > this.snaplen ? this.snaplen : caplen;
    packet.len = len;
    packet.sec = sec;
    packet.nsec = fraction * this.unit;
    return true;
  }

  /** A pcap file has none. */
  secretsTo(): void {}

  more(): Promise<void> {
    return this.input.more();
  }

  close(): void {
    this.input.close();
  }

  private u32(at: number): number {
    return this.input.view.getUint32(at, this.littleEndian);
  }

  private truncated(tried: number, what: string, got: number): Failure {
    return new Failure(
      "savefile-truncated",
      `pcap_loop: truncated dump file; tried to read ${tried} ${what} bytes, only got ${got}`,
    );
  }
}
