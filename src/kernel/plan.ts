// What will be loaded and attached, decided before anything is: pure, so that tests need no root.
import type { FeatureName } from "./features.ts";
import { CAPTURES, type Hook, NEEDS, type Setting } from "./hooks.ts";

export interface Choice {
  readonly need: string;
  /** The rung chosen, or null where the kernel offers none. */
  readonly rung: string | null;
  readonly without: string;
  readonly hooks: readonly Hook[];
}

export interface Wanted {
  /** Packets get owners. */
  readonly attribution: boolean;
  /** Packets in transit may pass: sockets of other namespaces are to tell of theirs. */
  readonly transit: boolean;
}

export interface Plan {
  readonly choices: readonly Choice[];
  readonly hooks: readonly Hook[];
  readonly settings: ReadonlySet<Setting>;
  /** Programs of the object that are not loaded. */
  readonly unused: readonly string[];
}

/**
 * Takes the first rung of each ladder whose conditions are all met.
 * @param wanted what the capture is to tell of its packets
 * @param refused programs that the kernel has refused to load: their rungs are left out
 */
export function planHooks(
  features: { has(name: FeatureName): boolean },
  wanted: Wanted,
  refused: ReadonlySet<string> = new Set(),
): Plan {
  const choices: Choice[] = [];
  const hooks: Hook[] = [];
  const settings = new Set<Setting>();
  const programs = new Set<string>();
  for (const need of NEEDS) {
    for (const rung of need.rungs) for (const hook of rung.hooks) programs.add(hook.program);
    if (need.attribution && !wanted.attribution) continue;
    if (need.transit && !wanted.transit) continue;
    const rung = need.rungs.find(
      (candidate) =>
        candidate.features.every((feature) => features.has(feature)) &&
        (candidate.given ?? []).every((setting) => settings.has(setting)) &&
        !candidate.hooks.some((hook) => refused.has(hook.program)),
    );
    choices.push({
      need: need.name,
      rung: rung?.name ?? null,
      without: need.without,
      hooks: rung?.hooks ?? [],
    });
    if (!rung) continue;
    hooks.push(...rung.hooks);
    for (const setting of rung.sets ?? []) settings.add(setting);
  }
  for (const { program } of hooks) programs.delete(program);
  return { choices, hooks, settings, unused: [...programs] };
}

/** Every program that the plan's object must have. */
export function plannedPrograms(plan: Plan): string[] {
  return [...CAPTURES.map((capture) => capture.program), ...plan.hooks.map((hook) => hook.program)];
}
