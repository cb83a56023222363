import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "Lightweight resolver",
  [
    [
      "bytes missing lwres serial",
      "-vv",
      "33cc00010006b09928c8d64686dd6c00000009b41111fe80000000000000b203030303030303030303030303030383031303030303030303039928fffec8d646ff000000feffffff0000000000000000100604000104600322fe",
      "IP6 truncated-ip6 - 2348 bytes missing!(class 0xc0, hlim 17, next-header UDP (17) payload length: 2484) fe80::b203:303:303:303.771 > 303:303:303:303:8303:1303:303:303.921:  lwres v0 noop[0xfeff] (serial:0xffff0000 result:0x1006 recvlen:67109124) [len: 3594977024 != 2476][extra]",
      190,
    ],
    [
      "lwres [len",
      "-vv",
      "ffffffffffff929043dd308586dd6000000000591140fe80000010ff001518001a00000001000a000300011518001a0000f401000a00039900000ea2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2000100011846499901000a0003005252525252525252525252525252525252525252ffffffffffffff000000000002000e0001000318464999001122334455",
      "IP6 (hlim 64, next-header UDP (17) payload length: 89) fe80:0:10ff:15:1800:1a00:0:100.921 > a00:300:115:1800:1a00:f4:100:a00.0: [bad udp cksum 0xa2a2 -> 0x1687!]  lwres v41634 [len: 2728567458 != 81]",
    ],
    [
      "flowlabel",
      "-vv",
      "ffffffffffff929043dd308586dd60009b0000591140fe80000010ffffffff92b043dd308586dd60009b000059001a0000f401000a00039900000ea2a2a255",
      "IP6 truncated-ip6 - 80 bytes missing!(flowlabel 0x09b00, hlim 64, next-header UDP (17) payload length: 89) fe80:0:10ff:ffff:ff92:b043:dd30:8586.921 > dd60:9b:0:5900:1a00:f4:100:a00.0:  [|lwres]",
    ],
  ],
  1,
);
