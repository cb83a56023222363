// What will be loaded and attached, decided before anything is: pure, so that tests need no root.
import type { FeatureName } from "./features.ts";
import { CAPTURES, type Hook, NEEDS } from "./hooks.ts";

export interface Choice {
  readonly need: string;
  /** The rung chosen, or null where the kernel offers none. */
  readonly rung: string | null;
  readonly without: string;
}

export interface Plan {
  readonly choices: readonly Choice[];
  readonly hooks: readonly Hook[];
  /** Programs of the object that are not loaded. */
  readonly unused: readonly string[];
}

/** Takes the first rung of each ladder whose features are all there. */
export function planHooks(features: ReadonlySet<FeatureName>, attribution: boolean): Plan {
  const choices: Choice[] = [];
  const hooks: Hook[] = [];
  const unused: string[] = [];
  for (const need of NEEDS) {
    const rung = attribution
      ? need.rungs.find((candidate) => candidate.features.every((feature) => features.has(feature)))
      : undefined;
    choices.push({ need: need.name, rung: rung?.name ?? null, without: need.without });
    if (rung) hooks.push(...rung.hooks);
    for (const other of need.rungs) {
      if (other !== rung) unused.push(...other.hooks.map((hook) => hook.program));
    }
  }
  const used = new Set(hooks.map((hook) => hook.program));
  return { choices, hooks, unused: unused.filter((program) => !used.has(program)) };
}

/** Every program that the plan's object must have. */
export function plannedPrograms(plan: Plan): string[] {
  return [...CAPTURES.map((capture) => capture.program), ...plan.hooks.map((hook) => hook.program)];
}
