// NFS file handles: opaque to clients, but the systems that made them can be told by their bytes, and then device and
// inode can be read. What the systems put where is tcpdump's (and tcpview's) knowledge.
import type { Dissection } from "./dissection.ts";
import { hex } from "./wording.ts";

/** The longest handle of NFS version 3, bytes. */
const LONGEST = 64;
/** Most bytes of an unknown handle that are shown. */
const SHOWN = 32;

type System =
  | "auspex"
  | "bsd44"
  | "osf"
  | "irix4"
  | "sunos4"
  | "sunos5"
  | "ultrix"
  | "hpux9"
  | "vms"
  | "unknown";

/** True if the bytes after the first are a text filled up with NULs, as UCX of VMS has it. */
function looksLikeText(d: Dissection, at: number): boolean {
  let ended = false;
  for (let i = 1; i < 14; i++) {
    const octet = d.u8(at + i);
    if (octet === 0) ended = true;
    else if (ended || octet < 32 || octet > 126) return false;
  }
  return true;
}

/** Whose handle of `size` bytes this is. */
function systemOf(d: Dissection, at: number, size: number): System {
  if (size < 16) return "unknown";
  const b = (i: number) => d.u8(at + i);
  const osf = () => b(8) === 12 && b(9) === 0;
  if (b(0) === 0 && b(1) === 0) {
    if (b(2) === 0 && b(3) === 0) return "auspex";
    if (b(4) !== 0 && b(5) === 0 && osf()) return "osf";
    return b(4) === 0 && b(5) === 8 && b(6) === 0 && b(7) === 0 ? "irix4" : "sunos4";
  }
  if (b(2) === 0 && b(3) === 0) {
    if (b(6) === 0 && b(7) === 0) return "bsd44";
    if (size >= 24 && b(21) === 0 && b(23) === 0) return "ultrix";
    return b(9) === 10 ? "sunos5" : "unknown";
  }
  if (osf()) return "osf";
  if (b(8) === 0 && b(9) === 10)
    return b(4) === 0 && b(5) === 0 && b(6) === 0 && b(7) === 0 ? "hpux9" : "sunos5";
  return size >= 28 && looksLikeText(d, at) ? "vms" : "unknown";
}

/** "major,minor/inode" of a system that has a device in the handle. */
function device(d: Dissection, at: number, system: System): string {
  const word = d.le32(at);
  switch (system) {
    case "auspex":
      return `${d.u8(at + 6)},${d.u8(at + 7)}/${d.u32(at + 12)}`;
    case "osf":
      return `${(word >>> 20) & 0xfff},${word & 0xfffff}/${d.le32(at + 12)}`;
    case "irix4":
      return `${d.u8(at + 2)},${d.u8(at + 3)}/${d.u32(at + 8)}`;
    case "sunos4":
      return `${d.u8(at + 2)},${d.u8(at + 3)}/${d.u32(at + 12)}`;
    case "sunos5":
      return `${(d.u16(at) >> 2) & 0x3fff},${d.u24(at + 1) & 0x3ffff}/${d.u32(at + 12)}`;
    case "hpux9":
      return `${d.u8(at)},${d.u24(at + 1)}/${d.u32(at + 12)}`;
    case "ultrix":
      return `${d.u8(at + 1)},${d.u8(at)}/${d.le32(at + 4)}`;
    default:
      return `${d.u8(at + 1)},${d.u8(at)}/${d.le32(at + 12)}`;
  }
}

/** " fh 1,2/345" of the handle of `words` words at `at`, which was captured; with -u its bytes. */
export function printHandle(d: Dissection, at: number, words: number): void {
  const { out } = d;
  if (d.opt.rawHandles) {
    out.str(" fh[");
    for (let i = 0; i < words; i++) out.str(`${i > 0 ? ":" : ""}${hex(d.u32(at + i * 4))}`);
    out.ch(93);
    return;
  }
  const size = words * 4;
  const system = systemOf(d, at, size);
  // tcpdump cuts names off at the number of words.
  const most = Math.min(words, LONGEST);
  if (system === "vms") {
    let name = "";
    for (let i = 1; i <= most && d.u8(at + i) !== 0 && d.u8(at + i) !== 32; i++)
      name += String.fromCharCode(d.u8(at + i));
    const inode = ((d.u8(at + 26) << 24) | (d.u8(at + 27) << 16) | d.le16(at + 22)) >>> 0;
    out.str(` fh ${name}/${inode}`);
  } else if (system === "unknown") {
    out.str(` fh ${"Unknown".slice(0, most)}/`);
    for (let i = 0; i < Math.min(size, SHOWN); i++) out.str(hex(d.u8(at + i), 2).toUpperCase());
  } else out.str(` fh ${device(d, at, system)}`);
}
