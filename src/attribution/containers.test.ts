import assert from "node:assert/strict";
import { test } from "node:test";
import { RECORD_CGROUP, RecordCgroup } from "../addon/abi.ts";
import type { ContainerFilter } from "../model/settings.ts";
import { type ContainerDetails, Containers, type Namespaces, type Where } from "./containers.ts";

const A = "3a7f".repeat(16);
const B = "09bc".repeat(16);
const UID = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";
const HOST: Namespaces = { mntns: 1, pidns: 2, netns: 3 };
const NONE: ContainerFilter = { ids: [], names: [], pods: [] };
const SHOP = { name: "web-0", namespace: "shop", uid: UID, labels: { app: "web" }, annotations: {} };

function details(id: string, change: Partial<ContainerDetails> = {}): ContainerDetails {
  return {
    id,
    name: "",
    image: "",
    labels: {},
    pod: null,
    sandbox: false,
    pid: 0,
    cgroupPath: "",
    ...change,
  };
}

/** A table, what it asks, and what it tells the kernel. */
function table(filter: ContainerFilter = NONE, processes: Record<number, Namespaces> = {}) {
  const wanted: (string | number)[] = [];
  const asked: (string | number)[] = [];
  const containers = new Containers(HOST, (pid) => processes[pid] ?? null, filter, {
    container: (key) => wanted.push(key),
    namespace: (inode) => wanted.push(`ns ${inode}`),
    cgroup: (number) => wanted.push(number),
  });
  containers.inquiry = { container: (id) => asked.push(id), namespace: (inode) => asked.push(inode) };
  return { containers, wanted, asked };
}

/** RECORD_CGROUP as the kernel writes it. */
function cgroup(containers: Containers, number: number, v2: string, v1 = "/"): void {
  const words = new Uint32Array(RecordCgroup.size / 4);
  const bytes = Buffer.from(words.buffer);
  words[0] = RECORD_CGROUP;
  words[RecordCgroup.cgroup / 4] = number;
  const put = (path: string, at: number, lengthAt: number) => {
    const names = path.split("/").filter(Boolean).reverse();
    words[lengthAt / 4] = bytes.write(names.map((name) => `${name}\0`).join(""), at);
  };
  put(v2, RecordCgroup.v2, RecordCgroup.v2Len);
  put(v1, RecordCgroup.v1, RecordCgroup.v1Len);
  containers.addCgroup(bytes, words, 0);
}

const at = (number: number, change: Partial<Where> = {}): Where => ({ cgroup: number, ...HOST, ...change });

test("by cgroup, of v2 or v1; outside of containers nothing", () => {
  const { containers, asked } = table();
  containers.put(3, details(A, { name: "web", image: "nginx", labels: { app: "shop" } }));
  cgroup(containers, 7, `/system.slice/docker-${A}.scope`);
  cgroup(containers, 8, "/", `/docker/${A}`);
  cgroup(containers, 9, "/system.slice/ssh.service");
  const found = containers.of(at(7));
  assert.deepEqual(found.container, { id: A, name: "web", image: "nginx", labels: { app: "shop" } });
  assert.equal(containers.of(at(8)), found, "the same object, for sinks keep what they made of it");
  assert.deepEqual(containers.of(at(9)), { container: null, pod: null });
  assert.deepEqual(containers.of(at(0)), { container: null, pod: null });
  assert.deepEqual(containers.of(at(4711)), { container: null, pod: null });
  assert.deepEqual(asked, []);
});

test("an unknown container has its id, and is asked for once; told of later it has its name", () => {
  const { containers, asked } = table();
  cgroup(containers, 7, `/docker/${A}`);
  const before = containers.of(at(7));
  assert.deepEqual(before.container, { id: A, name: "", image: "", labels: {} });
  assert.equal(containers.of(at(7)), before);
  assert.deepEqual(asked, [A]);
  let changes = 0;
  containers.onChange = () => changes++;
  containers.put(3, details(A, { name: "web" }));
  assert.equal(changes, 1);
  assert.equal(containers.of(at(7)).container?.name, "web");
});

test("a container in a container: the innermost that an engine knows, else the innermost", () => {
  const { containers } = table();
  cgroup(containers, 7, `/docker/${A}/docker/${B}`);
  assert.equal(containers.of(at(7)).container?.id, B);
  containers.put(3, details(A, { name: "outer" }));
  assert.equal(containers.of(at(7)).container?.name, "outer");
});

test("of two engines the higher counts, the lower fills what is missing", () => {
  const { containers } = table();
  cgroup(containers, 7, `/docker/${A}`);
  containers.put(3, details(A, { name: "web", image: "" }));
  containers.put(1, details(A, { name: A, image: "docker.io/library/nginx:latest", labels: { low: "1" } }));
  assert.deepEqual(containers.of(at(7)).container, {
    id: A,
    name: "web",
    image: "docker.io/library/nginx:latest",
    labels: { low: "1" },
  });
});

test("a pod by its containers' labels, more of it from who knows more, and for those in its cgroup", () => {
  const { containers } = table();
  const labels = {
    "io.kubernetes.pod.name": "web-0",
    "io.kubernetes.pod.namespace": "shop",
    "io.kubernetes.pod.uid": UID,
  };
  cgroup(containers, 7, `/kubepods/burstable/pod${UID}/${A}`);
  cgroup(containers, 8, `/kubepods/burstable/pod${UID}/${B}`);
  cgroup(containers, 9, `/kubepods/burstable/pod${UID}`);
  containers.put(1, details(A, { name: "app", labels }));
  assert.deepEqual(containers.of(at(7)).pod, {
    name: "web-0",
    namespace: "shop",
    uid: UID,
    labels: {},
    annotations: {},
  });
  assert.equal(containers.of(at(8)).pod?.name, "web-0", "a container that is not known yet");
  containers.put(2, details(A, { name: "app", labels, pod: SHOP }));
  assert.deepEqual(containers.of(at(7)).pod, SHOP);
  assert.deepEqual(containers.of(at(9)), { container: null, pod: SHOP });
  // whoever knows less does not take it away again
  containers.put(1, details(B, { name: "side", labels }));
  assert.deepEqual(containers.of(at(8)).pod, SHOP);
});

test("a pod by the cgroup, where the engine that tells of the container knows of no pods", () => {
  const { containers } = table();
  cgroup(containers, 7, `/kubepods/burstable/pod${UID}/${A}`);
  containers.put(2, details(B, { sandbox: true, pod: SHOP }));
  containers.put(1, details(A, { name: "app" }));
  assert.deepEqual(containers.of(at(7)).pod, SHOP);
  const before = containers.of(at(7));
  containers.put(1, details(A, { name: "app" }));
  assert.equal(containers.of(at(7)), before, "the same object");
});

test("containerd's freely chosen ids, by the path that it tells", () => {
  const { containers } = table();
  cgroup(containers, 7, "/default/web");
  cgroup(containers, 8, "/other/web");
  cgroup(containers, 9, "/default/web/inside");
  containers.put(1, details("web", { image: "bb", cgroupPath: "/default/web" }));
  assert.equal(containers.of(at(7)).container?.id, "web");
  assert.equal(containers.of(at(8)).container, null);
  assert.equal(containers.of(at(9)).container?.id, "web");
});

test("by namespaces where no cgroup tells: of a container alone, else of its pod, never the host's", () => {
  const processes = {
    100: { mntns: 11, pidns: 12, netns: 13 },
    200: { mntns: 21, pidns: 12, netns: 13 },
    300: { mntns: 31, pidns: 2, netns: 3 },
    400: { mntns: 41, pidns: 42, netns: 13 },
  };
  const { containers, asked } = table(NONE, processes);
  containers.put(2, details("sandbox", { sandbox: true, pod: SHOP, pid: 400 }));
  containers.put(2, details(A, { name: "app", pod: SHOP, pid: 100 }));
  assert.equal(
    containers.of(at(0, { mntns: 1, netns: 13 })).container?.name,
    "app",
    "the sandbox does not count",
  );
  containers.put(2, details(B, { name: "side", pod: SHOP, pid: 200 }));
  containers.put(3, details("host", { name: "host", pid: 300 }));
  assert.equal(containers.of(at(0, { mntns: 11 })).container?.name, "app");
  assert.equal(containers.of(at(0, { mntns: 31 })).container?.name, "host");
  assert.deepEqual(containers.of(at(0, { netns: 13 })), { container: null, pod: SHOP });
  assert.deepEqual(containers.of(at(0, { pidns: 42 })), { container: null, pod: SHOP });
  assert.deepEqual(containers.of(at(0)), { container: null, pod: null });
  assert.deepEqual(asked, []);
  assert.equal(containers.of(at(0, { mntns: 99 })).container, null);
  assert.equal(containers.of(at(0, { mntns: 99 })).container, null);
  assert.deepEqual(asked, [99], "asked once");
  // a namespace's number may be another's tomorrow
  containers.end(A);
  assert.equal(containers.of(at(0, { mntns: 11 })).container, null);
});

test("which containers have no first process known", () => {
  const { containers } = table(NONE, { 100: HOST });
  containers.put(3, details(A, { pid: 100 }));
  containers.put(3, details(B));
  containers.put(3, details("c"));
  containers.end("c");
  assert.deepEqual(containers.withoutPid(), [B]);
});

const FILTERS: [what: string, filter: Partial<ContainerFilter>, wanted: string[]][] = [
  ["an id", { ids: [A] }, [A]],
  ["the beginning of an id", { ids: [A.slice(0, 12)] }, [A]],
  ["a beginning too short", { ids: [A.slice(0, 11)] }, []],
  ["a short id", { ids: ["web"] }, ["default/web"]],
  ["a name", { names: ["app"] }, [A]],
  ["the beginning of a name", { names: ["ap"] }, []],
  ["nothing by an empty name", { names: [""] }, []],
  [
    "a pod: its containers, and those to come",
    { pods: [{ name: "web-0", namespace: "shop" }] },
    [`pod${UID}`, `pod${UID.replaceAll("-", "_")}`, B],
  ],
  ["a pod of another namespace", { pods: [{ name: "web-0", namespace: "default" }] }, []],
  ["several: their union", { names: ["app"], ids: ["web"] }, [A, "default/web"]],
];

test("what the kernel is told of the containers chosen", () => {
  for (const [what, filter, expected] of FILTERS) {
    const { containers, wanted } = table({ ...NONE, ...filter });
    containers.put(3, details(A, { name: "app" }));
    containers.put(3, details(B, { name: "side", pod: SHOP }));
    containers.put(1, details("web", { cgroupPath: "/default/web" }));
    containers.put(3, details(A, { name: "app", image: "again" }));
    assert.deepEqual(wanted, expected, what);
    assert.equal(containers.matches, expected.length === 3 ? 1 : expected.length, what);
  }
});

test("a container chosen after its cgroup was seen, by its name, by its namespaces, or only by its id", () => {
  const { containers, wanted } = table(
    { ...NONE, names: ["web"], ids: [B] },
    { 5: { mntns: 11, pidns: 12, netns: 3 } },
  );
  cgroup(containers, 7, `/docker/${A}`);
  cgroup(containers, 8, `/docker/${B}`);
  assert.deepEqual(wanted, [8]);
  containers.put(3, details(A, { name: "web", pid: 5 }));
  assert.deepEqual(wanted, [8, A, "ns 11", "ns 12", 7]);
  assert.equal(containers.matches, 1);
  containers.chooseUnknown({ ids: [B], podUid: null, paths: [] });
  containers.chooseUnknown({ ids: [B], podUid: null, paths: [] });
  assert.deepEqual(wanted.at(-1), B);
  assert.equal(containers.matches, 2);
  // its next start
  containers.end(A);
  cgroup(containers, 9, `/docker/${A}`);
  assert.equal(wanted.at(-1), 9);
});

test("what engines tell is bounded, and ended containers are forgotten some time, running ones never", () => {
  const { containers } = table();
  const labels = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`key${i}`, "v".repeat(9999)]));
  containers.put(3, details(A, { name: "n".repeat(99999), labels }));
  cgroup(containers, 7, `/docker/${A}`);
  for (let i = 0; i < 5000; i++) {
    const id = i.toString(16).padStart(64, "0");
    containers.put(3, details(id, { name: `job${i}` }));
    containers.end(id);
  }
  const { container } = containers.of(at(7));
  assert.ok(container && container.name.length < 5000);
  assert.ok(JSON.stringify(container.labels).length < 50_000);
  cgroup(containers, 8, `/docker/${"0".padStart(64, "0")}`);
  assert.equal(containers.of(at(8)).container?.name, "", "the first job is forgotten");
  cgroup(containers, 9, `/docker/${(4999).toString(16).padStart(64, "0")}`);
  assert.equal(containers.of(at(9)).container?.name, "job4999");
});
