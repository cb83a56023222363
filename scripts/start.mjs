// What the launcher runs (build/start.mjs): the bundle, compiled ahead. V8 takes longer to read through the source
// than for everything else a start does; `make build` runs this once, and later starts find the code in cache/.
// Not by the environment variable NODE_COMPILE_CACHE: a command after "--" would inherit it.

// Asked for and not imported, as in the bundle (scripts/bundle.ts).
const { enableCompileCache } = process.getBuiltinModule("node:module");
const { join } = process.getBuiltinModule("node:path");
enableCompileCache({ directory: join(import.meta.dirname, "cache"), portable: true });
await import("./ptcpdump.mjs");
