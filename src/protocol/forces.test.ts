import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "ForCES",
  [
    [
      "ECT SCTP rwnd acks",
      "-vv",
      "000400010006000c29b2a117000008004502009c000d40004084b561c0a8018ec0a8018fd0551a30e624aef4871adc79030000108fe1087e0000e000000000000003006c5952071f0000000100000097101300170000000240000003000000000000000a374000001000004400000002000000010003003801100034000000010000000301100014000000010000000201140008fec1819555000010001400000001000000010114000800000000",
      "IP (tos 0x2,ECT(0), ttl 64, id 13, offset 0, flags [DF], proto SCTP (132), length 156)\n    192.168.1.142.53333 > 192.168.1.143.6704: sctp[ForCES HP]\n\t1) [SACK] [cum ack 2413889662] [a_rwnd 57344] [#gap acks 0] [#dup tsns 0] \n\t2) [DATA] (B)(E) [TSN: 1498547999] [SID: 0] [SSEQ 1] [PPID 0x97] \n\tForCES Config Response \n\tForCES Version 1 len 92B flags 0x37400000 \n\tSrcID 0x2(FE) DstID 0x40000003(CE) Correlator 0xa\n\tForCES flags:\n\t  NoACK(0x0), prio=6, execute-all-or-none(0x1),\n\t  Standalone(0x0), StartofTransaction(0x0)\n\t  Extra flags: rsv(b5-7) 0x7 rsv(b13-31) 0x0\nillegal reserved result code: 0xfe!\nxLV too short Outstanding bytes 8 for TLV type 0x1 TLV len 0\n\n\t\tMessy PATHDATA TLV header, type (0x1)\n\t\texcess of 8 Bytes ",
    ],
    [
      "Query Illegal pkt min",
      "-vv",
      "000000010006000c29a52fab000008004502007c000040004084b58ec0a8018fc0a8018e1a30d055ae7164fc22b8c856000300318fe1087f0000000200000000100400134000000300000002000000000000001e7840000010000034000000020000000100070020011000240000000100000003920111000c0b03648c00000001000000f81200000000000001",
      "IP (tos 0x2,ECT(0), ttl 64, id 0, offset 0, flags [DF], proto SCTP (132), length 124)\n    192.168.1.143.6704 > 192.168.1.142.53333: sctp[ForCES HP]\n\t1) [DATA] (B)(E) [TSN: 2413889663] [SID: 0] [SSEQ 2] [PPID 0x0] \n\tForCES Query Illegal ForCES pkt len - min 24, total recvd 33, advertised 76 \n\t[0x0000:  1004 0013 4000 0003 0000 0002 0000 0000\n\t[0x0010:  0000 001e 7840 0000 1000 0034 0000 0002\n\t[0x0020:  00\n\t]\n\t2) [DATA] (U)(B)(E) [TSN: 17825828] [SID: 0] [SSEQ 1] [PPID M3UA] \n\tForCES Association Setup Illegal ForCES pkt len - min 24, total recvd 16, advertised 17408 \n\t[0x0000:  9201 1100 0c0b 0364 8c00 0000 0100 0000\n\t]\n\t3) [Bad chunk length 0, < size of chunk descriptor]",
    ],
    [
      "SuccessACK Oper Get Truncated",
      "-vv",
      "000000010006000c29a52fab000008004502007c000040004084b58ec0a8018fc0a8018e1a30d055ae71e4fc22b8c8560003005c8fe108830000000200000000100400134000000300000002000000000000000e784000001000003300000002000000010007000b0364000210000c00000200080c020000001f0d001103666f6f0701000000016578616d708a6503636f6d00",
      "IP (tos 0x2,ECT(0), ttl 64, id 0, offset 0, flags [DF], proto SCTP (132), length 124)\n    192.168.1.143.6704 > 192.168.1.142.53333: sctp[ForCES HP]\n\t1) [DATA] (B)(E) [TSN: 2413889667] [SID: 0] [SSEQ 2] [PPID 0x0] \n\tForCES Query \n\tForCES Version 1 len 76B flags 0x78400000 \n\tSrcID 0x40000003(CE) DstID 0x2(FE) Correlator 0xe\n\tForCES flags:\n\t  SuccessACK(0x1), prio=7, execute-all-or-none(0x1),\n\t  Standalone(0x0), StartofTransaction(0x0)\n\t  Extra flags: rsv(b5-7) 0x0 rsv(b13-31) 0x0\n\t\tOper TLV  Get(0x7) length 11\n\t\tTruncated data size 7 minimum required 8\n\n\t\tINValid oper-TLV type 0x2 length 8 for this ForCES message\n\n\t\tMessy oper TLV header, type (0x1f)\n\t\texcess of 4294963987 Bytes \n\t[0x0000:  1004 0013 4000 0003 0000 0002 0000 0000\n\t[0x0010:  0000 000e 7840 0000 1000 0033 0000 0002\n\t[0x0020:  0000 0001 0007 000b 0364 0002 1000 0c00\n\t[0x0030:  0002 0008 0c02 0000 001f 0d00 1103 666f\n\t[0x0040:  6f07 0100 0000 0165 7861 6d70\n\t]",
    ],
    [
      "tag TSN",
      "-vv",
      "000400010006000c29b2a1170000080045020044000040004084b5c6c0a8018ec0a8018fbd301a3100000000f5d0de1201000024bbf473870000e00000010001ded27eff000c00060005000080000004c0000004",
      "IP (tos 0x2,ECT(0), ttl 64, id 0, offset 0, flags [DF], proto SCTP (132), length 68)\n    192.168.1.142.48432 > 192.168.1.143.6705: sctp[ForCES MP]\n\t1) [INIT] [init tag: 3153359751] [rwnd: 57344] [OS: 1] [MIS: 1] [init TSN: 3738337023] ",
    ],
    [
      "Packet Redirect AlwaysACK EMReserved",
      "-vv",
      "000400010006000c29b2a1170000080045020048000140004084b5c1c0a8018ec0a8018fd0551a30e624aef432c468b1000300285952071e00000000000000001006000600000002400000030000000000000001f8000000",
      "IP (tos 0x2,ECT(0), ttl 64, id 1, offset 0, flags [DF], proto SCTP (132), length 72)\n    192.168.1.142.53333 > 192.168.1.143.6704: sctp[ForCES HP]\n\t1) [DATA] (B)(E) [TSN: 1498547998] [SID: 0] [SSEQ 0] [PPID 0x0] \n\tForCES Packet Redirect \n\tForCES Version 1 len 24B flags 0xf8000000 \n\tSrcID 0x2(FE) DstID 0x40000003(CE) Correlator 0x1\n\tForCES flags:\n\t  AlwaysACK(0x3), prio=7, EMReserved(0x0),\n\t  Standalone(0x0), StartofTransaction(0x0)\n\t  Extra flags: rsv(b5-7) 0x0 rsv(b13-31) 0x0\n\tTop level TLV Data missing!\n\n\t[0x0000:  1006 0006 0000 0002 4000 0003 0000 0000\n\t[0x0010:  0000 0001 f800 0000\n\t]",
    ],
    [
      "DATA encoding programmed got",
      "-vv",
      "000000010006000c29a52fab000008004502007c000040004084b58ec0a8018fc0a8018e1a30d055ae7164fc22b8c8560003005c8fe1087f00000002000000ff100400134000000300000002000000000000000e78400000100000340000000200000001000700280110002400000001000000030111000c0b6708004548000b030b03640180c20000060013",
      "IP (tos 0x2,ECT(0), ttl 64, id 0, offset 0, flags [DF], proto SCTP (132), length 124)\n    192.168.1.143.6704 > 192.168.1.142.53333: sctp[ForCES HP]\n\t1) [DATA] (B)(E) [TSN: 2413889663] [SID: 0] [SSEQ 2] [PPID 0xff] \n\tForCES Query \n\tForCES Version 1 len 76B flags 0x78400000 \n\tSrcID 0x40000003(CE) DstID 0x2(FE) Correlator 0xe\n\tForCES flags:\n\t  SuccessACK(0x1), prio=7, execute-all-or-none(0x1),\n\t  Standalone(0x0), StartofTransaction(0x0)\n\t  Extra flags: rsv(b5-7) 0x0 rsv(b13-31) 0x0\nIllegal DATA encoding for type 0x111 programmed 0 got 0\n              Keyinfo: Key 0xb670800\nError: expecting FULLDATA!\n",
    ],
    [
      "Invalid path content Bad",
      "-vv",
      "000400010006000c29b2a117000008004502009c000d40004084b561c0a8018ec0a8018fd0551a30e624aef4871adc79030000108fe1087e0000e000000000000003006c5952071f0000000100000000101300170040000002000003000000000000000a386500001000004400000001130000010003003801100034000000010b036401005e002009000a410100c7c7c7c7c7c7c7c7c7000055957ee03b10c7c7c7ff00000003000b036401005e000181000200000000",
      "IP (tos 0x2,ECT(0), ttl 64, id 13, offset 0, flags [DF], proto SCTP (132), length 156)\n    192.168.1.142.53333 > 192.168.1.143.6704: sctp[ForCES HP]\n\t1) [SACK] [cum ack 2413889662] [a_rwnd 57344] [#gap acks 0] [#dup tsns 0] \n\t2) [DATA] (B)(E) [TSN: 1498547999] [SID: 0] [SSEQ 1] [PPID 0x0] \n\tForCES Config Response \n\tForCES Version 1 len 92B flags 0x38650000 \n\tSrcID 0x400000(FE) DstID 0x2000003(FE) Correlator 0xa\n\tForCES flags:\n\t  NoACK(0x0), prio=7, execute-all-or-none(0x1),\n\t  2PCtransaction(0x1), StartofTransaction(0x0)\n\t  Extra flags: rsv(b5-7) 0x0 rsv(b13-31) 0x50000\nInvalid path data content type 0x5e len 32\nBad Data val\n\t  [0x0000:  005e 0020 0900 0a41 0100 c7c7 c7c7 c7c7Bad Data val\n\t  [0x0010:  c7c7 c700 0055 957e e03b 10c7 c7c7 ff00Bad Data val\n\t  [0x0020:  0000 0300 0b03 6401]\n",
    ],
    [
      "have both Table ranges",
      "-vv",
      "000000010006000c29a52fab000008004502007c000040004084b58ec0a8018fc0a8018e1a30d055ae71e4fc22b8c8560003005c8fe1088300000002100000001004001340000a0300000002000000000000000e78400000100000340000000200000001000700280110002400000001000000030110000c00000001000000020110000c39ff00000001000000",
      "IP (tos 0x2,ECT(0), ttl 64, id 0, offset 0, flags [DF], proto SCTP (132), length 124)\n    192.168.1.143.6704 > 192.168.1.142.53333: sctp[ForCES HP]\n\t1) [DATA] (B)(E) [TSN: 2413889667] [SID: 0] [SSEQ 2] [PPID 0x10000000] \n\tForCES Query \n\tForCES Version 1 len 76B flags 0x78400000 \n\tSrcID 0x40000a03(CE) DstID 0x2(FE) Correlator 0xe\n\tForCES flags:\n\t  SuccessACK(0x1), prio=7, execute-all-or-none(0x1),\n\t  Standalone(0x0), StartofTransaction(0x0)\n\t  Extra flags: rsv(b5-7) 0x0 rsv(b13-31) 0x0\n\t\t\tIllegal to have both Table ranges and keys\n",
    ],
    [
      "genoptlvprint PATH-DATA Based expected",
      "-vv",
      "000400010006000cd74d5ee6000008004502009c000d40004084b561c0a8018ec0a8018fd0551a30e624aef4871adc79030000108fe1087e0000e000000000000003006c5952071f0000000100000000101300170000000240000003000000000000000a38400000100000440000000200000001000d00380110003400010000000010130110001400fa000100000002011400080000000001140014002900000000000000000001010114000800000000",
      "IP (tos 0x2,ECT(0), ttl 64, id 13, offset 0, flags [DF], proto SCTP (132), length 156)\n    192.168.1.142.53333 > 192.168.1.143.6704: sctp[ForCES HP]\n\t1) [SACK] [cum ack 2413889662] [a_rwnd 57344] [#gap acks 0] [#dup tsns 0] \n\t2) [DATA] (B)(E) [TSN: 1498547999] [SID: 0] [SSEQ 1] [PPID 0x0] \n\tForCES Config Response \n\tForCES Version 1 len 92B flags 0x38400000 \n\tSrcID 0x2(FE) DstID 0x40000003(CE) Correlator 0xa\n\tForCES flags:\n\t  NoACK(0x0), prio=7, execute-all-or-none(0x1),\n\t  Standalone(0x0), StartofTransaction(0x0)\n\t  Extra flags: rsv(b5-7) 0x0 rsv(b13-31) 0x0\ngenoptlvprint - PATH-DATA TLV TLV type 0x110 len 52\nBased on flags expected KEYINFO TLV!\nillegal RESULT-TLV: 16 bytes!\n",
    ],
  ],
  113,
);
