// Links whose header is addresses and an ethertype, or little else: IP over IEEE 1394 as Apple captures it,
// IP over InfiniBand (RFC 4391), Symantec's firewall.
import type { Dissection } from "./dissection.ts";
import { printEthertype, writeEthertype } from "./ethernet.ts";
import { ETHERTYPE_NAMES, MAX_LENGTH_FIELD } from "./ethertypes.ts";
import { hex } from "./wording.ts";

const EUI64 = 8;
const FIREWIRE_HEADER = 18;

/** Link type 138: destination (8) | source (8) | ethertype (2). */
export function printFirewireLink(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "ap1394";
  d.need(at, FIREWIRE_HEADER);
  d.linkHeaderLength = FIREWIRE_HEADER;
  d.stationSize = EUI64;
  const dst = at;
  const src = at + EUI64;
  const type = d.u16(at + 16);
  const header = () => {
    d.station(src);
    out.str(" > ");
    d.station(dst);
    out.str(", ");
    writeEthertype(d, type);
    out.str(`, length ${length}: `);
  };
  if (d.opt.linkHeader) header();
  const payload = at + FIREWIRE_HEADER;
  const caplen = d.end - payload;
  if (printEthertype(d, type, payload, length - FIREWIRE_HEADER, caplen, src, dst)) return;
  if (!d.opt.linkHeader) header();
  d.dumpUnknown(payload, caplen);
}

const INFINIBAND_HEADER = 44;

/** Link type 242 (LINKTYPE_IPOIB): what the card tells (40) | ethertype (2) | reserved (2). */
export function printInfinibandLink(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "ipoib";
  const caplen = d.end - at;
  if (caplen < INFINIBAND_HEADER) {
    d.truncated();
    d.linkHeaderLength = caplen;
    return;
  }
  const type = d.u16(at + 40);
  const header = () => {
    out.str(`, ethertype ${ETHERTYPE_NAMES.get(type) ?? "Unknown"}`);
    if (!d.opt.quiet) out.str(` (0x${hex(type, 4)})`);
    out.str(`, length ${length}: `);
  };
  if (d.opt.linkHeader) {
    out.str("IPOIB");
    header();
  }
  d.linkHeaderLength = INFINIBAND_HEADER;
  const payload = at + INFINIBAND_HEADER;
  const rest = caplen - INFINIBAND_HEADER;
  if (printEthertype(d, type, payload, length - INFINIBAND_HEADER, rest, -1, -1)) return;
  if (!d.opt.linkHeader) header();
  d.dumpUnknown(payload, rest);
}

const SYMANTEC_HEADER = 44;

/** Link type 99 (LINKTYPE_SYMANTEC_FIREWALL): unknown (6) | ethertype (2) | unknown (36). */
export function printSymantecLink(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "symantec";
  d.need(at, SYMANTEC_HEADER);
  d.linkHeaderLength = SYMANTEC_HEADER;
  const type = d.u16(at + 6);
  const known = type > MAX_LENGTH_FIELD;
  const header = () => {
    if (!known) out.str(`invalid ethertype ${type}`);
    else writeEthertype(d, type);
    out.str(`, length ${length}: `);
  };
  if (d.opt.linkHeader) header();
  const payload = at + SYMANTEC_HEADER;
  const caplen = d.end - payload;
  if (known && printEthertype(d, type, payload, length - SYMANTEC_HEADER, caplen, -1, -1)) return;
  if (!d.opt.linkHeader) header();
  d.dumpUnknown(payload, caplen);
}
