// Keys of -E: what each form of the option decrypts.
import assert from "node:assert/strict";
import { createCipheriv } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { checkGoldens, type Golden } from "../../test/golden.ts";
import { Failure } from "../model/failure.ts";
import { Keys } from "./keys.ts";

const IV = "000102030405060708090a0b0c0d0e0f";

/** An ESP payload with "ICMP echo request" of eight bytes in it. */
function esp(spi: number, cipher: string, key: string, tag: number): Buffer {
  const block = cipher.startsWith("des") ? 8 : 16;
  const head = Buffer.alloc(8);
  head.writeUInt32BE(spi, 0);
  head.writeUInt32BE(7, 4);
  const iv = Buffer.from(IV, "hex").subarray(0, block);
  const plain = Buffer.concat([
    Buffer.from("0800f7fd00010001", "hex"),
    Buffer.alloc(6, 1),
    Buffer.from([6, 1]),
  ]);
  const secret = Buffer.alloc(cipher === "aes-256-cbc" ? 32 : 24);
  secret.write(key);
  const maker = createCipheriv(cipher, secret, iv).setAutoPadding(false);
  return Buffer.concat([head, iv, maker.update(plain), maker.final(), Buffer.alloc(tag, 0xaa)]);
}

function ip4(payload: Buffer): string {
  const head = Buffer.from("4500000000010000403200 00c0000201c0000202".replace(" ", ""), "hex");
  head.writeUInt16BE(20 + payload.length, 2);
  return Buffer.concat([head, payload]).toString("hex");
}

function ip6(payload: Buffer): string {
  const head = Buffer.from(`600000000000324020010db8${"00".repeat(11)}0120010db8${"00".repeat(11)}02`, "hex");
  head.writeUInt16BE(payload.length, 4);
  return Buffer.concat([head, payload]).toString("hex");
}

const DES3 = esp(0x100, "des-ede3-cbc", "one", 0);
const AES = esp(0x200, "aes-256-cbc", "two", 12);
const HEAD4 = "IP 192.0.2.1 > 192.0.2.2: ESP(spi=0x00000";
const HEAD6 = "IP6 2001:db8::1 > 2001:db8::2: ESP(spi=0x00000";
const ECHO = "ICMP echo request, id 1, seq 1, length 8";

const ROWS: Golden[] = [
  [
    "several associations",
    '-E "0x100@192.0.2.2 3des-cbc:one,0x200@192.0.2.2 aes256-cbc-hmac96:two"',
    ip4(AES),
    `${HEAD4}200,seq=0x7), length 52: ${ECHO}`,
  ],
  [
    "an index in decimal",
    '-E "256@192.0.2.2 3des-cbc:one,512@192.0.2.2 aes256-cbc-hmac96:two"',
    ip4(DES3),
    `${HEAD4}100,seq=0x7), length 32: ${ECHO}`,
  ],
  [
    "an index in octal",
    '-E "0400@192.0.2.2 3des-cbc:0x6f6e65"',
    ip4(DES3),
    `${HEAD4}100,seq=0x7), length 32: ${ECHO}`,
  ],
  [
    "an address of IPv6",
    '-E "0x200@2001:db8:0::2 aes256-cbc-hmac96:two"',
    ip6(AES),
    `${HEAD6}200,seq=0x7), length 52: [ICMP requires IPv4] (invalid)`,
  ],
  [
    "another address",
    '-E "0x200@192.0.2.3 aes256-cbc-hmac96:two"',
    ip4(AES),
    `${HEAD4}200,seq=0x7), length 52`,
  ],
  [
    "another index",
    '-E "0x201@192.0.2.2 aes256-cbc-hmac96:two"',
    ip4(AES),
    `${HEAD4}200,seq=0x7), length 52`,
  ],
  [
    "a key for the rest",
    '-E "0x100@192.0.2.2 3des-cbc:one,aes256-cbc-hmac96:two"',
    ip4(AES),
    `${HEAD4}200,seq=0x7), length 52: ${ECHO}`,
  ],
  [
    "the last of several",
    '-E "0x100@192.0.2.2 3des-cbc:two,0x100@192.0.2.2 3des-cbc:one"',
    ip4(DES3),
    `${HEAD4}100,seq=0x7), length 32: ${ECHO}`,
  ],
  [
    "an address that is none",
    '-E "0x100@host 3des-cbc:one,0x100 3des-cbc:one,x@192.0.2.2 3des-cbc:one,3des-cbc one"',
    ip4(DES3),
    `${HEAD4}100,seq=0x7), length 32`,
  ],
  [
    "a tag that is longer than the packet",
    '-E "0x100@192.0.2.2 aes256-cbc-hmac96:one"',
    ip4(DES3.subarray(0, 20)),
    `${HEAD4}100,seq=0x7), length 20 [|esp]`,
  ],
];
checkGoldens("ESP with keys", ROWS);

test("a file of keys", () => {
  const folder = mkdtempSync(join(tmpdir(), "ptcpdump-keys-"));
  try {
    const name = join(folder, "keys");
    writeFileSync(
      name,
      "# comment\n\n0x100@192.0.2.2 3des-cbc:one\n0x200@192.0.2.2\taes256-cbc-hmac96:two\n",
    );
    const warnings: string[] = [];
    const keys = new Keys(`file ${name}`, (line) => warnings.push(line));
    const address = Uint8Array.of(0, 192, 0, 2, 2);
    assert.equal(keys.esp(0x100, address, 1, 4)?.cipher, "des-ede3-cbc");
    assert.equal(keys.esp(0x200, address, 1, 4)?.tagSize, 12);
    assert.equal(keys.esp(0x300, address, 1, 4), null);
    assert.deepEqual(warnings, []);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what cannot be read is told with tcpdump's exit statuses", () => {
  const fails = (text: string, status: number, message: RegExp) =>
    assert.throws(
      () => new Keys(text, () => {}).esp(1, Uint8Array.of(0, 0, 0, 0), 0, 4),
      (error) => error instanceof Failure && error.status === status && message.test(error.message),
    );
  fails("file /nonexistent/keys", 13, /can't open \/nonexistent\/keys: No such file or directory$/);
  fails("3des-cbc:0x40zz", 15, /^invalid hex digit z in espsecret$/);
  fails("ikev2 I 0x000102030405060g 0xc02e7a3031a03188 sha1:0x4e aes128:0x3f", 15, /^invalid hex digit g/);
});

test("whatever the option says, it is read or refused with a Failure", () => {
  const pieces = [
    "0x",
    "@",
    ":",
    ",",
    "\n",
    " ",
    "\t",
    "-cbc",
    "-hmac96",
    "3des",
    "aes256",
    "ikev2",
    "I",
    "192.0.2.1",
  ];
  pieces.push("::1", "file", "/nonexistent", "\u0000", "zz", "12", "des", "sha1", "0".repeat(700), "");
  let state = 7;
  const roll = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
  for (let i = 0; i < 20_000; i++) {
    let text = "";
    for (let n = roll(12); n > 0; n--) text += pieces[roll(pieces.length)];
    const keys = new Keys(text, () => {});
    try {
      const key = keys.esp(roll(20), Uint8Array.of(192, 0, 2, 1), 0, 4);
      if (key !== null) keys.decrypt(key, new Uint8Array(200), roll(50), 50 + roll(150), "test");
      keys.exchange("00", true);
    } catch (error) {
      assert.ok(error instanceof Failure, `${JSON.stringify(text)}: ${error}`);
    }
  }
});

test("DES is triple DES with one key three times", () => {
  const keys = new Keys("des-cbc:password", () => {});
  const key = keys.esp(1, Uint8Array.of(0, 0, 0, 0), 0, 4);
  assert.ok(key);
  // FIPS 81's example of DES in CBC mode
  const other = new Keys("des:0x0123456789abcdef", () => {});
  const fips = other.esp(1, Uint8Array.of(0, 0, 0, 0), 0, 4)!;
  const data = Buffer.from("1234567890abcdefe5c7cdde872bf27c43e934008c389c0f683788499a7c05f6", "hex");
  assert.equal(
    Buffer.from(other.decrypt(fips, data, 0, data.length, "test")!).toString(),
    "Now is the time for all ",
  );
});

test("keys of IKEv2 are found by cookies and side", () => {
  const warnings: string[] = [];
  const line = "0x0001020304050607 0xc02e7a3031a03188 sha1:0x4e aes128:0x3f44bf47cafd8150591deb088199fcbf";
  const keys = new Keys(`ikev2 I ${line}\nikev2 R ${line}x\nikev2 I\nikev2 I 0x1 0x2 a:b c:d`, (text) =>
    warnings.push(text),
  );
  const cookies = "0001020304050607c02e7a3031a03188";
  assert.equal(keys.exchange(cookies, true)?.tagSize, 12);
  assert.notEqual(keys.exchange(cookies, false), null);
  assert.equal(keys.exchange(cookies.replace("c0", "c1"), true), null);
  assert.equal(warnings.length, 3);
});
