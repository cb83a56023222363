// Point-to-Point Protocol (RFC 1661, 1662) with LCP (RFC 1570), IPCP (RFC 1332, 1877), IPV6CP (RFC 5072),
// CCP (RFC 1962), BACP (RFC 2125), CHAP (RFC 1994), PAP (RFC 1334) and Multilink (RFC 1990).
//
//   [address 0xff, control 0x03] | protocol (2, or 1 if compressed) | code (1) | identifier (1) | length (2) |
//   options: type (1), length (1), value
import type { Dissection } from "./dissection.ts";
import { printIp } from "./ip.ts";
import { printIpv6 } from "./ipv6.ts";
import { printIpx } from "./ipx.ts";
import { printMpls } from "./mpls.ts";
import { printOsi } from "./osi.ts";
import { OUI_NAMES } from "./oui.ts";
import { characters, unknownBytes, visible } from "./phrase.ts";
import type { Tokens } from "./token.ts";
import { bitNames } from "./token.ts";
import { hex, ip4, mac, named, numbered, writeHexDigits } from "./wording.ts";

const IP = 0x0021;
const OSI = 0x0023;
const IPX = 0x002b;
const VJ_COMPRESSED = 0x002d;
const VJ_UNCOMPRESSED = 0x002f;
const MULTILINK = 0x003d;
const IPV6 = 0x0057;
const COMPRESSED = 0x00fd;
const MPLS_UNICAST = 0x0281;
const MPLS_MULTICAST = 0x0283;
const IPCP = 0x8021;
const OSICP = 0x8023;
const IPV6CP = 0x8057;
const CCP = 0x80fd;
const MPLSCP = 0x8281;
const LCP = 0xc021;
const PAP = 0xc023;
const LQM = 0xc025;
const SPAP = 0xc027;
const BACP = 0xc02b;
const BAP = 0xc02d;
const SPAP_OLD = 0xc123;
const CHAP = 0xc223;
const EAP = 0xc227;
/** Its first byte, 0x7e, is HDLC's flag: the frame is escaped (RFC 1662 4). */
const ESCAPED = 0x7e;
const ESCAPE = 0x7d;
const HDLC_HEADER = 0xff03;
/** What Linux' pppd writes in place of the address: the direction. */
const PPPD_IN = 0x0003;
const PPPD_OUT = 0x0103;

const PROTOCOLS: Tokens = new Map([
  [IP, "IP"],
  [OSI, "OSI"],
  [0x0025, "NS"],
  [0x0027, "DECNET"],
  [0x0029, "APPLE"],
  [IPX, "IPX"],
  [VJ_COMPRESSED, "VJC IP"],
  [VJ_UNCOMPRESSED, "VJNC IP"],
  [0x0031, "BRPDU"],
  [0x0033, "STII"],
  [0x0035, "VINES"],
  [MPLS_UNICAST, "MPLS"],
  [MPLS_MULTICAST, "MPLS"],
  [COMPRESSED, "Compressed"],
  [MULTILINK, "MLPPP"],
  [IPV6, "IP6"],
  [0x0201, "HELLO"],
  [0x0231, "LUXCOM"],
  [0x0233, "SNS"],
  [IPCP, "IPCP"],
  [OSICP, "OSICP"],
  [0x8025, "NSCP"],
  [0x8027, "DECNETCP"],
  [0x8029, "APPLECP"],
  [0x802b, "IPXCP"],
  [0x8033, "STIICP"],
  [0x8035, "VINESCP"],
  [IPV6CP, "IP6CP"],
  [MPLSCP, "MPLSCP"],
  [LCP, "LCP"],
  [PAP, "PAP"],
  [LQM, "LQM"],
  [CHAP, "CHAP"],
  [EAP, "EAP"],
  [SPAP, "SPAP"],
  [SPAP_OLD, "Old-SPAP"],
  [BACP, "BACP"],
  [BAP, "BAP"],
  [0xc03d, "MLPPP-CP"],
  [CCP, "CCP"],
]);
const CODES: Tokens = numbered(
  0,
  "Vendor-Extension",
  "Conf-Request",
  "Conf-Ack",
  "Conf-Nack",
  "Conf-Reject",
  "Term-Request",
  "Term-Ack",
  "Code-Reject",
  "Prot-Reject",
  "Echo-Request",
  "Echo-Reply",
  "Disc-Req",
  "Ident",
  "Time-Rem",
  "Reset-Req",
  "Reset-Ack",
);
const LCP_OPTIONS: Tokens = numbered(
  0,
  "Vend-Ext",
  "MRU",
  "ACCM",
  "Auth-Prot",
  "Qual-Prot",
  "Magic-Num",
  "deprecated(6)",
  "PFC",
  "ACFC",
  "FCS-Alt",
  "SDP",
  "Num-Mode",
  "deprecated(12)",
  "Call-Back",
  "deprecated(14)",
  "deprecated(15)",
  "deprecated(16)",
  "MRRU",
  "12-Bit seq #",
  "End-Disc",
  "Proprietary",
  "DCE-Id",
  "MP+",
  "Link-Disc",
  "LCP-Auth-Opt",
  "COBS",
  "Prefix-elision",
  "Multilink-header-Form",
  "I18N",
  "SDL-over-SONET/SDH",
  "PPP-Muxing",
);
const CCP_OPTIONS: Tokens = new Map([
  [0, "OUI"],
  [1, "Pred-1"],
  [2, "Pred-2"],
  [3, "Puddle"],
  [16, "HP-PPC"],
  [17, "Stac-LZS"],
  [18, "MPPC"],
  [19, "Gand-FZA"],
  [20, "V.42bis"],
  [21, "BSD-Comp"],
  [23, "LZS-DCP"],
  [24, "MVRCA"],
  [25, "DEC"],
  [26, "Deflate"],
  [255, "Reserved"],
]);
const BACP_OPTIONS: Tokens = numbered(1, "Favored-Peer");
const IPCP_OPTIONS: Tokens = new Map([
  [1, "IP-Addrs"],
  [2, "IP-Comp"],
  [3, "IP-Addr"],
  [4, "Home-Addr"],
  [129, "Pri-DNS"],
  [130, "Pri-NBNS"],
  [131, "Sec-DNS"],
  [132, "Sec-NBNS"],
]);
const IPV6CP_OPTIONS: Tokens = numbered(1, "Interface-ID");
const HEADER_COMPRESSION = 0x61;
const HEADER_COMPRESSION_SIZE = 14;
const IP_COMPRESSIONS: Tokens = new Map([
  [VJ_COMPRESSED, "VJ-Comp"],
  [HEADER_COMPRESSION, "IP Header Compression"],
]);
const IP_COMPRESSION_OPTIONS: Tokens = numbered(1, "RTP-Compression", "Enhanced RTP-Compression");
const CHAP_ALGORITHMS: Tokens = new Map([
  [5, "MD5"],
  [128, "MS-CHAPv1"],
  [129, "MS-CHAPv2"],
]);
const CALLBACKS: Tokens = new Map([
  [0, "UserAuth"],
  [1, "DialString"],
  [2, "LocalID"],
  [3, "E.164"],
  [4, "X.500"],
  [6, "CBCP"],
]);
const CHAP_CODES: Tokens = numbered(1, "Challenge", "Response", "Success", "Fail");
const PAP_CODES: Tokens = numbered(1, "Auth-Req", "Auth-ACK", "Auth-NACK");

// How an option's value ended.
/** It was shown; with -vv its bytes follow. */
const SHOWN = 0;
/** Its length is wrong: the next option follows at once. */
const BOGUS = 1;
/** It is so wrong that no option can follow. */
const LAST = 2;
/** It is none of which more is known than its bytes. */
const PLAIN = 3;
type Ending = typeof SHOWN | typeof BOGUS | typeof LAST | typeof PLAIN;

/** Says that an option's length is wrong. */
function bogus(d: Dissection, wanted: string, ending: Ending): Ending {
  d.out.str(` (length bogus, should be ${wanted})`);
  return ending;
}

function endpoint(d: Dissection, at: number, size: number): Ending {
  const kind = d.u8(at + 2);
  if (kind === 2) {
    if (size !== 7) return bogus(d, "= 7", LAST);
    d.out.str(`: IPv4 ${ip4(d, at + 3)}`);
  } else if (kind === 3) {
    if (size !== 9) return bogus(d, "= 9", LAST);
    d.out.str(`: MAC ${mac(d, at + 3)}`);
  } else {
    const name = new Map([
      [0, "Null"],
      [1, "Local"],
      [4, "Magic-Num-Block"],
      [5, "PSNDN"],
    ]).get(kind);
    d.out.str(`: ${name ?? `Unknown class ${kind}`}`);
  }
  return SHOWN;
}

function lcpOption(d: Dissection, type: number, at: number, size: number): Ending {
  const { out } = d;
  switch (type) {
    case 0: {
      if (size < 6) return bogus(d, ">= 6", BOGUS);
      const oui = d.u24(at + 2);
      out.str(`: Vendor: ${named(OUI_NAMES, oui, "Unknown")}`);
      return SHOWN;
    }
    case 1:
    case 17:
      if (size !== 4) return bogus(d, "= 4", type === 1 ? BOGUS : LAST);
      out.str(`: ${d.u16(at + 2)}`);
      return SHOWN;
    case 2:
    case 5:
      if (size !== 6) return bogus(d, "= 6", type === 2 ? BOGUS : LAST);
      out.str(`: 0x${hex(d.u32(at + 2), 8)}`);
      return SHOWN;
    case 3: {
      if (size < 4) return bogus(d, ">= 4", BOGUS);
      const protocol = d.u16(at + 2);
      out.str(`: ${PROTOCOLS.get(protocol) ?? "Unknown Auth Proto (0x04x)"}`);
      if (protocol === CHAP) {
        const algorithm = d.u8(at + 4);
        out.str(`, ${CHAP_ALGORITHMS.get(algorithm) ?? `Unknown Auth Alg ${algorithm}`}`);
      } else if (protocol !== PAP && protocol !== EAP && protocol !== SPAP && protocol !== SPAP_OLD)
        unknownBytes(d, at, "\n\t", size);
      return SHOWN;
    }
    case 4:
      if (size < 4) return bogus(d, ">= 4", LAST);
      out.str(d.u16(at + 2) === LQM ? ": LQR" : ": unknown");
      return SHOWN;
    case 7:
    case 8:
      return SHOWN;
    case 13:
      if (size < 3) return bogus(d, ">= 3", LAST);
      out.str(": ");
      out.str(`: Callback Operation ${named(CALLBACKS, d.u8(at + 2), "Unknown")}`);
      return SHOWN;
    case 19:
      return size < 3 ? bogus(d, ">= 3", LAST) : endpoint(d, at, size);
    case 23:
      if (size !== 4) return bogus(d, "= 4", LAST);
      out.str(`: 0x${hex(d.u16(at + 2), 4)}`);
      return SHOWN;
    default:
      return PLAIN;
  }
}

/** IP-Compression-Protocol (RFC 2507, RFC 3544). Answers how far its options shift what -vv shows, or LAST. */
function ipCompression(d: Dissection, at: number, size: number): number {
  const { out } = d;
  const protocol = d.u16(at + 2);
  out.str(`: ${IP_COMPRESSIONS.get(protocol) ?? "Unknown"} (0x${hex(protocol, 2)}):`);
  if (protocol !== HEADER_COMPRESSION) return 0;
  if (size < HEADER_COMPRESSION_SIZE) {
    bogus(d, `>= ${HEADER_COMPRESSION_SIZE}`, LAST);
    return -1;
  }
  if (!d.has(at + 2, HEADER_COMPRESSION_SIZE)) {
    out.str("[|ipcp]");
    return -1;
  }
  out.str(`\n\t    TCP Space ${d.u16(at + 4)}, non-TCP Space ${d.u16(at + 6)}`);
  out.str(`, maxPeriod ${d.u16(at + 8)}, maxTime ${d.u16(at + 10)}, maxHdr ${d.u16(at + 12)}`);
  let left = size - HEADER_COMPRESSION_SIZE;
  if (left === 0) return 0;
  let pos = at + HEADER_COMPRESSION_SIZE;
  out.str(`\n\t      Suboptions, length ${left}`);
  while (left >= 2) {
    if (!d.has(pos, 2)) {
      out.str("[|ipcp]");
      return -1;
    }
    const type = d.u8(pos);
    const length = d.u8(pos + 1);
    if (type === 0 || length === 0) break;
    const name = IP_COMPRESSION_OPTIONS.get(type) ?? "Unknown";
    out.str(`\n\t\t${name} Suboption #${type}, length ${length}`);
    if (left < length) {
      out.str(` [remaining suboptions length ${left} < ${length}]`);
      d.invalid();
      break;
    }
    left -= length;
    pos += length;
  }
  return pos - at;
}

function ccpOption(d: Dissection, type: number, at: number, size: number): Ending {
  const { out } = d;
  if (type === 21) {
    if (size < 3) return bogus(d, ">= 3", BOGUS);
    const value = d.u8(at + 2);
    out.str(`: Version: ${value >> 5}, Dictionary Bits: ${value & 0x1f}`);
  } else if (type === 24) {
    if (size < 4) return bogus(d, ">= 4", BOGUS);
    const flags = d.u8(at + 2);
    d.need(at + 2, 2);
    out.str(`: Features: ${flags >> 6}, PxP: ${flags & 0x20 ? "Enabled" : "Disabled"}, `);
    out.str(`History: ${flags & 0x1f}, #CTX-ID: ${d.u8(at + 3)}`);
  } else if (type === 26) {
    if (size < 4) return bogus(d, ">= 4", BOGUS);
    d.need(at + 2, 2);
    const window = d.u8(at + 2);
    const check = d.u8(at + 3);
    const method = window & 15;
    out.str(`: Window: ${window >> 4}K, Method: ${method === 8 ? "zlib" : "unknown"} (0x${hex(method)}), `);
    out.str(`MBZ: ${check >> 2}, CHK: ${check & 3}`);
  } else return PLAIN;
  return SHOWN;
}

/** Prints the option at `at`; answers its length, or 0 if no other can follow. */
type OptionPrinter = (d: Dissection, at: number, length: number) => number;

/** The printer of a control protocol's options: their names, and what shows their values. */
function optionPrinter(
  label: string,
  names: Tokens,
  unknown: string,
  show: (d: Dissection, type: number, at: number, size: number) => Ending | readonly [shift: number],
): OptionPrinter {
  return (d, at, length) => {
    const { out, opt } = d;
    if (length < 2) return 0;
    if (!d.has(at, 2)) {
      out.str(`[|${label}]`);
      return 0;
    }
    const type = d.u8(at);
    const size = d.u8(at + 1);
    if (length < size) return 0;
    const name = names.get(type);
    if (name === undefined && label === "lcp") {
      out.str(`\n\tunknown LCP option 0x${hex(type, 2)}`);
      return size < 2 ? 0 : size;
    }
    out.str(`\n\t  ${name ?? unknown} Option (0x${hex(type, 2)}), length ${size}`);
    if (size < 2) {
      bogus(d, ">= 2", LAST);
      return 0;
    }
    const ending = show(d, type, at, size);
    if (ending === BOGUS) return size;
    if (ending === LAST) return 0;
    if (ending === PLAIN && opt.verbose < 2) unknownBytes(d, at + 2, "\n\t    ", size - 2);
    const shift = typeof ending === "number" ? 0 : ending[0];
    if (opt.verbose > 1) unknownBytes(d, at + shift + 2, "\n\t    ", size - 2);
    return size;
  };
}

const lcp = optionPrinter("lcp", LCP_OPTIONS, "", lcpOption);
const ccp = optionPrinter("ccp", CCP_OPTIONS, "Unknown", ccpOption);
const bacp = optionPrinter("bacp", BACP_OPTIONS, "Unknown", (d, type, at, size) => {
  if (type !== 1) return PLAIN;
  if (size !== 6) return bogus(d, "= 6", BOGUS);
  d.out.str(`: Magic-Num 0x${hex(d.u32(at + 2), 8)}`);
  return SHOWN;
});
const ipv6cp = optionPrinter("ip6cp", IPV6CP_OPTIONS, "unknown", (d, type, at, size) => {
  if (type !== 1) return PLAIN;
  if (size !== 10) return bogus(d, "= 10", BOGUS);
  if (!d.has(at + 2, 8)) {
    d.out.str("[|ip6cp]");
    return LAST;
  }
  const groups = [2, 4, 6, 8].map((offset) => hex(d.u16(at + offset), 4));
  d.out.str(`: ${groups.join(":")}`);
  return SHOWN;
});
const ipcp = optionPrinter("ipcp", IPCP_OPTIONS, "unknown", (d, type, at, size) => {
  if (type === 1) {
    if (size !== 10) return bogus(d, "= 10", BOGUS);
    d.out.str(`: src ${ip4(d, at + 2)}, dst ${ip4(d, at + 6)}`);
    return SHOWN;
  }
  if (type === 2) {
    if (size < 4) return bogus(d, ">= 4", LAST);
    const shift = ipCompression(d, at, size);
    return shift < 0 ? LAST : [shift];
  }
  if (!IPCP_OPTIONS.has(type)) return PLAIN;
  if (size !== 6) return bogus(d, "= 6", LAST);
  d.out.str(`: ${ip4(d, at + 2)}`);
  return SHOWN;
});
const OPTION_PRINTERS: ReadonlyMap<number, OptionPrinter> = new Map([
  [LCP, lcp],
  [IPCP, ipcp],
  [IPV6CP, ipv6cp],
  [CCP, ccp],
  [BACP, bacp],
]);

function configuration(d: Dissection, protocol: number, from: number, length: number): void {
  const print = OPTION_PRINTERS.get(protocol);
  if (print === undefined) return;
  let left = length - 4;
  let at = from;
  do {
    // The whole message's length is what tcpdump measures an option by.
    const size = print(d, at, length);
    if (size === 0) return;
    if (left < size) {
      d.out.str(` [remaining options length ${left} < ${size}]`);
      d.invalid();
      return;
    }
    left -= size;
    at += size;
  } while (left !== 0);
}

/** The data of a control message at `at`, `length` bytes with its header; false if it is cut off. */
function controlData(d: Dissection, protocol: number, code: number, at: number, length: number): boolean {
  const { out } = d;
  const magic = () => out.str(`\n\t  Magic-Num 0x${hex(d.u32(at), 8)}`);
  switch (code) {
    case 0:
      if (length < 11) break;
      magic();
      out.str(` Vendor: ${named(OUI_NAMES, d.u24(at + 4), "Unknown")}`);
      break;
    case 1:
    case 2:
    case 3:
    case 4:
      configuration(d, protocol, at, length);
      break;
    case 5:
    case 6:
    case 7:
      break;
    case 8: {
      if (length < 6) break;
      const rejected = d.u16(at);
      out.str(`\n\t  Rejected ${PROTOCOLS.get(rejected) ?? "unknown"} Protocol (0x${hex(rejected, 4)})`);
      if (length === 6) break;
      out.str("\n\t  Rejected Packet");
      unknownBytes(d, at + 2, "\n\t    ", length - 2);
      break;
    }
    case 9:
    case 10:
    case 11:
      if (length < 8) break;
      magic();
      if (length === 8) break;
      out.str("\n\t  -----trailing data-----");
      if (!d.has(at + 4, length - 8)) return false;
      unknownBytes(d, at + 4, "\n\t  ", length - 8);
      break;
    case 12:
      if (length < 8) break;
      magic();
      if (length === 8) break;
      out.str("\n\t  Message\n\t    ");
      return characters(d, at + 4, length - 4);
    case 13:
      if (length < 12) break;
      magic();
      out.str(`, Seconds-Remaining ${d.u32(at + 4)}s`);
      break;
    default:
      if (d.opt.verbose <= 1) unknownBytes(d, at - 6, "\n\t  ", length + 2);
  }
  return true;
}

function control(d: Dissection, protocol: number, at: number, length: number): void {
  const { out, opt } = d;
  const name = PROTOCOLS.get(protocol) ?? "";
  out.str(`${name}, `);
  if (length < 4 || !d.has(at, 2)) {
    out.str(`[|${name}]`);
    return;
  }
  const code = d.u8(at);
  out.str(`${CODES.get(code) ?? "Unknown Opcode"} (0x${hex(code, 2)}), id ${d.u8(at + 1)}, `);
  out.str(`length ${length + 2}`);
  if (opt.verbose === 0) return;
  const size = d.u16(at + 2);
  if (size < 4) {
    out.str(`\n\tencoded length ${size} (< 4))`);
    return;
  }
  if (size > length) {
    out.str(`\n\tencoded length ${size} (> packet length ${length}))`);
    return;
  }
  out.str(`\n\tencoded length ${size} (=Option(s) length ${size - 4})`);
  if (size === 4) return;
  if (opt.verbose > 1) unknownBytes(d, at - 2, "\n\t", 6);
  if (!controlData(d, protocol, code, at + 4, size)) out.str(`[|${name}]`);
}

function multilink(d: Dissection, at: number, length: number): void {
  const { out } = d;
  if (!d.opt.linkHeader) out.str("MLPPP, ");
  if (length < 2 || !d.has(at, 2)) {
    out.str("[|mlppp]");
    return;
  }
  const head = d.u16(at);
  const flags = bitNames(
    [
      [0x80, "begin"],
      [0x40, "end"],
    ],
    head >> 8,
    "none",
  );
  out.str(`seq 0x${hex(head & 0xfff, 3)}, Flags [${flags}], length ${length}`);
}

/** Made visible, up to the captured end, where it throws TRUNCATED. `size` is 32 bits without a sign. */
function text(d: Dissection, at: number, size: number): void {
  const count = size >>> 0;
  for (let i = 0; i < count; i++) visible(d.out, d.u8(at + i));
}

/** Writes the head that CHAP and PAP share; answers the code, or -1 if it is too short. */
function authenticationHead(d: Dissection, name: string, names: Tokens, at: number, length: number): number {
  const { out } = d;
  const lower = name.toLowerCase();
  if (length < 1) out.str(`[|${lower}]`);
  else if (length < 4) out.str(`[|${lower} 0x${hex(d.u8(at), 2)}]`);
  else {
    const code = d.u8(at);
    out.str(`${name}, ${names.get(code) ?? "unknown"} (0x${hex(code, 2)})`);
    out.str(`, id ${d.u8(at + 1)}`);
    return code;
  }
  return -1;
}

function chap(d: Dissection, at: number, length: number): void {
  const { out } = d;
  const code = authenticationHead(d, "CHAP", CHAP_CODES, at, length);
  if (code < 0) return;
  const size = d.u16(at + 2);
  if (code === 1 || code === 2) {
    if (length < 5) return;
    const value = d.u8(at + 4);
    if (length - 5 < value) return;
    out.str(", Value ");
    writeHexDigits(d, at + 5, value);
    out.str(", Name ");
    text(d, at + 5 + value, size - 5 - value);
  } else if (code === 3 || code === 4) {
    out.str(", Msg ");
    text(d, at + 4, size - 4);
  }
}

function pap(d: Dissection, at: number, length: number): void {
  const { out } = d;
  const code = authenticationHead(d, "PAP", PAP_CODES, at, length);
  if (code < 0) return;
  const size = d.u16(at + 2);
  if (size > length) {
    out.str(`, length ${size} > packet size`);
    return;
  }
  if (size < 4) {
    out.str(`, length ${size} < PAP header length`);
    return;
  }
  if (!PAP_CODES.has(code)) return;
  if (size < (code === 1 ? 6 : 5)) {
    out.str("[|pap]");
    return;
  }
  let pos = at + 4;
  for (const label of code === 1 ? [", Peer ", ", Name "] : [", Msg "]) {
    if (size - (pos - at) < 1) return;
    const count = d.u8(pos++);
    if (size - (pos - at) < count) return;
    out.str(label);
    text(d, pos, count);
    pos += count;
  }
}

/** The packet without HDLC's escapes (RFC 1662 4.2). */
function unescaped(d: Dissection, at: number): Uint8Array {
  const { bytes, end } = d;
  const plain = new Uint8Array(end - at);
  let size = 0;
  for (let i = at; i < end; i++) {
    let octet = bytes[i]!;
    if (octet === ESCAPE) {
      if (i + 1 >= end) break;
      octet = bytes[++i]! ^ 0x20;
    }
    plain[size++] = octet;
  }
  return plain.subarray(0, size);
}

function plainFrame(d: Dissection): boolean {
  const length = d.end;
  if (length < 1) return false;
  const first = d.u8(0);
  if (first === IP || first === IPV6) {
    if (first === IP) printIp(d, 1, length - 1);
    else printIpv6(d, 1, length - 1);
    return true;
  }
  if (length < 2) return false;
  const header = d.u16(0) === HDLC_HEADER ? 4 : 2;
  if (length < header) return false;
  const protocol = d.u16(header - 2);
  if (protocol >> 8 === ESCAPED) d.out.str(`(protocol 0x${hex(protocol, 4)} invalid)`);
  else payload(d, protocol, header, length - header);
  return true;
}

function escapedFrame(d: Dissection, at: number, length: number): void {
  if (d.available(at) === 0 || length === 0) return;
  const { bytes, start, end } = d;
  d.bytes = unescaped(d, at);
  d.start = 0;
  d.end = d.bytes.length;
  let whole = false;
  try {
    whole = plainFrame(d);
  } finally {
    d.bytes = bytes;
    d.start = start;
    d.end = end;
  }
  if (!whole) d.truncated();
}

function payload(d: Dissection, protocol: number, at: number, length: number): void {
  const { out } = d;
  if (protocol >> 8 === ESCAPED) {
    escapedFrame(d, at - 1, length);
    return;
  }
  d.enter();
  switch (protocol) {
    case LCP:
    case IPCP:
    case OSICP:
    case MPLSCP:
    case IPV6CP:
    case CCP:
    case BACP:
      control(d, protocol, at, length);
      break;
    case MULTILINK:
      multilink(d, at, length);
      break;
    case CHAP:
      chap(d, at, length);
      break;
    case PAP:
      pap(d, at, length);
      break;
    case BAP:
      break;
    case 0x0800:
    case VJ_UNCOMPRESSED:
    case IP:
      printIp(d, at, length);
      break;
    case 0x86dd:
    case IPV6:
      printIpv6(d, at, length);
      break;
    case 0x8137:
    case IPX:
      printIpx(d, at);
      break;
    case OSI:
      printOsi(d, at, length);
      break;
    case MPLS_UNICAST:
    case MPLS_MULTICAST:
      printMpls(d, at, length);
      break;
    case COMPRESSED:
      out.str("compressed PPP data");
      break;
    default:
      out.str(`${PROTOCOLS.get(protocol) ?? `unknown PPP protocol (0x${hex(protocol, 4)})`} `);
      unknownBytes(d, at, "\n\t", length);
  }
  d.leave();
}

/** Writes a PPP frame; answers the length of its header, 0 if it is too short. Throws TRUNCATED. */
export function printPpp(d: Dissection, from: number, total: number): number {
  const { out, opt } = d;
  d.protocol = "ppp";
  if (total < 2) {
    d.truncated();
    return 0;
  }
  let at = from;
  const head = d.u16(at);
  if (opt.linkHeader && head === PPPD_IN) out.str("In  ");
  if (opt.linkHeader && head === PPPD_OUT) out.str("Out ");
  if (head === PPPD_IN || head === PPPD_OUT || head === HDLC_HEADER) at += 2;
  if (total - (at - from) < 2) {
    d.truncated();
    return 0;
  }
  const short = d.u8(at) & 1;
  const protocol = short ? d.u8(at) : d.u16(at);
  at += short ? 1 : 2;
  if (opt.linkHeader) {
    const name = PROTOCOLS.get(protocol);
    out.str(`${name ?? "unknown"} (0x${hex(protocol, 4)}), length ${total}`);
    if (name === undefined) return at - from;
    out.str(": ");
  }
  payload(d, protocol, at, total - (at - from));
  return at - from;
}

/** PPP directly in Ethernet, ethertype 0x880b. */
export function printPppInEthernet(d: Dissection, at: number, length: number): void {
  if (length === 0) return;
  d.out.str(": ");
  printPpp(d, at, length);
}

/** Prints a packet of link type 9 (LINKTYPE_PPP). */
export function printPppLink(d: Dissection, at: number, length: number): void {
  d.protocol = "ppp";
  if (d.end - at < 4) {
    d.truncated();
    d.linkHeaderLength = d.end - at;
    return;
  }
  d.linkHeaderLength = 4;
  printPpp(d, at, length);
}

/** Prints a packet of link type 50 (LINKTYPE_PPP_HDLC). */
export function printPppHdlcLink(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "ppp_hdlc";
  const caplen = d.end - at;
  const address = caplen < 2 ? -1 : d.u8(at);
  // Cisco's HDLC: unicast or broadcast.
  if (address === 0x0f || address === 0x8f) {
    d.protocols.link(104)?.(d, at, length);
    return;
  }
  if (caplen < 4) {
    d.truncated();
    d.linkHeaderLength = caplen;
    return;
  }
  if (d.opt.linkHeader) out.str(`${hex(address, 2)} ${hex(d.u8(at + 1), 2)} ${length} `);
  if (address !== 0xff) {
    out.str(`unknown addr ${hex(d.u8(at + 2), 2)}; ctrl ${hex(d.u8(at + 3), 2)}`);
    d.linkHeaderLength = 2;
    return;
  }
  const protocol = d.u16(at + 2);
  out.str(`${PROTOCOLS.get(protocol) ?? `unknown PPP protocol (0x${hex(protocol, 4)})`}: `);
  payload(d, protocol, at + 4, length - 4);
  d.linkHeaderLength = 4;
}
