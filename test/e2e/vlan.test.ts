// VLAN tags that the kernel holds beside the frame: on the way in it takes them out before any hook sees the packet.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder, pair, privileged } from "../netns.ts";

const SIZES = [2, 4, 28, 46, 47, 100, 700, 1400];

// Frames of these payloads' sizes with a tag each, and in the end two tags, sent raw.
const SEND = `
import socket, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("eth0", 0))
head = b"\\xff" * 6 + b"\\2\\0\\0\\0\\0\\7"
for size in map(int, sys.argv[1:]):
    s.send(head + b"\\x81\\0\\x60\\5" + b"\\x88\\xb5" + bytes(i & 255 for i in range(size)))
s.send(head + b"\\x88\\xa8\\0\\7" + b"\\x81\\0\\0\\5" + b"\\x88\\xb5" + bytes(60))
`;

/** Lengths and bytes of a little-endian pcap file's packets. */
function packetsOf(file: string): { len: number; bytes: string }[] {
  const bytes = readFileSync(file);
  const packets = [];
  for (let at = 24; at < bytes.length; at += 16 + bytes.readUInt32LE(at + 8))
    packets.push({
      len: bytes.readUInt32LE(at + 12),
      bytes: bytes.subarray(at + 16, at + 16 + bytes.readUInt32LE(at + 8)).toString("hex"),
    });
  return packets;
}

test("a tag is back where it was on the wire, wherever the packet is cut", { timeout: 60_000 }, async (t) => {
  if (!privileged(t)) return;
  const [a, b] = pair(t);
  const where = folder(t);
  const count = String(SIZES.length + 1);
  for (const snaplen of ["262144", "12", "14", "15", "16", "17", "40"])
    await t.test(`-s ${snaplen}`, async () => {
      const [ours, theirs] = [join(where, `ours.${snaplen}.pcap`), join(where, `theirs.${snaplen}.pcap`)];
      const options = ["-i", "eth0", "-c", count, "-s", snaplen];
      const tcpdump = await a.tcpdump(...options, "-w", theirs, "vlan");
      const ptcpdump = await a.ptcpdump(...options, "-w", ours, "vlan");
      await b.ok("python3", "-c", SEND, ...SIZES.map(String));
      await Promise.all([tcpdump.ended, ptcpdump.ended]);
      const packets = packetsOf(ours);
      assert.equal(packets.length, SIZES.length + 1);
      // in full; cut within the tag or before it, tcpdump shows what is there instead
      if (Number(snaplen) >= 16) assert.deepEqual(packets, packetsOf(theirs));
      assert.deepEqual(
        packets.map(({ len }) => len),
        packetsOf(theirs).map(({ len }) => len),
      );
    });
});
