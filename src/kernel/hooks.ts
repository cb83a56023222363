// Where the kernel is asked what: per need a ladder of hooks, best first. Adding a hook is a program in
// bpf/, and a row here.
import type { FeatureName } from "./features.ts";

/** How a program is attached. */
export type Attachment = "btf" | "cgroup" | "iterator" | "tail";

export interface Hook {
  /** Program in bpf/ptcpdump.bpf.c. */
  readonly program: string;
  readonly attachment: Attachment;
  /** enum bpf_attach_type of linux/bpf.h, for cgroup programs. */
  readonly attachType?: number;
}

/** One way to meet a need: all its hooks together, where all the features are there. */
export interface Rung {
  readonly name: string;
  readonly features: readonly FeatureName[];
  readonly hooks: readonly Hook[];
}

export interface Need {
  readonly name: string;
  /** What is lost without it. */
  readonly without: string;
  readonly rungs: readonly Rung[];
}

const CGROUP_INET_SOCK_CREATE = 2;
const CGROUP_INET4_CONNECT = 10;
const CGROUP_INET6_CONNECT = 11;

/** The indexes of the capture programs in the program array that the generated filters jump into. */
export const CAPTURES = [
  { program: "capture_ethernet_in", layer: "ethernet", direction: "in" },
  { program: "capture_ethernet_out", layer: "ethernet", direction: "out" },
  { program: "capture_raw_in", layer: "raw", direction: "in" },
  { program: "capture_raw_out", layer: "raw", direction: "out" },
] as const;

export const NEEDS: readonly Need[] = [
  {
    name: "process life",
    without: "processes that start during the capture have no parent and no exact command line",
    rungs: [
      {
        name: "BTF tracepoints",
        features: ["BTF"],
        hooks: [
          { program: "process_fork", attachment: "btf" },
          { program: "process_exec", attachment: "btf" },
          { program: "process_exit", attachment: "btf" },
        ],
      },
    ],
  },
  {
    name: "socket creation",
    without: "a socket is named only from its first use on",
    rungs: [
      {
        name: "cgroup hooks",
        features: ["cgroup v2"],
        hooks: [
          { program: "socket_create", attachment: "cgroup", attachType: CGROUP_INET_SOCK_CREATE },
          { program: "socket_connect4", attachment: "cgroup", attachType: CGROUP_INET4_CONNECT },
          { program: "socket_connect6", attachment: "cgroup", attachType: CGROUP_INET6_CONNECT },
        ],
      },
    ],
  },
  {
    name: "socket use",
    without: "a descriptor that is passed on keeps its first user's name until the new user sends",
    rungs: [
      {
        name: "sock_send_length, sock_recv_length",
        features: ["BTF", "sock_send_length"],
        hooks: [
          { program: "socket_send", attachment: "btf" },
          { program: "socket_receive", attachment: "btf" },
        ],
      },
    ],
  },
  {
    name: "closed connections",
    without: "the last packets of a connection are not named",
    rungs: [
      {
        name: "inet_sock_set_state",
        features: ["BTF"],
        hooks: [{ program: "socket_state", attachment: "btf" }],
      },
    ],
  },
  {
    name: "open sockets",
    without: "sockets from before the start are named only from their next use on",
    rungs: [
      {
        name: "task_file iterator",
        features: ["BTF", "bpf_sock_from_file"],
        hooks: [{ program: "socket_scan", attachment: "iterator" }],
      },
    ],
  },
];
