// Locator/ID Separation Protocol's control messages (RFC 9301, before it RFC 6830).
//
//   type, flags (3) | record count (1) | nonce (8) | key (2) | length of authentication data (2) | that data |
//   records: TTL (4), locator count (1), mask length (1), action (1), 0 (1), version (2), family (2), prefix,
//   locators: priorities and weights (4), flags (2), family (2), address
import type { Dissection } from "./dissection.ts";
import { TRUNCATED } from "./dissection.ts";
import { unknownBytes } from "./phrase.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";
import { ip4, ip6, numbered } from "./wording.ts";

const HEADER = 16;
const RECORD = 12;
const LOCATOR = 8;
const REGISTER = 3;
const NOTIFY = 4;
const TYPES: Tokens = new Map([
  [0, "LISP-Reserved"],
  [1, "LISP-Map-Request"],
  [2, "LISP-Map-Reply"],
  [REGISTER, "LISP-Map-Register"],
  [NOTIFY, "LISP-Map-Notify"],
  [8, "LISP-Encapsulated-Contol-Message"],
]);
const REGISTER_FLAGS: BitTokens = [
  [0x08000000, "P-Proxy-Map-Reply"],
  [0x04000000, "S-LISP-SEC-Capable"],
  [0x02000000, "I-xTR-ID-Present"],
  [0x01000000, "R-Build-For-RTR"],
  [0x00000100, "M-Want-Map-Notify"],
];
const NOTIFY_FLAGS: BitTokens = [
  [0x08000000, "I-xTR-ID-Present"],
  [0x04000000, "R-Build-For-RTR"],
];
const AUTHENTICATIONS: Tokens = numbered(0, "None", "SHA1", "SHA256");
const ACTIONS: Tokens = numbered(0, "No-Action", "Natively-Forward", "Send-Map-Request", "Drop");
const LOCATOR_FLAGS: BitTokens = [
  [0x4, "Local-Locator"],
  [0x2, "RLoc-Probed"],
  [0x1, "Reachable"],
];

/** Bytes as unknownBytes() writes them, but up to the captured end, where it throws TRUNCATED. */
function bytes(d: Dissection, at: number, indent: string, size: number): void {
  if (d.has(at, size)) {
    unknownBytes(d, at, indent, size);
    return;
  }
  const captured = d.available(at);
  if (captured > 0) unknownBytes(d, at, indent, captured);
  throw TRUNCATED;
}

/** The address of a family that is known; answers its size, 0 if it is not. */
function address(d: Dissection, label: string, family: number, at: number, tail: string): number {
  if (family !== 1 && family !== 2) return 0;
  d.out.str(` ${label} ${family === 1 ? ip4(d, at) : ip6(d, at)}${tail}`);
  return family === 1 ? 4 : 16;
}

/** One locator; answers where it ends, -1 if it is cut off. */
function locator(d: Dissection, at: number): number {
  const { out } = d;
  const verbose = d.opt.verbose > 0;
  if (!d.has(at, LOCATOR)) return -1;
  const family = d.u16(at + 6);
  if (verbose) out.str("\n       ");
  const data = at + LOCATOR;
  if ((family === 1 || family === 2) && !d.has(data, family === 1 ? 4 : 16)) return -1;
  const size = address(d, "LOC", family, data, "");
  if (verbose) {
    out.str(`\n          Priority/Weight ${d.u8(at)}/${d.u8(at + 1)}, `);
    out.str(`Multicast Priority/Weight ${d.u8(at + 2)}/${d.u8(at + 3)},`);
    out.str(` flags [${bitNames(LOCATOR_FLAGS, d.u16(at + 4), "none")}],`);
  }
  return data + size;
}

/** One record; answers where it ends, -1 if it is cut off, -2 if its family is not known. */
function record(d: Dissection, at: number): number {
  const { out } = d;
  if (!d.has(at, RECORD)) return -1;
  out.str("\n");
  const count = d.u8(at + 4);
  const bits = d.u8(at + 5);
  if (d.opt.verbose > 0) {
    const action = d.u8(at + 6);
    out.str(`      Record TTL ${d.u32(at)}, ${action & 0x10 ? "" : "Non-"}Authoritative,`);
    out.str(` ${ACTIONS.get(action >> 5) ?? "unknown"}, Map Version: ${d.u16(at + 8) & 0xfff},`);
  }
  const size = address(d, "EID", d.u16(at + 10), at + RECORD, `/${bits},`);
  if (size === 0) return -2;
  out.str(` ${count} locator(s)`);
  let pos = at + RECORD + size;
  for (let i = 0; i < count && pos >= 0; i++) pos = locator(d, pos);
  return pos;
}

/** What follows the records: who registered, if a flag says so, or data; false if it is invalid. */
function trailer(d: Dissection, at: number, identified: boolean): boolean {
  if (!identified) {
    if (at < d.end) unknownBytes(d, at, "\n    Data: ", d.end - at);
    return true;
  }
  if (!d.has(at, 24)) return false;
  unknownBytes(d, at, "\n    xTR-ID: ", 16);
  d.out.str(`\n    SITE-ID: ${d.u64(at + 16)}`);
  return true;
}

/** Writes the LISP control message at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printLisp(d: Dissection, at: number, length: number): void {
  const { out } = d;
  const verbose = d.opt.verbose > 0;
  d.protocol = "lisp";
  if (!d.has(at, HEADER)) {
    d.truncated();
    return;
  }
  const first = d.u8(at);
  const type = first >> 4;
  out.str(`${TYPES.get(type) ?? `unknown-type-${type}`},`);
  if (type !== REGISTER && type !== NOTIFY) return;
  if (verbose)
    out.str(` flags [${bitNames(type === REGISTER ? REGISTER_FLAGS : NOTIFY_FLAGS, d.u32(at), "none")}],`);
  const size = d.u16(at + 14);
  const count = d.u8(at + 3);
  if (verbose) {
    out.str(`\n    ${count} record(s), `);
    out.str(`Authentication ${AUTHENTICATIONS.get(d.u16(at + 12)) ?? "unknown-type"},`);
    bytes(d, at + HEADER, "\n    Authentication-Data: ", size);
  } else out.str(` ${count} record(s),`);
  if (count === 0) {
    d.invalid();
    return;
  }
  // Offsets are of sixteen bits in tcpdump, and wrap.
  let offset = (HEADER + size) & 0xffff;
  for (let i = 0; i < count && length > offset; i++) {
    const next = record(d, at + offset);
    if (next === -1) d.truncated();
    if (next < 0) return;
    offset = (next - at) & 0xffff;
  }
  if (!trailer(d, at + offset, (first & (type === REGISTER ? 2 : 8)) !== 0)) d.invalid();
}
