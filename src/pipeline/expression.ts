// The filter expression on its way to libpcap, and what a user hears when it does not parse.
import { Failure } from "../model/failure.ts";

/** The failure of a compile call: libpcap's message as tcpdump words it; other errors stay what they are. */
export function filterFailure(error: unknown): unknown {
  const { code, message } = error as { code?: string; message?: string };
  return code === "EFILTER" ? new Failure("filter", `can't parse filter expression: ${message}`) : error;
}

/** True if libpcap needs a real device to compile it right: "vlan" looks for the tag where the kernel holds it. */
export function needsDevice(expression: string): boolean {
  return /\bvlan\b/.test(expression);
}
