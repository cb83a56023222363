// What the machine code of arm64 tells, as x86.ts does for x86-64: which function is called with which strings, and where
// in a structure an accessor finds what it returns. Every instruction has four bytes. Encodings: Arm ARM, C4 and C6.
import type { Bytes, Code } from "./elf.ts";
import type { Place } from "./x86.ts";

/** A call follows the load of its second argument within so many instructions, others being loaded between. */
const NEAR = 10;
/** A program that calls more functions with the labels is none that is known. */
const MOST_TARGETS = 64;
/** No structure of a connection is larger than this, bytes. */
const LARGEST = 1 << 14;
/** x31 is the stack pointer in additions. */
const STACK = 31;

const destination = (word: number): number => word & 31;
const source = (word: number): number => (word >>> 5) & 31;

/** `add xd, xn, #imm{, lsl #12}`: what is added; null for any other instruction. */
function added(word: number): number | null {
  if ((word & 0xff800000) >>> 0 !== 0x91000000) return null;
  const number = (word >>> 10) & 0xfff;
  return word & 0x400000 ? number * 4096 : number;
}

/** `adrp xd, page`: the page's distance, in pages; null for any other instruction. */
function pages(word: number): number | null {
  if ((word & 0x9f000000) >>> 0 !== 0x90000000) return null;
  return (((word << 8) >> 13) << 2) | ((word >>> 29) & 3);
}

/** `bl target` or `b target`: how far, in bytes; null for any other instruction. */
function jumped(word: number): number | null {
  if ((word & 0x7c000000) >>> 0 !== 0x14000000) return null;
  return ((word << 6) >> 6) * 4;
}

/**
 * The function that is called with these strings as its second argument. Null unless two different strings lead to
 * it, and to no other as many.
 * @param labels the strings by their addresses
 */
export function calledWith({ bytes, address }: Code, labels: ReadonlyMap<number, string>): number | null {
  const votes = new Map<number, Set<string>>();
  /** By register: the page that it got last. */
  const page = new Float64Array(32).fill(-1);
  let label: string | undefined;
  let since = 0;
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const word = bytes.buffer.readUInt32LE(at);
    const distance = pages(word);
    if (distance !== null) {
      page[destination(word)] = Math.floor((address + at) / 4096) * 4096 + distance * 4096;
      continue;
    }
    const number = added(word);
    const base = page[source(word)]!;
    if (number !== null && destination(word) === 1) {
      label = base < 0 ? undefined : labels.get(base + number);
      since = at;
      continue;
    }
    if (label === undefined) continue;
    const jump = jumped(word);
    if (jump !== null) {
      const target = address + at + jump;
      votes.set(target, (votes.get(target) ?? new Set()).add(label));
      if (votes.size > MOST_TARGETS) return null;
    }
    if (jump !== null || at - since > NEAR * 4) label = undefined;
  }
  const [first, second] = [...votes].sort(([, a], [, b]) => b.size - a.size);
  if (!first || first[1].size < 2 || second?.[1].size === first[1].size) return null;
  return first[0];
}

/**
 * The place whose address a function takes, given the structure's address as its first argument: follows that
 * through copies (mov), one pointer in it (ldr), and the first addition. Null if there is none.
 */
export function placeTaken({ buffer, length }: Bytes): Place | null {
  /** Registers with the structure's address (null), or with a pointer from it. */
  const known = new Map<number, number | null>([[0, null]]);
  for (let at = 0; at + 4 <= length; at += 4) {
    const word = buffer.readUInt32LE(at);
    const to = destination(word);
    const from = source(word);
    const number = added(word);
    const pointer = known.get(from);
    if (number !== null && from !== STACK && pointer !== undefined)
      return number > 0 && number < LARGEST ? { pointer, offset: number } : null;
    // mov xd, xm is orr xd, xzr, xm
    if ((word & 0xffe0ffe0) >>> 0 === 0xaa0003e0) {
      const copy = (word >>> 16) & 31;
      const copied = known.get(copy);
      // zero (x31) is what another path answers that has no connection
      if (copy === 31) continue;
      if (copied === undefined) known.delete(to);
      else known.set(to, copied);
      continue;
    }
    // ldr xt, [xn, #imm]
    if ((word & 0xffc00000) >>> 0 === 0xf9400000) {
      if (from !== STACK && pointer === null) known.set(to, ((word >>> 10) & 0xfff) * 8);
      else known.delete(to);
    }
    // ret
    if (word === 0xd65f03c0) return null;
  }
  return null;
}
