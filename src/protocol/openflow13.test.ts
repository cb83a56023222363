import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "OpenFlow 1.3",
  [
    [
      "options nop val ecr",
      "-vv -S",
      "0000fb0000000000000000000800450000845cee40004006df837f0000017f000001cb1019e94c364adf4ee82b9f80180056fe7800000101080a006054bf00602dbf040c0050000000000200e6000000000800000100000000000aea8310db0900007665db683400fffffffffffffffffffffffa683400ffffffffffffffffffffffffffffffffffffffffe04bffffffffffffff0000",
      "IP (tos 0x0, ttl 64, id 23790, offset 0, flags [DF], proto TCP (6), length 132)\n    127.0.0.1.51984 > 127.0.0.1.6633: Flags [P.], cksum 0xfe78 (incorrect -> 0x6cf1), seq 1278626527:1278626607, ack 1323838367, win 86, options [nop,nop,TS val 6313151 ecr 6303167], length 80: OpenFlow\n\tversion 1.3, type PORT_STATUS, length 80, xid 0x00000000\n\t reason MODIFY\n\t  port_no 256, hw_addr 0a:ea:83:10:db:09, name 'veM-[h4'\n\t   config 0xfffa6834 (NO_RECV, NO_FWD) (bogus)\n\t   state 0x00ffffff (LINK_DOWN, BLOCKED, LIVE) (bogus)\n\t   curr 0xffffffff (10MB_HD, 10MB_FD, 100MB_HD, 100MB_FD, 1GB_HD, 1GB_FD, 10GB_FD, 40GB_FD, 100GB_FD, 1TB_FD, OTHER, COPPER, FIBER, AUTONEG, PAUSE, PAUSE_ASYM) (bogus)\n\t   advertised 0xffffffff (10MB_HD, 10MB_FD, 100MB_HD, 100MB_FD, 1GB_HD, 1GB_FD, 10GB_FD, 40GB_FD, 100GB_FD, 1TB_FD, OTHER, COPPER, FIBER, AUTONEG, PAUSE, PAUSE_ASYM) (bogus)\n\t   supported 0xffffffff (10MB_HD, 10MB_FD, 100MB_HD, 100MB_FD, 1GB_HD, 1GB_FD, 10GB_FD, 40GB_FD, 100GB_FD, 1TB_FD, OTHER, COPPER, FIBER, AUTONEG, PAUSE, PAUSE_ASYM) (bogus)\n\t   peer 0xffffffff (10MB_HD, 10MB_FD, 100MB_HD, 100MB_FD, 1GB_HD, 1GB_FD, 10GB_FD, 40GB_FD, 100GB_FD, 1TB_FD, OTHER, COPPER, FIBER, AUTONEG, PAUSE, PAUSE_ASYM) (bogus)\n\t   curr_speed 4292889599kbps\n\t   max_speed 4294967295kbps",
    ],
    [
      "GET ASYNC REPLY packet",
      "-vv -S",
      "000000000000000000000000080045000054c120400040067b817f0000017f000001cb1319e999537d377ef070b180180056fe4800000101080a0068509800685098041b002000000167000000030000000200000007000000020000000700000004",
      "IP (tos 0x0, ttl 64, id 49440, offset 0, flags [DF], proto TCP (6), length 84)\n    127.0.0.1.51987 > 127.0.0.1.6633: Flags [P.], cksum 0xfe48 (incorrect -> 0xe557), seq 2572385591:2572385623, ack 2129686705, win 86, options [nop,nop,TS val 6836376 ecr 6836376], length 32: OpenFlow\n\tversion 1.3, type GET_ASYNC_REPLY, length 32, xid 0x00000167\n\t packet_in_mask[EM] 0x00000003 (NO_MATCH, ACTION)\n\t packet_in_mask[S] 0x00000002 (ACTION)\n\t port_status_mask[EM] 0x00000007 (ADD, DELETE, MODIFY)\n\t port_status_mask[S] 0x00000002 (DELETE)\n\t flow_removed_mask[EM] 0x00000007 (ADD, DELETE, MODIFY)\n\t flow_removed_mask[S] 0x00000004 (MODIFY)",
    ],
    [
      "FEATURES dpid buffers tables",
      "-vv -S",
      "000000000000000000000000080045000054c91640004006738b7f0000017f000001e44d19e906dd75997fb19a7a80180056fe4800000101080a0004166400041664040600200000008e000026a2b46fd9ba00000100400000000000004f00000000",
      "IP (tos 0x0, ttl 64, id 51478, offset 0, flags [DF], proto TCP (6), length 84)\n    127.0.0.1.58445 > 127.0.0.1.6633: Flags [P.], cksum 0xfe48 (incorrect -> 0xbbc3), seq 115176857:115176889, ack 2142345850, win 86, options [nop,nop,TS val 267876 ecr 267876], length 32: OpenFlow\n\tversion 1.3, type FEATURES_REPLY, length 32, xid 0x0000008e\n\t dpid 0x000026a2b46fd9ba, n_buffers 256, n_tables 64, auxiliary_id 0\n\t capabilities 0x0000004f (FLOW_STATS, TABLE_STATS, PORT_STATS, GROUP_STATS, QUEUE_STATS)",
    ],
    [
      "ERROR HELLO FAILED code",
      "-vv -S",
      "00000000000000000000000008004500009661e440004006da7b7f0000017f000001dc7819e990bd3749899ebbc580180056fe8a00000101080a001956a1001956a104010062c4420f2600000000576520737570706f72742076657273696f6e73203078303420746f203078303420696e636c75736976652062757420796f7520737570706f7274206e6f206c61746572207468616e2076657273696f6e20307830312e",
      "IP (tos 0x0, ttl 64, id 25060, offset 0, flags [DF], proto TCP (6), length 150)\n    127.0.0.1.56440 > 127.0.0.1.6633: Flags [P.], cksum 0xfe8a (incorrect -> 0x83b9), seq 2428319561:2428319659, ack 2308881349, win 86, options [nop,nop,TS val 1660577 ecr 1660577], length 98: OpenFlow\n\tversion 1.3, type ERROR, length 98, xid 0xc4420f26\n\t type HELLO_FAILED, code INCOMPATIBLE\n\t data (86 octets)\n\t  0x0000:  5765 2073 7570 706f 7274 2076 6572 7369  We.support.versi\n\t  0x0010:  6f6e 7320 3078 3034 2074 6f20 3078 3034  ons.0x04.to.0x04\n\t  0x0020:  2069 6e63 6c75 7369 7665 2062 7574 2079  .inclusive.but.y\n\t  0x0030:  6f75 2073 7570 706f 7274 206e 6f20 6c61  ou.support.no.la\n\t  0x0040:  7465 7220 7468 616e 2076 6572 7369 6f6e  ter.than.version\n\t  0x0050:  2030 7830 312e                           .0x01.",
    ],
    [
      "SET CONFIG FRAG REASM",
      "-vv -S",
      "000000000000000000000000080045000040aeff400040068db67f0000017f00000119e9e44f99ff1801e9edbc8f8018005efe3400000101080a000e729f000e72680409000c0000002f000200c8",
      "IP (tos 0x0, ttl 64, id 44799, offset 0, flags [DF], proto TCP (6), length 64)\n    127.0.0.1.6633 > 127.0.0.1.58447: Flags [P.], cksum 0xfe34 (incorrect -> 0x3760), seq 2583631873:2583631885, ack 3924671631, win 94, options [nop,nop,TS val 946847 ecr 946792], length 12: OpenFlow\n\tversion 1.3, type SET_CONFIG, length 12, xid 0x0000002f\n\t flags FRAG_REASM, miss_send_len 200",
    ],
    [
      "ROLE role invalid generation",
      "-vv -S",
      "00000000000000000000000008004500004dc0e6400040067bc37f0000017f000001cb1319e999537b477ef06ec180180056fe4000000101080a006756da006756da041900182f000000277e0000020000000000000000012e248a",
      "IP (tos 0x0, ttl 64, id 49382, offset 0, flags [DF], proto TCP (6), length 77, bad cksum 7bc3 (->7bc2)!)\n    127.0.0.1.51987 > 127.0.0.1.6633: Flags [P.], cksum 0xfe40 (incorrect -> 0xcda2), seq 2572385095:2572385120, ack 2129686209, win 86, options [nop,nop,TS val 6772442 ecr 6772442], length 25: OpenFlow\n\tversion 1.3, type ROLE_REPLY, length 24, xid 0x2f000000\n\t role invalid (0x277e0000), generation_id 0x0000000000012e24\n\tversion unknown (0x8a) (end of TCP payload)",
    ],
    [
      "EXPERIMENTER experimenter Ericsson exp",
      "-vv -S",
      "000000000000000000000000080045000044387640004006043c7f0000017f00000119e9e44d7fb197e906dd72e08018005efe3800000101080a0002aed60002aa2a040400100000004100d0f0db00000065",
      "IP (tos 0x0, ttl 64, id 14454, offset 0, flags [DF], proto TCP (6), length 68)\n    127.0.0.1.6633 > 127.0.0.1.58445: Flags [P.], cksum 0xfe38 (incorrect -> 0x994a), seq 2142345193:2142345209, ack 115176160, win 94, options [nop,nop,TS val 175830 ecr 174634], length 16: OpenFlow\n\tversion 1.3, type EXPERIMENTER, length 16, xid 0x00000041\n\t experimenter 0x00d0f0db (Ericsson), exp_type 0x00000065",
    ],
    [
      "MOD PACKET mask advertise",
      "-vv -S",
      "00000000000000000000000008004500005c45fd40004006f69c7f0000017f00000119e9cb104ee82b774c364a2380180062fe5000000101080a00602dbf00602bd104100028000000d400000001000000000aea8310db09000000000040000000400000080a00000000",
      "IP (tos 0x0, ttl 64, id 17917, offset 0, flags [DF], proto TCP (6), length 92)\n    127.0.0.1.6633 > 127.0.0.1.51984: Flags [P.], cksum 0xfe50 (incorrect -> 0xb18a), seq 1323838327:1323838367, ack 1278626339, win 98, options [nop,nop,TS val 6303167 ecr 6302673], length 40: OpenFlow\n\tversion 1.3, type PORT_MOD, length 40, xid 0x000000d4\n\t port_no 1, hw_addr 0a:ea:83:10:db:09\n\t  config 0x00000040 (NO_PACKET_IN)\n\t  mask 0x00000040 (NO_PACKET_IN)\n\t  advertise 0x0000080a (10MB_FD, 100MB_FD, COPPER)",
    ],
    [
      "truncated-ip bytes missing Ethernet",
      "-vv -S",
      "b09928c8d646089e0162d5f508004500008cd8df400040064d470a0000320a00001489b819e9ea452be61d4d91008018016c912000000101080285004b9800000000040408002746e88400000000",
      "IP truncated-ip - 76 bytes missing! (tos 0x0, ttl 64, id 55519, offset 0, flags [DF], proto TCP (6), length 140)\n    10.0.0.50.35256 > 10.0.0.20.6633: Flags [P.], seq 3930401766:3930401854, ack 491622656, win 364, options [nop,nop,TS val 2231389080 ecr 0[len 2]], length 88: OpenFlow\n\tversion 1.3, type EXPERIMENTER, length 2048, xid 0x2746e884\n\t experimenter 0x00000000 (Ethernet) [|openflow]",
    ],
  ],
  1,
);
