// What a capture may leave on the host: eBPF programs, maps and links, and qdiscs of a namespace.
import assert from "node:assert/strict";
import type { Host } from "./netns.ts";

export interface Traces {
  programs: number[];
  links: number[];
  maps: number[];
  qdiscs: string;
}

/**
 * Lists ids alone (bpf(2): BPF_PROG_GET_NEXT_ID and its kin). bpftool opens each object besides, and that can leave
 * a program array behind for ever: its last close schedules the clearing anew while the first is under way, with a
 * reference that nobody gives back (prog_array_map_clear in kernel/bpf/arraymap.c; seen on 6.18).
 */
const LIST = `
import ctypes, json, platform
libc = ctypes.CDLL(None, use_errno=True)
BPF = {"x86_64": 321, "aarch64": 280}[platform.machine()]
def ids(command):
    attr, found = (ctypes.c_uint32 * 32)(), []
    while libc.syscall(BPF, command, attr, 128) == 0:
        found.append(attr[1])
        attr[0] = attr[1]
    return found
print(json.dumps({"programs": ids(11), "maps": ids(12), "links": ids(31)}))
`;

/** What eBPF there is on the machine, and which qdiscs in the namespace. */
export async function traces(host: Host): Promise<Traces> {
  return {
    ...(JSON.parse(await host.ok("python3", "-c", LIST)) as Omit<Traces, "qdiscs">),
    qdiscs: await host.ok("tc", "qdisc", "show"),
  };
}

/** Waits until what was made between `before` and `during` is gone: the kernel frees programs a little later. */
export async function gone(host: Host, before: Traces, during: Traces): Promise<void> {
  let left: Traces;
  const deadline = Date.now() + 10_000;
  do {
    const after = await traces(host);
    // Others on the machine may load programs meanwhile: only those of the capture count.
    const kept = (what: "programs" | "links" | "maps"): number[] =>
      after[what].filter((id) => during[what].includes(id) && !before[what].includes(id));
    left = { programs: kept("programs"), links: kept("links"), maps: kept("maps"), qdiscs: after.qdiscs };
  } while (Date.now() < deadline && left.programs.length + left.links.length + left.maps.length > 0);
  assert.deepEqual(left, { programs: [], links: [], maps: [], qdiscs: before.qdiscs });
}
