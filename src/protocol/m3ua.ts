// SS7 MTP3 User Adaptation Layer (RFC 4666), which SCTP carries.
//
//   version (1) | reserved (1) | message class (1) | type (1) | length, header included (4) | parameters:
//   tag (2), length, header included (2), value, padding to four bytes
import type { Dissection } from "./dissection.ts";
import type { Tokens } from "./token.ts";
import { hex, numbered } from "./wording.ts";

const HEADER = 8;
const VERSION_1 = 1;
const CLASSES: ReadonlyMap<number, readonly [name: string, messages: Tokens]> = new Map([
  [0, ["Management", numbered(0, "Error", "Notify")] as const],
  [1, ["Transfer", numbered(1, "Data")] as const],
  [
    2,
    [
      "SS7",
      numbered(
        1,
        "Destination Unavailable",
        "Destination Available",
        "Destination State Audit",
        "Signalling Congestion",
        "Destination User Part Unavailable",
        "Destination Restricted",
      ),
    ] as const,
  ],
  [
    3,
    [
      "ASP",
      numbered(
        1,
        "Up",
        "Down",
        "Heartbeat",
        "Up Acknowledgement",
        "Down Acknowledgement",
        "Heartbeat Acknowledgement",
      ),
    ] as const,
  ],
  [
    4,
    ["ASP", numbered(1, "Active", "Inactive", "Active Acknowledgement", "Inactive Acknowledgement")] as const,
  ],
  [
    9,
    [
      "Routing Key Management",
      numbered(
        1,
        "Registration Request",
        "Registration Response",
        "Deregistration Request",
        "Deregistration Response",
      ),
    ] as const,
  ],
]);

const ROUTING_CONTEXT = 0x0006;
const CORRELATION_ID = 0x0013;
const NETWORK_APPEARANCE = 0x0200;
const PARAMETERS: Tokens = new Map([
  [0x0004, "INFO String"],
  [ROUTING_CONTEXT, "Routing Context"],
  [0x0007, "Diagnostic Info"],
  [0x0009, "Heartbeat Data"],
  [0x000b, "Traffic Mode Type"],
  [0x000c, "Error Code"],
  [0x000d, "Status"],
  [0x0011, "ASP Identifier"],
  [0x0012, "Affected Point Code"],
  [CORRELATION_ID, "Correlation ID"],
  [NETWORK_APPEARANCE, "Network Appearance"],
  [0x0204, "User/Cause"],
  [0x0205, "Congestion Indications"],
  [0x0206, "Concerned Destination"],
  [0x0207, "Routing Key"],
  [0x0208, "Registration Result"],
  [0x0209, "Deregistration Result"],
  [0x020a, "Local Routing Key Identifier"],
  [0x020b, "Destination Point Code"],
  [0x020c, "Service Indicators"],
  [0x020e, "Originating Point Code List"],
  [0x0210, "Protocol Data"],
  [0x0212, "Registration Status"],
  [0x0213, "Deregistration Status"],
]);

/** `size` bytes at `at` of a parameter; tcpdump reads them from the parameter's header on. */
function value(d: Dissection, tag: number, at: number, size: number): void {
  const { out } = d;
  if (tag === NETWORK_APPEARANCE || tag === ROUTING_CONTEXT || tag === CORRELATION_ID) {
    if (size < 4) d.invalid();
    else out.str(`0x${hex(d.u32(at), 8)}`);
  } else out.str(`(length ${size + 4})`);
  d.need(at, size);
}

function parameters(d: Dissection, from: number, size: number): void {
  const { out } = d;
  const end = from + size;
  const invalid = () => {
    d.invalid();
    d.need(from, size);
  };
  for (let at = from; at < end; ) {
    if (at + 4 > end) {
      invalid();
      return;
    }
    const tag = d.u16(at);
    out.str(`\n\t\t\t${PARAMETERS.get(tag) ?? `Unknown Parameter (0x${hex(tag, 4)})`}: `);
    const length = d.u16(at + 2);
    if (length < 4) {
      invalid();
      return;
    }
    const padding = (4 - ((at + length - from) & 3)) & 3;
    d.need(at, length + padding);
    value(d, tag, at, length - 4);
    at += length + padding;
  }
}

/** Writes the message of `size` bytes at `at`. Throws TRUNCATED. */
export function printM3ua(d: Dissection, at: number, size: number): void {
  const { out } = d;
  d.protocol = "m3ua";
  if (size < HEADER) {
    d.invalid();
    d.need(at, size);
    return;
  }
  d.need(at, HEADER);
  if (d.u8(at) !== VERSION_1) return;
  const kind = d.u8(at + 2);
  const entry = CLASSES.get(kind);
  out.str(`\n\t\t${entry === undefined ? `Unknown message class ${kind}` : entry[0]}`);
  if (entry !== undefined) {
    const type = d.u8(at + 3);
    out.str(` ${entry[1].get(type) ?? `Unknown (0x${hex(type, 2)})`} Message`);
  }
  const length = d.u32(at + 4);
  if (length !== size) out.str(`\n\t\t\t@@@@@@ Corrupted length ${length} of message @@@@@@`);
  else parameters(d, at + HEADER, length - HEADER);
}
