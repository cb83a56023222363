import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "SOME/IP",
  [
    [
      "IP truncated-ip bytes missing",
      "-v",
      "ffffffffffff001fc6db87370800450000540001000040114937c0a85808c0a858087b02771a00407d8effff8100000000300000000001010200",
      "IP truncated-ip - 40 bytes missing! (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto UDP (17), length 84)\n    192.168.88.8.31490 > 192.168.88.8.30490: SOMEIP, service 65535, event 256, len 48, client 0, session 0, pver 1, iver 1, msgtype NOTIFICATION, retcode E_OK\n",
    ],
    ["[|ip]", "-v", "ffffffffffff001fc6db873708004500002c00", "IP  [|ip]"],
    [
      "method REQUEST_NO_RETURN [|someip]",
      "-v",
      "ffffffffffff001fc6db873708004500002c000100004011495fc0a85808c0a85808dac1771a00187a67000100020000000800080005010101",
      "IP truncated-ip - 1 bytes missing! (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto UDP (17), length 44)\n    192.168.88.8.56001 > 192.168.88.8.30490: SOMEIP, service 1, method 2, len 8, client 8, session 5, pver 1, iver 1, msgtype REQUEST_NO_RETURN [|someip]",
    ],
    [
      "[|udp]",
      "-v",
      "ffffffffffff001fc6db873708004500002c000100004011495fc0a85808c0a85808da",
      "IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto UDP (17), length 44)\n    192.168.88.8 > 192.168.88.8:  [|udp]",
      58,
    ],
  ],
  1,
);
