import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "CLNP",
  [
    [
      "CLNP Echo Request PDU",
      "-vv -S",
      "3030da26fefefefefefefefefefefe81fc01fefefefe00000000000000000017c308ffffff04e81d2417c308ffffff5600450200ffff1f31",
      "CLNP, length 24066\n\tEcho Request PDU, hlen: 252, v: 1, lifetime: 127.0s, Segment PDU length: 65278, checksum: 0x0000 (unverified)\n\tFlags [Segmentation permitted, more Segments, request Error Report]\n\tsource address (length 0): isonsap_string: illegal length\n\tdest   address (length 0): isonsap_string: illegal length\n\tData Unit ID: 0x0000, Segment Offset: 0, Total PDU Length: 23\n\t  QoS Maintenance Option #195, length 8, value: \n\t    Format Code: Globally unique\n\t    QoS Flags [reserved, sequencing vs. delay, congested, delay vs. cost, error vs. delay, error vs. cost]\n\t  0x0000:  ffff ff04 e81d 2417\n\t  QoS Maintenance Option #195, length 8, value: \n\t    Format Code: Globally unique\n\t    QoS Flags [reserved, sequencing vs. delay, congested, delay vs. cost, error vs. delay, error vs. cost]\n\t  0x0000:  ffff ff56 0045 0200, opt (255) too long\n\t0x0000:  81fc 01fe fefe fe00 0000 0000 0000 0000\n\t0x0010:  17c3 08ff ffff 04e8 1d24 17c3 08ff ffff\n\t0x0020:  5600 4502 00ff ff1f 31",
      24081,
    ],
    [
      "CLNPli size fixed part",
      "-vv",
      "3030dafefefefefefefefefefefefe810901fe4500000030303040",
      "CLNPli < size of fixed part of CLNP header and addresses\n\t0x0000:  8109 01fe 4500 0000 3030 3040",
      24052,
    ],
    [
      "unknown Unknown opts",
      "-vv -S",
      "303030303030303030303030fefe308130013030303030300330303007300000000000000004000000000000000000000000000000000000000000000000",
      "CLNP, length 24072\n\tunknown (16) PDU, hlen: 48, v: 1, lifetime: 24.0s, Segment PDU length: 12336, checksum: 0x3030 (unverified)\n\tFlags [request Error Report]\n\tsource address (length 7): 30.0000.0000.0000\n\tdest   address (length 3): 30.3030\n\t  Unknown Option #0, length 4, value: \n\t  0x0000:  0000 0000\n\t  0x0000:  0000 0000\n\t  Unknown Option #0, length 0, value: \n\t  Unknown Option #0, length 0, value: \n\t  Unknown Option #0, length 0, value: \n\t  Unknown Option #0, length 0, value: \n\t  Unknown Option #0, length 0, value: \n\t  Unknown Option #0, length 0, value: \n\t  Unknown Option #0, length 0, value: \n\t  Unknown Option #0, length 0, value: \n\t  Unknown Option #0, length 0, value: \n\t  Unknown Option #0, length 0, value: , bad opts/li\n\t0x0000:  8130 0130 3030 3030 3003 3030 3007 3000\n\t0x0010:  0000 0000 0000 0400 0000 0000 0000 0000\n\t0x0020:  0000 0000 0000 0000 0000 0000 0000 00",
      24087,
    ],
    [
      "indicator min",
      "-vv",
      "3030dafefefefefefefefefefefe02810701fe45000be764",
      "CLNP length indicator 7 < min PDU size:810701FE45000BE764\n\t0x0000:  8107 01fe 4500 0be7 64",
      24049,
    ],
    [
      "CLNPversion packet not supported",
      "-vv",
      "303030303030303030303030fefe3081ffff300000003030",
      "CLNPversion 255 packet not supported\n\t0x0000:  81ff ff30 0000 0030 30",
      24049,
    ],
    [
      "should undecoded non-header data",
      "-vv -S",
      "303030303030303030303030fefe308130013030303030300330303007300000e9000000000004000000000000000001000000040000000000000000000000",
      "CLNP, length 24073\n\tunknown (16) PDU, hlen: 48, v: 1, lifetime: 24.0s, Segment PDU length: 12336, checksum: 0x3030 (incorrect should be 0xf0dd)\n\tFlags [request Error Report]\n\tsource address (length 7): 30.0000.e900.0000\n\tdest   address (length 3): 30.3030\n\t  Unknown Option #0, length 0, value: \n\t  Unknown Option #4, length 0, value: \n\t  Unknown Option #0, length 0, value: \n\t  Unknown Option #0, length 0, value: \n\t  Unknown Option #0, length 0, value: \n\t  Unknown Option #0, length 1, value: \n\t  0x0000:  00\n\t  0x0000:  00\n\t  Unknown Option #0, length 0, value: \n\t  Unknown Option #4, length 0, value: \n\t  Unknown Option #0, length 0, value: \n\t  Unknown Option #0, length 0, value: \n\t  Unknown Option #0, length 0, value: \n\t  Unknown Option #0, length 0, value: \n\t  Unknown Option #0, length 0, value: \n\t  undecoded non-header data, length 24025",
      24088,
    ],
    [
      "Discard Reason len",
      "-vv -S",
      "ff0230303030303030303031fefed081300130000000000000000000000000000000c10000",
      "CLNP, length 24047\n\tunknown (0) PDU, hlen: 48, v: 1, lifetime: 24.0s, Segment PDU length: 0, checksum: 0x0000 (unverified)\n\tFlags [none]\n\tsource address (length 0): isonsap_string: illegal length\n\tdest   address (length 0): isonsap_string: illegal length\n\t  Unknown Option #0, length 0, value: \n\t  Unknown Option #0, length 0, value: \n\t  Unknown Option #0, length 0, value: \n\t  Unknown Option #0, length 0, value: \n\t  Discard Reason Option #193, length 0, value: , bad opt len\n\t0x0000:  8130 0130 0000 0000 0000 0000 0000 0000\n\t0x0010:  0000 00c1 0000",
      24062,
    ],
    [
      "dest [|clnp]",
      "-vv -S",
      "3031dffefefefefefefefefefefefe81fc01fe450000000000005431",
      "CLNP, length 24038\n\tunknown (5) PDU, hlen: 252, v: 1, lifetime: 127.0s, Segment PDU length: 0, checksum: 0x0000 (unverified)\n\tFlags [more Segments]\n\tsource address (length 0): isonsap_string: illegal length\n\tdest   address (length 0): isonsap_string: illegal length [|clnp]",
      24053,
    ],
    [
      "size #FE#B#FF#",
      "-vv",
      "3030dafefefefefefefefefefefefe810701fe45000000000b03ff3030304000",
      "CLNP length indicator 7 < min PDU size:810701FE45000000000B03FF3030304000\n\t0x0000:  8107 01fe 4500 0000 000b 03ff 3030 3040\n\t0x0010:  00",
      24057,
    ],
  ],
  1,
);
