// Whatever the bytes, printing ends in time and throws nothing.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { systemNames } from "../src/bytes/names.ts";
import { TextSink } from "../src/sink/text.ts";
import { CORPUS, settingsOf } from "./corpus/corpus.ts";
import { captureNames, Dice, eachPacket, mutate, readSpecimens } from "./corpus/mutants.ts";

const missing = existsSync(CORPUS) ? false : "the shared corpus is not here";
const COUNT = 20_000;
/** No packet of at most 2,000 bytes is worth more, milliseconds; generous, for machines are shared. */
const LONGEST = 500;

for (const options of ["-n", "-n -vvv -e -X", "-q -S", "-vvvv -e -b -H -K -M secret -E chacha20:secret"]) {
  test(`damaged packets, ${options}`, { skip: missing }, () => {
    const specimens = readSpecimens(captureNames(), 5);
    assert.ok(specimens.length > 500);
    const dice = new Dice(20_241_122);
    let written = 0;
    const sink = new TextSink(
      {
        write: (_bytes, start, end) => {
          written += end - start;
        },
      },
      settingsOf(options)!.text,
      true,
      systemNames(),
    );
    for (let i = 0; i < COUNT; i++) {
      const mutant = mutate(specimens[dice.roll(specimens.length)]!, dice);
      const hex = () => `link type ${mutant.linkType}, ${Buffer.from(mutant.bytes).toString("hex")}`;
      const before = written;
      const from = performance.now();
      eachPacket([mutant], (packet) => {
        assert.doesNotThrow(() => sink.packet(packet), hex());
      });
      assert.ok(performance.now() - from < LONGEST, hex());
      assert.ok(written > before);
    }
  });
}

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
    settingsOf("-n")!.text,
    true,
    systemNames(),
  );
  eachPacket([{ linkType: 101, bytes, length: bytes.length }], (packet) => sink.packet(packet));
  assert.match(text, /IP 0\.0\.0\.0 > 0\.0\.0\.0: IP .* \[\|ip\]\n$/);
});
