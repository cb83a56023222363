// Kerberos version 4 (MIT Project Athena Technical Plan E.2.1); of version 5 only that it is that.
//
//   version (1) | message type (7 bits), little-endian (1 bit) | by type: strings that NULs end, and numbers
import type { Dissection } from "./dissection.ts";
import { visible } from "./phrase.ts";
import type { Tokens } from "./token.ts";
import { numbered } from "./wording.ts";

const KDC_REQUEST = 1;
const KDC_REPLY = 2;
const APPLICATION_REQUEST = 3;
const ERROR_REPLY = 5;
const TYPES: Tokens = new Map([
  ...numbered(
    KDC_REQUEST,
    "KDC_REQUEST",
    "KDC_REPLY",
    "APPL_REQUEST",
    "APPL_REQUEST_MUTUAL",
    "ERR_REPLY",
    "PRIVATE",
    "SAFE",
    "APPL_ERR",
  ),
  [63, "DIE"],
]);
const ERRORS: Tokens = numbered(
  0,
  "OK",
  "NAME_EXP",
  "SERVICE_EXP",
  "AUTH_EXP",
  "PKT_VER",
  "NAME_MAST_KEY_VER",
  "SERV_MAST_KEY_VER",
  "BYTE_ORDER",
  "PRINCIPAL_UNKNOWN",
  "PRINCIPAL_NOT_UNIQUE",
  "NULL_KEY",
);

/** Prints the string at `at`; answers where the next one begins, or -1, and says so, if no NUL ends it. */
function text(d: Dissection, at: number): number {
  while (at < d.end) {
    const octet = d.u8(at++);
    if (octet === 0) return at;
    visible(d.out, octet);
  }
  d.truncated();
  return -1;
}

/** "name.instance@realm"; answers as text() does. */
function principal(d: Dissection, from: number): number {
  let at = text(d, from);
  for (const separator of [46, 64]) {
    if (at < 0) return at;
    d.out.ch(separator);
    at = text(d, at);
  }
  return at;
}

function version4(d: Dissection, start: number): void {
  const { out } = d;
  const head = d.u8(start + 1);
  const little = (head & 1) !== 0;
  const type = head >> 1;
  const u16 = (at: number) => (little ? d.le16(at) : d.u16(at));
  out.str(` ${little ? "le" : "be"} ${TYPES.get(type) ?? `#${type << 1}`}: `);
  let at = start + 2;
  switch (type) {
    case KDC_REQUEST:
      at = principal(d, at);
      if (at < 0) return;
      out.str(` ${d.u8(at + 4) * 5}min `);
      at = text(d, at + 5);
      if (at < 0) return;
      out.ch(46);
      text(d, at);
      break;
    case APPLICATION_REQUEST:
      out.str(`v${d.u8(at)} `);
      at = text(d, at + 1);
      if (at < 0) return;
      out.str(` (${d.u8(at)})`);
      out.str(` (${d.u8(at + 1)})`);
      break;
    case KDC_REPLY:
      at = principal(d, at);
      if (at >= 0) out.str(` (${u16(at + 10)})`);
      break;
    case ERROR_REPLY: {
      at = principal(d, at);
      if (at < 0) return;
      const error = u16(at + 4);
      out.str(` ${ERRORS.get(error) ?? `#${error}`} `);
      text(d, at + 8);
      break;
    }
    default:
      out.str("(unknown)");
  }
}

/** Writes the message at `at`. Throws TRUNCATED. */
export function printKerberos(d: Dissection, at: number): void {
  const { out } = d;
  d.protocol = "krb";
  if (at >= d.end) {
    d.truncated();
    return;
  }
  const version = d.u8(at);
  if (version >= 1 && version <= 4) out.str(` v${version}`);
  if (version === 4) version4(d, at);
  // Version 5 is DER: an application tag of a request or a reply (RFC 4120 5.4).
  else if (version === 106 || version === 107) out.str(" v5");
}
