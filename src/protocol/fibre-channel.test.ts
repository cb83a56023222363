import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "IP over Fibre Channel",
  [
    [
      "length LLC dsap Unknown",
      "-e",
      "311f8fc8ec8e8eaa8d23319dafac6e48cae6f3a1",
      "31:9d:af:ac:6e:48 > 8f:c8:ec:8e:8e:aa, length 20: LLC, dsap Unknown (0xca) Individual, ssap Unknown (0xe6) Command, ctrl 0xf3: Unnumbered, test, Flags [Poll], length 4\n\t0x0000:  cae6 f3a1                                ....",
    ],
    [
      "SNAP xaa oui Ethernet",
      "-e",
      "82275ec6dcbc583330db4a678d2f8ce9aaaa03000000080045a9c39c905e716158e8a99413f6efce20fa0f0f",
      "4a:67:8d:2f:8c:e9 > 5e:c6:dc:bc:58:33, length 55: LLC, dsap SNAP (0xaa) Individual, ssap SNAP (0xaa) Command, ctrl 0x03: oui Ethernet (0x000000), ethertype IPv4 (0x0800), length 31: truncated-ip - 50045 bytes missing! 19.246.239.206 > 32.250.15.15: ip-proto-232",
      55,
    ],
    [
      "SNA Group ProWay NM",
      "-e",
      "43692afa88dc54a3fb4499093ff248be050f1d010434ae717f24",
      "99:09:3f:f2:48:be > 2a:fa:88:dc:54:a3, length 46: LLC, dsap SNA (0x04) Group, ssap ProWay NM (0x0e) Response, ctrl 0x011d: Supervisory, ?, rcv seq 0, Flags [Final], length 30",
      46,
    ],
    ["[|ipfc]", "-e", "f9d2186e8550d22dc14976ce26e67c", " [|ipfc]"],
    [
      "xea xdb Final",
      "-e",
      "bb8e218bb00ca44e54a48603c08ee543eb83dbd0db9ec1a9d4",
      "86:03:c0:8e:e5:43 > 21:8b:b0:0c:a4:4e, length 46: LLC, dsap Unknown (0xea) Group, ssap Unknown (0x82) Response, ctrl 0xdb: Unnumbered, cb, Flags [Final], length 30\n\t0x0000:  eb83 dbd0 db9e c1a9 d4                   .........",
      46,
    ],
    [
      "xcc xce ui",
      "-e",
      "8f532c16a1c55028886edc3645c2c65fccce13f19275cb114ed48ae2b120db7edb",
      "dc:36:45:c2:c6:5f > 2c:16:a1:c5:50:28, length 46: LLC, dsap Unknown (0xcc) Individual, ssap Unknown (0xce) Command, ctrl 0x13: Unnumbered, ui, Flags [Poll], length 30\n\t0x0000:  ccce 13f1 9275 cb11 4ed4 8ae2 b120 db7e  .....u..N......~\n\t0x0010:  db                                       .",
      46,
    ],
    [
      "Unknown SSAP xee ISO",
      "",
      "e2475fe92aafd31afd1790d10ed0afb47fee4589bad58ba233200e7df4ffbb55dddb",
      "90:d1:0e:d0:af:b4 Unknown SSAP 0xee > 5f:e9:2a:af:d3:1a ISO8208 Supervisory, Receiver not Ready, rcv seq 68, Flags [Poll], length 30",
      46,
    ],
    [
      "IPX DSAP xda Information",
      "",
      "e871c793f9a5b70a05dd612139231240dae1cc1c3950",
      "61:21:39:23:12:40 IPX > c7:93:f9:a5:b7:0a Unknown DSAP 0xda Information, send seq 102, rcv seq 14, Flags [Response], length 30\n\t0x0000:  dae1 cc1c 3950                           ....9P",
      46,
    ],
    [
      "IP truncated-ip bytes missing",
      "",
      "82275ec6dcbc583330db4a678d2f8ce9aaaa03000000080045a9c39c905e716158e8a99413f6efce20fa0f0f",
      "IP truncated-ip - 50045 bytes missing! 19.246.239.206 > 32.250.15.15: ip-proto-232",
      55,
    ],
  ],
  122,
);
