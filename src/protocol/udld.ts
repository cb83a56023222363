// Cisco Unidirectional Link Detection (RFC 5171).
//
//   version (3 bits), code (5 bits) | flags (1) | checksum (2) | { type (2) | length, of all fields (2) | value }*
import type { Dissection } from "./dissection.ts";
import { allCharacters, padded } from "./phrase.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";

const HEADER = 4;
const DEVICE = 1;
const PORT = 2;
const ECHO = 3;
const MESSAGE_INTERVAL = 4;
const TIMEOUT_INTERVAL = 5;
const DEVICE_NAME = 6;
const SEQUENCE = 7;
const NAMES: Tokens = new Map([
  [DEVICE, "Device-ID TLV"],
  [PORT, "Port-ID TLV"],
  [ECHO, "Echo TLV"],
  [MESSAGE_INTERVAL, "Message Interval TLV"],
  [TIMEOUT_INTERVAL, "Timeout Interval TLV"],
  [DEVICE_NAME, "Device Name TLV"],
  [SEQUENCE, "Sequence Number TLV"],
]);
const CODES = ["Reserved", "Probe message", "Echo message", "Flush message"] as const;
const FLAGS: BitTokens = [
  [0x01, "RT"],
  [0x02, "RSY"],
  ...[2, 3, 4, 5, 6, 7].map((bit) => [1 << bit, `MBZ-${bit}`] as const),
];

/** A value; false if its length is wrong. */
function value(d: Dissection, type: number, at: number, size: number): boolean {
  const { out } = d;
  switch (type) {
    case DEVICE:
    case PORT:
    case DEVICE_NAME:
      out.str(", ");
      padded(d, at, size);
      return true;
    case ECHO:
      out.str(", ");
      allCharacters(d, at, size);
      return true;
    case MESSAGE_INTERVAL:
    case TIMEOUT_INTERVAL:
      if (size !== 1) return false;
      out.str(`, ${d.u8(at)}s`);
      return true;
    case SEQUENCE:
      if (size !== 4) return false;
      out.str(`, ${d.u32(at)}`);
      return true;
    default:
      d.need(at, size);
      return true;
  }
}

/** Prints the message of `length` bytes at `at`. Throws TRUNCATED. */
export function printUdld(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "udld";
  if (length < HEADER) {
    d.invalid();
    d.need(at, length);
    return;
  }
  const first = d.u8(at);
  const code = first & 0x1f;
  const flags = d.u8(at + 1);
  out.str(`UDLDv${first >> 5}, Code ${CODES[code] ?? "Reserved"} (${code.toString(16)}), `);
  out.str(`Flags [${bitNames(FLAGS, flags, "none")}] (0x`);
  out.hexPad(flags, 2);
  out.str(`), length ${length}`);
  if (d.opt.verbose === 0) {
    d.need(at + 2, length - 2);
    return;
  }
  const checksum = d.u16(at + 2);
  out.str("\n\tChecksum 0x");
  out.hexPad(checksum, 4);
  out.str(" (unverified)");
  at += HEADER;
  let left = length - HEADER;
  while (left > 0) {
    if (left < 4) {
      d.invalid();
      d.need(at, left);
      return;
    }
    const type = d.u16(at);
    const size = d.u16(at + 2);
    out.str(
      `\n\t${NAMES.get(type) ?? "Unknown"} (0x${type.toString(16).padStart(4, "0")}) TLV, length ${size}`,
    );
    at += 4;
    left -= 4;
    if (size <= 4 || left < size - 4 || !value(d, type, at, size - 4)) {
      d.invalid();
      d.need(at, left);
      return;
    }
    at += size - 4;
    left -= size - 4;
  }
}
