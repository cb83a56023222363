// Damaged savefiles are read to their end or to a failure that is told, in time and within memory; the long form is
// test/corpus/savefiles.ts.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fuzz, MOST_MEMORY } from "./corpus/savefiles.ts";

const COUNT = 4000;

test(`${COUNT} damaged files, plain and compressed`, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "savefiles-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const { outcomes, packets, memory } = await fuzz(COUNT, 20_251_124, join(folder, "mutant"));
  assert.ok(packets > COUNT, `${packets} packets`);
  assert.ok(memory < MOST_MEMORY, `${memory} bytes`);
  // Every kind comes to every end, or the damage is not of the right sort.
  for (const kind of ["plain", "gzip", "zstd", "lz4"])
    for (const end of [
      "read",
      "savefile-truncated",
      "savefile-malformed",
      ...(kind === "plain" ? [] : ["savefile-packed"]),
    ])
      assert.ok(
        (outcomes.get(`${kind}: ${end}`) ?? 0) > 5,
        `${kind}: ${end}: ${outcomes.get(`${kind}: ${end}`)}`,
      );
});
