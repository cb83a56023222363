// Remote Authentication Dial In User Service (RFC 2865, 2866, 2867, 2868, 2869, 3162, 4675, 5176, 5447, 5580).
//
//   code (1) | identifier (1) | length (2) | authenticator (16) | attributes: type (1), length (1), value
import { writeIpv6 } from "../bytes/address.ts";
import type { Dissection } from "./dissection.ts";
import { writeHexAscii } from "./dump.ts";
import { printEap } from "./eap.ts";
import { ENTERPRISES } from "./enterprises.ts";
import { writeNtpTime } from "./ntp.ts";
import { characters, unknownBytes } from "./phrase.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";

const HEADER_SIZE = 20;

// How the value of an attribute is shown.
const HIDDEN = 0;
const TEXT = 1;
const TAGGED_TEXT = 2;
const VLAN_NAME = 3;
const TUNNEL_PASSWORD = 4;
const NUMBER = 5;
const DURATION = 6;
const CHOICE = 7;
const TAGGED_CHOICE = 8;
const TAGGED_NUMBER = 9;
const VLAN = 10;
const IPX_NETWORK = 11;
const APPLETALK_LINK = 12;
const APPLETALK_NETWORK = 13;
const ADDRESS = 14;
const CHOSEN_ADDRESS = 15;
const ADDRESS6 = 16;
const PREFIX6 = 17;
const HOME_PREFIX = 18;
const VENDOR = 19;
const EAP = 20;
const TIME = 21;
const FEATURES = 22;
const OPERATOR = 23;
const LOCATION_INFORMATION = 24;
const LOCATION_DATA = 25;
const LOCATION_RULES = 26;
const ARAP_PASSWORD = 27;
const ARAP_FEATURES = 28;
const ARAP_RESPONSE = 29;
const ERROR_CAUSE = 30;

const CODES: Tokens = new Map([
  [1, "Access-Request"],
  [2, "Access-Accept"],
  [3, "Access-Reject"],
  [4, "Accounting-Request"],
  [5, "Accounting-Response"],
  [11, "Access-Challenge"],
  [12, "Status-Server"],
  [13, "Status-Client"],
  [40, "Disconnect-Request"],
  [41, "Disconnect-ACK"],
  [42, "Disconnect-NAK"],
  [43, "CoA-Request"],
  [44, "CoA-ACK"],
  [45, "CoA-NAK"],
  [255, "Reserved"],
]);

const ATTRIBUTES: ReadonlyMap<number, readonly [name: string, form: number]> = new Map([
  [1, ["User-Name", TEXT]],
  [2, ["User-Password", HIDDEN]],
  [3, ["CHAP-Password", HIDDEN]],
  [4, ["NAS-IP-Address", ADDRESS]],
  [5, ["NAS-Port", NUMBER]],
  [6, ["Service-Type", CHOICE]],
  [7, ["Framed-Protocol", CHOICE]],
  [8, ["Framed-IP-Address", CHOSEN_ADDRESS]],
  [9, ["Framed-IP-Netmask", ADDRESS]],
  [10, ["Framed-Routing", CHOICE]],
  [11, ["Filter-Id", TEXT]],
  [12, ["Framed-MTU", NUMBER]],
  [13, ["Framed-Compression", CHOICE]],
  [14, ["Login-IP-Host", CHOSEN_ADDRESS]],
  [15, ["Login-Service", CHOICE]],
  [16, ["Login-TCP-Port", NUMBER]],
  [17, ["Unassigned", HIDDEN]],
  [18, ["Reply-Message", TEXT]],
  [19, ["Callback-Number", TEXT]],
  [20, ["Callback-Id", TEXT]],
  [21, ["Unassigned", HIDDEN]],
  [22, ["Framed-Route", TEXT]],
  [23, ["Framed-IPX-Network", IPX_NETWORK]],
  [24, ["State", TEXT]],
  [25, ["Class", TEXT]],
  [26, ["Vendor-Specific", VENDOR]],
  [27, ["Session-Timeout", DURATION]],
  [28, ["Idle-Timeout", DURATION]],
  [29, ["Termination-Action", CHOICE]],
  [30, ["Called-Station-Id", TEXT]],
  [31, ["Calling-Station-Id", TEXT]],
  [32, ["NAS-Identifier", TEXT]],
  [33, ["Proxy-State", TEXT]],
  [34, ["Login-LAT-Service", TEXT]],
  [35, ["Login-LAT-Node", TEXT]],
  [36, ["Login-LAT-Group", TEXT]],
  [37, ["Framed-AppleTalk-Link", APPLETALK_LINK]],
  [38, ["Framed-AppleTalk-Network", APPLETALK_NETWORK]],
  [39, ["Framed-AppleTalk-Zone", TEXT]],
  [40, ["Acct-Status-Type", CHOICE]],
  [41, ["Acct-Delay-Time", DURATION]],
  [42, ["Acct-Input-Octets", NUMBER]],
  [43, ["Acct-Output-Octets", NUMBER]],
  [44, ["Acct-Session-Id", TEXT]],
  [45, ["Acct-Authentic", CHOICE]],
  [46, ["Acct-Session-Time", DURATION]],
  [47, ["Acct-Input-Packets", NUMBER]],
  [48, ["Acct-Output-Packets", NUMBER]],
  [49, ["Acct-Terminate-Cause", CHOICE]],
  [50, ["Acct-Multi-Session-Id", TEXT]],
  [51, ["Acct-Link-Count", NUMBER]],
  [52, ["Acct-Input-Gigawords", NUMBER]],
  [53, ["Acct-Output-Gigawords", NUMBER]],
  [54, ["Unassigned", HIDDEN]],
  [55, ["Event-Timestamp", TIME]],
  [56, ["Egress-VLANID", VLAN]],
  [57, ["Ingress-Filters", CHOICE]],
  [58, ["Egress-VLAN-Name", VLAN_NAME]],
  [59, ["User-Priority-Table", HIDDEN]],
  [60, ["CHAP-Challenge", TEXT]],
  [61, ["NAS-Port-Type", CHOICE]],
  [62, ["Port-Limit", NUMBER]],
  [63, ["Login-LAT-Port", TEXT]],
  [64, ["Tunnel-Type", TAGGED_CHOICE]],
  [65, ["Tunnel-Medium-Type", TAGGED_CHOICE]],
  [66, ["Tunnel-Client-Endpoint", TAGGED_TEXT]],
  [67, ["Tunnel-Server-Endpoint", TAGGED_TEXT]],
  [68, ["Acct-Tunnel-Connection", TEXT]],
  [69, ["Tunnel-Password", TUNNEL_PASSWORD]],
  [70, ["ARAP-Password", ARAP_PASSWORD]],
  [71, ["ARAP-Features", ARAP_FEATURES]],
  [72, ["ARAP-Zone-Access", CHOICE]],
  [73, ["ARAP-Security", TEXT]],
  [74, ["ARAP-Security-Data", TEXT]],
  [75, ["Password-Retry", NUMBER]],
  [76, ["Prompt", CHOICE]],
  [77, ["Connect-Info", TEXT]],
  [78, ["Configuration-Token", TEXT]],
  [79, ["EAP-Message", EAP]],
  [80, ["Message-Authenticator", TEXT]],
  [81, ["Tunnel-Private-Group-ID", TAGGED_TEXT]],
  [82, ["Tunnel-Assignment-ID", TAGGED_TEXT]],
  [83, ["Tunnel-Preference", TAGGED_NUMBER]],
  [84, ["ARAP-Challenge-Response", ARAP_RESPONSE]],
  [85, ["Acct-Interim-Interval", DURATION]],
  [86, ["Acct-Tunnel-Packets-Lost", NUMBER]],
  [87, ["NAS-Port-Id", TEXT]],
  [88, ["Framed-Pool", TEXT]],
  [89, ["CUI", TEXT]],
  [90, ["Tunnel-Client-Auth-ID", TAGGED_TEXT]],
  [91, ["Tunnel-Server-Auth-ID", TAGGED_TEXT]],
  [92, ["NAS-Filter-Rule", TEXT]],
  [93, ["Unassigned", HIDDEN]],
  [94, ["Originating-Line-Info", HIDDEN]],
  [95, ["NAS-IPv6-Address", ADDRESS6]],
  [96, ["Framed-Interface-ID", HIDDEN]],
  [97, ["Framed-IPv6-Prefix", PREFIX6]],
  [98, ["Login-IPv6-Host", ADDRESS6]],
  [99, ["Framed-IPv6-Route", TEXT]],
  [100, ["Framed-IPv6-Pool", TEXT]],
  [101, ["Error-Cause", ERROR_CAUSE]],
  [102, ["EAP-Key-Name", HIDDEN]],
  [103, ["Digest-Response", TEXT]],
  [104, ["Digest-Realm", TEXT]],
  [105, ["Digest-Nonce", TEXT]],
  [106, ["Digest-Response-Auth", TEXT]],
  [107, ["Digest-Nextnonce", TEXT]],
  [108, ["Digest-Method", TEXT]],
  [109, ["Digest-URI", TEXT]],
  [110, ["Digest-Qop", TEXT]],
  [111, ["Digest-Algorithm", TEXT]],
  [112, ["Digest-Entity-Body-Hash", TEXT]],
  [113, ["Digest-CNonce", TEXT]],
  [114, ["Digest-Nonce-Count", TEXT]],
  [115, ["Digest-Username", TEXT]],
  [116, ["Digest-Opaque", TEXT]],
  [117, ["Digest-Auth-Param", TEXT]],
  [118, ["Digest-AKA-Auts", TEXT]],
  [119, ["Digest-Domain", TEXT]],
  [120, ["Digest-Stale", TEXT]],
  [121, ["Digest-HA1", TEXT]],
  [122, ["SIP-AOR", TEXT]],
  [123, ["Delegated-IPv6-Prefix", PREFIX6]],
  [124, ["MIP6-Feature-Vector", FEATURES]],
  [125, ["MIP6-Home-Link-Prefix", HOME_PREFIX]],
  [126, ["Operator-Name", OPERATOR]],
  [127, ["Location-Information", LOCATION_INFORMATION]],
  [128, ["Location-Data", LOCATION_DATA]],
  [129, ["Basic-Location-Policy-Rules", LOCATION_RULES]],
]);

/** Values with names, by attribute, from 0 on; "" has none. */
const CHOICES: ReadonlyMap<number, readonly string[]> = new Map([
  [
    6,
    [
      "",
      "Login",
      "Framed",
      "Callback Login",
      "Callback Framed",
      "Outbound",
      "Administrative",
      "NAS Prompt",
      "Authenticate Only",
      "Callback NAS Prompt",
      "Call Check",
      "Callback Administrative",
      "Voice",
      "Fax",
      "Modem Relay",
      "IAPP-Register",
      "IAPP-AP-Check",
      "Authorize Only",
      "Framed-Management",
      "Additional-Authorization",
    ],
  ],
  [
    7,
    [
      "",
      "PPP",
      "SLIP",
      "ARAP",
      "Gandalf proprietary",
      "Xylogics IPX/SLIP",
      "X.75 Synchronous",
      "GPRS PDP Context",
    ],
  ],
  [10, ["None", "Send", "Listen", "Send&Listen"]],
  [13, ["None", "VJ TCP/IP", "IPX", "Stac-LZS"]],
  [
    15,
    [
      "Telnet",
      "Rlogin",
      "TCP Clear",
      "PortMaster(proprietary)",
      "LAT",
      "X.25-PAD",
      "X.25-T3POS",
      "Unassigned",
      "TCP Clear Quiet",
    ],
  ],
  [29, ["Default", "RADIUS-Request"]],
  [
    40,
    [
      "",
      "Start",
      "Stop",
      "Interim-Update",
      "Unassigned",
      "Unassigned",
      "Unassigned",
      "Accounting-On",
      "Accounting-Off",
      "Tunnel-Start",
      "Tunnel-Stop",
      "Tunnel-Reject",
      "Tunnel-Link-Start",
      "Tunnel-Link-Stop",
      "Tunnel-Link-Reject",
      "Failed",
    ],
  ],
  [45, ["", "RADIUS", "Local", "Remote", "Diameter"]],
  [
    49,
    [
      "",
      "User Request",
      "Lost Carrier",
      "Lost Service",
      "Idle Timeout",
      "Session Timeout",
      "Admin Reset",
      "Admin Reboot",
      "Port Error",
      "NAS Error",
      "NAS Request",
      "NAS Reboot",
      "Port Unneeded",
      "Port Preempted",
      "Port Suspended",
      "Service Unavailable",
      "Callback",
      "User Error",
      "Host Request",
      "Supplicant Restart",
      "Reauthentication Failure",
      "Port Reinitialized",
      "Port Administratively Disabled",
      "Lost Power",
    ],
  ],
  [57, ["", "Enabled", "Disabled"]],
  [
    61,
    [
      "Async",
      "Sync",
      "ISDN Sync",
      "ISDN Async V.120",
      "ISDN Async V.110",
      "Virtual",
      "PIAFS",
      "HDLC Clear Channel",
      "X.25",
      "X.75",
      "G.3 Fax",
      "SDSL",
      "ADSL-CAP",
      "ADSL-DMT",
      "ISDN-DSL",
      "Ethernet",
      "xDSL",
      "Cable",
      "Wireless - Other",
      "Wireless - IEEE 802.11",
      "Token-Ring",
      "FDDI",
      "Wireless - CDMA200",
      "Wireless - UMTS",
      "Wireless - 1X-EV",
      "IAPP",
      "FTTP",
      "Wireless - IEEE 802.16",
      "Wireless - IEEE 802.20",
      "Wireless - IEEE 802.22",
      "PPPoA",
      "PPPoEoA",
      "PPPoEoE",
      "PPPoEoVLAN",
      "PPPoEoQinQ",
      "xPON",
      "Wireless - XGP",
      "WiMAX Pre-Release 8 IWK Function",
      "WIMAX-WIFI-IWK",
      "WIMAX-SFF",
      "WIMAX-HA-LMA",
      "WIMAX-DHCP",
      "WIMAX-LBS",
      "WIMAX-WVS",
    ],
  ],
  [
    64,
    [
      "",
      "PPTP",
      "L2F",
      "L2TP",
      "ATMP",
      "VTP",
      "AH",
      "IP-IP",
      "MIN-IP-IP",
      "ESP",
      "GRE",
      "DVS",
      "IP-in-IP Tunneling",
      "VLAN",
    ],
  ],
  [
    65,
    [
      "",
      "IPv4",
      "IPv6",
      "NSAP",
      "HDLC",
      "BBN 1822",
      "802",
      "E.163",
      "E.164",
      "F.69",
      "X.121",
      "IPX",
      "Appletalk",
      "Decnet IV",
      "Banyan Vines",
      "E.164 with NSAP subaddress",
    ],
  ],
  [72, ["", "Only access to dfl zone", "Use zone filter inc.", "Not used", "Use zone filter exc."]],
  [76, ["No Echo", "Echo"]],
]);

const ERROR_CAUSES: Tokens = new Map([
  [201, "Residual Session Context Removed"],
  [202, "Invalid EAP Packet (Ignored)"],
  [401, "Unsupported Attribute"],
  [402, "Missing Attribute"],
  [403, "NAS Identification Mismatch"],
  [404, "Invalid Request"],
  [405, "Unsupported Service"],
  [406, "Unsupported Extension"],
  [407, "Invalid Attribute Value"],
  [501, "Administratively Prohibited"],
  [502, "Request Not Routable (Proxy)"],
  [503, "Session Context Not Found"],
  [504, "Session Context Not Removable"],
  [505, "Other Proxy Processing Error"],
  [506, "Resources Unavailable"],
  [507, "Request Initiated"],
  [508, "Multiple Session Selection Unsupported"],
  [509, "Location Info Required"],
]);

/** RFC 4675 2.1. */
const VLAN_TAGS: Tokens = new Map([
  [0x31, "Tagged"],
  [0x32, "Untagged"],
]);
/** RFC 5447 4.2.5, RFC 5779: bits of a mobile node's 64, the number of the bit and its name. */
const MOBILE_FEATURES: readonly (readonly [bit: number, name: string])[] = [
  [0, "MIP6_INTEGRATED"],
  [1, "LOCAL_HOME_AGENT_ASSIGNMENT"],
  [40, "PMIP6_SUPPORTED"],
  [41, "IP4_HOA_SUPPORTED"],
  [42, "LOCAL_MAG_ROUTING_SUPPORTED"],
  [43, "ASSIGN_LOCAL_IP"],
  [44, "MIP4_SUPPORTED"],
  [45, "OPTIMIZED_IDLE_MODE_MOBILITY"],
  [46, "GTPv2_SUPPORTED"],
  [47, "IP4_TRANSPORT_SUPPORTED"],
  [48, "IP4_HOA_ONLY_SUPPORTED"],
  [49, "INTER_MAG_ROUTING_SUPPORTED"],
];
/** RFC 5580 4.1. */
const OPERATORS: Tokens = new Map([
  [0x30, "TADIG"],
  [0x31, "REALM"],
  [0x32, "E212"],
  [0x33, "ICC"],
]);
const LOCATION_CODES = ["Civic", "Geospatial"] as const;
const LOCATION_ENTITIES = ["User", "RADIUS"] as const;
/** RFC 5580 4.4: but the first bit, all must be zero. */
const LOCATION_FLAGS: BitTokens = [
  ...Array.from({ length: 15 }, (_none, i): [number, string] => [1 << i, `MBZ-${15 - i}`]),
  [0x8000, "Retransmission Allowed"],
];

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

function wrongLength(d: Dissection, length: number, right: number): void {
  d.out.str(`ERROR: length ${length} != ${right}`);
}

/** Printable characters, others as dots. */
function dotted(d: Dissection, at: number, length: number): void {
  for (let i = 0; i < length; i++) {
    const code = d.u8(at + i);
    d.out.ch(code >= 32 && code < 127 ? code : 46);
  }
}

/** The same up to the first NUL. */
function text(d: Dissection, at: number, length: number): void {
  let size = 0;
  while (size < length && d.u8(at + size) !== 0) size++;
  dotted(d, at, size);
}

function tag(d: Dissection, value: number): void {
  d.out.str(value === 0 ? "Tag[Unused] " : `Tag[${value}] `);
}

function vlanTag(d: Dissection, value: number): void {
  d.out.str(`${VLAN_TAGS.get(value) ?? "Unknown tag"} (0x`);
  d.out.hexPad(value, 2);
  d.out.str(") ");
}

/** Text attributes; false if they are too short. */
function string(d: Dissection, form: number, at: number, length: number): boolean {
  let pos = at;
  let left = length;
  switch (form) {
    case TUNNEL_PASSWORD: {
      if (length < 3) return false;
      const value = d.u8(at);
      tag(d, value <= 0x1f ? value : 0);
      d.out.str(`Salt ${d.u16(at + 1)} `);
      pos += 3;
      left -= 3;
      break;
    }
    case TAGGED_TEXT:
      // A first byte above is not a tag but text (RFC 2868 3.3).
      if (d.u8(at) <= 0x1f) {
        tag(d, d.u8(at));
        pos++;
        left--;
      }
      break;
    case VLAN_NAME:
      vlanTag(d, d.u8(at));
      pos++;
      left--;
      break;
    case EAP:
      printEap(d, at, length);
      return true;
  }
  text(d, pos, left);
  return true;
}

/** "MM:SS min" and the like. */
function duration(d: Dissection, seconds: number): void {
  const { out } = d;
  const pair = (value: number) => out.decPad(value, 2);
  if (seconds >= 3600) {
    pair(Math.floor(seconds / 3600));
    out.ch(58);
  }
  if (seconds >= 60) {
    pair(Math.floor((seconds % 3600) / 60));
    out.ch(58);
  }
  pair(seconds % 60);
  out.str(seconds >= 3600 ? " hours" : seconds >= 60 ? " min" : " secs");
}

function number(d: Dissection, type: number, form: number, at: number): void {
  const { out } = d;
  const tagged = form === TAGGED_CHOICE || form === TAGGED_NUMBER || form === VLAN;
  if (form === VLAN) vlanTag(d, d.u8(at));
  else if (tagged) tag(d, d.u8(at));
  const value = tagged ? d.u24(at + 1) : d.u32(at);
  switch (form) {
    case CHOICE:
    case TAGGED_CHOICE:
      out.str(CHOICES.get(type)![value] || `#${value}`);
      return;
    case DURATION:
      duration(d, value);
      return;
    case IPX_NETWORK:
      out.str(value === 0xfffffffe ? "NAS Select" : String(value));
      return;
    case APPLETALK_LINK:
      out.str(value === 0 ? "Unnumbered" : String(value));
      return;
    case APPLETALK_NETWORK:
      out.str(value === 0 ? "NAS assigned" : String(value));
      return;
    default:
      out.dec(value);
  }
}

function address(d: Dissection, form: number, at: number): void {
  const value = d.u32(at);
  if (form === CHOSEN_ADDRESS && value === 0xffffffff) d.out.str("User Selected");
  else if (form === CHOSEN_ADDRESS && value === 0xfffffffe) d.out.str("NAS Select");
  else d.ip4(at);
}

/** RFC 3162 2.3: reserved, length in bits, as many bytes of the prefix as are needed. */
function prefix(d: Dissection, at: number, length: number): void {
  const { out } = d;
  if (length < 2 || length > 18) {
    out.str(`ERROR: length ${length} not in range (2..18)`);
    return;
  }
  if (!d.has(at, length)) {
    d.truncated();
    return;
  }
  const bits = d.u8(at + 1);
  if (bits > 128) {
    out.str(`ERROR: netmask ${bits} not in range (0..128)`);
    return;
  }
  const bytes = new Uint8Array(16);
  bytes.set(d.bytes.subarray(at + 2, at + length));
  writeIpv6(out, bytes, 0);
  out.str(`/${bits}`);
  if (bits > 8 * (length - 2)) out.str(" (inconsistent prefix length)");
}

function homePrefix(d: Dissection, at: number): void {
  const bits = d.u8(at);
  if (bits > 128) {
    d.out.str(`ERROR: netmask ${bits} not in range (0..128)`);
    return;
  }
  d.ip6(at + 1);
  d.out.str(`/${bits}`);
}

/** RFC 2865 5.26: a vendor's number and its own attributes. */
function vendor(d: Dissection, at: number, length: number): void {
  const { out } = d;
  if (length < 4) {
    d.truncated();
    return;
  }
  const id = d.u32(at);
  out.str(`Vendor: ${ENTERPRISES.get(id) ?? "Unknown"} (${id})`);
  let pos = at + 4;
  let left = length - 4;
  while (left >= 2) {
    const type = d.u8(pos);
    const size = d.u8(pos + 1);
    if (size < 2 || size > left) {
      const why = size < 2 ? "must be >= 2" : "goes past end of vendor-specific attribute";
      out.str(`\n\t    Vendor Attribute: ${type}, Length: ${size} (bogus, ${why})`);
      return;
    }
    if (!d.has(pos + 2, size - 2)) {
      d.truncated();
      return;
    }
    out.str(`\n\t    Vendor Attribute: ${type}, Length: ${size - 2}, Value: `);
    dotted(d, pos + 2, size - 2);
    pos += size;
    left -= size;
  }
}

/** Seconds since 1970 in local time, as ctime(3) writes it. */
function time(d: Dissection, at: number): void {
  const date = new Date(d.u32(at) * 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const day = String(date.getDate()).padStart(2);
  d.out.str(`${DAYS[date.getDay()]!} ${MONTHS[date.getMonth()]!} ${day} ${clock} ${date.getFullYear()}`);
}

function features(d: Dissection, at: number): void {
  const bits = d.u64(at);
  const names = MOBILE_FEATURES.filter(([bit]) => (bits >> BigInt(bit)) & 1n).map(([, name]) => name);
  d.out.str(`${names.join(", ")}]`);
}

/** RFC 5580 4.2. */
function locationInformation(d: Dissection, at: number, length: number): void {
  const { out } = d;
  const code = d.u8(at + 2);
  const entity = d.u8(at + 3);
  out.str(`index ${d.u16(at)}, code ${LOCATION_CODES[code] ?? `Unknown (${code})`}`);
  out.str(`, entity ${LOCATION_ENTITIES[entity] ?? `Unknown (${entity})`}, sighting time `);
  writeNtpTime(d, at + 4);
  out.str(", time to live ");
  writeNtpTime(d, at + 12);
  out.str(', method "');
  characters(d, at + 20, length - 20);
  out.ch(34);
}

/** RFC 5580 4.4. */
function locationRules(d: Dissection, at: number, length: number): void {
  const { out } = d;
  out.str(`flags [${bitNames(LOCATION_FLAGS, d.u16(at), "none")}], retention expires `);
  writeNtpTime(d, at + 2);
  if (length <= 10) return;
  out.str(', note well "');
  characters(d, at + 10, length - 10);
  out.ch(34);
}

/** The attributes of RFC 5580, each with its least length. */
function located(d: Dissection, form: number, at: number, length: number): void {
  const { out } = d;
  if (!d.has(at, length)) {
    d.truncated();
    return;
  }
  const least = form === OPERATOR ? 2 : form === LOCATION_INFORMATION ? 21 : form === LOCATION_DATA ? 3 : 10;
  if (length < least) {
    out.str(`ERROR: length ${length} < ${least}`);
    return;
  }
  if (form === OPERATOR) {
    const kind = d.u8(at);
    out.str(`[${OPERATORS.get(kind) ?? `unknown namespace ${kind}`}] `);
    characters(d, at + 1, length - 1);
  } else if (form === LOCATION_INFORMATION) locationInformation(d, at, length);
  else if (form === LOCATION_DATA) {
    out.str(`index ${d.u16(at)}, location`);
    writeHexAscii(out, d.bytes, at + 2, length - 2, "\n\t    ");
  } else locationRules(d, at, length);
}

function hex(d: Dissection, at: number, size: number): void {
  for (let i = 0; i < size; i++) d.out.hexPad(d.u8(at + i), 2);
}

function capitalHex(d: Dissection, at: number, size: number): void {
  for (let i = 0; i < size; i++)
    d.out.str(
      d
        .u8(at + i)
        .toString(16)
        .toUpperCase()
        .padStart(2, "0"),
    );
}

/** RFC 2869 5.4: Apple's remote access. */
function appleTalk(d: Dissection, form: number, at: number): void {
  const { out } = d;
  if (form === ARAP_PASSWORD) {
    out.str("User_challenge (");
    capitalHex(d, at, 8);
    out.str(") User_resp(");
    capitalHex(d, at + 8, 8);
    out.ch(41);
  } else if (form === ARAP_FEATURES) {
    out.str(d.u8(at) ? "User can change password" : "User cannot change password");
    out.str(`, Min password length: ${d.u8(at + 1)}, created at: `);
    capitalHex(d, at + 2, 4);
    out.str(", expires in: ");
    capitalHex(d, at + 6, 4);
    out.str(", Current Time: ");
    capitalHex(d, at + 10, 4);
  } else capitalHex(d, at, 8);
}

/** The exact length of forms that have one. */
const EXACT: ReadonlyMap<number, number> = new Map([
  ...[NUMBER, DURATION, CHOICE, TAGGED_CHOICE, TAGGED_NUMBER, VLAN].map((form): [number, number] => [
    form,
    4,
  ]),
  ...[IPX_NETWORK, APPLETALK_LINK, APPLETALK_NETWORK].map((form): [number, number] => [form, 4]),
  ...[ADDRESS, CHOSEN_ADDRESS, TIME].map((form): [number, number] => [form, 4]),
  [ADDRESS6, 16],
  [FEATURES, 8],
  [HOME_PREFIX, 17],
  [ARAP_PASSWORD, 16],
  [ARAP_FEATURES, 14],
]);

function value(d: Dissection, type: number, form: number, at: number, length: number): void {
  const exact = EXACT.get(form);
  if (exact !== undefined && length !== exact) {
    wrongLength(d, length, exact);
    return;
  }
  switch (form) {
    case HIDDEN:
      return;
    case TEXT:
    case TAGGED_TEXT:
    case VLAN_NAME:
    case TUNNEL_PASSWORD:
    case EAP:
      if (!d.has(at, length) || !string(d, form, at, length)) d.truncated();
      return;
    case ADDRESS:
    case CHOSEN_ADDRESS:
      address(d, form, at);
      return;
    case ADDRESS6:
      d.ip6(at);
      return;
    case PREFIX6:
      prefix(d, at, length);
      return;
    case HOME_PREFIX:
      if (d.has(at, length)) homePrefix(d, at);
      else d.truncated();
      return;
    case VENDOR:
      vendor(d, at, length);
      return;
    case TIME:
      time(d, at);
      return;
    case FEATURES:
      d.out.ch(91);
      features(d, at);
      return;
    case OPERATOR:
    case LOCATION_INFORMATION:
    case LOCATION_DATA:
    case LOCATION_RULES:
      located(d, form, at, length);
      return;
    case ARAP_RESPONSE:
      if (length < 8) wrongLength(d, length, 8);
      else appleTalk(d, form, at);
      return;
    case ARAP_PASSWORD:
    case ARAP_FEATURES:
      appleTalk(d, form, at);
      return;
    case ERROR_CAUSE: {
      if (length !== 4) {
        d.out.str(`Error: length ${length} != 4`);
        return;
      }
      const cause = d.u32(at);
      d.out.str(`Error cause ${cause}: ${ERROR_CAUSES.get(cause) ?? `Error-Cause ${cause} not known`}`);
      return;
    }
    default:
      number(d, type, form, at);
  }
}

function attributes(d: Dissection, at: number, length: number): void {
  const { out } = d;
  let pos = at;
  let left = length;
  while (left > 0) {
    if (left < 2 || !d.has(pos, 2)) {
      d.truncated();
      return;
    }
    const type = d.u8(pos);
    const size = d.u8(pos + 1);
    const row = ATTRIBUTES.get(type);
    out.str(`\n\t  ${row?.[0] ?? "Unknown"} Attribute (${type}), length: ${size}`);
    if (size < 2 || size > left) {
      out.str(size < 2 ? " (bogus, must be >= 2)" : " (bogus, goes past end of packet)");
      return;
    }
    out.str(", Value: ");
    if (row !== undefined && size > 2) value(d, type, row[1], pos + 2, size - 2);
    if (d.opt.verbose > 1) unknownBytes(d, pos + 2, "\n\t    ", size - 2);
    pos += size;
    left -= size;
  }
}

/** Writes the RADIUS message at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printRadius(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "radius";
  if (!d.has(at, HEADER_SIZE) || d.u16(at + 2) < HEADER_SIZE) {
    d.truncated();
    return;
  }
  const size = Math.min(d.u16(at + 2), length);
  const code = d.u8(at);
  const name = `${CODES.get(code) ?? "Unknown Command"} (${code}), id: 0x`;
  if (d.opt.verbose === 0) {
    out.str(`RADIUS, ${name}`);
    out.hexPad(d.u8(at + 1), 2);
    out.str(` length: ${size}`);
    return;
  }
  out.str(`RADIUS, length: ${size}\n\t${name}`);
  out.hexPad(d.u8(at + 1), 2);
  out.str(", Authenticator: ");
  hex(d, at + 4, 16);
  if (size > HEADER_SIZE) attributes(d, at + HEADER_SIZE, size - HEADER_SIZE);
}
