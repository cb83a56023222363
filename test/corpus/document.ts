// Writes docs/protocols.md: every protocol of the registry, and how much of what is printed of it is tcpdump's text.
//
//   node test/corpus/document.ts      takes some minutes: all cases of corpus.ts, and DAMAGED damaged packets of each
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { allCases, Comparison, captureNames, type Score } from "./corpus.ts";
import { PROTOCOLS } from "./meter.ts";
import { breed, compareMutants, Dice, readSpecimens, specimensByProtocol } from "./mutants.ts";

export const DOCUMENT = join(import.meta.dirname, "../../docs/protocols.md");
/** How many damaged packets are made of each protocol, with each of the sets of options. */
const DAMAGED = 500;
const DAMAGED_SETS = ["-n", "-n -vvv -e"];
const SEED = 20_261_124;

const HEAD = `# Protocols, and how much of them is printed as tcpdump prints it

Written by \`node test/corpus/document.ts\`; how to add a row is in [adding-a-protocol.md](adding-a-protocol.md).

"Captures" is how many captures with a set of options are printed byte for byte as by tcpdump 4.99.3, of those in which
the protocol occurs: the captures of tcpdump's own test suite and the project's own (\`test/corpus/captures\`), each with
11 sets of options (\`-n\` alone and with \`-#\`, \`-e\`, \`-v\`, \`-vv\`, \`-vvv -e\`, \`-vvvv\`, \`-q\`, \`-X\`, \`-S\`, \`-tttt\`),
and the rows of the suite's table of cases. "Damaged" is the same of single packets with bytes changed, left out,
repeated and cut off, and lengths that lie.

How the printer takes such packets, whatever the text: a million of each family of dissectors went through without an
exception, a packet that takes 10 ms, or a look at a byte that was not captured (\`node test/corpus/fuzz.ts\`).

`;

/** The cells of the table that do not tell a score: what has to be in the document. */
export function documentRows(): [name: string, doc: string, found: string][] {
  return PROTOCOLS.map(({ name, doc, found }) => [name, doc, found]);
}

function cell(score: Score | undefined): string {
  if (score === undefined || score.all === 0) return "–";
  return score.good === score.all ? String(score.all) : `${score.good} of ${score.all}`;
}

/** The document. */
export function documentText(
  sets: ReadonlyMap<string, Score>,
  protocols: ReadonlyMap<string, Score>,
  damaged: ReadonlyMap<string, Score>,
): string {
  const lines = ["| options | identical | of | skipped |", "|---|---:|---:|---:|"];
  for (const [set, { good, all, skipped }] of sets)
    lines.push(
      `| ${set === "CASES.tsv" ? "the suite's cases" : `\`${set}\``} | ${good} | ${all} | ${skipped} |`,
    );
  lines.push(
    "",
    "A case is skipped where tcpdump 4.99.3 knows its options or its capture not: the suite is of a newer one.",
  );
  lines.push("", "| protocol | described in | found by | captures | damaged |", "|---|---|---|---:|---:|");
  for (const [name, doc, found] of documentRows())
    lines.push(`| ${[name, doc, found, cell(protocols.get(name)), cell(damaged.get(name))].join(" | ")} |`);
  return `${HEAD}${lines.join("\n")}\n`;
}

if (import.meta.main) {
  process.env["TZ"] = "UTC";
  const comparison = new Comparison();
  await comparison.compare(allCases());
  const damaged = new Map<string, Score>();
  const pools = specimensByProtocol(readSpecimens(captureNames(), 30));
  const dice = new Dice(SEED);
  for (const options of DAMAGED_SETS) compareMutants(breed(pools, DAMAGED, dice), options, damaged, () => {});
  writeFileSync(DOCUMENT, documentText(comparison.sets, comparison.protocols, damaged));
}
