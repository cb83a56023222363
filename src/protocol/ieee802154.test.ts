import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "IEEE 802.15.4",
  [
    [
      "IEEE Beacon packet Sequence",
      "-vv",
      "4011d6460800",
      "IEEE 802.15.4 Beacon packet v1 [ERROR: Sequence number suppressed on frames where version < 2]seq suppressed [ERROR: PAN ID Compression != 0, and only one address with frame version < 2]-:none < -:none \n\tBeacon order = 6, Superframe order = 13, Final CAP Slot = 6, PAN Coordinator\n\tGTS Descriptor Count = 0, \n\tPending address list, # short addresses = 0, # extended addresses = 0",
      8655,
    ],
    [
      "Command Security Level Key",
      "-vv",
      "ab210055957eff0301",
      "IEEE 802.15.4 Command packet v2 seq suppressed -:none < -:none \n\tSecurity Level 0, Key Id Mode 0, Frame Counter 0xff7e9555 ImplicitCommand ID = Disassociation Notification command Reason = The coordinator wishes the device to leave PAN",
      5050,
    ],
    [
      "BLE enabled Association PermitGTS",
      "-vv",
      "2080defeebc50bdefe132900aa000055957d11fe",
      "IEEE 802.15.4 Beacon packet v0 seq de -:none < ebfe:0bc5 \n\tBeacon order = 14, Superframe order = 13, Final CAP Slot = 14, BLE enabled, PAN Coordinator, Association PermitGTS Descriptor Count = 3, GTS Directions Mask = 29, [ [ aa00, Start slot = 10, Length = 10 ] [ 5500, Start slot = 5, Length = 5 ] [ 117d, Start slot = 1, Length = 1 ] ][ERROR: Truncated before pending addresses]",
      804,
    ],
    [
      "Vendor Specific Header Omnibus",
      "-vv",
      "808200aa030000000000000015003f872800",
      "IEEE 802.15.4 Beacon packet v0 seq 00 -:none < 03aa:0000 \n\tVendor Specific Header IE [] \n\tVendor Specific Header IE [] \n\tOmnibus Header IE [] \n\tHeader Termination 1 IE [] [ERROR: Payload IE with type 0] \n\tIETF IE [ length = 135, [ERROR: Truncated IE data]",
      54,
    ],
    [
      "KeyIndex Request RFD Fast",
      "-vv",
      "2b0000a80a0191",
      "IEEE 802.15.4 Command packet v0 seq 00 -:none < -:none \n\tSecurity Level 0, Key Id Mode 1, KeyIndex 0x0a, Command ID = Association Request command RFD, Fast association, Allocate address, ",
      24032,
    ],
    [
      "KeySource Reserved Data IEs",
      "-vv -T vat",
      "0b03ff30ba3031020003023f800000ffff00920106040a000c0104080000",
      "IEEE 802.15.4 Command packet v0 [ERROR: Sequence number suppressed on frames where version < 2]seq suppressed -:none < -:none \n\tSecurity Level 7, Key Id Mode 3, KeySource 02:03:00:02:31:30:ba:30, KeyIndex 0x02, \n\tReserved 0x06 [] \n\tHeader Termination 1 IE [ length = 2, IE Data = 80 00 ] Payload IEs present, but encrypted, cannot print [ERROR: Truncated before Command ID]",
    ],
    [
      "Response Short access denied",
      "-vv",
      "ab210055957eff027eff02",
      "IEEE 802.15.4 Command packet v2 seq suppressed -:none < -:none \n\tSecurity Level 0, Key Id Mode 0, Frame Counter 0xff7e9555 ImplicitCommand ID = Association Response command Short address = ff7e, PAN access denied",
      5052,
    ],
    [
      "request Transmit-only deallocations",
      "-vv",
      "db1dec400606640900060303640900",
      "IEEE 802.15.4 Command packet v1 [ERROR: Sequence number suppressed on frames where version < 2]seq suppressed [ERROR: PAN ID Compression != 0, and only one address with frame version < 2]40ec:03:03:06:00:09:64:06:06 < -:none \n\tSecurity Level 4, Key Id Mode 0, ImplicitCommand ID = GTS request command GTS Length = 0, Transmit-only GTS, GTS deallocations",
      2131,
    ],
    [
      "Multipurpose dst",
      "-vv",
      "cdcd",
      "IEEE 802.15.4 Multipurpose packet v0 [ERROR: Truncated before dst_pan]",
      24027,
    ],
  ],
  195,
);
