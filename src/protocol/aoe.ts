// ATA over Ethernet (AoEr11).
//
//   version, flags (4 bits each) | error (1) | major (2) | minor (1) | command (1) | tag (4) | arguments
import type { Dissection } from "./dissection.ts";
import { allCharacters } from "./phrase.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";

const HEADER = 10;
const FLAG_ERROR = 4;
const FLAGS: BitTokens = [
  [0x08, "Response"],
  [FLAG_ERROR, "Error"],
  [0x02, "MBZ-1"],
  [0x01, "MBZ-0"],
];
const ATA_FLAGS: BitTokens = [
  [0x80, "MBZ-7"],
  [0x40, "Ext48"],
  [0x20, "MBZ-5"],
  [0x10, "Device"],
  [0x08, "MBZ-3"],
  [0x04, "MBZ-2"],
  [0x02, "Async"],
  [0x01, "Write"],
];
const ERRORS: Tokens = new Map([
  [1, "Unrecognized command code"],
  [2, "Bad argument parameter"],
  [3, "Device unavailable"],
  [4, "Config string present"],
  [5, "Unsupported version"],
  [6, "Target is reserved"],
]);
const COMMANDS = [
  "Issue ATA Command",
  "Query Config Information",
  "MAC Mask List",
  "Reserve/Release",
] as const;
const CONFIGURATION_COMMANDS = [
  "read config string",
  "test config string",
  "test config string prefix",
  "set config string",
  "force set config string",
] as const;
const MASK_COMMANDS = ["Read Mac Mask List", "Edit Mac Mask List"] as const;
const MASK_ERRORS = [undefined, "Unspecified Error", "Bad DCmd directive", "Mask list full"] as const;
const DIRECTIVES = [
  "No Directive",
  "Add mac address to mask list",
  "Delete mac address from mask list",
] as const;
const RESERVE_COMMANDS = ["Read reserve list", "Set reserve list", "Force set reserve list"] as const;
const MAX_CONFIGURATION = 1024;

function name(table: readonly (string | undefined)[], value: number): string {
  return table[value] ?? `Unknown (0x${value.toString(16).padStart(2, "0")})`;
}

/** Says that the `left` bytes at `at` are not what they should be. */
function bad(d: Dissection, at: number, left: number): void {
  d.invalid();
  d.need(at, left);
}

function ata(d: Dissection, at: number, length: number): void {
  const { out } = d;
  if (length < 12) {
    bad(d, at, length);
    return;
  }
  const flags = d.u8(at);
  out.str(`\n\tAFlags: [${bitNames(ATA_FLAGS, flags, "none")}]`);
  for (const [i, label] of ["Err/Feature", "Sector Count", "Cmd/Status"].entries()) {
    const value = d.u8(at + 1 + i);
    out.str(`, ${label}: ${value}`);
  }
  for (let i = 0; i < 6; i++) {
    const value = d.u8(at + 4 + i);
    out.str(`${i === 0 ? "\n\t" : ", "}lba${i}: ${value}`);
  }
  d.need(at + 10, 2);
  if (length > 12) out.str(`\n\tData: ${length - 12} bytes`);
}

function configuration(d: Dissection, at: number, length: number): void {
  const { out } = d;
  if (length < 8) {
    bad(d, at, length);
    return;
  }
  const buffers = d.u16(at);
  out.str(`\n\tBuffer Count: ${buffers}`);
  const firmware = d.u16(at + 2);
  out.str(`, Firmware Version: ${firmware}`);
  const sectors = d.u8(at + 4);
  out.str(`, Sector Count: ${sectors}`);
  const octet = d.u8(at + 5);
  // tcpdump's format for an unknown command lacks a per cent sign.
  out.str(`, AoE: ${octet >> 4}, CCmd: ${CONFIGURATION_COMMANDS[octet & 15] ?? "Unknown (0x02x)"}`);
  const size = d.u16(at + 6);
  at += 8;
  length -= 8;
  if (size > MAX_CONFIGURATION || size > length) bad(d, at, length);
  else if (size > 0) {
    out.str(`\n\tConfig String (length ${size}): `);
    allCharacters(d, at, size);
  }
}

function masks(d: Dissection, at: number, length: number): void {
  const { out } = d;
  if (length < 4) {
    bad(d, at, length);
    return;
  }
  const command = d.u8(at + 1);
  out.str(`\n\tMCmd: ${name(MASK_COMMANDS, command)}`);
  const error = d.u8(at + 2);
  out.str(`, MError: ${name(MASK_ERRORS, error)}`);
  const count = d.u8(at + 3);
  out.str(`, Dir Count: ${count}`);
  at += 4;
  length -= 4;
  if (count * 8 > length) {
    bad(d, at, length);
    return;
  }
  for (let i = 0; i < count; i++, at += 8) {
    const directive = d.u8(at + 1);
    out.str(`\n\t DCmd: ${name(DIRECTIVES, directive)}`);
    d.need(at + 2, 6);
    out.str(", Ethernet Address: ");
    d.mac(at + 2);
  }
}

function reservation(d: Dissection, at: number, length: number): void {
  const { out } = d;
  if (length < 2 || (length - 2) % 6 !== 0) {
    bad(d, at, length);
    return;
  }
  const command = d.u8(at);
  out.str(`\n\tRCmd: ${name(RESERVE_COMMANDS, command)}`);
  const count = d.u8(at + 1);
  out.str(`, NMacs: ${count}`);
  at += 2;
  length -= 2;
  if (count * 6 !== length) {
    bad(d, at, length);
    return;
  }
  for (let i = 0; i < count; i++, at += 6) {
    d.need(at, 6);
    out.str(`\n\tEthernet Address ${i}: `);
    d.mac(at);
  }
}

const ARGUMENTS = [ata, configuration, masks, reservation] as const;

/** Prints the message of `length` bytes at `at`. Throws TRUNCATED. */
export function printAoe(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "aoe";
  out.str(`AoE length ${length}`);
  if (length < 1) {
    bad(d, at, length);
    return;
  }
  const first = d.u8(at);
  out.str(`, Ver ${first >> 4}`);
  if (first >> 4 !== 1) return;
  if (length < HEADER) {
    bad(d, at, length);
    return;
  }
  const flags = first & 15;
  out.str(`, Flags: [${bitNames(FLAGS, flags, "none")}]`);
  if (d.opt.verbose === 0) return;
  if (flags & FLAG_ERROR) {
    const error = d.u8(at + 1);
    out.str(`\n\tError: ${ERRORS.get(error) ?? `Invalid (${error})`}`);
  }
  const major = d.u16(at + 2);
  out.str("\n\tMajor: 0x");
  out.hexPad(major, 4);
  const minor = d.u8(at + 4);
  out.str(", Minor: 0x");
  out.hexPad(minor, 2);
  const command = d.u8(at + 5);
  out.str(`, Command: ${name(COMMANDS, command)}`);
  const tag = d.u32(at + 6);
  out.str(", Tag: 0x");
  out.hexPad(tag, 8);
  ARGUMENTS[command]?.(d, at + HEADER, length - HEADER);
}
