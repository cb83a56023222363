// Captures where the kernel does not tell its types: with a file that was given, kept or fetched.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Addon } from "../../src/addon/addon.ts";
import { settingsOf } from "../../src/cli/settings.ts";
import { readOsRelease, sources } from "../../src/kernel/btf-download.ts";
import { Session } from "../../src/pipeline/session.ts";
import { ladderAddon } from "../ladder.ts";
import { folder, type Host, lonely, PTCPDUMP, privileged, type Result, webServer } from "../netns.ts";

const TYPES = readFileSync("/sys/kernel/btf/vmlinux");

/** A capture of one HTTP exchange, with switches for tests. */
async function captured(host: Host, port: number, switches: string[], ...options: string[]): Promise<Result> {
  const command = ["python3", "-c", `import urllib.request as u; u.urlopen("http://127.0.0.1:${port}/")`];
  const variable = `PTCPDUMP_TEST=${switches.join(",")}`;
  const filter = ["-n", "-i", "lo", `tcp port ${port}`, ...options, "--", ...command];
  return await host.run("env", variable, PTCPDUMP, ...filter);
}

/** The client is named in both directions, from its first packet on. */
function assertNamed({ status, stdout, stderr }: Result): void {
  assert.equal(status, 0, stderr);
  const lines = stdout.trim().split("\n");
  assert.ok(lines.length >= 8, stdout);
  assert.match(lines[0]!, / python3\.\d+ Out IP 127\.0\.0\.1\.\d+ > 127\.0\.0\.1\.\d+: Flags \[S\]/);
  const own = lines.filter((line) => / Out .* > 127\.0\.0\.1\.80:/.test(line) && !/python3/.test(line));
  assert.deepEqual(own, []);
}

test("types of a file, plain or in ELF", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  await webServer(t, host);
  const scratch = folder(t);
  const plain = join(scratch, "types");
  writeFileSync(plain, TYPES);
  const elf = join(scratch, "elf");
  execFileSync("gcc", ["-c", "-x", "c", "/dev/null", "-o", elf]);
  execFileSync("objcopy", [`--add-section=.BTF=${plain}`, elf]);
  for (const file of [plain, elf])
    for (const switches of [["no-btf"], []])
      await t.test(`${file === elf ? "ELF" : "plain"} ${switches}`, async () => {
        const result = await captured(host, 80, switches, `--kernel-btf=${file}`, "--log-level=debug");
        assertNamed(result);
        const life = /^ptcpdump: process life: (.*)$/m.exec(result.stderr)?.[1];
        assert.equal(life, switches.length > 0 ? "raw tracepoints" : "BTF tracepoints");
      });
});

test("types that are kept", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  await webServer(t, host);
  const scratch = folder(t);
  const switches = ["no-btf", `btf-folder=${scratch}`];
  writeFileSync(join(scratch, "vmlinux"), "damaged");
  writeFileSync(join(scratch, `vmlinux-${release()}`), TYPES);
  const result = await captured(host, 80, switches, "--no-download");
  assertNamed(result);
  assert.ok(
    result.stderr.includes(`ptcpdump: ${join(scratch, "vmlinux")}: it is no type information (BTF)\n`),
  );
});

test("no types at all", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  const scratch = folder(t);
  const switches = `PTCPDUMP_TEST=no-btf,btf-folder=${scratch},btf-mirror=http://127.0.0.1:81`;
  const forbidden = await host.run("env", switches, PTCPDUMP, "-i", "lo", "--no-download");
  assert.equal(forbidden.status, 1);
  assert.match(
    forbidden.stderr,
    /^ptcpdump: .* this kernel has no type information \(BTF\): --kernel-btf .*\n$/,
  );
  const unreachable = await host.run("env", switches, PTCPDUMP, "-i", "lo");
  assert.equal(unreachable.status, 1);
  assert.match(unreachable.stderr, /ECONNREFUSED.*; give a file that fits it with --kernel-btf\n$/);
  assert.deepEqual(readdirSync(scratch), []);
  const other = await host.run(PTCPDUMP, "-i", "lo", "--kernel-btf", PTCPDUMP);
  assert.equal(other.stderr, `ptcpdump: --kernel-btf ${PTCPDUMP}: it is no type information (BTF)\n`);
});

test("types that are fetched, from either source, and kept", async (t) => {
  if (!privileged(t)) return;
  const host = lonely(t);
  await webServer(t, host);
  const root = folder(t);
  const server = host.start("python3", ["-m", "http.server", "--bind", "127.0.0.1", "81"], { cwd: root });
  await server.listening(81);
  const mirrors = { openanolis: "/coolbpf", btfhub: "/btfhub" };
  const kernel = { release: release(), arch: process.arch, ...readOsRelease() };
  const [plain, packed] = sources(kernel, mirrors).map(({ url }) => join(root, decodeURIComponent(url)));
  const scratch = folder(t);
  writeFileSync(join(scratch, `${release()}.btf`), TYPES);
  execFileSync("tar", ["-C", scratch, "-cJf", join(scratch, "packed"), `${release()}.btf`], {
    env: { ...process.env, XZ_OPT: "-1" },
  });
  const files: [what: string, path: string | undefined, from: string][] = [
    ["plain", plain, join(scratch, `${release()}.btf`)],
    ["packed", packed, join(scratch, "packed")],
  ];
  for (const [what, path, from] of files) {
    if (path === undefined) {
      t.diagnostic("this system has no os-release(5)");
      continue;
    }
    await t.test(what, async () => {
      const kept = join(folder(t), "lib", "btf");
      const switches = ["no-btf", `btf-folder=${kept}`, "btf-mirror=http://127.0.0.1:81"];
      mkdirSync(join(path, ".."), { recursive: true });
      writeFileSync(path, readFileSync(from));
      const result = await captured(host, 80, switches);
      assertNamed(result);
      assert.match(result.stderr, /^ptcpdump: this kernel has no type information \(BTF\): asking http:/);
      assert.deepEqual(readFileSync(join(kept, `${release()}.btf`)), TYPES);
      // the next time nobody is asked
      renameSync(path, `${path}.away`);
      assertNamed(await captured(host, 80, switches, "--no-download"));
      assert.ok(existsSync(`${path}.away`));
    });
  }
});

test("damaged types of a module do no harm", async (t) => {
  if (!privileged(t)) return;
  // As libbpf does it: it cannot say what is wrong with a module's types before it has read them, in the load.
  const real = ladderAddon();
  const opened: string[] = [];
  let log = "";
  const addon: Addon = new Proxy(real, {
    get: (target, name, receiver) => {
      if (name === "objectOpen")
        return (bytes: Uint8Array, structures: string) => {
          opened.push(structures);
          return real.objectOpen(bytes, structures);
        };
      if (name === "objectLoad")
        return (object: Parameters<Addon["objectLoad"]>[0]) => {
          if (opened.at(-1) !== "") return real.objectLoad(object);
          log = "libbpf: failed to load module [broken]'s BTF object #7: -22\n";
          throw Object.assign(new Error("eBPF load: Invalid argument"), { code: "EINVAL" });
        };
      if (name === "libbpfLog") return () => log || real.libbpfLog();
      return Reflect.get(target, name, receiver);
    },
  });
  const said: string[] = [];
  const session: Session = new Session(
    settingsOf(["-i", "lo", "-c", "1", "udp port 9", "--log-level=debug"]),
    {
      addon,
      buildFolder: join(import.meta.dirname, "../../build"),
      program: PTCPDUMP,
      switches: {
        hidden: [],
        mapEntries: new Map(),
        btf: { hidden: false, folder: null, mirror: null, limit: null },
        attribution: true,
      },
      debug: (line) => said.push(line),
      warn: (line) => said.push(line),
      say: (line) => said.push(line),
      ready: () => session.stop(),
      version: "test",
    },
  );
  const { error } = await session.run();
  session.close();
  assert.equal(error, null);
  assert.deepEqual(opened, ["", "/sys/kernel/btf/vmlinux"]);
  assert.ok(said.some((line) => line.includes("module [broken]")));
});
