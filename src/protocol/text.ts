// Protocols whose messages are lines of text: HTTP (RFC 9112), SMTP (RFC 5321), FTP (RFC 959), RTSP (RFC 7826),
// SIP (RFC 3261), WHOIS (RFC 3912).
import type { Dissection } from "./dissection.ts";
import type { PortPrinter } from "./protocols.ts";

const MAX_TOKEN = 128;

/** Where the words of fetchToken() stand. */
interface Token {
  text: string;
  /** Index of the next word; 0 if there was no word. */
  next: number;
}

/** The word at index `from` of the message at `at`, and where the next one begins. */
function fetchToken(d: Dissection, at: number, from: number, length: number): Token {
  const none = { text: "", next: 0 };
  let text = "";
  let i = from;
  for (; i < length; i++) {
    if (!d.has(at + i, 1)) return none;
    const code = d.u8(at + i);
    if (code === 32 || code === 9 || code === 13 || code === 10) break;
    if (code < 32 || code > 126 || text.length === MAX_TOKEN) return none;
    text += String.fromCharCode(code);
  }
  if (text === "") return none;
  while (i < length && d.has(at + i, 1) && d.u8(at + i) === 32) i++;
  return { text, next: i };
}

/**
 * Prints `prefix` and the line at index `from`. Returns the index of the line after it, or 0 if this one is not
 * printable, or not there whole.
 */
function printLine(d: Dissection, prefix: string, at: number, from: number, length: number): number {
  const { out } = d;
  let end = from;
  let next = 0;
  for (; end < length; end++) {
    const code = d.u8(at + end);
    if (code === 10) {
      next = end + 1;
      break;
    }
    if (code === 13) {
      if (end + 1 >= length || d.u8(at + end + 1) !== 10) return 0;
      next = end + 2;
      break;
    }
    if ((code < 32 || code > 126) && code !== 9) return 0;
  }
  out.str(prefix);
  out.reserve(end - from);
  for (let i = from; i < end; i++) out.ch(d.bytes[at + i]!);
  if (next === 0) d.truncated();
  return next;
}

/** True if the message begins as a request with one of the methods, or as a response with a three-digit code. */
function isMessage(d: Dissection, at: number, length: number, methods: ReadonlySet<string>): boolean {
  const first = fetchToken(d, at, 0, length);
  if (first.next === 0) return false;
  if (methods.has(first.text.toUpperCase())) return true;
  return /^[0-9]{3}$/.test(fetchToken(d, at, first.next, length).text);
}

/**
 * Prints a message of the protocol at work: its name and first line, or under -v all lines up to the first that
 * is not text. With `methods`, only if it begins as a request or a response: what goes on from an earlier
 * packet is left out.
 */
export function printTextMessage(
  d: Dissection,
  at: number,
  length: number,
  methods: ReadonlySet<string> | null,
): void {
  const shown = methods === null || isMessage(d, at, length, methods);
  d.out.str(d.protocol.toUpperCase());
  if (!shown) return;
  if (d.opt.verbose === 0) {
    printLine(d, ": ", at, 0, length);
    return;
  }
  d.out.str(", length: ");
  d.out.dec(length);
  for (let i = 0; i < length; ) {
    i = printLine(d, "\n\t", at, i, length);
    if (i === 0) break;
  }
}

const HTTP_METHODS: ReadonlySet<string> = new Set(
  `GET PUT COPY HEAD LOCK MOVE POLL POST BCOPY BMOVE MKCOL TRACE LABEL MERGE DELETE SEARCH UNLOCK REPORT UPDATE
  NOTIFY BDELETE CONNECT OPTIONS CHECKIN PROPFIND CHECKOUT CCM_POST SUBSCRIBE PROPPATCH BPROPFIND BPROPPATCH
  UNCHECKOUT MKACTIVITY MKWORKSPACE UNSUBSCRIBE RPC_CONNECT VERSION-CONTROL BASELINE-CONTROL`.split(/\s+/),
);
const RTSP_METHODS: ReadonlySet<string> = new Set(
  "DESCRIBE ANNOUNCE GET_PARAMETER OPTIONS PAUSE PLAY RECORD REDIRECT SETUP SET_PARAMETER TEARDOWN".split(
    " ",
  ),
);
const SIP_METHODS: ReadonlySet<string> = new Set(
  `ACK BYE CANCEL DO INFO INVITE MESSAGE NOTIFY OPTIONS PRACK QAUTH REFER REGISTER SPRACK SUBSCRIBE UPDATE
  PUBLISH`.split(/\s+/),
);

/** The printer of a text protocol over TCP, where ": " goes before its name. */
function overTcp(name: string, methods: ReadonlySet<string> | null): PortPrinter {
  return (d, at, length) => {
    d.out.str(": ");
    d.protocol = name;
    printTextMessage(d, at, length, methods);
  };
}

export const printHttp: PortPrinter = overTcp("http", HTTP_METHODS);
export const printSmtp: PortPrinter = overTcp("smtp", null);
export const printFtp: PortPrinter = overTcp("ftp", null);
export const printWhois: PortPrinter = overTcp("whois", null);
export const printRtsp: PortPrinter = overTcp("rtsp", RTSP_METHODS);

/** SIP over UDP. */
export function printSip(d: Dissection, at: number, length: number): void {
  d.protocol = "sip";
  printTextMessage(d, at, length, SIP_METHODS);
}
