// Cisco Hot Standby Router Protocol (RFC 2281).
//
//   version (1) | operation (1) | state (1) | hello time (1) | hold time (1) | priority (1) | group (1) | reserved (1)
//   password (8) | virtual address (4)
import type { Dissection } from "./dissection.ts";
import { padded, span } from "./phrase.ts";
import type { Tokens } from "./token.ts";

const PASSWORD_SIZE = 8;
const OPERATIONS = ["hello", "coup", "resign"] as const;
const STATES: Tokens = new Map([
  [0, "initial"],
  [1, "learn"],
  [2, "listen"],
  [4, "speak"],
  [8, "standby"],
  [16, "active"],
]);

/** Writes the HSRP message at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printHsrp(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "hsrp";
  const version = d.u8(at);
  out.str(`HSRPv${version}`);
  if (version !== 0) return;
  out.ch(45);
  const operation = d.u8(at + 1);
  out.str(`${OPERATIONS[operation] ?? `unknown (${operation})`} ${length}: `);
  const state = d.u8(at + 2);
  out.str(`state=${STATES.get(state) ?? `Unknown (${state})`} `);
  out.str(`group=${d.u8(at + 6)} `);
  const reserved = d.u8(at + 7);
  if (reserved !== 0) out.str(`[reserved=${reserved}!] `);
  d.need(at + 16, 4);
  out.str("addr=");
  d.ip4(at + 16);
  if (d.opt.verbose === 0) return;
  out.str(" hellotime=");
  span(out, d.u8(at + 3));
  out.str(" holdtime=");
  span(out, d.u8(at + 4));
  out.str(` priority=${d.u8(at + 5)} auth="`);
  padded(d, at + 8, PASSWORD_SIZE);
  out.ch(34);
}
