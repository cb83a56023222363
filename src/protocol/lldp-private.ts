// The organizations' own values in LLDP: IEEE 802.1 (802.1AB annex E, 802.1Q annex D), IEEE 802.3 (annex F),
// LLDP-MED (ANSI/TIA-1057), IANA (RFC 8520), and DCBX.
//
//   organization (3) | subtype (1) | value
import type { Dissection } from "./dissection.ts";
import { OUI_NAMES } from "./oui.ts";
import { characters, padded, tenths, unknownBytes } from "./phrase.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";

const OUI_8021 = 0x0080c2;
const OUI_8023 = 0x00120f;
const OUI_IANA = 0x00005e;
const OUI_TIA = 0x0012bb;
const OUI_DCBX = 0x001b21;

const SUBTYPES_8021: Tokens = new Map([
  [1, "Port VLAN Id"],
  [2, "Port and Protocol VLAN ID"],
  [3, "VLAN name"],
  [4, "Protocol Identity"],
  [7, "Link aggregation"],
  [8, "Congestion Notification"],
  [9, "ETS Configuration"],
  [10, "ETS Recommendation"],
  [11, "Priority Flow Control Configuration"],
  [12, "Application Priority"],
  [13, "EVB"],
  [14, "CDCP"],
]);
const PROTOCOL_VLAN_FLAGS: BitTokens = [
  [0x02, "supported"],
  [0x04, "enabled"],
];
const EVB_MODES = [
  "Not Supported",
  "EVB Bridge",
  "EVB Station",
  "Reserved for future Standardization",
] as const;

const SUPPORTED_ENABLED: BitTokens = [
  [0x01, "supported"],
  [0x02, "enabled"],
];

/** Numbers in columns of four characters. */
function columns(d: Dissection, values: readonly number[], width: number): void {
  d.out.str(values.map((value) => String(value).padEnd(width)).join(" "));
}

function nibbles(d: Dissection, at: number): number[] {
  return Array.from({ length: 8 }, (_none, i) => (d.u8(at + (i >> 1)) >> (i & 1 ? 0 : 4)) & 15);
}

function octets(d: Dissection, at: number): number[] {
  return Array.from({ length: 8 }, (_none, i) => d.u8(at + i));
}

/** 802.1Q D.2.9: which class a priority is in, shares of the bandwidth, and algorithms, for eight classes. */
function transmission(d: Dissection, at: number): void {
  const { out } = d;
  out.str(
    "\n\t    Priority Assignment Table\n\t     Priority : 0   1   2   3   4   5   6   7\n\t     Value    : ",
  );
  columns(d, nibbles(d, at), 3);
  out.str("\n\t    TC Bandwidth Table\n\t     TC%   : 0   1   2   3   4   5   6   7\n\t     Value : ");
  columns(d, octets(d, at + 4), 3);
  out.str(
    "\n\t    TSA Assignment Table\n\t     Traffic Class: 0   1   2   3   4   5   6   7\n\t     Value        : ",
  );
  columns(d, octets(d, at + 12), 3);
}

/** Eight bits, one for each priority. */
function priorities(d: Dissection, title: string, bits: number): void {
  const { out } = d;
  out.str(`\n\t    ${title}\n\t     Priority : 0  1  2  3  4  5  6  7\n\t     Value    : `);
  for (let i = 0; i < 8; i++) out.str(`${(bits >> i) & 1}  `);
}

function edgeBridging(d: Dissection, at: number): void {
  const { out } = d;
  const bridge = d.u8(at + 4);
  out.str(`\n\t    EVB Bridge Status\n\t      RES: ${bridge >> 3}, BGID: ${(bridge >> 2) & 1}`);
  out.str(`, RRCAP: ${(bridge >> 1) & 1}, RRCTR: ${bridge & 1}`);
  const station = d.u8(at + 5);
  out.str(`\n\t    EVB Station Status\n\t      RES: ${station >> 4}, SGID: ${(station >> 3) & 1}`);
  out.str(`, RRREQ: ${(station >> 2) & 1},RRSTAT: ${station & 3}`);
  const retries = d.u8(at + 6);
  out.str(`\n\t    R: ${retries >> 5}, RTE: ${retries & 31}, `);
  const mode = d.u8(at + 7);
  out.str(`EVB Mode: ${EVB_MODES[mode >> 6]!} [${mode >> 6}]`);
  out.str(`\n\t    ROL: ${(mode >> 5) & 1}, RWD: ${mode & 31}, `);
  const alive = d.u8(at + 8);
  out.str(`RES: ${alive >> 6}, ROL: ${(alive >> 5) & 1}, RKA: ${alive & 31}`);
}

function applications(d: Dissection, at: number, length: number): void {
  const { out } = d;
  out.str(`\n\t    RES: ${d.u8(at + 4)}`);
  const size = length - 5;
  if (size === 0 || size % 3 !== 0) return;
  out.str("\n\t    Application Priority Table");
  for (let i = 5; i < length; i += 3) {
    const head = d.u8(at + i);
    out.str(`\n\t      Priority: ${head >> 5}, RES: ${(head >> 3) & 3}, Sel: ${head & 7}`);
    out.str(`, Protocol ID: ${d.u16(at + i + 1)}`);
  }
}

function channels(d: Dissection, at: number, length: number): void {
  const { out } = d;
  const head = d.u8(at + 4);
  out.str(`\n\t    Role: ${head >> 7}, RES: ${(head >> 4) & 7}, Scomp: ${(head >> 3) & 1} `);
  out.str(`ChnCap: ${d.u16(at + 6) & 0x0fff}`);
  if ((length - 8) % 3 !== 0) return;
  for (let i = 8; i < length; i += 3) {
    const pair = d.u24(at + i);
    out.str(`\n\t    SCID: ${pair >> 12}, SVID: ${pair & 0x0fff}`);
  }
}

function aggregation(d: Dissection, at: number): void {
  const status = d.u8(at + 4);
  d.out.str(`\n\t    aggregation status [${bitNames(SUPPORTED_ENABLED, status, "none")}]`);
  d.out.str(`, aggregation port ID ${d.u32(at + 5)}`);
}

/** Bytes that the values of 802.1 need at least, the four of organization and subtype included. */
const LEAST_8021: ReadonlyMap<number, number> = new Map([
  [1, 6],
  [2, 7],
  [3, 6],
  [4, 5],
  [7, 9],
  [8, 6],
  [9, 25],
  [10, 25],
  [11, 6],
  [12, 5],
  [13, 9],
  [14, 8],
]);

/** IEEE 802.1; true if a dump shall tell what this does not. */
function private8021(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  const subtype = d.u8(at + 3);
  out.str(`\n\t  ${SUBTYPES_8021.get(subtype) ?? "unknown"} Subtype (${subtype})`);
  const least = LEAST_8021.get(subtype);
  if (least === undefined) return true;
  if (length < least) return false;
  const first = d.u8(at + 4);
  switch (subtype) {
    case 1:
      out.str(`\n\t    port vlan id (PVID): ${d.u16(at + 4)}`);
      break;
    case 2:
      out.str(`\n\t    port and protocol vlan id (PPVID): ${d.u16(at + 5)}`);
      out.str(`, flags [${bitNames(PROTOCOL_VLAN_FLAGS, first, "none")}] (0x`);
      out.hexPad(first, 2);
      out.ch(41);
      break;
    case 3:
      out.str(`\n\t    vlan id (VID): ${d.u16(at + 4)}`);
      if (length < 7 || length < 7 + d.u8(at + 6)) break;
      out.str("\n\t    vlan name: ");
      padded(d, at + 7, d.u8(at + 6));
      break;
    case 4:
      if (length < 5 + first) break;
      out.str("\n\t    protocol identity: ");
      padded(d, at + 5, first);
      break;
    case 7:
      aggregation(d, at);
      break;
    case 8:
      priorities(d, "Pre-Priority CNPV Indicator", first);
      priorities(d, "Pre-Priority Ready Indicator", d.u8(at + 5));
      break;
    case 9:
      out.str(`\n\t    Willing:${first >> 7}, CBS:${(first >> 6) & 2}`);
      out.str(`, RES:${(first >> 3) & 7}, Max TCs:${first & 7}`);
      transmission(d, at + 5);
      break;
    case 10:
      out.str(`\n\t    RES: ${first}`);
      transmission(d, at + 5);
      break;
    case 11:
      out.str(`\n\t    Willing: ${first >> 7}, MBC: ${(first >> 6) & 1}`);
      out.str(`, RES: ${(first >> 4) & 3}, PFC cap:${first & 15} `);
      priorities(d, "PFC Enable", d.u8(at + 5));
      break;
    case 12:
      applications(d, at, length);
      break;
    case 13:
      edgeBridging(d, at);
      break;
    default:
      channels(d, at, length);
  }
  return false;
}

const SUBTYPES_8023: Tokens = new Map([
  [1, "MAC/PHY configuration/status"],
  [2, "Power via MDI"],
  [3, "Link aggregation"],
  [4, "Max frame size"],
]);
const LEAST_8023: ReadonlyMap<number, number> = new Map([
  [1, 9],
  [2, 7],
  [3, 9],
  [4, 6],
]);
/** RFC 4836, ifMauAutoNegCapAdvertisedBits. */
const NEGOTIABLE: BitTokens = [
  [0x4000, "10BASE-T hdx"],
  [0x2000, "10BASE-T fdx"],
  [0x1000, "100BASE-T4"],
  [0x0800, "100BASE-TX hdx"],
  [0x0400, "100BASE-TX fdx"],
  [0x0200, "100BASE-T2 hdx"],
  [0x0100, "100BASE-T2 fdx"],
  [0x0080, "Pause for fdx links"],
  [0x0040, "Asym PAUSE for fdx"],
  [0x0020, "Sym PAUSE for fdx"],
  [0x0010, "Asym and Sym PAUSE for fdx"],
  [0x0008, "1000BASE-{X LX SX CX} hdx"],
  [0x0004, "1000BASE-{X LX SX CX} fdx"],
  [0x0002, "1000BASE-T hdx"],
  [0x0001, "1000BASE-T fdx"],
];
/** RFC 4836, dot3MauType, from 0 on. */
const MAU_TYPES = [
  "Unknown",
  "AUI",
  "10BASE_5",
  "FOIRL",
  "10BASE2",
  "10BASET duplex mode unknown",
  "10BASEFP",
  "10BASEFB",
  "10BASEFL duplex mode unknown",
  "10BROAD36",
  "10BASET hdx",
  "10BASET fdx",
  "10BASEFL hdx",
  "10BASEFL fdx",
  "100BASET4",
  "100BASETX hdx",
  "100BASETX fdx",
  "100BASEFX hdx",
  "100BASEFX fdx",
  "100BASET2 hdx",
  "100BASET2 fdx",
  "1000BASEX hdx",
  "1000BASEX fdx",
  "1000BASELX hdx",
  "1000BASELX fdx",
  "1000BASESX hdx",
  "1000BASESX fdx",
  "1000BASECX hdx",
  "1000BASECX fdx",
  "1000BASET hdx",
  "1000BASET fdx",
  "10GBASEX",
  "10GBASELX4",
  "10GBASER",
  "10GBASEER",
  "10GBASELR",
  "10GBASESR",
  "10GBASEW",
  "10GBASEEW",
  "10GBASELW",
  "10GBASESW",
] as const;
const POWER_SUPPORT: BitTokens = [
  [0x01, "PSE"],
  [0x02, "supported"],
  [0x04, "enabled"],
  [0x08, "can be controlled"],
];
const POWER_PAIRS = ["", "signal", "spare"] as const;
const POWER_CLASSES = ["", "class0", "class1", "class2", "class3", "class4"] as const;

/** IEEE 802.3; true if a dump shall tell what this does not. */
function private8023(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  const subtype = d.u8(at + 3);
  out.str(`\n\t  ${SUBTYPES_8023.get(subtype) ?? "unknown"} Subtype (${subtype})`);
  const least = LEAST_8023.get(subtype);
  if (least === undefined) return true;
  if (length < least) return false;
  const first = d.u8(at + 4);
  switch (subtype) {
    case 1: {
      out.str(`\n\t    autonegotiation [${bitNames(SUPPORTED_ENABLED, first, "none")}] (0x`);
      out.hexPad(first, 2);
      const offered = d.u16(at + 5);
      out.str(`)\n\t    PMD autoneg capability [${bitNames(NEGOTIABLE, offered, "unknown")}] (0x`);
      out.hexPad(offered, 4);
      const type = d.u16(at + 7);
      out.str(`)\n\t    MAU type ${MAU_TYPES[type] ?? "unknown"} (0x`);
      out.hexPad(type, 4);
      out.ch(41);
      break;
    }
    case 2:
      out.str(`\n\t    MDI power support [${bitNames(POWER_SUPPORT, first, "none")}]`);
      out.str(`, power pair ${POWER_PAIRS[d.u8(at + 5)] || "unknown"}`);
      out.str(`, power class ${POWER_CLASSES[d.u8(at + 6)] || "unknown"}`);
      break;
    case 3:
      aggregation(d, at);
      break;
    default:
      out.str(`\n\t    MTU size ${d.u16(at + 4)}`);
  }
  return false;
}

/** The URL of a description of the device's use (RFC 8520); true if a dump shall tell what this does not. */
function privateIana(d: Dissection, at: number, length: number): boolean {
  if (length < 8) return false;
  const subtype = d.u8(at + 3);
  d.out.str(`\n\t  ${subtype === 1 ? "MUD-URL" : "unknown"} Subtype (${subtype})`);
  if (subtype !== 1) return true;
  d.out.str("\n\t  MUD-URL=");
  characters(d, at + 4, length - 4);
  return false;
}

const SUBTYPES_TIA: Tokens = new Map([
  [1, "LLDP-MED Capabilities"],
  [2, "Network policy"],
  [3, "Location identification"],
  [4, "Extended power-via-MDI"],
  [5, "Inventory - hardware revision"],
  [6, "Inventory - firmware revision"],
  [7, "Inventory - software revision"],
  [8, "Inventory - serial number"],
  [9, "Inventory - manufacturer name"],
  [10, "Inventory - model name"],
  [11, "Inventory - asset ID"],
]);
const LEAST_TIA: ReadonlyMap<number, number> = new Map([
  [1, 7],
  [2, 8],
  [3, 5],
  [4, 7],
]);
const INVENTORY = [
  "Hardware revision",
  "Firmware revision",
  "Software revision",
  "Serial number",
  "Manufacturer name",
  "Model name",
  "Asset ID",
] as const;
const FIRST_INVENTORY = 5;
const MEDIA_CAPABILITIES: BitTokens = [
  [0x01, "LLDP-MED capabilities"],
  [0x02, "network policy"],
  [0x04, "location identification"],
  [0x08, "extended power via MDI-PSE"],
  [0x10, "extended power via MDI-PD"],
  [0x20, "Inventory"],
];
const DEVICE_TYPES = [
  "",
  "endpoint class 1",
  "endpoint class 2",
  "endpoint class 3",
  "network connectivity",
] as const;
const APPLICATION_TYPES = [
  "",
  "voice",
  "voice signaling",
  "guest voice",
  "guest voice signaling",
  "softphone voice",
  "video conferencing",
  "streaming video",
  "video signaling",
] as const;
const POLICY_FLAGS: BitTokens = [
  [0x80, "Unknown"],
  [0x40, "Tagged"],
  [0x20, "reserved"],
];
const LOCATION_FORMATS = ["", "coordinate-based LCI", "civic address LCI", "ECS ELIN"] as const;
const ALTITUDE_TYPES = ["", "meters", "floors"] as const;
const DATUMS = [
  "",
  "World Geodesic System 1984",
  "North American Datum 1983 (NAVD88)",
  "North American Datum 1983 (MLLW)",
] as const;
const LOCATION_OF = [
  "location of DHCP server",
  "location of the network element believed to be closest to the client",
  "location of the client",
] as const;
const CIVIC_TYPES = [
  "",
  "national subdivisions (state,canton,region,province,prefecture)",
  "county, parish, gun, district",
  "city, township, shi",
  "city division, borough, city district, ward chou",
  "neighborhood, block",
  "street",
] as const;
const POWER_SOURCES = [
  "",
  "PSE - primary power source",
  "local - backup power source",
  "PSE+local - reserved",
] as const;
const POWER_PRIORITIES = ["", "critical", "high", "low"] as const;

/** A latitude or longitude: 6 bits of resolution, 34 of value. */
function coordinate(d: Dissection, name: string, at: number): void {
  const head = d.u8(at);
  const value = (head & 3) * 0x1_0000_0000 + d.u32(at + 1);
  d.out.str(`\n\t    ${name} resolution ${head >> 2}, ${name.toLowerCase()} value ${value}`);
}

function coordinates(d: Dissection, at: number): void {
  const { out } = d;
  coordinate(d, "Latitude", at + 5);
  coordinate(d, "Longitude", at + 10);
  const type = d.u8(at + 15) >> 4;
  out.str(`\n\t    Altitude type ${ALTITUDE_TYPES[type] || "unknown"} (${type})`);
  out.str(`\n\t    Altitude resolution ${(d.u16(at + 15) >> 6) & 0x3f}`);
  out.str(`, altitude value 0x${(d.u32(at + 16) & 0x3fffffff).toString(16)}`);
  const datum = d.u8(at + 20);
  out.str(`\n\t    Datum ${DATUMS[datum] || "unknown"} (0x`);
  out.hexPad(datum, 2);
  out.ch(41);
}

/** ANSI/TIA-1057 10.2.4.3.2: a country and parts of a postal address. */
function civicAddress(d: Dissection, at: number, length: number): void {
  const { out } = d;
  if (length < 6) return;
  const size = d.u8(at + 5);
  if (size < 3 || length < 7 + size) return;
  const what = d.u8(at + 6);
  out.str(`\n\t    LCI length ${size}, LCI what ${LOCATION_OF[what] ?? "unknown"} (0x`);
  out.hexPad(what, 2);
  out.str("), Country-code ");
  padded(d, at + 7, 2);
  let left = size - 3;
  let pos = at + 9;
  while (left >= 2) {
    const type = d.u8(pos);
    const partSize = d.u8(pos + 1);
    pos += 2;
    left -= 2;
    out.str(`\n\t      CA type '${CIVIC_TYPES[type] || "unknown"}' (${type}), length ${partSize}: `);
    if (type === 0 || partSize === 0 || left < partSize) return;
    padded(d, pos, partSize);
    pos += partSize;
    left -= partSize;
  }
}

function location(d: Dissection, at: number, length: number): void {
  const { out } = d;
  const format = d.u8(at + 4);
  out.str(`\n\t    Location data format ${LOCATION_FORMATS[format] || "unknown"} (0x`);
  out.hexPad(format, 2);
  out.ch(41);
  if (format === 1) {
    if (length >= 21) coordinates(d, at);
  } else if (format === 2) civicAddress(d, at, length);
  else if (format === 3) {
    out.str("\n\t    ECS ELIN id ");
    padded(d, at + 5, length - 5);
  } else {
    out.str("\n\t    Location ID ");
    unknownBytes(d, at + 5, "\n\t      ", length - 5);
  }
}

function power(d: Dissection, at: number): void {
  const { out } = d;
  const head = d.u8(at + 4);
  // tcpdump shifts the mask, not the masked value.
  out.str(`\n\t    Power type [${head & 3 ? "PD device" : "PSE device"}]`);
  out.str(`, Power source [${POWER_SOURCES[(head & 0x30) >> 4] || "none"}]`);
  out.str(`\n\t    Power priority [${POWER_PRIORITIES[head & 15] || "none"}] (0x`);
  out.hexPad(head & 15, 2);
  out.str("), Power ");
  const value = d.u16(at + 5);
  if (value < 1024) {
    tenths(out, value);
    out.str(" Watts");
  } else out.str(`${value} (Reserved)`);
}

/** LLDP-MED; true if a dump shall tell what this does not. */
function privateTia(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  const subtype = d.u8(at + 3);
  const name = SUBTYPES_TIA.get(subtype);
  out.str(`\n\t  ${name ?? "unknown"} Subtype (${subtype})`);
  if (name === undefined) return true;
  if (length < (LEAST_TIA.get(subtype) ?? 4)) return false;
  switch (subtype) {
    case 1: {
      const bits = d.u16(at + 4);
      const type = d.u8(at + 6);
      out.str(`\n\t    Media capabilities [${bitNames(MEDIA_CAPABILITIES, bits, "none")}] (0x`);
      out.hexPad(bits, 4);
      out.str(`)\n\t    Device type [${DEVICE_TYPES[type] || "unknown"}] (0x`);
      out.hexPad(type, 2);
      out.ch(41);
      break;
    }
    case 2: {
      const type = d.u8(at + 4);
      out.str(`\n\t    Application type [${APPLICATION_TYPES[type] || "none"}] (0x`);
      out.hexPad(type, 2);
      out.str(`), Flags [${bitNames(POLICY_FLAGS, d.u8(at + 5), "none")}]`);
      out.str(`\n\t    Vlan id ${(d.u16(at + 5) & 0x1ffe) >> 1}`);
      const rest = d.u16(at + 6);
      out.str(`, L2 priority ${(rest & 0x1ff) >> 6}, DSCP value ${rest & 0x3f}`);
      break;
    }
    case 3:
      location(d, at, length);
      break;
    case 4:
      power(d, at);
      break;
    default:
      out.str(`\n\t  ${INVENTORY[subtype - FIRST_INVENTORY]!} `);
      padded(d, at + 4, length - 4);
  }
  return false;
}

const SUBTYPES_DCBX: Tokens = new Map([
  [1, "DCB Capability Exchange Protocol Rev 1"],
  [2, "DCB Capability Exchange Protocol Rev 1.01"],
]);
const DCBX_FEATURES: ReadonlyMap<number, readonly [name: string, least: number]> = new Map([
  [1, ["Control - Protocol Control", 10]],
  [2, ["Feature - Priority Group", 17]],
  [3, ["Feature - Priority Flow Control", 6]],
  [4, ["Feature - Application", 4]],
]);

function dcbxFeature(d: Dissection, type: number, at: number, size: number): void {
  const { out } = d;
  out.str(`\n\t      Oper_Version: ${d.u8(at)}\n\t      Max_Version: ${d.u8(at + 1)}`);
  if (type === 1) {
    out.str(`\n\t      Sequence Number: ${d.u32(at + 2)}\n\t      Acknowledgement Number: ${d.u32(at + 6)}`);
    return;
  }
  const info = d.u8(at + 2);
  out.str(`\n\t      Info block(0x${info.toString(16).toUpperCase().padStart(2, "0")}): `);
  out.str(`Enable bit: ${info >> 7}, Willing bit: ${(info >> 6) & 1}, Error Bit: ${(info >> 5) & 1}`);
  out.str(`\n\t      SubType: ${d.u8(at + 3)}`);
  if (type === 2) {
    out.str("\n\t      Priority Allocation");
    nibbles(d, at + 4).forEach((group, i) => {
      out.str(`\n\t          PgId_${i}: ${group}`);
    });
    out.str("\n\t      Priority Group Allocation");
    octets(d, at + 8).forEach((share, i) => {
      out.str(`\n\t          Pg percentage[${i}]: ${share}`);
    });
    out.str(`\n\t      NumTCsSupported: ${d.u8(at + 16)}`);
  } else if (type === 3) {
    const bits = d.u8(at + 4);
    out.str(`\n\t      PFC Config (0x${bits.toString(16).toUpperCase().padStart(2, "0")})`);
    for (let i = 0; i < 8; i++)
      out.str(`\n\t          Priority Bit ${i}: ${bits & (1 << i) ? "Enabled" : "Disabled"}`);
    out.str(`\n\t      NumTCPFCSupported: ${d.u8(at + 5)}`);
  } else {
    let left = size - 4;
    for (let pos = at + 4; left >= 6; pos += 6) {
      out.str("\n\t      Application Value\n\t          Application Protocol ID: 0x");
      out.hexPad(d.u16(pos), 4);
      const owner = d.u24(pos + 2);
      const selector = owner >> 22;
      out.str(`\n\t          SF (0x${selector.toString(16)}) Application Protocol ID is `);
      out.str(selector ? "Socket Number" : "L2 EtherType");
      out.str("\n\t          OUI: 0x");
      out.hexPad(owner & 0x3fffff, 6);
      out.str("\n\t          User Priority Map: 0x");
      out.hexPad(d.u8(pos + 5), 2);
      left -= 6;
    }
  }
}

/** DCBX 1.01; true if a dump shall tell what this does not. */
function privateDcbx(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  const subtype = d.u8(at + 3);
  out.str(`\n\t  ${SUBTYPES_DCBX.get(subtype) ?? "unknown"} Subtype (${subtype})`);
  if (subtype === 1) return true;
  let dump = false;
  let pos = at + 4;
  let left = length - 4;
  while (left >= 2) {
    const head = d.u16(pos);
    const type = head >> 9;
    const size = head & 0x1ff;
    dump = false;
    pos += 2;
    left -= 2;
    if (type === 0 || size === 0 || !d.has(pos, size) || left < size) break;
    const feature = DCBX_FEATURES.get(type);
    if (feature === undefined) dump = true;
    else {
      if (size < feature[1]) break;
      out.str(`\n\t    ${feature[0]} (type 0x${type.toString(16)}, length ${size})`);
      dcbxFeature(d, type, pos, size);
    }
    if (d.opt.verbose > 1 || dump) unknownBytes(d, pos, "\n\t    ", size);
    pos += size;
    left -= size;
  }
  return dump;
}

/**
 * Writes the organization's value at `at`, three bytes or more and all captured. Answers whether a dump shall tell
 * what this does not.
 */
export function printPrivateTlv(d: Dissection, at: number, length: number): boolean {
  const organization = d.u24(at);
  d.out.str(`: OUI ${OUI_NAMES.get(organization) ?? "Unknown"} (0x`);
  d.out.hexPad(organization, 6);
  d.out.ch(41);
  switch (organization) {
    case OUI_8021:
      return length >= 4 && private8021(d, at, length);
    case OUI_8023:
      return length >= 4 && private8023(d, at, length);
    case OUI_IANA:
      return privateIana(d, at, length);
    case OUI_TIA:
      return length >= 4 && privateTia(d, at, length);
    case OUI_DCBX:
      return length >= 4 && privateDcbx(d, at, length);
    default:
      return true;
  }
}
