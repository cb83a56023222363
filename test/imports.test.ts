// The rooms of src/ know each other only as docs/ARCHITECTURE.md says: imports point one way.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";

const SRC = join(import.meta.dirname, "../src");

/** For each room the other rooms that it may import. "main" stands for the files directly in src/. */
const NEIGHBOURS: Record<string, readonly string[]> = {
  main: ["cli", "pipeline", "kernel", "attribution", "savefile", "sink", "filter", "addon", "bytes", "model"],
  pipeline: ["kernel", "attribution", "secrets", "savefile", "sink", "filter", "addon", "bytes", "model"],
  cli: ["bytes", "model"],
  kernel: ["addon", "bytes", "model"],
  attribution: ["addon", "bytes", "model"],
  secrets: ["addon", "bytes", "model"],
  savefile: ["addon", "bytes", "model"],
  sink: ["protocol", "bytes", "model"],
  filter: ["addon", "bytes", "model"],
  addon: ["bytes", "model"],
  protocol: ["bytes", "model"],
  bytes: [],
  model: [],
};

interface Import {
  file: string;
  room: string;
  target: string;
  targetRoom: string;
}

const roomOf = (path: string): string => (path.includes("/") ? path.slice(0, path.indexOf("/")) : "main");

/** Every relative import of a source text: static, dynamic, re-export and import("…") types. */
function specifiers(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  return [...code.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)["'](\.[^"']*)["']/g)].map((match) => match[1]!);
}

const sources = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((path) =>
  path.endsWith(".ts"),
);
const code = sources.filter((path) => !path.endsWith(".test.ts"));
const imports: Import[] = code.flatMap((file) =>
  specifiers(readFileSync(join(SRC, file), "utf8")).map((specifier) => {
    const target = relative(SRC, join(SRC, dirname(file), specifier));
    return { file, room: roomOf(file), target, targetRoom: roomOf(target) };
  }),
);

test("the walk finds imports of every form", () => {
  const text = `import type { A } from "./a.ts";\nimport {\n  b,\n} from '../b.ts';\nexport * from "./c.ts";
    import "./d.ts";\nconst e = await import("./e.ts");\n// import "./comment.ts";\nimport fs from "node:fs";`;
  assert.deepEqual(specifiers(text), ["./a.ts", "../b.ts", "./c.ts", "./d.ts", "./e.ts"]);
  assert.ok(imports.length > 10, `only ${imports.length} imports found in ${SRC}`);
});

test("every folder of src/ is a known room", () => {
  assert.deepEqual(
    [...new Set(sources.map(roomOf))].filter((room) => !(room in NEIGHBOURS)),
    [],
  );
});

test("rooms import only their neighbours", () => {
  const wrong = imports
    .filter(({ room, targetRoom }) => room !== targetRoom && !NEIGHBOURS[room]?.includes(targetRoom))
    .map(({ file, target }) => `${file} imports ${target}`);
  assert.deepEqual(wrong, []);
});

test("imports name the file with its .ts ending", () => {
  const wrong = imports
    .filter(({ target }) => !target.endsWith(".ts"))
    .map(({ file, target }) => `${file}: ${target}`);
  assert.deepEqual(wrong, []);
});

test("only main.ts ends the process", () => {
  const wrong = code.filter(
    (file) =>
      file !== "main.ts" && /\bprocess\s*\.\s*(exit|exitCode|abort|reallyExit)\b/.test(stripped(file)),
  );
  assert.deepEqual(wrong, []);
});

test("npm's lock file names no registry, so that any registry serves", () => {
  const lock = readFileSync(join(SRC, "../package-lock.json"), "utf8");
  assert.doesNotMatch(lock, /"resolved"|:\/\/(registry|npm)/);
});

function stripped(file: string): string {
  return readFileSync(join(SRC, file), "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}
