// Frame relay signalling: ITU-T Q.933, and the local management interface of its annex A and ANSI T1.617 annex D.
//
//   length of the call reference (1) | call reference | message (1) | shift of the codeset (0 or 1) |
//   { element (1) | length (1) | value }*
import type { Dissection } from "./dissection.ts";
import { unknownBytes } from "./phrase.ts";
import type { Tokens } from "./token.ts";

const MESSAGES: Tokens = new Map([
  [0x00, "ESC to National"],
  [0x01, "Alert"],
  [0x02, "Call proceeding"],
  [0x03, "Progress"],
  [0x05, "Setup"],
  [0x07, "Connect"],
  [0x0f, "Connect ACK"],
  [0x45, "Disconnect"],
  [0x46, "Restart"],
  [0x4d, "Release"],
  [0x4e, "Restart ACK"],
  [0x5a, "Release Complete"],
  [0x75, "Status Enquiry"],
  [0x7d, "Status Reply"],
]);
const ELEMENTS: Tokens = new Map([
  [0x01, "ANSI Report Type"],
  [0x03, "ANSI Link Verify"],
  [0x07, "ANSI PVC Status"],
  [0x19, "ANSI Link Verify"],
  [0x51, "CCITT Report Type"],
  [0x53, "CCITT Link Verify"],
  [0x57, "CCITT PVC Status"],
]);
const REPORTS = ["Full Status", "Link verify", "Async PVC Status"] as const;

/** True for an element that shifts the codeset; bit 3 makes it hold for the next element only. */
const isShift = (code: number) => (code & 0xf0) === 0x90;
const isLasting = (code: number) => (code & 0x08) === 0;

/** The DLCI of a PVC's status, -1 if it is wrong: two to four bytes with the high bit set in the last. */
function statusDlci(d: Dissection, at: number, size: number): number {
  if (size < 3 || size > 5) return -1;
  // The last byte of the DLCI and the status byte end with a set bit, the others do not.
  const last = size - 2;
  for (let i = 0; i <= last; i++) if (((d.u8(at + i) & 0x80) !== 0) !== (i === last)) return -1;
  if ((d.u8(at + size - 1) & 0x80) === 0) return -1;
  const dlci = ((d.u8(at) & 0x3f) << 4) | ((d.u8(at + 1) & 0x78) >> 3);
  if (size === 4) return (dlci << 6) | ((d.u8(at + 2) & 0x7e) >> 1);
  if (size === 5) return (dlci << 13) | (d.u8(at + 2) & 0x7f) | ((d.u8(at + 3) & 0x7e) >> 1);
  return dlci;
}

/** Writes an element of codeset 0 or 5. */
function writeElement(d: Dissection, code: number, at: number, size: number): void {
  const { out } = d;
  const brief = d.opt.verbose === 0;
  if (code === 0x01 || code === 0x51) {
    if (!brief) out.str(`${REPORTS[d.u8(at)] ?? "unknown"} (${d.u8(at)})`);
    return;
  }
  if (brief) out.str(", ");
  if (code === 0x07 || code === 0x57) {
    const dlci = statusDlci(d, at, size);
    if (dlci < 0) {
      out.str("Invalid DLCI in PVC STATUS IE");
      return;
    }
    const status = d.u8(at + size - 1);
    out.str(`DLCI ${dlci}: status ${status & 8 ? "New, " : ""}${status & 2 ? "Active" : "Inactive"}`);
  } else if (size < 2) out.str("Invalid LINK VERIFY IE");
  else out.str(`TX Seq: ${String(d.u8(at)).padStart(3)}, RX Seq: ${String(d.u8(at + 1)).padStart(3)}`);
}

/** Writes the elements; false if one is cut off. `undefined`: they ended before their time. */
function writeElements(
  d: Dissection,
  at: number,
  length: number,
  codeset: number,
  once: boolean,
): boolean | undefined {
  const { out, opt } = d;
  const end = at + length;
  /** After an element whose codeset held for it only: back to this one. */
  let back = 0;
  let pending = once ? 1 : 0;
  while (at < end) {
    if (pending === 1) pending = 2;
    else if (pending === 2) {
      codeset = back;
      pending = 0;
    }
    if (!d.has(at, 1)) return false;
    const code = d.u8(at++);
    if (code & 0x80) {
      if (!isShift(code)) continue;
      if (isLasting(code)) pending = 0;
      else {
        pending = 1;
        back = codeset;
      }
      codeset = code & 7;
      continue;
    }
    if (at === end || !d.has(at, 1)) return false;
    const size = d.u8(at++);
    const known = codeset === 0 || codeset === 5 ? ELEMENTS.get(code) : undefined;
    if (opt.verbose > 0)
      out.str(`\n\t${known ?? "unknown"} IE (0x${code.toString(16).padStart(2, "0")}), length ${size}: `);
    if (code === 0 || size === 0) return undefined;
    if (end - at < size || !d.has(at, size)) return false;
    if (known !== undefined) {
      writeElement(d, code, at, size);
      if (opt.verbose > 1) unknownBytes(d, at, "\n\t  ", size);
    } else if (opt.verbose > 0) unknownBytes(d, at, "\n\t", size);
    at += size;
  }
  return true;
}

/** Prints the message of `length` bytes at `at`. Throws TRUNCATED. */
export function printQ933(d: Dissection, at: number, length: number): void {
  const { out, opt } = d;
  d.protocol = "q.933";
  const separator = opt.linkHeader ? "" : ", ";
  if (!opt.linkHeader) out.str("Q.933");
  const end = at + length;
  const has = (pos: number) => pos < end && d.has(pos, 1);
  const referenceSize = has(at) ? d.u8(at) & 15 : 0;
  const reference = at + 1;
  let pos = reference + referenceSize;
  let whole = has(at) && has(pos);
  const message = whole ? d.u8(pos) : 0;
  pos++;
  let codeset = 0;
  let once = false;
  let ansi = false;
  if (whole && pos < end) {
    whole = has(pos);
    if (whole && isShift(d.u8(pos))) {
      codeset = d.u8(pos) & 7;
      if (isLasting(d.u8(pos))) ansi = codeset === 5;
      else once = true;
      pos++;
    }
  }
  if (!whole) {
    out.str(`${separator}length ${length}`);
    d.truncated();
    return;
  }
  out.str(`${separator}${ansi ? "ANSI" : "CCITT"}, codeset ${codeset}`);
  if (referenceSize > 1 || (referenceSize === 1 && d.u8(pos) !== 0)) {
    out.str(", Call Ref: 0x");
    for (let i = 0; i < referenceSize; i++) out.hexPad(d.u8(reference + i), 2);
  }
  const name = MESSAGES.get(message);
  const number = `0x${message.toString(16).padStart(2, "0")}`;
  if (opt.verbose > 0) out.str(`, ${name ?? "unknown message"} (${number}), length ${length}`);
  else out.str(`, ${name ?? `unknown message ${number}`}`);
  const done = writeElements(d, pos, end - pos, codeset, once);
  if (done === undefined) return;
  if (opt.verbose === 0) out.str(`, length ${length}`);
  if (!done) d.truncated();
}
