// Kernels as they were found, for tests and for docs/hooks.md: what each lacks of the features. Seen by loading
// and attaching in guests with Debian's kernels (scripts/guest), and on the machine of development (the sandbox).
import { FEATURES, type FeatureName } from "./features.ts";

const DYNPTR = "dynptr of a packet in tracing";

export const KERNELS: Readonly<Record<string, readonly FeatureName[]>> = {
  "5.10": [
    "tcx",
    "bpf_loop",
    "task pointer",
    "storage in tracing",
    "bpf_sock_from_file",
    "sock_send_length",
    DYNPTR,
  ],
  "6.1": ["tcx", "sock_send_length", DYNPTR],
  "6.1 arm64": ["tcx", "sock_send_length", "fentry", DYNPTR],
  "6.12": [DYNPTR],
  "6.18 sandbox": ["fentry", "kprobe"],
  "7.3": [],
};

/** The later of two kernels' versions. */
export function later(a: string, b: string): string {
  const [one, other] = [a, b].map((version) => version.split(".").map(Number) as [number, number]);
  return (one![0] - other![0] || one![1] - other![1]) > 0 ? a : b;
}

/**
 * Kernels that nobody has seen: what they lack by their versions. Types (BTF) they have at least from a file, which does
 * not do for tracing programs.
 */
export const UNSEEN: Readonly<Record<string, readonly FeatureName[]>> = Object.fromEntries(
  ["5.4", "5.7", "5.9"].map((version) => [
    `${version}, not seen`,
    FEATURES.filter(({ name, since }) => name !== "BTF" && later(since, version) !== version).map(
      ({ name }) => name,
    ),
  ]),
);

/** The features that a kernel has. */
export function featuresWithout(lacks: readonly FeatureName[]): Set<FeatureName> {
  return new Set(FEATURES.map(({ name }) => name).filter((name) => !lacks.includes(name)));
}
