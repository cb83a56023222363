// Loads the smallest eBPF program there is and says "yes"; used by scripts/test.ts with a time limit, for a
// kernel can hang in this call for ever.
import { join } from "node:path";
import { loadAddon } from "../src/addon/addon.ts";

const addon = loadAddon(join(import.meta.dirname, "../build/ptcpdump.node"));
const SOCKET_FILTER = 1;
// r0 = 0; exit
const program = Uint8Array.of(0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);
const { fd } = addon.progLoad(SOCKET_FILTER, program, "GPL", "probe", 0);
if (fd >= 0) {
  addon.closeFd(fd);
  console.log("yes");
} else console.log(`no: the kernel refuses it (errno ${-fd})`);
