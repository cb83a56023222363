// Secure Shell's only text: the line with the version that either side begins with (RFC 4253 4.2).
import type { Dissection } from "./dissection.ts";

const BEGIN = "SSH-";
const LF = 10;
const CR = 13;

/** Where the line at `at` ends, its line end not included; -1 if it is no text, or has no end. Throws TRUNCATED. */
function lineEnd(d: Dissection, at: number, end: number): number {
  for (let pos = at; pos < end; pos++) {
    const code = d.u8(pos);
    if (code === LF) return pos;
    if (code === CR) return pos + 1 < end && d.u8(pos + 1) === LF ? pos : -1;
    if (code < 32 || code > 126) return -1;
  }
  return -1;
}

/** Writes the version that a segment begins with; nothing if it does not. Throws TRUNCATED. */
export function printSsh(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "ssh";
  for (let i = 0; i < BEGIN.length; i++) if (d.u8(at + i) !== BEGIN.charCodeAt(i)) return;
  const end = lineEnd(d, at, at + length);
  if (end < 0) return;
  out.str(": SSH: ");
  out.reserve(end - at);
  for (let pos = at; pos < end; pos++) out.ch(d.bytes[pos]!);
}
