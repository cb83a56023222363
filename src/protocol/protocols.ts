// How dissectors are called, and how a layer finds the next: the types and look-ups behind registry.ts.
import type { PacketType } from "../model/settings.ts";
import type { Dissection } from "./dissection.ts";

/**
 * Dissects a packet of a link type. `length` is the length on the wire; the captured length is d.end - at.
 * Sets d.linkHeaderLength.
 */
export type LinkPrinter = (d: Dissection, at: number, length: number) => void;

/**
 * Dissects what an ethertype stands for. `caplen` is what the layer below counted as captured (tcpdump passes
 * it along; it can differ from d.end - at). `src` and `dst` are where the MAC addresses lie, -1 if there are none.
 */
export type EthertypePrinter = (
  d: Dissection,
  at: number,
  length: number,
  caplen: number,
  src: number,
  dst: number,
) => void;

/**
 * Dissects what an IP protocol number stands for. `ip` is where the IPv4 or IPv6 header lies that carries it
 * (its version is d.u8(ip) >> 4), `fragmented` is true for a first fragment, `ttl` the TTL or hop limit.
 */
export type IpPrinter = (
  d: Dissection,
  at: number,
  length: number,
  ip: number,
  fragmented: boolean,
  ttl: number,
) => void;

/** Dissects the payload of a UDP datagram or a TCP segment. The rest as in IpPrinter. */
export type PortPrinter = (
  d: Dissection,
  at: number,
  length: number,
  ip: number,
  sport: number,
  dport: number,
  fragmented: boolean,
  ttl: number,
) => void;

/** What every row of the registry tells. */
interface Row {
  /** Name of the protocol, for people. */
  readonly name: string;
  /** Where it is defined. */
  readonly doc: string;
}
export interface LinkRow extends Row {
  /** LINKTYPE_ values of https://www.tcpdump.org/linktypes.html */
  readonly types: readonly number[];
  readonly print: LinkPrinter;
}
export interface EthertypeRow extends Row {
  readonly types: readonly number[];
  readonly print: EthertypePrinter;
}
/** What an LLC service access point stands for, where both SAPs are the same. 0xff: raw 802.3, which has no LLC. */
export interface SapRow extends Row {
  readonly sap: number;
  /** Printed before it with -e. */
  readonly banner?: string;
  /** Which frames besides UI it takes, by control field. */
  readonly applies?: (control: number) => boolean;
  readonly print: (d: Dissection, at: number, length: number, control: number) => void;
}
/** What a SNAP header of another organization than 00-00-00 stands for. */
export interface SnapRow extends Row {
  readonly oui: number;
  readonly types: readonly number[];
  readonly print: EthertypePrinter;
}
export interface IpRow extends Row {
  readonly protocols: readonly number[];
  readonly print: IpPrinter;
  /** 4 or 6: printed as an error inside the other version. */
  readonly only?: 4 | 6;
}
export interface PortRow extends Row {
  readonly ports: readonly number[];
  /** Which port decides: either (the default), the source's, the destination's. */
  readonly side?: "source" | "destination";
  /** If given and false, the row does not apply and the search goes on below it. */
  readonly applies?: (d: Dissection, at: number, length: number, sport: number, dport: number) => boolean;
  /** True if it prints before UDP's checksum is told, which then is not. */
  readonly early?: boolean;
  readonly print: PortPrinter;
}

/** Finds the first row, in the table's order, that one of two ports chooses. */
export class PortTable {
  private readonly rows: readonly PortRow[];
  private readonly source: Uint8Array = new Uint8Array(65536).fill(255);
  private readonly destination: Uint8Array = new Uint8Array(65536).fill(255);
  /** A bit for every port that any row has: most packets are none of these, and 8 KiB stay in the nearest cache. */
  private readonly known: Uint8Array = new Uint8Array(65536 / 8);

  constructor(rows: readonly PortRow[]) {
    this.rows = rows;
    if (rows.length > 254) throw new RangeError("too many rows in a port table");
    for (let rank = rows.length - 1; rank >= 0; rank--) {
      const row = rows[rank]!;
      for (const port of row.ports) {
        this.known[port >> 3]! |= 1 << (port & 7);
        if (row.side !== "destination") this.source[port] = rank;
        if (row.side !== "source") this.destination[port] = rank;
      }
    }
  }

  /** Prints the payload and returns true, or returns false if no row applies. */
  print(
    d: Dissection,
    at: number,
    length: number,
    ip: number,
    sport: number,
    dport: number,
    fragmented: boolean,
    ttl: number,
  ): boolean {
    const { known } = this;
    if ((((known[sport >> 3]! >> (sport & 7)) | (known[dport >> 3]! >> (dport & 7))) & 1) === 0) return false;
    const bySource = this.source[sport]!;
    const byDestination = this.destination[dport]!;
    let rank = bySource < byDestination ? bySource : byDestination;
    if (rank === 255) return false;
    for (; rank < this.rows.length; rank++) {
      const row = this.rows[rank]!;
      const chosen =
        (row.side !== "destination" && row.ports.includes(sport)) ||
        (row.side !== "source" && row.ports.includes(dport));
      if (!chosen || row.applies?.(d, at, length, sport, dport) === false) continue;
      row.print(d, at, length, ip, sport, dport, fragmented, ttl);
      return true;
    }
    return false;
  }
}

/** What -T forces: who prints UDP's and TCP's payload then. Without a printer nothing is printed of it. */
export interface TypeRow {
  readonly type: PacketType;
  readonly udp?: PortPrinter;
  readonly tcp?: PortPrinter;
  /** True if the UDP printer prints the addresses itself. */
  readonly ownAddresses?: boolean;
}

/** The registry's tables as they are written. */
export interface Rows {
  readonly links: readonly LinkRow[];
  readonly ethertypes: readonly EthertypeRow[];
  readonly saps: readonly SapRow[];
  readonly snaps: readonly SnapRow[];
  readonly ip: readonly IpRow[];
  readonly udp: readonly PortRow[];
  readonly tcp: readonly PortRow[];
  readonly types: readonly TypeRow[];
}

/** The registry's tables, made for look-up. */
export class Protocols {
  private readonly links = new Map<number, LinkPrinter>();
  /** Of every ethertype, where its printer stands in the list; 0: there is none. */
  private readonly ethertypeIndex = new Uint8Array(65536);
  private readonly ethertypePrinters: (EthertypePrinter | undefined)[] = [undefined];
  private readonly ipRows: (IpRow | undefined)[] = new Array<IpRow | undefined>(256).fill(undefined);
  readonly udp: PortTable;
  /** The rows of UDP that go before the checksum. */
  readonly earlyUdp: PortTable;
  readonly tcp: PortTable;
  private readonly types = new Map<PacketType, TypeRow>();

  private readonly saps = new Map<number, SapRow>();
  /** By OUI and type: oui * 65536 + type. */
  private readonly snaps = new Map<number, EthertypePrinter>();

  constructor(rows: Rows) {
    for (const row of rows.links) for (const type of row.types) this.links.set(type, row.print);
    if (rows.ethertypes.length > 255) throw new RangeError("too many rows in the table of ethertypes");
    for (const row of rows.ethertypes) {
      for (const type of row.types) this.ethertypeIndex[type] = this.ethertypePrinters.length;
      this.ethertypePrinters.push(row.print);
    }
    for (const row of rows.saps) this.saps.set(row.sap, row);
    for (const row of rows.snaps)
      for (const type of row.types) this.snaps.set(row.oui * 65536 + type, row.print);
    for (const row of rows.ip) for (const protocol of row.protocols) this.ipRows[protocol] = row;
    this.udp = new PortTable(rows.udp.filter((row) => row.early !== true));
    this.earlyUdp = new PortTable(rows.udp.filter((row) => row.early === true));
    this.tcp = new PortTable(rows.tcp);
    for (const row of rows.types) this.types.set(row.type, row);
  }

  link(type: number): LinkPrinter | undefined {
    return this.links.get(type);
  }
  ethertype(type: number): EthertypePrinter | undefined {
    return this.ethertypePrinters[this.ethertypeIndex[type] ?? 0];
  }
  sap(sap: number): SapRow | undefined {
    return this.saps.get(sap);
  }
  snap(oui: number, type: number): EthertypePrinter | undefined {
    return this.snaps.get(oui * 65536 + type);
  }
  /** The row of -T's type; undefined also where nothing dissects it. */
  type(type: PacketType): TypeRow | undefined {
    return this.types.get(type);
  }
  ip(protocol: number): IpRow | undefined {
    return this.ipRows[protocol];
  }
}
