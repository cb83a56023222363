import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "ES-IS, link type 107",
  [
    [
      "ES-IS ESH checksum should",
      "-vv",
      "000c0522008211015542534370a1020004ecff000000",
      "UI 22! ES-IS, length 65565\n\tESH (2), v: 1, checksum: 0x70a1 (incorrect should be 0xfb4e), holding time: 21315s, length indicator: 17\n\t0x0000:  8211 0155 4253 4370 a1\n\t  Number of Source Addresses: 2\n\t  NET (length: 0): isonsap_string: illegal length\n\t  NET (length: 4): ec.ff00.00, bad opts/li",
      65570,
    ],
    [
      "redirect SNPA empty Unknown",
      "-vv",
      "000c0522008210015546534370340302040000000000",
      "UI 22! ES-IS, length 65565\n\tredirect (6), v: 1, checksum: 0x7034 (incorrect should be 0x44ec), holding time: 21315s, length indicator: 16\n\t0x0000:  8210 0155 4653 4370 34\n\t  02.0400\n\t  SNPA (length: 0): <empty>\n\t  Unknown Option #0, length 0, value: ",
      65570,
    ],
    [
      "pad min PDU size",
      "-vv",
      "000c050082000100f7f79bf7f7f7f7f7f7f7f7f756171b809555000000004b002843700000",
      "UI 00! No pad! ES-IS length indicator 0 < min PDU size:82000100F7F79BF7F7F7F7F7F7F7F7F756171B809555000000004B002843700000",
      24062,
    ],
    [
      "ISH unverified opt too",
      "-vv",
      "000c0522821501552400008f00008f41",
      "UI 22! No pad! ES-IS, length 24037\n\tISH (4), v: 1, checksum: 0x8f00 (unverified), holding time: 0s, length indicator: 21\n\t0x0000:  8215 0155 2400 008f 00\n\t  NET (length: 0): isonsap_string: illegal length, opt (143) too long",
      24041,
    ],
  ],
  107,
);

checkGoldens(
  "ES-IS, link type 1",
  [
    [
      "truncated-ip bytes missing ECT",
      "-vv",
      "d4cafff900ffc075c08e999d080049e2ff270020e0000001a09b950821515f1253e34405f7000008000000b270494220020105f5c08e999d080049e2ff8e999d080049e2ff270020e0000001a09b950821515f1253e34405f70000",
      "IP truncated-ip - 65242 bytes missing! (tos 0xe2,ECT(0), id 32, offset 0, flags [+, DF, rsvd], proto ICMP (1), length 65319, options (timestamp TS{[bad length 5][bad ptr 247]TSONLY 524288@},unknown 8 [bad length 0]), bad cksum a09b (->7d59)!)\n    149.8.33.81 > 95.18.83.227: ICMP redirect-#245 0.1.160.155 to 153.157.8.0, length 65283\n\tIP (tos 0xe2,ECT(0), ttl 73, id 39325, offset 16384, flags [none], proto unknown (226), length 65422, options (unknown 149,timestamp TS{[bad length 5][bad ptr 247]TSONLY [truncated-option]))\n    0.32.224.0 > 0.1.160.155:  [|ip]",
    ],
    [
      "router advertisement hop limit",
      "-vv -S",
      "36360000000114cf928723d686dd6000000000783afffe80000000000000cf1692fffe8723d6ff0200f2000000000000000000000001860068820000000000000097000000fe010114cf928723d60401080808088d4fb35b2e000000616e00000000",
      "IP6 truncated-ip6 - 76 bytes missing!(hlim 255, next-header ICMPv6 (58) payload length: 120) fe80::cf16:92ff:fe87:23d6 > ff02:f2::1: ICMP6, router advertisement, length 120\n\thop limit 0, Flags [none], pref medium, router lifetime 0s, reachable time 151ms, retrans timer 254ms\n\t  source link-address option (1), length 8 (1): 14:cf:92:87:23:d6\n\t    0x0000:  14cf 9287 23d6\n\t  redirected header option (4), length 8 (1): \n\t    0x0000:  0101 14cf 9287 23d6\n\t    0x0000:  0808 0808 8d4f [|icmp6]",
    ],
    [
      "IPX ipx-sap-resp AVESH addr",
      "-vv",
      "ffffffffffff0013206183a30064e0e003ffff0060000400000000ffffffffffff0452000000000013206183a340080002064e415645534821212121212121212121413535363942323041424535313143453943413430303030344337363238333200000000000013206183a3400000010b",
      "IPX 00000000.00:13:20:61:83:a3.4008 > 00000000.ff:ff:ff:ff:ff:ff.0452: ipx-sap-resp 064e 'AVESH!!!!!!!!!!A5569B20ABE511CE9CA400004C762832' addr 00000000.00:13:20:61:83:a3",
    ],
    [
      "JUM- UM- invalid",
      "-vv",
      "ffffffffffff0013206183a30064e0e003ffff005ff80471000000ffffffffffff0452000000000013206183a340080002064e41564553482121212121212121212141313133382f4232304142453531314345b8b834303030010a5595ff5c4352305b00000000000002000186a3000000",
      "IPX 00000000.00:13:20:61:83:a3.4008 > 71000000.ff:ff:ff:ff:ff:ff.0452: ipx-sap-resp 064e 'AVESH!!!!!!!!!!A1138/B20ABE511CEM-8M-84000^A^JUM-^UM-^?\\CR0[' addr 00000000.00:00:02:00:01:86 (invalid)",
    ],
  ],
  1,
);

checkGoldens(
  "ES-IS, link type 104",
  [["ES-ISno header all", "-vv", "8f00fefe0082", "ES-ISno header at all!"]],
  104,
);
