// Damaged packets: the captures of the corpus with bytes changed, cut off, and lengths that lie.
// By hand: node test/corpus/mutants.ts SEED COUNT OPTIONS [FILE-PATTERN]   compares them with tcpdump
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemNames } from "../../src/bytes/names.ts";
import { type Device, Direction, type Packet } from "../../src/model/packet.ts";
import { dltOfLinkType } from "../../src/savefile/linktype.ts";
import { openSavefile } from "../../src/savefile/savefile.ts";
import { TextSink } from "../../src/sink/text.ts";
import { CORPUS, readRatchet, settingsOf } from "./corpus.ts";

/** One packet, kept. */
export interface Specimen {
  readonly linkType: number;
  readonly bytes: Uint8Array;
  /** Length on the wire. */
  readonly length: number;
}

/** A small generator of random numbers (xorshift32): the same seed gives the same numbers. */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = seed | 0 || 1;
  }

  /** An integer 0…n-1. */
  roll(n: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % n;
  }
}

/** Packets of the corpus: at most `each` of a capture, none longer than `longest` bytes. */
export function readSpecimens(names: readonly string[], each: number, longest = 2000): Specimen[] {
  const specimens: Specimen[] = [];
  for (const name of names) {
    try {
      const savefile = openSavefile(join(CORPUS, name));
      for (let i = 0; i < each && savefile.next(); ) {
        const { packet } = savefile;
        if (packet.caplen === 0 || packet.caplen > longest) continue;
        const bytes = packet.bytes.slice(packet.start, packet.start + packet.caplen);
        specimens.push({ linkType: packet.device.linkType, bytes, length: packet.len });
        i++;
      }
      savefile.close();
    } catch {
      // Some captures of the corpus are damaged themselves.
    }
  }
  return specimens;
}

/** All captures' names. */
export function captureNames(): string[] {
  return readdirSync(CORPUS)
    .filter((name) => name !== "CASES.tsv")
    .sort();
}

/** A specimen with some damage. */
export function mutate(specimen: Specimen, dice: Dice): Specimen {
  let bytes = Uint8Array.from(specimen.bytes);
  let { length } = specimen;
  for (let n = dice.roll(4); n > 0; n--) {
    // The headers come first, and say most.
    const at = dice.roll(dice.roll(3) === 0 ? bytes.length : Math.min(bytes.length, 90));
    const kind = dice.roll(4);
    if (kind === 0) bytes[at] = dice.roll(256);
    else if (kind === 1) bytes[at] = bytes[at]! ^ (1 << dice.roll(8));
    else if (kind === 2) bytes[at] = [0, 1, 2, 3, 4, 7, 8, 127, 128, 255][dice.roll(10)]!;
    else bytes[at] = (bytes[at]! + (dice.roll(2) === 0 ? 1 : 255)) & 255;
  }
  const cut = dice.roll(4);
  if (cut === 0) bytes = bytes.slice(0, 1 + dice.roll(bytes.length));
  else if (cut === 1) {
    bytes = bytes.slice(0, 1 + dice.roll(bytes.length));
    ({ length } = bytes);
  }
  if (dice.roll(10) === 0) length = dice.roll(70000);
  return { linkType: specimen.linkType, bytes, length: Math.max(length, bytes.length) };
}

/** The packets as a printable source: each call of the callback gets the same object. */
export function eachPacket(specimens: readonly Specimen[], take: (packet: Packet) => void): void {
  const device = (linkType: number): Device => ({
    id: 0,
    name: "",
    linkType,
    snaplen: 262144,
    ifindex: 0,
    netnsInode: 0,
    netnsPath: "",
    named: false,
    foreign: false,
  });
  specimens.forEach(({ linkType, bytes, length }, i) => {
    take({
      bytes,
      start: 0,
      caplen: bytes.length,
      len: length,
      sec: 1_000_000 + i,
      nsec: 0,
      device: device(linkType),
      direction: Direction.Unknown,
      context: null,
    });
  });
}

function ours(specimens: readonly Specimen[], options: string): string {
  const parts: string[] = [];
  const sink = new TextSink(
    {
      write: (bytes, start, end) => {
        parts.push(Buffer.from(bytes.subarray(start, end)).toString("latin1"));
      },
    },
    settingsOf(options)!.text,
    false,
    systemNames(),
  );
  eachPacket(specimens, (packet) => sink.packet(packet));
  sink.close();
  return parts.join("");
}

function theirs(specimens: readonly Specimen[], options: string, folder: string): string {
  const parts: Buffer[] = [];
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(262144, 16);
  head.writeUInt32LE(specimens[0]!.linkType, 20);
  parts.push(head);
  specimens.forEach(({ bytes, length }, i) => {
    const record = Buffer.alloc(16);
    [1_000_000 + i, 0, bytes.length, length].forEach((value, at) => {
      record.writeUInt32LE(value, at * 4);
    });
    parts.push(record, Buffer.from(bytes));
  });
  const file = join(folder, "mutants.pcap");
  writeFileSync(file, Buffer.concat(parts));
  const run = spawnSync("tcpdump", [...options.split(" "), "-r", file], {
    env: { ...process.env, TZ: "UTC" },
    maxBuffer: 1 << 30,
  });
  return run.stdout.toString("latin1");
}

function compare(seed: number, count: number, options: string, pattern: RegExp): void {
  const known = readRatchet()["-n -v"] ?? [];
  const specimens = readSpecimens(
    known.filter((name) => pattern.test(name)),
    30,
  ).filter(({ linkType }) => dltOfLinkType(linkType) === linkType || linkType === 101);
  const dice = new Dice(seed);
  const folder = mkdtempSync(join(tmpdir(), "mutants-"));
  const byLink = Map.groupBy(specimens, ({ linkType }) => linkType);
  let same = 0;
  let different = 0;
  for (const [linkType, group] of byLink) {
    const share = Math.ceil((count * group.length) / specimens.length);
    const mutants = Array.from({ length: share }, () => mutate(group[dice.roll(group.length)]!, dice));
    const split = (text: string) => text.split(/^(?=1\d{6}\.000000 )/m);
    const a = split(theirs(mutants, `${options} -tt`, folder));
    const b = split(ours(mutants, `${options} -tt`));
    a.forEach((text, i) => {
      if (text === b[i]) {
        same++;
        return;
      }
      if (different++ > 40) return;
      const second = Number(text.slice(0, 7)) - 1_000_000;
      const hex = Buffer.from(mutants[second]?.bytes ?? []).toString("hex");
      console.log(`link type ${linkType} ${hex}\n tcpdump: ${text} ours:    ${b[i]}`);
    });
  }
  console.log(`${same} the same, ${different} different`);
  rmSync(folder, { recursive: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.env["TZ"] = "UTC";
  const [seed = "1", count = "10000", options = "-n", pattern = "."] = process.argv.slice(2);
  compare(Number(seed), Number(count), options, new RegExp(pattern));
}
