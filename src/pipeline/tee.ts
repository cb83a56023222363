// Several sinks as one: -w with --print.
import type { Device, Packet } from "../model/packet.ts";
import type { Sink } from "../model/sink.ts";

export class Tee implements Sink {
  readonly #sinks: readonly Sink[];

  constructor(sinks: readonly Sink[]) {
    this.#sinks = sinks;
  }

  packet(packet: Packet): void {
    for (const sink of this.#sinks) sink.packet(packet);
  }

  skipped(): void {
    for (const sink of this.#sinks) sink.skipped?.();
  }

  drops(device: Device, count: number): void {
    for (const sink of this.#sinks) sink.drops?.(device, count);
  }

  secrets(type: number, bytes: Uint8Array): void {
    for (const sink of this.#sinks) sink.secrets?.(type, bytes);
  }

  flush(): void {
    for (const sink of this.#sinks) sink.flush();
  }

  close(): void {
    for (const sink of this.#sinks) sink.close();
  }
}
