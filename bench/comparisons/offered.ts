// What a capture takes of what is offered, from an easy rate to all that one core can send.
import { capture, datagrams, FILES, hosts } from "../capturing.ts";
import { type Comparison, median, type Point, PTCPDUMP_COMMAND, type Row, TCPDUMP } from "../harness.ts";

/** Packets per second; 0: as fast as one core sends. */
const RATES = [25_000, 50_000, 100_000, 150_000, 200_000, 0] as const;
/** How long each rate lasts, s. */
const SECONDS = 4;

const WAYS = [
  {
    program: "tcpdump",
    task: "write",
    command: [...TCPDUMP, "-i", "eth0", "-n", "-w", FILES.tcpdump, "udp"],
  },
  {
    program: "ptcpdump",
    task: "write",
    command: [...PTCPDUMP_COMMAND, "-i", "eth0", "-n", "-w", FILES.pcapng, "udp"],
  },
  { program: "tcpdump", task: "print", command: [...TCPDUMP, "-i", "eth0", "-n", "udp"] },
  { program: "ptcpdump", task: "print", command: [...PTCPDUMP_COMMAND, "-i", "eth0", "-n", "udp"] },
] as const;

export const offered: Comparison = {
  name: "offered",
  title: "throughput against offered load, small UDP packets",
  async run({ rounds, packets }, undo) {
    const [receiver, sender] = await hosts(undo);
    const rows: Row[] = [];
    const points: Point[] = [];
    for (const rate of RATES) {
      const count = rate === 0 ? packets : rate * SECONDS;
      const load = datagrams(count, rate);
      const lost = new Map<string, number[]>();
      const speed: number[][] = WAYS.map(() => []);
      // Fewer rounds than elsewhere: there are many points.
      for (let round = 0; round < Math.ceil(rounds / 2); round++)
        for (const [i, { program, task, command }] of WAYS.entries()) {
          const output = task === "print" ? "/dev/null" : undefined;
          const { captured, sending } = await capture(receiver, command, output, () =>
            load(receiver, sender),
          );
          const key = `${task} ${program}`;
          lost.set(key, [...(lost.get(key) ?? []), (100 * (count - captured)) / count]);
          speed[i]!.push(count / sending);
        }
      for (const [i, { program, task }] of WAYS.entries()) {
        const share = median(lost.get(`${task} ${program}`)!) / 100;
        const offered = median(speed[i]!);
        points.push({ program, task, offered, captured: offered * (1 - share), lost: share });
      }
      for (const task of ["write", "print"])
        rows.push({
          task: `${task}, ${rate === 0 ? "full speed" : `${rate / 1000} kpps`}`,
          measure: "packets lost, %",
          tcpdump: lost.get(`${task} tcpdump`)!,
          ptcpdump: lost.get(`${task} ptcpdump`)!,
          quotient: false,
        });
    }
    return { rows, points };
  },
};
