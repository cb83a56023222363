// How long from the start until a capture says that it captures; what it holds then, and what it costs idle.
import { lonely } from "../../test/netns.ts";
import {
  Capture,
  type Comparison,
  cpuTime,
  interleaved,
  PTCPDUMP_COMMAND,
  residentMemory,
  rowsOf,
  TCPDUMP,
} from "../harness.ts";

/** How long idleness is watched, ms. */
const WATCH = 5000;

interface Round {
  start: number;
  memory: number;
  idle: number;
}

export const start: Comparison = {
  name: "start",
  title: "start a capture, and let it wait for packets that do not come",
  async run({ rounds }, undo) {
    const host = lonely({ after: undo });
    const once = (command: readonly string[]) => async (): Promise<Round> => {
      const capture = await Capture.begin(host, [...command, "-i", "lo", "-n"]);
      // What the start left to do is not idleness.
      await capture.settle();
      const before = cpuTime(capture.pid);
      const from = performance.now();
      await new Promise((resolve) => setTimeout(resolve, WATCH));
      const idle = ((cpuTime(capture.pid) - before) / (performance.now() - from)) * 100;
      const memory = residentMemory(capture.pid);
      await capture.end();
      return { start: capture.start, memory, idle };
    };
    const [theirs, ours] = (await interleaved(rounds, [once(TCPDUMP), once(PTCPDUMP_COMMAND)])) as [
      Round[],
      Round[],
    ];
    const row = rowsOf("-i lo -n", theirs, ours);
    return {
      rows: [
        row("until ready, ms", true, (round) => round.start),
        row("memory, MB", false, ({ memory }) => memory),
        row("CPU while idle, % of a core", false, ({ idle }) => idle),
      ],
    };
  },
};
