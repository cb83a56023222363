import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "Solaris ipnet",
  [
    [
      "family IPv length truncated-ip",
      "-e",
      "01020000000000540000000200000000ffffffff0000000045000054e58e0000f901fcd581926a370a05e975080032e21af50000ed",
      "4294967295 > 0, family IPv4 (2), length 53: truncated-ip - 55 bytes missing! 129.146.106.55 > 10.5.233.117: ICMP echo request, id 6901, seq 0, length 64",
    ],
    [
      "[|ip]",
      "-e",
      "0102010000000054000000020000000000000000ffffffff4500005413504000ff018914",
      "0 > 4294967295, family IPv4 (2), length 36:  [|ip]",
    ],
    [
      "[|icmp]",
      "-e",
      "01020000000000540000000200000000ffffffff0000000045000054e58e0000f901fcd581926a370a05e975",
      "4294967295 > 0, family IPv4 (2), length 108: 129.146.106.55 > 10.5.233.117:  [|icmp]",
      108,
    ],
    [
      "reply",
      "-e",
      "0102010000000054000000020000000000000000ffffffff4500005413514000ff0189130a05e97581926a370000b2021af50002",
      "0 > 4294967295, family IPv4 (2), length 108: 10.5.233.117 > 129.146.106.55: ICMP echo reply, id 6901, seq 2, length 64",
      108,
    ],
    [
      "IPv length truncated-ip bytes",
      "-q -e",
      "01020000000000540000000200000000ffffffff0000000045000054e58e0000f901fcd581926a370a05e975080032e21af50000ed",
      "4294967295 > 0, IPv4, length 53: truncated-ip - 55 bytes missing! 129.146.106.55 > 10.5.233.117: ICMP echo request, id 6901, seq 0, length 64",
    ],
    [
      "[|ip]",
      "-q -e",
      "0102010000000054000000020000000000000000ffffffff4500005413504000ff018914",
      "0 > 4294967295, IPv4, length 36:  [|ip]",
    ],
    [
      "[|icmp]",
      "-q -e",
      "01020000000000540000000200000000ffffffff0000000045000054e58e0000f901fcd581926a370a05e975",
      "4294967295 > 0, IPv4, length 108: 129.146.106.55 > 10.5.233.117:  [|icmp]",
      108,
    ],
    [
      "IP truncated-ip bytes missing",
      "",
      "01020000000000540000000200000000ffffffff0000000045000054e58e0000f901fcd581926a370a05e975080032e21af50000ed",
      "IP truncated-ip - 55 bytes missing! 129.146.106.55 > 10.5.233.117: ICMP echo request, id 6901, seq 0, length 64",
    ],
    [
      "[|ip]",
      "",
      "0102010000000054000000020000000000000000ffffffff4500005413504000ff018914",
      "IP  [|ip]",
      108,
    ],
    [
      "[|icmp]",
      "",
      "01020000000000540000000200000000ffffffff0000000045000054e58e0000f901fcd581926a370a05e975",
      "IP 129.146.106.55 > 10.5.233.117:  [|icmp]",
      108,
    ],
  ],
  226,
);
