import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "CFM",
  [
    [
      "unknown Level First TLV",
      "-vv",
      "000cfb499ec3000000a09b9dabcd00ff0000010004010501ff0001",
      "CFMv0 unknown (255), MD Level 0, length 24038\n\tFirst TLV offset 0\n\t  0x0000:  0100 0401 0501 ff00 01\n\tSender ID TLV (0x01), length 4\n\t  Chassis-ID Type Network address (5), Chassis-ID length 1\n\t  Network Address Type IPv4 (1)(invalid IPv4 address length 0)\n\t  Management Address Domain Length 255\n\t  (TLV too short)\n\tEnd TLV (0x00)",
      24052,
    ],
    [
      "Continuity Check Message Interval",
      "-vv -S",
      "0024fb49967ec0c9c0a09b9dabcd000100d3731bac574000010171050a00020f0000000000000028000000000000000000000021000000007a1c517d9555ffffffffffffffffffffffffffffffffffffffff000900000005",
      "CFMv0 Continuity Check Message, MD Level 0, length 24099\n\tFirst TLV offset 211, Flags [CCM Interval 0]\n\t  Sequence Number 0x731bac57, MA-End-Point-ID 0x4000\n\t  MD Name Format No MD Name present (1)\n\t  MA Name-Format Primary VID (1), MA name length 113 (too large, must be <= 45)",
      24113,
    ],
    [
      "Linktrace Forwarding-DB Transaction-ID Original-MAC",
      "-vv -S",
      "004cfb49967ec0c101009b9dabcd0005c46c6c6c6c6c6cd763337e95556c6c6c6c0301",
      "CFMv0 Linktrace Message, MD Level 0, length 24046\n\tFirst TLV offset 108, Flags [Use Forwarding-DB only]\n\t  Transaction-ID 0x6c6c6c6c, ttl 108\n\t  Original-MAC d7:63:33:7e:95:55, Target-MAC 6c:6c:6c:6c:03:01 [|cfm]",
      24060,
    ],
    [
      "Port status Status Unknown",
      "-vv",
      "84b59cbe30480cc4ad3710e0890200cc0934a3000000008000000000000000000000000000aa687354d7060b003c0000003cd4c3b2a102001a00000b003c0000003cd4c3b2a102001a000000000036200a00b6000000b600000040b59cbe30480cc4ad371005ffff05cc093493000000008000000000000032000000000000aa687354d7060b003c0000003c00000000800000fffd4d5fd9bdc70930ac8176b36dcc113abf1291f1064ede61f46297afc439a40db97a",
      "CFMv0 unknown (204), MD Level 0, length 168\n\tFirst TLV offset 52\n\t  0x0000:  a300 0000 0080 0000 0000 0000 0000 0000\n\t  0x0010:  0000 00aa 6873 54d7 060b 003c 0000 003c\n\t  0x0020:  d4c3 b2a1 0200 1a00 000b 003c 0000 003c\n\t  0x0030:  d4c3 b2a1 0200 1a00 0000 0000 3620 0a00\n\t  0x0040:  b600 0000 b600 0000 40b5 9cbe 3048 0cc4\n\t  0x0050:  ad37 1005 ffff 05cc 0934 9300 0000 0080\n\t  0x0060:  0000 0000 0000 3200 0000 0000 00aa 6873\n\tPort status TLV (0x02), length 26, Status: Unknown (0)\n\t  0x0000:  0000 0000 0036 200a 00b6 0000 00b6 0000\n\t  0x0010:  0040 b59c be30 480c c4ad\n\tUnknown TLV (0x37), length 4101\n\t\t packet is too short",
    ],
    [
      "CCM min Lifetime max",
      "-vv -S",
      "0004fb49967ec0c1235e0000abcd0001ffffff002b0364000400010006000c29b2a18f8d0001015c000200030f0000000000000000000000000001810000d1810000078800ffffffffffffffffffffc0a09b9d29b2a117ff",
      "CFMv0 Continuity Check Message, MD Level 0, length 24099\n\tFirst TLV offset 255, Flags [CCM Interval 7, RDI]\n\t  CCM Interval 600.000s, min CCM Lifetime 1950.000s, max CCM Lifetime 2100.000s\n\t  Sequence Number 0xff002b03, MA-End-Point-ID 0x6400\n\t  MD Name Format Character string (4), MD Name length 0\n\t  MD Name: \n\t  MA Name-Format Primary VID (1), MA name length 0\n\t  MA Name:  [|cfm]",
      24113,
    ],
    [
      "Reply Replay-Action",
      "-vv -S",
      "004cfb49967ec0c1c0a09b9dabcd000400ff0008ff0144fb",
      "CFMv0 Linktrace Reply, MD Level 0, length 24035\n\tFirst TLV offset 255, Flags [none]\n\t  Transaction-ID 0x0008ff01, ttl 68\n\t  Replay-Action Unknown (251) [|cfm]",
      24049,
    ],
    [
      "Chassis component",
      "-vv",
      "000cfb490022c0c1c0a09bfbabcd00ff0000ff00000100040101d2000cfb",
      "CFMv0 unknown (255), MD Level 0, length 24041\n\tFirst TLV offset 0\n\t  0x0000:  ff00 0001 0004 0101 d200 0cfb\n\tUnknown TLV (0xff), length 0\n\tSender ID TLV (0x01), length 4\n\t  Chassis-ID Type Chassis component (1), Chassis-ID length 1M-R\n\t  Management Address Domain Length 0\n\tUnknown TLV (0x0c) [|cfm]",
      24055,
    ],
    ["not supported", "-vv -T vat", "fff2fb49967ec0c1c0a09b9dabcdfd9a5c00", "CFMv29 not supported, length 4"],
    [
      "MAC",
      "-vv",
      "000cfb49967ec0c1c0a09b9dabcd00ff0000ff000001000401049a00000cfb",
      "CFMv0 unknown (255), MD Level 0, length 65556\n\tFirst TLV offset 0\n\t  0x0000:  ff00 0001 0004 0104 9a00 000c fb\n\tUnknown TLV (0xff), length 0\n\tSender ID TLV (0x01), length 4\n\t  Chassis-ID Type MAC address (4), Chassis-ID length 1 (invalid MAC address length)\n\t  Management Address Domain Length 0\n\tEnd TLV (0x00)",
      65570,
    ],
  ],
  1,
);
