// Network Service Header (RFC 8300).
//
//   version (2 bits), O, U, TTL (6), length in words (6) | U (4), MD type (4) | next protocol (1) | service path (3) |
//   service index (1) | contexts
import type { Dissection } from "./dissection.ts";
import { printEthernet } from "./ethernet.ts";
import { printIp } from "./ip.ts";
import { printIpv6 } from "./ipv6.ts";
import type { Tokens } from "./token.ts";

const FIXED_HEADER = 8;
const CONTEXTS_FIXED = 1;
const CONTEXTS_VARIABLE = 2;
const CONTEXT_TYPES: Tokens = new Map([
  [0, "reserved"],
  [CONTEXTS_FIXED, "1"],
  [CONTEXTS_VARIABLE, "2"],
  [15, "experimental"],
]);
const NEXT_IPV4 = 1;
const NEXT_IPV6 = 2;
const NEXT_ETHERNET = 3;
const NEXT: Tokens = new Map([
  [NEXT_IPV4, "IPv4"],
  [NEXT_IPV6, "IPv6"],
  [NEXT_ETHERNET, "Ethernet"],
  [4, "NSH"],
  [5, "MPLS"],
  [0xfe, "Experiment 1"],
  [0xff, "Experiment 2"],
]);

function name(table: Tokens, value: number): string {
  return table.get(value) ?? `unknown (0x${value.toString(16).padStart(2, "0")})`;
}

/** Contexts of variable length (RFC 8300 2.5.1), `words` of them; false if they are too long. */
function writeContexts(d: Dissection, at: number, words: number): boolean {
  const { out } = d;
  for (let used = 0; used < words; ) {
    const owner = d.u16(at);
    const type = d.u8(at + 2);
    const size = d.u8(at + 3) & 0x7f;
    const filled = Math.ceil(size / 4);
    at += 4;
    out.str(`\n        TLV Class ${owner}, Type ${type}, Len ${size}`);
    used += 1;
    if (words < used + filled) {
      out.str(" (length too big)");
      return false;
    }
    if (size === 0) continue;
    out.str("\n            Value: ");
    for (let i = 0; i < size; i++) {
      const octet = d.u8(at + i);
      out.str(i === 0 ? "0x" : ":");
      out.hexPad(octet, 2);
    }
    d.need(at, 4 * filled);
    at += 4 * filled;
    used += filled;
  }
  return true;
}

/** The headers; false if they contradict themselves. Answers where the payload lies with `payload`. */
function writeHeaders(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  const { verbose } = d.opt;
  const base = d.u32(at);
  const words = (base >>> 16) & 0x3f;
  const contextType = (base >>> 8) & 0x0f;
  out.str(`flags [${base & 0x20000000 ? "O" : "none"}], `);
  if (verbose > 2)
    out.str(`TTL ${(base >>> 22) & 0x3f}, length ${words}, md type ${name(CONTEXT_TYPES, contextType)}, `);
  if (verbose > 1) out.str(`next-protocol ${name(NEXT, base & 0xff)}, `);
  if (length < words * 4) {
    out.str(` (too many headers for packet length ${length})`);
    return false;
  }
  const path = d.u24(at + 4);
  out.str("service-path-id 0x");
  out.hexPad(path, 6);
  out.str(", ");
  const index = d.u8(at + 7);
  out.str("service-index 0x");
  out.hex(index);
  if (words < 2) {
    out.str(" (less than two headers)");
    return false;
  }
  if (verbose > 2 && contextType === CONTEXTS_FIXED) {
    if (words !== 6) {
      out.str(" (invalid length for the MD type)");
      return false;
    }
    for (let i = 0; i < 4; i++) {
      const context = d.u32(at + FIXED_HEADER + 4 * i);
      out.str(`\n        Context[0${i}]: 0x`);
      out.hexPad(context, 8);
    }
  } else if (verbose > 2 && contextType === CONTEXTS_VARIABLE) {
    if (!writeContexts(d, at + FIXED_HEADER, words - 2)) return false;
  } else d.need(at + FIXED_HEADER, 4 * (words - 2));
  return true;
}

/** Prints the packet of `length` bytes at `at`. Throws TRUNCATED. */
export function printNsh(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "nsh";
  if (length < FIXED_HEADER) {
    out.str(` (packet length ${length} < ${FIXED_HEADER})`);
    d.invalid();
    return;
  }
  const base = d.u32(at);
  out.str("NSH, ");
  const version = base >>> 30;
  if (d.opt.verbose > 1) out.str(`ver ${version}, `);
  if (version !== 0) return;
  if (!writeHeaders(d, at, length)) {
    d.invalid();
    return;
  }
  const header = 4 * ((base >>> 16) & 0x3f);
  const inner = at + header;
  const size = length - header;
  out.str(d.opt.verbose > 0 ? "\n    " : ": ");
  d.enter();
  switch (base & 0xff) {
    case NEXT_IPV4:
      printIp(d, inner, size);
      break;
    case NEXT_IPV6:
      printIpv6(d, inner, size);
      break;
    case NEXT_ETHERNET:
      printEthernet(d, inner, size, d.available(inner));
      break;
    default:
      out.str("ERROR: unknown-next-protocol");
  }
  d.leave();
}
