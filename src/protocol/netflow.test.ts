import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "NetFlow",
  [
    [
      "truncated-ip bytes missing NetFlow",
      "-vv -T cnfp",
      "000030303030303030303030383008004530303030304000301130303030303030303030004530303030303000010000000000000000a800ffffff003403",
      "IP truncated-ip - 12290 bytes missing! (tos 0x30, ttl 48, id 12336, offset 0, flags [DF], proto UDP (17), length 12336, bad cksum 3030 (->299d)!)\n    48.48.48.48.69 > 48.48.48.48.12336: NetFlow v1, 0.000 uptime, 43008.4294967040,  0 recs",
    ],
    [
      "started last octets",
      "-vv -T cnfp",
      "000030305d3030303030303030300800453030303030400030113030303030303030303000453030cf303030000100ffffffffffff0301ff073030303030303000453030cf30303000000000000000000000000000000000000000000000000000000000000000000030383003",
      "IP truncated-ip - 12243 bytes missing! (tos 0x30, ttl 48, id 12336, offset 0, flags [DF], proto UDP (17), length 12336, bad cksum 3030 (->299d)!)\n    48.48.48.48.69 > 48.48.48.48.12336: NetFlow v1, 4294967.295 uptime, 4278387199.120598576, 16777215 recs\n  started 0.000, last 0.000\n    48.48.48.48:0 > 0.69.48.48:0 >> 207.48.48.48\n    0 tos 0, 0 (0 octets)  [|cnfp]",
    ],
  ],
  113,
);
