// Secrets as lines of a key log: LABEL CLIENT-RANDOM SECRET in hexadecimal (draft-ietf-tls-keylogfile), which
// Wireshark reads from a file and from a pcapng file's decryption secrets blocks.
import { Buffer } from "node:buffer";
import { CLIENT_RANDOM_SIZE, RecordSecret, SECRET_LABEL_SIZE, SECRET_SIZE } from "../addon/abi.ts";
import type { Choice } from "./choice.ts";

/** Type of a pcapng decryption secrets block with a TLS key log: "TLSK". */
export const TLS_KEY_LOG = 0x544c534b;

/** Lines that are remembered, so that each is told once: a function can be entered twice for one secret. */
const MOST_REMEMBERED = 4096;

/** A record's beginning, as `Choice` wants it. */
export type Owner = Parameters<Choice["wants"]>[0];

/** A record of the ring, taken out of it. */
export interface Secret extends Owner {
  /** "" where it has to be read from the process's memory. */
  readonly label: string;
  readonly labelAddress: number;
  readonly random: Uint8Array;
  readonly secret: Uint8Array;
}

/** RECORD_SECRET at bytes[at …). */
export function secretOf(bytes: Uint8Array, at: number): Secret {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset + at, RecordSecret.size);
  const part = (from: number, size: number) => Uint8Array.from(view.subarray(from, from + size));
  const labelSize = Math.min(view.readUInt32LE(RecordSecret.labelLen), SECRET_LABEL_SIZE);
  return {
    ...ownerOf(view),
    label: view.toString("latin1", RecordSecret.label, RecordSecret.label + labelSize),
    labelAddress: Number(view.readBigUInt64LE(RecordSecret.labelAddress)),
    random: part(RecordSecret.random, CLIENT_RANDOM_SIZE),
    secret: part(RecordSecret.secret, Math.min(view.readUInt32LE(RecordSecret.secretLen), SECRET_SIZE)),
  };
}

/** What both kinds of records begin with, and the name. */
export function ownerOf(view: Buffer, nameAt: number = RecordSecret.name): Owner {
  const name = view.toString("utf8", nameAt, nameAt + 16);
  return {
    pid: view.readUInt32LE(RecordSecret.pid),
    uid: view.readUInt32LE(RecordSecret.uid),
    chosen: view.readUInt32LE(RecordSecret.chosen) !== 0,
    name: name.slice(0, `${name}\0`.indexOf("\0")),
  };
}

/** A secret's line, with its newline; null for a label that none is: whatever a program has there comes here. */
export function keyLogLine(label: string, { random, secret }: Secret): string | null {
  if (!/^[A-Z][A-Z0-9_]*$/.test(label)) return null;
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
  return `${label} ${hex(random)} ${hex(secret)}\n`;
}

/** Tells lines that are new from those that came a moment ago. */
export class Remembered {
  readonly #lines = new Set<string>();

  isNew(line: string): boolean {
    if (this.#lines.has(line)) return false;
    if (this.#lines.size >= MOST_REMEMBERED) {
      for (const oldest of this.#lines) {
        this.#lines.delete(oldest);
        break;
      }
    }
    this.#lines.add(line);
    return true;
  }
}
