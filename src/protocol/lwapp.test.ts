import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "LWAPP",
  [
    [
      "IP truncated-ip bytes missing",
      "-v",
      "000b8524e890000b8532e40508004500007ce6c100007f11abdb0a3049f60a304a7e2fbf4e890068000004c0005a00000c96005252cc56e62723fa",
      "IP truncated-ip - 79 bytes missing! (tos 0x0, ttl 127, id 59073, offset 0, flags [none], proto UDP (17), length 124)\n    10.48.73.246.12223 > 10.48.74.126.20105: LWAPPv0, Control frame, Radio-id 0, Flags [Control Bit], Frag-id 192, length 90\n\t  Msg type: Update req (12), Seqnum: 150, Msg len: 82, Session: 0x52cc56e6 [|lwapp_control]",
    ],
    ["[|ip]", "-v", "000b8532e405000b8524e8900800450000300037", "IP  [|ip]"],
    [
      "AP identity resp",
      "-v",
      "000b8532e405000b8524e890080045000030003700007f1192b20a304a7e0a3049f64e892fbf001c0000000b8524e8900400000800000d9600008048e4e0",
      "IP (tos 0x0, ttl 127, id 55, offset 0, flags [none], proto UDP (17), length 48)\n    10.48.74.126.20105 > 10.48.73.246.12223: LWAPPv0, Control frame, Radio-id 0, Flags [Control Bit], Frag-id 0, length 8\n\tAP identity: 00:0b:85:24:e8:90\n\t  Msg type: Update resp (13), Seqnum: 150, Msg len: 0, Session: 0x8048e4e0",
    ],
    [
      "Data",
      "-v",
      "000b8532e405000b8524e890080045000053003800007f11928e0a304a7e0a3049f64e892fbe003f0000081f0031eb4a01",
      "IP (tos 0x0, ttl 127, id 56, offset 0, flags [none], proto UDP (17), length 83)\n    10.48.74.126.20105 > 10.48.73.246.12222: LWAPPv0, Data frame, Radio-id  1, Flags [none], Frag-id  31, length 49\n\t0x0000:  01",
      97,
    ],
    [
      "IP truncated-ip bytes missing",
      "",
      "000b8524e890000b8532e405080045000043e6c000007f11ac150a3049f60a304a7e2fbf4e89002f000008bf0021010000",
      "IP truncated-ip - 32 bytes missing! 10.48.73.246.12223 > 10.48.74.126.20105: LWAPPv0, Data frame, Flags [none], length 39",
    ],
    ["[|ip]", "", "000b8532e405000b8524e8900800450000300037", "IP  [|ip]"],
    [
      "Control Bit",
      "",
      "000b8524e890000b8532e40508004500007ce6c100007f11abdb0a3049f60a304a7e2fbf4e890068000004c0005a00000c",
      "IP 10.48.73.246.12223 > 10.48.74.126.20105: LWAPPv0, Control frame, Flags [Control Bit], length 96",
      138,
    ],
  ],
  1,
);
