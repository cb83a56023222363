import assert from "node:assert/strict";
import { test } from "node:test";
import { ANCILLARY, Ancillary, Op, STRIDE } from "./classic.ts";
import { compileForDevice, compileForFile, needsDevice } from "./expression.ts";
import { REFUSED } from "./expressions.ts";
import { addon, noAddon, skipUnless } from "./fixture.ts";

const ETHERNET = { linkType: 1, snaplen: 262144, optimize: true };
const skip = noAddon || skipUnless(process.getuid?.() === 0, "packet sockets need root");

test("a file's filter looks for the VLAN tag in the frame only, a device's also aside", { skip }, () => {
  const aside = (program: Uint32Array): boolean =>
    program.some((k, i) => i % STRIDE === 3 && k === ANCILLARY + Ancillary.VLAN_TAG_PRESENT);
  assert.equal(aside(compileForFile(addon(), "vlan 3 and tcp", ETHERNET)), false);
  assert.equal(aside(compileForDevice(addon(), "vlan 3 and tcp", "lo", ETHERNET)), true);
});

test("a device is opened only for vlan", { skip: noAddon }, () => {
  for (const expression of ["tcp", "inbound", "host vlanserver", ""])
    assert.equal(needsDevice(expression), false);
  for (const expression of ["vlan", "not vlan 3", "ip or(vlan and ip)"])
    assert.equal(needsDevice(expression), true, expression);
  const outbound = compileForDevice(addon(), "outbound", "nosuchdevice", ETHERNET);
  assert.equal(outbound[3], ANCILLARY + Ancillary.PKTTYPE);
  assert.throws(() => compileForDevice(addon(), "vlan", "nosuchdevice", ETHERNET), { code: "filter-device" });
});

test("link types of files and of devices compile the same", { skip: noAddon }, () => {
  // LINKTYPE_RAW is 101, DLT_RAW 12.
  const raw = compileForFile(addon(), "tcp", { ...ETHERNET, linkType: 101 });
  assert.deepEqual(compileForFile(addon(), "tcp", { ...ETHERNET, linkType: 12 }), raw);
  assert.deepEqual(compileForDevice(addon(), "tcp", "", { ...ETHERNET, linkType: 101 }), raw);
  assert.equal(raw[0], Op.LD_B_ABS);
  assert.deepEqual(addon().pcapLinkType(101), { dlt: 12, name: "RAW", description: "Raw IP" });
  assert.equal(addon().pcapLinkTypeByName("EN10MB"), 1);
  assert.equal(addon().pcapLinkTypeByName("nosuchtype"), -1);
});

test("the snap length and the optimizer's absence reach the program", { skip: noAddon }, () => {
  assert.deepEqual([...compileForFile(addon(), "", { ...ETHERNET, snaplen: 96 })], [Op.RET_K, 0, 0, 96]);
  const plain = compileForFile(addon(), "host 10.0.0.1 or 10.0.0.2", { ...ETHERNET, optimize: false });
  assert.ok(plain.length > compileForFile(addon(), "host 10.0.0.1 or 10.0.0.2", ETHERNET).length);
});

test("an expression that libpcap refuses is a failure with libpcap's words", { skip: noAddon }, () => {
  for (const expression of REFUSED)
    assert.throws(
      () => compileForFile(addon(), expression, ETHERNET),
      { code: "filter-expression" },
      expression,
    );
  assert.throws(() => compileForFile(addon(), "ip foo bar", ETHERNET), {
    code: "filter-expression",
    message: "can't parse filter expression: syntax error",
  });
  assert.throws(() => addon().pcapCompile(1, 65535, "ip\0", true), { code: "EINVAL" });
});

test("libpcap tells its version and the devices", { skip: noAddon }, () => {
  assert.match(addon().pcapVersion(), /^libpcap version \d+\.\d+/);
  const loopback = addon()
    .pcapDevices()
    .find((device) => device.name === "lo");
  // PCAP_IF_LOOPBACK
  assert.ok(loopback !== undefined && (loopback.flags & 1) === 1);
});
