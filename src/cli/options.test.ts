import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { PLAIN_TEXT, type Settings } from "../model/settings.ts";
import { helpText, optionsText, synopsis } from "./help.ts";
import { GROUPS, MAX_SNAPLEN, OPTIONS } from "./options.ts";
import { settingsOf } from "./settings.ts";

const scratch = mkdtempSync(join(tmpdir(), "ptcpdump-cli-"));
process.on("exit", () => rmSync(scratch, { recursive: true }));
const expressionFile = join(scratch, "expression");
writeFileSync(expressionFile, "tcp # the web\n  port 80\n");

/** What no option at all gives. */
const PLAIN: Settings = {
  mode: "capture",
  backend: "tc",
  interfaces: [],
  readFile: null,
  fileList: null,
  writeFile: null,
  writeFormat: "pcapng",
  rotation: { bytes: 0, seconds: 0, files: 0, command: null },
  user: null,
  packetBuffered: false,
  lineBuffered: false,
  print: false,
  countOnly: false,
  count: 0,
  skip: 0,
  code: 0,
  optimize: true,
  promiscuous: true,
  monitor: false,
  linkType: null,
  clock: null,
  mibModules: [],
  snaplen: 262144,
  direction: "inout",
  expression: "",
  processes: {
    pids: [],
    names: [],
    uids: [],
    containers: { ids: [], names: [], pods: [] },
    followForks: false,
  },
  engines: { docker: null, containerd: null, cri: null },
  netns: [],
  command: [],
  bufferKiB: 0,
  immediate: false,
  logLevel: "warn",
  kernelBtf: null,
  download: true,
  secrets: null,
  text: PLAIN_TEXT,
};
const set = (change: Partial<Settings>): Settings => ({ ...PLAIN, ...change });
const text = (change: Partial<Settings["text"]>): Settings => set({ text: { ...PLAIN.text, ...change } });
const rotation = (change: Partial<Settings["rotation"]>): Settings =>
  set({ rotation: { ...PLAIN.rotation, ...change } });
const whose = (change: Partial<Settings["processes"]>): Settings =>
  set({ processes: { ...PLAIN.processes, ...change } });
const inContainers = (change: Partial<Settings["processes"]["containers"]>): Settings =>
  whose({ containers: { ...PLAIN.processes.containers, ...change } });

/** For each option command lines and what they give: settings, or the message of a refusal. */
const CASES: Record<string, [args: string[], expected: Settings | string][]> = {
  i: [
    [["-i", "lo"], set({ interfaces: ["lo"] })],
    [
      ["-ilo", "--interface=eth0", "--interface", "any", "-i", "lo"],
      set({ interfaces: ["lo", "eth0", "any"] }),
    ],
    [["-i", ""], "empty interface name"],
    [["-i"], "option requires an argument -- 'i'"],
  ],
  backend: [
    [["--backend", "cgroup-skb"], set({ backend: "cgroup-skb" })],
    [["--backend=cgroup-skb", "--backend=tc"], PLAIN],
    [["--backend=xdp"], "unknown backend 'xdp' (known: tc, cgroup-skb, socket-filter, tp-btf)"],
  ],
  netns: [
    [
      ["--netns=a,/run/b", "--netns", "any", "-i", "x"],
      set({ netns: ["a", "/run/b", "any"], interfaces: ["x"] }),
    ],
    [["--netns", "a"], set({ netns: ["a"], interfaces: ["any"] })],
    [["--netns=a,"], "empty network namespace"],
  ],
  D: [
    [["-D"], set({ mode: "list" })],
    [["--list-interfaces"], set({ mode: "list" })],
    [["-D", "--", "true"], "a command (after --) cannot be run while listing interfaces (-D)"],
  ],
  r: [
    [["-r", "x.pcap"], set({ mode: "read", readFile: "x.pcap" })],
    [["-r", "-"], set({ mode: "read", readFile: "-" })],
    [["--read-file=x", "udp"], set({ mode: "read", readFile: "x", expression: "udp" })],
    [["-r", "x", "--", "true"], "a command (after --) cannot be run while reading a file (-r, -V)"],
  ],
  V: [
    [["-V", "list"], set({ mode: "read", fileList: "list" })],
    [["-V-", "udp"], set({ mode: "read", fileList: "-", expression: "udp" })],
    [["-V", "list", "-r", "x"], "-V and -r are mutually exclusive."],
  ],
  L: [
    [["-L"], set({ mode: "types" })],
    [["--list-data-link-types", "-i", "lo"], set({ mode: "types", interfaces: ["lo"] })],
    [["-L", "-r", "x"], set({ mode: "read", readFile: "x" })],
    [["-L", "--", "true"], "a command (after --) cannot be run while listing link types (-L)"],
  ],
  y: [
    [["-yEN10MB"], set({ linkType: "EN10MB" })],
    [["--linktype=raw"], set({ linkType: "raw" })],
  ],
  J: [
    [["-J", "-L"], set({ mode: "clocks" })],
    [["--list-time-stamp-types"], set({ mode: "clocks" })],
    [["-D", "-J"], set({ mode: "list" })],
  ],
  j: [
    [["-j", "host"], set({ clock: "host" })],
    [["--time-stamp-type=adapter"], set({ clock: "adapter" })],
  ],
  p: [
    [["-p"], set({ promiscuous: false })],
    [["--no-promiscuous-mode"], set({ promiscuous: false })],
  ],
  I: [
    [["-I"], set({ monitor: true })],
    [["--monitor-mode"], set({ monitor: true })],
  ],
  skip: [
    [["--skip", "3"], set({ skip: 3 })],
    [["--skip=0"], set({ skip: 0 })],
    [["--skip=-1"], "invalid number of packets to skip -1"],
  ],
  O: [
    [["-O"], set({ optimize: false })],
    [["--no-optimize"], set({ optimize: false })],
  ],
  d: [
    [["-d"], set({ mode: "code", code: 1 })],
    [["-dd", "-i", "lo"], set({ mode: "code", code: 2, interfaces: ["lo"] })],
    [["-dddd", "-r", "x"], set({ mode: "code", code: 3, readFile: "x" })],
    [["-d", "-L"], set({ mode: "code", code: 1 })],
    [["-d", "-L", "-i", "lo"], set({ mode: "types", code: 1, interfaces: ["lo"] })],
    [["-d", "--", "true"], "a command (after --) cannot be run while printing the compiled expression (-d)"],
  ],
  c: [
    [["-c5"], set({ count: 5 })],
    [["-c", "08"], set({ count: 8 })],
    [["--receive-count=12345678901"], set({ count: 12345678901 })],
    [["-c", "-1"], "invalid packet count -1"],
    [["-c0"], "invalid packet count 0"],
    [["-c", "5x"], "invalid packet count 5x"],
    [["-c", ""], "invalid packet count "],
  ],
  F: [
    [["-F", expressionFile], set({ expression: "tcp  \n  port 80" })],
    [["udp", "--expression-file", expressionFile], set({ expression: "tcp  \n  port 80" })],
    [["-F", join(scratch, "none")], `can't open ${join(scratch, "none")}: No such file or directory`],
    [["-F", scratch], `can't open ${scratch}: Is a directory`],
  ],
  Q: [
    [["-Qin"], set({ direction: "in" })],
    [["--direction=OUT"], set({ direction: "out" })],
    [["-Q", "in", "-Q", "inout"], set({ direction: "inout" })],
    [["-Q", "foo"], "unknown capture direction 'foo' (known: in, out, inout)"],
  ],
  s: [
    [["-s64"], set({ snaplen: 64 })],
    [["-s", "0"], set({ snaplen: 262144 })],
    [["--snapshot-length=262144"], set({ snaplen: 262144 })],
    [["-s", "262145"], "invalid snaplen 262145 (must be >= 0 and <= 262144)"],
    [["-s", "-1"], "invalid snaplen -1 (must be >= 0 and <= 262144)"],
  ],
  C: [
    [["-C5"], rotation({ bytes: 5_000_000 })],
    [["-C", "3k"], rotation({ bytes: 3072 })],
    [["-C2M"], rotation({ bytes: 2097152 })],
    [["-C1g"], rotation({ bytes: 1073741824 })],
    [["-C", "0"], "invalid file size 0"],
    [["-C", "-1"], "invalid file size -1"],
    [["-C", "1kk"], "invalid file size 1kk"],
    [["-C", "99999999999999999"], "file size 99999999999999999 is too large"],
    [["-C1", "-w", "-"], "-C and -G need the name of a file: standard output (-w -) has no next file"],
  ],
  G: [
    [["-G60"], rotation({ seconds: 60 })],
    [["-G", "0"], PLAIN],
    [["-G", "-1"], "invalid number of seconds -1"],
    [["-G", "1x"], "invalid number of seconds 1x"],
    [["-G1", "-w", "-"], "-C and -G need the name of a file: standard output (-w -) has no next file"],
  ],
  W: [
    [["-W10"], rotation({ files: 10 })],
    [["-W", "0"], "invalid number of output files 0"],
    [["-W", "x"], "invalid number of output files x"],
  ],
  z: [
    [["-z", "gzip"], rotation({ command: "gzip" })],
    [["-z", ""], "empty program name for -z"],
  ],
  Z: [
    [["-Z", "nobody"], set({ user: "nobody" })],
    [["--relinquish-privileges=nobody:adm"], set({ user: "nobody:adm" })],
    [["-Z", ""], "invalid user '' (must be USER or USER:GROUP)"],
    [["-Z", "a:b:c"], "invalid user 'a:b:c' (must be USER or USER:GROUP)"],
    [["-Z", ":adm"], "invalid user ':adm' (must be USER or USER:GROUP)"],
  ],
  pid: [
    [["--pid=1,22", "--pid", "4194304"], whose({ pids: [1, 22, 4194304] })],
    [["--pid", "0"], "invalid process id '0' (must be 1 to 4194304)"],
    [["--pid", "1,"], "invalid process id '' (must be 1 to 4194304)"],
  ],
  "write-keylog-file": [
    [
      ["--write-keylog-file=k", "--pid=1"],
      set({
        secrets: { file: "k", embed: false, any: false },
        processes: { ...PLAIN.processes, pids: [1] },
      }),
    ],
    [["--write-keylog-file=", "--pid=1"], "--write-keylog-file: empty file name"],
    [
      ["--write-keylog-file=k"],
      "--write-keylog-file: whose secrets? A command (-- CMD), --pid, --pname, --uid, --container-name, ... or --tls-keylog=any tells",
    ],
    [
      ["--write-keylog-file=k", "-r", "x"],
      "--write-keylog-file: TLS secrets cannot be had while reading a file (-r, -V)",
    ],
  ],
  "embed-keylog-to-pcapng": [
    [
      ["--embed-keylog-to-pcapng", "--tls-keylog=any", "-w", "x"],
      set({ secrets: { file: null, embed: true, any: true }, writeFile: "x" }),
    ],
    [
      ["--embed-keylog-to-pcapng", "--tls-keylog=any", "-w", "x.pcap"],
      "--embed-keylog-to-pcapng: give the name of a pcapng file (-w)",
    ],
  ],
  "tls-keylog": [
    [
      ["--tls-keylog", "any", "--write-keylog-file=k"],
      set({ secrets: { file: "k", embed: false, any: true } }),
    ],
    [["--tls-keylog=some"], "unknown choice of TLS secrets 'some' (known: any)"],
    [["--tls-keylog=any"], "--tls-keylog: where to? --write-keylog-file or --embed-keylog-to-pcapng tells"],
  ],
  pname: [
    [["--pname=curl", "--pname", "a,b"], whose({ names: ["curl", "a,b"] })],
    [["--pname="], "empty process name"],
  ],
  uid: [
    [["--uid=0,1000", "--uid", "65534"], whose({ uids: [0, 1000, 65534] })],
    [["--uid", "root"], "invalid user id 'root' (must be a number)"],
    [["--uid", "4294967295"], "invalid user id '4294967295' (must be a number)"],
  ],
  "container-id": [
    [
      ["--container-id=0123456789ab", "--container-id", "web"],
      inContainers({ ids: ["0123456789ab", "web"] }),
    ],
    [["--container-id="], "empty container id"],
  ],
  "container-name": [
    [["--container-name=web", "--container-name", "a,b"], inContainers({ names: ["web", "a,b"] })],
    [["--container-name="], "empty container name"],
  ],
  "pod-name": [
    [
      ["--pod-name=web-0.shop", "--pod-name", "a.b.c.kube-system", "--pod-name=web"],
      inContainers({
        pods: [
          { name: "web-0", namespace: "shop" },
          { name: "a.b.c", namespace: "kube-system" },
          { name: "web", namespace: "default" },
        ],
      }),
    ],
    [["--pod-name="], "invalid pod name '' (must be NAME.NAMESPACE)"],
    [["--pod-name=web."], "invalid pod name 'web.' (must be NAME.NAMESPACE)"],
    [["--pod-name=.shop"], "invalid pod name '.shop' (must be NAME.NAMESPACE)"],
  ],
  "docker-address": [
    [["--docker-address=/run/d.sock"], set({ engines: { ...PLAIN.engines, docker: "/run/d.sock" } })],
    [["--docker-address", "unix:///d.sock"], set({ engines: { ...PLAIN.engines, docker: "/d.sock" } })],
    [
      ["--docker-address=tcp://localhost:2375"],
      "invalid --docker-address 'tcp://localhost:2375' (must be the path of a Unix socket)",
    ],
  ],
  "containerd-address": [
    [["--containerd-address=/c.sock"], set({ engines: { ...PLAIN.engines, containerd: "/c.sock" } })],
    [["--containerd-address="], "invalid --containerd-address '' (must be the path of a Unix socket)"],
  ],
  "cri-runtime-address": [
    [["--cri-runtime-address", "unix:/c.sock"], set({ engines: { ...PLAIN.engines, cri: "/c.sock" } })],
    [
      ["--cri-runtime-address=c.sock"],
      "invalid --cri-runtime-address 'c.sock' (must be the path of a Unix socket)",
    ],
  ],
  f: [
    [["-f", "--pid=1"], whose({ pids: [1], followForks: true })],
    [["--follow-forks"], whose({ followForks: true })],
  ],
  w: [
    [["-w", "x.pcap"], set({ writeFile: "x.pcap", writeFormat: "pcap" })],
    [["-w", "X.PCAP"], set({ writeFile: "X.PCAP", writeFormat: "pcap" })],
    [["--write-file=x.pcapng"], set({ writeFile: "x.pcapng" })],
    [["-w", "pcap"], set({ writeFile: "pcap" })],
    [["-w", "-"], set({ writeFile: "-" })],
    [["-w-"], set({ writeFile: "-" })],
  ],
  print: [
    [["--print", "-w", "x"], set({ print: true, writeFile: "x" })],
    [["--print", "-w", "-"], "--print and -w - would both write to standard output: give -w a file name"],
  ],
  U: [
    [["-U"], set({ packetBuffered: true })],
    [["--packet-buffered"], set({ packetBuffered: true })],
  ],
  n: [
    [["-n"], text({ numeric: 1 })],
    [["-nn", "--no-convert-addr"], text({ numeric: 3 })],
  ],
  N: [[["-N"], text({ shortNames: true })]],
  lengths: [[["--lengths"], text({ lengths: true })]],
  K: [
    [["-K"], text({ unverified: true })],
    [["--dont-verify-checksums"], text({ unverified: true })],
  ],
  T: [
    [["-T", "rtp"], text({ packetType: "rtp" })],
    [["-TPGM_ZMTP1", "-T", "Domain"], text({ packetType: "domain" })],
    [
      ["-T", "foo"],
      "unknown packet type 'foo' (known: aodv, carp, cnfp, domain, lmp, pgm, pgm_zmtp1, ptp, quic, radius, resp, rpc, rtcp, rtp, snmp, someip, tftp, vat, vxlan, wb, zmtp1)",
    ],
  ],
  b: [[["-b"], text({ asdot: true })]],
  H: [[["-H"], text({ mesh: true })]],
  u: [[["-u"], text({ rawHandles: true })]],
  m: [[["-m", "a", "-mb"], set({ mibModules: ["a", "b"] })]],
  E: [[["-E", "3des-cbc:secret"], text({ espSecret: "3des-cbc:secret" })]],
  M: [[["-Msecret"], text({ tcpSecret: "secret" })]],
  g: [
    [["-g"], text({ ipOneline: true })],
    [["--ip-oneline"], text({ ipOneline: true })],
  ],
  "print-sampling": [
    [["--print-sampling=3"], { ...text({ sampling: 3, absoluteSequence: true }), print: true }],
    [["--print-sampling", "0"], "invalid print sampling 0"],
    [
      ["--print-sampling", "2", "-w", "-"],
      "--print and -w - would both write to standard output: give -w a file name",
    ],
  ],
  q: [
    [["-q"], text({ quiet: true })],
    [["--quiet"], text({ quiet: true })],
  ],
  v: [
    [["-v"], text({ verbose: 1 })],
    [["-v", "--verbose"], text({ verbose: 2 })],
    [["-vvvv"], text({ verbose: 4 })],
  ],
  e: [[["-e"], text({ linkHeader: true })]],
  "#": [
    [["-#"], text({ number: true })],
    [["--number"], text({ number: true })],
    [["--number=1"], "option '--number' doesn't allow an argument"],
  ],
  S: [
    [["-S"], text({ absoluteSequence: true })],
    [["--absolute-tcp-sequence-numbers"], text({ absoluteSequence: true })],
  ],
  A: [
    [["-A"], text({ ascii: 1 })],
    [["-A", "--print-data-in-ascii", "-A"], text({ ascii: 2 })],
  ],
  x: [
    [["-x"], text({ hex: 1 })],
    [["-xx"], text({ hex: 2 })],
    [["-xx", "--print-data-in-hex"], text({ hex: 2 })],
  ],
  X: [
    [["-X"], text({ hexAscii: 1 })],
    [["-XX"], text({ hexAscii: 2 })],
    [["-XX", "--print-data-in-hex-ascii"], text({ hexAscii: 2 })],
  ],
  t: [
    [["-t"], text({ timestamp: 1 })],
    [["--no-timestamp", "--print-timestamp"], text({ timestamp: 2 })],
    [["-ttttt"], text({ timestamp: 5 })],
    [["-tttttt"], "only -t, -tt, -ttt, -tttt and -ttttt are supported"],
  ],
  "time-stamp-precision": [
    [["--time-stamp-precision=nano"], text({ precision: "nano" })],
    [["--time-stamp-precision", "micro"], text({ precision: "micro" })],
    [["--time-stamp-precision=NANO"], "unsupported time stamp precision 'NANO' (known: micro, nano)"],
  ],
  micro: [[["--nano", "--micro"], text({ precision: "micro" })]],
  nano: [[["--nano"], text({ precision: "nano" })]],
  context: [
    [["--context=process"], text({ context: new Set(["process"] as const) })],
    [
      ["--context", "process,user", "--context=pod"],
      text({ context: new Set(["process", "user", "pod"] as const) }),
    ],
    [
      ["--context=process,proc"],
      "unknown context 'proc' (known: process, thread, parentproc, user, container, pod)",
    ],
    [["--context="], "unknown context '' (known: process, thread, parentproc, user, container, pod)"],
  ],
  oneline: [[["--oneline"], text({ oneline: true })]],
  count: [
    [["--count", "-r", "x"], set({ countOnly: true, mode: "read", readFile: "x" })],
    [["--count=3"], "option '--count' doesn't allow an argument"],
  ],
  l: [[["-l"], set({ lineBuffered: true })]],
  B: [
    [["-B", "4096"], set({ bufferKiB: 4096 })],
    [["--buffer-size=1"], set({ bufferKiB: 1 })],
    [["-B", "0"], "invalid packet buffer size 0"],
    [["-B", "9999999999"], "invalid packet buffer size 9999999999"],
  ],
  "immediate-mode": [[["--immediate-mode"], set({ immediate: true })]],
  "kernel-btf": [
    [["--kernel-btf=/boot/x.btf"], set({ kernelBtf: "/boot/x.btf" })],
    [["--kernel-btf", ""], "--kernel-btf: empty file name"],
  ],
  "no-download": [[["--no-download"], set({ download: false })]],
  "log-level": [
    [["--log-level=debug"], set({ logLevel: "debug" })],
    [["--log-level", "loud"], "unknown log level 'loud' (known: debug, info, warn, error, fatal)"],
  ],
  version: [
    [["--version"], set({ mode: "version" })],
    [["--version", "--nonsense"], set({ mode: "version" })],
    [["--version", "-v"], set({ mode: "version", text: { ...PLAIN.text, verbose: 1 } })],
    [["--nonsense", "--version"], "unrecognized option '--nonsense' (ptcpdump --help lists the options)"],
  ],
  h: [
    [["-h"], set({ mode: "help" })],
    [["--help"], set({ mode: "help" })],
    [["-nh", "-c", "x"], { ...text({ numeric: 1 }), mode: "help" }],
  ],
};

/** Command lines as a whole. */
const LINES: [args: string[], expected: Settings | string][] = [
  [[], PLAIN],
  [["tcp", "port", "80"], set({ expression: "tcp port 80" })],
  [["tcp port 80"], set({ expression: "tcp port 80" })],
  [["-"], set({ expression: "-" })],
  [
    ["-nnvvXi", "lo", "tcp"],
    set({
      interfaces: ["lo"],
      expression: "tcp",
      text: { ...PLAIN.text, numeric: 2, verbose: 2, hexAscii: 1 },
    }),
  ],
  [
    ["-nilo", "tcp", "-c", "3", "port", "80", "-v"],
    set({
      interfaces: ["lo"],
      count: 3,
      expression: "tcp port 80",
      text: { ...PLAIN.text, numeric: 1, verbose: 1 },
    }),
  ],
  [["--time-stamp-p", "nano"], text({ precision: "nano" })],
  [
    ["--time", "nano"],
    "option '--time' is ambiguous; possibilities: '--time-stamp-type' '--time-stamp-precision'",
  ],
  [["--snap=10"], set({ snaplen: 10 })],
  [["--print-data-in-hex"], text({ hex: 1 })],
  [
    ["--n"],
    "option '--n' is ambiguous; possibilities: '--netns' '--no-promiscuous-mode' '--no-optimize' '--no-convert-addr' '--number' '--no-timestamp' '--nano' '--no-download'",
  ],
  [["--snap"], "option '--snapshot-length' requires an argument"],
  [["--foo=1"], "unrecognized option '--foo' (ptcpdump --help lists the options)"],
  [["-nYn"], "invalid option -- 'Y' (ptcpdump -h lists the options)"],
  [["-n="], "invalid option -- '=' (ptcpdump -h lists the options)"],
  [
    ["tcp", "--", "curl", "-v", "--", "http://h/"],
    set({
      interfaces: ["any"],
      expression: "tcp",
      command: ["curl", "-v", "--", "http://h/"],
      processes: { ...PLAIN.processes, followForks: true },
    }),
  ],
  [
    ["-i", "lo", "--", "true"],
    set({ interfaces: ["lo"], command: ["true"], processes: { ...PLAIN.processes, followForks: true } }),
  ],
  [["-i", "--", "x"], set({ interfaces: ["--"], expression: "x" })],
  [["tcp", "--"], "no command after --"],
];

function check(args: readonly string[], expected: Settings | string): void {
  if (typeof expected === "string")
    assert.throws(() => settingsOf(args), { name: "Failure", message: expected, status: 1 });
  else assert.deepEqual(settingsOf(args), expected);
}

const nameOf = (option: (typeof OPTIONS)[number]): string => option.short ?? option.long[0] ?? "";

for (const option of OPTIONS) {
  const name = nameOf(option);
  test(`option ${name}`, async (t) => {
    const cases = CASES[name];
    assert.ok(cases, "an option without a case");
    for (const [args, expected] of cases) await t.test(args.join(" "), () => check(args, expected));
    // Each spelling is used by some case.
    const words = cases.flatMap(([args]) => args);
    for (const long of option.long)
      assert.ok(
        words.some((word) => word.split("=")[0] === `--${long}`),
        `--${long} is in no case`,
      );
    if (option.short !== undefined)
      assert.ok(
        words.some((word) => /^-[^-]/.test(word) && word.includes(option.short!)),
        `-${option.short} is in no case`,
      );
  });
}

test("no case is left over", () => {
  assert.deepEqual(Object.keys(CASES).sort(), OPTIONS.map(nameOf).sort());
});

test("no two options share a spelling", () => {
  const spellings = OPTIONS.flatMap(({ short, long }) => [
    ...(short === undefined ? [] : [`-${short}`]),
    ...long,
  ]);
  assert.equal(new Set(spellings).size, spellings.length);
});

for (const [args, expected] of LINES)
  test(`command line: ${args.join(" ") || "(empty)"}`, () => check(args, expected));

test("the default snapshot length is the largest", () => {
  assert.equal(PLAIN.snaplen, MAX_SNAPLEN);
});

test("the help shows every option under its heading, in 80 columns", () => {
  const help = helpText();
  for (const option of OPTIONS) {
    assert.match(option.help, /^[A-Z].*\.$/, `${nameOf(option)}: help is not a sentence`);
    for (const text of [option.help, ...(option.man ?? []), option.differs ?? ""])
      assert.match(text, /^[\x20-\x7e]*$/, `${nameOf(option)}: not plain ASCII`);
    const section = help.slice(help.indexOf(`\n${option.group}:\n`)).split("\n\n")[0]!;
    assert.ok(section.includes(`\n  ${synopsis(option)}`), `${nameOf(option)} is missing`);
  }
  for (const group of GROUPS) assert.ok(optionsText().includes(`${group}:\n`), group);
  assert.deepEqual(
    help.split("\n").filter((line) => line.length > 80 || line.endsWith(" ")),
    [],
  );
});
