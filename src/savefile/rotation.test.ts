// When the next file begins, what it is called, and that each is complete on its own; the names are tcpdump's.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Rotation } from "../model/settings.ts";
import { Fields, folder, frame, Memory, packetOf, read } from "./handmade.ts";
import { PcapWriter } from "./pcap-writer.ts";
import { numberWidth, RotatingWriter, type SavefileWriter } from "./rotation.ts";

const START = 1_700_000_000;

/** A writer whose files are lists of what happened to them. */
function journal(rotation: Partial<Rotation>, live = true) {
  const files: [name: string, entries: string[]][] = [];
  const complete: string[] = [];
  const state = { now: START * 1000 };
  const rotating = new RotatingWriter({
    name: "f-%",
    rotation: { bytes: 0, seconds: 0, files: 0, command: null, ...rotation },
    start: START,
    formatTime: (format, seconds) => format.replace("%", String(seconds - START)),
    live,
    clock: () => state.now,
    complete: (name) => complete.push(name),
    begin: (name) => {
      const entries: string[] = [];
      files.push([name, entries]);
      const writer: SavefileWriter = {
        get size() {
          return entries.length * 10;
        },
        packet: ({ sec }) => entries.push(String(sec - START)),
        device: ({ name }) => entries.push(name),
        secrets: (type, bytes) => entries.push(`${type}:${Buffer.from(bytes).toString()}`),
        flush: () => {},
        close: () => entries.push("end"),
      };
      return {
        writer,
        file: {
          write() {},
          close(told) {
            entries.push("closed");
            told?.();
          },
        },
      };
    },
  });
  return { rotating, files, complete, state };
}

const at = (sec: number) => packetOf(frame("x"), { sec: START + sec });

test("the width of numbers is that of the largest", () => {
  assert.deepEqual([0, 1, 2, 10, 11, 100, 101, 1000].map(numberWidth), [0, 0, 1, 1, 2, 2, 3, 3]);
});

test("by size: a file that is larger than the limit is followed; with -W the first is overwritten again", () => {
  const { rotating, files, complete } = journal({ bytes: 15, files: 3 });
  for (let sec = 0; sec < 9; sec++) rotating.packet(at(sec));
  rotating.close();
  const end = ["end", "closed"];
  assert.deepEqual(files, [
    ["f-%0", ["0", "1", ...end]],
    ["f-%1", ["2", "3", ...end]],
    ["f-%2", ["4", "5", ...end]],
    ["f-%0", ["6", "7", ...end]],
    ["f-%1", ["8", ...end]],
  ]);
  assert.deepEqual(complete, ["f-%0", "f-%1", "f-%2", "f-%0"]);
});

test("by time: a packet belongs to the period of its own time; periods without packets have files, too", () => {
  const { rotating, files, state } = journal({ seconds: 2 });
  assert.equal(rotating.tick(), 2000);
  rotating.packet(at(0));
  rotating.packet(at(1));
  rotating.packet(at(2));
  rotating.packet(at(1));
  state.now += 2_030;
  assert.equal(rotating.tick(), 1970, "the packet was quicker");
  state.now += 2_000;
  assert.equal(rotating.tick(), 1970);
  state.now += 2_000;
  rotating.tick();
  rotating.packet(at(13));
  rotating.close();
  assert.deepEqual(
    files.map(([name, entries]) => [name, ...entries]),
    [
      ["f-0", "0", "1", "end", "closed"],
      ["f-2", "2", "1", "end", "closed"],
      ["f-4", "end", "closed"],
      ["f-6", "end", "closed"],
      ["f-12", "13", "end", "closed"],
    ],
  );
});

test("by time and size: numbers begin anew in each period, -W only wraps them", () => {
  const { rotating, files } = journal({ bytes: 5, seconds: 10, files: 2 });
  for (const sec of [0, 1, 2, 11, 12, 13, 22]) rotating.packet(at(sec));
  assert.deepEqual(
    files.map(([name]) => name),
    ["f-00", "f-01", "f-00", "f-100", "f-101", "f-100", "f-200"],
  );
});

test("-W with -G ends it, by a packet or without", () => {
  for (const packets of [true, false]) {
    const { rotating, files, complete, state } = journal({ seconds: 1, files: 2 });
    const step = (sec: number): void => {
      if (packets) rotating.packet(at(sec));
      else {
        state.now = (START + sec) * 1000;
        rotating.tick();
      }
    };
    step(0);
    step(1);
    assert.throws(() => step(2), { code: "file-limit", status: 0, message: "Maximum file limit reached: 2" });
    assert.deepEqual(complete, ["f-0", "f-1"]);
    // What still comes goes nowhere.
    rotating.packet(at(2));
    rotating.flush();
    rotating.close();
    assert.equal(rotating.tick(), Number.POSITIVE_INFINITY);
    assert.equal(files.length, 2);
  }
});

test("a clock that is set back begins a new period instead of waiting for the old one's end", () => {
  const { rotating, files, state } = journal({ seconds: 5 });
  state.now -= 3_600_000;
  assert.equal(rotating.tick(), 5000);
  state.now += 5_000;
  rotating.tick();
  assert.deepEqual(
    files.map(([name]) => name),
    ["f-0", "f--3595"],
  );
});

test("secrets are repeated in every file", () => {
  const { rotating, files } = journal({ bytes: 35 });
  rotating.secrets(1, Buffer.from("one"));
  rotating.packet(at(0));
  rotating.secrets(2, Buffer.from("two"));
  for (const sec of [1, 2, 3]) rotating.packet(at(sec));
  assert.deepEqual(
    files.map(([, entries]) => entries),
    [
      ["1:one", "0", "2:two", "1", "end", "closed"],
      ["1:one", "2:two", "2", "3"],
    ],
  );
});

test("with packets of a file the clock tells, as in tcpdump", () => {
  const { rotating, files, state } = journal({ seconds: 5 }, false);
  for (const sec of [0, 100, 200]) rotating.packet(at(sec));
  state.now += 5_000;
  rotating.packet(at(300));
  assert.deepEqual(files, [
    ["f-0", ["0", "100", "200", "end", "closed"]],
    ["f-5", ["300"]],
  ]);
});

test("names and sizes are those of tcpdump, which writes the same packets", (t) => {
  const file = folder(t);
  const le = new Fields(false);
  const records = Array.from({ length: 400 }, (_, i) => le.record(START + i, i, frame("x".repeat(i * 3))));
  const rounds = Array.from({ length: 25 }, () => records).flat();
  const source = file("source.pcap", Buffer.concat([le.pcap(0xa1b2c3d4), ...rounds]));
  // -C counts in millions of bytes: some six of them.
  for (const count of [0, 1, 3, 10, 11]) {
    const theirs = mkdtempSync(join(tmpdir(), "rotation-"));
    const ours = new Map<string, Memory>();
    try {
      const words = ["-Z", "root", "-C", "1", ...(count > 0 ? ["-W", String(count)] : [])];
      const run = spawnSync("tcpdump", [...words, "-r", source, "-w", "f"], { cwd: theirs });
      if (run.error) {
        if (process.env["CI"] === "true") throw run.error;
        t.skip("tcpdump is not installed");
        return;
      }
      const rotating = new RotatingWriter({
        name: "f",
        rotation: { bytes: 1_000_000, seconds: 0, files: count, command: null },
        start: START,
        formatTime: (format) => format,
        live: false,
        complete: () => {},
        begin: (name) => {
          const output = new Memory();
          ours.set(name, output);
          const options = {
            linkType: 1,
            snaplen: 262144,
            precision: "micro",
            packetBuffered: false,
          } as const;
          return { writer: new PcapWriter(output, options), file: { write() {}, close() {} } };
        },
      });
      rounds.forEach((_, n) => {
        const i = n % records.length;
        rotating.packet(packetOf(frame("x".repeat(i * 3)), { sec: START + i, nsec: i * 1000 }));
      });
      rotating.close();
      assert.deepEqual([...ours.keys()].sort(), readdirSync(theirs).sort(), words.join(" "));
      for (const [name, output] of ours)
        assert.ok(output.bytes().equals(read(join(theirs, name))), `${words.join(" ")}: ${name}`);
      assert.ok(ours.size > 3 || count === 1 || count === 3);
    } finally {
      rmSync(theirs, { recursive: true });
    }
  }
});
