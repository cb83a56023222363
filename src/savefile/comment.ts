// What ptcpdump knows of a packet's owner, as pcapng comments: one opt_comment per group, lines "Key: value".
// The keys are those of the Go ptcpdump, so that each reads the other's files.
//
// Values are escaped, for a process chooses its own arguments and must not be able to forge a "PID:" line:
//     \xHH           a control character (C0, DEL, C1) by its code, or a backslash before one of n r t u x
//     \u2028 \u2029  Unicode's line and paragraph separators
// Every other backslash stands for itself. So no value contains a line feed, nor the "\n" as which tshark shows
// one. Labels and annotations are JSON, which escapes by itself, likewise without "\n". The Go ptcpdump does not
// escape: what it wrote is read as it stands.
import type { Container, Context, ContextPart, Pod, Process, Thread } from "../model/context.ts";

/** Longest value of a pcapng option in bytes: its length is a 16-bit field. */
export const MAX_OPTION = 65535;

/** Path that stands for the namespace ptcpdump itself ran in, as the Go ptcpdump writes it. */
export const OWN_NETNS_PATH = "/proc/self/ns/net";

// What a shortened value ends with, as in the Go ptcpdump.
const CUT = "...";

// Most bytes of one value before its group's last, which may take the rest of the option.
const FIELD_LIMIT = 8192;

const ESCAPED = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\\(?=[nrtux])/g;
const ESCAPES = /\\x([0-9a-f]{2})|\\(u202[89])/g;
const MAY_ESCAPE = /[\\\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

function escapeCharacter(ch: string): string {
  const code = ch.charCodeAt(0);
  return code > 0xff ? `\\u${code.toString(16)}` : `\\x${code.toString(16).padStart(2, "0")}`;
}

/** A value of one line that unescapeValue() turns back into exactly `value`. */
export function escapeValue(value: string): string {
  return MAY_ESCAPE.test(value) ? value.replace(ESCAPED, escapeCharacter) : value;
}

/** Undoes escapeValue(). A backslash that begins no escape stands for itself. */
export function unescapeValue(value: string): string {
  if (!value.includes("\\")) return value;
  return value.replace(ESCAPES, (_, hex: string | undefined, separator: string | undefined) =>
    String.fromCharCode(Number.parseInt(hex ?? separator!.slice(1), 16)),
  );
}

function utf8Length(code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

/** Escapes `value` into at most `limit` bytes of UTF-8: cut between two characters and marked with "..." if longer. */
export function escapeWithin(value: string, limit: number): string {
  if (value.length * 6 <= limit) return escapeValue(value);
  let bytes = 0;
  let whole = 0; // index in `value` up to which characters, and the mark, fit
  let index = 0;
  for (const ch of value) {
    // A backslash is counted as if escaped.
    bytes += MAY_ESCAPE.test(ch) ? escapeCharacter(ch).length : utf8Length(ch.codePointAt(0)!);
    if (bytes > limit) return escapeValue(value.slice(0, whole)) + CUT;
    index += ch.length;
    if (bytes + CUT.length <= limit) whole = index;
  }
  return escapeValue(value);
}

function jsonEscape(shown: string): string {
  const code = (JSON.parse(`"${shown}"`) as string).charCodeAt(0);
  return `\\u${code.toString(16).padStart(4, "0")}`;
}

/** A map as JSON on one line of at most `limit` bytes; what does not fit is left out, and counted under "...". */
function mapWithin(map: Readonly<Record<string, string>>, limit: number): string {
  const entries = Object.entries(map);
  let kept = entries.length;
  for (;;) {
    const shown = Object.fromEntries(entries.slice(0, kept));
    if (kept < entries.length) shown[CUT] = `${entries.length - kept} more`;
    const json = JSON.stringify(shown)
      // JSON escapes C0 only, and some of it by a letter.
      .replace(/\\[\\nrtbf]|[\u007f-\u009f\u2028\u2029]/g, jsonEscape);
    const bytes = Buffer.byteLength(json);
    if (bytes <= limit || kept === 0) return json;
    // Entries are of uneven size: drop in proportion, at least one.
    kept = Math.min(kept - 1, Math.floor((kept * limit) / bytes));
  }
}

function processGroup(prefix: string, process: Process): string {
  const head = `${prefix}PID: ${process.pid}\n${prefix}Cmd: ${escapeWithin(process.cmd, FIELD_LIMIT)}\n${prefix}Args: `;
  return head + escapeWithin(process.args.join(" "), MAX_OPTION - Buffer.byteLength(head));
}

function containerGroup(container: Container): string {
  const head =
    `ContainerName: ${escapeWithin(container.name, FIELD_LIMIT)}\n` +
    `ContainerId: ${escapeWithin(container.id, FIELD_LIMIT)}\n` +
    `ContainerImage: ${escapeWithin(container.image, FIELD_LIMIT)}\nContainerLabels: `;
  return head + mapWithin(container.labels, MAX_OPTION - Buffer.byteLength(head));
}

function podGroup(pod: Pod): string {
  const head =
    `PodName: ${escapeWithin(pod.name, FIELD_LIMIT)}\n` +
    `PodNamespace: ${escapeWithin(pod.namespace, FIELD_LIMIT)}\n` +
    `PodUID: ${escapeWithin(pod.uid, FIELD_LIMIT)}\nPodLabels: ${mapWithin(pod.labels, 2 * FIELD_LIMIT)}\nPodAnnotations: `;
  return head + mapWithin(pod.annotations, MAX_OPTION - Buffer.byteLength(head));
}

/**
 * The comments of a context, in the order in which they are written: one string per group, each at most
 * MAX_OPTION bytes of UTF-8. `parts` chooses the groups; nothing known gives no comment.
 */
export function contextComments(context: Context, parts: ReadonlySet<ContextPart>): string[] {
  const comments: string[] = [];
  const { process, thread, uid, parent, container, pod } = context;
  if (process !== null && parts.has("process")) comments.push(processGroup("", process));
  if (thread !== null && parts.has("thread"))
    comments.push(`ThreadId: ${thread.tid}\nThreadName: ${escapeWithin(thread.name, FIELD_LIMIT)}`);
  if (uid !== null && parts.has("user")) comments.push(`UserId: ${uid}`);
  if (parent !== null && parts.has("parentproc")) comments.push(processGroup("Parent", parent));
  if (container !== null && parts.has("container")) comments.push(containerGroup(container));
  if (pod !== null && parts.has("pod")) comments.push(podGroup(pod));
  return comments.map((comment) => comment.toWellFormed());
}

// Every key that was ever written, with the name it has today.
const KEYS: ReadonlyMap<string, string> = new Map([
  ...[
    ...["PID", "Cmd", "Args", "ThreadId", "ThreadName", "UserId", "ParentPID", "ParentCmd", "ParentArgs"],
    ...["ContainerName", "ContainerId", "ContainerImage", "ContainerLabels"],
    ...["PodName", "PodNamespace", "PodUID", "PodLabels", "PodAnnotations"],
  ].map((key): [string, string] => [key, key]),
  ["Command", "Cmd"],
  ["ParentCommand", "ParentCmd"],
  ["TID", "ThreadId"],
  ["GroupId", "GroupId"],
]);

/** True if a comment looks like one of ours: its first line is a known key and a colon. */
export function isContextComment(comment: string): boolean {
  const colon = comment.indexOf(":");
  return colon > 0 && colon <= 15 && KEYS.has(comment.slice(0, colon));
}

function u32(value: string | undefined): number | null {
  if (value === undefined || !/^[0-9]{1,10}$/.test(value)) return null;
  const n = Number(value);
  return n <= 0xffffffff ? n : null;
}

// The text shows arguments joined by spaces: splitting at every space gives the same text again.
function splitArgs(args: string): string[] {
  return args === "" ? [] : args.split(" ");
}

function parseMap(json: string): Record<string, string> {
  const map: Record<string, string> = {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return map; // Damaged labels are not worth the packet.
  }
  if (typeof parsed !== "object" || parsed === null) return map;
  for (const [key, value] of Object.entries(parsed)) {
    // defineProperty, for a label may be called "__proto__".
    if (typeof value === "string")
      Object.defineProperty(map, key, { value, enumerable: true, writable: true, configurable: true });
  }
  return map;
}

/**
 * The context that a packet's comments tell; null if they tell none. `escaped` is false for a file of the
 * Go ptcpdump: its values are taken as they stand, a line without a known key continues the value before,
 * and the first of two equal keys counts.
 */
export function parseComments(comments: readonly string[], escaped: boolean): Context | null {
  const values = new Map<string, string>();
  for (const comment of comments) {
    if (!isContextComment(comment)) continue;
    let last = "";
    for (const line of comment.split("\n")) {
      const colon = line.indexOf(":");
      const key = colon > 0 && colon <= 15 ? KEYS.get(line.slice(0, colon)) : undefined;
      if (key === undefined) {
        if (!escaped && last !== "") values.set(last, `${values.get(last)}\n${line}`);
        continue;
      }
      last = "";
      if (values.has(key)) continue;
      const start = line[colon + 1] === " " ? colon + 2 : colon + 1;
      values.set(key, line.slice(start));
      last = key;
    }
  }
  if (values.size === 0) return null;

  const text = (key: string): string => {
    const value = values.get(key) ?? "";
    return escaped ? unescapeValue(value) : value.trim();
  };
  const map = (key: string): Record<string, string> => parseMap(values.get(key) ?? "");
  const number = (key: string): number | null => u32(values.get(key)?.trim());

  const processOf = (prefix: string): Process | null => {
    const pid = number(`${prefix}PID`);
    if (pid === null || pid === 0) return null;
    return { pid, cmd: text(`${prefix}Cmd`), args: splitArgs(text(`${prefix}Args`)) };
  };
  const tid = number("ThreadId");
  const thread: Thread | null = tid === null || tid === 0 ? null : { tid, name: text("ThreadName") };
  const container: Container | null =
    text("ContainerId") === "" && text("ContainerName") === ""
      ? null
      : {
          id: text("ContainerId"),
          name: text("ContainerName"),
          image: text("ContainerImage"),
          labels: map("ContainerLabels"),
        };
  const pod: Pod | null =
    text("PodName") === ""
      ? null
      : {
          name: text("PodName"),
          namespace: text("PodNamespace"),
          uid: text("PodUID"),
          labels: map("PodLabels"),
          annotations: map("PodAnnotations"),
        };
  const context: Context = {
    process: processOf(""),
    thread,
    parent: processOf("Parent"),
    uid: number("UserId"),
    container,
    pod,
  };
  return Object.values(context).every((part) => part === null) ? null : context;
}

/** What an interface description's comment tells of the device; null if it is not ptcpdump's. */
export interface DeviceComment {
  ifindex: number;
  netnsInode: number;
  netnsPath: string;
}

/** Comment of an interface description, as the Go ptcpdump writes it. */
export function deviceComment(device: DeviceComment): string {
  return `ifIndex: ${device.ifindex}, netNsInode: ${device.netnsInode}, netNsPath: ${escapeWithin(device.netnsPath, FIELD_LIMIT)}`;
}

/** Undoes deviceComment(); early versions of the Go ptcpdump left out one end or the other. */
export function parseDeviceComment(comment: string, escaped: boolean): DeviceComment | null {
  const match =
    /^(?:ifIndex: ([0-9]{1,10}))?(?:(?:^|, )netNsInode: ([0-9]{1,15}), netNsPath: ([^\n]*))?$/.exec(comment);
  if (match === null || (match[1] === undefined && match[2] === undefined)) return null;
  const path = match[3] ?? "";
  return {
    ifindex: Number(match[1] ?? 0),
    netnsInode: Number(match[2] ?? 0),
    netnsPath: escaped ? unescapeValue(path) : path,
  };
}
