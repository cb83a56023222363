import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "ARP and RARP, link type 1",
  [
    [
      "ARP Ethernet len Unknown",
      "-vv",
      "ffffffffffff020100040000080600013d000000000301",
      "ARP, Ethernet (len 0), Unknown Protocol (0x3d00) (len 0), Reverse Request who-is <empty> tell <empty>, length 9",
    ],
    [
      "ATM who-has wrong tplen",
      "-vv",
      "ffffffffffff001f29daf8fb0806001308000000000100000000000000",
      "ARP, ATM, IPv4 (len 0/0), Request who-has <wrong tplen> tell <wrong splen>, length 15",
    ],
    [
      "Trail Inverse address",
      "-vv",
      "ff001f2b03640029dadaf8fb0806001310000000000800000000",
      "ARP, ATM, Trail (len 0/0), Inverse Request who-is <No address> tell <No address>, length 12",
    ],
    [
      "Hardware type",
      "-vv",
      "ffffffffffff001f29da2d7908060025000006040001001f29da2d7998a80168000000000000c0a80101000000000000000000000000000000000000",
      "ARP, Unknown Hardware (37) (len 6), Unknown Protocol (0x0000) (len 4), Request who-has <wrong proto type> tell <wrong proto type>, length 46",
    ],
    [
      "tell length",
      "-vv",
      "fffffffffaff001f29da2d7908060001920006040001001f29da2d79c0a80168000000000000c0a80101000000000000000000000000000000000000",
      "ARP, Ethernet (len 6), 802.1Q-9200 (len 4), Request who-has <wrong proto type> tell <wrong proto type>, length 46",
    ],
  ],
  1,
);

checkGoldens(
  "ARP and RARP, link type 281",
  [
    [
      "BRCM tag CID exception",
      "-vv",
      "001018de381e6805ca18477000002000080600010800060400026805ca184770c0a80101001018de381ec0a80173000000000000000000000000000000000000",
      "BRCM tag OP: EG, CID: 0, RC: exception, TC: 0, port: 0, ARP, Ethernet (len 6), IPv4 (len 4), Reply 192.168.1.1 is-at 68:05:ca:18:47:70, length 46",
    ],
    [
      "None DST map",
      "-vv",
      "6805ca184770001018de381e2000000108060001080006040001001018de381ec0a80173000000000000c0a8010100000000000000000000000000000000000000000000",
      "BRCM tag OP: IG, TC: 0, TE: None, TS: 0, DST map: 0x0001, ARP, Ethernet (len 6), IPv4 (len 4), Request who-has 192.168.1.1 tell 192.168.1.115, length 50",
    ],
  ],
  281,
);

checkGoldens(
  "ARP and RARP, link type 284",
  [
    [
      "DSA CPU VLAN",
      "-vv",
      "0050b6291070d6c528213eaf4008000008060001080006040001d6c528213eafc0a81e02000000000000c0a81e01",
      "DSA CPU > port 0.1, VLAN 0u, ARP, Ethernet (len 6), IPv4 (len 4), Request who-has 192.168.30.1 tell 192.168.30.2, length 28",
    ],
  ],
  284,
);

checkGoldens(
  "ARP and RARP, link type 285",
  [
    [
      "EDSA Forward",
      "-vv",
      "c6e89f7d69da0050b629107edada0000c0000000080600010800060400020050b629107ec0a81401c6e89f7d69dac0a81402000000000000000000000000000000000000",
      "EDSA 0xdada, Forward port 0.0, VLAN 0u, ARP, Ethernet (len 6), IPv4 (len 4), Reply 192.168.20.1 is-at 00:50:b6:29:10:7e, length 46",
    ],
  ],
  285,
);
