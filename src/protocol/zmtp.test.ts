import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "ZMTP",
  [
    [
      "PGM UNKNOWN type option",
      "-vv -T pgm_zmtp1",
      "01005e7f0010b09928c8d646080045b800390000400001117e018602042100010281271027110025000081816bdcc3412e00b2cc1207a10241002e00232d30ffffff2d0800617f",
      "IP (tos 0xb8, ttl 1, id 0, offset 0, flags [DF], proto UDP (17), length 57, bad cksum 7e01 (->ec57)!)\n    134.2.4.33.10000 > 0.1.2.129.10001: 33153 > 27612: PGM, length 16640 0xb2cc1207a102 UNKNOWN type 0xc3[First option bad, should be PGM_OPT_LENGTH, is 1]",
    ],
    [
      "truncated-ip bytes missing options",
      "-vv -S -T zmtp1",
      "0300009ff001f23c737b0ee208004500008ced1a4000400613946d4acaa85896a93519fd1294cbfbdf4dbf263afe801800f33a3c00000101080a232e352d0302fa19010400010400011400000700000016005cc700040000000001040000011200080000000a",
      "IP truncated-ip - 52 bytes missing! (tos 0x0, ttl 64, id 60698, offset 0, flags [DF], proto TCP (6), length 140, bad cksum 1394 (->1393)!)\n    109.74.202.168.6653 > 88.150.169.53.4756: Flags [P.], seq 3422281549:3422281637, ack 3206953726, win 243, options [nop,nop,TS val 590230829 ecr 50526745], length 88: ZMTP/1.0\n\t frame flags+body  (8-bit) length 1, flags 0x04 (-|-|-|-|-|MBZ|-|-)\n\t frame flags+body  (8-bit) length 0\n\t frame flags+body  (8-bit) length 1, flags 0x04 (-|-|-|-|-|MBZ|-|-)\n\t frame flags+body  (8-bit) length 0\n\t frame flags+body  (8-bit) length 1, flags 0x14 (-|-|-|MBZ|-|MBZ|-|-)\n\t frame flags+body  (8-bit) length 0\n\t frame flags+body  (8-bit) length 0\n\t frame flags+body  (8-bit) length 7, flags 0x00 (-|-|-|-|-|-|-|-), first 6 byte(s) of body:\n\t 0x0000:  0000 1600 5cc7                           ....\\.\n\t frame flags+body  (8-bit) length 0\n\t frame flags+body  (8-bit) length 4, flags 0x00 (-|-|-|-|-|-|-|-), first 3 byte(s) of body:\n\t 0x0000:  0000 00                                  ...\n\t frame flags+body  (8-bit) length 1, flags 0x04 (-|-|-|-|-|MBZ|-|-)\n\t frame flags+body  (8-bit) length 0\n\t frame flags+body  (8-bit) length 0\n\t frame flags+body  (8-bit) length 1, flags 0x12 (-|-|-|MBZ|-|-|MBZ|-)\n\t frame flags+body  (8-bit) length 0\n\t frame flags+body  (8-bit) length 8 (4 captured), flags 0x00 (-|-|-|-|-|-|-|-), first 3 byte(s) of body:\n\t 0x0000:  0000 0a                                  ... [|zmtp1]",
    ],
    [
      "POLL round nla ivl",
      "-vv -T pgm_zmtp1",
      "01005f7fc20a0800270844ab08004500004ab2604000011108d40a00020fefffc20a271027110036000004d21600010002832ef2d6491cb300000000000200000000000101d302030400006c010000565171c4539a000000",
      "IP (tos 0x0, ttl 1, id 45664, offset 0, flags [DF], proto UDP (17), length 74, bad cksum 8d4 (->92a)!)\n    10.0.2.15.10000 > 239.255.194.10.10001: 1234 > 5632: PGM, length 0 0x2ef2d6491cb3 POLL seq 2 round 0 nla 2.3.4.0 ivl 7078144 rnd 0x00565171 mask 0xc4539a00 [46]",
    ],
    [
      "flowlabel ODATA trail exceeds",
      "-vv -T pgm_zmtp1",
      "827d9555000000112233445586dd60004000008e1140fe800000000000000808080808080808080808080808080808080808000008bc22fffe354455fe80ff05000004fe030200112233870000957fe06fc2000000000100003e80ff0000000000000100",
      "IP6 truncated-ip6 - 96 bytes missing!(flowlabel 0x04000, hlim 64, next-header UDP (17) payload length: 142) fe80::808:808:808:808.8959 > 808:808:808:808:808:808:0:8bc.65077: 65285 > 0: PGM, length 149 0x001122338700 ODATA trail 0 seq 2145415106 [134]\n\t frame offset 0x0100 (exceeds datagram declared length) [|zmtp1]",
    ],
    [
      "byte [|zmtp#]",
      "-vv -S -T zmtp1",
      "0300009ff001f23c737b0ee208004500008ced1ac000400613946d4acaa8580e03ff000c072200831b010010019de000fe4206000000000000004101050088a2040040807400ff108e1200011b01000020202020205a1a3007ee015a00000000fb0b0364",
      "IP truncated-ip - 54 bytes missing! (tos 0x0, ttl 64, id 60698, offset 0, flags [DF, rsvd], proto TCP (6), length 140, bad cksum 1394 (->3951)!)\n    109.74.202.168.12 > 88.14.3.255.1826: Flags [none], seq 8592129:8592193, win 65090, options [eol], length 64: ZMTP/1.0\n\t frame flags+body  (8-bit) length 1, flags 0x5a (-|MBZ|-|MBZ|MBZ|-|MBZ|-)\n\t frame flags+body  (8-bit) length 0\n\t frame flags+body  (8-bit) length 0\n\t frame flags+body  (8-bit) length 0\n\t frame flags+body  (8-bit) length 0\n\t frame flags+body  (8-bit) length 251 (3 captured), flags 0x0b (-|-|-|-|MBZ|-|MBZ|MORE), first 2 byte(s) of body:\n\t 0x0000:  0364                                     .d [|zmtp1]",
    ],
    [
      "SPM lead",
      "-vv -T pgm_zmtp1",
      "01005e7f0010b09928c8d646080045b800400000400010116f6100002dd9ff00103427102711002c00000815bb0000271933290400010055957dbcfde8010203040001681f00000100000a00002d",
      "IP (tos 0xb8, ttl 16, id 0, offset 0, flags [DF], proto UDP (17), length 64, bad cksum 6f61 (->2ce8)!)\n    0.0.45.217.10000 > 255.0.16.52.10001: 2069 > 47872: PGM, length 38269 0x290400010055 SPM seq 3170756609 trail 33752064 lead 23600896 nla 10.0.0.45 [|pgm]",
    ],
    [
      "RDATA intermediate part",
      "-vv -T pgm_zmtp1",
      "827db555000000112233445586dd60004000008e11403f92867251560000080808080808080808080808080808080808080800000822fffe354455fe8002fffe030405004433002211015586dd600000ffff55517205b67f9500240100",
      "IP6 truncated-ip6 - 103 bytes missing!(flowlabel 0x04000, hlim 64, next-header UDP (17) payload length: 142) 3f92:8672:5156:0:808:808:808:808.65534 > 808:808:808:808:808:808:0:822.13636: 65534 > 772: PGM, length 56672 0x002211015586 RDATA trail 1431400965 seq 65535 [134]\n\t frame offset 0xb67f\n\t frame intermediate part, 46719 bytes (5 captured), first 5 byte(s):\n\t 0x0000:  9500 2401 00                             ..$..",
    ],
    [
      "MBZ|MBZ|MBZ|MBZ|MBZ|-|MBZ|MORE [|zmtp#]",
      "-vv -S -T zmtp1",
      "126429f669aaab5c25000c07080045a002e829c240004006b2f5ac100165ac100133f30d19e99c1da527ee4cef4580180b6872af00000101080a00000001867ed1760111102c0000000bfbfbfbfbfbfbfbfbfbfbfbfbfb000000010001000027",
      "IP truncated-ip - 662 bytes missing! (tos 0xa0, ttl 64, id 10690, offset 0, flags [DF], proto TCP (6), length 744)\n    172.16.1.101.62221 > 172.16.1.51.6633: Flags [P.], seq 2619188519:2619189211, ack 3998019397, win 2920, options [nop,nop,TS val 1 ecr 2256458102], length 692: ZMTP/1.0\n\t frame flags+body  (8-bit) length 1, flags 0x11 (-|-|-|MBZ|-|-|-|MORE)\n\t frame flags+body  (8-bit) length 16, flags 0x2c (-|-|MBZ|-|MBZ|MBZ|-|-), first 15 byte(s) of body:\n\t 0x0000:  0000 000b fbfb fbfb fbfb fbfb fbfb fb    ...............\n\t frame flags+body  (8-bit) length 251 (10 captured), flags 0xfb (MBZ|MBZ|MBZ|MBZ|MBZ|-|MBZ|MORE), first 9 byte(s) of body:\n\t 0x0000:  0000 0001 0001 0000 27                   ........' [|zmtp1]",
    ],
    [
      "MBZ|MBZ|MBZ|MBZ|-|-|MBZ|MORE [|zmtp#]",
      "-vv -S -T zmtp1",
      "030064f669aa00255cab0c07080045a0033c29c540004006b29eac1001ac65100d33f30119e99c1da84fee4cf20dfe00010000020000000000000000000080000000000000000000000000000000000000000007000000000b03640000000000000002450001a624f30000ff11be4f3e3b0203000092008901010601068c48470000",
      "IP truncated-ip - 712 bytes missing! (tos 0xa0, ttl 64, id 10693, offset 0, flags [DF], proto TCP (6), length 828, bad cksum b29e (->ed57)!)\n    172.16.1.172.62209 > 101.16.13.51.6633: Flags [none], seq 2619189327:2619190075, win 256, options [eol], length 748: ZMTP/1.0\n\t frame flags+body  (8-bit) length 0\n\t frame flags+body  (8-bit) length 0\n\t frame flags+body  (8-bit) length 0\n\t frame flags+body  (8-bit) length 0\n\t frame flags+body  (8-bit) length 2, flags 0x45 (-|MBZ|-|-|-|MBZ|-|MORE), first 1 byte(s) of body:\n\t 0x0000:  00                                       .\n\t frame flags+body  (8-bit) length 1, flags 0xa6 (MBZ|-|MBZ|-|-|MBZ|MBZ|-)\n\t frame flags+body  (8-bit) length 36 (26 captured), flags 0xf3 (MBZ|MBZ|MBZ|MBZ|-|-|MBZ|MORE), first 25 byte(s) of body:\n\t 0x0000:  0000 ff11 be4f 3e3b 0203 0000 9200 8901  .....O>;........\n\t 0x0010:  0106 0106 8c48 4700 00                   .....HG.. [|zmtp1]",
    ],
  ],
  1,
);
