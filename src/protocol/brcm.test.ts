import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "Broadcom tags",
  [
    [
      "BRCM tag OP IG",
      "-e",
      "94ad839c1fe35226c4e4682e202c01550800",
      "52:26:c4:e4:68:2e > 94:ad:83:9c:1f:e3, BRCM tag OP: IG, TC: 3, TE: None, TS: 0, DST map: 0x0155, ethertype IPv4 (0x0800), length 39:  [|ip]",
      39,
    ],
    [
      "EG CID RC prot",
      "-e",
      "a7a86b5c1078f2ab7f6b86de00300828080045fa23c46819c9c0b93b4fffb83ac54315911abfac",
      "f2:ab:7f:6b:86:de > a7:a8:6b:5c:10:78, BRCM tag OP: EG, CID: 48, RC: prot term, TC: 1, port: 8, ethertype IPv4 (0x0800), length 39: truncated-ip - 9135 bytes missing! 184.58.197.67 > 21.145.26.191: ip-proto-59",
    ],
    [
      "exception ICMP echo request",
      "-e",
      "ffffffffffff6805ca18477000002000080045000054000040004001b658c0a80101c0a801ff0800588f58d100014fb13f5c00000000f7bd010000000000101112131415161718191a1b1c",
      "68:05:ca:18:47:70 > ff:ff:ff:ff:ff:ff, BRCM tag OP: EG, CID: 0, RC: exception, TC: 0, port: 0, ethertype IPv4 (0x0800), length 102: 192.168.1.1 > 192.168.1.255: ICMP echo request, id 22737, seq 1, length 64",
      102,
    ],
    ["brcm-tag", "-e", "c77d31218eeb51704f29829d01", " [|brcm-tag]", 39],
    [
      "MAC learning",
      "-e",
      "0c2789746db1eaaa71574b9b002202bb0800",
      "ea:aa:71:57:4b:9b > 0c:27:89:74:6d:b1, BRCM tag OP: EG, CID: 34, RC: MAC learning, TC: 5, port: 27, ethertype IPv4 (0x0800), length 39:  [|ip]",
      39,
    ],
    [
      "reserved",
      "-e",
      "f71c2fb672ca5153bad237ef010503d70800",
      "51:53:ba:d2:37:ef > f7:1c:2f:b6:72:ca, BRCM tag OP: IG, CID: 5, RC: reserved, TC: 6, port: 23, ethertype IPv4 (0x0800), length 39:  [|ip]",
      39,
    ],
    [
      "mirror",
      "-e",
      "264867f0a2eb563ba128c16c01180136080045",
      "56:3b:a1:28:c1:6c > 26:48:67:f0:a2:eb, BRCM tag OP: IG, CID: 24, RC: mirror, TC: 1, port: 22, ethertype IPv4 (0x0800), length 19:  [|ip]",
    ],
    [
      "Untag",
      "-e",
      "3a129ead31b132afaae5622e204101c40800",
      "32:af:aa:e5:62:2e > 3a:12:9e:ad:31:b1, BRCM tag OP: IG, TC: 0, TE: Untag, TS: 0, DST map: 0x01c4, ethertype IPv4 (0x0800), length 18:  [|ip]",
    ],
    [
      "Header",
      "-e",
      "f192f9ae21a507c3928e1f8120360252080045",
      "07:c3:92:8e:1f:81 > f1:92:f9:ae:21:a5, BRCM tag OP: IG, TC: 5, TE: Header, TS: 0, DST map: 0x0052, ethertype IPv4 (0x0800), length 39:  [|ip]",
      39,
    ],
    [
      "Reserved",
      "-e",
      "44e65190a4afe76fcc1a8db3200701b70800",
      "e7:6f:cc:1a:8d:b3 > 44:e6:51:90:a4:af, BRCM tag OP: IG, TC: 1, TE: Reserved, TS: 0, DST map: 0x01b7, ethertype IPv4 (0x0800), length 18:  [|ip]",
    ],
    [
      "BRCM tag OP IG",
      "",
      "d26b540fa677f3dff2ebc0a2010408c3080045",
      "BRCM tag OP: IG, CID: 4, RC: prot term, TC: 6, port: 3, IP  [|ip]",
      39,
    ],
    [
      "TE Untag TS DST",
      "",
      "3a129ead31b132afaae5622e204101c40800459515d8f9302feb4f295da9266e024b3bde470410",
      "BRCM tag OP: IG, TC: 0, TE: Untag, TS: 0, DST map: 0x01c4, IP truncated-ip - 5571 bytes missing! 38.110.2.75 > 59.222.71.4: ip-proto-41",
    ],
    [
      "EG exception ICMP echo",
      "",
      "ffffffffffff6805ca18477000002000080045000054000040004001b658c0a80101c0a801ff0800588f58d100014fb13f5c00000000f7bd010000000000101112131415161718191a1b1c",
      "BRCM tag OP: EG, CID: 0, RC: exception, TC: 0, port: 0, IP 192.168.1.1 > 192.168.1.255: ICMP echo request, id 22737, seq 1, length 64",
      102,
    ],
  ],
  281,
);

checkGoldens(
  "Broadcom tags in front",
  [
    [
      "BRCM tag OP IG",
      "-e",
      "200000206805ca1847708a6238145d0b0800450000547cc0000040017a00c0a80197c0a801010000b6be0851000240",
      "BRCM tag OP: IG, TC: 0, TE: None, TS: 0, DST map: 0x0020, 8a:62:38:14:5d:0b > 68:05:ca:18:47:70, ethertype IPv4 (0x0800), length 43: truncated-ip - 55 bytes missing! 192.168.1.151 > 192.168.1.1: ICMP echo reply, id 2129, seq 2, length 64",
    ],
    [
      "EG CID RC exception",
      "-e",
      "000020058a6238145d0b6805ca1847700800450000544931400040016d8fc0a80101",
      "BRCM tag OP: EG, CID: 0, RC: exception, TC: 0, port: 5, 68:05:ca:18:47:70 > 8a:62:38:14:5d:0b, ethertype IPv4 (0x0800), length 30:  [|ip]",
    ],
    [
      "[|icmp]",
      "-e",
      "000020058a6238145d0b6805ca1847700800450000544958400040016d68c0a80101c0a80197",
      "BRCM tag OP: EG, CID: 0, RC: exception, TC: 0, port: 5, 68:05:ca:18:47:70 > 8a:62:38:14:5d:0b, ethertype IPv4 (0x0800), length 98: 192.168.1.1 > 192.168.1.151:  [|icmp]",
      102,
    ],
    [
      "request",
      "-e",
      "000020058a6238145d0b6805ca1847700800450000544944400040016d7cc0a80101c0a8019708000c6008510003",
      "BRCM tag OP: EG, CID: 0, RC: exception, TC: 0, port: 5, 68:05:ca:18:47:70 > 8a:62:38:14:5d:0b, ethertype IPv4 (0x0800), length 98: 192.168.1.1 > 192.168.1.151: ICMP echo request, id 2129, seq 3, length 64",
      102,
    ],
    [
      "IP truncated-ip bytes missing",
      "",
      "200000206805ca1847708a6238145d0b0800450000547cc0000040017a00c0a80197c0a801010000b6be0851000240",
      "IP truncated-ip - 55 bytes missing! 192.168.1.151 > 192.168.1.1: ICMP echo reply, id 2129, seq 2, length 64",
    ],
    ["[|ip]", "", "000020058a6238145d0b6805ca1847700800450000544931400040016d8fc0a80101", "IP  [|ip]"],
    [
      "[|icmp]",
      "",
      "000020058a6238145d0b6805ca1847700800450000544958400040016d68c0a80101c0a80197",
      "IP 192.168.1.1 > 192.168.1.151:  [|icmp]",
      102,
    ],
  ],
  282,
);
