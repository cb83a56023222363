// Text of unknown origin made fit for a terminal: nothing in it can begin a line, move the cursor, or reverse the
// direction of what follows.

// Control characters (C0, DEL, C1), invisible and direction-changing characters, line separators, lone surrogates.
const HOSTILE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Cs}/gu;

const SHORT: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

function escapeOne(character: string): string {
  const short = SHORT.get(character);
  if (short !== undefined) return short;
  const code = character.codePointAt(0)!;
  const digits = code.toString(16);
  if (code < 0x100) return `\\x${digits.padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${digits.padStart(4, "0")}` : `\\u{${digits}}`;
}

/** The string with every character that could do something to a terminal written as \n, \x1b, \u202e, … */
export function escaped(text: string): string {
  return text.replace(HOSTILE, escapeOne);
}
