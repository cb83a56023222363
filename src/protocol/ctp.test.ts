import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "Configuration testing",
  [
    [
      "Loopback skipCount bogus Reply",
      "-v",
      "0200000000010200000000029000030061616101000fdf",
      "Loopback, skipCount 3 (bogus), Reply, receipt number 57103, data (18 octets) [|loopback]",
      41,
    ],
    [
      "Forward Data invalid",
      "-v",
      "020000000001020000000002900000000200",
      "Loopback, skipCount 0, Forward Data (invalid)",
    ],
    ["[|ether]", "-v", "020000000001020000000002", " [|ether]", 38],
    [
      "forwarding address",
      "-v",
      "020000000001020000000002900000000200f9c089fbf5f7fa",
      "Loopback, skipCount 0, Forward Data, forwarding address f9:c0:89:fb:f5:f7, data (1 octets)",
    ],
  ],
  1,
);
