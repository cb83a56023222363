import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "pktap and PPI, link type 258",
  [
    [
      "yahoo com",
      "-vv",
      "6c0000000100000001000000656e3000000000000000000000000000000000000000000002000000020000000e000000000000000002000000000000000000000000000000000000000000000000000000000000ffffffff0000000000000000000000000000000000000000001e491ff2c47073cb0b262a08004500003c2e030000ff1111440a20041b0a20640ff83200350028481443010100000100000000000002696e016d057961686f6f03636f6d0000010001",
      "IP (tos 0x0, ttl 255, id 11779, offset 0, flags [none], proto UDP (17), length 60)\n    10.32.4.27.63538 > 10.32.100.15.53: [udp sum ok] 17153+ A? in.m.yahoo.com. (32)",
    ],
    [
      "pkt too small invalid",
      "-vv",
      "020000004500009f7700530ac0",
      " (pkt_len too small, 2 < 108) (invalid)",
      4369,
    ],
    [
      "BLUETOOTH WITH PHDR",
      "-vv",
      "6c0000000100000000010000656e300000807e0000000000f90000000000000002000000020000000e0000000000000000007e0000000000000000000000ffff6eff5495c47d81a8e800000000001e491ff2c4c373cb0b262a24d5d5d5d5d5d5d5d5d5d508006d0000010001",
      "DLT BLUETOOTH_LE_LL_WITH_PHDR (256) len 108, length 3244: ",
      3244,
    ],
    ["[|pktap]", "-vv", "6a", " [|pktap]", 842],
  ],
  258,
);

checkGoldens(
  "pktap and PPI, link type 192",
  [
    ["DLT UNKNOWN len", "-vv", "01030b00640164089a1a01", "V.1 DLT UNKNOWN (140771684) len 11, length 11: "],
    ["[|ppi]", "-vv", "017e5eff7d99428e", " [|ppi]"],
    ["[length invalid", "-vv", "040000002c04f6ca", " [length 0 < 8 or > 65532] (invalid)"],
  ],
  192,
);
