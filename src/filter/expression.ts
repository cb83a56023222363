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
      ? addon.pcapCompileLive(device, snaplen, expression, optimize, -1).instructions
      : addon.pcapCompileDead(linkType, snaplen, expression, optimize).instructions,
  );
}

/** Compiles as for a live capture of this link type, without a device. @throws Failure "filter-expression" */
export function compileAs(
  addon: Pick<Addon, "pcapCompileDead">,
  expression: string,
  { linkType, snaplen, optimize }: CompileOptions,
): ClassicProgram {
  return translated(() => addon.pcapCompileDead(linkType, snaplen, expression, optimize).instructions);
}

/**
 * Compiles on an opened device, as tcpdump -i does; dlt: a DLT_ value that it has, -1 for its own.
 * @throws Failure "filter-expression", "filter-device" if the device does not open
 */
export function compileOn(
  addon: Pick<Addon, "pcapCompileLive">,
  expression: string,
  device: string,
  { dlt, snaplen, optimize }: { dlt: number; snaplen: number; optimize: boolean },
): ClassicProgram {
  return translated(
    () => addon.pcapCompileLive(device, snaplen, expression, optimize, dlt).instructions,
    `${device}: `,
  );
}

/**
 * True if libpcap compiles the expression otherwise when it knows that the kernel may hold a VLAN tag aside.
 * A host that happens to be named so costs only the time.
 */
export function needsDevice(expression: string): boolean {
  return /\bvlan\b/.test(expression);
}

/** @param device said before what libpcap says of it */
function translated(compile: () => ClassicProgram, device = ""): ClassicProgram {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const filter = "code" in error && error.code === "EFILTER";
    throw filter
      ? new Failure("filter-expression", error.message)
      : new Failure("filter-device", `${device}${error.message}`);
  }
}
