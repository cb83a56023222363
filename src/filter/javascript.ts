// Classic BPF as a JavaScript function, for packets that come from files.
//
// The function is generated as text with nothing in it but numbers taken from a validated program, and V8
// compiles it: a few nanoseconds a packet, where interpreting the program costs some per instruction.
// Classic BPF only jumps forward, so a jump to T becomes "break" out of a labelled block that ends before
// instruction T. Two kinds of programs go another way (a loop around a switch): those with the loop that
// libpcap compiles "protochain" to, and those whose blocks would nest deeper than a parser likes.
import type { ClassicProgram } from "../addon/addon.ts";
import { BACKWARD_JUMPS, instructionCount, isBranch, isReturn, Op, STRIDE, validate } from "./classic.ts";

/**
 * Runs the filter on the packet bytes[start, start + caplen), which was `len` bytes long on the wire.
 * Returns 0 for a packet that does not match, else what the program returns (the bytes to keep).
 */
export type Matcher = (bytes: Uint8Array, start: number, caplen: number, len: number) => number;

/** V8's parser recurses once per nested block; ten times as deep still parses with the default stack. */
const MAX_DEPTH = 200;

/**
 * Compiles a program to a function that decides as bpf_filter(3PCAP) of libpcap does for a savefile: a load
 * beyond the captured bytes and a division by zero reject, arithmetic is unsigned and wraps at 32 bits,
 * shifts by more than 31 give 0, registers and scratch memory start as 0, ancillary loads are out of the
 * packet and reject. The caller promises that the packet lies within `bytes`.
 * @throws Failure "filter-invalid" for a program that does not validate
 */
export function compileMatcher(program: ClassicProgram): Matcher {
  validate(program);
  const source = structured(program) ?? dispatched(program);
  return new Function("b", "s", "n", "w", source) as Matcher;
}

/** Declarations of the registers and of the scratch memory that the program uses. */
function declarations(program: ClassicProgram): string {
  const scratch = new Set<number>();
  for (let at = 0; at < program.length; at += STRIDE) {
    const code = program[at]!;
    if (code === Op.ST || code === Op.STX || code === Op.LD_MEM || code === Op.LDX_MEM)
      scratch.add(program[at + 3]!);
  }
  return `"use strict";let a=0,x=0${[...scratch].map((i) => `,m${i}=0`).join("")};`;
}

/** The program as nested blocks, or null if it jumps back or would nest too deeply. */
function structured(program: ClassicProgram): string | null {
  const count = instructionCount(program);
  // The earliest jump to each instruction, but for the jumps that are plain returns or just go on.
  const firstJump = new Map<number, number>();
  const reached = new Uint8Array(count);
  // Captured bytes that every way to an instruction has checked for: no need to check again.
  const checked = new Array<number>(count).fill(Number.POSITIVE_INFINITY);
  reached[0] = 1;
  checked[0] = 0;
  for (let i = 0; i < count; i++) {
    if (reached[i] === 0) continue;
    const at = i * STRIDE;
    const after = Math.max(checked[i]!, endOfLoad(program[at]!, program[at + 3]!));
    for (const target of successors(program, i)) {
      if (target <= i) return null;
      reached[target] = 1;
      checked[target] = Math.min(checked[target]!, after);
      if (target !== i + 1 && !isReturn(program[target * STRIDE]!) && !firstJump.has(target))
        firstJump.set(target, i);
    }
  }
  const opened = nest(firstJump, count);
  let body = declarations(program);
  let depth = 0;
  const jump = (target: number): string => finish(program, target) ?? `break L${target};`;
  for (let i = 0; i < count; i++) {
    if (firstJump.has(i)) {
      body += "}";
      depth--;
    }
    for (const target of opened[i]!) {
      body += `L${target}:{`;
      depth++;
    }
    if (depth > MAX_DEPTH) return null;
    if (reached[i] !== 0) body += statement(program, i, checked[i]!, jump);
  }
  return body;
}

/**
 * For each instruction, the targets whose blocks open before it, outermost first. A block must enclose every
 * jump to its target, and blocks must not overlap: one that would begin inside an inner block begins where
 * that one does.
 */
function nest(firstJump: ReadonlyMap<number, number>, count: number): number[][] {
  const opened: number[][] = Array.from({ length: count }, () => []);
  const outer: { start: number; target: number }[] = [];
  for (let target = 0; target < count; target++) {
    let start = firstJump.get(target);
    if (start === undefined) continue;
    for (;;) {
      const last = outer.at(-1);
      if (last === undefined || last.target <= start) break;
      start = Math.min(start, last.start);
      outer.pop();
    }
    outer.push({ start, target });
    opened[start]!.unshift(target);
  }
  return opened;
}

/** The program as a loop around a switch over the instructions that are jumped to. */
function dispatched(program: ClassicProgram): string {
  const count = instructionCount(program);
  const labels = new Set<number>([0]);
  for (let i = 0; i < count; i++) for (const target of successors(program, i)) labels.add(target);
  const jump = (target: number, from: number): string =>
    finish(program, target) ??
    (target > from ? `{p=${target};continue;}` : `{if(++j>${BACKWARD_JUMPS})return 0;p=${target};continue;}`);
  let body = `${declarations(program)}let p=0,j=0;for(;;)switch(p){`;
  for (let i = 0; i < count; i++) {
    if (labels.has(i)) body += `case ${i}:`;
    body += statement(program, i, 0, (target) => jump(target, i));
  }
  return `${body}}`;
}

/** The instructions that may come after instruction i. */
function successors(program: ClassicProgram, i: number): number[] {
  const at = i * STRIDE;
  const code = program[at]!;
  if (isReturn(code)) return [];
  if (code === Op.JA) return [i + 1 + (program[at + 3]! | 0)];
  if (isBranch(code)) return [i + 1 + program[at + 1]!, i + 1 + program[at + 2]!];
  return [i + 1];
}

/** A return statement if the instruction is a return, else null. */
function finish(program: ClassicProgram, i: number): string | null {
  const code = program[i * STRIDE]!;
  if (code === Op.RET_K) return `return ${program[i * STRIDE + 3]!};`;
  return code === Op.RET_A ? "return a>>>0;" : null;
}

/** One past the last byte that a load at a fixed offset needs; 0 for other instructions. */
function endOfLoad(code: number, k: number): number {
  switch (code) {
    case Op.LD_W_ABS:
      return k + 4;
    case Op.LD_H_ABS:
      return k + 2;
    case Op.LD_B_ABS:
    case Op.LDX_MSH:
      return k + 1;
    default:
      return 0;
  }
}

/** Big-endian load of `size` bytes at the offset that the expression `at` (without the start) gives. */
function bytesAt(at: string | number, size: number): string {
  const byte = (i: number): string => `b[s+${typeof at === "number" ? at + i : i === 0 ? at : `${at}+${i}`}]`;
  if (size === 1) return byte(0);
  if (size === 2) return `${byte(0)}<<8|${byte(1)}`;
  return `${byte(0)}<<24|${byte(1)}<<16|${byte(2)}<<8|${byte(3)}`;
}

/**
 * One instruction. A and X are kept as signed 32-bit integers, V8's cheapest; where the sign matters
 * (order, division, return) they are read as unsigned.
 */
function statement(
  program: ClassicProgram,
  i: number,
  checked: number,
  jump: (target: number) => string,
): string {
  const at = i * STRIDE;
  const code = program[at]!;
  const k = program[at + 3]!;
  const signed = k | 0;
  const end = endOfLoad(code, k);
  const check = end > checked ? `if(n<${end})return 0;` : "";
  switch (code) {
    case Op.LD_W_ABS:
      return `${check}a=${bytesAt(k, 4)};`;
    case Op.LD_H_ABS:
      return `${check}a=${bytesAt(k, 2)};`;
    case Op.LD_B_ABS:
      return `${check}a=${bytesAt(k, 1)};`;
    case Op.LDX_MSH:
      return `${check}x=(${bytesAt(k, 1)}&15)<<2;`;
    case Op.LD_W_IND:
      return indirect(k, 4);
    case Op.LD_H_IND:
      return indirect(k, 2);
    case Op.LD_B_IND:
      return indirect(k, 1);
    case Op.LD_LEN:
      return "a=w|0;";
    case Op.LDX_LEN:
      return "x=w|0;";
    case Op.LD_IMM:
      return `a=${signed};`;
    case Op.LDX_IMM:
      return `x=${signed};`;
    case Op.LD_MEM:
      return `a=m${k};`;
    case Op.LDX_MEM:
      return `x=m${k};`;
    case Op.ST:
      return `m${k}=a;`;
    case Op.STX:
      return `m${k}=x;`;
    case Op.TAX:
      return "x=a;";
    case Op.TXA:
      return "a=x;";
    case Op.NEG:
      return "a=-a|0;";
    case Op.ADD_K:
      return `a=a+${signed}|0;`;
    case Op.ADD_X:
      return "a=a+x|0;";
    case Op.SUB_K:
      return `a=a-(${signed})|0;`;
    case Op.SUB_X:
      return "a=a-x|0;";
    case Op.MUL_K:
      return `a=Math.imul(a,${signed});`;
    case Op.MUL_X:
      return "a=Math.imul(a,x);";
    case Op.DIV_K:
      return `a=(a>>>0)/${k}|0;`;
    case Op.DIV_X:
      return "if(x===0)return 0;a=(a>>>0)/(x>>>0)|0;";
    case Op.MOD_K:
      return `a=(a>>>0)%${k}|0;`;
    case Op.MOD_X:
      return "if(x===0)return 0;a=(a>>>0)%(x>>>0)|0;";
    case Op.AND_K:
      return `a&=${signed};`;
    case Op.AND_X:
      return "a&=x;";
    case Op.OR_K:
      return `a|=${signed};`;
    case Op.OR_X:
      return "a|=x;";
    case Op.XOR_K:
      return `a^=${signed};`;
    case Op.XOR_X:
      return "a^=x;";
    case Op.LSH_K:
      return k < 32 ? `a<<=${k};` : "a=0;";
    case Op.LSH_X:
      return "a=x>>>0<32?a<<x:0;";
    case Op.RSH_K:
      return k < 32 ? `a=a>>>${k}|0;` : "a=0;";
    case Op.RSH_X:
      return "a=x>>>0<32?a>>>x|0:0;";
    case Op.JA: {
      const target = i + 1 + signed;
      return target === i + 1 ? "" : jump(target);
    }
    case Op.RET_K:
    case Op.RET_A:
      return finish(program, i)!;
    default:
      return branch(program, i, jump);
  }
}

function indirect(k: number, size: number): string {
  return `{const o=(x>>>0)+${k};if(o+${size}>n)return 0;a=${bytesAt("o", size)};}`;
}

function branch(program: ClassicProgram, i: number, jump: (target: number) => string): string {
  const at = i * STRIDE;
  const yes = i + 1 + program[at + 1]!;
  const no = i + 1 + program[at + 2]!;
  if (yes === no) return yes === i + 1 ? "" : jump(yes);
  const test = condition(program[at]!, program[at + 3]!);
  if (no === i + 1) return `if(${test})${jump(yes)}`;
  if (yes === i + 1) return `if(!(${test}))${jump(no)}`;
  return `if(${test})${jump(yes)}else ${jump(no)}`;
}

function condition(code: number, k: number): string {
  switch (code) {
    case Op.JEQ_K:
      return `a===${k | 0}`;
    case Op.JEQ_X:
      return "a===x";
    case Op.JGT_K:
      return `a>>>0>${k}`;
    case Op.JGT_X:
      return "a>>>0>x>>>0";
    case Op.JGE_K:
      return `a>>>0>=${k}`;
    case Op.JGE_X:
      return "a>>>0>=x>>>0";
    case Op.JSET_K:
      return `a&${k | 0}`;
    default:
      return "a&x";
  }
}
