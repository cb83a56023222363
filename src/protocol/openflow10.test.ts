import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "OpenFlow 1.0",
  [
    [
      "options nop val ecr",
      "-vv -S",
      "000c29f669aa00255cab0c07080045a0008029c640004006b559ac100165ac100133f30d19e99c1dab57ee4cf22180180b60e84a00000101080a00000001867ed1d80111004c0000001900030001000000004e6f726d616c203120466c6f77205461626c6500000000000000000000000000003820ff0000160000000003ffffffffffffffffffffffffffffffff",
      "IP (tos 0xa0, ttl 64, id 10694, offset 0, flags [DF], proto TCP (6), length 128)\n    172.16.1.101.62221 > 172.16.1.51.6633: Flags [P.], cksum 0xe84a (correct), seq 2619190103:2619190179, ack 3998020129, win 2912, options [nop,nop,TS val 1 ecr 2256458200], length 76: OpenFlow\n\tversion 1.0, type STATS_REPLY, length 76, xid 0x00000019\n\t type TABLE, flags 0x0001 (MORE)\n\t table_id 0, name 'Normal 1 Flow Table'\n\t  wildcards 0x003820ff (IN_PORT, DL_VLAN, DL_SRC, DL_DST, DL_TYPE, NW_PROTO, TP_SRC, TP_DST, DL_VLAN_PCP, NW_TOS)\n\t  max_entries 5632, active_count 3, lookup_count 18446744073709551615, matched_count 18446744073709551615",
    ],
    [
      "VENDOR vendor Big Switch",
      "-vv -S",
      "f23c9184f11d8478ac0d8f41080045000050c16040003706488a5896a9346d4acaa8129419fd2e263b12cbfbdfa5801800738bfd00000101080a0302fa26232e353b0104001400000009005c16c70000000500000000011300080000000a",
      "IP (tos 0x0, ttl 55, id 49504, offset 0, flags [DF], proto TCP (6), length 80)\n    88.150.169.52.4756 > 109.74.202.168.6653: Flags [P.], cksum 0x8bfd (correct), seq 774257426:774257454, ack 3422281637, win 115, options [nop,nop,TS val 50526758 ecr 590230843], length 28: OpenFlow\n\tversion 1.0, type VENDOR, length 20, xid 0x00000009, vendor 0x005c16c7 (Big Switch Networks)\n\t subtype GET_MIRRORING_REPLY, report_mirror_ports OFF\n\tversion 1.0, type BARRIER_REPLY, length 8, xid 0x0000000a",
    ],
    [
      "SET CONFIG FRAG NORMAL",
      "-vv -S",
      "00000c9ff001f23c9184f11d080045000088ed1640004006139c6d4acaa85896a93419fd1294cbfbdef12e2639ee801800eb3a3800000101080a232e351f0302fa0d0109000c000000030000ffff010e004800000004003fffff00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000003000000000000ffffffffffff0000",
      "IP (tos 0x0, ttl 64, id 60694, offset 0, flags [DF], proto TCP (6), length 136)\n    109.74.202.168.6653 > 88.150.169.52.4756: Flags [P.], cksum 0x3a38 (incorrect -> 0xa414), seq 3422281457:3422281541, ack 774257134, win 235, options [nop,nop,TS val 590230815 ecr 50526733], length 84: OpenFlow\n\tversion 1.0, type SET_CONFIG, length 12, xid 0x00000003\n\t flags FRAG_NORMAL, miss_send_len 65535\n\tversion 1.0, type FLOW_MOD, length 72, xid 0x00000004\n\t cookie 0x0000000000000000, command DELETE, out_port NONE, flags 0x0000",
    ],
    [
      "match duration sec nsec",
      "-vv -S",
      "000c29f669aa00255cab0c07080045a000a029c440004006b53bac100165ac100133f30d19e99c1da7e3ee4cf20d80180b60048500000101080a00000001867ed1ae0111006c000000170001000100600000003820fe00030000000000000000000000000000000000000000000000000000000000000000000000000000000000005eec00000000000000000000000000000000000300000000000000000000000000000000000000080004ffff",
      "IP (tos 0xa0, ttl 64, id 10692, offset 0, flags [DF], proto TCP (6), length 160)\n    172.16.1.101.62221 > 172.16.1.51.6633: Flags [P.], cksum 0x0485 (correct), seq 2619189219:2619189327, ack 3998020109, win 2912, options [nop,nop,TS val 1 ecr 2256458158], length 108: OpenFlow\n\tversion 1.0, type STATS_REPLY, length 108, xid 0x00000017\n\t type FLOW, flags 0x0001 (MORE)\n\t length 96, table_id 0\n\t  match in_port 3\n\t  duration_sec 0, duration_nsec 0, priority 24300, idle_timeout 0, hard_timeout 0, cookie 0x0000000000000003, packet_count 0, byte_count 0\n\t  action type OUTPUT, len 8, port 4",
    ],
    [
      "truncated-ip bytes missing FEATURES",
      "-vv -S",
      "f23c9184f11d8478ac0d8f410800450001d4c1614000370647055896a9346d4acaa8129419fd2e263b2ecbfbdfc180180073fb7000000101080a0302fa27232e353b010601a0000017001c737d28264574ffff08ffffffffffffffffffff6865726e65743233400000000000000c40000000005b",
      "IP truncated-ip - 366 bytes missing! (tos 0x0, ttl 55, id 49505, offset 0, flags [DF], proto TCP (6), length 468)\n    88.150.169.52.4756 > 109.74.202.168.6653: Flags [P.], seq 774257454:774257870, ack 3422281665, win 115, options [nop,nop,TS val 50526759 ecr 590230843], length 416: OpenFlow\n\tversion 1.0, type FEATURES_REPLY, length 416, xid 0x00001700\n\t dpid 0x1c737d28264574ff, n_buffers 4278779903, n_tables 255\n\t capabilities 0xffffffff (FLOW_STATS, TABLE_STATS, PORT_STATS, STP, RESERVED, IP_REASM, QUEUE_STATS, ARP_MATCH_IP) (bogus)\n\t actions 0x6865726e (SET_VLAN_VID, SET_VLAN_PCP, STRIP_VLAN, SET_DL_DST, SET_NW_SRC, SET_TP_SRC) (bogus)\n\t  port_no 25972, hw_addr 32:33:40:00:00:00, name '' [|openflow]",
    ],
    [
      "ERROR BAD ACTION code",
      "-vv -S",
      "b09928c8d646089e0162d5f5080045000080d8e3400040064d4f0a0000320a00001489b819e9ea452cfa1d4d91008018016c90e500000101080a0b9dc5650d2b8ff90101004c0000001000020002010e009000000010003820fe000400000000000000000000000000000000000000000000000000000000000000000000000000000000000b000000000000d427",
      "IP (tos 0x0, ttl 64, id 55523, offset 0, flags [DF], proto TCP (6), length 128)\n    10.0.0.50.35256 > 10.0.0.20.6633: Flags [P.], cksum 0x90e5 (correct), seq 3930402042:3930402118, ack 491622656, win 364, options [nop,nop,TS val 194889061 ecr 220958713], length 76: OpenFlow\n\tversion 1.0, type ERROR, length 76, xid 0x00000010\n\t type BAD_ACTION, code BAD_VENDOR\n\t data (64 octets)\n\t  0x0000:  010e 0090 0000 0010 0038 20fe 0004 0000  .........8......\n\t  0x0010:  0000 0000 0000 0000 0000 0000 0000 0000  ................\n\t  0x0020:  0000 0000 0000 0000 0000 0000 0000 0000  ................\n\t  0x0030:  0000 0000 0000 000b 0000 0000 0000 d427  ...............'",
    ],
    [
      "MASK REQUEST index SHELL",
      "-vv -S",
      "00000c9ff001f23c9184f11d080045000232ed294000400611df6d4acaa85896a93419fd1294cbfbe0352e263daa801800fc3be200000101080a232e355c0302fa41010400180000001a005c16c70000000103000000000000000104001e00000020005c16c7000000060000000073686f7720636c6f636b010e006800000021003620fe001000000000000000000000000000000000000000000000000000000000000000000000000000000000000100000000000080e8ffffffffffff0001ffff0018005c16c700000001000000150024",
      "IP truncated-ip - 366 bytes missing! (tos 0x0, ttl 64, id 60713, offset 0, flags [DF], proto TCP (6), length 562)\n    109.74.202.168.6653 > 88.150.169.52.4756: Flags [P.], seq 3422281781:3422282291, ack 774258090, win 252, options [nop,nop,TS val 590230876 ecr 50526785], length 510: OpenFlow\n\tversion 1.0, type VENDOR, length 24, xid 0x0000001a, vendor 0x005c16c7 (Big Switch Networks)\n\t subtype GET_IP_MASK_REQUEST, index 3\n\tversion 1.0, type VENDOR, length 30, xid 0x00000020, vendor 0x005c16c7 (Big Switch Networks)\n\t subtype SHELL_COMMAND, service 0, data 'show clock'\n\tversion 1.0, type FLOW_MOD, length 104, xid 0x00000021\n\t match in_port 16\n\t match nw_dst 0.0.0.0/8\n\t cookie 0x0000000000000001, command ADD, priority 33000, buffer_id NONE, flags 0x0001 (SEND_FLOW_REM)\n\t action type VENDOR, len 24, vendor 0x005c16c7 (Big Switch Networks)\n\t  subtype MIRROR, dest_port 21 [|openflow]",
    ],
    [
      "REMOVED vlan pcp reason",
      "-vv -S",
      "b09928c8d646089e0162d5f508004500008cd8d2400040064d540a0000320a00001489b819e9ea45276e1d4d91008018016c3c6a00000101080a0b9dc5640d2b8f44010b005800000000002820ed000000000000000000000000000000640400810000000000000000000000000000000000000000000000000da8c902000000007a000000000000000000000000000000000000000000000000",
      "IP (tos 0x0, ttl 64, id 55506, offset 0, flags [DF], proto TCP (6), length 140)\n    10.0.0.50.35256 > 10.0.0.20.6633: Flags [P.], cksum 0x3c6a (correct), seq 3930400622:3930400710, ack 491622656, win 364, options [nop,nop,TS val 194889060 ecr 220958532], length 88: OpenFlow\n\tversion 1.0, type FLOW_REMOVED, length 88, xid 0x00000000\n\t match dl_vlan 100\n\t match dl_vlan_pcp 4\n\t match dl_type 0x8100\n\t cookie 0x000000000000000d, priority 43209, reason DELETE, duration_sec 122, duration_nsec 0, packet_count 0, byte_count 0",
    ],
    [
      "FM- KM- K-M- config",
      "-vv -S",
      "f23c9184f11d8478ac0d8f410800450001d4c15c40003706470a5896a9346d4acaa8129419fd2e26344ecbfbdef180180073ff6100000101080a0302fa0d232e351d010601a02e26344ecbfbdee980180073ff6100000101080a0302fa0d232e351d010601a000ffff85868b8b8b8b8b8b8b8b8b8b2d8b8b8b8b1e8b8b8b000000000000ffff85868b8b8b8b00000001000000000000000000000c4000000000",
      "IP truncated-ip - 322 bytes missing! (tos 0x0, ttl 55, id 49500, offset 0, flags [DF], proto TCP (6), length 468)\n    88.150.169.52.4756 > 109.74.202.168.6653: Flags [P.], seq 774255694:774256110, ack 3422281457, win 115, options [nop,nop,TS val 50526733 ecr 590230813], length 416: OpenFlow\n\tversion 1.0, type FEATURES_REPLY, length 416, xid 0x2e26344e\n\t dpid 0xcbfbdee980180073, n_buffers 4284547072, n_tables 1\n\t capabilities 0x0302fa0d (FLOW_STATS, PORT_STATS, STP) (bogus)\n\t actions 0x232e351d (OUTPUT, SET_VLAN_PCP, STRIP_VLAN, SET_DL_SRC, SET_NW_TOS, SET_TP_DST) (bogus)\n\t  port_no 262, hw_addr 01:a0:00:ff:ff:85, name 'M-^FM-^KM-^KM-^KM-^KM-^KM-^KM-^KM-^KM-^KM-^K-M-^KM-^KM-^KM-^K'\n\t   config 0x1e8b8b8b (PORT_DOWN, NO_STP, NO_RECV_STP) (bogus)\n\t   state 0x00000000 (STP_LISTEN)\n\t   curr 0x0000ffff (10MB_HD, 10MB_FD, 100MB_HD, 100MB_FD, 1GB_HD, 1GB_FD, 10GB_FD, COPPER, FIBER, AUTONEG, PAUSE, PAUSE_ASYM) (bogus)\n\t   advertised 0x85868b8b (10MB_HD, 10MB_FD, 100MB_FD, COPPER, FIBER, AUTONEG, PAUSE_ASYM) (bogus)\n\t   supported 0x8b8b0000 (bogus)\n\t   peer 0x00010000 (bogus)\n\t  port_no 0, hw_addr 00:00:00:00:00:00, name '^L@' [|openflow]",
    ],
  ],
  1,
);
