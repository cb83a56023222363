// What the one file runs (native/launcher) when it has unpacked itself: as start.mjs, but where the program lies is told
// by the first argument.
const { enableCompileCache } = process.getBuiltinModule("node:module");
const { join } = process.getBuiltinModule("node:path");
const [program] = process.argv.splice(2, 1);
process.argv[1] = program;
enableCompileCache({ directory: join(import.meta.dirname, "cache"), portable: true });
await import("./ptcpdump.mjs");
