// gRPC to an engine's Unix socket, by @grpc/grpc-js, with messages that are read and written by protobuf.ts.
import { Client, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { encode, Message, type Sent } from "./protobuf.ts";

/** The longest answer that is read, bytes. */
const MAX_ANSWER = 128 << 20;

type Fields = readonly (readonly [number: number, value: Sent])[];

export class Connection {
  readonly #client: Client;

  constructor(path: string) {
    this.#client = new Client(`unix:${path}`, credentials.createInsecure(), {
      "grpc.max_receive_message_length": MAX_ANSWER,
      // a proxy that the environment names is none for a socket of this host
      "grpc.enable_http_proxy": 0,
    });
  }

  /** One call: "/package.Service/Method". Rejects with grpc-js's error, whose code is a gRPC status. */
  call(method: string, fields: Fields, metadata: Record<string, string> = {}): Promise<Message> {
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        method,
        encode,
        identity,
        fields,
        headers(metadata),
        (error: ServiceError | null, answer?: Buffer) => {
          try {
            if (error) throw error;
            resolve(new Message(answer ?? Buffer.alloc(0)));
          } catch (thrown) {
            reject(thrown as Error);
          }
        },
      );
    });
  }

  /** A call that is answered by a stream. Rejects as call() does, or with what `take` throws; resolves at its end. */
  stream(
    method: string,
    fields: Fields,
    take: (message: Message) => void,
    metadata: Record<string, string> = {},
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const stream = this.#client.makeServerStreamRequest(
        method,
        encode,
        identity,
        fields,
        headers(metadata),
      );
      stream.on("data", (answer: Buffer) => {
        try {
          take(new Message(answer));
        } catch (error) {
          stream.cancel();
          reject(error as Error);
        }
      });
      stream.on("error", reject).on("end", resolve);
    });
  }

  close(): void {
    this.#client.close();
  }
}

/** True for a method that the engine does not have. */
export function isUnimplemented(error: unknown): boolean {
  return (error as { code?: unknown }).code === status.UNIMPLEMENTED;
}

/** True for something that the engine does not know. */
export function isNotFound(error: unknown): boolean {
  return (error as { code?: unknown }).code === status.NOT_FOUND;
}

function identity(bytes: Buffer): Buffer {
  return bytes;
}

function headers(values: Record<string, string>): Metadata {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(values)) metadata.set(key, value);
  return metadata;
}
