// Virtual eXtensible Local Area Network (RFC 7348): Ethernet in UDP.
//
//   flags (1, 0x08: the identifier is valid) | reserved (3) | network identifier (3) | reserved (1)
import type { Dissection } from "./dissection.ts";
import { printEthernet } from "./ethernet.ts";

const HEADER_SIZE = 8;
const IDENTIFIED = 0x08;

/** Writes the VXLAN packet at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printVxlan(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "vxlan";
  out.str("VXLAN");
  if (length < HEADER_SIZE) {
    d.invalid();
    return;
  }
  const flags = d.u8(at);
  out.str(`, flags [${flags & IDENTIFIED ? "I" : "invalid"}] (0x`);
  out.hexPad(flags, 2);
  out.str("), ");
  const identifier = d.u24(at + 4);
  out.str("vni ");
  out.dec(identifier);
  out.ch(10);
  d.need(at + 7, 1);
  d.enter();
  printEthernet(d, at + HEADER_SIZE, length - HEADER_SIZE, d.available(at + HEADER_SIZE));
  d.leave();
}
