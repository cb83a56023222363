// What text shows of a packet's owner, in ptcpdump's forms. Everything in it is hostile and goes through escaped().
import { escaped } from "../bytes/escape.ts";
import { utf8 } from "../bytes/text.ts";
import type { Context, ContextPart, Process } from "../model/context.ts";
import { CONTEXT_PARTS } from "../model/context.ts";

/** What one context adds to the text, as UTF-8. */
export interface ContextText {
  /** After the device: "curl.1234 ", or nothing. */
  readonly prefix: Uint8Array;
  /** At the end of the first line: ", Thread [..], …", or nothing. */
  readonly tail: Uint8Array;
  /** Under -v, after the packet: one line for each part, each begun with a newline and four spaces. */
  readonly lines: Uint8Array;
}

/** As much of a container's id as its engine shows. */
const SHORT_ID = 12;

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Labels as JSON, sorted by key. */
function labels(map: Readonly<Record<string, string>>): string {
  const keys = Object.keys(map).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${JSON.stringify(map[key])}`).join(",")}}`;
}

function processFields(process: Process): string {
  return `(pid ${process.pid}, cmd ${process.cmd}, args ${process.args.join(" ")})`;
}

/** The parts in short, in the order of the first line. */
function shortParts(context: Context, chosen: ReadonlySet<ContextPart>): string[] {
  const { thread, parent, uid, container, pod } = context;
  const parts: string[] = [];
  if (thread !== null && chosen.has("thread")) parts.push(`Thread [${thread.name}.${thread.tid}]`);
  if (parent !== null && chosen.has("parentproc"))
    parts.push(`ParentProc [${baseName(parent.cmd)}.${parent.pid}]`);
  // ptcpdump does not show the user here. So with all parts, the default, it stays away; asked for, it is shown.
  if (uid !== null && chosen.has("user") && chosen.size < CONTEXT_PARTS.length) parts.push(`User [${uid}]`);
  if (container !== null && chosen.has("container"))
    parts.push(`Container [${container.name || container.id.slice(0, SHORT_ID)}]`);
  if (pod !== null && chosen.has("pod")) parts.push(`Pod [${pod.name}.${pod.namespace}]`);
  return parts;
}

/** The parts in full, in the order of their lines. */
function fullParts(context: Context, chosen: ReadonlySet<ContextPart>): string[] {
  const { process, thread, parent, uid, container, pod } = context;
  const parts: string[] = [];
  if (process !== null && chosen.has("process")) parts.push(`Process ${processFields(process)}`);
  if (thread !== null && chosen.has("thread")) parts.push(`Thread (tid ${thread.tid}, name ${thread.name})`);
  if (uid !== null && chosen.has("user")) parts.push(`User (uid ${uid})`);
  if (parent !== null && chosen.has("parentproc")) parts.push(`ParentProc ${processFields(parent)}`);
  if (container !== null && chosen.has("container"))
    parts.push(
      `Container (name ${container.name}, id ${container.id}, image ${container.image}, ` +
        `labels ${labels(container.labels)})`,
    );
  if (pod !== null && chosen.has("pod"))
    parts.push(
      `Pod (name ${pod.name}, namespace ${pod.namespace}, UID ${pod.uid}, labels ${labels(pod.labels)}, ` +
        `annotations ${labels(pod.annotations)})`,
    );
  return parts;
}

/** The text of a context. `verbose`: with -v, when lines take the place of prefix and tail. */
export function contextText(
  context: Context,
  chosen: ReadonlySet<ContextPart>,
  verbose: boolean,
): ContextText {
  const { process } = context;
  let prefix = "";
  if (!verbose && process !== null && chosen.has("process"))
    prefix = `${escaped(baseName(process.cmd))}.${process.pid} `;
  const tail = verbose ? [] : shortParts(context, chosen);
  const lines = verbose ? fullParts(context, chosen) : [];
  return {
    prefix: utf8(prefix),
    tail: utf8(tail.map((part) => `, ${escaped(part)}`).join("")),
    lines: utf8(lines.map((part) => `\n    ${escaped(part)}`).join("")),
  };
}
