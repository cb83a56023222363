// What a dissector works on: the captured bytes behind checked reads, the text so far, and the options.
// One object serves all packets. Reads past the captured end throw TRUNCATED, which the walk in walk.ts
// catches once and turns into tcpdump's "[|proto]" ending.
//
// A dissector that prints several values with one call of tcpdump's printf reads (or need()s) them all before it
// writes the first: where the packet ends between them, tcpdump prints none.
import { Ipv6Cache, writeIpv4, writeOctets } from "../bytes/address.ts";
import type { Names } from "../bytes/names.ts";
import type { TextWriter } from "../bytes/text.ts";
import type { TextSettings } from "../model/settings.ts";
import { ConnectionIds } from "./connection-ids.ts";
import { CookieTable } from "./cookies.ts";
import { writeHex, writeHexAscii } from "./dump.ts";
import { Keys } from "./keys.ts";
import { OUI_NAMES } from "./oui.ts";
import type { LinkPrinter, Protocols } from "./protocols.ts";
import { SequenceTable } from "./sequence.ts";

/** The one thing thrown by a checked read. Preallocated: throwing it costs 0.2 µs, a fresh Error 3 µs. */
export const TRUNCATED: Error = new Error("truncated packet");

/**
 * Thrown by check(). What is cut off ends its own dissector only, as where tcpdump's original has a "trunc:" label: what
 * carries it goes on, and a dump leaves the link-layer header out. Whoever calls check() catches it with cutOff().
 */
export const CUT: Error = new Error("cut off");

/** How deep protocols may carry each other before the rest counts as truncated: the stack is finite. */
const MAX_DEPTH = 400;

/**
 * Offsets (`at`) are absolute indexes into `bytes`, as tcpdump's pointers are; `end` plays the part of
 * ndo_snapend: one past the last byte that was captured and belongs to the layer at work.
 * All multi-byte reads are big-endian unless the name says otherwise.
 */
export class Dissection {
  private data: Uint8Array = new Uint8Array(0);
  /** The bytes of `bytes`: for multi-byte reads of what need() or has() said is there. */
  view: DataView = new DataView(this.data.buffer);
  /** First byte of the packet. */
  start = 0;
  /** One past the last captured byte. A layer may lower it for what it carries, and then restores it. */
  end = 0;
  /** Name of the protocol at work, for "[|name]"; set by each dissector at its start (nd_set_protocol). */
  protocol = "";
  /** Length of the link-layer header, which -x, -X and -A leave out (ndo_ll_hdr_len). */
  linkHeaderLength = 0;
  readonly out: TextWriter;
  readonly opt: TextSettings;
  /** False with -q, -x and -X: then what nothing knows is not dumped (ndo_suppress_default_print). */
  readonly dumpsUnknown: boolean;
  /** The tables by which a layer finds what it carries. */
  readonly protocols: Protocols;
  /** Names for numbers; null with -n. */
  readonly names: Names | null;
  /** Name of a network device by its index on this host; null if there is none. Asked with -n, too. */
  readonly deviceName: (index: number) => string | null;
  /** IPv6 addresses as text. */
  readonly addresses: Ipv6Cache = new Ipv6Cache();
  /** Initial sequence numbers of the TCP conversations seen: over IPv4, three words to a key, and over IPv6, nine. */
  readonly sequences4: SequenceTable = new SequenceTable(3);
  readonly sequences6: SequenceTable = new SequenceTable(9);
  /** The keys of -E; null without. */
  readonly keys: Keys | null;
  /** The connection ids of QUIC seen. */
  readonly connectionIds: ConnectionIds = new ConnectionIds();
  /** Who began the key exchanges seen. */
  readonly cookies: CookieTable = new CookieTable();
  /** Size of the addresses that the link at work gives to its stations. */
  stationSize = 6;
  /** Where a token ring source lies whose first bit only says that the frame is routed; -1 if none does. */
  routedSource = -1;
  private depth = 0;
  private readonly memories = new Map<() => unknown, unknown>();
  private lastLink: LinkPrinter | undefined;
  private lastLinkType = -1;

  /** @param warn takes what is wrong with an option that only packets bring to light, one line */
  constructor(
    out: TextWriter,
    opt: TextSettings,
    protocols: Protocols,
    names: Names | null,
    warn: (line: string) => void = () => {},
  ) {
    this.keys = opt.espSecret === null ? null : new Keys(opt.espSecret, warn);
    this.out = out;
    this.opt = opt;
    this.dumpsUnknown = !opt.quiet && opt.hex === 0 && opt.hexAscii === 0;
    this.protocols = protocols;
    this.names = opt.numeric > 0 ? null : names;
    this.deviceName = (index) => (names === null ? null : names.device(index));
  }

  get bytes(): Uint8Array {
    return this.data;
  }
  set bytes(bytes: Uint8Array) {
    this.data = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Takes up a packet: its captured bytes are bytes[start, end). */
  open(bytes: Uint8Array, start: number, end: number): void {
    if (bytes !== this.data) this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.protocol = "";
    this.linkHeaderLength = 0;
    this.stationSize = 6;
    this.routedSource = -1;
    this.depth = 0;
  }

  /** What a protocol remembers from packet to packet: made by `make`, which also names it, when first asked for. */
  memory<T>(make: () => T): T {
    let memory = this.memories.get(make) as T | undefined;
    if (memory === undefined) {
      memory = make();
      this.memories.set(make, memory);
    }
    return memory;
  }

  /** The dissector of a link type: nearly always that of the packet before. */
  link(type: number): LinkPrinter | undefined {
    if (type !== this.lastLinkType) {
      this.lastLinkType = type;
      this.lastLink = this.protocols.link(type);
    }
    return this.lastLink;
  }

  /** Call before a packet inside a packet is dissected, leave() after it. Throws TRUNCATED when too deep. */
  enter(): void {
    if (++this.depth > MAX_DEPTH) throw TRUNCATED;
  }
  leave(): void {
    this.depth--;
  }

  /**
   * Lowers `end` to at + length if that is lower (nd_push_snaplen) and returns what it was; the caller puts
   * it back (`d.end = saved`) when done. After a throw nobody needs to: the next packet sets it anew.
   */
  limit(at: number, length: number): number {
    const saved = this.end;
    if (at + length < saved) this.end = at + length;
    return saved;
  }

  /**
   * Calls `print` with other bytes in the place of the packet's: what they encrypt, offsets beginning at 0. Where it
   * throws TRUNCATED the packet's text ends, and nobody needs the packet's own bytes any more.
   */
  within(bytes: Uint8Array, end: number, print: () => void): void {
    const saved = { bytes: this.bytes, start: this.start, end: this.end };
    this.bytes = bytes;
    this.start = 0;
    this.end = end;
    print();
    this.bytes = saved.bytes;
    this.start = saved.start;
    this.end = saved.end;
  }

  /** Throws TRUNCATED unless `n` bytes from `at` on were captured (ND_TCHECK_LEN). */
  need(at: number, n: number): void {
    if (at < this.start || n > this.end - at || n < 0) throw TRUNCATED;
  }
  /** As need(), but throws CUT. */
  check(at: number, n: number): void {
    if (!this.has(at, n)) throw CUT;
  }
  /** Says that a message was cut off, if CUT was thrown; throws anything else again. */
  cutOff(thrown: unknown): void {
    if (thrown !== CUT) throw thrown;
    this.truncated();
  }
  /** True if `n` bytes from `at` on were captured (ND_TTEST_LEN). */
  has(at: number, n: number): boolean {
    return at >= this.start && n >= 0 && n <= this.end - at;
  }
  /** Number of captured bytes from `at` on (ND_BYTES_AVAILABLE_AFTER); 0 if `at` is past the end. */
  available(at: number): number {
    return at < this.end ? this.end - at : 0;
  }
  u8(at: number): number {
    if (at < this.start || at >= this.end) throw TRUNCATED;
    return this.bytes[at]!;
  }
  u16(at: number): number {
    if (at < this.start || at + 2 > this.end) throw TRUNCATED;
    return (this.bytes[at]! << 8) | this.bytes[at + 1]!;
  }
  u24(at: number): number {
    if (at < this.start || at + 3 > this.end) throw TRUNCATED;
    return (this.bytes[at]! << 16) | (this.bytes[at + 1]! << 8) | this.bytes[at + 2]!;
  }
  /** Unsigned, 0…2^32-1. */
  u32(at: number): number {
    if (at < this.start || at + 4 > this.end) throw TRUNCATED;
    return (
      ((this.bytes[at]! << 24) |
        (this.bytes[at + 1]! << 16) |
        (this.bytes[at + 2]! << 8) |
        this.bytes[at + 3]!) >>>
      0
    );
  }
  /** Signed, -2^31…2^31-1. */
  i32(at: number): number {
    return this.u32(at) | 0;
  }
  /** Unsigned 64 bits. For rare fields only: a BigInt costs thirteen times what two u32 do. */
  u64(at: number): bigint {
    this.need(at, 8);
    return (BigInt(this.u32(at)) << 32n) | BigInt(this.u32(at + 4));
  }
  le16(at: number): number {
    if (at < this.start || at + 2 > this.end) throw TRUNCATED;
    return this.bytes[at]! | (this.bytes[at + 1]! << 8);
  }
  le32(at: number): number {
    if (at < this.start || at + 4 > this.end) throw TRUNCATED;
    return (
      (this.bytes[at]! |
        (this.bytes[at + 1]! << 8) |
        (this.bytes[at + 2]! << 16) |
        (this.bytes[at + 3]! << 24)) >>>
      0
    );
  }

  /** Prints the IPv4 address at `at`, by name without -n (GET_IPADDR_STRING). */
  ip4(at: number): void {
    if (at < this.start || at + 4 > this.end) throw TRUNCATED;
    const name = this.names === null ? null : this.names.host(this.bytes, at, 4);
    if (name === null) writeIpv4(this.out, this.bytes, at);
    else this.out.str(name);
  }
  /** Prints the IPv6 address at `at`, by name without -n (GET_IP6ADDR_STRING). */
  ip6(at: number): void {
    if (at < this.start || at + 16 > this.end) throw TRUNCATED;
    const name = this.names === null ? null : this.names.host(this.bytes, at, 16);
    if (name !== null) {
      this.out.str(name);
      return;
    }
    const { out } = this;
    out.reserve(48);
    out.pos = this.addresses.put(out.view, out.pos, this.bytes, this.view, at);
  }
  /** Prints the MAC address at `at`; without -n its name, or its vendor after it (GET_MAC_STRING). */
  mac(at: number): void {
    this.need(at, 6);
    const name = this.names === null ? null : this.names.station(this.bytes, at);
    if (name !== null) {
      this.out.str(name);
      return;
    }
    writeOctets(this.out, this.bytes, at, 6);
    if (this.names !== null) this.out.str(` (oui ${OUI_NAMES.get(this.u24(at)) ?? "Unknown"})`);
  }
  /** Prints the address of a station at `at`, `src` or `dst` of an EthertypePrinter, as the link at work has them. */
  station(at: number): void {
    if (this.stationSize !== 6) this.linkAddress(at, this.stationSize);
    else if (at !== this.routedSource) this.mac(at);
    else {
      this.need(at, 6);
      this.out.hexPad(this.u8(at) & 0x7f, 2);
      this.out.ch(58);
      writeOctets(this.out, this.bytes, at + 1, 5);
    }
  }
  /** Prints the link-layer address of `size` bytes at `at`: a MAC address if it has its size. */
  linkAddress(at: number, size: number): void {
    this.need(at, size);
    if (size === 6) this.mac(at);
    else if (size === 0) this.out.str("<empty>");
    else writeOctets(this.out, this.bytes, at, size);
  }
  /** Prints `size` bytes at `at` as octets with colons between. */
  octets(at: number, size: number): void {
    this.need(at, size);
    writeOctets(this.out, this.bytes, at, size);
  }
  /** Prints a TCP port, by name without -n. */
  tcpPort(port: number): void {
    const name = this.names === null ? null : this.names.tcpPort(port);
    if (name === null) this.out.dec(port);
    else this.out.str(name);
  }
  /** Prints a UDP port, by name without -n. */
  udpPort(port: number): void {
    const name = this.names === null ? null : this.names.udpPort(port);
    if (name === null) this.out.dec(port);
    else this.out.str(name);
  }

  /** Prints " [|proto]" (nd_print_trunc). A dissector whose tcpdump original has a "trunc:" label uses it. */
  truncated(): void {
    this.out.str(" [|");
    this.out.str(this.protocol);
    this.out.ch(93);
  }
  /** Prints " (invalid)" (nd_print_invalid). */
  invalid(): void {
    this.out.str(" (invalid)");
  }
  /**
   * Dumps length bytes at `at` in hexadecimal and ASCII, as tcpdump does with data it knows nothing of
   * (ND_DEFAULTPRINT without a look at ndo_suppress_default_print). Lines begin with `indent`. Throws TRUNCATED after
   * the dump if fewer bytes were captured.
   */
  dump(at: number, length: number, indent?: string): void {
    const shown = Math.min(length >>> 0, this.available(at));
    writeHexAscii(this.out, this.bytes, at, shown, indent);
    if (shown < length >>> 0) throw TRUNCATED;
  }
  /** As dump(), in hexadecimal only, the first offset being `base`. */
  hexDump(at: number, length: number, indent: string, base = 0): void {
    const shown = Math.min(length >>> 0, this.available(at));
    writeHex(this.out, this.bytes, at, shown, indent, base);
    if (shown < length >>> 0) throw TRUNCATED;
  }
  /** As dump(), but nothing with -q, -x and -X (ND_DEFAULTPRINT unless ndo_suppress_default_print). */
  dumpUnknown(at: number, length: number): void {
    if (this.dumpsUnknown) this.dump(at, length);
  }
}
