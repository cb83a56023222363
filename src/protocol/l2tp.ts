// Layer Two Tunneling Protocol, version 2 (RFC 2661), and its name for L2F (RFC 2341).
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-+-+---+-+-+-+-+-------+-------+-------------------------------+
//   |T|L|x x|S|x|O|P|x x x x|  Ver  |          Length (opt)         |
//   +-+-+---+-+-+-+-+-------+-------+-------------------------------+
//   |           Tunnel ID           |           Session ID          |
//   +-------------------------------+-------------------------------+
//   |  Ns, Nr (opt) | offset, padding (opt) | PPP, or AVPs          |
import type { Dissection } from "./dissection.ts";
import { visible } from "./phrase.ts";
import { printPpp } from "./ppp.ts";
import type { Tokens } from "./token.ts";
import { hex, numbered, writeHexDigits } from "./wording.ts";

const CONTROL = 0x8000;
const LENGTH = 0x4000;
const SEQUENCE = 0x0800;
const OFFSET = 0x0200;
const PRIORITY = 0x0100;
const VERSION_L2F = 1;
const VERSION_L2TP = 2;
const AVP_HEADER = 6;
const MANDATORY = 0x8000;
const HIDDEN = 0x4000;
const AVP_LENGTH = 0x03ff;
const SHORT = "AVP too short";

const MESSAGES: Tokens = new Map([
  [1, "SCCRQ"],
  [2, "SCCRP"],
  [3, "SCCCN"],
  [4, "StopCCN"],
  [6, "HELLO"],
  [7, "OCRQ"],
  [8, "OCRP"],
  [9, "OCCN"],
  [10, "ICRQ"],
  [11, "ICRP"],
  [12, "ICCN"],
  [14, "CDN"],
  [15, "WEN"],
  [16, "SLI"],
]);
const AVPS: Tokens = new Map([
  ...`MSGTYPE RESULT_CODE PROTO_VER FRAMING_CAP BEARER_CAP TIE_BREAKER FIRM_VER HOST_NAME VENDOR_NAME
  ASSND_TUN_ID RECV_WIN_SIZE CHALLENGE Q931_CC CHALLENGE_RESP ASSND_SESS_ID CALL_SER_NUM MINIMUM_BPS
  MAXIMUM_BPS BEARER_TYPE FRAMING_TYPE PACKET_PROC_DELAY CALLED_NUMBER CALLING_NUMBER SUB_ADDRESS
  TX_CONN_SPEED PHY_CHANNEL_ID INI_RECV_LCP LAST_SENT_LCP LAST_RECV_LCP PROXY_AUTH_TYPE PROXY_AUTH_NAME
  PROXY_AUTH_CHAL PROXY_AUTH_ID PROXY_AUTH_RESP CALL_ERRORS ACCM RANDOM_VECTOR PRIVATE_GRP_ID RX_CONN_SPEED
  SEQ_REQUIRED`
    .split(/\s+/)
    .map((name, i) => [i, name] as const),
  [46, "PPP_DISCON_CC"],
]);
const AUTHENTICATIONS: Tokens = numbered(0, "Reserved", "Textual", "CHAP", "PAP", "No Auth", "MS-CHAPv1");
const DIRECTIONS: Tokens = numbered(0, "global error", "at peer", "at local");
const CALL_ERRORS = ["CRCErr", "FrameErr", "HardOver", "BufOver", "Timeout", "AlignErr"] as const;

function text(d: Dissection, at: number, size: number): void {
  for (let i = 0; i < size; i++) visible(d.out, d.u8(at + i));
}

/** Numbers of 32 bits after two reserved bytes, each with its name. */
function counters(d: Dissection, at: number, size: number, names: readonly string[], hexadecimal: boolean) {
  const { out } = d;
  if (size < 2) {
    out.str(SHORT);
    return;
  }
  let pos = 2;
  for (const name of names) {
    if (size - pos < 4) {
      out.str(SHORT);
      return;
    }
    const value = d.u32(at + pos);
    out.str(`${name}=${hexadecimal ? hex(value, 8) : value} `);
    pos += 4;
  }
}

function result(d: Dissection, at: number, size: number): void {
  const { out } = d;
  out.dec(d.u16(at));
  if (size === 2) return;
  if (size < 4) {
    out.str(` ${SHORT}`);
    return;
  }
  out.str(`/${d.u16(at + 2)}`);
  if (size === 4) return;
  out.ch(32);
  text(d, at + 4, size - 4);
}

/** Least sizes of values; an attribute that is not here has none. */
const LEAST: ReadonlyMap<number, number> = new Map([
  [0, 2],
  [1, 2],
  [2, 2],
  [3, 4],
  [4, 4],
  [5, 8],
  [6, 2],
  [9, 2],
  [10, 2],
  [12, 3],
  [13, 16],
  [14, 2],
  [15, 4],
  [16, 4],
  [17, 4],
  [18, 4],
  [19, 4],
  [24, 4],
  [25, 4],
  [29, 2],
  [32, 2],
  [38, 4],
  [46, 5],
]);

function value(d: Dissection, type: number, at: number, size: number): void {
  const { out } = d;
  if (size < (LEAST.get(type) ?? 0)) {
    out.str(SHORT);
    return;
  }
  switch (type) {
    case 0: {
      const message = d.u16(at);
      out.str(MESSAGES.get(message) ?? `MSGTYPE-#${message}`);
      break;
    }
    case 1:
      result(d, at, size);
      break;
    case 2:
      out.str(`${d.u8(at)}.${d.u8(at + 1)}`);
      break;
    case 3:
    case 19:
    case 4:
    case 18: {
      // Bit 1: asynchronous framing, analog bearer; bit 0: synchronous, digital.
      const bits = d.u32(at);
      if (bits & 2) out.ch(65);
      if (bits & 1) out.str(type === 3 || type === 19 ? "S" : "D");
      break;
    }
    case 5:
    case 13:
      writeHexDigits(d, at, type === 5 ? 8 : 16);
      break;
    case 6:
    case 9:
    case 10:
    case 14:
      out.dec(d.u16(at));
      break;
    case 7:
    case 8:
    case 21:
    case 22:
    case 23:
    case 30:
    case 37:
      text(d, at, size);
      break;
    case 11:
    case 26:
    case 27:
    case 28:
    case 31:
    case 33:
    case 36:
      writeHexDigits(d, at, size);
      break;
    case 12:
      out.dec(d.u16(at));
      out.str(`, ${hex(d.u8(at + 2), 2)}`);
      if (size > 3) {
        out.ch(32);
        text(d, at + 3, size - 3);
      }
      break;
    case 15:
    case 16:
    case 17:
    case 24:
    case 25:
    case 38:
      out.dec(d.u32(at));
      break;
    case 20:
      out.str("obsolete");
      break;
    case 29: {
      const kind = d.u16(at);
      out.str(AUTHENTICATIONS.get(kind) ?? `AuthType-#${kind}`);
      break;
    }
    case 32:
      out.dec(d.u16(at) & 0xff);
      break;
    case 34:
      counters(d, at, size, CALL_ERRORS, false);
      break;
    case 35:
      counters(d, at, size, ["send", "recv"], true);
      break;
    case 46: {
      out.str(`${hex(d.u16(at), 4)}, `);
      out.str(`${hex(d.u16(at + 2), 4)} `);
      const direction = d.u8(at + 4);
      out.str(DIRECTIONS.get(direction) ?? `Direction-#${direction}`);
      if (size > 5) {
        out.ch(32);
        text(d, at + 5, size - 5);
      }
      break;
    }
  }
}

/** One attribute; answers its size, 0 if it is cut off. */
function avp(d: Dissection, at: number, length: number): number {
  const { out } = d;
  out.ch(32);
  const head = d.u16(at);
  const size = head & AVP_LENGTH;
  if (size < AVP_HEADER || size > length || !d.has(at, size)) {
    d.truncated();
    return 0;
  }
  if (head & MANDATORY) out.ch(42);
  if (head & HIDDEN) out.ch(63);
  const vendor = d.u16(at + 2);
  const type = d.u16(at + 4);
  if (vendor !== 0) {
    out.str(`VENDOR${hex(vendor, 4)}:ATTR${hex(type, 4)}(`);
    writeHexDigits(d, at + AVP_HEADER, size - AVP_HEADER);
  } else {
    out.str(`${AVPS.get(type) ?? `AVP-#${type}`}(`);
    if (head & HIDDEN) out.str("???");
    else value(d, type, at + AVP_HEADER, size - AVP_HEADER);
  }
  out.ch(41);
  return size;
}

/** Writes the L2TP message at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printL2tp(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "l2tp";
  const flags = d.u16(at);
  const version = flags & 15;
  if (version !== VERSION_L2TP) {
    out.str(version === VERSION_L2F ? " l2f:" : " Unknown Version, neither L2F(1) nor L2TP(2)");
    return;
  }
  out.str(" l2tp:[");
  if (flags & CONTROL) out.ch(84);
  if (flags & LENGTH) out.ch(76);
  if (flags & SEQUENCE) out.ch(83);
  if (flags & OFFSET) out.ch(79);
  if (flags & PRIORITY) out.ch(80);
  out.ch(93);
  let pos = at + 2;
  let told = 0;
  if (flags & LENGTH) {
    told = d.u16(pos);
    pos += 2;
  }
  out.str(`(${d.u16(pos)}/`);
  out.str(`${d.u16(pos + 2)})`);
  pos += 4;
  if (flags & SEQUENCE) {
    out.str(`Ns=${d.u16(pos)},`);
    out.str(`Nr=${d.u16(pos + 2)}`);
    pos += 4;
  }
  if (flags & OFFSET) {
    const padding = d.u16(pos);
    pos += 2;
    if (!d.has(pos, padding)) {
      d.truncated();
      return;
    }
    pos += padding;
  }
  if (flags & LENGTH) {
    if (length < told) {
      out.str(` Length ${told} larger than packet`);
      return;
    }
    length = told;
  }
  if (length < pos - at) {
    out.str(` Length ${length} smaller than header length`);
    return;
  }
  if ((flags & CONTROL) === 0) {
    out.str(" {");
    d.enter();
    printPpp(d, pos, length - (pos - at));
    d.leave();
    out.ch(125);
  } else if ((flags & LENGTH) === 0) out.str(" No length");
  else if (length === pos - at) out.str(" ZLB");
  else
    while (pos - at < length) {
      const size = avp(d, pos, length - (pos - at));
      if (size === 0) break;
      pos += size;
    }
}
