// Writes the tables of docs/hooks.md from the tables in the code: node scripts/hooks.ts
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FEATURES } from "../src/kernel/features.ts";
import { featuresWithout, KERNELS } from "../src/kernel/fixture.ts";
import { NEEDS } from "../src/kernel/hooks.ts";
import { MAPS } from "../src/kernel/maps.ts";
import { planHooks } from "../src/kernel/plan.ts";

export const HOOKS: string = join(import.meta.dirname, "../docs/hooks.md");
const HEADERS = join(import.meta.dirname, "../bpf/include/*.h");

export interface DeclaredMap {
  readonly name: string;
  readonly type: string;
  /** As written: a number or an expression. */
  readonly entries: string;
}

/** The maps that the C headers declare. */
export function declaredMaps(): DeclaredMap[] {
  const source = globSync(HEADERS)
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
  return [...source.matchAll(/struct \{([^}]*)\} (\w+) SEC\("\.maps"\);/g)].map(([, body, name]) => ({
    name: name!,
    type: /BPF_MAP_TYPE_(\w+)/.exec(body!)![1]!.toLowerCase(),
    entries: /max_entries, ([^)]+)\)/.exec(body!)?.[1] ?? "",
  }));
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  return line(head) + line(head.map(() => "---")) + rows.map(line).join("");
}

const kernels = Object.keys(KERNELS);

/** need × kernel → the rung that is taken */
function needsTable(): string {
  const plans = kernels.map((name) =>
    planHooks(featuresWithout(KERNELS[name]!), { backend: "tc", attribution: true, transit: true }),
  );
  return table(
    ["need", ...kernels],
    // of the default backend
    NEEDS.filter(({ backends }) => backends?.includes("tc") ?? true).map(({ name }) => [
      name,
      ...plans.map((plan) => plan.choices.find(({ need }) => need === name)?.rung ?? "**none**"),
    ]),
  );
}

/** All rungs of all ladders, best first. */
function laddersTable(): string {
  return table(
    ["need", "rung", "wants", "programs"],
    NEEDS.flatMap((need) => [
      ...need.rungs.map((rung, at) => [
        at === 0 ? need.name : "",
        rung.name + (need.name === "capture" || !rung.backend ? "" : ` (backend ${rung.backend})`),
        [...rung.features, ...(rung.given ?? []).map((setting) => `_${setting}_`)].join(", ") || "nothing",
        rung.hooks.map(({ program }) => `\`${program}\``).join(", ") || "–",
      ]),
      ...(need.without === "" ? [] : [["", "none:", need.without, ""]]),
    ]),
  );
}

function featuresTable(): string {
  return table(
    ["feature", "since", ...kernels],
    FEATURES.map(({ name, since }) => [
      name,
      since,
      ...kernels.map((kernel) => (KERNELS[kernel]!.includes(name) ? "**no**" : "yes")),
    ]),
  );
}

function mapsTable(): string {
  const declared = new Map(declaredMaps().map((map) => [map.name, map]));
  return table(
    ["map", "type", "entries", "KiB", "holds", "when it is full"],
    MAPS.map(({ name, holds, full, kib }) => {
      const map = declared.get(name);
      return [`\`${name}\``, map?.type ?? "?", map?.entries || "one per socket", kib || "–", holds, full].map(
        String,
      );
    }),
  );
}

const BLOCKS: Record<string, () => string> = {
  needs: needsTable,
  ladders: laddersTable,
  features: featuresTable,
  maps: mapsTable,
};

/** The document with its tables as the code has them. Throws where a table has no place in it. */
export function withTables(document: string): string {
  let text = document;
  for (const [name, make] of Object.entries(BLOCKS)) {
    const block = new RegExp(`(<!-- ${name}: [^\\n]*-->\\n\\n)[\\s\\S]*?(\\n<!-- end -->)`);
    if (!block.test(text)) throw new Error(`${HOOKS}: no place for the table of ${name}`);
    text = text.replace(block, (_, head: string, tail: string) => head + make() + tail);
  }
  return text;
}

if (import.meta.main) writeFileSync(HOOKS, withTables(readFileSync(HOOKS, "utf8")));
