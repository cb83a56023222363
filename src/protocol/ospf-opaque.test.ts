import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "Opaque LSAs of OSPF, link type 1",
  [
    [
      "OSPF Database Description Router-ID",
      "-vv -S",
      "001e7a793f100025456017c1080045c00068bf250000015985d7c0a87905c0a8792a02020020c0a8df0f0000000000000002000001105a83411605dc520700001488e32158354d2d39f1c740674ab5d3315400000009000100040000ffff0001000200145a834116a3fc33690f22f88db7d7c76a8b49c5ba",
      "IP (tos 0xc0, ttl 1, id 48933, offset 0, flags [none], proto OSPF (89), length 104)\n    192.168.121.5 > 192.168.121.42: OSPFv2, Database Description, length 68 [len 32]\n\tRouter-ID 192.168.223.15, Backbone Area, Authentication Type: MD5 (2)\n\tKey-ID: 1, Auth-Length: 16, Crypto Sequence Number: 0x5a834116\n\tOptions [External, LLS, Opaque], DD Flags [Init, More, Master], MTU: 1500, Sequence: 0x00001488\n\t  LLS: checksum: 0x0000, length: 9\n\t    Extended Options (1), length: 4\n\t      Options: 0x0000ffff [LSDB resync, Restart]\n\t    Extended Options (1), length: 2 [should be 4]\n\t      Options: 0x00145a83 [LSDB resync, Restart]",
    ],
    [
      "truncated-ip bytes missing Hello",
      "-vv",
      "0100a0fffffaffea9d95fef1080045c09e7cdd5700000159c15f40a87904e000000502010035c0a8ff0e0000000002000001105a842370ffffff000100000028c0a8000100042b00000001000200145a84237027e6dfd4a89b4f0e",
      "IP truncated-ip - 40495 bytes missing! (tos 0xc0, ttl 1, id 56663, offset 0, flags [none], proto OSPF (89), length 40572, bad cksum c15f (->a35f)!)\n    64.168.121.4 > 224.0.0.5: OSPFv2, Hello, length 40552 [len 53]\n\tRouter-ID 192.168.255.14, Backbone Area, Authentication Type: simple (1)\n\tSimple text password: ^PZM-^D#pM-^?M-^?M-^?\n\tOptions [Opaque, Up/Down]\n\t  Hello Timer 40s, Dead Timer 65540s, Mask 0.1.0.0, Priority 168\n\t  Designated Router 43.0.0.0, Backup Designated Router 1.0.2.0\n\t  Neighbor List:\n\t    20.90.132.35\n\t    112.39.230.223\n\t    212.168.155.79",
    ],
    [
      "LSA-ID Demand External number",
      "-vv -S",
      "0015626afef1001e7a793f10080045c000cc090b000001593b8fc0a8792ac0a8790402020084c0a8ff0b0000000000000002000001105a83413f05dc520200001bfb00042201c0a8ff0bc0a8ff0b800000023e97003c001e2005c0a87c00c0a8ff0b800000018eb70024001e2005c0a87f00c0a8ff0b800000016dd50024001e2005c0a88000c0a8ff0b800000015de50024001e2005c0a8ff0cc0a8ff0b80000001694e0024b9d7f39d57a03f5138777184096e1573000000090001000400000001000200145a83413fab1501dc5f992a5ae0cfa812c223b71fa426fc09",
      "IP (tos 0xc0, ttl 1, id 2315, offset 0, flags [none], proto OSPF (89), length 204)\n    192.168.121.42 > 192.168.121.4: OSPFv2, Database Description, length 168 [len 132]\n\tRouter-ID 192.168.255.11, Backbone Area, Authentication Type: MD5 (2)\n\tKey-ID: 1, Auth-Length: 16, Crypto Sequence Number: 0x5a83413f\n\tOptions [External, LLS, Opaque], DD Flags [More], MTU: 1500, Sequence: 0x00001bfb\n\t  Advertising Router 192.168.255.11, seq 0x80000002, age 4s, length 40\n\t    Router LSA (1), LSA-ID: 192.168.255.11\n\t    Options: [External, Demand Circuit]\n\t  Advertising Router 192.168.255.11, seq 0x80000001, age 30s, length 16\n\t    External LSA (5), LSA-ID: 192.168.124.0\n\t    Options: [Demand Circuit]\n\t  Advertising Router 192.168.255.11, seq 0x80000001, age 30s, length 16\n\t    External LSA (5), LSA-ID: 192.168.127.0\n\t    Options: [Demand Circuit]\n\t  Advertising Router 192.168.255.11, seq 0x80000001, age 30s, length 16\n\t    External LSA (5), LSA-ID: 192.168.128.0\n\t    Options: [Demand Circuit]\n\t  Advertising Router 192.168.255.11, seq 0x80000001, age 30s, length 16\n\t    External LSA (5), LSA-ID: 192.168.255.12\n\t    Options: [Demand Circuit]\n\t  LLS: checksum: 0x0000, length: 9\n\t    Extended Options (1), length: 4\n\t      Options: 0x00000001 [LSDB resync]\n\t    MD5 Authentication (2), length: 20\n\t      Sequence number: 0x5a83413f",
    ],
    [
      "Information unknown value Capabilities",
      "-vv",
      "01005e000005020200020000080045230094000100000159d83101000002e00000050204008002020202000000009adf0000000000ff01000000000000010e10000a040000000202020280000001b4016c2300640008000000640000010000010004000060680000",
      "IP truncated-ip - 58 bytes missing! (tos 0x23,CE, ttl 1, id 1, offset 0, flags [none], proto OSPF (89), length 148, bad cksum d831 (->d7e6)!)\n    1.0.0.2 > 224.0.0.5: OSPFv2, LS-Update, length 128\n\tRouter-ID 2.2.2.2, Backbone Area, Authentication Type: none (0), 1 LSA\n\t  LSA #1\n\t  Advertising Router 2.2.2.2, seq 0x80000001, age 3600s, length 27663\n\t    Area Local Opaque LSA (10), Opaque-Type Router Information LSA (4), Opaque-ID 0\n\t    Options: [none]\n\t    unknown TLV (100), length: 8, value: \n\t    Router Capabilities TLV (1), length: 4, value: Capabilities: Reserved, graceful restart helper, Stub router support [|ospf2]",
    ],
    [
      "NSSA Master Domain Wide",
      "-vv -S",
      "0015626afef1001e7a793f10080045c000cc090b000001593b8fc0a8792ac0a8790402020084c00102fffe030405ff02000000000c0203040500000e1bfb00042201c0a8ff0bc0a8ff0b8000ff3f00023e97003c001e2005c0a87c00c0a8ff1b8000018eb70024001e2005c0a87f00c0a8ff0b0b0000016dd500001e2005c0a8ff0cc0a8ff0b80000001694e0024b90000565171613e967184096e1518000000155b01dc5f992a5ae0cfa812c223b71fa426fc09",
      "IP truncated-ip - 38 bytes missing! (tos 0xc0, ttl 1, id 2315, offset 0, flags [none], proto OSPF (89), length 204)\n    192.168.121.42 > 192.168.121.4: OSPFv2, Database Description, length 184 [len 132]\n\tRouter-ID 192.1.2.255, Area 254.3.4.5, Authentication Type: none (0)\n\tOptions [MultiTopology, External, NSSA, LLS], DD Flags [More, Master, OOBResync], MTU: 14, Sequence: 0x00042201\n\t  Advertising Router 128.0.255.63, seq 0x00023e97, age 49320s, length 10\n\t    Domain Wide Opaque LSA (11), Opaque-Type unknown LSA (192), Opaque-ID 11075339\n\t    Options: [MultiTopology, External, Multicast, NSSA, LLS, Demand Circuit, Opaque, Up/Down]\n\t  Advertising Router 255.27.128.0, seq 0x018eb700, age 8197s, length 7692\n\t    unknown LSA (168), LSA-ID: 124.0.192.168\n\t    Options: [Opaque, Up/Down]\n\t  Advertising Router 11.11.0.0, seq 0x016dd500, age 1472s, length 8177\n\t    unknown LSA (127), LSA-ID: 0.192.168.255\n\t    Options: [NSSA, Demand Circuit, Up/Down]\n\t  Advertising Router 128.0.0.1, seq 0x694e0024, age 49320s, length 66\n\t    unknown LSA (12), LSA-ID: 192.168.255.11\n\t    Options: [MultiTopology, External, Multicast, NSSA, LLS, Demand Circuit, Opaque, Up/Down]\n\t  Advertising Router 110.21.24.0, seq 0x0000155b, age 20849s, length 24453\n\t    unknown LSA (62), LSA-ID: 150.113.132.9\n\t    Options: [MultiTopology, Demand Circuit, Opaque]\n\t  LLS: checksum: 0x2a5a, length: 57551\n\t    Unknown TLV (43026), length: 49699",
    ],
    [
      "Bogus header",
      "-vv -S",
      "0015626afef1001e7a793f10080045c000cc090b000001593b8fc0a8792ac0a8790402020084c0a8ff0b0000000000800002000001355a83413f05dc520200001bfb00042201c0a8ff0bc0a8ff0b0b036400000000000000000000004506000814ef02c400ff",
      "IP truncated-ip - 116 bytes missing! (tos 0xc0, ttl 1, id 2315, offset 0, flags [none], proto OSPF (89), length 204)\n    192.168.121.42 > 192.168.121.4: OSPFv2, Database Description, length 168 [len 132]\n\tRouter-ID 192.168.255.11, Backbone Area, Authentication Type: MD5 (2)\n\tKey-ID: 1, Auth-Length: 53, Crypto Sequence Number: 0x5a83413f\n\tOptions [External, LLS, Opaque], DD Flags [More], MTU: 1500, Sequence: 0x00001bfb\n\t    Bogus length 0 < header (20)\n\t[LLS truncated]",
    ],
    [
      "remaining Address topology default",
      "-vv",
      "01005e000005f41e5e000000080045c0013400000000ff591903c0a80000e000000502040120c0a80000000000003e2900000000000000000000000000040001000a04000000c0a8000080000009a7ec0030000700056e6f641401200000c0a8000000020008000000000000000000010001c0a80000c0a8000080000009a858008402000009c0a80001ac1000000100132388c0a80002ac1000020100ff000000",
      "IP truncated-ip - 161 bytes missing! (tos 0xc0, ttl 255, id 0, offset 0, flags [none], proto OSPF (89), length 308)\n    192.168.0.0 > 224.0.0.5: OSPFv2, LS-Update, length 288\n\tRouter-ID 192.168.0.0, Backbone Area, Authentication Type: none (0), 4 LSAs\n\t  LSA #1\n\t  Advertising Router 192.168.0.0, seq 0x80000009, age 1s, length 28\n\t    Area Local Opaque LSA (10), Opaque-Type Router Information LSA (4), Opaque-ID 0\n\t    Options: [none]\n\t    unknown TLV (7), length: 5, value: \n\t    unknown TLV (8192), length: 192, value: \n\t    Bogus length 192 > remaining LS length 15\n\t  LSA #2\n\t  Advertising Router 192.168.0.0, seq 0x80000009, age 1s, length 112\n\t    Router LSA (1), LSA-ID: 192.168.0.0\n\t    Options: [none]\n\t    Router LSA Options: [ASBR]\n\t      Neighbor Router-ID: 192.168.0.1, Interface Address: 172.16.0.0\n\t\ttopology default (0), metric 4899\n\t      Neighbor Network-ID: 136.192.168.0, Interface Address: 2.172.16.0\n\t\ttopology default (0), metric 255 [|ospf2]",
    ],
  ],
  1,
);

checkGoldens(
  "Opaque LSAs of OSPF, link type 0",
  [
    [
      "LS-Update LSA Advertising Router",
      "-vv",
      "0200000045c000ac0fd4000001599f3b28230102e0000005020400980afff52300000000a98a00000000000000000000000000010009020a010000080afff52580000002783e007c000200640001000101000000000200040afff545000300040a098e01000400040a098e02000500040000003f000600044c9450c0000700044c9450c0000800204c9450c04c9450c04c9450c04c9450c04c9450c04c9450c04c9450c04c9450c00009000400000000",
      "IP (tos 0xc0, ttl 1, id 4052, offset 0, flags [none], proto OSPF (89), length 172)\n    40.35.1.2 > 224.0.0.5: OSPFv2, LS-Update, length 152\n\tRouter-ID 10.255.245.35, Backbone Area, Authentication Type: none (0), 1 LSA\n\t  LSA #1\n\t  Advertising Router 10.255.245.37, seq 0x80000002, age 9s, length 104\n\t    Area Local Opaque LSA (10), Opaque-Type Traffic Engineering LSA (1), Opaque-ID 8\n\t    Options: [External]\n\t    Link TLV (2), length: 100\n\t      Link Type subTLV (1), length: 1, Point-to-point (1)\n\t      Link ID subTLV (2), length: 4, 10.255.245.69 (0x0afff545)\n\t      Local Interface IP address subTLV (3), length: 4, 10.9.142.1\n\t      Remote Interface IP address subTLV (4), length: 4, 10.9.142.2\n\t      Traffic Engineering Metric subTLV (5), length: 4, Metric 63\n\t      Maximum Bandwidth subTLV (6), length: 4, 622.080 Mbps\n\t      Maximum Reservable Bandwidth subTLV (7), length: 4, 622.080 Mbps\n\t      Unreserved Bandwidth subTLV (8), length: 32\n\t\tTE-Class 0: 622.080 Mbps\n\t\tTE-Class 1: 622.080 Mbps\n\t\tTE-Class 2: 622.080 Mbps\n\t\tTE-Class 3: 622.080 Mbps\n\t\tTE-Class 4: 622.080 Mbps\n\t\tTE-Class 5: 622.080 Mbps\n\t\tTE-Class 6: 622.080 Mbps\n\t\tTE-Class 7: 622.080 Mbps\n\t      Administrative Group subTLV (9), length: 4, 0x00000000",
    ],
    [
      "LSAs VertexType",
      "-vv",
      "0200000045c000d41040000001599ea7a0010002282300050204002b0364000003040006fd0300000000000008004500004934a44000400608097f0000017f00000118ebce29ba3350698018030156fec00a",
      "IP truncated-ip - 134 bytes missing! (tos 0xc0, ttl 1, id 4160, offset 0, flags [none], proto OSPF (89), length 212, bad cksum 9ea7 (->dfa6)!)\n    160.1.0.2 > 40.35.0.5: OSPFv2, LS-Update, length 192 [len 43]\n\tRouter-ID 3.100.0.0, Area 3.4.0.6, Authentication Type: none (0), 4797604 LSAs\n\t  LSA #1\n\t  Advertising Router 0.1.127.0, seq 0x000118eb, age 16384s, length 47647\n\t    Multicast Group LSA (6), LSA-ID: 8.9.127.0\n\t    Options: [Opaque]\n\t    unknown VertexType (1349091352) [|ospf2]",
    ],
  ],
  0,
);
