import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "RTP, RTCP and vat, link type 1",
  [
    [
      "truncated-ip bytes missing ECT",
      "-vv",
      "401bc651359700248c7aff6f08004515002df37f40004d1130c60a010168710afe0680010d8001001e000000000000007aff",
      "IP truncated-ip - 9 bytes missing! (tos 0x15,ECT(1), ttl 77, id 62335, offset 0, flags [DF], proto UDP (17), length 45, bad cksum 30c6 (->bfb1)!)\n    10.1.1.104.32769 > 113.10.254.6.3456: udp/vat 9 c0 31487",
    ],
    [
      "[#] [|rtcp]",
      "-vv -T rtcp",
      "ac68b2d48f222b0027167569080045000046000160004011000000ff607f80feb66f010208ffffff686569c9020204217602",
      "IP truncated-ip - 34 bytes missing! (tos 0x0, ttl 64, id 1, offset 0, flags [+, DF], proto UDP (17), length 70, bad cksum 0 (->81ba)!)\n    0.255.96.127.258 > 128.254.182.111.2303:  rr [2060] 69301762 c9 [|rtcp]",
    ],
    [
      "cksum [|vat]",
      "-vv -T vat",
      "000005ffffff0900000000000800450000a00001800040113a3ac0a800697f0000010a0010452e2e0b00",
      "IP truncated-ip - 132 bytes missing! (tos 0x0, ttl 64, id 1, offset 0, flags [rsvd], proto UDP (17), length 160, bad cksum 3a3a (->ba39)!)\n    192.168.0.105.2560 > 127.0.0.1.4165:  [|vat]",
    ],
    [
      "sdes",
      "-vv -T rtcp",
      "ac68b2d48f222b0027167569080045000046000160000011000000f7cbcbcb0b03640000ff4a9534ff547d26000088cad90134cbcbcbcbcbcb",
      "IP truncated-ip - 27 bytes missing! (tos 0x0, id 1, offset 0, flags [+, DF], proto UDP (17), length 70, bad cksum 0 (->bf74)!)\n    0.247.203.203.0 > 203.11.3.100.65354:  type-0x26 4 sdes 222216 885771211",
    ],
    [
      "udp vat",
      "-vv -T vat",
      "010cfbec8b017e7fc07f209c0800450064089d0fc00011118e10000000000000000000001b5c022308bc001f52827e00f31300507d1d3490000102",
      "IP truncated-ip - 25563 bytes missing! (tos 0x0, ttl 17, id 40207, offset 0, flags [DF, rsvd], proto UDP (17), length 25608, bad cksum 8e10 (->e8d5)!)\n    0.0.0.0.0 > 0.0.0.0.7004: udp/vat 531 c21122 2113991443 f31",
    ],
  ],
  1,
);

checkGoldens(
  "RTP, RTCP and vat, link type 113",
  [
    [
      "rtp",
      "-vv -T rtp",
      "0007030a0000000000400000000086dd60000000007a1101fe8000000000000068d3d0121f68319e00000000ff2a02080177af000000a9c9cb00000000130010006c093d00400200",
      "IP6 truncated-ip6 - 106 bytes missing!(hlim 1, next-header UDP (17) payload length: 122) fe80::68d3:d012:1f68:319e.51968 > ::ff2a:208:177:af00:0:a9c9.0: udp/rtp, length 11 < 12",
    ],
    [
      "rtpv# [|rtp]",
      "-vv -T rtp",
      "030000006406000000004000fd0008004500006c515400004011762b2b7f0000017f0000140058fe6b01460050f44757b2000062",
      "IP truncated-ip - 72 bytes missing! (tos 0x0, ttl 64, id 20820, offset 0, flags [none], proto UDP (17), length 108, bad cksum 762b (->fc2f)!)\n    43.127.0.0.5120 > 1.127.0.0.22782: udp/rtpv1 72 c52 +* 18263 2986344546 [|rtp]",
    ],
  ],
  113,
);
