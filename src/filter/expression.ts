// Filter expressions to classic programs: which of libpcap's compilers an expression needs.
import type { Addon, ClassicProgram } from "../addon/addon.ts";
import { Failure } from "../model/failure.ts";

/** What the compilers ask for beside the expression. */
export interface CompileOptions {
  /** LINKTYPE_ value of the packets. */
  readonly linkType: number;
  /** What the program returns for a match: bytes to keep. */
  readonly snaplen: number;
  /** False for -O. */
  readonly optimize: boolean;
}

/**
 * Compiles an expression for packets from a file, as tcpdump -r does.
 * @throws Failure "filter-expression" with libpcap's message
 */
export function compileForFile(
  addon: Pick<Addon, "pcapCompile">,
  expression: string,
  { linkType, snaplen, optimize }: CompileOptions,
): ClassicProgram {
  return translated(() => addon.pcapCompile(linkType, snaplen, expression, optimize).instructions);
}

/**
 * Compiles an expression for live capture, as tcpdump -i does. The program serves every device of the link
 * type: `device` is only opened, and only for an expression with "vlan" (10 ms, and it must be up).
 * @throws Failure "filter-expression" with libpcap's message, "filter-device" if the device does not open
 */
export function compileForDevice(
  addon: Pick<Addon, "pcapCompileDead" | "pcapCompileLive">,
  expression: string,
  device: string,
  { linkType, snaplen, optimize }: CompileOptions,
): ClassicProgram {
  return translated(() =>
    needsDevice(expression)
      ? addon.pcapCompileLive(device, snaplen, expression, optimize).instructions
      : addon.pcapCompileDead(linkType, snaplen, expression, optimize).instructions,
  );
}

/**
 * True if libpcap compiles the expression otherwise when it knows that the kernel may hold a VLAN tag aside.
 * A host that happens to be named so costs only the time.
 */
export function needsDevice(expression: string): boolean {
  return /\bvlan\b/.test(expression);
}

function translated(compile: () => ClassicProgram): ClassicProgram {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const filter = "code" in error && error.code === "EFILTER";
    throw new Failure(filter ? "filter-expression" : "filter-device", error.message);
  }
}
