import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "Cisco HDLC",
  [
    [
      "truncated-ip bytes missing tos",
      "-vv",
      "0f0008004500001c00010000401100000a0009010a000002000900090008",
      "IP truncated-ip - 2 bytes missing! (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto UDP (17), length 28, bad cksum 0 (->5dce)!)\n    10.0.9.1.9 > 10.0.0.2.9:  [|udp]",
    ],
    [
      "SLARP keepalive mineseen yourseen",
      "-vv",
      "04008035000000020000ff05ff000004ffff00100000",
      "SLARP (length: 18), keepalive: mineseen=0x0000ff05, yourseen=0xff000004, reliability=0xffff, link uptime=0d0h17m28s",
    ],
    ["unknown CHDLC protocol xfe", "-v", "0f00fe08", "unknown CHDLC protocol (0xfe08)"],
    [
      "wrong link-layer encapsulation invalid",
      "-vv",
      "ff03080066",
      "IP6, wrong link-layer encapsulation (invalid)",
      32,
    ],
    [
      "CCITT codeset Call Ref",
      "-vv",
      "0f00fefe08030100ff000000000000000000",
      "Q.933, CCITT, codeset 0, Call Ref: 0x0100ff, ESC to National (0x00), length 13\n\tunknown IE (0x00), length 0: ",
    ],
    ["ES-ISno header all", "-v", "0f00fefe8204", "ES-ISno header at all!"],
    ["MPLS label [|mpls]", "-v", "0f00884700064140", "MPLS (label 100, tc 0, [S], ttl 64) [|mpls]", 36],
    ["ES-IS [|esis]", "-v", "0f00fefe8204", "ES-IS [|esis]", 1899],
    [
      "ICMP echo reply seq",
      "",
      "0f0008004500001c00010000400180000a0080010a0000020009000900080000",
      "IP 10.0.128.1 > 10.0.0.2: ICMP echo reply, id 8, seq 0, length 8",
    ],
    [
      "hlim next-header payload feff",
      "-v",
      "8f0086dd60000000000811fffeff0000000000000000d20000008001ff0200000000000000000000000000090009000900080000",
      "IP6 (hlim 255, next-header UDP (17) payload length: 8) feff::d200:0:8001.9 > ff02::9.9: [bad udp cksum 0x0000 -> 0xafbe!] UDP, length 0",
    ],
    ["chdlc slarp", "-v", "8f008035", "SLARP (length: 0),  [|chdlc_slarp]"],
    [
      "OSI NLPID xee",
      "-v",
      "0f00fefeee038100000000000000001f",
      "OSI NLPID 0xee unknown, length: 3538\n\t0x0000:  ee03 8100 0000 0000 0000 001f",
      3542,
    ],
    [
      "trailing junk ffff",
      "-vv",
      "8f008035000008030000000500000004ffff",
      "SLARP (length: 3782), 0x803 unknown, (trailing junk: 3764 bytes)\n\t0x0000:  0000 0005 0000 0004 ffff",
      3786,
    ],
    ["[|chdlc]", "-v", "0f", " [|chdlc]", 2],
    ["[|ip]", "-v", "0f000800", " [|ip]"],
    [
      "request fff",
      "-vv",
      "0f008035000000000a000001fff7ff0000970000",
      "SLARP (length: 16), request\n\t0x0000:  0a00 0001 fff7 ff00 0097 0000",
    ],
    ["[|ip6]", "-vv", "8f0086dd", " [|ip6]"],
    ["[|clnp]", "-v", "1000fefe8106", " [|clnp]"],
  ],
  104,
);
