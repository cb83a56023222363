// Token ring (IEEE 802.5), with source routing.
//
//   access control (1) | frame control (1) | destination (6) | source (6) | [routing control (2) | segments (2 each)]
import type { Dissection } from "./dissection.ts";
import { printLlc } from "./llc.ts";
import { hex } from "./wording.ts";

const HEADER = 14;
/** The first bit of the source's address: routing information follows. */
const ROUTED = 0x80;
/** The upper two bits of the frame control field of an LLC frame. */
const FRAME_LLC = 1;

const BROADCASTS = [
  "Non-Broadcast",
  "Non-Broadcast",
  "Non-Broadcast",
  "Non-Broadcast",
  "All-routes",
  "All-routes",
  "Single-route",
  "Single-route",
];
const LARGEST_FRAMES = ["516", "1500", "2052", "4472", "8144", "11407", "17800", "??"];

function writeHeader(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.need(at, HEADER);
  if (!d.opt.quiet) out.str(`${hex(d.u8(at), 2)} ${hex(d.u8(at + 1), 2)} `);
  d.station(at + 8);
  out.str(" > ");
  d.mac(at + 2);
  out.str(`, length ${length}: `);
}

/** Prints the routing information at `at`, `size` bytes. Throws TRUNCATED. */
function writeRoute(d: Dissection, at: number, size: number): void {
  const { out } = d;
  const control = d.u16(at);
  const count = Math.trunc((size - 2) / 2);
  if (d.opt.verbose > 0) {
    out.str(`${BROADCASTS[control >> 13]!} ${control & 0x80 ? "Backward" : "Forward"}`);
    for (let i = 0; i < count; i++) {
      const segment = d.u16(at + 2 + 2 * i);
      out.str(` [${segment >> 4}:${segment & 15}]`);
    }
  } else {
    out.str(`rt = ${hex(control)}`);
    for (let i = 0; i < count; i++) out.str(`:${hex(d.u16(at + 2 + 2 * i))}`);
  }
  out.str(` (${LARGEST_FRAMES[(control >> 4) & 7]!}) `);
}

/** Prints the frame at `at`; answers the length of its header. Throws TRUNCATED. */
export function printTokenRing(d: Dissection, at: number, length: number, caplen: number): number {
  d.protocol = "token-ring";
  if (caplen < HEADER) {
    d.truncated();
    return HEADER;
  }
  const routed = (d.u8(at + 8) & ROUTED) !== 0;
  d.routedSource = routed ? at + 8 : -1;
  if (d.opt.linkHeader) writeHeader(d, at, length);
  let header = HEADER;
  if (routed) {
    if (caplen < HEADER + 2) {
      d.truncated();
      return header;
    }
    const route = d.u8(at + HEADER) & 0x1f;
    header += route;
    if (caplen < header) {
      d.truncated();
      return header;
    }
    writeRoute(d, at + HEADER, route);
  }
  const payload = at + header;
  if (d.u8(at + 1) >> 6 === FRAME_LLC) {
    const used = printLlc(d, payload, length - header, caplen - header, at + 8, at + 2);
    if (used < 0) d.dumpUnknown(payload, caplen - header);
    return header + Math.abs(used);
  }
  if (!d.opt.linkHeader) writeHeader(d, at, length);
  d.dumpUnknown(payload, caplen - header);
  return header;
}

/** Link type 6 (LINKTYPE_IEEE802_5). */
export function printTokenRingLink(d: Dissection, at: number, length: number): void {
  d.linkHeaderLength = printTokenRing(d, at, length, d.end - at);
}
