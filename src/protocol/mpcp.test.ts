import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "MPCP",
  [
    [
      "MPCP Opcode Register Timestamp",
      "-vv -S",
      "028e08506ae11101ed8300ed8808000511f8b8a102001f03002b",
      "MPCP, Opcode Register, Timestamp 301512865 ticks, length 24037\n\tAssigned-Port 512, Flags [ Re-Register, De-Register, ACK, NACK ]\n\tSync-Time 768 ticks, Echoed-Pending-Grants 43",
      24051,
    ],
    [
      "Report Total Queue-Sets Queue-Set",
      "-vv",
      "028e08506ae11101ed4100ed880800030a070707070707072d2b07070000000004030707",
      "MPCP, Opcode Report, Timestamp 168232711 ticks, length 24047\n\tTotal Queue-Sets 7\n\t  Queue-Set #7, Report-Bitmap [ Q0, Q1, Q2 ]\n\t    Q1 Report, Duration 1799 ticks\n\t    Q2 Report, Duration 11563 ticks\n\t    Q3 Report, Duration 1799 ticks\n\t  Queue-Set #7, Report-Bitmap [ Unknown ]\n\t  Queue-Set #7, Report-Bitmap [ Unknown ]\n\t  Queue-Set #7, Report-Bitmap [ Unknown ]\n\t  Queue-Set #7, Report-Bitmap [ Unknown ]\n\t  Queue-Set #7, Report-Bitmap [ Q2 ]\n\t    Q3 Report, Duration 775 ticks",
      24061,
    ],
    [
      "Gate Grant Numbers Force",
      "-vv -S",
      "028e08506ae13101ed8300ed880800028e08506ae13101ed8300ed8805",
      "MPCP, Opcode Gate, Timestamp 2382909546 ticks, length 24040\n\tGrant Numbers 1, Flags [ Force Grant #2, Force Grant #3, Force Grant #4 ]\n\tGrant #1, Start-Time 822209923 ticks, duration 237 ticks\n\tSync-Time 34821 ticks",
      24054,
    ],
    [
      "Request Reserved Pending-Grants",
      "-vv -S",
      "028e08fd6ae11101ed4100ed8808000464d25411542d",
      "MPCP, Opcode Register Request, Timestamp 1691505681 ticks, length 24033\n\tFlags [ Reserved ], Pending-Grants 45",
      24047,
    ],
    [
      "Echoed-Assigned-Port Echoed-Sync-Time",
      "-vv -S",
      "028e08506a1feefe0e4000ed88080006f7067583f208c0a81d",
      "MPCP, Opcode Register ACK, Timestamp 4144395651 ticks, length 24036\n\tEchoed-Assigned-Port 2240, Flags [ Reserved ]\n\tEchoed-Sync-Time 43037 ticks",
      24050,
    ],
    ["Pause", "-vv", "028e08506a13120000bfff1b88080001fffeffff", "MPCP, Opcode Pause, length 24031", 24045],
  ],
  1,
);
