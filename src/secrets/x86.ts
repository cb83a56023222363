// What the machine code of x86-64 tells where symbols are stripped: which function is called with which string,
// and where in a structure an accessor finds what it returns. Encodings: Intel SDM, volume 2.
import { Buffer } from "node:buffer";
import type { Bytes, Code } from "./elf.ts";

const RDI = 7;
/** `call rel32` */
const CALL = 0xe8;
/** A call follows the load of its second argument within so many bytes, others being loaded between. */
const NEAR = 40;
/** A program that calls more functions with the labels is none that is known. */
const MOST_TARGETS = 64;
/** What only looks like calls leads to a place once, and is nowhere to set a probe. */
const FEWEST_CALLS = 3;
/** No structure of a connection is larger than this, bytes; and nothing that is sought lies at its very beginning. */
const LARGEST = 1 << 14;

/** How code loads an argument that is a constant's address. */
export interface Load {
  /** `lea r, [rip + disp32]` */
  readonly relative: Buffer;
  /** `mov r, imm32`, in programs that are not moved. */
  readonly absolute: Buffer;
}

/** rsi */
export const SECOND: Load = { relative: Buffer.from([0x48, 0x8d, 0x35]), absolute: Buffer.from([0xbe]) };
/** r8 */
export const FIFTH: Load = { relative: Buffer.from([0x4c, 0x8d, 0x05]), absolute: Buffer.from([0x41, 0xb8]) };

/**
 * The function that is called with these strings as its second argument (or another: `load`). Null unless two
 * different strings lead to it, and to no other as many.
 * @param labels the strings by their addresses
 */
export function calledWith(
  code: Code,
  labels: ReadonlyMap<number, string>,
  load: Load = SECOND,
): number | null {
  const [first, second] = allCalledWith(code, labels, load);
  if (!first || first.labels.size < 2 || second?.labels.size === first.labels.size) return null;
  return first.address;
}

/** All functions that are called with them, those with most strings first: the targets of the first call after a load. */
export function allCalledWith(
  code: Code,
  labels: ReadonlyMap<number, string>,
  load: Load = SECOND,
): { address: number; labels: ReadonlySet<string> }[] {
  const votes = new Map<number, Set<string>>();
  for (const { end, label } of loadsOf(code, labels, load)) {
    const target = nextCall(code.bytes.buffer, end);
    if (target === null) continue;
    const address = code.address + target;
    votes.set(address, (votes.get(address) ?? new Set()).add(label));
    if (votes.size > MOST_TARGETS) return [];
  }
  return [...votes]
    .map(([address, found]) => ({ address, labels: found }))
    .sort((a, b) => b.labels.size - a.labels.size);
}

/** Where code loads one of these strings: the place behind it. */
function* loadsOf(
  { bytes: { buffer }, address, fixed }: Code,
  labels: ReadonlyMap<number, string>,
  { relative, absolute }: Load,
): Generator<{ end: number; label: string }> {
  const size = relative.length + 4;
  for (let at = buffer.indexOf(relative); at >= 0; at = buffer.indexOf(relative, at + 1)) {
    if (at + size > buffer.length) break;
    const label = labels.get(address + at + size + buffer.readInt32LE(at + relative.length));
    if (label !== undefined) yield { end: at + size, label };
  }
  if (!fixed) return;
  for (const [place, label] of labels) {
    if (place > 0x7fffffff) continue;
    const load = Buffer.concat([absolute, Buffer.alloc(4)]);
    load.writeInt32LE(place, absolute.length);
    for (let at = buffer.indexOf(load); at >= 0; at = buffer.indexOf(load, at + 1))
      yield { end: at + load.length, label };
  }
}

/** Whether the code at this address calls that function: among what could be its calls is one. */
export function calls(code: Bytes, address: number, target: number): boolean {
  const { buffer } = code;
  for (let at = buffer.indexOf(CALL); at >= 0 && at + 5 <= buffer.length; at = buffer.indexOf(CALL, at + 1))
    if (address + at + 5 + buffer.readInt32LE(at + 1) === target) return true;
  return false;
}

/**
 * The functions that are called with this number as their second argument (`mov esi, imm32`), those called most often
 * first.
 */
export function calledWithNumber({ bytes: { buffer }, address }: Code, number: number): number[] {
  const votes = new Map<number, number>();
  const load = Buffer.from([0xbe, 0, 0, 0, 0]);
  load.writeUInt32LE(number, 1);
  for (let at = buffer.indexOf(load); at >= 0; at = buffer.indexOf(load, at + 1)) {
    const target = nextCall(buffer, at + load.length);
    if (target !== null) votes.set(target, (votes.get(target) ?? 0) + 1);
    if (votes.size > MOST_TARGETS) return [];
  }
  return [...votes]
    .filter(([, calls]) => calls >= FEWEST_CALLS)
    .sort(([, a], [, b]) => b - a)
    .map(([target]) => address + target);
}

/** Whether code reads, or compares, a number of 32 (or 64: `wide`) bits so far (below 128 bytes) behind some pointer. */
export function reads(code: Bytes, displacement: number, wide: boolean): boolean {
  const { buffer } = code;
  for (let at = 0; at + 3 <= buffer.length; at++) {
    const opcode = buffer[at]!;
    // mov r, m; cmp m, imm8
    if (opcode !== 0x8b && opcode !== 0x83) continue;
    const modrm = buffer[at + 1]!;
    if (modrm >> 6 !== 1 || (modrm & 7) === 4 || buffer[at + 2] !== displacement) continue;
    if ((((buffer[at - 1] ?? 0) & 0xf8) === 0x48) === wide) return true;
  }
  return false;
}

/** The function that one at this address begins by calling with the very arguments that it was called with, if it does. */
export function passesOnTo(code: Bytes, address: number): number | null {
  const { buffer } = code;
  for (let at = 0; at + 4 <= buffer.length; ) {
    const [first, second, third] = [buffer[at]!, buffer[at + 1]!, buffer[at + 2]!];
    if (first === CALL) return at + 5 > buffer.length ? null : address + at + 5 + buffer.readInt32LE(at + 1);
    // push; push r8 …; mov r, rdi; sub rsp, imm8; endbr64
    if ((first & 0xf8) === 0x50) at += 1;
    else if (first === 0x41 && (second & 0xf8) === 0x50) at += 2;
    else if ((first & 0xfe) === 0x48 && second === 0x89 && (third & 0xf8) === 0xf8) at += 3;
    else if (first === 0x48 && second === 0x83 && third === 0xec) at += 4;
    else if (buffer.readUInt32LE(at) === 0xfa1e0ff3) at += 4;
    else return null;
  }
  return null;
}

/**
 * Where the two values of 32 bytes lie, side by side in a structure, that a function copies one behind the other: the
 * place of the first that it loads. Null where there are none, or more.
 */
export function pairCopied(code: Bytes): number | null {
  const loads: number[] = [];
  const { buffer } = code;
  for (let at = 0; at + 9 <= buffer.length; at++) {
    // movups xmm, [r + disp32]; movdqu is 0f 6f
    if (buffer[at] !== 0x0f || (buffer[at + 1] !== 0x10 && buffer[at + 1] !== 0x6f)) continue;
    const modrm = buffer[at + 2]!;
    if (modrm >> 6 !== 2) continue;
    // RSP's and R12's number says that a SIB byte follows
    const displacement = buffer.readInt32LE(at + ((modrm & 7) === 4 ? 4 : 3));
    if (displacement > 0 && displacement < LARGEST && !loads.includes(displacement)) loads.push(displacement);
  }
  const [first] = loads;
  if (first === undefined || loads.length !== 4) return null;
  const other = loads.includes(first + 32) ? first + 32 : first - 32;
  return [first + 16, other, other + 16].every((place) => loads.includes(place)) ? first : null;
}

/** Where the first `call rel32` after this place leads to, if that is code. */
function nextCall(code: Buffer, from: number): number | null {
  for (let at = from; at < from + NEAR && at + 5 <= code.length; at++) {
    if (code[at] !== CALL) continue;
    const target = at + 5 + code.readInt32LE(at + 1);
    if (target >= 0 && target < code.length) return target;
  }
  return null;
}

/** Where something lies: `offset` bytes behind a connection's address, or behind the pointer at `pointer`. */
export interface Place {
  readonly pointer: number | null;
  readonly offset: number;
}

/**
 * The place whose address a function takes, given the structure's address as its first argument: follows that
 * through copies (mov), one pointer in it, and the first addition (lea, add). Null if there is none.
 */
export function placeTaken(code: Bytes): Place | null {
  const { buffer } = code;
  /** Registers with the structure's address (null), or with a pointer from it. */
  const known = new Map<number, number | null>([[RDI, null]]);
  for (let at = 0; at + 7 <= buffer.length; at++) {
    const rex = buffer[at]!;
    if ((rex & 0xf8) !== 0x48) continue;
    const opcode = buffer[at + 1]!;
    const modrm = buffer[at + 2]!;
    const mod = modrm >> 6;
    const reg = ((modrm >> 3) & 7) | ((rex & 4) << 1);
    const rm = (modrm & 7) | ((rex & 1) << 3);
    // add rax, imm32; add r64, imm32; add r64, imm8
    if (opcode === 0x05 && known.has(0)) return place(known.get(0)!, buffer.readInt32LE(at + 2));
    if (opcode === 0x81 && mod === 3 && (modrm & 0x38) === 0 && known.has(rm))
      return place(known.get(rm)!, buffer.readInt32LE(at + 3));
    if (opcode === 0x83 && mod === 3 && (modrm & 0x38) === 0 && known.has(rm))
      return place(known.get(rm)!, buffer.readInt8(at + 3));
    if (mod === 3) {
      if (opcode === 0x89 && known.has(reg)) known.set(rm, known.get(reg)!);
      else if (opcode === 0x8b && known.has(rm)) known.set(reg, known.get(rm)!);
      continue;
    }
    // a base alone with a displacement: no SIB byte, not RIP
    if ((mod !== 1 && mod !== 2) || (modrm & 7) === 4 || !known.has(rm)) continue;
    const displacement = mod === 1 ? buffer.readInt8(at + 3) : buffer.readInt32LE(at + 3);
    const from = known.get(rm)!;
    if (opcode === 0x8d) {
      const found = place(from, displacement);
      if (found !== null) return found;
    } else if (opcode === 0x8b && from === null && displacement > 0 && displacement < LARGEST)
      known.set(reg, displacement);
  }
  return null;
}

/**
 * The place that a function reads byte by byte, given the structure's address as its first argument: the first
 * `movzx r, byte [r + r + disp8]` from a pointer that was taken out of the structure. Null if there is none.
 */
export function placeIndexed(code: Bytes): Place | null {
  const { buffer } = code;
  for (let at = 1; at + 5 <= buffer.length; at++) {
    if (buffer[at] !== 0x0f || buffer[at + 1] !== 0xb6 || (buffer[at + 2]! & 0xc7) !== 0x44) continue;
    const prefix = buffer[at - 1]!;
    const base = (buffer[at + 3]! & 7) | ((prefix & 0xf0) === 0x40 ? (prefix & 1) << 3 : 0);
    const pointer = pointerIn(buffer, at, base);
    if (pointer !== null) return place(pointer, buffer.readInt8(at + 4));
  }
  return null;
}

/** Where in the structure the pointer lies that a register got last before this place. */
function pointerIn(code: Buffer, before: number, register: number): number | null {
  for (let at = before - 4; at >= 0; at--) {
    const [rex, opcode, modrm] = [code[at]!, code[at + 1]!, code[at + 2]!];
    // mov r64, [r64 + disp8], no SIB byte
    if ((rex & 0xf8) !== 0x48 || opcode !== 0x8b || modrm >> 6 !== 1 || (modrm & 7) === 4) continue;
    if ((((modrm >> 3) & 7) | ((rex & 4) << 1)) !== register) continue;
    const from = (modrm & 7) | ((rex & 1) << 3);
    return from === RDI || isFirstArgument(code, at, from) ? code.readInt8(at + 3) : null;
  }
  return null;
}

/** Whether a function has kept its first argument in this register before this place: mov r64, rdi. */
function isFirstArgument(code: Buffer, before: number, register: number): boolean {
  const copy = Buffer.from([0x48 | (register >> 3), 0x89, 0xf8 | (register & 7)]);
  const at = code.indexOf(copy);
  return at >= 0 && at < before;
}

function place(pointer: number | null, offset: number): Place | null {
  return offset >= 8 && offset < LARGEST ? { pointer, offset } : null;
}

/** Opcodes of one byte that are followed by ModRM alone: add, sub, xor, cmp (both ways); test, mov, movsxd, lea. */
const WITH_MODRM: ReadonlySet<number> = new Set([
  0x01, 0x03, 0x29, 0x2b, 0x31, 0x33, 0x39, 0x3b, 0x63, 0x84, 0x85, 0x88, 0x89, 0x8a, 0x8b, 0x8d,
]);
/** The same behind 0F: movups and movaps (both ways), nop, movzx, movsx. */
const WITH_MODRM_TOO: ReadonlySet<number> = new Set([0x10, 0x11, 0x1f, 0x28, 0x29, 0xb6, 0xb7, 0xbe, 0xbf]);

/**
 * Length of the instruction at this place, of those that load arguments; 0 for others. With it a place is reached that
 * is an instruction's beginning for sure: a probe within one would break the program.
 */
export function lengthOf(code: Buffer, at: number): number {
  const rex = (code[at] ?? 0) >> 4 === 4 ? code[at]! : 0;
  const start = rex === 0 ? at : at + 1;
  const opcode = code[start] ?? 0;
  const size = start + 1 - at;
  // push and pop; push imm8; push imm32; mov r, imm
  if (opcode >= 0x50 && opcode <= 0x5f) return size;
  if (opcode === 0x6a) return size + 1;
  if (opcode === 0x68) return size + 4;
  if (opcode >= 0xb8 && opcode <= 0xbf) return size + ((rex & 8) === 0 ? 4 : 8);
  if (opcode === 0x0f && WITH_MODRM_TOO.has(code[start + 1] ?? 0))
    return size + 1 + modrmLength(code, start + 2);
  if (WITH_MODRM.has(opcode)) return size + modrmLength(code, start + 1);
  // arithmetic with imm8, with imm32; mov m, imm32; of FF only call and push
  if (opcode === 0x83) return size + modrmLength(code, start + 1) + 1;
  const extension = ((code[start + 1] ?? 0) >> 3) & 7;
  if (opcode === 0x81 || (opcode === 0xc7 && extension === 0)) return size + modrmLength(code, start + 1) + 4;
  if (opcode === 0xff && (extension === 2 || extension === 6)) return size + modrmLength(code, start + 1);
  return 0;
}

/** Length of ModRM, SIB and displacement. */
function modrmLength(code: Buffer, at: number): number {
  const modrm = code[at] ?? 0;
  const mod = modrm >> 6;
  if (mod === 3) return 1;
  const sib = (modrm & 7) === 4 ? 1 : 0;
  if (mod === 1) return 2 + sib;
  if (mod === 2) return 5 + sib;
  // RIP, or no base
  const based = sib === 1 ? (code[at + 1] ?? 0) & 7 : modrm & 7;
  return (based === 5 ? 5 : 1) + sib;
}

/** Whether a probe's place could be a function of Go's: they begin with the check of the stack's end. */
export function isGoFunction(code: Bytes): boolean {
  const { buffer } = code;
  // cmp rsp, [r14 + 16]; lea r12, [rsp - …]
  return (
    buffer.subarray(0, 4).equals(Buffer.from([0x49, 0x3b, 0x66, 0x10])) ||
    buffer.subarray(0, 3).equals(Buffer.from([0x4c, 0x8d, 0x64])) ||
    buffer.subarray(0, 3).equals(Buffer.from([0x4c, 0x8d, 0xa4]))
  );
}
