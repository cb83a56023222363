// Ethernet Configuration Testing Protocol, "loopback" (DIX Ethernet 2.0 specification, chapter 8).
//
//   skip count (2, little-endian) | skipped bytes | function (2, little-endian) | its data
import type { Dissection } from "./dissection.ts";

const REPLY = 1;
const FORWARD = 2;

function message(d: Dissection, at: number, length: number): void {
  const { out } = d;
  if (length < 2) {
    d.invalid();
    d.need(at, length);
    return;
  }
  const action = d.le16(at);
  at += 2;
  length -= 2;
  out.str(", ");
  if (action === REPLY) {
    out.str("Reply");
    if (length >= 2) {
      const receipt = d.le16(at);
      out.str(`, receipt number ${receipt}, data (${length - 2} octets)`);
    } else d.invalid();
  } else if (action === FORWARD) {
    out.str("Forward Data");
    if (length >= 6) {
      d.need(at, 6);
      out.str(", forwarding address ");
      d.mac(at);
      out.str(`, data (${length - 6} octets)`);
    } else d.invalid();
  } else out.str(` invalid (${action})`);
  d.need(at, length);
}

/** Prints the message of `length` bytes at `at`. Throws TRUNCATED. */
export function printCtp(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "loopback";
  out.str("Loopback");
  if (length < 2) {
    d.invalid();
    d.need(at, length);
    return;
  }
  const skip = d.le16(at);
  at += 2;
  length -= 2;
  out.str(`, skipCount ${skip}`);
  if (skip % 8 !== 0) out.str(" (bogus)");
  if (skip > length) {
    d.invalid();
    d.need(at, length);
    return;
  }
  d.need(at, skip);
  message(d, at + skip, length - skip);
}
