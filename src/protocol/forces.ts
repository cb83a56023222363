// Forwarding and Control Element Separation (RFC 5810), which SCTP carries (RFC 5811).
//
//   version (4 bits), reserved | message type (1) | length in words (2) | source (4) | destination (4) |
//   correlator (8) | flags (4) | TLVs: type (2), length, header included (2), value, padding to four bytes
import type { Dissection } from "./dissection.ts";
import type { Tokens } from "./token.ts";
import { hex, numbered } from "./wording.ts";

const HEADER = 24;
const TLV_HEADER = 4;
const ILV_HEADER = 8;
/** Where the TLVs' text begins. */
const INDENT = 9;

const ACKS = ["NoACK", "SuccessACK", "FailureACK", "AlwaysACK"];
const EXECUTIONS = [
  "EMReserved",
  "execute-all-or-none",
  "execute-until-failure",
  "continue-execute-on-failure",
];
const ATOMICITIES = ["Standalone", "2PCtransaction"];
const TRANSACTIONS = ["StartofTransaction", "MiddleofTransaction", "EndofTransaction", "abort"];

const REDIRECT = 0x0001;
const LFB_SELECT = 0x1000;
const PATH_DATA = 0x0110;
const KEY_INFO = 0x0111;
const FULL_DATA = 0x0112;
const SPARSE_DATA = 0x0113;
const RESULT = 0x0114;
const METADATA = 0x0115;
const REDIRECT_DATA = 0x0116;
const TLVS: Tokens = new Map([
  [0x0000, "Invalid TLV"],
  [REDIRECT, "REDIRECT TLV"],
  [0x0010, "ASResult TLV"],
  [0x0011, "ASTreason TLV"],
  [LFB_SELECT, "LFBselect TLV"],
  [PATH_DATA, "PATH-DATA TLV"],
  [KEY_INFO, "KEYINFO TLV"],
  [FULL_DATA, "FULLDATA TLV"],
  [SPARSE_DATA, "SPARSEDATA TLV"],
  [RESULT, "RESULT TLV"],
  [METADATA, "METADATA TLV"],
  [REDIRECT_DATA, "REDIRECTDATA TLV"],
]);
/** Types that may stand at the top of a message. */
const TOP_TLVS = new Set([...TLVS.keys()].filter((type) => type !== 0));

const FAULTS: Tokens = numbered(
  1,
  "Invalid total length",
  "xLV too short",
  "xLV too long",
  "data padding missing",
);
const LFBS: Tokens = numbered(0, "Invalid TLV", "FEObj LFB", "FEProtoObj LFB");
const RESULTS: Tokens = new Map([
  ...numbered(
    0,
    "SUCCESS",
    "INVALID HEADER",
    "LENGTH MISMATCH",
    "VERSION MISMATCH",
    "INVALID DESTINATION PID",
    "LFB UNKNOWN",
    "LFB NOT FOUND",
    "LFB INSTANCE ID NOT FOUND",
    "INVALID PATH",
    "COMPONENT DOES NOT EXIST",
    "EXISTS ALREADY",
    "NOT FOUND",
    "READ ONLY",
    "INVALID ARRAY CREATION",
    "VALUE OUT OF RANGE",
    "CONTENTS TOO LONG",
    "INVALID PARAMETERS",
    "INVALID MESSAGE TYPE",
    "INVALID FLAGS",
    "INVALID TLV",
    "EVENT ERROR",
    "NOT SUPPORTED",
    "MEMORY ERROR",
    "INTERNAL ERROR",
  ),
  [0xff, "UNSPECIFIED ERROR"],
]);
const TEARDOWNS = [
  "Normal Teardown",
  "Loss of Heartbeats",
  "Out of bandwidth",
  "Out of Memory",
  "Application Crash",
];
const ASSOCIATIONS = ["Success ", "FE ID invalid ", "permission denied "];

// What data an operation may carry, and what the flags of a path say (RFC 5810 7.1.6).
const FULL = 0x01;
const SPARSE = 0x02;
const RESULT_VALUE = 0x04;
const KEY = 0x08;
const APPEND = 0x10;
const RANGE = 0x20;
const PATH_KEY = 1;
const PATH_RANGE = 2;
const PATH_APPEND = 4;

/** Prints a TLV's value, `length` bytes at `at`; false if it is wrong. */
type Value = (d: Dissection, at: number, length: number, allowed: number, indent: number) => boolean;

const name = (table: Tokens, n: number) => table.get(n) ?? `#${n}`;
const aligned = (n: number) => (n + 3) & ~3;
const spaces = (n: number) => " ".repeat(Math.min(255, Math.max(0, n)));
const detailed = (d: Dissection) => d.opt.verbose > 2;

/** What is wrong with a length, where `left` bytes are left: a number of FAULTS; 0 if nothing is. */
function fault(length: number, left: number, header: number): number {
  if (left < header) return 1;
  if (length < header) return 2;
  if (length > left) return 3;
  return left < aligned(length) ? 4 : 0;
}

/** "FE", "CE" and the broadcasts, by the ranges of RFC 5810 6.1. */
function nodeName(node: number): string {
  if (node <= 0x3fffffff) return "FE";
  if (node <= 0x7fffffff) return "CE";
  if (node >= 0xc0000000 && node <= 0xffffffef) return "AllMulticast";
  if (node === 0xfffffffd) return "AllCEsBroadcast";
  if (node === 0xfffffffe) return "AllFEsBroadcast";
  return node === 0xffffffff ? "AllBroadcast" : "ForCESreserved";
}

function result(d: Dissection, at: number, length: number, _allowed: number, indent: number): boolean {
  const { out } = d;
  const size = length - TLV_HEADER;
  if (size !== 4) {
    out.str(`illegal RESULT-TLV: ${size >>> 0} bytes!\n`);
    return false;
  }
  if (!d.has(at + TLV_HEADER, 4)) {
    d.truncated();
    return false;
  }
  const code = d.u8(at + TLV_HEADER);
  if (code >= 0x18 && code <= 0xfe) {
    out.str(`illegal reserved result code: 0x${hex(code)}!\n`);
    return false;
  }
  if (detailed(d)) out.str(`${spaces(indent)}  Result: ${name(RESULTS, code)} (code 0x${hex(code)})\n`);
  return true;
}

/** True if the TLV at `at` is of the type; else that is said. */
function expect(d: Dissection, at: number, type: number, what: string): boolean {
  if (!d.has(at, TLV_HEADER)) {
    d.truncated();
    return false;
  }
  if (d.u16(at) === type) return true;
  d.out.str(`Error: expecting ${what}!\n`);
  return false;
}

function fullData(d: Dissection, at: number, length: number, _allowed: number, indent: number): boolean {
  if (!expect(d, at, FULL_DATA, "FULLDATA")) return false;
  if (detailed(d)) {
    const { out } = d;
    const pad = spaces(indent + 1);
    out.str(`${pad}[`);
    d.hexDump(at + TLV_HEADER, length - TLV_HEADER, `\n${pad}`);
    out.str(`\n${pad}]`);
  }
  return true;
}

function sparseData(d: Dissection, at: number, length: number, _allowed: number, indent: number): boolean {
  const { out } = d;
  if (!expect(d, at, SPARSE_DATA, "SPARSEDATA")) return false;
  let left = (length - TLV_HEADER) >>> 0;
  if (left < ILV_HEADER) {
    out.str("Error: BAD SPARSEDATA-TLV!\n");
    return false;
  }
  at += TLV_HEADER;
  while (left !== 0) {
    const size = left < ILV_HEADER ? 0 : d.u32(at + 4);
    const wrong = fault(size, left, ILV_HEADER);
    if (wrong !== 0) {
      out.str(`Error: ${name(FAULTS, wrong)}, rlen ${left}\n`);
      return false;
    }
    if (detailed(d)) {
      out.str(`\n${spaces(indent)} ILV: type ${hex(d.u32(at))} length ${size}\n`);
      d.hexDump(at + ILV_HEADER, size - ILV_HEADER, "\t\t[");
    }
    at += aligned(size);
    left -= aligned(size);
  }
  return true;
}

function keyInfo(d: Dissection, at: number, length: number, allowed: number, indent: number): boolean {
  const { out } = d;
  const data = at + TLV_HEADER;
  out.str(`${spaces(indent)}Keyinfo: Key 0x${hex(d.u32(data))}\n`);
  const type = d.u16(data + 4);
  const size = d.u16(data + 6);
  const wrong = fault(size, length, TLV_HEADER);
  if (wrong !== 0) {
    out.str(`${name(FAULTS, wrong)} TLV type 0x${hex(type)} len ${size}\n`);
    return false;
  }
  return fullData(d, data + 8, size, allowed, indent);
}

/** What a path leads to: the data's name, printer, and what the operation must allow for it. */
const PATH_CONTENTS: ReadonlyMap<number, readonly [name: string, print: Value, allowed: number]> = new Map([
  [PATH_DATA, ["Inner PATH-DATA TLV", pathData, 0] as const],
  [KEY_INFO, ["KEYINFO TLV", keyInfo, 0] as const],
  [FULL_DATA, ["FULLDATA TLV", fullData, FULL] as const],
  [SPARSE_DATA, ["SPARSEDATA TLV", sparseData, SPARSE] as const],
  [RESULT, ["RESULT TLV", result, RESULT_VALUE] as const],
]);

function checkKind(d: Dissection, type: number, allowed: number, needed: number): void {
  if (type === PATH_DATA) return;
  if (allowed & KEY) {
    if (type !== KEY_INFO) d.out.str("Based on flags expected KEYINFO TLV!\n");
  } else if (!(allowed & needed))
    d.out.str(
      `Illegal DATA encoding for type 0x${hex(type)} programmed ${hex(needed)} got ${hex(allowed)}\n`,
    );
}

/** The data TLV behind a path; how many bytes are left after it, -1 if it is wrong. */
function pathContent(d: Dissection, at: number, left: number, allowed: number, indent: number): number {
  const { out } = d;
  const type = d.u16(at);
  const size = d.u16(at + 2);
  const wrong = fault(size, left, TLV_HEADER);
  const content = PATH_CONTENTS.get(type);
  if (wrong !== 0)
    out.str(`${name(FAULTS, wrong)} Outstanding bytes ${left} for TLV type 0x${hex(type)} TLV len ${size}\n`);
  else if (content === undefined) out.str(`Invalid path data content type 0x${hex(type)} len ${size}\n`);
  else {
    const [title, print, needed] = content;
    const padding = aligned(size) - size;
    if (detailed(d) && type !== PATH_DATA) {
      const data = `Length ${size} DataLen ${size - TLV_HEADER}`;
      out.str(`${spaces(indent)}  ${title} (${data}${padding > 0 ? ` pad ${padding}` : ""} Bytes)\n`);
    }
    checkKind(d, type, allowed, needed);
    if (!print(d, at, aligned(size), allowed, indent + 2)) return -1;
    return left - aligned(size);
  }
  if (size === 0) return left;
  d.hexDump(at, left, "Bad Data val\n\t  [");
  out.str("]\n");
  return -1;
}

/** A path's identifiers, its range or key, and what is there; how many bytes are left, -1 if it is wrong. */
function path(
  d: Dissection,
  from: number,
  length: number,
  count: number,
  allowed: number,
  indent: number,
): number {
  const { out } = d;
  const pad = spaces(indent);
  let at = from;
  let left = length;
  if (allowed & APPEND && detailed(d)) out.str(`${pad}TABLE APPEND\n`);
  for (let i = 0; i < count; i++) {
    if (!d.has(at, 4) || left < 4) {
      d.truncated();
      return -1;
    }
    const id = d.u32(at);
    if (detailed(d)) out.str(`${pad}ID#${String(i + 1).padStart(2, "0")}: ${id}\n`);
    at += 4;
    left -= 4;
  }
  if (allowed & (RANGE | KEY) && left < 12) {
    out.str(`pathlength ${left} with key/range too short 12\n`);
    return -1;
  }
  if (allowed & RANGE) {
    const first = d.u32(at + 4);
    const last = d.u32(at + 8);
    at += 12;
    left -= 12;
    if (detailed(d)) out.str(`${pad}Table range: [${first},${last}]\n`);
  }
  if (allowed & KEY) {
    let size = d.u16(at + 6);
    at += 8;
    left -= 8;
    if (size < TLV_HEADER) {
      out.str(`key content length ${size} < ${TLV_HEADER}\n`);
      return -1;
    }
    size -= TLV_HEADER;
    if (left < size) {
      out.str("key content too short\n");
      return -1;
    }
    at += size;
    left -= size;
  }
  return left === 0 ? 0 : pathContent(d, at, left, allowed, indent);
}

/** A path: flags (2) | number of identifiers (2) | identifiers (4 each) | … */
function pathValue(d: Dissection, at: number, length: number, allowed: number, indent: number): boolean {
  const { out } = d;
  if (!d.has(at, 4) || length < 4) {
    d.truncated();
    return false;
  }
  const flags = d.u16(at);
  const count = d.u16(at + 2);
  if (detailed(d)) out.str(`\n${spaces(indent)}Pathdata: Flags 0x${hex(flags)} ID count ${count}\n`);
  if (flags & PATH_KEY) allowed |= KEY;
  if (flags & PATH_RANGE) allowed |= RANGE;
  if (flags & PATH_APPEND) allowed |= APPEND;
  at += 4;
  length -= 4;
  if (length < count * 4) {
    out.str(`\t\t\ttruncated IDs expected ${count * 4}B got ${length}B\n`);
    d.hexDump(at, length, "\t\t\tID Data[");
    out.str("]\n");
    return false;
  }
  if (allowed & RANGE && allowed & KEY) {
    out.str("\t\t\tIllegal to have both Table ranges and keys\n");
    return false;
  }
  const left = path(d, at, length, count, allowed, indent);
  // As tcpdump has it, also what went wrong inside a path is no reason to stop.
  return left > 0 ? pathData(d, at + length - left, left, allowed, indent + 1) : true;
}

/** PATH-DATA TLVs, one after the other. */
function pathData(d: Dissection, at: number, left: number, allowed: number, indent: number): boolean {
  const { out } = d;
  while (left !== 0) {
    const size = d.u16(at + 2);
    if (fault(size, left, TLV_HEADER) !== 0) break;
    const type = d.u16(at);
    if (detailed(d)) {
      out.str(`${spaces(indent)}${name(TLVS, type)}, length ${size} `);
      out.str(`(data encapsulated ${size - TLV_HEADER} Bytes)`);
    }
    d.enter();
    const good = pathValue(d, at + TLV_HEADER, size - TLV_HEADER, allowed, indent + 1);
    d.leave();
    if (!good) return false;
    at += aligned(size);
    left -= aligned(size);
  }
  if (left === 0) return true;
  const size = d.u16(at + 2);
  out.str(`\n\t\tMessy PATHDATA TLV header, type (0x${hex(d.u16(at))})\n`);
  out.str(`\t\texcess of ${(left - size) >>> 0} Bytes `);
  return false;
}

/** One TLV with a path. */
function onePath(d: Dissection, at: number, length: number, allowed: number, indent: number): boolean {
  const { out } = d;
  const type = d.u16(at);
  const size = d.u16(at + 2);
  out.str(`genoptlvprint - ${name(TLVS, type)} TLV type 0x${hex(type)} len ${size}\n`);
  if (fault(size, length, TLV_HEADER) !== 0) {
    out.str(`\t\t\tInvalid ForCES TLV type=${hex(type)}`);
    return false;
  }
  if (!TOP_TLVS.has(type)) {
    out.str(`#0 TLV type 0x${hex(type)} len ${size}\n`);
    return false;
  }
  const data = size - TLV_HEADER;
  if (detailed(d))
    out.str(`${spaces(indent)}${name(TLVS, type)}, length ${size} (data length ${data} Bytes)`);
  return pathValue(d, at + TLV_HEADER, data, allowed, indent + 1);
}

function rawData(d: Dissection, at: number, length: number, _allowed: number, indent: number): boolean {
  if (detailed(d)) {
    const line = `\n${spaces(indent - 1)}`;
    d.out.str(`${spaces(indent - 1)}Data[`);
    d.hexDump(at, length, line);
    d.out.str(`${line}]\n`);
  }
  return false;
}

/** The operations of RFC 5810 7.1.4 by their number: what data each may carry, and its printer. */
const OPERATIONS: readonly (readonly [name: string, allowed: number, print: Value | null])[] = [
  ["Invalid OPTLV", 0, rawData],
  [" Set", FULL | SPARSE, pathData],
  [" SetProp", FULL | SPARSE, pathData],
  [" SetResp", RESULT_VALUE, pathData],
  [" SetPropResp", RESULT_VALUE, pathData],
  [" Del", 0, pathData],
  [" DelResp", RESULT_VALUE, pathData],
  [" Get", 0, pathData],
  [" GetProp", 0, pathData],
  [" GetResp", FULL | SPARSE | RESULT_VALUE, pathData],
  [" GetPropResp", FULL | RESULT_VALUE, pathData],
  [" Report", FULL | SPARSE, pathData],
  [" Commit", 0, null],
  [" RCommit", RESULT_VALUE, onePath],
  [" RTRCOMP", 0, null],
];
const VENDOR = 0x8000;
const SHORTEST_OPERATION = 8;

function operation(d: Dissection, at: number, size: number, type: number, indent: number): void {
  const { out } = d;
  const [title, allowed, print] = OPERATIONS[type] ?? OPERATIONS[0]!;
  const data = size - TLV_HEADER;
  const line = `Oper TLV ${title}(0x${hex(type)}) length ${size}\n`;
  if (detailed(d)) out.str(`${spaces(indent)}${line}`);
  if (data < SHORTEST_OPERATION) {
    out.str(`\t\t${line}\t\tTruncated data size ${data} minimum required ${SHORTEST_OPERATION}\n`);
    rawData(d, at + TLV_HEADER, data, allowed, indent);
    return;
  }
  print?.(d, at + TLV_HEADER, data, allowed, indent + 1);
}

/** Operations on a logical functional block: class (4) | instance (4) | operation TLVs. `allowed`: those numbers. */
function lfbSelect(allowed: readonly number[]): Value {
  return (d, at, length, _allowed, indent) => {
    const { out } = d;
    const size = length - TLV_HEADER;
    if (size <= 12) {
      out.str(`\n\t\ttruncated lfb selector: ${12 - size} bytes missing! `);
      return false;
    }
    if (!d.has(at, 8)) {
      d.truncated();
      return false;
    }
    if (detailed(d)) {
      const kind = d.u32(at);
      out.str(
        `\n${spaces(indent)}${name(LFBS, kind | 0)}(Classid ${hex(kind)}) instance ${hex(d.u32(at + 4))}\n`,
      );
    }
    at += 8;
    let left = size - 8;
    while (left !== 0) {
      const type = d.u16(at);
      const tlv = d.u16(at + 2);
      if (fault(tlv, left, TLV_HEADER) !== 0) break;
      if (allowed.includes(type) || type >= VENDOR) operation(d, at, tlv, type, indent + 1);
      else {
        if (!detailed(d)) out.str("\n");
        out.str(`\t\tINValid oper-TLV type 0x${hex(type)} length ${tlv} for this ForCES message\n`);
        rawData(d, at, left, 0, indent + 1);
      }
      at += aligned(tlv);
      left -= aligned(tlv);
    }
    return rest(d, at, left, "oper");
  };
}

/** True if nothing is left; else that is said. */
function rest(d: Dissection, at: number, left: number, what: string): boolean {
  if (left === 0) return true;
  const size = d.u16(at + 2);
  d.out.str(`\n\t\tMessy ${what} TLV header, type (0x${hex(d.u16(at))})\n`);
  d.out.str(`\t\texcess of ${(left - size) >>> 0} Bytes `);
  return false;
}

function metadata(d: Dissection, at: number, size: number, indent: number): void {
  const { out } = d;
  let left = size - TLV_HEADER;
  out.str(`\n${spaces(indent)} METADATA length ${left}\n`);
  while (left >= ILV_HEADER) {
    const length = d.u32(at + 4);
    if (fault(length, left, ILV_HEADER) !== 0) break;
    out.str(`${spaces(indent + 1)}MetaID 0x${hex(d.u32(at))} length ${length}\n`);
    if (detailed(d)) {
      d.hexDump(at + ILV_HEADER, length - ILV_HEADER, "\t\t[");
      out.str(" ]\n");
    }
    at += aligned(length);
    left -= aligned(length);
  }
}

function redirectData(d: Dissection, at: number, size: number, indent: number): void {
  const { out } = d;
  const length = size - TLV_HEADER;
  out.str(`\n${spaces(indent)} Redirect Data length ${length}\n`);
  if (!detailed(d)) return;
  out.str("\t\t[");
  d.hexDump(at, length, "\n\t\t");
  out.str("\n\t\t]");
}

function redirect(d: Dissection, at: number, length: number, _allowed: number, indent: number): boolean {
  const { out } = d;
  let left = length - TLV_HEADER;
  if (left <= 8) {
    out.str(`\n\t\ttruncated Redirect TLV: ${8 - left} bytes missing! `);
    return false;
  }
  while (left !== 0) {
    const type = d.u16(at);
    const size = d.u16(at + 2);
    if (fault(size, left, TLV_HEADER) !== 0) {
      out.str("Bad Redirect data\n");
      break;
    }
    if (type === METADATA) metadata(d, at + TLV_HEADER, size, indent + 1);
    else if (type === REDIRECT_DATA) redirectData(d, at + TLV_HEADER, size, indent + 1);
    else out.str(`Unknown REDIRECT TLV 0x${hex(type)} len ${size}\n`);
    at += aligned(size);
    left -= aligned(size);
  }
  return rest(d, at, left, "Redirect");
}

/** A code of at most `most` that tells why an association ended (AST) or whether it began (ASR). */
function association(
  title: string,
  most: number,
  before: string,
  names: readonly string[],
  unknown: string,
): Value {
  return (d, at, length, _allowed, indent) => {
    const { out } = d;
    const size = length - TLV_HEADER;
    if (size !== 4) {
      out.str(`illegal ${title}-TLV: ${size} bytes!\n`);
      return false;
    }
    const code = d.u32(at);
    if (code > most) {
      out.str(`illegal ${title} result code: ${code}!\n`);
      return false;
    }
    const pad = spaces(indent);
    if (detailed(d)) out.str(`${before}\n${pad}${names[code] ?? unknown}(${hex(code)})\n${pad}`);
    return true;
  };
}

/** How many TLVs a message may have at its top; NONE: none at all. */
const NONE = 0;
const ONE = 1;
const MANY = 15;
interface Message {
  readonly name: string;
  readonly most: number;
  /** True if it may be empty. */
  readonly optional?: boolean;
  readonly print: Value;
}
const nothing: Value = () => true;
/** Messages by their type (RFC 5810 6.1). */
const MESSAGES: ReadonlyMap<number, Message> = new Map([
  [0x01, { name: "Association Setup", most: 2, optional: true, print: lfbSelect([11]) }],
  [
    0x02,
    {
      name: "Association TearDown",
      most: ONE,
      print: association("ASTresult", 255, "Teardown reason:", TEARDOWNS, "Unknown Teardown reason"),
    },
  ],
  [0x03, { name: "Config", most: MANY, print: lfbSelect([1, 2, 5, 12, 14]) }],
  [0x04, { name: "Query", most: MANY, print: lfbSelect([7, 8]) }],
  [0x05, { name: "Event Notification", most: ONE, print: lfbSelect([11]) }],
  [0x06, { name: "Packet Redirect", most: MANY, print: redirect }],
  [0x0f, { name: "HeartBeat", most: NONE, print: nothing }],
  [
    0x11,
    {
      name: "Association Response",
      most: ONE,
      print: association("ASRresult", 3, "", ASSOCIATIONS, "Unknown "),
    },
  ],
  [0x13, { name: "Config Response", most: MANY, print: lfbSelect([3, 4, 6, 13]) }],
  [0x14, { name: "Query Response", most: MANY, print: lfbSelect([9, 10]) }],
]);
/** Types between the first and the last that mean nothing. */
const RESERVED = (type: number) => type === 0 || (type >= 7 && type <= 14) || type === 0x10 || type > 0x14;

/** A message's TLVs; false if they are wrong. */
function topTlvs(d: Dissection, from: number, length: number, message: Message): boolean {
  const { out } = d;
  if (length > TLV_HEADER) {
    if (message.most === NONE) {
      out.str("<0x1>Illegal Top level TLV!\n");
      return false;
    }
  } else {
    if (message.optional === true) return true;
    if (message.most !== NONE) {
      out.str("\tTop level TLV Data missing!\n");
      return false;
    }
  }
  if (message.most === NONE) return true;
  let at = from;
  let left = length;
  for (let count = 0; left !== 0 && count < message.most; count++) {
    const type = d.u16(at);
    const size = d.u16(at + 2);
    if (fault(size, left, TLV_HEADER) !== 0) break;
    if (!TOP_TLVS.has(type)) {
      out.str(`\n\tInvalid ForCES Top TLV type=0x${hex(type)}`);
      return false;
    }
    if (detailed(d))
      out.str(`\t${name(TLVS, type)}, length ${size} (data length ${size - TLV_HEADER} Bytes)`);
    if (!message.print(d, at + TLV_HEADER, size, 0, INDENT)) return false;
    at += aligned(size);
    left -= aligned(size);
  }
  if (left === 0) return true;
  const size = d.u16(at + 2);
  out.str(`\tMess TopTLV header: min ${TLV_HEADER}, total ${left} advertised ${size} `);
  return false;
}

function verboseHeader(d: Dissection, at: number, size: number): void {
  const { out } = d;
  const flags = d.u32(at + 20);
  const source = d.u32(at + 4);
  const destination = d.u32(at + 8);
  out.str(`\n\tForCES Version ${d.u8(at) >> 4} len ${size}B flags 0x${hex(flags, 8)} `);
  out.str(
    `\n\tSrcID 0x${hex(source)}(${nodeName(source)}) DstID 0x${hex(destination)}(${nodeName(destination)})`,
  );
  out.str(` Correlator 0x${d.u64(at + 12).toString(16)}`);
  if (d.opt.verbose < 2) return;
  const ack = flags >>> 30;
  const execution = (flags >>> 22) & 3;
  const atomicity = (flags >>> 21) & 1;
  const transaction = (flags >>> 19) & 3;
  out.str(`\n\tForCES flags:\n\t  ${ACKS[ack]!}(0x${ack}), prio=${(flags >>> 27) & 7}, `);
  out.str(`${EXECUTIONS[execution]!}(0x${execution}),\n\t  ${ATOMICITIES[atomicity]!}(0x${atomicity}), `);
  out.str(`${TRANSACTIONS[transaction]!}(0x${transaction})\n`);
  out.str(`\t  Extra flags: rsv(b5-7) 0x${hex((flags >>> 24) & 7)} rsv(b13-31) 0x${hex(flags & 0x7ffff)}\n`);
}

/** Prints the message; false if it is wrong. */
function printMessage(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  const type = d.u8(at + 1);
  if (RESERVED(type)) {
    out.str(`Invalid ForCES message type ${type}\n`);
    return false;
  }
  const size = d.u16(at + 2) * 4;
  const message = MESSAGES.get(type);
  if (message === undefined) {
    out.str(`\n\tUnknown ForCES message type=0x${hex(type)}`);
    return false;
  }
  out.str(`\n\tForCES ${message.name} `);
  if (length < HEADER || size < HEADER || size !== length) {
    out.str(`Illegal ForCES pkt len - min ${HEADER}, total recvd ${length}, advertised ${size} `);
    return false;
  }
  if (d.opt.verbose > 0) verboseHeader(d, at, size);
  return topTlvs(d, at + HEADER, size - HEADER, message);
}

/** Writes the message of `length` bytes at `at`. Throws TRUNCATED. */
export function printForces(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "forces";
  if (!d.has(at, HEADER)) {
    d.truncated();
    return;
  }
  if (!printMessage(d, at, length)) {
    d.hexDump(at, length, "\n\t[");
    out.str("\n\t]");
  } else if (d.opt.verbose > 3) {
    out.str("\n\t  Raw ForCES message\n\t [");
    d.hexDump(at, length, "\n\t ");
    out.str("\n\t ]");
  }
}
