// Overlays that carry frames in UDP beside VXLAN: VXLAN-GPE (draft-ietf-nvo3-vxlan-gpe) and OTV
// (draft-hasmit-otv-04).
//
//   VXLAN-GPE: flags (1) | reserved (2) | next protocol (1) | network (3) | reserved (1)
//   OTV:       flags (1) | overlay (3) | instance (3) | reserved (1)
import type { Dissection } from "./dissection.ts";
import { printEthernet } from "./ethernet.ts";
import { printIp } from "./ip.ts";
import { printIpv6 } from "./ipv6.ts";
import { printNsh } from "./nsh.ts";
import type { BitTokens } from "./token.ts";
import { bitNames } from "./token.ts";
import { hex } from "./wording.ts";

const HEADER = 8;

const GPE_FLAGS: BitTokens = [
  [0x08, "I"],
  [0x04, "P"],
  [0x02, "B"],
  [0x01, "O"],
];

function ethernet(d: Dissection, at: number, length: number): void {
  d.enter();
  printEthernet(d, at, length, d.available(at));
  d.leave();
}

/** Writes the VXLAN-GPE packet of `length` bytes at `at`. Throws TRUNCATED. */
export function printVxlanGpe(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "vxlan_gpe";
  out.str("VXLAN-GPE, ");
  if (length < HEADER) {
    out.str(` (len ${length} < ${HEADER})`);
    d.invalid();
    return;
  }
  out.str(`flags [${bitNames(GPE_FLAGS, d.u8(at), "none", "")}], `);
  const next = d.u8(at + 3);
  d.need(at + 4, 4);
  out.str(`vni ${d.u24(at + 4)}`);
  out.str(d.opt.verbose > 0 ? "\n    " : ": ");
  const payload = at + HEADER;
  const left = length - HEADER;
  switch (next) {
    case 1:
      printIp(d, payload, left);
      break;
    case 2:
      printIpv6(d, payload, left);
      break;
    case 3:
      ethernet(d, payload, left);
      break;
    case 4:
      printNsh(d, payload, left);
      break;
    default:
      out.str("ERROR: unknown-next-protocol");
      d.invalid();
  }
}

/** Writes the OTV packet of `length` bytes at `at`. Throws TRUNCATED. */
export function printOtv(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "otv";
  out.str("OTV, ");
  if (length < HEADER) {
    out.str(`[length ${length} < ${HEADER}]`);
    d.invalid();
    d.need(at, length);
    return;
  }
  const flags = d.u8(at);
  out.str(`flags [${flags & 0x08 ? "I" : "."}] (0x${hex(flags, 2)}), `);
  out.str(`overlay ${d.u24(at + 1)}, `);
  out.str(`instance ${d.u24(at + 4)}\n`);
  d.need(at + 7, 1);
  ethernet(d, at + HEADER, length - HEADER);
}
