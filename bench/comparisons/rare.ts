// Capturing with a filter that one packet in a thousand matches.
import { compareCaptures, datagrams, FILES, hosts } from "../capturing.ts";
import type { Comparison } from "../harness.ts";

const EVERY = 1000;

export const rare: Comparison = {
  name: "rare",
  title: "capture with a filter that one packet in a thousand matches",
  async run({ rounds, packets }, undo) {
    const way = {
      task: "udp port 10",
      tcpdump: ["-n", "-w", FILES.tcpdump, "udp port 10"],
      ptcpdump: ["-n", "-w", FILES.pcapng, "udp port 10"],
    };
    // The first is sent after as many as come between two.
    const matching = Math.ceil(packets / EVERY) - 1;
    const load = datagrams(packets, 0, EVERY);
    return { rows: await compareCaptures(rounds, [way], load, matching, await hosts(undo)) };
  },
};
