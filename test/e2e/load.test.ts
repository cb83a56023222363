// The verifier of this kernel takes every program that a plan may ask for, whatever is filtered: a program that it
// would refuse only with --uid is refused here.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { BACKENDS } from "../../src/kernel/backends.ts";
import { type CaptureOptions, KernelCapture, objectFile } from "../../src/kernel/capture.ts";
import { lackingFor, planHooks } from "../../src/kernel/plan.ts";
import { BACKEND_NAMES } from "../../src/model/settings.ts";
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
    chosenDevices: false,
    layers: new Set(["ethernet", "raw"]),
    filter: () => new Uint8Array(),
    types: new Map(),
  };
  const names = present();
  const plans = variants(names, { backend: "tc", attribution: true, transit: true });
  // what the other backends have of their own: with everything there is, and from the object for older kernels
  for (const backend of BACKEND_NAMES.filter((name) => name !== "tc"))
    for (const hidden of [[], ["bpf_loop"]] as const) {
      const features = new Set(names.filter((name) => !(hidden as readonly string[]).includes(name)));
      if (lackingFor(features, backend) !== null) continue;
      const { transit } = BACKENDS[backend];
      plans.push({ hidden: [...hidden], plan: planHooks(features, { backend, attribution: true, transit }) });
    }
  for (const { hidden, plan } of plans)
    for (const [whom, processes] of Object.entries(FILTERS))
      await t.test(
        `${plan.backend.name}, without ${hidden.join(", ") || "nothing"}, choosing ${whom}`,
        () => {
          const object = readFileSync(join(import.meta.dirname, "../../build", objectFile(plan)));
          const { everywhere } = plan.backend;
          const chosen = { severalNetns: everywhere, chosenDevices: everywhere && processes === SOMEBODY };
          const capture = new KernelCapture(addon, object, "", plan, { ...options, ...chosen, processes });
          assert.equal(capture.counters().captured, 0);
          capture.close();
        },
      );
});
