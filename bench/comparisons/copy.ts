// Reading a file and writing another.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { type Comparison, SCRATCH } from "../harness.ts";
import { compareReading, mixedFile } from "../reading.ts";

export const copy: Comparison = {
  name: "copy",
  title: "read a file and write another",
  async run({ rounds, packets }, undo) {
    const file = mixedFile(packets, undo);
    const theirs = `${SCRATCH}.t.pcap`;
    const pcap = `${SCRATCH}.p.pcap`;
    const pcapng = `${SCRATCH}.p.pcapng`;
    undo(() => {
      for (const copied of [theirs, pcap, pcapng]) rmSync(copied, { force: true });
    });
    const tasks = [
      ["pcap to pcapng", pcapng],
      ["pcap to pcap", pcap],
      ["pcap to pcap, tcp port 443", pcap, "tcp port 443"],
    ] as const;
    const rows = [];
    for (const [task, to, ...expression] of tasks)
      rows.push(
        ...(await compareReading(rounds, {
          task,
          words: ["-r", file, "-w", theirs, ...expression],
          ptcpdump: ["-r", file, "-w", to, ...expression],
        })),
      );
    // A copy that is quick and wrong would be no gain: the last two are the same.
    execFileSync("cmp", [theirs, pcap]);
    return { rows };
  },
};
