// The rungs that a kernel can stand on: what it has is hidden feature by feature.
import { join } from "node:path";
import { type Addon, loadAddon } from "../src/addon/addon.ts";
import { OWN } from "../src/kernel/btf.ts";
import { FEATURES, type FeatureName, Features, readSystem } from "../src/kernel/features.ts";
import { type Plan, planHooks, type Wanted } from "../src/kernel/plan.ts";

export const ladderAddon = (): Addon => loadAddon(join(import.meta.dirname, "../build/ptcpdump.node"));

/** What this kernel has. */
export function present(): FeatureName[] {
  const addon = ladderAddon();
  const system = readSystem(addon, OWN);
  const features = new Features(system);
  const names = FEATURES.map(({ name }) => name).filter((name) => features.has(name));
  if (system.cgroup2 !== null) addon.closeFd(system.cgroup2);
  return names;
}

/** All choices of at most `most` of the names, fewest first. */
function* choices<T>(names: readonly T[], most: number): Generator<T[]> {
  let layer: { chosen: T[]; next: number }[] = [{ chosen: [], next: 0 }];
  for (let size = 0; size <= most; size++) {
    for (const { chosen } of layer) yield chosen;
    layer = layer.flatMap(({ chosen, next }) =>
      names.slice(next).map((name, at) => ({ chosen: [...chosen, name], next: next + at + 1 })),
    );
  }
}

/** The fewest features to hide so that every rung within reach, or none at all, is chosen once for each need. */
export function variants(
  names: readonly FeatureName[],
  wanted: Wanted,
): { hidden: FeatureName[]; plan: Plan }[] {
  const reached = new Set<string>();
  const found: { hidden: FeatureName[]; plan: Plan }[] = [];
  // without BTF nothing is captured at all
  const hideable: FeatureName[] = names.filter((name) => name !== "BTF");
  for (const hidden of choices(hideable, 4)) {
    const plan = planHooks(new Set(names.filter((name) => !hidden.includes(name))), wanted);
    const fresh = plan.choices.filter(({ need, rung }) => !reached.has(`${need}: ${rung}`));
    if (fresh.length === 0) continue;
    for (const { need, rung } of fresh) reached.add(`${need}: ${rung}`);
    found.push({ hidden, plan });
  }
  return found;
}
