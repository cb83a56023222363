// How long from the start until it captures ("listening on"), by ptcpdump and tcpdump in turn.
//
//   node bench/start.ts [rounds]     (root)
import { lonely, PTCPDUMP } from "../test/netns.ts";

const ROUNDS = Number(process.argv[2] ?? 10);

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;

const undo: (() => void)[] = [];
try {
  const host = lonely({ after: (f) => void undo.push(f) });
  const commands: Record<string, string[]> = {
    ptcpdump: [PTCPDUMP, "-i", "lo", "-n"],
    tcpdump: ["tcpdump", "-Z", "root", "-i", "lo", "-n"],
  };
  const times: Record<string, number[]> = { ptcpdump: [], tcpdump: [] };
  for (let i = 0; i < ROUNDS; i++)
    for (const [name, [program, ...args]] of Object.entries(commands)) {
      const start = performance.now();
      const capture = host.start(program!, args);
      await capture.said("stderr", /listening on/);
      times[name]!.push(performance.now() - start);
      await capture.stop();
    }
  for (const [name, values] of Object.entries(times)) {
    const middle = median(values);
    console.log(
      `${name.padEnd(8)}  median ${middle.toFixed(0)} ms  (${values[0]!.toFixed(0)} … ${values.at(-1)!.toFixed(0)}, ${ROUNDS} starts)`,
    );
  }
} finally {
  for (const f of undo) f();
}
