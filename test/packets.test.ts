import assert from "node:assert/strict";
import { test } from "node:test";
import { owner, packets, plain } from "./packets.ts";

const SHORT =
  "02:00:37.400239 eth0 python3.11.42 Out IP 10.0.2.15.5 > 10.0.2.1.80: tcp 0, length 0, Thread [a b.43], ParentProc [sh.9]";
const VERBOSE = `eth0 In IP (tos 0x0, ttl 64)
    10.0.2.15.5 > 10.0.2.1.80: Flags [S]
    Process (pid 7, cmd /usr/bin/curl, args curl (x) y)
    User (uid 0)
	0x0000:  4500`;
const BARE = "02:00:37.400239 lo In ARP, Request who-has 10.0.0.1";
const FOREIGN = "02:00:37.400239 IP 10.0.2.15.5 > 10.0.2.1.80: UDP, length 3";

test("a text falls apart into packets", () => {
  assert.deepEqual(packets(`${SHORT}\n${VERBOSE}\n${BARE}\n`), [SHORT, VERBOSE, BARE]);
  assert.deepEqual(packets(""), []);
});

test("owners are read", () => {
  assert.deepEqual(owner(SHORT), { device: "eth0", name: "python3.11", pid: 42, direction: "Out" });
  assert.deepEqual(owner(VERBOSE), { device: "eth0", name: "curl", pid: 7, direction: "In" });
  assert.deepEqual(owner(BARE), { device: "lo", name: "", pid: 0, direction: "In" });
  assert.equal(owner(FOREIGN), null);
});

test("owners are cut", () => {
  assert.equal(plain(SHORT), "02:00:37.400239 IP 10.0.2.15.5 > 10.0.2.1.80: tcp 0, length 0");
  assert.equal(
    plain(VERBOSE),
    "IP (tos 0x0, ttl 64)\n    10.0.2.15.5 > 10.0.2.1.80: Flags [S]\n\t0x0000:  4500",
  );
  assert.equal(plain(BARE), "02:00:37.400239 ARP, Request who-has 10.0.0.1");
  assert.equal(plain(FOREIGN), FOREIGN);
});
