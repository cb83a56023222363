// Every option of tcpdump(1) is one of ptcpdump, and those that need no capture answer as tcpdump does.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { OPTIONS } from "../src/cli/options.ts";
import { CORPUS } from "./corpus/corpus.ts";
import { PTCPDUMP } from "./netns.ts";

/** tcpdump(1) 4.99.3 as of its man page: options by letter, and long names. */
const LETTERS = "AbBcCdDeEfFGhHiIjJKlLmMnNOpqQrsStTuUvVwWxXyzZ#";
const LONG_NAMES =
  "buffer-size count list-interfaces help version interface monitor-mode immediate-mode time-stamp-type " +
  "list-time-stamp-types time-stamp-precision micro nano dont-verify-checksums list-data-link-types number " +
  "no-optimize no-promiscuous-mode print direction absolute-tcp-sequence-numbers snapshot-length packet-buffered " +
  "linktype relinquish-privileges";
/** Of newer tcpdump. */
const NEWER = "skip lengths ip-oneline print-sampling";

test("every option of tcpdump(1) is in the table", () => {
  const shorts = OPTIONS.map(({ short }) => short);
  const longs = OPTIONS.flatMap(({ long }) => long);
  assert.deepEqual(
    [...LETTERS].filter((letter) => !shorts.includes(letter)),
    [],
  );
  assert.deepEqual(
    `${LONG_NAMES} ${NEWER}`.split(" ").filter((name) => !longs.includes(name)),
    [],
  );
  assert.ok(shorts.includes("g"));
});

test("the list of tcpdump's options is the man page's", (t) => {
  const { status, stdout } = spawnSync("man", ["--nj", "--nh", "tcpdump"], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C", MANWIDTH: "200", TERM: "dumb" },
  });
  if (status !== 0 || !/^OPTIONS$/m.test(stdout)) {
    t.skip("tcpdump's man page is not installed");
    return;
  }
  const options = stdout.slice(stdout.indexOf("\nOPTIONS\n"), stdout.indexOf("\nEXAMPLES\n"));
  const heads = [...options.matchAll(/^ {7}(-\S+)/gm)].map((match) => match[1]!.replace(/=.*/, ""));
  assert.ok(heads.length > 50, `only ${heads.length} options found`);
  const letters = new Set(heads.filter((head) => /^-[^-]/.test(head)).map((head) => head[1]));
  assert.deepEqual([...letters].sort().join(""), [...LETTERS].sort().join(""));
  const names = heads.filter((head) => head.startsWith("--")).map((head) => head.slice(2));
  assert.deepEqual(names.sort(), LONG_NAMES.split(" ").sort());
});

/** An Ethernet frame with a UDP datagram between documentation addresses; its checksums are wrong. */
function datagram(sport: number, dport: number, payload: Buffer): Buffer {
  const frame = Buffer.alloc(42);
  frame.write("02000000000202000000000108004500", "hex");
  frame.writeUInt16BE(28 + payload.length, 16);
  frame.write("000140004011123fc0000201c0000202", 18, "hex");
  frame.writeUInt16BE(sport, 34);
  frame.writeUInt16BE(dport, 36);
  frame.writeUInt16BE(8 + payload.length, 38);
  frame.writeUInt16BE(0x1234, 40);
  return Buffer.concat([frame, payload]);
}

const DATAGRAMS = [
  datagram(40000, 53, Buffer.from("000101000001000000000000076578616d706c65036f72670000010001", "hex")),
  datagram(40000, 69, Buffer.from("000166696c65006f6374657400", "hex")),
  datagram(40000, 9, Buffer.from("discard")),
];

/** A pcap file of frames, one a second. */
function pcap(linkType: number, frames: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(24);
  for (const [i, word] of [0xa1b2c3d4, 0x00040002, 0, 0, 262144, linkType].entries())
    header.writeUInt32LE(word, i * 4);
  const parts = frames.flatMap((frame, i) => {
    const head = Buffer.alloc(16);
    for (const [at, word] of [1_600_000_000 + i, 1000, frame.length, frame.length].entries())
      head.writeUInt32LE(word, at * 4);
    return [head, frame];
  });
  return Buffer.concat([header, ...parts]);
}

/** Both programs with the same arguments; what they say about themselves made alike. */
function both(args: readonly string[], cwd: string): { theirs: string; ours: string } {
  const run = (program: string, ...first: string[]): string => {
    const { status, stdout, stderr } = spawnSync(program, [...first, ...args], {
      cwd,
      encoding: "latin1",
      env: { ...process.env, TZ: "UTC" },
      input: "",
    });
    return `${stderr.replaceAll(/^ptcpdump: /gm, "tcpdump: ")}${stdout}status ${status}`;
  };
  // root's tcpdump otherwise becomes another user, who may not read the folder
  const root = process.getuid?.() === 0 ? ["-Z", "root"] : [];
  return { theirs: run("tcpdump", ...root), ours: run(PTCPDUMP) };
}

/** Command lines for which standard error, standard output and exit status are the same. */
const SAME = [
  "-d ip",
  "-d",
  "-dd tcp port 80",
  "-ddd ip6 and udp",
  "-dddd icmp",
  "-d -O ip and tcp port 80",
  "-d -O host 1.2.3.4 or net 10.0.0.0/8 or tcp[13] & 2 != 0",
  "-d ip and tcp port 80",
  "-d vlan and ip6",
  "-d inbound",
  "-d -s 100 ip",
  "-d tcp or",
  "-d ip and port foo",
  "-d -y PPP ip",
  "-d -y RAW tcp",
  "-d -y null tcp",
  "-d -y IEEE802_11_RADIO tcp",
  "-d -y ATM_RFC1483 ip",
  "-d -y DOCSIS ip",
  "-d -y foo ip",
  "-d -r a.pcap ip",
  "-d -y PPP -r a.pcap ip",
  "-d -r a.pcap inbound",
  "-d -r none.pcap ip",
  "-d -V list ip",
  "-V none",
  "-V list -r a.pcap",
  "-V empty",
  "-V blank",
  "-n -V list",
  "-n -V list -c 1",
  "-n -V list -#",
  "-n -V list --count",
  "-n -V list -w out.pcap",
  "-n -V mixed -c 1",
  "-n -V mixed udp",
  "-n -V mixed -w out.pcap",
  "-n -V broken",
  "-n -y foo -r a.pcap",
  "-n -y PPP -r a.pcap",
  "-n -L -r a.pcap",
  "-n -J -r a.pcap",
  "-n -I -r a.pcap",
  "-n -p -i none -r a.pcap",
  "-n -O -r a.pcap udp port 53",
  "-n -m SNMPv2-MIB -m other -r a.pcap",
  "-n -T tftp -r a.pcap",
  "-n -T carp -r a.pcap",
  "-n -T carp -v -r a.pcap",
  "-n -v -r a.pcap",
  "-n -vv -K -r a.pcap",
  "-n -c 0 -r a.pcap",
  "-n -B foo -r a.pcap",
  "-n -s -1 -r a.pcap",
  "-n -tttttt -r a.pcap",
];

test("what is asked without a capture is answered as tcpdump answers", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "ptcpdump-options-"));
  try {
    writeFileSync(join(folder, "a.pcap"), pcap(1, DATAGRAMS));
    writeFileSync(join(folder, "b.pcap"), pcap(1, DATAGRAMS.slice(1)));
    writeFileSync(
      join(folder, "raw.pcap"),
      pcap(
        101,
        DATAGRAMS.map((frame) => frame.subarray(14)),
      ),
    );
    writeFileSync(join(folder, "list"), "a.pcap\nb.pcap\n");
    writeFileSync(join(folder, "mixed"), "a.pcap\nraw.pcap\na.pcap");
    writeFileSync(join(folder, "broken"), "a.pcap\n\nb.pcap\n");
    writeFileSync(join(folder, "empty"), "");
    writeFileSync(join(folder, "blank"), "\n");
    for (const line of SAME)
      await t.test(line, () => {
        const { theirs, ours } = both(line.split(" "), folder);
        assert.equal(ours, theirs);
      });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** What a program prints of a file. */
function printed(program: string, args: readonly string[], cwd: string): string {
  const root = program === "tcpdump" && process.getuid?.() === 0 ? ["-Z", "root"] : [];
  const env = { ...process.env, TZ: "UTC" };
  return spawnSync(program, [...root, ...args], { cwd, encoding: "latin1", env }).stdout;
}

test("options of newer tcpdump do to the text what they say", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "ptcpdump-options-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "a.pcap"), pcap(1, DATAGRAMS));
  writeFileSync(join(folder, "list"), "a.pcap\na.pcap\n");
  const ours = (line: string) => printed(PTCPDUMP, line.split(" "), folder);
  const theirs = (line: string) => printed("tcpdump", line.split(" "), folder);
  const numbered = theirs("-n -# -r a.pcap").split("\n");
  assert.equal(numbered.length, 4);
  assert.equal(ours("-n -# --skip 0 -r a.pcap"), numbered.join("\n"));
  assert.equal(ours("-n -# --skip=2 -r a.pcap"), numbered.slice(2).join("\n"));
  assert.equal(ours("-n -# --skip 1 -c 1 -r a.pcap"), `${numbered[1]}\n`);
  assert.equal(ours("-n -# --skip 3 -r a.pcap"), "");
  // it counts over all files
  const two = theirs("-n -# -V list").split("\n");
  assert.equal(ours("-n -# --skip 4 -V list"), two.slice(4).join("\n"));
  assert.equal(ours("-n -# --print-sampling=2 -r a.pcap"), `${numbered[1]}\n`);
  const lengths = DATAGRAMS.map(({ length }) => `caplen ${length} len ${length} `);
  assert.equal(
    ours("-n -# --lengths -r a.pcap"),
    numbered.map((line, i) => line.replace(/^ *\d+ {2}/, (number) => `${number}${lengths[i]}`)).join("\n"),
  );
  const verbose = theirs("-n -v -r a.pcap");
  assert.ok(verbose.includes(")\n    192.0.2.1"));
  for (const option of ["-g", "--ip-oneline"])
    assert.equal(ours(`-n -v ${option} -r a.pcap`), verbose.replaceAll(")\n    192", ") 192"));
  assert.equal(ours("-n -g -r a.pcap"), theirs("-n -r a.pcap"));
  // a written file has the packets that are left
  ours("-n --skip 2 -r a.pcap -w out.pcap");
  assert.equal(theirs("-n -t -r out.pcap"), theirs("-n -t -r a.pcap").split("\n").slice(2).join("\n"));
});

/** Of tcpdump's own tests of options that the installed one does not have: options, capture, its whole text. */
const UPSTREAM: readonly (readonly [options: string, file: string, text: string])[] = [
  [
    "-n -# -tttt --skip 3 -c 4",
    "dns_tcp.pcap",
    `    4  2020-06-10 09:21:03.847323 IP 192.168.1.11.33779 > 209.87.249.18.53: Flags [P.], seq 603899917:603899975, ack 2043824404, win 64240, length 58 17177+ [1au] A? www.tcpdump.org. (56)
    5  2020-06-10 09:21:03.847457 IP 209.87.249.18.53 > 192.168.1.11.33779: Flags [.], ack 58, win 64240, length 0
    6  2020-06-10 09:21:03.973180 IP 209.87.249.18.53 > 192.168.1.11.33779: Flags [P.], seq 1:227, ack 58, win 64240, length 226 17177*- 2/2/5 A 192.139.46.66, A 198.199.88.104 (224)
    7  2020-06-10 09:21:03.973220 IP 192.168.1.11.33779 > 209.87.249.18.53: Flags [.], ack 227, win 64014, length 0
`,
  ],
  [
    "-n -# --print-sampling=3",
    "print-flags.pcap",
    `    3  03:57:35.938167 IP 127.0.0.1.55920 > 127.0.0.1.80: Flags [.], ack 930778610, win 8192, options [nop,nop,TS val 1306300950 ecr 1306300950], length 0
    6  03:57:35.941232 IP 127.0.0.1.80 > 127.0.0.1.55920: Flags [P.], seq 930778610:930784169, ack 928549449, win 8192, options [nop,nop,TS val 1306300953 ecr 1306300951], length 5559: HTTP: HTTP/1.1 200 OK
    9  03:57:37.230839 IP 127.0.0.1.80 > 127.0.0.1.55920: Flags [F.], seq 930784169, ack 928549450, win 8192, options [nop,nop,TS val 1306302243 ecr 1306302241], length 0
`,
  ],
];

for (const [options, file, text] of UPSTREAM)
  test(`${file} ${options}`, { skip: existsSync(CORPUS) ? false : "the shared corpus is not here" }, () => {
    assert.equal(printed(PTCPDUMP, [...options.split(" "), "-r", join(CORPUS, file)], "."), text);
  });
