// Makes src/addon/abi.ts from bpf/include/abi.h: constants, and per struct the offset of each field and the
// size. The header keeps to fixed-width integers and char arrays, so natural alignment is the whole rule.
import { readFileSync, writeFileSync } from "node:fs";

const [, , from = "bpf/include/abi.h", to = "src/addon/abi.ts"] = process.argv;
const SIZES: Record<string, number> = { __u8: 1, char: 1, __u16: 2, __u32: 4, __s32: 4, __u64: 8 };

const camel = (name: string) => name.replace(/_([a-z0-9])/g, (_, ch: string) => ch.toUpperCase());
const pascal = (name: string) => camel(`_${name}`);

const source = readFileSync(from, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
const constants = new Map<string, number>();
const lines = ["// Made by scripts/abi.ts from bpf/include/abi.h: do not edit.", ""];

for (const [, name, value] of source.matchAll(/^#define (\w+) (\d+)\s*$/gm)) {
  constants.set(name!, Number(value));
  lines.push(`export const ${name} = ${value};`);
}
for (const [, name, body] of source.matchAll(/struct (\w+) \{([^}]*)\};/g)) {
  let at = 0;
  let align = 1;
  lines.push("", `export const ${pascal(name!)} = {`);
  for (const field of body!
    .split(";")
    .map((text) => text.trim())
    .filter(Boolean)) {
    const match = /^(\w+) (\w+)(?:\[(\w+)\])?$/.exec(field);
    const size = match && SIZES[match[1]!];
    if (!match || !size) throw new Error(`${from}: struct ${name}: cannot read "${field}"`);
    const count = match[3] ? (constants.get(match[3]) ?? Number(match[3])) : 1;
    if (!Number.isInteger(count)) throw new Error(`${from}: struct ${name}: unknown length "${match[3]}"`);
    at = Math.ceil(at / size) * size;
    align = Math.max(align, size);
    lines.push(`  ${camel(match[2]!)}: ${at},`);
    at += size * count;
  }
  lines.push(`  size: ${Math.ceil(at / align) * align},`, "} as const;");
}
writeFileSync(to, `${lines.join("\n")}\n`);
