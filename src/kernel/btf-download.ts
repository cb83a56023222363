// Type information (BTF) for kernels that have none of their own, from the two places that keep it for distributions'
// kernels: OpenAnolis' coolbpf mirror (the plain file) and BTFHub's archive (a tar file in xz). Only loaded when it
// is needed.
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unpackXz, XzError } from "../bytes/xz.ts";
import { Failure, systemMessage } from "../model/failure.ts";

export const MIRRORS = {
  openanolis: "https://mirrors.openanolis.cn/coolbpf/btf",
  btfhub: "https://github.com/aquasecurity/btfhub-archive/raw/main",
};

/** How long everything together may take, ms. */
export const DOWNLOAD_LIMIT = 30_000;
/** As much as the addon reads of a file; a kernel's types are about 6 MB. */
const MOST_BYTES = 16 << 20;
const TAR_BLOCK = 512;
/** Distributions whose archive goes by major releases alone. */
const BY_MAJOR = new Set(["centos", "ol", "rhel"]);

/** Of whom types are wanted. */
export interface Kernel {
  /** uname(1) -r */
  readonly release: string;
  /** process.arch */
  readonly arch: string;
  /** ID of os-release(5); "" if unknown */
  readonly distribution: string;
  /** VERSION_ID of os-release(5); "" if unknown */
  readonly version: string;
}

export interface Download {
  readonly kernel: Kernel;
  readonly mirrors: typeof MIRRORS;
  /** Where the file is kept for the next time. */
  readonly folder: string;
  /** ms for all of it */
  readonly limit: number;
  /** Ends it early. */
  readonly signal: AbortSignal;
  /** What is wrong with a file as type information; null if nothing is. */
  readonly check: (path: string) => string | null;
  readonly say: (line: string) => void;
}

/** os-release(5)'s ID and VERSION_ID. */
export function parseOsRelease(text: string): { distribution: string; version: string } {
  const value = (name: string): string => {
    const match = new RegExp(`^${name}=(?:"([^"\\n]*)"|'([^'\\n]*)'|(\\S*))`, "m").exec(text);
    return match?.[1] ?? match?.[2] ?? match?.[3] ?? "";
  };
  return { distribution: value("ID"), version: value("VERSION_ID") };
}

/** The host's os-release(5): that of process 1, for ptcpdump may run in a container. */
export function readOsRelease(root = "/"): { distribution: string; version: string } {
  for (const path of ["proc/1/root/etc/os-release", "proc/1/root/usr/lib/os-release", "etc/os-release"])
    try {
      return parseOsRelease(readFileSync(join(root, path), "utf8"));
    } catch {
      // the next one
    }
  return { distribution: "", version: "" };
}

/** Where each source keeps the kernel's types; what comes from a file of the system is escaped. */
export function sources(
  kernel: Kernel,
  mirrors: typeof MIRRORS,
): { url: string; unpack: (bytes: Uint8Array) => Uint8Array }[] {
  const release = encodeURIComponent(kernel.release);
  const machine = kernel.arch === "x64" ? "x86_64" : "aarch64";
  const found = [
    { url: `${mirrors.openanolis}/${machine}/vmlinux-${release}`, unpack: (bytes: Uint8Array) => bytes },
  ];
  const { distribution } = kernel;
  const version = BY_MAJOR.has(distribution) ? kernel.version.replace(/\..*/, "") : kernel.version;
  if (distribution !== "" && version !== "") {
    const folder = [distribution, version, kernel.arch === "x64" ? "x86_64" : "arm64"];
    found.push({
      url: `${mirrors.btfhub}/${folder.map(encodeURIComponent).join("/")}/${release}.btf.tar.xz`,
      unpack: (bytes) => onlyFile(unpackXz(bytes, MOST_BYTES + (1 << 16)), `${kernel.release}.btf`),
    });
  }
  return found;
}

/** The bytes of the file of this name in a tar archive (ustar). Throws Error where it is not there. */
export function onlyFile(tar: Uint8Array, wanted: string): Uint8Array {
  const text = (at: number, size: number): string =>
    Buffer.from(tar.buffer, tar.byteOffset + at, size)
      .toString("latin1")
      .replace(/\0.*$/s, "");
  for (let at = 0; at + TAR_BLOCK <= tar.length; ) {
    const name = text(at, 100);
    if (name === "") break;
    const size = Number.parseInt(text(at + 124, 12).trim(), 8);
    if (!(size >= 0 && size <= tar.length - at - TAR_BLOCK)) break;
    if (name.replace(/^\.\//, "") === wanted) return tar.subarray(at + TAR_BLOCK, at + TAR_BLOCK + size);
    at += TAR_BLOCK + Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
  }
  throw new XzError(`the archive has no ${wanted}`);
}

/** The body of a successful answer, of limited size. Throws Error with the reason. */
async function fetched(url: string, signal: AbortSignal): Promise<Uint8Array> {
  // a connection that stayed open would make packets that a capture sees
  const answer = await fetch(url, { signal, headers: { connection: "close" } });
  if (!answer.ok || answer.body === null) {
    await answer.body?.cancel();
    throw new Error(answer.status === 404 ? "not there" : `status ${answer.status}`);
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body) {
    size += part.length;
    if (size > MOST_BYTES) throw new Error(`larger than ${MOST_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts, size);
}

/** Why it was not to be had: fetch puts the reason in the cause. */
function reason(error: unknown, limit: number): string {
  if ((error as Error).name === "TimeoutError") return `no answer within ${limit / 1000} s`;
  const { cause } = error as { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? (error as Error).message;
}

/**
 * Asks each source in turn; the path of the file, which is kept under the folder as RELEASE.btf.
 * @throws Failure "no-btf" that tells what each source said, or that the folder cannot be written
 */
export async function downloadBtf(download: Download): Promise<string> {
  const { kernel, folder, limit, say } = download;
  const signal = AbortSignal.any([download.signal, AbortSignal.timeout(limit)]);
  const failures: string[] = [];
  for (const { url, unpack } of sources(kernel, download.mirrors)) {
    say(`this kernel has no type information (BTF): asking ${url}`);
    let bytes: Uint8Array;
    try {
      bytes = unpack(await fetched(url, signal));
    } catch (error) {
      if (download.signal.aborted)
        throw new Failure("no-btf", "interrupted while type information was fetched");
      failures.push(`${url}: ${reason(error, limit)}`);
      if (signal.aborted) break;
      continue;
    }
    const path = join(folder, `${kernel.release}.btf`);
    const why = keep(bytes, folder, path, download.check);
    if (why === null) return path;
    failures.push(`${url}: ${why}`);
  }
  throw new Failure(
    "no-btf",
    `this kernel has no type information (BTF), and none was found: ${failures.join("; ")}; give a file that fits it with --kernel-btf`,
  );
}

/** Writes the file whole or not at all, for others may read it meanwhile; what is wrong with it, or null. */
function keep(
  bytes: Uint8Array,
  folder: string,
  path: string,
  check: (path: string) => string | null,
): string | null {
  const partial = `${path}.${randomBytes(8).toString("hex")}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    writeFileSync(partial, bytes, { mode: 0o644, flag: "wx" });
  } catch (error) {
    throw new Failure("no-btf", `${path}: the type information cannot be kept: ${systemMessage(error)}`);
  }
  try {
    const why = check(partial);
    if (why === null) renameSync(partial, path);
    return why;
  } finally {
    rmSync(partial, { force: true });
  }
}
