import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { BACKEND_NAMES } from "../model/settings.ts";
import { BACKENDS, capturePrograms } from "./backends.ts";
import { cgroup2Root, FEATURES, type FeatureName, Features, isFeature, type System } from "./features.ts";
import { featuresWithout, KERNELS, UNSEEN } from "./fixture.ts";
import { NEEDS } from "./hooks.ts";
import { lackingFor, planHooks, plannedPrograms } from "./plan.ts";

const ALL = { backend: "tc", attribution: true, transit: true } as const;
const everything = new Set<FeatureName>(FEATURES.map((feature) => feature.name));

/** The programs of a C file. */
function programsIn(name: string): string[] {
  const source = readFileSync(join(import.meta.dirname, "../../bpf", name), "utf8");
  const found = [...source.matchAll(/^SEC\("[^"]+"\)\nint (?:BPF_(?:PROG|KPROBE)\()?(\w+)/gm)];
  return found.map((match) => match[1]!);
}

/** Those of each backend's object. */
const programs = (backend: (typeof BACKEND_NAMES)[number]): string[] =>
  [...programsIn(`${BACKENDS[backend].object}.bpf.c`), ...programsIn("include/programs.h")].sort();

/** Those of the object for perf buffers. */
const perfPrograms = (): string[] => {
  const common = programsIn("include/programs.h").filter((name) => !RING_ONLY.test(name));
  return [...programsIn("ptcpdump-5.3.bpf.c"), ...common].sort();
};

/** What no kernel before 5.8 has: hooks of cgroups that may read memory, iterators. */
const RING_ONLY = /^socket_(create|connect\d|peer\d|scan|scan_files)$/;

const needsOf = (name: (typeof BACKEND_NAMES)[number], object: "ring" | "perf" = "ring") =>
  NEEDS.filter(({ backends }) => backends?.includes(name) ?? true)
    .filter((need) => (need.object ?? object) === object)
    .map((need) => ({
      ...need,
      rungs: need.rungs.filter(
        (rung) => (rung.backend ?? name) === name && (rung.object ?? object) === object,
      ),
    }));

const rowsOf = (name: (typeof BACKEND_NAMES)[number], object: "ring" | "perf" = "ring") => [
  ...new Set([
    ...capturePrograms(BACKENDS[name]),
    ...needsOf(name, object).flatMap(({ rungs }) =>
      rungs.flatMap(({ hooks }) => hooks.map(({ program }) => program)),
    ),
  ]),
];

/** What is made of each need where these features are missing. */
const PLANS: Record<string, { lacks: readonly FeatureName[]; rungs: Record<string, string | null> }> = {
  "5.10": {
    lacks: KERNELS["5.10"]!,
    rungs: {
      capture: "clsact",
      loops: "unrolled, in an object of their own",
      "task at work": "bpf_get_current_task",
      owners: "by socket address, with fentry of security_sk_clone and security_sk_free",
      "process life": "BTF tracepoints",
      "socket creation": "cgroup hooks",
      "socket use": "fentry of security_socket_sendmsg and security_socket_recvmsg",
      "spliced receive": "fentry of tcp_splice_read",
      accept: "fentry of security_sock_graft",
      "packets in transit": "cgroup hooks of every packet",
      "closed connections": "inet_sock_set_state",
      "open sockets": "task_file iterator, sockets told by their file system",
    },
  },
  "6.1": {
    lacks: KERNELS["6.1"]!,
    rungs: {
      capture: "clsact",
      loops: "bpf_loop",
      "task at work": "bpf_get_current_task_btf",
      owners: "socket storage",
      "process life": "BTF tracepoints",
      "socket creation": "cgroup hooks",
      "socket use": "fentry of security_socket_sendmsg and security_socket_recvmsg",
      "spliced receive": "fentry of tcp_splice_read",
      accept: "fentry of security_sock_graft",
      "packets in transit": "cgroup hooks of every packet",
      "closed connections": "inet_sock_set_state",
      "open sockets": "task_file iterator with bpf_sock_from_file",
    },
  },
  "6.1 arm64": {
    lacks: KERNELS["6.1 arm64"]!,
    rungs: {
      capture: "clsact",
      loops: "bpf_loop",
      "task at work": "bpf_get_current_task_btf",
      owners: "by socket address, with kprobes at security_sk_clone and security_sk_free",
      "process life": "BTF tracepoints",
      "socket creation": "cgroup hooks",
      "socket use": "kprobes at security_socket_sendmsg and security_socket_recvmsg",
      "spliced receive": "kprobe at tcp_splice_read",
      accept: "kprobe at security_sock_graft",
      "packets in transit": "cgroup hooks of every packet",
      "closed connections": "inet_sock_set_state",
      "open sockets": "task_file iterator with bpf_sock_from_file",
    },
  },
  "6.12": {
    lacks: KERNELS["6.12"]!,
    rungs: {
      capture: "tcx",
      loops: "bpf_loop",
      "task at work": "bpf_get_current_task_btf",
      owners: "socket storage",
      "process life": "BTF tracepoints",
      "socket creation": "cgroup hooks",
      "socket use": "fentry of security_socket_sendmsg and security_socket_recvmsg",
      "spliced receive": "fentry of tcp_splice_read",
      accept: "fentry of security_sock_graft",
      "packets in transit": "cgroup hooks of every packet",
      "closed connections": "inet_sock_set_state",
      "open sockets": "task_file iterator with bpf_sock_from_file",
    },
  },
  "6.18 sandbox": {
    lacks: KERNELS["6.18 sandbox"]!,
    rungs: {
      capture: "tcx",
      loops: "bpf_loop",
      "task at work": "bpf_get_current_task_btf",
      owners: "socket storage",
      "process life": "BTF tracepoints",
      "socket creation": "cgroup hooks",
      "socket use": "sock_send_length and sock_recv_length",
      "spliced receive": "tcp_rcv_space_adjust",
      accept: "cgroup hooks of getpeername (accept for the address)",
      "packets in transit": "cgroup hooks of every packet",
      "closed connections": "inet_sock_set_state",
      "open sockets": "task_file iterator with bpf_sock_from_file",
    },
  },
  "6.18 in a sandbox, no cgroup v2": {
    lacks: ["fentry", "kprobe", "cgroup v2"],
    rungs: {
      capture: "tcx",
      loops: "bpf_loop",
      "task at work": "bpf_get_current_task_btf",
      owners: "socket storage",
      "process life": "BTF tracepoints",
      "socket creation": null,
      "socket use": "sock_send_length and sock_recv_length",
      "spliced receive": "tcp_rcv_space_adjust",
      accept: null,
      "packets in transit": null,
      "closed connections": "inet_sock_set_state",
      "open sockets": "task_file iterator with bpf_sock_from_file",
    },
  },
  "6.1 without cgroup v2 and fentry": {
    lacks: ["tcx", "sock_send_length", "cgroup v2", "fentry"],
    rungs: {
      capture: "clsact",
      loops: "bpf_loop",
      "task at work": "bpf_get_current_task_btf",
      owners: "by socket address, with kprobes at security_sk_clone and security_sk_free",
      "process life": "BTF tracepoints",
      "socket creation": "kprobes at security_socket_post_create and security_socket_connect",
      "socket use": "kprobes at security_socket_sendmsg and security_socket_recvmsg",
      "spliced receive": "kprobe at tcp_splice_read",
      accept: "kprobe at security_sock_graft",
      "packets in transit": null,
      "closed connections": "inet_sock_set_state",
      "open sockets": "task_file iterator with bpf_sock_from_file",
    },
  },
  "6.1 with neither fentry nor kprobes": {
    lacks: ["tcx", "sock_send_length", "fentry", "kprobe"],
    rungs: {
      capture: "clsact",
      loops: "bpf_loop",
      "task at work": "bpf_get_current_task_btf",
      owners: "socket storage",
      "process life": "BTF tracepoints",
      "socket creation": "cgroup hooks",
      "socket use": null,
      "spliced receive": "tcp_rcv_space_adjust",
      accept: "cgroup hooks of getpeername (accept for the address)",
      "packets in transit": "cgroup hooks of every packet",
      "closed connections": "inet_sock_set_state",
      "open sockets": "task_file iterator with bpf_sock_from_file",
    },
  },
  "6.1 arm64 without types for its tracepoints": {
    lacks: [...KERNELS["6.1 arm64"]!, "BTF tracepoints"],
    rungs: {
      capture: "clsact",
      loops: "bpf_loop",
      "task at work": "bpf_get_current_task_btf",
      owners: "by socket address, with kprobes at security_sk_clone and security_sk_free",
      "process life": "raw tracepoints",
      "socket creation": "cgroup hooks",
      "socket use": "kprobes at security_socket_sendmsg and security_socket_recvmsg",
      "spliced receive": "kprobe at tcp_splice_read",
      accept: "kprobe at security_sock_graft",
      "packets in transit": "cgroup hooks of every packet",
      "closed connections": "inet_sock_set_state as a raw tracepoint",
      "open sockets": "task_file iterator with bpf_sock_from_file",
    },
  },
  "5.4": {
    lacks: UNSEEN["5.4, not seen"]!,
    rungs: {
      records: "perf buffers, in an object of their own",
      capture: "clsact",
      loops: "unrolled, in an object of their own",
      "task at work": "bpf_get_current_task",
      owners: "by socket address, with kprobes at security_sk_clone and security_sk_free",
      "process life": "raw tracepoints",
      "socket creation": "kprobes at security_socket_post_create and security_socket_connect",
      "socket use": "kprobes at security_socket_sendmsg and security_socket_recvmsg",
      "spliced receive": "kprobe at tcp_splice_read",
      accept: "kprobe at security_sock_graft",
      "packets in transit": "by what packets tell of their ends, on every device",
      "packets that come": "netif_receive_skb, for the program at the device, and net_dev_queue",
      "packets that leave": "kprobe at tcf_classify, for the program at the device",
      "closed connections": "inet_sock_set_state as a raw tracepoint",
      "open sockets": "kprobes at ptrace_may_access and vfs_open, while we follow the links in /proc/PID/fd",
    },
  },
  "5.4 without kprobes": {
    lacks: [...UNSEEN["5.4, not seen"]!, "kprobe"],
    rungs: {
      records: "perf buffers, in an object of their own",
      capture: "clsact",
      loops: "unrolled, in an object of their own",
      "task at work": "bpf_get_current_task",
      owners: "told by nobody",
      "process life": "raw tracepoints",
      "socket creation": null,
      "socket use": null,
      "spliced receive": null,
      accept: null,
      "packets in transit": "by what packets tell of their ends, on every device",
      "packets that come": "netif_receive_skb, for the program at the device, and net_dev_queue",
      "packets that leave": null,
      "closed connections": "inet_sock_set_state as a raw tracepoint",
      "open sockets": null,
    },
  },
  "5.10 with neither fentry nor kprobes": {
    lacks: [
      "tcx",
      "bpf_loop",
      "task pointer",
      "storage in tracing",
      "bpf_sock_from_file",
      "sock_send_length",
      "fentry",
      "kprobe",
    ],
    rungs: {
      capture: "clsact",
      loops: "unrolled, in an object of their own",
      "task at work": "bpf_get_current_task",
      owners: "socket storage, out of tracing programs' reach",
      "process life": "BTF tracepoints",
      "socket creation": "cgroup hooks",
      "socket use": null,
      "spliced receive": null,
      accept: "cgroup hooks of getpeername (accept for the address)",
      "packets in transit": "cgroup hooks of every packet",
      "closed connections": null,
      "open sockets": null,
    },
  },
};

for (const backend of BACKEND_NAMES)
  test(`${backend}: every program of the object has a row, and every row a program`, () => {
    assert.deepEqual(rowsOf(backend).sort(), programs(backend));
  });

test("every program of the object for perf buffers has a row, and every row a program", () => {
  assert.deepEqual(rowsOf("tc", "perf").sort(), perfPrograms());
  const features = new Set([...everything].filter((name) => name !== "ring buffer"));
  const plan = planHooks(features, ALL);
  assert.deepEqual([...plannedPrograms(plan), ...plan.unused].sort(), perfPrograms());
});

test("with every feature the first rung of each ladder is taken", () => {
  for (const backend of BACKEND_NAMES) {
    const plan = planHooks(everything, { ...ALL, backend });
    assert.deepEqual(
      plan.choices.map((choice) => choice.rung),
      needsOf(backend).map(({ rungs }) => rungs[0]?.name ?? null),
    );
    assert.deepEqual([...plannedPrograms(plan), ...plan.unused].sort(), programs(backend));
  }
});

test("what a backend lacks is told, and only that", () => {
  for (const backend of BACKEND_NAMES) {
    assert.equal(lackingFor(everything, backend), null);
    for (const missing of FEATURES.map(({ name }) => name)) {
      const features = new Set([...everything].filter((name) => name !== missing));
      const plan = planHooks(features, { ...ALL, backend });
      const captures = plan.choices.some(({ need, rung }) => need === "capture" && rung !== null);
      const lacking = lackingFor(features, backend);
      assert.equal(lacking === null, captures, `${backend} without ${missing}`);
      if (lacking !== null) assert.match(lacking, new RegExp(`^${missing} \\(Linux [0-9.]+ has it\\)$`));
    }
  }
  assert.equal(lackingFor(new Set(), "tc"), null);
  assert.equal(
    lackingFor(new Set(), "cgroup-skb"),
    "cgroup v2 (Linux 4.10 has it) and ring buffer (Linux 5.8 has it)",
  );
});

for (const [name, { lacks, rungs }] of Object.entries(PLANS))
  test(`the plan for ${name}`, () => {
    const plan = planHooks(featuresWithout(lacks), ALL);
    const chosen = Object.fromEntries(plan.choices.map(({ need, rung }) => [need, rung]));
    assert.deepEqual(chosen, { records: "ring buffer", ...rungs });
    // whoever keeps owners by address hears of every socket's end
    assert.equal(
      plan.settings.has("by address") && plan.settings.has("traced owners"),
      plan.hooks.some(({ program }) => program === "free_fentry" || program === "free_kprobe"),
    );
  });

test("every rung is reached by some lack of features", () => {
  const names = FEATURES.map((feature) => feature.name);
  const reached = new Set<string>();
  for (let bits = 0; bits < 1 << names.length; bits++) {
    const features = new Set(names.filter((_, at) => bits & (1 << at)));
    for (const { need, rung } of planHooks(features, ALL).choices) reached.add(`${need}: ${rung}`);
  }
  for (const backend of BACKEND_NAMES)
    for (const { need, rung } of planHooks(everything, { ...ALL, backend }).choices)
      reached.add(`${need}: ${rung}`);
  for (const need of NEEDS)
    for (const rung of need.rungs)
      assert.ok(reached.has(`${need.name}: ${rung.name}`), `${need.name}: ${rung.name}`);
});

test("a rung whose program the kernel refused is left out", () => {
  const plan = planHooks(everything, ALL, new Set(["receive_fentry"]));
  assert.equal(
    plan.choices.find(({ need }) => need === "socket use")?.rung,
    "sock_send_length and sock_recv_length",
  );
  assert.ok(plan.unused.includes("send_fentry") && plan.unused.includes("receive_fentry"));
});

test("without attribution only the capture programs are loaded", () => {
  const plan = planHooks(everything, { backend: "tc", attribution: false, transit: false });
  assert.deepEqual(plan.hooks, []);
  assert.deepEqual([...plan.settings], ["ring", "tcx", "loop"]);
  assert.equal(plan.unused.length, programs("tc").length - BACKENDS.tc.captures.length);
});

function system(types: readonly string[] | null, tried: Partial<System> = {}): System {
  return {
    ownBtf: true,
    types: types === null ? null : new Map(types.map((name, at) => [name, at + 1])),
    cgroup2: null,
    fentry: () => false,
    kprobe: () => false,
    packetDynptr: () => false,
    traced: () => new Map(),
    ...tried,
  };
}

const found = (features: Features) =>
  FEATURES.map((feature) => feature.name).filter((name) => features.has(name));

test("features are found by all their types, and what can be tried is tried", () => {
  assert.deepEqual(found(new Features(system(null))), []);
  assert.deepEqual(found(new Features(system(["btf_trace_sock_send_length"]))), ["BTF", "sock_send_length"]);
  assert.deepEqual(found(new Features(system(["security_socket_sendmsg"]))), ["BTF"]);
  const tried = { fentry: (id: number) => id === 1, kprobe: (func: string) => func.startsWith("security") };
  const names = ["security_socket_sendmsg", "register_ftrace_direct"];
  assert.deepEqual(found(new Features(system(names, tried))), ["BTF", "fentry", "kprobe"]);
  assert.deepEqual(found(new Features(system(names, tried), ["fentry"])), ["BTF", "kprobe"]);
});

test("without the kernel's own BTF nothing is attached by types", () => {
  const all = FEATURES.flatMap((row): readonly string[] => ("types" in row ? row.types : []));
  const file = system(all, { ownBtf: false, cgroup2: 3, fentry: () => true, kprobe: () => true });
  const plan = planHooks(new Features(file), ALL);
  assert.deepEqual(
    plan.hooks.filter(({ attachment }) => attachment === "btf" || attachment === "iterator"),
    [],
  );
  assert.ok(!plan.settings.has("task pointer"));
  assert.ok(plan.hooks.some(({ attachment }) => attachment === "raw"));
});

test("a feature is tried once, and only when it is asked for", () => {
  let count = 0;
  const features = new Features(
    system(["security_socket_sendmsg"], {
      kprobe: () => {
        count++;
        return true;
      },
    }),
  );
  features.has("fentry");
  assert.equal(count, 0);
  features.has("kprobe");
  features.has("kprobe");
  assert.equal(count, 1);
});

test("only names of features are features", () => {
  assert.ok(isFeature("tcx"));
  assert.ok(!isFeature("tcx "));
});

test("cgroup v2 is found beside v1, with escaped spaces", () => {
  const mounts = `cgroup /sys/fs/cgroup/cpu cgroup rw 0 0\ncgroup2 /sys/fs/cgroup/uni\\040fied cgroup2 rw 0 0\n`;
  assert.equal(cgroup2Root(mounts), "/sys/fs/cgroup/uni fied");
  assert.equal(cgroup2Root("proc /proc proc rw 0 0\n"), null);
});
