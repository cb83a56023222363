// Offline: savefile → packet → filters → sink.
import type { Addon, ClassicProgram } from "../addon/addon.ts";
import { jumpsBack } from "../filter/classic.ts";
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

/** The expression for one link type. */
interface Filter {
  readonly program: ClassicProgram;
  readonly matches: Matcher;
}

/**
 * Hands the file's packets that match to the sink. Throws what the file or the sink throws, after the packets
 * before it were handed over. Answers how many packets of `skip` are still to be left out.
 */
export async function readPackets(savefile: Savefile, sink: Sink, options: OfflineOptions): Promise<number> {
  const { packet } = savefile;
  const choosy = hasChoice(options.processes);
  const filters = new Map<number, Filter>();
  const compile = (linkType: number): Filter => {
    const known = filters.get(linkType);
    if (known) return known;
    const { snaplen } = savefile;
    const program = compileForFile(options.addon(), options.expression, {
      linkType,
      snaplen,
      optimize: options.optimize,
    });
    const filter = { program, matches: compileMatcher(program) };
    filters.set(linkType, filter);
    return filter;
  };
  // an expression that does not parse is an error also where the file holds no packet
  const first = options.expression === "" ? null : compile(savefile.linkType);
  let filtered = first !== null;
  // libpcap before 1.11 follows a hostile chain of headers for ever
  if (first !== null && savefile.only !== undefined && !jumpsBack(first.program)) {
    const { program, matches } = first;
    filtered = false;
    const addon = options.addon();
    savefile.only(matches, (bytes, start, end, { swapped, headerSize, most }, places) =>
      addon.pcapScan(bytes, start, end, swapped, headerSize, most, program, places),
    );
  }
  savefile.secretsTo((type, bytes) => sink.secrets?.(type, bytes));
  let left = options.count;
  let { skip } = options;
  /** Packets as long as the file has them unpacked. */
  const read = (): void => {
    while (savefile.next()) {
      if (filtered) {
        const { matches } = compile(packet.device.linkType);
        if (matches(packet.bytes, packet.start, packet.caplen, packet.len) === 0) continue;
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
