// From the command line to Settings: options taken in one after the other, then what they mean together.
import { readFileSync } from "node:fs";
import { CONTEXT_PARTS } from "../model/context.ts";
import { Failure } from "../model/failure.ts";
import type { Settings } from "../model/settings.ts";
import { items } from "./arguments.ts";
import { type Draft, defaults, OPTIONS, usage } from "./options.ts";

/**
 * Reads a command line (without the program's name).
 * `interfaces` stays empty where main has to choose one; -F's file is read here.
 * @throws Failure "usage", or "read" if -F's file cannot be read
 */
export function settingsOf(args: readonly string[]): Settings {
  const draft = defaults();
  const words: string[] = [];
  let command: readonly string[] | null = null;
  for (const item of items(args, OPTIONS)) {
    if (item.kind === "word") words.push(item.word);
    else if (item.kind === "command") ({ command } = item);
    else item.option.apply(draft, item.value);
    // As tcpdump does, so that help can be had whatever else is on the line.
    if (draft.mode === "help" || draft.mode === "version") {
      if (args.some((arg) => /^-v+$/.test(arg) || arg === "--verbose")) draft.text.verbose ||= 1;
      return resolved(draft, [], null);
    }
  }
  return resolved(draft, words, command);
}

/** What a run does instead of capturing, for those modes in which no command can run. */
const INSTEAD: Partial<Record<Settings["mode"], string>> = {
  read: "reading a file (-r, -V)",
  list: "listing interfaces (-D)",
  types: "listing link types (-L)",
  clocks: "listing kinds of time stamps (-J)",
  code: "printing the compiled expression (-d)",
};

/** What is to be done, in tcpdump's order: with a file -L and -J mean nothing, without any interface -d wins. */
function modeOf(draft: Draft): Settings["mode"] {
  if (draft.mode !== "capture") return draft.mode;
  const offline = draft.readFile !== null || draft.fileList !== null;
  const guessed = draft.code > 0 && draft.interfaces.length === 0;
  if (!offline && !guessed) {
    if (draft.clocks) return "clocks";
    if (draft.linkTypes) return "types";
  }
  if (draft.code > 0) return "code";
  return offline ? "read" : "capture";
}

/** What the options mean together. `command` is null without "--". */
function resolved(draft: Draft, words: readonly string[], command: readonly string[] | null): Settings {
  if (command !== null) {
    if (command.length === 0) throw usage("no command after --");
    const mode = modeOf(draft);
    const instead = INSTEAD[mode];
    if (instead !== undefined) throw usage(`a command (after --) cannot be run while ${instead}`);
  }
  if (draft.fileList !== null && draft.readFile !== null) throw usage("-V and -r are mutually exclusive.");
  // --print-sampling means --print and -S, too
  const print = draft.print || draft.text.sampling > 0;
  if (print && draft.writeFile === "-")
    throw usage("--print and -w - would both write to standard output: give -w a file name");
  const { rotation } = draft;
  if (draft.writeFile === "-" && rotation.bytes + rotation.seconds > 0)
    throw usage("-C and -G need the name of a file: standard output (-w -) has no next file");
  const { pids, names, uids, followForks, expressionFile, context, linkTypes, clocks, ...others } = draft;
  const absoluteSequence = draft.text.absoluteSequence || draft.text.sampling > 0;
  const { containerIds, containerNames, pods, keylogFile, embedKeylog, anySecrets, ...plain } = others;
  const containers = { ids: containerIds, names: containerNames, pods };
  const writeFormat = draft.writeFile?.toLowerCase().endsWith(".pcap") ? "pcap" : "pcapng";
  return {
    ...plain,
    mode: modeOf(draft),
    print,
    secrets: secretsOf(draft, command !== null, writeFormat),
    interfaces:
      (command !== null || draft.netns.length > 0) && draft.interfaces.length === 0
        ? ["any"]
        : draft.interfaces,
    writeFormat,
    expression: expressionFile === null ? words.join(" ") : expressionOf(expressionFile),
    processes: { pids, names, uids, containers, followForks: followForks || command !== null },
    command: command ?? [],
    text: { ...draft.text, absoluteSequence, context: context ?? new Set(CONTEXT_PARTS) },
  };
}

/** What the options ask of TLS secrets. */
function secretsOf(
  draft: Draft,
  command: boolean,
  writeFormat: Settings["writeFormat"],
): Settings["secrets"] {
  const { keylogFile, embedKeylog: embed, anySecrets: any } = draft;
  const asked =
    keylogFile !== null
      ? "--write-keylog-file"
      : embed
        ? "--embed-keylog-to-pcapng"
        : any
          ? "--tls-keylog"
          : "";
  const mode = modeOf(draft);
  if (mode !== "capture") {
    if (asked === "" || INSTEAD[mode] === undefined) return null;
    throw usage(`${asked}: TLS secrets cannot be had while ${INSTEAD[mode]}`);
  }
  // of the environment only where somebody is started that it would be meant for
  const file = keylogFile ?? (command || asked !== "" ? process.env["SSLKEYLOGFILE"] || null : null);
  if (asked === "" && file === null) return null;
  if (embed && (draft.writeFile === null || writeFormat === "pcap"))
    throw usage("--embed-keylog-to-pcapng: give the name of a pcapng file (-w)");
  if (any && file === null && !embed)
    throw usage("--tls-keylog: where to? --write-keylog-file or --embed-keylog-to-pcapng tells");
  const { pids, names, uids, containerIds, containerNames, pods } = draft;
  const lists = [pids, names, uids, containerIds, containerNames, pods];
  if (!command && !any && lists.every((list) => list.length === 0))
    throw usage(
      `${asked}: whose secrets? A command (-- CMD), --pid, --pname, --uid, --container-name, ... or --tls-keylog=any tells`,
    );
  return { file, embed, any };
}

/** The text of -F's file, from # to the end of a line taken as a comment. */
function expressionOf(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      ENOENT: "No such file or directory",
      EACCES: "Permission denied",
      EISDIR: "Is a directory",
    };
    throw new Failure("read", `can't open ${path}: ${reasons[code ?? ""] ?? code ?? String(error)}`);
  }
  return text.replace(/#[^\n]*/g, " ").trim();
}
