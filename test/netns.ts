// Private network namespaces for the tests: hosts that nobody else talks to, programs that run in them, and
// the certainty that nothing of it is left afterwards. Nothing here sleeps: it waits for what it needs.
import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import type { TestContext } from "node:test";

const ROOT = join(import.meta.dirname, "..");
/** The program under test. */
export const PTCPDUMP: string = process.env["PTCPDUMP"] ?? join(ROOT, "bin/ptcpdump");

/** How long to wait for something that should take well under a second, ms: machines can be very busy. */
const PATIENCE = 60_000 * Number(process.env["PTCPDUMP_PATIENCE"] ?? 1);

export interface Result {
  /** Exit status; 128 + the signal's number if a signal ended it. */
  status: number;
  stdout: string;
  stderr: string;
}

const SIGNALS: Record<string, number> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGPIPE: 13, SIGTERM: 15 };

/** A program that runs, with what it has said so far. */
export class Program {
  readonly name: string;
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  stdout = "";
  stderr = "";
  /** Settles when the program has ended and all its output is here. */
  readonly ended: Promise<Result>;
  private result: Result | null = null;
  private watchers: (() => void)[] = [];

  constructor(name: string, child: ChildProcessByStdio<Writable, Readable, Readable>) {
    this.name = name;
    this.child = child;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
      this.changed();
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
      this.changed();
    });
    // A program that ends early closes its standard input; writing to it then is no concern of the test.
    child.stdin.on("error", () => {});
    this.ended = new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => {
        const status = code ?? 128 + (SIGNALS[signal ?? ""] ?? 0);
        this.result = { status, stdout: this.stdout, stderr: this.stderr };
        this.changed();
        resolve(this.result);
      });
    });
    // Whoever awaits `ended` gets the error; nobody need await it.
    this.ended.catch(() => {});
  }

  get pid(): number {
    return this.child.pid!;
  }

  get running(): boolean {
    return this.result === null;
  }

  private changed(): void {
    for (const watcher of this.watchers.slice()) watcher();
  }

  /** Waits until what the program says on that stream matches; the match. Throws if it ends without. */
  said(stream: "stdout" | "stderr", pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        this.watchers = this.watchers.filter((watcher) => watcher !== look);
        clearTimeout(timer);
      };
      const fail = (why: string): void => {
        settle();
        reject(
          new Error(
            `${this.name} ${why} without saying ${pattern} on ${stream}:\n${this.stdout}${this.stderr}`,
          ),
        );
      };
      const look = (): void => {
        const match = pattern.exec(this[stream]);
        if (match !== null) {
          settle();
          resolve(match);
        } else if (!this.running) fail(`ended (status ${this.result!.status})`);
      };
      const timer = setTimeout(() => fail(`ran for ${PATIENCE} ms`), PATIENCE);
      this.watchers.push(look);
      look();
    });
  }

  /** Waits until it has printed that many lines. */
  async lines(count: number): Promise<string[]> {
    await this.said("stdout", new RegExp(`^(?:[^\\n]*\\n){${count}}`));
    return this.stdout.split("\n").slice(0, count);
  }

  /** Waits until a socket of the program's network namespace listens on the port. */
  async listening(port: number, protocol: "tcp" | "udp" = "tcp"): Promise<void> {
    // proc(5): a listening TCP socket is in state 0A, a bound UDP socket in 07.
    const wanted = new RegExp(
      `: [0-9A-F]+:${port.toString(16).toUpperCase().padStart(4, "0")} [0-9A-F]+:0000 ${protocol === "tcp" ? "0A" : "07"} `,
    );
    const tables = [protocol, `${protocol}6`].map((table) => `/proc/${this.pid}/net/${table}`);
    await until(`port ${port} of ${this.name}`, () => {
      if (!this.running) throw new Error(`${this.name} ended:\n${this.stderr}`);
      return tables.some((table) => existsSync(table) && wanted.test(readFileSync(table, "latin1")));
    });
  }

  /** Sends the signal and waits for the end. */
  async stop(signal: NodeJS.Signals = "SIGINT"): Promise<Result> {
    this.child.kill(signal);
    return await this.ended;
  }
}

/** Waits until the condition holds, looking every few milliseconds. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited ${PATIENCE} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A network namespace. */
export class Host {
  readonly namespace: string;
  /** Addresses of its eth0; loopback's if it has none. */
  readonly ip4: string;
  readonly ip6: string;
  private readonly programs: Program[] = [];

  constructor(namespace: string, ip4: string, ip6: string) {
    this.namespace = namespace;
    this.ip4 = ip4;
    this.ip6 = ip6;
  }

  /**
   * Starts a program in this namespace. nsenter becomes the program, so `pid` is the program's own; unlike
   * `ip netns exec` it leaves the mounts alone (the cgroup file systems stay where they are).
   */
  start(command: string, args: readonly string[], options: { cwd?: string } = {}): Program {
    const child = spawn("nsenter", [`--net=/run/netns/${this.namespace}`, "--", command, ...args], {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, TZ: "UTC", LC_ALL: "C" },
      ...options,
    });
    const program = new Program([command, ...args].join(" "), child);
    this.programs.push(program);
    return program;
  }

  /** Runs a program to its end. */
  async run(command: string, ...args: string[]): Promise<Result> {
    const program = this.start(command, args);
    program.child.stdin.end();
    return await program.ended;
  }

  /** Runs a program that has to succeed; its standard output. */
  async ok(command: string, ...args: string[]): Promise<string> {
    const { status, stdout, stderr } = await this.run(command, ...args);
    if (status !== 0) throw new Error(`${command} ${args.join(" ")}: status ${status}\n${stderr}`);
    return stdout;
  }

  /** Starts ptcpdump and waits until it says that it captures. */
  async ptcpdump(...args: string[]): Promise<Program> {
    const program = this.start(PTCPDUMP, args);
    await program.said("stderr", /^(ptcpdump: )?listening on .*\n/m);
    return program;
  }

  /** Starts the installed tcpdump beside it, as root throughout (it gives up its rights otherwise). */
  async tcpdump(...args: string[]): Promise<Program> {
    const program = this.start("tcpdump", ["-Z", "root", ...args]);
    await program.said("stderr", /^(tcpdump: )?listening on .*\n/m);
    return program;
  }

  /** ip(8) in this namespace. */
  ip(...args: string[]): string {
    return ip("-n", this.namespace, ...args);
  }

  /** Ends the programs that still run and removes the namespace. */
  remove(): void {
    // What the programs started, too: a pipeline outlives its shell. A program that its wrapper has not yet
    // brought here is not in the namespace's list.
    for (const program of this.programs) if (program.running) program.child.kill("SIGKILL");
    for (const pid of ip("netns", "pids", this.namespace).split("\n").filter(Boolean))
      try {
        process.kill(Number(pid), "SIGKILL");
      } catch {
        // It has ended by itself meanwhile.
      }
    ip("netns", "delete", this.namespace);
  }
}

function ip(...args: string[]): string {
  return execFileSync("ip", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

const hosts = new Set<Host>();
let made = 0;

function removeAll(): void {
  for (const host of hosts) {
    hosts.delete(host);
    try {
      host.remove();
    } catch {
      // The others have to go all the same.
    }
  }
}

/** Namespaces that a killed test run left: their names tell its pid. */
function sweep(): void {
  for (const name of existsSync("/run/netns") ? readdirSync("/run/netns") : []) {
    const pid = /^ptcpdump-(\d+)-\d+$/.exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) ip("netns", "delete", name);
  }
}

function host(ip4: string, ip6: string): Host {
  if (made === 0) {
    sweep();
    process.on("exit", removeAll);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.once(signal, () => {
        removeAll();
        process.kill(process.pid, signal);
      });
  }
  const namespace = `ptcpdump-${process.pid}-${made++}`;
  ip("netns", "add", namespace);
  const created = new Host(namespace, ip4, ip6);
  hosts.add(created);
  created.ip("link", "set", "lo", "up");
  return created;
}

/** Whoever needs hosts for a time: a test, or a benchmark that calls what it was given at its end. */
export interface Borrower {
  after(giveBack: () => void): void;
}

/** Removes the hosts when the test ends, however it ends. */
function lend(t: Borrower, lent: readonly Host[]): void {
  t.after(() => {
    for (const host of lent) if (hosts.delete(host)) host.remove();
  });
}

/** True where namespaces can be made. Else the test is skipped with a line; under CI it fails. */
export function privileged(t: TestContext): boolean {
  if (process.getuid?.() === 0) return true;
  if (process.env["CI"]) throw new Error("needs root");
  t.skip("needs root");
  return false;
}

/** True where other users can run what lies in this checkout. Else as privileged(): a checkout below /root is root's. */
export function shared(t: TestContext): boolean {
  let closed = "";
  for (let path = ROOT; closed === "" && path !== dirname(path); path = dirname(path))
    if ((statSync(path).mode & 0o001) === 0) closed = path;
  if (closed === "") return true;
  const reason = `needs a checkout that other users can enter: ${closed} is closed to them`;
  if (process.env["CI"]) throw new Error(reason);
  t.skip(reason);
  return false;
}

/** A host with nothing but its loopback. */
export function lonely(t: Borrower): Host {
  const only = host("127.0.0.1", "::1");
  lend(t, [only]);
  return only;
}

/**
 * Two hosts joined by a veth pair, eth0 in each: addresses 10.77.0.1 and .2, fd77::1 and ::2, hardware addresses
 * 02:00:00:00:00:01 and …:02. IPv6 addresses are usable at once, without duplicate address detection.
 */
export function pair(t: Borrower): [Host, Host] {
  const both: [Host, Host] = [host("10.77.0.1", "fd77::1"), host("10.77.0.2", "fd77::2")];
  lend(t, both);
  const [a, b] = both;
  a.ip("link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", b.namespace);
  both.forEach((each, i) => {
    each.ip("link", "set", "eth0", "address", `02:00:00:00:00:0${i + 1}`);
    // No link-local address: its router solicitations would come at times of their own.
    each.ip("link", "set", "eth0", "addrgenmode", "none");
    each.ip("address", "add", `${each.ip4}/24`, "dev", "eth0");
    each.ip("link", "set", "eth0", "up");
    each.ip("-6", "address", "add", `${each.ip6}/64`, "dev", "eth0", "nodad");
  });
  return both;
}

/** Two containers on a bridge, the host that they live on, and a machine beyond it. */
export interface Site {
  /** Both with eth0, addresses 10.78.1.2 and .3. */
  readonly containers: readonly [Host, Host];
  /** br0 (10.78.1.1) with a veth to each container (veth0, veth1); uplink eth0 (10.79.0.1); forwards. */
  readonly router: Host;
  /** eth0 (10.79.0.2); knows no way to the containers: only what is translated gets through. */
  readonly beyond: Host;
}

/** A host with containers as an engine makes them: IPv4 masqueraded on the uplink; IPv6 on the bridge only. */
export function site(t: Borrower): Site {
  const containers: [Host, Host] = [host("10.78.1.2", "fd78:1::2"), host("10.78.1.3", "fd78:1::3")];
  const router = host("10.79.0.1", "fd79::1");
  const beyond = host("10.79.0.2", "fd79::2");
  lend(t, [...containers, router, beyond]);
  router.ip("link", "add", "br0", "type", "bridge");
  router.ip("link", "set", "br0", "addrgenmode", "none");
  // else it is that of the port with the lowest one, and the ports would not be alike
  router.ip("link", "set", "br0", "address", "02:00:00:00:01:01");
  router.ip("address", "add", "10.78.1.1/24", "dev", "br0");
  router.ip("link", "set", "br0", "up");
  containers.forEach((container, i) => {
    const far = ["peer", "name", "eth0", "netns", container.namespace];
    router.ip("link", "add", `veth${i}`, "type", "veth", ...far);
    for (const [end, device] of [[router, `veth${i}`] as const, [container, "eth0"] as const])
      end.ip("link", "set", device, "addrgenmode", "none");
    container.ip("address", "add", `${container.ip4}/24`, "dev", "eth0");
    container.ip("link", "set", "eth0", "up");
    container.ip("-6", "address", "add", `${container.ip6}/64`, "dev", "eth0", "nodad");
    container.ip("route", "add", "default", "via", "10.78.1.1");
    router.ip("link", "set", `veth${i}`, "master", "br0", "up");
  });
  router.ip("link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", beyond.namespace);
  for (const each of [router, beyond]) {
    each.ip("link", "set", "eth0", "addrgenmode", "none");
    each.ip("address", "add", `${each.ip4}/24`, "dev", "eth0");
    each.ip("link", "set", "eth0", "up");
    each.ip("-6", "address", "add", `${each.ip6}/64`, "dev", "eth0", "nodad");
  }
  inside(router, "echo 1 >/proc/sys/net/ipv4/ip_forward");
  const outwards = ["-s", "10.78.1.0/24", "-o", "eth0"];
  inside(router, `iptables -w -t nat -A POSTROUTING ${outwards.join(" ")} -j MASQUERADE`);
  return { containers, router, beyond };
}

/** Runs a shell command in a host's network namespace, at once. Throws if it fails. */
function inside(host: Host, command: string): void {
  execFileSync("nsenter", [`--net=/run/netns/${host.namespace}`, "--", "sh", "-c", command], {
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** A folder that is gone when the test has ended. */
export function folder(t: Borrower): string {
  const path = mkdtempSync(join(tmpdir(), "ptcpdump-test-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A web server (python's) on the host's port 80, ready to answer. */
export async function webServer(t: Borrower, on: Host, port = 80): Promise<Program> {
  const root = folder(t);
  const server = on.start("python3", ["-m", "http.server", "--bind", "::", String(port)], { cwd: root });
  await server.listening(port);
  return server;
}

/**
 * A FIFO that is open for both sides, so that nobody who writes to it is turned away, and that nobody reads from until
 * the program that holds it gets a line; then it is emptied.
 */
export async function heldFifo(host: Host, path: string): Promise<Program> {
  await host.ok("mkfifo", path);
  const script = 'exec 3<>"$1"; echo open; read -r; cat <&3 >/dev/null';
  const holder = host.start("bash", ["-c", script, "bash", path]);
  await holder.lines(1);
  return holder;
}
