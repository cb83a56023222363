// Routing Information Protocol, versions 1 (RFC 1058) and 2 (RFC 2453, authentication RFC 4822).
//
//   command (1) | version (1) | 0 (2) | entries: address family (2), tag (2), address (4), mask (4), next hop (4),
//   metric (4)
import { BSD_FAMILIES } from "./afnum.ts";
import type { Dissection } from "./dissection.ts";
import { padded, unknownBytes } from "./phrase.ts";
import { maskLength } from "./prefix.ts";
import type { Tokens } from "./token.ts";
import { hex, ip4, numbered } from "./wording.ts";

const HEADER = 4;
const ENTRY = 20;
const ENTRY_HEAD = 4;
const FAMILY_INET = 2;
const FAMILY_AUTHENTICATION = 0xffff;
const REQUEST = 1;
const RESPONSE = 2;
const TRACE_ON = 3;
const POLL_ENTRY = 6;
const COMMANDS: Tokens = numbered(1, "Request", "Response", "Trace on", "Trace off", "Poll", "Poll Entry");

/** One entry of version 1; answers its size, 0 if it is cut off. */
function entry1(d: Dissection, at: number, left: number): number {
  const { out } = d;
  if (left < ENTRY || !d.has(at, ENTRY)) return 0;
  const family = d.u16(at);
  if (family !== FAMILY_INET && family !== 0) {
    out.str(`\n\t AFI ${BSD_FAMILIES.get(family) ?? `Unknown (${family})`}, `);
    unknownBytes(d, at + ENTRY_HEAD, "\n\t  ", ENTRY - ENTRY_HEAD);
  } else if (d.u16(at + 2) !== 0 || d.u32(at + 8) !== 0 || d.u32(at + 12) !== 0)
    unknownBytes(d, at, "\n\t  ", ENTRY);
  else out.str(`\n\t  ${family === 0 ? "AFI 0, " : ""}${ip4(d, at + 4)}, metric: ${d.u32(at + 16)}`);
  return ENTRY;
}

/** The entry that authenticates the message; answers its size, 0 if it is cut off. */
function authentication(d: Dissection, at: number, left: number): number {
  const { out } = d;
  const type = d.u16(at + 2);
  const data = at + ENTRY_HEAD;
  if (type === 2) {
    out.str("\n\t  Simple Text Authentication data: ");
    padded(d, data, 16);
    return ENTRY;
  }
  if (type === 3) {
    if (!d.has(data, 16) || left < ENTRY) return 0;
    out.str(`\n\t  Auth header: Packet Len ${d.u16(data)}, Key-ID ${d.u8(data + 2)},`);
    out.str(` Auth Data Len ${d.u8(data + 3)}, SeqNo ${d.u32(data + 4)},`);
    out.str(` MBZ ${d.u32(data + 8)}, MBZ ${d.u32(data + 12)}`);
    return ENTRY;
  }
  out.str(type === 1 ? "\n\t  Auth trailer:" : `\n\t  Unknown (${type}) Authentication data:`);
  unknownBytes(d, data, "\n\t  ", left - ENTRY_HEAD);
  return left;
}

/** One entry of version 2; answers its size, 0 if it is cut off. */
function entry2(d: Dissection, at: number, left: number): number {
  const { out } = d;
  if (left < ENTRY_HEAD || !d.has(at, ENTRY_HEAD)) return 0;
  const family = d.u16(at);
  if (family === FAMILY_AUTHENTICATION) return authentication(d, at, left);
  if (family !== FAMILY_INET && family !== 0) {
    out.str(`\n\t  AFI ${BSD_FAMILIES.get(family) ?? `Unknown (${family})`}`);
    unknownBytes(d, at + ENTRY_HEAD, "\n\t  ", ENTRY - ENTRY_HEAD);
    return ENTRY;
  }
  if (!d.has(at, ENTRY) || left < ENTRY) return 0;
  const prefix = `${maskLength(d.u32(at + 8))}`.padEnd(2);
  out.str(`\n\t  AFI ${BSD_FAMILIES.get(family) ?? family}, ${ip4(d, at + 4).padStart(15)}/${prefix}`);
  out.str(`, tag 0x${hex(d.u16(at + 2), 4)}, metric: ${d.u32(at + 16)}, next-hop: `);
  out.str(d.u32(at + 12) === 0 ? "self" : ip4(d, at + 12));
  return ENTRY;
}

function entries(d: Dissection, from: number, length: number, version: number): void {
  let left = length;
  for (let at = from; left !== 0; ) {
    const size = version === 1 ? entry1(d, at, left) : entry2(d, at, left);
    if (size === 0) {
      d.truncated();
      return;
    }
    if (left < size) {
      d.out.str(` [remaining entries length ${left} < ${size}]`);
      d.invalid();
      return;
    }
    at += size;
    left -= size;
  }
}

/** Writes the RIP message at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printRip(d: Dissection, at: number, length: number): void {
  const { out, opt } = d;
  d.protocol = "rip";
  const captured = Math.min(d.end - at, length);
  if (captured < HEADER) {
    d.truncated();
    return;
  }
  const version = d.u8(at + 1);
  out.str(`${opt.verbose > 0 ? "\n\t" : ""}RIPv${version}`);
  if (version === 0) {
    unknownBytes(d, at, "\n\t", length);
    return;
  }
  const command = d.u8(at);
  out.str(`, ${COMMANDS.get(command) ?? `unknown command (${command})`}, length: ${length}`);
  if (opt.verbose === 0) return;
  if (command === REQUEST || command === RESPONSE) {
    const count = Math.floor(length / ENTRY);
    if (version > 2) out.str(", unknown version");
    else {
      out.str(`, routes: ${count}${version === 2 ? " or less" : ""}`);
      entries(d, at + HEADER, captured - HEADER, version);
    }
  } else if ((command === TRACE_ON || command > POLL_ENTRY || command === 0) && opt.verbose <= 1)
    unknownBytes(d, at, "\n\t", length);
  if (opt.verbose > 1) unknownBytes(d, at, "\n\t", length);
}
