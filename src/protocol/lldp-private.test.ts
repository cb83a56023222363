import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "LLDP's organizations",
  [
    [
      "LLDP Chassis TLV Subtype",
      "-vv",
      "0180c200000e0800270df13c88cc0207040800270df13c040703084203000003fe090080c20d0200f45f1ffe0b0080c20e00a700105f0000",
      "LLDP, length 42\n\tChassis ID TLV (1), length 7\n\t  Subtype MAC address (4): 08:00:27:0d:f1:3c\n\t  0x0000:  0408 0027 0df1 3c\n\tPort ID TLV (2), length 7\n\t  Subtype MAC address (3): 08:42:03:00:00:03\n\t  0x0000:  0308 4203 0000 03\n\tOrganization specific TLV (127), length 9: OUI Ethernet bridged (0x0080c2)\n\t  EVB Subtype (13)\n\t    EVB Bridge Status\n\t      RES: 0, BGID: 0, RRCAP: 1, RRCTR: 0\n\t    EVB Station Status\n\t      RES: 0, SGID: 0, RRREQ: 0,RRSTAT: 0\n\t    R: 7, RTE: 20, EVB Mode: EVB Bridge [1]\n\t    ROL: 0, RWD: 31, RES: 0, ROL: 0, RKA: 31\n\t  0x0000:  0080 c20d 0200 f45f 1f\n\tOrganization specific TLV (127), length 11: OUI Ethernet bridged (0x0080c2)\n\t  CDCP Subtype (14)\n\t    Role: 0, RES: 0, Scomp: 0 ChnCap: 16\n\t    SCID: 1520, SVID: 0\n\t  0x0000:  0080 c20e 00a7 0010 5f00 00",
    ],
    [
      "Unknown Interface Name GigabitEtle",
      "-vv",
      "0180c200000e002389afd27888cc1e0704002389afd2520415054769676162697445746c652f00414e2030303230fe0900120f01036cc1001efe0c00120f0101030213000000cffe0900120f01036cc1000cfe001e0f0101030213000000cffe090044440601",
      "LLDP, length 88\n\tUnknown TLV (15), length 7\n\t  0x0000:  0400 2389 afd2 52\n\tPort ID TLV (2), length 21\n\t  Subtype Interface Name (5): GigabitEtle/\n\t  0x0000:  0547 6967 6162 6974 4574 6c65 2f00 414e\n\t  0x0010:  2030 3032 30\n\tOrganization specific TLV (127), length 9: OUI IEEE 802.3 Private (0x00120f)\n\t  MAC/PHY configuration/status Subtype (1)\n\t    autonegotiation [supported, enabled] (0x03)\n\t    PMD autoneg capability [10BASE-T hdx, 10BASE-T fdx, 100BASE-TX hdx, 100BASE-TX fdx, Pause for fdx links, Asym PAUSE for fdx, 1000BASE-T fdx] (0x6cc1)\n\t    MAU type 1000BASET fdx (0x001e)\n\t  0x0000:  0012 0f01 036c c100 1e\n\tOrganization specific TLV (127), length 12: OUI IEEE 802.3 Private (0x00120f)\n\t  MAC/PHY configuration/status Subtype (1)\n\t    autonegotiation [supported] (0x01)\n\t    PMD autoneg capability [100BASE-T2 hdx, 100BASE-T2 fdx, 1000BASE-T hdx] (0x0302)\n\t    MAU type unknown (0x1300)\n\t  0x0000:  0012 0f01 0103 0213 0000 00cf\n\tOrganization specific TLV (127), length 9: OUI IEEE 802.3 Private (0x00120f)\n\t  MAC/PHY configuration/status Subtype (1)\n\t    autonegotiation [supported, enabled] (0x03)\n\t    PMD autoneg capability [10BASE-T hdx, 10BASE-T fdx, 100BASE-TX hdx, 100BASE-TX fdx, Pause for fdx links, Asym PAUSE for fdx, 1000BASE-T fdx] (0x6cc1)\n\t    MAU type 10BASEFL hdx (0x000c)\n\t  0x0000:  0012 0f01 036c c100 0c\n\tOrganization specific TLV (127), length 0",
    ],
    [
      "Time Live TTL VLAN",
      "-vv",
      "0180c200000e08002742ba5988cc02070408002742ba5904070308002742ba5906020078fe060080c2010001fe070080c202020000fe0e0080c20300010764656661756c74fe0d0080c204080000424203000000fe050080c20c00000000000000000000",
      "LLDP, length 86\n\tChassis ID TLV (1), length 7\n\t  Subtype MAC address (4): 08:00:27:42:ba:59\n\t  0x0000:  0408 0027 42ba 59\n\tPort ID TLV (2), length 7\n\t  Subtype MAC address (3): 08:00:27:42:ba:59\n\t  0x0000:  0308 0027 42ba 59\n\tTime to Live TLV (3), length 2: TTL 120s\n\t  0x0000:  0078\n\tOrganization specific TLV (127), length 6: OUI Ethernet bridged (0x0080c2)\n\t  Port VLAN Id Subtype (1)\n\t    port vlan id (PVID): 1\n\t  0x0000:  0080 c201 0001\n\tOrganization specific TLV (127), length 7: OUI Ethernet bridged (0x0080c2)\n\t  Port and Protocol VLAN ID Subtype (2)\n\t    port and protocol vlan id (PPVID): 0, flags [supported] (0x02)\n\t  0x0000:  0080 c202 0200 00\n\tOrganization specific TLV (127), length 14: OUI Ethernet bridged (0x0080c2)\n\t  VLAN name Subtype (3)\n\t    vlan id (VID): 1\n\t    vlan name: default\n\t  0x0000:  0080 c203 0001 0764 6566 6175 6c74\n\tOrganization specific TLV (127), length 13: OUI Ethernet bridged (0x0080c2)\n\t  Protocol Identity Subtype (4)\n\t    protocol identity: \n\t  0x0000:  0080 c204 0800 0042 4203 0000 00\n\tOrganization specific TLV (127), length 5: OUI Ethernet bridged (0x0080c2)\n\t  Application Priority Subtype (12)\n\t    RES: 0\n\t  0x0000:  0080 c20c 00\n\tEnd TLV (0), length 0",
    ],
    [
      "ETS Configuration Willing CBS",
      "-vv",
      "0180c200000e08002742ba5988cc02070408002742ba3104070308002742ba00fe190080c20900f411f41400310000320000000002000000057500fe190080c20a00f411f4140032ffffffffffffffff000000f8ffff00",
      "LLDP, length 73\n\tChassis ID TLV (1), length 7\n\t  Subtype MAC address (4): 08:00:27:42:ba:31\n\t  0x0000:  0408 0027 42ba 31\n\tPort ID TLV (2), length 7\n\t  Subtype MAC address (3): 08:00:27:42:ba:00\n\t  0x0000:  0308 0027 42ba 00\n\tOrganization specific TLV (127), length 25: OUI Ethernet bridged (0x0080c2)\n\t  ETS Configuration Subtype (9)\n\t    Willing:0, CBS:0, RES:0, Max TCs:0\n\t    Priority Assignment Table\n\t     Priority : 0   1   2   3   4   5   6   7\n\t     Value    : 15  4   1   1   15  4   1   4  \n\t    TC Bandwidth Table\n\t     TC%   : 0   1   2   3   4   5   6   7\n\t     Value : 0   49  0   0   50  0   0   0  \n\t    TSA Assignment Table\n\t     Traffic Class: 0   1   2   3   4   5   6   7\n\t     Value        : 0   2   0   0   0   5   117 0  \n\t  0x0000:  0080 c209 00f4 11f4 1400 3100 0032 0000\n\t  0x0010:  0000 0200 0000 0575 00\n\tOrganization specific TLV (127), length 25: OUI Ethernet bridged (0x0080c2)\n\t  ETS Recommendation Subtype (10)\n\t    RES: 0\n\t    Priority Assignment Table\n\t     Priority : 0   1   2   3   4   5   6   7\n\t     Value    : 15  4   1   1   15  4   1   4  \n\t    TC Bandwidth Table\n\t     TC%   : 0   1   2   3   4   5   6   7\n\t     Value : 0   50  255 255 255 255 255 255\n\t    TSA Assignment Table\n\t     Traffic Class: 0   1   2   3   4   5   6   7\n\t     Value        : 255 255 0   0   0   248 255 255\n\t  0x0000:  0080 c20a 00f4 11f4 1400 32ff ffff ffff\n\t  0x0010:  ffff ff00 0000 f8ff ff",
    ],
    [
      "Congestion Notification Pre-Priority CNPV",
      "-vv",
      "0180c200000e0800270df13c88cc020d0080c204080000424203000000fe060080c2082000fe050080c20c0000",
      "LLDP, length 31\n\tChassis ID TLV (1), length 13\n\t  Subtype Unknown (0): \n\t  0x0000:  0080 c204 0800 0042 4203 0000 00\n\tOrganization specific TLV (127), length 6: OUI Ethernet bridged (0x0080c2)\n\t  Congestion Notification Subtype (8)\n\t    Pre-Priority CNPV Indicator\n\t     Priority : 0  1  2  3  4  5  6  7\n\t     Value    : 0  0  0  0  0  1  0  0  \n\t    Pre-Priority Ready Indicator\n\t     Priority : 0  1  2  3  4  5  6  7\n\t     Value    : 0  0  0  0  0  0  0  0  \n\t  0x0000:  0080 c208 2000\n\tOrganization specific TLV (127), length 5: OUI Ethernet bridged (0x0080c2)\n\t  Application Priority Subtype (12)\n\t    RES: 0\n\t  0x0000:  0080 c20c 00",
    ],
    [
      "System Capabilities Enabled Management",
      "-vv",
      "0180c200000e002389afd27888cc02070400237665642e0e0400140014100d050128010101020000003c0100fe060080c2036402000000",
      "LLDP, length 41\n\tChassis ID TLV (1), length 7\n\t  Subtype MAC address (4): 00:23:76:65:64:2e\n\t  0x0000:  0400 2376 6564 2e\n\tSystem Capabilities TLV (7), length 4\n\t  System  Capabilities [Bridge, Router] (0x0014)\n\t  Enabled Capabilities [Bridge, Router] (0x0014)\n\t  0x0000:  0014 0014\n\tManagement Address TLV (8), length 13\n\t  Management Address length 5, AFI IPv4 (1): 40.1.1.1\n\t  Interface Index Interface Numbering (2): 60\n\t  OID length 1\n\t  0x0000:  0501 2801 0101 0200 0000 3c01 00\n\tOrganization specific TLV (127), length 6: OUI Ethernet bridged (0x0080c2)\n\t  VLAN name Subtype (3)\n\t    vlan id (VID): 25602\n\t  0x0000:  0080 c203 6402\n\tEnd TLV (0), length 0",
    ],
    [
      "Power via MDI power",
      "-vv",
      "0180c200000e00237cafd27888cc1e0704002389afd21efe0c00120f0203010113000000cffe0800120f016cc10030fe0f01036cc1001efe08000b0b0b0b3d6101",
      "LLDP, length 51\n\tUnknown TLV (15), length 7\n\t  0x0000:  0400 2389 afd2 1e\n\tOrganization specific TLV (127), length 12: OUI IEEE 802.3 Private (0x00120f)\n\t  Power via MDI Subtype (2)\n\t    MDI power support [PSE, supported], power pair signal, power class class0\n\t  0x0000:  0012 0f02 0301 0113 0000 00cf\n\tOrganization specific TLV (127), length 8: OUI IEEE 802.3 Private (0x00120f)\n\t  MAC/PHY configuration/status Subtype (1)\n\t  0x0000:  0012 0f01 6cc1 0030\n\tOrganization specific TLV (127), length 15: OUI Unknown (0x01036c)\n\t  0x0000:  0103 6cc1 001e fe08 000b 0b0b 0b3d 61",
    ],
    [
      "GigabitEtherP Description frame size",
      "-vv",
      "0180c200000e002389afcd2288cc020704002389afccfd0415054769676162697445746865725016b7735156000006020078081e00007300002c1c7fffffff4769676162697400fe0900120f030100000000fe0600120f0427100000",
      "LLDP, length 78\n\tChassis ID TLV (1), length 7\n\t  Subtype MAC address (4): 00:23:89:af:cc:fd\n\t  0x0000:  0400 2389 afcc fd\n\tPort ID TLV (2), length 21\n\t  Subtype Interface Name (5): GigabitEtherP^VM-7sQV\n\t  0x0000:  0547 6967 6162 6974 4574 6865 7250 16b7\n\t  0x0010:  7351 5600 00\n\tTime to Live TLV (3), length 2: TTL 120s\n\t  0x0000:  0078\n\tPort Description TLV (4), length 30: \n\t  0x0000:  0000 7300 002c 1c7f ffff ff47 6967 6162\n\t  0x0010:  6974 00fe 0900 120f 0301 0000 0000\n\tOrganization specific TLV (127), length 6: OUI IEEE 802.3 Private (0x00120f)\n\t  Max frame size Subtype (4)\n\t    MTU size 10000\n\t  0x0000:  0012 0f04 2710\n\tEnd TLV (0), length 0",
    ],
    [
      "Link aggregation",
      "-vv",
      "0180c200000e00132157ca7f88ccfe090080c2070300000064",
      "LLDP, length 11\n\tOrganization specific TLV (127), length 9: OUI Ethernet bridged (0x0080c2)\n\t  Link aggregation Subtype (7)\n\t    aggregation status [supported, enabled], aggregation port ID 100\n\t  0x0000:  0080 c207 0300 0000 64",
    ],
  ],
  1,
);
