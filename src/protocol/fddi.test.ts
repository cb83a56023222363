import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "FDDI",
  [
    ["SMT printer not yet", "-vv", "4b7e95550000995e00002008cd", "<SMT printer not yet implemented>", 2822],
    [
      "Null STP Information send",
      "-vv -S",
      "5ee5f4a09b9c0800417f26001043001204",
      "00:41:7f:26:00:10 Null > e5:f4:a0:9b:9c:08 STP Information, send seq 9, rcv seq 2, Flags [Command], length 2813\n\t0x0000:  4300 1204                                C...",
      2826,
    ],
    [
      "imp asyncb",
      "-vv",
      "6b88447d95447d953155000030",
      "imp_asyncb 95:31:55:00:00:30 > 88:44:7d:95:44:7d, length 24038: ",
      24038,
    ],
    [
      "macc",
      "-vv",
      "cc3030343030cbdc0030fefe30",
      "macc dc:00:30:fe:fe:30 > 30:30:34:30:30:cb, length 742: ",
      742,
    ],
    [
      "sync# length",
      "-vv",
      "d516d500d5d5d5303031fcfe30",
      "sync5 30:30:31:fc:fe:30 > 16:d5:00:d5:d5:d5, length 12782: ",
      12782,
    ],
    [
      "claim",
      "-vv",
      "c3250055000ef8ff150000ffff",
      "claim ff:15:00:00:ff:ff > 25:00:55:00:0e:f8, length 1949: ",
      1949,
    ],
    [
      "beacon",
      "-vv",
      "c2005700c2004d750000b8f582",
      "beacon 75:00:00:b8:f5:82 > 00:57:00:c2:00:4d, length 13: ",
    ],
    [
      "nrt",
      "-vv",
      "80c203002f0155cd7d00003000",
      "nrt cd:7d:00:00:30:00 > c2:03:00:2f:01:55, length 24038: ",
      24038,
    ],
    ["[|fddi]", "-vv", "ff", " [|fddi]", 5042],
  ],
  10,
);
