import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Addon } from "../addon/addon.ts";
import { type BtfSearch, btfNames, findBtf } from "./btf.ts";
import {
  type Download,
  downloadBtf,
  MIRRORS,
  onlyFile,
  parseOsRelease,
  readOsRelease,
  sources,
} from "./btf-download.ts";

const RELEASE = "5.4.0-1-generic";
/** What stands for a kernel's type information here. */
const TYPES = "types of a kernel";

/** Only what findBtf() asks: a file that contains the word "kernel" is fine. */
const addon = {
  btfTypes: (path: string) => {
    const text = readFileSync(path, "utf8");
    if (!text.includes("types"))
      throw Object.assign(new Error(`${path}: Invalid argument`), { code: "EINVAL" });
    return [text.includes("kernel") ? 1 : 0];
  },
} as unknown as Addon;

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "ptcpdump-btf-"));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

const search = (change: Partial<BtfSearch>): BtfSearch => ({
  given: null,
  folder: "/nowhere",
  release: RELEASE,
  hidden: true,
  warn: () => {},
  ...change,
});

test("files are looked for in order, and what is no type information is told of", (t) => {
  const path = folder(t);
  assert.equal(findBtf(addon, search({ folder: path })), null);
  const names = btfNames(RELEASE);
  assert.deepEqual(names, ["vmlinux", "vmlinux-5.4.0-1-generic", "5.4.0-1-generic.btf"]);
  for (const name of names.toReversed()) {
    writeFileSync(join(path, name), TYPES);
    const file = join(path, name);
    assert.deepEqual(findBtf(addon, search({ folder: path })), { path: file, own: false, structures: file });
  }
  const warnings: string[] = [];
  writeFileSync(join(path, "vmlinux"), "something else");
  writeFileSync(join(path, names[1]!), "types of a program");
  const found = findBtf(addon, search({ folder: path, warn: (line) => warnings.push(line) }));
  assert.equal(found?.path, join(path, names[2]!));
  assert.deepEqual(warnings, [
    `${join(path, "vmlinux")}: it is no type information (BTF)`,
    `${join(path, names[1]!)}: it does not have the types of a kernel`,
  ]);
});

test("a file that is given has to be one", (t) => {
  const path = join(folder(t), "given");
  const given = search({ given: path });
  assert.throws(() => findBtf(addon, given), { code: "btf", message: /given: No such file or directory/ });
  writeFileSync(path, "something else");
  assert.throws(() => findBtf(addon, given), { code: "btf", message: /given: it is no type information/ });
  writeFileSync(path, TYPES);
  assert.deepEqual(findBtf(addon, given), { path, own: false, structures: path });
});

test("a file that is given tells of structures, the kernel's own of what can be traced", (t) => {
  if (!existsSync("/sys/kernel/btf/vmlinux")) return t.skip("this kernel has no BTF");
  const path = join(folder(t), "given");
  writeFileSync(path, TYPES);
  const own = { path: "/sys/kernel/btf/vmlinux", own: true };
  assert.deepEqual(findBtf(addon, search({ hidden: false })), { ...own, structures: "" });
  assert.deepEqual(findBtf(addon, search({ hidden: false, given: path })), { ...own, structures: path });
});

test("os-release(5)", (t) => {
  assert.deepEqual(parseOsRelease('NAME="A B"\nID=ubuntu\nVERSION_ID="20.04"\n'), {
    distribution: "ubuntu",
    version: "20.04",
  });
  assert.deepEqual(parseOsRelease("VERSION_ID='2'\nID=\"amzn\"\nID_LIKE=x"), {
    distribution: "amzn",
    version: "2",
  });
  assert.deepEqual(parseOsRelease("NAME=x\nVERSION_ID_LIKE=3"), { distribution: "", version: "" });
  const root = folder(t);
  assert.deepEqual(readOsRelease(root), { distribution: "", version: "" });
  mkdirSync(join(root, "etc"));
  writeFileSync(join(root, "etc/os-release"), "ID=debian\nVERSION_ID=10\n");
  assert.equal(readOsRelease(root).distribution, "debian");
  // a container's own is not the host's
  mkdirSync(join(root, "proc/1/root/usr/lib"), { recursive: true });
  writeFileSync(join(root, "proc/1/root/usr/lib/os-release"), "ID=centos\nVERSION_ID=7\n");
  assert.equal(readOsRelease(root).distribution, "centos");
});

test("where each source has a kernel's types", () => {
  const urls = (arch: string, release: string, distribution: string, version: string) =>
    sources({ arch, release, distribution, version }, MIRRORS).map(({ url }) => url);
  const openanolis = "https://mirrors.openanolis.cn/coolbpf/btf";
  const btfhub = "https://github.com/aquasecurity/btfhub-archive/raw/main";
  assert.deepEqual(urls("x64", "4.19.91-21.al7.x86_64", "alinux", "2.1903"), [
    `${openanolis}/x86_64/vmlinux-4.19.91-21.al7.x86_64`,
    `${btfhub}/alinux/2.1903/x86_64/4.19.91-21.al7.x86_64.btf.tar.xz`,
  ]);
  assert.deepEqual(urls("arm64", "4.14.101-91.76.amzn2.aarch64", "amzn", "2"), [
    `${openanolis}/aarch64/vmlinux-4.14.101-91.76.amzn2.aarch64`,
    `${btfhub}/amzn/2/arm64/4.14.101-91.76.amzn2.aarch64.btf.tar.xz`,
  ]);
  assert.equal(urls("x64", "r", "centos", "7.9")[1], `${btfhub}/centos/7/x86_64/r.btf.tar.xz`);
  assert.equal(urls("x64", "r", "ubuntu", "18.04")[1], `${btfhub}/ubuntu/18.04/x86_64/r.btf.tar.xz`);
  assert.equal(urls("x64", "r", "../..", "..?#")[1], `${btfhub}/..%2F../..%3F%23/x86_64/r.btf.tar.xz`);
  assert.equal(urls("x64", "r", "", "").length, 1);
});

/** A tar archive with one file, made by tar(1). */
function archive(t: TestContext, name: string, text: string): Buffer {
  const path = folder(t);
  writeFileSync(join(path, name), text);
  return spawnSync("tar", ["-C", path, "-c", `./${name}`]).stdout;
}

test("a file is found in an archive", (t) => {
  const tar = archive(t, "a.btf", TYPES);
  assert.equal(Buffer.from(onlyFile(tar, "a.btf")).toString(), TYPES);
  assert.throws(() => onlyFile(tar, "b.btf"), /has no b.btf/);
  assert.throws(() => onlyFile(tar.subarray(0, 520), "a.btf"), /has no a.btf/);
  assert.throws(() => onlyFile(new Uint8Array(7), "a.btf"), /has no a.btf/);
});

/** A server that stands for both sources; what it is asked goes into `asked`. */
async function mirror(
  t: TestContext,
  answers: Record<string, Buffer | number>,
): Promise<{ mirrors: typeof MIRRORS; asked: string[] }> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const answer = answers[request.url ?? ""] ?? 404;
    if (answer === 0) return; // no answer at all
    if (typeof answer === "number") response.writeHead(answer).end();
    else response.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { mirrors: { openanolis: `${base}/coolbpf`, btfhub: `${base}/btfhub` }, asked };
}

const PLAIN = `/coolbpf/x86_64/vmlinux-${RELEASE}`;
const PACKED = `/btfhub/ubuntu/20.04/x86_64/${RELEASE}.btf.tar.xz`;

function download(path: string, mirrors: typeof MIRRORS, change: Partial<Download> = {}): Promise<string> {
  return downloadBtf({
    kernel: { release: RELEASE, arch: "x64", distribution: "ubuntu", version: "20.04" },
    mirrors,
    folder: join(path, "btf"),
    limit: 5000,
    signal: new AbortController().signal,
    check: (file) => (readFileSync(file, "utf8") === TYPES ? null : "it is no type information (BTF)"),
    say: () => {},
    ...change,
  });
}

const packed = (t: TestContext): Buffer =>
  spawnSync("xz", ["-c"], { input: archive(t, `${RELEASE}.btf`, TYPES) }).stdout;

test("the first source that has it is enough", async (t) => {
  const { mirrors, asked } = await mirror(t, { [PLAIN]: Buffer.from(TYPES) });
  const path = folder(t);
  const said: string[] = [];
  const file = await download(path, mirrors, { say: (line) => said.push(line) });
  assert.equal(file, join(path, "btf", `${RELEASE}.btf`));
  assert.equal(readFileSync(file, "utf8"), TYPES);
  assert.deepEqual(readdirSync(join(path, "btf")), [`${RELEASE}.btf`]);
  assert.deepEqual(asked, [PLAIN]);
  assert.equal(said.length, 1);
});

test("the second has it packed", async (t) => {
  const { mirrors, asked } = await mirror(t, { [PLAIN]: Buffer.from("no types"), [PACKED]: packed(t) });
  const path = folder(t);
  assert.equal(readFileSync(await download(path, mirrors), "utf8"), TYPES);
  assert.deepEqual(asked, [PLAIN, PACKED]);
});

test("a wrong checksum, a wrong status and nothing of the kind are told, and nothing is kept", async (t) => {
  const bytes = packed(t);
  // the last byte of the block's check, before index and footer
  const index = bytes.readUInt32LE(bytes.length - 8) * 4 + 4;
  bytes[bytes.length - 12 - index - 1]! ^= 1;
  const { mirrors } = await mirror(t, { [PLAIN]: 500, [PACKED]: bytes });
  const path = folder(t);
  await assert.rejects(download(path, mirrors), (error: Error & { code: string }) => {
    assert.equal(error.code, "no-btf");
    assert.match(
      error.message,
      /vmlinux-5\.4\.0-1-generic: status 500; .*\.btf\.tar\.xz: its checksum is wrong; /,
    );
    return true;
  });
  assert.ok(!existsSync(join(path, "btf")));
  const absent = await mirror(t, { [PACKED]: spawnSync("xz", { input: archive(t, "x.btf", TYPES) }).stdout });
  await assert.rejects(
    download(path, absent.mirrors),
    /generic: not there; .*: the archive has no 5.4.0-1-generic.btf;/,
  );
  const other = await mirror(t, { [PLAIN]: Buffer.from("<html>") });
  await assert.rejects(
    download(path, other.mirrors),
    /generic: it is no type information \(BTF\); .*not there/,
  );
  assert.deepEqual(readdirSync(join(path, "btf")), []);
});

test("a server that is not there, or does not answer, is not waited for longer than the limit", async (t) => {
  const path = folder(t);
  const nobody = { openanolis: "http://127.0.0.1:1/a", btfhub: "http://127.0.0.1:1/b" };
  await assert.rejects(download(path, nobody), /(ECONNREFUSED|bad port)/);
  const { mirrors, asked } = await mirror(t, { [PLAIN]: 0 });
  await assert.rejects(download(path, mirrors, { limit: 200 }), /generic: no answer within 0\.2 s/);
  assert.deepEqual(asked, [PLAIN]);
});

test("what is larger than any kernel's types is not read to its end", async (t) => {
  const { mirrors } = await mirror(t, { [PLAIN]: Buffer.alloc((16 << 20) + 1) });
  await assert.rejects(download(folder(t), mirrors), /larger than 16777216 bytes/);
});

test("it can be interrupted", async (t) => {
  const { mirrors } = await mirror(t, { [PLAIN]: 0 });
  const stop = new AbortController();
  const waiting = download(folder(t), mirrors, {
    signal: stop.signal,
    say: () => setTimeout(() => stop.abort(), 50),
  });
  await assert.rejects(waiting, /interrupted/);
});

test("a folder that cannot be written is told of", async (t) => {
  const { mirrors } = await mirror(t, { [PLAIN]: Buffer.from(TYPES) });
  const path = folder(t);
  writeFileSync(join(path, "btf"), "a file in the way");
  await assert.rejects(
    download(path, mirrors),
    /5\.4\.0-1-generic\.btf: the type information cannot be kept: /,
  );
});
