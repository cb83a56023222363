// Functions of Go programs, from the table that the runtime has for its own stack traces, which no stripping takes
// away: runtime.pclntab (src/runtime/symtab.go and src/debug/gosym/pclntab.go of Go's sources), Go 1.18 on.
import { Buffer } from "node:buffer";
import { type Bytes, type ElfFile, Machine, Unreadable } from "./elf.ts";
import { isGoFunction } from "./x86.ts";

/** First word of the table: Go 1.18, and 1.20 on. */
const MAGICS: readonly number[] = [0xfffffff0, 0xfffffff1];
/** … and of those before. */
const OLD_MAGICS: readonly number[] = [0xfffffffb, 0xfffffffa];
const SECTIONS = [".gopclntab", ".data.rel.ro.gopclntab"];

/** Places of the header's words. */
const Header = { functions: 8, text: 24, names: 32, table: 64, size: 72 } as const;

/** True if the program is one of Go's. */
export function isGo(elf: ElfFile): boolean {
  return elf.section(...SECTIONS) !== undefined;
}

/**
 * Address of a function by its full name; null if the program does not have it.
 * Throws Unreadable where the table is of another kind, or damaged.
 */
export function goFunction(elf: ElfFile, name: string): number | null {
  const section = elf.section(...SECTIONS);
  if (!section) return null;
  const table = elf.contents(section);
  const magic = table.u32(0);
  if (OLD_MAGICS.includes(magic)) throw new Unreadable("it is made by a Go before 1.18");
  if (!MAGICS.includes(magic)) throw new Unreadable("its table of functions is of a kind not known");
  if (table.u8(7) !== 8) throw new Unreadable("it is no 64-bit program");
  const offset = entryOffset(table, name);
  if (offset === null) return null;
  // The header's field is filled by the loader in PIE programs; newer versions of Go leave it empty.
  const starts = [
    () => table.u64(Header.text),
    () => elf.relocated(section.address + Header.text),
    () => elf.symbol(["runtime.text"]) ?? 0,
    () => elf.section(".text")?.address ?? 0,
  ];
  for (const start of starts) {
    const address = start();
    if (address !== 0 && isFunction(elf, address + offset)) return address + offset;
  }
  throw new Unreadable("its table of functions does not fit its code");
}

function isFunction(elf: ElfFile, address: number): boolean {
  try {
    const code = elf.code(address, 16);
    return elf.machine !== Machine.x86_64 || isGoFunction(code);
  } catch (error) {
    if (error instanceof Unreadable) return false;
    throw error;
  }
}

/** Where the function begins, from the beginning of the code. */
function entryOffset(table: Bytes, name: string): number | null {
  const names = table.u64(Header.names);
  const functions = table.u64(Header.table);
  const wanted = table.buffer.indexOf(Buffer.from(`\0${name}\0`, "latin1"), names) + 1 - names;
  if (wanted <= 0) return null;
  const count = table.u64(Header.functions);
  for (let i = 0; i < count; i++) {
    // functab: the entry's offset, and that of its struct _func, which begins with the entry and the name's offset
    const at = functions + i * 8;
    const details = functions + table.u32(at + 4);
    if (table.u32(details + 4) === wanted) return table.u32(at);
  }
  return null;
}
