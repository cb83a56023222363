// Capturing: two hosts joined by a veth pair, a load from one to the other, a capture at the one that receives.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { type Host, pair } from "../test/netns.ts";
import {
  Capture,
  interleaved,
  PTCPDUMP_COMMAND,
  type Row,
  rowsOf,
  SCRATCH,
  sending,
  TCPDUMP,
} from "./harness.ts";

/** Where the loads go: the UDP ports discard and the one after it, the TCP port of a server. */
export const PORT = "9";
export const SERVER_PORT = "1009";

/** The hosts: one that captures, one that sends. */
export async function hosts(undo: (giveBack: () => void) => void): Promise<[Host, Host]> {
  const [receiver, sender] = pair({ after: undo });
  // Nobody is asked to answer, and the many short connections find a port.
  await receiver.ok("iptables", "-A", "INPUT", "-p", "udp", "-j", "DROP");
  await sender.ok(
    "sh",
    "-c",
    "echo 1024 65000 >/proc/sys/net/ipv4/ip_local_port_range; echo 1 >/proc/sys/net/ipv4/tcp_tw_reuse",
  );
  return [receiver, sender];
}

/** How a program captures: its options, and the file it writes, if it writes one. */
export interface Way {
  readonly task: string;
  readonly tcpdump: readonly string[];
  readonly ptcpdump: readonly string[];
  /** Where the text goes; not given: nowhere is text expected. */
  readonly output?: string;
}

interface Round {
  cpu: number;
  memory: number;
  /** Packets in the file, or in the text. */
  captured: number;
  dropped: number;
  sending: number;
}

/** The files that captures write. */
export const FILES = {
  tcpdump: `${SCRATCH}.t.pcap`,
  pcap: `${SCRATCH}.p.pcap`,
  pcapng: `${SCRATCH}.p.pcapng`,
};

/** Packets in a capture file. */
function packetsIn(file: string): number {
  const text = execFileSync("capinfos", ["-c", "-M", "-T", "-r", file], { encoding: "utf8" });
  return Number(text.trim().split("\t").at(-1));
}

/** One capture of one load. */
export async function capture(
  receiver: Host,
  command: readonly string[],
  output: string | undefined,
  load: () => Promise<number>,
): Promise<Round> {
  const running = await Capture.begin(receiver, command, output);
  const seconds = await load();
  await running.settle();
  const { cost, captured, dropped } = await running.end();
  const at = command.indexOf("-w");
  const file = at < 0 ? null : command[at + 1]!;
  const round: Round = {
    cpu: cost.user + cost.system,
    memory: cost.memory,
    captured: file === null ? captured : packetsIn(file),
    dropped,
    sending: seconds,
  };
  if (file !== null) rmSync(file, { force: true });
  return round;
}

/**
 * A load without a capture, under tcpdump's, and under ptcpdump's, in turn, for each of the ways.
 * `expected`: packets that a capture should have; null: whatever the load makes of itself, only drops are counted.
 */
export async function compareCaptures(
  rounds: number,
  ways: readonly Way[],
  load: (receiver: Host, sender: Host) => Promise<number>,
  expected: number | null,
  [receiver, sender]: readonly [Host, Host],
): Promise<Row[]> {
  const send = (): Promise<number> => load(receiver, sender);
  const rows: Row[] = [];
  for (const { task, tcpdump, ptcpdump, output } of ways) {
    const alone: number[] = [];
    const [, theirs, ours] = (await interleaved(rounds, [
      async () => {
        alone.push(await send());
        return null;
      },
      () => capture(receiver, [...TCPDUMP, "-i", "eth0", ...tcpdump], output, send),
      () => capture(receiver, [...PTCPDUMP_COMMAND, "-i", "eth0", ...ptcpdump], output, send),
    ])) as [null[], Round[], Round[]];
    const row = rowsOf(task, theirs, ours);
    rows.push(row("CPU, s", true, ({ cpu }) => cpu));
    if (expected === null) rows.push(row("packets dropped", false, ({ dropped }) => dropped));
    else rows.push(row("packets lost", false, ({ captured }) => expected - captured));
    rows.push(
      row("load slowed by, %", false, ({ sending }, i) => (sending / alone[i]! - 1) * 100),
      row("memory at most, MB", false, ({ memory }) => memory),
    );
  }
  return rows;
}

/** A load of small datagrams: `every` as bench/load.c has it. */
export function datagrams(count: number, rate = 0, every = 0) {
  return (receiver: Host, sender: Host): Promise<number> =>
    sending(sender, "udp", receiver.ip4, PORT, String(count), "18", String(rate), String(every));
}

/** Starts the TCP server that the loads of connections talk to. */
export async function server(receiver: Host, program: string): Promise<void> {
  await receiver.start(program, ["serve", SERVER_PORT]).said("stdout", /ready/);
}
