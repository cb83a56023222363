// Reading a file of ten packets: what a start costs.
import type { Comparison } from "../harness.ts";
import { compareReading, mixedFile } from "../reading.ts";

export const small: Comparison = {
  name: "small",
  title: "read a file of ten packets",
  async run({ rounds }, undo) {
    const file = mixedFile(10, undo);
    return { rows: await compareReading(rounds, { task: "-n", words: ["-n", "-r", file] }) };
  },
};
