// Generic Network Virtualization Encapsulation (RFC 8926).
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +---+-----------+-+-+-----------+-------------------------------+
//   |Ver|  Opt Len  |O|C|    Rsvd   |          Protocol Type        |
//   +---+-----------+-+-+-----------+---------------+---------------+
//   |        Virtual Network Identifier (VNI)       |    Reserved   |
//   +-----------------------------------------------+---------------+
//   |  options: class (2), type (1), size in words (5 bits), data   |
import type { Dissection } from "./dissection.ts";
import { printEthernet, printEthertype } from "./ethernet.ts";
import { ETHERTYPE_NAMES } from "./ethertypes.ts";
import type { BitTokens } from "./token.ts";
import { bitNames } from "./token.ts";

const HEADER_SIZE = 8;
const PROTOCOL_BRIDGING = 0x6558;
const CRITICAL = 0x80;
const FLAGS: BitTokens = [
  [0x80, "O"],
  [0x40, "C"],
  [0x20, "R1"],
  [0x10, "R2"],
  [0x08, "R3"],
  [0x04, "R4"],
  [0x02, "R5"],
  [0x01, "R6"],
];

/** Whom a range of option classes belongs to: first class, last class, name. */
const CLASSES: readonly (readonly [number, number, string])[] = [
  [0x0000, 0x00ff, "Standard"],
  [0x0100, 0x0100, "Linux"],
  [0x0101, 0x0101, "Open vSwitch"],
  [0x0102, 0x0102, "Open Virtual Networking (OVN)"],
  [0x0103, 0x0103, "In-band Network Telemetry (INT)"],
  [0x0104, 0x0104, "VMware"],
  [0xfff0, 0xffff, "Experimental"],
];

function className(value: number): string {
  for (const [first, last, name] of CLASSES) if (value >= first && value <= last) return name;
  return "Unknown";
}

/** The options, up to one that is longer than what is left. */
function options(d: Dissection, at: number, length: number): void {
  const { out } = d;
  let pos = at;
  let left = length;
  while (left > 0) {
    if (pos > at) out.str(", ");
    const kind = d.u16(pos);
    const type = d.u8(pos + 2);
    const size = 4 + (d.u8(pos + 3) & 0x1f) * 4;
    out.str(`class ${className(kind)} (0x${kind.toString(16)}) type 0x${type.toString(16)}`);
    out.str(`${type & CRITICAL ? "(C)" : ""} len ${size}`);
    if (size > left) {
      out.str(" [bad length]");
      return;
    }
    if (d.opt.verbose > 1 && size > 4) {
      out.str(" data");
      for (let i = 4; i < size; i += 4) {
        const data = d.u32(pos + i);
        out.ch(32);
        out.hexPad(data, 8);
      }
    }
    pos += size;
    left -= size;
  }
}

/** Writes the Geneve packet at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printGeneve(d: Dissection, at: number, length: number): void {
  d.protocol = "geneve";
  try {
    tunnel(d, at, length);
  } catch (thrown) {
    d.cutOff(thrown);
  }
}

function tunnel(d: Dissection, at: number, length: number): void {
  const { out } = d;
  out.str("Geneve");
  if (length < HEADER_SIZE) {
    out.str(` [length ${length} < ${HEADER_SIZE}]`);
    d.invalid();
    return;
  }
  d.check(at, HEADER_SIZE);
  const first = d.u8(at);
  if (first >> 6 !== 0) {
    out.str(` ERROR: unknown-version ${first >> 6}`);
    return;
  }
  const protocol = d.u16(at + 2);
  out.str(`, Flags [${bitNames(FLAGS, d.u8(at + 1), "none", "")}], vni 0x${d.u24(at + 4).toString(16)}`);
  const reserved = d.u8(at + 7);
  if (reserved !== 0) out.str(`, rsvd 0x${reserved.toString(16)}`);
  if (d.opt.linkHeader) {
    out.str(`, proto ${ETHERTYPE_NAMES.get(protocol) ?? "unknown"} (0x`);
    out.hexPad(protocol, 4);
    out.ch(41);
  }
  const size = (first & 0x3f) * 4;
  let left = length - HEADER_SIZE;
  if (left < size) {
    out.str(` truncated-geneve - ${size - left} bytes missing`);
    return;
  }
  const inner = at + HEADER_SIZE + size;
  left -= size;
  if (size > 0) {
    d.check(at + HEADER_SIZE, size);
    out.str(", options [");
    if (d.opt.verbose === 0) out.str(`${size} bytes`);
    else options(d, at + HEADER_SIZE, size);
    out.ch(93);
  }
  out.str(d.opt.verbose > 0 ? "\n\t" : ": ");
  d.enter();
  if (!printEthertype(d, protocol, inner, left, d.available(inner), -1, -1)) {
    if (protocol === PROTOCOL_BRIDGING) printEthernet(d, inner, left, d.available(inner));
    else out.str(`geneve-proto-0x${protocol.toString(16)}`);
  }
  d.leave();
}
