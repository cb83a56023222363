// The process filter for files: --pid, --pname, --uid, and containers and pods, on what the file tells of each
// packet's owner.
// Live, the kernel filters; this is only for savefiles.
import { basename } from "node:path";
import { hasContainerChoice, isChosenContainer } from "../attribution/containers.ts";
import type { Context } from "../model/context.ts";
import type { ProcessFilter } from "../model/settings.ts";

/** True if any process filter is given. */
export function hasChoice(filter: ProcessFilter): boolean {
  return (
    filter.pids.length + filter.names.length + filter.uids.length > 0 || hasContainerChoice(filter.containers)
  );
}

/** Whether an owner is chosen: the union of what is given, as in the kernel. A packet without owner is not. */
export function isChosen(filter: ProcessFilter, context: Context | null): boolean {
  if (context === null) return false;
  const { process, parent, thread, uid } = context;
  if (process && filter.pids.includes(process.pid)) return true;
  if (parent && filter.followForks && filter.pids.includes(parent.pid)) return true;
  if (uid !== null && filter.uids.includes(uid)) return true;
  if (isChosenContainer(filter.containers, context.container?.id ?? "", context)) return true;
  return filter.names.some((name) => (process && basename(process.cmd) === name) || thread?.name === name);
}
