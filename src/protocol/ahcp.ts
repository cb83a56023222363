// Ad-Hoc Configuration Protocol, version 1 (draft-chroboczek-ahcp-00).
//
//   magic 43 (1) | version (1) | hop count (1) | original hop count (1) | nonce (4) | source (8) | destination (8)
//   message type (1) | must be 0 (1) | length of the options (2) | options: type (1), length (1), value
import type { Dissection } from "./dissection.ts";
import type { Tokens } from "./token.ts";
import { hex, ip4, ip6, numbered } from "./wording.ts";

const MAGIC = 43;
const VERSION_1 = 1;
/** What follows the version. */
const HEADER = 22;
const MESSAGES: Tokens = numbered(0, "Discover", "Offer", "Request", "Ack", "Nack", "Release");

/** Prints a list: one item of `size` bytes after the other, of which `length` bytes are left; false if it breaks off. */
function list(
  d: Dissection,
  from: number,
  length: number,
  size: number,
  item: (d: Dissection, at: number) => string,
): boolean {
  let separator = ": ";
  for (let at = from; at < from + length; at += size) {
    if (from + length - at < size) return false;
    d.out.str(`${separator}${item(d, at)}`);
    separator = ", ";
  }
  return true;
}

type Value = (d: Dissection, at: number, length: number) => boolean;
const addresses6: Value = (d, at, length) => list(d, at, length, 16, ip6);
const addresses4: Value = (d, at, length) => list(d, at, length, 4, ip4);
const prefixes6: Value = (d, at, length) =>
  list(d, at, length, 17, (_, prefix) => `${ip6(d, prefix)}/${d.u8(prefix + 16)}`);
const prefixes4: Value = (d, at, length) =>
  list(d, at, length, 5, (_, prefix) => `${ip4(d, prefix)}/${d.u8(prefix + 4)}`);

function time(d: Dissection, at: number, length: number): boolean {
  if (length !== 4) return false;
  const date = new Date(d.u32(at) * 1000).toISOString();
  d.out.str(`: ${date.slice(0, 10)} ${date.slice(11, 19)} UTC`);
  return true;
}

function seconds(d: Dissection, at: number, length: number): boolean {
  if (length !== 4) return false;
  d.out.str(`: ${d.u32(at)}s`);
  return true;
}

const PAD = 0;
const MANDATORY = 1;
const OPTIONS: readonly (readonly [name: string, print?: Value])[] = [
  ["Pad"],
  ["Mandatory"],
  ["Origin Time", time],
  ["Expires", seconds],
  ["My-IPv6-Address", addresses6],
  ["My-IPv4-Address", addresses4],
  ["IPv6 Prefix", prefixes6],
  ["IPv4 Prefix"],
  ["IPv6 Address", addresses6],
  ["IPv4 Address", addresses4],
  ["IPv6 Prefix Delegation", prefixes6],
  ["IPv4 Prefix Delegation", prefixes4],
  ["Name Server", addresses6],
  ["NTP Server", addresses6],
];

/** " (invalid)"; throws TRUNCATED if the rest was not captured, either. */
function invalid(d: Dissection, at: number, left: number): void {
  d.invalid();
  d.need(at, left);
}

function options(d: Dissection, from: number, length: number): void {
  const { out } = d;
  const end = from + length;
  let at = from;
  while (at < end) {
    const type = d.u8(at++);
    const [name, print] = OPTIONS[type] ?? [`Unknown-${type}`];
    out.str(`\n\t ${name}`);
    if (type === PAD || type === MANDATORY) continue;
    if (at === end) {
      invalid(d, at, 0);
      return;
    }
    const size = d.u8(at++);
    if (size > end - at) {
      invalid(d, at, end - at);
      return;
    }
    if (print === undefined) {
      out.str(` (Length ${size})`);
      d.need(at, size);
    } else if (!print(d, at, size)) {
      // A list has been read up to its last whole item.
      d.invalid();
      d.need(at, size);
    }
    at += size;
  }
}

function body(d: Dissection, at: number, left: number): void {
  const { out, opt } = d;
  if (left < 4) {
    invalid(d, at, left);
    return;
  }
  const type = d.u8(at);
  const zero = d.u8(at + 1);
  const length = d.u16(at + 2);
  at += 4;
  left -= 4;
  if (opt.verbose > 0) {
    out.str(`\n\t${MESSAGES.get(type) ?? `Unknown-${type}`}`);
    if (zero !== 0) out.str(`, MBZ ${zero}`);
    out.str(`, Length ${length}`);
  }
  if (length > left) invalid(d, at, left);
  else if (opt.verbose > 1) options(d, at, length);
  else d.need(at, length);
}

/** Writes the message of `length` bytes at `at`. Throws TRUNCATED. */
export function printAhcp(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "ahcp";
  out.str("AHCP");
  if (length < 2 || d.u8(at) !== MAGIC) {
    invalid(d, at, length);
    return;
  }
  const version = d.u8(at + 1);
  at += 2;
  length -= 2;
  out.str(` Version ${version}`);
  if (version !== VERSION_1) {
    out.str(" (unknown)");
    d.need(at, length);
    return;
  }
  if (length < HEADER) {
    invalid(d, at, length);
    return;
  }
  if (d.opt.verbose > 0) {
    out.str(`\n\tHopcount ${d.u8(at)}`);
    out.str(`, Original Hopcount ${d.u8(at + 1)}`);
    out.str(`, Nonce 0x${hex(d.u32(at + 2), 8)}`);
    for (const [name, offset] of [
      ["Source", 6],
      ["Destination", 14],
    ] as const) {
      d.need(at + offset, 8);
      out.str(`, ${name} Id `);
      d.octets(at + offset, 8);
    }
  } else d.need(at, HEADER);
  body(d, at + HEADER, length - HEADER);
}
