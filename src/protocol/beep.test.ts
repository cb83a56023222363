import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "BEEP, link type 101",
  [
    [
      "BEEP undecoded",
      "-vv -S",
      "4500002d00010000400600000a0000010a00000228309c4000000001000000015018020000000000454e440d0a",
      "IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto TCP (6), length 45, bad cksum 0 (->66c8)!)\n    10.0.0.1.10288 > 10.0.0.2.40000: Flags [P.], cksum 0x0000 (incorrect -> 0x41f7), seq 1:6, ack 1, win 512, length 5 BEEP (payload or undecoded)",
    ],
    [
      "ANS",
      "-vv -S",
      "4500002d00010000400600000a0000010a00000228309c4000000001000000015018020000000000414e532031",
      "IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto TCP (6), length 45, bad cksum 0 (->66c8)!)\n    10.0.0.1.10288 > 10.0.0.2.40000: Flags [P.], cksum 0x0000 (incorrect -> 0x0fe4), seq 1:6, ack 1, win 512, length 5 BEEP ANS",
    ],
    [
      "NUL",
      "-vv -S",
      "4500002d00010000400600000a0000010a00000228309c40000000010000000150180200000000004e554c2031",
      "IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto TCP (6), length 45, bad cksum 0 (->66c8)!)\n    10.0.0.1.10288 > 10.0.0.2.40000: Flags [P.], cksum 0x0000 (incorrect -> 0x09dd), seq 1:6, ack 1, win 512, length 5 BEEP NUL",
    ],
    [
      "SEQ",
      "-vv -S",
      "4500002d00010000400600000a0000010a00000228309c40000000010000000150180200000000005345512031",
      "IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto TCP (6), length 45, bad cksum 0 (->66c8)!)\n    10.0.0.1.10288 > 10.0.0.2.40000: Flags [P.], cksum 0x0000 (incorrect -> 0xffec), seq 1:6, ack 1, win 512, length 5 BEEP SEQ",
    ],
    [
      "ERR",
      "-vv -S",
      "4500003700010000400600000a0000010a00000228309c400000000100000001501802000000000045525220302031202e203532203130",
      "IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto TCP (6), length 55, bad cksum 0 (->66be)!)\n    10.0.0.1.10288 > 10.0.0.2.40000: Flags [P.], cksum 0x0000 (incorrect -> 0x2912), seq 1:16, ack 1, win 512, length 15 BEEP ERR",
    ],
    [
      "RPY",
      "-vv -S",
      "4500003900010000400600000a0000010a00000228309c400000000100000001501802000000000052505920302030202e2030203131300d0a",
      "IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto TCP (6), length 57, bad cksum 0 (->66bc)!)\n    10.0.0.1.10288 > 10.0.0.2.40000: Flags [P.], cksum 0x0000 (incorrect -> 0x0017), seq 1:18, ack 1, win 512, length 17 BEEP RPY",
    ],
  ],
  101,
);

checkGoldens(
  "BEEP, link type 229",
  [
    [
      "flowlabel urg options",
      "-vv -S",
      "6c3030303030063030303030303030303030303030303030303030303030303030303030303030302830303030303030303030307f303030303030300030300e03ff30c6",
      "IP6 (class 0xc3, flowlabel 0x03030, hlim 48, next-header TCP (6) payload length: 12336) 3030:3030:3030:3030:3030:3030:3030:3030.10288 > 3030:3030:3030:3030:3030:3030:3030:3030.12336: Flags [.U], seq 808464432:808476740, ack 808464432, win 12336, urg 12336, options [eol], length 12308 BEEP (payload or undecoded)",
      24093,
    ],
    [
      "BEEP undecoded 2",
      "-vv -S",
      "6c3030303030063030303030303030303030303030303030303030303030303030303030d0d93030283030303030323030300e03ff000c072200831b010010019de0af84ff1000418105004080ff1a615d02010607060100c0fbf930313030300e291a2900142020",
      "IP6 (class 0xc3, flowlabel 0x03030, hlim 48, next-header TCP (6) payload length: 12336) 3030:3030:3030:3030:3030:3030:3030:3030.10288 > 3030:3030:3030:3030:3030:3030:d0d9:3030.12336: Flags [none], seq 808464944:808477220, win 3079, options [nop,eol], length 12276 BEEP (payload or undecoded)",
      24129,
    ],
  ],
  229,
);
