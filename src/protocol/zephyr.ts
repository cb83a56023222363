// Zephyr notices (MIT Project Athena, "The Zephyr Notification Service"): fields of text, each with a NUL at its end.
//
//   version | number of fields | kind | unique id | port | authentication | its length | its data | class | instance |
//   opcode | sender | recipient | format | checksum | multiple | its id | …
import type { Dissection } from "./dissection.ts";
import { visible } from "./phrase.ts";

const KINDS = [
  "unsafe",
  "unacked",
  "acked",
  "hm-ack",
  "hm-ctl",
  "serv-ack",
  "serv-nak",
  "client-ack",
  "stat",
] as const;
const SERVER_ACK = 5;
/** Fields of the header after the version. */
const FIELDS = 16;
/** What tcpdump has room for when it puts strings together. */
const MAX_TEXT = 255;
const EXPOSURES = ["NONE", "OPSTAFF", "REALM-VISIBLE", "REALM-ANNOUNCED", "NET-VISIBLE", "NET-ANNOUNCED"];
const REALM_OPCODES: ReadonlyMap<string, string> = new Map([
  ["ADD_SUBSCRIBE", " realm add-subs"],
  ["REQ_SUBSCRIBE", " realm req-subs"],
  ["RLM_SUBSCRIBE", " realm rlm-sub"],
  ["RLM_UNSUBSCRIBE", " realm rlm-unsub"],
]);
const CLIENT_OPCODES: ReadonlyMap<string, string> = new Map([
  ["GIMME", " ret"],
  ["GIMMEDEFS", " gimme-defs"],
  ["CLEARSUB", " clear-subs"],
]);

/** Reads fields one after another; once one is missing, all are. */
class Fields {
  private readonly d: Dissection;
  private at: number;
  private left: number;
  missing = false;

  constructor(d: Dissection, at: number, length: number) {
    this.d = d;
    this.at = at;
    this.left = length;
  }

  /** The next field as Latin-1. Throws TRUNCATED. */
  next(): string {
    let text = "";
    for (;;) {
      if (this.left === 0) {
        this.missing = true;
        return "";
      }
      const octet = this.d.u8(this.at++);
      this.left--;
      if (octet === 0) return text;
      text += String.fromCharCode(octet);
    }
  }
}

function write(d: Dissection, before: string, text: string): void {
  d.out.str(before);
  for (let i = 0; i < text.length; i++) visible(d.out, text.charCodeAt(i));
}

function lower(text: string): string {
  return text.slice(0, MAX_TEXT).replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function triple(kind: string, instance: string, recipient: string): string {
  return `<${kind},${instance},${recipient === "" ? "*" : recipient}>`.slice(0, MAX_TEXT);
}

/** As strtol(3) with base 16 reads it, as an int. */
function hexadecimal(text: string): number {
  const match = /^[ \t-\r]*([+-]?)(?:0[xX](?=[0-9a-fA-F]))?([0-9a-fA-F]*)/.exec(text);
  const digits = match?.[2] ?? "";
  if (digits === "") return 0;
  const most = (1n << 63n) - 1n;
  let value = BigInt(`0x${digits}`);
  if (match?.[1] === "-") value = value > most + 1n ? -most - 1n : -value;
  else if (value > most) value = most;
  return Number(BigInt.asIntN(32, value));
}

/** Messages to the Zephyr servers; false if they are told as other messages are. */
function control(d: Dissection, fields: Fields, kind: number, instance: string, opcode: string): boolean {
  const { out } = d;
  if (instance === "CLIENT") {
    if (opcode === "SUBSCRIBE" || opcode === "SUBSCRIBE_NODEFS" || opcode === "UNSUBSCRIBE") {
      out.str(opcode === "SUBSCRIBE" ? " sub" : " unsub");
      if (opcode === "SUBSCRIBE_NODEFS") out.str("-nodefs");
      if (kind === SERVER_ACK) return true;
      const text = triple(fields.next(), fields.next(), fields.next());
      if (!fields.missing) write(d, " ", text);
      return true;
    }
    const text = CLIENT_OPCODES.get(opcode);
    if (text !== undefined) out.str(text);
    else write(d, " ", lower(opcode));
    return true;
  }
  if (instance === "HM") {
    write(d, " ", lower(opcode));
    return true;
  }
  if (instance !== "REALM") return false;
  out.str(REALM_OPCODES.get(opcode) ?? "");
  return true;
}

/** Prints the notice of `length` bytes at `at`. Throws TRUNCATED. */
export function printZephyr(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "zephyr";
  const fields = new Fields(d, at, length);
  const version = fields.next();
  if (fields.missing) {
    d.invalid();
    return;
  }
  if (!version.startsWith("ZEPH")) return;
  const header = Array.from({ length: FIELDS }, () => fields.next());
  if (fields.missing) {
    d.invalid();
    return;
  }
  const [, kindText = "", , , , , , kindClass = "", instance = "", opcode = "", sender = "", recipient = ""] =
    header;
  out.str(" zephyr");
  if (!version.startsWith("0.2", 4)) {
    write(d, " v", version.slice(4));
    return;
  }
  const kind = hexadecimal(kindText);
  out.str(` ${KINDS[kind] ?? `type ${kind}`}`);
  if (kind === SERVER_ACK) {
    const answer = fields.next();
    if (!fields.missing && answer !== "SENT") write(d, "/", lower(answer));
  }
  if (sender !== "") write(d, " ", sender);
  switch (kindClass) {
    case "USER_LOCATE":
      if (opcode === "USER_HIDE") out.str(" hide");
      else if (opcode === "USER_UNHIDE") out.str(" unhide");
      else write(d, " locate ", instance);
      return;
    case "ZEPHYR_ADMIN":
      write(d, " zephyr-admin ", lower(opcode));
      return;
    case "ZEPHYR_CTL":
      if (control(d, fields, kind, instance, opcode)) return;
      break;
    case "HM_CTL":
    case "WG_CTL":
      write(d, kindClass === "HM_CTL" ? " hm_ctl " : " wg_ctl ", lower(instance));
      write(d, " ", lower(opcode));
      return;
    case "HM_STAT":
      if (instance !== "HMST_CLIENT" || opcode !== "GIMMESTATS") break;
      out.str(" get-client-stats");
      return;
    case "LOGIN":
      if (opcode === "USER_FLUSH") {
        out.str(" flush_locs");
        return;
      }
      if (EXPOSURES.includes(opcode)) {
        write(d, " set-exposure ", lower(opcode));
        return;
      }
  }
  write(d, " to ", triple(kindClass, instance, recipient));
  if (opcode !== "") write(d, " op ", opcode);
}
