// What `make test` runs after the build: first the tests that need no kernel, then the ones that load eBPF
// (*.live.test.ts, test/e2e/ and test/attribution/), one file after the other, for there is only one kernel to load into.
//
// Where this kernel loads no eBPF, for want of rights or because it hangs in it (Linux 6.18 can, for good, once
// about a thousand programs were freed at once), the latter run in a guest: Debian's kernel in QEMU.
//
//   node scripts/test.ts [plain]     plain: only the former
import { spawn, spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const GUEST_KERNEL = "6.12";
/** How long loading one program may take, ms: an idle machine needs one. */
const PATIENCE = 30_000;

process.chdir(ROOT);
const live = [
  ...globSync("src/**/*.live.test.ts"),
  ...globSync("test/e2e/*.test.ts"),
  ...globSync("test/attribution/*.test.ts"),
].sort();
const plain = [
  ...globSync("src/**/*.test.ts"),
  ...globSync("test/*.test.ts"),
  ...globSync("test/corpus/*.test.ts"),
]
  .filter((file) => !live.includes(file))
  .sort();

/** Runs a program with our standard streams; its exit status. */
function run(command: string, args: readonly string[]): number {
  const { status, error } = spawnSync(command, args, { stdio: "inherit" });
  if (error) console.error(`test: ${error.message}`);
  return status ?? 1;
}

/** Null if this kernel loads eBPF, else why not. A child that hangs is left behind: nothing can end it. */
function whyNoEbpf(): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "ebpf.ts")], {
      stdio: ["ignore", "pipe", "ignore"],
      detached: true,
    });
    const settle = (why: string | null): void => {
      clearTimeout(timer);
      child.stdout.destroy();
      child.unref();
      resolve(why);
    };
    const timer = setTimeout(
      () => settle(`it hangs for ${PATIENCE / 1000} s in loading a program`),
      PATIENCE,
    );
    let text = "";
    child.stdout.on("data", (data: Buffer) => {
      text += data.toString();
      if (text.startsWith("yes\n")) settle(null);
      else if (text.endsWith("\n")) settle(text.trim());
    });
    child.on("exit", () => settle(text.startsWith("yes") ? null : text.trim() || "the probe failed"));
  });
}

let status = run(process.execPath, ["--test", ...plain]);
if (process.argv[2] === "plain") process.exit(status);
const why = process.env["PTCPDUMP_GUEST"] ? "PTCPDUMP_GUEST is set" : await whyNoEbpf();
if (why === null) status = run(process.execPath, ["--test", "--test-concurrency=1", ...live]) || status;
else {
  const kernel = process.env["PTCPDUMP_GUEST"] || GUEST_KERNEL;
  console.log(`live tests run in a guest with Debian's kernel ${kernel}: no eBPF on this kernel (${why})`);
  const words = ["cd", ROOT, "&&", "env", `CI=${process.env["CI"] ?? ""}`, process.execPath, "--test"];
  const command = [...words, "--test-concurrency=1", ...live].join(" ");
  status = run(join(import.meta.dirname, "guest/guest"), ["run", kernel, command]) || status;
}
process.exit(status);
