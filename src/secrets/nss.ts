// NSS: what of its code has to be probed. Two libraries take part, and none of the functions has a symbol.
//
// libssl3 tells each secret by void ssl3_RecordKeyLog(sslSocket *, const char *label, PK11SymKey *), which is there and
// called even in builds without SSLKEYLOGFILE (Debian's), where it is empty. But a PK11SymKey only names an object of
// the PKCS #11 token that has the secret. That token is libsoftokn3, which gives an object that it derives its value by
// sftk_forceAttribute(SFTKObject *, CKA_VALUE, bytes, length), and one that it unwraps (of a session that is resumed) by
// sftk_AddAttributeType of the same arguments, on the same thread just before.
import { type Code, type ElfFile, Machine } from "./elf.ts";
import {
  allCalledWith,
  calledWith,
  calledWithNumber,
  calls,
  FIFTH,
  pairCopied,
  passesOnTo,
  reads,
} from "./x86.ts";

/** Exported by libssl3, as by no other TLS library. */
export const NSS_EXPORTER = "SSL_ExportKeyingMaterial";
/** Exported by libsoftokn3. */
export const NSS_TOKEN = "NSC_GetFunctionList";

/** Attribute of PKCS #11 that is a key's value. */
const CKA_VALUE = 0x11;
/** Where an SFTKObject has its count of references (int) and its slot (pointer). */
const OBJECT = { references: 0x20, slot: 0x30 } as const;
/** As much of a function is looked at, bytes. */
const BEGINNING = 96;
const WHOLE = 640;

/** What is to be known of libssl3. */
export interface NssLog {
  /** Address of ssl3_RecordKeyLog. */
  readonly log: number;
  /** Where a socket keeps the client random. */
  readonly random: number;
}

/** Looks into a libssl3; a sentence's end that says why it cannot be served. */
export function nssLog(elf: ElfFile, labels: ReadonlyMap<number, string>): NssLog | string {
  const code = codeOf(elf);
  if (typeof code === "string") return code;
  const log = logOf(elf, code, labels);
  if (log === null) return "the function that is told its secrets was not found";
  const exporter = elf.symbol([NSS_EXPORTER]);
  // its values begin with both randoms, the client's first (RFC 5705)
  const random = exporter === null ? null : pairCopied(elf.code(exporter, WHOLE));
  return random === null ? "where it keeps the client random was not found" : { log, random };
}

/** Addresses of the functions that give keys their values; a sentence's end that says why none was found. */
export function nssTokenValues(elf: ElfFile): number[] | string {
  const code = codeOf(elf);
  if (typeof code === "string") return code;
  const working = calledWithNumber(code, CKA_VALUE);
  // of those who work on an object's value, the one that first sees to it that the object is in use and has a slot
  const force = working.find((address) => {
    const beginning = elf.code(address, BEGINNING);
    return reads(beginning, OBJECT.references, false) && reads(beginning, OBJECT.slot, true);
  });
  if (force === undefined) return "the function that gives keys their values was not found";
  // … and the one that has an attribute made of all that it is given, and none sought
  const add = working.find((address) => {
    const first = passesOnTo(elf.code(address, BEGINNING), address);
    return first !== null && !working.includes(first);
  });
  return add === undefined ? [force] : [force, add];
}

function codeOf(elf: ElfFile): Code | string {
  if (elf.machine !== Machine.x86_64) return "its symbols are stripped";
  return elf.text() ?? "it has no code";
}

/**
 * The function that is called with "CLIENT_RANDOM". For TLS 1.3 it is called with other labels by
 * tls13_DeriveSecretWrap(socket, key, prefix, suffix, label, &secret), which is called with those.
 */
function logOf(elf: ElfFile, code: Code, labels: ReadonlyMap<number, string>): number | null {
  const wrap = calledWith(code, labels, FIFTH);
  if (wrap === null) return null;
  const wrapping = elf.code(wrap, WHOLE);
  const found = allCalledWith(code, labels).find((one) => calls(wrapping, wrap, one.address));
  return found?.address ?? null;
}
