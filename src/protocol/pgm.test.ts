import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "PGM",
  [
    [
      "IP truncated-ip bytes missing",
      "-v",
      "01005e7f0010b09928c8d646080045b800240000400001717e750a00002defff0010",
      "IP truncated-ip - 16 bytes missing! (tos 0xb8, ttl 1, id 0, offset 0, flags [DF], proto PGM (113), length 36)\n    10.0.0.45 > 239.255.0.16: 10.0.0.45 > 239.255.0.16: [|pgm]",
    ],
    [
      "POLL seq round nla",
      "-v",
      "01005e7fc20a0800270844ab080045000040b2604000017108d40a00020fefffc20a04d2162e0100000083f2d6491cb300000000000200000000000100000a00020f000000000000000000000000",
      "IP (tos 0x0, ttl 1, id 45664, offset 0, flags [DF], proto PGM (113), length 64)\n    10.0.2.15 > 239.255.194.10: 10.0.2.15.1234 > 239.255.194.10.5678: PGM, length 0 0x83f2d6491cb3 POLL seq 2 round 0 nla 10.0.2.15 ivl 0 rnd 0x00000000 mask 0x00000000 [44]",
    ],
    ["[|ip]", "-v", "01005e7fc20a0800270844ab08004500002cb2", "IP  [|ip]"],
    [
      "SPM trail lead",
      "-v",
      "01005e7f0010b09928c8d646080045b800380000400010716f610a00002defff0010340815bb0000271a3329041eba7400000001681e000054720000d6a6000100000a00002d",
      "IP (tos 0xb8, ttl 16, id 0, offset 0, flags [DF], proto PGM (113), length 56)\n    10.0.0.45 > 239.255.0.16: 10.0.0.45.13320 > 239.255.0.16.5563: PGM, length 0 0x3329041eba74 SPM seq 92190 trail 21618 lead 54950 nla 10.0.0.45 [36]",
    ],
    [
      "SPMR",
      "-v",
      "01005e7f0010b09928c8d646080045b800240000400001717e750a00002defff001015bb34080c00b8803329041eba740000",
      "IP (tos 0xb8, ttl 1, id 0, offset 0, flags [DF], proto PGM (113), length 36)\n    10.0.0.45 > 239.255.0.16: 10.0.0.45.5563 > 239.255.0.16.13320: PGM, length 0 0x3329041eba74 SPMR [16]",
    ],
    [
      "POLR",
      "-v",
      "01005e7fc20a0800270844ab08004500002cb1f24000017109560a00020fefffc20a162e04d20200000083f2d6491cb300000000000100000000",
      "IP (tos 0x0, ttl 1, id 45554, offset 0, flags [DF], proto PGM (113), length 44)\n    10.0.2.15 > 239.255.194.10: 10.0.2.15.5678 > 239.255.194.10.1234: PGM, length 0 0x83f2d6491cb3 POLR seq 1 round 0 [24]",
    ],
    [
      "ODATA",
      "-v",
      "01005e7f0010b09928c8d646080045b800950000400010716f040a00002defff0010340815bb0400c4653329041eba7400690000d6a900005474",
      "IP (tos 0xb8, ttl 16, id 0, offset 0, flags [DF], proto PGM (113), length 149)\n    10.0.0.45 > 239.255.0.16: 10.0.0.45.13320 > 239.255.0.16.5563: PGM, length 105 0x3329041eba74 ODATA trail 21620 seq 54953 [129]",
      163,
    ],
    [
      "IP truncated-ip bytes missing",
      "",
      "01005e7f0010b09928c8d646080045b800240000400001717e750a00002defff0010",
      "IP truncated-ip - 16 bytes missing! 10.0.0.45 > 239.255.0.16: 10.0.0.45 > 239.255.0.16: [|pgm]",
    ],
    ["[|ip]", "", "01005e7fc20a0800270844ab08004500002cb2", "IP  [|ip]"],
    [
      "PGM length",
      "",
      "01005e7f0010b09928c8d646080045b800240000400001717e750a00002defff001015bb34080c00b8803329041eba740000",
      "IP 10.0.0.45 > 239.255.0.16: 10.0.0.45.5563 > 239.255.0.16.13320: PGM, length 0",
    ],
  ],
  1,
);
