// --count: the number of packets instead of their text.
import { latin1 } from "../bytes/text.ts";
import type { Output, Sink } from "../model/sink.ts";

/** Counts packets and writes "12 packets" when it is closed, as tcpdump does. */
export class CountSink implements Sink {
  private readonly output: Output;
  private count = 0;

  constructor(output: Output) {
    this.output = output;
  }

  packet(): void {
    this.count++;
  }

  flush(): void {}

  close(): void {
    const line = latin1(`${this.count} packet${this.count === 1 ? "" : "s"}\n`);
    this.output.write(line, 0, line.length);
  }
}
