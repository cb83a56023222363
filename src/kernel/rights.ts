// The rights (capabilities(7)) that a capture takes of a program that is not root's.
import { readFileSync } from "node:fs";

/** By name the numbers of linux/capability.h, and what each is for. */
export const RIGHTS = {
  CAP_BPF: { number: 39, purpose: "loading eBPF programs and maps" },
  CAP_PERFMON: { number: 38, purpose: "programs that read the kernel's structures, and tracing" },
  CAP_NET_ADMIN: { number: 12, purpose: "attaching to network interfaces" },
  CAP_NET_RAW: { number: 13, purpose: "promiscuous mode, which -p leaves out, and filters with vlan" },
} as const;

export type Right = keyof typeof RIGHTS;

const CAP_SYS_ADMIN = 21;

/** Of these rights those that a process does not have, by its status of proc(5). CAP_SYS_ADMIN includes some, as it did before Linux 5.8. */
export function lackingRights(status: string): Right[] {
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
  const has = (number: number): boolean => ((effective >> BigInt(number)) & 1n) === 1n;
  const included: readonly Right[] = has(CAP_SYS_ADMIN) ? ["CAP_BPF", "CAP_PERFMON"] : [];
  return (Object.keys(RIGHTS) as Right[]).filter(
    (right) => !has(RIGHTS[right].number) && !included.includes(right),
  );
}

/** Those that this process lacks; none where that cannot be told. */
export function ownLackingRights(): Right[] {
  try {
    return lackingRights(readFileSync("/proc/self/status", "utf8"));
  } catch {
    return [];
  }
}
