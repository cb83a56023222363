// A capture file, opened: pcap or pcapng, compressed or not, told apart by its first bytes.
import { Failure } from "../model/failure.ts";
import type { Device, Packet } from "../model/packet.ts";
import { Input, type Progress, WAIT } from "./input.ts";
import { describeLinkType } from "./linktype.ts";
import { isPcapMagic, PcapReader } from "./pcap-reader.ts";
import { PcapngReader, SECTION_HEADER } from "./pcapng-reader.ts";
import { otherUnpacker, packingOf } from "./unpack.ts";

/** Takes secrets as Sink does. */
export type Secrets = (type: number, bytes: Uint8Array) => void;

/** True if the packet bytes[start, start + caplen), `len` bytes long on the wire, is wanted: not 0. */
export type Matcher = (bytes: Uint8Array, start: number, caplen: number, len: number) => number;

/** How the records of a pcap file lie in a buffer. */
export interface RecordLayout {
  /** True if numbers are in the other byte order than the machine's. */
  readonly swapped: boolean;
  /** Bytes of a record's header. */
  readonly headerSize: number;
  /** Records with more bytes of a packet are not for a Scan. */
  readonly most: number;
}

/**
 * Looks through whole records, bytes[start, end), for those that are wanted: writes to `places` where they begin, and
 * behind them where it stopped, at a record that is not whole, is not for it, or has no place. Answers how many it found.
 */
export type Scan = (
  bytes: Uint8Array,
  start: number,
  end: number,
  layout: RecordLayout,
  places: Int32Array,
) => number;

export interface Savefile {
  readonly format: "pcap" | "pcapng";
  /** LINKTYPE_ of the file, or of a pcapng's first interface. */
  readonly linkType: number;
  /** Snapshot length in bytes, likewise. */
  readonly snaplen: number;
  /** The devices described so far, in a pcapng those of the section at work. */
  readonly devices: readonly Device[];
  /** The one packet that next() fills. Its bytes are borrowed from the read buffer until the next next(). */
  readonly packet: Packet;
  /**
   * Reads the next packet into `packet`; false at the end of the file. Throws Failure "savefile-truncated",
   * "savefile-malformed" or "savefile-read" in libpcap's words, after all whole packets were given. Of a compressed
   * file it throws Failure "savefile-packed", too, and WAIT where more() has to be asked for first.
   */
  next(): boolean;
  /**
   * Files that can be looked through quicker than packet by packet have this: from now on next() gives only packets that
   * are wanted. `scan` and `matches` agree; what the one cannot take is asked of the other.
   */
  only?(matches: Matcher, scan: Scan): void;
  /** From now on `told` gets the secrets that the file has for what follows, those met already first. */
  secretsTo(told: Secrets): void;
  /** Unpacks some more of a compressed file. */
  more(): Promise<void>;
  /** Closes the file if it was opened by name. */
  close(): void;
}

/** The reader of what the input begins with. */
function readerOf(input: Input): PcapReader | PcapngReader {
  const got = input.fill(4);
  if (got < 4) {
    throw new Failure(
      "savefile-truncated",
      `truncated dump file; tried to read 4 file header bytes, only got ${got}`,
    );
  }
  const magic = input.words[0]! >>> 0;
  if (magic === SECTION_HEADER) return new PcapngReader(input);
  if (isPcapMagic(magic)) return new PcapReader(input);
  const program = otherUnpacker(magic);
  const hint = program === null ? "" : `: unpack it first (${program} -dc FILE | ptcpdump -r -)`;
  throw new Failure("savefile-format", `unknown file format${hint}`);
}

/**
 * Opens a savefile that is not compressed: a descriptor, or a name, "-" for standard input. Reads as far as libpcap
 * does (a pcapng up to its first interface description). Throws Failure "savefile-open", "savefile-format" or next()'s.
 */
export function openSavefile(source: number | string): Savefile {
  const input = new Input(source);
  try {
    const savefile = readerOf(input);
    if (savefile instanceof PcapngReader) savefile.open();
    input.stage = "pcap_loop: ";
    return savefile;
  } catch (error) {
    input.close();
    throw error;
  }
}

/** As openSavefile(), and files that are compressed with gzip, zstd or LZ4. `progress` is told of every read. */
export async function unpackSavefile(
  source: number | string,
  progress: Progress | null = null,
): Promise<Savefile> {
  const input = new Input(source, progress);
  try {
    const packing = input.fill(4) < 4 ? null : packingOf(input.words[0]! >>> 0);
    if (packing !== null) input.unpack(packing);
    const savefile = await unpacked(input, () => readerOf(input));
    if (savefile instanceof PcapngReader) await unpacked(input, () => savefile.open());
    input.stage = "pcap_loop: ";
    return savefile;
  } catch (error) {
    input.close();
    throw error;
  }
}

/** Tries until the input has what it takes. */
async function unpacked<T>(input: Input, action: () => T): Promise<T> {
  for (;;) {
    try {
      return action();
    } catch (error) {
      if (error !== WAIT) throw error;
    }
    await input.more();
  }
}

/** tcpdump's first line on a savefile, without a newline. */
export function openingLine(name: string, savefile: Savefile): string {
  return `reading from file ${name}, link-type ${describeLinkType(savefile.linkType)}, snapshot length ${savefile.snaplen}`;
}
