import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "OTV and VXLAN-GPE",
  [
    [
      "VXLAN-GPE vni NSH ver",
      "-vv",
      "00000000000000000000000008004500005c402340004011fc6b7f0000017f00000112b612b6004849f70c000004ffffff0030060201ffffffff0001020112345678000203011234567845000020d4310000ff116647c0a80001c0a8000227104e20000c217874657374",
      "IP (tos 0x0, ttl 64, id 16419, offset 0, flags [DF], proto UDP (17), length 92)\n    127.0.0.1.4790 > 127.0.0.1.4790: [udp sum ok] VXLAN-GPE, flags [IP], vni 16777215\n    NSH, ver 0, flags [O], next-protocol IPv4, service-path-id 0xffffff, service-index 0xff\n    IP (tos 0x0, ttl 255, id 54321, offset 0, flags [none], proto UDP (17), length 32)\n    192.168.0.1.10000 > 192.168.0.2.20000: [udp sum ok] UDP, length 4",
    ],
    [
      "truncated-ip bytes missing unknown",
      "-vv",
      "00000000000000000000000008004500005c402340004011fc6b7f0000017f00004112b612b6004849f70c000004ffffff0000000000471074657374",
      "IP truncated-ip - 46 bytes missing! (tos 0x0, ttl 64, id 16419, offset 0, flags [DF], proto UDP (17), length 92, bad cksum fc6b (->fc2b)!)\n    127.0.0.1.4790 > 127.0.0.65.4790: VXLAN-GPE, flags [IP], vni 16777215\n    NSH, ver 0, flags [none], next-protocol unknown (0x00), service-path-id 0x471074, service-index 0x65 (less than two headers) (invalid)",
    ],
    [
      "OTV overlay instance",
      "-vv",
      "ac22054e700020d479250071080045000046190160003c11000000fe5cb6ff7fff6673c02118016a6673000800c0f7d4c3",
      "IP (tos 0x0, ttl 60, id 6401, offset 0, flags [+, DF], proto UDP (17), length 70, bad cksum 0 (->a90b)!)\n    0.254.92.182.29632 > 255.127.255.102.8472: OTV, flags [.] (0x00), overlay 524480, instance 16241859\n [|otv]",
      24074,
    ],
    [
      "[|vxlan gpe]",
      "-vv",
      "00100000000000000000000008004500005c402340004011fc6b7f0000017f00000112b612b67874657374",
      "IP truncated-ip - 63 bytes missing! (tos 0x0, ttl 64, id 16419, offset 0, flags [DF], proto UDP (17), length 92)\n    127.0.0.1.4790 > 127.0.0.1.4790: VXLAN-GPE, flags [P],  [|vxlan_gpe]",
    ],
    [
      "ERROR unknown-next-protocol",
      "-vv",
      "5300000a0000006000003d0008004500005c402340004011fc6b7f0000017f00000112b612ffff000102123d567874657374",
      "IP truncated-ip - 56 bytes missing! (tos 0x0, ttl 64, id 16419, offset 0, flags [DF], proto UDP (17), length 92)\n    127.0.0.1.4790 > 127.0.0.1.4863: VXLAN-GPE, flags [B], vni 7628147\n    ERROR: unknown-next-protocol (invalid)",
    ],
    [
      "IP# invalid",
      "-vv",
      "00000000000000000000000008004500005c402340004011fc6b7f0000017f00000112b612b6004849f77f00000112b612b600f7",
      "IP truncated-ip - 54 bytes missing! (tos 0x0, ttl 64, id 16419, offset 0, flags [DF], proto UDP (17), length 92)\n    127.0.0.1.4790 > 127.0.0.1.4790: VXLAN-GPE, flags [IPBO], vni 1226258\n    IP0 (invalid)",
    ],
    [
      "service-index [none]",
      "-vv",
      "00000000000000000000000008004500005c402340004011fc6b7f0000017f00000112b612b6004849f70c000004ffffff0030060201ffffffff0001020112345678000203011234567845000020d4310000ff116647c0a80001c0a8000227104e20000c217f8b9a8c74",
      "IP (tos 0x0, ttl 64, id 16419, offset 0, flags [DF], proto UDP (17), length 92)\n    127.0.0.1.4790 > 127.0.0.1.4790: [bad udp cksum 0x49f7 -> 0x19bb!] VXLAN-GPE, flags [IP], vni 16777215\n    NSH, ver 0, flags [O], next-protocol IPv4, service-path-id 0xffffff, service-index 0xff\n    IP (tos 0x0, ttl 255, id 54321, offset 0, flags [none], proto UDP (17), length 32)\n    192.168.0.1.10000 > 192.168.0.2.20000: [bad udp cksum 0x217f -> 0xf142!] UDP, length 4",
    ],
  ],
  1,
);
