import assert from "node:assert/strict";
import { test } from "node:test";
import { CONTEXT_PARTS, type Context } from "../model/context.ts";
import {
  contextComments,
  deviceComment,
  escapeValue,
  escapeWithin,
  MAX_OPTION,
  parseComments,
  parseDeviceComment,
  unescapeValue,
} from "./comment.ts";
import { contextOf } from "./handmade.ts";

const ALL = new Set(CONTEXT_PARTS);

test("a value is escaped so that it stays on its line, and comes back", () => {
  const table: [string, string][] = [
    ["plain é 漢 🦀", "plain é 漢 🦀"],
    ["a\nPID: 1", "a\\x0aPID: 1"],
    ["\r\t\0\x1b[31m\x7f", "\\x0d\\x09\\x00\\x1b[31m\\x7f"],
    ["\u0085\u009b", "\\x85\\x9b"],
    ["\u2028\u2029", "\\u2028\\u2029"],
    ["C:\\dir \\d+ end\\", "C:\\dir \\d+ end\\"],
    ["\\n \\r \\t \\x41 \\u2028", "\\x5cn \\x5cr \\x5ct \\x5cx41 \\x5cu2028"],
    ["\\\n", "\\\\x0a"],
    ["\\\\n", "\\\\x5cn"],
  ];
  for (const [value, escaped] of table) {
    assert.equal(escapeValue(value), escaped);
    assert.equal(unescapeValue(escaped), value);
  }
  assert.equal(unescapeValue("\\xZZ \\q \\u1234 \\"), "\\xZZ \\q \\u1234 \\", "what is no escape stays");
});

test("every mix of backslashes, letters and line feeds comes back", () => {
  const alphabet = ["\\", "n", "x", "u", "2", "0", "8", "a", "\n", "\u2028"];
  let seed = 1;
  for (let round = 0; round < 20_000; round++) {
    let value = "";
    for (let i = 0; i < 10; i++) {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      value += alphabet[(seed >>> 16) % alphabet.length];
    }
    const escaped = escapeValue(value);
    assert.equal(unescapeValue(escaped), value);
    assert.ok(!escaped.includes("\n") && !escaped.includes("\\n"), escaped);
  }
});

test("a long value is cut between characters and marked", () => {
  assert.equal(escapeWithin("abcdefgh", 8), "abcdefgh");
  assert.equal(escapeWithin("abcdefghi", 8), "abcde...");
  assert.equal(escapeWithin("🦀🦀🦀", 11), "🦀🦀...");
  assert.equal(escapeWithin("🦀🦀🦀", 10), "🦀...");
  assert.equal(escapeWithin("a\n\n\n\n", 12), "a\\x0a\\x0a...");
});

const FULL: Context = {
  process: { pid: 4711, cmd: "/usr/bin/curl", args: ["curl", "-H", "A:\nPID: 1", "https://example.com"] },
  thread: { tid: 4712, name: "work\ner" },
  parent: { pid: 1, cmd: "systemd", args: [] },
  uid: 0,
  container: {
    id: "0123",
    name: "web\nPID: 1",
    image: "nginx:1.27",
    labels: { a: "b\nPID: 1", "c\\n": '"' },
  },
  pod: {
    name: "web-1",
    namespace: "default",
    uid: "6ba7b810",
    labels: { app: "web" },
    annotations: { note: "\u0085\u2028", ["__proto__"]: "x" },
  },
};

test("a context becomes one comment per group, and comes back with its arguments split at spaces", () => {
  const comments = contextComments(FULL, ALL);
  assert.deepEqual(comments.slice(0, 5), [
    "PID: 4711\nCmd: /usr/bin/curl\nArgs: curl -H A:\\x0aPID: 1 https://example.com",
    "ThreadId: 4712\nThreadName: work\\x0aer",
    "UserId: 0",
    "ParentPID: 1\nParentCmd: systemd\nParentArgs: ",
    "ContainerName: web\\x0aPID: 1\nContainerId: 0123\nContainerImage: nginx:1.27\n" +
      'ContainerLabels: {"a":"b\\u000aPID: 1","c\\u005cn":"\\""}',
  ]);
  assert.equal(comments.length, 6);
  const back = parseComments(comments, true);
  assert.deepEqual(
    { ...back, process: null, pod: { ...back?.pod, annotations: null } },
    { ...FULL, process: null, pod: { ...FULL.pod, annotations: null } },
  );
  assert.equal(back?.process?.pid, 4711);
  assert.equal(back?.process?.args.join(" "), FULL.process?.args.join(" "));
  assert.deepEqual(Object.entries(back?.pod?.annotations ?? {}), Object.entries(FULL.pod?.annotations ?? {}));
});

test("no value makes a line of its own, whatever it contains", () => {
  const evil = "x\nPID: 1\r\nUserId: 0\u2028ParentPID: 2\u0085\\n";
  const context = contextOf({
    process: { pid: 7, cmd: evil, args: [evil, evil] },
    thread: { tid: 8, name: evil },
    container: { id: evil, name: evil, image: evil, labels: { [evil]: evil } },
    pod: { name: evil, namespace: evil, uid: evil, labels: { [evil]: evil }, annotations: { [evil]: evil } },
  });
  const comments = contextComments(context, ALL);
  assert.deepEqual(
    comments.map((comment) => comment.split("\n").length),
    [3, 2, 4, 5],
  );
  // As tshark shows them: a line feed as backslash and n.
  for (const comment of comments) assert.ok(!comment.includes("\\n"), comment);
  assert.deepEqual(parseComments(comments, true), {
    ...context,
    process: { pid: 7, cmd: evil, args: `${evil} ${evil}`.split(" ") },
  });
});

test("the parts chosen are written, the others not", () => {
  const table: [(typeof CONTEXT_PARTS)[number], string][] = [
    ["process", "PID: "],
    ["thread", "ThreadId: "],
    ["user", "UserId: "],
    ["parentproc", "ParentPID: "],
    ["container", "ContainerName: "],
    ["pod", "PodName: "],
  ];
  for (const [part, start] of table) {
    const comments = contextComments(FULL, new Set([part]));
    assert.equal(comments.length, 1);
    assert.ok(comments[0]!.startsWith(start));
  }
  assert.deepEqual(contextComments(contextOf(), ALL), []);
  assert.deepEqual(contextComments(FULL, new Set()), []);
});

test("no comment is longer than an option, and a shortened one still reads", () => {
  const long = "é\n\ud800".repeat(100_000);
  const labels = Object.fromEntries(
    Array.from({ length: 20_000 }, (_, i) => [`key-${i}`, "v".repeat(i % 50)]),
  );
  const context = contextOf({
    process: { pid: 7, cmd: long, args: [long] },
    parent: { pid: 6, cmd: "p", args: ["a".repeat(70_000)] },
    container: { id: long, name: long, image: long, labels },
    pod: { name: long, namespace: long, uid: long, labels, annotations: { big: "x".repeat(262_144) } },
  });
  const comments = contextComments(context, ALL);
  for (const comment of comments) {
    assert.ok(Buffer.byteLength(comment) <= MAX_OPTION, String(Buffer.byteLength(comment)));
    assert.ok(comment.isWellFormed());
  }
  const back = parseComments(comments, true);
  assert.ok(back?.process?.cmd.startsWith("é\n\ufffd") && back.process.cmd.endsWith("..."));
  assert.equal(back?.parent?.args[0]?.length, MAX_OPTION - "ParentPID: 6\nParentCmd: p\nParentArgs: ".length);
  const kept = Object.keys(back?.container?.labels ?? {});
  assert.ok(kept.length > 1000);
  assert.equal(back?.container?.labels["..."], `${20_000 - (kept.length - 1)} more`);
  assert.deepEqual(back?.pod?.annotations, { "...": "1 more" });
});

test("what the Go ptcpdump wrote is read as it stands", () => {
  const table: [string[], Partial<Context> | null][] = [
    [
      ["PID: 1\nCmd: /bin/sh\nArgs: sh -c \\n \\x41 a\\b"],
      { process: { pid: 1, cmd: "/bin/sh", args: ["sh", "-c", "\\n", "\\x41", "a\\b"] } },
    ],
    // An argument with line feeds, one of them a forged line: it is not escaped, but the first PID counts.
    [
      ["PID: 1\nCmd: sh\nArgs: sh -c x\n  y\nPID: 2"],
      { process: { pid: 1, cmd: "sh", args: ["sh", "-c", "x\n", "", "y"] } },
    ],
    [
      ["PID: 3\nCommand: c\nArgs: c ", "TID: 4\nThreadName: t"],
      { process: { pid: 3, cmd: "c", args: ["c"] }, thread: { tid: 4, name: "t" } },
    ],
    [["UserId: 1000\nGroupId: 1000"], { uid: 1000 }],
    [["PID: 0\nCmd: \nArgs: "], null],
    [["PID: x\nCmd: y"], null],
    [["PID: 4294967296"], null],
    [["a comment of somebody's", "Note: PID: 1", ""], null],
    [
      ["ContainerName: /n\nContainerId: i\nContainerImage: m\nContainerLabels: {broken"],
      { container: { name: "/n", id: "i", image: "m", labels: {} } },
    ],
  ];
  for (const [comments, expected] of table) {
    assert.deepEqual(parseComments(comments, false), expected === null ? null : contextOf(expected));
  }
});

test("a device's comment comes back; early forms are read", () => {
  const device = { ifindex: 3, netnsInode: 4026531840, netnsPath: "/run/netns/a, b\n" };
  assert.equal(deviceComment(device), "ifIndex: 3, netNsInode: 4026531840, netNsPath: /run/netns/a, b\\x0a");
  assert.deepEqual(parseDeviceComment(deviceComment(device), true), device);
  const table: [string, ReturnType<typeof parseDeviceComment>][] = [
    ["ifIndex: 3", { ifindex: 3, netnsInode: 0, netnsPath: "" }],
    ["netNsInode: 5, netNsPath: /x", { ifindex: 0, netnsInode: 5, netnsPath: "/x" }],
    ["ifIndex: 3netNsInode: 5, netNsPath: /x", null],
    ["", null],
    ["uplink to ifIndex: 3", null],
  ];
  for (const [comment, expected] of table) assert.deepEqual(parseDeviceComment(comment, true), expected);
});
