// The rules of the truth themselves, on logs made by hand: a score is worth nothing if it calls everything right.
import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, type Ends, FIN, type Frame, IPPROTO, RST, SYN } from "./frames.ts";
import { type Operation, Truth } from "./truth.ts";

const [A, B, ROUTER] = [1, 2, 3];
const CLIENT = "10.0.0.1:4000";
const SERVER = "10.0.0.2:80";

/** An operation of a process with one thread. */
function did(pid: number, op: string, start: number, end: number, more: Partial<Operation>): string {
  const common = { op, kind: "k", start, end, slept: true, pid, tid: pid, uid: 0, name: "x" };
  return JSON.stringify({ ...common, netns: B, cookie: 1, protocol: IPPROTO.tcp, connected: true, ...more });
}

function ends(from: string, to: string, protocol: number): Ends {
  const [source, sourcePort] = from.split(":");
  const [destination, destinationPort] = to.split(":");
  return {
    protocol,
    source: addressOf(source!),
    destination: addressOf(destination!),
    sourcePort: Number(sourcePort),
    destinationPort: Number(destinationPort),
  };
}

function frame(from: string, to: string, more: Partial<Frame> = {}): Frame {
  const none = { payload: 0, flags: 0x10, icmp: -1, quoted: null, fragment: "", later: false };
  return { ...none, ...ends(from, to, more.protocol ?? IPPROTO.tcp), ...more };
}

/** Who may be named: pids in order, "nobody" where that is right, too; null: not explained. */
function named(truth: Truth, netns: number, outgoing: boolean, what: Frame, time: number): string | null {
  const verdict = truth.explain(netns, outgoing, what, time);
  if (verdict === null) return null;
  const pids = [...new Set(verdict.actors.map((actor) => actor.pid))].sort((a, b) => a - b);
  return [...pids, ...(verdict.nobody ? ["nobody"] : [])].join(" ");
}

/** A listener (10), a worker that accepts (20), its child that reads (30) and one that writes (40). */
const LOG = [
  did(10, "listen", 0, 0.1, { cookie: 7, local: "0.0.0.0:80", remote: "", connected: false }),
  did(20, "accept", 0.5, 2, { local: SERVER, remote: CLIENT, listener: 7 }),
  did(30, "recv", 3, 5, { local: SERVER, remote: CLIENT }),
  did(40, "send", 6, 6.1, { local: SERVER, remote: CLIENT }),
  did(30, "recv", 7, 9, { local: SERVER, remote: CLIENT }),
  did(30, "close", 10, 10.1, { local: SERVER, remote: CLIENT }),
  did(50, "send", 1, 1.1, {
    netns: A,
    protocol: IPPROTO.udp,
    cookie: 2,
    local: "0.0.0.0:53",
    remote: "10.0.0.2:53",
    connected: false,
  }),
  did(50, "close", 2, 2.1, {
    netns: A,
    protocol: IPPROTO.udp,
    cookie: 2,
    local: "0.0.0.0:53",
    remote: "",
    connected: false,
  }),
  did(60, "connect", 1, 1.9, { netns: A, cookie: 3, local: CLIENT, remote: SERVER }),
  JSON.stringify({
    op: "nobody",
    kind: "k",
    start: 0,
    netns: B,
    protocol: IPPROTO.udp,
    local: "*:53",
    remote: "",
  }),
  JSON.stringify({ op: "host", netns: ROUTER, addresses: ["10.9.9.9"], carries: true }),
  JSON.stringify({ op: "host", netns: A, addresses: ["10.0.0.1"] }),
  JSON.stringify({ op: "host", netns: B, addresses: ["10.0.0.2"] }),
  JSON.stringify({ op: "alias", from: "10.9.9.9", to: "10.0.0.1" }),
];

test("who may be named", () => {
  const truth = new Truth(LOG);
  const udp = { protocol: IPPROTO.udp, payload: 9 };
  const cases: [what: string, netns: number, outgoing: boolean, Frame, time: number, pids: string | null][] =
    [
      ["SYN: who listens, or waits in accept", B, false, frame(CLIENT, SERVER, { flags: SYN }), 1, "10 20"],
      ["SYN-ACK: likewise", B, true, frame(SERVER, CLIENT, { flags: SYN | 0x10 }), 1, "10 20"],
      ["data before the accept: likewise", B, false, frame(CLIENT, SERVER, { payload: 5 }), 1.5, "10 20"],
      ["data for who waits: nobody else", B, false, frame(CLIENT, SERVER, { payload: 5 }), 4, "30"],
      ["data that is being written", B, true, frame(SERVER, CLIENT, { payload: 5 }), 6.05, "40"],
      ["data written before: sent again", B, true, frame(SERVER, CLIENT, { payload: 5 }), 8, "30 40"],
      ["data for the reader, not the writer", B, false, frame(CLIENT, SERVER, { payload: 5 }), 8, "30"],
      ["an acknowledgement: reader or writer", B, true, frame(SERVER, CLIENT), 8, "30 40"],
      ["what comes after the close", B, false, frame(CLIENT, SERVER, { flags: FIN }), 11, "30"],
      ["a reset after the close", B, false, frame(CLIENT, SERVER, { flags: RST }), 11, "30 nobody"],
      ["a datagram that is sent", A, true, frame("10.0.0.1:53", "10.0.0.2:53", udp), 1.05, "50"],
      ["one that comes too late", A, false, frame("10.0.0.2:53", "10.0.0.1:53", udp), 3, "50 nobody"],
      ["a closed port", B, false, frame("10.0.0.1:53", "10.0.0.2:53", udp), 1.05, "nobody"],
      ["nothing is logged of it", B, false, frame("10.0.0.1:53", "10.0.0.2:54", udp), 1.05, null],
      [
        "carried by another host: either end",
        ROUTER,
        false,
        frame(CLIENT, SERVER, { payload: 5 }),
        4,
        "30 60",
      ],
      ["the same, translated", ROUTER, true, frame("10.9.9.9:4000", SERVER, { payload: 5 }), 4, "30 60"],
    ];
  for (const [what, netns, outgoing, packet, time, pids] of cases)
    assert.equal(named(truth, netns, outgoing, packet, time), pids, what);
});

test("a receive may begin in the kernel later than it says: never, if it had to wait there", () => {
  for (const [slept, early, late] of [
    [true, "20 30", "30"],
    [false, "20 30", "20 30"],
  ] as const) {
    const truth = new Truth([
      ...LOG.slice(0, 2),
      did(30, "recv", 3, 5, { local: SERVER, remote: CLIENT, slept }),
    ]);
    const data = frame(CLIENT, SERVER, { payload: 5 });
    assert.equal(named(truth, B, false, data, 3.0005), early);
    assert.equal(named(truth, B, false, data, 4), late);
  }
});

test("of sockets that had a port one after the other the last, and those whose datagrams may still be on their way", () => {
  const udp = (pid: number, cookie: number, from: number) => {
    const of = { cookie, netns: A, protocol: IPPROTO.udp, local: "0.0.0.0:53", remote: "", connected: false };
    return [did(pid, "send", from, from + 0.001, of), did(pid, "close", from + 0.001, from + 0.002, of)];
  };
  const log = [...udp(10, 5, 1), ...udp(20, 6, 2), ...udp(30, 7, 2.005)];
  const datagram = frame("10.0.0.1:53", "10.0.0.2:53", { protocol: IPPROTO.udp, payload: 9 });
  const at = (time: number, ...more: string[]) =>
    named(new Truth([...log, ...more]), A, true, datagram, time);
  assert.equal(at(1.01), "10");
  assert.equal(at(1.5), "10 20", "long after the one, before the other");
  assert.equal(at(2.003), "20");
  assert.equal(at(2.01), "20 30", "both have sent just now");
  assert.equal(at(2.1), "30");
  assert.equal(at(2.1, JSON.stringify({ op: "pace", factor: 5 })), "20 30", "on a slow machine");
  assert.equal(at(2.006), "30", "who is at it");
  assert.equal(at(0.5), "10", "nobody yet: the next");
});

test("an ICMP error is for who sent what it quotes; of the host that makes it it is nobody's", () => {
  const truth = new Truth([
    ...LOG,
    JSON.stringify({
      op: "nobody",
      kind: "k",
      start: 0,
      netns: B,
      protocol: IPPROTO.icmp,
      local: "10.0.0.2",
      remote: "",
    }),
  ]);
  const quoted = ends("10.0.0.1:53", "10.0.0.2:53", IPPROTO.udp);
  const error = { ...frame("10.0.0.2:0", "10.0.0.1:0", { protocol: IPPROTO.icmp, icmp: 3 }), quoted };
  assert.equal(named(truth, A, false, error, 1.5), "50");
  assert.equal(named(truth, B, true, error, 1.5), "nobody");
  assert.equal(named(truth, ROUTER, false, error, 1.5), "50");
});

test("fragments belong to who sent the first", () => {
  const truth = new Truth(LOG);
  const first = frame("10.0.0.1:53", "10.0.0.2:53", { protocol: IPPROTO.udp, payload: 9, fragment: "f" });
  const later = frame("10.0.0.1:0", "10.0.0.2:0", {
    protocol: IPPROTO.udp,
    payload: 9,
    fragment: "f",
    later: true,
  });
  assert.equal(named(truth, A, true, later, 1.05), null);
  truth.note(first);
  assert.equal(named(truth, A, true, later, 1.05), "50");
});

test("a process is what it last said of itself", () => {
  const said = (time: number, args: string): string => JSON.stringify({ op: "process", time, pid: 9, args });
  const truth = new Truth([said(1, "before"), said(3, "after")]);
  assert.equal(truth.process(9, 2)?.args, "before");
  assert.equal(truth.process(9, 4)?.args, "after");
  assert.equal(truth.process(8, 4), null);
});
