// Capturing small packets into a file, as fast as one core sends them.
import { compareCaptures, datagrams, FILES, hosts } from "../capturing.ts";
import type { Comparison } from "../harness.ts";

export const flood: Comparison = {
  name: "flood",
  title: "capture small UDP packets at full speed into a file",
  async run({ rounds, packets }, undo) {
    const tcpdump = ["-n", "-w", FILES.tcpdump, "udp"];
    const ways = [
      { task: "to pcapng, all owners", tcpdump, ptcpdump: ["-n", "-w", FILES.pcapng, "udp"] },
      { task: "to pcap", tcpdump, ptcpdump: ["-n", "-w", FILES.pcap, "udp"] },
    ];
    return { rows: await compareCaptures(rounds, ways, datagrams(packets), packets, await hosts(undo)) };
  },
};
