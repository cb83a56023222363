// What was once printed as tcpdump prints it stays so (ratchet.json; `node test/corpus/corpus.ts --bless` adds to it).
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { actual, CORPUS, expected, firstDifference, readRatchet } from "./corpus/corpus.ts";

process.env["TZ"] = "UTC";

const missing = existsSync(CORPUS) ? false : "the shared corpus is not here";

for (const [options, files] of Object.entries(readRatchet())) {
  test(`corpus ${options}`, { skip: missing }, () => {
    const fallen: string[] = [];
    for (const file of files) {
      const difference = firstDifference(expected({ file, options }), actual({ file, options }));
      if (difference !== null) fallen.push(`${file} line ${difference.line}: ${difference.got}`);
    }
    assert.deepEqual(fallen, []);
  });
}
