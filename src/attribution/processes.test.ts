import assert from "node:assert/strict";
import { test } from "node:test";
import {
  FILENAME_SIZE,
  ORIGIN_EXEC,
  ORIGIN_FORK,
  ORIGIN_SCAN,
  ORIGIN_SEEN,
  RECORD_CONTEXT,
  RECORD_EXIT,
  RECORD_PROCESS,
  RecordContext,
  RecordExit,
  RecordProcess,
} from "../addon/abi.ts";
import { DeviceTable, deviceLayer } from "./devices.ts";
import { Processes, splitArguments } from "./processes.ts";
import { Procfs, withDescendants } from "./procfs.ts";

const nowhere = { of: () => ({ container: null, pod: null }) };

interface ProcessFields {
  origin: number;
  process: number;
  parent?: number;
  pid: number;
  ppid?: number;
  name?: string;
  parentName?: string;
  filename?: string;
  args?: string;
  total?: number;
}

/** Records as the kernel writes them. */
function processRecord(fields: ProcessFields): { bytes: Uint8Array; words: Uint32Array; length: number } {
  const args = Buffer.from(fields.args ?? "");
  const filename = Buffer.from(fields.filename ?? "");
  const length = RecordProcess.size + FILENAME_SIZE + 512;
  const words = new Uint32Array(length / 4);
  const bytes = new Uint8Array(words.buffer);
  words[0] = RECORD_PROCESS | (fields.origin << 16);
  words[RecordProcess.process / 4] = fields.process;
  words[RecordProcess.parent / 4] = fields.parent ?? 0;
  words[RecordProcess.pid / 4] = fields.pid;
  words[RecordProcess.ppid / 4] = fields.ppid ?? 0;
  words[RecordProcess.filenameLen / 4] = filename.length;
  words[RecordProcess.argumentsLen / 4] = args.length;
  words[RecordProcess.argumentsTotal / 4] = fields.total ?? args.length;
  bytes.set(Buffer.from(fields.name ?? "comm"), RecordProcess.name);
  bytes.set(Buffer.from(fields.parentName ?? ""), RecordProcess.parentName);
  bytes.set(filename, RecordProcess.size);
  bytes.set(args, RecordProcess.size + FILENAME_SIZE);
  return { bytes, words, length };
}

function feed(processes: Processes, fields: ProcessFields): void {
  const { bytes, words, length } = processRecord(fields);
  processes.addProcess(bytes, words, 0, length);
}

function context(
  processes: Processes,
  id: number,
  process: number,
  tid: number,
  name: string,
  pid: number = tid,
): void {
  const words = new Uint32Array(RecordContext.size / 4);
  const bytes = new Uint8Array(words.buffer);
  words[0] = RECORD_CONTEXT;
  words[RecordContext.context / 4] = id;
  words[RecordContext.process / 4] = process;
  words[RecordContext.tid / 4] = tid;
  words[RecordContext.uid / 4] = 1000;
  words[RecordContext.pid / 4] = pid;
  bytes.set(Buffer.from(name), RecordContext.name);
  processes.addContext(bytes, words, 0);
}

function exit(processes: Processes, process: number): void {
  const words = new Uint32Array(RecordExit.size / 4);
  words[0] = RECORD_EXIT;
  words[RecordExit.process / 4] = process;
  processes.addExit(words, 0);
}

const own = { pid: 9, cmd: "/usr/bin/ptcpdump", args: ["ptcpdump", "-i", "lo"] };
const noFiles = { read: () => null };

test("exec: file name and arguments from the record, parent by id", () => {
  const processes = new Processes(noFiles, own, nowhere);
  feed(processes, { origin: ORIGIN_SEEN, process: 1, pid: 100, name: "bash", args: "-bash\0" });
  feed(processes, { origin: ORIGIN_FORK, process: 2, parent: 1, pid: 101, ppid: 100, name: "bash" });
  feed(processes, {
    origin: ORIGIN_EXEC,
    process: 3,
    parent: 1,
    pid: 101,
    ppid: 100,
    name: "curl",
    filename: "/usr/bin/curl",
    args: "curl\0-s\0http://x/\0",
  });
  context(processes, 7, 3, 101, "curl");
  assert.deepEqual(processes.context(7), {
    process: { pid: 101, cmd: "/usr/bin/curl", args: ["curl", "-s", "http://x/"] },
    thread: { tid: 101, name: "curl" },
    parent: { pid: 100, cmd: "bash", args: ["-bash"] },
    uid: 1000,
    container: null,
    pod: null,
  });
  assert.equal(processes.context(0), null);
  assert.equal(processes.context(8), null);
});

test("executed by a name alone: the path from /proc, or the parent's; neither where they name another program", () => {
  const files = new Map([
    [101, { exe: "/bin/busybox", args: ["wget"] }],
    [103, { exe: "/usr/bin/curl", args: ["curl"] }],
  ]);
  const processes = new Processes({ read: (pid) => files.get(pid) ?? null }, own, nowhere);
  feed(processes, { origin: ORIGIN_EXEC, process: 1, pid: 50, filename: "/usr/bin/busybox", args: "sh\0" });
  feed(processes, { origin: ORIGIN_EXEC, process: 2, pid: 51, filename: "/app/run.sh", args: "sh\0" });
  for (const [pid, parent, expected] of [
    [101, 1, "/bin/busybox"],
    [102, 1, "/usr/bin/busybox"],
    // it has executed another program since
    [103, 1, "/usr/bin/busybox"],
    [104, 2, "busybox"],
    [105, 0, "busybox"],
  ] as const) {
    feed(processes, { origin: ORIGIN_EXEC, process: pid, parent, pid, filename: "busybox", args: "wget\0" });
    context(processes, 1000 + pid, pid, pid, "wget");
    assert.equal(processes.context(1000 + pid)?.process?.cmd, expected, `pid ${pid}`);
  }
});

test("fork without exec: program and arguments are the parent's, pid and parent its own", () => {
  const processes = new Processes(noFiles, own, nowhere);
  feed(processes, {
    origin: ORIGIN_EXEC,
    process: 1,
    pid: 100,
    filename: "/bin/srv",
    args: "srv\0-p\x0080\0",
  });
  feed(processes, { origin: ORIGIN_FORK, process: 2, parent: 1, pid: 101, ppid: 100, name: "srv" });
  context(processes, 5, 2, 101, "srv");
  assert.deepEqual(processes.context(5)?.process, { pid: 101, cmd: "/bin/srv", args: ["srv", "-p", "80"] });
  assert.deepEqual(processes.context(5)?.parent, { pid: 100, cmd: "/bin/srv", args: ["srv", "-p", "80"] });
});

test("from before the start: /proc tells program, arguments and parent; without /proc the name stands", () => {
  const known = new Map([
    [200, { exe: "/usr/sbin/sshd", args: ["sshd", "-D"] }],
    [1, { exe: "/sbin/init", args: ["/sbin/init"] }],
  ]);
  const processes = new Processes({ read: (pid) => known.get(pid) ?? null }, own, nowhere);
  feed(processes, { origin: ORIGIN_SCAN, process: 1, pid: 200, ppid: 1, name: "sshd" });
  context(processes, 2, 1, 200, "sshd");
  assert.deepEqual(processes.context(2)?.process, { pid: 200, cmd: "/usr/sbin/sshd", args: ["sshd", "-D"] });
  assert.deepEqual(processes.context(2)?.parent, { pid: 1, cmd: "/sbin/init", args: ["/sbin/init"] });
  feed(processes, { origin: ORIGIN_SCAN, process: 3, pid: 300, ppid: 299, name: "gone", parentName: "sh" });
  context(processes, 4, 3, 300, "gone");
  assert.deepEqual(processes.context(4)?.process, { pid: 300, cmd: "gone", args: [] });
  assert.deepEqual(processes.context(4)?.parent, { pid: 299, cmd: "sh", args: [] });
});

test("a command line that was cut is read whole from /proc while the process lives", () => {
  const whole = { exe: "/bin/long", args: ["long", "x".repeat(9000)] };
  const processes = new Processes({ read: () => whole }, own, nowhere);
  feed(processes, { origin: ORIGIN_SEEN, process: 1, pid: 5, args: "long\0xx", total: 9006 });
  context(processes, 2, 1, 5, "long");
  assert.deepEqual(processes.context(2)?.process, { pid: 5, cmd: "/bin/long", args: whole.args });
});

test("the capture itself is shown as ptcpdump, also as a parent", () => {
  const processes = new Processes(noFiles, own, nowhere);
  feed(processes, { origin: ORIGIN_SEEN, process: 1, pid: 9, name: "node", args: "node\0x.mjs\0" });
  feed(processes, { origin: ORIGIN_FORK, process: 2, parent: 1, pid: 10, ppid: 9, name: "node" });
  feed(processes, {
    origin: ORIGIN_EXEC,
    process: 3,
    parent: 0,
    pid: 10,
    ppid: 9,
    filename: "/c",
    args: "c\0",
  });
  context(processes, 4, 1, 9, "node");
  context(processes, 5, 3, 10, "c");
  assert.deepEqual(processes.context(4)?.process, own);
  assert.deepEqual(processes.context(5)?.parent, own);
});

test("lengths that a record cannot have are not believed", () => {
  const processes = new Processes(noFiles, own, nowhere);
  const record = processRecord({ origin: ORIGIN_EXEC, process: 1, pid: 5, filename: "/bin/x", args: "x\0" });
  record.words[RecordProcess.argumentsLen / 4] = 0x7fffffff;
  record.words[RecordProcess.filenameLen / 4] = 0x7fffffff;
  processes.addProcess(record.bytes, record.words, 0, record.length);
  context(processes, 2, 1, 5, "x");
  assert.equal(processes.context(2)?.process?.args[0], "x");
});

test("ended processes are forgotten, oldest first, running ones never", () => {
  const processes = new Processes(noFiles, own, nowhere, { ended: 10 });
  feed(processes, { origin: ORIGIN_SEEN, process: 1, pid: 1, args: "init\0" });
  context(processes, 2, 1, 1, "init");
  for (let i = 0; i < 1000; i++) {
    const id = 10 + i * 2;
    feed(processes, { origin: ORIGIN_FORK, process: id, parent: 1, pid: 100 + i });
    context(processes, id + 1, id, 100 + i, "x");
    exit(processes, id);
    assert.ok(processes.context(id + 1), "a process that just ended is still known");
  }
  assert.ok(processes.context(2));
  assert.ok(processes.sizes().processes <= 21 && processes.sizes().contexts <= 21);
});

test("a capture of 100,000 processes and a million contexts keeps to its bounds, and the busy ones", () => {
  const processes = new Processes(noFiles, own, nowhere);
  feed(processes, { origin: ORIGIN_SEEN, process: 1, pid: 1, args: "server\0--busy\0" });
  context(processes, 2, 1, 1, "server");
  feed(processes, { origin: ORIGIN_SEEN, process: 3, pid: 2, args: "parent\0" });
  let id = 10;
  for (let i = 0; i < 100_000; i++) {
    const process = id++;
    // half of them never end, half of these are children of one that is never seen otherwise
    feed(processes, { origin: ORIGIN_FORK, process, parent: i % 2 === 0 ? 1 : 3, pid: 100 + i });
    for (let k = 0; k < 10; k++) context(processes, id++, process, 100 + i, "x");
    assert.ok(processes.context(id - 1), "the newest is known");
    if (i % 4 < 2) exit(processes, process);
    if (i % 50 === 0)
      assert.deepEqual(processes.context(2)?.process?.args, ["server", "--busy"], `after ${i}`);
  }
  const sizes = processes.sizes();
  assert.ok(sizes.processes <= 65_536 && sizes.contexts <= 131_072, JSON.stringify(sizes));
  // whoever was not used for long is forgotten, which is counted
  assert.equal(processes.missed, 0);
  assert.equal(processes.context(12), null);
  assert.equal(processes.missed, 1);
});

test("text is bounded, too: processes with long arguments make the longest unused go", () => {
  const processes = new Processes(noFiles, own, nowhere, { text: 100_000 });
  feed(processes, { origin: ORIGIN_SEEN, process: 1, pid: 1, args: "server\0" });
  context(processes, 2, 1, 1, "server");
  for (let i = 0; i < 10_000; i++) {
    feed(processes, { origin: ORIGIN_EXEC, process: 10 + i, pid: 100 + i, args: `x\0${"y".repeat(400)}\0` });
    assert.ok(processes.sizes().text <= 100_000 + 500);
    assert.ok(processes.context(2));
  }
  assert.ok(processes.sizes().processes > 100);
});

test("a context of a process that was forgotten: what /proc knows of it", () => {
  const files = { read: (pid: number) => (pid === 77 ? { exe: "/bin/late", args: ["late"] } : null) };
  const processes = new Processes(files, own, nowhere);
  context(processes, 5, 4711, 78, "worker", 77);
  assert.deepEqual(processes.context(5)?.process, { pid: 77, cmd: "/bin/late", args: ["late"] });
  context(processes, 6, 4712, 79, "gone", 79);
  assert.deepEqual(processes.context(6)?.process, { pid: 79, cmd: "gone", args: [] });
});

test("arguments are split at NUL, padding at the end left out, empty ones kept", () => {
  assert.deepEqual(splitArguments("a\0\0b\0"), ["a", "", "b"]);
  assert.deepEqual(splitArguments("nginx: master\0\0\0\0"), ["nginx: master"]);
  assert.deepEqual(splitArguments(""), []);
});

test("/proc: this process, and not another one that had its pid", () => {
  const procfs = new Procfs();
  const self = procfs.read(process.pid, 0);
  assert.equal(self?.exe, process.execPath);
  assert.ok(self.args.some((arg) => arg.endsWith("processes.test.ts")));
  assert.equal(procfs.read(process.pid, 1), null);
  assert.equal(procfs.read(0x7fffffff, 0), null);
  assert.ok(procfs.parents().some(([pid, ppid]) => pid === process.pid && ppid === process.ppid));
});

test("descendants of descendants, and nobody else's", () => {
  const parents: [number, number][] = [
    [2, 1],
    [3, 2],
    [4, 3],
    [5, 1],
  ];
  assert.deepEqual(withDescendants([2], parents).sort(), [2, 3, 4]);
  assert.deepEqual(withDescendants([9], parents), [9]);
});

test("devices: layers by type, one id per device, a new one after a rename", () => {
  assert.equal(deviceLayer(1), "ethernet");
  assert.equal(deviceLayer(65534), "raw");
  assert.equal(deviceLayer(801), null);
  const table = new DeviceTable(100, 7, "/proc/self/ns/net");
  const first = table.add({ ifindex: 3, name: "veth0", type: 1, flags: 1 });
  assert.equal(table.add({ ifindex: 3, name: "veth0", type: 1, flags: 0 }), first);
  const renamed = table.add({ ifindex: 3, name: "eth9", type: 1, flags: 1 });
  assert.notEqual(renamed.id, first.id);
  assert.equal(table.get(3), renamed);
  assert.equal(table.add({ ifindex: 4, name: "tun0", type: 65534, flags: 1 }).linkType, 101);
});
