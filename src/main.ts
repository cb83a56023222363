// ptcpdump: wiring, signals, exit statuses. The only place that ends the process.
import { existsSync, readFileSync, writeSync } from "node:fs";
import { constants } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { type Addon, loadAddon } from "./addon/addon.ts";
import { escaped } from "./bytes/escape.ts";
import { helpText } from "./cli/help.ts";
import { settingsOf } from "./cli/settings.ts";
import type { CaptureCounters } from "./kernel/capture.ts";
import { isFeature } from "./kernel/features.ts";
import { EXIT_FAILURE, Failure, systemMessage } from "./model/failure.ts";
import type { Device } from "./model/packet.ts";
import type { LogLevel, Settings } from "./model/settings.ts";
import { clockList, code, linkTypeList, linkTypeNamed } from "./pipeline/inquiry.ts";
import { deviceList } from "./pipeline/interfaces.ts";
import { readPackets } from "./pipeline/offline.ts";
import { Session, type SessionResult, type TestSwitches } from "./pipeline/session.ts";
import { type Sinks, sinkMaker } from "./pipeline/sinks.ts";
import { User } from "./pipeline/user.ts";
import type { Progress } from "./savefile/input.ts";
import { describeLinkType } from "./savefile/linktype.ts";
import { openingLine, unpackSavefile } from "./savefile/savefile.ts";
import { isTerminal } from "./sink/output.ts";

declare const PTCPDUMP_VERSION: string;

const VERSION = typeof PTCPDUMP_VERSION === "string" ? PTCPDUMP_VERSION : "source";
const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error", "fatal"];
/** So long (ms) after a first signal another one ends the program whatever it is at. */
const PATIENCE = 2000;
const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
/** What a shell sees of a program that SIGPIPE ended, as it ends tcpdump. */
const EXIT_SIGPIPE = 128 + constants.signals.SIGPIPE;

/** The bundle lies in build/ beside addon and eBPF object; the sources lie in src/ next to it. */
const buildFolder =
  basename(import.meta.dirname) === "src" ? join(import.meta.dirname, "..", "build") : import.meta.dirname;

/** What whoever packed this says is in it (scripts/dist.ts); not there in a developer's build. */
const inventoryFile = join(buildFolder, "sbom.spdx.json");

/** The program that a user starts: the one file tells where it lies, else it is in bin/. */
function programPath(): string {
  return existsSync(inventoryFile)
    ? (process.argv[1] ?? "ptcpdump")
    : resolve(dirname(buildFolder), "bin", "ptcpdump");
}

let loaded: Addon | null = null;
function addon(): Addon {
  loaded ??= loadAddon(join(buildFolder, "ptcpdump.node"));
  return loaded;
}

/** Not by process.stderr, which makes a pipe non-blocking for whoever shares it, a command after "--" included. */
function say(line: string): void {
  show(`${line}\n`);
}

function show(text: string): void {
  try {
    writeSync(STDERR, text);
  } catch {
    // Nobody is there to be told.
  }
}

function logger(level: LogLevel): (at: LogLevel, line: string) => void {
  const least = LEVELS.indexOf(level);
  return (at, line) => {
    if (LEVELS.indexOf(at) >= least) say(`ptcpdump: ${line}`);
  };
}

function packets(count: number): string {
  return `${count} packet${count === 1 ? "" : "s"}`;
}

/** tcpdump's three lines. */
function report(captured: number, counters: CaptureCounters): string {
  const dropped = counters.droppedRing + counters.droppedCopy;
  return `${packets(captured)} captured
${packets(counters.matched - counters.unwanted)} received by filter
${packets(dropped)} dropped by kernel`;
}

function versionText(): string {
  const { pcapVersion, bpfVersion } = addon();
  return `ptcpdump version ${VERSION}\n${pcapVersion()}\nlibbpf version ${bpfVersion()}\nNode.js ${process.version}`;
}

/** --version -v: everything that is packed with this program, a line each. */
function inventory(): string {
  if (!existsSync(inventoryFile)) return "not packed: the libraries are the system's own\n";
  const { packages } = JSON.parse(readFileSync(inventoryFile, "utf8")) as {
    packages: { name: string; versionInfo: string; licenseConcluded: string; comment?: string }[];
  };
  return packages
    .map(({ name, versionInfo, licenseConcluded, comment }) => {
      const contents = comment?.startsWith("with ") ? `\n  ${comment}` : "";
      return `${name} ${versionInfo} (${licenseConcluded})${contents}\n`;
    })
    .join("");
}

/** What a pcap file costs whoever expects of it what a pcapng file has. */
function pcapNote({ writeFile, writeFormat }: Settings): string | null {
  if (writeFile === null || writeFormat !== "pcap") return null;
  return `${writeFile}: a pcap file does not keep the processes; -w ${writeFile.replace(/\.pcap$/i, ".pcapng")} does`;
}

/** The versions before the help, as tcpdump has them; help is to be had without libraries, too. */
function versionTextIfAny(): string {
  try {
    return `${versionText()}\n`;
  } catch {
    return `ptcpdump version ${VERSION}\n`;
  }
}

/** tcpdump's line(s) once the capture is ready. */
function listening(settings: Settings, devices: readonly Device[], any: boolean): void {
  const types = [...new Set(devices.map((device) => device.linkType))].map(describeLinkType);
  const names = any ? "any" : devices.map((device) => device.name).join(", ");
  const line = `listening on ${names}, link-type ${types.join(", ") || "none"}, snapshot length ${settings.snaplen} bytes`;
  const silent = settings.writeFile !== null && !settings.print;
  if (silent || settings.text.verbose > 0 || settings.countOnly) say(`ptcpdump: ${line}`);
  else say(`ptcpdump: verbose output suppressed, use -v[v]... for full protocol decode\n${line}`);
}

/** The hidden switches of a comma-separated list. Throws Failure where a feature is none. */
function testSwitches(list: string): TestSwitches {
  const words = list.split(",");
  const hidden = words.flatMap((word) => {
    const [, name] = /^without:(.*)$/.exec(word) ?? [];
    if (name === undefined) return [];
    if (!isFeature(name)) throw new Failure("usage", `PTCPDUMP_TEST: "${name}" is no feature of a kernel`);
    return [name];
  });
  const mapEntries = words.flatMap((word): [string, number][] => {
    const [, name, entries] = /^map:(\w+)=(\d+)$/.exec(word) ?? [];
    return name === undefined ? [] : [[name, Number(entries)]];
  });
  const valued = (name: string): string | null =>
    words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
  const limit = valued("btf-limit");
  return {
    hidden,
    mapEntries: new Map(mapEntries),
    btf: {
      hidden: words.includes("no-btf"),
      folder: valued("btf-folder"),
      mirror: valued("btf-mirror"),
      limit: limit === null ? null : Number(limit),
    },
    attribution: !words.includes("no-attribution"),
  };
}

/** As tcpdump, -v tells the number of packets while they are only written. */
function tellsProgress({ writeFile, print, text }: Settings): boolean {
  return writeFile !== null && !print && text.verbose > 0;
}

/** Tells it once a second if it has changed, each time in the place of the one before. */
function progressTicker(session: Session): NodeJS.Timeout {
  let told = -1;
  return setInterval(() => {
    const captured = session.progress?.captured ?? told;
    if (captured === told) return;
    told = captured;
    show(`Got ${captured}\r`);
  }, 1000);
}

async function capture(settings: Settings): Promise<number> {
  const log = logger(settings.logLevel);
  const session: Session = new Session(settings, {
    addon: addon(),
    buildFolder,
    program: programPath(),
    switches: testSwitches(process.env["PTCPDUMP_TEST"] ?? ""),
    debug: (line) => log("debug", line),
    warn: (line) => log("warn", line),
    say: (line) => say(`ptcpdump: ${line}`),
    ready: (devices, any) => {
      const note = pcapNote(settings);
      if (note !== null) log("warn", note);
      listening(settings, devices, any);
    },
    version: VERSION,
  });
  let stopped = Number.POSITIVE_INFINITY;
  const stop = (signal: NodeJS.Signals) => {
    // What is captured is still written; whoever cannot wait for a disk or a pipe that stands still asks again, but not
    // by pressing a key twice.
    if (performance.now() - stopped > PATIENCE) {
      // As the signal does to a program without a handler: an orderly exit would wait for the write that hangs.
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
    stopped = Math.min(stopped, performance.now());
    session.stop();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop).on("SIGHUP", stop);
  process.on("SIGUSR1", () => {
    const { progress } = session;
    if (progress) say(report(progress.captured, progress.counters));
  });
  process.on("SIGUSR2", () => session.flush());
  // A file larger than its limit (ulimit -f) is a failed write, not the end of the program.
  process.on("SIGXFSZ", () => {});
  const ticker = tellsProgress(settings) ? progressTicker(session) : null;
  try {
    return conclude(await session.run(), log);
  } finally {
    if (ticker !== null) clearInterval(ticker);
    session.close();
  }
}

/** Reports at the end; the exit status. */
function conclude(result: SessionResult, log: ReturnType<typeof logger>): number {
  const { captured, counters, missed, status, error } = result;
  if (error instanceof Failure && error.code === "closed-pipe") return EXIT_SIGPIPE;
  if (error) fail(error);
  say(report(captured, counters));
  const unnoted = counters.lostRecords + counters.mapFull + missed;
  if (unnoted > 0) log("warn", `${unnoted} owners could not be noted: some packets may be unnamed`);
  log(
    "debug",
    `ring: ${counters.matched} packets matched the expression, ${counters.unwanted} of them not the process filter, ${counters.captured} written, ${counters.named} named`,
  );
  return error instanceof Failure ? error.status : error ? EXIT_FAILURE : status;
}

/** The files to read: -r's, or those that -V lists, a line each as fgets(3) has it. Throws Failure "read". */
function filesToRead({ readFile, fileList }: Settings): string[] {
  if (fileList === null) return readFile === null ? [] : [readFile];
  let text: string;
  try {
    text = readFileSync(fileList === "-" ? STDIN : fileList, "utf8");
  } catch (error) {
    throw new Failure("read", `Unable to open file: ${systemMessage(error)}`);
  }
  const names = text.split("\n");
  if (names.at(-1) === "") names.pop();
  if (names.length === 0) throw new Failure("read", `Nothing in ${fileList}`);
  return names;
}

const PROGRESS_FIRST = 1000;
const PROGRESS_NEXT = 500;

/**
 * How far a long read has come, on a terminal that no packets are printed on: from the second second (ms) on, renewed
 * every half, wiped off at the end.
 */
function readingProgress(name: string, settings: Settings): { told: Progress | null; end: () => void } {
  const prints = !settings.countOnly && (settings.writeFile === null || settings.print);
  if (!isTerminal(STDERR) || (prints && isTerminal(STDOUT))) return { told: null, end: () => {} };
  const started = performance.now();
  let next = started + PROGRESS_FIRST;
  let shown = false;
  const told = (read: number, size: number | null): void => {
    const now = performance.now();
    if (now < next) return;
    next = now + PROGRESS_NEXT;
    const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
    const rate = `${megabytes((read / (now - started)) * 1000)} MB/s`;
    const part =
      size === null ? "" : ` of ${megabytes(size)} (${Math.floor((read / Math.max(size, 1)) * 100)} %)`;
    show(`\r${name}: ${megabytes(read)}${part} MB, ${rate}\x1b[K`);
    shown = true;
  };
  return {
    told,
    end: () => {
      if (shown) show("\r\x1b[K");
    },
  };
}

async function read(settings: Settings): Promise<number> {
  // a wrong name is told before anything is opened
  if (settings.linkType !== null) linkTypeNamed(addon(), settings.linkType);
  const makeSink = await sinkMaker(settings);
  let sinks: Sinks | null = null;
  let linkType = 0;
  let skip = settings.skip;
  try {
    for (const name of filesToRead(settings)) {
      const progress = readingProgress(name, settings);
      const savefile = await unpackSavefile(name, progress.told);
      try {
        if (sinks !== null && settings.writeFile !== null && savefile.linkType !== linkType)
          throw new Failure("link-type", `${name}: new dlt does not match original`);
        sinks?.sink.flush();
        say(openingLine(name, savefile));
        ({ linkType } = savefile);
        if (sinks === null) {
          const note = pcapNote(settings);
          if (note !== null && savefile.devices.some(({ named }) => named))
            logger(settings.logLevel)("warn", note);
          if (settings.user !== null) new User(addon(), settings.user).become([]);
          sinks = makeSink({
            version: VERSION,
            devices: () => savefile.devices,
            more: false,
            addon,
            warn: (line) => logger(settings.logLevel)("warn", line),
          });
        }
        skip = await readPackets(savefile, sinks.sink, {
          expression: settings.expression,
          optimize: settings.optimize,
          processes: settings.processes,
          count: settings.count,
          skip,
          addon,
        });
      } finally {
        progress.end();
        savefile.close();
      }
    }
  } finally {
    // also after an error in the middle: what was read before it is shown
    sinks?.sink.close();
  }
  await sinks?.finished();
  return 0;
}

/** One line on stderr, whatever went wrong. */
function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  // tcpdump's words, without its name before them.
  const name = error instanceof Failure && error.code === "file-limit" ? "" : "ptcpdump: ";
  say(`${name}${message.replace(/\n+$/, "").replaceAll("\n", "; ")}`);
  if (!(error instanceof Failure) && error instanceof Error && process.env["PTCPDUMP_TEST"])
    say(error.stack ?? "");
}

async function main(): Promise<number> {
  const settings = settingsOf(process.argv.slice(2));
  for (const module of settings.mibModules)
    say(`ptcpdump: ignoring option \`-m ${escaped(module)}' (no libsmi support)`);
  switch (settings.mode) {
    case "help":
      process.stdout.write(`${versionTextIfAny()}${helpText()}`);
      return 0;
    case "version":
      process.stdout.write(`${versionText()}\n${settings.text.verbose > 0 ? inventory() : ""}`);
      return 0;
    case "list":
      process.stdout.write(deviceList(addon()));
      return 0;
    case "types":
      // on standard error, where tcpdump has them
      show(await linkTypeList(addon(), settings));
      return 0;
    case "clocks":
      show(clockList(addon(), settings));
      return 0;
    case "code":
      process.stdout.write(code(addon(), settings, filesToRead(settings)[0] ?? null, say, openingLine));
      return 0;
    case "read":
      return await read(settings);
    case "capture":
      return await capture(settings);
  }
}

/**
 * Ends the process. Node's own way out (process.exit) waits for V8's threads, and one of them that wants a collection
 * just then waits for this one (Node 26: NodePlatform::Shutdown, CollectionBarrier::AwaitCollectionBackground): a capture
 * that has ended would stay for ever. All is written and closed by now; what is left is memory.
 */
function leave(status: number): void {
  // the build goes Node's way, which keeps what was compiled (scripts/start.mjs)
  if (process.env["PTCPDUMP_TEST"] !== "compile-cache")
    try {
      addon().exitNow(status);
    } catch {
      // without the addon nothing has run for long
    }
  process.exit(status);
}

let status = EXIT_FAILURE;
try {
  status = await main();
} catch (error) {
  if (error instanceof Failure && error.code === "closed-pipe") {
    status = EXIT_SIGPIPE;
  } else {
    fail(error);
    status = error instanceof Failure ? error.status : EXIT_FAILURE;
  }
}
leave(status);
