// Exterior Gateway Protocol (RFC 904).
//
//   version (1) | type (1) | code (1) | status (1) | checksum (2) | AS (2) | sequence (2) | the type's data
import type { Dissection } from "./dissection.ts";
import { addressText } from "./prefix.ts";
import { ip4 } from "./wording.ts";

const HEADER = 16;
const VERSION = 2;
const ACQUIRE = ["request", "confirm", "refuse", "cease", "cease_ack"] as const;
const ACQUIRE_STATUS = [
  "unspecified",
  "active_mode",
  "passive_mode",
  "insufficient_resources",
  "administratively_prohibited",
  "going_down",
  "parameter_violation",
  "protocol_violation",
] as const;
const REACH = ["hello", "i-h-u"] as const;
const STATES = ["indeterminate", "up", "down"] as const;
const REASONS = [
  "unspecified",
  "bad_EGP_header_format",
  "bad_EGP_data_field_format",
  "reachability_info_unavailable",
  "excessive_polling_rate",
  "no_response",
  "unsupported_version",
] as const;

function state(status: number): string {
  const name = STATES[status];
  return name === undefined ? ` [status ${status}]` : ` state:${name}`;
}

/** The number as tcpdump writes it, which takes it for an address on a little-endian host. */
function swapped(d: Dissection, n: number): string {
  return addressText(d, Uint8Array.of(n & 0xff, (n >>> 8) & 0xff, (n >>> 16) & 0xff, n >>> 24), false);
}

/** Bytes of a network's number by its class (RFC 791 3.2); 0 if it has none. */
function networkSize(n: number): number {
  if (n >>> 31 === 0) return 1;
  if (n >>> 30 === 2) return 2;
  return n >>> 29 === 6 ? 3 : 0;
}

/** Reads what an update lists one after the other; each byte must be in the message. */
class List {
  at: number;
  left: number;

  constructor(at: number, left: number) {
    this.at = at;
    this.left = left;
  }
  /** A number of `size` bytes; -1 if the message has no room for it. Throws TRUNCATED. */
  take(d: Dissection, size: number): number {
    if (this.left < size) return -1;
    let value = 0;
    for (let i = 0; i < size; i++) value = ((value << 8) | d.u8(this.at + i)) >>> 0;
    this.at += size;
    this.left -= size;
    return value;
  }
}

/** Networks at the same distance; false if they are cut off. */
function networks(d: Dissection, list: List, count: number): boolean {
  for (let i = 0; i < count; i++) {
    const first = list.take(d, 1);
    if (first < 0) return false;
    const size = networkSize((first << 24) >>> 0);
    const more = size === 2 ? 1 : size === 1 ? 0 : 2;
    const rest = list.take(d, more);
    if (rest < 0) return false;
    d.out.str(` ${swapped(d, ((first << 24) | (rest << (24 - 8 * more))) >>> 0)}`);
  }
  return true;
}

/** The gateways of an update with what they reach; false if they are cut off. */
function gateways(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  const source = d.le32(at + 12);
  const known = networkSize(source);
  const network = known === 0 ? 0 : (source & (0xffffffff << (32 - 8 * known))) >>> 0;
  const interior = d.u8(at + 10);
  const total = interior + d.u8(at + 11);
  const list = new List(at + HEADER, length - HEADER);
  for (let i = 0; i < total; i++) {
    if (list.left < 4 - known || !d.has(list.at, 4 - known)) return false;
    // Of a network that has no class tcpdump reads nothing.
    const host = known === 0 ? 0 : list.take(d, 4 - known);
    if (known === 0) list.left -= 4;
    const distances = list.take(d, 1);
    if (distances < 0) return false;
    out.str(` ${i < interior ? "int" : "ext"} ${swapped(d, (host | network) >>> 0)} (`);
    for (let j = 0; j < distances; j++) {
      if (list.left < 2) return false;
      const distance = list.take(d, 1);
      out.str(`${j > 0 ? ", " : ""}d${distance}:`);
      if (!networks(d, list, list.take(d, 1))) return false;
    }
    out.ch(41);
  }
  return true;
}

function acquire(d: Dissection, at: number, code: number, status: number): string {
  const name = ACQUIRE[code];
  if (name === undefined) return ` acquire[code ${code}]`;
  if (code <= 1) {
    const told = status <= 2 ? ` ${ACQUIRE_STATUS[status]}` : ` [status ${status}]`;
    return ` acquire ${name}${told} hello:${d.u16(at + 10)} poll:${d.u16(at + 12)}`;
  }
  const told =
    status === 0 || (status >= 3 && status <= 7) ? ` ${ACQUIRE_STATUS[status]}` : `[status ${status}]`;
  return ` acquire ${name}${told}`;
}

/** Writes the EGP message at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printEgp(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "egp";
  if (length < HEADER || !d.has(at, HEADER)) {
    d.truncated();
    return;
  }
  const version = d.u8(at);
  if (d.opt.verbose === 0) {
    out.str(`EGPv${version}, AS ${d.u16(at + 6)}, seq ${d.u16(at + 8)}, length ${length}`);
    return;
  }
  out.str(`EGPv${version}, length ${length}`);
  if (version !== VERSION) {
    out.str(`[version ${version}]`);
    return;
  }
  const type = d.u8(at + 1);
  const code = d.u8(at + 2);
  const status = d.u8(at + 3);
  switch (type) {
    case 1: {
      out.str(` update${status & 0x80 ? " unsolicited" : ""}${state(status & 0x7f)} ${ip4(d, at + 12)} `);
      out.str(`int ${d.u8(at + 10)} ext ${d.u8(at + 11)}`);
      if (!gateways(d, at, length)) d.truncated();
      break;
    }
    case 2:
      out.str(` poll${state(status)} net:${ip4(d, at + 12)}`);
      break;
    case 3:
      out.str(acquire(d, at, code, status));
      break;
    case 5:
      out.str(code <= 1 ? ` ${REACH[code]}${state(status)}` : `[reach code ${code}]`);
      break;
    case 8: {
      const reason = d.u16(at + 10);
      out.str(` error${state(status)} ${REASONS[reason] ?? `[reason ${reason}]`}`);
      break;
    }
    default:
      out.str(`[type ${type}]`);
  }
}
