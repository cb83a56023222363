// Stream Control Transmission Protocol (RFC 9260): a common header, and chunks of many kinds.
//
//   source port (2) | destination port (2) | verification tag (4) | checksum (4)
//   chunk: type (1) | flags (1) | length, header included (2) | value | padding to four bytes
import type { Dissection } from "./dissection.ts";
import { printForces } from "./forces.ts";
import { printM3ua } from "./m3ua.ts";
import type { Tokens } from "./token.ts";

const HEADER_SIZE = 12;
const CHUNK_HEADER_SIZE = 4;

const DATA = 0;
const INIT = 1;
const INIT_ACK = 2;
const SACK = 3;
const CHUNKS: Tokens = new Map([
  [DATA, "DATA"],
  [INIT, "INIT"],
  [INIT_ACK, "INIT ACK"],
  [SACK, "SACK"],
  [4, "HB REQ"],
  [5, "HB ACK"],
  [6, "ABORT"],
  [7, "SHUTDOWN"],
  [8, "SHUTDOWN ACK"],
  [9, "OP ERR"],
  [10, "COOKIE ECHO"],
  [11, "COOKIE ACK"],
  [12, "ECN ECHO"],
  [13, "ECN CWR"],
  [14, "SHUTDOWN COMPLETE"],
  [0xc0, "FOR CUM TSN"],
  [0xc1, "REL CTRL"],
  [0xc2, "REL CTRL ACK"],
]);

const DATA_SIZE = 12;
const INIT_SIZE = 16;
const SACK_SIZE = 12;

const PAYLOAD_M3UA = 3;
const PAYLOADS: Tokens = new Map([
  [1, "ISDN Q.921"],
  [2, "M2UA"],
  [PAYLOAD_M3UA, "M3UA"],
  [4, "SUA"],
  [5, "M2PA"],
  [6, "V5.2"],
  [7, "H.248"],
  [8, "BICC"],
  [9, "TALI"],
  [10, "DUA"],
  [11, "ASAP"],
  [12, "ENRP"],
  [13, "H.323"],
  [14, "Q.IPC"],
  [15, "SIMCO"],
  [16, "DDPSC"],
  [17, "DDPSSC"],
  [18, "S1AP"],
  [19, "RUA"],
  [20, "HNBAP"],
  [21, "ForCES HP"],
  [22, "ForCES MP"],
  [23, "ForCES LP"],
  [24, "SBc-AP"],
  [25, "NBAP"],
  [27, "X2AP"],
]);
/** Ports of ForCES (RFC 5811), whose channel is named. */
const FORCES_PORTS: Tokens = new Map([
  [6704, "ForCES HP"],
  [6705, "ForCES MP"],
  [6706, "ForCES LP"],
]);

/** "[label N] " of a number that is captured already. */
function field(d: Dissection, label: string, value: number): void {
  d.out.ch(91);
  d.out.str(label);
  d.out.dec(value);
  d.out.str("] ");
}

/** A chunk of user data; false if it is too short. */
function data(d: Dissection, flags: number, at: number, length: number, forces: boolean): boolean {
  const { out } = d;
  if (flags & 4) out.str("(U)");
  if (flags & 2) out.str("(B)");
  if (flags & 1) out.str("(E)");
  if (flags & 7) out.ch(32);
  if (length < DATA_SIZE) return false;
  field(d, "TSN: ", d.u32(at));
  field(d, "SID: ", d.u16(at + 4));
  field(d, "SSEQ ", d.u16(at + 6));
  const payload = d.u32(at + 8);
  out.str(`[PPID ${PAYLOADS.get(payload) ?? `0x${payload.toString(16)}`}] `);
  if (length === DATA_SIZE) return false;
  if (forces) printForces(d, at + DATA_SIZE, length - DATA_SIZE);
  else if (d.opt.verbose > 1 && payload === PAYLOAD_M3UA) printM3ua(d, at + DATA_SIZE, length - DATA_SIZE);
  else if (d.opt.verbose > 1) {
    out.str("[Payload");
    if (d.dumpsUnknown) {
      out.ch(58);
      d.dump(at + DATA_SIZE, length - DATA_SIZE);
    }
    out.ch(93);
  }
  d.protocol = "sctp";
  return true;
}

function initiation(d: Dissection, at: number, length: number): boolean {
  if (length < INIT_SIZE) return false;
  field(d, "init tag: ", d.u32(at));
  field(d, "rwnd: ", d.u32(at + 4));
  field(d, "OS: ", d.u16(at + 8));
  field(d, "MIS: ", d.u16(at + 10));
  field(d, "init TSN: ", d.u32(at + 12));
  return true;
}

function acknowledgement(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  if (length < SACK_SIZE) return false;
  const cumulative = d.u32(at);
  field(d, "cum ack ", cumulative);
  field(d, "a_rwnd ", d.u32(at + 4));
  const gaps = d.u16(at + 8);
  field(d, "#gap acks ", gaps);
  const duplicates = d.u16(at + 10);
  field(d, "#dup tsns ", duplicates);
  let pos = at + SACK_SIZE;
  let left = length - SACK_SIZE;
  for (let i = 0; left > 0 && i < gaps + duplicates; i++) {
    if (left < 4) return false;
    if (i < gaps) {
      const from = (cumulative + d.u16(pos)) >>> 0;
      const to = (cumulative + d.u16(pos + 2)) >>> 0;
      out.str(`\n\t\t[gap ack block #${i + 1}: start = ${from}, end = ${to}] `);
    } else out.str(`\n\t\t[dup TSN #${i - gaps + 1}: ${d.u32(pos)}] `);
    pos += 4;
    left -= 4;
  }
  return true;
}

function chunk(
  d: Dissection,
  type: number,
  flags: number,
  at: number,
  length: number,
  forces: boolean,
): boolean {
  switch (type) {
    case DATA:
      return data(d, flags, at, length, forces);
    case INIT:
    case INIT_ACK:
      return initiation(d, at, length);
    case SACK:
      return acknowledgement(d, at, length);
    default:
      return true;
  }
}

/** The chunks in bytes[from, from + length). */
function chunks(d: Dissection, from: number, length: number, forces: boolean): void {
  const { out } = d;
  const detailed = d.opt.verbose > 1;
  let separator = detailed ? "\n\t" : " (";
  let at = from;
  let left = length;
  for (let number = 1; left !== 0; number++) {
    if (left < CHUNK_HEADER_SIZE) {
      out.str(`${separator}${number}) [chunk descriptor cut off at end of packet]`);
      return;
    }
    if (!d.has(at, CHUNK_HEADER_SIZE)) {
      d.truncated();
      return;
    }
    const size = d.u16(at + 2);
    if (size < CHUNK_HEADER_SIZE) {
      out.str(`${separator}${number}) [Bad chunk length ${size}, < size of chunk descriptor]`);
      return;
    }
    const padding = (4 - (size & 3)) & 3;
    if (left < padding) {
      out.str(`${separator}${number}) [Bad chunk length ${size}, > remaining data in packet]`);
      return;
    }
    if (!d.has(at, size)) {
      d.truncated();
      return;
    }
    const type = d.u8(at);
    out.str(`${separator}${number}) [${CHUNKS.get(type) ?? `Unknown chunk type: 0x${type.toString(16)}`}] `);
    if (!chunk(d, type, d.u8(at + 1), at + CHUNK_HEADER_SIZE, size - CHUNK_HEADER_SIZE, forces)) {
      out.str(`bogus chunk length ${size}]`);
      return;
    }
    // Unsigned as in tcpdump: a chunk longer than the packet wraps around, and the captured end stops the walk.
    left = (left - size) >>> 0;
    at += size;
    if (!detailed) separator = ", (";
    if (padding > 0) {
      if (!d.has(at, padding)) {
        d.truncated();
        return;
      }
      at += padding;
      left = (left - padding) >>> 0;
    }
  }
}

/** Writes the SCTP packet at `at`, `length` bytes on the wire; `ip` is its IP header. Throws TRUNCATED. */
export function printSctp(d: Dissection, at: number, length: number, ip: number): void {
  const { out } = d;
  d.protocol = "sctp";
  if (length < HEADER_SIZE) {
    out.str(`truncated-sctp - ${HEADER_SIZE - length} bytes missing!`);
    return;
  }
  if (!d.has(at, HEADER_SIZE)) {
    d.truncated();
    return;
  }
  const source = d.u16(at);
  const destination = d.u16(at + 2);
  const six = d.u8(ip) >> 4 === 6;
  if (six) d.ip6(ip + 8);
  else d.ip4(ip + 12);
  out.str(`.${source} > `);
  if (six) d.ip6(ip + 24);
  else d.ip4(ip + 16);
  out.str(`.${destination}: sctp`);
  let forces = false;
  for (const port of [source, destination]) {
    const channel = FORCES_PORTS.get(port);
    if (channel === undefined) continue;
    out.str(`[${channel}]`);
    forces = true;
  }
  chunks(d, at + HEADER_SIZE, length - HEADER_SIZE, forces);
}
