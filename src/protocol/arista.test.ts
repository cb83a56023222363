import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "Arista timestamps",
  [
    [
      "ethertype Arista Vendor Specific",
      "-e",
      "020000000001020000000002d28b00010110",
      "02:00:00:00:00:02 > 02:00:00:00:00:01, ethertype Arista Vendor Specific Protocol (0xd28b), length 51: SubType Timestamp (0x0001), Timescale UTC (1), Format 64-bit (1), HwInfo R/R2 (0), Timestamp  [|arista]",
      51,
    ],
    [
      "Unknown LLC dsap Individual",
      "-e",
      "020000000001020000000002d28b00010211e57cbe8661a6393e052908004519045ac707f7cc0a617b1777acfcfd8e6808c971",
      "02:00:00:00:00:02 > 02:00:00:00:00:01, ethertype Arista Vendor Specific Protocol (0xd28b), length 51: SubType Timestamp (0x0001), Timescale Unknown (2), Format 64-bit (1), HwInfo R3 (1), Timestamp 2092-01-03 00:15:03.638283582: 802.3, length 23: LLC, dsap Unknown (0x08) Individual, ssap Null (0x00) Command, ctrl 0x1945: Supervisory, Receiver not Ready, rcv seq 12, Flags [Poll], length 23",
    ],
    [
      "TAI vlan MPLS unicast",
      "-e",
      "000000000001001122334455d28b000100105ceeed5a0606fe7c810000648847004001404500004a00000000403f4db40a8801200a021718000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435",
      "00:11:22:33:44:55 > 00:00:00:00:00:01, ethertype Arista Vendor Specific Protocol (0xd28b), length 110: SubType Timestamp (0x0001), Timescale TAI (0), Format 64-bit (1), HwInfo R/R2 (0), Timestamp 2019-05-29 20:36:42.101121660: ethertype 802.1Q (0x8100), length 110: vlan 100, p 0, ethertype MPLS unicast (0x8847), MPLS (label 1024, tc 0, [S], ttl 64) 10.136.1.32 > 10.2.23.24:  ip-proto-63 54",
    ],
    [
      "IPv truncated-ip bytes missing",
      "-e",
      "000000000001001122334455d28b000101105ceeed7c1ac227a308004500005200000000403f4dac0a8801200a021718000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e",
      "00:11:22:33:44:55 > 00:00:00:00:00:01, ethertype Arista Vendor Specific Protocol (0xd28b), length 95: SubType Timestamp (0x0001), Timescale UTC (1), Format 64-bit (1), HwInfo R/R2 (0), Timestamp 2019-05-29 20:37:16.448931747: ethertype IPv4 (0x0800), length 95: truncated-ip - 15 bytes missing! 10.136.1.32 > 10.2.23.24:  ip-proto-63 62",
    ],
    [
      "xa",
      "-e",
      "020000000001020000000002d28b00010010e8896b9b3317e20aa028",
      "02:00:00:00:00:02 > 02:00:00:00:00:01, ethertype Arista Vendor Specific Protocol (0xd28b), length 51: SubType Timestamp (0x0001), Timescale TAI (0), Format 64-bit (1), HwInfo R/R2 (0), Timestamp 2093-08-17 04:01:31.857203210: ethertype Unknown (0xa028), length 51: ",
      51,
    ],
    [
      "xf",
      "-e",
      "020000000001020000000002d28b000102106a363212a06f9fd0f21f",
      "02:00:00:00:00:02 > 02:00:00:00:00:01, ethertype Arista Vendor Specific Protocol (0xd28b), length 51: SubType Timestamp (0x0001), Timescale Unknown (2), Format 64-bit (1), HwInfo R/R2 (0), Timestamp 2026-06-20 06:24:20.691669968: ethertype Unknown (0xf21f), length 51: ",
      51,
    ],
    [
      "xe",
      "-e",
      "020000000001020000000002d28b00010220aa92fc2f17fbe7d8adad",
      "02:00:00:00:00:02 > 02:00:00:00:00:01, ethertype Arista Vendor Specific Protocol (0xd28b), length 51: SubType Timestamp (0x0001), Timescale Unknown (2), Format 48-bit (2), HwInfo R/R2 (0), Timestamp 43670.230944763: ethertype Unknown (0xe7d8), length 51: \n\t0x0000:  adad                                     ..",
      51,
    ],
    [
      "xad",
      "-e",
      "020000000001020000000002d28b0001011092ba7c268a9730c6ad690800",
      "02:00:00:00:00:02 > 02:00:00:00:00:01, ethertype Arista Vendor Specific Protocol (0xd28b), length 51: SubType Timestamp (0x0001), Timescale UTC (1), Format 64-bit (1), HwInfo R/R2 (0), Timestamp 2048-01-03 20:10:16.325164230: ethertype Unknown (0xad69), length 51: \n\t0x0000:  0800                                     ..",
      51,
    ],
    [
      "ethertype Arista Vendor Specific",
      "",
      "020000000001020000000002d28b00010110",
      "ethertype Arista Vendor Specific Protocol (0xd28b), length 51: SubType Timestamp (0x0001), Timescale UTC (1), Format 64-bit (1), HwInfo R/R2 (0), Timestamp  [|arista]",
      51,
    ],
    [
      "Unknown Null DSAP Supervisory",
      "",
      "020000000001020000000002d28b00010211e57cbe8661a6393e052908004519045ac707f7cc0a617b1777acfcfd8e6808c971",
      "ethertype Arista Vendor Specific Protocol (0xd28b), length 51: SubType Timestamp (0x0001), Timescale Unknown (2), Format 64-bit (1), HwInfo R3 (1), Timestamp 2092-01-03 00:15:03.638283582: 02:00:00:00:00:02 Null > 02:00:00:00:00:01 Unknown DSAP 0x08 Supervisory, Receiver not Ready, rcv seq 12, Flags [Poll], length 23",
    ],
    [
      "TAI MPLS label tc",
      "",
      "000000000001001122334455d28b000100105ceeed5836ab6e7c8847004001404500004e00000000403f4db00a8801200a021718000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f30313233343536373839",
      "ethertype Arista Vendor Specific Protocol (0xd28b), length 110: SubType Timestamp (0x0001), Timescale TAI (0), Format 64-bit (1), HwInfo R/R2 (0), Timestamp 2019-05-29 20:36:40.917204604: MPLS (label 1024, tc 0, [S], ttl 64) IP 10.136.1.32 > 10.2.23.24:  ip-proto-63 58",
    ],
  ],
  1,
);
