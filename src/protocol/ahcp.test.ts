import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "AHCP, link type 1",
  [
    [
      "AHCP Version Hopcount Original",
      "-vv",
      "3333e182535968a3c4f4841e86dd6c00000000381101fe800000000000006aa3c4fffef4841eff02000000000000cca6c0f9e182535914ef14ef0038e3442b0101017de311356aa3c4fffef4841e084b371ef36e1edc020000140204527f3cee030400000195090006000c000d00",
      "IP6 (class 0xc0, hlim 1, next-header UDP (17) payload length: 56) fe80::6aa3:c4ff:fef4:841e.5359 > ff02::cca6:c0f9:e182:5359.5359: [udp sum ok] AHCP Version 1\n\tHopcount 1, Original Hopcount 1, Nonce 0x7de31135, Source Id 6a:a3:c4:ff:fe:f4:84:1e, Destination Id 08:4b:37:1e:f3:6e:1e:dc\n\tRequest, Length 20\n\t Origin Time: 2013-11-10 07:59:42 UTC\n\t Expires: 405s\n\t IPv4 Address\n\t IPv6 Prefix\n\t Name Server\n\t NTP Server",
    ],
    [
      "MBZ Delegation Pad",
      "-vv",
      "3333e182535968a3c4f4841e86dd6c000000003c1101fe800000000000f96aa3c4fffef4841eff020000000000ffcca6c0f9e182535914ef14ef003c38dc2b0101017c3400356aa3c4ff7af4841efffffffffffffafffeff00180204527f3cee0304000001a20b0000000080000000000000000d00",
      "IP6 (class 0xc0, hlim 1, next-header UDP (17) payload length: 60) fe80::f9:6aa3:c4ff:fef4:841e.5359 > ff02::ff:cca6:c0f9:e182:5359.5359: [bad udp cksum 0x38dc -> 0xee17!] AHCP Version 1\n\tHopcount 1, Original Hopcount 1, Nonce 0x7c340035, Source Id 6a:a3:c4:ff:7a:f4:84:1e, Destination Id ff:ff:ff:ff:ff:ff:fa:ff\n\tUnknown-254, MBZ 255, Length 24\n\t Origin Time: 2013-11-10 07:59:42 UTC\n\t Expires: 418s\n\t IPv4 Prefix Delegation\n\t Pad\n\t Pad\n\t Pad\n\t Unknown-128 (Length 0)\n\t Pad\n\t Pad\n\t Pad\n\t Pad\n\t Pad",
    ],
  ],
  1,
);

checkGoldens(
  "AHCP, link type 113",
  [
    [
      "bytes missing invalid",
      "-vv",
      "0004031a0000000000000000000086dd6000000000bc1140fe800000000000003428af910251d626fe8000000000000068d31535d0681f9e14ef14ef00bce5722b010660330180630000000000000000400c302001066014c0a80414c0a80414",
      "IP6 truncated-ip6 - 148 bytes missing!(hlim 64, next-header UDP (17) payload length: 188) fe80::3428:af91:251:d626.5359 > fe80::68d3:1535:d068:1f9e.5359: AHCP Version 1\n\tHopcount 6, Original Hopcount 96, Nonce 0x33018063, Source Id 00:00:00:00:00:00:00:00, Destination Id 40:0c:30:20:01:06:60:14\n\tUnknown-192, MBZ 168, Length 1044 (invalid) [|ahcp]",
    ],
    [
      "Discover",
      "-vv",
      "0000030a0000000000000000000086dd6000000000321101fe8000000000000068d31235d0681f9eff02000000000000cca6c0f9e182535914ef14ef00324d5c2b010101de3e51270218f3fffea9914effffffffffffffff0000000e02044d9e145b030400000eb80600",
      "IP6 (hlim 1, next-header UDP (17) payload length: 50) fe80::68d3:1235:d068:1f9e.5359 > ff02::cca6:c0f9:e182:5359.5359: [udp sum ok] AHCP Version 1\n\tHopcount 1, Original Hopcount 1, Nonce 0xde3e5127, Source Id 02:18:f3:ff:fe:a9:91:4e, Destination Id ff:ff:ff:ff:ff:ff:ff:ff\n\tDiscover, Length 14\n\t Origin Time: 2011-04-07 19:45:31 UTC\n\t Expires: 3768s\n\t IPv6 Prefix",
    ],
  ],
  113,
);
