// MAC security (IEEE 802.1AE).
//
//   V, ES, SC, SCB, E, C (1 bit each), association (2) | short length (6 bits) | packet number (4) |
//   with SC: channel (8) | secured data | integrity check value (16)
import type { Dissection } from "./dissection.ts";
import type { BitTokens } from "./token.ts";
import { bitNames } from "./token.ts";

const VERSION = 0x80;
const CHANNEL = 0x20;
const ENCRYPTED = 0x0c;
const FLAGS: BitTokens = [
  [0x08, "E"],
  [0x04, "C"],
  [0x40, "S"],
  [0x10, "B"],
  [CHANNEL, "I"],
];
const TAG = 6;
const TAG_WITH_CHANNEL = 14;
const CHECK = 16;

/** What is left of a frame: openMacsec() moves it past the tag. */
export interface Frame {
  at: number;
  length: number;
  caplen: number;
}

function writeTag(d: Dissection, at: number): void {
  const { out } = d;
  const first = d.u8(at);
  const short = d.u8(at + 1);
  out.str(`an ${first & 3}, pn ${d.u32(at + 2)}, flags ${bitNames(FLAGS, first, "none", "")}`);
  if (short !== 0) out.str(`, sl ${short}`);
  if (first & CHANNEL) {
    out.str(", sci ");
    out.hexPad(d.u32(at + 6), 8);
    out.hexPad(d.u32(at + 10), 8);
  }
  out.str(", ");
}

/**
 * Reads the tag at frame.at and moves `frame` to the secured data. "encrypted": nothing can be told of it; "plain": it
 * begins with its type; "broken": the tag is cut off or wrong, which is said. Throws TRUNCATED.
 */
export function openMacsec(
  d: Dissection,
  frame: Frame,
  src: number,
  dst: number,
): "encrypted" | "plain" | "broken" {
  const { out, opt } = d;
  const below = d.protocol;
  d.protocol = "macsec";
  const cut = () => {
    d.truncated();
    d.protocol = below;
    return "broken" as const;
  };
  const { at } = frame;
  const room = Math.min(frame.caplen, frame.length);
  if (room < TAG) return cut();
  const first = d.u8(at);
  const size = first & CHANNEL ? TAG_WITH_CHANNEL : TAG;
  if (room < size) return cut();
  const short = d.u8(at + 1);
  if (short > 0x3f || first & VERSION) {
    d.invalid();
    d.protocol = below;
    return "broken";
  }
  if (opt.linkHeader) writeTag(d, at);
  frame.at += size;
  frame.length -= size;
  frame.caplen -= size;
  if (first & ENCRYPTED) {
    if (!opt.linkHeader) {
      d.need(src, 6);
      d.need(dst, 6);
      d.mac(src);
      out.str(" > ");
      d.mac(dst);
      out.str(" 802.1AE MACsec, ");
      writeTag(d, at);
    }
    d.protocol = below;
    return "encrypted";
  }
  if (Math.min(frame.caplen, frame.length) < CHECK) return cut();
  frame.length -= CHECK;
  frame.caplen -= CHECK;
  d.end -= CHECK;
  if (short !== 0) {
    if (short > frame.length || short > frame.caplen) return cut();
    frame.length = short;
    frame.caplen = short;
  }
  d.protocol = below;
  return "plain";
}
