// Classic BPF, the machine that libpcap compiles filter expressions for: opcodes, validation, text.
//
// The machine has a 32-bit accumulator A, an index register X, sixteen 32-bit words of scratch memory M,
// and no way to write to the packet. See "The BSD Packet Filter" (McCanne and Jacobson, USENIX 1993),
// linux/bpf_common.h and linux/filter.h.
import type { ClassicProgram } from "../addon/addon.ts";
import { Failure } from "../model/failure.ts";

/** Numbers per instruction in a ClassicProgram: code, jt, jf, k. */
export const STRIDE = 4;

/** Words of scratch memory (BPF_MEMWORDS). */
export const SCRATCH_WORDS = 16;

/**
 * The jumps back that one packet may take before the program ends with a reject. Only "protochain" jumps
 * back, once per extension header; libpcap since 1.11 has the same limit against hostile header chains.
 */
export const BACKWARD_JUMPS = 64;

/** Instruction codes: class | size or operation | mode or source. */
export const Op = {
  LD_W_ABS: 0x20,
  LD_H_ABS: 0x28,
  LD_B_ABS: 0x30,
  LD_W_IND: 0x40,
  LD_H_IND: 0x48,
  LD_B_IND: 0x50,
  LD_IMM: 0x00,
  LD_MEM: 0x60,
  LD_LEN: 0x80,
  LDX_IMM: 0x01,
  LDX_MEM: 0x61,
  LDX_LEN: 0x81,
  LDX_MSH: 0xb1,
  ST: 0x02,
  STX: 0x03,
  ADD_K: 0x04,
  ADD_X: 0x0c,
  SUB_K: 0x14,
  SUB_X: 0x1c,
  MUL_K: 0x24,
  MUL_X: 0x2c,
  DIV_K: 0x34,
  DIV_X: 0x3c,
  OR_K: 0x44,
  OR_X: 0x4c,
  AND_K: 0x54,
  AND_X: 0x5c,
  LSH_K: 0x64,
  LSH_X: 0x6c,
  RSH_K: 0x74,
  RSH_X: 0x7c,
  NEG: 0x84,
  MOD_K: 0x94,
  MOD_X: 0x9c,
  XOR_K: 0xa4,
  XOR_X: 0xac,
  JA: 0x05,
  JEQ_K: 0x15,
  JEQ_X: 0x1d,
  JGT_K: 0x25,
  JGT_X: 0x2d,
  JGE_K: 0x35,
  JGE_X: 0x3d,
  JSET_K: 0x45,
  JSET_X: 0x4d,
  RET_K: 0x06,
  RET_A: 0x16,
  TAX: 0x07,
  TXA: 0x87,
} as const;

const JMP_CLASS = 0x05;
const RET_CLASS = 0x06;
const CODES: ReadonlySet<number> = new Set(Object.values(Op));

/** Offsets of loads that are not packet bytes (linux/filter.h), as unsigned 32-bit numbers. */
export const ANCILLARY = 0xfffff000;
export const NETWORK_HEADER = 0xfff00000;
export const LINK_HEADER = 0xffe00000;

/** What an ancillary load reads: offset from ANCILLARY. */
export const Ancillary = {
  PROTOCOL: 0,
  PKTTYPE: 4,
  IFINDEX: 8,
  NLATTR: 12,
  NLATTR_NEST: 16,
  MARK: 20,
  QUEUE: 24,
  HATYPE: 28,
  RXHASH: 32,
  CPU: 36,
  ALU_XOR_X: 40,
  VLAN_TAG: 44,
  VLAN_TAG_PRESENT: 48,
  PAY_OFFSET: 52,
  RANDOM: 56,
  VLAN_TPID: 60,
} as const;

const ANCILLARY_NAMES: ReadonlyMap<number, string> = new Map([
  [Ancillary.PROTOCOL, "proto"],
  [Ancillary.PKTTYPE, "type"],
  [Ancillary.IFINDEX, "ifidx"],
  [Ancillary.NLATTR, "nla"],
  [Ancillary.NLATTR_NEST, "nlan"],
  [Ancillary.MARK, "mark"],
  [Ancillary.QUEUE, "queue"],
  [Ancillary.HATYPE, "hatype"],
  [Ancillary.RXHASH, "rxhash"],
  [Ancillary.CPU, "cpu"],
  [Ancillary.ALU_XOR_X, "xor_x"],
  [Ancillary.VLAN_TAG, "vlan_tci"],
  [Ancillary.VLAN_TAG_PRESENT, "vlanp"],
  [Ancillary.PAY_OFFSET, "poff"],
  [Ancillary.RANDOM, "random"],
  [Ancillary.VLAN_TPID, "vlan_tpid"],
]);

/** Number of instructions. */
export function instructionCount(program: ClassicProgram): number {
  return program.length / STRIDE;
}

/** True for a conditional jump (jt and jf count). */
export function isBranch(code: number): boolean {
  return (code & 7) === JMP_CLASS && (code & 0xf0) !== 0;
}

/** True for an instruction that ends the program. */
export function isReturn(code: number): boolean {
  return (code & 7) === RET_CLASS;
}

/** True for a program with a loop, which only "protochain" compiles to. */
export function jumpsBack(program: ClassicProgram): boolean {
  for (let at = 0; at < program.length; at += STRIDE)
    if (program[at] === Op.JA && (program[at + 3]! | 0) < 0) return true;
  return false;
}

/**
 * Checks what bpf_validate() of libpcap checks: known instructions only, every jump lands inside, scratch
 * memory within its bounds, no constant division by zero, a return at the end. Jumps back are allowed to JA
 * (libpcap compiles "protochain" to a loop) but not onto itself.
 * @throws Failure "filter-invalid" naming the instruction.
 */
export function validate(program: ClassicProgram): void {
  const count = instructionCount(program);
  if (count < 1 || !Number.isInteger(count))
    throw new Failure("filter-invalid", `filter program of ${program.length} numbers is not a program`);
  for (let i = 0; i < count; i++) {
    const wrong = fault(program, i, count);
    if (wrong !== "")
      throw new Failure(
        "filter-invalid",
        `instruction ${i} of the filter program ${wrong}: ${image(program, i)}`,
      );
  }
  if (!isReturn(program[(count - 1) * STRIDE]!))
    throw new Failure("filter-invalid", "the filter program does not end with a return");
}

function fault(program: ClassicProgram, i: number, count: number): string {
  const at = i * STRIDE;
  const code = program[at]!;
  const jt = program[at + 1]!;
  const jf = program[at + 2]!;
  const k = program[at + 3]!;
  if (!CODES.has(code)) return "is unknown";
  if (jt > 255 || jf > 255) return "jumps further than an instruction can";
  switch (code) {
    case Op.DIV_K:
    case Op.MOD_K:
      return k === 0 ? "divides by zero" : "";
    case Op.ST:
    case Op.STX:
    case Op.LD_MEM:
    case Op.LDX_MEM:
      return k >= SCRATCH_WORDS ? "is outside of the scratch memory" : "";
    case Op.JA: {
      const target = i + 1 + (k | 0);
      return target < 0 || target >= count || target === i ? "jumps out of the program or to itself" : "";
    }
    default:
      return isBranch(code) && i + 1 + Math.max(jt, jf) >= count ? "jumps out of the program" : "";
  }
}

/**
 * One instruction as text, exactly as bpf_image(3PCAP) of libpcap 1.10 writes it (tcpdump -d).
 * @param index which instruction; also the number shown before it
 */
export function image(program: ClassicProgram, index: number): string {
  const at = index * STRIDE;
  const code = program[at]!;
  const k = program[at + 3]!;
  const row = IMAGES.get(code);
  const name = row?.name ?? "unimp";
  const operand = row?.operand(k, index) ?? `0x${code.toString(16)}`;
  const head = `(${String(index).padStart(3, "0")}) ${name.padEnd(8)} `;
  if (!isBranch(code)) return `${head}${operand}`;
  const jt = index + 1 + program[at + 1]!;
  const jf = index + 1 + program[at + 2]!;
  return `${head}${operand.padEnd(16)} jt ${jt}\tjf ${jf}`;
}

/**
 * A program as tcpdump prints it: style 1 (-d) readable, 2 (-dd) a C fragment, 3 (-ddd) decimal numbers
 * with a count before. Lines end with "\n", the last one included.
 */
export function listing(program: ClassicProgram, style: 1 | 2 | 3): string {
  const count = instructionCount(program);
  let text = style === 3 ? `${count}\n` : "";
  for (let i = 0; i < count; i++) {
    const at = i * STRIDE;
    const code = program[at]!;
    const jt = program[at + 1]!;
    const jf = program[at + 2]!;
    const k = program[at + 3]!;
    if (style === 1) text += `${image(program, i)}\n`;
    else if (style === 2)
      text += `{ 0x${code.toString(16)}, ${jt}, ${jf}, 0x${k.toString(16).padStart(8, "0")} },\n`;
    else text += `${code} ${jt} ${jf} ${k}\n`;
  }
  return text;
}

/**
 * Reads what listing(program, 3) and tcpdump -ddd write.
 * @throws Failure "filter-invalid" if the text is something else or the program does not validate
 */
export function parseListing(text: string): ClassicProgram {
  const numbers = text.trim().split(/\s+/).map(Number);
  const count = numbers.shift();
  if (count === undefined || numbers.length !== count * STRIDE || !numbers.every((n) => n >= 0))
    throw new Failure("filter-invalid", "a filter program in decimal form is a count and four numbers each");
  const program = Uint32Array.from(numbers);
  validate(program);
  return program;
}

interface Image {
  name: string;
  operand: (k: number, index: number) => string;
}

const none = (): string => "";
const indexRegister = (): string => "x";
const decimal = (k: number): string => `#${k | 0}`;
const hexadecimal = (k: number): string => `#0x${k.toString(16)}`;
const scratch = (k: number): string => `M[${k | 0}]`;
const indirect = (k: number): string => `[x + ${k | 0}]`;
const absolute = (k: number): string => `[${ANCILLARY_NAMES.get(k - ANCILLARY) ?? k | 0}]`;

const IMAGES: ReadonlyMap<number, Image> = new Map([
  [Op.LD_W_ABS, { name: "ld", operand: absolute }],
  [Op.LD_H_ABS, { name: "ldh", operand: absolute }],
  [Op.LD_B_ABS, { name: "ldb", operand: absolute }],
  [Op.LD_W_IND, { name: "ld", operand: indirect }],
  [Op.LD_H_IND, { name: "ldh", operand: indirect }],
  [Op.LD_B_IND, { name: "ldb", operand: indirect }],
  [Op.LD_LEN, { name: "ld", operand: () => "#pktlen" }],
  [Op.LD_IMM, { name: "ld", operand: hexadecimal }],
  [Op.LDX_IMM, { name: "ldx", operand: hexadecimal }],
  [Op.LDX_MSH, { name: "ldxb", operand: (k: number) => `4*([${k | 0}]&0xf)` }],
  [Op.LD_MEM, { name: "ld", operand: scratch }],
  [Op.LDX_MEM, { name: "ldx", operand: scratch }],
  [Op.ST, { name: "st", operand: scratch }],
  [Op.STX, { name: "stx", operand: scratch }],
  [Op.JA, { name: "ja", operand: (k: number, index: number) => `${(index + 1 + k) | 0}` }],
  [Op.JGT_K, { name: "jgt", operand: hexadecimal }],
  [Op.JGE_K, { name: "jge", operand: hexadecimal }],
  [Op.JEQ_K, { name: "jeq", operand: hexadecimal }],
  [Op.JSET_K, { name: "jset", operand: hexadecimal }],
  [Op.JGT_X, { name: "jgt", operand: indexRegister }],
  [Op.JGE_X, { name: "jge", operand: indexRegister }],
  [Op.JEQ_X, { name: "jeq", operand: indexRegister }],
  [Op.JSET_X, { name: "jset", operand: indexRegister }],
  [Op.ADD_X, { name: "add", operand: indexRegister }],
  [Op.SUB_X, { name: "sub", operand: indexRegister }],
  [Op.MUL_X, { name: "mul", operand: indexRegister }],
  [Op.DIV_X, { name: "div", operand: indexRegister }],
  [Op.MOD_X, { name: "mod", operand: indexRegister }],
  [Op.AND_X, { name: "and", operand: indexRegister }],
  [Op.OR_X, { name: "or", operand: indexRegister }],
  [Op.XOR_X, { name: "xor", operand: indexRegister }],
  [Op.LSH_X, { name: "lsh", operand: indexRegister }],
  [Op.RSH_X, { name: "rsh", operand: indexRegister }],
  [Op.ADD_K, { name: "add", operand: decimal }],
  [Op.SUB_K, { name: "sub", operand: decimal }],
  [Op.MUL_K, { name: "mul", operand: decimal }],
  [Op.DIV_K, { name: "div", operand: decimal }],
  [Op.MOD_K, { name: "mod", operand: decimal }],
  [Op.AND_K, { name: "and", operand: hexadecimal }],
  [Op.OR_K, { name: "or", operand: hexadecimal }],
  [Op.XOR_K, { name: "xor", operand: hexadecimal }],
  [Op.LSH_K, { name: "lsh", operand: decimal }],
  [Op.RSH_K, { name: "rsh", operand: decimal }],
  [Op.NEG, { name: "neg", operand: none }],
  [Op.TAX, { name: "tax", operand: none }],
  [Op.TXA, { name: "txa", operand: none }],
  [Op.RET_K, { name: "ret", operand: decimal }],
  [Op.RET_A, { name: "ret", operand: none }],
]);
