import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { cgroup2Root, FEATURES, type FeatureName, probeFeatures } from "./features.ts";
import { CAPTURES, NEEDS } from "./hooks.ts";
import { planHooks, plannedPrograms } from "./plan.ts";

const everything = new Set<FeatureName>(FEATURES.map((feature) => feature.name));
const source = readFileSync(join(import.meta.dirname, "../../bpf/ptcpdump.bpf.c"), "utf8");
const programs = [...source.matchAll(/^SEC\("[^"]+"\)\nint (?:BPF_PROG\()?(\w+)/gm)].map(
  (match) => match[1]!,
);

test("every program of the object has a row, and every row a program", () => {
  const rows = [
    ...CAPTURES.map((capture) => capture.program as string),
    ...NEEDS.flatMap((need) => need.rungs.flatMap((rung) => rung.hooks.map((hook) => hook.program))),
  ];
  assert.deepEqual([...new Set(rows)].sort(), [...programs].sort());
});

test("with every feature the first rung of each ladder is taken and nothing is unused", () => {
  const plan = planHooks(everything, true);
  assert.deepEqual(
    plan.choices.map((choice) => choice.rung),
    NEEDS.map((need) => need.rungs[0]!.name),
  );
  assert.deepEqual(plannedPrograms(plan).sort(), [...programs].sort());
  assert.deepEqual(plan.unused, []);
});

test("a missing feature takes away only the rungs that need it", () => {
  const plan = planHooks(new Set([...everything].filter((name) => name !== "sock_send_length")), true);
  assert.deepEqual(plan.unused, ["socket_send", "socket_receive"]);
  assert.equal(plan.choices.find((choice) => choice.need === "socket use")?.rung, null);
  assert.equal(plan.choices.find((choice) => choice.need === "open sockets")?.rung, "task_file iterator");
});

test("without attribution only the capture programs are loaded", () => {
  const plan = planHooks(everything, false);
  assert.deepEqual(plan.hooks, []);
  assert.equal(plan.unused.length, programs.length - CAPTURES.length);
});

test("features are found by whole names in BTF's strings", () => {
  const system = (names: string | null) => ({
    names: names === null ? null : Buffer.from(names),
    cgroup2: null,
  });
  assert.deepEqual([...probeFeatures(system(null))], []);
  assert.deepEqual([...probeFeatures(system("\0btf_trace_sock_send_length_x\0"))], ["BTF"]);
  assert.deepEqual(
    [...probeFeatures(system("\0a\0btf_trace_sock_send_length\0bpf_sock_from_file\0"))],
    ["BTF", "sock_send_length", "bpf_sock_from_file"],
  );
});

test("cgroup v2 is found beside v1, with escaped spaces", () => {
  const mounts = `cgroup /sys/fs/cgroup/cpu cgroup rw 0 0\ncgroup2 /sys/fs/cgroup/uni\\040fied cgroup2 rw 0 0\n`;
  assert.equal(cgroup2Root(mounts), "/sys/fs/cgroup/uni fied");
  assert.equal(cgroup2Root("proc /proc proc rw 0 0\n"), null);
});
