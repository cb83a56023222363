// The verifier of this kernel takes every program that a plan may ask for, whatever is filtered: a program that it
// would refuse only with --uid is refused here.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type CaptureOptions, KernelCapture, objectFile } from "../../src/kernel/capture.ts";
import { ladderAddon, present, variants } from "../ladder.ts";
import { privileged } from "../netns.ts";

const NOBODY = {
  pids: [],
  names: [],
  uids: [],
  containers: { ids: [], names: [], pods: [] },
  followForks: false,
};
const SOMEBODY = {
  pids: [1],
  names: ["short", "longer than a process's name"],
  uids: [0],
  containers: { ids: ["0123456789ab"], names: ["web"], pods: [{ name: "web", namespace: "default" }] },
  followForks: true,
};

const FILTERS: Record<string, CaptureOptions["processes"]> = { nobody: NOBODY, everybody: SOMEBODY };

test("every plan within reach is loaded", async (t) => {
  if (!privileged(t)) return;
  const addon = ladderAddon();
  const options: CaptureOptions = {
    snaplen: 262144,
    ringBytes: 1 << 20,
    wakeBytes: 1 << 17,
    direction: "inout",
    processes: NOBODY,
    attribution: true,
    mapEntries: new Map(),
    netns: 1,
    severalNetns: false,
    layers: new Set(["ethernet", "raw"]),
    filter: () => new Uint8Array(),
  };
  for (const { hidden, plan } of variants(present(), { attribution: true, transit: true }))
    for (const [whom, processes] of Object.entries(FILTERS))
      await t.test(`without ${hidden.join(", ") || "nothing"}, choosing ${whom}`, () => {
        const object = readFileSync(join(import.meta.dirname, "../../build", objectFile(plan)));
        const capture = new KernelCapture(addon, object, "", plan, { ...options, processes });
        assert.equal(capture.counters().captured, 0);
        capture.close();
      });
});
