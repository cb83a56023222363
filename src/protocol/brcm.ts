// Tags of Broadcom switches, of four bytes, between the addresses and the type of Ethernet frames or before them.
//
//   opcode (3 bits): to the switch: class (3), egress tag (2), timestamp (1), ports (9);
//   from it: class id (1), reasons (1), class (3), port (5)
import type { Dissection } from "./dissection.ts";
import { printEthernet, printTaggedEthernet } from "./ethernet.ts";
import type { Tokens } from "./token.ts";

const SIZE = 4;
const INGRESS = 0x20;
const TAGGING = ["None", "Untag", "Header", "Reserved"] as const;
const REASONS: Tokens = new Map([
  [1, "mirror"],
  [2, "MAC learning"],
  [4, "switching"],
  [8, "prot term"],
  [16, "prot snoop"],
  [32, "exception"],
]);

function writeTag(d: Dissection, at: number): void {
  const { out } = d;
  d.need(at, SIZE);
  const first = d.u8(at);
  const second = d.u8(at + 1);
  out.str(`BRCM tag OP: ${first === 0 ? "EG" : "IG"}`);
  if (first & INGRESS) {
    out.str(`, TC: ${(second >> 2) & 7}, TE: ${TAGGING[second & 3]}, TS: ${second >> 7}, DST map: 0x`);
    out.hexPad(d.u16(at + 2) & 0x1ff, 4);
  } else {
    const last = d.u8(at + 3);
    out.str(`, CID: ${second}, RC: ${REASONS.get(d.u8(at + 2)) ?? "reserved"}`);
    out.str(`, TC: ${last >> 5}, port: ${last & 0x1f}`);
  }
  out.str(", ");
}

const TAG = { size: SIZE, write: writeTag };

/** Link type 281 (LINKTYPE_DSA_TAG_BRCM). */
export function printBrcmLink(d: Dissection, at: number, length: number): void {
  d.protocol = "brcm-tag";
  d.linkHeaderLength = printTaggedEthernet(d, at, length, d.end - at, TAG);
}

/** Link type 282 (LINKTYPE_DSA_TAG_BRCM_PREPEND). */
export function printPrependedBrcmLink(d: Dissection, at: number, length: number): void {
  d.protocol = "brcm-tag-prepend";
  d.need(at, SIZE);
  if (d.opt.linkHeader) writeTag(d, at);
  d.linkHeaderLength = SIZE + printEthernet(d, at + SIZE, length - SIZE, d.end - at - SIZE);
}
