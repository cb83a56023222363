import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "Small protocols over IP, link type 1",
  [
    [
      "truncated-ip bytes missing Compressed",
      "-vv",
      "d4ca6d2e7f678c85903f77dd08004500003800004000576c03af0688ccfdff55000000ff8bf5",
      "IP truncated-ip - 32 bytes missing! (tos 0x0, ttl 87, id 0, offset 0, flags [DF], proto Compressed IP (108), length 56, bad cksum 3af (->507f)!)\n    6.136.204.253 > 255.85.0.0: IPComp(cpi=0x8bf5)",
    ],
    [
      "cksum [|ipcomp]",
      "-vv",
      "30303030303030303030303008004530303030300000306c30303030303030303030",
      "IP (tos 0x30, ttl 48, id 12336, offset 0, flags [none], proto Compressed IP (108), length 12336, bad cksum 3030 (->6942)!)\n    48.48.48.48 > 48.48.48.48:  [|ipcomp]",
      262144,
    ],
  ],
  1,
);

checkGoldens(
  "Small protocols over IP, link type 113",
  [
    [
      "flowlabel Mobile mobile oproto",
      "-vv",
      "00040001000618c04d96fa3f000086dd6c08b071002d370601021a64600000000019010db8000abc0000fd0000000000000000000000023b022500000000070000000000",
      "IP6 truncated-ip6 - 33 bytes missing!(class 0xc0, flowlabel 0x8b071, hlim 6, next-header Mobile IP (55) payload length: 45) 102:1a64:6000:0:19:10d:b800:abc > 0:fd00::23b: mobile: [] > 0.0.7.0 (oproto=2) (bad checksum 0)",
    ],
  ],
  113,
);
