// VLAN Query Protocol: a switch asks Cisco's VLAN Membership Policy Server.
//
//   version (1) | message type (1) | error (1) | number of objects (1) | sequence (4) | objects:
//   type (4), length (2), value
import type { Dissection } from "./dissection.ts";
import { padded, unknownBytes } from "./phrase.ts";
import type { Tokens } from "./token.ts";
import { hex, named, numbered } from "./wording.ts";

const VERSION = 1;
const HEADER = 8;
const OBJECT_HEADER = 6;
const MESSAGES: Tokens = numbered(
  1,
  "Request, Join Port",
  "Response, VLAN",
  "Request, Reconfirm",
  "Response, Reconfirm",
);
const ERRORS: Tokens = new Map([
  [0, "No error"],
  [3, "Access denied"],
  [4, "Shutdown port"],
  [5, "Wrong VTP domain"],
]);

const IP_ADDRESS = 0x0c01;
const PORT_NAME = 0x0c02;
const ETHERNET_PACKET = 0x0c05;
const MAC_NULL = 0x0c06;
const MAC_ADDRESS = 0x0c08;
const OBJECTS: Tokens = new Map([
  ...numbered(
    IP_ADDRESS,
    "Client IP Address",
    "Port Name",
    "VLAN Name",
    "VTP Domain",
    "Ethernet Packet",
    "MAC Null",
  ),
  [MAC_ADDRESS, "MAC Address"],
]);

/** An object's value; false if it has the wrong size. */
function value(d: Dissection, type: number, at: number, size: number): boolean {
  if (type === IP_ADDRESS) {
    if (size !== 4) return false;
    d.ip4(at);
    d.out.str(` (0x${hex(d.u32(at), 8)})`);
  } else if (type >= PORT_NAME && type <= ETHERNET_PACKET) padded(d, at, size);
  else if (type === MAC_ADDRESS || type === MAC_NULL) {
    if (size !== 6) return false;
    d.mac(at);
  } else if (d.opt.verbose <= 1) unknownBytes(d, at, "\n\t    ", size);
  return true;
}

function objects(d: Dissection, from: number, total: number, count: number): void {
  let at = from;
  let left = total;
  for (let i = 0; i < count && left !== 0; i++) {
    d.need(at, OBJECT_HEADER);
    if (left < OBJECT_HEADER) {
      d.invalid();
      return;
    }
    const type = d.u32(at);
    const size = d.u16(at + 4);
    at += OBJECT_HEADER;
    left -= OBJECT_HEADER;
    d.out.str(`\n\t  ${OBJECTS.get(type) ?? "Unknown"} Object (0x${hex(type, 8)}), length ${size}, value: `);
    if (type === 0 || size === 0) return;
    d.need(at, size);
    if (size > left || !value(d, type, at, size)) {
      d.invalid();
      return;
    }
    at += size;
    left -= size;
  }
}

/** Writes the message of `length` bytes at `at`. Throws TRUNCATED. */
export function printVqp(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "vqp";
  d.need(at, HEADER);
  if (length < HEADER) {
    d.invalid();
    return;
  }
  const version = d.u8(at);
  if (version !== VERSION) {
    out.str(`VQP version ${version} packet not supported`);
    return;
  }
  const type = d.u8(at + 1);
  const message = MESSAGES.get(type) ?? `unknown (${type})`;
  const error = named(ERRORS, d.u8(at + 2), "unknown");
  if (d.opt.verbose === 0) {
    out.str(`VQPv${version} ${message} Message, error-code ${error}, length ${length}`);
    return;
  }
  const count = d.u8(at + 3);
  out.str(`\n\tVQPv${version}, ${message} Message, error-code ${error}, `);
  out.str(`seq 0x${hex(d.u32(at + 4), 8)}, items ${count}, length ${length}`);
  objects(d, at + HEADER, length - HEADER, count);
}
