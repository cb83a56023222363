// QUIC with -T quic. The installed tcpdump does not know it: the texts are those of newer tcpdump's own tests.
import assert from "node:assert/strict";
import { test } from "node:test";
import { TextWriter } from "../bytes/text.ts";
import { PLAIN_TEXT } from "../model/settings.ts";
import { Dissection } from "./dissection.ts";
import { allProtocols } from "./registry.ts";
import { walk } from "./walk.ts";

const NULL_LINK = 0;

/** The texts of packets, one after the other; what they remember of each other counts. */
function texts(...packets: string[]): string[] {
  const out = new TextWriter();
  const settings = { ...PLAIN_TEXT, numeric: 1, packetType: "quic" } as const;
  const d = new Dissection(out, settings, allProtocols(), null);
  return packets.map((hex) => {
    const bytes = Buffer.from(hex, "hex");
    out.pos = 0;
    walk(d, NULL_LINK, bytes, 0, bytes.length, bytes.length);
    return out.toString();
  });
}

/** UDP over IPv6 on the loopback, from 50606 to 443. */
function datagram(payload: string): string {
  const length = (payload.length / 2 + 8).toString(16).padStart(4, "0");
  const address = "00000000000000000000000000000001";
  return `1e00000060000000${length}1140${address}${address}c5ae01bb${length}0000${payload}`;
}
const HEAD = "IP6 ::1.50606 > ::1.443: ";

test("packets of newer tcpdump's tests", () => {
  assert.deepEqual(
    texts(
      "1e00000060000e00001f1140000000000000000000000000000000010000000000000000000000000000000101bbe03e001f0032f50000000000089d5728481287a3b4000000011a2a3a4a",
      "1e000000600e0e0000a71140000000000000000000000000000000010000000000000000000000000000000101bbf56500a700baff000000010008e1051eaa7adfb2304560cfe26e2d3ded33fc90c079b4521a8f14c16fe05c7aedfcdd1fcc597a8ee829347d305442fb17a25cc93df7746f1a7de323462823b33d7c17ebac994cdbb6a85215f10316c399fc999a17dddde6e9950e1c0a33dee64eceaf3e72d0d29a183ec83b03e7ca5431f0ce5fdca7c168045429abeb5efa231155110752106aaba8f67ccb6438caacb0bb5656f40504ed4b",
      "1e000000602a0f00002f11400000000000000000000000000000000100000000000000000000000000000001c5ae01bb002f0042e4000000010851d1e44dc57a579e004016f36d566997debbd6e0e03216a5673678fc84e6212441",
      "1e000000602a0f00002a11400000000000000000000000000000000100000000000000000000000000000001c5ae01bb002a003d4651d1e44dc57a579e437718a812f7b71808c619374e98d040bf4909fa9362f238e7",
      "1e00000060250400001d1140000000000000000000000000000000010000000000000000000000000000000101bbc5ae001d0030598d21e24596739d0d20f8507197b4bf1da830a887",
    ),
    [
      "IP6 ::1.443 > ::1.57406: quic, version negotiation, scid 9d5728481287a3b4, version 0x1, version 0x1a2a3a4a",
      "IP6 ::1.443 > ::1.62821: quic, retry, scid e1051eaa7adfb230, token 4560cfe26e2d3ded33fc90c079b4521a8f14c16fe05c7aedfcdd1fcc597a8ee829347d305442fb17a25cc93df7746f1a7de323462823b33d7c17ebac994cdbb6a85215f10316c399fc999a17dddde6e9950e1c0a33dee64eceaf3e72d0d29a183ec83b03e7ca5431f0ce5fdca7c168045429abeb5efa231155110752106aaba8",
      "IP6 ::1.50606 > ::1.443: quic, handshake, dcid 51d1e44dc57a579e, length 22",
      "IP6 ::1.50606 > ::1.443: quic, protected, dcid 51d1e44dc57a579e",
      "IP6 ::1.443 > ::1.50606: quic, protected",
    ],
  );
});

test("several packets in a datagram, tokens, padding and ends", () => {
  assert.deepEqual(
    texts(
      datagram("c000000001021122013302aabb03010203e0ff00001d00000401020304000000"),
      datagram("d000000001000002ffff"),
      datagram("c000000001041122"),
      datagram("c0000000010000bfff"),
      datagram("4000"),
      datagram("8000000000000000000001ff"),
    ),
    [
      `${HEAD}quic, initial, dcid 1122, scid 33, token aabb, length 3, handshake, vff00001d, length 4`,
      `${HEAD}quic, 0-rtt, length 2`,
      `${HEAD}quic, initial [|quic]`,
      `${HEAD}quic, initial [|quic]`,
      `${HEAD}quic, protected [|quic]`,
      `${HEAD}quic, version negotiation, version 0x1 [|quic]`,
    ],
  );
});
