// 802.11 frames with what the radio knows of them: radiotap (https://www.radiotap.org), AVS and Prism headers.
//
//   radiotap: version (1) | zero (1) | length (2) | present (4), and more such words while bit 31 is set | a field
//   for each bit, aligned to its own size. All little-endian.
import type { Dissection } from "./dissection.ts";
import { halves, printFrame } from "./ieee80211.ts";

const HEADER = 8;
const EXTENDED = 0x80000000;
const RADIOTAP_NAMESPACE = 29;
const VENDOR_NAMESPACE = 30;

const MCS_BIT = 1 << 19;
const XCHANNEL_BIT = 1 << 18;

// The flags field.
const FLAG_CHECKSUM = 0x10;
const FLAG_PADDED = 0x20;
const FLAGS: readonly (readonly [number, string])[] = [
  [0x01, "cfp "],
  [0x02, "short preamble "],
  [0x04, "wep "],
  [0x08, "fragmented "],
  [0x40, "bad-fcs "],
];

// The channel's flags.
const TURBO = 0x10;
const HALF = 0x4000;
const QUARTER = 0x8000;
const HT20 = 0x10000;
const HT40_UPPER = 0x20000;
const HT40_LOWER = 0x40000;
const KIND_FHSS = 0x880;
const KIND_A = 0x140;
const KIND_B = 0xa0;
const KIND_PURE_G = 0xc0;
const KIND_G = 0x480;

/**
 * Rates of 802.11n's schemes 33 to 76, which modulate the streams unequally (IEEE 802.11-2016 19.5.6, .7), as
 * multiples of the rate of scheme 0.
 */
const UNEQUAL_RATES = [
  6, 8, 10, 9, 12, 15, 8, 10, 10, 12, 14, 14, 16, 12, 15, 15, 18, 21, 21, 24, 10, 12, 14, 12, 14, 16, 18, 16,
  18, 20, 20, 22, 15, 18, 21, 18, 21, 24, 27, 24, 27, 30, 30, 33,
] as const;
const EQUAL_RATES = [1, 2, 3, 4, 6, 8, 9, 10] as const;

const HT_BANDWIDTHS = ["20 MHz", "40 MHz", "20 MHz (L)", "20 MHz (U)"] as const;
const VHT_BANDWIDTHS: readonly string[] = [
  ...HT_BANDWIDTHS,
  ..."80 MHz,80 MHz (L),80 MHz (U),80 MHz (LL),80 MHz (LU),80 MHz (UL),80 MHz (UU)".split(","),
  ..."160 MHz,160 MHz (L),160 MHz (U),160 MHz (LL),160 MHz (LU),160 MHz (UL),160 MHz (UU)".split(","),
  ..."LLL,LLU,LUL,UUU,ULL,ULU,UUL,UUU".split(",").map((where) => `160 MHz (${where})`),
  ...[26, 27, 28, 29, 30, 31].map((n) => `unknown (${n})`),
];

/** Megabits per second as text; "" if there is no such rate. */
function htRate(scheme: number, wide: boolean, short: boolean): string {
  if (scheme === 32) return wide ? (short ? "6.7" : "6.0") : "";
  const factor = scheme < 32 ? EQUAL_RATES[scheme & 7]! * ((scheme >> 3) + 1) : UNEQUAL_RATES[scheme - 33];
  if (factor === undefined) return "";
  const base = wide ? (short ? 15 : 13.5) : short ? 65 / 9 : 6.5;
  return (factor * base).toFixed(1);
}

/** Where the fields are read: `at` goes on, `end` is the header's end. */
interface Fields {
  readonly start: number;
  readonly end: number;
  at: number;
}

/** Makes room for a field of `size` bytes at its alignment: where it lies, -1 if the header ends before. */
function take(fields: Fields, size: number): number {
  const offset = fields.at - fields.start;
  const at = fields.start + Math.ceil(offset / size) * size;
  if (at + size > fields.end) return -1;
  fields.at = at + size;
  return at;
}

function writeChannel(d: Dissection, frequency: number, flags: number, present: number): void {
  const { out } = d;
  const is = (kind: number) => (flags & kind) === kind;
  const width = flags & HALF ? "/10Mhz" : flags & QUARTER ? "/5Mhz" : "";
  out.str(`${frequency} MHz`);
  if (present & MCS_BIT) out.str(" 11n");
  else {
    if (is(KIND_FHSS)) out.str(" FHSS");
    if (is(KIND_A)) out.str(` 11a${width}`);
    if (is(KIND_PURE_G) || is(KIND_G)) out.str(` 11g${width}`);
    else if (is(KIND_B)) out.str(" 11b");
    if (flags & TURBO) out.str(" Turbo");
  }
  if (flags & HT20) out.str(" ht/20");
  else if (flags & HT40_LOWER) out.str(" ht/40-");
  else if (flags & HT40_UPPER) out.str(" ht/40+");
  out.ch(32);
}

function writeHt(d: Dissection, known: number, flags: number, scheme: number): void {
  const { out } = d;
  if (known & 0x02) {
    const rate = known & 0x05 ? htRate(scheme, (flags & 3) === 1, (flags & 4) !== 0) : "";
    out.str(rate === "" ? `MCS ${scheme} ` : `${rate} Mb/s MCS ${scheme} `);
  }
  if (known & 0x01) out.str(`${HT_BANDWIDTHS[flags & 3]} `);
  if (known & 0x04) out.str(flags & 4 ? "short GI " : "long GI ");
  if (known & 0x08) out.str(flags & 8 ? "greenfield " : "mixed ");
  if (known & 0x10) out.str(flags & 0x10 ? "LDPC FEC " : "BCC FEC ");
  if (known & 0x20) out.str(`RX-STBC${(flags >> 5) & 3} `);
}

function writeVht(d: Dissection, at: number): void {
  const { out } = d;
  const known = d.le16(at);
  const flags = d.u8(at + 2);
  const coding = d.u8(at + 8);
  for (let user = 0; user < 4; user++) {
    const octet = d.u8(at + 4 + user);
    if ((octet & 0x0f) === 0) continue;
    out.str(`User ${user} MCS ${octet >> 4} ${coding & (1 << user) ? "LDPC" : "BCC"} FEC `);
  }
  if (known & 0x40) out.str(`${VHT_BANDWIDTHS[d.u8(at + 3) & 0x1f]} `);
  if (known & 0x04) out.str(flags & 4 ? "short GI " : "long GI ");
}

/** What the fields say of the frame. */
interface Radio {
  flags: number;
}

const signed8 = (n: number) => (n << 24) >> 24;
const signed16 = (n: number) => (n << 16) >> 16;

/** The sizes of a field's parts, by bit; each is aligned to itself. A field that is missing is not known. */
const PARTS: ReadonlyMap<number, readonly number[]> = new Map([
  [0, [8]],
  [1, [1]],
  [2, [1]],
  [3, [2, 2]],
  [4, [1, 1]],
  [5, [1]],
  [6, [1]],
  [7, [2]],
  [8, [2]],
  [9, [1]],
  [10, [1]],
  [11, [1]],
  [12, [1]],
  [13, [1]],
  [14, [2]],
  [18, [4, 2, 1, 1]],
  [19, [1, 1, 1]],
  [20, [4, 2, 1, 1]],
  [21, [2, 1, 1, 1, 1, 1, 1, 1, 1, 2]],
]);

/** Writes the field of a bit; false if nothing after it can be read. */
function writeField(d: Dissection, fields: Fields, bit: number, present: number, radio: Radio): boolean {
  const { out } = d;
  const parts = PARTS.get(bit);
  if (parts === undefined) {
    out.str(`[bit ${bit}] `);
    return false;
  }
  const places: number[] = [];
  for (const size of parts) {
    const place = take(fields, size);
    if (place < 0) {
      d.truncated();
      return false;
    }
    places.push(place);
  }
  const [a = 0, b = 0, c = 0] = places;
  switch (bit) {
    case 0:
      out.str(`${(BigInt(d.le32(a + 4)) << 32n) | BigInt(d.le32(a))}us tsft `);
      break;
    case 1:
      radio.flags = d.u8(a);
      for (const [mask, name] of FLAGS) if (radio.flags & mask) out.str(name);
      break;
    case 2: {
      const rate = d.u8(a);
      out.str(rate >= 0x80 && rate <= 0x8f ? `MCS ${rate & 0x7f} ` : `${halves(rate)} Mb/s `);
      break;
    }
    case 3:
      // The field XChannel says more.
      if (!(present & XCHANNEL_BIT)) writeChannel(d, d.le16(a), d.le16(b), present);
      break;
    case 4:
      out.str(`fhset ${d.u8(a)} fhpat ${d.u8(b)} `);
      break;
    case 5:
      out.str(`${signed8(d.u8(a))}dBm signal `);
      break;
    case 6:
      out.str(`${signed8(d.u8(a))}dBm noise `);
      break;
    case 7:
      out.str(`${d.le16(a)} sq `);
      break;
    case 8:
      out.str(`${0 - signed16(d.le16(a))} tx power `);
      break;
    case 9:
      out.str(`${0 - signed8(d.u8(a))}dB tx attenuation `);
      break;
    case 10:
      out.str(`${signed8(d.u8(a))}dBm tx power `);
      break;
    case 11:
      out.str(`antenna ${d.u8(a)} `);
      break;
    case 12:
      out.str(`${d.u8(a)}dB signal `);
      break;
    case 13:
      out.str(`${d.u8(a)}dB noise `);
      break;
    case 18:
      writeChannel(d, d.le16(b), d.le32(a), present);
      break;
    case 19:
      writeHt(d, d.u8(a), d.u8(b), d.u8(c));
      break;
    case 21:
      writeVht(d, a);
  }
  return true;
}

/** Writes the fields of one present word whose first bit counts as `first`; false if they cannot be read on. */
function writeFields(d: Dissection, fields: Fields, present: number, first: number, radio: Radio): boolean {
  for (let bit = 0; bit < RADIOTAP_NAMESPACE; bit++)
    if ((present >>> bit) & 1 && !writeField(d, fields, first + bit, present, radio)) return false;
  return true;
}

/** Writes all fields that the words of present bits from `word` up to `fields.at` announce. */
function writeNamespaces(d: Dissection, fields: Fields, words: number, radio: Radio): void {
  let first = 0;
  /** Bytes of a vendor's fields, which are skipped; -1 outside of a vendor's namespace. */
  let skip = -1;
  for (let i = 0; i < words; i++) {
    const present = d.le32(fields.start + 4 + 4 * i);
    if (skip >= 0) {
      if (fields.at + skip > fields.end) return;
      fields.at += skip;
      skip = 0;
    } else if (!writeFields(d, fields, present, first, radio)) return;
    const standard = (present >>> RADIOTAP_NAMESPACE) & 1;
    const vendor = (present >>> VENDOR_NAMESPACE) & 1;
    if (!standard && !vendor) first += 32;
    else if (standard && !vendor) {
      first = 0;
      skip = -1;
    } else if (vendor && !standard) {
      first = 0;
      skip = 0;
      const aligned = fields.start + ((fields.at - fields.start + 1) & ~1);
      if (aligned + 2 > fields.end) {
        d.truncated();
        continue;
      }
      // OUI, selector, length of the fields.
      let place = 0;
      for (const size of [1, 1, 1, 1, 2]) {
        place = take(fields, size);
        if (place < 0) break;
      }
      if (place < 0) d.truncated();
      else skip = d.le16(place);
    }
  }
}

/** Prints a frame behind a radiotap header; returns the length of all headers. */
export function printRadiotap(d: Dissection, at: number, length: number, caplen: number): number {
  d.protocol = "802.11_radio";
  if (caplen < HEADER) {
    d.truncated();
    return caplen;
  }
  const size = d.le16(at + 2);
  if (size < HEADER || caplen < size) {
    d.truncated();
    return caplen;
  }
  let words = 1;
  while (4 + 4 * words <= size && d.le32(at + 4 * words) & EXTENDED) words++;
  if (4 + 4 * words > size) {
    d.truncated();
    return caplen;
  }
  const fields = { start: at, end: at + size, at: at + 4 + 4 * words };
  const radio = { flags: 0 };
  writeNamespaces(d, fields, words, radio);
  const checksum = radio.flags & FLAG_CHECKSUM ? 4 : 0;
  const padded = (radio.flags & FLAG_PADDED) !== 0;
  return size + printFrame(d, at + size, length - size, caplen - size, padded, checksum);
}

/** Link type 127 (LINKTYPE_IEEE802_11_RADIOTAP). */
export function printRadiotapLink(d: Dissection, at: number, length: number): void {
  d.linkHeaderLength = printRadiotap(d, at, length, d.end - at);
}

/** Prints a frame behind an AVS header, whose second word is its length. */
function printAvs(d: Dissection, at: number, length: number, caplen: number): number {
  d.protocol = "802.11_radio_avs";
  const size = caplen < 8 ? 0 : d.u32(at + 4);
  if (size < 8 || caplen < size) {
    d.truncated();
    return caplen;
  }
  return size + printFrame(d, at + size, length - size, caplen - size, false, 0);
}

/** Link type 163 (LINKTYPE_IEEE802_11_AVS). */
export function printAvsLink(d: Dissection, at: number, length: number): void {
  d.linkHeaderLength = printAvs(d, at, length, d.end - at);
}

const PRISM_HEADER = 144;
const AVS_MAGIC_1 = 0x80211001;
const AVS_MAGIC_2 = 0x80211002;

/** Link type 119 (LINKTYPE_IEEE802_11_PRISM): a Prism header, or an AVS header instead. */
export function printPrismLink(d: Dissection, at: number, length: number): void {
  d.protocol = "prism";
  const caplen = d.end - at;
  if (caplen >= 4) {
    const magic = d.u32(at);
    if (magic === AVS_MAGIC_1 || magic === AVS_MAGIC_2) {
      d.linkHeaderLength = printAvs(d, at, length, caplen);
      return;
    }
  }
  if (caplen < PRISM_HEADER) {
    d.truncated();
    d.linkHeaderLength = caplen;
    return;
  }
  d.linkHeaderLength =
    PRISM_HEADER + printFrame(d, at + PRISM_HEADER, length - PRISM_HEADER, caplen - PRISM_HEADER, false, 0);
}
