// A disk that stops for two seconds while packets come: a file system in memory, frozen in the middle (fsfreeze(8)).
import { execFileSync } from "node:child_process";
import { mkdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { capture, datagrams, hosts } from "../capturing.ts";
import { type Comparison, interleaved, PTCPDUMP_COMMAND, rowsOf, SCRATCH, TCPDUMP } from "../harness.ts";

/** Packets per second, and how long they come, s. */
const RATE = 100_000;
const SECONDS = 6;
/** When the disk stops and for how long, s. */
const BEFORE = 2;
const STOPPED = 2;

export const stalled: Comparison = {
  name: "stalled",
  title: `capture ${RATE / 1000} kpps of small packets to a disk that stops for ${STOPPED} s`,
  async run({ rounds }, undo) {
    const image = `${SCRATCH}.img`;
    const disk = `${SCRATCH}.disk`;
    undo(() => rmSync(image, { force: true }));
    execFileSync("truncate", ["-s", "512M", image]);
    execFileSync("mkfs.ext4", ["-q", image]);
    mkdirSync(disk);
    undo(() => rmdirSync(disk));
    execFileSync("mount", ["-o", "loop", image, disk]);
    undo(() => execFileSync("umount", [disk]));
    const [receiver, sender] = await hosts(undo);
    const count = RATE * SECONDS;
    const load = datagrams(count, RATE);
    const once = (program: readonly string[], file: string) => () =>
      capture(
        receiver,
        [...program, "-i", "eth0", "-n", "-w", join(disk, file), "udp"],
        undefined,
        async () => {
          // A program of its own, which touches the disk no more than that: whatever hangs, it goes on again.
          const stop = receiver.start("sh", [
            "-c",
            `sleep ${BEFORE}; fsfreeze -f "$1" && sleep ${STOPPED}; fsfreeze -u "$1"`,
            "sh",
            disk,
          ]);
          const seconds = await load(receiver, sender);
          const { status, stderr } = await stop.ended;
          if (status !== 0) throw new Error(`the disk was not stopped: ${stderr}`);
          return seconds;
        },
      );
    const [theirs, ours] = await interleaved(rounds, [
      once(TCPDUMP, "t.pcap"),
      once(PTCPDUMP_COMMAND, "p.pcapng"),
    ]);
    const row = rowsOf("-w", theirs!, ours!);
    return {
      rows: [
        row("packets lost", false, ({ captured }) => count - captured),
        row("of them said to be dropped", false, ({ dropped }) => dropped),
        row("memory at most, MB", false, ({ memory }) => memory),
      ],
    };
  },
};
