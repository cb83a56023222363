// What the machine code of x86-64 tells where symbols are stripped: which function is called with which string,
// and where in a structure an accessor finds what it returns. Encodings: Intel SDM, volume 2.
import { Buffer } from "node:buffer";
import type { Bytes } from "./elf.ts";

const RDI = 7;
/** A call follows the load of its second argument within so many bytes, others being loaded between. */
const NEAR = 40;
/** A program that calls more functions with the labels is none that is known. */
const MOST_TARGETS = 64;
/** No structure of a connection is larger than this, bytes; and nothing that is sought lies at its very beginning. */
const LARGEST = 1 << 14;

/** `lea rsi, [rip + disp32]` */
const LOAD_SECOND = Buffer.from([0x48, 0x8d, 0x35]);

/**
 * The function that is called with these strings as its second argument: the target of the first call after each
 * load. Null unless two different strings lead to it, and to no other as many.
 * @param text the code, and the address that it begins at
 * @param labels the strings by their addresses
 */
export function calledWith(
  text: Bytes,
  textAddress: number,
  labels: ReadonlyMap<number, string>,
): number | null {
  const votes = new Map<number, Set<string>>();
  const { buffer } = text;
  for (let at = buffer.indexOf(LOAD_SECOND); at >= 0; at = buffer.indexOf(LOAD_SECOND, at + 1)) {
    if (at + 7 > buffer.length) break;
    const label = labels.get(textAddress + at + 7 + buffer.readInt32LE(at + 3));
    if (label === undefined) continue;
    const target = nextCall(buffer, at + 7);
    if (target === null) continue;
    const address = textAddress + target;
    votes.set(address, (votes.get(address) ?? new Set()).add(label));
    if (votes.size > MOST_TARGETS) return null;
  }
  const ranked = [...votes].sort(([, a], [, b]) => b.size - a.size);
  const [first, second] = ranked;
  if (!first || first[1].size < 2 || (second && second[1].size === first[1].size)) return null;
  return first[0];
}

/** Where the first `call rel32` after this place leads to, if that is code. */
function nextCall(code: Buffer, from: number): number | null {
  for (let at = from; at < from + NEAR && at + 5 <= code.length; at++) {
    if (code[at] !== 0xe8) continue;
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
    // add rax, imm32; add r64, imm32
    if (opcode === 0x05 && known.has(0)) return place(known.get(0)!, buffer.readInt32LE(at + 2));
    if (opcode === 0x81 && mod === 3 && (modrm & 0x38) === 0 && known.has(rm))
      return place(known.get(rm)!, buffer.readInt32LE(at + 3));
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

function place(pointer: number | null, offset: number): Place | null {
  return offset >= 8 && offset < LARGEST ? { pointer, offset } : null;
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
