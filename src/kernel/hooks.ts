// Where the kernel is asked what: per need a ladder of hooks, best first. Adding a hook is a program in
// bpf/, a row here, and a line in docs/hooks.md.
import type { BackendName } from "../model/settings.ts";
import type { FeatureName } from "./features.ts";

/**
 * How a program is attached: "btf" is a tracepoint or an fentry function that the program itself names; "scan" a kprobe
 * for as long as our own process looks through /proc.
 */
export type Attachment = "btf" | "raw" | "kprobe" | "cgroup" | "iterator" | "scan";

export interface Hook {
  /** Program in bpf/include/programs.h, or in a backend's own file. */
  readonly program: string;
  readonly attachment: Attachment;
  /** enum bpf_attach_type of linux/bpf.h, for cgroup programs. */
  readonly attachType?: number;
  /** The function, for kprobes; the tracepoint, for raw ones. */
  readonly func?: string;
}

/** What a rung decides for all programs (config in abi.h) and for later ladders. */
export type Setting =
  /** Records come by the ring buffer, or by perf buffers: then it is the object for kernels before 5.8. */
  | "ring"
  | "perf"
  | "tcx"
  /** Filters at devices outlive their maker. */
  | "clsact"
  /** bpf_loop is there: the object that uses it is loaded. */
  | "loop"
  | "task pointer"
  /** Owners are kept by the socket's address: programs of any type can. */
  | "by address"
  /** Tracing programs can tell and change a socket's owner. */
  | "traced owners"
  /** Sockets tell their ends to programs that cannot look them up. */
  | "told"
  /** Sockets of other namespaces tell the ends of their packets. */
  | "transit";

/** One way to meet a need: all its hooks together, where all the conditions are met. */
export interface Rung {
  readonly name: string;
  readonly features: readonly FeatureName[];
  /** The only backend that it is for; absent: for all. */
  readonly backend?: BackendName;
  /** The only kind of object that has its programs: the one for perf buffers, or the others; absent: all have. */
  readonly object?: "ring" | "perf";
  /** What an earlier ladder must have set. */
  readonly given?: readonly Setting[];
  readonly hooks: readonly Hook[];
  readonly sets?: readonly Setting[];
}

export interface Need {
  readonly name: string;
  /** False: also without owners. */
  readonly attribution: boolean;
  /** The only backends that have it; absent: all have. */
  readonly backends?: readonly BackendName[];
  /** The only kind of object that has it; absent: all have. */
  readonly object?: "ring" | "perf";
  /** True: only where packets of other namespaces may pass. */
  readonly transit?: true;
  /** What is lost without it. */
  readonly without: string;
  readonly rungs: readonly Rung[];
}

export const CGROUP_INET_INGRESS = 0;
export const CGROUP_INET_EGRESS = 1;
const CGROUP_INET_SOCK_CREATE = 2;
const CGROUP_INET4_CONNECT = 10;
const CGROUP_INET6_CONNECT = 11;
const CGROUP_INET4_POST_BIND = 12;
const CGROUP_INET6_POST_BIND = 13;
const CGROUP_INET4_GETPEERNAME = 29;
const CGROUP_INET6_GETPEERNAME = 30;

const btf = (program: string): Hook => ({ program, attachment: "btf" });
const cgroup = (program: string, attachType: number): Hook => ({ program, attachment: "cgroup", attachType });
const raw = (program: string, func: string): Hook => ({ program, attachment: "raw", func });
const kprobe = (program: string, func: string): Hook => ({ program, attachment: "kprobe", func });

export const NEEDS: readonly Need[] = [
  {
    name: "records",
    attribution: false,
    without: "",
    rungs: [
      { name: "ring buffer", features: ["ring buffer"], hooks: [], sets: ["ring"] },
      {
        name: "perf buffers, in an object of their own",
        backend: "tc",
        features: [],
        hooks: [],
        sets: ["perf"],
      },
    ],
  },
  {
    name: "capture",
    attribution: false,
    without: "",
    rungs: [
      { name: "tcx", backend: "tc", object: "ring", features: ["tcx"], hooks: [], sets: ["tcx"] },
      { name: "clsact", backend: "tc", features: [], hooks: [], sets: ["clsact"] },
      { name: "cgroup-skb", backend: "cgroup-skb", features: ["cgroup v2", "ring buffer"], hooks: [] },
      { name: "socket-filter", backend: "socket-filter", features: ["ring buffer"], hooks: [] },
      {
        name: "tp-btf",
        backend: "tp-btf",
        features: ["dynptr of a packet in tracing", "ring buffer"],
        hooks: [],
      },
    ],
  },
  {
    name: "loops",
    attribution: false,
    without: "",
    rungs: [
      { name: "bpf_loop", object: "ring", features: ["bpf_loop"], hooks: [], sets: ["loop"] },
      { name: "unrolled, in an object of their own", features: [], hooks: [] },
    ],
  },
  {
    name: "task at work",
    attribution: true,
    without: "",
    rungs: [
      {
        name: "bpf_get_current_task_btf",
        object: "ring",
        features: ["task pointer"],
        hooks: [],
        sets: ["task pointer"],
      },
      { name: "bpf_get_current_task", features: [], hooks: [] },
    ],
  },
  {
    // Storage in tracing programs alone is not enough where only kprobes can tell of a socket's use.
    name: "owners",
    attribution: true,
    without: "",
    rungs: [
      {
        name: "socket storage",
        features: ["storage in tracing", "fentry", "security hooks"],
        hooks: [],
        sets: ["traced owners"],
      },
      {
        name: "socket storage",
        features: ["storage in tracing", "BTF tracepoints", "sock_send_length"],
        hooks: [],
        sets: ["traced owners"],
      },
      {
        name: "by socket address, with fentry of security_sk_clone and security_sk_free",
        features: ["fentry", "security hooks"],
        hooks: [btf("clone_fentry"), btf("free_fentry")],
        sets: ["by address", "traced owners"],
      },
      {
        name: "by socket address, with kprobes at security_sk_clone and security_sk_free",
        features: ["kprobe", "security hooks"],
        hooks: [kprobe("clone_kprobe", "security_sk_clone"), kprobe("free_kprobe", "security_sk_free")],
        sets: ["by address", "traced owners"],
      },
      {
        name: "socket storage",
        features: ["storage in tracing"],
        hooks: [],
        sets: ["traced owners"],
      },
      { name: "socket storage, out of tracing programs' reach", object: "ring", features: [], hooks: [] },
      { name: "told by nobody", object: "perf", features: [], hooks: [], sets: ["by address"] },
    ],
  },
  {
    name: "process life",
    attribution: true,
    without: "processes that start during the capture have no parent and no exact command line",
    rungs: [
      {
        name: "BTF tracepoints",
        features: ["BTF tracepoints"],
        hooks: [btf("process_fork"), btf("process_exec"), btf("process_free")],
      },
      {
        name: "raw tracepoints",
        features: [],
        hooks: [
          raw("process_fork_raw", "sched_process_fork"),
          raw("process_exec_raw", "sched_process_exec"),
          raw("process_free_raw", "sched_process_free"),
        ],
      },
    ],
  },
  {
    name: "socket creation",
    attribution: true,
    without: "a socket is named only from its first use on",
    rungs: [
      {
        name: "cgroup hooks",
        object: "ring",
        features: ["cgroup v2"],
        hooks: [
          cgroup("socket_create", CGROUP_INET_SOCK_CREATE),
          cgroup("socket_connect4", CGROUP_INET4_CONNECT),
          cgroup("socket_connect6", CGROUP_INET6_CONNECT),
        ],
      },
      {
        name: "fentry of security_socket_post_create and security_socket_connect",
        features: ["fentry", "security hooks"],
        given: ["traced owners"],
        hooks: [btf("create_fentry"), btf("connect_fentry")],
      },
      {
        name: "kprobes at security_socket_post_create and security_socket_connect",
        features: ["kprobe", "security hooks"],
        given: ["by address"],
        hooks: [
          kprobe("create_kprobe", "security_socket_post_create"),
          kprobe("connect_kprobe", "security_socket_connect"),
        ],
      },
    ],
  },
  {
    name: "socket use",
    attribution: true,
    without: "a descriptor that is passed on keeps its first user's name until the new user sends",
    rungs: [
      {
        name: "fentry of security_socket_sendmsg and security_socket_recvmsg",
        features: ["fentry", "security hooks"],
        given: ["traced owners"],
        hooks: [btf("send_fentry"), btf("receive_fentry")],
      },
      {
        name: "sock_send_length and sock_recv_length",
        features: ["BTF tracepoints", "sock_send_length"],
        given: ["traced owners"],
        hooks: [btf("socket_send"), btf("socket_receive")],
      },
      {
        name: "kprobes at security_socket_sendmsg and security_socket_recvmsg",
        features: ["kprobe", "security hooks"],
        given: ["by address"],
        hooks: [
          kprobe("send_kprobe", "security_socket_sendmsg"),
          kprobe("receive_kprobe", "security_socket_recvmsg"),
        ],
      },
    ],
  },
  {
    name: "spliced receive",
    attribution: true,
    without: "who reads a connection only with splice is not seen",
    rungs: [
      {
        name: "fentry of tcp_splice_read",
        features: ["fentry", "tcp_splice_read"],
        given: ["traced owners"],
        hooks: [btf("splice_fentry")],
      },
      {
        name: "kprobe at tcp_splice_read",
        features: ["kprobe", "tcp_splice_read"],
        given: ["by address"],
        hooks: [kprobe("splice_kprobe", "tcp_splice_read")],
      },
      {
        name: "tcp_rcv_space_adjust",
        features: ["BTF tracepoints", "tcp_rcv_space_adjust"],
        given: ["traced owners"],
        hooks: [btf("socket_adjust")],
      },
    ],
  },
  {
    name: "accept",
    attribution: true,
    without: "an accepted connection is its listener's until somebody reads or writes it",
    rungs: [
      {
        name: "fentry of security_sock_graft",
        features: ["fentry", "security hooks"],
        given: ["traced owners"],
        hooks: [btf("accept_fentry")],
      },
      {
        name: "kprobe at security_sock_graft",
        features: ["kprobe", "security hooks"],
        given: ["by address"],
        hooks: [kprobe("accept_kprobe", "security_sock_graft")],
      },
      {
        name: "cgroup hooks of getpeername (accept for the address)",
        object: "ring",
        features: ["cgroup v2"],
        hooks: [
          cgroup("socket_peer4", CGROUP_INET4_GETPEERNAME),
          cgroup("socket_peer6", CGROUP_INET6_GETPEERNAME),
        ],
      },
    ],
  },
  {
    name: "ends of sockets",
    attribution: true,
    backends: ["socket-filter", "tp-btf"],
    without:
      "packets are named of sockets that were open at the start, and of connections that open or close",
    rungs: [
      {
        name: "cgroup hooks of bind",
        backend: "tp-btf",
        features: ["cgroup v2"],
        hooks: [cgroup("told_bind4", CGROUP_INET4_POST_BIND), cgroup("told_bind6", CGROUP_INET6_POST_BIND)],
        sets: ["told"],
      },
      {
        backend: "socket-filter",
        name: "cgroup hooks of every packet and of bind",
        features: ["cgroup v2"],
        hooks: [
          cgroup("told_sent", CGROUP_INET_EGRESS),
          cgroup("told_received", CGROUP_INET_INGRESS),
          cgroup("told_bind4", CGROUP_INET4_POST_BIND),
          cgroup("told_bind6", CGROUP_INET6_POST_BIND),
        ],
        sets: ["told"],
      },
    ],
  },
  {
    name: "packets in transit",
    attribution: true,
    transit: true,
    without: "containers' packets are named on their own interfaces only, not on their way through the host",
    rungs: [
      {
        name: "by what sockets tell of their ends",
        backend: "socket-filter",
        features: [],
        given: ["told"],
        hooks: [],
        sets: ["transit"],
      },
      {
        name: "by what packets tell of their ends",
        backend: "tp-btf",
        features: [],
        hooks: [],
        sets: ["transit"],
      },
      {
        name: "by what packets tell of their ends, on every device",
        backend: "tc",
        object: "perf",
        features: [],
        hooks: [],
        sets: ["transit"],
      },
      {
        name: "cgroup hooks of every packet",
        backend: "tc",
        object: "ring",
        features: ["cgroup v2"],
        hooks: [cgroup("transit_sent", CGROUP_INET_EGRESS), cgroup("transit_received", CGROUP_INET_INGRESS)],
        sets: ["transit"],
      },
    ],
  },
  {
    name: "packets that come",
    attribution: true,
    backends: ["tc"],
    object: "perf",
    without: "packets that come are unnamed",
    rungs: [
      {
        name: "netif_receive_skb, for the program at the device, and net_dev_queue",
        features: [],
        hooks: [raw("arrival", "netif_receive_skb"), raw("queued", "net_dev_queue")],
      },
    ],
  },
  {
    name: "packets that leave",
    attribution: true,
    backends: ["tc"],
    object: "perf",
    without: "packets that leave are named for who used their socket last",
    rungs: [
      {
        name: "fentry of tcf_classify, for the program at the device",
        features: ["fentry"],
        hooks: [btf("departure_fentry")],
      },
      {
        name: "kprobe at tcf_classify, for the program at the device",
        features: ["kprobe"],
        hooks: [kprobe("departure_kprobe", "tcf_classify")],
      },
    ],
  },
  {
    name: "closed connections",
    attribution: true,
    without: "the last packets of a connection are not named",
    rungs: [
      {
        name: "inet_sock_set_state",
        features: ["BTF tracepoints"],
        given: ["traced owners"],
        hooks: [btf("socket_state")],
      },
      {
        name: "inet_sock_set_state as a raw tracepoint",
        features: [],
        given: ["by address"],
        hooks: [raw("socket_state_raw", "inet_sock_set_state")],
      },
    ],
  },
  {
    name: "open sockets",
    attribution: true,
    without: "sockets from before the start are named only from their next use on",
    rungs: [
      {
        name: "task_file iterator with bpf_sock_from_file",
        object: "ring",
        features: ["file iterator", "bpf_sock_from_file"],
        given: ["traced owners"],
        hooks: [{ program: "socket_scan", attachment: "iterator" }],
      },
      {
        name: "task_file iterator, sockets told by their file system",
        object: "ring",
        features: ["file iterator"],
        given: ["by address"],
        hooks: [{ program: "socket_scan_files", attachment: "iterator" }],
      },
      {
        name: "kprobes at ptrace_may_access and vfs_open, while we follow the links in /proc/PID/fd",
        object: "perf",
        features: ["kprobe"],
        given: ["by address"],
        hooks: [
          { program: "scan_task", attachment: "scan", func: "ptrace_may_access" },
          { program: "scan_file", attachment: "scan", func: "vfs_open" },
        ],
      },
    ],
  },
];
