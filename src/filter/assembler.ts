// eBPF instructions into bytes: labels, and jumps further than an instruction's 16-bit offset reaches.
import { Failure } from "../model/failure.ts";

/** eBPF registers: r0 results, r1–r5 arguments (lost in a call), r6–r9 kept, r10 the frame. */
export const R0 = 0;
export const R1 = 1;
export const R2 = 2;
export const R3 = 3;
export const R4 = 4;
export const R5 = 5;
export const R6 = 6;
export const R7 = 7;
export const R8 = 8;
export const R9 = 9;
export const R10 = 10;

/** Instruction codes as linux/bpf.h composes them; _K takes an immediate, _X a register, 32 is 32 bits wide. */
export const Code = {
  LDDW: 0x18,
  LDX_DW: 0x79,
  LDX_W: 0x61,
  LDX_H: 0x69,
  LDX_B: 0x71,
  ST_W: 0x62,
  STX_W: 0x63,
  STX_DW: 0x7b,
  ADD32_K: 0x04,
  ADD_K: 0x07,
  ADD_X: 0x0f,
  SUB32_X: 0x1c,
  AND32_K: 0x54,
  XOR32_X: 0xac,
  OR_X: 0x4f,
  LSH32_K: 0x64,
  RSH_K: 0x77,
  NEG: 0x87,
  MOV32_K: 0xb4,
  MOV32_X: 0xbc,
  MOV_K: 0xb7,
  MOV_X: 0xbf,
  TO_BIG_ENDIAN: 0xdc,
  JA: 0x05,
  JGT_X: 0x2d,
  JEQ_K: 0x15,
  JEQ32_K: 0x16,
  JGT32_K: 0x26,
  JGE32_K: 0x36,
  JSET32_K: 0x46,
  JNE32_K: 0x56,
  JLT32_K: 0xa6,
  JLE32_K: 0xb6,
  CALL: 0x85,
  EXIT: 0x95,
} as const;

/** src of LDDW when the immediate is a map's file descriptor (BPF_PSEUDO_MAP_FD). */
const MAP_DESCRIPTOR = 1;

/** Bit of a jump's or an operation's code that makes the operand a register (BPF_X). */
export const REGISTER_OPERAND = 0x08;

const REACH = 0x7fff;
/**
 * How old a jump may get before it is caught on an island. The rest of its reach must hold the island, one
 * jump per label, and what is emitted between two chances to put one.
 */
const PATIENCE = 24_000;

/** A place in the program that jumps name; made by Assembler.label(). */
export type Label = number;

/**
 * Takes instructions in order. A jump to a label that is placed later and far away goes by islands: groups
 * of jumps that the program itself passes over. (A jump with a 32-bit offset needs Linux 6.6.)
 * Instructions are little-endian, as on every machine that this program runs on.
 */
export class Assembler {
  #bytes = new Uint8Array(4096);
  #count = 0;
  #labels = 0;
  readonly #places = new Map<Label, number>();
  /** Jumps that wait for their label: positions, the oldest first. */
  readonly #waiting = new Map<Label, number[]>();
  #oldest = Number.POSITIVE_INFINITY;
  /** True if the next instruction is not reached from the last one. */
  #ended = false;

  /** A label that is not placed yet. */
  label(): Label {
    return this.#labels++;
  }

  /** True if a jump waits for this label. */
  wanted(label: Label): boolean {
    return this.#waiting.has(label);
  }

  /** Appends an instruction: 8-bit code, registers, 16-bit offset, 32-bit immediate (signed or unsigned). */
  emit(code: number, dst = 0, src = 0, offset = 0, immediate = 0): void {
    if ((this.#count + 1) * 8 > this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    const at = this.#count * 8;
    this.#bytes[at] = code;
    this.#bytes[at + 1] = dst | (src << 4);
    this.#putOffset(this.#count, offset);
    for (let i = 0; i < 4; i++) this.#bytes[at + 4 + i] = immediate >>> (8 * i);
    this.#count++;
    this.#ended = code === Code.EXIT || code === Code.JA;
  }

  /** Loads a map's address by its file descriptor: a double instruction. */
  emitMap(dst: number, descriptor: number): void {
    this.emit(Code.LDDW, dst, MAP_DESCRIPTOR, 0, descriptor);
    this.emit(0);
  }

  /**
   * Appends a jump to a label, conditional if the code is.
   * @throws Failure "filter-too-long" for a jump back beyond the reach of an instruction
   */
  jump(code: number, label: Label, dst = 0, src = 0, immediate = 0): void {
    const from = this.#count;
    const place = this.#places.get(label);
    this.emit(code, dst, src, 0, immediate);
    if (place !== undefined) {
      if (place - from - 1 < -REACH)
        throw new Failure("filter-too-long", "the filter is too long for a loop in it; make it shorter");
      this.#putOffset(from, place - from - 1);
      return;
    }
    const waiting = this.#waiting.get(label);
    if (waiting === undefined) this.#waiting.set(label, [from]);
    else waiting.push(from);
    this.#oldest = Math.min(this.#oldest, from);
  }

  /** Places a label before the next instruction. */
  place(label: Label): void {
    this.#land(label, this.#count);
    this.#places.set(label, this.#count);
    this.#ended = false;
  }

  /** To be called often, between groups of instructions: puts an island where jumps have become old. */
  settle(): void {
    if (this.#count - this.#oldest < PATIENCE) return;
    this.#oldest = Math.min(...[...this.#waiting.values()].map((waiting) => waiting[0]!));
    if (this.#count - this.#oldest < PATIENCE) return;
    const labels = [...this.#waiting.keys()];
    const ended = this.#ended;
    if (!ended) this.emit(Code.JA, 0, 0, labels.length);
    this.#oldest = Number.POSITIVE_INFINITY;
    for (const label of labels) {
      this.#land(label, this.#count);
      this.jump(Code.JA, label);
    }
    this.#ended = ended;
  }

  /** The program. All labels that were jumped to are placed by now. */
  finish(): Uint8Array {
    if (this.#waiting.size > 0) throw new Error("a jump has no target");
    return this.#bytes.slice(0, this.#count * 8);
  }

  /** Lets the jumps that wait for a label end at this position. */
  #land(label: Label, position: number): void {
    for (const from of this.#waiting.get(label) ?? []) this.#putOffset(from, position - from - 1);
    this.#waiting.delete(label);
  }

  #putOffset(instruction: number, offset: number): void {
    if (offset > REACH) throw new Error("a jump is out of reach");
    this.#bytes[instruction * 8 + 2] = offset;
    this.#bytes[instruction * 8 + 3] = offset >> 8;
  }
}
