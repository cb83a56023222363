import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "AoE",
  [
    [
      "AoE length Ver Flags",
      "-v",
      "02000000000102000000000288a218051517c70247e065f200000101000274ab",
      "AoE length 22, Ver 1, Flags: [Response]\n\tMajor: 0x1517, Minor: 0xc7, Command: MAC Mask List, Tag: 0x47e065f2\n\tMCmd: Read Mac Mask List, MError: Unspecified Error, Dir Count: 1\n\t DCmd: Delete mac address from mask list [|aoe]",
      36,
    ],
    [
      "none xad xa Query",
      "-v",
      "02000000000102000000000288a21007ad5da601b0def97acafa028e70120000636f6e66",
      "AoE length 22, Ver 1, Flags: [none]\n\tMajor: 0xad5d, Minor: 0xa6, Command: Query Config Information, Tag: 0xb0def97a\n\tBuffer Count: 51962, Firmware Version: 654, Sector Count: 112, AoE: 1, CCmd: test config string prefix",
    ],
    [
      "Target is reserved Issue",
      "-v",
      "02000000000102000000000288a21c064cce7200d6f9a1713f05e7ef55960b05440e8669701ffb5abd",
      "AoE length 27, Ver 1, Flags: [Response, Error]\n\tError: Target is reserved\n\tMajor: 0x4cce, Minor: 0x72, Command: Issue ATA Command, Tag: 0xd6f9a171\n\tAFlags: [MBZ-5, Device, MBZ-3, MBZ-2, Async, Write], Err/Feature: 5, Sector Count: 231, Cmd/Status: 239\n\tlba0: 85, lba1: 150, lba2: 11, lba3: 5, lba4: 68, lba5: 14\n\tData: 5 bytes",
    ],
    [
      "Invalid xae Reserve/Release xf",
      "-v",
      "02000000000102000000000288a21c00ae9dc103f15ab9af0202d550b1149c25",
      "AoE length 18, Ver 1, Flags: [Response, Error]\n\tError: Invalid (0)\n\tMajor: 0xae9d, Minor: 0xc1, Command: Reserve/Release, Tag: 0xf15ab9af\n\tRCmd: Force set reserve list, NMacs: 2 (invalid)",
    ],
    [
      "xef Edit full No",
      "-v",
      "02000000000102000000000288a2130513aaef02354f44bf000103010000cdd79dec76b9",
      "AoE length 22, Ver 1, Flags: [MBZ-1, MBZ-0]\n\tMajor: 0x13aa, Minor: 0xef, Command: MAC Mask List, Tag: 0x354f44bf\n\tMCmd: Edit Mac Mask List, MError: Mask list full, Dir Count: 1\n\t DCmd: No Directive, Ethernet Address: cd:d7:9d:ec:76:b9",
    ],
    [
      "Unrecognized command code Unknown",
      "-v",
      "02000000000102000000000288a21c0125a6a704e98fa0b8d2d5cacc",
      "AoE length 14, Ver 1, Flags: [Response, Error]\n\tError: Unrecognized command code\n\tMajor: 0x25a6, Minor: 0xa7, Command: Unknown (0x04), Tag: 0xe98fa0b8",
    ],
    [
      "argument parameter xfc",
      "-v",
      "02000000000102000000000288a21c02fc12",
      "AoE length 22, Ver 1, Flags: [Response, Error]\n\tError: Bad argument parameter\n\tMajor: 0xfc12 [|aoe]",
      36,
    ],
    [
      "Unsupported version xcc",
      "-v",
      "02000000000102000000000288a21c0521a8cc0477e1ab24f47ee791",
      "AoE length 14, Ver 1, Flags: [Response, Error]\n\tError: Unsupported version\n\tMajor: 0x21a8, Minor: 0xcc, Command: Unknown (0x04), Tag: 0x77e1ab24",
    ],
    [
      "AoE length Ver Flags",
      "",
      "02000000000102000000000288a21c074c",
      "AoE length 22, Ver 1, Flags: [Response, Error]",
      36,
    ],
    ["[|ether]", "", "02000000000102000000", " [|ether]", 31],
    ["[|aoe]", "", "02000000000102000000000288a2", "AoE length 14 [|aoe]", 28],
  ],
  1,
);
