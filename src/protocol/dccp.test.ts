import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "DCCP",
  [
    [
      "DCCP CCVal CsCov DCCP-Reset",
      "-vv",
      "0007e9bd5d1f00142259555108004500003c0c6d4000402174378b85d1418b85d1b0138999fc0a00ef250f00000074d86ea000000008f4ae86850100000000002603012b040002250305",
      "IP (tos 0x0, ttl 64, id 3181, offset 0, flags [DF], proto DCCP (33), length 60)\n    139.133.209.65.5001 > 139.133.209.176.39420: DCCP (CCVal 0, CsCov 0, cksum 0xef25 (correct)) DCCP-Reset (code=closed) (ack=38464816773) seq 1960341152 <nop, nop, ack_vector0 0x01, elapsed_time 2, ndp_count 5>",
    ],
    [
      "DCCP-Response service change ratio",
      "-vv",
      "0007e9bd5d1f00142259555186dd60000000003021403ffe00000000000000000000000000023ffe00000000000000000000000000011389ceb90c000b7303000000529279e0000000004fbdec91000000000000200405022305010202210501020223040502",
      "IP6 (hlim 64, next-header DCCP (33) payload length: 48) 3ffe::2.5001 > 3ffe::1.52921: DCCP (CCVal 0, CsCov 0, cksum 0x0b73 (correct)) DCCP-Response (service=0) (ack=1337846929) seq 1385331168 <nop, nop, change_l ack_ratio 2, confirm_r ccid 2 2, confirm_l ccid 2 2, confirm_r ack_ratio 2>",
    ],
    [
      "flowlabel DCCP-Data Option initcookie",
      "-vv",
      "ffff3b04c1000000bb46967586dd676f21212121212121212121c32121212121212121212121212121271b7a270d76f0715156d8272702000003e900000004f606060606060606062406060606ff2a0606060e0606a801",
      "IP6 (class 0x76, flowlabel 0xf2121, hlim 33, next-header DCCP (33) payload length: 8481) 2121:2121:c321:2121:2121:2121:2121:2121.512 > 2121:2127:1b7a:270d:76f0:7151:56d8:2727.3: DCCP (CCVal 0, CsCov 0) DCCP-Data seq 16123398 <Option 6, Option 6, Option 6, Option 6, Option 6, Option 6, initcookie 0x060606ff, timestamp_echo 101060102, Option 6, CCID option 168 optlen too short>",
      8551,
    ],
    [
      "DCCP-Ack",
      "-vv",
      "0014225955510007e9bd001f080045000038ff214000402181868b85d1b08b85d14199fc13890900f53a07000008f4ae867f0000000074d86e9a00230405022603e92a040001",
      "IP (tos 0x0, ttl 64, id 65313, offset 0, flags [DF], proto DCCP (33), length 56)\n    139.133.209.176.39420 > 139.133.209.65.5001: DCCP (CCVal 0, CsCov 0, cksum 0xf53a (incorrect -> 0xf551)) DCCP-Ack (ack=1960341146) seq 38464816767 <nop, confirm_r ack_ratio 2, ack_vector0 0xe9, timestamp_echo [optlen != 6 or 8 or 10]>",
      32582,
    ],
    [
      "DCCP-DataAck slowreceiver data dropped",
      "-vv",
      "c0c1ffa0000400003b46967586dd676f21212121212121212121212121212121212121212121212121212727271b7a2727272727272727d8d827273a1e476967610000000000000303000008030000020300000802000005020000280401a6040300000801000000280501000656070000008c8c8c8c8c000060272121212120fe000f000400f7",
      "IP6 (class 0x76, flowlabel 0xf2121, hlim 33, next-header DCCP (33) payload length: 8481) 2121:2121:2121:2121:2121:2121:2121:2121.10200 > 2121:2121:2727:271b:7a27:2727:2727:2727.55335: DCCP (CCVal 3, CsCov 10) DCCP-DataAck (ack=3298535408384) seq 106652627894272 <nop, slowreceiver, Option 3, nop, nop, Option 8, slowreceiver, nop, nop, Option 5, slowreceiver, nop, nop, data_dropped 0x01a6, Option 4, Option 3, nop, nop, Option 8, mandatory, nop, nop, nop, data_dropped 0x010006, Option 86, CCID option 140 optlen goes past header length>",
      24160,
    ],
    [
      "options unknown truncated-dccp bytes",
      "-vv",
      "0014025955510007c9bd001f08004a000034ff214000402181868b32858bd1d114b08500025955510007e941992a13890900f53affffc78c000005022603e92a040001",
      "IP (tos 0x0, ttl 64, id 65313, offset 0, flags [DF], proto DCCP (33), length 52, options (unknown 133 [bad length 0]), bad cksum 8186 (->ce65)!)\n    truncated-dccp - 4 bytes missing!",
      24092,
    ],
    [
      "truncated-ip",
      "-vv",
      "0014225955510007e9bd5d1f080045000094ff234000402181288bae00000074d86e9b002603002b04005420212223",
      "IP truncated-ip - 15 bytes missing! (tos 0x0, ttl 64, id 65315, offset 0, flags [DF], proto DCCP (33), length 148, bad cksum 8128 (->d694)!)\n    139.174.0.0.39680 > 0.116.216.110.9731: DCCP (CCVal 2, CsCov 11) unknown-type-10  [|dccp]",
      147,
    ],
    [
      "DCCP-Close checksum",
      "-vv",
      "0014225955510007e9bd5d1f0800450000347592400040210b1a8b85d1b08b85d141cdbb13890800df8d0d000007b8bb92430000000072c58352002603002c0400a6",
      "IP (tos 0x0, ttl 64, id 30098, offset 0, flags [DF], proto DCCP (33), length 52)\n    139.133.209.176.52667 > 139.133.209.65.5001: DCCP (CCVal 0, CsCov 0, cksum 0xdf8d (incorrect -> 0xde8d)) DCCP-Close (ack=1925546834) seq 33164071491 <nop, ack_vector0 0x00, data_checksum 00a6>",
    ],
    [
      "DCCP-Request",
      "-vv",
      "0014225955510007e9bd5d1f080045000034ff2040004021818b8b85d1b08b85d14199fc13890800aaf320000008f4ae867e00000000200405022204010220040102",
      "IP (tos 0x0, ttl 64, id 65312, offset 0, flags [DF], proto DCCP (33), length 52)\n    139.133.209.176.39420 > 139.133.209.65.5001: DCCP (CCVal 0, CsCov 0, cksum 0xaaf3 (incorrect -> 0x8bf3)) DCCP-Request (service=4105078398) seq 8 <nop, nop, nop, nop, change_l ack_ratio 2, change_r ccid 2, change_l ccid 2>",
    ],
  ],
  1,
);
