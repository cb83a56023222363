import { checkGoldens } from "../../test/golden.ts";

checkGoldens("MPLS", [
  [
    "MPLS label router alert",
    "-vvv",
    "4500003c00010000401165ce0a0100e00a000002c07219eb00280000000011014500ff1c00010000401100000a0000010a0000020009000900080000",
    "IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto UDP (17), length 60)\n    10.1.0.224.49266 > 10.0.0.2.6635: [no cksum] MPLS (label 1 (router alert), tc 0, [S], ttl 1)\n\tIP truncated-ip - 65280 bytes missing! (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto UDP (17), length 65308, bad cksum 0 (->67cd)!)\n    10.0.0.1.9 > 10.0.0.2.9: [no cksum] UDP, length 0",
  ],
  [
    "IPv explicit NULL hlim",
    "-vv",
    "45000050000100004011652a0a0101700a000002c00119eb003c00000000210160000000000811fffe800000000000000000000046000001ff0200000000000001000000000000090009000900080000",
    "IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto UDP (17), length 80)\n    10.1.1.112.49153 > 10.0.0.2.6635: [no cksum] MPLS (label 2 (IPv6 explicit NULL), tc 0, [S], ttl 1)\n\tIP6 (hlim 255, next-header UDP (17) payload length: 8) fe80::4600:1.9 > ff02::100:0:0:9.9: [bad udp cksum 0x0000 -> 0xbb3e!] UDP, length 0",
  ],
  [
    "rsvd IS-ISversion packet not",
    "-vv",
    "4504003600010000401155240a01038c0a000e02c10019eb002200000000910283000000000000000000",
    "IP truncated-ip - 12 bytes missing! (tos 0x4, ttl 64, id 1, offset 0, flags [none], proto UDP (17), length 54)\n    10.1.3.140.49408 > 10.0.14.2.6635: [no cksum] MPLS (label 9 (rsvd), tc 0, [S], ttl 2)\n\tIS-ISversion 0 packet not supported\n\t0x0000:  8300 0000 0000 0000 0000",
  ],
  [
    "invalid",
    "",
    "4500001e000200004011633e0a01038d0a0000021a0019eb000a00000000",
    "IP 10.1.3.141.6656 > 10.0.0.2.6635: MPLS (invalid)",
  ],
  [
    "[|ip]",
    "",
    "4500003c000100004011644a0a0102640a000002c10019eb002800000000e10145",
    "IP 10.1.2.100.49408 > 10.0.0.2.6635: MPLS (label 14, tc 0, [S], ttl 1) IP  [|ip]",
    60,
  ],
  [
    "[|mpls]",
    "-v",
    "4500003c00010000401165a50a0101090a000002c00119eb00290000",
    "IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto UDP (17), length 60)\n    10.1.1.9.49153 > 10.0.0.2.6635: MPLS [|mpls]",
    60,
  ],
  [
    "implicit ece",
    "-vv",
    "4500003c00010000401164dc0a0101d20a000002bf0019eb00280000000031014500001c0001000040110000020000010a0000020009000900080000",
    "IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto UDP (17), length 60)\n    10.1.1.210.48896 > 10.0.0.2.6635: [no cksum] MPLS (label 3 (implicit NULL), tc 0, [S], ttl 1)\n\tIP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto UDP (17), length 28, bad cksum 0 (->6ece)!)\n    2.0.0.1.9 > 10.0.0.2.9: [no cksum] UDP, length 0",
  ],
  [
    "[|ip6]",
    "",
    "4500005000010000401165aa0a0100f00a000002670019eb013c00000000210160000000000811fffe800000000000",
    "IP 10.1.0.240.26368 > 10.0.0.2.6635: MPLS (label 2, tc 0, [S], ttl 1)  [|ip6]",
    80,
  ],
  [
    "CLNPversion",
    "",
    "4500003a00010000401163c80a0102e80a000002c0ff19eb00260000000010ff0012cf028100000000000000000000",
    "IP 10.1.2.232.49407 > 10.0.0.2.6635: MPLS (label 1, tc 0, ttl 255) (label 300, tc 7, [S], ttl 2) CLNPversion 0 packet not supported\n\t0x0000:  8100 0000 0000 0000 0000 00",
    58,
  ],
  [
    "ip-proto-",
    "",
    "45000050000100004011634e0a01034c0a000002020019eb003c00000000210160000000000812fffe800000000000000000000000000001ff0200000000000000030000000000090009000900080000",
    "IP 10.1.3.76.512 > 10.0.0.2.6635: MPLS (label 2, tc 0, [S], ttl 1) IP6 fe80::1 > ff02::3:0:0:9:  ip-proto-18 8",
  ],
  [
    "[|udp]",
    "-vvv",
    "4500003c00010000401165a80a0101060a000002bf0019eb002800000000e1014500001c00010000401100000a0000010a000002",
    "IP truncated-ip - 8 bytes missing! (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto UDP (17), length 60)\n    10.1.1.6.48896 > 10.0.0.2.6635: [no cksum] MPLS (label 14 (rsvd), tc 0, [S], ttl 1)\n\tIP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto UDP (17), length 28, bad cksum 0 (->66ce)!)\n    10.0.0.1 > 10.0.0.2:  [|udp]",
  ],
  [
    "fce",
    "-vvv",
    "4500003c00010000401163770a0103370a000002590019eb00280000000011014500001c0001000040110000010000010a0000020009000900080000",
    "IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto UDP (17), length 60)\n    10.1.3.55.22784 > 10.0.0.2.6635: [no cksum] MPLS (label 1 (router alert), tc 0, [S], ttl 1)\n\tIP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto UDP (17), length 28, bad cksum 0 (->6fce)!)\n    1.0.0.1.9 > 10.0.0.2.9: [no cksum] UDP, length 0",
  ],
]);
