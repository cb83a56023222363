// Where the workload plays: hosts, captures on all of them at once, and the programs that log what they do.
import { appendFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Borrower, folder, type Host, type Program, pair } from "../netns.ts";
import { IPPROTO } from "./frames.ts";

const ARP = 0x10000 + 0x0806;
const PROGRAMS = join(import.meta.dirname, "../../build/truth");

/** Inode of a host's network namespace. */
export function netnsOf(host: Host): number {
  return statSync(`/run/netns/${host.namespace}`).ino;
}

/** Between whom a kind's traffic goes: over a veth pair, or within one host over loopback. */
export interface Scene {
  readonly client: Host;
  readonly server: Host;
  /** Where the server listens. */
  readonly ip4: string;
  readonly ip6: string;
}

/** What a kind needs to play: its programs log under its name. */
export class Play {
  readonly kind: string;
  readonly scene: Scene;
  /** A port that no other kind uses; the next two are the kind's as well. */
  readonly port: number;
  readonly #log: string;
  readonly #programs: Program[] = [];

  constructor(kind: string, scene: Scene, port: number, log: string) {
    this.kind = kind;
    this.scene = scene;
    this.port = port;
    this.#log = log;
  }

  /** Starts one of programs/ on a host. */
  start(host: Host, name: string, ...args: (string | number)[]): Program {
    return this.wrapped(host, [], name, ...args);
  }

  /** The same behind words such as setpriv's. */
  wrapped(host: Host, wrapper: readonly string[], name: string, ...args: (string | number)[]): Program {
    const words = [`TRUTH_LOG=${this.#log}`, `TRUTH_KIND=${this.kind}`, ...wrapper, join(PROGRAMS, name)];
    const program = host.start("env", [...words, ...args.map(String)]);
    this.#programs.push(program);
    return program;
  }

  /** Starts a server and waits until it is ready. */
  async serve(host: Host, name: string, ...args: (string | number)[]): Promise<Program> {
    const server = this.start(host, name, ...args);
    await server.said("stdout", /^ready$/m);
    return server;
  }

  /** Runs a program that has to succeed. */
  async run(host: Host, name: string, ...args: (string | number)[]): Promise<void> {
    await finish(this.start(host, name, ...args));
  }

  /** A server, and a client that it outlives. */
  async talk(program: string, server: (string | number)[], client: (string | number)[]): Promise<void> {
    const serving = await this.serve(this.scene.server, program, "server", ...server);
    await this.run(this.scene.client, program, "client", ...client);
    await finish(serving);
  }

  /** Says that what has these ends is nobody's on that host: "" stands for every address, port 0 for every port. */
  nobody(host: Host, protocol: number, local: string, remote: string): void {
    nobody(this.#log, this.kind, host, protocol, local, remote);
  }

  /** Ends what still runs. */
  async end(): Promise<void> {
    for (const program of this.#programs) if (program.running) await finish(program);
  }
}

/** Lets a program come to its end: its standard input ends. Throws if it failed. */
export async function finish(program: Program): Promise<void> {
  program.child.stdin.end();
  const { status, stderr } = await program.ended;
  if (status !== 0) throw new Error(`${program.name}: status ${status}\n${stderr}`);
}

/** One row of the workload. */
export interface Kind {
  readonly name: string;
  /** What it shows, in docs/attribution.md. */
  readonly what: string;
  /** The scenes that it plays in. */
  readonly scenes: readonly ("pair" | "loopback")[];
  /** Least number of packets that have to be seen of it. */
  readonly packets: number;
  /** Plays before the captures start, and returns what is played while they run. */
  readonly before?: (play: Play) => Promise<() => Promise<void>>;
  readonly run?: (play: Play) => Promise<void>;
}

/** A capture's file, and the network namespace that it saw. */
export interface Recording {
  readonly file: string;
  readonly netns: number;
}

export interface Performance {
  readonly log: string;
  readonly recordings: Recording[];
  /** What the captures said at their ends. */
  readonly reports: string[];
  /** Names of kinds that were played, with their scene. */
  readonly played: { readonly name: string; readonly kind: Kind }[];
}

/** Plays the kinds one after the other while every host is captured. */
export async function perform(t: Borrower, kinds: readonly Kind[]): Promise<Performance> {
  const [a, b] = pair(t);
  const place = folder(t);
  const log = join(place, "truth.jsonl");
  appendFileSync(log, "");
  let port = 7000;
  const plays = kinds.flatMap((kind) =>
    kind.scenes.map((scene) => {
      const where: Scene =
        scene === "pair"
          ? { client: a, server: b, ip4: b.ip4, ip6: b.ip6 }
          : { client: a, server: a, ip4: "127.0.0.1", ip6: "::1" };
      const name = scene === "pair" ? kind.name : `${kind.name}@lo`;
      port += 3;
      return { kind, play: new Play(name, where, port, log) };
    }),
  );
  // what hosts say on their own account: address resolution, group memberships
  for (const host of [a, b])
    for (const protocol of [ARP, IPPROTO.igmp]) nobody(log, "kernel", host, protocol, "", "");
  const later = new Map<Play, () => Promise<void>>();
  for (const { kind, play } of plays) if (kind.before) later.set(play, await kind.before(play));
  const captures: { program: Program; recording: Recording }[] = [];
  for (const host of [a, b]) {
    const file = join(place, `${host.namespace}.pcapng`);
    const program = await host.ptcpdump("-i", "any", "-n", "-w", file);
    captures.push({ program, recording: { file, netns: netnsOf(host) } });
  }
  for (const { kind, play } of plays) {
    try {
      await later.get(play)?.();
      await kind.run?.(play);
      await play.end();
    } catch (error) {
      throw new Error(`${play.kind} could not be played: ${(error as Error).message}`, { cause: error });
    }
  }
  const reports: string[] = [];
  for (const { program } of captures) {
    const { status, stderr } = await program.stop();
    if (status !== 0) throw new Error(`capture: status ${status}\n${stderr}`);
    reports.push(stderr);
  }
  return {
    log,
    recordings: captures.map(({ recording }) => recording),
    reports,
    played: plays.map(({ kind, play }) => ({ name: play.kind, kind })),
  };
}

/** Says in the log that from now on these ends are nobody's on that host. */
function nobody(
  log: string,
  kind: string,
  host: Host,
  protocol: number,
  local: string,
  remote: string,
): void {
  const entry = {
    op: "nobody",
    kind,
    start: Date.now() / 1000,
    netns: netnsOf(host),
    protocol,
    local,
    remote,
  };
  appendFileSync(log, `${JSON.stringify(entry)}\n`);
}
