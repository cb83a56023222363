// Telnet's commands (RFC 854, 855; options: RFC 1091, 2941, 2946 …), as long as nothing else comes before.
//
//   IAC 255 (1) | command (1) | [option (1) | [parameters … IAC SE]]
import type { Dissection } from "./dissection.ts";

const IAC = 255;
const DONT = 254;
const SB = 250;
const SE = 240;
const FIRST_COMMAND = 236;
const COMMANDS = `EOF SUSP ABORT EOR SE NOP DMARK BRK IP AO AYT EC EL GA SB WILL WONT DO DONT IAC`.split(" ");
const OPTIONS = [
  "BINARY",
  "ECHO",
  "RCP",
  "SUPPRESS GO AHEAD",
  "NAME",
  "STATUS",
  "TIMING MARK",
  "RCTE",
  "NAOL",
  "NAOP",
  "NAOCRD",
  "NAOHTS",
  "NAOHTD",
  "NAOFFD",
  "NAOVTS",
  "NAOVTD",
  "NAOLFD",
  "EXTEND ASCII",
  "LOGOUT",
  "BYTE MACRO",
  "DATA ENTRY TERMINAL",
  "SUPDUP",
  "SUPDUP OUTPUT",
  "SEND LOCATION",
  "TERMINAL TYPE",
  "END OF RECORD",
  "TACACS UID",
  "OUTPUT MARKING",
  "TTYLOC",
  "3270 REGIME",
  "X.3 PAD",
  "NAWS",
  "TSPEED",
  "LFLOW",
  "LINEMODE",
  "XDISPLOC",
  "OLD-ENVIRON",
  "AUTHENTICATION",
  "ENCRYPT",
  "NEW-ENVIRON",
];
const AUTHENTICATION = 37;
const ENCRYPT = 38;

type Names = readonly string[];
const QUALIFIERS: Names = ["IS", "SEND", "INFO"];
const AUTHENTICATION_COMMANDS: Names = ["IS", "SEND", "REPLY", "NAME"];
const AUTHENTICATION_TYPES: Names = [
  "NULL",
  "KERBEROS_V4",
  "KERBEROS_V5",
  "SPX",
  "MINK",
  "SRP",
  "RSA",
  "SSL",
  "",
  "",
  "LOKI",
  "SSA",
  "KEA_SJ",
  "KEA_SJ_INTEG",
  "DSS",
  "NTLM",
];
const ENCRYPT_COMMANDS: Names = [
  "IS",
  "SUPPORT",
  "REPLY",
  "START",
  "END",
  "REQUEST-START",
  "REQUEST-END",
  "END_KEYID",
  "DEC_KEYID",
];
const ENCRYPT_TYPES: Names = [
  "NULL",
  "DES_CFB64",
  "DES_OFB64",
  "DES3_CFB64",
  "DES3_OFB64",
  "",
  "CAST5_40_CFB64",
  "CAST5_40_OFB64",
  "CAST128_CFB64",
  "CAST128_OFB64",
];
/** By option: what its first parameters are. */
const PARAMETERS: ReadonlyMap<number, readonly Names[]> = new Map([
  [AUTHENTICATION, [AUTHENTICATION_COMMANDS, AUTHENTICATION_TYPES]],
  [ENCRYPT, [ENCRYPT_COMMANDS, ENCRYPT_TYPES]],
]);

/** printf's %#x: no prefix for 0. */
const hash = (n: number) => (n === 0 ? "0" : `0x${n.toString(16)}`);

/** A command's size, -1 if it is none, and its text. */
interface Command {
  size: number;
  text: string;
}

/** Reads the command at `at`, of which `left` bytes are there. Throws TRUNCATED. */
function readCommand(d: Dissection, at: number, left: number): Command {
  const none: Command = { size: -1, text: "" };
  if (left < 2 || d.u8(at) !== IAC) return none;
  const code = d.u8(at + 1);
  if (code === IAC) return { size: 2, text: "IAC IAC" };
  const name = COMMANDS[code - FIRST_COMMAND];
  if (name === undefined) return none;
  if (code < SB || code > DONT) return { size: 2, text: name };
  if (left < 3) return none;
  const option = d.u8(at + 2);
  let text = `${name} ${OPTIONS[option] ?? hash(option)}`;
  if (code !== SB) return { size: 3, text };
  const from = at + 3;
  const length = left - 3;
  let end = from;
  while (length > end + 1 - from && !(d.u8(end) === IAC && d.u8(end + 1) === SE)) end++;
  if (d.u8(end) !== IAC) return none;
  const names = PARAMETERS.get(option) ?? [QUALIFIERS];
  for (let i = 0; from + i < end; i++) {
    if (i >= length) return none;
    const value = d.u8(from + i);
    text += ` ${names[i]?.[value] || hash(value)}`;
  }
  return { size: end + 2 - at, text: `${text} SE` };
}

/** Writes the commands that the segment of `length` bytes at `at` begins with. Throws TRUNCATED. */
export function printTelnet(d: Dissection, at: number, length: number): void {
  const { out, opt } = d;
  d.protocol = "telnet";
  const tabular = opt.hexAscii > 0 && opt.verbose > 2;
  const start = at;
  let first = true;
  while (length > 0 && d.u8(at) === IAC) {
    const { size, text } = readCommand(d, at, length);
    if (size < 0) break;
    if (tabular) {
      if (first) out.str("\nTelnet:");
      d.hexDump(at, size, "\n", at - start);
      out.str(size > 8 ? "\n\t\t\t\t" : `${" ".repeat((8 - size) * 3)}\t`);
    } else out.str(first ? " [telnet " : ", ");
    out.str(text);
    first = false;
    at += size;
    length = (length - size) >>> 0;
  }
  if (!first) out.str(tabular ? "\n" : "]");
}
