import assert from "node:assert/strict";
import { test } from "node:test";
import { loadVerdict, possibleCpus, stackSize } from "./capture.ts";

test("a refused load is told by program, error and the verifier's last word", () => {
  const log = `libbpf: prog 'capture_raw_in': BPF program load failed: Permission denied
libbpf: prog 'capture_raw_in': -- BEGIN PROG LOAD LOG --
0: R1=ctx() R10=fp0
R0 invalid mem access 'scalar'
processed 5 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0
-- END PROG LOAD LOG --
libbpf: prog 'capture_raw_in': failed to load: -13
libbpf: failed to load object 'ptcpdump'
`;
  assert.equal(loadVerdict(log), "capture_raw_in: Permission denied (R0 invalid mem access 'scalar')");
  assert.equal(
    loadVerdict(
      "libbpf: prog 'x': BPF program load failed: Invalid argument\nlibbpf: failed to load object 'ptcpdump'\n",
    ),
    "x: Invalid argument",
  );
  assert.equal(
    loadVerdict(
      "libbpf: Error in bpf_create_map_xattr(ring): Cannot allocate memory(-12)\nlibbpf: failed to load object 'p'\n",
    ),
    "libbpf: Error in bpf_create_map_xattr(ring): Cannot allocate memory(-12)",
  );
  assert.equal(loadVerdict(""), "no reason given");
});

test("per-CPU values have as many parts as there may be CPUs", () => {
  assert.equal(possibleCpus("0\n"), 1);
  assert.equal(possibleCpus("0-3\n"), 4);
  assert.equal(possibleCpus("0,2-5\n"), 6);
});

test("a task's stack in the kernel is 16 KiB, or a page of arm64's larger ones", () => {
  assert.equal(stackSize("x64", 4096), 16384);
  assert.equal(stackSize("arm64", 4096), 16384);
  assert.equal(stackSize("arm64", 65536), 65536);
});
