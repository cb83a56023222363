import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "Protocols of lines of text, link type 101",
  [
    [
      "SMTP EHLO org",
      "-vv -S",
      "4500003400010000400600000a0000010a00000200199c400000000100000001501802000000000045484c4f20782e6f72670d0a",
      "IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto TCP (6), length 52, bad cksum 0 (->66c1)!)\n    10.0.0.1.25 > 10.0.0.2.40000: Flags [P.], cksum 0x0000 (incorrect -> 0x9d72), seq 1:13, ack 1, win 512, length 12: SMTP, length: 12\n\tEHLO x.org",
    ],
    [
      "SIP REGISTER sip example",
      "-vv",
      "4500006400010000401100000a0000010a00000213c413c4005000005245474953544552207369703a6578616d706c652e636f6d205349502f322e300d0a5669613a205349502f322e302f5544502031302e302e302e310d0a46726f6d3a20780d0a0d0a",
      "IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto UDP (17), length 100, bad cksum 0 (->6686)!)\n    10.0.0.1.5060 > 10.0.0.2.5060: [no cksum] SIP, length: 72\n\tREGISTER sip:example.com SIP/2.0\n\tVia: SIP/2.0/UDP 10.0.0.1\n\tFrom: x\n\t",
    ],
    [
      "RTSP DESCRIBE rtsp CSeq",
      "-vv -S",
      "4500005100010000400600000a0000010a000002022a9c4000000001000000015018020000000000444553435249424520727473703a2f2f682f6d20525453502f312e300d0a435365713a20310d0a0d0a",
      "IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto TCP (6), length 81, bad cksum 0 (->66a4)!)\n    10.0.0.1.554 > 10.0.0.2.40000: Flags [P.], cksum 0x0000 (incorrect -> 0x8d6f), seq 1:42, ack 1, win 512, length 41: RTSP, length: 41\n\tDESCRIBE rtsp://h/m RTSP/1.0\n\tCSeq: 1\n\t",
    ],
    [
      "FTP USER anonymous",
      "-vv -S",
      "4500003800010000400600000a0000010a00000200159c40000000010000000150180200000000005553455220616e6f6e796d6f75730d0a",
      "IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto TCP (6), length 56, bad cksum 0 (->66bd)!)\n    10.0.0.1.21 > 10.0.0.2.40000: Flags [P.], cksum 0x0000 (incorrect -> 0x7586), seq 1:17, ack 1, win 512, length 16: FTP, length: 16\n\tUSER anonymous",
    ],
    [
      "MAIL FROM",
      "-vv -S",
      "4500003900010000400600000a0000010a00000200199c40000000010000000150180200000000004d41494c2046524f4d3a3c6140623e0d0a",
      "IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto TCP (6), length 57, bad cksum 0 (->66bc)!)\n    10.0.0.1.25 > 10.0.0.2.40000: Flags [P.], cksum 0x0000 (incorrect -> 0xe22f), seq 1:18, ack 1, win 512, length 17: SMTP, length: 17\n\tMAIL FROM:<a@b>",
    ],
    [
      "whois more",
      "-vv -S",
      "4500003900010000400600000a0000010a000002002b9c4000000001000000015018020000000000252077686f69730d0a25206d6f72650d0a",
      "IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto TCP (6), length 57, bad cksum 0 (->66bc)!)\n    10.0.0.1.43 > 10.0.0.2.40000: Flags [P.], cksum 0x0000 (incorrect -> 0x753a), seq 1:18, ack 1, win 512, length 17: WHOIS, length: 17\n\t% whois\n\t% more",
    ],
  ],
  101,
);

checkGoldens(
  "Protocols of lines of text, link type 1",
  [
    [
      "Routing len type segleft",
      "-vv",
      "0013c4c784f000123fae22f786dd6000000000202b04220000000000024402123ffffeaa22f72200000000000240000200000000000411020001000000002200000000000210000200000068600013c4c784f000123fae22b6b6",
      "IP6 (hlim 4, next-header Routing (43) payload length: 32) 2200::244:212:3fff:feaa:22f7 > 2200::240:2:0:0:4: RT6 (len=2, type=0 [Deprecated], segleft=1, rsv=0x0, [0]2200::210:2:0:68:6000) 5060 > 51076: [bad udp cksum 0x123f -> 0x282b!] SIP",
    ],
    [
      "truncated-ip bytes missing options",
      "-vv -S",
      "0000000000000000000000000800450000fe1b6c40004006208c7f0000017f000001da7000503758897f377a8df280182000fef200000101080a4ddc92174ddc9216474554202f204854542e310d0a486f73743a206c6f686f73740d0a557365725d4167656e743a4c696e757820322e362e31312d312d3638362d736d702038363b2031333278350d0a4163636570743a202a2f2a0d0a4163636570742d456e636f64696e673a20677a69700d0a4163636570742d4c616e67756167653a20656e0d0a436f6e6e656374696f6e3a70204b6565702d416c6976650d0a0d0a",
      "IP truncated-ip - 46 bytes missing! (tos 0x0, ttl 64, id 7020, offset 0, flags [DF], proto TCP (6), length 254)\n    127.0.0.1.55920 > 127.0.0.1.80: Flags [P.], seq 928549247:928549449, ack 930778610, win 8192, options [nop,nop,TS val 1306300951 ecr 1306300950], length 202: HTTP, length: 202\n\tGET / HTT.1\n\tHost: lohost\n\tUser]Agent:Linux 2.6.11-1-686-smp 86; 132x5\n\tAccept: */*\n\tAccept-Encoding: gzip\n\tAccept-Language: en\n\tConnection:p Keep-Alive\n\t [|http]",
    ],
    [
      "WHOIS query returned object",
      "-vv -S",
      "0800273eac31525400123502080045000111485f00004006363ec0002f3b0a00020f002bac9c00975e02857b59105018ffff4a0c000069732071756572792072657475726e65642031206f626a6563740a0a646f6d61696e3a202020202020204558414d504c452e434f4d0a0a6e69736174696f6e3a20496e7465726e65742041737369676e6564736174696f6e3a20496e7465726e65742041737369676e6564204e756d6265727320417574686f726974790a0a6372656174653a2020202020202049414e410a0a",
      "IP truncated-ip - 86 bytes missing! (tos 0x0, ttl 64, id 18527, offset 0, flags [none], proto TCP (6), length 273)\n    192.0.47.59.43 > 10.0.2.15.44188: Flags [P.], seq 9920002:9920235, ack 2239453456, win 65535, length 233: WHOIS, length: 233\n\tis query returned 1 object\n\t\n\tdomain:       EXAMPLE.COM\n\t\n\tnisation: Internet Assignedsation: Internet Assigned Numbers Authority\n\t\n\tcreate:       IANA\n\t [|whois]",
    ],
  ],
  1,
);
