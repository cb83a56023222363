// Capturing many short connections: every one has sockets of its own to attribute.
import { compareCaptures, FILES, hosts, SERVER_PORT, server } from "../capturing.ts";
import { type Comparison, LOAD, sending } from "../harness.ts";

/** Packets of the other loads for each connection. */
const SHARE = 50;

export const connections: Comparison = {
  name: "connections",
  title: "capture many short TCP connections into a file",
  async run({ rounds, packets }, undo) {
    const both = await hosts(undo);
    await server(both[0], LOAD);
    const count = String(Math.ceil(packets / SHARE));
    const way = {
      task: `to pcapng, ${count} connections`,
      tcpdump: ["-n", "-w", FILES.tcpdump, "tcp"],
      ptcpdump: ["-n", "-w", FILES.pcapng, "tcp"],
    };
    const rows = await compareCaptures(
      rounds,
      [way],
      (receiver, sender) => sending(sender, "connections", receiver.ip4, SERVER_PORT, count),
      null,
      both,
    );
    return { rows };
  },
};
