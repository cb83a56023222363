// Where the kernel's types (BTF) are told: by the kernel itself, by a file that was given, or by one of the files that
// are kept for kernels that do not tell.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Addon } from "../addon/addon.ts";
import { Failure, systemMessage } from "../model/failure.ts";

/** Where the kernel tells its types itself. */
export const OWN_BTF = "/sys/kernel/btf/vmlinux";
/** Where types are kept for kernels that do not tell them. */
export const BTF_FOLDER = "/var/lib/ptcpdump/btf";

/** Type information of the running kernel. */
export interface Btf {
  /** The file that tells which functions and tracepoints there are. */
  readonly path: string;
  /** It is the kernel's own: programs can be attached by its types, and its numbers are the kernel's. */
  readonly own: boolean;
  /** The file that structures are read by; "" for the kernel's own and its modules'. */
  readonly structures: string;
}

/** The kernel's own types, with those of its modules. */
export const OWN: Btf = { path: OWN_BTF, own: true, structures: "" };

/** The files that are looked for in the folder, in this order. @param release uname(1) -r */
export function btfNames(release: string): string[] {
  return ["vmlinux", `vmlinux-${release}`, `${release}.btf`];
}

export interface BtfSearch {
  /** --kernel-btf; null: none was given */
  readonly given: string | null;
  readonly folder: string;
  /** uname(1) -r */
  readonly release: string;
  /** The kernel's own is not to be seen, for tests. */
  readonly hidden: boolean;
  readonly warn: (line: string) => void;
}

/**
 * The first of: the file given, the kernel's own, the files in the folder. Null where there is none.
 * A file in the folder that is no BTF is told of and passed over.
 * @throws Failure "btf" where the file given is none
 */
export function findBtf(addon: Addon, { given, folder, release, hidden, warn }: BtfSearch): Btf | null {
  const own = !hidden && existsSync(OWN_BTF);
  if (given !== null) {
    const why = whyNoBtf(addon, given);
    if (why !== null) throw new Failure("btf", `--kernel-btf ${given}: ${why}`);
    return own ? { ...OWN, structures: given } : foreign(given);
  }
  if (own) return OWN;
  for (const name of btfNames(release)) {
    const path = join(folder, name);
    if (!existsSync(path)) continue;
    const why = whyNoBtf(addon, path);
    if (why === null) return foreign(path);
    warn(`${path}: ${why}`);
  }
  return null;
}

/** A file that stands in for a kernel that does not tell its types. */
export function foreign(path: string): Btf {
  return { path, own: false, structures: path };
}

/** What is wrong with a file as a kernel's type information; null: nothing that can be seen. */
export function whyNoBtf(addon: Addon, path: string): string | null {
  try {
    return addon.btfTypes(path, ["tcp_v4_rcv"])[0] ? null : "it does not have the types of a kernel";
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "EINVAL") return "it is no type information (BTF)";
    return code === undefined ? String(error) : nativeMessage(error as Error, path);
  }
}

/** strerror(3)'s words of an error of the addon's, which begins with what it is about. */
function nativeMessage(error: Error, path: string): string {
  return error.message.startsWith(`${path}: `) ? error.message.slice(path.length + 2) : systemMessage(error);
}
