// Extensible Authentication Protocol (RFC 3748), and its frames on Ethernet, EAPOL (IEEE 802.1X).
//
//   EAPOL: version (1) | type (1) | length (2) | EAP packet
//   EAP:   code (1) | identifier (1) | length (2) | in requests and responses: type (1) | data
import type { Dissection } from "./dissection.ts";
import { padded } from "./phrase.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";

const FRAME_PACKET = 0;
const FRAMES = ["EAP packet", "EAPOL start", "EAPOL logoff", "EAPOL key", "Encapsulated ASF alert"] as const;

const REQUEST = 1;
const RESPONSE = 2;
const CODES = ["", "Request", "Response", "Success", "Failure"] as const;

const IDENTITY = 1;
const NOTIFICATION = 2;
const NAK = 3;
const TLS = 13;
const SIM = 18;
const TTLS = 21;
const AKA = 23;
const FAST = 43;
const TYPES: Tokens = new Map([
  [0, "No proposed"],
  [IDENTITY, "Identity"],
  [NOTIFICATION, "Notification"],
  [NAK, "Nak"],
  [4, "MD5-challenge"],
  [5, "OTP"],
  [6, "GTC"],
  [TLS, "TLS"],
  [SIM, "SIM"],
  [TTLS, "TTLS"],
  [AKA, "AKA"],
  [FAST, "FAST"],
  [254, "Expanded types"],
  [255, "Experimental"],
]);
/** RFC 5216 3.1. */
const TLS_FLAGS: BitTokens = [
  [0x80, "L bit"],
  [0x40, "More fragments bit"],
  [0x20, "Start bit"],
];
const TLS_LENGTH = 0x80;
/** RFC 4187 11, RFC 4186 11. */
const AKA_SUBTYPES: Tokens = new Map([
  [1, "Challenge"],
  [2, "Auth reject"],
  [4, "Sync failure"],
  [5, "Identity"],
  [10, "Start"],
  [11, "Challenge"],
  [12, "Notification"],
  [13, "Reauth"],
  [14, "Client error"],
]);

function typeName(type: number): string {
  return `${TYPES.get(type) ?? "unknown"} (${type})`;
}

/** Says that a packet has not the bytes its kind needs. */
function tooShort(d: Dissection, kind: string): void {
  d.out.str(` (too short for EAP ${kind})`);
}

/** TLS and what is built on it: flags, and the length of the whole message if they say so. */
function tls(d: Dissection, type: number, at: number, length: number): void {
  const { out } = d;
  const kind = type === FAST ? "FAST request/response" : "TLS/TTLS request/response";
  if (length < 6) {
    tooShort(d, kind);
    return;
  }
  const flags = d.u8(at + 5);
  if (type === TTLS) out.str(` TTLSv${flags & 7}`);
  else if (type === FAST) out.str(` FASTv${flags & 7}`);
  out.str(` flags [${bitNames(TLS_FLAGS, flags, "none")}] 0x`);
  out.hexPad(flags, 2);
  if ((flags & TLS_LENGTH) === 0) return;
  if (length < 10) tooShort(d, `${kind} with length`);
  else out.str(`, len ${d.u32(at + 6)}`);
}

/** What a request or response of a type says. */
function data(d: Dissection, type: number, at: number, length: number): void {
  const { out } = d;
  switch (type) {
    case IDENTITY:
      if (length <= 5) return;
      out.str(", Identity: ");
      padded(d, at + 5, length - 5);
      return;
    case NOTIFICATION:
      if (length < 6) {
        tooShort(d, "Notification request/response");
        return;
      }
      out.str(", Notification: ");
      padded(d, at + 5, length - 5);
      return;
    case NAK:
      if (length < 6) {
        tooShort(d, "Legacy NAK request/response");
        return;
      }
      for (let i = 5; i < length; i++) out.str(`${i > 5 ? "," : ""} ${typeName(d.u8(at + i))}`);
      return;
    case TLS:
    case TTLS:
    case FAST:
      tls(d, type, at, length);
      return;
    case SIM:
    case AKA: {
      if (length < 6) {
        tooShort(d, "SIM/AKA request/response");
        return;
      }
      const subtype = d.u8(at + 5);
      out.str(` subtype [${AKA_SUBTYPES.get(subtype) ?? "unknown"}] 0x`);
      out.hexPad(subtype, 2);
    }
  }
}

/** Writes the EAP packet at `at`, `length` bytes long. Throws TRUNCATED. */
export function printEap(d: Dissection, at: number, length: number): void {
  const { out } = d;
  const code = d.u8(at);
  const size = d.u16(at + 2);
  if (size !== length) {
    // Perhaps the part of a packet that was too long for one attribute of RADIUS.
    out.str("EAP fragment?");
    return;
  }
  if (size < 4) {
    tooShort(d, "header");
    return;
  }
  out.str(`${CODES[code] || "unknown"} (${code}), id ${d.u8(at + 1)}, len ${size}`);
  if (!d.has(at, size)) {
    d.truncated();
    return;
  }
  if (code !== REQUEST && code !== RESPONSE) return;
  if (size < 5) {
    tooShort(d, "request/response");
    return;
  }
  const type = d.u8(at + 4);
  out.str(`\n\t\t Type ${typeName(type)}`);
  data(d, type, at, size);
}

/** Writes the EAPOL frame at `at`. Throws TRUNCATED. */
export function printEapol(d: Dissection, at: number): void {
  const { out } = d;
  d.protocol = "eap";
  if (!d.has(at, 4)) {
    d.truncated();
    return;
  }
  const type = d.u8(at + 1);
  const length = d.u16(at + 2);
  out.str(`${FRAMES[type] ?? "unknown"} (${type}) v${d.u8(at)}, len ${length}`);
  if (d.opt.verbose === 0 || type !== FRAME_PACKET) return;
  if (length === 0) {
    d.truncated();
    return;
  }
  out.str(", ");
  printEap(d, at + 4, length);
}
