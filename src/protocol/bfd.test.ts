import { checkGoldens } from "../../test/golden.ts";

checkGoldens("BFD", [
  [
    "BFDv length Control State",
    "-vvv",
    "45000050000500000a11e3e10a0102b5c000000104000ec8013c378a20440534000000011e000000000f4240000f424000000000051c020000000005",
    "IP (tos 0x0, ttl 10, id 5, offset 0, flags [none], proto UDP (17), length 80)\n    10.1.2.181.1024 > 192.0.0.1.3784: BFDv1, length: 52\n\tControl, State Down, Flags: [Authentication Present], Diagnostic: No Diagnostic (0x00)\n\tDetection Timer Multiplier: 5 (5000 ms Detection time), BFD Length: 52\n\tMy Discriminator: 0x00000001, Your Discriminator: 0x1e000000\n\t  Desired min Tx Interval:    1000 ms\n\t  Required min Rx Interval:   1000 ms\n\t  Required min Echo Interval:    0 ms\n\tAuthentication: Meticulous Keyed SHA1 (5), length: 28\n\t  Auth Key ID: 2, Sequence Number: 0x00000005 [|bfd]",
    84,
  ],
  [
    "Poll Final Plane Independent",
    "",
    "4500003d000c00000a11e3470a01035bc000000104000ec800297231207f05210000000100000000000f4240010f424000000000010902736563726574f0041789",
    "IP 10.1.3.91.1024 > 192.0.0.1.3784: BFDv1, Control, State Down, Flags: [Poll, Final, Control Plane Independent, Authentication Present, Demand, Multipoint], length: 33",
  ],
  [
    "Forwarding Reset Simple Password",
    "-v",
    "4500003d000700000a11e3730a010334c000000104000ec800297231044405210000000100000000000f4240000f42400000000001090273656372657494b2e46e",
    "IP (tos 0x0, ttl 10, id 7, offset 0, flags [none], proto UDP (17), length 61)\n    10.1.3.52.1024 > 192.0.0.1.3784: BFDv0, length: 33\n\tControl, Flags: [Demand, Authentication Present], Diagnostic: Forwarding Plane Reset (0x04)\n\tDetection Timer Multiplier: 5 (5000 ms Detection time), BFD Length: 33\n\tMy Discriminator: 0x00000001, Your Discriminator: 0x00000000\n\t  Desired min Tx Interval:    1000 ms\n\t  Required min Rx Interval:   1000 ms\n\t  Required min Echo Interval:    0 ms\n\tAuthentication: Simple Password (1), length: 9\n\t  Auth Key ID: 2, Password: secret",
  ],
  [
    "Init none",
    "",
    "4500004c000d00000a11e3f90a010299c000000104000ec800386acc208005300000000100000000000f4240000f424000001600021802000000000501020304050607080910111213141516c2120507",
    "IP 10.1.2.153.1024 > 192.0.0.1.3784: BFDv1, Control, State Init, Flags: [none], length: 48",
  ],
  [
    "Reverse Concatenated Path Digest",
    "-vvv",
    "4500004c001000000a11e3fa0a010295c000000104000ec800386acc284405300000005b0000000000014240000f424000000000021802000000000501020304050607080910111213141516ba906544",
    "IP (tos 0x0, ttl 10, id 16, offset 0, flags [none], proto UDP (17), length 76)\n    10.1.2.149.1024 > 192.0.0.1.3784: [bad udp cksum 0x6acc -> 0x1742!] BFDv1, length: 48\n\tControl, State Down, Flags: [Authentication Present], Diagnostic: Reverse Concatenated Path Down (0x08)\n\tDetection Timer Multiplier: 5 (412 ms Detection time), BFD Length: 48\n\tMy Discriminator: 0x0000005b, Your Discriminator: 0x00000000\n\t  Desired min Tx Interval:      82 ms\n\t  Required min Rx Interval:   1000 ms\n\t  Required min Echo Interval:    0 ms\n\tAuthentication: Keyed MD5 (2), length: 24\n\t  Auth Key ID: 2, Sequence Number: 0x00000005\n\t  Digest: 01020304050607080910111213141516",
  ],
  [
    "xff Bcret",
    "-v",
    "4500003d000200000a11e63a0a010072c000000104000ec8002972312044052100000001ff000000000f4240000f4240000000000109027302637265744aaf502f",
    "IP (tos 0x0, ttl 10, id 2, offset 0, flags [none], proto UDP (17), length 61)\n    10.1.0.114.1024 > 192.0.0.1.3784: BFDv1, length: 33\n\tControl, State Down, Flags: [Authentication Present], Diagnostic: No Diagnostic (0x00)\n\tDetection Timer Multiplier: 5 (5000 ms Detection time), BFD Length: 33\n\tMy Discriminator: 0x00000001, Your Discriminator: 0xff000000\n\t  Desired min Tx Interval:    1000 ms\n\t  Required min Rx Interval:   1000 ms\n\t  Required min Echo Interval:    0 ms\n\tAuthentication: Simple Password (1), length: 9\n\t  Auth Key ID: 2, Password: s^Bcret",
  ],
  [
    "sec Det",
    "-vvv",
    "4500003d000e00000a11e4c90a0101d7c000000104000ec800297231204405210000000100000000000f4240000f4240000000b4010902736563046574fa7b791c",
    "IP (tos 0x0, ttl 10, id 14, offset 0, flags [none], proto UDP (17), length 61)\n    10.1.1.215.1024 > 192.0.0.1.3784: [bad udp cksum 0x7231 -> 0x94fd!] BFDv1, length: 33\n\tControl, State Down, Flags: [Authentication Present], Diagnostic: No Diagnostic (0x00)\n\tDetection Timer Multiplier: 5 (5000 ms Detection time), BFD Length: 33\n\tMy Discriminator: 0x00000001, Your Discriminator: 0x00000000\n\t  Desired min Tx Interval:    1000 ms\n\t  Required min Rx Interval:   1000 ms\n\t  Required min Echo Interval:    0 ms\n\tAuthentication: Simple Password (1), length: 9\n\t  Auth Key ID: 2, Password: sec^Det",
  ],
  [
    "Time Expired",
    "-vv",
    "4500003d000300000a11e4b30a0101f8c000000104000ec800297231214405210000000100000000000f4240000f424000000000010902736563726574cf90e765",
    "IP (tos 0x0, ttl 10, id 3, offset 0, flags [none], proto UDP (17), length 61)\n    10.1.1.248.1024 > 192.0.0.1.3784: [bad udp cksum 0x7231 -> 0x2690!] BFDv1, length: 33\n\tControl, State Down, Flags: [Authentication Present], Diagnostic: Control Detection Time Expired (0x01)\n\tDetection Timer Multiplier: 5 (5000 ms Detection time), BFD Length: 33\n\tMy Discriminator: 0x00000001, Your Discriminator: 0x00000000\n\t  Desired min Tx Interval:    1000 ms\n\t  Required min Rx Interval:   1000 ms\n\t  Required min Echo Interval:    0 ms\n\tAuthentication: Simple Password (1), length: 9\n\t  Auth Key ID: 2, Password: secret",
  ],
  [
    "unknown Hash",
    "-v",
    "45000050000b00000a11e4690a010227c000000104000ec8003c378a304405340000000100000000000f4240000f424000000000051c020000000005010203040506070809101112131415161718191a046b199a",
    "IP (tos 0x0, ttl 10, id 11, offset 0, flags [none], proto UDP (17), length 80)\n    10.1.2.39.1024 > 192.0.0.1.3784: BFDv1, length: 52\n\tControl, State Down, Flags: [Authentication Present], Diagnostic: unknown (0x10)\n\tDetection Timer Multiplier: 5 (5000 ms Detection time), BFD Length: 52\n\tMy Discriminator: 0x00000001, Your Discriminator: 0x00000000\n\t  Desired min Tx Interval:    1000 ms\n\t  Required min Rx Interval:   1000 ms\n\t  Required min Echo Interval:    0 ms\n\tAuthentication: Meticulous Keyed SHA1 (5), length: 28\n\t  Auth Key ID: 2, Sequence Number: 0x00000005\n\t  Hash: 010203040506070809101112131415161718191a",
  ],
  [
    "AdminDown",
    "-v",
    "4500003d000400000a11e45f0a01024bc000000104400ec800297231200205210000000100000000000f4240000f4240000000000109027365637165741bf23db1",
    "IP (tos 0x0, ttl 10, id 4, offset 0, flags [none], proto UDP (17), length 61)\n    10.1.2.75.1088 > 192.0.0.1.3784: BFDv1, length: 33\n\tControl, State AdminDown, Flags: [Demand], Diagnostic: No Diagnostic (0x00)\n\tDetection Timer Multiplier: 5 (5000 ms Detection time), BFD Length: 33\n\tMy Discriminator: 0x00000001, Your Discriminator: 0x00000000\n\t  Desired min Tx Interval:    1000 ms\n\t  Required min Rx Interval:   1000 ms\n\t  Required min Echo Interval:    0 ms",
  ],
  [
    "Unknown",
    "-vv",
    "45000050000d00000a11e4610a01022dc000000104000ec8003c378a204405340000000000000000000f4240000f424000000000251c0200000000050102",
    "IP (tos 0x0, ttl 10, id 13, offset 0, flags [none], proto UDP (17), length 80)\n    10.1.2.45.1024 > 192.0.0.1.3784: BFDv1, length: 52\n\tControl, State Down, Flags: [Authentication Present], Diagnostic: No Diagnostic (0x00)\n\tDetection Timer Multiplier: 5 (5000 ms Detection time), BFD Length: 52\n\tMy Discriminator: 0x00000000, Your Discriminator: 0x00000000\n\t  Desired min Tx Interval:    1000 ms\n\t  Required min Rx Interval:   1000 ms\n\t  Required min Echo Interval:    0 ms\n\tAuthentication: Unknown (37), length: 28\n\t  Auth Key ID: 2",
    84,
  ],
  [
    "invalid",
    "-vvv",
    "4500004c001400000a11e39f0a0102ecc000000104000ec800386acc204405300000000100000000000f4240000f4240000000000219020000000005",
    "IP (tos 0x0, ttl 10, id 20, offset 0, flags [none], proto UDP (17), length 76)\n    10.1.2.236.1024 > 192.0.0.1.3784: BFDv1, length: 48\n\tControl, State Down, Flags: [Authentication Present], Diagnostic: No Diagnostic (0x00)\n\tDetection Timer Multiplier: 5 (5000 ms Detection time), BFD Length: 48\n\tMy Discriminator: 0x00000001, Your Discriminator: 0x00000000\n\t  Desired min Tx Interval:    1000 ms\n\t  Required min Rx Interval:   1000 ms\n\t  Required min Echo Interval:    0 ms\n\tAuthentication: Keyed MD5 (2), length: 25\n\t  Auth Key ID: 2[invalid length 25]",
    80,
  ],
  [
    "secr",
    "-v",
    "4500003d000800000a11e2e10a0103c5c000000104000ec800297231204405210000000100000000000f4240000f42400000000001090273656372",
    "IP (tos 0x0, ttl 10, id 8, offset 0, flags [none], proto UDP (17), length 61)\n    10.1.3.197.1024 > 192.0.0.1.3784: BFDv1, length: 33\n\tControl, State Down, Flags: [Authentication Present], Diagnostic: No Diagnostic (0x00)\n\tDetection Timer Multiplier: 5 (5000 ms Detection time), BFD Length: 33\n\tMy Discriminator: 0x00000001, Your Discriminator: 0x00000000\n\t  Desired min Tx Interval:    1000 ms\n\t  Required min Rx Interval:   1000 ms\n\t  Required min Echo Interval:    0 ms\n\tAuthentication: Simple Password (1), length: 9\n\t  Auth Key ID: 2, Password: secr [|bfd]",
    65,
  ],
  [
    "secre",
    "-vvv",
    "4500003d000700000a11e3410a010366c000000104000ec80029723120c405210007000100000000000f4240000f4240000000000109027365637265",
    "IP (tos 0x0, ttl 10, id 7, offset 0, flags [none], proto UDP (17), length 61)\n    10.1.3.102.1024 > 192.0.0.1.3784: BFDv1, length: 33\n\tControl, State Up, Flags: [Authentication Present], Diagnostic: No Diagnostic (0x00)\n\tDetection Timer Multiplier: 5 (5000 ms Detection time), BFD Length: 33\n\tMy Discriminator: 0x00070001, Your Discriminator: 0x00000000\n\t  Desired min Tx Interval:    1000 ms\n\t  Required min Rx Interval:   1000 ms\n\t  Required min Echo Interval:    0 ms\n\tAuthentication: Simple Password (1), length: 9\n\t  Auth Key ID: 2, Password: secre [|bfd]",
    65,
  ],
  [
    "Administratively",
    "-v",
    "4500003d000500000a11e3c60a0102e3c000000104000ec800297231074405210000000100000000000f4240000f42400000000001090273656372657499",
    "IP (tos 0x0, ttl 10, id 5, offset 0, flags [none], proto UDP (17), length 61)\n    10.1.2.227.1024 > 192.0.0.1.3784: BFDv0, length: 33\n\tControl, Flags: [Demand, Authentication Present], Diagnostic: Administratively Down (0x07)\n\tDetection Timer Multiplier: 5 (5000 ms Detection time), BFD Length: 33\n\tMy Discriminator: 0x00000001, Your Discriminator: 0x00000000\n\t  Desired min Tx Interval:    1000 ms\n\t  Required min Rx Interval:   1000 ms\n\t  Required min Echo Interval:    0 ms\n\tAuthentication: Simple Password (1), length: 9\n\t  Auth Key ID: 2, Password: secret",
    65,
  ],
  [
    "cret",
    "-v",
    "4500003d000200000a11e58b0a010121c000000104000ec8002972312044052100000001000000ff000f4240000f4240000019000109027325637265744aaf502f",
    "IP (tos 0x0, ttl 10, id 2, offset 0, flags [none], proto UDP (17), length 61)\n    10.1.1.33.1024 > 192.0.0.1.3784: BFDv1, length: 33\n\tControl, State Down, Flags: [Authentication Present], Diagnostic: No Diagnostic (0x00)\n\tDetection Timer Multiplier: 5 (5000 ms Detection time), BFD Length: 33\n\tMy Discriminator: 0x00000001, Your Discriminator: 0x000000ff\n\t  Desired min Tx Interval:    1000 ms\n\t  Required min Rx Interval:   1000 ms\n\t  Required min Echo Interval:    6 ms\n\tAuthentication: Simple Password (1), length: 9\n\t  Auth Key ID: 2, Password: s%cret",
  ],
  [
    "tecret",
    "-v",
    "4500003d000200000a11e34b0a010361c000000104000ec800297231204405210000000100000000000f4240000f4240000052000109027465637265744aaf502f",
    "IP (tos 0x0, ttl 10, id 2, offset 0, flags [none], proto UDP (17), length 61)\n    10.1.3.97.1024 > 192.0.0.1.3784: BFDv1, length: 33\n\tControl, State Down, Flags: [Authentication Present], Diagnostic: No Diagnostic (0x00)\n\tDetection Timer Multiplier: 5 (5000 ms Detection time), BFD Length: 33\n\tMy Discriminator: 0x00000001, Your Discriminator: 0x00000000\n\t  Desired min Tx Interval:    1000 ms\n\t  Required min Rx Interval:   1000 ms\n\t  Required min Echo Interval:   20 ms\n\tAuthentication: Simple Password (1), length: 9\n\t  Auth Key ID: 2, Password: tecret",
  ],
  [
    "secDet",
    "-v",
    "4500003d000800000a11e3dd0a0102c9c000000104000ec800297231204405210004000100010000000f4240000f424000000000010902736563446574f84e9656",
    "IP (tos 0x0, ttl 10, id 8, offset 0, flags [none], proto UDP (17), length 61)\n    10.1.2.201.1024 > 192.0.0.1.3784: BFDv1, length: 33\n\tControl, State Down, Flags: [Authentication Present], Diagnostic: No Diagnostic (0x00)\n\tDetection Timer Multiplier: 5 (5000 ms Detection time), BFD Length: 33\n\tMy Discriminator: 0x00040001, Your Discriminator: 0x00010000\n\t  Desired min Tx Interval:    1000 ms\n\t  Required min Rx Interval:   1000 ms\n\t  Required min Echo Interval:    0 ms\n\tAuthentication: Simple Password (1), length: 9\n\t  Auth Key ID: 2, Password: secDet",
  ],
  [
    "ecret",
    "-v",
    "4500003d000300000a11e31b0a010390c000000104000ec8042972312044057f0000000100000000000f4240000f424000000000010902ff6563726574cf90e765",
    "IP (tos 0x0, ttl 10, id 3, offset 0, flags [none], proto UDP (17), length 61)\n    10.1.3.144.1024 > 192.0.0.1.3784: BFDv1, length: 33\n\tControl, State Down, Flags: [Authentication Present], Diagnostic: No Diagnostic (0x00)\n\tDetection Timer Multiplier: 5 (5000 ms Detection time), BFD Length: 127\n\tMy Discriminator: 0x00000001, Your Discriminator: 0x00000000\n\t  Desired min Tx Interval:    1000 ms\n\t  Required min Rx Interval:   1000 ms\n\t  Required min Echo Interval:    0 ms\n\tAuthentication: Simple Password (1), length: 9\n\t  Auth Key ID: 2, Password: M-^?ecret",
  ],
  [
    "secreM-",
    "-v",
    "4500003d000b00000a11b8340a01006fc0002e0104000ec800297231204405210000000100000000000f4240000f4240000000000109027365637265992466cd5d",
    "IP (tos 0x0, ttl 10, id 11, offset 0, flags [none], proto UDP (17), length 61)\n    10.1.0.111.1024 > 192.0.46.1.3784: BFDv1, length: 33\n\tControl, State Down, Flags: [Authentication Present], Diagnostic: No Diagnostic (0x00)\n\tDetection Timer Multiplier: 5 (5000 ms Detection time), BFD Length: 33\n\tMy Discriminator: 0x00000001, Your Discriminator: 0x00000000\n\t  Desired min Tx Interval:    1000 ms\n\t  Required min Rx Interval:   1000 ms\n\t  Required min Echo Interval:    0 ms\n\tAuthentication: Simple Password (1), length: 9\n\t  Auth Key ID: 2, Password: secreM-^Y",
  ],
  [
    "sedret",
    "-vv",
    "4500003d000100000a11e49a0a010213c000000104000ec800297231204405210000000100000000000f4240000f424000000000010902736564726574c282de8d",
    "IP (tos 0x0, ttl 10, id 1, offset 0, flags [none], proto UDP (17), length 61)\n    10.1.2.19.1024 > 192.0.0.1.3784: [bad udp cksum 0x7231 -> 0x2774!] BFDv1, length: 33\n\tControl, State Down, Flags: [Authentication Present], Diagnostic: No Diagnostic (0x00)\n\tDetection Timer Multiplier: 5 (5000 ms Detection time), BFD Length: 33\n\tMy Discriminator: 0x00000001, Your Discriminator: 0x00000000\n\t  Desired min Tx Interval:    1000 ms\n\t  Required min Rx Interval:   1000 ms\n\t  Required min Echo Interval:    0 ms\n\tAuthentication: Simple Password (1), length: 9\n\t  Auth Key ID: 2, Password: sedret",
  ],
  [
    "secrgt",
    "-vv",
    "4500003d000800000a11e4450a010261c000000104040ec800297231204405210000000100000000000f4240000f424000000000010902736563726774f84e9657",
    "IP (tos 0x0, ttl 10, id 8, offset 0, flags [none], proto UDP (17), length 61)\n    10.1.2.97.1028 > 192.0.0.1.3784: [bad udp cksum 0x7231 -> 0x2721!] BFDv1, length: 33\n\tControl, State Down, Flags: [Authentication Present], Diagnostic: No Diagnostic (0x00)\n\tDetection Timer Multiplier: 5 (5000 ms Detection time), BFD Length: 33\n\tMy Discriminator: 0x00000001, Your Discriminator: 0x00000000\n\t  Desired min Tx Interval:    1000 ms\n\t  Required min Rx Interval:   1000 ms\n\t  Required min Echo Interval:    0 ms\n\tAuthentication: Simple Password (1), length: 9\n\t  Auth Key ID: 2, Password: secrgt",
  ],
]);

checkGoldens(
  "BFD in Ethernet",
  [
    [
      "BFDv length Control State",
      "-v",
      "e46d7f54b90894434dc017058100e00b080045e000349d414000ff11b17e0b0b0b020b0b0b0101000ec80720000020c803188000000180000001000186a0000186a000000000",
      "IP (tos 0xe0, ttl 255, id 40257, offset 0, flags [DF], proto UDP (17), length 52)\n    11.11.11.2.256 > 11.11.11.1.3784: BFDv1, length: 24\n\tControl, State Up, Flags: [Control Plane Independent], Diagnostic: No Diagnostic (0x00)\n\tDetection Timer Multiplier: 3 (300 ms Detection time), BFD Length: 24\n\tMy Discriminator: 0x80000001, Your Discriminator: 0x80000001\n\t  Desired min Tx Interval:     100 ms\n\t  Required min Rx Interval:    100 ms\n\t  Required min Echo Interval:    0 ms",
    ],
  ],
  1,
);
