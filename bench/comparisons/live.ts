// Capturing and printing at once.
import { compareCaptures, datagrams, hosts } from "../capturing.ts";
import type { Comparison } from "../harness.ts";

export const live: Comparison = {
  name: "live",
  title: "capture small UDP packets at full speed and print them, to /dev/null",
  async run({ rounds, packets }, undo) {
    const words = ["-n", "udp"];
    const way = { task: "-n", tcpdump: words, ptcpdump: words, output: "/dev/null" };
    return { rows: await compareCaptures(rounds, [way], datagrams(packets), packets, await hosts(undo)) };
  },
};
