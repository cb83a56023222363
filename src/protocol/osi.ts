// ISO's network layer: what the first byte, the network layer protocol identifier (ISO/IEC TR 9577), says.
import { printClnp } from "./clnp.ts";
import type { Dissection } from "./dissection.ts";
import { printEsis } from "./esis.ts";
import { printIp } from "./ip.ts";
import { printIpv6 } from "./ipv6.ts";
import { printIsis } from "./isis.ts";
import { NLPID_CLNP, NLPID_ESIS, NLPID_ISIS, NLPID_NAMES } from "./nlpid.ts";
import { unknownBytes } from "./phrase.ts";
import { printPpp } from "./ppp.ts";
import { printQ933 } from "./q933.ts";
import { hex } from "./wording.ts";

const NULL = 0x00;
const IP = 0xcc;
const PPP = 0xcf;
const IPV6 = 0x8e;
const Q933 = 0x08;

/** Writes the packet at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printOsi(d: Dissection, at: number, length: number): void {
  const { out } = d;
  const { linkHeader } = d.opt;
  d.protocol = "isoclns";
  const id = d.u8(at);
  if (linkHeader) out.str(`OSI NLPID ${NLPID_NAMES.get(id) ?? "Unknown"} (0x${hex(id, 2)}): `);
  d.enter();
  if (id === NLPID_CLNP) {
    if (!printClnp(d, at, length)) unknownBytes(d, at, "\n\t", length);
  } else if (id === NLPID_ESIS) printEsis(d, at, length);
  else if (id === NLPID_ISIS) {
    if (!printIsis(d, at, length)) unknownBytes(d, at, "\n\t", length);
  } else if (id === NULL) out.str(`${linkHeader ? "" : ", "}length: ${length}`);
  else if (id === IP) printIp(d, at + 1, length - 1);
  else if (id === IPV6) printIpv6(d, at + 1, length - 1);
  else if (id === PPP) printPpp(d, at + 1, length - 1);
  else if (id === Q933) printQ933(d, at + 1, length - 1);
  else {
    if (!linkHeader) out.str(`OSI NLPID 0x${hex(id, 2)} unknown`);
    out.str(`${linkHeader ? "" : ", "}length: ${length}`);
    if (length > 1) unknownBytes(d, at, "\n\t", length);
  }
  d.leave();
}

/** As the ethertype 0xfefe has it: a byte of padding comes first. */
export function printPaddedOsi(d: Dissection, at: number, length: number, caplen: number): void {
  if (length === 0 || caplen === 0) {
    d.protocol = "isoclns";
    d.truncated();
    return;
  }
  d.need(at, 1);
  printOsi(d, at + 1, length - 1);
}
