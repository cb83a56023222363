import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "RPC, link type 1",
  [
    [
      "truncated-ip bytes missing reply",
      "-vv -T rpc",
      "64004105644438d54714f5a108004500004eae63000040114c38c0000001c0000002b4910035003acd2818e5012000010000000000010765786100000000",
      "IP truncated-ip - 30 bytes missing! (tos 0x0, ttl 64, id 44643, offset 0, flags [none], proto UDP (17), length 78)\n    192.0.0.1.2049 > 192.0.0.2.417661216: reply ERR 50: Unknown reason for rejecting rpc message 124090465",
    ],
    [
      "response code",
      "-vv -T rpc",
      "004c046ab97ec4c1c01a91000800450014fd100fe00012118e7f100080c0c1c0ba004c046ab97e000055f80f631b82c4c1c01a918604",
      "IP truncated-ip - 5333 bytes missing! (tos 0x0, ttl 18, id 4111, offset 0, flags [+, DF, rsvd], proto UDP (17), length 5373, bad cksum 8e7f (->975f)!)\n    16.0.128.192.2049 > 193.192.186.0.4161757979: reply Unknown rpc response code=445744644 5345",
    ],
    [
      "ECT",
      "-vv -T rpc",
      "11003030303030303034303008004532303030300000301100000000303033a703641ed5d60060200e00001d11400000000060",
      "IP truncated-ip - 12299 bytes missing! (tos 0x32,ECT(0), ttl 48, id 12336, offset 0, flags [none], proto UDP (17), length 12336, bad cksum 0 (->c320)!)\n     [|sunrpc]",
    ],
  ],
  1,
);

checkGoldens(
  "RPC, link type 113",
  [
    [
      "proc",
      "-vv -T rpc",
      "0000030a0000000000000000000086dd6000000000281101fe8000000000000068d31201fe8000000000000068d31235d0681f9eff000000000001000635d0681f9eff00000000000100061a291a29002891cd2a02001c081aff3f7fff0218f3fffea9914e",
      "IP6 (hlim 1, next-header UDP (17) payload length: 40) fe80::68d3:1201:fe80:0.0x1f9eff00 > ::68d3:1235:d068:1f9e:ff00:0.0x6f: 32  proc #33561608 [rpcver 16778778]",
    ],
  ],
  113,
);
