// Tags of Marvell switches, DSA and EtherType DSA, between the addresses and the type of Ethernet frames.
//
//   mode (2 bits), tagged (1), device (5) | port (5), trunk or mirrored (1), code (2)…, CFI (1) | priority (3), code (1),
//   VLAN (12). EtherType DSA: a type (2) and zeros (2) before it.
import type { Dissection } from "./dissection.ts";
import { printTaggedEthernet } from "./ethernet.ts";
import { ETHERTYPE_NAMES } from "./ethertypes.ts";

const TO_CPU = 0;
const FROM_CPU = 1;
const TO_SNIFFER = 2;
const FORWARD = 3;
const MODES = ["To CPU", "From CPU", "To Sniffer", "Forward"] as const;
const CODES = [
  "BPDU (MGMT) Trap",
  "Frame2Reg",
  "IGMP/MLD Trap",
  "Policy Trap",
  "ARP Mirror",
  "Policy Mirror",
] as const;

function writeTag(d: Dissection, at: number): void {
  const { out } = d;
  d.need(at, 4);
  const first = d.u8(at);
  const second = d.u8(at + 1);
  const mode = first >> 6;
  const tagged = (first & 0x20) !== 0;
  const device = first & 0x1f;
  const port = second >> 3;
  /** A trunk instead of a port, or mirrored on the way in. */
  const bit = (second & 4) !== 0;
  const vlan = d.u16(at + 2) & 0xfff;
  if (!d.opt.linkHeader) {
    if (mode === FORWARD) out.str(`Forward ${bit ? "trunk" : "port"} ${device}.${port}, `);
    else if (mode === FROM_CPU) out.str(`CPU > port ${device}.${port}, `);
    else if (mode === TO_CPU) out.str(`port ${device}.${port} > CPU, `);
    else out.str(`port ${device}.${port} > ${bit ? "Rx" : "Tx"} Sniffer, `);
    out.str(`VLAN ${vlan}${tagged ? "t" : "u"}, `);
    return;
  }
  out.str(`mode ${MODES[mode]}, `);
  if (mode === FORWARD) out.str(`dev ${device}, ${bit ? "trunk" : "port"} ${port}, `);
  else out.str(`${mode === FROM_CPU ? "target" : "source"} dev ${device}, port ${port}, `);
  if (mode === TO_CPU) {
    const code = (second & 6) | ((d.u8(at + 2) >> 4) & 1);
    out.str(`code ${CODES[code] ?? "reserved"}, `);
  } else if (mode === TO_SNIFFER) out.str(`${bit ? "ingress" : "egress"} sniff, `);
  out.str(`${tagged ? "tagged" : "untagged"}, ${second & 1 ? "CFI, " : ""}`);
  out.str(`VID ${vlan}, FPri ${d.u8(at + 2) >> 5}, `);
}

const DSA = {
  size: 4,
  write(d: Dissection, at: number): void {
    d.out.str(d.opt.linkHeader ? "Marvell DSA " : "DSA ");
    writeTag(d, at);
  },
};

const EDSA = {
  size: 8,
  write(d: Dissection, at: number): void {
    const { out } = d;
    const type = d.u16(at);
    const number = `0x${type.toString(16).padStart(4, "0")}`;
    if (d.opt.linkHeader) {
      out.str(`Marvell EDSA ethertype ${number} (${ETHERTYPE_NAMES.get(type) ?? "Unknown"}), `);
      out.str(`rsvd ${d.u8(at + 2)} ${d.u8(at + 3)}, `);
    } else out.str(`EDSA ${number}, `);
    writeTag(d, at + 4);
  },
};

/** Link type 284 (LINKTYPE_DSA_TAG_DSA). */
export function printDsaLink(d: Dissection, at: number, length: number): void {
  d.protocol = "dsa";
  d.linkHeaderLength = printTaggedEthernet(d, at, length, d.end - at, DSA);
}

/** Link type 285 (LINKTYPE_DSA_TAG_EDSA). */
export function printEdsaLink(d: Dissection, at: number, length: number): void {
  d.protocol = "edsa";
  d.linkHeaderLength = printTaggedEthernet(d, at, length, d.end - at, EDSA);
}
