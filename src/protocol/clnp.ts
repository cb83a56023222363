// Connectionless-mode Network Protocol (ISO 8473).
//
//   NLPID (1) | length of the header (1) | version (1) | lifetime (1) | flags, type (1) | segment length (2) |
//   checksum (2) | destination: length (1), address | source: length (1), address |
//   segmentation: identifier (2), offset (2), total length (2) | options: type (1), length (1), value | data
import type { Dissection } from "./dissection.ts";
import { NLPID_CLNP, nsap, verdict } from "./nlpid.ts";
import { unknownBytes } from "./phrase.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";
import { hex, numbered } from "./wording.ts";

const HEADER = 9;
const VERSION = 1;
const SEGMENTED = 0x80;
const FLAGS: BitTokens = [
  [SEGMENTED, "Segmentation permitted"],
  [0x40, "more Segments"],
  [0x20, "request Error Report"],
];
const ERROR_REPORT = 1;
const ECHO_RESPONSE = 31;
const TYPES: Tokens = new Map([
  [ERROR_REPORT, "Error Report"],
  [29, "MD"],
  [28, "Data"],
  [30, "Echo Request"],
  [ECHO_RESPONSE, "Echo Response"],
]);
const DISCARD_REASON = 193;
const QUALITY_OF_SERVICE = 195;
const SECURITY = 197;
const SOURCE_ROUTING = 200;
const ROUTE_RECORDING = 203;
const PADDING = 204;
const PRIORITY = 205;
const OPTIONS: Tokens = new Map([
  [DISCARD_REASON, "Discard Reason"],
  [PRIORITY, "Priority"],
  [QUALITY_OF_SERVICE, "QoS Maintenance"],
  [SECURITY, "Security"],
  [SOURCE_ROUTING, "Source Routing"],
  [ROUTE_RECORDING, "Route Recording"],
  [PADDING, "Padding"],
]);
const REASON_CLASSES: Tokens = new Map([
  [0x0, "General"],
  [0x8, "Address"],
  [0x9, "Source Routeing"],
  [0xa, "Lifetime"],
  [0xb, "PDU Discarded"],
  [0xc, "Reassembly"],
]);
/** Reasons by class, from 0 on. */
const REASONS: ReadonlyMap<number, readonly string[]> = new Map([
  [
    0x0,
    [
      "Reason not specified",
      "Protocol procedure error",
      "Incorrect checksum",
      "PDU discarded due to congestion",
      "Header syntax error (cannot be parsed)",
      "Segmentation needed but not permitted",
      "Incomplete PDU received",
      "Duplicate option",
    ],
  ],
  [0x8, ["Destination address unreachable", "Destination address unknown"]],
  [
    0x9,
    [
      "Unspecified source routeing error",
      "Syntax error in source routeing field",
      "Unknown address in source routeing field",
      "Path not acceptable",
    ],
  ],
  [0xa, ["Lifetime expired while data unit in transit", "Lifetime expired during reassembly"]],
  [
    0xb,
    [
      "Unsupported option not specified",
      "Unsupported protocol version",
      "Unsupported security option",
      "Unsupported source routeing option",
      "Unsupported recording of route option",
    ],
  ],
  [0xc, ["Reassembly interference"]],
]);
const SCOPE = 0xc0;
const SCOPE_GLOBAL = 0xc0;
const SCOPES: Tokens = new Map([
  [0x40, "Source Address Specific"],
  [0x80, "Destination Address Specific"],
  [SCOPE_GLOBAL, "Globally unique"],
]);
const ROUTES: Tokens = numbered(0, "partial", "complete");
const QUALITIES: BitTokens = [
  [0x20, "reserved"],
  [0x10, "sequencing vs. delay"],
  [0x08, "congested"],
  [0x04, "delay vs. cost"],
  [0x02, "error vs. delay"],
  [0x01, "error vs. cost"],
];

/** A source or recorded route. */
function route(d: Dissection, type: number, at: number, size: number): void {
  const { out } = d;
  const what = type === SOURCE_ROUTING ? "source routing" : "recording of route in progress";
  out.str(`${ROUTES.get(d.u8(at)) ?? "Unknown"} ${what}`);
  const offset = d.u8(at + 1);
  if (offset === 0) {
    out.str(" Bad NSAP offset (0)");
    return;
  }
  if (offset - 1 > size) {
    out.str(" Bad NSAP offset (past end of option)");
    return;
  }
  // tcpdump shows the first address again and again, as often as addresses of its length have room.
  const pos = at + offset - 1;
  for (let left = size - (offset - 1); left > 0; ) {
    const length = d.u8(pos);
    if (left < length + 1) {
      out.str("\n\t    NSAP address goes past end of option");
      return;
    }
    if (length > 0) out.str(`\n\t    NSAP address (length ${length}): ${nsap(d, pos + 1, length)}`);
    left -= length + 1;
  }
}

/** An option's value; false if its length is wrong. */
function optionValue(d: Dissection, type: number, at: number, size: number): boolean {
  const { out } = d;
  const least = type === SOURCE_ROUTING || type === ROUTE_RECORDING || type === SECURITY ? 2 : 1;
  if (OPTIONS.has(type) && type !== PADDING && size < least) {
    out.str(", bad opt len");
    return false;
  }
  switch (type) {
    case SOURCE_ROUTING:
    case ROUTE_RECORDING:
      route(d, type, at, size);
      break;
    case PRIORITY:
      out.str(`0x${hex(d.u8(at) & 15)}`);
      break;
    case QUALITY_OF_SERVICE: {
      const octet = d.u8(at);
      out.str(`\n\t    Format Code: ${SCOPES.get(octet & SCOPE) ?? "Reserved"}`);
      if ((octet & SCOPE) === SCOPE_GLOBAL)
        out.str(`\n\t    QoS Flags [${bitNames(QUALITIES, octet, "none")}]`);
      break;
    }
    case SECURITY:
      out.str(`\n\t    Format Code: ${SCOPES.get(d.u8(at) & SCOPE) ?? "Reserved"}, `);
      out.str(`Security-Level ${d.u8(at + 1)}`);
      break;
    case DISCARD_REASON: {
      const error = d.u8(at);
      const major = error >> 4;
      const minor = error & 15;
      out.str(`\n\t    Class: ${REASON_CLASSES.get(major) ?? "Unknown"} Error (0x${hex(major)}), `);
      out.str(`${REASONS.get(major)?.[minor] ?? "Unknown"} (0x${hex(minor)})`);
      break;
    }
    case PADDING:
      out.str("padding data");
      break;
    default:
      unknownBytes(d, at, "\n\t  ", size);
  }
  return true;
}

/** The options; answers where they end, -1 if they are wrong, -2 if they are cut off. */
function options(d: Dissection, from: number, length: number): number {
  const { out } = d;
  let at = from;
  for (let left = length; left !== 0; ) {
    if (left < 2) {
      out.str(", bad opts/li");
      return -1;
    }
    const type = d.u8(at);
    const size = d.u8(at + 1);
    at += 2;
    left -= 2;
    if (size > left) {
      out.str(`, opt (${type}) too long`);
      return -1;
    }
    if (!d.has(at, size)) return -2;
    left -= size;
    out.str(`\n\t  ${OPTIONS.get(type) ?? "Unknown"} Option #${type}, length ${size}, value: `);
    if (!optionValue(d, type, at, size)) return -1;
    if (d.opt.verbose > 1) unknownBytes(d, at, "\n\t  ", size);
    at += size;
  }
  return at;
}

/** Writes the CLNP PDU at `at`, `length` bytes on the wire; false if its bytes are to be shown. Throws TRUNCATED. */
export function printClnp(d: Dissection, at: number, length: number): boolean {
  const { out, opt } = d;
  d.protocol = "clnp";
  const cutOff = () => {
    d.truncated();
    return true;
  };
  const wrong = (text: string) => {
    out.str(text);
    return false;
  };
  if (!d.has(at, HEADER)) return cutOff();
  const headerLength = d.u8(at + 1);
  if (!opt.linkHeader) out.str("CLNP");
  const version = d.u8(at + 2);
  if (version !== VERSION) return wrong(`version ${version} packet not supported`);
  if (headerLength > length) return wrong(` length indicator(${headerLength}) > PDU size (${length})!`);
  if (headerLength < HEADER) {
    out.str(` length indicator ${headerLength} < min PDU size:`);
    for (let i = at; i < d.end; i++) out.str(hex(d.bytes[i]!, 2).toUpperCase());
    return false;
  }
  const flags = d.u8(at + 4) & 0xe0;
  const type = d.u8(at + 4) & 0x1f;
  let pos = at + HEADER;
  let left = headerLength - HEADER;
  const addresses: string[] = [];
  const sizes: number[] = [];
  for (let i = 0; i < 2; i++) {
    const size = left < 1 ? 0 : d.u8(pos);
    if (left < 1 || left - 1 < size) return wrong("li < size of fixed part of CLNP header and addresses");
    if (!d.has(pos + 1, size)) return cutOff();
    sizes.push(size);
    addresses.push(nsap(d, pos + 1, size));
    pos += 1 + size;
    left -= 1 + size;
  }
  const comma = opt.linkHeader ? "" : ", ";
  const name = TYPES.get(type) ?? `unknown (${type})`;
  if (opt.verbose === 0) {
    out.str(`${comma}${addresses[1]} > ${addresses[0]}, ${name}, length ${length}`);
    return true;
  }
  const lifetime = d.u8(at + 3);
  const checksum = d.u16(at + 7);
  out.str(`${comma}length ${length}\n\t${name} PDU, hlen: ${headerLength}, v: ${version}, `);
  out.str(`lifetime: ${lifetime >> 1}.${(lifetime & 1) * 5}s, Segment PDU length: ${d.u16(at + 5)}, `);
  out.str(`checksum: 0x${hex(checksum, 4)}`);
  verdict(d, at, checksum, 7, headerLength);
  out.str(`\n\tFlags [${bitNames(FLAGS, flags, "none")}]`);
  out.str(`\n\tsource address (length ${sizes[1]}): ${addresses[1]}`);
  out.str(`\n\tdest   address (length ${sizes[0]}): ${addresses[0]}`);
  if (flags & SEGMENTED) {
    if (left < 6) return wrong("li < size of fixed part of CLNP header, addresses, and segment part");
    if (!d.has(pos, 6)) return cutOff();
    out.str(`\n\tData Unit ID: 0x${hex(d.u16(pos), 4)}, Segment Offset: ${d.u16(pos + 2)}, `);
    out.str(`Total PDU Length: ${d.u16(pos + 4)}`);
    pos += 6;
    left -= 6;
  }
  pos = options(d, pos, left);
  if (pos === -2) return cutOff();
  if (pos < 0) return false;
  if ((type === ERROR_REPORT || type === ECHO_RESPONSE) && d.u8(pos) === NLPID_CLNP) {
    out.str("\n\t-----original packet-----\n\t");
    d.enter();
    printClnp(d, pos, length - headerLength);
    d.leave();
  } else if (length > pos - at) {
    out.str(`\n\t  undecoded non-header data, length ${length - headerLength}`);
    unknownBytes(d, pos, "\n\t  ", length - (pos - at));
  }
  return true;
}
