// The mobility header of IPv6 (RFC 6275 6.1).
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +---------------+---------------+---------------+---------------+
//   | Payload Proto |  Header Len   |    MH Type    |   Reserved    |
//   +---------------+---------------+---------------+---------------+
//   |           Checksum            |      Message Data ...
//   +-------------------------------+
import type { Dissection } from "./dissection.ts";
import type { BitTokens } from "./token.ts";
import { bitNames } from "./token.ts";

const REFRESH_REQUEST = 0;
const HOME_TEST_INIT = 1;
const CARE_OF_TEST_INIT = 2;
const HOME_TEST = 3;
const CARE_OF_TEST = 4;
const UPDATE = 5;
const ACKNOWLEDGEMENT = 6;
const ERROR = 7;

/** Short names and sizes up to the options, by message type. */
const MESSAGES = [
  ["BRR", 8],
  ["HoTI", 16],
  ["CoTI", 16],
  ["HoT", 24],
  ["CoT", 24],
  ["BU", 12],
  ["BA", 12],
  ["BE", 24],
] as const;

const UPDATE_FLAGS: BitTokens = [
  [0x8, "A"],
  [0x4, "H"],
  [0x2, "L"],
  [0x1, "K"],
];

const OPTION_PAD1 = 0;
const OPTION_PADN = 1;
const OPTION_REFRESH = 2;
const OPTION_ALTERNATE = 3;
const OPTION_NONCES = 4;
const OPTION_AUTHORIZATION = 5;

/** What options need at least, and what a shorter one is called. */
const OPTION_MINIMUM: ReadonlyMap<number, readonly [size: number, name: string]> = new Map([
  [OPTION_REFRESH, [4, "refresh"]],
  [OPTION_ALTERNATE, [18, "altcoa"]],
  [OPTION_NONCES, [6, "ni"]],
  [OPTION_AUTHORIZATION, [12, "auth"]],
]);

/** The options in bytes[at, at + length); false if they are cut off. */
function options(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  let size: number;
  for (let i = 0; i < length; i += size) {
    const pos = at + i;
    const type = d.u8(pos);
    if (type === OPTION_PAD1) size = 1;
    else if (i + 1 < length) size = d.u8(pos + 1) + 2;
    else return false;
    // One byte more than the option has: tcpdump wants to see what follows it.
    if (i + size > length || !d.has(pos + size, 1)) return false;
    const minimum = OPTION_MINIMUM.get(type);
    if (minimum !== undefined && length - i < minimum[0]) {
      out.str(`(${minimum[1]}: trunc)`);
      return false;
    }
    switch (type) {
      case OPTION_PAD1:
        out.str("(pad1)");
        break;
      case OPTION_PADN:
        out.str("(padn)");
        break;
      case OPTION_REFRESH: {
        const units = d.u16(pos + 2);
        out.str("(refresh: ");
        out.dec(units * 4);
        out.ch(41);
        break;
      }
      case OPTION_ALTERNATE:
        d.need(pos + 2, 16);
        out.str("(alt-CoA: ");
        d.ip6(pos + 2);
        out.ch(41);
        break;
      case OPTION_NONCES:
        d.need(pos + 2, 4);
        out.str("(ni: ho=0x");
        out.hexPad(d.u16(pos + 2), 4);
        out.str(" co=0x");
        out.hexPad(d.u16(pos + 4), 4);
        out.ch(41);
        break;
      case OPTION_AUTHORIZATION:
        out.str("(auth)");
        break;
      default:
        out.str("(type-0x");
        out.hexPad(type, 2);
        out.str(": len=");
        out.dec(size - 2);
        out.ch(41);
    }
  }
  return true;
}

/** " Home Init Cookie=00000000:00000000" and the like. */
function cookie(d: Dissection, label: string, at: number): void {
  d.need(at, 8);
  d.out.str(label);
  d.out.hexPad(d.u32(at), 8);
  d.out.ch(58);
  d.out.hexPad(d.u32(at + 4), 8);
}

/** " label=N" of a 16-bit field in units of four seconds, or as it is. */
function number(d: Dissection, label: string, value: number): void {
  d.out.str(label);
  d.out.dec(value);
}

function message(d: Dissection, type: number, at: number): void {
  const { out } = d;
  const verbose = d.opt.verbose > 0;
  const who = type === HOME_TEST_INIT || type === HOME_TEST ? " Home" : " Care-of";
  switch (type) {
    case REFRESH_REQUEST:
      break;
    case HOME_TEST_INIT:
    case CARE_OF_TEST_INIT:
      if (verbose) cookie(d, `${who} Init Cookie=`, at + 8);
      break;
    case HOME_TEST:
    case CARE_OF_TEST: {
      const nonce = d.u16(at + 6);
      out.str(" nonce id=0x");
      out.hex(nonce);
      if (verbose) {
        cookie(d, `${who} Init Cookie=`, at + 8);
        cookie(d, `${who} Keygen Token=`, at + 16);
      }
      break;
    }
    case UPDATE: {
      number(d, " seq#=", d.u16(at + 6));
      d.need(at + 8, 2);
      const flags = d.u8(at + 8) >> 4;
      if (flags !== 0) {
        out.ch(32);
        out.str(bitNames(UPDATE_FLAGS, flags, "", ""));
      }
      number(d, " lifetime=", d.u16(at + 10) * 4);
      break;
    }
    case ACKNOWLEDGEMENT:
      number(d, " status=", d.u8(at + 6));
      if (d.u8(at + 7) & 0x80) out.str(" K");
      number(d, " seq#=", d.u16(at + 8));
      number(d, " lifetime=", d.u16(at + 10) * 4);
      break;
    case ERROR:
      number(d, " status=", d.u8(at + 6));
      d.need(at + 8, 16);
      out.str(" homeaddr ");
      d.ip6(at + 8);
      break;
  }
}

/** Writes the mobility header at `at`. Throws TRUNCATED. */
export function printMobility(d: Dissection, at: number): void {
  const { out } = d;
  d.protocol = "mobility";
  const units = d.u8(at + 1);
  const size = (units + 1) << 3;
  const type = d.u8(at + 2);
  const known = MESSAGES[type];
  if (known !== undefined && size < known[1]) {
    out.str(`(header length ${size} is too small for type ${type})`);
    d.truncated();
    return;
  }
  out.str("mobility: ");
  if (known === undefined) {
    out.str(`type-#${type} len=${units}`);
    return;
  }
  out.str(known[0]);
  message(d, type, at);
  if (d.opt.verbose > 0 && !options(d, at + known[1], size - known[1])) d.truncated();
}
