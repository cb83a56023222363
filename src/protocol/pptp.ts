// Point-to-Point Tunneling Protocol's control connection (RFC 2637).
//
//   length (2) | message type (2) | magic cookie (4) | control message type (2) | 0 (2) | the type's fields
import type { Dissection } from "./dissection.ts";
import { padded } from "./phrase.ts";
import type { Tokens } from "./token.ts";
import { hex, numbered } from "./wording.ts";

const HEADER = 12;
const MAGIC = 0x1a2b3c4d;
const NAMES = `NOT_DEFINED SCCRQ SCCRP StopCCRQ StopCCRP ECHORQ ECHORP OCRQ OCRP ICRQ ICRP ICCN CCRQ CDN WEN
SLI`.split(/\s+/);
const MESSAGE_KINDS: Tokens = numbered(1, " CTRL-MSG", " MGMT-MSG");
const ERRORS: Tokens = numbered(
  0,
  "None",
  "Not-Connected",
  "Bad-Format",
  "Bad-Value",
  "No-Resource",
  "Bad-Call-ID",
  "PAC-Error",
);
const BEARERS: Tokens = numbered(1, "A", "D", "Any");
const FRAMINGS: Tokens = numbered(1, "A", "S", "E");
const REASONS: Tokens = numbered(1, "None", "Stop-Protocol", "Stop-Local-Shutdown");
const DONE: Tokens = numbered(1, "OK", "General Error");
/** Result codes by message type. */
const RESULTS: ReadonlyMap<number, Tokens> = new Map([
  [
    2,
    numbered(
      1,
      "Successful channel establishment",
      "General error",
      "Command channel already exists",
      "Requester is not authorized to establish a command channel",
      "The protocol version of the requester is not supported",
    ),
  ],
  [4, DONE],
  [6, DONE],
  [
    8,
    numbered(
      1,
      "Connected",
      "General Error",
      "No Carrier",
      "Busy",
      "No Dial Tone",
      "Time-out",
      "Do Not Accept",
    ),
  ],
  [10, numbered(1, "Connect", "General Error", "Do Not Accept")],
  [13, numbered(1, "Lost Carrier", "General Error", "Admin Shutdown", "Request")],
]);

/** How a field is written, and with it its size. */
type Form =
  | "1"
  | "2"
  | "4"
  | "zero1"
  | "zero2"
  | "version"
  | "framings"
  | "bearers"
  | "bearer"
  | "framing"
  | "map"
  | "text"
  | "statistics"
  | "result"
  | "error"
  | "reason";
const SIZES: Readonly<Record<Form, number>> = {
  "1": 1,
  "2": 2,
  "4": 4,
  zero1: 1,
  zero2: 2,
  version: 2,
  framings: 4,
  bearers: 4,
  bearer: 4,
  framing: 4,
  map: 4,
  text: 64,
  statistics: 128,
  result: 1,
  error: 1,
  reason: 1,
};
type Field = readonly [form: Form, name: string];
const ZERO: Field = ["zero2", ""];
const RESULT: Field = ["result", "RESULT_CODE"];
const ERROR: Field = ["error", "ERR_CODE"];
const CALL: Field = ["2", "CALL_ID"];
const PEER: Field = ["2", "PEER_CALL_ID"];
const SERIAL: Field = ["2", "CALL_SER_NUM"];
const SPEED: Field = ["4", "CONN_SPEED"];
const WINDOW: Field = ["2", "RECV_WIN"];
const DELAY: Field = ["2", "PROC_DELAY"];
const CAUSE: Field = ["2", "CAUSE_CODE"];
const CHANNEL: Field = ["4", "PHY_CHAN_ID"];
const BEARER: Field = ["bearer", "BEARER_TYPE"];
const FRAMING: Field = ["framing", "FRAME_TYPE"];
const CAPABILITIES: readonly Field[] = [
  ["framings", "FRAME_CAP"],
  ["bearers", "BEARER_CAP"],
  ["2", "MAX_CHAN"],
  ["2", "FIRM_REV"],
  ["text", "HOSTNAME"],
  ["text", "VENDOR"],
];

/** The fields of each message type, in order. */
const MESSAGES: ReadonlyMap<number, readonly Field[]> = new Map([
  [1, [["version", "PROTO_VER"], ZERO, ...CAPABILITIES]],
  [2, [["version", "PROTO_VER"], RESULT, ERROR, ...CAPABILITIES]],
  [3, [["reason", "REASON"], ["zero1", ""], ZERO]],
  [4, [RESULT, ERROR, ZERO]],
  [5, [["4", "ID"]]],
  [6, [["4", "ID"], RESULT, ERROR, ZERO]],
  [
    7,
    [
      CALL,
      SERIAL,
      ["4", "MIN_BPS"],
      ["4", "MAX_BPS"],
      BEARER,
      FRAMING,
      WINDOW,
      DELAY,
      ["2", "PHONE_NO_LEN"],
      ZERO,
      ["text", "PHONE_NO"],
      ["text", "SUB_ADDR"],
    ],
  ],
  [8, [CALL, PEER, RESULT, ERROR, CAUSE, SPEED, WINDOW, DELAY, CHANNEL]],
  [
    9,
    [
      CALL,
      SERIAL,
      BEARER,
      CHANNEL,
      ["2", "DIALED_NO_LEN"],
      ["2", "DIALING_NO_LEN"],
      ["text", "DIALED_NO"],
      ["text", "DIALING_NO"],
      ["text", "SUB_ADDR"],
    ],
  ],
  [10, [CALL, PEER, RESULT, ERROR, WINDOW, DELAY, ZERO]],
  [11, [PEER, ZERO, SPEED, WINDOW, DELAY, FRAMING]],
  [12, [CALL, ZERO]],
  [13, [CALL, RESULT, ERROR, CAUSE, ZERO, ["statistics", "CALL_STATS"]]],
  [
    14,
    [
      PEER,
      ZERO,
      ["4", "CRC_ERR"],
      ["4", "FRAMING_ERR"],
      ["4", "HARDWARE_OVERRUN"],
      ["4", "BUFFER_OVERRUN"],
      ["4", "TIMEOUT_ERR"],
      ["4", "ALIGN_ERR"],
    ],
  ],
  [15, [PEER, ZERO, ["map", "SEND_ACCM"], ["map", "RECV_ACCM"]]],
]);

/** What the names of fields end with that tell the length of others. */
const LENGTH = "_LEN";

/** A code, and its name under -v. */
function code(d: Dissection, at: number, names: Tokens | undefined): string {
  const n = d.u8(at);
  return d.opt.verbose > 0 && names !== undefined ? `${n}:${names.get(n) ?? "?"}` : `${n}`;
}

/** A field's value as text. */
function fieldText(d: Dissection, form: Form, at: number, type: number): string {
  switch (form) {
    case "1":
      return `${d.u8(at)}`;
    case "2":
      return `${d.u16(at)}`;
    case "4":
      return `${d.u32(at)}`;
    case "version":
      return `${d.u16(at) >> 8}.${d.u8(at + 1)}`;
    case "framings":
    case "bearers": {
      const bits = d.u32(at);
      if (form === "framings") return `${bits & 1 ? "A" : ""}${bits & 2 ? "S" : ""}`;
      return `${bits & 2 ? "D" : ""}${bits & 1 ? "A" : ""}`;
    }
    case "bearer":
      return BEARERS.get(d.u32(at)) ?? "?";
    case "framing":
      return FRAMINGS.get(d.u32(at)) ?? "?";
    case "map":
      return `0x${hex(d.u32(at), 8)}`;
    case "result":
      return code(d, at, RESULTS.get(type));
    case "error":
      return code(d, at, ERRORS);
    default:
      return code(d, at, REASONS);
  }
}

/** Says that reserved bytes are not 0. */
function reserved(d: Dissection, value: number): void {
  if (value !== 0) d.out.str(` [ERROR: reserved=${value} must be zero]`);
}

/** Prints a field; `texts` has the lengths that fields before it told, by the fields' names. */
function field(
  d: Dissection,
  form: Form,
  name: string,
  at: number,
  type: number,
  texts: Map<string, number>,
): void {
  const { out } = d;
  if (form === "zero1" || form === "zero2") {
    reserved(d, form === "zero1" ? d.u8(at) : d.u16(at));
    return;
  }
  if (form !== "text" && form !== "statistics") {
    // tcpdump writes a field's name before it looks at capabilities and codes.
    const early = form === "framings";
    if (early) out.str(` ${name}(`);
    const text = fieldText(d, form, at, type);
    if (!early) out.str(` ${name}(`);
    out.str(text);
    if (name.endsWith(LENGTH)) texts.set(name.slice(0, -LENGTH.length), d.u16(at));
  } else {
    out.str(` ${name}(`);
    padded(d, at, Math.min(SIZES[form], texts.get(name) ?? SIZES[form]));
  }
  out.ch(41);
}

/** Writes the PPTP control message at `at`. Throws TRUNCATED. */
export function printPptp(d: Dissection, at: number): void {
  const { out } = d;
  const verbose = d.opt.verbose > 0;
  d.protocol = "pptp";
  out.str(": pptp");
  if (verbose) {
    out.str(` Length=${d.u16(at)}`);
    out.str(MESSAGE_KINDS.get(d.u16(at + 2)) ?? " UNKNOWN-MSG-TYPE");
  }
  const cookie = d.u32(at + 4);
  if (cookie !== MAGIC) out.str(` UNEXPECTED Magic-Cookie!!(${hex(cookie, 8)})`);
  if (verbose || cookie !== MAGIC) out.str(` Magic-Cookie=${hex(cookie, 8)}`);
  const type = d.u16(at + 8);
  const name = NAMES[type];
  out.str(name === undefined ? ` UNKNOWN_CTRL_MSGTYPE(${type})` : ` CTRL_MSGTYPE=${name}`);
  reserved(d, d.u16(at + 10));
  let pos = at + HEADER;
  const texts = new Map<string, number>();
  for (const [form, label] of MESSAGES.get(type) ?? []) {
    field(d, form, label, pos, type, texts);
    pos += SIZES[form];
  }
}
