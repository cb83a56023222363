// What the packets go to, as the options say: text, a savefile or a row of them, both, or a count.
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import type { Addon } from "../addon/addon.ts";
import { escaped } from "../bytes/escape.ts";
import { Failure } from "../model/failure.ts";
import type { Device } from "../model/packet.ts";
import type { Settings } from "../model/settings.ts";
import type { BulkSink, FileMaker, FileOutput, Sink } from "../model/sink.ts";
import { escapeValue } from "../savefile/comment.ts";
import { DelayedFiles } from "../savefile/delayed.ts";
import { LinkType } from "../savefile/linktype.ts";
import { needsPacketIds, PacketIds } from "../savefile/packet-ids.ts";
import { commonLinkType, PcapWriter, wholePcap } from "../savefile/pcap-writer.ts";
import {
  type DeviceStatistics,
  PcapngSeries,
  PcapngWriter,
  type ResolvedName,
  secretsBlock,
  wholePcapng,
} from "../savefile/pcapng-writer.ts";
import { RotatingWriter, type SavefileWriter } from "../savefile/rotation.ts";
import { CountSink } from "../sink/count.ts";
import { inMemory, PlainFiles, STANDARD_OUTPUT } from "../sink/file.ts";
import { DescriptorOutput, isTerminal } from "../sink/output.ts";
import { FileQueue } from "../sink/queue.ts";
import type * as TextRoom from "../sink/text.ts";
import { busyNames, waitingNames } from "./names.ts";
import { PostRotate } from "./postrotate.ts";
import { Tee } from "./tee.ts";

const STDOUT = 1;
/** -G's time is up for packets that were captured before it only so much (ms) later: they lie in the ring. */
const GRACE = 150;
/** A clock may be set: it is looked at at least so often (ms). */
const LONGEST_TICK = 10_000;

/** The names that a file of packets that are printed, too, is given: those that were looked up last. */
const MOST_NAMES = 4096;

/** What a savefile is told of the capture. */
export interface SavefileSource {
  readonly version: string;
  /** The devices known now: a pcap file has the common link type of those at the start. */
  readonly devices: () => readonly Device[];
  /** Devices of other kinds may come: a pcap file then is Linux cooked v2, as tcpdump's "any". */
  readonly more: boolean;
  /** Asked when a file is closed. */
  readonly statistics?: (device: Device) => DeviceStatistics | null;
  /** For -G's names and -z. */
  readonly addon: () => Addon;
  readonly warn: (line: string) => void;
  /** Live: files are written beside the capture, which is told by this. */
  readonly flow?: Flow;
}

/** How a source of packets is held back. */
export interface Flow {
  /** No more packets, please … */
  pause(): void;
  /** … until now. */
  resume(): void;
  /** Nothing more can be written, or is wanted. */
  fail(failure: unknown): void;
}

export interface Sinks {
  readonly sink: Sink;
  /** The file that secrets can be written into; null: there is none. */
  readonly savefile: Pick<SavefileWriter, "secrets"> | null;
  /** Before the sink's close(): settles when no text waits for names any more, a second later at most. */
  settled(): Promise<void>;
  /** After the sink's close(): settles when its files are complete. Throws what could not be written. */
  finished(): Promise<void>;
}

/**
 * Makes the sinks that the settings ask for, once there is something to make them for. What prints text, all the
 * protocols, is loaded here and only if it is needed: to be called before the program gives up its rights.
 */
export async function sinkMaker(settings: Settings): Promise<(source: SavefileSource) => Sinks> {
  const room = printsText(settings) ? await import("../sink/text.ts") : null;
  return (source) => makeSink(settings, source, room);
}

function printsText(settings: Settings): boolean {
  return !settings.countOnly && (settings.writeFile === null || settings.print);
}

/** Throws Failure "write-open" where the file cannot be made. */
function makeSink(settings: Settings, source: SavefileSource, room: typeof TextRoom | null): Sinks {
  let text: Text | null = null;
  const found = () => [...(text?.found() ?? [])].slice(-MOST_NAMES);
  const savefile =
    settings.writeFile === null ? null : savefileSink(settings, settings.writeFile, source, found);
  const sinks: Sink[] = savefile === null ? [] : [savefile.sink];
  if (settings.countOnly) sinks.push(new CountSink(new DescriptorOutput(STDOUT, "standard output")));
  else if (room !== null) {
    text = textSink(settings, source, room);
    sinks.push(text.sink);
  }
  return {
    sink: sinks.length === 1 ? sinks[0]! : new Tee(sinks),
    savefile,
    settled: async () => await text?.settled(),
    finished: async () => {
      text?.close();
      await savefile?.finished();
    },
  };
}

/** Text, and the names that it waits for. */
interface Text {
  readonly sink: Sink;
  /** The names that were found so far. */
  found(): Iterable<ResolvedName>;
  settled(): Promise<void>;
  close(): void;
}

function textSink(
  settings: Settings,
  { addon, flow, warn }: SavefileSource,
  { TextSink }: typeof TextRoom,
): Text {
  const output = new DescriptorOutput(STDOUT, "standard output");
  const { text, lineBuffered } = settings;
  const prompt = lineBuffered || isTerminal(STDOUT);
  const warning = (line: string) => warn(`WARNING: ${escaped(line)}`);
  // a file can wait for the names in it, a capture cannot
  const busy = flow ? busyNames(addon(), text) : null;
  if (!flow || busy === null) {
    const { names, hosts } = waitingNames(addon, text);
    const sink = new TextSink(output, text, prompt, names, warning);
    return { sink, found: () => hosts?.found() ?? [], settled: async () => {}, close: () => {} };
  }
  const sink = new TextSink(output, text, prompt, busy.names, warning, busy.hosts);
  let settled: (() => void) | null = null;
  busy.hosts.onFilled = () => {
    try {
      sink.proceed();
    } catch (error) {
      flow.fail(error);
    }
    if (!sink.waits) settled?.();
  };
  return {
    sink,
    found: () => busy.hosts.found(),
    settled: () =>
      new Promise((resolve) => {
        settled = resolve;
        if (!sink.waits) resolve();
      }),
    close: () => busy.close(),
  };
}

function savefileSink(
  settings: Settings,
  name: string,
  source: SavefileSource,
  found: () => Iterable<ResolvedName>,
): { sink: SavefileWriter; secrets: SavefileWriter["secrets"]; finished: Sinks["finished"] } {
  if (name === STANDARD_OUTPUT && isTerminal(STDOUT))
    throw new Failure("write-terminal", "-w -: standard output is a terminal; send it to a file or a pipe");
  const { rotation } = settings;
  const rotates = rotation.bytes + rotation.seconds > 0;
  const { command } = rotation;
  const post = rotates && command !== null ? new PostRotate(source.addon(), command, source.warn) : null;
  const { flow } = source;
  let failure: Failure | null = null;
  // Another thread takes what is written out of this one's caches, some 15 % of a write: only where it may wait.
  const queue =
    flow && !inMemory(name)
      ? new FileQueue({
          full: () => flow.pause(),
          free: () => flow.resume(),
          failed: (failed) => {
            failure = failed;
            flow.fail(failed);
          },
        })
      : null;
  const files = queue ?? new PlainFiles();
  const delayed = settings.secrets?.embed
    ? new DelayedFiles(flow ? { failed: (failed) => flow.fail(failed) } : {})
    : null;
  const maker: FileMaker = delayed
    ? { open: (file, whole) => delayed.open(file, () => files.open(file, whole)) }
    : files;
  const begin = writerMaker(settings, source, found, maker);
  let sink: SavefileWriter;
  let timer: NodeJS.Timeout | null = null;
  if (rotates) {
    const rotating = new RotatingWriter({
      name,
      rotation,
      start: Math.floor(performance.timeOrigin / 1000),
      formatTime: (format, seconds) => source.addon().formatTime(format, seconds),
      begin,
      complete: (file) => post?.run(file),
      live: flow !== undefined,
    });
    if (flow && rotation.seconds > 0) {
      const tick = (): void => {
        try {
          timer = setTimeout(tick, Math.min(Math.max(rotating.tick(), 0), LONGEST_TICK) + GRACE);
        } catch (error) {
          flow.fail(error);
        }
      };
      tick();
    }
    sink = rotating;
  } else {
    const { writer, file } = begin(name);
    sink = new Closing(writer, file);
  }
  return {
    sink,
    secrets: (type, bytes) => {
      sink.secrets(type, bytes);
      delayed?.ahead(secretsBlock(type, bytes));
    },
    finished: async () => {
      if (timer) clearTimeout(timer);
      delayed?.end();
      await queue?.drained();
      await post?.started();
      if (failure !== null) throw failure;
    },
  };
}

/** How each file of a capture is begun. */
function writerMaker(
  settings: Settings,
  source: SavefileSource,
  found: () => Iterable<ResolvedName>,
  files: FileMaker,
): (name: string) => { writer: SavefileWriter; file: FileOutput } {
  const { packetBuffered, text, snaplen, expression, rotation } = settings;
  // when the next file begins is to be seen before each packet
  const bulk =
    source.flow && rotation.bytes + rotation.seconds === 0 ? { ringBulk: source.addon().ringBulk } : {};
  if (settings.writeFormat === "pcap") {
    const linkType = source.more ? cookedType(settings) : commonLinkType(source.devices());
    return (name) => {
      const file = files.open(name, wholePcap);
      const { precision } = text;
      const writer = new PcapWriter(file, { linkType, snaplen, precision, packetBuffered, ...bulk });
      writer.flush();
      return { writer, file };
    };
  }
  const series = new PcapngSeries();
  // a file's packets were somebody else's to compare
  const several = source.more || settings.netns.length > 0;
  const packetIds =
    source.flow && needsPacketIds(source.devices(), several) ? { packetIds: new PacketIds() } : {};
  const users = userNames();
  const { version, statistics } = source;
  return (name) => {
    const file = files.open(name, wholePcapng);
    const writer = new PcapngWriter(file, {
      version,
      comment: sectionComment(version),
      filter: expression,
      context: text.context,
      packetBuffered,
      userName: users,
      names: found,
      series,
      ...packetIds,
      ...bulk,
      ...(statistics ? { statistics } : {}),
    });
    for (const device of source.devices()) writer.device(device);
    // A file that gets no packet for long, or is left by a capture that is killed, is a file all the same.
    writer.flush();
    return { writer, file };
  };
}

/** What a pcap file of all kinds of devices has: -y's choice of "any"'s two, else tcpdump's. */
function cookedType({ linkType }: Settings): number {
  return linkType?.toUpperCase() === "LINUX_SLL" ? LinkType.LinuxSll : LinkType.LinuxSll2;
}

/** How a file came to be: the section's comment. */
function sectionComment(version: string): string {
  const words = ["ptcpdump", ...process.argv.slice(2)].map(shellWord).join(" ");
  return `Command: ${escapeValue(words)}\nHost: ${escapeValue(hostname())}\nVersion: ptcpdump ${version}`;
}

/** A word of a command line as a shell takes it. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Closes the file after its writer. */
class Closing implements SavefileWriter {
  readonly packet: Sink["packet"];
  readonly bulk: BulkSink | null;
  readonly #writer: SavefileWriter;
  readonly #file: FileOutput;

  constructor(writer: SavefileWriter, file: FileOutput) {
    this.#writer = writer;
    this.#file = file;
    // no call between the source and the writer
    this.packet = writer.packet.bind(writer);
    this.bulk = writer.bulk ?? null;
  }

  get size(): number {
    return this.#writer.size;
  }

  device(device: Device): void {
    this.#writer.device(device);
  }

  secrets(type: number, bytes: Uint8Array): void {
    this.#writer.secrets(type, bytes);
  }

  drops(device: Device, count: number): void {
    this.#writer.drops?.(device, count);
  }

  flush(): void {
    this.#writer.flush();
  }

  close(): void {
    try {
      this.#writer.close();
    } finally {
      this.#file.close();
    }
  }
}

/** Names of users from passwd(5), read at the first question; null where there is none. */
function userNames(): (uid: number) => string | null {
  let names: Map<number, string> | null = null;
  return (uid) => {
    if (names === null) {
      names = new Map();
      let text = "";
      try {
        text = readFileSync("/etc/passwd", "utf8");
      } catch {
        // an empty root file system has none
      }
      for (const line of text.split("\n")) {
        const [name, , number] = line.split(":");
        if (name && number && !names.has(Number(number))) names.set(Number(number), name);
      }
    }
    return names.get(uid) ?? null;
  };
}
