import assert from "node:assert/strict";
import { test } from "node:test";
import { membershipOf, membershipOfProcess } from "./cgroups.ts";

const A = "3a7f".repeat(16);
const B = "09bc".repeat(16);
const UID = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";
const SLICE_UID = UID.replaceAll("-", "_");
const HASH = "7d6c9cb3".repeat(4);

/** Paths as engines make them, and the container ids and the pod's UID in each. */
const PATHS: [what: string, path: string, ids: string[], pod: string | null][] = [
  ["Docker, cgroupfs", `/docker/${A}`, [A], null],
  ["Docker, systemd", `/system.slice/docker-${A}.scope`, [A], null],
  ["Docker, a parent of one's own", `/batch.slice/batch-7.slice/docker-${A}.scope`, [A], null],
  ["Docker, --cgroup-parent", `/batch/${A}`, [A], null],
  ["Docker, cgroups made inside", `/docker/${A}/init.scope`, [A], null],
  [
    "rootless Docker",
    `/user.slice/user-1000.slice/user@1000.service/user.slice/docker-${A}.scope`,
    [A],
    null,
  ],
  ["Docker in Docker", `/docker/${A}/docker/${B}`, [B, A], null],
  ["Docker in Docker, systemd outside", `/system.slice/docker-${A}.scope/docker/${B}`, [B, A], null],
  ["Kubernetes burstable, cgroupfs", `/kubepods/burstable/pod${UID}/${A}`, [A], UID],
  ["Kubernetes besteffort, cgroupfs", `/kubepods/besteffort/pod${UID}/${A}`, [A], UID],
  ["Kubernetes guaranteed, cgroupfs", `/kubepods/pod${UID}/${A}`, [A], UID],
  ["Kubernetes, a pod from a file", `/kubepods/burstable/pod${HASH}/${A}`, [A], HASH],
  [
    "Kubernetes burstable, containerd, systemd",
    `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${SLICE_UID}.slice/cri-containerd-${A}.scope`,
    [A],
    UID,
  ],
  [
    "Kubernetes besteffort, Docker, systemd",
    `/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${SLICE_UID}.slice/docker-${A}.scope`,
    [A],
    UID,
  ],
  [
    "Kubernetes guaranteed, CRI-O, systemd",
    `/kubepods.slice/kubepods-pod${SLICE_UID}.slice/crio-${A}.scope`,
    [A],
    UID,
  ],
  [
    "CRI-O, with a cgroup made inside",
    `/kubepods.slice/kubepods-pod${SLICE_UID}.slice/crio-${A}.scope/container`,
    [A],
    UID,
  ],
  ["CRI-O, cgroupfs", `/kubepods/burstable/pod${UID}/crio-${A}`, [A], UID],
  ["CRI-O's monitor", `/kubepods/burstable/pod${UID}/crio-conmon-${A}`, [], UID],
  ["a pod without container", `/kubepods/burstable/pod${UID}`, [], UID],
  [
    "containerd with systemd's names and without its driver",
    `/system.slice/containerd.service/kubepods-burstable-pod${SLICE_UID}.slice:cri-containerd:${A}`,
    [A],
    UID,
  ],
  [
    "kind: Kubernetes in Docker",
    `/system.slice/docker-${B}.scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/` +
      `kubelet-kubepods-burstable-pod${SLICE_UID}.slice/cri-containerd-${A}.scope`,
    [A, B],
    UID,
  ],
  ["kind, cgroupfs", `/docker/${B}/kubelet/kubepods/besteffort/pod${UID}/${A}`, [A, B], UID],
  ["CRI without a parent", `/k8s.io/${A}`, [A], null],
  ["nerdctl", `/default/${A}`, [A], null],
  ["nerdctl, systemd", `/system.slice/nerdctl-${A}.scope`, [A], null],
  ["ctr: an id that people chose", "/default/web", [], null],
  ["Podman", `/machine.slice/libpod-${A}.scope`, [A], null],
  ["Podman, with the cgroup inside", `/machine.slice/libpod-${A}.scope/container`, [A], null],
  ["Podman, split", `/system.slice/app.service/libpod-payload-${A}`, [A], null],
  ["Podman, cgroupfs", `/libpod_parent/libpod-${A}`, [A], null],
  ["Podman's monitor", `/machine.slice/libpod-conmon-${A}.scope`, [], null],
  ["Podman's pod", `/machine.slice/machine-libpod_pod_${B}.slice/libpod-${A}.scope/container`, [A], null],
  [
    "rootless Podman",
    `/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${A}.scope`,
    [A],
    null,
  ],
  ["ECS", `/ecs/5c3f0f5e-89a1-4a4a-a2bf-6f8d7b2ce7a1/${A}`, [A], null],
  ["a service", "/system.slice/ssh.service", [], null],
  ["a login", "/user.slice/user-0.slice/session-1.scope", [], null],
  ["init", "/init.scope", [], null],
  ["the root", "/", [], null],
  ["an id too short", `/jobs/${A.slice(1)}`, [], null],
  ["an id too long", `/jobs/${A}0`, [], null],
  ["capitals", `/docker/${A.toUpperCase()}`, [], null],
];

test("container ids and pod UIDs in paths", () => {
  for (const [what, path, ids, pod] of PATHS) {
    const found = membershipOf(path.split("/").filter(Boolean).reverse());
    assert.deepEqual([found.ids, found.podUid], [ids, pod], `${what}: ${path}`);
    assert.equal(found.paths[0], path === "/" ? undefined : path, what);
  }
});

test("paths of all levels, the innermost first", () => {
  assert.deepEqual(membershipOf(["c", "b", "a"]).paths, ["/a/b/c", "/a/b", "/a"]);
});

/** /proc/PID/cgroup as the kernel writes it. */
const FILES: [what: string, text: string, ids: string[], pod: string | null][] = [
  ["v2", `0::/system.slice/docker-${A}.scope\n`, [A], null],
  ["v1", `12:pids:/docker/${A}\n11:memory:/docker/${A}\n1:name=systemd:/docker/${A}\n`, [A], null],
  ["hybrid, the container in v1", `9:name=systemd:/docker/${A}\n4:memory:/docker/${A}\n0::/\n`, [A], null],
  [
    "hybrid, the container in v2",
    `9:name=systemd:/\n4:memory:/\n0::/kubepods/burstable/pod${UID}/${A}\n`,
    [A],
    UID,
  ],
  ["hybrid, v2 in a service", `4:memory:/docker/${A}\n0::/system.slice/containerd.service\n`, [A], null],
  ["two controllers in one", `3:cpu,cpuacct:/docker/${A}\n`, [A], null],
  ["from inside a cgroup namespace", `0::/../${A}\n`, [A], null],
  ["removed", `0::/docker/${A} (deleted)\n`, [A], null],
  ["no container", "0::/user.slice/user-0.slice/session-1.scope\n", [], null],
  ["empty", "", [], null],
  ["damaged", "0::\nx\n:::::/\n", [], null],
];

test("container ids and pod UIDs in /proc/PID/cgroup", () => {
  for (const [what, text, ids, pod] of FILES) {
    const found = membershipOfProcess(text);
    assert.deepEqual([found.ids, found.podUid], [ids, pod], what);
  }
});
