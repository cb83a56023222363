// Where the workload plays: hosts, captures on all of them at once, and the programs that log what they do.
import { execFileSync } from "node:child_process";
import { appendFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Borrower, folder, type Host, type Program, pair, type Site, site } from "../netns.ts";
import { IPPROTO } from "./frames.ts";

const ARP = 0x10000 + 0x0806;
/** Where make puts the programs. */
export const PROGRAMS = join(import.meta.dirname, "../../build/truth");

/** Inode of a host's network namespace. */
export function netnsOf(host: Host): number {
  return statSync(`/run/netns/${host.namespace}`).ino;
}

/**
 * Where a kind's traffic goes:
 * - pair: between two hosts, over a veth pair
 * - loopback: within one of them
 * - bridge: between two containers of a host
 * - masquerade: from a container to a machine beyond its host, which stands in for it
 * - dnat: from beyond to a port of the host that is a container's
 */
export const SCENES = ["pair", "loopback", "bridge", "masquerade", "dnat"] as const;
export type SceneName = (typeof SCENES)[number];

export interface Scene {
  readonly name: SceneName;
  readonly client: Host;
  readonly server: Host;
  /** The host between them, if there is one. */
  readonly router: Host | null;
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
  readonly #pace: number;
  readonly #programs: Program[] = [];

  constructor(kind: string, scene: Scene, port: number, log: string, pace: number) {
    this.kind = kind;
    this.scene = scene;
    this.port = port;
    this.#log = log;
    this.#pace = pace;
  }

  /** Starts one of programs/ on a host. */
  start(host: Host, name: string, ...args: (string | number)[]): Program {
    return this.wrapped(host, [], name, ...args);
  }

  /** The same behind words such as setpriv's. */
  wrapped(host: Host, wrapper: readonly string[], name: string, ...args: (string | number)[]): Program {
    const says = [`TRUTH_LOG=${this.#log}`, `TRUTH_KIND=${this.kind}`, `TRUTH_PACE=${this.#pace}`];
    const words = [...says, ...wrapper, join(PROGRAMS, name)];
    const program = host.start("env", [...words, ...args.map(String)]);
    this.#programs.push(program);
    return program;
  }

  /** Starts a server and waits until it is ready. */
  async serve(host: Host, name: string, ...args: (string | number)[]): Promise<Program> {
    const server = this.start(host, name, ...args);
    try {
      await server.said("stdout", /^ready$/m);
    } catch (error) {
      if (!server.running) await finish(server);
      throw error;
    }
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

  /** Opens the play's first port on the router, where the scene has one that translates. */
  async begin(): Promise<void> {
    await this.#translate("-A");
    const { name, router, server } = this.scene;
    if (name !== "dnat") return;
    note(this.#log, { op: "alias", from: `${router!.ip4}:${this.port}`, to: `${server.ip4}:${this.port}` });
  }

  /** Ends what still runs. */
  async end(): Promise<void> {
    for (const program of this.#programs) if (program.running) await finish(program);
    await this.#translate("-D");
  }

  async #translate(how: "-A" | "-D"): Promise<void> {
    const { name, router, server } = this.scene;
    if (name !== "dnat") return;
    for (const protocol of ["tcp", "udp"]) {
      const rule = ["PREROUTING", "-i", "eth0", "-p", protocol, "--dport", String(this.port)];
      const to = ["-j", "DNAT", "--to-destination", server.ip4];
      await router!.ok("iptables", "-w", "-t", "nat", how, ...rule, ...to);
    }
  }
}

/** Exit status of a program that finds that the kernel does not have what it is to use (programs/truth.h). */
const NOT_THERE = 77;

/** What a kind is about is not on this kernel. */
class NotThere extends Error {}

/** Lets a program come to its end: its standard input ends. Throws if it failed. */
export async function finish(program: Program): Promise<void> {
  program.child.stdin.end();
  const { status, stderr } = await program.ended;
  if (status === NOT_THERE) throw new NotThere(program.name);
  if (status !== 0) throw new Error(`${program.name}: status ${status}\n${stderr}`);
}

/** One row of the workload. */
export interface Kind {
  readonly name: string;
  /** What it shows, in docs/attribution.md. */
  readonly what: string;
  /** The scenes that it plays in. */
  readonly scenes: readonly SceneName[];
  /** Least number of packets that have to be seen of it. */
  readonly packets: number;
  /** Plays before the captures start, and returns what is played while they run. */
  readonly before?: (play: Play) => Promise<() => Promise<void>>;
  readonly run?: (play: Play) => Promise<void>;
}

/** The name of a kind in a scene: rows of the table. */
export function rowName(kind: Kind, scene: SceneName): string {
  return scene === "pair" ? kind.name : `${kind.name}@${scene === "loopback" ? "lo" : scene}`;
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
  /** Names of those that this kernel has no means for. */
  readonly missing: string[];
}

/** Plays the kinds one after the other while every host is captured. */
export async function perform(
  t: Borrower,
  kinds: readonly Kind[],
  options: readonly string[] = [],
): Promise<Performance> {
  const used = new Set(kinds.flatMap((kind) => kind.scenes));
  const direct = used.has("pair") || used.has("loopback") ? pair(t) : null;
  const around = used.has("bridge") || used.has("masquerade") || used.has("dnat") ? site(t) : null;
  const hosts = [...(direct ?? []), ...(around ? [...around.containers, around.router, around.beyond] : [])];
  const place = folder(t);
  const log = join(place, "truth.jsonl");
  const pace = measurePace();
  note(log, { op: "pace", factor: pace });
  for (const host of hosts) {
    const addresses = [host.ip4, host.ip6];
    note(log, { op: "host", netns: netnsOf(host), addresses, carries: host === around?.router });
    // what hosts say on their own account: address resolution, group memberships
    for (const protocol of [ARP, IPPROTO.igmp]) nobody(log, "kernel", host, protocol, "", "");
  }
  // the router stands in for the containers, on whatever port
  if (around)
    for (const { ip4 } of around.containers) note(log, { op: "alias", from: around.router.ip4, to: ip4 });
  let port = 7000;
  const plays = kinds.flatMap((kind) =>
    kind.scenes.map((scene) => {
      port += 3;
      const play = new Play(rowName(kind, scene), sceneOf(scene, direct, around), port, log, pace);
      return { kind, play };
    }),
  );
  const later = new Map<Play, () => Promise<void>>();
  for (const { kind, play } of plays) {
    if (!kind.before) continue;
    await play.begin();
    later.set(play, await kind.before(play));
  }
  const captures: { program: Program; recording: Recording }[] = [];
  for (const host of hosts) {
    const file = join(place, `${host.namespace}.pcapng`);
    const program = await host.ptcpdump("-i", "any", "-n", "-w", file, ...options);
    captures.push({ program, recording: { file, netns: netnsOf(host) } });
  }
  const missing: string[] = [];
  for (const { kind, play } of plays) {
    try {
      if (!kind.before) await play.begin();
      await later.get(play)?.();
      await kind.run?.(play);
      await play.end();
    } catch (error) {
      await play.end();
      if (error instanceof NotThere) {
        missing.push(play.kind);
        continue;
      }
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
    played: plays
      .filter(({ play }) => !missing.includes(play.kind))
      .map(({ kind, play }) => ({ name: play.kind, kind })),
    missing,
  };
}

/** What starting a program costs where nothing else runs, ms. */
const START = 3;
const MOST_PACE = 20;

/**
 * How many times slower than that this machine is: a guest without hardware's help, or a busy one. The programs' pauses
 * are so many times longer, and so are the moments that the truth grants them.
 */
function measurePace(): number {
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    execFileSync("true");
    return performance.now() - start;
  }).sort((a, b) => a - b);
  return Math.min(Math.max(Math.round(times[2]! / START), 1), MOST_PACE);
}

function sceneOf(name: SceneName, direct: [Host, Host] | null, around: Site | null): Scene {
  if (name === "pair" || name === "loopback") {
    const [a, b] = direct!;
    return name === "pair"
      ? { name, client: a, server: b, router: null, ip4: b.ip4, ip6: b.ip6 }
      : { name, client: a, server: a, router: null, ip4: "127.0.0.1", ip6: "::1" };
  }
  const { containers, router, beyond } = around!;
  const [one, two] = containers;
  if (name === "bridge") return { name, client: one, server: two, router, ip4: two.ip4, ip6: two.ip6 };
  if (name === "masquerade")
    return { name, client: one, server: beyond, router, ip4: beyond.ip4, ip6: beyond.ip6 };
  return { name, client: beyond, server: one, router, ip4: router.ip4, ip6: router.ip6 };
}

function note(log: string, entry: object): void {
  appendFileSync(log, `${JSON.stringify(entry)}\n`);
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
