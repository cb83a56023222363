// IEEE 802.11 frames (IEEE 802.11-2016 9.2).
//
//   frame control (2) | duration (2) | address 1 (6) | address 2 (6) | address 3 (6) | sequence control (2) |
//   address 4 (6), between access points | QoS control (2), in QoS frames | body
//
// Control frames end after one or two addresses. All fields are little-endian.
import type { Dissection } from "./dissection.ts";
import { LAST_STATUS, REASONS, STATUSES } from "./ieee80211-codes.ts";
import { printLlc } from "./llc.ts";
import { visible } from "./phrase.ts";
import type { Tokens } from "./token.ts";

const MANAGEMENT = 0;
const CONTROL = 1;
const DATA = 2;

// Frame control.
const TO_DS = 0x0100;
const FROM_DS = 0x0200;
const MORE_FRAGMENTS = 0x0400;
const RETRY = 0x0800;
const POWER_MANAGEMENT = 0x1000;
const MORE_DATA = 0x2000;
const PROTECTED = 0x4000;
const ORDER = 0x8000;
/** Under -v these are told, in this order. */
const FLAGS: readonly (readonly [number, string])[] = [
  [MORE_DATA, "More Data "],
  [MORE_FRAGMENTS, "More Fragments "],
  [POWER_MANAGEMENT, "Pwr Mgmt "],
  [RETRY, "Retry "],
  [ORDER, "Strictly Ordered "],
  [PROTECTED, "Protected "],
];

const ASSOCIATION_REQUEST = 0;
const ASSOCIATION_RESPONSE = 1;
const REASSOCIATION_REQUEST = 2;
const REASSOCIATION_RESPONSE = 3;
const PROBE_REQUEST = 4;
const PROBE_RESPONSE = 5;
const BEACON = 8;
const DISASSOCIATION = 10;
const AUTHENTICATION = 11;
const DEAUTHENTICATION = 12;
const ACTION = 13;
const MANAGEMENT_NAMES: Tokens = new Map([
  [ASSOCIATION_REQUEST, "Assoc Request"],
  [ASSOCIATION_RESPONSE, "Assoc Response"],
  [REASSOCIATION_REQUEST, "ReAssoc Request"],
  [REASSOCIATION_RESPONSE, "ReAssoc Response"],
  [PROBE_REQUEST, "Probe Request"],
  [PROBE_RESPONSE, "Probe Response"],
  [BEACON, "Beacon"],
  [9, "ATIM"],
  [DISASSOCIATION, "Disassociation"],
  [AUTHENTICATION, "Authentication"],
  [DEAUTHENTICATION, "DeAuthentication"],
  [ACTION, "Action"],
]);

const WRAPPER = 7;
const BLOCK_ACK_REQUEST = 8;
const BLOCK_ACK = 9;
const PS_POLL = 10;
const RTS = 11;
const CTS = 12;
const ACK = 13;
const CF_END = 14;
const CF_END_ACK = 15;
/** A control frame's name and the length of its header. */
const CONTROLS: ReadonlyMap<number, readonly [name: string, header: number]> = new Map([
  [WRAPPER, ["Control Wrapper", 16] as const],
  [BLOCK_ACK_REQUEST, ["BAR", 20] as const],
  [BLOCK_ACK, ["BA", 10] as const],
  [PS_POLL, ["Power Save-Poll", 16] as const],
  [RTS, ["Request-To-Send", 16] as const],
  [CTS, ["Clear-To-Send", 10] as const],
  [ACK, ["Acknowledgment", 10] as const],
  [CF_END, ["CF-End", 16] as const],
  [CF_END_ACK, ["CF-End+CF-Ack", 16] as const],
]);

// Subtypes of data frames are bits.
const CF_ACKED = 1;
const CF_POLLED = 2;
const NO_DATA = 4;
const QOS = 8;

const ADDRESS1 = 4;
const ADDRESS2 = 10;
const ADDRESS3 = 16;
const ADDRESS4 = 24;

const CAPABILITY_ESS = 0x01;
const CAPABILITY_PRIVACY = 0x10;

const ELEMENT_SSID = 0;
const ELEMENT_RATES = 1;
const ELEMENT_DS = 3;
const ELEMENT_TIM = 5;
const ELEMENT_CHALLENGE = 16;
const MAX_SSID = 32;
const MAX_RATES = 16;
const MAX_TIM = 254;
const MAX_CHALLENGE = 253;

const ALGORITHMS = ["Open System", "Shared Key", "EAP"] as const;
const SHARED_KEY = 1;

/** Action frames: the category's name, and the names of its actions if they have any (9.4.1.11). */
const ACTIONS: ReadonlyMap<number, readonly [category: string, actions: readonly (string | undefined)[]]> =
  new Map([
    [0, ["Spectrum Management ", []] as const],
    [1, ["QoS ", []] as const],
    [2, ["DLS ", []] as const],
    [3, ["BA ", ["ADDBA Request", "ADDBA Response", "DELBA"]] as const],
    [7, ["HT ", ["TxChWidth", "MIMOPwrSave"]] as const],
    [
      13,
      [
        "MeshAction ",
        [
          "MeshLink",
          "HWMP",
          "Gate Announcement",
          "Congestion Control",
          "MCCA Setup Request",
          "MCCA Setup Reply",
          "MCCA Advertisement Request",
          "MCCA Advertisement",
          "MCCA Teardown",
          "TBTT Adjustment Request",
          "TBTT Adjustment Response",
        ],
      ] as const,
    ],
    [14, ["MultiohopAction ", ["Proxy Update", "Proxy Update Confirmation"]] as const],
    [
      15,
      [
        "SelfprotectAction ",
        [
          undefined,
          "Peering Open",
          "Peering Confirm",
          "Peering Close",
          "Group Key Inform",
          "Group Key Acknowledge",
        ],
      ] as const,
    ],
    [127, ["Vendor ", []] as const],
  ]);

/** Where the first element of each kind that is shown lies: its value, not its header; -1 if there is none. */
interface Elements {
  ssid: number;
  ssidSize: number;
  rates: number;
  ratesSize: number;
  channel: number;
  /** False if the elements do not end where the frame does. */
  whole: boolean;
}

function findElements(d: Dissection, from: number, length: number): Elements {
  const found: Elements = { ssid: -1, ssidSize: 0, rates: -1, ratesSize: 0, channel: -1, whole: false };
  let at = from;
  let left = length;
  while (left > 0) {
    if (left < 2 || !d.has(at, 2)) return found;
    const id = d.u8(at);
    const size = d.u8(at + 1);
    if (left < size + 2 || !d.has(at + 2, size)) return found;
    at += 2;
    if (id === ELEMENT_SSID) {
      if (size > MAX_SSID) return found;
      if (found.ssid < 0) {
        found.ssid = at;
        found.ssidSize = size;
      }
    } else if (id === ELEMENT_RATES) {
      if (size > MAX_RATES) return found;
      if (found.rates < 0 && size > 0) {
        found.rates = at;
        found.ratesSize = size;
      }
    } else if (id === ELEMENT_TIM ? size > MAX_TIM : id === ELEMENT_CHALLENGE && size > MAX_CHALLENGE)
      return found;
    else if (id === ELEMENT_DS && size === 1 && found.channel < 0) found.channel = d.u8(at);
    at += size;
    left -= size + 2;
  }
  found.whole = true;
  return found;
}

function writeSsid(d: Dissection, { ssid, ssidSize }: Elements): void {
  if (ssid < 0) return;
  d.out.str(" (");
  for (let i = 0; i < ssidSize; i++) {
    const octet = d.bytes[ssid + i]!;
    if (octet === 0) break;
    visible(d.out, octet);
  }
  d.out.ch(41);
}

/** Rates are counts of 500 kb/s; the top bit marks those that every station must have. */
function writeRates(d: Dissection, { rates, ratesSize }: Elements): void {
  if (rates < 0) return;
  for (let i = 0; i < ratesSize; i++) {
    const rate = d.bytes[rates + i]!;
    d.out.str(`${i === 0 ? " [" : " "}${halves(rate & 0x7f)}${rate & 0x80 ? "*" : ""}`);
  }
  d.out.str(" Mbit]");
}

function writeChannel(d: Dissection, { channel }: Elements, capability: number): void {
  if (channel >= 0) d.out.str(` CH: ${channel}`);
  if (capability & CAPABILITY_PRIVACY) d.out.str(", PRIVACY");
}

/** Half a number with one decimal. */
export function halves(n: number): string {
  return `${n >> 1}.${n & 1 ? 5 : 0}`;
}

function statusText(status: number): string {
  return STATUSES.get(status) ?? (status > LAST_STATUS ? "n/a" : "Reserved");
}

/** The start of a body encrypted with WEP (12.3.2.2); false if it is cut off. */
function writeWep(d: Dissection, at: number): boolean {
  if (!d.has(at, 4)) return false;
  const vector = d.le32(at);
  d.out.str(` IV:${(vector & 0xffffff).toString(16).padStart(3)} `);
  d.out.str(`Pad ${((vector >>> 24) & 0x3f).toString(16)} KeyID ${(vector >>> 30).toString(16)}`);
  return true;
}

function writeAuthentication(d: Dissection, at: number, length: number): boolean {
  if (length < 6 || !d.has(at, 6)) return false;
  const algorithm = d.le16(at);
  const step = d.le16(at + 2);
  const { whole } = findElements(d, at + 6, length - 6);
  d.out.str(` (${ALGORITHMS[algorithm] ?? "Reserved"})-${step.toString(16)}`);
  d.out.str(algorithm === SHARED_KEY && (step === 2 || step === 3) ? " [Challenge Text] " : ": ");
  if (step % 2 === 1) d.out.str(statusText(d.le16(at + 4)));
  return whole;
}

function writeAction(d: Dissection, at: number, length: number, source: number): boolean {
  const { out } = d;
  if (length < 2 || !d.has(at, 2)) return false;
  writeOrigin(d, source);
  const category = d.u8(at);
  const action = d.u8(at + 1);
  const row = ACTIONS.get(category);
  out.str(row === undefined ? `Reserved(${category}) ` : row[0]);
  out.str(row?.[1][action] ?? `Act#${action}`);
  return true;
}

/** ": ", and before it the sender, if no link header shows it. */
function writeOrigin(d: Dissection, source: number): void {
  if (!d.opt.linkHeader) {
    d.need(source, 6);
    d.out.str(" (");
    d.mac(source);
    d.out.ch(41);
  }
  d.out.str(": ");
}

/** What a management frame says; false if it is cut off. */
function writeManagement(
  d: Dissection,
  control: number,
  header: number,
  at: number,
  length: number,
): boolean {
  const { out } = d;
  const subtype = (control >> 4) & 15;
  const source = header + ADDRESS2;
  out.str(MANAGEMENT_NAMES.get(subtype) ?? `Unhandled Management subtype(${subtype.toString(16)})`);
  if (control & PROTECTED) return writeWep(d, at);
  const fits = (size: number) => length >= size && d.has(at, size);
  switch (subtype) {
    case ASSOCIATION_REQUEST: {
      if (!fits(4)) return false;
      const elements = findElements(d, at + 4, length - 4);
      writeSsid(d, elements);
      writeRates(d, elements);
      return elements.whole;
    }
    case ASSOCIATION_RESPONSE:
    case REASSOCIATION_RESPONSE: {
      if (!fits(6)) return false;
      const { whole } = findElements(d, at + 6, length - 6);
      const privacy = d.le16(at) & CAPABILITY_PRIVACY ? " PRIVACY " : "";
      out.str(` AID(${(d.le16(at + 4) & 0x3fff).toString(16)}) :${privacy}: ${statusText(d.le16(at + 2))}`);
      return whole;
    }
    case REASSOCIATION_REQUEST: {
      if (!fits(10)) return false;
      const elements = findElements(d, at + 10, length - 10);
      writeSsid(d, elements);
      out.str(" AP : ");
      d.mac(at + 4);
      return elements.whole;
    }
    case PROBE_REQUEST: {
      const elements = findElements(d, at, length);
      writeSsid(d, elements);
      writeRates(d, elements);
      return elements.whole;
    }
    case PROBE_RESPONSE:
    case BEACON: {
      if (!fits(12)) return false;
      const capability = d.le16(at + 10);
      const elements = findElements(d, at + 12, length - 12);
      writeSsid(d, elements);
      writeRates(d, elements);
      if (subtype === BEACON) out.str(capability & CAPABILITY_ESS ? " ESS" : " IBSS");
      writeChannel(d, elements, capability);
      return elements.whole;
    }
    case AUTHENTICATION:
      return writeAuthentication(d, at, length);
    case DISASSOCIATION:
    case DEAUTHENTICATION:
      if (!fits(2)) return false;
      if (subtype === DISASSOCIATION) out.str(": ");
      else writeOrigin(d, source);
      out.str(REASONS.get(d.le16(at)) ?? "Reserved");
      return true;
    case ACTION:
      return writeAction(d, at, length, source);
    default:
      return true;
  }
}

/** Addresses with a word before each; all are checked before the first is written. */
function writeAddresses(d: Dissection, at: number, ...pairs: readonly (readonly [string, number])[]): void {
  for (const [, offset] of pairs) d.need(at + offset, 6);
  for (const [word, offset] of pairs) {
    d.out.str(word);
    d.mac(at + offset);
    d.out.ch(32);
  }
}

function writeBlockAckRequest(d: Dissection, at: number): void {
  const { out } = d;
  d.need(at, 20);
  out.ch(32);
  writeAddresses(d, at, ["RA:", ADDRESS1], ["TA:", ADDRESS2]);
  out.str(`CTL(${d.le16(at + 16).toString(16)}) SEQ(${d.le16(at + 18)}) `);
}

/** What a control frame says besides what -e shows; false if it is cut off. */
function writeControl(d: Dissection, subtype: number, at: number): boolean {
  const { out } = d;
  const row = CONTROLS.get(subtype)!;
  out.str(row[0]);
  if (subtype === WRAPPER) return true;
  if (!d.has(at, row[1])) return false;
  if (subtype === PS_POLL) out.str(` AID(${d.le16(at + 2).toString(16)})`);
  else if (d.opt.linkHeader) return true;
  else if (subtype === BLOCK_ACK_REQUEST) writeBlockAckRequest(d, at);
  else {
    out.ch(32);
    if (subtype === RTS) writeAddresses(d, at, ["TA:", ADDRESS2]);
    else writeAddresses(d, at, ["RA:", ADDRESS1]);
  }
  return true;
}

function writeControlHeader(d: Dissection, subtype: number, at: number): void {
  switch (subtype) {
    case BLOCK_ACK_REQUEST:
      writeBlockAckRequest(d, at);
      break;
    case BLOCK_ACK:
    case CTS:
    case ACK:
      writeAddresses(d, at, ["RA:", ADDRESS1]);
      break;
    case PS_POLL:
      writeAddresses(d, at, ["BSSID:", ADDRESS1], ["TA:", ADDRESS2]);
      break;
    case RTS:
      writeAddresses(d, at, ["RA:", ADDRESS1], ["TA:", ADDRESS2]);
      break;
    case CF_END:
    case CF_END_ACK:
      writeAddresses(d, at, ["RA:", ADDRESS1], ["BSSID:", ADDRESS2]);
  }
}

function writeDataHeader(d: Dissection, control: number, at: number): void {
  const { out } = d;
  const subtype = (control >> 4) & 15;
  if (subtype & (CF_ACKED | CF_POLLED | QOS)) {
    out.str("CF ");
    if (subtype & CF_ACKED) out.str(subtype & CF_POLLED ? "Ack/Poll" : "Ack");
    else if (subtype & CF_POLLED) out.str("Poll");
    out.str(subtype & QOS ? "+QoS " : " ");
  }
  const direction = control & (TO_DS | FROM_DS);
  if (direction === 0) writeAddresses(d, at, ["DA:", ADDRESS1], ["SA:", ADDRESS2], ["BSSID:", ADDRESS3]);
  else if (direction === FROM_DS)
    writeAddresses(d, at, ["DA:", ADDRESS1], ["BSSID:", ADDRESS2], ["SA:", ADDRESS3]);
  else if (direction === TO_DS)
    writeAddresses(d, at, ["BSSID:", ADDRESS1], ["SA:", ADDRESS2], ["DA:", ADDRESS3]);
  else writeAddresses(d, at, ["RA:", ADDRESS1], ["TA:", ADDRESS2], ["DA:", ADDRESS3], ["SA:", ADDRESS4]);
}

/** Size of the draft 802.11s mesh header at `at`, by its first byte; 0 if that is none. Throws TRUNCATED. */
function meshLength(d: Dissection, at: number): number {
  const flags = d.u8(at);
  return flags & ~3 ? 0 : 6 * (1 + (flags & 3));
}

/** Writes the mesh header at `at`: flags (1) | TTL (1) | sequence number (4) | up to three addresses. */
function writeMesh(d: Dissection, at: number): void {
  const { out } = d;
  const extensions = d.u8(at) & 3;
  out.str(`MeshData (AE ${extensions} TTL ${d.u8(at + 1)} seq ${d.le32(at + 2)}`);
  for (let i = 0; i < extensions; i++) {
    d.need(at + 6 + 6 * i, 6);
    out.str(` A${4 + i}:`);
    d.mac(at + 6 + 6 * i);
  }
  out.str(") ");
}

/** What -e shows. */
function writeHeader(d: Dissection, control: number, at: number, mesh: number): void {
  const type = (control >> 2) & 3;
  const subtype = (control >> 4) & 15;
  if (d.opt.verbose > 0) {
    for (const [bit, text] of FLAGS) if (control & bit) d.out.str(text);
    if (type !== CONTROL || subtype !== PS_POLL) d.out.str(`${d.le16(at + 2)}us `);
  }
  if (mesh >= 0) writeMesh(d, mesh);
  if (type === MANAGEMENT) writeAddresses(d, at, ["BSSID:", ADDRESS3], ["DA:", ADDRESS1], ["SA:", ADDRESS2]);
  else if (type === CONTROL) writeControlHeader(d, subtype, at);
  else writeDataHeader(d, control, at);
}

/** Length of a frame's header; 0 if its kind is not known, which is then said. */
function headerLength(d: Dissection, control: number): number {
  const type = (control >> 2) & 3;
  const subtype = (control >> 4) & 15;
  if (type === MANAGEMENT) return 24;
  if (type === CONTROL) {
    const row = CONTROLS.get(subtype);
    if (row !== undefined) return row[1];
    d.out.str(`unknown 802.11 ctrl frame subtype (${subtype})`);
    return 0;
  }
  if (type === DATA) {
    const addresses = (control & TO_DS) !== 0 && (control & FROM_DS) !== 0 ? 30 : 24;
    return subtype & QOS ? addresses + 2 : addresses;
  }
  d.out.str(`unknown 802.11 frame type (${type})`);
  return 0;
}

/**
 * Prints a frame of `length` bytes on the wire, of which `caplen` were captured; the last `checksum` of them are a
 * frame check sequence. `padded`: the header is filled up to a multiple of four bytes. Returns its header's length,
 * that of LLC and SNAP included.
 */
export function printFrame(
  d: Dissection,
  at: number,
  length: number,
  caplen: number,
  padded: boolean,
  checksum: number,
): number {
  const { out } = d;
  d.protocol = "802.11";
  const captured = caplen;
  if (length < checksum) {
    d.truncated();
    return captured;
  }
  length -= checksum;
  if (caplen > length) {
    d.end -= caplen - length;
    caplen = length;
  }
  if (caplen < 2) {
    d.truncated();
    return captured;
  }
  const control = d.le16(at);
  let header = headerLength(d, control);
  if (header === 0) return 0;
  if (padded) header = (header + 3) & ~3;
  let mesh = 0;
  if (d.opt.mesh && ((control >> 2) & 3) === DATA && ((control >> 4) & QOS) !== 0) {
    if (!d.has(at + header, 1)) {
      d.truncated();
      return header;
    }
    mesh = meshLength(d, at + header);
    header += mesh;
  }
  if (caplen < header) {
    d.truncated();
    return header;
  }
  if (d.opt.linkHeader) writeHeader(d, control, at, mesh === 0 ? -1 : at + header - mesh);
  const body = at + header;
  length -= header;
  caplen -= header;
  const type = (control >> 2) & 3;
  const subtype = (control >> 4) & 15;
  if (type === MANAGEMENT) {
    if (!writeManagement(d, control, at, body, length)) d.truncated();
  } else if (type === CONTROL) {
    if (!writeControl(d, subtype, at)) d.truncated();
  } else if ((subtype & NO_DATA) === 0) {
    if (control & PROTECTED) {
      out.str("Data");
      if (!writeWep(d, body)) d.truncated();
    } else {
      const toDs = (control & TO_DS) !== 0;
      const fromDs = (control & FROM_DS) !== 0;
      const src = at + (fromDs ? (toDs ? ADDRESS4 : ADDRESS3) : ADDRESS2);
      const dst = at + (toDs ? ADDRESS3 : ADDRESS1);
      const used = printLlc(d, body, length, caplen, src, dst);
      if (used < 0) d.dumpUnknown(body, caplen);
      header += Math.abs(used);
    }
  }
  return header;
}

/** Link type 105 (LINKTYPE_IEEE802_11). */
export function printIeee80211Link(d: Dissection, at: number, length: number): void {
  d.linkHeaderLength = printFrame(d, at, length, d.end - at, false, 0);
}
