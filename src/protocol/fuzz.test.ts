// Whatever the bytes: no dissector throws, none is slow, none prints control characters that it was not meant to.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TextWriter } from "../bytes/text.ts";
import { PLAIN_TEXT, type TextSettings } from "../model/settings.ts";
import { Dissection } from "./dissection.ts";
import { allProtocols } from "./registry.ts";
import { walk } from "./walk.ts";

const LINKTYPE_RAW = 101;
const ROUNDS = 4000;
/** Most that a packet may take, milliseconds; the mean is a few microseconds, a pause of the collector is one. */
const SLOWEST_TYPICAL = 10;

function settings(verbose: number): TextSettings {
  return { ...PLAIN_TEXT, numeric: 1, verbose, timestamp: 1, context: new Set() };
}

/** Numbers that look random and are the same in every run (Marsaglia's xorshift). */
function xorshift(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const PAYLOADS = [
  "81800001000300010002037777770765786d706c6503636f6d0000010001c00c000500010000000a0004016ac00cc00c00060001",
  "8600a1b2403807080000000000000000010100112233445503044040000151800000384000000000200110db8000000000000000",
  "2200fb0400000002010000020a0000010a0000020a00000306000001e00000090a000004",
];
const IP_PROTOCOLS = [0, 1, 2, 4, 6, 17, 41, 43, 44, 47, 50, 51, 58, 60, 112, 132, 135];
const PORTS = [
  53, 67, 68, 69, 80, 123, 161, 162, 500, 514, 546, 547, 1645, 1812, 3784, 4500, 4789, 5353, 6081, 6343,
];

function makePacket(random: (below: number) => number): Uint8Array {
  const payload = Buffer.from(PAYLOADS[random(PAYLOADS.length)]!, "hex");
  const six = random(2) === 0;
  const head = six ? 40 : 20;
  const protocol = random(3) === 0 ? 17 : IP_PROTOCOLS[random(IP_PROTOCOLS.length)]!;
  const ports = protocol === 17 || protocol === 6 ? (protocol === 6 ? 20 : 8) : 0;
  const bytes = new Uint8Array(head + ports + payload.length + random(400));
  const size = bytes.length - (six ? 40 : 0);
  bytes.set(six ? [0x60, 0, 0, 0, size >> 8, size & 255, protocol, 64] : [0x45, 0, size >> 8, size & 255], 0);
  if (!six) bytes[9] = protocol;
  bytes.set(payload, head + ports);
  for (let i = head + ports + payload.length; i < bytes.length; i++) bytes[i] = random(256);
  if (ports > 0) {
    const port = PORTS[random(PORTS.length)]!;
    const length = bytes.length - head;
    bytes.set([0x30, 0x39, port >> 8, port & 255], head);
    if (protocol === 17) bytes.set([length >> 8, length & 255], head + 4);
    else bytes[head + 12] = 0x50;
  }
  for (let i = random(12); i > 0; i--)
    bytes[random(bytes.length)] = random(3) === 0 ? random(8) : random(256);
  return bytes;
}

describe("dissectors and hostile bytes", () => {
  for (const verbose of [0, 1, 2, 3])
    it(`keep their temper with ${"v".repeat(verbose) || "no"} verbosity`, () => {
      const out = new TextWriter();
      const d = new Dissection(out, settings(verbose), allProtocols(), null);
      const random = xorshift(verbose + 1);
      let slow = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const bytes = makePacket(random);
        const caplen = 1 + random(bytes.length);
        out.pos = 0;
        const captured = random(3) === 0 ? caplen : bytes.length;
        // The best of three: another program's turn on this processor is not the dissector's time.
        let time = Number.POSITIVE_INFINITY;
        for (let attempt = 0; attempt < 3 && time > SLOWEST_TYPICAL; attempt++) {
          out.pos = 0;
          const before = performance.now();
          walk(d, LINKTYPE_RAW, bytes, 0, captured, bytes.length);
          time = Math.min(time, performance.now() - before);
        }
        if (time > SLOWEST_TYPICAL) slow++;
        for (let i = 0; i < out.pos; i++) {
          const code = out.buf[i]!;
          assert.ok(
            code === 9 || code === 10 || (code >= 32 && code < 127),
            `control character ${code} from ${Buffer.from(bytes).toString("hex")}`,
          );
        }
      }
      assert.ok(slow <= 3, `${slow} of ${ROUNDS} packets took longer than ${SLOWEST_TYPICAL} ms`);
    });
});
