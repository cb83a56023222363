// Makes the one file: node scripts/dist.ts FILE [LEVEL]
//
// Behind the launcher (build/launcher) an archive with Node, the shared libraries that it and the addon need, the bundle
// and the eBPF objects, and the licences and versions of all that (SPDX). The same sources and packages give the same
// file, byte by byte. LEVEL is zstd's: 19 unless told.
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
import { basename, dirname, join } from "node:path";
import { debianPackage, type Part, partsOfBundle, spdx } from "./sbom.ts";

const ROOT = join(import.meta.dirname, "..");
const BUILD = join(ROOT, "build");
/** As native/launcher/launcher.c has it. */
const MAGIC = "ptcpdump archive";
const WINDOW_LOG = 27;
const ID_SIZE = 32;
/** The loader goes by this name, which is the process's, too. */
const LOADER = "ptcpdump";

const [file, level = "19"] = process.argv.slice(2);
if (file === undefined) throw new Error("usage: node scripts/dist.ts FILE [LEVEL]");
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } });
}

/** The shared libraries that these files need, by the names that they are asked for; the loader among them. */
function libraries(...files: string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of run("ldd", ...files).split("\n")) {
    if (/not found/.test(line)) throw new Error(`ldd: ${line.trim()}`);
    const [, name, path] = /^\s+(?:(\S+) => )?(\/\S+) \(0x/.exec(line) ?? [];
    if (path !== undefined) found.set(basename(name ?? path), path);
  }
  return found;
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

  place(process.execPath, "node", 0o700);
  run("strip", "--strip-all", join(tree, "node"));
  const node = join(dirname(dirname(process.execPath)), "LICENSE");
  parts.push({
    name: "Node.js",
    version: process.versions.node,
    licence: "MIT",
    texts: [node],
    contains: Object.entries(process.versions).map(([name, value]) => `${name} ${value}`),
  });

  const addon = join(BUILD, "ptcpdump.node");
  for (const [name, path] of libraries(process.execPath, addon)) {
    place(realpathSync(path), name.startsWith("ld-linux") ? LOADER : `lib/${name}`, 0o700);
    parts.push(debianPackage(name, path));
  }

  for (const name of readdirSync(BUILD))
    if (/^ptcpdump\.(mjs|node)$|\.bpf\.o$/.test(name)) place(join(BUILD, name), `build/${name}`);
  for (const name of readdirSync(join(BUILD, "chunks")))
    if (name.endsWith(".mjs")) place(join(BUILD, "chunks", name), `build/chunks/${name}`);
  place(join(ROOT, "scripts/unpacked.mjs"), "build/unpacked.mjs");
  // V8 compiles on the host, at the first start: what it makes of the same source is never quite the same
  parts.push(...partsOfBundle(join(BUILD, "meta.json"), join(ROOT, "node_modules")));
  parts.push(debianPackage("zstd", run("gcc", "-print-file-name=libzstd.a").trim()));
  parts.push(debianPackage("libc", run("gcc", "-print-file-name=libc.a").trim()));

  const unique = [...new Map(parts.map((part) => [part.name, part])).values()];
  for (const { name, texts } of unique)
    for (const text of texts)
      if (existsSync(text)) {
        const to = join(tree, "licences", `${name.replaceAll("/", "+")}${texts.indexOf(text) || ""}`);
        copyFileSync(text, to);
        chmodSync(to, 0o600);
      } else throw new Error(`${text}: ${name}'s licence is not there`);
  const sbom = `${JSON.stringify(spdx(version, process.arch, unique), null, 1)}\n`;
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
  writeFileSync(file, Buffer.concat([readFileSync(join(BUILD, "launcher")), packed, trailer]), {
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
