import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "ZEP",
  [
    [
      "truncated-ip bytes missing ECT",
      "-vv",
      "ffffffffffff0101010d0101080045e50a6420480000fc1100f0de7168868352000000af455af13c4e057a",
      "IP truncated-ip - 2631 bytes missing! (tos 0xe5,ECT(1), ttl 252, id 8264, offset 0, flags [none], proto UDP (17), length 2660, bad cksum f0 (->c911)!)\n    222.113.104.134.175 > 131.82.0.0.17754: ZEP [Preamble Code: z [|zep]",
    ],
  ],
  1,
);
