// Offline: savefile → packet → filters → sink.
import type { Addon } from "../addon/addon.ts";
import { compileForFile } from "../filter/expression.ts";
import { compileMatcher, type Matcher } from "../filter/javascript.ts";
import type { ProcessFilter } from "../model/settings.ts";
import type { Sink } from "../model/sink.ts";
import { WAIT } from "../savefile/input.ts";
import type { Savefile } from "../savefile/savefile.ts";
import { hasChoice, isChosen } from "./choice.ts";

export interface OfflineOptions {
  /** "" matches everything. */
  readonly expression: string;
  readonly processes: ProcessFilter;
  /** False for -O. */
  readonly optimize: boolean;
  /** Stop after so many packets; 0: no limit. */
  readonly count: number;
  /** Packets that are left out before the first one is handed over. */
  readonly skip: number;
  /** Loaded only where there is an expression. */
  readonly addon: () => Addon;
}

/**
 * Hands the file's packets that match to the sink. Throws what the file or the sink throws, after the packets
 * before it were handed over. Answers how many packets of `skip` are still to be left out.
 */
export async function readPackets(savefile: Savefile, sink: Sink, options: OfflineOptions): Promise<number> {
  const { packet } = savefile;
  const choosy = hasChoice(options.processes);
  const matchers = new Map<number, Matcher>();
  const compile = (linkType: number): Matcher => {
    const known = matchers.get(linkType);
    if (known) return known;
    const { snaplen } = savefile;
    const program = compileForFile(options.addon(), options.expression, {
      linkType,
      snaplen,
      optimize: options.optimize,
    });
    const matcher = compileMatcher(program);
    matchers.set(linkType, matcher);
    return matcher;
  };
  // an expression that does not parse is an error also where the file holds no packet
  if (options.expression !== "") compile(savefile.linkType);
  savefile.secretsTo((type, bytes) => sink.secrets?.(type, bytes));
  let left = options.count;
  let { skip } = options;
  /** Packets as long as the file has them unpacked. */
  const read = (): void => {
    while (savefile.next()) {
      if (options.expression !== "") {
        const matcher = compile(packet.device.linkType);
        if (matcher(packet.bytes, packet.start, packet.caplen, packet.len) === 0) continue;
      }
      if (choosy && !isChosen(options.processes, packet.context)) continue;
      if (skip > 0) {
        skip--;
        sink.skipped?.();
        continue;
      }
      sink.packet(packet);
      if (--left === 0) break;
    }
  };
  for (;;) {
    try {
      read();
      return skip;
    } catch (error) {
      if (error !== WAIT) throw error;
    }
    await savefile.more();
  }
}
