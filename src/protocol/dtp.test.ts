import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "DTP",
  [
    [
      "DTPv length Domain TLV",
      "-v",
      "01000ccccccc001906eab8850025aaaa0300000c200401000100084c61620000",
      "DTPv1, length 10\n\tDomain (0x0001) TLV, length 8, Lab[1 bytes remaining] (invalid)",
    ],
    [
      "Status DTP type Neighbor",
      "-v",
      "01000ccccccc001906eab8850025aaaa0300000c200401000100084c616200000200050400030005400004000a",
      "DTPv1, length 29\n\tDomain (0x0001) TLV, length 8, Lab\n\tStatus (0x0002) TLV, length 5, 0x4\n\tDTP type (0x0003) TLV, length 5, 0x40\n\tNeighbor (0x0004) TLV, length 10 [|dtp]",
      60,
    ],
    ["zero packet", "-v", "01000ccccccc001906eab8850025aaaa0300000c2004", "[zero packet length] (invalid)"],
    ["[|snap]", "-v", "01000ccccccc001906eab8850025aaaa0300000c", " [|snap]", 60],
    [
      "La",
      "-v",
      "01000ccccccc001906eab8850025aaaa0300000c200401000100084c61",
      "DTPv1, length 29\n\tDomain (0x0001) TLV, length 8, La [|dtp]",
      60,
    ],
    [
      "zero packet length invalid",
      "",
      "01000ccccccc001906eab8850025aaaa0300000c2004",
      "[zero packet length] (invalid)",
    ],
    ["[|snap]", "", "01000ccccccc001906eab8850025aaaa0300000c", " [|snap]", 60],
    ["[|dtp]", "", "01000ccccccc001906eab8850025aaaa0300000c2004", " [|dtp]", 60],
  ],
  1,
);
