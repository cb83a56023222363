import assert from "node:assert/strict";
import { test } from "node:test";
import type { Device } from "../model/packet.ts";
import { Direction } from "../model/packet.ts";
import { contextOf, deviceOf, packetOf } from "./handmade.ts";
import { needsPacketIds, PacketIds } from "./packet-ids.ts";

const HOST = 1;
const WEB = 2;
const device = (name: string, netnsInode: number, fields: Partial<Device> = {}): Device =>
  deviceOf({ name, netnsInode, ...fields });
const LO = device("lo", HOST);
const VETH = device("veth0", HOST);
const VETH1 = device("veth1", HOST);
const BRIDGE = device("docker0", HOST);
const UPLINK = device("eth0", HOST);
const INSIDE = device("eth0", WEB);
const TUN = device("tun0", HOST, { linkType: 101 });

interface Sent {
  mac?: number;
  version?: 4 | 6;
  from?: [number, number];
  to?: [number, number];
  ttl?: number;
  id?: number;
  seq?: number;
  protocol?: "tcp" | "udp";
  payload?: string;
  vlan?: boolean;
}

/** An Ethernet frame; addresses are 10.0.0.N or fd00::N. */
function frame(sent: Sent): Buffer {
  const { mac = 1, version = 4, from = [2, 4000], to = [9, 80], ttl = 64, id = 7, seq = 1000 } = sent;
  const { protocol = "tcp", payload = "hello", vlan = false } = sent;
  const data = Buffer.from(payload);
  const transport = Buffer.alloc(protocol === "tcp" ? 20 : 8);
  transport.writeUInt16BE(from[1], 0);
  transport.writeUInt16BE(to[1], 2);
  if (protocol === "tcp") {
    transport.writeUInt32BE(seq, 4);
    transport.writeUInt16BE(0x5018, 12);
    transport.writeUInt16BE(from[0] * 256 + to[0], 16); // a checksum: it changes with the addresses
  } else {
    transport.writeUInt16BE(8 + data.length, 4);
    transport.writeUInt16BE(from[0] * 256 + to[0], 6);
  }
  let ip: Buffer;
  if (version === 4) {
    ip = Buffer.from([
      0x45,
      0,
      0,
      0,
      0,
      0,
      0x40,
      0,
      ttl,
      protocol === "tcp" ? 6 : 17,
      0,
      ttl,
      10,
      0,
      0,
      from[0],
      10,
      0,
      0,
      to[0],
    ]);
    ip.writeUInt16BE(20 + transport.length + data.length, 2);
    ip.writeUInt16BE(id, 4);
  } else {
    ip = Buffer.alloc(40);
    ip.writeUInt32BE(0x60000000 + id, 0);
    ip.writeUInt16BE(transport.length + data.length, 4);
    ip[6] = protocol === "tcp" ? 6 : 17;
    ip[7] = ttl;
    ip[8] = ip[24] = 0xfd;
    ip[23] = from[0];
    ip[39] = to[0];
  }
  const type = version === 4 ? [8, 0] : [0x86, 0xdd];
  const tag = vlan ? [0x81, 0, 0, 5] : [];
  return Buffer.concat([
    Buffer.from([2, 0, 0, 0, 0, mac + 1, 2, 0, 0, 0, 0, mac, ...tag, ...type]),
    ip,
    transport,
    data,
  ]);
}

type Sighting = [where: Device, direction: "In" | "Out", sent: Sent | Buffer, ms?: number, pid?: number];

/** The ids of these sightings, one after the other. */
function ids(sightings: readonly Sighting[], table = new PacketIds()): number[] {
  return sightings.map(([where, direction, sent, ms = 0, pid = 0]) => {
    const bytes = Buffer.isBuffer(sent) ? sent : frame(sent);
    const data = where.linkType === 1 ? bytes : bytes.subarray(14);
    const context = pid === 0 ? null : contextOf({ process: { pid, cmd: "x", args: [] } });
    return table.of(
      packetOf(data, { device: where, direction: Direction[direction], nsec: ms * 1_000_000, context }),
    );
  });
}

for (const version of [4, 6] as const)
  for (const protocol of ["tcp", "udp"] as const)
    test(`IPv${version}, ${protocol}: out of a container, over veth and bridge, translated on the uplink; the answer back`, () => {
      const base = { version, protocol };
      assert.deepEqual(
        ids([
          [INSIDE, "Out", { ...base }],
          [VETH, "In", { ...base }],
          [BRIDGE, "In", { ...base }],
          [UPLINK, "Out", { ...base, mac: 7, ttl: 63, from: [1, 61000] }],
          [UPLINK, "In", { ...base, mac: 8, from: [9, 80], to: [1, 61000], seq: 77, payload: "yes" }],
          [
            BRIDGE,
            "Out",
            { ...base, mac: 5, ttl: 63, from: [9, 80], to: [2, 4000], seq: 77, payload: "yes" },
          ],
          [VETH, "Out", { ...base, mac: 5, ttl: 63, from: [9, 80], to: [2, 4000], seq: 77, payload: "yes" }],
          [INSIDE, "In", { ...base, mac: 5, ttl: 63, from: [9, 80], to: [2, 4000], seq: 77, payload: "yes" }],
        ]),
        [1, 1, 1, 1, 2, 2, 2, 2],
      );
    });

test("loopback: each packet twice", () => {
  const back: Sent = { from: [9, 80], to: [2, 4000] };
  assert.deepEqual(
    ids([
      [LO, "Out", {}],
      [LO, "Out", back],
      [LO, "In", {}],
      [LO, "In", back],
      [LO, "Out", {}],
      [LO, "In", {}],
    ]),
    [1, 2, 1, 2, 3, 3],
  );
});

test("packets that are alike: one after the other, in their order", () => {
  const ping: Sent = { protocol: "udp", id: 0, payload: "ping" };
  const translated: Sent = { ...ping, mac: 7, from: [1, 61000], ttl: 63 };
  assert.deepEqual(
    ids([
      [VETH, "In", ping],
      [VETH, "In", ping],
      [VETH, "In", ping],
      [UPLINK, "Out", translated],
      [UPLINK, "Out", translated],
      [UPLINK, "Out", translated],
      [UPLINK, "Out", translated],
    ]),
    [1, 2, 3, 1, 2, 3, 4],
  );
});

test("packets that are alike from two containers to one receiver are two", () => {
  const ping: Sent = { protocol: "udp", id: 0, payload: "ping", from: [2, 4000] };
  const other: Sent = { ...ping, mac: 3, from: [3, 4000] };
  assert.deepEqual(
    ids([
      [VETH, "In", ping],
      [VETH1, "In", other],
      [BRIDGE, "In", ping],
      [BRIDGE, "In", other],
      [UPLINK, "Out", { ...ping, mac: 7, from: [1, 4000] }],
      [UPLINK, "Out", { ...other, mac: 7, from: [1, 4001] }],
    ]),
    [1, 2, 1, 2, 1, 2],
  );
  // also where one is gone before the other comes
  assert.deepEqual(
    ids([
      [VETH, "In", ping],
      [UPLINK, "Out", { ...ping, mac: 7, from: [1, 4000] }],
      [VETH1, "In", other],
      [UPLINK, "Out", { ...other, mac: 7, from: [1, 4001] }],
    ]),
    [1, 1, 2, 2],
  );
});

test("what has another sender, another time or another content is another packet", () => {
  for (const [what, first, second] of [
    ["sequence number", [VETH, "In", {}], [UPLINK, "Out", { seq: 1001 }]],
    ["payload", [VETH, "In", {}], [UPLINK, "Out", { payload: "hallo" }]],
    ["length", [VETH, "In", {}], [UPLINK, "Out", { payload: "hello!" }]],
    ["identification", [VETH, "In", {}], [UPLINK, "Out", { id: 8 }]],
    ["protocol", [VETH, "In", { protocol: "udp" }], [UPLINK, "Out", {}]],
    ["both ends", [VETH, "In", {}], [UPLINK, "Out", { from: [1, 1], to: [1, 2] }]],
    ["sender", [INSIDE, "Out", {}, 0, 5], [UPLINK, "Out", {}, 0, 6]],
  ] as unknown as [string, Sighting, Sighting][])
    assert.deepEqual(ids([first, second]), [1, 2], what);
  const table = new PacketIds();
  const late = (sec: number) =>
    packetOf(frame({}), { device: sec === 0 ? VETH : UPLINK, direction: sec === 0 ? 1 : 2, sec });
  assert.deepEqual([table.of(late(0)), table.of(late(2))], [1, 2]);
  assert.deepEqual(
    ids([
      [INSIDE, "Out", {}, 0, 5],
      [UPLINK, "Out", { mac: 7 }, 0, 5],
    ]),
    [1, 1],
  );
});

test("a broadcast that a bridge floods, a tagged frame, a tunnel without link header", () => {
  const arp = Buffer.alloc(42, 0xff);
  Buffer.from([2, 0, 0, 0, 0, 1, 8, 6, 0, 1]).copy(arp, 6);
  assert.deepEqual(
    ids([
      [VETH, "In", arp],
      [VETH1, "Out", arp],
      [BRIDGE, "In", arp],
    ]),
    [1, 1, 1],
  );
  assert.deepEqual(
    ids([
      [VETH, "In", { vlan: true }],
      [UPLINK, "Out", { mac: 7, ttl: 63 }],
    ]),
    [1, 1],
  );
  assert.deepEqual(
    ids([
      [TUN, "In", {}],
      [UPLINK, "Out", { mac: 7, ttl: 63 }],
    ]),
    [1, 1],
  );
});

test("whatever is in a packet, it has an id", () => {
  const table = new PacketIds();
  const whole = frame({});
  for (const where of [VETH, TUN])
    for (let length = 0; length <= whole.length; length++)
      assert.ok(table.of(packetOf(whole.subarray(0, length), { device: where, direction: 1 })) > 0);
  for (let round = 0; round < 20_000; round++) {
    const bytes = Buffer.from(
      Array.from({ length: round % 80 }, (_, i) => (round * 31 + i * (round | 1)) & 0xff),
    );
    assert.ok(
      table.of(packetOf(bytes, { device: round % 2 ? TUN : VETH, direction: (1 + (round % 2)) as 1 | 2 })) >
        0,
    );
  }
});

test("many packets, alike or not: distinct ids, and both sightings the same", () => {
  const table = new PacketIds();
  const seen = new Set<number>();
  for (let n = 0; n < 50_000; n++) {
    const sent: Sent = {
      protocol: "udp",
      id: n % 3 === 0 ? 0 : n & 0xffff,
      payload: n % 3 === 0 ? "x" : `${n}`,
    };
    const [a, b] = ids(
      [
        [VETH, "In", sent],
        [UPLINK, "Out", { ...sent, mac: 7, from: [1, 61000] }],
      ],
      table,
    );
    assert.equal(a, b);
    assert.ok(!seen.has(a!));
    seen.add(a!);
  }
});

test("only where a packet can be seen twice", () => {
  assert.equal(needsPacketIds([UPLINK], false), false);
  assert.equal(needsPacketIds([LO], false), true);
  assert.equal(needsPacketIds([UPLINK, VETH], false), true);
  assert.equal(needsPacketIds([], true), true);
});
