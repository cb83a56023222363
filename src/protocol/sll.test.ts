import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "Linux cooked captures",
  [
    [
      "msg-type MPLS Echo Reply",
      "-vv",
      "0003000100062e54d26b7464000008004500003cfe4f400040111c5e1e000002010101010daf99d50028203d00010000020203000000000000000001e30e8abb53893fafe30e8abb53d8f0c7",
      "IP (tos 0x0, ttl 64, id 65103, offset 0, flags [DF], proto UDP (17), length 60)\n    30.0.0.2.3503 > 1.1.1.1.39381: [bad udp cksum 0x203d -> 0x7fa4!] \n\tLSP-PINGv1, msg-type: MPLS Echo Reply (2), length: 32\n\t  reply-mode: Reply via an IPv4/IPv6 UDP packet (2)\n\t  Return Code: Replying router is an egress for the FEC at stack depth 0 (3)\n\t  Return Subcode: (0)\n\t  Sender Handle: 0x00000000, Sequence: 1\n\t  Sender Timestamp: 3809381051.326312999 (2020-09-18T01:24:11Z) Receiver Timestamp: 3809381051.327528999 (2020-09-18T01:24:11Z)",
    ],
    [
      "ECT SCTP rwnd acks",
      "-vv",
      "000400010006000c29b2a117000008004502009c000d40004084b561c0a8018ec0a8018fd0551a30e624aef4871adc79030000108fe1087e0000e000000000000003006c5952071f0000000100000097101300170000000240000003000000000000000a374000001000004400000002000000010003003801100034000000010000000301100014000000010000000201140008fec1819555000010001400000001000000010114000800000000",
      "IP (tos 0x2,ECT(0), ttl 64, id 13, offset 0, flags [DF], proto SCTP (132), length 156)\n    192.168.1.142.53333 > 192.168.1.143.6704: sctp[ForCES HP]\n\t1) [SACK] [cum ack 2413889662] [a_rwnd 57344] [#gap acks 0] [#dup tsns 0] \n\t2) [DATA] (B)(E) [TSN: 1498547999] [SID: 0] [SSEQ 1] [PPID 0x97] \n\tForCES Config Response \n\tForCES Version 1 len 92B flags 0x37400000 \n\tSrcID 0x2(FE) DstID 0x40000003(CE) Correlator 0xa\n\tForCES flags:\n\t  NoACK(0x0), prio=6, execute-all-or-none(0x1),\n\t  Standalone(0x0), StartofTransaction(0x0)\n\t  Extra flags: rsv(b5-7) 0x7 rsv(b13-31) 0x0\nillegal reserved result code: 0xfe!\nxLV too short Outstanding bytes 8 for TLV type 0x1 TLV len 0\n\n\t\tMessy PATHDATA TLV header, type (0x1)\n\t\texcess of 8 Bytes ",
    ],
    [
      "RSVP Hello Message checksum",
      "-vv",
      "000402000000ce2a00000000000008004500002800004000802e1b03d0d04d2bc0a80101101498ce40000014000814010300000000000000",
      "IP (tos 0x0, ttl 128, id 0, offset 0, flags [DF], proto RSVP (46), length 40)\n    208.208.77.43 > 192.168.1.1: \n\tRSVPv1 Hello Message (20), Flags: [none], length: 20, ttl: 64, checksum: 0x98ce\n\t  ERO Object (20) Flags: [reject if unknown], Class-Type: IPv4 (1), length: 8\n\t    Subobject Type: Label, length 0\n\t    ERROR: zero length ERO subtype\n\t    0x0000:  0300 0000\n\t  ERROR: object header too short 0 < 4",
    ],
    [
      "AHCP Hopcount Original Nonce",
      "-vv",
      "0000030a0000000000000000000086dd6000000000321101fe8000000000000068d31235d0681f9eff02000000000000cca6c0f9e182535914ef14ef00324d5c2b010101de3e51270218f3fffea9914effffffffffffffff0000000e02044d9e145b030400000eb80600",
      "IP6 (hlim 1, next-header UDP (17) payload length: 50) fe80::68d3:1235:d068:1f9e.5359 > ff02::cca6:c0f9:e182:5359.5359: [udp sum ok] AHCP Version 1\n\tHopcount 1, Original Hopcount 1, Nonce 0xde3e5127, Source Id 02:18:f3:ff:fe:a9:91:4e, Destination Id ff:ff:ff:ff:ff:ff:ff:ff\n\tDiscover, Length 14\n\t Origin Time: 2011-04-07 19:45:31 UTC\n\t Expires: 3768s\n\t IPv6 Prefix",
    ],
    [
      "RADIUS Access-Request Authenticator User-Name",
      "-vv",
      "0000030400060000000000000000080045000053a33d00004011d95a7f0000017f000001a8740714003ffe5201c80037bc6e7022445e359835692c8c121c19850105626f62021212f41bff810dbe2294a8eedc62c57d036506000000c96506000000d1",
      "IP (tos 0x0, ttl 64, id 41789, offset 0, flags [none], proto UDP (17), length 83)\n    127.0.0.1.43124 > 127.0.0.1.1812: [bad udp cksum 0xfe52 -> 0x2bb4!] RADIUS, length: 55\n\tAccess-Request (1), id: 0xc8, Authenticator: bc6e7022445e359835692c8c121c1985\n\t  User-Name Attribute (1), length: 5, Value: bob\n\t    0x0000:  626f 62\n\t  User-Password Attribute (2), length: 18, Value: \n\t    0x0000:  12f4 1bff 810d be22 94a8 eedc 62c5 7d03\n\t  Error-Cause Attribute (101), length: 6, Value: Error cause 201: Residual Session Context Removed\n\t    0x0000:  0000 00c9\n\t  Error-Cause Attribute (101), length: 6, Value: Error cause 209: Error-Cause 209 not known\n\t    0x0000:  0000 00d1",
    ],
    [
      "options sackOK val ecr",
      "-vv -S",
      "000000010006323287aa04020000080045000040ad7f4000400676370a0001010a000201821a271481fbb5fd00000000b002ffff17340000020405b40402080a1baf9ea100000000010303081e040101",
      "IP (tos 0x0, ttl 64, id 44415, offset 0, flags [DF], proto TCP (6), length 64)\n    10.0.1.1.33306 > 10.0.2.1.10004: Flags [S], cksum 0x1734 (incorrect -> 0x667c), seq 2180756989, win 65535, options [mss 1460,sackOK,TS val 464494241 ecr 0,nop,wscale 8,mptcp 4 capable v1], length 0",
    ],
    [
      "luser INTEGRATED SUPPORTED HOA",
      "-vv",
      "0000030400880000000000000000080045000054b98000004011c3167f0000017f000004d8e007140040fe54014f00395bec15a7f3ac1590f65629a9f979c34001076c757365727c0a1203ff3030180029ffff3030ffffd0ffffff06000000303030003030ce",
      "IP (tos 0x0, ttl 64, id 47488, offset 0, flags [none], proto UDP (17), length 84, bad cksum c316 (->c313)!)\n    127.0.0.1.55520 > 127.0.0.4.1812: [bad udp cksum 0xfe54 -> 0x9529!] RADIUS, length: 56\n\tAccess-Request (1), id: 0x4f, Authenticator: 5bec15a7f3ac1590f65629a9f979c340\n\t  User-Name Attribute (1), length: 7, Value: luser\n\t    0x0000:  6c75 7365 72\n\t  MIP6-Feature-Vector Attribute (124), length: 10, Value: [MIP6_INTEGRATED, PMIP6_SUPPORTED, IP4_HOA_SUPPORTED, LOCAL_MAG_ROUTING_SUPPORTED, ASSIGN_LOCAL_IP, MIP4_SUPPORTED, OPTIMIZED_IDLE_MODE_MOBILITY, GTPv2_SUPPORTED, IP4_TRANSPORT_SUPPORTED, IP4_HOA_ONLY_SUPPORTED, INTER_MAG_ROUTING_SUPPORTED]\n\t    0x0000:  1203 ff30 3018 0029\n\t  Unknown Attribute (255), length: 255 (bogus, goes past end of packet)",
    ],
    [
      "Query Illegal pkt min",
      "-vv",
      "000000010006000c29a52fab000008004502007c000040004084b58ec0a8018fc0a8018e1a30d055ae7164fc22b8c856000300318fe1087f0000000200000000100400134000000300000002000000000000001e7840000010000034000000020000000100070020011000240000000100000003920111000c0b03648c00000001000000f81200000000000001",
      "IP (tos 0x2,ECT(0), ttl 64, id 0, offset 0, flags [DF], proto SCTP (132), length 124)\n    192.168.1.143.6704 > 192.168.1.142.53333: sctp[ForCES HP]\n\t1) [DATA] (B)(E) [TSN: 2413889663] [SID: 0] [SSEQ 2] [PPID 0x0] \n\tForCES Query Illegal ForCES pkt len - min 24, total recvd 33, advertised 76 \n\t[0x0000:  1004 0013 4000 0003 0000 0002 0000 0000\n\t[0x0010:  0000 001e 7840 0000 1000 0034 0000 0002\n\t[0x0020:  00\n\t]\n\t2) [DATA] (U)(B)(E) [TSN: 17825828] [SID: 0] [SSEQ 1] [PPID M3UA] \n\tForCES Association Setup Illegal ForCES pkt len - min 24, total recvd 16, advertised 17408 \n\t[0x0000:  9201 1100 0c0b 0364 8c00 0000 0100 0000\n\t]\n\t3) [Bad chunk length 0, < size of chunk descriptor]",
    ],
    [
      "Options HBH rtalert padn",
      "-vv",
      "0000030a0000000000000000000086dd6000000000380001fe8000000000000068d31235d0681f9eff0200000000000000000000000000163a000502000001008f003f600000000204000000ff02000000000000000000000001000604000000ff02000000000000cca6c0f9e1825359",
      "IP6 (hlim 1, next-header Options (0) payload length: 56) fe80::68d3:1235:d068:1f9e > ff02::16: HBH (rtalert: 0x0000) (padn) [icmp6 sum ok] ICMP6, multicast listener report v2, 2 group record(s) [gaddr ff02::1:6 to_ex { }] [gaddr ff02::cca6:c0f9:e182:5359 to_ex { }]",
    ],
  ],
  113,
);
