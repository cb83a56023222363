// A capture file, opened: pcap or pcapng, told apart by its first bytes.
import { Failure } from "../model/failure.ts";
import type { Device, Packet } from "../model/packet.ts";
import { Input } from "./input.ts";
import { describeLinkType } from "./linktype.ts";
import { isPcapMagic, PcapReader } from "./pcap-reader.ts";
import { PcapngReader, SECTION_HEADER } from "./pcapng-reader.ts";

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
   * "savefile-malformed" or "savefile-read" in libpcap's words, after all whole packets were given.
   */
  next(): boolean;
  /** Closes the file if it was opened by name. */
  close(): void;
}

/**
 * Opens a savefile: a descriptor, or a name, "-" for standard input. Reads as far as libpcap does (a pcapng up
 * to its first interface description). Throws Failure "savefile-open", "savefile-format" or next()'s.
 */
export function openSavefile(source: number | string): Savefile {
  const input = new Input(source);
  try {
    const got = input.fill(4);
    if (got < 4) {
      throw new Failure(
        "savefile-truncated",
        `truncated dump file; tried to read 4 file header bytes, only got ${got}`,
      );
    }
    const magic = input.words[0]! >>> 0;
    const savefile =
      magic === SECTION_HEADER ? new PcapngReader(input) : isPcapMagic(magic) ? new PcapReader(input) : null;
    if (savefile === null) throw new Failure("savefile-format", "unknown file format");
    input.stage = "pcap_loop: ";
    return savefile;
  } catch (error) {
    input.close();
    throw error;
  }
}

/** tcpdump's first line on a savefile, without a newline. */
export function openingLine(name: string, savefile: Savefile): string {
  return `reading from file ${name}, link-type ${describeLinkType(savefile.linkType)}, snapshot length ${savefile.snaplen}`;
}
