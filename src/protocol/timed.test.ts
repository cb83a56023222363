import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "timed",
  [
    [
      "IP truncated-ip bytes missing",
      "-v",
      "30303030303030303030303008004530303030304000301130303030303030303030020d30303030303030303030",
      "IP truncated-ip - 14 bytes missing! (tos 0x30, ttl 48, id 12336, offset 0, flags [DF], proto UDP (17), length 12336, bad cksum 3030 (->299d)!)\n    48.48.48.48.525 > 48.48.48.48.12336: (tsp_type 0x30) vers 48 seq 12336 name  [|timed]",
      12336,
    ],
    [
      "none TSP_LOOP hopcnt OTTO",
      "-v",
      "ffffffffffff0800690b9de9080045100128a43d00003c11765cac100afbac10ffff020d020d01144bc218013c8a0a000000000000004f54544f2e746573746c61622e6465762e626c75656172632e636f6d0000000000000000000000000fbdc4187fff17d000",
      "IP (tos 0x10, ttl 60, id 42045, offset 0, flags [none], proto UDP (17), length 296)\n    172.16.10.251.525 > 172.16.255.255.525: TSP_LOOP vers 1 seq 15498 hopcnt 10 name OTTO.testlab.dev.bluearc.com",
      310,
    ],
    ["[|ip]", "-v", "30303030303030303030303008004530", "IP  [|ip]", 12336],
    [
      "[|udp]",
      "-v",
      "3030303030303030303030300800453030303030400030113030303030303030303002",
      "IP truncated-ip - 14 bytes missing! (tos 0x30, ttl 48, id 12336, offset 0, flags [DF], proto UDP (17), length 12336, bad cksum 3030 (->299d)!)\n    48.48.48.48 > 48.48.48.48:  [|udp]",
      12336,
    ],
  ],
  1,
);
