// QUIC (RFC 9000), as far as it is not encrypted. Only -T asks for it: tcpdump 4.99.3 does not know it by its port.
//
//   long header:   1 | fixed bit | type (2 bits) | … | version (4) | length (1) and destination connection id |
//                  length (1) and source connection id | initial: length and token | length and payload
//   short header:  0 | fixed bit | … | destination connection id | …
//
// Lengths of token and payload are variable-length integers (section 16): the first two bits tell the size.
import type { Dissection } from "./dissection.ts";

const LONGEST_ID = 20;
const TOKEN_LIMIT = 1000n;
/** Size of a retry's integrity tag, and of what a short header needs to be looked into. */
const TAG = 16;
const TYPES = [", initial", ", 0-rtt", ", handshake", ", retry"];
const INITIAL = 0;
const RETRY = 3;

/** A variable-length integer, and its size in bytes. */
function integer(d: Dissection, at: number): [value: bigint, size: number] {
  const first = d.u8(at);
  const size = 1 << (first >> 6);
  let value = BigInt(first & 0x3f);
  for (let i = 1; i < size; i++) value = (value << 8n) | BigInt(d.u8(at + i));
  return [value, size];
}

function writeBytes(d: Dissection, bytes: Uint8Array): void {
  for (const byte of bytes) d.out.hexPad(byte, 2);
}

/** Prints a connection id with its length before it; answers where it ends. */
function connectionId(d: Dissection, at: number, name: string): number {
  const size = d.u8(at);
  if (size > 0 && size <= LONGEST_ID) {
    d.need(at + 1, size);
    const id = d.bytes.slice(at + 1, at + 1 + size);
    d.out.str(name);
    writeBytes(d, id);
    d.connectionIds.add(id);
  }
  return at + 1 + size;
}

/** Prints a packet with a long header; answers where the next one begins. */
function longHeader(d: Dissection, from: number, end: number): number {
  const { out } = d;
  const type = (d.u8(from) >> 4) & 3;
  const version = d.u32(from + 1);
  out.str(version === 0 ? ", version negotiation" : TYPES[type]!);
  if (version > 1) out.str(`, v${version.toString(16)}`);
  let at = connectionId(d, from + 5, ", dcid ");
  at = connectionId(d, at, ", scid ");
  if (version === 0) {
    for (; at < end; at += 4) {
      if (!d.has(at, 4)) {
        d.truncated();
        break;
      }
      out.str(`, version 0x${d.u32(at).toString(16)}`);
    }
    return end;
  }
  if (type === RETRY) {
    out.str(", token ");
    if (end - at > TAG && d.has(at, end - at - TAG)) writeBytes(d, d.bytes.subarray(at, end - TAG));
    else d.truncated();
    return end;
  }
  if (type === INITIAL) {
    const [length, size] = integer(d, at);
    at += size;
    if (length > 0n && length < TOKEN_LIMIT) {
      d.need(at, Number(length));
      out.str(", token ");
      writeBytes(d, d.bytes.subarray(at, at + Number(length)));
    }
    // a length that goes past the end is no length: tcpdump then takes what follows it for the next one
    if (length <= BigInt(d.available(at))) at += Number(length);
  }
  const [length, size] = integer(d, at);
  at += size;
  out.str(`, length ${length}`);
  if (length <= BigInt(d.available(at))) return at + Number(length);
  d.truncated();
  return end;
}

/** Prints the QUIC packets of a datagram that begins at `at`. Throws TRUNCATED. */
export function printQuic(d: Dissection, from: number): void {
  d.protocol = "quic";
  d.out.str("quic");
  const { end } = d;
  let at = from;
  while (at < end) {
    if (d.u8(at) & 0x80) at = longHeader(d, at, end);
    else {
      d.out.str(", protected");
      const size = end - at - 1;
      const id = size > TAG ? d.connectionIds.find(d.bytes, at + 1, size) : null;
      if (size <= TAG) d.truncated();
      else if (id !== null) {
        d.out.str(", dcid ");
        writeBytes(d, id);
      }
      at = end;
    }
    // zeros are padding
    while (at < end && d.bytes[at] === 0) at++;
  }
}
