import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "DVMRP",
  [
    [
      "truncated-ip bytes missing IGMP",
      "-vv",
      "01005e000005ca0243c80046080045c0086003e00000050204004c0a00220300003513065b90220000ffffffffffffffff95ffffff839ccf7251560000",
      "IP truncated-ip - 2097 bytes missing! (tos 0xc0, ttl 5, id 992, offset 0, flags [none], proto IGMP (2), length 2144, bad cksum 400 (->599c)!)\n    76.10.0.34 > 3.0.0.53: igmp dvmrp Neighbors2 (v 255.0): [255.255.255.255 -> 255.255.255.131 (255/255/tunnel/srcrt/querier/disabled/down)] [255.255.255.255 -> 156.207.114.81 (255/255/tunnel/srcrt/querier/disabled/down)] [255.255.255.255 ->  [|dvmrp]",
    ],
    [
      "Prune src grp timer",
      "-vv",
      "01005e000005ca0643c80006080045c0086003e00000050204004c0a04220300003013075b90030000fffffcff1000400001ffffffffff95813e867929000004f840",
      "IP truncated-ip - 2092 bytes missing! (tos 0xc0, ttl 5, id 992, offset 0, flags [none], proto IGMP (2), length 2144, bad cksum 400 (->55a1)!)\n    76.10.4.34 > 3.0.0.48: igmp dvmrp Prune src 255.252.255.16 grp 0.64.0.1 timer 136y10w6h28m15s",
    ],
    [
      "options unknown Neighbors old",
      "-vv",
      "01005e00001600042357a57a08004600002838c40000010200000800ffffffffffffffffff001304ff0a52a9fe43c2e00000169404000022000e30b0",
      "IP (tos 0x0, ttl 1, id 14532, offset 0, flags [none], proto IGMP (2), length 40, options (unknown 255 [bad length 255]), bad cksum 0 (->7910)!)\n    8.0.255.255 > 255.255.255.255: igmp dvmrp Neighbors(old) [length 1 < 4] (invalid) bad igmp cksum ff0a!",
    ],
    [
      "Probe genid neighbor",
      "-vv",
      "01005e000002760000000006080045d0006003e00000050204004c0a0022030000301301005651731400317a0800460d00002838c40000006e005fed0046adad430b036401005e000a411683608100c4380854000b0401c0a9018fd0c1ffa0000400003b3b460211945fa5079638",
      "IP (tos 0xd0, ttl 5, id 992, offset 0, flags [none], proto IGMP (2), length 96, bad cksum 400 (->6191)!)\n    76.10.0.34 > 3.0.0.48: igmp dvmrp Probe\n\tgenid 830081024\n\tneighbor 70.13.0.0\n\tneighbor 40.56.196.0\n\tneighbor 0.0.110.0\n\tneighbor 95.237.0.70\n\tneighbor 173.173.67.11\n\tneighbor 3.100.1.0\n\tneighbor 94.0.10.65\n\tneighbor 22.131.96.129\n\tneighbor 0.196.56.8\n\tneighbor 84.0.11.4\n\tneighbor 1.192.169.1\n\tneighbor 143.208.193.255\n\tneighbor 160.0.4.0\n\tneighbor 0.59.59.70\n\tneighbor 2.17.148.95\n\tneighbor 165.7.150.56 bad igmp cksum 56!",
    ],
    [
      "Report Mask metric",
      "-vv",
      "01005e000005ca0243c80006080045c0006003e00000050204004c0a00220300003013025b9022ffffffffffffff3a03e00000050204004c0a00220300003013025bffffffffffb8b8b8b8b8b8b8b8b8b8b8b8b8b8b8b8b8b8b8b8ffffffffffffffffffffffffffffffffffffffff0001",
      "IP (tos 0xc0, ttl 5, id 992, offset 0, flags [none], proto IGMP (2), length 96, bad cksum 400 (->61a1)!)\n    76.10.0.34 > 3.0.0.48: igmp dvmrp Report\n\tMask 255.255.255.255\n\t  255.58.3.224 metric 0\n\t  0.5.2.4 metric 0\n\t  76.10.0.34 metric 3\n\t  0.0.48.19 metric 2\n\t  91.255.255.255 metric 127\n\tMask 255.255.184.184\n\t  184.184.184.184 metric 56\n\tMask 255.184.184.184\n\t  184.184.184.184 metric 56\n\tMask 255.184.184.184\n\t  184.184.255.255 metric 127\n\tMask 255.255.255.255\n\t  255.255.255.255 metric 127\n\tMask 255.255.255.255\n\t  255.255.255.255 metric 127 bad igmp cksum 5b90!",
    ],
  ],
  1,
);
