import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "VQP",
  [
    [
      "truncated-ip bytes missing unknown",
      "-vv",
      "00024105644438d54714f5a1080045000052ad56000040114d41c00000010002b4910635003ecd00000001000510107740114d41c00000010002b491068899",
      "IP truncated-ip - 33 bytes missing! (tos 0x0, ttl 64, id 44374, offset 0, flags [none], proto UDP (17), length 82, bad cksum 4d41 (->58b0)!)\n    192.0.0.1.1589 > 0.2.180.145.62: [no cksum] \n\tVQPv1, unknown (0) Message, error-code Wrong VTP domain (5), seq 0x10774011, items 16, length 54\n\t  Unknown Object (0x4d41c000), length 1, value: \n\t  Unknown Object (0x02b49106), length 34969, value:  [|vqp]",
    ],
    [
      "VQP version packet not",
      "-vv",
      "00024105644438d54714f5a1080045000052ad56000040114d41c0000001c0000002b4910635003ecd00000000000510778899",
      "IP truncated-ip - 45 bytes missing! (tos 0x0, ttl 64, id 44374, offset 0, flags [none], proto UDP (17), length 82)\n    192.0.0.1.46225 > 192.0.0.2.1589: VQP version 0 packet not supported",
    ],
    [
      "not supported",
      "-vv",
      "000c2938f368000c299ba15d86dd600000000071110f0000000000000000020c29fffe9ba15dfe80000000000000020c29fffe0000000635f36802230222007147c107f79bdd5f000000",
      "IP6 truncated-ip6 - 93 bytes missing!(hlim 15, next-header UDP (17) payload length: 113) ::20c:29ff:fe9b:a15d.1589 > fe80::20c:29ff:fe00:0.62312: VQP version 0 packet not supported",
    ],
    [
      "invalid",
      "-vv",
      "00024105644438d54714f5a1080045000052ad56000040114d41c00000010002b4910635000000080045010000000000000005f865781010778899",
      "IP truncated-ip - 37 bytes missing! (tos 0x0, ttl 64, id 44374, offset 0, flags [none], proto UDP (17), length 82, bad cksum 4d41 (->58b0)!)\n    192.0.0.1.1589 > 0.2.180.145.0: [bad udp cksum 0x0045 -> 0x8514!]  (invalid)",
    ],
  ],
  1,
);
