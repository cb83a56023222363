import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "MS NLB",
  [
    [
      "MS NLB heartbeat host",
      "-v",
      "ffffffffffff0202c0a86450886fbf01dec00602000002000000c0a86450c0a8",
      "MS NLB heartbeat, host priority: 2, cluster IP: 192.168.100.80 [|msnlb]",
    ],
  ],
  1,
);
