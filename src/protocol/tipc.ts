// Transparent Inter-Process Communication (http://tipc.io/protocol.html).
//
//   version (3 bits), user (4), header size in words (4), flags, message size (17) | type (3), … acknowledgment (16) |
//   link acknowledgment (16), link sequence (16) | previous node (4) | origin's port (4) | destination's port (4) |
//   origin's node (4) | destination's node (4) | …
import type { Dissection } from "./dissection.ts";
import type { Tokens } from "./token.ts";

/** Payload messages, link configuration, and the rest, which keep links up. */
const CONNECTION_MANAGER = 8;
const NAME_DISTRIBUTOR = 11;
const LINK_CONFIGURATION = 13;
const USERS: Tokens = new Map([
  [0, "Low Importance Data payload"],
  [1, "Medium Importance Data payload"],
  [2, "High Importance Data payload"],
  [3, "Critical Importance Data payload"],
  [5, "Broadcast Link Protocol internal"],
  [6, "Message Bundler Protocol internal"],
  [7, "Link State Protocol internal"],
  [CONNECTION_MANAGER, "Connection Manager internal"],
  [10, "Link Changeover Protocol internal"],
  [NAME_DISTRIBUTOR, "Name Table Update Protocol internal"],
  [12, "Message Fragmentation Protocol internal"],
  [LINK_CONFIGURATION, "Neighbor Detection Protocol internal"],
]);
// tcpdump has the names of multicast and direct messages the wrong way round.
const TYPES = ["CONN_MSG", "MCAST_MSG", "NAMED_MSG", "DIRECT_MSG"] as const;
const LINK_TYPES = ["Link request", "Link response"] as const;
/** In words: what has no more carries no nodes but the previous one. */
const SHORT_HEADER = 6;

/** ZONE.CLUSTER.NODE */
function node(address: number): string {
  return `${address >>> 24}.${(address >>> 12) & 0xfff}.${address & 0xfff}`;
}

/** What all messages end their first line with. */
function writeEnd(d: Dissection, at: number, types: readonly string[]): void {
  const first = d.u32(at);
  const type = types[d.u32(at + 4) >>> 29] ?? "Unknown";
  d.out.str(`, headerlength ${((first >>> 21) & 15) * 4} bytes, MessageSize ${first & 0x1ffff} bytes`);
  d.out.str(`, ${USERS.get((first >>> 25) & 15) ?? "unknown"}, messageType ${type}`);
}

function printPayload(d: Dissection, at: number, start: string): void {
  const { out } = d;
  d.need(at, 8);
  d.need(at + 12, 12);
  const previous = node(d.u32(at + 12));
  const from = d.u32(at + 16);
  const to = d.u32(at + 20);
  if (((d.u32(at) >>> 21) & 15) <= SHORT_HEADER) {
    out.str(`${start}${previous}:${from} > ${to}`);
    writeEnd(d, at, TYPES);
    return;
  }
  d.need(at + 24, 8);
  out.str(`${start}${node(d.u32(at + 24))}:${from} > ${node(d.u32(at + 28))}:${to}`);
  writeEnd(d, at, TYPES);
  if (d.opt.verbose === 0) return;
  out.str(`\n\tPrevious Node ${previous}, Broadcast Ack ${d.u16(at + 6)}`);
  out.str(`, Link Ack ${d.u16(at + 8)}, Link Sequence ${d.u16(at + 10)}`);
}

function printInternal(d: Dissection, at: number, start: string): void {
  const { out } = d;
  const second = d.u32(at + 4);
  d.need(at + 24, 8);
  out.str(`${start}${node(d.u32(at + 24))} > ${node(d.u32(at + 28))}`);
  writeEnd(d, at, TYPES);
  out.str(" (0x");
  out.hexPad(second, 8);
  out.ch(41);
  if (d.opt.verbose === 0) return;
  d.need(at + 8, 32);
  out.str(`\n\tPrevious Node ${node(d.u32(at + 12))}, Session No. ${d.u16(at + 20)}`);
  out.str(`, Broadcast Ack ${second & 0xffff}, Sequence Gap ${(second >>> 16) & 0x1fff}`);
  out.str(`,  Broadcast Gap After ${d.u16(at + 8)}, Broadcast Gap To ${d.u16(at + 10)}`);
  out.str(`, Last Sent Packet No. ${d.u16(at + 16)}, Next sent Packet No. ${d.u16(at + 18)}`);
  out.str(`, Transport Sequence ${d.u32(at + 32)}, msg_count ${d.u16(at + 36)}`);
  out.str(`, Link Tolerance ${d.u16(at + 38)}`);
}

function printLinkConfiguration(d: Dissection, at: number, start: string): void {
  const { out } = d;
  d.need(at, 16);
  out.str(`${start}${node(d.u32(at + 12))} > ${node(d.u32(at + 8))}`);
  writeEnd(d, at, LINK_TYPES);
  if (d.opt.verbose === 0) return;
  d.need(at + 16, 8);
  out.str(`\n\tNodeSignature ${d.u16(at + 6)}, network_id ${d.u32(at + 16)}, media_id ${d.u8(at + 23)}`);
}

/** Prints the message at `at`. Throws TRUNCATED. */
export function printTipc(d: Dissection, at: number): void {
  d.protocol = "tipc";
  const first = d.u32(at);
  const user = (first >>> 25) & 15;
  if (!USERS.has(user)) return;
  const start = `TIPC v${first >>> 29}.0 `;
  if (user <= 3 || user === NAME_DISTRIBUTOR || user === CONNECTION_MANAGER) printPayload(d, at, start);
  else if (user === LINK_CONFIGURATION) printLinkConfiguration(d, at, start);
  else printInternal(d, at, start);
}
