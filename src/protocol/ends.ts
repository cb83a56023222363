// The two ends of a conversation, as TCP and UDP print them before anything else.
import { putIpv4 } from "../bytes/address.ts";
import { phrase, put, putDecimal } from "../bytes/text.ts";
import type { Dissection } from "./dissection.ts";
import { IPPROTO_TCP } from "./ipproto.ts";

const TO = phrase(" > ");
const COLON = phrase(": ");
const DOT = 46;
/** Two addresses and two ports with what is between them, bytes. */
const ROOM = 128;

/**
 * Prints "SOURCE.PORT > DESTINATION.PORT: ", or only the ports where the IP header of this version at `ip` is not
 * right before the `protocol`'s. Throws TRUNCATED where an address was not captured.
 */
export function writeEnds(
  d: Dissection,
  ip: number,
  version: number,
  protocol: number,
  sport: number,
  dport: number,
): void {
  const direct = d.u8(version === 6 ? ip + 6 : ip + 9) === protocol;
  if (!direct || d.names !== null) {
    writeNamedEnds(d, ip, version, protocol, direct, sport, dport);
    return;
  }
  const { out, bytes } = d;
  out.reserve(ROOM);
  const { view } = out;
  let { pos } = out;
  if (version === 6) {
    d.need(ip + 8, 32);
    pos = d.addresses.put(view, pos, bytes, d.view, ip + 8);
    view.setUint8(pos, DOT);
    pos = put(view, putDecimal(view, pos + 1, sport), TO);
    pos = d.addresses.put(view, pos, bytes, d.view, ip + 24);
  } else {
    d.need(ip + 12, 8);
    pos = putIpv4(view, pos, bytes, ip + 12);
    view.setUint8(pos, DOT);
    pos = put(view, putDecimal(view, pos + 1, sport), TO);
    pos = putIpv4(view, pos, bytes, ip + 16);
  }
  view.setUint8(pos, DOT);
  out.pos = put(view, putDecimal(view, pos + 1, dport), COLON);
}

function writeNamedEnds(
  d: Dissection,
  ip: number,
  version: number,
  protocol: number,
  direct: boolean,
  sport: number,
  dport: number,
): void {
  const { out } = d;
  if (direct) {
    writeAddress(d, ip, version, 0);
    out.ch(DOT);
  }
  writePort(d, protocol, sport);
  out.phrase(TO);
  if (direct) {
    writeAddress(d, ip, version, 1);
    out.ch(DOT);
  }
  writePort(d, protocol, dport);
  out.phrase(COLON);
}

/** The address of one end: 0 the source's, 1 the destination's. Throws TRUNCATED if either was not captured. */
function writeAddress(d: Dissection, ip: number, version: number, end: number): void {
  if (version === 6) {
    d.need(ip + 8, 32);
    d.ip6(ip + 8 + 16 * end);
  } else {
    d.need(ip + 12, 8);
    d.ip4(ip + 12 + 4 * end);
  }
}

function writePort(d: Dissection, protocol: number, port: number): void {
  if (protocol === IPPROTO_TCP) d.tcpPort(port);
  else d.udpPort(port);
}

/** Prints "SOURCE > DESTINATION:" where the ports were not captured. Throws TRUNCATED. */
export function writeAddresses(d: Dissection, ip: number, version: number): void {
  writeAddress(d, ip, version, 0);
  d.out.phrase(TO);
  writeAddress(d, ip, version, 1);
  d.out.ch(58);
}
