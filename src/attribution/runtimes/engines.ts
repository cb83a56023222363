// The container engines of this host: found by their sockets, listed and followed. Where there is none, nothing of
// this is loaded.
import { readdirSync, statSync } from "node:fs";
import type { EngineAddresses } from "../../model/settings.ts";
import { type ContainerDetails, type Containers, podOfLabels } from "../containers.ts";
import { isOfPod, NOT_SUPPORTED, type OpenRuntime, type Runtime } from "./runtime.ts";

/** A kind of engine. Adding one is a file and a row. */
interface Kind {
  readonly name: string;
  /** Of two that know the same container the higher counts: see Containers.put(). */
  readonly rank: number;
  /** The option's name, and its value. */
  readonly option: string;
  readonly given: (addresses: EngineAddresses) => string | null;
  /** Where its socket is looked for. */
  readonly paths: () => readonly string[];
  /** True if only the first socket that answers is used. */
  readonly first: boolean;
  readonly load: () => Promise<OpenRuntime>;
}

export const KINDS: readonly Kind[] = [
  {
    name: "Docker",
    rank: 3,
    option: "--docker-address",
    given: (addresses) => addresses.docker,
    paths: () => ["/var/run/docker.sock"],
    first: true,
    load: async () => (await import("./docker.ts")).openDocker,
  },
  {
    name: "Podman",
    rank: 3,
    option: "",
    given: () => null,
    paths: () => ["/run/podman/podman.sock", ...rootless("podman/podman.sock")],
    first: false,
    load: async () => (await import("./podman.ts")).openPodman,
  },
  {
    name: "CRI",
    rank: 2,
    option: "--cri-runtime-address",
    given: (addresses) => addresses.cri,
    paths: () => [
      "/var/run/dockershim.sock",
      "/var/run/cri-dockerd.sock",
      "/run/crio/crio.sock",
      "/run/containerd/containerd.sock",
    ],
    first: true,
    load: async () => (await import("./cri.ts")).openCri,
  },
  {
    name: "containerd",
    rank: 1,
    option: "--containerd-address",
    given: (addresses) => addresses.containerd,
    paths: () => ["/run/containerd/containerd.sock"],
    first: true,
    load: async () => (await import("./containerd.ts")).openContainerd,
  },
];

/** Sockets of engines that users run for themselves. */
function rootless(name: string): string[] {
  try {
    return readdirSync("/run/user").map((uid) => `/run/user/${uid}/${name}`);
  } catch {
    return [];
  }
}

/** How long a capture waits at its start for the engines' lists, ms; and where it can do nothing without them. */
const SHORT = 1000;
const LONG = 5000;
/** After a lost connection: the first try, and the longest time between two, ms. */
const RETRY = 1000;
const MAX_RETRY = 30_000;
/** Sockets that were not there are looked for again when an unknown container turns up, not more often than … ms. */
const LOOK_AGAIN = 2000;
/** The first of several sockets is given so long to answer before the next one is tried, ms. */
const TURN = 500;
/** Questions about unknown containers that wait for answers; more are not asked. */
const MAX_QUESTIONS = 64;

export interface EnginesOptions {
  readonly addresses: EngineAddresses;
  /** True where the capture depends on what the engines tell (a filter by name). */
  readonly needed: boolean;
  readonly warn: (line: string) => void;
  readonly debug: (line: string) => void;
}

interface Connection {
  readonly kind: Kind;
  readonly path: string;
  runtime: Runtime | null;
  /** Has told of all its containers. */
  listed: boolean;
  delay: number;
  timer: NodeJS.Timeout | null;
}

export class Engines {
  readonly #containers: Containers;
  readonly #options: EnginesOptions;
  readonly #connections: Connection[] = [];
  #looked = 0;
  #questions = 0;
  #asking = false;
  #closed = false;

  constructor(containers: Containers, options: EnginesOptions) {
    this.#containers = containers;
    this.#options = options;
  }

  /** Those that have told of their containers: "Docker (/var/run/docker.sock)". */
  get known(): string[] {
    return this.#connections.filter(({ listed }) => listed).map(describe);
  }

  /** Those that are there, and have not. */
  get silent(): string[] {
    return this.#connections.filter(({ listed }) => !listed).map(describe);
  }

  /** Finds the engines and waits, but not for long, until they have told of their containers. */
  async start(): Promise<void> {
    const listed = this.#look();
    this.#containers.inquiry = {
      container: (id) => this.#ask(id),
      namespace: () => void this.#askPids(),
    };
    if (listed.length === 0) return;
    const limit = this.#options.needed ? LONG : SHORT;
    await within(limit, Promise.all(listed));
    for (const connection of this.#connections)
      if (connection.runtime && !connection.listed)
        this.#options.warn(
          `${describe(connection)} does not answer: its containers are shown by their ids until it does`,
        );
  }

  close(): void {
    this.#closed = true;
    for (const { runtime, timer } of this.#connections) {
      if (timer) clearTimeout(timer);
      runtime?.close();
    }
  }

  /** Connects to the sockets that are there; promises of their first lists, which never reject. */
  #look(): Promise<void>[] {
    this.#looked = performance.now();
    return KINDS.flatMap((kind) => {
      const given = kind.given(this.#options.addresses);
      const paths = given === null ? kind.paths() : [given.replace(/^unix:\/\//, "")];
      const present = paths.filter(isSocket);
      const known = (path: string) =>
        this.#connections.some((other) => other.path === path && other.kind === kind);
      if (given !== null && present.length === 0 && !known(given))
        this.#options.warn(`${kind.option} ${given}: no socket there`);
      if (kind.first)
        return present.some(known) || present.length === 0 ? [] : [this.#connectFirst(kind, present)];
      return present.filter((path) => !known(path)).map((path) => this.#connect(this.#add(kind, path)));
    });
  }

  #add(kind: Kind, path: string): Connection {
    const connection = { kind, path, runtime: null, listed: false, delay: RETRY, timer: null };
    this.#connections.push(connection);
    return connection;
  }

  async #connectFirst(kind: Kind, paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const connection = this.#add(kind, path);
      const answer = this.#connect(connection);
      await (path === paths.at(-1) ? answer : within(TURN, answer));
      if (connection.listed || this.#closed) return;
    }
  }

  /** Resolves when the engine has told of its containers, or cannot. */
  async #connect(connection: Connection): Promise<void> {
    const { kind, path } = connection;
    let open: OpenRuntime;
    try {
      // a socket that an engine left behind is not worth its client
      await answers(path);
      open = await kind.load();
    } catch (error) {
      this.#lost(connection, null, error as Error);
      return;
    }
    if (this.#closed) return;
    const runtime = open(path);
    connection.runtime = runtime;
    const { listed, ended } = runtime.start({
      put: (details) => {
        this.#containers.put(kind.rank, details);
        if (!connection.listed) return;
        const name = details.name === "" ? "without a name" : details.name;
        this.#options.debug(`${describe(connection)}: container ${details.id}: ${name}`);
        this.#askAbove(connection, details);
      },
      end: (id) => this.#containers.end(id),
    });
    try {
      await listed;
      if (connection.runtime !== runtime) return;
      connection.listed = true;
      connection.delay = RETRY;
      this.#options.debug(`${describe(connection)}: containers known`);
    } catch (error) {
      this.#lost(connection, runtime, error as Error);
    }
    void ended.then((error) => this.#lost(connection, runtime, error));
  }

  #lost(connection: Connection, runtime: Runtime | null, error: Error): void {
    if (this.#closed || connection.runtime !== runtime) return;
    runtime?.close();
    connection.runtime = null;
    const { code } = error as { code?: unknown };
    const line = `${describe(connection)}: ${error.message}`;
    const given = connection.kind.given(this.#options.addresses) !== null;
    // a socket that its engine left behind is nothing to speak of, unless it was asked for
    const expected = !given && (code === "ECONNREFUSED" || code === "ENOENT" || code === NOT_SUPPORTED);
    if (connection.listed) this.#options.warn(`${line}; containers that start now are shown by their ids`);
    else if (expected || connection.delay > RETRY) this.#options.debug(line);
    else this.#options.warn(line);
    connection.listed = false;
    if (code === NOT_SUPPORTED) return;
    connection.timer = setTimeout(() => {
      connection.timer = null;
      if (isSocket(connection.path)) void this.#connect(connection);
      else this.#connections.splice(this.#connections.indexOf(connection), 1);
    }, connection.delay).unref();
    connection.delay = Math.min(connection.delay * 2, MAX_RETRY);
  }

  /** Of a container that has just come to be, those who know more of pods than its labels are asked, too. */
  #askAbove({ kind }: Connection, details: ContainerDetails): void {
    if (podOfLabels(details.labels) === null && !isOfPod(details.labels)) return;
    for (const { kind: other, runtime, listed } of this.#connections)
      if (runtime && listed && other.rank > kind.rank) runtime.inspect(details.id).catch(() => {});
  }

  /** A container that nobody has told of: those that know might; or an engine has come since. */
  #ask(id: string): void {
    if (performance.now() - this.#looked > LOOK_AGAIN) void Promise.all(this.#look());
    if (this.#questions >= MAX_QUESTIONS) return;
    this.#questions++;
    void this.#inspect(id).finally(() => {
      this.#questions--;
    });
  }

  async #inspect(id: string): Promise<void> {
    for (const { runtime, listed } of this.#connections) {
      if (!runtime || !listed) continue;
      try {
        if (await runtime.inspect(id)) return;
      } catch {
        // its end is told elsewhere
      }
    }
  }

  /** A process in a namespace of its own: lists do not tell the containers' first processes. One after the other. */
  async #askPids(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    for (const id of this.#containers.withoutPid()) if (!this.#closed) await this.#inspect(id);
    this.#asking = false;
  }
}

/** Connects to a Unix socket and lets it go. Rejects where nobody listens there. */
function answers(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = process.getBuiltinModule("node:net").connect(path);
    socket.on("error", reject).on("connect", () => {
      socket.destroy();
      resolve();
    });
  });
}

/** Waits for a promise, but not longer than so many ms. */
async function within(limit: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limit);
  });
  await Promise.race([promise, over]);
  clearTimeout(timer);
}

function describe({ kind, path }: Connection): string {
  return `${kind.name} (${path})`;
}

function isSocket(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isSocket() ?? false;
  } catch {
    return false;
  }
}
