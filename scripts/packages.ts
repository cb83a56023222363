// Makes packages of the one file: node scripts/packages.ts FILE FOLDER [ARCH]
//
//   FOLDER/ptcpdump_VERSION_ARCH.deb          Debian's, with man page and completions
//   FOLDER/ptcpdump-VERSION-linux-ARCH.tgz    npm's, which compiles and downloads nothing
//   FOLDER/ptcpdump-VERSION-image-ARCH.tar    a container image from nothing, for docker load, podman load, ctr images import
//
// The same inputs give the same packages, byte by byte.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { gzipSync } from "node:zlib";

const ROOT = join(import.meta.dirname, "..");
const BUILD = join(ROOT, "build");

const [program, target, arch = process.arch] = process.argv.slice(2);
if (program === undefined || target === undefined)
  throw new Error("usage: node scripts/packages.ts FILE FOLDER [ARCH]");
/** As Debian and container images call it. */
const ARCHITECTURE = arch === "x64" ? "amd64" : arch;
const folder = resolve(target);
const { version, description, license } = JSON.parse(
  readFileSync(join(ROOT, "package.json"), "utf8"),
) as Record<"version" | "description" | "license", string>;

function run(cwd: string, command: string, ...args: string[]): string {
  const env = { ...process.env, SOURCE_DATE_EPOCH: "0", LC_ALL: "C" };
  return execFileSync(command, args, { cwd, encoding: "utf8", env, stdio: ["ignore", "pipe", "pipe"] });
}

/** Puts a file into a tree, with the folders that it needs, whatever the umask. */
function place(from: string | Buffer, to: string, mode = 0o644): void {
  mkdirSync(dirname(to), { recursive: true, mode: 0o755 });
  if (typeof from === "string") copyFileSync(from, to);
  else writeFileSync(to, from);
  chmodSync(to, mode);
}

function debian(tree: string): string {
  place(program!, join(tree, "usr/bin/ptcpdump"), 0o755);
  const page = gzipSync(readFileSync(join(BUILD, "ptcpdump.1")), { level: 9 });
  place(page, join(tree, "usr/share/man/man1/ptcpdump.1.gz"));
  cpSync(join(BUILD, "completions"), join(tree, "usr/share"), { recursive: true });
  const documents = join(tree, "usr/share/doc/ptcpdump");
  place(join(ROOT, "LICENSE"), join(documents, "copyright"));
  place(`${program}.spdx.json`, join(documents, "sbom.spdx.json"));
  place(join(ROOT, "README.md"), join(documents, "README.md"));
  const control = `Package: ptcpdump
Version: ${version}
Architecture: ${ARCHITECTURE}
Maintainer: the ptcpdump authors <ptcpdump@localhost>
Section: net
Priority: optional
Installed-Size: ${Math.ceil(Number(run(tree, "du", "-sk", "--apparent-size", ".").split("\t")[0]))}
Description: ${description.replace(/^A /, "")}
 It takes tcpdump's options and filters and prints what tcpdump prints, and
 beside it who sent or received each packet.
`;
  place(Buffer.from(control), join(tree, "DEBIAN/control"));
  // what the program has unpacked
  const remove = '#!/bin/sh\nset -e\n[ "$1" = upgrade ] || rm -rf /var/cache/ptcpdump\n';
  place(Buffer.from(remove), join(tree, "DEBIAN/postrm"), 0o755);
  mkdirSync(join(tree, "var/cache/ptcpdump"), { recursive: true });
  run(tree, "find", ".", "-type", "d", "-exec", "chmod", "0755", "{}", "+");
  chmodSync(join(tree, "var/cache/ptcpdump"), 0o700);
  const file = join(folder, `ptcpdump_${version}_${ARCHITECTURE}.deb`);
  // not compressed, for the program is
  run(tree, "dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, file);
  return file;
}

function npm(tree: string): string {
  const name = `bin/ptcpdump-linux-${arch}`;
  place(program!, join(tree, name), 0o755);
  for (const file of ["LICENSE", "README.md"]) place(join(ROOT, file), join(tree, file));
  place(`${program}.spdx.json`, join(tree, "sbom.spdx.json"));
  place(join(BUILD, "ptcpdump.1"), join(tree, "man/ptcpdump.1"));
  const manifest = {
    name: "ptcpdump",
    version,
    description,
    license,
    os: ["linux"],
    cpu: [arch],
    bin: { ptcpdump: name },
    man: ["man/ptcpdump.1"],
    files: ["bin", "man", "sbom.spdx.json"],
  };
  place(Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`), join(tree, "package.json"));
  const made = run(tree, "npm", "pack", "--silent", "--ignore-scripts").trim();
  const file = join(folder, `ptcpdump-${version}-linux-${arch}.tgz`);
  renameSync(join(tree, made), file);
  return file;
}

/** tar(1) that writes the same bytes for the same tree. */
function tar(tree: string, file: string, ...names: string[]): void {
  const order = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--format=ustar"];
  run(tree, "tar", ...order, "-cf", file, ...names);
}

/** An image in OCI's layout, with the manifest that `docker load` reads beside it. */
function image(tree: string): string {
  const root = join(tree, "root");
  place(program!, join(root, "ptcpdump"), 0o755);
  // what it unpacks itself into
  mkdirSync(join(root, "var/cache/ptcpdump"), { recursive: true, mode: 0o755 });
  chmodSync(join(root, "var/cache/ptcpdump"), 0o700);
  mkdirSync(join(root, "tmp"));
  chmodSync(join(root, "tmp"), 0o1777);
  const layout = join(tree, "layout");
  const blobs = join(layout, "blobs/sha256");
  mkdirSync(blobs, { recursive: true });
  const blob = (bytes: Buffer): { digest: string; size: number; path: string } => {
    const hash = createHash("sha256").update(bytes).digest("hex");
    writeFileSync(join(blobs, hash), bytes);
    return { digest: `sha256:${hash}`, size: bytes.length, path: `blobs/sha256/${hash}` };
  };
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  const layerFile = join(tree, "layer");
  tar(root, layerFile, "ptcpdump", "tmp", "var");
  const layer = blob(readFileSync(layerFile));
  const config = blob(
    json({
      architecture: ARCHITECTURE,
      os: "linux",
      created: "1970-01-01T00:00:00Z",
      config: { Entrypoint: ["/ptcpdump"], Labels: { "org.opencontainers.image.version": version } },
      rootfs: { type: "layers", diff_ids: [layer.digest] },
      history: [{ created: "1970-01-01T00:00:00Z", comment: "the one file" }],
    }),
  );
  const OCI = "application/vnd.oci.image";
  const described = ({ digest, size }: { digest: string; size: number }, mediaType: string) => ({
    mediaType,
    digest,
    size,
  });
  const manifest = blob(
    json({
      schemaVersion: 2,
      mediaType: `${OCI}.manifest.v1+json`,
      config: described(config, `${OCI}.config.v1+json`),
      layers: [described(layer, `${OCI}.layer.v1.tar`)],
    }),
  );
  const index = {
    schemaVersion: 2,
    mediaType: `${OCI}.index.v1+json`,
    manifests: [
      {
        ...described(manifest, `${OCI}.manifest.v1+json`),
        platform: { architecture: ARCHITECTURE, os: "linux" },
        annotations: {
          "io.containerd.image.name": `docker.io/library/ptcpdump:${version}`,
          "org.opencontainers.image.ref.name": version,
        },
      },
    ],
  };
  writeFileSync(join(layout, "index.json"), json(index));
  writeFileSync(join(layout, "oci-layout"), json({ imageLayoutVersion: "1.0.0" }));
  const loaded = [{ Config: config.path, RepoTags: [`ptcpdump:${version}`], Layers: [layer.path] }];
  writeFileSync(join(layout, "manifest.json"), json(loaded));
  const file = join(folder, `ptcpdump-${version}-image-${ARCHITECTURE}.tar`);
  tar(layout, file, "oci-layout", "index.json", "manifest.json", "blobs");
  return file;
}

mkdirSync(folder, { recursive: true });
for (const make of [debian, npm, image]) {
  const tree = mkdtempSync(join(tmpdir(), "ptcpdump-package-"));
  chmodSync(tree, 0o755);
  try {
    const file = make(tree);
    console.log(`  ${file}: ${(statSync(file).size / 1e6).toFixed(1)} MB`);
  } finally {
    rmSync(tree, { recursive: true });
  }
}
