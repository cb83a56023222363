// BOOTP (RFC 951) and DHCP (RFC 2131), the options of RFC 2132 and many others.
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +---------------+---------------+---------------+---------------+
//   |      op       |     htype     |     hlen      |     hops      |
//   +---------------+---------------+---------------+---------------+
//   |                              xid                              |
//   +-------------------------------+-------------------------------+
//   |             secs              |             flags             |
//   +-------------------------------+-------------------------------+
//   |  ciaddr, yiaddr, siaddr, giaddr: four bytes each from 12 on   |
//   |  chaddr (16) at 28, sname (64) at 44, file (128) at 108       |
//   |  options at 236                                               |
import type { Dissection } from "./dissection.ts";
import { characters, unknownBytes, untilNul } from "./phrase.ts";
import type { Tokens } from "./token.ts";

const REQUEST = 1;
const REPLY = 2;
const SNAME = 44;
const FILE = 108;
const VENDOR = 236;
const MAGIC_RFC1048 = 0x63825363;
const MAGIC_CMU = 0x434d5500;

const ADDRESSES = [
  [12, "Client-IP"],
  [16, "Your-IP"],
  [20, "Server-IP"],
  [24, "Gateway-IP"],
] as const;

// How the value of an option is shown.
const NOTHING = 0;
const ADDRESS = 1;
const ADDRESS_PAIR = 2;
const UNSIGNED = 3;
const SIGNED = 4;
const SHORT = 5;
const DOTTED = 6;
const TEXT = 7;
const YES_NO = 8;
const SPECIAL = 9;

const PAD = 0;
const END = 255;
const NETBIOS_NODE = 46;
const OVERLOAD = 52;
const MESSAGE_TYPE = 53;
const PARAMETERS = 55;
const CLIENT_ID = 61;
const USER_CLASS = 77;
const FQDN = 81;
const AGENT = 82;
const ROUTES = 121;
const ROUTES_MICROSOFT = 249;

const OPTIONS: ReadonlyMap<number, readonly [name: string, form: number]> = new Map([
  [PAD, ["PAD", NOTHING]],
  [1, ["Subnet-Mask", ADDRESS]],
  [2, ["Time-Zone", SIGNED]],
  [3, ["Default-Gateway", ADDRESS]],
  [4, ["Time-Server", ADDRESS]],
  [5, ["IEN-Name-Server", ADDRESS]],
  [6, ["Domain-Name-Server", ADDRESS]],
  [7, ["LOG", ADDRESS]],
  [8, ["CS", ADDRESS]],
  [9, ["LPR-Server", ADDRESS]],
  [10, ["IM", ADDRESS]],
  [11, ["RL", ADDRESS]],
  [12, ["Hostname", TEXT]],
  [13, ["BS", SHORT]],
  [14, ["DP", TEXT]],
  [15, ["Domain-Name", TEXT]],
  [16, ["SS", ADDRESS]],
  [17, ["RP", TEXT]],
  [18, ["EP", TEXT]],
  [19, ["IPF", YES_NO]],
  [20, ["SRT", YES_NO]],
  [21, ["PF", ADDRESS_PAIR]],
  [22, ["RSZ", SHORT]],
  [23, ["TTL", DOTTED]],
  [24, ["MTU-Timeout", UNSIGNED]],
  [25, ["MTU-Table", SHORT]],
  [26, ["MTU", SHORT]],
  [27, ["LSN", YES_NO]],
  [28, ["BR", ADDRESS]],
  [29, ["MD", YES_NO]],
  [30, ["MS", YES_NO]],
  [31, ["Router-Discovery", YES_NO]],
  [32, ["RSA", ADDRESS]],
  [33, ["Static-Route", ADDRESS_PAIR]],
  [34, ["UT", YES_NO]],
  [35, ["AT", UNSIGNED]],
  [36, ["IE", YES_NO]],
  [37, ["TT", DOTTED]],
  [38, ["KI", UNSIGNED]],
  [39, ["KG", YES_NO]],
  [40, ["YD", TEXT]],
  [41, ["YS", ADDRESS]],
  [42, ["NTP", ADDRESS]],
  [43, ["Vendor-Option", DOTTED]],
  [44, ["Netbios-Name-Server", ADDRESS]],
  [45, ["WDD", ADDRESS]],
  [NETBIOS_NODE, ["Netbios-Node", SPECIAL]],
  [47, ["Netbios-Scope", TEXT]],
  [48, ["XFS", ADDRESS]],
  [49, ["XDM", ADDRESS]],
  [50, ["Requested-IP", ADDRESS]],
  [51, ["Lease-Time", UNSIGNED]],
  [OVERLOAD, ["OO", SPECIAL]],
  [MESSAGE_TYPE, ["DHCP-Message", NOTHING]],
  [54, ["Server-ID", ADDRESS]],
  [PARAMETERS, ["Parameter-Request", DOTTED]],
  [56, ["MSG", TEXT]],
  [57, ["MSZ", SHORT]],
  [58, ["RN", UNSIGNED]],
  [59, ["RB", UNSIGNED]],
  [60, ["Vendor-Class", TEXT]],
  [CLIENT_ID, ["Client-ID", SPECIAL]],
  [64, ["N+D", SHORT]],
  [65, ["N+S", ADDRESS]],
  [66, ["TFTP", TEXT]],
  [67, ["BF", TEXT]],
  [68, ["MH", ADDRESS]],
  [69, ["SMTP", ADDRESS]],
  [70, ["POP3", ADDRESS]],
  [71, ["NNTP", ADDRESS]],
  [72, ["WWW", ADDRESS]],
  [73, ["FG", ADDRESS]],
  [74, ["IRC", ADDRESS]],
  [75, ["STS", ADDRESS]],
  [76, ["STDA", ADDRESS]],
  [USER_CLASS, ["User-Class", SPECIAL]],
  [78, ["SLP-DA", DOTTED]],
  [79, ["SLP-SCOPE", DOTTED]],
  [80, ["SLP-NA", TEXT]],
  [FQDN, ["FQDN", SPECIAL]],
  [AGENT, ["Agent-Information", SPECIAL]],
  [83, ["ARMT", DOTTED]],
  [88, ["TZSTR", TEXT]],
  [89, ["FQDNS", DOTTED]],
  [90, ["AUTH", DOTTED]],
  [91, ["Last-Transaction-Time", SIGNED]],
  [92, ["Associated-IP", ADDRESS]],
  [93, ["ARCH", SHORT]],
  [94, ["NDI", DOTTED]],
  [95, ["LDAP", TEXT]],
  [97, ["GUID", DOTTED]],
  [98, ["UAP", TEXT]],
  [100, ["POSIX-TZ", TEXT]],
  [101, ["TZ-Name", TEXT]],
  [112, ["NI", ADDRESS]],
  [113, ["NITAG", TEXT]],
  [114, ["URL", TEXT]],
  [116, ["NOAUTO", YES_NO]],
  [117, ["NSSEARCH", SHORT]],
  [118, ["SUBNET", ADDRESS]],
  [ROUTES, ["Classless-Static-Route", SPECIAL]],
  [150, ["TFTP-Server-Address", ADDRESS]],
  [161, ["MUD-URL", TEXT]],
  [ROUTES_MICROSOFT, ["Classless-Static-Route-Microsoft", SPECIAL]],
  [END, ["END", NOTHING]],
]);

const MESSAGE_TYPES: Tokens = new Map([
  [1, "Discover"],
  [2, "Offer"],
  [3, "Request"],
  [4, "Decline"],
  [5, "ACK"],
  [6, "NACK"],
  [7, "Release"],
  [8, "Inform"],
  [10, "LeaseQuery"],
  [11, "LeaseUnassigned"],
  [12, "LeaseUnknown"],
  [13, "LeaseActive"],
]);
const NODE_TYPES: Tokens = new Map([
  [1, "b-node"],
  [2, "p-node"],
  [4, "m-node"],
  [8, "h-node"],
]);
const OVERLOADS: Tokens = new Map([
  [1, "file"],
  [2, "sname"],
  [3, "file+sname"],
]);
/** Hardware types of ARP (RFC 826). */
const HARDWARE: Tokens = new Map([
  [1, "ether"],
  [6, "ieee802"],
  [7, "arcnet"],
  [15, "frelay"],
  [23, "strip"],
  [24, "ieee1394"],
]);
/** RFC 3046, RFC 3993: what a relay agent adds. */
const AGENT_OPTIONS: Tokens = new Map([
  [1, "Circuit-ID"],
  [2, "Remote-ID"],
  [6, "Subscriber-ID"],
]);
/** RFC 4702 2.1. */
const FQDN_FLAGS = ["S", "O", "E", "N"] as const;

/** `count` bytes in quotes; false if they were not all captured. */
function quoted(d: Dissection, at: number, count: number): boolean {
  d.out.ch(34);
  const whole = characters(d, at, count);
  d.out.ch(34);
  return whole;
}

/** Values of the same size with commas between; answers how many bytes are left over. */
function list(d: Dissection, at: number, length: number, size: number, show: (at: number) => void): number {
  let left = length;
  for (let pos = at; left >= size; pos += size) {
    if (pos > at) d.out.ch(44);
    show(pos);
    left -= size;
  }
  return left;
}

function bytesBetween(
  d: Dissection,
  at: number,
  length: number,
  separator: number,
  hexadecimal: boolean,
): void {
  for (let i = 0; i < length; i++) {
    if (i > 0) d.out.ch(separator);
    if (hexadecimal) d.out.hexPad(d.u8(at + i), 2);
    else d.out.dec(d.u8(at + i));
  }
}

/** The names of the options that a client asks for, four on a line. */
function parameters(d: Dissection, at: number, length: number): void {
  for (let i = 0; i < length; i++) {
    const code = d.u8(at + i);
    d.out.str(i % 4 === 0 ? "\n\t      " : ", ");
    d.out.str(`${OPTIONS.get(code)?.[0] ?? "Unknown"} (${code})`);
  }
}

/** RFC 4702: flags, two results, and the name. */
function clientName(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  const flags = d.u8(at);
  if (flags & 0xf0) out.str(`[ERROR: MBZ nibble 0x${(flags >> 4).toString(16)} != 0] `);
  if (flags & 0x0f) {
    out.ch(91);
    for (let i = 0; i < 4; i++) if (flags & (1 << i)) out.str(FQDN_FLAGS[i]!);
    out.str("] ");
  }
  const first = d.u8(at + 1);
  const second = d.u8(at + 2);
  if (first !== 0 || second !== 0) out.str(`${first}/${second} `);
  return quoted(d, at + 3, length - 3);
}

/** RFC 2132 9.14: a hardware address, or text after a zero. */
function clientId(d: Dissection, at: number, length: number): boolean {
  const type = d.u8(at);
  if (type === 0) return quoted(d, at + 1, length - 1);
  d.out.str(HARDWARE.get(type) ?? `hardware-type ${type},`);
  d.out.ch(32);
  bytesBetween(d, at + 1, length - 1, 58, true);
  return true;
}

/** What relay agents added; answers how many bytes are left over, -1 if it is cut off. */
function agent(d: Dissection, at: number, length: number): number {
  let pos = at;
  let left = length;
  while (left >= 2) {
    const type = d.u8(pos);
    const size = d.u8(pos + 1);
    const name = AGENT_OPTIONS.get(type);
    pos += 2;
    left -= 2;
    d.out.str(`\n\t      ${name ?? "Unknown"} SubOption ${type}, length ${size}: `);
    if (size > left) {
      d.out.str("length goes past end of option");
      return 0;
    }
    if (name === undefined) unknownBytes(d, pos, "\n\t\t", size);
    else if (!characters(d, pos, size)) return -1;
    pos += size;
    left -= size;
  }
  return left;
}

/** RFC 3442: width of a mask, as much of the destination as it covers, and the router. */
function routes(d: Dissection, at: number, length: number): void {
  const { out } = d;
  let pos = at;
  let left = length;
  while (left > 0) {
    if (pos > at) out.ch(44);
    const width = d.u8(pos++);
    left--;
    if (width > 32) {
      out.str(`[ERROR: Mask width (${width}) > 32]`);
      return;
    }
    const octets = (width + 7) >> 3;
    if (left < octets + 4) {
      out.str(`[ERROR: Remaining length (${left}) < ${octets + 4} bytes]`);
      return;
    }
    out.ch(40);
    if (width === 0) out.str("default");
    else {
      bytesBetween(d, pos, octets, 46, false);
      for (let i = octets; i < 4; i++) out.str(".0");
      out.str(`/${width}`);
    }
    pos += octets;
    d.need(pos, 4);
    out.ch(58);
    d.ip4(pos);
    out.ch(41);
    pos += 4;
    left -= octets + 4;
  }
}

/** RFC 3004: texts, each with its size before it. False if it is cut off. */
function userClasses(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  let pos = at;
  let left = length;
  for (let instance = 1; left > 0; instance++) {
    const size = d.u8(pos++);
    left--;
    out.str(`\n\t      instance#${instance}: `);
    if (size === 0 || size > left) {
      out.str(size === 0 ? "[ERROR: suboption length must be non-zero]" : "[ERROR: invalid option]");
      return true;
    }
    if (!quoted(d, pos, size)) return false;
    out.str(`, length ${size}`);
    pos += size;
    left -= size;
  }
  return true;
}

/** Options with a form of their own; answers how many bytes are left over, -1 if it is cut off. */
function special(d: Dissection, code: number, at: number, length: number): number {
  const { out } = d;
  const least = LEAST[code];
  if (least !== undefined && length < least) {
    out.str(`[ERROR: length < ${least} bytes]`);
    return 0;
  }
  switch (code) {
    case NETBIOS_NODE:
    case OVERLOAD: {
      const value = d.u8(at);
      out.str((code === OVERLOAD ? OVERLOADS : NODE_TYPES).get(value) ?? `#${value}`);
      return length - 1;
    }
    case FQDN:
      return clientName(d, at, length) ? 0 : -1;
    case CLIENT_ID:
      return clientId(d, at, length) ? 0 : -1;
    case AGENT:
      return agent(d, at, length);
    case ROUTES:
    case ROUTES_MICROSOFT:
      routes(d, at, length);
      return 0;
    default:
      return userClasses(d, at, length) ? 0 : -1;
  }
}
/** Bytes that the special options need at least. */
const LEAST: Readonly<Record<number, number>> = {
  [NETBIOS_NODE]: 1,
  [OVERLOAD]: 1,
  [CLIENT_ID]: 1,
  [USER_CLASS]: 2,
  [FQDN]: 3,
  [ROUTES]: 5,
  [ROUTES_MICROSOFT]: 5,
};

/** The form of an option that has no row: by its size. */
function guessedForm(length: number): number {
  if (length & 1) return DOTTED;
  return length & 2 ? SHORT : UNSIGNED;
}

/** The value of an option; answers how many bytes are left over, -1 if it is cut off. */
function value(d: Dissection, code: number, form: number, at: number, length: number): number {
  const { out } = d;
  switch (form) {
    case TEXT:
      return quoted(d, at, length) ? 0 : -1;
    case ADDRESS:
      return list(d, at, length, 4, (pos) => d.ip4(pos));
    case ADDRESS_PAIR:
      return list(d, at, length, 8, (pos) => {
        out.ch(40);
        d.ip4(pos);
        out.ch(58);
        d.ip4(pos + 4);
        out.ch(41);
      });
    case UNSIGNED:
      return list(d, at, length, 4, (pos) => out.dec(d.u32(pos)));
    case SIGNED:
      return list(d, at, length, 4, (pos) => out.str(String(d.i32(pos))));
    case SHORT:
      return list(d, at, length, 2, (pos) => out.dec(d.u16(pos)));
    case YES_NO:
      return list(d, at, length, 1, (pos) => {
        const flag = d.u8(pos);
        out.str(flag === 0 ? "N" : flag === 1 ? "Y" : `${flag}?`);
      });
    case SPECIAL:
      return special(d, code, at, length);
    default:
      bytesBetween(d, at, length, 46, false);
      return 0;
  }
}

/** RFC 2132: tag, length, value, up to the end tag or the captured end. */
function options(d: Dissection, from: number): void {
  const { out } = d;
  const detailed = d.opt.verbose > 2;
  out.str("\n\t  Vendor-rfc1048 Extensions\n\t    Magic Cookie 0x");
  out.hexPad(d.u32(from), 8);
  let at = from + 4;
  while (d.has(at, 1)) {
    const code = d.u8(at++);
    const bare = code === PAD || code === END;
    if (bare && !detailed) {
      if (code === END) return;
      continue;
    }
    const length = bare ? 0 : d.u8(at++);
    const row = OPTIONS.get(code);
    out.str(`\n\t    ${row?.[0] ?? "Unknown"} (${code}), length ${length}${length > 0 ? ": " : ""}`);
    if (code === PAD) {
      let count = 1;
      while (d.has(at, 1) && d.u8(at) === PAD) {
        at++;
        count++;
      }
      if (count > 1) out.str(`, occurs ${count}`);
    }
    if (!d.has(at, length)) {
      d.truncated();
      return;
    }
    if (code === MESSAGE_TYPE && length === 1) {
      const type = d.u8(at++);
      out.str(MESSAGE_TYPES.get(type) ?? `Unknown (${type})`);
      continue;
    }
    if (code === PARAMETERS) parameters(d, at, length);
    else {
      const left = value(d, code, row?.[1] ?? guessedForm(length), at, length);
      if (left < 0) {
        d.truncated();
        return;
      }
      if (left > 0) out.str(`\n\t  trailing data length ${left}`);
    }
    at += length;
  }
}

const CMU_ADDRESSES = [
  [12, "DG"],
  [8, "SM"],
  [16, "NS1"],
  [20, "NS2"],
  [24, "IEN1"],
  [28, "IEN2"],
  [32, "TS1"],
  [36, "TS2"],
] as const;

/** The vendor area as Carnegie Mellon University had it before RFC 1048. */
function cmu(d: Dissection, at: number): void {
  const { out } = d;
  out.str(" vend-cmu");
  if (!d.has(at + 4, 4)) {
    d.truncated();
    return;
  }
  const flags = d.u8(at + 4);
  if (flags & ~1) out.str(` F:0x${flags.toString(16)}`);
  for (const [offset, name] of CMU_ADDRESSES) {
    if (!d.has(at + offset, 4)) {
      d.truncated();
      return;
    }
    if (d.u32(at + offset) === 0) continue;
    out.str(` ${name}`);
    if (name === "SM" && !(flags & 1)) out.ch(42);
    out.ch(58);
    d.ip4(at + offset);
  }
}

/** A name in the header; false if it is cut off. */
function headerName(d: Dissection, label: string, at: number, size: number): boolean {
  if (d.u8(at) === 0) return true;
  d.out.str(`\n\t  ${label} "`);
  const whole = untilNul(d, at, size) > 0;
  d.out.ch(34);
  return whole;
}

function vendor(d: Dissection, at: number): void {
  if (!d.has(at, 4)) {
    d.truncated();
    return;
  }
  const magic = d.u32(at);
  if (magic === MAGIC_RFC1048) options(d, at);
  else if (magic === MAGIC_CMU) cmu(d, at);
  else if (magic !== 0) d.out.str(`\n\t  Vendor-#0x${magic.toString(16)}`);
}

/** Writes the BOOTP or DHCP message at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printBootp(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "bootp";
  const op = d.u8(at);
  out.str("BOOTP/DHCP, ");
  if (op === REQUEST) out.str("Request");
  else if (op === REPLY) out.str("Reply");
  else {
    out.str("unknown (0x");
    out.hexPad(op, 2);
    out.ch(41);
  }
  const hardware = d.u8(at + 1);
  const hardwareSize = d.u8(at + 2);
  const ethernet = hardware === 1 && hardwareSize === 6;
  if (ethernet && op === REQUEST) {
    d.need(at + 28, 6);
    out.str(" from ");
    d.mac(at + 28);
  }
  out.str(", length ");
  out.dec(length);
  if (d.opt.verbose === 0) return;
  if (!d.has(at + 8, 2)) {
    d.truncated();
    return;
  }
  if (hardware !== 1) out.str(`, htype ${hardware}`);
  if (!ethernet) out.str(`, hlen ${hardwareSize}`);
  const hops = d.u8(at + 3);
  if (hops !== 0) out.str(`, hops ${hops}`);
  const xid = d.u32(at + 4);
  if (xid !== 0) {
    out.str(", xid 0x");
    out.hex(xid);
  }
  const seconds = d.u16(at + 8);
  if (seconds !== 0) out.str(`, secs ${seconds}`);
  const flags = d.u16(at + 10);
  out.str(`, Flags [${flags & 0x8000 ? "Broadcast" : "none"}]`);
  if (d.opt.verbose > 1) {
    out.str(" (0x");
    out.hexPad(flags, 4);
    out.ch(41);
  }
  for (const [offset, name] of ADDRESSES) {
    if (d.u32(at + offset) === 0) continue;
    out.str(`\n\t  ${name} `);
    d.ip4(at + offset);
  }
  if (ethernet) {
    d.need(at + 28, 6);
    out.str("\n\t  Client-Ethernet-Address ");
    d.mac(at + 28);
  }
  if (headerName(d, "sname", at + SNAME, 64) && headerName(d, "file", at + FILE, 128)) vendor(d, at + VENDOR);
  else d.truncated();
}
