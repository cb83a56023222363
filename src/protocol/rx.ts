// RX, the remote procedure calls of the Andrew File System (afs.ts).
//
//   epoch (4) | connection (4) | call (4) | sequence (4) | serial (4) | type (1) | flags (1) | status (1) |
//   security index (1) | spare (2) | service (2) | payload
import { printCall, printReply, SERVICES } from "./afs.ts";
import type { Dissection } from "./dissection.ts";
import type { Tokens } from "./token.ts";
import { hex, numbered } from "./wording.ts";

const TYPES: Tokens = new Map([
  [1, "data"],
  [2, "ack"],
  [3, "busy"],
  [4, "abort"],
  [5, "ackall"],
  [6, "challenge"],
  [7, "response"],
  [8, "debug"],
  [9, "params"],
  [13, "version"],
]);
const ACK_REASONS: Tokens = numbered(
  1,
  "ack requested",
  "duplicate packet",
  "out of sequence",
  "exceeds window",
  "no buffer space",
  "ping",
  "ping response",
  "delay",
  "idle",
);

const HEADER = 28;
const DATA = 1;
const ACK = 2;
const ABORT = 4;
const CLIENT_INITIATED = 0x01;
/** The flags' names, some by the packet's type only. */
const FLAGS: readonly (readonly [bit: number, name: string, type?: number])[] = [
  [CLIENT_INITIATED, "client-init"],
  [0x02, "req-ack"],
  [0x04, "last-pckt"],
  [0x08, "more-pckts"],
  [0x10, "free-pckt"],
  [0x20, "slow-start", ACK],
  [0x20, "jumbogram", DATA],
];

/** A call that was seen: who called what, and the operation. */
interface Call {
  readonly key: string;
  readonly operation: number;
}
/** How many calls are remembered: as many as tcpdump does. */
const MOST_CALLS = 64;
interface Calls {
  readonly slots: (Call | null)[];
  next: number;
  /** Where the search begins: at the last that was found. */
  hint: number;
}
const calls = (): Calls => ({ slots: new Array<Call | null>(MOST_CALLS).fill(null), next: 0, hint: 0 });

function callKey(d: Dissection, at: number, client: number, server: number, port: number): string {
  return `${d.u32(at + 8)} ${d.u16(at + 26)} ${d.u32(client)} ${d.u32(server)} ${port}`;
}

function remember(d: Dissection, at: number, ip: number, port: number): void {
  if (!d.has(at + HEADER, 4)) return;
  const known = d.memory(calls);
  const key = callKey(d, at, ip + 12, ip + 16, port);
  known.slots[known.next] = { key, operation: d.u32(at + HEADER) };
  known.next = (known.next + 1) % MOST_CALLS;
}

/** The operation that a reply answers; -1 if its call was not seen. */
function recall(d: Dissection, at: number, ip: number, port: number): number {
  const known = d.memory(calls);
  const key = callKey(d, at, ip + 16, ip + 12, port);
  for (let i = 0; i < MOST_CALLS; i++) {
    const slot = (known.hint + i) % MOST_CALLS;
    const call = known.slots[slot]!;
    if (call === null || call.key !== key) continue;
    known.hint = slot;
    return call.operation;
  }
  return -1;
}

/** Which packets were received (or not): "acked 3-5,7" of `count` octets at `at`, the first of which is for `first`. */
function ranges(d: Dissection, at: number, count: number, first: number, wanted: number, name: string): void {
  const { out } = d;
  const number = (i: number) => (first + i) >>> 0;
  let start = -2;
  let last = -2;
  const close = (i: number) => {
    if (last === i - 1 && start !== last) out.str(`-${number(i - 1)}`);
  };
  for (let i = 0; i < count; i++) {
    if (d.u8(at + i) !== wanted) {
      close(i);
      continue;
    }
    if (last !== i - 1 || last === -2) {
      out.str(last === -2 ? ` ${name} ${number(i)}` : `,${number(i)}`);
      start = i;
    }
    last = i;
  }
  close(count);
}

/**
 * buffer space (2) | skew (2) | first packet (4) | previous (4) | serial (4) | reason (1) | number of
 * acknowledgements (1) | those (1 each) | three bytes | sizes (4 each)
 */
function acknowledgement(d: Dissection, at: number): void {
  const { out } = d;
  if (!d.has(at, 18)) {
    out.str(" [|ack]");
    return;
  }
  if (d.opt.verbose > 2) out.str(` bufspace ${d.u16(at)} maxskew ${d.u16(at + 2)}`);
  const first = d.u32(at + 4);
  const reason = d.u8(at + 16);
  out.str(` first ${first} serial ${d.u32(at + 12)} reason ${ACK_REASONS.get(reason) ?? `#${reason}`}`);
  const count = d.u8(at + 17);
  at += 18;
  if (!d.has(at, count)) {
    out.str(" [|ack]");
    return;
  }
  ranges(d, at, count, first, 1, "acked");
  ranges(d, at, count, first, 0, "nacked");
  at += count + 3;
  if (d.opt.verbose < 2) return;
  for (const name of ["ifmtu", "maxmtu", "rwind", "maxpackets"]) {
    if (d.end - at + 1 <= 4) return;
    out.str(` ${name}`);
    out.str(` ${d.u32(at)}`);
    at += 4;
  }
}

function verboseHeader(d: Dissection, at: number, type: number, flags: number): void {
  const { out, opt } = d;
  if (opt.verbose > 1) out.str(` cid ${hex(d.u32(at + 4), 8)} call# ${d.u32(at + 8)}`);
  out.str(` seq ${d.u32(at + 12)} ser ${d.u32(at + 16)}`);
  if (opt.verbose > 2) out.str(` secindex ${d.u8(at + 23)} serviceid ${d.u16(at + 26)}`);
  if (opt.verbose < 2) return;
  const set = FLAGS.filter(([bit, , only]) => flags & bit && (only === undefined || only === type));
  if (set.length > 0) out.str(` ${set.map(([, name]) => `<${name}>`).join(",")}`);
}

/** Writes the packet of `length` bytes at `at`; the rest as in PortPrinter. Throws TRUNCATED. */
export function printRx(
  d: Dissection,
  at: number,
  length: number,
  ip: number,
  sport: number,
  dport: number,
): void {
  const { out } = d;
  d.protocol = "rx";
  if (!d.has(at, HEADER)) {
    out.str(` [|rx] (${length})`);
    return;
  }
  const type = d.u8(at + 20);
  const flags = d.u8(at + 21);
  out.str(` rx ${TYPES.get(type) ?? `type ${type}`}`);
  if (d.opt.verbose > 0) verboseHeader(d, at, type, flags);
  const first = type === DATA && d.u32(at + 12) === 1;
  const client = (flags & CLIENT_INITIATED) !== 0;
  if (first && client) {
    remember(d, at, ip, dport);
    const service = SERVICES.get(dport);
    if (service !== undefined && length > HEADER) printCall(d, service, at + HEADER);
  } else if ((first || type === ABORT) && !client) {
    const operation = recall(d, at, ip, sport);
    const service = operation < 0 ? undefined : SERVICES.get(sport);
    if (service !== undefined && (length > HEADER || (service.empty === true && length === HEADER)))
      printReply(d, service, at + HEADER, operation, type === ABORT);
  } else if (type === ACK && length >= HEADER) acknowledgement(d, at + HEADER);
  out.str(` (${length})`);
}
