import { checkGoldens } from "../../test/golden.ts";

checkGoldens("MSDP", [
  [
    "msdp SA-Response entries w/data",
    "",
    "45000040000100004006661e0a0100970a000002027f03e8000000010000000150180064000000000300150100",
    "IP 10.1.0.151.639 > 10.0.0.2.1000: Flags [P.], seq 1:25, ack 1, win 100, length 24: msdp SA-Response 1 entries [w/data] [|msdp]",
    64,
  ],
  [
    "len SA-Request for Notification",
    "-vv",
    "4500004000010000400664f70a0101be0a000002027f03e8000000010000000150180064000000000200140100000001000000200a000001e0000001050004",
    "IP truncated-ip - 1 bytes missing! (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto TCP (6), length 64)\n    10.1.1.190.639 > 10.0.0.2.1000: Flags [P.], seq 1:25, ack 1, win 100, length 24: msdp [len 20] SA-Request for 0.0.0.1 [len 4] Notification",
  ],
  [
    "invalid [|ip]",
    "-vv",
    "4500005500010000400665c90a0100d70a000002027f03e80000000100000001501800640000000001002c010a00000100000020e00000010a00000100",
    "IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto TCP (6), length 85)\n    10.1.0.215.639 > 10.0.0.2.1000: Flags [P.], seq 1:46, ack 1, win 100, length 45: msdp [len 44] SA 1 entries [w/data] IP0 (invalid) [|ip]",
    85,
  ],
  [
    "Keepalive",
    "",
    "4500002b00010000400666c90a0100010a000002027f03e800000001000000015018006400000000040003",
    "IP 10.1.0.1.639 > 10.0.0.2.1000: Flags [P.], seq 1:4, ack 1, win 100, length 3: msdp Keepalive",
  ],
  [
    "type",
    "",
    "4500002b00010000400666b80a0100120a000002027f03e800000001000000015018004400000000070003",
    "IP 10.1.0.18.639 > 10.0.0.2.1000: Flags [P.], seq 1:4, ack 1, win 68, length 3: msdp [type=7 len=3]",
  ],
]);
