// ZeroMQ Message Transport Protocol 1.0 (https://rfc.zeromq.org/spec/13/), over TCP and in PGM.
//
//   frame: length of flags and body (1), or 255 (1) and the length (8) | flags (1) | body
import type { Dissection } from "./dissection.ts";
import { TRUNCATED } from "./dissection.ts";
import { hex } from "./wording.ts";

const LONG = 255;
/** Most bytes of a body that -v shows; -vv shows all. */
const SHOWN = 128;
const BITS = [0x80, 0x40, 0x20, 0x10, 0x08, 0x04, 0x02] as const;
const MORE = 0x01;

/** Prints the frame at `at` of what ends at `end`; answers where the next one begins. Throws TRUNCATED. */
function frame(d: Dissection, at: number, end: number): number {
  const { out, opt } = d;
  out.str("\n\t");
  const first = d.u8(at);
  let header = 1;
  let size = BigInt(first);
  if (first === LONG) {
    header = 9;
    out.str(" frame flags+body (64-bit) length");
    size = d.u64(at + 1);
    out.str(` ${size}`);
  } else out.str(` frame flags+body  (8-bit) length ${first}`);
  if (size === 0n) return at + header;
  const body = at + header;
  const flags = d.u8(body);
  // tcpdump counts without a sign.
  const captured = BigInt.asUintN(64, BigInt(end - body));
  if (size > captured) out.str(` (${captured} captured)`);
  out.str(`, flags 0x${hex(flags, 2)}`);
  if (opt.verbose > 0) {
    const bits = BITS.map((bit) => (flags & bit ? "MBZ" : "-")).join("|");
    out.str(` (${bits}|${flags & MORE ? "MORE" : "-"})`);
    let shown = size < captured ? size : captured;
    if (opt.verbose === 1 && shown > SHOWN + 1) shown = BigInt(SHOWN + 1);
    if (shown > 1n) {
      out.str(`, first ${shown - 1n} byte(s) of body:`);
      d.dump(body + 1, Number(BigInt.asUintN(32, shown - 1n)), "\n\t ");
    }
  }
  if (size > BigInt(d.available(body))) throw TRUNCATED;
  return body + Number(size);
}

function frames(d: Dissection, from: number, end: number): void {
  for (let at = from; at < end; ) at = frame(d, at, end);
}

/** Writes the segment of `length` bytes at `at`. Throws TRUNCATED. */
export function printZmtp(d: Dissection, at: number, length: number): void {
  d.protocol = "zmtp1";
  d.out.str(": ZMTP/1.0");
  frames(d, at, Math.min(d.end, at + length));
}

/**
 * Writes what a PGM packet carries, `length` bytes at `at`: an offset to the first frame that begins in it (2), the rest
 * of an earlier frame, frames. Throws TRUNCATED.
 */
export function printZmtpDatagram(d: Dissection, at: number, length: number): void {
  const { out, opt } = d;
  const end = Math.min(d.end, at + length);
  d.protocol = "zmtp1";
  let offset = d.u16(at);
  out.str(`\n\t frame offset 0x${hex(offset, 4)}`);
  at += 2;
  const left = d.available(at);
  if (offset === 0xffff) offset = (length - 2) >>> 0;
  else if (2 + offset > length) {
    out.str(" (exceeds datagram declared length)");
    throw TRUNCATED;
  }
  if (offset > 0) {
    out.str(`\n\t frame intermediate part, ${offset} bytes`);
    if (offset > left) out.str(` (${left} captured)`);
    if (opt.verbose > 0) {
      const shown = Math.min(offset, left, opt.verbose === 1 ? SHOWN : offset);
      if (shown > 1) {
        out.str(`, first ${shown} byte(s):`);
        d.dump(at, shown, "\n\t ");
      }
    }
  }
  frames(d, at + offset, end);
}
