// What both versions of OSPF carry for others: graceful restart (RFC 3623, RFC 5187) and traffic engineering
// (RFC 3630, RFC 4203, RFC 4124).
//
//   TLVs: type (2), length (2), value, padded to four bytes
import type { Dissection } from "./dissection.ts";
import { CONSTRAINT_MODELS, ENCODINGS, LINK_PROTECTION, megabits, SWITCHING } from "./gmpls.ts";
import { unknownBytes } from "./phrase.ts";
import type { Tokens } from "./token.ts";
import { bitNames } from "./token.ts";
import { hex, ip4, named, numbered } from "./wording.ts";

const GRACE_TLVS: Tokens = numbered(1, "Grace Period", "Graceful restart Reason", "IPv4 interface address");
const GRACE_REASONS: Tokens = numbered(
  0,
  "Unknown",
  "Software Restart",
  "Software Reload/Upgrade",
  "Control Processor Switch",
);
const TE_TLVS: Tokens = numbered(1, "Router Address", "Link");
const LINK_TYPES: Tokens = numbered(1, "Point-to-point", "Multi-Access");
const LINK_SUBTLVS: Tokens = new Map([
  [1, "Link Type"],
  [2, "Link ID"],
  [3, "Local Interface IP address"],
  [4, "Remote Interface IP address"],
  [5, "Traffic Engineering Metric"],
  [6, "Maximum Bandwidth"],
  [7, "Maximum Reservable Bandwidth"],
  [8, "Unreserved Bandwidth"],
  [9, "Administrative Group"],
  [11, "Link Local/Remote Identifier"],
  [14, "Link Protection Type"],
  [15, "Interface Switching Capability"],
  [16, "Shared Risk Link Group"],
  [17, "Bandwidth Constraints"],
]);

function padded(size: number): number {
  return (size + 3) & ~3;
}

/** Writes the TLVs of graceful restart; false if they are wrong or cut off. Throws TRUNCATED. */
export function writeGrace(d: Dissection, from: number, length: number): boolean {
  const { out } = d;
  let at = from;
  // Without a sign in tcpdump: padding beyond the end makes it large.
  let left = length;
  while (left > 0) {
    if (!d.has(at, 4)) return false;
    if (left < 4) {
      out.str(`\n\t    Remaining LS length ${left} < 4`);
      return false;
    }
    const type = d.u16(at);
    const size = d.u16(at + 2);
    at += 4;
    left -= 4;
    out.str(`\n\t    ${GRACE_TLVS.get(type) ?? "unknown"} TLV (${type}), length ${size}, value: `);
    if (size > left) {
      out.str(`\n\t    Bogus length ${size} > ${left}`);
      return false;
    }
    if (type === 0 || size === 0 || !d.has(at, size)) return false;
    const wanted = type === 2 ? 1 : 4;
    if (type > 3) {
      if (d.opt.verbose <= 1) unknownBytes(d, at, "\n\t      ", size);
    } else if (size !== wanted) {
      out.str(`\n\t    Bogus length ${size} != ${wanted}`);
      return false;
    } else if (type === 1) out.str(`${d.u32(at)}s`);
    else if (type === 2) out.str(named(GRACE_REASONS, d.u8(at), "Unknown"));
    else out.str(ip4(d, at));
    left = (left - padded(size)) >>> 0;
    at += padded(size);
  }
  return true;
}

/** What is wrong with a sub-TLV's length; null if nothing is. */
function wrongLength(type: number, size: number): string | null {
  switch (type) {
    case 1:
      return size === 1 ? null : " != 1";
    case 2:
    case 11:
      return size === 4 || size === 8 ? null : " != 4 && != 8";
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
    case 9:
    case 14:
      return size === 4 ? null : " != 4";
    case 8:
      return size === 32 ? null : " != 32";
    case 15:
      return size >= 36 ? null : " < 36";
    case 16:
      return size % 4 === 0 ? null : " != N x 4";
    case 17:
      return size >= 4 ? null : " < 4";
    default:
      return null;
  }
}

/** A sub-TLV's value; false if it is wrong. */
function linkValue(d: Dissection, type: number, at: number, size: number): boolean {
  const { out } = d;
  switch (type) {
    case 1:
      out.str(`, ${named(LINK_TYPES, d.u8(at), "unknown")}`);
      return true;
    case 2:
    case 11:
      for (let i = 0; i < size; i += 4) out.str(`, ${ip4(d, at + i)} (0x${hex(d.u32(at + i), 8)})`);
      return true;
    case 3:
    case 4:
      out.str(`, ${ip4(d, at)}`);
      return true;
    case 5:
      out.str(`, Metric ${d.u32(at)}`);
      return true;
    case 6:
    case 7:
      out.str(`, ${megabits(d, at)} Mbps`);
      return true;
    case 8:
      for (let i = 0; i < 8; i++) out.str(`\n\t\tTE-Class ${i}: ${megabits(d, at + 4 * i)} Mbps`);
      return true;
    case 9:
      out.str(`, 0x${hex(d.u32(at), 8)}`);
      return true;
    case 14:
      out.str(`, ${bitNames(LINK_PROTECTION, d.u8(at), "none")}`);
      return true;
    case 15:
      out.str(`\n\t\tInterface Switching Capability: ${SWITCHING.get(d.u8(at)) ?? "Unknown"}`);
      out.str(`\n\t\tLSP Encoding: ${ENCODINGS.get(d.u8(at + 1)) ?? "Unknown"}\n\t\tMax LSP Bandwidth:`);
      for (let i = 0; i < 8; i++) out.str(`\n\t\t  priority level ${i}: ${megabits(d, at + 4 + 4 * i)} Mbps`);
      return true;
    case 16:
      if (size > 0) out.str("\n\t\t  Shared risk group: ");
      for (let i = 0; i < size; i += 4) out.str(`${d.u32(at + i)}${i + 4 < size ? ", " : ""}`);
      return true;
    case 17:
      out.str(`\n\t\tBandwidth Constraints Model ID: ${named(CONSTRAINT_MODELS, d.u8(at), "unknown")}`);
      if (size % 4 !== 0) out.str(`\n\t\tlength ${size} != N x 4`);
      else if (size > 36) out.str(`\n\t\tlength ${size} > 36`);
      if (size % 4 !== 0 || size > 36) return false;
      for (let i = 0; i < (size - 4) / 4; i++)
        out.str(`\n\t\t  Bandwidth constraint CT${i}: ${megabits(d, at + 4 + 4 * i)} Mbps`);
      return true;
    default:
      if (d.opt.verbose <= 1) unknownBytes(d, at, "\n\t\t", size);
      return true;
  }
}

/** The sub-TLVs of a link; answers where they end, -1 if they are wrong or cut off. */
function link(d: Dissection, from: number, length: number): number {
  const { out } = d;
  let at = from;
  let left = length;
  while (left !== 0) {
    if (left < 4) {
      out.str(`\n\t    Remaining TLV length ${left} < 4`);
      return -1;
    }
    const type = d.u16(at);
    const size = d.u16(at + 2);
    at += 4;
    left -= 4;
    if (type === 0 || size === 0) {
      d.invalid();
      return -1;
    }
    out.str(`\n\t      ${LINK_SUBTLVS.get(type) ?? "unknown"} subTLV (${type}), length: ${size}`);
    if (left < size) {
      out.str(`\n\t    Remaining TLV length ${left + 4} < ${size + 4}`);
      return -1;
    }
    if (!d.has(at, size)) return -1;
    const wrong = wrongLength(type, size);
    if (wrong !== null) out.str(wrong);
    if (wrong !== null || !linkValue(d, type, at, size)) {
      d.invalid();
      return -1;
    }
    if (left < padded(size)) {
      out.str(`\n\t    Remaining TLV length ${left + 4} < ${padded(size) + 4}`);
      return -1;
    }
    left -= padded(size);
    // tcpdump skips shared risk groups twice.
    at += padded(size) + (type === 16 ? size : 0);
  }
  return at;
}

/** Writes the TLVs of traffic engineering; false if they are wrong or cut off. Throws TRUNCATED. */
export function writeTrafficEngineering(d: Dissection, from: number, length: number): boolean {
  const { out } = d;
  let at = from;
  let left = length;
  while (left !== 0) {
    if (!d.has(at, 4)) return false;
    if (left < 4) {
      out.str(`\n\t    Remaining LS length ${left} < 4`);
      return false;
    }
    const type = d.u16(at);
    const size = d.u16(at + 2);
    at += 4;
    left -= 4;
    out.str(`\n\t    ${TE_TLVS.get(type) ?? "unknown"} TLV (${type}), length: ${size}`);
    if (size > left) {
      out.str(`\n\t    Bogus length ${size} > ${left}`);
      return false;
    }
    if (type === 0 || size === 0) return false;
    if (type === 2) {
      at = link(d, at, size);
      if (at < 0) return false;
      // tcpdump does not count down what a link takes.
      continue;
    }
    if (type === 1) {
      if (size < 4) {
        out.str(`\n\t    TLV length ${size} < 4`);
        return false;
      }
      out.str(`, ${ip4(d, at)}`);
    } else if (d.opt.verbose <= 1) unknownBytes(d, at, "\n\t      ", size);
    if (padded(size) > left) {
      out.str(`\n\t    Bogus padded length ${padded(size)} > ${left}`);
      return false;
    }
    left -= padded(size);
    at += padded(size);
  }
  return true;
}
