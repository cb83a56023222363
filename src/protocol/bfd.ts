// Bidirectional Forwarding Detection (RFC 5880, RFC 5881, RFC 5883, RFC 7130) and its version 0.
//
//   version, diagnostic (1) | state, flags (1) | multiplier (1) | length (1) | my discriminator (4) |
//   your discriminator (4) | least transmit, receive and echo interval in microseconds (4 each) |
//   authentication: type (1), length (1), data
import type { Dissection } from "./dissection.ts";
import { unknownBytes, visible } from "./phrase.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";
import { hex, named, numbered, writeHexDigits } from "./wording.ts";

const HEADER = 24;
const ECHO_PORT = 3785;
const PORTS: Tokens = new Map([
  [3784, "Control"],
  [4784, "Multihop"],
  [6784, "Lag"],
]);
const AUTHENTICATED = 0x04;
const FLAGS_0: BitTokens = [
  [0x80, "I Hear You"],
  [0x40, "Demand"],
  [0x20, "Poll"],
  [0x10, "Final"],
  [0x08, "Control Plane Independent"],
  [AUTHENTICATED, "Authentication Present"],
  [0x02, "Reserved"],
  [0x01, "Reserved"],
];
const FLAGS_1: BitTokens = [
  [0x20, "Poll"],
  [0x10, "Final"],
  [0x08, "Control Plane Independent"],
  [AUTHENTICATED, "Authentication Present"],
  [0x02, "Demand"],
  [0x01, "Multipoint"],
];
const STATES = ["AdminDown", "Down", "Init", "Up"] as const;
const DIAGNOSTICS: Tokens = numbered(
  0,
  "No Diagnostic",
  "Control Detection Time Expired",
  "Echo Function Failed",
  "Neighbor Signaled Session Down",
  "Forwarding Plane Reset",
  "Path Down",
  "Concatenated Path Down",
  "Administratively Down",
  "Reverse Concatenated Path Down",
);
const AUTHENTICATIONS: Tokens = numbered(
  1,
  "Simple Password",
  "Keyed MD5",
  "Meticulous Keyed MD5",
  "Keyed SHA1",
  "Meticulous Keyed SHA1",
);

function authentication(d: Dissection, at: number): void {
  const { out } = d;
  d.need(at, 4);
  const type = d.u8(at);
  const length = d.u8(at + 1);
  out.str(`\n\tAuthentication: ${named(AUTHENTICATIONS, type, "Unknown")}, length: ${length}`);
  out.str(`\n\t  Auth Key ID: ${d.u8(at + 2)}`);
  if (type === 0 || type > 5) return;
  const sha = type >= 4;
  const wrong = type === 1 ? length < 4 || length > 19 : length !== (sha ? 28 : 24);
  if (wrong) {
    out.str(`[invalid length ${length}]`);
    return;
  }
  if (type === 1) {
    out.str(", Password: ");
    for (let i = 3; i < length; i++) visible(out, d.u8(at + i));
    return;
  }
  out.str(`, Sequence Number: 0x${hex(d.u32(at + 4), 8)}`);
  d.need(at + 8, sha ? 20 : 16);
  out.str(sha ? "\n\t  Hash: " : "\n\t  Digest: ");
  writeHexDigits(d, at + 8, sha ? 20 : 16);
}

/** A number of microseconds as milliseconds, four characters wide. */
function milliseconds(microseconds: number): string {
  return `${Math.floor(microseconds / 1000)}`.padStart(4);
}

function control(d: Dissection, at: number, length: number, port: number, version: number): void {
  const { out } = d;
  const flags = d.u8(at + 1);
  const state = `${PORTS.get(port)}, State ${STATES[flags >> 6]}, Flags: [${bitNames(FLAGS_1, flags & 0x3f, "none")}]`;
  const told = version === 0 ? `Control, Flags: [${bitNames(FLAGS_0, flags, "none")}]` : state;
  if (d.opt.verbose === 0) {
    out.str(`BFDv${version}, ${told}, length: ${length}`);
    return;
  }
  const diagnostic = d.u8(at) & 0x1f;
  out.str(`BFDv${version}, length: ${length}\n\t${told}, `);
  out.str(`Diagnostic: ${DIAGNOSTICS.get(diagnostic) ?? "unknown"} (0x${hex(diagnostic, 2)})`);
  const multiplier = d.u8(at + 2);
  const transmit = d.u32(at + 12);
  // tcpdump multiplies in 32 bits.
  const detection = Math.floor((Math.imul(multiplier, transmit) >>> 0) / 1000);
  out.str(`\n\tDetection Timer Multiplier: ${multiplier} (${detection} ms Detection time), `);
  out.str(`BFD Length: ${d.u8(at + 3)}\n\tMy Discriminator: 0x${hex(d.u32(at + 4), 8)}`);
  out.str(`, Your Discriminator: 0x${hex(d.u32(at + 8), 8)}`);
  out.str(`\n\t  Desired min Tx Interval:    ${milliseconds(transmit)} ms`);
  out.str(`\n\t  Required min Rx Interval:   ${milliseconds(d.u32(at + 16))} ms`);
  out.str(`\n\t  Required min Echo Interval: ${milliseconds(d.u32(at + 20))} ms`);
  if (flags & AUTHENTICATED) authentication(d, at + HEADER);
}

/** Writes the BFD packet at `at`, `length` bytes on the wire; the rest as in PortPrinter. Throws TRUNCATED. */
export function printBfd(
  d: Dissection,
  at: number,
  length: number,
  _ip: number,
  _sport: number,
  dport: number,
): void {
  const { out } = d;
  d.protocol = "bfd";
  if (dport === ECHO_PORT) out.str(`BFD, Echo, length: ${length}`);
  else {
    d.need(at, HEADER);
    const version = d.u8(at) >> 5;
    if (version <= 1) {
      control(d, at, length, dport, version);
      return;
    }
    out.str(`BFDv${version}, Control, length: ${length}`);
  }
  if (d.opt.verbose > 0) unknownBytes(d, at, "\n\t", length);
}
