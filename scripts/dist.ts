// Makes the one file: node scripts/dist.ts FILE [LEVEL [ARCH]]
//
// Behind the launcher an archive with Node, the shared libraries that it needs, the addon, the bundle and the eBPF
// objects, and the licences and versions of all that (SPDX). The same sources and packages give the same file, byte by
// byte. LEVEL is zstd's: 19 unless told. ARCH is x64 or arm64; what belongs to it lies in build/ARCH (make dist-parts).
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { debianPackage, linkedLibraries, type Part, partsOfBundle, spdx } from "./sbom.ts";

const ROOT = join(import.meta.dirname, "..");
const BUILD = join(ROOT, "build");
/** As native/launcher/launcher.c has it. */
const MAGIC = "ptcpdump archive";
const WINDOW_LOG = 27;
const ID_SIZE = 32;
/** The loader goes by this name, which is the process's, too. */
const LOADER = "ptcpdump";

const [file, level = "19", arch = process.arch] = process.argv.slice(2);
if (file === undefined) throw new Error("usage: node scripts/dist.ts FILE [LEVEL [ARCH]]");
/** Debian's packages for it, unpacked (scripts/debian), what scripts/libraries made, and what was compiled with both. */
const DEBIAN = join(BUILD, arch, "root");
const LIBRARIES = join(BUILD, arch, "libraries");
const PARTS = join(BUILD, arch, "parts");
const NODE = join(arch === process.arch ? ROOT : PARTS, `node_modules/node-linux-${arch}`);
/** Where shared libraries lie in Debian's tree. */
const FOLDERS = [arch === "x64" ? "x86_64" : "aarch64"].flatMap((machine) => [
  `/lib/${machine}-linux-gnu`,
  `/usr/lib/${machine}-linux-gnu`,
]);
const STRIP = arch === process.arch ? "strip" : `${arch === "x64" ? "x86_64" : "aarch64"}-linux-gnu-strip`;
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } });
}

/** The shared libraries that these files need, by the names that they are asked for; the loader among them. */
function libraries(...files: string[]): Map<string, string> {
  const found = new Map<string, string>();
  // whatever machine a file is for
  for (const each of files)
    for (const [, name] of run("readelf", "-d", each).matchAll(/\(NEEDED\).*\[(.*)\]/g)) {
      if (found.has(name!)) continue;
      const path = FOLDERS.map((folder) => `${folder}/${name}`).find((path) =>
        existsSync(join(DEBIAN, path)),
      );
      if (path === undefined) throw new Error(`${each} needs ${name}, which is not in ${DEBIAN}`);
      found.set(name!, path);
      files.push(join(DEBIAN, path));
    }
  return found;
}

/** A path within Debian's tree without links. */
function within(path: string): string {
  return realpathSync(join(DEBIAN, path)).slice(realpathSync(DEBIAN).length);
}

const staging = mkdtempSync(join(tmpdir(), "ptcpdump-dist-"));
try {
  const parts: Part[] = [
    {
      name: "ptcpdump",
      version,
      licence: "MIT",
      texts: [join(ROOT, "LICENSE"), join(ROOT, "bpf/LICENSE")],
    },
  ];
  const tree = join(staging, "tree");
  for (const folder of ["", "lib", "build", "build/chunks", "licences"]) mkdirSync(join(tree, folder));
  const place = (from: string, to: string, mode = 0o600): void => {
    copyFileSync(from, join(tree, to));
    chmodSync(join(tree, to), mode);
  };

  place(join(NODE, "bin/node"), "node", 0o700);
  run(STRIP, "--strip-all", join(tree, "node"));
  parts.push({
    name: "Node.js",
    version: process.versions.node,
    licence: "MIT",
    texts: [join(NODE, "LICENSE")],
    contains: Object.entries(process.versions).map(([name, value]) => `${name} ${value}`),
  });

  for (const [name, path] of libraries(join(NODE, "bin/node"), join(PARTS, "build/ptcpdump.node"))) {
    place(join(DEBIAN, path), name.startsWith("ld-linux") ? LOADER : `lib/${name}`, 0o700);
    parts.push(debianPackage(DEBIAN, within(path)));
  }
  parts.push(...linkedLibraries(LIBRARIES));

  for (const name of readdirSync(join(PARTS, "build")))
    if (/^ptcpdump\.node$|\.bpf\.o$/.test(name)) place(join(PARTS, "build", name), `build/${name}`);
  place(join(BUILD, "ptcpdump.mjs"), "build/ptcpdump.mjs");
  for (const name of readdirSync(join(BUILD, "chunks")))
    if (name.endsWith(".mjs")) place(join(BUILD, "chunks", name), `build/chunks/${name}`);
  place(join(ROOT, "scripts/unpacked.mjs"), "build/unpacked.mjs");
  // V8 compiles on the host, at the first start: what it makes of the same source is never quite the same
  parts.push(...partsOfBundle(join(BUILD, "meta.json"), join(ROOT, "node_modules")));
  // the launcher's
  for (const name of ["libzstd.a", "libc.a"]) parts.push(debianPackage(DEBIAN, `${FOLDERS[1]}/${name}`));

  const unique = [...new Map(parts.map((part) => [part.name, part])).values()];
  for (const { name, texts } of unique)
    for (const text of texts)
      if (existsSync(text)) {
        const to = join(tree, "licences", `${name.replaceAll("/", "+")}${texts.indexOf(text) || ""}`);
        copyFileSync(text, to);
        chmodSync(to, 0o600);
      } else throw new Error(`${text}: ${name}'s licence is not there`);
  const sbom = `${JSON.stringify(spdx(version, arch, unique), null, 1)}\n`;
  writeFileSync(join(tree, "build/sbom.spdx.json"), sbom);

  const archive = join(staging, "archive");
  const order = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--format=ustar"];
  run("tar", ...order, "--mode=go-rwx", "-C", tree, "-cf", `${archive}.tar`, ...readdirSync(tree).sort());
  // one thread: how several divide the work is not laid down
  const window = `--long=${WINDOW_LOG}`;
  run("zstd", "-q", `-${level}`, window, "-T1", "--check", `${archive}.tar`, "-o", `${archive}.zst`);
  const packed = readFileSync(`${archive}.zst`);
  const trailer = Buffer.alloc(MAGIC.length + 8 + ID_SIZE);
  trailer.write(MAGIC, "latin1");
  trailer.writeBigUInt64LE(BigInt(packed.length), MAGIC.length);
  trailer.write(
    createHash("sha256").update(packed).digest("hex").slice(0, ID_SIZE),
    MAGIC.length + 8,
    "latin1",
  );
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true });
  writeFileSync(file, Buffer.concat([readFileSync(join(PARTS, "build/launcher")), packed, trailer]), {
    mode: 0o755,
  });
  writeFileSync(`${file}.spdx.json`, sbom);
  const megabytes = (size: number): string => `${(size / 1e6).toFixed(1)} MB`;
  console.log(
    `  ${file}: ${megabytes(statSync(file).size)}, unpacked ${megabytes(statSync(`${archive}.tar`).size)}`,
  );
} finally {
  rmSync(staging, { recursive: true });
}
