// The truth: from what the programs logged (programs/truth.h) to who may rightly be named for a packet.
//
// Out names the process that sends, In the process that receives. A listener owns a connection until it is accepted:
// that is whoever listens, or waits in accept. From then on it belongs to whoever uses it:
//  - A packet with data goes out for whoever is sending at that moment, else for who sent last (a retransmission, or
//    what waited for a window). It comes in for whoever waits to receive; if nobody does, for who received last or
//    who will receive next.
//  - A packet without data (acknowledgement, FIN) is the business of every user of the moment.
//    That includes who closes a copy of it ("drop"): the last one sends the FIN.
//  - What comes when the socket is closed belongs to its last user, or who closed it; only a reset, and a datagram
//    that nobody will receive any more, may be without a name.
// A host that only carries a packet (bridge, router, translation) sees two processes at work elsewhere, the sender and
// the receiver: there either is right, and none is wrong unless neither end has one.
// A packet of which nothing is logged is a hole in the workload, not in the attribution.
import { readFileSync } from "node:fs";
import { addressOf, type Ends, type Frame, IPPROTO, isWildcard, RST } from "./frames.ts";

/** An operation on a socket as a program logged it. Times are seconds since 1970. */
export interface Operation {
  readonly op: string;
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  /** Whether the thread slept meanwhile: it waited, in the kernel. */
  readonly slept: boolean;
  readonly pid: number;
  readonly tid: number;
  readonly uid: number;
  readonly name: string;
  readonly netns: number;
  /** SO_COOKIE; 0 for ends that the program made itself. */
  readonly cookie: number;
  readonly protocol: number;
  readonly local: string;
  readonly remote: string;
  readonly connected: boolean;
  /** Cookie of the listener, of an accept. */
  readonly listener?: number;
  /** Of a hold. */
  readonly direction?: "in" | "out";
  /** The operation is done by a thread of the kernel's making: any of the process may be named. */
  readonly anyThread?: boolean;
}

export interface ProcessTruth {
  readonly time: number;
  readonly pid: number;
  readonly uid: number;
  readonly exe: string;
  readonly args: string;
  readonly ppid: number;
  readonly parentArgs: string;
}

/** Ends that are nobody's in a network namespace: of a closed port, of the kernel's own answers. */
interface Nobody {
  readonly kind: string;
  /** From when on; a later one of the same ends takes its place. */
  readonly start: number;
  readonly netns: number;
  readonly protocol: number;
  /** "" stands for every address, 0 for every port. */
  readonly local: string;
  readonly localPort: number;
  readonly remote: string;
  readonly remotePort: number;
}

/** A host of the workload. */
interface HostEntry {
  readonly netns: number;
  readonly addresses: readonly string[];
  /** It carries packets that are not its own. */
  readonly carries: boolean;
}

/** A translation: ends with the first address and port may be meant for the second. Port 0: any, and it stays. */
interface Alias {
  readonly from: readonly [address: string, port: number];
  readonly to: readonly [address: string, port: number];
}

type End = readonly [address: string, port: number];

interface Socket {
  readonly netns: number;
  readonly protocol: number;
  readonly operations: Operation[];
  /** Made when it is first asked for: whom the socket had to do with. */
  peers?: Set<string>;
}

/** Who may be named. `nobody`: no name is right, too. No actors: only that is. */
export interface Verdict {
  readonly kind: string;
  readonly actors: readonly Operation[];
  readonly nobody: boolean;
}

/** How far the clocks of packets and programs may be apart, s. */
const SLACK = 20e-6;
/** How long a connection may wait to be accepted, s. */
const BACKLOG = 2;
/**
 * How long a datagram may lie in a queue on its way, s; times the pace of the machine: soft interrupts wait for their turn
 * where programs of higher priority are at work.
 */
const QUEUE = 20e-3;
const HAVE_PORTS = new Set<number>([IPPROTO.tcp, IPPROTO.udp, IPPROTO.icmp, IPPROTO.icmp6]);
/** How long a program may take from its clock into the kernel's call, s; times the pace of the machine. */
const ENTRY = 1e-3;
/** The same for a thread of the kernel's making. */
const THREAD_ENTRY = 50e-3;
const READERS = new Set(["recv", "accept", "use"]);
const WRITERS = new Set(["send", "connect", "shutdown", "close", "use"]);

const isReader = (operation: Operation): boolean =>
  READERS.has(operation.op) || (operation.op === "hold" && operation.direction === "in");
const isWriter = (operation: Operation): boolean =>
  WRITERS.has(operation.op) || (operation.op === "hold" && operation.direction === "out");

/** "address:port", "[address]:port" or "address" → hexadecimal address and port. */
function end(text: string): [address: string, port: number] {
  const match = /^\[?(.*?)\]?(?::(\d+))?$/.exec(/^[^[]*:.*:/.test(text) ? `[${text}]` : text)!;
  const [, address, port] = match;
  return [address === "*" ? "" : addressOf(address!), Number(port ?? 0)];
}

/**
 * Who is at it at that time: those whose operation runs; if none does, the last before and the next after. The last
 * before also while a first operation may not have come to the kernel yet.
 */
function atWork(operations: readonly Operation[], time: number, pace: number): Operation[] {
  const running: Operation[] = [];
  let last: Operation | null = null;
  let next: Operation | null = null;
  for (const operation of operations) {
    // a hold lasts: its holder waits there whenever it does nothing else
    const until = operation.op === "hold" ? Number.POSITIVE_INFINITY : operation.end;
    if (operation.start - SLACK <= time && time <= until + SLACK) running.push(operation);
    else if (until < time) last = last !== null && last.end > until ? last : operation;
    else next = next !== null && next.start < operation.start ? next : operation;
  }
  const entering = running.every(
    (each) =>
      each.op !== "hold" &&
      ((isReader(each) && !each.slept) || time < each.start + (each.anyThread ? THREAD_ENTRY : ENTRY) * pace),
  );
  if (running.length > 0) return entering && last !== null ? [...running, last] : running;
  return [last, next].filter((operation) => operation !== null);
}

export class Truth {
  readonly #sockets = new Map<string, Socket>();
  /** netns, protocol, both ends → connected sockets, in the order of their use. */
  readonly #connected = new Map<string, Socket[]>();
  /** netns, protocol, local port → sockets that take from anybody. */
  readonly #bound = new Map<string, { socket: Socket; local: string }[]>();
  readonly #nobody: Nobody[] = [];
  /** Address → network namespace. */
  readonly #hosts = new Map<string, number>();
  #pace = 1;
  readonly #carriers = new Set<number>();
  readonly #aliases: Alias[] = [];
  readonly #processes = new Map<number, ProcessTruth[]>();
  /** Ends of first fragments, by the fragments' key. */
  readonly #fragments = new Map<string, Ends>();

  /** @param lines of the log */
  constructor(lines: Iterable<string>) {
    for (const line of lines) {
      if (line === "") continue;
      const entry = JSON.parse(line) as { op: string };
      if (entry.op === "process") this.#addProcess(entry as unknown as ProcessTruth);
      else if (entry.op === "nobody") this.#addNobody(entry as unknown as Operation);
      else if (entry.op === "host") this.#addHost(entry as unknown as HostEntry);
      else if (entry.op === "pace") this.#pace = (entry as unknown as { factor: number }).factor;
      else if (entry.op === "alias") {
        const { from, to } = entry as unknown as { from: string; to: string };
        this.#aliases.push({ from: end(from), to: end(to) });
      } else this.#addOperation(entry as Operation);
    }
    for (const socket of this.#sockets.values()) {
      socket.operations.sort((a, b) => a.start - b.start);
      if (!socket.operations.some((operation) => operation.anyThread)) continue;
      // what the kernel's threads do once they may have done last, whoever closes
      for (const [i, operation] of socket.operations.entries())
        socket.operations[i] = { ...operation, anyThread: true };
    }
  }

  static read(path: string): Truth {
    return new Truth(readFileSync(path, "utf8").split("\n"));
  }

  #addHost({ netns, addresses, carries }: HostEntry): void {
    if (carries) this.#carriers.add(netns);
    for (const address of addresses) this.#hosts.set(addressOf(address), netns);
  }

  #addProcess(process: ProcessTruth): void {
    const known = this.#processes.get(process.pid);
    if (known) known.push(process);
    else this.#processes.set(process.pid, [process]);
  }

  #addNobody(entry: Operation): void {
    const [local, localPort] = end(entry.local);
    const [remote, remotePort] = end(entry.remote);
    const { kind, netns, protocol, start } = entry;
    this.#nobody.push({ kind, start, netns, protocol, local, localPort, remote, remotePort });
  }

  #addOperation(operation: Operation): void {
    const { netns, protocol, cookie } = operation;
    const key = cookie === 0 ? `${operation.local} ${operation.remote} ${protocol}` : String(cookie);
    const name = `${netns} ${key}`;
    let socket = this.#sockets.get(name);
    if (!socket) {
      socket = { netns, protocol, operations: [] };
      this.#sockets.set(name, socket);
    }
    socket.operations.push(operation);
    const [local, localPort] = end(operation.local);
    if (operation.connected && operation.remote !== "") {
      const [remote, remotePort] = end(operation.remote);
      add(this.#connected, `${netns} ${protocol} ${local} ${localPort} ${remote} ${remotePort}`, socket);
    } else if (localPort !== 0 || !HAVE_PORTS.has(protocol)) {
      const bound = `${netns} ${protocol} ${localPort}`;
      const list = this.#bound.get(bound) ?? [];
      if (!list.some((entry) => entry.socket === socket && entry.local === local))
        list.push({ socket: socket!, local });
      this.#bound.set(bound, list);
    }
  }

  /** What a process was at that time; null if it never said. */
  process(pid: number, time: number): ProcessTruth | null {
    const known = this.#processes.get(pid) ?? [];
    return known.findLast((process) => process.time <= time + SLACK) ?? known[0] ?? null;
  }

  /** Remembers the ports of a first fragment for those that follow. To be called for every frame, in their order. */
  note(frame: Frame): void {
    if (frame.fragment !== "" && !frame.later) this.#fragments.set(frame.fragment, frame);
  }

  /** Who may be named for a packet that a device of this network namespace saw at this time; null: not explained. */
  explain(netns: number, outgoing: boolean, frame: Frame, time: number): Verdict | null {
    const ends = frame.later ? this.#fragments.get(frame.fragment) : frame;
    if (!ends) return null;
    const source: End = [ends.source, ends.sourcePort];
    const destination: End = [ends.destination, ends.destinationPort];
    if (frame.quoted === null || outgoing) {
      const [local, remote] = outgoing ? [source, destination] : [destination, source];
      const here = this.#end(netns, ends.protocol, local, remote, outgoing, frame, time);
      if (here !== null) return here;
    }
    if (frame.quoted === null)
      return this.#carriers.has(netns)
        ? this.#between(ends.protocol, source, destination, frame, time)
        : null;
    // an error is for whoever sent what it quotes
    const { protocol } = frame.quoted;
    const sender: End = [frame.quoted.source, frame.quoted.sourcePort];
    const receiver: End = [frame.quoted.destination, frame.quoted.destinationPort];
    const here = this.#end(netns, protocol, sender, receiver, true, frame, time);
    if (here !== null || !this.#carriers.has(netns)) return here;
    for (const local of this.#names(sender)) {
      const host = this.#hosts.get(local[0]);
      for (const remote of host === undefined ? [] : this.#names(receiver)) {
        const there = this.#end(host!, protocol, local, remote, true, frame, time);
        if (there !== null) return there;
      }
    }
    return null;
  }

  /** An end, all that it may be a translation of, and all that it may be translated to. */
  #names(named: End): End[] {
    const [address, port] = named;
    const found: End[] = [named];
    for (const { from, to } of this.#aliases)
      for (const [one, other] of [
        [from, to],
        [to, from],
      ] as const)
        if (one[0] === address && (one[1] === 0 || one[1] === port))
          found.push([other[0], other[1] === 0 ? port : other[1]]);
    return found;
  }

  /** Who is at one end, in the network namespace that has it; null: nothing is logged there. */
  #end(
    netns: number,
    protocol: number,
    local: End,
    remote: End,
    outgoing: boolean,
    frame: Frame,
    time: number,
  ): (Verdict & { exact: boolean }) | null {
    const found = this.#find(netns, protocol, ...local, ...remote, time);
    if (found === null) return null;
    // an error's quotation tells who sent, whatever it is that arrives
    const { payload, flags } = frame.quoted === null ? frame : { payload: 1, flags: RST };
    let verdicts = found.sockets.map((socket) => this.#users(socket, outgoing, payload, flags, time));
    // of several sockets on one port those that had to do with this peer are meant
    const acquainted = verdicts.filter((_, i) => knows(found.sockets[i]!, ...remote));
    if (acquainted.length > 0) verdicts = acquainted;
    return {
      kind: found.kind,
      exact: found.exact,
      actors: verdicts.flatMap((verdict) => verdict.actors),
      nobody: verdicts.length === 0 || verdicts.some((verdict) => verdict.nobody),
    };
  }

  /** Who is at the two ends of a packet that a host carries. */
  #between(protocol: number, source: End, destination: End, frame: Frame, time: number): Verdict | null {
    const found: (Verdict & { exact: boolean })[] = [];
    for (const [locals, remotes, outgoing] of [
      [this.#names(source), this.#names(destination), true],
      [this.#names(destination), this.#names(source), false],
    ] as const) {
      const side: typeof found = [];
      for (const local of locals)
        for (const remote of remotes) {
          const host = this.#hosts.get(local[0]);
          const verdict =
            host === undefined ? null : this.#end(host, protocol, local, remote, outgoing, frame, time);
          if (verdict !== null) side.push(verdict);
        }
      // a connection's own socket knows better than the one that it came from
      const exact = side.filter((verdict) => verdict.exact);
      found.push(...(exact.length > 0 ? exact : side));
    }
    if (found.length === 0) return null;
    const peopled = found.filter((verdict) => verdict.actors.length > 0);
    return {
      kind: (peopled[0] ?? found[0]!).kind,
      actors: peopled.flatMap((verdict) => verdict.actors),
      nobody: peopled.every((verdict) => verdict.nobody),
    };
  }

  #find(
    netns: number,
    protocol: number,
    local: string,
    localPort: number,
    remote: string,
    remotePort: number,
    time: number,
  ): { kind: string; sockets: Socket[]; exact: boolean } | null {
    const kindOf = (socket: Socket): string => socket.operations[0]!.kind;
    const connected = this.#connected.get(
      `${netns} ${protocol} ${local} ${localPort} ${remote} ${remotePort}`,
    );
    if (connected) {
      // one after the other: the first that was not yet done with, else the last that had begun
      const begun = connected.filter((one) => beginning(one) <= time);
      const socket = begun.find((one) => !isClosed(one, time)) ?? begun.at(-1) ?? connected[0]!;
      return { kind: kindOf(socket), sockets: [socket], exact: true };
    }
    const bound = (this.#bound.get(`${netns} ${protocol} ${localPort}`) ?? [])
      .filter((entry) => isWildcard(entry.local) || entry.local === local)
      .map((entry) => entry.socket);
    const open = [...new Set(bound)].filter((socket) => beginning(socket) <= time && !isClosed(socket, time));
    if (open.length > 0) return { kind: kindOf(open[0]!), sockets: open, exact: false };
    const nobody = this.#nobody.findLast(
      (entry) =>
        entry.start <= time &&
        entry.netns === netns &&
        entry.protocol === protocol &&
        (entry.local === "" || entry.local === local) &&
        (entry.localPort === 0 || entry.localPort === localPort) &&
        (entry.remote === "" || entry.remote === remote) &&
        (entry.remotePort === 0 || entry.remotePort === remotePort),
    );
    if (nobody) return { kind: nobody.kind, sockets: [], exact: false };
    const sockets = this.#lastOf([...new Set(bound)], time);
    return sockets.length > 0 ? { kind: kindOf(sockets[0]!), sockets, exact: false } : null;
  }

  /**
   * Of sockets that have a port one after the other, none of them now: those that were closed so shortly before that what
   * they sent may only come by now; else the last one and the next.
   */
  #lastOf(sockets: readonly Socket[], time: number): Socket[] {
    const done = (socket: Socket): number => socket.operations.at(-1)!.end;
    const byTime = sockets.toSorted((a, b) => done(a) - done(b));
    const before = byTime.filter((socket) => done(socket) <= time);
    const recent = before.filter((socket) => done(socket) >= time - QUEUE * this.#pace);
    if (recent.length > 0) return recent;
    const next = byTime.find((socket) => beginning(socket) > time);
    return [before.at(-1), next].filter((socket) => socket !== undefined);
  }

  #users(
    socket: Socket,
    outgoing: boolean,
    payload: number,
    flags: number,
    time: number,
  ): { actors: Operation[]; nobody: boolean } {
    const all = socket.operations.filter((operation) => operation.op !== "socket");
    const uses = all.length > 0 ? all : socket.operations;
    const accept = uses.find((operation) => operation.op === "accept");
    const listener = accept ? this.#sockets.get(`${socket.netns} ${accept.listener}`) : undefined;
    if (accept && time <= accept.end + SLACK)
      return { actors: [accept, ...(listener?.operations ?? [])], nobody: false };
    if (uses.some((operation) => operation.op === "listen")) return { actors: uses, nobody: false };
    const late = isClosing(socket, time) && ((flags & RST) !== 0 || (payload > 0 && !outgoing));
    if (isClosed(socket, time)) {
      const before = uses.filter((operation) => operation.op !== "close" && operation.op !== "drop");
      return { actors: [uses, before].flatMap((some) => atWork(some, time, this.#pace)), nobody: late };
    }
    const readers = uses.filter(isReader);
    const writers = uses.filter(isWriter);
    if (payload === 0)
      return {
        actors: [uses, readers, writers].flatMap((some) => atWork(some, time, this.#pace)),
        nobody: late,
      };
    const meant = outgoing ? writers : readers;
    return { actors: atWork(meant.length > 0 ? meant : uses, time, this.#pace), nobody: late };
  }
}

function add(map: Map<string, Socket[]>, key: string, socket: Socket): void {
  const list = map.get(key);
  if (!list) map.set(key, [socket]);
  else if (!list.includes(socket)) list.push(socket);
}

/** The last operation, if it closes the socket. A "use" is a connection from its beginning to its end. */
function closing(socket: Socket): Operation | null {
  const last = socket.operations.at(-1)!;
  return ["close", "drop", "use"].includes(last.op) ? last : null;
}

/** True when the last user has closed it. */
function isClosed(socket: Socket, time: number): boolean {
  const last = closing(socket);
  return last !== null && time > last.end + SLACK;
}

/** True when it is closed, or is being closed: who comes now may come too late. */
function isClosing(socket: Socket, time: number): boolean {
  const last = closing(socket);
  return last !== null && time > (last.op === "use" ? last.end : last.start) - SLACK;
}

/** When it began, or a little before: what comes for it comes before it is accepted. */
function beginning({ operations }: Socket): number {
  const first = operations[0]!;
  return first.op === "accept" ? first.end - BACKLOG : first.start - SLACK;
}

/** True if the socket received from this peer, or sent to it. */
function knows(socket: Socket, remote: string, remotePort: number): boolean {
  socket.peers ??= new Set(socket.operations.map((operation) => end(operation.remote).join(" ")));
  return socket.peers.has(`${remote} ${remotePort}`);
}
