// Names and values of generalized MPLS that routing and signaling protocols share (RFC 3471, RFC 4202, RFC 4328).
import type { Dissection } from "./dissection.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { numbered } from "./wording.ts";

export const SWITCHING_TDM = 100;
/** True for the four kinds of packet switching. */
export function isPacketSwitching(type: number): boolean {
  return type >= 1 && type <= 4;
}
export const LINK_PROTECTION: BitTokens = [
  [0x01, "Extra Traffic"],
  [0x02, "Unprotected"],
  [0x04, "Shared"],
  [0x08, "Dedicated 1:1"],
  [0x10, "Dedicated 1+1"],
  [0x20, "Enhanced"],
  [0x40, "Reserved"],
  [0x80, "Reserved"],
];
export const SWITCHING: Tokens = new Map([
  [1, "Packet-Switch Capable-1"],
  [2, "Packet-Switch Capable-2"],
  [3, "Packet-Switch Capable-3"],
  [4, "Packet-Switch Capable-4"],
  [51, "Layer-2 Switch Capable"],
  [SWITCHING_TDM, "Time-Division-Multiplex"],
  [150, "Lambda-Switch Capable"],
  [200, "Fiber-Switch Capable"],
]);
export const TDM_INDICATIONS: Tokens = numbered(0, "Standard SONET/SDH", "Arbitrary SONET/SDH");
export const ENCODINGS: Tokens = numbered(
  1,
  "Packet",
  "Ethernet V2/DIX",
  "ANSI/ETSI PDH",
  "Reserved",
  "SDH ITU-T G.707/SONET ANSI T1.105",
  "Reserved",
  "Digital Wrapper",
  "Lambda (photonic)",
  "Fiber",
  "Reserved",
  "FiberChannel",
);
/** Generalized payload identifiers. */
export const PAYLOADS: Tokens = numbered(
  0,
  "Unknown",
  "Reserved",
  "Reserved",
  "Reserved",
  "Reserved",
  "Asynchronous mapping of E4",
  "Asynchronous mapping of DS3/T3",
  "Asynchronous mapping of E3",
  "Bit synchronous mapping of E3",
  "Byte synchronous mapping of E3",
  "Asynchronous mapping of DS2/T2",
  "Bit synchronous mapping of DS2/T2",
  "Reserved",
  "Asynchronous mapping of E1",
  "Byte synchronous mapping of E1",
  "Byte synchronous mapping of 31 * DS0",
  "Asynchronous mapping of DS1/T1",
  "Bit synchronous mapping of DS1/T1",
  "Byte synchronous mapping of DS1/T1",
  "VC-11 in VC-12",
  "Reserved",
  "Reserved",
  "DS1 SF Asynchronous",
  "DS1 ESF Asynchronous",
  "DS3 M23 Asynchronous",
  "DS3 C-Bit Parity Asynchronous",
  "VT/LOVC",
  "STS SPE/HOVC",
  "POS - No Scrambling, 16 bit CRC",
  "POS - No Scrambling, 32 bit CRC",
  "POS - Scrambling, 16 bit CRC",
  "POS - Scrambling, 32 bit CRC",
  "ATM mapping",
  "Ethernet PHY",
  "SONET/SDH",
  "Reserved (SONET deprecated)",
  "Digital Wrapper",
  "Lambda",
  "ANSI/ETSI PDH",
  "Reserved",
  "Link Access Protocol SDH (X.85 and X.86)",
  "FDDI",
  "DQDB (ETSI ETS 300 216)",
  "FiberChannel-3 (Services)",
  "HDLC",
  "Ethernet V2/DIX (only)",
  "Ethernet 802.3 (only)",
  "G.709 ODUj",
  "G.709 OTUk(v)",
  "CBR/CBRa",
  "CBRb",
  "BSOT",
  "BSNT",
  "IP/PPP (GFP)",
  "Ethernet MAC (framed GFP)",
  "Ethernet PHY (transparent GFP)",
  "ESCON",
  "FICON",
  "Fiber Channel",
);
/** Models of bandwidth constraints (RFC 4124). */
export const CONSTRAINT_MODELS: Tokens = new Map([
  [0, "Russian dolls"],
  [1, "Maximum allocation"],
  [254, "Maximum allocation with E-LSP support"],
]);

const BITS = new DataView(new ArrayBuffer(4));

/** The 32 bits at `at` as an IEEE 754 number. Throws TRUNCATED. */
export function float32(d: Dissection, at: number): number {
  BITS.setUint32(0, d.u32(at));
  return BITS.getFloat32(0);
}

/**
 * A single-precision number with three decimals, as printf's %.3f rounds: half to even. Such a number times a thousand
 * has at most 34 significant bits, so the product is exact.
 */
export function fixed3(value: number, negative: boolean): string {
  const sign = negative ? "-" : "";
  if (Number.isNaN(value)) return `${sign}nan`;
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) return `${sign}inf`;
  const thousandths = size * 1000;
  if (thousandths >= 2 ** 53) return `${sign}${BigInt(size)}.000`;
  let rounded = Math.floor(thousandths);
  const rest = thousandths - rounded;
  if (rest > 0.5 || (rest === 0.5 && rounded % 2 === 1)) rounded++;
  return `${sign}${Math.floor(rounded / 1000)}.${`${rounded % 1000}`.padStart(3, "0")}`;
}

/** The bandwidth at `at`, bytes per second as an IEEE 754 number, in megabits per second. Throws TRUNCATED. */
export function megabits(d: Dissection, at: number): string {
  const negative = d.u32(at) >= 0x80000000;
  return fixed3(Math.fround(Math.fround(float32(d, at) * 8) / 1_000_000), negative);
}
