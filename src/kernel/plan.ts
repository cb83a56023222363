// What will be loaded and attached, decided before anything is: pure, so that tests need no root.
import type { BackendName } from "../model/settings.ts";
import { BACKENDS, type Backend, capturePrograms } from "./backends.ts";
import { FEATURES, type FeatureName } from "./features.ts";
import { type Hook, NEEDS, type Setting } from "./hooks.ts";

export interface Choice {
  readonly need: string;
  /** The rung chosen, or null where the kernel offers none. */
  readonly rung: string | null;
  readonly without: string;
  readonly hooks: readonly Hook[];
}

export interface Wanted {
  readonly backend: BackendName;
  /** Packets get owners. */
  readonly attribution: boolean;
  /** Packets in transit may pass: sockets of other namespaces are to tell of theirs. */
  readonly transit: boolean;
}

export interface Plan {
  readonly backend: Backend;
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
    const ofObject = ({ object }: { object?: "ring" | "perf" }) =>
      object === undefined || settings.has(object);
    if (!ofObject(need) || (need.backends && !need.backends.includes(wanted.backend))) continue;
    const rungs = need.rungs.filter(
      (rung) => (rung.backend ?? wanted.backend) === wanted.backend && ofObject(rung),
    );
    for (const rung of rungs) for (const hook of rung.hooks) programs.add(hook.program);
    if (need.attribution && !wanted.attribution) continue;
    if (need.transit && !wanted.transit) continue;
    const rung = rungs.find(
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
  return { backend: BACKENDS[wanted.backend], choices, hooks, settings, unused: [...programs] };
}

/** What this kernel lacks for a backend to capture at all, in words; null where it can. */
export function lackingFor(
  features: { has(name: FeatureName): boolean },
  backend: BackendName,
): string | null {
  const rungs = NEEDS.flatMap(({ name, rungs }) => (name === "capture" ? rungs : [])).filter(
    (rung) => rung.backend === backend,
  );
  const lacks = rungs.map((rung) => rung.features.filter((feature) => !features.has(feature)));
  if (lacks.some((missing) => missing.length === 0)) return null;
  return (lacks[0] ?? [])
    .map((name) => `${name} (Linux ${FEATURES.find((row) => row.name === name)?.since} has it)`)
    .join(" and ");
}

/** Every program that the plan's object must have. */
export function plannedPrograms(plan: Plan): string[] {
  return [...capturePrograms(plan.backend), ...plan.hooks.map((hook) => hook.program)];
}
