import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "Links with an ethertype, link type 138",
  [
    [
      "Realtek DSA tag",
      "-vv",
      "c00b039665497eff0300c0c1c0a01b9d8899a3a30101",
      "03:00:c0:c1:c0:a0:1b:9d > c0:0b:03:96:65:49:7e:ff, Realtek RTL8366RB 4-byte DSA tag",
      8671,
    ],
    [
      "DCCP CCVal CsCov DCCP-Request",
      "-vv",
      "f50b03360007e9bd5d1f001422185551080045000044000040004021f5ff55954c43e194d1b0138999fc0c0000000000000000002305",
      "IP (tos 0x0, ttl 64, id 0, offset 0, flags [DF], proto DCCP (33), length 68, bad cksum f5ff (->e57b)!)\n    85.149.76.67.5001 > 225.148.209.176.39420: DCCP (CCVal 0, CsCov 0) DCCP-Request (service=8965) seq 0 < [|dccp]",
      23463,
    ],
    [
      "GeoNet src HopLim Payload",
      "-vv -T rpc",
      "05ff0effffffffffffff1722005355460707fffff9f80707070707070707072c07070707070707070707072707070707077e95550000070707077e95550000e8030004ecff006e00010000",
      "GeoNet src:ff:ff:17:22:00:53:55:46; v:15 NH:15-Unknown HT:15-15-Unknown HopLim:7 Payload:1799 GN_ADDR:07:07:07:07:07:2c:07:07 lat:117901063 lon:119998215\n\t0x0000:  0707 0707 7e95 5500 00e8 0300 04ec ff00  ....~.U.........\n\t0x0010:  6e00 0100 00                             n....",
    ],
    [
      "CALM FAST SrcNwref DstNwref",
      "-vv",
      "ff000000f9150000f700000000007e00111111cd",
      "CALM FAST src:f7:00:00:00:00:00:7e:00; SrcNwref:17; DstNwref:205;  [|calm_fast]",
      24045,
    ],
    [
      "truncated-ip bytes missing NetFlow",
      "-vv -T cnfp",
      "600bf89bffedecebea00ffff0214151708004500004c7b0e40004011763ec0a86402c0a86400f70008c0593d7d9555f5",
      "IP truncated-ip - 46 bytes missing! (tos 0x0, ttl 64, id 31502, offset 0, flags [DF], proto UDP (17), length 76, bad cksum 763e (->763f)!)\n    192.168.100.2.63232 > 192.168.100.0.2240: NetFlow v55f5",
    ],
    [
      "ADDR [|geonet]",
      "-vv",
      "0707fffff9f83207076807072c0707070707070707e8030004ecff006e00fa002700",
      "GeoNet src:07:68:07:07:2c:07:07:07; v:0 NH:7-Unknown HT:0-7-Any HopLim:236 Payload:768 GN_ADDR:ff:00:6e:00:fa:00:27:00  [|geonet]",
      21059,
    ],
    [
      "common header invalid",
      "-vv -T vxlan",
      "83d5d516d500d5d5d5303031fcfe30070707fffffa002700",
      "GeoNet src:d5:30:30:31:fc:fe:30:07;  (common header length 6 < 36) (invalid)",
    ],
  ],
  138,
);

checkGoldens(
  "Links with an ethertype, link type 242",
  [
    [
      "ethertype Unknown",
      "-vv",
      "0000134e92358201070201001f6d96ec04810000010055aaaa0300000c200301010005636973320363317d07",
      ", ethertype Unknown (0x6331), length 18269: ",
      18269,
    ],
    [
      "OSI NLPID unknown",
      "-vv -T pgm_zmtp1",
      "ff4500036403ff03028118950fff4500004ca61b0005c0114c7d0c043030df7efefeeefefefefefefefe81fc00fd00",
      "OSI NLPID 0xfd unknown, length: 2\n\t0x0000:  fd00",
    ],
  ],
  242,
);
