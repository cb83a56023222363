import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "Kerberos",
  [
    [
      "APPL REQUEST MUTUAL unknown",
      "-vv",
      "028e00506ae10101ed830000080045088034d940400040116a700a00000100ea9ad600585e0a028000b104090f0f0f0f0f1500000f040f0f0f0f0f0f0f0f0f0f0f0f001688",
      "IP (tos 0x8, ttl 64, id 55616, offset 0, flags [DF], proto UDP (17), length 32820, bad cksum 6a70 (->3baf)!)\n    10.0.0.1.88 > 0.234.154.214.24074:  v4 le APPL_REQUEST_MUTUAL: (unknown)",
      262144,
    ],
    [
      "KDC M-h AM-p PQM-a",
      "-vv",
      "028e00506de10101ed830000080045088834d940400040114a702900000120eb9ad600585e0a02f80ab10402e801f0005051e111f803d01502b80a01eb6305e80b02000400",
      "IP (tos 0x8, ttl 64, id 55616, offset 0, flags [DF], proto UDP (17), length 34868, bad cksum 4a70 (->f4ad)!)\n    41.0.0.1.88 > 32.235.154.214.24074:  v4 be KDC_REQUEST: M-h^AM-p.PQM-a^QM-x^CM-P^U^BM-8^J^AM-kc^EM-h^K^B@^D [|krb]",
      262144,
    ],
    [
      "truncated-ip bytes missing M-oM-",
      "-vv",
      "028e005051e10101ed830000080045007f4cd9404000541101700a000001003f9a0000585e0a02f40ab1040200efffff0080d620d7d7d70b03d700",
      "IP truncated-ip - 8518 bytes missing! (tos 0x0, ttl 84, id 55616, offset 0, flags [DF], proto UDP (17), length 32588, bad cksum 170 (->2a20)!)\n    10.0.0.1.88 > 0.63.154.0.24074:  v4 be KDC_REQUEST: .M-oM-^?M-^?@M-^@M-V M-WM-WM-W^K^CM-W [|krb]",
      24084,
    ],
    [
      "M-g M-z M-uM-tM- VM-",
      "-vv",
      "028e00506ae10101ed830000080045088034d940400040114a700a00ff7f00ea9ad600585e0a02f40eb104020f0f0f0f0f04b22000e703003efa7df5f49ce016ff7fbd4f99",
      "IP (tos 0x8, ttl 64, id 55616, offset 0, flags [DF], proto UDP (17), length 32820, bad cksum 4a70 (->3c30)!)\n    10.0.255.127.88 > 0.234.154.214.24074:  v4 be KDC_REQUEST: ^O^O^O^O^O^DM-2 .M-g^C@>M-z}M-uM-tM-^\\M-`^VM-^?^?M-=OM-^Y [|krb]",
      262144,
    ],
    [
      "M-WM- M-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-i UM- AM-u",
      "-vv",
      "028e0000fee1edf183010000080045088034d940400040114a700a00000100ea9ad600585e0a02f40ab104020f0f0f0ffc0000000004b2a102d7ffe9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9010055957d81f53be9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9ffffffffffffffffffffffffffffffffffffffffffe9e9e9e9e9e9e8e9e9fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8ffffffffffffffffffffffffe9e9e9e9e9e9ff0f0f0f001688",
      "IP truncated-ip - 8600 bytes missing! (tos 0x8, ttl 64, id 55616, offset 0, flags [DF], proto UDP (17), length 32820, bad cksum 4a70 (->3baf)!)\n    10.0.0.1.88 > 0.234.154.214.24074:  v4 be KDC_REQUEST: ^O^O^O^OM-|.@ 10min M-WM-^?M-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-i^A.UM-^U}M-^AM-u;M-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-iM-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-iM-iM-iM-iM-iM-iM-hM-iM-iM-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-xM-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-iM-iM-iM-iM-iM-iM-^?^O^O^O",
      24234,
    ],
    [
      "ERR REPLY KM-p OM-Tk",
      "-vv",
      "028e00506ae1f101ed7dfd00080045088034d940400040114a700a00000100ea9ad600585e040af4b102040a0f0f0f0f00040a0fa3ffff0f640bf0064a0fd46b00000f0f252525252525252525955500001ce85d2524",
      "IP truncated-ip - 9947 bytes missing! (tos 0x8, ttl 64, id 55616, offset 0, flags [DF], proto UDP (17), length 32820, bad cksum 4a70 (->3baf)!)\n    10.0.0.1.88 > 0.234.154.214.24068:  v4 be ERR_REPLY: ^O^O^O^O.^D^J^OM-#M-^?M-^?^Od^KM-p^FJ^OM-Tk@ #9509 %%%M-^UU",
      22887,
    ],
    [
      "M-C HM- QJp",
      "-vv",
      "028e00506ae1010001000000080045088034d92b400040113b700a00000100ea9ad600585e0a02f40ab10402ffffff7f80ff80d600c3088034d940400040114a700a001688",
      "IP (tos 0x8, ttl 64, id 55595, offset 0, flags [DF], proto UDP (17), length 32820, bad cksum 3b70 (->3bc4)!)\n    10.0.0.1.88 > 0.234.154.214.24074:  v4 be KDC_REQUEST: M-^?M-^?M-^?^?M-^@M-^?M-^@M-V.M-C^HM-^@4M-Y@@@@^QJp^J [|krb]",
      262144,
    ],
    [
      "EEEEEEM- XM- Hiyyyyyyyyyyyyyyyy",
      "-vv",
      "028e00506ae10101ed830000080045088034d940400040114a700a00000100ea9ad600585e0a02f40ab104020f0fffff454545454545aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa18aa2180aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa45020f0f0f0f04b2a1b1b1b1b1b1b1b1b1b180b016886979797979797979797979797979797979",
      "IP truncated-ip - 8636 bytes missing! (tos 0x8, ttl 64, id 55616, offset 0, flags [DF], proto UDP (17), length 32820, bad cksum 4a70 (->3baf)!)\n    10.0.0.1.88 > 0.234.154.214.24074:  v4 be KDC_REQUEST: ^O^OM-^?M-^?EEEEEEM-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*^XM-*!M-^@M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*M-*E^B^O^O^O^O^DM-2M-!M-1M-1M-1M-1M-1M-1M-1M-1M-1M-^@M-0^VM-^Hiyyyyyyyyyyyyyyyy [|krb]",
      24198,
    ],
    [
      "M-cM-aM- JINCR JM-",
      "-vv",
      "028e00506ae101ed01830000080045088034d960400040114a700a00000100ea9ad600585e0a02f40ab104020f080034d9ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe3e1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffff660d0a7a0d0a2a320d0a24340d0a494e43520d0a24310d0a7a0db1b0160a88",
      "IP truncated-ip - 8631 bytes missing! (tos 0x8, ttl 64, id 55648, offset 0, flags [DF], proto UDP (17), length 32820, bad cksum 4a70 (->3b8f)!)\n    10.0.0.1.88 > 0.234.154.214.24074:  v4 be KDC_REQUEST: ^O^H.4M-YM-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-cM-aM-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?M-^?f^M^Jz^M^J*2^M^J$4^M^JINCR^M^J$1^M^Jz^MM-1M-0^V^JM-^H [|krb]",
      24203,
    ],
  ],
  1,
);
