// Damaged packets: the captures of the corpus with bytes changed, cut off, and lengths that lie.
// By hand: node test/corpus/mutants.ts [SEED [COUNT [OPTIONS [PROTOCOL]]]]   compares COUNT of each protocol with tcpdump
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemNames } from "../../src/bytes/names.ts";
import { type Device, Direction, type Packet } from "../../src/model/packet.ts";
import { openSavefile } from "../../src/savefile/savefile.ts";
import { TextSink } from "../../src/sink/text.ts";
import { captureNames, pathOf, Score, scoreText, settingsOf, typeOf } from "./corpus.ts";
import { Meter } from "./meter.ts";

const LINKTYPE_ETHERNET = 1;
const LINKTYPE_RAW = 101;
/** tcpdump prints no longer packet. */
const LONGEST = 262_144;
/** Times of the packets in a savefile made for tcpdump: they tell its lines apart. */
const FIRST_SECOND = 1_000_000;
/** Damaged packets of a protocol that are made at a time. */
const PORTION = 200;
/** Kinds of differences that are shown. */
const SHOWN = 40;

/** One packet, kept. */
export interface Specimen {
  readonly linkType: number;
  readonly bytes: Uint8Array;
  /** Length on the wire. */
  readonly length: number;
  /** -T with what it takes to dissect it; "" for nearly all. */
  readonly type: string;
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
      const savefile = openSavefile(pathOf(name));
      for (let i = 0; i < each && savefile.next(); ) {
        const { packet } = savefile;
        if (packet.caplen === 0 || packet.caplen > longest) continue;
        const bytes = packet.bytes.slice(packet.start, packet.start + packet.caplen);
        specimens.push({
          linkType: packet.device.linkType,
          bytes,
          length: packet.len,
          type: typeOf(name),
        });
        i++;
      }
      savefile.close();
    } catch {
      // Some captures of the corpus are damaged themselves.
    }
  }
  return specimens;
}

/** Values that lengths, types and counts like to be wrong by. */
const BYTES = [0, 1, 2, 3, 4, 7, 8, 127, 128, 255];
const WORDS = [0, 1, 2, 4, 8, 12, 255, 256, 0x7fff, 0x8000, 0xffff];

/** Where the IP header of a specimen lies; -1 where it has none, or one that is not found so simply. */
function ipHeader({ linkType, bytes }: Specimen): number {
  if (linkType === LINKTYPE_RAW) return 0;
  if (linkType !== LINKTYPE_ETHERNET) return -1;
  const type = (bytes[12]! << 8) | bytes[13]!;
  return type === 0x0800 || type === 0x86dd ? 14 : -1;
}

/** Makes the lengths of IP and UDP fit a packet that grew or shrank, or else nothing inside it would be reached. */
function fitLengths(specimen: Specimen): void {
  const { bytes } = specimen;
  const ip = ipHeader(specimen);
  if (ip < 0 || bytes.length < ip + 48) return;
  const four = bytes[ip]! >> 4 === 4;
  const transport = ip + (four ? (bytes[ip]! & 15) * 4 : 40);
  const length = bytes.length - ip - (four ? 0 : 40);
  bytes[ip + (four ? 2 : 4)] = length >> 8;
  bytes[ip + (four ? 3 : 5)] = length & 255;
  if (bytes[ip + (four ? 9 : 6)] === 17 && transport + 8 <= bytes.length) {
    bytes[transport + 4] = (bytes.length - transport) >> 8;
    bytes[transport + 5] = (bytes.length - transport) & 255;
  }
}

/** A specimen with some damage; `other` may give it a part of its own. */
export function mutate(specimen: Specimen, dice: Dice, other: Specimen = specimen): Specimen {
  let bytes = Uint8Array.from(specimen.bytes);
  let { length } = specimen;
  if (dice.roll(4) === 0) {
    // A run of bytes is left out, comes twice, or comes from another packet.
    const from = Math.min(bytes.length, 20 + dice.roll(bytes.length));
    const size = 1 + dice.roll(24);
    const kind = dice.roll(3);
    const source = kind === 2 ? other.bytes : bytes;
    const start = kind === 2 ? dice.roll(source.length) : from;
    const run = kind === 0 ? [] : source.slice(start, start + size);
    const rest = bytes.slice(kind === 0 ? from + size : from);
    bytes = Uint8Array.from([...bytes.slice(0, from), ...run, ...rest]);
    length += bytes.length - specimen.bytes.length;
    if (dice.roll(4) > 0) fitLengths({ ...specimen, bytes });
  }
  for (let n = dice.roll(4); n > 0; n--) {
    // The headers come first, and say most.
    const at = dice.roll(dice.roll(3) === 0 ? bytes.length : Math.min(bytes.length, 90));
    const kind = dice.roll(5);
    if (kind === 0) bytes[at] = dice.roll(256);
    else if (kind === 1) bytes[at] = bytes[at]! ^ (1 << dice.roll(8));
    else if (kind === 2) bytes[at] = BYTES[dice.roll(BYTES.length)]!;
    else if (kind === 3) bytes[at] = (bytes[at]! + (dice.roll(2) === 0 ? 1 : 255)) & 255;
    else bytes.set(twoBytes(WORDS[dice.roll(WORDS.length)]!).slice(0, bytes.length - at), at);
  }
  const cut = dice.roll(5);
  if (cut === 0) bytes = bytes.slice(0, 1 + dice.roll(bytes.length));
  else if (cut === 1) {
    bytes = bytes.slice(0, 1 + dice.roll(bytes.length));
    ({ length } = bytes);
  }
  if (dice.roll(12) === 0) length = dice.roll(70000);
  return { ...specimen, bytes, length: Math.min(Math.max(length, bytes.length), LONGEST) };
}

function twoBytes(value: number): number[] {
  return [value >> 8, value & 255];
}

/** Packets as a capture brings them; each stays good only until the next. */
export function eachPacket(specimens: readonly Specimen[], take: (packet: Packet) => void): void {
  const devices = new Map<number, Device>();
  specimens.forEach(({ linkType, bytes, length }, i) => {
    const device = devices.get(linkType) ?? deviceOf(linkType);
    devices.set(linkType, device);
    take(packetOf(device, bytes, 0, bytes.length, length, FIRST_SECOND + i));
  });
}

/** A device without a name. */
export function deviceOf(linkType: number): Device {
  return {
    id: 0,
    name: "",
    linkType,
    snaplen: LONGEST,
    ifindex: 0,
    netnsInode: 0,
    netnsPath: "",
    named: false,
    foreign: false,
  };
}

/** The packet whose captured bytes are bytes[start, start + caplen). */
export function packetOf(
  device: Device,
  bytes: Uint8Array,
  start: number,
  caplen: number,
  len: number,
  sec: number,
): Packet {
  return { bytes, start, caplen, len, sec, nsec: 0, device, direction: Direction.Unknown, context: null };
}

/** Each packet's text, and in `meter` what protocols the packet is of. */
function ours(
  specimens: readonly Specimen[],
  options: string,
  meter: Meter,
  take: (text: string) => void,
): void {
  let text = "";
  const output = {
    write: (bytes: Uint8Array, start: number, end: number) => {
      text += Buffer.from(bytes.subarray(start, end)).toString("latin1");
    },
  };
  const names = systemNames();
  const sink = new TextSink(output, settingsOf(options).text, true, names, () => {}, null, meter.protocols);
  eachPacket(specimens, (packet) => {
    text = "";
    meter.met.clear();
    sink.packet(packet);
    take(text);
  });
}

/** Each packet's text; missing where a packet ends tcpdump. */
function theirs(specimens: readonly Specimen[], options: string): (string | undefined)[] {
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
    [FIRST_SECOND + i, 0, bytes.length, length].forEach((value, at) => {
      record.writeUInt32LE(value, at * 4);
    });
    parts.push(record, Buffer.from(bytes));
  });
  const folder = mkdtempSync(join(tmpdir(), "mutants-"));
  const file = join(folder, "mutants.pcap");
  writeFileSync(file, Buffer.concat(parts));
  const run = spawnSync("tcpdump", [...options.split(" "), "-r", file], {
    env: { ...process.env, TZ: "UTC" },
    maxBuffer: 1 << 30,
  });
  rmSync(folder, { recursive: true });
  const texts = new Array<string | undefined>(specimens.length).fill(undefined);
  for (const text of run.stdout.toString("latin1").split(/^(?=1\d{6}\.000000)/m))
    texts[Number.parseInt(text, 10) - FIRST_SECOND] = text;
  return texts;
}

/** A packet whose text differs. */
export interface Loss {
  readonly specimen: Specimen;
  readonly protocol: string;
  readonly want: string;
  readonly got: string;
}

/** Prints damaged packets with both programs; counts by protocol what is the same, and tells `lost` what is not. */
export function compareMutants(
  mutants: readonly Specimen[],
  options: string,
  scores: Map<string, Score>,
  lost: (loss: Loss) => void,
): void {
  const meter = new Meter();
  for (const group of groups(mutants)) {
    const all = `${options} -tt${group[0]!.type}`;
    const wanted = theirs(group, all);
    let i = 0;
    ours(group, all, meter, (got) => {
      const want = wanted[i];
      const specimen = group[i++]!;
      if (want === undefined) return;
      const met = [...meter.met];
      for (const name of met) {
        const score = scores.get(name) ?? new Score();
        scores.set(name, score);
        score.all++;
        if (got === want) score.good++;
      }
      if (got !== want) lost({ specimen, protocol: met.at(-1) ?? "none", want, got });
    });
  }
}

/** Packets that a run of tcpdump can read and print: of one link type, with one -T. */
function groups(specimens: readonly Specimen[]): Specimen[][] {
  return [...Map.groupBy(specimens, ({ linkType, type }) => `${linkType}${type}`).values()];
}

/** Packets of every protocol, by its name: of the corpus and of our own captures. */
export function specimensByProtocol(specimens: readonly Specimen[]): Map<string, Specimen[]> {
  const meter = new Meter();
  const found = new Map<string, Specimen[]>();
  for (const group of groups(specimens)) {
    let i = 0;
    ours(group, `-n${group[0]!.type}`, meter, () => {
      for (const name of meter.met) {
        const list = found.get(name) ?? [];
        found.set(name, list);
        list.push(group[i]!);
      }
      i++;
    });
  }
  return found;
}

/** `count` damaged packets of each protocol whose name fits. */
export function breed(
  specimens: ReadonlyMap<string, readonly Specimen[]>,
  count: number,
  dice: Dice,
): Specimen[] {
  return [...specimens.values()].flatMap((pool) =>
    Array.from({ length: count }, () =>
      mutate(pool[dice.roll(pool.length)]!, dice, pool[dice.roll(pool.length)]!),
    ),
  );
}

function byHand(seed: number, count: number, options: string, pattern: RegExp): void {
  const all = specimensByProtocol(readSpecimens(captureNames(), 30));
  const chosen = new Map([...all].filter(([name]) => pattern.test(name)));
  const scores = new Map<string, Score>();
  const kinds = new Map<string, { count: number; loss: Loss; at: number }>();
  // In portions: tcpdump's whole text is held.
  const dice = new Dice(seed);
  for (let left = count; left > 0; left -= PORTION)
    compareMutants(breed(chosen, Math.min(left, PORTION), dice), options, scores, (loss) => {
      let at = 0;
      while (at < loss.want.length && loss.want[at] === loss.got[at]) at++;
      const kind = [loss.want, loss.got].map((text) => text.slice(at, at + 12).replace(/\d+/g, "#"));
      const key = `${loss.protocol} ${JSON.stringify(kind)}`;
      const known = kinds.get(key) ?? { count: 0, loss, at };
      kinds.set(key, known);
      known.count++;
      if (loss.specimen.bytes.length < known.loss.specimen.bytes.length) Object.assign(known, { loss, at });
    });
  for (const [key, { count, loss, at }] of [...kinds].sort((a, b) => a[1].count - b[1].count).slice(-SHOWN)) {
    const { linkType, bytes, length } = loss.specimen;
    console.log(`${count} × ${key}\n  ${linkType} ${Buffer.from(bytes).toString("hex")} ${length}`);
    for (const text of [loss.want, loss.got])
      console.log(`    ${JSON.stringify(text.slice(Math.max(0, at - 40), at + 60))}`);
  }
  for (const [name, score] of scores) if (score.good < score.all) console.log(scoreText(name, score));
  const sum = [...scores.values()];
  const total = (what: (score: Score) => number) => sum.reduce((all, score) => all + what(score), 0);
  console.log(`all: ${total((score) => score.good)} of ${total((score) => score.all)}`);
}

if (import.meta.main) {
  process.env["TZ"] = "UTC";
  const [seed = "1", count = "1000", options = "-n", pattern = "."] = process.argv.slice(2);
  byHand(Number(seed), Number(count), options, new RegExp(pattern));
}
