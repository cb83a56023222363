import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "wb",
  [
    [
      "truncated-ip bytes missing wb-rrep",
      "-vv -T wb",
      "41056444641800d54714f5a108004500004f3f4f00004011ff54ff217d95fa954d0007070707073f07070707070707070707070703646c00000200020000000e00000000000000000eff",
      "IP truncated-ip - 19 bytes missing! (tos 0x0, ttl 64, id 16207, offset 0, flags [none], proto UDP (17), length 79, bad cksum ff54 (->7702)!)\n    255.33.125.149.1799 > 250.149.77.0.1799: * wb-rrep: for 108.0.0.2 0.2.0.0:917504<0:3839> < [|wb]",
    ],
    [
      "flowlabel wb-preq need",
      "-vv -T wb",
      "0000000000000081d7ba911186dd6c08306810441101fe800000000000008d84d538a212c6ddff0200000000000000000000000100061a281a280044c98d2a02001604060000de420505059999999999999999999999999999999922f9ac8c",
      "IP6 truncated-ip6 - 4123 bytes missing!(class 0xc0, flowlabel 0x83068, hlim 1, next-header UDP (17) payload length: 4164) fe80::8d84:d538:a212:c6dd.6696 > ff02::1:6.6696: * wb-preq: need 2576980377/5.153.153.153:2576980377",
    ],
    [
      "invalid",
      "-vv",
      "ff0be2197f0100affa0000fa08004500f127640fe00030118ef10102030340700060071411d741c1001234000000ff4e27f5100a1d00",
      "IP (tos 0x0, ttl 48, id 25615, offset 0, flags [+, DF, rsvd], proto UDP (17), length 61735, bad cksum 8ef1 (->10e1)!)\n    1.2.3.3.1812 > 64.112.0.96.4567:  wb-29! (invalid)",
      262144,
    ],
    [
      "wb-rreq please repair",
      "-vv -T wb",
      "41056444640038254714f5a108004500004fa64f000040110000c0000001c0000002b4910035b4910035020202020250020202020203636f6d000001006f010000004011544b0a000000c0",
      "IP truncated-ip - 18 bytes missing! (tos 0x0, ttl 64, id 42575, offset 0, flags [none], proto UDP (17), length 79, bad cksum 0 (->544b)!)\n    192.0.0.1.46225 > 192.0.0.2.53: * wb-rreq: please repair 99.111.109.0 0.1.0.111:16777216<1074877515:167772160>",
    ],
    [
      "wb-kill",
      "-vv -T wb",
      "cfcfcfcfcfcfcf3030303030080045303030303040003011303030303030303030868686868686868686868686868686860430300401",
      "IP truncated-ip - 12296 bytes missing! (tos 0x30, ttl 48, id 12336, offset 0, flags [DF], proto UDP (17), length 12336, bad cksum 3030 (->2947)!)\n    48.48.48.48.34438 > 48.48.48.134.34438: * wb-kill",
    ],
    [
      "wb-dop",
      "-vv -T wb",
      "41056444640018d54710f5a108004500004fa64f00004011ffff5495217d4dfa950000c0000001c021000002b4910035b4910035003bcd29a30b012000010000690400010006000002060a0eff0eff",
      "IP truncated-ip - 14 bytes missing! (tos 0x0, ttl 64, id 42575, offset 0, flags [none], proto UDP (17), length 79, bad cksum ffff (->7b42)!)\n    84.149.33.125.192 > 77.250.149.0.0: * wb-dop: 205.41.163.11:18874369<26884:65542> < SKIP4294940931[|]",
    ],
    [
      "wb-id max",
      "-vv -T wb",
      "41056444640038d54714f5a108004500004fa64f000040110000c0000001c021000002b4910038b4910035003bcd29a30b01200001000000000001a6e01c7d9555ffffffff00000b00004011544b0a000000c0",
      "IP truncated-ip - 10 bytes missing! (tos 0x0, ttl 64, id 42575, offset 0, flags [none], proto UDP (17), length 79, bad cksum 0 (->542c)!)\n    192.0.0.1.692 > 192.33.0.0.37120:  wb-id: 4294967040/0.11.0.0:1074877515 (max 0/1.166.224.28:2106938879)  (invalid)",
    ],
  ],
  1,
);
