import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "Mobile IPv6, link type 229",
  [
    [
      "Mobility mobility HoT nonce",
      "-vv",
      "600000000018874020010db800000000000000000000000120010db80000000000000000000000023b0203000000090a0b0c0d0e0f1004d21112131415161718",
      "IP6 (hlim 64, next-header Mobility (135) payload length: 24) 2001:db8::1 > 2001:db8::2: mobility: HoT nonce id=0x90a Home Init Cookie=0b0c0d0e:0f1004d2 Home Keygen Token=11121314:15161718",
    ],
    [
      "CoTI Care-of",
      "-vv",
      "600000000010874020010db800000000000000000000000120010db80000000000000000000000023b01020000000000090a0b0c0d0e0f10",
      "IP6 (hlim 64, next-header Mobility (135) payload length: 16) 2001:db8::1 > 2001:db8::2: mobility: CoTI Care-of Init Cookie=090a0b0c:0d0e0f10",
    ],
    [
      "status homeaddr",
      "-vv",
      "600000000018874020010db800000000000000000000000120010db80000000000000000000000023b0207000000010020010db8000000000000000000000001",
      "IP6 (hlim 64, next-header Mobility (135) payload length: 24) 2001:db8::1 > 2001:db8::2: mobility: BE status=1 homeaddr 2001:db8::1",
    ],
    [
      "bytes missing lifetime refresh",
      "-vv",
      "600000000020874020010db800000000000000000000000120010db80000000000000000000000023b0306000000000003e80e100200490531738d517d516940ec06110100",
      "IP6 truncated-ip6 - 3 bytes missing!(hlim 64, next-header Mobility (135) payload length: 32) 2001:db8::1 > 2001:db8::2: mobility: BA status=0 seq#=1000 lifetime=14400(refresh: 74772)(type-0x49: len=5) [|mobility]",
    ],
    [
      "HoTI",
      "-vv",
      "600000000010874020010db800000000000000000000000120010db80000000000000000000000023b010100000000000102030405060708",
      "IP6 (hlim 64, next-header Mobility (135) payload length: 16) 2001:db8::1 > 2001:db8::2: mobility: HoTI Home Init Cookie=01020304:05060708",
    ],
    [
      "CoT",
      "-vv",
      "600000000018874020010db800000000000000000000000120010db80000000000000000000000023b0204000000090a0b0c0d0e0f10162e191a1b1c1d1e1f20",
      "IP6 (hlim 64, next-header Mobility (135) payload length: 24) 2001:db8::1 > 2001:db8::2: mobility: CoT nonce id=0x90a Care-of Init Cookie=0b0c0d0e:0f10162e Care-of Keygen Token=191a1b1c:1d1e1f20",
    ],
    [
      "alt-CoA auth",
      "-vv",
      "600000000038874020010db800000000000000000000000120010db80000000000000000000000023b060500000003e880000e100310200106604701f004020d54fffe98bc93040404d2162e050c8101738d517d516940ec0611010400000000",
      "IP6 (hlim 64, next-header Mobility (135) payload length: 56) 2001:db8::1 > 2001:db8::2: mobility: BU seq#=1000 A lifetime=14400(alt-CoA: 2001:660:4701:f004:20d:54ff:fe98:bc93)(ni: ho=0x04d2 co=0x162e)(auth) [|mobility]",
    ],
  ],
  229,
);

checkGoldens(
  "Mobile IPv6, link type 1",
  [
    [
      "flowlabel Mobile old BRR",
      "-vv",
      "c08023a000df62383d49967586dd6500000406003e00d4007f0062382900000300000000000000d204000000040000030002002c000000020000000000000003000000000000000004",
      "IP6 (class 0x50, flowlabel 0x00004, hlim 0, next-header Mobile IP (old) (62) payload length: 1536) d400:7f00:6238:2900:3:: > d2:400:0:400:3:2:2c:0: mobility: BRR(pad1)(altcoa: trunc) [|mobility]",
      24098,
    ],
  ],
  1,
);
