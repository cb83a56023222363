import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "EAP and EAPOL",
  [
    [
      "EAP packet len Response",
      "-v",
      "0180c2000003000102030405888e0200000402020004",
      "EAP packet (0) v2, len 4, Response (2), id 2, len 4 (too short for EAP request/response)",
    ],
    [
      "Encapsulated ASF alert",
      "-v",
      "0180c2000003000102030405888e02040000",
      "Encapsulated ASF alert (4) v2, len 0",
    ],
    [
      "Request Type Identity user",
      "-v",
      "0180c2000003000102030405888e02000009010200090175736572",
      "EAP packet (0) v2, len 9, Request (1), id 2, len 9\n\t\t Type Identity (1), Identity: user",
    ],
    ["EAPOL key", "-v", "0180c2000003000102030405888e02030000", "EAPOL key (3) v2, len 0"],
    ["mutated: [|ether]", "-v", "01", " [|ether]", 27],
    [
      "mutated: unknown [|eap]",
      "-v",
      "0180c2000003000102030405888e02000009320200090175",
      "EAP packet (0) v2, len 9, unknown (50), id 2, len 9 [|eap]",
      27,
    ],
    ["start", "-v", "0180c2000003000102030405888e02010000", "EAPOL start (1) v2, len 0"],
    ["logoff", "-v", "0180c2000003000102030405888e02020000", "EAPOL logoff (2) v2, len 0"],
    [
      "mutated: fragment",
      "-v",
      "0180c2000003000102030405888e0300000402020005",
      "EAP packet (0) v3, len 4, EAP fragment?",
    ],
    [
      "Success",
      "-v",
      "0180c2000003000102030405888e0200000403070004",
      "EAP packet (0) v2, len 4, Success (3), id 7, len 4",
    ],
    ["EAP packet len", "", "0180c2000003000102030405888e02000000", "EAP packet (0) v2, len 0"],
  ],
  1,
);
