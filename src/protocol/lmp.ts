// Link Management Protocol (RFC 4204, RFC 4207; OIF UNI 1.0).
//
//   version (4 bits), reserved (12 bits) | flags (1) | type (1) | length, header included (2) | reserved (2) | objects:
//   negotiable (1 bit), C-type (7 bits) | class (1) | length, header included (2) | body
import type { Dissection } from "./dissection.ts";
import { ENCODINGS, megabits, SWITCHING } from "./gmpls.ts";
import { unknownBytes } from "./phrase.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";
import { hex, ip4, ip6, named, numbered } from "./wording.ts";

const HEADER_FLAGS: BitTokens = [
  [0x1, "Control Channel Down"],
  [0x2, "LMP restart"],
];
const TE_LINK_FLAGS: BitTokens = [
  [0x1, "Fault Management Supported"],
  [0x2, "Link Verification Supported"],
];
const DATA_LINK_FLAGS: BitTokens = [
  [0x1, "Data Link Port"],
  [0x2, "Allocated for user traffic"],
  [0x4, "Failed link"],
];
const VERIFY_FLAGS: BitTokens = [
  [0x1, "Verify all links"],
  [0x2, "Data link type"],
];
const VERIFY_ERRORS: BitTokens = [
  [0x1, "Link Verification Procedure Not supported"],
  [0x2, "Unwilling to verify"],
  [0x4, "Unsupported verification transport mechanism"],
  [0x8, "Link-Id configuration error"],
  [0x10, "Unknown object c-type"],
];
const SUMMARY_ERRORS: BitTokens = [
  [0x1, "Unacceptable non-negotiable LINK-SUMMARY parameters"],
  [0x2, "Renegotiate LINK-SUMMARY parameters"],
  [0x4, "Invalid TE-LINK Object"],
  [0x8, "Invalid DATA-LINK Object"],
  [0x10, "Unknown TE-LINK Object c-type"],
  [0x20, "Unknown DATA-LINK Object c-type"],
];
const SIGNALLING_FLAGS: BitTokens = [
  [0x1, "RSVP Supported"],
  [0x2, "LDP Supported"],
];
const OVERHEAD_FLAGS: BitTokens = [
  [0x1, "Path/VC Overhead Transparency Supported"],
  [0x2, "Line/MS Overhead Transparency Supported"],
  [0x4, "Section/RS Overhead Transparency Supported"],
];
const CONCATENATION_FLAGS: BitTokens = [[0x1, "Contiguous Concatenation Types Supported"]];
const TRANSPARENCY_FLAGS: BitTokens = [
  [0x1, "Standard SOH/RSOH Transparency Supported"],
  [0x2, "Standard LOH/MSOH Transparency Supported"],
];
const MONITORING_FLAGS: BitTokens = [[0x1, "Transparent Tandem Connection Monitoring Supported"]];
const DIVERSITY_FLAGS: BitTokens = [
  [0x1, "Node Diversity Supported"],
  [0x2, "Link Diversity Supported"],
  [0x4, "SRLG Diversity Supported"],
];
const CHANNEL_STATES: Tokens = numbered(1, "Signal Okay", "Signal Degraded", "Signal Fail");
const MESSAGES: Tokens = new Map([
  [1, "Config"],
  [2, "Config ACK"],
  [3, "Config NACK"],
  [4, "Hello"],
  [5, "Begin Verify"],
  [6, "Begin Verify ACK"],
  [7, "Begin Verify NACK"],
  [8, "End Verify"],
  [9, "End Verify ACK"],
  [10, "Test"],
  [11, "Test Status Success"],
  [12, "Test Status Failure"],
  [13, "Test Status ACK"],
  [14, "Link Summary"],
  [15, "Link Summary ACK"],
  [16, "Link Summary NACK"],
  [17, "Channel Status"],
  [18, "Channel Status ACK"],
  [19, "Channel Status Request"],
  [20, "Channel Status Response"],
  [50, "Service Config"],
  [51, "Service Config ACK"],
  [52, "Service Config NACK"],
]);
const OBJECTS: Tokens = new Map([
  [1, "Control Channel ID"],
  [2, "Node ID"],
  [3, "Link ID"],
  [4, "Interface ID"],
  [5, "Message ID"],
  [6, "Configuration"],
  [7, "Hello"],
  [8, "Verify Begin"],
  [9, "Verify Begin ACK"],
  [10, "Verify ID"],
  [11, "TE Link"],
  [12, "Data Link"],
  [13, "Channel Status"],
  [14, "Channel Status Request"],
  [20, "Error Code"],
  [51, "Service Config"],
]);
const CTYPES: Tokens = new Map([
  [0x101, "Local"],
  [0x102, "Remote"],
  [0x201, "Local"],
  [0x202, "Remote"],
  [0x301, "IPv4 Local"],
  [0x302, "IPv4 Remote"],
  [0x303, "IPv6 Local"],
  [0x304, "IPv6 Remote"],
  [0x305, "Unnumbered Local"],
  [0x306, "Unnumbered Remote"],
  [0x401, "IPv4 Local"],
  [0x402, "IPv4 Remote"],
  [0x403, "IPv6 Local"],
  [0x404, "IPv6 Remote"],
  [0x405, "Unnumbered Local"],
  [0x406, "Unnumbered Remote"],
  [0x501, "1"],
  [0x502, "2"],
  [0x601, "1"],
  [0x701, "1"],
  [0x801, "1"],
  [0x901, "1"],
  [0xa01, "1"],
  [0xb01, "IPv4"],
  [0xb02, "IPv6"],
  [0xb03, "Unnumbered"],
  [0xc01, "IPv4"],
  [0xc02, "IPv6"],
  [0xc03, "Unnumbered"],
  [0xd01, "IPv4"],
  [0xd02, "IPv6"],
  [0xd03, "Unnumbered"],
  [0xe01, "IPv4"],
  [0xe02, "IPv6"],
  [0xe03, "Unnumbered"],
  [0x1401, "1"],
  [0x1402, "2"],
  [0x3301, "1"],
  [0x3302, "2"],
  [0x3303, "3"],
  [0x3304, "4"],
]);
const LINK_TYPES: Tokens = numbered(5, "SDH", "SONET");
const SDH = 5;
const SONET = 6;
const SDH_SIGNALS: Tokens = numbered(5, "VC-3", "VC-4");
const SONET_SIGNALS: Tokens = numbered(5, "STS-1", "STS-3c");

const VERSION = 1;
const HEADER = 8;
const OBJECT_HEADER = 4;
const NEGOTIABLE = 0x80;

// Classes of objects.
const CONTROL_CHANNEL = 1;
const NODE_ID = 2;
const LINK_ID = 3;
const INTERFACE_ID = 4;
const MESSAGE_ID = 5;
const CONFIGURATION = 6;
const HELLO = 7;
const VERIFY_BEGIN = 8;
const VERIFY_BEGIN_ACK = 9;
const VERIFY_ID = 10;
const TE_LINK = 11;
const DATA_LINK = 12;
const CHANNEL_STATUS = 13;
const CHANNEL_STATUS_REQUEST = 14;
const ERROR_CODE = 20;
const SERVICE_CONFIGURATION = 51;

/** An object's printer; true if its body is to be shown in hexadecimal, too. */
type Print = (d: Dissection, at: number, size: number, ctype: number) => boolean;

/** A number and the same in hexadecimal. */
const number = (d: Dissection, at: number) => `${d.u32(at)} (0x${hex(d.u32(at), 8)})`;

// How an identifier is written: as an address of IPv4 or IPv6, or as a number.
const IPV4 = 1;
const IPV6 = 2;
const UNNUMBERED = 3;
const idSize = (form: number) => (form === IPV6 ? 16 : 4);
function id(d: Dissection, at: number, form: number): string {
  if (form === UNNUMBERED) return number(d, at);
  d.need(at, idSize(form));
  return `${form === IPV6 ? ip6(d, at) : ip4(d, at)} (0x${hex(d.u32(at), 8)})`;
}

/** A printer of objects of C-types 1 to `most` that have `right` bytes. */
function exactly(
  right: number,
  most: number,
  print: (d: Dissection, at: number, ctype: number) => void,
): Print {
  return (d, at, size, ctype) => {
    if (ctype < 1 || ctype > most) return true;
    if (size !== right) d.out.str(" (not correct for object)");
    else print(d, at, ctype);
    return false;
  };
}

/** Each of the six C-types of an identifier: local and remote, in three forms. */
const identifier: Print = (d, at, size, ctype) => {
  const form = Math.ceil(ctype / 2);
  if (form < IPV4 || form > UNNUMBERED) return true;
  if (size !== idSize(form)) d.out.str(" (not correct for object)");
  else d.out.str(`\n\t    ${["IPv4 ", "IPv6 ", ""][form - 1]!}Link ID: ${id(d, at, form)}`);
  return false;
};

/** Flags, and the identifiers of both ends; false if the C-type is none. */
function ends(d: Dissection, at: number, form: number, flags: BitTokens, what: string): void {
  const size = idSize(form);
  d.out.str(`\n\t    Flags: [${bitNames(flags, d.u8(at), "none")}]`);
  const remote = id(d, at + 4 + size, form);
  d.out.str(`\n\t    Local ${what}: ${id(d, at + 4, form)}\n\t    Remote ${what}: ${remote}`);
}

const teLink: Print = (d, at, size, ctype) => {
  if (ctype < IPV4 || ctype > UNNUMBERED) return true;
  if (size !== 4 + 2 * idSize(ctype)) d.out.str(" (not correct for object)");
  else ends(d, at, ctype, TE_LINK_FLAGS, "Link-ID");
  return false;
};

const SWITCHING_TYPE = 1;
const WAVELENGTH = 2;

function subobjects(d: Dissection, from: number, total: number): boolean {
  const { out } = d;
  let at = from;
  let left = total;
  while (left > 0) {
    const type = d.u8(at);
    const size = d.u8(at + 1);
    const name = ["Unknown", "Interface Switching Type", "Wavelength"][type] ?? "Unknown";
    out.str(`\n\t    Subobject, Type: ${name} (${type}), Length: ${size}`);
    let wrong = "";
    if (size < 4) wrong = " (too short)";
    else if (size % 4 !== 0) wrong = " (not a multiple of 4)";
    else if (left < size) wrong = " (goes past the end of the object)";
    if (wrong !== "") {
      out.str(wrong);
      return false;
    }
    if (type === SWITCHING_TYPE) {
      out.str(`\n\t      Switching Type: ${named(SWITCHING, d.u8(at + 2), "Unknown")}`);
      out.str(`\n\t      Encoding Type: ${named(ENCODINGS, d.u8(at + 3), "Unknown")}`);
      out.str(`\n\t      Min Reservable Bandwidth: ${megabits(d, at + 4)} Mbps`);
      out.str(`\n\t      Max Reservable Bandwidth: ${megabits(d, at + 8)} Mbps`);
    } else if (type === WAVELENGTH) out.str(`\n\t      Wavelength: ${d.u32(at + 4)}`);
    else return true;
    at += size;
    left -= size;
  }
  return false;
}

const dataLink: Print = (d, at, size, ctype) => {
  if (ctype < IPV4 || ctype > UNNUMBERED) return true;
  const fixed = 4 + 2 * idSize(ctype);
  if (size < fixed) {
    d.out.str(" (not correct for object)");
    return false;
  }
  ends(d, at, ctype, DATA_LINK_FLAGS, "Interface ID");
  return subobjects(d, at + fixed, size - fixed);
};

function verifyBegin(d: Dissection, at: number): void {
  const { out } = d;
  out.str(`\n\t    Flags: ${bitNames(VERIFY_FLAGS, d.u16(at), "none")}`);
  out.str(`\n\t    Verify Interval: ${d.u16(at + 2)}`);
  out.str(`\n\t    Data links: ${d.u32(at + 4)}`);
  out.str(`\n\t    Encoding type: ${ENCODINGS.get(d.u8(at + 8)) ?? "Unknown"}`);
  const transport = d.u16(at + 10);
  // tcpdump tests the bits of 8000 in decimal.
  const capable = transport & 8000 ? " (Payload test messages capable)" : "";
  out.str(`\n\t    Verify Transport Mechanism: ${transport} (0x${hex(transport)})${capable}`);
  out.str(`\n\t    Transmission Rate: ${megabits(d, at + 12)} Mbps`);
  out.str(`\n\t    Wavelength: ${d.u32(at + 16)}`);
}

/** Identifiers, and with `states` what each channel does. */
function channels(states: boolean): Print {
  return (d, at, size, ctype) => {
    const { out } = d;
    if (ctype < IPV4 || ctype > UNNUMBERED) return true;
    const each = idSize(ctype) + (states ? 4 : 0);
    for (let offset = 0; offset + each <= size; offset += each) {
      out.str(`\n\t    Interface ID: ${id(d, at + offset, ctype)}`);
      if (!states) continue;
      const word = d.u32(at + offset + each - 4);
      const active = word >>> 31;
      const direction = (word >>> 30) & 1;
      out.str(`\n\t\t    Active: ${active ? "Allocated" : "Non-allocated"} (${active})`);
      out.str(`\n\t\t    Direction: ${direction ? "Transmit" : "Receive"} (${direction})`);
      out.str(`\n\t\t    Channel Status: ${named(CHANNEL_STATES, word & 0x3ffffff, "Unknown")}`);
    }
    return false;
  };
}

/** What a port of the OIF's user network interface can do with SONET and SDH. */
function portAttributes(d: Dissection, at: number): void {
  const { out } = d;
  const type = d.u8(at);
  out.str(`\n\t Link Type: ${named(LINK_TYPES, type, "Unknown")}`);
  const signals = type === SDH ? SDH_SIGNALS : type === SONET ? SONET_SIGNALS : null;
  if (signals !== null) out.str(`\n\t Signal Type: ${named(signals, d.u8(at + 1), "Unknown")}`);
  out.str(`\n\t Transparency: ${bitNames(OVERHEAD_FLAGS, d.u8(at + 2), "none")}`);
  out.str(`\n\t Contiguous Concatenation Types: ${bitNames(CONCATENATION_FLAGS, d.u8(at + 3), "none")}`);
  out.str(`\n\t Minimum NCC: ${d.u16(at + 4)}\n\t Maximum NCC: ${d.u16(at + 6)}`);
  out.str(`\n\t Minimum NVC:${d.u16(at + 8)}\n\t Maximum NVC:${d.u16(at + 10)}`);
  out.str(`\n\t    Local Interface ID: ${id(d, at + 12, IPV4)}`);
}

/** By C-type: what services are offered. */
const SERVICES: ReadonlyMap<number, readonly [size: number, print: (d: Dissection, at: number) => void]> =
  new Map([
    [
      1,
      [
        4,
        (d: Dissection, at: number) => {
          d.out.str(`\n\t Flags: ${bitNames(SIGNALLING_FLAGS, d.u8(at), "none")}`);
          d.out.str(`\n\t  UNI Version: ${d.u8(at + 1)}`);
        },
      ] as const,
    ],
    [2, [16, portAttributes] as const],
    [
      3,
      [
        8,
        (d: Dissection, at: number) => {
          d.out.str(`\n\t Transparency Flags: ${bitNames(TRANSPARENCY_FLAGS, d.u32(at), "none")}`);
          d.out.str(`\n\t TCM Monitoring Flags: ${bitNames(MONITORING_FLAGS, d.u8(at + 7), "none")}`);
        },
      ] as const,
    ],
    [
      4,
      [
        4,
        (d: Dissection, at: number) => {
          d.out.str(`\n\t Diversity: Flags: ${bitNames(DIVERSITY_FLAGS, d.u8(at + 3), "none")}`);
        },
      ] as const,
    ],
  ]);

const service: Print = (d, at, size, ctype) => {
  const entry = SERVICES.get(ctype);
  if (entry === undefined) return true;
  const [right, print] = entry;
  if (size !== right) d.out.str(" (not correct for object)");
  else print(d, at);
  return false;
};

const PRINTERS: ReadonlyMap<number, Print> = new Map([
  [CONTROL_CHANNEL, exactly(4, 2, (d, at) => d.out.str(`\n\t    Control Channel ID: ${number(d, at)}`))],
  [NODE_ID, exactly(4, 2, (d, at) => d.out.str(`\n\t    Node ID: ${id(d, at, IPV4)}`))],
  [LINK_ID, identifier],
  [INTERFACE_ID, identifier],
  [
    MESSAGE_ID,
    exactly(4, 2, (d, at, ctype) =>
      d.out.str(`\n\t    Message ID${ctype === 2 ? " Ack" : ""}: ${number(d, at)}`),
    ),
  ],
  [
    CONFIGURATION,
    exactly(4, 1, (d, at) =>
      d.out.str(`\n\t    Hello Interval: ${d.u16(at)}\n\t    Hello Dead Interval: ${d.u16(at + 2)}`),
    ),
  ],
  [HELLO, exactly(8, 1, (d, at) => d.out.str(`\n\t    Tx Seq: ${d.u32(at)}, Rx Seq: ${d.u32(at + 4)}`))],
  [VERIFY_BEGIN, exactly(20, 1, verifyBegin)],
  [
    VERIFY_BEGIN_ACK,
    exactly(4, 1, (d, at) =>
      d.out.str(
        `\n\t    Verify Dead Interval: ${d.u16(at)}\n\t    Verify Transport Response: ${d.u16(at + 2)}`,
      ),
    ),
  ],
  [VERIFY_ID, exactly(4, 1, (d, at) => d.out.str(`\n\t    Verify ID: ${d.u32(at)}`))],
  [TE_LINK, teLink],
  [DATA_LINK, dataLink],
  [CHANNEL_STATUS, channels(true)],
  [CHANNEL_STATUS_REQUEST, channels(false)],
  [
    ERROR_CODE,
    exactly(4, 2, (d, at, ctype) =>
      d.out.str(
        `\n\t    Error Code: ${bitNames(ctype === 1 ? VERIFY_ERRORS : SUMMARY_ERRORS, d.u32(at), "none")}`,
      ),
    ),
  ],
  [SERVICE_CONFIGURATION, service],
]);

/** Prints the object at `at`; its size, 0 if it has a wrong one. Throws TRUNCATED. */
function object(d: Dissection, at: number): number {
  const { out, opt } = d;
  const size = d.u16(at + 2);
  const ctype = d.u8(at) & ~NEGOTIABLE;
  const kind = d.u8(at + 1);
  out.str(`\n\t  ${OBJECTS.get(kind) ?? "Unknown"} Object (${kind}), `);
  out.str(`Class-Type: ${CTYPES.get((kind << 8) | ctype) ?? "Unknown"} (${ctype}) `);
  out.str(`Flags: [${d.u8(at) & NEGOTIABLE ? "" : "non-"}negotiable], length: ${size}`);
  if (size < OBJECT_HEADER || size % 4 !== 0) {
    out.str(size < OBJECT_HEADER ? " (too short)" : " (not a multiple of 4)");
    return 0;
  }
  d.need(at, size);
  const body = at + OBJECT_HEADER;
  const length = size - OBJECT_HEADER;
  const print = PRINTERS.get(kind);
  const unknown = print === undefined ? opt.verbose <= 1 : print(d, body, length, ctype);
  if (unknown || opt.verbose > 1) unknownBytes(d, body, "\n\t    ", length);
  return size;
}

/** Writes the message of `length` bytes at `at`. Throws TRUNCATED. */
export function printLmp(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "lmp";
  d.need(at, HEADER);
  const version = d.u16(at) >> 12;
  if (version !== VERSION) {
    out.str(`LMP version ${version} packet not supported`);
    return;
  }
  const type = d.u8(at + 3);
  const name = MESSAGES.get(type);
  if (d.opt.verbose === 0) {
    out.str(`LMPv${version} ${name ?? `unknown (${type})`} Message, length: ${length}`);
    return;
  }
  let left = d.u16(at + 4);
  out.str(`\n\tLMPv${version}, msg-type: ${name ?? `unknown, type: ${type}`}, `);
  out.str(`Flags: [${bitNames(HEADER_FLAGS, d.u8(at + 2), "none")}], length: ${left}`);
  if (left < HEADER) {
    out.str(" (too short)");
    return;
  }
  if (left > length) {
    out.str(" (too long)");
    left = length;
  }
  at += HEADER;
  left = (left - HEADER) >>> 0;
  while (left > 0) {
    const size = object(d, at);
    if (size === 0) return;
    if (left < size) {
      out.str(` [remaining objects length ${left} < ${size}]`);
      d.invalid();
      return;
    }
    at += size;
    left -= size;
  }
}
