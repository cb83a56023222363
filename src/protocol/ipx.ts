// Novell IPX, with the service advertising and routing information protocols over it.
//
//   checksum (2) | length (2) | hops (1) | type (1) | destination network (4), node (6), socket (2) | the source's
import { writeOctets } from "../bytes/address.ts";
import type { Dissection } from "./dissection.ts";
import { IPX_SERVICES } from "./ipx-services.ts";
import { padded } from "./phrase.ts";
import type { EthertypePrinter } from "./protocols.ts";

const HEADER = 30;
const SOCKET_SAP = 0x0452;
const SOCKET_RIP = 0x0453;
/** Sockets of which only the length is told. */
const SOCKETS: ReadonlyMap<number, string> = new Map([
  [0x0451, "ipx-ncp"],
  [0x0455, "ipx-netbios"],
  [0x0456, "ipx-diags"],
  [0x0553, "ipx-nwlink-dgm"],
]);
const SERVICE_NAME = 48;
const MAX_SERVICES = 8;
const MAX_ROUTES = 50;

/** Network and node: "00000001.00:60:97:00:00:01". */
function address(d: Dissection, at: number): void {
  d.need(at, 10);
  d.out.hexPad(d.u32(at), 8);
  d.out.ch(46);
  writeOctets(d.out, d.bytes, at + 4, 6);
}

function serviceType(d: Dissection, at: number): void {
  const type = d.u16(at);
  d.out.ch(32);
  const name = d.names === null ? undefined : IPX_SERVICES.get(type);
  d.out.str(name ?? type.toString(16).padStart(4, "0"));
}

function printServices(d: Dissection, at: number, length: number): void {
  const { out } = d;
  const command = d.u16(at);
  if (length < 2) {
    out.str(` [length ${length} < 2]`);
    d.invalid();
    return;
  }
  at += 2;
  let left = length - 2;
  if (command === 1 || command === 3) {
    out.str(command === 1 ? "ipx-sap-req" : "ipx-sap-nearest-req");
    serviceType(d, at);
    return;
  }
  if (command !== 2 && command !== 4) {
    out.str(`ipx-sap-?${command.toString(16)}`);
    return;
  }
  out.str(command === 2 ? "ipx-sap-resp" : "ipx-sap-nearest-resp");
  for (let i = 0; i < MAX_SERVICES && left > 0; i++) {
    d.need(at, 2);
    if (left < 2) {
      d.invalid();
      return;
    }
    serviceType(d, at);
    out.str(" '");
    at += 2;
    left -= 2;
    if (left < SERVICE_NAME) {
      out.ch(39);
      d.invalid();
      return;
    }
    padded(d, at, SERVICE_NAME);
    out.ch(39);
    at += SERVICE_NAME;
    left -= SERVICE_NAME;
    d.need(at, 10);
    if (left < 10) {
      d.invalid();
      return;
    }
    out.str(" addr ");
    address(d, at);
    d.need(at + 10, 4);
    if (left < 14) {
      d.invalid();
      return;
    }
    at += 14;
    left -= 14;
  }
}

/** Network, hops and ticks. */
function route(d: Dissection, at: number): void {
  d.need(at, 8);
  d.out.ch(32);
  d.out.hexPad(d.u32(at), 8);
  d.out.str(`/${d.u16(at + 4)}.${d.u16(at + 6)}`);
}

function printRoutes(d: Dissection, at: number, length: number): void {
  const { out } = d;
  const command = d.u16(at);
  if (length < 2) {
    out.str(` [length ${length} < 2]`);
    d.invalid();
    return;
  }
  if (command !== 1 && command !== 2) {
    out.str(`ipx-rip-?${command.toString(16)}`);
    return;
  }
  out.str(command === 1 ? "ipx-rip-req" : "ipx-rip-resp");
  const most = command === 1 ? 1 : MAX_ROUTES;
  let left = length - 2;
  for (let i = 0; i < most && left > 0; i++) {
    if (left < 8) {
      d.invalid();
      return;
    }
    route(d, at + 2 + 8 * i);
    left -= 8;
  }
}

/** Prints the IPX packet at `at`; its own length field counts. */
export function printIpx(d: Dissection, at: number): void {
  const { out } = d;
  d.protocol = "ipx";
  if (!d.opt.linkHeader) out.str("IPX ");
  d.need(at + 18, 12);
  address(d, at + 18);
  out.ch(46);
  out.hexPad(d.u16(at + 28), 4);
  out.str(" > ");
  address(d, at + 6);
  out.ch(46);
  out.hexPad(d.u16(at + 16), 4);
  out.str(": ");
  const length = d.u16(at + 2);
  if (length < HEADER) {
    out.str(`[length ${length} < ${HEADER}]`);
    d.invalid();
    return;
  }
  const socket = d.u16(at + 16);
  const size = length - HEADER;
  const name = SOCKETS.get(socket);
  if (socket === SOCKET_SAP) printServices(d, at + HEADER, size);
  else if (socket === SOCKET_RIP) printRoutes(d, at + HEADER, size);
  else out.str(`${name ?? `ipx-#${socket.toString(16)}`} ${size}`);
}

/** IPX in Ethernet II frames. */
export const printEthernetIpx: EthertypePrinter = (d, at) => {
  d.out.str("(NOV-ETHII) ");
  printIpx(d, at);
};
