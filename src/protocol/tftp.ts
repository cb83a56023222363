// Trivial File Transfer Protocol (RFC 1350) with options (RFC 2347).
//
//   opcode (2) | by opcode: names ended by NUL, block number (2), error code (2) and text
import type { Dissection } from "./dissection.ts";
import { untilNul } from "./phrase.ts";

const READ = 1;
const WRITE = 2;
const DATA = 3;
const ACKNOWLEDGEMENT = 4;
const ERROR = 5;
const OPCODES = ["", "RRQ", "WRQ", "DATA", "ACK", "ERROR", "OACK"] as const;
const ERRORS = [
  "EUNDEF",
  "ENOTFOUND",
  "EACCESS",
  "ENOSPACE",
  "EBADOP",
  "EBADID",
  "EEXISTS",
  "ENOUSER",
] as const;

/** Names, a blank before each that is not empty; false if they are cut off. */
function options(d: Dissection, at: number, length: number): boolean {
  let pos = at;
  let left = length;
  while (left > 0) {
    if (d.u8(pos) !== 0) d.out.ch(32);
    const used = untilNul(d, pos, left);
    if (used === 0) return false;
    pos += used;
    left -= used;
  }
  return true;
}

/** File name, mode, options; false if they are cut off. */
function request(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  if (length === 0) return false;
  out.str(' "');
  const name = untilNul(d, at, length);
  out.ch(34);
  if (name === 0 || name === length) return false;
  out.ch(32);
  const mode = untilNul(d, at + name, length - name);
  return mode > 0 && options(d, at + name + mode, length - name - mode);
}

function error(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  if (length < 2) return false;
  const code = d.u16(at);
  out.ch(32);
  out.str(ERRORS[code] ?? `tftp-err-#${code} "`);
  if (length === 2) return false;
  out.str(' "');
  const text = untilNul(d, at + 2, length - 2);
  out.ch(34);
  return text > 0;
}

/** What follows the opcode; false if it is cut off. */
function body(d: Dissection, opcode: number, at: number, length: number): boolean {
  switch (opcode) {
    case READ:
    case WRITE:
      return request(d, at, length);
    case DATA:
    case ACKNOWLEDGEMENT: {
      if (length < 2) return false;
      const block = d.u16(at);
      d.out.str(" block ");
      d.out.dec(block);
      return true;
    }
    case ERROR:
      return error(d, at, length);
    default:
      return options(d, at, length);
  }
}

/** Writes the TFTP message at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printTftp(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "tftp";
  out.str("TFTP, length ");
  out.dec(length);
  if (length < 2) {
    d.truncated();
    return;
  }
  const opcode = d.u16(at);
  const name = OPCODES[opcode] || null;
  out.str(", ");
  out.str(name ?? `tftp-#${opcode}`);
  if (name !== null && !body(d, opcode, at + 2, length - 2)) d.truncated();
}
