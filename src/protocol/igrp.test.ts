import { checkGoldens } from "../../test/golden.ts";

checkGoldens("IGRP", [
  [
    "igrp request edit mtu",
    "",
    "45303030303000003009bfd00a01003430303030028e3030303030300230303030303030303030303030303030303030",
    "IP 10.1.0.52 > 48.48.48.48: igrp: request V0 edit=142 AS=12336 (12336/12336/560) *.48.48.48 d=31580640 b=3 r=48 l=48 M=6316128 mtu=12336 in 48 hops [|igrp]",
    262130,
  ],
  [
    "checksum",
    "-v",
    "45303030303000003009bfa90a01005b30303030028e7010303030300230303030",
    "IP truncated-ip - 12303 bytes missing! (tos 0x30, ttl 48, id 12336, offset 0, flags [none], proto IGRP (9), length 12336)\n    10.1.0.91 > 48.48.48.48: igrp: request V0 edit=142 AS=28688 (12336/12336/560) checksum=0x3030 [|igrp]",
  ],
]);
