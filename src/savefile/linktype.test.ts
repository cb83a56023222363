import assert from "node:assert/strict";
import { test } from "node:test";
import { Fields, folder, tool } from "./handmade.ts";
import { describeLinkType, dltOfLinkType, LINK_TYPES, linkTypeName, linkTypeOfDlt } from "./linktype.ts";
import { openingLine, openSavefile } from "./savefile.ts";

test("every link type's name and description are libpcap's, and so is the opening line", (t) => {
  const file = folder(t);
  const numbers = [...LINK_TYPES.map(([value]) => value), 12, 147, 9999];
  for (const linkType of numbers) {
    const path = file(`${linkType}.pcap`, new Fields(false).pcap(0xa1b2c3d4, { linkType, snaplen: 77 }));
    const run = tool(t, "tcpdump", "-r", path);
    if (run === null) return;
    const savefile = openSavefile(path);
    assert.equal(openingLine(path, savefile), run.complaints[0]);
    savefile.close();
  }
});

test("DLT_ and LINKTYPE_ values differ for a few", () => {
  assert.equal(dltOfLinkType(101), 12);
  assert.equal(linkTypeOfDlt(12), 101);
  assert.equal(dltOfLinkType(1), 1);
  assert.equal(linkTypeName(1), "EN10MB");
  assert.equal(linkTypeName(2), null);
  assert.equal(describeLinkType(276), "LINUX_SLL2 (Linux cooked v2)");
});
