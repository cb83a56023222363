import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { ProcessFilter } from "../model/settings.ts";
import { Choice } from "./choice.ts";
import { Bytes, ElfFile, Unreadable } from "./elf.ts";
import { keyLogLine, Remembered, type Secret } from "./keylog.ts";
import { findingOf, mayHaveTls } from "./libraries.ts";
import { parseMaps } from "./mapped.ts";
import { librariesNamed, programsNamed } from "./named.ts";
import { callsIn } from "./rustls.ts";
import { Values } from "./values.ts";
import {
  allCalledWith,
  calledWith,
  calledWithNumber,
  calls,
  FIFTH,
  lengthOf,
  pairCopied,
  passesOnTo,
  placeIndexed,
  placeTaken,
  reads,
} from "./x86.ts";

const scratch = mkdtempSync(join(tmpdir(), "ptcpdump-secrets-"));
process.on("exit", () => rmSync(scratch, { recursive: true }));

const hex = (text: string) => new Bytes(Buffer.from(text.replaceAll(/\s/g, ""), "hex"));

const whole = (buffer: Buffer, address: number, fixed = false) => ({
  bytes: new Bytes(buffer),
  address,
  fixed,
});

test("where a function finds what it returns", () => {
  // as compilers wrote SSL_get_client_random and gnutls_session_get_random
  const cases: Record<string, [string, ReturnType<typeof placeTaken>]> = {
    "lea rsi, [rdi+0x160]": [
      "4889f1 b820000000 4885d2 745a 4839c2 488db760010000 90",
      { pointer: null, offset: 0x160 },
    ],
    "a copy, then add rax, 0x188": [
      "55 4889e5 4156 53 4885ff 7454 4889f8 8b0f 85c9 4805 88010000 4889f7",
      { pointer: null, offset: 0x188 },
    ],
    "a pointer first": ["488b87a8000000 488db0b8000000 90909090", { pointer: 0xa8, offset: 0xb8 }],
    "a pointer first, then add rax, 0x30": ["488b4730 4883c030 4889f7", { pointer: 0x30, offset: 0x30 }],
    "lea rax, [rdi+0x50]": ["4885f6 740e 488d4750 c7460820000000 488906", { pointer: null, offset: 0x50 }],
    "another register": ["488d8e60010000 c3 909090909090", null],
    "an offset that is none": ["488d87ffffff7f c3 909090909090", null],
    nothing: ["c3", null],
  };
  for (const [name, [code, place]] of Object.entries(cases))
    assert.deepEqual(placeTaken(hex(code)), place, name);
});

test("the function that is called with the labels", () => {
  const labels = new Map([
    [0x9000, "CLIENT_RANDOM"],
    [0x9100, "EXPORTER_SECRET"],
  ]);
  const base = 0x1000;
  const code = Buffer.alloc(0x200, 0x90);
  const call = (at: number, label: number, target: number) => {
    code.set([0x48, 0x8d, 0x35], at);
    code.writeInt32LE(label - (base + at + 7), at + 3);
    code.set([0x48, 0x89, 0xdf, 0xe8], at + 7);
    code.writeInt32LE(target - (base + at + 15), at + 11);
  };
  call(0, 0x9000, 0x1180);
  assert.equal(calledWith(whole(code, base), labels), null, "one label is no evidence");
  call(0x40, 0x9100, 0x1180);
  assert.equal(calledWith(whole(code, base), labels), 0x1180);
  call(0x80, 0x9000, 0x11c0);
  assert.equal(calledWith(whole(code, base), labels), 0x1180);
  call(0xc0, 0x9100, 0x11c0);
  assert.equal(calledWith(whole(code, base), labels), null, "two are as likely");
});

test("labels by their addresses, in a program that is not moved", () => {
  // mov esi, 0x29000; call 0x401020; mov esi, 0x29100; call 0x401020
  const code = hex(`be00900200 e8 16000000 be00910200 e8 0c000000 ${"90".repeat(64)}`).buffer;
  const labels = new Map([
    [0x29000, "CLIENT_RANDOM"],
    [0x29100, "EXPORTER_SECRET"],
  ]);
  assert.equal(calledWith(whole(code, 0x401000, true), labels), 0x401020);
  assert.equal(calledWith(whole(code, 0x401000), labels), null);
});

test("where a function reads bytes one by one", () => {
  const cases: Record<string, [string, ReturnType<typeof placeIndexed>]> = {
    // as clang wrote BoringSSL's ssl_log_secret: mov rbx, rdi; mov r12, [rbx+0x30]; movzx edx, byte [r12+rax+0x30]
    "a pointer's": ["4889fb 4c8b6330 488d7da0 410fb6540430 90", { pointer: 0x30, offset: 0x30 }],
    "of the first argument itself": ["488b4730 0fb6540830 90", { pointer: 0x30, offset: 0x30 }],
    "another pointer's": ["4c8b6330 410fb6540430 90", null],
    "no pointer": ["4889fb 410fb6540430 90", null],
    nothing: ["", null],
  };
  for (const [name, [code, place]] of Object.entries(cases))
    assert.deepEqual(placeIndexed(hex(code)), place, name);
});

test("NSS: a label as the fifth argument, and the functions that are called in turn", () => {
  // lea r8, [rip+…]; mov rdi, rbx; call 0x1040, twice; there: lea rsi, [rip+…]; call 0x1060
  const code = hex(`4c8d05 f98f0000 4889df e8 31000000 90
    4c8d05 e9900000 4889df e8 21000000 ${"90".repeat(33)}
    488d35 b98f0000 e8 14000000 ${"90".repeat(60)}`);
  const labels = new Map([
    [0xa000, "CLIENT_RANDOM"],
    [0xa100, "EXPORTER_SECRET"],
  ]);
  const text = whole(code.buffer, 0x1000);
  assert.equal(calledWith(text, labels, FIFTH), 0x1040);
  assert.equal(calledWith(text, labels), null);
  assert.deepEqual(
    allCalledWith(text, labels).map(({ address }) => address),
    [0x1060],
  );
  assert.ok(calls(new Bytes(code.buffer.subarray(0x40)), 0x1040, 0x1060));
  assert.ok(!calls(new Bytes(code.buffer.subarray(0x40)), 0x1040, 0x1064));
  assert.ok(!calls(hex("9090e800"), 0x1000, 0x1007));
});

test("NSS: the functions that are called with a number, most often first", () => {
  // mov esi, …; mov rdi, rbx; call …: three that call the first, four that call the second, two that call the third
  const calls = [0x1100, 0x1110, 0x1100, 0x1120, 0x1110, 0x1100, 0x1110, 0x1110, 0x1120];
  const code = Buffer.alloc(0x200, 0x90);
  for (const [i, target] of calls.entries()) {
    code.set([0xbe, 0x11, 0, 0, 0, 0x48, 0x89, 0xdf, 0xe8], i * 13);
    code.writeInt32LE(target - (0x1000 + i * 13 + 13), i * 13 + 9);
  }
  const text = whole(code, 0x1000);
  assert.deepEqual(calledWithNumber(text, 0x11), [0x1110, 0x1100]);
  assert.deepEqual(calledWithNumber(text, 0x12), []);
});

test("NSS: what a function reads, passes on and copies", () => {
  // sftk_forceAttribute, as gcc and clang begin it
  const forces = ["4889fb 8b7f20 85ff 7400 48837b3000", "837f2000 0f848c000000 4c8b4730 4d85c0"];
  for (const force of forces)
    for (const [displacement, wide, found] of [
      [0x20, false, true],
      [0x30, true, true],
      [0x20, true, false],
      [0x30, false, false],
      [0x18, true, false],
    ] as const)
      assert.equal(reads(hex(force), displacement, wide), found, `${force} ${displacement} ${wide}`);
  const first: Record<string, number | null> = {
    "53 4889fb e8 37feffff 4885c0": 0x1000 + 9 - 0x1c9,
    "f30f1efa 4156 53 4883ec08 4989fe e8 00000000": 0x1013,
    "53 4889f3 e8 37feffff 4885c0": null,
    "53 4889fb e8": null,
    "": null,
  };
  for (const [code, target] of Object.entries(first))
    assert.equal(passesOnTo(hex(code), 0x1000), target, code);
  const copies: Record<string, number | null> = {
    // as gcc does it: movdqu xmm, [r12+…]
    "f3410f6f842420060000 410f114500 f3410f6f8c2430060000 f3410f6f942400060000 f3410f6f9c2410060000 90": 0x620,
    // as clang does it: movups xmm, [rdi+…]
    "0f108738060000 0f108f48060000 0f114810 0f1100 0f108718060000 0f108f28060000 9090": 0x638,
    "0f108718060000 0f108f28060000 0f108738060000 0f108f48060000 9090": 0x618,
    "0f108738060000 0f108f48060000 0f108718060000 0f108f30060000 9090": null,
    "0f108738060000 0f108f48060000 9090": null,
    "0f1087": null,
    "": null,
  };
  for (const [code, place] of Object.entries(copies)) assert.equal(pairCopied(hex(code)), place, code);
});

test("the length of an instruction", () => {
  const lengths: Record<string, number> = {
    "55": 1,
    "4158": 2,
    "6a20": 2,
    "6800010000": 5,
    "41b820000000": 6,
    "48b80000000000000000": 10,
    "4c89f1": 3,
    "488b4720": 4,
    "488d3511223344": 7,
    "48c7042430000000": 8,
    "4c8d8d98feffff": 7,
    "488b0c2511223344": 8,
    "4a8b34e8": 4,
    "0f108718060000": 7,
    "410fb6540430": 6,
    "4883ec08": 4,
    "4881ec88000000": 7,
    ff5520: 3,
    "41ff5220": 4,
    ffd5: 2,
    // call rel32, ret, jmp, dec: not of those
    e800000000: 0,
    c3: 0,
    ffe0: 0,
    ffc8: 0,
    "": 0,
  };
  for (const [code, length] of Object.entries(lengths))
    assert.equal(lengthOf(hex(code).buffer, 0), length, code);
});

test("rustls: the calls that tell secrets, and the tests of whether they are told", () => {
  const label = 0x9000;
  const found = (text: string) => {
    const { told, asked } = callsIn(whole(hex(text).buffer, 0x1000), new Set([label]));
    const places = [told, asked.map(({ address }) => address)];
    return places.map((addresses) => addresses.map((address) => address - 0x1000));
  };
  // TLS 1.2, as three compilers wrote it: lea rsi, [rip+label]; 13; 32; the call
  const lea = (at: number) => {
    const bytes = Buffer.from([0x48, 0x8d, 0x35, 0, 0, 0, 0]);
    bytes.writeInt32LE(label - (0x1000 + at + 7), 3);
    return bytes.toString("hex");
  };
  assert.deepEqual(found(`${lea(0)} ba0d000000 41b820000000 ffd5 90`), [[18], []]);
  assert.deepEqual(found(`${lea(0)} 6a0d5a 6a204158 6a30 41ff5220 90`), [[16], []]);
  assert.deepEqual(found(`${lea(0)} 6a0d5a 6a204158 4c89e1 4c8d8d98feffff ff5020 90`), [[24], []]);
  // TLS 1.3: call will_log; test al, al; je; … log
  const asking = "ff5528 84c0 7426 4c8b6d30 4c89f7";
  const telling = "48891424 6a204158 4889df 4c89e6 4c89fa 4c89e9 4989c1 ff5520 9090909090";
  assert.deepEqual(found(`${asking} ${telling} 90`), [[37], [3]]);
  // another label, no label, another call between, a test that leads elsewhere, of what was not called, or none
  assert.deepEqual(found(`${lea(1)} ba0d000000 41b820000000 ffd5 90`), [[], []]);
  assert.deepEqual(found("ba0d000000 41b820000000 ffd5 90"), [[], []]);
  assert.deepEqual(found(`${lea(0)} ba0d000000 41b820000000 e800000000 ffd5 90`), [[], []]);
  assert.deepEqual(found(`${asking.replace("7426", "7402")} ${telling}`), [[], []]);
  assert.deepEqual(found(`${asking.replace("ff5528", "909090")} ${telling}`), [[], []]);
  assert.deepEqual(found(telling), [[], []]);
  // a byte that looks like a prefix is the end of the instruction before
  assert.deepEqual(found(`${lea(0)} 41b820000000 6a41 ff5020 90`), [[15], []]);
  assert.deepEqual(found("41b820000000 ff"), [[], []]);
});

test("rustls: what would be told, where it is not", () => {
  const told = (text: string) =>
    callsIn(whole(hex(text).buffer, 0x1000), new Set()).asked.map((one) => one.told);
  const at = (register: number, first: number, second: number | null = null) => ({ register, first, second });
  // as compilers wrote derive_logged_secret of rustls 0.23, from the call of will_log on
  const inlined = `ff942410010000 84c0 743b 488bb424c0000000 4883fe41 737a
    488b8c2418010000 488b842408010000 48893424 4c8d8c2480000000 41b820000000 4c89f7 4c89fe 4c89e2 ffd0 90`;
  assert.deepEqual(told(inlined), [
    {
      label: at(15, 0),
      labelLen: at(12, 0),
      random: at(4, 0x118, 0),
      secret: at(4, 0x80),
      secretLen: at(4, 0xc0, 0),
    },
  ]);
  const asRef = "90909090 554889e5 488b7740 488d1500000000 5de900000000 9090";
  const calling = (distance: string, function_: string) =>
    `ff5528 84c0 7426 4c8b6d30 4c89f7 e8${distance}000000 48891424 6a204158 4889df 4c89e6 4c89fa 4c89e9 4989c1 ff5520
    ${function_}`;
  // OkmBlock::as_ref, which begins four bytes behind the last call
  assert.deepEqual(told(calling("1e", asRef)), [
    {
      label: at(12, 0),
      labelLen: at(15, 0),
      random: at(5, 0x30, 0),
      secret: at(14, 0),
      secretLen: at(14, 0x40, 0),
    },
  ]);
  // another function: nothing is known of what it returns
  assert.deepEqual(told(calling("1e", asRef.replace("7740", "7748"))), [null]);
  assert.deepEqual(told(calling("7f", asRef)), [null]);
});

test("what registers hold", () => {
  const after = (text: string) => {
    const { buffer } = hex(text);
    const values = new Values(buffer, () => null);
    return values.follow(0, buffer.length) ? values : null;
  };
  const at = (register: number, first: number, second: number | null = null) => ({ register, first, second });
  const rax: Record<string, ReturnType<Values["register"]>> = {
    "4889d8": at(3, 0), // mov rax, rbx
    "488b4308": at(3, 8, 0), // mov rax, [rbx+8]
    "488b4308 4883c010": at(3, 8, 0x10), // … add rax, 16
    "488b4308 488b00": null, // … mov rax, [rax]: further than is told
    "488d4424f8": at(4, -8), // lea rax, [rsp-8]
    "488d0500000000": null, // lea rax, [rip]
    "488d0403": null, // lea rax, [rbx+rax]
    "89d8": null, // mov eax, ebx
    "0fb6c3": null, // movzx eax, bl
    "31c0": null, // xor eax, eax
    b820000000: null, // mov eax, 32
    "53 4154 58 58": at(3, 0), // push rbx; push r12; pop rax; pop rax
    "6a20 58": null, // push 32; pop rax
    "4883ec10 48895c2408 488b442408": at(3, 0), // sub rsp, 16; mov [rsp+8], rbx; mov rax, [rsp+8]
    "4883ec10 488b442418": at(4, 8, 0), // … mov rax, [rsp+24]
    "4883fb41 7310 4889d8": at(3, 0), // cmp rbx, 65; jae; mov rax, rbx
    "e800000000 4889d8": at(3, 0), // call; mov rax, rbx
    "e800000000 4889f8": null, // call; mov rax, rdi
    "e800000000 488b4308": null, // call; mov rax, [rbx+8]
  };
  for (const [code, value] of Object.entries(rax)) {
    const values = after(code);
    assert.ok(values, code);
    assert.deepEqual(values.register(0), value, code);
  }
  for (const code of ["c3", "4889", "0f0b", "e80000"]) assert.equal(after(code), null, code);
});

test("files that are mapped as code, once each", () => {
  const text = [
    "55d0c0000000-55d0c0001000 r--p 00000000 08:01 11                         /usr/bin/curl",
    "55d0c0001000-55d0c0002000 r-xp 00001000 08:01 11                         /usr/bin/curl",
    "7f0000000000-7f0000001000 r-xp 00000000 08:01 22                         /lib/a file\\012.so (deleted)",
    "7f0000001000-7f0000002000 r-xp 00000000 08:01 22                         /lib/a file\\012.so (deleted)",
    "7f0000003000-7f0000004000 rw-p 00000000 08:01 33                         /lib/data",
    "7ffc00000000-7ffc00001000 r-xp 00000000 00:00 0                          [vdso]",
  ].join("\n");
  assert.deepEqual(parseMaps(text, "/proc/1"), [
    {
      path: "/usr/bin/curl",
      key: "08:01 11",
      ways: ["/proc/1/map_files/55d0c0001000-55d0c0002000", "/proc/1/root/usr/bin/curl"],
    },
    {
      path: "/lib/a file\n.so",
      key: "08:01 22",
      ways: ["/proc/1/map_files/7f0000000000-7f0000001000", "/proc/1/root/lib/a file\n.so"],
    },
  ]);
});

test("the programs that a command names", () => {
  const path = (name: string) => join(scratch, name);
  const make = (name: string, text: string) => writeFileSync(path(name), text);
  make("tool", "\x7fELF");
  make("other", "\x7fELF");
  make("run.sh", "#!/bin/interpreter\nX=1 tool --flag 'a' && echo\n");
  make("interpreter", "");
  const named = (...command: string[]) => programsNamed(command, `/nowhere:${scratch}`);
  assert.deepEqual(named("tool", "-x", "8.8.8.8"), [path("tool")]);
  assert.deepEqual(named("sh", "-c", `X=$(other); exec ${path("tool")} >/dev/null`), [
    path("other"),
    path("tool"),
  ]);
  assert.deepEqual(named("run.sh"), [path("run.sh"), path("tool")]);
  assert.deepEqual(named("", "/dev/zero", scratch, "none"), []);
});

test("the libraries that a program brings of its own", () => {
  // a program needs liba.so by a folder beside it, that one libb.so by LD_LIBRARY_PATH, and that one both
  const [bin, own, other] = ["bin", "own", "others"].map((name) => join(scratch, name));
  for (const folder of [bin, own, other]) mkdirSync(folder!);
  const file = (libraries: readonly string[], folders: string) => {
    const strings = Buffer.from(`\0.dynamic\0.dynstr\0${folders}\0${libraries.join("\0")}\0`);
    const at = (text: string) => BigInt(strings.indexOf(`\0${text}\0`) + 1);
    const entries = [...libraries.map((name) => [1n, at(name)]), [29n, at(folders)], [0n, 0n]] as const;
    const bytes = Buffer.alloc(1024);
    bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
    bytes.writeBigUInt64LE(64n, 32); // program headers: none
    bytes.writeUInt16LE(56, 54);
    bytes.writeBigUInt64LE(64n, 40); // section headers
    bytes.writeUInt16LE(64, 58);
    bytes.writeUInt16LE(2, 60);
    const section = (index: number, type: number, offset: number, size: number) => {
      bytes.writeUInt32LE(type, 64 + index * 64 + 4);
      bytes.writeBigUInt64LE(BigInt(offset), 64 + index * 64 + 24);
      bytes.writeBigUInt64LE(BigInt(size), 64 + index * 64 + 32);
    };
    section(0, 3, 512, strings.length); // .dynstr, and the names of sections
    section(1, 6, 256, entries.length * 16); // .dynamic; its strings are section 0
    for (const [i, [tag, value]] of entries.entries()) {
      bytes.writeBigUInt64LE(tag!, 256 + i * 16);
      bytes.writeBigUInt64LE(value!, 256 + i * 16 + 8);
    }
    strings.copy(bytes, 512);
    return bytes;
  };
  writeFileSync(join(bin!, "program"), file(["libc.so.6", "liba.so"], "$ORIGIN/../own:relative"));
  writeFileSync(join(own!, "liba.so"), file(["libb.so"], "/nowhere"));
  writeFileSync(join(other!, "libb.so"), file(["liba.so", "libb.so"], own!));
  const found = librariesNamed(join(bin!, "program"), other!);
  assert.deepEqual(found.sort(), [join(bin!, "../own/liba.so"), join(other!, "libb.so")].sort());
  assert.deepEqual(librariesNamed(join(bin!, "program"), ""), [join(own!, "liba.so")]);
  assert.deepEqual(librariesNamed(join(scratch, "run.sh"), other!), []);
  assert.deepEqual(librariesNamed("/nowhere/at/all", other!), []);
});

test("libraries that are worth a look, by name", () => {
  for (const path of [
    "/usr/lib/libssl.so.3",
    "/x/libgnutls.so.30",
    "/x/libssl3.so",
    "/x/libsoftokn3.so",
    "/x/_ssl.cpython-311.so",
    "/x/libpython3.11.so",
  ])
    assert.ok(mayHaveTls(path), path);
  for (const path of ["/lib/libc.so.6", "/home/ssl/libm.so"]) assert.ok(!mayHaveTls(path), path);
});

const SECRET: Secret = {
  pid: 1,
  uid: 0,
  chosen: true,
  name: "x",
  label: "",
  labelAddress: 0,
  random: Uint8Array.of(1, 2),
  secret: Uint8Array.of(0xab),
};

test("lines of a key log", () => {
  assert.equal(keyLogLine("CLIENT_RANDOM", SECRET), "CLIENT_RANDOM 0102 ab\n");
  for (const label of ["", "x", "A B", "A\nB", "\x1b[1m"])
    assert.equal(keyLogLine(label, SECRET), null, label);
});

test("a line is told once, and what is remembered is bounded", () => {
  const remembered = new Remembered();
  assert.deepEqual([remembered.isNew("a"), remembered.isNew("a")], [true, false]);
  for (let i = 0; i < 5000; i++) remembered.isNew(String(i));
  assert.ok(remembered.isNew("a"));
});

test("whose secrets are wanted", () => {
  const none: ProcessFilter = {
    pids: [],
    names: [],
    uids: [],
    containers: { ids: [], names: [], pods: [] },
    followForks: false,
  };
  const who = { pid: 4194305, uid: 7, chosen: false, name: "curl" };
  const wants = (filter: Partial<ProcessFilter>, any = false, change = {}) =>
    new Choice(any, { ...none, ...filter }, (pid) => pid === who.pid).wants({ ...who, ...change });
  assert.ok(!wants({}));
  assert.ok(wants({}, true));
  assert.ok(wants({}, false, { chosen: true }));
  assert.ok(wants({ names: ["wget", "curl"] }));
  assert.ok(!wants({ names: ["cur"] }));
  assert.ok(wants({ uids: [7] }));
  assert.ok(!wants({ uids: [0] }));
  assert.ok(wants({ containers: { ids: ["c"], names: [], pods: [] } }));
});

/** A finding, or that the file is not readable as a program. */
function looked(bytes: Uint8Array): void {
  const path = join(scratch, "mutant");
  writeFileSync(path, bytes);
  const fd = openSync(path, "r");
  try {
    findingOf(new ElfFile(fd));
  } catch (error) {
    assert.ok(error instanceof Unreadable, String(error));
  } finally {
    closeSync(fd);
  }
}

test("no file that is damaged does harm", () => {
  // the headers of real programs: sections and segments far behind are cut off
  const originals = [
    "/bin/true",
    "/usr/lib/x86_64-linux-gnu/libssl3.so",
    "/usr/lib/x86_64-linux-gnu/libsoftokn3.so",
    "/usr/bin/bssl-tool",
  ]
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path));
  let seed = 12345;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % below;
  };
  for (let round = 0; round < 400; round++) {
    const original = originals[round % originals.length]!;
    const mutant = Buffer.from(
      original.subarray(0, round % 3 === 0 ? random(original.length) : original.length),
    );
    const headers = mutant.length >= 64 ? Number(mutant.readBigUInt64LE(40) % BigInt(mutant.length)) : 0;
    for (let i = 0; i < 4 && mutant.length > 0; i++) {
      const at = [random(64), headers + random(2048), random(mutant.length)][random(3)]! % mutant.length;
      if (at > 5) mutant[at] = [0, 0xff, 0x7f, random(256)][random(4)]!;
    }
    looked(mutant);
  }
  looked(new Uint8Array(0));
  looked(Buffer.from("#!/bin/sh\n"));
});
