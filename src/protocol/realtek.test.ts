import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "Realtek, link type 1",
  [
    [
      "RRCP query get addr",
      "-vv",
      "21497e030300c0c1c0a01b9d88990101d79c667351560000565171bcf97e0101",
      "c0:c1:c0:a0:1b:9d > 21:49:7e:03:03:00, RRCP query: get addr=0x7366, data=0x00005651, auth=0xd79c, cookie=0xf97e0101565171bc ",
      2532,
    ],
    [
      "Realtek DSA tag",
      "-vv",
      "65497eff0300c0c1c0a01b9d889996a30101",
      "c0:c1:c0:a0:1b:9d > 65:49:7e:ff:03:00, Realtek RTL8306 4-byte DSA tag",
      2518,
    ],
    [
      "reply unknown opcode",
      "-vv",
      "497e180000000a0000009d0d889901960101",
      "0a:00:00:00:9d:0d > 49:7e:18:00:00:00, RRCP reply: unknown opcode (0x16), auth=0x0101",
      19,
    ],
    ["RLDP", "-vv", "65497e030300c0c1c0a01b9d889903", "c0:c1:c0:a0:1b:9d > 65:49:7e:03:03:00, RLDP", 2515],
    ["REP", "-vv", "fff1f7ce00270df13c88f13c88990200", "0d:f1:3c:88:f1:3c > ff:f1:f7:ce:00:27, REP", 3737],
    [
      "hello",
      "-vv",
      "21497e030300c0c1c0a01b9d889901005601",
      "c0:c1:c0:a0:1b:9d > 21:49:7e:03:03:00, RRCP query: hello, auth=0x5601",
      2518,
    ],
    [
      "set",
      "-vv",
      "21497e032b00c0c1c0a01b9d88990182565171bcf97e0101",
      "c0:c1:c0:a0:1b:9d > 21:49:7e:03:2b:00, RRCP reply: set addr=0xbc71, data=0x01017ef9, auth=0x5651 [|rrcp]",
      2524,
    ],
  ],
  1,
);

checkGoldens(
  "Realtek, link type 113",
  [
    [
      "ethertype protocols type",
      "-vv",
      "0004c1ffa0efffff143b46967501810000d181000007889900",
      "ethertype 802.1Q, ethertype Realtek protocols, Realtek unknown type 0x00",
    ],
  ],
  113,
);

checkGoldens(
  "Realtek, link type 138",
  [
    [
      "DSA tag",
      "-vv",
      "c00b039665497eff0300c0c1c0a01b9d8899a3a30101",
      "03:00:c0:c1:c0:a0:1b:9d > c0:0b:03:96:65:49:7e:ff, Realtek RTL8366RB 4-byte DSA tag",
      8671,
    ],
  ],
  138,
);
