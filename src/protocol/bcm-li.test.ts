import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "BCM LI",
  [
    [
      "IP truncated-ip bytes missing",
      "-v",
      "005056b257991ce85d2417c3080045020062000000003b119110d9591eb0d9591d16c000c001004e00006881046a45",
      "IP truncated-ip - 65 bytes missing! (tos 0x2,ECT(0), ttl 59, id 0, offset 0, flags [none], proto UDP (17), length 98)\n    217.89.30.176.49152 > 217.89.29.22.49153: \n    BCM-LI-SHIM: direction ingress, pkt-type undecided, pkt-subtype double VLAN tag, li-id 66666\n    IP  [|ip]",
    ],
    [
      "egress ethernet PPPoE ses",
      "-v",
      "005056b257991ce85d2417c308004502007a000000003b1190f8d9591eb0d9591d16c000c001006600004e81046a000c29dea648b86a97a58f01810000d1810000078864110000c3003e00214500003c000040003c06fbc7d9591fe509b64000c353c890644518cd7997fd3fa012712028500000020405b40402080a661bd5cebcc7f30801030309",
      "IP (tos 0x2,ECT(0), ttl 59, id 0, offset 0, flags [none], proto UDP (17), length 122)\n    217.89.30.176.49152 > 217.89.29.22.49153: \n    BCM-LI-SHIM: direction egress, pkt-type ethernet, pkt-subtype double VLAN tag, li-id 66666\n    PPPoE  [ses 0xc3] IP (tos 0x0, ttl 60, id 0, offset 0, flags [DF], proto TCP (6), length 60)\n    217.89.31.229.50003 > 9.182.64.0.51344: Flags [S.], cksum 0x2850 (correct), seq 1682249933, ack 2040003903, win 28960, options [mss 1460,sackOK,TS val 1713100238 ecr 3167220488,nop,wscale 9], length 0",
    ],
    [
      "iperf xlab t-iot [|domain]",
      "-v",
      "005056b257991ce85d2417c30800450200cd000000003b1190a5d9591eb0d9591d16c000c00100b900004e81046a000c29dea648b86a97a58f01810000d1810000078864110000c3009100214500008f570b00003c11e512d9591f3109b6400000358da8007b8b84ad64858000010001000100020669706572663304786c616205742d696f740264650000010001c00c00010001000003600004d959",
      "IP (tos 0x2,ECT(0), ttl 59, id 0, offset 0, flags [none], proto UDP (17), length 205)\n    217.89.30.176.49152 > 217.89.29.22.49153: \n    BCM-LI-SHIM: direction egress, pkt-type ethernet, pkt-subtype double VLAN tag, li-id 66666\n    PPPoE  [ses 0xc3] IP (tos 0x0, ttl 60, id 22283, offset 0, flags [none], proto UDP (17), length 143)\n    217.89.31.49.53 > 9.182.64.0.36264: 44388* 1/1/2 iperf3.xlab.t-iot.de. A [|domain]",
      219,
    ],
    [
      "unknown payload",
      "-v",
      "005056b257991ce85d2417c3080045020046000000003b11912cd9591eb0d9591d16c000c001003200006881046a0a2400084552",
      "IP (tos 0x2,ECT(0), ttl 59, id 0, offset 0, flags [none], proto UDP (17), length 70)\n    217.89.30.176.49152 > 217.89.29.22.49153: \n    BCM-LI-SHIM: direction ingress, pkt-type undecided, pkt-subtype double VLAN tag, li-id 66666\n    unknown payload",
      84,
    ],
    [
      "IP truncated-ip bytes missing",
      "",
      "005056b257991ce85d2417c3080045020062000000003b119110d9591eb0d9591d16c000c001004e00006881046a45",
      "IP truncated-ip - 65 bytes missing! 217.89.30.176.49152 > 217.89.29.22.49153: BCM-LI-SHIM: direction ingress, pkt-type undecided, pkt-subtype double VLAN tag, li-id 66666 [|bcm_li]",
    ],
    ["[|ip]", "", "005056b257991ce85d2417c3080045020046000000003b11912cd959", "IP  [|ip]", 84],
    [
      "egress ethernet",
      "",
      "005056b257991ce85d2417c308004502007a000000003b1190f8d9591eb0d9591d16c000c001006600004e81046a00",
      "IP 217.89.30.176.49152 > 217.89.29.22.49153: BCM-LI-SHIM: direction egress, pkt-type ethernet, pkt-subtype double VLAN tag, li-id 66666 [|bcm_li]",
      136,
    ],
  ],
  1,
);
