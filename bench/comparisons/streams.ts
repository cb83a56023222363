// Capturing a TCP stream in segments as large as the kernel makes them.
import { compareCaptures, FILES, hosts, SERVER_PORT, server } from "../capturing.ts";
import { type Comparison, LOAD, sending } from "../harness.ts";

/** Bytes of the stream for each packet that the loads of packets have. */
const EACH = 2000;

export const streams: Comparison = {
  name: "streams",
  title: "capture a TCP stream in large segments into a file",
  async run({ rounds, packets }, undo) {
    const both = await hosts(undo);
    await server(both[0], LOAD);
    const way = {
      task: "to pcapng, 2 kB a packet of the other loads",
      tcpdump: ["-n", "-w", FILES.tcpdump, "tcp"],
      ptcpdump: ["-n", "-w", FILES.pcapng, "tcp"],
    };
    const rows = await compareCaptures(
      rounds,
      [way],
      (receiver, sender) => sending(sender, "stream", receiver.ip4, SERVER_PORT, String(packets * EACH)),
      null,
      both,
    );
    return { rows };
  },
};
