// Broadcom's shim before packets that are intercepted lawfully: one word.
//
//   direction (3 bits) | packet type (4) | subtype (3) | id (22)
import type { Dissection } from "./dissection.ts";
import { printEthernet } from "./ethernet.ts";
import { printIp } from "./ip.ts";
import { printIpv6 } from "./ipv6.ts";
import type { Tokens } from "./token.ts";

const DIRECTIONS: Tokens = new Map([
  [1, "unused"],
  [2, "egress"],
  [3, "ingress"],
]);
const UNDECIDED = 4;
const IPV4 = 5;
const IPV6 = 6;
const ETHERNET = 7;
const TYPES: Tokens = new Map([
  [UNDECIDED, "undecided"],
  [IPV4, "ipv4"],
  [IPV6, "ipv6"],
  [ETHERNET, "ethernet"],
]);
const SUBTYPES: Tokens = new Map([
  [1, "single VLAN tag"],
  [2, "double VLAN tag"],
  [3, "untagged"],
]);

/** Prints the payload of `length` bytes at `at`. Throws TRUNCATED. */
export function printBcmLi(d: Dissection, at: number, length: number): void {
  const { out, opt } = d;
  d.protocol = "bcm_li";
  if (length < 4) {
    out.str(` (length ${length} < 4)`);
    d.invalid();
    return;
  }
  const shim = d.u32(at);
  const type = (shim >>> 25) & 15;
  const line = opt.verbose > 0 ? "\n    " : "";
  out.str(`${line}BCM-LI-SHIM: direction ${DIRECTIONS.get(shim >>> 29) ?? "unknown"}`);
  out.str(`, pkt-type ${TYPES.get(type) ?? "unknown"}`);
  out.str(`, pkt-subtype ${SUBTYPES.get((shim >>> 22) & 7) ?? "unknown"}, li-id ${shim & 0x3fffff}${line}`);
  at += 4;
  length -= 4;
  if (opt.verbose === 0) {
    d.need(at, length);
    return;
  }
  const version = type === UNDECIDED ? d.u8(at) >> 4 : 0;
  d.enter();
  if (type === ETHERNET) printEthernet(d, at, length, d.available(at));
  else if (type === IPV4 || version === 4) printIp(d, at, length);
  else if (type === IPV6 || version === 6) printIpv6(d, at, length);
  else if (type === UNDECIDED) out.str("unknown payload");
  else d.invalid();
  d.leave();
}
