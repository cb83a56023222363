// OpenFlow Switch Specification, version 1.3.
import type { Fields } from "./fields.ts";
import type { MessageType } from "./openflow-common.ts";
import { bits32, errorPrinter, hex64, namedBits, printData, vendorName } from "./openflow-common.ts";
import { padded } from "./phrase.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { hex, mac, numbered } from "./wording.ts";

const CAPABILITIES: BitTokens = [
  [0x1, "FLOW_STATS"],
  [0x2, "TABLE_STATS"],
  [0x4, "PORT_STATS"],
  [0x8, "GROUP_STATS"],
  [0x20, "IP_REASM"],
  [0x40, "QUEUE_STATS"],
  [0x100, "PORT_BLOCKED"],
];
const FRAGMENTS: Tokens = numbered(0, "FRAG_NORMAL", "FRAG_DROP", "FRAG_REASM");
const TABLES: Tokens = numbered(254, "MAX", "ALL");
const LENGTHS: Tokens = new Map([
  [0xffe5, "MAX"],
  [0xffff, "NO_BUFFER"],
]);
const PORT_CONFIG: BitTokens = [
  [0x1, "PORT_DOWN"],
  [0x4, "NO_RECV"],
  [0x20, "NO_FWD"],
  [0x40, "NO_PACKET_IN"],
];
const PORT_STATES: BitTokens = [
  [0x1, "LINK_DOWN"],
  [0x2, "BLOCKED"],
  [0x4, "LIVE"],
];
const PORT_FEATURES: BitTokens = [
  [0x1, "10MB_HD"],
  [0x2, "10MB_FD"],
  [0x4, "100MB_HD"],
  [0x8, "100MB_FD"],
  [0x10, "1GB_HD"],
  [0x20, "1GB_FD"],
  [0x40, "10GB_FD"],
  [0x80, "40GB_FD"],
  [0x100, "100GB_FD"],
  [0x200, "1TB_FD"],
  [0x400, "OTHER"],
  [0x800, "COPPER"],
  [0x1000, "FIBER"],
  [0x2000, "AUTONEG"],
  [0x4000, "PAUSE"],
  [0x8000, "PAUSE_ASYM"],
];
const HELLO_ELEMENTS: Tokens = new Map([[1, "VERSIONBITMAP"]]);
const PORTS: Tokens = new Map([
  [0xffffff00, "MAX"],
  [0xfffffff8, "IN_PORT"],
  [0xfffffff9, "TABLE"],
  [0xfffffffa, "NORMAL"],
  [0xfffffffb, "FLOOD"],
  [0xfffffffc, "ALL"],
  [0xfffffffd, "CONTROLLER"],
  [0xfffffffe, "LOCAL"],
  [0xffffffff, "ANY"],
]);
const ROLES: Tokens = numbered(0, "NOCHANGE", "EQUAL", "MASTER", "SLAVE");
const VERSION_BITS: BitTokens = [
  [0x1, "1.0"],
  [0x2, "1.1"],
  [0x4, "1.2"],
  [0x8, "1.3"],
  [0x10, "1.4"],
  [0x20, "1.5"],
];
const PACKET_IN_BITS: BitTokens = [
  [0x1, "NO_MATCH"],
  [0x2, "ACTION"],
  [0x4, "INVALID_TTL"],
];
const PORT_REASONS: Tokens = numbered(0, "ADD", "DELETE", "MODIFY");
const PORT_STATUS_BITS: BitTokens = [
  [0x1, "ADD"],
  [0x2, "DELETE"],
  [0x4, "MODIFY"],
];
const ERRORS: Tokens = new Map([
  [0, "HELLO_FAILED"],
  [1, "BAD_REQUEST"],
  [2, "BAD_ACTION"],
  [3, "BAD_INSTRUCTION"],
  [4, "BAD_MATCH"],
  [5, "FLOW_MOD_FAILED"],
  [6, "GROUP_MOD_FAILED"],
  [7, "PORT_MOD_FAILED"],
  [8, "TABLE_MOD_FAILED"],
  [9, "QUEUE_OP_FAILED"],
  [10, "SWITCH_CONFIG_FAILED"],
  [11, "ROLE_REQUEST_FAILED"],
  [12, "METER_MOD_FAILED"],
  [13, "TABLE_FEATURES_FAILED"],
  [0xffff, "EXPERIMENTER"],
]);
const HELLO_ERRORS: Tokens = numbered(0, "INCOMPATIBLE", "EPERM");
const REQUEST_ERRORS: Tokens = numbered(
  0,
  "BAD_VERSION",
  "BAD_TYPE",
  "BAD_MULTIPART",
  "BAD_EXPERIMENTER",
  "BAD_EXP_TYPE",
  "EPERM",
  "BAD_LEN",
  "BUFFER_EMPTY",
  "BUFFER_UNKNOWN",
  "BAD_TABLE_ID",
  "IS_SLAVE",
  "BAD_PORT",
  "BAD_PACKET",
  "MULTIPART_BUFFER_OVERFLOW",
);
const ACTION_ERRORS: Tokens = numbered(
  0,
  "BAD_TYPE",
  "BAD_LEN",
  "BAD_EXPERIMENTER",
  "BAD_EXP_TYPE",
  "BAD_OUT_PORT",
  "BAD_ARGUMENT",
  "EPERM",
  "TOO_MANY",
  "BAD_QUEUE",
  "BAD_OUT_GROUP",
  "MATCH_INCONSISTENT",
  "UNSUPPORTED_ORDER",
  "BAD_TAG",
  "BAD_SET_TYPE",
  "BAD_SET_LEN",
  "BAD_SET_ARGUMENT",
);
const INSTRUCTION_ERRORS: Tokens = numbered(
  0,
  "UNKNOWN_INST",
  "UNSUP_INST",
  "BAD_TABLE_ID",
  "UNSUP_METADATA",
  "UNSUP_METADATA_MASK",
  "BAD_EXPERIMENTER",
  "BAD_EXP_TYPE",
  "BAD_LEN",
  "EPERM",
);
const MATCH_ERRORS: Tokens = numbered(
  0,
  "BAD_TYPE",
  "BAD_LEN",
  "BAD_TAG",
  "BAD_DL_ADDR_MASK",
  "BAD_NW_ADDR_MASK",
  "BAD_WILDCARDS",
  "BAD_FIELD",
  "BAD_VALUE",
  "BAD_MASK",
  "BAD_PREREQ",
  "DUP_FIELD",
  "EPERM",
);
const FLOW_ERRORS: Tokens = numbered(
  0,
  "UNKNOWN",
  "TABLE_FULL",
  "BAD_TABLE_ID",
  "OVERLAP",
  "EPERM",
  "BAD_TIMEOUT",
  "BAD_COMMAND",
  "BAD_FLAGS",
);
const GROUP_ERRORS: Tokens = numbered(
  0,
  "GROUP_EXISTS",
  "INVALID_GROUP",
  "WEIGHT_UNSUPPORTED",
  "OUT_OF_GROUPS",
  "OUT_OF_BUCKETS",
  "CHAINING_UNSUPPORTED",
  "WATCH_UNSUPPORTED",
  "LOOP",
  "UNKNOWN_GROUP",
  "CHAINED_GROUP",
  "BAD_TYPE",
  "BAD_COMMAND",
  "BAD_BUCKET",
  "BAD_MATCH",
  "EPERM",
);
const PORT_ERRORS: Tokens = numbered(0, "BAD_PORT", "BAD_HW_ADDR", "BAD_CONFIG", "BAD_ADVERTISE", "EPERM");
const TABLE_ERRORS: Tokens = numbered(0, "BAD_TABLE", "BAD_CONFIG", "EPERM");
const QUEUE_ERRORS: Tokens = numbered(0, "BAD_PORT", "BAD_QUEUE", "EPERM");
const CONFIG_ERRORS: Tokens = numbered(0, "BAD_FLAGS", "BAD_LEN", "EPERM");
const ROLE_ERRORS: Tokens = numbered(0, "STALE", "UNSUP", "BAD_ROLE");
const METER_ERRORS: Tokens = numbered(
  0,
  "UNKNOWN",
  "METER_EXISTS",
  "INVALID_METER",
  "UNKNOWN_METER",
  "BAD_COMMAND",
  "BAD_FLAGS",
  "BAD_RATE",
  "BAD_BURST",
  "BAD_BAND",
  "BAD_BAND_VALUE",
  "OUT_OF_METERS",
  "OUT_OF_BANDS",
);
const FEATURES_ERRORS: Tokens = numbered(
  0,
  "BAD_TABLE",
  "BAD_METADATA",
  "BAD_TYPE",
  "BAD_LEN",
  "BAD_ARGUMENT",
  "EPERM",
);

const ERROR_CODES: ReadonlyMap<number, Tokens> = new Map([
  [0, HELLO_ERRORS],
  [1, REQUEST_ERRORS],
  [2, ACTION_ERRORS],
  [3, INSTRUCTION_ERRORS],
  [4, MATCH_ERRORS],
  [5, FLOW_ERRORS],
  [6, GROUP_ERRORS],
  [7, PORT_ERRORS],
  [8, TABLE_ERRORS],
  [9, QUEUE_ERRORS],
  [10, CONFIG_ERRORS],
  [11, ROLE_ERRORS],
  [12, METER_ERRORS],
  [13, FEATURES_ERRORS],
]);
const VERSION_BITMAP = 1;
const PORT_REST = 32;

const port = (n: number) => PORTS.get(n) ?? String(n);

function portDescription(fields: Fields): void {
  const { d } = fields;
  const { out } = d;
  out.str(`\n\t  port_no ${port(fields.u32())}`);
  fields.skip(4);
  out.str(`, hw_addr ${mac(d, fields.at)}`);
  fields.skip(8);
  out.str(", name '");
  padded(d, fields.at, 16);
  out.ch(39);
  fields.skip(16);
  if (d.opt.verbose < 2) {
    fields.pass(PORT_REST);
    return;
  }
  out.str(`\n\t   config ${bits32(fields, PORT_CONFIG)}`);
  out.str(`\n\t   state ${bits32(fields, PORT_STATES)}`);
  for (const name of ["curr", "advertised", "supported", "peer"])
    out.str(`\n\t   ${name} ${bits32(fields, PORT_FEATURES)}`);
  out.str(`\n\t   curr_speed ${fields.u32()}kbps`);
  out.str(`\n\t   max_speed ${fields.u32()}kbps`);
}

function features(fields: Fields): void {
  const { out } = fields.d;
  out.str(`\n\t dpid ${hex64(fields)}`);
  out.str(`, n_buffers ${fields.u32()}`);
  out.str(`, n_tables ${fields.u8()}`);
  out.str(`, auxiliary_id ${fields.u8()}`);
  fields.skip(2);
  out.str(`\n\t capabilities ${bits32(fields, CAPABILITIES)}`);
  fields.pass(4);
}

function configuration(fields: Fields): void {
  const { out } = fields.d;
  const flags = fields.u16();
  out.str(`\n\t flags ${FRAGMENTS.get(flags) ?? `invalid (0x${hex(flags, 4)})`}`);
  const length = fields.u16();
  out.str(`, miss_send_len ${LENGTHS.get(length) ?? length}`);
}

function tableModification(fields: Fields): void {
  const { out } = fields.d;
  const table = fields.u8();
  out.str(`\n\t table_id ${TABLES.get(table) ?? table}`);
  fields.skip(3);
  out.str(`, config 0x${hex(fields.u32(), 8)}`);
}

function role(fields: Fields): void {
  const { out } = fields.d;
  const value = fields.u32();
  out.str(`\n\t role ${ROLES.get(value) ?? `invalid (0x${hex(value, 8)})`}`);
  fields.skip(4);
  out.str(`, generation_id ${hex64(fields)}`);
}

/** Which messages a controller wants, as equal or master (EM) and as slave (S). */
function asynchronous(fields: Fields): void {
  for (const [name, table] of [
    ["packet_in", PACKET_IN_BITS],
    ["port_status", PORT_STATUS_BITS],
    ["flow_removed", PORT_STATUS_BITS],
  ] as const)
    for (const who of ["EM", "S"]) fields.d.out.str(`\n\t ${name}_mask[${who}] ${bits32(fields, table)}`);
}

function portModification(fields: Fields): void {
  const { d } = fields;
  const { out } = d;
  out.str(`\n\t port_no ${port(fields.u32())}`);
  fields.skip(4);
  out.str(`, hw_addr ${mac(d, fields.at)}`);
  fields.skip(8);
  out.str(`\n\t  config ${bits32(fields, PORT_CONFIG)}`);
  out.str(`\n\t  mask ${bits32(fields, PORT_CONFIG)}`);
  out.str(`\n\t  advertise ${bits32(fields, PORT_FEATURES)}`);
  fields.pass(4);
}

function portStatus(fields: Fields): void {
  const reason = fields.u8();
  fields.d.out.str(`\n\t reason ${PORT_REASONS.get(reason) ?? "invalid (0x02x)"}`);
  fields.skip(7);
  portDescription(fields);
}

function helloElements(fields: Fields): void {
  const { d } = fields;
  const { out } = d;
  while (fields.left > 0) {
    if (fields.left < 4) {
      fields.invalid();
      return;
    }
    const type = fields.u16();
    out.str(`\n\t type ${HELLO_ELEMENTS.get(type) ?? `unknown (0x${hex(type, 4)})`}`);
    const size = fields.u16();
    out.str(`, length ${size}`);
    if (size < 4 || size > fields.left + 4) {
      fields.invalid();
      return;
    }
    if (type === VERSION_BITMAP && size === 8) {
      const bitmap = d.u32(fields.at);
      out.str(`, bitmap 0x${hex(bitmap, 8)}${namedBits(VERSION_BITS, bitmap)}`);
    } else if (type === VERSION_BITMAP) out.str(" (bogus)");
    fields.pass(size - 4);
  }
}

function experimenter(fields: Fields): void {
  const { out } = fields.d;
  out.str(`\n\t experimenter ${vendorName(fields.u32())}`);
  out.str(`, exp_type 0x${hex(fields.u32(), 8)}`);
  printData(fields);
}

function queueRequest(fields: Fields): void {
  fields.d.out.str(`\n\t port ${port(fields.u32())}`);
  fields.pass(4);
}

/** The messages by their type; lengths without the header. */
export const OPENFLOW_13: readonly MessageType[] = [
  { name: "HELLO", print: helloElements },
  { name: "ERROR", atLeast: 4, print: errorPrinter(ERRORS, ERROR_CODES) },
  { name: "ECHO_REQUEST", print: printData },
  { name: "ECHO_REPLY", print: printData },
  { name: "EXPERIMENTER", atLeast: 8, print: experimenter },
  { name: "FEATURES_REQUEST", exactly: 0 },
  { name: "FEATURES_REPLY", exactly: 24, print: features },
  { name: "GET_CONFIG_REQUEST", exactly: 0 },
  { name: "GET_CONFIG_REPLY", exactly: 4, print: configuration },
  { name: "SET_CONFIG", exactly: 4, print: configuration },
  { name: "PACKET_IN" },
  { name: "FLOW_REMOVED" },
  { name: "PORT_STATUS", exactly: 72, print: portStatus },
  { name: "PACKET_OUT" },
  { name: "FLOW_MOD" },
  { name: "GROUP_MOD" },
  { name: "PORT_MOD", exactly: 32, print: portModification },
  { name: "TABLE_MOD", exactly: 8, print: tableModification },
  { name: "MULTIPART_REQUEST" },
  { name: "MULTIPART_REPLY" },
  { name: "BARRIER_REQUEST", exactly: 0 },
  { name: "BARRIER_REPLY", exactly: 0 },
  { name: "QUEUE_GET_CONFIG_REQUEST", exactly: 8, print: queueRequest },
  { name: "QUEUE_GET_CONFIG_REPLY" },
  { name: "ROLE_REQUEST", exactly: 16, print: role },
  { name: "ROLE_REPLY", exactly: 16, print: role },
  { name: "GET_ASYNC_REQUEST", exactly: 0 },
  { name: "GET_ASYNC_REPLY", exactly: 24, print: asynchronous },
  { name: "SET_ASYNC", exactly: 24, print: asynchronous },
  { name: "METER_MOD" },
];
