import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "PPPoE",
  [
    [
      "ECT BCM-LI-SHIM direction egress",
      "-vv -S",
      "005056b257991ce85d2417c308004502007a000000003b1190f8d9591eb0d9591d16c000c001006600004e81046a000c29dea648b86a97a58f01810000d1810000078864110000c3003e00214500003c000040003c06fbc7d9591fe509b64000c353c890644518cd7997fd3fa012712028500000020405b40402080a661bd5cebcc7f30801030309",
      "IP (tos 0x2,ECT(0), ttl 59, id 0, offset 0, flags [none], proto UDP (17), length 122)\n    217.89.30.176.49152 > 217.89.29.22.49153: [no cksum] \n    BCM-LI-SHIM: direction egress, pkt-type ethernet, pkt-subtype double VLAN tag, li-id 66666\n    PPPoE  [ses 0xc3] IP (tos 0x0, ttl 60, id 0, offset 0, flags [DF], proto TCP (6), length 60)\n    217.89.31.229.50003 > 9.182.64.0.51344: Flags [S.], cksum 0x2850 (correct), seq 1682249933, ack 2040003903, win 28960, options [mss 1460,sackOK,TS val 1713100238 ecr 3167220488,nop,wscale 9], length 0",
    ],
    [
      "[EOL #FFFFFF#B#DEDEDEDEDEFFFF#DF#B#C#D#FB#]",
      "-vv",
      "00a6b14d7eff0000d1579907886407403f7d95550000002145000040ffffff0b00dededededeffff957df1b8960229c26005000004d9591fb2",
      " [ver 0] [type 7]PPPoE PAD-40 [len 38229 > 37!] [ses 0x3f7d] [EOL 0x45000040FFFFFF0B00DEDEDEDEDEFFFF957DF1B8960229C26005000004D9591FB2]",
    ],
    [
      "xlab t-iot AAAA",
      "-vv",
      "005056b257991ce85d2417c30800450200cd000000003b1190a5d9591eb0d9591d16c000c00100b900004e81046a000c29dea648b86a97a58f01810000d1810000078864110000c3009100214500008f570b00003c11e512d9591f3109b6400000358da8007b8b84ad64858000010001000100020669706572663304786c616205742d696f740264650000010001c00c00010001000003600004d9591fe5c01300020001000003600005026e73c013c04200010001000003600004d9591f31c042001c000100000360001020030004f007bf000000000000530001",
      "IP (tos 0x2,ECT(0), ttl 59, id 0, offset 0, flags [none], proto UDP (17), length 205)\n    217.89.30.176.49152 > 217.89.29.22.49153: [no cksum] \n    BCM-LI-SHIM: direction egress, pkt-type ethernet, pkt-subtype double VLAN tag, li-id 66666\n    PPPoE  [ses 0xc3] IP (tos 0x0, ttl 60, id 22283, offset 0, flags [none], proto UDP (17), length 143)\n    217.89.31.49.53 > 9.182.64.0.36264: [udp sum ok] 44388* q: A? iperf3.xlab.t-iot.de. 1/1/2 iperf3.xlab.t-iot.de. A 217.89.31.229 ns: xlab.t-iot.de. NS ns.xlab.t-iot.de. ar: ns.xlab.t-iot.de. A 217.89.31.49, ns.xlab.t-iot.de. AAAA 2003:4:f007:bf00::53:1 (115)",
    ],
    [
      "#F#] [|pppoe]",
      "-vv",
      "000423177a8815000000319a8863008e060106280764000423f814002e",
      " [ver 0] [type 0]PPPoE PAD-8e [len 1576 > 9!] [ses 0x601] [TAG-0x764 0x23F81400] [|pppoe]",
    ],
    [
      "ICMP echo reply",
      "-vv",
      "005056b257991ce85d2417c3080045020092000000003b1190e0d9591eb0d9591d16c000c001007e00004e81046a000c29dea648b86a97a58f01810000d1810000078864110000c300560021450000544e2500003c01ed8fd9591fe509b640000000e17329af0001af49845e000000000261000000000000101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637",
      "IP (tos 0x2,ECT(0), ttl 59, id 0, offset 0, flags [none], proto UDP (17), length 146)\n    217.89.30.176.49152 > 217.89.29.22.49153: [no cksum] \n    BCM-LI-SHIM: direction egress, pkt-type ethernet, pkt-subtype double VLAN tag, li-id 66666\n    PPPoE  [ses 0xc3] IP (tos 0x0, ttl 60, id 20005, offset 0, flags [none], proto ICMP (1), length 84)\n    217.89.31.229 > 9.182.64.0: ICMP echo reply, id 10671, seq 1, length 64",
    ],
    [
      "truncated-ip bytes missing",
      "-vv",
      "005056b257c32499171c5de80800450200e5000000003b11908dd9591ef0d9591d16c000c00100d100004e81046a000c29dea648b86a97a58f01810000d181000007886411e7b06c7d9555000000000c00001b59000000010000000c0000000000001b800000590000000000530001",
      "IP truncated-ip - 132 bytes missing! (tos 0x2,ECT(0), ttl 59, id 0, offset 0, flags [none], proto UDP (17), length 229, bad cksum 908d (->904d)!)\n    217.89.30.240.49152 > 217.89.29.22.49153: [no cksum] \n    BCM-LI-SHIM: direction egress, pkt-type ethernet, pkt-subtype double VLAN tag, li-id 66666\n    PPPoE PAD-e7 [len 32149 > 169!] [ses 0xb06c] [TAG-0x5500] [TAG-0xc] [TAG-0x1b59] [TAG-0x1] [TAG-0xc] [EOL]",
    ],
    [
      "NotImp PTR TXT Class",
      "-vv",
      "005056b257991ce85d2417c30800450200e5000000003b11908dd9591eb0d9591d16c000c00100d100004e81046a000c29dea648b86a97a58f01810000d1810000078864110000c300a90021450000a761d200003c11da33d9591f3109b64000003582d20093f79de588b8846f7d9555000000020332326100000c0001c00c000c0001000010e000160669706572663304786c616205742d696f7402646500c01000020001000010003f0502e0736ec0c05a00010000450002c78c8a000080110000530001",
      "IP truncated-ip - 46 bytes missing! (tos 0x2,ECT(0), ttl 59, id 0, offset 0, flags [none], proto UDP (17), length 229)\n    217.89.30.176.49152 > 217.89.29.22.49153: [no cksum] \n    BCM-LI-SHIM: direction egress, pkt-type ethernet, pkt-subtype double VLAN tag, li-id 66666\n    PPPoE  [ses 0xc3] IP (tos 0x0, ttl 60, id 25042, offset 0, flags [none], proto UDP (17), length 167)\n    217.89.31.49.53 > 9.182.64.0.33490: 58760 op7 NotImp [28541q] q: PTR? 22a., q: PTR? 22a., q: TXT (Class 57344)? ., q: NS? ^Fiperf3^Dxlab^Et-iot^Bde^@., q: TXT (Class 63)? ., q: A (Class 0)? ^BM-`snM-@.<BAD PTR> [|domain]",
    ],
    [
      "t-iot AAAA",
      "-vv",
      "005056b257991ce85d2417c30800450200cd000000003b1190a5d9591eb0d9591d16c000c00100b900004e81046a000c29dea648b86a97a58f01810000d1810000078864110000c3009100214500008f570b00003c11e512d9591f3109b6400000358da8007b0603ff30303000010001000100020669706572663304786c616205742d696f740264650000010001c00c00010001000003600004d9591fe5c01300020001000003600005026e73c013c04200010001000003600004d9591f31c042001c000100000360001020030004f007bf000000000000530001",
      "IP (tos 0x2,ECT(0), ttl 59, id 0, offset 0, flags [none], proto UDP (17), length 205)\n    217.89.30.176.49152 > 217.89.29.22.49153: [no cksum] \n    BCM-LI-SHIM: direction egress, pkt-type ethernet, pkt-subtype double VLAN tag, li-id 66666\n    PPPoE  [ses 0xc3] IP (tos 0x0, ttl 60, id 22283, offset 0, flags [none], proto UDP (17), length 143)\n    217.89.31.49.53 > 9.182.64.0.36264: [bad udp cksum 0x0603 -> 0x8f08!] 65328 op6% [1a] [1n] [2au] A? iperf3.xlab.t-iot.de. iperf3.xlab.t-iot.de. A 217.89.31.229 ns: xlab.t-iot.de. NS ns.xlab.t-iot.de. ar: ns.xlab.t-iot.de. A 217.89.31.49, ns.xlab.t-iot.de. AAAA 2003:4:f007:bf00::53:1 (115)",
    ],
    [
      "[EOL #FFFFFF#B#DEDEDEDEDEDEFFFF#DF#B#C#D#F]",
      "-vv",
      "00a6b14d7eff0000d1579907886407403f7d95550000002145000040ffffff0b00dedededededeffff957df1b8960229c26005000004d9591fb2",
      " [ver 0] [type 7]PPPoE PAD-40 [len 38229 > 38!] [ses 0x3f7d] [EOL 0x45000040FFFFFF0B00DEDEDEDEDEDEFFFF957DF1B8960229C26005000004D9591F]",
    ],
  ],
  1,
);
