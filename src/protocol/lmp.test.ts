import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "LMP",
  [
    [
      "truncated-ip bytes missing ECT",
      "-vv",
      "000b640010720080ad91d86f0800458a008cc702000080111a01d6982001a898202702bd02bd02b3c7a21101fe03010055957dbc97171400",
      "IP truncated-ip - 98 bytes missing! (tos 0x8a,ECT(0), ttl 128, id 50946, offset 0, flags [none], proto UDP (17), length 140, bad cksum 1a01 (->b37b)!)\n    214.152.32.1.701 > 168.152.32.39.701: \n\tLMPv1, msg-type: Config NACK, Flags: [LMP restart], length: 256 (too long)\n\t  Unknown Object (188), Class-Type: Unknown (125) Flags: [non-negotiable], length: 38679 (not a multiple of 4)",
    ],
    [
      "Channel Interface Local for",
      "-vv",
      "000b640010720080ad91d86f080045000232788a000080111a01d6982001a898202702bd02bd02b3c7a21101010101010141030400202702bd000001010101010c0200000001000000000102140a00f6002d",
      "IP truncated-ip - 494 bytes missing! (tos 0x0, ttl 128, id 30858, offset 0, flags [none], proto UDP (17), length 562, bad cksum 1a01 (->d8)!)\n    214.152.32.1.701 > 168.152.32.39.701: \n\tLMPv1, msg-type: Config, Flags: [Control Channel Down], length: 257\n\t  Interface ID Object (4), Class-Type: IPv6 Local (3) Flags: [non-negotiable], length: 32 (not correct for object)\n\t    0x0000:  2702 bd00 0001 0101 0101 0c02 0000 0001\n\t    0x0010:  0000 0000 0102 140a 00f6 002d [|lmp]",
    ],
    [
      "LMP version packet supported",
      "-vv",
      "000b640030720080ad91d86f0800450002c78c8a000080111a01d69820e96098202702bd02bd022702000000000000636300",
      "IP truncated-ip - 675 bytes missing! (tos 0x0, ttl 128, id 35978, offset 0, flags [none], proto UDP (17), length 711, bad cksum 1a01 (->335b)!)\n    214.152.32.233.701 > 96.152.32.39.701: LMP version 0 packet not supported",
    ],
    [
      "Verify Begin short",
      "-vv",
      "000b6400107200809491d86f0800450002c78c8a000080111a21928672515600002702bd02bd02b3c7a21101010101010101030000202702bd000000020046080045c2f2fefe03831b0100010056809491d86f080004680a0000002d",
      "IP truncated-ip - 633 bytes missing! (tos 0x0, ttl 128, id 35978, offset 0, flags [none], proto UDP (17), length 711, bad cksum 1a21 (->509d)!)\n    146.134.114.81.701 > 86.0.0.39.701: \n\tLMPv1, msg-type: Config, Flags: [Control Channel Down], length: 257\n\t  Unknown Object (0), Class-Type: Unknown (3) Flags: [non-negotiable], length: 32\n\t    0x0000:  2702 bd00 0000 0200 4608 0045 c2f2 fefe\n\t    0x0010:  0383 1b01 0001 0056 8094 91d8\n\t  Verify Begin Object (8), Class-Type: Unknown (111) Flags: [non-negotiable], length: 4\n\t  Verify ID Object (10), Class-Type: Unknown (104) Flags: [non-negotiable], length: 0 (too short)",
    ],
    [
      "unknown type",
      "-vv -T lmp",
      "000b640010720080ad91d86f0800450002c78c8a000080111a43a8982001a89820272710271102b3c7a211010253e10b4f4f4f4f4f4f0f4f4f020002000200",
      "IP truncated-ip - 662 bytes missing! (tos 0x0, ttl 128, id 35978, offset 0, flags [none], proto UDP (17), length 711)\n    168.152.32.1.10000 > 168.152.32.39.10001: \n\tLMPv1, msg-type: unknown, type: 83, Flags: [LMP restart], length: 57611 (too long)\n\t  Unknown Object (79), Class-Type: Unknown (79) Flags: [non-negotiable], length: 20303 (not a multiple of 4)",
    ],
    [
      "Message Control",
      "-vv -T lmp",
      "000b640010720080ad91d86f0800450002c78c8a000080111a01d6982001a89820272710271102b3c7a21101010101010101030500202702bd000001010101010c0204000b03640180c2f2fefe03831b01020001000423",
      "IP truncated-ip - 638 bytes missing! (tos 0x0, ttl 128, id 35978, offset 0, flags [none], proto UDP (17), length 711, bad cksum 1a01 (->ec42)!)\n    214.152.32.1.10000 > 168.152.32.39.10001: \n\tLMPv1, msg-type: Config, Flags: [Control Channel Down], length: 257\n\t  Message ID Object (5), Class-Type: Unknown (3) Flags: [non-negotiable], length: 32\n\t    0x0000:  2702 bd00 0001 0101 0101 0c02 0400 0b03\n\t    0x0010:  6401 80c2 f2fe fe03 831b 0102\n\t  Control Channel ID Object (1), Class-Type: Unknown (0) Flags: [non-negotiable], length: 4 [|lmp]",
    ],
  ],
  1,
);
