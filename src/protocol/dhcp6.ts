// Dynamic Host Configuration Protocol for IPv6 (RFC 8415) and the options of RFC 3319, 3646, 3898, 4075, 4280, 4649,
// 4833, 5007, 5908, 6334 and 8520.
//
//   client and server: type (1) | transaction (3) | options: code (2), length (2), value
//   relay:             type (1) | hops (1) | link address (16) | peer address (16) | options
import type { Dissection } from "./dissection.ts";
import { domainName } from "./domain.ts";
import { padded } from "./phrase.ts";
import type { Tokens } from "./token.ts";

const HEADER_SIZE = 4;
const RELAY_HEADER_SIZE = 34;
const OPTION_HEADER_SIZE = 4;
/** Options in options in options: no message has a need for more, and the stack has an end. */
const DEEPEST = 100;
/** As many bytes of an identifier are shown. */
const IDENTIFIER_SHOWN = 10;

const RELAY_FORWARD = 12;
const RELAY_REPLY = 13;
const MESSAGES: Tokens = new Map([
  [1, "solicit"],
  [2, "advertise"],
  [3, "request"],
  [4, "confirm"],
  [5, "renew"],
  [6, "rebind"],
  [7, "reply"],
  [8, "release"],
  [9, "decline"],
  [10, "reconfigure"],
  [11, "inf-req"],
  [RELAY_FORWARD, "relay-fwd"],
  [RELAY_REPLY, "relay-reply"],
  [14, "leasequery"],
  [15, "leasequery-reply"],
]);

// How the value of an option is shown.
const NOTHING = 0;
const IDENTITY = 1;
const ASSOCIATION = 2;
const TEMPORARY = 3;
const LEASED_ADDRESS = 4;
const LEASED_PREFIX = 5;
const CODES = 6;
const BYTE = 7;
const SHORT = 8;
const LONG = 9;
const MESSAGE = 10;
const AUTHENTICATION = 11;
const STATUS = 12;
const IDENTIFIER = 13;
const RECONFIGURE = 14;
const NAMES = 15;
const ADDRESSES = 16;
const REMOTE = 17;
const TEXT = 18;
const QUERY = 19;
const OPTIONS = 20;
const RELAYED = 21;
const TIME_SERVERS = 22;
const LABELS = 23;

const OPTION_FORMS: ReadonlyMap<number, readonly [name: string, form: number]> = new Map([
  [1, ["client-ID", IDENTITY]],
  [2, ["server-ID", IDENTITY]],
  [3, ["IA_NA", ASSOCIATION]],
  [4, ["IA_TA", TEMPORARY]],
  [5, ["IA_ADDR", LEASED_ADDRESS]],
  [6, ["option-request", CODES]],
  [7, ["preference", BYTE]],
  [8, ["elapsed-time", SHORT]],
  [9, ["relay-message", MESSAGE]],
  [11, ["authentication", AUTHENTICATION]],
  [12, ["server-unicast", NOTHING]],
  [13, ["status-code", STATUS]],
  [14, ["rapid-commit", NOTHING]],
  [15, ["user-class", NOTHING]],
  [16, ["vendor-class", NOTHING]],
  [17, ["vendor-specific-info", NOTHING]],
  [18, ["interface-ID", IDENTIFIER]],
  [19, ["reconfigure-message", RECONFIGURE]],
  [20, ["reconfigure-accept", NOTHING]],
  [21, ["SIP-servers-domain", NAMES]],
  [22, ["SIP-servers-address", ADDRESSES]],
  [23, ["DNS-server", ADDRESSES]],
  [24, ["DNS-search-list", NAMES]],
  [25, ["IA_PD", ASSOCIATION]],
  [26, ["IA_PD-prefix", LEASED_PREFIX]],
  [27, ["NIS-server", ADDRESSES]],
  [28, ["NIS+-server", ADDRESSES]],
  [29, ["NIS-domain-name", NOTHING]],
  [30, ["NIS+-domain-name", NOTHING]],
  [31, ["SNTP-servers", ADDRESSES]],
  [32, ["lifetime", LONG]],
  [33, ["BCMCS-domain-name", NOTHING]],
  [34, ["BCMCS-server", ADDRESSES]],
  [36, ["Geoconf-Civic", NOTHING]],
  [37, ["Remote-ID", REMOTE]],
  [38, ["Subscriber-ID", IDENTIFIER]],
  [39, ["Client-FQDN", NOTHING]],
  [40, ["PANA-agent", ADDRESSES]],
  [41, ["POSIX-timezone", TEXT]],
  [42, ["POSIX-tz-database", TEXT]],
  [43, ["Echo-request-option", CODES]],
  [44, ["Lease-query", QUERY]],
  [45, ["LQ-client-data", OPTIONS]],
  [46, ["Clt-time", LONG]],
  [47, ["LQ-relay-data", RELAYED]],
  [48, ["LQ-client-link", ADDRESSES]],
  [56, ["NTP-server", TIME_SERVERS]],
  [64, ["AFTR-Name", LABELS]],
  [112, ["MUD-URL", TEXT]],
]);

/** RFC 8415 11.1. */
const IDENTITY_LINK_TIME = 1;
const IDENTITY_VENDOR = 2;
const IDENTITY_LINK = 3;
const VENDOR_IDENTITY_SIZE = 8;

/** RFC 8415 21.13, RFC 3633 16, RFC 5007 4.1.3. */
const STATUSES = [
  "Success",
  "UnspecFail",
  "NoAddrsAvail",
  "NoBinding",
  "NotOnLink",
  "UseMulticast",
  "NoPrefixAvail",
  "UnknownQueryType",
  "MalformedQuery",
  "NotConfigured",
  "NotAllowed",
] as const;

/** RFC 3315 21.4 and 21.5. */
const PROTOCOL_DELAYED = 2;
const PROTOCOL_RECONFIGURE = 3;
const AUTHENTICATION_PROTOCOLS: Tokens = new Map([
  [PROTOCOL_DELAYED, "delayed"],
  [PROTOCOL_RECONFIGURE, "reconfigure"],
]);
const AUTHENTICATION_SIZE = 11;
const DELAYED_SIZE = 20;
const RECONFIGURE_KEY_SIZE = 17;

const QUERIES = ["", "by-address", "by-clientID"] as const;
const NTP_NAME = 3;

/** How much of an option's value there must be; values that are shorter are not shown. */
const LEAST: ReadonlyMap<number, number> = new Map([
  [IDENTITY, 2],
  [ASSOCIATION, 12],
  [TEMPORARY, 4],
  [LEASED_ADDRESS, 24],
  [LEASED_PREFIX, 25],
  [AUTHENTICATION, AUTHENTICATION_SIZE],
  [STATUS, 2],
  [REMOTE, 4],
  [TEXT, 5],
  [QUERY, 17],
  [RELAYED, 16],
  [TIME_SERVERS, 4],
  [LABELS, 3],
]);
const EXACT: ReadonlyMap<number, number> = new Map([
  [BYTE, 1],
  [SHORT, 2],
  [LONG, 4],
  [RECONFIGURE, 1],
]);

/** Answers of a value's writer. */
const DONE = true;
const CUT = false;

function fits(form: number, length: number): boolean {
  const exact = EXACT.get(form);
  if (exact !== undefined) return length === exact;
  if (form === CODES) return length % 2 === 0;
  if (form === ADDRESSES) return length % 16 === 0;
  return length >= (LEAST.get(form) ?? 0);
}

function hex(d: Dissection, at: number, size: number): void {
  for (let i = 0; i < size; i++) d.out.hexPad(d.u8(at + i), 2);
}

/** The beginning of what is only bytes. */
function identifier(d: Dissection, at: number, length: number): void {
  d.out.ch(32);
  hex(d, at, Math.min(length, IDENTIFIER_SHOWN));
  d.out.str("...");
}

function identity(d: Dissection, at: number, length: number): void {
  const { out } = d;
  const type = d.u16(at);
  if (type === IDENTITY_LINK_TIME) {
    if (length < 8) {
      out.str(" ?");
      return;
    }
    out.str(` hwaddr/time type ${d.u16(at + 2)} time ${d.u32(at + 4)} `);
    hex(d, at + 8, length - 8);
  } else if (type === IDENTITY_VENDOR) {
    if (length < 2 + VENDOR_IDENTITY_SIZE) {
      out.str(" ?");
      return;
    }
    out.str(" vid ");
    hex(d, at + 2, VENDOR_IDENTITY_SIZE);
  } else if (type === IDENTITY_LINK) {
    if (length < 4) {
      out.str(" ?");
      return;
    }
    out.str(` hwaddr type ${d.u16(at + 2)} `);
    hex(d, at + 4, length - 4);
  } else out.str(` type ${type}`);
}

function words(d: Dissection, at: number, count: number): void {
  for (let i = 0; i < count; i++) {
    d.out.ch(32);
    d.out.hexPad(d.u32(at + 4 * i), 8);
  }
}

function authentication(d: Dissection, at: number, length: number): void {
  const { out } = d;
  const protocol = d.u8(at);
  const algorithm = d.u8(at + 1);
  const detection = d.u8(at + 2);
  out.str(` proto: ${AUTHENTICATION_PROTOCOLS.get(protocol) ?? protocol}`);
  out.str(
    `, alg: ${algorithm === 1 ? "HMAC-MD5" : algorithm}, RDM: ${detection === 0 ? "mono" : detection}, RD:`,
  );
  for (let i = 0; i < 4; i++) {
    out.ch(32);
    out.hexPad(d.u16(at + 3 + 2 * i), 4);
  }
  const rest = at + AUTHENTICATION_SIZE;
  const left = length - AUTHENTICATION_SIZE;
  if (protocol === PROTOCOL_DELAYED) {
    if (left === 0) return;
    if (left < DELAYED_SIZE) {
      out.str(" ??");
      return;
    }
    if (left > DELAYED_SIZE) {
      out.str(", realm: ");
      hex(d, rest, left - DELAYED_SIZE);
    }
    const key = rest + left - DELAYED_SIZE;
    out.str(", key ID: ");
    out.hexPad(d.u32(key), 8);
    out.str(", HMAC-MD5:");
    words(d, key + 4, 4);
  } else if (protocol === PROTOCOL_RECONFIGURE) {
    if (left !== RECONFIGURE_KEY_SIZE) {
      out.str(" ??");
      return;
    }
    const type = d.u8(rest);
    out.str(type === 1 ? " reconfig-key" : type === 2 ? " type: HMAC-MD5" : " type: ??");
    out.str(" value:");
    words(d, rest + 1, 4);
  } else out.str(" ??");
}

function status(d: Dissection, at: number): void {
  const code = d.u16(at);
  d.out.str(` ${code > 255 ? "INVALID code" : (STATUSES[code] ?? `code${code}`)}`);
}

function reconfigure(d: Dissection, at: number): void {
  const { out } = d;
  const type = d.u8(at);
  if (type === 5) out.str(" for renew");
  else if (type === 11) out.str(" for inf-req");
  else {
    out.str(" for ???(");
    out.hexPad(type, 2);
    out.ch(41);
  }
}

function names(d: Dissection, at: number, length: number): boolean {
  let pos = at;
  while (pos < at + length) {
    d.out.ch(32);
    pos = domainName(d, pos, at + length);
    if (pos < 0) return CUT;
  }
  return DONE;
}

/** RFC 5908 4. */
function timeServers(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  const end = at + length;
  let pos = at;
  while (pos < end - 4) {
    const code = d.u16(pos);
    const size = d.u16(pos + 2);
    pos += 4;
    if (pos + size > end) return CUT;
    out.str(` subopt:${code}`);
    if (code === NTP_NAME) {
      out.ch(32);
      if (domainName(d, pos, end) < 0) return CUT;
    } else if ((code === 1 || code === 2) && size === 16) {
      out.ch(32);
      d.ip6(pos);
    } else out.str(" ?");
    pos += size;
  }
  return DONE;
}

/** A name as labels with their lengths, without pointers (RFC 6334 3). */
function labels(d: Dissection, at: number, length: number): void {
  const { out } = d;
  let left = length;
  let pos = at;
  out.ch(32);
  while (left > 0 && d.u8(pos) !== 0) {
    const size = d.u8(pos++);
    if (size >= left - 1) {
      out.str(" ?");
      return;
    }
    padded(d, pos, size);
    pos += size;
    left -= size + 1;
    if (d.u8(pos) !== 0) out.ch(46);
  }
}

/** Writes an option's value; CUT if it ends where it should not. */
function value(d: Dissection, form: number, at: number, length: number, depth: number): boolean {
  const { out } = d;
  switch (form) {
    case IDENTITY:
      identity(d, at, length);
      break;
    case ASSOCIATION:
      out.str(` IAID:${d.u32(at)} T1:${d.u32(at + 4)} T2:${d.u32(at + 8)}`);
      options(d, at + 12, length - 12, depth);
      break;
    case TEMPORARY:
      out.str(` IAID:${d.u32(at)}`);
      options(d, at + 4, length - 4, depth);
      break;
    case LEASED_ADDRESS:
      out.ch(32);
      d.ip6(at);
      out.str(` pltime:${d.u32(at + 16)} vltime:${d.u32(at + 20)}`);
      options(d, at + 24, length - 24, depth);
      break;
    case LEASED_PREFIX:
      out.ch(32);
      d.ip6(at + 9);
      out.str(`/${d.u8(at + 8)} pltime:${d.u32(at)} vltime:${d.u32(at + 4)}`);
      options(d, at + 25, length - 25, depth);
      break;
    case CODES:
      for (let i = 0; i < length; i += 2) {
        const code = d.u16(at + i);
        out.str(` ${OPTION_FORMS.get(code)?.[0] ?? `opt_${code}`}`);
      }
      break;
    case BYTE:
      out.str(` ${d.u8(at)}`);
      break;
    case SHORT:
      out.str(` ${d.u16(at)}`);
      break;
    case LONG:
      out.str(` ${d.u32(at)}`);
      break;
    case MESSAGE:
      out.str(" (");
      // Closed only once, by the option's parenthesis.
      message(d, at, length, depth);
      break;
    case AUTHENTICATION:
      authentication(d, at, length);
      break;
    case STATUS:
      status(d, at);
      break;
    case IDENTIFIER:
      identifier(d, at, length);
      break;
    case RECONFIGURE:
      reconfigure(d, at);
      break;
    case NAMES:
      return names(d, at, length);
    case ADDRESSES:
      for (let i = 0; i < length; i += 16) {
        out.ch(32);
        d.ip6(at + i);
      }
      break;
    case REMOTE:
      out.str(` ${d.u32(at)}`);
      identifier(d, at + 4, length - 4);
      break;
    case TEXT:
      out.ch(32);
      padded(d, at, length);
      break;
    case QUERY: {
      const type = d.u8(at);
      out.str(` ${QUERIES[type] || `type_${type}`} `);
      d.ip6(at + 1);
      options(d, at + 17, length - 17, depth);
      break;
    }
    case OPTIONS:
      options(d, at, length, depth);
      break;
    case RELAYED:
      out.ch(32);
      d.ip6(at);
      identifier(d, at + 16, length - 16);
      break;
    case TIME_SERVERS:
      return timeServers(d, at, length);
    case LABELS:
      labels(d, at, length);
      break;
  }
  return DONE;
}

function options(d: Dissection, at: number, length: number, depth: number): void {
  const { out } = d;
  if (length <= 0) return;
  const end = at + length;
  let pos = at;
  while (pos < end) {
    if (depth >= DEEPEST || end < pos + OPTION_HEADER_SIZE) {
      d.truncated();
      return;
    }
    const code = d.u16(pos);
    const size = d.u16(pos + 2);
    pos += OPTION_HEADER_SIZE;
    if (end < pos + size) {
      d.truncated();
      return;
    }
    const row = OPTION_FORMS.get(code);
    out.str(` (${row?.[0] ?? `opt_${code}`}`);
    if (row !== undefined) {
      if (!fits(row[1], size)) out.str(" ?");
      else if (value(d, row[1], pos, size, depth + 1) === CUT) {
        d.truncated();
        return;
      }
    }
    out.ch(41);
    pos += size;
  }
}

function message(d: Dissection, at: number, length: number, depth: number): void {
  const { out } = d;
  d.protocol = "dhcp6";
  out.str("dhcp6");
  // What was not captured is not there at all for this protocol.
  const end = Math.min(at + length, d.end);
  if (!d.has(at, HEADER_SIZE)) {
    d.truncated();
    return;
  }
  const type = d.u8(at);
  out.str(` ${MESSAGES.get(type) ?? `msgtype-${type}`}`);
  if (d.opt.verbose === 0) return;
  out.str(" (");
  if (type !== RELAY_FORWARD && type !== RELAY_REPLY) {
    out.str("xid=");
    out.hex(d.u24(at + 1));
    options(d, at + HEADER_SIZE, Math.max(0, end - at - HEADER_SIZE), depth);
  } else {
    d.need(at + 2, 16);
    out.str("linkaddr=");
    d.ip6(at + 2);
    d.need(at + 18, 16);
    out.str(" peeraddr=");
    d.ip6(at + 18);
    options(d, at + RELAY_HEADER_SIZE, Math.max(0, end - at - RELAY_HEADER_SIZE), depth);
  }
  out.ch(41);
}

/** Writes the DHCPv6 message at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printDhcp6(d: Dissection, at: number, length: number): void {
  message(d, at, length, 0);
}
