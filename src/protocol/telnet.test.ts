import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "Telnet",
  [
    [
      "bytes missing flowlabel options",
      "-vv -S",
      "00000001000608278d00d4e5000086dd6c067c6e00ac06012a020abc00000000002500000002000001232a020abc000000000000000000000017b1fe00b304f3269c918ccd418018007fdfd300000101080af3a6d64f01c60afbffffffffffffffffffffffffffffffff008c0100ae010168",
      "IP6 truncated-ip6 - 114 bytes missing!(class 0xc0, flowlabel 0x67c6e, hlim 1, next-header TCP (6) payload length: 172) 2a02:abc::25:0:2:0.23 > 123:2a02:abc::.45566: Flags [FE], seq 11732211:11732335, win 32792, options [eol], length 124 [telnet IAC IAC]",
    ],
    [
      "IAC EC]",
      "-vv -S",
      "007c000100060800328de5d400f986dd6c067c6e00ac06012a820abc06bd00000000000000000001232a020abc000000000000000000ffb100170000b304f3269c918ccd508018007fdfd300fffffffffffffffffff7fffffffffffffffffffffffffffffffffffffffffffffffffff8fffffff7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7fffafffffffeffffffffffffffffffffffffff01000000ffff00000000000001232a020a000000000000000100682800020000000000000000000000000000000000000000000000000180080168",
      "IP6 (class 0xc0, flowlabel 0x67c6e, hlim 1, next-header TCP (6) payload length: 172) 2a82:abc:6bd::1.23 > 232a:20a:bc00::ffb1.0: Flags [W], cksum 0x7fdf (incorrect -> 0x08c3), seq 3003446054:3003446206, win 6144, length 152 [telnet IAC IAC, IAC IAC, IAC IAC, IAC IAC, EC, IAC IAC, IAC IAC, IAC IAC, IAC IAC, IAC IAC, IAC IAC, IAC IAC, IAC IAC, IAC IAC, IAC IAC, IAC IAC, IAC IAC, EL, IAC IAC, EC, IAC IAC, IAC IAC, IAC IAC, IAC IAC, IAC IAC, IAC IAC, IAC IAC, IAC IAC, IAC IAC, IAC IAC, IAC IAC, IAC IAC, IAC IAC, IAC IAC, IAC IAC, IAC IAC, IAC IAC, EC]",
    ],
    [
      "nop val ecr",
      "-vv -S",
      "0000000100060800278de5d4000086dd6c067c6e00ac06012a020abc00000000002500000000000001232a020abc00000000000000000000001700b304f3269c918ccd508018007fdfd300000101080af3a6d64f01c60affff00000168",
      "IP6 truncated-ip6 - 135 bytes missing!(class 0xc0, flowlabel 0x67c6e, hlim 1, next-header TCP (6) payload length: 172) 2a02:abc:0:0:25::.23 > 123:2a02:abc::.179: Flags [P.], seq 83043996:83044136, ack 2441923920, win 127, options [nop,nop,TS val 4087797327 ecr 29756159], length 140",
    ],
    [
      "WILL",
      "-vv -S",
      "0000000100060800318de5d400f986dd6c067c6e00ac06012a820abc00bd00000000000000000001232a020abc000000000000000000feb100170000b304f3269c918ccd5080fffffffffffffffffffffffffffffffffffffffffffb0006ffffffffffffffffff080168",
      "IP6 truncated-ip6 - 122 bytes missing!(class 0xc0, flowlabel 0x67c6e, hlim 1, next-header TCP (6) payload length: 172) 2a82:abc:bd::1.23 > 232a:20a:bc00::feb1.0: Flags [W], seq 3003446054:3003446206, win 65535, length 152 [telnet IAC IAC, IAC IAC, IAC IAC, IAC IAC, IAC IAC, IAC IAC, IAC IAC, WILL BINARY]",
    ],
  ],
  113,
);
