// The corpus without -n: what is identical with -n has to be so with names, too. Runs in a network and a mount
// namespace of its own, with the system's files of the test's:
//   unshare --net --mount sh -c '…' sh FOLDER node test/corpus/names.ts
import { join } from "node:path";
import { loadAddon } from "../../src/addon/addon.ts";
import { waitingNames } from "../../src/pipeline/names.ts";
import { actual, expected, firstDifference, readRatchet, settingsOf } from "./corpus.ts";

process.env["TZ"] = "UTC";
const addon = loadAddon(join(import.meta.dirname, "../../build/ptcpdump.node"));
const ratchet = readRatchet();
/** Identical with the first, to be so with the second. */
const SETS = [
  ["-n", ""],
  ["-n -v", "-v -N"],
  ["-n -e", "-e"],
] as const;
let count = 0;
for (const [turn, [numeric, options]] of SETS.entries())
  for (const [i, file] of (ratchet[numeric] ?? []).entries()) {
    // each capture in one of the ways; in all of them by hand
    if (i % SETS.length !== turn && process.argv[2] !== "all") continue;
    const { names } = waitingNames(() => addon, settingsOf(options).text);
    const want = await expected({ file, options });
    if (want === null) continue;
    const difference = firstDifference(want, actual({ file, options }, names));
    if (difference !== null) {
      const { line, want, got } = difference;
      console.log(`${file} ${options} line ${line}\n tcpdump: ${want}\n ours:    ${got}`);
    }
    count++;
  }
console.log(`compared ${count}`);
