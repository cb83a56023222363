// Cisco VLAN Trunking Protocol.
//
//   version (1) | message (1) | followers or sequence number (1) | length of the domain's name (1) | name (32) |
//   summary: revision (4), updater (4), timestamp (12), MD5 (16); subset: revision (4), VLANs; request: start (4)
import type { Dissection } from "./dissection.ts";
import { padded, unknownBytes } from "./phrase.ts";
import type { Tokens } from "./token.ts";

const HEADER = 36;
const NAME_SIZE = 32;
const SUMMARY = 1;
const SUBSET = 2;
const REQUEST = 3;
const MESSAGES: Tokens = new Map([
  [SUMMARY, "Summary advertisement"],
  [SUBSET, "Subset advertisement"],
  [REQUEST, "Advertisement request"],
  [4, "Join message"],
]);
/** What the third byte is, by message. */
const COUNTERS: Tokens = new Map([
  [SUMMARY, "Followers"],
  [SUBSET, "Seq number"],
  [REQUEST, "Rsvd"],
  [4, "Rsvd"],
]);
// A VLAN: length (1) | status (1) | type (1) | length of the name (1) | id (2) | MTU (2) | SAID (4) | name | TLVs
const VLAN_HEADER = 12;
const VLAN_TYPES: Tokens = new Map([
  [1, "Ethernet"],
  [2, "FDDI"],
  [3, "TrCRF"],
  [4, "FDDI-net"],
  [5, "TrBRF"],
]);
const VLAN_STATES = ["Operational", "Suspended"] as const;

const STP_TYPES: Tokens = new Map([
  [1, "SRT"],
  [2, "SRB"],
  [3, "Auto"],
]);
const either = (one: string, other: string) => (n: number) => `${n === 1 ? one : other} (${n})`;
/** A VLAN's properties: name, and what their value means, if that is known. */
const PROPERTIES: ReadonlyMap<number, readonly [name: string, text?: (value: number) => string]> = new Map([
  [1, ["Source-Routing Ring Number TLV"] as const],
  [2, ["Source-Routing Bridge Number TLV"] as const],
  [3, ["STP type TLV", (n: number) => `${STP_TYPES.get(n) ?? "Unknown"} (${n})`] as const],
  [4, ["Parent VLAN TLV"] as const],
  [5, ["Translationally bridged VLANs TLV"] as const],
  [6, ["Pruning TLV", either("Enabled", "Disabled")] as const],
  [7, ["Bridge Type TLV", either("SRB", "SRT")] as const],
  [8, ["Max ARP Hop Count TLV"] as const],
  [9, ["Max STE Hop Count TLV", (n: number) => String(n)] as const],
  [10, ["Backup CRF Mode TLV", either("Backup", "Not backup")] as const],
]);

/** The properties in `size` bytes; false if they are wrong. */
function writeProperties(d: Dissection, at: number, size: number): boolean {
  const { out } = d;
  for (let left = size; left > 0; ) {
    if (left < 2) return false;
    const type = d.u8(at);
    const words = d.u8(at + 1);
    const row = PROPERTIES.get(type);
    out.str(`\n\t\t${row?.[0] ?? "Unknown"} (0x${type.toString(16).padStart(4, "0")}) TLV`);
    const whole = 2 + 2 * words;
    if (left < whole) {
      out.str(" (TLV goes past the end of the packet)");
      return false;
    }
    d.need(at, whole);
    if (words !== 1) {
      out.str(` (invalid TLV length ${words} != 1)`);
      return false;
    }
    const text = row?.[1];
    if (text !== undefined) out.str(`, ${text(d.u16(at + 2))}`);
    else unknownBytes(d, at, "\n\t\t  ", whole);
    at += whole;
    left -= whole;
  }
  return true;
}

/** One VLAN of `size` bytes; false if it contradicts itself. */
function writeVlan(d: Dissection, at: number, size: number): boolean {
  const { out } = d;
  if (size < VLAN_HEADER) return false;
  const said = d
    .u32(at + 8)
    .toString(16)
    .padStart(8, "0");
  out.str(`\n\tVLAN info status ${VLAN_STATES[d.u8(at + 1)] ?? "Unknown"}`);
  out.str(`, type ${VLAN_TYPES.get(d.u8(at + 2)) ?? "Unknown"}`);
  out.str(`, VLAN-id ${d.u16(at + 4)}, MTU ${d.u16(at + 6)}, SAID 0x${said}, Name `);
  const nameSize = d.u8(at + 3);
  const filled = (nameSize + 3) & ~3;
  if (size - VLAN_HEADER < filled) return false;
  padded(d, at + VLAN_HEADER, nameSize);
  return writeProperties(d, at + VLAN_HEADER + filled, size - VLAN_HEADER - filled);
}

function words(d: Dissection, at: number, count: number, separator: string): void {
  d.need(at, 4 * count);
  for (let i = 0; i < count; i++) {
    d.out.str(separator);
    d.out.hexPad(d.u32(at + 4 * i), 8);
  }
}

/** What follows the header; false if it is wrong. */
function writeBody(d: Dissection, type: number, at: number, length: number): boolean {
  const { out } = d;
  const end = at + length;
  let pos = at + HEADER;
  if (type === SUMMARY) {
    d.need(pos, 8);
    out.str(`\n\t  Config Rev ${d.u32(pos).toString(16)}, Updater `);
    d.ip4(pos + 4);
    d.need(pos + 8, 12);
    out.str(", Timestamp");
    words(d, pos + 8, 3, " 0x");
    d.need(pos + 20, 16);
    out.str(", MD5 digest: ");
    words(d, pos + 20, 4, "");
  } else if (type === SUBSET) {
    out.str(`, Config Rev ${d.u32(pos).toString(16)}`);
    for (pos += 4; pos < end; ) {
      const size = d.u8(pos);
      if (size === 0) break;
      d.need(pos, size);
      if (!writeVlan(d, pos, size)) return false;
      pos += size;
    }
  } else if (type === REQUEST) out.str(`\n\tStart value: ${d.u32(pos)}`);
  return true;
}

/** Prints the message of `length` bytes at `at`. Throws TRUNCATED. */
export function printVtp(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "vtp";
  let valid = length >= HEADER;
  if (valid) {
    d.need(at, HEADER);
    const type = d.u8(at + 1);
    out.str(`VTPv${d.u8(at)}, Message ${MESSAGES.get(type) ?? "Unknown message type"} (0x`);
    out.hexPad(type, 2);
    out.str(`), length ${length}`);
    if (d.opt.verbose > 0) {
      out.str("\n\tDomain name: ");
      const size = d.u8(at + 3);
      valid = size >= 1 && size <= NAME_SIZE;
      if (valid) {
        padded(d, at + 4, size);
        out.str(`, ${COUNTERS.get(type) ?? "Unknown"}: ${d.u8(at + 2)}`);
        if (writeBody(d, type, at, length)) return;
        valid = false;
      } else out.str(` [invalid MgmtD Len ${size}]`);
    }
  }
  if (!valid) d.invalid();
  d.need(at, length);
}
