// Protocol buffers, as far as gRPC with container engines needs them: https://protobuf.dev/programming-guides/encoding/
// Messages are read field by field where they are used, so that only the fields used are ever written down.

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

interface Field {
  readonly number: number;
  /** Where the octets of a length-delimited field begin, else -1. */
  readonly from: number;
  /** Where they end. */
  readonly to: number;
  /** Value of a varint, exact up to 2^53; else 0. */
  readonly value: number;
}

function damaged(): Error {
  return new Error("unexpected answer (a damaged message)");
}

/**
 * A message received, in the octets of the answer: an engine with many containers tells of them in one, and a view for
 * each of its strings would take more memory than the strings. Throws where it is not one.
 */
export class Message {
  readonly #answer: Buffer;
  readonly #fields: readonly Field[];

  /** @param answer from `from` to `to`: the message */
  constructor(answer: Uint8Array, from = 0, to: number = answer.length) {
    const bytes = Buffer.isBuffer(answer)
      ? answer
      : Buffer.from(answer.buffer, answer.byteOffset, answer.length);
    this.#answer = bytes;
    const fields: Field[] = [];
    let at = from;
    const varint = (): number => {
      let value = 0;
      for (let scale = 1, i = 0; i < 10; i++, scale *= 128) {
        if (at >= to) throw damaged();
        const byte = bytes[at++]!;
        value += (byte & 0x7f) * scale;
        if (byte < 0x80) return value;
      }
      throw damaged();
    };
    while (at < to) {
      const tag = varint();
      const number = Math.floor(tag / 8);
      switch (tag % 8) {
        case VARINT:
          fields.push({ number, from: -1, to: -1, value: varint() });
          break;
        case BYTES: {
          const length = varint();
          if (length > to - at) throw damaged();
          fields.push({ number, from: at, to: at + length, value: 0 });
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
      if (at > to) throw damaged();
    }
    this.#fields = fields;
  }

  /** An integer; 0 if it is not there. The last of several counts, as for every single field. */
  number(number: number): number {
    return this.#fields.findLast((field) => field.number === number && field.from < 0)?.value ?? 0;
  }

  /** A string; "" if it is not there. */
  text(number: number): string {
    const field = this.#delimited(number);
    return field === undefined ? "" : this.#answer.toString("utf8", field.from, field.to);
  }

  bytes(number: number): Uint8Array | null {
    const field = this.#delimited(number);
    return field === undefined ? null : this.#answer.subarray(field.from, field.to);
  }

  /** A message within; an empty one if it is not there. */
  message(number: number): Message {
    const field = this.#delimited(number);
    return field === undefined ? new Message(NOTHING) : new Message(this.#answer, field.from, field.to);
  }

  /** All messages of a repeated field. */
  messages(number: number): Message[] {
    return this.#fields.flatMap((field) =>
      field.number === number && field.from >= 0 ? [new Message(this.#answer, field.from, field.to)] : [],
    );
  }

  /** A map<string, string>. */
  map(number: number): Record<string, string> {
    return Object.fromEntries(this.messages(number).map((entry) => [entry.text(1), entry.text(2)]));
  }

  #delimited(number: number): Field | undefined {
    return this.#fields.findLast((field) => field.number === number && field.from >= 0);
  }
}

const NOTHING = Buffer.alloc(0);

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
