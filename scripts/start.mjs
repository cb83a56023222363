// What the launcher runs (build/start.mjs): the bundle, compiled ahead. V8 takes longer to read through the source
// than for everything else a start does; `make build` runs this once, and later starts find the code in cache/.
// Not by the environment variable NODE_COMPILE_CACHE: a command after "--" would inherit it.
import { enableCompileCache } from "node:module";
import { join } from "node:path";

enableCompileCache({ directory: join(import.meta.dirname, "cache"), portable: true });
await import("./ptcpdump.mjs");
