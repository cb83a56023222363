// Executables and libraries as files: elf(5), the 64-bit little-endian kind that x86-64 and arm64 have. Whoever
// runs a program chooses what is in it: every read is checked, and a table is only as long as its file.
import { Buffer } from "node:buffer";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** The file is not what it should be: too short, or of another kind. */
export class Unreadable extends Error {}

const ET_EXEC = 2;
const PT_LOAD = 1;
const PF_X = 1;
const SHT_NOBITS = 8;
const SHT_RELA = 4;
const SHT_SYMTAB = 2;
const SHT_DYNAMIC = 6;
const SHT_DYNSYM = 11;
const DT_NEEDED = 1;
const DT_RPATH = 15;
const DT_RUNPATH = 29;
const SHF_ALLOC = 2;
/** st_info's lower half: STT_FUNC of elf(5). */
const STT_FUNC = 2;
const SYMBOL_SIZE = 24;
const RELA_SIZE = 24;
const DYNAMIC_SIZE = 16;
/** Tables in the file: more than this nobody needs. */
const MOST_HEADERS = 4096;
/** More than this is not read at once, and in all, bytes: the largest programs (browsers) have half of it. */
const MOST = 1 << 28;
const MOST_IN_ALL = 1 << 30;
/** A name stands once or twice in a table of strings. */
const MOST_PLACES = 64;

/** e_machine */
export const Machine = { x86_64: 62, aarch64: 183 } as const;

/** Bytes with checked reads, in the file's byte order. */
export class Bytes {
  readonly buffer: Buffer;

  constructor(buffer: Buffer) {
    this.buffer = buffer;
  }

  get length(): number {
    return this.buffer.length;
  }

  u8(at: number): number {
    return this.buffer[this.#checked(at, 1)]!;
  }

  u16(at: number): number {
    return this.buffer.readUInt16LE(this.#checked(at, 2));
  }

  u32(at: number): number {
    return this.buffer.readUInt32LE(this.#checked(at, 4));
  }

  i32(at: number): number {
    return this.buffer.readInt32LE(this.#checked(at, 4));
  }

  /** An unsigned number of 64 bits: offsets and addresses. Throws Unreadable above 2^53, where none are. */
  u64(at: number): number {
    this.#checked(at, 8);
    const number = this.buffer.readUInt32LE(at) + this.buffer.readUInt32LE(at + 4) * 0x100000000;
    if (number > Number.MAX_SAFE_INTEGER) throw new Unreadable("a number is too large");
    return number;
  }

  #checked(at: number, size: number): number {
    if (!(at >= 0 && at + size <= this.buffer.length)) throw new Unreadable("it is cut short");
    return at;
  }
}

export interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  /** In memory, before it is moved. */
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

/** A section of constants. */
export interface Constants {
  /** Where it begins, before it is moved. */
  readonly address: number;
  readonly bytes: Bytes;
}

/** A program's code, all of it. */
export interface Code {
  readonly bytes: Bytes;
  /** Where it begins, before it is moved. */
  readonly address: number;
  /** It is never moved: addresses can stand in it as they are. */
  readonly fixed: boolean;
}

interface Segment {
  readonly offset: number;
  readonly address: number;
  readonly size: number;
  readonly executable: boolean;
}

/** An open ELF file. Everything throws Unreadable where the file is not what it should be. */
export class ElfFile {
  readonly fd: number;
  readonly machine: number;
  readonly sections: readonly Section[];
  readonly #fixed: boolean;
  readonly #size: number;
  readonly #segments: readonly Segment[];
  readonly #tables: { symbols: Bytes; strings: Buffer }[] = [];
  #tablesRead = false;
  #constants: readonly Constants[] | null = null;
  #read = 0;

  /** Takes the descriptor over. */
  constructor(fd: number) {
    this.fd = fd;
    this.#size = fstatSync(fd).size;
    const head = this.read(0, 64);
    // e_ident: magic, ELFCLASS64, ELFDATA2LSB
    if (head.u32(0) !== 0x464c457f || head.u8(4) !== 2 || head.u8(5) !== 1)
      throw new Unreadable("it is no 64-bit program of this machine");
    this.machine = head.u16(18);
    this.#fixed = head.u16(16) === ET_EXEC;
    this.#segments = this.#readSegments(head);
    this.sections = this.#readSections(head);
  }

  static open(path: string): ElfFile {
    const fd = openSync(path, "r");
    try {
      return new ElfFile(fd);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  close(): void {
    closeSync(this.fd);
  }

  /** bytes [offset, offset + size) of the file */
  read(offset: number, size: number): Bytes {
    if (!(offset >= 0 && size >= 0 && size <= MOST && offset + size <= this.#size))
      throw new Unreadable("it is cut short");
    this.#read += size;
    if (this.#read > MOST_IN_ALL) throw new Unreadable("it is too large");
    const buffer = Buffer.allocUnsafe(size);
    for (let at = 0; at < size; ) {
      const got = readSync(this.fd, buffer, at, size - at, offset + at);
      if (got === 0) throw new Unreadable("it is cut short");
      at += got;
    }
    return new Bytes(buffer);
  }

  section(...names: string[]): Section | undefined {
    return this.sections.find((section) => names.includes(section.name) && section.type !== SHT_NOBITS);
  }

  /** Constants: what is in memory, and no code. */
  constants(): readonly Constants[] {
    this.#constants ??= this.sections
      .filter(
        ({ name, type, flags }) =>
          name.startsWith(".rodata") && type !== SHT_NOBITS && (flags & SHF_ALLOC) !== 0,
      )
      .map((section) => ({ address: section.address, bytes: this.contents(section) }));
    return this.#constants;
  }

  /** The section's bytes. */
  contents({ offset, size }: Section): Bytes {
    return this.read(offset, size);
  }

  /** Where in the file an address of the program's code is: what a probe is set at. */
  offsetOf(address: number): number {
    for (const segment of this.#segments)
      if (segment.executable && address >= segment.address && address < segment.address + segment.size)
        return address - segment.address + segment.offset;
    throw new Unreadable("an address lies outside its code");
  }

  /** All code; null where there is none. */
  text(): Code | null {
    const section = this.section(".text");
    return section ? { bytes: this.contents(section), address: section.address, fixed: this.#fixed } : null;
  }

  /** Names of the libraries that the loader is to bring, and the folders it looks in first, as they stand in the file. */
  needed(): { readonly libraries: readonly string[]; readonly folders: readonly string[] } {
    const [libraries, folders]: [string[], string[]] = [[], []];
    const section = this.sections.find(({ type }) => type === SHT_DYNAMIC);
    const names = section && this.sections[section.link];
    if (!section || !names) return { libraries, folders };
    const table = this.contents(section);
    const strings = this.contents(names).buffer;
    for (
      let at = 0;
      at + DYNAMIC_SIZE <= table.length && libraries.length < MOST_HEADERS;
      at += DYNAMIC_SIZE
    ) {
      const tag = table.u32(at);
      if (tag === DT_NEEDED) libraries.push(stringAt(strings, table.u32(at + 8)));
      else if (tag === DT_RPATH || tag === DT_RUNPATH)
        folders.push(...stringAt(strings, table.u32(at + 8)).split(":"));
    }
    return { libraries, folders };
  }

  /** Up to `size` bytes of code from this address on. */
  code(address: number, size: number): Bytes {
    const offset = this.offsetOf(address);
    return this.read(offset, Math.min(size, this.#size - offset));
  }

  /** Address of the first of these functions that the file has a symbol of; null if it has none of them. */
  symbol(names: readonly string[]): number | null {
    for (const name of names) {
      for (const { symbols, strings } of this.#symbolTables()) {
        for (const at of placesOf(strings, name)) {
          const address = addressOf(symbols, at);
          if (address !== null) return address;
        }
      }
    }
    return null;
  }

  /** The value that the loader puts at this address, as an address before the program is moved; 0 if none. */
  relocated(address: number): number {
    for (const section of this.sections) {
      if (section.type !== SHT_RELA || (section.flags & SHF_ALLOC) === 0) continue;
      const table = this.contents(section);
      for (let at = 0; at + RELA_SIZE <= table.length; at += RELA_SIZE)
        if (table.u32(at) + table.u32(at + 4) * 0x100000000 === address) return table.u64(at + 16);
    }
    return 0;
  }

  #symbolTables(): { symbols: Bytes; strings: Buffer }[] {
    if (this.#tablesRead) return this.#tables;
    this.#tablesRead = true;
    // those that survive strip(1) first: they are the smaller ones
    for (const wanted of [SHT_DYNSYM, SHT_SYMTAB]) {
      for (const section of this.sections) {
        const strings = section.type === wanted ? this.sections[section.link] : undefined;
        if (strings)
          this.#tables.push({ symbols: this.contents(section), strings: this.contents(strings).buffer });
      }
    }
    return this.#tables;
  }

  #readSegments(head: Bytes): Segment[] {
    const [offset, size, count] = [head.u64(32), head.u16(54), Math.min(head.u16(56), MOST_HEADERS)];
    if (size < 56) throw new Unreadable("its program headers are too short");
    const table = this.read(offset, size * count);
    const segments: Segment[] = [];
    for (let at = 0; at < size * count; at += size)
      if (table.u32(at) === PT_LOAD)
        segments.push({
          executable: (table.u32(at + 4) & PF_X) !== 0,
          offset: table.u64(at + 8),
          address: table.u64(at + 16),
          size: table.u64(at + 32),
        });
    return segments;
  }

  #readSections(head: Bytes): Section[] {
    const [offset, size, count] = [head.u64(40), head.u16(58), Math.min(head.u16(60), MOST_HEADERS)];
    if (offset === 0 || count === 0) return [];
    if (size < 64) throw new Unreadable("its section headers are too short");
    const table = this.read(offset, size * count);
    const raw = Array.from({ length: count }, (_, i) => {
      const at = i * size;
      return {
        nameAt: table.u32(at),
        type: table.u32(at + 4),
        flags: table.u32(at + 8),
        address: table.u64(at + 16),
        offset: table.u64(at + 24),
        size: table.u64(at + 32),
        link: table.u32(at + 40),
      };
    });
    const names = raw[head.u16(62)];
    if (!names) throw new Unreadable("its sections have no names");
    const text = this.read(names.offset, names.size).buffer;
    return raw.map(({ nameAt, ...section }) => ({ ...section, name: stringAt(text, nameAt) }));
  }
}

/** A NUL-terminated string; "" outside. */
export function stringAt(bytes: Buffer, at: number): string {
  const end = bytes.indexOf(0, at);
  return at >= bytes.length || end < 0 ? "" : bytes.toString("latin1", at, end);
}

/** Where a string and the NUL behind it stand: at most MOST_PLACES places. A string may be the end of a longer one. */
export function placesOf(bytes: Buffer, text: string): number[] {
  const needle = Buffer.from(`${text}\0`, "latin1");
  const places: number[] = [];
  for (
    let at = bytes.indexOf(needle);
    at >= 0 && places.length < MOST_PLACES;
    at = bytes.indexOf(needle, at + 1)
  )
    places.push(at);
  return places;
}

/** Address of the function whose name is at this place of the strings. */
function addressOf(symbols: Bytes, nameAt: number): number | null {
  const { buffer } = symbols;
  const last = buffer.length - SYMBOL_SIZE;
  for (let at = 0; at <= last; at += SYMBOL_SIZE) {
    if (buffer.readUInt32LE(at) !== nameAt || (symbols.u8(at + 4) & 15) !== STT_FUNC) continue;
    // SHN_UNDEF: another file's, whatever the value
    const address = symbols.u16(at + 6) === 0 ? 0 : symbols.u64(at + 8);
    if (address !== 0) return address;
  }
  return null;
}
