import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "ICMPv6 node information, link type 229",
  [
    [
      "who-are-you request node information",
      "-vv",
      "6000000000203a4000000000000000000000000000000001000000000000000000000000000000018b000725000300026c603dedca75cafb20010db8000000000000000000000001",
      "IP6 (hlim 64, next-header ICMPv6 (58) payload length: 32) ::1 > ::1: [icmp6 sum ok] ICMP6, who-are-you request node information query (node addresses [A], subject=2001:db8::1)",
    ],
    [
      "flowlabel supported qtypes",
      "-vv",
      "60280000004c3a4000000000000000000000000000000001000000000000000000000000000000018c000000000120010db80000000000000000000000023b0306000000000000f2e3a5ae5964d43496e7203b65e6712bca8ee8f2e3a5ae59642bb7ffff00000020020db8000000000000000000000001",
      "IP6 (class 0x02, flowlabel 0x80000, hlim 64, next-header ICMPv6 (58) payload length: 76) ::1 > ::1: [bad icmp6 cksum 0x0000 -> 0x3cd5!] ICMP6, who-are-you reply node information reply (success, supported qtypes [C])",
    ],
    [
      "invalid len",
      "-vv",
      "6000000800223a4000000000000000000000000000000001000000000000000000000000000000018b00000000026c605c030400420f0f0f0f04b2a1b1b1b1b1b1b1b1b1b180b00900000001",
      "IP6 (flowlabel 0x00008, hlim 64, next-header ICMPv6 (58) payload length: 34) ::1 > ::1: [bad icmp6 cksum 0x0000 -> 0x6d26!] ICMP6, who-are-you request node information query (DNS name, invalid subject len)",
    ],
    [
      "M-m CM-",
      "-vv",
      "6000000800223a4000ffff5490b454183200000000000000000000005e0000000000000000fa00018b010055957e665d9700737300026c600a000000ed3d0a0000ff000603ff01001001f90005047a0404000a1600",
      'IP6 (flowlabel 0x00008, hlim 64, next-header ICMPv6 (58) payload length: 34) ff:ff54:90b4:5418:3200:: > 0:0:5e00::fa:1: [bad icmp6 cksum 0x0055 -> 0x7490!] ICMP6, who-are-you request node information query (unknown, subject=DNS name, "^@^@^@M-m=^J^@^@M-^?^@.^CM-^?^A^@^P^A")',
    ],
  ],
  229,
);

checkGoldens(
  "ICMPv6 node information, link type 1",
  [
    [
      "reply success DNS name",
      "-vv",
      "3333ff46e88408002746e88486dd6000000000183aff000800451f1027970f2700fe060200e2db000010e9220000b3018714b70000e68c002a0d000201ff0000ffff440000000db66101ffffe884",
      'IP6 (hlim 255, next-header ICMPv6 (58) payload length: 24) 8:45:1f10:2797:f27:fe:602:e2 > db00:10:e922:0:b301:8714:b700:e6: [bad icmp6 cksum 0x2a0d -> 0xc241!] ICMP6, who-are-you reply node information reply (success, DNS name, "???" [TTL=230056193])',
    ],
    [
      "bytes missing unknown M-GM-",
      "-vv",
      "023456789abc02cba987654386dd600000007a383a40fe8000000000000003163efffe9d3424fe8000000000000002163efffe1132248b01005584c0a8ff0b0000000000000002000001105a834138ffc7fe8000000000000002163efffe9d3424fefcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfc010055f80eb87a133ffcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfc00004002957d58b203025bda2a40000000008c0000",
      'IP6 truncated-ip6 - 31173 bytes missing!(hlim 64, next-header ICMPv6 (58) payload length: 31288) fe80::316:3eff:fe9d:3424 > fe80::216:3eff:fe11:3224: ICMP6, who-are-you request node information query (unknown, subject=DNS name, "^@^@.^P.M-^CA8M-^?M-GM-~M-^@^@^@^@^@^@^@^B^V>M-^?M-~M-^]4$M-~M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|^A^@UM-x^NM-8z^S?M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|^@^@@^BM-^U}XM-2^C^B[M-Z*@^@^@^@^@.???")',
    ],
    [
      "RM- M-cM-cM-cM-cM-cM-cM-cM-i LM-H AM-",
      "-vv",
      "023456789abc02cba987654386dd600000007a383a40fe8000000000000003163efffe9d3424fe8000000000001602163efffe1132248b01005584c0a8ff0b0000000000000002000001105a834138ffc7fe8000000000000002163eff929d3424fe80e3e3e3e3e3e3e3e9000000fcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfcfc00000002957d58b203025bda2a40000a54312000000000000000008cc80e0300000000000000000000000000010301955f0000030303030000",
      'IP6 truncated-ip6 - 31131 bytes missing!(hlim 64, next-header ICMPv6 (58) payload length: 31288) fe80::316:3eff:fe9d:3424 > fe80::16:216:3eff:fe11:3224: ICMP6, who-are-you request node information query (unknown, subject=DNS name, "^@^@.^P.M-^CA8M-^?M-GM-~M-^@^@^@^@^@^@^@^B^V>M-^?M-^RM-^]4$M-~M-^@M-cM-cM-cM-cM-cM-cM-cM-i^@^@^@M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|M-|^@^@^@^BM-^U}XM-2^C^B[M-Z.@^@^JT1 ^@^@^@^@^@^@^@^@M-^LM-H^N^C^@^@^@^@^@^@^@^@^@^@^@^@^@^A^C^AM-^U_^@^@^C^C^C^C")',
    ],
    [
      "[L] subject",
      "-vv",
      "5254002c3629525400432ca886dd600183bf00203a40fe80000000000000505400fffe432ca8fe80000000000000505400fffe2c36298b00ea32000300080001d50b6a98c7acfe80000000000000505400fffe2c3629",
      "IP6 (flowlabel 0x183bf, hlim 64, next-header ICMPv6 (58) payload length: 32) fe80::5054:ff:fe43:2ca8 > fe80::5054:ff:fe2c:3629: [icmp6 sum ok] ICMP6, who-are-you request node information query (node addresses [L], subject=fe80::5054:ff:fe2c:3629)",
    ],
    [
      "[S] subject",
      "-vv",
      "5254002c3629525400432ca886dd600183bf00203a40fe80000000000000505400fffe432ca8fe80000000000000505400fffe2c36298b0080670003001000013d93c9566a2afe80000000000000505400fffe2c3629",
      "IP6 (flowlabel 0x183bf, hlim 64, next-header ICMPv6 (58) payload length: 32) fe80::5054:ff:fe43:2ca8 > fe80::5054:ff:fe2c:3629: [icmp6 sum ok] ICMP6, who-are-you request node information query (node addresses [S], subject=fe80::5054:ff:fe2c:3629)",
    ],
  ],
  1,
);
