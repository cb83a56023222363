// The keys that -E gives: what they are for, and how they decrypt (RFC 4303, RFC 7296 3.14).
//
// The option's syntax is tcpdump's: entries apart by commas or newlines, each
//
//   SPI@ADDRESS ALGORITHM:SECRET | ALGORITHM:SECRET | file NAME
//   ikev2 I|R INITIATOR-COOKIE RESPONDER-COOKIE AUTHENTICATION:SECRET ALGORITHM:SECRET
import type { CipherGCMTypes } from "node:crypto";
import { readFileSync } from "node:fs";
import { addressBytes } from "../bytes/address.ts";
import { Failure } from "../model/failure.ts";

/** tcpdump's exit statuses for a file of keys that does not open, and for a key that is not hexadecimal. */
const EXIT_OPEN_FILE = 13;
const EXIT_SECRET = 15;
/** More than this of a secret does not count, bytes. */
const SECRET_SIZE = 256;
/** Bytes of an authentication tag of 96 bits. */
const TAG_SIZE = 12;
/** Loaded where there are keys only: it takes longer to load than all that others need of Node. */
const crypto = () => process.getBuiltinModule("node:crypto");
/** A key with which triple DES does what DES does: its own, three times. */
const DES_KEY_SIZE = 8;

/** What one key decrypts. */
export interface Key {
  /** ESP: the security parameters index. */
  readonly spi: number;
  /** ESP: the destination address, 4 or 16 bytes; null: any packet that has no key of its own. */
  readonly address: Uint8Array | null;
  /** IKEv2: cookies of initiator and responder in hexadecimal, and whose messages it decrypts; null for ESP. */
  readonly exchange: { readonly cookies: string; readonly initiator: boolean } | null;
  /** As getCipherInfo() of node:crypto knows it. */
  readonly cipher: string;
  readonly secret: Uint8Array;
  readonly ivSize: number;
  readonly tagSize: number;
}

/** The keys of -E. Read when the first packet asks for one, as tcpdump does. */
export class Keys {
  readonly #text: string;
  readonly #warn: (line: string) => void;
  #list: Key[] | null = null;
  /** The last one that is for any packet. */
  #general: Key | null = null;

  /** @param warn takes what is wrong with a key that is left out, one line */
  constructor(text: string, warn: (line: string) => void) {
    this.#text = text;
    this.#warn = warn;
  }

  /**
   * The key of an ESP packet: by index and destination address, bytes[at, at + size). Null if there is none.
   * Throws Failure "esp-file", "esp-secret" when it reads the keys.
   */
  esp(spi: number, bytes: Uint8Array, at: number, size: number): Key | null {
    const list = this.#read();
    const key = list.find(
      ({ spi: known, address }) =>
        known === spi &&
        address !== null &&
        address.length === size &&
        address.every((byte, i) => byte === bytes[at + i]),
    );
    return key ?? this.#general;
  }

  /** The key of an IKEv2 message by its cookies (16 bytes in hexadecimal). Throws as esp() does. */
  exchange(cookies: string, initiator: boolean): Key | null {
    const list = this.#read();
    return (
      list.find(({ exchange }) => exchange?.cookies === cookies && exchange.initiator === initiator) ?? null
    );
  }

  #read(): readonly Key[] {
    if (this.#list === null) {
      this.#list = [];
      for (const line of this.#text.split(/[\n,]/)) this.#entry(line, "cmdline", 0);
    }
    return this.#list;
  }

  #add(key: Key): void {
    // the last one counts
    this.#list!.unshift(key);
  }

  /** One entry; `file` and `number` say where it stands. */
  #entry(line: string, file: string, number: number): void {
    const space = line.search(/[ \t]/);
    if (space < 0) {
      const cipher = this.#cipher(line);
      if (cipher === null) return;
      this.#general = { spi: 0, address: null, exchange: null, ...cipher };
      this.#add(this.#general);
      return;
    }
    const first = line.slice(0, space);
    const rest = line.slice(space + 1);
    if (first.toLowerCase() === "file") this.#file(rest);
    else if (first.toLowerCase() === "ikev2") this.#exchange(rest, file, number);
    else this.#association(first, rest);
  }

  /** A key of ESP packets of one association. */
  #association(first: string, rest: string): void {
    const [index = "", address] = first.split(/@(.*)/s, 2);
    const digits = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|[0-9]+)/.exec(index);
    if (digits === null || address === undefined) {
      this.#warn(
        `print_esp: failed to decode spi# ${digits === null ? index : index.slice(digits[0].length)}`,
      );
      return;
    }
    if (process.getBuiltinModule("node:net").isIP(address) === 0) {
      this.#warn(`print_esp: can not decode IP# ${address}`);
      return;
    }
    const cipher = this.#cipher(rest.replace(/^[ \t\r\n]+/, ""));
    if (cipher === null) return;
    const octal = /^0[0-7]/.test(digits[2]!);
    const size = octal ? Number.parseInt(digits[2]!, 8) : Number(digits[2]);
    const spi = (digits[1] === "-" ? -size : size) >>> 0;
    this.#add({ spi, address: addressBytes(address), exchange: null, ...cipher });
  }

  #file(name: string): void {
    let text: string;
    try {
      text = readFileSync(name, "latin1");
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const reasons: Record<string, string> = {
        ENOENT: "No such file or directory",
        EACCES: "Permission denied",
        EISDIR: "Is a directory",
      };
      const reason = reasons[code ?? ""] ?? code ?? String(error);
      throw new Failure("esp-file", `-E: can't open ${name}: ${reason}`, EXIT_OPEN_FILE);
    }
    for (const [i, line] of text.split("\n").entries())
      if (line !== "" && !line.startsWith("#") && !/^file[ \t]/i.test(line)) this.#entry(line, name, i + 1);
  }

  /** A line with a key of IKEv2, "ikev2" cut off. */
  #exchange(line: string, file: string, number: number): void {
    const words = line.split(/[ \t]/);
    const [who, initiator, responder, authentication, encryption] = words;
    if (
      who === undefined ||
      initiator === undefined ||
      responder === undefined ||
      authentication === undefined ||
      encryption === undefined
    ) {
      this.#warn(`print_esp: failed to find all fields for ikev2 at ${file}:${number}`);
      return;
    }
    const cookie = /^0x.{16}$/;
    if (!/^[IR]/.test(who) || !cookie.test(initiator) || !cookie.test(responder)) {
      this.#warn(`print_esp: line ${file}:${number} improperly formatted.`);
      this.#warn(
        `init=${who} icookie=${initiator}(${initiator.length}) rcookie=${responder}(${responder.length})`,
      );
      return;
    }
    const cookies = Buffer.concat([hexadecimal(initiator.slice(2)), hexadecimal(responder.slice(2))]);
    const cipher = this.#cipher(encryption);
    if (cipher === null) return;
    const colon = authentication.indexOf(":");
    if (colon < 0) {
      this.#warn(`failed to decode espsecret: ${authentication}`);
      return;
    }
    const tag = /^(sha1|md5)$/i.test(authentication.slice(0, colon)) ? TAG_SIZE : cipher.tagSize;
    this.#add({
      spi: 0,
      address: null,
      exchange: { cookies: cookies.toString("hex"), initiator: who.startsWith("I") },
      ...cipher,
      tagSize: tag,
    });
  }

  /** ALGORITHM:SECRET; null, and a warning, if it is nothing that can be used. */
  #cipher(text: string): Pick<Key, "cipher" | "secret" | "ivSize" | "tagSize"> | null {
    const colon = text.indexOf(":");
    if (colon < 0) {
      this.#warn(`failed to decode espsecret: ${text}`);
      return null;
    }
    let name = text.slice(0, colon);
    let tagSize = 0;
    if (/.-hmac96$/s.test(name)) {
      name = name.slice(0, -"-hmac96".length);
      tagSize = TAG_SIZE;
    }
    if (/.-cbc$/s.test(name)) name = name.slice(0, -"-cbc".length);
    const single = /^des(-cbc)?$/i.test(name);
    const cipher = single || name === "3des" ? "des-ede3-cbc" : name;
    const info = crypto().getCipherInfo(cipher);
    if (info === undefined) {
      this.#warn(`failed to find cipher algo ${name}`);
      return null;
    }
    const given = text.slice(colon + 1);
    let bytes: Buffer;
    if (given.startsWith("0x")) {
      if (given.length - 2 > 2 * SECRET_SIZE + 1) {
        this.#warn(`secret is too big: ${(given.length - 2) >> 1}`);
        return null;
      }
      bytes = hexadecimal(given.slice(2));
      if (bytes.length === 0) return null;
    } else bytes = Buffer.from(given, "latin1");
    // what is missing of a key are zeros, what is too much does not count
    const secret = new Uint8Array(info.keyLength);
    secret.set(bytes.subarray(0, single ? DES_KEY_SIZE : info.keyLength));
    if (single) for (let i = DES_KEY_SIZE; i < secret.length; i++) secret[i] = secret[i - DES_KEY_SIZE]!;
    return { cipher, secret, ivSize: info.ivLength ?? 0, tagSize };
  }

  /**
   * Decrypts bytes[at, end), the initialization vector in front included, without a tag behind. Null, and a warning in
   * `caller`'s name, if that cannot be.
   */
  decrypt(key: Key, bytes: Uint8Array, at: number, end: number, caller: string): Uint8Array | null {
    const from = at + key.ivSize;
    const size = end - from;
    const block = crypto().getCipherInfo(key.cipher)?.blockSize ?? 1;
    if (size % block !== 0) {
      this.#warn(`${caller}: ciphertext size ${size} is not a multiple of the cipher block size ${block}`);
      return null;
    }
    try {
      const iv = key.ivSize === 0 ? null : bytes.subarray(at, from);
      const decipher = crypto().createDecipheriv(key.cipher as CipherGCMTypes, key.secret, iv);
      decipher.setAutoPadding(false);
      return decipher.update(bytes.subarray(from, end));
    } catch (error) {
      this.#warn(`${caller}: ${key.cipher}: ${(error as Error).message}`);
      return null;
    }
  }
}

/** Bytes of hexadecimal digits, a last odd one left out. Throws Failure "esp-secret" at another character. */
function hexadecimal(digits: string): Buffer {
  const pairs = digits.slice(0, digits.length & ~1);
  const wrong = /[^0-9a-fA-F]/.exec(pairs);
  if (wrong !== null)
    throw new Failure("esp-secret", `invalid hex digit ${wrong[0]} in espsecret`, EXIT_SECRET);
  return Buffer.from(pairs, "hex");
}
