// Table tests of dissectors: packets as hexadecimal, and the text that tcpdump 4.99.3 prints of them.
// Every table is compared with the installed tcpdump, too, if it is that version: a golden is never made up.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { TextWriter } from "../src/bytes/text.ts";
import { settingsOf } from "../src/cli/settings.ts";
import type { TextSettings } from "../src/model/settings.ts";
import { Dissection } from "../src/protocol/dissection.ts";
import { allProtocols } from "../src/protocol/registry.ts";
import { walk } from "../src/protocol/walk.ts";

/** One packet: what it shows, the options after "tcpdump -n", its bytes, the text, and its length on the wire. */
export type Golden = readonly [name: string, options: string, hex: string, text: string, length?: number];

const LINKTYPE_RAW = 101;
/** Times of the packets in a savefile made for tcpdump: they tell its lines apart. */
const FIRST_SECOND = 1_000_000;

function settings(options: string): TextSettings {
  const { text } = settingsOf(["-n", "-t", ...words(options)]);
  return { ...text, context: new Set() };
}

/** The words of a set of options; spaces between double quotes belong to a word. */
function words(options: string): string[] {
  return [...options.matchAll(/"([^"]*)"|[^ "]+/g)].map((match) => match[1] ?? match[0]);
}

/** The text of one packet, dissected on its own. */
export function textOf(linkType: number, options: string, bytes: Uint8Array, length: number): string {
  const out = new TextWriter();
  const d = new Dissection(out, settings(options), allProtocols(), null);
  walk(d, linkType, bytes, 0, bytes.length, length);
  return Buffer.from(out.buf.subarray(0, out.pos)).toString("latin1");
}

/** What the installed tcpdump prints of the packets, one text each; null if it is not 4.99.3. */
function tcpdumpTexts(linkType: number, options: string, packets: readonly Golden[]): string[] | null {
  const version = spawnSync("tcpdump", ["--version"], { encoding: "utf8" });
  if (!/version 4\.99\.3/.test(`${version.stdout}${version.stderr}`)) return null;
  const header = Buffer.alloc(24);
  for (const [at, value] of [0xa1b2c3d4, 0x00040002, 0, 0, 262144, linkType].entries())
    header.writeUInt32LE(value, at * 4);
  const parts = [header];
  packets.forEach(([, , hex, , length], i) => {
    const bytes = Buffer.from(hex, "hex");
    const head = Buffer.alloc(16);
    for (const [at, value] of [FIRST_SECOND + i, 0, bytes.length, length ?? bytes.length].entries())
      head.writeUInt32LE(value, at * 4);
    parts.push(head, bytes);
  });
  const folder = mkdtempSync(join(tmpdir(), "golden-"));
  try {
    const file = join(folder, "packets.pcap");
    writeFileSync(file, Buffer.concat(parts));
    // One run for all: no two TCP segments of a table may belong to the same conversation.
    const run = spawnSync("tcpdump", ["-n", "-tt", ...words(options), "-r", file], {
      env: { ...process.env, TZ: "UTC" },
    });
    return run.stdout
      .toString("latin1")
      .split(/^(?=1\d{6}\.000000 )/m)
      .map((text) => text.replace(/^\d{7}\.000000 /, "").replace(/\n$/, ""));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Registers the tests of a table of raw IP packets (or of another link type). */
export function checkGoldens(
  table: string,
  goldens: readonly Golden[],
  linkType: number = LINKTYPE_RAW,
): void {
  describe(table, () => {
    for (const [name, options, hex, text, length] of goldens)
      it(`${name} (tcpdump -n -t ${options})`, () => {
        const bytes = Buffer.from(hex, "hex");
        assert.equal(textOf(linkType, options, bytes, length ?? bytes.length), text);
      });
    it("is what the installed tcpdump prints", (t) => {
      const kinds = new Set(goldens.map(([, options]) => options));
      for (const options of kinds) {
        const packets = goldens.filter((golden) => golden[1] === options);
        const texts = tcpdumpTexts(linkType, options, packets);
        if (texts === null) {
          t.skip("tcpdump 4.99.3 is not installed");
          return;
        }
        assert.equal(texts.length, packets.length);
        packets.forEach(([name, , , text], i) => {
          assert.equal(text, texts[i], name);
        });
      }
    });
  });
}
