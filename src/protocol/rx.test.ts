import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "RX",
  [
    [
      "abort cid ser",
      "-vv",
      "000cfbec8b017e7fc07f209c0800450064289d0fc00011118e10000000000000000000001b5c022308bc00015b04ccdada0d0000000003e81dffff800000040000000000000000",
      "IP (tos 0x0, ttl 17, id 40207, offset 0, flags [DF, rsvd], proto UDP (17), length 25640, bad cksum 8e10 (->e8b5)!)\n    0.0.0.0.0 > 0.0.0.0.7004:  rx abort cid ccdada0d call# 0 seq 65543679 ser 4286578688 (539)",
      262144,
    ],
    [
      "truncated-ip bytes missing client-init",
      "-vv",
      "000cfbec8b017e7fc07f209c0800450064289d0fc00011118e10000000000000000000001b5c022308bc04015b04ccda4a0000000b03240605040302010102ff025400000000101b5c022308bc04015b04ccda4a0040000b03240605040302010100000001000600",
      "IP truncated-ip - 1525 bytes missing! (tos 0x0, ttl 17, id 40207, offset 0, flags [DF, rsvd], proto UDP (17), length 25640, bad cksum 8e10 (->e8b5)!)\n    0.0.0.0.0 > 0.0.0.0.7004:  rx ack cid ccda4a00 call# 2819 seq 604374276 ser 50462977 <client-init>,<req-ack>,<last-pckt>,<more-pckts>,<free-pckt>,<slow-start> first 587774980 serial 3662282816 reason #0 acked 587774987-587774988 nacked 587774989-587774990 (539)",
      24129,
    ],
    [
      "ECT data ubik call",
      "-vv",
      "ffffffffffff0101010d0101080045e50a6420480000fc1100f0def16886833ff1920daf1b5af13ce400000100f41f4d001480ffffcf000000011e0101000101006c0045fff300004e232202ff7506980ef85500000000b2",
      "IP truncated-ip - 2586 bytes missing! (tos 0xe5,ECT(1), ttl 252, id 8264, offset 0, flags [none], proto UDP (17), length 2660, bad cksum f0 (->d711)!)\n    222.241.104.134.3503 > 131.63.241.146.7002:  rx data cid 1f4d0014 call# 2164260815 seq 1 ser 503382272 <client-init> pt ubik call disk-write tid 570621813.110628600 file 1426063360 pos [|rx]",
    ],
    [
      "duplicate packet ifmtu maxmtu",
      "-vv",
      "000cfbec8b017e7fc07f209c080045006428970fc00011118e10000000000000000000001b5c022308bc00015b04ccda4a0000000b03240615040302019002030405290800450900000000000000000000000000019002037f63636363636363636363636363636363636363636363007f00dddd036a0000",
      "IP truncated-ip - 1509 bytes missing! (tos 0x0, ttl 17, id 38671, offset 0, flags [DF, rsvd], proto UDP (17), length 25640, bad cksum 8e10 (->eeb5)!)\n    0.0.0.0.0 > 0.0.0.0.7004:  rx ack cid ccda4a00 call# 2819 seq 604378372 ser 50463120 <client-init>,<req-ack> first 0 serial 400 reason duplicate packet ifmtu 1667457891 maxmtu 1667457891 rwind 1667457891 maxpackets 1667457891 (539)",
      24145,
    ],
    [
      "kauth change-pw principal",
      "-vv",
      "ffffffffffff0101010d0101080045e50a6420480000fc1100f0def13f9283f168860daf1b5cf13ce404000100f41f4d001480ffffef000000011e0101000101006c0045fff3000000024e002722ffb2",
      "IP truncated-ip - 2594 bytes missing! (tos 0xe5,ECT(1), ttl 252, id 8264, offset 0, flags [none], proto UDP (17), length 2660, bad cksum f0 (->8860)!)\n    222.241.63.146.3503 > 131.241.104.134.7004:  rx data cid 1f4d0014 call# 2164260847 seq 1 ser 503382272 <client-init> kauth call change-pw principal [|kauth] (2632)",
    ],
    [
      "vldb disk-probe",
      "-vv",
      "ffffffffffff0101010d0101080045e50a6420480000fc1100f0def168c6833ff1920daf1b5bf13ce400000e0100004d001480ffffef000000011e0101000101006c00c5fff300004e2a02cf0200d40400",
      "IP truncated-ip - 2593 bytes missing! (tos 0xe5,ECT(1), ttl 252, id 8264, offset 0, flags [none], proto UDP (17), length 2660, bad cksum f0 (->d6d1)!)\n    222.241.104.198.3503 > 131.63.241.146.7003:  rx data cid 004d0014 call# 2164260847 seq 1 ser 503382272 <client-init> vldb ubik call disk-probe tid [|ubik] (2632)",
    ],
    [
      "disk-interfaceaddr oldversion newversion",
      "-vv",
      "ffffffffffff0101010d0101080045e50a6420480000fc1100f0def168c6833ff1920daf1b5af13ce400000100f41f4d001480ffffef000000011e0101000101006c0045fff300004e2c2202ff0000007e7e7e010000000000000d7e7400207e00000066c3b2",
      "IP truncated-ip - 2572 bytes missing! (tos 0xe5,ECT(1), ttl 252, id 8264, offset 0, flags [none], proto UDP (17), length 2660, bad cksum f0 (->d6d1)!)\n    222.241.104.198.3503 > 131.63.241.146.7002:  rx data cid 1f4d0014 call# 2164260847 seq 1 ser 503382272 <client-init> pt ubik call disk-interfaceaddr tid 570621696.32382 oldversion 2113994752.0 newversion 226391040.545128448 (2632)",
    ],
    [
      "set-max gflag",
      "-vv",
      "ffffffffffff0101010d2a01080045e50a6420480000fc1100f0def168c6833ff1920daf1b5af13ce4e50a6420480000fc1100f0def1000000011e0101000101004c00c5fff3000001ffffffffc5fff30004",
      "IP truncated-ip - 2592 bytes missing! (tos 0xe5,ECT(1), ttl 252, id 8264, offset 0, flags [none], proto UDP (17), length 2660, bad cksum f0 (->d6d1)!)\n    222.241.104.198.3503 > 131.63.241.146.7002:  rx data cid 0000fc11 call# 15785713 seq 1 ser 503382272 <client-init> pt call set-max id -59 gflag -851964 (2632)",
    ],
    [
      "vol",
      "-vv",
      "ffffffffffff0101010d0101080045e50a6420480000fc1100f0def168c6833ff1920daf1b5df13ce400000100f41f4d001480ffffef000000011e010100010100010001006c00450001110b03ff2076303030",
      "IP truncated-ip - 2591 bytes missing! (tos 0xe5,ECT(1), ttl 252, id 8264, offset 0, flags [none], proto UDP (17), length 2660, bad cksum f0 (->d6d1)!)\n    222.241.104.198.3503 > 131.63.241.146.7005:  rx data cid 1f4d0014 call# 2164260847 seq 1 ser 503382272 <client-init> vol call op#4521985 (2632)",
    ],
  ],
  1,
);
