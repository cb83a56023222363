// Internet Security Association and Key Management: ISAKMP (RFC 2408) with IKE version 1 (RFC 2407, RFC 2409) and
// version 2 (RFC 7296), and both with ESP in UDP (RFC 3948).
//
//   initiator's cookie (8) | responder's cookie (8) | next payload (1) | version (1) | exchange (1) | flags (1) |
//   message (4) | length (4) | payloads: next payload (1), critical (1), length, header included (2), data
import type { Dissection } from "./dissection.ts";
import { protocolName } from "./ipproto.ts";
import { printEsp } from "./ipsec.ts";
import type { Keys } from "./keys.ts";
import { visible } from "./phrase.ts";
import type { Tokens } from "./token.ts";
import { hex, ip4, ip6, numbered, writeHexDigits } from "./wording.ts";

const HEADER = 28;
const PAYLOAD_HEADER = 4;
const ENCRYPTED = 0x01;
const SA = 1;
const PROPOSAL = 2;
const TRANSFORM = 3;
const KEY = 4;
const IDENTIFICATION = 5;
const CERTIFICATE = 6;
const CERTIFICATE_REQUEST = 7;
const HASH = 8;
const SIGNATURE = 9;
const NONCE = 10;
const NOTIFICATION = 11;
const DELETION = 12;
const VENDOR = 13;
const V2_SA = 33;
const V2_KEY = 34;
const V2_INITIATOR = 35;
const V2_RESPONDER = 36;
const V2_AUTHENTICATION = 39;
const V2_NONCE = 40;
const V2_NOTIFICATION = 41;
const V2_VENDOR = 43;
const V2_ENCRYPTED = 46;
/** Payloads of version 2 of which only the length is shown. */
const V2_PLAIN: ReadonlySet<number> = new Set([37, 38, 42, 44, 45, 47, 48]);
const IPSEC = 1;

/** Answer of a payload's printer that no other payload can follow; else where it ends. */
const STOP = -1;

const PAYLOADS: Tokens = new Map([
  ...numbered(0, ..."none sa p t ke id cert cr hash sig nonce n d vid".split(" ")),
  ...Array.from({ length: 19 }, (_, i) => [14 + i, `pay${14 + i}`] as const),
  ...numbered(
    33,
    ..."v2sa v2ke v2IDi v2IDr v2cert v2cr v2auth v2nonce v2n v2d v2vid v2TSi v2TSr v2e v2cp v2eap".split(" "),
  ),
]);
const PROTOCOLS: Tokens = numbered(1, "isakmp", "ipsec-ah", "ipsec-esp", "ipcomp");
const EXCHANGES: Tokens = new Map([
  ...numbered(0, "none", "base", "ident", "auth", "agg", "inf"),
  ...numbered(32, "oakley-quick", "oakley-newgroup", "ikev2_init", "ikev2_auth", "child_sa", "inf2"),
]);
const CERTIFICATES: Tokens = numbered(
  0,
  ..."none pkcs7 pgp dns x509sign x509ke kerberos crl arl spki x509attr".split(" "),
);
const IDENTITIES: Tokens = numbered(
  1,
  "IPv4",
  "FQDN",
  "user FQDN",
  "IPv4net",
  "IPv6",
  "IPv6net",
  "IPv4range",
  "IPv6range",
  "ASN1 DN",
  "ASN1 GN",
  "keyid",
);
const GROUPS: Tokens = numbered(
  1,
  "modp768",
  "modp1024",
  "EC2N 2^155",
  "EC2N 2^185",
  "modp1536",
  "iana-grp06",
  "iana-grp07",
  "iana-grp08",
  "iana-grp09",
  "iana-grp10",
  "iana-grp11",
  "iana-grp12",
  "iana-grp13",
  "modp2048",
  "modp3072",
  "modp4096",
  "modp6144",
  "modp8192",
);
/** As attributes have them: tcpdump leaves the last one out. */
const ATTRIBUTE_GROUPS: Tokens = new Map([...GROUPS].filter(([group]) => group < 18));
const AH_TRANSFORMS: Tokens = numbered(
  1,
  "(reserved)",
  "md5",
  "sha",
  "1des",
  "sha2-256",
  "sha2-384",
  "sha2-512",
);
const ESP_TRANSFORMS: Tokens = numbered(
  1,
  ..."1des-iv64 1des 3des rc5 idea cast blowfish 3idea 1des-iv32 rc4 null aes".split(" "),
);
const NONE: Tokens = new Map();

/** Attributes: their names and their values' names. */
type Attributes = ReadonlyMap<number, readonly [name: string, values: Tokens]>;
const LIFE_TYPES: Tokens = numbered(1, "sec", "kb");
const IPSEC_ATTRIBUTES: Attributes = new Map([
  [1, ["lifetype", LIFE_TYPES]],
  [2, ["life", NONE]],
  [3, ["group desc", ATTRIBUTE_GROUPS]],
  [4, ["enc mode", numbered(1, "tunnel", "transport")]],
  [5, ["auth", numbered(1, "hmac-md5", "hmac-sha1", "1des-mac", "keyed")]],
  [6, ["keylen", NONE]],
  [7, ["rounds", NONE]],
  [8, ["dictsize", NONE]],
  [9, ["privalg", NONE]],
]);
const OAKLEY_ATTRIBUTES: Attributes = new Map([
  [1, ["enc", numbered(1, "1des", "idea", "blowfish", "rc5", "3des", "cast", "aes")]],
  [2, ["hash", numbered(1, "md5", "sha1", "tiger", "sha2-256", "sha2-384", "sha2-512")]],
  [3, ["auth", numbered(1, "preshared", "dss", "rsa sig", "rsa enc", "rsa enc revised")]],
  [4, ["group desc", ATTRIBUTE_GROUPS]],
  [5, ["group type", numbered(1, "MODP", "ECP", "EC2N")]],
  [6, ["group prime", NONE]],
  [7, ["group gen1", NONE]],
  [8, ["group gen2", NONE]],
  [9, ["group curve A", NONE]],
  [10, ["group curve B", NONE]],
  [11, ["lifetype", LIFE_TYPES]],
  [12, ["lifeduration", NONE]],
  [13, ["prf", NONE]],
  [14, ["keylen", NONE]],
  [15, ["field", NONE]],
  [16, ["order", NONE]],
]);
const V2_ATTRIBUTES: Attributes = new Map([[14, ["keylen", NONE]]]);
const NO_ATTRIBUTES: Attributes = new Map();
/** Transforms of version 1 by protocol: their names, and their attributes. */
const TRANSFORMS: ReadonlyMap<number, readonly [names: Tokens, attributes: Attributes]> = new Map([
  [1, [numbered(1, "ike"), OAKLEY_ATTRIBUTES]],
  [2, [AH_TRANSFORMS, IPSEC_ATTRIBUTES]],
  [3, [ESP_TRANSFORMS, IPSEC_ATTRIBUTES]],
  [4, [numbered(1, "oui", "deflate", "lzs"), IPSEC_ATTRIBUTES]],
]);
/** Transforms of version 2 by type. */
const V2_TRANSFORMS: ReadonlyMap<number, readonly [type: string, names: Tokens]> = new Map([
  [1, ["encr", ESP_TRANSFORMS]],
  [2, ["prf", numbered(1, "hmac-md5", "hmac-sha", "hmac-tiger", "aes128_xcbc")]],
  [3, ["integ", numbered(1, "hmac-md5", "hmac-sha", "dec-mac", "kpdk-md5", "aes-xcbc")]],
  [4, ["dh", GROUPS]],
  [5, ["esn", numbered(0, "no-esn", "esn")]],
]);
const ERRORS: Tokens = numbered(
  1,
  ...`INVALID-PAYLOAD-TYPE DOI-NOT-SUPPORTED SITUATION-NOT-SUPPORTED INVALID-COOKIE INVALID-MAJOR-VERSION
  INVALID-MINOR-VERSION INVALID-EXCHANGE-TYPE INVALID-FLAGS INVALID-MESSAGE-ID INVALID-PROTOCOL-ID INVALID-SPI
  INVALID-TRANSFORM-ID ATTRIBUTES-NOT-SUPPORTED NO-PROPOSAL-CHOSEN BAD-PROPOSAL-SYNTAX PAYLOAD-MALFORMED
  INVALID-KEY-INFORMATION INVALID-ID-INFORMATION INVALID-CERT-ENCODING INVALID-CERTIFICATE CERT-TYPE-UNSUPPORTED
  INVALID-CERT-AUTHORITY INVALID-HASH-INFORMATION AUTHENTICATION-FAILED INVALID-SIGNATURE ADDRESS-NOTIFICATION
  NOTIFY-SA-LIFETIME CERTIFICATE-UNAVAILABLE UNSUPPORTED-EXCHANGE-TYPE UNEQUAL-PAYLOAD-LENGTHS`.split(/\s+/),
);
const RESPONDER_LIFETIME = 24576;
const REPLAY_STATUS = 24577;
const IPSEC_STATUSES: Tokens = numbered(0, "RESPONDER-LIFETIME", "REPLAY-STATUS", "INITIAL-CONTACT");
const COOKIE_NOTIFICATION = 16390;
/** Notifications of version 2, and whether their SPI is shown. */
const V2_NOTIFICATIONS: ReadonlyMap<number, readonly [name: string, spi: boolean]> = new Map([
  [1, ["unsupported_critical_payload", false]],
  [4, ["invalid_ike_spi", true]],
  [5, ["invalid_major_version", false]],
  [7, ["invalid_syntax", true]],
  [9, ["invalid_message_id", true]],
  [11, ["invalid_spi", true]],
  [14, ["no_protocol_chosen", true]],
  [17, ["invalid_ke_payload", true]],
  [24, ["authentication_failed", true]],
  [34, ["single_pair_required", true]],
  [35, ["no_additional_sas", false]],
  [36, ["internal_address_failure", false]],
  [37, ["failed:cp_required", false]],
  [39, ["invalid_selectors", false]],
  [16384, ["initial_contact", false]],
  [16385, ["set_window_size", false]],
  [16386, ["additional_ts_possible", false]],
  [16387, ["ipcomp_supported", false]],
  [16388, ["nat_detection_source_ip", true]],
  [16389, ["nat_detection_destination_ip", true]],
  [COOKIE_NOTIFICATION, ["cookie", true]],
  [16391, ["use_transport_mode", false]],
  [16392, ["http_cert_lookup_supported", false]],
  [16393, ["rekey_sa", true]],
  [16394, ["tfc_padding_not_supported", false]],
  [16395, ["non_first_fragment_also", false]],
]);
/** How an identity of version 2 is named, and whether it is text. */
const V2_IDENTITIES: ReadonlyMap<number, readonly [name: string, text: boolean]> = new Map([
  [1, ["ipv4", false]],
  [2, ["fqdn", true]],
  [3, ["rfc822", true]],
  [5, ["ipv6", false]],
  [9, ["dn", false]],
  [10, ["gn", false]],
  [11, ["keyid", false]],
]);
const V2_METHODS: Tokens = numbered(0, "invalid", "rsasig", "shared-secret", "dsssig");

/** What goes along on the way down into payloads. */
interface Context {
  /** One past the last captured byte. */
  readonly end: number;
  /** The protocol of the proposal at work. */
  readonly protocol: number;
  readonly depth: number;
  /** The message's cookies in hexadecimal, which name the key of what it encrypts; empty without -E. */
  readonly cookies: string;
  readonly initiator: boolean;
}

function nameOf(table: Tokens, n: number): string {
  return table.get(n) ?? `#${n}`;
}

/** Bytes in hexadecimal; false, and nothing, if they were not captured. */
function raw(d: Dissection, at: number, size: number): boolean {
  if (!d.has(at, size)) return false;
  writeHexDigits(d, at, size);
  return true;
}

/** The first bytes and the last of what there is; false if they were not captured. */
function someData(d: Dissection, at: number, end: number): boolean {
  let from = end - 20;
  let size = 20;
  const left = end - at;
  const first = left > 10 || left < 0 ? 10 : left;
  if (from < at + first) {
    from = at + first;
    size = end - from;
  }
  d.out.str(" data=(");
  if (!raw(d, at, first)) return false;
  d.out.str("...");
  if (size !== 0 && !raw(d, from, size)) return false;
  d.out.ch(41);
  return true;
}

/** Says that a payload is cut off, which ends the message. */
function cut(d: Dissection, type: number): number {
  d.out.str(` [|${nameOf(PAYLOADS, type)}]`);
  return STOP;
}

function writeDepth(d: Dissection, depth: number): void {
  d.out.ch(10);
  for (let i = 0; i < depth; i++) d.out.str("    ");
  d.out.ch(40);
}

/** An attribute before `end`; answers where it ends, beyond `end` if it does not fit, STOP if it is cut off. */
function attribute(d: Dissection, at: number, end: number, attributes: Attributes): number {
  const { out } = d;
  const short = d.u8(at) & 0x80;
  const size = short ? 4 : 4 + d.u16(at + 2);
  if (end < at + size) {
    out.str("[|attr]");
    return end + 1;
  }
  const type = d.u16(at) & 0x7fff;
  const row = attributes.get(type);
  out.str(`(type=${row?.[0] ?? `#${type}`} `);
  let shown = true;
  if (short) {
    out.str("value=");
    // With no table at all tcpdump reads the value's first byte, and with one its two.
    const name = row?.[1].get(d.u16(at + 2));
    if (name !== undefined) out.str(name);
    else shown = raw(d, at + 2, 2);
  } else {
    out.str(`len=${size - 4} value=`);
    shown = raw(d, at + 4, size - 4);
  }
  out.ch(41);
  return shown ? at + size : STOP;
}

/** The attributes from `from` on to `end`; answers where they end, STOP if they are cut off. */
function attributeList(
  d: Dissection,
  from: number,
  end: number,
  table: Attributes,
  context: Context,
): number {
  let at = from;
  while (at < context.end && at < end) {
    at = attribute(d, at, end, table);
    if (at === STOP) return STOP;
  }
  if (context.end < end) d.out.str("...");
  return at;
}

function sa(d: Dissection, at: number, context: Context): number {
  const { out } = d;
  out.str("sa:");
  if (!d.has(at, 12)) return cut(d, SA);
  const domain = d.u32(at + 4);
  const situation = d.u32(at + 8);
  if (domain !== IPSEC) {
    out.str(` doi=${domain} situation=${situation}`);
    return at + 12;
  }
  const names = ["identity", "secrecy", "integrity"].filter((_, i) => situation & (1 << i));
  out.str(` doi=ipsec situation=${names.join("+")}`);
  let pos = at + 12;
  if (situation !== 1) {
    // tcpdump looks for it where the domain is.
    out.str(` ident=${domain}`);
    pos += 4;
  }
  if (!d.has(pos, PAYLOAD_HEADER)) return cut(d, SA);
  return payloads(d, PROPOSAL, pos, context, 1);
}

function proposal(d: Dissection, at: number, context: Context): number {
  const { out } = d;
  out.str("p:");
  if (!d.has(at, 8)) return cut(d, PROPOSAL);
  const protocol = d.u8(at + 5);
  out.str(` #${d.u8(at + 4)} protoid=${nameOf(PROTOCOLS, protocol)} transform=${d.u8(at + 7)}`);
  const size = d.u8(at + 6);
  if (size > 0) {
    out.str(" spi=");
    if (!raw(d, at + 8, size)) return cut(d, PROPOSAL);
  }
  if (!d.has(at + 8 + size, PAYLOAD_HEADER)) return cut(d, PROPOSAL);
  return payloads(d, TRANSFORM, at + 8 + size, { ...context, protocol }, 1);
}

function transform(d: Dissection, at: number, length: number, context: Context): number {
  const { out } = d;
  out.str("t:");
  if (!d.has(at, 8)) return cut(d, TRANSFORM);
  const row = TRANSFORMS.get(context.protocol);
  const id = d.u8(at + 5);
  out.str(` #${d.u8(at + 4)} id=${row === undefined ? id : nameOf(row[0], id)} `);
  const end = attributeList(d, at + 8, at + length, row?.[1] ?? NO_ATTRIBUTES, context);
  return end === STOP ? cut(d, TRANSFORM) : end;
}

/** A payload of which the length is shown, and with -vvv its bytes. */
function plain(d: Dissection, type: number, label: string, at: number, length: number): number {
  d.out.str(`${label}${length - PAYLOAD_HEADER}`);
  if (d.opt.verbose > 2) {
    d.out.ch(32);
    if (!raw(d, at + PAYLOAD_HEADER, length - PAYLOAD_HEADER)) return cut(d, type);
  }
  return at + length;
}

function certificate(d: Dissection, type: number, at: number, length: number): number {
  const { out } = d;
  out.str(`${nameOf(PAYLOADS, type)}:`);
  if (!d.has(at, 6)) return cut(d, type);
  out.str(` len=${length - PAYLOAD_HEADER}`);
  out.str(` type=${nameOf(CERTIFICATES, d.u8(at + 4))}`);
  if (d.opt.verbose > 2) {
    out.ch(32);
    if (!raw(d, at + PAYLOAD_HEADER, length - PAYLOAD_HEADER)) return cut(d, type);
  }
  return at + length;
}

function nonce(d: Dissection, at: number, length: number, context: Context): number {
  const { out, opt } = d;
  out.str("nonce:");
  const size = length - PAYLOAD_HEADER;
  const data = at + PAYLOAD_HEADER;
  out.str(` n len=${size}`);
  if (opt.verbose < 2) return at + length;
  out.ch(32);
  const shown = opt.verbose > 2 ? raw(d, data, size) : someData(d, data, context.end);
  return shown ? at + length : cut(d, NONCE);
}

/** An identity's value as text; null if its type has none but its bytes. */
function identity(d: Dissection, type: number, at: number, size: number): string | null {
  const short = (least: number) => `[bad: < ${least}]`;
  switch (type) {
    case 1:
      return size < 4 ? short(4) : ip4(d, at);
    case 4:
      if (size < 8) return short(8);
      return `${ip4(d, at)}/${d.u8(at + 4)}.${d.u8(at + 5)}.${d.u8(at + 6)}.${d.u8(at + 7)}`;
    case 5:
      return size < 16 ? short(16) : ip6(d, at);
    case 6: {
      if (size < 32) return short(32);
      let mask = "";
      for (let i = 16; i < 32; i++) mask += hex(d.u8(at + i), 2);
      return `${ip6(d, at)}/0x${mask}`;
    }
    case 7:
      return size < 8 ? short(8) : `${ip4(d, at)}-${ip4(d, at + 4)}`;
    case 8:
      return size < 32 ? short(32) : `${ip6(d, at)}-${ip6(d, at + 16)}`;
    default:
      return null;
  }
}

function identification(d: Dissection, at: number, length: number): number {
  const { out, opt } = d;
  out.str("id:");
  if (!d.has(at, 8)) return cut(d, IDENTIFICATION);
  const type = d.u8(at + 4);
  out.str(` idtype=${nameOf(IDENTITIES, type)}`);
  const protocol = d.u8(at + 5);
  const name = opt.numeric > 0 || protocol === 0 ? null : protocolName(protocol);
  out.str(` protoid=${name ?? protocol} port=${d.u16(at + 6)}`);
  const size = Math.max(0, length - 8);
  if (size === 0) return at + length;
  const data = at + 8;
  if (!d.has(data, size)) return cut(d, IDENTIFICATION);
  if (type === 2 || type === 3) {
    out.str(` len=${size} `);
    for (let i = 0; i < size; i++) visible(out, d.u8(data + i));
    return at + length;
  }
  const value = identity(d, type, data, size);
  out.str(` len=${size}${value === null ? "" : ` ${value}`}`);
  if (value === null && opt.verbose > 2) {
    out.ch(32);
    raw(d, data, size);
  }
  return at + length;
}

/** What is notified, by type. */
function notified(type: number, domain: number): string {
  if (type < 8192) return nameOf(ERRORS, type);
  const ipsec = domain === IPSEC;
  if (type < 16384) return ipsec ? (type === 8192 ? "RESERVED" : `#${type - 8192}`) : `#${type}`;
  if (type < 24576) return type === 16384 ? "CONNECTED" : `#${type - 16384}`;
  return ipsec && type < 32768 ? nameOf(IPSEC_STATUSES, type - 24576) : `#${type}`;
}

/** The data of a notification; false if it is cut off. */
function notificationData(d: Dissection, type: number, from: number, end: number, context: Context): boolean {
  const { out } = d;
  if (type === RESPONDER_LIFETIME) {
    out.str(" attrs=(");
    let at = from;
    while (at !== STOP && at < context.end && at < end) at = attribute(d, at, end, OAKLEY_ATTRIBUTES);
    out.ch(41);
    return at !== STOP;
  }
  if (type === REPLAY_STATUS) {
    out.str(" status=(");
    out.str(`replay detection ${d.u32(from) !== 0 ? "en" : "dis"}abled)`);
    return true;
  }
  if (d.opt.verbose <= 3) return someData(d, from, context.end);
  out.str(" data=(");
  if (!raw(d, from, context.end - from)) return false;
  out.ch(41);
  return true;
}

function notification(d: Dissection, at: number, length: number, context: Context): number {
  const { out } = d;
  out.str("n:");
  if (!d.has(at, 12)) return cut(d, NOTIFICATION);
  const domain = d.u32(at + 4);
  const protocol = d.u8(at + 8);
  const type = d.u16(at + 10);
  out.str(
    domain === IPSEC ? ` doi=ipsec proto=${nameOf(PROTOCOLS, protocol)}` : ` doi=${domain} proto=${protocol}`,
  );
  out.str(` type=${notified(type, domain)}`);
  const size = d.u8(at + 9);
  if (size > 0) {
    out.str(" spi=");
    if (!raw(d, at + 12, size)) return cut(d, NOTIFICATION);
  }
  const data = at + 12 + size;
  if (domain !== IPSEC) return data;
  if (data < context.end && !notificationData(d, type, data, at + length, context))
    return cut(d, NOTIFICATION);
  return at + length;
}

function deletion(d: Dissection, at: number): number {
  const { out } = d;
  out.str("d:");
  if (!d.has(at, 12)) return cut(d, DELETION);
  const domain = d.u32(at + 4);
  const protocol = d.u8(at + 8);
  out.str(
    domain === IPSEC ? ` doi=ipsec proto=${nameOf(PROTOCOLS, protocol)}` : ` doi=${domain} proto=${protocol}`,
  );
  const size = d.u8(at + 9);
  const count = d.u16(at + 10);
  out.str(` spilen=${size} nspi=${count} spi=`);
  let pos = at + 12;
  for (let i = 0; i < count; i++, pos += size) {
    if (i > 0) out.ch(44);
    if (!raw(d, pos, size)) return cut(d, DELETION);
  }
  return pos;
}

/** The name of a payload of version 2, with a mark if it is critical. */
function v2Name(d: Dissection, name: string, at: number): void {
  d.out.str(`${name}${d.u8(at + 1) & 0x80 ? "[C]" : ""}:`);
}

function v2Transform(d: Dissection, at: number, length: number, count: number, context: Context): number {
  const { out } = d;
  if (!d.has(at, 8)) return cut(d, TRANSFORM);
  v2Name(d, "t", at);
  const type = d.u8(at + 4);
  const id = d.u16(at + 6);
  const row = V2_TRANSFORMS.get(type);
  out.str(` #${count} type=${row?.[0] ?? `#${type}`} id=${row === undefined ? id : nameOf(row[1], id)} `);
  const table = type === 1 ? V2_ATTRIBUTES : NO_ATTRIBUTES;
  const end = attributeList(d, at + 8, at + length, table, context);
  return end === STOP ? cut(d, TRANSFORM) : end;
}

/**
 * The parts of a security association or of a proposal, `length` bytes from `from` on, the first of type `first`.
 * Answers where they end; `label` is the payload that is cut off if one is.
 */
function v2Parts(
  d: Dissection,
  from: number,
  length: number,
  first: number,
  label: number,
  depth: number,
  print: (at: number, size: number, count: number, depth: number) => number,
): number {
  const { out } = d;
  let at = from;
  let left = length;
  let count = 0;
  for (let type = first; type !== 0; ) {
    count++;
    const part = at;
    // What does not fit is passed over.
    const beyond = () => {
      cut(d, label);
      return part + left;
    };
    if (left < PAYLOAD_HEADER) return beyond();
    if (!d.has(part, PAYLOAD_HEADER)) return cut(d, label);
    const size = d.u16(part + 2);
    if (size <= PAYLOAD_HEADER) return cut(d, label);
    if (left < size) return beyond();
    if (!d.has(part, size)) return cut(d, label);
    writeDepth(d, depth + 1);
    if (type === first) {
      at = print(part, size, count, depth + 1);
      if (at === STOP) return STOP;
    } else {
      out.str(nameOf(PAYLOADS, type));
      at += size;
    }
    out.ch(41);
    left -= size;
    type = d.u8(part);
  }
  return at;
}

function v2Proposal(d: Dissection, at: number, length: number, context: Context, depth: number): number {
  const { out } = d;
  if (!d.has(at, 8)) return cut(d, PROPOSAL);
  v2Name(d, "p", at);
  const protocol = nameOf(PROTOCOLS, d.u8(at + 5));
  out.str(` #${d.u8(at + 4)} protoid=${protocol} transform=${d.u8(at + 7)} len=${length}`);
  let left = length - PAYLOAD_HEADER;
  const size = d.u8(at + 6);
  if (size > 0) {
    if (left < size) {
      cut(d, PROPOSAL);
      return at + 8 + left;
    }
    out.str(" spi=");
    if (!raw(d, at + 8, size)) return cut(d, PROPOSAL);
    left -= size;
  }
  return v2Parts(d, at + 8 + size, left, TRANSFORM, PROPOSAL, depth, (part, partSize, count) =>
    v2Transform(d, part, partSize, count, context),
  );
}

function v2Sa(d: Dissection, at: number, length: number, context: Context): number {
  v2Name(d, "sa", at);
  const left = length - PAYLOAD_HEADER;
  d.out.str(` len=${left}`);
  return v2Parts(d, at + PAYLOAD_HEADER, left, PROPOSAL, V2_SA, context.depth, (part, size, _count, depth) =>
    v2Proposal(d, part, size, context, depth),
  );
}

function v2Key(d: Dissection, at: number, length: number): number {
  const { out } = d;
  if (!d.has(at, 8)) return cut(d, V2_KEY);
  v2Name(d, "v2ke", at);
  if (length < 8) {
    out.str(` len=${length} < 8`);
    return at + length;
  }
  out.str(` len=${length - 8} group=${nameOf(GROUPS, d.u16(at + 4))}`);
  if (d.opt.verbose > 2 && length > 8) {
    out.ch(32);
    if (!raw(d, at + 8, length - 8)) return cut(d, V2_KEY);
  }
  return at + length;
}

/** Text with dots for what is not visible ASCII. */
function dotted(d: Dissection, at: number, size: number): void {
  for (let i = 0; i < size; i++) {
    const octet = d.u8(at + i);
    d.out.ch(octet >= 0x20 && octet < 0x7f ? octet : 46);
  }
}

function v2Identity(d: Dissection, type: number, at: number, length: number): number {
  const { out } = d;
  if (!d.has(at, 8)) return cut(d, type);
  v2Name(d, nameOf(PAYLOADS, type), at);
  const whole = plain(d, type, " len=", at, length);
  if (whole === STOP) return STOP;
  const row = V2_IDENTITIES.get(d.u8(at + 4));
  if (row === undefined) return whole;
  out.str(` ${row[0]}:`);
  if (!d.has(at + 8, length - 8)) return cut(d, type);
  if (row[1]) dotted(d, at + 8, length - 8);
  else writeHexDigits(d, at + 8, length - 8);
  return whole;
}

function v2Authentication(d: Dissection, at: number, length: number, context: Context): number {
  const { out, opt } = d;
  if (!d.has(at, 8)) return cut(d, V2_AUTHENTICATION);
  v2Name(d, "v2auth", at);
  out.str(` len=${length - PAYLOAD_HEADER} method=${nameOf(V2_METHODS, d.u8(at + 4))}`);
  if (opt.verbose > 1) {
    out.str(" authdata=(");
    if (!raw(d, at + 8, length - 8)) return cut(d, V2_AUTHENTICATION);
    out.str(") ");
  } else if (!someData(d, at + 8, context.end)) return cut(d, V2_AUTHENTICATION);
  return at + length;
}

function v2Nonce(d: Dissection, at: number, length: number, context: Context): number {
  const { out, opt } = d;
  v2Name(d, "nonce", at);
  const size = length - PAYLOAD_HEADER;
  out.str(` len=${size}`);
  if (opt.verbose > 1) {
    out.str(" nonce=(");
    if (!raw(d, at + PAYLOAD_HEADER, size)) return cut(d, V2_NONCE);
    out.str(") ");
  } else if (!someData(d, at + PAYLOAD_HEADER, context.end)) return cut(d, V2_NONCE);
  return at + length;
}

function v2NotificationName(type: number): string {
  const known = V2_NOTIFICATIONS.get(type);
  if (known !== undefined) return known[0];
  if (type < 8192) return "error";
  if (type < 16384) return "private-error";
  return type < 40960 ? "status" : "private-status";
}

function v2Notification(d: Dissection, at: number, length: number, context: Context): number {
  const { out } = d;
  if (!d.has(at, 8)) return cut(d, NOTIFICATION);
  v2Name(d, "n", at);
  const type = d.u16(at + 6);
  out.str(` prot_id=${nameOf(PROTOCOLS, d.u8(at + 4))} type=${type}(${v2NotificationName(type)})`);
  const size = d.u8(at + 5);
  if (size > 0 && (V2_NOTIFICATIONS.get(type)?.[1] ?? true)) {
    out.str(" spi=");
    if (!raw(d, at + 8, size)) return cut(d, NOTIFICATION);
  }
  const data = at + 8 + size;
  if (data >= context.end) return at + length;
  const some = type === COOKIE_NOTIFICATION;
  if (d.opt.verbose > 3 || (some && context.end - data < 30)) {
    out.str(" data=(");
    if (!raw(d, data, context.end - data)) return cut(d, NOTIFICATION);
    out.ch(41);
  } else if (some && !someData(d, data, context.end)) return cut(d, NOTIFICATION);
  return at + length;
}

function v2Vendor(d: Dissection, at: number, length: number): number {
  const { out } = d;
  v2Name(d, "v2vid", at);
  const size = length - PAYLOAD_HEADER;
  out.str(` len=${size} vid=`);
  if (!d.has(at + PAYLOAD_HEADER, size)) return cut(d, V2_VENDOR);
  dotted(d, at + PAYLOAD_HEADER, size);
  if (d.opt.verbose > 2 && size > 4) {
    out.ch(32);
    raw(d, at + PAYLOAD_HEADER, size);
  }
  return at + length;
}

/** A payload whose header and length were checked; answers where it ends, STOP if no other can follow. */
function payload(
  d: Dissection,
  type: number,
  at: number,
  length: number,
  version: number,
  context: Context,
): number {
  switch (type) {
    case SA:
      return sa(d, at, context);
    case PROPOSAL:
      return proposal(d, at, context);
    case TRANSFORM:
      return transform(d, at, length, context);
    case KEY:
      return plain(d, type, "ke: key len=", at, length);
    case IDENTIFICATION:
      return identification(d, at, length);
    case CERTIFICATE:
    case CERTIFICATE_REQUEST:
      return certificate(d, type, at, length);
    case HASH:
    case SIGNATURE:
    case VENDOR:
      return plain(d, type, `${nameOf(PAYLOADS, type)}: len=`, at, length);
    case NONCE:
      return nonce(d, at, length, context);
    case NOTIFICATION:
      return notification(d, at, length, context);
    case DELETION:
      return deletion(d, at);
    case V2_SA:
      return v2Sa(d, at, length, context);
    case V2_KEY:
      return v2Key(d, at, length);
    case V2_INITIATOR:
    case V2_RESPONDER:
      return v2Identity(d, type, at, length);
    case V2_AUTHENTICATION:
      return v2Authentication(d, at, length, context);
    case V2_NONCE:
      return v2Nonce(d, at, length, context);
    case V2_NOTIFICATION:
      return v2Notification(d, at, length, context);
    case V2_VENDOR:
      return v2Vendor(d, at, length);
    default:
      break;
  }
  const encrypted = type === V2_ENCRYPTED && version === 2;
  if (!encrypted && !V2_PLAIN.has(type)) {
    d.out.str(nameOf(PAYLOADS, type));
    return at + length;
  }
  v2Name(d, nameOf(PAYLOADS, type), at);
  // An encrypted payload of at most four bytes has no room for what -vvv shows.
  if (encrypted && length <= 2 * PAYLOAD_HEADER) {
    d.out.str(` len=${length - PAYLOAD_HEADER}`);
    return STOP;
  }
  const end = plain(d, type, " len=", at, length);
  if (!encrypted) return end;
  if (end !== STOP && d.keys !== null) decrypted(d, d.keys, at, length, context);
  return STOP;
}

/** The payloads inside an encrypted one (RFC 7296 3.14), if there is a key for them. */
function decrypted(d: Dissection, keys: Keys, at: number, length: number, context: Context): void {
  const key = keys.exchange(context.cookies, context.initiator);
  if (key === null) return;
  const iv = at + PAYLOAD_HEADER;
  const end = at + length - key.tagSize;
  if (end <= iv + key.ivSize) return;
  const plaintext = keys.decrypt(key, d.bytes, iv, end, "esp_decrypt_buffer_by_ikev2_print");
  if (plaintext === null) return;
  const next = d.u8(at);
  d.within(plaintext, plaintext.length, () => {
    payloads(d, next, 0, { ...context, end: plaintext.length, depth: context.depth + 1 }, 2);
  });
}

/** Payloads, the first of type `first`; answers where they end, STOP if no other can follow. */
function payloads(d: Dissection, first: number, from: number, context: Context, version: number): number {
  let at = from;
  for (let type = first; type !== 0; ) {
    if (!d.has(at, PAYLOAD_HEADER)) return cut(d, type);
    const length = d.u16(at + 2);
    if (!d.has(at, length)) return cut(d, type);
    const inner = { ...context, depth: context.depth + 1 };
    writeDepth(d, inner.depth);
    const end = length <= PAYLOAD_HEADER ? STOP : payload(d, type, at, length, version, inner);
    d.out.ch(41);
    if (end === STOP) return STOP;
    type = d.u8(at);
    at = end;
  }
  return at;
}

/** Bytes as hexadecimal text. The caller checked the bounds. */
function text(d: Dissection, at: number, size: number): string {
  let digits = "";
  for (let i = 0; i < size; i++) digits += hex(d.bytes[at + i]!, 2);
  return digits;
}

/** Who of the two peers sent a packet of version 1, by the cookies seen before. */
function side(d: Dissection, at: number, ip: number): string {
  const cookie = text(d, at, 8);
  const version = d.u8(ip) >> 4;
  const size = version === 4 ? 4 : version === 6 ? 16 : 0;
  const source = version === 4 ? ip + 12 : ip + 8;
  d.need(source, 2 * size);
  const from = text(d, source, size);
  if (d.cookies.has(cookie)) return d.cookies.side(cookie, from);
  for (let i = 8; i < 16; i++) if (d.bytes[at + i] !== 0) return "?";
  if (size > 0) d.cookies.add(cookie, from, text(d, source + size, size));
  return "I";
}

/** Writes the ISAKMP message at `at`, `length` bytes on the wire; `ip` is where the IP header lies. Throws TRUNCATED. */
export function printIsakmp(d: Dissection, at: number, length: number, ip: number): void {
  const { out, opt } = d;
  d.protocol = "isakmp";
  if (!d.has(at, HEADER)) {
    d.truncated();
    return;
  }
  out.str("isakmp");
  const major = d.u8(at + 17) >> 4;
  if (opt.verbose > 0) out.str(` ${major}.${d.u8(at + 17) & 15} msgid ${text(d, at + 20, 4)}`);
  if (opt.verbose > 1) out.str(` cookie ${text(d, at, 8)}->${text(d, at + 8, 8)}`);
  out.ch(58);
  if (major !== 1 && major !== 2) return;
  const first = d.u32(at + 20) === 0;
  const flags = d.u8(at + 19);
  let letters: string;
  if (major === 1) {
    out.str(` phase ${first ? "1" : "2/others"} ${side(d, at, ip)}`);
    letters = `${flags & ENCRYPTED ? "E" : ""}${flags & 0x02 ? "C" : ""}`;
  } else {
    out.str(first ? " parent_sa" : " child_sa ");
    letters = `${flags & 0x08 ? "I" : ""}${flags & 0x10 ? "V" : ""}${flags & 0x20 ? "R" : ""}`;
  }
  out.str(` ${nameOf(EXCHANGES, d.u8(at + 18))}`);
  if (flags !== 0) out.str(`[${letters}]`);
  if (opt.verbose === 0) return;
  out.ch(58);
  const next = d.u8(at + 16);
  if (flags & ENCRYPTED) out.str(` [encrypted ${nameOf(PAYLOADS, next)}]`);
  else {
    const cookies = d.keys === null ? "" : text(d, at, 16);
    const initiator = (flags & 0x08) !== 0;
    payloads(d, next, at + HEADER, { end: d.end, protocol: 0, depth: 0, cookies, initiator }, major);
  }
  const told = d.u32(at + 24);
  if (told !== length) out.str(` (len mismatch: isakmp ${told}/ip ${length})`);
}

/** Writes what UDP port 4500 carries: a keep-alive, ISAKMP behind four zeros, or ESP. Throws TRUNCATED. */
export function printIpsecInUdp(
  d: Dissection,
  at: number,
  length: number,
  ip: number,
  _sport: number,
  _dport: number,
  fragmented: boolean,
  ttl: number,
): void {
  const { out } = d;
  d.protocol = "isakmp_rfc3948";
  if (length === 1 && d.u8(at) === 0xff) {
    out.str("isakmp-nat-keep-alive");
    return;
  }
  if (length < 4) {
    d.truncated();
    return;
  }
  const marker = d.u32(at);
  out.str(marker === 0 ? "NONESP-encap: " : "UDP-encap: ");
  if (marker === 0) printIsakmp(d, at + 4, length - 4, ip);
  else printEsp(d, at, length, ip, fragmented, ttl);
}
