import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "UDLD",
  [
    [
      "UDLDv Code Probe message",
      "-v",
      "01000ccccccc020000000002001daaaa0300000c01112103aeb1000700050100",
      "UDLDv1, Code Probe message (1), Flags [RT, RSY] (0x03), length 21\n\tChecksum 0xaeb1 (unverified)\n\tSequence Number TLV (0x0007) TLV, length 5 (invalid) [|udld]",
      43,
    ],
    [
      "Echo MBZ Device Name",
      "-v",
      "01000ccccccc0200000000020021aaaa0300000c011122849fb200060008f190b2fa0005000891a7c0e60005000501",
      "UDLDv1, Code Echo message (2), Flags [MBZ-2, MBZ-7] (0x84), length 25\n\tChecksum 0x9fb2 (unverified)\n\tDevice Name TLV (0x0006) TLV, length 8, M-qM-^PM-2M-z\n\tTimeout Interval TLV (0x0005) TLV, length 8 (invalid)",
    ],
    [
      "none Port-ID M-VM HM",
      "-v",
      "01000ccccccc0200000000020024aaaa0300000c011122007bb800020008d688dea200010008d1f40947000900087a492ac9",
      'UDLDv1, Code Echo message (2), Flags [none] (0x00), length 28\n\tChecksum 0x7bb8 (unverified)\n\tPort-ID TLV (0x0002) TLV, length 8, M-VM-^HM-^M-"\n\tDevice-ID TLV (0x0001) TLV, length 8, M-QM-t^IG\n\tUnknown (0x0009) TLV, length 8',
    ],
    [
      "Reserved xf Nb M-c",
      "-v",
      "01000ccccccc0200000000020021aaaa0300000c01112503f54c000200084e625ce30004000501000200087e5548b8",
      "UDLDv1, Code Reserved (5), Flags [RT, RSY] (0x03), length 25\n\tChecksum 0xf54c (unverified)\n\tPort-ID TLV (0x0002) TLV, length 8, Nb\\M-c\n\tMessage Interval TLV (0x0004) TLV, length 5, 1s\n\tPort-ID TLV (0x0002) TLV, length 8, ~UHM-8",
    ],
    [
      "[|llc]",
      "-v",
      "01000ccccccc0200000000020021aa",
      " [|llc]\n\t0x0000:  aa                                       .",
      47,
    ],
    [
      "xcb M-E IM EM",
      "-v",
      "01000ccccccc0200000000020022aaaa0300000c01112503cb390006000761626300060008c509858100010007616263",
      "UDLDv1, Code Reserved (5), Flags [RT, RSY] (0x03), length 26\n\tChecksum 0xcb39 (unverified)\n\tDevice Name TLV (0x0006) TLV, length 7, abc\n\tDevice Name TLV (0x0006) TLV, length 8, M-E^IM-^EM-^A\n\tDevice-ID TLV (0x0001) TLV, length 7, abc",
    ],
    [
      "xb M-ZM M-d M-NM",
      "-v",
      "01000ccccccc0200000000020021aaaa0300000c01112103b12800060008da8a7ce4000600050100020008e0ceac01",
      "UDLDv1, Code Probe message (1), Flags [RT, RSY] (0x03), length 25\n\tChecksum 0xb128 (unverified)\n\tDevice Name TLV (0x0006) TLV, length 8, M-ZM-^J|M-d\n\tDevice Name TLV (0x0006) TLV, length 5, ^A\n\tPort-ID TLV (0x0002) TLV, length 8, M-`M-NM-,^A",
    ],
    [
      "Flush FM-h M-IM M-aM",
      "-v",
      "01000ccccccc0200000000020024aaaa0300000c01112300635a00010008881706e800020008c9bce1df000500083bf58031",
      "UDLDv1, Code Flush message (3), Flags [none] (0x00), length 28\n\tChecksum 0x635a (unverified)\n\tDevice-ID TLV (0x0001) TLV, length 8, M-^H^W^FM-h\n\tPort-ID TLV (0x0002) TLV, length 8, M-IM-<M-aM-_\n\tTimeout Interval TLV (0x0005) TLV, length 8 (invalid)",
    ],
    [
      "UDLDv Code Echo message",
      "",
      "01000ccccccc020000000002001daaaa0300000c011122037d",
      "UDLDv1, Code Echo message (2), Flags [RT, RSY] (0x03), length 21 [|udld]",
      43,
    ],
    [
      "[|llc]",
      "",
      "01000ccccccc0200000000020021aa",
      " [|llc]\n\t0x0000:  aa                                       .",
      47,
    ],
    [
      "Reserved none",
      "",
      "01000ccccccc020000000002001eaaaa0300000c01112500e0",
      "UDLDv1, Code Reserved (5), Flags [none] (0x00), length 22 [|udld]",
      44,
    ],
  ],
  1,
);
