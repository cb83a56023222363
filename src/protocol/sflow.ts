// sFlow version 5 (https://sflow.org/sflow_version_5.txt).
//
//   version (4) | address type (4) | agent (4 or 16) | agent id (4) | sequence (4) | uptime (4) | samples (4) |
//   { format (4) | length (4) | sample }*
import type { Dissection } from "./dissection.ts";
import { unknownBytes } from "./phrase.ts";
import type { Tokens } from "./token.ts";

const HEADER = 28;
const HEADER_V6 = 40;
const SAMPLES: Tokens = new Map([
  [1, "flow sample"],
  [2, "counter sample"],
  [3, "expanded flow sample"],
  [4, "expanded counter sample"],
]);
const FLOWS: Tokens = new Map([
  [1, "Raw packet"],
  [2, "Ethernet frame"],
  [3, "IPv4 Data"],
  [4, "IPv6 Data"],
  [1001, "Extended Switch data"],
  [1002, "Extended Router data"],
  [1003, "Extended Gateway data"],
  [1004, "Extended User data"],
  [1005, "Extended URL data"],
  [1006, "Extended MPLS data"],
  [1007, "Extended NAT data"],
  [1008, "Extended MPLS tunnel"],
  [1009, "Extended MPLS VC"],
  [1010, "Extended MPLS FEC"],
  [1011, "Extended MPLS LVP FEC"],
  [1012, "Extended VLAN Tunnel"],
]);
const COUNTERS: Tokens = new Map([
  [1, "Generic counter"],
  [2, "Ethernet counter"],
  [3, "Token ring counter"],
  [4, "100 BaseVG counter"],
  [5, "Vlan counter"],
  [1001, "Processor counter"],
]);
const DIRECTIONS = ["unknown", "full-duplex", "half-duplex", "in", "out"] as const;
const PROTOCOLS: Tokens = new Map([
  [1, "Ethernet"],
  [11, "IPv4"],
  [12, "IPv6"],
]);

/**
 * What is shown of a record: one text for what is read at once. %1, %3, %4, %8: the next number of that many bytes;
 * %d a direction with its name, %p a protocol with its name, %s the two states of an interface, %_ bytes not shown.
 */
type Layout = readonly string[];

const GENERIC: Layout = [
  "\n\t      ifindex %4, iftype %4, ifspeed %8, ifdirection %d",
  "\n\t      ifstatus %s",
  "\n\t      In octets %8, unicast pkts %4, multicast pkts %4, broadcast pkts %4, discards %4",
  "\n\t      In errors %4, unknown protos %4",
  "\n\t      Out octets %8, unicast pkts %4, multicast pkts %4, broadcast pkts %4, discards %4",
  "\n\t      Out errors %4, promisc mode %4",
];
const ETHERNET: Layout = [
  "\n\t      align errors %4, fcs errors %4, single collision %4, multiple collision %4, test error %4",
  "\n\t      deferred %4, late collision %4, excessive collision %4, mac trans error %4",
  "\n\t      carrier error %4, frames too long %4, mac receive errors %4, symbol errors %4",
];
const BASE_VG: Layout = [
  "\n\t      in high prio frames %4, in high prio octets %8",
  "\n\t      in norm prio frames %4, in norm prio octets %8",
  "\n\t      in ipm errors %4, oversized %4, in data errors %4, null addressed frames %4",
  "\n\t      out high prio frames %4, out high prio octets %8, trans into frames %4",
  "\n\t      in hc high prio octets %8, in hc norm prio octets %8, out hc high prio octets %8",
];
const VLAN: Layout = [
  "\n\t      vlan_id %4, octets %8, unicast_pkt %4, multicast_pkt %4, broadcast_pkt %4, discards %4",
];
const PROCESSOR: Layout = ["\n\t      5sec %4, 1min %4, 5min %4, total_mem %8, total_mem %8"];
const RAW: Layout = ["\n\t      protocol %p, length %4, stripped bytes %4, header_size %4"];
const FRAME: Layout = ["\n\t      frame len %4%_, type %4"];
const SWITCH: Layout = ["\n\t      src vlan %4, src pri %4, dst vlan %4, dst pri %4"];

/** What is known of counters; an empty layout shows nothing. */
const COUNTER_LAYOUTS: ReadonlyMap<number, Layout> = new Map([
  [1, GENERIC],
  [2, ETHERNET],
  [3, []],
  [4, BASE_VG],
  [5, VLAN],
  [1001, PROCESSOR],
]);
const FLOW_LAYOUTS: ReadonlyMap<number, Layout> = new Map([
  ...[...FLOWS.keys()].map((type) => [type, []] as const),
  [1, RAW],
  [2, FRAME],
  [1001, SWITCH],
]);
/** The addresses of a sampled frame, which are not shown. */
const FRAME_ADDRESSES = 16;

/** Bytes that a mark of a layout stands for. */
function markSize(mark: string): number {
  const digit = Number(mark);
  return mark === "_" ? FRAME_ADDRESSES : Number.isNaN(digit) ? 4 : digit;
}

function marksSize(text: string): number {
  let size = 0;
  for (const [, mark] of text.matchAll(/%(.)/g)) size += markSize(mark!);
  return size;
}

/** The text that a mark becomes for the bytes at `at`. */
function markText(d: Dissection, mark: string, at: number): string {
  switch (mark) {
    case "_":
      return "";
    case "1":
      return String(d.u8(at));
    case "3":
      return String(d.u24(at));
    case "8":
      return String(d.u64(at));
    case "d":
      return `${d.u32(at)} (${DIRECTIONS[d.u32(at)] ?? "Unknown"})`;
    case "p":
      return `${PROTOCOLS.get(d.u32(at)) ?? "Unknown"} (${d.u32(at)})`;
    case "s": {
      const state = (bit: number) => (d.u32(at) & bit ? "up" : "down");
      return `${d.u32(at)}, adminstatus: ${state(1)}, operstatus: ${state(2)}`;
    }
    default:
      return String(d.u32(at));
  }
}

/** Writes a record by its layout; false if `length` is too short for it. */
function write(d: Dissection, layout: Layout, at: number, length: number): boolean {
  if (length < layout.reduce((sum, text) => sum + marksSize(text), 0)) return false;
  for (const text of layout) {
    d.need(at, marksSize(text));
    d.out.str(
      text.replace(/%(.)/g, (_all, mark: string) => {
        const shown = markText(d, mark, at);
        at += markSize(mark);
        return shown;
      }),
    );
  }
  return true;
}

/** The records of a sample; false if they are too short. `shift`: where the enterprise begins in the format. */
function writeRecords(
  d: Dissection,
  at: number,
  length: number,
  count: number,
  names: Tokens,
  layouts: ReadonlyMap<number, Layout>,
  shift: number,
  comma: string,
): boolean {
  const { out } = d;
  for (let left = length; count > 0; count--) {
    if (left < 8) return false;
    const format = d.u32(at);
    const type = format & 0xfff;
    const enterprise = format >>> shift;
    const size = d.u32(at + 4);
    const name = enterprise === 0 ? names.get(type) : undefined;
    out.str(`\n\t    enterprise ${enterprise}${comma} ${name ?? "Unknown"} (${type}) length ${size}`);
    at += 8;
    left -= 8;
    if (left < size) return false;
    if (enterprise === 0) {
      const layout = layouts.get(type);
      if (layout === undefined) {
        if (d.opt.verbose <= 1) unknownBytes(d, at, "\n\t\t", size);
      } else if (!write(d, layout, at, left)) return false;
    }
    at += size;
    left -= size;
  }
  return true;
}

/** What a sample begins with, by format; the number of its records comes last. */
const STARTS: ReadonlyMap<number, string> = new Map([
  [1, " seqnum %4, type %1, idx %3, rate %4, pool %4, drops %4, input %4 output %4 records %4"],
  [2, " seqnum %4, type %1, idx %3, records %4"],
  [3, " seqnum %4, type %4, idx %4, rate %4, pool %4, drops %4, records %4"],
  [4, " seqnum %4, type %4, idx %4, records %4"],
]);
/** In an expanded flow sample, the interfaces before the number of records, which are not shown. */
const EXPANDED_INTERFACES = 16;

/** A sample; false if it is too short. */
function writeSample(d: Dissection, type: number, at: number, length: number): boolean {
  const start = STARTS.get(type)!;
  const hidden = type === 3 ? EXPANDED_INTERFACES : 0;
  const size = marksSize(start) + hidden;
  if (length < size) return false;
  const count = d.u32(at + size - 4);
  if (hidden > 0) {
    write(d, [start.slice(0, start.lastIndexOf(","))], at, size);
    d.out.str(`, records ${count}`);
  } else write(d, [start], at, size);
  return type === 1 || type === 3
    ? writeRecords(d, at + size, length - size, count, FLOWS, FLOW_LAYOUTS, 12, "")
    : writeRecords(d, at + size, length - size, count, COUNTERS, COUNTER_LAYOUTS, 20, ",");
}

/** The samples. Throws TRUNCATED. */
function writeSamples(d: Dissection, at: number, length: number, count: number): void {
  const { out } = d;
  let left = length;
  const bad = () => {
    d.invalid();
    d.need(at, left);
  };
  for (; count > 0 && left > 0; count--) {
    const type = d.u32(at) & 0xfff;
    const size = d.u32(at + 4);
    if (left < 8) {
      bad();
      return;
    }
    at += 8;
    left -= 8;
    out.str(`\n\t${SAMPLES.get(type) ?? "Unknown"} (${type}), length ${size},`);
    if (type === 0 || size === 0) return;
    if (left < size) {
      bad();
      return;
    }
    d.need(at, size);
    if (!STARTS.has(type)) {
      if (d.opt.verbose <= 1) unknownBytes(d, at, "\n\t    ", size);
    } else if (!writeSample(d, type, at, left)) {
      bad();
      return;
    }
    at += size;
    left -= size;
  }
}

/** Prints the datagram of `length` bytes at `at`. Throws TRUNCATED. */
export function printSflow(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "sflow";
  const family = d.u32(at + 4);
  if ((family === 1 && length < HEADER) || (family === 2 && length < HEADER_V6)) {
    out.str(`sFlowv${d.u32(at)} [length ${length} < ${HEADER}]`);
    d.invalid();
    return;
  }
  d.need(at, HEADER);
  const version = d.u32(at);
  if (version !== 5) {
    out.str(`sFlow version ${version} packet not supported`);
    return;
  }
  const header = family === 1 ? HEADER : HEADER_V6;
  const rest = at + header - 16;
  const verbose = d.opt.verbose > 0;
  d.need(at, verbose ? header : header - 12);
  out.str(`sFlowv5, ${family === 1 ? "IPv4" : "IPv6"} agent `);
  if (family === 1) d.ip4(at + 8);
  else d.ip6(at + 8);
  out.str(`, agent-id ${d.u32(rest)}`);
  if (!verbose) {
    out.str(`, length ${length}`);
    return;
  }
  const count = d.u32(rest + 12);
  out.str(`, seqnum ${d.u32(rest + 4)}, uptime ${d.u32(rest + 8)}, samples ${count}, length ${length}`);
  if (length < header) {
    out.str(` [tlen ${length} < ${header}]`);
    d.invalid();
    d.need(at, length);
    return;
  }
  writeSamples(d, at + header, length - header, count);
}
