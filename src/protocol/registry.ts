// Every protocol that is dissected, one row each. A protocol is added by a file with its dissector, a row here and
// a case in the corpus. In the port tables the first row that a port chooses wins: they stand in the order in
// which tcpdump asks.

import type { EthertypeRow, IpRow, LinkRow, PortRow } from "./protocols.ts";
import { Protocols } from "./protocols.ts";

export const LINKS: readonly LinkRow[] = [];

export const ETHERTYPES: readonly EthertypeRow[] = [];

export const IP_PROTOCOLS: readonly IpRow[] = [];

export const UDP_PORTS: readonly PortRow[] = [];

export const TCP_PORTS: readonly PortRow[] = [];

/** The tables made for look-up; one is enough for a run. */
export function allProtocols(): Protocols {
  return new Protocols(LINKS, ETHERTYPES, IP_PROTOCOLS, UDP_PORTS, TCP_PORTS);
}
