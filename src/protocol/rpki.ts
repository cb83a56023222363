// RPKI to Router (RFC 6810): a cache tells routers which autonomous systems may announce which prefixes.
//
//   version (1) | PDU type (1) | session or error code (2) | length, header included (4) | …
import type { Dissection } from "./dissection.ts";
import { allCharacters, unknownBytes } from "./phrase.ts";
import type { Tokens } from "./token.ts";
import { hex, ip4, ip6, named, numbered } from "./wording.ts";

const HEADER = 8;
const SERIAL_NOTIFY = 0;
const SERIAL_QUERY = 1;
const RESET_QUERY = 2;
const CACHE_RESPONSE = 3;
const IPV4_PREFIX = 4;
const IPV6_PREFIX = 6;
const END_OF_DATA = 7;
const CACHE_RESET = 8;
const ERROR_REPORT = 10;
const PDUS: Tokens = new Map([
  [SERIAL_NOTIFY, "Serial Notify"],
  [SERIAL_QUERY, "Serial Query"],
  [RESET_QUERY, "Reset Query"],
  [CACHE_RESPONSE, "Cache Response"],
  [IPV4_PREFIX, "IPV4 Prefix"],
  [IPV6_PREFIX, "IPV6 Prefix"],
  [END_OF_DATA, "End of Data"],
  [CACHE_RESET, "Cache Reset"],
  [ERROR_REPORT, "Error Report"],
]);
/** The sizes that PDUs must have. */
const SIZES: ReadonlyMap<number, number> = new Map([
  [SERIAL_NOTIFY, 12],
  [SERIAL_QUERY, 12],
  [END_OF_DATA, 12],
  [RESET_QUERY, HEADER],
  [CACHE_RESET, HEADER],
  [CACHE_RESPONSE, HEADER],
  [IPV4_PREFIX, 20],
  [IPV6_PREFIX, 32],
]);
const ERRORS: Tokens = numbered(
  0,
  "Corrupt Data",
  "Internal Error",
  "No Data Available",
  "Invalid Request",
  "Unsupported Protocol Version",
  "Unsupported PDU Type",
  "Withdrawal of Unknown Record",
  "Duplicate Announcement Received",
);
/** A report carries the PDU that was wrong, which may be a report itself; that one's is not shown. */
const OUTER = 0;

/** An error report's PDU and text; false if the lengths contradict each other. Throws TRUNCATED. */
function errorReport(d: Dissection, at: number, size: number, level: number): boolean {
  const { out } = d;
  const pad = "  ".repeat(level);
  let used = HEADER + 4;
  if (size < used) return false;
  d.need(at, used);
  const inner = d.u32(at + HEADER);
  const error = d.u16(at + 2);
  out.str(`\n\t${pad}  Error code: ${named(ERRORS, error, "Unknown")}, Encapsulated PDU length: ${inner}`);
  if (inner > 0) {
    if (size < (used + inner) >>> 0) return false;
    if (level === OUTER) {
      out.str(`\n\t${pad}    -----encapsulated PDU-----`);
      pdu(d, at + used, inner, level + 1);
    } else d.need(at, used + inner);
    used = (used + inner) >>> 0;
  }
  if (size < used + 4) return false;
  d.need(at, used + 4);
  const text = d.u32(at + used);
  used += 4;
  if (text === 0) return true;
  if (size < (used + text) >>> 0) return false;
  out.str(`\n\t${pad}  Error text: `);
  allCharacters(d, at + used, text);
  return true;
}

/** Prints the PDU at `at`; answers its size, at most `length`. Throws TRUNCATED. */
function pdu(d: Dissection, at: number, length: number, level: number): number {
  const { out } = d;
  const invalid = () => {
    d.invalid();
    d.need(at, length);
    return length;
  };
  const version = d.u8(at);
  if (version !== 0) {
    out.str(`\n\tRPKI-RTRv${version} (unknown)`);
    return length;
  }
  if (length < HEADER) {
    out.str(`(${length} bytes is too few to decode)`);
    return invalid();
  }
  d.need(at, HEADER);
  const type = d.u8(at + 1);
  const size = d.u32(at + 4);
  out.str(`\n\tRPKI-RTRv0, ${PDUS.get(type) ?? "Unknown"} PDU (${type}), length: ${size}`);
  if (size < HEADER || size > length) return invalid();
  const right = SIZES.get(type);
  if (right !== undefined && size !== right) return invalid();
  const line = `\n\t${"  ".repeat(level)}  `;
  const session = d.u16(at + 2);
  let unknown = false;
  switch (type) {
    case SERIAL_NOTIFY:
    case SERIAL_QUERY:
    case END_OF_DATA:
      out.str(`${line}Session ID: 0x${hex(session, 4)}, Serial: ${d.u32(at + HEADER)}`);
      break;
    case CACHE_RESPONSE:
      out.str(`${line}Session ID: 0x${hex(session, 4)}`);
      break;
    case RESET_QUERY:
    case CACHE_RESET:
      break;
    case IPV4_PREFIX:
    case IPV6_PREFIX: {
      d.need(at, size);
      const prefix =
        type === IPV4_PREFIX ? `IPv4 Prefix ${ip4(d, at + 12)}` : `IPv6 Prefix ${ip6(d, at + 12)}`;
      out.str(`${line}${prefix}/${d.u8(at + 9)}-${d.u8(at + 10)}, `);
      out.str(`origin-as ${d.u32(at + size - 4)}, flags 0x${hex(d.u8(at + 8), 2)}`);
      break;
    }
    case ERROR_REPORT:
      if (!errorReport(d, at, size, level)) return invalid();
      break;
    default:
      d.need(at, size);
      unknown = true;
  }
  if (d.opt.verbose > 1 || (d.opt.verbose > 0 && unknown)) unknownBytes(d, at, "\n\t  ", size);
  return size;
}

/** Prints the PDUs in bytes[at, at + length). Throws TRUNCATED. */
export function printRpki(d: Dissection, at: number, length: number): void {
  d.protocol = "rpki_rtr";
  if (d.opt.verbose === 0) {
    d.out.str(", RPKI-RTR");
    return;
  }
  while (length > 0) {
    const size = pdu(d, at, length, OUTER);
    length -= size;
    at += size;
  }
}
