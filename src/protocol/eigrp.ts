// Cisco's Enhanced Interior Gateway Routing Protocol (RFC 7868, and its predecessors' AppleTalk TLVs).
//
//   version (1) | opcode (1) | checksum (2) | flags (4) | sequence (4) | acknowledgement (4) | VRID (2) | AS (2) |
//   TLVs: type (2), length, header included (2), value
import type { Dissection } from "./dissection.ts";
import { unknownBytes } from "./phrase.ts";
import { prefixText } from "./prefix.ts";
import type { BitTokens, Tokens } from "./token.ts";
import { bitNames } from "./token.ts";
import { hex, ip4, numbered } from "./wording.ts";

const HEADER = 20;
const TLV_HEADER = 4;
const VERSION = 2;
const OPCODES: Tokens = new Map([
  [1, "Update"],
  [3, "Query"],
  [4, "Reply"],
  [5, "Hello"],
  [6, "IPX SAP"],
  [7, "Probe"],
]);
const FLAGS: BitTokens = [
  [0x01, "Init"],
  [0x02, "Conditionally Received"],
  [0x04, "Restart"],
  [0x08, "End-of-Table"],
];
const PARAMETERS = 0x0001;
const SOFTWARE = 0x0004;
const IP_INTERNAL = 0x0102;
const IP_EXTERNAL = 0x0103;
const APPLETALK_INTERNAL = 0x0202;
const APPLETALK_EXTERNAL = 0x0203;
const CABLE_SETUP = 0x0204;
const TLVS: Tokens = new Map([
  [PARAMETERS, "General Parameters"],
  [0x0002, "Authentication"],
  [0x0003, "Sequence"],
  [SOFTWARE, "Software Version"],
  [0x0005, "Next Multicast Sequence"],
  [IP_INTERNAL, "IP Internal routes"],
  [IP_EXTERNAL, "IP External routes"],
  [APPLETALK_INTERNAL, "AppleTalk Internal routes"],
  [APPLETALK_EXTERNAL, "AppleTalk External routes"],
  [CABLE_SETUP, "AppleTalk Cable setup"],
  [0x0302, "IPX Internal routes"],
  [0x0303, "IPX External routes"],
]);
/** Least sizes of values. */
const SIZES: ReadonlyMap<number, number> = new Map([
  [PARAMETERS, 8],
  [SOFTWARE, 4],
  [IP_INTERNAL, 22],
  [IP_EXTERNAL, 42],
  [APPLETALK_INTERNAL, 24],
  [APPLETALK_EXTERNAL, 40],
  [CABLE_SETUP, 8],
]);
const ORIGINS: Tokens = numbered(
  1,
  "IGRP",
  "EIGRP",
  "Static",
  "RIP",
  "Hello",
  "OSPF",
  "IS-IS",
  "EGP",
  "BGP",
  "IDRP",
  "Connected",
);

/** The metrics of a route: delay (4), bandwidth (4), MTU (3), hops (1), reliability (1), load (1). */
function metrics(d: Dissection, at: number): void {
  d.out.str(
    `\n\t      delay ${Math.floor(d.u32(at) / 100)} ms, bandwidth ${d.u32(at + 4)} Kbps, mtu ${d.u24(at + 8)}, ` +
      `hop ${d.u8(at + 11)}, reliability ${d.u8(at + 12)}, load ${d.u8(at + 13)}`,
  );
}

function ipRoute(d: Dissection, at: number, external: boolean): void {
  const { out } = d;
  const last = at + (external ? 40 : 20);
  const bits = d.u8(last);
  if (bits > 32) {
    out.str(`\n\t    illegal prefix length ${bits}`);
    return;
  }
  const size = (bits + 7) >> 3;
  d.need(last + 1, size);
  out.str(`\n\t    IPv4 prefix: ${prefixText(d, last + 1, size, false).padStart(15)}/${bits}, nexthop: `);
  out.str(d.u32(at) === 0 ? "self" : ip4(d, at));
  if (external)
    out.str(
      `\n\t      origin-router ${ip4(d, at + 4)}, origin-as ${d.u32(at + 8)}, ` +
        `origin-proto ${ORIGINS.get(d.u8(at + 22)) ?? "unknown"}, flags [0x${hex(d.u8(at + 23), 2)}], ` +
        `tag 0x${hex(d.u32(at + 12), 8)}, metric ${d.u32(at + 16)}`,
    );
  metrics(d, at + (external ? 24 : 4));
}

function appletalkRoute(d: Dissection, at: number, external: boolean): void {
  const { out } = d;
  const range = at + (external ? 36 : 20);
  out.str(`\n\t     Cable-Range: ${d.u16(range)}-${d.u16(range + 2)}, nexthop: `);
  out.str(d.u32(at) === 0 ? "self" : `${d.u16(at)}.${d.u16(at + 2)}`);
  if (external)
    out.str(
      `\n\t      origin-router ${d.u32(at + 4)}, origin-as ${d.u32(at + 8)}, ` +
        `origin-proto ${ORIGINS.get(d.u8(at + 16)) ?? "unknown"}, flags [0x${hex(d.u8(at + 17), 2)}], ` +
        `tag 0x${hex(d.u32(at + 12), 8)}, metric ${d.u16(at + 18)}`,
    );
  metrics(d, at + (external ? 20 : 4));
}

function tlvValue(d: Dissection, type: number, at: number, length: number): void {
  const { out } = d;
  const least = SIZES.get(type) ?? 0;
  if (length < least) {
    out.str(` (too short, < ${TLV_HEADER + least})`);
    return;
  }
  switch (type) {
    case PARAMETERS:
      out.str(`\n\t    holdtime: ${d.u16(at + 6)}s`);
      for (let i = 0; i < 5; i++) out.str(`, k${i + 1} ${d.u8(at + i)}`);
      break;
    case SOFTWARE:
      out.str(`\n\t    IOS version: ${d.u8(at)}.${d.u8(at + 1)}, `);
      out.str(`EIGRP version ${d.u8(at + 2)}.${d.u8(at + 3)}`);
      break;
    case IP_INTERNAL:
    case IP_EXTERNAL:
      ipRoute(d, at, type === IP_EXTERNAL);
      break;
    case APPLETALK_INTERNAL:
    case APPLETALK_EXTERNAL:
      appletalkRoute(d, at, type === APPLETALK_EXTERNAL);
      break;
    case CABLE_SETUP:
      out.str(`\n\t    Cable-range: ${d.u16(at)}-${d.u16(at + 2)}, Router-ID ${d.u32(at + 4)}`);
      break;
    default:
      if (d.opt.verbose <= 1) unknownBytes(d, at, "\n\t    ", length);
  }
}

/** Writes the EIGRP packet at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printEigrp(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "eigrp";
  if (!d.has(at, HEADER)) {
    d.truncated();
    return;
  }
  const version = d.u8(at);
  if (version !== VERSION) {
    out.str(`EIGRP version ${version} packet not supported`);
    return;
  }
  const opcode = d.u8(at + 1);
  const name = OPCODES.get(opcode);
  const short = length < HEADER;
  if (d.opt.verbose === 0 || short) {
    out.str(`EIGRP ${name ?? `unknown (${opcode})`}, length: ${length}`);
    if (d.opt.verbose > 0) out.str(` (too short, < ${HEADER})`);
    return;
  }
  let left = length - HEADER;
  out.str(`\n\tEIGRP v${version}, opcode: ${name ?? `unknown, type: ${opcode}`} (${opcode}), `);
  out.str(`chksum: 0x${hex(d.u16(at + 2), 4)}, Flags: [${bitNames(FLAGS, d.u32(at + 4), "none")}]`);
  out.str(`\n\tseq: 0x${hex(d.u32(at + 8), 8)}, ack: 0x${hex(d.u32(at + 12), 8)}, `);
  out.str(`VRID: ${d.u16(at + 16)}, AS: ${d.u16(at + 18)}, length: ${left}`);
  for (let pos = at + HEADER; left > 0; ) {
    if (!d.has(pos, TLV_HEADER)) {
      d.truncated();
      return;
    }
    const type = d.u16(pos);
    const size = d.u16(pos + 2);
    if (size < TLV_HEADER || size > left) {
      unknownBytes(d, pos + TLV_HEADER, "\n\t    ", left);
      return;
    }
    out.str(`\n\t  ${TLVS.get(type) ?? "Unknown"} TLV (0x${hex(type, 4)}), length: ${size}`);
    if (!d.has(pos, size)) {
      d.truncated();
      return;
    }
    tlvValue(d, type, pos + TLV_HEADER, size - TLV_HEADER);
    if (d.opt.verbose > 1) unknownBytes(d, pos + TLV_HEADER, "\n\t    ", size - TLV_HEADER);
    pos += size;
    left -= size;
  }
}
