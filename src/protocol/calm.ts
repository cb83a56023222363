// CALM FAST (ISO 29281): networking of vehicles.
//
//   source reference (1) | destination reference (1) | payload
import type { Dissection } from "./dissection.ts";

/** Prints the packet of `length` bytes at `at`; `src` as in EthertypePrinter. Throws TRUNCATED. */
export function printCalmFast(d: Dissection, at: number, length: number, _caplen: number, src: number): void {
  const { out } = d;
  d.protocol = "calm_fast";
  out.str("CALM FAST");
  if (src >= 0) {
    d.need(src, 6);
    out.str(" src:");
    d.station(src);
  }
  out.str("; ");
  if (length < 2) {
    out.str(` (length ${length} < 2)`);
    d.invalid();
    d.need(at, length);
    return;
  }
  const source = d.u8(at);
  out.str(`SrcNwref:${source}; `);
  const destination = d.u8(at + 1);
  out.str(`DstNwref:${destination}; `);
  if (d.opt.verbose > 0) d.dump(at + 2, length - 2);
}
