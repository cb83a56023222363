// Reading a file and printing what a filter lets through.
import type { Comparison, Row } from "../harness.ts";
import { compareReading, mixedFile } from "../reading.ts";

export const filter: Comparison = {
  name: "filter",
  title: "read a file with a filter, and print what matches",
  async run({ rounds, packets }, undo) {
    const file = mixedFile(packets, undo);
    const rows: Row[] = [];
    for (const [share, expression] of [
      ["hardly any", "host 192.168.10.194"],
      ["a tenth", "udp port 53"],
      ["a third", "tcp port 443"],
    ] as const)
      rows.push(
        ...(await compareReading(rounds, {
          task: `${expression} (${share})`,
          words: ["-n", "-r", file, expression],
        })),
      );
    return { rows };
  },
};
