import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "ARCNET",
  [
    [
      "ip seqid first of",
      "-e",
      "a990d4018f5891da4520eb",
      "a9 90 ip seqid 8f58 (first of 2 fragments) 29: IP9 (invalid)",
      29,
    ],
    ["oldarp [|arp]", "-e", "4dacf10127b5b5eb45", "4d ac oldarp 29:  [|arp]", 29],
    [
      "truncated-ip bytes missing ip-proto",
      "-e",
      "8e9cd40007b24fc745fbe93973b31f2a7b5765da47c1cdb42a13e9b5",
      "8e 9c ip seqid 07b2 29: truncated-ip - 17892 bytes missing! 101.218.71.193 > 205.180.42.19: ip-proto-42",
      29,
    ],
    ["ipx [|ipx]", "-e", "5a51fa000a539d8345ca", "5a 51 ipx seqid 0a53 29:  [|ipx]", 29],
    ["arp fragment", "-e", "3b9ad5023041930845", "3b 9a arp seqid 3041 (fragment 2) 29: ", 29],
    [
      "ipv [|ip6]",
      "-e",
      "d191c4019880c00a45",
      "d1 91 ipv6 seqid 9880 (first of 2 fragments) 29:  [|ip6]",
      29,
    ],
    [
      "diag",
      "-e",
      "179a8001cbee1be045",
      "17 9a diag 29: \n\t0x0000:  01cb ee1b e045                           .....E",
      29,
    ],
    ["oldip", "-e", "d60df002fc4140b845", "d6 0d oldip 29: IP0 (invalid)", 29],
    ["[|ip]", "-e", "8e9cd40007b24fc745fbe93973b31f2a7b5765da47", "8e 9c ip seqid 07b2 29:  [|ip]", 29],
    [
      "bad-hlen",
      "-e",
      "3ef3d4004c92442e453a5681ce7cf2c0dd58bee5126a380ac2413bf30c",
      "3e f3 ip seqid 4c92 29: bad-hlen 16",
    ],
    [
      "IP truncated-ip bytes missing",
      "",
      "8e9cd40007b24fc745fbe93973b31f2a7b5765da47c1cdb42a13e9b5",
      "IP truncated-ip - 17892 bytes missing! 101.218.71.193 > 205.180.42.19: ip-proto-42",
      29,
    ],
    ["IPX [|ipx]", "", "abdffa01ea5114c445", "IPX  [|ipx]", 29],
    ["[|ip6]", "", "d191c4019880c00a45", " [|ip6]", 29],
  ],
  7,
);

checkGoldens(
  "ARCNET on Linux",
  [
    [
      "truncated-ip bytes missing ICMP",
      "-e",
      "be50ab08f0450000540000400040011f0a0a5083010a5083fe080042c8e3000000681f",
      "be 50 ab 35: truncated-ip - 54 bytes missing! 10.80.131.1 > 10.80.131.254: ICMP echo request, id 58112, seq 0, length 64",
    ],
    [
      "Request who-has tell",
      "-e",
      "be00ed08f10007080001040001be0a508301000a5083fe",
      "be 00 ed 23: Request who-has 10.80.131.254 tell 10.80.131.1, length 18",
    ],
    [
      "Reply is-at",
      "-e",
      "50be0000f10007080001040002500a5083febe0a508301",
      "50 be 00 23: Reply 10.80.131.254 is-at 50, length 18",
    ],
    ["[|arp]", "-e", "be00ed08f10007", "be 00 ed 7:  [|arp]"],
    [
      "tcpdump org",
      "-e",
      "be50c600f04500003964b5400040113a600a5083010a5003fe040000350025d5f5d438010000010000000000000774637064756d70036f72670000010001",
      "be 50 c6 62: 10.80.131.1.1024 > 10.80.3.254.53: 54328+ A? tcpdump.org. (29)",
    ],
    [
      "[|icmp]",
      "-e",
      "50beed00f0450000545185000040010d850a5083fe0a50830100004ac8",
      "50 be ed 89: 10.80.131.254 > 10.80.131.1:  [|icmp]",
      89,
    ],
    [
      "[|udp]",
      "-e",
      "50be0608f045000049f46540003f11ab9f0a5003fe0a50830100350400",
      "50 be 06 78: 10.80.3.254.53 > 10.80.131.1.1024:  [|udp]",
      78,
    ],
    [
      "[|domain]",
      "-e",
      "50be0608f045000049f46540003f11ab9f0a5003fe0a508301003504000035b40f",
      "50 be 06 78: 10.80.3.254.53 > 10.80.131.1.1024:  [|domain]",
      78,
    ],
    [
      "reply",
      "-e",
      "50beed00f0450000545185000040010d850a5083fe0a50830100004ac8e300000068",
      "50 be ed 89: 10.80.131.254 > 10.80.131.1: ICMP echo reply, id 58112, seq 0, length 64",
      89,
    ],
    [
      "IP truncated-ip bytes missing",
      "",
      "be50ab08f0450000540000400040011f0a0a5083010a5083fe080042c8e3000000681f",
      "IP truncated-ip - 54 bytes missing! 10.80.131.1 > 10.80.131.254: ICMP echo request, id 58112, seq 0, length 64",
    ],
    [
      "ARP Request who-has tell",
      "",
      "be00ed08f10007080001040001be0a508301000a5083fe",
      "ARP, Request who-has 10.80.131.254 tell 10.80.131.1, length 18",
    ],
    [
      "Reply is-at",
      "",
      "50be0000f10007080001040002500a5083febe0a508301",
      "ARP, Reply 10.80.131.254 is-at 50, length 18",
    ],
  ],
  129,
);
