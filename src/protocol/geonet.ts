// GeoNetworking of vehicles (ETSI TS 102 636-4-1), with the Basic Transport Protocol (TS 102 636-5-1).
//
//   version, next header (4 bits each) | type, subtype (4 bits each) | reserved (1) | traffic class (1) |
//   payload's length (2) | flags (1) | hops (1) | sender: address (8), time (4), latitude (4), longitude (4), … (8)
import type { Dissection } from "./dissection.ts";
import type { Tokens } from "./token.ts";

const HEADER = 36;
const NEXT = ["Any", "BTP-A", "BTP-B", "IPv6"] as const;
const TYPES: readonly (string | readonly string[])[] = [
  "Any",
  "Beacon",
  "GeoUnicast",
  ["GeoAnycastCircle", "GeoAnycastRect", "GeoAnycastElipse"],
  ["GeoBroadcastCircle", "GeoBroadcastRect", "GeoBroadcastElipse"],
  ["TopoScopeBcast-SH", "TopoScopeBcast-MH"],
  ["LocService-Request", "LocService-Reply"],
];
const MESSAGES: Tokens = new Map([
  [0, "CAM"],
  [1, "DENM"],
  [101, "TPEGM"],
  [102, "TSPDM"],
  [103, "VPM"],
  [104, "SRM"],
  [105, "SLAM"],
  [106, "ecoCAM"],
  [107, "ITM"],
  [150, "SA"],
]);

function typeName(type: number, subtype: number): string {
  const name = TYPES[type];
  return (typeof name === "string" ? name : name?.[subtype]) ?? "Unknown";
}

/** Bytes of the header that depend on the type, -1 if they are not known. */
function extendedSize(type: number, subtype: number): number {
  if (type === 0 || type === 1 || (type === 5 && subtype === 0)) return 0;
  return type === 5 && subtype === 1 ? 32 : -1;
}

/** Prints the packet of `length` bytes at `at`; `src` as in EthertypePrinter. Throws TRUNCATED. */
export function printGeonet(d: Dissection, at: number, length: number, _caplen: number, src: number): void {
  const { out } = d;
  d.protocol = "geonet";
  out.str("GeoNet ");
  if (src >= 0) {
    d.need(src, 6);
    out.str("src:");
    d.station(src);
  }
  out.str("; ");
  if (length < HEADER) {
    out.str(` (common header length ${length} < ${HEADER})`);
    d.invalid();
    return;
  }
  d.need(at, 8);
  const next = d.u8(at) & 15;
  const type = d.u8(at + 1) >> 4;
  const subtype = d.u8(at + 1) & 15;
  out.str(`v:${d.u8(at) >> 4} NH:${next}-${NEXT[next] ?? "Unknown"} `);
  out.str(`HT:${type}-${subtype}-${typeName(type, subtype)} `);
  out.str(`HopLim:${d.u8(at + 7)} Payload:${d.u16(at + 4)} `);
  d.need(at + 8, 8);
  out.str("GN_ADDR:");
  d.linkAddress(at + 8, 8);
  out.ch(32);
  const latitude = d.u32(at + 20);
  out.str(`lat:${latitude} `);
  const longitude = d.u32(at + 24);
  out.str(`lon:${longitude}`);
  d.need(at, HEADER);
  at += HEADER;
  length -= HEADER;
  const extended = extendedSize(type, subtype);
  if (extended >= 0) {
    if (length < extended) {
      out.str(` (header size ${extended} > ${length})`);
      d.invalid();
      return;
    }
    d.need(at, extended);
    at += extended;
    length -= extended;
    if (next === 1 || next === 2) {
      if (length < 4) {
        out.str(` (BTP length ${length} < 4)`);
        d.invalid();
        return;
      }
      const destination = d.u16(at);
      out.str(`; BTP Dst:${destination}`);
      const source = d.u16(at + 2);
      out.str(` Src:${source}`);
      at += 4;
      length -= 4;
      if (length >= 2) {
        const version = d.u8(at);
        out.str(`; ItsPduHeader v:${version}`);
        const message = d.u8(at + 1);
        out.str(` t:${message}-${MESSAGES.get(message) ?? `unknown (${message})`}`);
      }
    }
  }
  if (d.opt.verbose > 0) d.dump(at, length);
}
