// Writes the tables of docs/hooks.md from the tables in the code: node scripts/hooks.ts
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FEATURES, type FeatureName } from "../src/kernel/features.ts";
import { featuresWithout, KERNELS, UNSEEN } from "../src/kernel/fixture.ts";
import { NEEDS, type Need, type Rung } from "../src/kernel/hooks.ts";
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

/** need × kernel → the rung that is taken, by the default backend */
function needsOf(kernels: Readonly<Record<string, readonly FeatureName[]>>): string {
  const plans = Object.values(kernels).map((lacks) =>
    planHooks(featuresWithout(lacks), { backend: "tc", attribution: true, transit: true }),
  );
  const chosen = (name: string) => plans.map(({ choices }) => choices.find(({ need }) => need === name));
  return table(
    ["need", ...Object.keys(kernels)],
    NEEDS.filter(({ name }) => chosen(name).some((choice) => choice !== undefined)).map(({ name }) => [
      name,
      // what an object does not have it does not need
      ...chosen(name).map((choice) => (choice ? (choice.rung ?? "**none**") : "–")),
    ]),
  );
}

/** Which kernels' objects have a rung, where not all have. */
function reach(need: Need, rung: Rung): string {
  const object = rung.object ?? need.object;
  if (object === undefined) return "";
  return object === "perf" ? " [perf]" : need.rungs.some((other) => other.object === "perf") ? " [ring]" : "";
}

/** All rungs of all ladders, best first. */
function laddersTable(): string {
  return table(
    ["need", "rung", "wants", "programs"],
    NEEDS.flatMap((need) => [
      ...need.rungs.map((rung, at) => [
        at === 0 ? need.name : "",
        rung.name +
          (need.name === "capture" || !rung.backend ? "" : ` (backend ${rung.backend})`) +
          reach(need, rung),
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
  needs: () => needsOf(KERNELS),
  unseen: () => needsOf(UNSEEN),
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
