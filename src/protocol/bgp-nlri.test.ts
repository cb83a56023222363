import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "NLRIs of BGP, link type 1",
  [
    [
      "options nop val ecr",
      "-vv -S",
      "020200010000468af2fac63408004500007effb84000400636bf0100010101000102848d00b36c9b598dc05ff06180180080df3f00000101080abf90c50ab61ff920ffffffffffffffffffffffffffffffff004a0200000033400101014002040201006540030400000000800e1000010504010001da0100300001417b0101801a0b010000000000000000000000000000000b00000000ffffffff",
      "IP (tos 0x0, ttl 64, id 65464, offset 0, flags [DF], proto TCP (6), length 126)\n    1.0.1.1.33933 > 1.0.1.2.179: Flags [P.], cksum 0xdf3f (incorrect -> 0xe16c), seq 1822120333:1822120407, ack 3227512929, win 128, options [nop,nop,TS val 3213935882 ecr 3055548704], length 74: BGP\n\tUpdate Message (2), length: 74\n\t  Origin (1), length: 1, Flags [T]: EGP\n\t    0x0000:  01\n\t  AS Path (2), length: 4, Flags [T]: 101 \n\t    0x0000:  0201 0065\n\t  Next Hop (3), length: 4, Flags [T]: 0.0.0.0\n\t    0x0000:  0000 0000\n\t  Multi-Protocol Reach NLRI (14), length: 16, Flags [O]: \n\t    AFI: IPv4 (1), SAFI: Multicast VPN (5)\n\t    nexthop: 1.0.1.218, nh-length: 4\n\t    1 SNPA\n\t      0 bytes\n\t      Route-Type: Unknown (48), length: 0\n\t      Route-Type: Intra-AS I-PMSI (1), length: 65, RD: unknown RD format, Originator bogus address length 456\n\t    0x0000:  0001 0504 0100 01da 0100 3000 0141 7b01\n\t  Attribute Set (128), length: 26, Flags [+1]:  [path attrs too short]",
    ],
    [
      "Notification Cease subcode Maximum",
      "-vv -S",
      "c2011e8c0000c2001e8c0000080045c0003f8e4c0000ff0626a7010101010202020200b331bcbe77f6daa0b66b7050183fd3c0d70000ffffffffffffffffffffffffffffffff0017030601feb0",
      "IP (tos 0xc0, ttl 255, id 36428, offset 0, flags [none], proto TCP (6), length 63)\n    1.1.1.1.179 > 2.2.2.2.12732: Flags [P.], cksum 0xc0d7 (incorrect -> 0xc0d8), seq 3195533018:3195533041, ack 2696309616, win 16339, length 23: BGP\n\tNotification Message (3), length: 23, Cease (6), subcode Maximum Number of Prefixes Reached (1)",
    ],
    [
      "vendor specific Route Target",
      "-vv -S",
      "020200010000facfd25b2b3108004500006ef43940004006444e0100000201000001a4d300b3513172ed26a8b8d38018003a6f8200000101080a9cc8f6fc9cc886b6ffffffffffffffffffffffffffffffff003a020000002340010101400204020100c840030400000000800e0e0001840401000002002000000016",
      "IP (tos 0x0, ttl 64, id 62521, offset 0, flags [DF], proto TCP (6), length 110)\n    1.0.0.2.42195 > 1.0.0.1.179: Flags [P.], cksum 0x6f82 (correct), seq 1362195181:1362195239, ack 648591571, win 58, options [nop,nop,TS val 2630416124 ecr 2630387382], length 58: BGP\n\tUpdate Message (2), length: 58\n\t  Origin (1), length: 1, Flags [T]: EGP\n\t    0x0000:  01\n\t  AS Path (2), length: 4, Flags [T]: 200 \n\t    0x0000:  0201 00c8\n\t  Next Hop (3), length: 4, Flags [T]: 0.0.0.0\n\t    0x0000:  0000 0000\n\t  Multi-Protocol Reach NLRI (14), length: 14, Flags [O]: \n\t    AFI: IPv4 (1), vendor specific SAFI: Route Target Routing Information (132)\n\t    nexthop: 1.0.0.2, nh-length: 4, no SNPA\n\t      origin AS: 22, route-target: 0:0/0\n\t    0x0000:  0001 8404 0100 0002 0020 0000 0016",
    ],
    [
      "Accumulated Metric AIGP TLV",
      "-vv -S",
      "020200010000468af2fac63408004500007effb84000400636bf0100010101000102848d00b36c9b598dc05ff06180180080df3f00000101080abf90c50ab61ff920ffffffffffffffffffffffffffffffff004a0200000033400101014002040201006540030400000000800e10000104040100010100300001417b0101801a0b01000b00000000ffffffff",
      "IP (tos 0x0, ttl 64, id 65464, offset 0, flags [DF], proto TCP (6), length 126)\n    1.0.1.1.33933 > 1.0.1.2.179: Flags [P.], cksum 0xdf3f (correct), seq 1822120333:1822120407, ack 3227512929, win 128, options [nop,nop,TS val 3213935882 ecr 3055548704], length 74: BGP\n\tUpdate Message (2), length: 74\n\t  Origin (1), length: 1, Flags [T]: EGP\n\t    0x0000:  01\n\t  AS Path (2), length: 4, Flags [T]: 101 \n\t    0x0000:  0201 0065\n\t  Next Hop (3), length: 4, Flags [T]: 0.0.0.0\n\t    0x0000:  0000 0000\n\t  Multi-Protocol Reach NLRI (14), length: 16, Flags [O]: \n\t    AFI: IPv4 (1), SAFI: labeled Unicast (4)\n\t    nexthop: 1.0.1.1, nh-length: 4, no SNPA\n\t      123.1.1.0/24, label:20 (bottom)\n\t    0x0000:  0001 0404 0100 0101 0030 0001 417b 0101\n\t  Accumulated IGP Metric (26), length: 11, Flags [O]: \n\t    AIGP TLV (1), length 11, metric 4294967295\n\t    0x0000:  0100 0b00 0000 00ff ffff ff",
    ],
    [
      "Multi Exit Discriminator invalid",
      "-vv -S",
      "020200010000facfd25b2b31080045000076f43c400040064443010000020100000184d300b3513173e526a8b8d38018003a6d2500000101080a9cc8f7109cc8f70bffffffffffffffffffffffffffffffff0042020000002b030400000000800e1600018404010000020045000000000000000000000000000076f43c40000186a0ffff",
      "IP (tos 0x0, ttl 64, id 62524, offset 0, flags [DF], proto TCP (6), length 118)\n    1.0.0.2.34003 > 1.0.0.1.179: Flags [P.], cksum 0x6d25 (incorrect -> 0x2372), seq 1362195429:1362195495, ack 648591571, win 58, options [nop,nop,TS val 2630416144 ecr 2630416139], length 66: BGP\n\tUpdate Message (2), length: 66\n\t  Multi Exit Discriminator (4), length: 0, Flags [+3]: invalid len\n\t  Unknown Attribute (0), length: 0\n\t    no Attribute 0 decoder\n\t  Multi-Protocol Reach NLRI (14), length: 22, Flags [O]: \n\t    AFI: IPv4 (1), vendor specific SAFI: Route Target Routing Information (132)\n\t    nexthop: 1.0.0.2, nh-length: 4, no SNPA\n\t      origin AS: 0, route target: unknown-type(0000) (0000 0000 00/37)\n\t      default route target\n\t      default route target\n\t      default route target\n\t    0x0000:  0001 8404 0100 0002 0045 0000 0000 0000\n\t    0x0010:  0000 0000 0000\n\t  Unknown Attribute (0), length: 118 [path attrs too short]",
    ],
    [
      "Keepalive illegal prefix",
      "-vv -S",
      "000076020000000076010000080045c000904e004000ff0626a302010101020101029f6800b3232c3592f23769388018003a7fc800000101080a527378db527378d0ffffffffffffffffffffffffffffffff001304ffffffffffffffffffffffffffffffff00490200000032400101004002060201000000c840050400000064900e001a000104040101010200800006400006500006600006711e010101",
      "IP (tos 0xc0, ttl 255, id 19968, offset 0, flags [DF], proto TCP (6), length 144)\n    2.1.1.1.40808 > 2.1.1.2.179: Flags [P.], cksum 0x7fc8 (correct), seq 590099858:590099950, ack 4063717688, win 58, options [nop,nop,TS val 1383299291 ecr 1383299280], length 92: BGP\n\tKeepalive Message (4), length: 19\n\tUpdate Message (2), length: 73\n\t  Origin (1), length: 1, Flags [T]: IGP\n\t    0x0000:  00\n\t  AS Path (2), length: 6, Flags [T]: 200 \n\t    0x0000:  0201 0000 00c8\n\t  Local Preference (5), length: 4, Flags [T]: 100\n\t    0x0000:  0000 0064\n\t  Multi-Protocol Reach NLRI (14), length: 26, Flags [OE]: \n\t    AFI: IPv4 (1), SAFI: labeled Unicast (4)\n\t    nexthop: 1.1.1.2, nh-length: 4, no SNPA\n\t    (illegal prefix length)\n\t    0x0000:  0001 0404 0101 0102 0080 0006 4000 0650\n\t    0x0010:  0006 6000 0671 1e01 0101",
    ],
    [
      "truncated-ip missing snaplen short",
      "-vv -S",
      "001907a8fc000018742e0000080045c0050102b80000fe065c59ac110000ac11000300b3c545595ef390311adbc5b0107c111edf00001312e751e2ba0a9a57c4b1914eaaa1abbd79000000000000ffffffffffffffffffffffffffffffff006a0200000053400101024002008004040000000040050400000064c010082500498a00000262800a04ac110000801304ac112005900e00210002800c000000000000556cdf2a0800006f91000500740040300000498a0b036401005e000009000a00510041000000ff",
      "IP truncated-ip - 1095 bytes missing! (tos 0xc0, ttl 254, id 696, offset 0, flags [none], proto TCP (6), length 1281)\n    172.17.0.0.179 > 172.17.0.3.50501: Flags [.], seq 1499394960:1499396177, ack 823843781, win 31761, options [md5 snaplen too short, can't check - e751e2ba0a9a57c4b1914eaaa1abbd79,eol], length 1217: BGP\n\tUpdate Message (2), length: 106\n\t  Origin (1), length: 1, Flags [T]: Incomplete\n\t    0x0000:  02\n\t  AS Path (2), length: 0, Flags [T]: empty\n\t  Multi Exit Discriminator (4), length: 4, Flags [O]: 0\n\t    0x0000:  0000 0000\n\t  Local Preference (5), length: 4, Flags [T]: 100\n\t    0x0000:  0000 0064\n\t  Extended Community (16), length: 8, Flags [OT]: \n\t    unknown extd community typecode (0x2500), Flags [none]: 498a00000262\n\t    0x0000:  2500 498a 0000 0262\n\t  Cluster List (10), length: 4, Flags [O]: 172.17.0.0\n\t    0x0000:  ac11 0000\n\t  Unknown Attribute (19), length: 4, Flags [O]: \n\t    no Attribute 19 decoder\n\t    0x0000:  ac11 2005\n\t  Multi-Protocol Reach NLRI (14), length: 33, Flags [OE]: \n\t    AFI: IPv6 (2), SAFI: labeled VPN Unicast (128)\n\t    nexthop: invalid len, nh-length: 12, no SNPA\n\t      RD: unknown RD format, 8a0b:200::/23, label:593920 (bottom)\n\t      RD: 2304:167792896 (= 10.0.81.0), 4100::/12, label:4101 (BOGUS: Bottom of Stack NOT set!)\n\t    0x0000:  0002 800c 0000 0000 0000 556c df2a 0800\n\t    0x0010:  006f 9100 0500 7400 4030 0000 498a 0b03\n\t    0x0020:  64",
    ],
  ],
  1,
);

checkGoldens(
  "NLRIs of BGP, link type 9",
  [
    [
      "IGP empty Local Preference",
      "-vv -S",
      "ff03002145c000ade50400003e06797d0c0404040c010101080300b3c4486045c790152680184000cf1800000101080a0005d89b000d95bbffffffffffffffffffffffffffffffff007902000000624001010040020040050400000064c010080002012c0000012cc080240000fde940010100400204020115b34005040000002c80090416050505800a0416050505900e001e0001800c00000000000000000c0404040060187701000001f4000001f485",
      "IP (tos 0xc0, ttl 62, id 58628, offset 0, flags [none], proto TCP (6), length 173)\n    12.4.4.4.2051 > 12.1.1.1.179: Flags [P.], cksum 0xcf18 (correct), seq 3293077573:3293077694, ack 3348108582, win 16384, options [nop,nop,TS val 383131 ecr 890299], length 121: BGP\n\tUpdate Message (2), length: 121\n\t  Origin (1), length: 1, Flags [T]: IGP\n\t    0x0000:  00\n\t  AS Path (2), length: 0, Flags [T]: empty\n\t  Local Preference (5), length: 4, Flags [T]: 100\n\t    0x0000:  0000 0064\n\t  Extended Community (16), length: 8, Flags [OT]: \n\t    target (0x0002), Flags [none]: 300:300 (= 0.0.1.44)\n\t    0x0000:  0002 012c 0000 012c\n\t  Attribute Set (128), length: 36, Flags [OT]: \n\t    Origin AS: 65001\n\t      Origin (1), length: 1, Flags [T]: IGP\n\t    0x0000:  00\n\t      AS Path (2), length: 4, Flags [T]: 5555 \n\t    0x0000:  0201 15b3\n\t      Local Preference (5), length: 4, Flags [T]: 44\n\t    0x0000:  0000 002c\n\t      Originator ID (9), length: 4, Flags [O]: 22.5.5.5\n\t    0x0000:  1605 0505\n\t      Cluster List (10), length: 4, Flags [O]: 22.5.5.5\n\t    0x0000:  1605 0505\n\t  Multi-Protocol Reach NLRI (14), length: 30, Flags [OE]: \n\t    AFI: IPv4 (1), SAFI: labeled VPN Unicast (128)\n\t    nexthop: RD: 0:0 (= 0.0.0.0), 12.4.4.4, nh-length: 12, no SNPA\n\t      RD: 500:500 (= 0.0.1.244), 133.0.0.0/8, label:100208 (bottom)\n\t    0x0000:  0001 800c 0000 0000 0000 0000 0c04 0404\n\t    0x0010:  0060 1877 0100 0001 f400 0001 f485",
    ],
    [
      "Aggregator attr",
      "-vv -S",
      "ff03002145c000ade50400003e06797d0c0404040c010101080300b3c4486045c790152680184000cf1800000101080a0005d89b000d95bbffffffffffffffffffffffffffffffff007902000000624001010040020040070400000064c010080002012c0000012cc080240000fde940010100400204020000040005040000002c8009041605fdfa7ff5fbe9fafa05900e001e0001800c00000000000000000c0404040060187701000001f4000001f485",
      "IP (tos 0xc0, ttl 62, id 58628, offset 0, flags [none], proto TCP (6), length 173)\n    12.4.4.4.2051 > 12.1.1.1.179: Flags [P.], cksum 0xcf18 (incorrect -> 0x3e1c), seq 3293077573:3293077694, ack 3348108582, win 16384, options [nop,nop,TS val 383131 ecr 890299], length 121: BGP\n\tUpdate Message (2), length: 121\n\t  Origin (1), length: 1, Flags [T]: IGP\n\t    0x0000:  00\n\t  AS Path (2), length: 0, Flags [T]: empty\n\t  Aggregator (7), length: 4, Flags [T]: invalid len\n\t    0x0000:  0000 0064\n\t  Extended Community (16), length: 8, Flags [OT]: \n\t    target (0x0002), Flags [none]: 300:300 (= 0.0.1.44)\n\t    0x0000:  0002 012c 0000 012c\n\t  Attribute Set (128), length: 36, Flags [OT]: \n\t    Origin AS: 65001\n\t      Origin (1), length: 1, Flags [T]: IGP\n\t    0x0000:  00\n\t      AS Path (2), length: 4, Flags [T]: ?328704 11392 151262725 4261052405 ?\n\t    0x0000:  0200 0004\n\t      Local Preference (5), length: 4: 44\n\t    0x0000:  0000 002c\n\t      Originator ID (9), length: 4, Flags [O]: 22.5.253.250\n\t    0x0000:  1605 fdfa\n\t      Unknown Attribute (245), length: 64489, Flags [TPE+f]:  [path attr too short]\n\t    0x0000:  0000 fd\n\t  Multi-Protocol Reach NLRI (14), length: 30, Flags [OE]: \n\t    AFI: IPv4 (1), SAFI: labeled VPN Unicast (128)\n\t    nexthop: RD: 0:0 (= 0.0.0.0), 12.4.4.4, nh-length: 12, no SNPA\n\t      RD: 500:500 (= 0.0.1.244), 133.0.0.0/8, label:100208 (bottom)\n\t    0x0000:  0001 800c 0000 0000 0000 0000 0c04 0404\n\t    0x0010:  0060 1877 0100 0001 f400 0001 f485",
    ],
  ],
  9,
);
