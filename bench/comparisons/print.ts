// Reading a file and printing it.
import type { Comparison, Row } from "../harness.ts";
import { compareReading, mixedFile } from "../reading.ts";

export const print: Comparison = {
  name: "print",
  title: "read a file and print it, to /dev/null",
  async run({ rounds, packets }, undo) {
    const file = mixedFile(packets, undo);
    const rows: Row[] = [];
    for (const options of [["-n"], ["-n", "-v"], ["-n", "-e"], ["-n", "-q"], ["-n", "-X"]])
      rows.push(
        ...(await compareReading(rounds, { task: options.join(" "), words: [...options, "-r", file] })),
      );
    // Where TZ is not set, the C library looks at /etc/localtime again for every packet that tcpdump prints.
    for (const options of [["-n"], ["-n", "-v"]])
      rows.push(
        ...(await compareReading(rounds, {
          task: `${options.join(" ")}, with TZ=UTC`,
          words: [...options, "-r", file],
          zone: "UTC",
        })),
      );
    return { rows };
  },
};
