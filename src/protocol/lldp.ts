// Link Layer Discovery Protocol (IEEE 802.1AB), a row of type, length, value:
//
//   type (7 bits) | length (9 bits) | value; the organizations' own are in lldp-private.ts
import type { Dissection } from "./dissection.ts";
import { printPrivateTlv } from "./lldp-private.ts";
import { padded, unknownBytes } from "./phrase.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";

const CHASSIS = 1;
const PORT = 2;
const TTL = 3;
const PORT_DESCRIPTION = 4;
const SYSTEM_NAME = 5;
const SYSTEM_DESCRIPTION = 6;
const CAPABILITIES = 7;
const MANAGEMENT_ADDRESS = 8;
const ORGANIZATION = 127;
const TYPES: Tokens = new Map([
  [0, "End"],
  [CHASSIS, "Chassis ID"],
  [PORT, "Port ID"],
  [TTL, "Time to Live"],
  [PORT_DESCRIPTION, "Port Description"],
  [SYSTEM_NAME, "System Name"],
  [SYSTEM_DESCRIPTION, "System Description"],
  [CAPABILITIES, "System Capabilities"],
  [MANAGEMENT_ADDRESS, "Management Address"],
  [ORGANIZATION, "Organization specific"],
]);

// How an identifier of a chassis or a port is shown.
const TEXT = 0;
const MAC = 1;
const NETWORK = 2;
type Subtypes = ReadonlyMap<number, readonly [name: string, form: number]>;
const CHASSIS_SUBTYPES: Subtypes = new Map([
  [1, ["Chassis component", TEXT]],
  [2, ["Interface alias", TEXT]],
  [3, ["Port component", TEXT]],
  [4, ["MAC address", MAC]],
  [5, ["Network address", NETWORK]],
  [6, ["Interface name", TEXT]],
  [7, ["Local", TEXT]],
]);
const PORT_SUBTYPES: Subtypes = new Map([
  [1, ["Interface alias", TEXT]],
  [2, ["Port component", TEXT]],
  [3, ["MAC address", MAC]],
  [4, ["Network Address", NETWORK]],
  [5, ["Interface Name", TEXT]],
  [6, ["Agent circuit ID", TEXT]],
  [7, ["Local", TEXT]],
]);

const CAPABILITY_NAMES: BitTokens = [
  [0x01, "Other"],
  [0x02, "Repeater"],
  [0x04, "Bridge"],
  [0x08, "WLAN AP"],
  [0x10, "Router"],
  [0x20, "Telephone"],
  [0x40, "Docsis"],
  [0x80, "Station Only"],
];

/** Address families, https://www.iana.org/assignments/address-family-numbers */
const FAMILIES: Tokens = new Map([
  [0, "Reserved"],
  [1, "IPv4"],
  [2, "IPv6"],
  [3, "NSAP"],
  [4, "HDLC"],
  [5, "BBN 1822"],
  [6, "802"],
  [7, "E.163"],
  [8, "E.164"],
  [9, "F.69"],
  [10, "X.121"],
  [11, "Novell IPX"],
  [12, "Appletalk"],
  [13, "Decnet IV"],
  [14, "Banyan Vines"],
  [15, "E.164 with NSAP subaddress"],
  [25, "VPLS"],
  [196, "Layer-2 VPN"],
]);
const FAMILY_IPV4 = 1;
const FAMILY_IPV6 = 2;
const FAMILY_802 = 6;

const INTERFACE_NUMBERING: Tokens = new Map([
  [2, "Interface Index"],
  [3, "System Port Number"],
]);

/** How a value came out: shown, shown with a dump even at -v, or cut off. */
const Outcome = { Shown: 0, Dump: 1, Cut: 2 } as const;
type Outcome = (typeof Outcome)[keyof typeof Outcome];

/** Size of an address of a family, 0 if it has no form of its own. */
function addressSize(family: number): number {
  if (family === FAMILY_IPV4) return 4;
  if (family === FAMILY_IPV6) return 16;
  return family === FAMILY_802 ? 6 : 0;
}

/** "AFI IPv4 (1): 192.0.2.1", with `prefix` before it; false, and nothing, if it is too short. */
function networkAddress(d: Dissection, at: number, length: number, prefix: string): boolean {
  const { out } = d;
  if (length < 1) return false;
  const family = d.u8(at);
  const size = addressSize(family);
  if (length - 1 < size) return false;
  out.str(`${prefix}AFI ${FAMILIES.get(family) ?? "Unknown"} (${family})`);
  if (size === 0) out.str(", no AF printer !");
  else {
    out.str(": ");
    if (size === 4) d.ip4(at + 1);
    else if (size === 16) d.ip6(at + 1);
    else d.mac(at + 1);
  }
  return true;
}

function identifier(d: Dissection, at: number, length: number, subtypes: Subtypes): Outcome {
  const { out } = d;
  if (length < 2) return Outcome.Cut;
  const subtype = d.u8(at);
  const row = subtypes.get(subtype);
  out.str(`\n\t  Subtype ${row?.[0] ?? "Unknown"} (${subtype}): `);
  if (row === undefined) return Outcome.Dump;
  if (row[1] === MAC) {
    if (length < 7) return Outcome.Cut;
    d.mac(at + 1);
  } else if (row[1] === NETWORK)
    return networkAddress(d, at + 1, length - 1, "") ? Outcome.Shown : Outcome.Cut;
  else padded(d, at + 1, length - 1);
  return Outcome.Shown;
}

function capabilities(d: Dissection, at: number, length: number): Outcome {
  if (length < 4) return Outcome.Cut;
  for (const [offset, label] of [
    [0, "System  Capabilities"],
    [2, "Enabled Capabilities"],
  ] as const) {
    const bits = d.u16(at + offset);
    d.out.str(`\n\t  ${label} [${bitNames(CAPABILITY_NAMES, bits, "none")}] (0x`);
    d.out.hexPad(bits, 4);
    d.out.ch(41);
  }
  return Outcome.Shown;
}

/** IEEE 802.1AB 8.5.9: address, interface number, and an object identifier or none. */
function managementAddress(d: Dissection, at: number, length: number): Outcome {
  const { out } = d;
  const size = d.u8(at);
  let left = length - 1;
  if (left < size) return Outcome.Cut;
  if (!networkAddress(d, at + 1, size, `\n\t  Management Address length ${size}, `)) return Outcome.Cut;
  let pos = at + 1 + size;
  left -= size;
  if (left < 5) return Outcome.Cut;
  const numbering = d.u8(pos);
  out.str(`\n\t  ${INTERFACE_NUMBERING.get(numbering) ?? "Unknown"} Interface Numbering (${numbering}): `);
  out.dec(d.u32(pos + 1));
  pos += 5;
  left -= 5;
  if (left === 0) return Outcome.Shown;
  const objectSize = d.u8(pos);
  if (left < 1 + objectSize) return Outcome.Cut;
  if (objectSize > 0) {
    out.str(`\n\t  OID length ${objectSize}`);
    padded(d, pos + 1, objectSize);
  }
  return Outcome.Shown;
}

/** A value under -v. */
function verboseValue(d: Dissection, type: number, at: number, length: number): Outcome {
  const { out } = d;
  switch (type) {
    case CHASSIS:
      return identifier(d, at, length, CHASSIS_SUBTYPES);
    case PORT:
      return identifier(d, at, length, PORT_SUBTYPES);
    case TTL:
      if (length < 2) return Outcome.Cut;
      out.str(`: TTL ${d.u16(at)}s`);
      return Outcome.Shown;
    case PORT_DESCRIPTION:
    case SYSTEM_NAME:
    case SYSTEM_DESCRIPTION:
      out.str(type === SYSTEM_DESCRIPTION ? "\n\t  " : ": ");
      padded(d, at, length);
      return Outcome.Shown;
    case CAPABILITIES:
      return capabilities(d, at, length);
    case MANAGEMENT_ADDRESS:
      return managementAddress(d, at, length);
    case ORGANIZATION:
      if (length < 3) return Outcome.Cut;
      return printPrivateTlv(d, at, length) ? Outcome.Dump : Outcome.Shown;
    default:
      return Outcome.Dump;
  }
}

/** Writes the LLDP frame at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printLldp(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "lldp";
  out.str(`LLDP, length ${length}`);
  let pos = at;
  let left = length;
  while (left >= 2) {
    if (!d.has(pos, 2)) {
      d.truncated();
      return;
    }
    const head = d.u16(pos);
    const type = head >> 9;
    const size = head & 0x1ff;
    pos += 2;
    left -= 2;
    if (d.opt.verbose > 0) out.str(`\n\t${TYPES.get(type) ?? "Unknown"} TLV (${type}), length ${size}`);
    if (type === 0 || size === 0) return;
    if (!d.has(pos, size) || left < size) {
      d.truncated();
      return;
    }
    if (d.opt.verbose > 0) {
      const outcome = verboseValue(d, type, pos, size);
      if (outcome === Outcome.Cut) {
        d.truncated();
        return;
      }
      if (d.opt.verbose > 1 || outcome === Outcome.Dump) unknownBytes(d, pos, "\n\t  ", size);
    } else if (type === SYSTEM_NAME) {
      out.str(": ");
      padded(d, pos, size);
    }
    pos += size;
    left -= size;
  }
}
