// What the one file has in it: names, versions, licences and where they come from, as SPDX 2.3 (spdx.dev).
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { basename, join } from "node:path";

export interface Part {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly licence: string;
  /** Files with the licence's text. */
  readonly texts: readonly string[];
  /** What it has in it itself, for a comment. */
  readonly contains?: readonly string[];
  /** Debian's source package and its version, from which the same can be built again. */
  readonly source?: string;
  /** SHA-256 of the file as it was taken over. */
  readonly sha256?: string;
}

/** Licences of Debian's packages: their own files tell them in prose. A package that is missing here stops the build. */
const LICENCES: Readonly<Record<string, string>> = {
  libatomic1: "GPL-3.0-or-later WITH GCC-exception-3.1",
  libbpf1: "LGPL-2.1-only OR BSD-2-Clause",
  libc6: "LGPL-2.1-or-later",
  "libc6-dev": "LGPL-2.1-or-later",
  libcap2: "BSD-3-Clause OR GPL-2.0-only",
  "libdbus-1-3": "AFL-2.1 OR GPL-2.0-or-later",
  libelf1: "GPL-2.0-or-later OR LGPL-3.0-or-later",
  "libgcc-s1": "GPL-3.0-or-later WITH GCC-exception-3.1",
  libgcrypt20: "LGPL-2.1-or-later",
  "libgpg-error0": "LGPL-2.1-or-later",
  "liblz4-1": "BSD-2-Clause",
  liblzma5: "0BSD",
  "libpcap0.8": "BSD-3-Clause",
  "libstdc++6": "GPL-3.0-or-later WITH GCC-exception-3.1",
  libsystemd0: "LGPL-2.1-or-later",
  libzstd1: "BSD-3-Clause",
  "libzstd-dev": "BSD-3-Clause",
  zlib1g: "Zlib",
};

function query(...args: string[]): string {
  return execFileSync("dpkg-query", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
}

/** The package that a library's file belongs to. */
function owner(path: string): string {
  const real = realpathSync(path);
  // dpkg knows files by the paths in their packages, which may go through /lib or /usr/lib
  for (const each of [real, path, real.replace(/^\/usr/, ""), `/usr${path}`, path.replace(/^\/usr/, "")])
    try {
      return query("-S", each).replace(/: .*/s, "").replace(/:.*/s, "");
    } catch {
      // not by this one
    }
  throw new Error(`${path}: no package has it`);
}

/** A library of Debian's. */
export function debianPackage(name: string, path: string): Part {
  const known = owner(path);
  const licence = LICENCES[known];
  if (licence === undefined) throw new Error(`${name}: ${known} has no licence in scripts/sbom.ts`);
  // dpkg-query's fields, as in ${Version}
  const field = (name: string): string => query("-W", "-f", `\${${name}}`, `${known}:${architecture()}`);
  return {
    name: known,
    version: field("Version"),
    licence,
    texts: [join("/usr/share/doc", known, "copyright")],
    source: `${field("source:Package")} ${field("source:Version")}`,
    sha256: createHash("sha256").update(readFileSync(path)).digest("hex"),
  };
}

let debianArchitecture = "";
function architecture(): string {
  debianArchitecture ||= execFileSync("dpkg", ["--print-architecture"], { encoding: "utf8" }).trim();
  return debianArchitecture;
}

/** The npm packages that the bundle was made of. @param meta what esbuild tells of it (--metafile) */
export function partsOfBundle(meta: string, modules: string): Part[] {
  const { inputs } = JSON.parse(readFileSync(meta, "utf8")) as { inputs: Record<string, unknown> };
  const names = new Set<string>();
  for (const input of Object.keys(inputs)) {
    const name = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
    if (name !== undefined) names.add(name);
  }
  return [...names].sort().map((name) => {
    const folder = join(modules, name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
      version: string;
      license?: string;
    };
    if (license === undefined) throw new Error(`${name}: its package tells no licence`);
    const text = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
    if (text === undefined || !existsSync(join(folder, text))) throw new Error(`${name}: no licence's text`);
    return { name, version, licence: license, texts: [join(folder, text)] };
  });
}

/** The document. It has no date of its own: what is the same is told in the same way. */
export function spdx(version: string, arch: string, parts: readonly Part[]): object {
  const id = (name: string): string => `SPDXRef-${name.replace(/[^A-Za-z0-9.-]+/g, "-")}`;
  return {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name: `ptcpdump-${version}-linux-${arch}`,
    documentNamespace: `urn:ptcpdump:${version}:linux-${arch}:${createHash("sha256")
      .update(JSON.stringify(parts.map(({ texts: _, ...part }) => part)))
      .digest("hex")}`,
    creationInfo: { created: "1970-01-01T00:00:00Z", creators: [`Tool: ${basename(import.meta.filename)}`] },
    packages: parts.map(({ name, version, licence, contains, source, sha256 }) => ({
      name,
      SPDXID: id(name),
      versionInfo: version,
      downloadLocation: "NOASSERTION",
      filesAnalyzed: false,
      licenseConcluded: licence,
      licenseDeclared: licence,
      copyrightText: "NOASSERTION",
      ...(sha256 === undefined ? {} : { comment: `SHA-256 of its file: ${sha256}` }),
      ...(source === undefined ? {} : { sourceInfo: `Debian source package ${source}` }),
      ...(contains === undefined ? {} : { comment: `with ${contains.join(", ")}` }),
    })),
    relationships: [
      {
        spdxElementId: "SPDXRef-DOCUMENT",
        relationshipType: "DESCRIBES",
        relatedSpdxElement: id("ptcpdump"),
      },
      ...parts
        .filter(({ name }) => name !== "ptcpdump")
        .map(({ name }) => ({
          spdxElementId: id("ptcpdump"),
          relationshipType: "CONTAINS",
          relatedSpdxElement: id(name),
        })),
    ],
  };
}
