// Ad hoc On-Demand Distance Vector routing (RFC 3561), its form for IPv6 (draft-perkins-manet-aodv6) and the first
// draft of that.
//
//   type (1) | flags (1) | 0 or prefix size (1) | hops or count (1) | the type's data | extensions
import type { Dissection } from "./dissection.ts";
import { hex, ip4, ip6 } from "./wording.ts";

const REQUEST = 1;
const REPLY = 2;
const ERROR = 3;
const ACKNOWLEDGEMENT = 4;
/** The first draft for IPv6 numbers its messages from here. */
const DRAFT = 15;
const EXTENSION_HELLO = 1;

/** Where the fields are, which depends on the addresses' size and on the draft. */
interface Layout {
  readonly size: number;
  readonly destination: number;
  readonly destinationSequence: number;
  readonly origin: number;
  readonly last: number;
}
const REQUESTS: readonly Layout[] = [
  { size: 24, destination: 8, destinationSequence: 12, origin: 16, last: 20 },
  { size: 48, destination: 8, destinationSequence: 24, origin: 28, last: 44 },
  { size: 48, destination: 16, destinationSequence: 8, origin: 32, last: 12 },
];
const REPLIES: readonly Layout[] = [
  { size: 20, destination: 4, destinationSequence: 8, origin: 12, last: 16 },
  { size: 44, destination: 4, destinationSequence: 20, origin: 24, last: 40 },
  { size: 44, destination: 8, destinationSequence: 4, origin: 24, last: 40 },
];

/** An extension of `left` bytes at most; false if it is cut off. */
function extension(d: Dissection, at: number, left: number): boolean {
  if (!d.has(at, 2)) return false;
  const type = d.u8(at);
  const size = d.u8(at + 1);
  if (type !== EXTENSION_HELLO) {
    d.out.str(`\n\text ${type} ${size}`);
    return true;
  }
  if (!d.has(at, 6) || left < 6) return false;
  d.out.str(size < 4 ? `\n\text HELLO - bad length ${size}` : `\n\text HELLO ${d.u32(at + 2)} ms`);
  return true;
}

/** The letters of the flags. tcpdump takes them from the type, where only the draft's types have any. */
function letters(flags: number, names: readonly string[], last: string): string {
  const shown = names.filter((_, i) => flags & (0x80 >> i)).map((name) => `[${name}]`);
  return `${shown.join("")}${flags & (0x80 >> names.length) ? `[${last}] ` : " "}`;
}

/** A request or a reply of `length` bytes; false if it is cut off. */
function route(d: Dissection, type: number, at: number, length: number, form: number): boolean {
  const { out } = d;
  const layout = (type === REQUEST ? REQUESTS : REPLIES)[form]!;
  if (!d.has(at, layout.size) || length < layout.size) return false;
  const address = form === 0 ? ip4 : ip6;
  const flags = d.u8(at);
  const hops = d.u8(at + 3);
  const destination = `dst ${address(d, at + layout.destination)}`;
  const sequence = d.u32(at + layout.destinationSequence);
  const origin = `src ${address(d, at + layout.origin)}`;
  const last = d.u32(at + layout.last);
  if (type === REQUEST) {
    out.str(
      `${form === 1 ? " v6" : ""} rreq ${length} ${letters(flags, ["J", "R", "G", "D"], "U")}hops ${hops} `,
    );
    out.str(`id 0x${hex(d.u32(at + 4), 8)}\n\t${destination} seq ${sequence} ${origin} seq ${last}`);
  } else {
    out.str(` rrep ${length} ${letters(flags, ["R"], "A")}prefix ${d.u8(at + 2) & 0x1f} hops ${hops}`);
    out.str(`\n\t${destination} dseq ${sequence} ${origin} ${last} ms`);
  }
  const left = length - layout.size;
  if (left >= 2 && !extension(d, at + layout.size, left)) d.truncated();
  return true;
}

/** An error of `length` bytes; false if it is cut off. */
function error(d: Dissection, at: number, length: number, six: boolean): boolean {
  const { out } = d;
  if (!d.has(at, 4) || length < 4) return false;
  const count = d.u8(at + 3);
  out.str(` rerr ${d.u8(at + 1) & 0x80 ? "[D]" : ""} [items ${count}] [${length}]:`);
  const size = six ? 20 : 8;
  for (let i = 0; i < count; i++) {
    const pos = at + 4 + size * i;
    if (!d.has(pos, size) || length - (pos - at) < size) return false;
    out.str(six ? ` {${ip6(d, pos)}}(${d.u32(pos + 16)})` : ` {${ip4(d, pos)}}(${d.u32(pos + 4)})`);
  }
  return true;
}

/** Writes the AODV message at `at`, `length` bytes on the wire; `ip` is where the IP header lies. Throws TRUNCATED. */
export function printAodv(d: Dissection, at: number, length: number, ip: number): void {
  d.protocol = "aodv";
  const number = d.u8(at);
  d.out.str(" aodv");
  const draft = number > DRAFT && number <= DRAFT + ACKNOWLEDGEMENT;
  const type = draft ? number - DRAFT : number;
  const six = draft || d.u8(ip) >> 4 === 6;
  let whole = true;
  if (type === REQUEST || type === REPLY) whole = route(d, type, at, length, draft ? 2 : six ? 1 : 0);
  else if (type === ERROR) whole = error(d, at, length, six);
  else if (type === ACKNOWLEDGEMENT) d.out.str(` rrep-ack ${length}`);
  else d.out.str(` type ${number} ${length}`);
  if (!whole) d.truncated();
}
