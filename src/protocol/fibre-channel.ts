// IP over Fibre Channel (RFC 2625): destination (2 + 6) | source (2 + 6) | LLC frame
import type { Dissection } from "./dissection.ts";
import { printLlc } from "./llc.ts";

const HEADER = 16;

/** Link type 122 (LINKTYPE_IP_OVER_FC). */
export function printFibreChannelLink(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "ipfc";
  const caplen = d.end - at;
  d.need(at, HEADER);
  const dst = at + 2;
  const src = at + 10;
  if (d.opt.linkHeader) {
    d.mac(src);
    out.str(" > ");
    d.mac(dst);
    out.str(`, length ${length}: `);
  }
  const used = printLlc(d, at + HEADER, length - HEADER, caplen - HEADER, src, dst);
  if (used < 0) d.dumpUnknown(at + HEADER, caplen - HEADER);
  d.linkHeaderLength = HEADER + Math.abs(used);
}
