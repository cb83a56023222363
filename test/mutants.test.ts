// Whatever the bytes, printing ends in time, throws nothing and looks at no byte outside the packet. A short form of
// test/corpus/fuzz.ts, which does it with a million packets of each family.
import assert from "node:assert/strict";
import { test } from "node:test";
import { systemNames } from "../src/bytes/names.ts";
import { TextSink } from "../src/sink/text.ts";
import { settingsOf } from "./corpus/corpus.ts";
import { families, fuzz } from "./corpus/fuzz.ts";
import { eachPacket } from "./corpus/mutants.ts";

const COUNT = 3000;
const SEED = 20_241_122;

for (const [family, specimens] of families())
  test(`damaged packets: ${family}`, () => {
    assert.ok(specimens.length > 0);
    assert.deepEqual(fuzz(specimens, COUNT, SEED).faults, []);
  });

test("packets within packets within packets end", () => {
  // An IPv4 header that carries IPv4, as often as fits in the largest packet.
  const depth = 13_000;
  const bytes = new Uint8Array(depth * 20);
  for (let i = 0; i < depth; i++) {
    bytes.set([0x45, 0, 0, 0, 0, 0, 0, 0, 64, 4], i * 20);
    const left = Math.min(65_535, (depth - i) * 20);
    bytes[i * 20 + 2] = left >> 8;
    bytes[i * 20 + 3] = left & 255;
  }
  let text = "";
  const sink = new TextSink(
    {
      write: (out, start, end) => {
        text += Buffer.from(out.subarray(start, end)).toString("latin1");
      },
    },
    settingsOf("-n").text,
    true,
    systemNames(),
  );
  eachPacket([{ linkType: 101, bytes, length: bytes.length, type: "" }], (packet) => sink.packet(packet));
  assert.match(text, /IP 0\.0\.0\.0 > 0\.0\.0\.0: IP .* \[\|ip\]\n$/);
});
