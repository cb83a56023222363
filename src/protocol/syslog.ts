// BSD syslog over UDP (RFC 3164): "<PRIORITY>text", the priority eight times the facility plus the severity.
import type { Dissection } from "./dissection.ts";
import { unknownBytes, visible } from "./phrase.ts";

const SEVERITIES = ["emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"] as const;
const FACILITIES = [
  "kernel",
  "user",
  "mail",
  "daemon",
  "auth",
  "syslog",
  "lpr",
  "news",
  "uucp",
  "cron",
  "authpriv",
  "ftp",
  "ntp",
  "security",
  "console",
  "cron",
  "local0",
  "local1",
  "local2",
  "local3",
  "local4",
  "local5",
  "local6",
  "local7",
] as const;
const MOST_DIGITS = 3;

/** Writes the syslog message at `at`, `length` bytes on the wire. Throws TRUNCATED. */
export function printSyslog(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "syslog";
  if (d.u8(at) !== 60) {
    d.invalid();
    return;
  }
  let used = 1;
  let priority = 0;
  for (; used <= MOST_DIGITS; used++) {
    const digit = d.u8(at + used) - 48;
    if (digit < 0 || digit > 9) break;
    priority = priority * 10 + digit;
  }
  if (d.u8(at + used) !== 62) {
    d.invalid();
    return;
  }
  used++;
  const facility = priority >> 3;
  const severity = priority & 7;
  const facilityName = FACILITIES[facility] ?? `unknown (${facility})`;
  const severityName = SEVERITIES[severity]!;
  if (d.opt.verbose === 0) {
    out.str(`SYSLOG ${facilityName}.${severityName}, length: ${length}`);
    return;
  }
  out.str(`SYSLOG, length: ${length}\n\tFacility ${facilityName} (${facility})`);
  out.str(`, Severity ${severityName} (${severity})\n\tMsg: `);
  for (let i = used; i < length; i++) visible(out, d.u8(at + i));
  if (d.opt.verbose > 1) unknownBytes(d, at, "\n\t", length);
}
