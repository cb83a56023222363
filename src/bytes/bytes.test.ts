// Addresses, checksums, names, escapes and the text buffer.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { writeIpv4, writeIpv6, writeOctets } from "./address.ts";
import { addWords, foldChecksum, rightChecksum } from "./checksum.ts";
import { escaped } from "./escape.ts";
import { systemNames } from "./names.ts";
import { latin1, TextWriter, utf8 } from "./text.ts";

const viewOf = (data: Uint8Array) => new DataView(data.buffer, data.byteOffset, data.byteLength);
const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replace(/[ :]/g, ""), "hex"));

function written(write: (out: TextWriter) => void, capacity = 1): string {
  const out = new TextWriter(capacity);
  write(out);
  return out.toString();
}

test("IPv4 addresses", () => {
  assert.equal(
    written((out) => writeIpv4(out, bytes("00 0a 64 ff"), 0)),
    "0.10.100.255",
  );
});

test("IPv6 addresses as inet_ntop writes them", () => {
  const cases = [
    ["2001 0db8 0000 0000 0000 0000 0000 0001", "2001:db8::1"],
    ["0000 0000 0000 0000 0000 0000 0000 0000", "::"],
    ["0000 0000 0000 0000 0000 0000 0000 0001", "::1"],
    ["2001 0db8 0000 0001 0001 0001 0001 0001", "2001:db8:0:1:1:1:1:1"],
    ["2001 0000 0000 0001 0000 0000 0000 0001", "2001:0:0:1::1"],
    ["2001 0db8 0000 0000 0001 0000 0000 0001", "2001:db8::1:0:0:1"],
    ["0001 0000 0000 0000 0000 0000 0000 0000", "1::"],
    ["0000 0000 0000 0000 0000 ffff c000 0201", "::ffff:192.0.2.1"],
    ["0000 0000 0000 0000 0000 0000 c000 0201", "::192.0.2.1"],
    ["0000 0000 0000 0000 ffff 0000 c000 0201", "::ffff:0:c000:201"],
    ["fe80 0000 0000 0000 abcd ef01 2345 6789", "fe80::abcd:ef01:2345:6789"],
  ] as const;
  for (const [hex, text] of cases)
    assert.equal(
      written((out) => writeIpv6(out, bytes(hex), 0)),
      text,
    );
});

test("octets", () => {
  assert.equal(
    written((out) => writeOctets(out, bytes("00 1a ff"), 0, 3)),
    "00:1a:ff",
  );
  assert.equal(
    written((out) => writeOctets(out, bytes("00"), 0, 0)),
    "",
  );
});

test("the Internet checksum", () => {
  // RFC 1071 3
  const data = bytes("00 01 f2 03 f4 f5 f6 f7");
  assert.equal(foldChecksum(addWords(0, viewOf(data), 0, 8)), ~0xddf2 & 0xffff);
  assert.equal(foldChecksum(addWords(0, viewOf(bytes("ab")), 0, 1)), ~0xab00 & 0xffff);
  const header = bytes("45000073000040004011b861c0a80001c0a800c7");
  assert.equal(foldChecksum(addWords(0, viewOf(header), 0, 20)), 0);
  header[10] = 0x12;
  const computed = foldChecksum(addWords(0, viewOf(header), 0, 20));
  assert.notEqual(computed, 0);
  assert.equal(rightChecksum(0x1261, computed), 0xb861);
  // Carries of a sum that is far beyond 32 bits.
  assert.equal(foldChecksum(0xffff * 2 ** 30), 0);
});

test("escapes", () => {
  assert.equal(escaped("plain text, ümläut, 漢字, 😀"), "plain text, ümläut, 漢字, 😀");
  assert.equal(escaped("a\nb\r\t\0\x1b\x7f\x85"), "a\\nb\\r\\t\\x00\\x1b\\x7f\\x85");
  assert.equal(
    escaped(`\u202eabc\u2066\u200b\ufeff\ud83d ${String.fromCodePoint(0xe0041)}`),
    ["\\u202eabc", "\\u2066", "\\u200b", "\\ufeff", "\\ud83d ", "\\u{e0041}"].join(""),
  );
});

test("names from the system's files", () => {
  const etc = mkdtempSync(join(tmpdir(), "names-"));
  writeFileSync(
    join(etc, "services"),
    "# comment\nhttp 80/tcp www # web\nother 80/tcp\ndomain\t53/udp\nbad line\n",
  );
  writeFileSync(
    join(etc, "hosts"),
    "127.0.0.1 localhost local\n::1 ip6-localhost\n192.0.2.1 a\x1b[2Jb\n::ffff:192.0.2.9 mapped\n2001:db8::5 five\n1:2 bad\n",
  );
  writeFileSync(join(etc, "ethers"), "00:11:22:33:44:55 printer\n");
  mkdirSync(join(etc, "net/eth7"), { recursive: true });
  writeFileSync(join(etc, "net/eth7/ifindex"), "7\n");
  const names = systemNames({ etc, devices: join(etc, "net") });
  assert.equal(names.tcpPort(80), "http");
  assert.equal(names.udpPort(80), null);
  assert.equal(names.udpPort(53), "domain");
  assert.equal(names.host(bytes("7f000001"), 0, 4), "localhost");
  assert.equal(names.host(bytes("7f000002"), 0, 4), null);
  assert.equal(names.host(bytes("c0000201"), 0, 4), "a?[2Jb");
  assert.equal(names.host(bytes("00000000000000000000000000000001"), 0, 16), "ip6-localhost");
  assert.equal(names.host(bytes("00000000000000000000ffffc0000209"), 0, 16), "mapped");
  assert.equal(names.host(bytes("20010db8000000000000000000000005"), 0, 16), "five");
  assert.equal(names.station(bytes("001122334455"), 0), "printer");
  assert.equal(names.station(bytes("ffffffffffff"), 0), "Broadcast");
  assert.equal(names.station(bytes("001122334456"), 0), null);
  assert.equal(names.device(7), "eth7");
  assert.equal(names.device(8), null);
  rmSync(etc, { recursive: true });
  const none = systemNames({ etc: join(etc, "gone"), devices: join(etc, "gone") });
  assert.equal(none.tcpPort(80), null);
  assert.equal(none.device(1), null);
});

test("decimals and hexadecimals of every size", () => {
  const numbers = [0, 9, 10, 99, 100, 101, 999, 1000, 9999, 10_000, 99_999, 100_000, 999_999, 1_000_000];
  numbers.push(
    9_999_999,
    10_000_000,
    99_999_999,
    100_000_000,
    999_999_999,
    1_000_000_000,
    2 ** 31 - 1,
    2 ** 31,
  );
  numbers.push(2 ** 32 - 1, 2 ** 32, 10 ** 10, 10 ** 15, 2 ** 53 - 1);
  for (const n of numbers) {
    assert.equal(
      written((out) => out.dec(n)),
      String(n),
    );
    if (n < 2 ** 32)
      assert.equal(
        written((out) => out.hex(n)),
        n.toString(16),
      );
  }
  assert.equal(
    written((out) => {
      out.decPad(7, 3);
      out.decPad(1234, 3);
      out.decPad(0, 2);
      out.decPad(2 ** 31, 6);
      out.hexPad(0xabc, 2);
      out.hexPad(0xabc, 8);
    }),
    "0071234002147483648bc00000abc",
  );
});

test("the buffer grows, takes bytes, and makes room in between", () => {
  const text = written((out) => {
    out.str("ab");
    out.bytes(latin1("cd"));
    out.bytes(latin1("x".repeat(100)));
    out.insert(2, utf8("é-"));
    out.utf8("ü");
    out.ch(33);
  });
  assert.equal(text, `abé-cd${"x".repeat(100)}ü!`);
});
