// IEEE 802.2 logical link control, and SNAP (IEEE 802).
//
//    DSAP (1) | SSAP (1) | control (1 for U frames, else 2, little-endian) | for SNAP: OUI (3) | protocol (2)
import type { Dissection } from "./dissection.ts";
import { printEthernet, printEthertype } from "./ethernet.ts";
import { ETHERTYPE_NAMES } from "./ethertypes.ts";
import { printFddi } from "./fddi.ts";
import { OUI_APPLETALK, OUI_CISCO, OUI_CISCO_BRIDGED, OUI_ETHERNET, OUI_NAMES, OUI_RFC2684 } from "./oui.ts";
import type { Tokens } from "./token.ts";
import { printTokenRing } from "./token-ring.ts";

const SAP_SNAP = 0xaa;
const UI = 0x03;
const XID = 0xaf;
const XID_FORMAT = 0x81;

const SAP_NAMES: Tokens = new Map([
  [0x00, "Null"],
  [0xff, "Global"],
  [0x02, "802.1B I"],
  [0x03, "802.1B G"],
  [0x06, "IP"],
  [0x04, "SNA"],
  [0x0e, "ProWay NM"],
  [0x42, "STP"],
  [0x4e, "RS511"],
  [0x7e, "ISO8208"],
  [0x8e, "ProWay"],
  [SAP_SNAP, "SNAP"],
  [0xe0, "IPX"],
  [0xf0, "NetBeui"],
  [0xfe, "OSI"],
]);
const COMMANDS: Tokens = new Map([
  [UI, "ui"],
  [0xe3, "test"],
  [XID, "xid"],
  [0x63, "ua"],
  [0x43, "disc"],
  [0x0f, "dm"],
  [0x6f, "sabme"],
  [0x87, "frmr"],
]);
// Bit 0: response; bit 4 of a U frame's or bit 8 of the others' control field: poll or final.
const FLAGS: Tokens = new Map([
  [0x000, "Command"],
  [0x001, "Response"],
  [0x010, "Poll"],
  [0x011, "Final"],
  [0x100, "Poll"],
  [0x101, "Final"],
]);
const SUPERVISORY: Tokens = new Map([
  [0, "Receiver Ready"],
  [1, "Receiver not Ready"],
  [2, "Reject"],
]);
const CISCO_PROTOCOLS: Tokens = new Map([
  [0x2000, "CDP"],
  [0x2003, "VTP"],
  [0x2004, "DTP"],
  [0x0111, "UDLD"],
  [0x010b, "PVST"],
  [0x010c, "VLAN Bridge"],
]);
const PID_ETHERNET_FCS = 0x0001;
const PID_ETHERNET = 0x0007;
const PID_TOKEN_RING_FCS = 0x0003;
const PID_TOKEN_RING = 0x0009;
const PID_FDDI_FCS = 0x0004;
const PID_FDDI = 0x000a;
const BRIDGED_PROTOCOLS: Tokens = new Map([
  [PID_ETHERNET_FCS, "Ethernet + FCS"],
  [PID_ETHERNET, "Ethernet w/o FCS"],
  [0x0002, "802.4 + FCS"],
  [0x0008, "802.4 w/o FCS"],
  [0x0003, "Token Ring + FCS"],
  [0x0009, "Token Ring w/o FCS"],
  [0x0004, "FDDI + FCS"],
  [0x000a, "FDDI w/o FCS"],
  [0x0005, "802.6 + FCS"],
  [0x000b, "802.6 w/o FCS"],
  [0x000e, "BPDU"],
]);
/** What names the protocol field for an OUI. */
const PROTOCOL_NAMES: ReadonlyMap<number, Tokens> = new Map([
  [OUI_ETHERNET, ETHERTYPE_NAMES],
  [OUI_CISCO_BRIDGED, ETHERTYPE_NAMES],
  [OUI_APPLETALK, ETHERTYPE_NAMES],
  [OUI_CISCO, CISCO_PROTOCOLS],
  [OUI_RFC2684, BRIDGED_PROTOCOLS],
]);

const hex2 = (n: number) => n.toString(16).padStart(2, "0");
const hex4 = (n: number) => n.toString(16).padStart(4, "0");

function cutShort(d: Dissection, at: number, length: number, caplen: number, least: number): number {
  d.truncated();
  d.dump(at, caplen);
  return caplen < least ? caplen : length;
}

/**
 * Prints an LLC frame. Returns the length of its header (SNAP's included), or that length negated if the payload is
 * not known and the caller is to dump the frame. `src` and `dst` as in EthertypePrinter.
 */
export function printLlc(
  d: Dissection,
  at: number,
  length: number,
  caplen: number,
  src: number,
  dst: number,
): number {
  const { out, opt } = d;
  d.protocol = "llc";
  if (caplen < 3 || length < 3) return cutShort(d, at, length, caplen, 3);
  const dsapField = d.u8(at);
  const ssapField = d.u8(at + 1);
  let control = d.u8(at + 2);
  const unnumbered = (control & 3) === 3;
  if (!unnumbered) {
    if (caplen < 4 || length < 4) return cutShort(d, at, length, caplen, 4);
    control = d.le16(at + 2);
  }
  const header = unnumbered ? 3 : 4;
  // Novell's raw 802.3 has no LLC header: an IPX packet begins with two bytes 0xff.
  if (dsapField === 0xff && ssapField === 0xff) {
    const ipx = d.protocols.sap(0xff);
    if (ipx !== undefined) {
      if (opt.linkHeader) out.str("IPX 802.3: ");
      ipx.print(d, at, length, control);
      return 0;
    }
  }
  const dsap = dsapField & 0xfe;
  const ssap = ssapField & 0xfe;
  if (opt.linkHeader) {
    out.str(`LLC, dsap ${SAP_NAMES.get(dsap) ?? "Unknown"} (0x${hex2(dsap)}) `);
    out.str(dsapField & 1 ? "Group" : "Individual");
    out.str(`, ssap ${SAP_NAMES.get(ssap) ?? "Unknown"} (0x${hex2(ssap)}) `);
    out.str(ssapField & 1 ? "Response" : "Command");
    out.str(`, ctrl 0x${unnumbered ? hex2(control) : hex4(control)}: `);
  }
  at += header;
  length -= header;
  caplen -= header;
  if (ssap === SAP_SNAP && dsap === SAP_SNAP && control === UI)
    return printSnap(d, at, length, caplen, src, dst, 2) ? header + 5 : -(header + 5);
  const row = ssap === dsap ? d.protocols.sap(dsap) : undefined;
  if (row !== undefined && (control === UI || row.applies?.(control) === true)) {
    if (opt.linkHeader && row.banner !== undefined) out.str(row.banner);
    row.print(d, at, length, control);
    return header;
  }

  if (!opt.linkHeader) {
    const addressed = src >= 0 && dst >= 0;
    if (addressed) d.station(src);
    if (addressed && ssap !== dsap) out.ch(32);
    if (ssap !== dsap) out.str(SAP_NAMES.get(ssap) ?? `Unknown SSAP 0x${hex2(ssap)}`);
    if (addressed || ssap !== dsap) out.str(" > ");
    if (addressed) {
      d.station(dst);
      out.ch(32);
    }
    out.str(SAP_NAMES.get(dsap) ?? `Unknown DSAP 0x${hex2(dsap)}`);
    out.ch(32);
  }
  const response = ssapField & 1;
  if (unnumbered) {
    const command = control & 0xef;
    const flags = FLAGS.get(response | (control & 0x10)) ?? "?";
    out.str(`Unnumbered, ${COMMANDS.get(command) ?? hex2(command)}, Flags [${flags}], length `);
    out.dec(length + header);
    if (command !== XID) return -header;
    if (length === 0) return header;
    if (caplen < 1) {
      d.truncated();
      return header;
    }
    if (d.u8(at) !== XID_FORMAT) return -header;
    if (caplen < 3 || length < 3) {
      d.truncated();
      d.dump(at, caplen);
    } else out.str(`: ${hex2(d.u8(at + 1))} ${hex2(d.u8(at + 2))}`);
    return header;
  }
  const flags = FLAGS.get(response | (control & 0x100)) ?? "?";
  const received = (control >> 9) & 0x7f;
  if ((control & 1) === 1) {
    const name = SUPERVISORY.get((control >> 2) & 3) ?? "?";
    out.str(`Supervisory, ${name}, rcv seq ${received}, Flags [${flags}], length ${length + header}`);
    return header;
  }
  const sent = (control >> 1) & 0x7f;
  out.str(`Information, send seq ${sent}, rcv seq ${received}, Flags [${flags}], length ${length + header}`);
  return -header;
}

/** Bridged frames (RFC 2684): how many bytes lie before the frame besides the padding, and who prints it. */
const BRIDGED: ReadonlyMap<
  number,
  readonly [before: number, print: (d: Dissection, at: number, length: number, caplen: number) => void]
> = new Map([
  [PID_ETHERNET_FCS, [0, printEthernet]],
  [PID_ETHERNET, [0, printEthernet]],
  [PID_TOKEN_RING_FCS, [0, printTokenRing]],
  [PID_TOKEN_RING, [0, printTokenRing]],
  [PID_FDDI_FCS, [1, printFddi]],
  [PID_FDDI, [1, printFddi]],
]);

/**
 * Prints a SNAP header and what follows; false if the payload is not known. `padding` is the number of bytes
 * before a bridged frame (RFC 2684: 2).
 */
export function printSnap(
  d: Dissection,
  at: number,
  length: number,
  caplen: number,
  src: number,
  dst: number,
  padding: number,
): boolean {
  const { out, opt } = d;
  d.protocol = "snap";
  if (!d.has(at, 5) || caplen < 5 || length < 5) {
    d.truncated();
    return true;
  }
  const oui = d.u24(at);
  const type = d.u16(at + 3);
  at += 5;
  length -= 5;
  caplen -= 5;
  const name = PROTOCOL_NAMES.get(oui)?.get(type) ?? "Unknown";
  const vendor = `oui ${OUI_NAMES.get(oui) ?? "Unknown"} (0x${oui.toString(16).padStart(6, "0")})`;
  if (opt.linkHeader) {
    const kind = oui === OUI_ETHERNET ? "ethertype" : "pid";
    out.str(`${vendor}, ${kind} ${name} (0x${hex4(type)}), length ${length}: `);
  }
  if (oui === OUI_ETHERNET || oui === OUI_CISCO_BRIDGED || (oui === OUI_APPLETALK && type === 0x809b)) {
    if (printEthertype(d, type, at, length, caplen, src, dst)) return true;
  } else if (oui === OUI_RFC2684 && BRIDGED.has(type)) {
    const [before, print] = BRIDGED.get(type)!;
    const skipped = padding + before;
    if (!d.has(at, skipped)) {
      d.truncated();
      return true;
    }
    d.enter();
    print(d, at + skipped, length - skipped, caplen - skipped);
    d.leave();
    return true;
  } else {
    const print = d.protocols.snap(oui, type);
    if (print !== undefined) {
      print(d, at, length, caplen, src, dst);
      return true;
    }
  }
  if (!opt.linkHeader) {
    if (src >= 0 && dst >= 0) {
      d.station(src);
      out.str(" > ");
      d.station(dst);
      out.ch(32);
    }
    if (oui === OUI_ETHERNET)
      out.str(
        `SNAP, ethertype ${ETHERTYPE_NAMES.get(type) ?? "Unknown"} (0x${hex4(type)}), length ${length}: `,
      );
    else out.str(`SNAP, ${vendor}, pid ${name} (0x${hex4(type)}), length ${length}: `);
  }
  return false;
}
