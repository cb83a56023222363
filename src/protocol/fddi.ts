// FDDI (ISO 9314-2): frame control (1) | destination (6) | source (6) | LLC frame
import type { Dissection } from "./dissection.ts";
import { printLlc } from "./llc.ts";
import type { Tokens } from "./token.ts";
import { hex } from "./wording.ts";

const HEADER = 13;

const FRAMES: Tokens = new Map([
  [0x40, "void"],
  [0x80, "nrt"],
  [0xc0, "rt"],
  [0x41, "info"],
  [0x4f, "nsa"],
  [0xc2, "beacon"],
  [0xc3, "claim"],
]);
/** By class, length and format, the upper half; the lower one is the priority. */
const LLC_ASYNC = 0x50;
const SMT = 0x40;
const CLASSES: Tokens = new Map([
  [0xc0, "mac"],
  [SMT, "smt"],
  [LLC_ASYNC, "async"],
  [0xd0, "sync"],
  [0x60, "imp_async"],
  [0xe0, "imp_sync"],
]);

function frameName(control: number): string {
  const name = FRAMES.get(control);
  if (name !== undefined) return name;
  const kind = CLASSES.get(control & 0xf0);
  return kind === undefined ? hex(control, 2) : `${kind}${hex(control & 15)}`;
}

function writeHeader(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.need(at, HEADER);
  if (!d.opt.quiet) out.str(`${frameName(d.u8(at))} `);
  d.mac(at + 7);
  out.str(" > ");
  d.mac(at + 1);
  out.str(`, length ${length}: `);
}

/** Prints the frame at `at`; answers the length of its header. Throws TRUNCATED. */
export function printFddi(d: Dissection, at: number, length: number, caplen: number): number {
  d.protocol = "fddi";
  if (caplen < HEADER) {
    d.truncated();
    return caplen;
  }
  const kind = d.u8(at) & 0xf0;
  if (d.opt.linkHeader) writeHeader(d, at, length);
  const payload = at + HEADER;
  if (kind === LLC_ASYNC) {
    const used = printLlc(d, payload, length - HEADER, caplen - HEADER, at + 7, at + 1);
    if (used < 0) d.dumpUnknown(payload, caplen - HEADER);
    return HEADER + Math.abs(used);
  }
  if (kind === SMT) d.out.str("<SMT printer not yet implemented>");
  else {
    if (!d.opt.linkHeader) writeHeader(d, at, length);
    d.dumpUnknown(payload, caplen - HEADER);
  }
  return HEADER;
}

/** Link type 10 (LINKTYPE_FDDI). */
export function printFddiLink(d: Dissection, at: number, length: number): void {
  d.linkHeaderLength = printFddi(d, at, length, d.end - at);
}
