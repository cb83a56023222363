import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "LLC",
  [
    [
      "MPLS label options msg-type",
      "-vv",
      "020202020202090101010121884703e861ff460000708002c0000111a4ccc0a800017efff701940c00000daf0daf0058839700010000010241000000002300000001d4010214ee1f8193708a0000000000000002000b0364020202020202010101010121884703e861ff460000708002c0000111a40000000200010018000100180011050000000001000000a80104",
      "MPLS (label 16006, tc 0, [S], ttl 255)\n\tIP (tos 0x0, ttl 1, id 32770, offset 0, flags [DF, rsvd], proto UDP (17), length 112, options (RA [bad length 12]), bad cksum a4cc (->adc3)!)\n    192.168.0.1.3503 > 126.255.247.1.3503: [bad udp cksum 0x8397 -> 0x5a6c!] \n\tLSP-PINGv1, msg-type: MPLS Echo Request (1), length: 80\n\t  reply-mode: Reply via an IPv4/IPv6 UDP packet (2)\n\t  Return Code: unknown (65)\n\t  Return Subcode: (0)\n\t  Sender Handle: 0x00000023, Sequence: 1\n\t  Sender Timestamp: 3556835860.930168245 (2012-09-17T01:57:40Z) Receiver Timestamp: 1888092160.000000000 (1959-10-31T22:02:40Z)\n\t  Downstream Mapping TLV (2), length: 11\n\t    MTU: 868, Address-Type: Unnumbered IPv4 (2)\n\t      TLV is too short\n\t    0x0000:  0364 0202 0202 0202 0101 01\n\t  Unknown TLV (289), length: 34887\n\t\t packet is too short",
    ],
    [
      "SSAP SNAP Information send",
      "-vv -S",
      "00255cab0c070069aa080c070069aa080045801a",
      "00:69:aa:08:0c:07 Unknown SSAP 0x08 > 00:25:5c:ab:0c:07 SNAP Information, send seq 0, rcv seq 34, Flags [Poll], length 6\n\t0x0000:  aa08 0045 801a                           ...E..",
    ],
    [
      "oui Cisco pid Lab",
      "-vv",
      "01000c000000001906eab885004caaaa0300000c00030000000001000ccccccc001906eab8850025aaaa0300000c200401000100084c616200000200050400030005400004000a001906eab885000000000000000000f7a7fe42",
      "00:19:06:ea:b8:85 > 01:00:0c:00:00:00 SNAP, oui Cisco (0x00000c), pid Unknown (0x0003), length 68: \n\t0x0000:  aaaa 0300 000c 0003 0000 0000 0100 0ccc  ................\n\t0x0010:  cccc 0019 06ea b885 0025 aaaa 0300 000c  .........%......\n\t0x0020:  2004 0100 0100 084c 6162 0000 0200 0504  .......Lab......\n\t0x0030:  0003 0005 4000 0400 0a00 1906 eab8 8500  ....@...........\n\t0x0040:  0000 0000 0000 0000 f7a7 fe42            ...........B",
    ],
    [
      "ethertype sio",
      "-vv",
      "54957dd7647caabbcc00011001b0aaaa03000000a117f173696f",
      "aa:bb:cc:00:01:10 > 54:95:7d:d7:64:7c SNAP, ethertype Unknown (0xa117), length 424: \n\t0x0000:  aaaa 0300 0000 a117 f173 696f            .........sio",
      24051,
    ],
    [
      "truncated-ip bytes missing RADIUS",
      "-vv",
      "001d60b30184001906eab8c008004500083600670000ff11a6775e0000010a000064066d071400b63f1e01010055957de62c8ce830304d5c33e55536464304060a000001250600000000050055958c4f6a6202af34",
      "IP truncated-ip - 2031 bytes missing! (tos 0x0, ttl 255, id 103, offset 0, flags [none], proto UDP (17), length 2102, bad cksum a677 (->4aeb)!)\n    94.0.0.1.1645 > 10.0.0.100.1812: RADIUS, length: 85\n\tAccess-Request (1), id: 0x01, Authenticator: 957de62c8ce830304d5c33e555364643\n\t  NAS-IP-Address Attribute (4), length: 6, Value: 10.0.0.1\n\t    0x0000:  0a00 0001\n\t  Framed-AppleTalk-Link Attribute (37), length: 6, Value: Unnumbered\n\t    0x0000:  0000 0000\n\t  NAS-Port Attribute (5), length: 0 (bogus, must be >= 2)",
    ],
    [
      "Supervisory Ready",
      "-vv -S",
      "01000cccccccaabbcc00031001b0aaaa0100",
      "aa:bb:cc:00:03:10 > 01:00:0c:cc:cc:cc SNAP Supervisory, Receiver Ready, rcv seq 0, Flags [Command], length 4",
    ],
    [
      "OSI",
      "-vv -S",
      "0180c2000014c20129a20000016afeffff",
      "c2:01:29:a2:00:00 > 01:80:c2:00:00:14 OSI Unnumbered, ef, Flags [Final], length 3\n\t0x0000:  feff ff                                  ...",
    ],
    [
      "DSAP xid",
      "-vv -S",
      "01000ccccccc001f6d96ec0400afafa6af030000",
      "00:1f:6d:96:ec:04 Unknown SSAP 0xa6 > 01:00:0c:cc:cc:cc Unknown DSAP 0xae Unnumbered, xid, Flags [Command], length 6\n\t0x0000:  afa6 af03 0000                           ......",
    ],
    [
      "STP",
      "-vv -S",
      "3030303030203030413030000008024203",
      "30:30:41:30:30:00 STP > 30:30:30:30:30:20 802.1B I Unnumbered, ui, Flags [Command], length 8\n\t0x0000:  0242 03                                  .B.",
      24042,
    ],
  ],
  1,
);
