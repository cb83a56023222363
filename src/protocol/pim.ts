// Protocol Independent Multicast, version 2 (RFC 7761, RFC 3973, RFC 5059, RFC 5015) and 1, and Cisco's Auto-RP.
//
//   version, type (4 bits each) | reserved or address length (1) | checksum (2) | the type's data
//   addresses: family (1), encoding (1), [flags (1), mask length (1)], address
import { addWords, foldChecksum } from "../bytes/checksum.ts";
import type { Dissection } from "./dissection.ts";
import { printIp } from "./ip.ts";
import { printIpv6 } from "./ipv6.ts";
import { span, unknownBytes } from "./phrase.ts";
import { checksum6 } from "./pseudo.ts";
import type { Tokens } from "./token.ts";
import { hex, ip4, ip6, numbered } from "./wording.ts";

const IPPROTO_PIM = 103;
const HELLO = 0;
const REGISTER = 1;
const JOIN = 3;
const GRAFT = 6;
const GRAFT_ACKNOWLEDGEMENT = 7;
const TYPES: Tokens = numbered(
  0,
  "Hello",
  "Register",
  "Register Stop",
  "Join / Prune",
  "Bootstrap",
  "Assert",
  "Graft",
  "Graft Acknowledgement",
  "Candidate RP Advertisement",
  "Prune Refresh",
  "DF Election",
  "ECMP Redirect",
);
const TYPES_1: Tokens = numbered(
  0,
  "Query",
  "Register",
  "Register-Stop",
  "Join/Prune",
  "RP-reachable",
  "Assert",
  "Graft",
  "Graft-ACK",
);
const HELLO_OPTIONS: Tokens = new Map([
  [1, "Hold Time"],
  [2, "LAN Prune Delay"],
  [18, "DR Priority (Old)"],
  [19, "DR Priority"],
  [20, "Generation ID"],
  [21, "State Refresh Capability"],
  [22, "Bi-Directional Capability"],
  [24, "Address List"],
  [65001, "Address List (Old)"],
]);
const REGISTER_FLAGS: Tokens = new Map([
  [0x80000000, "Border"],
  [0x40000000, "Null"],
]);
const ELECTIONS: Tokens = numbered(1, "Offer", "Winner", "Backoff", "Pass");

/** Reads what a message has one after the other. */
interface Cursor {
  at: number;
  left: number;
  /** Length of addresses where they have no family before them (RFC 2117); 0 if they have. */
  readonly bare: number;
}

type AddressKind = "unicast" | "group" | "source";

/** The flags of a source or a group. */
function addressFlags(flags: number, kind: AddressKind): string {
  if (flags === 0) return "";
  if (kind === "group") return `(0x${hex(flags, 2)})`;
  const letters = `${flags & 4 ? "S" : ""}${flags & 2 ? "W" : ""}${flags & 1 ? "R" : ""}`;
  return `(${letters}${flags & 0xf8 ? `+0x${hex(flags & 0xf8, 2)}` : ""})`;
}

/** Writes an address and goes on behind it; false if it is wrong or cut off. */
function address(d: Dissection, cursor: Cursor, kind: AddressKind): boolean {
  let { at, left } = cursor;
  let size = cursor.bare;
  if (size === 0) {
    if (left < 2) return false;
    const family = d.u8(at);
    if (family !== 1 && family !== 2) return false;
    if (d.u8(at + 1) !== 0) return false;
    size = family === 1 ? 4 : 16;
    at += 2;
    left -= 2;
  } else if (size !== 4 && size !== 16) return false;
  const head = kind === "unicast" ? 0 : 2;
  if (left < head + size || !d.has(at, head + size)) return false;
  const text = size === 4 ? ip4(d, at + head) : ip6(d, at + head);
  d.out.str(text);
  if (kind !== "unicast") {
    const mask = d.u8(at + 1);
    if (mask !== size * 8) d.out.str(`/${mask}`);
    d.out.str(addressFlags(d.u8(at), kind));
  }
  cursor.at = at + head + size;
  cursor.left = left - head - size;
  return true;
}

function skip(cursor: Cursor, size: number): void {
  cursor.at += size;
  cursor.left -= size;
}

/** Says that an option's length is wrong, which ends the message. */
function wrongOption(d: Dissection, size: number, wanted: number): null {
  d.out.str(`[option length ${size} != ${wanted}]`);
  d.invalid();
  return null;
}

/** A hello option's value; false if it is cut off, null if it is wrong. */
function helloOption(d: Dissection, type: number, cursor: Cursor, size: number): boolean | null {
  const { out } = d;
  const { at } = cursor;
  switch (type) {
    case 1:
      if (size !== 2) return wrongOption(d, size, 2);
      span(out, d.u16(at));
      break;
    case 2: {
      if (size !== 4) return wrongOption(d, size, 4);
      const delay = d.u16(at);
      out.str(`\n\t    T-bit=${delay >> 15}, LAN delay ${delay & 0x7fff}ms, `);
      out.str(`Override interval ${d.u16(at + 2)}ms`);
      break;
    }
    case 18:
    case 19:
      if (size === 0) out.str("Bi-Directional Capability (Old)");
      else if (size === 4) out.dec(d.u32(at));
      else return wrongOption(d, size, 4);
      break;
    case 20:
      if (size !== 4) return wrongOption(d, size, 4);
      out.str(`0x${hex(d.u32(at), 8)}`);
      break;
    case 21: {
      if (size !== 4) return wrongOption(d, size, 4);
      out.str(`v${d.u8(at)}`);
      const interval = d.u8(at + 1);
      if (interval !== 0) {
        out.str(", interval ");
        span(out, interval);
      }
      const rest = d.u16(at + 2);
      if (rest !== 0) out.str(` ?0x${hex(rest, 4)}?`);
      break;
    }
    case 22:
      break;
    case 24:
    case 65001: {
      if (d.opt.verbose <= 1) break;
      const list = { at, left: cursor.left, bare: cursor.bare };
      while (list.at < at + size) {
        out.str("\n\t    ");
        if (!address(d, list, "unicast")) return false;
      }
      break;
    }
    default:
      if (d.opt.verbose <= 1) unknownBytes(d, at, "\n\t    ", size);
  }
  return true;
}

function hello(d: Dissection, cursor: Cursor): boolean {
  while (cursor.left > 0) {
    if (cursor.left < 4) return false;
    const type = d.u16(cursor.at);
    const size = d.u16(cursor.at + 2);
    d.out.str(`\n\t  ${HELLO_OPTIONS.get(type) ?? "Unknown"} Option (${type}), length ${size}, Value: `);
    skip(cursor, 4);
    if (cursor.left < size || !d.has(cursor.at, size)) return false;
    const good = helloOption(d, type, cursor, size);
    if (good === null) return true;
    if (!good) return false;
    if (d.opt.verbose > 1) unknownBytes(d, cursor.at, "\n\t    ", size);
    skip(cursor, size);
  }
  return true;
}

function register(d: Dissection, cursor: Cursor): boolean {
  const { out } = d;
  if (cursor.left < 4 || !d.has(cursor.at, 4)) return false;
  out.str(`, Flags [ ${REGISTER_FLAGS.get(d.u32(cursor.at)) ?? "none"} ]\n\t`);
  skip(cursor, 4);
  const { at, left } = cursor;
  if (left === 0) return false;
  const version = d.u8(at) >> 4;
  d.enter();
  if (version === 0) out.str(`IP-Null-header ${ip4(d, at + 12)} > ${ip4(d, at + 16)}`);
  else if (version === 4) printIp(d, at, left);
  else if (version === 6) printIpv6(d, at, left);
  else out.str(`IP ver ${version}`);
  d.leave();
  return true;
}

function joinPrune(d: Dissection, cursor: Cursor, type: number): boolean {
  const { out } = d;
  const acknowledged = type === GRAFT_ACKNOWLEDGEMENT;
  if (!acknowledged) {
    out.str(", upstream-neighbor: ");
    if (!address(d, cursor, "unicast")) return false;
  }
  if (cursor.left < 4 || !d.has(cursor.at, 4)) return false;
  const groups = d.u8(cursor.at + 1);
  const hold = d.u16(cursor.at + 2);
  out.str(`\n\t  ${groups} group(s)`);
  if (!acknowledged) {
    out.str(", holdtime: ");
    if (hold === 0xffff) out.str("infinite");
    else span(out, hold);
  }
  skip(cursor, 4);
  for (let i = 0; i < groups; i++) {
    out.str(`\n\t    group #${i + 1}: `);
    if (!address(d, cursor, "group")) return false;
    if (cursor.left < 4 || !d.has(cursor.at, 4)) return false;
    const counts = [d.u16(cursor.at), d.u16(cursor.at + 2)] as const;
    out.str(`, joined sources: ${counts[0]}, pruned sources: ${counts[1]}`);
    skip(cursor, 4);
    for (const [k, what] of ["joined", "pruned"].entries())
      for (let j = 0; j < counts[k]!; j++) {
        out.str(`\n\t      ${what} source #${j + 1}: `);
        if (!address(d, cursor, "source")) return false;
      }
  }
  return true;
}

/** One rendezvous point of a bootstrap message. */
function rendezvousPoint(d: Dissection, cursor: Cursor, index: number): boolean {
  const { out } = d;
  out.str(` RP${index}=`);
  if (!address(d, cursor, "unicast") || cursor.left < 2) return false;
  out.str(",holdtime=");
  span(out, d.u16(cursor.at));
  if (cursor.left < 3) return false;
  out.str(`,prio=${d.u8(cursor.at + 2)}`);
  if (cursor.left < 4) return false;
  skip(cursor, 4);
  return true;
}

function bootstrap(d: Dissection, cursor: Cursor): boolean {
  const { out } = d;
  if (cursor.left < 2) return false;
  out.str(` tag=${hex(d.u16(cursor.at))}`);
  skip(cursor, 2);
  if (cursor.left < 1) return false;
  out.str(` hashmlen=${d.u8(cursor.at)}`);
  if (cursor.left < 2 || !d.has(cursor.at + 2, 1)) return false;
  out.str(` BSRprio=${d.u8(cursor.at + 1)} BSR=`);
  skip(cursor, 2);
  if (!address(d, cursor, "unicast")) return false;
  for (let i = 0; cursor.left > 0; i++) {
    out.str(` (group${i}: `);
    if (!address(d, cursor, "group") || cursor.left < 1) return false;
    out.str(` RPcnt=${d.u8(cursor.at)}`);
    if (cursor.left < 2) return false;
    const count = d.u8(cursor.at + 1);
    out.str(` FRPcnt=${count}`);
    if (cursor.left < 4) return false;
    skip(cursor, 4);
    for (let j = 0; j < count && cursor.left > 0; j++) if (!rendezvousPoint(d, cursor, j)) return false;
    out.ch(41);
  }
  return true;
}

function assertion(d: Dissection, cursor: Cursor): boolean {
  const { out } = d;
  out.str(" group=");
  if (!address(d, cursor, "group")) return false;
  out.str(" src=");
  if (!address(d, cursor, "unicast")) return false;
  if (cursor.left < 8 || !d.has(cursor.at, 8)) return false;
  const preference = d.u32(cursor.at);
  if (preference >= 0x80000000) out.str(" RPT");
  out.str(` pref=${preference & 0x7fffffff} metric=${d.u32(cursor.at + 4)}`);
  return true;
}

function candidate(d: Dissection, cursor: Cursor): boolean {
  const { out } = d;
  if (cursor.left < 1) return false;
  const count = d.u8(cursor.at);
  out.str(` prefix-cnt=${count}`);
  if (cursor.left < 2) return false;
  out.str(` prio=${d.u8(cursor.at + 1)}`);
  if (cursor.left < 4) return false;
  out.str(" holdtime=");
  span(out, d.u16(cursor.at + 2));
  skip(cursor, 4);
  out.str(" RP=");
  if (!address(d, cursor, "unicast")) return false;
  for (let i = 0; i < count && cursor.left > 0; i++) {
    out.str(` Group${i}=`);
    if (!address(d, cursor, "group")) return false;
  }
  return true;
}

function pruneRefresh(d: Dissection, cursor: Cursor): boolean {
  const { out } = d;
  for (const [label, kind] of [
    [" src=", "unicast"],
    [" grp=", "group"],
    [" forwarder=", "unicast"],
  ] as const) {
    out.str(label);
    if (!address(d, cursor, kind)) return false;
  }
  if (cursor.left < 2) return false;
  out.str(" TUNR ");
  span(out, d.u16(cursor.at));
  return true;
}

function election(d: Dissection, cursor: Cursor, subtype: number): boolean {
  const { out } = d;
  out.str(`\n\t  ${ELECTIONS.get(subtype) ?? "Unknown"}, rpa=`);
  if (!address(d, cursor, "unicast")) return false;
  out.str(` sender pref=${d.u32(cursor.at)}`);
  out.str(` sender metric=${d.u32(cursor.at + 4)}`);
  skip(cursor, 8);
  if (subtype !== 3 && subtype !== 4) return true;
  const who = subtype === 3 ? "offer" : "new winner";
  out.str(`\n\t  ${who} addr=`);
  // Without a sign in tcpdump: what goes beyond the end counts as much.
  cursor.left >>>= 0;
  if (!address(d, cursor, "unicast")) return false;
  out.str(` ${who} pref=${d.u32(cursor.at)}`);
  out.str(` ${who} metric=${d.u32(cursor.at + 4)}`);
  if (subtype === 3) out.str(` interval ${d.u16(cursor.at + 8)}ms`);
  return true;
}

/** The data of a message of version 2; false if it is cut off or wrong. */
function data(d: Dissection, type: number, cursor: Cursor, message: number): boolean {
  switch (type) {
    case HELLO:
      return hello(d, cursor);
    case REGISTER:
      return register(d, cursor);
    case 2:
      d.out.str(" group=");
      if (!address(d, cursor, "group")) return false;
      d.out.str(" source=");
      return address(d, cursor, "unicast");
    case JOIN:
    case GRAFT:
    case GRAFT_ACKNOWLEDGEMENT:
      return joinPrune(d, cursor, type);
    case 4:
      return bootstrap(d, cursor);
    case 5:
      return assertion(d, cursor);
    case 8:
      return candidate(d, cursor);
    case 9:
      return pruneRefresh(d, cursor);
    case 10:
      return election(d, cursor, d.u8(message + 1) >> 4);
    default:
      d.out.str(` [type ${type}]`);
      return true;
  }
}

/** Whether the checksum over `length` bytes is right. */
function verdict(d: Dissection, at: number, length: number, ip: number): string {
  if (!d.has(at, length)) return "(unverified)";
  const version = d.u8(ip) >> 4;
  let sum: number;
  if (version === 4) sum = foldChecksum(addWords(0, d.view, at, length));
  else if (version === 6) sum = checksum6(d, ip, at, length, length, IPPROTO_PIM);
  else return "(unverified)";
  return sum === 0 ? "(correct)" : "(incorrect)";
}

function version2(d: Dissection, at: number, length: number, ip: number): void {
  const { out } = d;
  d.protocol = "pimv2";
  for (const least of [2, 4]) {
    if (length < least) {
      out.str(`[length ${length} < ${least}]`);
      d.invalid();
      return;
    }
    if (least === 2 && d.u8(at + 1) & 0x0f) out.str(", RFC2117-encoding");
  }
  const type = d.u8(at) & 0x0f;
  const checksum = d.u16(at + 2);
  out.str(`, cksum 0x${hex(checksum, 4)} `);
  if (checksum === 0) out.str("(unverified)");
  else {
    // What a register message carries does not count (RFC 7761 4.9.3), but some count it.
    let found = verdict(d, at, type === REGISTER ? 8 : length, ip);
    if (type === REGISTER && found === "(incorrect)") found = verdict(d, at, length, ip);
    out.str(found);
  }
  const cursor = { at: at + 4, left: length - 4, bare: d.u8(at + 1) & 0x0f };
  if (!data(d, type, cursor, at)) d.truncated();
}

/** Writes the PIM message at `at`, `length` bytes on the wire; `ip` is where the IP header lies. Throws TRUNCATED. */
export function printPim(d: Dissection, at: number, length: number, ip: number): void {
  const { out } = d;
  d.protocol = "pim";
  const first = d.u8(at);
  const version = first >> 4;
  if (version !== 2) {
    out.str(`PIMv${version}, length ${length}`);
    return;
  }
  const name = TYPES.get(first & 0x0f) ?? "Unknown Type";
  if (d.opt.verbose === 0) {
    out.str(`PIMv2, ${name}, length ${length}`);
    return;
  }
  out.str(`PIMv2, length ${length}\n\t${name}`);
  version2(d, at, length, ip);
}

/** "/MASK" unless all bits are set. */
function mask(d: Dissection, at: number): string {
  return d.u32(at) === 0xffffffff ? "" : `/${ip4(d, at)}`;
}

/** A join/prune message of version 1; false if it is cut off. */
function joinPrune1(d: Dissection, from: number, length: number): boolean {
  const { out, opt } = d;
  let at = from;
  let left = length;
  const next = opt.verbose > 1 ? "\n" : "";
  // The usual message has one source of one group: it is told in one line.
  if (d.has(at, 30) && d.u8(at + 11) === 1 && d.u16(at + 20) + d.u16(at + 22) === 1) {
    out.str(` RPF ${ip4(d, at)} `);
    const hold = d.u16(at + 6);
    if (hold !== 180) {
      out.str("Hold ");
      span(out, hold);
    }
    out.str(`${d.u16(at + 20) !== 0 ? "Join" : "Prune"} (${ip4(d, at + 26)}/${d.u8(at + 25) & 0x3f}, `);
    const bits = d.u8(at + 25);
    out.str(`${ip4(d, at + 12)}${mask(d, at + 16)}) ${d.u8(at + 24) & 1 ? "Sparse" : "Dense"}`);
    out.str(`${bits & 0x80 ? " WC" : ""} ${bits & 0x40 ? "RP" : "SPT"}`);
    return true;
  }
  const take = (size: number) => {
    at += size;
    left -= size;
  };
  if (left < 4) return false;
  out.str(next);
  out.str(` Upstream Nbr: ${ip4(d, at)}`);
  take(4);
  if (left < 4) return false;
  out.str(`${next} Hold time: `);
  span(out, d.u16(at + 2));
  if (opt.verbose < 2) return true;
  take(4);
  if (left < 4) return false;
  const groups = d.u8(at + 3);
  take(4);
  for (let i = 0; i < groups; i++) {
    if (left < 4) return false;
    out.str(`\n\tGroup: ${ip4(d, at)}`);
    take(4);
    if (left < 4) return false;
    out.str(mask(d, at));
    take(4);
    if (left < 4) return false;
    const joined = d.u16(at);
    const pruned = d.u16(at + 2);
    out.str(` joined: ${joined} pruned: ${pruned}`);
    take(4);
    for (let j = 0; j < joined + pruned; j++) {
      if (left < 6) return false;
      const bits = d.u8(at + 1);
      out.str(
        `\n\t${j < joined ? "Join " : "Prune"} ${d.u8(at) & 1 ? "Sparse " : "Dense "}${bits & 0x80 ? "WC " : ""}` +
          `${bits & 0x40 ? "RP " : "SPT "}${ip4(d, at + 2)}/${bits & 0x3f}`,
      );
      take(6);
    }
  }
  return true;
}

const MODES = [" Dense-mode", " Sparse-mode", " Sparse-Dense-mode"] as const;

/** The data of a message of version 1; false if it is cut off. */
function data1(d: Dissection, type: number, at: number, length: number): boolean {
  const { out } = d;
  const verbose = d.opt.verbose > 0;
  switch (type) {
    case 0:
      if (d.has(at + 8, 1)) {
        const mode = d.u8(at + 8) >> 4;
        out.str(MODES[mode] ?? ` mode-${mode}`);
      }
      if (verbose) {
        out.str(" (Hold-time ");
        span(out, d.u16(at + 10));
        out.ch(41);
      }
      return true;
    case 1:
      if (!d.has(at + 8, 20)) return false;
      out.str(` for ${ip4(d, at + 20)} > ${ip4(d, at + 24)}`);
      return true;
    case 2:
      out.str(` for ${ip4(d, at + 8)} > ${ip4(d, at + 12)}`);
      return true;
    case 4:
      if (!verbose) return true;
      out.str(` group ${ip4(d, at + 8)}`);
      out.str(mask(d, at + 12));
      out.str(` RP ${ip4(d, at + 16)} hold `);
      span(out, d.u16(at + 22));
      return true;
    case 5: {
      out.str(` for ${ip4(d, at + 16)} > ${ip4(d, at + 8)}`);
      out.str(mask(d, at + 12));
      const preference = d.u32(at + 20);
      const metric = d.u32(at + 24);
      out.str(
        ` ${preference >= 0x80000000 ? "RP-tree" : "SPT"} pref ${preference & 0x7fffffff} metric ${metric}`,
      );
      return true;
    }
    case 3:
    case 6:
    case 7:
      if (!verbose) return true;
      if (length < 8) return false;
      if (!joinPrune1(d, at + 8, length - 8)) d.truncated();
      return true;
    default:
      return true;
  }
}

/** Writes the message of PIM version 1 at `at`, which IGMP carries, `length` bytes on the wire. Throws TRUNCATED. */
export function printPim1(d: Dissection, at: number, length: number): void {
  d.protocol = "pimv1";
  const type = d.u8(at + 1);
  d.out.str(` ${TYPES_1.get(type) ?? `[type ${type}]`}`);
  if (!data1(d, type, at, length)) {
    d.truncated();
    return;
  }
  const version = d.u8(at + 4) >> 4;
  if (version !== 1) d.out.str(` [v${version}]`);
}

/** One rendezvous point of Auto-RP with its groups; answers where it ends, -1 if it is cut off. */
function announced(d: Dissection, from: number, end: number): number {
  const { out } = d;
  if (end - from < 4) return -1;
  out.str(` RP ${ip4(d, from)}`);
  if (end - from < 5) return -1;
  const version = d.u8(from + 4);
  out.str([" PIMv?", " PIMv1", " PIMv2", " PIMv1+2"][version & 3]!);
  if (version & 0xfc) out.str(` [rsvd=0x${hex(version & 0xfc, 2)}]`);
  if (end - from < 6) return -1;
  const count = d.u8(from + 5);
  let at = from + 6;
  for (let i = 0; i < count; i++, at += 6) {
    if (end - at < 6) return -1;
    const bits = d.u8(at);
    out.str(`${i === 0 ? " " : ","}${bits & 1 ? "!" : ""}${ip4(d, at + 2)}/${d.u8(at + 1)}`);
    if (bits & 2) out.str(" bidir");
    if (bits & 0xfc) out.str(`[rsvd=0x${hex(bits & 0xfc, 2)}]`);
  }
  return at;
}

/** Writes the Auto-RP message at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printAutoRp(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "cisco_autorp";
  if (length < 8) {
    d.truncated();
    return;
  }
  out.str(" auto-rp ");
  const type = d.u8(at);
  if (type === 0x11) out.str("candidate-advert");
  else out.str(type === 0x12 ? "mapping" : `type-0x${hex(type, 2)}`);
  const count = d.u8(at + 1);
  out.str(" Hold ");
  const hold = d.u16(at + 2);
  if (hold === 0) out.str("FOREVER");
  else span(out, hold);
  let pos = at + 8;
  for (let i = 0; i < count; i++) {
    pos = announced(d, pos, at + length);
    if (pos < 0) {
      d.truncated();
      return;
    }
  }
}
