// Loss and CPU under a flood: UDP datagrams as fast as one core sends them over a veth pair, captured at the
// receiver into a file in memory, by ptcpdump and tcpdump in turn.
//
//   node bench/flood.ts [packets] [rounds]     (root)
import { execFileSync } from "node:child_process";
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Host, PTCPDUMP, pair } from "../test/netns.ts";

const COUNT = Number(process.argv[2] ?? 2_000_000);
const ROUNDS = Number(process.argv[3] ?? 3);
const BLAST = join(import.meta.dirname, "../build/blast");
/** Longer than libpcap waits for a block to fill, ms. */
const SETTLE = 1500;
const FILE = `/dev/shm/ptcpdump-flood-${process.pid}`;

interface Round {
  captured: number;
  dropped: number;
  inFile: number;
  user: number;
  system: number;
  sending: number;
}

/** Seconds of "0m1.234s", as times(1) of the shell prints. */
const seconds = (text: string): number => {
  const [minutes, rest] = text.split("m");
  return Number(minutes) * 60 + Number.parseFloat(rest!);
};

async function round(receiver: Host, sender: Host, command: readonly string[]): Promise<Round> {
  // The shell's `times` tells the CPU time of the capture after its end.
  const shell = receiver.start("sh", ["-c", '"$@" & echo "pid $!"; wait $!; times', "sh", ...command]);
  const pid = Number((await shell.said("stdout", /pid (\d+)/))[1]);
  await shell.said("stderr", /listening on .*\n/);
  const sent = await sender.ok(BLAST, receiver.ip4, "9", String(COUNT), "18");
  // A tcpdump that is told to end drops what it has not read yet: it gets the time to read all.
  for (let size = -1; statSync(FILE).size !== size; ) {
    size = statSync(FILE).size;
    await new Promise((resolve) => setTimeout(resolve, SETTLE));
  }
  // Not SIGINT: a shell's background processes ignore it.
  process.kill(pid, "SIGTERM");
  const { stdout, stderr } = await shell.ended;
  const [user, system] = stdout.trimEnd().split("\n").at(-1)!.split(" ").map(seconds);
  const number = (pattern: RegExp): number => Number(pattern.exec(stderr)?.[1] ?? Number.NaN);
  const capinfos = execFileSync("capinfos", ["-c", "-M", "-T", "-r", FILE], { encoding: "utf8" });
  return {
    captured: number(/(\d+) packets? captured/),
    dropped: number(/(\d+) packets? dropped/),
    inFile: Number(capinfos.trim().split("\t").at(-1)),
    user: user!,
    system: system!,
    sending: Number(/in ([\d.]+) s/.exec(sent)?.[1]),
  };
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;

const undo: (() => void)[] = [];
try {
  const [receiver, sender] = pair({ after: (f) => void undo.push(f) });
  await receiver.ok("iptables", "-A", "INPUT", "-p", "udp", "--dport", "9", "-j", "DROP");
  const commands: Record<string, string[]> = {
    ptcpdump: [PTCPDUMP, "-i", "eth0", "-n", "-w", FILE, "udp"],
    tcpdump: ["tcpdump", "-Z", "root", "-i", "eth0", "-n", "-w", FILE, "udp"],
  };
  const cpu: Record<string, number[]> = { ptcpdump: [], tcpdump: [] };
  console.log(`${COUNT} datagrams of 18 bytes`);
  for (let i = 0; i < ROUNDS; i++)
    for (const [name, command] of Object.entries(commands)) {
      const result = await round(receiver, sender, command);
      cpu[name]!.push(result.user + result.system);
      console.log(
        `${name.padEnd(8)}  sent at ${Math.round(COUNT / result.sending)}/s  captured ${result.captured}` +
          `  in the file ${result.inFile}  dropped ${result.dropped}  lost ${COUNT - result.inFile}` +
          `  CPU ${result.user.toFixed(2)} s user + ${result.system.toFixed(2)} s system`,
      );
    }
  const [ours, theirs] = [median(cpu["ptcpdump"]!), median(cpu["tcpdump"]!)];
  console.log(
    `CPU, medians: ${ours.toFixed(2)} s and ${theirs.toFixed(2)} s, ratio ${(ours / theirs).toFixed(2)}`,
  );
} finally {
  for (const f of undo) f();
  rmSync(FILE, { force: true });
}
