// OpenFlow (https://opennetworking.org): how a controller tells switches where packets go. Versions 1.0 and 1.3 are
// taken apart (openflow10.ts, openflow13.ts).
//
//   version (1) | type (1) | length, header included (2) | transaction (4) | by type
import type { Dissection } from "./dissection.ts";
import { Fields } from "./fields.ts";
import type { MessageType } from "./openflow-common.ts";
import { VERSIONS } from "./openflow-common.ts";
import { OPENFLOW_10 } from "./openflow10.ts";
import { OPENFLOW_13 } from "./openflow13.ts";
import { hex } from "./wording.ts";

const HEADER = 8;
const MESSAGES: ReadonlyMap<number, readonly MessageType[]> = new Map([
  [1, OPENFLOW_10],
  [4, OPENFLOW_13],
]);

/** What follows a header: `length` bytes at `at`. */
function body(d: Dissection, at: number, length: number, type: MessageType | undefined): void {
  if (type !== undefined) {
    const { exactly, atLeast, print } = type;
    if ((exactly !== undefined && length !== exactly) || (atLeast !== undefined && length < atLeast))
      d.invalid();
    else if (d.opt.verbose > 0 && print !== undefined) {
      print(new Fields(d, at, length));
      return;
    }
  }
  d.need(at, length);
}

/** Writes the messages of a segment, `length` bytes at `at`. Throws TRUNCATED. */
export function printOpenflow(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "openflow";
  out.str(": OpenFlow");
  const fields = new Fields(d, at, length);
  const ends = (least: number) => {
    if (fields.left >= least) return false;
    out.str(" (end of TCP payload)");
    d.need(fields.at, fields.left);
    return true;
  };
  while (fields.left > 0) {
    const version = fields.u8();
    out.str(`\n\tversion ${VERSIONS.get(version) ?? `unknown (0x${hex(version, 2)})`}`);
    if (ends(1)) return;
    const number = fields.u8();
    const type = MESSAGES.get(version)?.[number];
    out.str(`, type ${type === undefined ? `unknown (0x${hex(number, 2)})` : type.name}`);
    if (ends(2)) return;
    const size = fields.u16();
    out.str(`, length ${size}${size < HEADER ? " (too short!)" : ""}`);
    if (ends(4)) return;
    out.str(`, xid 0x${hex(fields.u32(), 8)}`);
    if (size < HEADER) {
      fields.invalid();
      return;
    }
    body(d, fields.at, size - HEADER, type);
    if (size - HEADER > fields.left) return;
    fields.skip(size - HEADER);
  }
}
