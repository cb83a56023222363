import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "SLIP",
  [
    [
      "flowlabel multicast listener report",
      "-vv",
      "00000000040000000000000008004510603c9c3700043a06a0727f017f0083017f00838383a783838383833283838383c90300000000a08383838308",
      "IP6 (class 0x03, flowlabel 0xc9c37, hlim 6, next-header ICMPv6 (58) payload length: 4) a072:7f01:7f00:8301:7f00:8383:83a7:8383 > 8383:8332:8383:8383:c903::a083: [bad icmp6 cksum 0x8308 -> 0xd9d4!] ICMP6, multicast listener report",
      76,
    ],
    [
      "PIM Register ver",
      "-vv -S",
      "d4d5676767676767676767321e28e96767670100000c6767676787676767676767676767676767007f000c0000000000000000000000202121921300a792590720008c006767a1ff0000",
      "IP6 (class 0x76, flowlabel 0x70100, hlim 103, next-header PIM (103) payload length: 12) 6767:8767:6767:6767:6767:6767:6767:6700 > 7f00:c00::2021: PIMv2, length 12\n\tRegister, RFC2117-encoding, cksum 0x1300 (incorrect), Flags [ none ]\n\tIP ver 2",
    ],
    [
      "bytes missing Hello unverified",
      "-vv",
      "676767676767676767321e28e96767676767676767676767007f000c00ffffffff0000000000002021921300a792590720008c006767670020000000a10000000000000000020000000000000159a4eb320101000000",
      "IP6 truncated-ip6 - 26441 bytes missing!(class 0x76, flowlabel 0x76767, hlim 103, next-header PIM (103) payload length: 26471) 7f:c:ff:ffff:ff00::20 > 2192:1300:a792:5907:2000:8c00:6767:6700: PIMv2, length 26471\n\tHello, cksum 0x0000 (unverified)\n\t  Unknown Option (41216), length 0, Value: \n\t  Unknown Option (0), length 0, Value: \n\t  LAN Prune Delay Option (2), length 0, Value: [option length 0 != 4] (invalid)",
    ],
    [
      "router renumbering result maxdelay",
      "-vv",
      "00030000000000000000000008024510603c9c373d043a030000006dfefe03831b010014010000006a04af111111111111000000000004f68a0101000000000000000000af000208",
      "IP6 truncated-ip6 - 15588 bytes missing!(class 0x03, flowlabel 0xc9c37, hlim 3, next-header ICMPv6 (58) payload length: 15620) 0:6d:fefe:383:1b01:14:100:0 > 6a04:af11:1111:1111:1100::4f6: ICMP6, router renumbering, result, seq=0[seg=0,maxdelay=0rsvd=0xaf000208]",
      88,
    ],
    [
      "query resp delay qqi",
      "-vv",
      "00030000000000000000000008004510603c9c373d043a030000006dfefe03831b010014010000006a04af111111111111000000000004f6820322222222222200000c0000cdcdcdcd000002000223005018010055fe3500af0002048c00040208",
      "IP6 truncated-ip6 - 15563 bytes missing!(class 0x03, flowlabel 0xc9c37, hlim 3, next-header ICMPv6 (58) payload length: 15620) 0:6d:fefe:383:1b01:14:100:0 > 6a04:af11:1111:1111:1100::4f6: ICMP6, multicast listener query v2 [max resp delay=8738] [gaddr 0:c00:cd:cdcd:cd00:2:2:2300 qqi=24 { [|icmp6]",
      113,
    ],
    [
      "Candidate Advertisement prefix-cnt prio",
      "-vv",
      "d4d5676767676767676767321e28e96767670100000c673f67678767676767676767676767670e000000000000102121921300a79259072028e9676767010020000000a1ff0000",
      "IP6 (class 0x76, flowlabel 0x70100, hlim 63, next-header PIM (103) payload length: 12) 6767:8767:6767:6767:6767:6767:6767:e00 > ::10:2121:9213:a7:9259:720: PIMv2, length 12\n\tCandidate RP Advertisement, RFC2117-encoding, cksum 0x6767 (incorrect) prefix-cnt=103 prio=1 holdtime=32s RP= [|pimv2]",
    ],
    [
      "unknown DSTOPT",
      "-vv",
      "00030000000000000000000008004510609c3da0373a3c06040000000000008531ffff54957d3345e0c903c0001d60b30184260800450002c000000104000e386a0208",
      "IP6 truncated-ip6 - 14111 bytes missing!(class 0x09, flowlabel 0xc3da0, hlim 6, next-header unknown (60) payload length: 14138) 400::85:31ff:ff54:957d:3345 > e0c9:3c0:1d:60b3:184:2608:45:2: DSTOPT (pad1) [|dstopt]",
      83,
    ],
    [
      "Mobility mobility status",
      "-vv",
      "676767676767676767321e28e967676767676767676687676767676767676767007f000c00000000000000000000000000002021921300a7925907200067670020000000a10000",
      "IP6 truncated-ip6 - 26455 bytes missing!(class 0x76, flowlabel 0x76767, hlim 103, next-header Mobility (135) payload length: 26470) 6767:6767:6767:6767:7f:c:: > ::2021:9213:a7: mobility: BE status=103 [|mobility]",
    ],
    [
      "header too small for",
      "-vv",
      "676767676767676767321e28e9676767676767676766876767676767676767676767676767676767676767674f6767676767676767676767000006000000070000000800000009007f000c00000000000000000000002021921300a7925907200000676767676767676767676767676767674f67676767676767676767670000060000000700000008000000090000000c00000000000000000000002021921300a79259072000000000024a77dbb519011900000001a40600971b0500d4a1113e00000000a1000000",
      "IP6 truncated-ip6 - 26325 bytes missing!(class 0x76, flowlabel 0x76767, hlim 103, next-header Mobility (135) payload length: 26470) 6767:6767:6767:6767:6767:6767:6767:6767 > 6767:6767:4f67:6767:6767:6767:6767:6767: (header length 8 is too small for type 6) [|mobility]",
    ],
  ],
  8,
);
