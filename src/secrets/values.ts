// What is in registers and on the stack at a place in x86-64 code, told by what was there at an earlier one: a line of
// code, read once. Jumps out of the line are taken as not taken.
import type { Buffer } from "node:buffer";
import { lengthOf } from "./x86.ts";

/** register + first; or, where `second` is not null, what lies in memory there, + second. */
export interface Value {
  readonly register: number;
  readonly first: number;
  readonly second: number | null;
}

/** Where struct pt_regs of x86-64 has the registers, by their numbers. */
export const PT_REGS: readonly number[] = [80, 88, 96, 40, 152, 32, 104, 112, 72, 64, 56, 48, 24, 16, 8, 0];

const [RAX, RCX, RDX, RSP, RSI, RDI] = [0, 1, 2, 4, 6, 7];
/** Registers that a function may change: rax, rcx, rdx, rsi, rdi, r8 to r11. */
const CLOBBERED: readonly number[] = [RAX, RCX, RDX, RSI, RDI, 8, 9, 10, 11];
const CALL = 0xe8;

/** Given what its first argument is: what a function returns in rax and rdx, where that is known. */
export type Returned = (target: number, argument: Value) => readonly [Value, Value] | null;

/** Registers and stack as they change. Null is what is not known. */
export class Values {
  readonly #code: Buffer;
  readonly #returned: Returned;
  readonly #registers: (Value | null)[] = Array.from({ length: 16 }, (_, register) => ({
    register,
    first: 0,
    second: null,
  }));
  /** What was written to the stack, by distance from where it ended at first. */
  readonly #stack = new Map<number, Value | null>();
  /** Memory may be another since: a function was called. */
  #changed = false;

  constructor(code: Buffer, returned: Returned) {
    this.#code = code;
    this.#returned = returned;
  }

  /** Goes through the code from one place to the other; false where an instruction is not understood. */
  follow(from: number, to: number): boolean {
    let at = from;
    while (at < to) {
      const size = this.#step(at);
      if (size === 0) return false;
      at += size;
    }
    return at === to;
  }

  register(number: number): Value | null {
    return this.#registers[number] ?? null;
  }

  /** What lies so far above the stack's end. */
  stack(distance: number): Value | null {
    return this.#load(this.register(RSP), distance);
  }

  /** Does what the instruction does; its length, 0 if it is not understood. */
  #step(at: number): number {
    const code = this.#code;
    const first = code[at] ?? 0;
    // jcc rel8, rel32
    if (first >= 0x70 && first <= 0x7f) return 2;
    if (first === 0x0f && (code[at + 1] ?? 0) >> 4 === 8) return 6;
    if (first === CALL && at + 5 <= code.length) {
      this.#call(at + 5 + code.readInt32LE(at + 1));
      return 5;
    }
    const size = lengthOf(code, at);
    if (size === 0 || at + size > code.length) return 0;
    this.#execute(at, size);
    return size;
  }

  #call(target: number): void {
    const argument = this.register(RDI);
    const returned = argument === null ? null : this.#returned(target, argument);
    for (const register of CLOBBERED) this.#registers[register] = null;
    this.#stack.clear();
    this.#changed = true;
    if (returned === null) return;
    this.#registers[RAX] = returned[0];
    this.#registers[RDX] = returned[1];
  }

  #execute(at: number, size: number): void {
    const code = this.#code;
    const rex = code[at]! >> 4 === 4 ? code[at]! : 0;
    const start = rex === 0 ? at : at + 1;
    const opcode = code[start]!;
    const wide = (rex & 8) !== 0;
    const low = (opcode & 7) | ((rex & 1) << 3);
    if (opcode >= 0x50 && opcode <= 0x57) this.#push(this.register(low));
    else if (opcode >= 0x58 && opcode <= 0x5f) this.#pop(low);
    else if (opcode === 0x6a || opcode === 0x68) this.#push(null);
    else if (opcode >= 0xb8 && opcode <= 0xbf) this.#registers[low] = null;
    else if (opcode === 0x0f) this.#wordsOnly(start + 1, rex);
    else this.#withModrm(opcode, start + 1, rex, wide, at + size);
  }

  /** 0F: only movzx and movsx change a register that counts. */
  #wordsOnly(start: number, rex: number): void {
    const code = this.#code;
    if (code[start]! >= 0xb6) this.#registers[((code[start + 1]! >> 3) & 7) | ((rex & 4) << 1)] = null;
  }

  #withModrm(opcode: number, start: number, rex: number, wide: boolean, end: number): void {
    const code = this.#code;
    const modrm = code[start]!;
    const inRegister = modrm >> 6 === 3;
    const reg = ((modrm >> 3) & 7) | ((rex & 4) << 1);
    const rm = (modrm & 7) | ((rex & 1) << 3);
    const address = inRegister ? null : this.#address(start, rex);
    switch (opcode) {
      // mov r/m, r
      case 0x89:
        if (inRegister) this.#registers[rm] = wide ? this.register(reg) : null;
        else this.#store(address, wide ? this.register(reg) : null);
        return;
      // mov r, r/m
      case 0x8b:
        if (!wide) this.#registers[reg] = null;
        else this.#registers[reg] = inRegister ? this.register(rm) : this.#load(address, 0);
        return;
      // lea
      case 0x8d:
        this.#registers[reg] = wide ? address : null;
        return;
      // cmp, test
      case 0x39:
      case 0x3b:
      case 0x84:
      case 0x85:
        return;
      // add, sub … with imm8; the 7th is cmp
      case 0x83:
        if (((modrm >> 3) & 7) === 7) return;
        if (inRegister) this.#add(rm, modrm, wide, code.readInt8(end - 1));
        else this.#store(address, null);
        return;
      // op r, r/m
      case 0x03:
      case 0x2b:
      case 0x33:
      case 0x63:
      case 0x8a:
        this.#registers[reg] = null;
        return;
      // op r/m, r or imm; FF is call and push
      default:
        if (inRegister) this.#registers[rm] = null;
        else this.#store(address, null);
    }
  }

  #add(register: number, modrm: number, wide: boolean, number: number): void {
    const value = this.register(register);
    const sign = ((modrm >> 3) & 7) === 0 ? 1 : ((modrm >> 3) & 7) === 5 ? -1 : 0;
    this.#registers[register] = wide && sign !== 0 && value !== null ? moved(value, sign * number) : null;
  }

  #push(value: Value | null): void {
    const end = this.register(RSP);
    this.#registers[RSP] = end && moved(end, -8);
    this.#store(this.register(RSP), value);
  }

  #pop(register: number): void {
    const end = this.register(RSP);
    this.#registers[register] = this.#load(end, 0);
    this.#registers[RSP] = end && moved(end, 8);
  }

  /** The address that ModRM tells; null with an index, relative to RIP, or from what is not known. */
  #address(start: number, rex: number): Value | null {
    const code = this.#code;
    const modrm = code[start]!;
    const mod = modrm >> 6;
    let base = modrm & 7;
    let next = start + 1;
    if (base === 4) {
      const sib = code[next]!;
      // index 4 is none, unless REX.X makes it r12
      if (((sib >> 3) & 7) !== 4 || (rex & 2) !== 0) return null;
      base = sib & 7;
      next += 1;
    }
    if (mod === 0 && base === 5) return null;
    const value = this.register(base | ((rex & 1) << 3));
    const displacement = mod === 0 ? 0 : mod === 1 ? code.readInt8(next) : code.readInt32LE(next);
    return value && moved(value, displacement);
  }

  #load(address: Value | null, distance: number): Value | null {
    if (address === null || address.second !== null) return null;
    const first = address.first + distance;
    if (address.register === RSP && this.#stack.has(first)) return this.#stack.get(first) ?? null;
    return this.#changed ? null : { register: address.register, first, second: 0 };
  }

  #store(address: Value | null, value: Value | null): void {
    if (address?.register === RSP && address.second === null) this.#stack.set(address.first, value);
    // anywhere else: what was on the stack is not there
  }
}

function moved(value: Value, distance: number): Value {
  return value.second === null
    ? { ...value, first: value.first + distance }
    : { ...value, second: value.second + distance };
}
