// What a packet costs where many flows, processes and interfaces are alive: flat, if all goes well.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Host, Program } from "../../test/netns.ts";
import { FILES, hosts, PORT } from "../capturing.ts";
import {
  Capture,
  type Comparison,
  cpuTime,
  interleaved,
  LOAD,
  PTCPDUMP_COMMAND,
  type Row,
  residentMemory,
  rowsOf,
  TCPDUMP,
} from "../harness.ts";

interface Crowd {
  readonly flows: number;
  readonly processes: number;
  readonly interfaces: number;
}

// Ten processes for a hundred thousand sockets: one may not open so many everywhere.
const CROWDS: readonly Crowd[] = [
  { flows: 10, processes: 1, interfaces: 1 },
  { flows: 1_000, processes: 1, interfaces: 1 },
  { flows: 100_000, processes: 10, interfaces: 1 },
  { flows: 1_000, processes: 1_000, interfaces: 1 },
  { flows: 100_000, processes: 100_000, interfaces: 1 },
  { flows: 10, processes: 1, interfaces: 100 },
  { flows: 10, processes: 1, interfaces: 1_000 },
];

/** What a new network namespace has beside: lo, and the end of the pair. */
const THERE = 2;
/** Linux gives out no larger process ids than this unless told to (kernel.pid_max). */
const PID_MAX = "/proc/sys/kernel/pid_max";

interface Round {
  /** Of the capture, ns a packet, its start not counted. */
  cost: number;
  /** Of the sender, ns a packet. */
  sending: number;
  start: number;
  memory: number;
}

/** One more round of the crowd's datagrams: how long it was sending, s. */
async function send(crowd: Program): Promise<number> {
  crowd.stdout = "";
  crowd.child.stdin.write("\n");
  return Number((await crowd.said("stdout", /in ([\d.]+) s\n/))[1]);
}

async function once(
  sender: Host,
  crowd: Program,
  command: readonly string[] | null,
  packets: number,
): Promise<Round> {
  if (command === null)
    return { cost: 0, sending: ((await send(crowd)) / packets) * 1e9, start: 0, memory: 0 };
  const capture = await Capture.begin(sender, command);
  await capture.settle();
  const before = cpuTime(capture.pid);
  const seconds = await send(crowd);
  await capture.settle();
  const cost = ((cpuTime(capture.pid) - before) * 1e6) / packets;
  const memory = residentMemory(capture.pid);
  const { captured, dropped } = await capture.end();
  rmSync(command[command.indexOf("-w") + 1]!, { force: true });
  if (captured < packets || dropped > 0)
    throw new Error(`${command[0]}: ${captured} of ${packets} packets captured, ${dropped} dropped`);
  return { cost, sending: (seconds / packets) * 1e9, start: capture.start, memory };
}

async function compare(
  { flows, processes, interfaces }: Crowd,
  packets: number,
  rounds: number,
): Promise<Row[]> {
  const undo: (() => void)[] = [];
  try {
    const most = readFileSync(PID_MAX, "utf8");
    if (Number(most) < 2 * processes) {
      undo.push(() => writeFileSync(PID_MAX, most));
      writeFileSync(PID_MAX, String(2 * processes));
    }
    const [receiver, sender] = await hosts((giveBack) => void undo.push(giveBack));
    const more = Math.max(0, Math.ceil((interfaces - THERE) / 2));
    const links = Array.from({ length: more }, (_, i) => `link add m${i} type veth peer name n${i}\n`).join(
      "",
    );
    await sender.ok("sh", "-c", `ip -batch - <<'END'\n${links}END`);
    const crowd = sender.start(LOAD, [
      "crowd",
      receiver.ip4,
      PORT,
      ...[packets, flows, processes].map(String),
    ]);
    await crowd.said("stdout", /ready\n/);
    const sent = Math.floor(packets / processes) * processes;
    const where = interfaces === 1 ? "eth0" : "any";
    const capturing = (words: readonly string[], file: string) => () =>
      once(sender, crowd, [...words, "-i", where, "-n", "-w", file, "udp"], sent);
    const [alone, theirs, ours] = (await interleaved(rounds, [
      () => once(sender, crowd, null, sent),
      capturing(TCPDUMP, FILES.tcpdump),
      capturing(PTCPDUMP_COMMAND, FILES.pcapng),
    ])) as [Round[], Round[], Round[]];
    const task = Object.entries({ flows, processes, interfaces })
      .map(([name, count]) => `${count.toLocaleString("en")} ${name}`)
      .join(", ");
    const row = rowsOf(task, theirs, ours);
    return [
      row("CPU, ns a packet", true, ({ cost }) => cost),
      row("sender pays, ns a packet", false, ({ sending }, i) => sending - alone[i]!.sending),
      row("until ready, ms", false, ({ start }) => start),
      row("memory, MB", false, ({ memory }) => memory),
    ];
  } finally {
    for (const giveBack of undo.reverse()) giveBack();
  }
}

export const growth: Comparison = {
  name: "growth",
  title: "what a packet costs where many flows, processes and interfaces are alive",
  async run({ rounds, packets }) {
    const rows: Row[] = [];
    // Fewer rounds than elsewhere: a hundred thousand processes take long to come and to go.
    for (const crowd of CROWDS) rows.push(...(await compare(crowd, packets, Math.ceil(rounds / 2))));
    return { rows };
  },
};
