// Real-time media in UDP: RTP and RTCP (RFC 3550), and what they grew from, the protocol of the audio tool vat.
//
//   RTP:  version (2 bits), padding, extension, sources, marker, type (16 bits) | sequence (2) | time (4) | source (4)
//   RTCP: version, padding, count (1) | type (1) | length in words less one (2) | source (4) | by type
import type { Dissection } from "./dissection.ts";
import { fixed, hex } from "./wording.ts";

const TWO_32 = 4_294_967_296;

/** Writes vat's packet of `length` bytes at `at`. Throws TRUNCATED. */
export function printVat(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "vat";
  if (length < 2) {
    out.str(`udp/va/vat, length ${length} < 2`);
    return;
  }
  const head = d.u16(at);
  if (head & 0xf060) {
    out.str(`udp/vt ${length} ${head & 0x3ff} / ${head >> 10}`);
    return;
  }
  if (length < 8) {
    out.str(`udp/vat, length ${length} < 8`);
    return;
  }
  const word = d.u32(at);
  out.str(`udp/vat ${length - 8} c${word & 0xffff} ${d.u32(at + 4)}${word & 0x800000 ? "*" : ""}`);
  if (word & 0x1f0000) out.str(` f${(word >> 16) & 0x1f}`);
  if (word & 0x3f000000) out.str(` s${(word >> 24) & 0x3f}`);
}

const VERSION_1 = 1;
/** The payload type of H.261 video. */
const H261 = 0x1f;

/** What stands between the header and the data: options of version 1, an extension of version 2. */
function rtpExtras(d: Dissection, from: number, words: number, options: boolean, extension: boolean): number {
  const { out } = d;
  let at = from;
  let left = words;
  if (options) {
    let head: number;
    do {
      head = d.u32(at);
      const size = (head >>> 16) & 0xff;
      if (size === 0 || size > left >>> 0) {
        out.str(" !opt");
        return -1;
      }
      at += size * 4;
      left -= size;
    } while (head < 0x80000000);
  }
  if (extension) {
    const size = (d.u32(at) & 0xffff) + 1;
    if (size > left >>> 0) {
      out.str(" !ext");
      return -1;
    }
    at += size * 4;
  }
  return at;
}

/** Writes the RTP packet of `length` bytes at `at`. Throws TRUNCATED. */
export function printRtp(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "rtp";
  if (length < 8) {
    out.str(`udp/rtp, length ${length} < 8`);
    return;
  }
  const head = d.u32(at);
  const time = d.u32(at + 4);
  const old = head >>> 30 === VERSION_1;
  const header = old ? 8 : 12;
  if (length < header) {
    out.str(`udp/rtp, length ${length} < 12`);
    return;
  }
  const type = (head >>> 16) & (old ? 0x3f : 0x7f);
  const options = old && (head & 0x800000) !== 0;
  const extension = !old && (head & 0x10000000) !== 0;
  const marker = (head & (old ? 0x400000 : 0x800000)) !== 0;
  out.str(`udp/${old ? "rtpv1" : "rtp"} ${length - header} c${type} `);
  out.str(`${options || extension ? "+" : ""}${marker ? "*" : ""} ${head & 0xffff} ${time}`);
  if (d.opt.verbose === 0) return;
  out.str(` ${d.u32(at + 8)}`);
  const payload = rtpExtras(d, at + header, (length >>> 2) - (header >> 2), options, extension);
  if (payload >= 0 && type === H261) out.str(` 0x${hex(d.u32(payload) >>> 16, 4)}`);
}

const RTCP_HEADER = 8;
const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const SOURCE_DESCRIPTION = 202;
const GOODBYE = 203;
const SENDER_SIZE = 20;
const BLOCK_SIZE = 24;

/** Prints the packet at `at` and answers its end. Throws TRUNCATED. */
function rtcpPacket(d: Dissection, at: number): number {
  const { out } = d;
  const verbose = d.opt.verbose > 0;
  if (!d.has(at, RTCP_HEADER)) return -1;
  const length = (d.u16(at + 2) + 1) * 4;
  const type = d.u8(at + 1);
  let count = d.u8(at) & 0x1f;
  let block = at + RTCP_HEADER;
  const source = () => {
    if (verbose) out.str(` ${d.u32(at + 4)}`);
  };
  if (type === SENDER_REPORT || type === RECEIVER_REPORT) {
    const sender = type === SENDER_REPORT;
    out.str(sender ? " sr" : " rr");
    if (length !== count * BLOCK_SIZE + (sender ? SENDER_SIZE : 0) + RTCP_HEADER) out.str(` [${length}]`);
    source();
    if (sender) {
      if (!d.has(block, SENDER_SIZE)) return -1;
      const time = d.u32(block) + d.u32(block + 4) / TWO_32;
      out.str(` @${fixed(time, 2)} ${d.u32(block + 8)} ${d.u32(block + 12)}p ${d.u32(block + 16)}b`);
      block += SENDER_SIZE;
    }
  } else {
    if (type === SOURCE_DESCRIPTION) out.str(` sdes ${length}`);
    else if (type === GOODBYE) out.str(` bye ${length}`);
    else out.str(` type-0x${hex(type)} ${length}`);
    if (type === SOURCE_DESCRIPTION || type === GOODBYE) source();
    count = 0;
  }
  if (count > 1) out.str(` c${count}`);
  // tcpdump shows the first block as often as there are blocks.
  for (; count > 0; count--) {
    if (!d.has(block, BLOCK_SIZE)) return -1;
    if (verbose) out.str(` ${d.u32(block)}`);
    const last = d.u32(block + 16) / 65536;
    const delay = d.u32(block + 20) / 65536;
    out.str(` ${d.u32(block + 4) & 0xffffff}l ${d.u32(block + 8)}s ${d.u32(block + 12)}j`);
    out.str(` @${fixed(last, 2)}+${fixed(delay, 2)}`);
  }
  return at + length;
}

/** Writes the RTCP packets from `at` to the captured end. Throws TRUNCATED. */
export function printRtcp(d: Dissection, at: number): void {
  d.protocol = "rtcp";
  while (at < d.end) {
    at = rtcpPacket(d, at);
    if (at < 0) {
      d.truncated();
      return;
    }
  }
}
