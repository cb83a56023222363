// Cisco NetFlow, versions 1, 5 and 6.
//
//   version (2) | count (2) | uptime, ms (4) | seconds (4) | nanoseconds (4) | 5, 6: sequence (4) | … (4)
//   record: source (4) | destination (4) | next hop (4) | devices (2, 2) | packets (4) | octets (4) | first (4) |
//   last (4) | ports (2, 2) | by version
import { writeIpv4 } from "../bytes/address.ts";
import type { Dissection } from "./dissection.ts";
import { IPPROTO_TCP, protocolName } from "./ipproto.ts";
import type { BitTokens } from "./token.ts";
import { bitNames } from "./token.ts";
import { hex } from "./wording.ts";

const FLAGS: BitTokens = [
  [0x01, "F"],
  [0x02, "S"],
  [0x04, "R"],
  [0x08, "P"],
  [0x10, "A"],
  [0x20, "U"],
];

/** Where versions differ: sizes of header and record, and offsets in the record. */
interface Layout {
  readonly header: number;
  readonly record: number;
  readonly protocol: number;
  readonly tos: number;
  readonly flags: number;
}
const LAYOUTS: ReadonlyMap<number, Layout> = new Map([
  [1, { header: 16, record: 48, protocol: 38, tos: 39, flags: 40 }],
  [5, { header: 24, record: 52, protocol: 38, tos: 39, flags: 37 }],
  [6, { header: 24, record: 52, protocol: 38, tos: 39, flags: 37 }],
]);

const pad = (n: number, width: number) => String(n).padStart(width, "0");
/** Milliseconds as seconds. */
const seconds = (n: number) => `${Math.floor(n / 1000)}.${pad(n % 1000, 3)}`;

function record(d: Dissection, at: number, version: number, layout: Layout): void {
  const { out } = d;
  out.str(`\n  started ${seconds(d.u32(at + 24))}, last ${seconds(d.u32(at + 28))}`);
  const end = (address: number, mask: number, system: number, port: number) => {
    writeIpv4(out, d.bytes, at + address);
    if (version !== 1) out.str(`/${d.u8(at + mask)}:${d.u16(at + system)}`);
    out.str(`:${d.u16(at + port)} `);
  };
  out.str("\n    ");
  end(0, 44, 40, 32);
  out.str("> ");
  end(4, 45, 42, 34);
  out.str(">> ");
  writeIpv4(out, d.bytes, at + 8);
  out.str("\n    ");
  const protocol = d.u8(at + layout.protocol);
  const name = d.opt.numeric > 0 ? null : protocolName(protocol);
  out.str(`${name ?? protocol} `);
  if (protocol === IPPROTO_TCP) {
    const flags = d.u8(at + layout.flags);
    out.str(`${bitNames(FLAGS, flags, "", "")}${flags !== 0 ? " " : ""}`);
  }
  out.str(`tos ${d.u8(at + layout.tos)}, ${d.u32(at + 16)} (${d.u32(at + 20)} octets) `);
  if (version === 6) out.str(`(${d.u8(at + 46)}<>${d.u8(at + 47)} encaps)`);
}

/** Writes the datagram at `at`. Throws TRUNCATED. */
export function printNetflow(d: Dissection, at: number): void {
  const { out } = d;
  d.protocol = "cnfp";
  const version = d.u16(at);
  const layout = LAYOUTS.get(version);
  if (layout === undefined) {
    out.str(`NetFlow v${hex(version)}`);
    return;
  }
  if (!d.has(at, layout.header)) {
    d.truncated();
    return;
  }
  // tcpdump reads the count with the upper half of the uptime behind it.
  const count = d.u32(at + 2);
  out.str(`NetFlow v${hex(version)}, ${seconds(d.u32(at + 4))} uptime, `);
  out.str(`${d.u32(at + 8)}.${pad(d.u32(at + 12), 9)}, `);
  if (version !== 1) out.str(`#${d.u32(at + 16)}, `);
  out.str(`${String(count).padStart(2)} recs`);
  at += layout.header;
  for (let i = 0; i < count; i++) {
    if (!d.has(at, layout.record)) {
      d.truncated();
      return;
    }
    record(d, at, version, layout);
    at += layout.record;
  }
}
