// Which function of a TLS library is told every secret, and where it finds the client random. All of them have such a
// function for SSLKEYLOGFILE, and call it whether somebody asked for a log or not.
//
// OpenSSL (1.1.1 on), BoringSSL and GnuTLS: int LOG(CONNECTION *, const char *label, const uint8_t *secret, size_t).
// It has a symbol in programs that carry the library; where it has none, it is the one that is called with the labels.
// The client random's place is read off the accessor that every such library exports.
// Go: (*Config).writeKeyLog(label, clientRandom, secret), found by the runtime's own table of functions.
// NSS and rustls: nss.ts, rustls.ts.
import * as arm64 from "./arm64.ts";
import { type ElfFile, Machine, placesOf, Unreadable } from "./elf.ts";
import { goFunction, isGo } from "./golang.ts";
import { NSS_EXPORTER, NSS_TOKEN, nssLog, nssTokenValues } from "./nss.ts";
import { rustlsCalls, type Told } from "./rustls.ts";
import { calledWith, type Place, placeIndexed, placeTaken } from "./x86.ts";

/** Where to probe a file, and with which of bpf/tls.bpf.c's programs. */
export type Hook = {
  /** Offset in the file. */
  readonly offset: number;
} & (
  | {
      readonly program: "log";
      /** Where the client random lies in a connection. */
      readonly random: Place;
      /** The secret is the name of an object in NSS's token. */
      readonly token: boolean;
    }
  | {
      readonly program: "asked";
      /** What rustls would tell; null where that is not to be had. */
      readonly told: Told | null;
    }
  | { readonly program: "log_go" | "keep_value" | "log_rustls" }
);

/** What is known of a file with TLS in it. */
export interface Served {
  readonly library: string;
  readonly hooks: readonly Hook[];
}

/** Why a library cannot be served: a sentence's end. */
export interface Refused {
  readonly library: string;
  readonly refusal: string;
}

/** What is known of a file; null: that it has no TLS. */
export type Finding = Served | Refused | null;

/** Labels of SSLKEYLOGFILE (draft-ietf-tls-keylogfile) that libraries pass as they stand. */
const LABELS: readonly string[] = [
  "CLIENT_RANDOM",
  "CLIENT_EARLY_TRAFFIC_SECRET",
  "EARLY_EXPORTER_SECRET",
  "EXPORTER_SECRET",
  "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
  "SERVER_HANDSHAKE_TRAFFIC_SECRET",
  "CLIENT_TRAFFIC_SECRET_0",
  "SERVER_TRAFFIC_SECRET_0",
];
/** Of these, some that nobody but such a library has. */
const MARKS: readonly string[] = ["EARLY_EXPORTER_SECRET", "CLIENT_HANDSHAKE_TRAFFIC_SECRET"];

interface Library {
  readonly name: string;
  /** Symbols of the function that logs. */
  readonly log: readonly string[];
  /** Symbols of the function that returns the client random. */
  readonly random: readonly string[];
  /** Symbol of a function that no other library has. */
  readonly mark?: string;
}

const LIBRARIES: readonly Library[] = [
  {
    name: "BoringSSL",
    log: [
      "_ZN4bssl14ssl_log_secretEPK6ssl_stPKcNS_4SpanIKhEE",
      "_ZN4bssl14ssl_log_secretEPK6ssl_stPKcNS_4SpanIKhLm18446744073709551615EEE",
    ],
    random: ["SSL_get_client_random"],
    mark: "SSL_early_callback_ctx_extension_get",
  },
  { name: "OpenSSL", log: ["ssl_log_secret"], random: ["SSL_get_client_random"] },
  { name: "GnuTLS", log: ["_gnutls_call_keylog_func"], random: ["gnutls_session_get_random"] },
];

const GO_LOG = "crypto/tls.(*Config).writeKeyLog";
/** As much of a function is looked at, bytes. */
const FUNCTION = 128;
/** … of one that formats a line. */
const LONG_FUNCTION = 1024;

/** Names of libraries that may have TLS in them: what is mapped under other names is not looked at. */
const NAMES =
  /ssl|tls|crypto|softokn|quic|curl|libpython|libnode|_rust|conscrypt|openj9|libcef|abi3|\.node$/i;

/** Whether a mapped library is worth a look. */
export function mayHaveTls(path: string): boolean {
  return NAMES.test(path.slice(path.lastIndexOf("/") + 1));
}

/** Looks into a program or library. Never throws for what is in the file. */
export function findingOf(elf: ElfFile): Finding {
  const [found, rustls] = [libraryOf(elf), rustlsOf(elf)];
  if (found === null || rustls === null) return found ?? rustls;
  if ("refusal" in found) return rustls;
  if ("refusal" in rustls) return found;
  return { library: `${found.library} and ${rustls.library}`, hooks: [...found.hooks, ...rustls.hooks] };
}

function rustlsOf(elf: ElfFile): Finding {
  const library = "rustls";
  try {
    const calls = rustlsCalls(elf);
    if (calls === null) return null;
    if (typeof calls === "string") return { library, refusal: calls };
    const told = calls.told.map((address) => ({
      program: "log_rustls" as const,
      offset: elf.offsetOf(address),
    }));
    const asked = calls.asked.map((question) => ({
      program: "asked" as const,
      offset: elf.offsetOf(question.address),
      told: question.told,
    }));
    return { library, hooks: [...told, ...asked] };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { library, refusal: error.message };
  }
}

/** The library in a file that is written in C or Go. */
function libraryOf(elf: ElfFile): Finding {
  let library = "TLS";
  try {
    if (isGo(elf)) {
      library = "Go crypto/tls";
      const address = goFunction(elf, GO_LOG);
      if (address === null) return null;
      return { library, hooks: [{ program: "log_go", offset: elf.offsetOf(address) }] };
    }
    const nss = nssOf(elf);
    if (nss !== null) return nss;
    const known = LIBRARIES.find(({ log }) => elf.symbol(log) !== null);
    const accessible =
      known ??
      LIBRARIES.find(
        ({ random, mark }) =>
          elf.symbol(random) !== null && (mark === undefined || elf.symbol([mark]) !== null),
      );
    if (!accessible) return unknownLibrary(elf);
    library = accessible.name;
    const log = elf.symbol(accessible.log) ?? logByLabels(elf);
    if (typeof log === "object") return { library, refusal: log.refusal };
    const random = randomOf(elf, accessible, log);
    if (random === null) return { library, refusal: "where it keeps the client random was not found" };
    return { library, hooks: [{ program: "log", offset: elf.offsetOf(log), random, token: false }] };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return library === "TLS" ? null : { library, refusal: error.message };
  }
}

/** NSS's libssl3, its softoken, or both in one. */
function nssOf(elf: ElfFile): Finding {
  const library = "NSS";
  const hooks: Hook[] = [];
  if (elf.symbol([NSS_TOKEN]) !== null) {
    const found = nssTokenValues(elf);
    if (typeof found === "string") return { library, refusal: found };
    for (const address of found) hooks.push({ program: "keep_value", offset: elf.offsetOf(address) });
  }
  if (elf.symbol([NSS_EXPORTER]) !== null && elf.symbol(["SSL_CTX_new"]) === null) {
    const found = nssLog(elf, labelAddresses(elf, LABELS));
    if (typeof found === "string") return { library, refusal: found };
    const random = { pointer: null, offset: found.random };
    hooks.push({ program: "log", offset: elf.offsetOf(found.log), random, token: true });
  }
  return hooks.length === 0 ? null : { library, hooks };
}

/** A file without any symbol that is known: a program that carries OpenSSL or BoringSSL, and is stripped. */
function unknownLibrary(elf: ElfFile): Finding {
  if (labelAddresses(elf, MARKS).size === 0) return null;
  const library = "TLS";
  const log = logByLabels(elf);
  if (typeof log === "object") return { library, refusal: log.refusal };
  const indexed = elf.machine === Machine.x86_64 ? placeIndexed(elf.code(log, LONG_FUNCTION)) : null;
  const random = indexed ?? takenBy(elf, log);
  if (random === null) return { library, refusal: "where it keeps the client random was not found" };
  return { library, hooks: [{ program: "log", offset: elf.offsetOf(log), random, token: false }] };
}

/** Address of the function that is called with the labels. */
function logByLabels(elf: ElfFile): number | { refusal: string } {
  const labels = labelAddresses(elf, LABELS);
  if (labels.size < 2) return { refusal: "it is older than 1.1.1 and logs no secrets" };
  const code = elf.text();
  const find = elf.machine === Machine.x86_64 ? calledWith : arm64.calledWith;
  const log = code ? find(code, labels) : null;
  return log ?? { refusal: "the function that logs its secrets was not found" };
}

/** The accessor's place; where it is stripped, the one that the logging function itself takes. */
function randomOf(elf: ElfFile, { random }: Library, log: number): Place | null {
  return takenBy(elf, elf.symbol(random) ?? log);
}

function takenBy(elf: ElfFile, address: number): Place | null {
  const code = elf.code(address, FUNCTION);
  return elf.machine === Machine.x86_64 ? placeTaken(code) : arm64.placeTaken(code);
}

/** Where the constants have these strings, each with what follows it to its end. */
function labelAddresses(elf: ElfFile, labels: readonly string[]): Map<number, string> {
  const found = new Map<number, string>();
  for (const { address, bytes } of elf.constants())
    for (const label of labels)
      for (const at of placesOf(bytes.buffer, label)) found.set(address + at, label);
  return found;
}
