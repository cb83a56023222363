// Which protocols a packet holds: the rows of the registry that were asked to print something of it.
import type { Protocols } from "../../src/protocol/protocols.ts";
import { Protocols as Tables } from "../../src/protocol/protocols.ts";
import { ALL_ROWS } from "../../src/protocol/registry.ts";

/** One protocol of the registry: rows of the same name are one. */
export interface Protocol {
  readonly name: string;
  readonly doc: string;
  /** How it is found: "UDP port 53, TCP port 53". */
  readonly found: string;
}

/** Numbers as few words: 7000…7009, 7100. */
function numbers(list: readonly number[], hex = false): string {
  const sorted = [...list].sort((a, b) => a - b);
  const parts: string[] = [];
  const write = (n: number) => (hex ? `0x${n.toString(16).padStart(4, "0")}` : String(n));
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (sorted[to + 1] === sorted[to]! + 1) to++;
    if (to - from > 1) parts.push(`${write(sorted[from]!)}…${write(sorted[to]!)}`);
    else parts.push(...sorted.slice(from, to + 1).map(write));
    from = to + 1;
  }
  return parts.join(", ");
}

/** What tcpdump 4.99.3 does not know: there is nothing to compare with. */
const NEWER: ReadonlySet<string> = new Set(["quic"]);
const TYPES = ALL_ROWS.types.filter(({ type }) => !NEWER.has(type));

/** Every row that prints, with its protocol's name, document and how it is found, in the registry's order. */
const ROWS: readonly (Protocol & { readonly row: object })[] = [
  ...ALL_ROWS.links.map((row) => ({ row, ...row, found: `link type ${numbers(row.types)}` })),
  ...ALL_ROWS.ethertypes.map((row) => ({ row, ...row, found: `ethertype ${numbers(row.types, true)}` })),
  ...ALL_ROWS.saps.map((row) => ({
    row,
    ...row,
    found: `LLC SAP 0x${row.sap.toString(16).padStart(2, "0")}`,
  })),
  ...ALL_ROWS.snaps.map((row) => ({
    row,
    ...row,
    found: `SNAP ${row.oui.toString(16).padStart(6, "0")} ${numbers(row.types, true)}`,
  })),
  ...ALL_ROWS.ip.map((row) => ({ row, ...row, found: `IP protocol ${numbers(row.protocols)}` })),
  ...ALL_ROWS.udp.map((row) => ({ row, ...row, found: `UDP port ${numbers(row.ports)}` })),
  ...ALL_ROWS.tcp.map((row) => ({ row, ...row, found: `TCP port ${numbers(row.ports)}` })),
  ...TYPES.map((row) => ({ row, name: `-T ${row.type}`, doc: "", found: `-T ${row.type}` })),
];

/** All protocols of the registry, each once. */
export const PROTOCOLS: readonly Protocol[] = [...Map.groupBy(ROWS, ({ name }) => name)].map(
  ([name, rows]) => ({
    name,
    doc: [...new Set(rows.map(({ doc }) => doc))].filter((doc) => doc !== "").join(", "),
    found: rows.map(({ found }) => found).join("; "),
  }),
);

/** The registry with a note taken of every row that is asked. */
export class Meter {
  /** Names of the protocols met since it was last emptied. */
  readonly met: Set<string> = new Set();
  readonly protocols: Protocols;

  constructor() {
    const names = new Map(ROWS.map(({ row, name }) => [row, name]));
    const noted =
      <V extends unknown[]>(row: object, print: (...values: V) => void): ((...values: V) => void) =>
      (...values) => {
        this.met.add(names.get(row)!);
        print(...values);
      };
    this.protocols = new Tables({
      links: ALL_ROWS.links.map((row) => ({ ...row, print: noted(row, row.print) })),
      ethertypes: ALL_ROWS.ethertypes.map((row) => ({ ...row, print: noted(row, row.print) })),
      saps: ALL_ROWS.saps.map((row) => ({ ...row, print: noted(row, row.print) })),
      snaps: ALL_ROWS.snaps.map((row) => ({ ...row, print: noted(row, row.print) })),
      ip: ALL_ROWS.ip.map((row) => ({ ...row, print: noted(row, row.print) })),
      udp: ALL_ROWS.udp.map((row) => ({ ...row, print: noted(row, row.print) })),
      tcp: ALL_ROWS.tcp.map((row) => ({ ...row, print: noted(row, row.print) })),
      types: TYPES.map((row) => ({
        ...row,
        ...(row.udp === undefined ? {} : { udp: noted(row, row.udp) }),
        ...(row.tcp === undefined ? {} : { tcp: noted(row, row.tcp) }),
      })),
    });
  }
}
