// A program (e2e/talker.py) that does what a test tells it and says with which pid: the truth about owners.
import { join } from "node:path";
import type { Host, Program } from "./netns.ts";

const SCRIPT = join(import.meta.dirname, "e2e/talker.py");

export class Talker {
  readonly program: Program;
  private heard = 0;

  /** @param wrapper words before python3's, such as setpriv's */
  constructor(host: Host, wrapper: readonly string[] = []) {
    const [command, ...args] = [...wrapper, "/usr/bin/python3", "-u", SCRIPT];
    this.program = host.start(command!, args);
  }

  /** Does it, and answers with the pid of the process that did. */
  async tell(...words: (string | number)[]): Promise<number> {
    this.program.child.stdin.write(`${words.join(" ")}\n`);
    const lines = await this.program.lines(++this.heard);
    const match = /^(\w+) (\d+)$/.exec(lines[this.heard - 1]!);
    if (match === null) throw new Error(`talker: ${words[0]}: ${lines[this.heard - 1]}`);
    return Number(match[2]);
  }
}
