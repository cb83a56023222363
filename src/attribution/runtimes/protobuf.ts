// Protocol buffers, as far as gRPC with container engines needs them: https://protobuf.dev/programming-guides/encoding/
// Messages are read field by field where they are used, so that only the fields used are ever written down.

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

interface Field {
  readonly number: number;
  /** Bytes of a length-delimited field, else null. */
  readonly bytes: Uint8Array | null;
  /** Value of a varint, exact up to 2^53; else 0. */
  readonly value: number;
}

function damaged(): Error {
  return new Error("unexpected answer (a damaged message)");
}

/** A message received. Throws where it is not one. */
export class Message {
  readonly #fields: readonly Field[];

  constructor(bytes: Uint8Array) {
    const fields: Field[] = [];
    let at = 0;
    const varint = (): number => {
      let value = 0;
      for (let scale = 1, i = 0; i < 10; i++, scale *= 128) {
        const byte = bytes[at++];
        if (byte === undefined) throw damaged();
        value += (byte & 0x7f) * scale;
        if (byte < 0x80) return value;
      }
      throw damaged();
    };
    while (at < bytes.length) {
      const tag = varint();
      const number = Math.floor(tag / 8);
      switch (tag % 8) {
        case VARINT:
          fields.push({ number, bytes: null, value: varint() });
          break;
        case BYTES: {
          const length = varint();
          if (length > bytes.length - at) throw damaged();
          fields.push({ number, bytes: bytes.subarray(at, at + length), value: 0 });
          at += length;
          break;
        }
        case FIXED64:
          at += 8;
          break;
        case FIXED32:
          at += 4;
          break;
        default:
          throw damaged();
      }
      if (at > bytes.length) throw damaged();
    }
    this.#fields = fields;
  }

  /** An integer; 0 if it is not there. The last of several counts, as for every single field. */
  number(number: number): number {
    return this.#fields.findLast((field) => field.number === number && field.bytes === null)?.value ?? 0;
  }

  /** A string; "" if it is not there. */
  text(number: number): string {
    const bytes = this.bytes(number);
    return bytes === null ? "" : decode(bytes);
  }

  bytes(number: number): Uint8Array | null {
    return this.#fields.findLast((field) => field.number === number && field.bytes !== null)?.bytes ?? null;
  }

  /** A message within; an empty one if it is not there. */
  message(number: number): Message {
    return new Message(this.bytes(number) ?? new Uint8Array(0));
  }

  /** All messages of a repeated field. */
  messages(number: number): Message[] {
    return this.#fields.flatMap((field) =>
      field.number === number && field.bytes !== null ? [new Message(field.bytes)] : [],
    );
  }

  /** A map<string, string>. */
  map(number: number): Record<string, string> {
    return Object.fromEntries(this.messages(number).map((entry) => [entry.text(1), entry.text(2)]));
  }
}

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
}

/** A field to send: a number, a string, or the fields of a message. */
export type Sent = number | string | boolean | readonly (readonly [number: number, value: Sent])[];

/** A message of these fields. */
export function encode(fields: readonly (readonly [number: number, value: Sent])[]): Buffer {
  return Buffer.concat(
    fields.map(([number, value]) => {
      if (typeof value === "number" || typeof value === "boolean")
        return Buffer.concat([varint(number * 8 + VARINT), varint(Number(value))]);
      const bytes = typeof value === "string" ? Buffer.from(value, "utf8") : encode(value);
      return Buffer.concat([varint(number * 8 + BYTES), varint(bytes.length), bytes]);
    }),
  );
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 128);
  }
}
