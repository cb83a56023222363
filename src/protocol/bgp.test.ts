import { checkGoldens } from "../../test/golden.ts";

checkGoldens("BGP", [
  [
    "BGP Update Message length",
    "-v",
    "450000b0f43a400040063a250a0100e701000001a3d300b35131732726a8b8d38018003aeffc00000101080a9cc8f7089cc8f707ffffffffffffffffffffffffffffffff003c020000002540010101400205020100c840030400000000800e1000018404010000020030000000160002ffffffffffffffffffffffffffffffff004002000000294001010140",
    "IP (tos 0x0, ttl 64, id 62522, offset 0, flags [DF], proto TCP (6), length 176)\n    10.1.0.231.41939 > 1.0.0.1.179: Flags [P.], seq 1362195239:1362195363, ack 648591571, win 58, options [nop,nop,TS val 2630416136 ecr 2630416135], length 124: BGP\n\tUpdate Message (2), length: 60\n\t  Origin (1), length: 1, Flags [T]: EGP\n\t  AS Path (2), length: 5, Flags [T]: invalid len\n\t  Multi Exit Discriminator (4), length: 0, Flags [+3]: invalid len\n\t  Unknown Attribute (0), length: 0\n\t    no Attribute 0 decoder\n\t  Multi-Protocol Reach NLRI (14), length: 16, Flags [O]: \n\t    AFI: IPv4 (1), vendor specific SAFI: Route Target Routing Information (132)\n\t    nexthop: 1.0.0.2, nh-length: 4, no SNPA\n\t      origin AS: 22, route-target: 0:0/16 (0002)\n[|BGP Update]",
    176,
  ],
  [
    "Open Version Holdtime Optional",
    "-v",
    "45000065eca14000400642ea0a01000501000002a85300b30b41a07f69c51968801800800bb100000101080a4761ad89ffd19c6cffffffffffffffffffffffffffffffff0031010400640e10010001011402084006403c0001018002080200010400010001",
    "IP (tos 0x0, ttl 64, id 60577, offset 0, flags [DF], proto TCP (6), length 101)\n    10.1.0.5.43091 > 1.0.0.2.179: Flags [P.], cksum 0x0bb1 (incorrect -> 0x02ac), seq 188850303:188850352, ack 1774524776, win 128, options [nop,nop,TS val 1197583753 ecr 4291927148], length 49: BGP\n\tOpen Message (1), length: 49\n\t  Version 4, my AS 100, Holdtime 3600s, ID 1.0.1.1\n\t  Optional parameters, length: 20\n\t    Option Capabilities Advertisement (2), length: 8\n\t      Graceful Restart (64), length: 6\n\t\tRestart Flags: [none], Restart Time 60s\n\t\t  AFI IPv4 (1), SAFI Unicast (1), Forwarding state preserved: yes\n\t    Option Capabilities Advertisement (2), length: 8\n\t      Route Refresh (2), length: 0\n\t      Multiprotocol Extensions (1), length: 4\n\t\tAFI IPv4 (1), SAFI Unicast (1)",
  ],
  [
    "Next Hop Multicast VPN",
    "-vv",
    "4500007effb8400040062c8a0a01023501000102848d00b36c9b198dc05ff06180180080df3f00000101080abf90c50ab61ff920ffffffffffffffffffffffffffffffff004a0200000033400101014002040201006540030400000000800e10000105040100010100300001417b0101801a0b01000b00000000ffffffff",
    "IP (tos 0x0, ttl 64, id 65464, offset 0, flags [DF], proto TCP (6), length 126)\n    10.1.2.53.33933 > 1.0.1.2.179: Flags [P.], cksum 0xdf3f (incorrect -> 0x140b), seq 1822103949:1822104023, ack 3227512929, win 128, options [nop,nop,TS val 3213935882 ecr 3055548704], length 74: BGP\n\tUpdate Message (2), length: 74\n\t  Origin (1), length: 1, Flags [T]: EGP\n\t    0x0000:  01\n\t  AS Path (2), length: 4, Flags [T]: 101 \n\t    0x0000:  0201 0065\n\t  Next Hop (3), length: 4, Flags [T]: 0.0.0.0\n\t    0x0000:  0000 0000\n\t  Multi-Protocol Reach NLRI (14), length: 16, Flags [O]: \n\t    AFI: IPv4 (1), SAFI: Multicast VPN (5)\n\t    nexthop: 1.0.1.1, nh-length: 4, no SNPA\n\t      Route-Type: Unknown (48), length: 0\n\t      Route-Type: Intra-AS I-PMSI (1), length: 65, RD: unknown RD format, Originator bogus address length 456\n\t    0x0000:  0001 0504 0100 0101 0030 0001 417b 0101\n\t  Accumulated IGP Metric (26), length: 11, Flags [O]: \n\t    AIGP TLV (1), length 11, metric 4294967295\n\t    0x0000:  0100 0b00 0000 00ff ffff ff",
  ],
  [
    "Notification Capability Error subcode",
    "-vv",
    "45c0003f8e4c000000061c010a0101a80202020200b331bcbe77f6daa0b66b7050183fd3c0d70000ffffffffffffffffffffffffffffffff0017030701feb0",
    "IP (tos 0xc0, id 36428, offset 0, flags [none], proto TCP (6), length 63)\n    10.1.1.168.179 > 2.2.2.2.12732: Flags [P.], cksum 0xc0d7 (incorrect -> 0xb730), seq 3195533018:3195533041, ack 2696309616, win 16339, length 23: BGP\n\tNotification Message (3), length: 23, Capability Message Error (7) subcode Invalid Action Value (1)",
  ],
  [
    "path attrs too short",
    "-vvv",
    "4500006ef43940004006393d0a01021201000001a4d300b3513172ed26a8b8d38018003a6f8200000101080a9cc8f6fc9cc886b6ffffffffffffffffffffffffffffffff003a020000000840010101400204020100c840030400000000800e0e0001840401000002002000000016",
    "IP (tos 0x0, ttl 64, id 62521, offset 0, flags [DF], proto TCP (6), length 110)\n    10.1.2.18.42195 > 1.0.0.1.179: Flags [P.], cksum 0x6f82 (incorrect -> 0x7f71), seq 1362195181:1362195239, ack 648591571, win 58, options [nop,nop,TS val 2630416124 ecr 2630387382], length 58: BGP\n\tUpdate Message (2), length: 58\n\t  Origin (1), length: 1, Flags [T]: EGP\n\t    0x0000:  01\n\t  AS Path (2), length: 4, Flags [T]:  [path attrs too short]\n\t  Updated routes:\n\t    0.0.0.0/1\n\t    (illegal prefix length)",
  ],
  [
    "Keepalive [|bgp] Unreach labeled",
    "-vv",
    "45c0007c57994000ff0614be0a0101620201010100b39f38e28e25469cb4308880180039377600000101080a5273738752737387ffffffffffffffffffffffffffffffff001304ffffffffff03ffffffffffffffffffff00170200000000ffffffffffffffffffffffffffffffff001e0200000007900f0003000104",
    "IP (tos 0xc0, ttl 255, id 22425, offset 0, flags [DF], proto TCP (6), length 124)\n    10.1.1.98.179 > 2.1.1.1.40760: Flags [P.], cksum 0x3776 (incorrect -> 0x2b17), seq 3800966470:3800966542, ack 2629054600, win 57, options [nop,nop,TS val 1383297927 ecr 1383297927], length 72: BGP\n\tKeepalive Message (4), length: 19 [|bgp]\n\tUpdate Message (2), length: 30\n\t  Multi-Protocol Unreach NLRI (15), length: 3, Flags [OE]: \n\t    AFI: IPv4 (1), SAFI: labeled Unicast (4)\n\t      End-of-Rib Marker (empty NLRI)\n\t    0x0000:  0001 04",
  ],
  [
    "Multiple Labels Count Bit",
    "-v",
    "45c0007b435d4000ff062a510a01000b020101029f3800b39cb4302ee28e24ec8018003a5d4b00000101080a5273737952737378ffffffffffffffffffffffffffffffff00470104006400b4000000012a02284002812c080400010407020001040001000101040001000441040000006445080001010100010401",
    "IP (tos 0xc0, ttl 255, id 17245, offset 0, flags [DF], proto TCP (6), length 123)\n    10.1.0.11.40760 > 2.1.1.2.179: Flags [P.], cksum 0x5d4b (incorrect -> 0x5641), seq 2629054510:2629054581, ack 3800966380, win 58, options [nop,nop,TS val 1383297913 ecr 1383297912], length 71: BGP\n\tOpen Message (1), length: 71\n\t  Version 4, my AS 100, Holdtime 180s, ID 0.0.0.1\n\t  Optional parameters, length: 42\n\t    Option Capabilities Advertisement (2), length: 40\n\t      Graceful Restart (64), length: 2\n\t\tRestart Flags: [R], Restart Time 300s\n\t      Multiple Labels (8), length: 4\n\t\tAFI IPv4 (1), SAFI labeled Unicast (4), Count: 7\n\t      Route Refresh (2), length: 0\n\t      Multiprotocol Extensions (1), length: 4\n\t\tAFI IPv4 (1), SAFI Unicast (1)\n\t      Multiprotocol Extensions (1), length: 4\n\t\tAFI IPv4 (1), SAFI labeled Unicast (4)\n\t      32-Bit AS Number (65), length: 4\n\t\t 4 Byte AS 100\n\t      Multiple Paths (69), length: 8\n\t\tAFI IPv4 (1), SAFI Unicast (1), Send/Receive: Receive\n\t\tAFI IPv4 (1), SAFI labeled Unicast (4), Send/Receive: Receive",
  ],
  [
    "Cease Administrative Reset",
    "-vvv",
    "45c00049579c4000ff06130a0a0103460201010100b39f38e28e258e9cb430e4801800395ff800000101280a5273779f52737728ffffffffffffffffffffffffffffffff0015030604",
    "IP (tos 0xc0, ttl 255, id 22428, offset 0, flags [DF], proto TCP (6), length 73)\n    10.1.3.70.179 > 2.1.1.1.40760: Flags [P.], cksum 0x5ff8 (incorrect -> 0x35b4), seq 3800966542:3800966563, ack 2629054692, win 57, options [nop,nop,unknown-40 0x5273779f52737728], length 21: BGP\n\tNotification Message (3), length: 21, Cease (6), subcode Administrative Reset (4)",
  ],
  [
    "fbf cae cafe acc",
    "-v",
    "45c000dfe9ef4000ff06da220a010030ac120003b1f200b3e1b944092cc93ca4801801f658fb00000101080a7cbeb0f72287ea2affffffffffffffffffffffffffffffff00ab0200000094900e001100010104ac1200020018c0000218c0000340010100400304000000008004040000000090210069000801000000fbf0000101ab4d910f55cae71a215ef3cafe3acc45b5eec15400483046022100e7b70baf000de1ce8bb211afd48fc37659543ea5805ca2a2063ac92e12fac067022100a58c0f370ee977aed411bd3f0f47bb1f38cfde0949d597cd2e41a48a941b7ebf",
    "IP (tos 0xc0, ttl 255, id 59887, offset 0, flags [DF], proto TCP (6), length 223)\n    10.1.0.48.45554 > 172.18.0.3.179: Flags [P.], cksum 0x58fb (incorrect -> 0xa80d), seq 3787015177:3787015348, ack 751385764, win 502, options [nop,nop,TS val 2092871927 ecr 579332650], length 171: BGP\n\tUpdate Message (2), length: 171\n\t  Multi-Protocol Reach NLRI (14), length: 17, Flags [OE]: \n\t    AFI: IPv4 (1), SAFI: Unicast (1)\n\t    nexthop: 172.18.0.2, nh-length: 4, no SNPA\n\t      192.0.2.0/24\n\t      192.0.3.0/24\n\t  Origin (1), length: 1, Flags [T]: IGP\n\t  Next Hop (3), length: 4, Flags [T]: 0.0.0.0\n\t  Multi Exit Discriminator (4), length: 4, Flags [O]: 0\n\t  Unknown Attribute (33), length: 105, Flags [OE]: \n\t    no Attribute 33 decoder\n\t    0x0000:  0008 0100 0000 fbf0 0001 01ab 4d91 0f55\n\t    0x0010:  cae7 1a21 5ef3 cafe 3acc 45b5 eec1 5400\n\t    0x0020:  4830 4602 2100 e7b7 0baf 000d e1ce 8bb2\n\t    0x0030:  11af d48f c376 5954 3ea5 805c a2a2 063a\n\t    0x0040:  c92e 12fa c067 0221 00a5 8c0f 370e e977\n\t    0x0050:  aed4 11bd 3f0f 47bb 1f38 cfde 0949 d597\n\t    0x0060:  cd2e 41a4 8a94 1b7e bf",
  ],
  [
    "for option Routes Destination",
    "-v",
    "451f1027970fe000fe06f8b40a01000310e9220000b3006414b70000e685000daf6a01ff0000ffff0010ff0017ffff80000025ff1005010000000db66101ffffffffffffffff01ffffffffffffff0000000bef02e80000000f0001caef4fde4982460200000010fc8008ef0411ff020eff0002801804ddb5a80800451f101c970fe000fe06650000000040b0fc000001f4ffffff0030ffffffffffffffffffffffffffffffff003b01fffff810e4900820041d000002084000000041040000000202020202e80302070400080080004000",
    "IP (tos 0x1f,CE, ttl 254, id 38671, offset 0, flags [+, DF, rsvd], proto TCP (6), length 4135)\n    10.1.0.3.179 > 16.233.34.0.100: Flags [SPUE], seq 347537408:347541483, win 511, urg 65535, options [eol], length 4075: BGP [|bgp]\n\tOpen Message (1), length: 59\n\t  Version 255, my AS 65528, Holdtime 4324s, ID 144.8.32.4\n\t  Optional parameters, length: 29\n\t    Option Unknown (0), length: 0\n\t      no decoder for option 0\n\t    Option Capabilities Advertisement (2), length: 8\n\t      Graceful Restart (64), length: 0 (too short, < 2)\n\t    Option Unknown (0), length: 2\n\t      no decoder for option 0\n\t    Option Capabilities Advertisement (2), length: 2\n\t      Unknown (232), length: 3\n\t\tno decoder for Capability 232\n\t\t0x0000:  0207 04\n\t    Option Capabilities Advertisement (2), length: 7\n\t      Multiple Routes to a Destination (4), length: 0\n\t\tno decoder for Capability 4\n\t      Multiple Labels (8), length: 0\n\t      Route Refresh (Cisco) (128), length: 0\n\t      Graceful Restart (64), length: 0 (too short, < 2)",
    262130,
  ],
  [
    "Incomplete dead beef",
    "-v",
    "45c0008e58c540004006b8b10a0100311e000002bf8e00b34c94bf874cd027148018001dd6dc00000101080a0af9e8060af9e805ffffffffffffffffffffffffffffffff005a0200000043400101024002040201000140030400000000800e2e00020120deadbeef000000000000000000000001fe80000000000000000001fffe01000000400004000500000000",
    "IP (tos 0xc0, ttl 64, id 22725, offset 0, flags [DF], proto TCP (6), length 142)\n    10.1.0.49.49038 > 30.0.0.2.179: Flags [P.], cksum 0xd6dc (incorrect -> 0xeaab), seq 1284816775:1284816865, ack 1288709908, win 29, options [nop,nop,TS val 184150022 ecr 184150021], length 90: BGP\n\tUpdate Message (2), length: 90\n\t  Origin (1), length: 1, Flags [T]: Incomplete\n\t  AS Path (2), length: 4, Flags [T]: 1 \n\t  Next Hop (3), length: 4, Flags [T]: 0.0.0.0\n\t  Multi-Protocol Reach NLRI (14), length: 46, Flags [O]: \n\t    AFI: IPv6 (2), SAFI: Unicast (1)\n\t    nexthop: dead:beef::1, fe80::1ff:fe01:0, nh-length: 32, no SNPA\n\t      4:5::/64",
  ],
  [
    "Local Preference",
    "-v",
    "45c0007d43634000ff062a3d0a010017020101029f3800b39cb4309be28e258e8018003a083e00000101080a5273772852737387ffffffffffffffffffffffffffffffff00490200000032400101004002060201000000c840050400000064900e001a000104040101010200800006400006500006600006711e010101",
    "IP (tos 0xc0, ttl 255, id 17251, offset 0, flags [DF], proto TCP (6), length 125)\n    10.1.0.23.40760 > 2.1.1.2.179: Flags [P.], cksum 0x083e (incorrect -> 0x0128), seq 2629054619:2629054692, ack 3800966542, win 58, options [nop,nop,TS val 1383298856 ecr 1383297927], length 73: BGP\n\tUpdate Message (2), length: 73\n\t  Origin (1), length: 1, Flags [T]: IGP\n\t  AS Path (2), length: 6, Flags [T]: 200 \n\t  Local Preference (5), length: 4, Flags [T]: 100\n\t  Multi-Protocol Reach NLRI (14), length: 26, Flags [OE]: \n\t    AFI: IPv4 (1), SAFI: labeled Unicast (4)\n\t    nexthop: 1.1.1.2, nh-length: 4, no SNPA\n\t    (illegal prefix length)",
  ],
  [
    "label bottom",
    "-v",
    "4500007effb8400040062ebe0a01000101000102848d00b36c9b598dc05ff06180180080df3f00000101080abf90c50ab61ff920ffffffffffffffffffffffffffffffff004a0200000033400101014002040201006540030400000000800e10000104040100010100300001417b0101801a0b01000b00000000ffffffff",
    "IP (tos 0x0, ttl 64, id 65464, offset 0, flags [DF], proto TCP (6), length 126)\n    10.1.0.1.33933 > 1.0.1.2.179: Flags [P.], cksum 0xdf3f (incorrect -> 0xd73e), seq 1822120333:1822120407, ack 3227512929, win 128, options [nop,nop,TS val 3213935882 ecr 3055548704], length 74: BGP\n\tUpdate Message (2), length: 74\n\t  Origin (1), length: 1, Flags [T]: EGP\n\t  AS Path (2), length: 4, Flags [T]: 101 \n\t  Next Hop (3), length: 4, Flags [T]: 0.0.0.0\n\t  Multi-Protocol Reach NLRI (14), length: 16, Flags [O]: \n\t    AFI: IPv4 (1), SAFI: labeled Unicast (4)\n\t    nexthop: 1.0.1.1, nh-length: 4, no SNPA\n\t      123.1.1.0/24, label:20 (bottom)\n\t  Accumulated IGP Metric (26), length: 11, Flags [O]: \n\t    AIGP TLV (1), length 11, metric 4294967295",
  ],
  [
    "Atomic Aggregate",
    "-vvv",
    "4500006ef439400040063a3a0a01011501000001a4d300b3513172ed26a8b8d38018003a6f8200000101080a9cc8f6fc9cc886b6ffffffffffffffffffffffffffffffff003a020000002340010101400604020100c840030400000000800e0e0001840401000002002000000016",
    "IP (tos 0x0, ttl 64, id 62521, offset 0, flags [DF], proto TCP (6), length 110)\n    10.1.1.21.42195 > 1.0.0.1.179: Flags [P.], cksum 0x6f82 (incorrect -> 0x616e), seq 1362195181:1362195239, ack 648591571, win 58, options [nop,nop,TS val 2630416124 ecr 2630387382], length 58: BGP\n\tUpdate Message (2), length: 58\n\t  Origin (1), length: 1, Flags [T]: EGP\n\t    0x0000:  01\n\t  Atomic Aggregate (6), length: 4, Flags [T]: invalid len\n\t    0x0000:  0201 00c8\n\t  Next Hop (3), length: 4, Flags [T]: 0.0.0.0\n\t    0x0000:  0000 0000\n\t  Multi-Protocol Reach NLRI (14), length: 14, Flags [O]: \n\t    AFI: IPv4 (1), vendor specific SAFI: Route Target Routing Information (132)\n\t    nexthop: 1.0.0.2, nh-length: 4, no SNPA\n\t      origin AS: 22, route-target: 0:0/0\n\t    0x0000:  0001 8404 0100 0002 0020 0000 0016",
  ],
  [
    "Type",
    "-vvv",
    "45c00047435f4000ff0628340a01025a020101029f3800b39cb43075e28e25338018003a6b9d00000101080a5273737b5273737affffffffffffffffffffffffffffffff00ffcc",
    "IP (tos 0xc0, ttl 255, id 17247, offset 0, flags [DF], proto TCP (6), length 71)\n    10.1.2.90.40760 > 2.1.1.2.179: Flags [P.], cksum 0x6b9d (incorrect -> 0x9957), seq 2629054581:2629054600, ack 3800966451, win 58, options [nop,nop,TS val 1383297915 ecr 1383297914], length 19: BGP\n[|BGP Unknown Message Type]",
  ],
  [
    "Withdrawn Set",
    "-vvv",
    "4500010f000100004006ed3c0a0103aa7f00000100b3e8ef000000000000000050182000e5c10000ffffffffffffffffffffffffffffffff00e702001000000014180802005b0000351808020100b0400101014080004002060202006400c8400e1900010104010203040000000028187804000000002918780401400f13000101000002bc18202d00000002bd18202d01400e3d00020110200000000000004000000000000000010000000001782002000000000000000000001400000000000278200200000000000000000000140001400f2b000201000000647820020000000000000000000028000000000065782002000000000000000000002800010000000a180602000000000b18060201",
    "IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto TCP (6), length 271)\n    10.1.3.170.179 > 127.0.0.1.59631: Flags [P.], cksum 0xe5c1 (incorrect -> 0xb9bc), seq 0:231, ack 0, win 8192, length 231: BGP\n\tUpdate Message (2), length: 231\n\t  Withdrawn routes:\n\t    8.2.0.0/24   Path Id: 20\n\t    8.2.1.0/24   Path Id: 1526726709\n\t  Origin (1), length: 1, Flags [T]: EGP\n\t    0x0000:  01\n\t  Attribute Set (128), length: 0, Flags [T]:  [|bgp]",
  ],
  [
    "Aggregator",
    "-vv",
    "45006b6af43d40004006ce880a0101c601000001a4d300b35131742726a8b8d38018003a00d300000101080a9cc8f7169cc8f710ffffffffffffffffffffffffffffffff0036020000001f40010101401204020100c840030400000000800f0a00018430000000170102",
    "IP truncated-ip - 27392 bytes missing! (tos 0x0, ttl 64, id 62525, offset 0, flags [DF], proto TCP (6), length 27498)\n    10.1.1.198.42195 > 1.0.0.1.179: Flags [P.], seq 1362195495:1362222941, ack 648591571, win 58, options [nop,nop,TS val 2630416150 ecr 2630416144], length 27446: BGP\n\tUpdate Message (2), length: 54\n\t  Origin (1), length: 1, Flags [T]: EGP\n\t    0x0000:  01\n\t  Aggregator4 (18), length: 4, Flags [T]: invalid len\n\t    0x0000:  0201 00c8\n\t  Next Hop (3), length: 4, Flags [T]: 0.0.0.0\n\t    0x0000:  0000 0000\n\t  Multi-Protocol Unreach NLRI (15), length: 10, Flags [O]: \n\t    AFI: IPv4 (1), vendor specific SAFI: Route Target Routing Information (132)\n\t      origin AS: 23, route-target: 0.0.0.0:0/16 (0102)\n\t    0x0000:  0001 8430 0000 0017 0102",
  ],
  [
    "Typecode",
    "-vv",
    "45000076ff3b400040062e790a0101cc01000001a4d300b3513173a326a8b8d38018003af60d00000101080a9cc8f70b9cc8f708ffffffffffffffffffffffffffffffff0042020000002b4001018e400204020100c840030400000000800e1600018404010000020060000000160002000100010001",
    "IP (tos 0x0, ttl 64, id 65339, offset 0, flags [DF], proto TCP (6), length 118)\n    10.1.1.204.42195 > 1.0.0.1.179: Flags [P.], cksum 0xf60d (incorrect -> 0x5e42), seq 1362195363:1362195429, ack 648591571, win 58, options [nop,nop,TS val 2630416139 ecr 2630416136], length 66: BGP\n\tUpdate Message (2), length: 66\n\t  Origin (1), length: 1, Flags [T]: Unknown Origin Typecode\n\t    0x0000:  8e\n\t  AS Path (2), length: 4, Flags [T]: 200 \n\t    0x0000:  0201 00c8\n\t  Next Hop (3), length: 4, Flags [T]: 0.0.0.0\n\t    0x0000:  0000 0000\n\t  Multi-Protocol Reach NLRI (14), length: 22, Flags [O]: \n\t    AFI: IPv4 (1), vendor specific SAFI: Route Target Routing Information (132)\n\t    nexthop: 1.0.0.2, nh-length: 4, no SNPA\n\t      origin AS: 22, route-target: 1:65537/64 (0002 0001 0001 0001)\n\t    0x0000:  0001 8404 0100 0002 0060 0000 0016 0002\n\t    0x0010:  0001 0001 0001",
  ],
  [
    "Community",
    "-v",
    "4500010f000100004006ed5e0a0103887f00000100b3e8ef000000000000000050192000e5c10000ffffffffffffffffffffffffffffffff00e70200100000001418080200000000151808020100b0400101014003004008060202006400c8400e1900010104010203040000000028187804000000002918780401400f13000101000002bc18202d00000002bd18202d01400e3d00020110200000000000004000000000000000010000000001782002000000000000000000001400000000000278200200000000000000000000140001400f2b000201000000647820020000000000000000000028000000000065782002000000000000000000002800010000000a180602000000000b18060201",
    "IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto TCP (6), length 271)\n    10.1.3.136.179 > 127.0.0.1.59631: Flags [FP.], cksum 0xe5c1 (incorrect -> 0x5733), seq 0:231, ack 0, win 8192, length 231: BGP\n\tUpdate Message (2), length: 231\n\t  Withdrawn routes:\n\t    8.2.0.0/24   Path Id: 20\n\t    8.2.1.0/24   Path Id: 21\n\t  Origin (1), length: 1, Flags [T]: EGP\n\t  Next Hop (3), length: 0, Flags [T]: invalid len\n\t  Community (8), length: 6, Flags [T]: invalid len\n\t  Multi-Protocol Reach NLRI (14), length: 25, Flags [T]: \n\t    AFI: IPv4 (1), SAFI: Unicast (1)\n\t    nexthop: 1.2.3.4, nh-length: 4, no SNPA\n\t      120.4.0.0/24   Path Id: 40\n\t      120.4.1.0/24   Path Id: 41\n\t  Multi-Protocol Unreach NLRI (15), length: 19, Flags [T]: \n\t    AFI: IPv4 (1), SAFI: Unicast (1)\n\t      32.45.0.0/24   Path Id: 700\n\t      32.45.1.0/24   Path Id: 701\n\t  Multi-Protocol Reach NLRI (14), length: 61, Flags [T]: \n\t    AFI: IPv6 (2), SAFI: Unicast (1)\n\t    nexthop: 2000:0:0:40::1, nh-length: 16, no SNPA\n\t      2002::1400:0/120   Path Id: 1\n\t      2002::1400:100/120   Path Id: 2\n\t  Multi-Protocol Unreach NLRI (15), length: 43, Flags [T]: \n\t    AFI: IPv6 (2), SAFI: Unicast (1)\n\t      2002::2800:0/120   Path Id: 100\n\t      2002::2800:100/120   Path Id: 101\n\t  Updated routes:\n\t    6.2.0.0/24   Path Id: 10\n\t    6.2.1.0/24   Path Id: 11",
  ],
  [
    "HDLC",
    "-v",
    "4500010f000100004006edd70a01030f7f00000100b3e8ef000000000000000050182000e5c10000ffffffffffffffffffffffffffffffff00e70200100000001418080200000000151808020100b0400101014003004002060202006400c8400e1900010104010203040000000028187804000000002918780401400f13000101000002bc18202d00000002bd18202d01400e3d00020110200000000000004000000000000000010000000001782002000000000000000000001400000000000278200200000000000000000000140001400f2b000401000000647820020000000000000000000028000000000065782002000000000000000000002800010000000a180602000000000b18060201",
    "IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto TCP (6), length 271)\n    10.1.3.15.179 > 127.0.0.1.59631: Flags [P.], cksum 0xe5c1 (incorrect -> 0x57b1), seq 0:231, ack 0, win 8192, length 231: BGP\n\tUpdate Message (2), length: 231\n\t  Withdrawn routes:\n\t    8.2.0.0/24   Path Id: 20\n\t    8.2.1.0/24   Path Id: 21\n\t  Origin (1), length: 1, Flags [T]: EGP\n\t  Next Hop (3), length: 0, Flags [T]: invalid len\n\t  AS Path (2), length: 6, Flags [T]: 100 200 \n\t  Multi-Protocol Reach NLRI (14), length: 25, Flags [T]: \n\t    AFI: IPv4 (1), SAFI: Unicast (1)\n\t    nexthop: 1.2.3.4, nh-length: 4, no SNPA\n\t      120.4.0.0/24   Path Id: 40\n\t      120.4.1.0/24   Path Id: 41\n\t  Multi-Protocol Unreach NLRI (15), length: 19, Flags [T]: \n\t    AFI: IPv4 (1), SAFI: Unicast (1)\n\t      32.45.0.0/24   Path Id: 700\n\t      32.45.1.0/24   Path Id: 701\n\t  Multi-Protocol Reach NLRI (14), length: 61, Flags [T]: \n\t    AFI: IPv6 (2), SAFI: Unicast (1)\n\t    nexthop: 2000:0:0:40::1, nh-length: 16, no SNPA\n\t      2002::1400:0/120   Path Id: 1\n\t      2002::1400:100/120   Path Id: 2\n\t  Multi-Protocol Unreach NLRI (15), length: 43, Flags [T]: \n\t    AFI: HDLC (4), SAFI: Unicast (1)\n\t    no AFI 4 / SAFI 1 decoder\n\t    0x0000:  0004 0100 0000 6478 2002 0000 0000 0000\n\t    0x0010:  0000 0000 2800 0000 0000 6578 2002 0000\n\t    0x0020:  0000 0000 0000 0000 2800 01\n\t  Updated routes:\n\t    6.2.0.0/24   Path Id: 10\n\t    6.2.1.0/24   Path Id: 11",
  ],
]);

checkGoldens(
  "BGP in Ethernet",
  [
    [
      "BGP Open Message length",
      "-vvv",
      "02060a0efff402060a0efff38100c017080045c0007bfaf70000ff06b5bb020202025b03030300b3de9c13f29ccbf728dc73801840003c0100010101080a8090f8b68090f8b5ffffffffffffffffffffffffffffffff00470104fde8005a020202022a020601040001008002060104001900460202800002020200020440024078020641040000fde802034700",
      "IP (tos 0xc0, ttl 255, id 64247, offset 0, flags [none], proto TCP (6), length 123, bad cksum b5bb (->5dbb)!)\n    2.2.2.2.179 > 91.3.3.3.56988: Flags [P.], cksum 0x3c01 (incorrect -> 0xe2ff), seq 334666955:334667026, ack 4146650227, win 16384, options [nop,nop,TS val 2156984502 ecr 2156984501], length 71: BGP\n\tOpen Message (1), length: 71\n\t  Version 4, my AS 65000, Holdtime 90s, ID 2.2.2.2\n\t  Optional parameters, length: 42\n\t    Option Capabilities Advertisement (2), length: 6\n\t      Multiprotocol Extensions (1), length: 4\n\t\tAFI IPv4 (1), SAFI labeled VPN Unicast (128)\n\t\t0x0000:  0001 0080\n\t    Option Capabilities Advertisement (2), length: 6\n\t      Multiprotocol Extensions (1), length: 4\n\t\tAFI VPLS (25), SAFI EVPN (70)\n\t\t0x0000:  0019 0046\n\t    Option Capabilities Advertisement (2), length: 2\n\t      Route Refresh (Cisco) (128), length: 0\n\t    Option Capabilities Advertisement (2), length: 2\n\t      Route Refresh (2), length: 0\n\t    Option Capabilities Advertisement (2), length: 4\n\t      Graceful Restart (64), length: 2\n\t\tRestart Flags: [none], Restart Time 120s\n\t\t0x0000:  4078\n\t    Option Capabilities Advertisement (2), length: 6\n\t      32-Bit AS Number (65), length: 4\n\t\t 4 Byte AS 65000\n\t\t0x0000:  0000 fde8\n\t     Option 2, length: 3, goes past the end of the options",
    ],
    [
      "Unknown decoder for option",
      "-vvv",
      "02060a0efff402060a0efff38100c017080045c0007bfaf70000ff06b5bb020202020303800300b3de9c13f29ccbf728dc73801840003c0100000101080a8090f8b68090f8b5ffffffffffffffffffffffffffffffff00470104fde8005a020202022a020601040001008002060104001900460202800008020200020440024078020641040000fde802024700",
      "IP (tos 0xc0, ttl 255, id 64247, offset 0, flags [none], proto TCP (6), length 123, bad cksum b5bb (->38bb)!)\n    2.2.2.2.179 > 3.3.128.3.56988: Flags [P.], cksum 0x3c01 (incorrect -> 0xbefa), seq 334666955:334667026, ack 4146650227, win 16384, options [nop,nop,TS val 2156984502 ecr 2156984501], length 71: BGP\n\tOpen Message (1), length: 71\n\t  Version 4, my AS 65000, Holdtime 90s, ID 2.2.2.2\n\t  Optional parameters, length: 42\n\t    Option Capabilities Advertisement (2), length: 6\n\t      Multiprotocol Extensions (1), length: 4\n\t\tAFI IPv4 (1), SAFI labeled VPN Unicast (128)\n\t\t0x0000:  0001 0080\n\t    Option Capabilities Advertisement (2), length: 6\n\t      Multiprotocol Extensions (1), length: 4\n\t\tAFI VPLS (25), SAFI EVPN (70)\n\t\t0x0000:  0019 0046\n\t    Option Capabilities Advertisement (2), length: 2\n\t      Route Refresh (Cisco) (128), length: 0\n\t    Option Unknown (8), length: 2\n\t      no decoder for option 8\n\t    Option Capabilities Advertisement (2), length: 4\n\t      Graceful Restart (64), length: 2\n\t\tRestart Flags: [none], Restart Time 120s\n\t\t0x0000:  4078\n\t    Option Capabilities Advertisement (2), length: 6\n\t      32-Bit AS Number (65), length: 4\n\t\t 4 Byte AS 65000\n\t\t0x0000:  0000 fde8\n\t    Option Capabilities Advertisement (2), length: 2\n\t      Long-lived Graceful Restart (71), length: 0",
    ],
    [
      "[|bgp]",
      "-vv",
      "02060a0efff402060a0efff38100c017080045c00079faf70000ff06b5bb020202020103030300b3de9c13f29ccbf728dc73801840003c0100000101080a8090f8b68090f8b5ffffffffffffffffffffffffffffffff",
      "IP (tos 0xc0, ttl 255, id 64247, offset 0, flags [none], proto TCP (6), length 121, bad cksum b5bb (->b7bd)!)\n    2.2.2.2.179 > 1.3.3.3.56988: Flags [P.], seq 334666955:334667024, ack 4146650227, win 16384, options [nop,nop,TS val 2156984502 ecr 2156984501], length 69: BGP [|bgp]",
      141,
    ],
    [
      "Capability",
      "-vv",
      "02060a0efff402060a0efff38100c017080045c0007bfaf70000ff06b5bb020202020303032300b3de9c13f29ccbf728dc73801840003c0100000101080a8090f8b68090f8b5ffffffffffffffffffffffffffffffff00470104fde8005a020202022a02060104000100800206010400190046020280000202020002043f024078020641040000fde802024700",
      "IP (tos 0xc0, ttl 255, id 64247, offset 0, flags [none], proto TCP (6), length 123, bad cksum b5bb (->b59b)!)\n    2.2.2.2.179 > 3.3.3.35.56988: Flags [P.], cksum 0x3c01 (incorrect -> 0x3be2), seq 334666955:334667026, ack 4146650227, win 16384, options [nop,nop,TS val 2156984502 ecr 2156984501], length 71: BGP\n\tOpen Message (1), length: 71\n\t  Version 4, my AS 65000, Holdtime 90s, ID 2.2.2.2\n\t  Optional parameters, length: 42\n\t    Option Capabilities Advertisement (2), length: 6\n\t      Multiprotocol Extensions (1), length: 4\n\t\tAFI IPv4 (1), SAFI labeled VPN Unicast (128)\n\t\t0x0000:  0001 0080\n\t    Option Capabilities Advertisement (2), length: 6\n\t      Multiprotocol Extensions (1), length: 4\n\t\tAFI VPLS (25), SAFI EVPN (70)\n\t\t0x0000:  0019 0046\n\t    Option Capabilities Advertisement (2), length: 2\n\t      Route Refresh (Cisco) (128), length: 0\n\t    Option Capabilities Advertisement (2), length: 2\n\t      Route Refresh (2), length: 0\n\t    Option Capabilities Advertisement (2), length: 4\n\t      Unknown (63), length: 2\n\t\tno decoder for Capability 63\n\t\t0x0000:  4078\n\t    Option Capabilities Advertisement (2), length: 6\n\t      32-Bit AS Number (65), length: 4\n\t\t 4 Byte AS 65000\n\t\t0x0000:  0000 fde8\n\t    Option Capabilities Advertisement (2), length: 2\n\t      Long-lived Graceful Restart (71), length: 0",
    ],
  ],
  1,
);
