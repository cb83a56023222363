// Blocks Extensible Exchange Protocol (RFC 3080, RFC 3081): only the keyword of a frame is told.
import type { Dissection } from "./dissection.ts";

/** What a frame begins with; tcpdump wants a NUL after those of three characters. */
const KEYWORDS: readonly string[] = ["MSG\0", "RPY ", "ERR ", "ANS ", "NUL ", "SEQ ", "END\0"];

/** Writes the segment of `length` bytes at `at`. */
export function printBeep(d: Dissection, at: number, length: number): void {
  d.protocol = "beep";
  let start = "";
  if (length >= 4 && d.has(at, 4)) for (let i = 0; i < 4; i++) start += String.fromCharCode(d.u8(at + i));
  const known = KEYWORDS.includes(start);
  d.out.str(known ? ` BEEP ${start.slice(0, 3)}` : " BEEP (payload or undecoded)");
}
