// Kinds that the attribution does not yet get right, and why. It must shrink: a kind that is listed and has become
// right fails the test, as does one that is not listed and is wrong.

/** Of these it depends on who is quicker: they need not fail every time. */
export const SOMETIMES: readonly string[] = [];

/** By kind (in every scene), or "*@" and a scene (every kind there): why it fails. */
export const KNOWN_TO_FAIL: Readonly<Record<string, string>> = {};

/** The keys of the table that a row's faults fall under. */
export function known(row: string, kind: string): string[] {
  return [kind, row.replace(/^[^@]*/, "*")].filter((key) => key in KNOWN_TO_FAIL);
}
