// Internet Group Management Protocol: version 1 (RFC 1112), 2 (RFC 2236), 3 (RFC 3376), and mtrace.
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +---------------+---------------+-------------------------------+
//   |     Type      | Max Resp Code |           Checksum            |
//   +---------------+---------------+-------------------------------+
//   |                         Group Address                         |
//   +-----+-+-----+---------------+-------------------------------+
//   | Resv|S| QRV |     QQIC      |     Number of Sources (N)     |   version 3 query from here on
import { addWords, foldChecksum } from "../bytes/checksum.ts";
import type { Dissection } from "./dissection.ts";
import { printDvmrp } from "./dvmrp.ts";
import { span, tenths } from "./phrase.ts";
import { printPim1 } from "./pim.ts";
import type { Tokens } from "./token.ts";

/** What a version 3 group record says; MLDv2 (RFC 3810) uses the same numbers. */
export const GROUP_RECORDS: Tokens = new Map([
  [1, "is_in"],
  [2, "is_ex"],
  [3, "to_in"],
  [4, "to_ex"],
  [5, "allow"],
  [6, "block"],
]);

/** The default response time of ten seconds, in tenths: not worth a word. */
const USUAL_RESPONSE_TIME = 100;
const MTRACE_SIZE = 24;

function sources(d: Dissection, at: number, count: number): void {
  const { out } = d;
  out.str(" {");
  for (let i = 0; i < count; i++) {
    d.need(at + i * 4, 4);
    out.ch(32);
    d.ip4(at + i * 4);
  }
  out.str(" }");
}

function query3(d: Dissection, at: number, length: number): void {
  const { out } = d;
  out.str(" v3");
  if (length < 12 || length & 3) {
    out.str(" [invalid len ");
    out.dec(length);
    out.ch(93);
    return;
  }
  const code = d.u8(at + 1);
  // RFC 3376 4.1.1: from 128 on a floating point number.
  const time = code < 128 ? code : ((code & 0x0f) | 0x10) << (((code & 0x70) >> 4) + 3);
  if (code !== USUAL_RESPONSE_TIME) {
    out.str(" [max resp time ");
    if (time < 600) {
      tenths(out, time);
      out.ch(115);
    } else span(out, Math.floor(time / 10));
    out.ch(93);
  }
  if (d.u32(at + 4) === 0) return;
  out.str(" [gaddr ");
  d.ip4(at + 4);
  const count = d.u16(at + 10);
  if (count > 0) {
    if (length < 12 + count * 4) out.str(" [invalid number of sources]");
    else if (d.opt.verbose > 1) sources(d, at + 12, count);
    else {
      out.str(", ");
      out.dec(count);
      out.str(" source(s)");
    }
  }
  out.ch(93);
}

function report3(d: Dissection, at: number, length: number): void {
  const { out } = d;
  if (length < 16 || length & 3) {
    out.str(" [invalid len ");
    out.dec(length);
    out.ch(93);
    return;
  }
  const records = d.u16(at + 6);
  out.str(", ");
  out.dec(records);
  out.str(" group record(s)");
  if (d.opt.verbose === 0) return;
  let record = 8;
  for (let i = 0; i < records; i++) {
    if (length < record + 8) {
      out.str(" [invalid number of groups]");
      return;
    }
    d.need(at + record + 4, 4);
    out.str(" [gaddr ");
    d.ip4(at + record + 4);
    out.ch(32);
    const kind = d.u8(at + record);
    out.str(GROUP_RECORDS.get(kind) ?? ` [v3-report-#${kind}]`);
    const count = d.u16(at + record + 2);
    if (length < record + 8 + count * 4) {
      out.str(" [invalid number of sources ");
      out.dec(count);
      out.ch(93);
      return;
    }
    if (d.opt.verbose === 1) {
      out.str(", ");
      out.dec(count);
      out.str(" source(s)");
    } else sources(d, at + record + 8, count);
    record += 8 + count * 4;
    out.ch(93);
  }
}

function mtrace(d: Dissection, name: string, at: number, length: number): void {
  const { out } = d;
  if (length < MTRACE_SIZE) {
    out.str(" [invalid len ");
    out.dec(length);
    out.ch(93);
    return;
  }
  d.need(at + 8, 16);
  out.str(name);
  out.ch(32);
  out.dec(d.u24(at + 21));
  out.str(": ");
  d.ip4(at + 8);
  out.str(" to ");
  d.ip4(at + 12);
  out.str(" reply-to ");
  d.ip4(at + 16);
  if ((d.u8(at + 16) & 0xf0) === 0xe0) {
    out.str(" with-ttl ");
    out.dec(d.u8(at + 20));
  }
}

/** Writes the IGMP message at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printIgmp(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "igmp";
  if (d.opt.quiet) {
    out.str("igmp");
    return;
  }
  const type = d.u8(at);
  switch (type) {
    case 0x11: {
      out.str("igmp query");
      if (length >= 12) {
        query3(d, at, length);
        break;
      }
      const time = d.u8(at + 1);
      out.str(time ? " v2" : " v1");
      if (time && time !== USUAL_RESPONSE_TIME) {
        out.str(" [max resp time ");
        out.dec(time);
        out.ch(93);
      }
      if (d.u32(at + 4) !== 0) {
        out.str(" [gaddr ");
        d.ip4(at + 4);
        out.ch(93);
      }
      if (length !== 8) {
        out.str(" [len ");
        out.dec(length);
        out.ch(93);
      }
      break;
    }
    case 0x12:
    case 0x16:
    case 0x17:
      d.need(at + 4, 4);
      out.str(type === 0x12 ? "igmp v1 report " : type === 0x16 ? "igmp v2 report " : "igmp leave ");
      d.ip4(at + 4);
      if (type === 0x12 && length !== 8) {
        out.str(" [len ");
        out.dec(length);
        out.ch(93);
      }
      break;
    case 0x22:
      out.str("igmp v3 report");
      report3(d, at, length);
      break;
    case 0x13:
      out.str("igmp dvmrp");
      if (length < 8) {
        out.str(" [len ");
        out.dec(length);
        out.ch(93);
      } else printDvmrp(d, at, length);
      break;
    case 0x14:
      out.str("igmp pimv1");
      printPim1(d, at, length);
      break;
    case 0x1e:
      mtrace(d, "mresp", at, length);
      break;
    case 0x1f:
      mtrace(d, "mtrace", at, length);
      break;
    default:
      out.str("igmp-");
      out.dec(type);
  }
  if (d.opt.verbose > 0 && length >= 4 && d.has(at, length)) {
    if (foldChecksum(addWords(0, d.view, at, length)) !== 0) {
      out.str(" bad igmp cksum ");
      out.hex(d.u16(at + 2));
      out.ch(33);
    }
  }
}
