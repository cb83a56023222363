import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "USB, link type 220",
  [
    [
      "USB ISOCHRONOUS SUBMIT",
      "-vv",
      "b9b9b9b9b9b90055530043420111b0b9b9b9b9b9bbb939b9b930b9b9b9b9b9b9e582237251560000711f7d7251560000b9b9b9b9228500d100ca0631027e3ccd",
      "USB ISOCHRONOUS SUBMIT to 4353:66:67",
      2465,
    ],
    [
      "INTERRUPT",
      "-vv",
      "b9b9b9b9b9b900821101554253b9b0b9b9b9b9b9bbb9b9b9b930b9b9b9b9b9b9b9b9b9b9b9b9b90cb9b923b9b9b9b9b9b9b9b9b9228500d100ca0631027e3ccd",
      "USB INTERRUPT ? 47443:66:85",
      7289,
    ],
  ],
  220,
);

checkGoldens(
  "USB, link type 189",
  [
    [
      "COMPLETE",
      "-vv",
      "fffffffffdff929043dd3085253303011c000000000000000000000000020c007d0000000000a102d8d8d8d8d8000000",
      "USB  ? COMPLETE 13093:133:48",
    ],
    ["linux", "-vv -T tftp", "4e", " [|usb_linux_48_byte]"],
  ],
  189,
);
