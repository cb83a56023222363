import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "RPKI to Router",
  [
    [
      "truncated-ip bytes missing Serial",
      "-vv -S",
      "0003fb007f0601c1c0a0ab9d08004500003e340fe000fe068e7f138080144c13067f0143c1c0a0000003e800e2005f0070000a1603020000a10212000003",
      "IP truncated-ip - 14 bytes missing! (tos 0x0, ttl 254, id 13327, offset 0, flags [+, DF, rsvd], proto TCP (6), length 62, bad cksum 8e7f (->c283)!)\n    19.128.128.20.323 > 76.19.6.127.49600: Flags [none], seq 2684354563:2684354585, win 28672, length 22\n\tRPKI-RTRv0, Serial Notify PDU (0), length: 301989891 (invalid) [|rpki_rtr]",
    ],
    [
      "options too few decode",
      "-vv -S",
      "000cfb008f010000c0a0ab9d08004500003e350fe000fe068e7f138080144c13067f0143c1c0a0000003e800e200a80070000a1603020000000000000000000000000000000000a10212000003e800",
      "IP (tos 0x0, ttl 254, id 13583, offset 0, flags [+, DF, rsvd], proto TCP (6), length 62, bad cksum 8e7f (->c183)!)\n    19.128.128.20.323 > 76.19.6.127.49600: Flags [none], seq 2684354563:2684354565, win 28672, options [eol], length 2(2 bytes is too few to decode) (invalid)",
    ],
  ],
  1,
);
