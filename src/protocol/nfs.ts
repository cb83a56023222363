// Network File System, version 2 (RFC 1094) and 3 (RFC 1813), in RPC (rpc.ts).
import type { Dissection } from "./dissection.ts";
import { printHandle } from "./nfs-handle.ts";
import { allCharacters } from "./phrase.ts";
import type { Tokens } from "./token.ts";
import { hex, numbered } from "./wording.ts";

const AUTHENTICATION_ERRORS: Tokens = numbered(
  0,
  "OK",
  "Bogus Credentials (seal broken)",
  "Rejected Credentials (client should begin new session)",
  "Bogus Verifier (seal broken)",
  "Verifier expired or was replayed",
  "Credentials are too weak",
  "Bogus response verifier",
  "Unknown failure",
);
const ACCEPT_ERRORS: Tokens = numbered(
  1,
  "PROG_UNAVAIL",
  "PROG_MISMATCH",
  "PROC_UNAVAIL",
  "GARBAGE_ARGS",
  "SYSTEM_ERR",
);
const STATUSES: Tokens = new Map([
  [1, "Operation not permitted"],
  [2, "No such file or directory"],
  [5, "Input/output error"],
  [6, "Device not configured"],
  [11, "Resource deadlock avoided"],
  [12, "Cannot allocate memory"],
  [13, "Permission denied"],
  [17, "File exists"],
  [18, "Cross-device link"],
  [19, "Operation not supported by device"],
  [20, "Not a directory"],
  [21, "Is a directory"],
  [22, "Invalid argument"],
  [26, "Text file busy"],
  [27, "File too large"],
  [28, "No space left on device"],
  [30, "Read-only file system"],
  [31, "Too many links"],
  [45, "Operation not supported"],
  [62, "Too many levels of symbolic links"],
  [63, "File name too long"],
  [66, "Directory not empty"],
  [69, "Disc quota exceeded"],
  [70, "Stale NFS file handle"],
  [71, "Too many levels of remote in path"],
  [99, "Write cache flushed to disk"],
  [0x2711, "Illegal NFS file handle"],
  [0x2712, "Update synchronization mismatch"],
  [0x2713, "READDIR/READDIRPLUS cookie is stale"],
  [0x2714, "Operation not supported"],
  [0x2715, "Buffer or request is too small"],
  [0x2716, "Unspecified error on server"],
  [0x2717, "Object of that type not supported"],
  [0x2718, "Request couldn't be completed in time"],
]);
const FILE_TYPES: Tokens = new Map([
  [0, "NON"],
  [1, "REG"],
  [2, "DIR"],
  [3, "BLK"],
  [4, "CHR"],
  [5, "LNK"],
  [7, "FIFO"],
]);
const WRITE_MODES: Tokens = numbered(0, "unstable", "datasync", "filesync");

export const NFS_PORT = 2049;
const VERSION_3 = 3;
const CALL = 0;
const REPLY = 1;

const NULL = 0;
const GETATTR = 1;
const SETATTR = 2;
const LOOKUP = 3;
const ACCESS = 4;
const READLINK = 5;
const READ = 6;
const WRITE = 7;
const CREATE = 8;
const MKDIR = 9;
const SYMLINK = 10;
const MKNOD = 11;
const REMOVE = 12;
const RMDIR = 13;
const RENAME = 14;
const LINK = 15;
const READDIR = 16;
const READDIRPLUS = 17;
const FSSTAT = 18;
const FSINFO = 19;
const PATHCONF = 20;
const COMMIT = 21;
const NOTHING = 25;
const PROCEDURES: Tokens = new Map([
  ...numbered(
    NULL,
    "null",
    "getattr",
    "setattr",
    "lookup",
    "access",
    "readlink",
    "read",
    "write",
    "create",
    "mkdir",
    "symlink",
    "mknod",
    "remove",
    "rmdir",
    "rename",
    "link",
    "readdir",
    "readdirplus",
    "fsstat",
    "fsinfo",
    "pathconf",
    "commit",
  ),
  [NOTHING, "nop"],
]);
/** Version 2's procedures, as version 3's of the same purpose. */
const VERSION_2 = [
  NULL,
  GETATTR,
  SETATTR,
  NOTHING,
  LOOKUP,
  READLINK,
  READ,
  NOTHING,
  WRITE,
  CREATE,
  REMOVE,
  RENAME,
  LINK,
  SYMLINK,
  MKDIR,
  RMDIR,
  READDIR,
  FSSTAT,
];
const OLD_PROCEDURES = 26;

const HANDLE_2_WORDS = 8;
const ATTRIBUTES_2 = 68;
const ATTRIBUTES_3 = 84;
const BLOCK_DEVICE = 3;
const CHARACTER_DEVICE = 4;
/** In what is to be set: a time that the client tells. */
const CLIENTS_TIME = 2;
const ACCESS_BITS = ["READ", "LOOKUP", "MODIFY", "EXTEND", "DELETE", "EXECUTE"];
const ALL_ACCESS = 0x3f;

/** Thrown where tcpdump gives up a message in the middle, and caught where the message began. */
const CUT: Error = new Error("cut off");
/** As CUT, where something else was said already. */
const FAILED: Error = new Error("failed");

/** An outstanding call: its addresses as text, procedure and version. */
interface Call {
  key: string;
  procedure: number;
  version: number;
}
/** How many calls are remembered: as many as tcpdump does. */
const MOST_CALLS = 64;
interface Calls {
  readonly slots: (Call | null)[];
  next: number;
  /** Where the search begins: at the last that was found. */
  hint: number;
}
const calls = (): Calls => ({ slots: new Array<Call | null>(MOST_CALLS).fill(null), next: 0, hint: 0 });

/** "4 TRANSACTION CLIENT SERVER" by addresses, of the packet at `ip`; "" if it is not IP. */
function callKey(d: Dissection, at: number, ip: number, reply: boolean): string {
  const version = d.u8(ip) >> 4;
  if (version !== 4 && version !== 6) return "";
  const size = version === 4 ? 4 : 16;
  const from = ip + (version === 4 ? 12 : 8);
  const bytes = (start: number) => Buffer.from(d.bytes.subarray(start, start + size)).toString("hex");
  const [client, server] = reply ? [from + size, from] : [from, from + size];
  return `${version} ${hex(d.u32(at))} ${bytes(client)} ${bytes(server)}`;
}

function remember(d: Dissection, at: number, ip: number): void {
  const known = d.memory(calls);
  const procedure = d.u32(at + 20);
  const key = callKey(d, at, ip, false);
  if (key === "") return;
  known.slots[known.next] = { key, procedure, version: d.u32(at + 16) };
  known.next = (known.next + 1) % MOST_CALLS;
}

/** The call that the reply at `at` answers; null if it is not known. */
function recall(d: Dissection, at: number, ip: number): Call | null {
  const known = d.memory(calls);
  const key = callKey(d, at, ip, true);
  for (let i = 0; i < MOST_CALLS; i++) {
    const slot = (known.hint + i) % MOST_CALLS;
    const call = known.slots[slot]!;
    if (call === null || call.key !== key) continue;
    known.hint = slot;
    return call;
  }
  return null;
}

const rounded = (n: number) => (((n + 3) >>> 0) & ~3) >>> 0;
const padded6 = (n: number) => String(n).padStart(6, "0");

/** XDR (RFC 4506) read on from `at`; the version of NFS decides about some forms. */
class Xdr {
  readonly d: Dissection;
  readonly v3: boolean;
  at: number;
  /** Set once an error was told, after which nothing is cut off. */
  failed = false;

  constructor(d: Dissection, at: number, v3: boolean) {
    this.d = d;
    this.at = at;
    this.v3 = v3;
  }

  get verbose(): number {
    return this.d.opt.verbose;
  }

  print(text: string): void {
    this.d.out.str(text);
  }

  u32(): number {
    const value = this.d.u32(this.at);
    this.at += 4;
    return value;
  }

  /** The word `index` words on. */
  word(index: number): number {
    return this.d.u32(this.at + index * 4);
  }

  u64(): bigint {
    const value = this.d.u64(this.at);
    this.at += 8;
    return value;
  }

  /** Gives up unless `size` bytes were captured. */
  check(size: number): void {
    if (!this.d.has(this.at, size)) throw CUT;
  }

  handle(v3 = this.v3): void {
    const words = v3 ? this.u32() >>> 2 : HANDLE_2_WORDS;
    this.check(words * 4);
    printHandle(this.d, this.at, words);
    this.at += words * 4;
  }

  /** A name in quotes. */
  name(): void {
    const { d } = this;
    const length = this.u32();
    if (length > 0xfffffffc) {
      this.print("[cannot pad to 32-bit boundaries]");
      d.invalid();
      throw CUT;
    }
    this.check(rounded(length));
    this.print('"');
    allCharacters(d, this.at, length);
    this.print('"');
    this.at += rounded(length);
  }

  handleAndName(): void {
    this.handle();
    this.print(" ");
    this.name();
  }

  /** Skips the credentials or the verifier of a call, of which `left` bytes are left; answers how many are then. */
  authentication(left: number, last: boolean): number {
    if (left < 8) throw CUT;
    const length = this.word(1);
    const size = 8 + rounded(length);
    if (!this.d.has(this.at + 8, size - 8)) throw CUT;
    if (last ? size >= left : size > left) throw CUT;
    this.at += Math.floor((length + 11) / 4) * 4;
    return left - size;
  }

  /** The status that results begin with: true if it is an error, which is told. */
  status(): boolean {
    const status = this.u32();
    if (status === 0) return false;
    if (!this.d.opt.quiet) this.print(` ERROR: ${STATUSES.get(status) ?? `unk ${status}`}`);
    this.failed = true;
    return true;
  }

  /** A file's attributes, as many as the verbosity asks for. */
  attributes(verbose: number, v3: boolean): void {
    const { d, at } = this;
    this.check(20);
    if (verbose > 0) {
      const type = d.u32(at);
      const mode = d.u32(at + 4).toString(8);
      this.print(
        ` ${FILE_TYPES.get(type) ?? `unk-ft ${type} `} ${mode} ids ${d.i32(at + 12)}/${d.i32(at + 16)}`,
      );
      this.print(` sz ${v3 ? d.u64(at + 20) : d.u32(at + 20)}`);
    }
    if (verbose > 1) {
      this.check(v3 ? ATTRIBUTES_3 : ATTRIBUTES_2);
      this.print(` nlink ${d.u32(at + 8)} rdev `);
      if (v3) {
        this.print(`${d.u32(at + 36)}/${d.u32(at + 40)} fsid ${d.u64(at + 44).toString(16)}`);
        this.print(` fileid ${d.u64(at + 52).toString(16)}`);
      } else {
        this.print(`0x${hex(d.u32(at + 28))} fsid 0x${hex(d.u32(at + 36))} nodeid 0x${hex(d.u32(at + 40))}`);
      }
      this.print(" a/m/ctime");
      const times = at + (v3 ? 60 : 44);
      for (let i = 0; i < 3; i++) this.print(` ${d.u32(times + i * 8)}.${padded6(d.u32(times + i * 8 + 4))}`);
    }
    this.at += v3 ? ATTRIBUTES_3 : ATTRIBUTES_2;
  }

  /** Attributes after the operation, if the server tells them. */
  after(verbose = this.verbose): void {
    if (this.u32() === 0) return;
    if (verbose > 0) this.attributes(verbose, true);
    else this.at += ATTRIBUTES_3;
  }

  /** Weak cache consistency: some attributes before the operation, and those after it. */
  consistency(): void {
    if (this.verbose > 1) this.print(" PRE:");
    if (this.u32() !== 0) {
      this.check(24);
      if (this.verbose > 1) {
        this.print(` sz ${this.d.u64(this.at)}`);
        this.print(` mtime ${this.word(2)}.${padded6(this.word(3))}`);
        this.print(` ctime ${this.word(4)}.${padded6(this.word(5))}`);
      }
      this.at += 24;
    }
    if (this.verbose > 0) this.print(" POST:");
    this.after();
  }

  /** Attributes to be set: reads them, and answers what -v shows of them. */
  settings(): string {
    let text = "";
    for (const name of ["mode", "uid", "gid", "size"]) {
      if (this.u32() === 0) continue;
      const value = this.u32();
      if (name !== "size") text += ` ${name} ${name === "mode" ? value.toString(8) : value}`;
    }
    for (const name of ["atime", "mtime"]) {
      if (this.u32() !== CLIENTS_TIME) continue;
      const seconds = this.u32();
      const time = ` ${name} ${seconds}.${padded6(this.u32())}`;
      if (this.verbose > 1) text += time;
    }
    return this.verbose > 0 ? text : "";
  }
}

function access(xdr: Xdr): void {
  const bits = xdr.u32();
  if (bits & ~ALL_ACCESS) {
    xdr.print(` ${hex(bits, 4)}`);
    return;
  }
  if (bits === ALL_ACCESS) {
    xdr.print(" NFS_ACCESS_FULL");
    return;
  }
  const names = ACCESS_BITS.filter((_, bit) => bits & (1 << bit)).map((name) => `NFS_ACCESS_${name}`);
  if (names.length > 0) xdr.print(` ${names.join("|")}`);
}

const writeMode = (mode: number) => WRITE_MODES.get(mode) ?? `#${mode | 0}`;

/** The arguments of a call, after the handle that most begin with. */
function requestArguments(xdr: Xdr, procedure: number): void {
  const { d, v3 } = xdr;
  switch (procedure) {
    case GETATTR:
    case SETATTR:
    case READLINK:
    case FSSTAT:
    case FSINFO:
    case PATHCONF:
      xdr.handle();
      break;
    case LOOKUP:
    case CREATE:
    case MKDIR:
    case REMOVE:
    case RMDIR:
      xdr.handleAndName();
      break;
    case ACCESS:
      xdr.handle();
      access(xdr);
      break;
    case READ:
      xdr.handle();
      if (v3) xdr.print(` ${xdr.word(2)} bytes @ ${d.u64(xdr.at)}`);
      else xdr.print(` ${xdr.word(1)} bytes @ ${xdr.word(0)}`);
      break;
    case WRITE:
      xdr.handle();
      if (v3) {
        xdr.print(` ${xdr.word(4)} (${xdr.word(2)}) bytes @ ${d.u64(xdr.at)}`);
        if (xdr.verbose > 0) xdr.print(` <${writeMode(xdr.word(3))}>`);
      } else xdr.print(` ${xdr.word(3)} (${xdr.word(2)}) bytes @ ${xdr.word(1)} (${xdr.word(0)})`);
      break;
    case SYMLINK: {
      xdr.handleAndName();
      xdr.print(" ->");
      const settings = v3 ? xdr.settings() : "";
      xdr.name();
      xdr.print(settings);
      break;
    }
    case MKNOD: {
      xdr.handleAndName();
      const type = xdr.u32();
      const settings = xdr.settings();
      xdr.print(` ${FILE_TYPES.get(type) ?? `unk-ft ${type}`}`);
      if (xdr.verbose > 0 && (type === BLOCK_DEVICE || type === CHARACTER_DEVICE))
        xdr.print(` ${xdr.word(0)}/${xdr.word(1)}`);
      xdr.print(settings);
      break;
    }
    case RENAME:
      xdr.handleAndName();
      xdr.print(" ->");
      xdr.handleAndName();
      break;
    case LINK:
      xdr.handle();
      xdr.print(" ->");
      xdr.handleAndName();
      break;
    case READDIR:
    case READDIRPLUS: {
      xdr.handle();
      if (!v3 && procedure === READDIR) {
        xdr.print(` ${xdr.word(1)} bytes @ ${xdr.word(0)}`);
        break;
      }
      xdr.print(` ${xdr.word(4)} bytes @ ${BigInt.asIntN(64, d.u64(xdr.at))}`);
      if (xdr.verbose === 0) break;
      const most = procedure === READDIRPLUS ? ` max ${xdr.word(5)}` : "";
      xdr.print(`${most} verf ${hex(xdr.word(2), 8)}${hex(xdr.word(3), 8)}`);
      break;
    }
    case COMMIT:
      xdr.handle();
      xdr.print(` ${xdr.word(2)} bytes @ ${d.u64(xdr.at)}`);
      break;
  }
}

/** The procedure by version 3's numbers. */
function procedureOf(procedure: number, v3: boolean): number {
  return v3 || procedure >= OLD_PROCEDURES ? procedure : (VERSION_2[procedure] ?? NOTHING);
}

/** What `print` throws, made tcpdump's ending. */
function untilCut(xdr: Xdr, print: () => void): void {
  try {
    print();
  } catch (thrown) {
    if (thrown !== CUT && thrown !== FAILED) throw thrown;
    if (thrown === CUT && !xdr.failed) xdr.d.truncated();
  }
}

/** Writes the call of `length` bytes at `at`, after its transaction's number. Throws TRUNCATED. */
function printNfsRequest(d: Dissection, at: number, length: number, ip: number): void {
  const { out } = d;
  d.protocol = "nfs";
  out.dec(length);
  if (!d.has(at + 20, 4)) {
    d.truncated();
    return;
  }
  remember(d, at, ip);
  const v3 = d.u32(at + 16) === VERSION_3;
  const procedure = procedureOf(d.u32(at + 20), v3);
  out.str(` ${PROCEDURES.get(procedure) ?? `proc-${procedure}`}`);
  if (procedure === NULL || procedure > COMMIT) return;
  const xdr = new Xdr(d, at + 24, v3);
  untilCut(xdr, () => {
    const left = xdr.authentication(length, false);
    xdr.authentication(left, true);
    requestArguments(xdr, procedure);
  });
}

/** Attributes of a file, after the status. */
function attributesResult(xdr: Xdr, verbose: number, v3 = xdr.v3): void {
  if (!xdr.status()) xdr.attributes(verbose, v3);
}

/** A handle and attributes, as version 2 answers many calls. */
function directoryResult(xdr: Xdr): void {
  if (xdr.status()) return;
  xdr.handle(false);
  xdr.attributes(xdr.verbose, false);
}

function creationResult(xdr: Xdr): void {
  if (xdr.status()) {
    xdr.consistency();
    return;
  }
  if (xdr.u32() === 0) return;
  xdr.handle(true);
  if (xdr.verbose === 0) return;
  xdr.after();
  if (xdr.verbose > 1) {
    xdr.print(" dir attr:");
    xdr.consistency();
  }
}

function lookupResult(xdr: Xdr): void {
  if (!xdr.status()) {
    xdr.handle();
    xdr.after();
  }
  if (xdr.verbose > 1) {
    xdr.print(" post dattr:");
    xdr.after();
  }
}

function statisticsResult(xdr: Xdr): void {
  const { d, v3 } = xdr;
  if (xdr.status() && !v3) return;
  if (d.opt.quiet) return;
  if (v3) {
    if (xdr.verbose > 0) xdr.print(" POST:");
    xdr.after();
  }
  xdr.check(v3 ? 52 : 20);
  if (v3) {
    xdr.print(` tbytes ${xdr.u64()} fbytes ${xdr.u64()} abytes ${xdr.u64()}`);
    if (xdr.verbose > 0)
      xdr.print(` tfiles ${xdr.u64()} ffiles ${xdr.u64()} afiles ${xdr.u64()} invar ${xdr.u32()}`);
  } else {
    xdr.print(` tsize ${xdr.u32()} bsize ${xdr.u32()} blocks ${xdr.u32()}`);
    xdr.print(` bfree ${xdr.u32()} bavail ${xdr.u32()}`);
  }
}

/** Status and attributes of FSINFO and PATHCONF; true if they failed. */
function systemResult(xdr: Xdr): boolean {
  const failed = xdr.status();
  if (xdr.verbose > 0) xdr.print(" POST:");
  xdr.after();
  return failed;
}

function informationResult(xdr: Xdr): void {
  const { d } = xdr;
  if (systemResult(xdr)) return;
  xdr.check(48);
  const word = (index: number) => xdr.word(index);
  xdr.print(` rtmax ${word(0)} rtpref ${word(1)} wtmax ${word(3)} wtpref ${word(4)} dtpref ${word(6)}`);
  if (xdr.verbose === 0) return;
  xdr.print(` rtmult ${word(2)} wtmult ${word(5)} maxfsz ${d.u64(xdr.at + 28)}`);
  xdr.print(` delta ${word(9)}.${padded6(word(10))} `);
}

function pathResult(xdr: Xdr): void {
  if (systemResult(xdr)) return;
  xdr.check(24);
  const flags = ["notrunc", "chownres", "igncase", "keepcase"].map((name, i) =>
    xdr.word(i + 2) ? name : "",
  );
  xdr.print(` linkmax ${xdr.word(0)} namemax ${xdr.word(1)} ${flags.join(" ")}`);
}

function readDirectoryResult(xdr: Xdr, v3: boolean): void {
  const failed = xdr.status();
  if (!v3) {
    if (failed || xdr.d.opt.quiet) return;
    xdr.print(` offset 0x${hex(xdr.word(0))} size ${xdr.word(1)} `);
    if (xdr.word(2) !== 0) xdr.print(" eof");
    return;
  }
  if (xdr.verbose > 0) xdr.print(" POST:");
  xdr.after();
  if (!failed && xdr.verbose > 0) xdr.print(` verf ${hex(xdr.word(0), 8)}${hex(xdr.word(1), 8)}`);
}

function readResult(xdr: Xdr): void {
  if (!xdr.v3) {
    attributesResult(xdr, xdr.verbose, false);
    return;
  }
  const failed = xdr.status();
  xdr.after();
  if (failed || xdr.verbose === 0) return;
  xdr.print(` ${xdr.word(0)} bytes`);
  if (xdr.word(1) !== 0) xdr.print(" EOF");
}

function writeResult(xdr: Xdr): void {
  if (!xdr.v3) {
    attributesResult(xdr, xdr.verbose, false);
    return;
  }
  const failed = xdr.status();
  xdr.consistency();
  if (failed || xdr.verbose === 0) return;
  xdr.print(` ${xdr.word(0)} bytes`);
  if (xdr.verbose === 1) return;
  xdr.print(` <${writeMode(xdr.word(1))}>`);
  xdr.print(` verf ${xdr.d.u64(xdr.at + 8).toString(16)}`);
}

/** Results that are a status only in version 2, and `more` in version 3. */
function statusOr(xdr: Xdr, more: (xdr: Xdr) => void): void {
  xdr.status();
  if (xdr.v3) more(xdr);
}

function results(xdr: Xdr, procedure: number): void {
  const { v3 } = xdr;
  const shown = xdr.d.opt.quiet ? 0 : 1;
  switch (procedure) {
    case GETATTR:
      attributesResult(xdr, shown);
      break;
    case SETATTR:
      if (v3) statusOr(xdr, (x) => x.consistency());
      else attributesResult(xdr, shown, false);
      break;
    case LOOKUP:
      if (v3) lookupResult(xdr);
      else directoryResult(xdr);
      break;
    case ACCESS: {
      const failed = xdr.status();
      if (xdr.verbose > 0) xdr.print(" attr:");
      xdr.after();
      if (!failed) xdr.print(` c ${hex(xdr.u32(), 4)}`);
      break;
    }
    case READLINK:
      if (xdr.status()) break;
      if (v3) xdr.after();
      xdr.print(" ");
      xdr.name();
      break;
    case READ:
      readResult(xdr);
      break;
    case WRITE:
      writeResult(xdr);
      break;
    case CREATE:
    case MKDIR:
      if (v3) creationResult(xdr);
      else directoryResult(xdr);
      break;
    case SYMLINK:
      if (v3) creationResult(xdr);
      else xdr.status();
      break;
    case MKNOD:
      creationResult(xdr);
      break;
    case REMOVE:
    case RMDIR:
      statusOr(xdr, (x) => x.consistency());
      break;
    case RENAME:
      statusOr(xdr, (x) => {
        if (x.verbose === 0) return;
        for (const name of ["from", "to"]) {
          x.print(` ${name}:`);
          x.consistency();
        }
      });
      break;
    case LINK:
      statusOr(xdr, (x) => {
        if (x.verbose === 0) return;
        x.print(" file POST:");
        x.after();
        x.print(" dir:");
        x.consistency();
      });
      break;
    case READDIR:
      readDirectoryResult(xdr, v3);
      break;
    case READDIRPLUS:
      readDirectoryResult(xdr, true);
      break;
    case FSSTAT:
      statisticsResult(xdr);
      break;
    case FSINFO:
      informationResult(xdr);
      break;
    case PATHCONF:
      pathResult(xdr);
      break;
    case COMMIT:
      xdr.status();
      xdr.consistency();
      if (xdr.verbose > 1) xdr.print(` verf ${xdr.d.u64(xdr.at).toString(16)}`);
      break;
  }
}

/** What an accepted call answers: verifier, status, results. */
function accepted(d: Dissection, at: number, length: number, call: Call): void {
  const v3 = call.version === VERSION_3;
  const procedure = procedureOf(call.procedure, v3);
  d.out.str(` ${PROCEDURES.get(procedure) ?? `proc-${procedure}`}`);
  if (procedure === NULL || procedure > COMMIT) return;
  const xdr = new Xdr(d, at + 12, v3);
  untilCut(xdr, () => {
    const verifier = xdr.word(1);
    if (verifier >= length) throw CUT;
    xdr.at += Math.floor((verifier + 11) / 4) * 4;
    const status = xdr.u32();
    if (status !== 0) {
      xdr.print(` ${ACCEPT_ERRORS.get(status) ?? `ar_stat ${status}`}`);
      throw FAILED;
    }
    results(xdr, procedure);
  });
}

function denied(d: Dissection, at: number): void {
  const { out } = d;
  const cut = (offset: number) => {
    if (d.has(at + offset, 4)) return false;
    d.truncated();
    return true;
  };
  if (cut(12)) return;
  const reason = d.u32(at + 12);
  if (reason === 0) {
    if (cut(20)) return;
    out.str(`RPC Version mismatch (${d.u32(at + 16)}-${d.u32(at + 20)})`);
  } else if (reason === 1) {
    if (cut(16)) return;
    const why = d.u32(at + 16);
    out.str(`Auth ${AUTHENTICATION_ERRORS.get(why) ?? `Invalid failure code ${why}`}`);
  } else out.str(`Unknown reason for rejecting rpc message ${reason}`);
}

/** Writes the reply of `length` bytes at `at`, after its transaction's number. Throws TRUNCATED. */
export function printNfsReply(d: Dissection, at: number, length: number, ip: number): void {
  const { out } = d;
  d.protocol = "nfs";
  if (!d.has(at + 8, 4)) {
    d.truncated();
    return;
  }
  const status = d.u32(at + 8);
  if (status === 0) {
    out.str(`reply ok ${length}`);
    const call = recall(d, at, ip);
    if (call !== null) accepted(d, at, length, call);
  } else if (status === 1) {
    out.str(`reply ERR ${length}: `);
    denied(d, at);
  } else out.str(`reply Unknown rpc response code=${status} ${length}`);
}

/** True if there is a call to, or a reply from, the NFS port in the message at `at`. */
function isNfs(d: Dissection, at: number, sport: number, dport: number): boolean {
  if (!d.has(at + 4, 4)) return false;
  const direction = d.u32(at + 4);
  return (dport === NFS_PORT && direction === CALL) || (sport === NFS_PORT && direction === REPLY);
}

function printMessage(d: Dissection, at: number, length: number, ip: number, dport: number): void {
  const request = dport === NFS_PORT && d.u32(at + 4) === CALL;
  d.out.str(`NFS ${request ? "request" : "reply"} xid ${d.u32(at)} `);
  if (request) printNfsRequest(d, at, length, ip);
  else printNfsReply(d, at, length, ip);
}

/** Whether printNfs() has something to say about a datagram; as in PortRow. */
export function datagramIsNfs(
  d: Dissection,
  at: number,
  _length: number,
  sport: number,
  dport: number,
): boolean {
  return isNfs(d, at, sport, dport);
}

/** Writes the datagram of `length` bytes at `at`. Throws TRUNCATED. */
export function printNfs(
  d: Dissection,
  at: number,
  length: number,
  ip: number,
  _sport: number,
  dport: number,
): void {
  printMessage(d, at, length, ip, dport);
}

/** Writes the segment of `length` bytes at `at`: a fragment's length (4), and the message. Throws TRUNCATED. */
export function printNfsOverTcp(
  d: Dissection,
  at: number,
  length: number,
  ip: number,
  sport: number,
  dport: number,
): void {
  if (length < 4 || !d.has(at, 4) || !isNfs(d, at + 4, sport, dport)) return;
  const fragment = Math.min(d.u32(at) & 0x7fffffff, length - 4);
  d.out.str(": ");
  printMessage(d, at + 4, fragment, ip, dport);
}
