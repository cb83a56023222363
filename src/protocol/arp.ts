// ARP (RFC 826), RARP (RFC 903), inverse ARP (RFC 2390), and ARP over ATM (RFC 2225).
//
//   hardware type (2) | protocol type (2) | hardware length (1) | protocol length (1) | operation (2)
//   sender hardware | sender protocol | target hardware | target protocol address
import type { Dissection } from "./dissection.ts";
import { ETHERTYPE_IP, ETHERTYPE_NAMES, ETHERTYPE_TRAIL } from "./ethertypes.ts";
import { writeQ922 } from "./q922.ts";
import type { Tokens } from "./token.ts";

const HARDWARE_FRAME_RELAY = 15;
const HARDWARE_ATM = 19;
const HARDWARE: Tokens = new Map([
  [1, "Ethernet"],
  [6, "TokenRing"],
  [7, "ArcNet"],
  [HARDWARE_FRAME_RELAY, "FrameRelay"],
  [23, "Strip"],
  [24, "IEEE 1394"],
  [HARDWARE_ATM, "ATM"],
  [32, "InfiniBand"],
]);

const REQUEST = 1;
const REPLY = 2;
const REVERSE_REQUEST = 3;
const REVERSE_REPLY = 4;
const INVERSE_REQUEST = 8;
const INVERSE_REPLY = 9;
const NAK = 10;
const OPERATIONS: Tokens = new Map([
  [REQUEST, "Request"],
  [REPLY, "Reply"],
  [REVERSE_REQUEST, "Reverse Request"],
  [REVERSE_REPLY, "Reverse Reply"],
  [INVERSE_REQUEST, "Inverse Request"],
  [INVERSE_REPLY, "Inverse Reply"],
  [NAK, "NACK Reply"],
]);

function isIp(protocol: number): boolean {
  return protocol === ETHERTYPE_IP || protocol === ETHERTYPE_TRAIL;
}

function protocolTitle(protocol: number): string {
  return ETHERTYPE_NAMES.get(protocol) ?? `Unknown Protocol (0x${protocol.toString(16).padStart(4, "0")})`;
}

/** The protocol address at `at`, if it is one of IPv4. `wrongSize` stands for another length. */
function printProtocolAddress(
  d: Dissection,
  at: number,
  protocol: number,
  size: number,
  wrongSize: string,
): void {
  if (!isIp(protocol)) d.out.str("<wrong proto type>");
  else if (size !== 4) d.out.str(wrongSize);
  else d.ip4(at);
}

function isZero(d: Dissection, at: number, size: number): boolean {
  for (let i = 0; i < size; i++) if (d.u8(at + i) !== 0) return false;
  return true;
}

/** An ATM address: the number of `size` bytes, and the subaddress if there is one. */
function printAtmAddress(d: Dissection, at: number, size: number, sub: number, subSize: number): void {
  if (size === 0) {
    d.out.str("<No address>");
    return;
  }
  d.octets(at, size);
  if (subSize > 0) {
    d.out.ch(44);
    d.octets(sub, subSize);
  }
}

/** hardware (2) | protocol (2) | 4 lengths and the operation, RFC 2225 8.4: 12 bytes before the addresses. */
function printAtmArp(d: Dissection, at: number, length: number, caplen: number): void {
  const { out, opt } = d;
  d.need(at, 12);
  const hardware = d.u16(at);
  const protocol = d.u16(at + 2);
  // The top bits of an ATM length tell the kind of number.
  const shl = d.u8(at + 4) & 0x3f;
  const ssl = d.u8(at + 5) & 0x3f;
  const operation = d.u16(at + 6);
  const spl = d.u8(at + 8);
  const thl = d.u8(at + 9) & 0x3f;
  const tsl = d.u8(at + 10) & 0x3f;
  const tpl = d.u8(at + 11);
  const sha = at + 12;
  const ssa = sha + shl;
  const spa = ssa + ssl;
  const tha = spa + spl;
  const tsa = tha + thl;
  const tpa = tsa + tsl;
  d.need(tpa, tpl);
  if (!opt.linkHeader) out.str("ARP, ");
  if (!isIp(protocol) || spl !== 4 || tpl !== 4 || opt.verbose > 0) {
    out.str(`${HARDWARE.get(hardware) ?? `Unknown Hardware (${hardware})`}, ${protocolTitle(protocol)}`);
    out.str(` (len ${spl}/${tpl})`);
    if (opt.verbose === 0) {
      out.str(`, length ${length}`);
      return;
    }
  }
  out.str(`${opt.verbose > 0 ? ", " : ""}${OPERATIONS.get(operation) ?? `Unknown (${operation})`} `);
  switch (operation) {
    case REQUEST:
      out.str("who-has ");
      printProtocolAddress(d, tpa, protocol, tpl, "<wrong tplen>");
      if (thl > 0) {
        out.str(" (");
        printAtmAddress(d, tha, thl, tsa, tsl);
        out.ch(41);
      }
      out.str(" tell ");
      printProtocolAddress(d, spa, protocol, spl, "<wrong splen>");
      break;
    case REPLY:
      printProtocolAddress(d, spa, protocol, spl, "<wrong splen>");
      out.str(" is-at ");
      printAtmAddress(d, sha, shl, ssa, ssl);
      break;
    case INVERSE_REQUEST:
      out.str("who-is ");
      printAtmAddress(d, tha, thl, tsa, tsl);
      out.str(" tell ");
      printAtmAddress(d, sha, shl, ssa, ssl);
      break;
    case INVERSE_REPLY:
      printAtmAddress(d, sha, shl, ssa, ssl);
      out.str("at ");
      printProtocolAddress(d, spa, protocol, spl, "<wrong splen>");
      break;
    case NAK:
      out.str("for ");
      printProtocolAddress(d, spa, protocol, spl, "<wrong splen>");
      break;
    default:
      d.dump(at, caplen);
      return;
  }
  out.str(`, length ${length}`);
}

/** Prints the ARP or RARP packet at `at`. */
export function printArp(d: Dissection, at: number, length: number, caplen: number): void {
  const { out, opt } = d;
  d.protocol = "arp";
  d.need(at, 8);
  const hardware = d.u16(at);
  if (hardware === HARDWARE_ATM) {
    printAtmArp(d, at, length, caplen);
    return;
  }
  const protocol = d.u16(at + 2);
  const hl = d.u8(at + 4);
  const pl = d.u8(at + 5);
  const operation = d.u16(at + 6);
  const sha = at + 8;
  const spa = sha + hl;
  const tha = spa + pl;
  const tpa = tha + hl;
  d.need(tpa, pl);
  const address = (where: number) =>
    hardware === HARDWARE_FRAME_RELAY && hl > 0 ? writeQ922(d, where, hl) : d.linkAddress(where, hl);

  if (!opt.linkHeader) out.str("ARP, ");
  if (!isIp(protocol) || pl !== 4 || hl === 0 || opt.verbose > 0) {
    out.str(`${HARDWARE.get(hardware) ?? `Unknown Hardware (${hardware})`} (len ${hl}), `);
    out.str(`${protocolTitle(protocol)} (len ${pl})`);
    if (opt.verbose === 0) {
      out.str(`, length ${length}`);
      return;
    }
  }
  out.str(`${opt.verbose > 0 ? ", " : ""}${OPERATIONS.get(operation) ?? `Unknown (${operation})`} `);
  switch (operation) {
    case REQUEST:
      out.str("who-has ");
      printProtocolAddress(d, tpa, protocol, pl, "<wrong len>");
      if (!isZero(d, tha, hl)) {
        out.str(" (");
        address(tha);
        out.ch(41);
      }
      out.str(" tell ");
      printProtocolAddress(d, spa, protocol, pl, "<wrong len>");
      break;
    case REPLY:
      printProtocolAddress(d, spa, protocol, pl, "<wrong len>");
      out.str(" is-at ");
      address(sha);
      break;
    case REVERSE_REQUEST:
    case INVERSE_REQUEST:
      out.str("who-is ");
      address(tha);
      out.str(" tell ");
      address(sha);
      break;
    case REVERSE_REPLY:
      address(tha);
      out.str(" at ");
      printProtocolAddress(d, tpa, protocol, pl, "<wrong len>");
      break;
    case INVERSE_REPLY:
      address(sha);
      out.str(" at ");
      printProtocolAddress(d, spa, protocol, pl, "<wrong len>");
      break;
    default:
      d.dump(at, caplen);
      return;
  }
  out.str(`, length ${length}`);
}
