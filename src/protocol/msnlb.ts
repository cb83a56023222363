// Heartbeats of Microsoft's Network Load Balancing.
//
//   unknown (8) | priority of the host (4, little-endian) | the cluster's IPv4 address (4) | the host's (4)
import type { Dissection } from "./dissection.ts";

/** Prints the heartbeat at `at`. Throws TRUNCATED. */
export function printMsnlb(d: Dissection, at: number): void {
  const { out } = d;
  d.protocol = "msnlb";
  out.str("MS NLB heartbeat");
  const priority = d.le32(at + 8);
  out.str(`, host priority: ${priority}`);
  d.need(at + 12, 4);
  out.str(", cluster IP: ");
  d.ip4(at + 12);
  d.need(at + 16, 4);
  out.str(", host IP: ");
  d.ip4(at + 16);
}
