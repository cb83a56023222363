import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { DelayedFile, DelayedFiles } from "./delayed.ts";

/** A block of a section header's shape: type, length, and this text. */
function header(text: string): Buffer {
  const block = Buffer.alloc(8 + text.length);
  block.writeUInt32LE(block.length, 4);
  block.write(text, 8);
  return block;
}

function delayed(most = 1000) {
  const time = { now: 0 };
  let written = "";
  let closed = false;
  const file = new DelayedFile(
    {
      write: (bytes, start, end) => {
        written += Buffer.from(bytes.subarray(start, end))
          .toString("latin1")
          .replace(/[^a-z]/g, "");
      },
      close: () => {
        closed = true;
      },
    },
    { clock: () => time.now, delay: 100, most },
  );
  const write = (text: string | Buffer) => {
    const bytes = Buffer.from(text);
    file.write(bytes, 0, bytes.length);
    bytes.fill(0);
  };
  return { file, time, write, written: () => written, closed: () => closed };
}

test("secrets stand behind the section header and before what waits", () => {
  const { file, time, write, written, closed } = delayed();
  write(Buffer.concat([header("head"), Buffer.from("one")]));
  assert.equal(written(), "head");
  time.now = 50;
  write("two");
  file.ahead(Buffer.from("keys"));
  assert.equal(written(), "headkeys");
  time.now = 100;
  write("three");
  assert.equal(written(), "headkeysone");
  file.close();
  assert.equal(written(), "headkeysonetwothree");
  assert.ok(closed());
});

test("no more than so much waits", () => {
  const { file, write, written } = delayed(10);
  write(header("head"));
  write("aaaaaaaa");
  assert.equal(written(), "head");
  write("bbbb");
  assert.equal(written(), "headaaaaaaaa");
  file.close();
});

test("what the file throws is thrown, and the file closed all the same", () => {
  let closed = false;
  const file = new DelayedFile({
    write: () => {
      throw new Error("full");
    },
    close: () => {
      closed = true;
    },
  });
  const bytes = header("head");
  assert.throws(() => file.write(bytes, 0, bytes.length), /full/);
  file.close();
  assert.ok(closed);
});

test("a file that is followed by another waits for its secrets", () => {
  const time = { now: 0 };
  const log: string[] = [];
  const output = (name: string) => ({
    write: (bytes: Uint8Array, start: number, end: number) => {
      const text = Buffer.from(bytes.subarray(start, end)).toString("latin1");
      log.push(`${name} ${text.replace(/[^a-z]/g, "")}`);
    },
    close: (done?: () => void) => {
      log.push(`${name} closed`);
      done?.();
    },
  });
  const files = new DelayedFiles({ clock: () => time.now, delay: 100 });
  const write = (file: DelayedFile, text: string) => {
    const bytes = Buffer.concat([header("head"), Buffer.from(text)]);
    file.write(bytes, 0, bytes.length);
  };
  const first = files.open("x", () => output("one"));
  write(first, "packet");
  let complete = 0;
  first.close(() => complete++);
  const second = files.open("y", () => output("two"));
  files.ahead(Buffer.from("keys"));
  assert.deepEqual(log, ["one head", "one keys"]);
  // of the same name: the first has to be complete before the file is made anew
  const third = files.open("x", () => {
    log.push("made");
    return output("three");
  });
  assert.deepEqual(log.slice(2), ["one packet", "one closed", "made"]);
  assert.equal(complete, 1);
  files.ahead(Buffer.from("more"));
  second.close();
  write(third, "last");
  third.close();
  assert.deepEqual(log.slice(5), ["two closed", "three head"]);
  files.end();
  assert.deepEqual(log.slice(7), ["three last", "three closed"]);
});
