// IEEE 802.15.4-2015, low-rate wireless networks, with information elements (7.4) and security (9.4).
//
//   frame control (2) | sequence number (1) | [destination PAN (2)] | destination (0, 2, 8) | [source PAN (2)] |
//   source (0, 2, 8) | [auxiliary security header] | [header IEs] | [payload IEs] | payload | [MIC] | FCS (2, 4)
//
// All fields are little-endian.
import type { Dissection } from "./dissection.ts";
import type { Tokens } from "./token.ts";
import { hex } from "./wording.ts";

const FRAME_TYPES = ["Beacon", "Data", "ACK", "Command", "Reserved", "Multipurpose", "Fragment", "Extended"];
const BEACON = 0;
const COMMAND = 3;
const MULTIPURPOSE = 5;

const HEADER_TERMINATION_1 = 0x7e;
const HEADER_TERMINATION_2 = 0x7f;
const HEADER_ELEMENTS: Tokens = new Map([
  [0x00, "Vendor Specific Header IE"],
  [0x1a, "LE CSL IE"],
  [0x1b, "LE RIT IE"],
  [0x1c, "DSME PAN descriptor IE"],
  [0x1d, "Rendezvous Time IE"],
  [0x1e, "Time Correction IE"],
  [0x21, "Extended DSME PAN descriptor IE"],
  [0x22, "Fragment Sequence Context Description IE"],
  [0x23, "Simplified Superframe Specification IE"],
  [0x24, "Simplified GTS Specification IE"],
  [0x25, "LECIM Capabilities IE"],
  [0x26, "TRLE Descriptor IE"],
  [0x27, "RCC Capabilities IE"],
  [0x28, "RCCN Descriptor IE"],
  [0x29, "Global Time IE"],
  [0x2a, "Omnibus Header IE"],
  [0x2b, "DA IE"],
  [HEADER_TERMINATION_1, "Header Termination 1 IE"],
  [HEADER_TERMINATION_2, "Header Termination 2 IE"],
]);
const LIST_TERMINATION = 0x0f;
const PAYLOAD_GROUPS: Tokens = new Map([
  [0x00, "ESDU IE"],
  [0x01, "MLME IE"],
  [0x02, "Vendor Specific Nested IE"],
  [0x03, "Multiplexed IE (802.15.9)"],
  [0x04, "Omnibus Payload Group IE"],
  [0x05, "IETF IE"],
  [LIST_TERMINATION, "List termination"],
]);
const MLME_SHORT: Tokens = new Map([
  ...Array.from({ length: 16 }, (_, id) => [id, `Reserved for long format 0x${id.toString(16)}`] as const),
  [0x1a, "TSCH Synchronization IE"],
  [0x1b, "TSCH Slotframe and Link IE"],
  [0x1c, "TSCH Timeslot IE"],
  [0x1d, "Hopping timing IE"],
  [0x1e, "Enhanced Beacon Filter IE"],
  [0x1f, "MAC Metrics IE"],
  [0x20, "All MAC Metrics IE"],
  [0x21, "Coexistence Specification IE"],
  [0x22, "SUN Device Capabilities IE"],
  [0x23, "SUN FSK Generic PHY IE"],
  [0x24, "Mode Switch Parameter IE"],
  [0x25, "PHY Parameter Change IE"],
  [0x26, "O-QPSK PHY Mode IE"],
  [0x27, "PCA Allocation IE"],
  [0x28, "LECIM DSSS Operating Mode IE"],
  [0x29, "LECIM FSK Operating Mode IE"],
  [0x2b, "TVWS PHY Operating Mode Description IE"],
  [0x2c, "TVWS Device Capabilities IE"],
  [0x2d, "TVWS Device Category IE"],
  [0x2e, "TVWS Device Identiication IE"],
  [0x2f, "TVWS Device Location IE"],
  [0x30, "TVWS Channel Information Query IE"],
  [0x31, "TVWS Channel Information Source IE"],
  [0x32, "CTM IE"],
  [0x33, "Timestamp IE"],
  [0x34, "Timestamp Difference IE"],
  [0x35, "TMCTP Specification IE"],
  [0x36, "RCC PHY Operating Mode IE"],
]);
const MLME_LONG: Tokens = new Map([
  [0x08, "Vendor Specific MLME Nested IE"],
  [0x09, "Channel Hopping IE"],
]);
const COMMANDS: Tokens = new Map([
  [0x01, "Association Request command"],
  [0x02, "Association Response command"],
  [0x03, "Disassociation Notification command"],
  [0x04, "Data Request command"],
  [0x05, "PAN ID Conflict Notification command"],
  [0x06, "Orphan Notification command"],
  [0x07, "Beacon Request command"],
  [0x08, "Coordinator realignment command"],
  [0x09, "GTS request command"],
  [0x0a, "TRLE Management Request command"],
  [0x0b, "TRLE Management Response command"],
  [0x13, "DSME Association Request command"],
  [0x14, "DSME Association Response command"],
  [0x15, "DSME GTS Request command"],
  [0x16, "DSME GTS Response command"],
  [0x17, "DSME GTS Notify command"],
  [0x18, "DSME Information Request command"],
  [0x19, "DSME Information Response command"],
  [0x1a, "DSME Beacon Allocation Notification command"],
  [0x1b, "DSME Beacon Collision Notification command"],
  [0x1c, "DSME Link Report command"],
  [0x20, "RIT Data Request command"],
  [0x21, "DBS Request command"],
  [0x22, "DBS Response command"],
  [0x23, "RIT Data Response command"],
  [0x24, "Vendor Specific command"],
]);
const ASSOCIATION: Tokens = new Map([
  [0x00, "Association successful"],
  [0x01, "PAN at capacity"],
  [0x02, "PAN access denied"],
  [0x03, "Hooping sequence offset duplication"],
  [0x80, "Fast association successful"],
]);

const hex2 = (n: number) => hex(n, 2);
const hex4 = (n: number) => hex(n, 4);
const bit = (n: number, at: number) => ((n >>> at) & 1) === 1;
const nameOf = (table: Tokens, id: number) => table.get(id) ?? `Reserved 0x${hex2(id)}`;

function le24(d: Dissection, at: number): number {
  d.need(at, 3);
  return d.le16(at) | (d.u8(at + 2) << 16);
}

function le64(d: Dissection, at: number): bigint {
  d.need(at, 8);
  return (BigInt(d.le32(at + 4)) << 32n) | BigInt(d.le32(at));
}

/** A frame check sequence of 16 bits (7.2.10): the polynomial 0x1021, bits reflected, begun with 0. */
function crc16(d: Dissection, at: number, size: number): number {
  d.need(at, size);
  let crc = 0;
  for (let i = 0; i < size; i++) {
    crc ^= d.bytes[at + i]!;
    for (let n = 0; n < 8; n++) crc = crc & 1 ? (crc >>> 1) ^ 0x8408 : crc >>> 1;
  }
  return crc;
}

/**
 * The check of 32 bits that tcpdump calculates, which is not the standard's: each byte is put into the register's
 * upper end with its bits reversed, as the standard has it, but the register begins with 0 and is not inverted.
 */
function crc32(d: Dissection, at: number, size: number): number {
  d.need(at, size);
  let crc = 0;
  for (let i = 0; i < size; i++) {
    crc ^= d.bytes[at + i]!;
    for (let n = 0; n < 8; n++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return crc >>> 0;
}

/** Size of an address by its addressing mode; -1 for the reserved one. */
function addressSize(mode: number): number {
  return [0, -1, 2, 8][mode & 3]!;
}

function address(d: Dissection, at: number, size: number): void {
  const { out } = d;
  if (size === 0) out.str("none");
  else if (size === 2) out.str(hex4(d.le16(at)));
  else {
    d.need(at, 8);
    for (let i = 7; i >= 0; i--) {
      out.hexPad(d.u8(at + i), 2);
      if (i > 0) out.ch(58);
    }
  }
}

/** Bytes from, up to, the index `to` of what lies at `at`, each followed by a space. */
function spaced(d: Dissection, at: number, from: number, to: number): void {
  for (let i = from; i < to; i++) d.out.str(`${hex2(d.u8(at + i))} `);
}

function vendor(d: Dissection, at: number, size: number): void {
  if (size < 3) {
    d.out.str("[ERROR: Vendor OUI missing]");
    return;
  }
  d.need(at, 3);
  d.out.str(`OUI = 0x${hex(d.u24(at), 6)}, Data = `);
  spaced(d, at, 3, size);
}

/** 7.3.1.3 */
function superframe(d: Dissection, spec: number): void {
  if (d.opt.verbose < 1) return;
  const { out } = d;
  out.str(`\n\tBeacon order = ${spec & 15}, Superframe order = ${(spec >> 4) & 15}, `);
  out.str(`Final CAP Slot = ${(spec >> 8) & 15}`);
  if (bit(spec, 12)) out.str(", BLE enabled");
  if (bit(spec, 14)) out.str(", PAN Coordinator");
  if (bit(spec, 15)) out.str(", Association Permit");
}

/** Guaranteed time slots (7.3.1.4); their size, or -1 if they do not fit into `size`. */
function timeSlots(d: Dissection, at: number, size: number): number {
  const { out } = d;
  const count = d.u8(at) & 7;
  if (count === 0) {
    if (d.opt.verbose > 0) out.str("\n\tGTS Descriptor Count = 0, ");
    return 1;
  }
  const all = 2 + count * 3;
  if (size < all) {
    out.str(" [ERROR: Truncated GTS Info List]");
    return -1;
  }
  if (d.opt.verbose < 2) return all;
  out.str(`GTS Descriptor Count = ${count}, `);
  out.str(`GTS Directions Mask = ${hex2(d.u8(at + 1) & 0x7f)}, [ `);
  for (let i = 0; i < count; i++) {
    const slot = at + 2 + i * 3;
    out.str("[ ");
    address(d, slot, 2);
    const span = d.u8(slot + 1);
    out.str(`, Start slot = ${span & 15}, Length = ${span >> 4} ] `);
  }
  out.ch(93);
  return all;
}

/** 7.3.1.6; the list's size, or -1 if it does not fit. */
function pendingAddresses(d: Dissection, at: number, size: number): number {
  const { out } = d;
  const counts = d.u8(at);
  const short = counts & 7;
  const long = (counts >> 4) & 7;
  const all = 1 + short * 2 + long * 8;
  if (d.opt.verbose > 0)
    out.str(`\n\tPending address list, # short addresses = ${short}, # extended addresses = ${long}`);
  if (size >>> 0 < all) {
    out.str(" [ERROR: Pending address list truncated]");
    return -1;
  }
  if (d.opt.verbose < 2) return all;
  const list = (name: string, from: number, count: number, each: number) => {
    if (count === 0) return;
    out.str(`, ${name} address list = [ `);
    for (let i = 0; i < count; i++) {
      address(d, from + i * each, each);
      out.ch(32);
    }
    out.ch(93);
  };
  list("Short", at + 1, short, 2);
  list("Extended", at + 1 + short * 2, long, 8);
  return all;
}

/** 7.4.2.5, and with `extended` 7.4.2.9: the descriptor of a DSME PAN. */
function dsmePan(d: Dissection, at: number, size: number, extended: boolean): void {
  const { out } = d;
  const wrong = (where: string) => out.str(`[ERROR: Truncated ${where}]`);
  if (size < 2) {
    wrong("DSME PAN IE");
    return;
  }
  superframe(d, d.le16(at));
  if (size < 3) {
    wrong("before pending addresses field");
    return;
  }
  const pending = pendingAddresses(d, at + 2, size - 2);
  if (pending < 0) return;
  let used = 2 + pending;
  let hopping = false;
  const modes = (channelHopping: number, reduction: number, deferred: number) => {
    out.str(channelHopping ? ", Channel hopping mode" : ", Channel adaptation mode");
    if (reduction) out.str(", CAP reduction enabled");
    if (deferred) out.str(", Deferred beacon enabled");
  };
  const width = extended ? 2 : 1;
  if (size < used + width) {
    wrong("before DSME Superframe Specification");
    return;
  }
  if (extended) {
    const spec = d.le16(at + used);
    out.str(`Multi-superframe Order = ${spec & 0xff}`);
    modes(spec & 0x100, spec & 0x400, spec & 0x800);
    hopping = (spec & 0x1000) !== 0;
    if (hopping) out.str(", Hopping Sequence Present");
  } else {
    const spec = d.u8(at + used);
    out.str(`Multi-superframe Order = ${spec & 15}`);
    modes(spec & 0x10, spec & 0x40, spec & 0x80);
  }
  used += width;
  const cut = (where: string) => out.str(` [ERROR: Truncated ${where}]`);
  if (size < used + 8) {
    cut("before Time synchronization specification");
    return;
  }
  d.need(at + used, 8);
  const clock = le64(d, at + used) & 0xffffffffffffn;
  out.str(`Beacon timestamp = ${clock}, offset = ${d.le16(at + used + 6)}`);
  used += 8;
  if (size < used + 4) {
    cut("before Beacon Bitmap");
    return;
  }
  let bitmap = d.le16(at + used + 2);
  out.str(`SD Index = ${d.le16(at + used)}, Bitmap len = ${bitmap}, `);
  used += 4;
  if (size < used + bitmap) {
    cut("in SD bitmap");
    return;
  }
  out.str(" SD Bitmap = ");
  spaced(d, at + used, 0, bitmap);
  used += bitmap;
  if (size < used + 5) {
    cut("before Channel hopping specification");
    return;
  }
  bitmap = d.le16(at + used + 4);
  d.need(at + used, 6);
  out.str(`Hopping Seq ID = ${d.u8(at + used)}, PAN Coordinator BSN = ${d.u8(at + used + 1)}, `);
  out.str(`Channel offset = ${d.le16(at + used + 2)}, Bitmap length = ${bitmap}, `);
  used += 5;
  if (size < used + bitmap) {
    cut("in Channel offset bitmap");
    return;
  }
  out.str(" Channel offset bitmap = ");
  spaced(d, at + used, 0, bitmap);
  used += bitmap;
  if (!hopping) return;
  if (size < used + 1) {
    cut("in Hopping Sequence length");
    return;
  }
  const count = d.u8(at + used);
  used++;
  out.str(`Hopping Seq length = ${count} [ `);
  if (size < used + count * 2) {
    cut("in Channel offset bitmap");
    return;
  }
  for (let i = 0; i < count; i++) out.str(`${hex2(d.le16(at + used + i * 2))} `);
  out.ch(93);
}

/** What a header information element says (7.4.2). */
function headerElement(d: Dissection, at: number, size: number, id: number): void {
  const { out } = d;
  switch (id) {
    case 0x00:
      vendor(d, at, size);
      break;
    case 0x1a:
      if (size < 4) {
        out.str("[ERROR: Truncated CSL IE]");
        break;
      }
      out.str(`CSL Phase = ${d.le16(at)}, CSL Period = ${d.le16(at + 2)}`);
      if (size >= 6) out.str(`, Rendezvous time = ${d.le16(at + 4)}`);
      if (size !== 4 && size !== 6) out.str(" [ERROR: CSL IE length wrong]");
      break;
    case 0x1b:
      if (size < 4) {
        out.str("[ERROR: Truncated RIT IE]");
        break;
      }
      d.need(at, 4);
      out.str(`Time to First Listen = ${d.u8(at)}, # of Repeat Listen = ${d.u8(at + 1)}, `);
      out.str(`Repeat Listen Interval = ${d.le16(at + 2)}`);
      break;
    case 0x1c:
    case 0x21:
      dsmePan(d, at, size, id === 0x21);
      break;
    case 0x1d:
      if (size !== 4) out.str("[ERROR: Length != 2]");
      else out.str(`Rendezvous time = ${d.le16(at)}, Wake-up Interval = ${d.le16(at + 2)}`);
      break;
    case 0x1e: {
      if (size !== 2) {
        out.str("[ERROR: Length != 2]");
        break;
      }
      const value = d.le16(at);
      if (value & 0x8000) out.str("Negative ");
      out.str(`Ack time correction = ${(value << 20) >> 20}, `);
      break;
    }
    default:
      out.str("IE Data = ");
      spaced(d, at, 0, size);
  }
}

/** The header's elements (7.4.2): their size, -1 if one does not fit, and whether the payload's follow. */
function headerElements(d: Dissection, at: number, left: number): { size: number; payload: boolean } {
  const { out } = d;
  const broken = { size: -1, payload: false };
  let used = 0;
  do {
    if (left < 2) {
      out.str("[ERROR: Truncated header IE]");
      return broken;
    }
    const head = d.le16(at + used);
    if (bit(head, 15)) out.str("[ERROR: Header IE with type 1] ");
    const size = head & 0x7f;
    const id = (head >> 7) & 0xff;
    if (id > 127) out.str(`Reserved Element ID ${hex2(id)}, length = ${size} `);
    else out.str(`\n\t${nameOf(HEADER_ELEMENTS, id)} [${size === 0 ? "" : ` length = ${size}, `}`);
    if (left < 2 + size) {
      out.str("[ERROR: Truncated IE data]");
      return broken;
    }
    if (size > 0) {
      if (d.opt.verbose > 3) headerElement(d, at + used + 2, size, id);
      else {
        out.str("IE Data = ");
        spaced(d, at + used + 2, 0, size);
      }
    }
    out.str("] ");
    used += 2 + size;
    left -= 2 + size;
    if (id === HEADER_TERMINATION_1) return { size: used, payload: true };
    if (id === HEADER_TERMINATION_2) break;
  } while (left !== 0);
  return { size: used, payload: false };
}

/** 7.4.4.31: by which channels the network hops. */
function channelHopping(d: Dissection, at: number, left: number): void {
  const { out } = d;
  const cut = () => out.str("[ERROR: IE truncated]");
  if (left < 1) {
    out.str("[ERROR: Hopping sequence ID missing]");
    return;
  }
  out.str(`Hopping Sequence ID = ${d.u8(at)}`);
  if (left === 1) return;
  at++;
  left--;
  if (left < 7) {
    cut();
    return;
  }
  const page = d.u8(at);
  const channels = d.le16(at + 1);
  out.str(`Channel Page = ${page}, Number of Channels = ${channels}, `);
  out.str(`Phy Configuration = 0x${hex(d.le32(at + 3), 8)}, `);
  at += 7;
  left -= 7;
  if (page === 9 || page === 10) {
    const size = (channels + 7) >> 3;
    if (left < size) {
      cut();
      return;
    }
    out.str("Extended bitmap = 0x");
    for (let i = 0; i < size; i++) out.hexPad(d.u8(at + i), 2);
    out.str(", ");
    at += size;
    left -= size;
  }
  if (left < 2) {
    cut();
    return;
  }
  const count = d.le16(at);
  at += 2;
  left -= 2;
  out.str(`Hopping Seq length = ${count} [ `);
  if (left < count * 2) {
    out.str(" [ERROR: IE truncated]");
    return;
  }
  for (let i = 0; i < count; i++) out.str(`${hex2(d.le16(at + i * 2))} `);
  out.ch(93);
  at += count * 2;
  left -= count * 2;
  if (left < 2) {
    cut();
    return;
  }
  out.str(`Current hop = ${d.le16(at)}`);
}

/** 7.4.4.3: slotframes and the links in them. */
function slotframes(d: Dissection, at: number, size: number): void {
  const { out } = d;
  if (size < 1) {
    out.str("[ERROR: Truncated IE]");
    return;
  }
  const count = d.u8(at);
  out.str(`Slotframes = ${count} `);
  let used = 1;
  for (let i = 0; i < count; i++) {
    if (size < used + 4) {
      out.str("[ERROR: Truncated IE before slotframes]");
      return;
    }
    const links = d.u8(at + used + 3);
    const slots = d.le16(at + used + 1);
    out.str(`\n\t\t\t[ Handle ${d.u8(at + used)}, size = ${slots}, links = ${links} `);
    used += 4;
    for (let j = 0; j < links; j++) {
      if (size < used + 5) {
        out.str("[ERROR: Truncated IE links]");
        break;
      }
      const options = d.u8(at + used + 4);
      const offset = d.le16(at + used + 2);
      out.str(`\n\t\t\t\t[ Timeslot =  ${d.le16(at + used)}, Offset = ${offset}, Options = `);
      ["TX ", "RX ", "Shared ", "Timekeeping ", "Priority "].forEach((name, n) => {
        if (bit(options, n)) out.str(name);
      });
      used += 5;
      out.str("] ");
    }
    out.str("] ");
  }
}

const TIMESLOT_FIELDS = [
  "CCA Offset",
  "CCA",
  "TX Offset",
  "RX Offset",
  "RX Ack Delay",
  "TX Ack Delay",
  "RX Wait",
  "Ack Wait",
  "RX TX",
  "Max Ack",
  "Max TX",
  "Time slot Length",
];

/** 7.4.4.4: the timing within a slot. The last two are of two or of three bytes. */
function timeslot(d: Dissection, at: number, size: number): void {
  const { out } = d;
  if (size === 1) out.str(`Time slot ID = ${d.u8(at)} `);
  else if (size === 25 || size === 27) {
    const values = TIMESLOT_FIELDS.map((name, i) => {
      const value = i < 10 || size === 25 ? d.le16(at + 1 + i * 2) : le24(d, at + 21 + (i - 10) * 3);
      return `${name} = ${value}`;
    });
    out.str(`Time slot ID = ${d.u8(at)}, ${values.join(", ")} `);
  } else {
    out.str("[ERROR: Length not 1, 25, or 27]\n\t\t\tIE Data = ");
    spaced(d, at, 0, size);
  }
}

/** What an element within the MLME element says (7.4.4). */
function mlmeElement(d: Dissection, at: number, size: number, id: number): void {
  const { out } = d;
  switch (id) {
    case 0x08:
      vendor(d, at, size);
      break;
    case 0x09:
      channelHopping(d, at, size);
      break;
    case 0x1a: {
      if (size < 6) out.str("[ERROR: Length != 6]");
      d.need(at, 6);
      const slots = (BigInt(d.u8(at + 4)) << 32n) | BigInt(d.le32(at));
      out.str(`ASN = ${slots.toString(16).padStart(10, "0")}, Join Metric = ${d.u8(at + 5)} `);
      break;
    }
    case 0x1b:
      slotframes(d, at, size);
      break;
    case 0x1c:
      timeslot(d, at, size);
      break;
    default:
      out.str("IE Data = ");
      spaced(d, at, 0, size);
  }
}

function mlmeElements(d: Dissection, at: number, left: number): void {
  const { out } = d;
  do {
    if (left < 2) {
      out.str("[ERROR: Truncated MLME IE]");
      return;
    }
    const head = d.le16(at);
    const long = bit(head, 15);
    const size = long ? head & 0x3ff : head & 0xff;
    const id = long ? (head >> 11) & 15 : (head >> 8) & 0x7f;
    at += 2;
    out.str(`\n\t\t${nameOf(long ? MLME_LONG : MLME_SHORT, id)} [ length = ${size}, `);
    if (left < 2 + size) {
      out.str("[ERROR: Truncated IE data]");
      return;
    }
    if (size !== 0) {
      if (d.opt.verbose > 3) mlmeElement(d, at, size, id);
      else if (d.opt.verbose > 2) {
        out.str("IE Data = ");
        spaced(d, at, 0, size);
      }
    }
    out.str("] ");
    at += size;
    left -= 2 + size;
  } while (left > 0);
}

/** IEEE 802.15.9: another layer's data, in fragments. */
function multiplexed(d: Dissection, at: number, size: number): void {
  const { out } = d;
  if (size < 1) {
    out.str("[ERROR: Transaction control byte missing]");
    return;
  }
  const control = d.u8(at);
  const type = control & 7;
  const id = control >> 3;
  let from = 0;
  switch (type) {
    case 0:
    case 1:
      out.str(`Type = Full upper layer fragment${type === 1 ? " with small Multiplex ID" : ""}, `);
      if (type === 1) {
        from = 1;
        out.str(`Multiplex ID = 0x${hex4(id)}, `);
        break;
      }
      if (size < 3) {
        out.str("[ERROR: Multiplex ID missing]");
        return;
      }
      from = 3;
      out.str(`tid = 0x${hex2(id)}, Multiplex ID = 0x${hex4(d.le16(at + 1))}, `);
      break;
    case 2:
    case 4: {
      if (size < 2) {
        out.str("[ERROR: fragment number missing]");
        return;
      }
      const number = d.u8(at + 1);
      const name = type === 4 ? "Last fragment" : number === 0 ? "First fragment" : "Middle fragment";
      out.str(`Type = ${name}, tid = 0x${hex2(id)}, fragment = 0x${hex2(number)}, `);
      from = 2;
      if (number !== 0) break;
      if (size < 6) {
        out.str("[ERROR: Total upper layer size or multiplex ID missing]");
        return;
      }
      const total = d.le16(at + 2);
      const multiplex = d.le16(at + 4);
      out.str(`Total upper layer size = 0x${hex4(total)}, Multiplex ID = 0x${hex4(multiplex)}, `);
      from = 6;
      break;
    }
    case 6:
      if (size === 1) out.str(`Type = Abort, tid = 0x${hex2(id)}, no max size given`);
      else if (size === 3) out.str(`Type = Abort, tid = 0x${hex2(id)}, max size = 0x${hex4(d.le16(at + 1))}`);
      else {
        out.str(`Type = Abort, tid = 0x${hex2(id)}, invalid length = ${size} (not 1 or 3)Abort data = `);
        spaced(d, at, 1, size);
      }
      return;
    default:
      out.str(`Type = ${type} (Reserved), tid = 0x${hex2(id)}, `);
      from = 1;
  }
  out.str("Upper layer data = ");
  spaced(d, at, from, size);
}

function payloadElement(d: Dissection, at: number, size: number, group: number): void {
  const { out } = d;
  switch (group) {
    case 0x1:
      mlmeElements(d, at, size);
      break;
    case 0x2:
      vendor(d, at, size);
      break;
    case 0x3:
      multiplexed(d, at, size);
      break;
    case 0x5:
      out.str(`Subtype ID = 0x${hex2(d.u8(at))}, Subtype content = `);
      spaced(d, at, 1, size);
      break;
    default:
      out.str("IE Data = ");
      spaced(d, at, 0, size);
  }
}

/** The payload's elements (7.4.3): their size, -1 if one does not fit. */
function payloadElements(d: Dissection, at: number, left: number): number {
  const { out } = d;
  let used = 0;
  do {
    if (left < 2) {
      out.str("[ERROR: Truncated header IE]");
      return -1;
    }
    const head = d.le16(at + used);
    if (!bit(head, 15)) out.str("[ERROR: Payload IE with type 0] ");
    const size = head & 0x3ff;
    const group = (head >> 11) & 15;
    out.str(`\n\t${nameOf(PAYLOAD_GROUPS, group)} [${size === 0 ? "" : ` length = ${size}, `}`);
    if (left < 2 + size) {
      out.str("[ERROR: Truncated IE data]");
      return -1;
    }
    if (size !== 0) {
      if (d.opt.verbose > 3) payloadElement(d, at + used + 2, size, group);
      else {
        out.str("IE Data = ");
        spaced(d, at + used + 2, 0, size);
      }
    }
    out.str("]\n\t");
    used += 2 + size;
    left -= 2 + size;
    if (group === LIST_TERMINATION) break;
  } while (left > 0);
  return used;
}

/** The auxiliary security header (9.4): its size, -1 if it is cut off, and the security level. */
function security(d: Dissection, at: number, left: number): { size: number; level: number } {
  const { out, opt } = d;
  const broken = (where: string) => {
    out.str(`[ERROR: Truncated before ${where}]`);
    return { size: -1, level: 0 };
  };
  if (left < 1) return broken("Aux Security Header");
  const control = d.u8(at);
  const level = control & 7;
  const mode = (control >> 3) & 3;
  let used = 1;
  if (opt.verbose > 0) out.str(`\n\tSecurity Level ${level}, Key Id Mode ${mode}, `);
  if (!bit(control, 5)) {
    if (left - used < 4) return broken("Frame Counter");
    if (opt.verbose > 1) out.str(`Frame Counter 0x${hex(d.le32(at + used), 8)} `);
    used += 4;
  }
  if (mode === 0) {
    if (opt.verbose > 1) out.str("Implicit");
    return { size: used, level };
  }
  if (mode === 2) {
    if (left - used < 4) return broken("Key Source");
    if (opt.verbose > 1) {
      d.need(at + used, 4);
      out.str(`KeySource 0x${hex4(d.le16(at + used))}:${hex(d.le16(at + used + 2))}4x, `);
    }
    used += 4;
  } else if (mode === 3) {
    if (left - used < 8) return broken("Key Source");
    if (opt.verbose > 1) {
      d.need(at + used, 8);
      out.str("KeySource ");
      address(d, at + used, 8);
      out.str(", ");
    }
    // It has eight bytes; tcpdump goes on after four.
    used += 4;
  }
  if (left - used < 1) return broken("Key Index");
  if (opt.verbose > 1) out.str(`KeyIndex 0x${hex2(d.u8(at + used))}, `);
  return { size: used + 1, level };
}

/** The body of a MAC command (7.5): how much of it was understood; -1 if it has the wrong size. */
function command(d: Dissection, id: number, at: number, size: number): number {
  const { out } = d;
  const wrong = (name: string) => {
    out.str(`Invalid ${name} command length`);
    return -1;
  };
  switch (id) {
    case 0x01: {
      if (size !== 1) return wrong("Association request");
      const info = d.u8(at);
      out.str(info & 0x02 ? "FFD, " : "RFD, ");
      if (info & 0x04) out.str("AC powered, ");
      if (info & 0x08) out.str("Receiver on when idle, ");
      if (info & 0x10) out.str("Fast association, ");
      if (info & 0x40) out.str("Security supported, ");
      if (info & 0x80) out.str("Allocate address, ");
      return size;
    }
    case 0x02: {
      if (size !== 3) return wrong("Association response");
      out.str("Short address = ");
      address(d, at, 2);
      const status = d.u8(at + 2);
      out.str(`, ${ASSOCIATION.get(status) ?? `Status = 0x${hex2(status)}`}`);
      return size;
    }
    case 0x03: {
      if (size !== 1) return wrong("Disassociation Notification");
      const reason = d.u8(at);
      if (reason === 0) out.str("Reserved");
      else if (reason === 1) out.str("Reason = The coordinator wishes the device to leave PAN");
      else if (reason === 2) out.str("Reason = The device wishes to leave the PAN");
      // tcpdump shows a byte that is not the reason.
      else out.str(`Reason = 0x${hex2(d.u8(at + 2))}`);
      return size;
    }
    case 0x04:
    case 0x05:
    case 0x06:
    case 0x07:
      return 0;
    case 0x08: {
      if (size < 7 || size > 8) return wrong("Coordinator Realignment");
      out.str(`Pan ID = 0x${hex4(d.le16(at))}, Coordinator short address = `);
      address(d, at + 2, 2);
      const channel = d.u8(at + 4);
      const page = size === 8 ? d.u8(at + 7) : 0x80;
      if (bit(page, 7)) out.str(`, Channel Number = ${channel | ((page & 0x7f) << 8)}`);
      else out.str(`, Channel Number = ${channel}, page = ${page}`);
      out.str(", Short address = ");
      address(d, at + 5, 2);
      return size;
    }
    case 0x09: {
      if (size !== 1) return wrong("GTS Request");
      const slots = d.u8(at);
      const direction = bit(slots, 4) ? "Receive-only GTS" : "Transmit-only GTS";
      out.str(
        `GTS Length = ${slots & 15}, ${direction}, ${bit(slots, 5) ? "GTS allocation" : "GTS deallocations"}`,
      );
      return size;
    }
    default:
      out.str("Command Data = ");
      spaced(d, at, 0, size);
      return 0;
  }
}

/** What is left of a frame: `left` counts as tcpdump's does, without a sign. */
interface Rest {
  at: number;
  left: number;
  /** The frame check sequence that the frame seems to end with, and what it should be. */
  given: number;
  computed: number;
}

/**
 * Takes the frame check sequence off, if there is one: the first of both sizes that fits. A frame of four bytes has
 * room for the longer one only if `four`.
 */
function takeCheck(d: Dissection, rest: Rest, four: boolean): void {
  const { at, left } = rest;
  if (left >= 5 || (left === 4 && four)) {
    rest.given = d.le32(at + left - 4);
    rest.computed = crc32(d, at, left - 4);
    if (rest.given === rest.computed) {
      rest.left -= 4;
      return;
    }
  }
  rest.given = d.le16(at + left - 2);
  rest.computed = crc16(d, at, left - 2);
  if (rest.given === rest.computed) rest.left -= 2;
}

function take(rest: Rest, size: number): void {
  rest.at += size;
  rest.left = (rest.left - size) >>> 0;
}

/** Prints an address and its PAN, if that is there; false if they do not fit. */
function panAndAddress(d: Dissection, rest: Rest, pan: boolean, size: number): boolean {
  const { out } = d;
  if (pan) {
    if (rest.left < 2) {
      out.str("[ERROR: Truncated before dst_pan]");
      return false;
    }
    out.str(`${hex4(d.le16(rest.at))}:`);
    take(rest, 2);
  } else out.str("-:");
  if (rest.left < size) {
    out.str("[ERROR: Truncated before dst_addr]");
    return false;
  }
  address(d, rest.at, size);
  take(rest, size);
  return true;
}

/** Prints the sequence number at `offset`, or nothing if the frame has none; false if the header does not fit. */
function sequenceNumber(d: Dissection, rest: Rest, offset: number, suppressed: boolean): boolean {
  const header = suppressed ? offset : offset + 1;
  if (!suppressed) {
    const sequence = d.u8(rest.at + offset);
    if (d.opt.verbose > 0) d.out.str(`seq ${hex2(sequence)} `);
  }
  if (rest.left < header) {
    d.truncated();
    return false;
  }
  take(rest, header);
  return true;
}

/** Security header, information elements, integrity code and check sequence; false if one is wrong. */
function middle(d: Dissection, rest: Rest, secured: boolean, elements: boolean): boolean {
  const { out, opt } = d;
  let level = 0;
  if (secured) {
    const header = security(d, rest.at, rest.left);
    if (header.size < 0) return false;
    d.need(rest.at, header.size);
    ({ level } = header);
    take(rest, header.size);
  }
  const codeSize = [0, 4, 8, 16][level & 3]!;
  if (rest.left < codeSize) {
    out.str("[ERROR: Truncated before MIC]");
    return false;
  }
  rest.left -= codeSize;
  const code = rest.at + rest.left;
  if (elements) {
    const { size, payload } = headerElements(d, rest.at, rest.left);
    if (size < 0) return false;
    take(rest, size);
    if (payload && level >= 4) out.str("Payload IEs present, but encrypted, cannot print ");
    else if (payload) {
      const used = payloadElements(d, rest.at, rest.left);
      if (used < 0) return false;
      take(rest, used);
    }
  }
  if (opt.verbose > 2) {
    if (codeSize > 0) {
      out.str("\n\tMIC ");
      for (let i = 0; i < codeSize; i++) out.hexPad(d.u8(code + i), 2);
      out.ch(32);
    }
    const { given, computed } = rest;
    if (given === computed) out.str(`FCS ${hex(given)} `);
    else out.str(`wrong FCS ${hex(given)} vs ${hex(computed)} (assume no FCS stored) `);
  }
  return true;
}

/** Which PAN identifiers a frame has (7.2.1.5), by the sizes of its addresses. */
function panIds(
  version: number,
  compressed: boolean,
  dst: number,
  src: number,
): { dstPan: boolean; srcPan: boolean } {
  if (version < 2) return { dstPan: dst > 0, srcPan: src > 0 && !compressed };
  if (compressed) {
    if (src === 0 && dst === 0) return { dstPan: true, srcPan: false };
    if (src === 0 || dst === 0 || (src === 8 && dst === 8)) return { dstPan: false, srcPan: false };
    return { dstPan: true, srcPan: false };
  }
  // With an extended source the one identifier is the destination's; 6TiSCH nodes leave it out for short ones, too.
  if (src === 8 && dst > 0) return { dstPan: true, srcPan: false };
  return { dstPan: dst > 0, srcPan: src > 0 };
}

/** The body of a beacon (7.3.1) before version 2; false if it is cut off. */
function beacon(d: Dissection, rest: Rest): boolean {
  const { out } = d;
  const cut = (where: string) => {
    out.str(`[ERROR: Truncated before ${where}]`);
    return false;
  };
  if (rest.left < 2) return cut("beacon information");
  superframe(d, d.le16(rest.at));
  take(rest, 2);
  if (rest.left < 1) return cut("GTS info");
  const slots = timeSlots(d, rest.at, rest.left);
  if (slots < 0) return false;
  take(rest, slots);
  if (rest.left < 1) return cut("pending addresses");
  const pending = pendingAddresses(d, rest.at, rest.left);
  if (pending < 0) return false;
  d.need(rest.at, pending);
  take(rest, pending);
  return true;
}

/** Beacon, data, acknowledgement and command frames. Returns what tcpdump takes for the header's size. */
function standardFrame(d: Dissection, rest: Rest, control: number, type: number): number {
  const { out, opt } = d;
  if (rest.left >= 4) takeCheck(d, rest, true);
  const version = (control >> 12) & 3;
  out.str(`v${version} `);
  if (opt.verbose > 2) {
    if (bit(control, 3)) out.str("Security Enabled, ");
    if (bit(control, 4)) out.str("Frame Pending, ");
    if (bit(control, 5)) out.str("AR, ");
    if (bit(control, 6)) out.str("PAN ID Compression, ");
    if (bit(control, 8)) out.str("Sequence Number Suppression, ");
    if (bit(control, 9)) out.str("IE present, ");
  }
  const suppressed = bit(control, 8);
  if (suppressed) {
    if (version < 2) out.str("[ERROR: Sequence number suppressed on frames where version < 2]");
    if (opt.verbose > 0) out.str("seq suppressed ");
  }
  if (!sequenceNumber(d, rest, 2, suppressed)) return 0;
  const dst = addressSize(control >> 10);
  const src = addressSize(control >> 14);
  if (src < 0 || dst < 0) {
    out.str(`[ERROR: Invalid ${src < 0 ? "src" : "dst"} address mode]`);
    return 0;
  }
  const compressed = bit(control, 6);
  if (version < 2 && compressed && (dst === 0 || src === 0))
    out.str("[ERROR: PAN ID Compression != 0, and only one address with frame version < 2]");
  const { dstPan, srcPan } = panIds(version, compressed, dst, src);
  if (!panAndAddress(d, rest, dstPan, dst)) return 0;
  out.str(" < ");
  if (!panAndAddress(d, rest, srcPan, src)) return 0;
  out.ch(32);
  if (!middle(d, rest, bit(control, 3), bit(control, 9))) return 0;
  if (type === BEACON && version < 2) {
    if (!beacon(d, rest)) return 1;
  } else if (type === COMMAND) {
    if (rest.left < 1) out.str("[ERROR: Truncated before Command ID]");
    else {
      const id = d.u8(rest.at);
      out.str(`Command ID = ${nameOf(COMMANDS, id)} `);
      take(rest, 1);
      if (rest.left !== 0) take(rest, Math.max(0, command(d, id, rest.at, rest.left)));
    }
  }
  d.dumpUnknown(rest.at, rest.left);
  return 1;
}

/** 7.3.5 */
function multipurposeFrame(d: Dissection, rest: Rest, control: number): number {
  const { out, opt } = d;
  if (rest.left >= 3) takeCheck(d, rest, false);
  const long = bit(control, 3);
  const pan = long && bit(control, 8);
  const elements = long && bit(control, 15);
  const secured = long && bit(control, 9);
  if (long) {
    out.str(`v${(control >> 12) & 3} `);
    if (opt.verbose > 2) {
      if (secured) out.str("Security Enabled, ");
      if (bit(control, 11)) out.str("Frame Pending, ");
      if (bit(control, 14)) out.str("AR, ");
      if (pan) out.str("PAN ID Present, ");
      if (bit(control, 10)) out.str("Sequence Number Suppression, ");
      if (elements) out.str("IE present, ");
    }
    if (!sequenceNumber(d, rest, 2, bit(control, 10))) return 0;
  } else {
    const sequence = d.u8(rest.at + 1);
    take(rest, 2);
    if (opt.verbose > 0) out.str(`seq ${hex2(sequence)} `);
  }
  const dst = addressSize(control >> 4);
  const src = addressSize(control >> 6);
  if (src < 0 || dst < 0) {
    out.str(`[ERROR: Invalid ${src < 0 ? "src" : "dst"} address mode]`);
    return 0;
  }
  if (!panAndAddress(d, rest, pan, dst)) return 0;
  out.str(" <  ");
  if (!panAndAddress(d, rest, false, src)) return 0;
  out.ch(32);
  if (!middle(d, rest, secured, elements)) return 0;
  d.dumpUnknown(rest.at, rest.left);
  return 1;
}

/** Prints the frame at `at` of which `caplen` bytes were captured. Returns what tcpdump takes for its header's size. */
export function printIeee802154(d: Dissection, at: number, caplen: number): number {
  d.protocol = "802.15.4";
  if (caplen < 2) {
    d.truncated();
    return caplen;
  }
  const control = d.le16(at);
  const type = control & 7;
  d.out.str(`IEEE 802.15.4 ${FRAME_TYPES[type]!} packet `);
  const rest: Rest = { at, left: caplen, given: 0, computed: 0 };
  if (type <= COMMAND) return standardFrame(d, rest, control, type);
  return type === MULTIPURPOSE ? multipurposeFrame(d, rest, control) : 0;
}

/** Link types 195 and 230 (LINKTYPE_IEEE802_15_4_WITHFCS, _NOFCS). */
export function printIeee802154Link(d: Dissection, at: number): void {
  d.protocol = "802.15.4";
  d.linkHeaderLength = printIeee802154(d, at, d.end - at);
}

/** Link type 283 (LINKTYPE_IEEE802_15_4_TAP): a header of TLVs before the frame. */
export function printIeee802154TapLink(d: Dissection, at: number): void {
  d.protocol = "802.15.4_tap";
  const caplen = d.end - at;
  if (caplen < 4) {
    d.truncated();
    d.linkHeaderLength = caplen;
    return;
  }
  const version = d.u8(at);
  const header = d.le16(at + 2);
  if (version !== 0 || header < 4) {
    d.invalid();
    return;
  }
  if (caplen < header) {
    d.truncated();
    d.linkHeaderLength = caplen;
    return;
  }
  d.linkHeaderLength = printIeee802154(d, at + header, caplen - header) + header;
}
