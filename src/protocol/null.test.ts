import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "BSD loopback",
  [
    [
      "OSPF LS-Update Router-ID Backbone",
      "-vv",
      "0200000045c000ac0fd4000001599f3b28230102e0000005020400980afff52300000000a98a00000000000000000000000000010009020a010000080afff52580000002783e007c000200640001000101000000000200040afff545000300040a098e01000400040a098e02000500040000003f000600044c9450c0000700044c9450c0000800204c9450c04c9450c04c9450c04c9450c04c9450c04c9450c04c9450c04c9450c00009000400000000",
      "IP (tos 0xc0, ttl 1, id 4052, offset 0, flags [none], proto OSPF (89), length 172)\n    40.35.1.2 > 224.0.0.5: OSPFv2, LS-Update, length 152\n\tRouter-ID 10.255.245.35, Backbone Area, Authentication Type: none (0), 1 LSA\n\t  LSA #1\n\t  Advertising Router 10.255.245.37, seq 0x80000002, age 9s, length 104\n\t    Area Local Opaque LSA (10), Opaque-Type Traffic Engineering LSA (1), Opaque-ID 8\n\t    Options: [External]\n\t    Link TLV (2), length: 100\n\t      Link Type subTLV (1), length: 1, Point-to-point (1)\n\t      Link ID subTLV (2), length: 4, 10.255.245.69 (0x0afff545)\n\t      Local Interface IP address subTLV (3), length: 4, 10.9.142.1\n\t      Remote Interface IP address subTLV (4), length: 4, 10.9.142.2\n\t      Traffic Engineering Metric subTLV (5), length: 4, Metric 63\n\t      Maximum Bandwidth subTLV (6), length: 4, 622.080 Mbps\n\t      Maximum Reservable Bandwidth subTLV (7), length: 4, 622.080 Mbps\n\t      Unreserved Bandwidth subTLV (8), length: 32\n\t\tTE-Class 0: 622.080 Mbps\n\t\tTE-Class 1: 622.080 Mbps\n\t\tTE-Class 2: 622.080 Mbps\n\t\tTE-Class 3: 622.080 Mbps\n\t\tTE-Class 4: 622.080 Mbps\n\t\tTE-Class 5: 622.080 Mbps\n\t\tTE-Class 6: 622.080 Mbps\n\t\tTE-Class 7: 622.080 Mbps\n\t      Administrative Group subTLV (9), length: 4, 0x00000000",
    ],
    [
      "isakmp msgid cookie parent",
      "-vv",
      "02000000450000584dc500004011a97cc0a80101c0a8010201f401f400440629a88875a8198992a6000000000000000029202220000000000000003c0000002064000018008e006c006c0200826e6e6e6e6e6e6e6e6e6e6e6e6e6e6e",
      "IP (tos 0x0, ttl 64, id 19909, offset 0, flags [none], proto UDP (17), length 88)\n    192.168.1.1.500 > 192.168.1.2.500: [bad udp cksum 0x0629 -> 0x733b!] isakmp 2.0 msgid 00000000 cookie a88875a8198992a6->0000000000000000: parent_sa ikev2_init[R]:\n    (n: prot_id=#100 type=24(authentication_failed))",
    ],
    [
      "[RST #M-",
      "-vv -S",
      "020000004500003000000000ff06391dc0000201c0a800019b951f900000000113f49af15014000086a8000033aa000100000000",
      "IP (tos 0x0, ttl 255, id 0, offset 0, flags [none], proto TCP (6), length 48)\n    192.0.2.1.39829 > 192.168.0.1.8080: Flags [R.], cksum 0x86a8 (incorrect -> 0x8f66), seq 1:9, ack 334797553, win 0, length 8 [RST 3M-*^@^A^@^@^@^@]",
    ],
    [
      "SOA root-servers net nstld",
      "-vv",
      "020000004500009f775f0000401100007f0000017f0000010035c2a6008bfe9eb43381a000010001000000010000060001000006000100014efe004001610c726f6f742d73657276657273036e657400056e73746c640c766572697369676e2d67727303636f6d007857d192000007080000038400093a8000015180000029100000000000001c000a001836bf111fef2e01090a2f9da25c636ffb49c35bb14fa428b4",
      "IP (tos 0x0, ttl 64, id 30559, offset 0, flags [none], proto UDP (17), length 159, bad cksum 0 (->4ed)!)\n    127.0.0.1.53 > 127.0.0.1.49830: [bad udp cksum 0xfe9e -> 0x813c!] 46131$ q: SOA? . 1/0/1 . SOA a.root-servers.net. nstld.verisign-grs.com. 2019021202 1800 900 604800 86400 ar: . OPT UDPsize=4096 [COOKIE 36bf111fef2e0109 0a2f9da25c636ffb49c35bb14fa428b4] (131)",
    ],
    [
      "flowlabel",
      "-vv",
      "1e00000060250400001d1140000000000000000000000000000000010000000000000000000000000000000101bbc5ae001d0030598d21e24596739d0d20f8507197b4bf1da830a887",
      "IP6 (class 0x02, flowlabel 0x50400, hlim 64, next-header UDP (17) payload length: 29) ::1.443 > ::1.50606: [bad udp cksum 0x0030 -> 0x028d!] UDP, length 21",
    ],
    [
      "truncated-ip bytes missing LSAs",
      "-vv",
      "0200000045c000d41040000001599ea728230102a0000005020400c00afff52300000000da330000000000000000000000ff00010003ff03000000030afff52380000003000000280000",
      "IP truncated-ip - 142 bytes missing! (tos 0xc0, ttl 1, id 4160, offset 0, flags [none], proto OSPF (89), length 212, bad cksum 9ea7 (->dea7)!)\n    40.35.1.2 > 160.0.0.5: OSPFv2, LS-Update, length 192\n\tRouter-ID 10.255.245.35, Backbone Area, Authentication Type: none (0), 16711681 LSAs\n\t  LSA #1\n\t  Advertising Router 10.255.245.35, seq 0x80000003, age 3s, length 20\n\t    Summary LSA (3), LSA-ID: 0.0.0.3\n\t    Options: [MultiTopology, External, Multicast, NSSA, LLS, Demand Circuit, Opaque, Up/Down] [|ospf2]",
    ],
    [
      "len protoid transform encr",
      "-vv",
      "02000000450001944dc400004011a841c0a80102c0a8010101f401f401800765a88875a8198992a6000000000000000021202208000000000000017822000078000000740101000c0300000c0100000c800e00800300000c0100000c800e01000300000c0100000c800e00c0030000080100000303000008020000020300000802000001030000080200000403000008030000020300000803000001030000080300000503000008040000020000009b6ed02e757100000123000008020000040300000803000002030000080300004005ba041b5de59955818ac54e18b236739d9e8b",
      "IP truncated-ip - 181 bytes missing! (tos 0x0, ttl 64, id 19908, offset 0, flags [none], proto UDP (17), length 404)\n    192.168.1.2.500 > 192.168.1.1.500: isakmp 2.0 msgid 00000000 cookie a88875a8198992a6->0000000000000000: parent_sa ikev2_init[I]:\n    (sa: len=116\n        (p: #1 protoid=isakmp transform=12 len=116\n            (t: #1 type=encr id=aes (type=keylen value=0080))\n            (t: #2 type=encr id=aes (type=keylen value=0100))\n            (t: #3 type=encr id=aes (type=keylen value=00c0))\n            (t: #4 type=encr id=3des )\n            (t: #5 type=prf id=hmac-sha )\n            (t: #6 type=prf id=hmac-md5 )\n            (t: #7 type=prf id=aes128_xcbc )\n            (t: #8 type=integ id=hmac-sha )\n            (t: #9 type=integ id=hmac-md5 )\n            (t: #10 type=integ id=aes-xcbc )\n            (t: #11 type=dh id=modp1024 ) [|p]))\n    (v2ke: len=0 group=#512)\n    (v2IDi: len=4 rfc822:)\n    (t: #3 id=0 ) [|t]",
    ],
    [
      "child cert mismatch",
      "-vv",
      "02000000450000584dc500004011a97cc0a80101c0a8010201f401f400440629a88875a8198992a600000000000000000629a88875a8198992a6003c000000200000400600000001c2221e50c16e123f2b0c71aefcf0cb3b798782c6",
      "IP (tos 0x0, ttl 64, id 19909, offset 0, flags [none], proto UDP (17), length 88)\n    192.168.1.1.500 > 192.168.1.2.500: [bad udp cksum 0x0629 -> 0x8786!] isakmp 2.9 msgid 75a81989 cookie a88875a8198992a6->0000000000000000: child_sa  #168[I]:\n    (cert: len=28 type=none) (len mismatch: isakmp 2460352572/ip 60)",
    ],
    [
      "Lroot servers Cnet Enstld",
      "-vv",
      "020000004500009f775f0000401100007f0000017f0000010035c2a6008bfe9eb43381a000010001000000010000060001000006000100014efe004006610c726f6f742d73657276657273036e657400056e73746c640c766572697369676e2d67727303636f6d0078a82e92000007080000038400093a8000600136bf111fef2e01090a2f9d4fa428b4",
      "IP truncated-ip - 25 bytes missing! (tos 0x0, ttl 64, id 30559, offset 0, flags [none], proto UDP (17), length 159, bad cksum 0 (->4ed)!)\n    127.0.0.1.53 > 127.0.0.1.49830: 46131$ q: SOA? . 1/0/1 . SOA a^Lroot.servers^Cnet^@^Enstld^Lverisign-grs^Ccom^@xM-(.M-^R^@^@^G^H^@. M-^D^@^I.M-^@^@`^A6M-?^Q^_M-o.^A^I^J/M-^]OM-$(M-4 [|domain]",
    ],
  ],
  0,
);
