// Optimized Link State Routing (RFC 3626), with link quality and name service as olsrd has them.
//
//   length (2) | sequence (2) | messages: type (1), validity (1), length (2), originator (4 or 16), TTL (1), hops (1),
//   sequence (2), the type's data
import type { Dissection } from "./dissection.ts";
import { fixed3 } from "./gmpls.ts";
import { unknownBytes, visible } from "./phrase.ts";
import { maskLength } from "./prefix.ts";
import type { Tokens } from "./token.ts";
import { hex, ip4, ip6, numbered } from "./wording.ts";

const HEADER = 4;
const HELLO = 1;
const TOPOLOGY = 2;
const INTERFACES = 3;
const NETWORKS = 4;
const NAMES = 130;
const HELLO_QUALITY = 201;
const TOPOLOGY_QUALITY = 202;
const MESSAGES: Tokens = new Map([
  [HELLO, "Hello"],
  [TOPOLOGY, "TC"],
  [INTERFACES, "MID"],
  [NETWORKS, "HNA"],
  [128, "Powerinfo"],
  [NAMES, "Nameservice"],
  [HELLO_QUALITY, "Hello-LQ"],
  [TOPOLOGY_QUALITY, "TC-LQ"],
]);
const LINKS: Tokens = numbered(0, "Unspecified", "Asymmetric", "Symmetric", "Lost");
const NEIGHBORS: Tokens = numbered(0, "Not-Neighbor", "Symmetric", "Symmetric-MPR");
const FASTEST = 320_000_000;

/** A time as mantissa and exponent (RFC 3626 18.3), in seconds. */
function seconds(octet: number): string {
  return fixed3(0.0625 * (1 + (octet >> 4) / 16) * 2 ** (octet & 15), false);
}

/** A number in hexadecimal with "0x" before it, `width` characters together; 0 has none. */
function prefixed(n: number, width: number): string {
  return n === 0 ? "0".repeat(width) : `0x${hex(n, width - 2)}`;
}

/** The speed of a gateway's link in kilobits per second, as mantissa and exponent. */
function speed(octet: number): number {
  if (octet === 0) return 0;
  return octet === 255 ? FASTEST : ((octet >> 3) + 1) * 10 ** (octet & 7);
}

/** Neighbors with the quality of their links; false if they are cut off. */
function qualities(d: Dissection, at: number, length: number, six: boolean): boolean {
  const address = six ? 16 : 4;
  for (let i = 0; i + address + 4 <= length; i += address + 4) {
    const pos = at + i;
    if (!d.has(pos, address + 4)) return false;
    const percent = (octet: number) => (octet / 2.55).toFixed(2);
    d.out.str(`\n\t      neighbor ${six ? ip6(d, pos) : ip4(d, pos)}, `);
    d.out.str(`link-quality ${percent(d.u8(pos + address))}%, `);
    d.out.str(`neighbor-link-quality ${percent(d.u8(pos + address + 1))}%`);
  }
  return true;
}

/** A list of neighbors: tcpdump takes their addresses for IPv4's always. */
function neighbors(d: Dissection, at: number, length: number): void {
  d.out.str("\n\t      neighbor\n\t\t");
  for (let i = 0; i + 4 <= length; i += 4) d.out.str(`${ip4(d, at + i)} `);
}

/** Each of these prints a message's data; false if it is cut off. */
type DataPrinter = (d: Dissection, at: number, length: number, six: boolean, type: number) => boolean;

const hello: DataPrinter = (d, from, length, six, type) => {
  const { out } = d;
  if (length < 4 || !d.has(from, 4)) return false;
  out.str(`\n\t  hello-time ${seconds(d.u8(from + 2))}s, MPR willingness ${d.u8(from + 3)}`);
  let at = from + 4;
  for (let left = length - 4; left >= 4; ) {
    if (!d.has(at, 4)) return false;
    const size = d.u16(at + 2);
    const code = d.u8(at);
    const valid = size <= left && size >= 4;
    out.str(`\n\t    link-type ${LINKS.get(code & 3) ?? "Unknown"}, `);
    out.str(
      `neighbor-type ${NEIGHBORS.get(code >> 2) ?? "Unknown"}, len ${size}${valid ? "" : " (invalid)"}`,
    );
    if (!valid) return true;
    if (!d.has(at + 4, size - 4)) return false;
    if (type === HELLO) neighbors(d, at + 4, size - 4);
    else if (!qualities(d, at + 4, size - 4, six)) return false;
    at += size;
    left -= size;
  }
  return true;
};

const topology: DataPrinter = (d, at, length, six, type) => {
  if (length < 4 || !d.has(at, 4)) return false;
  d.out.str(`\n\t    advertised neighbor seq 0x${hex(d.u16(at), 4)}`);
  if (type === TOPOLOGY_QUALITY) return qualities(d, at + 4, length - 4, six);
  neighbors(d, at + 4, length - 4);
  return true;
};

const interfaces: DataPrinter = (d, at, length, six) => {
  const size = six ? 16 : 4;
  for (let i = 0; i + size <= length; i += size) {
    if (!d.has(at + i, size)) return false;
    d.out.str(`\n\t  interface address ${six ? ip6(d, at + i) : ip4(d, at + i)}`);
  }
  return true;
};

/** The number of one bits of an IPv6 mask, up to the first octet that is not all ones. */
function maskLength6(d: Dissection, at: number): number {
  let bits = 0;
  for (let i = 0; i < 16; i++) {
    const octet = d.u8(at + i);
    bits += Math.max(0, maskLength((octet << 24) >>> 0));
    if (octet !== 0xff) break;
  }
  return bits;
}

/** A gateway to the Internet, told in a network's place. */
function smartGateway(d: Dissection, mask: number): string {
  const flags = d.u8(mask + 1);
  const names = ["LINKSPEED", "IPV4", "IPV4-NAT", "IPV6", "IPv6-PREFIX"].filter((_, i) => flags & (1 << i));
  const fast = flags & 1;
  const up = fast ? speed(d.u8(mask + 2)) : 0;
  const down = fast ? speed(d.u8(mask + 3)) : 0;
  return `Smart-Gateway:${names.map((name) => ` ${name}`).join("")} ${up}/${down}`;
}

const networks: DataPrinter = (d, at, length, six) => {
  const { out } = d;
  const size = six ? 32 : 8;
  out.str(`\n\t  Advertised networks (total ${Math.floor(length / size)})`);
  for (let i = 0; (i + 1) * size <= length; i++) {
    const pos = at + i * size;
    if (!d.has(pos, size)) return false;
    // The number in the line is not counted up in tcpdump.
    if (six) out.str(`\n\t    #0: ${ip6(d, pos)}/${maskLength6(d, pos + 16)}`);
    else {
      const isGateway = d.u32(pos) === 0 && d.u8(pos + 4) === 0 && d.u8(pos + 5) !== 0;
      out.str(i % 4 === 0 ? "\n\t    " : ", ");
      out.str(isGateway ? smartGateway(d, pos + 4) : `${ip4(d, pos)}/${maskLength(d.u32(pos + 4)) >>> 0}`);
    }
  }
  return true;
};

const names: DataPrinter = (d, from, length, six) => {
  const { out } = d;
  if (length < 4) return false;
  const count = d.u16(from + 2);
  const address = six ? 16 : 4;
  const valid = count > 0 && count * (4 + address) <= length;
  out.str(`\n\t  Version ${d.u16(from)}, Entries ${count}${valid ? "" : " (invalid)"}`);
  if (!valid) return true;
  let at = from + 4;
  let left = length - 4;
  for (let i = 0; i < count && left >= 4; i++) {
    const type = d.u16(at);
    const size = d.u16(at + 2);
    at += 4;
    left -= 4;
    const good = size > 0 && address + size <= left;
    out.str(`\n\t    #${i}: type ${prefixed(type, 6)}, length ${size}${good ? "" : " (invalid)"}`);
    if (!good) return true;
    const total = address + ((size + 3) & ~3);
    if (left < total || !d.has(at, total)) return false;
    out.str(`, address ${six ? ip6(d, at) : ip4(d, at)}, name "`);
    for (let j = 0; j < size; j++) visible(out, d.u8(at + address + j));
    out.ch(34);
    at += total;
    left -= total;
  }
  return true;
};

const DATA: ReadonlyMap<number, DataPrinter> = new Map([
  [HELLO, hello],
  [HELLO_QUALITY, hello],
  [TOPOLOGY, topology],
  [TOPOLOGY_QUALITY, topology],
  [INTERFACES, interfaces],
  [NETWORKS, networks],
  [NAMES, names],
]);

/** One message; answers its size, 0 if no other can follow, -1 if it is cut off. */
function message(d: Dissection, at: number, length: number, six: boolean): number {
  const { out } = d;
  const address = six ? 16 : 4;
  const header = address + 8;
  if (!d.has(at, header)) return -1;
  const type = d.u8(at);
  const size = d.u16(at + 2);
  if (type === 0 || size === 0) return 0;
  const valid = size >= header && size <= length;
  const rest = at + 4 + address;
  out.str(`\n\t${MESSAGES.get(type) ?? "Unknown"} Message (${prefixed(type, 4)}), `);
  out.str(`originator ${six ? ip6(d, at + 4) : ip4(d, at + 4)}, ttl ${d.u8(rest)}, hop ${d.u8(rest + 1)}`);
  out.str(`\n\t  vtime ${seconds(d.u8(at + 1))}s, msg-seq 0x${hex(d.u16(rest + 2), 4)}, `);
  out.str(`length ${size}${valid ? "" : " (invalid)"}`);
  if (!valid) return 0;
  const print = DATA.get(type);
  if (print === undefined) unknownBytes(d, at + header, "\n\t    ", size - header);
  else if (!print(d, at + header, size - header, six, type)) return -1;
  return size;
}

/** Writes the OLSR packet at `at`, `length` bytes on the wire; `ip` is where the IP header lies. Throws TRUNCATED. */
export function printOlsr(d: Dissection, at: number, length: number, ip: number): void {
  const { out } = d;
  d.protocol = "olsr";
  const six = d.u8(ip) >> 4 === 6;
  out.str(`OLSRv${six ? 6 : 4}`);
  if (length < HEADER || !d.has(at, HEADER)) {
    d.truncated();
    return;
  }
  const total = Math.min(length, d.u16(at));
  out.str(`, seq 0x${hex(d.u16(at + 2), 4)}, length ${total}`);
  if (d.opt.verbose === 0) return;
  for (let pos = at + HEADER; pos < at + total; ) {
    const size = message(d, pos, total, six);
    if (size < 0) d.truncated();
    if (size <= 0) return;
    pos += size;
  }
}
