import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "CALM FAST",
  [
    [
      "CALM FAST src length",
      "-v",
      "0200000000010200000000021111",
      "CALM FAST src:02:00:00:00:00:02;  (length 1 < 2) (invalid) [|calm_fast]",
      15,
    ],
    [
      "SrcNwref DstNwref",
      "-v",
      "0200000000010200000000021111902bde",
      "CALM FAST src:02:00:00:00:00:02; SrcNwref:144; DstNwref:43; \n\t0x0000:  de                                       .",
    ],
    ["[|ether]", "-v", "0200000000", " [|ether]"],
    [
      "CALM FAST src length",
      "",
      "0200000000010200000000021111",
      "CALM FAST src:02:00:00:00:00:02;  (length 1 < 2) (invalid) [|calm_fast]",
      15,
    ],
    [
      "SrcNwref DstNwref",
      "",
      "02000000000102000000000211112007",
      "CALM FAST src:02:00:00:00:00:02; SrcNwref:32; DstNwref:7; ",
    ],
    ["[|ether]", "", "0200000000", " [|ether]"],
  ],
  1,
);
