import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "MPTCP, link type 1",
  [
    [
      "options sackOK val ecr",
      "-vv -S",
      "5254002c4d965254000a983d080045000040e0cc40004006dd20c0a87dd4c0a87da5cc36d90326ef671700000000b002faf07cfd0000020405b40402080a7b66491f00000000010303071e040101",
      "IP (tos 0x0, ttl 64, id 57548, offset 0, flags [DF], proto TCP (6), length 64)\n    192.168.125.212.52278 > 192.168.125.165.55555: Flags [S], cksum 0x7cfd (incorrect -> 0xa974), seq 653223703, win 64240, options [mss 1460,sackOK,TS val 2070300959 ecr 0,nop,wscale 7,mptcp 4 capable v1], length 0",
    ],
    [
      "add-addr dss subseq len",
      "-vv -S",
      "f28cf5241b21165153043f55080045000079899440003f069be40a0101020a02010200168c7907822b7fad98935af01801bf536500000101080affffa2f2ffffa1b01e0834010a0102021e142005d52abecad1b97490000000010029082f5353482d322e302d4f70656e5353485f352e3570312044656269616e2d362b73717565657a65310d0a",
      "IP (tos 0x0, ttl 63, id 35220, offset 0, flags [DF], proto TCP (6), length 121)\n    10.1.1.2.22 > 10.2.1.2.35961: Flags [P.], cksum 0x5365 (correct), seq 125971327:125971368, ack 2912457562, win 447, options [nop,nop,TS val 4294943474 ecr 4294943152,mptcp 8 add-addr v0-ip4 id 1 10.1.2.2,mptcp 20 dss ack 3576348362 seq 3518592144 subseq 1 len 41 csum 0x82f], length 41: SSH: SSH-2.0-OpenSSH_5.5p1 Debian-6+squeeze1",
    ],
    [
      "join token nonce",
      "-vv -S",
      "165153043f55f28cf5241b210800450000481b7040004006083a0a0201020a010202a10500166f17bab000000000d0023908d1f50000020405b40402080affffa1c000000000010303061e0c1000e47f01421b665a18",
      "IP (tos 0x0, ttl 64, id 7024, offset 0, flags [DF], proto TCP (6), length 72)\n    10.2.1.2.41221 > 10.1.2.2.22: Flags [S], cksum 0xd1f5 (correct), seq 1863826096, win 14600, options [mss 1460,sackOK,TS val 4294943168 ecr 0,nop,wscale 6,mptcp 12 join id 0 token 0xe47f0142 nonce 0x1b665a18], length 0",
    ],
    [
      "dss[bad opt]]",
      "-vv -S",
      "00000000000000000000000008004510003c9c3740004006a0727f0000017f000001e01a00176785c90300000000a0028018fe3000000204400c0402080a23975534000000001e0320",
      "IP (tos 0x10, ttl 64, id 39991, offset 0, flags [DF], proto TCP (6), length 60)\n    127.0.0.1.57370 > 127.0.0.1.23: Flags [S], seq 1736820995, win 32792, options [mss 16396,sackOK,TS val 597120308 ecr 0,mptcp 3 dss[bad opt]]",
      74,
    ],
    [
      "fin",
      "-vv -S",
      "5254002c4d965254000a983d080045000050e0d640004006dd06c0a87dd4c0a87da5cc36d90326ef6748e2552127f01101f67d0d00000101080a7b6650fa37f300291e1a201fa896f3fe7a8dc05eee83a616c38765f50000000000010101",
      "IP (tos 0x0, ttl 64, id 57558, offset 0, flags [DF], proto TCP (6), length 80)\n    192.168.125.212.52278 > 192.168.125.165.55555: Flags [F.], cksum 0x7d0d (incorrect -> 0x779e), seq 653223752, ack 3797229863, win 502, options [nop,nop,TS val 2070302970 ecr 938672169,mptcp 26 dss fin ack 12148165319181844574 seq 17186763219675866613 subseq 0 len 1,nop,nop], length 0",
    ],
    [
      "join[bad opt]]",
      "-vv -S",
      "f28cf5241b21165153043f5508004500004c899440003f069b110a0102020a0201020016a105659eaa6f6f17bab1e0f9c83712d40000020405b40402080affffa2f2ffffa1c0010303051e1010015ab680c7884af03d33abe9d5",
      "IP (tos 0x0, ttl 63, id 35220, offset 0, flags [DF], proto TCP (6), length 76)\n    10.1.2.2.22 > 10.2.1.2.41221: Flags [FP.UEW], cksum 0x12d4 (incorrect -> 0x687e), seq 1704897135, ack 1863826097, win 51255, urg 0, options [mss 1460,sackOK,TS val 4294943474 ecr 4294943168,nop,wscale 5,mptcp 16 join[bad opt]]",
    ],
    [
      "caplen header",
      "-vv -S",
      "165153043f55f28cf5241b2108004500005832ee40004006f1ab0a020121fe0101028c790016ad9896d307822ba8d018011889ffa2f21e142005d1c27b31ef6718e255000c021500000000000000000000",
      "IP truncated-ip - 21 bytes missing! (tos 0x0, ttl 64, id 13038, offset 0, flags [DF], proto TCP (6), length 88, bad cksum f1ab (->fd8b)!)\n    10.2.1.33.35961 > 254.1.1.2.22: Flags [P.], seq 2912458451:2912458467, ack 125971368, win 280, options [mptcp 20 dss ack 3519183665 seq 4016511202 subseq 1426066434 len 5376 csum 0x0,eol], length 16 [remaining caplen(47) < header length(52)] [|mptcp]",
    ],
  ],
  1,
);

checkGoldens(
  "MPTCP, link type 113",
  [
    [
      "truncated-ip bytes missing urg",
      "-vv -S",
      "00040401000606d8efe13828000008004500004c27fb40004006faae0ab05127ffff2a011e1030010a000201f8ffffffa8295862f645df191e08202b036400040045",
      "IP truncated-ip - 26 bytes missing! (tos 0x0, ttl 64, id 10235, offset 0, flags [DF], proto TCP (6), length 76, bad cksum faae (->8cd9)!)\n    10.176.81.39.7696 > 255.255.42.1.12289: Flags [FPU], seq 167772673:167772689, win 22626, urg 57113, options [mptcp 8 dss ack [bad opt]",
    ],
    [
      "version",
      "-vv -S",
      "002e00010006b67fc850ab2c00000800450000485af440004006c9b90a1001020a0001018c542710caf2de7f8ebbbad3d01001f5163d00000101080a16407324fed4ab3e1e0833010a0002011e08310b010a0002011e03ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff600235560000000000",
      "IP (tos 0x0, ttl 64, id 23284, offset 0, flags [DF], proto TCP (6), length 72, bad cksum c9b9 (->c9a9)!)\n    10.16.1.2.35924 > 10.0.1.1.10000: Flags [.], cksum 0x163d (incorrect -> 0x827c), seq 3404914303, ack 2394667731, win 501, options [nop,nop,TS val 373322532 ecr 4275350334,mptcp 8 add-addr [bad version/echo] id 1 10.0.2.1,mptcp 8 add-addr v1-echo id 11 1.10.0.2,nop,mptcp 3 unknown], length 0",
    ],
  ],
  113,
);
