import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "Token ring",
  [
    [
      "Unknown SSAP DSAP Unnumbered",
      "-vv -S",
      "ed583130323030300a3032303030302063",
      "0a:30:32:30:30:30 Unknown SSAP 0x20 > 31:30:32:30:30:30 Unknown DSAP 0x30 Unnumbered, ua, Flags [Command], length 19047\n\t0x0000:  3020 63                                  0.c",
      19061,
    ],
    [
      "Single-route Forward",
      "-vv",
      "fffff5ffffffffffffff2fffffbce141",
      "Single-route Forward (8144) ff ff 7f:ff:2f:ff:ff:bc > f5:ff:ff:ff:ff:ff, length 24041: \n\t0x0000:  41                                       A",
      24041,
    ],
    [
      "All-routes Backward",
      "-vv",
      "ff54a4a4a41aa4ab957d1dbea4a4a4a4a4ab",
      "All-routes Backward [2634:11] (2052)  [|llc]",
      24043,
    ],
    [
      "Non-Broadcast",
      "-vv",
      "9a1e004e9230ec5d8a010000000404070000",
      "Non-Broadcast Forward [0:0] (516) 9a 1e 0a:01:00:00:00:04 > 00:4e:92:30:ec:5d, length 24043: ",
      24043,
    ],
    ["[|token-ring]", "-vv", "9b", " [|token-ring]", 24026],
  ],
  6,
);
