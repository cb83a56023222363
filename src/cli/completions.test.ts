import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { bashCompletion, fishCompletion, zshCompletion } from "./completions.ts";
import { OPTIONS } from "./options.ts";

const scratch = mkdtempSync(join(tmpdir(), "ptcpdump-completions-"));
process.on("exit", () => rmSync(scratch, { recursive: true }));
const files = {
  bash: join(scratch, "bash"),
  zsh: join(scratch, "_ptcpdump"),
  fish: join(scratch, "ptcpdump.fish"),
};
writeFileSync(files.bash, bashCompletion());
writeFileSync(files.zsh, zshCompletion());
writeFileSync(files.fish, fishCompletion());
writeFileSync(join(scratch, "a file.pcapng"), "");

const SPELLINGS = OPTIONS.flatMap(({ short, long }) => [
  ...(short === undefined ? [] : [`-${short}`]),
  ...long.map((name) => `--${name}`),
]);

function output(shell: string, args: readonly string[]): string[] {
  const { status, stdout, stderr } = spawnSync(shell, args, {
    encoding: "utf8",
    cwd: scratch,
    env: { PATH: process.env["PATH"], HOME: scratch, TERM: "dumb", LC_ALL: "C.UTF-8" },
  });
  assert.equal(status, 0, stderr);
  assert.equal(stderr, "");
  return stdout.split("\n").filter((line) => line !== "");
}

/** Bash's words, as it breaks them where there is a "=". */
function bash(...words: string[]): string[] {
  const script = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ptcpdump; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return output("bash", ["--norc", "-c", script, "bash", files.bash, "ptcpdump", ...words]);
}

test("bash offers every option", () => {
  assert.deepEqual(bash("-").sort(), SPELLINGS.toSorted());
  for (const spelling of SPELLINGS) assert.ok(bash("-n", spelling).includes(spelling), spelling);
  assert.deepEqual(bash("--kernel"), ["--kernel-btf"]);
  assert.deepEqual(bash("tcp"), []);
});

test("bash offers what an argument can be", () => {
  assert.ok(bash("-i", "").includes("lo"));
  assert.ok(bash("--interface", "=").includes("any"));
  assert.deepEqual(bash("--log-level", "=", "de"), ["debug"]);
  assert.deepEqual(bash("--log-level", "w"), ["warn"]);
  assert.deepEqual(bash("-T", "vx"), ["vxlan"]);
  assert.deepEqual(bash("--context", "process,us"), ["process,user"]);
  assert.deepEqual(bash("-r", "a"), ["a file.pcapng"]);
  assert.ok(bash("--pid", "").includes("1"));
  assert.deepEqual(bash("-c", "1"), []);
});

test("bash runs nothing that a process is called by", (t) => {
  const name = "$(touch x)";
  copyFileSync("/bin/sleep", join(scratch, name));
  chmodSync(join(scratch, name), 0o755);
  const process = spawn(join(scratch, name), ["60"], { cwd: scratch });
  t.after(() => process.kill());
  assert.deepEqual(bash("--pname", "$(to"), ["\\$\\(touch\\ x\\)"]);
  assert.ok(!existsSync(join(scratch, "x")));
});

test("bash leaves a command after -- to others", () => {
  assert.ok(bash("-i", "lo", "--", "prin").includes("printf"));
  assert.deepEqual(bash("--", "cat", "a"), ["a file.pcapng"]);
  assert.deepEqual(bash("--", "cat", "-"), []);
});

/** True where the shell is installed, which tests of `make test` need: else the test is skipped. */
function installed(t: TestContext, shell: string): boolean {
  if (spawnSync(shell, ["-c", "true"]).status === 0) return true;
  if (process.env["CI"]) throw new Error(`needs ${shell}`);
  t.skip(`${shell} is not installed`);
  return false;
}

test("zsh is told every option", (t) => {
  if (!installed(t, "zsh")) return;
  const script = `_arguments() { print -rl -- "$@" }; words=(ptcpdump -); CURRENT=2; source ${files.zsh}`;
  const specs = output("zsh", ["-f", "-c", script]);
  const told = specs.flatMap((spec) => /^\*(--?[^=+[]+)/.exec(spec)?.[1]?.replace("\\", "") ?? []);
  assert.deepEqual(told.sort(), SPELLINGS.toSorted());
  assert.ok(
    specs.includes(
      '*--direction=[Only packets that go "in" or "out", as the interface sees it]:direction:(in out inout)',
    ),
    specs.join("\n"),
  );
  assert.ok(specs.includes("*-n[Don't convert addresses, ports and the like to names]"));
});

test("zsh itself understands what it is told", (t) => {
  if (!installed(t, "zsh")) return;
  // a terminal of zsh's own, for completion works in one only
  const script = `
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1= fpath=(${scratch} \\$fpath); autoload -Uz compinit; compinit -u -d ${scratch}/dump; stty -echo 2>/dev/null; LISTMAX=9999; setopt no_list_beep; print re''ady"
zpty -r -m shell line '*ready*'
zpty -w -n shell $'ptcpdump --kernel-\\t'
zpty -r -m shell line '*--kernel-btf*' && print -r -- completed
zpty -d shell`;
  assert.deepEqual(output("timeout", ["30", "zsh", "-f", "-c", script]), ["completed"]);
});

/** The words that fish offers, without their explanations. */
const fish = (line: string): string[] =>
  output("fish", ["--no-config", "-c", `source ${files.fish}; complete -C ${JSON.stringify(line)}`]).map(
    (offer) => offer.split("\t")[0]!,
  );

test("fish offers every option, and what an argument can be", (t) => {
  if (!installed(t, "fish")) return;
  const offered = new Set([...fish("ptcpdump -"), ...fish("ptcpdump --")]);
  assert.deepEqual(
    SPELLINGS.filter((spelling) => !offered.has(spelling)),
    [],
  );
  assert.deepEqual(fish("ptcpdump --log-level d"), ["debug"]);
  assert.ok(fish("ptcpdump -i ").includes("lo"));
  assert.ok(fish("ptcpdump -r a").some((name) => name.includes("file.pcapng")));
  assert.ok(fish("ptcpdump -i lo -- prin").includes("printf"));
});
