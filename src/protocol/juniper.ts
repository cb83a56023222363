// Juniper's captures (https://www.tcpdump.org/linktypes.html, LINKTYPE_JUNIPER_*): a header before the layer 2 header.
//
//   magic "MGC" (3) | flags (1) | with bit 7: length (2), { type (1) | length (1) | value }* |
//   a cookie, whose size depends on the line card
import { printAtmOam } from "./atm.ts";
import type { Dissection } from "./dissection.ts";
import { printEthernet, printEthertype } from "./ethernet.ts";
import { printFrameRelay, printMfr } from "./frame-relay.ts";
import { printIp } from "./ip.ts";
import { printIpv6 } from "./ipv6.ts";
import { ENCAPSULATIONS, MEDIA } from "./juniper-names.ts";
import { printLlc } from "./llc.ts";
import { printMpls } from "./mpls.ts";
import { printOsi } from "./osi.ts";
import { printPpp } from "./ppp.ts";
import type { LinkPrinter } from "./protocols.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";

const MAGIC = 0x4d4743;
const FLAG_IN = 0x01;
const FLAG_NO_LAYER2 = 0x02;
const FLAG_EXTENDED = 0x80;
const FLAGS: BitTokens = [
  [FLAG_EXTENDED, "Ext"],
  [0x40, "Filter"],
  [0x04, "IIF"],
  [FLAG_NO_LAYER2, "no-L2"],
  [FLAG_IN, "In"],
];
const EXTENSIONS: Tokens = new Map([
  [1, "Device Interface Index"],
  [2, "Device Interface Name"],
  [3, "Device Media Type"],
  [4, "Logical Interface Index"],
  [5, "Logical Unit Number"],
  [6, "Logical Interface Encapsulation"],
  [7, "TTP derived Device Media Type"],
  [8, "TTP derived Logical Interface Encapsulation"],
]);
/** Extensions whose value is a name's number. */
const EXTENSION_NAMES: ReadonlyMap<number, Tokens> = new Map([
  [3, MEDIA],
  [6, ENCAPSULATIONS],
  [7, MEDIA],
  [8, ENCAPSULATIONS],
]);
const EXTENSION_DEVICE_NAME = 2;

const MLPPP = 130;
const MLFR = 131;
const ES = 132;
const GGSN = 133;
const MFR = 134;
const ATM2 = 135;
const SERVICES = 136;
const ATM1 = 137;
const MONITOR = 164;
const PPPOE = 167;
const PPPOE_ATM = 168;
const ETHER = 178;
const PPP = 179;
const FRELAY = 180;
const CHDLC = 181;
/** Line cards with a cookie: its size, and their name. */
const CARDS: ReadonlyMap<number, readonly [size: number, name: string]> = new Map([
  [ATM1, [4, "ATM1"] as const],
  [ATM2, [8, "ATM2"] as const],
  [MLPPP, [2, "MLPPP"] as const],
  [MLFR, [2, "MLFR"] as const],
  [MFR, [4, "MFR"] as const],
  [PPPOE, [0, "PPPoE"] as const],
  [PPPOE_ATM, [0, "PPPoE ATM"] as const],
  [GGSN, [8, "GGSN"] as const],
  [MONITOR, [8, "MONITOR"] as const],
  [SERVICES, [8, "AS"] as const],
  [ES, [0, "ES"] as const],
]);
const COOKIE_LS = 0x54;
const COOKIE_AS = 0x47;
const MAX_COOKIE = 8;

/** What a services card's cookie says that it carries. */
const LSQ_MASK = 0x70;
const LSQ_IPV4 = 0x00;
const LSQ_IPV6 = 0x10;
const LSQ_MPLS = 0x20;
const LSQ_OSI = 0x30;
/** In both directions, from the routing engine. */
const LSQ_ENGINE = 0x0c;

const ATM2_CELL = 0x70;
const ATM2_GAP = 0x3f;
const ATM2_CONTROL_WORDS = [0, 0x08000000, 0x08380000];

const PPP_OSI = 0x0023;
const PPP_HDLC = 0xff03;
const PPP_PROTOCOLS = [
  0x0021, 0x0023, 0x0281, 0x0283, 0x8021, 0x8023, 0x8281, 0xc021, 0xc023, 0xc223, 0x003d, 0x0057, 0x8057,
];

const SECURITY: Tokens = new Map([
  [1, "ESP ENCR-AUTH"],
  [2, "ESP ENCR-AH AUTH"],
  [3, "ESP AUTH"],
  [4, "AH AUTH"],
  [5, "ESP ENCR"],
]);
const GGSN_PROTOCOLS: Tokens = new Map([
  [1, "Null"],
  [2, "IPv4"],
  [6, "IPv6"],
]);

/** What the header says. */
interface Header {
  /** Bytes before the payload. */
  size: number;
  length: number;
  caplen: number;
  incoming: boolean;
  cookie: Uint8Array;
  cookieSize: number;
  bundle: number;
  protocol: number;
}

/** Prints what looks like an IP packet; false if it does not. */
function guessIp(d: Dissection, at: number, length: number): boolean {
  const first = d.u8(at);
  if (first >= 0x45 && first <= 0x4f) printIp(d, at, length >>> 0);
  else if (first >= 0x60 && first <= 0x6f) printIpv6(d, at, length >>> 0);
  else return false;
  return true;
}

/** The extensions' value at `at`; null if it is not a number. */
function extensionValue(d: Dissection, type: number, at: number, size: number): number | null {
  if (size < 1 || size > 4) return null;
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + d.u8(type < 128 ? at + size - 1 - i : at + i);
  return value === 0xffffffff ? null : value;
}

/** The extensions; false if they contradict themselves. */
function writeExtensions(d: Dissection, at: number, length: number): boolean {
  const { out } = d;
  const shown = d.opt.verbose > 1;
  if (shown) out.str(`, PCAP Extension(s) total length ${length}`);
  d.need(at, length);
  for (let left = length; left > 2; ) {
    const type = d.u8(at);
    const size = d.u8(at + 1);
    if (type === 0 || size === 0) break;
    if (left < size + 2) {
      out.str(` [extension_length ${left} < ${size + 2}]`);
      d.invalid();
      return false;
    }
    if (shown)
      out.str(`\n\t  ${EXTENSIONS.get(type) ?? "Unknown"} Extension TLV #${type}, length ${size}, value `);
    const value = extensionValue(d, type, at + 2, size);
    if (shown && value !== null && type !== EXTENSION_DEVICE_NAME) {
      const names = EXTENSION_NAMES.get(type);
      out.str(names === undefined ? `${value}` : `${names.get(value) ?? "Unknown"} (${value})`);
    }
    at += size + 2;
    left -= size + 2;
  }
  if (shown) out.str("\n\t-----original packet-----\n\t");
  return true;
}

/** The cookie: which kind it is, 0 for one without a kind; null if it is wrong. */
function readCookie(
  d: Dissection,
  card: number,
  header: Header,
  at: number,
  row: readonly [number, string],
): number | null {
  const { out, opt } = d;
  const first = d.u8(at);
  let size = row[0];
  if (first === COOKIE_LS) size += 2;
  else if (first === COOKIE_AS) size = MAX_COOKIE;
  if (card === MFR && (first & 0xc0) === 0xc0) size = 0;
  header.cookieSize = size;
  header.size += size;
  header.length -= size;
  header.caplen -= size;
  if (opt.linkHeader) out.str(`${row[1]}-PIC, cookie-len ${size}`);
  if (size > MAX_COOKIE) {
    d.invalid();
    return null;
  }
  if (size > 0) {
    d.need(at, size);
    if (opt.linkHeader) out.str(", cookie 0x");
    for (let i = 0; i < size; i++) {
      header.cookie[i] = d.u8(at + i);
      if (opt.linkHeader) out.hexPad(d.u8(at + i), 2);
    }
  }
  if (opt.linkHeader) out.str(": ");
  header.protocol = d.u16(at + size);
  return first === COOKIE_LS || first === COOKIE_AS ? first : 0;
}

/** What a bundle's cookie says of the link and of what it carries. */
function readBundle(d: Dissection, card: number, header: Header, kind: number, at: number): void {
  const { cookie } = header;
  const skip = () => {
    header.size += 2;
    header.length -= 2;
    header.caplen -= 2;
  };
  if (kind === COOKIE_AS) {
    header.bundle = (((cookie[6]! << 8) | cookie[7]!) >> 3) & 0xfff;
    header.protocol = cookie[5]! & LSQ_MASK;
  } else if (kind === COOKIE_LS) {
    header.bundle = cookie[1]!;
    if (card === MLPPP) return;
    header.protocol = d.u16(at);
    skip();
  } else {
    header.bundle = cookie[0]!;
    if (card === MLFR) skip();
  }
}

/** Reads the header; true if a payload is left to print. */
function readHeader(d: Dissection, card: number, header: Header, at: number): boolean {
  const { out, opt } = d;
  const flags = d.u8(at + 3);
  header.incoming = (flags & FLAG_IN) !== 0;
  if (d.u24(at) !== MAGIC) {
    out.str("no magic-number found!");
    return false;
  }
  if (opt.linkHeader) out.str(header.incoming ? " In " : "Out ");
  let size = 4;
  if (opt.verbose > 1) out.str(`\n\tJuniper PCAP Flags [${bitNames(FLAGS, flags, "none")}]`);
  if (flags & FLAG_EXTENDED) {
    const extension = d.u16(at + 4);
    size += 2 + extension;
    if (!writeExtensions(d, at + 6, extension)) return false;
  }
  if (flags & FLAG_NO_LAYER2) {
    if (opt.linkHeader) out.str("no-L2-hdr, ");
    size += 4;
    if (!guessIp(d, at + size, header.length - size)) out.str("no IP-hdr found!");
    header.size = size;
    return false;
  }
  header.size = size;
  header.length -= size;
  header.caplen -= size;
  const row = CARDS.get(card);
  const kind = row === undefined ? 0 : readCookie(d, card, header, at + size, row);
  if (kind === null) return false;
  const pos = at + size + header.cookieSize;
  if (card === MLPPP || card === MLFR || card === MFR) readBundle(d, card, header, kind, pos);
  else if (card === ATM2) {
    d.need(pos, 4);
    if (header.cookie[7]! & ATM2_CELL) {
      const word = d.u32(pos);
      if (ATM2_CONTROL_WORDS.includes(word)) header.size += 4;
      if (opt.linkHeader) out.str(`control-word 0x${word.toString(16).padStart(8, "0")} `);
    }
  }
  if (opt.linkHeader) {
    out.str(`hlen ${header.size}, proto 0x`);
    out.hexPad(header.protocol, 4);
    out.str(", ");
  }
  return true;
}

/** What a services card's cookie names; false if it is nothing known. */
function printNamed(d: Dissection, protocol: number, at: number, length: number): boolean {
  if (protocol === LSQ_IPV4) printIp(d, at, length);
  else if (protocol === LSQ_IPV6) printIpv6(d, at, length);
  else if (protocol === LSQ_MPLS) printMpls(d, at, length);
  else if (protocol === LSQ_OSI) printOsi(d, at, length);
  else return false;
  return true;
}

type CardPrinter = (d: Dissection, header: Header, at: number, length: number) => number | undefined;

const printGgsn: CardPrinter = (d, { cookie }, at, length) => {
  const protocol = cookie[2]!;
  if (d.opt.linkHeader) {
    const vlan = (cookie[4]! << 8) | cookie[5]!;
    d.out.str(`proto ${GGSN_PROTOCOLS.get(protocol) ?? "Unknown"} (${protocol}), vlan ${vlan}: `);
  }
  if (protocol === 2) printIp(d, at, length);
  else if (protocol === 6) printIpv6(d, at, length);
  else if (!d.opt.linkHeader) d.out.str(`unknown GGSN proto (${protocol})`);
  return undefined;
};

const printEs: CardPrinter = (d, _header, at, length) => {
  const { out } = d;
  d.need(at, 16);
  const type = d.u8(at + 3);
  if (!SECURITY.has(type)) {
    out.str(`ES Invalid type ${type}, length ${length}`);
    return undefined;
  }
  const rewritten = type >= 3 ? 16 : 0;
  const left = (length - rewritten) >>> 0;
  if (d.opt.linkHeader) {
    out.str(`ES SA, index ${d.u16(at)}, ttl ${d.u8(at + 2)} type ${SECURITY.get(type)} (${type}), `);
    if (rewritten > 0) {
      out.str(`spi ${d.u32(at + 4)}, Tunnel `);
      d.ip4(at + 8);
      out.str(" > ");
      d.ip4(at + 12);
      out.str(", ");
    }
    out.str(`length ${left}\n`);
  }
  printIp(d, at + rewritten, left);
  return undefined;
};

const printMonitor: CardPrinter = (d, _header, at, length) => {
  d.need(at, 8);
  if (d.opt.linkHeader)
    d.out.str(`service-id ${d.u32(at + 4)}, iif ${d.u16(at + 2)}, pkt-type ${d.u8(at)}: `);
  guessIp(d, at, length);
  return undefined;
};

const printServices: CardPrinter = (d, _header, at, length) => {
  const { out } = d;
  d.need(at, 8);
  if (d.opt.linkHeader) {
    out.str(`service-id ${d.u8(at)} flags 0x`);
    out.hexPad(d.u8(at + 1), 2);
    out.str(" service-set-id 0x");
    out.hexPad(d.u16(at + 2), 4);
    out.str(` iif ${d.u24(at + 5)}: `);
  }
  guessIp(d, at, length);
  return undefined;
};

const printMlppp: CardPrinter = (d, header, at, length) => {
  const { cookie, protocol, bundle } = header;
  const start = (cookie[0]! << 8) | cookie[1]!;
  if (d.opt.linkHeader && start !== PPP_OSI && start !== PPP_HDLC) d.out.str(`Bundle-ID ${bundle}: `);
  if (protocol === LSQ_IPV4 && cookie[4] === LSQ_ENGINE) printPpp(d, at, length);
  else if (printNamed(d, protocol, at, length)) return undefined;
  else if (start === PPP_OSI) printPpp(d, at - 2, length + 2);
  else printPpp(d, at, length);
  return undefined;
};

/** OSI, IP and signalling behind an UI frame's control field; false for anything else. */
function printUi(d: Dissection, protocol: number, at: number, length: number): void {
  if (protocol === 0x0308 || protocol === 0x03cc || protocol === 0x038e) printOsi(d, at - 1, length + 1);
  else d.out.str(`unknown protocol 0x${protocol.toString(16).padStart(4, "0")}, length ${length}`);
}

function writeBundle(d: Dissection, { cookie, bundle }: Header): void {
  const first = cookie[0] === 0 && cookie[1] === 0 && cookie[2] === 0 && cookie[3] === 1;
  if (d.opt.linkHeader && !first) d.out.str(`Bundle-ID ${bundle}, `);
}

const printBundle: CardPrinter = (d, header, at, length) => {
  const { cookieSize, protocol } = header;
  if (cookieSize === 0) printMfr(d, at, length);
  else if (cookieSize === MAX_COOKIE) printNamed(d, protocol, at, length);
  else {
    writeBundle(d, header);
    if (protocol === 0xfefe) {
      d.need(at, 1);
      printOsi(d, at + 1, length - 1);
    } else printUi(d, protocol, at, length);
  }
  return undefined;
};

const printMlfr: CardPrinter = (d, header, at, length) => {
  writeBundle(d, header);
  if (header.protocol === 0x0003 || header.protocol === 0x0300) printOsi(d, at, length);
  else printUi(d, header.protocol, at, length);
  return undefined;
};

const printAtm: CardPrinter = (d, header, at, length) => {
  const { cookie, caplen, incoming } = header;
  const second = d.protocol === "juniper_atm2";
  if (second ? cookie[7]! & ATM2_CELL : cookie[0] === 0x80) {
    printAtmOam(d, at, length, 0);
    return undefined;
  }
  const llc = d.u24(at);
  if ((llc === 0xfefe03 || llc === 0xaaaa03) && printLlc(d, at, length, caplen, -1, -1) > 0) return undefined;
  if (second && !incoming && cookie[3]! & ATM2_GAP) {
    printEthernet(d, at, length, caplen);
    return undefined;
  }
  if (d.u8(at) === 0x03) {
    printOsi(d, at + 1, length - 1);
    return undefined;
  }
  if (second && PPP_PROTOCOLS.includes(d.u16(at))) printPpp(d, at, length);
  else guessIp(d, at, length);
  return undefined;
};

/** The printer of a line card's link type. What `print` returns counts as link header, too. */
function card(type: number, name: string, print: CardPrinter): LinkPrinter {
  return (d, at, length) => {
    d.protocol = `juniper_${name}`;
    const header: Header = {
      size: 0,
      length,
      caplen: d.end - at,
      incoming: false,
      cookie: new Uint8Array(MAX_COOKIE),
      cookieSize: 0,
      bundle: 0,
      protocol: 0,
    };
    const more = readHeader(d, type, header, at);
    const used = more ? print(d, header, at + header.size, header.length >>> 0) : 0;
    d.linkHeaderLength = header.size + (used ?? 0);
  };
}

/** The printers of Juniper's link types, by their number. */
export const JUNIPER_LINKS: readonly (readonly [type: number, name: string, print: LinkPrinter])[] = (
  [
    [MLPPP, "mlppp", printMlppp],
    [MLFR, "mlfr", printMlfr],
    [ES, "es", printEs],
    [GGSN, "ggsn", printGgsn],
    [MFR, "mfr", printBundle],
    [ATM2, "atm2", printAtm],
    [SERVICES, "services", printServices],
    [ATM1, "atm1", printAtm],
    [MONITOR, "monitor", printMonitor],
    [
      PPPOE,
      "pppoe",
      (d: Dissection, { caplen }: Header, at: number, length: number) => {
        printEthernet(d, at, length, caplen);
        return undefined;
      },
    ],
    [
      PPPOE_ATM,
      "pppoe_atm",
      (d: Dissection, { caplen }: Header, at: number, length: number) => {
        const type = d.u16(at);
        if (!printEthertype(d, type, at + 2, length - 2, caplen - 2, -1, -1))
          d.out.str(`unknown ethertype 0x${type.toString(16).padStart(4, "0")}`);
        return undefined;
      },
    ],
    [
      ETHER,
      "ether",
      (d: Dissection, { caplen }: Header, at: number, length: number) => printEthernet(d, at, length, caplen),
    ],
    [
      PPP,
      "ppp",
      (d: Dissection, _header: Header, at: number, length: number) => {
        printPpp(d, at, length);
        return undefined;
      },
    ],
    [
      FRELAY,
      "frelay",
      (d: Dissection, _header: Header, at: number, length: number) => {
        printFrameRelay(d, at, length);
        return undefined;
      },
    ],
    [
      CHDLC,
      "chdlc",
      (d: Dissection, _header: Header, at: number, length: number) => {
        d.protocols.link(104)?.(d, at, length);
        return undefined;
      },
    ],
  ] as const
).map(([type, name, print]) => [type, name, card(type, name, print)] as const);
