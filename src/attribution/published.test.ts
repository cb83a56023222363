import assert from "node:assert/strict";
import { test } from "node:test";
import { type PublishedPort, PublishedPorts } from "./published.ts";

const PORT: PublishedPort = {
  protocol: "tcp",
  hostAddress: "0.0.0.0",
  hostPort: 8080,
  addresses: ["172.17.0.2", "fd00::2"],
  port: 80,
};

/** The kernel's side: what it was told, in hexadecimal. */
function kernel(netns = 3) {
  const told = new Map<string, string>();
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
  const ports = new PublishedPorts({
    netnsNumber: () => netns,
    deviceTo: (address) => (address.length === 4 ? 7 : 8),
    put: (key, value) => void told.set(hex(key), hex(value)),
    remove: (key) => void told.delete(hex(key)),
  });
  return { ports, told };
}

const NO_ADDRESS = "00".repeat(16);
const KEY = `${NO_ADDRESS}1f900602`;
const IPV4 = `ac110002${"00".repeat(12)}`;

test("an entry for each port and kind of address", () => {
  const { ports, told } = kernel();
  ports.set("a", 100, [
    PORT,
    { ...PORT, hostAddress: "::" },
    { ...PORT, protocol: "udp", hostAddress: "192.0.2.1", port: 53 },
  ]);
  assert.deepEqual(Object.fromEntries(told), {
    [KEY]: `${IPV4}005000000300000007000000`,
    [`${NO_ADDRESS}1f90060a`]: `fd00${"00".repeat(13)}02005000000300000008000000`,
    [`c0000201${"00".repeat(12)}1f901102`]: `${IPV4}003500000300000007000000`,
  });
});

test("entries go with the container, and are those that it has now", () => {
  const { ports, told } = kernel();
  ports.set("a", 100, [PORT]);
  ports.set("b", 200, [{ ...PORT, hostPort: 8081 }]);
  ports.set("a", 100, [{ ...PORT, hostPort: 8082 }]);
  assert.deepEqual([...told.keys()], [`${NO_ADDRESS}1f910602`, `${NO_ADDRESS}1f920602`]);
  ports.clear("b");
  ports.clear("unknown");
  // it does not run
  ports.set("a", 0, [PORT]);
  assert.deepEqual([...told.keys()], []);
});

test("what is told again is left alone, so that no packet comes in between", () => {
  let calls = 0;
  const count = () => ++calls;
  const ports = new PublishedPorts({ netnsNumber: () => 3, deviceTo: () => 7, put: count, remove: count });
  const told = [PORT];
  ports.set("a", 100, told);
  ports.set("a", 100, told);
  assert.equal(calls, 1);
  ports.set("a", 101, told);
  assert.equal(calls, 3);
});

test("what is not translated, and what makes no sense, is left out", () => {
  const { ports, told } = kernel();
  ports.set("a", 100, [
    { ...PORT, protocol: "sctp" },
    { ...PORT, hostAddress: "127.0.0.1" },
    { ...PORT, hostAddress: "::1" },
    { ...PORT, hostAddress: "everywhere" },
    { ...PORT, addresses: ["fd00::2"] },
    { ...PORT, addresses: [] },
    { ...PORT, hostPort: 0 },
    { ...PORT, hostPort: 65536 },
    { ...PORT, port: Number.NaN },
  ]);
  assert.equal(told.size, 0);
  const own = kernel(-1);
  own.ports.set("a", 100, [PORT]);
  assert.equal(own.told.size, 0);
});
