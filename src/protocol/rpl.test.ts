import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "RPL",
  [
    [
      "RPL CLR Destination Advertisement",
      "-vv",
      "023456789abc02cba987654386dd6000000000183a40fe8000000000000002163efffe113424ff0200000000000000000000000000019b03752e2b800b007468697369736d796469636564616732",
      "IP6 (hlim 64, next-header ICMPv6 (58) payload length: 24) fe80::216:3eff:fe11:3424 > ff02::1: [icmp6 sum ok] ICMP6, RPL, (CLR)Destination Advertisement Object Ack [dagid:7468:6973:6973:6d79:6469:6365:6461:6732,seq:11,instance:43,status:0]",
    ],
    [
      "DODAG Information rank mop",
      "-vv",
      "023356789abc02cba987654386dd6000000000383a40fe8000000000000002163efffe11342425800000000000f7fde9c1fffe1138249b010055957d58b20b406400e9223344550011223644660800450000fc002d00008011ada6d157f912c0a8ff0b0035ab0000000001000000000000",
      "IP6 (hlim 64, next-header ICMPv6 (58) payload length: 56) fe80::216:3eff:fe11:3424 > 2580::f7:fde9:c1ff:fe11:3824: [bad icmp6 cksum 0x0055 -> 0x2239!] ICMP6, RPL, (CLR)DODAG Information Object [dagid:e922:3344:5500:1122:3644:6608:45:0,seq:64,instance:149,rank:22706,mop:storing,prf:3] opt:subopt:252 len:2  opt:subopt:45 len:2  opt:pad1 opt:subopt:128 len:19  opt:padN len:2  opt:pad1 opt:pad1",
    ],
    [
      "bytes missing elided",
      "-vv",
      "023456789abc02cba987654386dd6000000000383a40fe8000000000000002163efffe113424fe8000000000000000163efffe1134249b02325bda2a400000000000010c3a001b5c0223005b00000000",
      "IP6 truncated-ip6 - 30 bytes missing!(hlim 64, next-header ICMPv6 (58) payload length: 56) fe80::216:3eff:fe11:3424 > fe80::16:3eff:fe11:3424: ICMP6, RPL, (CLR)Destination Advertisement Object [dagid:<elided>,seq:0,instance:218,2a] opt:pad1 opt:pad1 opt:pad1 opt:pad1 opt:padN len:14  [|icmp6]",
    ],
    [
      "Dagid rpltarget",
      "-vv",
      "023456789abc02cba987654386dd6000000000383a40fe8000000000000002163efffe113424fe8000000000000002163efffe1134249b025bda2a40000a543100000000000000000000000000000517008020010db80001000002163efffe113424000000000000000000000000",
      "IP6 (hlim 64, next-header ICMPv6 (58) payload length: 56) fe80::216:3eff:fe11:3424 > fe80::216:3eff:fe11:3424: [icmp6 sum ok] ICMP6, RPL, (CLR)Destination Advertisement Object [dagid:5431::,seq:10,instance:42,Dagid,40] opt:rpltarget len:25  opt:pad1 opt:pad1 opt:pad1 opt:pad1 opt:pad1 opt:pad1 opt:pad1",
    ],
    [
      "SEC",
      "-vv",
      "33330000000208002746e88486dd6000000000103afffffe00005606fa854a45fe800000000000000000000000000a9b9b9b9b9b4e029b9b000084",
      "IP6 truncated-ip6 - 11 bytes missing!(hlim 255, next-header ICMPv6 (58) payload length: 16) fffe:0:5606:fa85:4a45:fe80:: > ::a9b:9b9b:9b9b:4e02: ICMP6, RPL, (SEC) [worktodo]",
    ],
    [
      "message unknown code",
      "-vv",
      "0234554a6b1d7d955600004386dd6000000000383a40fe8000000000000002163efffe113424fe8000000000000000163efffe1134249b3b02000000",
      "IP6 truncated-ip6 - 50 bytes missing!(hlim 64, next-header ICMPv6 (58) payload length: 56) fe80::216:3eff:fe11:3424 > fe80::16:3eff:fe11:3424: ICMP6, RPL, (CLR)RPL message, unknown code 59",
    ],
  ],
  1,
);
