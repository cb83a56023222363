// RPL, routing for low-power and lossy networks (RFC 6550 6), inside ICMPv6. The code of the ICMPv6 message tells
// the kind; what comes here begins after the checksum.
import type { Dissection } from "./dissection.ts";
import { unknownBytes } from "./phrase.ts";
import type { Tokens } from "./token.ts";

const SECURED = 0x80;
const SOLICITATION = 0;
const INFORMATION = 1;
const ADVERTISEMENT = 2;
const ACKNOWLEDGEMENT = 3;

const MODES: Tokens = new Map([
  [0, "nonstoring"],
  [1, "storing"],
  [2, "nonstoring-multicast"],
  [3, "storing-multicast"],
]);

const OPTION_PAD1 = 0;
const OPTIONS: Tokens = new Map([
  [OPTION_PAD1, "pad1"],
  [1, "padN"],
  [2, "metrics"],
  [3, "routinginfo"],
  [4, "config"],
  [5, "rpltarget"],
  [6, "transitinfo"],
  [8, "destprefix"],
  [9, "rpltargetdesc"],
]);

const INFORMATION_SIZE = 24;
const HEAD_SIZE = 4;
const DODAG_SIZE = 16;

function options(d: Dissection, at: number, length: number): void {
  const { out } = d;
  let pos = at;
  let left = length;
  while (left > 0) {
    const type = d.u8(pos);
    let size = 1;
    if (type === OPTION_PAD1) out.str(" opt:pad1");
    else {
      if (left < 2) {
        d.truncated();
        return;
      }
      size = d.u8(pos + 1) + 2;
      out.str(` opt:${OPTIONS.get(type) ?? `subopt:${type}`} len:${size} `);
      if (!d.has(pos, size) || left < size) {
        d.truncated();
        return;
      }
      if (d.opt.verbose > 2) unknownBytes(d, pos + 2, " ", size - 2);
    }
    pos += size;
    left -= size;
  }
}

/** RFC 6550 6.3: DODAG information object. */
function information(d: Dissection, at: number, length: number): void {
  const { out } = d;
  if (length < INFORMATION_SIZE) {
    out.str(` [length ${length} < ${INFORMATION_SIZE}]`);
    d.invalid();
    return;
  }
  d.need(at, INFORMATION_SIZE);
  const mode = d.u8(at + 4);
  out.str(" [dagid:");
  d.ip6(at + 8);
  out.str(`,seq:${d.u8(at + 5)},instance:${d.u8(at)},rank:${d.u16(at + 2)},`);
  if (mode & 0x80) out.str("grounded,");
  const kind = (mode >> 3) & 7;
  out.str(`mop:${MODES.get(kind) ?? `mop${kind}`},prf:${mode & 7}]`);
  if (d.opt.verbose > 1) options(d, at + INFORMATION_SIZE, length - INFORMATION_SIZE);
}

/** The DODAG's identifier after the head, if it is there. */
function dodag(d: Dissection, at: number, present: boolean): void {
  d.out.str(" [dagid:");
  if (present) d.ip6(at + HEAD_SIZE);
  else d.out.str("<elided>");
}

/** RFC 6550 6.4: destination advertisement object. */
function advertisement(d: Dissection, at: number, length: number): void {
  const { out } = d;
  if (!d.has(at, HEAD_SIZE + DODAG_SIZE)) {
    d.truncated();
    return;
  }
  const flags = length < HEAD_SIZE ? 0 : d.u8(at + 1);
  const identified = (flags & 0x40) !== 0;
  const head = identified ? HEAD_SIZE + DODAG_SIZE : HEAD_SIZE;
  if (length < head) {
    out.str(" [|length too short]");
    return;
  }
  dodag(d, at, identified);
  out.str(`,seq:${d.u8(at + 3)},instance:${d.u8(at)}`);
  if (flags & 0x80) out.str(",acK");
  if (identified) out.str(",Dagid");
  out.ch(44);
  out.hexPad(flags, 2);
  out.ch(93);
  if (d.opt.verbose > 1) options(d, at + head, length - head);
}

/** RFC 6550 6.5: its acknowledgement. */
function acknowledgement(d: Dissection, at: number, length: number): void {
  const { out } = d;
  if (!d.has(at, HEAD_SIZE)) {
    d.truncated();
    return;
  }
  const identified = length >= HEAD_SIZE && (d.u8(at + 1) & 0x80) !== 0;
  const head = identified ? HEAD_SIZE + DODAG_SIZE : HEAD_SIZE;
  if (identified && !d.has(at + HEAD_SIZE, DODAG_SIZE)) {
    d.truncated();
    return;
  }
  if (length < head) {
    out.str(" [|dao-length too short]");
    return;
  }
  dodag(d, at, identified);
  out.str(`,seq:${d.u8(at + 2)},instance:${d.u8(at)},status:${d.u8(at + 3)}]`);
  if (d.opt.verbose > 1) options(d, at + head, length - head);
}

/** Writes the RPL message of kind `code` at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printRpl(d: Dissection, code: number, at: number, length: number): void {
  const { out } = d;
  const verbose = d.opt.verbose > 0;
  if (code & SECURED) {
    out.str(", (SEC) [worktodo]");
    return;
  }
  out.str(", (CLR)");
  switch (code) {
    case SOLICITATION:
      out.str("DODAG Information Solicitation");
      break;
    case INFORMATION:
      out.str("DODAG Information Object");
      if (verbose) information(d, at, length);
      break;
    case ADVERTISEMENT:
      out.str("Destination Advertisement Object");
      if (verbose) advertisement(d, at, length);
      break;
    case ACKNOWLEDGEMENT:
      out.str("Destination Advertisement Object Ack");
      if (verbose) acknowledgement(d, at, length);
      break;
    default:
      out.str(`RPL message, unknown code ${code}`);
  }
}
