// Multipath TCP (RFC 6824, RFC 8684): option 30 of TCP.
//
//   kind (1) | length (1) | subtype (4 bits) | what the subtype says
import type { Dissection } from "./dissection.ts";
import type { Tokens } from "./token.ts";

const SYN = 0x02;
const ACK = 0x10;

const CAPABLE_CHECKSUM = 0x80;
const JOIN_BACKUP = 0x01;
const DSS_FIN = 0x10;
const DSS_LONG_SEQ = 0x08;
const DSS_SEQ = 0x04;
const DSS_LONG_ACK = 0x02;
const DSS_ACK = 0x01;

const ADD_ADDR_KINDS: Tokens = new Map([
  [0x6, "v0-ip6"],
  [0x4, "v0-ip4"],
  [0x1, "v1-echo"],
  [0x0, "v1"],
]);

const hex64 = (n: bigint) => `0x${n.toString(16)}`;

/** Prints the option of `length` bytes at `at`, kind and length counted; false if it is malformed. */
type Printer = (d: Dissection, at: number, length: number, flags: number) => boolean;

function printCapable(d: Dissection, at: number, length: number, flags: number): boolean {
  const first = (length === 12 || length === 4) && (flags & SYN) !== 0;
  const third = (length === 20 || length === 22) && (flags & (SYN | ACK)) === ACK;
  if (!first && !third) return false;
  const version = d.u8(at + 2) & 15;
  if (version > 1) {
    d.out.str(` Unknown Version (${version})`);
    return true;
  }
  d.out.str(` v${version}`);
  if (d.u8(at + 3) & CAPABLE_CHECKSUM) d.out.str(" csum");
  if (length === 12 || length >= 20) {
    d.out.str(` {${hex64(d.u64(at + 4))}`);
    if (length >= 20) d.out.str(`,${hex64(d.u64(at + 12))}`);
    d.out.ch(125);
  }
  return true;
}

function printJoin(d: Dissection, at: number, length: number, flags: number): boolean {
  const fits =
    (length === 12 && (flags & SYN) !== 0) ||
    (length === 16 && (flags & (SYN | ACK)) === (SYN | ACK)) ||
    (length === 24 && (flags & ACK) !== 0);
  if (!fits) return false;
  if (length !== 24) {
    if (d.u8(at + 2) & JOIN_BACKUP) d.out.str(" backup");
    d.out.str(` id ${d.u8(at + 3)}`);
  }
  if (length === 12)
    d.out.str(` token 0x${d.u32(at + 4).toString(16)} nonce 0x${d.u32(at + 8).toString(16)}`);
  else if (length === 16) d.out.str(` hmac ${hex64(d.u64(at + 4))} nonce 0x${d.u32(at + 12).toString(16)}`);
  else {
    d.out.str(" hmac 0x");
    for (let i = 0; i < 20; i++) d.out.hexPad(d.u8(at + 4 + i), 2);
  }
  return true;
}

function printDss(d: Dissection, at: number, length: number, flags: number): boolean {
  const { out } = d;
  if (length < 4 || (flags & SYN) !== 0) return false;
  const bits = d.u8(at + 3);
  if (bits & DSS_FIN) out.str(" fin");
  at += 4;
  let left = length - 4;
  if (bits & DSS_ACK) {
    out.str(" ack ");
    const size = bits & DSS_LONG_ACK ? 8 : 4;
    if (left < size) return false;
    out.str((size === 8 ? d.u64(at) : d.u32(at)).toString());
    at += size;
    left -= size;
  }
  if (bits & DSS_SEQ) {
    out.str(" seq ");
    const size = bits & DSS_LONG_SEQ ? 8 : 4;
    if (left < size) return false;
    out.str((size === 8 ? d.u64(at) : d.u32(at)).toString());
    at += size;
    left -= size;
    if (left < 4) return false;
    out.str(` subseq ${d.u32(at)}`);
    if (left < 6) return false;
    out.str(` len ${d.u16(at + 4)}`);
    at += 6;
    left -= 6;
    // There only if both sides agreed on checksums.
    if (left >= 2) {
      out.str(` csum 0x${d.u16(at).toString(16)}`);
      left -= 2;
    }
  }
  return left === 0;
}

function printAddAddr(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  const v4 = length === 8 || length === 10 || length === 16 || length === 18;
  const v6 = length === 20 || length === 22 || length === 28 || length === 30;
  if (!v4 && !v6) return false;
  out.str(` ${ADD_ADDR_KINDS.get(d.u8(at + 2) & 15) ?? "[bad version/echo]"}`);
  out.str(` id ${d.u8(at + 3)}`);
  const size = v4 ? 4 : 16;
  d.need(at + 4, size);
  out.ch(32);
  if (v4) d.ip4(at + 4);
  else d.ip6(at + 4);
  const rest = length - 4 - size;
  // What follows the address: nothing, a port (2), a MAC (8), or both.
  const withPort = rest === 2 || rest === 10;
  if (withPort) out.str(`:${d.u16(at + 4 + size)}`);
  if (rest >= 8) out.str(` hmac ${hex64(d.u64(at + 4 + size + (withPort ? 2 : 0)))}`);
  return true;
}

function printRemoveAddr(d: Dissection, at: number, length: number): boolean {
  if (length < 4) return false;
  d.out.str(" id");
  for (let i = 3; i < length; i++) d.out.str(` ${d.u8(at + i)}`);
  return true;
}

function printPriority(d: Dissection, at: number, length: number): boolean {
  if (length !== 3 && length !== 4) return false;
  d.out.str(d.u8(at + 2) & JOIN_BACKUP ? " backup" : " non-backup");
  if (length === 4) d.out.str(` id ${d.u8(at + 3)}`);
  return true;
}

function printFail(d: Dissection, at: number, length: number): boolean {
  if (length !== 12) return false;
  d.out.str(` seq ${d.u64(at + 4)}`);
  return true;
}

function printFastClose(d: Dissection, at: number, length: number): boolean {
  if (length !== 12) return false;
  d.out.str(` key ${hex64(d.u64(at + 4))}`);
  return true;
}

/** By subtype. */
const SUBTYPES: readonly (readonly [name: string, print: Printer])[] = [
  ["capable", printCapable],
  ["join", printJoin],
  ["dss", printDss],
  ["add-addr", printAddAddr],
  ["rem-addr", printRemoveAddr],
  ["prio", printPriority],
  ["fail", printFail],
  ["fast-close", printFastClose],
];

/** Prints the option of `length` bytes at `at` in a segment with these TCP flags; false if it is malformed. */
export function printMptcp(d: Dissection, at: number, length: number, flags: number): boolean {
  d.protocol = "mptcp";
  if (length < 3) return false;
  const subtype = SUBTYPES[d.u8(at + 2) >> 4];
  d.out.str(` ${length} ${subtype?.[0] ?? "unknown"}`);
  return subtype === undefined || subtype[1](d, at, length, flags);
}
