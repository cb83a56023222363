// Classic BPF as an eBPF program that the kernel runs on each packet before anything is copied.
//
// On a match the program goes on in another one by a tail call; else it returns a verdict of its own. The
// classic loads (LD_ABS, LD_IND) exist in eBPF, too, but a load out of the packet makes them return 0 on the
// spot: for tcx that is an accept that skips the programs after this one. So loads are written out here:
// from the packet's linear part behind a bounds check, else by bpf_skb_load_bytes, and out of the packet
// the filter says no.
//
// The verifier walks every path and gives up after a million instructions. To let it prune, nothing is
// kept from one load to the next that differs between the ways (packet pointers and their checked ranges
// are loaded anew), and no number that it tracks decides whether an access is safe.
import type { ClassicProgram } from "../addon/addon.ts";
import { Failure } from "../model/failure.ts";
import type { Label } from "./assembler.ts";
import {
  Assembler,
  Code,
  R0,
  R1,
  R2,
  R3,
  R4,
  R5,
  R6,
  R7,
  R8,
  R9,
  R10,
  REGISTER_OPERAND,
} from "./assembler.ts";
import {
  ANCILLARY,
  Ancillary,
  BACKWARD_JUMPS,
  image,
  instructionCount,
  isBranch,
  isReturn,
  LINK_HEADER,
  NETWORK_HEADER,
  Op,
  SCRATCH_WORDS,
  STRIDE,
  validate,
} from "./classic.ts";

/** Where a program's context has what a filter asks for: byte offsets of 32-bit fields; null: not there. */
export interface ContextLayout {
  readonly len: number;
  /** Start and end of the packet's linear part, if the program type may read it directly. */
  readonly data: number | null;
  readonly dataEnd: number | null;
  readonly pktType: number | null;
  readonly mark: number | null;
  readonly queueMapping: number | null;
  readonly protocol: number | null;
  readonly vlanPresent: number | null;
  readonly vlanTci: number | null;
  readonly vlanProto: number | null;
  readonly ifindex: number | null;
  readonly hash: number | null;
}

/** struct __sk_buff of linux/bpf.h as BPF_PROG_TYPE_SCHED_CLS sees it. */
export const SKB_CONTEXT: ContextLayout = {
  len: 0,
  pktType: 4,
  mark: 8,
  queueMapping: 12,
  protocol: 16,
  vlanPresent: 20,
  vlanTci: 24,
  vlanProto: 28,
  ifindex: 40,
  hash: 68,
  data: 76,
  dataEnd: 80,
};

/** The same where the packet may only be read by helpers, as BPF_PROG_TYPE_SOCKET_FILTER has it. */
export const HELPER_CONTEXT: ContextLayout = { ...SKB_CONTEXT, data: null, dataEnd: null };

/** How a tracing program reads its packet: by a dynptr (bpf_dynptr_from_skb, Linux 6.13). */
export interface Traced {
  /** File descriptor of an array whose only value is where the packet begins, behind skb->data. */
  readonly offsets: number;
  /** Ids of two kernel functions: bpf_dynptr_from_skb and bpf_dynptr_size. */
  readonly fromSkb: number;
  readonly size: number;
}

/** What such a program has of a context. */
const TRACED_CONTEXT: ContextLayout = {
  len: 0,
  data: null,
  dataEnd: null,
  pktType: null,
  mark: null,
  queueMapping: null,
  protocol: null,
  vlanPresent: null,
  vlanTci: null,
  vlanProto: null,
  ifindex: null,
  hash: null,
};

export interface TranslateOptions {
  /** File descriptor of the program array with the program to go on with. */
  readonly map: number;
  /** Which of its entries. */
  readonly index: number;
  /** What to return for a packet that does not match; -1 (the default) is TCX_NEXT and TC_ACT_UNSPEC. */
  readonly otherwise?: number;
  /** Default: SKB_CONTEXT. */
  readonly context?: ContextLayout;
  /**
   * True for a program on the way out. A packet socket is handed outgoing packets with their type set to
   * PACKET_OUTGOING, which they do not have yet where tc sees them: "outbound" needs to be told.
   */
  readonly outgoing?: boolean;
  /** For a tracing program that has the kernel's sk_buff as its first argument: only "len" is there of a context. */
  readonly traced?: Traced;
  /** For a program that sees both directions, outgoing packets as PACKET_OUTGOING: the one that it is to match. */
  readonly only?: "in" | "out" | "inout";
}

const PACKET_OUTGOING = 4;
const HELPER_PRANDOM = 7;
const HELPER_CPU = 8;
const HELPER_TAIL_CALL = 12;
const HELPER_LOAD_BYTES = 26;
const HELPER_LOAD_BYTES_RELATIVE = 68;
const HELPER_MAP_LOOKUP = 1;
const HELPER_DYNPTR_READ = 201;
/** Source register of a call of a kernel function (linux/bpf.h: BPF_PSEUDO_KFUNC_CALL). */
const KERNEL_FUNCTION = 2;

/** bpf_skb_load_bytes_relative's last argument. */
const FROM_LINK_HEADER = 0;
const FROM_NETWORK_HEADER = 1;

const CONTEXT = R6;
const A = R7;
const X = R8;
const JUMPS_BACK = R9;

/** Frame offsets: the scratch memory, and where bpf_skb_load_bytes puts what it loads. */
const SCRATCH = -4 * SCRATCH_WORDS;
const LOADED = SCRATCH - 8;
/** Of tracing programs: a map's key, where the packet begins, a dynptr. */
const KEY = LOADED - 8;
const BEGIN = KEY - 8;
const DYNPTR = BEGIN - 16;

/** The widest offset of an eBPF load, less a word. */
const LAST_DIRECT_OFFSET = 0x7fff - 4;
/** bpf_skb_load_bytes takes no larger offset. */
const LAST_OFFSET = 0x7fffffff;

/**
 * Translates a program of pcapCompile, pcapCompileDead or pcapCompileLive to eBPF: the instructions, 8 bytes
 * each, for BPF_PROG_LOAD. Decides as compileMatcher's function does on the same packet, with one difference,
 * which the kernel's own classic BPF has as well: a shift by X counts modulo 32. Ancillary loads give what the
 * kernel gives to classic filters.
 * @throws Failure "filter-invalid" if the program does not validate, "filter-unsupported" if it loads
 *   something that the context does not have, "filter-too-long" for a loop that is too long
 */
export function translate(program: ClassicProgram, options: TranslateOptions): Uint8Array {
  validate(program);
  return new Translation(program, options).run();
}

class Translation {
  readonly #program: ClassicProgram;
  readonly #options: TranslateOptions;
  readonly #context: ContextLayout;
  readonly #asm = new Assembler();
  readonly #accept: Label;
  readonly #reject: Label;
  readonly #targets = new Map<number, Label>();

  constructor(program: ClassicProgram, options: TranslateOptions) {
    this.#program = program;
    this.#options = options;
    this.#context = options.context ?? (options.traced ? TRACED_CONTEXT : SKB_CONTEXT);
    this.#accept = this.#asm.label();
    this.#reject = this.#asm.label();
  }

  run(): Uint8Array {
    const asm = this.#asm;
    const program = this.#program;
    const count = instructionCount(program);
    const flow = flowOf(program);
    asm.emit(Code.MOV_X, CONTEXT, R1);
    asm.emit(Code.MOV32_K, A, 0, 0, 0);
    asm.emit(Code.MOV32_K, X, 0, 0, 0);
    if (flow.loops) asm.emit(Code.MOV32_K, JUMPS_BACK, 0, 0, 0);
    for (let word = 0; word < SCRATCH_WORDS; word++)
      if (flow.uninitialized & (1 << word)) asm.emit(Code.ST_W, R10, 0, SCRATCH + 4 * word, 0);
    const { only = "inout", traced } = this.#options;
    if (traced) this.#open(traced);
    if (only !== "inout") {
      asm.emit(Code.LDX_W, R2, CONTEXT, this.#context.pktType ?? 0);
      const other = only === "out" ? Code.JNE32_K : Code.JEQ32_K;
      asm.jump(other, this.#reject, R2, 0, PACKET_OUTGOING);
    }
    for (let i = 0; i < count; i++) {
      // The verifier refuses instructions that nothing leads to.
      if (!flow.reached[i]) continue;
      asm.settle();
      asm.place(this.#target(i));
      this.#instruction(i);
    }
    if (asm.wanted(this.#accept)) {
      asm.place(this.#accept);
      asm.emit(Code.MOV_X, R1, CONTEXT);
      asm.emitMap(R2, this.#options.map);
      asm.emit(Code.MOV32_K, R3, 0, 0, this.#options.index);
      asm.emit(Code.CALL, 0, 0, 0, HELPER_TAIL_CALL);
    }
    // A tail call that fails goes on here.
    asm.place(this.#reject);
    asm.emit(Code.MOV32_K, R0, 0, 0, this.#options.otherwise ?? -1);
    asm.emit(Code.EXIT);
    return asm.finish();
  }

  /** Makes a dynptr of a tracing program's packet. */
  #open({ offsets, fromSkb }: Traced): void {
    const asm = this.#asm;
    asm.emit(Code.ST_W, R10, 0, KEY, 0);
    asm.emitMap(R1, offsets);
    asm.emit(Code.MOV_X, R2, R10);
    asm.emit(Code.ADD_K, R2, 0, 0, KEY);
    asm.emit(Code.CALL, 0, 0, 0, HELPER_MAP_LOOKUP);
    asm.jump(Code.JEQ_K, this.#reject, R0, 0, 0);
    asm.emit(Code.LDX_W, R1, R0, 0);
    asm.emit(Code.STX_DW, R10, R1, BEGIN);
    asm.emit(Code.LDX_DW, R1, CONTEXT, 0);
    asm.emit(Code.MOV32_K, R2, 0, 0, 0);
    asm.emit(Code.MOV_X, R3, R10);
    asm.emit(Code.ADD_K, R3, 0, 0, DYNPTR);
    asm.emit(Code.CALL, 0, KERNEL_FUNCTION, 0, fromSkb);
    asm.jump(Code.JNE32_K, this.#reject, R0, 0, 0);
  }

  /** The packet's length. */
  #length(register: number): void {
    const asm = this.#asm;
    const { traced } = this.#options;
    if (!traced) {
      asm.emit(Code.LDX_W, register, CONTEXT, this.#context.len);
      return;
    }
    asm.emit(Code.MOV_X, R1, R10);
    asm.emit(Code.ADD_K, R1, 0, 0, DYNPTR);
    asm.emit(Code.CALL, 0, KERNEL_FUNCTION, 0, traced.size);
    asm.emit(Code.LDX_DW, R1, R10, BEGIN);
    asm.emit(Code.MOV32_X, register, R0);
    asm.emit(Code.SUB32_X, register, R1);
  }

  /** The label of classic instruction i. */
  #target(i: number): Label {
    let label = this.#targets.get(i);
    if (label === undefined) {
      label = this.#asm.label();
      this.#targets.set(i, label);
    }
    return label;
  }

  /** Where a jump to classic instruction i leads: a constant return needs no code of its own. */
  #destination(i: number): Label {
    if (this.#program[i * STRIDE] !== Op.RET_K) return this.#target(i);
    return this.#program[i * STRIDE + 3] === 0 ? this.#reject : this.#accept;
  }

  #instruction(i: number): void {
    const asm = this.#asm;
    const at = i * STRIDE;
    const code = this.#program[at]!;
    const k = this.#program[at + 3]!;
    if (alwaysRejects(code, k)) {
      asm.jump(Code.JA, this.#reject);
      return;
    }
    switch (code) {
      case Op.LD_W_ABS:
      case Op.LD_H_ABS:
      case Op.LD_B_ABS:
        this.#absolute(i, A, k, loadSize(code));
        return;
      case Op.LDX_MSH:
        this.#absolute(i, X, k, 1);
        asm.emit(Code.AND32_K, X, 0, 0, 15);
        asm.emit(Code.LSH32_K, X, 0, 0, 2);
        return;
      case Op.LD_W_IND:
      case Op.LD_H_IND:
      case Op.LD_B_IND:
        this.#indirect(k, loadSize(code));
        return;
      case Op.LD_LEN:
        this.#length(A);
        return;
      case Op.LDX_LEN:
        this.#length(X);
        return;
      case Op.LD_IMM:
        asm.emit(Code.MOV32_K, A, 0, 0, k);
        return;
      case Op.LDX_IMM:
        asm.emit(Code.MOV32_K, X, 0, 0, k);
        return;
      case Op.LD_MEM:
        asm.emit(Code.LDX_W, A, R10, SCRATCH + 4 * k);
        return;
      case Op.LDX_MEM:
        asm.emit(Code.LDX_W, X, R10, SCRATCH + 4 * k);
        return;
      case Op.ST:
        asm.emit(Code.STX_W, R10, A, SCRATCH + 4 * k);
        return;
      case Op.STX:
        asm.emit(Code.STX_W, R10, X, SCRATCH + 4 * k);
        return;
      case Op.TAX:
        asm.emit(Code.MOV32_X, X, A);
        return;
      case Op.TXA:
        asm.emit(Code.MOV32_X, A, X);
        return;
      case Op.LSH_K:
      case Op.RSH_K:
        if (k < 32) asm.emit(code, A, 0, 0, k);
        else asm.emit(Code.MOV32_K, A, 0, 0, 0);
        return;
      case Op.LSH_X:
      case Op.RSH_X:
        // eBPF leaves wider shifts undefined; the machines that run it count modulo 32.
        asm.emit(Code.MOV32_X, R2, X);
        asm.emit(Code.AND32_K, R2, 0, 0, 31);
        asm.emit(code, A, R2);
        return;
      case Op.DIV_X:
      case Op.MOD_X:
        asm.jump(Code.JEQ32_K, this.#reject, X, 0, 0);
        asm.emit(code, A, X);
        return;
      case Op.NEG:
        asm.emit(code, A);
        return;
      case Op.JA:
        this.#always(i, i + 1 + (k | 0));
        return;
      case Op.RET_K:
        asm.jump(Code.JA, k === 0 ? this.#reject : this.#accept);
        return;
      case Op.RET_A:
        asm.jump(Code.JEQ32_K, this.#reject, A, 0, 0);
        asm.jump(Code.JA, this.#accept);
        return;
      default:
        // The arithmetic that is left has the codes of eBPF's 32-bit arithmetic.
        if (isBranch(code)) this.#branch(i);
        else if (code & REGISTER_OPERAND) asm.emit(code, A, X);
        else asm.emit(code, A, 0, 0, k);
    }
  }

  #always(from: number, to: number): void {
    const asm = this.#asm;
    if (to <= from) {
      asm.emit(Code.ADD32_K, JUMPS_BACK, 0, 0, 1);
      asm.jump(Code.JGT32_K, this.#reject, JUMPS_BACK, 0, BACKWARD_JUMPS);
    }
    asm.jump(Code.JA, this.#destination(to));
  }

  #branch(i: number): void {
    const asm = this.#asm;
    const at = i * STRIDE;
    const code = this.#program[at]!;
    const yes = i + 1 + this.#program[at + 1]!;
    const no = i + 1 + this.#program[at + 2]!;
    const jump = (test: number, to: number): void =>
      code & REGISTER_OPERAND
        ? asm.jump(test | REGISTER_OPERAND, this.#destination(to), A, X)
        : asm.jump(test, this.#destination(to), A, 0, this.#program[at + 3]!);
    const [test, opposite] = TESTS.get(code & ~REGISTER_OPERAND)!;
    if (yes === no) {
      asm.jump(Code.JA, this.#destination(yes));
      return;
    }
    if (yes === i + 1 && opposite !== null) {
      jump(opposite, no);
      return;
    }
    jump(test, yes);
    if (no !== i + 1) asm.jump(Code.JA, this.#destination(no));
  }

  /** A load at a fixed offset, or one that is none. */
  #absolute(i: number, register: number, k: number, size: number): void {
    if (k >= ANCILLARY) {
      this.#ancillary(i, register, k - ANCILLARY);
      return;
    }
    if (k >= NETWORK_HEADER) {
      this.#relative(register, k - NETWORK_HEADER, size, FROM_NETWORK_HEADER);
      return;
    }
    if (k >= LINK_HEADER) {
      this.#relative(register, k - LINK_HEADER, size, FROM_LINK_HEADER);
      return;
    }
    const asm = this.#asm;
    const { data, dataEnd } = this.#context;
    const loaded = asm.label();
    if (data !== null && dataEnd !== null && k <= LAST_DIRECT_OFFSET) {
      const slow = asm.label();
      asm.emit(Code.LDX_W, R2, CONTEXT, data);
      asm.emit(Code.LDX_W, R3, CONTEXT, dataEnd);
      asm.emit(Code.MOV_X, R4, R2);
      asm.emit(Code.ADD_K, R4, 0, 0, k + size);
      asm.jump(Code.JGT_X, slow, R4, R3);
      asm.emit(LOAD[size]!, register, R2, k);
      asm.jump(Code.JA, loaded);
      asm.place(slow);
    }
    asm.emit(Code.MOV32_K, R2, 0, 0, k);
    this.#call(register, size, HELPER_LOAD_BYTES);
    asm.place(loaded);
    this.#toHost(register, size);
  }

  /** A load at X + k. The sum is not to wrap around: libpcap rejects what begins beyond the packet. */
  #indirect(k: number, size: number): void {
    const asm = this.#asm;
    asm.emit(Code.MOV_X, R2, X);
    asm.emit(Code.ADD_K, R2, 0, 0, k);
    // Without a branch, so that the verifier need not tell values of X apart: 33 bits become all ones.
    asm.emit(Code.MOV_X, R3, R2);
    asm.emit(Code.RSH_K, R3, 0, 0, 32);
    asm.emit(Code.NEG, R3);
    asm.emit(Code.OR_X, R2, R3);
    this.#call(A, size, HELPER_LOAD_BYTES);
    this.#toHost(A, size);
  }

  /** A load from the start of a header that the kernel knows. */
  #relative(register: number, k: number, size: number, from: number): void {
    this.#asm.emit(Code.MOV32_K, R2, 0, 0, k);
    this.#call(register, size, HELPER_LOAD_BYTES_RELATIVE, from);
    this.#toHost(register, size);
  }

  /** Lets a helper load `size` bytes at the offset in r2; rejects where they are not all in the packet. */
  #call(register: number, size: number, helper: number, from = 0): void {
    const asm = this.#asm;
    if (this.#options.traced) {
      // 33 bits stay more than any packet has
      asm.emit(Code.LDX_DW, R1, R10, BEGIN);
      asm.emit(Code.MOV_X, R4, R2);
      asm.emit(Code.ADD_X, R4, R1);
      asm.emit(Code.MOV_X, R1, R4);
      asm.emit(Code.RSH_K, R1, 0, 0, 32);
      asm.emit(Code.NEG, R1);
      asm.emit(Code.OR_X, R4, R1);
      asm.emit(Code.MOV32_X, R4, R4);
      asm.emit(Code.MOV_X, R1, R10);
      asm.emit(Code.ADD_K, R1, 0, 0, LOADED);
      asm.emit(Code.MOV32_K, R2, 0, 0, size);
      asm.emit(Code.MOV_X, R3, R10);
      asm.emit(Code.ADD_K, R3, 0, 0, DYNPTR);
      asm.emit(Code.MOV32_K, R5, 0, 0, 0);
      asm.emit(Code.CALL, 0, 0, 0, HELPER_DYNPTR_READ);
      asm.jump(Code.JNE32_K, this.#reject, R0, 0, 0);
      asm.emit(LOAD[size]!, register, R10, LOADED);
      return;
    }
    asm.emit(Code.MOV_X, R1, CONTEXT);
    asm.emit(Code.MOV_X, R3, R10);
    asm.emit(Code.ADD_K, R3, 0, 0, LOADED);
    asm.emit(Code.MOV32_K, R4, 0, 0, size);
    if (helper === HELPER_LOAD_BYTES_RELATIVE) asm.emit(Code.MOV32_K, R5, 0, 0, from);
    asm.emit(Code.CALL, 0, 0, 0, helper);
    asm.jump(Code.JNE32_K, this.#reject, R0, 0, 0);
    asm.emit(LOAD[size]!, register, R10, LOADED);
  }

  #toHost(register: number, size: number): void {
    if (size > 1) this.#asm.emit(Code.TO_BIG_ENDIAN, register, 0, 0, size * 8);
  }

  /** What is not in the packet: the same values as the kernel's classic BPF gives (convert_bpf_extensions). */
  #ancillary(i: number, register: number, what: number): void {
    const asm = this.#asm;
    const context = this.#context;
    const field = (offset: number | null): void => {
      if (offset === null) this.#unsupported(i);
      asm.emit(Code.LDX_W, register, CONTEXT, offset);
    };
    const call = (helper: number): void => {
      asm.emit(Code.CALL, 0, 0, 0, helper);
      asm.emit(Code.MOV32_X, register, R0);
    };
    switch (what) {
      case Ancillary.PROTOCOL:
        field(context.protocol);
        this.#toHost(register, 2);
        return;
      case Ancillary.PKTTYPE:
        if (this.#options.outgoing) asm.emit(Code.MOV32_K, register, 0, 0, PACKET_OUTGOING);
        else field(context.pktType);
        return;
      case Ancillary.IFINDEX:
        field(context.ifindex);
        return;
      case Ancillary.MARK:
        field(context.mark);
        return;
      case Ancillary.QUEUE:
        field(context.queueMapping);
        return;
      case Ancillary.RXHASH:
        field(context.hash);
        return;
      case Ancillary.VLAN_TAG:
        field(context.vlanTci);
        return;
      case Ancillary.VLAN_TAG_PRESENT:
        field(context.vlanPresent);
        return;
      case Ancillary.VLAN_TPID:
        field(context.vlanProto);
        this.#toHost(register, 2);
        return;
      case Ancillary.CPU:
        call(HELPER_CPU);
        return;
      case Ancillary.RANDOM:
        call(HELPER_PRANDOM);
        return;
      case Ancillary.ALU_XOR_X:
        asm.emit(Code.XOR32_X, register, X);
        return;
      default:
        this.#unsupported(i);
        return;
    }
  }

  #unsupported(i: number): never {
    throw new Failure(
      "filter-unsupported",
      `the filter asks for what the kernel does not tell here: ${image(this.#program, i)}`,
    );
  }
}

/** eBPF loads by size in bytes. */
const LOAD: Readonly<Record<number, number>> = { 1: Code.LDX_B, 2: Code.LDX_H, 4: Code.LDX_W };

/** Classic tests: the eBPF test, and the one for the opposite, which "any of these bits" does not have. */
const TESTS: ReadonlyMap<number, readonly [number, number | null]> = new Map([
  [Op.JEQ_K, [Code.JEQ32_K, Code.JNE32_K]],
  [Op.JGT_K, [Code.JGT32_K, Code.JLE32_K]],
  [Op.JGE_K, [Code.JGE32_K, Code.JLT32_K]],
  [Op.JSET_K, [Code.JSET32_K, null]],
]);

function loadSize(code: number): number {
  return code === Op.LD_W_ABS || code === Op.LD_W_IND
    ? 4
    : code === Op.LD_H_ABS || code === Op.LD_H_IND
      ? 2
      : 1;
}

interface Flow {
  /** 1 for instructions whose code is needed: not the constant returns that jumps lead past. */
  readonly reached: Uint8Array;
  /** Bit per scratch word that may be read before it is written. */
  readonly uninitialized: number;
  /** True if the program jumps back. */
  readonly loops: boolean;
}

/** Follows the program: what is reached, and what is read. */
function flowOf(program: ClassicProgram): Flow {
  const count = instructionCount(program);
  const reached = new Uint8Array(count);
  // Words written on every way to an instruction; all, as long as no way is known.
  const written = new Int32Array(count).fill(-1);
  let uninitialized = 0;
  let loops = false;
  const todo: number[] = [];
  // A constant return gets code only where the instruction before it falls through to it (see #branch).
  const reach = (i: number, before: number, falls: boolean): void => {
    if (!falls && program[i * STRIDE] === Op.RET_K) return;
    const both = written[i]! & before;
    if (reached[i] && both === written[i]) return;
    reached[i] = 1;
    written[i] = both;
    todo.push(i);
  };
  reach(0, 0, true);
  for (let i = todo.pop(); i !== undefined; i = todo.pop()) {
    const at = i * STRIDE;
    const code = program[at]!;
    const k = program[at + 3]!;
    const before = written[i]!;
    const target = i + 1 + (k | 0);
    if (isReturn(code)) continue;
    if (code === Op.JA) {
      loops ||= target <= i;
      reach(target, before, false);
    } else if (isBranch(code)) {
      const yes = i + 1 + program[at + 1]!;
      const no = i + 1 + program[at + 2]!;
      const opposite = TESTS.get(code & ~REGISTER_OPERAND)![1];
      reach(yes, before, yes === i + 1 && yes !== no && opposite !== null);
      reach(no, before, no === i + 1 && yes !== no);
    } else if (!alwaysRejects(code, k)) {
      if ((code === Op.LD_MEM || code === Op.LDX_MEM) && !(before & (1 << k))) uninitialized |= 1 << k;
      const after = code === Op.ST || code === Op.STX ? before | (1 << k) : before;
      reach(i + 1, after, true);
    }
  }
  return { reached, uninitialized, loops };
}

/** True for a load at an offset that no packet has and that means nothing else. */
function alwaysRejects(code: number, k: number): boolean {
  if (k <= LAST_OFFSET) return false;
  switch (code) {
    case Op.LD_W_ABS:
    case Op.LD_H_ABS:
    case Op.LD_B_ABS:
      return k < LINK_HEADER;
    case Op.LDX_MSH:
      return k < LINK_HEADER || k >= ANCILLARY;
    case Op.LD_W_IND:
    case Op.LD_H_IND:
    case Op.LD_B_IND:
      return true;
    default:
      return false;
  }
}
