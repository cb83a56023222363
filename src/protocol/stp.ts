// Spanning Tree Protocols: STP and RSTP (IEEE 802.1D), MSTP (802.1s), shortest path bridging (802.1aq).
//
//   protocol (2) | version (1) | type (1) | flags (1) | root (8) | root path cost (4) | bridge (8) | port (2) |
//   message age (2) | max age (2) | hello time (2) | forward delay (2) | version 1 length (1) |
//   MSTP: version 3 length (2) at 36 | configuration: selector (1), name (32), revision (2), digest (16) |
//   internal root path cost (4) at 89 | bridge (8) | hops (1) | 16 bytes for each instance
import { writeOctets } from "../bytes/address.ts";
import type { Dissection } from "./dissection.ts";
import { padded } from "./phrase.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";

const VERSION_RAPID = 2;
const VERSION_MULTIPLE = 3;
const VERSION_SHORTEST = 4;
const VERSIONS: Tokens = new Map([
  [0, "802.1d"],
  [VERSION_RAPID, "802.1w"],
  [VERSION_MULTIPLE, "802.1s"],
  [VERSION_SHORTEST, "802.1aq"],
]);

const TYPE_CONFIGURATION = 0;
const TYPE_RAPID = 2;
const TYPES: Tokens = new Map([
  [TYPE_CONFIGURATION, "Config"],
  [TYPE_RAPID, "Rapid STP"],
  [0x80, "Topology Change"],
]);

const FLAGS: BitTokens = [
  [0x01, "Topology change"],
  [0x02, "Proposal"],
  [0x10, "Learn"],
  [0x20, "Forward"],
  [0x40, "Agreement"],
  [0x80, "Topology change ACK"],
];
const ROLES = ["Unknown", "Alternate", "Root", "Designated"] as const;

const CONFIGURATION_SIZE = 35;
const RAPID_SIZE = 36;
const MULTIPLE_SIZE = 102;
const VERSION3_LENGTH = 36;
const INSTANCE_SIZE = 16;
/** Of the version 3 length, what is not instances. */
const VERSION3_FIXED = 64;
const SHORTEST_SIZE = 87;

const ROOT = 5;
const ROOT_COST = 13;
const BRIDGE = 17;
const PORT = 25;
const TIMERS = 27;

function role(flags: number): string {
  return ROLES[(flags >> 2) & 3]!;
}

/** Priority and MAC address: "8000.00:11:22:33:44:55". */
function bridge(d: Dissection, at: number): void {
  d.out.hexPad(d.u16(at), 4);
  d.out.ch(46);
  d.need(at + 2, 6);
  writeOctets(d.out, d.bytes, at + 2, 6);
}

/** 1/256 seconds with two decimals, a half to the even as printf does. */
function seconds(d: Dissection, units: number): void {
  const scaled = units * 25;
  let hundredths = Math.floor(scaled / 64);
  const rest = scaled % 64;
  if (rest > 32 || (rest === 32 && hundredths % 2 === 1)) hundredths++;
  d.out.dec(Math.floor(hundredths / 100));
  d.out.ch(46);
  d.out.decPad(hundredths % 100, 2);
  d.out.ch(115);
}

function timers(d: Dissection, at: number): void {
  d.need(at + TIMERS, 8);
  d.out.str("\n\tmessage-age ");
  seconds(d, d.u16(at + TIMERS));
  d.out.str(", max-age ");
  seconds(d, d.u16(at + TIMERS + 2));
  d.out.str(", hello-time ");
  seconds(d, d.u16(at + TIMERS + 4));
  d.out.str(", forwarding-delay ");
  seconds(d, d.u16(at + TIMERS + 6));
}

function digest(d: Dissection, at: number, size: number): void {
  for (let i = 0; i < size; i++) d.out.hexPad(d.u8(at + i), 2);
}

function configuration(d: Dissection, at: number, length: number): void {
  const { out } = d;
  const flags = d.u8(at + 4);
  out.str(`, Flags [${bitNames(FLAGS, flags, "none")}]`);
  d.need(at + BRIDGE, 10);
  out.str(", bridge-id ");
  bridge(d, at + BRIDGE);
  out.ch(46);
  out.hexPad(d.u16(at + PORT), 4);
  out.str(`, length ${length}`);
  if (d.opt.verbose === 0) return;
  timers(d, at);
  out.str("\n\troot-id ");
  bridge(d, at + ROOT);
  out.str(`, root-pathcost ${d.u32(at + ROOT_COST)}`);
  if (d.u8(at + 2) === VERSION_RAPID) out.str(`, port-role ${role(flags)}`);
}

/** IEEE 802.1Q 14.6.1: one spanning tree instance. */
function instance(d: Dissection, at: number): void {
  const { out } = d;
  const id = d.u16(at + 1) & 0x0fff;
  const flags = d.u8(at);
  out.str(`\n\tMSTI ${id}, Flags [${bitNames(FLAGS, flags, "none")}], port-role ${role(flags)}`);
  d.need(at + 1, 12);
  out.str("\n\t\tMSTI regional-root-id ");
  bridge(d, at + 1);
  out.str(`, pathcost ${d.u32(at + 9)}`);
  d.need(at + 13, 3);
  out.str(
    `\n\t\tMSTI bridge-prio ${d.u8(at + 13) >> 4}, port-prio ${d.u8(at + 14) >> 4}, hops ${d.u8(at + 15)}`,
  );
}

function multiple(d: Dissection, at: number, length: number): void {
  const { out } = d;
  const flags = d.u8(at + 4);
  out.str(`, CIST Flags [${bitNames(FLAGS, flags, "none")}], length ${length}`);
  if (d.opt.verbose === 0) return;
  out.str(`\n\tport-role ${role(flags)}, `);
  d.need(at + ROOT, 12);
  out.str("CIST root-id ");
  bridge(d, at + ROOT);
  out.str(`, CIST ext-pathcost ${d.u32(at + ROOT_COST)}`);
  d.need(at + BRIDGE, 8);
  out.str("\n\tCIST regional-root-id ");
  bridge(d, at + BRIDGE);
  out.str(", ");
  const port = d.u16(at + PORT);
  out.str("CIST port-id ");
  out.hexPad(port, 4);
  out.ch(44);
  timers(d, at);
  const version3 = d.u16(at + VERSION3_LENGTH);
  out.str(`\n\tv3len ${version3}, MCID Name `);
  padded(d, at + 39, 32);
  d.need(at + 71, 18);
  out.str(`, rev ${d.u16(at + 71)},\n\t\tdigest `);
  digest(d, at + 73, 16);
  out.str(", ");
  const cost = d.u32(at + 89);
  out.str(`CIST int-root-pathcost ${cost},`);
  d.need(at + 93, 8);
  out.str("\n\tCIST bridge-id ");
  bridge(d, at + 93);
  out.str(", ");
  const hops = d.u8(at + 101);
  out.str(`CIST remaining-hops ${hops}`);
  let left = version3 - VERSION3_FIXED;
  for (let pos = at + MULTIPLE_SIZE; left >= INSTANCE_SIZE; pos += INSTANCE_SIZE) {
    instance(d, pos);
    left -= INSTANCE_SIZE;
  }
}

/** IEEE 802.1aq 14: what shortest path bridging adds. */
function shortest(d: Dissection, at: number): void {
  const { out } = d;
  if (d.opt.verbose === 0) return;
  const version4 = d.u16(at);
  out.str(`\n\tv4len ${version4}, AUXMCID Name `);
  padded(d, at + 3, 32);
  d.need(at + 35, 18);
  out.str(`, Rev ${d.u16(at + 35)},\n\t\tdigest `);
  digest(d, at + 37, 16);
  d.need(at + 53, 34);
  const agreement = d.u8(at + 53);
  const format = d.u8(at + 55);
  const convention = d.u8(at + 56);
  out.str(`\n\tAgreement num ${agreement >> 6}, Discarded Agreement num ${(agreement >> 4) & 3}`);
  out.str(`, Agreement valid-flag ${(agreement >> 3) & 1},\n\tRestricted role-flag: ${(agreement >> 2) & 1}`);
  out.str(`, Format id ${format >> 4} cap ${format}, Convention id ${convention >> 4} cap ${convention}`);
  out.str(`,\n\tEdge count ${d.u16(at + 57)}, Agreement digest `);
  digest(d, at + 67, 20);
}

/** A rapid, multiple or shortest path tree's message; false if it contradicts itself. */
function rapid(d: Dissection, version: number, at: number, length: number): boolean {
  if (version === VERSION_RAPID) {
    if (length < RAPID_SIZE) return false;
    configuration(d, at, length);
  } else if (version >= VERSION_MULTIPLE) {
    if (length < MULTIPLE_SIZE || d.u8(at + 35) !== 0) return false;
    const size = d.u16(at + VERSION3_LENGTH) + 2;
    if (length < RAPID_SIZE + size) return false;
    multiple(d, at, length);
    if (version === VERSION_SHORTEST) {
      const more = d.u16(at + VERSION3_LENGTH + size) + 2;
      if (length < RAPID_SIZE + size + more || more < SHORTEST_SIZE) return false;
      shortest(d, at + RAPID_SIZE + size);
    }
  }
  return true;
}

function message(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  if (length < 4) return false;
  if (d.u16(at) !== 0) {
    out.str(`unknown STP version, length ${length}`);
    return true;
  }
  const version = d.u8(at + 2);
  const name = VERSIONS.get(version);
  out.str("STP ");
  if (name === undefined) {
    out.str("Unknown STP protocol (0x");
    out.hexPad(version, 2);
    out.ch(41);
    return true;
  }
  out.str(name);
  const type = d.u8(at + 3);
  out.str(", ");
  const typeName = TYPES.get(type);
  if (typeName !== undefined) out.str(typeName);
  else {
    out.str("Unknown BPDU Type (0x");
    out.hexPad(type, 2);
    out.ch(41);
  }
  if (type === TYPE_RAPID) return rapid(d, version, at, length);
  if (type !== TYPE_CONFIGURATION) return true;
  if (length < CONFIGURATION_SIZE) return false;
  configuration(d, at, length);
  return true;
}

/** Writes the bridge protocol data unit at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printStp(d: Dissection, at: number, length: number): void {
  d.protocol = "stp";
  if (!message(d, at, length)) d.invalid();
}
