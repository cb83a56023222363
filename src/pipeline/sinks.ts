// What the packets go to, as the options say: text, a savefile, both, or a count.
import { closeSync, openSync, readFileSync } from "node:fs";
import { isatty } from "node:tty";
import { Failure } from "../model/failure.ts";
import type { Device } from "../model/packet.ts";
import type { Settings } from "../model/settings.ts";
import type { Sink } from "../model/sink.ts";
import { systemMessage } from "../savefile/input.ts";
import { LinkType } from "../savefile/linktype.ts";
import { commonLinkType, PcapWriter } from "../savefile/pcap-writer.ts";
import { type DeviceStatistics, PcapngWriter } from "../savefile/pcapng-writer.ts";
import { CountSink } from "../sink/count.ts";
import { DescriptorOutput } from "../sink/output.ts";
import { TextSink } from "../sink/text.ts";
import { Tee } from "./tee.ts";

const STDOUT = 1;

/** What a savefile is told of the capture. */
export interface SavefileSource {
  readonly version: string;
  /** The devices known from the start: a pcap file has their common link type. */
  readonly devices: readonly Device[];
  /** Devices of other kinds may come: a pcap file then is Linux cooked v2, as tcpdump's "any". */
  readonly more: boolean;
  /** Asked when the file is closed. */
  readonly statistics?: (device: Device) => DeviceStatistics | null;
}

/** Makes the sink. Throws Failure "write-open" where the file cannot be made. */
export function makeSink(settings: Settings, source: SavefileSource): Sink {
  const sinks: Sink[] = [];
  if (settings.writeFile !== null) sinks.push(savefileSink(settings, settings.writeFile, source));
  if (settings.countOnly) sinks.push(new CountSink(new DescriptorOutput(STDOUT, "standard output")));
  else if (settings.writeFile === null || settings.print) {
    const output = new DescriptorOutput(STDOUT, "standard output");
    sinks.push(new TextSink(output, settings.text, settings.lineBuffered || isatty(STDOUT)));
  }
  return sinks.length === 1 ? sinks[0]! : new Tee(sinks);
}

function savefileSink(settings: Settings, name: string, source: SavefileSource): Sink {
  let fd = STDOUT;
  if (name !== "-") {
    try {
      fd = openSync(name, "w", 0o644);
    } catch (error) {
      throw new Failure("write-open", `${name}: ${systemMessage(error)}`);
    }
  } else if (isatty(STDOUT)) {
    throw new Failure("write-terminal", "-w -: standard output is a terminal; send it to a file or a pipe");
  }
  const output = new DescriptorOutput(fd, name === "-" ? "standard output" : name);
  const { packetBuffered, text } = settings;
  const writer =
    settings.writeFormat === "pcap"
      ? new PcapWriter(output, {
          linkType: source.more ? LinkType.LinuxSll2 : commonLinkType(source.devices),
          snaplen: settings.snaplen,
          precision: text.precision,
          packetBuffered,
        })
      : new PcapngWriter(output, {
          version: source.version,
          filter: settings.expression,
          context: text.context,
          packetBuffered,
          userName: userNames(),
          ...(source.statistics ? { statistics: source.statistics } : {}),
        });
  if (writer instanceof PcapngWriter) for (const device of source.devices) writer.device(device);
  return fd === STDOUT ? writer : new Closing(writer, fd);
}

/** Closes the file after its sink. */
class Closing implements Sink {
  readonly packet: Sink["packet"];
  readonly #sink: Sink;
  readonly #fd: number;

  constructor(sink: Sink, fd: number) {
    this.#sink = sink;
    this.#fd = fd;
    // no call between the source and the writer
    this.packet = sink.packet.bind(sink);
  }

  flush(): void {
    this.#sink.flush();
  }

  close(): void {
    try {
      this.#sink.close();
    } finally {
      closeSync(this.#fd);
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
