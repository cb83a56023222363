// Packets as text: tcpdump's lines, with the device, the direction and the owner where they are known.
import { escaped } from "../bytes/escape.ts";
import type { BusyHosts } from "../bytes/hostnames.ts";
import { type Names, systemNames } from "../bytes/names.ts";
import { latin1, TextWriter, utf8 } from "../bytes/text.ts";
import type { Context } from "../model/context.ts";
import { type Device, Direction, type Packet } from "../model/packet.ts";
import type { TextSettings } from "../model/settings.ts";
import type { Output, Sink } from "../model/sink.ts";
import { Dissection } from "../protocol/dissection.ts";
import { writeAscii, writeHex, writeHexAscii } from "../protocol/dump.ts";
import type { Protocols } from "../protocol/protocols.ts";
import { allProtocols } from "../protocol/registry.ts";
import { walk } from "../protocol/walk.ts";
import { type ContextText, contextText } from "./context.ts";
import { HeldText } from "./held.ts";
import { Timestamps } from "./timestamp.ts";

/** Text gathered before it goes out, bytes. */
const BATCH = 1 << 16;
/** The longest packet that tcpdump believes in, bytes. */
const MAX_LENGTH = 262144;

const EMPTY = new Uint8Array(0);
const IN = latin1("In ");
const OUT = latin1("Out ");

const NEWLINE = 10;

/** True if packets of the link type (LINKTYPE_) are printed, not only dumped. */
export function canPrint(linkType: number): boolean {
  return allProtocols().link(linkType) !== undefined;
}

/** Prints packets. */
export class TextSink implements Sink {
  private readonly output: Output;
  private readonly opt: TextSettings;
  /** True if each packet goes out at once: -l, or a terminal. */
  private readonly prompt: boolean;
  private readonly out = new TextWriter(BATCH * 2);
  private readonly dissection: Dissection;
  private readonly timestamps: Timestamps;
  private count = 0;
  private readonly contexts = new WeakMap<Context, ContextText>();
  private lastContext: Context | null = null;
  private lastContextText: ContextText | null = null;
  private readonly devices = new WeakMap<Device, Uint8Array>();
  private lastDevice: Device | null = null;
  private lastDeviceText: Uint8Array = EMPTY;
  /** Names that come later, and the text that waits for them; null where names are there at once. */
  private readonly later: BusyHosts | null;
  private readonly held = new HeldText();

  /**
   * @param prompt hand each packet over at once (-l, or a terminal) instead of in batches of 64 KiB
   * @param warn as Dissection's
   * @param later whose names `names` has, if they come later: proceed() is to be called when it has some
   * @param protocols what is dissected; tests note who was asked
   */
  constructor(
    output: Output,
    opt: TextSettings,
    prompt: boolean,
    names: Names = systemNames(),
    warn: (line: string) => void = () => {},
    later: BusyHosts | null = null,
    protocols: Protocols = allProtocols(),
  ) {
    this.output = output;
    this.opt = opt;
    this.prompt = prompt;
    this.dissection = new Dissection(this.out, opt, protocols, names, warn);
    this.timestamps = new Timestamps(opt);
    this.later = later;
  }

  packet(packet: Packet): void {
    const { out, opt, later } = this;
    const from = out.pos;
    this.count++;
    if (opt.sampling > 0 && this.count % opt.sampling !== 0) return;
    if (opt.number) {
      for (let width = 10000; width > this.count; width /= 10) out.ch(32);
      out.dec(this.count);
      out.str("  ");
    }
    if (opt.lengths) out.str(`caplen ${packet.caplen} len ${packet.len} `);
    if (packet.caplen > 0 && packet.len >= packet.caplen && packet.len <= MAX_LENGTH) this.print(packet);
    else this.printInvalid(packet);
    out.ch(NEWLINE);
    if (later !== null) this.hold(later, from);
    if (this.prompt || out.pos >= BATCH) this.flush();
  }

  /** Keeps the text from `from` on back if a name is missing in it, or in what is before it. */
  private hold(later: BusyHosts, from: number): void {
    const { out, held } = this;
    const holes = later.take();
    if (holes === null && held.isEmpty) return;
    held.add(out.buf, from, out.pos, holes);
    out.pos = from;
    if (held.isFull) later.giveUp();
    held.release(out);
  }

  /** Prints what waits for names, as far as they are there. */
  proceed(): void {
    this.held.release(this.out);
    this.flush();
  }

  /** True while text waits for names. */
  get waits(): boolean {
    return !this.held.isEmpty;
  }

  skipped(): void {
    this.count++;
  }

  /** A packet whose lengths cannot be: only that is said. */
  private printInvalid({ caplen, len }: Packet): void {
    const faults: string[] = [];
    if (caplen === 0) faults.push(" caplen==0");
    if (len === 0) faults.push(" len==0");
    else if (len < caplen) faults.push(` len(${len}) < caplen(${caplen})`);
    if (caplen > MAX_LENGTH) faults.push(` caplen(${caplen}) > ${MAX_LENGTH}`);
    if (len > MAX_LENGTH) faults.push(` len(${len}) > ${MAX_LENGTH}`);
    this.out.str(`[Invalid header:${faults.join(",")}]`);
  }

  private print(packet: Packet): void {
    const { out, opt, dissection } = this;
    const { device, context } = packet;
    this.timestamps.write(out, packet.sec, packet.nsec);
    if (device.named) out.bytes(this.deviceText(device));
    const owner = context === null ? null : this.contextText(context);
    if (owner !== null) out.bytes(owner.prefix);
    if (device.named) {
      if (packet.direction === Direction.In) out.bytes(IN);
      else if (packet.direction === Direction.Out) out.bytes(OUT);
    }
    const from = out.pos;
    walk(dissection, device.linkType, packet.bytes, packet.start, packet.caplen, packet.len);
    if (owner !== null) {
      if (owner.tail.length > 0) this.endFirstLine(from, owner.tail);
      out.bytes(owner.lines);
    }
    if (opt.oneline) this.joinLines(from);
    if (opt.hexAscii > 0 || opt.hex > 0 || opt.ascii > 0) this.dump(packet);
  }

  private deviceText(device: Device): Uint8Array {
    if (device === this.lastDevice) return this.lastDeviceText;
    let text = this.devices.get(device);
    if (text === undefined) {
      const name = escaped(device.name);
      text = utf8(name === "" ? "" : device.foreign ? `${name}@${device.netnsInode} ` : `${name} `);
      this.devices.set(device, text);
    }
    this.lastDevice = device;
    this.lastDeviceText = text;
    return text;
  }

  private contextText(context: Context): ContextText {
    if (context === this.lastContext && this.lastContextText !== null) return this.lastContextText;
    let text = this.contexts.get(context);
    if (text === undefined) {
      text = contextText(context, this.opt.context, this.opt.verbose > 0);
      this.contexts.set(context, text);
    }
    this.lastContext = context;
    this.lastContextText = text;
    return text;
  }

  /** Puts `tail` at the end of the first line of the text from `from` on. */
  private endFirstLine(from: number, tail: Uint8Array): void {
    const { out } = this;
    let end = from;
    while (end < out.pos && out.buf[end] !== NEWLINE) end++;
    if (end === out.pos) out.bytes(tail);
    else out.insert(end, tail);
  }

  /** Makes one line of the text from `from` on: a space for every newline and the indentation after it. */
  private joinLines(from: number): void {
    const { out } = this;
    const { buf } = out;
    let to = from;
    let indented = false;
    for (let i = from; i < out.pos; i++) {
      const code = buf[i]!;
      if (code === NEWLINE) {
        // Text that ended in a space before the newline gets no second one.
        if (!indented && buf[to - 1] !== 32) buf[to++] = 32;
        indented = true;
      } else if (!indented || (code !== 32 && code !== 9)) {
        indented = false;
        buf[to++] = code;
      }
    }
    out.pos = to;
  }

  /** -x, -X, -A: the bytes, with the link-layer header if the option was given twice. */
  private dump(packet: Packet): void {
    const { out, opt } = this;
    const level = opt.hexAscii || opt.hex || opt.ascii;
    const skip = level > 1 ? 0 : this.dissection.linkHeaderLength;
    if (packet.caplen <= skip) return;
    const at = packet.start + skip;
    const size = packet.caplen - skip;
    if (opt.hexAscii > 0) writeHexAscii(out, packet.bytes, at, size);
    else if (opt.hex > 0) writeHex(out, packet.bytes, at, size);
    else writeAscii(out, packet.bytes, at, size);
  }

  flush(): void {
    const { out } = this;
    const end = out.pos;
    if (end === 0) return;
    out.pos = 0;
    this.output.write(out.buf, 0, end);
  }

  /** What still waits for names goes out with numbers: whoever has time waits before. */
  close(): void {
    if (!this.held.isEmpty) {
      this.later?.giveUp();
      this.held.release(this.out);
    }
    this.flush();
  }
}
