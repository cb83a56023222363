// Cisco Discovery Protocol.
//
//   version (1) | time to live (1) | checksum (2) | { type (2) | length, of all fields (2) | value }*
import type { Dissection } from "./dissection.ts";
import { allCharacters, unknownBytes, visible } from "./phrase.ts";
import type { BitTokens } from "./token.ts";
import { bitNames } from "./token.ts";

const HEADER = 4;
const DEVICE_ID = 1;
const CAPABILITIES: BitTokens = [
  [0x01, "Router"],
  [0x02, "Transparent Bridge"],
  [0x04, "Source Route Bridge"],
  [0x08, "L2 Switch"],
  [0x10, "L3 capable"],
  [0x20, "IGMP snooping"],
  [0x40, "L1 capable"],
];
const PROTOCOL_NLPID = 1;
const PROTOCOL_802_2 = 2;
const NLPID_IP = 0xcc;
/** How IPv6 is named: an LLC and SNAP header. */
const SNAP_IPV6 = [0xaa, 0xaa, 0x03, 0x00, 0x00, 0x00, 0x86, 0xdd] as const;

type ValuePrinter = (d: Dissection, at: number, size: number) => void;

function hex2(d: Dissection, at: number): void {
  const octet = d.u8(at);
  d.out.str("0x");
  d.out.hexPad(octet, 2);
}

const text: ValuePrinter = (d, at, size) => {
  d.out.ch(39);
  allCharacters(d, at, size);
  d.out.ch(39);
};

const version: ValuePrinter = (d, at, size) => {
  d.out.str("\n\t  ");
  for (let i = 0; i < size; i++) {
    const octet = d.u8(at + i);
    if (octet === 10) d.out.str("\n\t  ");
    else visible(d.out, octet);
  }
};

const capability: ValuePrinter = (d, at) => {
  const bits = d.u32(at);
  d.out.str("(0x");
  d.out.hexPad(bits, 8);
  d.out.str(`): ${bitNames(CAPABILITIES, bits, "none")}`);
};

/** Milliwatts as watts with two decimals. */
const power: ValuePrinter = (d, at, size) => {
  const milliwatts = size === 1 ? d.u8(at) : size === 2 ? d.u16(at) : d.u24(at);
  let hundredths = Math.floor(milliwatts / 10);
  const rest = milliwatts % 10;
  // As printf rounds: to the nearest, and where the binary fraction is exact in the middle, to the even.
  if (milliwatts % 125 === 0 && rest === 5) hundredths += hundredths & 1;
  else hundredths = Math.round(Number((milliwatts / 1000).toFixed(2)) * 100);
  d.out.str(`${Math.floor(hundredths / 100)}.`);
  d.out.decPad(hundredths % 100, 2);
  d.out.ch(87);
};

const vlan: ValuePrinter = (d, at, size) => {
  if (size === 2) {
    const value = d.u16(at);
    d.out.str("unknown 0x");
    d.out.hexPad(value, 4);
  } else d.out.str(`app ${d.u8(at)}, vlan ${d.u16(at + 1)}`);
};

const location: ValuePrinter = (d, at, size) => {
  hex2(d, at);
  if (size < 2) return;
  d.out.ch(47);
  allCharacters(d, at + 1, size - 1);
};

const prefixes: ValuePrinter = (d, at, size) => {
  const { out } = d;
  if (size % 5 !== 0) {
    out.str(` [length ${size} is not a multiple of 5]`);
    d.need(at, size);
    return;
  }
  out.str(` IPv4 Prefixes (${size / 5}):`);
  for (let i = 0; i < size; i += 5) {
    const pos = at + i;
    d.need(pos, 5);
    out.str(` ${d.u8(pos)}.${d.u8(pos + 1)}.${d.u8(pos + 2)}.${d.u8(pos + 3)}/${d.u8(pos + 4)}`);
  }
};

function octets(d: Dissection, at: number, size: number): void {
  for (let i = 0; i < size; i++) {
    const octet = d.u8(at + i);
    d.out.ch(32);
    d.out.hexPad(octet, 2);
  }
}

/** True if the protocol that a field of `size` bytes names is IPv6. */
function isIpv6(d: Dissection, type: number, at: number, size: number): boolean {
  return type === PROTOCOL_802_2 && size === 8 && SNAP_IPV6.every((octet, i) => d.bytes[at + i] === octet);
}

/** A count, and for each address: protocol's type, its length, the protocol, the address' length, the address. */
const addresses: ValuePrinter = (d, at, size) => {
  const { out } = d;
  let left = size;
  const stop = (why: string) => {
    out.str(` (not enough space for ${why})`);
    d.need(at, left);
  };
  if (left < 4) {
    stop("num");
    return;
  }
  let count = d.u32(at);
  at += 4;
  left -= 4;
  for (; count > 0; count--) {
    if (left < 2) {
      stop("PT+PL");
      return;
    }
    const type = d.u8(at);
    const protocolSize = d.u8(at + 1);
    at += 2;
    left -= 2;
    if (left < protocolSize + 2) {
      stop("P+AL");
      return;
    }
    const addressSize = d.u16(at + protocolSize);
    const v4 = type === PROTOCOL_NLPID && protocolSize === 1 && d.u8(at) === NLPID_IP && addressSize === 4;
    const v6 = isIpv6(d, type, at, protocolSize) && addressSize === 16;
    if (!v4 && !v6) {
      out.str("pt=0x");
      out.hexPad(type, 2);
      out.str(`, pl=${protocolSize}, pb=`);
      octets(d, at, protocolSize);
      out.str(`, al=${addressSize}, a=`);
    }
    at += protocolSize + 2;
    left -= protocolSize + 2;
    if (left < addressSize) {
      stop("A");
      return;
    }
    if (v4 || v6) {
      d.need(at, addressSize);
      out.str(v4 ? `IPv4 (${count}) ` : `IPv6 (${count}) `);
      if (v4) d.ip4(at);
      else d.ip6(at);
    } else octets(d, at, addressSize);
    at += addressSize;
    left -= addressSize;
    if (count > 1) out.ch(32);
  }
  if (left > 0) out.str(` (${left} bytes of stray data)`);
};

const skipped: ValuePrinter = (d, at, size) => d.need(at, size);
const octet: ValuePrinter = (d, at) => hex2(d, at);

/** What is known of a type: name, how its value is shown, and how long it may be. */
const TYPES: ReadonlyMap<number, readonly [name: string, print: ValuePrinter, least: number, most: number]> =
  new Map([
    [DEVICE_ID, ["Device-ID", text, 0, 65535] as const],
    [0x02, ["Address", addresses, 0, 65535] as const],
    [0x03, ["Port-ID", text, 0, 65535] as const],
    [0x04, ["Capability", capability, 4, 4] as const],
    [0x05, ["Version String", version, 0, 65535] as const],
    [0x06, ["Platform", text, 0, 65535] as const],
    [0x07, ["Prefixes", prefixes, 0, 65535] as const],
    [0x08, ["Protocol-Hello option", skipped, 0, 65535] as const],
    [0x09, ["VTP Management Domain", text, 0, 65535] as const],
    [0x0a, ["Native VLAN ID", (d, at) => d.out.dec(d.u16(at)), 2, 2] as const],
    [0x0b, ["Duplex", (d, at) => d.out.str(d.u8(at) ? "full" : "half"), 1, 1] as const],
    [0x0e, ["ATA-186 VoIP VLAN assignment", vlan, 3, 3] as const],
    [0x0f, ["ATA-186 VoIP VLAN request", vlan, 2, 3] as const],
    [0x10, ["power consumption", power, 1, 3] as const],
    [0x11, ["MTU", (d, at) => d.out.str(`${d.u32(at)} bytes`), 4, 4] as const],
    [0x12, ["AVVID trust bitmap", octet, 1, 1] as const],
    [0x13, ["AVVID untrusted ports CoS", octet, 1, 1] as const],
    [0x14, ["System Name", text, 0, 65535] as const],
    [0x15, ["System Object ID (not decoded)", skipped, 0, 65535] as const],
    [0x16, ["Management Addresses", addresses, 4, 65535] as const],
    [0x17, ["Physical Location", location, 1, 65535] as const],
  ]);
/** Types up to here that nothing is known of are passed over. */
const LAST_TYPE = 0x17;

/** One value, and what goes before it. */
function writeValue(d: Dissection, type: number, at: number, size: number): void {
  const { out, opt } = d;
  const row = TYPES.get(type);
  const shown = opt.verbose > 0 || type === DEVICE_ID;
  if (opt.verbose > 0) {
    const number = type.toString(16).padStart(2, "0");
    const plural = size === 1 ? "" : "s";
    out.str(`\n\t${row?.[0] ?? "unknown field type"} (0x${number}), value length: ${size} byte${plural}: `);
  } else if (shown) out.str(", Device-ID ");
  if (row !== undefined && (size < row[2] || size > row[3])) out.str(" (malformed TLV)");
  else if (shown && type <= LAST_TYPE) {
    if (row !== undefined) row[1](d, at, size);
    else d.need(at, size);
    return;
  }
  d.need(at, size);
  unknownBytes(d, at, "\n\t  ", size);
}

/** Prints the message of `length` bytes at `at`. Throws TRUNCATED. */
export function printCdp(d: Dissection, at: number, length: number): void {
  const { out, opt } = d;
  d.protocol = "cdp";
  let left = length;
  const stop = (why: string) => {
    out.str(why);
    d.invalid();
    d.need(at, left);
  };
  if (left < HEADER) {
    stop(` (packet length ${length} < ${HEADER})`);
    return;
  }
  out.str(`CDPv${d.u8(at)}, ttl: ${d.u8(at + 1)}s`);
  const checksum = d
    .u16(at + 2)
    .toString(16)
    .padStart(4, "0");
  if (opt.verbose > 0) out.str(`, checksum: 0x${checksum} (unverified), length ${length}`);
  at += HEADER;
  left -= HEADER;
  while (left > 0) {
    if (left < 4) {
      stop(` (remaining packet length ${left} < 4)`);
      return;
    }
    const type = d.u16(at);
    const size = d.u16(at + 2);
    if (size < 4) {
      const name = TYPES.get(type)?.[0] ?? "unknown field type";
      const number = type.toString(16).padStart(2, "0");
      const plural = size === 1 ? "" : "s";
      if (opt.verbose > 0) stop(`\n\t${name} (0x${number}), TLV length: ${size} byte${plural} (too short)`);
      else stop(`, ${name} TLV length ${size} too short`);
      return;
    }
    if (size > left) {
      stop(` (TLV length ${size} > ${left})`);
      return;
    }
    writeValue(d, type, at + 4, size - 4);
    at += size;
    left -= size;
  }
  if (opt.verbose === 0) out.str(`, length ${length}`);
}
