// LSP ping: detecting MPLS data plane failures (RFC 4379, RFC 8029).
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-------------------------------+-------------------------------+
//   |         Version Number        |         Global Flags          |
//   +---------------+---------------+---------------+---------------+
//   | Message Type  |  Reply mode   |  Return Code  | Return Subcode|
//   +---------------+---------------+---------------+---------------+
//   |  sender's handle, sequence number, time sent (8), received (8)|
//   |  TLVs: type (2), length (2), value, padded to four bytes      |
import type { Dissection } from "./dissection.ts";
import { ENTERPRISES } from "./enterprises.ts";
import { writeNtpTime } from "./ntp.ts";
import { unknownBytes } from "./phrase.ts";
import { PSEUDOWIRES } from "./pseudowire.ts";
import type { Tokens } from "./token.ts";
import { routeDistinguisher } from "./vpn.ts";
import { hex, ip4, ip6, named, numbered } from "./wording.ts";

const HEADER = 32;
const TLV_HEADER = 4;
const VERSION = 1;
const MESSAGES: Tokens = numbered(1, "MPLS Echo Request", "MPLS Echo Reply");
const REPLY_MODES: Tokens = numbered(
  1,
  "Do not reply",
  "Reply via an IPv4/IPv6 UDP packet",
  "Reply via an IPv4/IPv6 UDP packet with Router Alert",
  "Reply via application level control channel",
);
const RETURN_CODES: Tokens = numbered(
  0,
  "No return code or return code contained in the Error Code TLV",
  "Malformed echo request received",
  "One or more of the TLVs was not understood",
  "Replying router is an egress for the FEC at stack depth",
  "Replying router has no mapping for the FEC at stack depth",
  "Reserved",
  "Reserved",
  "Reserved",
  "Label switched at stack-depth",
  "Label switched but no MPLS forwarding at stack-depth",
  "Mapping for this FEC is not the given label at stack depth",
  "No label entry at stack-depth",
  "Protocol not associated with interface at FEC stack depth",
  "Premature termination of ping due to label stack shrinking to a single label",
);
/** Return codes whose text the subcode, a depth in the stack, completes. */
const WITH_DEPTH: ReadonlySet<number> = new Set([3, 4, 8, 10, 11, 12]);
const TARGET_FEC_STACK = 1;
const DOWNSTREAM_MAPPING = 2;
const VENDOR_ENTERPRISE = 5;
const BFD_DISCRIMINATOR = 15;
const TLVS: Tokens = new Map([
  [TARGET_FEC_STACK, "Target FEC Stack"],
  [DOWNSTREAM_MAPPING, "Downstream Mapping"],
  [3, "Pad"],
  [9, "Error Code"],
  [VENDOR_ENTERPRISE, "Vendor Enterprise Code"],
  [7, "Interface Label Stack"],
  [10, "Reply TOS Byte"],
  [BFD_DISCRIMINATOR, "BFD Discriminator"],
  [0xfc00, "Vendor Private Code"],
]);
const FECS: Tokens = new Map([
  [1, "LDP IPv4 prefix"],
  [2, "LDP IPv6 prefix"],
  [3, "RSVP IPv4 Session Query"],
  [4, "RSVP IPv6 Session Query"],
  [5, "Reserved"],
  [6, "VPN IPv4 prefix"],
  [7, "VPN IPv6 prefix"],
  [8, "L2 VPN endpoint"],
  [9, "FEC 128 pseudowire (old)"],
  [10, "FEC 128 pseudowire"],
  [12, "BGP labeled IPv4 prefix"],
  [13, "BGP labeled IPv6 prefix"],
]);
/** How long the value of each kind of FEC must be. */
const FEC_SIZES: ReadonlyMap<number, number> = new Map([
  [1, 5],
  [2, 17],
  [3, 20],
  [4, 56],
  [6, 13],
  [7, 25],
  [8, 14],
  [9, 10],
  [10, 14],
  [12, 5],
  [13, 17],
]);
const ADDRESS_TYPES: Tokens = numbered(1, "IPv4", "Unnumbered IPv4", "IPv6", "IPv6");
const TOO_SHORT = "\n\t      TLV is too short";
const PACKET_TOO_SHORT = "\n\t\t packet is too short";

/** The value of a FEC whose length is right. */
function fecValue(d: Dissection, type: number, at: number): string {
  switch (type) {
    case 1:
    case 12:
      return `${ip4(d, at)}/${d.u8(at + 4)}`;
    case 2:
    case 13:
      return `${ip6(d, at)}/${d.u8(at + 16)}`;
    case 3:
    case 4: {
      const address = type === 3 ? ip4 : ip6;
      const size = type === 3 ? 4 : 16;
      const session = at + size + 2;
      const sender = session + 2 + size;
      return (
        `tunnel end-point ${address(d, at)}, tunnel sender ${address(d, sender)}, ` +
        `lsp-id 0x${hex(d.u16(sender + size + 2), 4)}\n\t      ` +
        `tunnel-id 0x${hex(d.u16(session), 4)}, extended tunnel-id ${address(d, session + 2)}`
      );
    }
    case 6:
      return `RD: ${routeDistinguisher(d, at)}, ${ip4(d, at + 8)}/${d.u8(at + 12)}`;
    case 7:
      return `RD: ${routeDistinguisher(d, at)}, ${ip6(d, at + 8)}/${d.u8(at + 24)}`;
    case 8:
      return (
        `RD: ${routeDistinguisher(d, at)}, Sender VE ID: ${d.u16(at + 8)}, ` +
        `Receiver VE ID: ${d.u16(at + 10)}\n\t      ` +
        `Encapsulation Type: ${named(PSEUDOWIRES, d.u16(at + 12), "unknown")}`
      );
    default: {
      const sender = type === 10 ? `Sender PE: ${ip4(d, at)}, ` : "";
      const remote = type === 10 ? at + 4 : at;
      return (
        `${sender}Remote PE: ${ip4(d, remote)}\n\t      ` +
        `PW ID: 0x${hex(d.u32(remote + 4), 8)}, PW Type: ${named(PSEUDOWIRES, d.u16(remote + 8), "unknown")}`
      );
    }
  }
}

// How a TLV ended: it was shown; its bytes are to be shown; the packet is not to be dissected further.
const SHOWN = 0;
const AS_BYTES = 1;
const STOP = 2;

function tooShort(d: Dissection): number {
  d.out.str(TOO_SHORT);
  return AS_BYTES;
}

function fecStack(d: Dissection, from: number, length: number): number {
  const { out } = d;
  let left = length;
  for (let at = from; left !== 0; ) {
    if (left < TLV_HEADER) return tooShort(d);
    const type = d.u16(at);
    let size = d.u16(at + 2);
    if (left < size + TLV_HEADER) return tooShort(d);
    d.need(at + TLV_HEADER, size);
    out.str(`\n\t    ${FECS.get(type) ?? "Unknown"} subTLV (${type}), length: ${size}`);
    const wanted = FEC_SIZES.get(type);
    if (wanted !== undefined) {
      out.str("\n\t      ");
      out.str(
        size === wanted ? fecValue(d, type, at + TLV_HEADER) : `invalid subTLV length, should be ${wanted}`,
      );
    }
    if (d.opt.verbose > 1 || size !== wanted) unknownBytes(d, at + TLV_HEADER, "\n\t      ", size);
    if (size % 4 !== 0) {
      size += 4 - (size % 4);
      if (left < size + TLV_HEADER) {
        out.str("\n\t\t TLV is too short");
        return STOP;
      }
    }
    // The header is not skipped in tcpdump, only counted.
    at += size;
    left -= size + TLV_HEADER;
  }
  return SHOWN;
}

function downstreamMapping(d: Dissection, at: number, length: number): number {
  const { out } = d;
  if (length < 4) return tooShort(d);
  d.need(at, 4);
  const type = d.u8(at + 2);
  out.str(`\n\t    MTU: ${d.u16(at)}, Address-Type: ${named(ADDRESS_TYPES, type, "unknown")}`);
  let left = length;
  if (type >= 1 && type <= 4) {
    const six = type >= 3;
    const numberless = type % 2 === 0;
    const address = six ? 16 : 4;
    const size = 4 + address + (numberless ? 4 : address);
    if (left < size) return tooShort(d);
    d.need(at, size);
    const write = six ? ip6 : ip4;
    out.str(`\n\t    Downstream IP: ${write(d, at + 4)}\n\t    Downstream Interface `);
    const link = at + 4 + address;
    out.str(numberless ? `Index: 0x${hex(d.u32(link), 8)}` : `IP: ${write(d, link)}`);
    at += size;
    left -= size;
  }
  if (left < 4) return tooShort(d);
  d.need(at, 4);
  return AS_BYTES;
}

function tlvValue(d: Dissection, type: number, at: number, length: number): number {
  const { out } = d;
  switch (type) {
    case TARGET_FEC_STACK:
      return fecStack(d, at, length);
    case DOWNSTREAM_MAPPING:
      return downstreamMapping(d, at, length);
    case BFD_DISCRIMINATOR:
      if (length < 4) return tooShort(d);
      out.str(`\n\t    BFD Discriminator 0x${hex(d.u32(at), 8)}`);
      return SHOWN;
    case VENDOR_ENTERPRISE: {
      if (length < 4) return tooShort(d);
      const vendor = d.u32(at);
      out.str(`\n\t    Vendor: ${ENTERPRISES.get(vendor) ?? "Unknown"} (0x${hex(vendor, 4)})`);
      return SHOWN;
    }
    default:
      if (d.opt.verbose <= 1) unknownBytes(d, at, "\n\t    ", length);
      return SHOWN;
  }
}

function tlvs(d: Dissection, from: number, length: number): void {
  const { out } = d;
  let left = length;
  for (let at = from; left !== 0; ) {
    if (left < TLV_HEADER) {
      out.str(PACKET_TOO_SHORT);
      return;
    }
    const type = d.u16(at);
    let size = d.u16(at + 2);
    out.str(`\n\t  ${TLVS.get(type) ?? "Unknown"} TLV (${type}), length: ${size}`);
    if (size > 0) {
      if (left < size + TLV_HEADER) {
        out.str(PACKET_TOO_SHORT);
        return;
      }
      d.need(at + TLV_HEADER, size);
      const ending = tlvValue(d, type, at + TLV_HEADER, size);
      if (ending === STOP) return;
      if (d.opt.verbose > 1 || ending === AS_BYTES) unknownBytes(d, at + TLV_HEADER, "\n\t    ", size);
      if (size % 4 !== 0) {
        size += 4 - (size % 4);
        if (left < size + TLV_HEADER) {
          out.str(PACKET_TOO_SHORT);
          return;
        }
      }
    }
    at += size + TLV_HEADER;
    left -= size + TLV_HEADER;
  }
}

/** Writes the LSP ping message at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printLspPing(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "lspping";
  if (length < HEADER) {
    out.str(PACKET_TOO_SHORT);
    return;
  }
  d.need(at, HEADER);
  const version = d.u16(at);
  if (version !== VERSION) {
    out.str(`LSP-PING version ${version} packet not supported`);
    return;
  }
  const type = d.u8(at + 4);
  const sequence = d.u32(at + 12);
  if (d.opt.verbose === 0) {
    const name = MESSAGES.get(type) ?? `unknown (${type})`;
    out.str(`LSP-PINGv${version}, ${name}, seq ${sequence}, length: ${length}`);
    return;
  }
  out.str(`\n\tLSP-PINGv${version}, msg-type: ${named(MESSAGES, type, "unknown")}, length: ${length}`);
  out.str(`\n\t  reply-mode: ${named(REPLY_MODES, d.u8(at + 5), "unknown")}`);
  const code = d.u8(at + 6);
  const subcode = d.u8(at + 7);
  out.str(`\n\t  Return Code: ${RETURN_CODES.get(code) ?? "unknown"}`);
  out.str(`${WITH_DEPTH.has(code) ? ` ${subcode}` : ""} (${code})\n\t  Return Subcode: (${subcode})`);
  out.str(`\n\t  Sender Handle: 0x${hex(d.u32(at + 8), 8)}, Sequence: ${sequence}`);
  out.str("\n\t  Sender Timestamp: ");
  writeNtpTime(d, at + 16);
  out.str(" Receiver Timestamp: ");
  if (d.u32(at + 24) === 0 && d.u32(at + 28) === 0) out.str("no timestamp");
  else writeNtpTime(d, at + 24);
  tlvs(d, at + HEADER, length - HEADER);
}
