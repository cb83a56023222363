// OpenFlow Switch Specification, version 1.0.0, with the extensions of Big Switch Networks.
import { printEthernet, writeTag } from "./ethernet.ts";
import { ETHERTYPE_8021Q, ETHERTYPE_ARP, ETHERTYPE_IP } from "./ethertypes.ts";
import { Fields } from "./fields.ts";
import { IPPROTO_ICMP } from "./ipproto.ts";
import type { MessageType } from "./openflow-common.ts";
import { bits32, errorPrinter, hex64, namedBits, printData, vendorName } from "./openflow-common.ts";
import { allCharacters, padded } from "./phrase.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { hex, ip4, mac, numbered } from "./wording.ts";

const PORT_CONFIG: BitTokens = [
  [0x1, "PORT_DOWN"],
  [0x2, "NO_STP"],
  [0x4, "NO_RECV"],
  [0x8, "NO_RECV_STP"],
  [0x10, "NO_FLOOD"],
  [0x20, "NO_FWD"],
  [0x40, "NO_PACKET_IN"],
];
const SPANNING_TREE: Tokens = new Map([
  [0, "STP_LISTEN"],
  [0x100, "STP_LEARN"],
  [0x200, "STP_FORWARD"],
  [0x300, "STP_BLOCK"],
]);
const PORTS: Tokens = new Map([
  [0xff00, "MAX"],
  [0xfff8, "IN_PORT"],
  [0xfff9, "TABLE"],
  [0xfffa, "NORMAL"],
  [0xfffb, "FLOOD"],
  [0xfffc, "ALL"],
  [0xfffd, "CONTROLLER"],
  [0xfffe, "LOCAL"],
  [0xffff, "NONE"],
]);
const PORT_FEATURES: BitTokens = [
  [0x1, "10MB_HD"],
  [0x2, "10MB_FD"],
  [0x4, "100MB_HD"],
  [0x8, "100MB_FD"],
  [0x10, "1GB_HD"],
  [0x20, "1GB_FD"],
  [0x40, "10GB_FD"],
  [0x80, "COPPER"],
  [0x100, "FIBER"],
  [0x200, "AUTONEG"],
  [0x400, "PAUSE"],
  [0x800, "PAUSE_ASYM"],
];
const PROPERTIES: Tokens = numbered(0, "NONE", "MIN_RATE");
const WILDCARDS: BitTokens = [
  [0x1, "IN_PORT"],
  [0x2, "DL_VLAN"],
  [0x4, "DL_SRC"],
  [0x8, "DL_DST"],
  [0x10, "DL_TYPE"],
  [0x20, "NW_PROTO"],
  [0x40, "TP_SRC"],
  [0x80, "TP_DST"],
  [0x100000, "DL_VLAN_PCP"],
  [0x200000, "NW_TOS"],
];
const ACTIONS: Tokens = new Map([
  [0, "OUTPUT"],
  [1, "SET_VLAN_VID"],
  [2, "SET_VLAN_PCP"],
  [3, "STRIP_VLAN"],
  [4, "SET_DL_SRC"],
  [5, "SET_DL_DST"],
  [6, "SET_NW_SRC"],
  [7, "SET_NW_DST"],
  [8, "SET_NW_TOS"],
  [9, "SET_TP_SRC"],
  [10, "SET_TP_DST"],
  [11, "ENQUEUE"],
  [0xffff, "VENDOR"],
]);
const ACTION_BITS: BitTokens = [
  [0x1, "OUTPUT"],
  [0x2, "SET_VLAN_VID"],
  [0x4, "SET_VLAN_PCP"],
  [0x8, "STRIP_VLAN"],
  [0x10, "SET_DL_SRC"],
  [0x20, "SET_DL_DST"],
  [0x40, "SET_NW_SRC"],
  [0x80, "SET_NW_DST"],
  [0x100, "SET_NW_TOS"],
  [0x200, "SET_TP_SRC"],
  [0x400, "SET_TP_DST"],
  [0x800, "ENQUEUE"],
];
const CAPABILITIES: BitTokens = [
  [0x1, "FLOW_STATS"],
  [0x2, "TABLE_STATS"],
  [0x4, "PORT_STATS"],
  [0x8, "STP"],
  [0x10, "RESERVED"],
  [0x20, "IP_REASM"],
  [0x40, "QUEUE_STATS"],
  [0x80, "ARP_MATCH_IP"],
];
const FRAGMENTS: Tokens = numbered(0, "FRAG_NORMAL", "FRAG_DROP", "FRAG_REASM");
const COMMANDS: Tokens = numbered(0, "ADD", "MODIFY", "MODIFY_STRICT", "DELETE", "DELETE_STRICT");
const FLOW_FLAGS: BitTokens = [
  [0x1, "SEND_FLOW_REM"],
  [0x2, "CHECK_OVERLAP"],
  [0x4, "EMERG"],
];
const STATISTICS: Tokens = new Map([
  [0, "DESC"],
  [1, "FLOW"],
  [2, "AGGREGATE"],
  [3, "TABLE"],
  [4, "PORT"],
  [5, "QUEUE"],
  [0xffff, "VENDOR"],
]);
const TABLES: Tokens = numbered(254, "EMERG", "ALL");
const REPLY_FLAGS: BitTokens = [[0x1, "MORE"]];
const PACKET_IN_REASONS: Tokens = numbered(0, "NO_MATCH", "ACTION");
const REMOVED_REASONS: Tokens = numbered(0, "IDLE_TIMEOUT", "HARD_TIMEOUT", "DELETE");
const PORT_REASONS: Tokens = numbered(0, "ADD", "DELETE", "MODIFY");
const ERRORS: Tokens = numbered(
  0,
  "HELLO_FAILED",
  "BAD_REQUEST",
  "BAD_ACTION",
  "FLOW_MOD_FAILED",
  "PORT_MOD_FAILED",
  "QUEUE_OP_FAILED",
);
const HELLO_ERRORS: Tokens = numbered(0, "INCOMPATIBLE", "EPERM");
const REQUEST_ERRORS: Tokens = numbered(
  0,
  "BAD_VERSION",
  "BAD_TYPE",
  "BAD_STAT",
  "BAD_VENDOR",
  "BAD_SUBTYPE",
  "EPERM",
  "BAD_LEN",
  "BUFFER_EMPTY",
  "BUFFER_UNKNOWN",
);
const ACTION_ERRORS: Tokens = numbered(
  0,
  "BAD_TYPE",
  "BAD_LEN",
  "BAD_VENDOR",
  "BAD_VENDOR_TYPE",
  "BAD_OUT_PORT",
  "BAD_ARGUMENT",
  "EPERM",
  "TOO_MANY",
  "BAD_QUEUE",
);
const FLOW_ERRORS: Tokens = numbered(
  0,
  "ALL_TABLES_FULL",
  "OVERLAP",
  "EPERM",
  "BAD_EMERG_TIMEOUT",
  "BAD_COMMAND",
  "UNSUPPORTED",
);
const PORT_ERRORS: Tokens = numbered(0, "BAD_PORT", "BAD_HW_ADDR");
const QUEUE_ERRORS: Tokens = numbered(0, "BAD_PORT", "BAD_QUEUE", "EPERM");
const BIG_SWITCH_MESSAGES: Tokens = new Map([
  [0, "SET_IP_MASK"],
  [1, "GET_IP_MASK_REQUEST"],
  [2, "GET_IP_MASK_REPLY"],
  [3, "SET_MIRRORING"],
  [4, "GET_MIRRORING_REQUEST"],
  [5, "GET_MIRRORING_REPLY"],
  [6, "SHELL_COMMAND"],
  [7, "SHELL_OUTPUT"],
  [8, "SHELL_STATUS"],
  [9, "GET_INTERFACES_REQUEST"],
  [10, "GET_INTERFACES_REPLY"],
  [11, "SET_PKTIN_SUPPRESSION_REQUEST"],
  [12, "SET_L2_TABLE_REQUEST"],
  [13, "GET_L2_TABLE_REQUEST"],
  [14, "GET_L2_TABLE_REPLY"],
  [15, "VIRTUAL_PORT_CREATE_REQUEST"],
  [16, "VIRTUAL_PORT_CREATE_REPLY"],
  [17, "VIRTUAL_PORT_REMOVE_REQUEST"],
  [18, "BW_ENABLE_SET_REQUEST"],
  [19, "BW_ENABLE_GET_REQUEST"],
  [20, "BW_ENABLE_GET_REPLY"],
  [21, "BW_CLEAR_DATA_REQUEST"],
  [22, "BW_CLEAR_DATA_REPLY"],
  [23, "BW_ENABLE_SET_REPLY"],
  [24, "SET_L2_TABLE_REPLY"],
  [25, "SET_PKTIN_SUPPRESSION_REPLY"],
  [26, "VIRTUAL_PORT_REMOVE_REPLY"],
  [27, "HYBRID_GET_REQUEST"],
  [28, "HYBRID_GET_REPLY"],
  [31, "PDU_TX_REQUEST"],
  [32, "PDU_TX_REPLY"],
  [33, "PDU_RX_REQUEST"],
  [34, "PDU_RX_REPLY"],
  [35, "PDU_RX_TIMEOUT"],
]);
const BIG_SWITCH_ACTIONS: Tokens = new Map([
  [1, "MIRROR"],
  [2, "SET_TUNNEL_DST"],
  [4, "CHECKSUM"],
]);

const ERROR_CODES: ReadonlyMap<number, Tokens> = new Map([
  [0, HELLO_ERRORS],
  [1, REQUEST_ERRORS],
  [2, ACTION_ERRORS],
  [3, FLOW_ERRORS],
  [4, PORT_ERRORS],
  [5, QUEUE_ERRORS],
]);

const LINK_DOWN = 0x001;
const SPANNING_TREE_MASK = 0x300;
const VLAN_NONE = 0xffff;
const NO_ID = 0xffffffff;
const PORT_CONTROLLER = 0xfffd;
const BIG_SWITCH = 0x5c16c7;

const port = (n: number) => PORTS.get(n) ?? String(n);
const table = (n: number) => TABLES.get(n) ?? String(n);
const invalid = (n: number, width: number) => `invalid (0x${hex(n, width)})`;
const vlan = (id: number) => (id === VLAN_NONE ? "NONE" : `${id}${id > 0 && id < 0xfff ? "" : " (bogus)"}`);
const priority = (n: number) => `${n}${n <= 7 ? "" : " (bogus)"}`;

/** Text of a field of `size` bytes in quotes. */
function quoted(fields: Fields, name: string, size: number): void {
  const { d } = fields;
  d.out.str(`${name} '`);
  padded(d, fields.at, size);
  d.out.ch(39);
  fields.skip(size);
}

/** The rest in quotes. */
function quotedRest(fields: Fields): void {
  const { d } = fields;
  d.out.str(", data '");
  allCharacters(d, fields.at, fields.left);
  d.out.ch(39);
}

// Subtypes of Big Switch Networks' messages, by what they carry.
const SET_IP_MASK = 0;
const GET_IP_MASK_REQUEST = 1;
const GET_IP_MASK_REPLY = 2;
const MIRRORING = [3, 4, 5];
const SHELL_COMMAND = 6;
const SHELL_OUTPUT = 7;
const SHELL_STATUS = 8;
const EMPTY = [9, 13, 19, 21, 27];
const VIRTUAL_PORT_REMOVE = 17;

/** False if the message has the wrong length. */
function bigSwitchBody(fields: Fields, subtype: number): boolean {
  const { d } = fields;
  const { out } = d;
  if (EMPTY.includes(subtype)) return fields.left === 0;
  if (MIRRORING.includes(subtype)) {
    if (fields.left !== 4) return false;
    const ports = fields.u8();
    out.str(`, report_mirror_ports ${["OFF", "ON"][ports] ?? `bogus (${ports})`}`);
    fields.pass(3);
    return true;
  }
  switch (subtype) {
    case SET_IP_MASK:
    case GET_IP_MASK_REQUEST:
    case GET_IP_MASK_REPLY:
      if (fields.left !== 8) return false;
      out.str(`, index ${fields.u8()}`);
      if (subtype === GET_IP_MASK_REQUEST) fields.pass(7);
      else out.str(`, mask ${ip4(d, fields.at + 3)}`);
      return true;
    case VIRTUAL_PORT_REMOVE:
      if (fields.left !== 4) return false;
      out.str(`, vport_no ${fields.u32()}`);
      return true;
    case SHELL_COMMAND:
      if (fields.left < 4) return false;
      out.str(`, service ${fields.u32()}`);
      quotedRest(fields);
      return true;
    case SHELL_OUTPUT:
      quotedRest(fields);
      return true;
    case SHELL_STATUS:
      if (fields.left !== 4) return false;
      out.str(`, status 0x${hex(fields.u32(), 8)}`);
      return true;
    default:
      d.need(fields.at, fields.left);
      return true;
  }
}

function bigSwitchMessage(fields: Fields): void {
  if (fields.left < 4) {
    fields.invalid();
    return;
  }
  const subtype = fields.u32();
  fields.d.out.str(`\n\t subtype ${BIG_SWITCH_MESSAGES.get(subtype) ?? `unknown (0x${hex(subtype, 8)})`}`);
  if (!bigSwitchBody(fields, subtype)) fields.invalid();
}

const MIRROR = 1;

function bigSwitchAction(fields: Fields): void {
  const { d } = fields;
  const { out } = d;
  if (fields.left < 4) {
    fields.invalid();
    return;
  }
  const subtype = fields.u32();
  out.str(`\n\t  subtype ${BIG_SWITCH_ACTIONS.get(subtype) ?? `unknown (0x${hex(subtype, 8)})`}`);
  if (subtype !== MIRROR) {
    d.need(fields.at, fields.left);
    return;
  }
  if (fields.left !== 12) {
    fields.invalid();
    return;
  }
  out.str(`, dest_port ${fields.u32()}`);
  const tag = fields.u32();
  const type = tag >>> 16;
  if (type === ETHERTYPE_8021Q) {
    out.str(", vlan_tag 802.1Q (");
    writeTag(d, tag & 0xffff);
    out.ch(41);
  } else out.str(type === 0 ? ", vlan_tag none" : `, vlan_tag unknown (0x${hex(type, 4)})`);
  const stage = fields.u8();
  out.str(`, copy_stage ${["INGRESS", "EGRESS"][stage] ?? `unknown (${stage})`}`);
  fields.pass(3);
}

/** A vendor's number, and its own data: Big Switch Networks' by `known`. */
function vendor(fields: Fields, known: (fields: Fields) => void): void {
  if (fields.left < 4) {
    fields.invalid();
    return;
  }
  const id = fields.u32();
  fields.d.out.str(`, vendor ${vendorName(id)}`);
  if (id === BIG_SWITCH) known(fields);
  else printData(fields);
}

/** The rest as a frame; under -vvv it is taken apart, with three v less. */
function packetData(fields: Fields): void {
  const { d, at, left } = fields;
  if (left === 0) return;
  d.out.str(`\n\t data (${left} octets)`);
  if (d.opt.verbose < 3) {
    d.need(at, left);
    return;
  }
  d.out.str(", frame decoding below\n");
  const saved = d.limit(at, left);
  d.opt.verbose -= 3;
  try {
    d.enter();
    printEthernet(d, at, left, d.available(at));
    d.leave();
  } finally {
    d.opt.verbose += 3;
  }
  d.end = saved;
}

const PORT_SIZE = 48;

function physicalPort(fields: Fields): void {
  const { d } = fields;
  const { out } = d;
  out.str(`\n\t  port_no ${port(fields.u16())}`);
  out.str(`, hw_addr ${mac(d, fields.at)}`);
  fields.skip(6);
  quoted(fields, ", name", 16);
  if (d.opt.verbose < 2) {
    fields.pass(24);
    return;
  }
  out.str(`\n\t   config ${bits32(fields, PORT_CONFIG)}`);
  const state = fields.u32();
  out.str(`\n\t   state 0x${hex(state, 8)} (${SPANNING_TREE.get(state & SPANNING_TREE_MASK) ?? ""}`);
  out.str(`${state & LINK_DOWN ? ", LINK_DOWN" : ""})`);
  if (state & ~(LINK_DOWN | SPANNING_TREE_MASK)) out.str(" (bogus)");
  for (const name of ["curr", "advertised", "supported", "peer"])
    out.str(`\n\t   ${name} ${bits32(fields, PORT_FEATURES)}`);
}

const PROPERTY_LEAST = 8;
const MIN_RATE = 1;
const MIN_RATE_SIZE = 16;

function queueProperties(fields: Fields): void {
  const { out } = fields.d;
  while (fields.left > 0) {
    if (fields.left < PROPERTY_LEAST) {
      fields.invalid();
      return;
    }
    const property = fields.u16();
    out.str(`\n\t   property ${PROPERTIES.get(property) ?? invalid(property, 4)}`);
    const size = fields.u16();
    out.str(`, len ${size}`);
    if (size < PROPERTY_LEAST || size > fields.left + 4) {
      fields.invalid();
      return;
    }
    fields.pass(4);
    const known = PROPERTIES.has(property);
    const right = property === MIN_RATE ? MIN_RATE_SIZE : PROPERTY_LEAST;
    if (known && size !== right) out.str(" (bogus)");
    if (!known || size !== right) fields.pass(size - PROPERTY_LEAST);
    else if (property === MIN_RATE) {
      const rate = fields.u16();
      out.str(rate > 1000 ? ", rate disabled" : `, rate ${Math.floor(rate / 10)}.${rate % 10}%`);
      fields.pass(6);
    }
  }
}

function queues(fields: Fields): void {
  const { d } = fields;
  const { out } = d;
  while (fields.left > 0) {
    if (fields.left < 8) {
      fields.invalid();
      return;
    }
    out.str(`\n\t  queue_id ${fields.u32()}`);
    const size = fields.u16();
    out.str(`, len ${size}`);
    if (size < 8 || size > fields.left + 6) {
      fields.invalid();
      return;
    }
    fields.pass(2);
    if (d.opt.verbose >= 2) queueProperties(new Fields(d, fields.at, size - 8));
    else d.need(fields.at, size - 8);
    fields.skip(size - 8);
  }
}

// Bits of a match's wildcards: fields that may be anything.
const ANY_IN_PORT = 1 << 0;
const ANY_VLAN = 1 << 1;
const ANY_SOURCE_MAC = 1 << 2;
const ANY_DESTINATION_MAC = 1 << 3;
const ANY_TYPE = 1 << 4;
const ANY_PROTOCOL = 1 << 5;
const ANY_SOURCE_PORT = 1 << 6;
const ANY_DESTINATION_PORT = 1 << 7;
const ANY_PRIORITY = 1 << 20;
const ANY_TOS = 1 << 21;
const ALL_WILDCARDS = 0x3fffff;
const MATCH_SIZE = 40;

/** A match (5.2.3), each field on a line of its own that begins with `prefix`. */
function match(fields: Fields, prefix: string): void {
  const { d } = fields;
  const { at } = fields;
  const wildcards = d.u32(at);
  const line = (text: string) => d.out.str(`${prefix}${text}`);
  const wanted = (bit: number) => (wildcards & bit) === 0;
  if (wildcards & ~ALL_WILDCARDS) line(`wildcards 0x${hex(wildcards, 8)} (bogus)`);
  if (wanted(ANY_IN_PORT)) line(`match in_port ${port(d.u16(at + 4))}`);
  if (wanted(ANY_SOURCE_MAC)) line(`match dl_src ${mac(d, at + 6)}`);
  if (wanted(ANY_DESTINATION_MAC)) line(`match dl_dst ${mac(d, at + 12)}`);
  if (wanted(ANY_VLAN)) line(`match dl_vlan ${vlan(d.u16(at + 18))}`);
  if (wanted(ANY_PRIORITY)) line(`match dl_vlan_pcp ${priority(d.u8(at + 20))}`);
  const type = d.u16(at + 22);
  if (wanted(ANY_TYPE)) line(`match dl_type 0x${hex(type, 4)}`);
  if (wanted(ANY_TOS)) line(`match nw_tos 0x${hex(d.u8(at + 24), 2)}`);
  const protocol = d.u8(at + 25);
  const typed = (wantedType: number) => wanted(ANY_TYPE) && type === wantedType;
  if (wanted(ANY_PROTOCOL)) line(`match ${typed(ETHERTYPE_ARP) ? "arp_opcode" : "nw_proto"} ${protocol}`);
  const sourceBits = (wildcards >>> 8) & 63;
  const destinationBits = (wildcards >>> 14) & 63;
  if (sourceBits < 32) line(`match nw_src ${ip4(d, at + 28)}/${32 - sourceBits}`);
  if (destinationBits < 32) line(`match nw_dst ${ip4(d, at + 32)}/${32 - destinationBits}`);
  const icmp = typed(ETHERTYPE_IP) && wanted(ANY_PROTOCOL) && protocol === IPPROTO_ICMP;
  if (wanted(ANY_SOURCE_PORT)) line(`match ${icmp ? "icmp_type" : "tp_src"} ${d.u16(at + 36)}`);
  if (wanted(ANY_DESTINATION_PORT)) line(`match ${icmp ? "icmp_code" : "tp_dst"} ${d.u16(at + 38)}`);
  else d.need(at + 38, 2);
  fields.skip(MATCH_SIZE);
}

const OUTPUT = 0;
const SET_VLAN = 1;
const SET_PRIORITY = 2;
const STRIP_VLAN = 3;
const SET_SOURCE_MAC = 4;
const SET_DESTINATION_MAC = 5;
const SET_SOURCE = 6;
const SET_DESTINATION = 7;
const SET_TOS = 8;
const ENQUEUE = 11;
const VENDOR = 0xffff;
const LONG_ACTIONS = [SET_SOURCE_MAC, SET_DESTINATION_MAC, ENQUEUE];

/** What an action does, after its type and length; `size` bytes are left of it. */
function action(fields: Fields, type: number, size: number): void {
  const { d } = fields;
  const { out } = d;
  switch (type) {
    case OUTPUT: {
      const to = fields.u16();
      out.str(`, port ${port(to)}`);
      const most = to === PORT_CONTROLLER ? d.u16(fields.at) : -1;
      if (most >= 0) out.str(`, max_len ${most}`);
      fields.pass(2);
      break;
    }
    case SET_VLAN:
      out.str(`, vlan_vid ${vlan(fields.u16())}`);
      fields.pass(2);
      break;
    case SET_PRIORITY:
      out.str(`, vlan_pcp ${priority(fields.u8())}`);
      fields.pass(3);
      break;
    case SET_SOURCE_MAC:
    case SET_DESTINATION_MAC:
      out.str(`, dl_addr ${mac(d, fields.at)}`);
      fields.pass(12);
      break;
    case SET_SOURCE:
    case SET_DESTINATION:
      out.str(`, nw_addr ${ip4(d, fields.at)}`);
      fields.skip(4);
      break;
    case SET_TOS:
      out.str(`, nw_tos 0x${hex(fields.u8(), 2)}`);
      fields.pass(3);
      break;
    case ENQUEUE: {
      out.str(`, port ${port(fields.u16())}`);
      fields.skip(6);
      const queue = fields.u32();
      out.str(`, queue_id ${queue === NO_ID ? "ALL" : queue}`);
      break;
    }
    case VENDOR:
      vendor(new Fields(d, fields.at, size), bigSwitchAction);
      fields.skip(size);
      break;
    case STRIP_VLAN:
      fields.pass(4);
      break;
    default:
      out.str(`, tp_port ${fields.u16()}`);
      fields.pass(2);
  }
}

/** Actions (5.2.4), each on a line that begins with `prefix`. */
function actions(fields: Fields, prefix: string): void {
  const { out } = fields.d;
  while (fields.left > 0) {
    if (fields.left < 8) {
      fields.invalid();
      return;
    }
    const type = fields.u16();
    out.str(`${prefix}action type ${ACTIONS.get(type) ?? invalid(type, 4)}`);
    const size = fields.u16();
    out.str(`, len ${size}`);
    if (size < 8 || size > fields.left + 4) {
      fields.invalid();
      return;
    }
    const known = ACTIONS.has(type);
    const right = type === VENDOR ? size % 8 === 0 : size === (LONG_ACTIONS.includes(type) ? 16 : 8);
    if (known && !right) out.str(" (bogus)");
    if (known && right) action(fields, type, size - 4);
    else fields.pass(size - 4);
  }
}

function features(fields: Fields): void {
  const { out } = fields.d;
  out.str(`\n\t dpid ${hex64(fields)}`);
  out.str(`, n_buffers ${fields.u32()}`);
  out.str(`, n_tables ${fields.u8()}`);
  fields.skip(3);
  out.str(`\n\t capabilities ${bits32(fields, CAPABILITIES)}`);
  out.str(`\n\t actions ${bits32(fields, ACTION_BITS)}`);
  while (fields.left > 0) {
    if (fields.left < PORT_SIZE) {
      fields.invalid();
      return;
    }
    physicalPort(new Fields(fields.d, fields.at, PORT_SIZE));
    fields.skip(PORT_SIZE);
  }
}

function configuration(fields: Fields): void {
  const { out } = fields.d;
  const flags = fields.u16();
  out.str(`\n\t flags ${FRAGMENTS.get(flags) ?? invalid(flags, 4)}`);
  out.str(`, miss_send_len ${fields.u16()}`);
}

/** ", name 7" if the next 16 bits are not 0. */
function ifSet(fields: Fields, name: string): void {
  const value = fields.u16();
  if (value !== 0) fields.d.out.str(`, ${name} ${value}`);
}

const DELETE = 3;
const DELETE_STRICT = 4;

function flowModification(fields: Fields): void {
  const { d } = fields;
  const { out } = d;
  match(fields, "\n\t ");
  out.str(`\n\t cookie ${hex64(fields)}`);
  const command = fields.u16();
  out.str(`, command ${COMMANDS.get(command) ?? invalid(command, 4)}`);
  ifSet(fields, "idle_timeout");
  ifSet(fields, "hard_timeout");
  ifSet(fields, "priority");
  if (command < DELETE) {
    const buffer = d.u32(fields.at);
    out.str(`, buffer_id ${buffer === NO_ID ? "NONE" : `0x${hex(buffer, 8)}`}`);
  }
  fields.skip(4);
  if (command === DELETE || command === DELETE_STRICT) out.str(`, out_port ${port(d.u16(fields.at))}`);
  fields.skip(2);
  const flags = fields.u16();
  out.str(`, flags 0x${hex(flags, 4)}${namedBits(FLOW_FLAGS, flags)}`);
  actions(fields, "\n\t ");
}

function portModification(fields: Fields): void {
  const { d } = fields;
  const { out } = d;
  out.str(`\n\t port_no ${port(fields.u16())}`);
  out.str(`, hw_addr ${mac(d, fields.at)}`);
  fields.skip(6);
  out.str(`\n\t config ${bits32(fields, PORT_CONFIG)}`);
  out.str(`\n\t mask ${bits32(fields, PORT_CONFIG)}`);
  out.str(`\n\t advertise ${bits32(fields, PORT_FEATURES)}`);
  fields.pass(4);
}

function queueRequest(fields: Fields): void {
  fields.d.out.str(`\n\t port ${port(fields.u16())}`);
  fields.pass(2);
}

function queueReply(fields: Fields): void {
  fields.d.out.str(`\n\t port ${port(fields.u16())}`);
  fields.pass(6);
  queues(fields);
}

const DESCRIPTION = 0;
const FLOW = 1;
const AGGREGATE = 2;
const TABLE = 3;
const PORT = 4;
const QUEUE = 5;

function queueId(fields: Fields): string {
  const queue = fields.u32();
  return queue === NO_ID ? "ALL" : String(queue);
}

/** What statistics are asked for; false if the request has the wrong length. */
function statisticsQuery(fields: Fields, type: number): boolean {
  const { out } = fields.d;
  switch (type) {
    case DESCRIPTION:
    case TABLE:
      return fields.left === 0;
    case FLOW:
    case AGGREGATE:
      if (fields.left !== 44) return false;
      match(fields, "\n\t ");
      out.str(`\n\t table_id ${table(fields.u8())}`);
      fields.skip(1);
      out.str(`, out_port ${port(fields.u16())}`);
      return true;
    case PORT:
      if (fields.left !== 8) return false;
      out.str(`\n\t port_no ${port(fields.u16())}`);
      fields.pass(6);
      return true;
    case QUEUE:
      if (fields.left !== 8) return false;
      out.str(`\n\t port_no ${port(fields.u16())}`);
      fields.skip(2);
      out.str(`, queue_id ${queueId(fields)}`);
      return true;
    case VENDOR:
      vendor(fields, printData);
      return true;
    default:
      return true;
  }
}

function statisticsRequest(fields: Fields): void {
  const { out } = fields.d;
  const type = fields.u16();
  out.str(`\n\t type ${STATISTICS.get(type) ?? invalid(type, 4)}`);
  const flags = fields.u16();
  out.str(`, flags 0x${hex(flags, 4)}${flags !== 0 ? " (bogus)" : ""}`);
  if (!statisticsQuery(fields, type)) fields.invalid();
}

function descriptionReply(fields: Fields): void {
  if (fields.left !== 1056) {
    fields.invalid();
    return;
  }
  quoted(fields, "\n\t  mfr_desc", 256);
  quoted(fields, "\n\t  hw_desc", 256);
  quoted(fields, "\n\t  sw_desc", 256);
  quoted(fields, "\n\t  serial_num", 32);
  quoted(fields, "\n\t  dp_desc", 256);
}

const FLOW_LEAST = 88;

function flowReply(fields: Fields): void {
  const { d } = fields;
  const { out } = d;
  while (fields.left > 0) {
    if (fields.left < FLOW_LEAST) {
      fields.invalid();
      return;
    }
    const size = d.u16(fields.at);
    out.str(`\n\t length ${size}`);
    if (size < FLOW_LEAST || size > fields.left) {
      fields.invalid();
      return;
    }
    fields.skip(2);
    out.str(`, table_id ${table(fields.u8())}`);
    fields.skip(1);
    match(fields, "\n\t  ");
    out.str(`\n\t  duration_sec ${fields.u32()}`);
    out.str(`, duration_nsec ${fields.u32()}`);
    out.str(`, priority ${fields.u16()}`);
    out.str(`, idle_timeout ${fields.u16()}`);
    out.str(`, hard_timeout ${fields.u16()}`);
    fields.skip(6);
    out.str(`, cookie ${hex64(fields)}`);
    out.str(`, packet_count ${fields.u64()}`);
    out.str(`, byte_count ${fields.u64()}`);
    actions(new Fields(d, fields.at, size - FLOW_LEAST), "\n\t  ");
    fields.skip(size - FLOW_LEAST);
  }
}

function aggregateReply(fields: Fields): void {
  const { out } = fields.d;
  if (fields.left !== 24) {
    fields.invalid();
    return;
  }
  out.str(`\n\t packet_count ${fields.u64()}`);
  out.str(`, byte_count ${fields.u64()}`);
  out.str(`, flow_count ${fields.u32()}`);
  fields.pass(4);
}

function tableReply(fields: Fields): void {
  const { out } = fields.d;
  while (fields.left > 0) {
    if (fields.left < 64) {
      fields.invalid();
      return;
    }
    out.str(`\n\t table_id ${table(fields.u8())}`);
    fields.skip(3);
    quoted(fields, ", name", 32);
    const wildcards = fields.u32();
    out.str(`\n\t  wildcards 0x${hex(wildcards, 8)}`);
    // Widths of networks have no names, but are no mistake.
    const names = namedBits(WILDCARDS, wildcards & ALL_WILDCARDS & ~0xfff00);
    if (names !== "") out.str(names);
    else if (wildcards & ALL_WILDCARDS) out.str(" ()");
    if (wildcards & ~ALL_WILDCARDS) out.str(" (bogus)");
    out.str(`\n\t  max_entries ${fields.u32()}`);
    out.str(`, active_count ${fields.u32()}`);
    out.str(`, lookup_count ${fields.u64()}`);
    out.str(`, matched_count ${fields.u64()}`);
  }
}

const PORT_COUNTERS = [
  "rx_packets",
  "tx_packets",
  "rx_bytes",
  "tx_bytes",
  "rx_dropped",
  "tx_dropped",
  "rx_errors",
  "tx_errors",
  "rx_frame_err",
  "rx_over_err",
  "rx_crc_err",
  "collisions",
];

function portReply(fields: Fields): void {
  const { d } = fields;
  while (fields.left > 0) {
    if (fields.left < 104) {
      fields.invalid();
      return;
    }
    d.out.str(`\n\t  port_no ${port(fields.u16())}`);
    if (d.opt.verbose < 2) {
      fields.pass(102);
      continue;
    }
    fields.skip(6);
    for (const name of PORT_COUNTERS) d.out.str(`, ${name} ${fields.u64()}`);
  }
}

function queueStatistics(fields: Fields): void {
  const { out } = fields.d;
  while (fields.left > 0) {
    if (fields.left < 32) {
      fields.invalid();
      return;
    }
    out.str(`\n\t  port_no ${port(fields.u16())}`);
    fields.skip(2);
    out.str(`, queue_id ${fields.u32()}`);
    for (const name of ["tx_bytes", "tx_packets", "tx_errors"]) out.str(`, ${name} ${fields.u64()}`);
  }
}

const STATISTICS_REPLIES: ReadonlyMap<number, (fields: Fields) => void> = new Map([
  [DESCRIPTION, descriptionReply],
  [FLOW, flowReply],
  [AGGREGATE, aggregateReply],
  [TABLE, tableReply],
  [PORT, portReply],
  [QUEUE, queueStatistics],
  [VENDOR, (fields) => vendor(fields, printData)],
]);

function statisticsReply(fields: Fields): void {
  const { d } = fields;
  const type = fields.u16();
  d.out.str(`\n\t type ${STATISTICS.get(type) ?? invalid(type, 4)}`);
  const flags = fields.u16();
  d.out.str(`, flags 0x${hex(flags, 4)}${namedBits(REPLY_FLAGS, flags)}`);
  const print = STATISTICS_REPLIES.get(type);
  if (print === undefined) d.need(fields.at, fields.left);
  else print(fields);
}

function packetOut(fields: Fields): void {
  const { d } = fields;
  d.out.str(`\n\t buffer_id 0x${hex(fields.u32(), 8)}`);
  d.out.str(`, in_port ${port(fields.u16())}`);
  const size = fields.u16();
  if (size > fields.left) {
    fields.invalid();
    return;
  }
  actions(new Fields(d, fields.at, size), "\n\t ");
  fields.skip(size);
  packetData(fields);
}

function packetIn(fields: Fields): void {
  const { out } = fields.d;
  const buffer = fields.u32();
  out.str(`\n\t buffer_id ${buffer === NO_ID ? "NONE" : `0x${hex(buffer, 8)}`}`);
  out.str(`, total_len ${fields.u16()}`);
  out.str(`, in_port ${port(fields.u16())}`);
  const reason = fields.u8();
  out.str(`, reason ${PACKET_IN_REASONS.get(reason) ?? invalid(reason, 2)}`);
  fields.pass(1);
  packetData(fields);
}

function flowRemoved(fields: Fields): void {
  const { out } = fields.d;
  match(fields, "\n\t ");
  out.str(`\n\t cookie ${hex64(fields)}`);
  ifSet(fields, "priority");
  const reason = fields.u8();
  out.str(`, reason ${REMOVED_REASONS.get(reason) ?? `unknown (0x${hex(reason, 2)})`}`);
  fields.skip(1);
  out.str(`, duration_sec ${fields.u32()}`);
  out.str(`, duration_nsec ${fields.u32()}`);
  ifSet(fields, "idle_timeout");
  fields.skip(2);
  out.str(`, packet_count ${fields.u64()}`);
  out.str(`, byte_count ${fields.u64()}`);
}

function portStatus(fields: Fields): void {
  const reason = fields.u8();
  fields.d.out.str(`\n\t reason ${PORT_REASONS.get(reason) ?? invalid(reason, 2)}`);
  fields.skip(7);
  physicalPort(fields);
}

/** The messages by their type; lengths without the header. */
export const OPENFLOW_10: readonly MessageType[] = [
  { name: "HELLO", print: printData },
  { name: "ERROR", atLeast: 4, print: errorPrinter(ERRORS, ERROR_CODES) },
  { name: "ECHO_REQUEST", print: printData },
  { name: "ECHO_REPLY", print: printData },
  { name: "VENDOR", atLeast: 4, print: (fields) => vendor(fields, bigSwitchMessage) },
  { name: "FEATURES_REQUEST", exactly: 0 },
  { name: "FEATURES_REPLY", atLeast: 24, print: features },
  { name: "GET_CONFIG_REQUEST", exactly: 0 },
  { name: "GET_CONFIG_REPLY", exactly: 4, print: configuration },
  { name: "SET_CONFIG", exactly: 4, print: configuration },
  { name: "PACKET_IN", atLeast: 10, print: packetIn },
  { name: "FLOW_REMOVED", exactly: 80, print: flowRemoved },
  { name: "PORT_STATUS", exactly: 56, print: portStatus },
  { name: "PACKET_OUT", atLeast: 8, print: packetOut },
  { name: "FLOW_MOD", atLeast: 64, print: flowModification },
  { name: "PORT_MOD", exactly: 24, print: portModification },
  { name: "STATS_REQUEST", atLeast: 4, print: statisticsRequest },
  { name: "STATS_REPLY", atLeast: 4, print: statisticsReply },
  { name: "BARRIER_REQUEST", exactly: 0 },
  { name: "BARRIER_REPLY", exactly: 0 },
  { name: "QUEUE_GET_CONFIG_REQUEST", exactly: 4, print: queueRequest },
  { name: "QUEUE_GET_CONFIG_REPLY", atLeast: 8, print: queueReply },
];
