// What the one file has in it: names, versions, licences and where they come from, as SPDX 2.3 (spdx.dev).
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
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
  /** SHA-256 of the file as it was taken over, or of the source's description (.dsc). */
  readonly sha256?: string;
}

/** Licences of Debian's packages: their own files tell them in prose. A package that is missing here stops the build. */
const LICENCES: Readonly<Record<string, string>> = {
  elfutils: "GPL-2.0-or-later OR LGPL-3.0-or-later",
  libatomic1: "GPL-3.0-or-later WITH GCC-exception-3.1",
  libbpf: "LGPL-2.1-only OR BSD-2-Clause",
  libc6: "LGPL-2.1-or-later",
  "libc6-dev": "LGPL-2.1-or-later",
  "libgcc-s1": "GPL-3.0-or-later WITH GCC-exception-3.1",
  libpcap: "BSD-3-Clause",
  "libstdc++6": "GPL-3.0-or-later WITH GCC-exception-3.1",
  "libzstd-dev": "BSD-3-Clause",
  zlib: "Zlib",
};

function licenceOf(name: string): string {
  const licence = LICENCES[name];
  if (licence === undefined) throw new Error(`${name} has no licence in scripts/sbom.ts`);
  return licence;
}

function lines(file: string): string[][] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(" "));
}

/** The package that has a library, in a tree of scripts/debian's. @param path within the tree */
export function debianPackage(tree: string, path: string): Part {
  // in a package a path may begin with /lib or with /usr/lib
  const plain = (text: string): string => text.replace(/^\/usr\//, "/");
  const name = lines(join(tree, "contents")).find(([, file]) => plain(file!) === plain(path))?.[0];
  const known = lines(join(tree, "packages")).find(([each]) => each === name);
  if (known === undefined) throw new Error(`${path}: no package has it`);
  const [, version, source, sourceVersion] = known;
  return {
    name: name!,
    version: version!,
    licence: licenceOf(name!),
    texts: [join(tree, "usr/share/doc", name!, "copyright")],
    source: `${source} ${sourceVersion}`,
    sha256: createHash("sha256")
      .update(readFileSync(join(tree, path)))
      .digest("hex"),
  };
}

/** What scripts/libraries compiled into the addon. */
export function linkedLibraries(folder: string): Part[] {
  return lines(join(folder, "parts")).map(([name, version, sha256, text]) => ({
    name: name!,
    version: version!,
    licence: licenceOf(name!),
    texts: [text!],
    source: `${name} ${version}`,
    sha256: sha256!,
  }));
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
      ...(sha256 === undefined ? {} : { comment: `SHA-256: ${sha256}` }),
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
