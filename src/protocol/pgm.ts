// Pragmatic General Multicast (RFC 3208).
//
//   source port (2) | destination port (2) | type (1) | options (1) | checksum (2) | source id (6) | length (2) | body
import { writeIpv4, writeIpv6 } from "../bytes/address.ts";
import type { Dissection } from "./dissection.ts";
import type { Tokens } from "./token.ts";
import { printZmtpDatagram } from "./zmtp.ts";

const IPPROTO_PGM = 113;
const HEADER = 16;
const SPM = 0;
const POLL = 1;
const POLR = 2;
const ODATA = 4;
const RDATA = 5;
const NAK = 8;
const NULL_NAK = 9;
const NCF = 10;
const ACK = 11;
const SPMR = 12;
const NAKS: Tokens = new Map([
  [NAK, "NAK"],
  [NULL_NAK, "NNAK"],
  [NCF, "NCF"],
]);
/** In the header's options: there are option extensions. */
const EXTENDED = 0x01;

const OPTION_LENGTH = 0;
const OPTION_NAK_LIST = 2;
const OPTION_REDIRECT = 7;
const OPTION_PATH = 12;
const OPTION_CR = 16;
const OPTION_DATA = 18;
const OPTION_FEEDBACK = 19;
const LAST_OPTION = 0x80;
const MIN_OPTION = 4;
/** Options of a fixed size: name in errors, what is shown, how many words follow. */
const OPTIONS: ReadonlyMap<
  number,
  readonly [name: string, words: number, text: (...words: number[]) => string]
> = new Map([
  [1, ["OPT_FRAGMENT", 3, (seq = 0, off = 0, len = 0) => ` FRAG seq ${seq} off ${off} len ${len}`] as const],
  [3, ["OPT_JOIN", 1, (seq = 0) => ` JOIN ${seq}`] as const],
  [4, ["OPT_NAK_BO_IVL", 2, (ivl = 0, seq = 0) => ` BACKOFF ivl ${ivl} ivlseq ${seq}`] as const],
  [5, ["OPT_NAK_BO_RNG", 2, (max = 0, min = 0) => ` BACKOFF max ${max} min ${min}`] as const],
  [8, ["OPT_PARITY_PRM", 1, (size = 0) => ` PARITY MAXTGS ${size}`] as const],
  [9, ["OPT_PARITY_GRP", 1, (group = 0) => ` PARITY GROUP ${group}`] as const],
  [10, ["OPT_CURR_TGSIZE", 1, (size = 0) => ` PARITY ATGS ${size}`] as const],
  [11, ["OPT_NBR_UNREACH", 0, () => " NBR_UNREACH"] as const],
  [13, ["OPT_SYN", 0, () => " SYN"] as const],
  [14, ["OPT_FIN", 0, () => " FIN"] as const],
  [15, ["OPT_RST", 0, () => " RST"] as const],
  [17, ["OPT_CRQST", 0, () => " CRQST"] as const],
]);

/** Bytes of an address of this family, 0 if it is not known. */
function addressSize(family: number): number {
  return family === 1 ? 4 : family === 2 ? 16 : 0;
}

function writeAddress(d: Dissection, at: number, size: number): void {
  if (size === 4) writeIpv4(d.out, d.bytes, at);
  else writeIpv6(d.out, d.bytes, at);
}

/** "SOURCE.PORT > DESTINATION.PORT: ", or what of it is there. */
function writeEnds(d: Dissection, at: number, ip: number): boolean {
  const { out } = d;
  const six = d.u8(ip) >> 4 === 6;
  const ports = d.has(at + 2, 2);
  const direct = d.u8(six ? ip + 6 : ip + 9) === IPPROTO_PGM;
  const end = (address: number, port: number) => {
    if (direct || !ports) {
      if (six) d.ip6(address);
      else d.ip4(address);
      if (ports) out.ch(46);
    }
    if (ports) d.tcpPort(d.u16(port));
  };
  end(six ? ip + 8 : ip + 12, at);
  out.str(" > ");
  end(six ? ip + 24 : ip + 16, at + 2);
  out.str(ports ? ": " : ":");
  return ports;
}

/** Writes the body at `at`: where it ends, -1 if it is cut off. */
function writeBody(d: Dissection, type: number, at: number): number {
  const { out } = d;
  switch (type) {
    case SPM:
    case POLL: {
      const fixed = type === SPM ? 16 : 12;
      if (!d.has(at, fixed)) return -1;
      const size = addressSize(d.u16(at + fixed - 4));
      const address = at + fixed;
      if (size === 0 || !d.has(address, size)) return -1;
      const end = address + size;
      if (type === SPM) {
        out.str(`SPM seq ${d.u32(at)} trail ${d.u32(at + 4)} lead ${d.u32(at + 8)} nla `);
        writeAddress(d, address, size);
        return end;
      }
      d.need(end, 12);
      out.str(`POLL seq ${d.u32(at)} round ${d.u16(at + 4)} nla `);
      writeAddress(d, address, size);
      out.str(` ivl ${d.u32(end)} rnd 0x`);
      out.hexPad(d.u32(end + 4), 8);
      out.str(" mask 0x");
      out.hexPad(d.u32(end + 8), 8);
      return end + 12;
    }
    case POLR:
      if (!d.has(at, 8)) return -1;
      out.str(`POLR seq ${d.u32(at)} round ${d.u16(at + 4)}`);
      return at + 8;
    case ODATA:
    case RDATA:
      if (!d.has(at, 8)) return -1;
      out.str(`${type === ODATA ? "ODATA" : "RDATA"} trail ${d.u32(at + 4)} seq ${d.u32(at)}`);
      return at + 8;
    case NAK:
    case NULL_NAK:
    case NCF: {
      if (!d.has(at, 8)) return -1;
      const sourceSize = addressSize(d.u16(at + 4));
      const source = at + 8;
      if (sourceSize === 0 || !d.has(source, sourceSize)) return -1;
      // The family is looked for where the group's address begins, as tcpdump does.
      const group = source + sourceSize + 4;
      const groupSize = addressSize(d.u16(group));
      if (groupSize === 0 || !d.has(group, groupSize)) return -1;
      out.str(`${NAKS.get(type)} (`);
      writeAddress(d, source, sourceSize);
      out.str(" -> ");
      writeAddress(d, group, groupSize);
      out.str(`), seq ${d.u32(at)}`);
      return group + groupSize;
    }
    case ACK:
      if (!d.has(at, 8)) return -1;
      out.str(`ACK seq ${d.u32(at)}`);
      return at + 8;
    case SPMR:
      out.str("SPMR");
      return at - HEADER;
    default:
      out.str(`UNKNOWN type 0x${type.toString(16).padStart(2, "0")}`);
      return at - HEADER;
  }
}

/** An option that ends in an address: the bytes it takes, 0 if its length is wrong, -1 if it is cut off. */
function writeAddressed(d: Dissection, type: number, at: number, size: number): number {
  const { out } = d;
  const redirect = type === OPTION_REDIRECT;
  const fixed = redirect ? 8 : 12;
  const name = redirect ? "OPT_REDIRECT" : type === OPTION_DATA ? "OPT_PGMCC_DATA" : "OPT_PGMCC_FEEDBACK";
  if (size < fixed) {
    const prefix = type === OPTION_FEEDBACK ? "PGM_" : "";
    out.str(`[Bad ${prefix}${name} option, length ${size} < ${fixed}]`);
    return 0;
  }
  const bytes = addressSize(d.u16(at + fixed - 4));
  if (bytes === 0) return -1;
  if (size !== fixed + bytes) {
    out.str(`[Bad ${name} option, length ${size} != ${fixed} + address size]`);
    return 0;
  }
  if (redirect) out.str(" REDIRECT ");
  else out.str(` PGMCC ${type === OPTION_DATA ? "DATA" : "FEEDBACK"} ${d.u32(at + 4)} `);
  writeAddress(d, at + fixed, bytes);
  return size;
}

/** Writes one option. Returns the bytes it takes, 0 if nothing more is to be said, -1 if it is cut off. */
function writeOption(d: Dissection, code: number, at: number, size: number): number {
  const { out } = d;
  const type = code & 0x7f;
  const row = OPTIONS.get(type);
  if (row !== undefined) {
    const [name, words, text] = row;
    const right = 4 + 4 * words;
    if (size !== right) {
      out.str(`[Bad ${name} option, length ${size} != ${right}]`);
      return 0;
    }
    out.str(text(...Array.from({ length: words }, (_, i) => d.u32(at + 4 + 4 * i))));
    return size;
  }
  switch (type) {
    case OPTION_LENGTH:
      if (size !== 4) {
        out.str(`[Bad OPT_LENGTH option, length ${size} != 4]`);
        return 0;
      }
      out.str(` OPTS LEN (extra?) ${d.u16(at + 2)}`);
      return size;
    case OPTION_NAK_LIST:
      out.str(" NAK LIST");
      for (let i = 4; i < size; i += 4) {
        if (size - i < 4) {
          out.str("[Option length not a multiple of 4]");
          return 0;
        }
        out.str(` ${d.u32(at + i)}`);
      }
      return size;
    case OPTION_REDIRECT:
    case OPTION_DATA:
    case OPTION_FEEDBACK:
      return writeAddressed(d, type, at, size);
    case OPTION_PATH:
      out.str(` PATH_NLA [${size}]`);
      return size;
    case OPTION_CR:
      out.str(" CR");
      return size;
    default:
      out.str(` OPT_${code.toString(16).toUpperCase().padStart(2, "0")} [${size}] `);
      return size;
  }
}

/** Where tcpdump goes on after an option's header for the ones whose contents it does not read: two bytes too far. */
const SKIPPED_WHOLE = new Set([OPTION_PATH, OPTION_CR]);

/** Answers of writeOptions(): the options are cut off; one is wrong, and nothing more is told. */
const CUT = -1;
const WRONG = -2;

/** Writes the options; answers where the data begins, CUT or WRONG. */
function writeOptions(d: Dissection, at: number): number {
  const { out } = d;
  if (!d.has(at, MIN_OPTION)) return CUT;
  const first = d.u8(at) & 0x7f;
  if (first !== OPTION_LENGTH) {
    out.str(`[First option bad, should be PGM_OPT_LENGTH, is ${first}]`);
    return WRONG;
  }
  if (d.u8(at + 1) !== 4) {
    out.str(`[Bad OPT_LENGTH option, length ${d.u8(at + 1)} != 4]`);
    return WRONG;
  }
  let left = d.u16(at + 2);
  if (left < 4) {
    out.str(`[Bad total option length ${left} < 4]`);
    return WRONG;
  }
  out.str(` OPTS LEN ${left}`);
  left -= 4;
  at += 4;
  while (left !== 0) {
    if (left < MIN_OPTION) {
      out.str("[Total option length leaves no room for final option]");
      return WRONG;
    }
    const code = d.u8(at);
    const size = d.u8(at + 1);
    if (size < MIN_OPTION) {
      out.str(`[Bad option, length ${size} < ${MIN_OPTION}]`);
      return at;
    }
    if (left < size) {
      out.str("[Total option length leaves no room for final option]");
      return WRONG;
    }
    if (!d.has(at + 2, size - 2)) return CUT;
    const used = writeOption(d, code, at, size);
    if (used <= 0) return used === 0 ? WRONG : CUT;
    const type = code & 0x7f;
    const known = OPTIONS.has(type) || type <= OPTION_FEEDBACK;
    const far = SKIPPED_WHOLE.has(type) || !known || type === 6;
    at += far ? size + 2 : size;
    left -= type === OPTION_NAK_LIST ? size - 4 : size;
    if (code & LAST_OPTION) return at;
  }
  return at;
}

/** Prints the packet of `length` bytes at `at`; `ip` as in IpPrinter. Throws TRUNCATED. */
export function printPgm(d: Dissection, at: number, length: number, ip: number): void {
  const { out } = d;
  d.protocol = "pgm";
  if (!writeEnds(d, at, ip) || !d.has(at, HEADER)) {
    d.truncated();
    return;
  }
  out.str(`PGM, length ${d.u16(at + 14)}`);
  if (d.opt.verbose === 0) return;
  out.str(" 0x");
  for (let i = 0; i < 6; i++) out.hexPad(d.u8(at + 8 + i), 2);
  out.ch(32);
  const end = writeBody(d, d.u8(at + 4), at + HEADER);
  const data = end >= 0 && (d.u8(at + 5) & EXTENDED) !== 0 ? writeOptions(d, end) : end;
  if (end < 0 || data === CUT) {
    d.truncated();
    return;
  }
  if (data === WRONG) return;
  out.str(` [${length}]`);
  const type = d.u8(at + 4);
  if (d.opt.packetType === "pgm_zmtp1" && (type === ODATA || type === RDATA))
    printZmtpDatagram(d, data, d.u16(at + 14));
}
