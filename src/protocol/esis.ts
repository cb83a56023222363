// End System to Intermediate System routing (ISO 9542).
//
//   NLPID (1) | length of the header (1) | version (1) | 0 (1) | type (1) | holding time (2) | checksum (2) |
//   addresses: length (1), address | options: type (1), length (1), value
import type { Dissection } from "./dissection.ts";
import { NLPID_ESIS, NLPID_NAMES, nsap, verdict } from "./nlpid.ts";
import { unknownBytes } from "./phrase.ts";
import type { Tokens } from "./token.ts";
import { hex, mac } from "./wording.ts";

const HEADER = 9;
const VERSION = 1;
const REDIRECT = 6;
const ESH = 2;
const ISH = 4;
const TYPES: Tokens = new Map([
  [REDIRECT, "redirect"],
  [ESH, "ESH"],
  [ISH, "ISH"],
]);
const OPTION_PROTOCOLS = 129;
const OPTION_CONFIGURATION_TIME = 198;
const OPTIONS: Tokens = new Map([
  [OPTION_PROTOCOLS, "Protocols supported"],
  [195, "QoS Maintenance"],
  [197, "Security"],
  [OPTION_CONFIGURATION_TIME, "ES Configuration Time"],
  [205, "Priority"],
  [225, "Addressk Mask"],
  [226, "SNPA Mask"],
]);

/** Reads addresses one after the other. */
interface Cursor {
  at: number;
  left: number;
  /** Length of the address taken last. */
  size: number;
}

/** Takes an address with its length before it; says so and answers -1 if there is none. */
function address(d: Dissection, cursor: Cursor, what: string, counted = true): number {
  if (!d.has(cursor.at, 1)) {
    d.truncated();
    return -1;
  }
  if (cursor.left >= 1) {
    cursor.size = d.u8(cursor.at++);
    if (counted) cursor.left--;
    if (!d.has(cursor.at, cursor.size)) {
      d.truncated();
      return -1;
    }
    if (cursor.left >= cursor.size) {
      const { at } = cursor;
      cursor.at += cursor.size;
      cursor.left -= cursor.size;
      return at;
    }
  }
  d.out.str(`, bad ${what}/li`);
  return -1;
}

function redirect(d: Dissection, cursor: Cursor): boolean {
  const { out } = d;
  const destination = address(d, cursor, "redirect");
  if (destination < 0) return false;
  out.str(`\n\t  ${nsap(d, destination, cursor.size)}`);
  const snpa = address(d, cursor, "redirect");
  if (snpa < 0) return false;
  const snpaSize = cursor.size;
  const net = address(d, cursor, "redirect", false);
  if (net < 0) return false;
  out.str(`\n\t  SNPA (length: ${snpaSize}): `);
  if (snpaSize === 6) out.str(mac(d, snpa));
  else d.linkAddress(snpa, snpaSize);
  if (cursor.size > 0) out.str(`\n\t  NET (length: ${cursor.size}) ${nsap(d, net, cursor.size)}`);
  return true;
}

function hello(d: Dissection, cursor: Cursor, type: number): boolean {
  const { out } = d;
  let count = 1;
  if (type === ESH) {
    if (!d.has(cursor.at, 1)) {
      d.truncated();
      return false;
    }
    if (cursor.left < 1) {
      out.str(", bad esh/li");
      return false;
    }
    count = d.u8(cursor.at++);
    cursor.left--;
    out.str(`\n\t  Number of Source Addresses: ${count}`);
  }
  for (; count > 0; count--) {
    const at = address(d, cursor, type === ESH ? "esh" : "ish");
    if (at < 0) return false;
    out.str(`\n\t  NET (length: ${cursor.size}): ${nsap(d, at, cursor.size)}`);
  }
  return true;
}

function options(d: Dissection, from: number, length: number): void {
  const { out } = d;
  let at = from;
  let left = length;
  while (left !== 0) {
    if (left < 2) {
      out.str(", bad opts/li");
      return;
    }
    const type = d.u8(at);
    let size = d.u8(at + 1);
    at += 2;
    left -= 2;
    if (size > left) {
      out.str(`, opt (${type}) too long`);
      return;
    }
    left -= size;
    out.str(`\n\t  ${OPTIONS.get(type) ?? "Unknown"} Option #${type}, length ${size}, value: `);
    if (type === OPTION_CONFIGURATION_TIME) {
      if (size !== 2) out.str("(bad length)");
      else if (d.has(at, 2)) out.str(`${d.u16(at)}s`);
      else {
        d.truncated();
        return;
      }
    } else if (type === OPTION_PROTOCOLS) {
      for (let i = 0; i < size; i++) {
        const id = d.u8(at + i);
        out.str(`${NLPID_NAMES.get(id) ?? "unknown"} (0x${hex(id, 2)})${i + 1 < size ? ", " : ""}`);
      }
      // tcpdump counts the length down and then reads the next option where this one's value is.
      size = 0;
    } else unknownBytes(d, at, "\n\t  ", size);
    if (d.opt.verbose > 1) unknownBytes(d, at, "\n\t  ", size);
    at += size;
  }
}

/** What is wrong with the header; null if nothing is. */
function objection(d: Dissection, at: number, length: number, headerLength: number): string | null {
  const version = d.u8(at + 2);
  if (d.u8(at) !== NLPID_ESIS) return ` nlpid 0x${hex(d.u8(at), 2)} packet not supported`;
  if (version !== VERSION) return ` version ${version} packet not supported`;
  if (headerLength > length) return ` length indicator(${headerLength}) > PDU size (${length})!`;
  if (headerLength >= HEADER + 2) return null;
  let text = ` length indicator ${headerLength} < min PDU size:`;
  for (let i = at; i < d.end; i++) text += hex(d.bytes[i]!, 2).toUpperCase();
  return text;
}

/** Writes the ES-IS PDU at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printEsis(d: Dissection, at: number, length: number): void {
  const { out, opt } = d;
  d.protocol = "esis";
  if (!opt.linkHeader) out.str("ES-IS");
  if (length <= 2) {
    out.str(opt.quiet ? "bad pkt!" : "no header at all!");
    return;
  }
  if (!d.has(at, HEADER)) {
    d.truncated();
    return;
  }
  const headerLength = d.u8(at + 1);
  const wrong = objection(d, at, length, headerLength);
  if (wrong !== null) {
    out.str(wrong);
    return;
  }
  const type = d.u8(at + 4) & 0x1f;
  const comma = opt.linkHeader ? "" : ", ";
  if (opt.verbose === 0) {
    out.str(`${comma}${TYPES.get(type) ?? `unknown type (${type})`}, length ${length}`);
    return;
  }
  out.str(`${comma}length ${length}\n\t${TYPES.get(type) ?? `unknown type: ${type}`} (${type})`);
  const checksum = d.u16(at + 7);
  out.str(`, v: ${VERSION}, checksum: 0x${hex(checksum, 4)}`);
  verdict(d, at, checksum, 7, headerLength);
  out.str(`, holding time: ${d.u16(at + 5)}s, length indicator: ${headerLength}`);
  if (opt.verbose > 1) unknownBytes(d, at, "\n\t", HEADER);
  const cursor = { at: at + HEADER, left: headerLength - HEADER, size: 0 };
  if (type === REDIRECT) {
    if (!redirect(d, cursor)) return;
  } else if (type === ESH || type === ISH) {
    if (!hello(d, cursor, type)) return;
  } else {
    if (opt.verbose <= 1 && d.has(cursor.at, 1)) unknownBytes(d, cursor.at, "\n\t  ", d.available(cursor.at));
    return;
  }
  options(d, cursor.at, cursor.left);
}
