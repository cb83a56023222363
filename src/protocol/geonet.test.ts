import { checkGoldens } from "../../test/golden.ts";

checkGoldens(
  "GeoNetworking",
  [
    [
      "GeoNet src NH Any",
      "-v",
      "020000000001020000000002894710102f7cd66e2decfc",
      "GeoNet src:02:00:00:00:00:02; v:1 NH:0-Any HT:1-0-Beacon HopLim:236 Payload:54894  [|geonet]",
      59,
    ],
    [
      "BTP-B TopoScopeBcast-SH GN_ADDR lat",
      "-v",
      "02000000000102000000000289471250f88b6a1b596154152b8bdf812e42a5d4691e92c90db2ee94fd47d4da2bd7090450dd0d1a646701000f1bff",
      "GeoNet src:02:00:00:00:00:02; v:1 NH:2-BTP-B HT:5-0-TopoScopeBcast-SH HopLim:97 Payload:27163 GN_ADDR:54:15:2b:8b:df:81:2e:42 lat:2462649778 lon:4002741575; BTP Dst:3354 Src:25703; ItsPduHeader v:1 t:0-CAM\n\t0x0000:  0100 0f1b ff                             .....",
    ],
    [
      "common header length invalid",
      "-v",
      "02000000000102000000000207071451",
      "GeoNet src:02:00:00:00:00:02;  (common header length 2 < 36) (invalid)",
    ],
    [
      "IPv GeoAnycastElipse",
      "-v",
      "0200000000010200000000028947133204098498f2fd",
      "GeoNet src:02:00:00:00:00:02; v:1 NH:3-IPv6 HT:3-2-GeoAnycastElipse HopLim:253 Payload:33944  [|geonet]",
      53,
    ],
    [
      "BTP-A GeoUnicast",
      "-v",
      "020000000001020000000002070711202101580b49498531464de5",
      "GeoNet src:02:00:00:00:00:02; v:1 NH:1-BTP-A HT:2-0-GeoUnicast HopLim:73 Payload:22539  [|geonet]",
      50,
    ],
    [
      "Unknown GeoAnycastCircle",
      "-v",
      "02000000000102000000000207071430067b8d716c524ddc",
      "GeoNet src:02:00:00:00:00:02; v:1 NH:4-Unknown HT:3-0-GeoAnycastCircle HopLim:82 Payload:36209  [|geonet]",
      59,
    ],
  ],
  1,
);
