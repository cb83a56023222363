import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "Q.933",
  [
    [
      "Pad CCITT codeset Call",
      "-vv",
      "08412c0008013b009d0704009d87ce070400009d9dce0704009d000004003f",
      "UI 2c! Pad! Q.933, CCITT, codeset 5, Call Ref: 0x3b, ESC to National (0x00), length 387\n\tANSI PVC Status IE (0x07), length 4: Invalid DLCI in PVC STATUS IE\n\t  0x0000:  009d 87ce\n\tANSI PVC Status IE (0x07), length 4: DLCI 14: status New, Inactive\n\t  0x0000:  0000 9d9d\n\tANSI PVC Status IE (0x07), length 4: Invalid DLCI in PVC STATUS IE\n\t  0x0000:  009d 0000\n\tunknown IE (0x04), length 0: ",
      392,
    ],
    [
      "Alert Report Type Link",
      "-vv",
      "08412c0008fffe009d1c0d060d010101010d01910101010101010100008c00403b",
      "UI 2c! Pad! Q.933, CCITT, codeset 0, Call Ref: 0xfe009d1c0d060d010101010d019101, Alert (0x01), length 389\n\tANSI Report Type IE (0x01), length 1: Link verify (1)\n\t  0x0000:  01\n\tANSI Report Type IE (0x01), length 1: Full Status (0)\n\t  0x0000:  00\n\tunknown IE (0x00), length 140: ",
      394,
    ],
    [
      "Verify LINK VERIFY",
      "-vv",
      "08412c0008010000030101030101cf00000000000800",
      "UI 2c! Pad! Q.933, CCITT, codeset 0, Call Ref: 0x00, ESC to National (0x00), length 378\n\tANSI Link Verify IE (0x03), length 1: Invalid LINK VERIFY IE\n\t  0x0000:  01\n\tANSI Link Verify IE (0x03), length 1: Invalid LINK VERIFY IE\n\t  0x0000:  01\n\tunknown IE (0x00), length 0: ",
      383,
    ],
    [
      "Connect Active",
      "-vv",
      "08412c00080107070705070707c7ff39",
      "UI 2c! Pad! Q.933, CCITT, codeset 0, Call Ref: 0x07, Connect (0x07), length 300\n\tANSI PVC Status IE (0x07), length 5: DLCI 917543: status New, Active\n\t  0x0000:  0707 07c7 ff [|q.933]",
      305,
    ],
    [
      "Progress Seq",
      "-vv -T rpc",
      "08412c0803080368030302030303020303",
      "UI 2c! Q.933, CCITT, codeset 0, Call Ref: 0x080368, Progress (0x03), length 13\n\tANSI Link Verify IE (0x03), length 2: TX Seq:   3, RX Seq:   3\n\t  0x0000:  0303\n\tANSI Link Verify IE (0x03), length 2: TX Seq:   3, RX Seq:   3\n\t  0x0000:  0303",
    ],
    [
      "message",
      "-vv -T rpc",
      "08292c0881888188",
      "UI 2c! Q.933, CCITT, codeset 0, Call Ref: 0x88, unknown message (0x81), length 4",
    ],
  ],
  107,
);
