// Home Networking Control Protocol (RFC 7788) on the Distributed Node Consensus Protocol (RFC 7787).
//
//   { type (2) | length (2) | value | padding to four bytes }*
import type { Dissection } from "./dissection.ts";
import { domainName } from "./domain.ts";
import { padded } from "./phrase.ts";
import { prefixText } from "./prefix.ts";
import type { Tokens } from "./token.ts";

const TYPES: Tokens = new Map([
  [1, "Request network state"],
  [2, "Request node state"],
  [3, "Node endpoint"],
  [4, "Network state"],
  [5, "Node state"],
  [8, "Peer"],
  [9, "Keep-alive interval"],
  [10, "Trust-Verdict"],
  [32, "HNCP-Version"],
  [33, "External-Connection"],
  [34, "Delegated-Prefix"],
  [35, "Assigned-Prefix"],
  [36, "Node-Address"],
  [37, "DHCPv4-Data"],
  [38, "DHCPv6-Data"],
  [39, "DNS-Delegated-Zone"],
  [40, "Domain-Name"],
  [41, "Node-Name"],
  [42, "Managed-PSK"],
  [43, "Prefix-Policy"],
]);
/** What is not known, by what the numbers are kept for; types of one kind count as one. */
const RESERVED = "Reserved";
const UNASSIGNED = "Unassigned";
const PRIVATE = "Private use";
const FUTURE = "Future use";
function kindOf(type: number): string {
  const name = TYPES.get(type);
  if (name !== undefined) return name;
  if (type === 0) return RESERVED;
  if (type >= 44 && type <= 511) return UNASSIGNED;
  return type >= 768 && type <= 1023 ? PRIVATE : FUTURE;
}

const MAPPED = 12;
const LONGEST_NAME = 63;
/** Options of DHCP that lists of addresses or names follow. */
const DHCP4_OPTIONS: Tokens = new Map([
  [6, "DNS-server"],
  [42, "NTP-server"],
  [119, "DNS-search"],
]);
const DHCP4_SEARCH = 119;
const DHCP6_OPTIONS: Tokens = new Map([
  [23, "DNS-server"],
  [24, "DNS-search-list"],
  [31, "SNTP-servers"],
]);
const DHCP6_SEARCH = 24;

const aligned = (n: number) => (n + 3) & ~3;

function line(d: Dissection, indent: number): void {
  d.out.ch(10);
  for (let i = 0; i < indent; i++) d.out.ch(9);
}

function hexDigits(d: Dissection, at: number, size: number): void {
  d.need(at, size);
  for (let i = 0; i < size; i++) d.out.hexPad(d.u8(at + i), 2);
}

function identifier(d: Dissection, at: number): void {
  d.octets(at, 4);
}

/** Milliseconds as seconds. */
function interval(d: Dissection, at: number): string {
  const n = d.u32(at);
  return `${Math.floor(n / 1000)}.${String(n % 1000).padStart(3, "0")}s`;
}

/** True for an IPv4 address mapped into IPv6 at `at`. */
function isMapped(d: Dissection, at: number): boolean {
  for (let i = 0; i < MAPPED; i++) if (d.bytes[at + i] !== (i < 10 ? 0 : 0xff)) return false;
  return true;
}

function writeAddress(d: Dissection, at: number): void {
  d.need(at, 16);
  if (isMapped(d, at)) d.ip4(at + MAPPED);
  else d.ip6(at);
}

/** A prefix with its length before it: bytes used, -1 if the length is wrong, -2 if it is cut off. */
function writePrefix(d: Dissection, at: number, size: number): number {
  if (size < 1) return -2;
  let bits = d.u8(at);
  const mapped = bits >= 96 && size >= MAPPED + 1 && isMapped(d, at + 1);
  if (mapped) bits -= 96;
  if (bits > (mapped ? 32 : 128)) return -1;
  const bytes = (bits + 7) >> 3;
  const before = mapped ? 1 + MAPPED : 1;
  if (size < before + bytes) return -2;
  d.need(at + before, bytes);
  d.out.str(`${prefixText(d, at + before, bytes, !mapped, bits)}/${bits}`);
  return before + bytes;
}

/** Labels of a name: bytes used, -1 if it does not end in `size` bytes. */
function writeLabels(d: Dissection, at: number, size: number): number {
  const { out } = d;
  let pos = 0;
  while (pos < size) {
    const label = d.u8(at + pos);
    pos++;
    if (label === 0) return pos;
    if (pos > 1) out.ch(46);
    if (pos + label > size) {
      padded(d, at + pos, size - pos);
      break;
    }
    padded(d, at + pos, label);
    pos += label;
  }
  out.str("[|DNS]");
  return -1;
}

/** Names up to `end`; false if one is cut off. */
function writeDomains(d: Dissection, at: number, end: number): boolean {
  while (at >= 0 && at < end) {
    d.out.ch(32);
    at = domainName(d, at, end);
  }
  return at >= 0;
}

/** Options of DHCP, version 4 or 6; false if they are wrong. */
function writeDhcp(d: Dissection, at: number, length: number, indent: number, version: 4 | 6): boolean {
  const { out } = d;
  const head = version === 4 ? 2 : 4;
  const each = version === 4 ? 4 : 16;
  const names = version === 4 ? DHCP4_OPTIONS : DHCP6_OPTIONS;
  for (let i = 0; i < length; ) {
    if (i + head > length) return false;
    const type = version === 4 ? d.u8(at + i) : d.u16(at + i);
    const size = version === 4 ? d.u8(at + i + 1) : d.u16(at + i + 2);
    const value = at + i + head;
    line(d, indent);
    out.str(`${names.get(type) ?? "Unknown"} (${size + head})`);
    if (i + head + size > length) return false;
    if (type === (version === 4 ? DHCP4_SEARCH : DHCP6_SEARCH)) {
      if (!writeDomains(d, value, value + size)) return false;
    } else if (names.has(type)) {
      if (size % each !== 0 || (version === 4 && size < 4)) {
        if (version === 6) d.invalid();
        return false;
      }
      for (let k = 0; k < size; k += each) {
        d.need(value + k, each);
        out.ch(32);
        if (version === 4) d.ip4(value + k);
        else d.ip6(value + k);
      }
    }
    i += head + size;
  }
  return true;
}

/** RFC 7788 10.2.1.1: what a prefix is for. */
function writePolicy(d: Dissection, at: number, size: number): boolean {
  const { out } = d;
  const policy = d.u8(at);
  out.str(" type: ");
  if (policy === 0 || policy === 131) {
    if (size !== 1) return false;
    out.str(policy === 0 ? "Internet connectivity" : "Restrictive assignment");
  } else if (policy <= 128) {
    out.str("Dest-Prefix: ");
    const used = writePrefix(d, at, size);
    if (used === -1) out.str("(length is invalid)");
    return used !== -2;
  } else if (policy === 129) {
    out.str("DNS domain: ");
    writeLabels(d, at + 1, size - 1);
  } else if (policy === 130) {
    out.str("Opaque UTF-8: ");
    padded(d, at + 1, size - 1);
  } else out.str(`Unknown (${policy})`);
  return true;
}

/** The records inside a value, if there is room for any from `from` on. */
function writeInner(d: Dissection, at: number, size: number, from: number, indent: number): void {
  if (size >= from) writeRecords(d, at + from, size - from, indent + 1);
}

/** Writes a value; false if its size is wrong. "stop": nothing after it can be read. */
function writeValue(d: Dissection, type: number, at: number, size: number, indent: number): boolean | "stop" {
  const { out } = d;
  switch (type) {
    case 1:
      return size === 0;
    case 2:
      if (size !== 4) return false;
      out.str(" NID: ");
      identifier(d, at);
      return true;
    case 3:
      if (size !== 8) return false;
      out.str(" NID: ");
      identifier(d, at);
      out.str(" EPID: ");
      hexDigits(d, at + 4, 4);
      return true;
    case 4:
      if (size !== 8) return false;
      out.str(" hash: ");
      hexDigits(d, at, 8);
      return true;
    case 5:
      if (size < 20) return false;
      out.str(" NID: ");
      identifier(d, at);
      out.str(` seqno: ${d.u32(at + 4)} ${interval(d, at + 8)} hash: `);
      hexDigits(d, at + 12, 8);
      writeInner(d, at, size, 20, indent);
      return true;
    case 8:
      if (size !== 12) return false;
      out.str(" Peer-NID: ");
      identifier(d, at);
      out.str(" Peer-EPID: ");
      hexDigits(d, at + 4, 4);
      out.str(" Local-EPID: ");
      hexDigits(d, at + 8, 4);
      return true;
    case 9:
      if (size < 8) return false;
      out.str(" EPID: ");
      hexDigits(d, at, 4);
      out.str(` Interval: ${interval(d, at + 4)}`);
      return true;
    case 10:
      if (size <= 36) return false;
      out.str(` Verdict: ${d.u8(at)} Fingerprint: `);
      hexDigits(d, at + 4, 32);
      out.str(" Common Name: ");
      padded(d, at + 36, size - 36);
      return true;
    case 32: {
      if (size < 5) return false;
      const bits = d.u16(at + 2);
      out.str(` M: ${bits >> 12} P: ${(bits >> 8) & 15} H: ${(bits >> 4) & 15} L: ${bits & 15} User-agent: `);
      padded(d, at + 4, size - 4);
      return true;
    }
    case 33:
      writeInner(d, at, size, 0, indent);
      return true;
    case 34: {
      if (size < 9 || size < 9 + ((d.u8(at + 8) + 7) >> 3)) return false;
      out.str(` VLSO: ${interval(d, at)} PLSO: ${interval(d, at + 4)} Prefix: `);
      const used = writePrefix(d, at + 8, size - 8);
      if (used === -1) out.str("(length is invalid)");
      if (used < 0) return used === -1;
      writeInner(d, at, size, 8 + aligned(used), indent);
      return true;
    }
    case 35: {
      if (size < 6 || size < 6 + ((d.u8(at + 5) + 7) >> 3)) return false;
      out.str(" EPID: ");
      hexDigits(d, at, 4);
      out.str(` Prty: ${d.u8(at + 4) & 15} Prefix: `);
      const used = writePrefix(d, at + 5, size - 5);
      if (used < 0) return false;
      writeInner(d, at, size, aligned(used + 5), indent);
      return true;
    }
    case 36:
      if (size < 20) return false;
      out.str(" EPID: ");
      hexDigits(d, at, 4);
      out.str(" IP Address: ");
      writeAddress(d, at + 4);
      writeInner(d, at, size, 20, indent);
      return true;
    case 37:
      if (size === 0) return false;
      return writeDhcp(d, at, size, indent + 1, 4) ? true : "stop";
    case 38:
      return size > 0 && writeDhcp(d, at, size, indent + 1, 6);
    case 39: {
      if (size < 17) return false;
      const flags = d.u8(at + 16);
      out.str(" IP-Address: ");
      writeAddress(d, at);
      out.str(` ${flags & 4 ? "l" : "-"}${flags & 2 ? "b" : "-"}${flags & 1 ? "s" : "-"} `);
      const used = writeLabels(d, at + 17, size - 17);
      if (used < 0) return false;
      writeInner(d, at, size, aligned(used + 17), indent);
      return true;
    }
    case 40:
      if (size === 0) return false;
      out.str(" Domain: ");
      writeLabels(d, at, size);
      return true;
    case 41: {
      if (size < 17) return false;
      const name = d.u8(at + 16);
      if (size < 17 + name) return false;
      out.str(" IP-Address: ");
      writeAddress(d, at);
      out.str(" Name: ");
      if (name <= LONGEST_NAME) {
        out.ch(34);
        padded(d, at + 17, name);
        out.ch(34);
      } else d.invalid();
      writeInner(d, at, size, aligned(name + 17), indent);
      return true;
    }
    case 42:
      if (size < 32) return false;
      out.str(" PSK: ");
      hexDigits(d, at, 32);
      writeInner(d, at, size, 32, indent);
      return true;
    case 43:
      return size > 0 && writePolicy(d, at, size);
    default:
      return true;
  }
}

/** The names of records on one line, those that follow each other counted. */
class Summary {
  private readonly d: Dissection;
  private readonly indent: number;
  private kind = "";
  private count = 0;
  private some = false;

  constructor(d: Dissection, indent: number) {
    this.d = d;
    this.indent = indent;
  }

  add(kind: string): void {
    if (kind !== this.kind) this.flush();
    this.kind = kind;
    this.count++;
  }

  flush(): void {
    if (this.count === 0) return;
    const { out } = this.d;
    if (this.some) out.str(", ");
    else if (this.indent > 1) line(this.d, this.indent);
    else out.ch(32);
    this.some = true;
    out.str(this.count > 1 ? `${this.kind} (x${this.count})` : this.kind);
    this.count = 0;
  }
}

/** Writes the records in `length` bytes; with few -v, from some depth on, only their names. */
function writeRecords(d: Dissection, at: number, length: number, indent: number): void {
  const { out } = d;
  const { verbose } = d.opt;
  const brief = indent - 1 >= verbose && verbose < 3;
  const summary = new Summary(d, indent);
  d.enter();
  for (let i = 0; i < length; ) {
    const pos = at + i;
    if (!brief) line(d, indent);
    const size = d.has(pos, 4) && i + 4 <= length ? d.u16(pos + 2) : 0;
    const whole = d.has(pos, 4) && (i + 4 > length || d.has(pos + 4, size));
    if (!whole || i + size + 4 > length) {
      if (whole) d.invalid();
      else d.truncated();
      d.leave();
      return;
    }
    const type = d.u16(pos);
    const kind = kindOf(type);
    if (brief) summary.add(kind);
    else {
      out.str(TYPES.has(type) ? kind : `${kind}: type=${type}`);
      out.str(` (${size + 4})`);
      const right = writeValue(d, type, pos + 4, size, indent);
      if (right !== true) d.invalid();
      if (right === "stop") {
        d.leave();
        return;
      }
    }
    i += 4 + aligned(size);
  }
  summary.flush();
  d.leave();
}

/** Prints the message of `length` bytes at `at`. Throws TRUNCATED. */
export function printHncp(d: Dissection, at: number, length: number): void {
  d.protocol = "hncp";
  d.out.str(`hncp (${length})`);
  writeRecords(d, at, length, 1);
}
