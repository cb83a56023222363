import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "M3UA, link type 113",
  [
    [
      "ECT SCTP ForCES Query",
      "-vv",
      "000000010006000c29a52fab000008004502007c000040004084b58ec0a8018fc0a8018e1a30d055ae7164fc22b8c856000300318fe1087f0000000200000000100400134000000300000002000000000000001e7840000010000034000000020000000100070020011000240000000100000003920111000c0b03648c00000001000000f81200000000000001",
      "IP (tos 0x2,ECT(0), ttl 64, id 0, offset 0, flags [DF], proto SCTP (132), length 124)\n    192.168.1.143.6704 > 192.168.1.142.53333: sctp[ForCES HP]\n\t1) [DATA] (B)(E) [TSN: 2413889663] [SID: 0] [SSEQ 2] [PPID 0x0] \n\tForCES Query Illegal ForCES pkt len - min 24, total recvd 33, advertised 76 \n\t[0x0000:  1004 0013 4000 0003 0000 0002 0000 0000\n\t[0x0010:  0000 001e 7840 0000 1000 0034 0000 0002\n\t[0x0020:  00\n\t]\n\t2) [DATA] (U)(B)(E) [TSN: 17825828] [SID: 0] [SSEQ 1] [PPID M3UA] \n\tForCES Association Setup Illegal ForCES pkt len - min 24, total recvd 16, advertised 17408 \n\t[0x0000:  9201 1100 0c0b 0364 8c00 0000 0100 0000\n\t]\n\t3) [Bad chunk length 0, < size of chunk descriptor]",
    ],
    [
      "truncated-ip bytes missing Management",
      "-vv -T snmp",
      "000400010006000c29b2a1170000080045029c00000d40004084b561c0a8018ec0a8258fd000004400000002000000010003003801100034000000010000000301100014000000010000000301100014000000010000000201140008000000440000000200000001000300380110003400000001000000030110001400000001000000030110001400000001000000020114000800000000011000140000000100000100010114000800000000",
      "IP truncated-ip - 39779 bytes missing! (tos 0x2,ECT(0), ttl 64, id 13, offset 0, flags [DF], proto SCTP (132), length 39936, bad cksum b561 (->f5fc)!)\n    192.168.1.142.53248 > 192.168.37.143.68: sctp\n\t1) [DATA] (B)(E) [TSN: 17825844] [SID: 0] [SSEQ 1] [PPID M3UA] \n\t\tManagement Unknown (0x14) Message\n\t\t\t@@@@@@ Corrupted length 1 of message @@@@@@\n\t2) [DATA] (B)(E) [TSN: 17825844] [SID: 0] [SSEQ 1] [PPID M3UA] \n\t\tManagement Unknown (0x14) Message\n\t\t\t@@@@@@ Corrupted length 1 of message @@@@@@ [|sctp]",
    ],
  ],
  113,
);

checkGoldens(
  "M3UA, link type 1",
  [
    [
      "sctp Transfer Data Message",
      "-vv",
      "00a080005e460001af0c069608004500004c96fb00004084c2a50a1c062a0a1c062c0b590b5900000e50e48e08d50003002c6ca8b1cd0006002b00000003010001010000001c00020011c583af405bd5000c0200028090000000",
      "IP (tos 0x0, ttl 64, id 38651, offset 0, flags [none], proto SCTP (132), length 76)\n    10.28.6.42.2905 > 10.28.6.44.2905: sctp\n\t1) [DATA] (B)(E) [TSN: 1822994893] [SID: 6] [SSEQ 43] [PPID M3UA] \n\t\tTransfer Data Message\n\t\t\tUnknown Parameter (0x0002): (length 17)",
    ],
    [
      "message Corrupted",
      "-vv",
      "0001af0c069600a080005e46080045000048c3aa4000ff8496f90a1c062c0a1c062a0b590b597df33f49dd2f087700030028000010d400000284000000030100fa010100000018000055f80deacad20100000e5bd500",
      "IP (tos 0x0, ttl 255, id 50090, offset 0, flags [DF], proto SCTP (132), length 72)\n    10.28.6.44.2905 > 10.28.6.42.2905: sctp\n\t1) [DATA] (B)(E) [TSN: 4308] [SID: 0] [SSEQ 644] [PPID M3UA] \n\t\tUnknown message class 250\n\t\t\t@@@@@@ Corrupted length 16777216 of message @@@@@@",
    ],
  ],
  1,
);
