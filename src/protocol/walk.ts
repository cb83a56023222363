// The way through one packet: calls the link type's dissector and ends as tcpdump does where the packet ends.
import type { Dissection } from "./dissection.ts";
import { CUT, TRUNCATED } from "./dissection.ts";

/**
 * Prints the text of one packet into d.out: no timestamp, no newline at the end. `length` is its length on the
 * wire. Afterwards d.linkHeaderLength tells where a dump without the link-layer header begins. Throws nothing
 * that packet bytes could cause.
 */
export function walk(
  d: Dissection,
  linkType: number,
  bytes: Uint8Array,
  start: number,
  caplen: number,
  length: number,
): void {
  d.open(bytes, start, start + caplen);
  try {
    const print = d.link(linkType);
    if (print !== undefined) print(d, start, length);
    else {
      d.protocol = "unsupported";
      d.out.str("UNSUPPORTED");
      d.dump(start, caplen);
    }
  } catch (thrown) {
    if (thrown !== TRUNCATED && thrown !== CUT) throw thrown;
    d.truncated();
    // tcpdump then dumps the whole packet, the link-layer header too.
    d.linkHeaderLength = 0;
  }
  d.end = start + caplen;
}
