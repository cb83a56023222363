// Names of addresses, remembered: looked up while everybody waits (files), or while packets go on (captures).
import { writeIpv4, writeIpv6 } from "./address.ts";
import { printable } from "./names.ts";
import { TextWriter } from "./text.ts";

/** Addresses remembered; the ones looked up first are forgotten first. */
const MOST_KNOWN = 65_536;
/** Questions open at a time; of further addresses the numbers are printed. */
const MOST_OPEN = 1024;
/** So long (ms) a line waits for a name; then the number is printed, and the name once it is known. */
export const PATIENCE = 1000;

/** Stand around the place of a name in the holes of a text. No text has them otherwise. */
export const HOLE_BEGIN = 2;
export const HOLE_END = 3;

/** The place of a name that is not known yet. */
export interface Hole {
  /** What belongs there: the name, or the number if there is none; null as long as a line may wait for it. */
  filling(): string | null;
}

/** The key of an address in the table: a number for IPv4, a string for IPv6. */
function keyOf(bytes: Uint8Array, at: number, size: number): number | string {
  if (size === 4) return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  let key = "";
  for (let i = 0; i < size; i += 2) key += String.fromCharCode((bytes[at + i]! << 8) | bytes[at + i + 1]!);
  return key;
}

/** Places of the addresses seen last: a power of two. */
const PLACES = 4096;

/**
 * What is known of addresses, MOST_KNOWN of them; the ones that were put in first are forgotten first. In front of the
 * table are those seen last, found without making a key.
 */
class AddressTable<Value> {
  readonly #table = new Map<number | string, Value>();
  /** At each place an address of four words, and its size; 0: none. */
  readonly #words = new Int32Array(PLACES * 4);
  readonly #sizes = new Uint8Array(PLACES);
  readonly #values: (Value | undefined)[] = new Array<Value | undefined>(PLACES).fill(undefined);

  get(bytes: Uint8Array, at: number, size: number): Value | undefined {
    const words = this.#words;
    let hash = 0;
    let place = 0;
    const a = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
    let b = 0;
    let c = 0;
    let d = 0;
    if (size === 4) hash = a;
    else {
      b = (bytes[at + 4]! << 24) | (bytes[at + 5]! << 16) | (bytes[at + 6]! << 8) | bytes[at + 7]!;
      c = (bytes[at + 8]! << 24) | (bytes[at + 9]! << 16) | (bytes[at + 10]! << 8) | bytes[at + 11]!;
      d = (bytes[at + 12]! << 24) | (bytes[at + 13]! << 16) | (bytes[at + 14]! << 8) | bytes[at + 15]!;
      hash = a ^ Math.imul(b, 3) ^ Math.imul(c, 5) ^ Math.imul(d, 7);
    }
    place = (Math.imul(hash, 0x9e3779b1) >>> 20) & (PLACES - 1);
    const from = place * 4;
    if (
      this.#sizes[place] === size &&
      words[from] === a &&
      words[from + 1] === b &&
      words[from + 2] === c &&
      words[from + 3] === d
    )
      return this.#values[place];
    const value = this.#table.get(keyOf(bytes, at, size));
    if (value !== undefined) {
      this.#sizes[place] = size;
      words[from] = a;
      words[from + 1] = b;
      words[from + 2] = c;
      words[from + 3] = d;
      this.#values[place] = value;
    }
    return value;
  }

  set(bytes: Uint8Array, at: number, size: number, value: Value): void {
    const table = this.#table;
    if (table.size >= MOST_KNOWN) table.delete(table.keys().next().value!);
    table.set(keyOf(bytes, at, size), value);
  }

  /** All of it, the latest last. */
  *entries(): Generator<[address: Uint8Array, value: Value], void> {
    for (const [key, value] of this.#table) yield [addressOf(key), value];
  }
}

/** An address and the name that it was found to have. */
export interface KnownHost {
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  readonly name: string;
}

/** Undoes keyOf(). */
function addressOf(key: number | string): Uint8Array {
  const bytes = new Uint8Array(typeof key === "number" ? 4 : 16);
  const view = new DataView(bytes.buffer);
  if (typeof key === "number") view.setInt32(0, key);
  else for (let i = 0; i < key.length; i++) view.setUint16(2 * i, key.charCodeAt(i));
  return bytes;
}

/** The address as it is printed without a name. */
function numeric(address: Uint8Array): string {
  const out = new TextWriter(48);
  if (address.length === 4) writeIpv4(out, address, 0);
  else writeIpv6(out, address, 0);
  return out.toString();
}

/** How a name is printed: as it is, or with -N up to the first dot. */
function shown(name: string | null, short: boolean): string | null {
  if (name === null) return null;
  const text = printable(name);
  const dot = short ? text.indexOf(".") : -1;
  return dot < 0 ? text : text.slice(0, dot);
}

/** Who knows the names of hosts. */
export interface HostLookup {
  /** The name of the address in bytes[at, at + size), size 4 or 16; null if it has none. */
  host(bytes: Uint8Array, at: number, size: number): string | null;
}

/** Asks and waits: for files. */
export class WaitingHosts implements HostLookup {
  readonly #ask: (address: Uint8Array) => string | null;
  readonly #short: boolean;
  readonly #known = new AddressTable<string | null>();

  /** @param short without the domain (-N) */
  constructor(ask: (address: Uint8Array) => string | null, short: boolean) {
    this.#ask = ask;
    this.#short = short;
  }

  host(bytes: Uint8Array, at: number, size: number): string | null {
    const known = this.#known.get(bytes, at, size);
    if (known !== undefined) return known;
    const name = shown(this.#ask(bytes.slice(at, at + size)), this.#short);
    this.#known.set(bytes, at, size, name);
    return name;
  }

  /** The names that were found, as they are printed, the latest last. */
  *found(): Generator<KnownHost, void> {
    for (const [address, name] of this.#known.entries()) if (name !== null) yield { address, name };
  }
}

/** Where questions go that are answered later. */
export interface Questions {
  /** Asks for the name of an address; answer() is to be called with the id. */
  ask(id: number, address: Uint8Array): void;
  /** Now, ms. */
  now(): number;
  /** Calls back in `delay` ms, unless the function that it gives back is called before. */
  later(delay: number, callback: () => void): () => void;
}

/** What is known of one address. */
class Entry implements Hole {
  readonly address: Uint8Array;
  /** When it was asked, ms. */
  readonly asked: number;
  /** undefined while the question is open. */
  name: string | null | undefined = undefined;
  /** True once no line waits for the name any more. */
  late = false;

  constructor(address: Uint8Array, asked: number) {
    this.address = address;
    this.asked = asked;
  }

  filling(): string | null {
    if (this.name !== undefined) return this.name ?? numeric(this.address);
    return this.late ? numeric(this.address) : null;
  }
}

/**
 * Asks and goes on: for captures. While a question is open, host() gives a hole instead of a name: HOLE_BEGIN, the
 * place in `holes`, HOLE_END. Whoever has made a text takes the holes away, and fills them when onFilled is called.
 */
export class BusyHosts implements HostLookup {
  /** Called when some holes can be filled. */
  onFilled: () => void = () => {};
  /** The holes given since take(). */
  #holes: Entry[] = [];
  readonly #questions: Questions;
  readonly #short: boolean;
  readonly #known = new AddressTable<Entry>();
  /** Open questions by number, in the order in which they were asked. */
  readonly #open = new Map<number, Entry>();
  #next = 1;
  #cancel: (() => void) | null = null;

  /** @param short without the domain (-N) */
  constructor(questions: Questions, short: boolean) {
    this.#questions = questions;
    this.#short = short;
  }

  host(bytes: Uint8Array, at: number, size: number): string | null {
    let entry = this.#known.get(bytes, at, size);
    if (entry === undefined) {
      if (this.#open.size >= MOST_OPEN) return null;
      entry = new Entry(bytes.slice(at, at + size), this.#questions.now());
      this.#known.set(bytes, at, size, entry);
      const id = this.#next++;
      this.#open.set(id, entry);
      this.#questions.ask(id, entry.address);
      this.#watch();
    }
    if (entry.name !== undefined) return entry.name;
    if (entry.late) return null;
    this.#holes.push(entry);
    return `${String.fromCharCode(HOLE_BEGIN)}${this.#holes.length - 1}${String.fromCharCode(HOLE_END)}`;
  }

  /** The names that were found, as they are printed, the latest last. */
  *found(): Generator<KnownHost, void> {
    for (const [address, { name }] of this.#known.entries()) if (name != null) yield { address, name };
  }

  /** The holes in what was printed since the last call; null if there are none. */
  take(): readonly Hole[] | null {
    if (this.#holes.length === 0) return null;
    const holes = this.#holes;
    this.#holes = [];
    return holes;
  }

  /** Takes answers in: id, name or null, id, … An id that nobody asked with is ignored. */
  answer(answers: readonly (number | string | null)[]): void {
    for (let i = 0; i + 1 < answers.length; i += 2) {
      const id = answers[i] as number;
      const entry = this.#open.get(id);
      if (entry === undefined) continue;
      this.#open.delete(id);
      entry.name = shown(answers[i + 1] as string | null, this.#short);
    }
    this.onFilled();
  }

  /** From now on no line waits for the questions that are open. */
  giveUp(): void {
    for (const entry of this.#open.values()) entry.late = true;
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Sees to it that the oldest question that lines wait for does not keep them longer than PATIENCE. */
  #watch(): void {
    if (this.#cancel !== null) return;
    for (const entry of this.#open.values()) {
      if (entry.late) continue;
      const delay = Math.max(0, entry.asked + PATIENCE - this.#questions.now());
      this.#cancel = this.#questions.later(delay, () => {
        this.#cancel = null;
        const now = this.#questions.now();
        for (const other of this.#open.values()) if (other.asked + PATIENCE <= now) other.late = true;
        this.#watch();
        this.onFilled();
      });
      return;
    }
  }
}
