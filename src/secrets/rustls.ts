// rustls: programs have it in them, mostly stripped. It tells secrets to an object of the program's
//     trait KeyLog { fn log(&self, label: &str, client_random: &[u8], secret: &[u8]); fn will_log(&self, label: &str) -> bool; }
// by calls through a table, so there is no function to probe that is the same whatever the object: it is the calls that
// are probed. All that is told is in registers then, but the secret's length, which is on the stack:
//     rsi, rdx label; rcx, r8 client random (32 bytes); r9, [rsp] secret
// Of TLS 1.2 every secret is told. Of TLS 1.3 only where will_log says yes, which it does for programs that set a key
// log (Deno does, whether SSLKEYLOGFILE is set or not). Where it says no, which it does by default, a second probe, at the
// test of what it returned, takes what would have been told: the code between the test and the call says where that is.
// rustls before 0.22 derives the secret only to tell it; there the probe tells that there is none.
import { Buffer } from "node:buffer";
import { Bytes, type Code, type ElfFile, Machine } from "./elf.ts";
import { type Value, Values } from "./values.ts";
import { lengthOf, reads } from "./x86.ts";

/** Labels as they stand among Rust's strings, which have no end. */
const TLS12_LABEL = "CLIENT_RANDOM";
const TLS13_LABEL = "SERVER_HANDSHAKE_TRAFFIC_SECRET";
const MOST_PLACES = 64;
/** More calls than these are none that are known. */
const MOST_CALLS = 64;
/** From the load of r8, or of the label, to the call, bytes. */
const NEAR = 48;
/** From the test of will_log's answer to the call, and from that to where the test leads, bytes. */
const BEFORE = 512;
/** As much of a function is looked at, bytes. */
const BEGINNING = 24;
/** The longest hash, behind which an OkmBlock has its length. */
const OKM_BLOCK = 64;
const [RCX, RDX, RSI, R9] = [1, 2, 6, 9];
const BEHIND = 64;

/** `mov r8d, 32` and `push 32; pop r8` */
const LOADS_OF_32: readonly Buffer[] = [
  Buffer.from([0x41, 0xb8, 0x20, 0, 0, 0]),
  Buffer.from([0x6a, 0x20, 0x41, 0x58]),
];
/** `lea rsi, [rip + disp32]` */
const LOAD_LABEL = Buffer.from([0x48, 0x8d, 0x35]);
/** `test al, al` */
const TEST = Buffer.from([0x84, 0xc0]);

/** Where the five things are, by the registers at some place. */
export interface Told {
  readonly label: Value;
  readonly labelLen: Value;
  readonly random: Value;
  readonly secret: Value;
  readonly secretLen: Value;
}

/** A test of whether a secret is to be told. */
export interface Question {
  readonly address: number;
  /** What would be told; null if it is not there yet, or not understood. */
  readonly told: Told | null;
}

/** What is to be probed. */
export interface RustCalls {
  /** Addresses of calls that tell a secret. */
  readonly told: readonly number[];
  readonly asked: readonly Question[];
}

/** The calls of a program; null if it does not have rustls in it, a sentence's end if they were not found. */
export function rustlsCalls(elf: ElfFile): RustCalls | string | null {
  if (placesInConstants(elf, TLS13_LABEL).length === 0) return null;
  if (elf.machine !== Machine.x86_64) return "its calls are found in code of x86-64 only";
  const code = elf.text();
  const found = code && callsIn(code, new Set(placesInConstants(elf, TLS12_LABEL)));
  return found && found.told.length > 0 ? found : "the calls that tell its secrets were not found";
}

/** The calls in some code. @param labels where TLS 1.2's label stands */
export function callsIn(code: Code, labels: ReadonlySet<number>): RustCalls {
  const { buffer } = code.bytes;
  const told = new Set<number>();
  const asked = new Map<number, Question>();
  for (const load of LOADS_OF_32) {
    for (let at = buffer.indexOf(load); at >= 0; at = buffer.indexOf(load, at + 1)) {
      const call = indirectCall(buffer, at + load.length);
      if (call === null || told.size >= MOST_CALLS) continue;
      const question = questionBefore(buffer, at, call);
      if (question === null && !loadsLabel(code, call, labels)) continue;
      told.add(code.address + call);
      if (question !== null)
        asked.set(question, { address: code.address + question, told: toldAt(buffer, question, call) });
    }
  }
  return { told: [...told], asked: [...asked.values()] };
}

/** Where the first call through a pointer follows, whole instructions later. */
function indirectCall(code: Buffer, from: number): number | null {
  for (let at = from; at < from + NEAR; ) {
    const size = lengthOf(code, at);
    if (size === 0 || at + size > code.length) return null;
    if (isIndirectCall(code, at, size)) return at;
    at += size;
  }
  return null;
}

/** FF /2 */
function isIndirectCall(code: Buffer, at: number, size: number): boolean {
  const opcode = code[at]! >> 4 === 4 ? at + 1 : at;
  return code[opcode] === 0xff && (code[opcode + 1]! & 0x38) === 0x10 && lengthOf(code, at) === size;
}

/** Where `test al, al; je` stands behind such a call, and leads past the one that is given. */
function questionBefore(code: Buffer, from: number, call: number): number | null {
  for (
    let at = code.lastIndexOf(TEST, from);
    at > 1 && at > from - BEFORE;
    at = code.lastIndexOf(TEST, at - 1)
  ) {
    const jump = at + TEST.length;
    const target =
      code[jump] === 0x74
        ? jump + 2 + code.readInt8(jump + 1)
        : code[jump] === 0x0f && code[jump + 1] === 0x84
          ? jump + 6 + code.readInt32LE(jump + 2)
          : -1;
    if (target <= call || target > call + BEHIND) continue;
    // call r, call [r + disp8], call [rsp + disp8], call [r + disp32], call [rsp + disp32]
    if ([2, 3, 4, 6, 7].some((size) => at >= size && isIndirectCall(code, at - size, size))) return at;
  }
  return null;
}

/** What the call would tell, by the registers at the test before it. */
function toldAt(code: Buffer, test: number, call: number): Told | null {
  const values = new Values(code, (target, argument) => returnedBy(code, target, argument));
  if (!values.follow(test, call)) return null;
  const [label, labelLen, random] = [values.register(RSI), values.register(RDX), values.register(RCX)];
  const [secret, secretLen] = [values.register(R9), values.stack(0)];
  if (!label || !labelLen || !random || !secret || !secretLen) return null;
  return { label, labelLen, random, secret, secretLen };
}

/**
 * OkmBlock::as_ref(&self) -> &[u8], for which struct OkmBlock { buf: [u8; 64], used: usize }; the only function that is
 * called to tell.
 */
function returnedBy(code: Buffer, target: number, argument: Value): [Value, Value] | null {
  if (target < 0 || target >= code.length || argument.second !== null) return null;
  if (!reads(new Bytes(code.subarray(target, target + BEGINNING)), OKM_BLOCK, true)) return null;
  return [argument, { ...argument, first: argument.first + OKM_BLOCK, second: 0 }];
}

/** Whether TLS 1.2's label is the call's second argument. */
function loadsLabel(
  { bytes: { buffer }, address }: Code,
  call: number,
  labels: ReadonlySet<number>,
): boolean {
  const at = buffer.lastIndexOf(LOAD_LABEL, call);
  if (at < 0 || at < call - NEAR || at + 7 > call) return false;
  return labels.has(address + at + 7 + buffer.readInt32LE(at + 3));
}

/** Where a label stands among constants with no NUL behind it. */
function placesInConstants(elf: ElfFile, label: string): number[] {
  const found: number[] = [];
  const needle = Buffer.from(label);
  for (const { address, bytes } of elf.constants()) {
    const { buffer } = bytes;
    for (let at = buffer.indexOf(needle); at >= 0; at = buffer.indexOf(needle, at + 1))
      if (buffer[at + label.length] !== 0 && found.length < MOST_PLACES) found.push(address + at);
  }
  return found;
}
