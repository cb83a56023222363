import { checkGoldens } from "../../test/golden.ts";

checkGoldens("AODV", [
  [
    "aodv rrep prefix hops",
    "",
    "45303030303000003011bffb0a01000130303030028e3030303030300230303030303030303030303030303030303030",
    "IP 10.1.0.1.654 > 48.48.48.48.12336:  aodv rrep 12308  prefix 16 hops 48\n\tdst 48.48.48.48 dseq 808464432 src 48.48.48.48 808464432 ms [|aodv]",
    262130,
  ],
  [
    "rerr items",
    "",
    "4500e63df37f40004011496a0a0101c10a020202028e0d004b0000e812000000",
    "IP truncated-ip - 58909 bytes missing! 10.1.1.193.654 > 10.2.2.2.3328:  aodv rerr  [items 0] [19192]:",
  ],
  [
    "rrep-ack",
    "",
    "4500e63df37f40004011495e0a0101ce0a010202028e0d004b0000e813",
    "IP truncated-ip - 58880 bytes missing! 10.1.1.206.654 > 10.1.2.2.3328:  aodv rrep-ack 19192",
    61,
  ],
  [
    "type",
    "",
    "45303030303000003011bdf60a01020630303030028e30303030303008",
    "IP truncated-ip - 12307 bytes missing! 10.1.2.6.654 > 48.48.48.48.12336:  aodv type 8 12308",
  ],
  [
    "dfff",
    "",
    "4500e63df37f400040114a670a0100c40a020202028e0d004b0000e8120000ff001fe651359700248c7adfff08004500e63df37f4000401130c60a0101",
    "IP truncated-ip - 58880 bytes missing! 10.1.0.196.654 > 10.2.2.2.3328:  aodv rerr  [items 255] [19192]: {1f:e651:3597:24:8c7a:dfff:800:4500}(3862819711) [|aodv]",
  ],
  [
    "ext",
    "-v",
    "4500e63df37f4000401149590a0101d20a020202028e0d004b0000e802000000001fc651359700248c7adf6f08004500e63df37f4000401130c60a0101",
    "IP truncated-ip - 58880 bytes missing! (tos 0x0, ttl 64, id 62335, offset 0, flags [DF], proto UDP (17), length 58941)\n    10.1.1.210.654 > 10.2.2.2.3328:  aodv rrep 19192  prefix 0 hops 0\n\tdst 0.31.198.81 dseq 899088420 src 140.122.223.111 134235392 ms\n\text 230 61",
  ],
]);
