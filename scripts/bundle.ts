// Bundles src/main.ts to build/ptcpdump.mjs; what only some captures need is in chunks of its own, loaded when it is
// needed. The version goes in:
//
//   node scripts/bundle.ts VERSION
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const ROOT = join(import.meta.dirname, "..");
const BUILD = join(ROOT, "build");

/**
 * The code with Node's own modules asked for by getBuiltinModule(). An import of one makes a module of all that it has
 * to export, and looking at that loads streams and promises for node:fs: five milliseconds of every start.
 */
function withoutImportsOfNode(code: string): string {
  const asked = code.replace(
    /^import \{([^}]*)\} from "(node:[\w/]+)";$/gm,
    (_all, names: string, module: string) =>
      `const {${names.replaceAll(" as ", ": ")}} = process.getBuiltinModule("${module}");`,
  );
  const left = /^import .* from "node:.*$/m.exec(asked);
  if (left !== null) throw new Error(`only names can be imported of Node's own modules: ${left[0]}`);
  return asked;
}

const [, , version] = process.argv;
if (version === undefined) throw new Error("usage: node scripts/bundle.ts VERSION");
rmSync(join(BUILD, "chunks"), { recursive: true, force: true });
const { outputFiles, metafile } = await build({
  metafile: true,
  absWorkingDir: ROOT,
  entryPoints: { ptcpdump: "src/main.ts" },
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node26",
  sourcemap: "linked",
  splitting: true,
  define: { PTCPDUMP_VERSION: JSON.stringify(version) },
  // what gRPC's library would load to read descriptions in files, of which there are none
  external: ["@grpc/proto-loader"],
  banner: {
    js: 'const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);',
  },
  chunkNames: "chunks/[name]-[hash]",
  outExtension: { ".js": ".mjs" },
  outdir: BUILD,
  logLevel: "warning",
  write: false,
});
// what it was made of, for scripts/sbom.ts
writeFileSync(join(BUILD, "meta.json"), JSON.stringify(metafile));
mkdirSync(join(BUILD, "chunks"), { recursive: true });
for (const { path, text } of outputFiles)
  writeFileSync(path, path.endsWith(".mjs") ? withoutImportsOfNode(text) : text);
