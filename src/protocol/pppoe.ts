// PPP over Ethernet (RFC 2516).
//
//   version, type (4 bits each) | code (1) | session (2) | length (2) | tags: type (2), length (2), value; or PPP
import type { Dissection } from "./dissection.ts";
import { printPpp } from "./ppp.ts";
import type { Tokens } from "./token.ts";
import { hex } from "./wording.ts";

const HEADER = 6;
const PADI = 0x09;
/** No discovery packet may be longer (RFC 2516 5.1). */
const MAX_PADI = 1484 - HEADER;
const MAX_TEXT = 79;
const CODES: Tokens = new Map([
  [PADI, "PADI"],
  [0x07, "PADO"],
  [0x19, "PADR"],
  [0x65, "PADS"],
  [0xa7, "PADT"],
  [0, ""],
]);
const TAGS: Tokens = new Map([
  [0x0000, "EOL"],
  [0x0101, "Service-Name"],
  [0x0102, "AC-Name"],
  [0x0103, "Host-Uniq"],
  [0x0104, "AC-Cookie"],
  [0x0105, "Vendor-Specific"],
  [0x0110, "Relay-Session-ID"],
  [0x0120, "PPP-Max-Payload"],
  [0x0201, "Service-Name-Error"],
  [0x0202, "AC-System-Error"],
  [0x0203, "Generic-Error"],
]);

/** A tag's value as text if most of what would be shown is text, else in hexadecimal. */
function value(d: Dissection, at: number, size: number): string {
  d.need(at, size);
  let text = "";
  let printable = 0;
  for (let i = 0; i < Math.min(size, MAX_TEXT); i++) {
    const octet = d.u8(at + i);
    const shown = octet >= 0x20 && octet < 0x7f;
    if (shown) printable++;
    text += shown ? String.fromCharCode(octet) : ".";
  }
  if (printable > text.length - printable) return `"${text}"`;
  text = "0x";
  for (let i = 0; i < size; i++) text += hex(d.u8(at + i), 2).toUpperCase();
  return text;
}

function tags(d: Dissection, from: number, length: number): void {
  const end = from + length;
  let type = -1;
  for (let at = from; type !== 0 && at < end; ) {
    type = d.u16(at);
    const size = d.u16(at + 2);
    at += 4;
    const shown = size > 0 ? ` ${value(d, at, size)}` : "";
    d.out.str(` [${TAGS.get(type) ?? `TAG-0x${hex(type)}`}${shown}]`);
    at += size;
  }
}

/** Writes a PPPoE packet; answers the length of its header and PPP's, 0 if it is too short. Throws TRUNCATED. */
export function printPppoe(d: Dissection, at: number, length: number): number {
  const { out } = d;
  d.protocol = "pppoe";
  if (length < HEADER) {
    out.str(` (length ${length} < ${HEADER})`);
    d.invalid();
    return 0;
  }
  d.need(at, HEADER);
  const version = d.u8(at) >> 4;
  const type = d.u8(at) & 15;
  const code = d.u8(at + 1);
  const session = d.u16(at + 2);
  let size = d.u16(at + 4);
  if (version !== 1) out.str(` [ver ${version}]`);
  if (type !== 1) out.str(` [type ${type}]`);
  out.str(`PPPoE ${CODES.get(code) ?? `PAD-${hex(code)}`}`);
  if (code === PADI && size > MAX_PADI) out.str(` [len ${size}!]`);
  if (size > length - HEADER) {
    out.str(` [len ${size} > ${length - HEADER}!]`);
    size = length - HEADER;
  }
  if (session !== 0) out.str(` [ses 0x${hex(session)}]`);
  if (code !== 0) {
    tags(d, at + HEADER, size);
    return HEADER;
  }
  out.ch(32);
  return HEADER + printPpp(d, at + HEADER, size);
}

/** Prints a packet of link type 51 (LINKTYPE_PPP_ETHER). */
export function printPppoeLink(d: Dissection, at: number, length: number): void {
  d.linkHeaderLength = printPppoe(d, at, length);
}
