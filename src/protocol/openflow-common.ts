// What OpenFlow's versions share.
import type { Fields } from "./fields.ts";
import { OUI_NAMES } from "./oui.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";
import { hex, numbered } from "./wording.ts";

/** A type of message: its name, what its body's length must be, and the body's printer. */
export interface MessageType {
  readonly name: string;
  readonly exactly?: number;
  readonly atLeast?: number;
  readonly print?: (fields: Fields) => void;
}

export const VERSIONS: Tokens = numbered(1, "1.0", "1.1", "1.2", "1.3", "1.4", "1.5");

const EXPERIMENTERS: Tokens = new Map([
  [0x4f4e4600, "ONF Extensions"],
  ...numbered(
    0xff000001,
    "Budapest University of Technology and Economics",
    "NoviFlow",
    "L3+ Extensions, Vendor Neutral",
    "L4-L7 Extensions",
    "Wireless and Mobility Extensions",
    "Forwarding Abstractions Extensions",
    "Optical Transport Extensions",
    "Network Benchmarking Lab, NCTU",
    "Mobile Packet Core Extensions",
    "MPLS-TP OpenFlow Extensions for SPTN",
  ),
]);

/** "0x00002320 (Nicira Networks)": an OUI, or a number that the Open Networking Foundation gave. */
export function vendorName(vendor: number): string {
  const table = vendor <= 0xffffff ? OUI_NAMES : EXPERIMENTERS;
  return `0x${hex(vendor, 8)} (${table.get(vendor) ?? "unknown"})`;
}

/** " (A, B)" of the bits that have names, " (bogus)" if others are set. */
export function namedBits(table: BitTokens, value: number): string {
  const known = table.reduce((sum, [bit]) => sum | bit, 0);
  const named = value & known ? ` (${bitNames(table, value, "")})` : "";
  return `${named}${value & ~known ? " (bogus)" : ""}`;
}

/** "0x00000003 (A, B)" of the next 32 bits. */
export function bits32(fields: Fields, table: BitTokens): string {
  const value = fields.u32();
  return `0x${hex(value, 8)}${namedBits(table, value)}`;
}

/** The next 64 bits in hexadecimal. */
export function hex64(fields: Fields): string {
  return `0x${fields.u64().toString(16).padStart(16, "0")}`;
}

/** The rest as data of which nothing is known: dumped under -vv. */
export function printData(fields: Fields): void {
  const { d, at, left } = fields;
  if (left === 0) return;
  d.out.str(`\n\t data (${left} octets)`);
  if (d.opt.verbose >= 2) d.dump(at, left, "\n\t  ");
  else d.need(at, left);
}

/** An error's type and code, and the message that it answers. */
export function errorPrinter(errors: Tokens, codes: ReadonlyMap<number, Tokens>): (fields: Fields) => void {
  return (fields) => {
    const { out } = fields.d;
    const type = fields.u16();
    out.str(`\n\t type ${errors.get(type) ?? `invalid (0x${hex(type, 4)})`}`);
    const code = fields.u16();
    out.str(`, code ${codes.get(type)?.get(code) ?? `invalid (0x${hex(code, 4)})`}`);
    printData(fields);
  };
}
