// Tables that give numbers names.

/** Names of numbers: the text for a value that is not in it is the caller's, `TABLE.get(v) ?? "…"`. */
export type Tokens = ReadonlyMap<number, string>;

/** Names of bits or of groups of bits, in the order in which they are printed. */
export type BitTokens = readonly (readonly [mask: number, name: string])[];

/**
 * The names of all table rows whose bits are set in `value`, joined by `separator`; `none` if there is none.
 * A row with mask 0 never matches.
 */
export function bitNames(table: BitTokens, value: number, none: string, separator = ", "): string {
  let text = "";
  let some = false;
  for (const [mask, name] of table) {
    if (mask === 0 || (value & mask) >>> 0 !== mask >>> 0) continue;
    text += some ? separator + name : name;
    some = true;
  }
  return some ? text : none;
}
