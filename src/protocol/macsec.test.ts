import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "MACsec",
  [
    [
      "ethertype MACsec length an",
      "-e",
      "b6b95d808d79caf9df4f509a88e5202200000045caf9df4f509a006408",
      "ca:f9:df:4f:50:9a > b6:b9:5d:80:8d:79, ethertype 802.1AE MACsec (0x88e5), length 74: an 0, pn 69, flags I, sl 34, sci caf9df4f509a0064,  [|macsec]",
      74,
    ],
    ["[|ether]", "-e", "b6b95d808d79", " [|ether]", 130],
    [
      "CI",
      "-e",
      "3e6ff374237c2eb73f3995c388e52400000000062eb73f3995c3006f080045000054ab6b4000400127e9",
      "2e:b7:3f:39:95:c3 > 3e:6f:f3:74:23:7c, ethertype 802.1AE MACsec (0x88e5), length 122: an 0, pn 6, flags CI, sci 2eb73f3995c3006f, \n\t0x0000:  0800 4500 0054 ab6b 4000 4001 27e9       ..E..T.k@.@.'.",
      122,
    ],
    [
      "IPv UDP",
      "-e",
      "b6b95d808d79caf9df4f509a88e5202200000042caf9df4f509a00640800450000202df140004011a787c0a87201c0a8720292531a0a000c89e73132330a079d1505db571783ceb1aec143e4e374",
      "ca:f9:df:4f:50:9a > b6:b9:5d:80:8d:79, ethertype 802.1AE MACsec (0x88e5), length 78: an 0, pn 66, flags I, sl 34, sci caf9df4f509a0064, ethertype IPv4 (0x0800), 192.168.114.1.37459 > 192.168.114.2.6666: UDP, length 4",
    ],
    [
      "ECI",
      "-e",
      "3e6ff374237c2eb73f3995c388e52c00000000482eb73f3995c3000150c68aabf6822b69adc7f4bca4d8af675437",
      "2e:b7:3f:39:95:c3 > 3e:6f:f3:74:23:7c, ethertype 802.1AE MACsec (0x88e5), length 130: an 0, pn 72, flags ECI, sci 2eb73f3995c30001, \n\t0x0000:  50c6 8aab f682 2b69 adc7 f4bc a4d8 af67  P.....+i.......g\n\t0x0010:  5437                                     T7",
      130,
    ],
    [
      "IP tos ttl id",
      "-v",
      "b6b95d808d79caf9df4f509a88e5202200000042caf9df4f509a00640800450000202df140004011a787c0a87201c0a8720292531a0a000c89e73132330a079d1505db571783ceb1aec143e4e374",
      "IP (tos 0x0, ttl 64, id 11761, offset 0, flags [DF], proto UDP (17), length 32)\n    192.168.114.1.37459 > 192.168.114.2.6666: UDP, length 4",
    ],
    [
      "MACsec an pn CI",
      "-v",
      "3e6ff374237c2eb73f3995c388e52400000000062eb73f3995c3006f080045000054ab6b4000400127e9",
      "2e:b7:3f:39:95:c3 > 3e:6f:f3:74:23:7c 802.1AE MACsec, an 0, pn 6, flags CI, sci 2eb73f3995c3006f, \n\t0x0000:  0800 4500 0054 ab6b 4000 4001 27e9       ..E..T.k@.@.'.",
      122,
    ],
    ["[|ether]", "-v", "b6b95d808d79", " [|ether]", 130],
    [
      "MACsec an pn flags",
      "",
      "3e6ff374237c2eb73f3995c388e52400000000062eb73f3995c3006f080045000054ab6b4000400127e9",
      "2e:b7:3f:39:95:c3 > 3e:6f:f3:74:23:7c 802.1AE MACsec, an 0, pn 6, flags CI, sci 2eb73f3995c3006f, \n\t0x0000:  0800 4500 0054 ab6b 4000 4001 27e9       ..E..T.k@.@.'.",
      122,
    ],
    ["[|ether]", "", "b6b95d808d79", " [|ether]", 130],
    [
      "IP UDP length",
      "",
      "b6b95d808d79caf9df4f509a88e5202200000042caf9df4f509a00640800450000202df140004011a787c0a87201c0a8720292531a0a000c89e73132330a079d1505db571783ceb1aec143e4e374",
      "IP 192.168.114.1.37459 > 192.168.114.2.6666: UDP, length 4",
    ],
  ],
  1,
);
