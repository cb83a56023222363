// Remote Procedure Calls (RFC 5531), and its port mapper (RFC 1833), as -T rpc wants them shown.
//
//   call:  transaction (4) | 0 (4) | RPC version (4) | program (4) | version (4) | procedure (4) |
//          credentials and verifier: flavor (4), length (4), bytes to a multiple of four
//   reply: transaction (4) | 1 (4) | 0 accepted, 1 denied (4) | verifier | status (4) | results
import type { Dissection } from "./dissection.ts";
import { NFS_PORT, printNfsReply } from "./nfs.ts";
import type { Tokens } from "./token.ts";
import { hex, ip4, ip6, numbered } from "./wording.ts";

const CALL = 0;
const CALL_SIZE = 32;
const RPC_VERSION = 2;
const PORTMAP_PORT = 111;

const CALLIT = 5;
const DUMP = 4;
const PROCEDURES: Tokens = numbered(0, "null", "set", "unset", "getport", "dump", "call");

/** "SOURCE.s > DESTINATION.d: " */
function ends(d: Dissection, ip: number, s: string, t: string): string {
  const version = d.u8(ip) >> 4;
  if (version === 4) return `${ip4(d, ip + 12)}.${s} > ${ip4(d, ip + 16)}.${t}: `;
  if (version === 6) return `${ip6(d, ip + 8)}.${s} > ${ip6(d, ip + 24)}.${t}: `;
  return `?.${s} > ?.${t}: `;
}

function call(d: Dissection, at: number, length: number, ip: number): void {
  const { out } = d;
  d.protocol = "sunrpc";
  d.need(at, CALL_SIZE);
  const port = d.opt.numeric > 0 ? `0x${hex(PORTMAP_PORT)}` : "sunrpc";
  out.str(`${ends(d, ip, `0x${hex(d.u32(at))}`, port)}${length}`);
  const procedure = d.u32(at + 20);
  out.str(` ${PROCEDURES.get(procedure) ?? ` proc #${procedure}`}`);
  const version = d.u32(at + 8);
  if (version !== RPC_VERSION) out.str(` [rpcver ${version}]`);
  if (procedure === 0 || procedure === DUMP || procedure > CALLIT) return;
  const program = d.u32(at + 12);
  out.str(` ${d.opt.numeric > 0 ? "" : "#"}${program}.${d.u32(at + 16)}`);
}

/** Writes the datagram of `length` bytes at `at`, its addresses included; `ip` as in PortPrinter. Throws TRUNCATED. */
export function printRpc(d: Dissection, at: number, length: number, ip: number): void {
  if (d.u32(at + 4) === CALL) {
    call(d, at, length, ip);
    return;
  }
  d.protocol = "nfs";
  const port = d.opt.numeric > 0 ? String(NFS_PORT) : "nfs";
  d.out.str(ends(d, ip, port, String(d.u32(at))));
  printNfsReply(d, at, length, ip);
}
