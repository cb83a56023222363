// Multi-Point MAC Control of passive optical networks (IEEE 802.3 clauses 31, 64, 77).
//
//   opcode (2) | timestamp (4) | by opcode
import type { Dissection } from "./dissection.ts";
import { unknownBytes } from "./phrase.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";
import { numbered } from "./wording.ts";

const PAUSE = 1;
const GATE = 2;
const REPORT = 3;
const REGISTER_REQUEST = 4;
const REGISTER = 5;
const REGISTER_ACK = 6;
const OPCODES: Tokens = numbered(
  PAUSE,
  "Pause",
  "Gate",
  "Report",
  "Register Request",
  "Register",
  "Register ACK",
);
const GRANT_FLAGS: BitTokens = [
  [0x08, "Discovery"],
  [0x10, "Force Grant #1"],
  [0x20, "Force Grant #2"],
  [0x40, "Force Grant #3"],
  [0x80, "Force Grant #4"],
];
const REQUEST_FLAGS: BitTokens = [
  [1, "Register"],
  [3, "De-Register"],
];
const REGISTER_FLAGS: BitTokens = [
  [1, "Re-Register"],
  [2, "De-Register"],
  [3, "ACK"],
  [4, "NACK"],
];
const ACK_FLAGS: BitTokens = [[1, "ACK"]];
const QUEUES: BitTokens = Array.from({ length: 8 }, (_, n) => [1 << n, `Q${n}`] as const);

function gate(d: Dissection, from: number): void {
  const { out } = d;
  const head = d.u8(from);
  const count = head & 7;
  out.str(`\n\tGrant Numbers ${count}, Flags [ ${bitNames(GRANT_FLAGS, head & ~7, "?")} ]`);
  let at = from + 1;
  for (let grant = 1; grant <= count; grant++) {
    const duration = d.u16(at + 4);
    out.str(`\n\tGrant #${grant}, Start-Time ${d.u32(at)} ticks, duration ${duration} ticks`);
    at += 6;
  }
  out.str(`\n\tSync-Time ${d.u16(at)} ticks`);
}

function report(d: Dissection, from: number): void {
  const { out } = d;
  const sets = d.u8(from);
  let at = from + 1;
  out.str(`\n\tTotal Queue-Sets ${sets}`);
  // tcpdump leaves the last set out, and calls each by the number of all.
  for (let set = 1; set < sets; set++) {
    const bitmap = d.u8(at++);
    out.str(`\n\t  Queue-Set #${sets}, Report-Bitmap [ ${bitNames(QUEUES, bitmap, "Unknown")} ]`);
    for (let queue = 0; queue < 8; queue++) {
      if (!(bitmap & (1 << queue))) continue;
      out.str(`\n\t    Q${queue + 1} Report, Duration ${d.u16(at)} ticks`);
      at += 2;
    }
  }
}

/** Writes the message of `length` bytes at `at`. Throws TRUNCATED. */
export function printMpcp(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "mpcp";
  const opcode = d.u16(at);
  const timestamp = d.u32(at + 2);
  out.str(`MPCP, Opcode ${OPCODES.get(opcode) ?? `Unknown (${opcode})`}`);
  if (opcode !== PAUSE) out.str(`, Timestamp ${timestamp} ticks`);
  out.str(`, length ${length}`);
  if (d.opt.verbose === 0) return;
  const body = at + 6;
  switch (opcode) {
    case PAUSE:
      break;
    case GATE:
      gate(d, body);
      break;
    case REPORT:
      report(d, body);
      break;
    case REGISTER_REQUEST: {
      const pending = d.u8(body + 1);
      out.str(`\n\tFlags [ ${bitNames(REQUEST_FLAGS, d.u8(body), "Reserved")} ], Pending-Grants ${pending}`);
      break;
    }
    case REGISTER: {
      d.need(body, 6);
      const flags = bitNames(REGISTER_FLAGS, d.u8(body + 2), "Reserved");
      out.str(`\n\tAssigned-Port ${d.u16(body)}, Flags [ ${flags} ]`);
      out.str(`\n\tSync-Time ${d.u16(body + 3)} ticks, Echoed-Pending-Grants ${d.u8(body + 5)}`);
      break;
    }
    case REGISTER_ACK: {
      d.need(body, 5);
      const flags = bitNames(ACK_FLAGS, d.u8(body), "Reserved");
      out.str(`\n\tEchoed-Assigned-Port ${d.u16(body + 1)}, Flags [ ${flags} ]`);
      out.str(`\n\tEchoed-Sync-Time ${d.u16(body + 3)} ticks`);
      break;
    }
    default:
      unknownBytes(d, at, "\n\t", length);
  }
}
