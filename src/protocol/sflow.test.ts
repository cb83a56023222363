import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "sFlow",
  [
    [
      "IP truncated-ip bytes missing",
      "-v",
      "1cc1de188bbc3ce5a638b9b90800450000ec5c680000fd113cd40fb8014c0fb803099ff418c700d8f28c00000005000000010fb808040000000200031fb19bbecc320000000100000004000000ac000154cb0000000000000069",
      "IP truncated-ip - 160 bytes missing! (tos 0x0, ttl 253, id 23656, offset 0, flags [none], proto UDP (17), length 236)\n    15.184.1.76.40948 > 15.184.3.9.6343: sFlowv5, IPv4 agent 15.184.8.4, agent-id 2, seqnum 204721, uptime 2612972594, samples 1, length 208\n\texpanded counter sample (4), length 172, [|sflow]",
    ],
    [
      "type idx records enterprise",
      "-v",
      "1cc1de188bbc3ce5a638b9b90800450000ec5c680000fd113cd40fb8014c0fb803099ff418c700d8f28c00000005000000010fb808040000000200031fb19bbecc320000000100000004000000ac000154cb0000000000000069000000020000000100000058000000690000007500000002540be4000000000100000003000000003f67e0f600013ce00002a8eee55515fb00000000000000060000000000000000de3664c9033569d5000355ba0020f8e4000000000000000000000002000000020000003400000000000000060000000000000000000000000000000000000000000000000000000000000000000000000000000000000004",
      "IP (tos 0x0, ttl 253, id 23656, offset 0, flags [none], proto UDP (17), length 236)\n    15.184.1.76.40948 > 15.184.3.9.6343: sFlowv5, IPv4 agent 15.184.8.4, agent-id 2, seqnum 204721, uptime 2612972594, samples 1, length 208\n\texpanded counter sample (4), length 172, seqnum 87243, type 0, idx 105, records 2\n\t    enterprise 0, Generic counter (1) length 88\n\t      ifindex 105, iftype 117, ifspeed 10000000000, ifdirection 1 (full-duplex)\n\t      ifstatus 3, adminstatus: up, operstatus: up\n\t      In octets 1063772406, unicast pkts 81120, multicast pkts 174318, broadcast pkts 3847558651, discards 0\n\t      In errors 6, unknown protos 0\n\t      Out octets 3728106697, unicast pkts 53832149, multicast pkts 218554, broadcast pkts 2160868, discards 0\n\t      Out errors 0, promisc mode 2\n\t    enterprise 0, Ethernet counter (2) length 52\n\t      align errors 0, fcs errors 6, single collision 0, multiple collision 0, test error 0\n\t      deferred 0, late collision 0, excessive collision 0, mac trans error 0\n\t      carrier error 0, frames too long 0, mac receive errors 0, symbol errors 4",
    ],
    [
      "flow rate pool drops",
      "-v",
      "005300445566005300112233080045000164000100004011f4bec0000264c0000265bb0118c70150731a0000000500000001313131310000000006e55a64ce87bcf0000000010000000300000124815ee69c0000000000002af9000003e85ab4d160000000000000000000007149000000004ca4019100000003000000010000008c000000010000007e000000040000007a22421f4a9fcd948ed30a713b81000329080045080068ab4e40003d0616f234343434353535350016cc0df8557b8492f05ff980180044e42000000101080a5d8fe27bcc23eea70000002006e30b56cb4a1694516442de040522d87dca1433d3162a13ba899091009e293e910b53e7335609f22f7fb43933acfbfe0064000003eb0000004400000001363636360000713000031ad400031ad40000000100000002000000030000201a000073a500031a6100000004201a006571f1006471f1c35071f1c9fa00000064000003ea0000001000000001363636360000002000000016",
      "IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto UDP (17), length 356)\n    192.0.2.100.47873 > 192.0.2.101.6343: sFlowv5, IPv4 agent 49.49.49.49, agent-id 0, seqnum 115694180, uptime 3465002224, samples 1, length 328\n\texpanded flow sample (3), length 292, seqnum 2170480284, type 0, idx 11001, rate 1000, pool 1521799520, drops 0, records 3\n\t    enterprise 0 Raw packet (1) length 140\n\t      protocol Ethernet (1), length 126, stripped bytes 4, header_size 122\n\t    enterprise 0 Extended Gateway data (1003) length 68\n\t    enterprise 0 Extended Router data (1002) length 16",
    ],
    [
      "IP truncated-ip bytes missing",
      "",
      "1cc1de188bbc3ce5a638b9b90800450000ec5c680000fd113cd40fb8014c0fb803099ff418c700d8f28c00000005000000010fb808040000000200031fb19bbecc320000000100000004000000ac000154cb0000000000000069",
      "IP truncated-ip - 160 bytes missing! 15.184.1.76.40948 > 15.184.3.9.6343: sFlowv5, IPv4 agent 15.184.8.4, agent-id 2, length 208",
    ],
  ],
  1,
);
