// Simple Network Management Protocol, versions 1 (RFC 1157), 2c (RFC 1901, 3416) and 3 (RFC 3412, 3414), in ASN.1's
// basic encoding rules (X.690): tag, length, value.
//
//   message: { version, community, PDU }, in version 3 { version, header, security parameters, { engine, name, PDU } }
//   PDU: request id, error status, error index, { { object, value } ... }
import type { Dissection } from "./dissection.ts";
import { ABBREVIATIONS, type Branch, branchAt, mibRoot } from "./mib.ts";
import { characters } from "./phrase.ts";

const UNIVERSAL = 0;
const APPLICATION = 1;
const CONTEXT = 2;

/** What tcpdump calls every class where it complains. */
const CLASS = "x";
/** Names of the tags of each class; there are no others. */
const TAGS: readonly (readonly string[])[] = [
  [
    "U-0",
    "Boolean",
    "Integer",
    "Bitstring",
    "String",
    "Null",
    "ObjID",
    "ObjectDes",
    "U-8",
    "U-9",
    "U-10",
    "U-11",
    "U-12",
    "U-13",
    "U-14",
    "U-15",
    "Sequence",
    "Set",
  ],
  ["IpAddress", "Counter", "Gauge", "TimeTicks", "Opaque", "C-5", "Counter64"],
  [
    "GetRequest",
    "GetNextRequest",
    "GetResponse",
    "SetRequest",
    "Trap",
    "GetBulk",
    "Inform",
    "V2Trap",
    "Report",
  ],
  ["P-0"],
];
const EXCEPTIONS = ["noSuchObject", "noSuchInstance", "endOfMibView"] as const;

const GET = 0;
const GET_NEXT = 1;
const RESPONSE = 2;
const TRAP = 4;
const GET_BULK = 5;

const ERRORS = [
  "noError",
  "tooBig",
  "noSuchName",
  "badValue",
  "readOnly",
  "genErr",
  "noAccess",
  "wrongType",
  "wrongLength",
  "wrongEncoding",
  "wrongValue",
  "noCreation",
  "inconsistentValue",
  "resourceUnavailable",
  "commitFailed",
  "undoFailed",
  "authorizationError",
  "notWritable",
  "inconsistentName",
] as const;
const TRAPS = [
  "coldStart",
  "warmStart",
  "linkDown",
  "linkUp",
  "authenticationFailure",
  "egpNeighborLoss",
  "enterpriseSpecific",
] as const;
const ENTERPRISE_SPECIFIC = 6;

/** What an element is, as far as SNMP is concerned. */
const Kind = {
  Unknown: 0,
  Null: 1,
  Octets: 2,
  ObjectId: 3,
  Integer: 4,
  Unsigned: 5,
  String: 6,
  Sequence: 7,
  Address: 8,
  Pdu: 9,
  Unsigned64: 10,
  Exception: 11,
} as const;
type Kind = (typeof Kind)[keyof typeof Kind];

/** One element: its value lies in bytes[at, at + length). */
interface Element {
  kind: Kind;
  tag: number;
  at: number;
  length: number;
}

const VERSION_1 = 0;
const VERSION_2C = 1;
const VERSION_3 = 3;
const VERSIONS = ["SNMPv1", "SNMPv2c", "", "SNMPv3"] as const;

/** The kind of a primitive element; tags without a use of their own print their name. */
function primitiveKind(d: Dissection, group: number, tag: number): Kind {
  if (group === UNIVERSAL) {
    if (tag === 2) return Kind.Integer;
    if (tag === 4) return Kind.String;
    if (tag === 5) return Kind.Null;
    if (tag === 6) return Kind.ObjectId;
    d.out.str(`[P/U/${TAGS[group]![tag]!}]`);
    return Kind.Octets;
  }
  if (group === APPLICATION) {
    if (tag === 0) return Kind.Address;
    if (tag >= 1 && tag <= 3) return Kind.Unsigned;
    if (tag === 6) return Kind.Unsigned64;
    d.out.str(`[P/A/${TAGS[group]![tag]!}]`);
    return Kind.Octets;
  }
  if (group === CONTEXT) return tag < EXCEPTIONS.length ? Kind.Exception : Kind.Unknown;
  d.out.str(`[P/${CLASS}/${TAGS[group]![tag]!}]`);
  return Kind.Octets;
}

function constructedKind(d: Dissection, group: number, tag: number): Kind {
  if (group === CONTEXT) return Kind.Pdu;
  if (group === UNIVERSAL && tag === 16) return Kind.Sequence;
  d.out.str(group === UNIVERSAL ? "C/U/" : `C/${CLASS}/`);
  d.out.str(TAGS[group]![tag]!);
  return Kind.Octets;
}

/** Reads elements one after the other. What is wrong is said where it is found; then there is no element. */
class Reader {
  private readonly d: Dissection;
  at: number;
  left: number;

  constructor(d: Dissection, at: number, left: number) {
    this.d = d;
    this.at = at;
    this.left = left;
  }

  private wrong(text: string): null {
    this.d.out.str(text);
    return null;
  }

  /** The next element, or null. Throws TRUNCATED. */
  next(): Element | null {
    const { d } = this;
    let { at, left } = this;
    if (left < 1) return this.wrong("[nothing to parse]");
    const head = d.u8(at++);
    left--;
    let tag = head & 0x1f;
    const constructed = (head & 0x20) !== 0;
    const group = head >> 6;
    if (tag === 0x1f) {
      tag = 0;
      while (d.u8(at) & 0x80) {
        if (left < 1) return this.wrong("[Xtagfield?]");
        tag = ((tag << 7) | (d.u8(at) & 0x7f)) & 0xff;
        at++;
        left--;
      }
      if (left < 1) return this.wrong("[Xtagfield?]");
      tag = ((tag << 7) | d.u8(at)) & 0xff;
      at++;
      left--;
    }
    if (left < 1) return this.wrong("[no asnlen]");
    let length = d.u8(at++);
    left--;
    if (length & 0x80) {
      const octets = length & 0x7f;
      length = 0;
      if (left < octets) return this.wrong(`[asnlen? ${left}<${octets}]`);
      if (!d.has(at, octets)) {
        d.truncated();
        return null;
      }
      for (let i = 0; i < octets; i++) length = ((length << 8) | d.u8(at + i)) >>> 0;
      at += octets;
      left -= octets;
    }
    if (left < length) return this.wrong(`[len${left}<asnlen${length}]`);
    const form = constructed ? "C" : "P";
    if (tag >= TAGS[group]!.length) return this.wrong(`[id?${form}/${CLASS}/${tag}]`);
    if (!d.has(at, length)) {
      d.truncated();
      return null;
    }
    if (!constructed && group === UNIVERSAL && tag === 2 && length === 0) return this.wrong("[asnlen=0]");
    const kind = constructed ? constructedKind(d, group, tag) : primitiveKind(d, group, tag);
    this.at = at + length;
    this.left = left - length;
    return { kind, tag, at, length };
  }

  /** The next element if it is of a kind; else `complaint` and the element, and null. */
  expect(kind: Kind, complaint: string): Element | null {
    const element = this.next();
    if (element === null || element.kind === kind) return element;
    this.d.out.str(complaint);
    show(this.d, element);
    return null;
  }

  /** The value of an integer that must come next; null if it does not. */
  integer(complaint: string): number | null {
    const element = this.expect(Kind.Integer, complaint);
    return element === null ? null : signed(this.d, element);
  }
}

/** The elements inside one. */
function inside(d: Dissection, element: Element): Reader {
  return new Reader(d, element.at, element.length);
}

/** The last 32 bits of an integer, with the sign of the first byte. */
function signed(d: Dissection, element: Element): number {
  let value = d.u8(element.at) & 0x80 ? -1 : 0;
  for (let i = 0; i < element.length; i++) value = (value << 8) | d.u8(element.at + i);
  return value;
}

function octets(d: Dissection, element: Element): void {
  for (let i = 0; i < element.length; i++) {
    d.out.ch(95);
    d.out.hexPad(d.u8(element.at + i), 2);
  }
}

/** A string in quotes if all of it is printable, else in hexadecimal. */
function text(d: Dissection, element: Element): void {
  const { out } = d;
  const { at, length } = element;
  let printable = true;
  for (let i = 0; i < length && printable; i++) {
    const code = d.u8(at + i);
    printable = code >= 32 && code < 127;
  }
  if (printable) {
    out.ch(34);
    characters(d, at, length);
    out.ch(34);
    return;
  }
  for (let i = 0; i < length; i++) {
    if (i > 0) out.ch(95);
    out.hexPad(d.u8(at + i), 2);
  }
}

/**
 * An object identifier, each number after a dot; the first byte holds the first two (X.690 8.19). Without -n names
 * take the place of numbers, and of the beginning if it is a well-known one.
 */
function objectId(d: Dissection, element: Element): void {
  const { out } = d;
  let branch: Branch | undefined;
  let { at, length } = element;
  let number = 0;
  let first = true;
  let dotted = true;
  const show = (part: number) => {
    if (dotted) out.ch(46);
    dotted = true;
    const object = branch?.get(part);
    branch = object?.below;
    if (object === undefined) out.dec(part);
    else out.str(object.name);
  };
  if (d.opt.numeric === 0) {
    branch = mibRoot();
    const [encoded, prefix] =
      ABBREVIATIONS.find(
        ([bytes]) => bytes.length <= length && bytes.every((byte, i) => d.u8(at + i) === byte),
      ) ?? [];
    if (encoded !== undefined && prefix !== undefined && length > 2) {
      out.str(prefix);
      branch = branchAt(encoded);
      at += encoded.length;
      length -= encoded.length;
      first = false;
      dotted = false;
    }
  }
  for (let i = 0; i < length; i++) {
    const octet = d.u8(at + i);
    number = ((number << 7) + (octet & 0x7f)) >>> 0;
    if (octet & 0x80) continue;
    if (first) {
      const root = Math.min(Math.floor(number / 40), 2);
      show(root);
      number -= root * 40;
      first = false;
    }
    show(number);
    number = 0;
  }
}

function unsigned(d: Dissection, element: Element): void {
  let value = 0n;
  for (let i = 0; i < element.length; i++) value = (value << 8n) + BigInt(d.u8(element.at + i));
  d.out.str(BigInt.asUintN(element.kind === Kind.Unsigned64 ? 64 : 32, value).toString());
}

function address(d: Dissection, element: Element): void {
  const { out } = d;
  if (element.length !== 4) out.str("[inetaddr len!=4]");
  for (let i = 0; i < element.length; i++) {
    if (i > 0) out.ch(46);
    out.dec(d.u8(element.at + i));
  }
}

function show(d: Dissection, element: Element): void {
  const { out } = d;
  switch (element.kind) {
    case Kind.Null:
      break;
    case Kind.Octets:
      octets(d, element);
      break;
    case Kind.ObjectId:
      objectId(d, element);
      break;
    case Kind.Integer:
      out.str(String(signed(d, element)));
      break;
    case Kind.Unsigned:
    case Kind.Unsigned64:
      unsigned(d, element);
      break;
    case Kind.String:
      text(d, element);
      break;
    case Kind.Sequence:
      out.str(`Seq(${element.length})`);
      break;
    case Kind.Address:
      address(d, element);
      break;
    case Kind.Exception:
      out.str(`[${EXCEPTIONS[element.tag]!}]`);
      break;
    case Kind.Pdu:
      out.str(`${TAGS[CONTEXT]![element.tag]!}(${element.length})`);
      break;
    case Kind.Unknown:
      out.str("[BE_ANY!?]");
      break;
  }
}

/** Requests ask with empty values. */
function asks(pdu: number): boolean {
  return pdu === GET || pdu === GET_NEXT || pdu === GET_BULK;
}

/** One object and its value; false if it is wrong. */
function variable(d: Dissection, pdu: number, element: Element): boolean {
  const { out } = d;
  const reader = inside(d, element);
  const name = reader.expect(Kind.ObjectId, "[objName!=OID]");
  if (name === null) return false;
  show(d, name);
  if (!asks(pdu)) out.ch(61);
  const value = reader.next();
  if (value === null) return false;
  if (value.kind === Kind.Null) return true;
  if (asks(pdu)) out.str("[objVal!=NULL]");
  show(d, value);
  return true;
}

function variables(d: Dissection, pdu: number, reader: Reader): void {
  const { out } = d;
  const list = reader.expect(Kind.Sequence, "[!SEQ of varbind]");
  if (list === null) return;
  if (reader.left > 0) out.str(`[${reader.left} extra after SEQ of varbind]`);
  const each = inside(d, list);
  while (each.left > 0) {
    out.ch(32);
    const one = each.expect(Kind.Sequence, "[!varbind]");
    if (one === null || !variable(d, pdu, one)) return;
  }
}

function errorName(status: number): string {
  return ERRORS[status] ?? `err=${status >>> 0}`;
}

/** Every PDU but the first version's trap. */
function request(d: Dissection, pdu: number, reader: Reader): void {
  const { out } = d;
  const id = reader.integer("[reqId!=INT]");
  if (id === null) return;
  if (d.opt.verbose > 0) out.str(`R=${id} `);
  const status = reader.integer("[errorStatus!=INT]");
  if (status === null) return;
  // Only responses have these two; bulk requests have other numbers in their place.
  const plain = pdu !== RESPONSE && pdu !== GET_BULK;
  if (pdu === GET_BULK) out.str(` N=${status}`);
  else if (status !== 0) out.str(plain ? `[errorStatus(${errorName(status)})!=0]` : ` ${errorName(status)}`);
  const index = reader.integer("[errorIndex!=INT]");
  if (index === null) return;
  if (pdu === GET_BULK) out.str(` M=${index}`);
  else if (plain) {
    if (index !== 0) out.str(`[errorIndex(${index})!=0]`);
  } else if (index !== 0) out.str(status === 0 ? `[errorIndex(${index}) w/o errorStatus]` : `@${index}`);
  else if (status !== 0) out.str("[errorIndex==0]");
  variables(d, pdu, reader);
}

/** RFC 1157 4.1.6. */
function trap(d: Dissection, reader: Reader): void {
  const { out } = d;
  out.ch(32);
  const enterprise = reader.expect(Kind.ObjectId, "[enterprise!=OID]");
  if (enterprise === null) return;
  show(d, enterprise);
  out.ch(32);
  const agent = reader.expect(Kind.Address, "[agent-addr!=INETADDR]");
  if (agent === null) return;
  show(d, agent);
  const generic = reader.integer("[generic-trap!=INT]");
  if (generic === null) return;
  out.str(` ${TRAPS[generic] ?? `gt=${generic}`}`);
  const specific = reader.integer("[specific-trap!=INT]");
  if (specific === null) return;
  if (generic === ENTERPRISE_SPECIFIC) out.str(` s=${specific}`);
  else if (specific !== 0) out.str(`[specific-trap(${specific})!=0]`);
  out.ch(32);
  const time = reader.expect(Kind.Unsigned, "[time-stamp!=TIMETICKS]");
  if (time === null) return;
  show(d, time);
  variables(d, TRAP, reader);
}

function pdu(d: Dissection, reader: Reader, version: number): void {
  const { out } = d;
  const element = reader.next();
  if (element === null) return;
  if (element.kind !== Kind.Pdu) {
    out.str("[no PDU]");
    return;
  }
  if (reader.left > 0) out.str(`[${reader.left} extra after PDU]`);
  if (d.opt.verbose > 0) out.str("{ ");
  show(d, element);
  out.ch(32);
  if (version === VERSION_1 && element.tag >= GET_BULK) {
    out.str("[v2 PDU in v1 message]");
    return;
  }
  if (version === VERSION_2C && element.tag === TRAP) {
    out.str("[v1 PDU in v2 message]");
    return;
  }
  if (element.tag === TRAP) trap(d, inside(d, element));
  else request(d, element.tag, inside(d, element));
  if (d.opt.verbose > 0) out.str(" } ");
}

/** RFC 3412 6: the engine and the name that the PDU is meant for. */
function scoped(d: Dissection, outer: Reader): void {
  const { out } = d;
  const element = outer.expect(Kind.Sequence, "[!scoped PDU]");
  if (element === null) return;
  const reader = inside(d, element);
  const engine = reader.expect(Kind.String, "[contextEngineID!=STR]");
  if (engine === null) return;
  out.str("E=");
  octets(d, engine);
  out.ch(32);
  const name = reader.expect(Kind.String, "[contextName!=STR]");
  if (name === null) return;
  out.str("C=");
  text(d, name);
  out.ch(32);
  pdu(d, reader, VERSION_3);
}

function community(d: Dissection, reader: Reader, version: number): void {
  const { out } = d;
  const element = reader.expect(Kind.String, "[comm!=STR]");
  if (element === null) return;
  // The usual name is not worth a word.
  const usual = d.bytes.subarray(element.at, element.at + element.length);
  if (Buffer.from(usual).toString("latin1") !== "public") {
    out.str("C=");
    text(d, element);
    out.ch(32);
  }
  pdu(d, reader, version);
}

/** RFC 3414 2.4: user-based security. */
function userSecurity(d: Dissection, outer: Reader): void {
  const { out } = d;
  const element = outer.expect(Kind.Sequence, "[!usm]");
  if (element === null) return;
  const reader = inside(d, element);
  if (reader.expect(Kind.String, "[msgAuthoritativeEngineID!=STR]") === null) return;
  const boots = reader.integer("[msgAuthoritativeEngineBoots!=INT]");
  if (boots === null) return;
  if (d.opt.verbose > 0) out.str(`B=${boots} `);
  const time = reader.integer("[msgAuthoritativeEngineTime!=INT]");
  if (time === null) return;
  if (d.opt.verbose > 0) out.str(`T=${time} `);
  const user = reader.expect(Kind.String, "[msgUserName!=STR]");
  if (user === null) return;
  out.str("U=");
  text(d, user);
  out.ch(32);
  if (reader.expect(Kind.String, "[msgAuthenticationParameters!=STR]") === null) return;
  const before = reader.left;
  const privacy = reader.expect(Kind.String, "[msgPrivacyParameters!=STR]");
  if (privacy === null) return;
  // tcpdump subtracts the last element's size twice.
  const used = before - reader.left;
  if (used < reader.left) out.str(`[${reader.left - used} extra after usm SEQ]`);
}

const FLAGS_ALLOWED = new Set([0, 1, 3, 4, 5, 7]);
const SECURITY_USER = 3;

/** RFC 3412 6: the header of version 3; the number of its security model, null if it is wrong. */
function header(d: Dissection, reader: Reader): number | null {
  const { out } = d;
  if (d.opt.verbose > 0) out.str("{ ");
  if (reader.integer("[msgID!=INT]") === null) return null;
  if (reader.integer("[msgMaxSize!=INT]") === null) return null;
  const flagsElement = reader.expect(Kind.String, "[msgFlags!=STR]");
  if (flagsElement === null) return null;
  if (flagsElement.length !== 1) {
    out.str(`[msgFlags size ${flagsElement.length}]`);
    return null;
  }
  const flags = d.u8(flagsElement.at);
  if (!FLAGS_ALLOWED.has(flags)) {
    out.str(`[msgFlags=0x${flags.toString(16).toUpperCase().padStart(2, "0")}]`);
    return null;
  }
  out.str(`F=${flags & 1 ? "a" : ""}${flags & 2 ? "p" : ""}${flags & 4 ? "r" : ""} `);
  const before = reader.left;
  const model = reader.integer("[msgSecurityModel!=INT]");
  if (model === null) return null;
  const used = before - reader.left;
  if (used < reader.left) out.str(`[${reader.left - used} extra after message SEQ]`);
  if (d.opt.verbose > 0) out.str("} ");
  return model;
}

function version3(d: Dissection, reader: Reader): void {
  const { out } = d;
  const verbose = d.opt.verbose > 0;
  const element = reader.expect(Kind.Sequence, "[!message]");
  if (element === null) return;
  const head = inside(d, element);
  const model = header(d, head);
  if (model === null) return;
  if (model !== SECURITY_USER) {
    out.str(`[security model ${model}]`);
    return;
  }
  if (verbose) out.str("{ USM ");
  // tcpdump goes on where it stopped in the header, which may not be the header's end.
  const rest = new Reader(d, head.at, head.left + reader.left);
  const security = rest.expect(Kind.String, "[msgSecurityParameters!=STR]");
  if (security === null) return;
  userSecurity(d, inside(d, security));
  if (verbose) out.str("} { ScopedPDU ");
  scoped(d, rest);
  if (verbose) out.str("} ");
}

/** Writes the SNMP message at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printSnmp(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "snmp";
  out.ch(32);
  const outer = new Reader(d, at, length);
  const message = outer.expect(Kind.Sequence, "[!init SEQ]");
  if (message === null) return;
  if (outer.left > 0) out.str(`[${outer.left} extra after iSEQ]`);
  const reader = inside(d, message);
  const version = reader.integer("[version!=INT]");
  if (version === null) return;
  if (version !== VERSION_1 && version !== VERSION_2C && version !== VERSION_3) {
    out.str(`SNMP [version = ${version}]`);
    return;
  }
  if (d.opt.verbose > 0) out.str(`{ ${VERSIONS[version]} `);
  if (version === VERSION_3) version3(d, reader);
  else community(d, reader, version);
  if (d.opt.verbose > 0) out.str("} ");
}
