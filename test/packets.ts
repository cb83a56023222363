// ptcpdump's text taken apart: packets, what is said about their owners, and what tcpdump would have said.

export interface Owner {
  device: string;
  /** Base name of the program, "" if the packet has no owner. */
  name: string;
  /** 0 if the packet has no owner. */
  pid: number;
  direction: "In" | "Out";
}

/** The packets of a text, each with the indented lines that belong to it. */
export function packets(text: string): string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split(/\n(?!\s)/);
}

const HEAD = /^(\d\d:\d\d:\d\d\.\d+ )?(\S+) (?:(\S+)\.(\d+) )?(In|Out) /;

/** Whose packet the text says it is; null if it says nothing, not even a device. */
export function owner(packet: string): Owner | null {
  const match = HEAD.exec(packet);
  if (match === null) return null;
  const [, , device, name, pid, direction] = match;
  const verbose = /^ {4}Process \(pid (\d+), cmd (\S+),/m.exec(packet);
  return {
    device: device!,
    name: name ?? verbose?.[2]?.replace(/^.*\//, "") ?? "",
    pid: Number(pid ?? verbose?.[1] ?? 0),
    direction: direction as Owner["direction"],
  };
}

/** The packet as tcpdump prints it: without device, direction and owner. */
export function plain(packet: string): string {
  return packet
    .replace(HEAD, (_, time: string | undefined) => time ?? "")
    .replace(/^.*/, (line) => line.replace(/(, (Thread|ParentProc|User|Container|Pod) \[[^\]]*\])+$/, ""))
    .replace(/\n {4}(Process|Thread|User|ParentProc|Container|Pod) \(.*\)(?=\n|$)/g, "");
}
