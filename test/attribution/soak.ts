// The soak: short connections at a high rate between clients that fork a child for each and a server forked
// beforehand, all on one loopback, so that the capture sees either end in either direction.
//
//   node test/attribution/soak.ts [seconds [connections per second]]     60 and 2500 unless given
import { join } from "node:path";
import { type Borrower, folder, lonely } from "../netns.ts";
import { type Score, scoreRecording } from "./score.ts";
import { finish, netnsOf, PROGRAMS } from "./stage.ts";
import { Truth } from "./truth.ts";

export interface SoakResult {
  readonly score: Score;
  readonly unexplained: string[];
  readonly connections: number;
  /** Connections per second. */
  readonly rate: number;
  /** What the capture said at its end. */
  readonly report: string;
}

const PORT = 7000;
const PORTS = 4;
const WORKERS = 12;
const LANES = 6;

/** Plays and scores it. */
export async function soak(t: Borrower, seconds: number, rate: number): Promise<SoakResult> {
  const host = lonely(t);
  const place = folder(t);
  const log = join(place, "truth.jsonl");
  const file = join(place, "soak.pcapng");
  // enough pairs of ports that none comes twice
  await host.ok("sh", "-c", "echo '10000 65000' >/proc/sys/net/ipv4/ip_local_port_range");
  const start = (...args: (string | number)[]) =>
    host.start("env", [`TRUTH_LOG=${log}`, "TRUTH_KIND=soak", join(PROGRAMS, "soak"), ...args.map(String)]);
  const server = start("server", host.ip4, PORT, PORTS, WORKERS);
  await server.said("stdout", /^ready$/m);
  const capture = await host.ptcpdump("-i", "lo", "-n", "-w", file, `tcp portrange ${PORT}-${PORT + PORTS}`);
  const client = start("client", host.ip4, PORT, PORTS, LANES, rate, seconds);
  await finish(client);
  await finish(server);
  const { stderr } = await capture.stop();
  const made = /^(\d+) connections in ([\d.]+) s$/m.exec(client.stdout);
  if (made === null) throw new Error(`soak: ${client.stdout}${client.stderr}`);
  const { scores, unexplained } = scoreRecording(Truth.read(log), [{ file, netns: netnsOf(host) }], ["soak"]);
  return {
    score: scores.get("soak")!,
    unexplained,
    connections: Number(made[1]),
    rate: Number(made[1]) / Number(made[2]),
    report: stderr,
  };
}

if (import.meta.main) {
  const [seconds = 60, rate = 2500] = process.argv.slice(2).map(Number);
  const cleanUp: (() => void)[] = [];
  try {
    const result = await soak({ after: (giveBack) => cleanUp.push(giveBack) }, seconds, rate);
    const { packets, right, unnamed, wrong, attributes, faults } = result.score;
    console.log(
      `${result.connections} connections, ${result.rate.toFixed(0)} per second; ${packets} packets:`,
    );
    console.log(
      `${right} right (${((right / packets) * 100).toFixed(4)} %), ${unnamed} unnamed, ${wrong} wrong`,
    );
    console.log(`wrong in ${JSON.stringify(attributes)}; ${result.unexplained.length} not explained`);
    for (const fault of [...faults, ...result.unexplained.slice(0, 5)]) console.log(fault);
    console.log(result.report);
  } finally {
    for (const each of cleanUp.reverse()) each();
  }
}
